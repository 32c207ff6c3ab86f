//! `explain`: why is it so? Judgement, rule, run, statistic; one screen.

use super::args::ExplainArgs;
use super::session::{Session, depth};
use super::{DEFAULT_SEED, say, show};
use crate::audit::{self, ClaimReport, FindingReport, Selection, StudyReport, WorldReport};
use crate::drive;
use crate::plan;
use crate::random::Seed;
use crate::registry::{ClaimId, Registry, Sources, Study};
use crate::taxonomy::{Condition, Definition, Word, nearest};
use crate::verdict::Decided;
use crate::{Error, Result};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Prints the explanation.
///
/// # Errors
/// Something that is neither claim, simulation, condition, definition nor code.
pub fn explain(args: &ExplainArgs, shipped: &Sources) -> Result<()> {
    if let Some(code) = crate::registry::explain(&args.what) {
        return say::out(&format!("{}\n\n{}\n", code.code, code.explanation));
    }
    let session = Session::open(&args.common, shipped, &args.cache)?;
    let registry = &session.registry;
    if let Some(id) = registry.claims.keys().find(|id| id.to_string() == args.what) {
        return claim(&session, id);
    }
    if let Some((study, word)) = args.what.split_once(':') {
        let study = registry.studies.get(study).ok_or_else(|| show::unknown(registry, study))?;
        if let Ok(condition) = Condition::parse(word) {
            return say::out(&of_condition(study, condition));
        }
        let definition = Definition::parse(word).map_err(|_| neither(word))?;
        return of_definition(&session, study, definition);
    }
    let simulation =
        args.what.split_once('/').and_then(|(study, name)| registry.studies.get(study)?.simulation(name).map(|_| (study, name)));
    match simulation {
        Some((study, name)) => of_simulation(&session, study, name),
        None => Err(unknown(registry, &args.what)),
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
    let known: Vec<_> = claims.chain(simulations).chain(codes).collect();
    let hint = nearest(what, known.iter().map(String::as_str)).map_or_else(
        || "expected CLAIM, STUDY/SIMULATION, STUDY:CONDITION, STUDY:DEFINITION or a problem's code; see `list claims`".to_owned(),
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

/// Six significant digits, in powers of ten where zeros would hide them.
fn short(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-4..1e6).contains(&size) {
        let digits = if size >= 1.0 { 5_i32 - size.log10().floor() as i32 } else { 6 };
        return format!("{value:.*}", usize::try_from(digits).unwrap_or(0));
    }
    format!("{value:.3e}")
}

fn of_claim(audit: &audit::Audit, row: &ClaimReport) -> String {
    let mut text = format!("{}\n{}\n({} says it at {}; known: {})\n\n", row.id, row.statement, row.by, row.locator, row.known);
    let reason = row.reason.as_deref().map_or_else(String::new, |reason| format!(" ({reason})"));
    let _ = writeln!(text, "verdict    {}{reason}, fidelity {}", row.verdict, row.fidelity);
    if let Some(test) = &row.test {
        let _ = writeln!(text, "rule       {test}");
        let place = [row.generation.map(|t| format!("generation {t}")), row.cell.clone().filter(|cell| !cell.is_empty())];
        let place: Vec<_> = place.into_iter().flatten().collect();
        let _ = writeln!(
            text,
            "statistic  {} in [{}, {}], expected {}{}",
            number(row.estimate),
            number(row.low),
            number(row.high),
            number(row.expected),
            if place.is_empty() { String::new() } else { format!(", at {}", place.join(", ")) }
        );
        let _ = writeln!(
            text,
            "error      {:e} for this test, over all looks; inference {}",
            row.alpha,
            row.inference.as_deref().unwrap_or("–")
        );
        let _ = writeln!(
            text,
            "run        {} replicates at freeze, {} drawn; {}",
            row.replicates,
            row.replicates_all,
            row.method.as_deref().unwrap_or("–")
        );
    }
    if let Some(control) = &row.control {
        let _ = writeln!(text, "control    {}, {}: {}", control.kind, control.change, control.verdict);
    }
    text += &in_worlds(audit, row);
    if let Some(flips) = &row.flips_under {
        let conditions: Vec<_> = flips.conditions.iter().map(|condition| condition.id()).collect();
        let _ = writeln!(text, "flips      {} {}", flips.kind, conditions.join(", "));
    }
    for (name, value) in [("worded", &row.because), ("repeat", &row.repeat)] {
        if let Some(value) = value {
            let _ = writeln!(text, "{name:<10} {value}");
        }
    }
    text
}

/// A line as published and one for each world that was run.
fn in_worlds(audit: &audit::Audit, row: &ClaimReport) -> String {
    let worlds = audit.worlds.iter().map(|world| (world.id.as_str(), row.at(&world.id)));
    let places = std::iter::once(("published", row.published.as_ref())).chain(worlds);
    let told = places.filter_map(|(name, world)| Some(format!("{name:<10} {} {}\n", row.definition, of_world(world?))));
    told.collect()
}

fn of_world(world: &WorldReport) -> String {
    let reason = world.reason.as_deref().map_or_else(String::new, |reason| format!(" ({reason})"));
    format!("{}{reason}: effect {} in [{}, {}]", world.outcome, number(world.effect), number(world.low), number(world.high))
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
        text += &findings(report, |key| key.split(':').next() == Some(definition.id()), |_| true);
    }
    say::out(&text)
}

fn of_simulation(session: &Session, study: &str, name: &str) -> Result<()> {
    let (decided, audit) = audit_of(session, BTreeSet::new(), BTreeSet::from([(study.to_owned(), name.to_owned())]))?;
    let mut text = format!("{study}/{name}\n");
    for one in &decided {
        for (arm, record) in &one.arms {
            let _ = writeln!(
                text,
                "  {arm}: {} replicates, {} generations, {}",
                record.replicates,
                record.generations,
                record.methods.join("; ")
            );
        }
        for (arm, reason) in &one.left_out {
            let _ = writeln!(text, "  {arm}: not simulated ({reason})");
        }
    }
    if let Some(report) = audit.studies.iter().find(|report| report.id == study) {
        text += &findings(report, |_| true, |simulation| simulation == name);
    }
    say::out(&text)
}

/// The profile rows of a study that are wanted.
fn findings(report: &StudyReport, wanted: impl Fn(&str) -> bool, simulation: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    for (name, arms) in report.profiles.iter().filter(|(name, _)| simulation(name)) {
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
