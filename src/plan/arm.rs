//! The arms of a simulation: ways of running it.

use super::Pair;
use crate::registry::{Bindings, Changed, Criteria, External, OrderSide, RiskFrame, WorldId};
use crate::sim::{MethodChoice, Setup};
use crate::taxonomy::{Condition, Word};
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// How the id of a `holds_when` in a world begins.
const HOLDS_IN: &str = "holds-in-";

/// One way of running a simulation. Its `Display` is the id used by `--arm`, CSV and JSON.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Arm {
    /// As the study ran it.
    AsPublished,
    /// Under every condition of a world.
    World(WorldId),
    /// As published, with one condition of the leading world.
    Single(Condition),
    /// The leading world without one of its conditions.
    Without(Condition),
    /// The control of a claim, by the claim's name.
    Control(String),
    /// The `holds_when` branch of a conditional claim.
    Holds(String),
    /// The `fails_when` branch of a conditional claim.
    Fails(String),
    /// A side of an order that is another setup, by the claim's name. It has no twin.
    Side(OrderSide, String),
    /// A point of a design, by its label.
    Point(String),
    /// As published, with two conditions of the leading world.
    Pair(Pair),
    /// The `holds_when` branch of a conditional claim, run on so that an asymptotic definition can be judged.
    HoldsOn(String),
    /// The `holds_when` branch of a conditional claim under every condition of a world.
    HoldsIn(WorldId, String),
    /// The real-only twin of an arm: the first arm (in this order) with that stream of real data.
    RealOnly(Box<Arm>),
}

impl fmt::Display for Arm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsPublished => f.write_str("as-published"),
            Self::World(world) => f.write_str(world.id()),
            Self::Single(condition) => f.write_str(condition.id()),
            Self::Without(condition) => write!(f, "without-{}", condition.id()),
            Self::Control(claim) => write!(f, "control:{claim}"),
            Self::Holds(claim) => write!(f, "holds:{claim}"),
            Self::Fails(claim) => write!(f, "fails:{claim}"),
            Self::Side(side, claim) => write!(f, "{side}:{claim}"),
            Self::Point(label) => write!(f, "point:{label}"),
            Self::Pair(pair) => pair.fmt(f),
            Self::HoldsOn(claim) => write!(f, "holds-on:{claim}"),
            Self::HoldsIn(world, claim) => write!(f, "{HOLDS_IN}{world}:{claim}"),
            Self::RealOnly(of) => match **of {
                Self::AsPublished => f.write_str("real-only"),
                ref of => write!(f, "real-only:{of}"),
            },
        }
    }
}

impl From<&Changed> for Arm {
    fn from(changed: &Changed) -> Self {
        Self::Side(changed.side, changed.claim.clone())
    }
}

impl Arm {
    /// Whether no verdict and no count rests on it: it is told beside the study's own setting, and takes nothing from other arms.
    #[must_use]
    pub fn is_beside(&self) -> bool {
        match self {
            Self::HoldsOn(_) | Self::HoldsIn(..) => true,
            Self::RealOnly(of) => of.is_beside(),
            _ => false,
        }
    }

    /// The world of the `holds_when` branch of a claim that is run under one.
    #[must_use]
    pub const fn holds_in(&self) -> Option<&WorldId> {
        match self {
            Self::HoldsIn(world, _) => Some(world),
            _ => None,
        }
    }

    /// The arm with this id in a registry with these worlds; `None` if no arm is written so.
    #[must_use]
    pub fn parse(id: &str, worlds: &[WorldId]) -> Option<Self> {
        if let Some((kind, rest)) = id.split_once(':') {
            return match kind {
                "control" => Some(Self::Control(rest.to_owned())),
                "holds" => Some(Self::Holds(rest.to_owned())),
                "fails" => Some(Self::Fails(rest.to_owned())),
                "holds-on" => Some(Self::HoldsOn(rest.to_owned())),
                "point" => Some(Self::Point(rest.to_owned())),
                "real-only" => Self::parse(rest, worlds).map(|of| Self::RealOnly(Box::new(of))),
                _ if kind.starts_with(HOLDS_IN) => {
                    let world = worlds.iter().find(|world| kind.strip_prefix(HOLDS_IN) == Some(world.id()))?;
                    Some(Self::HoldsIn(world.clone(), rest.to_owned()))
                }
                _ => OrderSide::parse(kind).ok().map(|side| Self::Side(side, rest.to_owned())),
            };
        }
        match id {
            "as-published" => Some(Self::AsPublished),
            "real-only" => Some(Self::RealOnly(Box::new(Self::AsPublished))),
            _ => worlds
                .iter()
                .find(|world| world.id() == id)
                .map(|world| Self::World(world.clone()))
                .or_else(|| Condition::parse(id).ok().map(Self::Single))
                .or_else(|| Pair::parse(id).map(Self::Pair))
                .or_else(|| id.strip_prefix("without-").and_then(|c| Condition::parse(c).ok()).map(Self::Without)),
        }
    }
}

/// Whether a world's condition holds in an arm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Simulated {
    /// The setup was changed to meet it.
    Changed,
    /// The setup met it already.
    AlreadyMet,
    /// It cannot be changed here, and why.
    NotSimulated(String),
}

impl Serialize for Arm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Everything that will be run for one simulation of one study.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SimulationPlan {
    /// The study's id.
    pub study: String,
    /// The simulation's name.
    pub simulation: String,
    /// Where each claim with a test is put to it, by the claim's own name.
    pub claims: BTreeMap<String, ClaimArms>,
    /// Arms by identity; twins included. Leave-one-out arms and pairs of conditions are planned but run only when asked for.
    pub arms: BTreeMap<Arm, ArmPlan>,
    /// Why an arm that could have been is not there, for example `growth` -> `cost`.
    pub left_out: BTreeMap<Arm, String>,
    /// What a design allows its loop; `None` for a study's simulation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// The program that runs it in place of the laboratory, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<External>,
}

/// What a loop of a design may take.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Limits {
    /// Replicates of every arm at most.
    pub replicates: u32,
    /// Core-seconds of all arms at most, by the fixed cost formula.
    pub work: f64,
}

impl SimulationPlan {
    /// Whether its replicates are recorded beforehand: a network is trained in some arm.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.arms.values().flat_map(|arm| &arm.cells).any(|cell| cell.setup.is_trained())
    }

    /// The rules by which it is decided.
    #[must_use]
    pub fn rules<'a>(&self, criteria: &'a Criteria) -> Cow<'a, Criteria> {
        match &self.limits {
            Some(limits) => Cow::Owned(criteria.for_design(limits.replicates, limits.work)),
            None if self.is_recorded() || self.external.is_some() => Cow::Owned(criteria.for_recorded()),
            None => Cow::Borrowed(criteria),
        }
    }
}

/// The two arms in which a claim's own tests are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimArms {
    /// The test's arm: `as-published`, or `holds:<claim>` where a conditional claim changes something.
    pub test: Arm,
    /// The control's arm.
    pub control: Arm,
    /// Arms whose profile says what becomes of its definition under its `holds_when` change, as published and in worlds; empty where that changes
    /// nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Arm>,
}

/// One arm, cell by cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArmPlan {
    /// Per realism condition, whether the arm meets it as the worlds understand it (arms of worlds, singles, pairs and
    /// leave-one-out arms; empty for the others).
    pub conditions: BTreeMap<Condition, Simulated>,
    /// The twin this arm is compared with; `None` for twins themselves.
    pub twin: Option<Arm>,
    /// Replicates at most, by role and work ceiling.
    pub budget: u32,
    /// The cells, in grid order.
    pub cells: Vec<CellPlan>,
}

/// One concrete experiment of an arm.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CellPlan {
    /// Canonical cell name; empty without a grid.
    pub name: String,
    /// Generations as asked (T): 10 or more in the worlds, the study's own as published.
    pub horizon: u32,
    /// What is run: recorded generations, extension and metrics included.
    pub setup: Setup,
    /// Names for expressions, of the setup as asked.
    #[serde(skip)]
    pub bindings: Bindings,
    /// What risk means here.
    #[serde(skip)]
    pub frame: RiskFrame,
    /// How it is computed, and why.
    pub method: MethodChoice,
    /// Cost of a replicate in nanoseconds by the fixed formula.
    pub cost: f64,
}
