//! What is fuzzed, as ordinary functions: each takes any bytes and must come back soon, whatever they are.
//!
//! `fuzz_targets/` drives them with libFuzzer, `tests/fuzz` with changed inputs of the registry and nothing but a stable toolchain.

use collapse_audit::cli;
use collapse_audit::drive::{Ground, Manifest, Run, Shards};
use collapse_audit::plan::{self, Cache, CellRuns, Key, Selection};
use collapse_audit::registry::{Expression, Filter, Registry, Sources, diagnostics, load};
use collapse_audit::sim::{Setup, Table};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A target by its name.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const ALL: [Target; 6] =
    [("loader", loader), ("expression", expression), ("filter", filter), ("merge", merge), ("cache", cache), ("simulate", simulate)];

/// The repository.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|folder| folder.join("tests/registry/tiny").is_dir()).expect("this is built in a checkout")
}

/// The files of a small registry that holds everything.
pub static TINY: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| files(&root().join("tests/registry/tiny")));

/// The same, read.
static REGISTRY: LazyLock<Registry> = LazyLock::new(|| load(&sources(&TINY)).registry.expect("the tiny registry is valid"));

/// The TOML files of a registry by name.
pub fn files(registry: &Path) -> BTreeMap<String, Vec<u8>> {
    let listed = |folder: &'static str| {
        let entries = fs::read_dir(registry.join(folder)).expect("a registry has both folders");
        entries.map(move |entry| (folder, entry.expect("listed").path()))
    };
    let named = |(folder, path): (&str, PathBuf)| {
        let name = path.file_name()?.to_str()?.to_owned();
        name.ends_with(".toml").then(|| (format!("{folder}/{name}"), fs::read(path).expect("readable")))
    };
    ["studies", "claims"].into_iter().flat_map(listed).filter_map(named).collect()
}

fn sources(files: &BTreeMap<String, Vec<u8>>) -> Sources {
    Sources::of(files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())))
}

/// The registry: the first byte says which file of the tiny one the rest stands for. What loads is planned too.
pub fn loader(data: &[u8]) {
    let Some((which, text)) = data.split_first() else { return };
    let mut files = TINY.clone();
    let name = files.keys().nth(usize::from(*which) % files.len()).cloned().expect("one of them");
    files.insert(name, text.to_vec());
    let sources = sources(&files);
    let loaded = load(&sources);
    let _ = diagnostics::human(&loaded.problems, &sources, diagnostics::Colour::Plain);
    let _ = (diagnostics::json(&loaded.problems), diagnostics::github(&loaded.problems, ""), diagnostics::summary(&loaded.problems));
    if let Some(registry) = loaded.registry {
        let _ = plan::expand(&registry, &Selection::Published);
    }
}

/// Expressions: read, and asked at a few generations of a cell.
pub fn expression(data: &[u8]) {
    let Ok(expression) = Expression::parse(&String::from_utf8_lossy(data)) else { return };
    let study = REGISTRY.studies.values().next().expect("it has studies");
    let cell = &study.simulations[0].cells[0];
    for t in [1, 2, 10, 1_000] {
        let value = expression.value(&cell.bindings, t);
        assert!(value.is_err() || value.is_ok_and(f64::is_finite), "an expression has a finite value or none");
    }
}

/// Filters: read, and asked of every claim and study.
pub fn filter(data: &[u8]) {
    let Ok(filter) = Filter::parse(&String::from_utf8_lossy(data), &REGISTRY, &[]) else { return };
    let verdicts = BTreeMap::new();
    for claim in REGISTRY.claims.values() {
        let _ = filter.chooses_claim(&REGISTRY, claim, &verdicts);
    }
    for study in REGISTRY.studies.values() {
        let chosen = filter.chooses_study(&REGISTRY, study, &verdicts);
        let any = REGISTRY.claims_of(&study.id).any(|claim| filter.chooses_claim(&REGISTRY, claim, &verdicts));
        assert_eq!(chosen, any, "a study is chosen when a claim of it is");
    }
}

thread_local! {
    static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a folder can be made");
}

/// Results of shards. The first byte says what the rest is: a manifest, or results under a manifest whose digest fits.
pub fn merge(data: &[u8]) {
    let Some((which, bytes)) = data.split_first() else { return };
    FOLDER.with(|folder| {
        let shard = folder.path().join("shard");
        fs::create_dir_all(&shard).expect("a folder can be made");
        let manifest = match which % 2 {
            0 => bytes.to_vec(),
            _ => {
                fs::write(shard.join("results.json"), bytes).expect("a file can be written");
                manifest_of(bytes)
            }
        };
        fs::write(shard.join("manifest.json"), manifest).expect("a file can be written");
        let _ = Shards::read(&[shard]).and_then(|shards| shards.decided(&Ground::new()));
    });
}

/// The manifest of a single shard with these results.
fn manifest_of(results: &[u8]) -> Vec<u8> {
    let weights = REGISTRY.presets.get(&REGISTRY.default_preset).cloned();
    let run = Run { seed: collapse_audit::random::Seed(1), scope: "full".to_owned(), preset: None, weights };
    let manifest = Manifest::new("1/1".parse().expect("one of one"), run, &Ground::new());
    let mut manifest = serde_json::to_value(&manifest).expect("plain data");
    manifest["results"] = blake3::hash(results).to_hex().to_string().into();
    serde_json::to_vec(&manifest).expect("plain data")
}

/// Entries of a cache. The first byte says whether the rest has a checksum that fits and stands behind the right beginning.
pub fn cache(data: &[u8]) {
    let Some((which, bytes)) = data.split_first() else { return };
    let cell = &REGISTRY.studies.values().next().expect("it has studies").simulations[0].cells[0];
    FOLDER.with(|folder| {
        let (cache, key) = (Cache::at(folder.path().join("cache")), Key::of([&b"fuzzed"[..]]));
        let (entry, beginning) = entry(&cache, &key, &cell.setup, &folder.path().join("cache"));
        let mut file = if which & 1 == 0 { Vec::new() } else { beginning };
        file.extend_from_slice(bytes);
        if which & 2 != 0 {
            let sum = blake3::hash(&file);
            file.extend_from_slice(sum.as_bytes());
        }
        fs::write(entry, file).expect("a file can be written");
        if let Some(runs) = cache.read(&key, &cell.setup, &(0..3)) {
            assert_eq!(runs.table.replicates(), 3, "what is read has the replicates that were asked for");
        }
    });
}

/// Where an entry of this key lies, and how it begins: magic and key.
fn entry(cache: &Cache, key: &Key, setup: &Setup, folder: &Path) -> (PathBuf, Vec<u8>) {
    thread_local! {
        static KNOWN: std::cell::OnceCell<(PathBuf, Vec<u8>)> = const { std::cell::OnceCell::new() };
    }
    KNOWN.with(|known| {
        known
            .get_or_init(|| {
                let table = Table::empty(vec![1], setup.metrics.clone());
                cache.write(key, &CellRuns::of(table)).expect("a folder can be written");
                let inner = fs::read_dir(folder).expect("written").next().expect("one entry").expect("listed").path();
                let file = fs::read_dir(inner).expect("written").next().expect("one entry").expect("listed").path();
                let whole = fs::read(&file).expect("written");
                (file, whole[..8 + 64].to_vec())
            })
            .clone()
    })
}

/// Command lines of `simulate`, one word per line: read and checked, never run.
pub fn simulate(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    // A simulation that is named is one of the tiny registry, whatever folder we are in.
    let registry = format!("--registry={}", root().join("tests/registry/tiny").display());
    let words = ["collapse-audit".to_owned(), "simulate".to_owned(), registry].into_iter().chain(text.split('\n').map(str::to_owned));
    static SHIPPED: LazyLock<Sources> = LazyLock::new(|| sources(&TINY));
    let _ = cli::cells_of(words, &SHIPPED);
}
