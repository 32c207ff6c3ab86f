//! Truths with labels or about a parabola, label noise and quotas from text to setups, and what is said of malformed ones.

use super::{Severity, Sources, load};
use crate::sim::{Curation, DataSet, Labeller, Model, Reference, Sampling, Setup, Truth};
use std::fs;

/// The setup of one simulation, or the codes and texts of what is wrong with it.
fn read(body: &str) -> Result<(Setup, f64), Vec<String>> {
    let mut files = Vec::new();
    for folder in ["studies", "claims"] {
        for entry in fs::read_dir(format!("tests/registry/tiny/{folder}")).expect("the tiny registry is there") {
            let path = entry.expect("listed").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            files.push((format!("{folder}/{name}"), fs::read(&path).expect("readable")));
        }
    }
    let study = "schema = 1\n[study]\ntitle = \"Labels\"\nauthors = [\"Ada Example\"]\nyear = 2024\nfamilies = [\"classifier\"]\n[simulation.a]\nrole = \"main\"\nfidelity = \"exact\"\nsize = \"own\"\nregime = \"replace\"\nsamples = 100\ngenerations = 3\n";
    files.push(("studies/zed-2024-labels.toml".to_owned(), format!("{study}{body}\n").into_bytes()));
    files.push(("claims/zed-2024-labels.toml".to_owned(), b"schema = 1\n".to_vec()));
    let loaded = load(&Sources::of(files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone()))));
    let wrong: Vec<_> = loaded.problems.iter().filter(|problem| problem.severity == Severity::Problem).collect();
    if !wrong.is_empty() {
        return Err(wrong.iter().map(|problem| format!("{}: {}", problem.code, problem.message)).collect());
    }
    let registry = loaded.registry.expect("no problems, so a registry");
    let cell = &registry.studies["zed-2024-labels"].simulation("a").expect("written").cells[0];
    Ok((cell.setup.clone(), cell.bindings.values.get("separation").or(cell.bindings.values.get("rows")).copied().unwrap_or(0.0)))
}

const LABELS: &str = "synthesis = { kind = \"labels\", inputs = \"fresh\", choice = \"argmax\" }\nmetrics = [\"accuracy\"]\n";

#[test]
fn two_means_can_be_written_in_short() {
    let text = "truth = { kind = \"labelled-mixture\", dimension = 3, separation = 4.0 }\nmodel = \"linear-classifier\"\nsampling = { kind = \"flip\", share = 0.3, of = \"own\" }\ncuration = [{ kind = \"verifier\", true_accept = 1.0, false_accept = 0.5, reference = \"own\" }]\n";
    let (setup, separation) = read(&format!("{LABELS}{text}")).expect("well formed");
    let Truth::LabelledMixture { means, weights, classes, groups, deviation } = &setup.truth else { panic!("another truth") };
    assert_eq!((means, classes, groups), (&vec![vec![-2.0, 0.0, 0.0], vec![2.0, 0.0, 0.0]], &vec![0, 1], &vec![0, 0]));
    assert!((weights[0] - 0.5).abs() < 1e-15 && (deviation - 1.0).abs() < 1e-15 && (separation - 4.0).abs() < 1e-12);
    assert_eq!((setup.model.clone(), &setup.sampling), (Model::LinearClassifier, &Sampling::Flip { share: 0.3, of: Labeller::Own }));
    assert!(matches!(setup.curation[..], [Curation::Verifier { reference: Reference::Own, .. }]));
}

#[test]
fn components_have_classes_and_groups() {
    let text = "truth = { kind = \"labelled-mixture\", means = [[-1.0], [1.0], [0.0], [2.0]], weights = [4, 4, 1, 1], classes = [0, 1, 0, 1], groups = [0, 0, 1, 1] }\nmodel = { kind = \"logistic\", penalty = 1e-4 }\n";
    let (setup, _) = read(&format!("{LABELS}{text}")).expect("well formed");
    let Truth::LabelledMixture { weights, classes, groups, .. } = &setup.truth else { panic!("another truth") };
    assert!((weights[0] - 0.4).abs() < 1e-15);
    assert_eq!((classes, groups), (&vec![0, 1, 0, 1], &vec![0, 0, 1, 1]));
}

#[test]
fn tables_and_quotas_are_read() {
    let text = "truth = { kind = \"tabular\", data = \"breast-cancer\" }\nmodel = { kind = \"logistic\", penalty = 1e-4 }\n";
    let (setup, rows) = read(&format!("{LABELS}{text}")).expect("well formed");
    assert!(matches!(setup.truth, Truth::Tabular { data: DataSet::BreastCancer, columns: 4, .. }) && (rows - 569.0).abs() < 0.5);
    let text = "truth = { kind = \"categorical\", law = \"given\", weights = [35, 15, 35, 15] }\nmodel = \"categorical\"\nmetrics = [\"minority-share\"]\ncuration = [{ kind = \"quota\", groups = [[0, 1], [2, 3]], extra = 0.0 }]\n";
    let (setup, _) = read(text).expect("well formed");
    assert_eq!(setup.curation, [Curation::Quota { groups: vec![vec![0, 1], vec![2, 3]], extra: Some(0.0) }]);
}

#[test]
fn malformed_labels_are_answered() {
    let codes = |truth: &str| {
        let found = read(&format!("{LABELS}truth = {{ kind = {truth} }}\nmodel = {{ kind = \"logistic\", penalty = 1e-4 }}\n"))
            .expect_err("malformed");
        found.iter().map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes("\"labelled-mixture\", means = [[0.0], [1.0]], dimension = 2"), ["contradiction"]);
    assert_eq!(codes("\"labelled-mixture\", dimension = 2"), ["missing-key"]);
    assert_eq!(codes("\"labelled-mixture\", means = [[0.0], [1.0]], classes = [0, 2]"), ["out-of-range"]);
    assert_eq!(codes("\"labelled-mixture\", means = [[0.0], [1.0]], classes = [0, 0]"), ["out-of-range"]);
    assert_eq!(codes("\"labelled-mixture\", means = [[0.0], [1.0]], groups = [0]"), ["length"]);
    assert_eq!(codes("\"tabular\", data = \"iris\""), ["unknown-word"]);
    assert_eq!(codes("\"tabular\", data = \"wine\", columns = 9"), ["out-of-range"]);
}

#[test]
fn points_about_a_parabola_have_defaults_and_deviations() {
    let flow = "model = { kind = \"flow\", couplings = 2, hidden = 4, steps = 5, batch = 8, rate = 0.001 }\nsampling = { kind = \"variance-scale\", scale = 0.75 }\nmetrics = [\"negative-log-likelihood\", \"tail-coverage\", \"mass-outside\"]\n";
    let truth = |text: &str| read(&format!("{flow}truth = {text}\n")).map(|(setup, _)| setup.truth);
    let noise = std::f64::consts::FRAC_1_SQRT_2;
    assert_eq!(truth("\"rosenbrock\""), Ok(Truth::Rosenbrock { mean: 0.0, deviation: 1.0, noise }));
    let written = truth("{ kind = \"rosenbrock\", mean = 1.0, deviation = 3.0, noise = 0.25 }");
    assert_eq!(written, Ok(Truth::Rosenbrock { mean: 1.0, deviation: 3.0, noise: 0.25 }));
    assert!(truth("{ kind = \"rosenbrock\", noise = 0.0 }").is_err_and(|wrong| wrong[0].contains("out-of-range")));
    let levels = "model = { kind = \"kde\", bandwidth = 0.5 }\nmetrics = [\"tail-coverage\"]\ntruth = \"rosenbrock\"\n";
    assert!(read(levels).is_err_and(|wrong| wrong[0].contains("tail-coverage")));
}
