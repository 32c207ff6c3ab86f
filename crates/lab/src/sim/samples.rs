//! The twin of every shortcut: any [`Model`] is a [`Chain`] whose batch is its examples.

use super::chain::{Assessment, Chain, Editing, Model, Preference, RealDraw, Replacement, Texts, Unfit, Visible};
use super::curation::choose;
use super::engine::Downstream;
use super::quota::{Filling, Quotas};
use crate::random::{Rng, Streams};
use crate::taxonomy::Metric;
use rand::RngExt;

/// A model run sample by sample.
#[derive(Clone)]
pub struct BySamples<M> {
    model: M,
    /// 0, 1, 2, …: the places of a pool, shuffled in part while a subsample is drawn.
    places: Vec<usize>,
    /// With which place each step of the shuffle swapped.
    swaps: Vec<usize>,
    /// Which places of a text an edit gives to the model.
    edited: Vec<bool>,
}

impl<M> BySamples<M> {
    /// The twin of `model`.
    pub const fn new(model: M) -> Self {
        Self { model, places: Vec::new(), swaps: Vec::new(), edited: Vec::new() }
    }
}

/// Examples with their weights.
#[derive(Debug, Clone)]
pub struct Examples<E> {
    examples: Vec<E>,
    /// One per example; empty while every example weighs 1.
    weights: Vec<f64>,
}

impl<E> Examples<E> {
    /// The weights, if they are not all 1.
    fn weights(&self) -> Option<&[f64]> {
        (!self.weights.is_empty()).then_some(&self.weights)
    }

    fn weight(&self, place: usize) -> f64 {
        self.weights.get(place).copied().unwrap_or(1.0)
    }

    fn push(&mut self, example: E, weight: f64) {
        if !is_one(weight) && self.weights.is_empty() {
            self.weights.resize(self.examples.len(), 1.0);
        }
        if !is_one(weight) || !self.weights.is_empty() {
            self.weights.push(weight);
        }
        self.examples.push(example);
    }

    /// Unit weights for examples that were appended to `examples` alone.
    fn level(&mut self) {
        if !self.weights.is_empty() {
            self.weights.resize(self.examples.len(), 1.0);
        }
    }
}

/// Weight 1 is a marker (unweighted), not the result of arithmetic.
fn is_one(weight: f64) -> bool {
    weight.to_bits() == 1.0_f64.to_bits()
}

impl<M: Model> Chain for BySamples<M> {
    type Batch = Examples<M::Example>;
    type Fitted = M::Fitted;
    const FIT_DRAWS: bool = M::FIT_DRAWS;

    fn begin(&mut self, streams: &Streams) {
        self.model.begin(streams);
    }

    fn empty(&self) -> Self::Batch {
        Examples { examples: Vec::new(), weights: Vec::new() }
    }

    fn clear(&self, batch: &mut Self::Batch) {
        batch.examples.clear();
        batch.weights.clear();
    }

    fn blank(&self) -> Self::Fitted {
        self.model.blank()
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Self::Batch) {
        self.model.real(draw, n, rng, &mut out.examples);
        out.level();
    }

    fn displace(&self, from: &M::Fitted, distance: f64, out: &mut M::Fitted) {
        self.model.displace(from, distance, out);
    }

    fn surrogate(&self, distance: f64, out: &mut M::Fitted) {
        self.model.surrogate(distance, out);
    }

    fn synthetic(&mut self, from: &Self::Fitted, n: u64, rng: &mut Rng, out: &mut Self::Batch) {
        self.model.synthetic(from, n, rng, &mut out.examples);
        out.level();
    }

    fn add(&mut self, batch: &Self::Batch, weight: f64, into: &mut Self::Batch) {
        if is_one(weight) && batch.weights.is_empty() {
            into.examples.extend_from_slice(&batch.examples);
            into.level();
            return;
        }
        for (place, example) in batch.examples.iter().enumerate() {
            into.push(example.clone(), weight * batch.weight(place));
        }
    }

    fn absorb(&mut self, batch: &mut Self::Batch, into: &mut Self::Batch) {
        if batch.weights.is_empty() {
            into.examples.append(&mut batch.examples);
            into.level();
        } else {
            self.add(batch, 1.0, into);
        }
    }

    fn fit(&mut self, training: &Self::Batch, growth: f64, rng: &mut Rng, out: &mut Self::Fitted) -> Result<(), Unfit> {
        self.model.fit(&training.examples, training.weights(), growth, rng, out)
    }

    fn measure(&mut self, fitted: &Self::Fitted, metric: Metric) -> Option<f64> {
        self.model.measure(fitted, metric)
    }

    fn location(&self, fitted: &Self::Fitted, out: &mut Vec<f64>) {
        self.model.location(fitted, out);
    }

    fn subsample(&mut self, pool: &Self::Batch, n: u64, replacement: Replacement, rng: &mut Rng, out: &mut Self::Batch) {
        let size = pool.examples.len();
        let mut take = |place: usize| out.push(pool.examples[place].clone(), pool.weight(place));
        match replacement {
            Replacement::With => (0..n).for_each(|_| take(rng.random_range(0..size))),
            Replacement::Without => self.shuffled(size, n, rng, |places, taken| places[..taken].iter().for_each(|place| take(*place))),
        }
    }

    fn split(&mut self, pool: &Self::Batch, n: u64, rng: &mut Rng, out: &mut Self::Batch, rest: &mut Self::Batch) {
        let size = pool.examples.len();
        self.shuffled(size, n, rng, |places, taken| {
            for (step, place) in places[..size].iter().enumerate() {
                let into = if step < taken { &mut *out } else { &mut *rest };
                into.push(pool.examples[*place].clone(), pool.weight(*place));
            }
        });
    }

    fn edit(&mut self, from: &M::Fitted, texts: Texts<'_, Self::Batch>, edit: Editing, rng: &mut Rng, out: &mut Self::Batch) {
        let Texts { earlier, own } = texts;
        let (covered, edited) = (edit.covered as usize, edit.edited as usize);
        let mut is_edited = std::mem::take(&mut self.edited);
        is_edited.clear();
        is_edited.resize(covered, false);
        match edit.from {
            Some(start) => (0..edited).for_each(|step| is_edited[(start as usize + step) % covered] = true),
            None => self.shuffled(covered, edit.edited, rng, |places, taken| {
                places[..taken].iter().for_each(|place| is_edited[*place] = true);
            }),
        }
        for place in 0..edit.size as usize {
            match is_edited.get(place) {
                Some(false) => out.push(earlier.examples[place].clone(), earlier.weight(place)),
                Some(true) => {
                    let rewritten = self.model.rewrite(from, &earlier.examples[place], rng);
                    out.push(rewritten.unwrap_or_else(|| own.examples[place].clone()), 1.0);
                }
                None => out.push(own.examples[place].clone(), 1.0),
            }
        }
        self.edited = is_edited;
    }

    fn prefer(&mut self, from: &Self::Fitted, n: u64, preference: Preference<'_>, drawn: &mut Self::Batch, out: &mut Self::Batch) {
        let Preference { candidates, reward, rng, judge } = preference;
        let mut rewards = Vec::with_capacity(candidates as usize);
        for _ in 0..n {
            self.clear(drawn);
            self.synthetic(from, u64::from(candidates), rng, drawn);
            rewards.clear();
            rewards.extend(drawn.examples.iter().map(|example| reward.of(self.model.visible(example))));
            out.push(drawn.examples[choose(&rewards, judge)].clone(), 1.0);
        }
    }

    fn fill(&mut self, from: &Self::Fitted, filling: Filling<'_>, drawn: &mut Self::Batch, out: &mut Self::Batch) {
        let Filling { wanted, quotas, rng } = filling;
        let Some(draws) = quotas.draws(wanted) else {
            let mut room = quotas.sizes(wanted, |group| group.iter().any(|category| self.model.can_make(from, *category)));
            while room.iter().sum::<u64>() > 0 {
                self.clear(drawn);
                self.synthetic(from, wanted, rng, drawn);
                self.take(drawn, quotas, &mut room, out);
            }
            return;
        };
        self.clear(drawn);
        self.synthetic(from, draws, rng, drawn);
        self.take(drawn, quotas, &mut quotas.sizes(wanted, |_| true), out);
        self.synthetic(from, wanted - out.examples.len() as u64, rng, out);
    }

    fn curate(&mut self, batch: &Self::Batch, accept: &dyn Fn(Assessment) -> f64, n: u64, rng: &mut Rng, out: &mut Self::Batch) -> u64 {
        for (place, example) in batch.examples.iter().enumerate() {
            if out.examples.len() as u64 >= n {
                break;
            }
            if rng.random::<f64>() < accept(self.model.assess(example)) {
                out.push(example.clone(), batch.weight(place));
            }
        }
        out.examples.len() as u64
    }
}

impl<M: Model> BySamples<M> {
    /// The first `n` steps of a Fisher-Yates shuffle of `size` places, of which `use_them` sees the places and how many steps were
    /// made; undone afterwards, so that the cost does not grow with the pool.
    fn shuffled(&mut self, size: usize, n: u64, rng: &mut Rng, use_them: impl FnOnce(&[usize], usize)) {
        self.places.extend(self.places.len()..size);
        self.swaps.clear();
        for step in 0..size.min(n as usize) {
            let place = rng.random_range(step..size);
            self.places.swap(step, place);
            self.swaps.push(place);
        }
        use_them(&self.places, self.swaps.len());
        for (step, place) in self.swaps.iter().enumerate().rev() {
            self.places.swap(step, *place);
        }
    }

    /// Moves the examples for whose groups there is room, in the order in which they were drawn.
    fn take(&self, drawn: &Examples<M::Example>, quotas: Quotas<'_>, room: &mut [u64], out: &mut Examples<M::Example>) {
        for example in &drawn.examples {
            let Visible::Category(category) = self.model.visible(example) else { continue };
            if let Some(group) = quotas.group(category).filter(|group| room[*group] > 0) {
                room[group] -= 1;
                out.push(example.clone(), 1.0);
            }
        }
    }
}

/// Another model over the same examples, fitted beside the main one.
#[derive(Clone)]
pub struct Learner<M: Model> {
    model: M,
    fitted: M::Fitted,
    is_fit: Result<(), Unfit>,
}

impl<M: Model> Learner<M> {
    /// A learner without a fit.
    pub fn new(model: M) -> Self {
        let fitted = model.blank();
        Self { model, fitted, is_fit: Err(Unfit::TooFewSamples) }
    }
}

impl<M: Model> Downstream<Examples<M::Example>> for Learner<M> {
    fn begin(&mut self, streams: &Streams) {
        self.model.begin(streams);
        self.is_fit = Err(Unfit::TooFewSamples);
    }

    fn fit(&mut self, training: &Examples<M::Example>, rng: &mut Rng) {
        self.is_fit = self.model.fit(&training.examples, training.weights(), 1.0, rng, &mut self.fitted);
    }

    fn measure(&mut self, metric: Metric) -> Option<f64> {
        self.is_fit.ok()?;
        match metric {
            Metric::DownstreamExcessRisk => self.model.measure(&self.fitted, Metric::ExcessRisk),
            Metric::DownstreamAccuracy => self.model.measure(&self.fitted, Metric::Accuracy),
            _ => None,
        }
    }
}
