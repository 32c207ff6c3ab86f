//! The page of one study: definitions, realism with reasons, what its simulations show as published and in every world, and every
//! claim with its numbers and the command that repeats it.

use super::block::{Block, figure, heading, paragraph, points};
use super::effects::Effects;
use super::sections::trained;
use super::table::{Cell, Table};
use super::words::{code, plain};
use super::{facts, number, study_realism, tables, tables_claims, text, worlds};
use crate::audit::{Audit, ClaimReport, ControlNumbers, ControlReport, FindingReport, SimulationReport, StudyReport, Verdict, Voice};
use crate::registry::Asserts;
use crate::taxonomy::{Against, Basis, Condition, Definition, Word};
use crate::verdict::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// The page as blocks.
#[must_use]
pub fn page(audit: &Audit, study: &StudyReport, effects: &Effects) -> Vec<Block> {
    let mut blocks: Vec<Block> = facts::scope_line(audit).map(|line| paragraph(&plain(&line))).into_iter().collect();
    blocks.extend([
        heading(1, &plain(&study.title)),
        paragraph(&about(study)),
        heading(2, "Definitions it uses"),
        Block::Table(definitions(study)),
    ]);
    blocks.extend(study_realism::section(audit, study));
    blocks.push(heading(2, "What our simulations show"));
    let none = |reason: &String| paragraph(&format!("There is no simulation: {}.", plain(reason.trim_end_matches('.'))));
    blocks.extend(study.no_simulation.as_ref().map(none));
    blocks.extend(simulations(audit, study, effects));
    blocks.push(figure(format!("trajectories-{}", study.id)));
    let claims: Vec<&ClaimReport> = audit.claims.iter().filter(|claim| claim.study == study.id).collect();
    blocks.push(heading(2, "Claims"));
    blocks.extend((!claims.is_empty()).then(|| paragraph(&how_to_read(audit, &claims))));
    blocks.extend([Block::Table(tables_claims::of_study(audit, &study.id, "")), figure(format!("forest-{}", study.id))]);
    blocks.extend(claims.into_iter().flat_map(|claim| claim_blocks(audit, claim)));
    blocks
}

/// Who wrote it, where it stands, and what it is about.
fn about(study: &StudyReport) -> String {
    let arxiv = study.arxiv.as_ref().map(|id| format!(", arXiv:{id}"));
    let doi = study.doi.as_ref().map(|doi| format!(", doi:{doi}"));
    let venue = study.venue.as_ref().map(|venue| format!(", {venue}"));
    let places: String = [venue, arxiv, doi].into_iter().flatten().collect();
    let authors = if study.authors.is_empty() { "Authors not recorded".to_owned() } else { study.authors.join(", ") };
    let families = if study.families.is_empty() { "none".to_owned() } else { study.families.join(", ") };
    format!(
        "{} ({}){}. Study {}, model families: {}. [Back to the report](../REPORT.md)",
        plain(&authors),
        study.year,
        plain(&places),
        code(&study.id),
        plain(&families)
    )
}

/// How the table of claims is read, in short.
fn how_to_read(audit: &Audit, claims: &[&ClaimReport]) -> String {
    if claims.iter().all(|claim| claim.published.is_none()) {
        return "No claim of this study was put to a test.".to_owned();
    }
    format!(
        "*{}* reads: outcome of the claim's definition {} · how many of the eight conditions could be simulated. *Flips under* names single conditions that change it. *Control* is what the test does where it must fail or hold. [How this is read](../GLOSSARY.md#claims)",
        worlds::head(audit),
        plain(&worlds::in_one_cell(audit))
    )
}

/// A row for each definition that a coder marks; a dash where another who looked at the study does not.
fn definitions(study: &StudyReport) -> Table {
    let mut table = Table::new("Definitions the study uses, by coder", &["Definition"], "No coder marks a definition in this study.");
    table.columns.extend(study.definitions.keys().cloned());
    let is_marked = |definition: &&Definition| study.definitions.values().any(|marks| marks.contains_key(*definition));
    for definition in Definition::all().iter().filter(is_marked) {
        let mark = |marks: &BTreeMap<Definition, Basis>| marks.get(definition).map_or(number::NONE, |basis| basis.id());
        let marks = study.definitions.values().map(|marks| Cell::text(mark(marks)));
        table.rows.push(std::iter::once(Cell::Code(definition.to_string())).chain(marks).collect());
    }
    table
}

fn simulations(audit: &Audit, study: &StudyReport, effects: &Effects) -> Vec<Block> {
    let none = Arms::new();
    let names: BTreeSet<&String> = study.fidelity.keys().chain(study.profiles.keys()).collect();
    let arms = |name: &String| study.profiles.get(name).unwrap_or(&none);
    let mut told: Vec<(&String, Profiled)> =
        names.into_iter().map(|name| (name, profiles(audit, (study, name), arms(name), effects))).collect();
    let is_marked = told.iter().any(|(_, one)| one.table.rows.iter().any(|row| row.last() != Some(&Cell::text(number::NONE))));
    let mut blocks: Vec<Block> = is_marked.then(|| paragraph(FINDINGS)).into_iter().collect();
    let lists: [(&str, ListOf); 2] =
        [("Not applicable in any of them", |one| &mut one.idle), ("Not simulated in any of them", |one| &mut one.left_out)];
    for (head, list) in lists {
        let shared = taken_out(told.iter_mut().map(|(_, one)| list(one)).collect());
        blocks.extend(by_reason(head, shared));
    }
    blocks.extend(told.into_iter().flat_map(|(name, one)| simulation(audit, (study, name), arms(name), one)));
    blocks
}

/// How findings are read, in short.
const FINDINGS: &str = "Each cell: outcome, effect with its interval, onset. What the effects (*e1*, *e2*, …) measure and why a finding is undecided: [how findings are read](../GLOSSARY.md#findings)";

/// What all of several lists hold, taken out of them.
fn taken_out(mut lists: Vec<&mut Reasons>) -> Reasons {
    let shared: Reasons = match lists.split_first() {
        Some((first, rest)) if !rest.is_empty() => first.iter().filter(|one| rest.iter().all(|list| list.contains(one))).cloned().collect(),
        Some(_) | None => Vec::new(),
    };
    lists.iter_mut().for_each(|list| list.retain(|one| !shared.contains(one)));
    shared
}

fn simulation(audit: &Audit, (study, name): (&StudyReport, &String), arms: &Arms, told: Profiled) -> Vec<Block> {
    let fidelity = study.fidelity.get(name).map_or("not recorded", |fidelity| fidelity.id());
    let method = study.methods.get(name).map(|method| format!("How it is computed: {}.", plain(method))).unwrap_or_default();
    let voice = study.simulations.get(name).map_or("", |one| speaks_for(one.voice));
    let mut blocks = vec![
        heading(3, &format!("Simulation {}", plain(name))),
        paragraph(&format!("Fidelity {fidelity}. {voice}{method}")),
        points(study.departures.get(name).into_iter().flatten().map(|departure| plain(departure))),
    ];
    blocks.extend(study.simulations.get(name).and_then(|one| one_run(audit, one)));
    blocks.push(Block::Table(told.table));
    let everywhere = format!("Undecided in all {} worlds", worlds::count(audit));
    blocks.extend(
        [(everywhere.as_str(), told.open), ("Not applicable", told.idle)].into_iter().filter_map(|(head, list)| by_reason(head, list)),
    );
    blocks.push(Block::Table(single_conditions(audit, arms)));
    blocks.extend(trained::samples(study, name));
    blocks.extend(by_reason("Not simulated", told.left_out));
    blocks
}

/// For whom a simulation speaks, where that is not its study.
const fn speaks_for(voice: Voice) -> &'static str {
    match voice {
        Voice::Main => "",
        Voice::Contrast => "What the study argues against: it speaks for nobody in a count. ",
        Voice::Check => "Asked by checks of ours alone: it speaks for nobody in a count. ",
    }
}

/// That worlds which disagree elsewhere are one run here.
fn one_run(audit: &Audit, simulation: &SimulationReport) -> Option<Block> {
    let alike: Vec<String> = audit.worlds.iter().filter(|world| simulation.alike.contains(&world.id)).map(|world| world.words()).collect();
    let words = format!(
        "The {} world is one and the same run as the {} one here: what they disagree about cannot be changed in this simulation.",
        plain(&alike.join(" and ")),
        plain(&worlds::leading(audit))
    );
    (!alike.is_empty()).then(|| paragraph(&words))
}

/// Ids with the reason that several share told once; nothing where there are none.
fn by_reason(head: &str, told: impl IntoIterator<Item = (String, String)>) -> Option<Block> {
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for (id, why) in told {
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, ids)) => ids.push(code(&id)),
            None => reasons.push((why, vec![code(&id)])),
        }
    }
    let told: Vec<_> = reasons.into_iter().map(|(why, ids)| format!("{} ({})", ids.join(", "), plain(&why))).collect();
    (!told.is_empty()).then(|| paragraph(&format!("{head}: {}.", told.join("; "))))
}

/// Ids, each with why.
type Reasons = Vec<(String, String)>;

/// One of a simulation's lists of them.
type ListOf = fn(&mut Profiled) -> &mut Reasons;

/// What the page tells of a simulation's profile: a table, what applies nowhere, what is open everywhere without a number, and which arms were not run.
struct Profiled {
    table: Table,
    idle: Reasons,
    open: Reasons,
    left_out: Reasons,
}

type Arms = BTreeMap<String, BTreeMap<String, FindingReport>>;

/// The profile of a simulation as published and in every world, both functionals where a definition has them; beside it the
/// definitions that apply nowhere or are open everywhere, each with its reason.
fn profiles(audit: &Audit, (study, name): (&StudyReport, &String), arms: &Arms, effects: &Effects) -> Profiled {
    let places = worlds::places(audit);
    let mut table = Table {
        caption: format!("Collapse profile in the {} worlds: outcome, effect [interval]", worlds::count(audit)),
        columns: worlds::columns(audit, &["Definition"], &["Effect"]),
        rows: Vec::new(),
        empty: "This simulation was not profiled.".to_owned(),
    };
    let (mut idle, mut open) = (Vec::new(), Vec::new());
    for definition in Definition::all() {
        for suffix in readings(*definition) {
            let key = format!("{definition}{suffix}");
            let found: Vec<_> = places.iter().map(|place| arms.get(&place.id).and_then(|profile| profile.get(&key))).collect();
            let Some(first) = found.iter().flatten().next() else { continue };
            let is_alike = found
                .iter()
                .all(|one| one.is_some_and(|one| (one.outcome, &one.reason, one.effect) == (first.outcome, &first.reason, None)));
            let list = match first.outcome {
                Outcome::NotApplicable => {
                    found.iter().flatten().all(|one| (one.outcome, &one.reason) == (first.outcome, &first.reason)).then_some(&mut idle)
                }
                Outcome::Undecided => is_alike.then_some(&mut open),
                Outcome::Occurs | Outcome::Absent => None,
            };
            if let Some(list) = list {
                list.push((key.replace(':', ", "), text::words(first.reason.as_deref().unwrap_or_default())));
                continue;
            }
            let mut row = vec![Cell::text(key.replace(':', ", "))];
            row.extend(found.iter().map(|finding| Cell::text(finding.map_or_else(|| "not decided".to_owned(), finding_text))));
            row.push(Cell::text(effects.marks(&found)));
            table.rows.push(row);
        }
    }
    if table.rows.is_empty() && !(idle.is_empty() && open.is_empty()) {
        let word = if open.is_empty() { "applies" } else { "is decided" };
        table.empty = format!("No definition {word} here in any world.");
    }
    let left_out = study.not_simulated.get(name).into_iter().flatten().map(|(arm, why)| (arm.clone(), facts::without_path(why))).collect();
    Profiled { table, idle, open, left_out }
}

/// How the keys of a definition's findings end.
fn readings(definition: Definition) -> &'static [&'static str] {
    match (definition.has_functionals(), definition.has_readings()) {
        (true, true) => &[":mean", ":typical", ":mean:first", ":typical:first"],
        (true, false) => &[":mean", ":typical"],
        (false, _) => &[""],
    }
}

fn finding_text(finding: &FindingReport) -> String {
    let word = facts::with_reason(facts::outcome_plain(finding.outcome), finding.reason.as_deref());
    let effect = number::with_interval(finding.effect, finding.low, finding.high);
    let effect = if effect == number::NONE { String::new() } else { format!(", {effect}") };
    let onset = finding.onset.map(|onset| format!(", from generation {onset}")).unwrap_or_default();
    format!("{word}{effect}{onset}")
}

/// Headline outcomes when one condition at a time is as in the leading world.
fn single_conditions(audit: &Audit, arms: &Arms) -> Table {
    let finding = |condition: &Condition, definition: Definition| facts::headline(arms.get(condition.id())?, definition, Against::RealOnly);
    let applies = |definition: &&Definition| {
        Condition::all().iter().filter_map(|condition| finding(condition, **definition)).any(|one| one.outcome != Outcome::NotApplicable)
    };
    let asked: Vec<Definition> = Definition::all().iter().filter(applies).copied().collect();
    let mut columns = vec!["One condition changed".to_owned()];
    columns.extend(asked.iter().map(|definition| tables::short(*definition).to_owned()));
    let caption = format!("Outcomes with one {} condition at a time (exploratory)", worlds::leading(audit));
    let mut table = Table { caption, columns, rows: Vec::new(), empty: "No single condition was simulated alone.".to_owned() };
    let alone: Vec<&Condition> = Condition::all().iter().filter(|condition| arms.contains_key(condition.id())).collect();
    if asked.is_empty() && !alone.is_empty() {
        let alone: Vec<&str> = alone.iter().map(|condition| condition.id()).collect();
        table.empty = format!("Conditions run alone, for the claims; no definition applies there: {}.", alone.join(", "));
        return table;
    }
    for condition in alone {
        let mut row = vec![Cell::Code(condition.to_string())];
        let outcome =
            |definition: &Definition| finding(condition, *definition).map_or(number::NONE, |one| facts::outcome_plain(one.outcome));
        row.extend(asked.iter().map(|definition| Cell::text(outcome(definition))));
        table.rows.push(row);
    }
    table
}

fn claim_blocks(audit: &Audit, claim: &ClaimReport) -> Vec<Block> {
    let in_worlds = worlds::head(audit);
    let facts = claim_facts(audit, claim, &in_worlds);
    let mut blocks = vec![
        heading(3, facts::local(&claim.id)),
        paragraph(&plain(&claim.statement)),
        points(facts.into_iter().map(|(head, body)| format!("**{head}.** {body}"))),
    ];
    blocks.extend(claim.repeat.as_ref().map(|command| Block::Code(text::one_line(command))));
    blocks
}

/// What is said of a claim on its study's page, head by head; `in_worlds` is the head of what becomes of it there.
fn claim_facts<'a>(audit: &Audit, claim: &ClaimReport, in_worlds: &'a str) -> Vec<(&'a str, String)> {
    let mut facts = vec![("Verdict", plain(&format!("{}; fidelity: {}", facts::verdict_text(claim), claim.fidelity)))];
    facts.push(("Whose, and how known", plain(&format!("{}, {}; {}", claim.by, claim.known, claim.locator))));
    let reach = if claim.reaches_further() { ", further than what was run" } else { "" };
    let speaks = claim.quantifier.map(|word| format!("; it speaks for {}{reach}", code(word.id()))).unwrap_or_default();
    facts.push(("It says", format!("{} {} ({}){speaks}", code(claim.definition.id()), asserted(claim), claim.functional)));
    if let Some(test) = &claim.test {
        facts.push(("Test", code(test)));
    }
    if claim.estimate.is_some() {
        facts.push(("Numbers", plain(&numbers(claim))));
    }
    if let Some(needs) = claim.needs {
        facts.push(("Would be decided by", format!("about {} replicates", number::count(needs))));
    }
    facts.extend(claim.control.as_ref().map(|control| guarded(claim, control, audit.controls.get(&claim.id))));
    if claim.verdict != Verdict::Untested {
        let told = in_places(audit, |place| facts::world_text(claim.at(place)));
        facts.push((in_worlds, plain(&format!("{told}; conditions simulated: {}", facts::simulated(claim.conditions_simulated)))));
    }
    if let Some(held) = &claim.held {
        let there = |place: &str| held.at(place).map_or_else(|| facts::NOT_RUN.to_owned(), |found| facts::world_text(Some(found)));
        facts.push(("Where it holds", format!("{}: {}", code(&held.change), plain(&in_places(audit, there)))));
    }
    facts.extend(claim.flips_under.as_ref().map(|flips| ("Flips under", plain(&facts::flips_text(Some(flips))))));
    let method = claim.method.clone().filter(|method| simulated_by(audit, claim) != Some(method));
    let notes = [("Method", &method), ("Part of", &claim.part_of), ("Read it like this", &claim.because)];
    facts.extend(notes.into_iter().filter_map(|(head, note)| Some((head, plain(note.as_ref()?)))));
    if !claim.conflicts.is_empty() {
        facts.push(("Conflicts with", claim.conflicts.iter().map(|id| code(id)).collect::<Vec<_>>().join(", ")));
    }
    facts
}

/// What is found as published and in every world, place by place; once where it is the same in all.
fn in_places(audit: &Audit, found: impl Fn(&str) -> String) -> String {
    let places = worlds::places(audit);
    let told: Vec<String> = places.iter().map(|place| found(&place.id)).collect();
    if told.len() > 1 && told.iter().all(|one| *one == told[0]) {
        return format!("{} in all {}", told[0], worlds::count(audit));
    }
    places.iter().zip(&told).map(|(place, found)| format!("{}: {found}", place.words)).collect::<Vec<_>>().join("; ")
}

/// What the control of a claim came to, or of a conditional claim its second half, which may change nothing and ask another test.
fn guarded(claim: &ClaimReport, control: &ControlReport, numbers: Option<&ControlNumbers>) -> (&'static str, String) {
    let place = if control.change.is_empty() { "as published".to_owned() } else { code(&control.change) };
    let said = control.words();
    let as_it_must = if control.stands() { ", as it must" } else { "" };
    let reason = control.reason.as_ref().map(|reason| format!(" ({})", plain(&text::words(reason)))).unwrap_or_default();
    let there = |one: &ControlNumbers| format!("; {} there", plain(&number::with_interval(Some(one.estimate), one.low, one.high)));
    let there = numbers.map(there).unwrap_or_default();
    match claim.asserts {
        Asserts::Conditional => ("Where it must fail", format!("{place}: its test for that half {said}{as_it_must}{reason}{there}")),
        Asserts::Occurs | Asserts::Absent => ("Control", format!("{place}: the test {said}{as_it_must}{reason}{there}")),
    }
}

/// How the claim's simulation is computed as published, which stands at its head.
fn simulated_by<'a>(audit: &'a Audit, claim: &ClaimReport) -> Option<&'a String> {
    audit.studies.iter().find(|study| study.id == claim.study)?.methods.get(claim.simulation.as_ref()?)
}

fn asserted(claim: &ClaimReport) -> &'static str {
    match claim.asserts {
        Asserts::Occurs => "occurs",
        Asserts::Absent => "is absent",
        Asserts::Conditional => "occurs under one condition and not under another",
    }
}

fn numbers(claim: &ClaimReport) -> String {
    let mut parts = vec![format!("estimate {}", number::with_interval(claim.estimate, claim.low, claim.high))];
    if claim.expected.is_some() {
        parts.push(format!("expected {}", tables_claims::expected(claim)));
    }
    if let Some((low, high)) = claim.accepted {
        parts.push(format!("accepted {}", number::interval(Some(low), Some(high))));
    }
    parts.extend(claim.generation.map(|generation| format!("generation {generation}")));
    parts.extend(claim.cell.as_ref().filter(|cell| !cell.is_empty()).map(|cell| format!("cell {cell}")));
    parts.push(match claim.replicates {
        0 => "nothing drawn".to_owned(),
        drawn => text::counted(drawn as usize, "replicate", "replicates"),
    });
    parts.extend(claim.inference.as_ref().map(|inference| format!("by {inference}")));
    if claim.estimate_all.is_some() && claim.replicates_all > claim.replicates {
        let all = number::count(u64::from(claim.replicates_all));
        parts.push(format!("from all {all} replicates {}", number::rounded(claim.estimate_all, claim.low, claim.high)));
    }
    parts.join("; ")
}
