//! The entry of one study: citation, codings, realism, and the profiles of its simulations.

use super::evidence::Entry;
use super::{ArmReport, ClaimReport, Counts, FindingReport, SimulationReport, StudyReport, Verdict, agreement, coverage, realism};
use crate::plan::{Arm, Simulated};
use crate::registry::{Registry, Study, Weights};
use crate::taxonomy::{Against, Author, Basis, Definition, Knowledge, MeaningKey, Word};
use crate::verdict::{ArmRecord, Decided, Finding};
use std::collections::BTreeMap;

/// The report of one study from what was decided of its own simulations and claims.
#[must_use]
pub fn report(registry: &Registry, study: &Study, simulations: &[Entry<'_>], claims: &[ClaimReport], weights: &Weights) -> StudyReport {
    let entries: Vec<&Entry<'_>> = simulations.iter().filter(|entry| entry.study.id == study.id).collect();
    let own: Vec<&Decided> = entries.iter().map(|entry| entry.decided).collect();
    let leading = registry.leading_world().id.id();
    let by_simulation = |of: &dyn Fn(&Decided) -> BTreeMap<String, String>| -> BTreeMap<String, BTreeMap<String, String>> {
        own.iter().map(|one| (one.simulation.clone(), of(one))).collect()
    };
    StudyReport {
        id: study.id.clone(),
        title: study.title.clone(),
        authors: study.authors.clone(),
        year: study.year,
        arxiv: study.arxiv.clone(),
        doi: study.doi.clone(),
        venue: study.venue.clone(),
        work: study.work.clone(),
        families: study.families.iter().map(ToString::to_string).collect(),
        definitions: definitions(registry, study),
        realism: realism::report(&realism::of_study(study), weights),
        realism_by_simulation: realism::by_simulation(study, weights),
        profiles: own.iter().map(|one| (one.simulation.clone(), profiles(one))).collect(),
        departures: study.simulations.iter().map(|one| (one.name.clone(), one.departures.clone())).collect(),
        roles: study.simulations.iter().map(|one| (one.name.clone(), one.role)).collect(),
        sizes: study.simulations.iter().map(|one| (one.name.clone(), one.size)).collect(),
        fidelity: study.simulations.iter().map(|one| (one.name.clone(), one.fidelity)).collect(),
        simulations: entries.iter().map(|entry| (entry.simulation.name.clone(), simulation(entry))).collect(),
        methods: own.iter().filter_map(|one| Some((one.simulation.clone(), methods(one)?))).collect(),
        not_simulated: by_simulation(&|one| not_simulated(one, leading)),
        no_simulation: study.no_simulation.clone(),
        claims: counts(claims.iter().filter(|claim| claim.study == study.id)),
        coverage: coverage::of(claims.iter().filter(|claim| claim.study == study.id)),
    }
}

/// What a decided simulation counts as.
fn simulation(entry: &Entry<'_>) -> SimulationReport {
    let arm = |(id, record): (&String, &ArmRecord)| {
        let report = ArmReport {
            replicates: record.replicates,
            budget: record.budget,
            composition: record.composition.clone(),
            shown: record.shown.clone(),
            is_trained: record.methods.iter().any(|method| method.starts_with("trained")),
            horizon: record.horizon,
            ended: record.ended,
        };
        (id.clone(), report)
    };
    SimulationReport {
        voice: entry.voice,
        mechanism: entry.mechanism.clone(),
        setups: entry.setups.clone(),
        alike: entry.alike.clone(),
        foreign: entry.is_foreign,
        well_specified: entry.is_well_specified,
        arms: entry.decided.arms.iter().map(arm).collect(),
    }
}

/// The marks of every coder that looked at the study: of one that found no definition used an empty map.
fn definitions(registry: &Registry, study: &Study) -> BTreeMap<String, BTreeMap<Definition, Basis>> {
    let looked = registry.coders.keys().filter(|coder| agreement::is_coded(study, coder, &registry.coders));
    let mut coders: BTreeMap<String, BTreeMap<Definition, Basis>> = looked.map(|coder| (coder.clone(), BTreeMap::new())).collect();
    for coding in &study.codings {
        coders.entry(coding.coder.clone()).or_default().insert(coding.definition, coding.basis);
    }
    coders
}

fn profiles(decided: &Decided) -> BTreeMap<String, BTreeMap<String, FindingReport>> {
    let arm = |record: &ArmRecord| record.profile.findings.iter().map(|(key, finding)| (key_of(*key), finding_report(finding))).collect();
    decided.arms.iter().map(|(id, record)| (id.clone(), arm(record))).collect()
}

/// `tail-loss`, or `catastrophic-risk:mean` where the definition has functionals; `any-risk-increase:mean:first` for the reading
/// against the first model.
fn key_of((definition, functional, against): MeaningKey) -> String {
    let reading = against.filter(|against| *against != Against::default()).map_or_else(String::new, |against| format!(":{against}"));
    functional.map_or_else(|| definition.id().to_owned(), |functional| format!("{definition}:{functional}")) + &reading
}

fn finding_report(finding: &Finding) -> FindingReport {
    let is_settled = finding.is_final();
    let finding = finding.clone().finite();
    FindingReport {
        settled: is_settled,
        needs: finding.needs,
        unreachable: finding.notes.iter().any(|note| note == "replicates needed: unreachable"),
        outcome: finding.outcome,
        reason: finding.reason,
        functional: finding.functional,
        against: finding.against,
        statistic: finding.statistic,
        effect: finding.effect,
        low: finding.low,
        high: finding.high,
        onset: finding.onset,
        replicates: finding.replicates,
        notes: finding.notes,
    }
}

fn methods(decided: &Decided) -> Option<String> {
    let record = decided.arms.get(&Arm::AsPublished.to_string())?;
    (!record.methods.is_empty()).then(|| record.methods.join("; "))
}

/// Arms left out, and conditions that the leading world could not change.
fn not_simulated(decided: &Decided, leading: &str) -> BTreeMap<String, String> {
    let mut reasons = decided.left_out.clone();
    for (condition, state) in decided.arms.get(leading).into_iter().flat_map(|record| &record.conditions) {
        match state {
            Simulated::Changed | Simulated::AlreadyMet => {}
            Simulated::NotSimulated(reason) => {
                reasons.entry(condition.id().to_owned()).or_insert_with(|| reason.clone());
            }
        }
    }
    reasons
}

/// Claims by verdict; only the study's own, and read, are counted.
#[must_use]
pub fn counts<'a>(claims: impl Iterator<Item = &'a ClaimReport>) -> Counts {
    let mut counts = Counts::default();
    for claim in claims {
        let place = match (claim.by, claim.known, claim.verdict) {
            (Author::Study, Knowledge::Read, Verdict::Reproduced) => &mut counts.reproduced,
            (Author::Study, Knowledge::Read, Verdict::Contradicted) => &mut counts.contradicted,
            (Author::Study, Knowledge::Read, Verdict::Undecided) => &mut counts.undecided,
            (Author::Study, Knowledge::Read, Verdict::Untested) => &mut counts.untested,
            (Author::Registry, _, _)
            | (Author::Study, Knowledge::Abstract | Knowledge::SecondHand | Knowledge::Memory | Knowledge::Derived, _) => {
                &mut counts.uncounted
            }
        };
        *place += 1;
    }
    counts
}
