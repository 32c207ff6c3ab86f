//! From what a test or a detector said to the verdict on a claim: a table without statistics.
//!
//! It takes words (what was asked, what came out, the fidelity, how the claim is known) and gives a [`Judgement`].
//! An analogue never contradicts a study, a recalled claim is never contradicted, and a test whose control holds
//! decides nothing.

use super::Verdict;
use crate::registry::Asserts;
use crate::taxonomy::{Fidelity, Knowledge};
use crate::verdict::{Outcome, Reply, TestOutcome};

/// Reason of a claim that an analogue does not bear out.
pub const ANALOGUE_DISAGREES: &str = "the analogue disagrees";
/// Reason of a claim that we only recall, or have from a summary, and that our simulation does not bear out.
pub const RECALLED_DISAGREES: &str = "recalled and not yet confirmed; our simulation disagrees";
/// Reason of a claim whose test also holds in the negative control.
pub const CONTROL_HOLDS: &str = "the control does not fail: the test cannot tell";

/// What came out of one question put to one arm, in terms of the claim: it is borne out, denied, or left open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// The test holds; the definition was found as asserted.
    Holds,
    /// The test positively fails; the opposite of what is asserted was found.
    Fails,
    /// Neither, and why.
    Open(String),
}

/// A verdict with the reason that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why undecided or untested; beside a decided verdict, that its control was not decided.
    pub reason: Option<String>,
}

/// Everything the table looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What the claim's own test said (of a conditional claim, the test of `holds_when`).
    pub test: Said,
    /// What the test said in the control (of a conditional claim, the test of `fails_when`).
    pub control: Said,
    /// How the two make a verdict.
    pub shape: Shape,
    /// Fidelity of the pair (claim, simulation).
    pub fidelity: Fidelity,
    /// How the claim is known.
    pub known: Knowledge,
}

/// How test and control make a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The test decides; the control guards it.
    Guarded,
    /// Both branches decide together.
    Conditional,
}

impl Said {
    /// A reply in terms of the claim. A test speaks for itself; a finding is compared with what is asserted, where
    /// `conditional` asks (as in `holds_when`) whether the definition occurs.
    #[must_use]
    pub fn of(reply: &Reply, asserts: Asserts) -> Self {
        match reply {
            Reply::Answer(answer) => match answer.outcome {
                TestOutcome::Holds => Self::Holds,
                TestOutcome::Fails => Self::Fails,
                TestOutcome::Undecided => Self::open(answer.reason.as_deref()),
            },
            Reply::Finding(finding) => match (asserts, finding.outcome) {
                (Asserts::Occurs | Asserts::Conditional, Outcome::Occurs) | (Asserts::Absent, Outcome::Absent) => Self::Holds,
                (Asserts::Occurs | Asserts::Conditional, Outcome::Absent) | (Asserts::Absent, Outcome::Occurs) => Self::Fails,
                (_, Outcome::Undecided) => Self::open(finding.reason.as_deref()),
                (_, Outcome::NotApplicable) => {
                    Self::Open(format!("not applicable: {}", finding.reason.as_deref().unwrap_or("the definition makes no sense here")))
                }
            },
        }
    }

    fn open(reason: Option<&str>) -> Self {
        Self::Open(reason.unwrap_or("too-few-replicates").to_owned())
    }

    /// The same in the words for claims, as a control's row prints it.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Holds => Verdict::Reproduced,
            Self::Fails => Verdict::Contradicted,
            Self::Open(_) => Verdict::Undecided,
        }
    }
}

impl Judgement {
    /// A claim without a test.
    #[must_use]
    pub fn untested(reason: &str) -> Self {
        Self { verdict: Verdict::Untested, reason: Some(reason.to_owned()) }
    }

    fn decided(verdict: Verdict) -> Self {
        Self { verdict, reason: None }
    }

    fn undecided(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::Undecided, reason: Some(reason.into()) }
    }
}

/// Whether a claim is only recalled: from memory or from somebody's summary.
#[must_use]
pub const fn is_recalled(known: Knowledge) -> bool {
    match known {
        Knowledge::Memory | Knowledge::SecondHand => true,
        Knowledge::Read | Knowledge::Derived => false,
    }
}

/// The verdict of one case.
#[must_use]
pub fn judge(case: &Case) -> Judgement {
    let found = match case.shape {
        Shape::Guarded => guarded(&case.test, &case.control),
        Shape::Conditional => conditional(&case.test, &case.control),
    };
    if found.verdict != Verdict::Contradicted {
        return found;
    }
    if case.fidelity == Fidelity::Analogue {
        return Judgement::undecided(ANALOGUE_DISAGREES);
    }
    if is_recalled(case.known) {
        return Judgement::undecided(RECALLED_DISAGREES);
    }
    found
}

fn guarded(test: &Said, control: &Said) -> Judgement {
    let found = match test {
        Said::Holds => Judgement::decided(Verdict::Reproduced),
        Said::Fails => Judgement::decided(Verdict::Contradicted),
        Said::Open(reason) => return Judgement::undecided(reason),
    };
    match control {
        Said::Holds => Judgement::undecided(CONTROL_HOLDS),
        Said::Fails => found,
        Said::Open(reason) => Judgement { reason: Some(format!("the control is undecided: {reason}")), ..found },
    }
}

fn conditional(holds_when: &Said, fails_when: &Said) -> Judgement {
    match (holds_when, fails_when) {
        (Said::Holds, Said::Fails) => Judgement::decided(Verdict::Reproduced),
        (Said::Fails, _) | (_, Said::Holds) => Judgement::decided(Verdict::Contradicted),
        (Said::Open(reason), _) => Judgement::undecided(format!("where it must hold: {reason}")),
        (Said::Holds, Said::Open(reason)) => Judgement::undecided(format!("where it must fail: {reason}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> Said {
        Said::Open("heavy-tail".to_owned())
    }

    fn case(test: Said, control: Said, shape: Shape) -> Case {
        Case { test, control, shape, fidelity: Fidelity::Exact, known: Knowledge::Read }
    }

    #[test]
    fn the_whole_table_of_guarded_and_conditional_claims() {
        use Verdict::{Contradicted as C, Reproduced as R, Undecided as U};
        let all = [Said::Holds, Said::Fails, open()];
        let guarded = [[U, R, R], [U, C, C], [U, U, U]];
        let conditional = [[C, R, U], [C, C, C], [C, U, U]];
        for (shape, table) in [(Shape::Guarded, guarded), (Shape::Conditional, conditional)] {
            for (test, row) in all.iter().zip(table) {
                for (control, expected) in all.iter().zip(row) {
                    let found = judge(&case(test.clone(), control.clone(), shape));
                    assert_eq!(found.verdict, expected, "{shape:?} {test:?} {control:?}");
                    assert_eq!(found.verdict == U, found.reason.is_some() && found.verdict == U, "an undecided verdict says why");
                }
            }
        }
    }

    #[test]
    fn an_analogue_never_contradicts_and_a_recalled_claim_is_never_contradicted() {
        let disagrees = case(Said::Fails, Said::Fails, Shape::Guarded);
        assert_eq!(judge(&disagrees).verdict, Verdict::Contradicted);
        let analogue = judge(&Case { fidelity: Fidelity::Analogue, ..disagrees.clone() });
        assert_eq!(analogue, Judgement::undecided(ANALOGUE_DISAGREES));
        for known in [Knowledge::Memory, Knowledge::SecondHand] {
            assert_eq!(judge(&Case { known, ..disagrees.clone() }), Judgement::undecided(RECALLED_DISAGREES));
            let agrees = Case { known, ..case(Said::Holds, Said::Fails, Shape::Guarded) };
            assert_eq!(judge(&agrees).verdict, Verdict::Reproduced);
        }
    }

    #[test]
    fn an_undecided_control_is_said_and_changes_nothing_decided() {
        let found = judge(&case(Said::Holds, open(), Shape::Guarded));
        assert_eq!(found.verdict, Verdict::Reproduced);
        assert_eq!(found.reason.as_deref(), Some("the control is undecided: heavy-tail"));
    }
}
