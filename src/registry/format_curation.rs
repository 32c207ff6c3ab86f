//! The curations of a simulation, as data.

use super::format_shapes::{CATEGORIES, NOT_NEGATIVE, NUMBER, POSITIVE, PROBABILITY, case};
use super::shape::{Case, Shape, optional, required};
use crate::sim::MOST_CANDIDATES;

/// The curations.
pub(super) const CURATIONS: &[Case] = &[
    case(
        "verifier",
        &[
            required("true_accept", PROBABILITY, "probability that a correct example is accepted"),
            required("false_accept", PROBABILITY, "probability that an incorrect one is"),
            optional("tail", Shape::Words(tails), "whether the truth's tail is judged or never accepted (default judged)"),
            optional(
                "reference",
                Shape::Words(references),
                "the correct label: the most likely one there, or the input's own (default most-likely)",
            ),
        ],
        "a noisy verifier",
    ),
    case(
        "correct",
        &[required("strength", NOT_NEGATIVE, "gamma: each example becomes a draw of the truth with probability gamma / (1 + gamma)")],
        "correction toward the truth",
    ),
    case(
        "best-of",
        &[
            required("candidates", Shape::Count(2, MOST_CANDIDATES as u64), "K: how many are drawn for each one that is kept"),
            required("reward", Shape::Kinds("kind", REWARDS), "what is preferred: one is kept with probability proportional to e^reward"),
        ],
        "preference among candidates",
    ),
    case(
        "displace",
        &[
            required("distance", NOT_NEGATIVE, "how far the one source of synthetic examples lies away"),
            optional("from", Shape::Words(origins), "from the first fit, or from a regression's truth (default fit)"),
        ],
        "a displaced source",
    ),
    case(
        "edit",
        &[
            required("share", PROBABILITY, "share of the places of an earlier text that are the model's"),
            required(
                "mask",
                Shape::Words(masks),
                "fresh places of the text as edited so far, the same ones, fresh ones of the original, or the next ones",
            ),
        ],
        "an edited text",
    ),
    case(
        "detector-weighted",
        &[
            required("hits", PROBABILITY, "probability that a synthetic example is flagged"),
            required("false_alarms", PROBABILITY, "probability that a real one is"),
            optional("weight", PROBABILITY, "weight of a flagged example, the others weighing 1 (default 0)"),
        ],
        "resampling of the training set by a detector of synthetic examples",
    ),
    case(
        "quota",
        &[
            required("groups", GROUPS, "categories by place (from 0), each in one group"),
            optional(
                "extra",
                NOT_NEGATIVE,
                "quotas are filled from n (1 + extra) draws only, the rest is drawn freely (default: until full)",
            ),
        ],
        "equal quotas for groups of categories",
    ),
    case(
        "snap",
        &[required("centroids", Shape::Count(1, 64), "K: centroids of the real images of each digit")],
        "each image of a network replaced by its nearest centroid of real ones",
    ),
    case(
        "extrapolate",
        &[required("weight", NOT_NEGATIVE, "w: the source is theta + w (theta - theta'), theta' being a fit to theta's own samples")],
        "negative extrapolation: a source moved away from its fit to its own samples",
    ),
    case(
        "screen",
        &[required("keep", PROBABILITY, "share of a network's images that a discriminator keeps, of each digit alike")],
        "the images that a discriminator likes best, which was fitted once to the first real set against the first model",
    ),
];

const GROUPS: Shape = Shape::List(&Shape::List(&Shape::Count(0, CATEGORIES), 1), 1);

const REWARDS: &[Case] = &[
    case("linear", &[required("slope", NUMBER, "factor of the first coordinate")], "more of the first coordinate"),
    case(
        "quadratic",
        &[required("centre", NUMBER, "the best first coordinate"), required("width", POSITIVE, "T in -(x - centre)^2 / (2 T)")],
        "nearness of the first coordinate to a point",
    ),
    case(
        "levels",
        &[required("values", Shape::List(&NUMBER, 1), "reward of each category or label; 0 beyond the list")],
        "some categories or labels",
    ),
];

fn origins() -> Vec<&'static str> {
    vec!["fit", "truth"]
}

fn masks() -> Vec<&'static str> {
    vec!["fresh", "same", "original", "disjoint"]
}

fn tails() -> Vec<&'static str> {
    vec!["judged", "blind"]
}

fn references() -> Vec<&'static str> {
    vec!["most-likely", "own"]
}
