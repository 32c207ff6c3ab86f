//! Definition 3: the risk grows without bound, by the doubling rule at full length.
//!
//! The mean is judged by an exact recursion where one is known, else by displacements of a martingale, else by the replicates; the
//! typical run by mean logs. A risk that becomes infinite has grown: one run proves it of the mean, half of them of the typical run.

use super::doubling::{Doubling, Movement};
use crate::numeric::clopper_pearson;
use crate::plan::reading::{full_length, has_run_its_course, is_stopped};
use crate::registry::Criteria;
use crate::sim::{Budget, Model, Real, Sampling, Spectrum, Synthetic, Truth};
use crate::taxonomy::{Functional, Metric};
use crate::verdict::ensemble::{Reading, View, logs, rows};
use crate::verdict::finding::{Finding, Outcome};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

const STATISTIC: &str = "growth of the risk over the last doubling of generations";

/// The finding in one cell.
pub fn detect(view: &View, functional: Functional, criteria: &Criteria, alpha: f64) -> Finding {
    let frame = &view.plan.frame;
    let Some(risk) = frame.risk else { return Finding::not_applicable(Reason::NoRisk, alpha) };
    let last = full_length(view.plan.horizon, frame, criteria);
    let times = [last / 4, last / 2, last];
    let found = doubling(view, risk, times, functional, criteria, alpha);
    if frame.ceiling.is_some() {
        let finding = Finding::not_applicable(Reason::BoundedByConstruction, alpha);
        return match found.ok().and_then(|found| found.ratio()) {
            Some(ratio) => finding.note(format!("growth of the last doubling over the one before: {ratio:.3}")),
            None => finding,
        };
    }
    if !has_run_its_course(last, frame, criteria) || view.is_shorter_than(last) {
        return annotate(Finding::undecided(Reason::Transient, STATISTIC, alpha), view, risk, last);
    }
    if let Some(finding) = infinite(view, risk, last, functional, alpha) {
        return annotate(finding, view, risk, last);
    }
    let finding = match found {
        Ok(found) if found.movement == Movement::Growing && is_stopped(&view.plan.setup.samples, view.plan.horizon, last) => {
            Finding::undecided(Reason::Transient, STATISTIC, alpha)
        }
        Ok(found) => decide(&found, functional, criteria, alpha),
        Err(reason) if functional == Functional::Typical => by_signs(view, risk, times, reason, criteria, alpha),
        Err(reason) => Finding::undecided(reason, STATISTIC, alpha),
    };
    annotate(finding, view, risk, last)
}

fn decide(found: &Doubling, functional: Functional, criteria: &Criteria, alpha: f64) -> Finding {
    let statistic = found.statistic(match functional {
        Functional::Mean => "mean risk",
        Functional::Typical => "log of the geometric mean of the risk",
    });
    let interval = found.deciding();
    let mut finding = match found.movement {
        Movement::Growing => Finding::new(Outcome::Occurs, &statistic, alpha),
        Movement::Settled => Finding::new(Outcome::Absent, &statistic, alpha),
        Movement::Undecided(reason) => Finding { needs: interval.needed_for(0.0), ..Finding::undecided(reason, &statistic, alpha) },
    }
    .with(interval);
    if let Some(ratio) = found.ratio() {
        finding = finding.note(format!("growth of the last doubling over the one before: {ratio:.3}"));
    }
    if found.movement == Movement::Settled
        && let Some(ceiling) = found.implied_ceiling(criteria)
    {
        finding = finding.note(format!("implied ceiling {ceiling:.4}"));
    }
    finding
}

/// Exact recursion, else displacement of a martingale, else the replicates themselves.
fn doubling(
    view: &View,
    risk: Metric,
    times: [u32; 3],
    functional: Functional,
    criteria: &Criteria,
    alpha: f64,
) -> Result<Doubling, Reason> {
    if functional == Functional::Mean
        && let Some(found) = by_recursion(view, risk, times, criteria)
    {
        return Ok(found);
    }
    if functional == Functional::Mean && is_martingale(view, risk) {
        let moved = [times[1], times[2]].map(|t| view.read(Metric::Displacement, t, super::Failed::Ended));
        if let ([Some(first), Some(second)], Some(half)) = (&moved, view.risk(risk, times[1])) {
            let rows = rows(&[first, second, &half]);
            let columns = rows.complete(criteria)?;
            if let Ok(found) = Doubling::of_displacement(columns[0], columns[1], columns[2], criteria, alpha) {
                return Ok(found);
            }
        }
    }
    let course = super::course(view, times, |t| view.risk(risk, t))?;
    let rows = rows(&course.iter().map(|(_, reading)| reading).collect::<Vec<_>>());
    let columns = rows.complete(criteria)?;
    match functional {
        Functional::Mean => {
            let (ends, between) = super::ends_and_between(times, &course, &columns);
            Doubling::of_risk(ends, &between, criteria, alpha)
        }
        Functional::Typical => {
            let columns = columns.into_iter().map(logs).collect::<Result<Vec<_>, _>>()?;
            let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let (ends, between) = super::ends_and_between(times, &course, &columns);
            Doubling::of_geometric_mean(ends, &between, criteria, alpha)
        }
    }
}

/// From exact expectations, where they are known at every reading; those between are read where known.
fn by_recursion(view: &View, risk: Metric, times: [u32; 3], criteria: &Criteria) -> Option<Doubling> {
    let at = |t: u32| view.expectation(risk, t);
    let levels = [at(times[0])?, at(times[1])?, at(times[2])?];
    let between = |half: usize| {
        let ends = (levels[half], levels[half + 1]);
        let inside = view.recorded(times[half] + 1, times[half + 1] - 1);
        inside.filter_map(at).map(move |value| [ends.0, value, ends.1])
    };
    let points: Vec<[f64; 3]> = between(0).chain(between(1)).collect();
    Some(Doubling::exact(levels, &points, criteria))
}

/// Whether the risk is the squared error of an unbiased estimator whose next value averages to this one, in the metric of
/// `displacement`: then risk increments and squared displacements have the same mean.
fn is_martingale(view: &View, risk: Metric) -> bool {
    let setup = &view.plan.setup;
    let pooled = matches!((&setup.regime.real, &setup.regime.synthetic), (Real::First, Synthetic::Newest) | (Real::Kept, Synthetic::All));
    let plain = setup.curation.is_empty() && setup.sampling == Sampling::Unbiased && setup.regime.budget == Budget::Whole;
    let unweighted = (setup.regime.real_weight - 1.0).abs() < 1e-12;
    let fits = match (&setup.model, risk) {
        (Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. }, Metric::MeanSquaredError) => true,
        (Model::Categorical { smoothing }, Metric::SquaredError) => *smoothing <= 0.0,
        (Model::Poisson | Model::Exponential | Model::Bernoulli, Metric::SquaredError) => true,
        // Replace only: under accumulation the pooled design weighs the generations.
        (Model::Ols, Metric::ExcessRisk) => {
            let unit = matches!(&setup.truth, Truth::LinearRegression { spectrum: Spectrum::Isotropic { variance }, .. } if (variance - 1.0).abs() < 1e-12);
            unit && setup.regime.synthetic == Synthetic::Newest
        }
        _ => false,
    };
    pooled && plain && unweighted && fits
}

/// A loss that was finite at first and is infinite at the end: for the mean one such run proves it, for the typical run half of
/// them must.
fn infinite(view: &View, risk: Metric, last: u32, functional: Functional, alpha: f64) -> Option<Finding> {
    let (first, now): (Reading, Reading) = (view.risk(risk, 1)?, view.risk(risk, last)?);
    let pairs = || first.values.iter().zip(&now.values);
    let became = pairs().filter(|(first, now)| first.is_some_and(f64::is_finite) && now.is_some_and(f64::is_infinite)).count();
    if became == 0 {
        return None;
    }
    let share = clopper_pearson(became, now.values.len(), alpha);
    let occurs = match functional {
        Functional::Mean => true,
        Functional::Typical => share.is_above(0.5),
    };
    let note = format!("infinite: the risk became infinite in {became} of {} runs", now.values.len());
    occurs.then(|| Finding::new(Outcome::Occurs, "share of runs whose risk became infinite", alpha).with(&share).note(note))
}

/// Ranks only, where some runs ended or have no log: the sign of each run's own contrasts. Ranks have another boundary than mean logs,
/// and one infinite run among thousands must not move a finding from one to the other (it gave 38 false `absent` of 4,000): so signs
/// say only what the log would say. A run that ended or became infinite has log plus infinity at the end: `occurs` at most. A risk of
/// zero at the end has log minus infinity: `absent` at most.
fn by_signs(view: &View, risk: Metric, times: [u32; 3], reason: Reason, criteria: &Criteria, alpha: f64) -> Finding {
    let statistic = "share of runs whose risk grew by more than 0.71 of the doubling before and 5 %, minus a half";
    let readings = times.map(|t| view.risk(risk, t));
    let [Some(early), Some(half), Some(last)] = &readings else { return Finding::undecided(Reason::NotRecorded, STATISTIC, alpha) };
    if !matches!(reason, Reason::Ended | Reason::Infinite | Reason::NotPositive) {
        return Finding::undecided(reason, STATISTIC, alpha);
    }
    let (early, half, last) = (early.ranked(), half.ranked(), last.ranked());
    let rise = |i: usize| if last[i].is_infinite() { f64::INFINITY } else { last[i] - half[i] };
    let before = |i: usize| if half[i].is_infinite() { 0.0 } else { half[i] - early[i] };
    let base = |i: usize| if half[i].is_infinite() { 0.0 } else { half[i] };
    let grew = infer::share((0..last.len()).map(|i| rise(i) > criteria.doubling_margin * base(i)), criteria, alpha);
    let kept = infer::share((0..last.len()).map(|i| rise(i) > criteria.doubling_cut * before(i)), criteria, alpha);
    let (grew, kept) = match (grew, kept) {
        (Ok(grew), Ok(kept)) => (grew.affine(1.0, -0.5), kept.affine(1.0, -0.5)),
        (Err(reason), _) | (_, Err(reason)) => return Finding::undecided(reason, statistic, alpha),
    };
    let nearer = if grew.low < kept.low { grew } else { kept };
    let is_up = reason != Reason::NotPositive;
    let is_down = reason == Reason::NotPositive && last.iter().any(|risk| *risk <= 0.0);
    if is_up && grew.is_above(0.0) && kept.is_above(0.0) {
        Finding::new(Outcome::Occurs, statistic, alpha).with(&nearer)
    } else if is_down && (grew.is_below(0.0) || kept.is_below(0.0)) {
        Finding::new(Outcome::Absent, statistic, alpha).with(&nearer)
    } else {
        Finding::undecided(reason, statistic, alpha).with(&nearer)
    }
}

fn annotate(finding: Finding, view: &View, risk: Metric, last: u32) -> Finding {
    let finding = super::length_note(finding, view.plan.horizon, last);
    super::early_note(finding, view, risk)
}
