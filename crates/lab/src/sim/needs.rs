//! What a setup asks of a chain beyond fit, measure, draw and add: the steps themselves, taken once from the chain's table.
//!
//! [`Needs::of`] is the one place that decides whether a chain has the steps ([`Chain::STEPS`]) of a setup. Whoever holds a `Needs` can run the whole loop; where the chain
//! lacks a step there is none, but the name of the [`Step`].

use super::chain::{
    Again, Chain, Displace, Edit, Extrapolate, Fill, Mend, Prefer, Replacement, Screening, Sifting, Space, Split, Step, Subsample,
    Surrogate,
};
use super::curation::{Detector, Mask};
use super::quota::Quotas;
use super::{Budget, Inputs, Origin, Reward, Setup, Spacing, Synthetic};

/// The steps of a setup, with what they work on.
#[derive(Clone)]
pub struct Needs<C: Chain> {
    /// Whose law synthetic examples follow.
    pub source: Source<C>,
    /// How they are chosen.
    pub choice: Choice<C>,
    /// Present where a text is edited: the share of its places, which ones, the step.
    pub edit: Option<(f64, Mask, Edit<C>)>,
    /// Present where examples are replaced by centroids: how many of each class, the step.
    pub mend: Option<(u32, Mend<C>)>,
    /// Present where later real data are labels of the first inputs.
    pub again: Option<Again<C>>,
    /// How the training set is cut.
    pub cut: Cut<C>,
}

/// Whose law synthetic examples follow.
#[derive(Clone)]
pub enum Source<C: Chain> {
    /// The newest fit's.
    Newest,
    /// That of the first fit, moved.
    BesideFit(f64, Displace<C>),
    /// The truth's, moved.
    BesideTruth(f64, Surrogate<C>),
    /// The newest fit's, moved away from its fit to its own samples.
    Beyond(f64, Extrapolate<C>),
}

/// How synthetic examples are chosen among draws.
#[derive(Clone)]
pub enum Choice<C: Chain> {
    /// All of them.
    All,
    /// The one preferred among so many candidates.
    Preferred {
        /// K.
        candidates: u32,
        /// What is preferred.
        reward: Reward,
        /// The step.
        step: Prefer<C>,
    },
    /// By quotas of groups.
    Filled {
        /// Categories by place.
        groups: Vec<Vec<usize>>,
        /// Draws beyond n, over n.
        extra: Option<f64>,
        /// The step.
        step: Fill<C>,
    },
    /// Those that verifiers accept.
    Sifted(Sifting<C>),
    /// Those that a discriminator likes best.
    Screened(f64, Screening<C>),
}

/// How the training set is cut out of what a regime gathers.
#[derive(Clone)]
pub enum Cut<C: Chain> {
    /// Not at all.
    Whole,
    /// To n_t examples.
    Budget(Replacement, Subsample<C>),
    /// To n_t examples that lie far from each other.
    Spaced(Spacing, Space<C>),
    /// To equal parts of all batches.
    EqualParts(Subsample<C>),
    /// Some examples give way to the newest.
    Overwrite(Subsample<C>),
    /// To n_t examples, flagged ones with a weight of their own.
    Detected(Detector, Split<C>, Subsample<C>),
}

impl<C: Chain> Needs<C> {
    /// What the setup needs of the chain.
    ///
    /// # Errors
    /// The first step that the chain lacks. Curations and cuts count although no example is synthetic: a twin on real data alone is
    /// run as its arm is.
    pub fn of(setup: &Setup) -> Result<Self, Step> {
        // A preference is told first and other choices last: what stands against a shortcut is named in this order.
        let preferred = Choice::preferred(setup)?;
        let cut = Cut::of(setup)?;
        let edit = match setup.edit() {
            Some((share, mask)) => Some((share, mask, C::STEPS.edit.ok_or(Step::Edit)?)),
            None => None,
        };
        let mend = match setup.centroids() {
            Some(centroids) => Some((centroids, C::STEPS.mend.ok_or(Step::Mend)?)),
            None => None,
        };
        let source = Source::of(setup)?;
        let choice = preferred.map_or_else(|| Choice::other(setup), Ok)?;
        let is_again = setup.regime.real_inputs == Inputs::Reused;
        let again = if is_again { Some(C::STEPS.again.ok_or(Step::Again)?) } else { None };
        Ok(Self { source, choice, edit, mend, again, cut })
    }
}

impl<C: Chain> Choice<C> {
    fn preferred(setup: &Setup) -> Result<Option<Self>, Step> {
        let Some((candidates, reward)) = setup.preference() else { return Ok(None) };
        let step = C::STEPS.prefer.ok_or(Step::Prefer)?;
        Ok(Some(Self::Preferred { candidates, reward: reward.clone(), step }))
    }

    fn other(setup: &Setup) -> Result<Self, Step> {
        if let Some(keep) = setup.screen() {
            return Ok(Self::Screened(keep, C::STEPS.screen.ok_or(Step::Screen)?));
        }
        Ok(match setup.quotas() {
            Some(Quotas { groups, extra }) => Self::Filled { groups: groups.to_vec(), extra, step: C::STEPS.fill.ok_or(Step::Fill)? },
            None if setup.is_judged() => Self::Sifted(C::STEPS.sift.ok_or(Step::Sift)?),
            None => Self::All,
        })
    }
}

impl<C: Chain> Source<C> {
    fn of(setup: &Setup) -> Result<Self, Step> {
        if let Some(weight) = setup.extrapolation() {
            return Ok(Self::Beyond(weight, C::STEPS.extrapolate.ok_or(Step::Extrapolate)?));
        }
        Ok(match setup.displacement() {
            None => Self::Newest,
            Some((distance, Origin::Fit)) => Self::BesideFit(distance, C::STEPS.displace.ok_or(Step::Displace)?),
            Some((distance, Origin::Truth)) => Self::BesideTruth(distance, C::STEPS.surrogate.ok_or(Step::Surrogate)?),
        })
    }
}

impl<C: Chain> Cut<C> {
    fn of(setup: &Setup) -> Result<Self, Step> {
        if !setup.cuts() {
            return Ok(Self::Whole);
        }
        let subsample = C::STEPS.subsample.ok_or(Step::Subsample)?;
        Ok(match (&setup.regime.synthetic, setup.regime.budget) {
            (Synthetic::Overwrite { .. }, _) => Self::Overwrite(subsample),
            (_, Budget::EqualParts) => Self::EqualParts(subsample),
            (synthetic, budget) => match (setup.detector().filter(|_| *synthetic != Synthetic::None), budget) {
                (Some(detector), _) => Self::Detected(detector, C::STEPS.split.ok_or(Step::Split)?, subsample),
                (None, Budget::WithoutReplacement) => Self::Budget(Replacement::Without, subsample),
                (None, Budget::WithReplacement) => Self::Budget(Replacement::With, subsample),
                (None, Budget::Spaced(spacing)) => Self::Spaced(spacing, C::STEPS.space.ok_or(Step::Space)?),
                (None, Budget::Whole | Budget::EqualParts) => Self::Whole,
            },
        })
    }
}
