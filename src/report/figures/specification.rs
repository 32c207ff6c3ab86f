//! The specification curve: one claim's definition as published, under every single condition, in every world and in the leading world
//! without one condition, by size of the effect; below, which conditions each run changes.

use super::Figure;
use super::canvas::{BLUE, Canvas, Hold, INK, PAGE, Paint, QUIET, RULE, SMALL, Shape, VERMILLION, width_of, wrapped};
use super::labels::Labels;
use crate::audit::{AS_PUBLISHED, Audit, ClaimReport, FindingReport, Flips};
use crate::plan::Pair;
use crate::report::facts::{self, Group};
use crate::report::{number, tables};
use crate::taxonomy::{Against, Condition, Definition, Word};
use crate::verdict::Outcome;
use std::collections::BTreeSet;

const LEFT: f64 = 14.0;
const LABELS: f64 = 210.0;
const PLOT: f64 = 190.0;
const ROW: f64 = 20.0;
/// Fewest runs that make a curve.
const FEWEST: usize = 4;

/// One run: how it is called, what it changes, what was found.
struct Run<'a> {
    arm: &'a str,
    changed: BTreeSet<Condition>,
    finding: &'a FindingReport,
}

/// A curve for one claim of each definition: of the counted ones that a single condition turns, else of all counted ones, that with
/// the most decided runs, the first by id.
#[must_use]
pub fn draw(audit: &Audit) -> Vec<Figure> {
    chosen(audit).into_iter().map(|(claim, runs)| figure(audit, claim, &runs)).collect()
}

/// The curve that the report shows: that with the most decided runs.
#[must_use]
pub fn shown(audit: &Audit) -> Option<String> {
    let best = chosen(audit).into_iter().rev().max_by_key(|(claim, runs)| (turned_alone(claim), decided(runs)));
    best.map(|(claim, _)| name(claim.definition))
}

/// The curve of a definition.
#[must_use]
pub fn name(definition: Definition) -> String {
    format!("specification-{definition}")
}

fn chosen(audit: &Audit) -> Vec<(&ClaimReport, Vec<Run<'_>>)> {
    let of = |definition: &Definition| {
        let counted = facts::claims_in(audit, Group::Counted).filter(|claim| claim.definition == *definition && !claim.compares());
        let with_runs = counted.map(|claim| (claim, runs(audit, claim))).filter(|(_, runs)| runs.len() >= FEWEST);
        let mut all: Vec<_> = with_runs.collect();
        all.sort_by_key(|(claim, runs)| std::cmp::Reverse((turned_alone(claim), decided(runs))));
        all.into_iter().next()
    };
    Definition::all().iter().filter_map(of).collect()
}

fn turned_alone(claim: &ClaimReport) -> bool {
    let by_the_loop = |flips: &Flips| flips.conditions.iter().any(|condition| !flips.rebased.contains(condition));
    claim.flips_under.as_ref().is_some_and(|flips| flips.kind == "single" && by_the_loop(flips))
}

fn decided(runs: &[Run]) -> usize {
    runs.iter().filter(|run| matches!(run.finding.outcome, Outcome::Occurs | Outcome::Absent)).count()
}

/// Every run of a claim's simulation that says what becomes of its definition, by size of the effect; none where the claim is about an order.
fn runs<'a>(audit: &'a Audit, claim: &'a ClaimReport) -> Vec<Run<'a>> {
    let study = audit.studies.iter().find(|study| study.id == claim.study);
    let (Some(study), Some(simulation), Some(published)) = (study, claim.simulation.as_ref(), claim.published.as_ref()) else {
        return Vec::new();
    };
    let Some(arms) = study.profiles.get(simulation) else { return Vec::new() };
    let functional = if claim.definition.has_functionals() { format!(":{}", claim.functional) } else { String::new() };
    let reading = if claim.against == Some(Against::First) { ":first" } else { "" };
    let key = format!("{}{functional}{reading}", claim.definition);
    // What the worlds ask of an order is its contrast, which no profile holds.
    let same = arms.get(AS_PUBLISHED).and_then(|profile| profile.get(&key)).is_some_and(|finding| finding.outcome == published.outcome);
    if !same || claim.test.as_deref().is_some_and(|test| test.contains(" is below that ")) {
        return Vec::new();
    }
    let run = |(arm, profile): (&'a String, &'a std::collections::BTreeMap<String, FindingReport>)| {
        // What a world would change and this simulation cannot is not changed in it; what only costs too much alone, is.
        let cannot = |condition: &Condition| study.not_simulated.get(simulation)?.get(condition.id()).filter(|reason| *reason != "cost");
        let changed = changed(audit, arm)?.into_iter().filter(|condition| cannot(condition).is_none()).collect();
        Some(Run { arm, changed, finding: profile.get(&key)? })
    };
    let mut runs: Vec<Run> = arms.iter().filter_map(run).collect();
    let size = |run: &Run| run.finding.effect.filter(|effect| effect.is_finite()).unwrap_or(f64::INFINITY);
    runs.sort_by(|a, b| size(a).total_cmp(&size(b)).then(a.arm.cmp(b.arm)));
    runs
}

/// The conditions that an arm changes; none for controls and sides of conditional claims.
fn changed(audit: &Audit, arm: &str) -> Option<BTreeSet<Condition>> {
    let single = |id: &str| Condition::all().iter().copied().find(|condition| condition.id() == id);
    if arm == AS_PUBLISHED {
        return Some(BTreeSet::new());
    }
    if let Some(world) = audit.worlds.iter().find(|world| world.id == arm) {
        return Some(world.conditions.iter().copied().collect());
    }
    if let Some(left) = arm.strip_prefix("without-") {
        let left = single(left)?;
        return Some(audit.worlds.first()?.conditions.iter().copied().filter(|condition| *condition != left).collect());
    }
    if let Some(pair) = Pair::parse(arm) {
        return Some(Condition::all().iter().copied().filter(|condition| pair.has(*condition)).collect());
    }
    single(arm).map(|condition| BTreeSet::from([condition]))
}

fn figure(audit: &Audit, claim: &ClaimReport, runs: &[Run]) -> Figure {
    let labels = Labels::of(audit);
    let notes = notes(&labels, claim, runs);
    let top = 48.0 + 17.0 * notes.len() as f64;
    let named: Vec<(&str, String)> = std::iter::once((AS_PUBLISHED, "as published".to_owned()))
        .chain(audit.worlds.iter().map(|world| (world.id.as_str(), format!("{} world", world.words()))))
        .collect();
    let rows = named.len() + Condition::all().len();
    let foot = top + PLOT + if statistics(runs).len() > 1 { 38.0 } else { 22.0 };
    let mut sheet = Canvas::new(PAGE, foot + ROW * rows as f64 + 40.0);
    let title = format!("{} {}: one claim under all conditions", claim.definition.number(), tables::short(claim.definition));
    sheet.bold(LEFT, 26.0, &title, 16, Hold::Start);
    for (line, words) in notes.iter().enumerate() {
        sheet.words(LEFT, 46.0 + 17.0 * line as f64, words, SMALL, Hold::Start, QUIET);
    }
    let step = (PAGE - LEFT - LABELS) / runs.len() as f64;
    let x = |run: usize| LABELS + step * (run as f64 + 0.5);
    curve(&mut sheet, runs, top, &x);
    for (at, run) in runs.iter().enumerate() {
        if let Some(letter) = letter(&statistics(runs), run) {
            sheet.words(x(at), foot - 4.0, &letter, SMALL, Hold::Middle, QUIET);
        }
    }
    let mut dots = Vec::new();
    let words = named.iter().map(|(_, words)| words.clone()).chain(Condition::all().iter().map(|condition| condition.id().to_owned()));
    for (row, words) in words.enumerate() {
        let y = foot + ROW * row as f64;
        sheet.words(LABELS - 12.0, y + 14.5, &words, SMALL, Hold::End, INK);
        sheet.rules(&[((LEFT, y), (PAGE - LEFT, y))], RULE, 0.8);
        let holds = |run: &Run| match named.get(row) {
            Some((id, _)) => run.arm == *id,
            None => run.changed.contains(&Condition::all()[row - named.len()]),
        };
        dots.extend(runs.iter().enumerate().filter(|(_, run)| holds(run)).map(|(at, _)| (x(at), y + ROW / 2.0)));
    }
    sheet.marks(&dots, 4.5, Shape::Disc, Paint::Solid, INK);
    legend(&mut sheet, foot + ROW * rows as f64 + 26.0);
    let description = format!(
        "The claim {}: {} runs of its simulation, by size of the effect: as published, with each single condition, in every world, and in the leading world without \
         one condition where that was run. A triangle where the definition occurs, a ring where it is absent, a square where that is undecided, a dash where it does \
         not apply. Dots below name the run and the conditions that it changes. Of the counted claims of this definition that a single condition turns, else of \
         all, it is the one with the most decided runs. The numbers stand in tables/profiles.csv.gz.",
        claim.id,
        runs.len()
    );
    let name = name(claim.definition);
    let svg = sheet.finish(&title, &description);
    Figure { name, title, svg }
}

fn notes(labels: &Labels, claim: &ClaimReport, runs: &[Run]) -> Vec<String> {
    let statistics = statistics(runs);
    let told: Vec<String> = match statistics[..] {
        [one] => vec![one.to_owned()],
        _ => statistics.iter().zip('a'..).map(|(words, letter)| format!("({letter}) {words}")).collect(),
    };
    let several = if statistics.len() > 1 { ", of several kinds, told by the letter under each" } else { "" };
    let words = format!("{}, {}. Effect{several}: {}.", facts::local(&claim.id), labels.get(&claim.study), told.join("; "));
    wrapped(&words, SMALL, PAGE - 2.0 * LEFT)
}

/// What the effects of some runs measure, each once; a run without an effect measures nothing.
fn statistics<'a>(runs: &[Run<'a>]) -> Vec<&'a str> {
    let measured = runs.iter().filter(|run| run.finding.effect.is_some());
    let all: BTreeSet<&str> = measured.map(|run| run.finding.statistic.as_str()).filter(|words| !words.is_empty()).collect();
    all.into_iter().collect()
}

/// The letter of what a run's effect measures, where runs measure several things.
fn letter(statistics: &[&str], run: &Run) -> Option<String> {
    run.finding.effect?;
    let place = statistics.iter().position(|words| *words == run.finding.statistic).filter(|_| statistics.len() > 1)?;
    ('a'..).nth(place).map(String::from)
}

/// A scale that is linear near zero and logarithmic far from it where effects differ by orders.
struct Scale {
    low: f64,
    high: f64,
    unit: Option<f64>,
}

impl Scale {
    fn over(runs: &[Run]) -> Self {
        let finite = |run: &Run| {
            [run.finding.effect, run.finding.low, run.finding.high].into_iter().flatten().filter(|v| v.is_finite()).collect::<Vec<_>>()
        };
        let values: Vec<f64> = runs.iter().flat_map(finite).chain([0.0]).collect();
        let effects = runs.iter().filter_map(|run| run.finding.effect).map(f64::abs).filter(|v| v.is_finite() && *v > 0.0);
        let (least, most) = effects.fold((f64::INFINITY, 0.0_f64), |(least, most), v| (least.min(v), most.max(v)));
        let unit = (most / least > 50.0).then_some(least.max(most * 1e-6));
        let bent = |value: f64| unit.map_or(value, |unit| (value / unit).asinh());
        let ends = values.iter().map(|value| bent(*value)).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        Self { low: ends.0, high: if ends.1 > ends.0 { ends.1 } else { ends.0 + 1.0 }, unit }
    }

    fn share(&self, value: f64) -> f64 {
        let bent = self.unit.map_or(value, |unit| (value / unit).asinh());
        ((bent - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn ends(&self) -> [f64; 2] {
        [self.low, self.high].map(|end| self.unit.map_or(end, |unit| end.sinh() * unit))
    }
}

const fn mark(outcome: Outcome) -> (Shape, Paint, &'static str) {
    match outcome {
        Outcome::Occurs => (Shape::Triangle, Paint::Solid, VERMILLION),
        Outcome::Absent => (Shape::Disc, Paint::Hollow, BLUE),
        Outcome::Undecided => (Shape::Square, Paint::Hollow, QUIET),
        Outcome::NotApplicable => (Shape::Dash, Paint::Solid, QUIET),
    }
}

fn curve(sheet: &mut Canvas, runs: &[Run], top: f64, x: &dyn Fn(usize) -> f64) {
    let scale = Scale::over(runs);
    let y = |value: f64| top + PLOT - (PLOT - 8.0) * scale.share(value);
    sheet.dashed((LABELS, y(0.0)), (PAGE - LEFT, y(0.0)), QUIET, 1.0);
    for value in scale.ends() {
        sheet.words(LABELS - 12.0, y(value) + 4.5, &number::plain(Some(value)), SMALL, Hold::End, INK);
    }
    if scale.ends().iter().all(|end| (y(*end) - y(0.0)).abs() > 16.0) {
        sheet.words(LABELS - 12.0, y(0.0) + 4.5, "0", SMALL, Hold::End, INK);
    }
    let side = if scale.unit.is_some() { "effect, log scale away from 0" } else { "effect" };
    sheet.words(LEFT, top + PLOT / 2.0, side.split(", ").next().unwrap_or(side), SMALL, Hold::Start, QUIET);
    if scale.unit.is_some() {
        sheet.words(LEFT, top + PLOT / 2.0 + 17.0, "(log away from 0)", SMALL, Hold::Start, QUIET);
    }
    for (at, run) in runs.iter().enumerate() {
        let (shape, paint, colour) = mark(run.finding.outcome);
        let Some(effect) = run.finding.effect.filter(|effect| effect.is_finite()) else {
            sheet.mark(x(at), top + PLOT + 8.0, 4.5, shape, paint, colour);
            continue;
        };
        if let (Some(low), Some(high)) = (run.finding.low, run.finding.high) {
            sheet.line((x(at), y(low)), (x(at), y(high)), colour, 1.6);
        }
        sheet.mark(x(at), y(effect), 5.0, shape, paint, colour);
    }
}

fn legend(sheet: &mut Canvas, y: f64) {
    let mut x = LEFT + 6.0;
    for outcome in Outcome::all() {
        let (shape, paint, colour) = mark(*outcome);
        sheet.mark(x, y - 4.5, 5.0, shape, paint, colour);
        let words = facts::outcome_plain(*outcome);
        sheet.words(x + 12.0, y, words, SMALL, Hold::Start, INK);
        x += 44.0 + width_of(words, SMALL);
    }
    sheet.words(x, y, "without a number: under the plot; dashed: zero", SMALL, Hold::Start, QUIET);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::svg;
    use crate::report::fixture;

    #[test]
    fn effects_of_several_kinds_have_a_letter_each_and_of_one_kind_none() {
        let mut finding =
            fixture::large().studies[0].profiles.values().next().unwrap().values().next().unwrap().values().next().unwrap().clone();
        finding.effect = Some(1.0);
        let of = |statistic: &str| FindingReport { statistic: statistic.to_owned(), ..finding.clone() };
        let findings = [of("share of modes"), of("mass between"), of("mass between")];
        let runs: Vec<Run> = findings.iter().map(|finding| Run { arm: "a", changed: BTreeSet::new(), finding }).collect();
        let letters = |runs: &[Run]| runs.iter().map(|run| letter(&statistics(runs), run)).collect::<Vec<_>>();
        assert_eq!(letters(&runs), ["b", "a", "a"].map(|letter| Some(letter.to_owned())));
        assert_eq!(letters(&runs[1..]), [None, None]);
        let silent = FindingReport { effect: None, ..of("never measured") };
        let with_silent = [&findings[1], &silent].map(|finding| Run { arm: "a", changed: BTreeSet::new(), finding });
        assert_eq!(statistics(&with_silent), ["mass between"], "what no mark shows has no letter");
    }

    #[test]
    fn a_curve_has_a_column_for_every_run_and_a_dot_for_every_condition_it_changes() {
        let audit = fixture::large();
        let (figures, chosen) = (draw(&audit), chosen(&audit));
        assert!(!figures.is_empty() && figures.len() == chosen.len());
        for (figure, (_, runs)) in figures.iter().zip(&chosen) {
            let named = runs.iter().filter(|run| run.arm == AS_PUBLISHED || audit.worlds.iter().any(|world| world.id == run.arm)).count();
            let dots = named + runs.iter().map(|run| run.changed.len()).sum::<usize>();
            assert_eq!(svg::unfolded(&figure.svg).matches("a4.5 4.5 0 1 0 9 0").count(), dots, "{}", figure.name);
        }
    }
}
