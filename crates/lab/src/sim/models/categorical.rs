//! Frequencies of categories: the sample-by-sample twin and the exact shortcut by counts.
//!
//! A batch of the shortcut is its counts, drawn multinomially; a subsample is multivariate hypergeometric, again exact
//! (both in `urn`). Temperature, top-p and the like act on the fitted probabilities.

use super::categorical_measure::Gauge;
use super::urn::{Urn, refusals, subset};
use crate::random::{Rng, Streams};
use crate::sim::chain::{
    Assessment, Chain, Editing, Preference, Reading, RealDraw, Replacement, Sift, Start, Steps, Texts, Unfit, Visible,
};
use crate::sim::curation::lift;
use crate::sim::learner::{Extrapolates, Learner, Makes, Weighted, beyond};
use crate::sim::quota::Filling;
use crate::sim::samples::{Gauge as Reads, Twin};
use crate::sim::world::{Grouped, Judged, Shown, World};
use crate::sim::{Categories, Model as Kind, Sampling, Setup, Truth};
use crate::taxonomy::Metric;
use rand::RngExt;

/// The truth's probabilities.
#[must_use]
pub fn probabilities(truth: &Truth) -> Option<Vec<f64>> {
    let Truth::Categorical { law } = truth else { return None };
    let mut weights: Vec<f64> = match law {
        Categories::Uniform { categories } => vec![1.0; *categories],
        Categories::Zipf { categories, exponent, shift } => (1..=*categories).map(|i| (i as f64 + shift).powf(-exponent)).collect(),
        Categories::Given { weights } => weights.clone(),
    };
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w| *w /= total);
    Some(weights)
}

/// Fitted probabilities and those that sampling uses.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// Fitted.
    pub probabilities: Vec<f64>,
    pub(super) sampled: Vec<f64>,
}

/// What both methods share.
#[derive(Debug, Clone)]
pub(super) struct Family {
    truth: Vec<f64>,
    smoothing: f64,
    sampling: Sampling,
    gauge: Gauge,
    order: Vec<usize>,
}

impl Family {
    fn of(setup: &Setup) -> Option<Self> {
        let truth = probabilities(&setup.truth)?;
        let Kind::Categorical { smoothing } = setup.model else { return None };
        if matches!(
            setup.sampling,
            Sampling::VarianceScale { .. } | Sampling::Flip { .. } | Sampling::DecoderMean | Sampling::Guidance { .. }
        ) {
            return None;
        }
        let (gauge, order) = (Gauge::new(&truth), Vec::with_capacity(truth.len()));
        Some(Self { truth, smoothing, sampling: setup.sampling.clone(), gauge, order })
    }

    /// Categories without a truth of their own: the next tokens of a text.
    pub(super) fn over(categories: usize, sampling: Sampling) -> Self {
        let truth = vec![1.0 / categories as f64; categories];
        let (gauge, order) = (Gauge::new(&truth), Vec::with_capacity(categories));
        Self { truth, smoothing: 0.0, sampling, gauge, order }
    }

    pub(super) fn blank(&self) -> Fitted {
        let zeros = vec![0.0; self.truth.len()];
        Fitted { probabilities: zeros.clone(), sampled: zeros }
    }

    /// Probabilities from (weighted) counts.
    fn fit(&mut self, counts: &[f64], out: &mut Fitted) -> Result<(), Unfit> {
        let total: f64 = counts.iter().sum::<f64>() + self.smoothing * counts.len() as f64;
        if !(total > 0.0) {
            return Err(Unfit::TooFewSamples);
        }
        out.probabilities.iter_mut().zip(counts).for_each(|(p, c)| *p = (c + self.smoothing) / total);
        self.sharpen(out);
        Ok(())
    }

    /// Moves `fit` away, as [`Extrapolates`]; a probability below zero is zero, and the others make up for it.
    fn extrapolate(&mut self, from: &Fitted, weight: f64, fit: &mut Fitted) -> Result<(), Unfit> {
        beyond(&from.probabilities, weight, &mut fit.probabilities);
        fit.probabilities.iter_mut().for_each(|p| *p = p.max(0.0));
        let total: f64 = fit.probabilities.iter().sum();
        fit.probabilities.iter_mut().for_each(|p| *p /= total);
        self.sharpen(fit);
        Ok(())
    }

    /// Writes the probabilities that sampling uses.
    pub(super) fn sharpen(&mut self, fitted: &mut Fitted) {
        let (p, q) = (&fitted.probabilities, &mut fitted.sampled);
        q.copy_from_slice(p);
        match self.sampling {
            Sampling::Unbiased
            | Sampling::VarianceScale { .. }
            | Sampling::Flip { .. }
            | Sampling::DecoderMean
            | Sampling::Guidance { .. } => return,
            Sampling::Temperature { temperature } => {
                let top = p.iter().copied().fold(0.0, f64::max);
                // Many categories are gone, and many of the rare ones alike.
                let mut before = (0.0_f64, 0.0);
                for x in q.iter_mut().filter(|x| **x > 0.0) {
                    if x.to_bits() != before.0.to_bits() {
                        before = (*x, (*x / top).powf(temperature.recip()));
                    }
                    *x = before.1;
                }
            }
            Sampling::TopP { mass } => {
                self.rank(p);
                let mut held = 0.0;
                for place in &self.order {
                    if held >= mass {
                        q[*place] = 0.0;
                    }
                    held += p[*place];
                }
            }
            Sampling::TopK { count } => {
                self.rank(p);
                self.order.iter().skip(count).for_each(|place| q[*place] = 0.0);
            }
            Sampling::Argmax => {
                self.rank(p);
                self.order.iter().skip(1).for_each(|place| q[*place] = 0.0);
            }
        }
        let total: f64 = q.iter().sum();
        q.iter_mut().for_each(|x| *x /= total);
    }

    /// Categories by falling probability; ties by position.
    fn rank(&mut self, p: &[f64]) {
        self.order.clear();
        self.order.extend(0..p.len());
        self.order.sort_unstable_by(|a, b| p[*b].total_cmp(&p[*a]).then(a.cmp(b)));
    }
}

/// The world of categories.
#[derive(Debug, Clone)]
pub struct Truths {
    probabilities: Vec<f64>,
    gauge: Gauge,
    sums: Vec<f64>,
}

/// Every category drawn by itself.
#[derive(Debug, Clone)]
pub struct Frequencies {
    family: Family,
    counts: Vec<f64>,
    sums: Vec<f64>,
}

/// Reads fitted probabilities.
#[derive(Debug, Clone, Copy)]
pub struct ProbabilityGauge;

/// Frequencies of the categories of one truth.
pub type CategoricalTwin = Twin<Truths, Frequencies, ProbabilityGauge>;

/// The twin of a categorical setup.
#[must_use]
pub fn twin(setup: &Setup) -> Option<CategoricalTwin> {
    let family = Family::of(setup)?;
    let world = Truths { probabilities: family.truth.clone(), gauge: family.gauge.clone(), sums: Vec::new() };
    let learner = Frequencies { counts: vec![0.0; family.truth.len()], sums: Vec::new(), family };
    Some(Twin::new(world, learner, ProbabilityGauge))
}

/// Draws n categories by the distribution function.
fn draw_each(probabilities: &[f64], n: u64, sums: &mut Vec<f64>, rng: &mut Rng, out: &mut Vec<usize>) {
    sums.clear();
    sums.extend(probabilities.iter().scan(0.0, |sum, p| {
        *sum += p;
        Some(*sum)
    }));
    let total = sums.last().copied().unwrap_or(0.0);
    for _ in 0..n {
        let u = rng.random::<f64>() * total;
        out.push(sums.partition_point(|s| *s <= u));
    }
}

impl World for Truths {
    type Example = usize;

    fn begin(&mut self, _: &Streams) {}

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<usize>) {
        draw_each(&self.probabilities, n, &mut self.sums, rng, out);
    }
}

impl Learner<Truths> for Frequencies {
    type Fitted = Fitted;

    fn blank(&self) -> Fitted {
        self.family.blank()
    }

    fn synthetic(&mut self, _: &mut Truths, from: &Fitted, n: u64, rng: &mut Rng, out: &mut Vec<usize>) {
        draw_each(&from.sampled, n, &mut self.sums, rng, out);
    }

    fn fit(
        &mut self,
        _: &Truths,
        training: Weighted<'_, usize>,
        _: f64,
        _: Start<'_, Fitted>,
        _: &mut Rng,
        out: &mut Fitted,
    ) -> Result<(), Unfit> {
        self.counts.fill(0.0);
        for (place, category) in training.examples.iter().enumerate() {
            self.counts[*category] += training.weight(place);
        }
        self.family.fit(&self.counts, out)
    }
}

impl Reads<Truths, Frequencies> for ProbabilityGauge {
    const STEPS: Steps<CategoricalTwin> = Steps::of_examples().judged().shown().grouped().extrapolated();

    fn read(&mut self, world: &mut Truths, _: &mut Frequencies, fitted: &Fitted, metric: Metric, _: &mut Rng) -> Reading {
        world.gauge.measure(&fitted.probabilities, metric).into()
    }

    fn location(&self, _: &Truths, _: &Frequencies, fitted: &Fitted, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(&fitted.probabilities);
    }
}

impl Judged for Truths {
    fn assess(&self, example: &usize) -> Assessment {
        self.gauge.assess(*example)
    }
}

impl Shown for Truths {
    fn visible(&self, example: &usize) -> Visible {
        Visible::Category(*example)
    }
}

impl Grouped for Truths {
    fn category(&self, example: &usize) -> usize {
        *example
    }
}

impl Makes<Truths> for Frequencies {
    fn can_make(&self, from: &Fitted, category: usize) -> bool {
        from.sampled[category] > 0.0
    }
}

impl Extrapolates<Truths> for Frequencies {
    fn extrapolate(&mut self, from: &Fitted, weight: f64, fit: &mut Fitted) -> Result<(), Unfit> {
        self.family.extrapolate(from, weight, fit)
    }
}

/// The shortcut: counts.
#[derive(Debug, Clone)]
pub struct Counts {
    family: Family,
    urn: Urn,
    accepted: Vec<f64>,
    /// Which categories a preference rewards more, and by how much.
    preferred: (Vec<bool>, f64),
}

impl Counts {
    /// The chain of a categorical setup; `None` with a preference of more than two levels.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let family = Family::of(setup)?;
        let categories = family.truth.len();
        let preferred = match setup.preference() {
            Some((_, reward)) => {
                let (low, high) = reward.two_levels(categories)?;
                ((0..categories).map(|place| reward.of(Visible::Category(place)) >= high).collect(), high - low)
            }
            None => (vec![false; categories], 0.0),
        };
        Some(Self { family, urn: Urn::default(), accepted: Vec::new(), preferred })
    }
}

impl Chain for Counts {
    type Batch = Vec<f64>;
    type Fitted = Fitted;
    const STEPS: Steps<Self> = Steps {
        is_point: Some(Self::is_point),
        extrapolate: Some(Self::extrapolate),
        subsample: Some(Self::subsample),
        split: Some(Self::split),
        edit: Some(Self::edit),
        sift: Some(Self::sift),
        prefer: Some(Self::prefer),
        fill: Some(Self::fill),
        ..Steps::NONE
    };

    fn begin(&mut self, _: &Streams) {}

    fn empty(&self) -> Vec<f64> {
        vec![0.0; self.family.truth.len()]
    }

    fn clear(&self, batch: &mut Vec<f64>) {
        batch.fill(0.0);
    }

    fn blank(&self) -> Fitted {
        self.family.blank()
    }

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<f64>) {
        self.urn.multinomial(&self.family.truth, n, rng, out);
    }

    fn synthetic(&mut self, from: &Fitted, n: u64, rng: &mut Rng, out: &mut Vec<f64>) {
        self.urn.multinomial(&from.sampled, n, rng, out);
    }

    fn add(&mut self, batch: &Vec<f64>, weight: f64, into: &mut Vec<f64>) {
        into.iter_mut().zip(batch).for_each(|(i, b)| *i += weight * b);
    }

    fn fit(&mut self, training: &Vec<f64>, _: f64, _: Start<'_, Self::Fitted>, _: &mut Rng, out: &mut Fitted) -> Result<(), Unfit> {
        self.family.fit(training, out)
    }

    fn read(&mut self, fitted: &Fitted, metric: Metric, _: &mut Rng) -> Reading {
        self.family.gauge.measure(&fitted.probabilities, metric).into()
    }

    fn location(&self, fitted: &Fitted, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(&fitted.probabilities);
    }
}

#[expect(clippy::ptr_arg, reason = "steps take batches as the table of steps has them")]
impl Counts {
    fn extrapolate(&mut self, from: &Fitted, weight: f64, fit: &mut Fitted) -> Result<(), Unfit> {
        self.family.extrapolate(from, weight, fit)
    }

    fn is_point(&self, fitted: &Fitted) -> bool {
        fitted.probabilities.iter().any(|p| *p >= 1.0)
    }

    fn subsample(&mut self, pool: &Vec<f64>, n: u64, replacement: Replacement, rng: &mut Rng, out: &mut Vec<f64>) {
        match replacement {
            Replacement::With => self.urn.multinomial(pool, n, rng, out),
            Replacement::Without => subset(pool, n, rng, out),
        }
    }

    fn split(&mut self, pool: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Vec<f64>, rest: &mut Vec<f64>) {
        self.subsample(pool, n, Replacement::Without, rng, out);
        self.add(pool, 1.0, rest);
        self.add(out, -1.0, rest);
    }

    /// Categories have no context: edited places hold draws of the model's own text.
    fn edit(&mut self, _: &Fitted, texts: Texts<'_, Vec<f64>>, edit: Editing, rng: &mut Rng, out: &mut Vec<f64>) {
        let stays = edit.covered - edit.edited;
        self.subsample(texts.earlier, stays, Replacement::Without, rng, out);
        self.subsample(texts.own, edit.size - stays, Replacement::Without, rng, out);
    }

    /// With two levels of reward an example is preferred with probability proportional to its own times what its level gains.
    fn prefer(&mut self, from: &Fitted, n: u64, preference: Preference<'_>, _: &mut Vec<f64>, out: &mut Vec<f64>) {
        let (is_high, gap) = &self.preferred;
        let share = from.sampled.iter().zip(is_high).filter(|(_, is_high)| **is_high).map(|(p, _)| p).sum();
        let (of_low, of_high) = lift(preference.candidates, *gap, share);
        self.accepted.clear();
        self.accepted.extend(from.sampled.iter().zip(is_high).map(|(p, is_high)| p * if *is_high { of_high } else { of_low }));
        self.urn.multinomial(&self.accepted, n, preference.rng, out);
    }

    /// What a group keeps are independent draws of its own categories, as many as its quota or as the draws gave it.
    fn fill(&mut self, from: &Fitted, filling: Filling<'_>, _: &mut Vec<f64>, out: &mut Vec<f64>) {
        let Filling { wanted, quotas, rng } = filling;
        let mass = |group: &[usize]| group.iter().map(|category| from.sampled[*category]).sum::<f64>();
        let mut kept = quotas.sizes(wanted, |group| quotas.extra.is_some() || mass(group) > 0.0);
        if let Some(draws) = quotas.draws(wanted) {
            let masses: Vec<f64> = quotas.groups.iter().map(|group| mass(group)).collect();
            let mut drawn = vec![0.0; masses.len()];
            self.urn.multinomial(&masses, draws, rng, &mut drawn);
            kept.iter_mut().zip(&drawn).for_each(|(quota, drawn)| *quota = (*quota).min(*drawn as u64));
        }
        for (group, n) in quotas.groups.iter().zip(&kept).filter(|(_, n)| **n > 0) {
            self.accepted.clear();
            self.accepted.resize(from.sampled.len(), 0.0);
            group.iter().for_each(|category| self.accepted[*category] = from.sampled[*category]);
            self.urn.multinomial(&self.accepted, *n, rng, out);
        }
        self.urn.multinomial(&from.sampled, wanted - kept.iter().sum::<u64>(), rng, out);
    }

    /// Accepted examples are draws of the probabilities times their acceptance; how many draws were refused meanwhile is
    /// independent of them and negative binomial (a Poisson count of a gamma rate).
    fn sift(&mut self, from: &Fitted, sift: &mut Sift<'_>, _: &mut Vec<f64>, out: &mut Vec<f64>) {
        let gauge = &self.family.gauge;
        self.accepted.clear();
        self.accepted.extend(from.sampled.iter().enumerate().map(|(category, p)| p * (sift.accept)(gauge.assess(category))));
        let share = self.accepted.iter().sum::<f64>() / from.sampled.iter().sum::<f64>();
        let refused = refusals(sift.wanted, share, sift.judge);
        if sift.settles(refused) {
            self.urn.multinomial(&self.accepted, sift.wanted, sift.rng, out);
        }
    }
}
