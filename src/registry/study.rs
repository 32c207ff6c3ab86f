//! A study: citation, definitions by coder, realism by condition, simulations with their cells.

use super::external::External;
use crate::sim::Setup;
use crate::taxonomy::{Basis, Condition, Definition, Fidelity, Metric, RealismLevel, Role, Size};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A study's id: its file name, `author-year-slug`.
pub type StudyId = String;

/// A family of models that a study ran or spoke of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModelFamily {
    /// No model of its own: a statement about models at large, or of a class that has no word here.
    Theory,
    /// Gaussians.
    Gaussian,
    /// Mixtures of Gaussians or of other densities.
    Mixture,
    /// Kernel density estimates.
    Kernel,
    /// Laws over categories.
    Categorical,
    /// Models of text.
    LanguageModel,
    /// Variational autoencoders.
    Vae,
    /// Generative adversarial networks.
    Gan,
    /// Diffusion models.
    Diffusion,
    /// Normalising flows and flow matching.
    Flow,
    /// Regressions.
    Regression,
    /// Classifiers.
    Classifier,
}

crate::taxonomy::words!(ModelFamily, "model family", {
    Theory => "theory",
    Gaussian => "gaussian",
    Mixture => "mixture",
    Kernel => "kernel",
    Categorical => "categorical",
    LanguageModel => "language-model",
    Vae => "vae",
    Gan => "gan",
    Diffusion => "diffusion",
    Flow => "flow",
    Regression => "regression",
    Classifier => "classifier",
});

/// One publication with its descriptor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Study {
    /// From the file name.
    pub id: StudyId,
    /// Left out of a plain `run` and of `check`.
    pub draft: bool,
    /// Title.
    pub title: String,
    /// Authors in print order.
    pub authors: Vec<String>,
    /// Year of the first version.
    pub year: u16,
    /// Month of the first version.
    pub month: Option<u8>,
    /// arXiv number without version.
    pub arxiv: Option<String>,
    /// DOI.
    pub doi: Option<String>,
    /// Journal or conference.
    pub venue: Option<String>,
    /// Public code.
    pub code: Option<String>,
    /// Versions known, in words.
    pub versions: Vec<String>,
    /// Studies that are versions of one work share this word and count once.
    pub work: String,
    /// Model families, in their order.
    pub families: Vec<ModelFamily>,
    /// Which definitions it uses, per coder.
    pub codings: Vec<Coding>,
    /// How realistic its conditions are, per coder.
    pub judgements: Vec<Judgement>,
    /// Reduced simulations, sorted by name.
    pub simulations: Vec<Simulation>,
    /// Why there is no simulation, where there is none.
    pub no_simulation: Option<String>,
    /// Digest of the descriptor's meaning (not of its layout).
    #[serde(skip)]
    pub digest: String,
}

/// One coder's mark: this study uses this definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coding {
    /// The definition.
    pub definition: Definition,
    /// Stated or only used.
    pub basis: Basis,
    /// Who says so.
    pub coder: String,
    /// Where in the study.
    pub locator: String,
    /// Why.
    pub reason: String,
}

/// One coder's judgement of one realism condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// The condition.
    pub condition: Condition,
    /// How far it is met.
    pub level: RealismLevel,
    /// Who says so.
    pub coder: String,
    /// Where in the study.
    pub locator: String,
    /// Why.
    pub reason: String,
    /// Holds for this simulation only; for the whole study if absent.
    pub simulation: Option<String>,
}

/// A coder, from `studies/coders.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coder {
    /// The id used in codings and judgements.
    pub id: String,
    /// Who it is.
    pub who: String,
    /// When the coding was made, `YYYY-MM` or `YYYY-MM-DD`.
    pub when: String,
    /// From which material.
    pub material: String,
    /// What the coder had seen of the other codings.
    pub seen: String,
    /// Studies that the coder looked at and marked no definition in: coded, every cell `not used`. A study that is neither here
    /// nor marked is not coded.
    pub unmarked: Vec<StudyId>,
}

/// One reduced run of a study, with every cell of its grid made concrete.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulation {
    /// Local name.
    pub name: String,
    /// What it is to the study.
    pub role: Role,
    /// How near it is to the study.
    pub fidelity: Fidelity,
    /// At which size it is run; `None` for an analogue, which has no size in common with the study.
    pub size: Option<Size>,
    /// What differs from the study, in words.
    pub departures: Vec<String>,
    /// One per grid point (a single one with an empty name without a grid), in grid order.
    pub cells: Vec<Cell>,
    /// Dotted grid paths with their values, in the order written.
    pub grid: Vec<(String, Vec<f64>)>,
    /// The program that runs it in place of the laboratory, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<External>,
}

impl Simulation {
    /// Whether a network is trained in it, so that its replicates are recorded beforehand.
    #[must_use]
    pub fn is_trained(&self) -> bool {
        self.cells.iter().any(|cell| cell.setup.is_trained())
    }

    /// Whether it can be run: by the laboratory, or by a program that may be started.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.external.as_ref().is_none_or(|external| external.admitted.is_some())
    }

    /// Whether it has one look of few replicates and is decided by ranks alone: what is trained beforehand, and what a program runs.
    #[must_use]
    pub fn has_one_look(&self) -> bool {
        self.is_trained() || self.external.is_some()
    }
}

/// One grid point.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// Canonical name from its values, `samples=100;truth.dimension=10`; empty without a grid.
    pub name: String,
    /// The experiment as published.
    pub setup: Setup,
    /// Names and values for expressions.
    pub bindings: Bindings,
    /// What risk means here.
    pub frame: RiskFrame,
}

/// What risk means in one cell.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RiskFrame {
    /// The metric that is the study's risk on real data.
    pub risk: Option<Metric>,
    /// The largest value the risk can take; `None` when it is unbounded.
    pub ceiling: Option<f64>,
    /// Risk of the best predictor that saw no data.
    pub null_risk: Option<f64>,
    /// Generations after which the study's dynamics have run their course once.
    pub time_scale: f64,
}

/// Names an expression may use: the setup's numeric leaves (a name that occurs twice takes its parent), and
/// `probability(k)` of a categorical truth.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Bindings {
    /// Name to value.
    pub values: BTreeMap<String, f64>,
    /// Probabilities of a categorical truth in category order.
    pub probabilities: Vec<f64>,
}

/// Weights of the realism conditions under one preset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// Preset name (`equal`, `position-paper`, `sceptic`, or a user's file).
    pub name: String,
    /// Why these weights.
    pub reason: String,
    /// One weight per condition, in taxonomy order, not negative, not all zero.
    pub weights: [f64; 8],
}

impl Study {
    /// The simulation called `name`.
    #[must_use]
    pub fn simulation(&self, name: &str) -> Option<&Simulation> {
        self.simulations.iter().find(|simulation| simulation.name == name)
    }

    /// The simulations that say what the study finds.
    pub fn main_simulations(&self) -> impl Iterator<Item = &Simulation> {
        self.simulations.iter().filter(|simulation| simulation.role == Role::Main)
    }
}

/// A simulation with some keys changed: the same cells by name, so that runs stay paired.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variant {
    /// The change in words of the file, `regime.kind = "accumulate"`; empty for none.
    pub change: String,
    /// The cells, as many and named as the simulation's.
    pub cells: Vec<Cell>,
}
