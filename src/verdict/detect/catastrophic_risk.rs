//! Definition 1: within about ten generations the risk passes that of ignoring the data, or five times the first model's.

use crate::numeric::{Interval, combine};
use crate::registry::Criteria;
use crate::taxonomy::{Functional, Metric};
use crate::verdict::ensemble::{View, logs, rows};
use crate::verdict::finding::{Finding, Outcome};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

/// One of the two ways of being catastrophic.
struct Leg {
    statistic: &'static str,
    /// Above 0: catastrophic.
    contrast: Interval,
}

/// The finding in one cell.
pub fn detect(view: &View, functional: Functional, criteria: &Criteria, alpha: f64) -> Finding {
    let frame = &view.plan.frame;
    let Some(risk) = frame.risk else { return Finding::not_applicable(Reason::NoRisk, alpha) };
    if frame.null_risk.is_none() && frame.ceiling.is_some() {
        return Finding::not_applicable(Reason::BoundedByConstruction, alpha);
    }
    let horizon = criteria.catastrophic_horizon as u32;
    let last = view.plan.horizon.min(horizon);
    let second = view.plan.horizon >= horizon;
    if frame.null_risk.is_none() && !second {
        return Finding::undecided(Reason::Horizon, "risk at the tenth generation", alpha);
    }
    let legs = match functional {
        Functional::Mean => mean_legs(view, risk, last, second, criteria, alpha),
        Functional::Typical => typical_legs(view, risk, last, second, criteria, alpha),
    };
    let finding = match legs {
        Ok(legs) => decide(&legs, alpha),
        Err(reason) => Finding::undecided(reason, "risk at the tenth generation", alpha),
    };
    annotate(finding, view, risk, last, criteria)
}

fn decide(legs: &[Leg], alpha: f64) -> Finding {
    // Nearest to occurring first: that leg decides `occurs`, and is the last to be excluded.
    let spread = |leg: &Leg| (leg.contrast.high - leg.contrast.low).max(f64::MIN_POSITIVE);
    let worst = legs.iter().max_by(|a, b| (a.contrast.low / spread(a)).total_cmp(&(b.contrast.low / spread(b)))).expect("a leg");
    let closest = legs.iter().max_by(|a, b| (a.contrast.high / spread(a)).total_cmp(&(b.contrast.high / spread(b)))).expect("a leg");
    if worst.contrast.is_above(0.0) {
        Finding::new(Outcome::Occurs, worst.statistic, alpha).with(&worst.contrast)
    } else if legs.iter().all(|leg| leg.contrast.is_below(0.0)) {
        Finding::new(Outcome::Absent, closest.statistic, alpha).with(&closest.contrast)
    } else {
        let reason = if closest.contrast.n == 0 { Reason::OnTheLimit } else { Reason::TooWide };
        let finding = Finding::undecided(reason, closest.statistic, alpha).with(&closest.contrast);
        Finding { needs: closest.contrast.needed_for(0.0), ..finding }
    }
}

const NULL: &str = "mean risk minus the null risk, in units of the null risk";
const FIRST: &str = "mean risk minus five times the first model's, in units of the latter's mean";

fn mean_legs(view: &View, risk: Metric, last: u32, second: bool, criteria: &Criteria, alpha: f64) -> Result<Vec<Leg>, Reason> {
    let null_risk = view.plan.frame.null_risk;
    let ratio = criteria.catastrophic_ratio;
    let mut legs = Vec::new();
    if let (Some(now), Some(first)) = (view.expectation(risk, last), view.expectation(risk, 1)) {
        legs.extend(null_risk.map(|null| Leg { statistic: NULL, contrast: exact(now / null, 1.0) }));
        let growth = if now.abs().max(first.abs()) > 0.0 { now / first } else { 1.0 };
        legs.extend(second.then(|| Leg { statistic: FIRST, contrast: exact(growth, ratio) }));
        return Ok(legs);
    }
    let now = view.risk(risk, last).ok_or(Reason::NotRecorded)?;
    let first = view.risk(risk, 1).ok_or(Reason::NotRecorded)?;
    let rows = rows(&[&now, &first]);
    let columns = rows.complete(criteria)?;
    infer::guard(columns[0], criteria)?;
    if let Some(null) = null_risk {
        let contrast = infer::mean(columns[0], criteria, alpha / 2.0)?.affine(1.0 / null, -1.0);
        legs.push(Leg { statistic: NULL, contrast });
    }
    if second {
        infer::guard(columns[1], criteria)?;
        let unit = columns[1].iter().sum::<f64>() / columns[1].len() as f64;
        let contrast = infer::mean(&combine(&columns, &[1.0, -ratio]), criteria, alpha / 2.0)?;
        let contrast = match unit {
            _ if super::are_zero(&columns) => Interval { n: columns[0].len(), ..exact(1.0, ratio) },
            unit if unit > 0.0 => contrast.affine(1.0 / unit, 0.0),
            _ => contrast,
        };
        legs.push(Leg { statistic: FIRST, contrast });
    }
    Ok(legs)
}

fn exact(ratio: f64, limit: f64) -> Interval {
    let value = ratio - limit;
    Interval { low: value - 1e-9 * limit, high: value + 1e-9 * limit, ..Interval::exact(value) }
}

fn typical_legs(view: &View, risk: Metric, last: u32, second: bool, criteria: &Criteria, alpha: f64) -> Result<Vec<Leg>, Reason> {
    let null_risk = view.plan.frame.null_risk;
    let ratio = criteria.catastrophic_ratio;
    let now = view.risk(risk, last).ok_or(Reason::NotRecorded)?;
    let first = view.risk(risk, 1).ok_or(Reason::NotRecorded)?;
    let rows = rows(&[&now, &first]);
    let logged = rows.complete(criteria).and_then(|columns| Ok((logs(columns[0])?, logs(columns[1])?)));
    let mut legs = Vec::new();
    if let Ok((now, first)) = logged {
        if let Some(null) = null_risk {
            let contrast = infer::mean(&now, criteria, alpha / 2.0)?.affine(1.0, -null.ln());
            legs.push(Leg { statistic: "mean log of risk over null risk", contrast });
        }
        if second {
            let contrast = infer::mean(&combine(&[&now, &first], &[1.0, -1.0]), criteria, alpha / 2.0)?.affine(1.0, -ratio.ln());
            legs.push(Leg { statistic: "mean log of risk over five times the first model's", contrast });
        }
        return Ok(legs);
    }
    // Ended or infinite replicates, or risks of zero: ranks only.
    let (now, first) = (now.ranked(), first.ranked());
    if let Some(null) = null_risk {
        let contrast = infer::share(now.iter().map(|risk| *risk > null), criteria, alpha / 2.0)?.affine(1.0, -0.5);
        legs.push(Leg { statistic: "share of runs with a risk above the null risk, minus a half", contrast });
    }
    if second {
        let worse = now.iter().zip(&first).map(|(now, first)| *now > ratio * first);
        let contrast = infer::share(worse, criteria, alpha / 2.0)?.affine(1.0, -0.5);
        legs.push(Leg { statistic: "share of runs with a risk above five times the first model's, minus a half", contrast });
    }
    Ok(legs)
}

fn annotate(finding: Finding, view: &View, risk: Metric, last: u32, criteria: &Criteria) -> Finding {
    let typical = |t: u32| view.risk(risk, t).map(|reading| crate::numeric::median(&reading.ranked()));
    let level = |t: u32| view.expectation(risk, t).or_else(|| typical(t)).filter(|level| level.is_finite());
    let mut finding = finding;
    if view.plan.frame.null_risk.is_none() {
        finding = finding.note("no null risk is declared: only the ratio to the first model decides");
    }
    if let (Some(now), Some(first)) = (level(last), level(1))
        && first > 0.0
    {
        let ratio = now / first;
        let side = |limit: f64| if ratio > limit { "above" } else { "below" };
        finding =
            finding.note(format!("risk at generation {last} is {ratio:.3} times the first model's: {} 2, {} 20", side(2.0), side(20.0)));
    }
    if let Some(null) = view.plan.frame.null_risk
        && let Some(end) = level(view.plan.horizon)
        && view.plan.horizon > last
    {
        let eventually = if end > null { "passes" } else { "does not pass" };
        finding =
            finding.note(format!("eventually (generation {}) the typical or exact risk {eventually} the null risk", view.plan.horizon));
    }
    if finding.outcome == Outcome::Occurs
        && let Some(first) = level(1)
    {
        let over = |t: &u32| {
            level(*t)
                .is_some_and(|now| view.plan.frame.null_risk.is_some_and(|null| now > null) || now > criteria.catastrophic_ratio * first)
        };
        finding.onset = view.recorded(1, last).rev().take_while(over).last();
    }
    finding
}
