//! The realism score under other weights, the methods, the references and what the report was made from.

use crate::audit::Audit;
use crate::report::block::{Block, figure, heading, paragraph, points};
use crate::report::words::{code, plain};
use crate::report::{number, tables_method, worlds};

/// How realism scores move with weights.
#[must_use]
pub fn sensitivity(audit: &Audit) -> Vec<Block> {
    vec![
        heading(2, "Sensitivity of the realism score"),
        paragraph(&format!(
            "No weights are in print, so a score is only as good as its order is stable. This report uses the preset {}. The studies whose score the weights move most; every study: [tables/sensitivity.csv.gz](tables/sensitivity.csv.gz).",
            code(&audit.provenance.preset)
        )),
        Block::Shown("sensitivity", tables_method::sensitivity(audit)),
        figure("weights"),
        paragraph(
            "*Under which share of weightings each definition's weighted share stays on its side of one half. Numbers: [tables/definitions.csv](tables/definitions.csv).*",
        ),
    ]
}

/// The methods.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    let mut blocks = vec![
        heading(2, "Methods"),
        paragraph(&format!(
            "Every claim that is tested has its test written down before the run, an error probability of its own, and a control: a negative one, in which the test must fail, or, before anything is contradicted, a positive one, in which it must hold. Tests may be looked at early and stay valid (each look spends a part of the error probability). \"Absent\" needs its own positive test. Findings for single conditions and for definitions no claim is tied to are exploratory: **{}** of them are expected to be false by chance.",
            number::plain(Some(audit.expected_false_exploratory))
        )),
        paragraph(
            "The eight conditions: five are the position paper's (Section 3), `pretraining` is its scope, `horizon` its timescale argument (Section 4.4), and `sampling` is ours.",
        ),
        points(worlds::reasons(audit)),
        Block::Shown("overlays", tables_method::overlays(audit)),
        Block::Shown("thresholds", tables_method::thresholds(audit)),
    ];
    blocks.extend(tables_method::calibration_state(audit).split("\n\n").map(paragraph));
    blocks.extend([
        Block::Shown("calibration", tables_method::calibration(audit)),
        Block::Shown("calibration-tests", tables_method::calibration_tests(audit)),
    ]);
    blocks.extend(tables_method::error_rate(audit).as_deref().map(paragraph));
    blocks
}

/// Where the references are.
#[must_use]
pub fn references(_: &Audit) -> Vec<Block> {
    vec![
        heading(2, "Sources"),
        paragraph("Every study with its source: [REFERENCES.md](REFERENCES.md), as BibTeX: [references.bib](references.bib)."),
        Block::Rule,
    ]
}

/// What the report was made from, in the one line that no comparison of reports looks at.
#[must_use]
pub fn provenance(audit: &Audit) -> Vec<Block> {
    let provenance = &audit.provenance;
    vec![paragraph(&format!(
        "Version {} · seed {} · registry {} · criteria {} · scope {} · data: [audit.json](audit.json)",
        plain(&provenance.version),
        provenance.seed.0,
        code(&provenance.registry),
        code(&provenance.criteria),
        plain(&provenance.scope)
    ))]
}
