//! Regimes: which real and synthetic batches make the next training set.
//!
//! Every regime is a sum of batches: real data that stay or arrive, synthetic data of the newest, the last k or all
//! models, then perhaps a cut to the budget. Where everything stays, the sum is carried from generation to
//! generation and only grows, so that a chain with statistics of fixed size has a constant cost per generation.

use super::chain::{Apart, Chain, Edit, Editing, RealDraw, Replacement, Space, Split, Subsample, Texts};
use super::curation::{Detector, Mask};
use super::models::binomial::binomial;
use super::models::urn::Urn;
use super::needs::{Cut, Needs};
use super::{Budget, Earlier, Ending, Real, Regime, Setup, Spacing, Synthetic};
use crate::random::{Purpose, Rng, Streams};
use std::collections::VecDeque;

/// How many new examples generation t gets, by origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// t, at least 2.
    pub generation: u32,
    /// n_t.
    pub samples: u64,
    /// New real examples.
    pub fresh: u64,
    /// New synthetic examples.
    pub synthetic: u64,
}

impl Plan {
    /// The plan of generation `generation` >= 2.
    pub fn of(setup: &Setup, generation: u32) -> Self {
        let samples = setup.samples.at(generation, setup.generations);
        let first = setup.samples.at(1, setup.generations);
        let new = match setup.regime.synthetic {
            Synthetic::Overwrite { share } => ((share * first as f64).round() as u64).min(first),
            Synthetic::None | Synthetic::Newest | Synthetic::Window { .. } | Synthetic::Models { .. } | Synthetic::All => samples,
        };
        let (fresh, synthetic) = match &setup.regime.real {
            Real::First | Real::Kept => (0, new),
            Real::Fresh { amount, .. } => amount.split(new, generation),
        };
        let synthetic = if setup.regime.synthetic == Synthetic::None { 0 } else { synthetic };
        Self { generation, samples, fresh, synthetic }
    }
}

/// A batch with its number of examples and the part of them that is real.
#[derive(Debug, Clone)]
struct Counted<B> {
    batch: B,
    size: f64,
    real: f64,
}

/// The batches of one run, allocated once per worker.
#[derive(Clone)]
pub struct Training<B> {
    /// Newest synthetic batch, written by the loop.
    pub newest: B,
    /// Uncurated draws, written by the loop.
    pub drawn: B,
    /// The text that an edit starts from, and its number of examples; absent where nothing is edited.
    text: Option<(B, u64)>,
    /// Scratch: what a detector's choice left.
    picked: B,
    /// Real data beside the pool: the kept or the fresh ones.
    real: Counted<B>,
    /// What arrived at this generation.
    fresh: Counted<B>,
    /// Examples in the newest batch, and the real ones among them: fresh ones that come and go with it.
    joined: (f64, f64),
    /// Synthetic data that stay; under [`Carry::Everything`] the real ones too.
    pool: Counted<B>,
    /// The last k synthetic batches (window), or every batch (equal parts).
    ring: VecDeque<Counted<B>>,
    /// The training set, unless it is the pool itself.
    set: Counted<B>,
    /// Scratch: the whole before a cut, the part that stays.
    whole: Counted<B>,
    carry: Carry,
    set_is: SetIs,
}

/// What the pool carries from generation to generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carry {
    /// Real and synthetic data: nothing ever leaves.
    Everything,
    /// Synthetic data only.
    Synthetic,
}

/// Where the training set lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SetIs {
    Own,
    Pool,
}

impl<B: Clone> Training<B> {
    /// Empty memory for a setup.
    pub fn new<C: Chain<Batch = B>>(chain: &C, setup: &Setup) -> Self {
        let counted = || Counted { batch: chain.empty(), size: 0.0, real: 0.0 };
        Self {
            newest: chain.empty(),
            drawn: chain.empty(),
            text: setup.edit().map(|_| (chain.empty(), 0)),
            picked: chain.empty(),
            real: counted(),
            fresh: counted(),
            joined: (0.0, 0.0),
            pool: counted(),
            ring: VecDeque::new(),
            set: counted(),
            whole: counted(),
            carry: carry(setup),
            set_is: SetIs::Own,
        }
    }

    /// The training set.
    pub const fn set(&self) -> &B {
        match self.set_is {
            SetIs::Own => &self.set.batch,
            SetIs::Pool => &self.pool.batch,
        }
    }

    /// Number of examples in the training set.
    pub const fn size(&self) -> f64 {
        match self.set_is {
            SetIs::Own => self.set.size,
            SetIs::Pool => self.pool.size,
        }
    }

    /// Share of real examples in the training set; expected where the set was drawn at random from a pool.
    pub fn real_share(&self) -> f64 {
        let set = match self.set_is {
            SetIs::Own => &self.set,
            SetIs::Pool => &self.pool,
        };
        if set.size > 0.0 { set.real / set.size } else { 0.0 }
    }

    /// The first real set, which is the training set of generation 1.
    pub fn start<C: Chain<Batch = B>>(&mut self, chain: &mut C, n: u64, rng: &mut Rng) {
        for part in [&mut self.real, &mut self.fresh, &mut self.pool, &mut self.set, &mut self.whole] {
            empty(chain, part);
        }
        self.ring.clear();
        chain.real(RealDraw::First, n, rng, &mut self.real.batch);
        (self.real.size, self.real.real) = (n as f64, n as f64);
        put(chain, &self.real, 1.0, &mut self.set);
        if let Some((text, size)) = &mut self.text {
            chain.clear(text);
            chain.add(&self.real.batch, 1.0, text);
            *size = n;
        }
        self.set_is = SetIs::Own;
    }

    /// Makes the newest batch, the model's own, an edited text: `share` of the places of an earlier one are the model's.
    pub fn edit<C: Chain<Batch = B>>(
        &mut self,
        chain: &mut C,
        fitted: &C::Fitted,
        (share, mask, step): &(f64, Mask, Edit<C>),
        plan: &Plan,
        rng: &mut Rng,
    ) {
        let Some((text, size)) = &mut self.text else { return };
        let covered = plan.synthetic.min(*size);
        let edited = (share * covered as f64).round() as u64;
        let start = if *mask == Mask::Disjoint { u64::from(plan.generation - 2) * edited % covered.max(1) } else { 0 };
        let from = mask.follows_places().then_some(start);
        std::mem::swap(&mut self.newest, &mut self.drawn);
        chain.clear(&mut self.newest);
        let (texts, editing) = (Texts { earlier: &*text, own: &self.drawn }, Editing { size: plan.synthetic, covered, edited, from });
        step(chain, fitted, texts, editing, rng, &mut self.newest);
        if mask.goes_on() {
            chain.clear(text);
            chain.add(&self.newest, 1.0, text);
            *size = plan.synthetic;
        }
    }

    /// Makes the training set of generation `plan.generation` from the newest synthetic batch and all earlier data.
    ///
    /// # Errors
    /// [`Ending::NothingAccepted`] where a detector leaves nothing.
    pub fn compose<C: Chain<Batch = B>>(
        &mut self,
        chain: &mut C,
        needs: &Needs<C>,
        setup: &Setup,
        plan: &Plan,
        streams: &Streams,
    ) -> Result<(), Ending> {
        self.arrive(chain, needs, setup, plan, streams);
        match &needs.cut {
            Cut::Overwrite(step) => self.overwrite(chain, *step, setup, plan, &mut select(plan, streams)),
            Cut::EqualParts(step) => self.equal_parts(chain, *step, setup, plan, &mut select(plan, streams)),
            Cut::Detected(detector, split, draw) => {
                return self.detect(chain, (*detector, *split, *draw), setup, plan, &mut select(plan, streams));
            }
            Cut::Whole => self.gather(chain, setup, plan),
            Cut::Budget(replacement, step) => {
                self.gather(chain, setup, plan);
                self.cut(chain, (*replacement, *step), plan, streams);
            }
            Cut::Spaced(spacing, step) => {
                self.gather(chain, setup, plan);
                self.space(chain, (*spacing, *step), plan, streams);
            }
        }
        Ok(())
    }

    /// Draws the real data of this generation.
    fn arrive<C: Chain<Batch = B>>(&mut self, chain: &mut C, needs: &Needs<C>, setup: &Setup, plan: &Plan, streams: &Streams) {
        self.joined = (plan.synthetic as f64, 0.0);
        if plan.fresh == 0 {
            self.fresh.size = 0.0;
            return;
        }
        empty(chain, &mut self.fresh);
        let mut rng = streams.at(plan.generation, Purpose::FreshReal);
        match needs.again {
            Some(again) => again(chain, plan.fresh, &mut rng, &mut self.fresh.batch),
            None => chain.real(RealDraw::Fresh, plan.fresh, &mut rng, &mut self.fresh.batch),
        }
        (self.fresh.size, self.fresh.real) = (plan.fresh as f64, plan.fresh as f64);
        if joins(setup) {
            chain.add(&self.fresh.batch, setup.regime.real_weight, &mut self.newest);
            self.joined = (self.joined.0 + self.fresh.size, self.fresh.size);
        } else if real_stays(&setup.regime) == Stays::WithFresh && self.carry == Carry::Synthetic {
            put(chain, &self.fresh, 1.0, &mut self.real);
        }
    }

    /// Adds up everything the regime keeps, into the pool or into `set`.
    fn gather<C: Chain<Batch = B>>(&mut self, chain: &mut C, setup: &Setup, plan: &Plan) {
        let (regime, weight) = (&setup.regime, setup.regime.real_weight);
        if self.carry == Carry::Everything {
            if plan.generation == 2 {
                put(chain, &self.real, weight, &mut self.pool);
            }
            if self.fresh.size > 0.0 {
                put(chain, &self.fresh, weight, &mut self.pool);
            }
            self.pool_newest(chain);
            self.set_is = SetIs::Pool;
            return;
        }
        empty(chain, &mut self.set);
        self.set_is = SetIs::Own;
        match real_stays(regime) {
            Stays::First | Stays::WithFresh => put(chain, &self.real, weight, &mut self.set),
            Stays::Nothing if self.fresh.size > 0.0 => put(chain, &self.fresh, weight, &mut self.set),
            // The real-only twin of a set without real data has the first real set.
            Stays::Nothing if regime.synthetic == Synthetic::None => put(chain, &self.real, weight, &mut self.set),
            Stays::Nothing => {}
        }
        self.gather_newest(chain, setup);
    }

    /// Adds the batches of models that the regime keeps to `set`.
    fn gather_newest<C: Chain<Batch = B>>(&mut self, chain: &mut C, setup: &Setup) {
        match setup.regime.synthetic {
            Synthetic::None | Synthetic::Newest | Synthetic::Models { .. } | Synthetic::Overwrite { .. } => {
                if self.joined.0 > 0.0 {
                    chain.absorb(&mut self.newest, &mut self.set.batch);
                    self.set.size += self.joined.0;
                    self.set.real += self.joined.1;
                }
            }
            Synthetic::Window { size } => self.window(chain, size),
            Synthetic::All => {
                self.pool_newest(chain);
                put(chain, &self.pool, 1.0, &mut self.set);
            }
        }
    }

    fn pool_newest<C: Chain<Batch = B>>(&mut self, chain: &mut C) {
        if self.joined.0 > 0.0 {
            chain.absorb(&mut self.newest, &mut self.pool.batch);
            self.pool.size += self.joined.0;
            self.pool.real += self.joined.1;
        }
    }

    /// Adds the batches of the last `size` models to the set.
    fn window<C: Chain<Batch = B>>(&mut self, chain: &mut C, size: u32) {
        let mut place = match self.ring.len() < size as usize {
            true => Counted { batch: chain.empty(), size: 0.0, real: 0.0 },
            false => self.ring.pop_front().unwrap_or_else(|| Counted { batch: chain.empty(), size: 0.0, real: 0.0 }),
        };
        std::mem::swap(&mut place.batch, &mut self.newest);
        (place.size, place.real) = self.joined;
        self.ring.push_back(place);
        for part in &self.ring {
            put(chain, part, 1.0, &mut self.set);
        }
    }

    /// Cuts the gathered data to the budget.
    fn cut<C: Chain<Batch = B>>(
        &mut self,
        chain: &mut C,
        (replacement, step): (Replacement, Subsample<C>),
        plan: &Plan,
        streams: &Streams,
    ) {
        if replacement == Replacement::Without && self.size() <= plan.samples as f64 {
            return;
        }
        if self.set_is == SetIs::Own {
            std::mem::swap(&mut self.set, &mut self.whole);
        }
        let whole = if self.set_is == SetIs::Own { &self.whole } else { &self.pool };
        chain.clear(&mut self.set.batch);
        step(chain, &whole.batch, plan.samples, replacement, &mut select(plan, streams), &mut self.set.batch);
        self.set.size = plan.samples as f64;
        self.set.real = self.set.size * whole.real / whole.size;
        self.set_is = SetIs::Own;
    }

    /// Keeps n_t examples of the pool that lie far from each other. The first set stands at its start, and nothing real joins later.
    fn space<C: Chain<Batch = B>>(&mut self, chain: &mut C, (spacing, step): (Spacing, Space<C>), plan: &Plan, streams: &Streams) {
        if self.size() <= plan.samples as f64 {
            return;
        }
        chain.clear(&mut self.set.batch);
        let apart = Apart { wanted: plan.samples, spacing, early: self.pool.real as u64 };
        let real = step(chain, &self.pool.batch, apart, &mut select(plan, streams), &mut self.set.batch);
        (self.set.size, self.set.real) = (plan.samples as f64, real as f64);
        self.set_is = SetIs::Own;
    }

    /// Draws n_t examples of everything gathered, a flagged one `weight` times as likely as another.
    fn detect<C: Chain<Batch = B>>(
        &mut self,
        chain: &mut C,
        (detector, split, draw): (Detector, Split<C>, Subsample<C>),
        setup: &Setup,
        plan: &Plan,
        rng: &mut Rng,
    ) -> Result<(), Ending> {
        empty(chain, &mut self.set);
        self.set_is = SetIs::Own;
        self.gather_newest(chain, setup);
        std::mem::swap(&mut self.set, &mut self.whole);
        empty(chain, &mut self.set);
        if real_stays(&setup.regime) == Stays::First && self.fresh.size > 0.0 {
            put(chain, &self.real, 1.0, &mut self.fresh);
        }
        let is_fresh = real_stays(&setup.regime) == Stays::Nothing || self.fresh.size > self.real.size;
        let real = if is_fresh { &self.fresh } else { &self.real };
        let sizes = [real.size, self.whole.size].map(|size| size as u64);
        let flagged = [binomial(sizes[0], detector.false_alarms, rng), binomial(sizes[1], detector.hits, rng)];
        let mass = |part: usize| [(sizes[part] - flagged[part]) as f64, detector.weight * flagged[part] as f64];
        let ([human, flagged_human], [synthetic, flagged_synthetic]) = (mass(0), mass(1));
        let masses = [human, flagged_human, synthetic, flagged_synthetic];
        if !(masses.iter().sum::<f64>() > 0.0) {
            return Err(Ending::NothingAccepted { generation: plan.generation });
        }
        let mut counts = [0.0; 4];
        Urn::default().multinomial(&masses, plan.samples, rng, &mut counts);
        for (part, batch) in [&real.batch, &self.whole.batch].into_iter().enumerate() {
            let weight = if part == 0 { setup.regime.real_weight } else { 1.0 };
            // `newest` has been gathered and `drawn` is free: they hold what is flagged and what is not.
            chain.clear(&mut self.drawn);
            chain.clear(&mut self.newest);
            split(chain, batch, flagged[part], rng, &mut self.drawn, &mut self.newest);
            for (batch, count) in [&self.newest, &self.drawn].into_iter().zip(&counts[2 * part..]).filter(|(_, count)| **count > 0.0) {
                chain.clear(&mut self.picked);
                draw(chain, batch, *count as u64, Replacement::With, rng, &mut self.picked);
                chain.add(&self.picked, weight, &mut self.set.batch);
            }
        }
        (self.set.size, self.set.real) = (plan.samples as f64, counts[0] + counts[1]);
        Ok(())
    }

    /// A set of constant size in which some examples give way to the newest (Briesch, Sobania and Rothlauf 2023,
    /// "incremental data cycle").
    fn overwrite<C: Chain<Batch = B>>(&mut self, chain: &mut C, step: Subsample<C>, setup: &Setup, plan: &Plan, rng: &mut Rng) {
        let first = setup.samples.at(1, setup.generations);
        std::mem::swap(&mut self.set, &mut self.whole);
        empty(chain, &mut self.set);
        let is_beside = matches!(&setup.regime.real, Real::Fresh { amount, .. } if amount.is_beside());
        let stays = first - plan.synthetic - if is_beside { 0 } else { plan.fresh };
        if stays > 0 {
            step(chain, &self.whole.batch, stays, Replacement::Without, rng, &mut self.set.batch);
            self.set.real = self.whole.real / self.whole.size * stays as f64;
        }
        chain.add(&self.newest, 1.0, &mut self.set.batch);
        self.set.size = (stays + plan.synthetic) as f64;
        if self.fresh.size > 0.0 {
            put(chain, &self.fresh, setup.regime.real_weight, &mut self.set);
        }
    }

    /// n_t examples in equal parts of every batch so far ("balanced data cycle"); the first batches take what does
    /// not divide.
    fn equal_parts<C: Chain<Batch = B>>(&mut self, chain: &mut C, step: Subsample<C>, setup: &Setup, plan: &Plan, rng: &mut Rng) {
        if plan.generation == 2 && real_stays(&setup.regime) != Stays::Nothing {
            let copy = copied(chain, &self.real.batch, self.real.size, self.real.size);
            self.ring.push_back(copy);
        }
        // Real data that arrive are in the batch of their generation: else half of all batches would be real.
        if self.joined.0 > 0.0 {
            let copy = copied(chain, &self.newest, self.joined.0, self.joined.1);
            self.ring.push_back(copy);
        }
        let batches = self.ring.len() as u64;
        empty(chain, &mut self.set);
        for (place, part) in self.ring.iter().enumerate() {
            let share = plan.samples / batches + u64::from((place as u64) < plan.samples % batches);
            let share = share.min(part.size as u64);
            chain.clear(&mut self.whole.batch);
            step(chain, &part.batch, share, Replacement::Without, rng, &mut self.whole.batch);
            let weight = if place == 0 && part.real >= part.size { setup.regime.real_weight } else { 1.0 };
            chain.add(&self.whole.batch, weight, &mut self.set.batch);
            self.set.size += share as f64;
            self.set.real += share as f64 * part.real / part.size;
        }
    }
}

/// The stream that picks what stays.
fn select(plan: &Plan, streams: &Streams) -> Rng {
    streams.at(plan.generation, Purpose::Select)
}

/// Which real data stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stays {
    /// None.
    Nothing,
    /// The first set.
    First,
    /// The first set and all that arrived later.
    WithFresh,
}

fn real_stays(regime: &Regime) -> Stays {
    match (&regime.real, &regime.synthetic) {
        (Real::Kept, _) | (Real::First, Synthetic::None) => Stays::First,
        (Real::First, _) => Stays::Nothing,
        (Real::Fresh { earlier: Earlier::Kept, .. }, _) => Stays::WithFresh,
        (Real::Fresh { earlier: Earlier::First, .. }, _) => Stays::First,
        (Real::Fresh { earlier: Earlier::Dropped, .. }, _) => Stays::Nothing,
    }
}

/// Whether real data that arrive are part of the newest batch and go with it.
fn joins(setup: &Setup) -> bool {
    let goes_with_it = matches!(setup.regime.real, Real::Fresh { earlier: Earlier::First, .. });
    (goes_with_it || setup.regime.budget == Budget::EqualParts) && setup.detector().is_none()
}

/// Whether data ever leave: if not, the pool carries the whole set, unless a detector has to tell real from synthetic.
fn carry(setup: &Setup) -> Carry {
    let regime = &setup.regime;
    if setup.detector().is_some() {
        return Carry::Synthetic;
    }
    let grows = matches!(regime.synthetic, Synthetic::All | Synthetic::None);
    let goes = matches!(regime.real, Real::Fresh { earlier: Earlier::First, .. }) && regime.synthetic == Synthetic::None;
    match (grows && !goes, real_stays(regime)) {
        (true, Stays::First | Stays::WithFresh) => Carry::Everything,
        (true, Stays::Nothing) | (false, Stays::Nothing | Stays::First | Stays::WithFresh) => Carry::Synthetic,
    }
}

fn empty<C: Chain>(chain: &C, part: &mut Counted<C::Batch>) {
    chain.clear(&mut part.batch);
    (part.size, part.real) = (0.0, 0.0);
}

fn put<C: Chain>(chain: &mut C, part: &Counted<C::Batch>, weight: f64, into: &mut Counted<C::Batch>) {
    chain.add(&part.batch, weight, &mut into.batch);
    into.size += part.size;
    into.real += part.real;
}

fn copied<C: Chain>(chain: &mut C, batch: &C::Batch, size: f64, real: f64) -> Counted<C::Batch> {
    let mut copy = chain.empty();
    chain.add(batch, 1.0, &mut copy);
    Counted { batch: copy, size, real }
}
