//! What was decided of one simulation: every claim's questions frozen at their first decisive look, and the profile
//! of every arm.
//!
//! [`Decided`] is what a shard writes and `merge` reads, and all that the audit needs beside the registry. It is
//! filled by the driver, holds no replicate and gives no verdict on a claim.

use super::{Answer, Finding, Outcome, Profile, TestOutcome};
use crate::plan::{Composition, Pair, Simulated};
use crate::registry::WorldId;
use crate::sim::Source;
use crate::taxonomy::{Against, Condition, Definition, Functional, Metric};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// Everything decided of one simulation of one study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// The study's id.
    pub study: String,
    /// The simulation's name.
    pub simulation: String,
    /// By the claim's own name; claims of this simulation that have a test.
    pub claims: BTreeMap<String, ClaimDecision>,
    /// By arm id; every arm that was run, twins included.
    pub arms: BTreeMap<String, ArmRecord>,
    /// By arm id: why an arm that could have been was not run.
    pub left_out: BTreeMap<String, String>,
    /// What it took.
    pub totals: Totals,
}

/// What was run, and what it took by the fixed formula.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Replicates over all arms and cells.
    pub replicates: u64,
    /// Core-seconds by the fixed cost formula (never a clock).
    pub work: f64,
}

/// One arm as it was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArmRecord {
    /// Per realism condition, whether the arm meets it (arms of worlds, singles and leave-one-out arms).
    pub conditions: BTreeMap<Condition, Simulated>,
    /// Whose law its synthetic examples follow: where it is not the model's own, what the arm shows is not of a loop.
    pub source: Source,
    /// Id of the arm's real-only twin; null for twins.
    pub twin: Option<String>,
    /// Generations as asked (the longest over cells).
    pub horizon: u32,
    /// Generations run, extension included (the longest over cells).
    pub generations: u32,
    /// What its training sets are made of, generation by generation; empty where nobody asked.
    pub composition: Vec<Composition>,
    /// Examples of every generation of the first replicate of a trained network, in letters; empty for everything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Vec<String>>,
    /// Replicates allowed per cell.
    pub budget: u32,
    /// Replicates drawn per cell.
    pub replicates: u32,
    /// Replicates over all cells whose run ended before its last generation.
    pub ended: u32,
    /// Methods used, each once, in cell order: `statistics: why` or `samples: why`.
    pub methods: Vec<String>,
    /// Nanoseconds per replicate of all cells by the fixed formula.
    pub cost: f64,
    /// Each finding frozen at its first decisive look, at the exploratory level.
    pub profile: Profile,
    /// Means over generations: of the points of a design and their twins, and of what could be watched of a loop as published and in the
    /// worlds; empty for everything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Series>,
}

/// The mean of a metric over generations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The metric.
    pub metric: Metric,
    /// Points by generation; generations in which some replicate has no finite value have none.
    pub points: Vec<SeriesPoint>,
}

/// One generation of a series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SeriesPoint {
    /// Generation.
    pub generation: u32,
    /// Mean over all replicates drawn.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
}

/// What was asked for one claim, and what came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimDecision {
    /// Its own test; of a conditional claim, the test of `holds_when`.
    pub test: Question,
    /// The same test in the negative control; of a conditional claim, the test of `fails_when`.
    pub control: Question,
    /// The claim's definition as published (of an `order` claim, its contrast); the test itself where that is what it asks.
    pub published: Question,
    /// The same in every world that can be run, in the order of the registry.
    #[serde(with = "by_world")]
    pub worlds: BTreeMap<WorldId, Question>,
    /// The same with one condition changed, for those that have an arm.
    pub singles: BTreeMap<Condition, Question>,
    /// The same in the leading world without one condition; empty unless the claim flips only jointly.
    pub without: BTreeMap<Condition, Question>,
    /// The same with two conditions changed; empty unless the claim is disputed and no condition alone turns it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pairs: BTreeMap<Pair, Question>,
    /// Curves for figures, from the first replicates.
    pub curves: Vec<ClaimCurve>,
}

/// One question put to one arm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The arm's id.
    pub arm: String,
    /// Error probability the question may spend over all looks.
    pub alpha: f64,
    /// The look (from 1) at which it was decided, else the last one.
    pub look: u32,
    /// What was said at that look.
    pub frozen: Reply,
    /// The same from all replicates drawn of the arm.
    pub latest: Reply,
}

/// What was said: of a declared test an answer, of a definition a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// Of a test.
    Answer(Answer),
    /// Of a definition.
    Finding(Finding),
}

impl Reply {
    /// Whether more replicates could not change the word: decided, not applicable, or undecided for a reason that stays.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Answer(answer) => answer.is_final(),
            Self::Finding(finding) => finding.is_final(),
        }
    }

    /// Whether it is anything but undecided.
    #[must_use]
    pub const fn is_decided(&self) -> bool {
        match self {
            Self::Answer(answer) => !matches!(answer.outcome, TestOutcome::Undecided),
            Self::Finding(finding) => !matches!(finding.outcome, Outcome::Undecided),
        }
    }

    /// Whether both are decided and say opposite things of the same question: a flip.
    #[must_use]
    pub const fn contradicts(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Answer(a), Self::Answer(b)) => {
                matches!((a.outcome, b.outcome), (TestOutcome::Holds, TestOutcome::Fails) | (TestOutcome::Fails, TestOutcome::Holds))
            }
            (Self::Finding(a), Self::Finding(b)) => {
                matches!((a.outcome, b.outcome), (Outcome::Occurs, Outcome::Absent) | (Outcome::Absent, Outcome::Occurs))
            }
            (Self::Answer(_), Self::Finding(_)) | (Self::Finding(_), Self::Answer(_)) => false,
        }
    }

    /// Replicates behind it.
    #[must_use]
    pub const fn replicates(&self) -> u32 {
        match self {
            Self::Answer(answer) => answer.replicates,
            Self::Finding(finding) => finding.replicates,
        }
    }

    /// The deciding number.
    #[must_use]
    pub const fn estimate(&self) -> Option<f64> {
        match self {
            Self::Answer(answer) => answer.estimate,
            Self::Finding(finding) => finding.effect,
        }
    }

    /// The same with every number that is not finite taken out, as every written form shows it.
    #[must_use]
    pub fn finite(self) -> Self {
        match self {
            Self::Answer(answer) => Self::Answer(Answer {
                estimate: finite(answer.estimate),
                low: finite(answer.low),
                high: finite(answer.high),
                expected: finite(answer.expected),
                accepted: answer.accepted.filter(|(low, high)| low.is_finite() && high.is_finite()),
                ..answer
            }),
            Self::Finding(finding) => Self::Finding(finding.finite()),
        }
    }
}

impl Finding {
    /// The same with every number that is not finite taken out, as every written form shows it.
    #[must_use]
    pub fn finite(self) -> Self {
        Self { effect: finite(self.effect), low: finite(self.low), high: finite(self.high), ..self }
    }
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|x| x.is_finite())
}

impl ClaimDecision {
    /// What was said in the leading world, where that can be run.
    #[must_use]
    pub fn leading(&self) -> Option<&Question> {
        self.worlds.iter().find(|(world, _)| world.is_leading()).map(|(_, question)| question)
    }

    /// Whether the outcome flips in the leading world and under no single condition.
    #[must_use]
    pub fn is_joint_flip(&self) -> bool {
        self.leading().is_some_and(|world| self.flips(world)) && !self.singles.values().any(|single| self.flips(single))
    }

    /// Whether two conditions at a time could tell what one does not: the outcome is decided, and no condition alone flips it.
    #[must_use]
    pub fn is_open_to_pairs(&self) -> bool {
        let can_flip = match &self.published.frozen {
            Reply::Answer(answer) => matches!(answer.outcome, TestOutcome::Holds | TestOutcome::Fails),
            Reply::Finding(finding) => matches!(finding.outcome, Outcome::Occurs | Outcome::Absent),
        };
        can_flip && !self.singles.values().any(|single| self.flips(single))
    }

    /// Whether `there` is decided otherwise than as published.
    #[must_use]
    pub const fn flips(&self, there: &Question) -> bool {
        self.published.frozen.contradicts(&there.frozen)
    }
}

/// A metric over generations in one arm and cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimCurve {
    /// Arm id.
    pub arm: String,
    /// Cell name.
    pub cell: String,
    /// Metric.
    pub metric: Metric,
    /// Points by generation; generations without a finite quantile have none.
    pub points: Vec<ClaimPoint>,
}

/// One generation of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClaimPoint {
    /// Generation.
    pub generation: u32,
    /// 10 % point.
    pub low: f64,
    /// Median.
    pub middle: f64,
    /// 90 % point.
    pub high: f64,
    /// The claim's statistic on the metric's own scale: mean, median, or exp of the mean log.
    pub statistic: f64,
    /// Closed form, where the claim has one and the arm is its own.
    pub expected: Option<f64>,
}

/// Written as a list of rows: JSON keys are strings, a profile's are triples.
#[derive(Serialize, Deserialize)]
struct ProfileRow {
    definition: Definition,
    functional: Option<Functional>,
    against: Option<Against>,
    finding: Finding,
}

impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.findings.iter().map(|((definition, functional, against), finding)| ProfileRow {
            definition: *definition,
            functional: *functional,
            against: *against,
            finding: finding.clone(),
        }))
    }
}

impl<'de> Deserialize<'de> for Profile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rows = Vec::<ProfileRow>::deserialize(deserializer)?;
        Ok(Self { findings: rows.into_iter().map(|row| ((row.definition, row.functional, row.against), row.finding)).collect() })
    }
}

/// Written as a list of rows: JSON keys are strings, and a world's place is not its id.
mod by_world {
    use super::{Question, WorldId};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::collections::BTreeMap;

    #[derive(Serialize, Deserialize)]
    struct WorldRow {
        place: u16,
        world: String,
        question: Question,
    }

    pub fn serialize<S: Serializer>(worlds: &BTreeMap<WorldId, Question>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(worlds.iter().map(|(world, question)| WorldRow {
            place: world.place(),
            world: world.id().to_owned(),
            question: question.clone(),
        }))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<WorldId, Question>, D::Error> {
        let rows = Vec::<WorldRow>::deserialize(deserializer)?;
        Ok(rows.into_iter().map(|row| (WorldId::new(row.place, row.world), row.question)).collect())
    }
}
