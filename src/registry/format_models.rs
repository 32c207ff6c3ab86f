//! The tables of models: what is fitted at every generation, its keys, one line of meaning each.

use super::format_shapes::{CATEGORIES, DEGREES, FEATURES, GENERATIONS, NOT_NEGATIVE, NUMBER, ORDER, POSITIVE, PROBABILITY, SHARE, case};
use super::format_trained;
use super::shape::{Case, Key, Shape, optional, required};
use crate::sim::{MOST_AGENTS, MOST_MEMBERS};

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
