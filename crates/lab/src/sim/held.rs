//! What training sets hold, told from the regime alone: sizes, real data, and what is new.
//!
//! The numbers that `real-share` and `training-size` measure along a run, in expectation where a set is drawn at random. They
//! say which real data a real-only twin has, and that changing one condition of a setup leaves the others as they were.

use super::compose::Plan;
use super::{Budget, Capacity, Earlier, Real, Schedule, Setup, Synthetic};
use std::collections::VecDeque;

/// The training set of one generation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// Examples.
    pub size: f64,
    /// Real ones among them.
    pub real: f64,
    /// Real examples that are new at this generation.
    pub fresh: u64,
    /// Synthetic examples that are new.
    pub synthetic: u64,
}

/// The training sets of generations 1 to T.
#[must_use]
pub fn held(setup: &Setup) -> Vec<Held> {
    let first = setup.samples.at(1, setup.generations);
    let mut pool = Pool::of(setup, first);
    let start = Held { size: first as f64, real: first as f64, fresh: first, synthetic: 0 };
    let mut sets = vec![start];
    for generation in 2..=setup.generations {
        let plan = Plan::of(setup, generation);
        let (size, real) = pool.after(&plan, *sets.last().unwrap_or(&start));
        sets.push(Held { size, real, fresh: plan.fresh, synthetic: plan.synthetic });
    }
    sets
}

/// Whether every training set is the first one: real data that stay and nothing else. What most real-only twins have.
pub fn keeps_its_set(setup: &Setup) -> bool {
    let regime = &setup.regime;
    let is_alone = regime.real == Real::Kept && regime.synthetic == Synthetic::None && regime.budget == Budget::Whole;
    let is_even = (regime.real_weight - 1.0).abs() <= 0.0 && setup.curation.is_empty();
    is_alone && is_even && setup.capacity == Capacity::Fixed && matches!(setup.samples, Schedule::Constant { .. })
}

/// Examples that a model needs at least for a fit that is no accident of size, at most as many as the first set has: for a
/// covariance of full rank, for least squares with a finite expected risk (d + 2), two for a spread, one for anything else.
#[must_use]
pub fn fewest(setup: &Setup) -> u64 {
    setup.model.family().fewest(&setup.truth).min(setup.samples.at(1, setup.generations))
}

/// All that earlier generations left, in numbers.
struct Pool<'a> {
    setup: &'a Setup,
    first: u64,
    fresh: u64,
    synthetic: u64,
    /// Batches of the last models, each with its real ones; of equal parts all batches, the first set among them.
    batches: VecDeque<(f64, f64)>,
}

impl<'a> Pool<'a> {
    fn of(setup: &'a Setup, first: u64) -> Self {
        let is_batch = setup.regime.budget == Budget::EqualParts && keeps_first(&setup.regime.real);
        let batches = if is_batch { VecDeque::from([(first as f64, first as f64)]) } else { VecDeque::new() };
        Self { setup, first, fresh: 0, synthetic: 0, batches }
    }

    /// Size and real examples of the set that `plan` makes, after a set like `last`.
    fn after(&mut self, plan: &Plan, last: Held) -> (f64, f64) {
        self.fresh += plan.fresh;
        self.synthetic += plan.synthetic;
        self.batches.push_back(((plan.synthetic + plan.fresh) as f64, plan.fresh as f64));
        let regime = &self.setup.regime;
        if let Synthetic::Overwrite { .. } = regime.synthetic {
            return self.overwritten(plan, last);
        }
        if regime.budget == Budget::EqualParts {
            return self.equal_parts(plan);
        }
        if let Synthetic::Window { size } = regime.synthetic {
            while self.batches.len() > size as usize {
                self.batches.pop_front();
            }
        }
        let (size, real) = self.gathered(plan);
        let n = plan.samples as f64;
        if let Some(detector) = self.setup.detector().filter(|_| regime.synthetic != Synthetic::None) {
            let mass = |count: f64, flagged: f64| count * (1.0 - flagged + detector.weight * flagged);
            let (human, synthetic) = (mass(real, detector.false_alarms), mass(size - real, detector.hits));
            return (n, n * human / (human + synthetic));
        }
        match regime.budget {
            Budget::Whole | Budget::EqualParts => (size, real),
            Budget::WithoutReplacement | Budget::Spaced(_) if size <= n => (size, real),
            // How many of a choice are real depends on where they lie; a twin has what a draw would leave.
            Budget::WithoutReplacement | Budget::WithReplacement | Budget::Spaced(_) => (n, n * real / size),
        }
    }

    /// Everything that the regime keeps, before a cut.
    fn gathered(&self, plan: &Plan) -> (f64, f64) {
        let regime = &self.setup.regime;
        let (beside, synthetic) = match regime.synthetic {
            Synthetic::None => (plan.fresh as f64, 0.0),
            Synthetic::Newest | Synthetic::Models { .. } | Synthetic::Overwrite { .. } => (plan.fresh as f64, plan.synthetic as f64),
            Synthetic::All => (self.fresh as f64, self.synthetic as f64),
            Synthetic::Window { .. } => {
                let real = self.batches.iter().map(|(_, real)| real).sum::<f64>();
                (real, self.batches.iter().map(|(size, _)| size).sum::<f64>() - real)
            }
        };
        let first = self.first as f64;
        let real = match &regime.real {
            Real::First if regime.synthetic == Synthetic::None => first,
            Real::First => 0.0,
            Real::Kept => first,
            Real::Fresh { earlier: Earlier::Kept, .. } => first + self.fresh as f64,
            Real::Fresh { earlier: Earlier::First, .. } => first + beside,
            Real::Fresh { earlier: Earlier::Dropped, .. } if plan.fresh == 0 && regime.synthetic == Synthetic::None => first,
            Real::Fresh { earlier: Earlier::Dropped, .. } => plan.fresh as f64,
        };
        (real + synthetic, real)
    }

    fn overwritten(&self, plan: &Plan, last: Held) -> (f64, f64) {
        let is_beside = matches!(&self.setup.regime.real, Real::Fresh { amount, .. } if amount.is_beside());
        let stays = self.first - plan.synthetic - if is_beside { 0 } else { plan.fresh };
        let real = last.real / last.size * stays as f64 + plan.fresh as f64;
        ((stays + plan.synthetic + plan.fresh) as f64, real)
    }

    fn equal_parts(&self, plan: &Plan) -> (f64, f64) {
        let batches = self.batches.len() as u64;
        let part = |(place, (size, real)): (usize, &(f64, f64))| {
            let share = (plan.samples / batches + u64::from((place as u64) < plan.samples % batches)) as f64;
            let share = share.min(*size);
            (share, if *size > 0.0 { share * real / size } else { 0.0 })
        };
        self.batches.iter().enumerate().map(part).fold((0.0, 0.0), |(size, real), (more, of)| (size + more, real + of))
    }
}

const fn keeps_first(real: &Real) -> bool {
    match real {
        Real::Kept | Real::Fresh { earlier: Earlier::Kept | Earlier::First, .. } => true,
        Real::First | Real::Fresh { earlier: Earlier::Dropped, .. } => false,
    }
}
