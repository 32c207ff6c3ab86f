//! The report's answer in five sentences, generated from the numbers and in natural units: which meanings the studies' own main
//! runs show, which remain in each world, how sure that is, what was not tested, and what would change the answer.
//!
//! Sentences count studies, never shares alone; none tells one world without the others.

use super::{AS_PUBLISHED, DefinitionReport, Head, Prevalence, Standing, World, joined as and, number_word, takeaway};
use crate::verdict::Outcome;

/// `a of b`: studies in which it occurs, of those decided.
#[must_use]
pub fn of_decided(standing: &Standing) -> String {
    format!("{} of {}", standing.occurs, standing.decided())
}

/// A definition's name in a list, with its reading where it has two.
fn name(report: &DefinitionReport) -> String {
    takeaway::name(report).replace(',', "")
}

/// The five sentences.
#[must_use]
pub fn sentences(definitions: &[DefinitionReport], head: &Head, worlds: &[World]) -> Vec<String> {
    if definitions.iter().all(|report| report.standing.values().all(|standing| standing.decided() == 0)) {
        return vec!["Nothing was decided by a main simulation, so there is no answer to sum up.".to_owned()];
    }
    vec![
        shown(definitions),
        remain(definitions, worlds),
        sure(definitions, worlds),
        untested(definitions, head),
        change(definitions, head, worlds.len()),
    ]
}

fn standing<'a>(report: &'a DefinitionReport, world: &str) -> Option<&'a Standing> {
    report.standing.get(world)
}

/// The definitions of one prevalence in a world, with their counts: `tail-loss (17 of 29)`.
fn listed(definitions: &[DefinitionReport], world: &str, wanted: &[Prevalence]) -> Vec<String> {
    let chosen = definitions.iter().filter_map(|report| {
        let standing = standing(report, world)?;
        let apart = match standing.simulations_foreign.occurs {
            0 => None,
            1 => Some("1 simulation counted apart shows it".to_owned()),
            more => Some(format!("{more} simulations counted apart show it")),
        };
        let told: Vec<String> = (standing.decided() > 0).then(|| of_decided(standing)).into_iter().chain(apart).collect();
        let counts = if told.is_empty() { String::new() } else { format!(" ({})", told.join("; ")) };
        wanted.contains(&Prevalence::of(standing)).then(|| name(report) + &counts)
    });
    chosen.collect()
}

fn joined(words: &[String]) -> String {
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

/// What a world shows, by prevalence, as a clause; what no definition has is left out.
fn clause(definitions: &[DefinitionReport], world: &str) -> String {
    let parts: [(&str, &[Prevalence]); 4] = [
        ("in all or most studies", &[Prevalence::All, Prevalence::Most]),
        ("in some", &[Prevalence::Some]),
        ("in none", &[Prevalence::None]),
        ("left open", &[Prevalence::Open]),
    ];
    let told = parts.into_iter().map(|(words, wanted)| (words, listed(definitions, world, wanted))).filter(|(_, list)| !list.is_empty());
    told.map(|(words, list)| format!("{words}: {}", list.join(", "))).collect::<Vec<_>>().join("; ")
}

fn shown(definitions: &[DefinitionReport]) -> String {
    format!(
        "Under their authors' conditions, at their size or a smaller one, the studies' own main simulations show {} of the {} readings that the definitions have (in brackets: studies in which it occurs, of those decided); {}.",
        listed(definitions, AS_PUBLISHED, &[Prevalence::All, Prevalence::Most, Prevalence::Some]).len(),
        definitions.len(),
        clause(definitions, AS_PUBLISHED)
    )
}

fn remain(definitions: &[DefinitionReport], worlds: &[World]) -> String {
    let apart = |world: &World| match (&world.with, worlds.first()) {
        (Some(with), Some(leading)) if world.is_form_of(leading) => format!(", which is the same with {with},"),
        _ => world.apposition(),
    };
    let told = |world: &World| format!("In the {} world{} they are found {}.", world.words(), apart(world), clause(definitions, &world.id));
    worlds.iter().map(told).collect::<Vec<_>>().join(" ")
}

fn sure(definitions: &[DefinitionReport], worlds: &[World]) -> String {
    let at = |world: &str, level: &str| definitions.iter().filter_map(|r| standing(r, world)).filter(|s| s.certainty == level).count();
    let world = |world: &str| {
        let levels = ["high", "moderate", "low", "very low", "not rated"].map(|level| (level, at(world, level)));
        let said = levels.into_iter().filter(|(_, count)| *count > 0).map(|(level, count)| format!("{level} for {count}"));
        said.collect::<Vec<_>>().join(", ")
    };
    let there = worlds
        .iter()
        .enumerate()
        .map(|(place, one)| format!("{} in the {} {}", world(&one.id), one.words(), if place == 0 { "world" } else { "one" }));
    let told: Vec<String> = std::iter::once(format!("{} as published", world(AS_PUBLISHED))).chain(there).collect();
    format!(
        "How sure: certainty is {}, each printed beside its count; counts of studies are no independent evidence, since many share one \
         mechanism.",
        and(&told)
    )
}

fn untested(definitions: &[DefinitionReport], head: &Head) -> String {
    let least = definitions.iter().flat_map(|report| report.standing.values()).filter_map(|standing| standing.conditions_least).min();
    let most = definitions.iter().flat_map(|report| report.standing.values()).filter_map(|standing| standing.conditions_most).max();
    let conditions = least.zip(most).map_or_else(String::new, |(least, most)| {
        format!(
            ", and a world changes or meets {least} to {most} of its 8 conditions, never generative pre-training at the size people use"
        )
    });
    format!(
        "What was not tested: {} of the {} claims that were read in a study have no honest test here; of the {} reproduced, {} were tested in a smaller \
         setting and {} in another model{conditions}.",
        head.untested, head.counted, head.reproduced, head.reproduced_scaled, head.reproduced_analogue
    )
}

fn change(definitions: &[DefinitionReport], head: &Head, worlds: usize) -> String {
    let thin: Vec<String> = definitions
        .iter()
        .filter(|report| {
            let told = standing(report, AS_PUBLISHED).is_some_and(|s| s.thin.contains(&telling(s)) && s.decided() > 0);
            told || standing(report, AS_PUBLISHED).is_some_and(|s| s.decided() == 0)
        })
        .map(name)
        .collect();
    let open: u32 = definitions.iter().flat_map(|report| report.standing.values()).map(|standing| standing.undecided).sum();
    let mut flips: Vec<_> = head.flips.iter().collect();
    flips.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let flips: Vec<String> = flips.into_iter().map(|(condition, count)| format!("{condition} {count}")).collect();
    format!(
        "What would change the answer: further mechanisms where fewer than three tell it ({}), more replicates or longer runs where studies stay undecided \
         ({open} places in the {} worlds), and the conditions that alone turn a definition, with the number of claims ({}).",
        joined(&thin),
        number_word(1 + worlds),
        joined(&flips)
    )
}

/// The side that a summary tells.
const fn telling(standing: &Standing) -> Outcome {
    if standing.occurs >= standing.absent { Outcome::Occurs } else { Outcome::Absent }
}
