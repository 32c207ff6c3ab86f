//! The eight detectors, one file each, and how cells become one finding of an arm.
//!
//! A detector takes an arm's cells with their twins and gives a finding; thresholds come from the criteria.

mod any_risk_increase;
mod between;
mod catastrophic_risk;
mod diverging_risk;
mod doubling;
mod hallucination;
mod mode_entanglement;
mod movement;
mod needs;
mod scaling_law_change;
mod tail_loss;
#[cfg(test)]
mod tests;
mod variance_collapse;

use super::ensemble::{Failed, Reading, View};
use super::finding::{Finding, Outcome};
use super::reason::Reason;
use crate::numeric::{Interval, median};
use crate::registry::{Criteria, Rests};
use crate::taxonomy::{Definition, Functional, Meaning, Metric, Word};
use between::Between;

/// The finding of one definition, in one functional and reading, over some cells of an arm.
pub fn detect(views: &[View], meaning: Meaning, criteria: &Criteria, alpha: f64) -> Finding {
    let Meaning { definition, functional, against } = meaning;
    let is_by_ranks = criteria.rests == Rests::OnRanks;
    if is_by_ranks && functional == Functional::Mean && definition.has_functionals() {
        let finding =
            Finding { needs: Some(LEAST_OF_A_MEAN), ..Finding::undecided(Reason::TooFewReplicates, "a mean over recorded runs", alpha) };
        let (_, functional, against) = meaning.key();
        return Finding { functional, against, ..finding };
    }
    let each = |detector: &dyn Fn(&View) -> Finding| -> Vec<(String, Finding)> {
        let named = |view: &View| {
            let read = || view.plan.frame.risk.and_then(|risk| view.risk(risk, view.runs.table.generations().last().copied()?));
            (view.plan.name.clone(), needs::stated(detector(view), criteria, read))
        };
        views.iter().map(named).collect()
    };
    let findings = match definition {
        Definition::CatastrophicRisk => each(&|view| catastrophic_risk::detect(view, functional, criteria, alpha)),
        Definition::AnyRiskIncrease => each(&|view| any_risk_increase::detect(view, functional, against, criteria, alpha)),
        Definition::DivergingRisk => each(&|view| diverging_risk::detect(view, functional, criteria, alpha)),
        Definition::VarianceCollapse => each(&|view| variance_collapse::detect(view, criteria, alpha)),
        Definition::ScalingLawChange => {
            let found = scaling_law_change::detect(views, criteria, alpha);
            found.into_iter().map(|(name, finding)| (name, needs::stated(finding, criteria, || None))).collect()
        }
        Definition::ModeEntanglement => each(&|view| mode_entanglement::detect(view, criteria, alpha)),
        Definition::TailLoss => each(&|view| tail_loss::detect(view, criteria, alpha)),
        Definition::Hallucination => each(&|view| hallucination::detect(view, criteria, alpha)),
    };
    let finding = over_cells(findings, alpha);
    let finding = if is_by_ranks { of_the_median_run(finding) } else { finding };
    let (_, functional, against) = meaning.key();
    Finding { functional, against, ..finding }
}

/// Replicates below which no mean is decided.
const LEAST_OF_A_MEAN: u64 = 256;

/// A finding by ranks, in words: what the statistic calls a mean is a median there.
fn of_the_median_run(finding: Finding) -> Finding {
    let statistic = finding.statistic.replace("mean", "median");
    Finding { statistic, ..finding }.note("of the median run, by ranks of recorded replicates".to_owned())
}

/// An arm's finding: what every applicable cell says, else undecided. Saying that all cells agree needs no correction of the level
/// (an intersection of alternatives). The numbers are those of the cell that stands in the way: one decided otherwise than the
/// first decided one, else one undecided for good, else the first undecided one.
fn over_cells(findings: Vec<(String, Finding)>, alpha: f64) -> Finding {
    let said = findings.iter().map(|(name, finding)| format!("{name}: {}", finding.outcome)).collect::<Vec<_>>().join(", ");
    let several = findings.len() > 1;
    let (applicable, rest): (Vec<_>, Vec<_>) = findings.into_iter().partition(|(_, finding)| finding.outcome != Outcome::NotApplicable);
    let is_open = |finding: &Finding| finding.outcome == Outcome::Undecided;
    let first = applicable.iter().map(|(_, finding)| finding.outcome).find(|outcome| *outcome != Outcome::Undecided);
    let place = |picked: &dyn Fn(&Finding) -> bool| applicable.iter().position(|(_, finding)| picked(finding));
    let differing = place(&|finding| !is_open(finding) && Some(finding.outcome) != first);
    let chosen = differing.or_else(|| place(&|finding| is_open(finding) && finding.is_final())).or_else(|| place(&is_open)).unwrap_or(0);
    let Some((name, finding)) = applicable.into_iter().nth(chosen).or_else(|| rest.into_iter().next()) else {
        return Finding::undecided(Reason::NotRecorded, "", alpha);
    };
    let finding = if differing.is_some() {
        Finding { outcome: Outcome::Undecided, reason: Some(Reason::CellsDiffer.id().to_owned()), ..finding }
    } else {
        finding
    };
    if several { finding.note(format!("cells: {said}; numbers of {name}")) } else { finding }
}

/// Occurs above 0, absent below it.
fn by_sign(found: Result<Interval, Reason>, statistic: &str, alpha: f64) -> Finding {
    match found {
        Err(reason) => Finding::undecided(reason, statistic, alpha),
        Ok(found) if found.is_above(0.0) => Finding::new(Outcome::Occurs, statistic, alpha).with(&found),
        Ok(found) if found.is_below(0.0) => Finding::new(Outcome::Absent, statistic, alpha).with(&found),
        Ok(found) => {
            let reason = if found.n == 0 { Reason::OnTheLimit } else { Reason::TooWide };
            Finding { needs: found.needed_for(0.0), ..Finding::undecided(reason, statistic, alpha).with(&found) }
        }
    }
}

/// Whether every number of every column is zero: then all of them are equal, though no ratio of them is defined.
fn are_zero(columns: &[&[f64]]) -> bool {
    columns.iter().all(|column| column.iter().all(|value| value.abs() <= 0.0))
}

/// First recorded generation from which on `found` is true up to the horizon.
fn onset(view: &View, found: impl Fn(u32) -> bool) -> Option<u32> {
    view.recorded(1, view.plan.horizon).rev().take_while(|t| found(*t)).last()
}

/// At which length an asymptotic definition was judged, where that is not the length asked for.
fn length_note(finding: Finding, asked: u32, judged: u32) -> Finding {
    if judged > asked { finding.note(format!("asked for {asked} generations, judged at {judged}")) } else { finding }
}

/// The effect at generation 10 beside an asymptotic finding.
fn early_note(finding: Finding, view: &View, risk: Metric) -> Finding {
    let level = |t: u32| {
        view.expectation(risk, t).or_else(|| Some(median(&view.risk(risk, t)?.ranked()))).filter(|level| level.is_finite() && *level > 0.0)
    };
    match (level(1), level(10)) {
        (Some(first), Some(tenth)) => finding.note(format!("risk at generation 10 is {:.3} times the first model's", tenth / first)),
        (None, _) | (_, None) => finding,
    }
}

/// The readings of a doubling with every recorded generation between, in order; those between that were not recorded are left out.
fn course(view: &View, times: [u32; 3], read: impl Fn(u32) -> Option<Reading>) -> Result<Vec<(u32, Reading)>, Reason> {
    let [early, half, last] = times;
    let mut course = Vec::new();
    for t in view.recorded(early, last) {
        match read(t) {
            Some(reading) => course.push((t, reading)),
            None if [early, half, last].contains(&t) => return Err(Reason::NotRecorded),
            None => {}
        }
    }
    let has = |t: u32| course.iter().any(|(at, _)| *at == t);
    if times.into_iter().all(has) { Ok(course) } else { Err(Reason::NotRecorded) }
}

/// The columns of a course's three readings, and each one between with those of its ends.
fn ends_and_between<'a>(times: [u32; 3], course: &[(u32, Reading)], columns: &[&'a [f64]]) -> ([&'a [f64]; 3], Vec<Between<'a>>) {
    let at = |t: u32| course.iter().zip(columns).find(|((at, _), _)| *at == t).map(|(_, column)| *column).unwrap_or_default();
    let ends = times.map(at);
    let inside = course.iter().zip(columns).filter(|((t, _), _)| !times.contains(t));
    let between = inside.map(|((t, _), column)| if *t < times[1] { [ends[0], *column, ends[1]] } else { [ends[1], *column, ends[2]] });
    (ends, between.collect())
}
