//! Words as a POSIX shell reads them.

/// A word that a shell reads as it is written here.
pub fn quoted(word: &str) -> String {
    let is_plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "/._-:=,+@".contains(c));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_read_is_quoted() {
        assert_eq!(
            (quoted("study:a-2024-b"), quoted("a b"), quoted("it's"), quoted("")),
            ("study:a-2024-b".into(), "'a b'".into(), "'it'\\''s'".into(), "''".into())
        );
    }
}
