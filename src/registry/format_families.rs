//! The tables of truths and of models: where real data come from and what is fitted at every generation, their keys, one line of meaning each.

use super::format_shapes::{
    CATEGORIES, DEGREES, DIMENSION, FEATURES, GENERATIONS, NOT_NEGATIVE, NUMBER, ORDER, POSITIVE, PROBABILITY, SHARE, case,
};
use super::format_trained;
use super::shape::{Case, Key, Shape, optional, required};
use crate::sim::text::{MOST_VOCABULARY, MOST_WORDS};
use crate::sim::{MOST_AGENTS, MOST_MEMBERS};

const POSITIVES: Shape = Shape::List(&POSITIVE, 1);
const WEIGHTS: Shape = Shape::List(&NOT_NEGATIVE, 1);
/// Classes or groups of components.
const PLACES: Shape = Shape::List(&Shape::Count(0, 1000), 1);
const MEANS: Shape = Shape::List(&Shape::List(&NUMBER, 1), 1);

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

fn estimates() -> Vec<&'static str> {
    vec!["both", "mean", "covariance"]
}

const GAUSSIAN: &[Key] = &[optional("estimate", Shape::Words(estimates), "which parameters are fitted (default both)")];
const BANDWIDTH: Shape = Shape::Either(&[
    POSITIVE,
    Shape::Words(rules),
    Shape::Table(&[required("constant", POSITIVE, "factor"), required("exponent", NOT_NEGATIVE, "exponent of 1/n")]),
]);

fn rules() -> Vec<&'static str> {
    vec!["scott-scipy", "silverman-scipy", "scott-scikit-learn", "silverman-scikit-learn"]
}

const MAXIMUM_LIKELIHOOD: Case = case("gaussian", GAUSSIAN, "Gaussian, maximum likelihood");
const UNBIASED: Case = case("gaussian-unbiased", GAUSSIAN, "Gaussian, unbiased covariance");
const DIAGONAL: Case = case("gaussian-diagonal", GAUSSIAN, "Gaussian with independent coordinates");
const MIXTURE: Case = case(
    "mixture",
    &[
        required("components", Shape::Count(1, 1000), "number of components"),
        optional("iterations", Shape::Count(1, 10_000), "EM iterations (default 60)"),
    ],
    "Gaussian mixture by EM",
);
const KDE: Case = case(
    "kde",
    &[required("bandwidth", BANDWIDTH, "bandwidth or the library's rule: scipy's follow the spread, scikit-learn's do not")],
    "Gaussian kernel density estimate",
);
const HISTOGRAM: Case = case(
    "histogram",
    &[
        required("bins", Shape::Count(1, CATEGORIES), "number of bins"),
        required("low", NUMBER, "left edge"),
        required("high", NUMBER, "right edge"),
    ],
    "histogram",
);
const CATEGORICAL: Case =
    case("categorical", &[optional("smoothing", NOT_NEGATIVE, "pseudo-count per category (default 0)")], "frequencies");

/// What several models side by side can be.
const SEVERAL: &[Case] = &[MAXIMUM_LIKELIHOOD, UNBIASED, DIAGONAL, MIXTURE, KDE, HISTOGRAM, CATEGORICAL];

fn exchanges() -> Vec<&'static str> {
    vec!["own", "others", "shared", "dealt"]
}

pub(super) const MODELS: &[Case] = &[
    MAXIMUM_LIKELIHOOD,
    UNBIASED,
    DIAGONAL,
    MIXTURE,
    KDE,
    HISTOGRAM,
    case("student-t", &[required("degrees", DEGREES, "degrees of freedom, from 1 to 1,000,000")], "Student's t, maximum likelihood"),
    case(
        "market",
        &[
            required("agents", Shape::Count(1, MOST_AGENTS as u64), "agents who may buy a sample in every round"),
            required("cut", POSITIVE, "cut samples lie at most so far from the truth's location, in its scales"),
            required("price", NOT_NEGATIVE, "price of a cut sample as a share of that of a whole one"),
            required("rate", SHARE, "share of what a round shows in what agents hold a kind to be worth"),
            optional(
                "turnover",
                Shape::Count(0, GENERATIONS),
                "rounds after which a new generation takes the public spread for the world's (default 0: never)",
            ),
        ],
        "agents who pay for samples of a t, and a kernel estimate of what they bought",
    ),
    CATEGORICAL,
    case("poisson", &[], "Poisson rate"),
    case("exponential", &[], "exponential mean"),
    case("bernoulli", &[], "Bernoulli probability"),
    case("ols", &[], "ordinary least squares"),
    case("ridge", &[required("penalty", NOT_NEGATIVE, "penalty on the squared norm")], "ridge regression"),
    case(
        "random-features",
        &[
            required("width", Shape::Count(1, FEATURES), "number of random projections of the inputs"),
            optional("penalty", NOT_NEGATIVE, "penalty on the squared norm (default 0: least norm)"),
        ],
        "regression on random features",
    ),
    case(
        "logistic",
        &[
            required("penalty", NOT_NEGATIVE, "penalty on the squared norm, per example"),
            optional("iterations", Shape::Count(1, 10_000), "Newton iterations (default 25)"),
        ],
        "logistic regression",
    ),
    case(
        "n-gram",
        &[
            required("order", ORDER, "tokens of an n-gram: the token and those before it that decide its law"),
            optional("smoothing", NOT_NEGATIVE, "pseudo-count per token and context (default 0)"),
        ],
        "frequencies of tokens in their contexts",
    ),
    case("linear-classifier", &[], "mean classifier of two classes"),
    case(
        "generalised-linear",
        &[optional("iterations", Shape::Count(1, 10_000), "Newton iterations (default 25)")],
        "regression of counts or of yes and no, maximum likelihood",
    ),
    case(
        "crowd",
        &[
            required("members", Shape::Count(1, MOST_MEMBERS as u64), "number of models"),
            required("member", Shape::Kinds("kind", SEVERAL), "what each of them is"),
            optional("shared", PROBABILITY, "share of the real examples that all models see; the others are dealt in turn (default 0)"),
            optional("exchange", Shape::Words(exchanges), "who learns from what a model makes (default dealt)"),
        ],
        "several models that learn from each other",
    ),
    format_trained::VAE,
    format_trained::LABELLED_VAE,
    format_trained::TRANSFORMER,
    format_trained::DIFFUSION,
    format_trained::FLOW_MATCHING,
    format_trained::FLOW,
    format_trained::GAN,
    format_trained::MLP,
];
