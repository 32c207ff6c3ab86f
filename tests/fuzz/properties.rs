//! What holds of all inputs: what a cache key rests on, the order in which shards come, numbers in JSON.

use super::targets::TINY;
use collapse_audit::drive::{Ground, Manifest, Run, Shards, shard_files};
use collapse_audit::plan::{Identity, Key, Selection, expand};
use collapse_audit::random::Seed;
use collapse_audit::registry::{Registry, Sources, load};
use collapse_audit::verdict::{Decided, Totals};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const CHAIN: &str = "studies/tiny-2024-gaussian.toml";

/// The tiny registry with another text of the chain's study.
fn with(text: &str) -> Option<Registry> {
    let mut files = TINY.clone();
    files.insert(CHAIN.to_owned(), text.as_bytes().to_vec());
    load(&Sources::of(files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())))).registry
}

fn written() -> &'static str {
    std::str::from_utf8(&TINY[CHAIN]).expect("text")
}

/// The keys of everything that is run of the chain, by arm and cell.
fn keys(registry: &Registry) -> BTreeMap<String, Key> {
    let plans = expand(registry, &Selection::Published);
    let plan = plans.iter().find(|plan| plan.study == "tiny-2024-gaussian").expect("it is planned");
    let of = |(arm, cell): (String, &collapse_audit::plan::CellPlan)| {
        let identity = Identity {
            seed: Seed(1),
            study: &plan.study,
            simulation: &plan.simulation,
            cell: &cell.name,
            setup: &cell.setup,
            program: None,
        };
        (format!("{arm} {}", cell.name), identity.key(&(0..256)))
    };
    plan.arms.iter().flat_map(|(arm, planned)| planned.cells.iter().map(move |cell| (arm.to_string(), cell))).map(of).collect()
}

/// What decisions rest on: here no more than what they are called.
fn ground(decided: &[Decided]) -> Ground {
    let name = |one: &Decided| format!("{}/{}", one.study, one.simulation);
    decided.iter().map(|one| (name(one), Key::of([name(one).as_bytes()]))).collect()
}

/// The text with the lines of its last table, the simulation's, in another order.
fn reordered(text: &str, order: &[prop::sample::Index]) -> String {
    let (before, table) = text.split_once("[simulation.chain]\n").expect("it has one");
    let mut lines: Vec<&str> = table.lines().filter(|line| !line.is_empty()).collect();
    for (place, other) in order.iter().enumerate().take(lines.len()) {
        let other = other.index(lines.len());
        lines.swap(place, other);
    }
    format!("{before}[simulation.chain]\n{}\n", lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn comments_white_space_and_the_order_of_keys_change_no_key(
        order in prop::collection::vec(any::<prop::sample::Index>(), 12),
        noise in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..4), 1..12),
    ) {
        let mut lines: Vec<String> = reordered(written(), &order).lines().map(str::to_owned).collect();
        for (place, kind) in &noise {
            let place = place.index(lines.len());
            let line = &mut lines[place];
            *line = match kind {
                0 => format!("# a remark, = [ \" and all\n{line}"),
                1 => format!("\n\n  {line}"),
                2 => format!("{line}  \t"),
                _ => format!("{line} # said beside it"),
            };
        }
        let text = lines.join("\n");
        let (before, after) = (with(written()).expect("valid"), with(&text));
        let after = after.unwrap_or_else(|| panic!("no registry:\n{text}"));
        prop_assert_eq!(keys(&before), keys(&after));
        prop_assert_eq!(before.digest, after.digest);
    }

    #[test]
    fn shards_merge_to_the_same_whatever_their_order(
        shard_of in prop::collection::btree_map("[a-z]{1,6}", (0_u32..4, any::<f64>().prop_filter("JSON has finite numbers", |work| work.is_finite())), 0..12),
        order in Just(vec![1, 2, 3, 4]).prop_shuffle(),
    ) {
        let decided = |study: &String, work: f64| Decided {
            study: study.clone(),
            simulation: "main".to_owned(),
            claims: BTreeMap::new(),
            arms: BTreeMap::new(),
            left_out: BTreeMap::new(),
            totals: Totals { replicates: u64::from(work > 0.0) << 60, work },
        };
        let folder = tempfile::tempdir().expect("a folder");
        let registry = with(written()).expect("valid");
        for shard in 1..=4 {
            // What a shard has not sorted comes out sorted.
            let mine: Vec<Decided> = shard_of.iter().rev().filter(|(_, (of, _))| of + 1 == shard).map(|(study, (_, work))| decided(study, *work)).collect();
            let weights = registry.presets.get(&registry.default_preset).cloned();
            let run = Run { seed: Seed(u64::MAX), scope: "full".to_owned(), preset: None, weights };
            let manifest = Manifest::new(format!("{shard}/4").parse().expect("a shard"), run, &ground(&mine));
            std::fs::create_dir(folder.path().join(shard.to_string())).expect("a folder");
            for (name, bytes) in shard_files(&manifest, &mine) {
                std::fs::write(folder.path().join(shard.to_string()).join(name), bytes).expect("a file");
            }
        }
        let at = |shard: &i32| folder.path().join(shard.to_string());
        let whole: Vec<Decided> = shard_of.iter().map(|(study, (_, work))| decided(study, *work)).collect();
        let merge = |folders: &[std::path::PathBuf]| Shards::read(folders).and_then(|shards| shards.decided(&ground(&whole)));
        let merged = merge(&order.iter().map(at).collect::<Vec<_>>()).expect("four of four");
        // Compared as values: what was written and read again is the same to the bit.
        prop_assert_eq!(&merged, &whole);
        prop_assert!(merge(&order.iter().skip(1).map(at).collect::<Vec<_>>()).is_err(), "one is missing");
        prop_assert!(merge(&order.iter().chain(&order[..1]).map(at).collect::<Vec<_>>()).is_err(), "one is there twice");
    }
}

#[test]
fn every_value_of_an_experiment_changes_its_keys() {
    let before = keys(&with(written()).expect("valid"));
    let published = |keys: &BTreeMap<String, Key>| -> BTreeSet<Key> {
        keys.iter().filter(|(name, _)| name.starts_with("as-published ")).map(|(_, key)| key.clone()).collect()
    };
    let changes = [
        ("dimension = 1 }", "dimension = 1, mean = 1e-9 }"),
        ("dimension = 1 }", "dimension = 1, variance = 1.0000000000000002 }"),
        ("dimension = 1 }", "dimension = 2 }"),
        ("\"gaussian-unbiased\"", "\"gaussian\""),
        ("generations = 20", "generations = 21"),
        ("[10, 20, 40]", "[11, 21, 41]"),
        ("\"mean-squared-error\", \"variance-ratio\"", "\"variance-ratio\", \"mean-squared-error\""),
        ("regime = \"replace\"", "regime = \"replace\"\nsampling = { kind = \"variance-scale\", scale = 0.999999 }"),
    ];
    for (from, to) in changes {
        assert!(written().contains(from), "{from}");
        let text = written().replacen(from, to, 1);
        let after = with(&text).unwrap_or_else(|| panic!("{to} is valid"));
        assert!(published(&before).is_disjoint(&published(&keys(&after))), "{to} changes every key of the arm as published");
    }
}

#[test]
fn seed_names_and_replicates_change_a_key() {
    let registry = with(written()).expect("valid");
    let cell = &registry.studies["tiny-2024-gaussian"].simulations[0].cells[0];
    let identity = Identity { seed: Seed(1), study: "ab", simulation: "c", cell: "d", setup: &cell.setup, program: None };
    let all = [
        identity.key(&(0..256)),
        identity.key(&(0..257)),
        identity.key(&(1..256)),
        Identity { seed: Seed(2), ..identity }.key(&(0..256)),
        // The same letters, cut elsewhere.
        Identity { study: "a", simulation: "bc", ..identity }.key(&(0..256)),
        Identity { simulation: "", cell: "cd", ..identity }.key(&(0..256)),
        identity.recording_key(&(0..256)),
    ];
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
}
