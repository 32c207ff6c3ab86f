//! The shape of `audit.json`. Keys are snake_case; what is undefined is null and never NaN, and absent only from a finding and a point of a design.
//!
//! What is long stands in a table beside it and is skipped here: curves, compositions, rows of the calibration, and of profiles the
//! arms between the simulation as published and the worlds, with what each effect measures and its notes.

use super::{
    ClaimReport, CoderReport, ControlNumbers, Coverage, DefinitionReport, DesignReport, ErrorRateReport, Head, LoopSigns, PositionReport,
    RealismReport, RivalReport, ScreeningReport, Voice, World, model_written,
};
use crate::Whole;
use crate::plan::Composition;
use crate::random::Seed;
use crate::registry::DesignId;
use crate::taxonomy::{Against, Basis, Condition, Definition, Fidelity, Functional, Metric, Role, Size, Word};
use crate::verdict::Outcome;
use crate::verdict::calibrate::Calibration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A whole audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Audit {
    /// Version of this shape. Version 3 says once what version 2 said twice: a finding leaves `settled` out where it is so; a world's profile
    /// leaves out what does not apply there nor as published; a simulation's realism holds the conditions that are coded otherwise than its
    /// study's; a twin drawn as its arm was has no entry in `arms`; effects of profiles have no replicates: `tables/profiles.csv.gz` has them.
    /// Version 4 goes on: a finding against the first model that is the one against real data alone stands once, but where it does not apply as
    /// published; readings and coder of a judgement stand where they are not the usual ones; why arms were not simulated stands by reason; `arms`
    /// holds the arm as published, the worlds and their twins, `tables/arms.csv.gz` every one; BibTeX stands in `references.bib`, scores without a
    /// condition and around presets in `tables/sensitivity.csv.gz`; numbers of claims have six digits, those of findings three of their interval.
    pub schema: u32,
    /// What it was made from; left out of every comparison.
    pub provenance: Provenance,
    /// The worlds in which claims were asked again, the leading one first; maps by world hold `as-published` beside them.
    pub worlds: Vec<World>,
    /// The counts of the report's first paragraph.
    #[serde(default)]
    pub head: Head,
    /// What the position paper concludes, beside what we find; null where the registry does not have it.
    #[serde(default)]
    pub position: Option<PositionReport>,
    /// The report's answer in five sentences.
    #[serde(default)]
    pub answer: Vec<String>,
    /// What causes collapse, what shows it first and what helps, on loops of their own.
    #[serde(default)]
    pub designs: Vec<DesignReport>,
    /// Studies, by id.
    pub studies: Vec<StudyReport>,
    /// Claims, by full id.
    pub claims: Vec<ClaimReport>,
    /// Claim -> what its test came to in its control, where that is a number.
    #[serde(default)]
    pub controls: BTreeMap<String, ControlNumbers>,
    /// The eight definitions, in order.
    pub definitions: Vec<DefinitionReport>,
    /// Agreement between coders.
    pub agreement: Vec<Agreement>,
    /// How realism scores move with weights.
    pub sensitivity: Sensitivity,
    /// Preset -> condition -> its weight.
    #[serde(default)]
    pub presets: BTreeMap<String, BTreeMap<Condition, f64>>,
    /// Every threshold used.
    pub criteria: Vec<CriterionReport>,
    /// The worlds in numbers.
    pub overlays: Vec<OverlayReport>,
    /// The detectors' error rates on planted truth; null where nobody counted them.
    pub calibration: Option<CalibrationReport>,
    /// Error rates under fresh root seeds; null where nobody counted them.
    pub error_rate: Option<ErrorRateReport>,
    /// What shows first in every loop that was run. It stands in `tables/signs.csv.gz`.
    #[serde(skip)]
    pub signs: Vec<LoopSigns>,
    /// Curves for figures: quantiles of the first 256 replicates. They stand in `tables/curves.csv.gz`.
    #[serde(skip)]
    pub curves: Vec<Curve>,
    /// Sources cited, by study id.
    pub bibliography: Vec<BibliographyEntry>,
    /// Expected number of false exploratory findings.
    pub expected_false_exploratory: f64,
    /// How the studies were found; null where nobody wrote it down.
    #[serde(default)]
    pub screening: Option<ScreeningReport>,
    /// Who coded, and how blind.
    #[serde(default)]
    pub coders: Vec<CoderReport>,
    /// Verdicts that other reproductions gave to claims of studies that stand here too.
    #[serde(default)]
    pub rivals: Vec<RivalReport>,
}

impl Audit {
    /// What came of a design, where it was run.
    #[must_use]
    pub fn design(&self, id: DesignId) -> Option<&DesignReport> {
        self.designs.iter().find(|design| design.id == id.id())
    }
}

/// The detectors' error rates on planted truth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalibrationReport {
    /// Whether they were counted with these detectors and these thresholds.
    pub is_current: bool,
    /// The counts; `tables/calibration.csv.gz` and `tables/calibration-tests.csv.gz` hold them.
    #[serde(skip, default = "elsewhere")]
    pub table: Calibration,
}

/// The counts of an audit that was read back.
const fn elsewhere() -> Calibration {
    Calibration { trials: 0, seed: Seed(0), rules: String::new(), criteria: String::new(), rows: Vec::new(), tests: Vec::new() }
}

/// What an audit was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// Version of the tool.
    pub version: String,
    /// Digest of the registry.
    pub registry: String,
    /// Digest of the engine's sources.
    pub engine: String,
    /// Digest of the decision rules' sources.
    pub rules: String,
    /// Root seed; above 2^53 as text.
    pub seed: Whole,
    /// Digest of the thresholds.
    pub criteria: String,
    /// Weight preset.
    pub preset: String,
    /// `full`, `quick` or `partial: <filter>`.
    pub scope: String,
    /// When it was published, `YYYY-MM-DD`: the day of the release that made it, or one that was named.
    #[serde(default)]
    pub published: String,
}

/// One study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StudyReport {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Authors.
    pub authors: Vec<String>,
    /// Year.
    pub year: u16,
    /// arXiv number.
    pub arxiv: Option<String>,
    /// DOI.
    pub doi: Option<String>,
    /// Venue.
    pub venue: Option<String>,
    /// Versions of one work share this word.
    pub work: String,
    /// Model families.
    pub families: Vec<String>,
    /// Coder -> definition -> explicit or implicit; a definition that the coder found not used is absent, a coder that did not look
    /// at the study too.
    pub definitions: BTreeMap<String, BTreeMap<Definition, Basis>>,
    /// Realism over the whole study.
    pub realism: RealismReport,
    /// Realism of single simulations that are coded on their own; `audit.json` holds of their conditions those coded otherwise than the
    /// study's.
    pub realism_by_simulation: BTreeMap<String, RealismReport>,
    /// Simulation -> arm -> definition id (`catastrophic-risk:mean` where it has functionals) -> finding. `audit.json` holds
    /// the arm as published and the worlds, `tables/profiles.csv.gz` every arm; what does not apply in a world nor as published stands as published,
    /// and a finding against the first model that is the same as against real data alone is left out where it applies as published.
    pub profiles: BTreeMap<String, BTreeMap<String, BTreeMap<String, FindingReport>>>,
    /// Simulation -> what differs from the study.
    pub departures: BTreeMap<String, Vec<String>>,
    /// Simulation -> fidelity.
    pub fidelity: BTreeMap<String, Fidelity>,
    /// Simulation -> what it is to the study: put forward, or run only to argue against it.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// Simulation -> at which size it is run; null for an analogue.
    #[serde(default)]
    pub sizes: BTreeMap<String, Option<Size>>,
    /// Simulation -> what it counts as, for those that were run.
    #[serde(default)]
    pub simulations: BTreeMap<String, SimulationReport>,
    /// Simulation -> method and its reason.
    pub methods: BTreeMap<String, String>,
    /// Simulation -> arm -> why it was not simulated; `audit.json` has it as reason -> arm -> simulations.
    #[serde(with = "model_written::by_reason")]
    #[schemars(with = "model_written::ByReason")]
    pub not_simulated: BTreeMap<String, BTreeMap<String, String>>,
    /// Why there is no simulation.
    pub no_simulation: Option<String>,
    /// Claims by verdict.
    pub claims: Counts,
    /// Claims by how they were put to a test.
    #[serde(default)]
    pub coverage: Coverage,
}

/// What a simulation counts as, and what was run of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SimulationReport {
    /// For whom it speaks: `main` for the study, `contrast` and `check` for nobody in a count.
    pub voice: Voice,
    /// Truth, model and regime as published, by kind.
    pub mechanism: String,
    /// World -> everything of the setup that a world can change, by kind; equal words differ in sizes alone.
    pub setups: BTreeMap<String, String>,
    /// Worlds whose run is that of the leading one, because what they disagree about cannot be changed here. Left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alike: Vec<String>,
    /// Whether its published source of synthetic data is not the model itself; then its worlds are counted apart. Left out where it is the model.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foreign: bool,
    /// Whether real data alone are best by construction, so that an increase of risk above them is a theorem. Left out where they are not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub well_specified: bool,
    /// Arm -> what was drawn of it; `audit.json` holds the arm as published, the worlds, and their twins where these were drawn otherwise.
    pub arms: BTreeMap<String, ArmReport>,
}

/// What was drawn of an arm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ArmReport {
    /// Replicates drawn per cell.
    pub replicates: u32,
    /// Replicates allowed per cell.
    pub budget: u32,
    /// Size and real share of its training sets, generation by generation up to the tenth: as published, in every world and with
    /// single conditions; empty elsewhere. They stand in `tables/compositions.csv.gz`.
    #[serde(skip)]
    pub composition: Vec<Composition>,
    /// Whether its replicates are networks that were trained beforehand and recorded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_trained: bool,
    /// Examples of every generation of the first replicate of a trained network, in letters; they stand in the figures.
    #[serde(skip)]
    pub shown: Vec<Vec<String>>,
    /// Generations as asked.
    pub horizon: u32,
    /// Replicates over all cells that ended before their last generation; left out where none did.
    #[serde(default, skip_serializing_if = "is_none")]
    pub ended: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
pub(super) const fn is_none(count: &u32) -> bool {
    *count == 0
}

/// One finding in a profile; what is undefined is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FindingReport {
    /// Outcome.
    pub outcome: Outcome,
    /// Reason where undecided or not applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether more replicates could not change the word: decided, not applicable, or undecided for a reason that stays.
    #[serde(default = "settled", skip_serializing_if = "is_settled")]
    pub settled: bool,
    /// Replicates that would decide it; none where it is settled or nothing can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<u64>,
    /// Whether no number of replicates would decide it, although it is not settled.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unreachable: bool,
    /// Functional, for definitions 1 to 3; the key says it.
    #[serde(skip)]
    pub functional: Option<Functional>,
    /// What the risk was held against, for definition 2; the key says it.
    #[serde(skip)]
    pub against: Option<Against>,
    /// What `effect` measures.
    #[serde(skip)]
    pub statistic: String,
    /// Effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<f64>,
    /// Lower limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Onset generation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onset: Option<u32>,
    /// Replicates; they stand in `tables/profiles.csv.gz`.
    #[serde(skip)]
    pub replicates: u32,
    /// Further numbers in words.
    #[serde(skip)]
    pub notes: Vec<String>,
}

const fn settled() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
const fn is_settled(settled: &bool) -> bool {
    *settled
}

/// Claims by verdict; `counted` are only those by the study itself and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Reproduced, among those counted.
    pub reproduced: u32,
    /// Contradicted, among those counted.
    pub contradicted: u32,
    /// Undecided, among those counted.
    pub undecided: u32,
    /// Untested, among those counted.
    pub untested: u32,
    /// Checks we added, and recalled claims: rows of their own, in no count.
    pub uncounted: u32,
}

/// Agreement of two coders on one definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Agreement {
    /// First coder.
    pub first: String,
    /// Second coder.
    pub second: String,
    /// Definition, or null for all together.
    pub definition: Option<Definition>,
    /// Studies both coded.
    pub studies: u32,
    /// Cells compared (studies x definitions).
    pub cells: u32,
    /// Cells that agree.
    pub agreeing: u32,
    /// Cells that both coders mark as used, explicitly or implicitly.
    pub both: u32,
    /// Cells that neither coder marks.
    pub neither: u32,
    /// Raw agreement.
    pub raw: Option<f64>,
    /// Positive agreement.
    pub positive: Option<f64>,
    /// Negative agreement.
    pub negative: Option<f64>,
    /// Weighted kappa (blank < implicit < explicit).
    pub kappa: Option<f64>,
    /// Lower 95 % limit of kappa by the delete-one-study jackknife; null below five studies.
    pub kappa_low: Option<f64>,
    /// Upper limit.
    pub kappa_high: Option<f64>,
    /// Why kappa is undefined.
    pub reason: Option<String>,
    /// Cells that differ: study, definition, first, second.
    pub differing: Vec<(String, Definition, String, String)>,
}

/// Three numbers of a study over drawn weights; null where it has no score.
pub type Points = Option<(f64, f64, f64)>;

/// How realism scores move with weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sensitivity {
    /// Preset -> study -> mid score.
    pub presets: BTreeMap<String, BTreeMap<String, Option<f64>>>,
    /// Study -> 5 %, 50 % and 95 % points of its mid score over Dirichlet(1,…,1) weights.
    pub dirichlet: BTreeMap<String, Points>,
    /// Preset -> study -> the same points over Dirichlet(8 w) weights around the preset's own weights w. They stand in
    /// `tables/sensitivity.csv.gz`.
    #[serde(skip)]
    pub around: BTreeMap<String, BTreeMap<String, Points>>,
    /// Study -> shares of Dirichlet(1,…,1) draws in which it ranks in the upper, middle and lower third of the
    /// studies with a score (rank-acceptability shares). By nature these depend on the other studies.
    pub ranks: BTreeMap<String, Points>,
    /// Left-out condition -> study -> mid score. They stand there too.
    #[serde(skip)]
    pub leave_one_out: BTreeMap<Condition, BTreeMap<String, Option<f64>>>,
    /// Study -> mid score with `partly` as 0.25 and as 0.75.
    pub partly: BTreeMap<String, Option<(f64, f64)>>,
}

/// A threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CriterionReport {
    /// Key.
    pub key: String,
    /// Value.
    pub value: f64,
    /// Reason.
    pub reason: String,
}

/// One step of a world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OverlayReport {
    /// World.
    pub world: String,
    /// Condition.
    pub condition: Condition,
    /// The change in words.
    pub change: String,
    /// Reason.
    pub reason: String,
    /// Locator.
    pub locator: String,
}

/// A metric over generations in one arm, for small multiples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Curve {
    /// Claim whose closed form is overlaid.
    pub claim: String,
    /// Arm id.
    pub arm: String,
    /// Cell name.
    pub cell: String,
    /// Metric.
    pub metric: Metric,
    /// Points by generation.
    pub points: Vec<CurvePoint>,
}

/// One generation of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CurvePoint {
    /// Generation.
    pub generation: u32,
    /// 10 % point.
    pub low: f64,
    /// Median.
    pub middle: f64,
    /// 90 % point.
    pub high: f64,
    /// The claim's statistic (mean, median or exp of the mean log).
    pub statistic: f64,
    /// Closed form, where the claim has one.
    pub expected: Option<f64>,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BibliographyEntry {
    /// Study id.
    pub id: String,
    /// Formatted reference.
    pub text: String,
    /// BibTeX entry. It stands in `references.bib`.
    #[serde(skip)]
    pub bibtex: String,
}
