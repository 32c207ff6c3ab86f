//! The planted laws: boundaries, heavy tails and alternatives of every detector.

use super::{Plant, fooled, risks};
use crate::plan::planted::{PlantedCell, runs};
use crate::plan::{Arm, Runs};
use crate::random::Rng;
use crate::registry::Criteria;
use crate::taxonomy::{Against, Definition, Functional, Meaning, Metric};
use crate::verdict::finding::Outcome;
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};

/// One planted law.
pub struct Planted {
    pub definition: Definition,
    pub functional: Functional,
    pub against: Against,
    pub words: String,
    pub plant: Plant,
    /// Outcomes counted, each in rows of its own: both errors of a boundary, the right outcome of an alternative.
    pub counted: Vec<Outcome>,
    /// Looks taken.
    pub looks: u32,
    pub draw: Draw,
}

type Draw = Box<dyn Fn(usize, &mut Rng) -> Drawn + Send + Sync>;

impl Planted {
    /// What its random streams are named after.
    pub fn name(&self) -> String {
        format!("{}/{}/{}", self.definition, self.functional, self.words)
    }

    /// What is asked of it.
    pub const fn meaning(&self) -> Meaning {
        Meaning { definition: self.definition, functional: self.functional, against: self.against }
    }

    /// Nominal levels: 5 and 1 % and an exploratory finding's own for errors, 1e-4 for power.
    pub fn levels(&self) -> &'static [f64] {
        match self.plant {
            Plant::Boundary | Plant::Heavy => &[0.05, 0.01, 1e-3],
            Plant::Alternative => &[1e-4],
        }
    }
}

/// A whole ensemble: cells of the arm and of its twin.
pub struct Drawn {
    arm: Vec<PlantedCell>,
    twin: Vec<PlantedCell>,
}

impl Drawn {
    /// From the cells of both.
    pub const fn new(arm: Vec<PlantedCell>, twin: Vec<PlantedCell>) -> Self {
        Self { arm, twin }
    }

    /// The runs of the first `n` replicates.
    pub fn first(&self, n: usize) -> Runs {
        let cut = |cells: &[PlantedCell]| -> Vec<PlantedCell> {
            let short = |cell: &PlantedCell| {
                let columns = cell.columns.iter().map(|(metric, t, values)| (*metric, *t, values[..n].to_vec())).collect();
                PlantedCell { columns, ..PlantedCell::new(&cell.name, cell.horizon, cell.frame.risk, Vec::new()) }
            };
            cells.iter().map(|cell| PlantedCell { frame: cell.frame, ..short(cell) }).collect()
        };
        runs(vec![(Arm::AsPublished, cut(&self.arm)), (Arm::RealOnly(Box::new(Arm::AsPublished)), cut(&self.twin))])
    }
}

/// A shape of replicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Normal,
    ChiSquare,
    LogNormal,
    HeavyLogNormal,
    SquaredT,
}

const LIGHT_AND_SKEWED: [Shape; 3] = [Shape::Normal, Shape::ChiSquare, Shape::LogNormal];

impl Shape {
    /// Those whose mean decides nothing.
    pub const HEAVY: [Self; 2] = [Self::HeavyLogNormal, Self::SquaredT];

    const fn words(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::ChiSquare => "chi-square(1)",
            Self::LogNormal => "lognormal(1)",
            Self::HeavyLogNormal => "lognormal(2)",
            Self::SquaredT => "squared t(3)",
        }
    }

    /// A positive number of mean 1.
    pub fn positive(self, rng: &mut Rng) -> f64 {
        let z = normal(rng);
        match self {
            Self::Normal => (1.0 + 0.15 * z).max(0.0),
            Self::ChiSquare => z * z,
            Self::LogNormal => (z - 0.5).exp(),
            Self::HeavyLogNormal => (2.0 * z - 2.0).exp(),
            Self::SquaredT => {
                let freedom: f64 = (0..3).map(|_| normal(rng).powi(2)).sum();
                z * z / freedom
            }
        }
    }

    /// A number of mean 0.
    pub fn centred(self, rng: &mut Rng) -> f64 {
        match self {
            Self::Normal => normal(rng),
            Self::ChiSquare | Self::LogNormal | Self::HeavyLogNormal | Self::SquaredT => self.positive(rng) - 1.0,
        }
    }
}

pub fn normal(rng: &mut Rng) -> f64 {
    StandardNormal.sample(rng)
}

pub fn risk_cell(horizon: u32, columns: Vec<(u32, Vec<f64>)>) -> PlantedCell {
    let columns = columns.into_iter().map(|(t, values)| (Metric::ExcessRisk, t, values)).collect();
    PlantedCell::new("", horizon, Some(Metric::ExcessRisk), columns)
}

/// Columns of `width` drawn row by row.
pub fn table(n: usize, width: usize, rng: &mut Rng, row: impl Fn(&mut Rng) -> Vec<f64>) -> Vec<Vec<f64>> {
    let mut columns = vec![Vec::with_capacity(n); width];
    for _ in 0..n {
        columns.iter_mut().zip(row(rng)).for_each(|(column, value)| column.push(value));
    }
    columns
}

/// Every planted law.
pub fn planted(criteria: &Criteria) -> Vec<Planted> {
    let mut all = Vec::new();
    risks::catastrophic(&mut all, criteria);
    risks::increase(&mut all, criteria);
    risks::increase_over_first(&mut all, criteria);
    diverging(&mut all, criteria);
    collapse(&mut all, criteria);
    scaling(&mut all, criteria);
    bounded(&mut all, criteria);
    fooled::fooled(&mut all, criteria);
    all
}

/// Adds a boundary law for both errors, or the one alternative.
#[derive(Clone, Copy)]
pub struct Case {
    pub definition: Definition,
    pub functional: Functional,
    pub against: Against,
}

impl Case {
    /// The definition against real data alone.
    pub const fn new(definition: Definition, functional: Functional) -> Self {
        Self { definition, functional, against: Against::RealOnly }
    }

    /// A law of which both decisions are wrong.
    pub fn neither(&self, all: &mut Vec<Planted>, words: &str, draw: impl Fn(usize, &mut Rng) -> Drawn + Send + Sync + 'static) {
        let counted = vec![Outcome::Occurs, Outcome::Absent];
        all.push(Planted { counted, plant: Plant::Boundary, looks: 4, ..self.alone(words, draw) });
    }

    fn alone(&self, words: &str, draw: impl Fn(usize, &mut Rng) -> Drawn + Send + Sync + 'static) -> Planted {
        Planted {
            definition: self.definition,
            functional: self.functional,
            against: self.against,
            words: words.to_owned(),
            plant: Plant::Alternative,
            counted: Vec::new(),
            looks: 1,
            draw: Box::new(draw),
        }
    }

    /// On the boundary; heavy shapes may also end undecided.
    pub fn boundary(
        &self,
        all: &mut Vec<Planted>,
        words: &str,
        heavy: &[Shape],
        shape: Shape,
        draw: impl Fn(usize, &mut Rng) -> Drawn + Copy + Send + Sync + 'static,
    ) {
        let plant = if heavy.contains(&shape) { Plant::Heavy } else { Plant::Boundary };
        let counted = vec![Outcome::Occurs, Outcome::Absent];
        all.push(Planted { plant, counted, looks: 4, ..self.alone(&format!("{words}, {}", shape.words()), draw) });
    }

    /// Well inside one outcome.
    pub fn alternative(
        &self,
        all: &mut Vec<Planted>,
        words: &str,
        counted: Outcome,
        looks: u32,
        draw: impl Fn(usize, &mut Rng) -> Drawn + Send + Sync + 'static,
    ) {
        all.push(Planted { counted: vec![counted], looks, ..self.alone(words, draw) });
    }
}

pub fn shapes() -> impl Iterator<Item = Shape> {
    LIGHT_AND_SKEWED.into_iter().chain(Shape::HEAVY)
}

/// Chi-square(10) over 10.
pub fn smooth(rng: &mut Rng) -> f64 {
    (0..10).map(|_| normal(rng).powi(2)).sum::<f64>() / 10.0
}

pub fn quarters(columns: Vec<Vec<f64>>) -> Drawn {
    Drawn { arm: vec![risk_cell(16, [4, 8, 16].into_iter().zip(columns).collect())], twin: Vec::new() }
}

/// Squares of a d-dimensional random walk whose variances are `levels`, times `factor`: their means are `levels`.
fn walk(levels: [f64; 3], d: u32, factor: f64, rng: &mut Rng) -> Vec<f64> {
    let mut risks = [0.0; 3];
    for _ in 0..d {
        let (mut place, mut variance) = (0.0, 0.0);
        for (risk, level) in risks.iter_mut().zip(levels) {
            place += (level - variance).max(0.0).sqrt() * normal(rng);
            variance = level;
            *risk += place * place / f64::from(d);
        }
    }
    risks.iter().map(|risk| risk * factor).collect()
}

fn diverging(all: &mut Vec<Planted>, criteria: &Criteria) {
    let cut = criteria.doubling_cut;
    let margin = criteria.doubling_margin;
    let mean = Case::new(Definition::DivergingRisk, Functional::Mean);
    let typical = Case { functional: Functional::Typical, ..mean };
    let at_the_cut = [1.0, 2.0, 2.0 + cut];
    let at_the_margin = [1.0 - margin / 4.0, 1.0, 1.0 + margin];
    for (levels, words) in [(at_the_cut, "C = 0 (an approach by t^-1/2)"), (at_the_margin, "F = 0 (5 % per doubling)")] {
        // A random walk in 20 dimensions is light; in one dimension each level is a scaled chi-square(1).
        for (shape, d) in [(Shape::Normal, 20), (Shape::ChiSquare, 1)] {
            mean.boundary(all, words, &Shape::HEAVY, shape, move |n, rng| quarters(table(n, 3, rng, |rng| walk(levels, d, 1.0, rng))));
        }
        for shape in [Shape::LogNormal, Shape::HeavyLogNormal, Shape::SquaredT] {
            mean.boundary(all, words, &Shape::HEAVY, shape, move |n, rng| {
                quarters(table(n, 3, rng, |rng| {
                    let factor = shape.positive(rng);
                    walk(levels, 20, factor, rng)
                }))
            });
        }
        for shape in shapes() {
            // So small that no risk overflows: infinite ones are judged by ranks, and ranks have another boundary.
            let deviation = if shape == Shape::SquaredT { 0.02 } else { 0.5 };
            typical.boundary(all, words, &Shape::HEAVY, shape, move |n, rng| {
                quarters(table(n, 3, rng, |rng| {
                    let mut log = 0.0;
                    levels
                        .iter()
                        .map(|level| {
                            log += deviation * shape.centred(rng);
                            level * f64::exp(log)
                        })
                        .collect()
                }))
            });
        }
    }
    for (levels, words, counted) in [
        ([1.0, 2.0, 4.0], "linear growth, d = 10", Outcome::Occurs),
        ([1.0, std::f64::consts::SQRT_2, 2.0], "growth by sqrt(t), d = 10", Outcome::Occurs),
        ([1.0 - 1.0 / 4.0, 1.0 - 1.0 / 8.0, 1.0 - 1.0 / 16.0], "approach by 1/t, d = 10", Outcome::Absent),
    ] {
        mean.alternative(all, words, counted, 5, move |n, rng| quarters(table(n, 3, rng, |rng| walk(levels, 10, 1.0, rng))));
        typical.alternative(all, words, counted, 6, move |n, rng| quarters(table(n, 3, rng, |rng| walk(levels, 10, 1.0, rng))));
    }
    for (case, looks) in [(mean, 5), (typical, 6)] {
        case.alternative(all, "flat, d = 10", Outcome::Absent, looks, |n, rng| quarters(table(n, 3, rng, stationary)));
    }
}

/// Squared lengths of a stationary process in ten dimensions, correlated by 0.9 from reading to reading. A random walk whose mean square
/// stays the same would repeat itself in every run, and of runs that repeat themselves nothing is decided.
fn stationary(rng: &mut Rng) -> Vec<f64> {
    let mut risks = vec![0.0; 3];
    for _ in 0..10 {
        let mut place = normal(rng);
        for risk in &mut risks {
            *risk += place * place / 10.0;
            place = 0.9 * place + (1.0 - 0.81_f64).sqrt() * normal(rng);
        }
    }
    risks
}

fn depths(columns: Vec<Vec<f64>>) -> Drawn {
    let columns = [4, 8, 16].into_iter().zip(columns).map(|(t, values)| (Metric::LogVariance, t, values)).collect();
    Drawn { arm: vec![PlantedCell::new("", 16, None, columns)], twin: Vec::new() }
}

/// A random walk of log variances whose means are minus `levels`.
fn descent(levels: [f64; 3], deviation: f64, shape: Shape, rng: &mut Rng) -> Vec<f64> {
    let mut noise = 0.0;
    levels
        .iter()
        .map(|level| {
            noise += deviation * shape.centred(rng);
            noise - level
        })
        .collect()
}

fn collapse(all: &mut Vec<Planted>, criteria: &Criteria) {
    let case = Case::new(Definition::VarianceCollapse, Functional::Mean);
    let margin = criteria.doubling_margin_log;
    let cut = criteria.doubling_cut;
    for (levels, words) in
        [([0.1, 0.1, 0.1 + margin], "F = 0 (0.05 nats per doubling)"), ([0.0, 0.2, 0.2 + 0.2 * cut], "C = 0 (an approach by t^-1/2)")]
    {
        for shape in shapes() {
            case.boundary(all, words, &Shape::HEAVY, shape, move |n, rng| depths(table(n, 3, rng, |rng| descent(levels, 0.2, shape, rng))));
        }
    }
    for (level, words) in [
        (-criteria.collapsed_level.ln(), "half the runs below a hundredth, flat"),
        (-criteria.spared_level.ln(), "median level a half, flat"),
    ] {
        case.boundary(all, words, &Shape::HEAVY, Shape::Normal, move |n, rng| {
            depths(table(n, 3, rng, |rng| {
                let place = 0.5 * normal(rng) - level;
                (0..3).map(|_| place + 0.01 * normal(rng)).collect()
            }))
        });
    }
    case.alternative(all, "replacement at four time-scales, 2 nats per last doubling", Outcome::Occurs, 3, |n, rng| {
        depths(table(n, 3, rng, |rng| {
            let steps = [2.0_f64.sqrt(), 2.0_f64.sqrt(), 2.0];
            let mut log = 0.0;
            steps
                .iter()
                .zip([1.0, 1.0, 2.0])
                .map(|(deviation, fall)| {
                    log += deviation * normal(rng) - fall;
                    log
                })
                .collect()
        }))
    });
    case.alternative(all, "accumulation settling at 0.9", Outcome::Absent, 3, |n, rng| {
        depths(table(n, 3, rng, |rng| descent([0.08, 0.09, 0.095], 0.1, Shape::Normal, rng)))
    });
}

const SIZES: [u32; 7] = [50, 100, 200, 400, 800, 1600, 3200];

/// Risks n^-1 for the twin and n^(slope - 1) for the arm at generation 16, with noise in the logs.
fn grid(slope: f64, n: usize, rng: &mut Rng, noise: impl Fn(&mut Rng) -> f64) -> Drawn {
    grid_of(|log| slope * log, n, rng, noise)
}

/// Risks n^-1 for the twin and as many times exp(`ratio` of log n) for the arm at generation 16, with noise in the logs.
pub fn grid_of(ratio: impl Fn(f64) -> f64, n: usize, rng: &mut Rng, noise: impl Fn(&mut Rng) -> f64) -> Drawn {
    let (mut arm, mut twin) = (Vec::new(), Vec::new());
    for size in SIZES {
        let log = f64::from(size).ln();
        let columns = table(n, 2, rng, |rng| vec![(ratio(log) - log + noise(rng)).exp(), (noise(rng) - log).exp()]);
        let mut cells =
            columns.into_iter().map(|column| PlantedCell { name: format!("samples={size}"), ..risk_cell(16, vec![(16, column)]) });
        arm.extend(cells.next());
        twin.extend(cells.next());
    }
    Drawn { arm, twin }
}

fn scaling(all: &mut Vec<Planted>, criteria: &Criteria) {
    let limit = criteria.slope_change;
    let case = Case::new(Definition::ScalingLawChange, Functional::Mean);
    // Seven cells and two arms: fewer shapes, and two looks, keep the table fast. The difference of two equal laws is symmetric, so the
    // skewed shape is planted in both arms, as it would be in use.
    for shape in [Shape::Normal, Shape::ChiSquare, Shape::HeavyLogNormal] {
        case.boundary(all, "slope 0.1", &Shape::HEAVY, shape, move |n, rng| grid(limit, n, rng, |rng| 0.4 * shape.centred(rng)));
    }
    all.iter_mut().filter(|law| law.definition == Definition::ScalingLawChange).for_each(|law| law.looks = 2);
    case.alternative(all, "slope .85 (generator fixed at n = 200)", Outcome::Occurs, 1, |n, rng| {
        grid(0.85, n, rng, |rng| 0.45 * normal(rng))
    });
    case.alternative(all, "slope 0 (constant factor)", Outcome::Absent, 3, |n, rng| grid(0.0, n, rng, |rng| 0.45 * normal(rng)));
}

/// A coin in {0, 1}, or a uniform number about the same mean.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Coin(f64),
    Around(f64),
}

impl Unit {
    fn draw(self, rng: &mut Rng) -> f64 {
        let u: f64 = rng.random();
        match self {
            Self::Coin(mean) => f64::from(u8::from(u < mean)),
            Self::Around(mean) => (mean + (2.0 * u - 1.0) * mean.min(1.0 - mean)).clamp(0.0, 1.0),
        }
    }

    const fn shape(self) -> Shape {
        match self {
            Self::Coin(_) => Shape::ChiSquare,
            Self::Around(_) => Shape::Normal,
        }
    }
}

fn masses(metrics: &[Metric], arm: &[Unit], twin: &[Unit], n: usize, rng: &mut Rng) -> Drawn {
    let cell = |units: &[Unit], rng: &mut Rng| {
        let columns = table(n, units.len(), rng, |rng| units.iter().map(|unit| unit.draw(rng)).collect());
        vec![PlantedCell::new("", 10, None, metrics.iter().zip(columns).map(|(metric, values)| (*metric, 10, values)).collect())]
    };
    Drawn { arm: cell(arm, rng), twin: cell(twin, rng) }
}

fn bounded(all: &mut Vec<Planted>, criteria: &Criteria) {
    const MODES: [Metric; 2] = [Metric::ModesKept, Metric::MassBetweenModes];
    let modes = Case::new(Definition::ModeEntanglement, Functional::Mean);
    let (lost, between) = (criteria.modes_lost, criteria.between_modes);
    for of in [Unit::Coin as fn(f64) -> Unit, Unit::Around] {
        modes.boundary(
            all,
            "a tenth of modes lost and 0.05 between them (coin or uniform)",
            &Shape::HEAVY,
            of(0.5).shape(),
            move |n, rng| masses(&MODES, &[of(1.0 - lost), of(between)], &[of(1.0), of(0.0)], n, rng),
        );
    }
    modes.alternative(all, "half the modes lost", Outcome::Occurs, 1, |n, rng| {
        masses(&MODES, &[Unit::Coin(0.5), Unit::Around(0.01)], &[Unit::Coin(1.0), Unit::Around(0.01)], n, rng)
    });
    modes.alternative(all, "no mode lost, 0.01 between", Outcome::Absent, 3, |n, rng| {
        masses(&MODES, &[Unit::Coin(1.0), Unit::Around(0.01)], &[Unit::Coin(1.0), Unit::Around(0.01)], n, rng)
    });
    let tail = Case::new(Definition::TailLoss, Functional::Mean);
    const TAIL: [Metric; 1] = [Metric::TailCoverage];
    for (ratio, words) in [(criteria.tail_lost, "half the twin's coverage"), (criteria.tail_kept, "0.8 of the twin's coverage")] {
        for of in [Unit::Coin as fn(f64) -> Unit, Unit::Around] {
            tail.boundary(all, words, &Shape::HEAVY, of(0.5).shape(), move |n, rng| masses(&TAIL, &[of(0.8 * ratio)], &[of(0.8)], n, rng));
        }
    }
    tail.alternative(all, "coverage .1 against .8", Outcome::Occurs, 1, |n, rng| {
        masses(&TAIL, &[Unit::Around(0.1)], &[Unit::Around(0.8)], n, rng)
    });
    tail.alternative(all, "coverage .78 against .8", Outcome::Absent, 4, |n, rng| {
        masses(&TAIL, &[Unit::Around(0.78)], &[Unit::Around(0.8)], n, rng)
    });
    let outside = Case::new(Definition::Hallucination, Functional::Mean);
    const OUTSIDE: [Metric; 1] = [Metric::MassOutside];
    let mass = criteria.hallucinated_mass;
    for of in [Unit::Coin as fn(f64) -> Unit, Unit::Around] {
        outside.boundary(all, "mass 0.01 outside", &Shape::HEAVY, of(0.5).shape(), move |n, rng| {
            masses(&OUTSIDE, &[of(mass)], &[of(0.0)], n, rng)
        });
    }
    outside.alternative(all, "mass outside 0.05", Outcome::Occurs, 4, |n, rng| {
        masses(&OUTSIDE, &[Unit::Coin(0.05)], &[Unit::Around(0.001)], n, rng)
    });
    outside.alternative(all, "mass outside 0.001, as the truth's", Outcome::Absent, 4, |n, rng| {
        masses(&OUTSIDE, &[Unit::Around(0.001)], &[Unit::Around(0.001)], n, rng)
    });
}
