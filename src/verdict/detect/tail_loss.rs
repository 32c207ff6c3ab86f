//! Definition 7: of the truth's least likely one per cent the model covers less than half of what the twin covers.

use super::Failed;
use crate::numeric::Interval;
use crate::registry::Criteria;
use crate::taxonomy::Metric;
use crate::verdict::ensemble::{View, rows};
use crate::verdict::finding::{Finding, Outcome};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

const LOST: &str = "tail coverage minus half of the twin's";
const KEPT: &str = "tail coverage minus 0.8 of the twin's";

/// The finding in one cell.
pub fn detect(view: &View, criteria: &Criteria, alpha: f64) -> Finding {
    if !view.has(Metric::TailCoverage) {
        return Finding::not_applicable(Reason::NoExactMass, alpha);
    }
    let at = view.plan.horizon;
    if at < 2 {
        return Finding::undecided(Reason::Horizon, LOST, alpha);
    }
    let against = |metric, weight| contrast(view, metric, weight, at, criteria, alpha);
    let finding = match (against(Metric::TailCoverage, criteria.tail_lost), against(Metric::TailCoverage, criteria.tail_kept)) {
        (Ok(lost), _) if lost.is_below(0.0) => Finding::new(Outcome::Occurs, LOST, alpha).with(&lost),
        (_, Ok(kept)) if kept.is_above(0.0) => Finding::new(Outcome::Absent, KEPT, alpha).with(&kept),
        (Ok(lost), Ok(kept)) if lost.is_above(0.0) && kept.is_below(0.0) => Finding::undecided(Reason::Partial, LOST, alpha).with(&lost),
        (Ok(lost), Ok(kept)) => {
            let needs = if lost.estimate < 0.0 { lost.needed_for(0.0) } else { kept.needed_for(0.0) };
            Finding { needs, ..Finding::undecided(Reason::TooWide, LOST, alpha).with(&lost) }
        }
        (Err(reason), _) | (_, Err(reason)) => Finding::undecided(reason, LOST, alpha),
    };
    let mut finding = variants(finding, view, at);
    if finding.outcome == Outcome::Occurs {
        finding.onset = super::onset(view, |t| {
            contrast(view, Metric::TailCoverage, criteria.tail_lost, t, criteria, alpha).is_ok_and(|lost| lost.is_below(0.0))
        });
    }
    finding
}

/// Mean coverage minus `weight` times the twin's. A model whose spread degenerated covers no tail.
fn contrast(view: &View, metric: Metric, weight: f64, at: u32, criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    let twin = view.twin().ok_or(Reason::MissingTwin)?;
    let failed = Failed::DegenerateCounts(0.0);
    let here = view.read(metric, at, failed).ok_or(Reason::NotRecorded)?;
    let there = twin.read(metric, at, failed).ok_or(Reason::NotRecorded)?;
    let rows = rows(&[&here, &there]);
    let columns = rows.complete(criteria)?;
    infer::bounded_contrast(columns[0], columns[1], weight, criteria, alpha)
}

/// The means beside it: one per cent, five per cent, tail categories alive.
fn variants(mut finding: Finding, view: &View, at: u32) -> Finding {
    for (metric, name) in [
        (Metric::TailCoverage, "coverage of the least likely 1 %"),
        (Metric::TailCoverageWide, "coverage of the least likely 5 %"),
        (Metric::TailAlive, "tail categories alive"),
    ] {
        let level = |view: &View| {
            let values = view.read(metric, at, Failed::DegenerateCounts(0.0))?.values;
            let (sum, count) = values.iter().flatten().fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
            (count > 0).then(|| sum / f64::from(count))
        };
        if let (Some(here), Some(there)) = (level(view), view.twin().as_ref().and_then(level)) {
            finding = finding.note(format!("{name} {here:.3}, twin {there:.3}"));
        }
    }
    finding
}
