//! The page of one study: definitions, realism with reasons, what its simulations show as published and in every world, and every
//! claim with its numbers and the command that repeats it.

use super::block::{Block, figure, heading, paragraph, points};
use super::sections::trained;
use super::table::{Cell, Table};
use super::words::{code, plain};
use super::{facts, number, study_realism, tables, tables_claims, text, worlds};
use crate::audit::{
    Audit, ClaimReport, ControlNumbers, ControlReport, FindingReport, Flips, SimulationReport, StudyReport, Verdict, Voice, senses,
};
use crate::registry::Asserts;
use crate::taxonomy::{Against, Basis, Condition, Definition, Word};
use crate::verdict::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// The page as blocks.
#[must_use]
pub fn page(audit: &Audit, study: &StudyReport) -> Vec<Block> {
    let mut blocks: Vec<Block> = facts::scope_line(audit).map(|line| paragraph(&plain(&line))).into_iter().collect();
    blocks.extend([
        heading(1, &plain(&study.title)),
        paragraph(&about(study)),
        heading(2, "Definitions it uses"),
        Block::Table(definitions(study)),
    ]);
    blocks.extend(study_realism::section(audit, study));
    blocks.push(heading(2, "What our simulations show"));
    let why = match &study.no_simulation {
        Some(reason) => format!("There is no simulation: {}.", plain(reason.trim_end_matches('.'))),
        None => undecided(audit, study),
    };
    blocks.extend((!why.is_empty()).then(|| paragraph(&why)));
    let effects = Effects::of(audit, study);
    blocks.extend(effects.told());
    blocks.extend(simulations(audit, study, &effects));
    blocks.push(figure(format!("trajectories-{}", study.id)));
    let claims: Vec<&ClaimReport> = audit.claims.iter().filter(|claim| claim.study == study.id).collect();
    blocks.push(heading(2, "Claims"));
    blocks.extend((!claims.is_empty()).then(|| paragraph(&how_to_read(audit, &claims))));
    blocks.extend([Block::Table(tables_claims::of_study(audit, &study.id, "")), figure(format!("forest-{}", study.id))]);
    blocks.extend(claims.into_iter().flat_map(|claim| claim_blocks(audit, claim)));
    blocks
}

/// Why findings are undecided: the commonest reasons in words.
const UNDECIDED: [(&str, &str); 4] = [
    ("too-wide", "more replicates would decide it"),
    ("heavy-tail", "a few replicates carry the mean"),
    ("transient", "the run covers fewer than four of its time-scales, and one that does would exceed the budget"),
    ("partial", "it lies between the two limits"),
];

/// Those that the tables of a study have, once for all of them; the rarer ones as the glossary has them.
fn undecided(audit: &Audit, study: &StudyReport) -> String {
    let places = worlds::places(audit);
    let shown = study.profiles.values().flat_map(|arms| places.iter().filter_map(|place| arms.get(&place.id)));
    let open = shown.flat_map(BTreeMap::values).filter(|finding| finding.outcome == Outcome::Undecided);
    let reasons: BTreeSet<&str> = open.filter_map(|finding| finding.reason.as_deref()).collect();
    let common = UNDECIDED.iter().filter(|(reason, _)| reasons.contains(reason));
    let common = common.map(|(reason, why)| format!("*{}*, {why}", text::words(reason)));
    let rare = reasons.iter().filter(|reason| UNDECIDED.iter().all(|(common, _)| common != *reason));
    let rare = rare.filter_map(|reason| Some((reason, senses(reason).first()?.means.trim_end_matches('.').to_lowercase())));
    let told: Vec<String> = common.chain(rare.map(|(reason, why)| format!("*{}*, {}", text::words(reason), plain(&why)))).collect();
    if told.is_empty() { String::new() } else { format!("Why a finding is undecided: {}.", told.join("; ")) }
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

/// How the table of claims is read: what it has, and no more.
fn how_to_read(audit: &Audit, claims: &[&ClaimReport]) -> String {
    if claims.iter().all(|claim| claim.published.is_none()) {
        return "No claim of this study was put to a test.".to_owned();
    }
    let turns = |of: fn(&Flips) -> bool| claims.iter().filter_map(|claim| claim.flips_under.as_ref()).any(of);
    let pairs =
        if turns(|flips| !flips.pairs.is_empty()) { "; where papers disagree and none does, two that do together (a + b)" } else { "" };
    let rebased = if turns(|flips| !flips.rebased.is_empty()) {
        "; *against other real data* says that such a condition also changes the real data that the definition is held against, so that the turn may be theirs and not the loop's"
    } else {
        ""
    };
    let mut told = format!(
        "*{}* reads: outcome of the claim's definition {} · how many of the eight conditions could be simulated. *Flips under* names the single conditions that change the outcome{pairs}{rebased}. *Control* is what the same test does where it must fail or, of a claim that our run denies, where it must hold: it shows that the test can tell. Of several generations or cells that a test asks, the numbers are those of the one nearest to failing.",
        worlds::head(audit),
        plain(&worlds::in_one_cell(audit))
    );
    if claims.iter().any(|claim| claim.held.is_some()) {
        told += " A claim that holds under one condition and not under another is told twice where that condition changes the study's setting: with the change (*where it holds*), every world on top of it, and in the study's *own setting*, of which alone *flips under* speaks.";
    }
    if claims.iter().any(|claim| claim.compares()) {
        told += " A claim that compares two runs of one setup is asked its own comparison there, with its own margin, and no definition: it reads *comparison holds*, *fails* or *undecided*.";
    }
    if claims.iter().any(|claim| claim.compares_setups()) {
        told += " A claim that compares two setups is asked its definition there, of the simulation as it stands, because a world makes such a change itself.";
    }
    told
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

/// Whether a finding shows a number, and says what it is.
fn has_number(finding: &FindingReport) -> bool {
    finding.effect.is_some_and(f64::is_finite) && !finding.statistic.is_empty()
}

/// What the effects of a study's findings measure, once for all of its tables.
struct Effects<'a>(Vec<&'a str>);

impl<'a> Effects<'a> {
    /// In the order of simulations and of their findings; of those alone that show a number.
    fn of(audit: &Audit, study: &'a StudyReport) -> Self {
        let places = worlds::places(audit);
        let mut told = Vec::new();
        let shown = study.profiles.values().flat_map(|arms| places.iter().filter_map(|place| arms.get(&place.id)));
        for finding in shown.flat_map(BTreeMap::values).filter(|finding| has_number(finding)) {
            if !told.contains(&finding.statistic.as_str()) {
                told.push(finding.statistic.as_str());
            }
        }
        Self(told)
    }

    /// The mark of one of them in the tables.
    fn mark(&self, statistic: &str) -> String {
        self.0.iter().position(|known| *known == statistic).map_or_else(|| number::NONE.to_owned(), |place| format!("e{}", place + 1))
    }

    /// The marks of a row: one where all its numbers measure the same, else one for each place.
    fn marks(&self, found: &[Option<&FindingReport>]) -> String {
        let of = |finding: &Option<&FindingReport>| finding.filter(|one| has_number(one)).map(|one| self.mark(&one.statistic));
        let marks: Vec<Option<String>> = found.iter().map(of).collect();
        let told: BTreeSet<&String> = marks.iter().flatten().collect();
        match (told.len(), told.first()) {
            (0, _) | (_, None) => number::NONE.to_owned(),
            (1, Some(one)) => (*one).clone(),
            _ => marks.iter().map(|mark| mark.as_deref().unwrap_or(number::NONE)).collect::<Vec<_>>().join(" · "),
        }
    }

    fn told(&self) -> Option<Block> {
        let one = |statistic: &&str| format!("*{}* {}", self.mark(statistic), plain(statistic));
        let list: Vec<String> = self.0.iter().map(one).collect();
        (!list.is_empty()).then(|| paragraph(&format!("What the effects in the tables measure: {}.", list.join("; "))))
    }
}

fn simulations(audit: &Audit, study: &StudyReport, effects: &Effects) -> Vec<Block> {
    let none = BTreeMap::new();
    let names: std::collections::BTreeSet<&String> = study.fidelity.keys().chain(study.profiles.keys()).collect();
    let mut blocks = Vec::new();
    for name in names {
        let arms = study.profiles.get(name).unwrap_or(&none);
        let fidelity = study.fidelity.get(name).map_or("not recorded", |fidelity| fidelity.id());
        let method = study.methods.get(name).map(|method| format!("How it is computed: {}.", plain(method))).unwrap_or_default();
        blocks.push(heading(3, &format!("Simulation {}", plain(name))));
        let voice = study.simulations.get(name).map_or("", |one| speaks_for(one.voice));
        blocks.push(paragraph(&format!("Fidelity {fidelity}. {voice}{method}")));
        blocks.push(points(study.departures.get(name).into_iter().flatten().map(|departure| plain(departure))));
        blocks.extend(study.simulations.get(name).and_then(|one| one_run(audit, one)));
        let Profiled { table, idle, open } = profiles(audit, arms, effects);
        blocks.push(Block::Table(table));
        let everywhere = format!("Undecided in all {} worlds", worlds::count(audit));
        blocks.extend([(everywhere.as_str(), open), ("Not applicable", idle)].into_iter().filter_map(|(head, list)| by_reason(head, list)));
        blocks.push(Block::Table(single_conditions(audit, arms)));
        blocks.extend(trained::samples(study, name));
        blocks.extend(study.not_simulated.get(name).and_then(left_out));
    }
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

/// What was not simulated, reason by reason.
fn left_out(arms: &BTreeMap<String, String>) -> Option<Block> {
    by_reason("Not simulated", arms.iter().map(|(arm, why)| (arm.clone(), facts::without_path(why))))
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

/// What the page tells of a simulation's profile: a table, what applies nowhere, and what is open everywhere without a number.
struct Profiled {
    table: Table,
    idle: Vec<(String, String)>,
    open: Vec<(String, String)>,
}

type Arms = BTreeMap<String, BTreeMap<String, FindingReport>>;

/// The profile of a simulation as published and in every world, both functionals where a definition has them; beside it the
/// definitions that apply nowhere or are open everywhere, each with its reason.
fn profiles(audit: &Audit, arms: &Arms, effects: &Effects) -> Profiled {
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
    Profiled { table, idle, open }
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
