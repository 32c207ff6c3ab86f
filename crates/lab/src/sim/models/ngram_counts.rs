//! N-gram models by counts: texts are written token by token, and only how often each n-gram occurred is kept.
//!
//! The law is the twin's (`ngram`), number for number of counts; a subsample is multivariate hypergeometric.

use super::ngram::Task;
use super::ngram_gauge::{Gauge, View};
use super::ngram_rows::{Grams, Rule, Slots, Step, Tables};
use super::urn::{Urn, subset};
use crate::random::{Rng, Streams};
use crate::sim::chain::{Chain, Editing, Reading, RealDraw, Replacement, Sift, Start, Steps, Texts, Unfit};
use crate::sim::kept::Kept;
use crate::sim::text::{Language, after};
use crate::sim::{Sampling, Setup, Truth};
use crate::taxonomy::Metric;
use std::sync::Arc;

/// The chain of counts.
#[derive(Debug, Clone)]
pub struct GramCounts {
    gauge: Arc<Gauge>,
    smoothing: f64,
    sampling: Sampling,
    slots: Slots,
    tables: Tables,
    /// The truth's n-grams as slots, with their tables, which stay.
    real: Slots,
    real_tables: Tables,
    urn: Urn,
    fits: u64,
    joint: Vec<f64>,
    joint_of: u64,
}

/// Counts of a training set.
#[derive(Debug, Clone)]
pub struct Fitted {
    counts: Vec<f64>,
    /// Per context.
    totals: Vec<f64>,
    mass: f64,
    /// The context a text begins in.
    beginning: usize,
    /// Which fit of the chain it is, from 1.
    stamp: u64,
}

/// What rests on a text and the order of a model alone.
#[derive(Debug, Clone)]
struct Numbered {
    gauge: Arc<Gauge>,
    /// N-grams of the model's order.
    model: Arc<Grams>,
    /// N-grams of the truth.
    real: Arc<Grams>,
}

impl Numbered {
    fn of(language: &Language, order: usize) -> Self {
        let (model, real) = (Arc::new(Grams::of(&language.seen_by(order))), Arc::new(Grams::of(language)));
        Self { gauge: Arc::new(Gauge::new(Arc::clone(&real), &model)), model, real }
    }
}

/// Texts by their truth and the order of a model.
static NUMBERED: Kept<(Truth, usize), Numbered> = Kept::new();

impl GramCounts {
    /// The chain of a setup over a text.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let Task { language, order, smoothing, sampling } = Task::of(setup)?;
        let Numbered { gauge, model, real } = NUMBERED.get(&(setup.truth.clone(), order), || Numbered::of(&language, order));
        Some(Self {
            gauge,
            smoothing,
            sampling,
            slots: Slots::new(model),
            tables: Tables::default(),
            real: Slots::new(real),
            real_tables: Tables::default(),
            urn: Urn::default(),
            fits: 0,
            joint: Vec::new(),
            joint_of: 0,
        })
    }

    /// Writes a text of n tokens and shows each slot with the (at most four) tokens before it.
    fn write(&mut self, from: &Fitted, n: u64, rng: &mut Rng, mut show: impl FnMut(&Gauge, usize, u64, u16)) {
        self.tables.renew(from.stamp);
        let rule = Rule { smoothing: self.smoothing, sampling: &self.sampling };
        let mut place = from.beginning;
        let mut window = self.slots.window(place);
        for _ in 0..n {
            let mut step = self.tables.draw(place, &mut self.slots, &from.counts, &rule, rng);
            if step.is_none() {
                window = self.slots.window(from.beginning);
                step = self.tables.draw(from.beginning, &mut self.slots, &from.counts, &rule, rng);
            }
            let Step { slot, next, token } = step.expect("a text begins in a context with counts");
            show(&self.gauge, slot as usize, window, token);
            place = next as usize;
            window = after(window, token);
        }
    }

    fn view<'a>(&'a self, fitted: &'a Fitted) -> View<'a> {
        View { slots: &self.slots, counts: &fitted.counts, totals: &fitted.totals, mass: fitted.mass, smoothing: self.smoothing }
    }
}

/// Adds one to a slot, which may be new.
fn count(slot: usize, out: &mut Vec<f64>) {
    if slot >= out.len() {
        out.resize(slot + 1, 0.0);
    }
    out[slot] += 1.0;
}

impl Chain for GramCounts {
    type Batch = Vec<f64>;
    type Fitted = Fitted;
    const STEPS: Steps<Self> =
        Steps { subsample: Some(Self::subsample), split: Some(Self::split), edit: Some(Self::edit), sift: Some(Self::sift), ..Steps::NONE };

    fn begin(&mut self, _: &Streams) {
        self.slots.clear();
    }

    fn empty(&self) -> Vec<f64> {
        vec![0.0; self.slots.base.slots()]
    }

    fn clear(&self, batch: &mut Vec<f64>) {
        // What an earlier replicate invented has no place in this one.
        batch.truncate(self.slots.base.slots());
        batch.fill(0.0);
    }

    fn blank(&self) -> Fitted {
        Fitted { counts: self.empty(), totals: Vec::new(), mass: 0.0, beginning: 0, stamp: 0 }
    }

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<f64>) {
        let rule = Rule { smoothing: 0.0, sampling: &Sampling::Unbiased };
        let truth = &self.gauge.truth;
        let mut place = 0;
        for _ in 0..n {
            let step = self.real_tables.draw(place, &mut self.real, &truth.mass, &rule, rng).expect("every context of a text goes on");
            out[self.gauge.slots[step.slot as usize] as usize] += 1.0;
            place = step.next as usize;
        }
    }

    fn synthetic(&mut self, from: &Fitted, n: u64, rng: &mut Rng, out: &mut Vec<f64>) {
        self.write(from, n, rng, |_, slot, _, _| count(slot, out));
    }

    fn add(&mut self, batch: &Vec<f64>, weight: f64, into: &mut Vec<f64>) {
        if into.len() < batch.len() {
            into.resize(batch.len(), 0.0);
        }
        into.iter_mut().zip(batch).for_each(|(i, b)| *i += weight * b);
    }

    fn fit(&mut self, training: &Vec<f64>, _: f64, _: Start<'_, Self::Fitted>, _: &mut Rng, out: &mut Fitted) -> Result<(), Unfit> {
        out.counts.clone_from(training);
        out.totals.clear();
        out.totals.resize(self.slots.contexts(), 0.0);
        for (slot, count) in training.iter().enumerate().filter(|(_, count)| **count > 0.0) {
            out.totals[self.slots.context(slot) as usize] += count;
        }
        out.mass = out.totals.iter().sum();
        if !(out.mass > 0.0) {
            return Err(Unfit::TooFewSamples);
        }
        // The truth's contexts stand first and sorted: the beginning of a sentence is the first of all.
        let more = |best: usize, next: usize| {
            let (a, b) = (out.totals[best], out.totals[next]);
            if b > a || (b >= a && self.slots.window(next) < self.slots.window(best)) { next } else { best }
        };
        let is_known = self.smoothing > 0.0 || out.totals[0] > 0.0;
        out.beginning = if is_known { 0 } else { (0..out.totals.len()).fold(0, more) };
        self.fits += 1;
        out.stamp = self.fits;
        Ok(())
    }

    fn read(&mut self, fitted: &Fitted, metric: Metric, _: &mut Rng) -> Reading {
        self.exact(fitted, metric).into()
    }

    fn location(&self, fitted: &Fitted, out: &mut Vec<f64>) {
        self.view(fitted).tokens(out);
    }
}

impl GramCounts {
    fn exact(&mut self, fitted: &Fitted, metric: Metric) -> Option<f64> {
        if self.joint_of != fitted.stamp {
            let mut joint = std::mem::take(&mut self.joint);
            self.gauge.joint(&self.view(fitted), &mut joint);
            (self.joint, self.joint_of) = (joint, fitted.stamp);
        }
        self.gauge.measure(&self.view(fitted), &self.joint, metric)
    }
}

#[expect(clippy::ptr_arg, reason = "steps take batches as the table of steps has them")]
impl GramCounts {
    fn subsample(&mut self, pool: &Vec<f64>, n: u64, replacement: Replacement, rng: &mut Rng, out: &mut Vec<f64>) {
        if out.len() < pool.len() {
            out.resize(pool.len(), 0.0);
        }
        match replacement {
            Replacement::With => self.urn.multinomial(pool, n, rng, out),
            Replacement::Without => subset(pool, n, rng, out),
        }
    }

    fn split(&mut self, pool: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Vec<f64>, rest: &mut Vec<f64>) {
        self.subsample(pool, n, Replacement::Without, rng, out);
        self.add(pool, 1.0, rest);
        self.add(out, -1.0, rest);
    }

    /// Of the edited places only the contexts are kept; in each the model draws as many tokens anew.
    fn edit(&mut self, from: &Fitted, texts: Texts<'_, Vec<f64>>, edit: Editing, rng: &mut Rng, out: &mut Vec<f64>) {
        let (mut edited, mut rest) = (self.empty(), self.empty());
        self.split(texts.earlier, edit.covered - edit.edited, rng, out, &mut rest);
        self.subsample(&rest, edit.edited, Replacement::Without, rng, &mut edited);
        self.tables.renew(from.stamp);
        let rule = Rule { smoothing: self.smoothing, sampling: &self.sampling };
        for (slot, times) in edited.iter().enumerate().filter(|(_, times)| **times > 0.0) {
            let place = self.slots.context(slot) as usize;
            for _ in 0..*times as u64 {
                let step = self.tables.draw(place, &mut self.slots, &from.counts, &rule, rng);
                count(step.map_or(slot, |step| step.slot as usize), out);
            }
        }
        self.subsample(texts.own, edit.size - edit.covered, Replacement::Without, rng, out);
    }

    /// Rounds of texts, each token judged as it comes; a round is as long as the twin's.
    fn sift(&mut self, from: &Fitted, sift: &mut Sift<'_>, _: &mut Vec<f64>, out: &mut Vec<f64>) {
        while sift.held < sift.wanted && sift.left > 0 {
            let round = (sift.wanted - sift.held).max(sift.wanted / 4).max(16).min(sift.left);
            sift.left -= round;
            let Sift { wanted, held, accept, rng, judge, .. } = sift;
            self.write(from, round, rng, |gauge, slot, window, token| {
                if *held < *wanted && rand::RngExt::random::<f64>(*judge) < accept(gauge.assess(window, token)) {
                    *held += 1;
                    count(slot, out);
                }
            });
        }
    }
}
