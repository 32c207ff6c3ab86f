//! Curation: what happens to synthetic examples before they join the training set.
//!
//! Plain data, and the three questions that the loop asks of it: who passes a verifier, how many examples a correction
//! replaces, which of several candidates is preferred. It draws no example itself.

mod refusals;

pub(in crate::sim) use refusals::refusals;

use super::chain::{Assessment, Visible};
use super::{Budget, Setup, Synthetic};
use crate::random::Rng;
use rand::RngExt;
use rand_distr::{Binomial, Distribution};
use serde::{Deserialize, Serialize};

/// Candidates of a preference at most: each is drawn.
pub const MOST_CANDIDATES: u32 = 1000;

/// What a curation does to synthetic examples. Each variant says what the truth must offer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Curation {
    /// Each example is accepted with a probability that depends on whether the truth calls it correct; drawing goes
    /// on until n are accepted, at most 100 n draws, else an `Ending`.
    Verifier {
        /// Probability that a correct example is accepted.
        true_accept: f64,
        /// Probability that an incorrect one is.
        false_accept: f64,
        /// Whether the truth's tail is ever accepted.
        tail: TailView,
        /// Which label of an input is the correct one.
        reference: Reference,
    },
    /// Each example is replaced by a draw of the truth with probability strength / (1 + strength): what an ideal corrector
    /// does (Gillman et al. 2024, Definition 4.1). Corrected examples count as synthetic, and no verifier judges them.
    Correct {
        /// gamma.
        strength: f64,
    },
    /// Of so many draws of the model one is kept, with probability proportional to e^reward: choice by Bradley and Terry (1952),
    /// and Luce (1959), as in Ferbach et al. (2024), Equation 6.
    BestOf {
        /// K.
        candidates: u32,
        /// What is preferred.
        reward: Reward,
    },
    /// Synthetic examples come from one fixed law that lies this far from the first fit, at every generation: surrogate data of
    /// another source (Jain, Montanari and Sasoglu 2024; Dohmatob et al. 2024, "Strong Model Collapse", Definition 1). A
    /// Gaussian's mean is moved along the first axis, a regression's first coefficient so that the excess risk of the move is
    /// the distance squared.
    Displace {
        /// The distance, in units of the data, or root of the excess risk.
        distance: f64,
        /// From where it is measured.
        #[serde(skip_serializing_if = "Origin::is_fit")]
        from: Origin,
    },
    /// The synthetic examples of a generation are an earlier text of which `share` of the places are the model's and the others
    /// stand as they were: editing of tokens or labels (Zhu et al. 2024, "How to Synthesize Text Data without Model Collapse?",
    /// Equations 2 and 3, without their choice of places by confidence). With labels on reused inputs a place is an input;
    /// tokens are drawn anew in the contexts that the text has. The first text is the first real set; where a batch is longer
    /// than the text, what is beyond is the model's. An edited text counts as synthetic.
    Edit {
        /// The share of places edited.
        share: f64,
        /// Which places of which text.
        mask: Mask,
    },
    /// A detector of synthetic examples flags those of the training set, and n_t of the set are drawn with replacement, a flagged
    /// one `weight` times as likely as another: Drayson, Yilmaz and Lampos (2025), Section 6.2, with two scores in place of
    /// a scale. What it flags does not depend on what an example says.
    DetectorWeighted {
        /// Probability that a synthetic example is flagged.
        hits: f64,
        /// Probability that a real one is.
        false_alarms: f64,
        /// Of flagged examples, the others weighing 1.
        weight: f64,
    },
    /// Groups of categories have equal quotas: n / G each, the first groups one more where n does not divide. Within a group
    /// examples follow the model. The quota of a group to which the model gives no mass falls to the others, in equal parts.
    Quota {
        /// Categories by place; each stands in one group.
        groups: Vec<Vec<usize>>,
        /// Absent: drawing goes on until every quota is full. Else quotas are filled from n (1 + `extra`) draws only, and what
        /// they leave open is drawn from the model as it is (STAR of Wyllie et al. 2024, with `extra` its budget over n).
        extra: Option<f64>,
    },
}

impl Curation {
    /// Whether it looks at each example.
    #[must_use]
    pub const fn judges(&self) -> bool {
        match self {
            Self::Verifier { .. } | Self::BestOf { .. } | Self::Quota { .. } => true,
            Self::Correct { .. } | Self::Displace { .. } | Self::Edit { .. } | Self::DetectorWeighted { .. } => false,
        }
    }
}

/// Where a displaced source is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The first fit.
    Fit,
    /// The truth itself.
    Truth,
}

impl Origin {
    /// Written so that a source beside the first fit has the canonical form it always had.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    const fn is_fit(&self) -> bool {
        matches!(self, Self::Fit)
    }
}

/// Which places of which text are edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mask {
    /// Places at random, of the text as edited so far.
    Fresh,
    /// The same places at every generation.
    Same,
    /// Places at random, of the original text.
    Original,
    /// Of the text as edited so far, the places after those edited last, from the start again after the last.
    Disjoint,
}

impl Mask {
    /// Whether an edit follows places from generation to generation, which counts of examples do not know.
    #[must_use]
    pub const fn follows_places(self) -> bool {
        matches!(self, Self::Same | Self::Disjoint)
    }

    /// Whether the next edit starts from this one's result.
    #[must_use]
    pub const fn goes_on(self) -> bool {
        matches!(self, Self::Fresh | Self::Disjoint)
    }
}

/// Whose law synthetic examples follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The newest model's.
    Model,
    /// An earlier text, of which some places are the model's.
    Edited,
    /// One fixed law beside the model, at every generation: whatever was fitted does not come back.
    Foreign,
}

impl Setup {
    /// Whose law synthetic examples follow.
    #[must_use]
    pub fn source(&self) -> Source {
        match (self.displacement(), self.edit()) {
            (Some(_), _) => Source::Foreign,
            (None, Some((share, _))) if share < 1.0 => Source::Edited,
            (None, Some(_) | None) => Source::Model,
        }
    }

    /// Which label a verifier calls correct; `check` allows one answer only.
    #[must_use]
    pub fn reference(&self) -> Reference {
        let own = |rule: &Curation| matches!(rule, Curation::Verifier { reference: Reference::Own, .. });
        if self.curation.iter().any(own) { Reference::Own } else { Reference::MostLikely }
    }

    /// The displaced source, if there is one: how far it lies, and from where.
    #[must_use]
    pub fn displacement(&self) -> Option<(f64, Origin)> {
        let one = |rule: &Curation| if let Curation::Displace { distance, from } = rule { Some((*distance, *from)) } else { None };
        let far = self.curation.iter().filter_map(one).reduce(|(sum, from), (distance, _)| (sum + distance, from));
        far.filter(|(distance, from)| *distance > 0.0 || *from == Origin::Truth)
    }

    /// The edit among the curations, if there is one: its share and mask.
    #[must_use]
    pub fn edit(&self) -> Option<(f64, Mask)> {
        self.curation.iter().find_map(|rule| if let Curation::Edit { share, mask } = rule { Some((*share, *mask)) } else { None })
    }

    /// The detector among the curations, if there is one.
    #[must_use]
    pub fn detector(&self) -> Option<Detector> {
        self.curation.iter().find_map(|rule| match rule {
            Curation::DetectorWeighted { hits, false_alarms, weight } => {
                Some(Detector { hits: *hits, false_alarms: *false_alarms, weight: *weight })
            }
            _ => None,
        })
    }

    /// Whether examples are picked out of batches, so that sums of statistics do not suffice.
    #[must_use]
    pub fn cuts(&self) -> bool {
        let overwrites = matches!(self.regime.synthetic, Synthetic::Overwrite { .. });
        self.regime.budget != Budget::Whole || overwrites || self.edit().is_some() || self.detector().is_some()
    }
}

/// A detector of synthetic examples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detector {
    /// Probability that a synthetic example is flagged.
    pub hits: f64,
    /// Probability that a real one is.
    pub false_alarms: f64,
    /// Of flagged examples, the others weighing 1.
    pub weight: f64,
}

/// Whether a verifier sees the truth's tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TailView {
    /// Judged like the rest.
    Judged,
    /// Never accepted.
    Blind,
}

/// Which label of an input a verifier calls correct. Points and categories have no labels: for them it is `MostLikely`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reference {
    /// The truth's most likely label there.
    MostLikely,
    /// The label the input came with: the class of its component, or the label in a real table. The truth's own noise
    /// makes it differ from the most likely one.
    Own,
}

/// Whose label it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Labeller {
    /// The fitted model's.
    Model,
    /// The one the input came with: a generator whose errors are pure noise, whatever was fitted.
    Own,
}

/// What a preference rewards. It sees a category or label, or the first coordinate of a point.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reward {
    /// slope x.
    Linear {
        /// The slope.
        slope: f64,
    },
    /// -(x - centre)^2 / (2 width).
    Quadratic {
        /// The best point.
        centre: f64,
        /// T, in squared units of x.
        width: f64,
    },
    /// One value per category or label; those beyond the list have 0.
    Levels {
        /// The values.
        values: Vec<f64>,
    },
}

impl Reward {
    /// The reward of an example.
    #[must_use]
    pub fn of(&self, example: Visible) -> f64 {
        match (self, example) {
            (Self::Linear { slope }, Visible::Coordinate(x)) => slope * x,
            (Self::Quadratic { centre, width }, Visible::Coordinate(x)) => -(x - centre).powi(2) / (2.0 * width),
            (Self::Levels { values }, Visible::Category(place)) => values.get(place).copied().unwrap_or(0.0),
            (Self::Linear { .. } | Self::Quadratic { .. }, Visible::Category(_) | Visible::Nothing)
            | (Self::Levels { .. }, Visible::Coordinate(_) | Visible::Nothing) => 0.0,
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
pub(super) fn choose(rewards: &[f64], rng: &mut Rng) -> usize {
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
pub(super) fn lift(candidates: u32, gap: f64, high: f64) -> (f64, f64) {
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
pub(super) fn corrected(rules: &[Curation], n: u64, rng: &mut Rng) -> u64 {
    rules.iter().fold(0, |corrected, rule| match rule {
        Curation::Correct { strength } => {
            let law = Binomial::new(n - corrected, strength / (1.0 + strength)).expect("`check` allows strengths of 0 and more");
            corrected + law.sample(rng)
        }
        _ => corrected,
    })
}

/// Probability that one curation accepts an example.
pub(super) fn acceptance(rule: &Curation, example: Assessment) -> f64 {
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
