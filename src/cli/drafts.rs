//! What is still open in the drafts that somebody asks for: a draft without claims would be shown as a table of noughts.

use super::gathered::{NEXT, OPEN_FIELD};
use super::session::Session;
use crate::Error;
use crate::audit::number_of;
use crate::registry::{Problem, StudyId};

/// A line for each draft among these studies in which fields are open: how many, and which is next.
#[must_use]
pub fn open<'s>(session: &Session, studies: impl IntoIterator<Item = &'s StudyId>) -> String {
    let is_draft = |id: &&StudyId| session.registry.studies.get(*id).is_some_and(|study| study.draft);
    studies.into_iter().filter(is_draft).filter_map(|id| line(session, id)).collect()
}

/// The complaint that of a study no claim can be asked yet; nothing where there is no such study.
#[must_use]
pub fn without_claims(session: &Session, id: &str) -> Option<Error> {
    session.registry.studies.get(id)?;
    let open = line(session, id).unwrap_or_else(|| "`new claim` starts one\n".to_owned());
    Some(Error::Usage(format!("{id} has no claim that is written out; {}", open.trim_end())))
}

fn line(session: &Session, id: &str) -> Option<String> {
    let files = ["studies", "claims"].map(|folder| format!("{folder}/{id}.toml"));
    let notes = |code: &'static str| session.notes.iter().filter(move |note| note.code == code);
    let is_own = |note: &&Problem| files.contains(&note.file);
    let fields = notes(OPEN_FIELD).filter(is_own).count();
    let next = notes(NEXT).find(is_own)?;
    let (place, are) = (format!("{}:{}", next.file, next.line), if fields == 1 { "is" } else { "are" });
    let told = format!("{id} is a draft in which {} {are} open; {} ({place}): {}", number_of(fields, "field"), next.message, next.remedy);
    (fields > 0).then(|| told + "; `lint` tells the others\n")
}
