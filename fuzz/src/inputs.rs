//! Where inputs come from: the registry's own files and words, and changes to them.

use super::targets::{TINY, files, root};
use collapse_audit::plan::{CellRuns, Key};
use std::collections::BTreeSet;

/// Numbers that programs stumble over.
const AWKWARD: [&str; 18] = [
    "0",
    "-1",
    "1",
    "2147483648",
    "4294967295",
    "18446744073709551615",
    "1e9",
    "1e12",
    "1e308",
    "-1e308",
    "1e-320",
    "nan",
    "inf",
    "0.5",
    "999999",
    "1000",
    "9007199254740993",
    "10000000",
];

/// What a target starts from.
pub fn corpus(target: &str) -> Vec<Vec<u8>> {
    match target {
        "loader" => of_files(),
        "expression" => quoted(&["expect = \"", "below = \"", "above = \"", "time_scale = \"", "null_risk = \"", "ceiling = \""]),
        "filter" => lines(FILTERS),
        "merge" => shards(),
        "cache" => entries(),
        "simulate" => commands(),
        _ => Vec::new(),
    }
}

/// Words of a target, to be put into inputs.
pub fn words(corpus: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    let mut words: BTreeSet<Vec<u8>> = AWKWARD.map(|word| word.as_bytes().to_vec()).into();
    for input in corpus {
        words.extend(input.split(|byte| !is_word(byte)).filter(|word| (2..40).contains(&word.len())).map(<[u8]>::to_vec));
        words.extend(input.split(|byte| *byte == b'\n').filter(|line| (2..200).contains(&line.len())).map(<[u8]>::to_vec));
    }
    words.into_iter().collect()
}

/// Files of the tiny registry at their own place, and every shipped one at the place of its kind.
fn of_files() -> Vec<Vec<u8>> {
    let place = |name: &str| TINY.keys().position(|known| known == name);
    let kind = |name: &str| place(name).or_else(|| TINY.keys().position(|known| known.starts_with(&name[..6]) && known.contains("tiny-")));
    let of = |(name, bytes): (&String, &Vec<u8>)| Some([&[kind(name)? as u8], bytes.as_slice()].concat());
    let shipped = files(root());
    TINY.iter().chain(shipped.iter()).filter_map(of).collect()
}

/// What stands in quotes after these beginnings in the claims and studies that ship.
fn quoted(beginnings: &[&str]) -> Vec<Vec<u8>> {
    let mut found = BTreeSet::new();
    for bytes in files(root()).values() {
        let text = String::from_utf8_lossy(bytes);
        for beginning in beginnings {
            found.extend(text.split(beginning).skip(1).filter_map(|rest| rest.split('"').next()).map(|inner| inner.as_bytes().to_vec()));
        }
    }
    found.into_iter().collect()
}

fn lines(text: &str) -> Vec<Vec<u8>> {
    text.lines().map(|line| line.as_bytes().to_vec()).collect()
}

const FILTERS: &str = "study:tiny-2024-gaussian
study:tiny-* and not verdict:untested
(claim:tiny-2024-gaussian/error-grows or claim:variance-falls) and fidelity:exact
condition:growth=unmet or condition:accumulate
family:gaussian and not (definition:variance-collapse or coder:registry)
not not not study:*
verdict:reproduced or verdict:contradicted or verdict:undecided";

/// What a shard left, by hand: one simulation without claims, and a manifest.
fn shards() -> Vec<Vec<u8>> {
    let results: [&str; 4] = [
        "[]",
        r#"[{"study":"a","simulation":"b","claims":{},"arms":{},"left_out":{"growth":"cost"},"totals":{"replicates":1,"work":0.5}}]"#,
        r#"[{"study":"a","simulation":"b","claims":{"c":{"control":{},"published":{},"worlds":{},"test":{},"singles":{},"without":{},"curves":[]}},"arms":{},"left_out":{},"totals":{"replicates":1,"work":0.5}}]"#,
        r#"[{"study":"a","simulation":"b","claims":{},"arms":{"as-published":{"replicates":256,"cost":1.0}},"left_out":{},"totals":{"replicates":18446744073709551615,"work":1e308}}]"#,
    ];
    let manifest =
        r#"{"schema":2,"shard":1,"shards":1,"registry":"","engine":"","rules":"","seed":1,"scope":"full","weights":{},"results":""}"#;
    let mut inputs: Vec<Vec<u8>> = results.iter().map(|text| [b"\x01", text.as_bytes()].concat()).collect();
    inputs.push([b"\x00", manifest.as_bytes()].concat());
    inputs
}

/// Entries of a cache: what is written of a few runs, with and without their beginning and their checksum.
fn entries() -> Vec<Vec<u8>> {
    use collapse_audit::plan::Cache;
    use collapse_audit::sim::{Ending, Table, Trajectory};
    use collapse_audit::taxonomy::Metric;
    let (generations, metrics) = (vec![1, 2, 10], vec![Metric::MeanSquaredError, Metric::VarianceRatio]);
    let mut table = Table::empty(generations.clone(), metrics.clone());
    for replicate in 0..3 {
        let mut run = Trajectory::empty(generations.clone(), metrics.clone());
        run.set(0, 0, Some(f64::from(replicate)));
        run.end(if replicate == 1 { Ending::Degenerate { generation: 2 } } else { Ending::Completed });
        table.push(&run);
    }
    let expectations = [((Metric::MeanSquaredError, 10), 0.25)].into();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let runs = CellRuns { expectations, ..CellRuns::of(table) };
    Cache::at(folder.path()).write(&Key::of([&b"fuzzed"[..]]), &runs).expect("a folder can be written");
    let inner = std::fs::read_dir(folder.path()).expect("written").next().expect("one entry").expect("listed").path();
    let file = std::fs::read_dir(inner).expect("written").next().expect("one entry").expect("listed").path();
    let whole = std::fs::read(file).expect("written");
    let body = &whole[..whole.len() - 32];
    vec![[b"\x00", whole.as_slice()].concat(), [b"\x02", body].concat(), [b"\x03", &body[8 + 64..]].concat()]
}

/// Command lines: by hand, and one for every simulation that ships.
fn commands() -> Vec<Vec<u8>> {
    let mut commands: BTreeSet<String> = COMMANDS.lines().map(|line| line.replace(' ', "\n")).collect();
    for (name, bytes) in files(root()) {
        let Ok(file) = String::from_utf8_lossy(&bytes).parse::<toml::Table>() else { continue };
        let simulations = file.get("simulation").and_then(toml::Value::as_table).into_iter().flatten();
        for (_, simulation) in simulations.filter(|_| name.starts_with("studies/")) {
            commands.extend(simulation.as_table().and_then(command));
        }
    }
    commands.into_iter().map(String::into_bytes).collect()
}

fn command(simulation: &toml::Table) -> Option<String> {
    let kind = |key: &str| simulation.get(key).and_then(|value| value.as_str().or_else(|| value.get("kind")?.as_str()));
    let mut words = vec![format!("--truth={}", kind("truth")?), format!("--model={}", kind("model")?)];
    for (key, value) in simulation {
        let inner = value.as_table().filter(|_| ["truth", "model"].contains(&key.as_str()));
        words.extend(
            inner.into_iter().flatten().filter(|(part, _)| *part != "kind").map(|(part, value)| format!("--set={key}.{part}={value}")),
        );
        if ["regime", "synthesis", "sampling", "samples", "generations", "method", "curation", "hitting", "capacity"]
            .contains(&key.as_str())
        {
            words.push(format!("--set={key}={value}"));
        }
    }
    Some(words.join("\n"))
}

const COMMANDS: &str = "--truth=gaussian --model=gaussian --summary
--truth=gaussian --dimension=3 --model=gaussian --regime=accumulate --samples=100 --generations=100 --replicates=5 --seed=1 --metrics=variance-ratio
--truth=zipf --set=truth.categories=100 --set=truth.exponent=1 --model=categorical --summary --format=csv
--truth=linear-regression --dimension=10 --model=ols --synthesis={kind=\"labels\",inputs=\"reused\",choice=\"sampled\"}
--truth=gaussian --model=gaussian --set=grid.samples=[10,20,40] --set=samples={start=5,grow=\"linear\",step=1} --replicate=3
tiny-2024-gaussian/chain --arm=realistic --cell=samples=10
tiny-2024-gaussian/chain --set=regime=accumulate --set=samples=7";

/// Numbers from a seed (SplitMix64): the same inputs on every machine.
pub struct Numbers(pub u64);

impl Numbers {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// One input of a corpus with one to four changes.
pub fn changed(corpus: &[Vec<u8>], words: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let mut input = corpus[numbers.below(corpus.len())].clone();
    for _ in 0..=numbers.below(4) {
        change(&mut input, corpus, words, numbers);
    }
    input
}

fn change(input: &mut Vec<u8>, corpus: &[Vec<u8>], words: &[Vec<u8>], numbers: &mut Numbers) {
    let at = numbers.below(input.len() + 1);
    let end = (at + numbers.below(40)).min(input.len());
    match numbers.below(9) {
        0 if at < input.len() => input[at] ^= 1 << numbers.below(8),
        1 if at < input.len() => input[at] = numbers.next() as u8,
        2 => drop(input.drain(at..end)),
        3 => {
            let again = input[at..end].repeat(1 + numbers.below(50));
            input.splice(at..at, again);
        }
        4 => drop(input.splice(at..at, words[numbers.below(words.len())].iter().copied())),
        5 => {
            let other = &corpus[numbers.below(corpus.len())];
            let from = numbers.below(other.len() + 1);
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        6 => input.truncate(at),
        7 => another_word(input, at, |byte| byte.is_ascii_digit() || *byte == b'.', AWKWARD[numbers.below(AWKWARD.len())].as_bytes()),
        _ => {
            let word = &words[numbers.below(words.len())];
            another_word(input, at, |byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte), word);
        }
    }
}

/// Another word in the place of the first one after `at`.
fn another_word(input: &mut Vec<u8>, at: usize, is_part: impl Fn(&u8) -> bool, word: &[u8]) {
    let Some(start) = input[at..].iter().position(&is_part).map(|offset| at + offset) else { return };
    let end = input[start..].iter().position(|byte| !is_part(byte)).map_or(input.len(), |offset| start + offset);
    input.splice(start..end, word.iter().copied());
}
