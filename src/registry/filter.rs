//! The filter language: `key:value` terms joined by `and`, `or`, `not` and parentheses.
//!
//! It takes text and a registry and gives a [`Filter`] that chooses claims and studies, or a [`FilterError`] with
//! its place and the nearest accepted word. `*` in a value stands for any run of characters.

use super::{Claim, ModelFamily, Registry, Study};
use crate::taxonomy::{Condition, Definition, Family, Fidelity, RealismLevel, Word, nearest};
use std::collections::BTreeMap;
use std::ops::Range;

/// The verdicts a filter may name.
const VERDICTS: [&str; 4] = ["reproduced", "contradicted", "undecided", "untested"];
/// Deepest nesting of parentheses and `not`.
const DEPTH: usize = 32;

/// A checked filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    source: String,
    root: Node,
}

/// Why a filter is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at byte {} of the filter)", span.start)]
pub struct FilterError {
    /// Byte range within the filter.
    pub span: Range<usize>,
    /// What was expected, what was found, what to do.
    pub message: String,
}

/// What a term asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterKey {
    /// A study's id.
    Study,
    /// A claim's full id, or its own name.
    Claim,
    /// A claim's definition.
    Definition,
    /// A realism condition that the study meets, fully or partly; `condition:growth=unmet` asks for one level.
    Condition,
    /// A model family of the study, or the family of the claim's definition.
    Family,
    /// The claim's last known verdict.
    Verdict,
    /// The claim's fidelity.
    Fidelity,
    /// A coder who coded the study.
    Coder,
}

crate::taxonomy::words!(FilterKey, "filter key", {
    Study => "study",
    Claim => "claim",
    Definition => "definition",
    Condition => "condition",
    Family => "family",
    Verdict => "verdict",
    Fidelity => "fidelity",
    Coder => "coder",
});

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Term { key: FilterKey, pattern: String },
}

/// What a filter is asked of: a claim with its study, or a study alone (then terms about claims do not hold).
#[derive(Clone, Copy)]
struct Subject<'a> {
    study: &'a Study,
    claim: Option<&'a Claim>,
    verdicts: &'a BTreeMap<String, String>,
}

impl Filter {
    /// Parses `source` and checks every value against the registry, and against the full ids of claims that were `held` once.
    ///
    /// # Errors
    /// The first thing that is not understood, with its place and, for a misspelt word, the nearest one.
    pub fn parse(source: &str, registry: &Registry, held: &[&str]) -> Result<Self, FilterError> {
        let mut parser = Parser { tokens: tokens(source), next: 0, end: source.len(), depth: 0, registry, held };
        let root = parser.either()?;
        match parser.peek() {
            None => Ok(Self { source: source.to_owned(), root }),
            Some(token) => Err(error(token.span.clone(), format!("expected `and`, `or` or the end, found `{}`", token.text))),
        }
    }

    /// The text as written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the filter chooses `claim`. `verdicts` holds the last known verdict by full id, where there is one.
    #[must_use]
    pub fn chooses_claim(&self, registry: &Registry, claim: &Claim, verdicts: &BTreeMap<String, String>) -> bool {
        let Some(study) = registry.studies.get(&claim.id.study) else { return false };
        holds(&self.root, Subject { study, claim: Some(claim), verdicts })
    }

    /// Whether the filter chooses `study`: any of its claims, or the study itself where terms about claims do not hold.
    #[must_use]
    pub fn chooses_study(&self, registry: &Registry, study: &Study, verdicts: &BTreeMap<String, String>) -> bool {
        let mut claims = registry.claims_of(&study.id).peekable();
        if claims.peek().is_none() {
            return holds(&self.root, Subject { study, claim: None, verdicts });
        }
        claims.any(|claim| holds(&self.root, Subject { study, claim: Some(claim), verdicts }))
    }

    /// Whether the filter may choose a claim that the registry no longer has: what cannot be known of it any more counts as chosen, so
    /// that nothing is lost silently.
    #[must_use]
    pub fn may_choose(&self, registry: &Registry, gone: &Gone<'_>) -> bool {
        may_hold(&self.root, registry, gone) != Some(false)
    }

    /// Whether the filter names a study or a claim of it outright, without `*`: only then is a draft run.
    #[must_use]
    pub fn names(&self, study: &str) -> bool {
        names(&self.root, study)
    }
}

/// What is still known of a claim that was held once.
#[derive(Debug, Clone, Copy)]
pub struct Gone<'a> {
    /// Its full id.
    pub id: &'a str,
    /// Its last known verdict.
    pub verdict: &'a str,
    /// Its last known fidelity.
    pub fidelity: &'a str,
}

/// Whether a filter holds of a claim that is gone; `None` where that cannot be known.
fn may_hold(node: &Node, registry: &Registry, gone: &Gone<'_>) -> Option<bool> {
    let both = |a: &Node, b: &Node| (may_hold(a, registry, gone), may_hold(b, registry, gone));
    match node {
        Node::And(a, b) => match both(a, b) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            (None, _) | (_, None) => None,
        },
        Node::Or(a, b) => match both(a, b) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            (None, _) | (_, None) => None,
        },
        Node::Not(inner) => may_hold(inner, registry, gone).map(|holds| !holds),
        Node::Term { key, pattern } => {
            let (study, name) = gone.id.split_once('/').unwrap_or((gone.id, ""));
            match key {
                FilterKey::Study => Some(matches(pattern, study)),
                FilterKey::Claim => Some(matches(pattern, gone.id) || matches(pattern, name)),
                FilterKey::Verdict => Some(matches(pattern, gone.verdict)),
                FilterKey::Fidelity => Some(matches(pattern, gone.fidelity)),
                FilterKey::Condition | FilterKey::Coder => {
                    let verdicts = BTreeMap::new();
                    registry.studies.get(study).map(|study| term(*key, pattern, Subject { study, claim: None, verdicts: &verdicts }))
                }
                FilterKey::Definition | FilterKey::Family => None,
            }
        }
    }
}

fn names(node: &Node, study: &str) -> bool {
    match node {
        Node::And(a, b) | Node::Or(a, b) => names(a, study) || names(b, study),
        Node::Not(_) => false,
        Node::Term { key, pattern } => match key {
            FilterKey::Study => pattern == study,
            FilterKey::Claim => pattern.split_once('/').is_some_and(|(of, _)| of == study),
            FilterKey::Definition
            | FilterKey::Condition
            | FilterKey::Family
            | FilterKey::Verdict
            | FilterKey::Fidelity
            | FilterKey::Coder => false,
        },
    }
}

fn holds(node: &Node, subject: Subject<'_>) -> bool {
    match node {
        Node::And(a, b) => holds(a, subject) && holds(b, subject),
        Node::Or(a, b) => holds(a, subject) || holds(b, subject),
        Node::Not(inner) => !holds(inner, subject),
        Node::Term { key, pattern } => term(*key, pattern, subject),
    }
}

fn term(key: FilterKey, pattern: &str, Subject { study, claim, verdicts }: Subject<'_>) -> bool {
    let of_claim = |is: &dyn Fn(&Claim) -> bool| claim.is_some_and(is);
    match key {
        FilterKey::Study => matches(pattern, &study.id),
        FilterKey::Claim => of_claim(&|claim| matches(pattern, &claim.id.to_string()) || matches(pattern, &claim.id.name)),
        FilterKey::Definition => of_claim(&|claim| matches(pattern, claim.definition.id())),
        FilterKey::Condition => condition(pattern, study),
        FilterKey::Family => {
            study.families.iter().any(|family| matches(pattern, family.id()))
                || of_claim(&|claim| matches(pattern, claim.definition.family().id()))
        }
        FilterKey::Verdict => of_claim(&|claim| verdicts.get(&claim.id.to_string()).is_some_and(|verdict| matches(pattern, verdict))),
        FilterKey::Fidelity => of_claim(&|claim| matches(pattern, claim.fidelity.id())),
        FilterKey::Coder => {
            study.codings.iter().any(|coding| matches(pattern, &coding.coder))
                || study.judgements.iter().any(|judgement| matches(pattern, &judgement.coder))
        }
    }
}

fn condition(pattern: &str, study: &Study) -> bool {
    let (name, level) = pattern.split_once('=').map_or((pattern, None), |(name, level)| (name, Some(level)));
    study.judgements.iter().any(|judgement| {
        let fits = level.map_or_else(
            || matches!(judgement.level, RealismLevel::Met | RealismLevel::Partly),
            |level| matches(level, judgement.level.id()),
        );
        fits && matches(name, judgement.condition.id())
    })
}

/// Whether `text` fits `pattern`, in which `*` stands for any run of characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

struct Token<'a> {
    text: &'a str,
    span: Range<usize>,
}

/// Parentheses, and runs of anything else but white space.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut start = None;
    for (at, letter) in source.char_indices() {
        let solid = !letter.is_whitespace() && letter != '(' && letter != ')';
        if solid {
            start.get_or_insert(at);
            continue;
        }
        spans.extend(start.take().map(|from| (from, at)));
        if letter == '(' || letter == ')' {
            spans.push((at, at + 1));
        }
    }
    spans.extend(start.map(|from| (from, source.len())));
    spans.into_iter().map(|(from, to)| Token { text: &source[from..to], span: from..to }).collect()
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    next: usize,
    end: usize,
    depth: usize,
    registry: &'a Registry,
    held: &'a [&'a str],
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token<'_>> {
        self.tokens.get(self.next)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.text == word);
        self.next += usize::from(found);
        found
    }

    fn either(&mut self) -> Result<Node, FilterError> {
        let mut node = self.all()?;
        while self.take("or") {
            node = Node::Or(Box::new(node), Box::new(self.all()?));
        }
        Ok(node)
    }

    fn all(&mut self) -> Result<Node, FilterError> {
        let mut node = self.one()?;
        while self.take("and") {
            node = Node::And(Box::new(node), Box::new(self.one()?));
        }
        Ok(node)
    }

    fn one(&mut self) -> Result<Node, FilterError> {
        self.depth += 1;
        let node = self.inner();
        self.depth -= 1;
        node
    }

    fn inner(&mut self) -> Result<Node, FilterError> {
        let Some(token) = self.tokens.get(self.next) else {
            return Err(error(self.end..self.end, "expected a term such as `study:NAME`, found the end".to_owned()));
        };
        let (text, span) = (token.text.to_owned(), token.span.clone());
        if self.depth > DEPTH {
            return Err(error(span, format!("nested deeper than {DEPTH} levels")));
        }
        self.next += 1;
        match text.as_str() {
            "not" => Ok(Node::Not(Box::new(self.one()?))),
            "(" => {
                let node = self.either()?;
                if self.take(")") { Ok(node) } else { Err(error(span, "this `(` is never closed".to_owned())) }
            }
            ")" | "and" | "or" => Err(error(span, format!("expected a term such as `study:NAME`, found `{text}`"))),
            _ => self.term(&text, span),
        }
    }

    fn term(&self, text: &str, span: Range<usize>) -> Result<Node, FilterError> {
        let Some((key, pattern)) = text.split_once(':') else {
            return Err(error(span, format!("expected `key:value`, found `{text}`; keys are {}", listed(FilterKey::all()))));
        };
        let value_span = span.start + key.len() + 1..span.end;
        let key = FilterKey::parse(key).map_err(|complaint| error(span.start..value_span.start - 1, complaint.to_string()))?;
        if pattern.is_empty() {
            return Err(error(value_span, format!("`{key}:` needs a value")));
        }
        check(key, pattern, self.registry, self.held).map_err(|message| error(value_span, message))?;
        Ok(Node::Term { key, pattern: pattern.to_owned() })
    }
}

/// Whether any value of the key fits the pattern; otherwise what to write.
fn check(key: FilterKey, pattern: &str, registry: &Registry, held: &[&str]) -> Result<(), String> {
    if let (FilterKey::Condition, Some((name, level))) = (key, pattern.split_once('=')) {
        fits("condition", name, &ids::<Condition>())?;
        return fits(RealismLevel::KIND, level, &ids::<RealismLevel>());
    }
    fits(key.id(), pattern, &values(key, registry, held))
}

fn fits(kind: &str, pattern: &str, values: &[String]) -> Result<(), String> {
    if values.iter().any(|value| matches(pattern, value)) {
        return Ok(());
    }
    if pattern.contains('*') {
        return Err(format!("no {kind} fits `{pattern}`"));
    }
    let hint = nearest(pattern, values.iter().map(String::as_str)).map_or(String::new(), |near| format!(", did you mean `{near}`?"));
    Err(format!("unknown {kind} `{pattern}`{hint}"))
}

fn values(key: FilterKey, registry: &Registry, held: &[&str]) -> Vec<String> {
    let parts = held.iter().filter_map(|id| id.split_once('/'));
    match key {
        FilterKey::Study => registry.studies.keys().cloned().chain(parts.map(|(study, _)| study.to_owned())).collect(),
        FilterKey::Claim => {
            let gone = parts.flat_map(|(study, name)| [format!("{study}/{name}"), name.to_owned()]);
            registry.claims.keys().flat_map(|id| [id.to_string(), id.name.clone()]).chain(gone).collect()
        }
        FilterKey::Definition => ids::<Definition>(),
        FilterKey::Condition => ids::<Condition>(),
        FilterKey::Family => [ids::<Family>(), ids::<ModelFamily>()].concat(),
        FilterKey::Verdict => VERDICTS.map(str::to_owned).to_vec(),
        FilterKey::Fidelity => ids::<Fidelity>(),
        FilterKey::Coder => registry.coders.keys().cloned().collect(),
    }
}

fn ids<W: Word>() -> Vec<String> {
    W::all().iter().map(|word| word.id().to_owned()).collect()
}

fn listed<W: Word>(words: &[W]) -> String {
    words.iter().map(|word| word.id()).collect::<Vec<_>>().join(", ")
}

fn error(span: Range<usize>, message: String) -> FilterError {
    FilterError { span, message }
}
