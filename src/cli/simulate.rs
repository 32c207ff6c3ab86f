//! `simulate`: listed runs, or any setup from flags, as long CSV, as a NumPy array, as a summary or as a plot.

use super::args::SimulateArgs;
use super::npy::Records;
use super::placed::Flags;
use super::rows::Form;
use super::sink::{Reader, Sink};
use super::summary::Summary;
use super::{adhoc, meaning, output, registry, say, session, statistic};
use crate::audit::AS_PUBLISHED;
use crate::plan::{self, Arm, CellPlan, Simulated};
use crate::random::{Seed, Streams};
use crate::registry::{Registry, Simulation, Sources, Study};
use crate::sim::{self, Ending, Record, Setup, Simulator, Table};
use crate::taxonomy::{Condition, Metric, Word, nearest};
use crate::{Error, Result};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;
use std::path::Path;

/// The arm of a setup that nobody published: from flags, or with keys changed.
const CUSTOM: &str = "custom";

/// Longest run of which every generation is recorded.
const EVERY: u32 = 100_000;

/// Most values that are held at once: a gigabyte or two of memory.
const VALUES: u64 = 100_000_000;

/// Values of a block of replicates that are written together: some tens of megabytes of text.
const BLOCK: u64 = 500_000;

/// One cell to run.
struct Cell {
    name: String,
    setup: Setup,
}

/// What to run, and whose seeds.
struct Target {
    study: String,
    simulation: String,
    arm: String,
    cells: Vec<Cell>,
}

/// Replicates of a summary for which nobody named a number.
const SUMMARISED: u32 = 256;

/// Simulates and writes the CSV, the summary, or the claim's statistic.
///
/// # Errors
/// Wrong usage, a registry with problems, a setup that is refused, a file that cannot be written.
pub fn simulate(args: &SimulateArgs, shipped: &Sources) -> Result<()> {
    possible(args)?;
    if let (Some(target), Some(claim)) = (&args.target, &args.claim) {
        return deliver(&args.out, &statistic::of(args, shipped, target, claim)?);
    }
    session::threads(&args.common)?;
    let target = target(args, shipped)?;
    if args.summary || args.plot.is_some() { summarised(args, &target) } else { valued(args, &target) }
}

/// What flags cannot ask together, with what to do instead.
fn possible(args: &SimulateArgs) -> Result<()> {
    let is_other = |ending: &std::ffi::OsStr| !ending.eq_ignore_ascii_case("svg");
    if let Some(path) = args.plot.as_ref().filter(|path| path.extension().is_some_and(is_other)) {
        let message = format!("--plot {}: a plot is written as SVG only; name a file that ends in .svg", path.display());
        return Err(Error::Usage(message));
    }
    if args.plot.as_ref().is_some_and(|path| *path == args.out) {
        return Err(Error::Usage(format!("--plot and --out both name {}, and one would take the place of the other", args.out.display())));
    }
    let study = args.target.as_deref().and_then(|name| name.split('/').next()).unwrap_or("STUDY");
    match (&args.claim, args.set.is_empty()) {
        (Some(_), false) => Err(Error::Usage(format!(
            "--set does not go with --claim: a claim's test, margin and control are written for the simulation as it stands, and --set changes that. To see what the changed simulation does, leave --claim out; to ask the claim of it, copy the registry, make the change in studies/{study}.toml there, and ask with --registry DIR instead of --set"
        ))),
        (None, false) if args.arm != AS_PUBLISHED => Err(Error::Usage(format!(
            "--set does not go with --arm {0}: an arm is made of the simulation as it stands, and --set changes that. Give what the arm changes with --set as well (`plan --only study:{study} --emit json` shows every arm's setup), or copy the registry, make the change in studies/{study}.toml there, and ask for --arm {0} with --registry DIR instead of --set",
            args.arm
        ))),
        _ => Ok(()),
    }
}

/// Writes what replicates say together, and its plot.
fn summarised(args: &SimulateArgs, target: &Target) -> Result<()> {
    let replicates = replicates(args, SUMMARISED);
    let mut summary = Summary::of_arm(&target.arm);
    let mut completed = 0;
    for cell in &target.cells {
        let simulator = prepared(args, cell)?;
        small_enough(&runs(args, target, cell, &simulator, 0..0), replicates.len() as u64)?;
        let table = runs(args, target, cell, &simulator, replicates.clone());
        summary.add(&cell.name, &table);
        completed += tell_endings(&cell.name, &replicates, &table);
    }
    if let Some(path) = &args.plot {
        output::write_file(path, summary.plot(&title(args, target)).as_bytes())?;
        say::err(&format!("written: {}\n", path.display()));
    }
    if args.summary {
        deliver(&args.out, &summary.written(args.format))?;
    }
    tell_of_none(completed);
    Ok(())
}

/// Writes every value, block after block of replicates, so that memory does not grow with their number.
fn valued(args: &SimulateArgs, target: &Target) -> Result<()> {
    let replicates = replicates(args, 1);
    let simulators = target.cells.iter().map(|cell| prepared(args, cell)).collect::<Result<Vec<_>>>()?;
    let blank = |(cell, simulator): (&Cell, &Simulator)| runs(args, target, cell, simulator, 0..0);
    let blanks: Vec<Table> = target.cells.iter().zip(&simulators).map(blank).collect();
    let form = match &args.npy {
        Some(_) => {
            let cells = target.cells.iter().map(|cell| cell.name.as_str()).zip(&blanks);
            Form::Npy(Records::of(cells, replicates.len() as u64))
        }
        None => Form::Csv { arm: target.arm.clone() },
    };
    let mut sink = Sink::open(args.npy.as_ref().unwrap_or(&args.out))?;
    sink.write(&form.head())?;
    let mut completed = 0;
    for ((cell, simulator), blank) in target.cells.iter().zip(&simulators).zip(&blanks) {
        let step = block(blank.raw().len()).min(replicates.len() as u64);
        small_enough(blank, step)?;
        for start in replicates.clone().step_by(step.max(1) as usize) {
            let within = start..replicates.end.min(start.saturating_add(step as u32));
            let table = runs(args, target, cell, simulator, within.clone());
            completed += tell_endings(&cell.name, &within, &table);
            for piece in form.pieces(&cell.name, start, &table) {
                if sink.write(&piece)? == Reader::Gone {
                    return Ok(());
                }
            }
        }
    }
    sink.finish()?;
    tell_of_none(completed);
    Ok(())
}

/// Replicates of a block, of so many values each: every thread has several.
fn block(values: usize) -> u64 {
    let busy = 8 * rayon::current_num_threads() as u64;
    (BLOCK / values.max(1) as u64).max(busy)
}

/// How many cells would be run, after every check that comes before a run.
///
/// # Errors
/// As [`simulate`], as far as it has not begun.
pub fn cells(args: &SimulateArgs, shipped: &Sources) -> Result<usize> {
    possible(args)?;
    let target = target(args, shipped)?;
    target.cells.iter().try_for_each(|cell| prepared(args, cell).map(drop))?;
    Ok(target.cells.len())
}

/// What is to be run.
fn target(args: &SimulateArgs, shipped: &Sources) -> Result<Target> {
    let mut target = match &args.target {
        Some(name) => listed(args, shipped, name)?,
        None => from_flags(args, shipped)?,
    };
    if let Some(wanted) = &args.cell {
        let known: Vec<_> = target.cells.iter().map(|cell| cell.name.clone()).collect();
        target.cells.retain(|cell| cell.name == *wanted);
        if target.cells.is_empty() {
            let hint = match known.as_slice() {
                [only] if only.is_empty() => "this simulation has no grid: leave --cell out".to_owned(),
                _ => format!("expected one of {}", known.join(", ")),
            };
            return Err(Error::Usage(format!("there is no cell `{wanted}`; {hint}")));
        }
    }
    Ok(target)
}

/// What a plot is of: the run by its names, or the setup by its parts.
fn title(args: &SimulateArgs, target: &Target) -> String {
    match (&args.truth, &args.model) {
        (Some(truth), Some(model)) => format!("{model} fitted to {truth}, {}", args.regime.as_deref().unwrap_or("replace")),
        _ => format!("{}/{}, {}", target.study, target.simulation, target.arm),
    }
}

fn deliver(to: &Path, text: &str) -> Result<()> {
    if to.as_os_str() == "-" { say::out(text) } else { output::write_file(to, text.as_bytes()) }
}

fn replicates(args: &SimulateArgs, unnamed: u32) -> Range<u32> {
    args.replicate.map_or(0..args.replicates.unwrap_or(unnamed), |k| k..k + 1)
}

fn prepared(args: &SimulateArgs, cell: &Cell) -> Result<Simulator> {
    let setup = recorded(chosen_metrics(cell.setup.clone(), &args.metrics)?, &args.record)?;
    Simulator::prepare(&setup).map_err(|refusals| {
        let lines: Vec<_> = refusals.iter().map(ToString::to_string).collect();
        Error::Usage(lines.join("\n"))
    })
}

fn runs(args: &SimulateArgs, target: &Target, cell: &Cell, simulator: &Simulator, replicates: Range<u32>) -> Table {
    let streams = |k| Streams::of_run(Seed(args.seed), &target.study, &target.simulation, &cell.name, k);
    simulator.runs(streams, replicates)
}

/// The setup that flags describe. Where they name no metric, it has every one of its truth and model.
fn from_flags(args: &SimulateArgs, shipped: &Sources) -> Result<Target> {
    let table = adhoc::from_flags(args)?;
    let texts = if adhoc::takes_a_text(&table) { Cow::Owned(registry::sources(&args.common, shipped)?) } else { Cow::Borrowed(shipped) };
    let read = adhoc::read(&table, &Flags::of(args), [shipped, &*texts])?;
    let mut target = custom(read, adhoc::STUDY, adhoc::SIMULATION);
    if args.metrics.is_empty() {
        for Cell { setup, .. } in &mut target.cells {
            setup.metrics = sim::defined(&setup.truth, &setup.model);
            // Some metrics ask for more than truth and model, such as the event of a hitting time: one check tells of all of them.
            let refused = sim::check(setup).err().unwrap_or_default();
            let is_refused = |place: usize| refused.iter().any(|refusal| refusal.field == format!("metrics.{place}"));
            let kept = setup.metrics.iter().enumerate().filter(|(place, _)| !is_refused(*place)).map(|(_, metric)| *metric);
            setup.metrics = kept.collect();
        }
    }
    Ok(target)
}

/// Refuses what no memory holds before anything is drawn: so many replicates at once, each with the values of a blank table.
fn small_enough(blank: &Table, replicates: u64) -> Result<()> {
    let values = replicates * blank.raw().len() as u64;
    if values <= VALUES {
        return Ok(());
    }
    let message = format!(
        "this would hold {values} values at once; at most {VALUES} fit: lower --replicates or --generations, or name fewer generations (--record) or --metrics"
    );
    Err(Error::Usage(message))
}

/// A listed simulation in one of its arms, or as published with some keys changed.
fn listed(args: &SimulateArgs, shipped: &Sources, name: &str) -> Result<Target> {
    let (sources, registry) = registry::load_for(&args.common, shipped, name.split('/').next().unwrap_or(name))?;
    let (study, simulation) = find(&registry, name)?;
    if let Some(external) = &simulation.external {
        let message = format!(
            "{name} is run by a program (`{}`), and `simulate` computes what the laboratory can; `run --only study:{study} --allow-external` starts it, and so does `simulate {name} --claim CLAIM --summary --allow-external`",
            external.words()
        );
        return Err(Error::Usage(message));
    }
    if !args.set.is_empty() {
        let mut table = adhoc::listed(&sources, study, &simulation.name)?;
        adhoc::change(&mut table, &args.set)?;
        let read = adhoc::read(&table, &Flags::of(args), [shipped, &sources])?;
        return Ok(custom(read, study, &simulation.name));
    }
    let named = plan::Selection::Named(BTreeSet::from([(study.to_owned(), simulation.name.clone())]));
    let plans = plan::expand(&registry, &named);
    let known: Vec<_> = plans.iter().flat_map(|plan| plan.arms.keys()).map(ToString::to_string).collect();
    let arm = named_arm(&registry, study, &args.arm).ok_or_else(|| no_arm(&args.arm, &known, None))?;
    let why = || plans.iter().find_map(|plan| why_not_there(&registry, plan, &arm));
    let planned = plans.iter().find_map(|plan| plan.arms.get(&arm)).ok_or_else(|| no_arm(&args.arm, &known, why().as_deref()))?;
    let asked: Vec<_> = planned.cells.iter().map(|cell| asked_for(args, cell)).collect();
    if asked.iter().any(|(_, is_less)| *is_less) {
        tell_of_the_end(&planned.cells);
    }
    let named = planned.cells.iter().map(|cell| cell.name.clone());
    let cells = named.zip(asked).map(|(name, (setup, _))| Cell { name, setup: every_generation(setup) }).collect();
    Ok(Target { study: study.to_owned(), simulation: simulation.name.clone(), arm: arm.to_string(), cells })
}

/// The setup of a planned cell, and whether less of it is shown than is run. A summary shows what the study ran; every value, and generations that are
/// named, may lie in the part that is run on for asymptotic definitions.
fn asked_for(args: &SimulateArgs, cell: &CellPlan) -> (Setup, bool) {
    let is_of_the_study = (args.summary || args.plot.is_some()) && args.record.is_empty() && cell.horizon < cell.setup.generations;
    let generations = if is_of_the_study { cell.horizon } else { cell.setup.generations };
    (Setup { generations, ..cell.setup.clone() }, is_of_the_study)
}

/// That a summary ends where the study does.
fn tell_of_the_end(cells: &[CellPlan]) {
    let (shown, run) = (cells.iter().map(|cell| cell.horizon).max(), cells.iter().map(|cell| cell.setup.generations).max());
    if let (Some(shown), Some(run)) = (shown, run) {
        say::err(&format!(
            "shown to generation {shown}, where the study ends; this arm is run on to {run} for definitions that ask for more: name generations with --record, or leave --summary out\n"
        ));
    }
}

/// The arm of this name; a claim's arm may be named by the claim's full id too.
fn named_arm(registry: &Registry, study: &str, arm: &str) -> Option<Arm> {
    let worlds: Vec<_> = registry.worlds().cloned().collect();
    Arm::parse(&arm.replacen(&format!(":{study}/"), ":", 1), &worlds)
}

/// Why an arm that could be is not planned.
fn why_not_there(registry: &Registry, plan: &plan::SimulationPlan, arm: &Arm) -> Option<String> {
    let told = |reason: &String| if reason == "cost" { "it would cost more than an arm may".to_owned() } else { reason.clone() };
    let leading = plan.arms.get(&Arm::World(registry.leading_world().id.clone()));
    let in_world = |condition: &Condition| match leading?.conditions.get(condition)? {
        Simulated::AlreadyMet => Some("the simulation meets this condition as it is".to_owned()),
        Simulated::NotSimulated(reason) => Some(told(reason)),
        Simulated::Changed => None,
    };
    plan.left_out.get(arm).map(told).or_else(|| match arm {
        Arm::Single(condition) => in_world(condition),
        _ => None,
    })
}

/// The complaint that a simulation has no such arm: why it has none, the pair as it is written, or the arm most like it, before all that it has.
fn no_arm(arm: &str, known: &[String], why: Option<&str>) -> Error {
    let pair = meaning::pair(arm).map(|pair| pair.to_string());
    let hint = match (why, pair) {
        (Some(why), _) => format!("{why}; "),
        (None, Some(pair)) if known.contains(&pair) => {
            format!("did you mean `{pair}`? A pair is named in the order of `list conditions`; ")
        }
        (None, Some(pair)) => format!("the pair `{pair}` is not run here; "),
        (None, None) => nearest(arm, known.iter().map(String::as_str)).map_or_else(String::new, |near| format!("did you mean `{near}`? ")),
    };
    Error::Usage(format!("there is no arm `{arm}` in this simulation; {hint}expected one of {}", known.join(", ")))
}

fn find<'a>(registry: &'a Registry, name: &'a str) -> Result<(&'a str, &'a Simulation)> {
    let unknown = || {
        let known: Vec<_> =
            registry.studies.values().flat_map(|s| s.simulations.iter().map(move |sim| format!("{}/{}", s.id, sim.name))).collect();
        let near = nearest(name, known.iter().map(String::as_str));
        let study = registry.studies.get(name.split('/').next().unwrap_or(name));
        let hint = match (near, study) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Some(study)) => of_study(study),
            (None, None) => "expected STUDY/SIMULATION; see `list studies`".to_owned(),
        };
        Error::Usage(format!("there is no simulation `{name}`; {hint}"))
    };
    let (study, simulation) = name.split_once('/').ok_or_else(unknown)?;
    let found = registry.studies.get(study).and_then(|study| study.simulation(simulation)).ok_or_else(unknown)?;
    Ok((study, found))
}

/// What of a study can be simulated.
fn of_study(study: &Study) -> String {
    let names: Vec<&str> = study.simulations.iter().map(|simulation| simulation.name.as_str()).collect();
    match (&study.no_simulation, names.is_empty()) {
        (_, false) => format!("{} has {}", study.id, names.join(", ")),
        (Some(reason), true) => format!("{} has none: {reason}", study.id),
        (None, true) => format!("{0} has none yet: write `[simulation.main]` in studies/{0}.toml, and `lint` says what it needs", study.id),
    }
}

/// What a table describes that nobody published.
fn custom(read: Simulation, study: &str, simulation: &str) -> Target {
    let cells = read.cells.into_iter().map(|cell| Cell { name: cell.name, setup: every_generation(cell.setup) }).collect();
    Target { study: study.to_owned(), simulation: simulation.to_owned(), arm: CUSTOM.to_owned(), cells }
}

fn every_generation(setup: Setup) -> Setup {
    if setup.generations <= EVERY { Setup { record: Record::All, ..setup } } else { setup }
}

/// Only the generations that are named, where any is.
fn recorded(setup: Setup, wanted: &[u32]) -> Result<Setup> {
    if wanted.is_empty() {
        return Ok(setup);
    }
    if let Some(beyond) = wanted.iter().find(|generation| !(1..=setup.generations).contains(*generation)) {
        let last = setup.generations;
        return Err(Error::Usage(format!("--record {beyond}: expected generations from 1 to {last}, the last of this run")));
    }
    let named: BTreeSet<u32> = wanted.iter().copied().collect();
    Ok(Setup { record: Record::At(named.into_iter().collect()), ..setup })
}

fn chosen_metrics(setup: Setup, wanted: &[String]) -> Result<Setup> {
    if wanted.is_empty() {
        return Ok(setup);
    }
    let metrics = wanted.iter().map(|id| Metric::parse(id.trim())).collect::<std::result::Result<Vec<_>, _>>();
    Ok(Setup { metrics: metrics.map_err(|error| Error::Usage(format!("--metrics: {error}")))?, ..setup })
}

/// Endings that are told one by one; more of a kind are counted.
const TOLD: usize = 5;

/// How many of some replicates came to their end; what ended before is told. An ending is a result and no error, but nobody should take what is
/// written of runs that all ended for whole ones.
fn tell_endings(cell: &str, replicates: &Range<u32>, table: &Table) -> usize {
    let place = if cell.is_empty() { String::new() } else { format!(" of cell {cell}") };
    let mut ended: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (replicate, ending) in replicates.clone().zip(table.endings()) {
        let why = match ending {
            Ending::Completed => continue,
            Ending::Degenerate { generation } => format!("no fit exists at generation {generation}"),
            Ending::TooFewSamples { generation } => format!("too few examples for a fit at generation {generation}"),
            Ending::NothingAccepted { generation } => format!("the curation accepted too few examples at generation {generation}"),
        };
        ended.entry(why).or_default().push(replicate);
    }
    let mut text = String::new();
    for (why, which) in ended {
        if let [first, ..] = which[..]
            && which.len() > TOLD
        {
            let _ = writeln!(text, "{} of {} replicates{place} ended, replicate {first} first: {why}", which.len(), replicates.len());
        } else {
            which.iter().for_each(|replicate| text += &format!("replicate {replicate}{place} ended: {why}\n"));
        }
    }
    say::err(&text);
    table.endings().iter().filter(|ending| matches!(ending, Ending::Completed)).count()
}

/// The last line where no replicate of any cell came to its end.
fn tell_of_none(completed: usize) {
    if completed == 0 {
        say::err("no replicate reached its last generation: what was written is of the generations before each ended, as told above\n");
    }
}
