//! Counts drawn from an urn: multinomial with replacement, multivariate hypergeometric without.

use super::binomial::{MOST_BITS, binomial};
use crate::random::Rng;
use rand::RngExt;
use rand_distr::{Distribution, Gamma, Poisson};
use statrs::function::factorial::ln_factorial;
use std::sync::LazyLock;

/// Costs that choose between the two ways to a multinomial, in units of one step of a sum: per draw and per category
/// of drawing one by one, and per category alive of conditional binomials.
const EACH_DRAW: f64 = 6.0;
const EACH_CATEGORY: f64 = 3.0;
const EACH_BINOMIAL: f64 = 32.0;
/// The same for as few draws as [`by_bits`] takes, and what each draw adds to it.
const EACH_BINOMIAL_BY_BITS: f64 = 14.0;
const EACH_BIT: f64 = 0.045;

/// Memory of a multinomial that draws one by one.
#[derive(Debug, Clone, Default)]
pub struct Urn {
    sums: Vec<f64>,
    guide: Vec<u32>,
}

impl Urn {
    /// Adds a multinomial draw of n to the counts: one by one where draws are few for the categories alive, else by
    /// conditional binomials. Probabilities need not sum to one.
    ///
    /// # Source
    /// Devroye (1986), "Non-Uniform Random Variate Generation", XI.1.4 (binomials) and III.2.4 (the guide table).
    pub fn multinomial(&mut self, probabilities: &[f64], n: u64, rng: &mut Rng, counts: &mut [f64]) {
        let alive = probabilities.iter().filter(|p| **p > 0.0).count() as f64;
        let each_binomial = if n <= MOST_BITS { EACH_BINOMIAL_BY_BITS + EACH_BIT * n as f64 } else { EACH_BINOMIAL };
        if EACH_DRAW * n as f64 + EACH_CATEGORY * probabilities.len() as f64 <= each_binomial * alive {
            self.one_by_one(probabilities, n, rng, counts);
        } else {
            by_binomials(probabilities, n, rng, counts);
        }
    }

    fn one_by_one(&mut self, probabilities: &[f64], n: u64, rng: &mut Rng, counts: &mut [f64]) {
        self.sums.clear();
        let mut mass = 0.0;
        self.sums.extend(probabilities.iter().map(|p| {
            mass += p;
            mass
        }));
        // guide[j] is the first category whose running sum exceeds j parts of the mass.
        let parts = probabilities.len();
        let part = mass / parts as f64;
        self.guide.clear();
        let mut place = 0;
        for j in 0..parts {
            while self.sums[place] <= j as f64 * part && place + 1 < parts {
                place += 1;
            }
            self.guide.push(place as u32);
        }
        let last = probabilities.iter().rposition(|p| *p > 0.0).unwrap_or(0);
        for _ in 0..n {
            let at = rng.random::<f64>() * parts as f64;
            let mut place = self.guide[(at as usize).min(parts - 1)] as usize;
            while place < last && self.sums[place] <= at * part {
                place += 1;
            }
            counts[place] += 1.0;
        }
    }
}

fn by_binomials(probabilities: &[f64], n: u64, rng: &mut Rng, counts: &mut [f64]) {
    // What is left is added up from the end by subtraction; the last positive category takes the remainder.
    let mut mass: f64 = probabilities.iter().sum();
    let mut left = n;
    let last = probabilities.iter().rposition(|p| *p > 0.0).unwrap_or(0);
    for (place, p) in probabilities.iter().enumerate() {
        if left == 0 {
            return;
        }
        if place == last {
            counts[place] += left as f64;
            return;
        }
        if *p > 0.0 {
            let drawn = binomial(left, (p / mass).clamp(0.0, 1.0), rng);
            counts[place] += drawn as f64;
            left -= drawn;
            mass -= p;
        }
    }
}

/// How many draws are refused before `wanted` are accepted, each with probability `share`: negative binomial, drawn as a Poisson
/// count of a gamma rate. Infinite where nothing is ever accepted.
pub fn refusals(wanted: u64, share: f64, rng: &mut Rng) -> f64 {
    let odds = (1.0 - share) / share;
    match Gamma::new(wanted as f64, odds) {
        Ok(rate) if share > 0.0 && odds > 0.0 => Poisson::new(rate.sample(rng)).map_or(0.0, |law| law.sample(rng)),
        _ if share > 0.0 => 0.0,
        _ => f64::INFINITY,
    }
}

/// Adds the counts of n examples drawn without replacement from `pool`.
pub fn subset(pool: &[f64], n: u64, rng: &mut Rng, out: &mut [f64]) {
    let mut total = pool.iter().sum::<f64>() as u64;
    let mut left = n.min(total);
    for (count, out) in pool.iter().zip(out) {
        if left == 0 {
            return;
        }
        let count = *count as u64;
        let drawn = hypergeometric(total, count, left, rng);
        *out += drawn as f64;
        (left, total) = (left - drawn, total - count);
    }
}

/// How many of n drawn without replacement from `total` are among its `marked` ones: inversion outward from the mode, in as
/// many steps as the draw lies away from it.
///
/// The mode's probability comes from logarithms of factorials, right to about `total` times 1e-14.
///
/// # Source
/// Kachitvichyanukul and Schmeiser (1985), "Computer generation of hypergeometric random variates" (inversion), begun at
/// the mode instead of the end.
pub fn hypergeometric(total: u64, marked: u64, n: u64, rng: &mut Rng) -> u64 {
    let (low, high) = ((n + marked).saturating_sub(total), n.min(marked));
    if low == high {
        return low;
    }
    let others = total - marked;
    let [of_all, of_marked, of_n] = [total, marked, n].map(|count| count as f64);
    if (of_all - of_n) * of_n * of_marked * (of_all - of_marked) / (of_all * of_all * (of_all - 1.0)) > WIDE {
        return by_ratio(total, marked, n, rng);
    }
    let mode = ((n + 1) as f64 * (marked + 1) as f64 / (total + 2) as f64) as u64;
    let mode = mode.clamp(low, high);
    // p(k + 1) / p(k)
    let ratio = |k: u64| (marked - k) as f64 * (n - k) as f64 / ((k + 1) as f64 * (others + k + 1 - n) as f64);
    let at_mode = (ln_choose(marked, mode) + ln_choose(others, n - mode) - ln_choose(total, n)).exp();
    let mut left: f64 = rng.random();
    left -= at_mode;
    let (mut below, mut above) = ((mode, at_mode), (mode, at_mode));
    while left >= 0.0 {
        if above.0 < high {
            above = (above.0 + 1, above.1 * ratio(above.0));
            left -= above.1;
            if left < 0.0 {
                return above.0;
            }
        }
        if below.0 > low {
            below = (below.0 - 1, below.1 / ratio(below.0 - 1));
            left -= below.1;
            if left < 0.0 {
                return below.0;
            }
        }
        if above.0 == high && below.0 == low {
            break;
        }
    }
    mode
}

/// Variance beyond which steps from the mode cost more than four factorials a trial.
const WIDE: f64 = 600.0;

/// The same where the law is wide: a ratio of uniform numbers under a hat that fits every such law, cut sixteen deviations above the mean.
///
/// # Source
/// Stadlober (1990), "The ratio of uniforms approach for generating discrete random variates", Journal of Computational and Applied
/// Mathematics 31, algorithm HRUA: its constants are 2 sqrt(2 / e) and 3 - 2 sqrt(3 / e).
fn by_ratio(total: u64, marked: u64, n: u64, rng: &mut Rng) -> u64 {
    const SLOPE: f64 = 1.715_527_769_921_413_5;
    const STEP: f64 = 0.898_916_162_058_898_8;
    let (rarer, commoner, few) = (marked.min(total - marked), marked.max(total - marked), n.min(total - n));
    let share = rarer as f64 / total as f64;
    let centre = few as f64 * share + 0.5;
    let spread = ((total - few) as f64 * few as f64 * share * (1.0 - share) / (total - 1) as f64 + 0.5).sqrt();
    let end = ((few.min(rarer) + 1) as f64).min((centre + 16.0 * spread).floor());
    let level = |k: u64| ln_of(k) + ln_of(rarer - k) + ln_of(few - k) + ln_of(commoner + k - few);
    let mode = level(((few + 1) as f64 * (rarer + 1) as f64 / (total + 2) as f64) as u64);
    let found = loop {
        let (height, place): (f64, f64) = (rng.random(), rng.random());
        let at = centre + (SLOPE * spread + STEP) * (place - 0.5) / height;
        if !(at >= 0.0 && at < end) {
            continue;
        }
        let found = at as u64;
        let ratio = mode - level(found);
        // Two bounds of the logarithm spare most of them.
        if height * (4.0 - height) - 3.0 <= ratio || height * (height - ratio) < 1.0 && 2.0 * height.ln() <= ratio {
            break found;
        }
    };
    let of_marked = if marked > total - marked { few - found } else { found };
    if few < n { marked - of_marked } else { of_marked }
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_of(n) - ln_of(k) - ln_of(n - k)
}

/// ln n!
fn ln_of(n: u64) -> f64 {
    LN_FACTORIALS.get(n as usize).copied().unwrap_or_else(|| ln_factorial(n))
}

/// The first logarithms of factorials, beyond those that the library holds: each draw from an urn takes nine.
static LN_FACTORIALS: LazyLock<Vec<f64>> = LazyLock::new(|| (0..16_384).map(ln_factorial).collect());

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::models::trial::seeded;

    /// Largest distance of observed shares from probabilities, in standard errors.
    fn worst(observed: &[f64], probabilities: &[f64]) -> f64 {
        let draws: f64 = observed.iter().sum();
        let pairs = observed.iter().zip(probabilities).filter(|(_, p)| **p > 0.0);
        pairs.map(|(seen, p)| (seen / draws - p).abs() / (p * (1.0 - p) / draws).sqrt()).fold(0.0, f64::max)
    }

    #[test]
    fn both_multinomials_have_the_law() {
        let probabilities = [0.05, 0.0, 0.4, 0.25, 0.0, 0.3, 0.0];
        let (mut urn, mut rng) = (Urn::default(), seeded(11));
        let (mut each, mut binomials) = (vec![0.0; 7], vec![0.0; 7]);
        for _ in 0..20_000 {
            urn.one_by_one(&probabilities, 10, &mut rng, &mut each);
            by_binomials(&probabilities, 10, &mut rng, &mut binomials);
        }
        for counts in [each, binomials] {
            assert!(worst(&counts, &probabilities) < 4.0, "{counts:?}");
            assert!([1, 4, 6].iter().all(|empty| counts[*empty] <= 0.0));
        }
    }

    #[test]
    fn the_last_draw_of_a_category_is_never_lost() {
        let mut urn = Urn::default();
        for (seed, n) in (0..200).zip([1, 3, 17, 900].into_iter().cycle()) {
            let mut counts = vec![0.0; 40];
            let weights: Vec<f64> = (0..40).map(|i| f64::from(i % 3)).collect();
            urn.multinomial(&weights, n, &mut seeded(seed), &mut counts);
            assert!((counts.iter().sum::<f64>() - n as f64).abs() < 0.5);
        }
    }

    #[test]
    fn a_hypergeometric_draw_has_its_probabilities() {
        let choose = |n: u64, k: u64| (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product::<f64>();
        for (seed, (total, marked, n)) in (1..).zip([(20, 7, 5), (9, 8, 6), (400, 30, 200), (3, 1, 1), (1000, 990, 15)]) {
            let mut rng = seeded(seed);
            let mut seen = vec![0.0; n as usize + 1];
            (0..50_000).for_each(|_| seen[hypergeometric(total, marked, n, &mut rng) as usize] += 1.0);
            let chance = |k: u64| {
                let possible = k <= marked && n - k <= total - marked;
                if possible { choose(marked, k) * choose(total - marked, n - k) / choose(total, n) } else { 0.0 }
            };
            let law: Vec<f64> = (0..=n).map(chance).map(|p| if p > 1e-3 { p } else { 0.0 }).collect();
            assert!(worst(&seen, &law) < 4.5, "{total} {marked} {n}");
        }
    }

    #[test]
    fn a_wide_hypergeometric_draw_has_its_probabilities_whatever_is_rarer() {
        for (seed, (total, marked, n)) in
            (1..).zip([(20_000, 9_000, 8_000), (20_000, 12_000, 8_000), (20_000, 9_000, 13_000), (9_000, 8_000, 4_500_u64)])
        {
            let mut rng = seeded(seed);
            let mut seen = vec![0.0; n as usize + 1];
            let draws = 300_000.0;
            (0..300_000).for_each(|_| seen[by_ratio(total, marked, n, &mut rng) as usize] += 1.0);
            let expected = |k: u64| {
                let possible = k <= marked && n - k <= total - marked;
                if possible { draws * (ln_choose(marked, k) + ln_choose(total - marked, n - k) - ln_choose(total, n)).exp() } else { 0.0 }
            };
            let (mut square, mut cells, mut inside) = (0.0, 0.0, 0.0);
            for (k, seen) in (0..).zip(&seen).filter(|(k, _)| expected(*k) >= 20.0) {
                square += (seen - expected(k)).powi(2) / expected(k);
                (cells, inside) = (cells + 1.0, inside + seen);
            }
            let misfit = (square - cells) / (2.0_f64 * cells).sqrt();
            assert!(misfit.abs() < 4.5 && inside > 0.99 * draws, "{total} {marked} {n}: {misfit} {inside}");
        }
    }

    #[test]
    fn a_subset_of_everything_is_everything() {
        let (pool, mut out) = ([3.0, 0.0, 5.0], [0.0; 3]);
        subset(&pool, 8, &mut seeded(3), &mut out);
        assert!(pool.iter().zip(&out).all(|(p, o)| (p - o).abs() < 0.5));
    }
}
