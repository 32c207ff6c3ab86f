//! How near our simulation is to the study, and whose a claim is and how we know it.

use super::word::words;

/// How near a simulation is to the study's own setting. Belongs to the pair (claim, simulation).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fidelity {
    /// The study's own setting, at its own size or at one that its statement allows.
    Exact,
    /// The same model and training, smaller than what the statement speaks of.
    Scaled,
    /// Another model, same mechanism. An analogue can never contradict a study.
    Analogue,
    /// No faithful simulation is possible here.
    None,
}

words!(Fidelity, "fidelity", { Exact => "exact", Scaled => "scaled", Analogue => "analogue", None => "none" });

/// At which size a simulation of the study's own model is run (a simulation of another model has none).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Size {
    /// The size the study ran: n, dimension, and the generations of what is compared.
    Own,
    /// Other numbers, but the statement (a theorem, a formula) is made for all such sizes.
    Within,
    /// Smaller than what the statement speaks of.
    Reduced,
}

words!(Size, "size", { Own => "own", Within => "within the statement", Reduced => "reduced" });

/// What a simulation is to its study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// What the study puts forward: only main simulations say what a study finds.
    Main,
    /// What the study runs only to argue against it, or as the baseline it is compared with.
    Contrast,
}

words!(Role, "role", { Main => "main", Contrast => "contrast" });

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
    /// Only the study's abstract was read.
    Abstract,
    /// Seen in somebody's summary.
    SecondHand,
    /// Recalled and not seen.
    Memory,
    /// Worked out for this registry (only with `by = "registry"`).
    Derived,
}

words!(Knowledge, "knowledge", { Read => "read", Abstract => "abstract", SecondHand => "second-hand", Memory => "memory", Derived => "derived" });
