//! What a world changes in a setup, condition by condition.
//!
//! It takes the setups of a simulation's cells and the steps of an [`Overlay`] and gives changed setups with, per
//! condition, whether they meet it. Steps are tried in the order of the condition list; one that the laboratory
//! refuses in any cell is undone in every cell, so that a world never becomes impossible and never means two things.

use super::Simulated;
use super::refused::in_words;
use crate::registry::{Overlay, OverlayChange};
use crate::sim::{
    self, Amount, Capacity, Curation, Earlier, Kind, Method, Real, Reference, Sampling, Schedule, Setup, Synthetic, TailView, Truth,
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

/// Applies one change to every cell, or to none: the first form of it that the laboratory accepts in all of them.
fn change_all(setups: &mut Vec<Setup>, change: &OverlayChange) -> Simulated {
    let forms: Result<Vec<Vec<Setup>>, String> = setups.iter().map(|setup| candidates(setup, change)).collect();
    let forms = match forms {
        Ok(forms) => forms,
        Err(reason) => return Simulated::NotSimulated(reason),
    };
    let mut refused = None;
    for form in 0..forms.first().map_or(0, Vec::len) {
        let changed: Result<Vec<Setup>, String> = setups.iter().zip(&forms).map(|(setup, forms)| accepted(setup, &forms[form])).collect();
        match changed {
            Ok(changed) if changed == *setups => return Simulated::AlreadyMet,
            Ok(changed) => {
                *setups = changed;
                return Simulated::Changed;
            }
            Err(reason) => drop(refused.get_or_insert(reason)),
        }
    }
    Simulated::NotSimulated(refused.unwrap_or_default())
}

/// The changed setup, where the laboratory accepts it.
fn accepted(setup: &Setup, changed: &Setup) -> Result<Setup, String> {
    if changed == setup {
        return Ok(changed.clone());
    }
    // A method is how, not what: a shortcut demanded for the published setup is no demand on the world.
    let method = if changed.method == Method::Statistics { Method::Auto } else { changed.method };
    let changed = Setup { method, ..changed.clone() };
    match sim::check(&changed) {
        Ok(_) => Ok(changed),
        Err(refusals) => Err(in_words(&refusals)),
    }
}

/// Setups that would meet the condition, the preferred one first.
fn candidates(setup: &Setup, change: &OverlayChange) -> Result<Vec<Setup>, String> {
    let mut next = setup.clone();
    match change {
        OverlayChange::Accumulate => accumulate(&mut next),
        OverlayChange::Grow { factor, limit } => next.samples = grown(setup, *factor, *limit)?,
        OverlayChange::Verify { true_accept, false_accept, tail_blind } => {
            if has_random_labels(&setup.truth) {
                return Err("a verifier of labels would change their law".to_owned());
            }
            let verified = |tail| verified(setup, (*true_accept, *false_accept), tail);
            // A verifier that cannot be blind to a tail, where the truth has none, is the plain one and never none.
            let blind = tail_blind.then(|| verified(TailView::Blind));
            return Ok(blind.into_iter().chain([verified(TailView::Judged)]).collect());
        }
        OverlayChange::Enlarge { exponent } => {
            if !setup.model.family().grows() {
                return Err("the model has no capacity that could grow".to_owned());
            }
            next.capacity = Capacity::Growing { exponent: *exponent };
        }
        OverlayChange::Decline => decline(&mut next),
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
/// what `growth` changes. Of a set that is overwritten, as many examples as were replaced are added.
fn accumulate(setup: &mut Setup) {
    let first = setup.samples.at(1, setup.generations);
    if let Synthetic::Overwrite { share } = setup.regime.synthetic {
        let new = ((share * first as f64).round() as u64).min(first);
        setup.samples = Schedule::Listed { sizes: vec![first, new] };
    }
    let regime = &mut setup.regime;
    match &mut regime.real {
        Real::First => regime.real = Real::Kept,
        Real::Kept => {}
        Real::Fresh { earlier, .. } => *earlier = Earlier::Kept,
    }
    regime.synthetic = Synthetic::All;
}

/// Of the points that generation t adds, one in t is real and new. What the regime keeps or drops, and the size of its set, stay as
/// they are: arrived real data stay as long as the synthetic ones that they came with. Real examples that came beside the n_t
/// synthetic ones count among the new ones; where examples are overwritten in place, what comes beside them is left out.
fn decline(setup: &mut Setup) {
    let regime = &mut setup.regime;
    let earlier = match (&regime.real, &regime.synthetic) {
        (Real::First, _) => Earlier::Dropped,
        (Real::Kept, Synthetic::All | Synthetic::None) => Earlier::Kept,
        (Real::Kept, Synthetic::Newest | Synthetic::Window { .. } | Synthetic::Models { .. } | Synthetic::Overwrite { .. }) => {
            Earlier::First
        }
        (Real::Fresh { earlier, .. }, _) => *earlier,
    };
    let amount = match (&regime.real, &regime.synthetic) {
        (_, Synthetic::Overwrite { .. }) => Amount::Decline,
        (Real::Fresh { amount: Amount::Count { count }, .. }, _) => Amount::DeclineBeside { count: *count },
        (Real::First | Real::Kept | Real::Fresh { .. }, _) => Amount::Decline,
    };
    regime.real = Real::Fresh { amount, earlier };
}

/// The setup with this verifier in place of what curates it. Where synthetic examples come from is no curation that a verifier
/// replaces, nor is a detector, which tells synthetic examples from real ones and not right from wrong: without it the set would hold
/// another share of real data.
fn verified(setup: &Setup, (true_accept, false_accept): (f64, f64), tail: TailView) -> Setup {
    let mut next = setup.clone();
    let stays = |rule: &Curation| {
        matches!(rule, Curation::Displace { .. } | Curation::Extrapolate { .. } | Curation::Edit { .. } | Curation::DetectorWeighted { .. })
    };
    next.curation.retain(stays);
    next.curation.push(Curation::Verifier { true_accept, false_accept, tail, reference: Reference::MostLikely });
    next
}

/// Whether the truth gives the same input different labels: one that accepts the most likely label more often than another makes
/// another law (0.95 against 0.2 turns a probability of 0.7 into 0.92), so it is a bias of sampling and no verifier. Tokens and
/// categories are judged by whether the truth ever says them, not by whether it says them most.
/// Responses are random too; there the laboratory refuses a verifier, since no response is wrong.
fn has_random_labels(truth: &Truth) -> bool {
    truth.kind() == Kind::Labels
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
