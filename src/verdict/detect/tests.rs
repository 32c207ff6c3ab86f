//! Detectors on whole planted runs: what a simulation that does what is said of it must be found to do.

use crate::plan::planted::{self, PlantedCell};
use crate::plan::{Arm, Runs};
use crate::random::Rng;
use crate::sim::{Ending, Estimate, Model};
use crate::taxonomy::{Against, Definition, Functional, Meaning, Metric};
use crate::verdict::{Finding, Outcome, Profile, profile};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

const RISK: Metric = Metric::ExcessRisk;
const TIMES: [u32; 6] = [1, 2, 4, 8, 10, 16];

fn normal(rng: &mut Rng) -> f64 {
    StandardNormal.sample(rng)
}

fn columns(n: usize, metric: Metric, rng: &mut Rng, row: impl Fn(&mut Rng) -> Vec<f64>) -> Vec<(Metric, u32, Vec<f64>)> {
    let mut columns: Vec<_> = TIMES.iter().map(|t| (metric, *t, Vec::with_capacity(n))).collect();
    for _ in 0..n {
        columns.iter_mut().zip(row(rng)).for_each(|(column, value)| column.2.push(value));
    }
    columns
}

/// Squares of a random walk in `d` dimensions whose mean at generation t is `level(t)`.
fn risks(n: usize, d: u32, rng: &mut Rng, level: fn(f64) -> f64) -> Vec<(Metric, u32, Vec<f64>)> {
    columns(n, RISK, rng, |rng| {
        let mut risks = [0.0; 6];
        for _ in 0..d {
            let (mut place, mut variance) = (0.0, 0.0);
            for (risk, t) in risks.iter_mut().zip(TIMES) {
                let now = level(f64::from(t));
                place += (now - variance).max(0.0).sqrt() * normal(rng);
                variance = now;
                *risk += place * place / f64::from(d);
            }
        }
        risks.to_vec()
    })
}

/// Log variances of a random walk whose mean at generation t is `level(t)`.
fn spreads(n: usize, rng: &mut Rng, level: fn(f64) -> f64) -> Vec<(Metric, u32, Vec<f64>)> {
    columns(n, Metric::LogVariance, rng, |rng| {
        let mut noise = 0.0;
        let step = |t: u32| {
            noise += 0.1 * normal(rng);
            level(f64::from(t)) + noise
        };
        TIMES.map(step).to_vec()
    })
}

fn audited(arm: Vec<PlantedCell>, twin: Vec<PlantedCell>) -> Profile {
    profile(&both(arm, twin), &Arm::AsPublished, &planted::criteria(), 1e-3)
}

fn both(arm: Vec<PlantedCell>, twin: Vec<PlantedCell>) -> Runs {
    planted::runs(vec![(Arm::AsPublished, arm), (Arm::RealOnly(Box::new(Arm::AsPublished)), twin)])
}

fn of(profile: &Profile, definition: Definition) -> &Finding {
    profile.finding(Meaning::new(definition, Functional::Mean)).expect("a profile has no hole")
}

/// A cell whose risk of ignoring the data is five times that of the first model.
fn cell(columns: Vec<(Metric, u32, Vec<f64>)>) -> PlantedCell {
    let cell = PlantedCell::new("", 16, Some(RISK), columns);
    PlantedCell { frame: crate::registry::RiskFrame { null_risk: Some(5.0), ..cell.frame }, ..cell }
}

fn outcomes(profile: &Profile) -> [Outcome; 4] {
    [Definition::CatastrophicRisk, Definition::AnyRiskIncrease, Definition::DivergingRisk, Definition::VarianceCollapse]
        .map(|definition| of(profile, definition).outcome)
}

fn run(n: usize, seed: u64, level: fn(f64) -> f64, spread: fn(f64) -> f64) -> Profile {
    let mut rng = Rng::seed_from_u64(seed);
    let mut arm = risks(n, 20, &mut rng, level);
    arm.extend(spreads(n, &mut rng, spread));
    let mut twin = risks(n, 20, &mut rng, |_| 1.0);
    twin.extend(spreads(n, &mut rng, |_| 0.0));
    audited(vec![cell(arm)], vec![cell(twin)])
}

#[test]
fn replacement_is_catastrophic_diverging_and_collapsing() {
    let found = run(1024, 1, |t| t, |t| -0.5 * t);
    assert_eq!(outcomes(&found), [Outcome::Occurs; 4], "{found:#?}");
    assert_eq!(of(&found, Definition::AnyRiskIncrease).onset, Some(2));
    for absent in [Definition::ScalingLawChange, Definition::ModeEntanglement, Definition::TailLoss, Definition::Hallucination] {
        let finding = of(&found, absent);
        assert_eq!(finding.outcome, Outcome::NotApplicable, "{absent}: {finding:?}");
        assert!(finding.is_final());
    }
}

#[test]
fn accumulation_raises_the_risk_once_and_settles() {
    // Sum of 1/i^2, Gerstgrasser et al. (2024), and a spread that stays near 0.9.
    let level = |t: f64| (1..=t as u32).map(|i| 1.0 / f64::from(i * i)).sum();
    let found = run(2048, 2, level, |t| -0.1 + 0.1 / t);
    assert_eq!(outcomes(&found), [Outcome::Absent, Outcome::Occurs, Outcome::Absent, Outcome::Absent], "{found:#?}");
}

#[test]
fn logarithmic_growth_diverges_without_catastrophe() {
    let found = run(8192, 3, |t| 1.0 + t.ln(), |_| 0.0);
    assert_eq!(outcomes(&found)[..3], [Outcome::Absent, Outcome::Occurs, Outcome::Occurs], "{found:#?}");
}

#[test]
fn a_run_no_worse_than_its_twin_is_positively_cleared() {
    let found = run(8192, 4, |_| 1.0, |_| 0.0);
    assert_eq!(outcomes(&found), [Outcome::Absent; 4], "{found:#?}");
}

fn increase(profile: &Profile, functional: Functional, against: Against) -> &Finding {
    profile.finding(Meaning { definition: Definition::AnyRiskIncrease, functional, against }).expect("a profile has no hole")
}

#[test]
fn a_risk_that_falls_below_the_first_models_may_still_exceed_that_of_real_data_alone() {
    // Growing accumulation: a third of the first model's risk, five times the twin's.
    let mut rng = Rng::seed_from_u64(13);
    let falling = columns(1024, RISK, &mut rng, |rng| {
        TIMES.iter().map(|t| if *t == 1 { 3.0 } else { 1.0 } * (1.0 + 0.2 * normal(rng)).abs()).collect()
    });
    let low = columns(1024, RISK, &mut rng, |rng| vec![0.2 * (1.0 + 0.2 * normal(rng)).abs(); 6]);
    let found = audited(vec![PlantedCell::new("", 16, Some(RISK), falling)], vec![PlantedCell::new("", 16, Some(RISK), low)]);
    for functional in [Functional::Mean, Functional::Typical] {
        let (twin, first) = (increase(&found, functional, Against::RealOnly), increase(&found, functional, Against::First));
        assert_eq!((twin.outcome, first.outcome), (Outcome::Occurs, Outcome::Absent), "{twin:?}, {first:?}");
        assert_eq!((twin.against, first.against), (Some(Against::RealOnly), Some(Against::First)));
    }
}

#[test]
fn a_run_without_synthetic_data_is_its_own_twin_and_positively_so() {
    // Four replicates and heavy tails: no test is asked.
    let mut rng = Rng::seed_from_u64(14);
    let data = columns(4, RISK, &mut rng, |rng| vec![(3.0 * normal(rng)).exp(); 6]);
    let cell = || vec![PlantedCell::new("", 16, Some(RISK), data.clone())];
    let mut runs = both(cell(), cell());
    let own = |runs: &Runs| {
        let found = profile(runs, &Arm::AsPublished, &planted::criteria(), 1e-3);
        increase(&found, Functional::Mean, Against::RealOnly).clone()
    };
    assert_eq!(own(&runs).outcome, Outcome::Undecided, "equal numbers alone prove nothing");
    let regime = &mut runs.arms.get_mut(&Arm::AsPublished).unwrap().plan.cells[0].setup.regime;
    regime.real =
        crate::sim::Real::Fresh { amount: crate::sim::Amount::Share { share: 1.0, exponent: 0.0 }, earlier: crate::sim::Earlier::Dropped };
    let found = own(&runs);
    assert_eq!((found.outcome, found.replicates), (Outcome::Absent, 0), "{found:?}");
    assert!((found.effect.unwrap() + 0.05).abs() < 1e-12 && found.low == found.high);
}

#[test]
fn a_risk_of_zero_in_every_run_is_no_increase_and_has_settled() {
    let mut rng = Rng::seed_from_u64(8);
    let mut zero = || {
        let mut columns = risks(512, 20, &mut rng, |_| 1.0);
        columns.iter_mut().filter(|(_, t, _)| *t >= 8).for_each(|(_, _, column)| column.fill(0.0));
        cell(columns)
    };
    let found = audited(vec![zero()], vec![zero()]);
    for definition in [Definition::CatastrophicRisk, Definition::AnyRiskIncrease, Definition::DivergingRisk] {
        let typical = found.finding(Meaning::new(definition, Functional::Typical)).unwrap();
        assert_eq!(typical.outcome, Outcome::Absent, "{definition}: {typical:?}");
        // Equal draws are no certainty of a mean.
        assert_ne!(of(&found, definition).outcome, Outcome::Occurs);
    }
}

fn diversity(absorbed: f64, n: usize) -> PlantedCell {
    let mut rng = Rng::seed_from_u64(5);
    let columns = columns(n, Metric::Heterozygosity, &mut rng, |rng| {
        let gone = crate::numeric::normal_quantile(absorbed) > normal(rng);
        TIMES.iter().map(|t| if gone && *t >= 8 { 0.0 } else { 0.8 + 0.01 * normal(rng) }).collect()
    });
    PlantedCell::new("", 16, None, columns)
}

#[test]
fn absorbed_categories_are_collapsed_and_a_rare_absorption_is_not() {
    let found = audited(vec![diversity(0.8, 512)], vec![diversity(0.001, 512)]);
    let collapse = of(&found, Definition::VarianceCollapse);
    assert_eq!(collapse.outcome, Outcome::Occurs, "{collapse:?}");
    assert!(collapse.statistic.contains("hundredth"));
    for (share, expected) in [(0.001, (Outcome::Absent, None)), (0.2, (Outcome::Undecided, Some("in-some-runs")))] {
        let found = audited(vec![diversity(share, 512)], vec![diversity(0.001, 512)]);
        let spared = of(&found, Definition::VarianceCollapse);
        assert_eq!((spared.outcome, spared.reason.as_deref()), expected, "{share}: {spared:?}");
    }
}

#[test]
fn runs_that_end_early_leave_the_mean_undecided() {
    let mut rng = Rng::seed_from_u64(6);
    let mut arm = risks(512, 20, &mut rng, |t| t);
    for (_, t, column) in &mut arm {
        column.iter_mut().take(if *t >= 4 { 50 } else { 0 }).for_each(|value| *value = f64::NAN);
    }
    let mut cell = PlantedCell::new("", 16, Some(RISK), arm);
    cell.endings = (0..50).map(|k| (k, Ending::TooFewSamples { generation: 3 })).collect();
    let twin = PlantedCell::new("", 16, Some(RISK), risks(512, 20, &mut rng, |_| 1.0));
    let found = audited(vec![cell], vec![twin]);
    let mean = of(&found, Definition::DivergingRisk);
    assert_eq!((mean.outcome, mean.reason.as_deref()), (Outcome::Undecided, Some("ended")));
    let typical = found.finding(Meaning::new(Definition::AnyRiskIncrease, Functional::Typical)).unwrap();
    assert_eq!(typical.outcome, Outcome::Occurs, "{typical:?}");
}

#[test]
fn a_bounded_or_short_run_says_so_for_good() {
    let mut rng = Rng::seed_from_u64(7);
    let mut bounded = PlantedCell::new("", 16, Some(RISK), risks(256, 20, &mut rng, |t| t));
    bounded.frame.ceiling = Some(100.0);
    bounded.frame.null_risk = Some(50.0);
    let mut short = bounded.clone();
    short.frame = crate::registry::RiskFrame { ceiling: None, time_scale: 1e6, ..bounded.frame };
    let twin = PlantedCell::new("", 16, Some(RISK), risks(256, 20, &mut rng, |_| 1.0));
    let found = audited(vec![bounded], vec![twin.clone()]);
    let diverging = of(&found, Definition::DivergingRisk);
    assert_eq!((diverging.outcome, diverging.reason.as_deref()), (Outcome::NotApplicable, Some("bounded-by-construction")));
    let found = audited(vec![short], vec![twin]);
    let diverging = of(&found, Definition::DivergingRisk);
    assert_eq!((diverging.outcome, diverging.reason.as_deref()), (Outcome::Undecided, Some("transient")));
    assert!(diverging.is_final());
}

fn grid(exponent: f64, seed: u64) -> Vec<PlantedCell> {
    let mut rng = Rng::seed_from_u64(seed);
    let sizes = [50.0_f64, 100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0];
    sizes
        .iter()
        .map(|n| {
            let columns = columns(1024, RISK, &mut rng, |rng| vec![(exponent * n.ln() + 0.45 * normal(rng)).exp(); 6]);
            PlantedCell::new(&format!("samples={n}"), 16, Some(RISK), columns)
        })
        .collect()
}

#[test]
fn a_scaling_law_changes_by_its_exponent_and_not_by_a_factor() {
    let found = audited(grid(-0.5, 8), grid(-1.0, 9));
    assert_eq!(of(&found, Definition::ScalingLawChange).outcome, Outcome::Occurs);
    let found = audited(grid(-1.0, 10), grid(-1.0, 11));
    let finding = of(&found, Definition::ScalingLawChange);
    assert_eq!(finding.outcome, Outcome::Absent, "{finding:?}");
    let few = audited(grid(-1.0, 10)[..4].to_vec(), grid(-1.0, 11)[..4].to_vec());
    assert_eq!(of(&few, Definition::ScalingLawChange).outcome, Outcome::NotApplicable);
}

#[test]
fn cells_that_are_decided_differently_stay_so_whatever_is_drawn() {
    let mut rng = Rng::seed_from_u64(12);
    let of_law = |rng: &mut Rng, name: &str, level| PlantedCell::new(name, 16, Some(RISK), risks(1024, 20, rng, level));
    let arm = vec![of_law(&mut rng, "samples=1", |t| t), of_law(&mut rng, "samples=2", |_| 1.0)];
    let twin = vec![of_law(&mut rng, "samples=1", |_| 1.0), of_law(&mut rng, "samples=2", |_| 1.0)];
    let found = audited(arm, twin);
    let finding = of(&found, Definition::DivergingRisk);
    assert_eq!((finding.outcome, finding.reason.as_deref()), (Outcome::Undecided, Some("cells-differ")), "{finding:?}");
    assert!(finding.is_final());
}

#[test]
fn useless_is_measured_by_the_risk_of_ignoring_the_data() {
    // Null risk 5; levels of the first and tenth model.
    let found = |first: f64, tenth: f64, null: Option<f64>| {
        let mut rng = Rng::seed_from_u64(15);
        let at = |t: u32| if t == 1 { first } else { tenth };
        let arm = columns(1024, RISK, &mut rng, |rng| TIMES.iter().map(|t| at(*t) * (0.1 * normal(rng)).exp()).collect());
        let twin = columns(1024, RISK, &mut rng, |rng| vec![0.1 * (0.1 * normal(rng)).exp(); 6]);
        let mut arm = cell(arm);
        arm.frame.null_risk = null;
        audited(vec![arm], vec![cell(twin)])
    };
    let said = |found: &Profile, functional| {
        let finding = found.finding(Meaning::new(Definition::CatastrophicRisk, functional)).unwrap();
        (finding.outcome, finding.reason.clone())
    };
    let not = |reason: &str| (Outcome::NotApplicable, Some(reason.to_owned()));
    for functional in [Functional::Mean, Functional::Typical] {
        for (first, tenth, null, expected) in [
            (0.01, 0.1, Some(5.0), (Outcome::Absent, None)),
            (0.3, 3.0, Some(5.0), (Outcome::Occurs, None)),
            (0.9, 3.0, Some(5.0), (Outcome::Absent, None)),
            (2.0, 6.0, Some(5.0), (Outcome::Occurs, None)),
            (6.0, 60.0, Some(5.0), not("no-better-than-ignoring-at-first")),
            (0.01, 0.1, None, not("no-null-risk")),
        ] {
            assert_eq!(said(&found(first, tenth, null), functional), expected, "{first}, {tenth}, {null:?}, {functional}");
        }
    }
}

#[test]
fn a_settled_risk_prints_the_contrast_that_settled_it() {
    // Rises of 0.5, then 0.2 of the half level: beyond the margin, and 0.2 / 0.5 of the doubling before.
    let found = run(4096, 16, |t| 1.0 + (t.min(8.0) - 1.0) / 7.0 + (t > 8.0) as u32 as f64 * 0.3, |_| 0.0);
    let finding = of(&found, Definition::DivergingRisk);
    assert_eq!(finding.outcome, Outcome::Absent, "{finding:?}");
    assert!(finding.statistic.contains("minus 0.71") && finding.high.unwrap() < 0.0, "{finding:?}");
}

#[test]
fn one_infinite_run_decides_no_typical_run() {
    let mut rng = Rng::seed_from_u64(17);
    let mut arm = risks(2048, 20, &mut rng, |_| 1.0);
    arm.iter_mut().filter(|(_, t, _)| *t == 16).for_each(|(_, _, column)| column[0] = f64::INFINITY);
    let found = audited(vec![cell(arm)], vec![cell(risks(2048, 20, &mut rng, |_| 1.0))]);
    let typical = found.finding(Meaning::new(Definition::DivergingRisk, Functional::Typical)).unwrap();
    assert_eq!((typical.outcome, typical.reason.as_deref()), (Outcome::Undecided, Some("infinite")), "{typical:?}");
    assert_eq!(of(&found, Definition::DivergingRisk).outcome, Outcome::Occurs, "one run proves it of the mean");
}

#[test]
fn a_model_that_takes_its_spread_as_known_says_nothing_of_its_collapse() {
    let mut rng = Rng::seed_from_u64(21);
    let constant = columns(256, Metric::LogVariance, &mut rng, |_| vec![0.0; 6]);
    let cell = || PlantedCell::new("", 16, None, constant.clone());
    let meaning = Meaning::new(Definition::VarianceCollapse, Functional::Mean);
    let found = |estimate| {
        let mut runs = both(vec![cell()], vec![cell()]);
        let arm = runs.arms.get_mut(&Arm::AsPublished).expect("planted");
        arm.plan.cells[0].setup.model = Model::Gaussian { estimate };
        profile(&runs, &Arm::AsPublished, &planted::criteria(), 1e-3).finding(meaning).expect("a profile has no hole").clone()
    };
    let (known, learned) = (found(Estimate::Mean), found(Estimate::Both));
    assert_eq!((known.outcome, known.reason.as_deref()), (Outcome::NotApplicable, Some("spread-not-learned")));
    // Equal draws of a spread that could move decide nothing.
    assert_eq!(learned.outcome, Outcome::Undecided);
}

#[test]
fn a_mass_outside_whose_expectation_is_known_needs_no_replicates() {
    // One run in a thousand ends at a category of the hallucination set: a thousand replicates cannot tell the mean from one per cent.
    let mut rng = Rng::seed_from_u64(17);
    let rare = |rng: &mut Rng| columns(256, Metric::MassOutside, rng, |rng| vec![if normal(rng) > 3.09 { 1.0 } else { 0.0 }; 6]);
    let (arm, twin) = (rare(&mut rng), rare(&mut rng));
    let planted = |columns: &[(Metric, u32, Vec<f64>)], expected: Option<f64>| {
        let mut cell = PlantedCell::new("", 16, None, columns.to_vec());
        cell.expectations.extend(expected.map(|expected| ((Metric::MassOutside, 16), expected)));
        cell
    };
    let found = |here, there| {
        let profile = audited(vec![planted(&arm, here)], vec![planted(&twin, there)]);
        let finding = of(&profile, Definition::Hallucination);
        (finding.outcome, finding.replicates)
    };
    assert_eq!(found(None, None).0, Outcome::Undecided);
    assert_eq!(found(Some(0.001), None).0, Outcome::Undecided);
    assert_eq!(found(Some(0.001), Some(0.001)), (Outcome::Absent, 0));
    assert_eq!(found(Some(0.02), Some(0.001)), (Outcome::Occurs, 0));
}
