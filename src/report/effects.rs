//! What the effects of findings measure: a mark for each, under which the tables of every study's page have it and the glossary tells it once.

use super::number;
use super::table::{Cell, Table};
use super::worlds;
use crate::audit::{Audit, FindingReport};
use crate::taxonomy::{Definition, Word};
use std::collections::{BTreeMap, BTreeSet};

/// What the effects of an audit's findings measure, in the order of their marks, each with the definition that measures it.
pub struct Effects<'a>(Vec<(Definition, &'a str)>);

/// Whether a finding shows a number, and says what it is.
fn has_number(finding: &FindingReport) -> bool {
    finding.effect.is_some_and(f64::is_finite) && !finding.statistic.is_empty()
}

impl<'a> Effects<'a> {
    /// Of findings as published and in the worlds that show a number; by definition, and in it by name.
    #[must_use]
    pub fn of(audit: &'a Audit) -> Self {
        let places = worlds::places(audit);
        let profiles = audit.studies.iter().flat_map(|study| study.profiles.values());
        let shown = profiles.flat_map(|arms| places.iter().filter_map(|place| arms.get(&place.id)));
        let mut told: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (key, finding) in shown.flatten().filter(|(_, finding)| has_number(finding)) {
            told.entry(key.split(':').next().unwrap_or(key)).or_default().insert(&finding.statistic);
        }
        let mut all: Vec<(Definition, &str)> = Vec::new();
        for definition in Definition::all() {
            for statistic in told.get(definition.id()).into_iter().flatten() {
                if all.iter().all(|(_, known)| known != statistic) {
                    all.push((*definition, statistic));
                }
            }
        }
        Self(all)
    }

    /// The mark of one of them in the tables.
    fn mark(&self, statistic: &str) -> String {
        let place = self.0.iter().position(|(_, known)| *known == statistic);
        place.map_or_else(|| number::NONE.to_owned(), |place| format!("e{}", place + 1))
    }

    /// The marks of a row: one where all its numbers measure the same, else one for each place.
    #[must_use]
    pub fn marks(&self, found: &[Option<&FindingReport>]) -> String {
        let of = |finding: &Option<&FindingReport>| finding.filter(|one| has_number(one)).map(|one| self.mark(&one.statistic));
        let marks: Vec<Option<String>> = found.iter().map(of).collect();
        let told: BTreeSet<&String> = marks.iter().flatten().collect();
        match (told.len(), told.first()) {
            (0, _) | (_, None) => number::NONE.to_owned(),
            (1, Some(one)) => (*one).clone(),
            _ => marks.iter().map(|mark| mark.as_deref().unwrap_or(number::NONE)).collect::<Vec<_>>().join(" · "),
        }
    }

    /// All of them.
    #[must_use]
    pub fn table(&self) -> Table {
        let mut table = Table::new("What effects measure, by mark", &["Mark", "Definition", "It measures"], "No finding shows a number.");
        table.rows.extend(self.0.iter().map(|(definition, statistic)| {
            vec![Cell::text(self.mark(statistic)), Cell::Code(definition.to_string()), Cell::text(*statistic)]
        }));
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{fixture, render};

    #[test]
    fn every_mark_of_a_page_is_told_in_the_glossary_and_leads_there() {
        let audit = fixture::awkward();
        let table = Effects::of(&audit).table();
        assert!(!table.rows.is_empty(), "{table:?}");
        let known: BTreeSet<String> = (1..=table.rows.len()).map(|place| format!("e{place}")).collect();
        let pages = render(&audit);
        let glossary = pages.iter().find(|page| page.path.ends_with("GLOSSARY.md")).expect("there is one").text();
        assert!(known.iter().all(|mark| glossary.contains(&format!("| {mark} | "))));
        let mut marked = 0;
        for page in pages.iter().filter(|page| page.path.starts_with("studies")) {
            let text = page.text();
            let is_mark = |word: &&str| word.strip_prefix('e').is_some_and(|place| place.parse::<u32>().is_ok());
            let marks: BTreeSet<&str> =
                text.lines().filter(|line| line.starts_with("| ")).flat_map(str::split_whitespace).filter(is_mark).collect();
            assert!(marks.iter().all(|mark| known.contains(*mark)), "{marks:?}");
            assert_eq!(text.contains("](../GLOSSARY.md#findings)"), !marks.is_empty(), "{}", page.path.display());
            marked += marks.len();
        }
        assert!(marked > 0);
    }

    #[test]
    fn a_mark_belongs_to_one_thing_measured() {
        let audit = fixture::large();
        let effects = Effects::of(&audit);
        let told: BTreeSet<&str> = effects.0.iter().map(|(_, statistic)| *statistic).collect();
        assert_eq!(told.len(), effects.0.len());
        assert_eq!(effects.mark("what nobody measures"), number::NONE);
    }
}
