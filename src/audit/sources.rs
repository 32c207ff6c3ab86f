//! Where the studies come from, who coded them and who else judged them, as the registry has it written down.

use super::{CoderReport, ExcludedReport, RivalReport, ScreeningReport, SearchReport};
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

/// Verdicts of other reproductions, in file order. Of a claim that is not in this audit the id stays.
#[must_use]
pub fn rivals(registry: &Registry) -> Vec<RivalReport> {
    let study = |arxiv: &str| registry.studies.values().find(|study| study.arxiv.as_deref() == Some(arxiv)).map(|study| study.id.clone());
    let reports = registry.rivals.iter().flat_map(|rival| {
        rival.verdicts.iter().map(move |verdict| RivalReport {
            rival: rival.title.clone(),
            material: rival.material.clone(),
            arxiv: verdict.arxiv.clone(),
            study: study(&verdict.arxiv),
            place: verdict.place.clone(),
            statement: verdict.statement.clone(),
            theirs: verdict.theirs,
            note: verdict.note.clone(),
            claim: verdict.claim.clone(),
        })
    });
    reports.collect()
}
