//! `explain`: why is it so, and what does the word mean? Judgement, rule, run, statistic; one screen.

use super::args::{ExplainArgs, TableFormat};
use super::session::{Session, depth};
use super::statistic::{self, short};
use super::table::Table;
use super::{DEFAULT_SEED, meaning, registry, say, show};
use crate::audit::{self, ClaimReport, FindingReport, Selection, StudyReport, WorldReport};
use crate::drive;
use crate::plan;
use crate::random::Seed;
use crate::registry::{Asserts, ClaimId, Registry, Sources, Study};
use crate::taxonomy::{Condition, Definition, Word, nearest};
use crate::verdict::Decided;
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Prints the explanation.
///
/// # Errors
/// Something that is neither a word, nor a claim, simulation, condition, definition or code.
pub fn explain(args: &ExplainArgs, shipped: &Sources) -> Result<()> {
    let what = args.what.join(" ");
    if let Some(text) = meaning::of(&what) {
        return say::out(&text);
    }
    if !what.contains(['/', ':']) {
        let registry = registry::load(&args.common, shipped)?;
        let text = meaning::of_registry(&what, &registry).ok_or_else(|| unknown(&registry, &what))?;
        return say::out(&text);
    }
    let session = Session::open(&args.common, shipped, &args.cache)?;
    let registry = &session.registry;
    if let Some(found) = registry.claim(&what) {
        return claim(&session, &found.id);
    }
    if let Some((study, word)) = what.split_once(':').filter(|(study, _)| !study.contains('/')) {
        let study = registry.studies.get(study).ok_or_else(|| show::unknown(registry, study))?;
        if let Ok(condition) = Condition::parse(word) {
            return say::out(&of_condition(study, condition));
        }
        let definition = Definition::parse(word).map_err(|_| neither(word))?;
        return of_definition(&session, study, definition);
    }
    let simulation = what.split_once('/').and_then(|(study, name)| registry.studies.get(study)?.simulation(name).map(|_| (study, name)));
    match simulation {
        Some((study, name)) => of_simulation(&session, study, name),
        None => Err(unknown(registry, &what)),
    }
}

/// The complaint that a word is neither condition nor definition.
fn neither(word: &str) -> Error {
    let conditions = Condition::all().iter().map(|condition| condition.id());
    let near = nearest(word, conditions.chain(Definition::all().iter().map(|definition| definition.id())));
    let hint = near.map_or_else(
        || "see `list conditions` and `list definitions`".to_owned(),
        |near| format!("did you mean `{near}`? see `list conditions` and `list definitions`"),
    );
    Error::Usage(format!("`{word}` is neither a condition nor a definition; {hint}"))
}

/// The complaint that nothing is called so, with the nearest study, claim, simulation or problem code.
fn unknown(registry: &Registry, what: &str) -> Error {
    let claims = registry.claims.keys().map(ToString::to_string);
    let simulations =
        registry.studies.values().flat_map(|s| s.simulations.iter().map(|simulation| format!("{}/{}", s.id, simulation.name)));
    let codes = crate::registry::codes().map(|code| code.code.to_owned());
    let words = audit::glossary().map(|sense| sense.word.to_owned());
    let changes = registry.designs.iter().flat_map(|design| meaning::changes(design).map(|(_, change)| change.id.clone()));
    let known: Vec<_> = claims.chain(simulations).chain(codes).chain(words).chain(changes).collect();
    let hint = nearest(what, known.iter().map(String::as_str)).map_or_else(
        || "expected CLAIM, STUDY/SIMULATION, STUDY:CONDITION, STUDY:DEFINITION, a word of the report or a problem's code; see `list claims`"
                .to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Error::Usage(format!("there is nothing called `{what}` to explain; {hint}"))
}

/// Runs the simulations of these claims, or takes them from the cache, and gives their audit.
fn audit_of(session: &Session, claims: BTreeSet<ClaimId>, named: BTreeSet<(String, String)>) -> Result<(Vec<Decided>, audit::Audit)> {
    let (_, scope) = depth(false);
    let seed = Seed(DEFAULT_SEED);
    let studies = named.iter().map(|(study, _)| study.clone()).chain(claims.iter().map(|id| id.study.clone())).collect();
    let decided = drive::decide(&session.registry, &plan::Selection::Named(named), &scope, session.executor(seed))?;
    let frame = session.frame_of(Selection { filter: "what is explained".to_owned(), studies, claims }, seed)?;
    let audit = audit::audit(&session.registry, &decided, &frame);
    Ok((decided, audit))
}

fn claim(session: &Session, id: &ClaimId) -> Result<()> {
    let claims = BTreeSet::from([id.clone()]);
    let named = crate::drive::simulations_of(&session.registry, &claims);
    let (_, audit) = audit_of(session, claims, named)?;
    let row = audit.claims.first().ok_or_else(|| Error::Usage(format!("{id} is in no report")))?;
    say::out(&of_claim(&audit, row))
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), short)
}

fn of_claim(audit: &audit::Audit, row: &ClaimReport) -> String {
    let speaks = row.quantifier.map_or_else(String::new, |word| format!("; for: {word}{}", reach(row)));
    let mut text = format!("{}\n{}\n({} says it at {}; known: {}{speaks})\n\n", row.id, row.statement, row.by, row.locator, row.known);
    let reason = row.reason.as_deref().map_or_else(String::new, |reason| format!(" ({reason})"));
    let _ = writeln!(text, "verdict     {}{reason}, fidelity {}", row.verdict, row.fidelity);
    if let Some(test) = &row.test {
        let _ = writeln!(text, "rule        {test}");
        text += &statistic::numbers(row);
        if row.replicates_all > row.replicates {
            let _ = writeln!(text, "drawn       {} replicates in all", row.replicates_all);
        }
    }
    if let Some(control) = &row.control {
        let change = if control.change.is_empty() { "as published" } else { control.change.as_str() };
        let said = control.words();
        let _ = match row.asserts {
            Asserts::Conditional => writeln!(text, "must fail   {change}: its test {said}"),
            Asserts::Occurs | Asserts::Absent => writeln!(text, "control     {}, {change}: its test {said}", control.kind),
        };
    }
    text += &in_worlds(audit, row);
    if let Some(flips) = &row.flips_under {
        let conditions: Vec<_> = flips.conditions.iter().map(|condition| condition.id()).collect();
        let _ = writeln!(text, "{}", format!("flips       {} {}", flips.kind, conditions.join(", ")).trim_end());
        let pairs: Vec<_> = flips.pairs.iter().map(ToString::to_string).collect();
        if !pairs.is_empty() {
            let _ = writeln!(text, "in pairs    {}", pairs.join(", "));
        }
        let open: Vec<_> = flips.pairs_open.iter().map(ToString::to_string).collect();
        if !open.is_empty() {
            let _ = writeln!(text, "open pairs  {} (one of them alone is undecided or was not run, and may do it)", open.join(", "));
        }
    }
    for (name, value) in [("worded", &row.because), ("repeat", &row.repeat)] {
        if let Some(value) = value {
            let _ = writeln!(text, "{name:<11} {value}");
        }
    }
    text
}

/// Whether the statement reaches further than what was run.
fn reach(row: &ClaimReport) -> &'static str {
    if row.reaches_further() { ", further than what was run" } else { "" }
}

/// A line as published and one for each world that was run; the same under the change with which a conditional claim holds.
fn in_worlds(audit: &audit::Audit, row: &ClaimReport) -> String {
    let worlds = audit.worlds.iter().map(|world| (world.id.as_str(), row.at(&world.id)));
    let places = std::iter::once(("published", row.published.as_ref())).chain(worlds);
    let line = |name: &str, world: &WorldReport| match world.comparison {
        Some(_) => format!("{name:<11} {}\n", of_world(world)),
        None => format!("{name:<11} {} {}\n", row.definition, of_world(world)),
    };
    let told: String = places.filter_map(|(name, world)| Some(line(name, world?))).collect();
    let Some(held) = &row.held else { return told };
    let worlds = audit.worlds.iter().map(|world| (world.id.as_str(), held.at(&world.id)));
    let places = std::iter::once(("published", held.published.as_ref())).chain(worlds);
    let there: String = places.filter_map(|(name, world)| Some(line(&format!("  {name}"), world?))).collect();
    format!("{told}where it holds, with {}\n{there}", held.change)
}

fn of_world(world: &WorldReport) -> String {
    let reason = world.reason.as_deref().map_or_else(String::new, |reason| format!(" ({reason})"));
    format!("{}{reason}: effect {} in [{}, {}]", world.words(), number(world.effect), number(world.low), number(world.high))
}

fn of_condition(study: &Study, condition: Condition) -> String {
    let mut text = format!("{}: {}\n{} ({})\n\n", study.id, condition, condition.sentence(), condition.origin());
    let mine: Vec<_> = study.judgements.iter().filter(|judgement| judgement.condition == condition).collect();
    if mine.is_empty() {
        text += "nobody judged it\n";
    }
    for judgement in mine {
        let place = judgement.simulation.as_ref().map_or_else(String::new, |name| format!(", for simulation {name}"));
        let _ = writeln!(text, "{} by {}{place}: {} ({})", judgement.level, judgement.coder, judgement.reason, judgement.locator);
    }
    text
}

fn of_definition(session: &Session, study: &Study, definition: Definition) -> Result<()> {
    let mut text = format!("{}: {}\n{}\nneeds {}\n\n", study.id, definition, definition.sentence(), definition.needs());
    for coding in study.codings.iter().filter(|coding| coding.definition == definition) {
        let _ = writeln!(text, "{} by {}: {} ({})", coding.basis, coding.coder, coding.reason, coding.locator);
    }
    let named = study.simulations.iter().map(|simulation| (study.id.clone(), simulation.name.clone())).collect();
    let (_, audit) = audit_of(session, BTreeSet::new(), named)?;
    if let Some(report) = audit.studies.iter().find(|report| report.id == study.id) {
        text += &findings(report, |key| key.split(':').next() == Some(definition.id()));
    }
    say::out(&text)
}

/// How a cell begins that says nothing but why.
const VOID: &str = "not-applicable: ";

/// One table: what was drawn as published and in every world, and what every definition says there; what else was run or left out in a line each.
fn of_simulation(session: &Session, study: &str, name: &str) -> Result<()> {
    let (decided, audit) = audit_of(session, BTreeSet::new(), BTreeSet::from([(study.to_owned(), name.to_owned())]))?;
    let places: Vec<&str> = std::iter::once(audit::AS_PUBLISHED).chain(audit.worlds.iter().map(|world| world.id.as_str())).collect();
    let mut text = format!("{study}/{name}\n");
    let Some(report) = audit.studies.iter().find(|report| report.id == study) else { return say::out(&text) };
    let record = |arm: &str| decided.iter().find_map(|one| one.arms.get(arm));
    let mut table = Table::new(&[&["definition"], places.as_slice()].concat());
    let drawn =
        |arm: &&str| record(arm).map_or_else(|| "not run".to_owned(), |record| format!("{} x {}", record.replicates, record.generations));
    table.row(std::iter::once("replicates x generations".to_owned()).chain(places.iter().map(drawn)));
    let profiles = report.profiles.get(name);
    let keys: BTreeSet<&String> = profiles.into_iter().flat_map(|arms| arms.values()).flat_map(BTreeMap::keys).collect();
    let in_order = Definition::all().iter().flat_map(|definition| keys.iter().filter(|key| key.split(':').next() == Some(definition.id())));
    let mut void = Vec::new();
    for key in in_order {
        let cell = |arm: &&str| profiles.and_then(|arms| arms.get(*arm)?.get(*key)).map_or_else(|| "–".to_owned(), in_a_cell);
        let cells: Vec<_> = places.iter().map(cell).collect();
        let alike = cells.first().filter(|first| cells.iter().all(|cell| cell == *first));
        match alike.and_then(|cell| cell.strip_prefix(VOID)) {
            Some(reason) => void.push(format!("{key} ({reason})")),
            None => table.row(std::iter::once((*key).clone()).chain(cells)),
        }
    }
    text += &table.render(TableFormat::Table);
    if !void.is_empty() {
        let _ = writeln!(text, "\nnot applicable: {}", void.join(", "));
    }
    for one in &decided {
        let others: Vec<_> = one.arms.keys().filter(|arm| !places.contains(&arm.as_str())).map(String::as_str).collect();
        if !others.is_empty() {
            let _ = writeln!(text, "also run: {}", others.join(", "));
        }
        for (arm, reason) in &one.left_out {
            let _ = writeln!(text, "not simulated: {arm} ({})", crate::report::without_path(reason));
        }
    }
    say::out(&text)
}

/// An outcome in one cell of a table: decided with its effect, else its reason.
fn in_a_cell(finding: &FindingReport) -> String {
    match (&finding.reason, finding.effect) {
        (Some(reason), _) => format!("{}: {reason}", finding.outcome),
        (None, Some(effect)) => format!("{} ({})", finding.outcome, crate::report::alone(effect)),
        (None, None) => finding.outcome.to_string(),
    }
}

/// The profile rows of a study that are wanted.
fn findings(report: &StudyReport, wanted: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    for (name, arms) in &report.profiles {
        for (arm, profile) in arms {
            let rows: Vec<_> = profile.iter().filter(|(key, _)| wanted(key)).collect();
            if rows.is_empty() {
                continue;
            }
            let _ = writeln!(text, "\n{name}, {arm}");
            for (key, finding) in rows {
                let _ = writeln!(text, "  {key:<28} {}", of_finding(finding));
            }
        }
    }
    text
}

fn of_finding(finding: &FindingReport) -> String {
    let reason = finding.reason.as_deref().map_or_else(String::new, |reason| format!(" ({reason})"));
    let notes = if finding.notes.is_empty() { String::new() } else { format!("; {}", finding.notes.join("; ")) };
    let effect = finding.effect.map_or_else(String::new, |_| {
        format!(": {} {} in [{}, {}]", finding.statistic, number(finding.effect), number(finding.low), number(finding.high))
    });
    format!("{}{reason}{effect}{notes}", finding.outcome)
}
