//! Seconds per run: many replicates on two threads, by the clock on the wall and by processor time.

use std::fs;
use std::hint::black_box;
use std::time::Instant;

use collapse_audit::sim::Simulator;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::setups::streams;

/// Wall seconds that a measurement aims at.
const AIM: f64 = 0.5;

/// Seconds per run.
#[derive(Clone, Copy)]
pub struct Spent {
    /// Of the wall clock, divided by the number of runs.
    pub wall: f64,
    /// Of both processors together, divided by the number of runs; NaN where the system does not tell.
    pub processor: f64,
}

/// So many threads. A pool serves a whole process: threads of a pool that is given up may end between two readings of the
/// processor time, which would lose theirs.
pub fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("a few threads start")
}

/// Times so many runs together, after a few to warm up.
pub fn whole(pool: &ThreadPool, simulator: &Simulator, replicates: u32) -> Spent {
    let _ = timed(pool, simulator, 2);
    let each = timed(pool, simulator, replicates);
    Spent { wall: each.wall * f64::from(replicates), processor: each.processor * f64::from(replicates) }
}

/// Times a simulator after warming it up.
pub fn per_run(pool: &ThreadPool, simulator: &Simulator) -> Spent {
    let (mut replicates, mut spent) = (2, timed(pool, simulator, 2));
    // Doubling finds the number of replicates; the last measurement counts.
    while spent.wall * f64::from(replicates) < 0.5 * AIM {
        let wanted = AIM / spent.wall.max(1e-9);
        replicates = (2.0 * f64::from(replicates)).max(wanted.min(16.0 * f64::from(replicates))) as u32 & !1;
        spent = timed(pool, simulator, replicates);
    }
    spent
}

/// Processor seconds of a run, from so many wall seconds or one doubling more.
pub fn roughly(pool: &ThreadPool, simulator: &Simulator, aim: f64) -> f64 {
    let (mut replicates, mut spent) = (2, timed(pool, simulator, 2));
    while spent.wall * f64::from(replicates) < aim {
        replicates *= 4;
        spent = timed(pool, simulator, replicates);
    }
    spent.processor
}

fn timed(pool: &ThreadPool, simulator: &Simulator, replicates: u32) -> Spent {
    let (started, before) = (Instant::now(), processor_seconds());
    black_box(pool.install(|| simulator.runs(streams, 0..replicates)));
    let runs = f64::from(replicates);
    Spent { wall: started.elapsed().as_secs_f64() / runs, processor: (processor_seconds() - before) / runs }
}

/// Time that the threads of this process spent on a processor (Linux: `/proc/self/task/*/schedstat`, nanoseconds).
fn processor_seconds() -> f64 {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return f64::NAN };
    let spent = |text: String| text.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
    let each = tasks.flatten().map(|task| fs::read_to_string(task.path().join("schedstat")).ok().and_then(spent));
    each.sum::<Option<f64>>().map_or(f64::NAN, |nanoseconds| 1e-9 * nanoseconds)
}
