//! Draws the replicates that are asked for, in parallel and through the cache, and appends them to [`Runs`].
//!
//! Replicates come in stretches between looks, whatever was asked: a stretch is what the cache keeps, and its numbers
//! depend on its identity alone, so that threads, order, shards and interruptions change nothing.

use super::asides::Asides;
use super::cache::{Identity, Key};
use super::external::{self, Wanted};
use super::{Arm, ArmPlan, ArmRuns, Cache, CellPlan, CellRuns, Recordings, Runs, SimulationPlan, Stopped};
use crate::error::{Error, Result};
use crate::random::{Seed, Streams};
use crate::registry::External;
use crate::sim::{Setup, Simulator, Table, recorded};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// Values of runs that stand in memory beside the table that they go into.
const AT_ONCE: usize = 1 << 20;
/// Work between two glances at the interrupt flag, in nanoseconds of the fixed cost formula.
const GLANCE: f64 = 2.5e8;

/// What is told while runs go on. Implemented by `cli`; the rooms only call it.
pub trait Progress: Sync {
    /// `done` of `of` simulations are decided; the next one is `next`.
    fn advance(&self, done: usize, of: usize, next: &str);

    /// Something the user should read.
    fn message(&self, text: &str);
}

/// Says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn advance(&self, _: usize, _: usize, _: &str) {}

    fn message(&self, _: &str) {}
}

/// Draws replicates.
#[derive(Clone, Copy)]
pub struct Executor<'a> {
    /// Root seed.
    pub seed: Seed,
    /// Replicates of the first look; stretches end at its doublings.
    pub first_look: u32,
    /// Where numbers are kept.
    pub cache: &'a Cache,
    /// Replicates trained beforehand.
    pub recordings: &'a Recordings,
    /// Set from outside to stop.
    pub interrupt: &'a AtomicBool,
    /// Where messages go.
    pub progress: &'a dyn Progress,
}

/// One stretch of one cell of one arm.
struct Job<'a> {
    cell: &'a CellPlan,
    replicates: Range<u32>,
    key: Key,
}

impl Executor<'_> {
    /// Extends each arm to so many replicates (a look) in every cell. Arms that have as many already stay.
    ///
    /// # Errors
    /// [`Error::Interrupted`]; `runs` then holds what it held before, and the cache what was finished.
    ///
    /// # Panics
    /// When an arm is not in the plan.
    pub fn extend(&self, plan: &SimulationPlan, runs: &mut Runs, wanted: &BTreeMap<Arm, u32>, asides: &Asides<'_>) -> Result<()> {
        let missing: Vec<_> = wanted.iter().map(|(arm, to)| (arm, runs.replicates(arm), *to)).filter(|(_, from, to)| from < to).collect();
        let mut jobs: BTreeMap<Key, Job<'_>> = BTreeMap::new();
        let mut places: Vec<(&Arm, Vec<Vec<Key>>)> = Vec::new();
        for (arm, from, to) in missing {
            let mut cells = Vec::new();
            for cell in &plan.arms.get(arm).expect("arms asked for are planned").cells {
                let mut keys = Vec::new();
                for replicates in stretches(self.first_look, from, to) {
                    let key = self.identity(plan, cell).key(&replicates);
                    keys.push(key.clone());
                    jobs.entry(key.clone()).or_insert(Job { cell, replicates, key });
                }
                cells.push(keys);
            }
            places.push((arm, cells));
        }
        let mut done: BTreeMap<Key, CellRuns> =
            jobs.into_par_iter().map(|(key, job)| Ok((key, self.stretch(plan, &job, asides)?))).collect::<Result<_>>()?;
        let mut uses: BTreeMap<Key, usize> = BTreeMap::new();
        places.iter().flat_map(|(_, cells)| cells.iter().flatten()).for_each(|key| *uses.entry(key.clone()).or_default() += 1);
        for (position, arm, key) in places.iter().flat_map(in_order) {
            let left = uses.get_mut(key).expect("every place was counted");
            *left -= 1;
            // What nobody else reads is moved: runs are large.
            let next = if *left == 0 { done.remove(key) } else { done.get(key).cloned() };
            append(&plan.arms[arm], runs, (arm, position), next.expect("every stretch was drawn"));
        }
        Ok(())
    }

    /// Runs of one cell under another record and other metrics, for curves: the first `replicates` only. What a stretch told aside is taken from
    /// there.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    pub fn first_of(&self, plan: &SimulationPlan, cell: &CellPlan, replicates: u32, asides: &Asides<'_>) -> Result<CellRuns> {
        let key = self.identity(plan, cell).key(&(0..replicates));
        let told = asides.take(&key);
        told.map_or_else(|| self.stretch(plan, &Job { cell, replicates: 0..replicates, key }, &Asides::default()), Ok)
    }

    /// Recordings have a seed of their own, whatever is asked of everything else.
    const fn seed_of(&self, setup: &Setup) -> Seed {
        if setup.is_trained() { super::recorded::SEED } else { self.seed }
    }

    /// What the numbers of a cell depend on.
    #[must_use]
    pub fn identity<'p>(&self, plan: &'p SimulationPlan, cell: &'p CellPlan) -> Identity<'p> {
        let admitted = plan.external.as_ref().and_then(|external| external.admitted.as_ref());
        let program = admitted.map(|admitted| admitted.digest.as_str());
        Identity {
            seed: self.seed_of(&cell.setup),
            study: &plan.study,
            simulation: &plan.simulation,
            cell: &cell.name,
            setup: &cell.setup,
            program,
        }
    }

    /// A stretch from the cache, else drawn and kept.
    fn stretch(&self, plan: &SimulationPlan, job: &Job<'_>, asides: &Asides<'_>) -> Result<CellRuns> {
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        if job.cell.setup.is_trained() {
            let recorded = self.recordings.get(&self.identity(plan, job.cell), &job.replicates);
            return recorded.cloned().ok_or_else(|| unrecorded(plan, job.cell, job.replicates.len()));
        }
        if let Some(kept) = self.cache.read(&job.key, &job.cell.setup, &job.replicates) {
            return Ok(kept);
        }
        let runs = match &plan.external {
            None => self.draw_with(plan, job, asides)?,
            Some(external) => self.ask(external, plan, job)?,
        };
        // A program that failed may do better another time.
        if runs.stopped.is_some() {
            return Ok(runs);
        }
        if let Err(unwritable) = self.cache.write(&job.key, &runs) {
            self.progress.message(&unwritable.0);
        }
        Ok(runs)
    }

    /// Replicates from a program; a failure is told at once.
    fn ask(&self, external: &External, plan: &SimulationPlan, job: &Job<'_>) -> Result<CellRuns> {
        let (study, simulation, cell) = (&*plan.study, &*plan.simulation, job.cell);
        let wanted = Wanted { study, simulation, cell, seed: self.seed, replicates: job.replicates.clone() };
        let runs = external::runs(external, &wanted, self.interrupt)?;
        if let Some(Stopped { ending, told }) = &runs.stopped {
            let of = if cell.name.is_empty() { String::new() } else { format!(" in the cell {}", cell.name) };
            self.progress.message(&format!("{study}/{simulation}{of}: {ending}: `{}`: {told}", external.words()));
        }
        Ok(runs)
    }

    /// Draws a stretch, and what readers want beside it of the same runs.
    fn draw_with(&self, plan: &SimulationPlan, job: &Job<'_>, asides: &Asides<'_>) -> Result<CellRuns> {
        let Some(both) = asides.both(self.first_look, job.cell, &job.key) else { return self.draw(plan, job.cell, &job.replicates) };
        let table = self.table(plan, job.cell, &both, &job.replicates)?;
        for (short, replicates) in asides.of(&job.key) {
            let runs = told(&table, short, *replicates as usize);
            let key = self.identity(plan, short).key(&(0..*replicates));
            if let Err(unwritable) = self.cache.write(&key, &runs) {
                self.progress.message(&unwritable.0);
            }
            asides.tell(key, runs);
        }
        Ok(told(&table, job.cell, job.replicates.len()))
    }

    /// Draws replicates anew, whatever is kept or recorded.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    ///
    /// # Panics
    /// For a cell whose setup was not checked.
    pub fn draw(&self, plan: &SimulationPlan, cell: &CellPlan, replicates: &Range<u32>) -> Result<CellRuns> {
        let simulator = Simulator::prepare(&cell.setup).expect("planned setups have been checked");
        let table = self.table(plan, cell, &simulator, replicates)?;
        Ok(CellRuns { expectations: expectations(&simulator, &cell.setup), ..CellRuns::of(table) })
    }

    fn table(&self, plan: &SimulationPlan, cell: &CellPlan, simulator: &Simulator, replicates: &Range<u32>) -> Result<Table> {
        let streams = |replicate| Streams::of_run(self.seed_of(&cell.setup), &plan.study, &plan.simulation, &cell.name, replicate);
        // A recorded replicate costs little to read and much to make.
        let cost = if cell.setup.is_trained() { simulator.cost() } else { cell.cost };
        let columns = (recorded(&cell.setup).len() * cell.setup.metrics.len()).max(1);
        let most = (GLANCE / cost.max(1.0)).min((AT_ONCE / columns) as f64);
        let pace = most.clamp(rayon::current_num_threads() as f64, f64::from(u32::MAX)) as u32;
        let mut table: Option<Table> = None;
        let mut from = replicates.start;
        while from < replicates.end {
            if self.interrupt.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            let to = replicates.end.min(from.saturating_add(pace));
            let next = simulator.runs(streams, from..to);
            match &mut table {
                None => table.insert(next).reserve((replicates.end - to) as usize),
                Some(table) => table.append(&next),
            }
            from = to;
        }
        Ok(table.expect("a stretch has replicates"))
    }

    /// Examples of every generation of the first replicate.
    ///
    /// # Panics
    /// For a cell whose setup was not checked.
    #[must_use]
    pub fn shown(&self, plan: &SimulationPlan, cell: &CellPlan) -> Vec<Vec<String>> {
        let simulator = Simulator::prepare(&cell.setup).expect("planned setups have been checked");
        simulator.shown(&Streams::of_run(self.seed_of(&cell.setup), &plan.study, &plan.simulation, &cell.name, 0))
    }
}

/// No recording fits what is asked.
fn unrecorded(plan: &SimulationPlan, cell: &CellPlan, replicates: usize) -> Error {
    let name = format!("{}/{}", plan.study, plan.simulation);
    let of = if cell.name.is_empty() { String::new() } else { format!(" in the cell {}", cell.name) };
    let message = format!(
        "no recording of {name}{of} fits: {replicates} replicates of the setup and the training code as they are now; what is there, if anything, belongs to others\ntrain and write what is missing: collapse-audit record {name}\nwhere only the code or the layout changed and no number did: collapse-audit record {name} --rekey"
    );
    Error::Content { path: crate::registry::RECORDED.into(), message }
}

/// What a table of more generations says of a setup: the numbers of its own generations and metrics, as its own runs would have them.
fn told(table: &Table, cell: &CellPlan, replicates: usize) -> CellRuns {
    let (setup, simulator) = (&cell.setup, Simulator::prepare(&cell.setup).expect("planned setups have been checked"));
    let part = table.part(recorded(setup), &setup.metrics, setup.generations, replicates);
    CellRuns { expectations: expectations(&simulator, setup), ..CellRuns::of(part) }
}

/// Exact expectations of what is recorded, where they are known.
fn expectations(simulator: &Simulator, setup: &Setup) -> BTreeMap<(crate::taxonomy::Metric, u32), f64> {
    let generations: Vec<u32> = setup.record.listed().unwrap_or_else(|| (1..=setup.generations).collect());
    let pairs = setup.metrics.iter().flat_map(|metric| generations.iter().map(move |t| (*metric, *t)));
    pairs.filter_map(|(metric, t)| Some(((metric, t), simulator.expectation(metric, t)?))).collect()
}

/// The stretches from `from` to `to`, cut at every look.
fn stretches(first_look: u32, from: u32, to: u32) -> impl Iterator<Item = Range<u32>> {
    let looks = std::iter::successors(Some(first_look), |look| look.checked_mul(2));
    let starts = std::iter::once(0).chain(looks.clone());
    starts.zip(looks).map(move |(a, b)| a.max(from)..b.min(to)).skip_while(Range::is_empty).take_while(|stretch| !stretch.is_empty())
}

/// The stretches of an arm, cell by cell.
fn in_order<'p>((arm, cells): &'p (&'p Arm, Vec<Vec<Key>>)) -> impl Iterator<Item = (usize, &'p Arm, &'p Key)> {
    cells.iter().enumerate().flat_map(move |(position, keys)| keys.iter().map(move |key| (position, *arm, key)))
}

fn append(planned: &ArmPlan, runs: &mut Runs, (arm, position): (&Arm, usize), next: CellRuns) {
    let held = runs.arms.entry(arm.clone()).or_insert_with(|| ArmRuns { plan: planned.clone(), cells: Vec::new() });
    match held.cells.get_mut(position) {
        Some(cell) => {
            cell.table.append(&next.table);
            cell.stopped = cell.stopped.take().or(next.stopped);
        }
        None => held.cells.push(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_end_at_looks_and_fill_what_is_missing() {
        let cut = |from, to| stretches(256, from, to).collect::<Vec<_>>();
        assert_eq!(cut(0, 256), vec![Range { start: 0, end: 256 }]);
        assert_eq!(cut(0, 1024), [0..256, 256..512, 512..1024]);
        assert_eq!(cut(512, 1024), vec![Range { start: 512, end: 1024 }]);
        assert_eq!(cut(512, 512), Vec::<Range<u32>>::new());
    }
}
