//! Which remedies are better than which, under which sampling: pairs whose order is told by intervals that do not touch.

use super::model_design::{DesignReport, LoopReport, PointReport, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the order of remedies in one loop moves from unbiased to biased sampling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reordering {
    /// The loop.
    pub baseline: String,
    /// The setting that is set against the loop's own.
    pub setting: String,
    /// Pairs of remedies (the loop without one among them) whose order is told in both.
    pub told: usize,
    /// Of these, pairs in the opposite order.
    pub flipped: usize,
    /// Of the pairs told, those in which both train on sets of one size and take as many real points.
    pub told_at_one_price: usize,
    /// Of these, pairs in the opposite order.
    pub flipped_at_one_price: usize,
}

/// One per loop and setting.
#[must_use]
pub fn reorderings(design: &DesignReport) -> Vec<Reordering> {
    let settings = || design.crossed().map(|factor| factor.id.as_str());
    design.loops.iter().flat_map(|one| settings().map(move |setting| reordering(one, setting))).collect()
}

/// The loop in which most pairs change places.
#[must_use]
pub fn most_turned(design: &DesignReport) -> Option<&LoopReport> {
    let orders = reorderings(design);
    let turned = |one: &&LoopReport| orders.iter().filter(|order| order.baseline == one.id).map(|order| order.flipped).sum::<usize>();
    design.loops.iter().max_by_key(turned)
}

/// What is run in a loop under these others, the loop as it is among it, that nothing of the same or a lower price is told to be better than.
#[must_use]
pub fn unbeaten<'a>(one: &'a LoopReport, crossed: &[&str]) -> Vec<&'a PointReport> {
    let known: Vec<(&PointReport, Span)> =
        one.points.iter().filter(|point| point.is_under(crossed)).filter_map(|point| Some((point, point.risk?))).collect();
    let beats =
        |(point, risk): &(&PointReport, Span), other: &(&PointReport, Span)| point.is_no_dearer_than(other.0) && risk.is_below(&other.1);
    known.iter().filter(|one| !known.iter().any(|other| beats(other, one))).map(|(point, _)| *point).collect()
}

/// A remedy with its risk against real data alone, in the loop's own setting and in another.
struct Both<'a> {
    plain: &'a PointReport,
    here: Span,
    there: Span,
}

fn reordering(one: &LoopReport, setting: &str) -> Reordering {
    let both: Vec<Both<'_>> = one
        .points
        .iter()
        .filter(|point| point.crossed.is_empty() && point.option.is_some())
        .filter_map(|plain| {
            let other = one.point(plain.option.as_deref(), &[setting])?;
            Some(Both { plain, here: plain.risk?, there: other.risk? })
        })
        .collect();
    let mut count = Reordering {
        baseline: one.id.clone(),
        setting: setting.to_owned(),
        told: 0,
        flipped: 0,
        told_at_one_price: 0,
        flipped_at_one_price: 0,
    };
    for (place, a) in both.iter().enumerate() {
        for b in &both[place + 1..] {
            let (Some(here), Some(there)) = (order(&a.here, &b.here), order(&a.there, &b.there)) else { continue };
            let is_even = (a.plain.real - b.plain.real).abs() < 1e-9 && (a.plain.size - b.plain.size).abs() < 1e-9;
            count.told += 1;
            count.flipped += usize::from(here != there);
            count.told_at_one_price += usize::from(is_even);
            count.flipped_at_one_price += usize::from(is_even && here != there);
        }
    }
    count
}

/// Whether the first is the smaller; `None` where the intervals touch.
fn order(a: &Span, b: &Span) -> Option<bool> {
    if a.is_below(b) {
        return Some(true);
    }
    b.is_below(a).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(option: Option<&str>, crossed: &[&str], real: f64, risk: f64) -> PointReport {
        let risk = Some(Span { estimate: risk, low: risk - 0.1, high: risk + 0.1 });
        PointReport { real, risk, ..PointReport::untold(option, crossed) }
    }

    #[test]
    fn only_intervals_apart_tell_an_order_and_only_opposite_orders_flip() {
        let points = vec![
            point(None, &[], 0.0, 9.0),
            point(None, &["biased"], 0.0, 50.0),
            point(Some("larger"), &[], 0.0, 2.0),
            point(Some("larger"), &["biased"], 0.0, 49.0),
            point(Some("small"), &[], 0.0, 1.0),
            point(Some("small"), &["biased"], 0.0, 8.0),
            point(Some("detector"), &[], 1.0, 3.0),
            point(Some("detector"), &["biased"], 1.0, 3.0),
            point(Some("blurred"), &[], 1.0, 3.05),
            point(Some("blurred"), &["biased"], 1.0, 7.0),
        ];
        let one = LoopReport { id: "loop".to_owned(), title: String::new(), reason: String::new(), risk: None, generations: 10, points };
        let count = reordering(&one, "biased");
        // larger-detector and larger-blurred are told twice, small-larger too and at one price; detector-blurred is not told at first, and the
        // loop without a remedy is in no pair.
        assert_eq!((count.told, count.flipped), (5, 4));
        assert_eq!((count.told_at_one_price, count.flipped_at_one_price), (1, 0));
    }

    #[test]
    fn only_what_is_told_to_be_better_at_no_higher_price_beats() {
        let points = vec![
            point(None, &[], 0.0, 9.0),
            point(Some("free"), &[], 0.0, 3.0),
            point(Some("blurred"), &[], 0.0, 3.15),
            point(Some("dear"), &[], 1.0, 1.0),
            point(Some("dear and no better"), &[], 1.0, 4.0),
            point(Some("other"), &["biased"], 0.0, 0.1),
        ];
        let one = LoopReport { id: "loop".to_owned(), title: String::new(), reason: String::new(), risk: None, generations: 10, points };
        let names: Vec<_> = unbeaten(&one, &[]).into_iter().filter_map(|point| point.option.as_deref()).collect();
        assert_eq!(names, ["free", "blurred", "dear"]);
    }
}
