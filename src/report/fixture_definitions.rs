//! Hand-made worlds and syntheses of definitions for the tests of this room: every certainty, side and source somewhere.

use crate::audit::{Coverage, DefinitionReport, FidelityCounts, Flips, HeldReport, SimulationCounts, Standing, World, WorldReport};
use crate::taxonomy::{Against, Condition, Definition, Fidelity};
use crate::verdict::{Outcome, TestOutcome};
use std::collections::BTreeMap;

/// The two shipped worlds.
pub fn worlds() -> Vec<World> {
    let world = |id: &str, title: &str, with: Option<&str>| World {
        id: id.into(),
        title: title.into(),
        with: with.map(str::to_owned),
        reason: Some(format!("Why claims are asked in the {id} world.")),
        conditions: vec![Condition::Accumulate, Condition::Sampling],
    };
    vec![world("realistic", "Realistic", None), world("contested", "Contested", Some("the disputed conditions unfavourable"))]
}

/// What was found of a claim in one world.
pub fn world(outcome: Outcome) -> WorldReport {
    let reason = (outcome == Outcome::Undecided).then(|| "transient".to_owned());
    WorldReport { outcome, comparison: None, reason, effect: Some(1.2), low: Some(1.1), high: Some(1.3), replicates: 1024 }
}

/// The same of every seventh claim as a comparison of two runs.
pub fn compared(variant: usize, found: WorldReport) -> WorldReport {
    let word = match found.outcome {
        Outcome::Occurs => TestOutcome::Holds,
        Outcome::Absent => TestOutcome::Fails,
        Outcome::Undecided | Outcome::NotApplicable => TestOutcome::Undecided,
    };
    WorldReport { comparison: (variant % 7 == 2).then_some(word), ..found }
}

/// Of every fifth claim what its change makes of it; the second world was not run.
pub fn held(variant: usize) -> Option<HeldReport> {
    let worlds = [("realistic", Some(world(Outcome::Undecided))), ("contested", None)];
    (variant % 5 == 1).then(|| HeldReport {
        change: "regime = \"replace|all\"".to_owned(),
        published: Some(world(Outcome::Absent)),
        worlds: worlds.map(|(id, found)| (id.to_owned(), found)).into(),
    })
}

/// What flips a claim: every kind in turn.
pub fn flips(variant: usize) -> Flips {
    let kind = ["single", "none", "only-jointly", "undecided"][variant % 4];
    let conditions = if matches!(kind, "single" | "only-jointly") { vec![Condition::Accumulate, Condition::Sampling] } else { Vec::new() };
    Flips { kind: kind.into(), conditions, ..Flips::default() }
}

/// The synthesis of one definition, in one reading, over so many studies.
pub fn definition_report(definition: Definition, against: Option<Against>, studies: u32) -> DefinitionReport {
    let place = definition.number() as u32;
    let counts = |shift: u32| FidelityCounts {
        occurs: (place + shift) % (studies + 1),
        both: place % 2,
        absent: place % 3,
        undecided: shift,
        not_applicable: 1,
        works: 2,
        mechanisms: 1,
    };
    let worlds = ["as-published", "realistic", "contested"].iter().zip(0..);
    let worlds = worlds
        .map(|(world, shift)| ((*world).to_owned(), BTreeMap::from([(Fidelity::Exact, counts(shift)), (Fidelity::Analogue, counts(1))])));
    let share = |value: Option<f64>| ["as-published", "realistic", "contested"].map(|world| (world.to_owned(), value)).into();
    DefinitionReport {
        id: definition,
        against,
        sentence: definition.sentence().into(),
        worlds: worlds.collect(),
        standing: ["as-published", "realistic", "contested"]
            .iter()
            .zip(0..)
            .map(|(world, shift)| ((*world).to_owned(), standing(place, shift, studies)))
            .collect(),
        studies: BTreeMap::new(),
        share_both: share(Some(f64::from(place % 2) / 8.0)),
        share: share((place != 5).then_some(2.0 / 3.0)),
        share_weighted: share((place != 5).then_some(0.61)),
        share_sensitivity: ["as-published", "realistic", "contested"].map(|world| (world.to_owned(), None)).into(),
        explicit: BTreeMap::from([("position-paper".into(), 3), ("registry".into(), 4)]),
        implicit: BTreeMap::from([("position-paper".into(), 1), ("registry".into(), 0)]),
        takeaway: "In simulations it occurs where data are replaced, and rarely where they accumulate.".into(),
        coverage: Coverage { exact: place, scaled: 1, analogue: place % 2, untested: 3, stubs: place % 3, added: 1 },
    }
}

/// Standings whose certainty, sides and sources vary from definition to definition.
fn standing(place: u32, shift: u32, studies: u32) -> Standing {
    let (occurs, absent) = ((place + shift) % (studies + 1), place % 3);
    let sides = [(Outcome::Occurs, place), (Outcome::Absent, place % 5)];
    Standing {
        occurs,
        both: place % 2,
        absent,
        undecided: shift,
        not_applicable: 1,
        foreign: u32::from(shift > 0),
        works: occurs + absent,
        mechanisms: place + place % 5,
        mechanisms_occurs: place,
        mechanisms_absent: place % 5,
        setups: 2,
        setups_occurs: 1,
        setups_absent: 2,
        simulations: SimulationCounts { occurs: occurs + 1, absent, undecided: shift, not_applicable: 1 },
        simulations_well_specified: place % 3,
        simulations_foreign: SimulationCounts { occurs: u32::from(shift > 0), ..SimulationCounts::default() },
        simulations_not_run: shift,
        conditions_least: (shift > 0).then_some(5),
        conditions_most: (shift > 0).then_some(6),
        certainty: ["high", "moderate", "low", "very low"][(place + shift) as usize % 4].into(),
        certainty_reasons: if place.is_multiple_of(4) { Vec::new() } else { vec!["few mechanisms".into(), "analogues only".into()] },
        thin: sides.into_iter().filter(|side| side.1 < 3).map(|side| side.0).collect(),
    }
}
