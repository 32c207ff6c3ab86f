//! The laboratory: draws real data, fits models to training sets made from real and synthetic data, measures them.
//!
//! It takes a [`Setup`] and random [`Streams`] and gives a [`Trajectory`] (one run) or a [`Table`] (many). It knows
//! no study, no file, no threshold, and it judges nothing. Combinations that make no sense are refused by
//! [`check`] before anything runs; what goes wrong later is an [`Ending`].

#![allow(clippy::neg_cmp_op_on_partial_ord, reason = "written so that NaN fails the test")]

mod bandwidth;
mod catalogue;
pub mod chain;
mod compose;
#[cfg(test)]
mod contract_tests;
mod cost;
#[cfg(test)]
mod count_law_tests;
mod curation;
#[cfg(test)]
mod curation_tests;
mod dispatch;
mod downstream;
#[cfg(test)]
mod downstream_tests;
#[cfg(test)]
mod editing_tests;
mod engine;
mod expectation;
#[cfg(test)]
mod expectation_tests;
#[cfg(test)]
mod extrapolation_tests;
mod families;
mod family;
mod held;
mod kept;
pub mod kernel_exp;
mod kind;
#[cfg(test)]
mod law_tests;
mod learner;
pub mod levels;
mod liked;
mod memory;
#[cfg(test)]
mod memory_law_tests;
pub mod models;
mod moments;
mod needs;
mod null_risk;
#[cfg(test)]
mod null_risk_tests;
mod picks;
mod quota;
#[cfg(test)]
mod quota_tests;
mod record;
mod recorder;
mod recursion;
mod refusal;
mod regime;
mod rings;
mod run;
mod samples;
mod schedule;
mod setup;
mod spacing;
mod special;
mod specification;
#[cfg(test)]
mod start_tests;
#[cfg(test)]
mod steps_tests;
mod support;
mod synthesis;
#[cfg(test)]
mod tests;
pub mod text;
mod time_scale;
#[cfg(test)]
mod time_scale_tests;
pub mod trained;
mod trajectory;
mod truth;
mod vectors;
mod world;

pub use bandwidth::{Bandwidth, Width};
pub use catalogue::{Pair, catalogue};
pub use curation::{Curation, Detector, Labeller, MOST_CANDIDATES, Mask, Origin, Reference, Reward, Source, TailView};
pub use families::{MOST_AGENTS, MOST_DEGREES, MOST_MEMBERS};
pub use family::{Biases, Family};
pub use held::{Held, fewest, held};
pub use kind::Kind;
pub use models::categorical::probabilities;
pub use null_risk::null_risk;
pub use quota::{Filling, Quotas};
pub use record::Record;
pub use recorder::recorded;
pub use refusal::{EXPLAINED, MethodChoice, Refusal};
pub use regime::{Amount, Budget, Earlier, Real, Regime, Synthetic};
pub use schedule::Schedule;
pub use setup::{Capacity, Estimate, Exchange, Hitting, Method, Model, Sampling, Setup};
pub use spacing::Spacing;
pub use specification::is_well_specified;
pub use synthesis::{Inputs, LabelChoice, Synthesis};
pub use text::OwnText;
pub use time_scale::time_scale;
pub use trained::{Architecture, Begin, Length, Network, Play, Recipe};
pub use trajectory::{Column, Ending, Table, Trajectory};
pub use truth::{Angles, Categories, Coefficients, DataSet, Link, Spectrum, TextSource, TextUnit, Truth};

use crate::random::Streams;
use crate::taxonomy::Metric;
use expectation::Expectations;
use std::sync::OnceLock;

/// How the setup will be computed, or every reason why it cannot run. The one function that `lint`, `simulate` and
/// [`Simulator::prepare`] call.
///
/// # Errors
/// Every [`Refusal`] found, not only the first.
pub fn check(setup: &Setup) -> Result<MethodChoice, Vec<Refusal>> {
    support::prepare(setup).map(|(_, choice)| choice)
}

/// The metrics defined for a truth and a model, in the order of the taxonomy.
#[must_use]
pub fn defined(truth: &Truth, model: &Model) -> Vec<Metric> {
    support::defined(truth, model)
}

/// A checked setup, prepared once (spectra, tables, level sets) and run many times from many threads.
pub struct Simulator {
    setup: Setup,
    choice: MethodChoice,
    chain: family::Ready,
    /// At the recorded generations, computed when first asked for.
    expectations: OnceLock<Expectations>,
}

impl Simulator {
    /// Prepares a setup.
    ///
    /// # Errors
    /// As [`check`].
    pub fn prepare(setup: &Setup) -> Result<Self, Vec<Refusal>> {
        let (chain, choice) = support::prepare(setup)?;
        Ok(Self { setup: setup.clone(), choice, chain, expectations: OnceLock::new() })
    }

    /// How it is computed, and why.
    #[must_use]
    pub const fn method(&self) -> &MethodChoice {
        &self.choice
    }

    /// Cost of one replicate in nanoseconds by a fixed formula (never a clock), for the work ceiling and progress.
    #[must_use]
    pub fn cost(&self) -> f64 {
        cost::nanoseconds(&self.setup, self.choice.method)
    }

    /// One run.
    #[must_use]
    pub fn run(&self, streams: &Streams) -> Trajectory {
        self.chain.run(&self.setup, streams)
    }

    /// A few examples of every generation of one run, each in letters, for people to look at: of images 64 letters from `a`, black, to `q`,
    /// white; of texts the text; of points both coordinates. None where numbers say all.
    #[must_use]
    pub fn shown(&self, streams: &Streams) -> Vec<Vec<String>> {
        // Nothing is measured on the way.
        let setup = Setup { metrics: Vec::new(), ..self.setup.clone() };
        self.chain.shown(&setup, streams)
    }

    /// The runs `replicates`, in parallel, in replicate order: the same bytes for any number of threads.
    pub fn runs(&self, streams: impl Fn(u32) -> Streams + Sync, replicates: std::ops::Range<u32>) -> Table {
        self.chain.runs(&self.setup, self.cost(), &streams, replicates)
    }

    /// The exact expectation of `metric` at `generation` from a moment recursion, where one is known. The recursion
    /// runs once for all recorded generations.
    #[must_use]
    pub fn expectation(&self, metric: Metric, generation: u32) -> Option<f64> {
        let recorded = recorder::recorded(&self.setup);
        if recorded.binary_search(&generation).is_err() {
            return Expectations::of(&self.setup, Record::At(vec![generation])).get(metric, generation);
        }
        self.expectations.get_or_init(|| Expectations::of(&self.setup, Record::At(recorded))).get(metric, generation)
    }
}
