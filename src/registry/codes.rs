//! Every code a problem can carry, with the long explanation that `explain CODE` prints.

/// A code with its explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The stable code.
    pub code: &'static str,
    /// What it means, why it matters, and how to mend it.
    pub explanation: &'static str,
}

const fn code(code: &'static str, explanation: &'static str) -> Code {
    Code { code, explanation }
}

/// The explanation of `code`; `None` if no problem carries it.
#[must_use]
pub fn explain(code: &str) -> Option<Code> {
    all().find(|known| known.code == code)
}

/// Every code: those of the files, then those of setups that the laboratory refuses.
pub fn all() -> impl Iterator<Item = Code> {
    CODES.iter().copied().chain(crate::sim::EXPLAINED.iter().map(|(refusal, explanation)| code(refusal, explanation)))
}

/// All codes of the files in alphabetical order.
static CODES: &[Code] = &[
    code(
        "capacity",
        "The error budget of the audit is shared among a fixed number of claims (`capacity` in claims/criteria.toml), so that adding a study changes no number of another. A claim beyond it has no budget. Remove claims, or raise the capacity: that is a change of rules, moves every verdict's budget and must be accepted anew.",
    ),
    code(
        "checked-later",
        "A simulation has problems of its own, so that the tests of its claims (what they measure, their cells and expressions) cannot be held against it. A note only: lint again once it is mended.",
    ),
    code(
        "citation",
        "An arXiv number is written without its version and without a prefix (`2401.01234`, `math/0601001`), a DOI without its host (`10.1234/abc`): bibliographies add both themselves, and a version would make one work look like two. Which versions are known stands in `versions`.",
    ),
    code(
        "conditional",
        "A claim that says \"collapse occurs under one condition and not under another\" has `asserts = \"conditional\"` and two branches, `holds_when` and `fails_when`, each with a `change` (may be empty) and a `test`. Every other claim has one `test` and one `control` or `positive_control`.",
    ),
    code(
        "contradiction",
        "Two keys say things that cannot both hold, for example `untested` beside `test`, `below` beside `above`, or a record left out in studies/screening.toml that is a study of the registry. Keep the one that is meant.",
    ),
    code(
        "control-alike",
        "A control of an `order` is there to show that the test can fail (or, of a contradicted claim, that it can hold). Where the change makes both sides the same setup, they differ by exactly nothing: the sign of nothing is neither, so such a control decides nothing. Change another knob, or give the test a margin, below which a difference of nothing lies.",
    ),
    code(
        "derived-by-study",
        "`known = \"derived\"` marks a result derived for this registry; a study's own claim is `read`, `second-hand` or known from its `abstract` or from `memory`. Only claims by the study that were read enter the counts, so the two must not be mixed.",
    ),
    code(
        "draft-field",
        "A field of a draft is still empty. This is a note and does not fail `lint`; the last note names the field to fill next. When nothing is left, delete `draft = true`.",
    ),
    code("draft-next", "The next thing to write in a draft."),
    code(
        "duplicate",
        "The same thing is written twice: a claim's id, a coder's mark for one definition or condition, a grid value, a record left out. Ids and marks must be unique, since the report shows one row for each.",
    ),
    code(
        "empty-control",
        "A control changes one knob so that the test must positively fail there (of a contradicted claim: hold). A control that changes nothing shows nothing: a test that can only hold proves little.",
    ),
    code(
        "empty-field",
        "A required field is there and empty. Reasons and locators are what makes a coding checkable, so they cannot be left out.",
    ),
    code(
        "empty-grid",
        "A grid without paths or a path without values leaves the simulation without cells. Remove `grid` for a single cell.",
    ),
    code(
        "expression",
        "An expression cannot be read, or has no finite value in some cell or generation where it is asked. Numbers, names of the setup, `t`, `pi`, + - * / ^ (right-associative), comparisons, functions, `sum`, `product` and `iterate` are known; an unknown name is answered with the names and values of that cell. At most 500 bytes and depth 32; a value takes at most 1,000,000 terms and 20,000,000 steps, all values of a study where they are asked 200,000,000 steps.",
    ),
    code(
        "fidelity-raised",
        "Fidelity belongs to the pair of claim and simulation. A claim may lower its simulation's level, because the simulation can be near the study in general and far from it in this respect; it can never raise it.",
    ),
    code(
        "file-not-read",
        "Only files directly in `studies` and `claims` whose names end in `.toml`, in small letters, belong to the registry, and in `studies/corpora` those that end in `.txt`, in `studies/recorded` and `studies/imported` in `.jsonl`. This one looks as if it was meant to and is left out. Rename it or move it up; a leading dot hides a file that shall stay where it is.",
    ),
    code(
        "generation-outside",
        "A test asks a generation that is not run. Generation 1 is the fit to real data, `generations` is the last.",
    ),
    code(
        "leaning",
        "Tables, figures and messages quote one claim at a time. A statement that begins with `It`, `They`, `That`, `And` or `The same` leans on the claim before it and means nothing alone. A note: it does not stop a run.",
    ),
    code("length", "Lists that describe the same things differ in length: weights and means, a spectrum and its dimension."),
    code(
        "loop-refused",
        "A loop of studies/mitigations.toml, studies/causes.toml or studies/signs.toml is what its changes are compared with, so the laboratory must be able to run it as it stands. A change that it refuses in one loop is told in the report and is no problem.",
    ),
    code(
        "metric-not-measured",
        "A metric is asked that the simulation does not measure. It is not added silently, since every metric of a simulation is listed in one place.",
    ),
    code(
        "merge-conflict",
        "A merge was not finished: the file holds lines that start with seven `<`, seven `=` and seven `>`. Keep one side of each disagreement, or write what both mean, and delete the three lines. Of claims/verdicts.lock take either side and run `accept` again for the claims that differ.",
    ),
    code(
        "missing-condition",
        "A study is judged on all eight realism conditions (`list conditions`), as a whole or simulation by simulation: a score over some of them cannot be compared with others. Where the study does not say, the level is `unclear`; where the condition makes no sense, `not-applicable`. The registry can be used meanwhile; `lint` ends with exit code 3.",
    ),
    code(
        "missing-corpus",
        "A text of your own is a file of the registry: `studies/corpora/NAME.txt`, UTF-8, at most 4 MB. `truth = { kind = \"text\", source = \"own\", corpus = \"NAME.txt\", vocabulary = 300, order = 2 }` takes its n-gram frequencies. Runs are known by what it says, so that another text under the same name is another truth.",
    ),
    code(
        "missing-departures",
        "An analogue is another model with the same mechanism. `departures` must say what the study did, what this simulation does, and what the difference could hide; an analogue can never contradict its study.",
    ),
    code(
        "missing-file",
        "A registry holds studies/coders.toml, studies/overlays.toml, studies/realism.toml and claims/criteria.toml beside its studies. Copy the shipped ones to begin with.",
    ),
    code(
        "missing-folder",
        "A registry is a folder that holds `studies` and `claims`, both in small letters; a folder with one of them is taken for one, so that a slip in its name never makes a command fall back to another registry. Make the other folder, rename the one that is spelt otherwise, or name another registry with --registry DIR.",
    ),
    code("missing-key", "A required key is missing; the remedy says what it holds."),
    code(
        "missing-quantifier",
        "A simulation shows a finite number of runs at some sizes. Whether that reaches as far as what a study says hangs on what it speaks for: every size (`for = \"every-n\"`), almost every run (`almost-surely`), an expected value (`in-expectation`), the sizes at which it was observed (`these-sizes`) or one run (`one-run`). Every claim says so; the report counts how often a statement reaches further than what was run.",
    ),
    code(
        "missing-risk",
        "A simulation without `risk` does not say which of its metrics is the error on real data. The definitions about risk (catastrophic-risk, any-risk-increase, diverging-risk, scaling-law-change) then do not apply to it. This is a warning, of drafts only: leave it so where none of its metrics is an error on real data.",
    ),
    code(
        "more-problems",
        "A file has more problems and notes than are told, 1,000 of one file. Mend what is told first: so many mostly have one cause.",
    ),
    code(
        "name",
        "Ids are file names, addresses in reports and keys of random streams: lower-case letters, digits and inner hyphens, at most 80. Names that Windows keeps for devices (`con`, `nul`, `aux`, `prn`, `com1`, `lpt1` and so on) are refused, since such a file cannot be checked out there.",
    ),
    code(
        "neglected-too-large",
        "An asymptotic form neglects a term. If that term may be as large as the margin, agreement within the margin says nothing about the form.",
    ),
    code(
        "newer-toml",
        "Registry files stay TOML 1.0, so that every editor and reader can open them: an inline table stands on one line and has no comma after its last entry.",
    ),
    code(
        "no-change",
        "A remedy, cause, setting or variant changes something in every loop (`change`), in some (`in.<loop>`), or says what the laboratory lacks to run it (`missing`). One that does none of these would be a row that equals the loop itself.",
    ),
    code("no-claims-file", "Every study has a file of claims with the same name in claims/, possibly with claims that are `untested`."),
    code("no-proof", "A claim has a `test` with its control, or two branches, or says in `untested` why it cannot be tested here."),
    code(
        "no-main-simulation",
        "Only main simulations say what a study finds; a contrast is run only to argue against it, or as the baseline it is compared with. A study with simulations has at least one that is `role = \"main\"`.",
    ),
    code(
        "not-changeable",
        "A grid or control changes the experiment (truth, model, synthesis, regime, curation, sampling, samples, generations), not what is said about it.",
    ),
    code(
        "one-sided-conflict",
        "`conflicts` lists claims that cannot both be said without naming the setting. The report shows each pair with both verdicts, so each of the two names the other: add the id to the other claim, or remove it here.",
    ),
    code(
        "out-of-range",
        "A number lies outside what makes sense: a negative variance, no samples, a probability above 1, a size no machine could run (generations up to 10^7, samples up to 10^9, dimension up to 1000, categories up to 10^6).",
    ),
    code(
        "overlay",
        "Each condition has its own change in studies/overlays.toml: accumulate (accumulate), growth (grow), quality (verify), compute (enlarge), real-share (decline), horizon (horizon), sampling (unbias or bias).",
    ),
    code(
        "realism-contradicts-regime",
        "A judgement of realism says of an arm what its descriptor refutes, for example that real data accumulate where they are replaced. Judgements are per simulation by its own arm; one of the whole study holds for every main simulation that is not judged on its own. Write the level that the descriptor shows, or judge that simulation by an entry with `simulation`. The rule stands in studies/README.md, under \"Realism codings, the rule\".",
    ),
    code("repeated", "A list names the same thing twice."),
    code(
        "reserved-name",
        "Files beside the studies have fixed names (realism, overlays, coders, screening, position-paper, rivals, mitigations, criteria, references); no study may bear them.",
    ),
    code(
        "size",
        "`size` says at which size a simulation of the study's own model is run: `own` (the size the study ran), `within the statement` (other numbers, but the statement is made for all such sizes) or `reduced`. `exact` needs one of the first two, `scaled` the last; an analogue is another model and has none. A claim may lower its level where its own statement is about another size than its simulation's.",
    ),
    code(
        "syntax",
        "The file is not TOML 1.0. Usual slips: a string without quotes, a missing `=`, a key written twice, a table opened twice, a bare key with a dot where quotes were meant (`\"truth.dimension\" = 3`).",
    ),
    code("too-few", "A list is shorter than it must be: a slope needs three points, a table of means at least one."),
    code(
        "too-dear",
        "One replicate would take longer than a minute of one core, and a first look at a claim takes hundreds of them. The message has the estimate, by a fixed formula of generations, examples and method. Use fewer generations or examples, or a setup that has an exact shortcut.",
    ),
    code(
        "too-many-cells",
        "Every combination of grid values is a cell with its own runs. At most 1,000 are allowed in one simulation, and all cells of a study and of its claims' controls may hold 20,000,000 numbers (weights and probabilities above all).",
    ),
    code(
        "too-many-values",
        "A test keeps every generation that it asks, of every replicate, in every cell. The message has the memory that 256 replicates would take. List the generations that matter (`at = [1, 10, 100]`) instead of `at = \"every\"`, or name fewer cells.",
    ),
    code("two-spectra", "The eigenvalues of a covariance are given by one of `variance`, `decay` and `spectrum`."),
    code("unknown-cell", "A cell is named by its grid values in the order of the grid, for example `samples=100;truth.dimension=10`."),
    code(
        "unknown-claim",
        "`part_of` names a claim of the same study by its id; `conflicts` and the `beside` of a design list full ids, `<study>/<id>`.",
    ),
    code(
        "unknown-coder",
        "Every coding and judgement says whose it is. Coders are described in studies/coders.toml: who, when, from which material, having seen what.",
    ),
    code(
        "unknown-key",
        "A key that this format does not know. Nothing is ignored silently: a misspelt key would otherwise leave a default in place.",
    ),
    code("unknown-loop", "A change names a loop by the word after `loop.` in the same file."),
    code(
        "unknown-simulation",
        "A claim or judgement names a simulation by its local name, the word after `simulation.` in the study's file.",
    ),
    code("unknown-study", "A file in claims/ bears the name of its study's file."),
    code(
        "unknown-word",
        "Fixed words (definitions, conditions, levels, metrics, kinds) are kebab-case and listed in the message; `list` shows them with their meaning.",
    ),
    code("unreadable-file", "The file cannot be read, or is not UTF-8 text."),
    code(
        "unread-exact",
        "`exact` says that the simulation is the study's own setting. Of a study whose body was not read nobody knows its setting, so a claim known from an abstract, and a simulation of a study of which no claim was read, cannot be `exact`.",
    ),
    code("unused-coder", "A coder is described but no study carries a coding by them. A note only."),
    code(
        "world",
        "Each table of studies/overlays.toml beside `schema` is a world in which claims are asked again, and its name is the world's id: lower-case letters, digits and inner hyphens, no id of another arm (`as-published`, `real-only`, a condition, `without-…`). A world changes at least one condition; the first of the file leads, since single conditions and leave-one-out arms are taken from it.",
    ),
    code("wrong-type", "A value has another type than expected: a string where a number belongs, a number in quotes, a date."),
];
