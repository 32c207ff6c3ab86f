//! The readable twin of every shortcut: [`Twin`] makes of a world, a learner and a gauge a [`Chain`] whose batch is its examples.
//!
//! What only some pairs of a world and a learner can do is listed in [`Gauge::STEPS`], where the two meet; a step can be listed only
//! where both have what it takes.

use super::chain::{Chain, Editing, Preference, Reading, RealDraw, Replacement, Sift, Start, Steps, Texts, Unfit};
use super::curation::choose;
use super::learner::{Displaced, Extrapolates, Learner, Makes, Rewrites, Surrogates, Weighted};
use super::quota::{Filling, Quotas};
use super::world::{Grouped, Judged, Responds, Shown, World};
use crate::random::{Rng, Streams};
use crate::taxonomy::Metric;
use rand::RngExt;

/// What is read of a learner's fits against a world.
pub trait Gauge<W: World, L: Learner<W>>: Clone + Send + Sync {
    /// Whether a reading draws random numbers.
    const DRAWS: bool = false;

    /// What the world and the learner can do together beyond being drawn, picked and fitted: [`Steps::of_examples`] and what is added
    /// to it.
    const STEPS: Steps<Twin<W, L, Self>> = Steps::of_examples();

    /// Starts a replicate, of which the world is begun (held-out examples).
    fn begin(&mut self, _world: &W, _streams: &Streams) {}

    /// A metric of a fit. Where it is told by examples of the fit, the learner makes them and the reading is [`Reading::Sampled`].
    fn read(&mut self, world: &mut W, learner: &mut L, fitted: &L::Fitted, metric: Metric, rng: &mut Rng) -> Reading;

    /// Writes the location whose movement is `displacement` (the mean, the coefficients, the probabilities).
    fn location(&self, world: &W, learner: &L, fitted: &L::Fitted, out: &mut Vec<f64>);

    /// A few examples of a fit for people to look at, each in letters; none where numbers say all.
    fn show(&self, _world: &W, _learner: &mut L, _fitted: &L::Fitted, _rng: &mut Rng) -> Vec<String> {
        Vec::new()
    }
}

impl<W: World, L: Learner<W>, G: Gauge<W, L>> Steps<Twin<W, L, G>> {
    /// Examples, whatever they are, can be picked, cut in two and put into the places of others.
    #[must_use]
    pub const fn of_examples() -> Self {
        Self {
            subsample: Some(Twin::<W, L, G>::subsample),
            split: Some(Twin::<W, L, G>::split),
            edit: Some(Twin::<W, L, G>::edit),
            ..Self::NONE
        }
    }

    /// And judged one by one.
    #[must_use]
    pub const fn judged(self) -> Self
    where
        W: Judged,
    {
        Self { sift: Some(Twin::<W, L, G>::sift), ..self }
    }

    /// And preferred to each other.
    #[must_use]
    pub const fn shown(self) -> Self
    where
        W: Shown,
    {
        Self { prefer: Some(Twin::<W, L, G>::prefer), ..self }
    }

    /// And counted by group.
    #[must_use]
    pub const fn grouped(self) -> Self
    where
        W: Grouped,
        L: Makes<W>,
    {
        Self { fill: Some(Twin::<W, L, G>::fill), ..self }
    }

    /// And drawn from a displaced fit.
    #[must_use]
    pub const fn displaced(self) -> Self
    where
        L: Displaced<W>,
    {
        Self { displace: Some(Twin::<W, L, G>::displace), ..self }
    }

    /// And drawn from a fit moved away from its fit to itself.
    #[must_use]
    pub const fn extrapolated(self) -> Self
    where
        L: Extrapolates<W>,
    {
        Self { extrapolate: Some(Twin::<W, L, G>::extrapolate), ..self }
    }

    /// And labelled anew, by the truth or by what lies beside it.
    #[must_use]
    pub const fn responding(self) -> Self
    where
        W: Responds,
        L: Surrogates<W>,
    {
        Self { surrogate: Some(Twin::<W, L, G>::surrogate), again: Some(Twin::<W, L, G>::again), ..self }
    }

    /// And rewritten in their contexts where a text is edited.
    #[must_use]
    pub const fn rewritten(self) -> Self
    where
        L: Rewrites<W>,
    {
        Self { edit: Some(Twin::<W, L, G>::rewrite), ..self }
    }
}

/// A learner in a world, run sample by sample.
#[derive(Clone)]
pub struct Twin<W, L, G> {
    /// Where real data come from.
    pub world: W,
    /// What is fitted.
    pub learner: L,
    /// What is read of it.
    pub gauge: G,
    /// 0, 1, 2, …: the places of a pool, shuffled in part while a subsample is drawn.
    places: Vec<usize>,
    /// With which place each step of the shuffle swapped.
    swaps: Vec<usize>,
    /// Which places of a text an edit gives to the model.
    edited: Vec<bool>,
}

impl<W, L, G> Twin<W, L, G> {
    /// The three together.
    pub const fn new(world: W, learner: L, gauge: G) -> Self {
        Self { world, learner, gauge, places: Vec::new(), swaps: Vec::new(), edited: Vec::new() }
    }
}

/// Examples with their weights.
#[derive(Debug, Clone)]
pub struct Examples<E> {
    pub(super) examples: Vec<E>,
    /// One per example; empty while every example weighs 1.
    weights: Vec<f64>,
}

impl<E> Examples<E> {
    /// Examples and weights, as learners take them.
    pub fn weighted(&self) -> Weighted<'_, E> {
        Weighted { examples: &self.examples, weights: (!self.weights.is_empty()).then_some(&self.weights) }
    }

    pub(super) fn weight(&self, place: usize) -> f64 {
        self.weights.get(place).copied().unwrap_or(1.0)
    }

    pub(super) fn push(&mut self, example: E, weight: f64) {
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

impl<W: World, L: Learner<W>, G: Gauge<W, L>> Chain for Twin<W, L, G> {
    type Batch = Examples<W::Example>;
    type Fitted = L::Fitted;
    const FIT_DRAWS: bool = L::FIT_DRAWS;
    const WARM: bool = L::WARM;
    const READING_DRAWS: bool = G::DRAWS;
    const STEPS: Steps<Self> = G::STEPS;

    fn begin(&mut self, streams: &Streams) {
        self.world.begin(streams);
        self.learner.begin(streams);
        self.gauge.begin(&self.world, streams);
    }

    fn empty(&self) -> Self::Batch {
        Examples { examples: Vec::new(), weights: Vec::new() }
    }

    fn clear(&self, batch: &mut Self::Batch) {
        batch.examples.clear();
        batch.weights.clear();
    }

    fn blank(&self) -> Self::Fitted {
        self.learner.blank()
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Self::Batch) {
        self.world.real(draw, n, rng, &mut out.examples);
        out.level();
    }

    fn synthetic(&mut self, from: &Self::Fitted, n: u64, rng: &mut Rng, out: &mut Self::Batch) {
        self.learner.synthetic(&mut self.world, from, n, rng, &mut out.examples);
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

    fn fit(
        &mut self,
        training: &Self::Batch,
        growth: f64,
        start: Start<'_, Self::Fitted>,
        rng: &mut Rng,
        out: &mut Self::Fitted,
    ) -> Result<(), Unfit> {
        self.learner.fit(&self.world, training.weighted(), growth, start, rng, out)
    }

    fn read(&mut self, fitted: &Self::Fitted, metric: Metric, rng: &mut Rng) -> Reading {
        self.gauge.read(&mut self.world, &mut self.learner, fitted, metric, rng)
    }

    fn location(&self, fitted: &Self::Fitted, out: &mut Vec<f64>) {
        self.gauge.location(&self.world, &self.learner, fitted, out);
    }

    fn show(&mut self, fitted: &Self::Fitted, rng: &mut Rng) -> Vec<String> {
        self.gauge.show(&self.world, &mut self.learner, fitted, rng)
    }
}

impl<W: World, L: Learner<W>, G: Gauge<W, L>> Twin<W, L, G> {
    fn subsample(&mut self, pool: &Examples<W::Example>, n: u64, replacement: Replacement, rng: &mut Rng, out: &mut Examples<W::Example>) {
        let size = pool.examples.len();
        let mut take = |place: usize| out.push(pool.examples[place].clone(), pool.weight(place));
        match replacement {
            Replacement::With => (0..n).for_each(|_| take(rng.random_range(0..size))),
            Replacement::Without => self.shuffled(size, n, rng, |places, taken| places[..taken].iter().for_each(|place| take(*place))),
        }
    }

    fn split(
        &mut self,
        pool: &Examples<W::Example>,
        n: u64,
        rng: &mut Rng,
        out: &mut Examples<W::Example>,
        rest: &mut Examples<W::Example>,
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
        _: &L::Fitted,
        texts: Texts<'_, Examples<W::Example>>,
        edit: Editing,
        rng: &mut Rng,
        out: &mut Examples<W::Example>,
    ) {
        let Texts { earlier, own } = texts;
        self.mix(Texts { earlier, own }, edit, rng, out, |_, place, _| own.examples[place].clone());
    }

    /// The earlier text, with what `give` says of its edited places; the model's own text beyond its end.
    fn mix(
        &mut self,
        texts: Texts<'_, Examples<W::Example>>,
        edit: Editing,
        rng: &mut Rng,
        out: &mut Examples<W::Example>,
        mut give: impl FnMut(&mut L, usize, &mut Rng) -> W::Example,
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
                Some(true) => out.push(give(&mut self.learner, place, rng), 1.0),
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

impl<W: Judged, L: Learner<W>, G: Gauge<W, L>> Twin<W, L, G> {
    /// Draws round by round and keeps what passes.
    fn sift(&mut self, from: &L::Fitted, sift: &mut Sift<'_>, drawn: &mut Examples<W::Example>, out: &mut Examples<W::Example>) {
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
                if sift.judge.random::<f64>() < (sift.accept)(self.world.assess(example)) {
                    out.push(example.clone(), drawn.weight(place));
                }
            }
            sift.held = out.examples.len() as u64;
        }
    }
}

impl<W: Shown, L: Learner<W>, G: Gauge<W, L>> Twin<W, L, G> {
    fn prefer(
        &mut self,
        from: &L::Fitted,
        n: u64,
        preference: Preference<'_>,
        drawn: &mut Examples<W::Example>,
        out: &mut Examples<W::Example>,
    ) {
        let Preference { candidates, reward, rng, judge } = preference;
        let mut rewards = Vec::with_capacity(candidates as usize);
        for _ in 0..n {
            self.clear(drawn);
            self.synthetic(from, u64::from(candidates), rng, drawn);
            rewards.clear();
            rewards.extend(drawn.examples.iter().map(|example| reward.of(self.world.visible(example))));
            out.push(drawn.examples[choose(&rewards, judge)].clone(), 1.0);
        }
    }
}

impl<W: Grouped, L: Makes<W>, G: Gauge<W, L>> Twin<W, L, G> {
    fn fill(&mut self, from: &L::Fitted, filling: Filling<'_>, drawn: &mut Examples<W::Example>, out: &mut Examples<W::Example>) {
        let Filling { wanted, quotas, rng } = filling;
        let Some(draws) = quotas.draws(wanted) else {
            let mut room = quotas.sizes(wanted, |group| group.iter().any(|category| self.learner.can_make(from, *category)));
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
    fn take(&self, drawn: &Examples<W::Example>, quotas: Quotas<'_>, room: &mut [u64], out: &mut Examples<W::Example>) {
        for example in &drawn.examples {
            if let Some(group) = quotas.group(self.world.category(example)).filter(|group| room[*group] > 0) {
                room[group] -= 1;
                out.push(example.clone(), 1.0);
            }
        }
    }
}

impl<W: World, L: Displaced<W>, G: Gauge<W, L>> Twin<W, L, G> {
    fn displace(&self, from: &L::Fitted, distance: f64, out: &mut L::Fitted) {
        self.learner.displace(&self.world, from, distance, out);
    }
}

impl<W: World, L: Extrapolates<W>, G: Gauge<W, L>> Twin<W, L, G> {
    fn extrapolate(&mut self, from: &L::Fitted, weight: f64, fit: &mut L::Fitted) -> Result<(), Unfit> {
        self.learner.extrapolate(from, weight, fit)
    }
}

impl<W: World, L: Surrogates<W>, G: Gauge<W, L>> Twin<W, L, G> {
    fn surrogate(&self, distance: f64, out: &mut L::Fitted) {
        self.learner.surrogate(&self.world, distance, out);
    }
}

impl<W: Responds, L: Learner<W>, G: Gauge<W, L>> Twin<W, L, G> {
    fn again(&mut self, n: u64, rng: &mut Rng, out: &mut Examples<W::Example>) {
        self.world.again(n, rng, &mut out.examples);
        out.level();
    }
}

impl<W: World, L: Rewrites<W>, G: Gauge<W, L>> Twin<W, L, G> {
    fn rewrite(
        &mut self,
        from: &L::Fitted,
        texts: Texts<'_, Examples<W::Example>>,
        edit: Editing,
        rng: &mut Rng,
        out: &mut Examples<W::Example>,
    ) {
        let Texts { earlier, own } = texts;
        self.mix(Texts { earlier, own }, edit, rng, out, |learner, place, rng| learner.rewrite(from, &earlier.examples[place], rng));
    }
}
