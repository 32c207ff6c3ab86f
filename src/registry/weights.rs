//! A user's own weights of the realism conditions: a small TOML file beside the shipped presets.

use super::Weights;
use crate::taxonomy::{Condition, Word, nearest};
use toml::{Table, Value};

/// The weights in a file called `name` (without ending): `reason` and one number per condition; conditions left out
/// weigh nothing.
///
/// # Errors
/// What is wrong, and what to write instead.
pub fn read_weights(name: &str, text: &str) -> Result<Weights, String> {
    let table: Table = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut weights = [0.0; 8];
    let mut reason = String::new();
    for (key, value) in &table {
        match (key.as_str(), value) {
            ("schema", Value::Integer(1)) => {}
            ("reason", Value::String(words)) => reason.clone_from(words),
            (key, value) => {
                let place = Condition::all().iter().position(|condition| condition.id() == key).ok_or_else(|| unknown(key))?;
                weights[place] = weight(key, value)?;
            }
        }
    }
    if weights.iter().sum::<f64>() <= 0.0 {
        return Err("no condition weighs anything; give at least one a number above 0".to_owned());
    }
    if reason.trim().is_empty() {
        return Err("the weights have no `reason`; say why these".to_owned());
    }
    Ok(Weights { name: name.to_owned(), reason, weights })
}

fn unknown(key: &str) -> String {
    let names: Vec<_> = Condition::all().iter().map(|condition| condition.id()).collect();
    let hint = nearest(key, names.iter().copied()).map_or_else(String::new, |near| format!(", did you mean `{near}`?"));
    format!("unknown key `{key}`{hint}; expected `reason` and {}", names.join(", "))
}

fn weight(key: &str, value: &Value) -> Result<f64, String> {
    let number = match value {
        Value::Integer(whole) => Some(*whole as f64),
        Value::Float(number) => Some(*number),
        Value::String(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
    };
    number.filter(|x| x.is_finite() && *x >= 0.0).ok_or_else(|| format!("`{key}` is {value}; expected a number of at least 0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weights_file_is_read_and_a_misspelt_condition_is_answered() {
        let weights = read_weights("mine", "reason = \"why\"\naccumulate = 2\nsampling = 0.5\n").expect("it is fine");
        assert!((weights.weights.iter().sum::<f64>() - 2.5).abs() < 1e-12);
        assert!(read_weights("mine", "reason = \"why\"\nacumulate = 2\n").unwrap_err().contains("accumulate"));
        assert!(read_weights("mine", "reason = \"why\"\n").is_err());
    }
}
