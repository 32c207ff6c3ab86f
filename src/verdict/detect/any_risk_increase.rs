//! Definition 2: at the horizon the risk is more than five per cent above that of the real-only twin.

use crate::numeric::{Interval, combine, median};
use crate::registry::Criteria;
use crate::taxonomy::{Functional, Metric};
use crate::verdict::ensemble::{View, rows};
use crate::verdict::finding::{Finding, Outcome};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

/// The finding in one cell.
pub fn detect(view: &View, functional: Functional, criteria: &Criteria, alpha: f64) -> Finding {
    let statistic = match functional {
        Functional::Mean => "mean risk minus 1.05 times the twin's, in units of the twin's",
        Functional::Typical => "share of runs with a risk above 1.05 times their twin's, minus a half",
    };
    let Some(risk) = view.plan.frame.risk else { return Finding::not_applicable(Reason::NoRisk, alpha) };
    if view.plan.horizon < 2 {
        return Finding::undecided(Reason::Horizon, statistic, alpha);
    }
    let Some(twin) = view.twin() else { return Finding::undecided(Reason::MissingTwin, statistic, alpha) };
    let last = view.plan.horizon;
    let found = contrast(view, &twin, risk, last, functional, criteria, alpha);
    let mut finding = super::by_sign(found, statistic, alpha);
    if functional == Functional::Mean
        && twin.risk(risk, last).is_some_and(|there| there.values.iter().flatten().all(|value| value.abs() <= 0.0))
    {
        finding = finding.note("the twin's risk is zero: the effect is a plain difference");
    }
    worst_transient(finding, view, &twin, risk, functional, criteria)
}

/// Positive where the arm is worse by more than the ratio.
fn contrast(
    view: &View,
    twin: &View,
    risk: Metric,
    at: u32,
    functional: Functional,
    criteria: &Criteria,
    alpha: f64,
) -> Result<Interval, Reason> {
    let ratio = criteria.increase_ratio;
    if functional == Functional::Mean
        && let (Some(here), Some(there)) = (view.expectation(risk, at), twin.expectation(risk, at))
    {
        let value = if here.abs().max(there.abs()) > 0.0 { here / there - ratio } else { 1.0 - ratio };
        return Ok(Interval { low: value - 1e-9, high: value + 1e-9, ..Interval::exact(value) });
    }
    let here = view.risk(risk, at).ok_or(Reason::NotRecorded)?;
    let there = twin.risk(risk, at).ok_or(Reason::NotRecorded)?;
    match functional {
        Functional::Mean => {
            let rows = rows(&[&here, &there]);
            let columns = rows.complete(criteria)?;
            if super::are_zero(&columns) {
                return Ok(Interval { n: columns[0].len(), ..Interval::exact(1.0 - ratio) });
            }
            infer::guard(columns[0], criteria)?;
            infer::guard(columns[1], criteria)?;
            let unit = columns[1].iter().sum::<f64>() / columns[1].len() as f64;
            let contrast = infer::mean(&combine(&columns, &[1.0, -ratio]), criteria, alpha)?;
            Ok(if unit > 0.0 { contrast.affine(1.0 / unit, 0.0) } else { contrast })
        }
        Functional::Typical => {
            let (here, there) = (here.ranked(), there.ranked());
            let worse = here.iter().zip(&there).map(|(here, there)| *here > ratio * there);
            Ok(infer::share(worse, criteria, alpha)?.affine(1.0, -0.5))
        }
    }
}

/// Onset, and the largest rise on the way with limits that hold for all recorded generations at once.
fn worst_transient(mut finding: Finding, view: &View, twin: &View, risk: Metric, functional: Functional, criteria: &Criteria) -> Finding {
    let times: Vec<u32> = view.recorded(2, view.plan.horizon).collect();
    let each = finding.alpha / times.len().max(1) as f64;
    let at = |t: u32| contrast(view, twin, risk, t, functional, criteria, each).ok();
    if finding.outcome == Outcome::Occurs {
        let over = |t: &&u32| **t == view.plan.horizon || at(**t).is_some_and(|contrast| contrast.is_above(0.0));
        finding.onset = times.iter().rev().take_while(over).last().copied();
        return finding;
    }
    let rises = times.iter().filter_map(|t| at(*t).map(|contrast| (*t, contrast))).filter(|(_, contrast)| contrast.is_above(0.0));
    if let Some((t, contrast)) = rises.max_by(|a, b| a.1.estimate.total_cmp(&b.1.estimate)) {
        finding = finding.note(format!("a transient rise: {:.3} beyond the margin at generation {t}", contrast.estimate));
    }
    if let (Some(here), Some(there)) = (view.risk(risk, view.plan.horizon), twin.risk(risk, view.plan.horizon)) {
        let (here, there) = (median(&here.ranked()), median(&there.ranked()));
        if here.is_finite() && there > 0.0 && there.is_finite() {
            finding = finding.note(format!("ratio of median risks {:.3}", here / there));
        }
    }
    finding
}
