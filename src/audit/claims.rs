//! The row of one claim: what its test, its control and its worlds said, put together.

use super::judge::{self, Case, Judgement, Said, Shape};
use super::measure::Measure;
use super::{ClaimReport, ControlReport, Open, Verdict, counterfactual, words};
use crate::random::Seed;
use crate::registry::{Claim, ControlKind, Proof, Registry, Variant};
use crate::taxonomy::{Definition, Fidelity, Size};
use crate::verdict::looks::{self, Spender};
use crate::verdict::{ClaimDecision, Decided, Question, Reply};

/// Why a claim with a test has no verdict.
const NOT_RUN: &str = "its simulation was not run";

/// The reports of `claims`, in id order. Only what was decided of the claim's own simulation is read.
#[must_use]
pub fn reports<'a>(registry: &Registry, decided: &[Decided], claims: impl IntoIterator<Item = &'a Claim>, seed: Seed) -> Vec<ClaimReport> {
    claims.into_iter().map(|claim| report(registry, decided, claim, seed)).collect()
}

fn report(registry: &Registry, decided: &[Decided], claim: &Claim, seed: Seed) -> ClaimReport {
    let simulation = claim.simulation.as_ref();
    let here = decided.iter().find(|one| one.study == claim.id.study && Some(&one.simulation) == simulation);
    let decision = here.and_then(|one| Some((one, one.claims.get(&claim.id.name)?)));
    let mut row = blank(registry, claim);
    match (&claim.proof, decision) {
        (Proof::Untested { reason }, _) => conclude(&mut row, Judgement::untested(reason)),
        (Proof::Single { .. } | Proof::Conditional { .. }, None) => {
            conclude(&mut row, Judgement { verdict: Verdict::Undecided, reason: Some(NOT_RUN.to_owned()) });
        }
        (Proof::Single { control, .. }, Some((one, decision))) => {
            fill(&mut row, registry, claim, one, decision, seed);
            settle(&mut row, claim, decision, &control.branch.variant, Shape::Guarded(control.kind));
        }
        (Proof::Conditional { fails_when, .. }, Some((one, decision))) => {
            fill(&mut row, registry, claim, one, decision, seed);
            settle(&mut row, claim, decision, &fails_when.variant, Shape::Conditional);
        }
    }
    row
}

fn conclude(row: &mut ClaimReport, found: Judgement) {
    row.verdict = found.verdict;
    row.reason = found.reason;
}

fn settle(row: &mut ClaimReport, claim: &Claim, decision: &ClaimDecision, control: &Variant, shape: Shape) {
    let said = |question: &Question| Said::of(&question.frozen, claim.asserts);
    let (test, in_control) = (said(&decision.test), said(&decision.control));
    row.open = [(Open::Test, &test), (Open::Control, &in_control)]
        .into_iter()
        .filter_map(|(question, said)| matches!(said, Said::Open(_)).then_some(question))
        .collect();
    row.control = Some(ControlReport {
        kind: match shape {
            Shape::Guarded(kind) => kind,
            Shape::Conditional => ControlKind::Negative,
        },
        change: control.change.clone(),
        verdict: in_control.verdict(),
        fails: in_control == Said::Fails,
        holds: in_control == Said::Holds,
        reason: match &in_control {
            Said::Open(reason) => Some(reason.clone()),
            Said::Holds | Said::Fails => None,
        },
        replicates: decision.control.frozen.replicates(),
    });
    let case = Case { test, control: in_control, shape, fidelity: claim.fidelity, known: claim.known };
    conclude(row, judge::judge(&case));
}

/// Everything a row has before anything was run.
fn blank(registry: &Registry, claim: &Claim) -> ClaimReport {
    let untested = matches!(claim.proof, Proof::Untested { .. });
    ClaimReport {
        id: claim.id.to_string(),
        study: claim.id.study.clone(),
        simulation: claim.simulation.clone(),
        definition: claim.definition,
        asserts: claim.asserts,
        quantifier: claim.quantifier,
        functional: claim.functional,
        against: (claim.definition == Definition::AnyRiskIncrease).then_some(claim.against),
        statement: claim.statement.clone(),
        by: claim.by,
        known: claim.known,
        locator: claim.locator.clone(),
        fidelity: if untested { Fidelity::None } else { claim.fidelity },
        size: size(registry, claim),
        test: words::proof(claim),
        verdict: Verdict::Untested,
        fragile: None,
        reason: None,
        estimate: None,
        low: None,
        high: None,
        error: None,
        expected: None,
        accepted: None,
        generation: None,
        cell: None,
        estimate_all: None,
        replicates: 0,
        replicates_all: 0,
        needs: None,
        alpha: looks::alpha_for(Spender::Test, &registry.criteria, registry.overlays.len()),
        method: None,
        inference: None,
        control: None,
        definition_agrees: None,
        both_true: claim.both_true.clone(),
        published: None,
        worlds: registry.worlds().map(|world| (world.to_string(), None)).collect(),
        held: None,
        conditions_simulated: None,
        flips_under: None,
        part_of: claim.part_of.clone(),
        conflicts: sorted(&claim.conflicts),
        because: claim.because.clone(),
        repeat: None,
        measure: Measure::of(claim),
        level: None,
        open: Vec::new(),
    }
}

/// The size of the claim's simulation, where the claim leaves its level as it is; a claim that lowers it to `scaled` speaks of a larger
/// size.
fn size(registry: &Registry, claim: &Claim) -> Option<Size> {
    let simulation = registry.studies.get(&claim.id.study)?.simulation(claim.simulation.as_deref()?)?;
    match (&claim.proof, claim.fidelity) {
        (Proof::Untested { .. }, _) | (_, Fidelity::Analogue | Fidelity::None) => None,
        (_, Fidelity::Exact) => simulation.size,
        (_, Fidelity::Scaled) => Some(Size::Reduced),
    }
}

fn sorted(ids: &[String]) -> Vec<String> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids
}

fn fill(row: &mut ClaimReport, registry: &Registry, claim: &Claim, decided: &Decided, decision: &ClaimDecision, seed: Seed) {
    let asked = &decision.test;
    numbers(row, &asked.frozen);
    row.alpha = asked.alpha;
    row.replicates = asked.frozen.replicates();
    row.replicates_all = asked.latest.replicates();
    row.estimate_all = finite(asked.latest.estimate());
    row.method = decided.arms.get(&asked.arm).filter(|arm| !arm.methods.is_empty()).map(|arm| arm.methods.join("; "));
    row.definition_agrees = counterfactual::definition_agrees(claim, decision, decided);
    row.published = Some(counterfactual::world(&decision.published, claim.asserts));
    for (world, question) in &decision.worlds {
        row.worlds.insert(world.to_string(), Some(counterfactual::world(question, claim.asserts)));
    }
    row.held = counterfactual::held(registry, claim, decided, row);
    row.conditions_simulated = decided.arms.get(registry.leading_world().id.id()).map(counterfactual::conditions_simulated);
    row.flips_under = Some(counterfactual::flips(claim, decision, decided));
    row.repeat = repeat(registry, claim, asked, seed);
}

/// The command that prints the statistic of the claim's own test again, from the replicates at which it was frozen; none where it was not asked.
fn repeat(registry: &Registry, claim: &Claim, asked: &Question, seed: Seed) -> Option<String> {
    let study = registry.studies.get(&claim.id.study)?;
    let simulation = study.simulation(claim.simulation.as_deref()?)?;
    let rules = if simulation.has_one_look() { &registry.criteria.for_recorded() } else { &registry.criteria };
    let replicates = looks::replicates(rules.first_look as u32, (asked.look > 0).then_some(asked.look)?);
    let (study, simulation, claim, program) = (&study.id, &simulation.name, &claim.id.name, &simulation.external);
    let external = if program.is_some() { " --allow-external" } else { "" };
    Some(format!(
        "collapse-audit simulate {study}/{simulation} --claim {claim} --seed {} --replicates {replicates} --summary{external}",
        seed.0
    ))
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|x| x.is_finite())
}

fn numbers(row: &mut ClaimReport, frozen: &Reply) {
    match frozen {
        Reply::Answer(answer) => {
            row.estimate = finite(answer.estimate);
            row.low = finite(answer.low);
            row.high = finite(answer.high);
            row.error = finite(answer.error);
            row.level = Some(answer.alpha);
            row.expected = finite(answer.expected);
            row.accepted = answer.accepted.filter(|(low, high)| low.is_finite() && high.is_finite());
            row.generation = answer.generation;
            row.cell.clone_from(&answer.cell);
            row.needs = answer.needs;
            row.inference = Some(answer.inference.clone());
        }
        Reply::Finding(finding) => {
            row.estimate = finite(finding.effect);
            row.low = finite(finding.low);
            row.high = finite(finding.high);
            row.error = finite(finding.error);
            row.level = Some(finding.alpha);
            row.needs = finding.needs;
            row.inference = Some(finding.statistic.clone());
        }
    }
}
