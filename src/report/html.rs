//! One HTML page: the report, its references and its glossary, from the same blocks as the Markdown pages, and packed beside them the page of every study and the audit
//! itself, which the page's scripts unpack to sort, filter, weigh and open them; figures by link.

use super::figures::Figure;
use super::{Told, block, csv_runs, text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

/// The whole page.
#[must_use]
pub(super) fn page(told: &Told, figures: &[Figure]) -> String {
    let body = block::html(&told.report, figures, "")
        + &part("references", &told.references, figures)
        + &part("glossary", &told.glossary, figures);
    let (first, rest) = body.split_once('\n').unwrap_or((&body, ""));
    let parts = [
        ("style", include_str!("page/page.css").to_owned()),
        ("first", format!("{first}\n")),
        ("studies", packed(&studies(told, figures))),
        ("audit", packed(&told.audit)),
        ("script", [include_str!("page/page.js"), include_str!("page/explore.js")].concat()),
        ("body", rest.to_owned()),
    ];
    let fill = |page: String, (name, text): &(&str, String)| page.replace(&format!("{{{{ {name} }}}}"), text);
    parts.iter().fold(include_str!("page/page.html").to_owned(), fill)
}

/// The page of every study, by id, as JSON.
fn studies(told: &Told, figures: &[Figure]) -> String {
    let pages: BTreeMap<_, _> = told.studies.iter().map(|(id, blocks)| (id, part(id, blocks, figures))).collect();
    serde_json::to_string(&pages).expect("texts by text are JSON")
}

/// A text as gzip in the letters that may stand in a page.
fn packed(text: &str) -> String {
    STANDARD.encode(csv_runs::packed(text))
}

fn part(id: &str, blocks: &[block::Block], figures: &[Figure]) -> String {
    let id = text::xml(id);
    format!("<section id=\"{id}\">\n{}</section>\n", block::html(blocks, figures, &id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{fixture, json, render};

    fn unpacked(page: &str, id: &str) -> String {
        let start = format!("<script type=\"text/plain\" id=\"packed-{id}\">");
        let letters = page.split(&start).nth(1).and_then(|rest| rest.split("</script>").next()).expect("it is packed into the page");
        csv_runs::unpacked(&STANDARD.decode(letters).expect("base64")).expect("gzip")
    }

    #[test]
    fn the_page_holds_the_audit_and_the_page_of_every_study() {
        let audit = fixture::awkward();
        let page = render(&audit).into_iter().find(|page| page.path.ends_with("index.html")).expect("there is a page").text();
        assert_eq!(unpacked(&page, "audit"), json::audit(&audit));
        let studies: BTreeMap<String, String> = serde_json::from_str(&unpacked(&page, "studies")).expect("JSON");
        assert!(studies.keys().eq(audit.studies.iter().map(|study| &study.id)) && !page.contains("{{ "), "nothing is left open");
        let links: Vec<_> = page.split("<a href=\"#").skip(1).map(|rest| rest.split('"').next().expect("an end")).collect();
        for link in &links {
            let study = link.split("--").next().expect("a beginning");
            let is_told = studies.get(study).is_some_and(|text| text.contains(&format!("id=\"{link}\"")));
            assert!(is_told || page.contains(&format!("id=\"{link}\"")), "#{link} leads nowhere");
        }
        assert!(links.len() > 5, "{links:?}");
    }
}
