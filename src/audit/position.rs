//! What the position paper concludes, beside what we find: per definition its verdict, our finding as published and in every world, whether
//! both say the same, and why; and the cells of its Table 1 with the claims that test them.
//!
//! It takes the paper's conclusions from the registry and the finished definitions and claims. It compares words and decides
//! nothing: the paper speaks of conditions that it calls realistic, so it is held against the leading world, and the others
//! always stand beside it.

use super::answer::of_decided;
use super::{ClaimReport, DefinitionReport, PositionCellReport, PositionReport, PositionRow, Prevalence, Standing, World};
use crate::registry::{Asserts, Criteria, PaperVerdict, Position, PositionVerdict, TableColumn};
use crate::taxonomy::Definition;

/// The comparison.
#[must_use]
pub fn report(
    position: &Position,
    criteria: &Criteria,
    definitions: &[DefinitionReport],
    claims: &[ClaimReport],
    worlds: &[World],
) -> PositionReport {
    let rows = position.verdicts.iter().flat_map(|verdict| {
        let readings = definitions.iter().filter(|report| report.id == verdict.definition);
        readings.map(|report| row(position, criteria, verdict, report, worlds))
    });
    let cells = position.cells.iter().map(|cell| PositionCellReport {
        definition: cell.definition,
        regime: cell.regime,
        says: cell.says,
        claims: claims.iter().filter(|claim| cell.claims.contains(&claim.id)).map(|claim| (claim.id.clone(), claim.verdict)).collect(),
        reason: cell.reason.clone(),
    });
    PositionReport { study: position.study.clone(), rows: rows.collect(), cells: cells.collect() }
}

fn row(position: &Position, criteria: &Criteria, verdict: &PositionVerdict, report: &DefinitionReport, worlds: &[World]) -> PositionRow {
    let each = |of: &dyn Fn(&Standing) -> String| report.standing.iter().map(|(world, s)| (world.clone(), of(s))).collect();
    let nothing = Standing::default();
    let at = |world: &str| report.standing.get(world).unwrap_or(&nothing);
    let there: Vec<At<'_>> = worlds.iter().map(|world| (world, at(&world.id))).collect();
    let same = there.first().and_then(|(_, leading)| same(verdict.verdict, Prevalence::of(leading)));
    PositionRow {
        definition: verdict.definition,
        against: report.against,
        paper: verdict.verdict,
        locator: verdict.locator.clone(),
        sentence: verdict.sentence.clone(),
        found: report.standing.iter().map(|(world, standing)| (world.clone(), Prevalence::of(standing))).collect(),
        counts: each(&of_decided),
        same,
        why: why(position, criteria, verdict, same, &there),
    }
}

/// A world with what stands there.
type At<'a> = (&'a World, &'a Standing);

/// Whether a verdict on realistic conditions and what the leading world shows are the same.
fn same(paper: PaperVerdict, found: Prevalence) -> Option<bool> {
    match (paper.expects()?, found) {
        (_, Prevalence::Open) | (Asserts::Conditional, _) => None,
        (Asserts::Occurs, Prevalence::All | Prevalence::Most) | (Asserts::Absent, Prevalence::None) => Some(true),
        (Asserts::Occurs, Prevalence::Some | Prevalence::None)
        | (Asserts::Absent, Prevalence::All | Prevalence::Most | Prevalence::Some) => Some(false),
    }
}

/// Why they are the same or not; the counts stand beside it.
fn why(position: &Position, criteria: &Criteria, verdict: &PositionVerdict, same: Option<bool>, worlds: &[At<'_>]) -> String {
    match (same, verdict.verdict.expects()) {
        (Some(true), _) => "Both say so.".to_owned(),
        (Some(false), Some(Asserts::Occurs)) => format!("{}.", stricter(verdict.definition, criteria)),
        (Some(false), _) => {
            let leading = worlds.first().map(|(world, _)| world.words()).unwrap_or_default();
            format!("The paper's conditions (data accumulate, grow and get better) are in our {leading} world too.")
        }
        (None, Some(_)) => "Our runs leave it open.".to_owned(),
        (None, None) => format!("The paper gives no verdict that could differ{}.", printed(position, verdict.definition)),
    }
}

/// What its Table 1 prints of a definition.
fn printed(position: &Position, definition: Definition) -> String {
    let says = |wanted: TableColumn| {
        let cell = position.cells.iter().find(|cell| cell.definition == definition && cell.regime == wanted)?;
        Some(match cell.says {
            Asserts::Occurs => "yes",
            Asserts::Absent => "no",
            Asserts::Conditional => "in part",
        })
    };
    match (says(TableColumn::Accumulate), says(TableColumn::Replace)) {
        (Some(accumulate), Some(replace)) => {
            format!(", and its Table 1 says {accumulate} under accumulation and {replace} under replacement for one linear regression")
        }
        (None, _) | (_, None) => String::new(),
    }
}

/// Where the paper expects a loss and we look for a stricter one, what is stricter.
fn stricter(definition: Definition, criteria: &Criteria) -> String {
    match definition {
        Definition::TailLoss => format!(
            "The paper speaks of any loss of tails, at an unknown rate and without a horizon; we ask whether less than {} of the tail that real data alone \
             would cover is left within ten generations",
            percent(criteria.tail_lost)
        ),
        Definition::ModeEntanglement => format!(
            "The paper speaks of any loss of modes, at an unknown rate and without a horizon; we ask whether {} of the modes are gone, or {} of the mass \
             lies between them, within ten generations",
            percent(criteria.modes_lost),
            percent(criteria.between_modes)
        ),
        Definition::CatastrophicRisk
        | Definition::AnyRiskIncrease
        | Definition::DivergingRisk
        | Definition::VarianceCollapse
        | Definition::ScalingLawChange
        | Definition::Hallucination => "The paper sets no threshold and no horizon, and ours are stated under Methods".to_owned(),
    }
}

fn percent(share: f64) -> String {
    format!("{} %", (100.0 * share).round())
}
