//! Losses. Each adds one number per row to the rows' losses; the loss of a batch is the sum of rows, each times its share. `backward`
//! adds the share times the derivative.

use crate::lanes::Runner;
use crate::real::{Real, sum};

/// Cross-entropy of the softmax of a row's logits with its class, in nats. Keeps the probabilities.
pub(crate) fn softmax<T: Real>(runner: Runner, classes: usize, (x, targets): (&[T], &[u16]), (kept, losses): (&mut [T], &mut [f64])) {
    runner.run(
        #[inline(always)]
        || {
            let rows = x.chunks_exact(classes).zip(kept.chunks_exact_mut(classes));
            for (((x, p), target), loss) in rows.zip(targets).zip(losses) {
                let top = x.iter().fold(x[0], |top, logit| logit.larger(top));
                p.iter_mut().zip(x).for_each(|(p, logit)| *p = (*logit - top).exp());
                let total = sum(p, |weight| weight);
                let share = T::ONE / total;
                p.iter_mut().for_each(|p| *p = *p * share);
                *loss += (total.ln() - (x[usize::from(*target)] - top)).wide();
            }
        },
    );
}

/// Gradient of `softmax`: share (p - one-hot).
pub(crate) fn softmax_backward<T: Real>(runner: Runner, classes: usize, (kept, targets, shares): (&[T], &[u16], &[T]), of_x: &mut [T]) {
    runner.run(
        #[inline(always)]
        || {
            let rows = kept.chunks_exact(classes).zip(targets).zip(shares);
            for (((p, target), share), d) in rows.zip(of_x.chunks_exact_mut(classes)) {
                d.iter_mut().zip(p).for_each(|(d, p)| *d += *share * *p);
                d[usize::from(*target)] += -*share;
            }
        },
    );
}

/// Minus the log probability of pixels y in [0, 1] under independent Bernoulli laws with logits x: sum of softplus(x) - x y.
pub(crate) fn bernoulli<T: Real>(runner: Runner, width: usize, (x, y): (&[T], &[T]), room: &mut Vec<T>, losses: &mut [f64]) {
    room.resize(width, T::ZERO);
    runner.run(
        #[inline(always)]
        || {
            for ((x, y), loss) in x.chunks_exact(width).zip(y.chunks_exact(width)).zip(losses) {
                room.iter_mut().zip(x.iter().zip(y)).for_each(|(cost, (x, y))| *cost = x.softplus() - *x * *y);
                *loss += sum(room, |cost| cost).wide();
            }
        },
    );
}

/// Gradient of `bernoulli`: share (logistic(x) - y).
pub(crate) fn bernoulli_backward<T: Real>(runner: Runner, width: usize, (x, y, shares): (&[T], &[T], &[T]), of_x: &mut [T]) {
    runner.run(
        #[inline(always)]
        || {
            let rows = x.chunks_exact(width).zip(y.chunks_exact(width)).zip(shares);
            for (((x, y), share), d) in rows.zip(of_x.chunks_exact_mut(width)) {
                d.iter_mut().zip(x.iter().zip(y)).for_each(|(d, (x, y))| *d += *share * (x.logistic() - *y));
            }
        },
    );
}

/// The cost of a squared distance: `factor |x - y|^2 + constant`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Square {
    pub(crate) factor: f64,
    pub(crate) constant: f64,
}

impl Square {
    /// The mean over `width` coordinates.
    pub(crate) fn mean(width: usize) -> Self {
        Self { factor: 1.0 / width as f64, constant: 0.0 }
    }

    /// Minus the log density of a normal law with this standard deviation in each of `width` coordinates.
    pub(crate) fn normal(width: usize, deviation: f64) -> Self {
        let variance = deviation * deviation;
        Self { factor: 0.5 / variance, constant: 0.5 * width as f64 * libm::log(std::f64::consts::TAU * variance) }
    }
}

/// A squared distance of every row from y, or from zero where y is missing.
pub(crate) fn square<T: Real>(runner: Runner, cost: Square, width: usize, (x, y): (&[T], Option<&[T]>), losses: &mut [f64]) {
    runner.run(
        #[inline(always)]
        || {
            for (row, (x, loss)) in x.chunks_exact(width).zip(losses).enumerate() {
                let total = match y {
                    Some(y) => distance(x, &y[row * width..][..width]),
                    None => sum(x, |x| x * x),
                };
                *loss += cost.factor * total.wide() + cost.constant;
            }
        },
    );
}

/// The squared distance in eight fixed chains.
#[inline(always)]
fn distance<T: Real>(x: &[T], y: &[T]) -> T {
    let mut chains = [T::ZERO; 8];
    for (x, y) in x.chunks(8).zip(y.chunks(8)) {
        for (chain, (x, y)) in chains.iter_mut().zip(x.iter().zip(y)) {
            *chain += (*x - *y) * (*x - *y);
        }
    }
    sum(&chains, |chain| chain)
}

/// Gradient of `square`: 2 share factor (x - y).
pub(crate) fn square_backward<T: Real>(
    runner: Runner,
    cost: Square,
    width: usize,
    (x, y, shares): (&[T], Option<&[T]>, &[T]),
    of_x: &mut [T],
) {
    runner.run(
        #[inline(always)]
        || {
            for (row, ((x, share), d)) in x.chunks_exact(width).zip(shares).zip(of_x.chunks_exact_mut(width)).enumerate() {
                let slope = *share * T::of(2.0 * cost.factor);
                match y {
                    Some(y) => {
                        let y = &y[row * width..][..width];
                        d.iter_mut().zip(x.iter().zip(y)).for_each(|(d, (x, y))| *d += slope * (*x - *y));
                    }
                    None => d.iter_mut().zip(x).for_each(|(d, x)| *d += slope * *x),
                }
            }
        },
    );
}

/// The divergence KL(N(mean, diag variance) || N(0, I)) of rows [mean | log variance], times `beta`:
/// half the sum of mean^2 + variance - log variance - 1.
///
/// # Source
/// Kingma and Welling (2014), appendix B.
pub(crate) fn divergence<T: Real>(d: usize, beta: f64, x: &[T], losses: &mut [f64]) {
    for (row, loss) in x.chunks_exact(2 * d).zip(losses) {
        let (means, logs) = row.split_at(d);
        let total = means.iter().zip(logs).fold(T::ZERO, |total, (m, l)| total + *m * *m + l.exp() - *l - T::ONE);
        *loss += 0.5 * beta * total.wide();
    }
}

/// Gradient of `divergence`: share beta (mean, (variance - 1) / 2).
pub(crate) fn divergence_backward<T: Real>(d: usize, beta: f64, (x, shares): (&[T], &[T]), of_x: &mut [T]) {
    for ((row, share), of_x) in x.chunks_exact(2 * d).zip(shares).zip(of_x.chunks_exact_mut(2 * d)) {
        let slope = *share * T::of(beta);
        for j in 0..d {
            of_x[j] += slope * row[j];
            of_x[d + j] += slope * T::of(0.5) * (row[d + j].exp() - T::ONE);
        }
    }
}

/// Which way a row's number counts: downwards in the loss where the target is 1, upwards where it is 0.
fn sign<T: Real>(target: u16) -> T {
    if target == 1 { -T::ONE } else { T::ONE }
}

/// softplus(sign x) of every row's only number: minus the log probability that a row with this logit has its target.
pub(crate) fn logistic<T: Real>((x, targets): (&[T], &[u16]), losses: &mut [f64]) {
    x.iter().zip(targets).zip(losses).for_each(|((x, target), loss)| *loss += (*x * sign(*target)).softplus().wide());
}

/// Gradient of `logistic`: share sign logistic(sign x).
pub(crate) fn logistic_backward<T: Real>((x, targets, shares): (&[T], &[u16], &[T]), of_x: &mut [T]) {
    for (((x, target), share), d) in x.iter().zip(targets).zip(shares).zip(of_x) {
        let sign: T = sign(*target);
        *d += *share * sign * (*x * sign).logistic();
    }
}

/// sign x of every row's only number.
pub(crate) fn total<T: Real>((x, targets): (&[T], &[u16]), losses: &mut [f64]) {
    x.iter().zip(targets).zip(losses).for_each(|((x, target), loss)| *loss += (*x * sign(*target)).wide());
}

/// Gradient of `total`: share sign.
pub(crate) fn total_backward<T: Real>((targets, shares): (&[u16], &[T]), of_x: &mut [T]) {
    targets.iter().zip(shares).zip(of_x).for_each(|((target, share), d)| *d += *share * sign(*target));
}
