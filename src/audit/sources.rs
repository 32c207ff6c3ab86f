//! Where the studies come from and who coded them, as the registry has it written down.

use super::{CoderReport, ExcludedReport, ScreeningReport, SearchReport};
use crate::registry::{Registry, Study};

/// How the studies were found; `None` where nobody wrote it down.
#[must_use]
pub fn screening(registry: &Registry) -> Option<ScreeningReport> {
    let screening = registry.screening.as_ref()?;
    let search = |search: &crate::registry::Search| SearchReport {
        source: search.source.clone(),
        date: search.date.clone(),
        identified: search.identified,
        duplicates: search.duplicates,
        screened: search.screened,
    };
    let excluded = |record: &crate::registry::Excluded| ExcludedReport {
        id: record.id.clone(),
        citation: record.citation.clone(),
        read: record.read.clone(),
        reason: record.reason.clone(),
    };
    Some(ScreeningReport {
        questions: screening.questions.clone(),
        searches: screening.searches.iter().map(search).collect(),
        excluded: screening.excluded.iter().map(excluded).collect(),
    })
}

/// The coders, with how many of `studies` each coded and judged.
#[must_use]
pub fn coders(registry: &Registry, studies: &[&Study]) -> Vec<CoderReport> {
    let count = |holds: &dyn Fn(&Study) -> bool| studies.iter().filter(|study| holds(study)).count() as u32;
    let report = |coder: &crate::registry::Coder| CoderReport {
        id: coder.id.clone(),
        who: coder.who.clone(),
        when: coder.when.clone(),
        material: coder.material.clone(),
        seen: coder.seen.clone(),
        definitions: count(&|study| super::agreement::is_coded(study, &coder.id, &registry.coders)),
        realism: count(&|study| study.judgements.iter().any(|judgement| judgement.coder == coder.id)),
    };
    registry.coders.values().map(report).collect()
}
