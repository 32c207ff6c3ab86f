//! Definition 8: mass where the truth has practically none, one per cent more than the twin has there.

use super::Failed;
use crate::numeric::{Interval, clopper_pearson, median};
use crate::registry::Criteria;
use crate::taxonomy::Metric;
use crate::verdict::ensemble::{View, rows};
use crate::verdict::finding::{Finding, Outcome};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

const STATISTIC: &str = "mass outside the truth minus the twin's";

/// The finding in one cell.
pub fn detect(view: &View, criteria: &Criteria, alpha: f64) -> Finding {
    if !view.has(Metric::MassOutside) {
        return Finding::not_applicable(Reason::NoExactMass, alpha);
    }
    let at = view.plan.horizon;
    if at < 2 {
        return Finding::undecided(Reason::Horizon, STATISTIC, alpha);
    }
    let limit = criteria.hallucinated_mass;
    let finding = match excess(view, at, criteria, alpha) {
        Err(reason) => return Finding::undecided(reason, STATISTIC, alpha),
        Ok(excess) if excess.is_above(limit) => Finding::new(Outcome::Occurs, STATISTIC, alpha).with(&excess),
        Ok(excess) if excess.is_below(limit) => Finding::new(Outcome::Absent, STATISTIC, alpha).with(&excess),
        Ok(excess) => Finding { needs: excess.needed_for(limit), ..Finding::undecided(Reason::TooWide, STATISTIC, alpha).with(&excess) },
    };
    let mut finding = in_some_runs(finding, view, at, limit, alpha);
    if finding.outcome == Outcome::Occurs {
        finding.onset = super::onset(view, |t| excess(view, t, criteria, alpha).is_ok_and(|excess| excess.is_above(limit)));
    }
    finding
}

fn excess(view: &View, at: u32, criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    let twin = view.twin().ok_or(Reason::MissingTwin)?;
    let here = view.read(Metric::MassOutside, at, Failed::Ended).ok_or(Reason::NotRecorded)?;
    let there = twin.read(Metric::MassOutside, at, Failed::Ended).ok_or(Reason::NotRecorded)?;
    let exact = [view, &twin].map(|view| view.expectation(Metric::MassOutside, at));
    if let [Some(expected), Some(of_twin)] = exact
        && [&here, &there].iter().all(|reading| reading.values.iter().all(Option::is_some))
    {
        let value = expected - of_twin;
        return Ok(Interval { low: value - 1e-9, high: value + 1e-9, ..Interval::exact(value) });
    }
    let rows = rows(&[&here, &there]);
    let columns = rows.complete(criteria)?;
    infer::rare_difference(columns[0], columns[1], criteria, alpha)
}

/// A model that collapses to a displaced point has a positive mean and a median of 0: the share of runs says which it is.
fn in_some_runs(finding: Finding, view: &View, at: u32, limit: f64, alpha: f64) -> Finding {
    let Some(reading) = view.read(Metric::MassOutside, at, Failed::Ended) else { return finding };
    let values: Vec<f64> = reading.values.iter().flatten().copied().collect();
    if values.is_empty() {
        return finding;
    }
    let share = clopper_pearson(values.iter().filter(|mass| **mass > limit).count(), values.len(), alpha);
    let who = if share.is_above(0.5) { "in most runs" } else { "in some runs" };
    let note = format!(
        "mass above {limit} {who}: share {:.3} [{:.3}, {:.3}], median mass {:.4}",
        share.estimate,
        share.low,
        share.high,
        median(&values)
    );
    if share.estimate > 0.0 { finding.note(note) } else { finding }
}
