//! Why replicates of a program stand for nothing.

/// How a program ended that did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProgramEnding {
    /// It could not be started.
    NotStarted,
    /// It ended with another code than 0, or by a signal.
    Crashed,
    /// It was still running when its time was over.
    TimedOut,
    /// It wrote something else than the lines that were asked for.
    Garbled,
    /// It wrote a value that is no number.
    NotANumber,
    /// It said that it cannot run this setup.
    Refused,
}

crate::taxonomy::words!(ProgramEnding, "ending of a program", {
    NotStarted => "program-not-started",
    Crashed => "program-crashed",
    TimedOut => "program-timed-out",
    Garbled => "program-garbled",
    NotANumber => "program-not-a-number",
    Refused => "program-refused",
});

/// Why the runs of an arm stand for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// How the program ended.
    pub ending: ProgramEnding,
    /// What was seen, in words.
    pub told: String,
}

impl Stopped {
    /// This ending, and what was seen.
    pub(super) fn new(ending: ProgramEnding, told: impl Into<String>) -> Self {
        Self { ending, told: told.into() }
    }
}
