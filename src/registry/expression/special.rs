//! Special functions of expressions; outside their domain they give a value that is not finite, which the evaluator
//! turns into an error with its place.

/// Gamma(x) for x > 0, and between the poles below.
pub(super) fn gamma(x: f64) -> f64 {
    if is_pole(x) { f64::NAN } else { statrs::function::gamma::gamma(x) }
}

/// ln Gamma(x) for x > 0.
pub(super) fn ln_gamma(x: f64) -> f64 {
    if x > 0.0 { statrs::function::gamma::ln_gamma(x) } else { f64::NAN }
}

/// The digamma function for x > 0: recurrence to x >= 12, then the asymptotic series (Abramowitz and Stegun 1964, 6.3.5
/// and 6.3.18).
pub(super) fn digamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let mut shifted = x;
    let mut below = 0.0;
    while shifted < 12.0 {
        below += 1.0 / shifted;
        shifted += 1.0;
    }
    let square = 1.0 / (shifted * shifted);
    // B_2k / (2k): 1/12, -1/120, 1/252, -1/240, 1/132, -691/32760.
    let series = square
        * (1.0 / 12.0
            - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square * (1.0 / 240.0 - square * (1.0 / 132.0 - square * 691.0 / 32760.0)))));
    shifted.ln() - 0.5 / shifted - series - below
}

/// The Riemann zeta function for s > 1, by Euler-Maclaurin summation from N = 16 (Abramowitz and Stegun 1964, 23.2.9).
pub(super) fn zeta(s: f64) -> f64 {
    if s.is_nan() || s <= 1.0 {
        return f64::NAN;
    }
    const N: f64 = 16.0;
    // B_2k / (2k)! for k = 1..8.
    const COEFFICIENTS: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 720.0,
        1.0 / 30_240.0,
        -1.0 / 1_209_600.0,
        1.0 / 47_900_160.0,
        -691.0 / 1_307_674_368_000.0,
        1.0 / 74_724_249_600.0,
        -3_617.0 / 10_670_622_842_880_000.0,
    ];
    let mut value: f64 = (1..16).rev().map(|k| f64::from(k).powf(-s)).sum();
    value += N.powf(1.0 - s) / (s - 1.0) + 0.5 * N.powf(-s);
    // The k-th correction: s (s+1) … (s+2k-2) N^(-s-2k+1) B_2k / (2k)!.
    let mut rising = s * N.powf(-s - 1.0);
    for (index, coefficient) in COEFFICIENTS.iter().enumerate() {
        value += coefficient * rising;
        let j = 2.0 * index as f64;
        rising *= (s + j + 1.0) * (s + j + 2.0) / (N * N);
    }
    value
}

/// The standard normal distribution function.
pub(super) fn normal_cdf(x: f64) -> f64 {
    0.5 * statrs::function::erf::erfc(-x / std::f64::consts::SQRT_2)
}

fn is_pole(x: f64) -> bool {
    x <= 0.0 && (x - x.round()).abs() < f64::MIN_POSITIVE
}

/// Exact mean number of generations until one category is left, when every generation draws `draws` times from the
/// frequencies of the last (the first from `probabilities`).
///
/// By duality with the number of occupied boxes: E[T] = 1 + u(draws), where u(1) = 0 and
/// u(a) (1 - P(a, a)) = 1 - Σ p_i^a + Σ_(b<a) P(a, b) u(b), P(a, b) the probability that `a` balls in `draws` boxes
/// occupy `b` of them (the ancestral process of Wright-Fisher sampling; derived for this registry).
pub(super) fn absorption_time(probabilities: &[f64], draws: usize) -> f64 {
    let boxes = draws as f64;
    let mut powers: Vec<f64> = probabilities.to_vec();
    // occupied[b] = P(a, b), starting at a = 1.
    let mut occupied = vec![0.0; draws + 1];
    occupied[1] = 1.0;
    let mut u = vec![0.0; draws + 1];
    for a in 2..=draws {
        for b in (1..=a).rev() {
            let stays = occupied[b] * b as f64 / boxes;
            let grows = occupied[b - 1] * (boxes - b as f64 + 1.0) / boxes;
            occupied[b] = stays + grows;
        }
        powers.iter_mut().zip(probabilities).for_each(|(power, p)| *power *= p);
        let apart = 1.0 - powers.iter().sum::<f64>();
        let later: f64 = (2..a).map(|b| occupied[b] * u[b]).sum();
        u[a] = (apart + later) / (1.0 - occupied[a]);
    }
    1.0 + u[draws]
}
