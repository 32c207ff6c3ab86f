//! Exact metrics of fitted category probabilities against the true ones.
//!
//! The tail holds exactly its mass: categories from the least likely up, the last one in part, and categories as likely
//! as that one share what is left evenly.

use crate::sim::chain::Assessment;
use crate::taxonomy::Metric;

/// Measures probabilities against one truth.
#[derive(Debug, Clone)]
pub struct Gauge {
    truth: Vec<f64>,
    tail: Tail,
    tail_wide: Tail,
    outside: Tail,
    first: usize,
    last: usize,
    /// Categories below an even share of the truth.
    minority: Vec<usize>,
}

/// A tail set: each category with the share of it that belongs.
#[derive(Debug, Clone)]
pub(super) struct Tail {
    mass: f64,
    shares: Vec<f64>,
}

impl Tail {
    pub(super) fn new(truth: &[f64], mass: f64) -> Self {
        let mut order: Vec<usize> = (0..truth.len()).collect();
        order.sort_by(|a, b| truth[*a].total_cmp(&truth[*b]));
        let mut shares = vec![0.0; truth.len()];
        let (mut held, mut place) = (0.0, 0);
        while place < order.len() && held < mass {
            let level = truth[order[place]];
            let ties = order[place..].iter().take_while(|i| truth[**i] - level <= 1e-12 * level).count();
            let group = level * ties as f64;
            let share = if group > 0.0 { ((mass - held) / group).min(1.0) } else { 1.0 };
            order[place..place + ties].iter().for_each(|i| shares[*i] = share);
            held += group;
            place += ties;
        }
        Self { mass, shares }
    }

    /// The share of a category that belongs.
    pub(super) fn share(&self, category: usize) -> f64 {
        self.shares[category]
    }

    /// Covered share of the tail.
    pub(super) fn coverage(&self, truth: &[f64], fitted: &[f64]) -> f64 {
        let covered: f64 = self.shares.iter().zip(truth.iter().zip(fitted)).map(|(s, (p, q))| s * p.min(*q)).sum();
        (covered / self.mass).clamp(0.0, 1.0)
    }

    /// Share of the tail's categories alive.
    pub(super) fn alive(&self, fitted: &[f64]) -> f64 {
        let inside = self.shares.iter().zip(fitted).filter(|(s, _)| **s > 0.0);
        let (all, alive) = inside.fold((0.0, 0.0), |(all, alive), (_, q)| (all + 1.0, alive + f64::from(u8::from(*q > 0.0))));
        alive / all
    }

    /// Model mass in the set.
    pub(super) fn mass_of(&self, fitted: &[f64]) -> f64 {
        self.shares.iter().zip(fitted).map(|(s, q)| s * q).sum()
    }
}

impl Gauge {
    /// The gauge of a truth.
    #[must_use]
    pub fn new(truth: &[f64]) -> Self {
        let first = (0..truth.len()).rev().max_by(|a, b| truth[*a].total_cmp(&truth[*b])).unwrap_or(0);
        let last = (0..truth.len()).rev().min_by(|a, b| truth[*a].total_cmp(&truth[*b]).then(b.cmp(a))).unwrap_or(0);
        Self {
            truth: truth.to_vec(),
            tail: Tail::new(truth, 0.01),
            tail_wide: Tail::new(truth, 0.05),
            outside: Tail::new(truth, 0.001),
            first,
            last,
            minority: (0..truth.len()).filter(|i| truth[*i] * (truth.len() as f64) < 1.0 - 1e-12).collect(),
        }
    }

    /// The share of each category that lies in the hallucination set, where it is the same of all.
    #[must_use]
    pub fn even_share_outside(&self) -> Option<f64> {
        let (first, rest) = self.outside.shares.split_first()?;
        rest.iter().all(|share| share.to_bits() == first.to_bits()).then_some(*first)
    }

    /// What the truth says of a category: one that lies in a set in greater part belongs to it.
    #[must_use]
    pub fn assess(&self, category: usize) -> Assessment {
        Assessment { correct: self.outside.shares[category] < 0.5, tail: self.tail.shares[category] >= 0.5 }
    }

    /// The metric of fitted probabilities.
    #[must_use]
    pub fn measure(&self, fitted: &[f64], metric: Metric) -> Option<f64> {
        let pairs = || self.truth.iter().zip(fitted);
        match metric {
            Metric::SquaredError | Metric::MeanSquaredError => Some(pairs().map(|(p, q)| (p - q).powi(2)).sum()),
            Metric::AbsoluteError => Some(pairs().map(|(p, q)| (p - q).abs()).sum()),
            Metric::KlDivergence => Some(self.cross_entropy(fitted) - entropy(&self.truth)).map(|x| x.max(0.0)),
            Metric::NegativeLogLikelihood => Some(self.cross_entropy(fitted)),
            Metric::Entropy => Some(entropy(fitted)),
            Metric::Heterozygosity => Some(heterozygosity(fitted)),
            Metric::VarianceRatio => Some(heterozygosity(fitted) / heterozygosity(&self.truth)),
            Metric::SupportSize => Some(fitted.iter().filter(|q| **q > 0.0).count() as f64),
            Metric::TopShare => Some(fitted.iter().copied().fold(0.0, f64::max)),
            Metric::FirstShare => Some(fitted[self.first]),
            Metric::LastShare => Some(fitted[self.last]),
            Metric::TailCoverage => Some(self.tail.coverage(&self.truth, fitted)),
            Metric::TailCoverageWide => Some(self.tail_wide.coverage(&self.truth, fitted)),
            Metric::TailAlive => Some(self.tail.alive(fitted)),
            Metric::MissingMass => Some(pairs().filter(|(_, q)| **q <= 0.0).map(|(p, _)| p).sum()),
            Metric::MinorityShare => Some(self.minority.iter().map(|i| fitted[*i]).sum::<f64>().clamp(0.0, 1.0)),
            Metric::MassOutside => Some(self.outside.mass_of(fitted)),
            _ => None,
        }
    }

    fn cross_entropy(&self, fitted: &[f64]) -> f64 {
        -self.truth.iter().zip(fitted).filter(|(p, _)| **p > 0.0).map(|(p, q)| p * q.ln()).sum::<f64>()
    }
}

fn entropy(p: &[f64]) -> f64 {
    -p.iter().filter(|p| **p > 0.0).map(|p| p * p.ln()).sum::<f64>()
}

fn heterozygosity(p: &[f64]) -> f64 {
    let (sum, squares) = p.iter().fold((0.0, 0.0), |(sum, squares), p| (sum + p, squares + p * p));
    // Exactly zero for a point mass.
    (sum * sum - squares).max(0.0)
}
