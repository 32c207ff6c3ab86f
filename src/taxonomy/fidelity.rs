//! How near our simulation is to the study, and whose a claim is and how we know it.

use super::word::words;

/// How near a simulation is to the study's own setting. Belongs to the pair (claim, simulation).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fidelity {
    /// The study's own setting at its own size.
    Exact,
    /// The same model, smaller.
    Scaled,
    /// Another model, same mechanism. An analogue can never contradict a study.
    Analogue,
    /// No faithful simulation is possible here.
    None,
}

words!(Fidelity, "fidelity", { Exact => "exact", Scaled => "scaled", Analogue => "analogue", None => "none" });

/// Whose claim it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Author {
    /// The study says it.
    Study,
    /// A check we added.
    Registry,
}

words!(Author, "claim author", { Study => "study", Registry => "registry" });

/// How we know that a study says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Knowledge {
    /// Seen in the study's own text, code or a faithful copy.
    Read,
    /// Seen in somebody's summary.
    SecondHand,
    /// Recalled and not seen.
    Memory,
    /// Worked out for this registry (only with `by = "registry"`).
    Derived,
}

words!(Knowledge, "knowledge", { Read => "read", SecondHand => "second-hand", Memory => "memory", Derived => "derived" });
