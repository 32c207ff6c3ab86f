//! One or two plain sentences per definition, generated from the numbers, in natural units.
//!
//! They speak of simulations, never of what is proven; they never show the realistic world without the contested
//! one; and they say so where nothing was decided.

use super::certainty::Certainty;
use super::synthesis::WorldSummary;
use crate::taxonomy::{Definition, Word};
use crate::verdict::Outcome;

/// The take-away of a definition from its three worlds: as published, realistic, contested.
#[must_use]
pub fn of(definition: Definition, worlds: &[WorldSummary<'_>; 3], certainty: Certainty) -> String {
    let [published, realistic, contested] = worlds;
    if worlds.iter().all(|world| world.decided() == 0) {
        return nothing(definition, published);
    }
    let name = definition.id();
    let mut text = format!("As published, {name} {}.", happens(published));
    text.push_str(&format!(
        " Under realistic conditions it {}; under contested ones it {}{}.",
        happens(realistic),
        happens(contested),
        simulated(realistic)
    ));
    text.push_str(&format!(" Certainty: {}.", certainty.id()));
    text
}

fn nothing(definition: Definition, published: &WorldSummary<'_>) -> String {
    let name = definition.id();
    let undecided = published.count(Outcome::Undecided);
    match (undecided, published.count(Outcome::NotApplicable)) {
        (0, 0) => format!("Nothing was decided about {name}: no exact or scaled simulation was run."),
        (0, others) => format!("Nothing was decided about {name}: it does not apply to {}.", studies(others)),
        (open, _) => format!(
            "Nothing was decided about {name}: {} left open.",
            if open == 1 { "1 study is".to_owned() } else { format!("{open} studies are") }
        ),
    }
}

fn happens(world: &WorldSummary<'_>) -> String {
    let (occurs, decided, undecided) = (world.count(Outcome::Occurs), world.decided(), world.count(Outcome::Undecided));
    let open = match undecided {
        0 => String::new(),
        1 => ", 1 left open".to_owned(),
        more => format!(", {more} left open"),
    };
    if decided == 0 {
        return format!("was decided in no study{open}");
    }
    let base = format!("{}, {}{open}", count(world.works, "work"), count(world.mechanisms, "mechanism"));
    match (occurs, decided) {
        (1, 1) => format!("occurs in the only study where it was decided ({base})"),
        (0, 1) => format!("is absent from the only study where it was decided ({base})"),
        (0, _) => format!("occurs in none of the {decided} studies where it was decided ({base})"),
        (all, whole) if all == whole => format!("occurs in all {whole} studies where it was decided ({base})"),
        (some, whole) => format!("occurs in {some} of the {whole} studies where it was decided ({base})"),
    }
}

fn simulated(world: &WorldSummary<'_>) -> String {
    match world.conditions {
        None => String::new(),
        Some((low, high)) if low == high => format!(", with {low} of the 8 realism conditions simulated"),
        Some((low, high)) => format!(", with {low} to {high} of the 8 realism conditions simulated"),
    }
}

fn count(number: u32, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn studies(number: u32) -> String {
    if number == 1 { "the 1 study looked at".to_owned() } else { format!("any of the {number} studies looked at") }
}
