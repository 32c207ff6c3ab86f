//! Binomial draws: bit by bit where trials are few, by inversion where successes are, else by transformed rejection.

use crate::random::Rng;
use rand::RngExt;
use rand_distr::{Binomial, Distribution};

/// Most trials that are made bit by bit.
pub const MOST_BITS: u64 = 320;
/// Fewest expected successes, and failures, of [`by_rejection`].
const MANY: f64 = 10.0;

/// A binomial draw.
pub fn binomial(n: u64, p: f64, rng: &mut Rng) -> u64 {
    if n <= MOST_BITS && (0.0..1.0).contains(&p) {
        return by_bits(n, p, rng);
    }
    let rarer = p.min(1.0 - p);
    if n as f64 * rarer < MANY {
        return Binomial::new(n, p).map_or(0, |law| law.sample(rng));
    }
    let drawn = by_rejection(n as f64, rarer, rng);
    if p > 0.5 { n - drawn } else { drawn }
}

/// How many of n uniform numbers lie below p < 1: one bit of all of them is drawn at a time and compared with p's, until each is known
/// to lie on one side. About half are settled by each bit; while they are more than a word holds, only how many they are is kept. That takes
/// about n / 32 + log2 n words and no arithmetic; p is taken to 64 binary places.
fn by_bits(n: u64, p: f64, rng: &mut Rng) -> u64 {
    let (mut open, mut below) = (n, 0);
    // 2^64.
    let mut places = (p * 18_446_744_073_709_551_616.0) as u64;
    while open > 64 && places != 0 {
        let zeros = coins(open, rng);
        if places >> 63 == 1 {
            below += zeros;
            open -= zeros;
        } else {
            open = zeros;
        }
        places <<= 1;
    }
    if open > 64 { below } else { below + within_a_word(open, places, rng) }
}

/// How many of n fair coins show zero.
fn coins(n: u64, rng: &mut Rng) -> u64 {
    let (words, rest) = (n / 64, n % 64);
    let whole: u64 = (0..words).map(|_| u64::from(rng.random::<u64>().count_zeros())).sum();
    let part = if rest > 0 { rest - u64::from((rng.random::<u64>() >> (64 - rest)).count_ones()) } else { 0 };
    whole + part
}

/// The same of at most 64 numbers, with p's places that are left.
fn within_a_word(n: u64, mut places: u64, rng: &mut Rng) -> u64 {
    let mut open = if n == 64 { u64::MAX } else { (1 << n) - 1 };
    let mut below = 0;
    while open != 0 && places != 0 {
        let word: u64 = rng.random();
        if places >> 63 == 1 {
            below |= open & !word;
            open &= word;
        } else {
            open &= !word;
        }
        places <<= 1;
    }
    u64::from(below.count_ones())
}

/// At least [`MANY`] expected successes of probability p <= 1/2: a number under a hat that is a transformed uniform one, which about six times
/// in seven lies where no density need be computed. Unlike the library's rejection it has hardly anything to prepare, and a law is drawn from once.
///
/// # Source
/// Hörmann (1993), "The generation of binomial random variates", Journal of Statistical Computation and Simulation 46, algorithm BTRS.
fn by_rejection(n: f64, p: f64, rng: &mut Rng) -> u64 {
    let deviation = (n * p * (1.0 - p)).sqrt();
    let width = 1.15 + 2.53 * deviation;
    let bend = -0.0873 + 0.0248 * width + 0.01 * p;
    let (centre, inner) = (n * p + 0.5, 0.92 - 4.2 / width);
    loop {
        let (height, place) = (rng.random::<f64>(), rng.random::<f64>() - 0.5);
        let side = 0.5 - place.abs();
        let at = (2.0 * bend / side + width) * place + centre;
        if !(at >= 0.0 && at < n + 1.0) {
            continue;
        }
        let count = at as i64 as f64;
        if side >= 0.07 && height <= inner {
            return count as u64;
        }
        let scale = (2.83 + 5.1 / width) * deviation;
        if (height * scale / (bend / (side * side) + width)).ln() <= log_ratio(n, p, count) {
            return count as u64;
        }
    }
}

/// ln of the probability of `count` over that of the most likely number.
fn log_ratio(n: f64, p: f64, count: f64) -> f64 {
    let (odds, mode) = (p / (1.0 - p), ((n + 1.0) * p).floor());
    let (of_mode, of_count) = (n - mode + 1.0, n - count + 1.0);
    (mode + 0.5) * ((mode + 1.0) / (odds * of_mode)).ln()
        + (n + 1.0) * ((count - mode) / of_count).ln_1p()
        + (count + 0.5) * (of_count * odds / (count + 1.0)).ln()
        + correction(mode)
        + correction(n - mode)
        - correction(count)
        - correction(n - count)
}

/// What Stirling's formula for ln k! about k + 1 lacks.
fn correction(k: f64) -> f64 {
    const FIRST: [f64; 10] = [
        0.081_061_466_795_327_26,
        0.041_340_695_955_409_29,
        0.027_677_925_684_998_34,
        0.020_790_672_103_765_09,
        0.016_644_691_189_821_19,
        0.013_876_128_823_070_75,
        0.011_896_709_945_891_77,
        0.010_411_265_261_972_09,
        0.009_255_462_182_712_733,
        0.008_330_563_433_362_87,
    ];
    let square = (k + 1.0) * (k + 1.0);
    FIRST.get(k as usize).copied().unwrap_or_else(|| (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1_260.0 * square)) / square) / (k + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::models::trial::seeded;
    use statrs::function::factorial::ln_factorial;

    fn ln_chance(n: u64, p: f64, k: u64) -> f64 {
        ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k) + k as f64 * p.ln() + (n - k) as f64 * (-p).ln_1p()
    }

    /// Chi-square of draws over the numbers that are expected at least 20 times, standardised.
    fn misfit(n: u64, p: f64, draws: u32, seed: u64) -> f64 {
        let mut rng = seeded(seed);
        let mut seen = vec![0.0; n as usize + 1];
        (0..draws).for_each(|_| seen[binomial(n, p, &mut rng) as usize] += 1.0);
        let expected = |k: u64| f64::from(draws) * ln_chance(n, p, k).exp();
        let (mut square, mut cells, mut inside) = (0.0, 0.0, 0.0);
        for (k, seen) in (0..).zip(&seen).filter(|(k, _)| expected(*k) >= 20.0) {
            square += (seen - expected(k)).powi(2) / expected(k);
            (cells, inside) = (cells + 1.0, inside + seen);
        }
        assert!(inside > 0.99 * f64::from(draws), "{n} {p}: {inside}");
        (square - cells) / (2.0_f64 * cells).sqrt()
    }

    #[test]
    fn a_binomial_of_any_size_has_its_probabilities() {
        let few = [(1, 0.3), (7, 0.5), (40, 1e-3), (64, 0.02), (64, 0.9), (65, 0.4), (128, 0.07), (129, 0.03), (200, 0.01), (256, 0.37)];
        let many = [(320, 0.8), (321, 0.8), (321, 0.032), (400, 0.025), (511, 0.97), (900, 0.5), (5_000, 0.003), (20_000, 0.4)];
        for (seed, (n, p)) in (40..).zip(few.into_iter().chain(many)) {
            let found = misfit(n, p, 400_000, seed);
            assert!(found.abs() < 4.5, "{n} {p}: {found}");
        }
        let mut rng = seeded(1);
        assert_eq!([(5, 0.0), (5, 1.0), (0, 0.5), (500, 1.0), (500, 0.0)].map(|(n, p)| binomial(n, p, &mut rng)), [0, 5, 0, 500, 0]);
    }

    #[test]
    fn ratios_of_probabilities_are_those_of_factorials() {
        for (n, p) in [(20_u32, 0.5), (400, 0.025), (900, 0.31)] {
            let mode = ((f64::from(n) + 1.0) * p).floor() as u64;
            for k in (0..=n).map(u64::from) {
                let expected = ln_chance(u64::from(n), p, k) - ln_chance(u64::from(n), p, mode);
                let found = log_ratio(f64::from(n), p, k as f64);
                assert!((found - expected).abs() < 1e-9 * (1.0 + expected.abs()), "{n} {p} {k}: {found} and {expected}");
            }
        }
    }

    #[test]
    fn a_very_large_binomial_has_its_mean_and_variance() {
        let (n, p, draws) = (1_000_000_000, 0.3, 200_000);
        let mut rng = seeded(9);
        let (mut sum, mut square) = (0.0, 0.0);
        for _ in 0..draws {
            let away = (binomial(n, p, &mut rng) as f64 - n as f64 * p) / (n as f64 * p * (1.0 - p)).sqrt();
            (sum, square) = (sum + away, square + away * away);
        }
        let (mean, variance) = (sum / f64::from(draws), square / f64::from(draws));
        assert!(
            mean.abs() < 4.5 / f64::from(draws).sqrt() && (variance - 1.0).abs() < 4.5 * (2.0 / f64::from(draws)).sqrt(),
            "{mean} {variance}"
        );
    }
}
