//! What a source file says of imports, read from its text without comments, strings and tests.

/// One name that a `use` brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// As written, for example `super`, `chain`, `Model`.
    pub path: Vec<String>,
    /// The name in this file; `*` for all names.
    pub name: String,
    /// `pub use`: others may know the name through this file.
    pub is_shown: bool,
}

/// The imports of a file.
#[derive(Debug, Default)]
pub struct Text {
    pub uses: Vec<Use>,
    /// Paths written in place: `super::chain::Model`, `chain::Model`.
    pub paths: Vec<Vec<String>>,
    /// Every single word of the code, in order.
    pub words: Vec<String>,
    /// Modules that exist in tests only.
    pub tests: Vec<String>,
}

impl Text {
    pub fn read(text: &str) -> Self {
        let mut read = Self::default();
        let tokens = read.without_tests(&tokens(text));
        let mut at = 0;
        while at < tokens.len() {
            if tokens[at] == "use" {
                let end = (at..tokens.len()).find(|&i| tokens[i] == ";").unwrap_or(tokens.len());
                let is_shown = at > 0 && (tokens[at - 1] == "pub" || tokens[at - 1] == ")");
                read.tree(&tokens[at + 1..end], &[], is_shown);
                at = end;
            } else if is_name(&tokens[at]) {
                at = read.path(&tokens, at);
            }
            at += 1;
        }
        read
    }

    /// Leaves out what stands under `#[cfg(test)]`, up to its `;` or closing brace.
    fn without_tests(&mut self, tokens: &[String]) -> Vec<String> {
        let mark: Vec<_> = ["#", "[", "cfg", "(", "test", ")", "]"].map(str::to_owned).into();
        let (mut kept, mut at) = (Vec::new(), 0);
        while at < tokens.len() {
            if !tokens[at..].starts_with(&mark) {
                kept.push(tokens[at].clone());
                at += 1;
                continue;
            }
            let (mut depth, start) = (0, at + mark.len());
            at = start;
            while at < tokens.len() {
                depth += i32::from(["{", "(", "["].contains(&&*tokens[at])) - i32::from(["}", ")", "]"].contains(&&*tokens[at]));
                at += 1;
                if depth == 0 && [";", "}"].contains(&&*tokens[at - 1]) {
                    break;
                }
            }
            let item = &tokens[start..at];
            if let Some(word) = item.iter().position(|token| token == "mod").filter(|_| item.last().is_some_and(|last| last == ";")) {
                self.tests.push(item[word + 1].clone());
            }
        }
        kept
    }

    /// Adds what a tree like `a::{b, c as d}` brings in.
    fn tree(&mut self, tokens: &[String], before: &[String], is_shown: bool) {
        let mut path = before.to_vec();
        let mut name = None;
        for (at, token) in tokens.iter().enumerate() {
            match token.as_str() {
                "::" => {}
                "{" => {
                    for part in parts(&tokens[at + 1..tokens.len() - 1]) {
                        self.tree(part, &path, is_shown);
                    }
                    return;
                }
                "as" => {
                    name = tokens.get(at + 1).cloned();
                    break;
                }
                "self" if !path.is_empty() => {}
                word => path.push(word.to_owned()),
            }
        }
        if let Some(name) = name.or_else(|| path.last().cloned()) {
            self.uses.push(Use { path, name, is_shown });
        }
    }

    /// Adds the path that starts here and gives the place of its last word.
    fn path(&mut self, tokens: &[String], mut at: usize) -> usize {
        let mut path = vec![tokens[at].clone()];
        while tokens.get(at + 1).is_some_and(|token| token == "::") && tokens.get(at + 2).is_some_and(|token| is_name(token)) {
            at += 2;
            path.push(tokens[at].clone());
        }
        self.words.push(path[0].clone());
        if path.len() > 1 {
            self.paths.push(path);
        }
        at
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The parts of a list between its own commas.
fn parts(tokens: &[String]) -> Vec<&[String]> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, token) in tokens.iter().enumerate() {
        depth += i32::from(token == "{") - i32::from(token == "}");
        if token == "," && depth == 0 {
            found.push(&tokens[start..at]);
            start = at + 1;
        }
    }
    found.push(&tokens[start..]);
    found.retain(|part| !part.is_empty());
    found
}

/// Words, `::` and single signs, without comments and without what stands in quotes.
fn tokens(text: &str) -> Vec<String> {
    let (mut rest, mut found) = (text, Vec::new());
    while let Some(first) = rest.chars().next() {
        let length = if let Some(skipped) = unread(rest) {
            rest = &rest[skipped..];
            continue;
        } else if is_name(rest) {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        found.push(rest[..length].to_owned());
        rest = &rest[length..];
    }
    found
}

/// How much to skip, where a blank, a comment or a text in quotes begins.
fn unread(rest: &str) -> Option<usize> {
    let until = |from: usize, end: &str| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    let raw = rest.strip_prefix('r').map(|more| more.len() - more.trim_start_matches('#').len());
    let bytes = rest.as_bytes();
    match bytes[0] {
        c if c.is_ascii_whitespace() => Some(1),
        b'/' if rest.starts_with("//") => Some(until(0, "\n")),
        b'/' if rest.starts_with("/*") => Some(until(2, "*/")),
        b'r' if raw.is_some_and(|marks| rest[1 + marks..].starts_with('"')) => {
            let marks = raw.unwrap_or(0);
            Some(until(2 + marks, &format!("\"{}", "#".repeat(marks))))
        }
        b'"' => {
            let mut at = 1;
            while at < bytes.len() && bytes[at] != b'"' {
                at += 1 + usize::from(bytes[at] == b'\\');
            }
            Some((at + 1).min(bytes.len()))
        }
        // A character, and not a lifetime.
        b'\'' if rest[1..].starts_with('\\') => Some(until(3, "'")),
        b'\'' => rest[1..].chars().next().filter(|c| rest[1 + c.len_utf8()..].starts_with('\'')).map(|c| 2 + c.len_utf8()),
        _ => None,
    }
}
