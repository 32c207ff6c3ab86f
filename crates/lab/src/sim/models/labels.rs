//! How a classifier labels an input: by its law, sharpened or not, or its most likely label, and what a flip does to it.

use crate::random::Rng;
use crate::sim::special::normal_cdf;
use crate::sim::{LabelChoice, Labeller, Sampling, Setup, Synthesis};
use rand::RngExt;

/// The law of synthetic labels given logits.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelLaw {
    sampling: Sampling,
    flip: Option<(f64, Labeller)>,
}

/// Draws an index with these probabilities, which sum to 1.
pub fn choose(probabilities: impl ExactSizeIterator<Item = f64>, rng: &mut Rng) -> usize {
    let last = probabilities.len() - 1;
    let mut left: f64 = rng.random();
    for (k, p) in probabilities.enumerate() {
        left -= p;
        if left < 0.0 {
            return k;
        }
    }
    last
}

/// Place of the largest value; the first of equal ones.
pub fn largest(values: impl Iterator<Item = f64>) -> usize {
    values.enumerate().fold((0, f64::NEG_INFINITY), |best, (k, v)| if v > best.1 { (k, v) } else { best }).0
}

/// Probabilities proportional to e^(logit / temperature).
pub fn softmax(logits: &[f64], temperature: f64) -> Vec<f64> {
    let mut probabilities = Vec::with_capacity(logits.len());
    softmax_into(logits, temperature, &mut probabilities);
    probabilities
}

/// [`softmax`] into memory of the caller.
pub fn softmax_into(logits: &[f64], temperature: f64, out: &mut Vec<f64>) {
    let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    out.clear();
    out.extend(logits.iter().map(|z| ((z - top) / temperature).exp()));
    let sum: f64 = out.iter().sum();
    out.iter_mut().for_each(|p| *p /= sum);
}

/// Keeps outcomes from the most likely on while `keeps(mass before it, rank)`, the first always, and normalises.
fn keep_most_likely(probabilities: &mut [f64], keeps: impl Fn(f64, usize) -> bool) {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]).then(a.cmp(b)));
    let (mut before, mut kept) = (0.0, 0.0);
    for (rank, k) in order.into_iter().enumerate() {
        let p = probabilities[k];
        if rank == 0 || keeps(before, rank) {
            kept += p;
        } else {
            probabilities[k] = 0.0;
        }
        before += p;
    }
    probabilities.iter_mut().for_each(|p| *p /= kept);
}

/// Beyond this logit a label is certain to the last bit.
const CERTAIN: f64 = 40.0;
/// Beyond so many deviations a Gaussian has no mass that counts.
const REACH: f64 = 8.5;
/// Panels of the quadrature; three Gauss-Legendre nodes each err below 1e-10 on a logistic curve.
const PANELS: u32 = 256;

impl LabelLaw {
    /// The law of a setup; `None` unless it synthesises sampled or most likely labels, with a sampling that labels have.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let Synthesis::Labels { choice, .. } = setup.synthesis else { return None };
        let (sampling, flip) = match &setup.sampling {
            Sampling::VarianceScale { .. } | Sampling::Guidance { .. } => return None,
            Sampling::Flip { share, of } => (Sampling::Unbiased, Some((*share, *of))),
            other => (other.clone(), None),
        };
        match choice {
            LabelChoice::Mean => None,
            LabelChoice::Argmax => Some(Self { sampling: Sampling::Argmax, flip }),
            LabelChoice::Sampled => Some(Self { sampling, flip }),
        }
    }

    /// The most likely label.
    pub const fn most_likely() -> Self {
        Self { sampling: Sampling::Argmax, flip: None }
    }

    /// Labels drawn as fitted: of a learner whose labels nobody asks for.
    #[must_use]
    pub const fn plain() -> Self {
        Self { sampling: Sampling::Unbiased, flip: None }
    }

    /// The temperature at which labels are drawn from all of their law, where nothing else is done to them.
    #[must_use]
    pub const fn plain_temperature(&self) -> Option<f64> {
        match (&self.flip, &self.sampling) {
            (None, Sampling::Unbiased | Sampling::Temperature { .. }) => Some(self.temperature()),
            _ => None,
        }
    }

    /// The share of flipped labels, where it is the inputs' own labels that are flipped.
    #[must_use]
    pub fn noise_of_own(&self) -> Option<f64> {
        self.flip.filter(|(_, of)| *of == Labeller::Own).map(|(share, _)| share)
    }

    /// A label of an input with these logits that came with the label `own`.
    pub fn draw(&self, logits: &[f64], own: usize, rng: &mut Rng) -> usize {
        match self.flip {
            None => self.chosen(logits, rng),
            Some((share, of)) => {
                let label = if of == Labeller::Own { own } else { self.chosen(logits, rng) };
                if rng.random::<f64>() < share { another(label, logits.len(), rng) } else { label }
            }
        }
    }

    fn chosen(&self, logits: &[f64], rng: &mut Rng) -> usize {
        if self.sampling == Sampling::Argmax {
            return largest(logits.iter().copied());
        }
        if let ([first, second], Sampling::Unbiased | Sampling::Temperature { .. }) = (logits, &self.sampling) {
            // As below, without memory: the larger of two logits has the power 1.
            let power = (-(first - second).abs() / self.temperature()).exp();
            let smaller = power / (power + 1.0);
            let chance = if first < second { smaller } else { 1.0 / (1.0 + power) };
            return usize::from(rng.random::<f64>() >= chance);
        }
        choose(self.sharpened(logits).into_iter(), rng)
    }

    /// How likely each label is before any is flipped; the most likely one alone where the sampling says so.
    fn sharpened(&self, logits: &[f64]) -> Vec<f64> {
        let mut probabilities = softmax(logits, self.temperature());
        match self.sampling {
            Sampling::TopP { mass } => keep_most_likely(&mut probabilities, |before, _| before < mass),
            Sampling::TopK { count } => keep_most_likely(&mut probabilities, |_, rank| rank < count),
            Sampling::Argmax => keep_most_likely(&mut probabilities, |_, rank| rank < 1),
            Sampling::Unbiased
            | Sampling::VarianceScale { .. }
            | Sampling::Temperature { .. }
            | Sampling::DecoderMean
            | Sampling::Guidance { .. }
            | Sampling::Flip { .. } => {}
        }
        probabilities
    }

    /// How likely [`draw`](Self::draw) is to give each label.
    #[must_use]
    pub fn probabilities(&self, logits: &[f64], own: usize) -> Vec<f64> {
        let Some((share, of)) = self.flip else { return self.sharpened(logits) };
        let mut law = self.sharpened(logits);
        if of == Labeller::Own {
            law.iter_mut().enumerate().for_each(|(label, p)| *p = f64::from(u8::from(label == own)));
        }
        let others = law.len() as f64 - 1.0;
        law.iter_mut().for_each(|p| *p = (1.0 - share) * *p + share * (1.0 - *p) / others);
        law
    }

    const fn temperature(&self) -> f64 {
        if let Sampling::Temperature { temperature } = self.sampling { temperature } else { 1.0 }
    }

    /// Of two classes: the share of inputs labelled 1 where the logit of class 1 is Gaussian and all came with the label `own`.
    #[must_use]
    pub fn share(&self, mean: f64, spread: f64, own: usize) -> f64 {
        match self.flip {
            Some((share, Labeller::Own)) => {
                if own == 1 {
                    1.0 - share
                } else {
                    share
                }
            }
            Some((share, Labeller::Model)) => share + (1.0 - 2.0 * share) * self.unflipped(mean, spread),
            None => self.unflipped(mean, spread),
        }
    }

    fn unflipped(&self, mean: f64, spread: f64) -> f64 {
        // A label is drawn where the logit lies within +- limit, and most likely beyond.
        let limit = match self.sampling {
            Sampling::Argmax => 0.0,
            Sampling::TopK { count } => {
                if count > 1 {
                    CERTAIN
                } else {
                    0.0
                }
            }
            Sampling::TopP { mass } => (mass / (1.0 - mass)).ln().clamp(0.0, CERTAIN),
            Sampling::Unbiased
            | Sampling::VarianceScale { .. }
            | Sampling::Temperature { .. }
            | Sampling::DecoderMean
            | Sampling::Guidance { .. }
            | Sampling::Flip { .. } => CERTAIN,
        };
        let (mean, spread) = (mean / self.temperature(), spread / self.temperature());
        let drawn = |z: f64| 1.0 / (1.0 + (-z).exp());
        if !(spread > 0.0) {
            return if mean.abs() < limit { drawn(mean) } else { f64::from(u8::from(mean > 0.0)) };
        }
        let density = |z: f64| (-0.5 * ((z - mean) / spread).powi(2)).exp() / (spread * (2.0 * std::f64::consts::PI).sqrt());
        let (low, high) = ((mean - REACH * spread).max(-limit), (mean + REACH * spread).min(limit));
        let inside = if low < high { integral(low, high, |z| drawn(z) * density(z)) } else { 0.0 };
        inside + normal_cdf((mean - limit) / spread)
    }
}

/// One of the other labels.
pub fn another(label: usize, count: usize, rng: &mut Rng) -> usize {
    if count == 2 {
        return 1 - label;
    }
    let other = rng.random_range(0..count - 1);
    if other >= label { other + 1 } else { other }
}

/// Composite Gauss-Legendre quadrature, three nodes a panel.
fn integral(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let half = 0.5 * (high - low) / f64::from(PANELS);
    let node = half * 0.6_f64.sqrt();
    let panel = |i: u32| {
        let middle = low + half * f64::from(2 * i + 1);
        half * (5.0 * (f(middle - node) + f(middle + node)) + 8.0 * f(middle)) / 9.0
    };
    (0..PANELS).map(panel).sum()
}
