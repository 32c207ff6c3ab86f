//! Exact metrics of an n-gram model against a text, from its counts.
//!
//! The truth's n-grams are measured one by one; what lies beside them (invented n-grams, and the same small probability of
//! every token that a context has not seen) is told by what is missing to 1 or by its number.

use super::categorical_measure::Tail;
use super::ngram::{judged, missing};
use super::ngram_rows::{Grams, Slots};
use crate::sim::chain::Assessment;
use crate::sim::text::{END, Gram, context};
use crate::taxonomy::Metric;
use std::sync::Arc;

/// How a window of the truth is reached by a model: what to multiply for its frequency.
#[derive(Debug, Clone, Copy)]
enum Approach {
    /// A context of the model.
    Context(u32),
    /// The end of a sentence.
    Boundary,
    /// One n-gram of the model.
    After(u32),
    /// Two tokens of a model without memory.
    AfterTwo(u32, u32),
}

/// Measures counts against one text.
#[derive(Debug)]
pub(super) struct Gauge {
    pub truth: Arc<Grams>,
    /// Per n-gram of the truth: the model's slot.
    pub slots: Vec<u32>,
    approaches: Vec<Approach>,
    tails: [Tail; 3],
    /// Of the truth, per token.
    entropy: f64,
    /// Of the truth's n-grams of the model's order.
    heterozygosity: f64,
}

/// A fit, read once: shares of contexts and their normalisers.
pub(super) struct View<'a> {
    pub slots: &'a Slots,
    pub counts: &'a [f64],
    pub totals: &'a [f64],
    pub mass: f64,
    pub smoothing: f64,
}

impl View<'_> {
    fn share(&self, place: usize) -> f64 {
        self.totals.get(place).map_or(0.0, |total| total / self.mass)
    }

    /// What counts of a context are divided by.
    fn weight(&self, place: usize) -> f64 {
        self.totals.get(place).copied().unwrap_or(0.0) + self.smoothing * self.slots.base.tokens as f64
    }

    /// Fitted probability of a slot's token; 0 where nothing is known.
    fn probability(&self, slot: usize) -> f64 {
        let count = self.counts.get(slot).copied().unwrap_or(0.0) + self.smoothing;
        if count > 0.0 { count / self.weight(self.slots.context(slot) as usize) } else { 0.0 }
    }

    /// Sums, over contexts seen, f(place, its number of tokens never seen), and over all n-grams seen g(place, weight).
    fn over(&self, unseen: impl Fn(usize, f64) -> f64, seen: impl Fn(usize, f64) -> f64) -> f64 {
        let counted = self.counts.iter().enumerate().filter(|(_, count)| **count > 0.0);
        if self.smoothing <= 0.0 {
            return counted.map(|(slot, count)| seen(self.slots.context(slot) as usize, *count)).sum();
        }
        let mut left: Vec<f64> = vec![self.slots.base.tokens as f64; self.totals.len()];
        let mut sum = 0.0;
        for (slot, count) in counted {
            let place = self.slots.context(slot) as usize;
            left[place] -= 1.0;
            sum += seen(place, count + self.smoothing);
        }
        let places = self.totals.iter().enumerate().filter(|(_, total)| **total > 0.0);
        sum + places.map(|(place, _)| unseen(place, left[place])).sum::<f64>()
    }

    fn heterozygosity(&self) -> f64 {
        let squared = |place: usize, weight: f64| (self.share(place) * weight / self.weight(place)).powi(2);
        (1.0 - self.over(|place, number| number * squared(place, self.smoothing), squared)).max(0.0)
    }

    fn entropy(&self) -> f64 {
        let each = |place: usize, weight: f64| {
            let q = weight / self.weight(place);
            -self.share(place) * q * q.ln()
        };
        self.over(|place, number| if number > 0.0 { number * each(place, self.smoothing) } else { 0.0 }, each)
    }

    fn support(&self) -> f64 {
        self.over(|_, number| number, |_, _| 1.0)
    }

    /// Probability that the next token ends a sentence.
    fn ends(&self) -> f64 {
        let end = self.counts.iter().enumerate().filter(|(slot, _)| self.slots.token(*slot) == END);
        let counted: f64 = end.map(|(slot, count)| self.share(self.slots.context(slot) as usize) * count / self.weight_of(slot)).sum();
        let places = (0..self.totals.len()).filter(|place| self.totals[*place] > 0.0);
        let smoothed = |place| self.share(place) * self.smoothing / self.weight(place);
        counted + if self.smoothing > 0.0 { places.map(smoothed).sum() } else { 0.0 }
    }

    fn weight_of(&self, slot: usize) -> f64 {
        self.weight(self.slots.context(slot) as usize).max(f64::MIN_POSITIVE)
    }

    /// Writes the frequencies of tokens.
    pub fn tokens(&self, out: &mut Vec<f64>) {
        out.clear();
        let places = (0..self.totals.len()).filter(|place| self.totals[*place] > 0.0);
        let smoothed = |place| self.share(place) * self.smoothing / self.weight(place);
        let everywhere: f64 = if self.smoothing > 0.0 { places.map(smoothed).sum() } else { 0.0 };
        out.resize(self.slots.base.tokens, everywhere);
        for (slot, count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0.0) {
            out[usize::from(self.slots.token(slot))] += self.share(self.slots.context(slot) as usize) * count / self.weight_of(slot);
        }
    }
}

impl Gauge {
    /// The gauge of a text for a model whose n-grams of it are `model`.
    pub fn new(truth: Arc<Grams>, model: &Grams) -> Self {
        let gram = |slot: usize| Gram { window: truth.contexts[truth.context[slot] as usize], token: truth.token[slot] };
        let known = "the model's n-grams are the truth's, shortened";
        let slots = (0..truth.slots()).map(|slot| model.slot_of(gram(slot)).expect(known) as u32).collect();
        let at = |window: u64, token: u16| model.slot_of(Gram { window, token }).expect(known) as u32;
        let approach = |window: &u64| {
            let (before, last) = (*window >> 16, (*window & 0xffff) as u16);
            match (model.order, truth.order) {
                (own, all) if own == all => Approach::Context(model.context_of(*window).expect(known) as u32),
                _ if last == END => Approach::Boundary,
                (1, 3) => Approach::AfterTwo(at(0, before as u16), at(0, last)),
                _ => Approach::After(at(before, last)),
            }
        };
        let entropy = (0..truth.slots()).map(|slot| {
            let row: f64 = truth.mass[truth.row(truth.context[slot] as usize)].iter().sum();
            -truth.mass[slot] * (truth.mass[slot] / row).ln()
        });
        Self {
            approaches: truth.contexts.iter().map(approach).collect(),
            tails: [0.01, 0.05, 0.001].map(|mass| Tail::new(&truth.mass, mass)),
            entropy: entropy.sum(),
            heterozygosity: 1.0 - model.mass.iter().map(|p| p * p).sum::<f64>(),
            slots,
            truth,
        }
    }

    /// Writes the probability of each n-gram of the truth in the fitted law.
    pub fn joint(&self, fit: &View<'_>, out: &mut Vec<f64>) {
        let boundary = if fit.slots.base.order < self.truth.order { fit.ends() } else { 0.0 };
        out.clear();
        for (place, approach) in self.approaches.iter().enumerate() {
            let mass = match *approach {
                Approach::Context(context) => fit.share(context as usize),
                Approach::Boundary => boundary,
                Approach::After(slot) => fit.share(fit.slots.context(slot as usize) as usize) * fit.probability(slot as usize),
                Approach::AfterTwo(first, second) => fit.probability(first as usize) * fit.probability(second as usize),
            };
            // All tokens of a row follow one context of the model.
            let row = &self.slots[self.truth.row(place)];
            let weight = fit.weight(fit.slots.context(row[0] as usize) as usize);
            let each = if mass > 0.0 && weight > 0.0 { mass / weight } else { 0.0 };
            out.extend(row.iter().map(|slot| (fit.counts[*slot as usize] + fit.smoothing) * each));
        }
    }

    /// The metric of a fit with these probabilities of the truth's n-grams.
    pub fn measure(&self, fit: &View<'_>, joint: &[f64], metric: Metric) -> Option<f64> {
        let [tail, wide, outside] = &self.tails;
        let truth = &self.truth.mass;
        Some(match metric {
            Metric::VarianceRatio => fit.heterozygosity() / self.heterozygosity,
            Metric::AbsoluteError => truth.iter().zip(joint).map(|(p, q)| (p - q).abs()).sum::<f64>() + self.off(fit, joint),
            Metric::KlDivergence => (self.cross_entropy(fit) - self.entropy).max(0.0),
            Metric::NegativeLogLikelihood => self.cross_entropy(fit),
            Metric::Entropy => fit.entropy(),
            Metric::Heterozygosity => fit.heterozygosity(),
            Metric::SupportSize => fit.support(),
            Metric::TailCoverage => tail.coverage(truth, joint),
            Metric::TailCoverageWide => wide.coverage(truth, joint),
            Metric::TailAlive => tail.alive(joint),
            Metric::MassOutside => (outside.mass_of(joint) + self.off(fit, joint)).clamp(0.0, 1.0),
            _ => return None,
        })
    }

    /// Model mass on n-grams that the truth never makes: exactly none where nothing can be invented.
    fn off(&self, fit: &View<'_>, joint: &[f64]) -> f64 {
        let invents = fit.smoothing > 0.0 || fit.slots.base.order < self.truth.order;
        if invents { missing(joint) } else { 0.0 }
    }

    fn cross_entropy(&self, fit: &View<'_>) -> f64 {
        let base = &fit.slots.base;
        if fit.smoothing <= 0.0 && fit.counts[..base.slots()].iter().any(|count| *count <= 0.0) {
            return f64::INFINITY;
        }
        -base.mass.iter().enumerate().map(|(slot, p)| p * fit.probability(slot).ln()).sum::<f64>()
    }

    /// What the truth says of a token after a window.
    pub fn assess(&self, window: u64, token: u16) -> Assessment {
        judged(&self.tails, self.truth.slot_of(Gram { window: context(window, self.truth.order), token }))
    }
}
