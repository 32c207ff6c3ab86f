//! Exit codes: a contract.

use crate::Error;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// As expected.
    AsExpected = 0,
    /// Verdicts drifted, or two audits differ.
    Drifted = 1,
    /// Wrong usage.
    Usage = 2,
    /// The registry has problems.
    Problems = 3,
    /// A claim accepted as decided came out undecided within the budget.
    Undecided = 4,
    /// Input or output failed.
    Io = 5,
    /// Internal fault.
    Internal = 70,
    /// Interrupted.
    Interrupted = 130,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match error {
            Error::Usage(_) => Self::Usage,
            Error::Registry(_) => Self::Problems,
            Error::Io { .. } | Error::Content { .. } => Self::Io,
            Error::Interrupted => Self::Interrupted,
        }
    }
}
