//! What a replicate's line in a file says: its ending and its values, as decimals in an import, packed in a recording.

use crate::sim::Ending;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// One run: its ending, and one row of values per generation in the order of the metrics. As imports have it, and recordings of layout 1 had it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    /// How it ended; of an import to the end, where nothing is said.
    #[serde(default = "completed")]
    pub ending: Ending,
    pub values: Vec<Vec<Value>>,
}

const fn completed() -> Ending {
    Ending::Completed
}

/// One run as a recording has it: its values one after the other, generation by generation, as 32-bit numbers (least byte first) in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Packed {
    pub ending: Ending,
    values: String,
}

/// A value as JSON has it: no NaN, and infinity in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Value {
    /// As a 32-bit number: what a network of such numbers says has no more digits.
    Number(f32),
    Infinite(Infinity),
    Undefined(()),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Infinity {
    #[serde(rename = "inf")]
    Above,
    #[serde(rename = "-inf")]
    Below,
}

impl Value {
    pub fn of(value: Option<f64>) -> Self {
        match value {
            None => Self::Undefined(()),
            Some(value) if value.is_infinite() => Self::Infinite(if value > 0.0 { Infinity::Above } else { Infinity::Below }),
            Some(value) => Self::Number(value as f32),
        }
    }

    /// The shortest decimal that names the number: .7, and not the nearest 32-bit number's .699999988.
    pub fn get(&self) -> Option<f64> {
        match self {
            Self::Number(value) => value.to_string().parse().ok(),
            Self::Infinite(Infinity::Above) => Some(f64::INFINITY),
            Self::Infinite(Infinity::Below) => Some(f64::NEG_INFINITY),
            Self::Undefined(()) => None,
        }
    }

    /// As four bytes; undefined is not a number, and so is a number too large for 32 bits, which JSON cannot write.
    const fn packed(&self) -> [u8; 4] {
        let number = match self {
            Self::Number(value) if value.is_finite() => *value,
            Self::Infinite(Infinity::Above) => f32::INFINITY,
            Self::Infinite(Infinity::Below) => f32::NEG_INFINITY,
            Self::Number(_) | Self::Undefined(()) => f32::NAN,
        };
        number.to_le_bytes()
    }

    fn unpacked(bytes: [u8; 4]) -> Self {
        let number = f32::from_le_bytes(bytes);
        if number.is_nan() {
            Self::Undefined(())
        } else if number.is_infinite() {
            Self::of(Some(f64::from(number)))
        } else {
            Self::Number(number)
        }
    }
}

impl Packed {
    /// Of a run's values, generation by generation.
    pub fn of<'v>(ending: Ending, values: impl IntoIterator<Item = &'v Value>) -> Self {
        let bytes: Vec<u8> = values.into_iter().flat_map(Value::packed).collect();
        Self { ending, values: STANDARD.encode(bytes) }
    }

    /// The values, where there are as many as are expected.
    pub fn values(&self, expected: usize) -> Result<Vec<Value>, String> {
        let bytes = STANDARD.decode(&self.values).map_err(|error| format!("values that are no base64: {error}"))?;
        let (fours, rest) = bytes.as_chunks::<4>();
        if fours.len() == expected && rest.is_empty() {
            return Ok(fours.iter().map(|four| Value::unpacked(*four)).collect());
        }
        Err(format!("expected {expected} values of four bytes, and {} bytes are there", bytes.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back_to_the_bit() {
        let some =
            [Some(0.7), Some(-0.0), Some(1e-42), Some(f64::INFINITY), None, Some(f64::NEG_INFINITY), Some(-3.5e38), Some(16_777_217.0)];
        let values: Vec<Value> = some.into_iter().map(Value::of).collect();
        let back = Packed::of(Ending::Completed, &values).values(8).expect("eight values");
        let bits = |value: &Value| value.get().map(f64::to_bits);
        let written =
            |value: &Value| serde_json::from_str::<Value>(&serde_json::to_string(value).expect("plain data")).expect("it was written");
        assert_eq!(back.iter().map(bits).collect::<Vec<_>>(), values.iter().map(|value| bits(&written(value))).collect::<Vec<_>>());
        assert_eq!(back[0].get(), Some(0.7));
        assert_eq!((back[6].get(), back[4].get()), (None, None));
    }

    #[test]
    fn values_that_are_not_whole_are_refused() {
        let packed = |values: &str| Packed { ending: Ending::Completed, values: values.to_owned() };
        assert!(packed("AAAAAA==").values(2).unwrap_err().contains("expected 2 values of four bytes, and 4 bytes"));
        assert!(packed("AAAA").values(1).unwrap_err().contains("3 bytes"));
        assert!(packed("AA*A").values(1).unwrap_err().contains("no base64"));
    }
}
