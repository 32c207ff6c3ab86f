//! What several formats say of the same audit: which rows count, the words for a verdict, an outcome or a flip, and
//! what a study's simulations show of a definition. Takes parts of [`Audit`] and gives words or small enums; decides nothing.

use super::table::Cell;
use super::worlds::{self, Place};
use super::{number, text};
use crate::audit::{
    Audit, ClaimReport, DefinitionReport, FindingReport, Flips, Standing, StudyReport, Together, Verdict, Voice, WorldReport,
};
use crate::plan::Pair;
use crate::taxonomy::{Against, Author, Condition, Definition, Fidelity, Knowledge, Word};
use crate::verdict::{Outcome, TestOutcome};
use std::collections::BTreeMap;

/// The coders whose marks stand in the audit table.
pub const CODERS: [&str; 2] = ["position-paper", "registry"];

/// In which part of the report a claim's row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// A study says it and we read it there: enters every count.
    Counted,
    /// A check we added.
    Added,
    /// Known from a summary or from memory only.
    Recalled,
}

/// The part of the report a claim belongs to.
#[must_use]
pub fn group(claim: &ClaimReport) -> Group {
    match (claim.by, claim.known) {
        (Author::Registry, _) => Group::Added,
        (Author::Study, Knowledge::Read) => Group::Counted,
        (Author::Study, Knowledge::Abstract | Knowledge::SecondHand | Knowledge::Memory | Knowledge::Derived) => Group::Recalled,
    }
}

/// The claims of one group, in order.
pub fn claims_in(audit: &Audit, wanted: Group) -> impl Iterator<Item = &ClaimReport> {
    audit.claims.iter().filter(move |claim| group(claim) == wanted)
}

/// Whether a claim is undecided because only an analogue disagrees with it.
#[must_use]
pub fn analogue_disagrees(claim: &ClaimReport) -> bool {
    let reason = claim.reason.as_deref().unwrap_or_default();
    claim.fidelity == Fidelity::Analogue
        && claim.verdict == Verdict::Undecided
        && reason.contains("analogue")
        && reason.contains("disagree")
}

/// The verdict as printed. A recalled claim is never called contradicted: we have not read that the study says it.
#[must_use]
pub fn verdict_word(claim: &ClaimReport) -> &'static str {
    match (group(claim), claim.verdict) {
        (Group::Recalled, Verdict::Contradicted) => "not confirmed",
        (_, verdict) => verdict.id(),
    }
}

/// The verdict with its reason in brackets, and `fragile` beside one that hangs on the draw.
#[must_use]
pub fn verdict_text(claim: &ClaimReport) -> String {
    format!("{}{}", with_reason(verdict_word(claim), claim.reason.as_deref()), fragile_mark(claim))
}

/// What stands behind a verdict that fresh seeds do not bear out.
#[must_use]
pub fn fragile_mark(claim: &ClaimReport) -> &'static str {
    if claim.fragile == Some(true) { ", fragile" } else { "" }
}

/// The page and place of a claim.
#[must_use]
pub fn claim_link(claim: &ClaimReport) -> String {
    format!("studies/{}.md#{}", claim.study, local(&claim.id))
}

/// A claim's name within its study.
#[must_use]
pub fn local(id: &str) -> &str {
    id.split_once('/').map_or(id, |(_, name)| name)
}

/// A word with its reason in brackets, where it has one.
#[must_use]
pub fn with_reason(word: &str, reason: Option<&str>) -> String {
    match reason.filter(|reason| !reason.is_empty()) {
        Some(reason) => format!("{word} ({})", text::words(reason)),
        None => word.to_owned(),
    }
}

/// Why the laboratory refused something, without the key of the setup that it names first and without the advice after it: a reader
/// of the report has no file to mend.
#[must_use]
pub fn without_path(refusal: &str) -> String {
    let is_path = |head: &str| head.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-'));
    let why = refusal.split_once(": ").filter(|(head, _)| is_path(head)).map_or(refusal, |(_, why)| why);
    text::words(why.split_once("; ").map_or(why, |(why, _)| why))
}

/// What stands where the change of a conditional claim was not run in a world, as of trained networks.
pub const NOT_RUN: &str = "not run";

/// An outcome in one world, or `not decided` where it was not asked.
#[must_use]
pub fn outcome_word(world: Option<&WorldReport>) -> &'static str {
    match world {
        None => "not decided",
        Some(WorldReport { comparison: Some(word), .. }) => comparison_plain(*word),
        Some(world) => outcome_plain(world.outcome),
    }
}

/// What a comparison of two runs came to, as printed: it is no outcome of a definition.
#[must_use]
pub const fn comparison_plain(word: TestOutcome) -> &'static str {
    match word {
        TestOutcome::Holds => "comparison holds",
        TestOutcome::Fails => "comparison fails",
        TestOutcome::Undecided => "comparison undecided",
    }
}

/// An outcome as printed.
#[must_use]
pub fn outcome_plain(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Occurs => "occurs",
        Outcome::Absent => "absent",
        Outcome::Undecided => "undecided",
        Outcome::NotApplicable => "not applicable",
    }
}

/// A world's outcome with reason, effect and interval.
#[must_use]
pub fn world_text(world: Option<&WorldReport>) -> String {
    let Some(report) = world else { return "not decided".to_owned() };
    let word = with_reason(outcome_word(world), report.reason.as_deref());
    match number::with_interval(report.effect, report.low, report.high) {
        effect if effect == number::NONE => word,
        effect => format!("{word}, effect {effect}"),
    }
}

/// A claim as published and in every world in one cell, a conditional one first with the change under which it holds, with how many of the eight conditions could be simulated.
#[must_use]
pub fn in_worlds(audit: &Audit, claim: &ClaimReport) -> String {
    if claim.verdict == Verdict::Untested {
        return number::NONE.to_owned();
    }
    let places = worlds::places(audit);
    let own = in_places(&places, outcome_word(None), |place| claim.at(place));
    let told = match claim.held.as_ref() {
        Some(held) => format!("where it holds: {}; own setting: {own}", in_places(&places, NOT_RUN, |place| held.at(place))),
        None => own,
    };
    format!("{told} · {}", simulated(claim.conditions_simulated))
}

fn in_places<'a>(places: &[Place], missing: &'static str, at: impl Fn(&str) -> Option<&'a WorldReport>) -> String {
    places.iter().map(|place| at(&place.id).map_or(missing, |found| outcome_word(Some(found)))).collect::<Vec<_>>().join(" · ")
}

/// How many of the eight conditions were simulated.
#[must_use]
pub fn simulated(count: Option<u32>) -> String {
    count.map_or_else(|| "none".to_owned(), |count| format!("{count} of 8"))
}

/// What flips a claim's outcome, in words.
#[must_use]
pub fn flips_text(flips: Option<&Flips>) -> String {
    let Some(flips) = flips else { return number::NONE.to_owned() };
    if !flips.pairs.is_empty() {
        return pairs_text(&flips.pairs);
    }
    let told = |condition: &Condition| match flips.rebased.contains(condition) {
        true => format!("{condition} (against other real data)"),
        false => condition.to_string(),
    };
    let conditions = flips.conditions.iter().map(told).collect::<Vec<_>>().join(", ");
    match (flips.kind.as_str(), conditions.is_empty()) {
        ("single", false) => conditions,
        ("only-jointly", false) => format!("only jointly; undone without {conditions}"),
        ("only-jointly", true) => "only jointly".to_owned(),
        ("none", _) => "nothing".to_owned(),
        ("undecided", _) => "not decided".to_owned(),
        (other, _) => text::words(other),
    }
}

/// Pairs of conditions that flip a claim's outcome, in words.
#[must_use]
pub fn pairs_text(pairs: &[Pair]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|pair| pair.to_string().replace('+', " + ")).collect();
    pairs.join(", ")
}

/// The conditions that turn counted claims alone, definitions and comparisons together, with how many each turns, most first.
#[must_use]
pub fn flipping_conditions(audit: &Audit) -> Vec<(Condition, u32)> {
    let mut all = audit.head.flips.clone();
    audit.head.comparisons.flips.iter().for_each(|(condition, count)| *all.entry(*condition).or_default() += count);
    most_first(&all)
}

/// Counts by condition, most first.
#[must_use]
pub fn most_first(counts: &BTreeMap<Condition, u32>) -> Vec<(Condition, u32)> {
    let mut counts: Vec<_> = counts.iter().map(|(condition, count)| (*condition, *count)).collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts
}

/// Claims of one verdict by fidelity, in the order of the fidelities.
#[must_use]
pub fn by_fidelity(audit: &Audit, verdict: Verdict) -> [usize; 4] {
    let levels = [Fidelity::Exact, Fidelity::Scaled, Fidelity::Analogue, Fidelity::None];
    levels.map(|level| audit.claims.iter().filter(|claim| claim.verdict == verdict && claim.fidelity == level).count())
}

/// A definition in the first column of a table, with its reading where it has two.
#[must_use]
pub fn label(report: &DefinitionReport) -> Cell {
    meaning(report.id, report.against)
}

/// A definition with its reading where it has two.
#[must_use]
pub fn meaning(definition: Definition, against: Option<Against>) -> Cell {
    let reading = match against {
        None => return Cell::Code(definition.to_string()),
        Some(Against::RealOnly) => "against real data alone",
        Some(Against::First) => "against the first model",
    };
    Cell::Several { lead: String::new(), cells: vec![Cell::Code(definition.to_string()), Cell::text(reading)] }
}

/// What the exact and scaled main simulations of all studies show of a definition in one world.
#[must_use]
pub fn standing<'a>(report: &'a DefinitionReport, world: &str) -> &'a Standing {
    static NOTHING: std::sync::LazyLock<Standing> = std::sync::LazyLock::new(Standing::default);
    report.standing.get(world).unwrap_or(&NOTHING)
}

/// Studies in which a definition occurs / is told both ways / is absent / is undecided in one world, each study once.
#[must_use]
pub fn studies_in(report: &DefinitionReport, world: &str) -> String {
    let standing = standing(report, world);
    [standing.occurs, standing.both, standing.absent, standing.undecided].map(|count| count.to_string()).join(" / ")
}

/// Which sides of a definition are thin in one world, in words.
#[must_use]
pub fn thin_words(standing: &Standing) -> &'static str {
    match standing.thin[..] {
        [] => "no",
        [Outcome::Occurs] => "thin where it occurs",
        [Outcome::Absent] => "thin where it is absent",
        _ => "thin on both sides",
    }
}

/// What a study's simulations say together, as printed.
#[must_use]
pub fn together_plain(word: Together) -> &'static str {
    match word {
        Together::Occurs => "occurs",
        Together::Both => "both",
        Together::Absent => "absent",
        Together::Undecided => "undecided",
        Together::NotApplicable => "not applicable",
    }
}

/// The headline finding of a definition in a profile: for definitions 1 to 3 the mean, or the typical run where the mean is too heavy-tailed.
#[must_use]
pub fn headline(profile: &BTreeMap<String, FindingReport>, definition: Definition, against: Against) -> Option<&FindingReport> {
    if !definition.has_functionals() {
        return profile.get(definition.id());
    }
    let reading = match (definition.has_readings(), against) {
        (false, _) | (true, Against::RealOnly) => "",
        (true, Against::First) => ":first",
    };
    let mean = profile.get(&format!("{definition}:mean{reading}"));
    let typical = profile.get(&format!("{definition}:typical{reading}"));
    match mean {
        // Of recorded replicates no mean is decided.
        Some(mean) if matches!(mean.reason.as_deref(), Some("heavy-tail" | "too-few-replicates")) => typical.or(Some(mean)),
        Some(mean) => Some(mean),
        None => typical,
    }
}

/// What a study's main simulations show of a definition in one world, and how near the telling simulations are to the study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// What they say together.
    pub word: Together,
    /// Whether only analogues tell.
    pub nearness: Nearness,
}

/// Which simulations tell an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nearness {
    /// An exact or a scaled one.
    Faithful,
    /// Analogues only.
    Analogue,
}

/// What a study's main simulations show of a definition in one world; faithful simulations tell where together they decide.
#[must_use]
pub fn shown(study: &StudyReport, definition: Definition, against: Against, world: &str) -> Option<Shown> {
    let speaks = |simulation: &str| study.simulations.get(simulation).is_some_and(|one| one.voice == Voice::Main);
    let of = |wanted: Nearness| {
        let told = study.profiles.iter().filter(|(name, _)| speaks(name) && nearness(study, name) == wanted);
        let outcomes: Vec<Outcome> =
            told.filter_map(|(_, arms)| headline(arms.get(world)?, definition, against).map(|finding| finding.outcome)).collect();
        (!outcomes.is_empty()).then(|| Shown { word: Together::of(outcomes), nearness: wanted })
    };
    let (faithful, analogue) = (of(Nearness::Faithful), of(Nearness::Analogue));
    faithful.filter(|shown| shown.word.is_decided()).or_else(|| analogue.filter(|shown| shown.word.is_decided())).or(faithful).or(analogue)
}

fn nearness(study: &StudyReport, simulation: &str) -> Nearness {
    match study.fidelity.get(simulation) {
        Some(Fidelity::Exact | Fidelity::Scaled) => Nearness::Faithful,
        Some(Fidelity::Analogue | Fidelity::None) | None => Nearness::Analogue,
    }
}

/// The range of conditions simulated over the claims of a definition, for example `5 to 7 of 8`.
#[must_use]
pub fn simulated_range(audit: &Audit, definition: Definition) -> String {
    let counts = || audit.claims.iter().filter(|claim| claim.definition == definition).filter_map(|claim| claim.conditions_simulated);
    match (counts().min(), counts().max()) {
        (Some(least), Some(most)) if least == most => format!("{least} of 8"),
        (Some(least), Some(most)) => format!("{least} to {most} of 8"),
        (None, _) | (_, None) => number::NONE.to_owned(),
    }
}

/// The report's first line where it is not of the whole registry at full budget.
#[must_use]
pub fn scope_line(audit: &Audit) -> Option<String> {
    let scope = text::one_line(&audit.provenance.scope);
    if scope == "full" {
        return None;
    }
    if scope == "quick" {
        return Some("This is a quick report: a prefix of the full run, so more is undecided than in a full one.".to_owned());
    }
    Some(format!("This report is not of the whole registry ({scope}); no number in it stands for the literature."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_without_the_key_and_the_advice() {
        assert_eq!(without_path("curation.0: the truth has no types; leave `curation` out"), "the truth has no types");
        assert_eq!(without_path("curation: a verifier of images"), "a verifier of images");
        assert_eq!(without_path("Said so: twice"), "Said so: twice", "a sentence keeps its colon");
        assert_eq!(without_path("no-exact-mass"), "no exact mass");
    }
}
