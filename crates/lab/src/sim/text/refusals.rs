//! What `check` says of a text and of an n-gram model that make no sense.

use super::{Language, MOST_ORDER, MOST_ROWS, MOST_VOCABULARY, MOST_WORDS, splits};
use crate::sim::refusal::refuse;
use crate::sim::{Model, Refusal, Setup, TextSource, Truth};

/// Appends a refusal for every parameter out of range.
pub fn refusals(setup: &Setup, out: &mut Vec<Refusal>) {
    let Truth::Text { source } = &setup.truth else { return };
    let memory = match source {
        TextSource::Corpus { vocabulary, order, .. } | TextSource::Own { vocabulary, order, .. } => {
            if !(1..=MOST_VOCABULARY).contains(vocabulary) {
                let remedy = format!("use 1 to {MOST_VOCABULARY} of the most common tokens");
                out.push(refuse("bad-vocabulary", "truth.vocabulary", vocabulary.to_string(), remedy));
            }
            if !(1..=MOST_ORDER).contains(order) {
                out.push(refuse("bad-order", "truth.order", order.to_string(), format!("use 1 to {MOST_ORDER}")));
            }
            if Language::of(&setup.truth).is_some_and(|language| language.grams.is_empty()) {
                out.push(refuse("bad-corpus", "truth.corpus", "a text without a single letter", "name a text with words in it"));
            }
            *order
        }
        TextSource::Grammar { words, exponent, adjectives } => {
            if !(1..=MOST_WORDS).contains(words) {
                out.push(refuse("bad-vocabulary", "truth.words", words.to_string(), format!("use 1 to {MOST_WORDS} words per class")));
            }
            if !(exponent.is_finite() && *exponent >= 0.0) {
                out.push(refuse("bad-exponent", "truth.exponent", exponent.to_string(), "use a number of at least 0"));
            }
            if !(0.0..=1.0).contains(adjectives) {
                out.push(refuse("bad-probability", "truth.adjectives", adjectives.to_string(), "use a probability"));
            }
            3
        }
        TextSource::Chain { rows } => {
            chain(rows, out);
            2
        }
    };
    model(&setup.model, memory, out);
}

fn chain(rows: &[Vec<f64>], out: &mut Vec<Refusal>) {
    let tokens = rows.len();
    if !(1..=MOST_ROWS).contains(&tokens) {
        out.push(refuse("bad-chain", "truth.rows", format!("{tokens} rows"), format!("use 1 to {MOST_ROWS}")));
    } else if let Some(odd) = rows.iter().position(|row| row.len() != tokens) {
        let found = format!("{} weights in a table of {tokens} rows", rows[odd].len());
        out.push(refuse("bad-chain", format!("truth.rows.{odd}"), found, format!("use {tokens}, one for each token")));
    } else if let Some(odd) = rows.iter().position(|row| !row.iter().all(|weight| weight.is_finite() && *weight >= 0.0)) {
        let found = "a weight that is negative or not finite";
        out.push(refuse("bad-chain", format!("truth.rows.{odd}"), found, "use numbers of at least 0"));
    } else if splits(rows) {
        let found = "a token that token 0 never reaches or that never leads back to it";
        out.push(refuse("bad-chain", "truth.rows", found, "give every token a way from token 0 and back"));
    }
}

fn model(model: &Model, memory: usize, out: &mut Vec<Refusal>) {
    let Model::NGram { order, smoothing } = model else { return };
    if !(1..=memory).contains(order) {
        let found = format!("{order}, over a text of order {memory}");
        out.push(refuse(
            "bad-order",
            "model.order",
            found,
            format!("use 1 to {memory}: what the text itself does not remember is not told"),
        ));
    } else if memory > 3 && *order + 1 < memory {
        let found = format!("{order}, over a text of order {memory}");
        let remedy =
            format!("use {} or {memory}, or a text of order 3: with a longer memory a much shorter one is not measured", memory - 1);
        out.push(refuse("bad-order", "model.order", found, remedy));
    }
    if !(smoothing.is_finite() && *smoothing >= 0.0) {
        out.push(refuse("bad-smoothing", "model.smoothing", smoothing.to_string(), "use a number of at least 0"));
    }
}
