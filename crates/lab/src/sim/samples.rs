//! The readable twin of every shortcut: a [`Model`] is told example by example, and [`BySamples`] makes of it a [`Chain`] whose
//! batch is its examples.
//!
//! What only some models can do are traits of their own, and a model names in [`Model::STEPS`] those that it has.

use super::chain::{Assessment, Chain, Editing, Preference, RealDraw, Replacement, Sift, Steps, Texts, Unfit, Visible};
use super::curation::choose;
use super::quota::{Filling, Quotas};
use crate::random::{Rng, Streams};
use crate::taxonomy::Metric;
use rand::RngExt;

/// A model family over one truth, sample by sample.
pub trait Model: Clone + Send + Sync {
    /// A point, a category, a pair of input and label.
    type Example: Clone + Send + Sync;
    /// A fitted model.
    type Fitted: Clone + Send + Sync;

    /// Whether a fit draws random numbers.
    const FIT_DRAWS: bool = false;

    /// What its examples can be asked beyond being drawn, picked and fitted: [`Steps::of_examples`] and what is added to it.
    const STEPS: Steps<BySamples<Self>>;

    /// Starts a replicate: draws what is random about the truth (centres of blobs) and forgets the last one.
    fn begin(&mut self, streams: &Streams);

    /// An empty place for a fit.
    fn blank(&self) -> Self::Fitted;

    /// Appends `n` real examples.
    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Self::Example>);

    /// Appends `n` examples of `from`, sampled as the setup says (bias included), or `n` inputs that it labels.
    fn synthetic(&mut self, from: &Self::Fitted, n: u64, rng: &mut Rng, out: &mut Vec<Self::Example>);

    /// Fits to weighted examples (`weights` absent: all 1). `growth` is n_t / n_1 for models whose capacity grows.
    /// `out` holds the previous fit.
    ///
    /// # Errors
    /// [`Unfit`] where there is no fit; never NaN.
    fn fit(
        &mut self,
        examples: &[Self::Example],
        weights: Option<&[f64]>,
        growth: f64,
        rng: &mut Rng,
        out: &mut Self::Fitted,
    ) -> Result<(), Unfit>;

    /// The metric of a fitted model; `None` where undefined. May be infinite, never NaN.
    fn measure(&mut self, fitted: &Self::Fitted, metric: Metric) -> Option<f64>;

    /// Writes the location whose movement is `displacement` (the mean, the coefficients, the probabilities).
    fn location(&self, fitted: &Self::Fitted, out: &mut Vec<f64>);
}

/// A model whose truth says which examples are correct.
pub trait Judged: Model {
    /// What the truth says of an example.
    fn assess(&self, example: &Self::Example) -> Assessment;
}

/// A model whose examples show something that can be preferred.
pub trait Shown: Model {
    /// What a preference sees of an example.
    fn visible(&self, example: &Self::Example) -> Visible;
}

/// A model whose examples are categories.
pub trait Grouped: Model {
    /// The category of an example.
    fn category(&self, example: &Self::Example) -> usize;

    /// Whether `from` gives a category any chance.
    fn can_make(&self, from: &Self::Fitted, category: usize) -> bool;
}

/// A model with a free location.
pub trait Displaced: Model {
    /// Writes `from` with its law moved by `distance`, in units of the data or of root risk.
    fn displace(&self, from: &Self::Fitted, distance: f64, out: &mut Self::Fitted);
}

/// A model of responses to inputs.
pub trait Responds: Model {
    /// Writes the truth with its law moved by `distance`.
    fn surrogate(&self, distance: f64, out: &mut Self::Fitted);

    /// Appends real labels of the first `n` inputs, from the first on, again and again.
    fn again(&mut self, n: u64, rng: &mut Rng, out: &mut Vec<Self::Example>);
}

/// A model whose examples have a context: an edited place holds what the model makes of that, no example of its own.
pub trait Rewrites: Model {
    /// An example of a text with what `from` makes of it in its own context.
    fn rewrite(&mut self, from: &Self::Fitted, example: &Self::Example, rng: &mut Rng) -> Self::Example;
}

impl<M: Model> Steps<BySamples<M>> {
    /// Examples, whatever they are, can be picked, cut in two and put into the places of others.
    #[must_use]
    pub const fn of_examples() -> Self {
        Self {
            subsample: Some(BySamples::<M>::subsample),
            split: Some(BySamples::<M>::split),
            edit: Some(BySamples::<M>::edit),
            ..Self::NONE
        }
    }

    /// And judged one by one.
    #[must_use]
    pub const fn judged(self) -> Self
    where
        M: Judged,
    {
        Self { sift: Some(BySamples::<M>::sift), ..self }
    }

    /// And preferred to each other.
    #[must_use]
    pub const fn shown(self) -> Self
    where
        M: Shown,
    {
        Self { prefer: Some(BySamples::<M>::prefer), ..self }
    }

    /// And counted by group.
    #[must_use]
    pub const fn grouped(self) -> Self
    where
        M: Grouped,
    {
        Self { fill: Some(BySamples::<M>::fill), ..self }
    }

    /// And drawn from a displaced fit.
    #[must_use]
    pub const fn displaced(self) -> Self
    where
        M: Displaced,
    {
        Self { displace: Some(BySamples::<M>::displace), ..self }
    }

    /// And labelled anew, by the truth or by what lies beside it.
    #[must_use]
    pub const fn responding(self) -> Self
    where
        M: Responds,
    {
        Self { surrogate: Some(BySamples::<M>::surrogate), again: Some(BySamples::<M>::again), ..self }
    }

    /// And rewritten in their contexts where a text is edited.
    #[must_use]
    pub const fn rewritten(self) -> Self
    where
        M: Rewrites,
    {
        Self { edit: Some(BySamples::<M>::rewrite), ..self }
    }
}

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
    /// The examples.
    pub fn all(&self) -> &[E] {
        &self.examples
    }

    /// The weights, if they are not all 1.
    pub fn weights(&self) -> Option<&[f64]> {
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
    const STEPS: Steps<Self> = M::STEPS;

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
}

impl<M: Model> BySamples<M> {
    fn subsample(&mut self, pool: &Examples<M::Example>, n: u64, replacement: Replacement, rng: &mut Rng, out: &mut Examples<M::Example>) {
        let size = pool.examples.len();
        let mut take = |place: usize| out.push(pool.examples[place].clone(), pool.weight(place));
        match replacement {
            Replacement::With => (0..n).for_each(|_| take(rng.random_range(0..size))),
            Replacement::Without => self.shuffled(size, n, rng, |places, taken| places[..taken].iter().for_each(|place| take(*place))),
        }
    }

    fn split(
        &mut self,
        pool: &Examples<M::Example>,
        n: u64,
        rng: &mut Rng,
        out: &mut Examples<M::Example>,
        rest: &mut Examples<M::Example>,
    ) {
        let size = pool.examples.len();
        self.shuffled(size, n, rng, |places, taken| {
            for (step, place) in places[..size].iter().enumerate() {
                let into = if step < taken { &mut *out } else { &mut *rest };
                into.push(pool.examples[*place].clone(), pool.weight(*place));
            }
        });
    }

    /// Edited places hold examples of the model's own text.
    fn edit(
        &mut self,
        _: &M::Fitted,
        texts: Texts<'_, Examples<M::Example>>,
        edit: Editing,
        rng: &mut Rng,
        out: &mut Examples<M::Example>,
    ) {
        let Texts { earlier, own } = texts;
        self.mix(Texts { earlier, own }, edit, rng, out, |_, place, _| own.examples[place].clone());
    }

    /// The earlier text, with what `give` says of its edited places; the model's own text beyond its end.
    fn mix(
        &mut self,
        texts: Texts<'_, Examples<M::Example>>,
        edit: Editing,
        rng: &mut Rng,
        out: &mut Examples<M::Example>,
        mut give: impl FnMut(&mut M, usize, &mut Rng) -> M::Example,
    ) {
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
                Some(true) => out.push(give(&mut self.model, place, rng), 1.0),
                None => out.push(own.examples[place].clone(), 1.0),
            }
        }
        self.edited = is_edited;
    }

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
}

impl<M: Judged> BySamples<M> {
    /// Draws round by round and keeps what passes.
    fn sift(&mut self, from: &M::Fitted, sift: &mut Sift<'_>, drawn: &mut Examples<M::Example>, out: &mut Examples<M::Example>) {
        while sift.held < sift.wanted && sift.left > 0 {
            // Rounds start at what is missing and grow, so that a strict rule does not cost a round per example.
            let round = (sift.wanted - sift.held).max(sift.wanted / 4).max(16).min(sift.left);
            sift.left -= round;
            self.clear(drawn);
            self.synthetic(from, round, sift.rng, drawn);
            for (place, example) in drawn.examples.iter().enumerate() {
                if out.examples.len() as u64 >= sift.wanted {
                    break;
                }
                if sift.judge.random::<f64>() < (sift.accept)(self.model.assess(example)) {
                    out.push(example.clone(), drawn.weight(place));
                }
            }
            sift.held = out.examples.len() as u64;
        }
    }
}

impl<M: Shown> BySamples<M> {
    fn prefer(
        &mut self,
        from: &M::Fitted,
        n: u64,
        preference: Preference<'_>,
        drawn: &mut Examples<M::Example>,
        out: &mut Examples<M::Example>,
    ) {
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
}

impl<M: Grouped> BySamples<M> {
    fn fill(&mut self, from: &M::Fitted, filling: Filling<'_>, drawn: &mut Examples<M::Example>, out: &mut Examples<M::Example>) {
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

    /// Moves the examples for whose groups there is room, in the order in which they were drawn.
    fn take(&self, drawn: &Examples<M::Example>, quotas: Quotas<'_>, room: &mut [u64], out: &mut Examples<M::Example>) {
        for example in &drawn.examples {
            if let Some(group) = quotas.group(self.model.category(example)).filter(|group| room[*group] > 0) {
                room[group] -= 1;
                out.push(example.clone(), 1.0);
            }
        }
    }
}

impl<M: Displaced> BySamples<M> {
    fn displace(&self, from: &M::Fitted, distance: f64, out: &mut M::Fitted) {
        self.model.displace(from, distance, out);
    }
}

impl<M: Responds> BySamples<M> {
    fn surrogate(&self, distance: f64, out: &mut M::Fitted) {
        self.model.surrogate(distance, out);
    }

    fn again(&mut self, n: u64, rng: &mut Rng, out: &mut Examples<M::Example>) {
        self.model.again(n, rng, &mut out.examples);
        out.level();
    }
}

impl<M: Rewrites> BySamples<M> {
    fn rewrite(
        &mut self,
        from: &M::Fitted,
        texts: Texts<'_, Examples<M::Example>>,
        edit: Editing,
        rng: &mut Rng,
        out: &mut Examples<M::Example>,
    ) {
        let Texts { earlier, own } = texts;
        self.mix(Texts { earlier, own }, edit, rng, out, |model, place, rng| model.rewrite(from, &earlier.examples[place], rng));
    }
}
