//! The spot check of `check`: one replicate of recorded arms, chosen by the registry's digest, is trained again and compared byte by byte.

use super::session::Session;
use crate::Result;
use crate::plan::recorded::SEED;
use crate::plan::recording::{Take, takes};
use crate::plan::{Executor, Selection, expand};
use rayon::prelude::*;

/// Core-seconds, by the fixed cost formula, that a check trains: about half a minute on two cores.
const CEILING: f64 = 60.0;

/// What came of it.
pub struct Spot {
    /// Arms trained again.
    pub arms: usize,
    /// Arms recorded in all.
    pub of: usize,
    /// Replicates of each.
    pub replicates: u32,
    /// What differed.
    pub differing: Vec<String>,
}

impl Spot {
    /// In a line or more; empty where nothing is recorded.
    #[must_use]
    pub fn text(&self) -> String {
        if self.of == 0 {
            return String::new();
        }
        let mut text = format!("{} of {} recorded arms trained again, {} of their replicates each: ", self.arms, self.of, self.replicates);
        if self.differing.is_empty() {
            return text + "every byte is the same\n";
        }
        text += "not the same\n";
        self.differing.iter().for_each(|file| text += &format!("  {file}\n"));
        text + "train them anew with `record --all`, and look at what moved\n"
    }
}

/// Trains `replicates` of as many recorded arms as the ceiling allows, at least one; which ones follows from the registry's digest alone.
///
/// # Errors
/// An interruption.
pub fn spot(session: &Session, replicates: u32) -> Result<Spot> {
    let plans = expand(&session.registry, &Selection::Published);
    let executor = session.executor(SEED);
    let mut held: Vec<Take<'_>> = takes(&plans, &executor);
    held.retain(|take| take.is_held(&session.recordings, &executor));
    let of = held.len();
    held.sort_by_cached_key(|take| lot(session, &take.file()));
    let mut spent = 0.0;
    held.retain(|take| {
        let fits = spent <= 0.0 || spent + take.seconds() * f64::from(replicates) <= CEILING;
        spent += if fits { take.seconds() * f64::from(replicates) } else { 0.0 };
        fits
    });
    let differing = held.par_iter().map(|take| differing(take, session, &executor, replicates)).collect::<Result<Vec<_>>>()?;
    Ok(Spot { arms: held.len(), of, replicates, differing: differing.into_iter().flatten().collect() })
}

/// A number that nobody chose.
fn lot(session: &Session, file: &str) -> u64 {
    let digest = blake3::hash(format!("{}{file}", session.registry.digest).as_bytes());
    u64::from_le_bytes(digest.as_bytes()[..8].try_into().expect("a digest has eight bytes"))
}

fn differing(take: &Take<'_>, session: &Session, executor: &Executor<'_>, replicates: u32) -> Result<Option<String>> {
    let first = lot(session, &take.file()) % u64::from(take.replicates());
    for step in 0..replicates.min(take.replicates()) {
        let replicate = (first as u32 + step) % take.replicates();
        if !take.differing(replicate, &session.recordings, executor)?.is_empty() {
            return Ok(Some(format!("{} (replicate {replicate})", take.file())));
        }
    }
    Ok(None)
}
