//! The driver: for each simulation, execute a look, decide, stop or go on. Rooms never call back.
//!
//! It takes plans and gives one [`Decided`] per simulation. Two simulations are at work at a time, so that memory holds the
//! replicates of two; within a simulation each arm stops when everything that reads it is decided or its budget is spent.
//! It judges no claim: it puts the questions and keeps the replies.

mod board;
mod curve;
mod drawn;
mod kept;
#[cfg(test)]
mod order_tests;
#[cfg(test)]
mod pair_tests;
mod questions;
mod rules;
mod series;
mod shard;
#[cfg(test)]
mod tests;

pub use shard::{Ground, Manifest, Run, Shards, shard_files};

use crate::Result;
use crate::plan::{Arm, Asides, Chosen, Executor, Runs, Selection, SimulationPlan, claims_of, composition, expand};
use crate::registry::{Claim, ClaimId, Registry, WorldId};
use crate::verdict::{ArmRecord, ClaimDecision, Decided, Question, Totals, looks};
use board::Board;
use kept::Known;
use questions::{Role, is_own_counterfactual, not_asked};
use rayon::prelude::*;
use rules::Rules;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is asked of the simulations.
#[derive(Debug, Clone, PartialEq)]
pub enum Scope {
    /// Everything, to the budgets.
    Full,
    /// Everything, to `quick_replicates`: a prefix of the full run.
    Quick,
    /// Only these questions of these claims, as the lock holds them; no profile, no single condition, no curve.
    Accepted(BTreeMap<ClaimId, BTreeMap<Held, Settled>>),
}

/// A question whose answer the lock holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// The claim's own test.
    Test,
    /// The same in its control.
    Control,
    /// Its definition in a world.
    World(WorldId),
}

/// How a question stood when it was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Decided: it is asked at every look until it is decided again, if need be to the budget.
    Decided,
    /// Undecided after so many replicates: it is asked up to there and no further.
    Undecided {
        /// Replicates then.
        replicates: u32,
    },
}

/// Simulations at work at a time: what one does by itself, as deciding and keeping, leaves the threads to the replicates of the other.
const AT_A_TIME: usize = 2;
/// Of a lock: a panic ends the program.
const WHOLE: &str = "nobody panics while holding it";

/// The driver's fixed surroundings.
#[derive(Clone, Copy)]
pub struct Driver<'a> {
    /// Claims and criteria.
    pub registry: &'a Registry,
    /// Draws replicates.
    pub executor: Executor<'a>,
    /// What is asked.
    pub scope: &'a Scope,
}

impl Driver<'_> {
    /// Decides every planned simulation, in the order given.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted); what was drawn before is in the cache.
    pub fn decide(&self, plans: &[SimulationPlan]) -> Result<Vec<Decided>> {
        let known: Vec<Known> = plans.par_iter().map(|plan| self.known(plan)).collect();
        self.decide_each(plans.len(), plans.iter().map(Cow::Borrowed).zip(known))
    }

    /// The same of what is chosen, planned one at a time: memory holds the plan of one.
    ///
    /// # Errors
    /// As [`decide`](Self::decide).
    pub fn decide_chosen(&self, chosen: &[Chosen<'_>]) -> Result<Vec<Decided>> {
        let planned = |one: &Chosen<'_>| {
            let plan = one.plan(self.registry);
            let known = self.known(&plan);
            (Cow::Owned(plan), known)
        };
        self.decide_each(chosen.len(), chosen.iter().map(planned))
    }

    fn decide_each<'p>(&self, of: usize, plans: impl Iterator<Item = (Cow<'p, SimulationPlan>, Known)> + Send) -> Result<Vec<Decided>> {
        let (plans, decided) = (Mutex::new(plans.enumerate()), Mutex::new(BTreeMap::new()));
        let has_failed = AtomicBool::new(false);
        let next = || {
            let mut plans = plans.lock().expect(WHOLE);
            let (place, (plan, known)) = if has_failed.load(Ordering::Relaxed) { None } else { plans.next() }?;
            self.executor.progress.advance(place, of, &format!("{}/{}", plan.study, plan.simulation));
            Some((place, plan, known))
        };
        let work = || {
            while let Some((place, plan, known)) = next() {
                let one = self.simulation(&plan, known);
                has_failed.fetch_or(one.is_err(), Ordering::Relaxed);
                decided.lock().expect(WHOLE).insert(place, one);
            }
        };
        rayon::scope(|threads| (0..AT_A_TIME).for_each(|_| threads.spawn(|_| work())));
        // In the order of the plans, so that of several failures the first one is told.
        let decided = decided.into_inner().expect(WHOLE).into_values().collect::<Result<Vec<_>>>()?;
        self.executor.progress.advance(of, of, "");
        Ok(decided)
    }

    /// What the decisions of what is chosen rest on.
    #[must_use]
    pub fn ground(&self, chosen: &[Chosen<'_>]) -> Ground {
        let of = |one: &Chosen<'_>| (format!("{}/{}", one.study(), one.simulation()), self.rests_on(&one.plan(self.registry)));
        chosen.par_iter().map(of).collect::<Vec<_>>().into_iter().collect()
    }

    /// Decides one simulation, unless that is kept.
    fn simulation(&self, plan: &SimulationPlan, Known { key, decided }: Known) -> Result<Decided> {
        if let Some(kept) = decided {
            return Ok(kept);
        }
        let decided = self.anew(plan)?;
        if let Some(key) = key {
            self.keep(&key, &decided);
        }
        Ok(decided)
    }

    /// Decides one simulation, by the rules for its kind of replicates.
    fn anew(&self, plan: &SimulationPlan) -> Result<Decided> {
        let criteria = plan.rules(&self.registry.criteria);
        let executor = Executor { first_look: criteria.first_look as u32, ..self.executor };
        Driver { executor, ..*self }.by(plan, Rules { criteria: &criteria, worlds: self.registry.overlays.len() })
    }

    fn by(&self, plan: &SimulationPlan, rules: Rules<'_>) -> Result<Decided> {
        let claims: Vec<&Claim> = claims_of(self.registry, &plan.study, &plan.simulation).collect();
        let mut board = Board::new(plan, &claims, rules, self.scope);
        // Curves are for figures: a check has none, and a quick run spends its time on verdicts.
        let is_drawn = !matches!(self.scope, Scope::Accepted(_) | Scope::Quick);
        let wanted = if is_drawn { curve::all_wanted(plan, &claims, self.executor.first_look) } else { Vec::new() };
        let asides = curve::asides(&self.executor, plan, &wanted);
        let runs = self.look_by_look(plan, &mut board, &asides)?;
        let mut arms = board.records(plan, &runs);
        self.add_compositions(plan, &runs, &mut arms);
        series::add(plan, &runs, &mut arms);
        let mut decisions = decisions(&board, &runs, &claims, self.scope);
        let curves = curve::curves(&self.executor, plan, &claims, &wanted, &asides)?;
        for (claim, curves) in claims.iter().zip(curves) {
            if let Some(decision) = decisions.get_mut(&claim.id.name) {
                decision.curves = curves;
            }
        }
        drop(runs);
        let mut again = Board::of_what_is_left(plan, &claims, rules, self.scope, &decisions);
        let runs = self.look_by_look(plan, &mut again, &Asides::default())?;
        for (arm, record) in again.records(plan, &runs) {
            arms.entry(arm).or_insert(record);
        }
        for open in again.questions() {
            let Some(decision) = decisions.get_mut(&open.claim.id.name) else { continue };
            match &open.role {
                Role::Without(condition) => drop(decision.without.insert(*condition, again.question(open, &runs))),
                Role::Pair(pair) => drop(decision.pairs.insert(*pair, again.question(open, &runs))),
                Role::Test | Role::Control | Role::Published | Role::World(_) | Role::Single(_) | Role::Held(_) => {}
            }
        }
        let left_out = plan.left_out.iter().map(|(arm, reason)| (arm.to_string(), reason.clone())).collect();
        let totals = totals(plan, &arms);
        Ok(Decided { study: plan.study.clone(), simulation: plan.simulation.clone(), claims: decisions, arms, left_out, totals })
    }

    /// Extends what is still read, look by look, and asks what is still open.
    fn look_by_look(&self, plan: &SimulationPlan, board: &mut Board<'_>, asides: &Asides<'_>) -> Result<Runs> {
        let mut runs = Runs::default();
        for look in 1.. {
            let replicates = looks::replicates(self.executor.first_look, look);
            let arms = board.wanted(replicates);
            if arms.is_empty() {
                break;
            }
            self.executor.extend(plan, &mut runs, &arms.into_iter().map(|arm| (arm, replicates)).collect(), asides)?;
            board.ask(&runs, look, replicates);
        }
        Ok(runs)
    }

    /// What the training sets of the arms are made of that a report shows: as published, every world, single conditions.
    fn add_compositions(&self, plan: &SimulationPlan, runs: &Runs, arms: &mut BTreeMap<String, ArmRecord>) {
        if matches!(self.scope, Scope::Accepted(_)) {
            return;
        }
        for (arm, planned) in &plan.arms {
            if matches!(arm, Arm::AsPublished | Arm::World(_) | Arm::Single(_))
                && let Some(record) = arms.get_mut(&arm.to_string())
            {
                record.composition = composition(plan, planned, runs.cell(arm, 0), self.executor.seed);
            }
        }
    }
}

/// Plans the simulations and decides them.
///
/// # Errors
/// [`Error::Interrupted`](crate::Error::Interrupted); what was drawn before is in the cache.
pub fn decide(registry: &Registry, simulations: &Selection, scope: &Scope, executor: Executor<'_>) -> Result<Vec<Decided>> {
    Driver { registry, executor, scope }.decide(&expand(registry, simulations))
}

/// Asks these claims' own tests and controls again under the executor's seed, and nothing else: what the audit needs to give their
/// verdicts afresh, and to tell a fragile one.
///
/// # Errors
/// [`Error::Interrupted`](crate::Error::Interrupted).
pub fn own_tests(registry: &Registry, executor: Executor<'_>, claims: &BTreeSet<ClaimId>) -> Result<Vec<Decided>> {
    let own = || BTreeMap::from([(Held::Test, Settled::Decided), (Held::Control, Settled::Decided)]);
    let scope = Scope::Accepted(claims.iter().map(|id| (id.clone(), own())).collect());
    decide(registry, &Selection::Named(simulations_of(registry, claims)), &scope, executor)
}

/// Sorts the board's replies by claim. Claims that were not asked have no entry.
fn decisions(board: &Board<'_>, runs: &Runs, claims: &[&Claim], scope: &Scope) -> BTreeMap<String, ClaimDecision> {
    let mut decisions = BTreeMap::new();
    let replies: Vec<Question> = board.questions().par_iter().map(|open| board.question(open, runs)).collect();
    let mut of_claims: BTreeMap<&ClaimId, BTreeMap<Role, Question>> = BTreeMap::new();
    for (open, question) in board.questions().iter().zip(replies) {
        of_claims.entry(&open.claim.id).or_default().insert(open.role.clone(), question);
    }
    for claim in claims {
        let mut by_role = of_claims.remove(&claim.id).unwrap_or_default();
        let (mut worlds, mut singles) = (BTreeMap::new(), BTreeMap::new());
        for (role, question) in &by_role {
            match role {
                Role::World(world) => drop(worlds.insert(world.clone(), question.clone())),
                Role::Single(condition) => drop(singles.insert(*condition, question.clone())),
                Role::Test | Role::Control | Role::Published | Role::Without(_) | Role::Pair(_) | Role::Held(_) => {}
            }
        }
        let is_asked = match scope {
            Scope::Full | Scope::Quick => true,
            Scope::Accepted(held) => held.contains_key(&claim.id),
        };
        if !is_asked {
            continue;
        }
        let test = by_role.remove(&Role::Test).unwrap_or_else(|| not_asked(claim));
        let published = match by_role.remove(&Role::Published) {
            Some(published) => published,
            None if is_own_counterfactual(claim) => test.clone(),
            None => not_asked(claim),
        };
        let decision = ClaimDecision {
            control: by_role.remove(&Role::Control).unwrap_or_else(|| not_asked(claim)),
            published,
            worlds,
            test,
            singles,
            without: BTreeMap::new(),
            pairs: BTreeMap::new(),
            curves: Vec::new(),
        };
        decisions.insert(claim.id.name.clone(), decision);
    }
    decisions
}

fn totals(plan: &SimulationPlan, arms: &BTreeMap<String, ArmRecord>) -> Totals {
    let mut totals = Totals::default();
    let planned: BTreeMap<String, usize> = plan.arms.iter().map(|(arm, planned)| (arm.to_string(), planned.cells.len())).collect();
    for (arm, record) in arms {
        let cells = planned.get(arm).copied().unwrap_or(0);
        totals.replicates += u64::from(record.replicates) * cells as u64;
        totals.work += f64::from(record.replicates) * record.cost * 1e-9;
    }
    totals
}

/// The simulations that hold these claims: what `run --only` and `check` plan.
#[must_use]
pub fn simulations_of<'a>(registry: &Registry, claims: impl IntoIterator<Item = &'a ClaimId>) -> BTreeSet<(String, String)> {
    claims
        .into_iter()
        .filter_map(|id| registry.claims.get(id))
        .filter_map(|claim| Some((claim.id.study.clone(), claim.simulation.clone()?)))
        .collect()
}
