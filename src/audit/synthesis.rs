//! Per definition: what happens in the three worlds over all studies, how certain that is, and one sentence of it.
//!
//! It takes the decided simulations and the claims' reports and gives [`DefinitionReport`]s. Fidelity levels are
//! counted apart; realism weights a share and is never multiplied by fidelity; nothing is pooled across metrics.

use super::realism::Levels;
use super::sensitivity::{self, Draws};
use super::{ClaimReport, DefinitionReport, FidelityCounts, Mechanisms, certainty, coverage, takeaway};
use crate::plan::Arm;
use crate::registry::{OverlayId, Simulation, Study, Weights};
use crate::sim::Setup;
use crate::taxonomy::{Against, Basis, Definition, Fidelity, Word};
use crate::verdict::{Decided, Outcome};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The three worlds, in the order reports show them.
pub const WORLDS: [Arm; 3] = [Arm::AsPublished, Arm::World(OverlayId::Realistic), Arm::World(OverlayId::Contested)];

/// Everything a synthesis reads.
pub struct Evidence<'a> {
    /// Studies in the audit.
    pub studies: &'a [&'a Study],
    /// Decided simulations.
    pub decided: &'a [Decided],
    /// Claims in the audit.
    pub claims: &'a [ClaimReport],
    /// Levels of each study.
    pub levels: &'a BTreeMap<String, Levels>,
    /// Weights in use.
    pub weights: &'a Weights,
    /// Draws of weights.
    pub draws: &'a Draws,
}

/// One simulation's headline in one world.
struct Row<'a> {
    study: &'a Study,
    fidelity: Fidelity,
    mechanism: String,
    outcome: Outcome,
}

/// One study's outcome in one world, over the simulations looked at.
pub struct StudyOutcome<'a> {
    /// The study.
    pub study: &'a Study,
    /// What its simulations say together.
    pub outcome: Outcome,
}

/// What all studies say of one definition in one world at the fidelities that may contradict (`exact` and `scaled`).
pub struct WorldSummary<'a> {
    /// One per study.
    pub outcomes: Vec<StudyOutcome<'a>>,
    /// Works among those decided.
    pub works: u32,
    /// Mechanisms among the decided simulations.
    pub mechanisms: u32,
    /// The same on either side; one that decides both ways counts on both.
    pub sides: Mechanisms,
    /// Fewest and most realism conditions simulated, in a world that changes them.
    pub conditions: Option<(u32, u32)>,
}

impl WorldSummary<'_> {
    /// Studies with this outcome.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> u32 {
        self.outcomes.iter().filter(|study| study.outcome == outcome).count() as u32
    }

    /// Studies decided either way.
    #[must_use]
    pub fn decided(&self) -> u32 {
        self.count(Outcome::Occurs) + self.count(Outcome::Absent)
    }
}

/// The eight definitions, in order.
#[must_use]
pub fn report(evidence: &Evidence<'_>) -> Vec<DefinitionReport> {
    Definition::all().iter().map(|definition| of(evidence, *definition)).collect()
}

fn of(evidence: &Evidence<'_>, definition: Definition) -> DefinitionReport {
    let mut report = DefinitionReport {
        id: definition,
        sentence: definition.sentence().to_owned(),
        worlds: BTreeMap::new(),
        share: BTreeMap::new(),
        share_weighted: BTreeMap::new(),
        share_sensitivity: BTreeMap::new(),
        explicit: coded(evidence.studies, definition, Basis::Explicit),
        implicit: coded(evidence.studies, definition, Basis::Implicit),
        certainty: String::new(),
        certainty_reasons: Vec::new(),
        takeaway: String::new(),
        coverage: coverage::of(evidence.claims.iter().filter(|claim| claim.definition == definition)),
        mechanisms: BTreeMap::new(),
        thin: Vec::new(),
    };
    let summaries = WORLDS.map(|world| {
        let rows = rows(evidence, definition, &world);
        let fidelities: BTreeSet<Fidelity> = rows.iter().map(|row| row.fidelity).collect();
        let at = |fidelity| rows.iter().filter(|row| row.fidelity == fidelity).collect::<Vec<_>>();
        report.worlds.insert(world.to_string(), fidelities.into_iter().map(|fidelity| (fidelity, counts(&at(fidelity)))).collect());
        let summary = summary(evidence, &rows, &world);
        note_shares(&mut report, evidence, &world, &summary);
        report.mechanisms.insert(world.to_string(), summary.sides);
        summary
    });
    let (certainty, reasons) = certainty::of(evidence, definition, &summaries[0]);
    report.thin = coverage::thin(summaries[0].sides);
    report.takeaway = takeaway::of(definition, &summaries, certainty);
    certainty.id().clone_into(&mut report.certainty);
    report.certainty_reasons = reasons;
    report
}

fn coded(studies: &[&Study], definition: Definition, basis: Basis) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for coding in studies.iter().flat_map(|study| &study.codings) {
        let count: &mut u32 = counts.entry(coding.coder.clone()).or_default();
        *count += u32::from(coding.definition == definition && coding.basis == basis);
    }
    counts
}

fn rows<'a>(evidence: &Evidence<'a>, definition: Definition, world: &Arm) -> Vec<Row<'a>> {
    let id = world.to_string();
    let row = |decided: &Decided| {
        let study = evidence.studies.iter().find(|study| study.id == decided.study)?;
        let simulation = study.simulation(&decided.simulation)?;
        let headline = decided.arms.get(&id).and_then(|arm| arm.profile.headline(definition, Against::RealOnly));
        // A world that could not be run, or a definition without a finding, is no decision.
        let outcome = headline.map_or(Outcome::Undecided, |finding| finding.outcome);
        Some(Row { study, fidelity: simulation.fidelity, mechanism: mechanism(simulation), outcome })
    };
    evidence.decided.iter().filter_map(row).collect()
}

/// Truth, model and regime of a simulation as published, by kind: what many studies share.
fn mechanism(simulation: &Simulation) -> String {
    simulation.cells.first().map(|cell| mechanism_of(&cell.setup)).unwrap_or_default()
}

fn mechanism_of(setup: &Setup) -> String {
    let regime = &setup.regime;
    let parts = [kind(&setup.truth), kind(&setup.model), kind(&regime.real), kind(&regime.synthetic), kind(&regime.budget)];
    parts.join(" ")
}

/// The `kind` of a tagged value, or the bare word.
fn kind(part: &impl Serialize) -> String {
    let value = serde_json::to_value(part).unwrap_or_default();
    value.get("kind").unwrap_or(&value).as_str().unwrap_or_default().to_owned()
}

/// Studies by outcome: it occurs if it occurs in any simulation, else it is absent if absent from every decided one.
fn studies<'a>(rows: &[&Row<'a>]) -> Vec<StudyOutcome<'a>> {
    let mut by_study: BTreeMap<&str, StudyOutcome<'a>> = BTreeMap::new();
    for row in rows {
        by_study
            .entry(&row.study.id)
            .and_modify(|held| held.outcome = stronger(held.outcome, row.outcome))
            .or_insert(StudyOutcome { study: row.study, outcome: row.outcome });
    }
    by_study.into_values().collect()
}

/// `Outcome` is ordered from occurs over absent and undecided to not applicable: the first one speaks for a study.
fn stronger(a: Outcome, b: Outcome) -> Outcome {
    a.min(b)
}

const fn is_decided(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Occurs | Outcome::Absent)
}

fn works(outcomes: &[StudyOutcome<'_>]) -> u32 {
    let decided = outcomes.iter().filter(|study| is_decided(study.outcome));
    decided.map(|study| &study.study.work).collect::<BTreeSet<_>>().len() as u32
}

fn mechanisms(rows: &[&Row<'_>]) -> u32 {
    let decided = rows.iter().filter(|row| is_decided(row.outcome));
    decided.map(|row| &row.mechanism).collect::<BTreeSet<_>>().len() as u32
}

fn counts(rows: &[&Row<'_>]) -> FidelityCounts {
    let outcomes = studies(rows);
    let count = |outcome| outcomes.iter().filter(|study| study.outcome == outcome).count() as u32;
    FidelityCounts {
        occurs: count(Outcome::Occurs),
        absent: count(Outcome::Absent),
        undecided: count(Outcome::Undecided),
        not_applicable: count(Outcome::NotApplicable),
        works: works(&outcomes),
        mechanisms: mechanisms(rows),
    }
}

fn summary<'a>(evidence: &Evidence<'_>, rows: &[Row<'a>], world: &Arm) -> WorldSummary<'a> {
    let near: Vec<&Row<'a>> = rows.iter().filter(|row| matches!(row.fidelity, Fidelity::Exact | Fidelity::Scaled)).collect();
    let outcomes = studies(&near);
    let id = world.to_string();
    let arms = evidence.decided.iter().filter(|one| near.iter().any(|row| row.study.id == one.study)).filter_map(|one| one.arms.get(&id));
    let simulated: Vec<u32> = arms.filter(|arm| !arm.conditions.is_empty()).map(super::counterfactual::conditions_simulated).collect();
    let on = |outcome| near.iter().filter(|row| row.outcome == outcome).map(|row| &row.mechanism).collect::<BTreeSet<_>>().len() as u32;
    WorldSummary {
        works: works(&outcomes),
        mechanisms: mechanisms(&near),
        sides: Mechanisms { occurs: on(Outcome::Occurs), absent: on(Outcome::Absent) },
        conditions: simulated.iter().min().copied().zip(simulated.iter().max().copied()),
        outcomes,
    }
}

fn note_shares(report: &mut DefinitionReport, evidence: &Evidence<'_>, world: &Arm, summary: &WorldSummary<'_>) {
    let decided: Vec<(Levels, bool)> = summary
        .outcomes
        .iter()
        .filter(|study| is_decided(study.outcome))
        .filter_map(|study| Some((*evidence.levels.get(&study.study.id)?, study.outcome == Outcome::Occurs)))
        .collect();
    let total = summary.decided();
    let share = (total > 0).then(|| f64::from(summary.count(Outcome::Occurs)) / f64::from(total));
    let weighted = sensitivity::weighted_share(&decided, &evidence.weights.weights);
    report.share.insert(world.to_string(), share);
    report.share_weighted.insert(world.to_string(), weighted);
    report.share_sensitivity.insert(world.to_string(), sensitivity::of_share(&decided, weighted, evidence.draws));
}
