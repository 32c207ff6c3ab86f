//! The formats of the claims file, the thresholds, the worlds, the weights and the coders, as data.

use super::format::{SCHEMA, ids};
use super::format_shapes::GENERATIONS;
use super::shape::{Case, Key, Range, Shape, optional, required};
use super::{Asserts, Quantifier, criteria};
use crate::taxonomy::{Against, Author, Condition, Definition, Fidelity, Functional, Knowledge, Metric};

const ANY: Shape = Shape::Number(Range::Any);

/// A whole claims file.
pub(super) static CLAIM_FILE: Shape =
    Shape::Table(&[SCHEMA, optional("claim", Shape::List(&Shape::Table(CLAIM), 0), "the claims of one study")]);

pub(super) const CLAIM: &[Key] = &[
    required("id", Shape::Text, "unique within the study"),
    required("statement", Shape::Text, "one sentence in our own words"),
    required("by", Shape::Words(ids::<Author>), "whose claim it is"),
    required("known", Shape::Words(ids::<Knowledge>), "how we know it"),
    required("locator", Shape::Text, "where in the study"),
    required("definition", Shape::Words(ids::<Definition>), "the definition it is about"),
    required("asserts", Shape::Words(ids::<Asserts>), "what is said of the definition"),
    optional("for", Shape::Words(ids::<Quantifier>), "for what the statement speaks; required of every claim that is no draft"),
    optional("functional", Shape::Words(ids::<Functional>), "how replicates are summarised; required for risk definitions"),
    optional("against", Shape::Words(ids::<Against>), "any-risk-increase only: what the risk must exceed (default real-only)"),
    optional("simulation", Shape::Text, "the simulation that tests it"),
    optional("fidelity", Shape::Words(ids::<Fidelity>), "lowers the simulation's level for this claim"),
    optional("untested", Shape::Text, "why there is no test"),
    optional("test", Shape::Kinds("kind", TESTS), "the test"),
    optional("control", Shape::Paths, "one knob changed: there the test must positively fail"),
    optional("positive_control", Shape::Paths, "instead, where the study is contradicted: there the same test must positively hold"),
    optional("holds_when", Shape::Table(BRANCH), "where a conditional claim must hold"),
    optional("fails_when", Shape::Table(BRANCH), "where a conditional claim must fail"),
    optional("part_of", Shape::Text, "the claim of which this is a part"),
    optional("conflicts", Shape::List(&Shape::Text, 0), "full ids of claims this one conflicts with"),
    optional("because", Shape::Text, "fair wording where the result differs from print"),
    optional("both_true", Shape::Text, "why the claim can be reproduced while its definition is not found as asserted"),
];

const BRANCH: &[Key] = &[
    optional("change", Shape::Paths, "the simulation with some keys changed; may be empty"),
    required("test", Shape::Kinds("kind", TESTS), "the test"),
];

fn statistics() -> Vec<&'static str> {
    vec!["mean", "median", "mean-log", "share"]
}

fn scales() -> Vec<&'static str> {
    vec!["relative", "absolute"]
}

fn forms() -> Vec<&'static str> {
    vec!["exact", "asymptotic"]
}

fn whens() -> Vec<&'static str> {
    vec!["every", "last"]
}

fn logs() -> Vec<&'static str> {
    vec!["none", "statistic", "both"]
}

fn arms() -> Vec<&'static str> {
    vec!["as-published", "real-only"]
}

const METRIC: Key = required("metric", Shape::Words(ids::<Metric>), "the metric asked");
const STATISTIC: Key = optional("statistic", Shape::Words(statistics), "how replicates become one number");
const WHERE: Key = optional("where", Shape::Text, "for `share`: `metric < x` or `metric > x`");
const AT: Key = optional(
    "at",
    Shape::Either(&[Shape::Words(whens), Shape::List(&Shape::Count(1, GENERATIONS), 1)]),
    "generations (default last; a trend over generations: every)",
);
const CELLS: Key = optional("cells", Shape::List(&Shape::Text, 1), "cells by name (default every)");
const RELATIVE: Key = optional("relative_to", Shape::Count(1, GENERATIONS), "divide by the value at this generation");

const OPERAND: Shape = Shape::Table(&[
    optional("arm", Shape::Words(arms), "which arm"),
    optional("change", Shape::Paths, "the simulation with some keys changed, instead of `arm`"),
    optional("cell", Shape::Text, "a cell by name"),
    optional("generation", Shape::Count(1, GENERATIONS), "a generation"),
]);

const TESTS: &[Case] = &[
    Case {
        name: "equals",
        keys: &[
            METRIC,
            required("expect", Shape::Expression, "the closed form"),
            required("margin", Shape::Number(Range::Positive), "half width of the region of equality"),
            optional("margin_scale", Shape::Words(scales), "a share of the expectation, or the metric's unit"),
            optional("form", Shape::Words(forms), "exact, or leading order"),
            optional("neglected", Shape::Number(Range::NotNegative), "size of the neglected term, below the margin"),
            STATISTIC,
            WHERE,
            AT,
            CELLS,
            RELATIVE,
        ],
        means: "equal to a closed form within a margin",
    },
    Case {
        name: "bound",
        keys: &[
            METRIC,
            optional("below", Shape::Expression, "the upper limit"),
            optional("above", Shape::Expression, "the lower limit"),
            STATISTIC,
            WHERE,
            AT,
            CELLS,
            RELATIVE,
        ],
        means: "below or above an expression",
    },
    Case { name: "outcome", keys: &[CELLS], means: "the definition occurs or is absent, as asserted" },
    Case {
        name: "order",
        keys: &[
            METRIC,
            required("lesser", OPERAND, "said to be the smaller"),
            required("greater", OPERAND, "said to be the larger"),
            optional("margin", Shape::Number(Range::Probability), "smallest relevant difference, as a share of the larger"),
            STATISTIC,
            WHERE,
            AT,
            CELLS,
            RELATIVE,
        ],
        means: "one operand lies below another",
    },
    Case {
        name: "trend",
        keys: &[
            METRIC,
            required("over", Shape::Text, "`generation` or a grid path"),
            optional("logs", Shape::Words(logs), "where logs are taken"),
            required("low", ANY, "lower end of the slope"),
            required("high", ANY, "upper end of the slope"),
            STATISTIC,
            WHERE,
            AT,
            CELLS,
            RELATIVE,
        ],
        means: "a slope lies in an interval",
    },
];

const REASON: Key = required("reason", Shape::Text, "why this value");
const LOCATOR: Key = required("locator", Shape::Text, "where the value comes from");

/// One threshold of `criteria.toml`.
pub(super) static CRITERION: Shape = Shape::Table(&[required("value", Shape::Number(Range::Positive), "the threshold"), REASON]);

/// The keys of `criteria.toml` beside `schema`.
pub(super) fn criteria_keys() -> impl Iterator<Item = &'static str> {
    criteria::KEYS.iter().copied().chain(criteria::OPTIONAL.iter().map(|(key, _)| *key))
}

/// A whole `coders.toml`.
pub(super) static CODER_FILE: Shape = Shape::Table(&[
    SCHEMA,
    required(
        "coder",
        Shape::Each(&Shape::Table(&[
            required("who", Shape::Text, "who it is"),
            required("when", Shape::Text, "when, YYYY-MM or YYYY-MM-DD"),
            required("material", Shape::Text, "from which material"),
            required("seen", Shape::Text, "what the coder had seen of other codings"),
            optional("unmarked", Shape::List(&Shape::Text, 0), "studies that the coder looked at and marked no definition in"),
        ])),
        "coders by id",
    ),
]);

const fn weight(condition: Condition) -> Key {
    let name = match condition {
        Condition::Accumulate => "accumulate",
        Condition::Growth => "growth",
        Condition::Quality => "quality",
        Condition::Compute => "compute",
        Condition::RealShare => "real-share",
        Condition::Pretraining => "pretraining",
        Condition::Horizon => "horizon",
        Condition::Sampling => "sampling",
    };
    required(name, Shape::Number(Range::NotNegative), "weight of the condition")
}

/// The weights of one preset.
static PRESET: Shape = Shape::Table(&[
    REASON,
    weight(Condition::Accumulate),
    weight(Condition::Growth),
    weight(Condition::Quality),
    weight(Condition::Compute),
    weight(Condition::RealShare),
    weight(Condition::Pretraining),
    weight(Condition::Horizon),
    weight(Condition::Sampling),
]);

/// A whole `realism.toml`.
pub(super) static WEIGHTS_FILE: Shape = Shape::Table(&[
    SCHEMA,
    required("default", Shape::Text, "name of the preset used when none is asked for"),
    required("preset", Shape::Each(&PRESET), "weights by name"),
]);

const CHANGE: Shape = Shape::Kinds("change", CHANGES);
const ABOUT: Shape = Shape::Table(&[
    optional("title", Shape::Text, "its name in the head of a table"),
    optional("with", Shape::Text, "what sets it apart, so that it can follow `with`"),
    optional("reason", Shape::Text, "why claims are asked there"),
]);
static WORLD: Shape = Shape::Table(&[
    optional("about", ABOUT, "what a reader is told of the world"),
    optional("accumulate", CHANGE, "what the condition changes"),
    optional("growth", CHANGE, "what the condition changes"),
    optional("quality", CHANGE, "what the condition changes"),
    optional("compute", CHANGE, "what the condition changes"),
    optional("real-share", CHANGE, "what the condition changes"),
    optional("pretraining", CHANGE, "what the condition changes"),
    optional("horizon", CHANGE, "what the condition changes"),
    optional("sampling", CHANGE, "what the condition changes"),
]);

/// A whole `overlays.toml`.
pub(super) static OVERLAY_FILE: Shape = Shape::Named(&[SCHEMA], &WORLD);

const PROBABILITY: Shape = Shape::Number(Range::Probability);

const CHANGES: &[Case] = &[
    Case { name: "accumulate", keys: &[REASON, LOCATOR], means: "keep real data and all synthetic data" },
    Case {
        name: "grow",
        keys: &[
            required("factor", Shape::Number(Range::Positive), "growth per generation"),
            required("limit", Shape::Number(Range::Positive), "largest multiple of n_1"),
            REASON,
            LOCATOR,
        ],
        means: "n_t grows geometrically",
    },
    Case {
        name: "verify",
        keys: &[
            required("true_accept", PROBABILITY, "probability that a correct example is accepted"),
            required("false_accept", PROBABILITY, "probability that an incorrect one is"),
            required("tail_blind", Shape::Flag, "whether the truth's tail is never accepted"),
            REASON,
            LOCATOR,
        ],
        means: "a noisy verifier",
    },
    Case {
        name: "enlarge",
        keys: &[required("exponent", Shape::Number(Range::NotNegative), "capacity grows as n^exponent"), REASON, LOCATOR],
        means: "capacity grows",
    },
    Case { name: "decline", keys: &[REASON, LOCATOR], means: "n_t / t of the new points are fresh real ones" },
    Case {
        name: "horizon",
        keys: &[required("generations", Shape::Count(2, 10_000), "generations run"), REASON, LOCATOR],
        means: "so many generations",
    },
    Case { name: "unbias", keys: &[REASON, LOCATOR], means: "sampling as fitted" },
    Case {
        name: "bias",
        keys: &[
            required("variance_scale", Shape::Number(Range::Positive), "for densities and regressions"),
            required("temperature", Shape::Number(Range::Positive), "for categories and labels"),
            required("top_p", Shape::Number(Range::Share), "the mass kept, the sensitivity form"),
            REASON,
            LOCATOR,
        ],
        means: "biased sampling",
    },
];
