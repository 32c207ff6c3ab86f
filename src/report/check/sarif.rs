//! SARIF as GitHub's code scanning accepts it: a result per drift and none for what passed, each with exactly one
//! location whose path is relative to the repository, a stable rule id and a fingerprint that survives moved lines.

use super::{CheckReport, CheckRow};
use serde_json::{Value, json};

/// The rules, by id, with one sentence each.
const RULES: [(&str, &str); 4] = [
    ("drift-changed", "A claim's verdict, fidelity or outcome in a world is no longer the accepted one."),
    ("drift-lost", "A claim that was accepted as decided came out undecided within the budget."),
    ("drift-new", "A claim has no accepted verdict."),
    ("drift-gone", "A claim with an accepted verdict is gone from the registry."),
];

/// The report as SARIF 2.1.0 (OASIS Standard, 27 March 2020); the names are the standard's.
#[must_use]
pub fn sarif(report: &CheckReport) -> String {
    let mut rows: Vec<&CheckRow> = report.claims.iter().filter(|row| row.drift.is_some()).collect();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    let rules: Vec<Value> = RULES.iter().map(|(id, words)| json!({ "id": id, "shortDescription": { "text": words } })).collect();
    let driver = json!({ "name": "collapse-audit", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let results: Vec<Value> = rows.iter().map(|row| result(row)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "results": results }],
    });
    serde_json::to_string_pretty(&log).expect("a JSON value serialises") + "\n"
}

fn result(row: &CheckRow) -> Value {
    let drift = row.drift.as_deref().unwrap_or_default();
    let rule_id = RULES.iter().map(|(id, _)| *id).find(|id| id.strip_prefix("drift-") == Some(drift)).unwrap_or("drift-changed");
    let line = row.line.unwrap_or(1).max(1);
    let print = blake3::hash(format!("{rule_id}\n{}", row.id).as_bytes()).to_hex();
    json!({
        "ruleId": rule_id,
        "level": "error",
        "message": { "text": row.sentence().unwrap_or_default() },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&row.file) }, "region": { "startLine": line } } }],
        "partialFingerprints": { "claim/v1": &print[..32] },
    })
}

/// A path as a URI reference: what a URI may not hold is escaped byte by byte.
fn uri(path: &str) -> String {
    let kept = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(byte);
    path.bytes().map(|byte| if kept(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn every_result_is_as_github_asks() {
        let page = sarif(&fixture::check());
        insta::assert_snapshot!(page);
        let log: serde_json::Value = serde_json::from_str(&page).unwrap();
        let run = &log["runs"][0];
        let rules: Vec<_> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| rule["id"].clone()).collect();
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), fixture::check().claims.iter().filter(|row| row.drift.is_some()).count());
        for result in results {
            let locations = result["locations"].as_array().unwrap();
            assert_eq!(locations.len(), 1);
            let uri = locations[0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            assert!(uri.contains("claims/") && uri.ends_with(".toml"), "{uri}");
            assert!(locations[0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap() >= 1);
            assert!(rules.contains(&result["ruleId"]));
            assert!(!result["partialFingerprints"].as_object().unwrap().is_empty());
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        }
    }

    #[test]
    fn a_fingerprint_does_not_move_with_the_line() {
        let mut moved = fixture::check();
        for row in &mut moved.claims {
            row.line = row.line.map(|line| line + 7);
        }
        let prints = |report: &CheckReport| -> Vec<String> {
            let log: serde_json::Value = serde_json::from_str(&sarif(report)).unwrap();
            log["runs"][0]["results"].as_array().unwrap().iter().map(|result| result["partialFingerprints"].to_string()).collect()
        };
        assert_eq!(prints(&fixture::check()), prints(&moved));
    }

    #[test]
    fn a_path_with_a_space_is_a_uri() {
        assert_eq!(uri("my audit/claims/é.toml"), "my%20audit/claims/%C3%A9.toml");
    }

    #[test]
    fn nothing_drifted_is_an_empty_list_of_results() {
        let log: serde_json::Value = serde_json::from_str(&sarif(&CheckReport::default())).unwrap();
        assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    }
}
