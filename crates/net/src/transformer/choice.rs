//! Which token comes next, given logits.

use crate::noise::pick;
use crate::real::Real;
use rand::Rng;

/// How new text is chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Choice {
    /// The likeliest token, the first of equals.
    Greedy,
    /// The likeliest of the continuations that a beam of this many keeps (one is greedy).
    Beam {
        /// Continuations that are kept at each token.
        width: usize,
    },
    /// A draw from the softmax of the logits over the temperature.
    Drawn {
        /// One leaves the model's law, less sharpens it; above zero.
        temperature: f64,
        /// Only so many of the likeliest tokens, where given: Fan, Lewis and Dauphin (2018).
        top_k: Option<usize>,
        /// Only the fewest likeliest tokens whose probabilities reach this sum, where given: Holtzman et al. (2020), after `top_k`.
        top_p: Option<f64>,
    },
}

impl Choice {
    /// A draw from the model's own law.
    #[must_use]
    pub fn plain() -> Self {
        Self::Drawn { temperature: 1.0, top_k: None, top_p: None }
    }

    /// # Panics
    /// If a number is outside its range.
    pub(super) fn check(self) {
        match self {
            Self::Greedy => {}
            Self::Beam { width } => assert!(width > 0, "a beam keeps at least one continuation"),
            Self::Drawn { temperature, top_k, top_p } => {
                assert!(temperature > 0.0 && temperature.is_finite(), "a temperature is above zero");
                assert!(top_k.is_none_or(|k| k > 0), "at least one token is kept");
                assert!(top_p.is_none_or(|p| p > 0.0 && p <= 1.0), "a probability above zero, at most one");
            }
        }
    }
}

/// Room for choosing, kept between tokens.
#[derive(Debug, Clone, Default)]
pub(super) struct Chooser {
    weights: Vec<f32>,
    order: Vec<u16>,
}

/// The place of the largest number, the first of equals.
pub(super) fn likeliest(logits: &[f32]) -> usize {
    (1..logits.len()).fold(0, |best, at| if logits[at] > logits[best] { at } else { best })
}

impl Chooser {
    /// The next token.
    pub(super) fn draw(
        &mut self,
        logits: &[f32],
        (temperature, top_k, top_p): (f64, Option<usize>, Option<f64>),
        rng: &mut dyn Rng,
    ) -> u16 {
        let top = logits[likeliest(logits)];
        let sharpness = (1.0 / temperature) as f32;
        self.weights.clear();
        self.weights.extend(logits.iter().map(|logit| Real::exp((logit - top) * sharpness)));
        if top_k.is_some() || top_p.is_some() {
            self.cut(top_k.unwrap_or(logits.len()), top_p.unwrap_or(1.0));
        }
        pick(&self.weights, self.total(), rng) as u16
    }

    fn total(&self) -> f64 {
        self.weights.iter().map(|weight| f64::from(*weight)).sum()
    }

    /// Leaves the `k` largest weights, and of those the fewest largest whose sum reaches `p` of theirs; the others become zero. The
    /// earlier of equals is the larger.
    fn cut(&mut self, k: usize, p: f64) {
        let Self { weights, order } = self;
        order.clear();
        order.extend((0..weights.len()).map(|at| at as u16));
        let weight = |at: u16| weights[usize::from(at)];
        order.sort_unstable_by(|a, b| weight(*b).total_cmp(&weight(*a)).then(a.cmp(b)));
        let kept = &order[..k.min(order.len())];
        let enough = p * kept.iter().map(|at| f64::from(weight(*at))).sum::<f64>();
        let mut reached = 0.0;
        let mut nucleus = 0;
        while nucleus < kept.len() && (nucleus == 0 || reached < enough) {
            reached += f64::from(weight(kept[nucleus]));
            nucleus += 1;
        }
        for at in &order[nucleus..] {
            weights[usize::from(*at)] = 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::tests::seeded;

    /// How often each of four tokens with probabilities 0.4, 0.3, 0.2, 0.1 comes in ten thousand draws.
    fn shares(temperature: f64, top_k: Option<usize>, top_p: Option<f64>) -> [f64; 4] {
        let logits = [0.2_f32, 0.4, 0.1, 0.3].map(f32::ln);
        let (mut chooser, mut rng) = (Chooser::default(), seeded(1));
        let mut counts = [0.0; 4];
        for _ in 0..10_000 {
            counts[usize::from(chooser.draw(&logits, (temperature, top_k, top_p), &mut rng))] += 1e-4;
        }
        counts
    }

    /// The deviation of a share is at most 0.005; four of them are allowed.
    fn near(found: [f64; 4], expected: [f64; 4]) {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.02), "{found:?} {expected:?}");
    }

    #[test]
    fn draws_follow_the_law_that_was_asked_for() {
        near(shares(1.0, None, None), [0.2, 0.4, 0.1, 0.3]);
        near(shares(0.5, None, None), [4.0 / 30.0, 16.0 / 30.0, 1.0 / 30.0, 9.0 / 30.0]);
        near(shares(1.0, Some(2), None), [0.0, 4.0 / 7.0, 0.0, 3.0 / 7.0]);
        near(shares(1.0, None, Some(0.65)), [0.0, 4.0 / 7.0, 0.0, 3.0 / 7.0]);
        near(shares(1.0, None, Some(0.75)), [2.0 / 9.0, 4.0 / 9.0, 0.0, 3.0 / 9.0]);
        near(shares(1.0, None, Some(1e-9)), [0.0, 1.0, 0.0, 0.0]);
        near(shares(1.0, Some(3), Some(0.5)), [0.0, 4.0 / 7.0, 0.0, 3.0 / 7.0]);
    }
}
