//! The files that `new study` and `new claim` write: every field there, empty, with an example beside it.

use super::files::RESERVED;
use super::read_study::is_name;

/// A new study: both files, a draft.
///
/// # Errors
/// A sentence, where `id` cannot be a study's name.
pub fn new_study(id: &str) -> Result<[(String, String); 2], String> {
    if RESERVED.contains(&id) {
        return Err(format!("`{id}` is a reserved name; choose another, `author-year-slug`"));
    }
    if !is_name(id) {
        return Err(format!("`{id}` is no name for a study; use lower-case letters, digits and hyphens, `author-year-slug`"));
    }
    Ok([
        (format!("studies/{id}.toml"), STUDY.to_owned()),
        (format!("claims/{id}.toml"), format!("# The claims of {id}. Field by field: claims/README.md\nschema = 1\n{CLAIM}")),
    ])
}

/// A new claim, to be appended to `claims/<study>.toml`.
#[must_use]
pub const fn new_claim() -> &'static str {
    CLAIM
}

const STUDY: &str = r#"# Field by field: studies/README.md. Run `collapse-audit lint`: its last note names the next field to fill.
schema = 1
draft = true            # delete this line when every field is filled and `run --only study:<id>` looks right

[study]
title = ""              # as printed
authors = []            # ["First Author", "Second Author"]
families = []           # model families the study used: ["gaussian", "language-model"]
# year = 2024           # of the first version
# arxiv = "2401.01234"  # without version
# doi = ""
# venue = ""

[[definition]]          # one per definition the study uses
id = ""                 # list definitions
basis = ""              # explicit (stated) or implicit (only used)
coder = ""              # from studies/coders.toml
locator = ""            # Section 2
reason = ""

[[realism]]             # one per condition
condition = ""          # list conditions
level = ""              # met, partly, unmet, unclear, not-applicable
coder = ""
locator = ""
reason = ""

# The reduced run, for example:
# [simulation.main]
# role = "main"         # main (put forward), contrast (run only to argue against it, or as a baseline)
# fidelity = "exact"    # exact, scaled, analogue
# size = "own"          # exact: own, within the statement; scaled: reduced; analogue: leave it out
# departures = []       # what differs from the study, in words
# truth = { kind = "gaussian", dimension = 1 }
# model = { kind = "gaussian" }
# regime = "replace"
# samples = 100
# generations = 20
# metrics = ["variance-ratio"]
"#;

const CLAIM: &str = r#"
[[claim]]
id = ""                 # lower-case words with hyphens
statement = ""          # one sentence in our own words
by = ""                 # study, or registry for a check we add
known = ""              # read, abstract, second-hand, memory (derived only with by = "registry")
locator = ""            # Theorem 1
definition = ""         # list definitions
asserts = ""            # occurs, absent, conditional
functional = ""         # mean (expected over training sets) or typical
simulation = ""         # the name after [simulation.
# test = { kind = "equals", metric = "variance-ratio", at = "every", expect = "(1 - 1/samples)^t", margin = 0.05 }
# control = { regime = "accumulate" }    # near: there the test must positively fail
# positive_control = {} # instead of control, where the study is contradicted: there the test must positively hold
# untested = ""         # instead of test and control: why
"#;
