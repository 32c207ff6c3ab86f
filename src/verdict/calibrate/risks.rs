//! Planted laws of definitions 1 and 2.

use super::cases::{Case, Drawn, Planted, Shape, normal, risk_cell, shapes, smooth, table};
use crate::plan::planted::PlantedCell;
use crate::random::Rng;
use crate::registry::Criteria;
use crate::taxonomy::{Against, Definition, Functional};
use crate::verdict::finding::Outcome;

/// Risks of the first and the tenth generation and of the twin's tenth, with a null risk.
fn three(null: f64, columns: Vec<Vec<f64>>) -> Drawn {
    let mut columns = columns.into_iter();
    let mut next = || columns.next().unwrap_or_default();
    let (first, tenth, twin) = (next(), next(), next());
    let cell = |columns| {
        let cell: PlantedCell = risk_cell(10, columns);
        let frame = crate::registry::RiskFrame { null_risk: Some(null), ..cell.frame };
        vec![PlantedCell { frame, ..cell }]
    };
    Drawn::new(cell(vec![(1, first), (10, tenth)]), cell(vec![(10, twin)]))
}

/// Definition 1: both boundaries, the two laws that the old rule got wrong, and alternatives.
pub fn catastrophic(all: &mut Vec<Planted>, criteria: &Criteria) {
    let (ratio, half) = (criteria.catastrophic_ratio, criteria.catastrophic_null_share);
    let mean = Case::new(Definition::CatastrophicRisk, Functional::Mean);
    let typical = Case { functional: Functional::Typical, ..mean };
    for (null, words) in [(ratio, "five times the first and the null risk"), (ratio / half, "five times the first and half the null risk")]
    {
        for shape in shapes() {
            mean.boundary(all, &format!("mean risk {words}"), &Shape::HEAVY, shape, move |n, rng| {
                three(null, table(n, 3, rng, |rng| vec![shape.positive(rng), ratio * shape.positive(rng), shape.positive(rng)]))
            });
            typical.boundary(all, &format!("mean log risk {words}"), &Shape::HEAVY, shape, move |n, rng| {
                let risk = |rng: &mut Rng| shape.centred(rng).exp();
                three(null, table(n, 3, rng, |rng| vec![risk(rng), ratio * risk(rng), risk(rng)]))
            });
        }
    }
    mean.boundary(all, "the first model at the null risk", &Shape::HEAVY, Shape::ChiSquare, |n, rng| {
        three(1.0, table(n, 3, rng, |rng| vec![normal(rng).powi(2), 10.0 * smooth(rng), 0.1 * smooth(rng)]))
    });
    typical.boundary(all, "the first model's mean log risk at the null risk", &Shape::HEAVY, Shape::Normal, |n, rng| {
        three(1.0, table(n, 3, rng, |rng| vec![normal(rng).exp(), 10.0 * smooth(rng), 0.1 * smooth(rng)]))
    });
    for case in [mean, typical] {
        for (levels, words, counted) in [
            ([0.001, 0.01, 0.001], "a small excess risk times ten", Outcome::Absent),
            ([1.5, 1.5, 0.5], "the first model above the null risk", Outcome::NotApplicable),
            ([0.1, 1.0, 1.5], "the twin above the null risk", Outcome::NotApplicable),
            ([0.3, 3.0, 0.1], "ten times the first, three times the null risk", Outcome::Occurs),
            ([0.08, 0.8, 0.05], "ten times the first, 0.8 of the null risk", Outcome::Occurs),
            ([0.2, 0.33, 0.1], "accumulation to 1.65 times the first", Outcome::Absent),
        ] {
            case.alternative(all, &format!("{words}, chi-square(10)"), counted, 3, move |n, rng| {
                three(1.0, table(n, 3, rng, |rng| levels.iter().map(|level| level * smooth(rng)).collect()))
            });
        }
    }
}

fn arm_and_twin(columns: Vec<Vec<f64>>) -> Drawn {
    let mut columns = columns.into_iter().map(|column| vec![risk_cell(10, vec![(10, column)])]);
    let (arm, twin) = (columns.next().unwrap_or_default(), columns.next().unwrap_or_default());
    Drawn::new(arm, twin)
}

/// Definition 2 against real data alone.
pub fn increase(all: &mut Vec<Planted>, criteria: &Criteria) {
    let ratio = criteria.increase_ratio;
    let mean = Case::new(Definition::AnyRiskIncrease, Functional::Mean);
    let typical = Case { functional: Functional::Typical, ..mean };
    for shape in shapes() {
        mean.boundary(all, "mean risk 1.05 times the twin's", &Shape::HEAVY, shape, move |n, rng| {
            arm_and_twin(table(n, 2, rng, |rng| vec![ratio * shape.positive(rng), shape.positive(rng)]))
        });
        // A sign test is exact for every law: heavy shapes must keep the level, too.
        typical.boundary(all, "risk above 1.05 times the twin's in half the runs", &[], shape, move |n, rng| {
            arm_and_twin(table(n, 2, rng, |rng| vec![ratio * shape.positive(rng), shape.positive(rng)]))
        });
    }
    typical.alternative(all, "twice the twin's, chi-square(10)", Outcome::Occurs, 3, |n, rng| {
        arm_and_twin(table(n, 2, rng, |rng| vec![2.0 * smooth(rng), smooth(rng)]))
    });
    typical.alternative(all, "0.8 of the twin's, chi-square(10)", Outcome::Absent, 3, |n, rng| {
        arm_and_twin(table(n, 2, rng, |rng| vec![0.8 * smooth(rng), smooth(rng)]))
    });
    mean.alternative(all, "twice the twin's, chi-square(10)", Outcome::Occurs, 3, |n, rng| {
        arm_and_twin(table(n, 2, rng, |rng| vec![2.0 * smooth(rng), smooth(rng)]))
    });
    mean.alternative(all, "equal to the twin's, correlation .5, chi-square(10)", Outcome::Absent, 6, |n, rng| {
        arm_and_twin(table(n, 2, rng, |rng| {
            let mut risks = [0.0; 2];
            for _ in 0..10 {
                let (shared, a, b) = (normal(rng), normal(rng), normal(rng));
                // Correlation of squares .5 needs correlation 1/sqrt(2) of the normals.
                let (c, s) = (std::f64::consts::FRAC_1_SQRT_2.sqrt(), (1.0 - std::f64::consts::FRAC_1_SQRT_2).sqrt());
                risks[0] += (c * shared + s * a).powi(2) / 10.0;
                risks[1] += (c * shared + s * b).powi(2) / 10.0;
            }
            risks.to_vec()
        }))
    });
}

/// Definition 2 against the first model.
pub fn increase_over_first(all: &mut Vec<Planted>, criteria: &Criteria) {
    let ratio = criteria.increase_ratio;
    let mean = Case { against: Against::First, ..Case::new(Definition::AnyRiskIncrease, Functional::Mean) };
    let typical = Case { functional: Functional::Typical, ..mean };
    let drawn = |columns: Vec<Vec<f64>>| Drawn::new(vec![risk_cell(10, [1, 10].into_iter().zip(columns).collect())], Vec::new());
    for shape in shapes() {
        let draw = move |n: usize, rng: &mut Rng| drawn(table(n, 2, rng, |rng| vec![shape.positive(rng), ratio * shape.positive(rng)]));
        mean.boundary(all, "mean risk 1.05 times the first model's", &Shape::HEAVY, shape, draw);
        typical.boundary(all, "risk above 1.05 times the first model's in half the runs", &[], shape, draw);
    }
    for case in [mean, typical] {
        for (factor, counted) in [(2.0, Outcome::Occurs), (0.4, Outcome::Absent)] {
            case.alternative(all, &format!("{factor} times the first model's, chi-square(10)"), counted, 3, move |n, rng| {
                drawn(table(n, 2, rng, |rng| vec![smooth(rng), factor * smooth(rng)]))
            });
        }
    }
}
