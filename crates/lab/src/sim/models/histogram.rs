//! Histograms of equal bins over a fixed range, sample by sample, in one coordinate.
//!
//! Takes points and keeps the shares of those inside the range; samples are uniform inside a bin. Probability metrics
//! speak of bins: entropy is that of the bin shares, divergence compares them with the truth's bin masses given the range.

use rand::RngExt;

use super::distances::{self, Bins};
use super::gauge::{PointGauge, moments};
use super::points::Points;
use super::shapes::Point;
use crate::random::{Rng, Streams};
use crate::sim::chain::{Reading, Start, Steps, Unfit};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::special::normal_cdf;
use crate::sim::{Setup, Synthesis};
use crate::taxonomy::Metric;

/// Histograms.
#[derive(Debug, Clone)]
pub struct Histogram {
    bins: usize,
    low: f64,
    high: f64,
    scale: f64,
}

/// Metrics of bin shares.
pub const BIN_METRICS: [Metric; 7] = [
    Metric::SquaredError,
    Metric::AbsoluteError,
    Metric::KlDivergence,
    Metric::Entropy,
    Metric::Heterozygosity,
    Metric::SupportSize,
    Metric::TopShare,
];

/// Histograms of the points of one truth.
pub type HistogramTwin = Twin<Points<1>, Histogram, PointGauge<1>>;

/// The twin of a setup; `None` for another model, synthesis or sampling, or unless the truth makes points in one coordinate.
#[must_use]
pub fn twin(setup: &Setup) -> Option<HistogramTwin> {
    Some(Twin::new(Points::of(setup)?, Histogram::of(setup)?, PointGauge::of(setup)))
}

impl Histogram {
    /// The learner of a setup; `None` for another model, synthesis or sampling.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let crate::sim::Model::Histogram { bins, low, high } = setup.model else { return None };
        let scale = super::variance_scale(&setup.sampling)?;
        let sound = setup.synthesis == Synthesis::Examples && bins > 0 && low < high;
        sound.then(|| Self { bins, low, high, scale })
    }

    fn width(&self, shares: &[f64]) -> f64 {
        (self.high - self.low) / shares.len() as f64
    }

    fn center(&self, shares: &[f64], bin: usize) -> f64 {
        self.low + self.width(shares) * (bin as f64 + 0.5)
    }

    fn moments(&self, shares: &[f64]) -> (f64, f64) {
        let mean: f64 = shares.iter().enumerate().map(|(i, p)| p * self.center(shares, i)).sum();
        let between: f64 = shares.iter().enumerate().map(|(i, p)| p * (self.center(shares, i) - mean).powi(2)).sum();
        (mean, between + self.width(shares).powi(2) / 12.0)
    }

    /// The truth's distribution function at the edges of so many bins.
    fn edges_of_truth(&self, world: &Points<1>, bins: usize) -> Vec<f64> {
        let width = (self.high - self.low) / bins as f64;
        let below = |x: f64| -> f64 { world.source.pieces().iter().map(|p| p.weight * normal_cdf((x - p.mean[0]) / p.deviation[0])).sum() };
        (0..=bins).map(|i| below(self.low + width * i as f64)).collect()
    }

    /// The truth's masses of the bins, given the range.
    fn truth(&self, world: &Points<1>, bins: usize) -> Vec<f64> {
        let edges = self.edges_of_truth(world, bins);
        let inside = edges[bins] - edges[0];
        edges.windows(2).map(|e| (e[1] - e[0]) / inside).collect()
    }

    /// Writes the truth's masses of the bins and, last, of what lies outside.
    pub(super) fn masses_of_truth(&self, world: &Points<1>, out: &mut Vec<f64>) {
        spread(&self.edges_of_truth(world, self.bins), out);
    }

    /// Writes the masses that samples of a fit have in the bins and, last, outside: those of the fit unless it is stretched.
    pub(super) fn masses_of_samples(&self, shares: &[f64], out: &mut Vec<f64>) {
        if (self.scale - 1.0).abs() <= 0.0 {
            out.clear();
            out.extend_from_slice(shares);
            out.push(0.0);
            return;
        }
        let (mean, width) = (self.moments(shares).0, self.width(shares));
        let unstretched = |i: usize| mean + (self.low + width * i as f64 - mean) / self.scale.sqrt();
        let edges: Vec<f64> = (0..=shares.len()).map(|i| self.below(shares, unstretched(i))).collect();
        spread(&edges, out);
    }

    fn bin_metric(&self, world: &Points<1>, shares: &[f64], metric: Metric) -> Option<f64> {
        let pairs = || shares.iter().copied().zip(self.truth(world, shares.len()));
        let entropy = |p: &f64| if *p > 0.0 { -p * p.ln() } else { 0.0 };
        let divergence = |(q, p): (f64, f64)| if p > 0.0 { p * (p / q).ln() } else { 0.0 };
        if metric == Metric::SquaredError {
            Some(pairs().map(|(q, p)| (q - p) * (q - p)).sum())
        } else if metric == Metric::AbsoluteError {
            Some(pairs().map(|(q, p)| (q - p).abs()).sum())
        } else if metric == Metric::KlDivergence {
            Some(pairs().map(divergence).sum())
        } else if metric == Metric::Entropy {
            Some(shares.iter().map(entropy).sum())
        } else if metric == Metric::Heterozygosity {
            Some(1.0 - shares.iter().map(|q| q * q).sum::<f64>())
        } else if metric == Metric::SupportSize {
            Some(shares.iter().filter(|q| **q > 0.0).count() as f64)
        } else if metric == Metric::TopShare {
            Some(shares.iter().copied().fold(0.0, f64::max))
        } else {
            None
        }
    }

    /// Model mass below x.
    fn below(&self, shares: &[f64], x: f64) -> f64 {
        let place = ((x - self.low) / self.width(shares)).clamp(0.0, shares.len() as f64);
        let whole = place.floor() as usize;
        shares[..whole].iter().sum::<f64>() + shares.get(whole).map_or(0.0, |p| p * (place - whole as f64))
    }
}

/// Masses between the values of a distribution function at edges, and what is left.
fn spread(edges: &[f64], out: &mut Vec<f64>) {
    out.clear();
    out.extend(edges.windows(2).map(|e| (e[1] - e[0]).max(0.0)));
    out.push((1.0 - out.iter().sum::<f64>()).max(0.0));
}

impl Learner<Points<1>> for Histogram {
    type Fitted = Vec<f64>;

    fn blank(&self) -> Vec<f64> {
        Vec::new()
    }

    fn synthetic(&mut self, _: &mut Points<1>, from: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Vec<Point<1>>) {
        let mean = self.moments(from).0;
        let cumulative: Vec<f64> = from
            .iter()
            .scan(0.0, |sum, p| {
                *sum += p;
                Some(*sum)
            })
            .collect();
        for _ in 0..n {
            let at: f64 = rng.random();
            let bin = cumulative.partition_point(|sum| *sum <= at).min(from.len() - 1);
            let x = self.center(from, bin) + self.width(from) * (rng.random::<f64>() - 0.5);
            out.push([super::stretched(x, mean, self.scale)]);
        }
    }

    fn fit(
        &mut self,
        _: &Points<1>,
        training: Weighted<'_, Point<1>>,
        growth: f64,
        _: Start<'_, Vec<f64>>,
        _rng: &mut Rng,
        out: &mut Vec<f64>,
    ) -> Result<(), Unfit> {
        let Weighted { examples, weights } = training;
        let bins = ((self.bins as f64 * growth).round() as usize).max(1);
        out.clear();
        out.resize(bins, 0.0);
        let per_unit = bins as f64 / (self.high - self.low);
        for (i, [x]) in examples.iter().enumerate() {
            let place = (x - self.low) * per_unit;
            if (0.0..bins as f64).contains(&place) {
                out[place as usize] += weights.map_or(1.0, |w| w[i]);
            }
        }
        let total: f64 = out.iter().sum();
        if examples.is_empty() {
            return Err(Unfit::TooFewSamples);
        }
        if total <= 0.0 {
            return Err(Unfit::Degenerate);
        }
        out.iter_mut().for_each(|p| *p /= total);
        Ok(())
    }
}

impl Gauge<Points<1>, Histogram> for PointGauge<1> {
    const STEPS: Steps<HistogramTwin> = Steps::of_examples().judged().shown();

    fn begin(&mut self, world: &Points<1>, streams: &Streams) {
        self.draw(world, streams);
    }

    fn read(&mut self, world: &mut Points<1>, learner: &mut Histogram, fitted: &Vec<f64>, metric: Metric, _: &mut Rng) -> Reading {
        if metric == Metric::NegativeLogLikelihood {
            let held_out = &self.held_out;
            let width = learner.width(fitted);
            let density = |x: f64| {
                let place = (x - learner.low) / width;
                if place < 0.0 { 0.0 } else { fitted.get(place as usize).map_or(0.0, |p| p / width) }
            };
            let loss = || -held_out.iter().map(|[x]| density(*x).ln()).sum::<f64>() / held_out.len() as f64;
            return (!held_out.is_empty()).then(loss).into();
        }
        let (mean, variance) = learner.moments(fitted);
        let moments = moments(world, &[mean], variance, metric);
        let bins = Bins { low: learner.low, width: learner.width(fitted), shares: fitted };
        let distance = || distances::of_bins(world, bins, metric);
        let read = moments.or_else(|| learner.bin_metric(world, fitted, metric)).or_else(distance).or_else(|| {
            let levels = world.levels()?;
            let edges: Vec<f64> = levels.grid().boxes()?.edges().map(|x| learner.below(fitted, x)).collect();
            let masses: Vec<f64> = edges.windows(2).map(|e| e[1] - e[0]).collect();
            levels.measure(&masses, metric)
        });
        read.into()
    }

    fn location(&self, _: &Points<1>, learner: &Histogram, fitted: &Vec<f64>, out: &mut Vec<f64>) {
        out.clear();
        out.push(learner.moments(fitted).0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::chain::Chain;
    use crate::sim::models::trial::{fit, last_of_chain, mean_and_error, run, setup, streams, value};
    use crate::sim::{Model as Kind, Regime, Spectrum, Truth};

    fn histogram(bins: usize, n: u64, generations: u32, metrics: &[Metric]) -> Setup {
        let truth = Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } };
        let model = Kind::Histogram { bins, low: -4.0, high: 4.0 };
        Setup { metrics: metrics.to_vec(), ..setup(truth, model, Regime::replace(), n, generations) }
    }

    #[test]
    fn bins_drift_like_categories() {
        // Wright-Fisher: E (1 - sum p^2) falls by 1 - 1/n each generation (the first sample included).
        let setup = histogram(8, 20, 6, &[]);
        let model = twin(&setup).unwrap();
        let start = 1.0 - model.learner.truth(&model.world, 8).iter().map(|p| p * p).sum::<f64>();
        let (mean, error) = mean_and_error(&last_of_chain(&model, &setup, Metric::Heterozygosity, 0..4000));
        assert!((mean - start * 0.95_f64.powi(6)).abs() < 4.5 * error, "{mean} {error}");
    }

    #[test]
    fn worked_values_of_two_bins() {
        let setup = histogram(2, 10, 1, &[Metric::NegativeLogLikelihood, Metric::MassOutside, Metric::TailCoverage]);
        let mut model = twin(&setup).unwrap();
        model.begin(&streams(0));
        let half = vec![0.5, 0.5];
        let of = |model: &mut HistogramTwin, metric| value(model, &half, metric).unwrap();
        assert!((of(&mut model, Metric::Entropy) - 2.0_f64.ln()).abs() < 1e-12);
        assert!((of(&mut model, Metric::VarianceRatio) - 64.0 / 12.0).abs() < 1e-12);
        assert!((of(&mut model, Metric::NegativeLogLikelihood) - 8.0_f64.ln()).abs() < 1e-12);
        assert!(of(&mut model, Metric::KlDivergence).abs() < 1e-12);
        // Uniform over [-4, 4]; the truth holds 99.9 % within 3.2905.
        assert!((of(&mut model, Metric::MassOutside) - (1.0 - 3.2905 / 4.0)).abs() < 0.003);
        assert!((of(&mut model, Metric::TailCoverage) - 1.0).abs() < 1e-9);
        assert!(value(&mut model, &vec![1.0, 0.0], Metric::KlDivergence).unwrap().is_infinite());
    }

    #[test]
    fn nothing_inside_the_range_is_degenerate() {
        let mut model = twin(&histogram(4, 10, 1, &[])).unwrap();
        let mut out = Vec::new();
        assert_eq!(fit(&mut model, &[[9.0]], 1, &mut out), Err(Unfit::Degenerate));
        assert_eq!(fit(&mut model, &[], 1, &mut out), Err(Unfit::TooFewSamples));
        let setup = histogram(4, 10, 2, &[]);
        assert_eq!(run(&mut model, &setup, &streams(1), |_, f| f.len()).unwrap(), vec![4, 4]);
    }
}
