//! Hostile inputs on a stable toolchain: what the registry ships, changed at random, through every target of `fuzz/`; by hand
//! (`refused`); and what holds of all inputs (`properties`).
//!
//! The same inputs on every machine. A few thousand run with the other tests; the long run takes a number of inputs from the
//! environment and tells of those that took long or much:
//! `FUZZ_INPUTS=1000000 cargo test --release --test fuzz -- --ignored --nocapture` (`FUZZ_TARGET=loader` for one alone).

#[path = "../../fuzz/src/inputs.rs"]
mod inputs;
mod properties;
mod refused;
#[path = "../../fuzz/src/targets.rs"]
mod targets;

use inputs::{Numbers, changed, corpus, words};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Longest that an input may take, of one core.
const LONGEST: Duration = Duration::from_secs(1);
/// Most memory that the whole process may come to hold, in kilobytes.
const MOST: u64 = 1_000_000;

/// What went wrong, for the one who mends it.
fn told(target: &str, seed: u64, what: &str, input: &[u8]) -> String {
    format!("{target}, seed {seed}: {what}\n{}", String::from_utf8_lossy(&input[..input.len().min(3_000)]))
}

/// The input of a seed, run; what was wrong with it, and how long it took.
fn one((name, run): targets::Target, corpus: &[Vec<u8>], words: &[Vec<u8>], seed: u64) -> (Option<String>, Duration) {
    let input = changed(corpus, words, &mut Numbers(seed));
    let start = spent();
    let ended = catch_unwind(AssertUnwindSafe(|| run(&input)));
    (ended.is_err().then(|| told(name, seed, "it panicked", &input)), spent().saturating_sub(start))
}

#[test]
fn inputs_of_the_registry_and_changed_ones_never_panic() {
    for (name, run) in targets::ALL {
        let corpus = corpus(name);
        assert!(corpus.len() > 2, "{name} has something to start from");
        // The shipped studies take long to load; the other test of the registry does that.
        let dear = ["loader", "simulate"].contains(&name);
        corpus.iter().take(if dear { 12 } else { 1_000 }).for_each(|input| run(input));
        let words = words(&corpus);
        let wrong: Vec<String> = (0..if dear { 150 } else { 3_000 }).filter_map(|seed| one((name, run), &corpus, &words, seed).0).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }
}

#[test]
#[ignore = "minutes to hours: a long run, by FUZZ_INPUTS, FUZZ_TARGET and FUZZ_SEED"]
fn a_long_run() {
    let number = |key: &str, unnamed: u64| std::env::var(key).map_or(unnamed, |text| text.parse().expect("a number"));
    let (inputs, first, wanted) = (number("FUZZ_INPUTS", 10_000), number("FUZZ_SEED", 1_000_000), std::env::var("FUZZ_TARGET"));
    let mut wrong = Vec::new();
    for (name, run) in targets::ALL.into_iter().filter(|(name, _)| wanted.as_ref().is_ok_and(|wanted| wanted == name) || wanted.is_err()) {
        let (corpus, start, mut longest) = (corpus(name), Instant::now(), (Duration::ZERO, 0));
        let words = words(&corpus);
        for seed in first..first + inputs {
            let (panicked, took) = one((name, run), &corpus, &words, seed);
            wrong.extend(panicked);
            longest = longest.max((took, seed));
            let held = if took > LONGEST / 10 || seed % 64 == 0 { peak() } else { 0 };
            if took > LONGEST || held > MOST {
                let input = changed(&corpus, &words, &mut Numbers(seed));
                wrong.push(told(name, seed, &format!("{took:?}, the process holds up to {held} kB"), &input));
                forget_peak();
            }
        }
        let (took, seed) = longest;
        let line = format!("{name}: {inputs} inputs in {:?}, the longest {took:?} (seed {seed}), up to {} kB\n", start.elapsed(), peak());
        std::io::stdout().write_all(line.as_bytes()).expect("standard output can be written");
    }
    assert!(wrong.is_empty(), "{} inputs\n{}", wrong.len(), wrong.join("\n\n"));
}

/// The time that this thread has had a core: on a busy machine a clock on the wall tells of others. The clock's where that cannot be told.
fn spent() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// The most memory that this process held, in kilobytes; 0 where that cannot be told.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse().unwrap_or(0)
}

/// Starts counting memory anew.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
