//! Dumbbells: where each claim's definition stands as published and in every world, and the first condition that turns it. One figure of the
//! claims that a world turns, one per definition of all claims that were asked, and one of claims that compare two runs, whose marks say what
//! became of the comparison.

use super::Figure;
use super::canvas::{BLUE, Canvas, GREEN, Hold, INK, PAGE, PURPLE, Paint, QUIET, RULE, SMALL, Shape, width_of, wrapped};
use super::labels::{Labels, by_date};
use crate::audit::{Audit, ClaimReport, HeldReport, WorldReport};
use crate::report::facts::Group;
use crate::report::worlds::{self, Place};
use crate::report::{facts, tables, text};
use crate::taxonomy::{Definition, Word};
use crate::verdict::{Outcome, TestOutcome};

const LEFT: f64 = 14.0;
const LANES: [f64; 3] = [394.0, 484.0, 574.0];
const FLIPS: f64 = 632.0;
const LINE: f64 = 17.0;
const TOP: f64 = 112.0;

/// The name of the figure of claims that compare two runs.
pub const COMPARISONS: &str = "comparisons";

/// The figure of turned claims, then one per definition, then that of comparisons.
#[must_use]
pub fn draw(audit: &Audit) -> Vec<Figure> {
    let published: Vec<&ClaimReport> = audit.claims.iter().filter(|claim| claim.published.is_some()).collect();
    let (compared, asked): (Vec<&ClaimReport>, Vec<&ClaimReport>) = published.iter().partition(|claim| claim.compares());
    let turned: Vec<&ClaimReport> =
        asked.iter().copied().filter(|claim| facts::group(claim) == Group::Counted && is_turned(audit, claim)).collect();
    let rule = "Every claim made by a study and read there whose definition is decided as published and decided the other way in a world.";
    let mut figures: Vec<Figure> = figure(audit, "outcomes", "Claims that a world turns", rule, &turned).into_iter().collect();
    for definition in Definition::all() {
        let of: Vec<&ClaimReport> = asked.iter().copied().filter(|claim| claim.definition == *definition).collect();
        let title = format!("{} {}: every claim, as published and in the worlds", definition.number(), tables::short(*definition));
        figures.extend(figure(audit, &name(*definition), &title, "Every claim of this definition that was asked.", &of));
    }
    let title = "Claims that compare two runs of one setup: what becomes of the comparison";
    figures.extend(figure(
        audit,
        COMPARISONS,
        title,
        "Every claim that was asked its own comparison of two runs of one setup in place of a definition.",
        &compared,
    ));
    figures
}

/// The figure of a definition's claims.
#[must_use]
pub fn name(definition: Definition) -> String {
    format!("outcomes-{definition}")
}

/// Whether some world decides otherwise than the decided run as published.
fn is_turned(audit: &Audit, claim: &ClaimReport) -> bool {
    let decided = |outcome: Outcome| matches!(outcome, Outcome::Occurs | Outcome::Absent).then_some(outcome);
    let Some(published) = claim.published.as_ref().and_then(|report| decided(report.outcome)) else { return false };
    audit.worlds.iter().filter_map(|world| decided(claim.at(&world.id)?.outcome)).any(|outcome| outcome != published)
}

/// The row under that of a conditional claim whose condition changes the study's setting.
const WHERE_IT_HOLDS: &str = "— where it holds";

/// Rows by study, so that an author's claims stand together.
struct Row<'a> {
    claim: &'a ClaimReport,
    /// Of a row under a conditional claim's own: what its change makes of it.
    held: Option<&'a HeldReport>,
    /// The study, over its first row.
    study: Option<&'a str>,
    words: Vec<String>,
    y: f64,
}

fn laid<'a>(audit: &'a Audit, labels: &'a Labels, claims: &[&'a ClaimReport]) -> (Vec<Row<'a>>, f64) {
    let mut rows = Vec::new();
    let mut y = TOP;
    for study in by_date(audit) {
        for (place, claim) in claims.iter().filter(|claim| claim.study == study.id).enumerate() {
            y += if place == 0 { 22.0 } else { 0.0 };
            let lines =
                std::iter::once((facts::local(&claim.id), None)).chain(claim.held.as_ref().map(|held| (WHERE_IT_HOLDS, Some(held))));
            for (line, (words, held)) in lines.enumerate() {
                let words = wrapped(words, SMALL, LANES[0] - LEFT - 60.0);
                let height = LINE * words.len() as f64 + 2.0;
                rows.push(Row { claim, held, study: (place + line == 0).then(|| labels.get(&study.id)), words, y });
                y += height;
            }
        }
    }
    (rows, y)
}

fn figure(audit: &Audit, name: &str, title: &str, rule: &str, claims: &[&ClaimReport]) -> Option<Figure> {
    if claims.is_empty() {
        return None;
    }
    let places = worlds::places(audit);
    let labels = Labels::of(audit);
    let (rows, bottom) = laid(audit, &labels, claims);
    let mut sheet = Canvas::new(PAGE, bottom + 30.0);
    sheet.bold(LEFT, 26.0, title, 16, Hold::Start);
    legend(&mut sheet, &places);
    // A long figure says below too what its lanes are.
    for y in [TOP - 14.0, bottom + 18.0] {
        for (x, words) in LANES.into_iter().zip(lanes_of(name)) {
            sheet.bold(x, y, words, SMALL, Hold::Middle);
        }
    }
    sheet.bold(FLIPS, TOP - 14.0, "turned by", SMALL, Hold::Start);
    let lanes: Vec<_> = LANES.iter().flat_map(|x| [x - 45.0, x + 45.0]).map(|x| ((x, TOP - 6.0), (x, bottom))).collect();
    sheet.rules(&lanes, RULE, 0.7);
    for row in &rows {
        row.draw(&mut sheet);
    }
    marks(&mut sheet, &rows, &places);
    let [left, middle, right] = lanes_of(name);
    let description = format!(
        "{rule} {}, a row each, by study and date. Its marks stand where it comes out, {}: {left}, {middle} or {right}; a dash where it does \
         not apply, none where that was not run. A row \"where it holds\" is the claim above it with the change under which it is said to hold. On the right the first single condition that turns it, with the number of others. \
         The numbers stand in tables/claims.csv.gz.",
        capital(&text::counted(claims.len(), "claim", "claims")),
        worlds::listed(audit)
    );
    let svg = sheet.finish(title, &description);
    Some(Figure { name: name.to_owned(), title: title.to_owned(), svg })
}

fn lanes_of(figure: &str) -> [&'static str; 3] {
    if figure == COMPARISONS { ["fails", "undecided", "holds"] } else { ["absent", "undecided", "occurs"] }
}

fn capital(words: &str) -> String {
    crate::audit::capitalised(words)
}

impl Row<'_> {
    fn at(&self, place: &str) -> Option<&WorldReport> {
        self.held.map_or_else(|| self.claim.at(place), |held| held.at(place))
    }

    fn middle(&self) -> f64 {
        self.y + LINE * self.words.len() as f64 / 2.0
    }

    fn draw(&self, sheet: &mut Canvas) {
        if let Some(study) = self.study {
            sheet.bold(LEFT, self.y - 4.0, study, SMALL, Hold::Start);
        }
        for (line, words) in self.words.iter().enumerate() {
            sheet.words(LEFT + 14.0, self.y + 13.0 + LINE * line as f64, words, SMALL, Hold::Start, INK);
        }
        if let Some(words) = turned_by(self.claim).filter(|_| self.held.is_none()) {
            sheet.words(FLIPS, self.middle() + 4.5, &words, SMALL, Hold::Start, INK);
        }
    }
}

/// The first condition that turns a claim, with how many others do; none where nothing does, or nothing was decided.
fn turned_by(claim: &ClaimReport) -> Option<String> {
    let flips = claim.flips_under.as_ref()?;
    match (flips.kind.as_str(), &flips.conditions[..]) {
        _ if !flips.pairs.is_empty() => Some("two together".to_owned()),
        ("single", [first]) => Some(first.id().to_owned()),
        ("single", [first, others @ ..]) => Some(format!("{} (+{})", first.id(), others.len())),
        ("only-jointly", _) => Some("all together only".to_owned()),
        _ => None,
    }
}

fn look(place: usize) -> (Shape, Paint, &'static str) {
    match place {
        0 => (Shape::Square, Paint::Solid, BLUE),
        1 => (Shape::Disc, Paint::Solid, GREEN),
        2 => (Shape::Triangle, Paint::Solid, PURPLE),
        other if other % 2 == 0 => (Shape::Disc, Paint::Hollow, INK),
        _ => (Shape::Square, Paint::Hollow, INK),
    }
}

/// The lane of what was found: of a comparison, `occurs` where it holds.
const fn lane(report: &WorldReport) -> Outcome {
    match report.comparison {
        None => report.outcome,
        Some(TestOutcome::Holds) => Outcome::Occurs,
        Some(TestOutcome::Fails) => Outcome::Absent,
        Some(TestOutcome::Undecided) => Outcome::Undecided,
    }
}

/// Where a mark of a place stands within the lane of an outcome.
fn across(outcome: Outcome, place: usize, places: usize) -> f64 {
    let lane = match outcome {
        Outcome::Absent => LANES[0],
        Outcome::Undecided | Outcome::NotApplicable => LANES[1],
        Outcome::Occurs => LANES[2],
    };
    lane + (place as f64 - (places as f64 - 1.0) / 2.0) * (66.0 / places as f64)
}

/// The marks of all rows, place by place, over the lines that join those of a row.
fn marks(sheet: &mut Canvas, rows: &[Row], places: &[Place]) {
    let of = |row: &Row, place: usize| {
        let outcome = lane(row.at(&places[place].id)?);
        Some((outcome, (across(outcome, place, places.len()), row.middle())))
    };
    let joined = rows.iter().flat_map(|row| {
        let stops: Vec<_> =
            (0..places.len()).filter_map(|place| of(row, place)).filter(|(o, _)| *o != Outcome::NotApplicable).map(|(_, at)| at).collect();
        stops.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()
    });
    let joined: Vec<_> = joined.collect();
    sheet.rules(&joined, QUIET, 1.4);
    for place in 0..places.len() {
        let (shape, paint, colour) = look(place);
        let all: Vec<_> = rows.iter().filter_map(|row| of(row, place)).collect();
        let those =
            |applies: bool| all.iter().filter(|(o, _)| (*o != Outcome::NotApplicable) == applies).map(|(_, at)| *at).collect::<Vec<_>>();
        sheet.marks(&those(true), 5.0, shape, paint, colour);
        sheet.marks(&those(false), 5.0, Shape::Dash, Paint::Solid, colour);
    }
}

fn legend(sheet: &mut Canvas, places: &[Place]) {
    let (mut x, mut y) = (LEFT + 6.0, 52.0);
    for (place, named) in places.iter().enumerate() {
        let width = width_of(&named.words, SMALL);
        if x + width + 20.0 > PAGE - LEFT {
            (x, y) = (LEFT + 6.0, y + LINE);
        }
        let (shape, paint, colour) = look(place);
        sheet.mark(x, y - 4.5, 5.0, shape, paint, colour);
        sheet.words(x + 12.0, y, &named.words, SMALL, Hold::Start, INK);
        x += 44.0 + width;
    }
    sheet.mark(LEFT + 6.0, y + LINE - 4.5, 5.0, Shape::Dash, Paint::Solid, QUIET);
    sheet.words(LEFT + 18.0, y + LINE, "does not apply", SMALL, Hold::Start, INK);
    sheet.words(LEFT + 134.0, y + LINE, "no mark: not run there", SMALL, Hold::Start, QUIET);
    sheet.words(FLIPS, y + LINE, "(+1): one more does alone", SMALL, Hold::Start, QUIET);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::svg;
    use crate::report::fixture;

    #[test]
    fn every_claim_that_was_asked_has_its_marks_and_every_turned_one_its_row() {
        let audit = fixture::large();
        let figures = draw(&audit);
        let asked: Vec<&ClaimReport> = audit.claims.iter().filter(|claim| claim.published.is_some()).collect();
        assert!(asked.iter().any(|claim| claim.compares()) && asked.iter().any(|claim| claim.held.is_some()), "every kind is drawn");
        let asked = asked.len() + asked.iter().filter(|claim| claim.held.is_some()).count();
        let drawn: usize = figures.iter().filter(|figure| figure.name != "outcomes").map(|figure| squares(&figure.svg)).sum();
        // A square more in each legend.
        let legends = figures.len() - 1;
        assert_eq!(drawn, asked + legends);
        let is_shown = |claim: &&ClaimReport| facts::group(claim) == Group::Counted && !claim.compares() && is_turned(&audit, claim);
        let turned: Vec<&ClaimReport> = audit.claims.iter().filter(is_shown).collect();
        assert_eq!(squares(&figures[0].svg), turned.len() + turned.iter().filter(|claim| claim.held.is_some()).count() + 1);
        assert!(figures.iter().any(|figure| figure.name == COMPARISONS && figure.svg.contains(">holds<")));
    }

    fn squares(svg: &str) -> usize {
        svg::unfolded(svg).matches("h10v10h-10z").count()
    }
}
