//! Small hand-made audits for the tests of this room, with what breaks formats: nulls, tiny numbers, quotes, recalled claims and the like.

use super::check::{CheckReport, CheckRow};
use super::fixture_definitions::{compared, definition_report, flips, held, world, worlds};
use crate::audit::{
    Agreement, ArmReport, Audit, BibliographyEntry, ClaimReport, ConditionReport, ControlNumbers, ControlReport, Counts, Coverage,
    CriterionReport, Curve, CurvePoint, FindingReport, Head, Measure, OverlayReport, Provenance, RealismReport, Sensitivity,
    SimulationReport, StudyReport, Verdict, Voice,
};
use crate::plan::Composition;
use crate::registry::{Asserts, ControlKind, Quantifier};
use crate::taxonomy::{
    Against, Author, Basis, Condition, Definition, Fidelity, Functional, Knowledge, Metric, RealismLevel, Role, Size, Word,
};
use crate::verdict::Outcome;
use std::collections::BTreeMap;

/// An audit with nothing in it.
pub fn empty() -> Audit {
    Audit {
        schema: crate::audit::SCHEMA,
        designs: Vec::new(),
        provenance: Provenance {
            version: "0.1.0".into(),
            registry: "aaaa1111".into(),
            engine: "bbbb2222".into(),
            rules: "cccc3333".into(),
            seed: crate::Whole(20_240_101),
            criteria: "dddd4444".into(),
            preset: "equal".into(),
            scope: "full".into(),
            published: "2026-01-31".into(),
        },
        worlds: worlds(),
        head: Head::default(),
        position: None,
        answer: Vec::new(),
        studies: Vec::new(),
        claims: Vec::new(),
        definitions: Vec::new(),
        agreement: Vec::new(),
        presets: BTreeMap::from([("equal".to_owned(), Condition::all().iter().map(|condition| (*condition, 1.0)).collect())]),
        sensitivity: Sensitivity {
            presets: BTreeMap::new(),
            dirichlet: BTreeMap::new(),
            around: BTreeMap::new(),
            ranks: BTreeMap::new(),
            leave_one_out: BTreeMap::new(),
            partly: BTreeMap::new(),
        },
        criteria: Vec::new(),
        overlays: Vec::new(),
        calibration: None,
        error_rate: None,
        signs: Vec::new(),
        curves: Vec::new(),
        controls: BTreeMap::new(),
        bibliography: Vec::new(),
        expected_false_exploratory: 0.0,
        screening: None,
        rivals: Vec::new(),
        coders: Vec::new(),
    }
}

/// One study with one reproduced claim, all of it plain.
pub fn one_study() -> Audit {
    let mut audit = empty();
    audit.studies.push(study("smith-2024-plain", 1));
    audit.claims.push(claim("smith-2024-plain", "linear-growth", 1));
    fill(&mut audit);
    audit
}

/// Three studies and every awkward case.
pub fn awkward() -> Audit {
    let mut audit = empty();
    audit.studies = vec![study("adams-2023-first-study", 0), study("brown-2024-second", 1), awkward_study()];
    let mut contradicted = claim("adams-2023-first-study", "growth-is-linear", 0);
    contradicted.verdict = Verdict::Contradicted;
    contradicted.because = Some("The formula holds | but only [for large n]; the authors say so in *their* appendix.".into());
    (contradicted.estimate, contradicted.low, contradicted.high) = (Some(1.6), Some(1.55), Some(1.66));
    let mut undecided = claim("adams-2023-first-study", "tail-undecided", 1);
    undecided.verdict = Verdict::Undecided;
    undecided.reason = Some("too-few-replicates".into());
    undecided.needs = Some(120_000);
    undecided.worlds.values_mut().for_each(|world| *world = None);
    let mut analogue = claim("brown-2024-second", "analogue-says-no", 2);
    analogue.fidelity = Fidelity::Analogue;
    analogue.verdict = Verdict::Undecided;
    analogue.reason = Some("the analogue disagrees".into());
    let mut recalled = claim("brown-2024-second", "recalled", 3);
    recalled.known = Knowledge::Memory;
    recalled.verdict = Verdict::Contradicted;
    let mut added = claim("brown-2024-second", "our-own-check", 4);
    (added.by, added.known) = (Author::Registry, Knowledge::Derived);
    (added.estimate, added.low, added.high, added.expected) = (Some(1.234e-9), Some(1.2e-9), Some(1.3e-9), Some(1.25e-9));
    let claims = [contradicted, undecided, analogue, added, recalled, untested(), claim("brown-2024-second", "very-long", 5)];
    audit.claims = claims.into();
    audit.claims[6].statement = "A statement that goes on and on, ".repeat(12) + "and then ends.";
    audit.claims.sort_by(|a, b| a.id.cmp(&b.id));
    audit.calibration = Some(super::fixture_errors::calibration());
    audit.error_rate = Some(super::fixture_errors::error_rate());
    (audit.screening, audit.coders) = (Some(super::fixture_sources::screening()), super::fixture_sources::coders());
    fill(&mut audit);
    audit
}

/// Thirteen studies with seventy claims: about what the shipped registry holds.
pub fn large() -> Audit {
    let mut audit = empty();
    for s in 0..13 {
        let id = format!("author{s:02}-202{}-title-of-study-{s}", s % 5);
        audit.studies.push(study(&id, s));
        let claims = if s < 5 { 6 } else { 5 };
        audit.claims.extend((0..claims).map(|c| claim(&id, &format!("claim-number-{c}"), s + c)));
    }
    for (place, claim) in audit.claims.iter_mut().enumerate() {
        match place % 9 {
            0 => claim.verdict = Verdict::Contradicted,
            1 => claim.fidelity = Fidelity::Scaled,
            2 => (claim.verdict, claim.reason) = (Verdict::Undecided, Some("too-few-replicates".into())),
            3 => (claim.by, claim.known) = (Author::Registry, Knowledge::Derived),
            4 => claim.known = Knowledge::SecondHand,
            _ => {}
        }
        claim.estimate = claim.estimate.map(|e| e * (0.97 + 0.008 * (place % 8) as f64));
        (claim.low, claim.high) = (claim.estimate.map(|e| e * 0.97), claim.estimate.map(|e| e * 1.03));
    }
    fill(&mut audit);
    audit
}

/// A check with a drift, an accepted `undecided` and a pass, in words that need escaping.
pub fn check() -> CheckReport {
    let row = |id: &str, line, drift: Option<&str>, skipped: Option<&str>| CheckRow {
        id: id.into(),
        file: format!("claims/{}.toml", id.split('/').next().unwrap_or_default()),
        line,
        accepted: "reproduced (exact)".into(),
        found: if drift.is_some() { "undecided <needs 100% more>, \"really\"".into() } else { "reproduced (exact)".into() },
        skipped: skipped.map(str::to_owned),
        drift: drift.map(str::to_owned),
        cause: drift.map(|_| "the engine changed:\nsrc/sim, among others".to_owned()),
        details: drift.map(|_| "claim: test.margin: 0.05 -> 0.1".to_owned()).into_iter().collect(),
        accept: drift.map(|_| format!("collapse-audit accept {id} --reason \"…\"")),
    };
    CheckReport {
        claims: vec![
            row("adams-2023-first-study/growth-is-linear", Some(12), Some("changed"), None),
            row("adams-2023-first-study/tail-undecided", Some(40), None, Some("too few replicates")),
            row("brown-2024-second/new-one", None, Some("new"), None),
            row("brown-2024-second/recalled", Some(3), None, None),
        ],
        notes: vec!["criteria changed: margin: 0.05 -> 0.1".to_owned()],
    }
}

fn awkward_study() -> StudyReport {
    let mut study = study("zhang-2025-awkward", 2);
    study.title = "Is [this] a | title with <tags> & $dollars$, 100% _underscores_?".into();
    study.authors = Vec::new();
    (study.arxiv, study.doi, study.venue) = (None, None, None);
    study.profiles = BTreeMap::new();
    study.fidelity = BTreeMap::new();
    study.methods = BTreeMap::new();
    study.departures = BTreeMap::new();
    study.no_simulation = Some("It trains a 7 B model | nothing here is near it.".into());
    study.realism = RealismReport { low: None, mid: None, high: None, judged: 2, conditions: BTreeMap::new() };
    study.definitions = BTreeMap::new();
    study
}

fn untested() -> ClaimReport {
    let mut untested = claim("zhang-2025-awkward", "untested", 6);
    untested.simulation = None;
    untested.fidelity = Fidelity::None;
    untested.verdict = Verdict::Untested;
    untested.reason = Some("no faithful simulation is possible: it needs a language model".into());
    untested.statement = "Perplexity of `GPT|X` rises [by 20%] & \"more\"".into();
    (untested.estimate, untested.low, untested.high, untested.expected, untested.accepted) = (None, None, None, None, None);
    (untested.test, untested.control, untested.published) = (None, None, None);
    untested.worlds.values_mut().for_each(|world| *world = None);
    (untested.definition_agrees, untested.conditions_simulated, untested.flips_under, untested.held) = (None, None, None, None);
    (untested.method, untested.inference, untested.repeat, untested.generation, untested.cell) = (None, None, None, None, None);
    (untested.replicates, untested.replicates_all, untested.estimate_all) = (0, 0, None);
    untested
}

fn study(id: &str, variant: usize) -> StudyReport {
    let profile = |shift: usize| {
        let mut findings = BTreeMap::new();
        for definition in Definition::all() {
            let functionals: &[Option<Functional>] =
                if definition.has_functionals() { &[Some(Functional::Mean), Some(Functional::Typical)] } else { &[None] };
            for functional in functionals {
                let key = functional.map_or_else(|| definition.to_string(), |functional| format!("{definition}:{functional}"));
                findings.insert(key, finding(variant + shift + definition.number(), *functional));
            }
        }
        findings
    };
    let arms = ["as-published", "realistic", "contested", "accumulate", "sampling"];
    let arms = arms.iter().enumerate().map(|(shift, arm)| ((*arm).to_owned(), profile(shift))).collect();
    let fidelity = [Fidelity::Exact, Fidelity::Scaled, Fidelity::Analogue][variant % 3];
    StudyReport {
        id: id.into(),
        title: format!("A study called {id}"),
        authors: vec!["A. Author".into(), "B. Writer".into()],
        year: 2023,
        arxiv: Some("2301.00001".into()),
        doi: None,
        venue: Some("A Journal".into()),
        work: id.into(),
        families: vec!["gaussian".into()],
        definitions: codings(variant),
        realism: realism(variant),
        realism_by_simulation: BTreeMap::new(),
        profiles: BTreeMap::from([("chain".to_owned(), arms)]),
        departures: BTreeMap::from([("chain".to_owned(), vec!["They used n = 10,000; we use n = 100.".to_owned()])]),
        roles: BTreeMap::from([("chain".to_owned(), Role::Main)]),
        sizes: BTreeMap::from([("chain".to_owned(), [Some(Size::Own), Some(Size::Reduced), None][variant % 3])]),
        fidelity: BTreeMap::from([("chain".to_owned(), fidelity)]),
        simulations: BTreeMap::from([("chain".to_owned(), simulation())]),
        methods: BTreeMap::from([("chain".to_owned(), "statistics: exact for this model".to_owned())]),
        not_simulated: BTreeMap::from([("chain".to_owned(), BTreeMap::from([("growth".to_owned(), "cost".to_owned())]))]),
        no_simulation: None,
        claims: Counts::default(),
        coverage: Coverage::default(),
    }
}

fn simulation() -> SimulationReport {
    let composition =
        vec![Composition { generation: 1, size: 100.0, real_share: 1.0 }, Composition { generation: 2, size: 100.0, real_share: 0.0 }];
    let arm = ArmReport { replicates: 1024, budget: 4096, composition, is_trained: false, shown: Vec::new(), horizon: 50, ended: 0 };
    let arms = ["as-published", "realistic", "contested", "accumulate", "sampling"];
    SimulationReport {
        voice: Voice::Main,
        mechanism: "gaussian gaussian first newest none".into(),
        setups: ["as-published", "realistic", "contested"].map(|world| (world.to_owned(), format!("{world} setup"))).into(),
        alike: Vec::new(),
        foreign: false,
        well_specified: true,
        arms: arms.map(|id| (id.to_owned(), arm.clone())).into(),
    }
}

fn codings(variant: usize) -> BTreeMap<String, BTreeMap<Definition, Basis>> {
    let all = Definition::all();
    let paper = BTreeMap::from([(all[variant % 8], Basis::Explicit), (all[(variant + 3) % 8], Basis::Implicit)]);
    let ours = BTreeMap::from([(all[variant % 8], Basis::Explicit), (all[(variant + 5) % 8], Basis::Implicit)]);
    BTreeMap::from([("position-paper".to_owned(), paper), ("registry".to_owned(), ours)])
}

fn realism(variant: usize) -> RealismReport {
    let conditions = Condition::all().iter().enumerate().filter(|(place, _)| (place + variant) % 7 != 6);
    let conditions: BTreeMap<_, _> = conditions
        .map(|(place, condition)| {
            let level = RealismLevel::all()[(place + variant) % 5];
            let judgement = ConditionReport {
                level,
                low: Some(level),
                high: Some(level),
                reason: "Replaced each generation.".into(),
                locator: "Section 3".into(),
                coder: "registry".into(),
            };
            (*condition, judgement)
        })
        .collect();
    RealismReport { low: Some(0.25), mid: Some(0.375), high: Some(0.5), judged: 6, conditions }
}

fn finding(variant: usize, functional: Option<Functional>) -> FindingReport {
    let outcome = Outcome::all()[variant % 4];
    let decided = matches!(outcome, Outcome::Occurs | Outcome::Absent);
    FindingReport {
        outcome,
        reason: (!decided).then(|| "horizon".to_owned()),
        functional,
        against: None,
        statistic: "risk over first risk".into(),
        effect: decided.then_some(3.217_4),
        low: decided.then_some(3.1),
        high: decided.then_some(3.31),
        settled: decided,
        needs: (outcome == Outcome::Undecided).then_some(9000),
        unreachable: false,
        onset: (outcome == Outcome::Occurs).then_some(4),
        replicates: 512,
        notes: vec!["half-life 3 generations".into()],
    }
}

fn claim(study: &str, name: &str, variant: usize) -> ClaimReport {
    let outcomes = [Outcome::Occurs, Outcome::Absent, Outcome::Undecided];
    ClaimReport {
        id: format!("{study}/{name}"),
        study: study.into(),
        simulation: Some("chain".into()),
        definition: Definition::all()[(variant + 2) % 8],
        asserts: Asserts::Occurs,
        quantifier: Some(Quantifier::EveryN),
        functional: Functional::Mean,
        against: (Definition::all()[(variant + 2) % 8] == Definition::AnyRiskIncrease).then_some(Against::RealOnly),
        statement: "The expected test error grows in proportion to the generation.".into(),
        by: Author::Study,
        known: Knowledge::Read,
        locator: "Theorem 1".into(),
        fidelity: Fidelity::Exact,
        size: Some(Size::Own),
        test: Some("equals excess-risk at every: noise_variance * dimension / (samples - dimension - 1) * t, margin 0.05 (a|b)".into()),
        verdict: Verdict::Reproduced,
        fragile: [None, Some(false), Some(true)][variant % 3],
        reason: None,
        estimate: Some(1.123_456),
        low: Some(1.101),
        high: Some(1.145),
        error: [Some(0.0054), None][variant % 2],
        expected: Some(1.123_595_5),
        accepted: Some((1.067_4, 1.179_8)),
        generation: Some(50),
        cell: Some("samples=100".into()),
        estimate_all: Some(1.123_512),
        replicates: 2048,
        replicates_all: 32_768,
        needs: None,
        alpha: 5e-5,
        method: Some("statistics: exact for this model".into()),
        inference: Some("hall-t".into()),
        control: Some(ControlReport {
            kind: ControlKind::Negative,
            change: "regime = accumulate".into(),
            verdict: Verdict::Contradicted,
            fails: variant % 5 != 4,
            holds: false,
            reason: None,
            replicates: 512,
        }),
        definition_agrees: Some(true),
        both_true: None,
        published: Some(compared(variant, world(Outcome::Occurs))),
        worlds: [("realistic", variant + 1), ("contested", variant)]
            .map(|(id, place)| (id.to_owned(), Some(compared(variant, world(outcomes[place % 3])))))
            .into(),
        held: held(variant),
        conditions_simulated: Some(5 + (variant % 3) as u32),
        flips_under: Some(flips(variant)),
        part_of: None,
        conflicts: Vec::new(),
        because: None,
        repeat: Some(format!("collapse-audit simulate {study}/chain --arm as-published --cell samples=100 --replicate 0")),
        measure: Some(Measure { metric: Some(Metric::ExcessRisk), statistic: "mean", form: "value", relative_to: None }),
        level: Some(5e-5),
        open: Vec::new(),
    }
}

/// Everything that follows from studies and claims: counts, definitions, agreement, sensitivity, methods, curves, sources.
fn fill(audit: &mut Audit) {
    for study in &mut audit.studies {
        for claim in audit.claims.iter().filter(|claim| claim.study == study.id) {
            let counts = &mut study.claims;
            *match (claim.by == Author::Study && claim.known == Knowledge::Read, claim.verdict) {
                (false, _) => &mut counts.uncounted,
                (true, Verdict::Reproduced) => &mut counts.reproduced,
                (true, Verdict::Contradicted) => &mut counts.contradicted,
                (true, Verdict::Undecided) => &mut counts.undecided,
                (true, Verdict::Untested) => &mut counts.untested,
            } += 1;
        }
    }
    audit.head = crate::audit::head(&audit.studies, &audit.claims, &audit.worlds);
    let readings =
        |definition: &Definition| if definition.has_readings() { vec![Some(Against::RealOnly), Some(Against::First)] } else { vec![None] };
    let rows = Definition::all().iter().flat_map(|definition| readings(definition).into_iter().map(|against| (*definition, against)));
    let studies = audit.studies.len() as u32;
    audit.definitions = rows.map(|(definition, against)| definition_report(definition, against, studies)).collect();
    audit.answer = crate::audit::answer(&audit.definitions, &audit.head, &audit.worlds);
    audit.agreement = agreement(audit);
    audit.sensitivity = sensitivity(audit);
    for (key, value, reason) in
        [("alpha_total", 0.05, "the whole registry's budget"), ("margin_any_risk", 1.05, "five per cent | read DETECTORS")]
    {
        audit.criteria.push(CriterionReport { key: key.into(), value, reason: reason.into() });
    }
    for world in ["realistic", "contested"] {
        for condition in Condition::all() {
            let (change, reason) = (format!("change for {condition}"), "what practice does".into());
            audit.overlays.push(OverlayReport { world: world.into(), condition: *condition, change, reason, locator: "Section 3".into() });
        }
    }
    for claim in audit.claims.iter().filter(|claim| claim.control.is_some()) {
        audit.controls.insert(claim.id.clone(), ControlNumbers { estimate: 2.413, low: Some(2.38), high: Some(2.45) });
    }
    for claim in audit.claims.iter().filter(|claim| claim.simulation.is_some()) {
        for (place, arm) in ["as-published", "realistic", "contested"].iter().enumerate() {
            audit.curves.push(curve(&claim.id, arm, place as f64));
        }
    }
    for study in &audit.studies {
        let (id, text) = (study.id.clone(), format!("Author, A. (2023). {}.", study.title));
        let bibtex = format!("@article{{{id},\n  title = {{{}}},\n  year = {{2023}}\n}}", study.title);
        audit.bibliography.push(BibliographyEntry { id, text, bibtex });
    }
    audit.expected_false_exploratory = 1.536;
}

fn agreement(audit: &Audit) -> Vec<Agreement> {
    let Some(study) = audit.studies.first() else { return Vec::new() };
    let differing = vec![(study.id.clone(), Definition::TailLoss, "none".to_owned(), "implicit".to_owned())];
    let pair = |definition, kappa: Option<f64>, differing| Agreement {
        first: "position-paper".into(),
        second: "registry".into(),
        definition,
        studies: audit.studies.len() as u32,
        cells: 8,
        agreeing: 7,
        both: 2,
        neither: 5,
        raw: Some(0.875),
        positive: Some(0.8),
        negative: None,
        kappa,
        kappa_low: kappa.map(|value| value - 0.2),
        kappa_high: kappa.map(|value| value + 0.1),
        reason: kappa.is_none().then(|| "no-variation".to_owned()),
        differing,
    };
    vec![pair(None, Some(0.74), differing), pair(Some(Definition::TailLoss), None, Vec::new())]
}

fn sensitivity(audit: &Audit) -> Sensitivity {
    let scores = |value: f64| audit.studies.iter().map(|study| (study.id.clone(), study.realism.mid.map(|_| value))).collect();
    Sensitivity {
        presets: ["equal", "position-paper", "sceptic"]
            .iter()
            .zip([0.375, 0.3, 0.2])
            .map(|(name, value)| ((*name).to_owned(), scores(value)))
            .collect(),
        dirichlet: audit.studies.iter().map(|study| (study.id.clone(), study.realism.mid.map(|mid| (0.2, mid, 0.6)))).collect(),
        around: BTreeMap::new(),
        ranks: BTreeMap::new(),
        leave_one_out: BTreeMap::from([(Condition::Accumulate, scores(0.4)), (Condition::Horizon, scores(0.33))]),
        partly: audit.studies.iter().map(|study| (study.id.clone(), study.realism.mid.map(|_| (0.31, 0.44)))).collect(),
    }
}

fn curve(claim: &str, arm: &str, place: f64) -> Curve {
    let point = |generation: u32| {
        let middle = 1.0 + f64::from(generation) * (1.0 - 0.45 * place);
        let expected = place.abs().lt(&0.5).then_some(middle * 1.04);
        CurvePoint { generation, low: middle * 0.8, middle, high: middle * 1.3, statistic: middle * 1.05, expected }
    };
    let points = [1, 10, 12, 25, 50].map(point).into();
    Curve { claim: claim.into(), arm: arm.into(), cell: "samples=100".into(), metric: Metric::ExcessRisk, points }
}
