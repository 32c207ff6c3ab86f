//! Logistic regression over a real table: the same inputs, labelled again at every generation.
//!
//! The truth's inputs are the rows of a shipped table, and its labels follow a logistic law fitted to the real labels with a ridge, so that
//! a truth exists even where the classes can be separated. Real labels are drawn from that law; the real ones of the file are
//! each row's own. A training set is, row by row, how often it occurs and how often with label 1.

use super::binomial::binomial;
use super::labels::LabelLaw;
use super::linear_classifier::LinearClassifier;
use super::log_loss::{Columns, Tally};
use super::newton::Newton;
use super::triangular::dot;
use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, Chain, Reading, RealDraw, Start, Steps, Unfit, Visible};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::world::{Classified, Judged, Shown, World};
use crate::sim::{DataSet, Inputs, Model, Reference, Setup, Synthesis, Truth};
use crate::taxonomy::Metric;
use rand::RngExt;
use std::sync::LazyLock;

/// Columns that every shipped table has.
pub const COLUMNS: usize = 8;
/// Newton steps of the truth's own fit.
const TRUTH_STEPS: u32 = 100;

/// A shipped table: class, then columns.
struct Shipped {
    labels: Vec<usize>,
    columns: Vec<[f64; COLUMNS]>,
}

static BREAST_CANCER: LazyLock<Shipped> = LazyLock::new(|| Shipped::read(include_str!("../data/breast-cancer.csv")));
static WINE: LazyLock<Shipped> = LazyLock::new(|| Shipped::read(include_str!("../data/wine.csv")));
static DIGITS: LazyLock<Shipped> = LazyLock::new(|| Shipped::read(include_str!("../data/digits.csv")));

impl Shipped {
    fn of(data: DataSet) -> &'static Self {
        match data {
            DataSet::BreastCancer => &BREAST_CANCER,
            DataSet::Wine => &WINE,
            DataSet::Digits => &DIGITS,
        }
    }

    fn read(text: &str) -> Self {
        let (mut labels, mut columns) = (Vec::new(), Vec::new());
        for line in text.lines() {
            let mut entries = line.split(',').map(|entry| entry.parse::<f64>().expect("a shipped table holds numbers"));
            labels.push(entries.next().map_or(0, |class| class as usize));
            columns.push(std::array::from_fn(|_| entries.next().expect("a shipped row has a class and eight columns")));
        }
        Self { labels, columns }
    }
}

/// The metrics of logistic regression on a real table.
#[must_use]
pub fn defined(truth: &Truth) -> Vec<Metric> {
    match truth {
        Truth::Tabular { .. } => {
            vec![Metric::SquaredError, Metric::FisherError, Metric::KlDivergence, Metric::NegativeLogLikelihood, Metric::Accuracy]
        }
        _ => Vec::new(),
    }
}

/// ln(1 + e^z), without overflow.
fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

fn logistic(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// The world of one table.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Rows, each an intercept's 1 and the columns.
    rows: Vec<f64>,
    /// The same, as fits read them.
    columns: Columns,
    width: usize,
    labels: Vec<usize>,
    /// The truth's coefficients.
    truth: Vec<f64>,
    /// The truth's chance of label 1, by row.
    chances: Vec<f64>,
    inputs: Inputs,
    reference: Reference,
}

/// How coefficients are found and rows labelled, in both methods.
#[derive(Debug, Clone)]
struct Fitter {
    law: LabelLaw,
    penalty: f64,
    iterations: u32,
    newton: Newton,
}

impl Rows {
    /// The world of a setup; `None` unless its truth is a table.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let Truth::Tabular { data, columns, penalty: ridge } = setup.truth else { return None };
        if !(1..=COLUMNS).contains(&columns) || !(ridge > 0.0) {
            return None;
        }
        let inputs = match setup.synthesis {
            Synthesis::Labels { inputs, .. } => inputs,
            Synthesis::Examples => Inputs::Fresh,
        };
        let shipped = Shipped::of(data);
        let row = |row: &[f64; COLUMNS]| std::iter::once(1.0).chain(row.iter().copied().take(columns)).collect::<Vec<_>>();
        let (rows, labels): (Vec<f64>, _) = (shipped.columns.iter().flat_map(row).collect(), shipped.labels.clone());
        let (width, mut newton) = (columns + 1, Newton::default());
        let tally = Tally { trials: vec![1.0; labels.len()], ones: labels.iter().map(|label| *label as f64).collect() };
        let mut inputs_only = Columns::new(columns);
        rows.chunks_exact(width).for_each(|row| inputs_only.push(&row[1..]));
        let mut truth = vec![0.0; width];
        inputs_only.fit(&mut newton, &tally, ridge, TRUTH_STEPS, &mut truth).ok()?;
        let chances = rows.chunks_exact(width).map(|row| logistic(dot(row, &truth))).collect();
        Some(Self { rows, columns: inputs_only, width, labels, truth, chances, inputs, reference: setup.reference() })
    }

    fn row(&self, place: usize) -> &[f64] {
        &self.rows[place * self.width..(place + 1) * self.width]
    }

    fn empty(&self) -> Tally {
        Tally::empty(self.labels.len())
    }

    /// Row `i` of a batch: the table from the start, again and again, or any row.
    fn place(&self, i: u64, draw: RealDraw, rng: &mut Rng) -> usize {
        match (self.inputs, draw) {
            (Inputs::Reused, RealDraw::First) => (i % self.labels.len() as u64) as usize,
            (Inputs::Reused, RealDraw::Fresh) | (Inputs::Fresh, _) => rng.random_range(0..self.labels.len()),
        }
    }

    fn measure(&self, b: &[f64], metric: Metric) -> Option<f64> {
        let size = self.labels.len() as f64;
        let mean =
            |of: &dyn Fn(usize, f64) -> f64| (0..self.labels.len()).map(|place| of(place, dot(self.row(place), b))).sum::<f64>() / size;
        let away = || b.iter().zip(&self.truth).map(|(b, truth)| b - truth);
        match metric {
            Metric::SquaredError => Some(away().map(|a| a * a).sum()),
            Metric::FisherError => {
                let away: Vec<f64> = away().collect();
                let one = |place: usize| self.chances[place] * (1.0 - self.chances[place]) * dot(self.row(place), &away).powi(2);
                Some((0..self.labels.len()).map(one).sum::<f64>() / size)
            }
            Metric::KlDivergence => {
                let loss = |chance: f64, z: f64| softplus(z) - chance * z;
                let one = |place: usize, z: f64| {
                    let chance = self.chances[place];
                    loss(chance, z) - loss(chance, dot(self.row(place), &self.truth))
                };
                Some(mean(&one).max(0.0))
            }
            Metric::NegativeLogLikelihood => Some(mean(&|place, z| softplus(z) - self.labels[place] as f64 * z)),
            Metric::Accuracy => Some(mean(&|place, z| f64::from(u8::from((z > 0.0) == (self.labels[place] == 1))))),
            _ => None,
        }
    }
}

impl Fitter {
    fn of(model: &Model, law: LabelLaw) -> Option<Self> {
        let Model::Logistic { penalty, iterations } = *model else { return None };
        Some(Self { law, penalty, iterations, newton: Newton::default() })
    }

    /// The chance that a synthetic label of a row is 1.
    fn chance(&self, table: &Rows, b: &[f64], place: usize) -> f64 {
        self.law.share(dot(table.row(place), b), 0.0, table.labels[place])
    }

    /// Newton's method from the table's own coefficients, so that no fit depends on another.
    fn fit(&mut self, table: &Rows, tally: &Tally, out: &mut Vec<f64>) -> Result<(), Unfit> {
        out.clone_from(&table.truth);
        table.columns.fit(&mut self.newton, tally, self.penalty, self.iterations, out)
    }
}

/// A row of the table with a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    place: u32,
    class: u8,
}

/// Logistic regression on the rows of a table, label by label.
#[derive(Debug, Clone)]
pub struct Tabular {
    fitter: Fitter,
    tally: Tally,
    width: usize,
}

/// Reads classifiers of rows.
#[derive(Debug, Clone, Copy)]
pub struct RowGauge;

/// The twin: label by label.
pub type TabularTwin = Twin<Rows, Tabular, RowGauge>;

/// The twin of a setup; `None` unless logistic regression meets a real table and a law of labels.
#[must_use]
pub fn twin(setup: &Setup) -> Option<TabularTwin> {
    let (world, law) = (Rows::of(setup)?, LabelLaw::of(setup)?);
    let learner = Tabular::of(&setup.model, &world, law)?;
    Some(Twin::new(world, learner, RowGauge))
}

impl Tabular {
    /// The learner of a model for a table, labelling by a law; `None` for another model.
    #[must_use]
    pub fn of(model: &Model, table: &Rows, law: LabelLaw) -> Option<Self> {
        Fitter::of(model, law).map(|fitter| Self { fitter, tally: table.empty(), width: table.width })
    }
}

fn flip(chance: f64, rng: &mut Rng) -> u8 {
    u8::from(rng.random::<f64>() < chance)
}

impl World for Rows {
    type Example = Entry;

    fn begin(&mut self, _: &Streams) {}

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Entry>) {
        for i in 0..n {
            let place = self.place(i, draw, rng);
            out.push(Entry { place: place as u32, class: flip(self.chances[place], rng) });
        }
    }
}

impl Classified for Rows {
    fn classes(&self) -> usize {
        2
    }

    fn dimension(&self) -> usize {
        self.width - 1
    }

    fn input<'a>(&'a self, entry: &'a Entry) -> &'a [f64] {
        &self.row(entry.place as usize)[1..]
    }

    fn class(&self, entry: &Entry) -> usize {
        usize::from(entry.class)
    }

    fn own(&self, entry: &Entry) -> usize {
        self.labels[entry.place as usize]
    }

    fn relabelled(&self, entry: Entry, class: usize) -> Entry {
        Entry { class: class as u8, ..entry }
    }

    fn unlabelled(&mut self, place: usize, rng: &mut Rng) -> Entry {
        let place = self.place(place as u64, RealDraw::First, rng);
        Entry { place: place as u32, class: self.labels[place] as u8 }
    }
}

impl Learner<Rows> for Tabular {
    type Fitted = Vec<f64>;

    fn blank(&self) -> Vec<f64> {
        vec![0.0; self.width]
    }

    fn fit(
        &mut self,
        table: &Rows,
        training: Weighted<'_, Entry>,
        _: f64,
        _: Start<'_, Vec<f64>>,
        _: &mut Rng,
        out: &mut Vec<f64>,
    ) -> Result<(), Unfit> {
        self.tally.clear();
        for (i, entry) in training.examples.iter().enumerate() {
            self.tally.note(entry.place as usize, usize::from(entry.class), training.weight(i));
        }
        self.fitter.fit(table, &self.tally, out)
    }

    fn synthetic(&mut self, table: &mut Rows, from: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Vec<Entry>) {
        for i in 0..n {
            let place = table.place(i, RealDraw::First, rng);
            out.push(Entry { place: place as u32, class: flip(self.fitter.chance(table, from, place), rng) });
        }
    }
}

impl Gauge<Rows, Tabular> for RowGauge {
    const STEPS: Steps<TabularTwin> = Steps::of_examples().judged().shown();

    fn read(&mut self, table: &mut Rows, _: &mut Tabular, fitted: &Vec<f64>, metric: Metric, _: &mut Rng) -> Reading {
        table.measure(fitted, metric).into()
    }

    fn location(&self, _: &Rows, _: &Tabular, fitted: &Vec<f64>, out: &mut Vec<f64>) {
        out.clone_from(fitted);
    }
}

impl Gauge<Rows, LinearClassifier> for RowGauge {
    /// Accuracy over all rows, for a classifier beside the chain.
    fn read(&mut self, table: &mut Rows, _: &mut LinearClassifier, w: &Vec<f64>, metric: Metric, _: &mut Rng) -> Reading {
        let right = |place: &usize| (dot(&table.row(*place)[1..], w) > 0.0) == (table.labels[*place] == 1);
        let size = table.labels.len();
        let accuracy = (metric == Metric::Accuracy).then(|| (0..size).filter(right).count() as f64 / size as f64);
        accuracy.into()
    }

    fn location(&self, _: &Rows, _: &LinearClassifier, w: &Vec<f64>, out: &mut Vec<f64>) {
        out.clone_from(w);
    }
}

impl Judged for Rows {
    fn assess(&self, entry: &Entry) -> Assessment {
        let place = entry.place as usize;
        let correct = match self.reference {
            Reference::MostLikely => usize::from(self.chances[place] > 0.5),
            Reference::Own => self.labels[place],
        };
        Assessment { correct: usize::from(entry.class) == correct, tail: false }
    }
}

impl Shown for Rows {
    fn visible(&self, entry: &Entry) -> Visible {
        Visible::Category(usize::from(entry.class))
    }
}

/// The shortcut: labels counted row by row.
#[derive(Debug, Clone)]
pub struct Relabelled {
    table: Rows,
    fitter: Fitter,
    /// Chances of synthetic labels, by row.
    chances: Vec<f64>,
}

impl Relabelled {
    /// The chain of a setup; `None` as for [`twin`].
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let fitter = Fitter::of(&setup.model, LabelLaw::of(setup)?)?;
        Rows::of(setup).map(|table| Self { table, fitter, chances: Vec::new() })
    }

    /// Adds n labelled rows, label 1 with the chance of its row.
    fn label(&self, chances: &[f64], draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Tally) {
        if (self.table.inputs, draw) != (Inputs::Reused, RealDraw::First) {
            for i in 0..n {
                let place = self.table.place(i, draw, rng);
                out.trials[place] += 1.0;
                out.ones[place] += f64::from(flip(chances[place], rng));
            }
            return;
        }
        let size = chances.len() as u64;
        for (place, chance) in chances.iter().enumerate() {
            let times = n / size + u64::from((place as u64) < n % size);
            out.trials[place] += times as f64;
            out.ones[place] += match times {
                0 => 0.0,
                1 => f64::from(flip(*chance, rng)),
                _ => binomial(times, *chance, rng) as f64,
            };
        }
    }
}

impl Chain for Relabelled {
    type Batch = Tally;
    type Fitted = Vec<f64>;

    fn begin(&mut self, _: &Streams) {}

    fn empty(&self) -> Tally {
        self.table.empty()
    }

    fn clear(&self, batch: &mut Tally) {
        batch.clear();
    }

    fn blank(&self) -> Vec<f64> {
        vec![0.0; self.table.width]
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Tally) {
        self.label(&self.table.chances, draw, n, rng, out);
    }

    fn synthetic(&mut self, from: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Tally) {
        let mut chances = std::mem::take(&mut self.chances);
        chances.clear();
        chances.extend((0..self.table.labels.len()).map(|place| self.fitter.chance(&self.table, from, place)));
        self.label(&chances, RealDraw::First, n, rng, out);
        self.chances = chances;
    }

    fn add(&mut self, batch: &Tally, weight: f64, into: &mut Tally) {
        into.add(batch, weight);
    }

    fn fit(&mut self, training: &Tally, _: f64, _: Start<'_, Self::Fitted>, _: &mut Rng, out: &mut Vec<f64>) -> Result<(), Unfit> {
        self.fitter.fit(&self.table, training, out)
    }

    fn read(&mut self, fitted: &Vec<f64>, metric: Metric, _: &mut Rng) -> Reading {
        self.table.measure(fitted, metric).into()
    }

    fn location(&self, fitted: &Vec<f64>, out: &mut Vec<f64>) {
        out.clone_from(fitted);
    }
}
