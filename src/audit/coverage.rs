//! What was put to a test, and how near the test came to the study: claims counted by fidelity, and the sides of a
//! definition behind which too few mechanisms stand.
//!
//! It takes the claims' reports and gives [`Coverage`]. Stubs, known from an abstract only, count here and in no synthesis.

use super::{ClaimReport, Coverage, Standing, Verdict};
use crate::taxonomy::{Author, Fidelity};
use crate::verdict::Outcome;

/// The reason by which a stub is known: nothing but the abstract was read.
pub const ABSTRACT_ONLY: &str = "abstract only";

/// Fewest mechanisms behind one side of a definition that is not thin.
pub const FEWEST_MECHANISMS: u32 = 3;

/// Whether a reason for leaving a claim untested says that only the abstract was read.
#[must_use]
pub fn is_abstract_only(reason: &str) -> bool {
    reason.trim().to_lowercase().starts_with(ABSTRACT_ONLY)
}

/// Whether a claim is a stub: untested because only the abstract was read.
#[must_use]
pub fn is_stub(claim: &ClaimReport) -> bool {
    claim.verdict == Verdict::Untested && claim.reason.as_deref().is_some_and(is_abstract_only)
}

/// The coverage of some claims.
#[must_use]
pub fn of<'a>(claims: impl IntoIterator<Item = &'a ClaimReport>) -> Coverage {
    let mut coverage = Coverage::default();
    for claim in claims {
        let place = match (claim.by, claim.verdict, claim.fidelity) {
            (Author::Registry, _, _) => &mut coverage.added,
            (Author::Study, Verdict::Untested, _) | (Author::Study, _, Fidelity::None) => &mut coverage.untested,
            (Author::Study, _, Fidelity::Exact) => &mut coverage.exact,
            (Author::Study, _, Fidelity::Scaled) => &mut coverage.scaled,
            (Author::Study, _, Fidelity::Analogue) => &mut coverage.analogue,
        };
        *place += 1;
        coverage.stubs += u32::from(claim.by == Author::Study && is_stub(claim));
    }
    coverage
}

/// The sides on which fewer than three mechanisms stand.
#[must_use]
pub fn thin(standing: &Standing) -> Vec<Outcome> {
    let sides = [(Outcome::Occurs, standing.mechanisms_occurs), (Outcome::Absent, standing.mechanisms_absent)];
    sides.into_iter().filter(|(_, count)| *count < FEWEST_MECHANISMS).map(|(side, _)| side).collect()
}
