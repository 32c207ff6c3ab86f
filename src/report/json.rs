//! `audit.json`: the audit itself, a line for each claim, study, definition and other entry of a list; keys in a fixed order, null where
//! something is undefined. What stands in the long tables is left out.

use super::block::{self, Block};
use crate::audit::{AS_PUBLISHED, Audit};
use serde::Serialize;
use serde_json::ser::Formatter;
use std::collections::BTreeMap;
use std::io::{Result, Write};

/// Entries of lists and maps so deep have a line of their own.
const LINES: u32 = 2;

/// The audit as JSON text with a final line break. A number that is not finite becomes null.
///
/// # Panics
/// Never: an audit has text keys only.
#[must_use]
pub fn audit(audit: &Audit) -> String {
    written(&held(audit), LINES)
}

/// The tables that blocks show, by name, a line for each.
///
/// # Panics
/// Never: a table is words.
#[must_use]
pub fn shown(blocks: &[Block]) -> String {
    let tables: BTreeMap<_, _> = block::shown(blocks).map(|(name, table)| (name, table.json())).collect();
    written(&tables, 1)
}

fn written(value: &impl Serialize, lines: u32) -> String {
    let mut bytes = Vec::new();
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, Lines { depth: 0, lines });
    value.serialize(&mut writer).expect("it has text keys only and serialises");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("JSON is text")
}

/// What `audit.json` holds of an audit, but for what its types skip: of profiles the arms that are counted.
fn held(audit: &Audit) -> Audit {
    let mut held = audit.clone();
    let is_held = |arm: &String| arm == AS_PUBLISHED || audit.worlds.iter().any(|world| world.id == *arm);
    for arms in held.studies.iter_mut().flat_map(|study| study.profiles.values_mut()) {
        arms.retain(|arm, _| is_held(arm));
    }
    held
}

/// Compact JSON that breaks the line before entries down to so many levels.
struct Lines {
    depth: u32,
    lines: u32,
}

impl Lines {
    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> Result<()> {
        self.depth += 1;
        writer.write_all(bracket)
    }

    fn entry<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.depth <= self.lines { writer.write_all(b"\n") } else { Ok(()) }
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> Result<()> {
        if self.depth <= self.lines {
            writer.write_all(b"\n")?;
        }
        self.depth -= 1;
        writer.write_all(bracket)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.entry(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.entry(writer, first)
    }
}

#[cfg(test)]
mod tests {
    use crate::report::fixture;

    #[test]
    fn every_claim_and_study_has_a_line() {
        let text = super::audit(&fixture::awkward());
        let audit = fixture::awkward();
        let starts = |id: &str| text.lines().filter(|line| line.starts_with(&format!("{{\"id\":\"{id}\","))).count();
        assert!(audit.claims.iter().all(|claim| starts(&claim.id) == 1));
        assert!(audit.studies.iter().all(|study| starts(&study.id) >= 1), "a study has a line, and another among the sources");
    }
}
