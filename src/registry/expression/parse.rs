//! From text to a [`Tree`] by recursive descent: comparison, sum, product, sign, power, atom.

use super::ExpressionError;
use std::ops::Range;

/// Longest expression in bytes.
const BYTES: usize = 500;
/// Deepest nesting.
const DEPTH: usize = 32;

/// A node with the bytes it came from.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub span: Range<usize>,
    pub node: Node,
}

#[derive(Debug, Clone)]
pub(super) enum Node {
    Number(f64),
    Generation,
    Name(String),
    /// A name bound by `sum`, `product` or `iterate`, counted from the outermost.
    Local(usize),
    Negate(Box<Tree>),
    Binary(Operator, Box<Tree>, Box<Tree>),
    Call(Function, Vec<Tree>),
    /// Over a first and a last value of a local name.
    Series(Series, Box<Tree>, Box<Tree>, Box<Tree>),
    /// A start, a number of times, and the next value from a local name.
    Iterate(Box<Tree>, Box<Tree>, Box<Tree>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Series {
    Sum,
    Product,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Min,
    Max,
    Abs,
    Sqrt,
    Exp,
    Ln,
    Expm1,
    Sin,
    Arctan,
    Gamma,
    LnGamma,
    Digamma,
    Zeta,
    NormalCdf,
    Probability,
    AbsorptionTime,
}

/// Functions by name; those of one argument unless said otherwise in [`arguments`].
pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("min", Function::Min),
    ("max", Function::Max),
    ("abs", Function::Abs),
    ("sqrt", Function::Sqrt),
    ("exp", Function::Exp),
    ("ln", Function::Ln),
    ("expm1", Function::Expm1),
    ("sin", Function::Sin),
    ("arctan", Function::Arctan),
    ("gamma", Function::Gamma),
    ("ln_gamma", Function::LnGamma),
    ("digamma", Function::Digamma),
    ("zeta", Function::Zeta),
    ("normal_cdf", Function::NormalCdf),
    ("probability", Function::Probability),
    ("absorption_time", Function::AbsorptionTime),
];

const BINDERS: [&str; 3] = ["sum", "product", "iterate"];

impl Tree {
    /// Whether `t` occurs.
    pub fn uses_generation(&self) -> bool {
        match &self.node {
            Node::Generation => true,
            Node::Number(_) | Node::Name(_) | Node::Local(_) => false,
            Node::Negate(inner) => inner.uses_generation(),
            Node::Binary(_, a, b) => a.uses_generation() || b.uses_generation(),
            Node::Call(_, arguments) => arguments.iter().any(Self::uses_generation),
            Node::Series(_, a, b, c) | Node::Iterate(a, b, c) => a.uses_generation() || b.uses_generation() || c.uses_generation(),
        }
    }
}

/// The tree of a whole expression.
pub(super) fn parse(source: &str) -> Result<Tree, ExpressionError> {
    if source.len() > BYTES {
        let message = format!("the expression has {} bytes; at most {BYTES} are read", source.len());
        return Err(ExpressionError { span: BYTES..source.len(), message });
    }
    let mut parser = Parser { source, at: 0, depth: 0, locals: Vec::new() };
    let tree = parser.comparison()?;
    parser.skip_space();
    if parser.at < source.len() {
        return Err(parser.unexpected("an operator or the end"));
    }
    Ok(tree)
}

struct Parser<'s> {
    source: &'s str,
    at: usize,
    depth: usize,
    locals: Vec<&'s str>,
}

type Parsed = Result<Tree, ExpressionError>;

impl<'s> Parser<'s> {
    fn skip_space(&mut self) {
        let rest = &self.source[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn peek(&mut self) -> Option<char> {
        self.skip_space();
        self.source[self.at..].chars().next()
    }

    /// Takes `token` if it comes next.
    fn take(&mut self, token: &str) -> bool {
        self.skip_space();
        let found = self.source[self.at..].starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn expect(&mut self, token: &str) -> Result<(), ExpressionError> {
        if self.take(token) { Ok(()) } else { Err(self.unexpected(&format!("`{token}`"))) }
    }

    fn unexpected(&mut self, expected: &str) -> ExpressionError {
        match self.peek() {
            Some(found) => {
                ExpressionError { span: self.at..self.at + found.len_utf8(), message: format!("expected {expected}, found `{found}`") }
            }
            None => ExpressionError { span: self.source.len()..self.source.len(), message: format!("expected {expected}, found the end") },
        }
    }

    fn deeper(&mut self, inner: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.depth += 1;
        if self.depth > DEPTH {
            let end = self.source.len().min(self.at + 1);
            return Err(ExpressionError { span: self.at..end, message: format!("nested deeper than {DEPTH}; write it flatter") });
        }
        let tree = inner(self);
        self.depth -= 1;
        tree
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let Some(operator) = self.comparison_sign() else { return Ok(left) };
        let right = self.sum()?;
        let start = self.at;
        if self.comparison_sign().is_some() {
            let message = "a comparison gives 1 or 0 and cannot be chained; put brackets around one".to_owned();
            return Err(ExpressionError { span: start..self.at, message });
        }
        Ok(binary(operator, left, right))
    }

    fn comparison_sign(&mut self) -> Option<Operator> {
        let signs = [("<=", Operator::AtMost), (">=", Operator::AtLeast), ("<", Operator::Less), (">", Operator::Greater)];
        signs.into_iter().find(|(sign, _)| self.take(sign)).map(|(_, operator)| operator)
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let operator = match self.peek() {
                Some('+') => Operator::Add,
                Some('-') => Operator::Subtract,
                Some(_) | None => return Ok(left),
            };
            self.at += 1;
            left = binary(operator, left, self.product()?);
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.sign()?;
        loop {
            let operator = match self.peek() {
                Some('*') => Operator::Multiply,
                Some('/') => Operator::Divide,
                Some(_) | None => return Ok(left),
            };
            self.at += 1;
            if operator == Operator::Multiply && self.source[self.at..].starts_with('*') {
                let message = "`**` is not an operator; a power is written `^`".to_owned();
                return Err(ExpressionError { span: self.at - 1..self.at + 1, message });
            }
            left = binary(operator, left, self.sign()?);
        }
    }

    fn sign(&mut self) -> Parsed {
        self.deeper(|parser| match parser.peek() {
            Some('-') => {
                let start = parser.at;
                parser.at += 1;
                let inner = parser.sign()?;
                Ok(Tree { span: start..inner.span.end, node: Node::Negate(Box::new(inner)) })
            }
            Some('+') => {
                parser.at += 1;
                parser.sign()
            }
            Some(_) | None => parser.power(),
        })
    }

    fn power(&mut self) -> Parsed {
        let base = self.atom()?;
        if self.take("^") { Ok(binary(Operator::Power, base, self.sign()?)) } else { Ok(base) }
    }

    fn atom(&mut self) -> Parsed {
        match self.peek() {
            Some('(') => {
                let start = self.at;
                self.at += 1;
                let inner = self.comparison()?;
                self.expect(")")?;
                Ok(Tree { span: start..self.at, node: inner.node })
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_ascii_alphabetic() || c == '_' => self.word(),
            Some(_) | None => Err(self.unexpected("a number, a name or `(`")),
        }
    }

    fn number(&mut self) -> Parsed {
        let start = self.at;
        let bytes = self.source.as_bytes();
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let mut end = digits(start);
        if bytes.get(end) == Some(&b'.') {
            end = digits(end + 1);
        }
        if bytes.get(end).is_some_and(|byte| byte.eq_ignore_ascii_case(&b'e')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                end = digits(end + 1 + sign);
            }
        }
        self.at = end;
        let text = &self.source[start..end];
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Tree { span: start..end, node: Node::Number(number) }),
            Ok(_) | Err(_) => Err(ExpressionError { span: start..end, message: format!("`{text}` is not a finite number") }),
        }
    }

    fn name(&mut self) -> &'s str {
        self.skip_space();
        let start = self.at;
        let rest = &self.source[start..];
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        self.at += length;
        &rest[..length]
    }

    fn word(&mut self) -> Parsed {
        let name = self.name();
        let start = self.at - name.len();
        if self.peek() == Some('(') {
            return self.call(name, start);
        }
        let span = start..start + name.len();
        self.at = span.end;
        if let Some(index) = self.locals.iter().rposition(|local| *local == name) {
            return Ok(Tree { span, node: Node::Local(index) });
        }
        let node = match name {
            "t" => Node::Generation,
            "pi" => Node::Number(std::f64::consts::PI),
            _ => Node::Name(name.to_owned()),
        };
        Ok(Tree { span, node })
    }

    fn call(&mut self, name: &'s str, start: usize) -> Parsed {
        self.expect("(")?;
        let node = match name {
            "sum" => self.series(Series::Sum)?,
            "product" => self.series(Series::Product)?,
            "iterate" => self.iterate()?,
            _ => {
                let Some((_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
                    return Err(unknown_function(name, start));
                };
                self.arguments(name, *function, start)?
            }
        };
        self.expect(")")?;
        Ok(Tree { span: start..self.at, node })
    }

    fn arguments(&mut self, name: &str, function: Function, start: usize) -> Result<Node, ExpressionError> {
        let mut arguments = vec![self.comparison()?];
        while self.take(",") {
            arguments.push(self.comparison()?);
        }
        let many = matches!(function, Function::Min | Function::Max);
        if many != (arguments.len() > 1) {
            let expected = if many { "two arguments or more" } else { "one argument" };
            let message = format!("`{name}` takes {expected}, found {}", arguments.len());
            return Err(ExpressionError { span: start..self.at, message });
        }
        Ok(Node::Call(function, arguments))
    }

    /// A name for the inside of `sum`, `product` or `iterate`.
    fn local(&mut self) -> Result<&'s str, ExpressionError> {
        let name = self.name();
        let start = self.at - name.len();
        let taken = name == "t" || name == "pi" || BINDERS.contains(&name) || FUNCTIONS.iter().any(|(known, _)| *known == name);
        let starts_well = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        if starts_well && !taken {
            return Ok(name);
        }
        let message = if name.is_empty() {
            "expected a new name, as in `sum(k, 1, t, 1 / k)`".to_owned()
        } else {
            format!("`{name}` cannot be a new name here")
        };
        Err(ExpressionError { span: start..(start + name.len().max(1)).min(self.source.len()).max(start), message })
    }

    fn series(&mut self, series: Series) -> Result<Node, ExpressionError> {
        let name = self.local()?;
        self.expect(",")?;
        let first = Box::new(self.comparison()?);
        self.expect(",")?;
        let last = Box::new(self.comparison()?);
        self.expect(",")?;
        Ok(Node::Series(series, first, last, self.inside(name)?))
    }

    fn iterate(&mut self) -> Result<Node, ExpressionError> {
        let name = self.local()?;
        self.expect(",")?;
        let start = Box::new(self.comparison()?);
        self.expect(",")?;
        let times = Box::new(self.comparison()?);
        self.expect(",")?;
        Ok(Node::Iterate(start, times, self.inside(name)?))
    }

    fn inside(&mut self, name: &'s str) -> Result<Box<Tree>, ExpressionError> {
        self.locals.push(name);
        let body = self.comparison();
        self.locals.pop();
        body.map(Box::new)
    }
}

fn binary(operator: Operator, left: Tree, right: Tree) -> Tree {
    Tree { span: left.span.start..right.span.end, node: Node::Binary(operator, Box::new(left), Box::new(right)) }
}

fn unknown_function(name: &str, start: usize) -> ExpressionError {
    let names: Vec<_> = FUNCTIONS.iter().map(|(name, _)| *name).chain(BINDERS).collect();
    let near = crate::taxonomy::nearest(name, names.iter().copied()).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
    let message = format!("unknown function `{name}`{near}; known are {}", names.join(", "));
    ExpressionError { span: start..start + name.len(), message }
}
