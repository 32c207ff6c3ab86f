//! How realism scores and weighted shares move with the weights of the conditions.
//!
//! It takes the levels of every study and the presets and gives presets, leave-one-out, `partly` moved, and 10,000
//! draws of Dirichlet weights. Draws come from a fixed seed of their own: they are the same in every audit.

use super::realism::{self, Levels, PARTLY, Reading, Values};
use super::{Points, Sensitivity, ShareSensitivity};
use crate::random::Rng;
use crate::registry::Weights;
use crate::taxonomy::{Condition, Word};
use rand::SeedableRng;
use rand_distr::{Distribution, Gamma};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Draws of weights.
pub const DRAWS: usize = 10_000;
/// Seed of the draws, apart from the audit's own seed.
const SEED: u64 = 0x7265_616c_6973_6d00;
/// Concentration of draws around a preset.
const CONCENTRATION: f64 = 8.0;
/// What `partly` counts for at its lowest and highest.
const PARTLY_RANGE: (f64, f64) = (0.25, 0.75);

/// Weights drawn from a Dirichlet law; a component of concentration zero is always zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Draws(Vec<[f64; 8]>);

impl Draws {
    /// Draws from Dirichlet(1,…,1): every weighting is as likely as every other.
    #[must_use]
    pub fn even() -> Self {
        Self::of([1.0; 8])
    }

    /// Draws from Dirichlet(8 w), w the preset's weights made to sum to one.
    #[must_use]
    pub fn around(preset: &Weights) -> Self {
        let total: f64 = preset.weights.iter().sum();
        Self::of(preset.weights.map(|weight| CONCENTRATION * weight / total))
    }

    /// Independent Gamma(a_i, 1) draws, which divided by their sum are Dirichlet(a); scores divide by the sum of
    /// weights anyway.
    ///
    /// # Source
    /// Devroye (1986), "Non-uniform random variate generation", chapter XI, theorem 4.1.
    fn of(concentrations: [f64; 8]) -> Self {
        let mut rng = Rng::seed_from_u64(SEED);
        let laws = concentrations.map(|a| Gamma::new(a, 1.0).ok());
        let draw = |rng: &mut Rng| std::array::from_fn(|i| laws[i].map_or(0.0, |law| law.sample(rng)));
        Self((0..DRAWS).map(|_| draw(&mut rng)).collect())
    }

    fn scores(&self, levels: &Levels) -> Vec<Option<f64>> {
        match Values::of(levels, Reading::Mid, PARTLY) {
            Some(values) => self.0.iter().map(|weights| values.mean(weights)).collect(),
            None => vec![None; self.0.len()],
        }
    }
}

/// The report over all studies.
#[must_use]
pub fn report(studies: &BTreeMap<String, Levels>, presets: &BTreeMap<String, Weights>, even: &Draws) -> Sensitivity {
    let mid = |levels: &Levels, weights: &[f64; 8]| realism::score(levels, weights, Reading::Mid, PARTLY);
    let each = |of: &dyn Fn(&Levels) -> Option<f64>| -> BTreeMap<String, Option<f64>> {
        studies.iter().map(|(id, levels)| (id.clone(), of(levels))).collect()
    };
    let leave_out = |left: usize| move |levels: &Levels| mid(levels, &std::array::from_fn(|i| if i == left { 0.0 } else { 1.0 }));
    let around = || presets.par_iter().map(|(name, preset)| (name.clone(), points(studies, &Draws::around(preset)))).collect();
    let (ranks, (dirichlet, around)) = rayon::join(|| ranks(studies, even), || rayon::join(|| points(studies, even), around));
    Sensitivity {
        presets: presets.iter().map(|(name, preset)| (name.clone(), each(&|levels| mid(levels, &preset.weights)))).collect(),
        dirichlet,
        around,
        ranks,
        leave_one_out: Condition::all().iter().enumerate().map(|(left, condition)| (*condition, each(&leave_out(left)))).collect(),
        partly: studies.iter().map(|(id, levels)| (id.clone(), partly(levels))).collect(),
    }
}

fn partly(levels: &Levels) -> Option<(f64, f64)> {
    let at = |partly| realism::score(levels, &[1.0; 8], Reading::Mid, partly);
    Some((at(PARTLY_RANGE.0)?, at(PARTLY_RANGE.1)?))
}

fn points(studies: &BTreeMap<String, Levels>, draws: &Draws) -> BTreeMap<String, Points> {
    studies.par_iter().map(|(id, levels)| (id.clone(), quantiles(draws.scores(levels).into_iter().flatten().collect()))).collect()
}

/// 5 %, 50 % and 95 % points (inverse of the empirical distribution function).
fn quantiles(mut values: Vec<f64>) -> Points {
    if values.is_empty() {
        return None;
    }
    let count = values.len() as f64;
    let place = |share: f64| ((share * count).ceil() as usize).saturating_sub(1);
    let mut at = |share: f64| *values.select_nth_unstable_by(place(share), f64::total_cmp).1;
    Some((at(0.05), at(0.5), at(0.95)))
}

/// Shares of draws in which a study ranks in the upper, middle and lower third; equal scores share their ranks.
///
/// # Source
/// Lahdelma, Hokkanen and Salminen (1998), "SMAA", European Journal of Operational Research 106, 137-143.
fn ranks(studies: &BTreeMap<String, Levels>, draws: &Draws) -> BTreeMap<String, Points> {
    let scored: Vec<Vec<Option<f64>>> = studies.values().collect::<Vec<_>>().par_iter().map(|levels| draws.scores(levels)).collect();
    let mut counts = vec![([0.0; 3], 0.0); scored.len()];
    let mut order: Vec<(f64, usize)> = Vec::with_capacity(scored.len());
    for draw in 0..DRAWS {
        order.clear();
        order.extend(scored.iter().enumerate().filter_map(|(place, scores)| Some((scores[draw]?, place))));
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let size = order.len();
        let mut start = 0;
        for group in order.chunk_by(|a, b| (a.0 - b.0).abs() < 1e-12) {
            let part = 1.0 / group.len() as f64;
            for (_, place) in group {
                let (thirds, total) = &mut counts[*place];
                for rank in start..start + group.len() {
                    thirds[rank * 3 / size] += part;
                    *total += part;
                }
            }
            start += group.len();
        }
    }
    let share = |(thirds, total): ([f64; 3], f64)| (total > 0.0).then(|| (thirds[0] / total, thirds[1] / total, thirds[2] / total));
    studies.keys().cloned().zip(counts.into_iter().map(share)).collect()
}

/// How the realism-weighted share of `occurs` among decided studies moves over draws of weights; `None` where no
/// decided study has a score.
#[must_use]
pub fn of_share(decided: &[(Levels, bool)], in_use: Option<f64>, draws: &Draws) -> Option<ShareSensitivity> {
    let in_use = in_use?;
    let decided = values(decided);
    let shares: Vec<f64> = draws.0.iter().filter_map(|weights| share_of(&decided, weights)).collect();
    let count = shares.len() as f64;
    let same = shares.iter().filter(|share| (**share > 0.5) == (in_use > 0.5)).count() as f64;
    let (low, middle, high) = quantiles(shares)?;
    let holds = same / count;
    Some(ShareSensitivity { low, middle, high, holds, error: (holds * (1.0 - holds) / count).sqrt() })
}

/// Sum of the realism of studies in which it occurs, over that of all decided studies.
#[must_use]
pub fn weighted_share(decided: &[(Levels, bool)], weights: &[f64; 8]) -> Option<f64> {
    share_of(&values(decided), weights)
}

/// Studies that have a score, as numbers.
fn values(decided: &[(Levels, bool)]) -> Vec<(Values, bool)> {
    decided.iter().filter_map(|(levels, occurs)| Some((Values::of(levels, Reading::Mid, PARTLY)?, *occurs))).collect()
}

fn share_of(decided: &[(Values, bool)], weights: &[f64; 8]) -> Option<f64> {
    let (mut part, mut whole) = (0.0, 0.0);
    for (values, occurs) in decided {
        if let Some(score) = values.mean(weights) {
            whole += score;
            if *occurs {
                part += score;
            }
        }
    }
    (whole > 0.0).then(|| part / whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taxonomy::RealismLevel::{Met, Partly, Unmet};
    use realism::Span;

    fn weights(weights: [f64; 8]) -> Weights {
        Weights { name: "test".to_owned(), reason: String::new(), weights }
    }

    #[test]
    fn dirichlet_draws_have_the_mean_and_variance_of_their_law() {
        let preset = weights([4.0, 2.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        let draws = Draws::around(&preset);
        let shares: Vec<[f64; 8]> = draws.0.iter().map(|one| one.map(|w| w / one.iter().sum::<f64>())).collect();
        // Dirichlet(4, 2, 1, 1): mean a/8, variance a (8 - a) / (64 * 9).
        for (place, a) in [4.0_f64, 2.0, 1.0, 1.0].into_iter().enumerate() {
            let n = shares.len() as f64;
            let mean = shares.iter().map(|one| one[place]).sum::<f64>() / n;
            let variance = shares.iter().map(|one| (one[place] - mean).powi(2)).sum::<f64>() / n;
            let expected = a * (8.0 - a) / 576.0;
            assert!((mean - a / 8.0).abs() < 5.0 * (expected / n).sqrt(), "{place} {mean}");
            assert!((variance / expected - 1.0).abs() < 0.1, "{place} {variance}");
        }
        assert!(shares.iter().all(|one| one[4..].iter().all(|w| w.abs() < 1e-300)), "a weight of zero stays zero");
        assert_eq!(draws, Draws::around(&preset), "the seed is fixed");
    }

    #[test]
    fn a_score_of_four_conditions_of_which_one_is_met_has_a_beta_law() {
        // One met of eight judged: the weight itself, Beta(1, 7), whose distribution function is 1 - (1 - x)^7.
        let mut levels: Levels = [Span::of(Unmet); 8];
        levels[3] = Span::of(Met);
        let studies = BTreeMap::from([("one".to_owned(), levels)]);
        let (low, middle, high) = points(&studies, &Draws::even())["one"].unwrap();
        for (found, share) in [(low, 0.05_f64), (middle, 0.5), (high, 0.95)] {
            let reached = 1.0 - (1.0 - found).powi(7);
            assert!((reached - share).abs() < 5.0 * (share * (1.0 - share) / DRAWS as f64).sqrt(), "{share} {reached}");
        }
    }

    #[test]
    fn a_study_that_is_better_under_every_weight_ranks_above_in_every_draw() {
        let studies =
            BTreeMap::from([("best", Met), ("middle", Partly), ("worst", Unmet)].map(|(id, level)| (id.to_owned(), [Span::of(level); 8])));
        let ranks = ranks(&studies, &Draws::even());
        for (id, place) in [("best", 0), ("middle", 1), ("worst", 2)] {
            let (upper, mid, lower) = ranks[id].unwrap();
            assert!(([upper, mid, lower][place] - 1.0).abs() < 1e-9, "{id} {upper} {mid} {lower}");
        }
    }

    #[test]
    fn partly_moves_between_a_quarter_and_three_quarters() {
        let (low, high) = partly(&[Span::of(Partly); 8]).unwrap();
        assert!((low - 0.25).abs() < 1e-12 && (high - 0.75).abs() < 1e-12);
        assert_eq!(partly(&[None; 8]), None);
    }

    #[test]
    fn a_share_that_no_weight_can_change_holds_in_every_draw() {
        let decided = [([Span::of(Met); 8], true), ([Span::of(Met); 8], true), ([Span::of(Met); 8], false)];
        let found = of_share(&decided, Some(2.0 / 3.0), &Draws::even()).unwrap();
        assert!((found.low - 2.0 / 3.0).abs() < 1e-12 && (found.high - 2.0 / 3.0).abs() < 1e-12);
        assert!((found.holds - 1.0).abs() < 1e-12 && found.error < 1e-12);
        assert_eq!(of_share(&[], None, &Draws::even()), None);
    }
}
