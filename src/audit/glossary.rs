//! The glossary: every fixed word that a report, a lock or an annotation can print, with what it means. One list, for `explain WORD`, the
//! report and its page. What only a registry fixes (worlds, thresholds, claims) is explained from the registry.

use super::glossary_words::{BARE, PAIR, WORDS};
use crate::plan::Pair;
use crate::taxonomy::{Condition, Definition, Metric, Word};

/// One meaning of a word. A word of several sets has several: `undecided` is a verdict and an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sense {
    /// The word as it is printed.
    pub word: &'static str,
    /// The set it belongs to.
    pub kind: &'static str,
    /// What it means, in one sentence or two.
    pub means: &'static str,
}

/// Every meaning of every word: definitions and conditions, then the other sets, set by set, metrics last.
pub fn glossary() -> impl Iterator<Item = Sense> {
    let definitions = Definition::all().iter().map(|word| Sense { word: word.id(), kind: Definition::KIND, means: word.sentence() });
    let conditions = Condition::all().iter().map(|word| Sense { word: word.id(), kind: Condition::KIND, means: word.sentence() });
    let metrics = Metric::all().iter().map(|word| Sense { word: word.id(), kind: Metric::KIND, means: word.sentence() });
    let sets = WORDS.iter().flat_map(|(kind, words)| words.iter().map(|(word, means)| Sense { word, kind, means }));
    definitions.chain(conditions).chain(sets).chain(metrics)
}

/// The meanings of `word`; none where nothing fixed is called so. Spaces and hyphens are the same, so that `very-low` needs no quotes. Of a
/// reason with another one behind a colon, the meanings of both; of an arm's id such as `without-accumulate` or `accumulate+quality`, what such an arm is.
#[must_use]
pub fn senses(word: &str) -> Vec<Sense> {
    let found = called(word);
    if !found.is_empty() {
        return found;
    }
    match word.split_once(": ") {
        Some((reason, rest)) => [called(reason), called(rest)].concat(),
        None => of_arm(word).into_iter().collect(),
    }
}

fn called(word: &str) -> Vec<Sense> {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '_'], "-");
    let wanted = plain(word);
    glossary().filter(|sense| plain(sense.word) == wanted).collect()
}

fn of_arm(word: &str) -> Option<Sense> {
    let is_of = |(start, _): &&(&'static str, &'static str)| word.len() > start.len() && word.starts_with(start);
    if Pair::parse(word).is_some() {
        return Some(Sense { word: "+", kind: "arm", means: PAIR });
    }
    BARE.iter().find(is_of).map(|(word, means)| Sense { word, kind: "arm", means })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::drift::DriftKind;
    use crate::audit::{Certainty, Prevalence, SPOKEN, Together, Verdict, Voice};
    use crate::numeric::Inference;
    use crate::plan::ProgramEnding;
    use crate::registry::{Asserts, ControlKind, ModelFamily, PaperVerdict, Quantifier, Theirs};
    use crate::taxonomy::{Against, Author, Basis, Family, Fidelity, Functional, Knowledge, RealismLevel, Role, Size};
    use crate::verdict::{Outcome, Reason, TestOutcome};
    use std::collections::BTreeSet;

    /// The words of a set that its entries in the glossary do not have, and those that they have and it has not.
    fn told<W: Word>() -> Vec<&'static str> {
        let known: BTreeSet<_> = glossary().filter(|sense| sense.kind == W::KIND).map(|sense| sense.word).collect();
        let fixed: BTreeSet<_> = W::all().iter().map(|word| word.id()).collect();
        known.symmetric_difference(&fixed).copied().collect()
    }

    #[test]
    fn every_word_of_every_set_is_told_and_no_other() {
        let wrong = [
            told::<Definition>(),
            told::<Condition>(),
            told::<Metric>(),
            told::<Verdict>(),
            told::<Outcome>(),
            told::<TestOutcome>(),
            told::<Reason>(),
            told::<ProgramEnding>(),
            told::<Fidelity>(),
            told::<Size>(),
            told::<Role>(),
            told::<Voice>(),
            told::<Author>(),
            told::<Knowledge>(),
            told::<Basis>(),
            told::<Family>(),
            told::<ModelFamily>(),
            told::<Functional>(),
            told::<Against>(),
            told::<RealismLevel>(),
            told::<Asserts>(),
            told::<Quantifier>(),
            told::<ControlKind>(),
            told::<Together>(),
            told::<Certainty>(),
            told::<Prevalence>(),
            told::<PaperVerdict>(),
            told::<Theirs>(),
            told::<DriftKind>(),
        ];
        assert_eq!(wrong.concat(), Vec::<&str>::new());
        let inferences = [
            Inference::HallT,
            Inference::Delta,
            Inference::EmpiricalBernstein,
            Inference::EqualDraws,
            Inference::ClopperPearson,
            Inference::OrderStatistics,
            Inference::OrderStatisticsAtom,
            Inference::ExactMoments,
        ];
        assert!(inferences.iter().all(|inference| !senses(inference.id()).is_empty()));
    }

    #[test]
    fn a_word_has_one_meaning_in_a_set_and_each_is_a_sentence() {
        let mut seen = BTreeSet::new();
        for sense in glossary() {
            assert!(seen.insert((sense.kind, sense.word)), "{sense:?} stands twice");
            assert!(sense.means.split(' ').count() > 2, "{sense:?}");
        }
        assert_eq!(senses("Very_low").first().map(|sense| sense.kind), Some(Certainty::KIND));
        assert!(senses("undecided").len() >= 4 && senses("nonsense").is_empty());
        assert_eq!((senses("without-accumulate").len(), senses("without-").len()), (1, 0));
        assert_eq!((senses("accumulate+quality").len(), senses("accumulate+").len()), (1, 0));
        assert_eq!(senses("the control is undecided: too-wide").len(), 2);
        assert!(SPOKEN.iter().all(|reason| senses(reason).len() == 1));
    }
}
