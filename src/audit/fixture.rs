//! A hand-made registry and hand-made decisions, for the tests of this room.

use super::{Frame, Scope};
use crate::plan::Simulated;
use crate::random::Seed;
use crate::registry::{
    About, Asserts, At, Branch, Cell, CellChoice, Claim, ClaimId, Coder, Coding, Control, ControlKind, Criteria, Expression, Form,
    Judgement, MarginScale, ModelFamily, Overlay, OverlayChange, OverlayStep, Proof, Quantifier, Registry, RiskFrame, Simulation,
    Statistic, Study, Test, TestKind, Variant, Weights, WorldId,
};
use crate::sim::{Capacity, Estimate, Method, Model, Record, Regime, Sampling, Schedule, Setup, Spectrum, Synthesis, Truth};
use crate::taxonomy::{
    Against, Author, Basis, Condition, Definition, Fidelity, Functional, Knowledge, Meaning, Metric, RealismLevel, Role, Size, Word,
};
use crate::verdict::{Answer, ArmRecord, ClaimDecision, Decided, Finding, Outcome, Profile, Question, Reply, TestOutcome, Totals};
use std::collections::BTreeMap;

/// A Gaussian chain under `regime`.
pub fn setup(regime: Regime) -> Setup {
    Setup {
        truth: Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } },
        model: Model::GaussianUnbiased { estimate: Estimate::Both },
        synthesis: Synthesis::Examples,
        regime,
        curation: Vec::new(),
        sampling: Sampling::Unbiased,
        samples: Schedule::Constant { start: 100 },
        generations: 50,
        capacity: Capacity::Fixed,
        record: Record::All,
        metrics: vec![Metric::MeanSquaredError],
        hitting: None,
        downstream: None,
        method: Method::Auto,
    }
}

pub fn cell(regime: Regime) -> Cell {
    let frame = RiskFrame { risk: Some(Metric::MeanSquaredError), ceiling: None, null_risk: None, time_scale: 1.0 };
    Cell { name: String::new(), setup: setup(regime), bindings: crate::registry::Bindings::default(), frame }
}

pub fn coding(coder: &str, definition: Definition, basis: Basis) -> Coding {
    Coding { definition, basis, coder: coder.to_owned(), locator: "Section 2".to_owned(), reason: "as worded".to_owned() }
}

/// A study with one simulation `chain`, judged by the registry in taxonomy order.
pub fn study(id: &str, fidelity: Fidelity, regime: Regime, levels: &[RealismLevel]) -> Study {
    let judgement = |(condition, level): (&Condition, &RealismLevel)| Judgement {
        condition: *condition,
        level: *level,
        coder: "registry".to_owned(),
        locator: "Section 3".to_owned(),
        reason: "by design".to_owned(),
        simulation: None,
    };
    Study {
        id: id.to_owned(),
        draft: false,
        title: "Learning from the Gaussian {Chain}".to_owned(),
        authors: vec!["Ada Example".to_owned(), "Ben van der Test".to_owned()],
        year: 2024,
        month: Some(4),
        arxiv: Some("2404.00001".to_owned()),
        doi: None,
        venue: None,
        code: None,
        versions: Vec::new(),
        work: id.to_owned(),
        families: vec![ModelFamily::Gaussian],
        codings: vec![coding("registry", Definition::DivergingRisk, Basis::Explicit)],
        judgements: Condition::all().iter().zip(levels).map(judgement).collect(),
        simulations: vec![Simulation {
            name: "chain".to_owned(),
            role: Role::Main,
            fidelity,
            size: (fidelity != Fidelity::Analogue).then_some(if fidelity == Fidelity::Exact { Size::Own } else { Size::Reduced }),
            departures: Vec::new(),
            cells: vec![cell(regime)],
            grid: Vec::new(),
            external: None,
        }],
        no_simulation: None,
        digest: format!("study-{id}"),
    }
}

pub fn test() -> Test {
    Test {
        kind: TestKind::Equals {
            expect: Expression::parse("t / samples").unwrap(),
            margin: 0.05,
            scale: MarginScale::Relative,
            form: Form::Exact,
        },
        metric: Some(Metric::MeanSquaredError),
        statistic: Statistic::Mean,
        at: At::Every,
        cells: CellChoice::Every,
        relative_to: None,
    }
}

/// A claim of `study` that diverging risk occurs.
pub fn claim(study: &str, name: &str) -> Claim {
    Claim {
        id: ClaimId { study: study.to_owned(), name: name.to_owned() },
        statement: "The error grows in proportion to the generation.".to_owned(),
        by: Author::Study,
        known: Knowledge::Read,
        locator: "Theorem 1".to_owned(),
        definition: Definition::DivergingRisk,
        asserts: Asserts::Occurs,
        quantifier: Some(Quantifier::InExpectation),
        functional: Functional::Mean,
        against: Against::RealOnly,
        simulation: Some("chain".to_owned()),
        fidelity: Fidelity::Exact,
        proof: Proof::Single {
            test: test(),
            control: Control {
                kind: ControlKind::Negative,
                branch: Branch {
                    variant: Variant { change: "regime = \"accumulate\"".to_owned(), cells: vec![cell(Regime::accumulate())] },
                    test: test(),
                },
            },
        },
        part_of: None,
        conflicts: Vec::new(),
        because: None,
        both_true: None,
        digest: format!("claim-{study}-{name}"),
    }
}

/// Criteria of value 0.5 everywhere but where the audit reads them.
pub fn criteria() -> Criteria {
    Criteria {
        alpha_total: 0.05,
        capacity: 1000.0,
        test_share: 0.5,
        alpha_profile: 0.001,
        first_look: 256.0,
        quick_replicates: 0.5,
        quick_ceiling: 0.5,
        quick_aside: 0.05,
        world_ceiling: 120.0,
        budget_claim: 0.5,
        budget_world: 0.5,
        world_floor: 0.5,
        floor_cost: 0.5,
        budget_other: 0.5,
        recorded_replicates: 24.0,
        recorded_ceiling: 600.0,
        rests: crate::registry::Rests::OnMeans,
        work_ceiling: 0.5,
        cost_ceiling: 0.5,
        catastrophic_horizon: 0.5,
        catastrophic_ratio: 0.5,
        catastrophic_null_share: 0.5,
        increase_ratio: 0.5,
        doubling_cut: 0.5,
        doubling_margin: 0.5,
        doubling_margin_log: 0.5,
        time_scales: 0.5,
        extension_limit: 0.5,
        collapsed_level: 0.5,
        spared_level: 0.5,
        vanished_share: 0.05,
        slope_change: 0.5,
        plateau_ratio: 0.5,
        plateau_real: 0.5,
        modes_lost: 0.5,
        between_modes: 0.5,
        tail_lost: 0.5,
        tail_kept: 0.5,
        hallucinated_mass: 0.5,
        tail_share: 0.5,
        skew_factor: 0.5,
        skew_growth: 0.5,
        ended_share: 0.5,
        reasons: BTreeMap::from([("alpha_total".to_owned(), "custom".to_owned())]),
    }
}

pub fn weights(name: &str, weights: [f64; 8]) -> Weights {
    Weights { name: name.to_owned(), reason: "for the test".to_owned(), weights }
}

pub fn registry(studies: Vec<Study>, claims: Vec<Claim>) -> Registry {
    let step = |change| OverlayStep { condition: Condition::Accumulate, change, reason: "why".to_owned(), locator: "Section 3".to_owned() };
    let overlay = |place, id, with: Option<&str>| Overlay {
        id: WorldId::new(place, id),
        about: About { with: with.map(str::to_owned), ..About::default() },
        steps: vec![step(OverlayChange::Accumulate)],
    };
    let coder = Coder {
        id: "registry".to_owned(),
        who: "us".to_owned(),
        when: "2025-01".to_owned(),
        material: "texts".to_owned(),
        seen: "nothing".to_owned(),
        unmarked: Vec::new(),
    };
    Registry {
        studies: studies.into_iter().map(|study| (study.id.clone(), study)).collect(),
        claims: claims.into_iter().map(|claim| (claim.id.clone(), claim)).collect(),
        coders: BTreeMap::from([(coder.id.clone(), coder)]),
        overlays: vec![overlay(0, "realistic", None), overlay(1, "contested", Some("the disputed conditions unfavourable"))],
        presets: BTreeMap::from([("equal".to_owned(), weights("equal", [1.0; 8]))]),
        default_preset: "equal".to_owned(),
        criteria: criteria(),
        screening: None,
        rivals: Vec::new(),
        designs: Vec::new(),
        position: None,
        digest: "registry".to_owned(),
    }
}

pub fn frame() -> Frame {
    Frame {
        scope: Scope::FULL,
        seed: Seed(7),
        weights: weights("equal", [1.0; 8]),
        engine: "engine".to_owned(),
        rules: "rules".to_owned(),
        published: "2026-01-31".to_owned(),
        calibration: None,
        fresh: None,
        errors: None,
    }
}

pub fn finding(outcome: Outcome) -> Finding {
    let reason = match outcome {
        Outcome::Occurs | Outcome::Absent => None,
        Outcome::Undecided => Some("too-few-replicates".to_owned()),
        Outcome::NotApplicable => Some("bounded-by-construction".to_owned()),
    };
    Finding {
        outcome,
        reason,
        functional: Some(Functional::Mean),
        against: None,
        statistic: "growth over the last doubling".to_owned(),
        effect: Some(0.25),
        low: Some(0.2),
        high: Some(f64::INFINITY),
        error: Some(0.02),
        alpha: 1e-3,
        replicates: 512,
        onset: Some(16),
        needs: None,
        notes: Vec::new(),
    }
}

pub fn answer(outcome: TestOutcome) -> Answer {
    Answer {
        outcome,
        reason: (outcome == TestOutcome::Undecided).then(|| "too-few-replicates".to_owned()),
        estimate: Some(0.1),
        low: Some(0.09),
        high: Some(0.1 + 0.2),
        error: Some(0.002),
        expected: Some(0.1),
        accepted: Some((0.095, 0.105)),
        generation: Some(10),
        cell: Some(String::new()),
        alpha: 1e-5,
        replicates: 1024,
        needs: None,
        inference: "hall-t".to_owned(),
    }
}

pub fn asked(arm: &str, reply: Reply) -> Question {
    Question { arm: arm.to_owned(), alpha: 5e-5, look: 3, frozen: reply.clone(), latest: reply }
}

pub fn found(arm: &str, outcome: Outcome) -> Question {
    asked(arm, Reply::Finding(finding(outcome)))
}

/// A claim whose test came out `test`, whose control failed, and whose definition came out so in the three worlds.
pub fn decision(name: &str, test: TestOutcome, worlds: [Outcome; 3]) -> ClaimDecision {
    ClaimDecision {
        test: asked("as-published", Reply::Answer(answer(test))),
        control: asked(&format!("control:{name}"), Reply::Answer(answer(TestOutcome::Fails))),
        published: found("as-published", worlds[0]),
        worlds: [(0, "realistic"), (1, "contested")]
            .map(|(place, world)| (WorldId::new(place, world), found(world, worlds[1 + usize::from(place)])))
            .into(),
        singles: BTreeMap::new(),
        without: BTreeMap::new(),
        pairs: BTreeMap::new(),
        curves: Vec::new(),
    }
}

fn arm(outcome: Outcome, conditions: BTreeMap<Condition, Simulated>) -> ArmRecord {
    let found = |meaning: Meaning| {
        let here = if meaning.definition == Definition::DivergingRisk { outcome } else { Outcome::NotApplicable };
        let (definition, functional, against) = meaning.key();
        ((definition, functional, against), Finding { functional, against, ..finding(here) })
    };
    let findings = Meaning::all().map(found).collect();
    ArmRecord {
        source: crate::sim::Source::Model,
        conditions,
        twin: Some("real-only".to_owned()),
        horizon: 50,
        generations: 50,
        composition: Vec::new(),
        shown: Vec::new(),
        budget: 4096,
        replicates: 1024,
        ended: 0,
        methods: vec!["statistics: exact".to_owned()],
        cost: 100.0,
        profile: Profile { findings },
        series: Vec::new(),
    }
}

/// Everything decided of the simulation `chain`: one claim, three worlds.
pub fn decided(study: &str, claim: &str, test: TestOutcome, worlds: [Outcome; 3]) -> Decided {
    let conditions = BTreeMap::from([
        (Condition::Accumulate, Simulated::Changed),
        (Condition::Horizon, Simulated::AlreadyMet),
        (Condition::Compute, Simulated::NotSimulated("the model has no capacity".to_owned())),
    ]);
    let arms =
        [("as-published", worlds[0], BTreeMap::new()), ("realistic", worlds[1], conditions.clone()), ("contested", worlds[2], conditions)];
    Decided {
        study: study.to_owned(),
        simulation: "chain".to_owned(),
        claims: BTreeMap::from([(claim.to_owned(), decision(claim, test, worlds))]),
        arms: arms.into_iter().map(|(id, outcome, conditions)| (id.to_owned(), arm(outcome, conditions))).collect(),
        left_out: BTreeMap::from([("growth".to_owned(), "cost".to_owned())]),
        totals: Totals::default(),
    }
}
