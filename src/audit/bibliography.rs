//! References: each study as BibTeX and as one formatted line, both from the registry's own fields.
//!
//! BibTeX is written plainly enough for every reader of it: what TeX would take for a command is escaped, authors that are no
//! persons and titles stand in braces of their own, months are the format's own words.

use super::BibliographyEntry;
use crate::registry::Study;

/// Words of a venue that make it a conference.
const CONFERENCES: [&str; 6] = ["conference", "proceedings", "workshop", "symposium", "advances in", "findings of"];

/// The same as short names, of which a venue's first or any later word may be one.
const SHORT: [&str; 24] = [
    "AAAI", "AACL", "ACL", "AISTATS", "ALT", "COLING", "COLM", "COLT", "CVPR", "EACL", "ECCV", "EMNLP", "FACCT", "ICASSP", "ICCV", "ICLR",
    "ICML", "IJCAI", "KDD", "LNCS", "NAACL", "NEURIPS", "PMLR", "UAI",
];

/// Last words of an author that is no person.
const BODIES: [&str; 14] = [
    "collaboration",
    "committee",
    "community",
    "company",
    "consortium",
    "council",
    "foundation",
    "group",
    "inc.",
    "institute",
    "laboratory",
    "labs",
    "team",
    "university",
];

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The reference of one study.
#[must_use]
pub fn entry(study: &Study) -> BibliographyEntry {
    BibliographyEntry { id: study.id.clone(), text: formatted(study), bibtex: bibtex(study) }
}

fn bibtex(study: &Study) -> String {
    let braced = |text: &str| format!("{{{}}}", escaped(text));
    let authors: Vec<String> = study.authors.iter().map(|author| if is_body(author) { braced(author) } else { escaped(author) }).collect();
    let venue = study.venue.as_ref().map(|venue| (if is_conference(venue) { "booktitle" } else { "journal" }, braced(venue)));
    let month = study.month.and_then(|month| MONTHS.get(usize::from(month).checked_sub(1)?)).map(|month| ("month", (*month).to_owned()));
    let fields = [
        (!authors.is_empty()).then(|| ("author", format!("{{{}}}", authors.join(" and ")))),
        // Braces of its own keep the capitals of a title as printed.
        Some(("title", format!("{{{}}}", braced(&study.title)))),
        venue,
        Some(("year", format!("{{{}}}", study.year))),
        month,
        // A DOI and an eprint are read by programs and not set as TeX.
        study.doi.as_ref().map(|doi| ("doi", format!("{{{doi}}}"))),
        study.arxiv.as_ref().map(|arxiv| ("eprint", format!("{{{arxiv}}}"))),
        study.arxiv.as_ref().map(|_| ("archiveprefix", "{arXiv}".to_owned())),
    ];
    let lines: String = fields.into_iter().flatten().map(|(key, value)| format!("  {key} = {value},\n")).collect();
    format!("@{}{{{},\n{lines}}}\n", kind(study), study.id)
}

fn kind(study: &Study) -> &'static str {
    match &study.venue {
        None => "misc",
        Some(venue) if is_conference(venue) => "inproceedings",
        Some(_) => "article",
    }
}

fn is_conference(venue: &str) -> bool {
    let small = venue.to_lowercase();
    let is_short = |word: &str| SHORT.contains(&word.to_uppercase().as_str());
    CONFERENCES.iter().any(|word| small.contains(word)) || venue.split(|c: char| !c.is_alphanumeric()).any(is_short)
}

/// Whether an author is a body: one word alone, or a name that ends as bodies' names do, or one with an `and` that BibTeX would split.
fn is_body(author: &str) -> bool {
    let words: Vec<&str> = author.split_whitespace().collect();
    let is_joined = words.iter().any(|word| word.eq_ignore_ascii_case("and") || *word == "&") || author.contains(',');
    let ends_so = words.last().is_some_and(|last| BODIES.contains(&last.to_lowercase().as_str()));
    words.len() == 1 || is_joined || ends_so
}

/// Greek letters, which the usual fonts of text lack, as TeX's mathematics has them.
const GREEK: [(char, &str); 11] = [
    ('α', "alpha"),
    ('β', "beta"),
    ('γ', "gamma"),
    ('δ', "delta"),
    ('ε', "varepsilon"),
    ('λ', "lambda"),
    ('μ', "mu"),
    ('π', "pi"),
    ('ρ', "rho"),
    ('σ', "sigma"),
    ('τ', "tau"),
];

/// Plain text as TeX sets it: nothing in it is a command, and braces balance.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\\' => escaped.push_str("{\\textbackslash}"),
            '{' => escaped.push_str("{\\textbraceleft}"),
            '}' => escaped.push_str("{\\textbraceright}"),
            '~' => escaped.push_str("{\\textasciitilde}"),
            '^' => escaped.push_str("{\\textasciicircum}"),
            c if c.is_whitespace() || c.is_control() => escaped.push(' '),
            other => match GREEK.iter().find(|(letter, _)| *letter == other) {
                Some((_, name)) => escaped.push_str(&format!("{{$\\{name}$}}")),
                None => escaped.push(other),
            },
        }
    }
    escaped
}

fn formatted(study: &Study) -> String {
    let mut text = format!("{} ({}). {}.", listed(&study.authors), study.year, study.title);
    let rest =
        [study.venue.clone(), study.doi.as_ref().map(|doi| format!("doi:{doi}")), study.arxiv.as_ref().map(|id| format!("arXiv:{id}"))];
    rest.into_iter().flatten().for_each(|part| text += &format!(" {part}."));
    text
}

fn listed(authors: &[String]) -> String {
    match authors {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use crate::taxonomy::Fidelity;

    #[test]
    fn what_tex_would_take_for_a_command_is_escaped_and_bodies_stay_whole() {
        let mut study = fixture::study("a-2024-x", Fidelity::Exact, crate::sim::Regime::replace(), &[]);
        study.title = "π: 50% of $x^2$ ~ {a} \\b & c_d #1".to_owned();
        study.authors = vec!["Jane Doe".to_owned(), "OpenAI".to_owned(), "Smith and Sons".to_owned(), "The Big Data Team".to_owned()];
        (study.venue, study.month) = (Some("ICML 2024, PMLR 235:1-2".to_owned()), Some(2));
        let entry = entry(&study);
        assert!(
            entry.bibtex.starts_with(
                "@inproceedings{a-2024-x,\n  author = {Jane Doe and {OpenAI} and {Smith and Sons} and {The Big Data Team}},\n"
            )
        );
        assert!(entry.bibtex.contains("  month = feb,\n"), "{}", entry.bibtex);
        let title = "title = {{{$\\pi$}: 50\\% of \\$x{\\textasciicircum}2\\$ {\\textasciitilde} {\\textbraceleft}a{\\textbraceright} {\\textbackslash}b \\& c\\_d \\#1}},";
        assert!(entry.bibtex.contains(title), "{}", entry.bibtex);
        assert!(biblatex::Bibliography::parse(&entry.bibtex).is_ok());
        assert!(entry.text.contains("$x^2$ ~ {a}"), "the line is plain text: {}", entry.text);
    }

    #[test]
    fn journals_are_articles() {
        for (venue, expected) in
            [("Nature 631, 755-759", false), ("Findings of NAACL 2024", true), ("ACM FAccT 2024", true), ("Springer LNCS", true)]
        {
            assert_eq!(is_conference(venue), expected, "{venue}");
        }
    }
}
