//! Putting an audit together: which studies and claims are in it, each part from its own file, everything sorted.

use super::digest::digest;
use super::error_rate::CountedErrors;
use super::evidence::{self, Evidence};
use super::fresh::{Code, FreshSeeds};
use super::sensitivity::Draws;
use super::{
    Audit, CalibrationReport, ClaimReport, ControlNumbers, Curve, CurvePoint, Provenance, agreement, answer, bibliography, claims, designs,
    head, position, realism, sensitivity, signs, sources, studies, synthesis, words, worlds,
};
use crate::random::Seed;
use crate::registry::{Claim, ClaimId, Registry, Study, StudyId, Weights};
use crate::taxonomy::{Condition, Word};
use crate::verdict::calibrate::Calibration;
use crate::verdict::looks::{self, Spender};
use crate::verdict::{ClaimCurve, ClaimDecision, Decided, Outcome, Reply};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Version of the shape of `audit.json`.
pub const SCHEMA: u32 = 4;
/// The versions that are read back: the earlier ones say the same at greater length.
pub const SCHEMAS: std::ops::RangeInclusive<u32> = 2..=SCHEMA;

/// How much of the budget was spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// All that the criteria allow.
    Full,
    /// `--quick`.
    Quick,
}

/// What an audit covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// How much of the budget was spent.
    pub depth: Depth,
    /// What a filter chose; `None` for every study that is no draft.
    pub selection: Option<Selection>,
}

/// What a filter chose, drafts included where it names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The filter as written.
    pub filter: String,
    /// Studies chosen.
    pub studies: BTreeSet<StudyId>,
    /// Claims chosen.
    pub claims: BTreeSet<ClaimId>,
}

/// What an audit is made with, beside the registry and the decided simulations.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// What it covers.
    pub scope: Scope,
    /// Root seed.
    pub seed: Seed,
    /// Weights of the realism conditions.
    pub weights: Weights,
    /// Digest of the engine's sources.
    pub engine: String,
    /// Digest of the decision rules' sources.
    pub rules: String,
    /// When it is published, `YYYY-MM-DD`.
    pub published: String,
    /// The detectors' error rates on planted truth, where they were counted.
    pub calibration: Option<Calibration>,
    /// Verdicts under fresh seeds, where they were asked.
    pub fresh: Option<FreshSeeds>,
    /// Error rates under fresh seeds, where they were counted.
    pub errors: Option<CountedErrors>,
}

impl Scope {
    /// Everything at full budget.
    pub const FULL: Self = Self { depth: Depth::Full, selection: None };

    /// `full`, `quick`, `partial: <filter>` or `partial and quick: <filter>`.
    #[must_use]
    pub fn label(&self) -> String {
        match (self.depth, &self.selection) {
            (Depth::Full, None) => "full".to_owned(),
            (Depth::Quick, None) => "quick".to_owned(),
            (Depth::Full, Some(selection)) => format!("partial: {}", selection.filter),
            (Depth::Quick, Some(selection)) => format!("partial and quick: {}", selection.filter),
        }
    }

    fn covers_study(&self, study: &Study) -> bool {
        self.selection.as_ref().map_or(!study.draft, |selection| selection.studies.contains(&study.id))
    }

    fn covers_claim(&self, registry: &Registry, claim: &Claim) -> bool {
        let plain = || registry.studies.get(&claim.id.study).is_some_and(|study| !study.draft);
        self.selection.as_ref().map_or_else(plain, |selection| selection.claims.contains(&claim.id))
    }
}

/// The audit of `decided`, one entry per simulation, in any order.
#[must_use]
pub fn audit(registry: &Registry, decided: &[Decided], frame: &Frame) -> Audit {
    let decided = sorted(decided);
    let covered: Vec<&Study> = registry.studies.values().filter(|study| frame.scope.covers_study(study)).collect();
    let claims = claim_reports(registry, &decided, frame);
    let levels = covered.iter().map(|study| (study.id.clone(), realism::levels(&realism::of_study(study)))).collect();
    let draws = Draws::even();
    let simulations = evidence::entries(registry, &covered, &decided);
    let worlds = worlds::of(registry);
    let evidence = Evidence {
        studies: &covered,
        simulations: &simulations,
        claims: &claims,
        worlds: &worlds,
        levels: &levels,
        weights: &frame.weights,
        draws: &draws,
    };
    let studies: Vec<_> = covered.par_iter().map(|study| studies::report(registry, study, &simulations, &claims, &frame.weights)).collect();
    let (head, definitions) = (head::of(&studies, &claims, &worlds), synthesis::report(&evidence));
    let told = told(&decided, &claims);
    let mut presets = registry.presets.clone();
    presets.insert(frame.weights.name.clone(), frame.weights.clone());
    Audit {
        schema: SCHEMA,
        provenance: provenance(registry, frame),
        position: registry.position.as_ref().map(|position| position::report(position, &registry.criteria, &definitions, &claims, &worlds)),
        answer: answer::sentences(&definitions, &head, &worlds),
        head,
        designs: designs::reports(registry, &decided),
        studies,
        definitions,
        agreement: agreement::report(&covered, &registry.coders),
        sensitivity: sensitivity::report(&levels, &presets, &draws),
        presets: presets.iter().map(|(name, preset)| (name.clone(), weighed(preset))).collect(),
        criteria: words::criteria(&registry.criteria),
        overlays: words::overlays(&registry.overlays),
        calibration: frame
            .calibration
            .clone()
            .map(|table| CalibrationReport { is_current: table.is_current(&registry.criteria, worlds.len()), table }),
        error_rate: frame.errors.as_ref().map(|held| held.report(registry, Code { engine: &frame.engine, rules: &frame.rules })),
        signs: simulations.iter().flat_map(signs::of_loop).collect(),
        curves: curves(&told),
        controls: controls(&told),
        bibliography: covered.iter().map(|study| bibliography::entry(study)).collect(),
        expected_false_exploratory: expected_false(&decided, looks::alpha_for(Spender::Exploration, &registry.criteria, worlds.len())),
        screening: sources::screening(registry),
        coders: sources::coders(registry, &covered),
        rivals: sources::rivals(registry),
        worlds,
        claims,
    }
}

fn weighed(preset: &Weights) -> BTreeMap<Condition, f64> {
    Condition::all().iter().copied().zip(preset.weights).collect()
}

/// The rows of the claims that `frame` covers, by id: all that `check` needs.
#[must_use]
pub fn claim_reports(registry: &Registry, decided: &[Decided], frame: &Frame) -> Vec<ClaimReport> {
    let covered = registry.claims.values().filter(|claim| frame.scope.covers_claim(registry, claim));
    let mut rows = claims::reports(registry, decided, covered, frame.seed);
    let code = Code { engine: &frame.engine, rules: &frame.rules };
    for row in &mut rows {
        row.fragile = frame.fresh.as_ref().and_then(|fresh| fresh.fragile(registry, code, row));
    }
    rows
}

/// By study and simulation; copied only where the order is another.
fn sorted(decided: &[Decided]) -> Cow<'_, [Decided]> {
    let name = |one: &Decided| (one.study.clone(), one.simulation.clone());
    if decided.is_sorted_by_key(name) {
        return Cow::Borrowed(decided);
    }
    let mut decided = decided.to_vec();
    decided.sort_by_cached_key(name);
    Cow::Owned(decided)
}

fn provenance(registry: &Registry, frame: &Frame) -> Provenance {
    Provenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        registry: registry.digest.clone(),
        engine: frame.engine.clone(),
        rules: frame.rules.clone(),
        seed: crate::Whole(frame.seed.0),
        criteria: digest(&registry.criteria),
        preset: frame.weights.name.clone(),
        scope: frame.scope.label(),
        published: frame.published.clone(),
    }
}

/// What was decided of the claims that are covered, by full id.
fn told<'d>(decided: &'d [Decided], claims: &[ClaimReport]) -> Vec<(String, &'d ClaimDecision)> {
    let covered: BTreeSet<&str> = claims.iter().map(|claim| claim.id.as_str()).collect();
    let all = decided.iter().flat_map(|one| one.claims.iter().map(move |(name, decision)| (format!("{}/{name}", one.study), decision)));
    all.filter(|(claim, _)| covered.contains(claim.as_str())).collect()
}

/// What the tests of claims came to in their controls.
fn controls(told: &[(String, &ClaimDecision)]) -> BTreeMap<String, ControlNumbers> {
    let finite = |value: Option<f64>| value.filter(|x| x.is_finite());
    let numbers = |decision: &ClaimDecision| {
        let (estimate, low, high) = match &decision.control.frozen {
            Reply::Answer(answer) => (answer.estimate, answer.low, answer.high),
            Reply::Finding(finding) => (finding.effect, finding.low, finding.high),
        };
        Some(ControlNumbers { estimate: finite(estimate)?, low: finite(low), high: finite(high) })
    };
    told.iter().filter_map(|(claim, decision)| Some((claim.clone(), numbers(decision)?))).collect()
}

fn curves(told: &[(String, &ClaimDecision)]) -> Vec<Curve> {
    let of = |(claim, decision): &(String, &ClaimDecision)| -> Vec<Curve> {
        let one = |curve: &ClaimCurve| Curve {
            claim: claim.clone(),
            arm: curve.arm.clone(),
            cell: curve.cell.clone(),
            metric: curve.metric,
            points: curve.points.iter().filter_map(point).collect(),
        };
        decision.curves.iter().map(one).collect()
    };
    let mut curves: Vec<Curve> = told.iter().flat_map(of).collect();
    curves.sort_by(|a, b| (&a.claim, &a.arm, &a.cell, a.metric).cmp(&(&b.claim, &b.arm, &b.cell, b.metric)));
    curves
}

fn point(point: &crate::verdict::ClaimPoint) -> Option<CurvePoint> {
    let crate::verdict::ClaimPoint { generation, low, middle, high, statistic, expected } = *point;
    let finite = [low, middle, high, statistic].iter().all(|value| value.is_finite());
    finite.then(|| CurvePoint { generation, low, middle, high, statistic, expected: expected.filter(|x| x.is_finite()) })
}

/// Exploratory findings that could be false, times the probability that each is: profiles, questions with one and
/// two conditions, and leave-one-out ones.
fn expected_false(decided: &[Decided], alpha: f64) -> f64 {
    let profiles = decided.iter().flat_map(|one| one.arms.values()).flat_map(|arm| arm.profile.findings.values());
    let applicable = profiles.filter(|finding| finding.outcome != Outcome::NotApplicable).count();
    let questions =
        |one: &Decided| one.claims.values().map(|claim| claim.singles.len() + claim.without.len() + claim.pairs.len()).sum::<usize>();
    (applicable + decided.iter().map(questions).sum::<usize>()) as f64 * alpha
}
