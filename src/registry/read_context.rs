//! What a claim is read against.

use super::Study;
use super::node::Node;
use super::problem::Log;

/// What the claims of one study are read against.
pub(super) struct Context<'r> {
    pub study: &'r Study,
    /// The study's file.
    pub root: &'r Node,
    pub log: &'r Log<'r>,
}
