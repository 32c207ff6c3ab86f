//! Whole numbers in JSON: above 2^53 most readers round them, so there they are text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The largest whole number that every reader of JSON holds exactly.
const EXACT: u64 = 1 << 53;

/// A whole number, for example a seed: written as a number up to 2^53 and as text of its digits above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Written", into = "Written")]
#[schemars(with = "Written")]
pub struct Whole(pub u64);

/// How it is written.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Written {
    Number(u64),
    Text(String),
}

impl From<Whole> for Written {
    fn from(whole: Whole) -> Self {
        if whole.0 <= EXACT { Self::Number(whole.0) } else { Self::Text(whole.0.to_string()) }
    }
}

impl TryFrom<Written> for Whole {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::Number(number) => Ok(Self(number)),
            Written::Text(text) => text.parse().map(Self).map_err(|_| format!("expected a whole number below 2^64, found `{text}`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_would_round_is_text_and_both_forms_are_read() {
        for (number, written) in
            [(0, "0"), (EXACT, "9007199254740992"), (EXACT + 1, "\"9007199254740993\""), (u64::MAX, "\"18446744073709551615\"")]
        {
            assert_eq!(serde_json::to_string(&Whole(number)).unwrap(), written);
            assert_eq!(serde_json::from_str::<Whole>(written).unwrap(), Whole(number));
        }
        assert_eq!(serde_json::from_str::<Whole>("18446744073709551615").unwrap(), Whole(u64::MAX));
        assert!(serde_json::from_str::<Whole>("\"many\"").is_err());
    }
}
