//! What runs, what falls back to samples and what is refused, for everything that can be combined; and the numbers
//! that the sampler crates give for one seed, on which every committed number hangs.

use super::catalogue::truths;
use super::families::examples;
use super::models::{trial, urn};
use super::*;
use crate::random::Seed;
use rand_distr::{Binomial, ChiSquared, Distribution, Exp1, Gamma, Poisson, StandardNormal};
use std::fmt::Write;

fn regimes() -> Vec<(&'static str, Regime)> {
    let fresh = Real::Fresh { amount: Amount::Share { share: 0.25, exponent: 0.0 }, earlier: Earlier::Dropped };
    vec![
        ("replace", Regime::replace()),
        ("accumulate", Regime::accumulate()),
        ("accumulate-subsample", Regime::accumulate_subsample()),
        ("window", Regime::window(2)),
        ("memory", Regime::memory(3)),
        ("augment", Regime::augment()),
        ("weighted", Regime { real_weight: 2.0, ..Regime::augment() }),
        ("fixed-real-fraction", Regime { real: fresh, ..Regime::replace() }),
        ("balanced", Regime { budget: Budget::EqualParts, ..Regime::accumulate() }),
        ("incremental", Regime { synthetic: Synthetic::Overwrite { share: 0.5 }, ..Regime::replace() }),
    ]
}

/// How a setup ends by one method: how it is computed, then the ending; or the codes of its refusals.
fn outcome(setup: &Setup, method: Method) -> String {
    let setup = Setup { method, ..setup.clone() };
    let simulator = match Simulator::prepare(&setup) {
        Ok(simulator) => simulator,
        Err(refusals) => {
            return format!("refused ({})", refusals.iter().map(|r| r.code).collect::<Vec<_>>().join(", "));
        }
    };
    let run = simulator.run(&Streams::of_run(Seed(3), "contract", "", "", 0));
    let how = match simulator.method().method {
        Method::Statistics => "statistics",
        Method::Samples => "samples",
        Method::Auto => "auto",
    };
    let values = setup.metrics.iter().filter(|m| run.value(**m, run.ending().generation().unwrap_or(setup.generations + 1) - 1).is_some());
    format!("{how} {:?} {}/{} metrics", run.ending(), values.count(), setup.metrics.len())
}

/// One line for every pair that fits and every regime; methods with the same outcome share it.
fn table(labels: fn(&Truth) -> bool) -> String {
    let mut out = String::new();
    for (model_name, model) in examples() {
        for (truth_name, truth) in truths() {
            if !labels(&truth) {
                continue;
            }
            let synthesis = match matches!(truth.kind(), Kind::Responses | Kind::Labels | Kind::Replies) && model.family().labels() {
                true => Synthesis::Labels { inputs: Inputs::Reused, choice: LabelChoice::Sampled },
                false => Synthesis::Examples,
            };
            let metrics = defined(&truth, &model);
            let base = Setup { synthesis, metrics, ..trial::setup(truth, model.clone(), Regime::replace(), 12, 5) };
            if let Err(refusals) = check(&Setup { metrics: Vec::new(), ..base.clone() }) {
                let codes: Vec<_> = refusals.iter().map(|r| r.code).collect();
                let _ = writeln!(out, "{model_name} on {truth_name}: refused ({})", codes.join(", "));
                continue;
            }
            for (regime_name, regime) in regimes() {
                let setup = Setup {
                    regime,
                    metrics: base.metrics.iter().copied().filter(|m| !matches!(m, Metric::Hit | Metric::HittingTime)).collect(),
                    ..base.clone()
                };
                let [auto, statistics, samples] = [Method::Auto, Method::Statistics, Method::Samples].map(|method| outcome(&setup, method));
                let _ =
                    writeln!(out, "{model_name} on {truth_name}, {regime_name}: {auto} | statistics: {statistics} | samples: {samples}");
            }
        }
    }
    out
}

#[test]
fn every_combination_runs_falls_back_or_is_refused_as_written() {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("contract_points", table(|truth| !matches!(truth, Truth::LinearRegression { .. } | Truth::LabelledMixture { .. } | Truth::Tabular { .. })));
        insta::assert_snapshot!("contract_labels", table(|truth| matches!(truth, Truth::LinearRegression { .. } | Truth::LabelledMixture { .. } | Truth::Tabular { .. })));
    });
}

/// Two numbers of one law, to the last bit.
fn draws<T: Into<f64> + Copy>(name: &str, law: &impl Distribution<T>) -> String {
    let mut rng = trial::seeded(1);
    let drawn: Vec<String> = (0..3).map(|_| law.sample(&mut rng).into()).map(|x| format!("{x:?}")).collect();
    format!("{name}: {}\n", drawn.join(" "))
}

#[test]
fn sampler_crates_give_the_numbers_they_gave() {
    let mut out = String::new();
    out += &draws::<f64>("normal", &StandardNormal);
    out += &draws::<f64>("exponential", &Exp1);
    for freedom in [0.5, 1.0, 9.0, 999.0] {
        out += &draws(&format!("chi-square {freedom}"), &ChiSquared::new(freedom).expect("a law"));
    }
    out += &draws("gamma 2.5 x 3", &Gamma::new(2.5, 3.0).expect("a law"));
    for rate in [0.7, 9.0, 50.0] {
        out += &draws(&format!("Poisson {rate}"), &Poisson::new(rate).expect("a law"));
    }
    let count = |law: &dyn Fn(&mut crate::random::Rng) -> u64| {
        let mut rng = trial::seeded(1);
        (0..3).map(|_| law(&mut rng).to_string()).collect::<Vec<_>>().join(" ")
    };
    for (n, p) in [(5, 0.3), (40, 0.5), (1000, 0.01), (1_000_000, 0.4)] {
        let law = Binomial::new(n, p).expect("a law");
        let _ = writeln!(out, "binomial {n} {p}: {}", count(&|rng| law.sample(rng)));
    }
    for (total, marked, drawn) in [(20, 5, 10), (1000, 400, 300)] {
        let _ = writeln!(out, "hypergeometric {total} {marked} {drawn}: {}", count(&|rng| urn::hypergeometric(total, marked, drawn, rng)));
    }
    let mut counts = vec![0.0; 5];
    for n in [4, 1000] {
        urn::Urn::default().multinomial(&[0.4, 0.3, 0.2, 0.1, 0.0], n, &mut trial::seeded(1), &mut counts);
        let _ = writeln!(out, "multinomial {n}: {counts:?}");
        counts.fill(0.0);
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("samplers", out);
    });
}
