//! `show`: one study or claim as the registry knows it.

use super::args::ShowArgs;
use super::{registry, say};
use crate::audit::test_in_words;
use crate::registry::{Claim, ControlKind, Proof, Registry, Sources, Study};
use crate::taxonomy::{Definition, Word, nearest};
use crate::{Error, Result};
use std::fmt::Write;

/// Prints a study or a claim.
///
/// # Errors
/// An id that is neither, answered with the nearest one.
pub fn show(args: &ShowArgs, shipped: &Sources) -> Result<()> {
    let study = args.id.split('/').next().unwrap_or(&args.id);
    let (_, registry) = registry::load_for(&args.common, shipped, study)?;
    say::out(&describe(&registry, &args.id)?)
}

/// The description of a study or claim.
///
/// # Errors
/// As [`show`].
pub fn describe(registry: &Registry, id: &str) -> Result<String> {
    if let Some(study) = registry.studies.get(id) {
        return Ok(of_study(registry, study));
    }
    if let Some(claim) = registry.claim(id) {
        return Ok(of_claim(claim));
    }
    Err(unknown(registry, id))
}

/// The complaint that `id` names neither a study nor a claim.
#[must_use]
pub fn unknown(registry: &Registry, id: &str) -> Error {
    let claims: Vec<_> = registry.claims.values().map(|claim| claim.id.to_string()).collect();
    let known = registry.studies.keys().chain(&claims).map(String::as_str);
    let hint =
        nearest(id, known).map_or_else(|| "see `list studies` and `list claims`".to_owned(), |near| format!("did you mean `{near}`?"));
    Error::Usage(format!("there is no study or claim `{id}`; {hint}"))
}

fn of_study(registry: &Registry, study: &Study) -> String {
    let mut text = format!("{}{}\n", study.id, if study.draft { ": a draft, `lint` says what to fill" } else { "" });
    // Of a draft any of these may be open.
    let year = if study.year == 0 { String::new() } else { format!(" ({})", study.year) };
    for line in [study.title.clone(), study.authors.join(", ") + &year] {
        text += &if line.is_empty() { line } else { line + "\n" };
    }
    let facts = [("arXiv", &study.arxiv), ("DOI", &study.doi), ("venue", &study.venue), ("code", &study.code)];
    for (name, value) in facts {
        if let Some(value) = value {
            let _ = writeln!(text, "{name}: {value}");
        }
    }
    if !study.families.is_empty() {
        let _ = writeln!(text, "families: {}", study.families.iter().map(|family| family.id()).collect::<Vec<_>>().join(", "));
    }
    text += "\ndefinitions\n";
    for coding in &study.codings {
        let _ = writeln!(text, "  {} {} by {}: {} ({})", coding.definition, coding.basis, coding.coder, coding.reason, coding.locator);
    }
    text += "\nrealism\n";
    for judgement in &study.judgements {
        let place = judgement.simulation.as_ref().map_or_else(String::new, |name| format!(" [{name}]"));
        let _ = writeln!(text, "  {}{place}: {}. {} ({})", judgement.condition, judgement.level, judgement.reason, judgement.locator);
    }
    text += "\nsimulations\n";
    for simulation in &study.simulations {
        let size = simulation.size.map_or_else(String::new, |size| format!(" (size: {size})"));
        let _ =
            writeln!(text, "  {} ({}, {}{size}, {} cells)", simulation.name, simulation.role, simulation.fidelity, simulation.cells.len());
        for departure in &simulation.departures {
            let _ = writeln!(text, "    differs: {departure}");
        }
    }
    if let Some(reason) = &study.no_simulation {
        let _ = writeln!(text, "  none: {reason}");
    }
    text += "\nclaims\n";
    for claim in registry.claims_of(&study.id) {
        let _ = writeln!(text, "  {}: {}", claim.id, claim.statement);
    }
    text
}

fn of_claim(claim: &Claim) -> String {
    let mut text = format!("{}\n{}\n", claim.id, claim.statement);
    let _ = writeln!(text, "by {}, known: {}, at {}", claim.by, claim.known, claim.locator);
    let against = if claim.definition == Definition::AnyRiskIncrease { format!(", against {}", claim.against) } else { String::new() };
    let _ = writeln!(text, "{} {} ({}{against})", claim.definition, claim.asserts, claim.functional);
    let simulation = claim.simulation.as_deref().unwrap_or("none");
    let _ = writeln!(text, "simulation: {simulation}, fidelity: {}", claim.fidelity);
    match &claim.proof {
        Proof::Untested { reason } => {
            let _ = writeln!(text, "untested: {reason}");
        }
        Proof::Single { test, control } => {
            let must = match control.kind {
                ControlKind::Negative => "fail",
                ControlKind::Positive => "hold",
            };
            let _ = writeln!(text, "test: {}\ncontrol, where it must {must}: {}", test_in_words(test), control.branch.variant.change);
        }
        Proof::Conditional { holds_when, fails_when } => {
            let named = |change: &str| if change.is_empty() { "as published".to_owned() } else { change.to_owned() };
            let _ = writeln!(text, "holds when {}: {}", named(&holds_when.variant.change), test_in_words(&holds_when.test));
            let _ = writeln!(text, "fails when {}: {}", named(&fails_when.variant.change), test_in_words(&fails_when.test));
        }
    }
    for (name, value) in [("part of", &claim.part_of), ("worded", &claim.because), ("both true", &claim.both_true)] {
        if let Some(value) = value {
            let _ = writeln!(text, "{name}: {value}");
        }
    }
    if !claim.conflicts.is_empty() {
        let _ = writeln!(text, "conflicts with: {}", claim.conflicts.join(", "));
    }
    text
}
