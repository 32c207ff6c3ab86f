//! `record`: trains the networks of the registry once and writes what was measured of every replicate beside the studies.

use super::args_record::RecordArgs;
use super::heading::misnamed;
use super::session::Session;
use super::{import, output, registry, say};
use crate::plan::recorded::{SEED, file_name};
use crate::plan::recording::{Take, takes};
use crate::plan::{Arm, Executor, SimulationPlan, expand};
use crate::registry::{RECORDED, Sources};
use crate::{Error, Result, plan};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

/// Trains what is missing, or compares what is there.
///
/// # Errors
/// A registry with problems, nothing of that name, a folder that cannot be written, an interruption.
pub fn record(args: &RecordArgs, shipped: &Sources) -> Result<()> {
    let session = Session::open(&args.common, shipped, &args.cache)?;
    if let Some(file) = &args.import {
        return import::import(file, &session);
    }
    let plans = plans(&session, args.of.as_deref())?;
    let executor = session.executor(SEED);
    let mut takes = takes(&plans, &executor);
    if let Some(id) = &args.arm {
        let worlds: Vec<_> = session.registry.worlds().cloned().collect();
        let arm = Arm::parse(id, &worlds).ok_or_else(|| Error::Usage(format!("no arm is written `{id}`; see `plan --only study:ID`")))?;
        takes.retain(|take| *take.arm == arm);
    }
    if args.list {
        return say::out(&(listed(&takes, &session, &executor) + &import::listed(&session, args.of.as_deref())));
    }
    if args.verify {
        return verify(&takes, &session, executor);
    }
    let folder = registry::writable(session.folder.clone())?;
    if args.rekey {
        return rekey(&takes, &session, &folder, executor);
    }
    takes.retain(|take| args.all || !take.is_held(&session.recordings, &executor));
    let text = write(&takes, &folder, executor)? + &gone(&plans, &takes_of(&plans), &folder)?;
    say::out(&text)
}

/// Every arm with the core-seconds that training it takes by the fixed formula, and whether it is recorded.
fn listed(takes: &[Take<'_>], session: &Session, executor: &Executor<'_>) -> String {
    let mut text = String::new();
    let mut whole = 0.0;
    for take in takes {
        let seconds = take.seconds() * f64::from(take.replicates());
        whole += seconds;
        let held = if take.is_held(&session.recordings, executor) { "recorded" } else { "missing" };
        let _ = writeln!(text, "{}: about {seconds:.0} core-seconds, {held}", take.file());
    }
    let _ = writeln!(text, "{} arms, about {:.0} core-minutes", takes.len(), whole / 60.0);
    text
}

/// The simulations of trained networks that are asked for.
fn plans(session: &Session, of: Option<&str>) -> Result<Vec<SimulationPlan>> {
    let all =
        session.registry.studies.values().flat_map(|study| study.simulations.iter().map(move |one| (study.id.clone(), one.name.clone())));
    let is_asked = |(study, simulation): &(String, String)| match of {
        None => !session.registry.studies[study].draft,
        Some(name) => name == study || name == format!("{study}/{simulation}"),
    };
    let named: BTreeSet<_> = all.filter(is_asked).collect();
    let mut plans = expand(&session.registry, &plan::Selection::Named(named));
    plans.retain(SimulationPlan::is_recorded);
    match of {
        Some(name) if plans.is_empty() => Err(Error::Usage(format!("`{name}` names no simulation of trained networks"))),
        _ => Ok(plans),
    }
}

/// Trains arm by arm and writes each file as soon as it is done: an interruption loses one arm.
fn write(takes: &[Take<'_>], folder: &Path, executor: Executor<'_>) -> Result<String> {
    let mut text = String::new();
    for (done, take) in takes.iter().enumerate() {
        executor.progress.advance(done, takes.len(), &take.file());
        let started = Instant::now();
        let body = take.train(&executor)?;
        let path = folder.join(take.file());
        std::fs::create_dir_all(folder.join(RECORDED)).map_err(|source| Error::io("create", folder.join(RECORDED), source))?;
        output::write_file(&path, body.as_bytes())?;
        let runs = take.cells.len() as u32 * take.replicates();
        let line = format!("{}: {runs} runs in {:.1} s", take.file(), started.elapsed().as_secs_f64());
        executor.progress.message(&line);
        let _ = writeln!(text, "{line}");
    }
    executor.progress.advance(takes.len(), takes.len(), "");
    if takes.is_empty() {
        text.push_str("everything is recorded\n");
    }
    Ok(text)
}

/// The file names of everything that these simulations record.
fn takes_of(plans: &[SimulationPlan]) -> BTreeSet<String> {
    let arms = plans.iter().flat_map(|plan| plan.arms.keys().map(move |arm| (plan, arm)));
    arms.map(|(plan, arm)| file_name(&plan.study, &plan.simulation, &arm.to_string())).collect()
}

/// Files of these simulations that no arm has any more are removed, and named.
fn gone(plans: &[SimulationPlan], expected: &BTreeSet<String>, folder: &Path) -> Result<String> {
    let mut text = String::new();
    let Ok(listing) = std::fs::read_dir(folder.join(RECORDED)) else { return Ok(text) };
    let mut names: Vec<String> = listing.flatten().map(|entry| format!("{RECORDED}/{}", entry.file_name().to_string_lossy())).collect();
    names.sort();
    for name in names {
        let is_ours = plans.iter().any(|plan| name.starts_with(&format!("{RECORDED}/{}.{}.", plan.study, plan.simulation)));
        if is_ours && !expected.contains(&name) {
            let path = folder.join(&name);
            std::fs::remove_file(&path).map_err(|source| Error::io("remove", &path, source))?;
            let _ = writeln!(text, "removed {name}: no arm of that name is left");
        }
    }
    Ok(text)
}

/// What became of a recording of older code.
enum Rekeyed {
    /// Told, and as it should be or to be trained.
    Told(String),
    /// It is of something else than its name says.
    Misnamed(String),
}

/// Writes recordings of older code under their new keys, where each says that it is what its name says and a replicate trained again is the same.
fn rekey(takes: &[Take<'_>], session: &Session, folder: &Path, executor: Executor<'_>) -> Result<()> {
    let missing: Vec<&Take<'_>> = takes.iter().filter(|take| !take.is_held(&session.recordings, &executor)).collect();
    let one = |take: &&Take<'_>| -> Result<Rekeyed> {
        let (name, path) = (take.file(), folder.join(take.file()));
        let told = |what: &str| Rekeyed::Told(format!("{name}: {what}\n"));
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(trouble) if trouble.kind() == std::io::ErrorKind::NotFound => return Ok(told("not recorded")),
            Err(source) => return Err(Error::io("read", path, source)),
        };
        if let Some(why) = misnamed(&text, take) {
            return Ok(Rekeyed::Misnamed(format!("{}: {why}\n", path.display())));
        }
        match take.rekeyed(&text, &executor)? {
            Some(text) => output::write_file(&path, text.as_bytes()).map(|()| told("the same, written under its new key")),
            None => Ok(told("another number; train it anew with `record`")),
        }
    };
    let (mut text, mut refused) = (String::new(), String::new());
    for one in missing.par_iter().map(one).collect::<Result<Vec<_>>>()? {
        match one {
            Rekeyed::Told(line) => text += &line,
            Rekeyed::Misnamed(line) => refused += &line,
        }
    }
    say::out(&format!("{text}{} arms looked at\n", missing.len()))?;
    if refused.is_empty() {
        return Ok(());
    }
    let remedy = "give each file the name of what it holds back, or train what its name says anew with `record`";
    Err(Error::Registry(format!("recordings that are not what their names say; they stay as they are\n{refused}{remedy}")))
}

/// Trains every recorded replicate again.
fn verify(takes: &[Take<'_>], session: &Session, executor: Executor<'_>) -> Result<()> {
    let mut wrong = Vec::new();
    for (done, take) in takes.iter().enumerate() {
        executor.progress.advance(done, takes.len(), &take.file());
        if !take.is_held(&session.recordings, &executor) {
            wrong.push(format!("{}: not recorded", take.file()));
            continue;
        }
        let differs = |replicate: u32| Ok(!take.differing(replicate, &session.recordings, &executor)?.is_empty());
        let differing = (0..take.replicates()).into_par_iter().map(differs).collect::<Result<Vec<bool>>>()?;
        let count = differing.iter().filter(|differs| **differs).count();
        if count > 0 {
            wrong.push(format!("{}: {count} replicates differ from what training gives here", take.file()));
        }
    }
    executor.progress.advance(takes.len(), takes.len(), "");
    if wrong.is_empty() {
        return say::out(&format!("{} arms trained again: every byte is the same\n", takes.len()));
    }
    Err(Error::Content {
        path: RECORDED.into(),
        message: format!("{}\ntrain them anew: collapse-audit record --all STUDY/SIMULATION --arm ARM", wrong.join("\n")),
    })
}
