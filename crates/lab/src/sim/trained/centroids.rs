//! Centroids of the real images of each digit, and which of some is nearest to an image.
//!
//! They are found by Lloyd's algorithm from starts of k-means++ with a stream of their own, over the whole pool of real images: the same in every
//! replicate of every study.
//!
//! # Source
//! Gillman et al. (2024), section 6, correct generated digits so.

use super::pixels::{CLASSES, Image, distance_squared, pixels};
use crate::random::Rng;
use crate::sim::kept::Kept;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;

/// Rounds of Lloyd's algorithm at most; it rests long before.
const ROUNDS: usize = 100;

static FOUND: Kept<u32, Arc<Vec<Image>>> = Kept::new();

/// So many centroids of each digit, digit by digit.
pub fn centroids(each: u32) -> Arc<Vec<Image>> {
    FOUND.get(&each, || {
        let mut rng = Rng::seed_from_u64(0);
        let of_class = |class| pixels().pool.iter().filter(|shown| shown.class == class).map(|shown| shown.image).collect::<Vec<_>>();
        Arc::new((0..CLASSES).flat_map(|class| means(&of_class(class), each as usize, &mut rng)).collect())
    })
}

/// The place of the nearest of some images; the first of equals.
pub fn nearest(among: &[Image], image: &Image) -> usize {
    let nearer = |(best, least): (usize, f32), (place, other): (usize, &Image)| {
        let distance = distance_squared(other, image);
        if distance < least { (place, distance) } else { (best, least) }
    };
    among.iter().enumerate().fold((0, f32::INFINITY), nearer).0
}

/// `k` means of some images.
fn means(images: &[Image], k: usize, rng: &mut Rng) -> Vec<Image> {
    let mut centres = starts(images, k, rng);
    for _ in 0..ROUNDS {
        let before = centres.clone();
        let places: Vec<usize> = images.iter().map(|image| nearest(&before, image)).collect();
        for (place, centre) in centres.iter_mut().enumerate() {
            let own = || images.iter().zip(&places).filter(|(_, at)| **at == place).map(|(image, _)| image);
            let n = own().count() as f64;
            if n > 0.0 {
                *centre = std::array::from_fn(|i| (own().map(|image| f64::from(image[i])).sum::<f64>() / n) as f32);
            }
        }
        if centres == before {
            break;
        }
    }
    centres
}

/// Starts of k-means++: each next one with probability proportional to the squared distance to those taken.
fn starts(images: &[Image], k: usize, rng: &mut Rng) -> Vec<Image> {
    let mut centres = vec![images[rng.random_range(0..images.len())]];
    while centres.len() < k {
        let far: Vec<f64> = images.iter().map(|image| f64::from(distance_squared(&centres[nearest(&centres, image)], image))).collect();
        let mut left = rng.random::<f64>() * far.iter().sum::<f64>();
        let place = far.iter().position(|distance| {
            left -= distance;
            left < 0.0
        });
        centres.push(images[place.unwrap_or(images.len() - 1)]);
    }
    centres
}

#[cfg(test)]
mod tests {
    use super::super::pixels::PIXELS;
    use super::*;

    /// Share of the variance of the pool's pixels that is left when every image is its centroid.
    fn kept_variance(each: u32) -> f64 {
        let found = centroids(each);
        let snapped: Vec<Image> = pixels().pool.iter().map(|shown| found[nearest(&found, &shown.image)]).collect();
        let spread = |images: &[Image]| -> f64 {
            let n = images.len() as f64;
            let of = |i: usize| {
                let mean = images.iter().map(|image| f64::from(image[i])).sum::<f64>() / n;
                images.iter().map(|image| (f64::from(image[i]) - mean).powi(2)).sum::<f64>() / n
            };
            (0..PIXELS).map(of).sum()
        };
        let own: Vec<Image> = pixels().pool.iter().map(|shown| shown.image).collect();
        spread(&snapped) / spread(&own)
    }

    #[test]
    fn every_centroid_is_the_mean_of_the_images_of_its_digit_that_are_nearest_to_it() {
        let found = centroids(4);
        assert_eq!(found.len(), 4 * CLASSES);
        for class in 0..CLASSES {
            let own: Vec<&Image> = pixels().pool.iter().filter(|shown| shown.class == class).map(|shown| &shown.image).collect();
            let centres = &found[4 * class..4 * class + 4];
            let apart = |a: &Image, b: &Image| a.iter().zip(b).map(|(x, y)| (f64::from(*x) - f64::from(*y)).powi(2)).sum::<f64>();
            for (place, centre) in centres.iter().enumerate() {
                let is_own = |image: &&&Image| centres.iter().all(|other| apart(centre, image) <= apart(other, image) + 1e-6);
                let members: Vec<&&Image> = own.iter().filter(is_own).collect();
                assert!(!members.is_empty(), "{class} {place}");
                for (i, value) in centre.iter().enumerate() {
                    let mean = members.iter().map(|image| f64::from(image[i])).sum::<f64>() / members.len() as f64;
                    assert!((mean - f64::from(*value)).abs() < 1e-5, "{class} {place} {i}");
                }
            }
        }
    }

    #[test]
    fn more_centroids_keep_more_of_the_spread() {
        let [one, four, sixteen] = [1, 4, 16].map(kept_variance);
        assert!(one < four && four < sixteen && sixteen < 0.95, "{one} {four} {sixteen}");
        assert!(one > 0.3, "the mean of each digit tells digits apart: {one}");
    }
}
