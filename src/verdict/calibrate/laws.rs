//! The planted laws: boundaries, heavy tails and alternatives of every detector.

use super::cases::{Case, Drawn, Planted, Shape, grid_of, normal, quarters, shapes, table};
use super::{fooled, risks};
use crate::plan::planted::PlantedCell;
use crate::random::Rng;
use crate::registry::Criteria;
use crate::taxonomy::{Definition, Functional, Metric};
use crate::verdict::finding::Outcome;
use rand::RngExt;

/// Every planted law.
pub fn planted(criteria: &Criteria) -> Vec<Planted> {
    let mut all = Vec::new();
    risks::catastrophic(&mut all, criteria);
    risks::increase(&mut all, criteria);
    risks::increase_over_first(&mut all, criteria);
    diverging(&mut all, criteria);
    collapse(&mut all, criteria);
    scaling(&mut all, criteria);
    bounded(&mut all, criteria);
    fooled::fooled(&mut all, criteria);
    all
}

/// Squares of a d-dimensional random walk whose variances are `levels`, times `factor`: their means are `levels`.
fn walk(levels: [f64; 3], d: u32, factor: f64, rng: &mut Rng) -> Vec<f64> {
    let mut risks = [0.0; 3];
    for _ in 0..d {
        let (mut place, mut variance) = (0.0, 0.0);
        for (risk, level) in risks.iter_mut().zip(levels) {
            place += (level - variance).max(0.0).sqrt() * normal(rng);
            variance = level;
            *risk += place * place / f64::from(d);
        }
    }
    risks.iter().map(|risk| risk * factor).collect()
}

fn diverging(all: &mut Vec<Planted>, criteria: &Criteria) {
    let cut = criteria.doubling_cut;
    let margin = criteria.doubling_margin;
    let mean = Case::new(Definition::DivergingRisk, Functional::Mean);
    let typical = Case { functional: Functional::Typical, ..mean };
    let at_the_cut = [1.0, 2.0, 2.0 + cut];
    let at_the_margin = [1.0 - margin / 4.0, 1.0, 1.0 + margin];
    for (levels, words) in [(at_the_cut, "C = 0 (an approach by t^-1/2)"), (at_the_margin, "F = 0 (5 % per doubling)")] {
        // A random walk in 20 dimensions is light; in one dimension each level is a scaled chi-square(1).
        for (shape, d) in [(Shape::Normal, 20), (Shape::ChiSquare, 1)] {
            mean.boundary(all, words, &Shape::HEAVY, shape, move |n, rng| quarters(table(n, 3, rng, |rng| walk(levels, d, 1.0, rng))));
        }
        for shape in [Shape::LogNormal, Shape::HeavyLogNormal, Shape::SquaredT] {
            mean.boundary(all, words, &Shape::HEAVY, shape, move |n, rng| {
                quarters(table(n, 3, rng, |rng| {
                    let factor = shape.positive(rng);
                    walk(levels, 20, factor, rng)
                }))
            });
        }
        for shape in shapes() {
            // So small that no risk overflows: infinite ones are judged by ranks, and ranks have another boundary.
            let deviation = if shape == Shape::SquaredT { 0.02 } else { 0.5 };
            typical.boundary(all, words, &Shape::HEAVY, shape, move |n, rng| {
                quarters(table(n, 3, rng, |rng| {
                    let mut log = 0.0;
                    levels
                        .iter()
                        .map(|level| {
                            log += deviation * shape.centred(rng);
                            level * f64::exp(log)
                        })
                        .collect()
                }))
            });
        }
    }
    for (levels, words, counted) in [
        ([1.0, 2.0, 4.0], "linear growth, d = 10", Outcome::Occurs),
        ([1.0, std::f64::consts::SQRT_2, 2.0], "growth by sqrt(t), d = 10", Outcome::Occurs),
        ([1.0 - 1.0 / 4.0, 1.0 - 1.0 / 8.0, 1.0 - 1.0 / 16.0], "approach by 1/t, d = 10", Outcome::Absent),
    ] {
        mean.alternative(all, words, counted, 5, move |n, rng| quarters(table(n, 3, rng, |rng| walk(levels, 10, 1.0, rng))));
        typical.alternative(all, words, counted, 6, move |n, rng| quarters(table(n, 3, rng, |rng| walk(levels, 10, 1.0, rng))));
    }
    for (case, looks) in [(mean, 5), (typical, 6)] {
        case.alternative(all, "flat, d = 10", Outcome::Absent, looks, |n, rng| quarters(table(n, 3, rng, stationary)));
    }
}

/// Squared lengths of a stationary process in ten dimensions, correlated by 0.9 from reading to reading. A random walk whose mean square
/// stays the same would repeat itself in every run, and of runs that repeat themselves nothing is decided.
fn stationary(rng: &mut Rng) -> Vec<f64> {
    let mut risks = vec![0.0; 3];
    for _ in 0..10 {
        let mut place = normal(rng);
        for risk in &mut risks {
            *risk += place * place / 10.0;
            place = 0.9 * place + (1.0 - 0.81_f64).sqrt() * normal(rng);
        }
    }
    risks
}

fn depths(columns: Vec<Vec<f64>>) -> Drawn {
    let columns = [4, 8, 16].into_iter().zip(columns).map(|(t, values)| (Metric::LogVariance, t, values)).collect();
    Drawn::new(vec![PlantedCell::new("", 16, None, columns)], Vec::new())
}

/// A random walk of log variances whose means are minus `levels`.
fn descent(levels: [f64; 3], deviation: f64, shape: Shape, rng: &mut Rng) -> Vec<f64> {
    let mut noise = 0.0;
    levels
        .iter()
        .map(|level| {
            noise += deviation * shape.centred(rng);
            noise - level
        })
        .collect()
}

fn collapse(all: &mut Vec<Planted>, criteria: &Criteria) {
    let case = Case::new(Definition::VarianceCollapse, Functional::Mean);
    let margin = criteria.doubling_margin_log;
    let cut = criteria.doubling_cut;
    for (levels, words) in
        [([0.1, 0.1, 0.1 + margin], "F = 0 (0.05 nats per doubling)"), ([0.0, 0.2, 0.2 + 0.2 * cut], "C = 0 (an approach by t^-1/2)")]
    {
        for shape in shapes() {
            case.boundary(all, words, &Shape::HEAVY, shape, move |n, rng| depths(table(n, 3, rng, |rng| descent(levels, 0.2, shape, rng))));
        }
    }
    for (level, words) in [
        (-criteria.collapsed_level.ln(), "half the runs below a hundredth, flat"),
        (-criteria.spared_level.ln(), "median level a half, flat"),
    ] {
        case.boundary(all, words, &Shape::HEAVY, Shape::Normal, move |n, rng| {
            depths(table(n, 3, rng, |rng| {
                let place = 0.5 * normal(rng) - level;
                (0..3).map(|_| place + 0.01 * normal(rng)).collect()
            }))
        });
    }
    case.alternative(all, "replacement at four time-scales, 2 nats per last doubling", Outcome::Occurs, 3, |n, rng| {
        depths(table(n, 3, rng, |rng| {
            let steps = [2.0_f64.sqrt(), 2.0_f64.sqrt(), 2.0];
            let mut log = 0.0;
            steps
                .iter()
                .zip([1.0, 1.0, 2.0])
                .map(|(deviation, fall)| {
                    log += deviation * normal(rng) - fall;
                    log
                })
                .collect()
        }))
    });
    case.alternative(all, "accumulation settling at 0.9", Outcome::Absent, 3, |n, rng| {
        depths(table(n, 3, rng, |rng| descent([0.08, 0.09, 0.095], 0.1, Shape::Normal, rng)))
    });
}

/// Risks n^-1 for the twin and n^(slope - 1) for the arm at generation 16, with noise in the logs.
fn grid(slope: f64, n: usize, rng: &mut Rng, noise: impl Fn(&mut Rng) -> f64) -> Drawn {
    grid_of(|log| slope * log, n, rng, noise)
}

fn scaling(all: &mut Vec<Planted>, criteria: &Criteria) {
    let limit = criteria.slope_change;
    let case = Case::new(Definition::ScalingLawChange, Functional::Mean);
    // Seven cells and two arms: fewer shapes, and two looks, keep the table fast. The difference of two equal laws is symmetric, so the
    // skewed shape is planted in both arms, as it would be in use.
    for shape in [Shape::Normal, Shape::ChiSquare, Shape::HeavyLogNormal] {
        case.boundary(all, "slope 0.1", &Shape::HEAVY, shape, move |n, rng| grid(limit, n, rng, |rng| 0.4 * shape.centred(rng)));
    }
    all.iter_mut().filter(|law| law.definition == Definition::ScalingLawChange).for_each(|law| law.looks = 2);
    case.alternative(all, "slope .85 (generator fixed at n = 200)", Outcome::Occurs, 1, |n, rng| {
        grid(0.85, n, rng, |rng| 0.45 * normal(rng))
    });
    case.alternative(all, "slope 0 (constant factor)", Outcome::Absent, 3, |n, rng| grid(0.0, n, rng, |rng| 0.45 * normal(rng)));
}

/// A coin in {0, 1}, or a uniform number about the same mean.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Coin(f64),
    Around(f64),
}

impl Unit {
    fn draw(self, rng: &mut Rng) -> f64 {
        let u: f64 = rng.random();
        match self {
            Self::Coin(mean) => f64::from(u8::from(u < mean)),
            Self::Around(mean) => (mean + (2.0 * u - 1.0) * mean.min(1.0 - mean)).clamp(0.0, 1.0),
        }
    }

    const fn shape(self) -> Shape {
        match self {
            Self::Coin(_) => Shape::ChiSquare,
            Self::Around(_) => Shape::Normal,
        }
    }
}

fn masses(metrics: &[Metric], arm: &[Unit], twin: &[Unit], n: usize, rng: &mut Rng) -> Drawn {
    let cell = |units: &[Unit], rng: &mut Rng| {
        let columns = table(n, units.len(), rng, |rng| units.iter().map(|unit| unit.draw(rng)).collect());
        vec![PlantedCell::new("", 10, None, metrics.iter().zip(columns).map(|(metric, values)| (*metric, 10, values)).collect())]
    };
    Drawn::new(cell(arm, rng), cell(twin, rng))
}

fn bounded(all: &mut Vec<Planted>, criteria: &Criteria) {
    const MODES: [Metric; 2] = [Metric::ModesKept, Metric::MassBetweenModes];
    let modes = Case::new(Definition::ModeEntanglement, Functional::Mean);
    let (lost, between) = (criteria.modes_lost, criteria.between_modes);
    for of in [Unit::Coin as fn(f64) -> Unit, Unit::Around] {
        modes.boundary(
            all,
            "a tenth of modes lost and 0.05 between them (coin or uniform)",
            &Shape::HEAVY,
            of(0.5).shape(),
            move |n, rng| masses(&MODES, &[of(1.0 - lost), of(between)], &[of(1.0), of(0.0)], n, rng),
        );
    }
    modes.alternative(all, "half the modes lost", Outcome::Occurs, 1, |n, rng| {
        masses(&MODES, &[Unit::Coin(0.5), Unit::Around(0.01)], &[Unit::Coin(1.0), Unit::Around(0.01)], n, rng)
    });
    modes.alternative(all, "no mode lost, 0.01 between", Outcome::Absent, 3, |n, rng| {
        masses(&MODES, &[Unit::Coin(1.0), Unit::Around(0.01)], &[Unit::Coin(1.0), Unit::Around(0.01)], n, rng)
    });
    let tail = Case::new(Definition::TailLoss, Functional::Mean);
    const TAIL: [Metric; 1] = [Metric::TailCoverage];
    for (ratio, words) in [(criteria.tail_lost, "half the twin's coverage"), (criteria.tail_kept, "0.8 of the twin's coverage")] {
        for of in [Unit::Coin as fn(f64) -> Unit, Unit::Around] {
            tail.boundary(all, words, &Shape::HEAVY, of(0.5).shape(), move |n, rng| masses(&TAIL, &[of(0.8 * ratio)], &[of(0.8)], n, rng));
        }
    }
    tail.alternative(all, "coverage .1 against .8", Outcome::Occurs, 1, |n, rng| {
        masses(&TAIL, &[Unit::Around(0.1)], &[Unit::Around(0.8)], n, rng)
    });
    tail.alternative(all, "coverage .78 against .8", Outcome::Absent, 4, |n, rng| {
        masses(&TAIL, &[Unit::Around(0.78)], &[Unit::Around(0.8)], n, rng)
    });
    let outside = Case::new(Definition::Hallucination, Functional::Mean);
    const OUTSIDE: [Metric; 1] = [Metric::MassOutside];
    let mass = criteria.hallucinated_mass;
    for of in [Unit::Coin as fn(f64) -> Unit, Unit::Around] {
        outside.boundary(all, "mass 0.01 outside", &Shape::HEAVY, of(0.5).shape(), move |n, rng| {
            masses(&OUTSIDE, &[of(mass)], &[of(0.0)], n, rng)
        });
    }
    outside.alternative(all, "mass outside 0.05", Outcome::Occurs, 4, |n, rng| {
        masses(&OUTSIDE, &[Unit::Coin(0.05)], &[Unit::Around(0.001)], n, rng)
    });
    outside.alternative(all, "mass outside 0.001, as the truth's", Outcome::Absent, 4, |n, rng| {
        masses(&OUTSIDE, &[Unit::Around(0.001)], &[Unit::Around(0.001)], n, rng)
    });
}
