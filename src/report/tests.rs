//! The whole report: snapshots of every page and format, the same bytes again and on every thread, words that may not
//! meet, figures that are well-formed, tables that read back.

use super::{Page, compare, fixture, render};
use crate::audit::{AS_PUBLISHED, Audit, CalibrationReport, FindingReport, StudyReport};
use crate::verdict::Outcome;
use std::collections::BTreeMap;

fn pages(audit: &Audit) -> BTreeMap<String, String> {
    let text = |page: Page| (page.path.display().to_string(), page.text());
    render(audit).into_iter().map(text).collect()
}

fn audits() -> [(&'static str, Audit); 4] {
    [("empty", fixture::empty()), ("one", fixture::one_study()), ("awkward", fixture::awkward()), ("large", fixture::large())]
}

/// Writes the fixtures' reports where one can look at them: `COLLAPSE_AUDIT_LOOK=folder cargo test report::tests::look -- --ignored`.
#[test]
#[ignore = "writes files to look at"]
fn look_at_the_fixtures() {
    let folder = std::env::var("COLLAPSE_AUDIT_LOOK").expect("COLLAPSE_AUDIT_LOOK names a folder");
    for (name, audit) in audits() {
        for page in render(&audit) {
            let path = std::path::Path::new(&folder).join(name).join(page.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, page.bytes).unwrap();
        }
    }
}

#[test]
fn every_page_of_the_awkward_audit_is_as_agreed() {
    // What `shown` holds, REPORT.md says in the same words. Of figures the small ones of each kind; the others have tests that count.
    let figures = ["definitions", "forest", "outcomes", "trajectories-adams-2023-first-study"].map(|name| format!("figures/{name}.svg"));
    let told = |path: &String| !path.starts_with("tables/shown") && (!path.starts_with("figures/") || figures.contains(path));
    for (path, text) in pages(&fixture::awkward()).into_iter().filter(|(path, _)| told(path)) {
        // What is packed into the page is told apart in `html.rs`.
        let text = text.split("<script type=").next().expect("a text has a beginning");
        insta::assert_snapshot!(format!("awkward__{}", path.replace('/', "__")), text);
    }
}

#[test]
fn the_main_page_of_the_plain_and_the_empty_audit_is_as_agreed() {
    insta::assert_snapshot!("one__REPORT.md", pages(&fixture::one_study())["REPORT.md"]);
    insta::assert_snapshot!("empty__REPORT.md", pages(&fixture::empty())["REPORT.md"]);
}

#[test]
fn the_same_audit_gives_the_same_bytes_again_and_on_every_thread() {
    let audit = fixture::awkward();
    let first = render(&audit);
    let again: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| render(&audit))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for pages in again {
        assert_eq!(pages, first);
    }
    assert!(compare(&first, &render(&audit)).is_empty());
}

#[test]
fn no_page_shows_the_realistic_world_without_the_contested_one() {
    for (name, audit) in audits() {
        for (path, text) in pages(&audit) {
            let is_prose = path.ends_with(".md") || path.ends_with(".tex") || path.ends_with(".svg") || path.ends_with(".html");
            if is_prose && text.to_lowercase().contains("realistic world") {
                assert!(text.to_lowercase().contains("contested"), "{name}: {path}");
            }
            for line in text.lines().filter(|line| path.ends_with(".md") && line.starts_with('|') && line.contains("Realistic")) {
                assert!(line.contains("Contested"), "{name}: {path}: {line}");
            }
        }
    }
}

#[test]
fn a_world_never_takes_the_column_of_another_fact() {
    let mut audit = fixture::one_study();
    audit.worlds[1].id = "verdict".into();
    let sheet = &pages(&audit)["tables/claims.csv.gz"];
    assert!(sheet.lines().next().unwrap().contains(",as_published,realistic,world_verdict,held_change,"), "{sheet}");
}

#[test]
fn a_recalled_claim_is_never_called_contradicted() {
    let page = &pages(&fixture::awkward())["REPORT.md"];
    let recalled = page.split("### Recalled, not yet confirmed").nth(1).unwrap().split("## Coverage").next().unwrap();
    assert!(recalled.contains("1 not confirmed") && !recalled.contains("contradicted"));
    let study = &pages(&fixture::awkward())["studies/brown-2024-second.md"];
    let claim = study.split("### recalled").nth(1).unwrap().split("\n### ").next().unwrap();
    assert!(claim.contains("not confirmed") && !claim.contains("contradicted"));
}

#[test]
fn what_nobody_recorded_or_compared_is_said_in_words() {
    let mut audit = fixture::awkward();
    let page = &pages(&audit)["REPORT.md"];
    assert!(page.contains("| Identified: Abstracts (date not recorded) | not recorded |"));
    assert!(page.contains("| Identified in all | 28 and an unknown number: not recorded for 1 of 2 searches |"));
    assert!(page.contains("| Included: the studies of this report | 3 |"), "derived from the studies, written nowhere");
    assert!(page.contains("Agreement on realism levels: one coder (`registry`), so none is computed."));
    assert!(page.contains("not fully blind"));
    audit.screening = None;
    assert!(pages(&audit)["REPORT.md"].contains("How the studies were found is not recorded in this registry."));
}

#[test]
fn a_claim_prints_the_number_of_its_control_beside_its_own() {
    let mut audit = fixture::one_study();
    let pages_of =
        |audit: &Audit| pages(audit).into_iter().filter(|(path, _)| path.starts_with("studies/")).map(|(_, text)| text).collect();
    let told: String = pages_of(&audit);
    assert!(told.contains("the test fails there, as it must; 2.413 \\[2.380, 2.450\\] there"), "{told}");
    audit.claims[0].asserts = crate::registry::Asserts::Conditional;
    let told: String = pages_of(&audit);
    assert!(told.contains("its test for that half fails there, as it must; 2.413 \\[2.380, 2.450\\] there"), "{told}");
}

#[test]
fn a_positive_control_is_not_said_to_fail_and_a_row_names_every_effect_that_it_shows() {
    let mut audit = fixture::one_study();
    let page = |audit: &Audit| pages(audit).into_iter().find(|(path, _)| path.starts_with("studies/")).expect("a page").1;
    assert!(page(&audit).contains("| fails, as it must |"));
    let control = audit.claims[0].control.as_mut().expect("a control");
    (control.kind, control.verdict) = (crate::registry::ControlKind::Positive, crate::audit::Verdict::Reproduced);
    (control.fails, control.holds) = (false, true);
    let arms = audit.studies[0].profiles.values_mut().next().expect("a profile");
    for (world, outcome) in [("as-published", "risk minus five times the first"), ("realistic", "risk minus half the null risk")] {
        let finding = arms.get_mut(world).unwrap().get_mut("catastrophic-risk:mean").unwrap();
        (finding.outcome, finding.effect, finding.statistic) = (Outcome::Absent, Some(-0.5), outcome.to_owned());
    }
    arms.get_mut("contested").unwrap().get_mut("catastrophic-risk:mean").unwrap().effect = None;
    let told = page(&audit);
    assert!(told.contains("| holds, as it must |"), "{told}");
    let row = told.lines().find(|line| line.starts_with("| catastrophic-risk, mean |")).expect("its row");
    let marks: Vec<&str> = row.trim_end_matches(" |").rsplit("| ").next().unwrap().split(" · ").collect();
    assert!(marks.len() == 3 && marks[0] != marks[1] && marks[2] == "–", "{row}");
}

#[test]
fn a_study_of_which_nothing_speaks_for_it_says_so_on_its_page_and_in_the_profiles() {
    let mut audit = fixture::one_study();
    let told =
        |audit: &Audit, path: &str, words: &str| pages(audit).iter().any(|(name, text)| name.starts_with(path) && text.contains(words));
    let (page, figure) = (("studies/", "it speaks for nobody in a count"), ("figures/profiles", "no main simulation"));
    assert!(!told(&audit, page.0, page.1) && !told(&audit, figure.0, figure.1));
    audit.studies[0].simulations.values_mut().for_each(|one| one.voice = crate::audit::Voice::Check);
    assert!(told(&audit, page.0, page.1) && told(&audit, figure.0, figure.1));
}

#[test]
fn a_simulation_whose_worlds_are_one_run_says_so() {
    let mut audit = fixture::one_study();
    let told = |audit: &Audit| {
        pages(audit).values().any(|text| text.contains("The contested world is one and the same run as the realistic one here"))
    };
    assert!(!told(&audit));
    audit.studies[0].simulations.values_mut().for_each(|one| one.alike.push("contested".to_owned()));
    assert!(told(&audit));
}

#[test]
fn every_world_prints_its_own_certainty_and_marks_what_is_thin() {
    let audit = fixture::awkward();
    let all = pages(&audit);
    for report in &audit.definitions {
        let label = super::facts::label(report).markdown();
        let row = all["REPORT.md"].lines().find(|line| line.starts_with(&format!("| {label} | "))).unwrap();
        for (cell, world) in row.split(" | ").skip(1).zip(["as-published", "realistic", "contested"]) {
            let standing = &report.standing[world];
            let counts = format!("{} / {} / {} / {}", standing.occurs, standing.both, standing.absent, standing.undecided);
            let thin = if standing.decided() == 0 || standing.thin.is_empty() { "" } else { ", thin" };
            let one = if standing.decided() > 0 && standing.setups == 1 { ", one setup" } else { "" };
            assert_eq!(cell.trim_end_matches(" |"), format!("{counts}: {}{thin}{one}", standing.certainty), "{}: {world}", report.id);
        }
        let csv = all["tables/coverage.csv"].lines().find(|line| line.starts_with(&format!("definition,{},", report.id))).unwrap();
        assert_eq!(!csv.ends_with(','), !report.standing["as-published"].thin.is_empty(), "{csv}");
    }
}

#[test]
fn the_rule_by_which_studies_count_stands_above_the_first_table_that_counts_them() {
    let page = &pages(&fixture::awkward())["REPORT.md"];
    let (rule, table) = (page.find(&crate::audit::RULE[..60]).unwrap(), page.find("| Definition | As published |").unwrap());
    assert!(rule < table);
}

#[test]
fn a_partial_or_quick_report_says_so_in_the_first_line_of_every_page() {
    for (scope, word) in [("quick", "quick"), ("partial: study:adams-2023-first-study", "not of the whole registry")] {
        let mut audit = fixture::awkward();
        audit.provenance.scope = scope.into();
        for (path, text) in pages(&audit).iter().filter(|(path, _)| path.ends_with(".md")) {
            assert!(text.lines().next().unwrap().contains(word), "{path}");
        }
        assert!(pages(&audit)["tables/audit.tex"].lines().next().unwrap().contains(word));
        let html = &pages(&audit)["index.html"];
        assert!(html.split("<body").nth(1).unwrap().lines().nth(1).unwrap().contains(word));
    }
}

#[test]
fn no_page_prints_nan_or_infinity() {
    let mut audit = fixture::awkward();
    for claim in &mut audit.claims {
        (claim.estimate, claim.low, claim.high) = (Some(f64::NAN), Some(f64::NEG_INFINITY), Some(f64::INFINITY));
    }
    for curve in &mut audit.curves {
        curve.points[0].high = f64::INFINITY;
    }
    for (path, text) in pages(&audit) {
        let is_number = |word: &str| matches!(word, "NaN" | "inf" | "-inf" | "Infinity");
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '-').find(|word| is_number(word));
        assert_eq!(words, None, "{path}");
    }
}

#[test]
fn figures_are_well_formed_and_named_for_those_who_cannot_see_them() {
    for (name, audit) in audits() {
        for (path, text) in pages(&audit) {
            if path.ends_with(".svg") {
                well_formed(&text).unwrap_or_else(|fault| panic!("{name}: {path}: {fault}"));
                assert!(text.contains("\n<title>") && text.contains("\n<desc>"), "{path}");
                assert!(!text.contains("clip"), "{path}: clip ids come from a process-wide counter");
            }
        }
    }
}

/// A tiny XML reader: every tag closed in order, no raw `<` or `&` in words.
fn well_formed(text: &str) -> Result<(), String> {
    let mut open = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        check_entities(&rest[..at])?;
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->").ok_or("open comment")?.1;
            continue;
        }
        let (tag, after) = rest[1..].split_once('>').ok_or("open tag")?;
        if tag.contains('<') || tag.matches('"').count() % 2 == 1 {
            return Err(format!("broken tag {tag}"));
        }
        check_entities(tag)?;
        let name = |tag: &str| tag.split_whitespace().next().unwrap_or_default().trim_end_matches('/').to_owned();
        match tag.strip_prefix('/') {
            Some(closed) if open.pop() != Some(name(closed)) => return Err(format!("</{closed}> closes nothing")),
            Some(_) => {}
            None if tag.ends_with('/') => {}
            None => open.push(name(tag)),
        }
        rest = after;
    }
    if open.is_empty() { Ok(()) } else { Err(format!("never closed: {open:?}")) }
}

fn check_entities(words: &str) -> Result<(), String> {
    for part in words.split('&').skip(1) {
        let name = part.split_once(';').map(|(name, _)| name).filter(|name| name.len() < 8);
        name.ok_or_else(|| format!("raw & before {part}"))?;
    }
    Ok(())
}

#[test]
fn every_csv_table_reads_back_with_as_many_fields_as_heads() {
    for (name, audit) in audits() {
        for (path, text) in pages(&audit).into_iter().filter(|(path, _)| path.ends_with(".csv") || path.ends_with(".csv.gz")) {
            let rows = read_csv(&text);
            assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{name}: {path}");
        }
    }
    let audit = fixture::awkward();
    let rows = read_csv(&pages(&audit)["tables/claims.csv.gz"]);
    let column = |head: &str| rows[0].iter().position(|field| field == head).unwrap();
    for (row, claim) in rows[1..].iter().zip(&audit.claims) {
        assert_eq!((&row[column("claim")], &row[column("statement")]), (&claim.id, &claim.statement));
        assert_eq!(row[column("estimate")].parse::<f64>().ok().map(f64::to_bits), claim.estimate.map(f64::to_bits));
        assert_eq!(row[column("verdict")], claim.verdict.to_string());
    }
}

/// RFC 4180, written a second time and the other way round.
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            other => field.push(other),
        }
    }
    rows
}

#[test]
fn audit_json_reads_back_as_the_same_audit() {
    for (name, audit) in audits() {
        let text = &pages(&audit)["audit.json"];
        assert!(text.ends_with("}\n"));
        let read: Audit = serde_json::from_str(text).unwrap();
        assert_eq!(read, without_what_tables_hold(super::json::held(&audit)), "{name}");
    }
}

/// What `audit.json` keeps of an audit.
fn without_what_tables_hold(mut audit: Audit) -> Audit {
    audit.curves.clear();
    audit.sensitivity.around.clear();
    audit.sensitivity.leave_one_out.clear();
    audit.bibliography.iter_mut().for_each(|entry| entry.bibtex.clear());
    audit.claims.iter_mut().for_each(|claim| (claim.measure, claim.level) = (None, None));
    if let Some(calibration) = &mut audit.calibration {
        calibration.table = serde_json::from_value::<CalibrationReport>(serde_json::json!({ "is_current": true })).unwrap().table;
    }
    for study in &mut audit.studies {
        study.simulations.values_mut().flat_map(|one| one.arms.values_mut()).for_each(|arm| arm.composition.clear());
        for arms in study.profiles.values_mut() {
            arms.retain(|arm, _| ["as-published", "realistic", "contested"].contains(&arm.as_str()));
            for finding in arms.values_mut().flat_map(|profile| profile.values_mut()) {
                (finding.functional, finding.against, finding.replicates) = (None, None, 0);
                finding.statistic.clear();
                finding.notes.clear();
            }
        }
    }
    audit
}

#[test]
fn the_long_tables_hold_what_audit_json_leaves_out() {
    let audit = fixture::awkward();
    let pages = pages(&audit);
    let rows = |name: &str| read_csv(&pages[&format!("tables/{name}.csv.gz")]).len() - 1;
    let idle = |finding: Option<&FindingReport>| finding.is_some_and(|one| one.outcome == Outcome::NotApplicable);
    // What does not apply to an arm and does not apply as published either is left out.
    let kept = |arms: &BTreeMap<String, BTreeMap<String, FindingReport>>, arm: &str, key: &str| {
        let of = |arm: &str| arms.get(arm).and_then(|profile| profile.get(key));
        arm == AS_PUBLISHED || !idle(of(arm)) || !idle(of(AS_PUBLISHED))
    };
    let findings = |study: &StudyReport| -> usize {
        let of = |arms: &BTreeMap<String, BTreeMap<String, FindingReport>>| {
            arms.iter().map(|(arm, profile)| profile.keys().filter(|key| kept(arms, arm, key)).count()).sum::<usize>()
        };
        study.profiles.values().map(of).sum()
    };
    let sets = |study: &StudyReport| -> usize {
        study.simulations.values().flat_map(|one| one.arms.values()).map(|arm| arm.composition.len()).sum()
    };
    assert_eq!(rows("profiles"), audit.studies.iter().map(findings).sum::<usize>());
    assert_eq!(rows("compositions"), audit.studies.iter().map(sets).sum::<usize>());
    assert_eq!(rows("curves"), audit.curves.iter().map(|curve| curve.points.len()).sum::<usize>());
    for word in ["\"curves\"", "\"composition\"", "\"statistic\"", "\"notes\"", "\"rows\""] {
        assert!(!pages["audit.json"].contains(word), "{word}");
    }
}

#[test]
fn every_table_of_the_report_is_kept_as_csv_and_as_json() {
    let pages = pages(&fixture::awkward());
    let shown: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&pages["tables/shown.json.gz"]).unwrap();
    assert!(shown.len() > 20);
    for (name, table) in shown {
        let rows = read_csv(&pages[&format!("tables/shown/{name}.csv")]);
        assert_eq!(rows.len(), 1 + table["rows"].as_array().unwrap().len(), "{name}");
        assert!(pages["index.html"].contains(&super::text::xml(table["caption"].as_str().unwrap())) || rows.len() == 1, "{name}");
    }
    assert!(pages["tables/shown/contradicted.csv"].lines().count() > 1);
}

#[test]
fn every_figure_of_the_page_is_a_file_beside_it() {
    let pages = pages(&fixture::awkward());
    let page = &pages["index.html"];
    let figures: Vec<_> = page.split("<img src=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(!page.contains("<svg") && figures.len() > 3 && figures.iter().all(|path| pages.contains_key(*path)), "{figures:?}");
}

#[test]
fn every_link_of_the_main_page_leads_to_a_page_and_a_heading() {
    let pages = pages(&fixture::awkward());
    for link in pages["REPORT.md"].split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
        if let Some(section) = link.strip_prefix('#') {
            let is_it = |line: &str| line.strip_prefix("## ").is_some_and(|title| title.to_lowercase().replace(' ', "-") == section);
            assert!(pages["REPORT.md"].lines().any(is_it), "{link} has no heading");
            assert!(pages["index.html"].contains(&format!("<h2 id=\"{section}\"")), "{link} leads nowhere on the page");
            continue;
        }
        let (path, place) = link.split_once('#').unwrap_or((link, ""));
        let page = pages.get(path).unwrap_or_else(|| panic!("{link} leads nowhere"));
        assert!(place.is_empty() || page.lines().any(|line| line == format!("### {place}")), "{link} has no heading");
    }
}

#[test]
fn every_table_row_has_as_many_cells_as_its_head() {
    for (name, audit) in audits() {
        for (path, text) in pages(&audit).into_iter().filter(|(path, _)| path.ends_with(".md")) {
            let lines: Vec<_> = text.lines().collect();
            for table in lines.chunk_by(|a, b| a.starts_with('|') && b.starts_with('|')).filter(|lines| lines[0].starts_with('|')) {
                let cells = |line: &str| line.replace("\\|", "").matches('|').count();
                assert!(table.iter().all(|line| cells(line) == cells(table[0])), "{name}: {path}: {}", table[0]);
            }
        }
    }
}
