//! What a descriptor says of the realism conditions, and which codings it refutes: `studies/README.md`, "Realism codings, the rule".
//!
//! A simulation keeps the mechanism of its study whatever its fidelity: which data make the next training set, and how many. Whether
//! examples are judged and how they are sampled it shows only where it is the study's own model. What only the text can tell
//! (pre-training, the horizon of another size) is refuted by no descriptor.

use super::node::Node;
use super::problem::Log;
use super::shape::quoted;
use super::{Judgement, Simulation, Study};
use crate::sim::{Budget, Capacity, Curation, Earlier, LabelChoice, Real, Sampling, Schedule, Setup, Synthesis, Synthetic};
use crate::taxonomy::RealismLevel::{self, Met, Partly, Unmet};
use crate::taxonomy::{Condition, Fidelity, Size, Word};

/// Generations looked at: later ones repeat what these show.
const SHOWN: u32 = 64;
/// Generations within which a horizon is plausible: twice what any lineage of frontier models has had.
const PLAUSIBLE: u32 = 20;
/// Generations beyond which it is not.
const IMPLAUSIBLE: u32 = 100;

/// What a descriptor leaves open of a condition.
struct Shown {
    /// Levels that it does not refute, beside `unclear` and `not-applicable`.
    levels: &'static [RealismLevel],
    /// What it shows, as the end of a sentence about the simulation.
    because: &'static str,
}

/// Reports every judgement that the descriptor refutes: one of a simulation by that simulation, one of the whole study by each main
/// simulation that the same coder does not judge on its own.
pub(super) fn check(root: &Node, study: &Study, log: &Log) {
    for node in root.child("realism").map(Node::items).unwrap_or_default() {
        let word = |key: &str| node.child(key).and_then(Node::text);
        let (Some(condition), Some(level)) = (word("condition"), word("level")) else { continue };
        let (Ok(condition), Ok(level)) = (Condition::parse(condition), RealismLevel::parse(level)) else { continue };
        let coder = word("coder").unwrap_or_default();
        let own = |name: &str| {
            let is_own = |one: &Judgement| one.condition == condition && one.coder == coder && one.simulation.as_deref() == Some(name);
            study.judgements.iter().any(is_own)
        };
        let judged: Vec<&Simulation> = match word("simulation") {
            Some(name) => study.simulation(name).into_iter().collect(),
            None => study.main_simulations().filter(|simulation| !own(&simulation.name)).collect(),
        };
        for simulation in judged {
            if let Some(shown) = refuted(simulation, condition, level) {
                let message = format!("`{condition}` is judged `{level}`, but simulation `{}` {}", simulation.name, shown.because);
                let levels: Vec<_> = shown.levels.iter().map(|level| level.id()).collect();
                let own = if word("simulation").is_some() { "" } else { ", or judge the simulation on its own" };
                let remedy = format!("write {}{own}; the rule stands in studies/README.md", quoted(&levels));
                log.problem(node.place_of("level"), "realism-contradicts-regime", message, remedy);
            }
        }
    }
}

const fn shown(levels: &'static [RealismLevel], because: &'static str) -> Option<Shown> {
    Some(Shown { levels, because })
}

/// Why `level` cannot be the simulation's: what its descriptor shows instead, in every cell; `None` where it may be.
fn refuted(simulation: &Simulation, condition: Condition, level: RealismLevel) -> Option<Shown> {
    if !matches!(level, Met | Partly | Unmet) {
        return None;
    }
    let mut found = None;
    for cell in &simulation.cells {
        let shown = of_condition(&cell.setup, simulation, condition)?;
        if shown.levels.contains(&level) {
            return None;
        }
        found = Some(shown);
    }
    found
}

fn of_condition(setup: &Setup, simulation: &Simulation, condition: Condition) -> Option<Shown> {
    if setup.generations < 2 || setup.regime.synthetic == Synthetic::None {
        return None;
    }
    let own_model = matches!(simulation.fidelity, Fidelity::Exact | Fidelity::Scaled);
    match condition {
        Condition::Accumulate | Condition::RealShare if keeps_places(setup) => None,
        Condition::Accumulate => Some(accumulate(setup)),
        Condition::Growth => growth(setup),
        Condition::Quality => quality(setup, own_model),
        Condition::Compute => compute(setup),
        Condition::RealShare => Some(real_share(setup)),
        Condition::Pretraining => None,
        Condition::Horizon => (simulation.size == Some(Size::Own)).then(|| horizon(setup)).flatten(),
        Condition::Sampling => (own_model && is_as_fitted(setup)).then_some(Shown { levels: &[Met, Partly], because: "samples as fitted" }),
    }
}

/// Whether real data of earlier generations stay.
const fn keeps_real(setup: &Setup) -> bool {
    matches!(setup.regime.real, Real::Kept | Real::Fresh { earlier: Earlier::Kept, .. })
}

/// Whether synthetic data hold something real: places of the first text that nobody edited, or draws of the truth.
fn keeps_places(setup: &Setup) -> bool {
    setup.curation.iter().any(|rule| matches!(rule, Curation::Edit { .. } | Curation::Correct { .. }))
}

const fn accumulate(setup: &Setup) -> Shown {
    match (keeps_real(setup), &setup.regime.synthetic, setup.regime.budget) {
        (true, Synthetic::All, Budget::Whole) => {
            Shown { levels: &[Met], because: "keeps its real data and every generation's synthetic data" }
        }
        (true, Synthetic::All, _) => Shown { levels: &[Met, Partly], because: "draws each training set from all real and synthetic data" },
        (
            true,
            Synthetic::Newest | Synthetic::Window { .. } | Synthetic::Models { .. } | Synthetic::Overwrite { .. } | Synthetic::None,
            _,
        ) => Shown { levels: &[Partly], because: "keeps its real data and drops older synthetic data" },
        (false, Synthetic::All, _) => Shown { levels: &[Partly], because: "keeps synthetic data and drops the first real data" },
        (false, Synthetic::Overwrite { .. }, _) => Shown { levels: &[Partly, Unmet], because: "keeps earlier data only by chance" },
        (false, Synthetic::Newest | Synthetic::Window { .. } | Synthetic::Models { .. } | Synthetic::None, _) => match setup.regime.real {
            Real::Fresh { .. } => Shown { levels: &[Partly, Unmet], because: "drops earlier data and gets fresh real ones" },
            Real::First | Real::Kept => Shown { levels: &[Unmet], because: "replaces its data" },
        },
    }
}

/// What the training set of one generation holds.
#[derive(Clone, Copy)]
struct Holding {
    pool: f64,
    size: f64,
    share: f64,
    arrived: u64,
}

/// Training sets of generations 1 to `SHOWN` at most. An overwritten set keeps what nobody replaced, in expectation.
fn holdings(setup: &Setup) -> Vec<Holding> {
    let first = setup.samples.at(1, setup.generations) as f64;
    let (mut real, mut batches) = (first, Vec::new());
    let mut holdings = vec![Holding { pool: first, size: first, share: 1.0, arrived: 0 }];
    for t in 2..=setup.generations.min(SHOWN) {
        let n = setup.samples.at(t, setup.generations);
        let (arrived, made) = match &setup.regime.real {
            Real::First | Real::Kept => (0, n),
            Real::Fresh { amount, .. } => amount.split(n, t),
        };
        batches.push(made as f64);
        real = match &setup.regime.real {
            Real::First => 0.0,
            Real::Kept => first,
            Real::Fresh { earlier: Earlier::Kept, .. } => real + arrived as f64,
            Real::Fresh { earlier: Earlier::First, .. } => first + arrived as f64,
            Real::Fresh { earlier: Earlier::Dropped, .. } => arrived as f64,
        };
        let synthetic = match &setup.regime.synthetic {
            Synthetic::None => 0.0,
            Synthetic::Newest | Synthetic::Models { .. } => made as f64,
            Synthetic::Window { size } => batches.iter().rev().take(*size as usize).sum(),
            Synthetic::All => batches.iter().sum(),
            Synthetic::Overwrite { share } => {
                real = first * (1.0 - share).powf(f64::from(t - 1));
                first - real
            }
        };
        let pool = real + synthetic;
        let is_cut =
            setup.regime.budget != Budget::Whole || setup.curation.iter().any(|rule| matches!(rule, Curation::DetectorWeighted { .. }));
        let size = if is_cut { pool.min(n as f64) } else { pool };
        holdings.push(Holding { pool, size, share: if pool > 0.0 { real / pool } else { 0.0 }, arrived });
    }
    holdings
}

/// Whether a quantity is larger at the last generation than half way there.
fn still_grows(holdings: &[Holding], of: fn(&Holding) -> f64) -> bool {
    let last = holdings.len() - 1;
    of(&holdings[last]) > of(&holdings[last / 2])
}

fn growth(setup: &Setup) -> Option<Shown> {
    // A last generation of another size is a device to measure a law, not growth.
    if matches!(setup.samples, Schedule::Final { .. }) {
        return None;
    }
    let sets = holdings(setup);
    let (first, last) = (sets[0], sets[sets.len() - 1]);
    if still_grows(&sets, |set| set.size) {
        shown(&[Met, Partly], "has a training set that grows")
    } else if last.size > first.size {
        shown(&[Partly, Unmet], "has a training set that grows once and then stays")
    } else if still_grows(&sets, |set| set.pool) {
        shown(&[Partly, Unmet], "has a training set of one size, drawn from a pool that grows")
    } else {
        shown(&[Unmet], "has a training set that does not grow")
    }
}

fn quality(setup: &Setup, own_model: bool) -> Option<Shown> {
    let is_judge =
        |rule: &Curation| matches!(rule, Curation::Verifier { .. } | Curation::Correct { .. } | Curation::DetectorWeighted { .. });
    let is_curation = |rule: &Curation| !matches!(rule, Curation::Displace { .. } | Curation::Extrapolate { .. });
    if setup.curation.iter().any(is_judge) {
        shown(&[Met, Partly], "judges or mends its synthetic data")
    } else if setup.curation.iter().any(is_curation) {
        None
    } else if own_model {
        shown(&[Unmet], "takes its synthetic data as they come")
    } else {
        shown(&[Partly, Unmet], "takes its synthetic data as they come")
    }
}

fn compute(setup: &Setup) -> Option<Shown> {
    match setup.capacity {
        Capacity::Fixed => shown(&[Partly, Unmet], "has a model of one size over all generations"),
        Capacity::Growing { .. } => shown(&[Met, Partly], "has a model that grows with its data"),
    }
}

fn real_share(setup: &Setup) -> Shown {
    let sets = holdings(setup);
    let later = &sets[1..];
    let arrives = later.iter().all(|set| set.arrived > 0);
    let falls = later.len() > 1 && later[later.len() - 1].share < later[0].share;
    if matches!(setup.regime.synthetic, Synthetic::Overwrite { .. }) {
        return Shown { levels: &[Partly, Unmet], because: "keeps real data only by chance" };
    }
    if later.iter().all(|set| set.share <= 0.0) {
        return Shown { levels: &[Unmet], because: "has no real data after the first generation" };
    }
    match (arrives, falls) {
        (true, true) => Shown { levels: &[Met, Partly], because: "gets new real data at every generation, and their share falls" },
        (true, false) => Shown { levels: &[Partly], because: "gets new real data, and their share does not fall" },
        (false, _) => Shown { levels: &[Partly], because: "has real data that stay, and no new ones at every generation" },
    }
}

fn horizon(setup: &Setup) -> Option<Shown> {
    match setup.generations {
        2..=PLAUSIBLE => shown(&[Met, Partly], "runs for twenty generations at most"),
        generations if generations > IMPLAUSIBLE => shown(&[Partly, Unmet], "runs for more than a hundred generations"),
        _ => None,
    }
}

/// Whether synthetic examples are draws of the fitted law.
fn is_as_fitted(setup: &Setup) -> bool {
    let plain_labels = match setup.synthesis {
        Synthesis::Examples | Synthesis::Labels { choice: LabelChoice::Sampled, .. } => true,
        Synthesis::Labels { choice: LabelChoice::Argmax | LabelChoice::Mean, .. } => false,
    };
    plain_labels && setup.sampling == Sampling::Unbiased && setup.curation.is_empty()
}
