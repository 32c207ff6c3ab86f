//! Definition 1: within about ten generations the model is useless.
//!
//! The risk is an excess risk, and that of any chain of fits is multiplied by ten in ten generations however small it is: a ratio to the
//! first model alone says nothing of use. So the null risk (that of ignoring the data) is the yardstick. With H = min(T, 10):
//!
//! - not applicable: no null risk; or L(R_1 / null) >= 1, or the twin's at H (such a model was never better than ignoring the data).
//! - occurs: L(R_H / null) > 1, or L(R_H / R_1) > 5 and L(R_H / null) > 1/2.
//! - absent: U(R_H / null) < 1, and U(R_H / R_1) < 5 or U(R_H / null) < 1/2.
//!
//! Under ten generations only the leg against the null risk decides. Levels: every contrast has half of alpha, two-sided. A false
//! `occurs` needs the null leg to err or one contrast of the pair, a false `absent` the null leg or one of two upper limits, a false
//! `not-applicable` one of two lower limits: each at most alpha / 2, and of the first two only one can be false.

use crate::numeric::{Interval, combine};
use crate::registry::Criteria;
use crate::taxonomy::{Functional, Metric};
use crate::verdict::ensemble::{Reading, View, logs, rows};
use crate::verdict::finding::{Finding, Outcome};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

const STATISTIC: &str = "risk within ten generations against the risk of ignoring the data";

/// A contrast and what it measures.
#[derive(Clone)]
struct Leg {
    statistic: &'static str,
    contrast: Interval,
}

/// Every contrast of the rule; each is positive where its own quantity is too large.
struct Legs {
    /// R_H against the null risk.
    null: Leg,
    /// R_H against five times R_1, and against half the null risk; only from ten generations on.
    growth: Option<[Leg; 2]>,
    /// R_1, and the twin's R_H, against the null risk.
    before: [Leg; 2],
}

/// What the contrasts are made of.
struct Frame<'a> {
    view: &'a View<'a>,
    twin: View<'a>,
    risk: Metric,
    null: f64,
    /// H.
    last: u32,
    criteria: &'a Criteria,
    /// Of each contrast.
    alpha: f64,
}

/// The finding in one cell.
pub fn detect(view: &View, functional: Functional, criteria: &Criteria, alpha: f64) -> Finding {
    let Some(risk) = view.plan.frame.risk else { return Finding::not_applicable(Reason::NoRisk, alpha) };
    let Some(null) = view.plan.frame.null_risk.filter(|null| *null > 0.0 && null.is_finite()) else {
        return Finding::not_applicable(Reason::NoNullRisk, alpha);
    };
    let last = view.plan.horizon.min(criteria.catastrophic_horizon as u32);
    let Some(twin) = view.twin() else { return Finding::undecided(Reason::MissingTwin, STATISTIC, alpha) };
    let frame = Frame { view, twin, risk, null, last, criteria, alpha: alpha / 2.0 };
    let finding = match functional {
        Functional::Mean => {
            frame.mean_legs().map_or_else(|reason| Finding::undecided(reason, STATISTIC, alpha), |legs| decide(&legs, alpha))
        }
        Functional::Typical => frame.typical(alpha),
    };
    frame.annotate(finding)
}

/// The rule.
fn decide(legs: &Legs, alpha: f64) -> Finding {
    let finding = |outcome: Outcome, leg: &Leg| Finding::new(outcome, leg.statistic, alpha).with(&leg.contrast);
    if let Some(leg) = legs.before.iter().find(|leg| leg.contrast.low >= 0.0) {
        return Finding { reason: Finding::not_applicable(Reason::NoBetterAtFirst, alpha).reason, ..finding(Outcome::NotApplicable, leg) };
    }
    if let Some(leg) = legs.before.iter().find(|leg| !leg.contrast.is_below(0.0)) {
        return open(leg, alpha);
    }
    if legs.null.contrast.is_above(0.0) {
        return finding(Outcome::Occurs, &legs.null);
    }
    let null_is_excluded = legs.null.contrast.is_below(0.0);
    let Some(pair) = &legs.growth else {
        return if null_is_excluded { finding(Outcome::Absent, &legs.null) } else { open(&legs.null, alpha) };
    };
    let [ratio, half] = pair;
    if pair.iter().all(|leg| leg.contrast.is_above(0.0)) {
        return finding(Outcome::Occurs, if nearness(ratio) < nearness(half) { ratio } else { half });
    }
    let excluding = pair.iter().filter(|leg| leg.contrast.is_below(0.0)).min_by(|a, b| nearness(a).total_cmp(&nearness(b)));
    match excluding {
        Some(leg) if null_is_excluded => finding(Outcome::Absent, leg),
        Some(_) => open(&legs.null, alpha),
        // By the estimates: the pair is exceeded, or one of the two is on the way to be excluded.
        None if null_is_excluded || legs.null.contrast.estimate < 0.0 => {
            let below = pair.iter().filter(|leg| leg.contrast.estimate < 0.0).min_by(|a, b| nearness(a).total_cmp(&nearness(b)));
            let above = || if nearness(ratio) < nearness(half) { ratio } else { half };
            open(below.unwrap_or_else(above), alpha)
        }
        None => open(&legs.null, alpha),
    }
}

/// Estimate over width: how clearly a contrast lies above 0.
fn nearness(leg: &Leg) -> f64 {
    leg.contrast.estimate / (leg.contrast.high - leg.contrast.low).max(f64::MIN_POSITIVE)
}

fn open(leg: &Leg, alpha: f64) -> Finding {
    let reason = if leg.contrast.n == 0 { Reason::OnTheLimit } else { Reason::TooWide };
    Finding { needs: leg.contrast.needed_for(0.0), ..Finding::undecided(reason, leg.statistic, alpha).with(&leg.contrast) }
}

const NULL: &str = "risk minus the null risk, in units of the null risk";
const HALF: &str = "risk minus half the null risk, in units of the null risk";
const RATIO: &str = "risk minus five times the first model's, in units of the latter";
const FIRST: &str = "the first model's risk minus the null risk, in units of the null risk";
const TWIN: &str = "the real-only twin's risk minus the null risk, in units of the null risk";

/// Weights of R_H, R_1 and the twin's R_H in each contrast.
const HERE: [f64; 3] = [1.0, 0.0, 0.0];
const BEFORE: [[f64; 3]; 2] = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

impl Frame<'_> {
    fn readings(&self) -> Result<[Reading; 3], Reason> {
        let of = |view: &View, t: u32| view.risk(self.risk, t).ok_or(Reason::NotRecorded);
        Ok([of(self.view, self.last)?, of(self.view, 1)?, of(&self.twin, self.last)?])
    }

    const fn has_growth(&self) -> bool {
        self.view.plan.horizon >= self.criteria.catastrophic_horizon as u32
    }

    /// Contrasts of means: by exact expectations where these are known, else by the replicates.
    fn mean_legs(&self) -> Result<Legs, Reason> {
        let exact = [(self.view, self.last), (self.view, 1), (&self.twin, self.last)].map(|(view, t)| view.expectation(self.risk, t));
        let readings = self.readings()?;
        let rows = rows(&[&readings[0], &readings[1], &readings[2]]);
        let contrast = |weights: [f64; 3], shift: f64, unit: f64| -> Result<Interval, Reason> {
            let known: Option<Vec<f64>> = weights.iter().zip(exact).map(|(w, e)| if w.abs() > 0.0 { e } else { Some(0.0) }).collect();
            let raw = if let Some(values) = known {
                let value: f64 = values.iter().zip(weights).map(|(value, weight)| weight * value).sum();
                let blur = values.iter().zip(weights).map(|(value, weight)| (weight * value).abs()).fold(shift, f64::max) * 1e-9;
                Interval { low: value - blur, high: value + blur, ..Interval::exact(value) }
            } else {
                let columns = rows.complete(self.criteria)?;
                let used = columns.iter().zip(weights).filter(|(_, weight)| weight.abs() > 0.0);
                used.clone().try_for_each(|(column, _)| infer::guard(column, self.criteria, self.alpha))?;
                let (columns, weights): (Vec<&[f64]>, Vec<f64>) = used.map(|(column, weight)| (*column, weight)).unzip();
                infer::mean(&combine(&columns, &weights), self.criteria, self.alpha)?
            };
            Ok(raw.affine(1.0, -shift).affine(1.0 / unit, 0.0))
        };
        let first = exact[1].unwrap_or_else(|| mean_of(&readings[1]));
        let unit = if first > 0.0 && first.is_finite() { first } else { self.null };
        let against_null =
            |statistic, weights, share: f64| Ok(Leg { statistic, contrast: contrast(weights, share * self.null, self.null)? });
        let ratio = || Ok(Leg { statistic: RATIO, contrast: contrast([1.0, -self.criteria.catastrophic_ratio, 0.0], 0.0, unit)? });
        let half = || against_null(HALF, HERE, self.criteria.catastrophic_null_share);
        Ok(Legs {
            null: against_null(NULL, HERE, 1.0)?,
            growth: if self.has_growth() { Some([ratio()?, half()?]) } else { None },
            before: [against_null(FIRST, BEFORE[0], 1.0)?, against_null(TWIN, BEFORE[1], 1.0)?],
        })
    }

    /// Of the typical run: mean logs; where some runs have none, the sign of each run's own contrast. Ranks have another boundary than
    /// logs, so signs may only say what the log would say: a run that ended or became infinite has log plus infinity, so that `absent`
    /// is out of reach; a risk of zero has minus infinity, so that `occurs` is.
    fn typical(&self, alpha: f64) -> Finding {
        let undecided = |reason| Finding::undecided(reason, STATISTIC, alpha);
        let readings = match self.readings() {
            Ok(readings) => readings,
            Err(reason) => return undecided(reason),
        };
        let rows = rows(&[&readings[0], &readings[1], &readings[2]]);
        let logged = rows.complete(self.criteria).and_then(|columns| columns.into_iter().map(logs).collect::<Result<Vec<_>, _>>());
        let reason = match logged {
            Ok(columns) => return self.log_legs(&columns).map_or_else(undecided, |legs| decide(&legs, alpha)),
            Err(reason) => reason,
        };
        let finding = self.sign_legs(&readings).map_or_else(undecided, |legs| decide(&legs, alpha));
        let may_stand = match finding.outcome {
            Outcome::Occurs => reason != Reason::NotPositive,
            Outcome::Absent => reason == Reason::NotPositive,
            Outcome::NotApplicable | Outcome::Undecided => true,
        };
        if may_stand { finding } else { Finding { reason: undecided(reason).reason, outcome: Outcome::Undecided, ..finding } }
    }

    fn log_legs(&self, columns: &[Vec<f64>]) -> Result<Legs, Reason> {
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let leg = |statistic, weights: [f64; 3], shift: f64| -> Result<Leg, Reason> {
            let contrast = infer::mean(&combine(&columns, &weights), self.criteria, self.alpha)?.affine(1.0, -shift);
            Ok(Leg { statistic, contrast })
        };
        let level = self.null.ln();
        let ratio = || leg("mean log of risk over five times the first model's", [1.0, -1.0, 0.0], self.criteria.catastrophic_ratio.ln());
        let half = || leg("mean log of risk over half the null risk", HERE, level + self.criteria.catastrophic_null_share.ln());
        Ok(Legs {
            null: leg("mean log of risk over null risk", HERE, level)?,
            growth: if self.has_growth() { Some([ratio()?, half()?]) } else { None },
            before: [
                leg("mean log of the first model's risk over null risk", BEFORE[0], level)?,
                leg("mean log of the twin's risk over null risk", BEFORE[1], level)?,
            ],
        })
    }

    fn sign_legs(&self, readings: &[Reading; 3]) -> Result<Legs, Reason> {
        let [now, first, twin] = [0, 1, 2].map(|place: usize| readings[place].ranked());
        let leg = |statistic, exceeds: &dyn Fn(usize) -> bool| -> Result<Leg, Reason> {
            let length = now.len().min(twin.len());
            let contrast = infer::share((0..length).map(exceeds), self.criteria, self.alpha)?.affine(1.0, -0.5);
            Ok(Leg { statistic, contrast })
        };
        let (null, ratio) = (self.null, self.criteria.catastrophic_ratio);
        let grown = || leg("share of runs with a risk above five times the first model's, minus a half", &|i| now[i] > ratio * first[i]);
        let half = || {
            leg("share of runs with a risk above half the null risk, minus a half", &|i| {
                now[i] > self.criteria.catastrophic_null_share * null
            })
        };
        Ok(Legs {
            null: leg("share of runs with a risk above the null risk, minus a half", &|i| now[i] > null)?,
            growth: if self.has_growth() { Some([grown()?, half()?]) } else { None },
            before: [
                leg("share of runs whose first model's risk exceeds the null risk, minus a half", &|i| first[i] > null)?,
                leg("share of runs whose twin's risk exceeds the null risk, minus a half", &|i| twin[i] > null)?,
            ],
        })
    }

    /// The exact mean or the median of the runs.
    fn level(&self, t: u32) -> Option<f64> {
        let typical = || self.view.risk(self.risk, t).map(|reading| crate::numeric::median(&reading.ranked()));
        self.view.expectation(self.risk, t).or_else(typical).filter(|level| level.is_finite())
    }

    fn annotate(&self, mut finding: Finding) -> Finding {
        let (now, first, last) = (self.level(self.last), self.level(1), self.last);
        let side = |value: f64, limit: f64| if value > limit { "above" } else { "below" };
        if let (Some(now), Some(first)) = (now, first)
            && first > 0.0
        {
            let ratio = now / first;
            let (two, twenty) = (side(ratio, 2.0), side(ratio, 20.0));
            finding = finding.note(format!("risk at generation {last} is {ratio:.3} times the first model's: {two} 2, {twenty} 20"));
        }
        if let Some(now) = now {
            let share = now / self.null;
            finding = finding.note(format!("risk at generation {last} is {share:.3} of the null risk: {} a quarter", side(share, 0.25)));
        }
        let horizon = self.view.plan.horizon;
        if let Some(end) = self.level(horizon)
            && horizon > last
        {
            let eventually = if end > self.null { "passes" } else { "does not pass" };
            finding = finding.note(format!("eventually (generation {horizon}) the typical or exact risk {eventually} the null risk"));
        }
        if finding.outcome == Outcome::Occurs {
            finding.onset = self.view.recorded(1, last).rev().take_while(|t| self.is_useless_at(*t, first)).last();
        }
        finding
    }

    fn is_useless_at(&self, t: u32, first: Option<f64>) -> bool {
        let Some(now) = self.level(t) else { return false };
        let grown = first.is_some_and(|first| now > self.criteria.catastrophic_ratio * first);
        now > self.null || (grown && now > self.criteria.catastrophic_null_share * self.null)
    }
}

fn mean_of(reading: &Reading) -> f64 {
    let values = || reading.values.iter().flatten();
    values().sum::<f64>() / values().count().max(1) as f64
}
