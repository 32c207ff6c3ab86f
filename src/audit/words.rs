//! Tests, overlays and thresholds in words, for readers of the report.

use super::{CriterionReport, OverlayReport};
use crate::registry::{
    At, Axis, CellChoice, Claim, Comparison, Criteria, Form, Logs, MarginScale, Operand, OperandArm, Overlay, OverlayChange, Proof, Side,
    Statistic, Test, TestKind,
};
use crate::taxonomy::Word;

/// A claim's test; `None` where untested.
#[must_use]
pub fn proof(claim: &Claim) -> Option<String> {
    match &claim.proof {
        Proof::Untested { .. } => None,
        Proof::Single { test: asked, .. } => Some(test(asked)),
        Proof::Conditional { holds_when, fails_when } => Some(format!(
            "holds {}: {}; fails {}: {}",
            change(&holds_when.variant.change),
            test(&holds_when.test),
            change(&fails_when.variant.change),
            test(&fails_when.test)
        )),
    }
}

fn change(change: &str) -> String {
    if change.is_empty() { "as published".to_owned() } else { format!("with {change}") }
}

/// One test.
#[must_use]
pub fn test(test: &Test) -> String {
    let statistic = statistic(test);
    let at = at(&test.at);
    let asked = match &test.kind {
        TestKind::Equals { expect, margin, scale, form } => {
            let unit = match scale {
                MarginScale::Relative => format!("{} %", number(100.0 * margin)),
                MarginScale::Absolute => number(*margin),
            };
            let form = match form {
                Form::Exact => String::new(),
                Form::Asymptotic { neglected } => format!(" (leading order; neglects {})", number(*neglected)),
            };
            format!("{statistic} equals {} within {unit}{form} {at}", expect.source())
        }
        TestKind::Bound { side, limit } => format!("{statistic} is {} {} {at}", side_word(*side), limit.source()),
        TestKind::Outcome => "the definition is found as asserted".to_owned(),
        TestKind::Order { lesser, greater, margin } => {
            let by = if *margin > 0.0 { format!(" by more than {} %", number(100.0 * margin)) } else { String::new() };
            format!("{statistic} {} is below that {}{by} {at}", operand(lesser), operand(greater))
        }
        TestKind::Trend { over, logs, low, high } => {
            format!("slope of {} over {} lies in [{}, {}] {at}", logged(&statistic, *logs), axis(over, *logs), number(*low), number(*high))
        }
    };
    let cells = match &test.cells {
        CellChoice::Every => String::new(),
        CellChoice::Named(names) => format!(" in {}", names.join(", ")),
    };
    format!("{}{cells}", asked.trim_end())
}

fn statistic(test: &Test) -> String {
    let metric = test.metric.map_or("the metric", Word::id);
    let relative = test.relative_to.map_or(String::new(), |generation| format!(" relative to generation {generation}"));
    let words = match test.statistic {
        Statistic::Mean => format!("mean {metric}"),
        Statistic::Median => format!("median {metric}"),
        Statistic::MeanLog => format!("mean log {metric}"),
        Statistic::Share(Comparison { side, level }) => format!("share of replicates with {metric} {} {}", side_word(side), number(level)),
    };
    words + &relative
}

const fn side_word(side: Side) -> &'static str {
    match side {
        Side::Below => "below",
        Side::Above => "above",
    }
}

fn at(at: &At) -> String {
    match at {
        At::Every => "at every generation".to_owned(),
        At::Last => "at the last generation".to_owned(),
        At::Listed(generations) => {
            let list: Vec<String> = generations.iter().map(u32::to_string).collect();
            format!("at {} {}", if list.len() == 1 { "generation" } else { "generations" }, list.join(", "))
        }
    }
}

fn operand(operand: &Operand) -> String {
    let arm = match &operand.arm {
        OperandArm::Itself => "as run".to_owned(),
        OperandArm::RealOnly => "with real data only".to_owned(),
        OperandArm::Changed(changed) => format!("with {}", changed.variant.change),
    };
    let cell = operand.cell.as_ref().map_or(String::new(), |cell| format!(" in {cell}"));
    let generation = operand.generation.map_or(String::new(), |generation| format!(" at generation {generation}"));
    format!("{arm}{cell}{generation}")
}

fn axis(axis: &Axis, logs: Logs) -> String {
    let name = match axis {
        Axis::Generation => "generation",
        Axis::Grid(key) => key,
    };
    match logs {
        Logs::Both => format!("log {name}"),
        Logs::None | Logs::Statistic => name.to_owned(),
    }
}

fn logged(statistic: &str, logs: Logs) -> String {
    match logs {
        Logs::None => statistic.to_owned(),
        Logs::Statistic | Logs::Both => format!("log {statistic}"),
    }
}

/// A number as short as it can be told apart from its neighbours in print (six significant digits).
#[must_use]
pub fn number(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    format!("{rounded}")
}

/// The steps of every world.
#[must_use]
pub fn overlays(overlays: &[Overlay]) -> Vec<OverlayReport> {
    let steps = overlays.iter().flat_map(|overlay| overlay.steps.iter().map(move |step| (overlay.id.to_string(), step)));
    steps
        .map(|(world, step)| OverlayReport {
            world,
            condition: step.condition,
            change: overlay_change(&step.change),
            reason: step.reason.clone(),
            locator: step.locator.clone(),
        })
        .collect()
}

fn overlay_change(change: &OverlayChange) -> String {
    match change {
        OverlayChange::Accumulate => "real data and all synthetic data are kept".to_owned(),
        OverlayChange::Grow { factor, limit } => {
            format!("samples times {} per generation, up to {} times the first size", number(*factor), number(*limit))
        }
        OverlayChange::Verify { true_accept, false_accept, tail_blind } => {
            let tail = if *tail_blind { "; the truth's tail is never accepted" } else { "" };
            format!(
                "a verifier accepts a correct example with probability {} and an incorrect one with probability {}{tail}",
                number(*true_accept),
                number(*false_accept)
            )
        }
        OverlayChange::Enlarge { exponent } => format!("model capacity grows as n^{}", number(*exponent)),
        OverlayChange::Decline => "of the new points of generation t, one in t (rounded up) is real; earlier real data stay".to_owned(),
        OverlayChange::Horizon { generations } => format!("{generations} generations"),
        OverlayChange::Unbias => "sampling as fitted".to_owned(),
        OverlayChange::Bias { variance_scale, temperature, top_p } => format!(
            "biased sampling: variance scale {}, or temperature {}, or top-p {}, by what the model offers",
            number(*variance_scale),
            number(*temperature),
            number(*top_p)
        ),
    }
}

/// Every threshold with its reason, by key.
#[must_use]
pub fn criteria(criteria: &Criteria) -> Vec<CriterionReport> {
    let fields = serde_json::to_value(criteria).unwrap_or_default();
    let fields = fields.as_object().into_iter().flatten();
    fields
        .filter_map(|(key, value)| {
            let reason = criteria.reasons.get(key).cloned().unwrap_or_default();
            Some(CriterionReport { key: key.clone(), value: value.as_f64()?, reason })
        })
        .collect()
}
