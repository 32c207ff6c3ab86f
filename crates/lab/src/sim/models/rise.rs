//! The distribution function of a Gaussian at evenly spaced places, all at once: a fit by kernels asks for it once for every kernel.
//!
//! Takes a mean between two places that lie a given part of a deviation apart. The function is a Taylor polynomial about the whole number of steps
//! nearest to each place's distance from the mean; the mean's own distance from its nearest place, at most half a step, is the same for all. What is
//! left out is below 1e-12.

use crate::sim::special::normal_upper;
use crate::sim::vectors::widest;
use std::cell::RefCell;
use std::f64::consts::PI;
use std::rc::Rc;

/// Beyond so many deviations a Gaussian's mass is below 1e-16.
pub const REACH: f64 = 8.3;
/// Places at once.
const LANES: usize = 8;
/// Terms of a polynomial: (1/4)^12 of a twelfth derivative over 12! is below 1e-12.
const TERMS: usize = 12;

/// Wider steps than these many deviations are too wide for the polynomials; narrower ones than the other have too many places to keep.
const WIDTHS: [f64; 2] = [1.0 / 64.0, 0.5];

thread_local! {
    /// What was asked for last: most fits of a run are as wide as the one before.
    static LAST: RefCell<Option<Rc<Rise>>> = const { RefCell::new(None) };
}

/// The polynomials of steps of so many deviations, which many Gaussians share; `None` where there are none.
pub fn rise(steps: f64) -> Option<Rc<Rise>> {
    if !(WIDTHS[0]..=WIDTHS[1]).contains(&steps) {
        return None;
    }
    let kept = LAST.with_borrow(|last| last.clone().filter(|rise| rise.steps.to_bits() == steps.to_bits()));
    Some(kept.unwrap_or_else(|| {
        let made = Rc::new(Rise::new(steps));
        LAST.set(Some(Rc::clone(&made)));
        made
    }))
}

/// Polynomials of one width of steps.
#[derive(Debug)]
pub struct Rise {
    /// Deviations between two places.
    steps: f64,
    /// Places on either side of a mean's nearest one.
    side: usize,
    /// Coefficients, highest power first, of each run of places.
    terms: Vec<[[f64; LANES]; TERMS]>,
}

impl Rise {
    fn new(steps: f64) -> Self {
        let side = (REACH / steps).ceil() as usize + 1;
        let mut terms = vec![[[0.0; LANES]; TERMS]; (2 * side + 1).div_ceil(LANES)];
        for (place, (run, lane)) in (0..2 * side + 1).map(|place| (place, (place / LANES, place % LANES))) {
            let about = taylor((place as f64 - side as f64) * steps);
            about.iter().rev().enumerate().for_each(|(k, term)| terms[run][k][lane] = *term);
        }
        Self { steps, side, terms }
    }

    /// Adds `weight` times the function to the values at the places 0, 1, 2, … for a mean at so many steps from the first, and gives back the place from
    /// which on it is `weight` and was not added.
    pub fn add(&self, weight: f64, mean: f64, values: &mut [f64]) -> usize {
        let nearest = mean.round();
        let (off, first) = ((nearest - mean) * self.steps, nearest as isize - self.side as isize);
        widest(
            #[inline(always)]
            || {
                for (run, terms) in self.terms.iter().enumerate() {
                    let mut sums = [0.0; LANES];
                    for row in terms {
                        sums.iter_mut().zip(row).for_each(|(sum, term)| *sum = *sum * off + term);
                    }
                    let (start, length) = (first + (run * LANES) as isize, LANES.min(2 * self.side + 1 - run * LANES));
                    // Where a law ends, the line has no such places.
                    let (skipped, from) = (start.min(0).unsigned_abs().min(length), start.max(0) as usize);
                    let values = values.get_mut(from..).unwrap_or_default();
                    values.iter_mut().zip(&sums[skipped..length]).for_each(|(value, sum)| *value += weight * sum);
                }
            },
        );
        let end = first + (2 * self.side + 1) as isize;
        usize::try_from(end).unwrap_or(0).min(values.len())
    }
}

/// Taylor coefficients of the distribution function about x, lowest power first: the k-th derivative of the density is (-1)^k He_k(x) times it, and
/// He_(k+1) = x He_k - k He_(k-1).
fn taylor(x: f64) -> [f64; TERMS] {
    let mut terms = [normal_upper(-x); TERMS];
    let (mut hermite, mut before) = (1.0, 0.0);
    let mut factor = (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
    for (k, term) in terms.iter_mut().enumerate().skip(1) {
        *term = factor * hermite;
        (hermite, before) = (x * hermite - (k - 1) as f64 * before, hermite);
        factor /= -((k + 1) as f64);
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_places_at_once_are_the_places_one_by_one() {
        assert!(rise(0.6).is_none() && rise(0.01).is_none());
        for rise in [0.03, 0.125, 0.2, 0.5].map(|steps| rise(steps).expect("neither too wide nor too narrow")) {
            for mean in [-70.3, -0.5, 0.0, 12.25, 40.499, 99.5, 180.0] {
                let mut values = vec![0.25; 100];
                let end = rise.add(0.7, mean, &mut values);
                for (place, value) in values.iter().enumerate() {
                    let expected = 0.25 + if place < end { 0.7 * normal_upper((mean - place as f64) * rise.steps) } else { 0.0 };
                    assert!((value - expected).abs() < 2e-10, "{} {mean} {place}: {value} and {expected}", rise.steps);
                    assert!(place < end || normal_upper((place as f64 - mean) * rise.steps) < 1e-16);
                }
            }
        }
    }
}
