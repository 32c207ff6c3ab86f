//! Plain sentences per definition for a reader in a hurry, generated from the numbers, in natural units: counts of studies.
//!
//! They speak of simulations, never of what is proven; they never show the realistic world without the contested
//! one; they count what is undecided apart; and they say so where nothing was decided or few mechanisms stand behind it.

use super::certainty::Certainty;
use super::coverage;
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
    format!(
        "{definition}: {} in {}, run as published; under realistic conditions in {}, and under contested ones, with the disputed \
         conditions unfavourable, in {}{}. {} Certainty: {}{}.",
        plain(definition),
        first(published),
        then(realistic),
        then(contested),
        simulated(realistic),
        behind(published),
        certainty.id(),
        thin(published)
    )
}

/// What a definition means, as a clause for people who train no models.
const fn plain(definition: Definition) -> &'static str {
    match definition {
        Definition::CatastrophicRisk => "the model becomes useless within about ten generations",
        Definition::AnyRiskIncrease => "the model ends worse than its real data alone would have left it",
        Definition::DivergingRisk => "the error on real data grows without limit",
        Definition::VarianceCollapse => "the output loses nearly all its variety",
        Definition::ScalingLawChange => "more data stop helping as much as real data would",
        Definition::ModeEntanglement => "distinct kinds of data vanish or blur into each other",
        Definition::TailLoss => "rare data become much rarer or vanish",
        Definition::Hallucination => "the model produces things that the real world practically does not",
    }
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

/// Studies whose simulation can show the definition, decided or not.
fn able(world: &WorldSummary<'_>) -> u32 {
    world.decided() + world.count(Outcome::Undecided)
}

/// The first count, with what it is a count of.
fn first(world: &WorldSummary<'_>) -> String {
    let (occurs, able) = (world.count(Outcome::Occurs), able(world));
    let words = match (occurs, able) {
        (_, 0) => return "no study, since none has a simulation that can show it".to_owned(),
        _ if world.decided() == 0 => return format!("no study for certain: all {able} whose simulation can show it are undecided"),
        (1, 1) => "the only study whose simulation can show it".to_owned(),
        (0, 1) => "not even the only study whose simulation can show it".to_owned(),
        (0, all) => format!("none of the {all} studies whose simulation can show it"),
        (all, whole) if all == whole => format!("all {whole} studies whose simulation can show it"),
        (some, whole) => format!("{some} of the {whole} studies whose simulation can show it"),
    };
    words + &open(world)
}

/// A later count of the same studies.
fn then(world: &WorldSummary<'_>) -> String {
    let (occurs, able) = (world.count(Outcome::Occurs), able(world));
    let words = match (occurs, able) {
        (_, 0) => return "no study that can show it".to_owned(),
        _ if world.decided() == 0 => return format!("no study for certain ({able} of {able} undecided)"),
        (0, all) => format!("none of {all}"),
        (all, whole) if all == whole => format!("all {whole}"),
        (some, whole) => format!("{some} of {whole}"),
    };
    words + &open(world)
}

fn open(world: &WorldSummary<'_>) -> String {
    match world.count(Outcome::Undecided) {
        0 => String::new(),
        undecided => format!(" ({undecided} undecided)"),
    }
}

/// How much evidence there is: works, and mechanisms on either side.
fn behind(published: &WorldSummary<'_>) -> String {
    let sides = published.sides;
    format!(
        "Behind the first count stand {} and {}: it occurs in {} of these and is absent from {}.",
        count(published.works, "work"),
        count(published.mechanisms, "mechanism"),
        sides.occurs,
        sides.absent
    )
}

fn thin(published: &WorldSummary<'_>) -> &'static str {
    match coverage::thin(published.sides)[..] {
        [] => "",
        [Outcome::Occurs] => ", thin where it occurs",
        [Outcome::Absent] => ", thin where it is absent",
        _ => ", thin on both sides",
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
