//! The files of a registry by name, as trees.

use super::node::Node;

/// Names no study may bear.
pub(super) const RESERVED: [&str; 14] = [
    "realism",
    "overlays",
    "coders",
    "screening",
    "mitigations",
    "causes",
    "signs",
    "rivals",
    "criteria",
    "references",
    "calibration",
    "fresh-seeds",
    "error-rate",
    "position-paper",
];

/// The files of a registry as trees.
pub(super) struct Files<'s> {
    pub names: Vec<&'s str>,
    pub trees: Vec<Option<Node>>,
}

impl Files<'_> {
    pub fn index(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| *known == name)
    }

    pub fn tree(&self, name: &str) -> Option<&Node> {
        self.trees[self.index(name)?].as_ref()
    }

    /// Studies or claims by id, with their file's index.
    pub fn of<'f>(&'f self, folder: &'f str) -> impl Iterator<Item = (usize, &'f str)> {
        self.names.iter().enumerate().filter_map(move |(index, name)| {
            let id = name.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".toml")?;
            (!RESERVED.contains(&id)).then_some((index, id))
        })
    }
}
