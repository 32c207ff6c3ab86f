//! The report at the size the literature has: the committed audit, multiplied until it holds that many studies and claims.

use super::render;
use crate::audit::{Audit, ClaimReport, Verdict};
use std::path::Path;

/// Studies and claims that a whole registry may hold.
const STUDIES: usize = 150;
const CLAIMS: usize = 700;

/// The committed audit with its studies and claims copied under new ids, and more of what takes a row of its own.
fn whole() -> Audit {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("report/audit.json");
    let text = std::fs::read_to_string(path).expect("report/ is committed");
    let mut audit: Audit = serde_json::from_str(&text).expect("audit.json is an audit");
    let (studies, claims, bibliography) = (audit.studies.clone(), audit.claims.clone(), audit.bibliography.clone());
    let mut copy = 1;
    while audit.studies.len() < STUDIES || audit.claims.len() < CLAIMS {
        let id = |id: &str| format!("copy{copy:02}-{id}");
        let renamed = studies.iter().cloned().map(|mut study| {
            study.id = id(&study.id);
            study
        });
        audit.studies.extend(renamed);
        audit.claims.extend(claims.iter().cloned().map(|mut claim| {
            (claim.id, claim.study) = (id(&claim.id), id(&claim.study));
            claim.reason = claim.reason.map(|reason| format!("{reason}, as copy {copy} has it"));
            claim
        }));
        audit.bibliography.extend(bibliography.iter().cloned().map(|mut entry| {
            entry.id = id(&entry.id);
            entry
        }));
        copy += 1;
    }
    audit
}

#[test]
fn the_report_of_a_whole_literature_is_one_line_per_study_and_little_more() {
    let audit = whole();
    let pages = render(&audit);
    let page = pages.iter().find(|page| page.path.as_os_str() == "REPORT.md").expect("the main page");
    let lines = String::from_utf8_lossy(&page.bytes).lines().count();
    let contradicted = audit.claims.iter().filter(|claim| claim.verdict == Verdict::Contradicted).count();
    let studies = audit.studies.len();
    let mutual = |a: &ClaimReport, b: &ClaimReport| a.study != b.study && a.conflicts.contains(&b.id) && b.conflicts.contains(&a.id);
    let pairs = audit.claims.iter().flat_map(|a| audit.claims.iter().filter(move |b| a.id < b.id && mutual(a, b))).count();
    // The fixed part: the position paper's two tables, three standings for each reading, the rules of decision and the calibration, families,
    // sixteen figures with a caption each, and the designs: a row per remedy, per cause and loop, per indicator and loop, and of remedies, causes and signs
    // once more in the worlds; of remedies once more against their own real data, of causes by twos, of signs by regime and sampling.
    let most = 905 + studies + pairs;
    assert!(
        contradicted >= 8 && lines < most,
        "{lines} lines with {studies} studies, {pairs} pairs and {contradicted} contradicted claims"
    );
}

/// Bytes at most of `audit.json`, of `index.html` and of the whole folder, in millions. The last is eight mebibytes: what grows beyond it says something twice.
const MOST: [f64; 3] = [2.9, 0.9, 8.388_608];

#[test]
fn the_committed_report_is_small_enough_to_be_fetched_and_diffed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("report");
    let size = |path: &Path| std::fs::metadata(path).expect("report/ is committed").len() as f64 / 1e6;
    let mut found = [size(&folder.join("audit.json")), size(&folder.join("index.html")), 0.0];
    let mut folders = vec![folder];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder of the report") {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() { folders.push(path) } else { found[2] += size(&path) }
        }
    }
    assert!(found.iter().zip(&MOST).all(|(found, most)| found <= most), "{found:?} of {MOST:?} million bytes");
}

/// Writes that report where one can look at it: `COLLAPSE_AUDIT_LOOK=folder cargo test report::tests_size -- --ignored`.
#[test]
#[ignore = "writes files to look at"]
fn look_at_a_whole_literature() {
    let folder = std::env::var("COLLAPSE_AUDIT_LOOK").expect("COLLAPSE_AUDIT_LOOK names a folder");
    for page in render(&whole()) {
        let path = Path::new(&folder).join(page.path);
        std::fs::create_dir_all(path.parent().expect("every page stands in a folder")).expect("the folder can be made");
        std::fs::write(path, page.bytes).expect("the page can be written");
    }
}
