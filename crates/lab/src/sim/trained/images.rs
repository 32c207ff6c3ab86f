//! What is read of a learner of images: the spread, classes and nearness of images that it makes, and its loss on held-out ones.
//!
//! Every metric of one generation is read from the same images, made once. Which images these are is the learner's to say: of an autoencoder
//! the decoder's means, since the noise of drawn pixels is no diversity.

use super::digits::Digits;
use super::halves;
use super::manifold::{self, Sample};
use super::pixels::{CLASSES, COMPONENTS, Image, PIXELS, distance_squared};
use crate::random::Rng;
use crate::sim::chain::{Reading, Steps};
use crate::sim::learner::Learner;
use crate::sim::samples::{Gauge, Twin};
use crate::sim::world::{Centred, Judged, Placed, Screens, Shown, World};
use crate::taxonomy::Metric;
use nalgebra::{SMatrix, SVector};

/// Images made for every reading.
const MADE: usize = 500;
/// Images shown of a generation.
const SHOWN: usize = 8;
/// A class is there while it has this share of its true one.
const KEPT: f64 = 0.5;

/// The metrics of images; `has_loss` where the learner has a loss on held-out images, `has_rare` where some class has less than an even share.
#[must_use]
pub fn defined(has_loss: bool, has_rare: bool) -> Vec<Metric> {
    let mut metrics = vec![
        Metric::MeanSquaredError,
        Metric::VarianceRatio,
        Metric::LogVariance,
        Metric::LogDeterminant,
        Metric::SpreadRatio,
        Metric::FrechetDistance,
        Metric::Entropy,
        Metric::ModesKept,
        Metric::MassBetweenModes,
        Metric::MassOutside,
        Metric::TopShare,
        Metric::Precision,
        Metric::Recall,
        Metric::MeanDiscrepancy,
    ];
    metrics.extend(has_loss.then_some(Metric::NegativeLogLikelihood));
    if has_rare {
        metrics.extend([Metric::MinorityShare, Metric::TailCoverage]);
    }
    metrics
}

/// A world of images, whatever else its examples say.
pub trait Pictures: World {
    /// The digits that it shows.
    fn digits(&self) -> &Digits;
}

impl Pictures for Digits {
    fn digits(&self) -> &Digits {
        self
    }
}

/// A learner of images.
pub trait Depicts<W: World>: Learner<W> {
    /// A number that tells fits apart.
    fn mark(from: &Self::Fitted) -> u64;

    /// Appends `n` images by which a fit is judged.
    fn depict(&mut self, from: &Self::Fitted, n: usize, rng: &mut Rng, out: &mut Vec<Image>);

    /// The loss of each image in nats, where the learner has one.
    fn losses(&mut self, from: &Self::Fitted, images: &[Image], rng: &mut Rng) -> Option<Vec<f64>>;
}

/// One image and what it shows.
#[derive(Debug, Clone, Copy)]
struct Made {
    image: Image,
    class: usize,
    distance: f32,
}

/// The gauge of images.
#[derive(Debug, Clone, Default)]
pub struct ImageGauge {
    mark: Option<u64>,
    made: Vec<Made>,
}

impl ImageGauge {
    fn look<W: Pictures, L: Depicts<W>>(&mut self, world: &W, learner: &mut L, fitted: &L::Fitted, rng: &mut Rng) {
        let mark = L::mark(fitted);
        if self.mark == Some(mark) {
            return;
        }
        let mut images = Vec::with_capacity(MADE);
        learner.depict(fitted, MADE, rng, &mut images);
        let shown = |image: Image| {
            let (class, distance) = world.digits().pixels().nearest(&image);
            Made { image, class, distance }
        };
        self.made = images.into_iter().map(shown).collect();
        self.mark = Some(mark);
    }
}

impl<W: Pictures + Judged + Shown + Placed + Centred + Screens, L: Depicts<W>> Gauge<W, L> for ImageGauge {
    const DRAWS: bool = true;
    const STEPS: Steps<Twin<W, L, Self>> = Steps::of_examples().judged().shown().placed().centred().screened();

    fn begin(&mut self, _: &W, _: &crate::random::Streams) {
        self.mark = None;
    }

    fn read(&mut self, world: &mut W, learner: &mut L, fitted: &L::Fitted, metric: Metric, rng: &mut Rng) -> Reading {
        if metric == Metric::NegativeLogLikelihood {
            let images: Vec<Image> = world.digits().pixels().held_out.iter().map(|shown| shown.image).collect();
            return learner.losses(fitted, &images, rng).map_or(Reading::Undefined, |losses| halves::mean(&losses));
        }
        self.look(world, learner, fitted, rng);
        halves::of_examples(&self.made, |made| read(world.digits(), made, metric))
    }

    fn location(&self, world: &W, _: &L, _: &L::Fitted, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(&world.digits().pixels().mean);
    }

    fn show(&self, _: &W, learner: &mut L, fitted: &L::Fitted, rng: &mut Rng) -> Vec<String> {
        let mut images = Vec::new();
        learner.depict(fitted, SHOWN, rng, &mut images);
        images.iter().map(letters).collect()
    }
}

/// A letter for each pixel: `a` for 0 to `q` for 1, in sixteenths.
pub fn letters(image: &Image) -> String {
    image.iter().map(|pixel| char::from(b'a' + (pixel * 16.0).round().clamp(0.0, 16.0) as u8)).collect()
}

fn read(world: &Digits, made: &[Made], metric: Metric) -> Option<f64> {
    let share = |holds: &dyn Fn(&Made) -> bool| made.iter().filter(|one| holds(one)).count() as f64 / made.len() as f64;
    let near = world.pixels().near;
    let law = || -> [f64; CLASSES] { std::array::from_fn(|class| share(&|one| one.class == class)) };
    Some(match metric {
        Metric::MeanSquaredError => mean(made).iter().zip(&truth(world).0).map(|(a, b)| (a - b).powi(2)).sum(),
        Metric::VarianceRatio => trace(made) / truth(world).1,
        Metric::LogVariance => (trace(made) / truth(world).1).ln(),
        Metric::SpreadRatio => (trace(made) / truth(world).1).sqrt(),
        Metric::LogDeterminant => return log_determinant(world, made),
        Metric::FrechetDistance => frechet(world, made),
        Metric::Entropy => law().iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum(),
        Metric::TopShare => law().into_iter().fold(0.0, f64::max),
        Metric::ModesKept => {
            let kept = |class: usize| share(&|one| one.class == class && one.distance <= near[0]) >= KEPT * world.law[class];
            (0..CLASSES).filter(|class| world.law[*class] > 0.0 && kept(*class)).count() as f64
                / world.law.iter().filter(|p| **p > 0.0).count() as f64
        }
        Metric::MassBetweenModes => share(&|one| one.distance > near[0]),
        Metric::MassOutside => share(&|one| one.distance > near[1]),
        Metric::MinorityShare => share(&|one| world.is_rare(one.class)),
        Metric::TailCoverage => {
            let law = law();
            let rare = || (0..CLASSES).filter(|class| world.is_rare(*class));
            rare().map(|class| law[class].min(world.law[class])).sum::<f64>() / rare().map(|class| world.law[class]).sum::<f64>()
        }
        Metric::Precision | Metric::Recall | Metric::MeanDiscrepancy => return overlap(world, made, metric),
        _ => return None,
    })
}

/// How made images lie among the held-out ones, which weigh as the truth says; the kernel is as wide as the truth.
fn overlap(world: &Digits, made: &[Made], metric: Metric) -> Option<f64> {
    let made: Vec<Image> = made.iter().map(|one| one.image).collect();
    let (real, weights): (Vec<Image>, Vec<f64>) = world.held_out().map(|(shown, weight)| (shown.image, weight)).unzip();
    let real = Sample { examples: &real, weights: Some(&weights) };
    let apart = |a: &Image, b: &Image| f64::from(distance_squared(a, b));
    match metric {
        _ if made.is_empty() => None,
        Metric::Precision => Some(manifold::precision(&made, real, apart)),
        Metric::Recall => Some(manifold::recall(&made, real, apart)),
        _ => Some(manifold::discrepancy(&made, real, truth(world).1, apart)),
    }
}

fn mean(made: &[Made]) -> [f64; PIXELS] {
    let mut mean = [0.0; PIXELS];
    made.iter().for_each(|one| mean.iter_mut().zip(&one.image).for_each(|(m, x)| *m += f64::from(*x) / made.len() as f64));
    mean
}

/// Sum over pixels of the variances.
fn trace(made: &[Made]) -> f64 {
    let mean = mean(made);
    let squared = |one: &Made| one.image.iter().zip(&mean).map(|(x, m)| (f64::from(*x) - m).powi(2)).sum::<f64>();
    made.iter().map(squared).sum::<f64>() / made.len() as f64
}

/// Mean image and sum of variances of the world, whose classes may weigh unlike those of the pool.
fn truth(world: &Digits) -> ([f64; PIXELS], f64) {
    let mut mean = [0.0; PIXELS];
    let mut second = 0.0;
    let each = weights(world);
    for shown in &world.pixels().pool {
        let weight = each[shown.class];
        mean.iter_mut().zip(&shown.image).for_each(|(m, x)| *m += weight * f64::from(*x));
        second += weight * shown.image.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>();
    }
    (mean, second - mean.iter().map(|m| m * m).sum::<f64>())
}

/// Probability of one pool image of each class.
fn weights(world: &Digits) -> [f64; CLASSES] {
    std::array::from_fn(|class| {
        let count = world.pixels().pool.iter().filter(|shown| shown.class == class).count();
        world.law[class] / count as f64
    })
}

type Moments = (SVector<f64, COMPONENTS>, SMatrix<f64, COMPONENTS, COMPONENTS>);

/// Squared Frechet distance of Gaussians with the moments of both in the pool's principal components.
///
/// # Source
/// Dowson and Landau (1982), equation 16; Heusel et al. (2017) take features of a classifier where principal components stand here.
fn frechet(world: &Digits, made: &[Made]) -> f64 {
    let (truth, own) = both(world, made);
    let root = square_root(&truth.1);
    let cross = square_root(&(root * own.1 * root));
    ((truth.0 - own.0).norm_squared() + truth.1.trace() + own.1.trace() - 2.0 * cross.trace()).max(0.0)
}

/// Log determinant of the covariance of made images over that of real ones, in the pool's principal components, for each of them; `None` where made
/// images lie in fewer dimensions.
fn log_determinant(world: &Digits, made: &[Made]) -> Option<f64> {
    let log = |covariance: &SMatrix<f64, COMPONENTS, COMPONENTS>| -> Option<f64> {
        let found = covariance.symmetric_eigen().eigenvalues;
        // Rounding leaves a little of what is nothing.
        found.iter().all(|value| *value > 1e-12 * found.max()).then(|| found.iter().map(|value| value.ln()).sum())
    };
    let (truth, own) = both(world, made);
    Some((log(&own.1)? - log(&truth.1)?) / COMPONENTS as f64)
}

/// Moments of real and of made images in the pool's principal components.
fn both(world: &Digits, made: &[Made]) -> (Moments, Moments) {
    let each = weights(world);
    let truth = weighed(world.pixels().pool.iter().map(|shown| (world.pixels().projected(&shown.image), each[shown.class])));
    let share = 1.0 / made.len() as f64;
    let own = weighed(made.iter().map(|one| (world.pixels().projected(&one.image), share)));
    (truth, own)
}

fn weighed(points: impl Iterator<Item = ([f64; COMPONENTS], f64)>) -> Moments {
    let (mut mean, mut second) = (SVector::zeros(), SMatrix::zeros());
    for (point, weight) in points {
        let point = SVector::from(point);
        mean += weight * point;
        second += weight * point * point.transpose();
    }
    (mean, second - mean * mean.transpose())
}

/// The symmetric root of a symmetric matrix without negative eigenvalues but for rounding.
fn square_root(matrix: &SMatrix<f64, COMPONENTS, COMPONENTS>) -> SMatrix<f64, COMPONENTS, COMPONENTS> {
    let found = matrix.symmetric_eigen();
    let roots = SMatrix::from_diagonal(&found.eigenvalues.map(|value| value.max(0.0).sqrt()));
    found.eigenvectors * roots * found.eigenvectors.transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Covariances by plain loops, determinants by elimination.
    fn naive(made: &[[f64; COMPONENTS]]) -> f64 {
        let n = made.len() as f64;
        let mean = |i: usize| made.iter().map(|x| x[i]).sum::<f64>() / n;
        let entry = |i: usize, j: usize| made.iter().map(|x| (x[i] - mean(i)) * (x[j] - mean(j))).sum::<f64>() / n;
        let mut rows: Vec<Vec<f64>> = (0..COMPONENTS).map(|i| (0..COMPONENTS).map(|j| entry(i, j)).collect()).collect();
        let mut log = 0.0;
        for pivot in 0..COMPONENTS {
            let top = rows[pivot].clone();
            log += top[pivot].ln();
            for row in &mut rows[pivot + 1..] {
                let factor = row[pivot] / top[pivot];
                row.iter_mut().zip(&top).for_each(|(x, t)| *x -= factor * t);
            }
        }
        log
    }

    #[test]
    fn a_log_determinant_is_that_of_a_naive_elimination() {
        let world = Digits::weighing(&[]);
        let pixels = world.pixels();
        // Half of the pool, pulled a tenth of the way to its mean.
        let shrunk = |image: &Image| -> Image { std::array::from_fn(|i| 0.9 * image[i] + 0.1 * pixels.mean[i] as f32) };
        let made: Vec<Made> =
            pixels.pool.iter().step_by(2).map(|shown| Made { image: shrunk(&shown.image), class: shown.class, distance: 0.0 }).collect();
        let places = |images: &[Image]| images.iter().map(|image| pixels.projected(image)).collect::<Vec<_>>();
        let own = naive(&places(&made.iter().map(|one| one.image).collect::<Vec<_>>()));
        // Each class weighs alike in the truth, and nearly so in the pool.
        let real = naive(&places(&pixels.pool.iter().map(|shown| shown.image).collect::<Vec<_>>()));
        let found = log_determinant(&world, &made).expect("full rank");
        assert!((found - (own - real) / COMPONENTS as f64).abs() < 0.01, "{found} {own} {real}");
        assert!(found < -0.15 && found > -0.3, "twice the log of nine tenths is -0.21: {found}");
        assert_eq!(log_determinant(&world, &made[..5]), None);
    }
}
