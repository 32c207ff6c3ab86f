//! Sensitivity: how the realism-weighted share of studies in which a definition occurs moves with the weights of the conditions, and in
//! which share of weightings it stays on its side of one half.

use super::Figure;
use super::canvas::{BLUE, Canvas, GREY, Hold, INK, PAGE, Paint, QUIET, RULE, SKY, SMALL, Shape};
use crate::audit::{Audit, DefinitionReport, ShareSensitivity};
use crate::report::worlds::{self, Place};
use crate::report::{number, tables};
use crate::taxonomy::{Against, Definition};

const LEFT: f64 = 14.0;
/// Where the weighted share is drawn, and where the share of weightings.
const SHARE: (f64, f64) = (330.0, 560.0);
const HOLDS: (f64, f64) = (616.0, 756.0);
const ROW: f64 = 21.0;
const TOP: f64 = 116.0;

/// The figure; none where no share was weighted.
#[must_use]
pub fn draw(audit: &Audit) -> Option<Figure> {
    let places = worlds::places(audit);
    let found = |report: &DefinitionReport, place: &Place| report.share_sensitivity.get(&place.id).copied().flatten();
    let any = audit.definitions.iter().any(|report| places.iter().any(|place| found(report, place).is_some()));
    if !any {
        return None;
    }
    let group = ROW * places.len() as f64 + 8.0;
    let bottom = TOP + group * audit.definitions.len() as f64;
    let mut sheet = Canvas::new(PAGE, bottom + 40.0);
    let title = "What other weights of the realism conditions would change";
    sheet.bold(LEFT, 26.0, title, 16, Hold::Start);
    frame(&mut sheet, bottom);
    for (place, report) in audit.definitions.iter().enumerate() {
        let top = TOP + group * place as f64;
        sheet.rules(&[((LEFT, top - 4.0), (PAGE - LEFT, top - 4.0))], RULE, 0.8);
        name(&mut sheet, report, top);
        for (row, world) in places.iter().enumerate() {
            let y = top + ROW * row as f64;
            sheet.words(SHARE.0 - 16.0, y + 14.5, &world.words, SMALL, Hold::End, INK);
            match found(report, world) {
                Some(moved) => draw_row(&mut sheet, y, report.share_weighted.get(&world.id).copied().flatten(), &moved),
                None => sheet.words(HOLDS.0, y + 14.5, "nothing decided", SMALL, Hold::Start, QUIET),
            }
        }
    }
    let description = format!(
        "For each definition {}: on the left the realism-weighted share of decided studies in which it occurs, with its 5 % to 95 % range over 10,000 weightings \
         drawn evenly; on the right the share of those weightings under which it lies on the same side of one half as under the weights in use. Exact and \
         scaled main simulations, each study once. The numbers stand in tables/definitions.csv.",
        worlds::listed(audit)
    );
    let svg = sheet.finish(title, &description);
    Some(Figure { name: "weights".to_owned(), title: title.to_owned(), svg })
}

fn frame(sheet: &mut Canvas, bottom: f64) {
    sheet.words(SHARE.0, 58.0, "weighted share in which", SMALL, Hold::Start, INK);
    sheet.words(SHARE.0, 75.0, "it occurs, range over weights", SMALL, Hold::Start, INK);
    sheet.words(HOLDS.0, 58.0, "weightings under which", SMALL, Hold::Start, INK);
    sheet.words(HOLDS.0, 75.0, "its side of one half holds", SMALL, Hold::Start, INK);
    let mut rules = Vec::new();
    for (from, to) in [SHARE, HOLDS] {
        for share in [0.0, 0.5, 1.0] {
            let x = from + (to - from) * share;
            rules.push(((x, TOP - 8.0), (x, bottom)));
            sheet.words(x, TOP - 12.0, &number::percent(Some(share)), SMALL, Hold::Middle, QUIET);
        }
    }
    sheet.rules(&rules, RULE, 0.8);
    sheet.mark(SHARE.0 + 6.0, bottom + 20.0, 4.5, Shape::Disc, Paint::Solid, BLUE);
    sheet.words(SHARE.0 + 18.0, bottom + 24.5, "under the weights in use", SMALL, Hold::Start, QUIET);
}

fn name(sheet: &mut Canvas, report: &DefinitionReport, top: f64) {
    let words = format!("{} {}", Definition::number(report.id), tables::short(report.id));
    sheet.bold(LEFT, top + 14.5, &words, SMALL, Hold::Start);
    let reading = match report.against {
        None => return,
        Some(Against::RealOnly) => "against real data alone",
        Some(Against::First) => "against the first model",
    };
    sheet.words(LEFT, top + 14.5 + ROW, reading, SMALL, Hold::Start, QUIET);
}

fn draw_row(sheet: &mut Canvas, y: f64, in_use: Option<f64>, moved: &ShareSensitivity) {
    let x = |share: f64| SHARE.0 + (SHARE.1 - SHARE.0) * share;
    sheet.outlined(x(moved.low), y + 6.0, (x(moved.high) - x(moved.low)).max(1.0), ROW - 12.0, SKY, BLUE);
    if let Some(share) = in_use {
        sheet.mark(x(share), y + ROW / 2.0, 4.5, Shape::Disc, Paint::Solid, BLUE);
    }
    let length = (HOLDS.1 - HOLDS.0) * moved.holds;
    sheet.rect(HOLDS.0, y + 5.0, length, ROW - 10.0, GREY);
    sheet.words(HOLDS.1 + 10.0, y + 14.5, &number::percent(Some(moved.holds)), SMALL, Hold::Start, INK);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn every_definition_in_every_world_has_its_row() {
        let mut audit = fixture::large();
        let moved = ShareSensitivity { low: 0.2, middle: 0.3, high: 0.6, holds: 0.9, error: 0.003 };
        for report in &mut audit.definitions {
            report.share_sensitivity.insert("realistic".to_owned(), Some(moved));
            report.share_weighted.insert("realistic".to_owned(), Some(0.3));
        }
        let svg = draw(&audit).unwrap().svg;
        let places = worlds::places(&audit);
        let rows = audit.definitions.len() * places.len();
        let told =
            audit.definitions.iter().flat_map(|d| places.iter().filter(|p| d.share_sensitivity.get(&p.id).copied().flatten().is_some()));
        let told = told.count();
        assert!(told > 0);
        assert_eq!(svg.matches("nothing decided").count(), rows - told);
        assert_eq!(svg.matches("<circle").count(), told + 1, "a mark for each and one in the legend");
    }
}
