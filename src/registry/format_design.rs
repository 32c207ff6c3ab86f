//! The format of designs, as data.

use super::design::DesignId;
use super::format::SCHEMA;
use super::shape::{Key, Range, Shape, optional, required};

const REASON: Key = required("reason", Shape::Text, "why it is set up so");
const REPLICATES: Key = required("replicates", Shape::Count(256, 32_768), "replicates of every arm at most");
const WORK: Key = required("work", Shape::Number(Range::Positive), "core-seconds of a loop at most, by the fixed cost formula");
const BESIDE: Key = optional("beside", Shape::List(&Shape::Text, 0), "claims by full id that tell what no loop here can");
const ABOUT: Key = required(
    "about",
    Shape::Table(&[
        REASON,
        REPLICATES,
        WORK,
        BESIDE,
        optional("worlds", Shape::Table(&[REASON, REPLICATES, WORK]), "asks it in every world too, each loop there within these limits"),
    ]),
    "the design as a whole",
);

static LOOP: Shape = Shape::Table(&[
    required("title", Shape::Text, "its name in a table"),
    required("reason", Shape::Text, "why it is there"),
    required("simulation", Shape::Paths, "as in a study, without role, fidelity, size and grid"),
]);

static FACTOR: Shape = Shape::Table(&[
    required("title", Shape::Text, "its name in a table"),
    required("reason", Shape::Text, "why it stands for what it is called"),
    required("locator", Shape::Text, "where it is proposed or described"),
    optional("change", Shape::Paths, "what it changes in every loop"),
    optional("in", Shape::Each(&Shape::Paths), "what it changes in a loop, instead"),
    optional("price", Shape::Text, "what it costs beside real points and training"),
    optional("missing", Shape::Text, "what the laboratory lacks to run it, instead of a change"),
]);

const LOOPS: Key = required("loop", Shape::Each(&LOOP), "baseline loops by name");
const fn factors(name: &'static str) -> Key {
    optional(name, Shape::Each(&FACTOR), "changes by name")
}

static REMEDIES: Shape = Shape::Table(&[SCHEMA, ABOUT, LOOPS, factors("remedy"), factors("setting")]);
static CAUSES: Shape = Shape::Table(&[SCHEMA, ABOUT, LOOPS, factors("cause")]);
static SIGNS: Shape = Shape::Table(&[SCHEMA, ABOUT, LOOPS, factors("variant"), factors("setting")]);

/// The shape of a design's file.
pub(super) const fn shape(id: DesignId) -> &'static Shape {
    match id {
        DesignId::Remedies => &REMEDIES,
        DesignId::Causes => &CAUSES,
        DesignId::Signs => &SIGNS,
    }
}
