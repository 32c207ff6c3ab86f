//! The driver as a whole: threads, shards, cache, `--quick`, `check` and interruptions change no number.

use super::{Driver, Ground, Held, Manifest, Run, Scope, Settled, Shards, own_tests, shard_files};
use crate::Error;
use crate::plan::trial::{above, conditional, registry};
use crate::plan::{Arm, Cache, Executor, Progress, Selection, Shard, Silent, SimulationPlan, chosen, expand};
use crate::random::Seed;
use crate::registry::{Registry, Statistic, Test};
use crate::taxonomy::{Definition, Metric};
use crate::verdict::looks::{self, Spender};
use crate::verdict::{ClaimDecision, Decided, Question, Reply};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

static NOTHING: std::sync::LazyLock<crate::plan::Recordings> = std::sync::LazyLock::new(crate::plan::Recordings::default);
static NEVER: AtomicBool = AtomicBool::new(false);

/// The tiny registry with budgets that a test can afford.
pub(super) fn small() -> Registry {
    let mut registry = registry();
    registry.criteria.budget_claim = 1024.0;
    registry.criteria.budget_world = 1024.0;
    registry.criteria.budget_other = 512.0;
    registry
}

/// One that nothing interrupts and that says nothing.
pub(super) fn executor<'a>(registry: &Registry, cache: &'a Cache) -> Executor<'a> {
    executor_with(registry, cache, &NEVER, &Silent)
}

fn executor_with<'a>(registry: &Registry, cache: &'a Cache, interrupt: &'a AtomicBool, progress: &'a dyn Progress) -> Executor<'a> {
    Executor { seed: Seed(7), first_look: registry.criteria.first_look as u32, cache, recordings: &NOTHING, interrupt, progress }
}

fn decide_with(registry: &Registry, scope: &Scope, cache: &Cache, plans: &[SimulationPlan]) -> Vec<Decided> {
    let executor = executor(registry, cache);
    Driver { registry, executor, scope }.decide(plans).expect("nothing interrupts")
}

pub(super) fn decide(registry: &Registry, scope: &Scope) -> Vec<Decided> {
    decide_with(registry, scope, &Cache::none(), &expand(registry, &Selection::Published))
}

fn bytes(decided: &[Decided]) -> String {
    serde_json::to_string(decided).expect("results are plain data")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the cache is there").map(|entry| entry.expect("readable").path());
    let mut files: Vec<_> = entries.flat_map(|path| if path.is_dir() { self::files(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

#[test]
fn every_claim_is_asked_and_every_question_is_frozen_at_a_look() {
    let decided = decide(&small(), &Scope::Full);
    assert_eq!(decided.len(), 2);
    let chain = &decided[0];
    assert_eq!(chain.claims.keys().collect::<Vec<_>>(), ["collapse", "drift", "variance"]);
    for claim in chain.claims.values() {
        assert!(claim.worlds.len() == 2 && claim.leading().is_some() && !claim.singles.is_empty());
        for question in [&claim.test, &claim.control] {
            assert!(question.look >= 1 && question.alpha > 0.0 && question.alpha < 1e-4);
        }
        assert!(!claim.curves.is_empty());
    }
    assert_eq!(chain.claims["collapse"].test, chain.claims["collapse"].published);
    assert!(chain.totals.replicates > 0);
}

#[test]
fn a_claim_spends_in_fact_what_the_one_function_gives_it() {
    let registry = small();
    let criteria = &registry.criteria;
    let said = |reply: &Reply| match reply {
        Reply::Answer(answer) => answer.alpha,
        Reply::Finding(finding) => finding.alpha,
    };
    let mut asked = 0;
    for (name, claim) in decide(&registry, &Scope::Full).iter().flat_map(|one| &one.claims) {
        let mut spent_by_claim = 0.0;
        let spenders = [Spender::Test, Spender::Control, Spender::World, Spender::World];
        for (question, spender) in questions(claim).zip(spenders) {
            let given = looks::alpha_for(spender, criteria, 2);
            assert!((question.alpha - given).abs() < 1e-18, "{name}: the report prints what was given");
            let at_its_look = looks::alpha_at(spender, question.look, criteria, 2);
            assert!(
                (said(&question.frozen) - at_its_look).abs() < 1e-18,
                "{name} {}: the decision was made at its look's level",
                question.arm
            );
            let spent: f64 = (1..=question.look).map(|look| looks::alpha_at(spender, look, criteria, 2)).sum();
            assert!(spent > 0.0 && spent < given);
            spent_by_claim += spent;
            asked += 1;
        }
        assert!(spent_by_claim < looks::alpha_per_claim(criteria), "{name} overspends");
        for question in claim.singles.values().chain(claim.without.values()) {
            assert!((question.alpha - criteria.alpha_profile).abs() < 1e-18);
            assert!((said(&question.frozen) - looks::alpha_at(Spender::Exploration, question.look, criteria, 2)).abs() < 1e-18);
        }
    }
    assert_eq!(asked, 4 * registry.claims.len());
}

#[test]
fn threads_change_no_byte() {
    let registry = small();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| bytes(&decide(&registry, &Scope::Full)))
    };
    let one = with(1);
    assert!(with(2) == one && with(8) == one);
}

/// What the decisions of a whole run of a registry rest on.
fn ground(registry: &Registry) -> Ground {
    let cache = Cache::none();
    Driver { registry, executor: executor(registry, &cache), scope: &Scope::Full }.ground(&chosen(registry, &Selection::Published, None))
}

fn run_of(seed: u64) -> Run {
    Run { seed: Seed(seed), scope: "full".to_owned(), preset: None, weights: None }
}

/// Shards of a registry, decided and written into folders of their names.
fn written(registry: &Registry, shards: &[Shard], place: &Path) -> Vec<PathBuf> {
    let plans = expand(registry, &Selection::Published);
    let one = |shard: &Shard| {
        let mine: Vec<_> = plans.iter().filter(|plan| shard.has(&plan.study, &plan.simulation)).cloned().collect();
        let decided = decide_with(registry, &Scope::Full, &Cache::none(), &mine);
        let names: Vec<_> = mine.iter().map(|plan| format!("{}/{}", plan.study, plan.simulation)).collect();
        let ground = ground(registry).into_iter().filter(|(name, _)| names.contains(name)).collect();
        let manifest = Manifest::new(shard.clone(), run_of(u64::MAX), &ground);
        let folder = place.join(shard.to_string().replace('/', "-of-"));
        assert!(!manifest.is_done(&folder));
        fs::create_dir(&folder).expect("a folder");
        for (name, bytes) in shard_files(&manifest, &decided) {
            fs::write(folder.join(name), bytes).expect("written");
        }
        assert!(manifest.is_done(&folder) && !Manifest::new(shard.clone(), run_of(1), &ground).is_done(&folder));
        folder
    };
    shards.iter().map(one).collect()
}

fn parts(count: u32) -> Vec<Shard> {
    (1..=count).map(|index| Shard::part(index, count).expect("a shard")).collect()
}

#[test]
fn shards_merge_to_the_bytes_of_one_run() {
    let registry = small();
    let whole = bytes(&decide(&registry, &Scope::Full));
    let by_study: Vec<_> = registry.studies.keys().cloned().map(Shard::Study).collect();
    for shards in [parts(1), parts(2), parts(3), by_study] {
        let place = tempfile::tempdir().expect("a folder");
        let mut folders = written(&registry, &shards, place.path());
        folders.reverse();
        let read = Shards::read(&folders).expect("one run's shards");
        assert_eq!(read.run(), &run_of(u64::MAX));
        assert_eq!(bytes(&read.decided(&ground(&registry)).expect("whole")), whole, "{shards:?}");
        fs::write(folders[0].join("results.json"), "[]").expect("written");
        assert!(matches!(read.decided(&ground(&registry)), Err(Error::Content { .. })), "a changed result is noticed");
    }
}

#[test]
fn shards_that_do_not_belong_together_are_refused_by_name() {
    let registry = small();
    let place = tempfile::tempdir().expect("a folder");
    let folders = written(&registry, &parts(2), place.path());
    let merged = |folders: &[PathBuf], registry: &Registry| Shards::read(folders).and_then(|shards| shards.decided(&ground(registry)));
    let trouble = |folders: &[PathBuf], registry: &Registry| merged(folders, registry).expect_err("refused").to_string();
    assert!(merged(&folders, &registry).is_ok());
    let missing = trouble(&folders[..1], &registry);
    assert!(missing.contains("missing: --shard 2/2, with tiny/"), "{missing}");
    let doubled = trouble(&[folders.clone(), folders[..1].to_vec()].concat(), &registry);
    assert!(doubled.contains("1-of-2 and ") && doubled.contains("both hold shard 1/2"), "{doubled}");
    let many = written(&registry, &parts(9), place.path());
    let idle =
        many.iter().zip(parts(9)).find(|(folder, _)| fs::read_to_string(folder.join("results.json")).expect("written").trim() == "[]");
    let (idle, shard) = idle.expect("nine shards of two simulations");
    let rest: Vec<_> = many.iter().filter(|folder| *folder != idle).cloned().collect();
    let missing = trouble(&rest, &registry);
    assert!(missing.contains(&format!("missing: --shard {shard}, with nothing of this registry")), "{missing}");
    let both = [many, vec![folders[1].clone()]].concat();
    assert!(trouble(&both, &registry).contains("both hold tiny/"), "{}", trouble(&both, &registry));
    let mut stricter = registry.clone();
    stricter.criteria.alpha_profile *= 0.5;
    let other = trouble(&folders, &stricter);
    assert!(other.contains("decided from another registry") && other.contains("Run shard 2/2 again"), "{other}");
    let mut retitled = registry.clone();
    retitled.studies.values_mut().for_each(|study| study.title.push('!'));
    assert!(merged(&folders, &retitled).is_ok(), "no decision rests on a title");
    let manifest = folders[1].join("manifest.json");
    let text = fs::read_to_string(&manifest).expect("written");
    for (from, to, says) in [
        ("\"seed\": \"18446744073709551615\"", "\"seed\": 7", "the seed 7, and shard 1/2 has 18446744073709551615"),
        ("\"scope\": \"full\"", "\"scope\": \"quick\"", "the scope `quick`, and shard 1/2 has `full`"),
        ("\"preset\": null", "\"preset\": \"equal\"", "the weights `equal`, and shard 1/2 has the registry's own"),
        ("\"schema\": 3", "\"schema\": 4", "a manifest of another version: 4"),
        (concat!("\"version\": \"", env!("CARGO_PKG_VERSION")), "\"version\": \"9.9.9", "another version of collapse-audit: 9.9.9"),
        (crate::fingerprint::engine(), "feed", "another engine: feed"),
        (crate::fingerprint::rules(), "feed", "other rules of decision: feed"),
        ("\"shard\": \"2/2\"", "\"shard\": \"3/2\"", "is not what a shard writes"),
    ] {
        assert!(text.contains(from), "{from} in {text}");
        fs::write(&manifest, text.replace(from, to)).expect("written");
        let found = trouble(&folders, &registry);
        assert!(found.contains(says) && found.contains("2-of-2"), "{from}: {found}");
    }
}

#[test]
fn a_warm_cache_gives_the_same_bytes_and_damaged_files_are_written_anew() {
    let registry = small();
    let plans = expand(&registry, &Selection::Published);
    let place = tempfile::tempdir().expect("a folder");
    let cold = bytes(&decide_with(&registry, &Scope::Full, &Cache::at(place.path()), &plans));
    assert_eq!(cold, bytes(&decide(&registry, &Scope::Full)), "a cache changes nothing");
    forget(place.path(), "decided");
    let kept: Vec<_> = files(place.path()).into_iter().map(|path| (fs::read(&path).expect("readable"), path)).collect();
    for (place, (content, path)) in kept.iter().enumerate() {
        match place % 3 {
            0 => fs::write(path, &content[..content.len() / 2]).expect("written"),
            1 => fs::write(path, b"").expect("written"),
            _ => {}
        }
    }
    assert_eq!(bytes(&decide_with(&registry, &Scope::Full, &Cache::at(place.path()), &plans)), cold);
    for (content, path) in kept {
        assert_eq!(fs::read(&path).expect("readable"), content, "damaged files are whole again");
    }
}

/// Removes what a cache keeps of one kind.
fn forget(folder: &Path, kind: &str) {
    let of_kind = |path: &PathBuf| path.extension().is_some_and(|extension| extension == kind);
    files(folder).into_iter().filter(of_kind).for_each(|path| fs::remove_file(path).expect("removed"));
}

#[test]
fn decisions_are_kept_while_all_that_they_rest_on_stays() {
    let mut registry = small();
    let plans = expand(&registry, &Selection::Published);
    let place = tempfile::tempdir().expect("a folder");
    let cache = Cache::at(place.path());
    let cold = decide_with(&registry, &Scope::Quick, &cache, &plans);
    forget(place.path(), "run");
    let warm = decide_with(&registry, &Scope::Quick, &cache, &plans);
    assert_eq!((bytes(&warm), files(place.path()).len()), (bytes(&cold), plans.len()), "nothing was drawn again");
    decide_with(&registry, &Scope::Full, &cache, &plans);
    assert!(files(place.path()).len() > 2 * plans.len(), "another scope is decided anew");
    registry.criteria.increase_ratio *= 2.0;
    let changed = decide_with(&registry, &Scope::Quick, &cache, &plans);
    assert_eq!(bytes(&changed), bytes(&decide(&registry, &Scope::Quick)), "and so are other criteria");
    assert_ne!(bytes(&changed), bytes(&cold));
}

/// Keeps count of messages.
struct Messages(AtomicUsize);

impl Progress for Messages {
    fn advance(&self, _: usize, _: usize, _: &str) {}

    fn message(&self, _: &str) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_said_once() {
    let registry = small();
    let file = tempfile::NamedTempFile::new().expect("a file");
    let (cache, messages) = (Cache::at(file.path()), Messages(AtomicUsize::new(0)));
    let executor = executor_with(&registry, &cache, &NEVER, &messages);
    let plans = expand(&registry, &Selection::Published);
    let decided = Driver { registry: &registry, executor, scope: &Scope::Quick }.decide(&plans).expect("goes on");
    assert_eq!(messages.0.load(Ordering::Relaxed), 1);
    assert_eq!(bytes(&decided), bytes(&decide(&registry, &Scope::Quick)));
}

#[test]
fn quick_is_a_prefix_of_the_full_run() {
    let mut registry = small();
    // Nothing is too dear for this one: what is not asked cannot be compared.
    (registry.criteria.quick_ceiling, registry.criteria.quick_aside) = (1e3, 1e3);
    let (quick, full) = (decide(&registry, &Scope::Quick), decide(&registry, &Scope::Full));
    let mut compared = 0;
    for (quick, full) in quick.iter().zip(&full) {
        for (name, claim) in &quick.claims {
            for (quick, full) in questions(claim).zip(questions(&full.claims[name])) {
                assert!(quick.look <= 2);
                assert!(!quick.frozen.is_final() || quick.frozen == full.frozen, "{name}: {quick:?} {full:?}");
                compared += 1;
            }
        }
    }
    assert!(compared >= 16);
}

fn named(registry: &Registry, arm: &str) -> Option<Arm> {
    Arm::parse(arm, &registry.worlds().cloned().collect::<Vec<_>>())
}

fn questions(claim: &ClaimDecision) -> impl Iterator<Item = &Question> {
    [&claim.test, &claim.control].into_iter().chain(claim.worlds.values())
}

#[test]
fn what_was_accepted_is_repeated_number_by_number_from_its_own_arms_alone() {
    let registry = small();
    let full = decide(&registry, &Scope::Full);
    let settled = |question: &Question| {
        if question.frozen.is_final() { Settled::Decided } else { Settled::Undecided { replicates: 256 << (question.look - 1) } }
    };
    let held = |claim: &ClaimDecision| {
        let roles = [Held::Test, Held::Control].into_iter().chain(claim.worlds.keys().cloned().map(Held::World));
        roles.zip(questions(claim).map(settled)).collect::<BTreeMap<_, _>>()
    };
    let decisions: BTreeMap<_, _> = full.iter().flat_map(|one| &one.claims).collect();
    let accepted = registry.claims.keys().map(|id| (id.clone(), held(decisions[&id.name]))).collect();
    for again in decide(&registry, &Scope::Accepted(accepted)) {
        for (name, claim) in &again.claims {
            for (again, before) in questions(claim).zip(questions(decisions[name])) {
                assert_eq!((&again.frozen, again.look), (&before.frozen, before.look), "{name}");
            }
        }
        assert!(!again.arms.keys().any(|arm| matches!(named(&registry, arm), Some(Arm::Single(_) | Arm::Without(_)))));
    }
}

#[test]
fn a_branch_that_needs_more_replicates_with_another_seed_gets_them_unless_it_was_accepted_as_undecided() {
    let mut registry = small();
    let id = registry.claims.keys().find(|id| id.name == "drift").expect("a conditional claim").clone();
    // No expectation of a median is known; this one is 0.21 by theory, too near for a first look and far enough for the third.
    let nearer = Test { statistic: Statistic::Median, ..above(Metric::MeanSquaredError, "0.13") };
    let claim = conditional("drift", &registry.studies["tiny"].simulations[0], Definition::AnyRiskIncrease, nearer);
    registry.claims.insert(id.clone(), claim);
    let with = |seed, settled| {
        let held = BTreeMap::from([(Held::Test, settled), (Held::Control, settled)]);
        let scope = Scope::Accepted(BTreeMap::from([(id.clone(), held)]));
        let cache = Cache::none();
        let executor = Executor { seed: Seed(seed), ..executor(&registry, &cache) };
        let plans = expand(&registry, &Selection::Published);
        let decided = Driver { registry: &registry, executor, scope: &scope }.decide(&plans).expect("nothing interrupts");
        decided[0].claims["drift"].clone()
    };
    let late = |seed: &u64| {
        let claim = with(*seed, Settled::Decided);
        [&claim.test, &claim.control].into_iter().any(|question| question.look > 1 && question.frozen.is_decided())
    };
    // The branches decide at the first or the second look, by seed.
    let seed = (1..60).find(late).expect("a seed by which a branch decides later than at the first look");
    let held = with(seed, Settled::Undecided { replicates: 256 });
    assert!([&held.test, &held.control].into_iter().any(|question| !question.frozen.is_decided()), "held to the look it is lost");
}

#[test]
fn own_tests_repeat_what_a_full_run_said_of_them_and_ask_nothing_else() {
    let registry = small();
    let full = decide(&registry, &Scope::Full);
    let cache = Cache::none();
    let claims = registry.claims.keys().cloned().collect();
    let own = own_tests(&registry, executor(&registry, &cache), &claims).expect("nothing interrupts");
    for (own, full) in own.iter().zip(&full) {
        for (name, claim) in &own.claims {
            assert_eq!(claim.test.frozen, full.claims[name].test.frozen, "{name}");
            assert_eq!(claim.control.frozen, full.claims[name].control.frozen, "{name}");
        }
        assert!(!own.arms.keys().any(|arm| matches!(named(&registry, arm), Some(Arm::World(_) | Arm::Single(_)))));
    }
}

#[test]
fn one_claim_more_changes_no_other_claim() {
    let mut fewer = small();
    fewer.claims.retain(|id, _| id.name != "collapse");
    // Budgets fall with more arms under the work ceiling, so the ceiling is out of the way here.
    fewer.criteria.work_ceiling = 1e9;
    let mut more = small();
    more.criteria.work_ceiling = 1e9;
    let (fewer, more) = (decide(&fewer, &Scope::Full), decide(&more, &Scope::Full));
    assert_eq!(fewer[0].claims["variance"].test.frozen, more[0].claims["variance"].test.frozen);
    assert_eq!(fewer[1], more[1]);
}

#[test]
fn an_interruption_leaves_a_cache_that_can_be_used() {
    let registry = small();
    let plans = expand(&registry, &Selection::Published);
    let place = tempfile::tempdir().expect("a folder");
    let cache = Cache::at(place.path());
    let raised = AtomicBool::new(true);
    let stopped = Driver { registry: &registry, executor: executor_with(&registry, &cache, &raised, &Silent), scope: &Scope::Full };
    assert!(matches!(stopped.decide(&plans), Err(Error::Interrupted)));
    decide_with(&registry, &Scope::Quick, &cache, &plans);
    let resumed = decide_with(&registry, &Scope::Full, &cache, &plans);
    assert_eq!(bytes(&resumed), bytes(&decide(&registry, &Scope::Full)));
}
