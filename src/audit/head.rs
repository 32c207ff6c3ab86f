//! The numbers of the report's first paragraph, counted once from the audit's own rows.
//!
//! It takes claims and studies and gives [`Head`]. Each count has one unit, named by its field; `tests/referee` counts them again
//! from the rows of `audit.json`.

use super::{ClaimReport, Comparisons, ControlReport, Head, Moved, StudyReport, Verdict, World, WorldReport, coverage};
use crate::taxonomy::{Author, Condition, Fidelity, Knowledge, Size};
use crate::verdict::Outcome;
use std::collections::BTreeMap;

/// Whether a claim enters the counts: a study makes it, and it was read there.
#[must_use]
pub fn is_counted(claim: &ClaimReport) -> bool {
    claim.by == Author::Study && claim.known == Knowledge::Read
}

/// The head of an audit.
#[must_use]
pub fn of(studies: &[StudyReport], claims: &[ClaimReport], worlds: &[World]) -> Head {
    let counted: Vec<&ClaimReport> = claims.iter().filter(|claim| is_counted(claim)).collect();
    let count = |holds: &dyn Fn(&ClaimReport) -> bool| counted.iter().filter(|claim| holds(claim)).count() as u32;
    let verdict = |verdict| count(&|claim| claim.verdict == verdict);
    let (comparing, asking): (Vec<&ClaimReport>, Vec<&ClaimReport>) = counted.iter().partition(|claim| claim.compares());
    let near = |fidelity| count(&|claim| claim.verdict == Verdict::Reproduced && claim.fidelity == fidelity);
    let sized =
        |size| count(&|claim| claim.verdict == Verdict::Reproduced && claim.fidelity == Fidelity::Exact && claim.size == Some(size));
    Head {
        studies: studies.len() as u32,
        claims: claims.len() as u32,
        tested: claims.iter().filter(|claim| claim.verdict != Verdict::Untested).count() as u32,
        counted: counted.len() as u32,
        reproduced: verdict(Verdict::Reproduced),
        reproduced_exact: near(Fidelity::Exact),
        reproduced_own: sized(Size::Own),
        reproduced_within: sized(Size::Within),
        reproduced_scaled: near(Fidelity::Scaled),
        reproduced_analogue: near(Fidelity::Analogue),
        reproduced_definition_differs: count(&|claim| claim.verdict == Verdict::Reproduced && claim.definition_agrees == Some(false)),
        fragile: count(&|claim| claim.fragile == Some(true)),
        contradicted: verdict(Verdict::Contradicted),
        undecided: verdict(Verdict::Undecided),
        untested: verdict(Verdict::Untested),
        stubs: count(&coverage::is_stub),
        added: claims.iter().filter(|claim| claim.by == Author::Registry).count() as u32,
        recalled: claims.iter().filter(|claim| claim.by == Author::Study && claim.known != Knowledge::Read).count() as u32,
        from_abstract: claims.iter().filter(|claim| claim.by == Author::Study && claim.known == Knowledge::Abstract).count() as u32,
        controls: count(&|claim| claim.control.is_some()),
        controls_as_they_must: count(&|claim| claim.control.as_ref().is_some_and(ControlReport::stands)),
        decided_as_published: decided_as_published(&asking),
        worlds: worlds.iter().map(|world| (world.id.clone(), moved(&asking, &world.id))).collect(),
        flips: flips(&asking),
        comparisons: Comparisons {
            decided_as_published: decided_as_published(&comparing),
            worlds: worlds.iter().map(|world| (world.id.clone(), moved(&comparing, &world.id))).collect(),
            flips: flips(&comparing),
            of_setups: count(&|claim| claim.compares_setups() && decided(claim.published.as_ref()).is_some()),
        },
    }
}

fn decided_as_published(claims: &[&ClaimReport]) -> u32 {
    claims.iter().filter(|claim| decided(claim.published.as_ref()).is_some()).count() as u32
}

fn decided(world: Option<&WorldReport>) -> Option<Outcome> {
    world.map(|world| world.outcome).filter(|outcome| matches!(outcome, Outcome::Occurs | Outcome::Absent))
}

/// How many claims decided as published are decided in a world, and decided otherwise there.
fn moved(counted: &[&ClaimReport], world: &str) -> Moved {
    let both = counted.iter().filter_map(|claim| Some((decided(claim.published.as_ref())?, decided(claim.at(world))?)));
    both.fold(Moved::default(), |all, (before, there)| Moved {
        decided: all.decided + 1,
        changed: all.changed + u32::from(before != there),
    })
}

fn flips(counted: &[&ClaimReport]) -> BTreeMap<Condition, u32> {
    let mut counts = BTreeMap::new();
    for flips in counted.iter().filter_map(|claim| claim.flips_under.as_ref()).filter(|flips| flips.kind == "single") {
        for condition in &flips.conditions {
            *counts.entry(*condition).or_default() += 1;
        }
    }
    counts
}
