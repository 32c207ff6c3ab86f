//! `simulate` as a user meets it: defaults, summaries, plots, and the command beside every claim, which prints its statistic again.

mod place;

use collapse_audit::audit::{self, ClaimReport};
use collapse_audit::plan::{Cache, Executor, Recordings, Silent};
use collapse_audit::random::Seed;
use collapse_audit::registry::{Claim, ClaimId, Proof, Registry, Sources};
use collapse_audit::{cli, drive, fingerprint, registry};
use place::Place;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::AtomicBool;

#[test]
fn truth_and_model_are_enough_and_their_defaults_are_told() {
    let place = Place::tiny();
    let csv = place.ok(&["simulate", "--truth", "gaussian", "--model", "gaussian"]);
    assert!(csv.lines().nth(1).is_some_and(|line| line.starts_with("custom,,0,1,")), "{csv}");
    assert!(csv.contains(",20,variance-ratio,") && !csv.contains(",21,"), "{csv}");
    let told = place.ok(&["list", "models", "ridge"]);
    for word in ["model.penalty", "required", "excess-risk", "--truth linear-regression --model ridge"] {
        assert!(told.contains(word), "{told}");
    }
    assert!(place.ok(&["list", "truths", "categorical"]).contains("required by zipf"));
    assert!(place.complaint(2, &["list", "models", "rigde"]).contains("did you mean `ridge`?"));
    assert!(place.complaint(2, &["list", "studies", "ridge"]).contains("list models"));
    let zipf = place.complaint(2, &["simulate", "--truth", "zipf", "--set", "truth.categories=9", "--model", "categorical"]);
    assert!(zipf.contains("lacks `exponent`") && zipf.contains("--set truth.KEY=VALUE"), "{zipf}");
    assert!(place.ok(&["simulate", "--help"]).contains("Examples:"));
}

#[test]
fn every_pair_of_truth_and_model_that_needs_no_key_runs_from_its_names() {
    let place = Place::tiny();
    for model in ["poisson", "exponential", "bernoulli", "gaussian", "gaussian-unbiased"] {
        let truth = if model.starts_with("gaussian") { "gaussian" } else { model };
        let key = match truth {
            "poisson" => "truth.rate=2",
            "exponential" => "truth.mean=1",
            "bernoulli" => "truth.probability=0.3",
            _ => "truth.dimension=2",
        };
        let summary = place.ok(&["simulate", "--truth", truth, "--model", model, "--set", key, "--summary", "--replicates", "20"]);
        assert!(summary.contains("(custom)"), "{summary}");
    }
}

#[test]
fn a_summary_says_what_the_values_say_and_is_drawn_in_letters_and_as_svg() {
    let place = Place::tiny();
    let flags = ["simulate", "tiny-2024-gaussian/chain", "--cell", "samples=10", "--metrics", "variance-ratio", "--replicates", "101"];
    let with = |more: &[&str]| place.ok(&flags.into_iter().chain(more.iter().copied()).collect::<Vec<_>>());
    let mut values: Vec<f64> = with(&[])
        .lines()
        .filter(|line| line.contains(",5,variance-ratio,"))
        .map(|line| line.rsplit(',').next().unwrap().parse().unwrap())
        .collect();
    values.sort_by(f64::total_cmp);
    let summary = with(&["--summary", "--format", "csv"]);
    let row: Vec<&str> = summary.lines().find(|line| line.contains(",variance-ratio,5,")).unwrap().split(',').collect();
    let number = |place: usize| row[place].parse::<f64>().unwrap();
    let mean = values.iter().sum::<f64>() / 101.0;
    assert_eq!((row[0], row[4], values.len()), ("as-published", "101", 101));
    assert!((number(5) - mean).abs() < 1e-12 && (number(6) - values[50]).abs() < 1e-12, "{row:?}");
    assert!((number(7) - values[10]).abs() < 1e-12 && (number(8) - values[90]).abs() < 1e-12, "{row:?}");
    assert!(with(&["--summary"]).lines().next().unwrap().contains('█'));
    assert_eq!(with(&["--plot", "curve.svg"]), "");
    let chain = "tiny-2024-gaussian/chain";
    assert!(place.complaint(2, &["simulate", chain, "--plot", "curve.png"]).contains("SVG only"));
    for other in [&["--arm", "realistic"][..], &["--summary", "--claim", "variance-falls"]] {
        let words = [&["simulate", chain, "--set", "samples=50"][..], other].concat();
        let complaint = place.complaint(2, &words);
        assert!(complaint.contains("--set does not go with") && complaint.contains("studies/tiny-2024-gaussian.toml"), "{complaint}");
    }
    let svg = fs::read_to_string(place.path("curve.svg")).unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains("tiny-2024-gaussian/chain, as-published") && svg.contains("median"), "{svg}");
}

#[test]
fn an_ending_is_a_result_and_standard_error_says_where_no_run_came_to_its_end() {
    let place = Place::tiny();
    let flags = ["simulate", "--truth", "gaussian", "--model", "gaussian", "--samples", "50", "--generations", "4", "--replicates", "2"];
    let judged = |accepts: &str| format!("curation=[{{kind=\"verifier\",true_accept={accepts},false_accept={accepts}}}]");
    let told = |accepts: &str, more: &[&str]| {
        let judged = judged(accepts);
        let words: Vec<&str> = flags.into_iter().chain(["--set", &judged]).chain(more.iter().copied()).collect();
        let ended = place.run(&words);
        assert_eq!(ended.code, Some(0), "an ending is no error: {}", ended.err);
        ended.err
    };
    for more in [&[][..], &["--summary"]] {
        assert!(told("0.0001", more).ends_with(
            "no replicate reached its last generation: what was written is of the generations before each ended, as told above\n"
        ));
        assert!(!told("0.9", more).contains("no replicate reached"));
    }
}

#[test]
fn a_text_of_the_registry_in_use_is_a_truth_from_flags_too() {
    let place = Place::tiny();
    fs::create_dir_all(place.path("studies/corpora")).unwrap();
    place.write("studies/corpora/mine.txt", "One fish two fish. Red fish blue fish.");
    let told = |corpus: &str| {
        let corpus = format!("truth.corpus={corpus}");
        let flags = ["simulate", "--truth", "text", "--set", "truth.source=own", "--set", &corpus, "--set", "truth.vocabulary=9"];
        let more = ["--set", "truth.order=2", "--model", "n-gram", "--set", "model.order=2", "--generations", "2", "--replicates", "1"];
        place.run(&[&flags[..], &more].concat())
    };
    let found = told("mine.txt");
    assert_eq!(found.code, Some(0), "{}", found.err);
    let missing = told("mien.txt");
    assert!(missing.code == Some(2) && missing.err.contains("did you mean `mine.txt`?"), "{}", missing.err);
}

#[test]
fn named_generations_are_the_lines_of_a_whole_run_and_an_array_holds_the_same_values() {
    let place = Place::tiny();
    let flags = ["simulate", "tiny-2024-gaussian/chain", "--replicates", "3", "--metrics", "variance-ratio,mean-squared-error"];
    let with = |more: &[&str]| place.ok(&flags.into_iter().chain(more.iter().copied()).collect::<Vec<_>>());
    let whole = with(&[]);
    let is_named = |line: &&str| ["1", "4"].contains(&line.split(',').nth(3).unwrap());
    let named: Vec<&str> = whole.lines().filter(|line| line.starts_with("arm,") || is_named(line)).collect();
    assert_eq!(with(&["--record", "4,1,4"]).lines().collect::<Vec<_>>(), named);
    let beyond = place.complaint(2, &flags.into_iter().chain(["--record", "99999"]).collect::<Vec<_>>());
    assert!(beyond.contains("--record 99999") && beyond.contains("the last of this run"), "{beyond}");
    assert_eq!(with(&["--record", "1,4", "--npy", "runs.npy"]), "");
    let bytes = fs::read(place.path("runs.npy")).unwrap();
    let head = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let text = std::str::from_utf8(&bytes[10..head]).unwrap();
    let cell: usize = text.split("'|S").nth(1).unwrap().split('\'').next().unwrap().parse().unwrap();
    let number = |record: &[u8], at: usize| u32::from_le_bytes(record[cell + at..cell + at + 4].try_into().unwrap());
    let value = |record: &[u8], at: usize| f64::from_le_bytes(record[cell + 8 + at..cell + 16 + at].try_into().unwrap());
    let mut lines = Vec::new();
    for record in bytes[head..].chunks_exact(cell + 24) {
        let name = std::str::from_utf8(&record[..cell]).unwrap().trim_end_matches('\0');
        for (metric, at) in [("variance-ratio", 0), ("mean-squared-error", 8)] {
            lines.push(format!("as-published,{name},{},{},{metric},{}", number(record, 0), number(record, 4), value(record, at)));
        }
    }
    assert_eq!(lines, named[1..]);
}

static NEVER: AtomicBool = AtomicBool::new(false);

/// Core-seconds that the statistic of a claim may take here, by the fixed cost formula.
const DEAREST: f64 = 4.0;

/// The shipped registry's tested claims that take seconds, in a random order that is the same every time.
fn shuffled(registry: &Registry, committed: &serde_json::Value) -> Vec<ClaimId> {
    let drawn: BTreeMap<&str, u64> = committed["claims"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["id"].as_str().unwrap(), row["replicates_all"].as_u64().unwrap()))
        .collect();
    let is_cheap = |claim: &&Claim| {
        let named = drive::simulations_of(registry, [&claim.id]);
        let plans = collapse_audit::plan::expand(registry, &collapse_audit::plan::Selection::Named(named));
        let cost = plans.iter().find_map(|plan| {
            let arm = plan.arms.get(&plan.claims.get(&claim.id.name)?.test)?;
            Some(arm.cells.iter().map(|cell| cell.cost).sum::<f64>())
        });
        let replicates = drawn.get(claim.id.to_string().as_str()).map_or(u64::MAX, |drawn| (*drawn).max(256));
        cost.is_some_and(|cost| cost * 1e-9 * replicates as f64 <= DEAREST)
    };
    let place = |id: &ClaimId| {
        let mut hasher = DefaultHasher::new();
        id.to_string().hash(&mut hasher);
        hasher.finish()
    };
    let tested = registry.claims.values().filter(|claim| !matches!(claim.proof, Proof::Untested { .. }));
    let mut ids: Vec<ClaimId> = tested.filter(is_cheap).map(|claim| claim.id.clone()).collect();
    ids.sort_by_key(place);
    ids
}

/// What a full run says of these claims' own tests.
fn rows(registry: &Registry, recordings: &Recordings, claims: BTreeSet<ClaimId>) -> Vec<ClaimReport> {
    let (cache, seed) = (Cache::none(), Seed(cli::DEFAULT_SEED));
    let first_look = registry.criteria.first_look as u32;
    let executor = Executor { seed, first_look, cache: &cache, recordings, interrupt: &NEVER, progress: &Silent };
    let decided = drive::own_tests(registry, executor, &claims).unwrap();
    let studies = claims.iter().map(|id| id.study.clone()).collect();
    let selection = audit::Selection { filter: "ten claims".to_owned(), studies, claims };
    let frame = audit::Frame {
        scope: audit::Scope { depth: audit::Depth::Full, selection: Some(selection) },
        seed,
        weights: registry.presets[&registry.default_preset].clone(),
        engine: fingerprint::engine().to_owned(),
        rules: fingerprint::rules().to_owned(),
        calibration: None,
        errors: None,
        fresh: None,
        published: String::new(),
    };
    audit::claim_reports(registry, &decided, &frame)
}

/// The numbers of the line that begins with `statistic`: the statistic, its lower and its upper limit.
fn printed(text: &str) -> Vec<Option<f64>> {
    let line = text.lines().find(|line| line.starts_with("statistic")).unwrap();
    let (estimate, rest) = line["statistic".len()..].split_once(" in [").unwrap();
    let (low, rest) = rest.split_once(", ").unwrap();
    [estimate, low, rest.split(']').next().unwrap()].map(|number| number.trim().parse().ok()).to_vec()
}

#[test]
fn more_replicates_than_a_claim_looks_at_are_told() {
    let place = Place::of("tests/registry/tiny");
    let exact = r#"{ kind = "equals", metric = "mean-squared-error", at = [1, 5], expect = "t / samples", margin = 0.1 }"#;
    let sampled = r#"{ kind = "bound", metric = "mean-squared-error", statistic = "median", at = "last", above = "1000" }"#;
    place.edit("claims/tiny-2024-gaussian.toml", |text| text.replace(exact, sampled));
    let asked = |replicates| {
        let command = ["simulate", "tiny-2024-gaussian/chain", "--claim", "error-grows", "--summary", "--replicates"];
        place.ok(&[&command[..], &[replicates]].concat())
    };
    assert!(asked("100000").contains("100000 replicates were asked for; the looks of this claim end at"), "{}", asked("100000"));
    assert!(!asked("256").contains("were asked for"), "{}", asked("256"));
}

#[test]
fn the_command_beside_a_claim_prints_its_statistic_and_interval_again() {
    let sources = Sources::folder(&place::root()).unwrap();
    let registry = registry::load(&sources).registry.unwrap();
    let recordings = Recordings::read(sources.files()).unwrap();
    let committed: serde_json::Value = serde_json::from_str(&fs::read_to_string(place::root().join("report/audit.json")).unwrap()).unwrap();
    let mut ids = shuffled(&registry, &committed);
    assert!(ids.len() > 100, "{}", ids.len());
    // Exact moments have no replicates behind them: two of the ten are such claims.
    let is_exact = |id: &ClaimId| {
        let rows = committed["claims"].as_array().unwrap();
        rows.iter().any(|row| row["id"] == id.to_string() && row["inference"] == "exact-moments")
    };
    let exact: Vec<ClaimId> = ids.iter().filter(|id| is_exact(id)).take(2).cloned().collect();
    ids.retain(|id| !exact.contains(id));
    let chosen: BTreeSet<ClaimId> = exact.into_iter().chain(ids.into_iter().take(8)).collect();
    let found = rows(&registry, &recordings, chosen);
    assert_eq!(found.len(), 10);
    let place = Place::of("tests/registry/tiny");
    let root = place::root();
    for row in found {
        let command = row.repeat.as_ref().unwrap_or_else(|| panic!("{} has no command", row.id));
        assert!(command.contains(" --replicates ") && command.ends_with(" --summary"), "{command}");
        let words: Vec<&str> = command.split(' ').skip(1).chain(["--registry", root.to_str().unwrap()]).collect();
        let told = printed(&place.ok(&words));
        let json: serde_json::Value = serde_json::from_str(&place.ok(&[words.as_slice(), &["--format", "json"]].concat())).unwrap();
        for (place, (key, number)) in [("estimate", row.estimate), ("low", row.low), ("high", row.high)].into_iter().enumerate() {
            assert_eq!(json[key].as_f64(), number, "{key} of {command}");
            let near = |told: f64, number: f64| (told - number).abs() <= 1e-3 * number.abs().max(1e-3);
            assert!(told[place].zip(number).is_none_or(|(told, number)| near(told, number)), "{key} of {command}: {told:?}");
        }
        assert_eq!((json["replicates"].as_u64(), json["inference"].as_str()), (Some(u64::from(row.replicates)), row.inference.as_deref()));
    }
}
