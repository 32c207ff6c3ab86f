//! One truth or one model: its keys with their defaults, what it goes with, and the metrics of each pair. What `list models NAME` and
//! `list truths NAME` print.

use super::args::{ListWhat, TableFormat};
use super::table::Table;
use crate::registry::schema::{self, Kind};
use crate::sim::{Pair, catalogue};
use crate::taxonomy::{Word, nearest};
use crate::{Error, Result};

/// The kind called `name`: for people with a line on what it is, else its keys alone.
///
/// # Errors
/// A list that has no entries of that sort, or a name that is not in it.
pub fn one(what: ListWhat, name: &str, format: TableFormat) -> Result<String> {
    let kinds: Vec<Kind> = match what {
        ListWhat::Models => schema::models().collect(),
        ListWhat::Truths => schema::truths().collect(),
        _ => return Err(Error::Usage("a name belongs to `list models` and `list truths`; leave it out, or list one of these".to_owned())),
    };
    let is_model = what == ListWhat::Models;
    let word = if is_model { "model" } else { "truth" };
    let kind = kinds.iter().find(|kind| kind.name() == name).ok_or_else(|| {
        let near = nearest(name, kinds.iter().map(|kind| kind.name()));
        let hint = near.map_or_else(|| format!("see `list {word}s`"), |near| format!("did you mean `{near}`?"));
        Error::Usage(format!("there is no {word} `{name}`; {hint}"))
    })?;
    if format != TableFormat::Table {
        return Ok(keys(*kind, word).render(format));
    }
    let mut text = format!("{name}: {}\n\n", kind.means());
    text += &match kind.keys().next() {
        Some(_) => keys(*kind, word).render(format),
        None => "It has no keys.\n".to_owned(),
    };
    let of_kind = |pair: &Pair| if is_model { pair.model == name } else { pair.truth == name };
    let pairs: Vec<Pair> = catalogue().into_iter().filter(of_kind).collect();
    if pairs.is_empty() {
        return Ok(text + "\nNo pair of it is measured by a formula.\n");
    }
    let other = |pair: &Pair| if is_model { pair.truth } else { pair.model };
    let mut table = Table::new(&[if is_model { "truth" } else { "model" }, "synthesis", "metrics"]);
    for pair in &pairs {
        let metrics: Vec<_> = pair.metrics.iter().map(|metric| metric.id()).collect();
        table.row([other(pair).to_owned(), pair.synthesis.to_owned(), metrics.join(" ")]);
    }
    text += &format!("\nGoes with\n{}", table.render(format));
    let (truth, model) = (pairs[0].truth, pairs[0].model);
    Ok(text + &format!("\nTry: collapse-audit simulate --truth {truth} --model {model}{} --summary\n", asked(truth, model)))
}

/// The keys of a pair that have no default, as flags.
fn asked(truth: &str, model: &str) -> String {
    let of = |kind: Option<Kind>, word: &'static str| {
        let open = kind.into_iter().flat_map(|kind| kind.required().filter(move |key| kind.least(key).is_none() || *key != "dimension"));
        open.map(move |key| format!(" --set {word}.{key}=…")).collect::<String>()
    };
    of(schema::truth(truth), "truth") + &of(schema::models().find(|kind| kind.name() == model), "model")
}

fn keys(kind: Kind, word: &str) -> Table {
    let mut table = Table::new(&["key", "need", "takes", "meaning"]);
    for key in kind.keys() {
        table.row([format!("{word}.{}", key.name), key.need, key.takes, key.means.to_owned()]);
    }
    table
}
