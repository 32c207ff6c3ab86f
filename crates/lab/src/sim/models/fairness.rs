//! Measures of fairness of a linear score on labelled components, without sampling.
//!
//! A linear score of a Gaussian component is Gaussian, so every rate is a normal distribution function. Two classes; class 1 is
//! the positive one. Groups without weight count for nothing.

use super::labels::LabelLaw;
use crate::sim::Truth;
use crate::sim::special::normal_cdf;
use crate::taxonomy::Metric;

/// A component with the law of its score: inputs are predicted to be of class 1 where it is above zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Weight of the component.
    pub weight: f64,
    /// Its class, 0 or 1.
    pub class: usize,
    /// Its group.
    pub group: usize,
    /// Mean of the score: the logit of class 1.
    pub mean: f64,
    /// Its standard deviation.
    pub spread: f64,
}

impl Scored {
    /// Share of the component predicted to be of class 1; a score of zero is class 0.
    #[must_use]
    pub fn positive(&self) -> f64 {
        if self.spread > 0.0 { normal_cdf(self.mean / self.spread) } else { f64::from(u8::from(self.mean > 0.0)) }
    }

    fn right(&self) -> f64 {
        if self.class == 1 { self.positive() } else { 1.0 - self.positive() }
    }
}

/// The metrics of fairness that a truth defines for a linear score.
#[must_use]
pub fn defined(truth: &Truth) -> Vec<Metric> {
    let Truth::LabelledMixture { weights, classes, groups, .. } = truth else { return Vec::new() };
    if super::classes::count(classes) != Some(2) {
        return Vec::new();
    }
    let has = |group: usize, class: usize| (0..weights.len()).any(|k| groups[k] == group && classes[k] == class && weights[k] > 0.0);
    let alive: Vec<usize> = groups.iter().copied().filter(|group| has(*group, 0) || has(*group, 1)).collect();
    let mut metrics = vec![Metric::PositiveShare];
    if alive.iter().any(|group| *group != alive[0]) {
        metrics.extend([Metric::GroupAccuracy, Metric::ParityGap]);
        if alive.iter().all(|group| has(*group, 0) && has(*group, 1)) {
            metrics.push(Metric::EqualisedOdds);
        }
    }
    metrics
}

/// Share of inputs with their own class.
#[must_use]
pub fn accuracy(parts: &[Scored]) -> f64 {
    parts.iter().map(|part| part.weight * part.right()).sum()
}

/// A metric of fairness of the predictions; of the labels that the setup's synthesis would give for `positive-share`.
#[must_use]
pub fn measure(parts: &[Scored], law: &LabelLaw, metric: Metric) -> Option<f64> {
    let everything = |_: &Scored| true;
    match metric {
        Metric::PositiveShare => Some(parts.iter().map(|part| part.weight * law.share(part.mean, part.spread, part.class)).sum()),
        Metric::GroupAccuracy => rates(parts, everything, Scored::right).into_iter().reduce(f64::min),
        Metric::ParityGap => Some(gap(&rates(parts, everything, Scored::positive))),
        Metric::EqualisedOdds => {
            let gap_of = |class: usize| gap(&rates(parts, move |part| part.class == class, Scored::positive));
            Some(gap_of(0).max(gap_of(1)))
        }
        _ => None,
    }
}

/// Mean of `rate` over those parts of every group that `counts` lets pass.
fn rates(parts: &[Scored], counts: impl Fn(&Scored) -> bool, rate: impl Fn(&Scored) -> f64) -> Vec<f64> {
    let groups = parts.iter().map(|part| part.group).max().map_or(0, |last| last + 1);
    let mut sums = vec![(0.0, 0.0); groups];
    for part in parts.iter().filter(|part| counts(part)) {
        sums[part.group].0 += part.weight;
        sums[part.group].1 += part.weight * rate(part);
    }
    sums.into_iter().filter(|(weight, _)| *weight > 0.0).map(|(weight, sum)| sum / weight).collect()
}

fn gap(rates: &[f64]) -> f64 {
    let (low, high) = rates.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), rate| (low.min(*rate), high.max(*rate)));
    (high - low).max(0.0)
}
