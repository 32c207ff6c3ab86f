//! How two samples overlap: precision and recall by nearest neighbours, and the maximum mean discrepancy.
//!
//! Every example covers the ball about it that reaches to its fifth nearest neighbour of the same sample. Precision is the share of made examples that some
//! real one covers, recall the share of real ones that some made one covers.
//!
//! # Source
//! Kynkäänniemi, Karras, Laine, Lehtinen and Aila (2019), equations 1 and 2, on the examples themselves where they take a network's features; Gretton,
//! Borgwardt, Rasch, Schölkopf and Smola (2012), equation 5 (the biased statistic).

/// Which neighbour a ball reaches to.
const NEIGHBOUR: usize = 5;

/// Examples that can be told apart, with the weight of each.
#[derive(Debug)]
pub struct Sample<'a, E> {
    /// The examples.
    pub examples: &'a [E],
    /// Weights that sum to one; absent: all alike.
    pub weights: Option<&'a [f64]>,
}

impl<E> Clone for Sample<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Sample<'_, E> {}

impl<'a, E> Sample<'a, E> {
    /// Examples that weigh alike.
    pub const fn even(examples: &'a [E]) -> Self {
        Self { examples, weights: None }
    }

    fn weight(&self, place: usize) -> f64 {
        self.weights.map_or(1.0 / self.examples.len() as f64, |weights| weights[place])
    }

    /// Weighted share of the examples for which something holds.
    fn share(&self, holds: impl Fn(&E) -> bool) -> f64 {
        self.examples.iter().enumerate().filter(|(_, example)| holds(example)).map(|(place, _)| self.weight(place)).sum()
    }
}

/// Squared distance of every example to its fifth nearest other one; to the furthest where there are fewer.
fn radii<E>(examples: &[E], distance: impl Fn(&E, &E) -> f64) -> Vec<f64> {
    let radius = |(place, example): (usize, &E)| {
        let others = examples.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, other)| distance(example, other));
        let mut nearest = [f64::INFINITY; NEIGHBOUR];
        let mut held = 0;
        for found in others {
            let at = nearest.iter().position(|known| found < *known).unwrap_or(NEIGHBOUR);
            if at < NEIGHBOUR {
                nearest[at..].rotate_right(1);
                nearest[at] = found;
            }
            held += 1;
        }
        nearest[held.clamp(1, NEIGHBOUR) - 1]
    };
    examples.iter().enumerate().map(radius).collect()
}

/// Share of `of` that lies in the ball of some example.
fn covered<E>(of: Sample<'_, E>, by: &[E], distance: impl Fn(&E, &E) -> f64) -> f64 {
    let radii = radii(by, &distance);
    of.share(|example| by.iter().zip(&radii).any(|(centre, radius)| distance(centre, example) <= *radius))
}

/// Share of made examples that lie where real ones do.
pub fn precision<E>(made: &[E], real: Sample<'_, E>, distance: impl Fn(&E, &E) -> f64) -> f64 {
    covered(Sample::even(made), real.examples, distance)
}

/// Share of real examples that lie where made ones do.
pub fn recall<E>(made: &[E], real: Sample<'_, E>, distance: impl Fn(&E, &E) -> f64) -> f64 {
    covered(real, made, distance)
}

/// Squared maximum mean discrepancy under the kernel exp(-d^2 / (2 w)), pairs of an example with itself included.
pub fn discrepancy<E>(made: &[E], real: Sample<'_, E>, width: f64, distance: impl Fn(&E, &E) -> f64) -> f64 {
    let kernel = |a: &E, b: &E| (-0.5 * distance(a, b) / width).exp();
    let mean = |a: Sample<'_, E>, b: Sample<'_, E>| -> f64 {
        let row = |(place, x): (usize, &E)| {
            a.weight(place) * b.examples.iter().enumerate().map(|(other, y)| b.weight(other) * kernel(x, y)).sum::<f64>()
        };
        a.examples.iter().enumerate().map(row).sum()
    };
    let made = Sample::even(made);
    (mean(made, made) + mean(real, real) - 2.0 * mean(made, real)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Rng;
    use rand::{RngExt, SeedableRng};

    fn apart(a: &[f64; 2], b: &[f64; 2]) -> f64 {
        (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
    }

    fn cloud(n: usize, shift: f64, seed: u64) -> Vec<[f64; 2]> {
        let mut rng = Rng::seed_from_u64(seed);
        (0..n).map(|_| [shift + rng.random::<f64>(), rng.random::<f64>()]).collect()
    }

    /// Sorts all distances; asks every pair; takes roots.
    fn naive_share(of: &[[f64; 2]], weights: &[f64], by: &[[f64; 2]]) -> f64 {
        let mut share = 0.0;
        for (x, weight) in of.iter().zip(weights) {
            let mut is_covered = false;
            for (i, centre) in by.iter().enumerate() {
                let mut all: Vec<f64> = (0..by.len()).filter(|j| *j != i).map(|j| apart(centre, &by[j]).sqrt()).collect();
                all.sort_by(f64::total_cmp);
                is_covered |= apart(centre, x).sqrt() <= all[4];
            }
            share += weight * f64::from(u8::from(is_covered));
        }
        share
    }

    #[test]
    fn shares_are_those_of_a_naive_count() {
        let (made, real) = (cloud(60, 0.0, 1), cloud(45, 0.4, 2));
        let even = vec![1.0 / 60.0; 60];
        let mut weights: Vec<f64> = (1..=45).map(f64::from).collect();
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        let sample = Sample { examples: &real, weights: Some(&weights) };
        let (precision, recall) = (precision(&made, sample, apart), recall(&made, sample, apart));
        assert!((precision - naive_share(&made, &even, &real)).abs() < 1e-12, "{precision}");
        assert!((recall - naive_share(&real, &weights, &made)).abs() < 1e-12, "{recall}");
        assert!(precision > 0.3 && precision < 1.0 && recall > 0.3 && recall < 1.0, "{precision} {recall}");
    }

    #[test]
    fn samples_that_are_one_cover_each_other_and_ones_far_apart_nothing() {
        let (made, far) = (cloud(30, 0.0, 3), cloud(30, 50.0, 4));
        assert!((precision(&made, Sample::even(&made), apart) - 1.0).abs() < 1e-12);
        assert!(recall(&made, Sample::even(&far), apart).abs() < 1e-12);
    }

    #[test]
    fn a_discrepancy_is_the_squared_norm_of_mean_embeddings() {
        let (made, real) = (cloud(25, 0.0, 5), cloud(20, 0.5, 6));
        let found = discrepancy(&made, Sample::even(&real), 0.3, apart);
        // One sum over all pairs of signed weights.
        let signed: Vec<([f64; 2], f64)> = made.iter().map(|x| (*x, 1.0 / 25.0)).chain(real.iter().map(|x| (*x, -1.0 / 20.0))).collect();
        let mut naive = 0.0;
        for (x, a) in &signed {
            for (y, b) in &signed {
                naive += a * b * (-apart(x, y) / 0.6).exp();
            }
        }
        assert!((found - naive).abs() < 1e-12 && found > 0.01, "{found} {naive}");
        assert!(discrepancy(&made, Sample::even(&made), 0.3, apart) < 1e-12);
    }
}
