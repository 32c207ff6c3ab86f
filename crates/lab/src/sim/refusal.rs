//! Why a setup cannot run: field, what was found, the nearest accepted value.

/// A part of a setup that does not fit the rest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {found}; {remedy}")]
pub struct Refusal {
    /// Stable kebab-case code, explained by `explain CODE`.
    pub code: &'static str,
    /// Dotted path of the field in the simulation table, for example `model.kind` or `metrics.1`.
    pub field: String,
    /// What was found.
    pub found: String,
    /// What to write instead.
    pub remedy: String,
}

/// A refusal by a code that is explained.
pub(super) fn refuse(code: &'static str, field: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) -> Refusal {
    debug_assert!(EXPLAINED.iter().any(|(known, _)| *known == code), "`explain` has nothing on {code}");
    Refusal { code, field: field.into(), found: found.into(), remedy: remedy.into() }
}

/// How a setup will be computed, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MethodChoice {
    /// `statistics` or `samples`, never `auto`.
    pub method: super::setup::Method,
    /// The reason in words, for example `exact: Bartlett factors of the scatter matrix`.
    pub reason: String,
}

/// Every code a refusal can carry, with what it means, in alphabetical order.
pub const EXPLAINED: &[(&str, &str)] = &[
    ("bad-candidates", "A preference chooses among 2 to 1,000 candidates for every example; each of them is drawn."),
    (
        "bad-chain",
        "A `chain` is a square table of weights: one row per token, no negative weight, every row with a positive sum, and token 0 (the end of a sentence) can be reached from every token that can occur.",
    ),
    (
        "bad-corpus",
        "A text of your own has at least one word: letters, in any alphabet. What stands between words, digits among it, is no part of the law.",
    ),
    (
        "bad-crowd",
        "A crowd is 1 to 64 models of one family that makes whole examples of points or categories: of each the training set is a part of one pool.",
    ),
    ("bad-distance", "A displaced source lies at a finite distance of at least 0 from the first fit or the truth."),
    ("bad-exponent", "An exponent of word frequencies is a finite number of at least 0; at 0 all words of a class are equally likely."),
    (
        "bad-extra",
        "Quotas may be filled from n (1 + extra) draws only, with extra from 0 to 100. Without `extra` drawing goes on until they are full.",
    ),
    ("bad-groups", "Quotas need every category in exactly one group, and no empty group: what stood in two groups would be counted twice."),
    (
        "bad-market",
        "A market has 1 to 1,000 agents, a cut above 0, a price of at least 0 and a rate of learning above 0 and at most 1; sellers go by the standard deviation of the truth, which a t has beyond two degrees of freedom.",
    ),
    (
        "bad-network",
        "A network has layers of at least one unit, heads of attention that divide its width, a sampler of no more steps than the noise has, and a batch, a rate and a length of training above 0.",
    ),
    (
        "bad-order",
        "An n-gram model remembers at most as many tokens as the text itself: what the text does not remember cannot be compared with it.",
    ),
    ("bad-probability", "A probability lies between 0 and 1."),
    ("bad-reward", "Rewards are finite numbers, and the width of a quadratic reward is positive."),
    ("bad-share", "A share lies between 0 and 1; a regime that overwrites needs one above 0."),
    ("bad-smoothing", "Smoothing adds a finite pseudo-count of at least 0 to every token."),
    (
        "bad-strength",
        "A correction of strength gamma replaces an example with probability gamma / (1 + gamma): gamma is finite and at least 0.",
    ),
    ("bad-vocabulary", "The text shipped with the tool has a limited number of words and characters; the message says how many."),
    (
        "bad-weight",
        "Real examples weigh a positive finite number each; synthetic ones weigh 1. An extrapolation has a weight of 0 to 10: beyond it a variance would often be negative.",
    ),
    ("budget-of-constant-set", "A regime that overwrites keeps its data set at one size; there is nothing left that a budget could cut."),
    (
        "centroids-mismatch",
        "Generated images can be replaced by centroids of real ones, 1 to 64 of each digit; points, texts and labels have none here.",
    ),
    (
        "choice-mismatch",
        "Examples that lie far from each other can be chosen of images and of points that a network makes, out of a pool of the first real set and everything generated since.",
    ),
    (
        "correction-mismatch",
        "A correction replaces an example by a new draw of the truth, with an input of its own: on reused inputs the set would no longer have the inputs it is said to have.",
    ),
    (
        "detector-mismatch",
        "A detector draws n_t examples from what the regime gathers. A regime that cuts or overwrites its set has drawn already.",
    ),
    ("detector-not-alone", "One training set has one detector; two would have to say what an example flagged by one of them weighs."),
    (
        "displacement-mismatch",
        "Only laws with a free location can be displaced: Gaussians whose mean is estimated, and regressions. A source beside the truth itself is offered for regressions.",
    ),
    (
        "downstream-mismatch",
        "A downstream learner reads the examples of the training set, so it must fit the same kind of example, and those must have labels or responses. Any classifier reads labelled points; a table's rows are read by logistic regression and by a mean classifier.",
    ),
    ("edit-mismatch", "An edit replaces places of a text; a set that the regime overwrites is edited already."),
    (
        "edit-not-alone",
        "An edit follows the places of a text: beside rules that pick or replace examples, places would mean other inputs from one generation to the next.",
    ),
    ("empty-window", "A window keeps the data of at least one generation, and a memory at least one model."),
    (
        "extrapolation-mismatch",
        "A fit is moved away from another by adding their parameters: mean and covariance of a Gaussian, probabilities of categories, coefficients of a regression or of labelled points.",
    ),
    (
        "extrapolation-not-alone",
        "Synthetic examples come from one law: that of a displaced source, or that of a fit moved away from its fit to itself.",
    ),
    (
        "inputs-mismatch",
        "Real data that arrive later may be new labels of the first inputs: that takes a regression, and a regime in which real data arrive. And labels of the first inputs cannot overwrite rows drawn at random, whose inputs are others: there an `edit` puts each label at its own input.",
    ),
    (
        "kind-mismatch",
        "A model fits examples of one kind: points, categories, counts, times, bits, responses, labels or tokens. The message names the models of the truth's kind; `list models` shows all pairs.",
    ),
    ("models-curated", "A memory of several models is drawn from as they are: a choice among draws is offered where one model makes them."),
    (
        "no-downstream",
        "`downstream-excess-risk` and `downstream-accuracy` are measured on a `downstream` learner; name one that has the metric.",
    ),
    ("no-generations", "Generation 1 is the fit to real data: there is at least that one."),
    ("no-hitting", "`hit` and `hitting-time` need the event whose first generation they tell: `hitting = { metric = ..., below = ... }`."),
    (
        "no-judge-of-noise",
        "An autoencoder hands on pixels that are drawn, and every such image lies far from the real ones for its noise alone: a verifier would turn away nearly all of them alike, which selects nothing.",
    ),
    (
        "no-model",
        "This family has no form over this truth with these settings; `list models` shows what goes together and up to which dimension.",
    ),
    ("no-quotas", "Quotas count categories; the examples of a network have none that it is told."),
    ("no-samples", "The first real set holds at least one example."),
    (
        "no-shortcut",
        "`method = \"statistics\"` asks for an exact shortcut and there is none for this setup; the message says what stands against it. `auto` draws samples there and says so.",
    ),
    ("no-tail", "A verifier that never accepts the tail needs a truth with a density: the rows of a table have none."),
    ("not-in-the-plane", "Networks of points make points of the plane: use a truth of two dimensions."),
    (
        "nothing-to-verify",
        "A rule that judges examples asks the truth which are correct. Counts, times, bits and responses are neither right nor wrong.",
    ),
    ("parts-of-what", "Equal parts of every batch need batches that stay: a regime that keeps all synthetic data."),
    ("preference-not-alone", "A preference chooses among candidates; beside another rule that judges, it would matter which comes first."),
    ("quota-mismatch", "Quotas are over groups of categories; other truths have none."),
    ("quota-not-alone", "Quotas decide which examples join; beside another rule that judges, it would matter which comes first."),
    (
        "reference-mismatch",
        "`reference = \"own\"` means the label an input came with, so it needs inputs with labels; and all verifiers of a setup mean the same label by correct.",
    ),
    (
        "reward-mismatch",
        "A preference sees a category, a label or what an image shows (rewards `levels`) or the first coordinate of a point (`linear`, `quadratic`).",
    ),
    (
        "sampling-mismatch",
        "A rule of sampling must fit the law: temperature, top-p, top-k and argmax choose among categories, tokens or labels, variance-scale stretches densities and label noise, flip turns labels.",
    ),
    (
        "screen-mismatch",
        "A discriminator ranks images of a network against the first real set; it keeps a share of 0.01 to 1 of them, and stands beside no other rule that judges.",
    ),
    (
        "synthesis-mismatch",
        "A regression or classifier makes labels for inputs (`synthesis = { kind = \"labels\", ... }`); every other family makes whole examples.",
    ),
    (
        "too-many-examples",
        "Where no exact shortcut is known every example is drawn and held in memory, on every thread. The message says what stands against a shortcut if you ask for `method = \"statistics\"`.",
    ),
    ("two-classes", "The mean classifier tells two classes apart, -1 and 1."),
    ("undefined-metric", "The metric has no meaning for this truth and model; the message lists those that have one."),
    ("weighted-network", "Examples of a network weigh alike: its batches are drawn evenly from the training set."),
];
