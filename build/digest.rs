//! Digests of Rust sources by their tokens.
//!
//! Of Rust files the tokens are hashed that are compiled outside tests: no comments, no documentation, nothing behind `#[cfg(test)]`, no file
//! that only tests declare. Anything else below a root (tables of data, texts) is hashed byte by byte.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Half of a digest is enough to tell sources apart that nobody forges.
pub fn short(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Digests names and contents of all files under `roots` that are compiled outside tests, in sorted order. Names are told from their root,
/// so that a room that moves keeps its digest.
///
/// # Panics
/// Where a root does not exist: what is not there would be digested as nothing.
pub fn digest_of<P: AsRef<Path>>(roots: &[P]) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new();
    for root in roots {
        let root = root.as_ref();
        assert!(root.exists(), "{} is digested and does not exist", root.display());
        let mut files = Vec::new();
        collect(root, &mut files);
        files.sort();
        let sources: Vec<(PathBuf, Source)> = files.into_iter().map(|file| (file.clone(), Source::read(&file))).collect();
        let only_tests: BTreeSet<PathBuf> = sources.iter().flat_map(|(file, source)| source.tests_beside(file)).collect();
        for (file, source) in sources {
            if !file.ancestors().any(|place| only_tests.contains(&place.with_extension(""))) {
                let below = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
                part(&mut hasher, below.as_bytes());
                part(&mut hasher, &source.bytes);
            }
        }
    }
    hasher
}

fn part(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}

fn collect(place: &Path, files: &mut Vec<PathBuf>) {
    if place.is_file() {
        files.push(place.to_owned());
    }
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        if entry.file_name() != "snapshots" {
            collect(&entry.path(), files);
        }
    }
}

/// What is hashed of a file, and the modules that it declares for tests alone.
struct Source {
    bytes: Vec<u8>,
    tests: Vec<Module>,
}

/// Where a module lies that has no body where it is declared.
enum Module {
    /// Under its name.
    Named(String),
    /// Where an attribute says, from the folder of the file that declares it.
    At(String),
}

impl Source {
    fn read(file: &Path) -> Self {
        let bytes = fs::read(file).unwrap_or_default();
        let tokens = match file.extension() {
            Some(extension) if extension == "rs" => String::from_utf8_lossy(&bytes).parse::<TokenStream>().ok(),
            _ => None,
        };
        let Some(tokens) = tokens else { return Self { bytes, tests: Vec::new() } };
        let mut source = Self { bytes: Vec::new(), tests: Vec::new() };
        source.write(tokens);
        source
    }

    /// Where the modules lie that only tests declare: without extension, a file or a folder.
    fn tests_beside(&self, file: &Path) -> Vec<PathBuf> {
        let stem = file.file_stem().unwrap_or_default();
        let folder = file.parent().unwrap_or(Path::new(""));
        let folder = if ["mod", "lib", "main"].iter().any(|root| stem == *root) { folder.to_owned() } else { folder.join(stem) };
        let place = |module: &Module| match module {
            Module::Named(name) => folder.join(name),
            Module::At(path) => file.with_file_name(path).with_extension(""),
        };
        self.tests.iter().map(place).collect()
    }

    /// Writes tokens one by one, without documentation and without what is behind `#[cfg(test)]`.
    fn write(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if let Some((attribute, length)) = attribute(&tokens[at..]) {
                if attribute.starts_with("doc") {
                    at += length;
                    continue;
                }
                if attribute == "cfg(test)" {
                    at += length;
                    at += self.skip_item(&tokens[at..]);
                    continue;
                }
            }
            self.token(token);
            at += 1;
        }
    }

    fn token(&mut self, token: &TokenTree) {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                self.bytes.extend_from_slice(open.as_bytes());
                self.write(group.stream());
                self.bytes.extend_from_slice(close.as_bytes());
            }
            TokenTree::Punct(_) | TokenTree::Ident(_) | TokenTree::Literal(_) => self.bytes.extend_from_slice(token.to_string().as_bytes()),
        }
        self.bytes.push(b' ');
    }

    /// How many tokens the next item has: up to its semicolon or its braces. A module without a body is a file that only tests declare.
    fn skip_item(&mut self, tokens: &[TokenTree]) -> usize {
        let ends = |token: &TokenTree| match token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        };
        let length = tokens.iter().position(ends).map_or(tokens.len(), |last| last + 1);
        if let [.., TokenTree::Ident(word), TokenTree::Ident(name), TokenTree::Punct(_)] = &tokens[..length]
            && word == "mod"
        {
            self.tests.push(path_of(tokens).map_or_else(|| Module::Named(name.to_string()), Module::At));
        }
        length
    }
}

/// The path that the attributes before an item give, if one does.
fn path_of(mut tokens: &[TokenTree]) -> Option<String> {
    while let Some((attribute, length)) = attribute(tokens) {
        if let Some(path) = attribute.strip_prefix("path=") {
            return Some(path.trim_matches('"').to_owned());
        }
        tokens = &tokens[length..];
    }
    None
}

/// The attribute that these tokens begin with, without spaces, and its number of tokens.
fn attribute(tokens: &[TokenTree]) -> Option<(String, usize)> {
    let is = |token: &TokenTree, wanted: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted);
    if !tokens.first().is_some_and(|token| is(token, '#')) {
        return None;
    }
    let inner = usize::from(tokens.get(1).is_some_and(|token| is(token, '!')));
    let TokenTree::Group(group) = tokens.get(1 + inner)? else { return None };
    (group.delimiter() == Delimiter::Bracket).then(|| (group.stream().to_string().replace(' ', ""), 2 + inner))
}
