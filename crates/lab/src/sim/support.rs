//! The one table of what goes with what: metrics per truth and model, refused combinations, and the method asked for or chosen.
//!
//! `check` (lint and `simulate` alike) reads nothing else. Every refusal names the field, what was found and the
//! nearest accepted value; every choice of method is given with its reason.

use super::cost;
use super::curation;
use super::dispatch;
use super::families::{learners, members};
use super::family::{Biases, Ready, Why};
use super::kind::Kind;
use super::refusal::refuse;
use super::{Budget, Capacity, Inputs, Method, MethodChoice, Model, Real, Refusal, Sampling, Setup, Synthesis, Synthetic, Truth, text};
use crate::taxonomy::{Metric, Word};

/// A run by samples may hold so many bytes of examples; each thread has one.
const MOST_BYTES: f64 = 4e9;

/// Metrics that the loop itself tells of any model.
const OF_THE_LOOP: [Metric; 5] = [Metric::Displacement, Metric::HittingTime, Metric::Hit, Metric::RealShare, Metric::TrainingSize];

/// The metrics defined for a truth and a model, in the order of the taxonomy; those of a downstream learner are not
/// among them.
pub fn defined(truth: &Truth, model: &Model) -> Vec<Metric> {
    let family = model.family();
    let mut metrics = if family.eats().contains(&truth.kind()) { family.metrics(truth) } else { Vec::new() };
    if metrics.is_empty() {
        return metrics;
    }
    metrics.extend(OF_THE_LOOP);
    metrics.sort_unstable();
    metrics.dedup();
    metrics
}

/// The chain of the setup and how it will be computed, or every reason why it cannot run.
pub fn prepare(setup: &Setup) -> Result<(Ready, MethodChoice), Vec<Refusal>> {
    let mut refusals = Vec::new();
    kinds(setup, &mut refusals);
    if refusals.is_empty() {
        sizes(setup, &mut refusals);
        sampling(setup, &mut refusals);
        curation::refusals(setup, &mut refusals);
        metrics(setup, &mut refusals);
        capacity(setup, &mut refusals);
        text::refusals(setup, &mut refusals);
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    choose(setup).map_err(|refusal| vec![refusal])
}

fn kinds(setup: &Setup, out: &mut Vec<Refusal>) {
    let (made, family) = (setup.truth.kind(), setup.model.family());
    if !family.eats().contains(&made) {
        let found = format!("this model fits {}, the truth makes {}", names(family.eats()), made.name());
        // What a crowd cannot learn is its member's affair.
        let (field, remedy) = match &setup.model {
            Model::Crowd { .. } if !members(made).is_empty() => ("model.member", members(made)),
            _ => ("model.kind", learners(made)),
        };
        out.push(refuse("kind-mismatch", field, found, format!("use {remedy}")));
    }
    family.refusals(setup, out);
    let labels = matches!(made, Kind::Responses | Kind::Labels | Kind::Replies);
    if matches!(setup.synthesis, Synthesis::Labels { .. }) && !labels {
        let found = format!("labels, but the truth makes {}", made.name());
        out.push(refuse("synthesis-mismatch", "synthesis", found, "use `examples`"));
    }
    if let Some(learner) = &setup.downstream {
        let learner = learner.family();
        if !learner.reads_beside(made) {
            let found = format!("a learner of {}, the truth makes {}", names(learner.eats()), made.name());
            let remedy = "use ols, ridge or logistic on a truth with labels, or an mlp on images of digits";
            out.push(refuse("downstream-mismatch", "downstream.kind", found, remedy));
        }
    }
}

/// Kinds in words.
fn names(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" or ")
}

fn sizes(setup: &Setup, out: &mut Vec<Refusal>) {
    if setup.generations == 0 {
        out.push(refuse("no-generations", "generations", "0", "use at least 1"));
    }
    if setup.samples.at(1, setup.generations) == 0 {
        out.push(refuse("no-samples", "samples", "no first real set", "use at least 1 example"));
    }
    if !(setup.regime.real_weight > 0.0 && setup.regime.real_weight.is_finite()) {
        out.push(refuse("bad-weight", "regime.real_weight", setup.regime.real_weight.to_string(), "use a positive number"));
    }
    if setup.regime.real_inputs == Inputs::Reused {
        if setup.truth.kind() != Kind::Responses {
            let found = "new labels of the first inputs, where the truth makes none";
            out.push(refuse("inputs-mismatch", "regime.real_inputs", found, "use real_inputs = \"fresh\", or a linear-regression"));
        } else if !matches!(setup.regime.real, Real::Fresh { .. }) {
            let found = "inputs of real data that never arrive";
            out.push(refuse("inputs-mismatch", "regime.real_inputs", found, "use a regime with fresh real data"));
        }
    }
    let is_reused = matches!(setup.synthesis, Synthesis::Labels { inputs: Inputs::Reused, .. });
    if is_reused && matches!(setup.regime.synthetic, Synthetic::Overwrite { .. }) {
        let found = "labels of the first inputs, in a regime that overwrites any rows";
        let remedy = "use regime = \"replace\" with curation = [{ kind = \"edit\", mask = \"fresh\", … }], or inputs = \"fresh\"";
        out.push(refuse("inputs-mismatch", "synthesis.inputs", found, remedy));
    }
    if let (Synthetic::Models { .. }, false) = (&setup.regime.synthetic, setup.curation.is_empty()) {
        let remedy = "use curation = [], or regime = \"window\"";
        out.push(refuse("models-curated", "regime.synthetic", "a choice among the draws of several models", remedy));
    }
    if is_reused && matches!(setup.regime.synthetic, Synthetic::Models { .. }) {
        let found = "labels of the first inputs, of which several models would each give a part";
        out.push(refuse("inputs-mismatch", "synthesis.inputs", found, "use inputs = \"fresh\""));
    }
    match setup.regime.synthetic {
        Synthetic::Window { size: 0 } | Synthetic::Models { size: 0 } => {
            out.push(refuse("empty-window", "regime.synthetic.size", "0", "use at least 1"))
        }
        Synthetic::Overwrite { share } if !(share > 0.0 && share <= 1.0) => {
            out.push(refuse("bad-share", "regime.synthetic.share", share.to_string(), "use a share in (0, 1]"));
        }
        Synthetic::Overwrite { .. } if setup.regime.budget != Budget::Whole => {
            let found = "a budget on a data set of constant size";
            out.push(refuse("budget-of-constant-set", "regime.budget", found, "use `whole`"));
        }
        Synthetic::None
        | Synthetic::Newest
        | Synthetic::Window { .. }
        | Synthetic::Models { .. }
        | Synthetic::All
        | Synthetic::Overwrite { .. } => {}
    }
    if let Budget::Spaced(_) = setup.regime.budget {
        spaced(setup, out);
    }
    if setup.regime.budget == Budget::EqualParts && !matches!(setup.regime.synthetic, Synthetic::All | Synthetic::None) {
        out.push(refuse("parts-of-what", "regime.budget", "equal parts of batches that do not stay", "use synthetic = all"));
    }
}

/// A choice by distance needs examples that lie somewhere, and a pool whose real part stands at its start.
fn spaced(setup: &Setup, out: &mut Vec<Refusal>) {
    if !setup.is_trained() || !matches!(setup.truth.kind(), Kind::Images | Kind::Points) {
        let found = "a choice by the distance of examples, which only images and points of a network have here";
        out.push(refuse("choice-mismatch", "regime.choice", found, "use choice = \"random\", or a network of images or points"));
    }
    if setup.regime.real != Real::Kept || setup.regime.synthetic != Synthetic::All {
        let found = "a choice by distance out of a pool to which real data come, or which does not stay";
        out.push(refuse(
            "choice-mismatch",
            "regime.choice",
            found,
            "use choice = \"random\", or accumulate-subsample without fresh real data",
        ));
    }
}

fn sampling(setup: &Setup, out: &mut Vec<Refusal>) {
    let biases = setup.model.family().biases();
    let (categorical, scalar) = (biases == Biases::Categories, biases == Biases::Nothing);
    match setup.sampling {
        Sampling::Unbiased => {}
        _ if biases == Biases::Own => {}
        Sampling::DecoderMean => {
            out.push(refuse("sampling-mismatch", "sampling.kind", "means of a decoder, where there is none", "use a vae, or unbiased"));
        }
        Sampling::Guidance { .. } => {
            let found = "guidance towards classes that the model has not";
            out.push(refuse("sampling-mismatch", "sampling.kind", found, "use a diffusion with `classes`, or unbiased"));
        }
        Sampling::VarianceScale { .. } if categorical || scalar => {
            let found = "variance-scale on a law without a free variance";
            let remedy = if categorical { "use temperature, top-p, top-k or argmax" } else { "use unbiased" };
            out.push(refuse("sampling-mismatch", "sampling.kind", found, remedy));
        }
        Sampling::VarianceScale { .. } => {}
        Sampling::Temperature { .. } | Sampling::TopP { .. } | Sampling::TopK { .. } | Sampling::Argmax => {
            let labelled = biases == Biases::Labels;
            if !categorical && !labelled {
                let remedy = if scalar { "use unbiased" } else { "use variance-scale" };
                out.push(refuse("sampling-mismatch", "sampling.kind", "a rule for categories on a density", remedy));
            }
        }
        Sampling::Flip { .. } if biases != Biases::Labels => {
            out.push(refuse("sampling-mismatch", "sampling.kind", "a flip of labels where there are none", "use a truth with labels"));
        }
        Sampling::Flip { share, .. } if !(0.0..=1.0).contains(&share) => {
            out.push(refuse("bad-share", "sampling.share", share.to_string(), "use a share in [0, 1]"));
        }
        Sampling::Flip { .. } => {}
    }
}

fn metrics(setup: &Setup, out: &mut Vec<Refusal>) {
    let defined = defined(&setup.truth, &setup.model);
    let remedy = || match defined.iter().map(|m| m.id()).collect::<Vec<_>>().join(", ").as_str() {
        "" => "this model cannot be measured against this truth: use another model".to_owned(),
        names => format!("use one of {names}"),
    };
    for (place, metric) in setup.metrics.iter().enumerate() {
        let field = format!("metrics.{place}");
        let learner = match metric {
            Metric::DownstreamExcessRisk => Some(Kind::Responses),
            Metric::DownstreamAccuracy | Metric::DownstreamRareAccuracy | Metric::DownstreamCalibrationError => Some(Kind::Labels),
            _ => None,
        };
        match (learner, &setup.downstream) {
            (Some(kind), Some(model)) if model.family().eats().contains(&kind) => {}
            (Some(_), _) => out.push(refuse("no-downstream", field, metric.id(), "add a `downstream` learner that has it")),
            (None, _) if !defined.contains(metric) => {
                out.push(refuse("undefined-metric", field, metric.id(), remedy()));
            }
            (None, _) if matches!(metric, Metric::Hit | Metric::HittingTime) && setup.hitting.is_none() => {
                out.push(refuse("no-hitting", field, metric.id(), "add `hitting = { metric = …, below = … }`"));
            }
            (None, _) => {}
        }
    }
    if let Some(event) = &setup.hitting
        && (!defined.contains(&event.metric) || OF_THE_LOOP.contains(&event.metric))
    {
        out.push(refuse("undefined-metric", "hitting.metric", event.metric.id(), remedy()));
    }
}

fn capacity(setup: &Setup, out: &mut Vec<Refusal>) {
    if matches!(setup.capacity, Capacity::Growing { .. }) && !setup.model.family().grows() {
        out.push(refuse(
            "no-capacity",
            "capacity",
            "growing capacity of a model that has none",
            "use mixture, histogram or ridge, or `fixed`",
        ));
    }
}

/// The chain by the method asked for, with the reason of a choice.
fn choose(setup: &Setup) -> Result<(Ready, MethodChoice), Refusal> {
    let reason = match setup.method {
        Method::Samples => "asked for: every example is drawn".into(),
        Method::Auto | Method::Statistics => match (dispatch::shortcut(setup), setup.method) {
            (Ok((chain, exact)), _) => return Ok((chain, MethodChoice { method: Method::Statistics, reason: format!("exact: {exact}") })),
            (Err(Why::NoForm), _) => return Err(no_form(setup)),
            (Err(Why::NoReader), _) => return Err(no_reader()),
            (Err(Why::Against(against)), Method::Statistics) => {
                return Err(refuse("no-shortcut", "method", format!("statistics, but {against}"), "use `auto` or `samples`"));
            }
            (Err(Why::Against(against)), Method::Auto | Method::Samples) => format!("every example is drawn: {against}"),
        },
    };
    let bytes = cost::bytes(setup);
    if bytes > MOST_BYTES {
        let found = format!("about {:.0} GB of examples and tables, held one by one", bytes / 1e9);
        return Err(refuse("too-many-examples", "samples", found, "use fewer examples, or a setup that has an exact shortcut"));
    }
    let chain = dispatch::samples(setup).map_err(|why| match why {
        Why::NoForm => no_form(setup),
        Why::NoReader => no_reader(),
        Why::Against(against) => refuse("no-model", "model.kind", against, format!("use {}", learners(setup.truth.kind()))),
    })?;
    Ok((chain, MethodChoice { method: Method::Samples, reason }))
}

fn no_form(setup: &Setup) -> Refusal {
    let found = "this family has no form over this truth with these settings";
    refuse("no-model", "model.kind", found, format!("use {}", learners(setup.truth.kind())))
}

fn no_reader() -> Refusal {
    let found = "a learner that cannot read the examples of this truth";
    refuse("downstream-mismatch", "downstream.kind", found, "use logistic, which reads all of them, or ols on responses")
}
