//! Planted laws that a rule reading three generations, one mean or one slope takes for something else. Either decision is an error.
//!
//! Counts of wrong decisions before the rules changed: 5 to 10 % of runs collapsing, `variance-collapse` occurs in 134 to 200 of 200;
//! period 16 at T = 64, absent in 200 of 200; a V over the decade, absent in 100 of 100; F = 0 of a geometric mean at a nominal 1e-4,
//! 5, 16, 53 and 133 of 100,000 for log steps with deviations 0.5, 1, 2 and 3.

use super::cases::{Case, Drawn, Planted, Shape, grid_of, normal, quarters, table};
use crate::plan::planted::PlantedCell;
use crate::plan::reading::needed_generations;
use crate::random::Rng;
use crate::registry::{Criteria, RiskFrame};
use crate::taxonomy::{Definition, Functional, Metric};
use crate::verdict::finding::Outcome;

const LENGTH: u32 = 64;

/// Adds all of them.
pub fn fooled(all: &mut Vec<Planted>, criteria: &Criteria) {
    oscillations(all, criteria);
    some_runs(all, criteria);
    bent_ratios(all);
    wide_steps(all, criteria);
}

/// A cell of [`LENGTH`] generations whose `metric` at t is `value(t, noise)`, with independent normal noise.
fn course(metric: Metric, times: &[u32], n: usize, rng: &mut Rng, value: impl Fn(u32, f64) -> f64) -> Drawn {
    let columns = table(n, times.len(), rng, |rng| times.iter().map(|t| value(*t, normal(rng))).collect());
    let risk = (metric == Metric::ExcessRisk).then_some(metric);
    let columns = times.iter().zip(columns).map(|(t, values)| (metric, *t, values)).collect();
    Drawn::new(vec![PlantedCell::new("", LENGTH, risk, columns)], Vec::new())
}

fn times(criteria: &Criteria) -> Vec<u32> {
    needed_generations(LENGTH, &RiskFrame { risk: None, ceiling: None, null_risk: None, time_scale: 1.0 }, criteria)
}

fn oscillations(all: &mut Vec<Planted>, criteria: &Criteria) {
    let wave = |t: u32, period: u32| (f64::from(t % period) / f64::from(period) * std::f64::consts::TAU).cos();
    for period in [2, 3, 5, 8, 16] {
        let words = format!("oscillation of period {period} by a half");
        for functional in [Functional::Mean, Functional::Typical] {
            let times = times(criteria);
            let case = Case::new(Definition::DivergingRisk, functional);
            case.neither(all, &words, move |n, rng| {
                course(Metric::ExcessRisk, &times, n, rng, |t, noise| (1.0 + 0.5 * wave(t, period)) * (0.1 * noise).exp())
            });
        }
        let times = times(criteria);
        Case::new(Definition::VarianceCollapse, Functional::Mean).neither(all, &words, move |n, rng| {
            course(Metric::LogVariance, &times, n, rng, |t, noise| 0.3 * wave(t, period) + 0.1 * noise)
        });
    }
}

/// A share of the runs loses spread without end, by so much per generation, and the others keep all of it.
fn some_runs(all: &mut Vec<Planted>, criteria: &Criteria) {
    let case = Case::new(Definition::VarianceCollapse, Functional::Mean);
    for (share, rate) in [(0.05, 1.0), (0.1, 1.0), (0.1, f64::INFINITY), (0.4, 1.0)] {
        let words = if rate.is_finite() { "fall for ever" } else { "have no spread left" };
        let times = times(criteria);
        case.neither(all, &format!("{share} of runs {words}, the others keep it"), move |n, rng| {
            let row = |rng: &mut Rng| {
                let falls = crate::numeric::normal_quantile(share) > normal(rng);
                times.iter().map(|t| if falls { -rate * f64::from(*t) } else { 0.1 * normal(rng) }).collect()
            };
            let columns = times.iter().zip(table(n, times.len(), rng, row)).map(|(t, values)| (Metric::LogVariance, *t, values));
            Drawn::new(vec![PlantedCell::new("", LENGTH, None, columns.collect())], Vec::new())
        });
    }
    let times = times(criteria);
    case.alternative(all, "0.8 of runs fall for ever, the others keep their spread", Outcome::Occurs, 3, move |n, rng| {
        let row = |rng: &mut Rng| {
            let falls = crate::numeric::normal_quantile(0.8) > normal(rng);
            times.iter().map(|t| if falls { -0.1 * f64::from(*t) } else { 0.0 } + 0.1 * normal(rng)).collect()
        };
        let columns = times.iter().zip(table(n, times.len(), rng, row)).map(|(t, values)| (Metric::LogVariance, *t, values));
        Drawn::new(vec![PlantedCell::new("", LENGTH, None, columns.collect())], Vec::new())
    });
}

/// Log ratios that fall over the lower half of the decade and rise over the upper.
fn bent_ratios(all: &mut Vec<Planted>) {
    let case = Case::new(Definition::ScalingLawChange, Functional::Mean);
    let middle = f64::midpoint(400.0_f64.ln(), 3200.0_f64.ln());
    for slope in [0.4, -0.4] {
        case.neither(all, &format!("a V of slopes {} and {slope} over the decade", -slope), move |n, rng| {
            grid_of(|log: f64| slope * (log - middle).abs(), n, rng, |rng| 0.45 * normal(rng))
        });
    }
    all.iter_mut().filter(|law| law.definition == Definition::ScalingLawChange && law.looks > 3).for_each(|law| law.looks = 3);
}

/// The boundaries of the doubling of a geometric mean with log steps as wide as those of squared errors in one dimension.
fn wide_steps(all: &mut Vec<Planted>, criteria: &Criteria) {
    let case = Case::new(Definition::DivergingRisk, Functional::Typical);
    let (cut, margin) = (criteria.doubling_cut, criteria.doubling_margin);
    for deviation in [1.0, 2.0, 3.0] {
        for (levels, words) in [([1.0 - margin / 4.0, 1.0, 1.0 + margin], "F = 0"), ([1.0, 2.0, 2.0 + cut], "C = 0")] {
            let words = format!("{words}, log steps of deviation {deviation}");
            case.boundary(all, &words, &Shape::HEAVY, Shape::Normal, move |n, rng| {
                quarters(table(n, 3, rng, |rng| {
                    let mut log = 0.0;
                    let step = |level: &f64| {
                        log += deviation * normal(rng);
                        level * f64::exp(log)
                    };
                    levels.iter().map(step).collect()
                }))
            });
        }
    }
}
