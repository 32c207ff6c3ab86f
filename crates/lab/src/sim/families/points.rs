//! Densities over points of any truth: kernels, mixtures and histograms.

use crate::sim::cost::Sizes;
use crate::sim::downstream::Reader;
use crate::sim::family::{Biases, Family, Ready, Why, by_dimension, exact, run};
use crate::sim::kind::Kind;
use crate::sim::models::class_mixture;
use crate::sim::models::histogram_counts::Bins;
use crate::sim::models::kernel_sums::KernelSums;
use crate::sim::models::{defined, distances, gauge, histogram, kde, mixture};
use crate::sim::{Bandwidth, Method, Model, Setup, Truth, Width};
use crate::taxonomy::Metric;

/// One small example of each.
pub const EXAMPLES: [(&str, Model); 3] = [
    ("mixture", Model::Mixture { components: 2, iterations: 20 }),
    ("kde", Model::Kde { bandwidth: Bandwidth::Fixed { value: 0.5 } }),
    ("histogram", Model::Histogram { bins: 20, low: -4.0, high: 4.0 }),
];

/// Isotropic mixtures by EM: one of points, or one of each class of labelled points.
pub struct Mixtures {
    /// Number of components.
    pub components: usize,
    /// Steps of EM.
    pub iterations: u32,
}

impl Family for Mixtures {
    fn eats(&self) -> &'static [Kind] {
        &[Kind::Points, Kind::Labels]
    }

    fn metrics(&self, truth: &Truth) -> Vec<Metric> {
        if truth.kind() == Kind::Labels { class_mixture::defined(truth) } else { defined::mixture(truth) }
    }

    fn biases(&self) -> Biases {
        Biases::Variance
    }

    fn grows(&self) -> bool {
        true
    }

    fn fewest(&self, _: &Truth) -> u64 {
        2 * self.components as u64
    }

    fn drift(&self, _: &Setup, n: f64) -> f64 {
        n.recip()
    }

    fn fits_again(&self) -> bool {
        true
    }

    fn by_samples(&self, _: &Setup, sizes: &Sizes) -> f64 {
        let fit = sizes.set * sizes.growth * (self.components as f64) * f64::from(self.iterations) * (4.0 + 1.5 * sizes.d);
        30.0 * sizes.new * sizes.draws + fit
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        match setup.truth.kind() {
            Kind::Labels => by_dimension!(setup, |D| run(setup, class_mixture::twin::<D>)),
            _ => by_dimension!(setup, |D| run(setup, mixture::twin::<D>)),
        }
    }

    fn aside(&self, setup: &Setup) -> Option<Reader> {
        by_dimension!(setup, |D| class_mixture::aside::<D>(setup, self.components, self.iterations))
    }
}

/// Gaussian kernels.
pub struct Kernels {
    /// How wide they are.
    pub bandwidth: Bandwidth,
}

impl Family for Kernels {
    fn eats(&self) -> &'static [Kind] {
        &[Kind::Points]
    }

    fn metrics(&self, truth: &Truth) -> Vec<Metric> {
        gauge::defined(truth)
    }

    fn biases(&self) -> Biases {
        Biases::Variance
    }

    fn fewest(&self, _: &Truth) -> u64 {
        2
    }

    /// And growth of the log variance by a bandwidth that follows the spread; a fixed one adds the same again and again, without a scale.
    fn drift(&self, setup: &Setup, n: f64) -> f64 {
        let widening = match self.bandwidth.width(n, setup.truth.dimension() as f64) {
            Width::Whole(_) => 0.0,
            Width::OfSpread(factor) => (factor * factor).ln_1p(),
        };
        n.recip() + widening
    }

    /// Running sums over kernels see each new point once.
    fn by_statistics(&self, _: &Setup, sizes: &Sizes) -> f64 {
        sizes.new * (30.0 * sizes.draws + 650.0 * sizes.d)
    }

    fn by_samples(&self, _: &Setup, sizes: &Sizes) -> f64 {
        30.0 * sizes.new * sizes.draws + 5.0 * sizes.set
    }

    fn reading(&self, setup: &Setup, method: Method, sizes: &Sizes) -> f64 {
        let kernels = if method == Method::Statistics { 0.0 } else { 500.0 * sizes.d * sizes.set };
        kernels + distances::asked(setup) as f64 * 700.0 * sizes.set
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        by_dimension!(setup, |D| run(setup, kde::twin::<D>))
    }

    fn shortcut(&self, setup: &Setup) -> Result<(Ready, &'static str), Why> {
        let name = "running sums of kernel values at fixed test points";
        match self.bandwidth {
            Bandwidth::Fixed { .. } => by_dimension!(setup, |D| exact(setup, KernelSums::<D>::of, Why::NoForm, name)),
            _ => exact(setup, KernelSums::<1>::of, Why::Against("the bandwidth moves with the data"), name),
        }
    }
}

/// Equal bins over a fixed range.
pub struct Histograms {
    /// Number of bins.
    pub bins: usize,
}

impl Family for Histograms {
    fn eats(&self) -> &'static [Kind] {
        &[Kind::Points]
    }

    fn metrics(&self, truth: &Truth) -> Vec<Metric> {
        defined::histogram(truth)
    }

    fn biases(&self) -> Biases {
        Biases::Variance
    }

    fn grows(&self) -> bool {
        true
    }

    fn drift(&self, _: &Setup, n: f64) -> f64 {
        n.recip()
    }

    /// A distance is read at some thousand places.
    fn reading(&self, setup: &Setup, _: Method, _: &Sizes) -> f64 {
        distances::asked(setup) as f64 * (20_000.0 + 2_000.0 * self.bins as f64)
    }

    /// A binomial for every bin that is alive.
    fn by_statistics(&self, _: &Setup, sizes: &Sizes) -> f64 {
        let bins = self.bins as f64;
        100.0 + 5.0 * bins + 50.0 * bins * sizes.new / (bins + sizes.new)
    }

    fn by_samples(&self, _: &Setup, sizes: &Sizes) -> f64 {
        20.0 * sizes.new * sizes.draws + 5.0 * sizes.set + 5.0 * (self.bins as f64)
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        run(setup, histogram::twin)
    }

    fn shortcut(&self, setup: &Setup) -> Result<(Ready, &'static str), Why> {
        exact(setup, Bins::of, Why::Against("the number of bins grows with the data"), "counts of bins")
    }
}
