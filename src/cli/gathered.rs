//! Notes as a person reads them: many of one kind in one table of a file are one note that counts the others, and a draft in which something is
//! wrong is not told that it is done. Programs get every note by itself.

use crate::audit::number_of;
use crate::registry::{Problem, Severity, Sources};
use std::collections::BTreeMap;

/// So many notes of a kind are told one by one.
const SHOWN: usize = 3;
/// The code of a field that a draft leaves open.
pub const OPEN_FIELD: &str = "draft-field";
/// The code of what to write next in a draft.
pub const NEXT: &str = "draft-next";

/// Everything one by one, for programs.
#[must_use]
pub fn each(problems: &[Problem]) -> Vec<Problem> {
    problems.iter().map(|problem| truly_next(problem, problems)).collect()
}

/// What is alike: code, file, and the table there.
type Kind<'p> = (&'static str, &'p str, &'p str);
/// The heads of tables by file, with their lines.
type Heads<'p> = BTreeMap<&'p str, Vec<(usize, &'p str)>>;

/// Problems and warnings one by one, notes gathered, in the order in which they came.
#[must_use]
pub fn gathered(problems: &[Problem], sources: &Sources) -> Vec<Problem> {
    let heads = heads(problems, sources);
    let mut alike: BTreeMap<Kind<'_>, Vec<&Problem>> = BTreeMap::new();
    for problem in problems {
        if let Some(kind) = kind(problem, &heads) {
            alike.entry(kind).or_default().push(problem);
        }
    }
    let mut told = Vec::new();
    for problem in problems {
        let kind = kind(problem, &heads);
        match kind.and_then(|kind| Some((kind, alike.get(&kind)?))).filter(|(_, notes)| notes.len() > SHOWN) {
            None => told.push(truly_next(problem, problems)),
            Some(((_, _, table), notes)) if std::ptr::eq(notes[0], problem) => told.push(together(notes, table, sources)),
            Some(_) => {}
        }
    }
    told
}

/// What a note is of; nothing of what is no note.
fn kind<'p>(problem: &'p Problem, heads: &Heads<'p>) -> Option<Kind<'p>> {
    let above = heads.get(problem.file.as_str()).map_or(&[][..], Vec::as_slice);
    let table = above[..above.partition_point(|(head, _)| *head <= problem.line)].last().map_or("", |(_, name)| name);
    (problem.severity == Severity::Note).then_some((problem.code, problem.file.as_str(), table))
}

/// The heads of the tables of every file that is told of, with their lines.
fn heads<'p>(problems: &'p [Problem], sources: &'p Sources) -> Heads<'p> {
    let mut heads = BTreeMap::new();
    for problem in problems {
        heads.entry(problem.file.as_str()).or_insert_with(|| {
            let lines = (1..).zip(sources.text(&problem.file).unwrap_or_default().lines());
            lines.filter_map(|(line, text)| Some((line, head(text)?))).collect()
        });
    }
    heads
}

/// The name of the table that a line begins.
fn head(line: &str) -> Option<&str> {
    let name = line.trim_start().strip_prefix('[')?.trim_start_matches('[').split(']').next()?.trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_.\"".contains(c));
    is_name.then_some(name)
}

/// Notes of one kind as one: the first of a field that is there, and how many there are beside it.
fn together(notes: &[&Problem], table: &str, sources: &Sources) -> Problem {
    let is_head =
        |note: &Problem| sources.text(&note.file).and_then(|text| text.get(note.span.start..)).is_some_and(|at| at.starts_with('['));
    let first = notes.iter().find(|note| !is_head(note)).unwrap_or(&notes[0]);
    let more = notes.len() - 1;
    let message = match first.code {
        OPEN_FIELD => format!("{}, and {more} more fields of `{table}` are open", first.message),
        _ => format!("{}, and {more} more notes of this kind", first.message),
    };
    Problem { message, remedy: format!("{}; `lint --format json` tells every one", first.remedy), ..(*first).clone() }
}

/// What to do next in a draft: where no field is open and something is wrong, to mend that.
fn truly_next(problem: &Problem, all: &[Problem]) -> Problem {
    if problem.code != NEXT {
        return problem.clone();
    }
    let name = |problem: &Problem| problem.file.split_once('/').map(|(_, name)| name.to_owned());
    let is_own = |other: &&Problem| name(other) == name(problem);
    let is_wrong = |other: &&Problem| other.severity == Severity::Problem;
    let (own, wrong) = (all.iter().filter(is_wrong).filter(is_own).count(), all.iter().filter(is_wrong).count());
    if wrong == 0 || all.iter().filter(is_own).any(|other| other.code == OPEN_FIELD) {
        return problem.clone();
    }
    let message = match own {
        0 => format!("next: every field is filled, and {} of other files to mend", number_of(wrong, "problem")),
        own => format!("next: every field is filled, and {} of this draft to mend", number_of(own, "problem")),
    };
    Problem { message, remedy: "mend what is told above, then `lint` again".to_owned(), ..problem.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(code: &'static str, file: &str, line: usize, message: &str) -> Problem {
        let severity = if code == "unknown-word" { Severity::Problem } else { Severity::Note };
        Problem { code, file: file.into(), span: 0..0, line, column: 1, message: message.into(), remedy: "fill in".into(), severity }
    }

    fn told(problems: &[Problem]) -> Vec<String> {
        let text =
            "[[realism]]  # accumulate\nlevel = \"\"\ncoder = \"\"\n[[realism]]\nlevel = \"\"\ncoder = \"\"\n[study]\ntitle = \"\"\n";
        let sources = Sources::of([("studies/a.toml", text.into())]);
        gathered(problems, &sources).into_iter().map(|one| one.message).collect()
    }

    #[test]
    fn notes_of_one_table_are_one_and_a_few_stay_as_they_are() {
        let realism = [2, 3, 5, 6].map(|line| note(OPEN_FIELD, "studies/a.toml", line, &format!("line {line}")));
        let mut all = realism.to_vec();
        all.push(note(OPEN_FIELD, "studies/a.toml", 8, "title"));
        assert_eq!(told(&all), ["line 2, and 3 more fields of `realism` are open", "title"]);
        all.remove(0);
        assert_eq!(told(&all), ["line 3", "line 5", "line 6", "title"]);
        let astray: Vec<_> = (0..5).map(|file| note("file-not-read", "", 1, &format!("file {file}"))).collect();
        assert_eq!(told(&astray), ["file 0, and 4 more notes of this kind"]);
    }

    #[test]
    fn a_draft_is_done_only_where_nothing_is_wrong() {
        let next = note(NEXT, "studies/a.toml", 1, "next: every field is filled");
        let wrong = |file| note("unknown-word", file, 1, "wrong");
        let last = |problems: &[Problem]| told(problems).pop().unwrap();
        assert_eq!(last(std::slice::from_ref(&next)), "next: every field is filled");
        assert_eq!(last(&[wrong("claims/a.toml"), next.clone()]), "next: every field is filled, and 1 problem of this draft to mend");
        assert_eq!(
            each(&[wrong("claims/a.toml"), next.clone()])[1].message,
            "next: every field is filled, and 1 problem of this draft to mend"
        );
        assert_eq!(last(&[wrong("claims/b.toml"), next.clone()]), "next: every field is filled, and 1 problem of other files to mend");
        let open = note(OPEN_FIELD, "claims/a.toml", 1, "open");
        assert_eq!(last(&[open, wrong("claims/a.toml"), next]), "next: every field is filled");
    }
}
