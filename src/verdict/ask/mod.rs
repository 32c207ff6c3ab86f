//! Whether a declared test holds: equality, bounds, orders, trends.
//!
//! Every kind becomes points, each with an interval and a region that counts as agreement. Holding needs every point inside, without
//! correction; failing needs one point wholly outside at the level divided by the number of points.

#[cfg(test)]
mod edge_tests;
mod line;
#[cfg(test)]
mod tests;

use super::cells::groups;
use super::ensemble::View;
use super::finding::{Answer, TestOutcome};
use super::reason::Reason;
use crate::numeric::{Equivalence, Interval, equivalence, fixed_slope_weights};
use crate::plan::{Arm, Runs};
use crate::registry::{At, Axis, Criteria, Expression, Logs, MarginScale, Operand, OperandArm, Side, Statistic, Test, TestKind};
use crate::taxonomy::Word;
use line::{Asked, Place, Scale, contrast};

/// One question of a test.
struct Point<'a> {
    asked: Asked,
    places: Vec<Place<'a>>,
    weights: Vec<f64>,
    region: Result<(f64, f64), Reason>,
    expected: Option<f64>,
    generation: u32,
    cell: String,
}

/// The answer.
///
/// # Panics
/// For a test of kind `outcome`.
pub fn ask(runs: &Runs, arm: &Arm, test: &Test, criteria: &Criteria, alpha: f64) -> Answer {
    let views = View::of(runs, arm);
    let chosen = super::chosen(views.clone(), &test.cells);
    match points(runs, &views, &chosen, test) {
        Ok(points) => with_needs(decide(&points, criteria, alpha), &chosen),
        Err(reason) => Answer::undecided(reason.id(), alpha),
    }
}

/// With the next look as the least that an undecided answer needs, where more replicates could decide it and no better number is known.
fn with_needs(answer: Answer, views: &[View]) -> Answer {
    let drawn = views.iter().map(|view| view.runs.table.endings().len() as u64).max();
    let needs = if answer.is_final() { None } else { answer.needs.max(drawn.map(|drawn| 2 * drawn)) };
    Answer { needs, ..answer }
}

fn points<'a>(runs: &'a Runs, views: &[View<'a>], chosen: &[View<'a>], test: &Test) -> Result<Vec<Point<'a>>, Reason> {
    let metric = test.metric.ok_or(Reason::NotRecorded)?;
    let asked = Asked { metric, statistic: test.statistic, relative_to: test.relative_to, scale: Scale::Plain };
    match &test.kind {
        TestKind::Equals { expect, margin, scale, .. } => {
            Ok(at_every_place(asked, chosen, &test.at, |view, t| around(expect, *margin, *scale, view, t)))
        }
        TestKind::Bound { side, limit } => Ok(at_every_place(asked, chosen, &test.at, |view, t| {
            let limit = limit.value(&view.plan.bindings, t).map_err(|_| Reason::NoExpectation)?;
            Ok(match side {
                Side::Below => (limit, (f64::NEG_INFINITY, limit)),
                Side::Above => (limit, (limit, f64::INFINITY)),
            })
        })),
        TestKind::Order { lesser, greater, margin } => order(runs, asked, views, chosen, &test.at, lesser, greater, *margin),
        TestKind::Trend { over, logs, low, high } => trend(asked, chosen, &test.at, over, *logs, (*low, *high)),
        TestKind::Outcome => panic!("a test of kind `outcome` is a definition's finding, not a question of its own"),
    }
}

fn times(at: &At, view: &View) -> Vec<u32> {
    match at {
        At::Every => (1..=view.plan.horizon).collect(),
        At::Last => vec![view.plan.horizon],
        At::Listed(listed) => listed.clone(),
    }
}

fn at_every_place<'a>(
    asked: Asked,
    chosen: &[View<'a>],
    at: &At,
    region: impl Fn(&View, u32) -> Result<(f64, (f64, f64)), Reason>,
) -> Vec<Point<'a>> {
    let mut points = Vec::new();
    for view in chosen {
        for generation in times(at, view) {
            let region = region(view, generation);
            points.push(Point {
                asked,
                places: vec![Place { view: *view, generation }],
                weights: vec![1.0],
                expected: region.ok().map(|(expected, _)| expected),
                region: region.map(|(_, region)| region),
                generation,
                cell: view.plan.name.clone(),
            });
        }
    }
    points
}

fn around(expect: &Expression, margin: f64, scale: MarginScale, view: &View, t: u32) -> Result<(f64, (f64, f64)), Reason> {
    let expected = expect.value(&view.plan.bindings, t).map_err(|_| Reason::NoExpectation)?;
    let reach = match scale {
        MarginScale::Relative => margin * expected.abs(),
        MarginScale::Absolute => margin,
    };
    Ok((expected, (expected - reach, expected + reach)))
}

/// (1 - margin) greater - lesser lies above 0; of mean logs, log greater + log(1 - margin) - log lesser.
#[allow(clippy::too_many_arguments)] // the parts of one test, read in one place
fn order<'a>(
    runs: &'a Runs,
    asked: Asked,
    views: &[View<'a>],
    chosen: &[View<'a>],
    at: &At,
    lesser: &Operand,
    greater: &Operand,
    margin: f64,
) -> Result<Vec<Point<'a>>, Reason> {
    let place = |operand: &Operand, view: &View<'a>, t: u32| {
        let named = operand.cell.as_ref().map(|name| views.iter().find(|view| view.plan.name == *name).copied());
        let view = named.unwrap_or(Some(*view)).ok_or(Reason::NotRecorded)?;
        let view = match &operand.arm {
            OperandArm::Itself => view,
            OperandArm::RealOnly => view.twin().ok_or(Reason::MissingTwin)?,
            // Cells keep their names under a change, so that both sides are paired by replicate.
            OperandArm::Changed(changed) => {
                let same_cell = |other: &View| other.plan.name == view.plan.name;
                View::of(runs, &Arm::from(changed)).into_iter().find(same_cell).ok_or(Reason::NotRecorded)?
            }
        };
        Ok(Place { view, generation: operand.generation.unwrap_or(t) })
    };
    let (kept, floor) = match asked.statistic {
        Statistic::MeanLog => (1.0, -(1.0 - margin).ln()),
        Statistic::Mean | Statistic::Median | Statistic::Share(_) => (1.0 - margin, 0.0),
    };
    let same_cell = lesser.cell.is_some() && greater.cell.is_some();
    let same_time = lesser.generation.is_some() && greater.generation.is_some();
    let mut points = Vec::new();
    for view in if same_cell { &chosen[..chosen.len().min(1)] } else { chosen } {
        let mut times = times(at, view);
        times.truncate(if same_time { 1 } else { usize::MAX });
        for generation in times {
            points.push(Point {
                asked,
                places: vec![place(greater, view, generation)?, place(lesser, view, generation)?],
                weights: vec![kept, -1.0],
                region: Ok((floor, f64::INFINITY)),
                expected: Some(floor),
                generation,
                cell: view.plan.name.clone(),
            });
        }
    }
    Ok(points)
}

fn trend<'a>(asked: Asked, chosen: &[View<'a>], at: &At, over: &Axis, logs: Logs, region: (f64, f64)) -> Result<Vec<Point<'a>>, Reason> {
    let scale = if logs == Logs::None { Scale::Plain } else { Scale::Log };
    let asked = Asked { scale, ..asked };
    let along = |x: f64| if logs == Logs::Both { x.ln() } else { x };
    let point = |places: Vec<Place<'a>>, x: Vec<f64>, cell: String| {
        let generation = places.iter().map(|place| place.generation).max().unwrap_or(0);
        let weights = fixed_slope_weights(&x).ok_or(Reason::NotRecorded)?;
        Ok(Point { asked, places, weights, region: Ok(region), expected: Some(region.0), generation, cell })
    };
    match over {
        Axis::Generation => chosen
            .iter()
            .map(|view| {
                let times = times(at, view);
                let places = times.iter().map(|t| Place { view: *view, generation: *t }).collect();
                point(places, times.iter().map(|t| along(f64::from(*t))).collect(), view.plan.name.clone())
            })
            .collect(),
        Axis::Grid(key) => {
            let names: Vec<&str> = chosen.iter().map(|view| view.plan.name.as_str()).collect();
            let found = groups(&names, key).ok_or(Reason::NotRecorded)?;
            found
                .into_iter()
                .map(|group| {
                    let last = |view: &View| times(at, view).into_iter().max().unwrap_or(view.plan.horizon);
                    let place = |position: usize| Place { view: chosen[position], generation: last(&chosen[position]) };
                    let places = group.cells.iter().map(|(_, position)| place(*position)).collect();
                    point(places, group.cells.iter().map(|(x, _)| along(*x)).collect(), group.rest)
                })
                .collect()
        }
    }
}

/// How far the interval sticks out of the region, in half widths of the region (or of the interval, for a half line): the point
/// nearest to failing has the most.
fn excess(found: &Interval, (low, high): (f64, f64)) -> f64 {
    let unit = if (high - low).is_finite() { (high - low) / 2.0 } else { found.high - found.low };
    (found.high - high).max(low - found.low) / unit.max(f64::MIN_POSITIVE)
}

fn decide(points: &[Point], criteria: &Criteria, alpha: f64) -> Answer {
    let mut nearest: Option<(f64, &Point, Interval)> = None;
    let (mut hinders, mut outside) = (None, None);
    let mut holds = !points.is_empty();
    for point in points {
        let judged = point.region.and_then(|region| Ok((region, contrast(&point.asked, &point.places, &point.weights, criteria, alpha)?)));
        let (region, found) = match judged {
            Ok(judged) => judged,
            Err(reason) => {
                holds = false;
                // A reason that stays says more than one that replicates may take away.
                hinders = hinders.filter(|held: &Reason| held.is_final() || !reason.is_final()).or(Some(reason));
                continue;
            }
        };
        let excess = excess(&found, region);
        match equivalence(&found, region.0, region.1) {
            Equivalence::Inside => {}
            Equivalence::Between => holds = false,
            Equivalence::Outside => {
                holds = false;
                let each = alpha / points.len() as f64;
                let strict = contrast(&point.asked, &point.places, &point.weights, criteria, each);
                let fails = strict.is_ok_and(|strict| equivalence(&strict, region.0, region.1) == Equivalence::Outside);
                if fails && outside.as_ref().is_none_or(|(most, _, _)| excess > *most) {
                    outside = Some((excess, point, found));
                }
            }
        }
        if nearest.as_ref().is_none_or(|(most, _, _)| excess > *most) {
            nearest = Some((excess, point, found));
        }
    }
    let (outcome, shown) = match (holds, outside) {
        (true, _) => (TestOutcome::Holds, nearest),
        (false, Some(outside)) => (TestOutcome::Fails, Some(outside)),
        (false, None) => (TestOutcome::Undecided, nearest),
    };
    answer(outcome, hinders, shown.map(|(_, point, found)| (point, found)), alpha)
}

fn answer(outcome: TestOutcome, hinders: Option<Reason>, shown: Option<(&Point, Interval)>, alpha: f64) -> Answer {
    let undecided = outcome == TestOutcome::Undecided;
    let exact = shown.as_ref().is_some_and(|(_, found)| found.n == 0);
    let reason = undecided.then(|| hinders.unwrap_or(if exact { Reason::OnTheLimit } else { Reason::TooWide }));
    let Some((point, found)) = shown else {
        return Answer { outcome, ..Answer::undecided(hinders.unwrap_or(Reason::NotRecorded).id(), alpha) };
    };
    let finite = |value: f64| value.is_finite().then_some(value);
    let region = point.region.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let edge = if (found.estimate - region.0).abs() < (region.1 - found.estimate).abs() { region.0 } else { region.1 };
    Answer {
        reason: reason.map(|reason| reason.id().to_owned()),
        outcome,
        estimate: finite(found.estimate),
        low: finite(found.low),
        high: finite(found.high),
        error: found.error.and_then(finite),
        expected: point.expected.and_then(finite),
        accepted: (region.0.is_finite() && region.1.is_finite()).then_some(region),
        generation: Some(point.generation),
        cell: Some(point.cell.clone()),
        alpha,
        replicates: u32::try_from(found.n).unwrap_or(u32::MAX),
        needs: if undecided { found.needed_for(edge) } else { None },
        inference: found.inference.id().to_owned(),
    }
}
