//! The format of `studies/<study>.toml` as data: keys, shapes, one line of meaning each.
//!
//! Readers, JSON Schema and the messages of `lint` all come from these tables; `studies/README.md` says the same in
//! prose.

use super::ModelFamily;
use super::format_curation;
use super::format_models::MODELS;
use super::format_shapes::{
    CATEGORIES, DEGREES, DIMENSION, GENERATIONS, NOT_NEGATIVE, NUMBER, ORDER, POSITIVE, PROBABILITY, SAMPLES, SHARE, SIZE, case,
};
use super::read_external::ENGINES;
use super::shape::{Case, Key, Shape, optional, required};
use crate::sim::text::{MOST_VOCABULARY, MOST_WORDS};
use crate::taxonomy::{Basis, Condition, Definition, Fidelity, Metric, RealismLevel, Role, Size, Word};

pub(super) fn ids<W: Word>() -> Vec<&'static str> {
    W::all().iter().map(|word| word.id()).collect()
}

fn levels() -> Vec<&'static str> {
    ids::<Fidelity>().into_iter().filter(|level| *level != Fidelity::None.id()).collect()
}

pub(super) const SCHEMA: Key = required("schema", Shape::Count(1, 1), "the version of this format");
const TEXTS: Shape = Shape::List(&Shape::Text, 0);
const POSITIVES: Shape = Shape::List(&POSITIVE, 1);
const WEIGHTS: Shape = Shape::List(&NOT_NEGATIVE, 1);
/// Classes or groups of components.
const PLACES: Shape = Shape::List(&Shape::Count(0, 1000), 1);
const MEANS: Shape = Shape::List(&Shape::List(&NUMBER, 1), 1);

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

const DIMENSION_KEY: Key = required("dimension", Shape::Count(1, DIMENSION), "number of dimensions");
const VARIANCE: Key = optional("variance", POSITIVE, "common eigenvalue of the covariance (default 1)");
const DECAY: Key = optional("decay", NOT_NEGATIVE, "eigenvalues i^-decay, instead of `variance`");
const SPECTRUM: Key = optional("spectrum", POSITIVES, "eigenvalues, instead of `variance`");
const NOISE: Key = required("noise", NOT_NEGATIVE, "standard deviation of the noise");
const ANGLES: Key =
    required("angles", Shape::Words(angles), "even as scikit-learn spaces those of one batch, or drawn for each point by itself");
const ROLL: Key = required("dimension", Shape::Count(2, 3), "3 as scikit-learn's, or 2 for its spiral (the first and third) alone");
const K: Key = required("categories", Shape::Count(1, CATEGORIES), "number of categories");

fn coefficients() -> Vec<&'static str> {
    vec!["fixed", "drawn"]
}

fn angles() -> Vec<&'static str> {
    vec!["even", "drawn"]
}

pub(super) const TRUTHS: &[Case] = &[
    case(
        "gaussian",
        &[DIMENSION_KEY, optional("mean", NUMBER, "mean of every coordinate (default 0)"), VARIANCE, DECAY, SPECTRUM],
        "Gaussian",
    ),
    case(
        "gaussian-mixture",
        &[
            required("weights", WEIGHTS, "component weights (normalised)"),
            required("means", MEANS, "component means"),
            required("deviations", POSITIVES, "component standard deviations"),
        ],
        "mixture of isotropic Gaussians",
    ),
    case(
        "blobs",
        &[required("centers", Shape::Count(1, 1000), "number of centres"), required("deviation", POSITIVE, "standard deviation of a blob")],
        "Gaussian blobs with random centres",
    ),
    case("moons", &[NOISE, ANGLES], "two half circles"),
    case("circles", &[NOISE, required("factor", SHARE, "radius of the inner circle, below 1"), ANGLES], "two circles"),
    case("swiss-roll", &[NOISE, ROLL], "a rolled-up sheet"),
    case(
        "rosenbrock",
        &[
            optional("mean", NUMBER, "mean of the first coordinate (default 0)"),
            optional("deviation", POSITIVE, "standard deviation of the first coordinate (default 1)"),
            optional("noise", POSITIVE, "standard deviation of the second coordinate about the square of the first (default sqrt(1/2))"),
        ],
        "points about a parabola",
    ),
    case(
        "digits",
        &[optional("weights", WEIGHTS, "weights of the ten digits (normalised; default: even)")],
        "images of handwritten digits, 8 x 8 pixels",
    ),
    case(
        "labelled-digits",
        &[
            optional("weights", WEIGHTS, "weights of the ten digits (normalised; default: even)"),
            optional("classes", PLACES, "class of each of the ten digits, from 0 (default: one class each)"),
            optional("flipped", PROBABILITY, "share of labels that are another class (default 0)"),
            optional(
                "colour",
                Shape::List(&PROBABILITY, 2),
                "probability of the second of two colours for each label (default: one colour)",
            ),
        ],
        "images of handwritten digits with labels, in one colour or two",
    ),
    case("book", &[], "passages of 64 characters of the shipped book"),
    case("program", &[], "passages of 64 characters of shipped source code in C"),
    case(
        "categorical",
        &[
            required("law", Shape::Words(laws), "the law over categories"),
            optional("categories", Shape::Count(1, CATEGORIES), "number of categories (uniform, zipf)"),
            optional("exponent", NOT_NEGATIVE, "exponent (zipf)"),
            optional("shift", NOT_NEGATIVE, "shift (zipf, default 0)"),
            optional("weights", WEIGHTS, "weights (given)"),
        ],
        "categories",
    ),
    case(
        "student-t",
        &[
            required("degrees", DEGREES, "degrees of freedom, from 1 to 1,000,000"),
            optional("location", NUMBER, "centre (default 0)"),
            optional("scale", POSITIVE, "unit of distances, not the standard deviation (default 1)"),
        ],
        "Student's t in one dimension",
    ),
    case("poisson", &[required("rate", POSITIVE, "mean")], "Poisson counts"),
    case("exponential", &[required("mean", POSITIVE, "mean")], "exponential waiting times"),
    case("bernoulli", &[required("probability", PROBABILITY, "probability of a one")], "zeros and ones"),
    case(
        "linear-regression",
        &[
            DIMENSION_KEY,
            required("noise_variance", NOT_NEGATIVE, "variance of the label noise"),
            required("signal", NOT_NEGATIVE, "risk of predicting zero"),
            VARIANCE,
            DECAY,
            SPECTRUM,
            optional("source", NUMBER, "direction of the coefficients along the spectrum (default 0)"),
            optional("coefficients", Shape::Words(coefficients), "the same in every run, or drawn by each (default fixed)"),
        ],
        "linear regression",
    ),
    case(
        "generalised-linear",
        &[
            required("link", Shape::Words(links), "what a response is: a count, or yes and no"),
            DIMENSION_KEY,
            optional("intercept", NUMBER, "linear predictor of an input of zeros (default 0)"),
            required("signal", NOT_NEGATIVE, "variance of the linear predictor"),
        ],
        "Gaussian inputs with counts, or with yes and no",
    ),
    case(
        "labelled-mixture",
        &[
            optional("means", MEANS, "component means"),
            optional("dimension", Shape::Count(1, DIMENSION), "instead of `means`: number of dimensions"),
            optional(
                "separation",
                NOT_NEGATIVE,
                "instead of `means`: distance of two components, which lie at +- half of it on the first axis",
            ),
            optional("weights", WEIGHTS, "component weights (normalised; default: even)"),
            optional("deviation", POSITIVE, "standard deviation within every component (default 1)"),
            optional("classes", PLACES, "class of each component, from 0 (default: one class each)"),
            optional("groups", PLACES, "group of each component, from 0 (default: one group)"),
        ],
        "Gaussian components with labels",
    ),
    case(
        "text",
        &[
            required("source", Shape::Words(sources), "where the law of tokens comes from"),
            optional("corpus", Shape::Text, "a file of studies/corpora (own)"),
            optional("unit", Shape::Words(units), "what a token is (corpus and own, default words)"),
            optional("vocabulary", VOCABULARY, "most common tokens kept (corpus and own)"),
            optional("order", ORDER, "a token depends on the order - 1 before it (corpus and own)"),
            optional("words", WORDS, "words in each open class (grammar)"),
            optional("exponent", NOT_NEGATIVE, "word i of a class has weight i^-exponent (grammar, default 1)"),
            optional("adjectives", PROBABILITY, "probability of each of the two adjectives (grammar, default 0.5)"),
            optional("rows", MEANS, "weights of the tokens after each token (chain)"),
        ],
        "sentences of tokens",
    ),
    case(
        "tabular",
        &[
            required("data", Shape::Words(tables), "which table"),
            optional("columns", Shape::Count(1, 8), "principal components used, the first ones (default 4)"),
            optional("penalty", POSITIVE, "ridge of the truth's own fit, per example (default 0.01)"),
        ],
        "a real table, relabelled",
    ),
];

const VOCABULARY: Shape = Shape::Count(1, MOST_VOCABULARY as u64);
const WORDS: Shape = Shape::Count(1, MOST_WORDS as u64);

fn sources() -> Vec<&'static str> {
    SOURCES.iter().map(|source| source.name).collect()
}

fn units() -> Vec<&'static str> {
    vec!["words", "characters"]
}

/// The sources of a text with the keys each takes beside `kind` and `source`.
pub(super) const SOURCES: &[Case] = &[
    case(
        "corpus",
        &[
            optional("unit", Shape::Words(units), "what a token is"),
            required("vocabulary", VOCABULARY, "most common tokens kept; all others are one unknown token"),
            required("order", ORDER, "a token depends on the order - 1 before it in its sentence"),
        ],
        "n-gram frequencies of the text shipped with the tool",
    ),
    case(
        "own",
        &[
            required("corpus", Shape::Text, "name of a text in studies/corpora, which ends in `.txt`"),
            optional("unit", Shape::Words(units), "what a token is"),
            required("vocabulary", VOCABULARY, "most common tokens kept; all others are one unknown token"),
            required("order", ORDER, "a token depends on the order - 1 before it in its sentence"),
        ],
        "n-gram frequencies of a text of your own",
    ),
    case(
        "grammar",
        &[
            required("words", WORDS, "words in each open class"),
            optional("exponent", NOT_NEGATIVE, "exponent"),
            optional("adjectives", PROBABILITY, "probability of an adjective"),
        ],
        "a small grammar with agreement",
    ),
    case("chain", &[required("rows", MEANS, "weights of the tokens after each token; token 0 ends a sentence")], "written out"),
];

fn links() -> Vec<&'static str> {
    vec!["poisson", "logistic"]
}

fn tables() -> Vec<&'static str> {
    vec!["breast-cancer", "wine", "digits"]
}

fn laws() -> Vec<&'static str> {
    LAWS.iter().map(|law| law.name).collect()
}

/// The laws of a categorical truth with the keys each needs beside `kind` and `law`.
pub(super) const LAWS: &[Case] = &[
    case("uniform", &[K], "all equally likely"),
    case("zipf", &[K, required("exponent", NOT_NEGATIVE, "exponent"), optional("shift", NOT_NEGATIVE, "shift")], "(i + shift)^-exponent"),
    case("given", &[required("weights", WEIGHTS, "weights")], "proportional to the weights"),
];

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
