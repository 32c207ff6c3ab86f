//! The shape of `audit.json`, continued: how realistic a study is, condition by condition.

use crate::taxonomy::{Condition, RealismLevel};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The coder whose judgements come first.
pub const FIRST_CODER: &str = "registry";

/// A realism score with its interval: `unclear` counts as unmet below and met above.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RealismReport {
    /// Lower end; null where fewer than 4 conditions are judged.
    pub low: Option<f64>,
    /// With `unclear` as a half.
    pub mid: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Conditions judged (neither `not-applicable` nor `unclear`).
    pub judged: u32,
    /// Per condition.
    pub conditions: BTreeMap<Condition, ConditionReport>,
}

/// One judgement. `audit.json` leaves out what goes without saying: readings that are those of the level, and the registry's own coder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(into = "Written", from = "Written")]
#[schemars(with = "Written")]
pub struct ConditionReport {
    /// Level; `partly` where the main simulations of a study differ.
    pub level: RealismLevel,
    /// Its least realistic reading (`unclear`: unmet; of a study: over its main simulations); none where not applicable.
    pub low: Option<RealismLevel>,
    /// Its most realistic reading.
    pub high: Option<RealismLevel>,
    /// Reason.
    pub reason: String,
    /// Locator.
    pub locator: String,
    /// Coder.
    pub coder: String,
}

/// A judgement as it is written.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Written {
    /// Level; `partly` where the main simulations of a study differ.
    level: RealismLevel,
    /// Its least realistic reading, where that is not the level itself, or `unmet` of `unclear`; none where not applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    low: Option<RealismLevel>,
    /// Its most realistic reading, where that is not the level itself, or `met` of `unclear`; none where not applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    high: Option<RealismLevel>,
    /// Reason.
    reason: String,
    /// Locator.
    locator: String,
    /// Coder, where it is not `registry`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coder: Option<String>,
}

/// The least and the most realistic reading of a level; none where it is not applicable.
#[must_use]
pub const fn readings(level: RealismLevel) -> Option<(RealismLevel, RealismLevel)> {
    match level {
        RealismLevel::Met | RealismLevel::Partly | RealismLevel::Unmet => Some((level, level)),
        RealismLevel::Unclear => Some((RealismLevel::Unmet, RealismLevel::Met)),
        RealismLevel::NotApplicable => None,
    }
}

impl From<ConditionReport> for Written {
    fn from(told: ConditionReport) -> Self {
        let (low, high) = readings(told.level).unzip();
        Self {
            level: told.level,
            low: told.low.filter(|own| Some(*own) != low),
            high: told.high.filter(|own| Some(*own) != high),
            reason: told.reason,
            locator: told.locator,
            coder: Some(told.coder).filter(|coder| coder != FIRST_CODER),
        }
    }
}

impl From<Written> for ConditionReport {
    fn from(written: Written) -> Self {
        let (low, high) = readings(written.level).unzip();
        Self {
            level: written.level,
            low: written.low.or(low),
            high: written.high.or(high),
            reason: written.reason,
            locator: written.locator,
            coder: written.coder.unwrap_or_else(|| FIRST_CODER.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taxonomy::Word;

    #[test]
    fn a_judgement_reads_back_as_it_was_and_says_only_what_is_not_usual() {
        for level in RealismLevel::all() {
            let (low, high) = readings(*level).unzip();
            let usual = ConditionReport { level: *level, low, high, reason: "r".into(), locator: "l".into(), coder: FIRST_CODER.into() };
            let text = serde_json::to_string(&usual).unwrap();
            assert_eq!(text, format!("{{\"level\":\"{level}\",\"reason\":\"r\",\"locator\":\"l\"}}"));
            assert_eq!(serde_json::from_str::<ConditionReport>(&text).unwrap(), usual);
            let wide = ConditionReport { low: Some(RealismLevel::Unmet), high: Some(RealismLevel::Met), coder: "other".into(), ..usual };
            assert_eq!(serde_json::from_str::<ConditionReport>(&serde_json::to_string(&wide).unwrap()).unwrap(), wide);
        }
    }
}
