//! Simulations from flags: the words of the command line become the TOML they stand for and are read like any file,
//! as a draft study of one simulation, so that every check and every message is the registry's own.

use super::args::SimulateArgs;
use super::placed::Flags;
use super::registry::is_text;
use crate::registry::diagnostics::{self, Colour};
use crate::registry::{DEEPEST, Problem, Severity, Simulation, Sources};
use crate::{Error, Result};
use std::ops::Range;
use toml::{Table, Value};

/// Name of the study that flags describe, in messages and in seeds.
pub const STUDY: &str = "from-the-command-line";
/// What is taken where no flag says it. Every run has a size of its training set; `simulate` measures more.
const DEFAULTS: [(&str, &str); 4] = [("regime", "replace"), ("samples", "100"), ("generations", "20"), ("metrics", "[\"training-size\"]")];

/// The code of what a draft lacks.
const DRAFT_FIELD: &str = "draft-field";

/// How a key gets its value where there is no file.
const KEYS: &str = "A key of the truth or the model is given as `--set truth.KEY=VALUE` or `--set model.KEY=VALUE`; `list truths NAME` and \
                    `list models NAME` show all of them. A key of the simulation is its flag, such as `--synthesis '{ kind = \"labels\", inputs = \"fresh\", \
                    choice = \"sampled\" }'`, or `--set KEY=VALUE`.";

/// Name of its simulation.
pub const SIMULATION: &str = "flags";

/// The table that the flags describe.
///
/// # Errors
/// A value that is no TOML.
pub fn from_flags(args: &SimulateArgs) -> Result<Table> {
    let mut table = Table::new();
    // Flags speak for no study: what they describe is put forward as it is.
    for (key, word) in [("role", "main"), ("fidelity", "exact"), ("size", "own")] {
        table.insert(key.to_owned(), Value::String(word.to_owned()));
    }
    let parts = [
        ("truth", &args.truth),
        ("model", &args.model),
        ("regime", &args.regime),
        ("synthesis", &args.synthesis),
        ("sampling", &args.sampling),
        ("samples", &args.samples),
        ("method", &args.method),
    ];
    for (key, text) in parts {
        if let Some(text) = text {
            table.insert(key.to_owned(), value(text).map_err(|wrong| Error::Usage(format!("--{key}: {wrong}")))?);
        }
    }
    if let Some(generations) = args.generations {
        table.insert("generations".to_owned(), Value::Integer(i64::from(generations)));
    }
    for (truth, key) in crate::registry::schema::variants() {
        // A law or a source names its truth: `--truth zipf` is the categorical one with that law.
        if args.truth.as_deref().is_some_and(|named| truth.has_variant(named)) {
            let named = table.remove("truth").unwrap_or_else(|| Value::String(String::new()));
            let kind = Value::String(truth.name().to_owned());
            table.insert("truth".to_owned(), Value::Table(Table::from_iter([("kind".to_owned(), kind), (key.to_owned(), named)])));
        }
    }
    if let Some(dimension) = args.dimension {
        set(&mut table, "truth.dimension", Value::Integer(i64::from(dimension))).map_err(Error::Usage)?;
    }
    if !args.metrics.is_empty() {
        let metrics = args.metrics.iter().map(|metric| Value::String(metric.trim().to_owned())).collect();
        table.insert("metrics".to_owned(), Value::Array(metrics));
    }
    change(&mut table, &args.set)?;
    fill_in(&mut table)?;
    Ok(table)
}

/// What is taken where no flag says it. A truth that must have a number of dimensions gets the least.
fn fill_in(table: &mut Table) -> Result<()> {
    for (key, default) in DEFAULTS {
        if !table.contains_key(key) {
            table.insert(key.to_owned(), value(default).map_err(Error::Usage)?);
        }
    }
    let kind = |truth: &Value| truth.as_str().or_else(|| truth.get("kind")?.as_str()).map(str::to_owned);
    let least = |truth: String| crate::registry::schema::truth(&truth)?.least("dimension");
    let open = table.get("truth").filter(|truth| truth.get("dimension").is_none());
    if let Some(dimension) = open.and_then(kind).and_then(least) {
        set(table, "truth.dimension", Value::Integer(i64::try_from(dimension).unwrap_or(1))).map_err(Error::Usage)?;
    }
    Ok(())
}

/// The table of a listed simulation, to be changed: what comes of it speaks for no study, and is put forward as it is.
///
/// # Errors
/// When the file's text has no such table.
pub fn listed(sources: &Sources, study: &str, simulation: &str) -> Result<Table> {
    let text = sources.text(&format!("studies/{study}.toml")).unwrap_or_default();
    let file: Table = toml::from_str(text).map_err(|error| Error::Usage(format!("studies/{study}.toml: {error}")))?;
    let found = file.get("simulation").and_then(|all| all.get(simulation)).and_then(Value::as_table);
    let put_forward = |table: &Table| {
        let mut table = table.clone();
        table.insert("role".to_owned(), Value::String("main".to_owned()));
        table
    };
    found.map(put_forward).ok_or_else(|| Error::Usage(format!("{study} has no simulation `{simulation}`; see `show {study}`")))
}

/// Applies `PATH=VALUE` changes.
///
/// # Errors
/// A change without `=`, an empty path, or a path through something that is no table.
pub fn change(table: &mut Table, changes: &[String]) -> Result<()> {
    for text in changes {
        let (path, new) =
            text.split_once('=').ok_or_else(|| Error::Usage(format!("--set {text}: expected PATH=VALUE, as in `truth.dimension=3`")))?;
        let depth = path.split('.').count();
        if depth > DEEPEST {
            return Err(Error::Usage(format!("--set: a path of {depth} keys; expected at most {DEEPEST}, as in `truth.dimension=3`")));
        }
        let changed = value(new.trim()).and_then(|new| set(table, path.trim(), new));
        changed.map_err(|wrong| Error::Usage(format!("--set {text}: {wrong}")))?;
        // A grid over this key would overrule it in every cell.
        if let Some(Value::Table(grid)) = table.get_mut("grid") {
            grid.remove(path.trim());
        }
    }
    if table.get("grid").and_then(Value::as_table).is_some_and(Table::is_empty) {
        table.remove("grid");
    }
    Ok(())
}

/// A TOML value, or a bare word for a string; else what is wrong.
fn value(text: &str) -> std::result::Result<Value, String> {
    // A value that goes on to another key would set that too.
    let alone = |table: &Table| table.len() == 1;
    let read = |text: &str| toml::from_str(&format!("value = {text}")).ok().filter(alone).and_then(|mut table| table.remove("value"));
    let is_word = text.chars().next().is_some_and(char::is_alphabetic) && !text.contains(['"', '=', '{', '\n']);
    let bare = || is_word.then(|| Value::String(text.to_owned()));
    read(text).or_else(bare).ok_or_else(|| match text {
        "" => "no value is written".to_owned(),
        text => format!("`{text}` is neither a word nor a TOML value"),
    })
}

fn set(table: &mut Table, path: &str, new: Value) -> std::result::Result<(), String> {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    if head.is_empty() {
        return Err(format!("`{path}` is no path; expected keys with dots, as in `truth.dimension`"));
    }
    let Some(rest) = rest else {
        table.insert(head.to_owned(), new);
        return Ok(());
    };
    let entry = table.entry(head).or_insert_with(|| Value::Table(Table::new()));
    if let Value::String(kind) = entry {
        let kind = std::mem::take(kind);
        *entry = Value::Table(Table::from_iter([("kind".to_owned(), Value::String(kind))]));
    }
    match entry {
        Value::Table(inner) => set(inner, rest, new),
        Value::Integer(_) | Value::Float(_) if head == "samples" => {
            let start = std::mem::replace(entry, Value::Table(Table::new()));
            let mut schedule = Table::from_iter([("start".to_owned(), start), ("grow".to_owned(), Value::String("constant".to_owned()))]);
            set(&mut schedule, rest, new)?;
            *entry = Value::Table(schedule);
            Ok(())
        }
        _ => Err(format!("`{head}` is no table, so `{path}` cannot be set")),
    }
}

/// Whether the truth is a text of one's own, which lies in the registry in use.
#[must_use]
pub fn takes_a_text(table: &Table) -> bool {
    let truth = table.get("truth").and_then(Value::as_table);
    truth.and_then(|truth| truth.get("source")).and_then(Value::as_str) == Some("own")
}

/// Reads the table that `flags` describe as a simulation, with every check of the registry `shipped` and the texts of another.
///
/// # Errors
/// Everything that is wrong with it, as the registry says it, with the flag in which it lies.
pub fn read(table: &Table, flags: &Flags, [shipped, texts]: [&Sources; 2]) -> Result<Simulation> {
    let mut file = Table::new();
    file.insert("schema".to_owned(), Value::Integer(1));
    file.insert("draft".to_owned(), Value::Boolean(true));
    let one = Table::from_iter([(SIMULATION.to_owned(), Value::Table(table.clone()))]);
    file.insert("study".to_owned(), Value::Table(Table::new()));
    file.insert("simulation".to_owned(), Value::Table(one));
    let text = toml::to_string(&file).map_err(|error| Error::Usage(error.to_string()))?;
    let name = format!("studies/{STUDY}.toml");
    let shared = shipped.files().filter(|(name, _)| is_shared(name));
    let others = shared.chain(texts.files().filter(|(name, _)| is_text(name))).map(|(name, text)| (name, text.as_bytes().to_vec()));
    let nobody = ("studies/coders.toml", b"schema = 1\n[coder]\n".to_vec());
    let sources = Sources::of(others.chain([nobody, (name.as_str(), text.into_bytes())]));
    let loaded = crate::registry::load(&sources);
    let text = sources.text(&name).unwrap_or_default();
    let table = text.find("[simulation.").unwrap_or(0)..text.find("[study]").unwrap_or(text.len());
    let mine: Vec<_> = loaded.problems.into_iter().filter(|p| p.file == name && is_about_flags(p, &table)).collect();
    let simulation = format!("simulation.{SIMULATION}");
    let mine: Vec<_> = mine.into_iter().map(|problem| flags.placed(as_problem(problem), text, &simulation)).collect();
    let read = loaded.registry.and_then(|mut registry| registry.studies.remove(STUDY)).and_then(|mut study| study.simulations.pop());
    read.ok_or_else(|| {
        let shown = diagnostics::human(&mine, &sources, Colour::Plain);
        Error::Usage(format!("these flags describe no simulation\n{}\n\n{KEYS}", shown.trim_end()))
    })
}

/// What a draft lacks is a note to its author, and a problem where it is part of the simulation that flags describe.
fn is_about_flags(problem: &Problem, table: &Range<usize>) -> bool {
    problem.severity == Severity::Problem || (problem.code == DRAFT_FIELD && table.contains(&problem.span.start))
}

/// The same as its author on a command line should see it.
fn as_problem(problem: Problem) -> Problem {
    let code = if problem.code == DRAFT_FIELD { "missing-key" } else { problem.code };
    Problem { severity: Severity::Problem, code, ..problem }
}

fn is_shared(name: &str) -> bool {
    ["claims/criteria.toml", "studies/overlays.toml", "studies/realism.toml"].contains(&name)
}
