//! The loop of every study: fit, read, sample, curate, compose.
//!
//! It takes a [`Chain`], a [`Setup`] and random [`Streams`] and fills a [`Trajectory`]. It knows no model and no
//! truth: a regime is sums of batches (`compose`), a curation is a rule of acceptance (`curate`), and what can be
//! told without looking into a model (sizes, shares, hitting times, displacement) is told by the [`Recorder`].

use super::chain::{Assessment, Chain, Extrapolate, Preference, Reading, RealDraw, Screened, Sift, Sifting, Start};
use super::compose::{Plan, Training};
use super::curation::{acceptance, corrected};
use super::held::keeps_its_set;
use super::memory::Memory;
use super::needs::{Choice, Needs, Source};
use super::quota::{Filling, Quotas};
use super::recorder::Recorder;
use super::{Capacity, Ending, Real, Schedule, Setup, Synthetic, Trajectory};
use crate::random::{Purpose, Rng, Streams};
use crate::taxonomy::Metric;
use rand::SeedableRng;
use std::sync::{Arc, OnceLock};

/// What else is fitted on a recorded training set. Called once per recorded generation, so that its type need not be known to the loop.
pub trait Downstream<B>: Send + Sync {
    /// The same with a memory of its own, for another worker.
    fn twin(&self) -> Box<dyn Downstream<B>>;

    /// Starts a replicate.
    fn begin(&mut self, streams: &Streams);

    /// Fits to the training set; keeps the fit for [`read`](Self::read).
    fn fit(&mut self, training: &B, rng: &mut Rng);

    /// The value of a `downstream-*` metric of the last fit.
    fn read(&mut self, metric: Metric, rng: &mut Rng) -> Reading;
}

/// A learner beside a chain, where there is one.
pub type Beside<B> = Option<Box<dyn Downstream<B>>>;

/// One worker: a chain with its memory, reused from replicate to replicate.
pub struct Worker<C: Chain> {
    chain: C,
    downstream: Beside<C::Batch>,
    needs: Needs<C>,
    training: Training<C::Batch>,
    fitted: C::Fitted,
    /// The fit of the generation before, of a chain whose fits start there.
    previous: C::Fitted,
    /// Fits of earlier generations that are drawn from beside the newest.
    memory: Memory<C::Fitted>,
    /// The law that examples are drawn from where it is not the last fit's: a displaced source, or the fit moved away from its fit to itself.
    displaced: C::Fitted,
    recorder: Recorder,
    /// The plans of generations 2, 3, …, once a replicate has asked for them: powers of growing sizes cost more than a small fit.
    plans: Arc<OnceLock<Vec<Plan>>>,
    /// Examples of every generation, where they are asked for.
    pub shown: Option<Vec<Vec<String>>>,
    /// Given to fits that draw nothing: a generation's own generator costs as much as a small fit.
    idle: Rng,
}

impl<C: Chain> Clone for Worker<C> {
    fn clone(&self) -> Self {
        Self {
            chain: self.chain.clone(),
            downstream: self.downstream.as_ref().map(|learner| learner.twin()),
            needs: self.needs.clone(),
            training: self.training.clone(),
            fitted: self.fitted.clone(),
            previous: self.previous.clone(),
            memory: self.memory.clone(),
            displaced: self.displaced.clone(),
            recorder: self.recorder.clone(),
            plans: Arc::clone(&self.plans),
            shown: None,
            idle: self.idle.clone(),
        }
    }
}

impl<C: Chain> Worker<C> {
    /// A worker with empty memory, for a setup with these needs.
    pub fn new(chain: C, downstream: Beside<C::Batch>, needs: Needs<C>, setup: &Setup) -> Self {
        let training = Training::new(&chain, setup);
        let [fitted, previous, displaced] = [chain.blank(), chain.blank(), chain.blank()];
        let (recorder, idle, memory) = (Recorder::new(setup), Rng::seed_from_u64(0), Memory::of(setup));
        Self { chain, downstream, needs, training, fitted, previous, memory, displaced, recorder, plans: Arc::default(), shown: None, idle }
    }

    /// One run into `out`, which is cleared first.
    pub fn generate(&mut self, setup: &Setup, streams: &Streams, out: &mut Trajectory) {
        out.clear();
        self.recorder.begin();
        self.memory.begin();
        self.chain.begin(streams);
        if let Some(learner) = &mut self.downstream {
            learner.begin(streams);
        }
        let ending = self.generations(setup, streams, out).err().unwrap_or(Ending::Completed);
        out.end(ending);
    }

    /// Generations 1 to T, or the reason why they stopped.
    fn generations(&mut self, setup: &Setup, streams: &Streams, out: &mut Trajectory) -> Result<(), Ending> {
        let first = setup.samples.at(1, setup.generations);
        self.training.start(&mut self.chain, first, &mut streams.at(1, Purpose::Real));
        for generation in 1..=setup.generations {
            self.fit(setup, streams, generation)?;
            self.measure(setup, streams, generation, out);
            if self.rests(setup, generation) {
                self.repeat(setup, streams, generation, out);
                return Ok(());
            }
            if generation < setup.generations {
                let plan = self.plan(setup, generation + 1);
                self.sample(setup, streams, &plan)?;
                self.training.compose(&mut self.chain, &self.needs, setup, &plan, streams)?;
            }
        }
        Ok(())
    }

    /// The plan of a generation from 2.
    fn plan(&self, setup: &Setup, generation: u32) -> Plan {
        let known = || (2..=setup.generations.min(PLANNED)).map(|t| Plan::of(setup, t)).collect();
        let known = self.plans.get_or_init(known).get(generation as usize - 2);
        known.copied().unwrap_or_else(|| Plan::of(setup, generation))
    }

    /// Whether every later generation is this one again: a fit without draws of a set that never changes; a network trained anew on such a
    /// set, whose fits have one law, so that one stands for all; or a point mass refitted to as
    /// many samples of itself alone.
    fn rests(&self, setup: &Setup, generation: u32) -> bool {
        let is_alone = setup.regime.real == Real::First && setup.regime.synthetic == Synthetic::Newest && setup.curation.is_empty();
        let is_alone = is_alone && matches!(setup.samples, Schedule::Constant { .. });
        (keeps_its_set(setup) && (setup.is_trained_anew() || (!C::FIT_DRAWS && !C::WARM)))
            || (generation > 1 && is_alone && self.is_point())
    }

    /// Whether the fit is known to have one value only.
    fn is_point(&self) -> bool {
        C::STEPS.is_point.is_some_and(|is_point| is_point(&self.chain, &self.fitted))
    }

    /// Keeps the fit of `generation` for the rest of the run: one reading of it stands for all, unless a reading draws or a learner beside
    /// the chain is fitted again.
    fn repeat(&mut self, setup: &Setup, streams: &Streams, generation: u32, out: &mut Trajectory) {
        let is_read_again = C::READING_DRAWS || self.downstream.is_some();
        let mut known = self.recorder.whole_row(generation);
        for later in generation + 1..=setup.generations {
            match known {
                Some(row) if !is_read_again => self.stay(setup, streams, (row, later), out),
                Some(_) | None => {
                    self.measure(setup, streams, later, out);
                    known = self.recorder.whole_row(later);
                }
            }
        }
    }

    /// What is recorded of a generation whose fit is that of an earlier, recorded one.
    fn stay(&mut self, setup: &Setup, streams: &Streams, (row, later): (usize, u32), out: &mut Trajectory) {
        self.recorder.snapshot(&self.chain, &self.fitted, later);
        self.show(streams);
        let Some(to) = self.recorder.row(later) else { return };
        for (column, metric) in setup.metrics.iter().enumerate() {
            let value = match metric {
                // The location half a run ago may be one of before the rest.
                Metric::Displacement => self.recorder.displacement(&self.chain, &self.fitted, later),
                _ => out.at(row, column),
            };
            out.set(to, column, value);
        }
    }

    /// Keeps a few examples, where they are asked for; the same draws at every generation, so that examples of two are made of the same noise.
    fn show(&mut self, streams: &Streams) {
        if let Some(shown) = &mut self.shown {
            shown.push(self.chain.show(&self.fitted, &mut streams.at(0, Purpose::Measure)));
        }
    }

    fn fit(&mut self, setup: &Setup, streams: &Streams, generation: u32) -> Result<(), Ending> {
        let growth = growth(setup, generation);
        if C::FIT_DRAWS {
            self.idle = streams.at(generation, Purpose::Fit);
        }
        if self.memory.is_kept() && generation > 1 {
            self.remember();
        }
        if C::WARM {
            std::mem::swap(&mut self.fitted, &mut self.previous);
        }
        let start = if C::WARM && generation > 1 { Start::From(&self.previous) } else { Start::Anew };
        let fit = self.chain.fit(self.training.set(), growth, start, &mut self.idle, &mut self.fitted);
        debug_assert!(
            C::FIT_DRAWS || C::READING_DRAWS || self.idle == Rng::seed_from_u64(0),
            "a fit drew numbers although it says that it does not"
        );
        fit.map_err(|unfit| unfit.at(generation))
    }

    /// Keeps the last fit beside the next one, which may start from it.
    fn remember(&mut self) {
        let blank = || self.chain.blank();
        if C::WARM { self.memory.keep(&mut self.fitted.clone(), blank) } else { self.memory.keep(&mut self.fitted, blank) }
    }

    fn measure(&mut self, setup: &Setup, streams: &Streams, generation: u32, out: &mut Trajectory) {
        if C::READING_DRAWS {
            self.idle = streams.at(generation, Purpose::Measure);
        }
        self.recorder.watch(&mut self.chain, &self.fitted, setup, generation, &mut self.idle);
        self.show(streams);
        let Some(row) = self.recorder.row(generation) else { return };
        if let Some(learner) = &mut self.downstream {
            learner.fit(self.training.set(), &mut streams.at(generation, Purpose::Downstream));
        }
        for (column, metric) in setup.metrics.iter().enumerate() {
            if !self.recorder.asks(row, column) {
                continue;
            }
            let value = match metric {
                _ if metric.is_downstream() => {
                    let mut rng = streams.at(generation, Purpose::Measure);
                    self.downstream.as_mut().and_then(|learner| learner.read(*metric, &mut rng).value())
                }
                Metric::TrainingSize => Some(self.training.size()),
                Metric::RealShare => Some(self.training.real_share()),
                Metric::Hit | Metric::HittingTime => self.recorder.hitting(*metric),
                Metric::Displacement => self.recorder.displacement(&self.chain, &self.fitted, generation),
                _ => {
                    // Every reading has the stream from its start: what else is measured moves none.
                    if C::READING_DRAWS {
                        self.idle = streams.at(generation, Purpose::Measure);
                    }
                    self.chain.read(&self.fitted, *metric, &mut self.idle).value()
                }
            };
            out.set(row, column, value);
        }
    }

    /// Draws the synthetic examples of the next generation, from the fitted law or from a displaced source: the first fit or the truth moved once
    /// and for all, or the fitted law moved away from its fit to itself.
    fn sample(&mut self, setup: &Setup, streams: &Streams, plan: &Plan) -> Result<(), Ending> {
        let is_first = plan.generation == 2;
        match &self.needs.source {
            Source::Newest => return self.draw(setup, streams, plan),
            Source::BesideFit(distance, step) if is_first => step(&self.chain, &self.fitted, *distance, &mut self.displaced),
            Source::BesideTruth(distance, step) if is_first => step(&self.chain, *distance, &mut self.displaced),
            Source::BesideFit(..) | Source::BesideTruth(..) => {}
            Source::Beyond(weight, step) => self.move_on(setup, streams, plan, (*weight, *step))?,
        }
        std::mem::swap(&mut self.fitted, &mut self.displaced);
        let drawn = self.draw(setup, streams, plan);
        std::mem::swap(&mut self.fitted, &mut self.displaced);
        drawn
    }

    /// Makes of the last fit the law that lies beyond it, seen from its fit to as many of its own samples as are wanted. Their stream is that of a
    /// fit, which no chain with this step draws from.
    fn move_on(&mut self, setup: &Setup, streams: &Streams, plan: &Plan, (weight, step): (f64, Extrapolate<C>)) -> Result<(), Ending> {
        debug_assert!(!C::FIT_DRAWS, "a fit that draws has no stream left");
        if plan.synthetic == 0 {
            self.displaced.clone_from(&self.fitted);
            return Ok(());
        }
        let mut rng = streams.at(plan.generation, Purpose::Fit);
        let own = &mut self.training.drawn;
        self.chain.clear(own);
        self.chain.synthetic(&self.fitted, plan.synthetic, &mut rng, own);
        let fit = self.chain.fit(own, growth(setup, plan.generation - 1), Start::Anew, &mut self.idle, &mut self.displaced);
        fit.and_then(|()| step(&mut self.chain, &self.fitted, weight, &mut self.displaced)).map_err(|unfit| unfit.at(plan.generation))
    }

    /// Draws synthetic examples of the fitted law, curated.
    fn draw(&mut self, setup: &Setup, streams: &Streams, plan: &Plan) -> Result<(), Ending> {
        let mut rng = streams.at(plan.generation, Purpose::Synthetic);
        let newest = &mut self.training.newest;
        self.chain.clear(newest);
        if plan.synthetic == 0 {
            return Ok(());
        }
        if setup.curation.is_empty() {
            for (fitted, part) in self.memory.parts(&self.fitted, plan.synthetic) {
                self.chain.synthetic(fitted, part, &mut rng, newest);
            }
            return Ok(());
        }
        let mut judge = streams.at(plan.generation, Purpose::Curate);
        let corrected = corrected(&setup.curation, plan.synthetic, &mut judge);
        let own = plan.synthetic - corrected;
        self.choose(setup, plan.generation, own, &mut rng, &mut judge)?;
        if let Some((centroids, mend)) = &self.needs.mend {
            mend(&self.chain, *centroids, &mut self.training.newest);
        }
        if corrected > 0 {
            let Training { drawn, newest, .. } = &mut self.training;
            self.chain.clear(drawn);
            self.chain.real(RealDraw::Fresh, corrected, &mut judge, drawn);
            self.chain.absorb(drawn, newest);
        }
        if let Some(edit) = &self.needs.edit {
            self.training.edit(&mut self.chain, &self.fitted, edit, plan, &mut judge);
        }
        Ok(())
    }

    /// Draws `own` examples of the fitted law, chosen as the curations say.
    fn choose(&mut self, setup: &Setup, generation: u32, own: u64, rng: &mut Rng, judge: &mut Rng) -> Result<(), Ending> {
        let Training { drawn, newest, .. } = &mut self.training;
        match &self.needs.choice {
            Choice::Preferred { candidates, reward, step } => {
                let preference = Preference { candidates: *candidates, reward, rng, judge };
                step(&mut self.chain, &self.fitted, own, preference, drawn, newest);
            }
            Choice::Filled { groups, extra, step } => {
                let filling = Filling { wanted: own, quotas: Quotas { groups, extra: *extra }, rng };
                step(&mut self.chain, &self.fitted, filling, drawn, newest);
            }
            Choice::Screened(keep, step) => {
                let screened = Screened { wanted: own, keep: *keep, rng, judge };
                if !step(&mut self.chain, &self.fitted, screened, drawn, newest) {
                    return Err(Ending::NothingAccepted { generation });
                }
            }
            Choice::Sifted(step) => {
                let step = *step;
                self.verify(step, setup, generation, own, rng, judge)?;
            }
            Choice::All if own > 0 => self.chain.synthetic(&self.fitted, own, rng, newest),
            Choice::All => {}
        }
        Ok(())
    }

    /// Draws until `wanted` examples pass every verifier, at most 100 draws for each one.
    fn verify(
        &mut self,
        step: Sifting<C>,
        setup: &Setup,
        generation: u32,
        wanted: u64,
        rng: &mut Rng,
        judge: &mut Rng,
    ) -> Result<(), Ending> {
        // A rule sees two bits of an example: what passes both is known once per generation.
        let passes = |correct, tail| setup.curation.iter().map(|rule| acceptance(rule, Assessment { correct, tail })).product::<f64>();
        let [wrong, right, wrong_tail, right_tail] = [passes(false, false), passes(true, false), passes(false, true), passes(true, true)];
        let accept = |example: Assessment| match (example.correct, example.tail) {
            (false, false) => wrong,
            (true, false) => right,
            (false, true) => wrong_tail,
            (true, true) => right_tail,
        };
        let left = DRAWS_PER_EXAMPLE.saturating_mul(wanted);
        let mut sift = Sift { wanted, held: 0, left, accept: &accept, rng, judge };
        step(&mut self.chain, &self.fitted, &mut sift, &mut self.training.drawn, &mut self.training.newest);
        if sift.held < sift.wanted {
            return Err(Ending::NothingAccepted { generation });
        }
        Ok(())
    }
}

/// Plans are kept of so many generations.
const PLANNED: u32 = 1 << 14;

/// A curation gives up after this many draws for each example wanted.
const DRAWS_PER_EXAMPLE: u64 = 100;

/// By how much the capacity of generation t exceeds that of generation 1.
fn growth(setup: &Setup, generation: u32) -> f64 {
    let size = |t| setup.samples.at(t, setup.generations) as f64;
    match setup.capacity {
        Capacity::Fixed => 1.0,
        Capacity::Growing { exponent } => (size(generation) / size(1)).powf(exponent),
    }
}
