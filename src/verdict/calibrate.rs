//! Planted truths: how often does each detector and each kind of test err, through the same code path and looks as in use?
//!
//! Ensembles are drawn directly, without a simulator, at each detector's least favourable law (its boundary), with light, skewed and heavy
//! replicates; alternatives give the power. A detector passes when its count does not exceed the 99.9 % binomial quantile. Each
//! ensemble is drawn once and judged at every level; of a law that is both errors' boundary both are counted.

mod cases;
mod draws;
mod fooled;
mod laws;
mod questions;
mod risks;

pub use questions::TestRow;

use super::finding::Outcome;
use super::looks::Spender;
use super::{finding, looks};
use crate::fingerprint;
use crate::plan::{Arm, Runs};
use crate::random::{Purpose, Rng, Seed, Streams};
use crate::registry::Criteria;
use crate::taxonomy::{Definition, Functional};
use cases::Planted;
use laws::planted;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use statrs::distribution::{Binomial, DiscreteCDF};
use std::collections::BTreeMap;

/// What was planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Plant {
    /// On the boundary: `wrong` may be found at most as often as the level says.
    Boundary,
    /// A boundary of a law so heavy that a mean should decide nothing: wrong at most as often as the level says, as any other.
    Heavy,
    /// Well inside: `right` must be found.
    Alternative,
}

crate::taxonomy::words!(Plant, "plant", { Boundary => "boundary", Heavy => "heavy", Alternative => "alternative" });

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalibrationRow {
    /// The definition.
    pub definition: Definition,
    /// The functional; null for definitions without functionals.
    pub functional: Option<Functional>,
    /// What was planted, in words.
    pub law: String,
    /// Where it lies.
    pub plant: Plant,
    /// The outcome counted: an error for a boundary, the right one for an alternative.
    pub counted: Outcome,
    /// Nominal two-sided error probability over all looks.
    pub nominal: f64,
    /// Replicates at the last look.
    pub replicates: u32,
    /// Ensembles planted.
    pub trials: u32,
    /// Ensembles with the counted outcome at any look.
    pub count: u32,
    /// Ensembles undecided at the last look.
    pub undecided: u32,
    /// The largest count that passes (boundary, heavy) or the smallest (alternative).
    pub limit: u32,
    /// Whether it passes.
    pub passes: bool,
}

/// The whole table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Calibration {
    /// Ensembles per row.
    pub trials: u32,
    /// Root seed.
    pub seed: Seed,
    /// Digest of the detectors and planted laws that were counted ([`fingerprint::CALIBRATED`]).
    pub rules: String,
    /// Digest of the thresholds and of the number of worlds, which share a level.
    pub criteria: String,
    /// One row per planted law and level of the detectors.
    pub rows: Vec<CalibrationRow>,
    /// One row per planted law and level of the declared tests.
    #[serde(default)]
    pub tests: Vec<TestRow>,
}

impl Calibration {
    /// Whether it was counted with this program's detectors and these thresholds, at the levels that so many worlds spend.
    #[must_use]
    pub fn is_current(&self, criteria: &Criteria, worlds: usize) -> bool {
        self.rules == fingerprint::CALIBRATED && self.criteria == digest_of(criteria, worlds)
    }

    /// The detectors counted: each definition with its functional, in the order of the rows.
    #[must_use]
    pub fn detectors(&self) -> Vec<(Definition, Option<Functional>)> {
        let mut detectors: Vec<_> = self.rows.iter().map(|row| (row.definition, row.functional)).collect();
        detectors.sort_unstable();
        detectors.dedup();
        detectors
    }

    /// The detectors' rows that do not pass.
    pub fn failures(&self) -> impl Iterator<Item = &CalibrationRow> {
        self.rows.iter().filter(|row| !row.passes)
    }

    /// The tests' rows that do not pass.
    pub fn failed_tests(&self) -> impl Iterator<Item = &TestRow> {
        self.tests.iter().filter(|row| !row.passes)
    }
}

/// Digest of the thresholds' values, whatever their reasons say, and of the number of worlds.
fn digest_of(criteria: &Criteria, worlds: usize) -> String {
    let values = Criteria { reasons: BTreeMap::new(), ..criteria.clone() };
    // Finite numbers under fixed names always serialise.
    blake3::hash(serde_json::to_string(&(values, worlds)).unwrap_or_default().as_bytes()).to_hex()[..32].to_owned()
}

/// Plants `trials` ensembles per law of the detectors and counts what they say, at nominal levels 0.05 and 0.01 and at a world's own; and many
/// times as many per law of the declared tests, at the levels of claims and worlds.
#[must_use]
pub fn calibrate(criteria: &Criteria, worlds: usize, trials: u32, seed: Seed) -> Calibration {
    let mut counted: Vec<CalibrationRow> = planted(criteria).iter().flat_map(|law| rows(law, criteria, worlds, (trials, seed))).collect();
    let few = criteria.for_recorded();
    counted.extend(by_ranks(&few).iter().flat_map(|law| rows(law, &few, worlds, (trials, seed))));
    let rows = counted;
    let tests = questions::calibrate(criteria, worlds, trials, seed);
    Calibration { trials, seed, rules: fingerprint::CALIBRATED.to_owned(), criteria: digest_of(criteria, worlds), rows, tests }
}

/// Boundaries at the number of replicates that is recorded of trained networks, judged by ranks: laws whose mean is their median, since ranks
/// speak of that one.
fn by_ranks(few: &Criteria) -> Vec<Planted> {
    let is_asked = |law: &Planted| {
        let has_mean = law.definition.has_functionals() && law.functional == Functional::Mean;
        law.plant == Plant::Boundary && !has_mean && law.words.ends_with(", normal")
    };
    let named = |law: Planted| Planted { looks: 1, words: format!("{}, by ranks", law.words), ..law };
    planted(few).into_iter().filter(is_asked).map(named).collect()
}

/// The rows of one law: every ensemble is drawn once and judged at each level, and each counted outcome has its row.
fn rows(law: &Planted, criteria: &Criteria, worlds: usize, (trials, seed): (u32, Seed)) -> Vec<CalibrationRow> {
    let levels = levels_of(law, criteria, worlds);
    let outcomes: Vec<Vec<Outcome>> = (0..trials)
        .into_par_iter()
        .map(|trial| {
            let streams = Streams::of_run(seed, "calibration", &law.name(), "", trial);
            through_looks(law, &levels, criteria, &mut streams.at(0, Purpose::Real))
        })
        .collect();
    let row = |place: usize, nominal: f64, counted: Outcome| {
        let of = |outcome: Outcome| outcomes.iter().filter(|found| found[place] == outcome).count() as u32;
        let (count, undecided) = (of(counted), of(Outcome::Undecided));
        let (limit, passes) = judge(law.plant, nominal, trials, count);
        CalibrationRow {
            definition: law.definition,
            functional: law.definition.has_functionals().then_some(law.functional),
            law: law.words.clone(),
            plant: law.plant,
            counted,
            nominal,
            replicates: looks::replicates(criteria.first_look as u32, law.looks),
            trials,
            count,
            undecided,
            limit,
            passes,
        }
    };
    let places = levels.iter().enumerate();
    places
        .flat_map(|(place, nominal)| law.counted.iter().map(move |counted| (place, *nominal, *counted)))
        .map(|(p, n, c)| row(p, n, c))
        .collect()
}

/// The law's own levels, and for errors what a world spends: detectors decide worlds.
fn levels_of(law: &Planted, criteria: &Criteria, worlds: usize) -> Vec<f64> {
    let spent = match law.plant {
        Plant::Boundary | Plant::Heavy => Some(looks::alpha_for(Spender::World, criteria, worlds)),
        Plant::Alternative => None,
    };
    law.levels().iter().copied().chain(spent).collect()
}

/// The count that just passes, and whether this one does.
fn judge(plant: Plant, nominal: f64, trials: u32, count: u32) -> (u32, bool) {
    let most = binomial_quantile(trials, nominal, 0.999);
    let least = (0.9 * f64::from(trials)).ceil() as u32;
    match plant {
        Plant::Boundary | Plant::Heavy => (most, count <= most),
        Plant::Alternative => (least, count >= least),
    }
}

/// The least k with P(Binomial(n, p) <= k) >= `share`.
fn binomial_quantile(n: u32, p: f64, share: f64) -> u32 {
    let law = Binomial::new(p, u64::from(n)).expect("a probability");
    (0..=n).find(|k| law.cdf(u64::from(*k)) >= share).unwrap_or(n)
}

/// Draws the ensemble of the last look and decides at each look on its first replicates, at each level until decided there.
fn through_looks(law: &Planted, levels: &[f64], criteria: &Criteria, rng: &mut Rng) -> Vec<Outcome> {
    let first = criteria.first_look as u32;
    let drawn = (law.draw)(looks::replicates(first, law.looks) as usize, rng);
    let mut outcomes = vec![Outcome::Undecided; levels.len()];
    for look in 1..=law.looks {
        let runs: Runs = drawn.first(looks::replicates(first, look) as usize);
        let open = outcomes.iter_mut().zip(levels).filter(|(outcome, _)| **outcome == Outcome::Undecided);
        for (outcome, nominal) in open {
            let alpha = looks::alpha_of(*nominal, look);
            *outcome = finding(&runs, &Arm::AsPublished, law.meaning(), criteria, alpha).outcome;
        }
        if !outcomes.contains(&Outcome::Undecided) {
            break;
        }
    }
    outcomes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::planted;

    fn complaints(calibration: &Calibration) -> Vec<String> {
        let line = |row: &CalibrationRow| {
            format!(
                "{} {:?} `{}` {} at {}: {} of {} (limit {}), undecided {}",
                row.definition, row.functional, row.law, row.counted, row.nominal, row.count, row.trials, row.limit, row.undecided
            )
        };
        let of_test = |row: &TestRow| {
            format!("{} `{}` {} at {}: {} of {} (limit {})", row.kind, row.law, row.counted, row.nominal, row.count, row.trials, row.limit)
        };
        calibration.failures().map(line).chain(calibration.failed_tests().map(of_test)).collect()
    }

    #[test]
    fn limits_are_the_printed_binomial_quantiles() {
        assert_eq!(binomial_quantile(1000, 0.05, 0.999), 73);
        assert_eq!(binomial_quantile(1000, 0.01, 0.999), 21);
    }

    #[test]
    fn a_calibration_survives_its_file_and_knows_when_it_is_stale() {
        let criteria = planted::criteria();
        let row = CalibrationRow {
            definition: Definition::TailLoss,
            functional: None,
            law: "half the twin's coverage".to_owned(),
            plant: Plant::Boundary,
            counted: Outcome::Absent,
            nominal: 0.05,
            replicates: 2048,
            trials: 1000,
            count: 3,
            undecided: 990,
            limit: 73,
            passes: true,
        };
        let whole = Calibration {
            trials: 1000,
            seed: Seed(1),
            rules: fingerprint::CALIBRATED.to_owned(),
            criteria: digest_of(&criteria, 2),
            rows: vec![row],
            tests: Vec::new(),
        };
        let back: Calibration = toml::from_str(&toml::to_string(&whole).unwrap()).unwrap();
        assert_eq!(back, whole);
        assert!(whole.is_current(&criteria, 2));
        assert!(!whole.is_current(&criteria, 3), "three worlds spend less each");
        assert!(!whole.is_current(&Criteria { slope_change: 0.2, ..criteria }, 2));
        assert!(!Calibration { rules: "other".to_owned(), ..whole }.is_current(&planted::criteria(), 2));
    }

    /// About 1,400 rows, each failing by chance with probability below 0.001: few trials, since what is committed has ten thousand of them and is
    /// stale as soon as a rule changes.
    #[test]
    fn every_detector_keeps_its_level_on_a_short_calibration() {
        let found = complaints(&calibrate(&planted::criteria(), 2, 20, Seed(1)));
        assert!(found.is_empty(), "{found:#?}");
    }

    /// The full table: `cargo test --release calibration_of_every_detector -- --ignored --nocapture`.
    #[test]
    #[ignore = "a minute of planted truths; run by name"]
    fn calibration_of_every_detector() {
        let calibration = calibrate(&planted::criteria(), 2, 1000, Seed(2026));
        if let Ok(path) = std::env::var("CALIBRATION_OUT") {
            std::fs::write(path, serde_json::to_string_pretty(&calibration).expect("a table")).expect("a place to write");
        }
        let found = complaints(&calibration);
        assert!(found.is_empty(), "{found:#?}");
    }
}
