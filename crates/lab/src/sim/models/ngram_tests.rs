//! N-gram models against formulas, against counting and against categories.

use super::categorical::Counts;
use super::ngram::{self, METRICS};
use super::ngram_counts::GramCounts;
use super::trial::{self, fit, fit_batch, value};
use crate::random::{Purpose, Seed, Streams};
use crate::sim::chain::{Chain, RealDraw};
use crate::sim::text::{Gram, Language};
use crate::sim::world::World as _;
use crate::sim::{Categories, Model, OwnText, Regime, Sampling, Setup, Simulator, Table, TextSource, TextUnit, Truth, check};
use crate::taxonomy::Metric;

fn text(source: TextSource) -> Truth {
    Truth::Text { source }
}

fn corpus(unit: TextUnit, vocabulary: usize, order: usize) -> Truth {
    text(TextSource::Corpus { unit, vocabulary, order })
}

fn own(words: &str) -> Truth {
    text(TextSource::Own { corpus: OwnText::new(words), unit: TextUnit::Words, vocabulary: 40, order: 2 })
}

fn grammar(words: usize) -> Truth {
    text(TextSource::Grammar { words, exponent: 1.0, adjectives: 0.5 })
}

/// Two tokens: 0 is followed by 1 with probability a, 1 by 0 with probability b.
fn two_states(a: f64, b: f64) -> Truth {
    text(TextSource::Chain { rows: vec![vec![1.0 - a, a], vec![b, 1.0 - b]] })
}

fn setup(truth: Truth, order: usize, smoothing: f64, regime: Regime, n: u64, generations: u32) -> Setup {
    let metrics = METRICS.to_vec();
    Setup { metrics, ..trial::setup(truth, Model::NGram { order, smoothing }, regime, n, generations) }
}

fn runs(setup: &Setup, replicates: u32) -> Table {
    let simulator = Simulator::prepare(setup).unwrap_or_else(|refusals| panic!("{refusals:?}"));
    simulator.runs(|k| Streams::of_run(Seed(5), "texts", "", "", k), 0..replicates)
}

fn column(table: &Table, metric: Metric, generation: u32) -> Vec<f64> {
    table.column(metric, generation).expect("recorded").iter().flatten().collect()
}

fn mean(table: &Table, metric: Metric, generation: u32) -> f64 {
    trial::mean_and_error(&column(table, metric, generation)).0
}

fn entropy(p: f64) -> f64 {
    -p * p.ln() - (1.0 - p) * (1.0 - p).ln()
}

#[test]
fn two_states_occur_as_often_as_their_formula_says() {
    // From 0 the chain is at 1 after t tokens with probability pi (1 - l^t), pi = a / (a + b), l = 1 - a - b.
    let (a, b, n) = (0.3, 0.1, 20_u64);
    let (pi, l) = (a / (a + b), 1.0_f64 - a - b);
    let expected = pi * (1.0 - l * (1.0 - l.powi(n as i32)) / (n as f64 * (1.0 - l)));
    let base = setup(two_states(a, b), 2, 0.0, Regime::replace(), n, 1);
    let mut chain = GramCounts::of(&base).expect("fits");
    let share = |k: u32| {
        let (mut counts, mut fitted, mut tokens) = (chain.empty(), chain.blank(), Vec::new());
        chain.real(RealDraw::First, n, &mut trial::streams(k).at(1, Purpose::Real), &mut counts);
        fit_batch(&mut chain, &counts, &mut fitted).expect("fits");
        chain.location(&fitted, &mut tokens);
        tokens[1]
    };
    trial::assert_mean("share of token 1", &(0..4000).map(share).collect::<Vec<_>>(), expected);
}

#[test]
fn a_fitted_chain_is_measured_by_its_formulas() {
    let (a, b) = (0.3, 0.1);
    let base = setup(two_states(a, b), 2, 0.0, Regime::replace(), 10, 1);
    let mut chain = GramCounts::of(&base).expect("fits");
    let mut fitted = chain.blank();
    // Counts of 00, 01, 10, 11: fitted a is 2/8, fitted b is 3/12; contexts 0.4 and 0.6.
    fit_batch(&mut chain, &vec![6.0, 2.0, 3.0, 9.0], &mut fitted).expect("fits");
    let pi = a / (a + b);
    let cross = |p: f64, q: f64| -p * q.ln() - (1.0 - p) * (1.0 - q).ln();
    let risk = (1.0 - pi) * cross(a, 0.25) + pi * cross(b, 0.25);
    let rate = (1.0 - pi) * entropy(a) + pi * entropy(b);
    let joint = [0.3, 0.1, 0.15, 0.45];
    let truth = [(1.0 - pi) * (1.0 - a), (1.0 - pi) * a, pi * b, pi * (1.0 - b)];
    let squares = |p: [f64; 4]| 1.0 - p.iter().map(|x| x * x).sum::<f64>();
    let distance = joint.iter().zip(truth).map(|(q, p)| (q - p).abs()).sum::<f64>();
    for (metric, expected) in [
        (Metric::NegativeLogLikelihood, risk),
        (Metric::KlDivergence, risk - rate),
        (Metric::Entropy, entropy(0.25)),
        (Metric::Heterozygosity, squares(joint)),
        (Metric::VarianceRatio, squares(joint) / squares(truth)),
        (Metric::AbsoluteError, distance),
        (Metric::SupportSize, 4.0),
        (Metric::TailCoverage, 1.0),
        (Metric::TailAlive, 1.0),
    ] {
        let found = value(&mut chain, &fitted, metric).expect("defined");
        assert!((found - expected).abs() < 1e-12, "{metric}: {found}, expected {expected}");
    }
    assert!(Setup { metrics: METRICS.to_vec(), ..base.clone() }.metrics.iter().all(|m| value(&mut chain, &fitted, *m).is_some()));
}

#[test]
fn fitted_tables_are_those_of_counting() {
    // The twin counts a drawn text n-gram by n-gram; so does this test, with its own window.
    for (order, smoothing, truth) in [(1, 0.0, 3), (2, 0.0, 3), (3, 0.2, 3), (4, 0.0, 4), (4, 0.1, 5), (5, 0.0, 5)] {
        let base = setup(corpus(TextUnit::Words, 12, truth), order, smoothing, Regime::replace(), 400, 1);
        let (mut twin, mut text, mut fitted) = (ngram::twin(&base).expect("fits"), Vec::new(), std::collections::BTreeMap::new());
        twin.world.real(RealDraw::First, 400, &mut trial::seeded(3), &mut text);
        fit(&mut twin, &text, 0, &mut fitted).expect("fits");
        let tokens: Vec<u16> = text.iter().map(|gram| gram.token).collect();
        let same = |i: usize, j: usize| {
            // Up to order - 1 tokens back, not past the end of a sentence.
            let back = |k: usize| {
                let sentence = tokens[..k].iter().rev().take_while(|token| **token != 0);
                sentence.take(order - 1).copied().collect::<Vec<_>>()
            };
            back(i) == back(j)
        };
        for i in [0, 1, 57, 399] {
            let row = &fitted[&crate::sim::text::context(text[i].window, order)];
            let (followed, seen) =
                (0..400).filter(|j| same(i, *j)).fold((0, 0), |(f, s), j| (f + u32::from(tokens[j] == tokens[i]), s + 1));
            assert!((row[usize::from(tokens[i])] - f64::from(followed)).abs() < 1e-9, "order {order}, token {i}");
            assert!((row.iter().sum::<f64>() - f64::from(seen)).abs() < 1e-9);
        }
    }
}

#[test]
fn counts_and_their_twin_measure_one_fit_alike() {
    let truths = [
        (corpus(TextUnit::Words, 15, 2), vec![1, 2]),
        (corpus(TextUnit::Characters, 27, 3), vec![2, 3]),
        (grammar(2), vec![1, 2, 3]),
        (corpus(TextUnit::Words, 12, 4), vec![3, 4]),
        (corpus(TextUnit::Characters, 8, 5), vec![4, 5]),
        (two_states(0.5, 0.9), vec![1, 2]),
    ];
    for (truth, orders) in truths {
        for (order, smoothing) in orders.iter().flat_map(|order| [0.0, 0.3].map(|s| (*order, s))) {
            let base = setup(truth.clone(), order, smoothing, Regime::replace(), 300, 1);
            let (mut chain, mut twin) = (GramCounts::of(&base).expect("fits"), ngram::twin(&base).expect("fits"));
            let (mut fast, mut slow) = (chain.blank(), twin.blank());
            let (mut counts, mut examples) = (chain.empty(), Vec::new());
            let rng = || trial::seeded(8);
            twin.world.real(RealDraw::First, 300, &mut rng(), &mut examples);
            let language = Language::of(&truth).expect("fits").seen_by(order);
            for gram in &examples {
                let gram = Gram { window: crate::sim::text::context(gram.window, order), ..*gram };
                counts[language.grams.binary_search_by_key(&gram, |(known, _)| *known).expect("of the truth")] += 1.0;
            }
            fit(&mut twin, &examples, 0, &mut slow).expect("fits");
            fit_batch(&mut chain, &counts, &mut fast).expect("fits");
            for metric in METRICS {
                let (a, b) = (value(&mut chain, &fast, metric).expect("defined"), value(&mut twin, &slow, metric).expect("defined"));
                let alike = (a - b).abs() <= 1e-9 * (1.0 + b.abs()) || (a.is_infinite() && b.is_infinite());
                assert!(alike, "{metric} order {order} smoothing {smoothing}: {a} and {b}");
            }
            let (mut a, mut b) = (Vec::new(), Vec::new());
            chain.location(&fast, &mut a);
            twin.location(&slow, &mut b);
            assert!(a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| (x - y).abs() < 1e-12));
        }
    }
}

/// A text without memory and the categories of its tokens.
fn without_memory(smoothing: f64, sampling: Sampling) -> [Setup; 2] {
    let truth = corpus(TextUnit::Characters, 27, 1);
    let weights = Language::of(&truth).expect("fits").grams.iter().map(|(_, p)| *p).collect();
    let metrics: Vec<Metric> = METRICS.into_iter().filter(|m| *m != Metric::AbsoluteError).collect();
    let tokens = Setup { sampling, metrics, ..setup(truth, 1, smoothing, Regime::replace(), 60, 4) };
    let truth = Truth::Categorical { law: Categories::Given { weights } };
    let categories = Setup { truth, model: Model::Categorical { smoothing }, ..tokens.clone() };
    [tokens, categories]
}

#[test]
fn a_text_without_memory_is_a_law_of_categories() {
    let samplings = [
        Sampling::Unbiased,
        Sampling::Temperature { temperature: 0.6 },
        Sampling::TopP { mass: 0.8 },
        Sampling::TopK { count: 5 },
        Sampling::Argmax,
    ];
    for (sampling, smoothing) in samplings.into_iter().flat_map(|s| [(s.clone(), 0.0), (s, 0.4)]) {
        let [tokens, categories] = without_memory(smoothing, sampling);
        let (a, b) = (runs(&tokens, 3000), runs(&categories, 3000));
        for metric in [Metric::Heterozygosity, Metric::SupportSize, Metric::TailCoverageWide, Metric::MassOutside, Metric::Entropy] {
            let (a, b) = (column(&a, metric, 4), column(&b, metric, 4));
            let varies = |v: &[f64]| v.iter().any(|x| (x - v[0]).abs() > 1e-9);
            if varies(&a) || varies(&b) {
                trial::assert_one_law(&format!("{metric} {:?} smoothing {smoothing}", tokens.sampling), &rounded(&a), &rounded(&b));
            } else {
                assert!((a[0] - b[0]).abs() < 1e-9, "{metric} {:?}", tokens.sampling);
            }
        }
    }
}

/// To ten digits: equal values must stay equal.
fn rounded(values: &[f64]) -> Vec<f64> {
    values.iter().map(|x| (x * 1e10).round() / 1e10).collect()
}

#[test]
fn equal_counts_of_tokens_and_categories_measure_alike() {
    for smoothing in [0.0, 0.4] {
        let [tokens, categories] = without_memory(smoothing, Sampling::Unbiased);
        let (mut a, mut b) = (GramCounts::of(&tokens).expect("fits"), Counts::of(&categories).expect("fits"));
        let (mut x, mut y) = (a.blank(), b.blank());
        let counts: Vec<f64> = (0..28).map(|i| f64::from(i % 5)).collect();
        fit_batch(&mut a, &counts, &mut x).expect("fits");
        fit_batch(&mut b, &counts, &mut y).expect("fits");
        for metric in tokens.metrics {
            let (p, q) = (value(&mut a, &x, metric).expect("defined"), value(&mut b, &y, metric).expect("defined"));
            assert!((p - q).abs() < 1e-12 || (p.is_infinite() && q.is_infinite()), "{metric}: {p} {q}");
        }
    }
}

#[test]
fn replace_loses_bigrams_and_accumulate_keeps_them() {
    let base = setup(corpus(TextUnit::Words, 60, 2), 2, 0.0, Regime::replace(), 500, 12);
    let support = |setup: &Setup, k: u32| {
        let run = Simulator::prepare(setup).expect("fits").run(&Streams::of_run(Seed(2), "texts", "", "", k));
        (1..=12).map(|t| run.value(Metric::SupportSize, t).expect("defined")).collect::<Vec<_>>()
    };
    for k in 0..20 {
        assert!(support(&base, k).windows(2).all(|pair| pair[1] <= pair[0]), "what is lost stays lost");
        let kept = support(&Setup { regime: Regime::accumulate(), ..base.clone() }, k);
        assert!(kept.windows(2).all(|pair| pair[1] >= pair[0]), "what is kept stays kept");
    }
    let table = runs(&base, 50);
    assert!(mean(&table, Metric::SupportSize, 12) < 0.6 * mean(&table, Metric::SupportSize, 1));
    assert!(mean(&table, Metric::Entropy, 12) < mean(&table, Metric::Entropy, 1));
    assert!(mean(&table, Metric::TailAlive, 12) < mean(&table, Metric::TailAlive, 1));
    assert!(column(&table, Metric::MassOutside, 12).iter().all(|x| *x < 0.01), "nothing new is invented");
    assert!(column(&table, Metric::KlDivergence, 12).iter().all(|x| x.is_infinite()), "a lost bigram costs without bound");
}

#[test]
fn a_short_memory_or_smoothing_invents() {
    let n = 2000;
    let own = runs(&setup(grammar(3), 3, 0.0, Regime::replace(), n, 2), 20);
    let short = runs(&setup(grammar(3), 2, 0.0, Regime::replace(), n, 2), 20);
    let smooth = runs(&setup(grammar(3), 3, 0.05, Regime::replace(), n, 2), 20);
    assert!(mean(&own, Metric::MassOutside, 2) < 0.01);
    assert!(mean(&short, Metric::MassOutside, 1) > 0.1 && mean(&smooth, Metric::MassOutside, 2) > 0.05);
    let finite = |table: &Table| column(table, Metric::NegativeLogLikelihood, 2).iter().all(|x| x.is_finite());
    assert!(finite(&smooth), "no n-gram is impossible");
}

#[test]
fn a_verifier_turns_invented_tokens_away() {
    use crate::sim::{Curation, Reference, TailView};
    // What smoothing invents is learned and grows, unless it is turned away; what a short memory forgets no verifier brings back.
    let base = setup(grammar(3), 3, 0.02, Regime::replace(), 2000, 8);
    let strict = vec![Curation::Verifier { true_accept: 1.0, false_accept: 0.0, tail: TailView::Judged, reference: Reference::MostLikely }];
    let (free, judged) = (runs(&base, 40), runs(&Setup { curation: strict, ..base }, 40));
    let (first, free, judged) =
        (mean(&free, Metric::MassOutside, 1), mean(&free, Metric::MassOutside, 8), mean(&judged, Metric::MassOutside, 8));
    assert!(free > 2.0 * first && judged < 1.5 * first, "{first} {free} {judged}");
}

#[test]
fn a_greedy_text_goes_round() {
    let greedy = Setup { sampling: Sampling::Argmax, ..setup(corpus(TextUnit::Words, 100, 2), 2, 0.0, Regime::replace(), 3000, 3) };
    let table = runs(&greedy, 10);
    assert!(column(&table, Metric::SupportSize, 2).iter().all(|x| *x < 100.0));
    assert_eq!(column(&table, Metric::SupportSize, 3).len(), 10, "it never stops for want of a next word");
}

#[test]
fn texts_are_the_same_for_any_replicate_before_them() {
    // A smoothed model invents n-grams; a worker that goes on to the next replicate must have forgotten them.
    let base = setup(corpus(TextUnit::Words, 40, 3), 3, 0.02, Regime::accumulate(), 300, 5);
    let simulator = Simulator::prepare(&base).expect("fits");
    let streams = |k| Streams::of_run(Seed(9), "texts", "", "", k);
    let many = simulator.runs(streams, 0..40);
    for k in [0, 17, 39] {
        let one = simulator.run(&streams(k));
        for metric in METRICS {
            let there = many.column(metric, 5).expect("recorded").get(k as usize);
            assert_eq!(one.value(metric, 5).map(f64::to_bits), there.map(f64::to_bits), "{metric}");
        }
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_a_remedy() {
    let good = setup(corpus(TextUnit::Words, 40, 2), 2, 0.0, Regime::replace(), 100, 2);
    let chain = |rows| text(TextSource::Chain { rows });
    let model = |order, smoothing| Model::NGram { order, smoothing };
    let cases: Vec<(Setup, &str, &str)> = vec![
        (Setup { truth: corpus(TextUnit::Words, 0, 2), ..good.clone() }, "bad-vocabulary", "truth.vocabulary"),
        (Setup { truth: corpus(TextUnit::Words, 40, 6), ..good.clone() }, "bad-order", "truth.order"),
        (Setup { truth: corpus(TextUnit::Words, 40, 5), model: model(3, 0.0), ..good.clone() }, "bad-order", "model.order"),
        (Setup { truth: own("1865!"), ..good.clone() }, "bad-corpus", "truth.corpus"),
        (Setup { truth: grammar(0), ..good.clone() }, "bad-vocabulary", "truth.words"),
        (Setup { truth: chain(vec![vec![1.0, 1.0]]), ..good.clone() }, "bad-chain", "truth.rows.0"),
        (Setup { truth: chain(vec![vec![1.0, -1.0], vec![1.0, 1.0]]), ..good.clone() }, "bad-chain", "truth.rows.0"),
        (Setup { truth: chain(vec![vec![1.0, 0.0], vec![1.0, 1.0]]), ..good.clone() }, "bad-chain", "truth.rows"),
        (Setup { model: model(3, 0.0), ..good.clone() }, "bad-order", "model.order"),
        (Setup { model: model(0, 0.0), ..good.clone() }, "bad-order", "model.order"),
        (Setup { model: model(2, -1.0), ..good.clone() }, "bad-smoothing", "model.smoothing"),
        (Setup { model: Model::Categorical { smoothing: 0.0 }, ..good.clone() }, "kind-mismatch", "model.kind"),
        (Setup { metrics: vec![Metric::LogVariance], ..good.clone() }, "undefined-metric", "metrics.0"),
        (Setup { sampling: Sampling::VarianceScale { scale: 0.9 }, ..good.clone() }, "sampling-mismatch", "sampling.kind"),
    ];
    assert!(check(&good).is_ok());
    for (setup, code, field) in cases {
        let refusals = check(&setup).expect_err(code);
        assert!(refusals.iter().any(|r| r.code == code && r.field == field && !r.remedy.is_empty()), "{code} {field}: {refusals:?}");
    }
}

/// Nanoseconds that this thread has been running.
fn on_the_processor() -> f64 {
    let read = std::fs::read_to_string("/proc/thread-self/schedstat").expect("a Linux kernel");
    read.split_whitespace().next().and_then(|word| word.parse().ok()).expect("a number")
}

#[test]
#[ignore = "a measurement: the constants of `cost`"]
fn a_generation_costs_about_what_the_formula_says() {
    let few = vec![Metric::KlDivergence, Metric::Heterozygosity, Metric::TailCoverage, Metric::SupportSize];
    let mut ratios = Vec::new();
    let cases = [(300, 2, 2, 0.0), (300, 2, 2, 0.001), (300, 3, 3, 0.0), (300, 3, 2, 0.0), (1000, 2, 2, 0.0), (100, 2, 2, 0.0)];
    for (vocabulary, truth, own, smoothing) in cases {
        for (metrics, n) in [(vec![Metric::TrainingSize], 10_000), (few.clone(), 10_000), (METRICS.to_vec(), 10_000), (few.clone(), 1000)] {
            for sampling in [Sampling::Unbiased, Sampling::Temperature { temperature: 0.9 }, Sampling::TopP { mass: 0.95 }] {
                let base = setup(corpus(TextUnit::Words, vocabulary, truth), own, smoothing, Regime::replace(), n, 10);
                let base = Setup { metrics: metrics.clone(), sampling, ..base };
                let simulator = Simulator::prepare(&base).expect("fits");
                let start = on_the_processor();
                (0..20).for_each(|k| drop(simulator.run(&trial::streams(k))));
                let (each, formula) = ((on_the_processor() - start) / 200.0, simulator.cost() / 10.0);
                ratios.push((
                    each / formula,
                    format!("{vocabulary} {truth} {own} {smoothing} {} {n} {:?}: {each:.0} {formula:.0}", metrics.len(), base.sampling),
                ));
            }
        }
    }
    assert!(ratios.iter().all(|(ratio, _)| (0.3..3.0).contains(ratio)), "{ratios:#?}");
}
