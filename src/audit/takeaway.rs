//! Plain sentences per definition for a reader in a hurry, generated from the numbers, in natural units: counts of studies.
//!
//! They speak of simulations, never of what is proven; they never show the realistic world without the contested
//! one; they count what is undecided apart; and they say so where nothing was decided or few mechanisms stand behind it.

use super::evidence::WORLDS;
use super::{DefinitionReport, Standing};
use crate::taxonomy::{Against, Definition};
use crate::verdict::Outcome;

/// The take-away of a definition from its three worlds: as published, realistic, contested.
#[must_use]
pub fn of(report: &DefinitionReport) -> String {
    let none = Standing::default();
    let worlds = WORLDS.map(|world| report.standing.get(&world.to_string()).unwrap_or(&none));
    let [published, realistic, contested] = worlds;
    if worlds.iter().all(|world| world.decided() == 0) {
        return nothing(report, published);
    }
    format!(
        "{}: {} in {} (certainty {}{}), run as published; under realistic conditions in {} (certainty {}), and under contested ones, with \
         the disputed conditions unfavourable, in {} (certainty {}){}. {}{}",
        name(report),
        plain(report),
        first(published),
        published.certainty,
        thin(published),
        then(realistic),
        realistic.certainty,
        then(contested),
        contested.certainty,
        simulated(realistic),
        behind(published, realistic),
        theorem(report, published) + &apart(realistic)
    )
}

/// A definition's id, with its reading where it has two.
#[must_use]
pub fn name(report: &DefinitionReport) -> String {
    match report.against {
        None => report.id.to_string(),
        Some(Against::RealOnly) => format!("{}, against real data alone", report.id),
        Some(Against::First) => format!("{}, against the first model", report.id),
    }
}

/// Beside the count of increases above real data alone: where the estimator is well specified that is a theorem.
fn theorem(report: &DefinitionReport, published: &Standing) -> String {
    if report.against != Some(Against::RealOnly) {
        return String::new();
    }
    format!(
        " For a well-specified estimator this is a theorem and no finding, since synthetic data carry no information beyond the real data they came \
         from: that is so in {} of the {} decided as published.",
        published.simulations_well_specified,
        count(published.simulations.occurs + published.simulations.absent, "simulation")
    )
}

/// What a definition means, as a clause for people who train no models.
fn plain(report: &DefinitionReport) -> &'static str {
    match report.id {
        Definition::CatastrophicRisk => "the model becomes useless within about ten generations",
        Definition::AnyRiskIncrease => match report.against {
            None | Some(Against::RealOnly) => "the model ends worse than its real data alone would have left it",
            Some(Against::First) => "the model ends worse than the first model was",
        },
        Definition::DivergingRisk => "the error on real data grows without limit",
        Definition::VarianceCollapse => "the output loses nearly all its variety",
        Definition::ScalingLawChange => "more data stop helping as much as real data would",
        Definition::ModeEntanglement => "distinct kinds of data vanish or blur into each other",
        Definition::TailLoss => "rare data become much rarer or vanish",
        Definition::Hallucination => "the model produces things that the real world practically does not",
    }
}

fn nothing(report: &DefinitionReport, published: &Standing) -> String {
    let name = name(report);
    match (published.undecided, published.not_applicable) {
        (0, 0) => format!("Nothing was decided about {name}: no exact or scaled main simulation was run."),
        (0, others) => format!("Nothing was decided about {name}: it does not apply to {}.", studies(others)),
        (open, _) => format!(
            "Nothing was decided about {name}: {} left open.",
            if open == 1 { "1 study is".to_owned() } else { format!("{open} studies are") }
        ),
    }
}

/// The first count, with what it is a count of.
fn first(world: &Standing) -> String {
    let words = match (world.occurs, world.able()) {
        (_, 0) => return "no study, since none has a main simulation that can show it".to_owned(),
        (_, all) if world.decided() == 0 => {
            return format!("no study for certain: all {all} whose main simulations can show it are undecided");
        }
        (1, 1) => "the only study whose main simulations can show it".to_owned(),
        (0, 1) => "not even the only study whose main simulations can show it".to_owned(),
        (0, all) => format!("none of the {all} studies whose main simulations can show it"),
        (all, whole) if all == whole => format!("all {whole} studies whose main simulations can show it"),
        (some, whole) => format!("{some} of the {whole} studies whose main simulations can show it"),
    };
    words + &open(world)
}

/// A later count of the same studies.
fn then(world: &Standing) -> String {
    let words = match (world.occurs, world.able()) {
        (_, 0) => return "no study that can show it".to_owned(),
        (_, all) if world.decided() == 0 => return format!("no study for certain ({all} of {all} undecided)"),
        (0, all) => format!("none of {all}"),
        (all, whole) if all == whole => format!("all {whole}"),
        (some, whole) => format!("{some} of {whole}"),
    };
    words + &open(world)
}

fn open(world: &Standing) -> String {
    let both = (world.both > 0).then(|| format!("{} both ways", world.both));
    let undecided = (world.undecided > 0).then(|| format!("{} undecided", world.undecided));
    let parts: Vec<String> = both.into_iter().chain(undecided).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// How much evidence there is: works, mechanisms on either side, and how many different setups the realistic world really has.
fn behind(published: &Standing, realistic: &Standing) -> String {
    let setups = match (realistic.setups, realistic.simulations.occurs + realistic.simulations.absent) {
        (0, _) | (_, 0) => String::new(),
        (setups, simulations) => format!(
            " The {} decided in the realistic world share {}, whatever their sizes; the contested world changes the same ones.",
            count(simulations, "simulation"),
            count(setups, "setup")
        ),
    };
    format!(
        "Behind the first count stand {} and {}: it occurs in {} of these and is absent from {}.{setups}",
        count(published.works, "work"),
        count(published.mechanisms, "mechanism"),
        published.mechanisms_occurs,
        published.mechanisms_absent
    )
}

/// Studies left out of both worlds' counts because their synthetic data never came from the model.
fn apart(realistic: &Standing) -> String {
    let counts = realistic.simulations_foreign;
    let all = counts.occurs + counts.absent + counts.undecided;
    if all == 0 {
        return String::new();
    }
    format!(
        " Counted apart in the realistic and the contested world: {} whose synthetic data come from another source than the model \
         (realistic: it occurs in {}, is absent from {}).",
        count(all, "simulation"),
        counts.occurs,
        counts.absent
    )
}

fn thin(published: &Standing) -> &'static str {
    match published.thin[..] {
        [] => "",
        [Outcome::Occurs] => ", thin where it occurs",
        [Outcome::Absent] => ", thin where it is absent",
        _ => ", thin on both sides",
    }
}

fn simulated(world: &Standing) -> String {
    match (world.conditions_least, world.conditions_most) {
        (Some(low), Some(high)) if low == high => format!(", with {low} of the 8 realism conditions simulated"),
        (Some(low), Some(high)) => format!(", with {low} to {high} of the 8 realism conditions simulated"),
        (None, _) | (_, None) => String::new(),
    }
}

fn count(number: u32, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn studies(number: u32) -> String {
    if number == 1 { "the 1 study looked at".to_owned() } else { format!("any of the {number} studies looked at") }
}
