//! Where the links of the Markdown pages lead within the single HTML page.

/// The page of a study.
#[must_use]
pub fn study(id: &str) -> String {
    format!("studies/{id}.md")
}

/// Where a link leads, from the part of the page with this id.
#[must_use]
pub fn target(to: &str, part: &str) -> String {
    if to.trim_start_matches("../") == "REPORT.md" {
        return "#top".to_owned();
    }
    if to == "REFERENCES.md" {
        return "#references".to_owned();
    }
    if let Some(place) = to.trim_start_matches("../").strip_prefix("GLOSSARY.md") {
        return format!("#glossary{}", place.replace('#', "--"));
    }
    if let Some(place) = to.strip_prefix('#').filter(|_| !part.is_empty()) {
        return format!("#{part}--{place}");
    }
    let Some(page) = to.strip_prefix("studies/") else { return to.to_owned() };
    match page.split_once(".md#") {
        Some((study, place)) => format!("#{study}--{place}"),
        None => format!("#{}", page.trim_end_matches(".md")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_inside_the_page() {
        assert_eq!(target("#c", "s"), "#s--c");
        assert_eq!(["GLOSSARY.md", "../GLOSSARY.md#findings"].map(|to| target(to, "s")), ["#glossary", "#glossary--findings"]);
        assert_eq!((target("../REPORT.md", "s"), target("tables/x.csv", "s")), ("#top".into(), "tables/x.csv".into()));
    }
}
