//! The page of one study: definitions, realism with reasons, what its simulations show as published and in every world, and every
//! claim with its numbers and the command that repeats it.

use super::facts;
use super::figures::Figure;
use super::markdown::{Form, fill, tidy};
use super::number;
use super::table::{Cell, Table};
use super::text;
use super::{tables, tables_claims, tables_method, worlds};
use crate::audit::{Audit, ClaimReport, FindingReport, RealismReport, StudyReport};
use crate::registry::ControlKind;
use crate::taxonomy::{Against, Condition, Definition, Word};
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// `studies/<id>.md`.
#[must_use]
pub fn markdown(audit: &Audit, study: &StudyReport, figures: &[Figure]) -> String {
    tidy(&render(audit, study, figures, Form::Markdown))
}

/// The page in either form, before tidying.
#[must_use]
pub fn render(audit: &Audit, study: &StudyReport, figures: &[Figure], form: Form) -> String {
    let trajectories = form.figure(figures, &format!("trajectories-{}", study.id), "../");
    let context = context! {
        scope => facts::scope_line(audit).map(|line| text::markdown(&line)),
        up => "../",
        w => worlds::sentences(audit),
        s => study_context(audit, study, form),
        t => context! {
            definitions => form.table(&definitions(study)),
            realism => form.table(&realism(&study.realism)),
            sensitivity => form.table(&sensitivity(audit, study)),
            claims => form.table(&claims(audit, study, form)),
        },
        f => context! { trajectories, forest => form.figure(figures, &format!("forest-{}", study.id), "../") },
    };
    fill("study", include_str!("templates/study.md.j2"), context)
}

fn study_context(audit: &Audit, study: &StudyReport, form: Form) -> Value {
    let arxiv = study.arxiv.as_ref().map(|id| format!(", arXiv:{id}"));
    let doi = study.doi.as_ref().map(|doi| format!(", doi:{doi}"));
    let venue = study.venue.as_ref().map(|venue| format!(", {venue}"));
    let places: String = [venue, arxiv, doi].into_iter().flatten().collect();
    let parts = study.realism_by_simulation.iter().map(|(name, report)| {
        context! { name, text => realism_sentence(report), table => form.table(&realism(report)) }
    });
    let claims: Vec<_> = audit.claims.iter().filter(|claim| claim.study == study.id).map(|claim| claim_context(audit, claim)).collect();
    context! {
        id => study.id.clone(),
        title => text::markdown(&study.title),
        authors => text::markdown(&if study.authors.is_empty() { "Authors not recorded".to_owned() } else { study.authors.join(", ") }),
        year => study.year,
        places => text::markdown(&places),
        families => text::markdown(&if study.families.is_empty() { "none".to_owned() } else { study.families.join(", ") }),
        realism => realism_sentence(&study.realism),
        realism_by_simulation => parts.collect::<Vec<_>>(),
        no_simulation => study.no_simulation.as_deref().map(text::markdown),
        simulations => simulations(audit, study, form),
        claims,
    }
}

/// How the study's score moves with weights; on its own page it needs no name.
fn sensitivity(audit: &Audit, study: &StudyReport) -> Table {
    let mut table = tables_method::sensitivity_of(audit, &[study]);
    table.columns.remove(0);
    table.rows.iter_mut().for_each(|row| drop(row.remove(0)));
    table
}

/// The study's claims, each leading to its own heading on this page.
fn claims(audit: &Audit, study: &StudyReport, form: Form) -> Table {
    let place = match form {
        Form::Markdown => String::new(),
        Form::Html => format!("studies/{}.md", study.id),
    };
    tables_claims::of_study(audit, &study.id, &place)
}

fn realism_sentence(report: &RealismReport) -> String {
    match report.mid {
        None => format!("The score is withheld: {} of 8 conditions could be judged, and fewer than four tell too little.", report.judged),
        Some(_) => format!(
            "Score {} (low – middle – high), {} of 8 conditions judged.",
            tables::realism_text(report.low, report.mid, report.high),
            report.judged
        ),
    }
}

fn definitions(study: &StudyReport) -> Table {
    let mut table = Table::new(
        "Definitions the study uses, by coder",
        &["Coder", "Definition", "Used"],
        "No coder recorded a definition for this study.",
    );
    for (coder, cells) in &study.definitions {
        for (definition, basis) in cells {
            table.rows.push(vec![Cell::text(coder.clone()), Cell::Code(definition.to_string()), Cell::text(basis.id())]);
        }
    }
    table
}

fn realism(report: &RealismReport) -> Table {
    let mut table =
        Table::new("Realism, condition by condition", &["Condition", "Level", "Reason", "Where", "Coder"], "No condition was judged.");
    for condition in Condition::all() {
        let Some(judgement) = report.conditions.get(condition) else { continue };
        table.rows.push(vec![
            Cell::Code(condition.to_string()),
            Cell::text(text::words(judgement.level.id())),
            Cell::text(judgement.reason.clone()),
            Cell::text(judgement.locator.clone()),
            Cell::text(judgement.coder.clone()),
        ]);
    }
    table
}

fn simulations(audit: &Audit, study: &StudyReport, form: Form) -> Vec<Value> {
    let none = BTreeMap::new();
    let names: std::collections::BTreeSet<&String> = study.fidelity.keys().chain(study.profiles.keys()).collect();
    let simulation = |name: &String| {
        let arms = study.profiles.get(name).unwrap_or(&none);
        let departures: Vec<_> = study.departures.get(name).into_iter().flatten().map(|departure| text::markdown(departure)).collect();
        let left_out = study
            .not_simulated
            .get(name)
            .into_iter()
            .flatten()
            .map(|(arm, why)| format!("{} ({})", text::markdown_code(arm), text::markdown(&text::words(why))));
        context! {
            name => text::markdown(name),
            fidelity => study.fidelity.get(name).map_or("not recorded", |fidelity| fidelity.id()),
            method => study.methods.get(name).map(|method| format!("Computed by {}.", text::markdown(method))).unwrap_or_default(),
            departures,
            table => form.table(&profiles(audit, arms)),
            arms => form.table(&single_conditions(audit, arms)),
            left_out => left_out.collect::<Vec<_>>().join(", "),
        }
    };
    names.into_iter().map(simulation).collect()
}

type Arms = BTreeMap<String, BTreeMap<String, FindingReport>>;

/// The profile of a simulation as published and in every world, both functionals where a definition has them.
fn profiles(audit: &Audit, arms: &Arms) -> Table {
    let places = worlds::places(audit);
    let mut table = Table {
        caption: format!("Collapse profile in the {} worlds: outcome, effect [interval]", worlds::count(audit)),
        columns: worlds::columns(audit, &["Definition"], &["Effect is"]),
        rows: Vec::new(),
        empty: "This simulation was not profiled.".to_owned(),
    };
    for definition in Definition::all() {
        let keys: &[&str] = match (definition.has_functionals(), definition.has_readings()) {
            (true, true) => &[":mean", ":typical", ":mean:first", ":typical:first"],
            (true, false) => &[":mean", ":typical"],
            (false, _) => &[""],
        };
        for suffix in keys {
            let key = format!("{definition}{suffix}");
            let found: Vec<_> = places.iter().map(|place| arms.get(&place.id).and_then(|profile| profile.get(&key))).collect();
            let Some(first) = found.iter().flatten().next() else { continue };
            let mut row = vec![Cell::text(key.replace(':', ", "))];
            row.extend(found.iter().map(|finding| Cell::text(finding.map_or_else(|| "not decided".to_owned(), finding_text))));
            row.push(Cell::text(first.statistic.clone()));
            table.rows.push(row);
        }
    }
    table
}

fn finding_text(finding: &FindingReport) -> String {
    let word = facts::with_reason(facts::outcome_plain(finding.outcome), finding.reason.as_deref());
    let effect = number::with_interval(finding.effect, finding.low, finding.high);
    let effect = if effect == number::NONE { String::new() } else { format!(", {effect}") };
    let onset = finding.onset.map(|onset| format!(", from generation {onset}")).unwrap_or_default();
    format!("{word}{effect}{onset}")
}

/// Headline outcomes when one condition at a time is as in the leading world.
fn single_conditions(audit: &Audit, arms: &Arms) -> Table {
    let mut columns = vec!["One condition changed".to_owned()];
    columns.extend(Definition::all().iter().map(|definition| tables::short(*definition).to_owned()));
    let caption = format!("Outcomes with one {} condition at a time (exploratory)", worlds::leading(audit));
    let mut table = Table { caption, columns, rows: Vec::new(), empty: "No single condition was simulated alone.".to_owned() };
    for condition in Condition::all() {
        let Some(profile) = arms.get(condition.id()) else { continue };
        let mut row = vec![Cell::Code(condition.to_string())];
        row.extend(Definition::all().iter().map(|definition| {
            Cell::text(
                facts::headline(profile, *definition, Against::RealOnly)
                    .map_or(number::NONE, |finding| facts::outcome_plain(finding.outcome)),
            )
        }));
        table.rows.push(row);
    }
    table
}

fn claim_context(audit: &Audit, claim: &ClaimReport) -> Value {
    let in_worlds = worlds::head(audit);
    let facts = claim_facts(audit, claim, &in_worlds);
    context! {
        name => facts::local(&claim.id),
        statement => text::markdown(&claim.statement),
        facts => facts.into_iter().map(|(head, body)| vec![head.to_owned(), body]).collect::<Vec<_>>(),
        repeat => claim.repeat.as_ref().map(|command| text::one_line(command)),
    }
}

/// What is said of a claim on its study's page, head by head; `in_worlds` is the head of what becomes of it there.
fn claim_facts<'a>(audit: &Audit, claim: &ClaimReport, in_worlds: &'a str) -> Vec<(&'a str, String)> {
    let mut facts = vec![("Verdict", text::markdown(&facts::verdict_text(claim)))];
    facts.push(("Fidelity", text::markdown(claim.fidelity.id())));
    facts.push(("Whose, and how known", text::markdown(&format!("{}, {}; {}", claim.by, claim.known, claim.locator))));
    facts.push(("It says", format!("{} {} ({})", text::markdown_code(claim.definition.id()), asserted(claim), claim.functional)));
    if let Some(test) = &claim.test {
        facts.push(("Test", text::markdown_code(test)));
    }
    if claim.estimate.is_some() {
        facts.push(("Numbers", text::markdown(&numbers(claim))));
    }
    if let Some(needs) = claim.needs {
        facts.push(("Would be decided by", format!("about {} replicates", number::count(needs))));
    }
    if let Some(control) = &claim.control {
        let answer = match (control.kind, control.stands()) {
            (ControlKind::Negative, true) => "the test fails there, as it must",
            (ControlKind::Negative, false) => "the test does not fail there",
            (ControlKind::Positive, true) => "the test holds there, as it must",
            (ControlKind::Positive, false) => "the test does not hold there",
        };
        facts.push(("Control", format!("{}: {answer}", text::markdown_code(&control.change))));
    }
    let places = worlds::places(audit).into_iter();
    let places: Vec<String> = places.map(|place| format!("{}: {}", place.words, facts::world_text(claim.at(&place.id)))).collect();
    facts.push((
        in_worlds,
        text::markdown(&format!("{}; {} conditions simulated", places.join("; "), facts::simulated(claim.conditions_simulated))),
    ));
    facts.push(("Flips under", text::markdown(&facts::flips_text(claim.flips_under.as_ref()))));
    let notes = [("Method", &claim.method), ("Part of", &claim.part_of), ("Read it like this", &claim.because)];
    facts.extend(notes.into_iter().filter_map(|(head, note)| Some((head, text::markdown(note.as_ref()?)))));
    if !claim.conflicts.is_empty() {
        facts.push(("Conflicts with", claim.conflicts.iter().map(|id| text::markdown_code(id)).collect::<Vec<_>>().join(", ")));
    }
    facts
}

fn asserted(claim: &ClaimReport) -> &'static str {
    match claim.asserts {
        crate::registry::Asserts::Occurs => "occurs",
        crate::registry::Asserts::Absent => "is absent",
        crate::registry::Asserts::Conditional => "occurs under one condition and not under another",
    }
}

fn numbers(claim: &ClaimReport) -> String {
    let mut parts = vec![format!("estimate {}", number::with_interval(claim.estimate, claim.low, claim.high))];
    if claim.expected.is_some() {
        parts.push(format!("expected {}", number::rounded(claim.expected, claim.low, claim.high)));
    }
    if let Some((low, high)) = claim.accepted {
        parts.push(format!("accepted {}", number::interval(Some(low), Some(high))));
    }
    parts.extend(claim.generation.map(|generation| format!("generation {generation}")));
    parts.extend(claim.cell.as_ref().filter(|cell| !cell.is_empty()).map(|cell| format!("cell {cell}")));
    parts.push(format!("{} replicates", number::count(u64::from(claim.replicates))));
    parts.extend(claim.inference.as_ref().map(|inference| format!("by {inference}")));
    if claim.estimate_all.is_some() && claim.replicates_all > claim.replicates {
        let all = number::count(u64::from(claim.replicates_all));
        parts.push(format!("from all {all} replicates {}", number::rounded(claim.estimate_all, claim.low, claim.high)));
    }
    parts.join("; ")
}
