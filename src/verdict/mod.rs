//! From ensembles to findings: the eight detectors and the kinds of test.
//!
//! Two questions are answered: [`profile`] or [`finding`] (what definitions say of an arm) and [`test`] (whether a declared test
//! holds). Neither knows what any study claims; a look's share of error probability comes from [`looks`].

mod ask;
pub mod calibrate;
mod cells;
mod detect;
mod ensemble;
mod finding;
mod infer;
pub mod looks;
mod outcome;
mod range;
mod reason;
mod worth;

pub use finding::{Answer, Finding, Outcome, Profile, TestOutcome};
pub use outcome::{ArmRecord, ClaimCurve, ClaimDecision, ClaimPoint, Decided, Question, Reply, Series, SeriesPoint, Totals};
pub use reason::Reason;

use crate::plan::{Arm, Runs};
use crate::registry::{CellChoice, Criteria, Test};
use crate::taxonomy::Meaning;
use ensemble::View;

/// What every definition says of `arm`, at two-sided error probability `alpha` for each finding.
/// Reads the arm's cells and its twin's.
#[must_use]
pub fn profile(runs: &Runs, arm: &Arm, criteria: &Criteria, alpha: f64) -> Profile {
    let views = View::of(runs, arm);
    let findings = Meaning::all().map(|meaning| (meaning.key(), detect::detect(&views, meaning, criteria, alpha))).collect();
    Profile { findings }
}

/// What one definition says of `arm` for one functional and reading, without computing the others: every cell must say so.
#[must_use]
pub fn finding(runs: &Runs, arm: &Arm, meaning: Meaning, criteria: &Criteria, alpha: f64) -> Finding {
    detect::detect(&View::of(runs, arm), meaning, criteria, alpha)
}

/// As [`finding`], of the chosen cells only.
#[must_use]
pub fn finding_of_cells(runs: &Runs, arm: &Arm, cells: &CellChoice, meaning: Meaning, criteria: &Criteria, alpha: f64) -> Finding {
    detect::detect(&chosen(View::of(runs, arm), cells), meaning, criteria, alpha)
}

fn chosen<'a>(views: Vec<View<'a>>, cells: &CellChoice) -> Vec<View<'a>> {
    match cells {
        CellChoice::Every => views,
        CellChoice::Named(names) => views.into_iter().filter(|view| names.contains(&view.plan.name)).collect(),
    }
}

/// Whether `test` holds in `arm`, at two-sided error probability `alpha`.
/// Tests of kind `outcome` are not asked here: they are a definition's [`finding`].
///
/// # Panics
/// For a test of kind `outcome`.
#[must_use]
pub fn test(runs: &Runs, arm: &Arm, test: &Test, criteria: &Criteria, alpha: f64) -> Answer {
    ask::ask(runs, arm, test, criteria, alpha)
}
