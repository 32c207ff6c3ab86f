//! What a world changes in a setup, condition by condition.
//!
//! It takes the setups of a simulation's cells and the steps of an [`Overlay`] and gives changed setups with, per
//! condition, whether they meet it. Steps are tried in the order of the condition list; one that the laboratory
//! refuses in any cell is undone in every cell, so that a world never becomes impossible and never means two things.

use super::Simulated;
use crate::registry::{Overlay, OverlayChange};
use crate::sim::{
    self, Amount, Capacity, Curation, Earlier, Method, Model, Real, Reference, Sampling, Schedule, Setup, Synthetic, TailView,
};
use crate::taxonomy::{Condition, Word};
use std::collections::BTreeMap;

/// Why nothing here stands for generative pre-training.
const NO_PRETRAINING: &str = "no reduced simulation pre-trains on a realistic modality";

/// Setups of a simulation's cells after some steps of an overlay, and which conditions they meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlaid {
    /// One per cell, in cell order.
    pub setups: Vec<Setup>,
    /// For every condition asked for.
    pub conditions: BTreeMap<Condition, Simulated>,
}

/// Applies the steps for which `chosen` says yes to the cells of a simulation.
#[must_use]
pub fn apply(published: &[Setup], overlay: &Overlay, chosen: impl Fn(Condition) -> bool) -> Overlaid {
    let mut setups = published.to_vec();
    let mut conditions = BTreeMap::new();
    for condition in Condition::all().iter().copied().filter(|condition| chosen(*condition)) {
        let step = overlay.steps.iter().find(|step| step.condition == condition);
        let simulated = match step {
            Some(step) => change_all(&mut setups, &step.change),
            None if condition == Condition::Pretraining => Simulated::NotSimulated(NO_PRETRAINING.to_owned()),
            None => Simulated::NotSimulated(format!("the {} world does not change it", overlay.id)),
        };
        conditions.insert(condition, simulated);
    }
    Overlaid { setups, conditions }
}

/// Applies one change to every cell, or to none.
fn change_all(setups: &mut Vec<Setup>, change: &OverlayChange) -> Simulated {
    let mut changed = Vec::with_capacity(setups.len());
    for setup in setups.iter() {
        match changed_setup(setup, change) {
            Ok(next) => changed.push(next),
            Err(reason) => return Simulated::NotSimulated(reason),
        }
    }
    if changed == *setups {
        return Simulated::AlreadyMet;
    }
    *setups = changed;
    Simulated::Changed
}

/// The setup after a change; equal to the given one where it meets the condition already.
fn changed_setup(setup: &Setup, change: &OverlayChange) -> Result<Setup, String> {
    let candidates = candidates(setup, change)?;
    let mut reason = None;
    for candidate in candidates {
        if candidate == *setup {
            return Ok(candidate);
        }
        // A method is how, not what: a shortcut demanded for the published setup is no demand on the world.
        let candidate = if candidate.method == Method::Statistics { Setup { method: Method::Auto, ..candidate } } else { candidate };
        match sim::check(&candidate) {
            Ok(_) => return Ok(candidate),
            Err(refusals) => {
                let words = refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
                reason.get_or_insert(if words.is_empty() { "refused by the laboratory".to_owned() } else { words });
            }
        }
    }
    Err(reason.unwrap_or_default())
}

/// Setups that would meet the condition, the preferred one first.
fn candidates(setup: &Setup, change: &OverlayChange) -> Result<Vec<Setup>, String> {
    let mut next = setup.clone();
    match change {
        OverlayChange::Accumulate => accumulate(&mut next),
        OverlayChange::Grow { factor, limit } => next.samples = grown(setup, *factor, *limit)?,
        OverlayChange::Verify { true_accept, false_accept, tail_blind } => {
            let tail = if *tail_blind { TailView::Blind } else { TailView::Judged };
            // Where synthetic examples come from is no curation that a verifier replaces.
            next.curation.retain(|rule| matches!(rule, Curation::Displace { .. } | Curation::Edit { .. }));
            next.curation.push(Curation::Verifier {
                true_accept: *true_accept,
                false_accept: *false_accept,
                tail,
                reference: Reference::MostLikely,
            });
        }
        OverlayChange::Enlarge { exponent } => {
            if !has_capacity(&setup.model) {
                return Err("the model has no capacity that could grow".to_owned());
            }
            next.capacity = Capacity::Growing { exponent: *exponent };
        }
        OverlayChange::Decline => next.regime.real = Real::Fresh { amount: Amount::Decline, earlier: Earlier::Kept },
        OverlayChange::Horizon { generations } => next.generations = *generations,
        OverlayChange::Unbias => next.sampling = Sampling::Unbiased,
        OverlayChange::Bias { variance_scale, temperature, top_p } => {
            let biases = [
                Sampling::VarianceScale { scale: *variance_scale },
                Sampling::Temperature { temperature: *temperature },
                Sampling::TopP { mass: *top_p },
            ];
            return Ok(biases.into_iter().map(|sampling| Setup { sampling, ..next.clone() }).collect());
        }
    }
    Ok(vec![next])
}

/// Keeps all real and all synthetic data. A cut of the pool stays: it sets the size of the training set, which is
/// what `growth` changes.
const fn accumulate(setup: &mut Setup) {
    let regime = &mut setup.regime;
    match &mut regime.real {
        Real::First => regime.real = Real::Kept,
        Real::Kept => {}
        Real::Fresh { earlier, .. } => *earlier = Earlier::Kept,
    }
    regime.synthetic = Synthetic::All;
}

/// n_t times `factor` per generation up to `limit` times n_1, unless the schedule is nowhere smaller already.
fn grown(setup: &Setup, factor: f64, limit: f64) -> Result<Schedule, String> {
    if matches!(setup.samples, Schedule::Final { .. }) {
        return Err("the size of the last training set alone is what this simulation varies".to_owned());
    }
    if matches!(setup.regime.synthetic, Synthetic::Overwrite { .. }) {
        return Err("the data set is overwritten and has one size by construction".to_owned());
    }
    let start = setup.samples.at(1, setup.generations);
    let grown = Schedule::Geometric { start, factor, limit: Some((start as f64 * limit).round() as u64) };
    let size = |schedule: &Schedule, t| schedule.at(t, setup.generations);
    let is_enough = setup.generations > 1 && (1..=setup.generations).all(|t| size(&setup.samples, t) >= size(&grown, t));
    Ok(if is_enough { setup.samples.clone() } else { grown })
}

/// Whether a model has a capacity: components, bins, or the inverse of a penalty.
const fn has_capacity(model: &Model) -> bool {
    match model {
        Model::Mixture { .. } | Model::Histogram { .. } | Model::Ridge { .. } => true,
        Model::Gaussian { .. }
        | Model::GaussianUnbiased { .. }
        | Model::GaussianDiagonal { .. }
        | Model::Kde { .. }
        | Model::Categorical { .. }
        | Model::Poisson
        | Model::Exponential
        | Model::Bernoulli
        | Model::Ols
        | Model::RandomFeatures { .. }
        | Model::Logistic { .. }
        | Model::NGram { .. }
        | Model::LinearClassifier => false,
    }
}
