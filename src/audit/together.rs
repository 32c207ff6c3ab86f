//! What a study's main simulations say together, and which simulations speak for their study at all.
//!
//! It takes outcomes of single simulations and gives one word per study. The rule is one sentence, printed above the
//! first table that counts studies.

use crate::registry::{Registry, Simulation, Study};
use crate::taxonomy::{Author, Role};
use crate::verdict::Outcome;

/// How a study's word is found, in one sentence for readers.
pub const RULE: &str = "Only exact and scaled simulations count; analogues are shown apart. A study counts once, by its main simulations alone: a definition *occurs* where it occurs in every one of them that \
    is decided, is told *both* ways where it occurs in some and is absent from others, is *absent* where it is absent from all of them and none is \
    undecided, and is *undecided* otherwise; simulations to which it does not apply have no say. \
    Of a risk the mean over runs speaks; where few runs carry the mean (`heavy-tail`) the typical run speaks in its place.";

/// What a study's main simulations say together of one definition in one world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Together {
    /// It occurs in every decided one, and at least one is decided.
    Occurs,
    /// It occurs in some and is absent from others.
    Both,
    /// It is absent from all, and none is undecided.
    Absent,
    /// Neither: some are undecided and none shows it.
    Undecided,
    /// It applies to none.
    NotApplicable,
}

/// One study's word in one world, over the simulations looked at.
pub struct StudyWord<'a> {
    /// The study.
    pub study: &'a Study,
    /// What its simulations say together.
    pub word: Together,
}

crate::taxonomy::words!(Together, "study outcome", {
    Occurs => "occurs",
    Both => "both",
    Absent => "absent",
    Undecided => "undecided",
    NotApplicable => "not-applicable",
});

impl Together {
    /// The word for some simulations; `NotApplicable` for none.
    #[must_use]
    pub fn of(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        let (mut occurs, mut absent, mut undecided) = (false, false, false);
        for outcome in outcomes {
            match outcome {
                Outcome::Occurs => occurs = true,
                Outcome::Absent => absent = true,
                Outcome::Undecided => undecided = true,
                Outcome::NotApplicable => {}
            }
        }
        match (occurs, absent, undecided) {
            (true, true, _) => Self::Both,
            (true, false, _) => Self::Occurs,
            (false, true, false) => Self::Absent,
            (false, _, true) => Self::Undecided,
            (false, false, false) => Self::NotApplicable,
        }
    }

    /// Whether something was decided: it occurs, is absent, or both.
    #[must_use]
    pub const fn is_decided(self) -> bool {
        match self {
            Self::Occurs | Self::Both | Self::Absent => true,
            Self::Undecided | Self::NotApplicable => false,
        }
    }
}

/// For whom a simulation speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Voice {
    /// The study's own run: it speaks for the study.
    Main,
    /// A run that the study makes only to argue against it, or to compare with.
    Contrast,
    /// A run that only checks of ours read: what it shows is no finding of the study.
    Check,
}

crate::taxonomy::words!(Voice, "voice", { Main => "main", Contrast => "contrast", Check => "check" });

/// For whom a simulation of `study` speaks.
#[must_use]
pub fn voice(registry: &Registry, study: &Study, simulation: &Simulation) -> Voice {
    let mut readers = crate::plan::claims_of(registry, &study.id, &simulation.name).peekable();
    if readers.peek().is_some() && readers.all(|claim| claim.by == Author::Registry) {
        return Voice::Check;
    }
    match simulation.role {
        Role::Main => Voice::Main,
        Role::Contrast => Voice::Contrast,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Outcome::{Absent, NotApplicable, Occurs, Undecided};

    #[test]
    fn a_study_counts_once_whatever_its_simulations_say() {
        let table: [(&[Outcome], Together); 11] = [
            (&[Occurs], Together::Occurs),
            (&[Occurs, Undecided], Together::Occurs),
            (&[Occurs, NotApplicable], Together::Occurs),
            (&[Occurs, Absent], Together::Both),
            (&[Occurs, Absent, Undecided], Together::Both),
            (&[Absent, Absent], Together::Absent),
            (&[Absent, NotApplicable], Together::Absent),
            (&[Absent, Undecided], Together::Undecided),
            (&[Undecided, NotApplicable], Together::Undecided),
            (&[NotApplicable], Together::NotApplicable),
            (&[], Together::NotApplicable),
        ];
        for (outcomes, expected) in table {
            assert_eq!(Together::of(outcomes.iter().copied()), expected, "{outcomes:?}");
            assert_eq!(Together::of(outcomes.iter().rev().copied()), expected, "in any order: {outcomes:?}");
        }
    }
}
