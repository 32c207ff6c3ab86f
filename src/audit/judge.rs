//! From what a test or a detector said to the verdict on a claim: a table without statistics.
//!
//! It takes words (what was asked, what came out, the fidelity, how the claim is known) and gives a [`Judgement`].
//! A test that holds needs a negative control (it can fail), a test that fails a positive one (it can hold). An analogue never
//! contradicts a study, and a claim that we only recall is never contradicted.

use super::Verdict;
use crate::registry::{Asserts, ControlKind};
use crate::taxonomy::{Fidelity, Knowledge};
use crate::verdict::{Outcome, Reply, TestOutcome};

/// Reason of a claim that an analogue does not bear out.
pub const ANALOGUE_DISAGREES: &str = "the analogue disagrees";
/// Reason of a claim that we only recall, or have from an abstract or a summary, and that our simulation does not bear out.
pub const RECALLED_DISAGREES: &str = "recalled and not yet confirmed; our simulation disagrees";
/// Reason of a claim whose test also holds in the negative control.
pub const CONTROL_HOLDS: &str = "the control does not fail: the test cannot tell";
/// Reason of a claim whose test also fails in the positive control.
pub const POSITIVE_FAILS: &str = "the positive control does not hold either: the test cannot tell";
/// Reason of a claim whose test fails and that has only a negative control.
pub const NO_POSITIVE: &str = "the test fails, and no positive control shows that it can hold";
/// Reason of a claim whose test holds and that has only a positive control.
pub const NO_NEGATIVE: &str = "the test holds, and no negative control shows that it can fail";

/// Every reason for which a verdict is open although the numbers are there: more replicates change none of them.
pub const SPOKEN: [&str; 6] = [ANALOGUE_DISAGREES, RECALLED_DISAGREES, CONTROL_HOLDS, POSITIVE_FAILS, NO_POSITIVE, NO_NEGATIVE];

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
    /// The test decides; a control of this kind guards it.
    Guarded(ControlKind),
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

/// Whether a claim is only recalled: from memory, from an abstract or from somebody's summary.
#[must_use]
pub const fn is_recalled(known: Knowledge) -> bool {
    match known {
        Knowledge::Memory | Knowledge::Abstract | Knowledge::SecondHand => true,
        Knowledge::Read | Knowledge::Derived => false,
    }
}

/// The verdict of one case.
#[must_use]
pub fn judge(case: &Case) -> Judgement {
    let found = match case.shape {
        Shape::Guarded(kind) => guarded(&case.test, &case.control, kind),
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

fn guarded(test: &Said, control: &Said, kind: ControlKind) -> Judgement {
    let found = match (test, kind) {
        (Said::Holds, ControlKind::Negative) => Verdict::Reproduced,
        (Said::Fails, ControlKind::Positive) => Verdict::Contradicted,
        (Said::Holds, ControlKind::Positive) => return Judgement::undecided(NO_NEGATIVE),
        (Said::Fails, ControlKind::Negative) => return Judgement::undecided(NO_POSITIVE),
        (Said::Open(reason), _) => return Judgement::undecided(reason),
    };
    match (control, kind) {
        (Said::Fails, ControlKind::Negative) | (Said::Holds, ControlKind::Positive) => Judgement::decided(found),
        (Said::Holds, ControlKind::Negative) => Judgement::undecided(CONTROL_HOLDS),
        (Said::Fails, ControlKind::Positive) => Judgement::undecided(POSITIVE_FAILS),
        (Said::Open(reason), _) => Judgement { reason: Some(format!("the control is undecided: {reason}")), ..Judgement::decided(found) },
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
    use crate::taxonomy::Word;

    fn open() -> Said {
        Said::Open("heavy-tail".to_owned())
    }

    fn case(test: Said, control: Said, shape: Shape) -> Case {
        Case { test, control, shape, fidelity: Fidelity::Exact, known: Knowledge::Read }
    }

    /// Every case of a shape with its verdict and its reason: `R`, `C` and `U`, rows by the test, columns by the control.
    fn table(shape: Shape) -> [[(Verdict, Option<&'static str>); 3]; 3] {
        use Verdict::{Contradicted as C, Reproduced as R, Undecided as U};
        const NOTE: Option<&str> = Some("the control is undecided: heavy-tail");
        const OPEN: Option<&str> = Some("heavy-tail");
        match shape {
            Shape::Guarded(ControlKind::Negative) => [
                [(U, Some(CONTROL_HOLDS)), (R, None), (R, NOTE)],
                [(U, Some(NO_POSITIVE)), (U, Some(NO_POSITIVE)), (U, Some(NO_POSITIVE))],
                [(U, OPEN), (U, OPEN), (U, OPEN)],
            ],
            Shape::Guarded(ControlKind::Positive) => [
                [(U, Some(NO_NEGATIVE)), (U, Some(NO_NEGATIVE)), (U, Some(NO_NEGATIVE))],
                [(C, None), (U, Some(POSITIVE_FAILS)), (C, NOTE)],
                [(U, OPEN), (U, OPEN), (U, OPEN)],
            ],
            Shape::Conditional => [
                [(C, None), (R, None), (U, Some("where it must fail: heavy-tail"))],
                [(C, None), (C, None), (C, None)],
                [(C, None), (U, Some("where it must hold: heavy-tail")), (U, Some("where it must hold: heavy-tail"))],
            ],
        }
    }

    #[test]
    fn the_whole_table_for_every_shape_fidelity_and_knowledge() {
        let said = [Said::Holds, Said::Fails, open()];
        for shape in [Shape::Guarded(ControlKind::Negative), Shape::Guarded(ControlKind::Positive), Shape::Conditional] {
            for (test, row) in said.iter().zip(table(shape)) {
                for (control, (verdict, reason)) in said.iter().zip(row) {
                    for (fidelity, known) in Fidelity::all().iter().flat_map(|f| Knowledge::all().iter().map(move |k| (*f, *k))) {
                        let found = judge(&Case { fidelity, known, ..case(test.clone(), control.clone(), shape) });
                        let withheld = if fidelity == Fidelity::Analogue { ANALOGUE_DISAGREES } else { RECALLED_DISAGREES };
                        let is_withheld = verdict == Verdict::Contradicted && (fidelity == Fidelity::Analogue || is_recalled(known));
                        let expected = if is_withheld { (Verdict::Undecided, Some(withheld)) } else { (verdict, reason) };
                        let found = (found.verdict, found.reason.as_deref());
                        assert_eq!(found, expected, "{shape:?} {test:?} {control:?} {fidelity} {known}");
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_is_contradicted_without_a_positive_control_and_nothing_reproduced_without_a_negative_one() {
        let said = [Said::Holds, Said::Fails, open()];
        for (test, control) in said.iter().flat_map(|test| said.iter().map(move |control| (test, control))) {
            let verdict = |kind| judge(&case(test.clone(), control.clone(), Shape::Guarded(kind))).verdict;
            assert_ne!(verdict(ControlKind::Negative), Verdict::Contradicted);
            assert_ne!(verdict(ControlKind::Positive), Verdict::Reproduced);
        }
    }

    #[test]
    fn a_claim_that_was_only_recalled_can_be_reproduced() {
        for known in [Knowledge::Memory, Knowledge::Abstract, Knowledge::SecondHand] {
            let agrees = Case { known, ..case(Said::Holds, Said::Fails, Shape::Guarded(ControlKind::Negative)) };
            assert_eq!(judge(&agrees).verdict, Verdict::Reproduced);
        }
    }
}
