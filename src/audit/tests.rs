//! The room as a whole on hand-made registries and decisions.

use super::fixture::{answer, asked, claim, coding, decided, decision, found, frame, registry, study};
use super::{Audit, Moved, Verdict, WorldReport, audit, counterfactual};
use crate::plan::Pair;
use crate::registry::{Asserts, Proof, Registry};
use crate::sim::Regime;
use crate::taxonomy::RealismLevel::{Met, Partly, Unclear, Unmet};
use crate::taxonomy::{Author, Basis, Condition, Definition, Fidelity, Knowledge, Word};
use crate::verdict::Outcome::{Absent, NotApplicable, Occurs, Undecided};
use crate::verdict::{Decided, Reply, TestOutcome};

const LEVELS: [crate::taxonomy::RealismLevel; 8] = [Unmet, Unmet, Partly, Met, Unclear, Unmet, Met, Met];

fn small() -> (Registry, Vec<Decided>) {
    let registry = registry(
        vec![
            study("a-2024-replace", Fidelity::Exact, Regime::replace(), &LEVELS),
            study("b-2024-accumulate", Fidelity::Scaled, Regime::accumulate(), &[Met, Met, Met]),
        ],
        vec![claim("a-2024-replace", "linear"), claim("b-2024-accumulate", "bounded")],
    );
    let decided = vec![
        decided("b-2024-accumulate", "bounded", TestOutcome::Fails, [Absent, Absent, Undecided]),
        decided("a-2024-replace", "linear", TestOutcome::Holds, [Occurs, Absent, Occurs]),
    ];
    (registry, decided)
}

#[test]
fn a_small_audit_reads_as_follows() {
    let (registry, decided) = small();
    let audit = audit(&registry, &decided, &frame());
    let json = serde_json::to_value(&audit).unwrap();
    insta::assert_json_snapshot!("small_audit_study", json["studies"][0]);
    insta::assert_json_snapshot!("small_audit_claims", json["claims"]);
    insta::assert_json_snapshot!("small_audit_definition", json["definitions"][3]);
    insta::assert_json_snapshot!("small_audit_bibliography", json["bibliography"][0]);
}

#[test]
fn an_audit_is_the_same_in_any_order_of_its_input_and_survives_json() {
    let (registry, decided) = small();
    let there = audit(&registry, &decided, &frame());
    let back = audit(&registry, &decided.iter().rev().cloned().collect::<Vec<_>>(), &frame());
    assert_eq!(there, back);
    let text = serde_json::to_string(&there).unwrap();
    // What only tables hold does not come back: the statistics and notes of findings, arms of single conditions, compositions, curves.
    let read: Audit = serde_json::from_str(&text).unwrap();
    let written = |audit: &Audit| {
        audit.claims.iter().map(|claim| crate::audit::ClaimReport { measure: None, level: None, ..claim.clone() }).collect::<Vec<_>>()
    };
    assert_eq!((&read.head, &read.claims, &read.definitions), (&there.head, &written(&there), &there.definitions));
    assert_eq!(serde_json::to_string(&read).unwrap(), text, "numbers and nulls read back the same");
}

#[test]
fn adding_a_study_changes_no_row_of_another() {
    let (mut larger, mut results) = small();
    let before = audit(&larger, &results, &frame());
    let extra = study("c-2025-other", Fidelity::Analogue, Regime::augment(), &[Met; 8]);
    larger.studies.insert(extra.id.clone(), extra);
    let asked = claim("c-2025-other", "more");
    larger.claims.insert(asked.id.clone(), asked);
    results.push(decided("c-2025-other", "more", TestOutcome::Fails, [Absent; 3]));
    let after = audit(&larger, &results, &frame());
    for row in &before.studies {
        assert!(after.studies.contains(row), "{}", row.id);
    }
    for row in &before.claims {
        assert!(after.claims.contains(row), "{}", row.id);
    }
    assert_eq!(before.sensitivity.dirichlet["a-2024-replace"], after.sensitivity.dirichlet["a-2024-replace"]);
    assert_eq!((before.claims.len(), after.claims.len()), (2, 3));
}

#[test]
fn only_what_the_study_says_and_we_have_read_is_counted() {
    let (mut registry, decided) = small();
    let id = registry.claims.keys().next().unwrap().clone();
    assert_eq!(audit(&registry, &decided, &frame()).studies[0].claims.reproduced, 1);
    for (by, known) in [(Author::Registry, Knowledge::Derived), (Author::Study, Knowledge::Memory), (Author::Study, Knowledge::SecondHand)]
    {
        let asked = registry.claims.get_mut(&id).unwrap();
        (asked.by, asked.known) = (by, known);
        let counts = audit(&registry, &decided, &frame()).studies[0].claims;
        assert_eq!((counts.reproduced, counts.uncounted), (0, 1));
    }
}

#[test]
fn drafts_are_left_out_and_claims_without_a_run_are_undecided() {
    let (mut registry, mut decided) = small();
    registry.studies.get_mut("b-2024-accumulate").unwrap().draft = true;
    let found = audit(&registry, &decided, &frame());
    assert_eq!((found.studies.len(), found.claims.len()), (1, 1));
    decided.clear();
    let found = audit(&registry, &decided, &frame());
    assert_eq!(found.claims[0].verdict, Verdict::Undecided);
    assert!(found.definitions.iter().all(|definition| definition.takeaway.starts_with("Nothing was decided")));
}

#[test]
fn an_untested_claim_keeps_its_row_and_its_reason() {
    let (mut registry, decided) = small();
    for asked in registry.claims.values_mut() {
        asked.proof = Proof::Untested { reason: "needs a language model".to_owned() };
    }
    let found = audit(&registry, &decided, &frame());
    let row = &found.claims[0];
    assert_eq!((row.verdict, row.fidelity, row.reason.as_deref()), (Verdict::Untested, Fidelity::None, Some("needs a language model")));
    assert_eq!((&row.control, row.at("realistic"), &row.flips_under, &row.test), (&None, None, &None, &None));
    assert_eq!(found.definitions[3].standing["as-published"].certainty_reasons.last().unwrap(), "coverage: 2 of 2 claims are untested");
}

#[test]
fn a_turn_under_other_real_data_is_marked_where_the_definition_is_held_against_them() {
    let mut asked = claim("a", "x");
    let mut here = decided("a", "x", TestOutcome::Holds, [Occurs, Absent, Undecided]);
    let mut given = decision("x", TestOutcome::Holds, [Occurs, Absent, Undecided]);
    for (condition, twin) in [(Condition::Accumulate, "real-only"), (Condition::RealShare, "real-only:real-share")] {
        given.singles.insert(condition, found(condition.id(), Absent));
        let mut arm = here.arms["as-published"].clone();
        arm.twin = Some(twin.to_owned());
        here.arms.insert(condition.id().to_owned(), arm);
    }
    assert_eq!(counterfactual::flips(&asked, &given, &here).rebased, [], "a diverging risk is held against itself");
    asked.definition = Definition::TailLoss;
    let flips = counterfactual::flips(&asked, &given, &here);
    assert_eq!((flips.conditions.len(), flips.rebased.as_slice()), (2, &[Condition::RealShare][..]));
}

#[test]
fn comparisons_are_told_in_their_own_words_and_counted_apart() {
    let (registry, mut results) = small();
    let definitions = audit(&registry, &results, &frame()).head;
    let decision = results[0].claims.values_mut().next().unwrap();
    decision.published = asked("as-published", Reply::Answer(answer(TestOutcome::Holds)));
    decision.worlds.values_mut().for_each(|there| *there = asked("realistic", Reply::Answer(answer(TestOutcome::Fails))));
    let found = audit(&registry, &results, &frame());
    let row = found.claims.iter().find(|row| row.compares()).expect("one compares");
    assert_eq!(row.published.as_ref().map(WorldReport::words).as_deref(), Some("comparison holds"));
    assert_eq!(row.at("realistic").map(WorldReport::words).as_deref(), Some("comparison fails"));
    let apart = &found.head.comparisons;
    assert_eq!((apart.decided_as_published, apart.worlds["realistic"]), (1, Moved { decided: 1, changed: 1 }));
    assert_eq!(found.head.decided_as_published + 1, definitions.decided_as_published);
    assert_eq!(definitions.comparisons.decided_as_published, 0);
}

#[test]
fn flips_are_single_then_joint_then_none_and_losses_are_no_flips() {
    let asked = claim("a", "x");
    let here = decided("a", "x", TestOutcome::Holds, [Occurs, Absent, Undecided]);
    let mut given = decision("x", TestOutcome::Holds, [Occurs, Absent, Undecided]);
    given.singles.insert(Condition::Growth, found("growth", Occurs));
    given.singles.insert(Condition::Quality, found("quality", Undecided));
    given.without.insert(Condition::Accumulate, found("without-accumulate", Occurs));
    given.without.insert(Condition::Growth, found("without-growth", Absent));
    given.without.insert(Condition::Quality, found("without-quality", Undecided));
    let joint = counterfactual::flips(&asked, &given, &here);
    assert_eq!((joint.kind.as_str(), joint.conditions.as_slice()), ("only-jointly", &[Condition::Accumulate][..]));
    assert_eq!(joint.lost, ["contested", "quality", "without-quality"]);

    let pair = |one, other| Pair::of(one, other).expect("two conditions");
    given.pairs.insert(pair(Condition::Growth, Condition::Quality), found("growth+quality", Absent));
    given.pairs.insert(pair(Condition::Growth, Condition::Horizon), found("growth+horizon", Occurs));
    let paired = counterfactual::flips(&asked, &given, &here);
    assert_eq!((paired.kind.as_str(), paired.pairs_asked), ("only-jointly", 2));
    assert_eq!(
        (paired.pairs.len(), &paired.pairs_open[..]),
        (0, &[pair(Condition::Growth, Condition::Quality)][..]),
        "either alone may do it"
    );
    let alone = given.singles.clone();
    given.singles.insert(Condition::Growth, found("growth", Occurs));
    given.singles.insert(Condition::Quality, found("quality", Occurs));
    let paired = counterfactual::flips(&asked, &given, &here);
    assert_eq!((&paired.pairs[..], paired.pairs_open.len()), (&[pair(Condition::Growth, Condition::Quality)][..], 0));
    given.singles = alone;
    given.pairs.clear();

    given.singles.insert(Condition::Accumulate, found("accumulate", Absent));
    let single = counterfactual::flips(&asked, &given, &here);
    assert_eq!((single.kind.as_str(), single.conditions.as_slice()), ("single", &[Condition::Accumulate][..]));

    for (worlds, kind) in [
        ([Occurs, Occurs, Absent], "none"),
        ([Occurs, Undecided, Absent], "undecided"),
        ([Undecided, Absent, Absent], "undecided"),
        ([NotApplicable, Absent, Absent], "not-applicable"),
    ] {
        assert_eq!(counterfactual::flips(&asked, &decision("x", TestOutcome::Holds, worlds), &here).kind, kind, "{worlds:?}");
    }
}

#[test]
fn whether_the_definition_agrees_is_told_apart_from_the_verdict() {
    let (mut registry, decided) = small();
    let id = registry.claims.keys().next().unwrap().clone();
    for (asserts, expected) in [(Asserts::Occurs, Some(true)), (Asserts::Absent, Some(false)), (Asserts::Conditional, None)] {
        registry.claims.get_mut(&id).unwrap().asserts = asserts;
        let row = &audit(&registry, &decided, &frame()).claims[0];
        assert_eq!(row.definition_agrees, expected);
        assert_eq!(row.verdict, Verdict::Reproduced, "an `equals` test speaks for itself");
    }
}

#[test]
fn shares_leave_out_analogues_and_weigh_by_realism_alone() {
    let (mut registry, mut results) = small();
    let extra = study("c-2025-other", Fidelity::Analogue, Regime::replace(), &[Met; 8]);
    registry.studies.insert(extra.id.clone(), extra);
    registry.studies.get_mut("b-2024-accumulate").unwrap().judgements =
        study("b", Fidelity::Exact, Regime::replace(), &[Met; 8]).judgements;
    results.push(decided("c-2025-other", "none", TestOutcome::Holds, [Occurs; 3]));
    let found = audit(&registry, &results, &frame());
    let diverging = &found.definitions[3];
    assert_eq!(diverging.share["as-published"], Some(0.5));
    let weighted = diverging.share_weighted["as-published"].unwrap();
    let mid = found.studies[0].realism.mid.unwrap();
    assert!((mid - 0.5).abs() < 1e-12 && (weighted - mid / (mid + 1.0)).abs() < 1e-12, "{mid} {weighted}");
    assert_eq!(diverging.worlds["as-published"][&Fidelity::Analogue].occurs, 1);
    assert_eq!(diverging.worlds["realistic"][&Fidelity::Exact].absent, 1);
}

#[test]
fn certainty_steps_down_once_for_each_reason() {
    let (registry, decided) = small();
    let diverging = audit(&registry, &decided, &frame()).definitions[3].clone();
    let published = &diverging.standing["as-published"];
    assert_eq!(
        published.certainty_reasons,
        [
            "inconsistency: it occurs in 1 of 2 decided studies and is absent from 1",
            "imprecision: only 2 works behind it; only 1 mechanism on the side it tells",
        ]
    );
    assert_eq!(published.certainty, "low");
    let realistic = &diverging.standing["realistic"];
    assert_eq!(
        realistic.certainty_reasons,
        [
            "imprecision: only 1 setup behind it, of 2 works; only 2 mechanisms on the side it tells",
            "one piece of evidence: whatever was decided was decided of one setup",
            "study limits: the median simulation has 2 of the 8 realism conditions",
        ],
        "each world has a certainty of its own, and two studies that it makes one setup are one piece of evidence"
    );
}

#[test]
fn thin_evidence_is_never_highly_certain() {
    let regimes = [Regime::replace(), Regime::accumulate(), Regime::augment(), Regime::accumulate_subsample()];
    let certainty = |studies: usize, setups: usize| {
        let ids: Vec<String> = (0..studies).map(|i| format!("s{i}-2024-study")).collect();
        let all = ids.iter().zip(regimes[..setups].iter().cycle());
        let all = all.map(|(id, regime)| study(id, Fidelity::Exact, regime.clone(), &[Met; 8])).collect();
        let registry = registry(all, ids.iter().map(|id| claim(id, "x")).collect());
        let results: Vec<_> = ids.iter().map(|id| decided(id, "x", TestOutcome::Holds, [Occurs; 3])).collect();
        audit(&registry, &results, &frame()).definitions[3].standing["as-published"].certainty.clone()
    };
    assert_eq!([certainty(3, 4), certainty(4, 4)], ["moderate", "high"], "one more work the other way would make three to one");
    assert_eq!([certainty(8, 3), certainty(8, 1)], ["moderate", "low"], "eight studies of one setup are one piece of evidence");
}

#[test]
fn a_study_of_three_simulations_counts_once() {
    let (mut registry, mut results) = small();
    let one = registry.studies.get_mut("a-2024-replace").unwrap();
    for (name, fidelity) in [("second", Fidelity::Scaled), ("third", Fidelity::Exact)] {
        let simulation = crate::registry::Simulation { name: name.to_owned(), fidelity, ..one.simulations[0].clone() };
        one.simulations.push(simulation);
        let more = decided("a-2024-replace", "none", TestOutcome::Holds, [Absent; 3]);
        results.push(Decided { simulation: name.to_owned(), ..more });
    }
    registry.studies.remove("b-2024-accumulate");
    let found = audit(&registry, &results, &frame());
    let published = &found.definitions[3].standing["as-published"];
    assert_eq!([published.occurs, published.both, published.absent, published.undecided], [0, 1, 0, 0]);
    assert_eq!((published.simulations.occurs, published.simulations.absent), (1, 2), "simulations are counted apart");
    let by_fidelity = &found.definitions[3].worlds["as-published"];
    assert_eq!((by_fidelity[&Fidelity::Exact].both, by_fidelity[&Fidelity::Scaled].absent), (1, 1));
}

#[test]
fn checks_of_ours_feed_no_synthesis() {
    let (mut registry, decided) = small();
    for asked in registry.claims.values_mut() {
        asked.by = Author::Registry;
    }
    let found = audit(&registry, &decided, &frame());
    assert_eq!(found.definitions[3].standing["as-published"].able(), 0);
    assert!(found.studies.iter().all(|study| study.simulations["chain"].voice == crate::audit::Voice::Check));
}

#[test]
fn a_source_that_is_not_the_model_is_counted_apart_in_the_worlds_alone() {
    let (mut registry, decided) = small();
    let displaced = crate::sim::Curation::Displace { distance: 1.0, from: crate::sim::Origin::Fit };
    registry.studies.get_mut("a-2024-replace").unwrap().simulations[0].cells[0].setup.curation = vec![displaced];
    let diverging = audit(&registry, &decided, &frame()).definitions[3].clone();
    assert_eq!((diverging.standing["as-published"].able(), diverging.standing["as-published"].foreign), (2, 0));
    for (world, occurs) in [("realistic", 0), ("contested", 1)] {
        let standing = &diverging.standing[world];
        assert_eq!((standing.able(), standing.foreign, standing.simulations_foreign.occurs), (1, 1, occurs), "{world}");
    }
    assert!(diverging.takeaway.contains("Counted apart in the realistic and the contested world: 1 simulation"), "{}", diverging.takeaway);
}

#[test]
fn no_sentence_overclaims_or_shows_realistic_without_contested() {
    let (registry, decided) = small();
    let found = audit(&registry, &decided, &frame());
    for definition in &found.definitions {
        let text = definition.takeaway.to_lowercase();
        for word in ["prove", "proof", "always", "never", "confirm"] {
            assert!(!text.contains(word), "{text}");
        }
        assert_eq!(text.contains("realistic"), text.contains("contested"), "{text}");
    }
    let text = &found.definitions[3].takeaway;
    assert_eq!(
        text,
        "diverging-risk: the error on real data grows by nearly as much with every doubling of the generations in 1 of the 2 studies whose main simulations can show it (certainty low, thin \
         on both sides), run as published; under realistic conditions in none of 2 (certainty very low, thin on both sides, all of one setup), and under contested ones, with the disputed \
         conditions unfavourable, in 1 of 2 (1 undecided) (certainty very low, thin on both sides, all of one setup), with 2 of the 8 realism conditions simulated. Behind the first \
         count stand 2 works and 2 mechanisms: it occurs in 1 of these and is absent from 1. The 2 simulations decided in the realistic world \
         share 1 setup, whatever their sizes; the contested world changes the same ones."
    );
}

#[test]
fn a_side_with_fewer_than_three_mechanisms_is_thin() {
    let (mut registry, mut results) = small();
    let thin = |registry: &Registry, results: &[Decided]| {
        let found = audit(registry, results, &frame()).definitions[3].clone();
        let published = &found.standing["as-published"];
        (published.mechanisms_occurs, published.mechanisms_absent, published.thin.clone())
    };
    assert_eq!(thin(&registry, &results), (1, 1, vec![Occurs, Absent]));
    // The same mechanism again is no further one; an analogue stands on neither side.
    let more = [
        ("c-2025-augment", Fidelity::Exact, Regime::augment()),
        ("d-2025-accumulate", Fidelity::Exact, Regime::accumulate()),
        ("e-2025-replace", Fidelity::Scaled, Regime::replace()),
        ("f-2025-analogue", Fidelity::Analogue, Regime::augment()),
    ];
    for (id, fidelity, regime) in more {
        registry.studies.insert(id.to_owned(), study(id, fidelity, regime, &[Met; 8]));
        results.push(decided(id, "more", TestOutcome::Holds, [Occurs, Absent, Absent]));
    }
    assert_eq!(thin(&registry, &results), (3, 1, vec![Absent]));
}

#[test]
fn stubs_count_in_coverage_and_in_no_synthesis() {
    let (mut registry, decided) = small();
    let before = audit(&registry, &decided, &frame());
    for name in ["one", "two", "three"] {
        let mut stub = claim("a-2024-replace", name);
        stub.proof = Proof::Untested { reason: "Abstract only: the full text was not read.".to_owned() };
        stub.simulation = None;
        registry.claims.insert(stub.id.clone(), stub);
    }
    let after = audit(&registry, &decided, &frame());
    let (was, is) = (&before.definitions[3], &after.definitions[3]);
    assert_eq!((was.coverage.untested, was.coverage.stubs), (0, 0));
    assert_eq!((is.coverage.exact, is.coverage.untested, is.coverage.stubs), (2, 3, 3));
    assert_eq!((after.studies[0].coverage.stubs, after.studies[1].coverage.stubs), (3, 0));
    assert_eq!(after.studies[0].claims.untested, before.studies[0].claims.untested + 3);
    let synthesis = |found: &Audit| {
        let one = |d: &super::DefinitionReport| (d.worlds.clone(), d.share.clone(), d.standing.clone(), d.takeaway.clone());
        found.definitions.iter().map(one).collect::<Vec<_>>()
    };
    assert_eq!(synthesis(&before), synthesis(&after));
    assert_eq!(before.expected_false_exploratory.to_bits(), after.expected_false_exploratory.to_bits());
    assert_eq!((before.agreement, before.sensitivity), (after.agreement, after.sensitivity));
}

#[test]
fn coverage_sums_to_the_claims_of_studies_and_keeps_our_checks_apart() {
    let (mut registry, decided) = small();
    let id = registry.claims.keys().next().unwrap().clone();
    registry.claims.get_mut(&id).unwrap().by = Author::Registry;
    let found = audit(&registry, &decided, &frame());
    let all = found
        .definitions
        .iter()
        .map(|d| d.coverage)
        .fold([0; 5], |sum, c| [sum[0] + c.exact, sum[1] + c.scaled, sum[2] + c.analogue, sum[3] + c.untested, sum[4] + c.added]);
    assert_eq!((all.iter().sum::<u32>() as usize, all[4]), (found.claims.len(), 1));
}

#[test]
fn nothing_decided_is_said_with_singular_and_plural_right() {
    let (registry, mut results) = small();
    let left_open = |results: &[Decided]| audit(&registry, results, &frame()).definitions[3].takeaway.clone();
    results[0] = decided("b-2024-accumulate", "bounded", TestOutcome::Undecided, [Undecided; 3]);
    results[1] = decided("a-2024-replace", "linear", TestOutcome::Undecided, [Undecided; 3]);
    assert_eq!(left_open(&results), "Nothing was decided about diverging-risk: 2 studies are left open.");
    assert_eq!(left_open(&results[..1]), "Nothing was decided about diverging-risk: 1 study is left open.");
}

#[test]
fn agreement_counts_blanks_as_a_category_and_refuses_a_kappa_on_few_marks() {
    let (mut registry, decided) = small();
    for study in registry.studies.values_mut() {
        study.codings.push(coding("other", Definition::DivergingRisk, Basis::Implicit));
        study.codings.push(coding("other", Definition::TailLoss, Basis::Implicit));
    }
    let rows = audit(&registry, &decided, &frame()).agreement;
    assert_eq!(rows.len(), 1 + Definition::all().len());
    let all = &rows[0];
    assert_eq!((all.definition, all.studies, all.cells, all.agreeing, all.both, all.neither), (None, 2, 16, 12, 2, 12));
    assert_eq!(all.kappa, None);
    assert!(all.reason.as_deref().unwrap().contains("fewer than 5 marks"), "{:?}", all.reason);
    assert!((all.positive.unwrap() - 4.0 / 6.0).abs() < 1e-12 && (all.negative.unwrap() - 24.0 / 26.0).abs() < 1e-12);
    assert_eq!(all.differing.len(), 4);
    assert!(rows[1..].iter().all(|row| row.kappa.is_none() && row.reason.is_some()));
}

#[test]
fn every_key_that_readers_rely_on_is_there_and_undefined_is_null() {
    let (registry, decided) = small();
    let json = serde_json::to_value(audit(&registry, &decided, &frame())).unwrap();
    for key in ["schema", "provenance", "worlds", "studies", "claims", "definitions", "agreement", "sensitivity"] {
        assert!(json.get(key).is_some(), "{key}");
    }
    let claim = "id study definition asserts statement by known locator fidelity verdict reason estimate low high expected replicates method \
                 control definition_agrees worlds conditions_simulated flips_under";
    for key in claim.split_whitespace() {
        assert!(json["claims"][0].get(key).is_some(), "claims[].{key}");
    }
    for key in ["change", "verdict", "fails"] {
        assert!(json["claims"][0]["control"].get(key).is_some(), "control.{key}");
    }
    for key in ["id", "title", "year", "arxiv", "families", "definitions", "realism", "profiles"] {
        assert!(json["studies"][0].get(key).is_some(), "studies[].{key}");
    }
    let finding = &json["studies"][0]["profiles"]["chain"]["realistic"]["diverging-risk:mean"];
    for key in ["outcome", "effect", "low", "onset"] {
        assert!(finding.get(key).is_some(), "profile.{key}");
    }
    assert!(finding.get("high").is_none(), "an infinite limit is left out");
    assert_eq!(takeaway_words(&json), 9, "one definition has two readings");
}

fn takeaway_words(json: &serde_json::Value) -> usize {
    json["definitions"].as_array().unwrap().iter().filter(|one| one["takeaway"].as_str().is_some_and(|text| !text.is_empty())).count()
}

#[test]
fn a_conditional_claim_is_told_with_its_change_as_published_and_in_every_world() {
    let mut registry = crate::plan::trial::registry();
    let id = registry.claims.keys().find(|id| id.name == "drift").unwrap().clone();
    let asked = registry.claims.get_mut(&id).unwrap();
    asked.definition = Definition::DivergingRisk;
    let Proof::Conditional { holds_when, .. } = &mut asked.proof else { panic!("it is conditional") };
    holds_when.variant.change = "samples = 40".to_owned();
    holds_when.variant.cells.iter_mut().for_each(|cell| cell.setup.samples = crate::sim::Schedule::Constant { start: 40 });
    let mut here = decided("tiny", "drift", TestOutcome::Holds, [Occurs, Absent, Undecided]);
    // As published the change undoes it; in the realistic world it was run, in the contested one not.
    for (arm, like) in [("holds:drift", "realistic"), ("holds-in-realistic:drift", "as-published")] {
        let record = here.arms[like].clone();
        here.arms.insert(arm.to_owned(), record);
    }
    let row = |registry: &Registry| {
        super::claim_reports(registry, std::slice::from_ref(&here), &frame()).into_iter().find(|row| row.id == id.to_string()).unwrap()
    };
    let held = row(&registry).held.expect("it changes something");
    let outcome = |place: &str| held.at(place).map(|found| found.outcome);
    assert_eq!((held.change.as_str(), outcome("as-published")), ("samples = 40", Some(Absent)));
    assert_eq!((outcome("realistic"), outcome("contested")), (Some(Occurs), None));
    let Proof::Conditional { holds_when, .. } = &mut registry.claims.get_mut(&id).unwrap().proof else { panic!("it is conditional") };
    holds_when.variant.cells = registry.studies["tiny"].simulations[0].cells.clone();
    assert_eq!(row(&registry).held, None, "without a change there is nothing to tell twice");
}
