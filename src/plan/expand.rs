//! From a simulation to the finite list of its runs: arm x cell, with generations to record, metrics,
//! budgets and what was left out. Replicates and seeds follow from identity, so the list says everything.
//!
//! A simulation is always planned whole, for all its claims, whatever is asked of it later: a filter changes which
//! questions are put, never a number.

use super::budget::{BESIDE, set_budgets};
use super::held::{held, with_world};
use super::overlay::{Overlaid, apply};
use super::reading::{extension, meets_limit, needed_generations, wanted_metrics};
use super::recorded::{READING, cost, seconds};
use super::refused::in_words;
use super::tested::claims_of;
use super::twin::add_twins;
use super::{Arm, ArmPlan, CellPlan, ClaimArms, Simulated, SimulationPlan};
use crate::registry::{At, Branch, Cell, Claim, Criteria, Proof, Registry, RiskFrame, Simulation, Study, Test, TestKind};
use crate::sim::{self, Method, MethodChoice, Model, Record, Schedule, Setup, Simulator};
use crate::taxonomy::{Condition, Metric, Word};
use std::collections::{BTreeMap, BTreeSet};

/// One arm on the way to a plan: its cells as asked.
pub(super) struct Draft {
    cells: Vec<Cell>,
    conditions: BTreeMap<Condition, Simulated>,
    reach: Reach,
    pace: Pace,
    measured: Measured,
    /// Tests that read it.
    tests: Vec<Test>,
}

/// Whose word the time-scale is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// The descriptor's, for the loop as published, where it is the longer: no run is judged sooner than its loop allows.
    Declared,
    /// The loop's own: another regime, schedule or sampling has another one.
    OfTheLoop,
}

/// What is measured in an arm.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measured {
    /// What the simulation and its tests name, and what the detectors read.
    Widely,
    /// What the simulation and its tests name: a program need not know more.
    AsNamed,
}

/// How far an arm is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// To the generation asked for.
    Horizon,
    /// On, so that asymptotic definitions can be judged.
    Extended,
    /// On likewise, where no verdict rests on it: it takes no part of the work ceiling that the others share.
    Beside,
}

/// Every arm of one simulation.
pub(super) fn plan(registry: &Registry, study: &Study, simulation: &Simulation) -> SimulationPlan {
    let Drafted { drafts, places, mut left_out } = drafted(registry, study, simulation);
    let share = registry.criteria.work_ceiling * 1e9 / drafts.values().filter(|draft| draft.reach == Reach::Extended).count() as f64;
    let with_twin: BTreeSet<Arm> = drafts.iter().filter(|(arm, draft)| has_twin(arm, draft)).map(|(arm, _)| arm.clone()).collect();
    let mut arms = BTreeMap::new();
    for (arm, draft) in drafts {
        let share = if draft.reach == Reach::Beside { registry.criteria.work_ceiling * 1e9 / BESIDE } else { share };
        let cells = finish(&draft, &registry.criteria, share);
        match cells {
            Err(reason) => drop(left_out.insert(arm, reason)),
            Ok(cells) if is_explanatory(&arm) && is_dear(&cells, &registry.criteria) || is_endless(&arm, &cells, &registry.criteria) => {
                left_out.insert(arm, "cost".to_owned());
            }
            Ok(cells) => {
                arms.insert(arm, ArmPlan { conditions: draft.conditions, twin: None, budget: 0, cells });
            }
        }
    }
    let mut plan = SimulationPlan {
        study: study.id.clone(),
        simulation: simulation.name.clone(),
        claims: places,
        arms,
        left_out,
        limits: None,
        external: simulation.external.clone(),
    };
    drop_short(&mut plan.arms);
    add_twins(&mut plan, |arm| with_twin.contains(arm));
    if plan.external.is_some() {
        plan.arms.values_mut().flat_map(|arm| &mut arm.cells).for_each(run_by_a_program);
    }
    let criteria = plan.rules(&registry.criteria).into_owned();
    set_budgets(&mut plan, &criteria);
    plan
}

/// The arms of a simulation on the way to a plan.
struct Drafted {
    drafts: BTreeMap<Arm, Draft>,
    places: BTreeMap<String, ClaimArms>,
    left_out: BTreeMap<Arm, String>,
}

fn drafted(registry: &Registry, study: &Study, simulation: &Simulation) -> Drafted {
    let claims: Vec<_> = claims_of(registry, &study.id, &simulation.name).collect();
    let mut left_out = BTreeMap::new();
    let mut drafts = BTreeMap::new();
    drafts.insert(Arm::AsPublished, Draft { pace: Pace::Declared, ..Draft::of(simulation.cells.clone(), Reach::Extended) });
    add_worlds(registry, simulation, &mut drafts, &mut left_out);
    let mut places: BTreeMap<_, _> =
        claims.iter().map(|claim| (claim.id.name.clone(), add_claim(simulation, claim, &mut drafts))).collect();
    if simulation.has_one_look() {
        let single = |arm: &&Arm| matches!(arm, Arm::Single(_));
        left_out.extend(drafts.keys().filter(single).map(|arm| (arm.clone(), ONE_LOOK.to_owned())).collect::<Vec<_>>());
        drafts.retain(|arm, _| !is_explanatory(arm));
    }
    for claim in &claims {
        places.get_mut(&claim.id.name).expect("every claim has its place").held = add_held(registry, claim, &mut drafts);
    }
    if simulation.external.is_some() {
        drafts.values_mut().for_each(|draft| draft.measured = Measured::AsNamed);
    }
    Drafted { drafts, places, left_out }
}

/// The laboratory computes nothing of it, nor of its twins.
fn run_by_a_program(cell: &mut CellPlan) {
    cell.method = MethodChoice { method: Method::Samples, reason: "run by a program in another language".to_owned() };
    cell.cost = READING;
}

/// Whether an arm is compared with real data alone: all but the changed sides of an order; of networks and programs, whose twins are dear, only those
/// that a report shows or that a test compares so.
fn has_twin(arm: &Arm, draft: &Draft) -> bool {
    let is_shown = matches!(arm, Arm::AsPublished | Arm::World(_));
    let is_dear = draft.measured == Measured::AsNamed || draft.cells.iter().any(|cell| cell.setup.is_trained());
    !matches!(arm, Arm::Side(..)) && (!is_dear || is_shown || draft.tests.iter().any(Test::reads_twin))
}

impl Draft {
    pub(super) const fn of(cells: Vec<Cell>, reach: Reach) -> Self {
        Self { cells, conditions: BTreeMap::new(), reach, pace: Pace::OfTheLoop, measured: Measured::Widely, tests: Vec::new() }
    }

    pub(super) fn overlaid(published: &[Cell], overlaid: Overlaid) -> Self {
        let changed = |(cell, setup): (&Cell, Setup)| {
            let mut cell = cell.clone();
            if let Some(generations) = cell.bindings.values.get_mut("generations") {
                *generations = f64::from(setup.generations);
            }
            Cell { setup, ..cell }
        };
        let cells = published.iter().zip(overlaid.setups).map(changed).collect();
        Self { conditions: overlaid.conditions, ..Self::of(cells, Reach::Extended) }
    }

    /// Notes that a test reads the arm.
    pub(super) fn read(&mut self, test: &Test) {
        self.tests.push(test.clone());
    }

    /// Per condition of the leading world, whether the arm meets it.
    pub(super) const fn conditions(&self) -> &BTreeMap<Condition, Simulated> {
        &self.conditions
    }
}

/// Why no condition alone is run of networks and programs.
const ONE_LOOK: &str = "each condition alone is not run of a trained network or a program, whose replicates are dear";

/// Why growth alone is not run in a simulation of many generations.
const CAPPED: &str = "growth would meet its limit before the last generation, and what follows would be told of the limit";

/// Adds every world, every single condition of the leading one that changes something, and that world without each.
fn add_worlds(registry: &Registry, simulation: &Simulation, drafts: &mut BTreeMap<Arm, Draft>, left_out: &mut BTreeMap<Arm, String>) {
    let published: Vec<_> = simulation.cells.iter().map(|cell| cell.setup.clone()).collect();
    let mut add = |arm, overlaid| drafts.insert(arm, Draft::overlaid(&simulation.cells, overlaid));
    for world in &registry.overlays {
        add(Arm::World(world.id.clone()), apply(&published, world, |_| true));
    }
    let leading = registry.leading_world();
    let whole = apply(&published, leading, |_| true);
    let grows = whole.conditions[&Condition::Growth] == Simulated::Changed;
    for condition in Condition::all() {
        let alone = apply(&published, leading, |c| c == *condition);
        match &alone.conditions[condition] {
            Simulated::Changed if *condition == Condition::Growth && is_capped(&alone) => {
                drop(left_out.insert(Arm::Single(*condition), CAPPED.to_owned()));
            }
            Simulated::Changed => drop(add(Arm::Single(*condition), alone)),
            Simulated::AlreadyMet => {}
            Simulated::NotSimulated(reason) => drop(left_out.insert(Arm::Single(*condition), reason.clone())),
        }
        if whole.conditions[condition] == Simulated::Changed {
            let without = apply(&published, leading, |c| c != *condition);
            let is_of_the_limit = grows && *condition != Condition::Growth && is_capped(&without);
            if !is_of_the_limit {
                add(Arm::Without(*condition), without);
            }
        }
    }
}

/// Whether a schedule of its setups meets its limit before the last generation.
pub(super) fn is_capped(overlaid: &Overlaid) -> bool {
    overlaid.setups.iter().any(|setup| meets_limit(&setup.samples, setup.generations))
}

/// Adds the arms of a claim's own tests and notes what its tests read.
fn add_claim(simulation: &Simulation, claim: &Claim, drafts: &mut BTreeMap<Arm, Draft>) -> ClaimArms {
    let name = &claim.id.name;
    match &claim.proof {
        Proof::Untested { .. } => unreachable!("untested claims have no arms"),
        Proof::Single { test, control } => {
            read(drafts, &Arm::AsPublished, test);
            if test.is_portable_order() {
                let elsewhere: Vec<_> = drafts.keys().filter(|arm| is_counterfactual(arm)).cloned().collect();
                elsewhere.iter().for_each(|arm| read(drafts, arm, test));
            }
            let control = place(Arm::Control(name.clone()), &control.branch, claim, drafts);
            sides(test, drafts);
            ClaimArms { test: Arm::AsPublished, control, held: Vec::new() }
        }
        Proof::Conditional { holds_when, fails_when } => {
            let mut branch = |arm, branch: &Branch| {
                let is_unchanged = branch.variant.cells.iter().map(|cell| &cell.setup).eq(simulation.cells.iter().map(|cell| &cell.setup));
                if is_unchanged {
                    read(drafts, &Arm::AsPublished, &branch.test);
                    sides(&branch.test, drafts);
                    return Arm::AsPublished;
                }
                place(arm, branch, claim, drafts)
            };
            let test = branch(Arm::Holds(name.clone()), holds_when);
            ClaimArms { test, control: branch(Arm::Fails(name.clone()), fails_when), held: Vec::new() }
        }
    }
}

/// Adds the changed `holds_when` of a conditional claim in every world, and says in which arms it is asked beside the worlds themselves.
fn add_held(registry: &Registry, claim: &Claim, drafts: &mut BTreeMap<Arm, Draft>) -> Vec<Arm> {
    let Some(held) = held(registry, claim) else { return Vec::new() };
    let own = Arm::Holds(claim.id.name.clone());
    let Some(cells) = drafts.get(&own).map(|draft| draft.cells.clone()) else { return Vec::new() };
    if held.published != own {
        drafts.insert(held.published.clone(), Draft::of(cells.clone(), Reach::Beside));
    }
    for world in &registry.overlays {
        let own = Arm::HoldsIn(world.id.clone(), claim.id.name.clone());
        if held.worlds.get(&world.id) == Some(&own) {
            drafts.insert(own, Draft { reach: Reach::Beside, ..Draft::overlaid(&cells, with_world(&cells, world)) });
        }
    }
    let arms = [own, held.published].into_iter().chain(held.worlds.into_values());
    arms.filter(|arm| !matches!(arm, Arm::World(_))).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Drops what would be run on and goes no further than the test's own arm.
fn drop_short(arms: &mut BTreeMap<Arm, ArmPlan>) {
    let reach = |arm: &ArmPlan| arm.cells.iter().map(|cell| cell.setup.generations).collect::<Vec<_>>();
    let is_short = |(arm, planned): (&Arm, &ArmPlan)| match arm {
        Arm::HoldsOn(name) => (arms.get(&Arm::Holds(name.clone())).map(reach) == Some(reach(planned))).then(|| arm.clone()),
        _ => None,
    };
    let short: Vec<Arm> = arms.iter().filter_map(is_short).collect();
    short.iter().for_each(|arm| drop(arms.remove(arm)));
}

/// Adds a claim's own arm. It is run on only where an asymptotic definition is asked there.
fn place(arm: Arm, branch: &Branch, claim: &Claim, drafts: &mut BTreeMap<Arm, Draft>) -> Arm {
    let Branch { variant, test } = branch;
    let reach = if claim.definition.is_asymptotic() && test.kind == TestKind::Outcome { Reach::Extended } else { Reach::Horizon };
    drafts.insert(arm.clone(), Draft::of(variant.cells.clone(), reach));
    read(drafts, &arm, test);
    sides(test, drafts);
    arm
}

/// Adds the arms of an order's changed sides. They are run as far as the order reads them.
fn sides(test: &Test, drafts: &mut BTreeMap<Arm, Draft>) {
    for changed in test.changed_sides() {
        let arm = Arm::from(changed);
        drafts.insert(arm.clone(), Draft::of(changed.variant.cells.clone(), Reach::Horizon));
        read(drafts, &arm, test);
    }
}

fn read(drafts: &mut BTreeMap<Arm, Draft>, arm: &Arm, test: &Test) {
    if let Some(draft) = drafts.get_mut(arm) {
        draft.read(test);
    }
}

/// Whether claims are asked again in the arm.
const fn is_counterfactual(arm: &Arm) -> bool {
    matches!(arm, Arm::World(_) | Arm::Single(_) | Arm::Without(_))
}

/// Whether the arm only explains a flip.
const fn is_explanatory(arm: &Arm) -> bool {
    matches!(arm, Arm::Single(_) | Arm::Without(_))
}

/// Whether a replicate of some cell is drawn example by example above the cost ceiling (given in microseconds). Kernel
/// sums are exact, yet every point is drawn.
pub(super) fn is_dear(cells: &[CellPlan], criteria: &Criteria) -> bool {
    let by_example = |cell: &CellPlan| {
        cell.method.method == Method::Samples || !cell.setup.curation.is_empty() || matches!(cell.setup.model, Model::Kde { .. })
    };
    cells.iter().any(|cell| by_example(cell) && cell.cost > criteria.cost_ceiling * 1e3)
}

/// Whether the first look of a world, or of a `holds_when` there, would take longer than a world may.
fn is_endless(arm: &Arm, cells: &[CellPlan], criteria: &Criteria) -> bool {
    if !matches!(arm, Arm::World(_) | Arm::HoldsIn(..)) {
        return false;
    }
    if cells.iter().any(|cell| cell.setup.is_trained()) {
        let whole: f64 = cells.iter().map(|cell| seconds(&cell.setup)).sum::<f64>() * criteria.recorded_replicates;
        return whole > criteria.recorded_ceiling;
    }
    let first_look = cells.iter().map(|cell| cell.cost).sum::<f64>() * 1e-9 * criteria.first_look;
    first_look > criteria.world_ceiling
}

/// The cells as they are run. An extension is dropped, in all cells, where the laboratory refuses it or where the first
/// look of it would take more than the arm's even share of the work ceiling.
pub(super) fn finish(draft: &Draft, criteria: &Criteria, share: f64) -> Result<Vec<CellPlan>, String> {
    let cells: Vec<Cell> = draft.cells.iter().map(|cell| paced(cell, draft.pace)).collect();
    let run = |reach| cells.iter().map(|cell| finish_cell(cell, draft, criteria, reach)).collect::<Result<Vec<_>, _>>();
    // A program is never asked for a longer run than its file says.
    if draft.reach != Reach::Horizon
        && draft.measured == Measured::Widely
        && let Ok(cells) = run(Reach::Extended)
        && cells.iter().map(|cell| cell.cost).sum::<f64>() * criteria.first_look <= share
    {
        return Ok(cells);
    }
    run(Reach::Horizon)
}

/// The cell with the time-scale of its arm.
fn paced(cell: &Cell, pace: Pace) -> Cell {
    let time_scale = match pace {
        Pace::Declared => cell.frame.time_scale.max(sim::time_scale(&cell.setup)),
        Pace::OfTheLoop => sim::time_scale(&cell.setup),
    };
    Cell { frame: RiskFrame { time_scale, ..cell.frame }, ..cell.clone() }
}

fn finish_cell(cell: &Cell, draft: &Draft, criteria: &Criteria, reach: Reach) -> Result<CellPlan, String> {
    let tests = &draft.tests;
    let horizon = cell.setup.generations;
    let generations = match (reach, &cell.setup.samples) {
        // Another last generation would be another experiment.
        (Reach::Horizon, _) | (Reach::Extended, Schedule::Final { .. }) => horizon,
        (Reach::Extended | Reach::Beside, _) => extension(horizon, &cell.frame, criteria),
    };
    let mut recorded: BTreeSet<u32> = needed_generations(horizon, &cell.frame, criteria).into_iter().collect();
    recorded.extend(tests.iter().flat_map(|test| generations_read(test, horizon)));
    recorded.retain(|t| (1..=generations).contains(t));
    let setup = if cell.setup.is_trained() {
        recorded_whole(&cell.setup)
    } else {
        Setup { generations, record: Record::At(recorded.into_iter().collect()), metrics: metrics(cell, draft), ..cell.setup.clone() }
    };
    let simulator = Simulator::prepare(&setup).map_err(|refusals| in_words(&refusals))?;
    Ok(CellPlan {
        name: cell.name.clone(),
        horizon,
        method: simulator.method().clone(),
        cost: match draft.measured {
            Measured::Widely => cost(&simulator, &setup),
            // Its time is limited by the clock.
            Measured::AsNamed => READING,
        },
        bindings: cell.bindings.clone(),
        frame: cell.frame,
        setup,
    })
}

/// Trained once, whatever is asked later: every generation and every metric is recorded, and the run is never longer than was asked for.
fn recorded_whole(setup: &Setup) -> Setup {
    let is_of_an_event = |metric: &Metric| matches!(metric, Metric::Hit | Metric::HittingTime);
    let mut metrics = sim::defined(&setup.truth, &setup.model);
    // A network has no location whose movement would say anything.
    metrics.retain(|metric| *metric != Metric::Displacement && (setup.hitting.is_some() || !is_of_an_event(metric)));
    metrics.retain(|metric| !metric.is_dear() || setup.metrics.contains(metric));
    // What a learner beside the chain says is recorded where it is asked for.
    metrics.extend(setup.metrics.iter().filter(|metric| metric.is_downstream()));
    Setup { record: Record::All, metrics, ..setup.clone() }
}

/// Generations a test reads in a run of `horizon`; beyond it nothing is read.
fn generations_read(test: &Test, horizon: u32) -> BTreeSet<u32> {
    let mut read: BTreeSet<u32> = match &test.at {
        At::Every => (1..=horizon).collect(),
        At::Last => [horizon].into(),
        At::Listed(generations) => generations.iter().copied().collect(),
    };
    read.extend(test.relative_to);
    if let TestKind::Order { lesser, greater, .. } = &test.kind {
        read.extend(lesser.generation);
        read.extend(greater.generation);
    }
    read.retain(|t| *t <= horizon);
    read
}

/// The simulation's own metrics first, then what tests, the profile and the hitting event read, each once.
fn metrics(cell: &Cell, draft: &Draft) -> Vec<Metric> {
    let setup = &cell.setup;
    let mut metrics = setup.metrics.clone();
    metrics.extend(draft.tests.iter().filter_map(|test| test.metric));
    if draft.measured == Measured::Widely {
        metrics.extend(wanted_metrics(setup, &cell.frame));
    }
    metrics.extend(setup.hitting.iter().flat_map(|_| [Metric::HittingTime, Metric::Hit]));
    let mut seen = BTreeSet::new();
    metrics.retain(|metric| seen.insert(*metric));
    metrics
}
