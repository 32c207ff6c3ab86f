//! Marks that a merge leaves in a text where two sides disagree: no TOML, and the reader wants to be told of the merge.

/// Where a text holds such marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Byte at which the first mark starts.
    pub start: usize,
    /// Byte at which it ends.
    pub end: usize,
    /// Lines at which a disagreement starts, from 1.
    pub lines: Vec<usize>,
}

/// The marks in `text`; none unless a line that starts with seven `<` is followed by one with seven `=` and one with seven `>`.
#[must_use]
pub fn conflict(text: &str) -> Option<Conflict> {
    let (mut found, mut awaited, mut at): (Option<Conflict>, usize, usize) = (None, 0, 0);
    let (mut opened, mut lines) = ((0, 0, 0), Vec::new());
    for (line, content) in (1..).zip(text.split_inclusive('\n')) {
        let is_mark = |mark: &str| content.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\r', '\n']));
        if is_mark("<<<<<<<") {
            (awaited, opened) = (1, (at, at + content.trim_end().len(), line));
        } else if awaited == 1 && is_mark("=======") {
            awaited = 2;
        } else if awaited == 2 && is_mark(">>>>>>>") {
            awaited = 0;
            lines.push(opened.2);
            found.get_or_insert(Conflict { start: opened.0, end: opened.1, lines: Vec::new() });
        }
        at += content.len();
    }
    found.map(|found| Conflict { lines, ..found })
}

/// `line 3` or `lines 3, 9`.
#[must_use]
pub fn lines_in_words(lines: &[usize]) -> String {
    let listed = lines.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("line{} {listed}", if lines.len() == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_with_their_lines_and_nothing_else_is_taken_for_them() {
        let text = "a = 1\n<<<<<<< HEAD\nb = 2\n=======\nb = 3\n>>>>>>> other\n<<<<<<< HEAD\n||||||| base\n=======\n>>>>>>> x\n";
        let found = conflict(text).expect("there are two");
        assert_eq!((found.lines.as_slice(), &text[found.start..found.end]), (&[2, 7][..], "<<<<<<< HEAD"));
        assert_eq!(lines_in_words(&found.lines), "lines 2, 7");
        for plain in ["", "# =======\n", "=======\n>>>>>>> x\n", "<<<<<<< open\n", "s = \"<<<<<<< a\"\n=======\n>>>>>>> b\n"] {
            assert_eq!(conflict(plain), None, "{plain}");
        }
    }
}
