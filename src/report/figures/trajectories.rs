//! Trajectories as small multiples: quantile band, median, the claim's statistic and its closed form over generations.
//! One overview of what was run as published, and one figure per study with its other arms.

use super::Figure;
use super::canvas::{BLUE, Canvas, Hold, INK, QUIET, RULE, SKY, VERMILLION, fitted};
use crate::audit::{AS_PUBLISHED, Audit, Curve, CurvePoint, World};
use crate::report::facts;
use crate::report::number;
use crate::taxonomy::Definition;
use std::collections::BTreeMap;

const WIDTH: f64 = 270.0;
const HEIGHT: f64 = 200.0;
const ACROSS: usize = 4;
const OVERVIEW: usize = 16;
const TOP: f64 = 70.0;

/// The overview and one figure per study that has curves.
#[must_use]
pub fn draw(audit: &Audit) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    let mut first: Vec<&Curve> = Vec::new();
    for curve in audit.curves.iter().filter(|curve| curve.arm == AS_PUBLISHED && drawable(curve)) {
        if !seen.contains(&curve.claim.as_str()) {
            seen.push(&curve.claim);
            first.push(curve);
        }
    }
    let left_out = first.len().saturating_sub(OVERVIEW);
    let first = if left_out == 0 { first } else { spread(audit, &first) };
    let title = "Simulations against closed forms, as published";
    let note = match left_out {
        0 => String::new(),
        _ => format!("{OVERVIEW} claims, definition by definition and study by study; {left_out} more on the studies' pages. "),
    };
    figures.extend(multiples("trajectories", title, &note, &first));
    for study in &audit.studies {
        let curves: Vec<_> = audit.curves.iter().filter(|curve| belongs(curve, &study.id) && drawable(curve)).collect();
        let curves: Vec<_> = curves.iter().copied().filter(|curve| has_company(audit, curve, &curves)).collect();
        figures.extend(multiples(&format!("trajectories-{}", study.id), &format!("Trajectories of {}", study.id), "", &curves));
    }
    figures
}

/// So many curves as the overview holds, spread over definitions and then over studies: by turns the next of each definition,
/// of a study not yet shown for it where there is one.
fn spread<'a>(audit: &Audit, curves: &[&'a Curve]) -> Vec<&'a Curve> {
    let definition = |curve: &Curve| audit.claims.iter().find(|claim| claim.id == curve.claim).map(|claim| claim.definition);
    let study = |curve: &Curve| curve.claim.split_once('/').map_or(String::new(), |(study, _)| study.to_owned());
    let mut of_study: BTreeMap<(Option<Definition>, String), usize> = BTreeMap::new();
    let mut turns: Vec<(usize, Option<Definition>, usize)> = Vec::new();
    for (place, curve) in curves.iter().enumerate() {
        let again = of_study.entry((definition(curve), study(curve))).or_default();
        turns.push((*again, definition(curve), place));
        *again += 1;
    }
    turns.sort_by_key(|(again, definition, place)| (*definition, *again, *place));
    let mut of_definition: BTreeMap<Option<Definition>, usize> = BTreeMap::new();
    let mut order: Vec<(usize, Option<Definition>, usize)> = Vec::new();
    for (_, definition, place) in turns {
        let turn = of_definition.entry(definition).or_default();
        order.push((*turn, definition, place));
        *turn += 1;
    }
    order.sort_unstable();
    let mut places: Vec<usize> = order.into_iter().take(OVERVIEW).map(|(_, _, place)| place).collect();
    places.sort_unstable();
    places.into_iter().map(|place| curves[place]).collect()
}

fn belongs(curve: &Curve, study: &str) -> bool {
    curve.claim.split_once('/').is_some_and(|(of, _)| of == study)
}

fn drawable(curve: &Curve) -> bool {
    curve.points.iter().any(is_finite)
}

fn is_finite(point: &CurvePoint) -> bool {
    [point.low, point.middle, point.high, point.statistic].iter().all(|value| value.is_finite())
}

/// A curve of one world is drawn only where those of all worlds are drawn beside it.
fn has_company(audit: &Audit, curve: &Curve, all: &[&Curve]) -> bool {
    let is_world = audit.worlds.iter().any(|world| world.id == curve.arm);
    let beside = |other: &&Curve| other.claim == curve.claim && other.cell == curve.cell && other.metric == curve.metric;
    let is_drawn = |world: &World| all.iter().copied().filter(beside).any(|other| other.arm == world.id);
    !is_world || audit.worlds.iter().all(is_drawn)
}

fn multiples(name: &str, title: &str, note: &str, curves: &[&Curve]) -> Option<Figure> {
    if curves.is_empty() {
        return None;
    }
    let across = curves.len().min(ACROSS);
    let down = curves.len().div_ceil(ACROSS);
    let width = (WIDTH * across as f64 + 32.0).max(720.0);
    let mut sheet = Canvas::new(width, TOP + HEIGHT * down as f64 + 20.0);
    sheet.bold(16.0, 26.0, &fitted(title, 16, width - 32.0), 16, Hold::Start);
    legend(&mut sheet, 50.0);
    for (place, curve) in curves.iter().enumerate() {
        let corner = (16.0 + WIDTH * (place % ACROSS) as f64, TOP + HEIGHT * (place / ACROSS) as f64);
        // Arms of one claim share a scale, so that panels side by side can be compared by eye.
        let siblings = curves.iter().filter(|c| c.claim == curve.claim && c.metric == curve.metric && c.cell == curve.cell);
        let together: Vec<&CurvePoint> = siblings.flat_map(|c| c.points.iter().filter(|point| is_finite(point))).collect();
        panel(&mut sheet, corner, curve, &Scale::over(&together));
    }
    let description = format!(
        "{note}Small panels, one per claim and arm: the metric over generations, with the band between the 10 % and 90 % points of the replicates, the \
         median, the claim's statistic and, where there is one, its closed form. The numbers stand in tables/curves.csv.gz."
    );
    let svg = sheet.finish(name, title, &description);
    Some(Figure { name: name.to_owned(), title: title.to_owned(), svg })
}

fn legend(sheet: &mut Canvas, y: f64) {
    sheet.rect(16.0, y - 11.0, 26.0, 13.0, SKY);
    sheet.words(48.0, y, "10 % to 90 % of runs", 11, Hold::Start, INK);
    sheet.line((200.0, y - 4.0), (226.0, y - 4.0), QUIET, 1.2);
    sheet.words(232.0, y, "median", 11, Hold::Start, INK);
    sheet.line((300.0, y - 4.0), (326.0, y - 4.0), BLUE, 2.4);
    sheet.words(332.0, y, "the claim's statistic", 11, Hold::Start, INK);
    sheet.dashed((484.0, y - 4.0), (510.0, y - 4.0), VERMILLION, 2.0);
    sheet.words(516.0, y, "closed form", 11, Hold::Start, INK);
}

/// A vertical scale, logarithmic where everything is positive and spans more than a factor of 50.
struct Scale {
    low: f64,
    high: f64,
    kind: ScaleKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ScaleKind {
    Linear,
    Logarithmic,
}

impl Scale {
    fn over(points: &[&CurvePoint]) -> Self {
        let values = points.iter().flat_map(|p| [Some(p.low), Some(p.middle), Some(p.high), Some(p.statistic), p.expected]).flatten();
        let values: Vec<f64> = values.filter(|v| v.is_finite()).collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if low > 0.0 && high / low > 50.0 {
            return Self { low: low.ln(), high: high.ln(), kind: ScaleKind::Logarithmic };
        }
        let low = if low > 0.0 && low < 0.5 * high { 0.0 } else { low };
        let room = if high > low { 0.0 } else { high.abs().max(1.0) * 0.1 };
        Self { low: low - room, high: high + room, kind: ScaleKind::Linear }
    }

    fn share(&self, value: f64) -> f64 {
        let value = if self.kind == ScaleKind::Logarithmic { value.max(f64::MIN_POSITIVE).ln() } else { value };
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn ends(&self) -> [f64; 2] {
        match self.kind {
            ScaleKind::Linear => [self.low, self.high],
            ScaleKind::Logarithmic => [self.low.exp(), self.high.exp()],
        }
    }
}

fn panel(sheet: &mut Canvas, (left, top): (f64, f64), curve: &Curve, scale: &Scale) {
    let points: Vec<&CurvePoint> = curve.points.iter().filter(|point| is_finite(point)).collect();
    let (x0, x1, y0, y1) = (left + 52.0, left + WIDTH - 16.0, top + HEIGHT - 34.0, top + 54.0);
    let (first, last) = (f64::from(points[0].generation), f64::from(points[points.len() - 1].generation));
    let x = |generation: u32| x0 + (x1 - x0) * if last > first { (f64::from(generation) - first) / (last - first) } else { 0.5 };
    let y = |value: f64| y0 + (y1 - y0) * scale.share(value);
    sheet.bold(left + 4.0, top + 14.0, &fitted(facts::local(&curve.claim), 11, WIDTH - 30.0), 11, Hold::Start);
    let cell = if curve.cell.is_empty() { String::new() } else { format!(", {}", curve.cell) };
    let log = if scale.kind == ScaleKind::Logarithmic { " (log scale)" } else { "" };
    let study = curve.claim.split_once('/').map_or("", |(study, _)| study);
    sheet.words(left + 4.0, top + 27.0, &fitted(study, 10, WIDTH - 18.0), 10, Hold::Start, QUIET);
    sheet.words(
        left + 4.0,
        top + 40.0,
        &fitted(&format!("{}: {}{log}{cell}", curve.arm, curve.metric), 10, WIDTH - 18.0),
        10,
        Hold::Start,
        QUIET,
    );
    let path = |value: fn(&CurvePoint) -> f64| points.iter().map(|p| (x(p.generation), y(value(p)))).collect::<Vec<_>>();
    let mut band = path(|p| p.low);
    band.extend(path(|p| p.high).into_iter().rev());
    sheet.polygon(&band, SKY, None);
    sheet.through(&path(|p| p.middle), QUIET, 1.2, None);
    sheet.through(&path(|p| p.statistic), BLUE, 2.4, None);
    let form: Vec<_> = points.iter().filter_map(|p| Some((x(p.generation), y(p.expected.filter(|e| e.is_finite())?)))).collect();
    if !form.is_empty() {
        sheet.through(&form, VERMILLION, 2.0, Some("5,3"));
    }
    sheet.line((x0, y0), (x1, y0), INK, 1.0);
    sheet.line((x0, y0), (x0, y1), RULE, 1.0);
    for value in scale.ends() {
        sheet.words(x0 - 5.0, y(value) + 4.0, &number::plain(Some(value)), 10, Hold::End, INK);
    }
    sheet.words(x(points[0].generation), y0 + 14.0, &points[0].generation.to_string(), 10, Hold::Middle, INK);
    if last > first {
        sheet.words(x1, y0 + 14.0, &points[points.len() - 1].generation.to_string(), 10, Hold::Middle, INK);
    }
    sheet.words((x0 + x1) / 2.0, y0 + 14.0, "generation", 10, Hold::Middle, QUIET);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::taxonomy::Word;
    use std::collections::BTreeSet;

    #[test]
    fn a_full_overview_shows_every_definition_and_no_claim_twice() {
        let audit = fixture::large();
        let curves: Vec<&Curve> = audit.curves.iter().filter(|curve| curve.arm == AS_PUBLISHED).collect();
        assert!(curves.len() > OVERVIEW);
        let shown: BTreeSet<&str> = spread(&audit, &curves).into_iter().map(|curve| curve.claim.as_str()).collect();
        let claims = audit.claims.iter().filter(|claim| shown.contains(claim.id.as_str()));
        assert_eq!((shown.len(), claims.map(|claim| claim.definition).collect::<BTreeSet<_>>().len()), (OVERVIEW, Definition::all().len()));
    }
}
