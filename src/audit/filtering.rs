//! The filter language on the hand-made registry of this room.

use super::Verdict;
use super::fixture::{claim, registry, study};
use crate::registry::{Filter, Registry};
use crate::sim::Regime;
use crate::taxonomy::RealismLevel::{Met, Unmet};
use crate::taxonomy::{Fidelity, Word};
use std::collections::BTreeMap;

fn two() -> Registry {
    let mut second = claim("b-2024-accumulate", "bounded");
    second.fidelity = Fidelity::Scaled;
    registry(
        vec![
            study("a-2024-replace", Fidelity::Exact, Regime::replace(), &[Unmet, Met]),
            study("b-2024-accumulate", Fidelity::Scaled, Regime::accumulate(), &[Met, Met]),
            study("c-2025-none", Fidelity::Exact, Regime::replace(), &[]),
        ],
        vec![claim("a-2024-replace", "linear"), second],
    )
}

fn chosen(filter: &str) -> String {
    let registry = two();
    let filter = Filter::parse(filter, &registry, &[]).unwrap_or_else(|error| panic!("{filter}: {error}"));
    let verdicts = BTreeMap::from([("a-2024-replace/linear".to_owned(), "reproduced".to_owned())]);
    let claims = registry.claims.values().filter(|claim| filter.chooses_claim(&registry, claim, &verdicts));
    let claims: Vec<&str> = claims.map(|claim| claim.id.name.as_str()).collect();
    let studies = registry.studies.values().filter(|study| filter.chooses_study(&registry, study, &verdicts));
    let studies: Vec<&str> = studies.map(|study| &study.id[..1]).collect();
    format!("{} | {}", claims.join(" "), studies.join(" "))
}

#[test]
fn every_key_chooses_what_it_says() {
    for (filter, expected) in [
        ("study:a-2024-replace", "linear | a"),
        ("study:*-2024-*", "linear bounded | a b"),
        ("claim:linear", "linear | a"),
        ("claim:b-2024-accumulate/*", "bounded | b"),
        ("definition:diverging-risk", "linear bounded | a b"),
        ("definition:tail-loss", " | "),
        ("condition:accumulate", "bounded | b"),
        ("condition:accumulate=unmet", "linear | a"),
        ("family:gaussian", "linear bounded | a b c"),
        ("family:risk", "linear bounded | a b"),
        ("verdict:reproduced", "linear | a"),
        ("fidelity:scaled", "bounded | b"),
        ("coder:registry", "linear bounded | a b c"),
    ] {
        assert_eq!(chosen(filter), expected, "{filter}");
    }
}

#[test]
fn not_binds_closest_then_and_then_or() {
    for (filter, expected) in [
        ("not study:a* and fidelity:scaled", "bounded | b"),
        ("claim:linear or claim:bounded and fidelity:exact", "linear | a"),
        ("(claim:linear or claim:bounded) and fidelity:scaled", "bounded | b"),
        ("not (claim:linear or claim:bounded)", " | c"),
        ("not not claim:linear", "linear | a"),
    ] {
        assert_eq!(chosen(filter), expected, "{filter}");
    }
}

#[test]
fn every_mistake_is_located_and_the_nearest_word_offered() {
    let registry = two();
    for (filter, span, message) in [
        ("", 0..0, "found the end"),
        ("study:a-2024-replace and", 24..24, "found the end"),
        ("studdy:x", 0..6, "did you mean `study`?"),
        ("definition:tail-los", 11..19, "did you mean `tail-loss`?"),
        ("study:a-2024-replac", 6..19, "did you mean `a-2024-replace`?"),
        ("study:zzz*", 6..10, "no study fits `zzz*`"),
        ("(study:a-2024-replace", 0..1, "never closed"),
        ("claim:linear claim:bounded", 13..26, "expected `and`, `or` or the end"),
        ("claim:linear)", 12..13, "expected `and`, `or` or the end"),
        ("linear", 0..6, "expected `key:value`"),
        ("verdict:", 8..8, "needs a value"),
        ("condition:growth=mett", 10..21, "did you mean `met`?"),
        ("or", 0..2, "found `or`"),
    ] {
        let error = Filter::parse(filter, &registry, &[]).unwrap_err();
        assert!(error.span == span && error.message.contains(message), "{filter}: {error:?}");
    }
    assert!(Filter::parse(&"(".repeat(10_000), &registry, &[]).unwrap_err().message.contains("deeper"));
    assert!(Filter::parse(&"not ".repeat(10_000), &registry, &[]).unwrap_err().message.contains("deeper"));
}

#[test]
fn the_filter_knows_every_verdict() {
    for verdict in Verdict::all() {
        assert!(Filter::parse(&format!("verdict:{verdict}"), &two(), &[]).is_ok(), "{verdict}");
    }
}
