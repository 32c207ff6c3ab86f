//! What a BibTeX file and an arXiv number say of a publication, as keys of a study file.

use crate::registry::{Citation, is_arxiv};
use crate::{Error, Result};
use biblatex::{Bibliography, Chunk, ChunksExt, Entry, Spanned};
use std::path::Path;
use toml::Value;

/// What is known of a publication, and a name for its study where that can be made.
pub struct Known {
    /// Keys of `[study]`.
    pub citation: Citation,
    /// `author-year-slug`.
    pub id: Option<String>,
}

/// What the number and the file say.
///
/// # Errors
/// A number that is none, a file that cannot be read, or one in which it is not clear which entry is meant.
pub fn of(arxiv: Option<&str>, bib: Option<&Path>) -> Result<Known> {
    let mut citation = Citation::new();
    let number = arxiv.map(number).transpose()?;
    if let Some(path) = bib {
        let text = std::fs::read_to_string(path).map_err(|source| Error::io("read", path, source))?;
        let read =
            Bibliography::parse(&text).map_err(|error| Error::Content { path: path.to_owned(), message: format!("no BibTeX: {error}") })?;
        fill(&mut citation, chosen(&read, number.as_deref(), path)?);
        if let (Some(asked), Some(Value::String(own))) = (&number, citation.get("arxiv"))
            && asked != own
        {
            let message =
                format!("its one entry is arXiv:{own}, and `--arxiv` asks for {asked}; name the file of that, or leave `--arxiv` out");
            return Err(Error::Content { path: path.to_owned(), message });
        }
    }
    if let Some(number) = number {
        if let Some((year, month)) = submitted(&number) {
            citation.insert("year", Value::Integer(year));
            citation.insert("month", Value::Integer(month));
        }
        citation.insert("arxiv", Value::String(number));
    }
    let id = id(&citation);
    Ok(Known { citation, id })
}

/// An arXiv number without address and version.
fn number(text: &str) -> Result<String> {
    let text = text.trim();
    let bare = text.rsplit_once("/abs/").or_else(|| text.rsplit_once("/pdf/")).map_or(text, |(_, rest)| rest);
    let lower = bare.to_lowercase();
    let bare = lower.strip_prefix("arxiv:").map_or(bare, |rest| &bare[bare.len() - rest.len()..]).trim_end_matches(".pdf");
    let is_version = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    let bare = bare.rsplit_once('v').filter(|(_, rest)| is_version(rest)).map_or(bare, |(number, _)| number);
    if is_arxiv(bare) && submitted(bare).is_some() {
        Ok(bare.to_owned())
    } else {
        Err(Error::Usage(format!("`{text}` is no arXiv number; expected one like 2401.01234, which begins with year and month")))
    }
}

/// Year and month of the first version: the four digits at its start.
fn submitted(number: &str) -> Option<(i64, i64)> {
    let digits = number.rsplit('/').next()?.get(..4)?;
    let (year, month): (i64, i64) = (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse().ok()?);
    (1..=12).contains(&month).then_some((if year > 90 { 1900 + year } else { 2000 + year }, month))
}

/// The one entry, or the one with this number.
fn chosen<'b>(read: &'b Bibliography, number: Option<&str>, path: &Path) -> Result<&'b Entry> {
    let has = |entry: &&Entry| {
        let told =
            ["eprint", "url", "journal", "note", "doi", "volume"].iter().filter_map(|key| entry.get(key)).map(ChunksExt::format_verbatim);
        number.is_some_and(|number| told.into_iter().any(|text| text.to_lowercase().contains(&number.to_lowercase())))
    };
    let mut entries = read.iter();
    match (entries.next(), entries.next(), read.iter().find(has)) {
        (_, _, Some(entry)) | (Some(entry), None, None) => Ok(entry),
        (None, ..) => {
            Err(Error::Content { path: path.to_owned(), message: "it holds no entry; expected one of the publication".to_owned() })
        }
        (Some(_), Some(_), None) => {
            let keys: Vec<_> = read.iter().map(|entry| entry.key.as_str()).collect();
            let message =
                format!("it holds {} entries ({}); name one by `--arxiv ID`, or leave one in the file", keys.len(), keys.join(", "));
            Err(Error::Content { path: path.to_owned(), message })
        }
    }
}

fn fill(citation: &mut Citation, entry: &Entry) {
    let text = |key: &str| entry.get(key).map(words).filter(|text: &String| !text.is_empty());
    let mut set = |key: &'static str, value: Option<Value>| {
        if let Some(value) = value {
            citation.insert(key, value);
        }
    };
    set("title", text("title").map(Value::String));
    let person = |person: biblatex::Person| {
        [person.given_name, person.prefix, person.name, person.suffix]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let authors: Vec<_> = entry.author().unwrap_or_default().into_iter().map(|one| Value::String(person(one))).collect();
    set("authors", (!authors.is_empty()).then_some(Value::Array(authors)));
    let year = text("year").or_else(|| text("date")).and_then(|text| text.get(..4)?.parse().ok());
    set("year", year.map(Value::Integer));
    set(
        "doi",
        text("doi")
            .map(|doi| Value::String(doi.trim_start_matches("https://doi.org/").trim_start_matches("http://dx.doi.org/").to_owned())),
    );
    let venue = ["booktitle", "journal", "journaltitle"].iter().find_map(|key| text(key));
    // Preprint servers are no venue.
    set("venue", venue.filter(|venue| !venue.to_lowercase().contains("arxiv")).map(Value::String));
    let eprint = text("eprint").and_then(|text| number(&text).ok());
    set("arxiv", eprint.map(Value::String));
}

/// Chunks in plain words on one line.
fn words(chunks: &[Spanned<Chunk>]) -> String {
    let bare: String = chunks
        .iter()
        .map(|chunk| match &chunk.v {
            Chunk::Normal(text) | Chunk::Verbatim(text) => text.clone(),
            Chunk::Math(text) => format!("${text}$"),
        })
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first author's last name, the year and the first telling word of the title.
fn id(citation: &Citation) -> Option<String> {
    const SMALL: [&str; 14] = ["a", "an", "the", "on", "of", "in", "is", "are", "how", "why", "when", "what", "towards", "for"];
    let plain = |text: &str| -> String { text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect() };
    let author = citation.get("authors")?.as_array()?.first()?.as_str()?.split_whitespace().next_back()?.to_owned();
    let author = plain(&author).replace(' ', "");
    let title = plain(citation.get("title")?.as_str()?);
    let word = title.split_whitespace().find(|word| !SMALL.contains(word))?;
    let year = citation.get("year")?.as_integer()?;
    (!author.is_empty()).then(|| format!("{author}-{year}-{word}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_address_and_version() {
        for text in ["2401.01234", "arXiv:2401.01234v3", "https://arxiv.org/abs/2401.01234v1", "https://arxiv.org/pdf/2401.01234.pdf"] {
            assert_eq!(number(text).unwrap(), "2401.01234", "{text}");
        }
        assert!(number("10.1000/182").is_err() && number("2401").is_err());
        assert!(number("2413.01234").is_err() && number("2400.01234").is_err(), "no month");
        assert_eq!(
            (number("hep-th/9901001").unwrap().as_str(), submitted("hep-th/9901001"), submitted("2401.01234")),
            ("hep-th/9901001", Some((1999, 1)), Some((2024, 1)))
        );
    }

    #[test]
    fn an_entry_is_found_by_number_and_read_in_plain_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.bib");
        std::fs::write(
            &path,
            "@article{a, title={Another}, author={Roe, R.}, year={2020}}\n\
             @inproceedings{b, title={The {LaTeX} of $n^2$ \\& more}, author={M{\\\"u}ller, J{\\\"o}rg and {van Beethoven}, Ludwig},\n\
             booktitle={Proceedings of Something}, year={2024}, eprint={2401.01234v2}, archiveprefix={arXiv}, doi={https://doi.org/10.1/x}}",
        )
        .unwrap();
        let known = of(Some("2401.01234"), Some(&path)).unwrap();
        let text = |key: &str| known.citation[key].to_string();
        assert_eq!(
            (text("title"), text("arxiv"), text("doi")),
            ("\"The LaTeX of $n^2$ & more\"".into(), "\"2401.01234\"".into(), "\"10.1/x\"".into())
        );
        assert_eq!((text("year"), text("month"), text("venue")), ("2024".into(), "1".into(), "\"Proceedings of Something\"".into()));
        assert!(text("authors").contains("Jörg Müller"), "{}", text("authors"));
        let complaint = of(None, Some(&path)).map(|known| known.id).unwrap_err().to_string();
        assert!(complaint.contains("2 entries (a, b)"), "{complaint}");
    }

    #[test]
    fn the_entry_of_another_publication_is_refused_and_one_without_a_number_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.bib");
        let with = |more: &str| {
            std::fs::write(&path, format!("@article{{a, title={{Another}}, author={{Roe, R.}}, year={{2020}}{more}}}")).unwrap();
            of(Some("2401.01234"), Some(&path)).map(|known| known.id.unwrap()).map_err(|error| error.to_string())
        };
        let complaint = with(", eprint={2001.00001}").unwrap_err();
        assert!(complaint.contains("its one entry is arXiv:2001.00001, and `--arxiv` asks for 2401.01234"), "{complaint}");
        assert_eq!(with(""), Ok("roe-2024-another".to_owned()));
        assert_eq!(with(", eprint={arXiv:2401.01234v2}"), Ok("roe-2024-another".to_owned()));
    }
}
