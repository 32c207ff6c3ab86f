//! The one table of what goes with what: metrics per truth and model, refused combinations, and the choice of method.
//!
//! `check` (lint and `simulate` alike) reads nothing else. Every refusal names the field, what was found and the
//! nearest accepted value; every choice of method is given with its reason.

use super::curation::MOST_CANDIDATES;
use super::dispatch;
use super::models::categorical::probabilities;
use super::models::classes::count;
use super::models::{linear_classifier, ngram};
use super::quota;
use super::{
    Budget, Capacity, Curation, Estimate, Inputs, Method, MethodChoice, Model, Reference, Refusal, Reward, Sampling, Setup, Synthesis,
    Synthetic, TailView, Truth, text,
};
use crate::taxonomy::{Metric, Word};

/// Metrics that the loop itself tells of any model.
const OF_THE_LOOP: [Metric; 5] = [Metric::Displacement, Metric::HittingTime, Metric::Hit, Metric::RealShare, Metric::TrainingSize];

/// What examples look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Points,
    Categories,
    Counts,
    Times,
    Bits,
    Responses,
    Labels,
    Tokens,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Categories => "categories",
            Self::Counts => "counts",
            Self::Times => "waiting times",
            Self::Bits => "zeros and ones",
            Self::Responses => "inputs with responses",
            Self::Labels => "inputs with labels",
            Self::Tokens => "tokens in their contexts",
        }
    }

    const fn models(self) -> &'static str {
        match self {
            Self::Points => "gaussian, gaussian-unbiased, gaussian-diagonal, mixture, kde or histogram",
            Self::Categories => "categorical",
            Self::Counts => "poisson",
            Self::Times => "exponential",
            Self::Bits => "bernoulli",
            Self::Responses => "ols or ridge",
            Self::Labels => "logistic or linear-classifier",
            Self::Tokens => "n-gram",
        }
    }

    const fn made_by(truth: &Truth) -> Self {
        match truth {
            Truth::Gaussian { .. }
            | Truth::GaussianMixture { .. }
            | Truth::Blobs { .. }
            | Truth::Moons { .. }
            | Truth::Circles { .. }
            | Truth::SwissRoll { .. } => Self::Points,
            Truth::Categorical { .. } => Self::Categories,
            Truth::Poisson { .. } => Self::Counts,
            Truth::Exponential { .. } => Self::Times,
            Truth::Bernoulli { .. } => Self::Bits,
            Truth::LinearRegression { .. } => Self::Responses,
            Truth::LabelledMixture { .. } | Truth::Tabular { .. } => Self::Labels,
            Truth::Text { .. } => Self::Tokens,
        }
    }

    const fn eaten_by(model: &Model) -> Self {
        match model {
            Model::Gaussian { .. }
            | Model::GaussianUnbiased { .. }
            | Model::GaussianDiagonal { .. }
            | Model::Mixture { .. }
            | Model::Kde { .. }
            | Model::Histogram { .. } => Self::Points,
            Model::Categorical { .. } => Self::Categories,
            Model::Poisson => Self::Counts,
            Model::Exponential => Self::Times,
            Model::Bernoulli => Self::Bits,
            Model::Ols | Model::Ridge { .. } => Self::Responses,
            Model::Logistic { .. } | Model::LinearClassifier => Self::Labels,
            Model::NGram { .. } => Self::Tokens,
        }
    }
}

/// The metrics defined for a truth and a model, in the order of the taxonomy; those of a downstream learner are not
/// among them.
pub fn defined(truth: &Truth, model: &Model) -> Vec<Metric> {
    if Kind::made_by(truth) != Kind::eaten_by(model) {
        return Vec::new();
    }
    let mut metrics = of_the_model(truth, model);
    metrics.extend(OF_THE_LOOP);
    metrics.sort_unstable();
    metrics.dedup();
    metrics
}

fn of_the_model(truth: &Truth, model: &Model) -> Vec<Metric> {
    use Metric as M;
    match model {
        Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } => gaussian(truth),
        Model::Categorical { .. } => vec![
            M::MeanSquaredError,
            M::VarianceRatio,
            M::SquaredError,
            M::AbsoluteError,
            M::KlDivergence,
            M::NegativeLogLikelihood,
            M::Entropy,
            M::Heterozygosity,
            M::SupportSize,
            M::TopShare,
            M::FirstShare,
            M::LastShare,
            M::TailCoverage,
            M::TailCoverageWide,
            M::TailAlive,
            M::MissingMass,
            M::MassOutside,
            M::MinorityShare,
        ],
        Model::Poisson | Model::Exponential => SCALAR.to_vec(),
        Model::Bernoulli => [&SCALAR[..], &[M::Heterozygosity]].concat(),
        Model::NGram { .. } => ngram::METRICS.to_vec(),
        Model::Mixture { .. }
        | Model::Kde { .. }
        | Model::Histogram { .. }
        | Model::Ols
        | Model::Ridge { .. }
        | Model::Logistic { .. }
        | Model::LinearClassifier => super::models::defined::defined(truth, model),
    }
}

const SCALAR: [Metric; 6] =
    [Metric::MeanSquaredError, Metric::VarianceRatio, Metric::SpreadRatio, Metric::SquaredError, Metric::KlDivergence, Metric::Parameter];

fn gaussian(truth: &Truth) -> Vec<Metric> {
    use Metric as M;
    let Truth::Gaussian { dimension, .. } = truth else { return Vec::new() };
    let mut metrics = vec![
        M::MeanSquaredError,
        M::VarianceRatio,
        M::LogVariance,
        M::LogDeterminant,
        M::SpreadRatio,
        M::WassersteinSquared,
        M::KlDivergence,
        M::NegativeLogLikelihood,
        M::Entropy,
        M::TailCoverage,
        M::TailCoverageWide,
        M::MassOutside,
    ];
    if *dimension == 1 {
        metrics.push(M::IntegratedSquaredError);
    }
    metrics
}

/// How the setup will be computed, or every reason why it cannot run.
pub fn check(setup: &Setup) -> Result<MethodChoice, Vec<Refusal>> {
    let mut refusals = Vec::new();
    kinds(setup, &mut refusals);
    if refusals.is_empty() {
        sizes(setup, &mut refusals);
        sampling(setup, &mut refusals);
        curation(setup, &mut refusals);
        metrics(setup, &mut refusals);
        capacity(setup, &mut refusals);
        text::refusals(setup, &mut refusals);
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    choose(setup).map_err(|refusal| vec![refusal])
}

pub(super) fn refuse(code: &'static str, field: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) -> Refusal {
    Refusal { code, field: field.into(), found: found.into(), remedy: remedy.into() }
}

fn kinds(setup: &Setup, out: &mut Vec<Refusal>) {
    let (made, eaten) = (Kind::made_by(&setup.truth), Kind::eaten_by(&setup.model));
    if made != eaten {
        let found = format!("this model fits {}, the truth makes {}", eaten.name(), made.name());
        out.push(refuse("kind-mismatch", "model.kind", found, format!("use {}", made.models())));
    }
    if let (Model::LinearClassifier, Truth::LabelledMixture { classes, .. }) = (&setup.model, &setup.truth)
        && count(classes) != Some(2)
    {
        let found = "a mean classifier of other than two classes";
        out.push(refuse("two-classes", "model.kind", found, "use logistic, or two classes"));
    }
    if let (Model::LinearClassifier, Truth::Tabular { .. }) = (&setup.model, &setup.truth) {
        let found = "a mean classifier, which needs Gaussian components";
        out.push(refuse("kind-mismatch", "model.kind", found, "use logistic, or a labelled-mixture"));
    }
    let labels = matches!(made, Kind::Responses | Kind::Labels);
    if matches!(setup.synthesis, Synthesis::Labels { .. }) && !labels {
        let found = format!("labels, but the truth makes {}", made.name());
        out.push(refuse("synthesis-mismatch", "synthesis", found, "use `examples`"));
    }
    if let Some(learner) = &setup.downstream {
        let eaten = Kind::eaten_by(learner);
        if eaten != made || !labels {
            let found = format!("a learner of {}, the truth makes {}", eaten.name(), made.name());
            out.push(refuse("downstream-mismatch", "downstream.kind", found, "use ols, ridge or logistic on a truth with labels"));
        }
    }
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
    match setup.regime.synthetic {
        Synthetic::Window { size: 0 } => out.push(refuse("empty-window", "regime.synthetic.size", "0", "use at least 1")),
        Synthetic::Overwrite { share } if !(share > 0.0 && share <= 1.0) => {
            out.push(refuse("bad-share", "regime.synthetic.share", share.to_string(), "use a share in (0, 1]"));
        }
        Synthetic::Overwrite { .. } if setup.regime.budget != Budget::Whole => {
            let found = "a budget on a data set of constant size";
            out.push(refuse("budget-of-constant-set", "regime.budget", found, "use `whole`"));
        }
        Synthetic::None | Synthetic::Newest | Synthetic::Window { .. } | Synthetic::All | Synthetic::Overwrite { .. } => {}
    }
    if setup.regime.budget == Budget::EqualParts && !matches!(setup.regime.synthetic, Synthetic::All | Synthetic::None) {
        out.push(refuse("parts-of-what", "regime.budget", "equal parts of batches that do not stay", "use synthetic = all"));
    }
}

fn sampling(setup: &Setup, out: &mut Vec<Refusal>) {
    let categorical = matches!(setup.model, Model::Categorical { .. } | Model::NGram { .. });
    let scalar = matches!(setup.model, Model::Poisson | Model::Exponential | Model::Bernoulli);
    match setup.sampling {
        Sampling::Unbiased => {}
        Sampling::VarianceScale { .. } if categorical || scalar => {
            let found = "variance-scale on a law without a free variance";
            let remedy = if categorical { "use temperature, top-p, top-k or argmax" } else { "use unbiased" };
            out.push(refuse("sampling-mismatch", "sampling.kind", found, remedy));
        }
        Sampling::VarianceScale { .. } => {}
        Sampling::Temperature { .. } | Sampling::TopP { .. } | Sampling::TopK { .. } | Sampling::Argmax => {
            let labelled = Kind::eaten_by(&setup.model) == Kind::Labels;
            if !categorical && !labelled {
                let remedy = if scalar { "use unbiased" } else { "use variance-scale" };
                out.push(refuse("sampling-mismatch", "sampling.kind", "a rule for categories on a density", remedy));
            }
        }
        Sampling::Flip { .. } if Kind::eaten_by(&setup.model) != Kind::Labels => {
            out.push(refuse("sampling-mismatch", "sampling.kind", "a flip of labels where there are none", "use a truth with labels"));
        }
        Sampling::Flip { share, .. } if !(0.0..=1.0).contains(&share) => {
            out.push(refuse("bad-share", "sampling.share", share.to_string(), "use a share in [0, 1]"));
        }
        Sampling::Flip { .. } => {}
    }
}

fn curation(setup: &Setup, out: &mut Vec<Refusal>) {
    let kind = Kind::made_by(&setup.truth);
    let says_what_is_correct = !matches!(kind, Kind::Counts | Kind::Times | Kind::Bits | Kind::Responses);
    for (place, rule) in setup.curation.iter().enumerate() {
        let field = format!("curation.{place}");
        if rule.judges() && !says_what_is_correct {
            let found = format!("the truth does not say which {} are correct", kind.name());
            out.push(refuse("nothing-to-verify", &field, found, "leave `curation` out"));
        }
        match rule {
            Curation::Verifier { true_accept, false_accept, reference, tail } => {
                if *tail == TailView::Blind && matches!(setup.truth, Truth::Tabular { .. }) {
                    let place = format!("{field}.tail");
                    out.push(refuse("no-tail", place, "a tail of the rows of a table, which has none", "use judged"));
                }
                let place = format!("{field}.reference");
                if *reference == Reference::Own && kind != Kind::Labels {
                    let found = format!("own labels, but the truth makes {}", kind.name());
                    out.push(refuse("reference-mismatch", place, found, "use most-likely"));
                } else if *reference != setup.reference() {
                    out.push(refuse("reference-mismatch", place, "verifiers that disagree on what is correct", "use one reference"));
                }
                for (name, p) in [("true_accept", true_accept), ("false_accept", false_accept)] {
                    if !(0.0..=1.0).contains(p) {
                        out.push(refuse("bad-probability", format!("{field}.{name}"), p.to_string(), "use a probability"));
                    }
                }
            }
            Curation::Correct { strength } => correction(setup, *strength, &field, out),
            Curation::BestOf { candidates, reward } => preference(setup, *candidates, reward, &field, out),
            Curation::Displace { distance } => displacement(setup, *distance, &field, out),
            Curation::Quota { groups, extra } => quota::refusals(setup, groups, *extra, &field, out),
        }
    }
}

fn correction(setup: &Setup, strength: f64, field: &str, out: &mut Vec<Refusal>) {
    if !(strength.is_finite() && strength >= 0.0) {
        out.push(refuse("bad-strength", format!("{field}.strength"), strength.to_string(), "use a number of at least 0"));
    }
    if matches!(&setup.synthesis, Synthesis::Labels { inputs: Inputs::Reused, .. }) {
        let found = "a correction, whose inputs are new, of labels on reused inputs";
        out.push(refuse("correction-mismatch", field, found, "use inputs = \"fresh\""));
    }
}

fn displacement(setup: &Setup, distance: f64, field: &str, out: &mut Vec<Refusal>) {
    if !(distance.is_finite() && distance >= 0.0) {
        out.push(refuse("bad-distance", format!("{field}.distance"), distance.to_string(), "use a number of at least 0"));
    }
    let moves = match &setup.model {
        Model::Gaussian { estimate } | Model::GaussianUnbiased { estimate } | Model::GaussianDiagonal { estimate } => {
            *estimate != Estimate::Covariance
        }
        model => matches!(model, Model::Ols | Model::Ridge { .. }),
    };
    if !moves {
        let remedy = "use ols, ridge, or a gaussian whose mean is estimated";
        out.push(refuse("displacement-mismatch", field, "a displacement of a law without a free location", remedy));
    }
}

fn preference(setup: &Setup, candidates: u32, reward: &Reward, field: &str, out: &mut Vec<Refusal>) {
    if !(2..=MOST_CANDIDATES).contains(&candidates) {
        let remedy = format!("use 2 to {MOST_CANDIDATES}");
        out.push(refuse("bad-candidates", format!("{field}.candidates"), candidates.to_string(), remedy));
    }
    if setup.curation.iter().filter(|rule| rule.judges()).count() > 1 {
        let found = "a preference beside another rule that judges";
        out.push(refuse("preference-not-alone", field, found, "keep one of them; a correction may stay"));
    }
    let place = format!("{field}.reward");
    match (reward, Kind::made_by(&setup.truth)) {
        (Reward::Levels { values }, Kind::Categories | Kind::Labels) => {
            if !values.iter().all(|value| value.is_finite()) {
                out.push(refuse("bad-reward", place, "a reward that is not finite", "use finite numbers"));
            }
        }
        (Reward::Linear { slope }, Kind::Points) if slope.is_finite() => {}
        (Reward::Quadratic { centre, width }, Kind::Points) if centre.is_finite() && *width > 0.0 => {}
        (Reward::Linear { .. } | Reward::Quadratic { .. }, Kind::Points) => {
            out.push(refuse("bad-reward", place, "a reward that is not finite", "use finite numbers and a positive width"));
        }
        (_, kind) => {
            let remedy = match kind {
                Kind::Points => "use linear or quadratic",
                Kind::Tokens => "leave it out; a verifier reads tokens",
                _ => "use levels, over categories or labels",
            };
            out.push(refuse("reward-mismatch", place, format!("a reward that cannot be told from {}", kind.name()), remedy));
        }
    }
}

fn metrics(setup: &Setup, out: &mut Vec<Refusal>) {
    let defined = defined(&setup.truth, &setup.model);
    let names = || defined.iter().map(|m| m.id()).collect::<Vec<_>>().join(", ");
    for (place, metric) in setup.metrics.iter().enumerate() {
        let field = format!("metrics.{place}");
        let learner = match metric {
            Metric::DownstreamExcessRisk => Some(Kind::Responses),
            Metric::DownstreamAccuracy => Some(Kind::Labels),
            _ => None,
        };
        match (learner, &setup.downstream) {
            (Some(kind), Some(model)) if Kind::eaten_by(model) == kind => {}
            (Some(_), _) => out.push(refuse("no-downstream", field, metric.id(), "add a `downstream` learner that has it")),
            (None, _) if !defined.contains(metric) => {
                out.push(refuse("undefined-metric", field, metric.id(), format!("use one of {}", names())));
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
        out.push(refuse("undefined-metric", "hitting.metric", event.metric.id(), format!("use one of {}", names())));
    }
}

fn capacity(setup: &Setup, out: &mut Vec<Refusal>) {
    let has_one = matches!(setup.model, Model::Mixture { .. } | Model::Histogram { .. } | Model::Ridge { .. });
    if matches!(setup.capacity, Capacity::Growing { .. }) && !has_one {
        out.push(refuse(
            "no-capacity",
            "capacity",
            "growing capacity of a model that has none",
            "use mixture, histogram or ridge, or `fixed`",
        ));
    }
}

/// Whether a shortcut is exact: its name in words, or what stands against it.
fn choose(setup: &Setup) -> Result<MethodChoice, Refusal> {
    let samples = |reason: String| MethodChoice { method: Method::Samples, reason };
    let choice = match (setup.method, shortcut(setup)) {
        (Method::Samples, _) => samples("asked for: every example is drawn".into()),
        (Method::Auto | Method::Statistics, Ok(exact)) => MethodChoice { method: Method::Statistics, reason: format!("exact: {exact}") },
        (Method::Auto, Err(against)) => samples(format!("every example is drawn: {against}")),
        (Method::Statistics, Err(against)) => {
            return Err(refuse("no-shortcut", "method", format!("statistics, but {against}"), "use `auto` or `samples`"));
        }
    };
    if dispatch::exists(setup, choice.method) {
        return Ok(choice);
    }
    let found = "this family has no form over this truth with these settings";
    Err(refuse("no-model", "model.kind", found, format!("use {}", Kind::made_by(&setup.truth).models())))
}

fn shortcut(setup: &Setup) -> Result<&'static str, &'static str> {
    let cuts = setup.regime.budget != Budget::Whole || matches!(setup.regime.synthetic, Synthetic::Overwrite { .. });
    if setup.downstream.is_some() {
        return Err("a downstream learner reads the examples");
    }
    if let Some((_, reward)) = setup.preference() {
        return match probabilities(&setup.truth).and_then(|p| reward.two_levels(p.len())) {
            Some(_) if !cuts => Ok("multinomial counts of what is preferred"),
            Some(_) | None => Err("a preference compares example with example"),
        };
    }
    match &setup.model {
        Model::Categorical { .. } if cuts && (setup.regime.real_weight - 1.0).abs() > 0.0 => Err("weighted counts cannot be subsampled"),
        Model::Categorical { .. } => Ok("multinomial counts, hypergeometric subsamples"),
        Model::NGram { .. } if cuts && (setup.regime.real_weight - 1.0).abs() > 0.0 => Err("weighted counts cannot be subsampled"),
        Model::NGram { .. } => Ok("counts of n-grams alone are kept of every text"),
        _ if cuts => Err("a subsample needs the examples"),
        Model::Gaussian { .. } | Model::GaussianUnbiased { .. } if setup.displacement() > 0.0 && !dispatch::is_independent(setup) => {
            Err("a displaced law of dependent coordinates needs the examples")
        }
        Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } if setup.is_judged() => {
            Ok("points are drawn and judged one by one, and only their sums are kept")
        }
        Model::Kde { .. } => dispatch::other_shortcut(setup),
        Model::LinearClassifier => linear_classifier::shortcut(setup),
        _ if setup.is_judged() => Err("a curation judges example by example"),
        Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } => Ok(dispatch::gaussian_shortcut(setup)),
        Model::Poisson => Ok("the sum of Poisson counts is Poisson"),
        Model::Exponential => Ok("the sum of exponential times is gamma"),
        Model::Bernoulli => Ok("the sum of zeros and ones is binomial"),
        Model::Mixture { .. } | Model::Histogram { .. } | Model::Ols | Model::Ridge { .. } | Model::Logistic { .. } => {
            dispatch::other_shortcut(setup)
        }
    }
}
