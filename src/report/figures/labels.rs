//! Studies as a figure names them: author and year as in print, in the order of their dates.

use super::canvas::{SMALL, width_of};
use crate::audit::{Audit, StudyReport};
use std::collections::BTreeMap;

/// Author and year of every study, no two alike.
pub struct Labels(BTreeMap<String, String>);

impl Labels {
    /// The labels of all studies; those that would be alike take words of their id until they differ.
    #[must_use]
    pub fn of(audit: &Audit) -> Self {
        let mut by_label: BTreeMap<String, Vec<&StudyReport>> = BTreeMap::new();
        audit.studies.iter().for_each(|study| by_label.entry(cited(study)).or_default().push(study));
        let mut labels = BTreeMap::new();
        for (cited, alike) in by_label {
            for study in &alike {
                let is_told =
                    |count: &usize| alike.iter().filter(|other| own_words(other, *count) == own_words(study, *count)).count() == 1;
                let label = match (alike.len(), (1..).find(is_told)) {
                    (1, _) | (_, None) => cited.clone(),
                    (_, Some(count)) => format!("{cited}, {}", own_words(study, count)),
                };
                labels.insert(study.id.clone(), label);
            }
        }
        Self(labels)
    }

    /// How wide the widest is, in pixels.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.0.values().map(|label| width_of(label, SMALL)).fold(0.0, f64::max)
    }

    /// The label of a study.
    #[must_use]
    pub fn get<'a>(&'a self, study: &'a str) -> &'a str {
        self.0.get(study).map_or(study, String::as_str)
    }
}

/// `Borji 2024`, `Dey & Donoho 2024`, `Shumailov et al. 2023`.
fn cited(study: &StudyReport) -> String {
    let surname = |name: &String| name.split_whitespace().last().unwrap_or(name).to_owned();
    let authors = match &study.authors[..] {
        [] => study.id.split('-').next().unwrap_or_default().to_owned(),
        [one] => surname(one),
        [first, second] => format!("{} & {}", surname(first), surname(second)),
        [first, ..] => format!("{} et al.", surname(first)),
    };
    format!("{authors} {}", study.year)
}

/// So many words of the id behind author and year; all of the id once they run out.
fn own_words(study: &StudyReport, count: usize) -> String {
    let words: Vec<&str> = study.id.split('-').skip(2).collect();
    if words.len() < count { study.id.clone() } else { words[..count].join(" ") }
}

/// The studies in the order of their dates: by year, then by arXiv number, which holds the month; those without one last in their year.
#[must_use]
pub fn by_date(audit: &Audit) -> Vec<&StudyReport> {
    let mut studies: Vec<&StudyReport> = audit.studies.iter().collect();
    studies.sort_by_key(|study| (study.year, study.arxiv.is_none(), study.arxiv.clone(), study.id.clone()));
    studies
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_studies_share_a_label() {
        let audit = fixture::large();
        let labels = Labels::of(&audit);
        let all: BTreeSet<&str> = audit.studies.iter().map(|study| labels.get(&study.id)).collect();
        assert_eq!(all.len(), audit.studies.len(), "{all:?}");
        assert!(all.iter().all(|label| label.starts_with("Author & Writer 2023, ")), "{all:?}");
    }
}
