//! Frequencies of n-grams over a text, token by token: the readable twin.
//!
//! An example is a token with the tokens before it. A batch of n examples is one text of n tokens that begins with a sentence;
//! where it stops, it stops. A context that the model never saw has no law of its own: the text goes on at the beginning of a
//! sentence (or, if that was never seen either, in the context seen most). The law of an n-gram is the share of its context in
//! the training set times the fitted probability of its token; metrics are taken of the fitted law, biased sampling is not
//! part of it.

use super::categorical::{Family as Categories, Fitted as Row};
use super::categorical_measure::Tail;
use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, Reading, RealDraw, Start, Steps, Unfit};
use crate::sim::learner::{Learner, Rewrites, Weighted};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::text::{Gram, Language, after, context};
use crate::sim::world::{Judged, World};
use crate::sim::{Model as Kind, Sampling, Setup};
use crate::taxonomy::Metric;
use rand::RngExt;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an n-gram model is measured by.
pub const METRICS: [Metric; 11] = [
    Metric::VarianceRatio,
    Metric::AbsoluteError,
    Metric::KlDivergence,
    Metric::NegativeLogLikelihood,
    Metric::Entropy,
    Metric::Heterozygosity,
    Metric::SupportSize,
    Metric::TailCoverage,
    Metric::TailCoverageWide,
    Metric::TailAlive,
    Metric::MassOutside,
];

/// What both methods share.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub language: Arc<Language>,
    /// Order of the model.
    pub order: usize,
    pub smoothing: f64,
    pub sampling: Sampling,
}

impl Task {
    pub fn of(setup: &Setup) -> Option<Self> {
        let Kind::NGram { order, smoothing } = setup.model else { return None };
        let language = Language::of(&setup.truth)?;
        let fits = (1..=language.order).contains(&order) && smoothing >= 0.0 && smoothing.is_finite();
        let sampled = !matches!(setup.sampling, Sampling::VarianceScale { .. } | Sampling::Guidance { .. });
        (fits && sampled).then(|| Self { language, order, smoothing, sampling: setup.sampling.clone() })
    }
}

/// The world of one text.
#[derive(Debug, Clone)]
pub struct Text {
    language: Arc<Language>,
    truth: Fitted,
    tails: [Tail; 3],
    row: Row,
}

/// Counts of n-grams: every token drawn from a law over all tokens, every count looked up.
#[derive(Debug, Clone)]
pub struct NGram {
    task: Task,
    rows: Categories,
    row: Row,
}

/// Reads counts of n-grams.
#[derive(Debug, Clone, Copy)]
pub struct TextGauge;

/// Counts of the n-grams of one text.
pub type NGramTwin = Twin<Text, NGram, TextGauge>;

/// Weighted counts of every token in every context seen.
pub type Fitted = BTreeMap<u64, Vec<f64>>;

/// The twin of a setup over a text.
#[must_use]
pub fn twin(setup: &Setup) -> Option<NGramTwin> {
    let task = Task::of(setup)?;
    let rows = Categories::over(task.language.tokens, task.sampling.clone());
    let row = rows.blank();
    Some(Twin::new(Text::of(task.language.clone(), row.clone()), NGram { task, rows, row }, TextGauge))
}

impl Text {
    fn of(language: Arc<Language>, row: Row) -> Self {
        let mut truth = Fitted::new();
        for (gram, p) in &language.grams {
            truth.entry(gram.window).or_insert_with(|| vec![0.0; language.tokens])[usize::from(gram.token)] += p;
        }
        let masses: Vec<f64> = language.grams.iter().map(|(_, p)| *p).collect();
        Self { truth, tails: [0.01, 0.05, 0.001].map(|mass| Tail::new(&masses, mass)), row, language }
    }

    /// Entropy of the next token, in nats.
    fn entropy(&self) -> f64 {
        let of = |gram: &Gram| self.truth[&gram.window][usize::from(gram.token)] / self.truth[&gram.window].iter().sum::<f64>();
        self.language.grams.iter().map(|(gram, p)| -p * of(gram).ln()).sum()
    }
}

impl NGram {
    fn counts<'f>(&self, fitted: &'f Fitted, window: u64) -> Option<&'f Vec<f64>> {
        fitted.get(&context(window, self.task.order))
    }

    /// Share of a context in the training set.
    fn share(fitted: &Fitted, window: u64) -> f64 {
        let all: f64 = fitted.values().flatten().sum();
        fitted.get(&window).map_or(0.0, |row| row.iter().sum::<f64>() / all)
    }

    /// Fitted probability of a token after a window; 0 where nothing is known.
    fn probability(&self, fitted: &Fitted, window: u64, token: u16) -> f64 {
        let row = self.counts(fitted, window);
        let total = row.map_or(0.0, |row| row.iter().sum::<f64>()) + self.task.smoothing * self.task.language.tokens as f64;
        let count = row.map_or(0.0, |row| row[usize::from(token)]) + self.task.smoothing;
        if total > 0.0 { count / total } else { 0.0 }
    }

    /// Probability of each n-gram of the truth's order in the fitted law. Where the model remembers less than the truth, it is
    /// run on from the contexts of the training set until so many tokens are known.
    fn joint(&self, fitted: &Fitted) -> Vec<f64> {
        let mut windows: BTreeMap<u64, f64> = fitted.keys().map(|window| (*window, Self::share(fitted, *window))).collect();
        for _ in self.task.order..self.task.language.order {
            let mut next = BTreeMap::new();
            for (window, mass) in windows {
                for token in 0..self.task.language.tokens as u16 {
                    *next.entry(after(window, token)).or_default() += mass * self.probability(fitted, window, token);
                }
            }
            windows = next;
        }
        let of = |gram: &Gram| windows.get(&gram.window).map_or(0.0, |mass| mass * self.probability(fitted, gram.window, gram.token));
        self.task.language.grams.iter().map(|(gram, _)| of(gram)).collect()
    }

    /// Sums f(share of the context, fitted probability) over all tokens in all contexts seen.
    fn over(&self, fitted: &Fitted, f: impl Fn(f64, f64) -> f64) -> f64 {
        let tokens = 0..self.task.language.tokens as u16;
        let each = |window: &u64| {
            let share = Self::share(fitted, *window);
            tokens.clone().map(|token| f(share, self.probability(fitted, *window, token))).sum::<f64>()
        };
        fitted.keys().map(each).sum()
    }

    fn variety(&self, fitted: &Fitted) -> f64 {
        (1.0 - self.over(fitted, |share, q| (share * q).powi(2))).max(0.0)
    }

    fn cross_entropy(&self, fitted: &Fitted) -> f64 {
        let each = |(gram, p): &(Gram, f64)| -p * self.probability(fitted, gram.window, gram.token).ln();
        self.task.language.grams.iter().map(each).sum()
    }
}

/// Something that writes texts: counts in contexts, and how they become laws.
struct Writer<'a> {
    counts: &'a Fitted,
    order: usize,
    smoothing: f64,
    rows: &'a mut Categories,
    row: &'a mut Row,
}

impl Writer<'_> {
    fn knows(&self, window: u64) -> bool {
        self.smoothing > 0.0 || self.counts.contains_key(&context(window, self.order))
    }

    /// The beginning of a sentence, or else the context seen most; of equals the first.
    fn beginning(&self) -> u64 {
        let seen = self.counts.iter().map(|(window, row)| (*window, row.iter().sum::<f64>()));
        let most = seen.fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best }).0;
        if self.knows(0) { 0 } else { most }
    }

    /// The running sums of the law after a window, as sampled.
    fn law(&mut self, window: u64) -> Vec<f64> {
        let counts = self.counts.get(&context(window, self.order));
        let weights = self.row.probabilities.iter_mut().enumerate();
        let total: f64 = weights
            .map(|(token, weight)| {
                *weight = counts.map_or(0.0, |row| row[token]) + self.smoothing;
                *weight
            })
            .sum();
        self.row.probabilities.iter_mut().for_each(|weight| *weight /= total);
        self.rows.sharpen(self.row);
        let running = self.row.sampled.iter().scan(0.0, |sum, p| {
            *sum += p;
            Some(*sum)
        });
        running.collect()
    }

    /// Appends a text of n tokens.
    fn write(&mut self, n: u64, rng: &mut Rng, out: &mut Vec<Gram>) {
        let mut laws: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        let beginning = self.beginning();
        let mut window = beginning;
        for _ in 0..n {
            if !self.knows(window) {
                window = beginning;
            }
            let law = laws.entry(context(window, self.order)).or_insert_with_key(|window| self.law(*window));
            let u = rng.random::<f64>() * law.last().copied().unwrap_or(0.0);
            let token = law.partition_point(|sum| *sum <= u) as u16;
            out.push(Gram { window, token });
            window = after(window, token);
        }
    }
}

impl World for Text {
    type Example = Gram;

    fn begin(&mut self, _: &Streams) {}

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Gram>) {
        let (order, mut rows) = (self.language.order, Categories::over(self.language.tokens, Sampling::Unbiased));
        Writer { counts: &self.truth, order, smoothing: 0.0, rows: &mut rows, row: &mut self.row }.write(n, rng, out);
    }
}

impl Learner<Text> for NGram {
    type Fitted = Fitted;

    fn blank(&self) -> Fitted {
        Fitted::new()
    }

    fn synthetic(&mut self, _: &mut Text, from: &Fitted, n: u64, rng: &mut Rng, out: &mut Vec<Gram>) {
        let Task { order, smoothing, .. } = self.task;
        Writer { counts: from, order, smoothing, rows: &mut self.rows, row: &mut self.row }.write(n, rng, out);
    }

    fn fit(
        &mut self,
        _: &Text,
        training: Weighted<'_, Gram>,
        _: f64,
        _: Start<'_, Fitted>,
        _: &mut Rng,
        out: &mut Fitted,
    ) -> Result<(), Unfit> {
        out.clear();
        for (place, gram) in training.examples.iter().enumerate() {
            let row = out.entry(context(gram.window, self.task.order)).or_insert_with(|| vec![0.0; self.task.language.tokens]);
            row[usize::from(gram.token)] += training.weight(place);
        }
        if out.is_empty() { Err(Unfit::TooFewSamples) } else { Ok(()) }
    }
}

impl NGram {
    fn measure(&self, world: &Text, fitted: &Fitted, metric: Metric) -> Option<f64> {
        let truth = || world.language.grams.iter().map(|(_, p)| *p);
        let [tail, wide, outside] = &world.tails;
        let masses = || truth().collect::<Vec<_>>();
        Some(match metric {
            Metric::VarianceRatio => {
                let seen = self.task.language.seen_by(self.task.order).grams;
                self.variety(fitted) / (1.0 - seen.iter().map(|(_, p)| p * p).sum::<f64>())
            }
            Metric::AbsoluteError => {
                let joint = self.joint(fitted);
                truth().zip(&joint).map(|(p, q)| (p - q).abs()).sum::<f64>() + missing(&joint)
            }
            Metric::KlDivergence => (self.cross_entropy(fitted) - world.entropy()).max(0.0),
            Metric::NegativeLogLikelihood => self.cross_entropy(fitted),
            Metric::Entropy => self.over(fitted, |share, q| if q > 0.0 { -share * q * q.ln() } else { 0.0 }),
            Metric::Heterozygosity => self.variety(fitted),
            Metric::SupportSize => self.over(fitted, |_, q| f64::from(u8::from(q > 0.0))),
            Metric::TailCoverage => tail.coverage(&masses(), &self.joint(fitted)),
            Metric::TailCoverageWide => wide.coverage(&masses(), &self.joint(fitted)),
            Metric::TailAlive => tail.alive(&self.joint(fitted)),
            Metric::MassOutside => {
                let joint = self.joint(fitted);
                (outside.mass_of(&joint) + missing(&joint)).clamp(0.0, 1.0)
            }
            _ => return None,
        })
    }
}

impl Gauge<Text, NGram> for TextGauge {
    const STEPS: Steps<NGramTwin> = Steps::of_examples().judged().rewritten();

    fn read(&mut self, world: &mut Text, learner: &mut NGram, fitted: &Fitted, metric: Metric, _: &mut Rng) -> Reading {
        learner.measure(world, fitted, metric).into()
    }

    /// The frequencies of tokens.
    fn location(&self, _: &Text, learner: &NGram, fitted: &Fitted, out: &mut Vec<f64>) {
        let tokens = 0..learner.task.language.tokens as u16;
        let share = |window: u64| NGram::share(fitted, window);
        let of = |token| fitted.keys().map(|window| share(*window) * learner.probability(fitted, *window, token)).sum::<f64>();
        out.clear();
        out.extend(tokens.map(of));
    }
}

impl Judged for Text {
    fn assess(&self, example: &Gram) -> Assessment {
        let gram = Gram { window: context(example.window, self.language.order), ..*example };
        let place = self.language.grams.binary_search_by_key(&gram, |(known, _)| *known);
        judged(&self.tails, place.ok())
    }
}

impl Rewrites<Text> for NGram {
    /// A token drawn anew in its context; as it stands where the model knows nothing of that.
    fn rewrite(&mut self, from: &Fitted, example: &Gram, rng: &mut Rng) -> Gram {
        let Task { order, smoothing, .. } = self.task;
        let mut writer = Writer { counts: from, order, smoothing, rows: &mut self.rows, row: &mut self.row };
        if !writer.knows(example.window) {
            return *example;
        }
        let law = writer.law(example.window);
        let u = rng.random::<f64>() * law.last().copied().unwrap_or(0.0);
        Gram { token: law.partition_point(|sum| *sum <= u) as u16, ..*example }
    }
}

/// What is missing to 1, rounding left out.
pub(super) fn missing(joint: &[f64]) -> f64 {
    let left = 1.0 - joint.iter().sum::<f64>();
    if left > 1e-12 { left } else { 0.0 }
}

/// What the truth says of its n-gram at a place, or of one that it never makes: an n-gram in a set in greater part belongs
/// to it.
pub(super) fn judged([tail, _, outside]: &[Tail; 3], place: Option<usize>) -> Assessment {
    place.map_or(Assessment { correct: false, tail: true }, |place| Assessment {
        correct: outside.share(place) < 0.5,
        tail: tail.share(place) >= 0.5,
    })
}
