//! Planted laws as values: what is asked of each, how its replicates are shaped, and its ensemble.

use super::Plant;
use crate::plan::planted::{PlantedCell, runs};
use crate::plan::{Arm, Runs};
use crate::random::Rng;
use crate::taxonomy::{Against, Definition, Functional, Meaning, Metric};
use crate::verdict::finding::Outcome;
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

/// A standard normal number.
pub fn normal(rng: &mut Rng) -> f64 {
    StandardNormal.sample(rng)
}

/// A cell of excess risks.
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

/// All shapes.
pub fn shapes() -> impl Iterator<Item = Shape> {
    LIGHT_AND_SKEWED.into_iter().chain(Shape::HEAVY)
}

/// Chi-square(10) over 10.
pub fn smooth(rng: &mut Rng) -> f64 {
    (0..10).map(|_| normal(rng).powi(2)).sum::<f64>() / 10.0
}

/// Excess risks at a quarter, a half and the whole of 16 generations.
pub fn quarters(columns: Vec<Vec<f64>>) -> Drawn {
    Drawn { arm: vec![risk_cell(16, [4, 8, 16].into_iter().zip(columns).collect())], twin: Vec::new() }
}

const SIZES: [u32; 7] = [50, 100, 200, 400, 800, 1600, 3200];

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
