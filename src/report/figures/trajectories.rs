//! Trajectories as small multiples: a panel per claim, in which its run stands beside its closed form, beside real data alone and beside
//! the worlds. One overview, and one figure per study with the panels that matter most; a claim with nothing to compare has none.

use super::Figure;
use super::canvas::{BLUE, Canvas, Hold, INK, PAGE, QUIET, SKY, SMALL, VERMILLION, wrapped};
use super::labels::Labels;
use super::panel::{self, Line, Panel, Role};
use crate::audit::{AS_PUBLISHED, Audit, ClaimReport, Curve, Verdict, holds_in};
use crate::report::facts::{self, Group};
use crate::report::text;
use crate::report::worlds;
use crate::taxonomy::{Definition, Fidelity};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

const ACROSS: usize = 3;
const LEFT: f64 = 14.0;
/// Panels of the overview.
const OVERVIEW: usize = 15;
/// Panels of a study at most.
const OF_STUDY: usize = 6;

/// The overview and one figure per study that has panels.
#[must_use]
pub fn draw(audit: &Audit) -> Vec<Figure> {
    let panels = panels(audit);
    let labels = Labels::of(audit);
    let chosen = overview(&panels);
    let figures = multiples(
        audit,
        "trajectories",
        "Simulations against closed forms, real data alone and the worlds",
        &chosen,
        &panels,
        Some(&labels),
    );
    let mut figures: Vec<Figure> = figures.into_iter().collect();
    for study in &audit.studies {
        let own: Vec<Panel> = panels.iter().filter(|panel| panel.claim.study == study.id).cloned().collect();
        let pictures = pictures(&own);
        let chosen: Vec<&Panel> = pictures.iter().take(OF_STUDY).collect();
        let title = format!("Trajectories of {}", labels.get(&study.id));
        figures.extend(multiples(audit, &format!("trajectories-{}", study.id), &title, &chosen, &own, None));
    }
    figures
}

/// A panel for every claim that has a closed form or a contrast to show, in the order of the claims.
fn panels(audit: &Audit) -> Vec<Panel<'_>> {
    let mut by_claim: BTreeMap<&str, Vec<&Curve>> = BTreeMap::new();
    for curve in &audit.curves {
        by_claim.entry(&curve.claim).or_default().push(curve);
    }
    audit.claims.iter().filter_map(|claim| panel_of(audit, claim, by_claim.get(claim.id.as_str())?)).collect()
}

fn panel_of<'a>(audit: &Audit, claim: &'a ClaimReport, curves: &[&'a Curve]) -> Option<Panel<'a>> {
    let own = |curve: &&&Curve| curve.arm == AS_PUBLISHED || curve.arm.starts_with("holds:");
    let main = curves.iter().find(|curve| curve.arm == AS_PUBLISHED).or_else(|| curves.iter().find(own))?;
    let is_beside = |curve: &&&Curve| (curve.metric, &curve.cell) == (main.metric, &main.cell);
    let beside = |is_it: &dyn Fn(&str) -> bool| curves.iter().copied().filter(|curve| is_beside(&curve)).find(|curve| is_it(&curve.arm));
    // Of a claim the one twin kept is that of its own run, under the name of the first arm that has it.
    let twin = beside(&|arm: &str| arm == "real-only" || arm.starts_with("real-only:"));
    let line = |role, curve: &'a Curve| Line::of(role, claim, curve);
    let mut lines = vec![line(Role::Own, main)?];
    lines.extend(twin.and_then(|curve| line(Role::RealOnly, curve)));
    // A world is drawn only where all of them are, and not where it lacks a change that the claim's own run has: such a world stands there on top of
    // the change, or by itself where it takes the change back.
    let is_changed = main.arm != AS_PUBLISHED && claim.held.is_some();
    let on_top = |world: &str| {
        let begin = holds_in(world);
        beside(&|arm: &str| arm.starts_with(&begin))
    };
    let may_be_alone = !is_changed || audit.worlds.iter().any(|world| on_top(&world.id).is_some());
    let of_world = |world: &str| on_top(world).or_else(|| beside(&|arm: &str| may_be_alone && arm == world));
    let worlds: Option<Vec<_>> = audit.worlds.iter().map(|world| of_world(&world.id)).collect();
    lines.extend(worlds.into_iter().flatten().enumerate().filter_map(|(place, curve)| line(Role::World(place), curve)));
    let panel = Panel { claim, also: Vec::new(), curve: main, lines };
    (panel.has_form() || panel.lines.len() > 1).then_some(panel)
}

/// What makes a panel worth its place, the most first: that the claim is contradicted, that it is counted, that a closed form can be
/// held against it, that a world turns its outcome, that the run is near to the study's.
fn importance<'a>(panel: &Panel<'a>) -> (Reverse<[bool; 4]>, Fidelity, &'a str) {
    let claim = panel.claim;
    let turns = claim.flips_under.as_ref().is_some_and(|flips| matches!(flips.kind.as_str(), "single" | "only-jointly"));
    let counted = facts::group(claim) == Group::Counted;
    (Reverse([claim.verdict == Verdict::Contradicted && counted, counted, panel.has_form(), turns]), claim.fidelity, &claim.id)
}

/// The panels of a study, the most important first: of claims whose panels would be the same picture one, under all their names.
fn pictures<'a>(panels: &[Panel<'a>]) -> Vec<Panel<'a>> {
    let mut waiting: Vec<&Panel<'a>> = panels.iter().collect();
    waiting.sort_by_key(|panel| importance(panel));
    let mut pictures: Vec<Panel<'a>> = Vec::new();
    for panel in waiting {
        match pictures.iter_mut().find(|one| one.shows_the_same(panel)) {
            Some(one) => {
                one.also.push(panel.claim);
                if !one.has_form() {
                    (one.curve, one.lines) = (panel.curve, panel.lines.clone());
                }
            }
            None => pictures.push(panel.clone()),
        }
    }
    pictures
}

/// The counted contradicted claims, then by turns the next of each definition, of a study not yet shown where there is one.
fn overview<'a, 'b>(panels: &'b [Panel<'a>]) -> Vec<&'b Panel<'a>> {
    let mut waiting: Vec<&Panel> = panels.iter().collect();
    waiting.sort_by_key(|panel| importance(panel));
    let contradicted =
        waiting.iter().filter(|panel| panel.claim.verdict == Verdict::Contradicted && facts::group(panel.claim) == Group::Counted);
    let mut chosen: Vec<&Panel> = contradicted.take(OVERVIEW).copied().collect();
    let mut studies: BTreeSet<&str> = chosen.iter().map(|panel| panel.claim.study.as_str()).collect();
    let mut turn = 0;
    while chosen.len() < OVERVIEW.min(panels.len()) {
        let definition = <Definition as crate::taxonomy::Word>::all()[turn % 8];
        turn += 1;
        let open = |panel: &&&Panel| panel.claim.definition == definition && !chosen.iter().any(|one| one.claim.id == panel.claim.id);
        let of = || waiting.iter().filter(open);
        let next = of().find(|panel| !studies.contains(panel.claim.study.as_str())).or_else(|| of().next()).copied();
        if let Some(panel) = next {
            studies.insert(&panel.claim.study);
            chosen.push(panel);
        }
    }
    chosen
}

fn multiples(audit: &Audit, name: &str, title: &str, chosen: &[&Panel], of: &[Panel], labels: Option<&Labels>) -> Option<Figure> {
    if chosen.is_empty() {
        return None;
    }
    let width = (PAGE - 2.0 * LEFT) / ACROSS as f64;
    let heads: Vec<panel::Head> = chosen.iter().map(|panel| panel.head(width, labels)).collect();
    let tops = tops(&heads);
    let mut sheet = Canvas::new(PAGE, tops[tops.len() - 1] + 8.0);
    sheet.bold(LEFT, 26.0, title, 16, Hold::Start);
    legend(&mut sheet, audit, chosen);
    for (place, panel) in chosen.iter().enumerate() {
        let row = place / ACROSS;
        let corner = (LEFT + width * (place % ACROSS) as f64, tops[row]);
        let lines = heads[row * ACROSS..].iter().take(ACROSS).map(panel::Head::lines).max().unwrap_or(0);
        panel.draw(&mut sheet, corner, width, &heads[place], lines);
    }
    let description = format!(
        "{} of {}. Each panel: a claim's statistic over generations with the band that holds the middle 80 % of its runs, its closed form, real data alone, and \
         {}. How it is read: GLOSSARY.md, Trajectories. All numbers: tables/curves.csv.gz.",
        text::counted(chosen.iter().map(|panel| panel.claims().count()).sum(), "claim", "claims"),
        of.len(),
        worlds::listed(audit)
    );
    let svg = sheet.finish(title, &description);
    Some(Figure { name: name.to_owned(), title: title.to_owned(), svg })
}

/// Top of every row of panels, and the bottom of the last.
fn tops(heads: &[panel::Head]) -> Vec<f64> {
    let mut tops = vec![96.0];
    for row in heads.chunks(ACROSS) {
        let lines = row.iter().map(panel::Head::lines).max().unwrap_or(0);
        tops.push(tops[tops.len() - 1] + panel::height(lines));
    }
    tops
}

/// What the panels hold, and nothing that none of them does.
fn legend(sheet: &mut Canvas, audit: &Audit, shown: &[&Panel]) {
    let mut x = LEFT;
    sheet.rect(x, 40.0, 26.0, 13.0, SKY);
    sheet.line((x, 46.5), (x + 26.0, 46.5), BLUE, 2.4);
    sheet.words(x + 32.0, 51.0, "the claim's statistic, 10 % to 90 % of runs", SMALL, Hold::Start, INK);
    x += 400.0;
    if shown.iter().any(|panel| panel.has_form()) {
        sheet.dashed((x, 46.5), (x + 26.0, 46.5), VERMILLION, 2.0);
        sheet.words(x + 32.0, 51.0, "closed form", SMALL, Hold::Start, INK);
    }
    x = LEFT;
    let roles = std::iter::once((Role::RealOnly, "real data alone".to_owned()));
    let worlds = audit.worlds.iter().enumerate().map(|(place, world)| (Role::World(place), world.words()));
    let is_shown = |role: Role| shown.iter().any(|panel| panel.lines.iter().any(|line| line.role() == role));
    for (role, words) in roles.chain(worlds).filter(|(role, _)| is_shown(*role)) {
        role.key(sheet, x, 70.0);
        for (row, line) in wrapped(&words, SMALL, 180.0).iter().enumerate() {
            sheet.words(x + 38.0, 74.5 + 15.0 * row as f64, line, SMALL, Hold::Start, INK);
        }
        x += 200.0;
    }
    sheet.words(PAGE - LEFT, 26.0, "across: generations", SMALL, Hold::End, QUIET);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::taxonomy::Word;

    #[test]
    fn a_full_overview_shows_every_definition_and_no_claim_twice() {
        let audit = fixture::large();
        let panels = panels(&audit);
        assert!(panels.len() > OVERVIEW);
        let shown = overview(&panels);
        let claims: BTreeSet<&str> = shown.iter().map(|panel| panel.claim.id.as_str()).collect();
        let definitions: BTreeSet<Definition> = shown.iter().map(|panel| panel.claim.definition).collect();
        assert_eq!((claims.len(), definitions.len()), (OVERVIEW, Definition::all().len()));
    }

    #[test]
    fn claims_of_one_run_share_its_picture_under_both_names() {
        let mut audit = fixture::one_study();
        let mut twin = audit.claims[0].clone();
        twin.id.push_str("-again");
        let mut curves: Vec<Curve> = audit.curves.iter().filter(|curve| curve.claim == audit.claims[0].id).cloned().collect();
        curves.iter_mut().for_each(|curve| curve.claim.clone_from(&twin.id));
        audit.curves.extend(curves);
        audit.claims.push(twin.clone());
        let of = |audit: &Audit| pictures(&panels(audit)).iter().map(|panel| panel.claims().count()).max();
        assert_eq!(of(&audit), Some(2));
        let figure = draw(&audit).into_iter().find(|figure| figure.name.starts_with("trajectories-")).expect("a figure of the study");
        assert!(figure.svg.contains("-again<"), "{}", figure.svg);
        let own = audit.curves.iter_mut().find(|curve| curve.claim == twin.id && curve.arm == AS_PUBLISHED).expect("its own");
        own.points[0].statistic *= 2.0;
        assert_eq!(of(&audit), Some(1), "another run is another picture");
    }

    #[test]
    fn the_legend_names_what_is_drawn_and_nothing_else() {
        let mut audit = fixture::one_study();
        let words = |audit: &Audit| draw(audit).iter().map(|figure| figure.svg.clone()).collect::<String>();
        assert!(words(&audit).contains(">closed form<"));
        audit.curves.iter_mut().flat_map(|curve| &mut curve.points).for_each(|point| point.expected = None);
        assert!(!words(&audit).contains(">closed form<"));
        assert!(words(&audit).contains(">realistic<") && !words(&audit).contains(">real data alone<"));
        let twins: Vec<Curve> = audit.curves.iter().filter(|curve| curve.arm == AS_PUBLISHED).cloned().collect();
        audit.curves.extend(twins.into_iter().map(|curve| Curve { arm: "real-only".to_owned(), ..curve }));
        assert!(words(&audit).contains(">real data alone<"));
    }

    #[test]
    fn no_world_stands_beside_a_run_whose_change_it_lacks() {
        let mut audit = fixture::one_study();
        assert!(audit.curves.iter().any(|curve| curve.arm == audit.worlds[0].id));
        audit.claims[0].held = fixture::large().claims.iter().find_map(|claim| claim.held.clone());
        assert!(audit.claims[0].held.is_some());
        let has_world = |audit: &Audit| panels(audit)[0].lines.iter().any(|line| matches!(line.role(), Role::World(_)));
        assert!(has_world(&audit), "its own run is the setting that the worlds change");
        let own = audit.curves.iter_mut().filter(|curve| curve.arm == AS_PUBLISHED);
        own.for_each(|curve| curve.arm = "holds:linear-growth".to_owned());
        assert!(!has_world(&audit));
        let plain = audit.clone();
        let first = audit.worlds[0].id.clone();
        let own = audit.curves.iter_mut().filter(|curve| curve.arm == first);
        own.for_each(|curve| curve.arm = format!("{}linear-growth", holds_in(&first)));
        assert!(has_world(&audit), "on top of the change in one, by itself where it takes the change back");
        audit = plain;
        // Its twin stands there, whichever arm has given it its name.
        let has_twin = |audit: &Audit| panels(audit)[0].lines.iter().any(|line| line.role() == Role::RealOnly);
        assert!(!has_twin(&audit));
        let own = audit.curves.iter().find(|curve| curve.arm.starts_with("holds:")).expect("its own").clone();
        audit.curves.push(Curve { arm: "real-only:control:another".to_owned(), ..own });
        assert!(has_twin(&audit));
    }

    #[test]
    fn a_claim_without_anything_to_compare_has_no_panel() {
        let mut audit = fixture::one_study();
        audit.curves.retain(|curve| curve.arm == AS_PUBLISHED);
        assert_eq!(panels(&audit).len(), 1, "it has a closed form");
        audit.curves.iter_mut().flat_map(|curve| &mut curve.points).for_each(|point| point.expected = None);
        assert_eq!(panels(&audit).len(), 0);
    }
}
