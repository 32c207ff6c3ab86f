//! Programs that do what they are asked, and programs that do not.

use super::{Wanted, runs};
use crate::plan::trial::{gaussian, registry};
use crate::plan::{Arm, CellPlan, CellRuns, ProgramEnding, Selection, Stopped, expand};
use crate::random::Seed;
use crate::registry::{Admitted, External};
use crate::sim::{Ending, Record, Setup};
use crate::taxonomy::Metric;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

static NEVER: AtomicBool = AtomicBool::new(false);

/// Three runs of two generations with two metrics.
fn cell() -> CellPlan {
    let plan = expand(&registry(), &Selection::Published).remove(0);
    let cell = plan.arms[&Arm::AsPublished].cells[0].clone();
    let metrics = vec![Metric::MeanSquaredError, Metric::TailCoverage];
    CellPlan { setup: Setup { record: Record::At(vec![1, 3]), metrics, ..gaussian(20, 3) }, ..cell }
}

fn ran(script: &str, seconds: u32, megabytes: u32) -> CellRuns {
    let admitted = Some(Admitted { folder: std::env::temp_dir(), digest: String::new() });
    let program = ["sh", "-c", script].map(str::to_owned).to_vec();
    let cell = cell();
    let wanted = Wanted { study: "study", simulation: "loop", cell: &cell, seed: Seed(1), replicates: 4..7 };
    runs(&External { program, seconds, megabytes, admitted }, &wanted, &NEVER).expect("nothing interrupts")
}

fn stopped(script: &str) -> Stopped {
    let runs = ran(script, 20, 4096);
    assert_eq!(runs.table.replicates(), 3, "replicates that stand for nothing keep their places");
    assert!(runs.table.raw().iter().flatten().all(|value| value.is_nan()));
    runs.stopped.expect("a program that fails leaves nothing to read")
}

/// Every line that is asked for; `$VALUE` stands for the first metric of the last line.
const WHOLE: &str = r#"
cat > /dev/null
for k in 4 5 6; do
    for t in 1 3; do
        v="0.$k$t"
        [ "$k$t" = 63 ] && v="${VALUE:-0.63}"
        echo "{\"replicate\":$k,\"generation\":$t,\"values\":{\"mean-squared-error\":$v,\"tail-coverage\":null}}"
    done
done
"#;

fn with(value: &str) -> String {
    format!("VALUE='{value}'\n{WHOLE}")
}

#[test]
fn what_a_program_writes_is_a_table_like_any_other() {
    let runs = ran(WHOLE, 20, 4096);
    assert_eq!(runs.stopped, None);
    let values: Vec<_> = runs.table.column(Metric::MeanSquaredError, 3).expect("recorded").iter().collect();
    assert_eq!(values, [Some(0.43), Some(0.53), Some(0.63)]);
    assert_eq!(runs.table.column(Metric::TailCoverage, 1).expect("recorded").get(0), None);
    let above = ran(&with("\"inf\""), 20, 4096);
    assert_eq!(above.table.column(Metric::MeanSquaredError, 3).expect("recorded").get(2), Some(f64::INFINITY));
}

#[test]
fn a_run_that_ended_is_a_finding_and_no_failure() {
    let script = WHOLE.replace("[ \"$k$t\" = 63 ] &&", "[ \"$k$t\" = 63 ] && continue;")
        + "echo '{\"replicate\":6,\"ending\":{\"kind\":\"degenerate\",\"generation\":2}}'";
    let runs = ran(&script, 20, 4096);
    assert_eq!(runs.stopped, None);
    assert_eq!(runs.table.endings(), [Ending::Completed, Ending::Completed, Ending::Degenerate { generation: 2 }]);
}

#[test]
fn a_program_is_asked_with_the_setup_and_a_seed_per_run() {
    let cell = cell();
    let asked = |seed, range| Wanted { study: "s", simulation: "l", cell: &cell, seed: Seed(seed), replicates: range }.request();
    let request = serde_json::to_value(asked(1, 4..7)).expect("plain data");
    assert_eq!(request["setup"]["truth"]["kind"], "gaussian");
    assert_eq!((&request["generations"], &request["metrics"][0]), (&serde_json::json!([1, 3]), &serde_json::json!("mean-squared-error")));
    assert_eq!(asked(1, 4..7).runs[1], asked(1, 5..6).runs[0], "a replicate's seed does not depend on the stretch");
    assert_ne!(asked(1, 4..5).runs, asked(2, 4..5).runs);
    assert!(asked(1, 0..99).runs.iter().all(|run| run.seed < 1 << 53));
}

#[test]
fn every_failure_has_its_name_and_says_where() {
    for (script, ending, says) in [
        ("exit 3".to_owned(), ProgramEnding::Crashed, "code 3: nothing on standard error"),
        ("echo 'ValueError: no' >&2; kill -9 $$".to_owned(), ProgramEnding::Crashed, "signal 9: ValueError: no"),
        ("no-such-program-anywhere".to_owned(), ProgramEnding::NotStarted, "code 127"),
        (with("NaN"), ProgramEnding::NotANumber, "line 6: "),
        (with("\"nan\""), ProgramEnding::NotANumber, "write null where a value is undefined"),
        ("echo hello".to_owned(), ProgramEnding::Garbled, "line 1: `hello` is no line of output"),
        ("true".to_owned(), ProgramEnding::Garbled, "generation 1 of replicate 4 is missing"),
        (format!("{WHOLE}{WHOLE}"), ProgramEnding::Garbled, "is there twice"),
        (with("0.1,\"accuracy\":1"), ProgramEnding::Garbled, "`accuracy` was not asked for"),
        (WHOLE.replace("null", "1.5"), ProgramEnding::Garbled, "`tail-coverage` is 1.5; it lies from 0 to 1"),
        (WHOLE.replace(",\\\"tail-coverage\\\":null", ""), ProgramEnding::Garbled, "`tail-coverage` is missing"),
        (WHOLE.replace("4 5 6", "4 5 6 7"), ProgramEnding::Garbled, "replicate 7 was not asked for"),
        (WHOLE.replace("1 3", "1 2 3"), ProgramEnding::Garbled, "generation 2 was not asked for"),
        (
            WHOLE.to_owned() + "echo '{\"replicate\":4,\"ending\":{\"kind\":\"degenerate\",\"generation\":2}}'",
            ProgramEnding::Garbled,
            "has values after its ending",
        ),
        ("echo '{\"refused\":\"no curation here\"}'".to_owned(), ProgramEnding::Refused, "no curation here"),
        ("printf '\\377\\n'".to_owned(), ProgramEnding::Garbled, "not UTF-8"),
    ] {
        let found = stopped(&script);
        assert!(found.ending == ending && found.told.contains(says), "{script}: {found:?}");
    }
}

#[test]
fn a_program_that_hangs_or_floods_is_ended_with_all_that_it_started() {
    let begun = Instant::now();
    for script in ["sleep 60", "sleep 60 & sleep 60", "exec > /dev/null; sleep 60"] {
        let runs = ran(script, 1, 4096);
        assert_eq!(runs.stopped.expect("stopped").ending, ProgramEnding::TimedOut, "{script}");
    }
    let flood = ran("while true; do echo 0123456789; done", 60, 4096).stopped.expect("stopped");
    assert!(flood.ending == ProgramEnding::Garbled && flood.told.contains("bytes of output"), "{flood:?}");
    // What a program leaves behind holds its output open.
    let left = ran(&format!("{WHOLE}sleep 60 &"), 60, 4096);
    assert_eq!(left.stopped, None);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[test]
fn a_program_has_no_more_memory_than_it_was_given() {
    let hungry = "x=0123456789abcdef; while true; do x=$x$x; done";
    assert_eq!(ran(hungry, 60, 64).stopped.expect("stopped").ending, ProgramEnding::Crashed);
}

#[test]
fn an_interruption_ends_a_program_at_once() {
    let admitted = Some(Admitted { folder: std::env::temp_dir(), digest: String::new() });
    let program = ["sh", "-c", "sleep 60"].map(str::to_owned).to_vec();
    let external = External { program, seconds: 60, megabytes: 4096, admitted };
    let (cell, now) = (cell(), AtomicBool::new(true));
    let wanted = Wanted { study: "study", simulation: "loop", cell: &cell, seed: Seed(1), replicates: 0..1 };
    assert!(matches!(runs(&external, &wanted, &now), Err(crate::Error::Interrupted)));
    let refused = runs(&External { admitted: None, ..external }, &wanted, &NEVER).expect("no trouble").stopped.expect("not started");
    assert_eq!(refused.ending, ProgramEnding::NotStarted);
}
