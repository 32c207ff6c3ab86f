//! Choosing examples of a pool that lie far from each other.
//!
//! Both rules start from one example drawn at random and see distances alone. Of examples that are equally far the first of the pool is taken.
//!
//! # Source
//! Gonzalez (1985), "Clustering to minimize the maximum intercluster distance", for the greedy rule; Shi et al. (2025) choose training data of a
//! diffusion model so, and by the decaying threshold.

use crate::random::Rng;
use rand::RngExt;
use serde::Serialize;

/// How examples that lie far from each other are chosen out of a pool, from one drawn at random on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spacing {
    /// Again and again the one that lies furthest from those chosen.
    Farthest,
    /// All that lie beyond a threshold, which is lowered by a twentieth at a time until there are enough.
    Threshold,
}

/// What is left of a threshold where too few examples lie beyond it.
const DECAY: f64 = 0.95;

/// Places of `n` examples of a pool, in the order in which they are chosen; of all of them where there are fewer. `apart` is a squared distance.
pub fn chosen<E>(pool: &[E], n: usize, spacing: Spacing, apart: impl Fn(&E, &E) -> f64, rng: &mut Rng) -> Vec<usize> {
    if pool.is_empty() || n == 0 {
        return Vec::new();
    }
    let first = rng.random_range(0..pool.len());
    let mut choice = Choice { pool, apart, nearest: vec![f64::INFINITY; pool.len()], places: Vec::with_capacity(n) };
    choice.take(first);
    match spacing {
        Spacing::Farthest => choice.farthest(n.min(pool.len())),
        Spacing::Threshold => choice.beyond(n.min(pool.len())),
    }
    choice.places
}

/// Examples that are chosen, and how far every other one lies from them.
struct Choice<'a, E, A> {
    pool: &'a [E],
    apart: A,
    /// Squared distance to the nearest chosen one; below every distance for those that are chosen themselves.
    nearest: Vec<f64>,
    places: Vec<usize>,
}

impl<E, A: Fn(&E, &E) -> f64> Choice<'_, E, A> {
    fn take(&mut self, place: usize) {
        self.places.push(place);
        let Self { pool, apart, nearest, .. } = self;
        nearest.iter_mut().zip(*pool).for_each(|(known, example)| *known = known.min(apart(example, &pool[place])));
        nearest[place] = f64::NEG_INFINITY;
    }

    /// Takes again and again the one that lies furthest from those taken.
    fn farthest(&mut self, n: usize) {
        while self.places.len() < n {
            let further =
                |(best, most): (usize, f64), (place, known): (usize, &f64)| if *known > most { (place, *known) } else { (best, most) };
            let (place, _) = self.nearest.iter().enumerate().fold((0, f64::NEG_INFINITY), further);
            self.take(place);
        }
    }

    /// Takes whatever lies beyond a threshold, pass by pass over the pool; the threshold is at first the largest distance from the first example.
    fn beyond(&mut self, n: usize) {
        let mut threshold = self.nearest.iter().copied().fold(0.0, f64::max).sqrt();
        while self.places.len() < n {
            for place in 0..self.pool.len() {
                if self.places.len() < n && self.nearest[place] >= 0.0 && self.nearest[place].sqrt() > threshold {
                    self.take(place);
                }
            }
            // Copies lie beyond no threshold at all: what is left then differs in nothing.
            threshold = if threshold > LEAST { threshold * DECAY } else { -1.0 };
        }
    }
}

/// A threshold below which examples are copies of each other.
const LEAST: f64 = 1e-6;

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn apart(a: &[f64; 2], b: &[f64; 2]) -> f64 {
        (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
    }

    fn cloud(n: usize, seed: u64) -> Vec<[f64; 2]> {
        let mut rng = Rng::seed_from_u64(seed);
        (0..n).map(|_| [rng.random::<f64>(), rng.random::<f64>()]).collect()
    }

    /// Asks at every step of every example how far its nearest chosen one is, with roots.
    fn naive_distance(pool: &[[f64; 2]], chosen: &[usize], place: usize) -> f64 {
        chosen.iter().map(|other| apart(&pool[place], &pool[*other]).sqrt()).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn the_greedy_choice_is_that_of_a_naive_search() {
        let pool = cloud(70, 1);
        let found = chosen(&pool, 20, Spacing::Farthest, apart, &mut Rng::seed_from_u64(2));
        let mut naive = vec![found[0]];
        while naive.len() < 20 {
            let left = (0..pool.len()).filter(|place| !naive.contains(place));
            let next = left.max_by(|a, b| naive_distance(&pool, &naive, *a).total_cmp(&naive_distance(&pool, &naive, *b)));
            naive.push(next.expect("some are left"));
        }
        assert_eq!(found, naive);
    }

    #[test]
    fn the_threshold_decays_until_enough_lie_beyond_it() {
        let pool = cloud(70, 3);
        let found = chosen(&pool, 20, Spacing::Threshold, apart, &mut Rng::seed_from_u64(4));
        let mut naive = vec![found[0]];
        let mut threshold = (0..pool.len()).map(|place| naive_distance(&pool, &naive, place)).fold(0.0, f64::max);
        while naive.len() < 20 {
            for place in 0..pool.len() {
                if naive.len() < 20 && !naive.contains(&place) && naive_distance(&pool, &naive, place) > threshold {
                    naive.push(place);
                }
            }
            threshold *= 0.95;
        }
        assert_eq!(found, naive);
        assert_ne!(found, chosen(&pool, 20, Spacing::Farthest, apart, &mut Rng::seed_from_u64(4)));
    }

    #[test]
    fn a_choice_lies_further_apart_than_a_draw() {
        let pool = cloud(200, 5);
        let nearest = |places: &[usize]| {
            let others = |place: usize| places.iter().copied().filter(|other| *other != place).collect::<Vec<_>>();
            places.iter().map(|place| naive_distance(&pool, &others(*place), *place)).sum::<f64>() / places.len() as f64
        };
        let drawn: Vec<usize> = (0..40).collect();
        for spacing in [Spacing::Farthest, Spacing::Threshold] {
            let found = chosen(&pool, 40, spacing, apart, &mut Rng::seed_from_u64(6));
            assert!(nearest(&found) > 1.5 * nearest(&drawn), "{spacing:?}: {} and {}", nearest(&found), nearest(&drawn));
        }
    }

    #[test]
    fn copies_come_last_and_each_example_once() {
        let mut pool = vec![[0.0; 2]; 10];
        pool.extend(cloud(5, 7));
        for spacing in [Spacing::Farthest, Spacing::Threshold] {
            let six = chosen(&pool, 6, spacing, apart, &mut Rng::seed_from_u64(8));
            assert!((10..15).all(|place| six.contains(&place)), "{six:?}");
            let mut all = chosen(&pool, 50, spacing, apart, &mut Rng::seed_from_u64(8));
            all.sort_unstable();
            assert_eq!(all, (0..15).collect::<Vec<_>>());
        }
        assert!(chosen(&pool[..0], 3, Spacing::Farthest, apart, &mut Rng::seed_from_u64(9)).is_empty());
    }
}
