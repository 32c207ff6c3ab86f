//! Definition 6: real modes vanish (disappearance) or mass appears between them (entanglement), against the twin.

use super::Failed;
use crate::numeric::Interval;
use crate::registry::Criteria;
use crate::taxonomy::Metric;
use crate::verdict::ensemble::{View, rows};
use crate::verdict::finding::{Finding, Outcome};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

const KEPT: &str = "share of modes kept minus the twin's (disappearance)";
const BETWEEN: &str = "mass between modes minus the twin's (entanglement)";

/// The finding in one cell.
pub fn detect(view: &View, criteria: &Criteria, alpha: f64) -> Finding {
    if !view.has(Metric::ModesKept) && !view.has(Metric::MassBetweenModes) {
        return Finding::not_applicable(Reason::NoModes, alpha);
    }
    if view.plan.horizon < 2 {
        return Finding::undecided(Reason::Horizon, KEPT, alpha);
    }
    let legs = legs(view, view.plan.horizon, criteria, alpha);
    let (kept, between) = match legs {
        Ok(legs) => legs,
        Err(reason) => return Finding::undecided(reason, KEPT, alpha),
    };
    let lost = kept.is_below(-criteria.modes_lost);
    let entangled = between.is_above(criteria.between_modes);
    let word = |occurs: bool| if occurs { "occurs" } else { "not found" };
    let finding = if lost || entangled {
        let (statistic, interval) = if lost { (KEPT, &kept) } else { (BETWEEN, &between) };
        Finding::new(Outcome::Occurs, statistic, alpha).with(interval)
    } else if kept.is_above(-criteria.modes_lost) && between.is_below(criteria.between_modes) {
        Finding::new(Outcome::Absent, KEPT, alpha).with(&kept)
    } else if kept.is_above(-criteria.modes_lost) {
        let needs = between.needed_for(criteria.between_modes);
        Finding { needs, ..Finding::undecided(Reason::TooWide, BETWEEN, alpha).with(&between) }
    } else {
        Finding { needs: kept.needed_for(-criteria.modes_lost), ..Finding::undecided(Reason::TooWide, KEPT, alpha).with(&kept) }
    };
    let mut finding = finding.note(format!("disappearance {}: {:.3} of modes against the twin", word(lost), kept.estimate)).note(format!(
        "entanglement {}: {:.4} of mass against the twin",
        word(entangled),
        between.estimate
    ));
    if finding.outcome == Outcome::Occurs {
        finding.onset = super::onset(view, |t| {
            self::legs(view, t, criteria, alpha)
                .is_ok_and(|(kept, between)| kept.is_below(-criteria.modes_lost) || between.is_above(criteria.between_modes))
        });
    }
    finding
}

/// Differences to the twin in modes kept and in mass between modes; each has half the level. A failed fit has lost every mode and
/// has no mass between them.
fn legs(view: &View, at: u32, criteria: &Criteria, alpha: f64) -> Result<(Interval, Interval), Reason> {
    let twin = view.twin().ok_or(Reason::MissingTwin)?;
    let leg = |metric: Metric| {
        let failed = Failed::Counts(0.0);
        let here = view.read(metric, at, failed).ok_or(Reason::NotRecorded)?;
        let there = twin.read(metric, at, failed).ok_or(Reason::NotRecorded)?;
        let rows = rows(&[&here, &there]);
        let columns = rows.complete(criteria)?;
        infer::bounded_contrast(columns[0], columns[1], 1.0, criteria, alpha / 2.0)
    };
    Ok((leg(Metric::ModesKept)?, leg(Metric::MassBetweenModes)?))
}
