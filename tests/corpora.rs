//! Texts of one's own: a file beside the studies becomes a truth, and runs are known by what it says.

use collapse_audit::random::{Seed, Streams};
use collapse_audit::registry::{Problem, Registry, Severity, Sources, load};
use collapse_audit::sim::{Setup, Simulator};
use collapse_audit::taxonomy::Metric;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

type Files = BTreeMap<String, Vec<u8>>;

const VERSE: &str = "Der Mond ist aufgegangen, die goldnen Sternlein prangen am Himmel hell und klar.\r\n\r\n\
                     Der Wald steht schwarz und schweiget, und aus den Wiesen steiget der weiße Nebel wunderbar.";

fn study(corpus: &str, order: u32, method: &str) -> Vec<u8> {
    let learned = order.min(5);
    format!(
        "schema = 1\ndraft = true\n[study]\n[simulation.words]\nfidelity = \"scaled\"\nsize = \"reduced\"\nrole = \"main\"\ndepartures = [\"a verse\"]\n\
         truth = {{ kind = \"text\", source = \"own\", corpus = \"{corpus}\", vocabulary = 1000, order = {order} }}\n\
         model = {{ kind = \"n-gram\", order = {learned} }}\nregime = \"replace\"\nsamples = 60\ngenerations = 30\n\
         metrics = [\"support-size\", \"tail-coverage\"]\nmethod = \"{method}\"\n"
    )
    .into_bytes()
}

/// The shared files of the tiny registry with one study over one text.
fn files(study: Vec<u8>, corpus: Option<(&str, &[u8])>) -> Files {
    let root = Path::new("tests/registry/tiny");
    let shared = ["studies/coders.toml", "studies/overlays.toml", "studies/realism.toml", "claims/criteria.toml"];
    let mut files: Files = shared.map(|name| (name.to_owned(), fs::read(root.join(name)).expect("the tiny registry is there"))).into();
    files.insert("studies/mine.toml".to_owned(), study);
    files.extend(corpus.map(|(name, bytes)| (format!("studies/corpora/{name}"), bytes.to_vec())));
    files
}

fn loaded(files: &Files) -> (Option<Registry>, Vec<Problem>) {
    let loaded = load(&Sources::of(files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone()))));
    (loaded.registry, loaded.problems.into_iter().filter(|problem| problem.severity == Severity::Problem).collect())
}

fn setup(text: &str, order: u32) -> (Setup, String) {
    let (registry, problems) = loaded(&files(study("mine.txt", order, "auto"), Some(("mine.txt", text.as_bytes()))));
    assert!(problems.is_empty(), "{problems:?}");
    let study = &registry.expect("no problems").studies["mine"];
    (study.simulations[0].cells[0].setup.clone(), study.digest.clone())
}

/// Values of a metric at some generation of a few runs.
fn runs(setup: &Setup, metric: Metric, generation: u32) -> Vec<f64> {
    let simulator = Simulator::prepare(setup).expect("it runs");
    let run = |k| simulator.run(&Streams::of_run(Seed(5), "mine", "words", "", k));
    (0..20).map(|k| run(k).value(metric, generation).expect("defined")).collect()
}

#[test]
fn a_text_of_ones_own_is_seen_in_a_run_at_every_order() {
    // 28 words and two ends of sentences, in which no four words come twice: as many n-grams as tokens, and of single words fewer, since "der",
    // "und" and the end stand there more than once.
    for (order, most) in [(1, 25.0), (2, 29.0), (4, 29.0), (5, 29.0)] {
        let setup = setup(VERSE, order).0;
        let [first, last] = [1, 30].map(|generation| runs(&setup, Metric::SupportSize, generation));
        assert!(first.iter().all(|size| *size <= most), "order {order}: {first:?}");
        let mean = |sizes: &[f64]| sizes.iter().sum::<f64>() / sizes.len() as f64;
        assert!(mean(&first) > 0.7 * most && mean(&last) < 0.8 * mean(&first), "order {order}: {first:?} {last:?}");
    }
}

#[test]
fn runs_are_known_by_what_the_text_says() {
    let [(one, digest), (other, changed), (again, same)] =
        [VERSE, &VERSE.replace("Mond", "Hund"), &VERSE.replace("\r\n", "\n")].map(|text| setup(text, 2));
    assert!(one != other && digest != changed, "another word is another truth");
    assert!(one == again && digest == same, "line ends say nothing");
    let written = serde_json::to_string(&one).expect("plain data");
    assert!(!written.contains("Mond") && written.contains("\"corpus\":\""), "{written}");
}

#[test]
fn what_is_wrong_with_a_text_is_told_at_its_place() {
    let told = |corpus: Option<(&str, &[u8])>, order, method: &str| {
        let (registry, problems) = loaded(&files(study("mine.txt", order, method), corpus));
        assert!(registry.is_none());
        let [problem] = &problems[..] else { panic!("{problems:?}") };
        (problem.file.clone(), problem.code, format!("{}; {}", problem.message, problem.remedy))
    };
    let own = Some("studies/mine.toml");
    let large = vec![b'a'; 4_000_001];
    // Three hundred thousand tokens out of a thousand words, in which hardly five come twice: a table of every word after every four of them.
    let mut state = 1_u64;
    let many: String = (0..300_000)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let letter = |place: u64| char::from(b'a' + ((state >> 33) / place % 10) as u8);
            format!("{}{}{} ", letter(100), letter(10), letter(1))
        })
        .collect();
    for (corpus, order, method, file, code, words) in [
        (None, 2, "auto", own, "missing-corpus", "none is there"),
        (Some(("mien.txt", VERSE.as_bytes())), 2, "auto", own, "missing-corpus", "did you mean `mien.txt`?"),
        (Some(("mine.txt", b"".as_slice())), 2, "auto", own, "bad-corpus", "a text with words"),
        (Some(("mine.txt", b"1865 - 1871".as_slice())), 2, "auto", own, "bad-corpus", "a text with words"),
        (Some(("mine.txt", b"wei\xdf".as_slice())), 2, "auto", Some("studies/corpora/mine.txt"), "unreadable-file", "line 1, byte 3"),
        (Some(("mine.txt", large.as_slice())), 2, "auto", Some("studies/corpora/mine.txt"), "unreadable-file", "4000001 bytes"),
        (Some(("mine.txt", VERSE.as_bytes())), 6, "auto", own, "out-of-range", "5"),
        (Some(("mine.txt", many.as_bytes())), 5, "samples", own, "too-many-examples", "GB"),
    ] {
        let (found, told_code, told_words) = told(corpus, order, method);
        assert_eq!((Some(found.as_str()), told_code), (file, code), "{told_words}");
        assert!(told_words.contains(words), "{told_words}");
    }
}
