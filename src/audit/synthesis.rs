//! Per definition: what happens as published and in every world over all studies, how certain that is, and one sentence of it.
//!
//! It takes the rows of main simulations and gives [`DefinitionReport`]s. Fidelity levels are counted apart; realism
//! weights a share and is never multiplied by fidelity; nothing is pooled across metrics.

use super::evidence::{Evidence, Row, rows};
use super::realism::Levels;
use super::sensitivity;
use super::together::{StudyWord, Together};
use super::{AS_PUBLISHED, DefinitionReport, FidelityCounts, SimulationCounts, Standing, certainty, coverage, takeaway};
use crate::registry::Study;
use crate::taxonomy::{Against, Basis, Definition, Fidelity, Word};
use crate::verdict::Outcome;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The eight definitions in order, one that has two readings with a row for each.
#[must_use]
pub fn report(evidence: &Evidence<'_>) -> Vec<DefinitionReport> {
    let readings = |definition: &Definition| match definition.has_readings() {
        true => Against::all().iter().map(|against| Some(*against)).collect(),
        false => vec![None],
    };
    let rows = Definition::all().iter().flat_map(|definition| readings(definition).into_iter().map(|against| (*definition, against)));
    let rows: Vec<_> = rows.collect();
    rows.into_par_iter().map(|(definition, against)| of(evidence, definition, against)).collect()
}

fn of(evidence: &Evidence<'_>, definition: Definition, against: Option<Against>) -> DefinitionReport {
    let mut report = DefinitionReport {
        id: definition,
        against,
        sentence: definition.sentence().to_owned(),
        worlds: BTreeMap::new(),
        standing: BTreeMap::new(),
        studies: BTreeMap::new(),
        share: BTreeMap::new(),
        share_both: BTreeMap::new(),
        share_weighted: BTreeMap::new(),
        share_sensitivity: BTreeMap::new(),
        explicit: coded(evidence.studies, definition, Basis::Explicit),
        implicit: coded(evidence.studies, definition, Basis::Implicit),
        takeaway: String::new(),
        coverage: coverage::of(evidence.claims.iter().filter(|claim| claim.definition == definition && claim.against == against)),
    };
    for world in std::iter::once(AS_PUBLISHED).chain(evidence.worlds.iter().map(|world| world.id.as_str())) {
        let (rows, not_run): (Vec<_>, Vec<_>) =
            rows(evidence, definition, against.unwrap_or_default(), world).into_iter().partition(|row| row.is_run);
        let fidelities: BTreeSet<Fidelity> = rows.iter().map(|row| row.fidelity).collect();
        let at = |fidelity| rows.iter().filter(|row| row.fidelity == fidelity && !row.is_apart).collect::<Vec<_>>();
        let by_fidelity = fidelities.into_iter().map(|fidelity| (fidelity, counts(&at(fidelity)))).collect();
        report.worlds.insert(world.to_owned(), by_fidelity);
        let near: Vec<&Row<'_>> = rows.iter().filter(|row| matches!(row.fidelity, Fidelity::Exact | Fidelity::Scaled)).collect();
        let (apart, told): (Vec<&Row<'_>>, Vec<&Row<'_>>) = near.into_iter().partition(|row| row.is_apart);
        let words = words(&told);
        let mut standing = standing(&told, &apart, &words);
        standing.simulations_not_run =
            not_run.iter().filter(|row| matches!(row.fidelity, Fidelity::Exact | Fidelity::Scaled)).count() as u32;
        note_shares(&mut report, evidence, world, &words);
        let able = words.iter().filter(|study| study.word != Together::NotApplicable);
        report.studies.insert(world.to_owned(), able.map(|study| (study.study.id.clone(), study.word)).collect());
        let (level, reasons) = certainty::of(evidence, (definition, against), &standing, &told, &words);
        (standing.certainty, standing.certainty_reasons) = (level.to_string(), reasons);
        report.standing.insert(world.to_owned(), standing);
    }
    report.takeaway = takeaway::of(&report, evidence.worlds);
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

/// Studies with their words, by id.
fn words<'a>(rows: &[&Row<'a>]) -> Vec<StudyWord<'a>> {
    let mut by_study: BTreeMap<&str, (&Study, Vec<Outcome>)> = BTreeMap::new();
    for row in rows {
        by_study.entry(&row.study.id).or_insert((row.study, Vec::new())).1.push(row.outcome);
    }
    by_study.into_values().map(|(study, outcomes)| StudyWord { study, word: Together::of(outcomes) }).collect()
}

const fn is_decided(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Occurs | Outcome::Absent)
}

fn works(words: &[StudyWord<'_>]) -> u32 {
    words.iter().filter(|study| study.word.is_decided()).map(|study| &study.study.work).collect::<BTreeSet<_>>().len() as u32
}

fn counted(words: &[StudyWord<'_>], wanted: Together) -> u32 {
    words.iter().filter(|study| study.word == wanted).count() as u32
}

fn counts(rows: &[&Row<'_>]) -> FidelityCounts {
    let words = words(rows);
    FidelityCounts {
        occurs: counted(&words, Together::Occurs),
        both: counted(&words, Together::Both),
        absent: counted(&words, Together::Absent),
        undecided: counted(&words, Together::Undecided),
        not_applicable: counted(&words, Together::NotApplicable),
        works: works(&words),
        mechanisms: distinct(rows, |row| row.mechanism, is_decided),
    }
}

/// How many different words of `of` the rows with a chosen outcome have.
fn distinct<'a>(rows: &[&Row<'a>], of: impl Fn(&Row<'a>) -> &'a str, chosen: impl Fn(Outcome) -> bool) -> u32 {
    rows.iter().filter(|row| chosen(row.outcome)).map(|row| of(row)).collect::<BTreeSet<_>>().len() as u32
}

fn simulations(rows: &[&Row<'_>]) -> SimulationCounts {
    let count = |outcome| rows.iter().filter(|row| row.outcome == outcome).count() as u32;
    SimulationCounts {
        occurs: count(Outcome::Occurs),
        absent: count(Outcome::Absent),
        undecided: count(Outcome::Undecided),
        not_applicable: count(Outcome::NotApplicable),
    }
}

fn standing(told: &[&Row<'_>], apart: &[&Row<'_>], words: &[StudyWord<'_>]) -> Standing {
    let on = |wanted| move |outcome| outcome == wanted;
    let conditions = || told.iter().filter(|row| is_decided(row.outcome)).filter_map(|row| row.conditions);
    let mut standing = Standing {
        occurs: counted(words, Together::Occurs),
        both: counted(words, Together::Both),
        absent: counted(words, Together::Absent),
        undecided: counted(words, Together::Undecided),
        not_applicable: counted(words, Together::NotApplicable),
        foreign: apart.iter().map(|row| &row.study.id).collect::<BTreeSet<_>>().len() as u32,
        works: works(words),
        mechanisms: distinct(told, |row| row.mechanism, is_decided),
        mechanisms_occurs: distinct(told, |row| row.mechanism, on(Outcome::Occurs)),
        mechanisms_absent: distinct(told, |row| row.mechanism, on(Outcome::Absent)),
        setups: distinct(told, |row| row.setup, is_decided),
        setups_occurs: distinct(told, |row| row.setup, on(Outcome::Occurs)),
        setups_absent: distinct(told, |row| row.setup, on(Outcome::Absent)),
        simulations: simulations(told),
        simulations_well_specified: told.iter().filter(|row| row.is_well_specified && is_decided(row.outcome)).count() as u32,
        simulations_foreign: simulations(apart),
        simulations_not_run: 0,
        conditions_least: conditions().min(),
        conditions_most: conditions().max(),
        certainty: String::new(),
        certainty_reasons: Vec::new(),
        thin: Vec::new(),
    };
    standing.thin = coverage::thin(&standing);
    standing
}

fn note_shares(report: &mut DefinitionReport, evidence: &Evidence<'_>, world: &str, words: &[StudyWord<'_>]) {
    let decided: Vec<(Levels, bool)> = words
        .iter()
        .filter(|study| study.word.is_decided())
        .filter_map(|study| Some((*evidence.levels.get(&study.study.id)?, study.word == Together::Occurs)))
        .collect();
    let total = words.iter().filter(|study| study.word.is_decided()).count();
    let share = |wanted| (total > 0).then(|| f64::from(counted(words, wanted)) / total as f64);
    let weighted = sensitivity::weighted_share(&decided, &evidence.weights.weights);
    report.share.insert(world.to_owned(), share(Together::Occurs));
    report.share_both.insert(world.to_owned(), share(Together::Both));
    report.share_weighted.insert(world.to_owned(), weighted);
    report.share_sensitivity.insert(world.to_owned(), sensitivity::of_share(&decided, weighted, evidence.draws));
}

impl Standing {
    /// Studies decided: it occurs, is absent, or both.
    #[must_use]
    pub const fn decided(&self) -> u32 {
        self.occurs + self.both + self.absent
    }

    /// Pieces of evidence among the decided studies: works that share all their setups are one.
    #[must_use]
    pub const fn pieces(&self) -> u32 {
        if self.setups < self.works { self.setups } else { self.works }
    }

    /// Whether everything that was decided was decided of one setup.
    #[must_use]
    pub const fn is_of_one_setup(&self) -> bool {
        self.setups == 1 && self.decided() > 0
    }

    /// Studies whose main simulations can show it, decided or not.
    #[must_use]
    pub const fn able(&self) -> u32 {
        self.decided() + self.undecided
    }
}
