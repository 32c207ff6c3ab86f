//! Two axes, never blended: how near our run of a claim is to its study (fidelity) against how near the study's setting is to the world
//! (realism); one mark per claim.

use super::Figure;
use super::canvas::{BLUE, Canvas, GREY, Hold, INK, PAGE, Paint, QUIET, RULE, SMALL, Shape, VERMILLION, width_of};
use crate::audit::{Audit, ClaimReport, Verdict};
use crate::report::facts::{self, Group};
use crate::report::number;
use crate::taxonomy::{Fidelity, Word};
use std::collections::BTreeMap;

const LEFT: f64 = 14.0;
/// Where the scale of realism begins and ends, and where claims of studies without a score stand.
const SCALE: (f64, f64) = (112.0, 700.0);
const WITHHELD: f64 = 768.0;
/// Columns of the scale from 0 to 1.
const BINS: f64 = 40.0;
const STEP: f64 = 6.6;
const TOP: f64 = 96.0;

/// The lanes, nearest first.
const LANES: [Fidelity; 4] = [Fidelity::Exact, Fidelity::Scaled, Fidelity::Analogue, Fidelity::None];

/// Claims that lie on one another: a lane and a column of the scale, none where there is no score.
type Heap<'a> = BTreeMap<(usize, Option<u32>), Vec<&'a ClaimReport>>;

/// The figure; none without claims.
#[must_use]
pub fn draw(audit: &Audit) -> Option<Figure> {
    if audit.claims.is_empty() {
        return None;
    }
    let mut heaps = Heap::new();
    for claim in &audit.claims {
        let lane = LANES.iter().position(|lane| *lane == claim.fidelity).unwrap_or(LANES.len() - 1);
        heaps.entry((lane, score(audit, claim).map(|score| (score * BINS).round() as u32))).or_default().push(claim);
    }
    heaps.values_mut().for_each(|heap| heap.sort_by_key(|claim| (look(claim), &claim.id)));
    let heights: Vec<f64> = (0..LANES.len()).map(|lane| height(&heaps, lane)).collect();
    let feet: Vec<f64> = heights
        .iter()
        .scan(TOP, |foot, height| {
            *foot += height;
            Some(*foot)
        })
        .collect();
    let bottom = feet[feet.len() - 1];
    let mut sheet = Canvas::new(PAGE, bottom + 46.0);
    let title = "How near our run is to the study, against how near the study is to the world";
    sheet.bold(LEFT, 26.0, title, 16, Hold::Start);
    legend(&mut sheet, &audit.claims);
    frame(&mut sheet, &feet, bottom);
    for look in LOOKS {
        let centres = heaps.iter().flat_map(|((lane, bin), heap)| {
            let foot = feet[*lane];
            let those = heap.iter().enumerate().filter(|(_, claim)| self::look(claim) == look);
            those.map(move |(place, _)| at(*bin, foot, place))
        });
        let centres: Vec<_> = centres.collect();
        let (shape, paint, colour) = mark(look);
        sheet.marks(&centres, 2.6, shape, paint, colour);
    }
    let description = format!(
        "One mark for each of {} claims, those of the studies, checks we added and recalled ones. Lanes say how near our run is to the study: exact, scaled, \
         analogue, or none. Across stands the realism score of the study's setting in that simulation, or of the study where that is not coded alone, \
         from 0 to 1, in steps of {}; withheld ones stand apart. Shape and colour are the verdict. The numbers stand in tables/claims.csv.gz and \
         tables/studies.csv.",
        audit.claims.len(),
        1.0 / BINS
    );
    let svg = sheet.finish(title, &description);
    Some(Figure { name: "nearness".to_owned(), title: title.to_owned(), svg })
}

/// Realism of the simulation, where it is coded on its own, else of the study.
fn score(audit: &Audit, claim: &ClaimReport) -> Option<f64> {
    let study = audit.studies.iter().find(|study| study.id == claim.study)?;
    let own = claim.simulation.as_ref().and_then(|simulation| study.realism_by_simulation.get(simulation));
    own.unwrap_or(&study.realism).mid
}

/// How many marks of a heap stand beside one another: as many as a column of the scale has room for.
const BESIDE: usize = 2;

fn height(heaps: &Heap, lane: usize) -> f64 {
    let tallest = heaps.iter().filter(|((of, _), _)| *of == lane).map(|((_, bin), heap)| heap.len().div_ceil(beside(*bin))).max();
    STEP * tallest.unwrap_or(0) as f64 + 34.0
}

/// Those without a score have more room.
const fn beside(bin: Option<u32>) -> usize {
    if bin.is_some() { BESIDE } else { 4 * BESIDE }
}

fn at(bin: Option<u32>, foot: f64, place: usize) -> (f64, f64) {
    let beside = beside(bin);
    let middle = bin.map_or(WITHHELD, |bin| x(f64::from(bin) / BINS));
    let across = (place % beside) as f64 - (beside as f64 - 1.0) / 2.0;
    (middle + STEP * across, foot - 6.0 - STEP * (place / beside) as f64)
}

fn x(score: f64) -> f64 {
    SCALE.0 + (SCALE.1 - SCALE.0) * score
}

/// How a claim is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    Reproduced,
    Contradicted,
    Undecided,
    Untested,
}

const LOOKS: [Look; 4] = [Look::Reproduced, Look::Contradicted, Look::Undecided, Look::Untested];

fn look(claim: &ClaimReport) -> Look {
    match (facts::group(claim), claim.verdict) {
        (_, Verdict::Reproduced) => Look::Reproduced,
        (Group::Counted | Group::Added, Verdict::Contradicted) => Look::Contradicted,
        (Group::Recalled, Verdict::Contradicted) | (_, Verdict::Undecided) => Look::Undecided,
        (_, Verdict::Untested) => Look::Untested,
    }
}

const fn mark(look: Look) -> (Shape, Paint, &'static str) {
    match look {
        Look::Reproduced => (Shape::Disc, Paint::Solid, BLUE),
        Look::Contradicted => (Shape::Triangle, Paint::Solid, VERMILLION),
        Look::Undecided => (Shape::Square, Paint::Hollow, QUIET),
        Look::Untested => (Shape::Disc, Paint::Hollow, GREY),
    }
}

fn frame(sheet: &mut Canvas, feet: &[f64], bottom: f64) {
    let mut rules: Vec<_> = feet.iter().map(|foot| ((LEFT, *foot), (PAGE - LEFT, *foot))).collect();
    for step in 0..=4 {
        let score = f64::from(step) / 4.0;
        rules.push(((x(score), TOP), (x(score), bottom)));
        sheet.words(x(score), bottom + 17.0, &number::score(Some(score)), SMALL, Hold::Middle, INK);
    }
    sheet.rules(&rules, RULE, 0.8);
    for (fidelity, foot) in LANES.iter().zip(feet) {
        let words = if *fidelity == Fidelity::None { "none" } else { fidelity.id() };
        sheet.bold(LEFT, foot - 8.0, words, SMALL, Hold::Start);
    }
    sheet.words(x(0.5), bottom + 36.0, "realism of the setting", SMALL, Hold::Middle, QUIET);
    sheet.words(WITHHELD, bottom + 17.0, "withheld", SMALL, Hold::Middle, INK);
}

fn legend(sheet: &mut Canvas, claims: &[ClaimReport]) {
    let mut x = LEFT + 6.0;
    for (look, words) in LOOKS.into_iter().zip(["reproduced", "contradicted", "undecided or not confirmed", "untested"]) {
        let (shape, paint, colour) = mark(look);
        let words = format!("{words} ({})", claims.iter().filter(|claim| self::look(claim) == look).count());
        sheet.mark(x, 47.5, 4.5, shape, paint, colour);
        sheet.words(x + 12.0, 52.0, &words, SMALL, Hold::Start, INK);
        x += 40.0 + width_of(&words, SMALL);
    }
    sheet.words(LEFT, 76.0, "Lanes: our run of the claim is exact, scaled, an analogue, or there is none.", SMALL, Hold::Start, QUIET);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::svg;
    use crate::report::fixture;

    #[test]
    fn every_claim_is_one_mark() {
        for audit in [fixture::large(), fixture::awkward()] {
            let svg = svg::unfolded(&draw(&audit).unwrap().svg);
            let discs = svg.matches("a2.6 2.6 0 1 0 5.2 0").count();
            let squares = svg.matches("h5.2v5.2h-5.2z").count();
            let triangles = svg.matches("l2.9 5.2-5.7 0z").count() + svg.matches("l2.9 5.2 -5.7 0z").count();
            assert_eq!(discs + squares + triangles, audit.claims.len(), "{discs} {squares} {triangles}");
        }
    }
}
