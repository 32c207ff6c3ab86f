//! Hand-made error rates for the tests of this room: on planted truths, and under fresh root seeds.

use crate::audit::{CalibrationReport, ErrorRate, ErrorRateReport};
use crate::random::Seed;
use crate::taxonomy::{Definition, Functional};
use crate::verdict::calibrate::{Calibration, CalibrationRow, Plant, TestRow};
use crate::verdict::{Outcome, TestOutcome};
use std::collections::BTreeMap;

/// Two detectors' counts, one of them over its limit.
pub fn calibration() -> CalibrationReport {
    let row = |definition, functional, plant, nominal, count, limit, passes| CalibrationRow {
        definition,
        functional,
        law: "a law, with a comma".into(),
        plant,
        counted: Outcome::Occurs,
        nominal,
        replicates: 2048,
        trials: 1000,
        count,
        undecided: 900,
        limit,
        passes,
    };
    let (risk, tail) = (Definition::AnyRiskIncrease, Definition::TailLoss);
    let rows = vec![
        row(risk, Some(Functional::Mean), Plant::Boundary, 0.05, 20, 73, true),
        row(risk, Some(Functional::Mean), Plant::Heavy, 0.05, 0, 73, true),
        row(risk, Some(Functional::Mean), Plant::Alternative, 1e-4, 998, 900, true),
        row(tail, None, Plant::Boundary, 0.01, 30, 21, false),
    ];
    let test = |law: &str, nominal, count, limit| TestRow {
        kind: "bound, mean".into(),
        law: law.into(),
        plant: Plant::Boundary,
        counted: TestOutcome::Holds,
        nominal,
        replicates: 2048,
        trials: 200_000,
        count,
        undecided: 199_990,
        limit,
        passes: count <= limit,
    };
    let tests = vec![test("chi-square(1)", 2.5e-5, 3, 13), test("lognormal(1.5)", 2.5e-5, 0, 13), test("normal", 0.05, 9900, 10_300)];
    let table = Calibration { trials: 1000, seed: Seed(1), rules: "r".into(), criteria: "c".into(), rows, tests };
    CalibrationReport { is_current: false, table }
}

/// One decision of many that went against the others.
pub fn error_rate() -> ErrorRateReport {
    let rate = ErrorRate {
        seeds: 200,
        claims: 3,
        decisions: 590,
        against: 1,
        seeds_against: 1,
        come_and_go: 1,
        both_ways: BTreeMap::from([("brown-2024-second/very-long".to_owned(), (199, 1))]),
    };
    let (per_decision, per_seed) = (rate.per_decision(), rate.per_seed());
    ErrorRateReport { is_current: true, replicates: 512, rate, per_decision, per_seed }
}
