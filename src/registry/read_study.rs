//! From a study file, checked for shape, to a [`Study`] with every cell of every simulation made concrete.

use super::allowance::NUMBERS;
use super::citation;
use super::expression::Expression;
use super::node::{DEEPEST, Entry, Node, Value};
use super::problem::{Log, Place, Stage};
use super::read_external::external;
use super::read_setup::setup;
use super::read_values::word;
use super::shape::{check, within};
use super::{Bindings, Cell, Coding, Judgement, ModelFamily, RiskFrame, Simulation, Study, bindings, format};
use crate::sim::{self, Setup, Simulator};
use crate::taxonomy::{Fidelity, Metric, Role, Size, Word};
use std::collections::BTreeSet;

/// Most cells of a grid.
const CELLS: usize = 1_000;
/// Most seconds of one core that a replicate may take, by the fixed cost formula: its first look has hundreds.
const DEAREST: f64 = 60.0;

/// Text of a key, empty where it is missing (reported already).
pub(super) fn text(node: &Node, key: &str) -> String {
    node.child(key).and_then(Node::text).unwrap_or_default().to_owned()
}

pub(super) fn text_if(node: &Node, key: &str) -> Option<String> {
    node.child(key).and_then(Node::text).map(str::to_owned)
}

pub(super) fn texts(node: &Node, key: &str) -> Vec<String> {
    node.child(key).map(|list| list.items().iter().filter_map(Node::text).map(str::to_owned).collect()).unwrap_or_default()
}

/// The study in a file named `id`, its digest still empty.
pub(super) fn study(id: &str, root: &Node, log: &Log) -> Study {
    let empty = Node { place: root.place, value: Value::Table(Vec::new()) };
    let citation = root.child("study").unwrap_or(&empty);
    let simulations = simulations(root, log);
    let no_simulation = text_if(citation, "no_simulation");
    let has_entries = root.child("simulation").is_some_and(|node| !node.entries().is_empty());
    match (has_entries, &no_simulation) {
        (true, Some(_)) => {
            let place = citation.place_of("no_simulation");
            log.problem(place, "contradiction", "`study.no_simulation` stands beside a simulation", "remove one of the two");
        }
        (false, None) => {
            let remedy = "write a `[simulation.<name>]`, or say in `study.no_simulation` why there is none";
            log.unfilled(citation.place, "missing-key", "the study has no simulation and does not say why", remedy);
        }
        (true, None) | (false, Some(_)) => {}
    }
    if !simulations.is_empty() && simulations.iter().all(|simulation| simulation.role == Role::Contrast) {
        let remedy = "write `role = \"main\"` on what the study puts forward: only main simulations say what a study finds";
        log.problem(root.place_of("simulation"), "no-main-simulation", "every simulation of the study is a contrast", remedy);
    }
    let small = |key: &str| citation.child(key).and_then(Node::count).unwrap_or(0);
    let mut families: Vec<_> = texts(citation, "families").iter().filter_map(|word| ModelFamily::parse(word).ok()).collect();
    families.sort();
    families.dedup();
    Study {
        id: id.to_owned(),
        draft: log.stage() == Stage::Draft,
        title: text(citation, "title"),
        authors: texts(citation, "authors"),
        year: u16::try_from(small("year")).unwrap_or(0),
        month: citation.child("month").map(|_| u8::try_from(small("month")).unwrap_or(0)),
        arxiv: checked(citation, "arxiv", citation::is_arxiv, "write the number alone, as in `2401.01234`, without a version", log),
        doi: checked(citation, "doi", citation::is_doi, "write it without a host, as in `10.1234/abc`", log),
        venue: text_if(citation, "venue"),
        code: text_if(citation, "code"),
        versions: texts(citation, "versions"),
        work: text_if(citation, "work").unwrap_or_else(|| id.to_owned()),
        families,
        codings: codings(root, log),
        judgements: judgements(root, log),
        simulations,
        no_simulation,
        digest: String::new(),
    }
}

fn codings(root: &Node, log: &Log) -> Vec<Coding> {
    let mut seen = BTreeSet::new();
    let mut codings = Vec::new();
    for item in root.child("definition").map(Node::items).unwrap_or_default() {
        let (Some(definition), Some(basis)) = (word(item, "id"), word(item, "basis")) else { continue };
        let coding = Coding { definition, basis, coder: text(item, "coder"), locator: text(item, "locator"), reason: text(item, "reason") };
        if !seen.insert((coding.definition, coding.coder.clone())) {
            let message = format!("coder `{}` codes `{definition}` twice", coding.coder);
            log.problem(item.place_of("id"), "duplicate", message, "keep one entry per coder and definition");
        }
        codings.push(coding);
    }
    codings
}

fn judgements(root: &Node, log: &Log) -> Vec<Judgement> {
    let mut seen = BTreeSet::new();
    let mut judgements = Vec::new();
    for item in root.child("realism").map(Node::items).unwrap_or_default() {
        let simulation = text_if(item, "simulation");
        if let Some(name) = &simulation
            && root.child("simulation").and_then(|node| node.entry(name)).is_none()
        {
            unknown_simulation(item.place_of("simulation"), name, root, log);
        }
        let (Some(condition), Some(level)) = (word(item, "condition"), word(item, "level")) else { continue };
        let coder = text(item, "coder");
        if !seen.insert((condition, coder.clone(), simulation.clone())) {
            let message = format!("coder `{coder}` judges `{condition}` twice");
            log.problem(item.place_of("condition"), "duplicate", message, "keep one entry per coder, condition and simulation");
        }
        judgements.push(Judgement { condition, level, coder, locator: text(item, "locator"), reason: text(item, "reason"), simulation });
    }
    judgements
}

pub(super) fn unknown_simulation(place: Place, name: &str, root: &Node, log: &Log) {
    let names: Vec<_> = root.child("simulation").map(Node::entries).unwrap_or_default().iter().map(|entry| entry.key.as_str()).collect();
    let remedy = if names.is_empty() { "the study has none".to_owned() } else { format!("write one of {}", super::shape::quoted(&names)) };
    log.problem(place, "unknown-simulation", format!("the study has no simulation `{name}`"), remedy);
}

fn simulations(root: &Node, log: &Log) -> Vec<Simulation> {
    let read = |entry: &Entry| {
        let before = log.problems_so_far();
        let found = simulation(entry, log);
        if found.is_none() && log.problems_so_far() > before {
            let message = format!("`simulation.{}` cannot be read yet, so the tests of its claims are not checked against it", entry.key);
            log.note(entry.place, "checked-later", message, "mend it and lint again: more may be told of its claims then");
        }
        found
    };
    let mut simulations: Vec<_> = root.child("simulation").map(Node::entries).unwrap_or_default().iter().filter_map(read).collect();
    simulations.sort_by(|a, b| a.name.cmp(&b.name));
    simulations
}

fn simulation(entry: &Entry, log: &Log) -> Option<Simulation> {
    if !is_name(&entry.key) {
        let message = format!("`{}` is no name for a simulation", entry.key);
        log.problem(entry.place, "name", message, "use lower-case letters, digits and hyphens");
    }
    let node = &entry.node;
    let departures = texts(node, "departures");
    let fidelity = word::<Fidelity>(node, "fidelity");
    if fidelity == Some(Fidelity::Analogue) && departures.is_empty() {
        let remedy = "say what the study did, what this does, and what the difference could hide";
        log.unfilled(node.place_of("fidelity"), "missing-departures", "an analogue without departures", remedy);
    }
    let role = word::<Role>(node, "role");
    let size = size(node, fidelity, log);
    let grid = grid(node, log);
    // The values as written are checked even where every cell replaces them.
    let path = format!("simulation.{}", entry.key);
    let written = cell(node, &path, String::new(), log);
    let cells = match &grid {
        Some(grid) if grid.is_empty() => vec![written?],
        Some(grid) => cells(points(grid).map(|point| (point_name(&point), placed(node, &point))), node.place_of("grid"), &path, log)?,
        None => return None,
    };
    let grid = grid?.into_iter().map(|(path, _, values)| (path, values.iter().filter_map(Node::number).collect())).collect();
    Some(Simulation { name: entry.key.clone(), role: role?, fidelity: fidelity?, size, departures, cells, grid, external: external(node) })
}

/// The size, which must go with the level: the study's own setting at its own size or one that the statement allows is exact, a
/// smaller one is scaled, and another model has no size in common with the study.
fn size(node: &Node, fidelity: Option<Fidelity>, log: &Log) -> Option<Size> {
    let fidelity = fidelity?;
    let Some(stated) = word::<Size>(node, "size") else {
        if node.child("size").is_none() && fidelity != Fidelity::Analogue {
            let remedy = match fidelity {
                Fidelity::Scaled => "write `size = \"reduced\"`",
                Fidelity::Exact | Fidelity::Analogue | Fidelity::None => "write `size = \"own\"` or `size = \"within the statement\"`",
            };
            log.unfilled(node.place, "missing-key", format!("a simulation of fidelity `{fidelity}` lacks `size`"), remedy);
        }
        return None;
    };
    let (fits, remedy) = match (fidelity, stated) {
        (Fidelity::Exact, Size::Own | Size::Within) | (Fidelity::Scaled, Size::Reduced) => (true, ""),
        (Fidelity::Exact, Size::Reduced) => (false, "write `fidelity = \"scaled\"`: a reduced size is not the study's own"),
        (Fidelity::Scaled, Size::Own | Size::Within) => {
            (false, "write `size = \"reduced\"`, or `fidelity = \"exact\"` where nothing but the size was in doubt")
        }
        (Fidelity::Analogue | Fidelity::None, _) => (false, "remove it: another model has no size in common with the study"),
    };
    if !fits {
        let message = format!("`size = \"{stated}\"` stands beside `fidelity = \"{fidelity}\"`");
        log.problem(node.place_of("size"), "size", message, remedy);
    }
    Some(stated)
}

/// Lower-case letters, digits and inner hyphens.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !is_device(name)
        && name.len() <= 80
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// Names that Windows keeps for devices, whatever the ending: no file of that name can be checked out there.
fn is_device(name: &str) -> bool {
    let numbered =
        |device: &str| name.strip_prefix(device).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()));
    ["con", "prn", "aux", "nul"].contains(&name) || numbered("com") || numbered("lpt")
}

/// An identifier, with a complaint where bibliographies could not take it as it is; an empty one is a draft's.
fn checked(node: &Node, key: &str, is_fine: impl Fn(&str) -> bool, remedy: &str, log: &Log) -> Option<String> {
    let found = text_if(node, key)?;
    if !found.is_empty() && !is_fine(&found) {
        log.problem(node.place_of(key), "citation", format!("`{found}` cannot be cited as `{key}`"), remedy);
    }
    Some(found)
}

type GridPath = (String, Place, Vec<Node>);

fn grid(node: &Node, log: &Log) -> Option<Vec<GridPath>> {
    let Some(table) = node.child("grid") else { return Some(Vec::new()) };
    let mut grid = Vec::new();
    let before = log.count();
    if table.entries().is_empty() {
        log.problem(table.place, "empty-grid", "the grid has no paths, so the simulation has no cells", "remove `grid`, or list values");
    }
    for entry in table.entries() {
        allowed_path(entry, log);
        let values = entry.node.items();
        if values.is_empty() {
            log.problem(entry.node.place, "empty-grid", format!("`grid.{}` lists no values", entry.key), "write a list of numbers");
        }
        let mut seen = BTreeSet::new();
        for value in values {
            match value.number() {
                Some(number) if number.is_finite() => {
                    if !seen.insert(number.to_bits()) {
                        log.problem(
                            value.place,
                            "duplicate",
                            format!("{} is listed twice", value.words()),
                            "keep one: a cell is named by its values",
                        );
                    }
                }
                _ => log.problem(value.place, "wrong-type", format!("a grid value is {}", value.kind()), "write numbers"),
            }
        }
        grid.push((entry.key.clone(), entry.place, values.to_vec()));
    }
    let total = cells_of(&grid);
    if total > CELLS {
        log.problem(table.place, "too-many-cells", format!("the grid has {total} cells"), format!("at most {CELLS}"));
    }
    (log.count() == before).then_some(grid)
}

/// Keys that describe the simulation rather than the experiment cannot be changed in a grid or a control.
pub(super) fn allowed_path(entry: &Entry, log: &Log) {
    let depth = entry.key.split('.').count();
    if depth > DEEPEST {
        let message = format!("a path of {depth} keys");
        log.problem(entry.place, "not-changeable", message, format!("write at most {DEEPEST} keys with dots between them"));
        return;
    }
    let head = entry.key.split('.').next().unwrap_or_default();
    if ["role", "fidelity", "size", "departures", "grid", "method", "engine"].contains(&head) {
        let message = format!("`{}` is not part of the experiment", entry.key);
        log.problem(
            entry.place,
            "not-changeable",
            message,
            "change truth, model, synthesis, regime, curation, sampling, samples or generations",
        );
    }
}

type Point<'g> = Vec<(&'g str, Place, &'g Node)>;

/// Every combination of grid values, the last path running fastest, one at a time. Of a grid with too many there is none.
fn points(grid: &[GridPath]) -> impl Iterator<Item = Point<'_>> {
    let total = cells_of(grid);
    (0..if total > CELLS { 0 } else { total }).map(|number| {
        let mut rest = number;
        let mut point: Point<'_> = Vec::with_capacity(grid.len());
        for (path, place, values) in grid.iter().rev() {
            point.push((path, *place, &values[rest % values.len()]));
            rest /= values.len();
        }
        point.reverse();
        point
    })
}

/// How many combinations there are.
fn cells_of(grid: &[GridPath]) -> usize {
    grid.iter().fold(1, |total, (_, _, values)| total.saturating_mul(values.len()))
}

fn point_name(point: &Point) -> String {
    point.iter().map(|(path, _, value)| format!("{path}={}", value.number().unwrap_or(0.0))).collect::<Vec<_>>().join(";")
}

fn placed(node: &Node, point: &Point) -> Node {
    let mut node = node.clone();
    for (path, place, value) in point {
        node.set(path, *place, value);
    }
    node
}

/// Every cell of a simulation table with a change to its concrete table; `None` where one of them is wrong.
pub(super) fn cells_changed(node: &Node, change: impl Fn(&mut Node), path: &str, log: &Log) -> Option<Vec<Cell>> {
    let grid: Vec<GridPath> = node
        .child("grid")
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(|entry| (entry.key.clone(), entry.place, entry.node.items().to_vec()))
        .collect();
    let changed = points(&grid).map(|point| {
        let mut table = placed(node, &point);
        change(&mut table);
        (point_name(&point), table)
    });
    cells(changed, node.place, path, log)
}

/// The cells of these tables; `None` where one of them is wrong, or where they are more than a study may hold.
fn cells(tables: impl Iterator<Item = (String, Node)>, place: Place, path: &str, log: &Log) -> Option<Vec<Cell>> {
    let mut cells = Some(Vec::new());
    for (name, table) in tables {
        let Some(cell) = cell(&table, path, name, log) else {
            cells = None;
            continue;
        };
        if !log.allowance.holds((table.size() + cell.bindings.probabilities.len()) as u64) {
            let message = format!("the cells of this study and of its claims hold more than {NUMBERS} numbers");
            let remedy = format!("at most {NUMBERS}: use fewer cells, fewer categories or fewer claims with a change");
            log.problem(place, "too-many-cells", message, remedy);
            return None;
        }
        if let Some(cells) = &mut cells {
            cells.push(cell);
        }
    }
    cells
}

/// One cell from a concrete table; `path` is the simulation's in its file.
pub(super) fn cell(table: &Node, path: &str, name: String, log: &Log) -> Option<Cell> {
    match tried(table, path, name, log)? {
        Ok(cell) => Some(cell),
        Err(refusals) => {
            for refusal in refusals {
                log.problem(table.place_of(&refusal.field), refusal.code, format!("{}: {}", refusal.field, refusal.found), refusal.remedy);
            }
            None
        }
    }
}

/// The same, with what the laboratory refuses handed back instead of logged; `None` where the table itself is wrong.
pub(super) fn tried(table: &Node, path: &str, name: String, log: &Log) -> Option<Result<Cell, Vec<sim::Refusal>>> {
    let before = log.count();
    check(table, &format::SIMULATION, path, log);
    let setup = setup(table, log)?;
    if log.count() > before {
        return None;
    }
    match Simulator::prepare(&setup) {
        Err(refusals) => return Some(Err(refusals)),
        Ok(simulator) => {
            if let Some(refusal) = too_dear(&simulator, &setup) {
                return Some(Err(vec![refusal]));
            }
        }
    }
    let bindings = bindings::of(&setup);
    let mut frame = frame(table, &bindings, log);
    // What a descriptor does not say the truth does; `null_risk = "none"` says that there is none.
    if table.child("null_risk").is_none() {
        frame.null_risk = frame.risk.and_then(|risk| sim::null_risk(&setup, risk));
    }
    (log.count() == before).then_some(())?;
    Some(Ok(Cell { name, setup, bindings, frame }))
}

/// A run that nobody would wait for. What trains a network is recorded beforehand, with a ceiling of its own.
fn too_dear(simulator: &Simulator, setup: &Setup) -> Option<sim::Refusal> {
    let seconds = simulator.cost() * 1e-9;
    (!setup.is_trained() && seconds > DEAREST).then(|| sim::Refusal {
        code: "too-dear",
        field: "generations".to_owned(),
        found: format!("about {seconds:.0} seconds of one core for every replicate"),
        remedy: format!("at most {DEAREST:.0}: use fewer generations or examples"),
    })
}

fn frame(table: &Node, bindings: &Bindings, log: &Log) -> RiskFrame {
    let risk = table.child("risk").and_then(Node::text).and_then(|text| Metric::parse(text).ok());
    if let Some(risk) = risk {
        let measured = table.child("metrics").map(Node::items).unwrap_or_default();
        if !measured.iter().any(|item| item.text() == Some(risk.id())) {
            log.problem(
                table.place_of("risk"),
                "metric-not-measured",
                format!("`{risk}` is not measured"),
                format!("add `{risk}` to `metrics`"),
            );
        }
    }
    let ceiling = frame_value(table, "ceiling", bindings, log);
    let null_risk = frame_value(table, "null_risk", bindings, log);
    let time_scale = frame_value(table, "time_scale", bindings, log).unwrap_or(1.0);
    if time_scale <= 0.0 {
        log.problem(table.place_of("time_scale"), "out-of-range", format!("`time_scale` is {time_scale}"), "write an expression above 0");
    }
    RiskFrame { risk, ceiling, null_risk, time_scale }
}

/// The value of an expression of the frame; `none` or absent: nothing.
fn frame_value(table: &Node, key: &str, bindings: &Bindings, log: &Log) -> Option<f64> {
    let node = table.child(key)?;
    let source = node.text().filter(|text| text.trim() != "none")?;
    let expression = Expression::parse(source).ok()?;
    if expression.uses_generation() {
        log.problem(node.place, "expression", format!("`{key}` uses `t`, but it holds for the whole run"), "write it without `t`");
        return None;
    }
    match expression.value(bindings, 1) {
        Ok(value) => Some(value),
        Err(error) => {
            log.problem(
                within(node.place, source, &error.span),
                "expression",
                format!("`{key}`: {}", error.message),
                "mend the expression",
            );
            None
        }
    }
}
