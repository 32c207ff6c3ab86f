//! By family: what each definition does in each family of models that was run, and whether what holds for Gaussians holds for networks.
//!
//! A simulation belongs to the family of the model that we ran, whatever the study spoke of; its headline in every world is counted once.

use crate::audit::{Audit, ClaimReport, StudyReport, Verdict};
use crate::registry::ModelFamily;
use crate::report::block::{Block, heading, paragraph, points};
use crate::report::table::{Cell, Table};
use crate::report::words::code;
use crate::report::{facts, number, tables, worlds};
use crate::taxonomy::{Against, Definition, Word};
use crate::verdict::Outcome;

/// The section; nothing where nothing was run.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    let families = run(audit);
    if families.is_empty() {
        return Vec::new();
    }
    let columns = worlds::in_one_cell(audit);
    vec![
        heading(2, "By family of model"),
        paragraph(&format!(
            "Each simulation counts once, in the family of the model that we ran, whatever the study spoke of. In each cell: simulations in which \
             the definition occurs, of those in which it is decided, {columns}; a dash where none is. `any-risk-increase` is told against real data alone. Models of no family: {}.",
            without().join(", ")
        )),
        Block::Shown("by-family", table(audit, &families)),
        paragraph(&format!(
            "Does what holds for Gaussians hold for networks? Networks are the simulations that train one, as published; *most* is more than half of those \
             decided, and fewer than {FEWEST} decided on either side say nothing."
        )),
        points(Definition::all().iter().map(|definition| sentence(audit, *definition))),
    ]
}

/// So few decided simulations say nothing of a family.
const FEWEST: usize = 3;

/// Kinds of model that are of no family.
fn without() -> Vec<&'static str> {
    let mut kinds: Vec<_> = crate::registry::schema::models().map(|kind| kind.name()).filter(|kind| family(kind).is_none()).collect();
    kinds.sort_unstable();
    kinds
}

/// The family of a kind of model.
fn family(kind: &str) -> Option<ModelFamily> {
    Some(match kind {
        "gaussian" | "gaussian-unbiased" | "gaussian-diagonal" => ModelFamily::Gaussian,
        "mixture" => ModelFamily::Mixture,
        "kde" | "market" => ModelFamily::Kernel,
        "categorical" | "bernoulli" => ModelFamily::Categorical,
        "n-gram" | "transformer" => ModelFamily::LanguageModel,
        "vae" | "labelled-vae" => ModelFamily::Vae,
        "gan" => ModelFamily::Gan,
        "diffusion" => ModelFamily::Diffusion,
        "flow" | "flow-matching" => ModelFamily::Flow,
        "ols" | "ridge" | "random-features" | "generalised-linear" => ModelFamily::Regression,
        "logistic" | "linear-classifier" | "mlp" => ModelFamily::Classifier,
        _ => return None,
    })
}

/// A simulation that was run, by its study and its name.
type Run<'a> = (&'a StudyReport, &'a str);

fn runs(audit: &Audit) -> impl Iterator<Item = Run<'_>> {
    audit.studies.iter().flat_map(|study| study.simulations.keys().map(move |name| (study, name.as_str())))
}

fn family_of((study, name): Run) -> Option<ModelFamily> {
    family(study.simulations.get(name)?.mechanism.split(' ').nth(1)?)
}

fn is_network((study, name): Run) -> bool {
    study.simulations.get(name).is_some_and(|one| one.arms.values().any(|arm| arm.is_trained))
}

/// The families of which something was run, in order.
fn run(audit: &Audit) -> Vec<ModelFamily> {
    ModelFamily::all().iter().copied().filter(|family| runs(audit).any(|run| family_of(run) == Some(*family))).collect()
}

/// In how many runs a definition occurs, and in how many it is decided.
fn decided<'a>(runs: impl Iterator<Item = Run<'a>>, world: &str, definition: Definition) -> (usize, usize) {
    let outcome = |(study, name): Run| {
        let profile = study.profiles.get(name)?.get(world)?;
        facts::headline(profile, definition, Against::RealOnly).map(|finding| finding.outcome)
    };
    runs.filter_map(outcome).fold((0, 0), |(occurs, decided), found| match found {
        Outcome::Occurs => (occurs + 1, decided + 1),
        Outcome::Absent => (occurs, decided + 1),
        Outcome::Undecided | Outcome::NotApplicable => (occurs, decided),
    })
}

fn table(audit: &Audit, families: &[ModelFamily]) -> Table {
    let mut columns: Vec<String> = ["Family", "Simulations", "Claims"].map(str::to_owned).to_vec();
    columns.extend(Definition::all().iter().map(|definition| tables::short(*definition).to_owned()));
    let caption = format!("Families by definition: occurs of decided, {}", worlds::in_one_cell(audit));
    let mut table = Table { caption, columns, rows: Vec::new(), empty: "No simulation was run.".to_owned() };
    for family in families {
        let own = || runs(audit).filter(|run| family_of(*run) == Some(*family));
        let mut row = vec![Cell::Code(family.to_string()), Cell::text(own().count().to_string()), Cell::text(claims(audit, *family))];
        row.extend(Definition::all().iter().map(|definition| {
            let counts = worlds::places(audit).into_iter().map(|place| match decided(own(), &place.id, *definition) {
                (_, 0) => number::NONE.to_owned(),
                (occurs, decided) => format!("{occurs}/{decided}"),
            });
            Cell::text(counts.collect::<Vec<_>>().join(" · "))
        }));
        table.rows.push(row);
    }
    table
}

/// Tested claims of a family: reproduced, contradicted, undecided.
fn claims(audit: &Audit, family: ModelFamily) -> String {
    let is_own = |claim: &&ClaimReport| {
        let study = audit.studies.iter().find(|study| study.id == claim.study);
        study.zip(claim.simulation.as_deref()).and_then(family_of) == Some(family)
    };
    let count = |verdict: Verdict| audit.claims.iter().filter(is_own).filter(|claim| claim.verdict == verdict).count();
    let [reproduced, contradicted, undecided] = [Verdict::Reproduced, Verdict::Contradicted, Verdict::Undecided].map(count);
    format!("{reproduced} reproduced, {contradicted} contradicted, {undecided} undecided")
}

/// Whether a definition does in networks what it does in Gaussians.
fn sentence(audit: &Audit, definition: Definition) -> String {
    let place = crate::audit::AS_PUBLISHED;
    let gaussians = decided(runs(audit).filter(|run| family_of(*run) == Some(ModelFamily::Gaussian)), place, definition);
    let networks = decided(runs(audit).filter(|run| is_network(*run)), place, definition);
    let answer = match (mostly(gaussians), mostly(networks)) {
        (None, _) | (_, None) => "too few are decided to say",
        (Some(true), Some(true)) => "in most of both",
        (Some(false), Some(false)) => "in most of neither",
        (Some(true), Some(false)) => "in most Gaussians and not in most networks",
        (Some(false), Some(true)) => "in most networks and not in most Gaussians",
    };
    format!(
        "{}: {answer}. It occurs in {} Gaussians and in {} networks in which it is decided.",
        code(definition.id()),
        share(gaussians),
        share(networks)
    )
}

/// So many of so many, and in per cent: most of both or of neither can still be far apart.
fn share((occurs, decided): (usize, usize)) -> String {
    let percent = (decided > 0).then(|| format!(" ({})", number::percent(Some(occurs as f64 / decided as f64))));
    format!("{occurs} of {decided}{}", percent.unwrap_or_default())
}

/// Whether it occurs in more than half; `None` where too few are decided or it is half and half.
fn mostly((occurs, decided): (usize, usize)) -> Option<bool> {
    (decided >= FEWEST && 2 * occurs != decided).then_some(2 * occurs > decided)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_simulation_counts_in_the_family_of_the_model_that_was_run() {
        let audit = fixture::awkward();
        let families = run(&audit);
        let shown = table(&audit, &families);
        assert_eq!(shown.rows.len(), families.len());
        assert!(families.contains(&ModelFamily::Gaussian), "{families:?}");
        let simulations: usize = families.iter().map(|family| runs(&audit).filter(|run| family_of(*run) == Some(*family)).count()).sum();
        assert!(simulations > 0 && simulations <= runs(&audit).count());
    }

    #[test]
    fn few_or_half_say_nothing() {
        assert_eq!([mostly((2, 2)), mostly((2, 4)), mostly((3, 4)), mostly((1, 4))], [None, None, Some(true), Some(false)]);
    }

    #[test]
    fn a_share_is_told_in_per_cent_where_there_is_one() {
        assert_eq!([share((9, 51)), share((0, 0))], ["9 of 51 (18 %)", "0 of 0"]);
    }

    #[test]
    fn a_model_without_a_family_is_named_and_every_family_but_theory_has_one() {
        assert!(without().contains(&"student-t") && !without().contains(&"gaussian"));
        let known: Vec<ModelFamily> = crate::registry::schema::models().filter_map(|kind| family(kind.name())).collect();
        let missing: Vec<_> = ModelFamily::all().iter().filter(|one| !known.contains(one)).collect();
        assert_eq!(missing, [&ModelFamily::Theory], "a kind that is spelt otherwise than the registry spells it has no family");
    }
}
