//! The worlds as a report tells of them: each with its id, its name and what sets it apart, in the order of the registry, and the few
//! words that every sentence about several of them needs.

use crate::plan::Arm;
use crate::registry::{Registry, WorldId};
use crate::taxonomy::Condition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The key under which maps by world hold the simulation as its study ran it.
pub const AS_PUBLISHED: &str = "as-published";

/// How the arms begin in which a claim's own `holds_when` change stands under a world; then comes a claim's name.
#[must_use]
pub fn holds_in(world: &str) -> String {
    Arm::HoldsIn(WorldId::new(0, world), String::new()).to_string()
}

/// A world in which claims were asked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct World {
    /// Its id: the key of every map by world, and the id of its arm.
    pub id: String,
    /// Its name in the head of a table.
    pub title: String,
    /// What sets it apart, so that it can follow `with`.
    pub with: Option<String>,
    /// Why claims are asked there.
    pub reason: Option<String>,
    /// Conditions that it changes.
    pub conditions: Vec<Condition>,
}

impl World {
    /// Its id in words, so that `the … world` can be read.
    #[must_use]
    pub fn words(&self) -> String {
        self.id.replace('-', " ")
    }

    /// `, with …,` where something sets it apart.
    #[must_use]
    pub fn apposition(&self) -> String {
        self.with.as_ref().map_or_else(String::new, |with| format!(", with {with},"))
    }

    /// Whether it changes the conditions that another one changes, if in another form.
    #[must_use]
    pub fn is_form_of(&self, leading: &Self) -> bool {
        self.id != leading.id && self.conditions == leading.conditions
    }
}

/// The registry's worlds; the first one leads.
#[must_use]
pub fn of(registry: &Registry) -> Vec<World> {
    let world = |overlay: &crate::registry::Overlay| {
        let id = overlay.id.to_string();
        World {
            title: overlay.about.title.clone().unwrap_or_else(|| capitalised(&id.replace('-', " "))),
            with: overlay.about.with.clone(),
            reason: overlay.about.reason.clone(),
            conditions: overlay.steps.iter().map(|step| step.condition).collect(),
            id,
        }
    };
    registry.overlays.iter().map(world).collect()
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn joined(parts: &[String]) -> String {
    series(parts, "and")
}

/// `a`, `a or b`, `a, b or c`.
#[must_use]
pub fn either(parts: &[String]) -> String {
    series(parts, "or")
}

fn series(parts: &[String], word: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} {word} {last}", head.join(", ")),
    }
}

/// `the realistic world`, `the realistic and the contested world`.
#[must_use]
pub fn named(worlds: &[World]) -> String {
    let names: Vec<String> = worlds.iter().map(|world| format!("the {}", world.words())).collect();
    format!("{} world", joined(&names))
}

/// A small number in words, others in digits.
#[must_use]
pub fn number_word(number: usize) -> String {
    const WORDS: [&str; 11] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// A number with its noun: `1 claim`, `2 claims`.
#[must_use]
pub fn number_of(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The same text with a capital at its start.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_worlds_can_be_told_in_a_sentence() {
        let world = |id: &str| World { id: id.to_owned(), title: String::new(), with: None, reason: None, conditions: Vec::new() };
        let worlds = [world("realistic"), world("contested"), world("only-verified")];
        assert_eq!(named(&worlds[..1]), "the realistic world");
        assert_eq!(named(&worlds[..2]), "the realistic and the contested world");
        assert_eq!(named(&worlds), "the realistic, the contested and the only verified world");
        assert_eq!([2, 12].map(number_word), ["two", "12"]);
        assert_eq!(capitalised("only verified"), "Only verified");
    }
}
