//! Student's t with known degrees of freedom: heavy tails in one coordinate. Truth, learner, gauge and the family's answers.
//!
//! Location and scale are fitted by maximum likelihood: EM in which an example weighs (nu + 1) / (nu + z^2), z its distance in scales. From
//! one degree of freedom on, the likelihood of both together has one maximum (Copas 1975, "On the unimodality of the likelihood for
//! the Cauchy distribution"; Kent and Tyler 1991, "Redescending M-estimates of multivariate location and scatter"); below nothing is fitted.

use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, Reading, RealDraw, Start, Steps, Unfit, Visible};
use crate::sim::cost::Sizes;
use crate::sim::family::{Biases, Family, Ready, Why, run};
use crate::sim::kind::Kind;
use crate::sim::learner::{Displaced, Learner, Weighted};
use crate::sim::models::gauge::is_asked;
use crate::sim::models::shapes::Point;
use crate::sim::models::variance_scale;
use crate::sim::samples::{Gauge, Twin};
use crate::sim::world::{Judged, Shown, World};
use crate::sim::{Method, Model, Setup, Synthesis, Truth};
use crate::taxonomy::Metric;
use rand_distr::{Distribution, StudentT};
use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::gamma::ln_gamma;

/// One small example of the model.
pub const EXAMPLES: [(&str, Model); 1] = [("student-t", Model::StudentT { degrees: 3.0 })];

/// One small example of the truth.
pub const TRUTHS: [(&str, Truth); 1] = [("student-t", Truth::StudentT { degrees: 3.0, location: 0.0, scale: 1.0 })];

const METRICS: [Metric; 6] = [
    Metric::MeanSquaredError,
    Metric::VarianceRatio,
    Metric::SpreadRatio,
    Metric::NegativeLogLikelihood,
    Metric::TailCoverage,
    Metric::MassOutside,
];

/// Mass of the truth's tail set (definition 7) and of its hallucination set (definition 8).
const TAIL: f64 = 0.01;
const OUTSIDE: f64 = 0.001;
/// Cells of equal mass on each side of the tail.
const CELLS: usize = 200;
/// EM stops when neither parameter moves by more than this share of the scale.
const STILL: f64 = 1e-11;
/// EM steps at most.
const MOST_STEPS: u32 = 2000;
/// Step of the trapezoid rule after a sinh substitution; its error falls as e^(-10 / step) at the truth's own place.
const STEP: f64 = 0.04;
/// Distances beyond which a t of one degree of freedom holds no mass that counts.
const FAR: f64 = 1e16;

/// A law: location and scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Law {
    /// Centre.
    pub location: f64,
    /// Unit of distances; not the standard deviation, which is sqrt(nu / (nu - 2)) times as large and infinite up to two degrees.
    pub scale: f64,
}

/// Most degrees of freedom: a t that differs from a Gaussian in the sixth digit. Beyond, its quantiles are searched for without end.
pub const MOST_DEGREES: f64 = 1e6;

fn is_known(degrees: f64) -> bool {
    (1.0..=MOST_DEGREES).contains(&degrees)
}

/// A standard t with what is known of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standard {
    degrees: f64,
    distribution: StudentsT,
}

impl Standard {
    fn of(degrees: f64) -> Option<Self> {
        let distribution = StudentsT::new(0.0, 1.0, degrees).ok().filter(|_| is_known(degrees))?;
        Some(Self { degrees, distribution })
    }

    /// Mass beyond `z`.
    pub(super) fn upper(&self, z: f64) -> f64 {
        if z >= 0.0 { self.distribution.cdf(-z) } else { 1.0 - self.distribution.cdf(z) }
    }

    /// Distance beyond which lies half of a two-sided mass.
    fn radius(&self, mass: f64) -> f64 {
        -self.distribution.inverse_cdf(0.5 * mass)
    }

    /// Log density at `z`.
    pub(super) fn log_density(&self, z: f64) -> f64 {
        let nu = self.degrees;
        let constant = ln_gamma(0.5 * (nu + 1.0)) - ln_gamma(0.5 * nu) - 0.5 * (nu * std::f64::consts::PI).ln();
        constant - 0.5 * (nu + 1.0) * (z * z / nu).ln_1p()
    }
}

/// The world of one t.
#[derive(Debug, Clone)]
pub struct HeavyTails {
    pub(super) law: Law,
    pub(super) standard: Standard,
    draws: StudentT<f64>,
    tail: f64,
    outside: f64,
    /// Distances that cut each side of the tail into cells, increasing, ending at infinity.
    edges: Vec<f64>,
}

impl HeavyTails {
    pub(super) fn of(truth: &Truth) -> Option<Self> {
        let Truth::StudentT { degrees, location, scale } = *truth else { return None };
        let (standard, draws) = (Standard::of(degrees)?, StudentT::new(degrees).ok()?);
        let edge = |cell: usize| standard.radius(TAIL * (1.0 - cell as f64 / CELLS as f64));
        let edges = (0..CELLS).map(edge).chain([f64::INFINITY]).collect();
        let (tail, outside) = (standard.radius(TAIL), standard.radius(OUTSIDE));
        (scale > 0.0).then(|| Self { law: Law { location, scale }, standard, draws, tail, outside, edges })
    }

    /// Covered share of the tail, cell by cell.
    pub(super) fn coverage(&self, beyond: impl Fn(f64) -> f64) -> f64 {
        let cell = 0.5 * TAIL / CELLS as f64;
        let side = |sign: f64| {
            let masses: Vec<f64> = self.edges.iter().map(|edge| if edge.is_finite() { beyond(sign * edge) } else { 0.0 }).collect();
            masses.windows(2).map(|pair| (pair[0] - pair[1]).clamp(0.0, cell)).sum::<f64>()
        };
        ((side(1.0) + side(-1.0)) / TAIL).clamp(0.0, 1.0)
    }
}

impl World for HeavyTails {
    type Example = Point<1>;

    fn begin(&mut self, _: &Streams) {}

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Point<1>>) {
        out.extend((0..n).map(|_| [self.law.location + self.law.scale * self.draws.sample(rng)]));
    }
}

impl Judged for HeavyTails {
    fn assess(&self, [x]: &Point<1>) -> Assessment {
        let distance = ((x - self.law.location) / self.law.scale).abs();
        Assessment { correct: distance <= self.outside, tail: distance > self.tail }
    }
}

impl Shown for HeavyTails {
    fn visible(&self, [x]: &Point<1>) -> Visible {
        Visible::Coordinate(*x)
    }
}

/// Location and scale by maximum likelihood.
#[derive(Debug, Clone)]
pub struct LocationScale {
    degrees: f64,
    draws: StudentT<f64>,
    /// Factor on the scale of samples.
    root: f64,
    sorted: Vec<(f64, f64)>,
}

impl LocationScale {
    fn of(setup: &Setup) -> Option<Self> {
        let Model::StudentT { degrees } = setup.model else { return None };
        if setup.synthesis != Synthesis::Examples {
            return None;
        }
        let root = variance_scale(&setup.sampling)?.sqrt();
        let draws = StudentT::new(degrees).ok().filter(|_| is_known(degrees))?;
        Some(Self { degrees, draws, root, sorted: Vec::new() })
    }

    /// The value at which half of the weight of `sorted` is reached.
    fn median(&mut self) -> f64 {
        self.sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let half = 0.5 * self.sorted.iter().map(|(_, weight)| weight).sum::<f64>();
        let mut reached = 0.0;
        let at_half = self.sorted.iter().find(|(_, weight)| {
            reached += weight;
            reached >= half
        });
        at_half.map_or(0.0, |(x, _)| *x)
    }

    /// The median, and the mean distance from it: where EM starts.
    fn start(&mut self, training: Weighted<'_, Point<1>>, total: f64) -> Law {
        self.sorted.clear();
        self.sorted.extend(training.examples.iter().enumerate().map(|(place, [x])| (*x, training.weight(place))));
        let location = self.median();
        self.sorted.iter_mut().for_each(|(x, _)| *x = (*x - location).abs());
        let typical = self.median();
        let mean = || self.sorted.iter().map(|(x, weight)| x * weight).sum::<f64>() / total;
        Law { location, scale: if typical > 0.0 { typical } else { mean() } }
    }

    /// One step of EM, the scale being divided by the sum of weights (Kent, Tyler and Vardi 1994, "A curious likelihood identity for the
    /// multivariate t-distribution"): the same maximum in fewer steps.
    fn step(&self, training: Weighted<'_, Point<1>>, law: Law) -> Law {
        let mass = |place: usize, x: f64| {
            let z = (x - law.location) / law.scale;
            training.weight(place) * (self.degrees + 1.0) / (self.degrees + z * z)
        };
        let (mut weight, mut first, mut second) = (0.0, 0.0, 0.0);
        for (place, [x]) in training.examples.iter().enumerate() {
            let (own, away) = (mass(place, *x), x - law.location);
            weight += own;
            first += own * away;
            second += own * away * away;
        }
        let moved = first / weight;
        Law { location: law.location + moved, scale: (second / weight - moved * moved).max(0.0).sqrt() }
    }
}

impl<W: World<Example = Point<1>>> Learner<W> for LocationScale {
    type Fitted = Law;

    fn blank(&self) -> Law {
        Law { location: 0.0, scale: 1.0 }
    }

    fn fit(&mut self, _: &W, training: Weighted<'_, Point<1>>, _: f64, _: Start<'_, Law>, _: &mut Rng, out: &mut Law) -> Result<(), Unfit> {
        let total = training.total();
        if training.examples.len() < 2 || !(total > 0.0) {
            return Err(Unfit::TooFewSamples);
        }
        *out = self.start(training, total);
        for _ in 0..MOST_STEPS {
            if !(out.scale.is_normal() && out.location.is_finite()) {
                return Err(Unfit::Degenerate);
            }
            let next = self.step(training, *out);
            let moved = (next.location - out.location).abs().max((next.scale - out.scale).abs());
            let is_still = moved <= STILL * out.scale;
            *out = next;
            if is_still {
                break;
            }
        }
        if out.scale.is_normal() && out.location.is_finite() { Ok(()) } else { Err(Unfit::Degenerate) }
    }

    fn synthetic(&mut self, _: &mut W, from: &Law, n: u64, rng: &mut Rng, out: &mut Vec<Point<1>>) {
        out.extend((0..n).map(|_| [from.location + from.scale * self.root * self.draws.sample(rng)]));
    }
}

impl<W: World<Example = Point<1>>> Displaced<W> for LocationScale {
    fn displace(&self, _: &W, from: &Law, distance: f64, out: &mut Law) {
        *out = Law { location: from.location + distance, ..*from };
    }
}

/// Reads location and scale against the truth, of which the fitted family may have other degrees of freedom.
#[derive(Debug, Clone, Copy)]
pub struct TailGauge {
    standard: Standard,
}

/// A t fitted to the points of a t.
pub type StudentTwin = Twin<HeavyTails, LocationScale, TailGauge>;

/// The twin of a setup; `None` for another truth, model, synthesis or sampling, or fewer than one degree of freedom.
#[must_use]
pub fn twin(setup: &Setup) -> Option<StudentTwin> {
    let learner = LocationScale::of(setup)?;
    let gauge = TailGauge { standard: Standard::of(learner.degrees)? };
    Some(Twin::new(HeavyTails::of(&setup.truth)?, learner, gauge))
}

impl TailGauge {
    /// Expectation under the truth of minus the fit's log density, by the trapezoid rule in u, where x lies min(scale, fitted scale) times sinh(u)
    /// from the fitted location: so the peak of the fit is resolved however narrow it is.
    fn loss(&self, world: &HeavyTails, fit: Law) -> f64 {
        let (truth, width) = (world.law, fit.scale.min(world.law.scale));
        let reach = (FAR * truth.scale / width).asinh();
        let node = |k: i64| {
            let u = STEP * k as f64;
            let (away, slope) = (width * u.sinh(), width * u.cosh());
            let z = (fit.location + away - truth.location) / truth.scale;
            slope / truth.scale * world.standard.log_density(z).exp() * (fit.scale.ln() - self.standard.log_density(away / fit.scale))
        };
        let nodes = (reach / STEP).ceil() as i64;
        STEP * (-nodes..=nodes).map(node).sum::<f64>()
    }
}

impl Gauge<HeavyTails, LocationScale> for TailGauge {
    const STEPS: Steps<StudentTwin> = Steps::of_examples().judged().shown().displaced();

    fn read(&mut self, world: &mut HeavyTails, _: &mut LocationScale, fitted: &Law, metric: Metric, _: &mut Rng) -> Reading {
        let (truth, ratio) = (world.law, fitted.scale / world.law.scale);
        // Fitted mass beyond a place that is told in the truth's distances, on the side of its sign.
        let beyond = |z: f64| self.standard.upper((z.abs() * truth.scale - z.signum() * (fitted.location - truth.location)) / fitted.scale);
        match metric {
            Metric::MeanSquaredError => Reading::Exact((fitted.location - truth.location).powi(2)),
            Metric::VarianceRatio => Reading::Exact(ratio * ratio),
            Metric::SpreadRatio => Reading::Exact(ratio),
            Metric::NegativeLogLikelihood => Reading::Exact(self.loss(world, *fitted)),
            Metric::TailCoverage => Reading::Exact(world.coverage(beyond)),
            Metric::MassOutside => Reading::Exact((beyond(world.outside) + beyond(-world.outside)).min(1.0)),
            _ => Reading::Undefined,
        }
    }

    fn location(&self, _: &HeavyTails, _: &LocationScale, fitted: &Law, out: &mut Vec<f64>) {
        out.clear();
        out.push(fitted.location);
    }
}

/// A t with known degrees of freedom.
pub struct HeavyTailed {
    /// nu.
    pub degrees: f64,
}

impl Family for HeavyTailed {
    fn eats(&self) -> &'static [Kind] {
        &[Kind::Points]
    }

    fn metrics(&self, truth: &Truth) -> Vec<Metric> {
        if matches!(truth, Truth::StudentT { .. }) { METRICS.to_vec() } else { Vec::new() }
    }

    fn biases(&self) -> Biases {
        Biases::Variance
    }

    fn moves(&self) -> bool {
        true
    }

    fn fewest(&self, _: &Truth) -> u64 {
        3
    }

    fn contains_truth(&self, setup: &Setup) -> bool {
        matches!(setup.truth, Truth::StudentT { degrees, .. } if (degrees - self.degrees).abs() <= 0.0)
    }

    /// One example has the variance of the law, which is finite beyond two degrees.
    fn null_risk(&self, truth: &Truth, metric: Metric) -> Option<f64> {
        let Truth::StudentT { degrees, scale, .. } = *truth else { return None };
        (metric == Metric::MeanSquaredError && degrees > 2.0).then(|| scale * scale * degrees / (degrees - 2.0))
    }

    /// Half the variance of the log of the squared scale, 2 (nu + 3) / (nu n) by Fisher's information.
    fn drift(&self, _: &Setup, n: f64) -> f64 {
        (self.degrees + 3.0) / (self.degrees * n)
    }

    fn by_samples(&self, _: &Setup, sizes: &Sizes) -> f64 {
        60.0 * sizes.new * sizes.draws + 150.0 * sizes.set
    }

    fn reading(&self, setup: &Setup, _: Method, _: &Sizes) -> f64 {
        let asked = |metric, cost| if is_asked(setup, metric) { cost } else { 0.0 };
        asked(Metric::NegativeLogLikelihood, 200_000.0) + asked(Metric::TailCoverage, 100_000.0)
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        run(setup, twin)
    }
}

#[cfg(test)]
#[path = "student_t_tests.rs"]
mod tests;
