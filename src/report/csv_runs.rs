//! The long tables, a row per finding or generation of every arm, or per arm: profiles, curves, compositions, arms. They are kept as gzip, numbers to
//! the digits that their intervals and errors support, and sizes to nine: further ones tell of no law. What does not apply to an arm nor as published has no row for the arm.
//!
//! The same rows give the same bytes: the head of the gzip holds no time and no name.

use super::csv::{self, Sheet, optional};
use super::number::{exact, supported, to_digits, to_error};
use crate::audit::{AS_PUBLISHED, Audit, FindingReport, PointReport};
use crate::verdict::Outcome;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};

/// Name and text of every table that is kept as gzip.
#[must_use]
pub fn tables(audit: &Audit) -> Vec<(&'static str, String)> {
    let mut tables =
        vec![("profiles", profiles(audit)), ("curves", curves(audit)), ("compositions", compositions(audit)), ("arms", arms(audit))];
    if !audit.designs.is_empty() {
        tables.push(("designs", designs(audit)));
    }
    if !audit.signs.is_empty() {
        tables.push(("signs", signs(audit)));
    }
    tables.extend(csv::repetitive(audit));
    tables
}

/// A text as gzip.
///
/// # Panics
/// Never: nothing can fail where nothing is written but memory.
#[must_use]
pub fn packed(text: &str) -> Vec<u8> {
    let mut pack = GzEncoder::new(Vec::new(), Compression::best());
    pack.write_all(text.as_bytes()).and_then(|()| pack.finish()).expect("memory takes every byte")
}

/// What a gzip holds; `None` where it is none or holds no text.
#[must_use]
pub fn unpacked(bytes: &[u8]) -> Option<String> {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).ok().map(|_| text)
}

/// Significant digits of what is estimated from runs.
pub const ESTIMATED: usize = 6;
/// Significant digits at most of what figures draw.
const DRAWN: usize = 5;
/// Significant digits of sizes and shares, from which real points are counted again.
const COUNTED: usize = 9;

fn profiles(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&[
        "study",
        "simulation",
        "fidelity",
        "arm",
        "definition",
        "functional",
        "against",
        "outcome",
        "reason",
        "settled",
        "needs",
        "statistic",
        "effect",
        "low",
        "high",
        "onset",
        "replicates",
        "notes",
    ]);
    for study in &audit.studies {
        for (simulation, arms) in &study.profiles {
            let idle = idle(arms);
            for (arm, profile) in arms {
                for (key, finding) in profile.iter().filter(|(key, one)| arm == AS_PUBLISHED || !applies_not(one) || !idle.contains(*key)) {
                    let place = [study.id.clone(), simulation.clone(), optional(study.fidelity.get(simulation)), arm.clone()];
                    sheet.row(&finding_row(place, key, finding));
                }
            }
        }
    }
    sheet.0
}

/// What does not apply as published.
#[must_use]
pub fn idle(arms: &BTreeMap<String, BTreeMap<String, FindingReport>>) -> BTreeSet<String> {
    arms.get(AS_PUBLISHED).into_iter().flatten().filter(|(_, finding)| applies_not(finding)).map(|(key, _)| key.clone()).collect()
}

/// Whether a definition does not apply.
#[must_use]
pub fn applies_not(finding: &FindingReport) -> bool {
    finding.outcome == Outcome::NotApplicable
}

fn finding_row(place: [String; 4], key: &str, finding: &FindingReport) -> Vec<String> {
    let definition = key.split_once(':').map_or(key, |(definition, _)| definition);
    let mut row = place.to_vec();
    row.extend([definition.to_owned(), optional(finding.functional), optional(finding.against)]);
    row.extend([finding.outcome.to_string(), optional(finding.reason.as_ref()), finding.settled.to_string(), optional(finding.needs)]);
    row.push(finding.statistic.clone());
    row.extend([finding.effect, finding.low, finding.high].map(|value| exact(supported(value, finding.low, finding.high))));
    row.push(optional(finding.onset));
    row.extend([finding.replicates.to_string(), finding.notes.join("; ")]);
    row
}

/// Means of every point of every design, a row per generation.
fn designs(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&["design", "loop", "point", "metric", "generation", "mean", "error"]);
    for design in &audit.designs {
        for one in design.everywhere() {
            one.points.iter().for_each(|point| add_point(&mut sheet, [&design.id, &one.id], point));
        }
    }
    sheet.0
}

/// What shows first in every loop, a row per indicator and how far it must move.
fn signs(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&["study", "simulation", "arm", "replaced", "risk", "metric", "leaves", "first", "low", "high", "last"]);
    for one in &audit.signs {
        for onset in &one.onsets {
            let mut row = vec![one.study.clone(), one.simulation.clone(), one.arm.clone(), one.is_replaced.to_string()];
            row.extend([optional(one.risk), onset.metric.to_string(), onset.leaves.to_string()]);
            row.extend([onset.first, onset.low, onset.high].map(optional));
            row.push(onset.last.to_string());
            sheet.row(&row);
        }
    }
    sheet.0
}

fn add_point(sheet: &mut Sheet, place: [&String; 2], point: &PointReport) {
    for series in &point.series {
        for at in &series.points {
            let mut row = place.map(Clone::clone).to_vec();
            row.extend([point.label(), series.metric.to_string(), at.generation.to_string()]);
            row.extend([exact(to_error(Some(at.mean), Some(at.error), 2, 3..=DRAWN)), to_digits(Some(at.error), 2)]);
            sheet.row(&row);
        }
    }
}

fn curves(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&["claim", "arm", "cell", "metric", "generation", "low", "middle", "high", "statistic", "expected"]);
    for curve in &audit.curves {
        for point in &curve.points {
            let mut row =
                vec![curve.claim.clone(), curve.arm.clone(), curve.cell.clone(), curve.metric.to_string(), point.generation.to_string()];
            // A hundredth of the band's half width is far below what quantiles of some hundred runs are known to, and below the error of their mean.
            let band = (point.high - point.low) / 2.0;
            row.extend([point.low, point.middle, point.high].map(|value| exact(to_error(Some(value), Some(band), 3, 3..=DRAWN))));
            row.push(exact(to_error(Some(point.statistic), Some(band), 3, 4..=DRAWN)));
            row.push(to_digits(point.expected, DRAWN));
            sheet.row(&row);
        }
    }
    sheet.0
}

/// What was drawn of every arm, controls, branches, sides of orders and twins among them.
fn arms(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&["study", "simulation", "arm", "replicates", "budget", "generations", "ended", "trained"]);
    for study in &audit.studies {
        for (simulation, report) in &study.simulations {
            for (arm, drawn) in &report.arms {
                let mut row = vec![study.id.clone(), simulation.clone(), arm.clone()];
                row.extend([drawn.replicates, drawn.budget, drawn.horizon, drawn.ended].map(|count| count.to_string()));
                row.push(drawn.is_trained.to_string());
                sheet.row(&row);
            }
        }
    }
    sheet.0
}

/// Size and real share of the training sets along the arms.
fn compositions(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&["study", "simulation", "arm", "generation", "size", "real_share"]);
    for study in &audit.studies {
        for (simulation, report) in &study.simulations {
            for (arm, drawn) in &report.arms {
                for set in &drawn.composition {
                    let mut row = vec![study.id.clone(), simulation.clone(), arm.clone(), set.generation.to_string()];
                    row.extend([set.size, set.real_share].map(|value| to_digits(Some(value), COUNTED)));
                    sheet.row(&row);
                }
            }
        }
    }
    sheet.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_was_and_the_head_holds_no_time() {
        let text = "a,b\n".repeat(1000);
        let bytes = packed(&text);
        assert!(bytes.len() < 100 && bytes[..8] == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0], "{:?}", &bytes[..10]);
        assert_eq!(unpacked(&bytes), Some(text));
        assert_eq!(unpacked(b"no gzip"), None);
    }
}
