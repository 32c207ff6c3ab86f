//! From one simulation table, checked for shape, to a complete [`Setup`] with nothing left to default.
//!
//! Every function gives `None` where the shape check has already complained; what only the parts together show
//! (two spectra, weights without sum) is reported here.

use super::node::{Node, Value};
use super::problem::Log;
use super::read_text::{chosen, source};
use super::read_values::{count, kind, number, number_or, numbers, points, positive_sum, same_length, size, small, weights, word};
use super::{read_curation, read_labels, read_trained};
use crate::sim::{
    Amount, Angles, Bandwidth, Budget, Capacity, Categories, Coefficients, Earlier, Estimate, Exchange, Hitting, Inputs, LabelChoice,
    Labeller, Link, Method, Model, Real, Record, Regime, Sampling, Schedule, Setup, Spacing, Spectrum, Synthesis, Synthetic, Truth,
};
use crate::taxonomy::{Metric, Word};
use std::f64::consts::FRAC_1_SQRT_2;

/// The setup a simulation table describes.
pub(super) fn setup(table: &Node, log: &Log) -> Option<Setup> {
    // Each part is read before any is asked for, so that one missing part hides no complaint about another.
    let truth = table.child("truth").and_then(|node| truth(node, log));
    let model = table.child("model").and_then(|node| model(node, log));
    let synthesis = synthesis(table, log);
    let first = table.child("samples").and_then(first_size);
    let schedule = table.child("samples").and_then(schedule);
    let generations = table.child("generations").and_then(Node::count).and_then(|count| u32::try_from(count).ok());
    let regime = table.child("regime").and_then(regime);
    let samples = match (table.child("regime").and_then(|node| expanding(node, first?)), schedule) {
        (Some(expanded), _) => Some(expanded),
        (None, schedule) => schedule,
    };
    let curation: Option<Vec<_>> =
        table.child("curation").map_or(Some(Vec::new()), |node| node.items().iter().map(read_curation::curation).collect());
    let metrics = metrics(table, log);
    let hitting = match table.child("hitting") {
        None => None,
        Some(node) => Some(Hitting { metric: word(node, "metric")?, below: number(node, "below")? }),
    };
    let downstream = match table.child("downstream") {
        None => None,
        Some(node) => Some(self::model(node, log)?),
    };
    Some(Setup {
        truth: truth?,
        model: model?,
        synthesis: synthesis?,
        regime: regime?,
        curation: curation?,
        sampling: table.child("sampling").map_or(Some(Sampling::Unbiased), sampling)?,
        samples: samples?,
        generations: generations?,
        capacity: table.child("capacity").map_or(Some(Capacity::Fixed), capacity)?,
        record: Record::All,
        metrics: metrics?,
        hitting,
        downstream,
        method: method(table)?,
    })
}

fn truth(node: &Node, log: &Log) -> Option<Truth> {
    Some(match kind(node, "kind")? {
        "gaussian" => Truth::Gaussian {
            dimension: size(node, "dimension")?,
            mean: number_or(node, "mean", 0.0)?,
            spectrum: spectrum(node, size(node, "dimension")?, log)?,
        },
        "gaussian-mixture" => {
            let (means, deviations) = (points(node, log)?, numbers(node, "deviations")?);
            same_length(node, "deviations", deviations.len(), means.len(), log)?;
            Truth::GaussianMixture { weights: weights(node, means.len(), log)?, means, deviations }
        }
        "blobs" => Truth::Blobs { centers: size(node, "centers")?, deviation: number(node, "deviation")? },
        "moons" => Truth::Moons { noise: number(node, "noise")?, angles: angles(node)? },
        "circles" => Truth::Circles { noise: number(node, "noise")?, factor: number(node, "factor")?, angles: angles(node)? },
        "swiss-roll" => Truth::SwissRoll { noise: number(node, "noise")?, dimension: size(node, "dimension")? },
        "rosenbrock" => Truth::Rosenbrock {
            mean: number_or(node, "mean", 0.0)?,
            deviation: number_or(node, "deviation", 1.0)?,
            noise: number_or(node, "noise", FRAC_1_SQRT_2)?,
        },
        "digits" => Truth::Digits {
            weights: match node.child("weights") {
                Some(_) => weights(node, 10, log)?,
                None => Vec::new(),
            },
        },
        "labelled-digits" => read_labels::labelled_digits(node, log)?,
        "book" => Truth::Book,
        "program" => Truth::Program,
        "student-t" => Truth::StudentT {
            degrees: number(node, "degrees")?,
            location: number_or(node, "location", 0.0)?,
            scale: number_or(node, "scale", 1.0)?,
        },
        "categorical" => Truth::Categorical { law: law(node, log)? },
        "poisson" => Truth::Poisson { rate: number(node, "rate")? },
        "exponential" => Truth::Exponential { mean: number(node, "mean")? },
        "bernoulli" => Truth::Bernoulli { probability: number(node, "probability")? },
        "linear-regression" => Truth::LinearRegression {
            dimension: size(node, "dimension")?,
            noise_variance: number(node, "noise_variance")?,
            signal: number(node, "signal")?,
            spectrum: spectrum(node, size(node, "dimension")?, log)?,
            source: number_or(node, "source", 0.0)?,
            coefficients: match node.child("coefficients").map(Node::text) {
                None | Some(Some("fixed")) => Coefficients::Fixed,
                Some(Some("drawn")) => Coefficients::Drawn,
                Some(_) => return None,
            },
        },
        "generalised-linear" => Truth::GeneralisedLinear {
            link: match node.child("link")?.text()? {
                "poisson" => Link::Poisson,
                "logistic" => Link::Logistic,
                _ => return None,
            },
            dimension: size(node, "dimension")?,
            intercept: number_or(node, "intercept", 0.0)?,
            signal: number(node, "signal")?,
        },
        "text" => Truth::Text { source: source(node, log)? },
        "labelled-mixture" => read_labels::labelled_mixture(node, log)?,
        "tabular" => read_labels::tabular(node)?,
        _ => return None,
    })
}

fn angles(node: &Node) -> Option<Angles> {
    match node.child("angles").and_then(Node::text)? {
        "even" => Some(Angles::Even),
        "drawn" => Some(Angles::Drawn),
        _ => None,
    }
}

fn spectrum(node: &Node, dimension: usize, log: &Log) -> Option<Spectrum> {
    let given: Vec<_> = ["variance", "decay", "spectrum"].into_iter().filter(|key| node.child(key).is_some()).collect();
    if let [_, second, ..] = given[..] {
        let message = format!("`{}` are given together", given.join("` and `"));
        log.problem(node.place_of(second), "two-spectra", message, "keep one: each states the eigenvalues");
        return None;
    }
    if node.child("decay").is_some() {
        return Some(Spectrum::Power { decay: number(node, "decay")? });
    }
    if node.child("spectrum").is_some() {
        let values = numbers(node, "spectrum")?;
        same_length(node, "spectrum", values.len(), dimension, log)?;
        return Some(Spectrum::Given { values });
    }
    Some(Spectrum::Isotropic { variance: number_or(node, "variance", 1.0)? })
}

fn law(node: &Node, log: &Log) -> Option<Categories> {
    let name = chosen(node, "law", super::format_families::LAWS, log)?;
    Some(match name {
        "uniform" => Categories::Uniform { categories: size(node, "categories")? },
        "zipf" => Categories::Zipf {
            categories: size(node, "categories")?,
            exponent: number(node, "exponent")?,
            shift: number_or(node, "shift", 0.0)?,
        },
        "given" => {
            let weights = numbers(node, "weights")?;
            positive_sum(node, &weights, log)?;
            Categories::Given { weights }
        }
        _ => return None,
    })
}

fn model(node: &Node, log: &Log) -> Option<Model> {
    Some(match kind(node, "kind")? {
        "gaussian" => Model::Gaussian { estimate: estimate(node)? },
        "gaussian-unbiased" => Model::GaussianUnbiased { estimate: estimate(node)? },
        "gaussian-diagonal" => Model::GaussianDiagonal { estimate: estimate(node)? },
        "mixture" => Model::Mixture { components: size(node, "components")?, iterations: small(node, "iterations", 60)? },
        "student-t" => Model::StudentT { degrees: number(node, "degrees")? },
        "market" => Model::Market {
            agents: size(node, "agents")?,
            cut: number(node, "cut")?,
            price: number(node, "price")?,
            rate: number(node, "rate")?,
            turnover: small(node, "turnover", 0)?,
        },
        "kde" => Model::Kde { bandwidth: bandwidth(node.child("bandwidth")?)? },
        "histogram" => {
            let (low, high) = (number(node, "low")?, number(node, "high")?);
            if low >= high {
                let message = format!("the left edge {low} is not below the right edge {high}");
                log.problem(node.place_of("high"), "out-of-range", message, "write `low` below `high`");
                return None;
            }
            Model::Histogram { bins: size(node, "bins")?, low, high }
        }
        "categorical" => Model::Categorical { smoothing: number_or(node, "smoothing", 0.0)? },
        "poisson" => Model::Poisson,
        "exponential" => Model::Exponential,
        "bernoulli" => Model::Bernoulli,
        "ols" => Model::Ols,
        "ridge" => Model::Ridge { penalty: number(node, "penalty")? },
        "random-features" => Model::RandomFeatures { width: size(node, "width")?, penalty: number_or(node, "penalty", 0.0)? },
        "linear-classifier" => Model::LinearClassifier,
        "logistic" => Model::Logistic { penalty: number(node, "penalty")?, iterations: small(node, "iterations", 25)? },
        "n-gram" => Model::NGram { order: size(node, "order")?, smoothing: number_or(node, "smoothing", 0.0)? },
        "generalised-linear" => Model::GeneralisedLinear { iterations: small(node, "iterations", 25)? },
        "crowd" => Model::Crowd {
            members: size(node, "members")?,
            shared: number_or(node, "shared", 0.0)?,
            exchange: exchange(node)?,
            member: Box::new(self::model(node.child("member")?, log)?),
        },
        network => return read_trained::network(network, node, log),
    })
}

fn exchange(node: &Node) -> Option<Exchange> {
    match node.child("exchange").map(Node::text) {
        None | Some(Some("dealt")) => Some(Exchange::Dealt),
        Some(Some("own")) => Some(Exchange::Own),
        Some(Some("others")) => Some(Exchange::Others),
        Some(Some("shared")) => Some(Exchange::Shared),
        Some(_) => None,
    }
}

fn estimate(node: &Node) -> Option<Estimate> {
    match node.child("estimate").map(Node::text) {
        None | Some(Some("both")) => Some(Estimate::Both),
        Some(Some("mean")) => Some(Estimate::Mean),
        Some(Some("covariance")) => Some(Estimate::Covariance),
        Some(_) => None,
    }
}

fn bandwidth(node: &Node) -> Option<Bandwidth> {
    match node.text() {
        Some("scott-scipy") => Some(Bandwidth::ScottScipy),
        Some("silverman-scipy") => Some(Bandwidth::SilvermanScipy),
        Some("scott-scikit-learn") => Some(Bandwidth::ScottScikitLearn),
        Some("silverman-scikit-learn") => Some(Bandwidth::SilvermanScikitLearn),
        Some(_) => None,
        None => match node.number() {
            Some(value) => Some(Bandwidth::Fixed { value }),
            None => Some(Bandwidth::Power { constant: number(node, "constant")?, exponent: number(node, "exponent")? }),
        },
    }
}

/// Models that learn labels must say what a synthetic label is; the others contribute whole examples.
fn synthesis(table: &Node, log: &Log) -> Option<Synthesis> {
    let Some(node) = table.child("synthesis") else {
        let learner = table
            .child("model")
            .and_then(|node| kind(node, "kind"))
            .filter(|kind| ["ols", "ridge", "logistic", "linear-classifier"].contains(kind));
        if let Some(learner) = learner {
            let remedy =
                "write `synthesis = { kind = \"labels\", inputs = \"fresh\" or \"reused\", choice = \"sampled\", \"argmax\" or \"mean\" }`";
            log.unfilled(table.place, "missing-key", format!("the simulation lacks `synthesis`, which `{learner}` needs"), remedy);
            return None;
        }
        return Some(Synthesis::Examples);
    };
    if kind(node, "kind")? == "examples" {
        return Some(Synthesis::Examples);
    }
    let inputs = match node.child("inputs").and_then(Node::text)? {
        "fresh" => Inputs::Fresh,
        "reused" => Inputs::Reused,
        _ => return None,
    };
    let choice = match node.child("choice").and_then(Node::text)? {
        "sampled" => LabelChoice::Sampled,
        "argmax" => LabelChoice::Argmax,
        "mean" => LabelChoice::Mean,
        _ => return None,
    };
    Some(Synthesis::Labels { inputs, choice })
}

fn first_size(node: &Node) -> Option<u64> {
    node.count().or_else(|| count(node, "start")).or_else(|| node.child("sizes")?.items().first()?.count())
}

fn schedule(node: &Node) -> Option<Schedule> {
    if let Some(start) = node.count() {
        return Some(Schedule::Constant { start });
    }
    let start = || count(node, "start");
    Some(match kind(node, "grow")? {
        "constant" => Schedule::Constant { start: start()? },
        "linear" => Schedule::Linear { start: start()?, step: count(node, "step")? },
        "geometric" => {
            let limit = match node.child("limit") {
                None => None,
                Some(limit) => Some(limit.count()?),
            };
            Schedule::Geometric { start: start()?, factor: number(node, "factor")?, limit }
        }
        "power" => Schedule::Power { start: start()?, exponent: number(node, "exponent")? },
        "listed" => Schedule::Listed { sizes: node.child("sizes")?.items().iter().map(Node::count).collect::<Option<_>>()? },
        "final" => Schedule::Final { start: start()?, last: count(node, "last")? },
        _ => return None,
    })
}

fn regime(node: &Node) -> Option<Regime> {
    let fresh = |amount, earlier| Real::Fresh { amount, earlier };
    let of = |real, synthetic| Regime { real, synthetic, ..Regime::replace() };
    Some(match kind(node, "kind")? {
        "replace" => Regime::replace(),
        "accumulate" | "expanding" => Regime::accumulate(),
        "accumulate-subsample" => match node.child("replacement").map(|node| &node.value) {
            Some(Value::Boolean(true)) => Regime { budget: Budget::WithReplacement, ..Regime::accumulate() },
            None | Some(Value::Boolean(false)) => Regime { budget: choice(node)?, ..Regime::accumulate() },
            Some(_) => return None,
        },
        "window" => Regime::window(u32::try_from(count(node, "size")?).ok()?),
        "memory" => {
            let real = match node.child("count") {
                None => Real::First,
                Some(count) => fresh(Amount::Count { count: count.count()? }, Earlier::Dropped),
            };
            of(real, Synthetic::Models { size: u32::try_from(count(node, "size")?).ok()? })
        }
        "augment" => Regime::augment(),
        "weighted" => Regime { real_weight: number(node, "real_weight")?, ..Regime::augment() },
        "fixed-real-fraction" => weighed(of(fresh(share(node.child("share")?)?, Earlier::Dropped), Synthetic::Newest), node)?,
        "fresh-real" => weighed(of(fresh(Amount::Count { count: count(node, "count")? }, Earlier::Dropped), Synthetic::Newest), node)?,
        "accumulate-fresh" => weighed(of(fresh(share(node.child("share")?)?, Earlier::Kept), Synthetic::All), node)?,
        "balanced" => Regime { budget: Budget::EqualParts, ..Regime::accumulate() },
        "incremental" => of(Real::First, Synthetic::Overwrite { share: number(node, "share")? }),
        _ => return None,
    })
}

/// How a part of a pool is chosen.
fn choice(node: &Node) -> Option<Budget> {
    Some(match node.child("choice").map(Node::text) {
        None | Some(Some("random")) => Budget::WithoutReplacement,
        Some(Some("farthest")) => Budget::Spaced(Spacing::Farthest),
        Some(Some("threshold")) => Budget::Spaced(Spacing::Threshold),
        Some(_) => return None,
    })
}

/// A share of real data: a number, or one that falls as a power of the generation.
fn share(node: &Node) -> Option<Amount> {
    if let Some(share) = node.number() {
        return Some(Amount::Share { share, exponent: 0.0 });
    }
    Some(Amount::Share { share: number(node, "start")?, exponent: number(node, "exponent")? })
}

/// The regime with what is written of its real examples: their weight, where the inputs of later ones come from.
fn weighed(regime: Regime, node: &Node) -> Option<Regime> {
    let real_inputs = match node.child("real_inputs").map(Node::text) {
        None | Some(Some("fresh")) => Inputs::Fresh,
        Some(Some("reused")) => Inputs::Reused,
        Some(_) => return None,
    };
    Some(Regime { real_weight: number_or(node, "real_weight", 1.0)?, real_inputs, ..regime })
}

/// The schedule of `expanding`: the first real set, then share * n_1 new examples per generation.
fn expanding(node: &Node, first: u64) -> Option<Schedule> {
    if kind(node, "kind")? != "expanding" {
        return None;
    }
    let new = (number(node, "share")? * first as f64).round().clamp(1.0, super::format_shapes::SAMPLES as f64) as u64;
    Some(Schedule::Listed { sizes: vec![first, new] })
}

fn sampling(node: &Node) -> Option<Sampling> {
    Some(match kind(node, "kind")? {
        "unbiased" => Sampling::Unbiased,
        "variance-scale" => Sampling::VarianceScale { scale: number(node, "scale")? },
        "temperature" => Sampling::Temperature { temperature: number(node, "temperature")? },
        "top-p" => Sampling::TopP { mass: number(node, "mass")? },
        "top-k" => Sampling::TopK { count: size(node, "count")? },
        "argmax" => Sampling::Argmax,
        "decoder-mean" => Sampling::DecoderMean,
        "guidance" => Sampling::Guidance { weight: number(node, "weight")? },
        "flip" => {
            let of = match node.child("of").map(Node::text) {
                None | Some(Some("model")) => Labeller::Model,
                Some(Some("own")) => Labeller::Own,
                Some(_) => return None,
            };
            Sampling::Flip { share: number(node, "share")?, of }
        }
        _ => return None,
    })
}

fn capacity(node: &Node) -> Option<Capacity> {
    match kind(node, "kind")? {
        "fixed" => Some(Capacity::Fixed),
        "growing" => Some(Capacity::Growing { exponent: number(node, "exponent")? }),
        _ => None,
    }
}

fn method(table: &Node) -> Option<Method> {
    match table.child("method").map(Node::text) {
        None | Some(Some("auto")) => Some(Method::Auto),
        Some(Some("statistics")) => Some(Method::Statistics),
        Some(Some("samples")) => Some(Method::Samples),
        Some(_) => None,
    }
}

fn metrics(table: &Node, log: &Log) -> Option<Vec<Metric>> {
    let mut metrics = Vec::new();
    for item in table.child("metrics")?.items() {
        let metric = Metric::parse(item.text()?).ok()?;
        if metrics.contains(&metric) {
            log.problem(item.place, "repeated", format!("metric `{metric}` is listed twice"), "remove one");
        } else {
            metrics.push(metric);
        }
    }
    Some(metrics)
}
