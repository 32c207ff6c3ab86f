//! How `audit.json` writes what in memory is asked otherwise than a reader wants it told.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// Reason -> arm -> simulations.
pub type ByReason = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Why arms were not simulated: a reason holds for many arms and simulations and is written once. In memory it is simulation -> arm -> reason.
pub mod by_reason {
    use super::{BTreeMap, ByReason, Deserialize, Deserializer, Serialize, Serializer};

    type BySimulation = BTreeMap<String, BTreeMap<String, String>>;

    /// What stands below the outer key and an arm: simulations, or the reason, as versions up to the third had it.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Told {
        Simulations(Vec<String>),
        Reason(String),
    }

    /// Writes it by reason.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn serialize<S: Serializer>(told: &BySimulation, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written = ByReason::new();
        for (simulation, arms) in told {
            for (arm, reason) in arms {
                written.entry(reason.clone()).or_default().entry(arm.clone()).or_default().push(simulation.clone());
            }
        }
        written.serialize(serializer)
    }

    /// Reads it back.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BySimulation, D::Error> {
        let written: BTreeMap<String, BTreeMap<String, Told>> = BTreeMap::deserialize(deserializer)?;
        let mut told = BySimulation::new();
        for (outer, arms) in written {
            for (arm, inner) in arms {
                match inner {
                    Told::Reason(reason) => drop(told.entry(outer.clone()).or_default().insert(arm, reason)),
                    Told::Simulations(simulations) => simulations
                        .into_iter()
                        .for_each(|simulation| drop(told.entry(simulation).or_default().insert(arm.clone(), outer.clone()))),
                }
            }
        }
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Held(#[serde(with = "by_reason")] BTreeMap<String, BTreeMap<String, String>>);

    #[test]
    fn a_reason_is_written_once_and_both_shapes_are_read() {
        let arms = |arms: &[(&str, &str)]| arms.iter().map(|(arm, why)| ((*arm).to_owned(), (*why).to_owned())).collect();
        let told = BTreeMap::from([
            ("one".to_owned(), arms(&[("growth", "cost"), ("quality", "cost")])),
            ("two".to_owned(), arms(&[("growth", "cost"), ("compute", "no lever")])),
        ]);
        let text = serde_json::to_string(&Held(told.clone())).unwrap();
        assert_eq!(text, r#"{"cost":{"growth":["one","two"],"quality":["one"]},"no lever":{"compute":["two"]}}"#);
        assert_eq!(serde_json::from_str::<Held>(&text).unwrap().0, told);
        assert_eq!(serde_json::from_str::<Held>(&serde_json::to_string(&told).unwrap()).unwrap().0, told);
    }
}
