//! Definition 2: at the horizon the risk is more than five per cent above a reference.
//!
//! Two references are in print and both are read: the real-only twin's risk at the same generation, and the first model's risk. Statistic:
//! theta = mean R_T - 1.05 mean of the reference, per replicate, in units of the reference's mean; a sign test for the typical run.
//! A run without any synthetic data *is* its twin: there the first reading is absent exactly, with no test.
//!
//! A log loss has no zero of its own (the entropy of the truth is in it, and that of an image is large): its ratios mean nothing, its
//! differences do. There the margin is log 1.05 in nats, which is five per cent of perplexity.

use crate::numeric::{Interval, combine, median};
use crate::registry::Criteria;
use crate::taxonomy::{Against, Functional, Metric};
use crate::verdict::ensemble::{Reading, View, rows};
use crate::verdict::finding::{Finding, Outcome};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

/// What a risk is held against: the twin's at the same generation, or the first model's.
struct Reference<'a> {
    against: Against,
    view: View<'a>,
}

impl Reference<'_> {
    const fn at(&self, generation: u32) -> u32 {
        match self.against {
            Against::RealOnly => generation,
            Against::First => 1,
        }
    }

    fn risk(&self, metric: Metric, generation: u32) -> Option<Reading> {
        self.view.risk(metric, self.at(generation))
    }

    fn expectation(&self, metric: Metric, generation: u32) -> Option<f64> {
        self.view.expectation(metric, self.at(generation))
    }
}

const fn statistic(functional: Functional, against: Against, is_log: bool) -> &'static str {
    match (functional, against) {
        (Functional::Mean, Against::RealOnly) if is_log => "mean log loss minus the twin's and log 1.05, in nats",
        (Functional::Mean, Against::First) if is_log => "mean log loss minus the first model's and log 1.05, in nats",
        (Functional::Typical, Against::RealOnly) if is_log => "share of runs with a log loss above their twin's by log 1.05, minus a half",
        (Functional::Typical, Against::First) if is_log => {
            "share of runs with a log loss above their first model's by log 1.05, minus a half"
        }
        (Functional::Mean, Against::RealOnly) => "mean risk minus 1.05 times the twin's, in units of the twin's",
        (Functional::Mean, Against::First) => "mean risk minus 1.05 times the first model's, in units of the latter's",
        (Functional::Typical, Against::RealOnly) => "share of runs with a risk above 1.05 times their twin's, minus a half",
        (Functional::Typical, Against::First) => "share of runs with a risk above 1.05 times their first model's, minus a half",
    }
}

/// The finding in one cell.
pub fn detect(view: &View, functional: Functional, against: Against, criteria: &Criteria, alpha: f64) -> Finding {
    let Some(risk) = view.plan.frame.risk else { return Finding::not_applicable(Reason::NoRisk, alpha) };
    let statistic = statistic(functional, against, is_log(risk));
    if view.plan.horizon < 2 {
        return Finding::undecided(Reason::Horizon, statistic, alpha);
    }
    let reference = match against {
        Against::RealOnly => view.twin(),
        Against::First => Some(*view),
    };
    let Some(reference) = reference.map(|view| Reference { against, view }) else {
        return Finding::undecided(Reason::MissingTwin, statistic, alpha);
    };
    let last = view.plan.horizon;
    if is_own_twin(view, &reference, risk, last) {
        let same = Interval::exact(if is_log(risk) { -criteria.increase_ratio.ln() } else { 1.0 - criteria.increase_ratio });
        return Finding::new(Outcome::Absent, statistic, alpha).with(&same).note("no synthetic data: the run is its own real-only twin");
    }
    let found = contrast(view, &reference, risk, last, functional, criteria, alpha);
    let mut finding = super::by_sign(found, statistic, alpha);
    if functional == Functional::Mean
        && !is_log(risk)
        && reference.risk(risk, last).is_some_and(|there| there.values.iter().flatten().all(|value| value.abs() <= 0.0))
    {
        finding = finding.note("the reference risk is zero: the effect is a plain difference");
    }
    worst_transient(finding, view, &reference, risk, functional, criteria)
}

/// Whether arm and twin are one run by construction: no generation holds a synthetic example, and every replicate shows it.
fn is_own_twin(view: &View, reference: &Reference, risk: Metric, at: u32) -> bool {
    reference.against == Against::RealOnly
        && view.plan.setup.regime.is_all_real()
        && view.risk(risk, at).zip(reference.risk(risk, at)).is_some_and(|(here, there)| here == there)
}

/// Whether a risk is read by differences.
fn is_log(risk: Metric) -> bool {
    risk == Metric::NegativeLogLikelihood
}

/// Positive where the arm is worse by more than the margin.
fn contrast(
    view: &View,
    reference: &Reference,
    risk: Metric,
    at: u32,
    functional: Functional,
    criteria: &Criteria,
    alpha: f64,
) -> Result<Interval, Reason> {
    // The margin of a log loss is added, that of any other risk multiplies.
    let (ratio, added) = if is_log(risk) { (1.0, criteria.increase_ratio.ln()) } else { (criteria.increase_ratio, 0.0) };
    if functional == Functional::Mean
        && let (Some(here), Some(there)) = (view.expectation(risk, at), reference.expectation(risk, at))
    {
        let value = match here.abs().max(there.abs()) > 0.0 {
            _ if is_log(risk) => here - there - added,
            true => here / there - ratio,
            false => 1.0 - ratio,
        };
        return Ok(Interval { low: value - 1e-9, high: value + 1e-9, ..Interval::exact(value) });
    }
    let here = view.risk(risk, at).ok_or(Reason::NotRecorded)?;
    let there = reference.risk(risk, at).ok_or(Reason::NotRecorded)?;
    match functional {
        Functional::Mean => {
            let rows = rows(&[&here, &there]);
            let columns = rows.complete(criteria)?;
            // Risks of zero in every replicate, of runs that are not one by construction: what they hide may lie on either side.
            if super::are_zero(&columns) {
                return Err(Reason::NoSpreadSeen);
            }
            infer::guard(columns[0], criteria, alpha)?;
            infer::guard(columns[1], criteria, alpha)?;
            let unit = columns[1].iter().sum::<f64>() / columns[1].len() as f64;
            let contrast = infer::mean(&combine(&columns, &[1.0, -ratio]), criteria, alpha)?;
            Ok(match unit > 0.0 {
                _ if is_log(risk) => contrast.affine(1.0, -added),
                true => contrast.affine(1.0 / unit, 0.0),
                false => contrast,
            })
        }
        Functional::Typical => {
            let (here, there) = (here.ranked(), there.ranked());
            let worse = here.iter().zip(&there).map(|(here, there)| *here > ratio * there + added);
            Ok(infer::share(worse, criteria, alpha)?.affine(1.0, -0.5))
        }
    }
}

/// Onset, and the largest rise on the way with limits that hold for all recorded generations at once.
fn worst_transient(
    mut finding: Finding,
    view: &View,
    reference: &Reference,
    risk: Metric,
    functional: Functional,
    criteria: &Criteria,
) -> Finding {
    let times: Vec<u32> = view.recorded(2, view.plan.horizon).collect();
    let each = finding.alpha / times.len().max(1) as f64;
    let at = |t: u32| contrast(view, reference, risk, t, functional, criteria, each).ok();
    if finding.outcome == Outcome::Occurs {
        let over = |t: &&u32| **t == view.plan.horizon || at(**t).is_some_and(|contrast| contrast.is_above(0.0));
        finding.onset = times.iter().rev().take_while(over).last().copied();
        return finding;
    }
    let rises = times.iter().filter_map(|t| at(*t).map(|contrast| (*t, contrast))).filter(|(_, contrast)| contrast.is_above(0.0));
    if let Some((t, contrast)) = rises.max_by(|a, b| a.1.estimate.total_cmp(&b.1.estimate)) {
        finding = finding.note(format!("a transient rise: {:.3} beyond the margin at generation {t}", contrast.estimate));
    }
    if let (Some(here), Some(there)) = (view.risk(risk, view.plan.horizon), reference.risk(risk, view.plan.horizon)) {
        let (here, there) = (median(&here.ranked()), median(&there.ranked()));
        if here.is_finite() && there > 0.0 && there.is_finite() {
            finding = finding.note(format!("ratio of median risks {:.3}", here / there));
        }
    }
    finding
}
