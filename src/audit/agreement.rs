//! How far two coders agree on which definitions a study uses. `Not used` is a category of its own; a cell of a study that a coder
//! did not look at is blank and enters nothing.
//!
//! It takes the codings of the studies both coded, those in which a coder marked nothing among them, and gives, per definition and over all, raw, positive and negative
//! agreement with counts, and weighted kappa with an interval where it is defined. The study, never the cell, is
//! the unit of resampling.

use super::Agreement;
use crate::registry::{Coder, Study};
use crate::taxonomy::{Basis, Definition, Word};
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::collections::{BTreeMap, BTreeSet};

/// Fewest non-blank cells of each coder for a kappa.
pub const FEWEST_MARKS: u32 = 5;
/// Fewest studies for an interval of kappa.
const FEWEST_STUDIES: usize = 5;

/// Counts of cells by (first coder's category, second coder's): not used, implicit, explicit.
type Counts = [[f64; 3]; 3];

/// Agreement of every pair of coders that coded a common study, per definition and (definition null) over all.
#[must_use]
pub fn report(studies: &[&Study], described: &BTreeMap<String, Coder>) -> Vec<Agreement> {
    let coders: BTreeSet<&str> = studies.iter().flat_map(|study| &study.codings).map(|coding| coding.coder.as_str()).collect();
    let coders: Vec<&str> = coders.into_iter().collect();
    let coded = |study: &Study, coder: &str| is_coded(study, coder, described);
    let mut rows = Vec::new();
    for (place, first) in coders.iter().enumerate() {
        for second in &coders[place + 1..] {
            let common: Vec<&Study> = studies.iter().copied().filter(|study| coded(study, first) && coded(study, second)).collect();
            if !common.is_empty() {
                rows.push(row(&common, first, second, None));
                rows.extend(Definition::all().iter().map(|definition| row(&common, first, second, Some(*definition))));
            }
        }
    }
    rows
}

/// Whether a coder looked at a study's definitions: marked some, or is recorded to have found none.
#[must_use]
pub fn is_coded(study: &Study, coder: &str, described: &BTreeMap<String, Coder>) -> bool {
    study.codings.iter().any(|coding| coding.coder == coder) || described.get(coder).is_some_and(|coder| coder.unmarked.contains(&study.id))
}

fn category(study: &Study, coder: &str, definition: Definition) -> Option<Basis> {
    study.codings.iter().find(|coding| coding.coder == coder && coding.definition == definition).map(|coding| coding.basis)
}

const fn place(basis: Option<Basis>) -> usize {
    match basis {
        None => 0,
        Some(Basis::Implicit) => 1,
        Some(Basis::Explicit) => 2,
    }
}

fn word(basis: Option<Basis>) -> String {
    basis.map_or("not used", Word::id).to_owned()
}

fn row(studies: &[&Study], first: &str, second: &str, definition: Option<Definition>) -> Agreement {
    let definitions: Vec<Definition> = definition.map_or_else(|| Definition::all().to_vec(), |one| vec![one]);
    let mut differing = Vec::new();
    let mut by_study = Vec::new();
    for study in studies {
        let mut counts = Counts::default();
        for definition in &definitions {
            let (a, b) = (category(study, first, *definition), category(study, second, *definition));
            counts[place(a)][place(b)] += 1.0;
            if a != b {
                differing.push((study.id.clone(), *definition, word(a), word(b)));
            }
        }
        by_study.push(counts);
    }
    let total = sum(&by_study);
    let cells: f64 = total.iter().flatten().sum();
    let agreeing = trace(&total);
    let neither = total[0][0];
    let both = total[1][1] + total[1][2] + total[2][1] + total[2][2];
    let (kappa, reason) = match undefined(&total) {
        Some(reason) => (None, Some(reason)),
        None => (weighted_kappa(&total, &LINEAR), None),
    };
    let interval = kappa.and_then(|_| jackknife(&by_study));
    Agreement {
        first: first.to_owned(),
        second: second.to_owned(),
        definition,
        studies: studies.len() as u32,
        cells: cells as u32,
        agreeing: agreeing as u32,
        both: both as u32,
        neither: neither as u32,
        raw: ratio(agreeing, cells),
        positive: ratio(2.0 * both, 2.0 * both + (cells - both - neither)),
        negative: ratio(2.0 * neither, 2.0 * neither + (cells - both - neither)),
        kappa,
        kappa_low: interval.map(|(low, _)| low),
        kappa_high: interval.map(|(_, high)| high),
        reason,
        differing,
    }
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

fn trace(counts: &Counts) -> f64 {
    counts.iter().enumerate().map(|(i, row)| row[i]).sum()
}

fn sum(parts: &[Counts]) -> Counts {
    let mut total = Counts::default();
    for part in parts {
        for (row, more) in total.iter_mut().zip(part) {
            for (cell, count) in row.iter_mut().zip(more) {
                *cell += count;
            }
        }
    }
    total
}

/// Why kappa is undefined: a coder uses a single category, or too few marks.
fn undefined(counts: &Counts) -> Option<String> {
    let by_first: [f64; 3] = std::array::from_fn(|i| counts[i].iter().sum());
    let by_second: [f64; 3] = std::array::from_fn(|j| counts.iter().map(|row| row[j]).sum());
    for (which, margin) in [("first", by_first), ("second", by_second)] {
        if margin.iter().filter(|count| **count > 0.0).count() < 2 {
            return Some(format!("the {which} coder uses a single category"));
        }
        let marks = margin[1] + margin[2];
        if marks < f64::from(FEWEST_MARKS) {
            return Some(format!("the {which} coder has fewer than {FEWEST_MARKS} marks ({marks})"));
        }
    }
    None
}

/// Disagreement weights of ordered categories: the number of steps between them.
const LINEAR: [[f64; 3]; 3] = [[0.0, 1.0, 2.0], [1.0, 0.0, 1.0], [2.0, 1.0, 0.0]];

/// Weighted kappa: one minus observed over expected weighted disagreement; `None` where none is expected.
///
/// # Source
/// Cohen (1968), "Weighted kappa", Psychological Bulletin 70, 213-220, with disagreement weights.
fn weighted_kappa(counts: &Counts, weights: &[[f64; 3]; 3]) -> Option<f64> {
    let total: f64 = counts.iter().flatten().sum();
    let by_second: [f64; 3] = std::array::from_fn(|j| counts.iter().map(|row| row[j]).sum());
    let (mut observed, mut expected) = (0.0, 0.0);
    for (row, weights) in counts.iter().zip(weights) {
        let by_first: f64 = row.iter().sum();
        for ((count, weight), column) in row.iter().zip(weights).zip(by_second) {
            observed += weight * count;
            expected += weight * by_first * column / total;
        }
    }
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

/// 95 % interval by the delete-one-study jackknife with Student's t, cut to [-1, 1].
///
/// # Source
/// Tukey (1958), "Bias and confidence in not-quite large samples", Annals of Mathematical Statistics 29, 614.
fn jackknife(by_study: &[Counts]) -> Option<(f64, f64)> {
    let studies = by_study.len();
    if studies < FEWEST_STUDIES {
        return None;
    }
    let n = studies as f64;
    let whole = weighted_kappa(&sum(by_study), &LINEAR)?;
    let mut pseudo = Vec::with_capacity(studies);
    for left_out in 0..studies {
        let rest: Vec<Counts> = by_study.iter().enumerate().filter(|(i, _)| *i != left_out).map(|(_, counts)| *counts).collect();
        pseudo.push(n * whole - (n - 1.0) * weighted_kappa(&sum(&rest), &LINEAR)?);
    }
    let mean = pseudo.iter().sum::<f64>() / n;
    let variance = pseudo.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let quantile = StudentsT::new(0.0, 1.0, n - 1.0).ok()?.inverse_cdf(0.975);
    let half = quantile * (variance / n).sqrt();
    Some(((mean - half).max(-1.0), (mean + half).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Rng;
    use rand::{RngExt, SeedableRng};

    /// Psychiatric diagnoses of two judges, in shares (Cohen 1968, table 1), with that paper's disagreement weights.
    const COHEN: Counts = [[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]];

    #[test]
    fn weighted_kappa_gives_the_published_worked_example() {
        let weights = [[0.0, 1.0, 3.0], [1.0, 0.0, 6.0], [3.0, 6.0, 0.0]];
        let weighted = weighted_kappa(&COHEN, &weights).unwrap();
        let plain = weighted_kappa(&COHEN, &[[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]).unwrap();
        assert!((weighted - 0.348).abs() < 5e-4 && (plain - 0.492).abs() < 5e-4, "{weighted} {plain}");
    }

    proptest::proptest! {
        #[test]
        fn agreement_is_the_same_both_ways_and_whole_where_nobody_differs(
            cells in proptest::collection::vec((0..3_usize, 0..3_usize), 1..60),
        ) {
            let counted = |cells: &mut dyn Iterator<Item = (usize, usize)>| {
                let mut counts = Counts::default();
                cells.for_each(|(a, b)| counts[a][b] += 1.0);
                counts
            };
            let one = counted(&mut cells.iter().copied());
            let other = counted(&mut cells.iter().rev().map(|(a, b)| (*b, *a)));
            let (forth, back) = (weighted_kappa(&one, &LINEAR), weighted_kappa(&other, &LINEAR));
            proptest::prop_assert_eq!(forth.is_some(), back.is_some());
            proptest::prop_assert!(forth.zip(back).is_none_or(|(forth, back)| (forth - back).abs() < 1e-12 && (-1.0..=1.0 + 1e-12).contains(&forth)));
            let same = counted(&mut cells.iter().map(|(a, _)| (*a, *a)));
            proptest::prop_assert!(weighted_kappa(&same, &LINEAR).is_none_or(|kappa| (kappa - 1.0).abs() < 1e-12));
        }
    }

    /// Pairs of cells written out: observed disagreement within pairs, expected over all pairings of the two lists.
    fn naive(first: &[usize], second: &[usize]) -> f64 {
        let n = first.len() as f64;
        let observed: f64 = first.iter().zip(second).map(|(a, b)| a.abs_diff(*b) as f64).sum();
        let expected: f64 = first.iter().map(|a| second.iter().map(|b| a.abs_diff(*b) as f64).sum::<f64>()).sum();
        1.0 - observed * n / expected
    }

    #[test]
    fn weighted_kappa_agrees_with_all_pairings_counted_one_by_one() {
        let mut rng = Rng::seed_from_u64(3);
        for size in [2_usize, 7, 100] {
            let first: Vec<usize> = (0..size).map(|i| (i + rng.random_range(0..3)) % 3).collect();
            let second: Vec<usize> =
                first.iter().map(|a| if rng.random_range(0.0..1.0) < 0.5 { *a } else { rng.random_range(0..3) }).collect();
            let mut counts = Counts::default();
            for (a, b) in first.iter().zip(&second) {
                counts[*a][*b] += 1.0;
            }
            match weighted_kappa(&counts, &LINEAR) {
                Some(found) => assert!((found - naive(&first, &second)).abs() < 1e-12, "{size}"),
                None => assert!(naive(&first, &second).is_nan(), "undefined only where nothing is expected to differ"),
            }
        }
    }

    #[test]
    fn perfect_agreement_is_one_and_a_single_category_is_undefined() {
        let diagonal = [[10.0, 0.0, 0.0], [0.0, 5.0, 0.0], [0.0, 0.0, 5.0]];
        assert!((weighted_kappa(&diagonal, &LINEAR).unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(weighted_kappa(&[[4.0, 0.0, 0.0], [0.0; 3], [0.0; 3]], &LINEAR), None);
        assert!(undefined(&[[9.0, 0.0, 0.0], [9.0, 0.0, 0.0], [0.0; 3]]).unwrap().contains("second coder uses a single category"));
        assert_eq!(undefined(&diagonal), None);
    }

    /// Studies of eight cells; coders mark, and disagree, by study: the case a cell bootstrap gets wrong.
    fn clustered(rng: &mut Rng) -> Counts {
        let disagrees = if rng.random_range(0.0..1.0) < 0.3 { 0.5 } else { 0.05 };
        let mut counts = Counts::default();
        for _ in 0..8 {
            let draw = |rng: &mut Rng| if rng.random_range(0.0..1.0) < 0.75 { 0 } else { rng.random_range(1..3) };
            let first = draw(rng);
            let second = if rng.random_range(0.0..1.0) < disagrees { draw(rng) } else { first };
            counts[first][second] += 1.0;
        }
        counts
    }

    #[test]
    fn the_jackknife_interval_covers_about_as_often_as_it_says() {
        let mut rng = Rng::seed_from_u64(11);
        let truth = weighted_kappa(&sum(&(0..100_000).map(|_| clustered(&mut rng)).collect::<Vec<_>>()), &LINEAR).unwrap();
        let trials = 1000;
        let covered = (0..trials).filter(|_| {
            let studies: Vec<Counts> = (0..30).map(|_| clustered(&mut rng)).collect();
            jackknife(&studies).is_some_and(|(low, high)| low <= truth && truth <= high)
        });
        let share = covered.count() as f64 / f64::from(trials);
        assert!((0.90..=0.98).contains(&share), "a nominal 95 % interval covered {share}");
    }
}
