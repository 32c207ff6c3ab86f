//! The value of a [`Tree`]: every intermediate result is finite or the evaluation ends with its place.

use super::parse::{Function, Node, Operator, Series, Tree};
use super::{ExpressionError, special};
use crate::registry::Bindings;
use crate::taxonomy::nearest;

/// Most terms of all sums, products and iterations together.
const TERMS: u64 = 1_000_000;
/// Most steps of a value: a term may be a long expression itself.
const STEPS: u64 = 20_000_000;
/// Most names listed in a message.
const LISTED: usize = 40;

struct Evaluation<'b> {
    bindings: &'b Bindings,
    t: f64,
    locals: Vec<f64>,
    terms: u64,
    steps: u64,
}

type Value = Result<f64, ExpressionError>;

/// The value at generation `t`, and how many steps it took.
pub(super) fn value(tree: &Tree, bindings: &Bindings, t: u32) -> (Value, u64) {
    let mut evaluation = Evaluation { bindings, t: f64::from(t), locals: Vec::new(), terms: 0, steps: 0 };
    let value = evaluation.of(tree);
    (value, evaluation.steps)
}

fn error(tree: &Tree, message: String) -> ExpressionError {
    ExpressionError { span: tree.span.clone(), message }
}

impl Evaluation<'_> {
    fn of(&mut self, tree: &Tree) -> Value {
        self.steps += 1;
        if self.steps > STEPS {
            return Err(error(tree, format!("more than {STEPS} steps; use a closed form or fewer terms")));
        }
        let value = match &tree.node {
            Node::Number(number) => *number,
            Node::Generation => self.t,
            Node::Local(index) => self.locals[*index],
            Node::Name(name) => match self.bindings.values.get(name) {
                Some(value) => *value,
                None => return Err(self.unknown(tree, name)),
            },
            Node::Negate(inner) => -self.of(inner)?,
            Node::Binary(operator, left, right) => return self.binary(tree, *operator, left, right),
            Node::Call(function, arguments) => return self.call(tree, *function, arguments),
            Node::Series(series, first, last, body) => return self.series(tree, *series, first, last, body),
            Node::Iterate(start, times, body) => return self.iterate(tree, start, times, body),
        };
        finite(tree, value, || "the value".to_owned())
    }

    fn unknown(&self, tree: &Tree, name: &str) -> ExpressionError {
        let names = self.bindings.values.keys().map(String::as_str);
        let near = nearest(name, names).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
        let mut known: Vec<_> = self.bindings.values.iter().take(LISTED).map(|(name, value)| format!("{name} = {value}")).collect();
        known.push(format!("t = {}", self.t));
        if !self.bindings.probabilities.is_empty() {
            known.push(format!("probability(1..{})", self.bindings.probabilities.len()));
        }
        error(tree, format!("unknown name `{name}`{near}; known are {}", known.join(", ")))
    }

    fn binary(&mut self, tree: &Tree, operator: Operator, left: &Tree, right: &Tree) -> Value {
        let (a, b) = (self.of(left)?, self.of(right)?);
        let truth = |holds: bool| if holds { 1.0 } else { 0.0 };
        let (value, sign) = match operator {
            Operator::Add => (a + b, "+"),
            Operator::Subtract => (a - b, "-"),
            Operator::Multiply => (a * b, "*"),
            Operator::Divide => (a / b, "/"),
            Operator::Power => (a.powf(b), "^"),
            Operator::Less => (truth(a < b), "<"),
            Operator::AtMost => (truth(a <= b), "<="),
            Operator::Greater => (truth(a > b), ">"),
            Operator::AtLeast => (truth(a >= b), ">="),
        };
        finite(tree, value, || format!("{a} {sign} {b}"))
    }

    fn call(&mut self, tree: &Tree, function: Function, arguments: &[Tree]) -> Value {
        let values = arguments.iter().map(|argument| self.of(argument)).collect::<Result<Vec<_>, _>>()?;
        let x = values[0];
        let (value, name) = match function {
            Function::Min => (values.iter().copied().fold(f64::INFINITY, f64::min), "min"),
            Function::Max => (values.iter().copied().fold(f64::NEG_INFINITY, f64::max), "max"),
            Function::Abs => (x.abs(), "abs"),
            Function::Sqrt => (x.sqrt(), "sqrt"),
            Function::Exp => (x.exp(), "exp"),
            Function::Ln => (x.ln(), "ln"),
            Function::Expm1 => (x.exp_m1(), "expm1"),
            Function::Sin => (x.sin(), "sin"),
            Function::Arctan => (x.atan(), "arctan"),
            Function::Gamma => (special::gamma(x), "gamma"),
            Function::LnGamma => (special::ln_gamma(x), "ln_gamma"),
            Function::Digamma => (special::digamma(x), "digamma"),
            Function::Zeta => (special::zeta(x), "zeta"),
            Function::NormalCdf => (special::normal_cdf(x), "normal_cdf"),
            Function::Probability => return self.probability(tree, &arguments[0], x),
            Function::AbsorptionTime => return self.absorption_time(tree, &arguments[0], x),
        };
        finite(tree, value, || format!("{name}({x})"))
    }

    fn probability(&self, tree: &Tree, argument: &Tree, x: f64) -> Value {
        let count = self.bindings.probabilities.len();
        if count == 0 {
            return Err(error(tree, "`probability` needs a categorical truth".to_owned()));
        }
        let k = whole(argument, x, "a category")?;
        usize::try_from(k)
            .ok()
            .and_then(|k| self.bindings.probabilities.get(k.checked_sub(1)?))
            .copied()
            .ok_or_else(|| error(argument, format!("there is no category {k}; they run from 1 to {count}")))
    }

    fn absorption_time(&mut self, tree: &Tree, argument: &Tree, x: f64) -> Value {
        let probabilities = &self.bindings.probabilities;
        if probabilities.is_empty() {
            return Err(error(tree, "`absorption_time` needs a categorical truth".to_owned()));
        }
        let n = whole(argument, x, "a number of draws")?;
        let Some(draws) = usize::try_from(n).ok().filter(|draws| *draws >= 1) else {
            return Err(error(argument, format!("{n} draws are none; write 1 or more")));
        };
        self.spend(tree, (draws as u64).saturating_mul((draws / 2 + probabilities.len()) as u64))?;
        finite(tree, special::absorption_time(probabilities, draws), || format!("absorption_time({draws})"))
    }

    /// Counts terms against the limit.
    fn spend(&mut self, tree: &Tree, terms: u64) -> Result<(), ExpressionError> {
        self.terms = self.terms.saturating_add(terms);
        self.steps = self.steps.saturating_add(terms);
        if self.terms > TERMS {
            return Err(error(tree, format!("more than {TERMS} terms; use a closed form or fewer terms")));
        }
        Ok(())
    }

    fn series(&mut self, tree: &Tree, series: Series, first: &Tree, last: &Tree, body: &Tree) -> Value {
        let a = self.of(first)?;
        let b = self.of(last)?;
        let (a, b) = (whole(first, a, "a first term")?, whole(last, b, "a last term")?);
        if b >= a && b - a >= TERMS as i64 {
            self.spend(tree, TERMS + 1)?;
        }
        let mut total = match series {
            Series::Sum => 0.0,
            Series::Product => 1.0,
        };
        self.locals.push(0.0);
        let place = self.locals.len() - 1;
        for k in a..=b {
            self.spend(tree, 1)?;
            self.locals[place] = k as f64;
            let term = self.of(body)?;
            total = match series {
                Series::Sum => total + term,
                Series::Product => total * term,
            };
        }
        self.locals.pop();
        finite(tree, total, || "the series".to_owned())
    }

    fn iterate(&mut self, tree: &Tree, start: &Tree, times: &Tree, body: &Tree) -> Value {
        let mut x = self.of(start)?;
        let times_value = self.of(times)?;
        let count = whole(times, times_value, "a number of times")?;
        if count < 0 {
            return Err(error(times, format!("{count} times is less than none")));
        }
        if count > TERMS as i64 {
            self.spend(tree, TERMS + 1)?;
        }
        self.locals.push(x);
        let place = self.locals.len() - 1;
        for _ in 0..count {
            self.spend(tree, 1)?;
            self.locals[place] = x;
            x = self.of(body)?;
        }
        self.locals.pop();
        Ok(x)
    }
}

fn finite(tree: &Tree, value: f64, what: impl FnOnce() -> String) -> Value {
    if value.is_finite() { Ok(value) } else { Err(error(tree, format!("{} is not a finite number", what()))) }
}

/// A whole number, up to rounding.
fn whole(tree: &Tree, value: f64, what: &str) -> Result<i64, ExpressionError> {
    let rounded = value.round();
    if (value - rounded).abs() <= 1e-9 * rounded.abs().max(1.0) && rounded.abs() <= 9.0e15 {
        Ok(rounded as i64)
    } else {
        Err(error(tree, format!("{what} must be whole, found {value}")))
    }
}
