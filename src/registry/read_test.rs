//! From a test table, checked for shape, to a [`Test`] that can be asked of its simulation: metric measured, cells and
//! generations there, expressions with a value wherever they are asked.

use super::allowance::STEPS;
use super::expression::Expression;
use super::node::Node;
use super::problem::{Log, Place};
use super::read_values::{count, number, word};
use super::read_variant::Ground;
use super::shape::{quoted, within};
use super::{
    At, Axis, Cell, CellChoice, Changed, Comparison, Form, Logs, MarginScale, Operand, OperandArm, OrderSide, Side, Simulation, Statistic,
    Test, TestKind,
};
use crate::sim;
use crate::taxonomy::{Functional, Metric};

/// Most memory that the values of a test's cells may take for every [`LOOK`] replicates.
const MEGABYTES: u64 = 250;
/// Replicates of a first look, nearly always.
const LOOK: u64 = 256;
/// Most generations at which an expression is tried while loading.
const TRIED: usize = 48;

/// The test in a table.
pub(super) fn test(node: &Node, ground: &Ground) -> Option<Test> {
    let Ground { simulation, cells, functional, log, .. } = *ground;
    let kind_name = node.text().or_else(|| node.child("kind").and_then(Node::text))?;
    let generations = cells.iter().map(|cell| cell.setup.generations).min().unwrap_or(1);
    let metric: Option<Metric> = word(node, "metric");
    if let (Some(metric), Some(first)) = (metric, cells.first())
        && !first.setup.metrics.contains(&metric)
    {
        let remedy = format!("add `\"{metric}\"` to `metrics` of simulation `{}`", simulation.name);
        log.problem(node.place_of("metric"), "metric-not-measured", format!("`{metric}` is not measured there"), remedy);
    }
    let statistic = statistic(node, functional, log);
    let at = at(node, kind_name, generations, log);
    if let Some(at) = &at {
        fits_memory(at, node, cells, log);
    }
    let choice = cell_choice(node, simulation, log);
    let relative_to = generation(node, "relative_to", generations, log);
    let kind = match kind_name {
        "equals" => equals(node, log),
        "bound" => bound(node, log),
        "outcome" => Some(TestKind::Outcome),
        "order" => order(node, ground, generations),
        "trend" => trend(node, simulation, log),
        _ => None,
    };
    let test = Test { kind: kind?, metric, statistic: statistic?, at: at?, cells: choice?, relative_to };
    evaluates(&test, node, cells, log);
    Some(test)
}

fn statistic(node: &Node, functional: Functional, log: &Log) -> Option<Statistic> {
    let stated = node.child("statistic").and_then(Node::text);
    let comparison = node.child("where");
    if comparison.is_some() && stated != Some("share") {
        let place = node.place_of("where");
        log.problem(
            place,
            "contradiction",
            "`where` is only read for `statistic = \"share\"`",
            "write `statistic = \"share\"` or remove `where`",
        );
    }
    match stated {
        None => Some(match functional {
            Functional::Mean => Statistic::Mean,
            Functional::Typical => Statistic::MeanLog,
        }),
        Some("mean") => Some(Statistic::Mean),
        Some("median") => Some(Statistic::Median),
        Some("mean-log") => Some(Statistic::MeanLog),
        Some("share") => {
            let Some(text) = comparison.and_then(Node::text) else {
                log.unfilled(node.place, "missing-key", "a share lacks `where`", "write `where = \"metric < 0.1\"`");
                return None;
            };
            let parsed = self::comparison(text);
            if parsed.is_none() {
                log.problem(
                    node.place_of("where"),
                    "expression",
                    format!("`{text}` is no comparison"),
                    "write `metric < 0.1` or `metric > 0.1`",
                );
            }
            parsed.map(Statistic::Share)
        }
        Some(_) => None,
    }
}

/// `metric < x` or `metric > x`.
fn comparison(text: &str) -> Option<Comparison> {
    let rest = text.trim().strip_prefix("metric")?.trim_start();
    let (side, level) = match (rest.strip_prefix('<'), rest.strip_prefix('>')) {
        (Some(level), _) => (Side::Below, level),
        (None, Some(level)) => (Side::Above, level),
        (None, None) => return None,
    };
    let level: f64 = level.trim().parse().ok()?;
    level.is_finite().then_some(Comparison { side, level })
}

fn outside(place: Place, found: u64, generations: u32, log: &Log) {
    log.problem(place, "generation-outside", format!("generation {found} is not run"), format!("write one from 1 to {generations}"));
}

fn generation(node: &Node, key: &str, generations: u32, log: &Log) -> Option<u32> {
    let found = count(node, key)?;
    if found < 1 || found > u64::from(generations) {
        outside(node.place_of(key), found, generations, log);
        return None;
    }
    u32::try_from(found).ok()
}

fn at(node: &Node, kind: &str, generations: u32, log: &Log) -> Option<At> {
    let over_generations = kind == "trend" && node.child("over").and_then(Node::text) == Some("generation");
    let at = match node.child("at") {
        None if over_generations => At::Every,
        None => At::Last,
        Some(stated) => match stated.text() {
            Some("every") => At::Every,
            Some("last") => At::Last,
            Some(_) => return None,
            None => {
                for item in stated.items() {
                    if let Some(found) = item.count().filter(|found| *found < 1 || *found > u64::from(generations)) {
                        outside(item.place, found, generations, log);
                    }
                }
                let mut listed: Vec<u32> =
                    stated.items().iter().filter_map(|item| item.count().and_then(|found| u32::try_from(found).ok())).collect();
                listed.sort_unstable();
                listed.dedup();
                At::Listed(listed)
            }
        },
    };
    if over_generations && asked(&at, generations).len() < 3 {
        let remedy = "write `at = \"every\"` or list three generations or more";
        log.problem(node.place_of("at"), "too-few", "a slope over generations needs three of them", remedy);
    }
    Some(at)
}

/// Every generation that a test asks is kept of every replicate, with all metrics of the simulation.
fn fits_memory(at: &At, node: &Node, cells: &[Cell], log: &Log) {
    let values = |cell: &Cell| -> u64 {
        let generations = match at {
            At::Every => u64::from(cell.setup.generations),
            At::Last => 1,
            At::Listed(listed) => listed.len() as u64,
        };
        generations * sim::defined(&cell.setup.truth, &cell.setup.model).len() as u64
    };
    let megabytes = cells.iter().map(values).sum::<u64>() * LOOK * 8 / 1_000_000;
    if megabytes > MEGABYTES {
        let message = format!("so many generations and cells would take up to {megabytes} MB for every {LOOK} replicates");
        let remedy = format!("at most {MEGABYTES}: list fewer generations, or name fewer `cells`");
        log.problem(node.place_of("at"), "too-many-values", message, remedy);
    }
}

/// The generations asked; of very many, an even selection with both ends.
fn asked(at: &At, generations: u32) -> Vec<u32> {
    match at {
        At::Last => vec![generations],
        At::Listed(listed) => listed.clone(),
        At::Every if generations as usize <= TRIED => (1..=generations).collect(),
        At::Every => {
            let steps = TRIED as u64 - 1;
            (0..=steps).map(|step| 1 + ((u64::from(generations) - 1) * step / steps) as u32).collect()
        }
    }
}

fn cell_exists(node: &Node, simulation: &Simulation, log: &Log) -> Option<String> {
    let name = node.text()?;
    if simulation.cells.iter().any(|cell| cell.name == name) {
        return Some(name.to_owned());
    }
    let names: Vec<_> = simulation.cells.iter().map(|cell| cell.name.as_str()).filter(|name| !name.is_empty()).take(12).collect();
    let remedy = if names.is_empty() {
        "the simulation has no grid, so remove it".to_owned()
    } else {
        format!("write one of {}{}", quoted(&names), if simulation.cells.len() > names.len() { ", …" } else { "" })
    };
    log.problem(node.place, "unknown-cell", format!("simulation `{}` has no cell `{name}`", simulation.name), remedy);
    None
}

fn cell_choice(node: &Node, simulation: &Simulation, log: &Log) -> Option<CellChoice> {
    let Some(list) = node.child("cells") else { return Some(CellChoice::Every) };
    let named: Vec<_> = list.items().iter().map(|item| cell_exists(item, simulation, log)).collect();
    named.into_iter().collect::<Option<Vec<_>>>().map(CellChoice::Named)
}

fn expression(node: &Node, key: &str) -> Option<Expression> {
    Expression::parse(node.child(key)?.text()?).ok()
}

fn equals(node: &Node, log: &Log) -> Option<TestKind> {
    let scale = match node.child("margin_scale").map(Node::text) {
        None | Some(Some("relative")) => MarginScale::Relative,
        Some(Some("absolute")) => MarginScale::Absolute,
        Some(_) => return None,
    };
    let margin = number(node, "margin");
    let asymptotic = node.child("form").and_then(Node::text) == Some("asymptotic");
    let form = match (asymptotic, node.child("neglected")) {
        (false, None) => Some(Form::Exact),
        (false, Some(neglected)) => {
            log.problem(
                neglected.place,
                "contradiction",
                "`neglected` stands beside an exact form",
                "write `form = \"asymptotic\"` or remove it",
            );
            None
        }
        (true, None) => {
            let remedy = "write `neglected = …`, the size of the neglected term in the margin's unit";
            log.unfilled(node.place, "missing-key", "an asymptotic form lacks `neglected`", remedy);
            None
        }
        (true, Some(_)) => number(node, "neglected").map(|neglected| Form::Asymptotic { neglected }),
    };
    if let (Some(Form::Asymptotic { neglected }), Some(margin)) = (form, margin)
        && neglected >= margin
    {
        let message = format!("the neglected term {neglected} is not below the margin {margin}");
        log.problem(node.place_of("neglected"), "neglected-too-large", message, "widen the margin or give a sharper form");
    }
    Some(TestKind::Equals { expect: expression(node, "expect")?, margin: margin?, scale, form: form? })
}

fn bound(node: &Node, log: &Log) -> Option<TestKind> {
    match (node.child("below"), node.child("above")) {
        (Some(_), None) => Some(TestKind::Bound { side: Side::Below, limit: expression(node, "below")? }),
        (None, Some(_)) => Some(TestKind::Bound { side: Side::Above, limit: expression(node, "above")? }),
        (None, None) => {
            log.unfilled(node.place, "missing-key", "a bound has no limit", "write `below = \"…\"` or `above = \"…\"`");
            None
        }
        (Some(_), Some(_)) => {
            log.problem(node.place, "contradiction", "a bound has two limits", "keep `below` or `above`; two bounds are two claims");
            None
        }
    }
}

fn order(node: &Node, ground: &Ground, generations: u32) -> Option<TestKind> {
    let [lesser_side, greater_side] = ground.sides;
    let lesser = operand(node.child("lesser")?, lesser_side, ground, generations);
    let greater = operand(node.child("greater")?, greater_side, ground, generations);
    let (lesser, greater) = (lesser?, greater?);
    if lesser == greater {
        let remedy = "let them differ in `arm`, `change`, `cell` or `generation`";
        ground.log.problem(node.place_of("greater"), "contradiction", "both sides of the order are the same", remedy);
        return None;
    }
    let margin = node.child("margin").map_or(Some(0.0), Node::number)?;
    Some(TestKind::Order { lesser, greater, margin })
}

fn operand(node: &Node, side: OrderSide, ground: &Ground, generations: u32) -> Option<Operand> {
    let log = ground.log;
    let stated = match node.child("arm").map(Node::text) {
        None | Some(Some("as-published")) => OperandArm::Itself,
        Some(Some("real-only")) => OperandArm::RealOnly,
        Some(_) => return None,
    };
    let arm = match node.child("change") {
        None => stated,
        Some(change) if stated == OperandArm::RealOnly => {
            let remedy = "keep one: a changed side has no twin of its own";
            log.problem(change.place, "contradiction", "`change` stands beside `arm = \"real-only\"`", remedy);
            return None;
        }
        Some(change) if change.entries().is_empty() => {
            log.problem(change.place, "empty-control", "the change changes nothing", "remove it, or change one knob");
            return None;
        }
        Some(change) => OperandArm::Changed(Changed { side, claim: ground.claim.to_owned(), variant: ground.changed(change)? }),
    };
    let cell = match node.child("cell") {
        None => None,
        Some(cell) => Some(cell_exists(cell, ground.simulation, log)?),
    };
    let generation = match node.child("generation") {
        None => None,
        Some(_) => Some(generation(node, "generation", generations, log)?),
    };
    Some(Operand { arm, cell, generation })
}

fn trend(node: &Node, simulation: &Simulation, log: &Log) -> Option<TestKind> {
    let logs = match node.child("logs").map(Node::text) {
        None | Some(Some("none")) => Logs::None,
        Some(Some("statistic")) => Logs::Statistic,
        Some(Some("both")) => Logs::Both,
        Some(_) => return None,
    };
    let over = node.child("over").and_then(Node::text)?;
    let axis = if over == "generation" {
        Axis::Generation
    } else {
        let Some((_, values)) = simulation.grid.iter().find(|(path, _)| path == over) else {
            let mut known = vec!["generation"];
            known.extend(simulation.grid.iter().map(|(path, _)| path.as_str()));
            let message = format!("simulation `{}` has no grid path `{over}`", simulation.name);
            log.problem(node.place_of("over"), "unknown-word", message, format!("write one of {}", quoted(&known)));
            return None;
        };
        if values.len() < 3 {
            log.problem(
                node.place_of("over"),
                "too-few",
                format!("the grid has {} values there", values.len()),
                "a slope needs three or more",
            );
        }
        if logs == Logs::Both && values.iter().any(|value| *value <= 0.0) {
            log.problem(node.place_of("over"), "out-of-range", "a grid value of 0 or less has no log", "write `logs = \"statistic\"`");
        }
        Axis::Grid(over.to_owned())
    };
    let (low, high) = (number(node, "low")?, number(node, "high")?);
    if low >= high {
        log.problem(
            node.place_of("high"),
            "out-of-range",
            format!("the interval from {low} to {high} is empty"),
            "write `low` below `high`",
        );
        return None;
    }
    Some(TestKind::Trend { over: axis, logs, low, high })
}

/// Tries the test's expression in every cell and generation asked.
fn evaluates(test: &Test, node: &Node, cells: &[Cell], log: &Log) {
    let (expression, key) = match &test.kind {
        TestKind::Equals { expect, .. } => (expect, "expect"),
        TestKind::Bound { side: Side::Below, limit } => (limit, "below"),
        TestKind::Bound { side: Side::Above, limit } => (limit, "above"),
        TestKind::Outcome | TestKind::Order { .. } | TestKind::Trend { .. } => return,
    };
    let place = node.place_of(key);
    for cell in cells {
        let chosen = match &test.cells {
            CellChoice::Every => true,
            CellChoice::Named(names) => names.contains(&cell.name),
        };
        if !chosen {
            continue;
        }
        let tried = asked(&test.at, cell.setup.generations);
        // Of very many generations some are tried, and a run asks all of them.
        let times = if test.at == At::Every { u64::from(cell.setup.generations).div_ceil(tried.len() as u64) } else { 1 };
        for t in tried {
            let (value, steps) = expression.value_in_steps(&cell.bindings, t);
            if !log.allowance.takes(steps.saturating_mul(times)) {
                let message = format!("`{key}`, with what else this study asks, takes more than {STEPS} steps of arithmetic in all");
                let remedy = format!("at most {STEPS}: use a closed form, or ask it at fewer generations or cells");
                log.problem(place, "expression", message, remedy);
                return;
            }
            if let Err(error) = value {
                let at = if cell.name.is_empty() { String::new() } else { format!(" in cell `{}`", cell.name) };
                let message = format!("`{key}` has no value at generation {t}{at}: {}", error.message);
                let remedy = "mend the expression, or ask it at other generations or cells";
                log.problem(within(place, expression.source(), &error.span), "expression", message, remedy);
                return;
            }
        }
    }
}
