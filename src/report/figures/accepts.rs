//! Which values a claim's test counts as agreement, read from its row and from the words of its test.

use crate::audit::ClaimReport;
use crate::report::number;

/// What counts as agreement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Accepts {
    /// Values between two.
    Within(f64, f64),
    /// Values below one.
    Below(f64),
    /// Values above one.
    Above(f64),
    /// The row does not say.
    Unsaid,
}

impl Accepts {
    /// Of a claim.
    #[must_use]
    pub fn of(claim: &ClaimReport) -> Self {
        let finite = |value: &f64| value.is_finite();
        if let Some((low, high)) = claim.accepted.filter(|(low, high)| finite(low) && finite(high)) {
            return Self::Within(low, high);
        }
        let (Some(limit), Some(test)) = (claim.expected.filter(finite), claim.test.as_deref()) else { return Self::Unsaid };
        // Of a conditional claim the numbers are those of the test that is to hold, which stands first.
        let test = test.split("; fails ").next().unwrap_or(test);
        match test {
            // Of an order the number is the excess of the greater side.
            test if test.contains(" is below that ") => Self::Above(limit),
            test if test.contains(" is below ") => Self::Below(limit),
            test if test.contains(" is above ") => Self::Above(limit),
            _ => Self::Unsaid,
        }
    }

    /// As printed: `< 0.50`, `[0.8, 1.2]`, or the value in the middle of a narrow region.
    #[must_use]
    pub fn words(self, claim: &ClaimReport) -> String {
        let plain = |value| number::plain(Some(value));
        match (self, claim.expected) {
            (Self::Below(limit), _) => format!("< {}", plain(limit)),
            (Self::Above(limit), _) => format!("> {}", plain(limit)),
            (Self::Within(low, high), Some(middle)) if low < middle && middle < high => plain(middle),
            (Self::Within(low, high), _) => format!("[{}, {}]", plain(low), plain(high)),
            (Self::Unsaid, expected) => number::plain(expected),
        }
    }

    /// Its ends, open ones at infinity; of what is unsaid none.
    #[must_use]
    pub const fn ends(self) -> Option<(f64, f64)> {
        match self {
            Self::Within(low, high) => Some((low, high)),
            Self::Below(limit) => Some((f64::NEG_INFINITY, limit)),
            Self::Above(limit) => Some((limit, f64::INFINITY)),
            Self::Unsaid => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn the_words_of_a_test_say_on_which_side_of_its_limit_it_holds() {
        let mut claim = fixture::one_study().claims.remove(0);
        (claim.accepted, claim.expected) = (None, Some(0.5));
        for (test, accepts) in [
            ("median spread is below 0.5 at the last generation", Accepts::Below(0.5)),
            ("share of replicates with support below 9.5 is above 0.5 at generation 40", Accepts::Above(0.5)),
            ("median spread with regime = \"replace\" is below that as run by more than 50 % at the last generation", Accepts::Above(0.5)),
            ("holds as published: mean error is below 0.5; fails with scale = 1: mean error is above 0.5", Accepts::Below(0.5)),
            ("the definition is found as asserted", Accepts::Unsaid),
        ] {
            claim.test = Some(test.to_owned());
            assert_eq!(Accepts::of(&claim), accepts, "{test}");
        }
        assert_eq!((Accepts::Below(0.5).words(&claim), Accepts::Within(0.5, 1.2).words(&claim)), ("< 0.5".into(), "[0.5, 1.2]".into()));
    }

    #[test]
    fn every_committed_row_with_a_limit_says_its_side() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("report/audit.json");
        let text = std::fs::read_to_string(path).expect("report/ is committed");
        let audit: crate::audit::Audit = serde_json::from_str(&text).expect("audit.json is an audit");
        let unsaid: Vec<&str> = audit
            .claims
            .iter()
            .filter(|claim| claim.expected.is_some() && Accepts::of(claim) == Accepts::Unsaid)
            .map(|claim| claim.id.as_str())
            .collect();
        assert!(unsaid.is_empty(), "{unsaid:?}");
    }
}
