//! The questions that the loop asks of a curation: who passes a verifier, how many examples a correction replaces, which of several
//! candidates is preferred.

use super::{Curation, Reward, TailView};
use crate::random::Rng;
use crate::sim::chain::{Assessment, Visible};
use rand::RngExt;
use rand_distr::{Binomial, Distribution};

impl Reward {
    /// The reward of an example.
    #[must_use]
    pub fn of(&self, example: Visible) -> f64 {
        match (self, example) {
            (Self::Linear { slope }, Visible::Coordinate(x)) => slope * x,
            (Self::Quadratic { centre, width }, Visible::Coordinate(x)) => -(x - centre).powi(2) / (2.0 * width),
            (Self::Levels { values }, Visible::Category(place)) => values.get(place).copied().unwrap_or(0.0),
            (Self::Linear { .. } | Self::Quadratic { .. }, Visible::Category(_)) | (Self::Levels { .. }, Visible::Coordinate(_)) => 0.0,
        }
    }

    /// The two levels of `categories` categories, the lower one first; `None` where there are more than two.
    #[must_use]
    pub fn two_levels(&self, categories: usize) -> Option<(f64, f64)> {
        let rewards = || (0..categories).map(|place| self.of(Visible::Category(place)));
        let (low, high) = rewards().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), r| (low.min(r), high.max(r)));
        rewards().all(|r| r <= low || r >= high).then_some((low, high))
    }
}

/// The place of the one that is kept of candidates with these rewards.
pub(in crate::sim) fn choose(rewards: &[f64], rng: &mut Rng) -> usize {
    let top = rewards.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = rewards.iter().map(|reward| (reward - top).exp()).sum();
    let mut left = rng.random::<f64>() * total;
    for (place, reward) in rewards.iter().enumerate() {
        left -= (reward - top).exp();
        if left < 0.0 {
            return place;
        }
    }
    rewards.len() - 1
}

/// By what being preferred multiplies the probability of an example of the lower and of the higher of two levels that are `gap`
/// apart, where a draw has the higher one with probability `high`: the mean of K e^r over the sum of all K candidates' e^r.
pub(in crate::sim) fn lift(candidates: u32, gap: f64, high: f64) -> (f64, f64) {
    let (others, k) = (u64::from(candidates - 1), f64::from(candidates));
    // Relative to the higher level, so that a wide gap stays in range.
    let low = (-gap).exp();
    let law = statrs::distribution::Binomial::new(high.clamp(0.0, 1.0), others).expect("a probability");
    (0..=others).fold((0.0, 0.0), |(of_low, of_high), also| {
        let mass = statrs::distribution::Discrete::pmf(&law, also);
        let (h, l) = (also as f64, (others - also) as f64);
        (of_low + mass * k * low / (h + (l + 1.0) * low), of_high + mass * k / (h + 1.0 + l * low))
    })
}

/// How many of `n` examples corrections replace by draws of the truth.
pub(in crate::sim) fn corrected(rules: &[Curation], n: u64, rng: &mut Rng) -> u64 {
    rules.iter().fold(0, |corrected, rule| match rule {
        Curation::Correct { strength } => {
            let law = Binomial::new(n - corrected, strength / (1.0 + strength)).expect("`check` allows strengths of 0 and more");
            corrected + law.sample(rng)
        }
        _ => corrected,
    })
}

/// Probability that one curation accepts an example.
pub(in crate::sim) fn acceptance(rule: &Curation, example: Assessment) -> f64 {
    match rule {
        Curation::Verifier { tail: TailView::Blind, .. } if example.tail => 0.0,
        Curation::Verifier { true_accept, false_accept, .. } => {
            if example.correct {
                *true_accept
            } else {
                *false_accept
            }
        }
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn two_candidates_move_a_share_by_the_hyperbolic_tangent() {
        // Two levels a apart, K = 2: q' = q + q (1 - q) tanh(a / 2).
        for (q, gap) in [(0.1, 1.0), (0.6, 0.3), (0.5, 40.0), (1.0, 1.0)] {
            let (of_low, of_high) = lift(2, gap, q);
            let expected = q + q * (1.0 - q) * f64::tanh(gap / 2.0);
            assert!((q * of_high - expected).abs() < 1e-12, "{q} {gap}");
            assert!((q * of_high + (1.0 - q) * of_low - 1.0).abs() < 1e-12, "probabilities add up to one");
        }
    }

    #[test]
    fn choices_among_candidates_follow_their_exponentials() {
        let mut rng = Rng::seed_from_u64(1);
        let rewards = [0.0, 1.0, -700.0, 2.0];
        let total: f64 = rewards.iter().map(|r: &f64| r.exp()).sum();
        let mut counts = [0_u32; 4];
        (0..40_000).for_each(|_| counts[choose(&rewards, &mut rng)] += 1);
        for (count, reward) in counts.iter().zip(rewards) {
            let p = reward.exp() / total;
            assert!((f64::from(*count) / 40_000.0 - p).abs() < 5.0 * (p * (1.0 - p) / 40_000.0).sqrt() + 1e-12);
        }
    }

    #[test]
    fn three_values_are_not_two_levels() {
        let levels = |values: &[f64]| Reward::Levels { values: values.to_vec() };
        assert_eq!(levels(&[1.0]).two_levels(3), Some((0.0, 1.0)));
        assert_eq!(levels(&[1.0, 2.0]).two_levels(3), None);
        assert_eq!(levels(&[1.0, 2.0]).two_levels(2), Some((1.0, 2.0)));
    }
}
