//! No setup that `check` accepts meets a chain that cannot take its steps: everything that can be combined is run, by both methods,
//! for three generations, and what is refused says why.

use super::catalogue::truths;
use super::families::examples;
use super::models::trial;
use super::*;
use crate::random::Seed;

/// Every kind of regime, with every kind of cut.
fn regimes() -> Vec<(&'static str, Regime)> {
    let fresh = |amount, earlier| Real::Fresh { amount, earlier };
    let share = Amount::Share { share: 0.25, exponent: 0.0 };
    let again = Regime { real: fresh(Amount::Count { count: 12 }, Earlier::Kept), real_inputs: Inputs::Reused, ..Regime::accumulate() };
    vec![
        ("replace", Regime::replace()),
        ("accumulate", Regime::accumulate()),
        ("subsample", Regime::accumulate_subsample()),
        ("with-replacement", Regime { budget: Budget::WithReplacement, ..Regime::accumulate() }),
        ("window", Regime::window(2)),
        ("memory", Regime::memory(3)),
        ("weighted", Regime { real_weight: 2.0, ..Regime::augment() }),
        ("weighted-subsample", Regime { real_weight: 2.0, ..Regime::accumulate_subsample() }),
        ("fraction", Regime { real: fresh(share, Earlier::Dropped), ..Regime::replace() }),
        ("again", again),
        ("balanced", Regime { budget: Budget::EqualParts, ..Regime::accumulate() }),
        ("incremental", Regime { synthetic: Synthetic::Overwrite { share: 0.5 }, ..Regime::replace() }),
        ("real-only", Regime { synthetic: Synthetic::None, ..Regime::augment() }),
    ]
}

/// Every kind of curation, for a truth with ten categories or with two classes.
fn curations() -> Vec<(&'static str, Vec<Curation>)> {
    let verifier = |tail, reference| Curation::Verifier { true_accept: 0.9, false_accept: 0.4, tail, reference };
    let displace = |from| vec![Curation::Displace { distance: 0.5, from }];
    let edit = |mask| vec![Curation::Edit { share: 0.5, mask }];
    let best_of = |reward| vec![Curation::BestOf { candidates: 3, reward }];
    let groups = vec![(0..3).collect(), (3..10).collect()];
    let judged = verifier(TailView::Judged, Reference::MostLikely);
    vec![
        ("plain", Vec::new()),
        ("verified", vec![judged.clone()]),
        ("blind", vec![verifier(TailView::Blind, Reference::MostLikely)]),
        ("own-label", vec![verifier(TailView::Judged, Reference::Own)]),
        ("corrected", vec![Curation::Correct { strength: 0.5 }]),
        ("verified-corrected", vec![judged.clone(), Curation::Correct { strength: 0.5 }]),
        ("levels", best_of(Reward::Levels { values: vec![0.0, 1.0] })),
        ("three-levels", best_of(Reward::Levels { values: vec![0.0, 1.0, 2.0] })),
        ("linear", best_of(Reward::Linear { slope: 1.0 })),
        ("beside-fit", displace(Origin::Fit)),
        ("beside-truth", displace(Origin::Truth)),
        ("edit-fresh", edit(Mask::Fresh)),
        ("edit-disjoint", edit(Mask::Disjoint)),
        ("verified-edit", vec![judged, Curation::Edit { share: 0.5, mask: Mask::Fresh }]),
        ("detector", vec![Curation::DetectorWeighted { hits: 0.8, false_alarms: 0.1, weight: 0.5 }]),
        ("quota", vec![Curation::Quota { groups: groups.clone(), extra: None }]),
        ("quota-extra", vec![Curation::Quota { groups, extra: Some(1.0) }]),
    ]
}

/// Every setup that can be put together from a model and a truth that fit, with a name.
fn setups() -> Vec<(String, Setup)> {
    let labels = |inputs| Synthesis::Labels { inputs, choice: LabelChoice::Sampled };
    let synthesises = [("examples", Synthesis::Examples), ("fresh", labels(Inputs::Fresh)), ("reused", labels(Inputs::Reused))];
    let mut setups = Vec::new();
    for (model_name, model) in examples() {
        for (truth_name, truth) in truths() {
            let metrics: Vec<Metric> = defined(&truth, &model).into_iter().take(2).collect();
            if metrics.is_empty() {
                continue;
            }
            for (synthesis_name, synthesis) in &synthesises {
                for (regime_name, regime) in regimes() {
                    for (curation_name, curation) in curations() {
                        let base = trial::setup(truth.clone(), model.clone(), regime.clone(), 12, 3);
                        let setup = Setup { synthesis: *synthesis, curation, metrics: metrics.clone(), ..base };
                        setups.push((format!("{model_name} {truth_name} {synthesis_name} {regime_name} {curation_name}"), setup));
                    }
                }
            }
        }
    }
    setups
}

/// A short run of what is accepted; of what is refused every reason.
fn outcome(name: &str, setup: &Setup) -> Result<(MethodChoice, Trajectory), Vec<Refusal>> {
    let simulator = Simulator::prepare(setup)?;
    Ok((simulator.method().clone(), simulator.run(&Streams::of_run(Seed(3), "steps", name, "", 0))))
}

fn assert_reasons(name: &str, refusals: &[Refusal]) {
    assert!(!refusals.is_empty(), "{name}: refused without a reason");
    for refusal in refusals {
        assert!(EXPLAINED.iter().any(|(code, _)| *code == refusal.code), "{name}: {refusal}");
        assert!(!refusal.found.is_empty() && !refusal.remedy.is_empty(), "{name}: {refusal:?}");
    }
}

#[test]
fn every_combination_takes_its_steps_or_says_what_it_lacks() {
    let (mut run, mut refused) = (0, 0);
    for (name, setup) in setups() {
        let [statistics, samples] = [Method::Statistics, Method::Samples].map(|method| outcome(&name, &Setup { method, ..setup.clone() }));
        let auto = check(&setup);
        for (by, outcome) in [(Method::Statistics, &statistics), (Method::Samples, &samples)] {
            match outcome {
                Ok((choice, trajectory)) => {
                    run += 1;
                    assert_eq!(choice.method, by, "{name}");
                    assert!(trajectory.ending() == Ending::Completed || trajectory.ending().generation().is_some(), "{name}");
                }
                Err(refusals) => {
                    refused += 1;
                    assert_reasons(&name, refusals);
                }
            }
        }
        // What `auto` says against a shortcut is what refuses one that is asked for.
        match (auto, &statistics) {
            (Ok(choice), Ok(_)) => assert_eq!(choice.method, Method::Statistics, "{name}"),
            (Ok(choice), Err(refusals)) => {
                assert_eq!((choice.method, refusals[0].code), (Method::Samples, "no-shortcut"), "{name}");
                let against = refusals[0].found.strip_prefix("statistics, but ").expect("a reason");
                assert_eq!(choice.reason, format!("every example is drawn: {against}"), "{name}");
            }
            (Err(refusals), Ok(_)) => panic!("{name}: runs although {refusals:?}"),
            (Err(_), Err(_)) => assert!(samples.is_err(), "{name}"),
        }
    }
    assert!(run > 1000 && refused > 1000, "{run} run, {refused} refused");
}
