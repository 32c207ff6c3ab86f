//! The 8 x 8 digits as they are: 1,797 images of handwritten digits, 64 pixels of 0 to 16 each.
//!
//! Every sixth image is held out (300 of them, told by place, fixed for ever); the others are the pool, whose empirical law is the truth. What an image shows is told by
//! its nearest neighbour in the pool, which names the right class of 98 % of the held-out images: no classifier has to be trained or shipped.
//! Provenance and licence stand in `../data/PROVENANCE.md`.

use std::sync::LazyLock;

/// Pixels of an image.
pub const PIXELS: usize = 64;
/// Classes, 0 to 9.
pub const CLASSES: usize = 10;
/// Principal components in which images are compared.
pub const COMPONENTS: usize = 8;
/// What rounding may leave of a bound on a distance.
const SURELY: f32 = 0.999;
/// Every image whose place is a multiple of this is held out.
const HELD_OUT_EVERY: usize = 6;

/// An image: pixels in [0, 1], row by row.
pub type Image = [f32; PIXELS];

/// An image and the digit it shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// The pixels.
    pub image: Image,
    /// The digit.
    pub class: usize,
}

/// The images, with what is computed of them once.
#[derive(Debug)]
pub struct Pixels {
    /// What real data are drawn from.
    pub pool: Vec<Shown>,
    /// What no model is ever trained on.
    pub held_out: Vec<Shown>,
    /// Mean image of the pool.
    pub mean: [f64; PIXELS],
    /// The leading principal components of the pool, one after the other.
    pub components: Vec<[f64; PIXELS]>,
    /// The pool in each of these components.
    places: [Vec<f32>; COMPONENTS],
    /// Squared distance to the nearest pool image that 99 % of the held-out images keep, and that all of them keep.
    pub near: [f32; 2],
}

static DIGITS: LazyLock<Pixels> = LazyLock::new(|| Pixels::read(include_str!("../data/digit-pixels.txt")));

/// The shipped images.
pub fn pixels() -> &'static Pixels {
    &DIGITS
}

impl Pixels {
    /// From lines of a class and 64 letters, `a` for 0 to `q` for 16.
    fn read(text: &str) -> Self {
        let all: Vec<Shown> = text.lines().filter_map(line).collect();
        let part = |is_held_out: bool| -> Vec<Shown> {
            all.iter().enumerate().filter(|(place, _)| (place % HELD_OUT_EVERY == 0) == is_held_out).map(|(_, shown)| *shown).collect()
        };
        let (pool, held_out) = (part(false), part(true));
        let images: Vec<Image> = pool.iter().map(|shown| shown.image).collect();
        let (mean, covariance) = moments(&images);
        let components = leading(&covariance);
        let mut pixels = Self { pool, held_out, mean, components, places: Default::default(), near: [f32::INFINITY; 2] };
        let projected: Vec<_> = pixels.pool.iter().map(|shown| pixels.projected(&shown.image)).collect();
        pixels.places = std::array::from_fn(|component| projected.iter().map(|place| place[component] as f32).collect());
        let mut distances: Vec<f32> = pixels.held_out.iter().map(|shown| pixels.nearest(&shown.image).1).collect();
        distances.sort_by(f32::total_cmp);
        pixels.near = [distances[distances.len() * 99 / 100], distances[distances.len() - 1]];
        pixels
    }

    /// The class of the nearest pool image, and the squared distance to it; the first of equals.
    ///
    /// Most images are told to be further away by their principal components alone: a projection never lies further than what is projected. The image
    /// whose projection is nearest says at once how near the nearest one is at least.
    pub fn nearest(&self, image: &Image) -> (usize, f32) {
        let own = self.projected(image).map(|value| value as f32);
        let mut least = vec![0.0; self.pool.len()];
        for (places, own) in self.places.iter().zip(own) {
            least.iter_mut().zip(places).for_each(|(sum, place)| *sum += (place - own) * (place - own));
        }
        let lowest = smallest(&least);
        let likely = least.iter().position(|bound| *bound <= lowest).unwrap_or(0);
        let mut reach = distance_squared(&self.pool[likely].image, image);
        let mut found = (0, f32::INFINITY);
        for (shown, bound) in self.pool.iter().zip(&least) {
            if bound * SURELY > reach {
                continue;
            }
            let distance = distance_squared(&shown.image, image);
            if distance < found.1 {
                found = (shown.class, distance);
                reach = reach.min(distance);
            }
        }
        found
    }

    /// Coordinates of an image in the principal components, about the pool's mean.
    pub fn projected(&self, image: &Image) -> [f64; COMPONENTS] {
        let mut out = [0.0; COMPONENTS];
        for (value, component) in out.iter_mut().zip(&self.components) {
            *value = component.iter().zip(image).zip(&self.mean).map(|((c, x), m)| c * (f64::from(*x) - m)).sum();
        }
        out
    }
}

fn line(text: &str) -> Option<Shown> {
    let (class, letters) = text.split_at_checked(1)?;
    let mut image = [0.0; PIXELS];
    image.iter_mut().zip(letters.bytes()).for_each(|(pixel, letter)| *pixel = f32::from(letter - b'a') / 16.0);
    Some(Shown { image, class: class.parse().ok()? })
}

/// Squared distance of two images. Eight sums side by side, so that the compiler makes vector code of them in one fixed order.
pub fn distance_squared(a: &Image, b: &Image) -> f32 {
    let mut sums = [0.0_f32; 8];
    for (x, y) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            let d = x - y;
            *sum += d * d;
        }
    }
    sums.iter().sum()
}

/// The smallest of some numbers. Eight side by side, so that the compiler makes vector code of them.
fn smallest(values: &[f32]) -> f32 {
    let mut lowest = [f32::INFINITY; 8];
    let (eights, rest) = values.as_chunks::<8>();
    for eight in eights {
        for (low, value) in lowest.iter_mut().zip(eight) {
            *low = if *value < *low { *value } else { *low };
        }
    }
    lowest.iter().chain(rest).copied().fold(f32::INFINITY, f32::min)
}

/// Mean and covariance (divisor n) of some images.
pub fn moments(images: &[Image]) -> ([f64; PIXELS], nalgebra::DMatrix<f64>) {
    let n = images.len() as f64;
    let mut mean = [0.0; PIXELS];
    images.iter().for_each(|image| mean.iter_mut().zip(image).for_each(|(m, x)| *m += f64::from(*x) / n));
    let mut covariance = nalgebra::DMatrix::zeros(PIXELS, PIXELS);
    for image in images {
        for i in 0..PIXELS {
            let centred = f64::from(image[i]) - mean[i];
            for j in 0..=i {
                covariance[(i, j)] += centred * (f64::from(image[j]) - mean[j]) / n;
            }
        }
    }
    for i in 0..PIXELS {
        for j in 0..i {
            covariance[(j, i)] = covariance[(i, j)];
        }
    }
    (mean, covariance)
}

/// Eigenvectors of the largest eigenvalues, the largest first.
fn leading(covariance: &nalgebra::DMatrix<f64>) -> Vec<[f64; PIXELS]> {
    let found = nalgebra::SymmetricEigen::new(covariance.clone());
    let mut order: Vec<usize> = (0..PIXELS).collect();
    order.sort_by(|a, b| found.eigenvalues[*b].total_cmp(&found.eigenvalues[*a]));
    order[..COMPONENTS].iter().map(|place| std::array::from_fn(|i| found.eigenvectors[(i, *place)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_images_are_those_of_the_library() {
        let pixels = pixels();
        assert_eq!((pixels.pool.len(), pixels.held_out.len()), (1497, 300));
        // scikit-learn 1.9.1: numpy.bincount(load_digits().target), and the sum of the pixel variances over all 1,797 images.
        let mut counts = [0; CLASSES];
        pixels.pool.iter().chain(&pixels.held_out).for_each(|shown| counts[shown.class] += 1);
        assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        let all: Vec<Image> = pixels.pool.iter().chain(&pixels.held_out).map(|shown| shown.image).collect();
        let (_, covariance) = moments(&all);
        assert!(((0..PIXELS).map(|i| covariance[(i, i)]).sum::<f64>() - 4.693_276_317_8).abs() < 1e-6);
    }

    #[test]
    fn the_nearest_neighbour_tells_the_digit() {
        let pixels = pixels();
        let right = pixels.held_out.iter().filter(|shown| pixels.nearest(&shown.image).0 == shown.class).count();
        assert!(right * 100 >= pixels.held_out.len() * 97, "{right} of {}", pixels.held_out.len());
        assert!(pixels.near[0] < pixels.near[1] && pixels.near[1] < 20.0, "{:?}", pixels.near);
    }

    #[test]
    fn what_is_passed_over_is_never_nearer() {
        let pixels = pixels();
        for shown in &pixels.held_out {
            // Blurred as an autoencoder would.
            let image: Image = std::array::from_fn(|i| 0.6 * shown.image[i] + 0.4 * pixels.mean[i] as f32);
            let plain = pixels.pool.iter().fold((0, f32::INFINITY), |found, other| {
                let distance = distance_squared(&other.image, &image);
                if distance < found.1 { (other.class, distance) } else { found }
            });
            let found = pixels.nearest(&image);
            assert_eq!((found.0, found.1.to_bits()), (plain.0, plain.1.to_bits()));
        }
    }

    #[test]
    fn components_are_orthonormal_and_carry_most_of_the_spread() {
        let pixels = pixels();
        let dot = |a: &[f64; PIXELS], b: &[f64; PIXELS]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        for (i, a) in pixels.components.iter().enumerate() {
            for (j, b) in pixels.components.iter().enumerate() {
                assert!((dot(a, b) - f64::from(u8::from(i == j))).abs() < 1e-9);
            }
        }
        let spread: f64 = pixels.pool.iter().map(|shown| pixels.projected(&shown.image).iter().map(|x| x * x).sum::<f64>()).sum::<f64>();
        let images: Vec<Image> = pixels.pool.iter().map(|shown| shown.image).collect();
        let (_, covariance) = moments(&images);
        let share = spread / pixels.pool.len() as f64 / (0..PIXELS).map(|i| covariance[(i, i)]).sum::<f64>();
        assert!(share > 0.6 && share < 0.8, "{share}");
    }
}
