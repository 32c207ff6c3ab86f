//! The format of `studies/<study>.toml` as data: keys, shapes, one line of meaning each.
//!
//! Readers, JSON Schema and the messages of `lint` all come from these tables; `studies/README.md` says the same in
//! prose.

use super::ModelFamily;
use super::format_curation;
use super::format_families::{MODELS, TRUTHS};
use super::format_shapes::{CATEGORIES, GENERATIONS, NOT_NEGATIVE, NUMBER, POSITIVE, PROBABILITY, SAMPLES, SHARE, SIZE, case};
use super::read_external::ENGINES;
use super::shape::{Case, Key, Shape, optional, required};
use crate::taxonomy::{Basis, Condition, Definition, Fidelity, Metric, RealismLevel, Role, Size, Word};

pub(super) fn ids<W: Word>() -> Vec<&'static str> {
    W::all().iter().map(|word| word.id()).collect()
}

fn levels() -> Vec<&'static str> {
    ids::<Fidelity>().into_iter().filter(|level| *level != Fidelity::None.id()).collect()
}

pub(super) const SCHEMA: Key = required("schema", Shape::Count(1, 1), "the version of this format");
const TEXTS: Shape = Shape::List(&Shape::Text, 0);

/// A whole study file.
pub(super) static STUDY_FILE: Shape = Shape::Table(&[
    SCHEMA,
    optional("draft", Shape::Flag, "true while the file is being written"),
    required("study", Shape::Table(STUDY), "the citation"),
    optional("definition", Shape::List(&Shape::Table(CODING), 0), "which definitions the study uses"),
    optional("realism", Shape::List(&Shape::Table(JUDGEMENT), 0), "how far each condition is met"),
    optional("simulation", Shape::Each(&SIMULATION), "reduced runs by name"),
]);

pub(super) const STUDY: &[Key] = &[
    required("title", Shape::Text, "title of the publication"),
    required("authors", Shape::List(&Shape::Text, 1), "authors in print order"),
    required("year", Shape::Count(1900, 2100), "year of the first version"),
    optional("month", Shape::Count(1, 12), "month of the first version"),
    optional("arxiv", Shape::Text, "arXiv number without version"),
    optional("doi", Shape::Text, "DOI"),
    optional("venue", Shape::Text, "journal or conference"),
    optional("code", Shape::Text, "public code"),
    optional("versions", TEXTS, "versions known, in words"),
    optional("work", Shape::Text, "studies that are versions of one work share this word"),
    required("families", Shape::List(&Shape::Words(ids::<ModelFamily>), 1), "model families the study used"),
    optional("no_simulation", Shape::Text, "why there is no simulation, where there is none"),
];

pub(super) const CODING: &[Key] = &[
    required("id", Shape::Words(ids::<Definition>), "the definition"),
    required("basis", Shape::Words(ids::<Basis>), "stated, or only used"),
    required("coder", Shape::Text, "who says so, from coders.toml"),
    required("locator", Shape::Text, "where in the study"),
    required("reason", Shape::Text, "why"),
];

pub(super) const JUDGEMENT: &[Key] = &[
    required("condition", Shape::Words(ids::<Condition>), "the condition"),
    required("level", Shape::Words(ids::<RealismLevel>), "how far it is met"),
    required("coder", Shape::Text, "who says so, from coders.toml"),
    required("locator", Shape::Text, "where in the study"),
    required("reason", Shape::Text, "why"),
    optional("simulation", Shape::Text, "holds for this simulation only"),
];

/// One simulation.
pub(super) static SIMULATION: Shape = Shape::Table(SIMULATION_KEYS);

pub(super) const SIMULATION_KEYS: &[Key] = &[
    required("role", Shape::Words(ids::<Role>), "what the study puts forward, or what it only argues against"),
    required("fidelity", Shape::Words(levels), "how near it is to the study"),
    optional("size", Shape::Words(ids::<Size>), "at which size it is run; required unless an analogue"),
    optional("departures", TEXTS, "what differs from the study, in words"),
    required("truth", Shape::Kinds("kind", TRUTHS), "where real data come from"),
    required("model", Shape::Kinds("kind", MODELS), "what is fitted at every generation"),
    optional("synthesis", Shape::Kinds("kind", SYNTHESES), "what a fitted model contributes"),
    required("regime", Shape::Kinds("kind", REGIMES), "which data make the next training set"),
    optional(
        "curation",
        Shape::List(&Shape::Kinds("kind", format_curation::CURATIONS), 0),
        "what happens to synthetic examples before they join",
    ),
    optional("sampling", Shape::Kinds("kind", SAMPLINGS), "how the fitted model is sampled"),
    required("samples", Shape::Either(&[SIZE, Shape::Kinds("grow", SCHEDULES)]), "examples per generation"),
    required("generations", Shape::Count(1, GENERATIONS), "the last generation"),
    optional("capacity", Shape::Kinds("kind", CAPACITIES), "how model capacity moves"),
    required("metrics", Shape::List(&Shape::Words(ids::<Metric>), 1), "what is measured"),
    optional("hitting", Shape::Table(HITTING), "the event of `hitting-time` and `hit`"),
    optional("risk", Shape::Words(ids::<Metric>), "what risk on real data means here"),
    optional("ceiling", Shape::Expression, "largest value of the risk, or \"none\""),
    optional("null_risk", Shape::Expression, "risk of the best predictor that saw no data, or \"none\""),
    optional("time_scale", Shape::Expression, "generations after which the dynamics have run their course once"),
    optional("downstream", Shape::Kinds("kind", MODELS), "model fitted on each recorded training set"),
    optional("method", Shape::Words(methods), "exact shortcut or sample by sample"),
    optional("engine", Shape::Kinds("kind", ENGINES), "who runs it"),
    optional("grid", Shape::Paths, "dotted paths and lists of values"),
];

fn methods() -> Vec<&'static str> {
    vec!["auto", "statistics", "samples"]
}

const HITTING: &[Key] =
    &[required("metric", Shape::Words(ids::<Metric>), "the metric watched"), required("below", NUMBER, "the level it must fall to")];

fn inputs() -> Vec<&'static str> {
    vec!["fresh", "reused"]
}

fn choices() -> Vec<&'static str> {
    vec!["sampled", "argmax", "mean"]
}

const SYNTHESES: &[Case] = &[
    case("examples", &[], "whole examples"),
    case(
        "labels",
        &[
            required("inputs", Shape::Words(inputs), "where inputs come from"),
            required("choice", Shape::Words(choices), "how a label is chosen"),
        ],
        "labels on real inputs",
    ),
];

const SHARE_KEY: &[Key] = &[required("share", SHARE, "the share")];
const REAL_INPUTS: Key = optional(
    "real_inputs",
    Shape::Words(inputs),
    "inputs of later real data: new ones, or the first again with new labels (default fresh)",
);
const REAL_WEIGHT: Key = optional("real_weight", POSITIVE, "weight of each real example in the fit (default 1)");
/// A share of real data: constant, or start * t^-exponent.
const REAL_SHARE: Shape = Shape::Either(&[
    SHARE,
    Shape::Table(&[required("start", POSITIVE, "factor"), required("exponent", NOT_NEGATIVE, "the share falls as t^-exponent, at most 1")]),
]);
const REAL_SHARE_KEYS: &[Key] = &[required("share", REAL_SHARE, "share of fresh real examples"), REAL_WEIGHT, REAL_INPUTS];

pub(super) const REGIMES: &[Case] = &[
    case("replace", &[], "n_t from the newest model"),
    case("accumulate", &[], "the first real set and everything generated since"),
    case(
        "accumulate-subsample",
        &[
            optional("replacement", Shape::Flag, "draw with replacement (default false)"),
            optional("choice", Shape::Words(picks), "at random (default), or far from each other, one by one or by a threshold"),
        ],
        "n_t drawn from all of that",
    ),
    case("window", &[required("size", Shape::Count(1, GENERATIONS), "generations kept")], "the first real set and the last generations"),
    case(
        "memory",
        &[
            required("size", Shape::Count(1, GENERATIONS), "models drawn from"),
            optional("count", Shape::Count(1, SAMPLES), "fresh real examples per generation (default none)"),
        ],
        "n_t drawn anew from the last models, in equal parts",
    ),
    case("augment", &[], "the first real set and n_t from the newest model"),
    case("weighted", &[required("real_weight", POSITIVE, "weight of a real example")], "as augment, real examples weighted"),
    case("fixed-real-fraction", REAL_SHARE_KEYS, "n_t examples, that share fresh real ones"),
    case(
        "fresh-real",
        &[required("count", Shape::Count(1, SAMPLES), "fresh real examples per generation"), REAL_WEIGHT, REAL_INPUTS],
        "fresh real examples and n_t from the newest model",
    ),
    case("accumulate-fresh", REAL_SHARE_KEYS, "everything so far and n_t new, that share fresh real"),
    case("balanced", &[], "n_t examples, an equal part of every batch"),
    case("incremental", SHARE_KEY, "the last set with that share replaced"),
    case("expanding", &[required("share", POSITIVE, "new examples as a share of n_1")], "the last set and share * n_1 new ones"),
];

fn picks() -> Vec<&'static str> {
    vec!["random", "farthest", "threshold"]
}

fn labellers() -> Vec<&'static str> {
    vec!["model", "own"]
}

const SAMPLINGS: &[Case] = &[
    case("unbiased", &[], "as fitted"),
    case("variance-scale", &[required("scale", POSITIVE, "factor of the covariance")], "covariance scaled"),
    case("temperature", &[required("temperature", POSITIVE, "the temperature")], "probabilities to the power 1/temperature"),
    case("top-p", &[required("mass", SHARE, "the mass kept")], "the most likely outcomes that hold this mass"),
    case("top-k", &[required("count", Shape::Count(1, CATEGORIES), "how many")], "the most likely outcomes"),
    case("argmax", &[], "always the most likely outcome"),
    case(
        "guidance",
        &[required("weight", NOT_NEGATIVE, "w: (1 + w) times what is said with the class, less w times what is said without")],
        "of a diffusion with `classes`, pushed towards the class that it is asked for",
    ),
    case("decoder-mean", &[], "of an autoencoder the means of its pixels, no draws of them"),
    case(
        "flip",
        &[
            required("share", PROBABILITY, "probability that a label becomes another one"),
            optional("of", Shape::Words(labellers), "whose label: the model's, or the one the input came with (default model)"),
        ],
        "labels turned at random",
    ),
];

const START: Key = required("start", SIZE, "n_1");

const SCHEDULES: &[Case] = &[
    case("constant", &[START], "always start"),
    case("linear", &[START, required("step", Shape::Count(0, SAMPLES), "growth per generation")], "start + step (t - 1)"),
    case(
        "geometric",
        &[START, required("factor", POSITIVE, "growth factor"), optional("limit", SIZE, "largest size")],
        "start factor^(t - 1)",
    ),
    case("power", &[START, required("exponent", NUMBER, "growth exponent")], "start t^exponent"),
    case("listed", &[required("sizes", Shape::List(&SIZE, 1), "n_1, n_2, …; the last holds on")], "as listed"),
    case("final", &[START, required("last", SIZE, "n_T")], "start, and last in the last generation"),
];

const CAPACITIES: &[Case] = &[
    case("fixed", &[], "as stated in the model"),
    case("growing", &[required("exponent", NOT_NEGATIVE, "capacity times (n_t / n_1)^exponent")], "growing with the data"),
];
