//! Cells of a grid by their canonical names.

use std::collections::BTreeMap;

/// Cells that differ in one key only, in rising order of its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The name without that key.
    pub rest: String,
    /// Value of the key and position of the cell.
    pub cells: Vec<(f64, usize)>,
}

/// The groups along `key`, in order of their other values; `None` if some cell lacks the key.
pub fn groups(names: &[&str], key: &str) -> Option<Vec<Group>> {
    let mut found: BTreeMap<String, Vec<(f64, usize)>> = BTreeMap::new();
    for (position, name) in names.iter().enumerate() {
        let (mut value, mut rest) = (None, Vec::new());
        for part in name.split(';').filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                Some((path, number)) if path == key => value = number.parse::<f64>().ok(),
                Some(_) | None => rest.push(part),
            }
        }
        found.entry(rest.join(";")).or_default().push((value?, position));
    }
    found.values_mut().for_each(|cells| cells.sort_by(|a, b| a.0.total_cmp(&b.0)));
    (!found.is_empty()).then(|| found.into_iter().map(|(rest, cells)| Group { rest, cells }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fall_into_groups_along_a_key() {
        let names = ["samples=100;truth.dimension=1", "samples=50;truth.dimension=1", "samples=50;truth.dimension=10"];
        let found = groups(&names, "samples").unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].cells, [(50.0, 1), (100.0, 0)]);
        assert_eq!(found[1].rest, "truth.dimension=10");
        assert!(groups(&names, "regime.share").is_none());
    }
}
