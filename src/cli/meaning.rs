//! What a word means: the glossary, the codes of problems, and what only the registry fixes, its worlds, thresholds, remedies, causes and variants.

use crate::audit::{criteria_in_words, overlays_in_words, senses};
use crate::plan::Pair;
use crate::registry::{Design, DesignId, Factor, Registry, schema};
use crate::taxonomy::{Condition, Word};
use std::fmt::Write;

/// Every meaning of `word`; `None` where it is no fixed word.
#[must_use]
pub fn of(word: &str) -> Option<String> {
    if let Some(pair) = pair(word) {
        return Some(of_pair(word, pair));
    }
    let mut told: Vec<(String, String)> =
        senses(word).into_iter().map(|sense| (format!("{}: {}", sense.kind, of_whole(word, sense.word)), sense.means.to_owned())).collect();
    told.extend(schema::regimes().filter(|(id, _)| *id == word).map(|(id, means)| (format!("regime: {id}"), means.to_owned())));
    told.extend(schema::models().filter(|kind| kind.name() == word).map(|kind| (format!("model: {word}"), kind.means().to_owned())));
    told.extend(schema::truths().filter(|kind| kind.name() == word).map(|kind| (format!("truth: {word}"), kind.means().to_owned())));
    told.extend(crate::registry::explain(word).map(|code| (format!("problem code: {}", code.code), code.explanation.to_owned())));
    in_lines(&told)
}

/// The pair of two conditions that a word names, in whichever order and with or without spaces.
pub fn pair(word: &str) -> Option<Pair> {
    let (one, other) = word.split_once('+')?;
    Pair::of(Condition::parse(one.trim()).ok()?, Condition::parse(other.trim()).ok()?)
}

/// What an arm of two conditions is, what either of them is, and why they stand in this order.
fn of_pair(word: &str, pair: Pair) -> String {
    let mut told: Vec<(String, String)> =
        senses(&pair.to_string()).into_iter().map(|sense| (format!("{}: {pair}", sense.kind), sense.means.to_owned())).collect();
    let parts = Condition::all().iter().filter(|condition| pair.has(**condition));
    told.extend(parts.map(|part| (format!("{}: {part}", Condition::KIND), part.sentence().to_owned())));
    let written = word.replace(' ', "");
    let order = "A pair is named, and its conditions are applied, in the order of `list conditions`";
    let order = if written == pair.to_string() {
        format!("{order}.")
    } else {
        format!("{order}: the arm is `{pair}`, and none is called `{written}`.")
    };
    told.push(("order".to_owned(), order));
    in_lines(&told).unwrap_or_default()
}

fn in_lines(told: &[(String, String)]) -> Option<String> {
    let mut text = String::new();
    for (place, (what, means)) in told.iter().enumerate() {
        let gap = if place > 0 { "\n" } else { "" };
        let _ = writeln!(text, "{gap}{what}\n  {means}");
    }
    (!told.is_empty()).then_some(text)
}

/// Of an arm's id the whole, of which the glossary knows how it begins.
fn of_whole<'w>(word: &'w str, known: &'w str) -> &'w str {
    if known.ends_with(['-', ':']) && word.starts_with(known) { word } else { known }
}

/// A world with its steps, a threshold with its reason, or a change of a design; `None` where the registry has none of that name.
#[must_use]
pub fn of_registry(word: &str, registry: &Registry) -> Option<String> {
    let steps = |world: &str| {
        let steps = overlays_in_words(&registry.overlays).into_iter().filter(|step| step.world == world);
        steps.map(|step| format!("\n  {}: {}", step.condition, step.change)).collect::<String>()
    };
    let worlds = registry.overlays.iter().filter(|overlay| overlay.id.id() == word);
    let worlds = worlds.map(|overlay| {
        (format!("world: {word}"), format!("{}{}", overlay.about.reason.as_deref().unwrap_or("a world of this registry"), steps(word)))
    });
    let thresholds = criteria_in_words(&registry.criteria).into_iter().filter(|criterion| criterion.key == word);
    let thresholds = thresholds.map(|criterion| (format!("threshold: {word} = {}", criterion.value), criterion.reason));
    let changes =
        registry.designs.iter().flat_map(|design| changes(design).filter(|(_, change)| change.id == word || change.title == word));
    let changes = changes.map(|(kind, change)| (format!("{kind}: {} ({})", change.id, change.title), of_change(change)));
    in_lines(&worlds.chain(thresholds).chain(changes).collect::<Vec<_>>())
}

/// What a design changes, with the word for each.
pub fn changes(design: &Design) -> impl Iterator<Item = (&'static str, &Factor)> {
    let (option, crossed) = match design.id {
        DesignId::Remedies => ("remedy", "setting"),
        DesignId::Causes => ("cause", "cause"),
        DesignId::Signs => ("variant", "setting"),
    };
    design.options.iter().map(move |change| (option, change)).chain(design.crossed.iter().map(move |change| (crossed, change)))
}

fn of_change(change: &Factor) -> String {
    let line = |what: &str, told: Option<&String>| told.map(|told| format!("\n  {what}: {told}")).unwrap_or_default();
    let (price, missing) =
        (line("price", change.price.as_ref()), line("not run, since there is no such thing here", change.missing.as_ref()));
    format!("{}{price}{missing}\n  where: {}", change.reason, change.locator)
}
