//! Several models of one family that learn side by side: each from real data of its own and of all, and from what itself or the others made.
//!
//! Takes the twin of one model and makes of it a twin of many: an example carries whose it is, a fit is one fit for every model, and
//! a reading is the mean of the models' readings. What is done to a training set (regimes, budgets, curations) is done to the set of all
//! together, examples with their owners.

use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, Reading, RealDraw, Start, Steps, Unfit, Visible};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::world::{Judged, Shown, World};
use crate::sim::{Exchange, Model, Setup};
use crate::taxonomy::Metric;
use rand::RngExt;

/// An example and who learns from it.
#[derive(Debug, Clone)]
pub struct Owned<E> {
    /// The example.
    pub example: E,
    /// The model that it belongs to; absent: every model's.
    pub owner: Option<usize>,
}

/// How examples are shared out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dealing {
    /// Number of models.
    pub members: usize,
    /// Share of the real examples that every model learns from; the others are dealt in turn.
    pub shared: f64,
    /// Who learns from what a model makes.
    pub exchange: Exchange,
}

/// A truth whose examples are dealt to models.
#[derive(Debug, Clone)]
pub struct Dealt<W: World> {
    inner: W,
    dealing: Dealing,
    drawn: Vec<W::Example>,
}

/// One learner for every model in turn.
#[derive(Clone)]
pub struct Members<W: World, L> {
    inner: L,
    dealing: Dealing,
    /// Memory: what the models have made, and what one of them learns from.
    made: Vec<W::Example>,
    own: Vec<W::Example>,
    weights: Vec<f64>,
    owners: Vec<Option<usize>>,
}

/// The mean over models of what a gauge reads of each.
#[derive(Debug, Clone)]
pub struct Each<G>(G);

/// Several models, sample by sample.
pub type CrowdTwin<W, L, G> = Twin<Dealt<W>, Members<W, L>, Each<G>>;

/// The twin of a crowd, by the twin of one of its models; `None` for another model, or where one of them has no twin.
pub fn twin<W, L, G>(setup: &Setup, one: impl Fn(&Setup) -> Option<Twin<W, L, G>>) -> Option<CrowdTwin<W, L, G>>
where
    W: Judged + Shown,
    L: Learner<W>,
    G: Gauge<W, L>,
{
    let Model::Crowd { members, shared, exchange, member } = &setup.model else { return None };
    let Twin { world, learner, gauge, .. } = one(&Setup { model: (**member).clone(), ..setup.clone() })?;
    let dealing = Dealing { members: *members, shared: *shared, exchange: *exchange };
    let members = Members { inner: learner, dealing, made: Vec::new(), own: Vec::new(), weights: Vec::new(), owners: Vec::new() };
    Some(Twin::new(Dealt { inner: world, dealing, drawn: Vec::new() }, members, Each(gauge)))
}

impl<W: World> World for Dealt<W> {
    type Example = Owned<W::Example>;

    fn begin(&mut self, streams: &Streams) {
        self.inner.begin(streams);
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Owned<W::Example>>) {
        self.drawn.clear();
        self.inner.real(draw, n, rng, &mut self.drawn);
        let shared = (self.dealing.shared * n as f64).round() as usize;
        let owner = |place: usize| place.checked_sub(shared).map(|turn| turn % self.dealing.members);
        out.extend(self.drawn.drain(..).enumerate().map(|(place, example)| Owned { example, owner: owner(place) }));
    }
}

impl<W: Judged> Judged for Dealt<W> {
    fn assess(&self, example: &Owned<W::Example>) -> Assessment {
        self.inner.assess(&example.example)
    }
}

impl<W: Shown> Shown for Dealt<W> {
    fn visible(&self, example: &Owned<W::Example>) -> Visible {
        self.inner.visible(&example.example)
    }
}

impl<W: World, L: Learner<W>> Members<W, L> {
    /// Who learns from each of `n` examples, of which model k made those from `starts(k)` on.
    fn share_out(&mut self, n: usize, rng: &mut Rng) {
        let Dealing { members, exchange, .. } = self.dealing;
        self.owners.clear();
        match exchange {
            Exchange::Shared => self.owners.resize(n, None),
            Exchange::Own => (0..members).for_each(|maker| self.owners.extend((0..part(n, members, maker)).map(|_| Some(maker)))),
            Exchange::Others if members == 1 => self.owners.resize(n, Some(0)),
            Exchange::Others => {
                for maker in 0..members {
                    self.owners.extend((0..part(n, members, maker)).map(|turn| Some((maker + 1 + turn % (members - 1)) % members)));
                }
            }
            Exchange::Dealt => {
                self.owners.extend((0..n).map(|turn| Some(turn % members)));
                for place in (1..n).rev() {
                    self.owners.swap(place, rng.random_range(0..=place));
                }
            }
        }
    }
}

/// How many of `n` examples model `k` makes: even parts, the first ones larger by one where they must be.
const fn part(n: usize, members: usize, k: usize) -> usize {
    n / members + if k < n % members { 1 } else { 0 }
}

impl<W: World, L: Learner<W>> Learner<Dealt<W>> for Members<W, L> {
    type Fitted = Vec<L::Fitted>;
    const FIT_DRAWS: bool = L::FIT_DRAWS;

    fn begin(&mut self, streams: &Streams) {
        self.inner.begin(streams);
    }

    fn blank(&self) -> Vec<L::Fitted> {
        (0..self.dealing.members).map(|_| self.inner.blank()).collect()
    }

    fn fit(
        &mut self,
        world: &Dealt<W>,
        training: Weighted<'_, Owned<W::Example>>,
        growth: f64,
        _: Start<'_, Vec<L::Fitted>>,
        rng: &mut Rng,
        out: &mut Vec<L::Fitted>,
    ) -> Result<(), Unfit> {
        for (member, fitted) in out.iter_mut().enumerate() {
            self.own.clear();
            self.weights.clear();
            for (place, Owned { example, owner }) in training.examples.iter().enumerate() {
                if owner.is_none_or(|owner| owner == member) {
                    self.own.push(example.clone());
                    self.weights.push(training.weight(place));
                }
            }
            let weights = training.weights.map(|_| &self.weights[..]);
            self.inner.fit(&world.inner, Weighted { examples: &self.own, weights }, growth, Start::Anew, rng, fitted)?;
        }
        Ok(())
    }

    fn synthetic(&mut self, world: &mut Dealt<W>, from: &Vec<L::Fitted>, n: u64, rng: &mut Rng, out: &mut Vec<Owned<W::Example>>) {
        self.made.clear();
        for (maker, fitted) in from.iter().enumerate() {
            let own = part(n as usize, self.dealing.members, maker) as u64;
            self.inner.synthetic(&mut world.inner, fitted, own, rng, &mut self.made);
        }
        self.share_out(n as usize, rng);
        let owned = self.made.drain(..).zip(&self.owners).map(|(example, owner)| Owned { example, owner: *owner });
        out.extend(owned);
    }
}

impl<W, L, G> Gauge<Dealt<W>, Members<W, L>> for Each<G>
where
    W: Judged + Shown,
    L: Learner<W>,
    G: Gauge<W, L>,
{
    const DRAWS: bool = G::DRAWS;
    const STEPS: Steps<CrowdTwin<W, L, G>> = Steps::of_examples().judged().shown();

    fn begin(&mut self, world: &Dealt<W>, streams: &Streams) {
        self.0.begin(&world.inner, streams);
    }

    fn read(
        &mut self,
        world: &mut Dealt<W>,
        learner: &mut Members<W, L>,
        fitted: &Vec<L::Fitted>,
        metric: Metric,
        rng: &mut Rng,
    ) -> Reading {
        let (mut sum, mut squares, mut is_sampled) = (0.0, 0.0, false);
        for one in fitted {
            match self.0.read(&mut world.inner, &mut learner.inner, one, metric, rng) {
                Reading::Undefined => return Reading::Undefined,
                Reading::Exact(value) => sum += value,
                Reading::Sampled { value, error } => {
                    sum += value;
                    squares += error * error;
                    is_sampled = true;
                }
            }
        }
        let members = fitted.len() as f64;
        let value = sum / members;
        if is_sampled { Reading::Sampled { value, error: squares.sqrt() / members } } else { Reading::Exact(value) }
    }

    fn location(&self, world: &Dealt<W>, learner: &Members<W, L>, fitted: &Vec<L::Fitted>, out: &mut Vec<f64>) {
        let mut one = Vec::new();
        out.clear();
        for member in fitted {
            self.0.location(&world.inner, &learner.inner, member, &mut one);
            out.resize(one.len(), 0.0);
            out.iter_mut().zip(&one).for_each(|(sum, x)| *sum += x / fitted.len() as f64);
        }
    }
}
