//! The statistic of a claim's own test, from so many replicates: what `simulate --claim … --summary` prints, and what the command
//! beside every claim of a report repeats.

use super::args::{CacheArgs, SimulateArgs, TableFormat};
use super::session::Session;
use super::show;
use crate::audit::{ClaimReport, test_in_words};
use crate::drive::{Held, Scope, Settled};
use crate::random::Seed;
use crate::registry::{Claim, ClaimId, Proof, Sources};
use crate::{Error, Result};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The statistic in the form asked for.
///
/// # Errors
/// A claim that there is not, that is untested or belongs to another simulation; an interruption.
pub fn of(args: &SimulateArgs, shipped: &Sources, target: &str, name: &str) -> Result<String> {
    let session = Session::open(&args.common, shipped, &CacheArgs { cache: None, no_cache: true })?;
    let (study, simulation) = target.split_once('/').unwrap_or((target, ""));
    let id = ClaimId { study: study.to_owned(), name: name.strip_prefix(&format!("{study}/")).unwrap_or(name).to_owned() };
    let claim = session.registry.claims.get(&id).ok_or_else(|| show::unknown(&session.registry, &id.to_string()))?;
    if claim.simulation.as_deref() != Some(simulation) {
        let hint = match &claim.simulation {
            Some(own) => format!("it is tested in {study}/{own}"),
            None => format!("it is untested; `show {id}` says why"),
        };
        return Err(Error::Usage(format!("{id} is not tested in {target}: {hint}")));
    }
    let asked = args.replicates.map_or(Settled::Decided, |replicates| Settled::Undecided { replicates });
    let scope = Scope::Accepted(BTreeMap::from([(id.clone(), BTreeMap::from([(Held::Test, asked)]))]));
    let rows = session.rows(&BTreeSet::from([id.clone()]), &scope, Seed(args.seed), "a claim's statistic")?;
    let row = rows.first().ok_or_else(|| Error::Usage(format!("{id} is in no report")))?;
    Ok(match args.format {
        TableFormat::Table => in_words(claim, row) + &fewer(args.replicates, row.replicates),
        TableFormat::Json => {
            format!("{:#}\n", Value::Object(fields(row).into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
        }
        TableFormat::Csv => in_csv(row),
    })
}

fn in_words(claim: &Claim, row: &ClaimReport) -> String {
    let mut text = format!("{}\n{}\n\n", row.id, row.statement);
    if let Proof::Single { test, .. } = &claim.proof {
        let _ = writeln!(text, "asked       {}", test_in_words(test));
    } else if let Some(test) = &row.test {
        let _ = writeln!(text, "asked       {test}");
    }
    text + &numbers(row)
}

/// That a claim's looks end before the replicates that were asked for.
fn fewer(asked: Option<u32>, drawn: u32) -> String {
    match asked {
        Some(asked) if drawn > 0 && drawn < asked => {
            format!("note        {asked} replicates were asked for; the looks of this claim end at {drawn}\n")
        }
        _ => String::new(),
    }
}

/// The statistic with its interval, and what it comes from.
pub fn numbers(row: &ClaimReport) -> String {
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), short);
    let mut text = format!("statistic   {} in [{}, {}]", number(row.estimate), number(row.low), number(row.high));
    if let Some(expected) = row.expected {
        let _ = write!(text, ", expected {}", short(expected));
    }
    let place = [row.generation.map(|t| format!("generation {t}")), row.cell.clone().filter(|cell| !cell.is_empty())];
    let place: Vec<_> = place.into_iter().flatten().collect();
    if !place.is_empty() {
        let _ = write!(text, ", at {}", place.join(", "));
    }
    let from = match row.replicates {
        0 if row.estimate.is_none() => "no number: the replicates that were asked for decide nothing".to_owned(),
        0 => "an exact recursion, which no replicate contradicts".to_owned(),
        1 => "1 replicate".to_owned(),
        many => format!("{many} replicates"),
    };
    let _ = write!(text, "\nfrom        {from}; {}", row.method.as_deref().unwrap_or("no method"));
    let _ = writeln!(text, "\nerror       {:e} over all looks; inference {}", row.alpha, row.inference.as_deref().unwrap_or("–"));
    text
}

/// Six significant digits, in powers of ten where zeros would hide them.
#[must_use]
pub fn short(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-4..1e6).contains(&size) {
        let digits = if size >= 1.0 { 5_i32 - size.log10().floor() as i32 } else { 6 };
        return format!("{value:.*}", usize::try_from(digits).unwrap_or(0));
    }
    format!("{value:.3e}")
}

/// The row's numbers as `audit.json` has them, by its keys.
fn fields(row: &ClaimReport) -> Vec<(&'static str, Value)> {
    vec![
        ("claim", json!(row.id)),
        ("estimate", json!(row.estimate)),
        ("low", json!(row.low)),
        ("high", json!(row.high)),
        ("expected", json!(row.expected)),
        ("generation", json!(row.generation)),
        ("cell", json!(row.cell)),
        ("replicates", json!(row.replicates)),
        ("alpha", json!(row.alpha)),
        ("inference", json!(row.inference)),
    ]
}

fn in_csv(row: &ClaimReport) -> String {
    let fields = fields(row);
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let head: Vec<_> = fields.iter().map(|(key, _)| *key).collect();
    let mut table = super::table::Table::new(&head);
    table.row(fields.iter().map(|(_, value)| cell(value)));
    table.render(TableFormat::Csv)
}
