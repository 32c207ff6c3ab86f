//! A tiny registry for tests: one study with a replace chain of one-dimensional Gaussians and one of regressions, the
//! shipped criteria, and the two shipped worlds in their numbers.

use crate::registry::Asserts;
use crate::registry::{
    About, At, Bindings, Branch, Cell, CellChoice, Claim, ClaimId, Control, ControlKind, Criteria, Expression, Form, MarginScale, Operand,
    OperandArm, Overlay, OverlayChange, OverlayStep, Proof, Registry, RiskFrame, Side, Simulation, Statistic, Study, Test, TestKind,
    Variant, Weights, WorldId,
};
use crate::sim::{
    Capacity, Coefficients, Estimate, Inputs, LabelChoice, Method, Model, Record, Regime, Sampling, Schedule, Setup, Spectrum, Synthesis,
    Truth,
};
use crate::taxonomy::{Against, Author, Condition, Definition, Fidelity, Functional, Knowledge, Metric, Role, Size};
use std::collections::BTreeMap;

/// A one-dimensional Gaussian that is replaced `generations` times.
pub fn gaussian(samples: u64, generations: u32) -> Setup {
    Setup {
        truth: Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } },
        model: Model::Gaussian { estimate: Estimate::Both },
        synthesis: Synthesis::Examples,
        regime: Regime::replace(),
        curation: Vec::new(),
        sampling: Sampling::Unbiased,
        samples: Schedule::Constant { start: samples },
        generations,
        capacity: Capacity::Fixed,
        record: Record::All,
        metrics: vec![Metric::VarianceRatio, Metric::MeanSquaredError],
        hitting: None,
        downstream: None,
        method: Method::Auto,
    }
}

/// Least squares in ten dimensions on inputs that are reused.
pub fn regression(samples: u64, generations: u32) -> Setup {
    let spectrum = Spectrum::Isotropic { variance: 1.0 };
    Setup {
        truth: Truth::LinearRegression {
            dimension: 10,
            noise_variance: 1.0,
            signal: 1.0,
            spectrum,
            source: 0.0,
            coefficients: Coefficients::Fixed,
        },
        model: Model::Ols,
        synthesis: Synthesis::Labels { inputs: Inputs::Reused, choice: LabelChoice::Sampled },
        metrics: vec![Metric::ExcessRisk],
        ..gaussian(samples, generations)
    }
}

/// The first shipped world.
pub fn realistic() -> Overlay {
    overlay(WorldId::new(0, "realistic"), false, OverlayChange::Unbias)
}

/// The second.
pub fn contested() -> Overlay {
    let bias = OverlayChange::Bias { variance_scale: 0.9, temperature: 0.9, top_p: 0.95 };
    overlay(WorldId::new(1, "contested"), true, bias)
}

fn overlay(id: WorldId, tail_blind: bool, sampling: OverlayChange) -> Overlay {
    let changes = [
        (Condition::Accumulate, OverlayChange::Accumulate),
        (Condition::Growth, OverlayChange::Grow { factor: 1.5, limit: 40.0 }),
        (Condition::Quality, OverlayChange::Verify { true_accept: 0.95, false_accept: 0.2, tail_blind }),
        (Condition::Compute, OverlayChange::Enlarge { exponent: 0.5 }),
        (Condition::RealShare, OverlayChange::Decline),
        (Condition::Horizon, OverlayChange::Horizon { generations: 10 }),
        (Condition::Sampling, sampling),
    ];
    let step = |(condition, change)| OverlayStep { condition, change, reason: String::new(), locator: String::new() };
    Overlay { id, about: About::default(), steps: changes.into_iter().map(step).collect() }
}

/// The shipped thresholds.
pub fn criteria() -> Criteria {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/claims/criteria.toml")).expect("the shipped criteria are there");
    let table: toml::Table = text.parse().expect("the shipped criteria are TOML");
    let value = |key: &str| {
        let value = table[key].get("value").expect("a criterion has a value");
        value.as_float().or_else(|| value.as_integer().map(|x| x as f64)).expect("a number")
    };
    let written: BTreeMap<_, _> = table.keys().filter(|key| *key != "schema").map(|key| (key.clone(), value(key))).collect();
    let reasons = written.keys().map(|key| (key.clone(), String::new())).collect();
    Criteria {
        alpha_total: written["alpha_total"],
        capacity: written["capacity"],
        test_share: written["test_share"],
        alpha_profile: written["alpha_profile"],
        first_look: written["first_look"],
        quick_replicates: written["quick_replicates"],
        quick_ceiling: written["quick_ceiling"],
        quick_aside: written["quick_aside"],
        world_ceiling: written["world_ceiling"],
        budget_claim: written["budget_claim"],
        budget_world: written["budget_world"],
        world_floor: written["world_floor"],
        floor_cost: written["floor_cost"],
        budget_other: written["budget_other"],
        recorded_replicates: written["recorded_replicates"],
        recorded_ceiling: written["recorded_ceiling"],
        work_ceiling: written["work_ceiling"],
        cost_ceiling: written["cost_ceiling"],
        catastrophic_horizon: written["catastrophic_horizon"],
        catastrophic_ratio: written["catastrophic_ratio"],
        catastrophic_null_share: written["catastrophic_null_share"],
        increase_ratio: written["increase_ratio"],
        doubling_cut: written["doubling_cut"],
        doubling_margin: written["doubling_margin"],
        doubling_margin_log: written["doubling_margin_log"],
        time_scales: written["time_scales"],
        extension_limit: written["extension_limit"],
        collapsed_level: written["collapsed_level"],
        spared_level: written["spared_level"],
        vanished_share: written["vanished_share"],
        slope_change: written["slope_change"],
        plateau_ratio: written["plateau_ratio"],
        plateau_real: written["plateau_real"],
        modes_lost: written["modes_lost"],
        between_modes: written["between_modes"],
        tail_lost: written["tail_lost"],
        tail_kept: written["tail_kept"],
        hallucinated_mass: written["hallucinated_mass"],
        tail_share: written["tail_share"],
        skew_factor: written["skew_factor"],
        skew_growth: written["skew_growth"],
        ended_share: written["ended_share"],
        rests: crate::registry::Rests::OnMeans,
        reasons,
    }
}

/// A cell whose risk is `risk`, unbounded, with a null risk of 1.
pub fn cell(setup: Setup, risk: Metric) -> Cell {
    let n = setup.samples.at(1, setup.generations) as f64;
    let values = [("samples", n), ("generations", f64::from(setup.generations)), ("noise_variance", 1.0), ("truth_dimension", 10.0)];
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let frame = RiskFrame { risk: Some(risk), ceiling: None, null_risk: Some(1.0), time_scale: 1.0 };
    Cell { name: String::new(), setup, bindings: Bindings { values, probabilities: Vec::new() }, frame }
}

/// A test of the mean of a metric in the last generation.
pub fn test(kind: TestKind, metric: Option<Metric>) -> Test {
    Test { kind, metric, statistic: Statistic::Mean, at: At::Last, cells: CellChoice::Every, relative_to: None }
}

/// `metric` in the last generation equals `expect` within five per cent.
pub fn equals(metric: Metric, expect: &str) -> Test {
    let expect = Expression::parse(expect).expect("an expression");
    test(TestKind::Equals { expect, margin: 0.05, scale: MarginScale::Relative, form: Form::Exact }, Some(metric))
}

/// `metric` lies above `limit` in the last generation.
pub fn above(metric: Metric, limit: &str) -> Test {
    test(TestKind::Bound { side: Side::Above, limit: Expression::parse(limit).expect("an expression") }, Some(metric))
}

/// The real-only twin lies below.
pub fn worse_than_real(metric: Metric) -> Test {
    let lesser = Operand { arm: OperandArm::RealOnly, ..Operand::default() };
    test(TestKind::Order { lesser, greater: Operand::default(), margin: 0.0 }, Some(metric))
}

/// The claim's definition.
pub fn outcome() -> Test {
    test(TestKind::Outcome, None)
}

/// The simulation's cells under accumulation.
pub fn under_accumulation(cells: &[Cell]) -> Variant {
    let change = |cell: &Cell| Cell { setup: Setup { regime: Regime::accumulate(), ..cell.setup.clone() }, ..cell.clone() };
    Variant { change: "regime = \"accumulate\"".to_owned(), cells: cells.iter().map(change).collect() }
}

/// A claim with one test and accumulation as its control.
pub fn claim(name: &str, simulation: &Simulation, definition: Definition, test: Test) -> Claim {
    let branch = Branch { variant: under_accumulation(&simulation.cells), test: test.clone() };
    let proof = Proof::Single { test, control: Control { kind: ControlKind::Negative, branch } };
    Claim {
        id: ClaimId { study: "tiny".to_owned(), name: name.to_owned() },
        statement: String::new(),
        by: Author::Study,
        known: Knowledge::Read,
        locator: String::new(),
        definition,
        asserts: Asserts::Occurs,
        quantifier: None,
        functional: Functional::Mean,
        against: Against::RealOnly,
        simulation: Some(simulation.name.clone()),
        fidelity: Fidelity::Exact,
        proof,
        part_of: None,
        conflicts: Vec::new(),
        because: None,
        both_true: None,
        digest: String::new(),
    }
}

/// The same claim, conditional: it holds as published and fails under accumulation.
pub fn conditional(name: &str, simulation: &Simulation, definition: Definition, test: Test) -> Claim {
    let unchanged = Variant { change: String::new(), cells: simulation.cells.clone() };
    let holds_when = Branch { variant: unchanged, test: test.clone() };
    let fails_when = Branch { variant: under_accumulation(&simulation.cells), test };
    Claim {
        proof: Proof::Conditional { holds_when, fails_when },
        asserts: Asserts::Conditional,
        quantifier: None,
        ..claim(name, simulation, definition, outcome())
    }
}

/// A simulation of one cell.
pub fn simulation(name: &str, setup: Setup, risk: Metric) -> Simulation {
    let cells = vec![cell(setup, risk)];
    Simulation {
        name: name.to_owned(),
        role: Role::Main,
        fidelity: Fidelity::Exact,
        size: Some(Size::Own),
        departures: Vec::new(),
        cells,
        grid: Vec::new(),
        external: None,
    }
}

/// One study of two simulations with a claim of every kind that the driver treats apart.
pub fn registry() -> Registry {
    let chain = simulation("chain", gaussian(20, 12), Metric::MeanSquaredError);
    let linear = simulation("linear", regression(50, 12), Metric::ExcessRisk);
    let claims = [
        claim("variance", &chain, Definition::VarianceCollapse, equals(Metric::VarianceRatio, "(1 - 1 / samples) ^ t")),
        claim("collapse", &chain, Definition::VarianceCollapse, outcome()),
        conditional("drift", &chain, Definition::AnyRiskIncrease, above(Metric::MeanSquaredError, "0.2")),
        claim("worse", &linear, Definition::AnyRiskIncrease, worse_than_real(Metric::ExcessRisk)),
    ];
    let study = Study {
        id: "tiny".to_owned(),
        draft: false,
        title: "Tiny".to_owned(),
        authors: Vec::new(),
        year: 2024,
        month: None,
        arxiv: None,
        doi: None,
        venue: None,
        code: None,
        versions: Vec::new(),
        work: "tiny".to_owned(),
        families: Vec::new(),
        codings: Vec::new(),
        judgements: Vec::new(),
        simulations: vec![chain, linear],
        no_simulation: None,
        digest: String::new(),
    };
    let weights = Weights { name: "equal".to_owned(), reason: String::new(), weights: [1.0; 8] };
    Registry {
        studies: BTreeMap::from([(study.id.clone(), study)]),
        claims: claims.into_iter().map(|claim| (claim.id.clone(), claim)).collect(),
        coders: BTreeMap::new(),
        overlays: vec![realistic(), contested()],
        presets: BTreeMap::from([("equal".to_owned(), weights)]),
        default_preset: "equal".to_owned(),
        criteria: criteria(),
        screening: None,
        rivals: Vec::new(),
        designs: Vec::new(),
        position: None,
        digest: String::new(),
    }
}
