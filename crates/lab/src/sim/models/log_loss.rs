//! The logistic loss of two classes over inputs that may each have many labels: value, gradient, Hessian and a place to start.
//!
//! Inputs lie in blocks, coordinate by coordinate, so that plain loops become vector code; how often each was labelled, and how often with
//! label 1, comes beside them. It knows no truth and no regime.

use super::newton::Newton;
use super::triangle::{self, Rank, packed};
use super::triangular::dot;
use crate::random::Rng;
use crate::sim::chain::Unfit;
use crate::sim::kernel_exp::exp;
use crate::sim::vectors::widest;
use rand::RngExt;

/// Inputs of a block: enough for long loops, few enough for a product of their chances to stay a normal number.
const BLOCK: usize = 64;
/// Sums at once.
const LANES: usize = 8;

/// Inputs, each with an intercept's 1 that is not stored.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    dimension: usize,
    count: usize,
    /// Block by block and in a block coordinate by coordinate; the last block ends in zeros.
    entries: Vec<[f64; BLOCK]>,
}

/// How often each input is in a training set, and how often with label 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally {
    /// Labels.
    pub trials: Vec<f64>,
    /// Labels 1.
    pub ones: Vec<f64>,
}

/// The labels of one block, filled up with inputs that have none.
struct Labels {
    trials: [f64; BLOCK],
    ones: [f64; BLOCK],
    /// Inputs before the filling.
    size: usize,
}

impl Columns {
    /// No inputs yet, of so many coordinates.
    #[must_use]
    pub const fn new(dimension: usize) -> Self {
        Self { dimension, count: 0, entries: Vec::new() }
    }

    /// Forgets the inputs.
    pub fn clear(&mut self) {
        self.count = 0;
        self.entries.clear();
    }

    /// Number of coefficients.
    #[must_use]
    const fn width(&self) -> usize {
        self.dimension + 1
    }

    /// Adds an input.
    pub fn push(&mut self, input: &[f64]) {
        let (block, place) = (self.count / BLOCK, self.count % BLOCK);
        if place == 0 {
            self.entries.resize((block + 1) * self.dimension, [0.0; BLOCK]);
        }
        let start = block * self.dimension;
        self.entries[start..].iter_mut().zip(input).for_each(|(column, x)| column[place] = *x);
        self.count += 1;
    }

    #[inline(always)]
    fn block(&self, block: usize) -> &[[f64; BLOCK]] {
        &self.entries[block * self.dimension..(block + 1) * self.dimension]
    }

    /// Log odds of label 1 of a block's inputs.
    #[inline(always)]
    fn odds(&self, block: usize, b: &[f64], out: &mut [f64; BLOCK]) {
        out.fill(b[0]);
        for (column, slope) in self.block(block).iter().zip(&b[1..]) {
            for i in 0..BLOCK {
                out[i] += slope * column[i];
            }
        }
    }

    /// Log odds of label 1, input by input.
    pub fn log_odds(&self, b: &[f64], out: &mut Vec<f64>) {
        out.clear();
        out.resize(self.count.next_multiple_of(BLOCK), 0.0);
        widest(
            #[inline(always)]
            || out.as_chunks_mut().0.iter_mut().enumerate().for_each(|(block, z)| self.odds(block, b, z)),
        );
        out.truncate(self.count);
    }

    /// Adds gradient and packed Hessian of the mean loss plus the penalty at `b`, and gives back its value.
    pub fn evaluate(&self, tally: &Tally, penalty: f64, b: &[f64], gradient: &mut [f64], hessian: &mut [f64]) -> f64 {
        let (total, loss) = widest(
            #[inline(always)]
            || self.add_all(tally, b, gradient, hessian),
        );
        gradient.iter_mut().zip(b).for_each(|(g, b)| *g = *g / total + 2.0 * penalty * b);
        hessian.iter_mut().for_each(|h| *h /= total);
        (1..=b.len()).for_each(|r| hessian[packed(r) - 1] += 2.0 * penalty);
        loss / total + penalty * dot(b, b)
    }

    /// Adds every block's part of both derivatives, and gives back how many labels there are and the sum of their losses.
    #[inline(always)]
    fn add_all(&self, tally: &Tally, b: &[f64], gradient: &mut [f64], hessian: &mut [f64]) -> (f64, f64) {
        let (mut total, mut loss) = (0.0, 0.0);
        let [mut z, mut residual, mut curvature, mut power] = [[0.0; BLOCK]; 4];
        for block in 0..self.count.div_ceil(BLOCK) {
            let labels = tally.block(block);
            self.odds(block, b, &mut z);
            for i in 0..BLOCK {
                power[i] = exp(-z[i].abs());
                let larger = 1.0 / (1.0 + power[i]);
                let chance = if z[i] > 0.0 { larger } else { power[i] * larger };
                residual[i] = labels.trials[i] * chance - labels.ones[i];
                curvature[i] = labels.trials[i] * (power[i] * larger * larger);
                z[i] = labels.trials[i] * z[i].max(0.0) - labels.ones[i] * z[i];
            }
            total += sum(&labels.trials);
            loss += sum(&z) + labels.soft(&power);
            self.derive(block, &residual, &curvature, gradient, hessian);
        }
        (total, loss)
    }

    /// Adds a block's part of both derivatives.
    #[inline(always)]
    fn derive(&self, block: usize, residual: &[f64; BLOCK], curvature: &[f64; BLOCK], gradient: &mut [f64], hessian: &mut [f64]) {
        let columns = self.block(block);
        gradient[0] += sum(residual);
        hessian[0] += sum(curvature);
        let mut scaled = [0.0; BLOCK];
        for (j, column) in columns.iter().enumerate() {
            gradient[j + 1] += product(residual, column);
            for i in 0..BLOCK {
                scaled[i] = curvature[i] * column[i];
            }
            let row = &mut hessian[packed(j + 1)..packed(j + 2)];
            row[0] += sum(&scaled);
            for (h, other) in row[1..].iter_mut().zip(columns) {
                *h += product(&scaled, other);
            }
        }
    }

    /// Writes the coefficients of Fisher's linear discriminant, which are near those of the least loss and cost one sum over the inputs;
    /// zeros where there is none.
    ///
    /// # Source
    /// Efron (1975), "The Efficiency of Logistic Regression Compared to Normal Discriminant Analysis", equation 1.3.
    pub fn discriminant(&self, tally: &Tally, b: &mut [f64]) {
        let width = self.width();
        let (mut of_ones, mut first, mut second) = (vec![0.0; width], vec![0.0; width], vec![0.0; packed(width)]);
        widest(
            #[inline(always)]
            || {
                for block in 0..self.count.div_ceil(BLOCK) {
                    let labels = tally.block(block);
                    self.derive(block, &labels.trials, &labels.trials, &mut first, &mut second);
                    of_ones[0] += sum(&labels.ones);
                    of_ones[1..].iter_mut().zip(self.block(block)).for_each(|(sum, column)| *sum += product(&labels.ones, column));
                }
            },
        );
        b.fill(0.0);
        let (total, ones) = (first[0], of_ones[0]);
        let zeros = total - ones;
        if !(ones > 0.0 && zeros > 0.0) {
            return;
        }
        let mean_one: Vec<f64> = of_ones[1..].iter().map(|sum| sum / ones).collect();
        let mean_zero: Vec<f64> = first[1..].iter().zip(&of_ones[1..]).map(|(all, one)| (all - one) / zeros).collect();
        let mut within = vec![0.0; packed(self.dimension)];
        for r in 0..self.dimension {
            for c in 0..=r {
                let between = ones * mean_one[r] * mean_one[c] + zeros * mean_zero[r] * mean_zero[c];
                within[packed(r) + c] = (second[packed(r + 1) + c + 1] - between) / total;
            }
        }
        if triangle::factor(&mut within, self.dimension) == Rank::Deficient {
            return;
        }
        b[1..].iter_mut().zip(mean_one.iter().zip(&mean_zero)).for_each(|(b, (one, zero))| *b = one - zero);
        triangle::solve(&within, self.dimension, &mut b[1..]);
        let middle: f64 = b[1..].iter().zip(mean_one.iter().zip(&mean_zero)).map(|(b, (one, zero))| 0.5 * b * (one + zero)).sum();
        b[0] = (ones / zeros).ln() - middle;
        if !b.iter().all(|b| b.is_finite()) {
            b.fill(0.0);
        }
    }

    /// The fit to a tally by Newton's method, from what `b` holds.
    ///
    /// # Errors
    /// [`Unfit::TooFewSamples`] without a label, [`Unfit::Degenerate`] where the loss has no minimum.
    pub fn fit(&self, newton: &mut Newton, tally: &Tally, penalty: f64, iterations: u32, b: &mut [f64]) -> Result<(), Unfit> {
        if !(tally.total() > 0.0) {
            return Err(Unfit::TooFewSamples);
        }
        newton.minimise(iterations, b, |b, gradient, hessian| self.evaluate(tally, penalty, b, gradient, hessian))
    }
}

impl Tally {
    /// No labels of so many inputs.
    #[must_use]
    pub fn empty(inputs: usize) -> Self {
        Self { trials: vec![0.0; inputs], ones: vec![0.0; inputs] }
    }

    /// Forgets the labels.
    pub fn clear(&mut self) {
        self.trials.fill(0.0);
        self.ones.fill(0.0);
    }

    /// Adds an input with one label, 0 or 1, of this weight.
    pub fn push(&mut self, class: usize, weight: f64) {
        self.trials.push(weight);
        self.ones.push(if class == 1 { weight } else { 0.0 });
    }

    /// Notes an input's label, 0 or 1, so many times.
    pub fn note(&mut self, place: usize, class: usize, weight: f64) {
        self.trials[place] += weight;
        self.ones[place] += if class == 1 { weight } else { 0.0 };
    }

    /// Notes a label of every input that has a chance of label 0, in order, by one uniform number each.
    pub fn note_drawn(&mut self, chances_of_zero: &[f64], rng: &mut Rng) {
        let mut uniform = [0.0; BLOCK];
        let inputs = chances_of_zero.chunks(BLOCK).zip(self.trials.chunks_mut(BLOCK)).zip(self.ones.chunks_mut(BLOCK));
        for ((chances, trials), ones) in inputs {
            uniform[..chances.len()].fill_with(|| rng.random());
            trials[..chances.len()].iter_mut().for_each(|trials| *trials += 1.0);
            ones.iter_mut().zip(&uniform).zip(chances).for_each(|((ones, number), zero)| *ones += f64::from(u8::from(number >= zero)));
        }
    }

    /// Adds another tally of the same inputs, each label weighing so much.
    pub fn add(&mut self, other: &Self, weight: f64) {
        self.trials.iter_mut().zip(&other.trials).for_each(|(to, from)| *to += weight * from);
        self.ones.iter_mut().zip(&other.ones).for_each(|(to, from)| *to += weight * from);
    }

    /// All labels.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.trials.iter().sum()
    }

    #[inline(always)]
    fn block(&self, block: usize) -> Labels {
        let within = block * BLOCK..self.trials.len().min((block + 1) * BLOCK);
        let mut labels = Labels { trials: [0.0; BLOCK], ones: [0.0; BLOCK], size: within.len() };
        labels.trials[..within.len()].copy_from_slice(&self.trials[within.clone()]);
        labels.ones[..within.len()].copy_from_slice(&self.ones[within]);
        labels
    }
}

impl Labels {
    /// Sum of the labels' ln(1 + power). Where every input has as many, it is one logarithm of a product.
    #[inline(always)]
    fn soft(&self, power: &[f64; BLOCK]) -> f64 {
        let each = self.trials[0];
        let is_even = self.trials[..self.size].iter().all(|trials| trials.to_bits() == each.to_bits());
        if !is_even {
            return power.iter().zip(&self.trials).map(|(power, trials)| trials * power.ln_1p()).sum();
        }
        let mut lanes = [1.0; LANES];
        for (i, power) in power[..self.size].iter().enumerate() {
            lanes[i % LANES] *= 1.0 + power;
        }
        each * lanes.iter().product::<f64>().ln()
    }
}

/// Inner product of two columns, in lanes and a fixed order.
#[inline(always)]
fn product(a: &[f64; BLOCK], b: &[f64; BLOCK]) -> f64 {
    let mut lanes = [0.0; LANES];
    for k in 0..BLOCK / LANES {
        for lane in 0..LANES {
            lanes[lane] += a[k * LANES + lane] * b[k * LANES + lane];
        }
    }
    joined(&lanes)
}

/// Sum of a column, in lanes and a fixed order.
#[inline(always)]
fn sum(a: &[f64; BLOCK]) -> f64 {
    let mut lanes = [0.0; LANES];
    for k in 0..BLOCK / LANES {
        for lane in 0..LANES {
            lanes[lane] += a[k * LANES + lane];
        }
    }
    joined(&lanes)
}

#[inline(always)]
fn joined(lanes: &[f64; LANES]) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::models::trial::seeded;

    /// Inputs and labels in three coordinates, of every number of labels per input or of one.
    fn some(count: usize, most: u32) -> (Columns, Vec<[f64; 3]>, Tally) {
        let (mut rng, mut columns, mut tally) = (seeded(4), Columns::new(3), Tally::empty(count));
        let mut inputs = Vec::new();
        for place in 0..count {
            let input = [0, 1, 2].map(|_| 4.0 * rng.random::<f64>() - 2.0);
            columns.push(&input);
            inputs.push(input);
            (0..rng.random_range(1..=most)).for_each(|_| tally.note(place, usize::from(rng.random::<f64>() < 0.3 + 0.2 * input[0]), 1.5));
        }
        (columns, inputs, tally)
    }

    /// The loss, one label after the other.
    fn slowly(inputs: &[[f64; 3]], tally: &Tally, penalty: f64, b: &[f64]) -> f64 {
        let one = |(place, x): (usize, &[f64; 3])| {
            let z = b[0] + (0..3).map(|j| b[j + 1] * x[j]).sum::<f64>();
            tally.trials[place] * (1.0 + z.exp()).ln() - tally.ones[place] * z
        };
        let (loss, total) = (inputs.iter().enumerate().map(one).sum::<f64>(), tally.trials.iter().sum::<f64>());
        loss / total + penalty * b.iter().map(|b| b * b).sum::<f64>()
    }

    #[test]
    fn value_and_derivatives_are_those_of_the_plain_sum() {
        for (count, most) in [(1, 1), (63, 1), (64, 3), (131, 1), (200, 4)] {
            let (columns, inputs, tally) = some(count, most);
            let b = [0.3, -0.7, 1.1, 0.2];
            let (mut gradient, mut hessian) = ([0.0; 4], [0.0; 10]);
            let value = columns.evaluate(&tally, 0.01, &b, &mut gradient, &mut hessian);
            assert!((value - slowly(&inputs, &tally, 0.01, &b)).abs() < 1e-13);
            let at = |moves: &[(usize, f64)]| {
                let mut b = b;
                moves.iter().for_each(|(j, h)| b[*j] += h);
                slowly(&inputs, &tally, 0.01, &b)
            };
            let h = 1e-3;
            for j in 0..4 {
                assert!(((at(&[(j, h)]) - at(&[(j, -h)])) / (2.0 * h) - gradient[j]).abs() < 1e-5);
                for k in 0..=j {
                    let curved =
                        (at(&[(j, h), (k, h)]) - at(&[(j, h), (k, -h)]) - at(&[(j, -h), (k, h)]) + at(&[(j, -h), (k, -h)])) / (4.0 * h * h);
                    assert!((curved - hessian[packed(j) + k]).abs() < 1e-5, "{curved} {}", hessian[packed(j) + k]);
                }
            }
        }
    }

    #[test]
    fn the_fit_does_not_depend_on_where_it_starts() {
        let (columns, _, tally) = some(150, 2);
        let mut from_discriminant = vec![0.0; 4];
        columns.discriminant(&tally, &mut from_discriminant);
        assert!(from_discriminant.iter().all(|b| b.abs() > 1e-6));
        let mut from_zero = vec![0.0; 4];
        for b in [&mut from_discriminant, &mut from_zero] {
            columns.fit(&mut Newton::default(), &tally, 1e-3, 30, b).unwrap();
        }
        from_zero.iter().zip(&from_discriminant).for_each(|(a, b)| assert!((a - b).abs() < 1e-9, "{a} {b}"));
    }

    #[test]
    fn without_two_classes_or_without_a_spread_there_is_no_discriminant() {
        let (mut columns, mut tally) = (Columns::new(1), Tally::empty(2));
        [1.0, 2.0].iter().for_each(|x| columns.push(&[*x]));
        (0..2).for_each(|place| tally.note(place, 1, 1.0));
        let mut b = vec![9.0; 2];
        columns.discriminant(&tally, &mut b);
        assert!(b.iter().all(|b| b.abs() <= 0.0));
        tally.clear();
        (0..2).for_each(|place| tally.note(place, place, 1.0));
        columns.discriminant(&tally, &mut b);
        assert!(b.iter().all(|b| b.abs() <= 0.0), "each class at one point");
    }
}
