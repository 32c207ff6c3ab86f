//! `audit.json`: the audit itself, pretty, keys in a fixed order, null where something is undefined.

use crate::audit::Audit;

/// The audit as JSON text with a final line break. A number that is not finite becomes null.
#[must_use]
pub fn audit(audit: &Audit) -> String {
    let text = serde_json::to_string_pretty(audit).expect("an audit has text keys only and serialises");
    text + "\n"
}
