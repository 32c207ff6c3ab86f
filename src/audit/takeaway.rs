//! Plain sentences per definition for a reader in a hurry, generated from the numbers, in natural units: counts of studies.
//!
//! They speak of simulations, never of what is proven; they never show one world without the others; they count what is undecided
//! apart; and they say so where nothing was decided or few mechanisms stand behind it.

use super::{AS_PUBLISHED, DefinitionReport, Standing, World, joined, number_of, worlds_named};
use crate::taxonomy::{Against, Definition};
use crate::verdict::Outcome;

/// A world with what stands there.
type At<'a> = (&'a World, &'a Standing);

/// The take-away of a definition: as published, and in each world.
#[must_use]
pub fn of(report: &DefinitionReport, worlds: &[World]) -> String {
    let none = Standing::default();
    let at = |world: &str| report.standing.get(world).unwrap_or(&none);
    let published = at(AS_PUBLISHED);
    let there: Vec<At<'_>> = worlds.iter().map(|world| (world, at(&world.id))).collect();
    if published.decided() == 0 && there.iter().all(|(_, standing)| standing.decided() == 0) {
        return nothing(report, published);
    }
    let leading = there.first().map_or(&none, |(_, standing)| standing);
    format!(
        "{}: {} in {} (certainty {}{}), run as published; {}{}. {}{}",
        name(report),
        plain(report),
        first(published),
        published.certainty,
        thin(published),
        under(&there),
        simulated(leading, &there),
        behind(published, &there),
        theorem(report, published) + &apart(worlds, leading)
    )
}

/// The counts of each world: `under realistic conditions in …, and under contested ones, with …, in …`.
fn under(worlds: &[At<'_>]) -> String {
    let told = worlds.iter().enumerate().map(|(place, (world, standing))| {
        let (and, noun) = match place {
            0 => ("", "conditions"),
            _ if place + 1 == worlds.len() => (", and ", "ones"),
            _ => (", ", "ones"),
        };
        format!(
            "{and}under {} {noun}{} in {} (certainty {}{})",
            world.words(),
            world.apposition(),
            then(standing),
            standing.certainty,
            thin(standing)
        )
    });
    told.collect()
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
        number_of((published.simulations.occurs + published.simulations.absent) as usize, "simulation")
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
        Definition::DivergingRisk => "the error on real data grows by nearly as much with every doubling of the generations",
        Definition::VarianceCollapse => "the output's variety goes on shrinking, or is nearly gone",
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

/// How much evidence there is: works, mechanisms on either side, and how many different setups the worlds really have.
fn behind(published: &Standing, worlds: &[At<'_>]) -> String {
    format!(
        "Behind the first count stand {} and {}: it occurs in {} of these and is absent from {}.{}",
        number_of(published.works as usize, "work"),
        number_of(published.mechanisms as usize, "mechanism"),
        published.mechanisms_occurs,
        published.mechanisms_absent,
        setups(worlds)
    )
}

/// How many setups the decided simulations of each world share. Worlds that change the conditions that the leading one changes share
/// as many, and are only named.
fn setups(worlds: &[At<'_>]) -> String {
    let Some(((leading, standing), others)) = worlds.split_first() else { return String::new() };
    let decided = |standing: &Standing| standing.simulations.occurs + standing.simulations.absent;
    let shared = |world: &World, standing: &Standing| {
        format!(
            "the {} decided in the {} world share {}, whatever their sizes",
            number_of(decided(standing) as usize, "simulation"),
            world.words(),
            number_of(standing.setups as usize, "setup")
        )
    };
    if standing.setups == 0 || decided(standing) == 0 {
        return String::new();
    }
    let (same, differing): (Vec<At<'_>>, Vec<At<'_>>) = others.iter().partition(|(world, _)| world.is_form_of(leading));
    let mut text = shared(leading, standing);
    if !same.is_empty() {
        let names: Vec<String> = same.iter().map(|(world, _)| format!("the {}", world.words())).collect();
        let change = if names.len() == 1 { "world changes" } else { "worlds change" };
        text += &format!("; {} {change} the same ones", joined(&names));
    }
    for (world, standing) in differing.into_iter().filter(|(_, standing)| standing.setups > 0) {
        text += &format!("; {}", shared(world, standing));
    }
    format!(" {}.", super::capitalised(&text))
}

/// Studies left out of every world's counts because their synthetic data never came from the model.
fn apart(worlds: &[World], leading: &Standing) -> String {
    let counts = leading.simulations_foreign;
    let all = counts.occurs + counts.absent + counts.undecided;
    let Some(first) = worlds.first().filter(|_| all > 0) else { return String::new() };
    format!(
        " Counted apart in {}: {} whose synthetic data come from another source than the model ({}: it occurs in {}, is absent from {}).",
        worlds_named(worlds),
        number_of(all as usize, "simulation"),
        first.words(),
        counts.occurs,
        counts.absent
    )
}

fn thin(standing: &Standing) -> String {
    let thin = match standing.thin[..] {
        [] => "",
        [Outcome::Occurs] => ", thin where it occurs",
        [Outcome::Absent] => ", thin where it is absent",
        _ => ", thin on both sides",
    };
    format!("{thin}{}", if standing.is_of_one_setup() { ", all of one setup" } else { "" })
}

/// How many conditions were simulated in the leading world, which is named where another one changes other conditions.
fn simulated(standing: &Standing, worlds: &[At<'_>]) -> String {
    let here = match worlds {
        [(leading, _), others @ ..] if others.iter().any(|(world, _)| !world.is_form_of(leading)) => {
            format!(" in the {} world", leading.words())
        }
        _ => String::new(),
    };
    match (standing.conditions_least, standing.conditions_most) {
        (Some(low), Some(high)) if low == high => format!(", with {low} of the 8 realism conditions simulated{here}"),
        (Some(low), Some(high)) => format!(", with {low} to {high} of the 8 realism conditions simulated{here}"),
        (None, _) | (_, None) => String::new(),
    }
}

fn studies(number: u32) -> String {
    if number == 1 { "the 1 study looked at".to_owned() } else { format!("any of the {number} studies looked at") }
}
