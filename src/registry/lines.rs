//! Where claims stand in their file.

use super::node::Node;
use super::problem::Log;
use std::collections::BTreeMap;

/// The line of every claim's `id`, from 1, by name; however the id is quoted and whatever follows it. What is no TOML has none.
#[must_use]
pub fn claim_lines(text: &str) -> BTreeMap<String, u32> {
    let log = Log::new(vec![("", text)]);
    let root = Node::parse(0, text, &log);
    let claims = root.child("claim").map(Node::items).unwrap_or_default();
    let line = |at: usize| u32::try_from(text[..at].matches('\n').count() + 1).unwrap_or(u32::MAX);
    claims.iter().filter_map(|claim| claim.entry("id")).filter_map(|id| Some((id.node.text()?.to_owned(), line(id.place.start)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_however_it_is_written() {
        let text = "schema = 1\n[[claim]]\nid='two' # the second\n\n[[claim]]\nstatement = \"id = 'no'\"\n  id = \"three\"\n[[claim]]\n\"id\" = \"\"\"four\"\"\"\n";
        let found: Vec<_> = claim_lines(text).into_iter().collect();
        assert_eq!(found, [("four".to_owned(), 9), ("three".to_owned(), 7), ("two".to_owned(), 3)]);
        assert!(claim_lines("[[[").is_empty());
    }
}
