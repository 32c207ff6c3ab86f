//! REPORT.md: the template `report.md.j2` filled with tables, figures and numbers that come from the audit alone.
//! The same template makes the HTML page; only tables and figures are then written in their HTML form.

use super::facts::{self, Group};
use super::figures::Figure;
use super::number;
use super::table::Table;
use super::text;
use super::{tables, tables_claims, tables_method, tables_position, tables_sources, worlds};
use crate::audit::Audit;
use crate::taxonomy::{Definition, Word};
use minijinja::{Environment, Value, context};
use std::collections::BTreeMap;

/// In which form tables and figures are put into a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Markdown tables, figures by link.
    Markdown,
    /// HTML tables and figures by link, between marks that `html` passes through.
    Html,
}

impl Form {
    /// A table in this form.
    #[must_use]
    pub fn table(self, table: &Table) -> String {
        match self {
            Self::Markdown => table.markdown(),
            Self::Html => super::marks::raw(&table.html()),
        }
    }

    /// A figure in this form, linked from a page `up` folders below the report's; empty where there is none.
    #[must_use]
    pub fn figure(self, figures: &[Figure], name: &str, up: &str) -> String {
        let Some(figure) = figures.iter().find(|figure| figure.name == name) else { return String::new() };
        match self {
            Self::Markdown => format!("![{}]({up}figures/{name}.svg)\n", text::markdown(&figure.title)),
            Self::Html => {
                super::marks::raw(&format!("<p><img src=\"figures/{name}.svg\" alt=\"{}\" loading=\"lazy\"></p>", text::xml(&figure.title)))
            }
        }
    }
}

/// REPORT.md.
#[must_use]
pub fn report(audit: &Audit, figures: &[Figure]) -> String {
    tidy(&fill("report", include_str!("templates/report.md.j2"), report_context(audit, figures, Form::Markdown)))
}

/// REFERENCES.md: every source cited.
#[must_use]
pub fn references(audit: &Audit) -> String {
    let sources: Vec<_> = audit.bibliography.iter().map(|b| context! { id => b.id.clone(), text => text::markdown(&b.text) }).collect();
    let scope = facts::scope_line(audit).map(|line| text::markdown(&line));
    tidy(&fill("references", include_str!("templates/references.md.j2"), context! { scope, sources }))
}

/// A template filled with a context; templates are part of the program, so a fault in one is a fault of the program.
///
/// # Panics
/// If a template is wrong.
#[must_use]
pub fn fill(name: &str, template: &str, context: Value) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.render_named_str(name, template, context).unwrap_or_else(|fault| panic!("template {name}: {fault:#}"))
}

/// At most one empty line in a row, none at the end, one final line break.
#[must_use]
pub fn tidy(page: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in page.lines().map(str::trim_end) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines.join("\n") + "\n"
}

/// Everything `report.md.j2` asks for.
#[must_use]
pub fn report_context(audit: &Audit, figures: &[Figure], form: Form) -> Value {
    let meanings: Vec<_> =
        Definition::all().iter().map(|d| context! { number => d.number(), id => d.id(), sentence => d.sentence() }).collect();
    let takeaways: Vec<_> = audit.definitions.iter().map(|report| text::markdown(&report.takeaway)).collect();
    let provenance = &audit.provenance;
    context! {
        scope => facts::scope_line(audit).map(|line| text::markdown(&line)),
        first_study => audit.studies.first().map(|study| study.id.clone()),
        meanings, takeaways,
        answer => audit.answer.iter().map(|sentence| text::markdown(sentence)).collect::<Vec<_>>(),
        rule => crate::audit::RULE,
        sparse => tables_method::sparse(audit),
        realism_agreement => tables_sources::realism_agreement(audit),
        questions => audit.screening.iter().flat_map(|one| &one.questions).map(|words| text::markdown(words)).collect::<Vec<_>>(),
        added => tables_claims::uncounted(audit, Group::Added),
        recalled => tables_claims::uncounted(audit, Group::Recalled),
        w => worlds::sentences(audit),
        n => numbers(audit),
        t => report_tables(audit, form),
        f => report_figures(figures, form),
        provenance => context! {
            version => text::markdown(&provenance.version), seed => provenance.seed, registry => provenance.registry.clone(),
            criteria => provenance.criteria.clone(), preset => provenance.preset.clone(), scope => text::markdown(&provenance.scope),
        },
    }
}

fn report_tables(audit: &Audit, form: Form) -> BTreeMap<&'static str, String> {
    let tables = [
        ("verdicts", tables::verdicts(audit)),
        ("position", tables_position::position(audit)),
        ("position_cells", tables_position::cells(audit)),
        ("both_true", tables_claims::both_true(audit)),
        ("worlds", tables::worlds(audit)),
        ("definitions", tables::definitions(audit)),
        ("certainties", tables::certainties(audit)),
        ("shares", tables::shares(audit)),
        ("audited", tables::audited(audit)),
        ("realism", tables::realism_distribution(audit)),
        ("contradicted", tables_claims::contradicted(audit)),
        ("contradicted_checks", tables_claims::contradicted_checks(audit)),
        ("flips", tables_claims::flips(audit)),
        ("counts", tables_claims::counts(audit)),
        ("analogues", tables_claims::analogues(audit)),
        ("undecided", tables_claims::undecided(audit)),
        ("untested", tables_claims::untested(audit)),
        ("coverage", tables_method::coverage(audit)),
        ("flow", tables_sources::flow(audit)),
        ("excluded", tables_sources::excluded(audit)),
        ("coders", tables_sources::coders(audit)),
        ("agreement", tables_method::agreement(audit)),
        ("differing", tables_method::differing(audit)),
        ("sensitivity", tables_method::sensitivity(audit)),
        ("overlays", tables_method::overlays(audit)),
        ("thresholds", tables_method::thresholds(audit)),
        ("calibration", tables_method::calibration(audit)),
        ("calibration_tests", tables_method::calibration_tests(audit)),
    ];
    tables.into_iter().map(|(name, table)| (name, form.table(&table))).collect()
}

fn report_figures(figures: &[Figure], form: Form) -> BTreeMap<&'static str, String> {
    let names = ["definitions", "realism", "forest", "worlds", "trajectories"];
    names.into_iter().map(|name| (name, form.figure(figures, name, ""))).collect()
}

/// The numbers in the prose: the audit's own head, in words.
fn numbers(audit: &Audit) -> Value {
    let head = &audit.head;
    let uncounted = head.added + head.recalled;
    context! {
        calibration => tables_method::calibration_state(audit),
        studies => text::counted(head.studies as usize, "study", "studies"),
        claims_words => text::counted(head.claims as usize, "claim", "claims"),
        tested => head.tested,
        counted => text::counted(head.counted as usize, "claim", "claims"),
        reproduced => head.reproduced,
        contradicted => head.contradicted,
        undecided => head.undecided,
        untested => head.untested,
        stubs => head.stubs,
        uncounted_words => if uncounted == 1 { "One further row (a check we added, or a claim we only recall) is".to_owned() }
            else { format!("{uncounted} further rows (checks we added, and claims we only recall) are") },
        own => head.reproduced_own,
        within => head.reproduced_within,
        position => tables_position::summary(audit),
        from_abstract => head.from_abstract,
        fragile => head.fragile,
        scaled => head.reproduced_scaled,
        analogue => head.reproduced_analogue,
        controls => head.controls,
        controls_failing => head.controls_as_they_must,
        forest => super::figures::forest_shows(audit),
        moved => worlds::moved(audit),
        flips => flips(audit),
        expected_false => number::plain(Some(audit.expected_false_exploratory)),
    }
}

fn flips(audit: &Audit) -> String {
    let counts = facts::flipping_conditions(audit);
    if counts.is_empty() {
        return "No single condition flips the outcome of a claim.".to_owned();
    }
    let list: Vec<_> = counts.iter().map(|(condition, count)| format!("`{condition}` ({count})")).collect();
    format!("Single conditions that change an outcome, with the number of claims: {}.", list.join(", "))
}
