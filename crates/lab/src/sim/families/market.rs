//! A market of samples: agents buy draws of the truth, whole or cut at its sides, and what is bought is public knowledge.
//!
//! The model is the public law, a kernel estimate of the training set on a grid. What it "makes" are the samples that agents buy next: each agent
//! buys the kind that is worth most to it beyond its price, or none, and n samples are dealt to the kinds as the buyers are. A kind is worth an
//! agent's own taste times what all have learned of it: by how much a sample brings the public law nearer to the truth, in Hellinger's distance.
//! Sellers draw the truth's form with the spread that they hold for the world's; at a turnover a new generation of them takes that of the public law.
//!
//! # Source
//! Peterson (2024), arXiv 2404.03502, Section 3.2, and the released script.
//! Departs from source: a round brings n samples whatever the number of buyers; a kind's value is learned from ten more draws of it and not from
//! those bought; the kernel's width stays while one sample is valued; first values are those of the first law.

use super::student_t::HeavyTails;
use crate::random::{Purpose, Rng, Streams};
use crate::sim::chain::{Reading, Start, Steps, Unfit};
use crate::sim::cost::Sizes;
use crate::sim::family::{Biases, Family, Ready, Why, run};
use crate::sim::kind::Kind;
use crate::sim::learner::{Learner, Weighted};
use crate::sim::models::shapes::Point;
use crate::sim::models::variance_scale;
use crate::sim::refusal::refuse;
use crate::sim::samples::{Gauge, Twin};
use crate::sim::vectors::widest;
use crate::sim::{Model, Refusal, Setup, Synthesis, Truth};
use crate::taxonomy::Metric;
use rand::RngExt;
use rand_distr::{Distribution, LogNormal, StudentT};
use std::ops::Range;

/// Agents at most.
pub const MOST_AGENTS: usize = 1000;

/// One small example.
pub const EXAMPLES: [(&str, Model); 1] = [("market", Model::Market { agents: 25, cut: 0.75, price: 0.5, rate: 0.05, turnover: 10 })];

const METRICS: [Metric; 6] =
    [Metric::MeanSquaredError, Metric::VarianceRatio, Metric::SpreadRatio, Metric::Hellinger, Metric::TailCoverage, Metric::Parameter];

/// The grid reaches so many of the truth's scales to either side; what lies beyond counts as its last cell.
const REACH: f64 = 12.0;
/// Cells of the grid.
const CELLS: usize = 384;
const WIDTH: f64 = 2.0 * REACH / CELLS as f64;
/// Draws from which all learn what a kind is worth.
const LEARNED: usize = 10;
/// A cut that so many draws miss is so narrow that the law is even within it, to four digits.
const MISSES: usize = 1000;
/// Beyond so many widths a kernel is nothing.
const FAR: f64 = 6.0;
/// Standard deviation of a taste, whose mean is 1.
const TASTE: f64 = 0.5;

/// The terms of the market.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Terms {
    agents: usize,
    cut: f64,
    price: f64,
    rate: f64,
    turnover: u32,
}

/// Public knowledge, and what agents think of samples of either kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Public {
    /// Mass of each cell.
    law: Vec<f64>,
    /// Sum of the roots of its masses and the truth's.
    affinity: f64,
    /// In the truth's scales.
    mean: f64,
    /// Of the law, in the truth's scales.
    deviation: f64,
    width: f64,
    size: f64,
    /// What a whole sample and one that is cut are worth.
    values: [f64; 2],
    /// What sellers take for the world's standard deviation, in the truth's scales.
    spread: f64,
    /// Share of cut ones among the next samples.
    share: f64,
    round: u32,
}

/// Agents who buy.
#[derive(Debug, Clone)]
pub struct Market {
    terms: Terms,
    tastes: Vec<f64>,
    draws: StudentT<f64>,
    /// Standard deviation of a standard t.
    standard: f64,
    /// The truth's mass of each cell.
    truth: Vec<f64>,
    root: f64,
    counts: Vec<f64>,
    /// A kernel's masses over the cells about its own, of which it reaches as many to either side.
    kernel: Vec<f64>,
    /// Of each cell's masses of the last law and the truth.
    roots: Vec<f64>,
}

/// The cells that a kernel reaches, its masses there, and what lies beyond the grid on either side, which counts to the last cell there.
struct Reached<'a> {
    cells: Range<usize>,
    masses: &'a [f64],
    beyond: [f64; 2],
}

/// Reads the public law against the truth.
#[derive(Debug, Clone, Copy)]
pub struct MarketGauge;

/// A market over a t.
pub type MarketTwin = Twin<HeavyTails, Market, MarketGauge>;

/// The twin of a setup; `None` for another truth, model or synthesis, or where the truth has no variance.
#[must_use]
pub fn twin(setup: &Setup) -> Option<MarketTwin> {
    let world = HeavyTails::of(&setup.truth)?;
    Some(Twin::new(world.clone(), Market::of(setup, &world)?, MarketGauge))
}

fn cell(x: f64) -> usize {
    ((x + REACH) / WIDTH).clamp(0.0, CELLS as f64 - 1.0) as usize
}

fn edge(cell: usize) -> f64 {
    WIDTH * cell as f64 - REACH
}

/// Hellinger's distance from the integral of the root of both densities.
fn hellinger(affinity: f64) -> f64 {
    (1.0 - affinity).max(0.0).sqrt()
}

impl Market {
    fn of(setup: &Setup, world: &HeavyTails) -> Option<Self> {
        let Model::Market { agents, cut, price, rate, turnover } = setup.model else { return None };
        let Truth::StudentT { degrees, .. } = setup.truth else { return None };
        if setup.synthesis != Synthesis::Examples || degrees <= 2.0 {
            return None;
        }
        let beyond = |cell: usize| match cell {
            0 => 1.0,
            CELLS => 0.0,
            _ => world.standard.upper(edge(cell)),
        };
        Some(Self {
            terms: Terms { agents, cut, price, rate, turnover },
            tastes: Vec::new(),
            draws: StudentT::new(degrees).ok()?,
            standard: (degrees / (degrees - 2.0)).sqrt(),
            truth: (0..CELLS).map(|cell| beyond(cell) - beyond(cell + 1)).collect(),
            root: variance_scale(&setup.sampling)?.sqrt(),
            counts: vec![0.0; CELLS],
            kernel: Vec::new(),
            roots: vec![0.0; CELLS],
        })
    }

    /// A sample of a kind, in the truth's scales.
    fn draw(&self, spread: f64, is_cut: bool, rng: &mut Rng) -> f64 {
        let mut of_the_world = || spread / self.standard * self.draws.sample(rng);
        if !is_cut {
            return of_the_world();
        }
        let within = (0..MISSES).map(|_| of_the_world()).find(|x| x.abs() <= self.terms.cut);
        within.unwrap_or_else(|| self.terms.cut * rng.random_range(-1.0..=1.0))
    }

    /// A kernel of a width.
    fn shape(&mut self, width: f64) {
        let mass = |k: usize| (-0.5 * (k as f64 * WIDTH / width).powi(2)).exp();
        let cells = ((FAR * width / WIDTH).ceil() as usize).min(CELLS);
        self.kernel.clear();
        self.kernel.extend((1..=cells).rev().chain(0..=cells).map(mass));
        let whole = self.kernel.iter().sum::<f64>();
        self.kernel.iter_mut().for_each(|mass| *mass /= whole);
    }

    /// What a kernel at a cell reaches.
    fn reached(&self, at: usize) -> Reached<'_> {
        let side = self.kernel.len() / 2;
        let cells = at.saturating_sub(side)..(at + side + 1).min(CELLS);
        // The kernel's place `side` lies on the cell `at`.
        let places = cells.start + side - at..cells.end + side - at;
        let beyond = [&self.kernel[..places.start], &self.kernel[places.end..]].map(|masses| masses.iter().sum());
        Reached { cells, masses: &self.kernel[places], beyond }
    }

    /// Adds a kernel at a cell, times a weight.
    #[inline(always)]
    fn add(&self, at: usize, weight: f64, law: &mut [f64]) {
        let Reached { cells, masses, beyond: [before, after] } = self.reached(at);
        law[cells].iter_mut().zip(masses).for_each(|(cell, mass)| *cell += weight * mass);
        law[0] += weight * before;
        law[CELLS - 1] += weight * after;
    }

    /// Writes the law of a set; `None` where it has no spread.
    fn estimate(&mut self, world: &HeavyTails, training: Weighted<'_, Point<1>>, out: &mut Public) -> Option<()> {
        let (total, n) = (training.total(), training.examples.len() as f64);
        let place = |[x]: &Point<1>| (x - world.law.location) / world.law.scale;
        let weighted = || training.examples.iter().enumerate().map(|(i, point)| (training.weight(i), place(point)));
        let mean = weighted().map(|(weight, x)| weight * x).sum::<f64>() / total;
        let square = weighted().map(|(weight, x)| weight * (x - mean).powi(2)).sum::<f64>() / total * n / (n - 1.0);
        let width = n.powf(-0.2) * square.sqrt();
        if !(width.is_finite() && width > 0.0) {
            return None;
        }
        self.shape(width);
        self.counts.fill(0.0);
        weighted().for_each(|(weight, x)| self.counts[cell(x)] += weight / total);
        out.law.clear();
        out.law.resize(CELLS, 0.0);
        let (law, mut roots) = (&mut out.law, std::mem::take(&mut self.roots));
        widest(
            #[inline(always)]
            || {
                (0..CELLS).filter(|at| self.counts[*at] > 0.0).for_each(|at| self.add(at, self.counts[at], law));
                roots.iter_mut().zip(&*law).zip(&self.truth).for_each(|((root, p), q)| *root = (p * q).sqrt());
            },
        );
        out.affinity = roots.iter().sum();
        self.roots = roots;
        (out.mean, out.width, out.size) = (mean, width, n);
        out.deviation = (square * (n - 1.0) / n + width * width).sqrt();
        Some(())
    }

    /// By how much the affinity of a law grows, to a factor, by a kernel at a cell beside n others.
    fn gain(&self, law: &[f64], n: f64, at: usize) -> f64 {
        let Reached { cells, masses, beyond } = self.reached(at);
        let gained = |cell: usize, mass: f64| gained(law[cell], mass * n.recip(), self.truth[cell], self.roots[cell]);
        let mut gain = widest(
            #[inline(always)]
            || summed(&law[cells.clone()], &self.truth[cells.clone()], &self.roots[cells.clone()], masses, n.recip()),
        );
        let ends = [(0, beyond[0], masses[0]), (CELLS - 1, beyond[1], masses[masses.len() - 1])];
        for (end, more, within) in ends.into_iter().filter(|(_, more, _)| *more > 0.0) {
            gain += gained(end, within + more) - gained(end, within);
        }
        gain
    }

    /// By how much samples of a kind bring the last law nearer to the truth in the mean, in hundredths; one that does not is worth nothing.
    fn value(&self, public: &Public, is_cut: bool, rng: &mut Rng) -> f64 {
        let (affinity, n) = (public.affinity, public.size);
        let nearer = |x: f64| {
            let after = affinity + self.gain(&public.law, n, cell(x));
            (hellinger(affinity) - hellinger((n / (n + 1.0)).sqrt() * after)).max(0.0)
        };
        (0..LEARNED).map(|_| nearer(self.draw(public.spread, is_cut, rng))).sum::<f64>() * 100.0 / LEARNED as f64
    }

    /// The share of cut ones among the samples bought; `None` where nobody buys.
    fn bought(&self, values: [f64; 2]) -> Option<f64> {
        let mut worths: Vec<f64> = self.tastes.iter().flat_map(|taste| values.map(|value| taste * value)).collect();
        worths.sort_unstable_by(f64::total_cmp);
        // The middle of all worths: there are two for each agent, so that none is in the middle alone.
        let price = 0.5 * (worths[self.tastes.len() - 1] + worths[self.tastes.len()]);
        let (mut whole, mut cut) = (0.0, 0.0);
        for taste in &self.tastes {
            let [from_whole, from_cut] = [taste * values[0] - price, taste * values[1] - price * self.terms.price];
            if from_whole > from_cut && from_whole > 0.0 {
                whole += 1.0;
            } else if from_cut > 0.0 {
                cut += 1.0;
            }
        }
        (whole + cut > 0.0).then(|| cut / (whole + cut))
    }
}

impl Learner<HeavyTails> for Market {
    type Fitted = Public;
    const FIT_DRAWS: bool = true;
    const WARM: bool = true;

    fn begin(&mut self, streams: &Streams) {
        let variance = (1.0 + TASTE * TASTE).ln();
        let law = LogNormal::new(-0.5 * variance, variance.sqrt()).expect("a deviation above 0");
        let mut rng = streams.at(0, Purpose::Fit);
        self.tastes = (0..self.terms.agents).map(|_| law.sample(&mut rng)).collect();
    }

    fn blank(&self) -> Public {
        let (law, values) = (Vec::new(), [0.0; 2]);
        Public { law, affinity: 0.0, mean: 0.0, deviation: 0.0, width: 0.0, size: 0.0, values, spread: 0.0, share: 0.5, round: 0 }
    }

    fn fit(
        &mut self,
        world: &HeavyTails,
        training: Weighted<'_, Point<1>>,
        _: f64,
        start: Start<'_, Public>,
        rng: &mut Rng,
        out: &mut Public,
    ) -> Result<(), Unfit> {
        if training.examples.len() < 3 || !(training.total() > 0.0) {
            return Err(Unfit::TooFewSamples);
        }
        self.estimate(world, training, out).ok_or(Unfit::Degenerate)?;
        let Terms { rate, turnover, .. } = self.terms;
        match start {
            Start::Anew => {
                (out.spread, out.round, out.share) = (out.deviation, 0, 0.5);
                out.values = [false, true].map(|is_cut| self.value(out, is_cut, rng));
            }
            Start::From(before) => {
                (out.values, out.share, out.round) = (before.values, before.share, before.round + 1);
                let turns = turnover > 0 && (out.round + 1).is_multiple_of(turnover);
                out.spread = if turns { out.deviation } else { before.spread };
                let seen = [false, true].map(|is_cut| self.value(out, is_cut, rng));
                for (value, seen) in out.values.iter_mut().zip(seen).filter(|(_, seen)| *seen > 0.0) {
                    *value += rate * (seen - *value);
                }
            }
        }
        out.share = self.bought(out.values).unwrap_or(out.share);
        Ok(())
    }

    fn synthetic(&mut self, world: &mut HeavyTails, from: &Public, n: u64, rng: &mut Rng, out: &mut Vec<Point<1>>) {
        for _ in 0..n {
            let is_cut = rng.random::<f64>() < from.share;
            out.push([world.law.location + world.law.scale * self.root * self.draw(from.spread, is_cut, rng)]);
        }
    }
}

impl Gauge<HeavyTails, Market> for MarketGauge {
    const STEPS: Steps<MarketTwin> = Steps::of_examples().judged().shown();

    fn read(&mut self, world: &mut HeavyTails, market: &mut Market, fitted: &Public, metric: Metric, _: &mut Rng) -> Reading {
        let ratio = fitted.deviation / market.standard;
        match metric {
            Metric::MeanSquaredError => Reading::Exact((fitted.mean * world.law.scale).powi(2)),
            Metric::VarianceRatio => Reading::Exact(ratio * ratio),
            Metric::SpreadRatio => Reading::Exact(ratio),
            Metric::Hellinger => Reading::Exact(hellinger(fitted.affinity)),
            Metric::TailCoverage => Reading::Exact(coverage(world, &fitted.law)),
            Metric::Parameter => Reading::Exact(fitted.share),
            _ => Reading::Undefined,
        }
    }

    fn location(&self, world: &HeavyTails, _: &Market, fitted: &Public, out: &mut Vec<f64>) {
        out.clear();
        out.push(world.law.location + world.law.scale * fitted.mean);
    }
}

/// Sum of sqrt((p + share mass) q) - root over cells, in lanes of fixed order.
#[inline(always)]
fn summed(law: &[f64], truth: &[f64], roots: &[f64], masses: &[f64], share: f64) -> f64 {
    const LANES: usize = 8;
    let mut lanes = [0.0; LANES];
    let even = law.len() / LANES * LANES;
    for start in (0..even).step_by(LANES) {
        let [law, truth, roots, masses] = [law, truth, roots, masses].map(|of| &of[start..start + LANES]);
        for (lane, sum) in lanes.iter_mut().enumerate() {
            *sum += gained(law[lane], masses[lane] * share, truth[lane], roots[lane]);
        }
    }
    lanes.iter().sum::<f64>() + (even..law.len()).map(|i| gained(law[i], masses[i] * share, truth[i], roots[i])).sum::<f64>()
}

/// By how much the root of a cell's mass times the truth's grows with more mass.
#[inline(always)]
fn gained(mass: f64, more: f64, truth: f64, root: f64) -> f64 {
    ((mass + more) * truth).sqrt() - root
}

/// Covered share of the truth's tail by a law that is even within every cell.
fn coverage(world: &HeavyTails, law: &[f64]) -> f64 {
    let below: Vec<f64> = std::iter::once(0.0)
        .chain(law.iter().scan(0.0, |sum, mass| {
            *sum += mass;
            Some(*sum)
        }))
        .collect();
    let up_to = |x: f64| {
        let place = ((x + REACH) / WIDTH).clamp(0.0, CELLS as f64);
        let whole = (place as usize).min(CELLS - 1);
        below[whole] + (place - whole as f64) * law[whole]
    };
    world.coverage(|z| if z > 0.0 { below[CELLS] - up_to(z) } else { up_to(z) })
}

/// Agents who pay for samples.
pub struct Trade;

impl Family for Trade {
    fn eats(&self) -> &'static [Kind] {
        &[Kind::Points]
    }

    fn metrics(&self, truth: &Truth) -> Vec<Metric> {
        if matches!(truth, Truth::StudentT { .. }) { METRICS.to_vec() } else { Vec::new() }
    }

    fn biases(&self) -> Biases {
        Biases::Variance
    }

    fn refusals(&self, setup: &Setup, out: &mut Vec<Refusal>) {
        let Model::Market { agents, cut, price, rate, .. } = setup.model else { return };
        let mut refuse_key = |key: &str, found: String, remedy: &str| out.push(refuse("bad-market", format!("model.{key}"), found, remedy));
        if !(1..=MOST_AGENTS).contains(&agents) {
            refuse_key("agents", agents.to_string(), "use 1 to 1,000 agents");
        }
        if !(cut.is_finite() && cut > 0.0) {
            refuse_key("cut", cut.to_string(), "use a number above 0");
        }
        if !(price.is_finite() && price >= 0.0) {
            refuse_key("price", price.to_string(), "use a number of at least 0; at 1 both kinds cost alike");
        }
        if !(rate > 0.0 && rate <= 1.0) {
            refuse_key("rate", rate.to_string(), "use a number above 0, at most 1");
        }
        if let Truth::StudentT { degrees, .. } = setup.truth
            && degrees <= 2.0
        {
            out.push(refuse("bad-market", "truth.degrees", degrees.to_string(), "use more than 2: sellers go by the standard deviation"));
        }
    }

    fn fewest(&self, _: &Truth) -> u64 {
        3
    }

    fn drift(&self, _: &Setup, n: f64) -> f64 {
        n.recip()
    }

    fn fits_again(&self) -> bool {
        true
    }

    fn by_samples(&self, _: &Setup, sizes: &Sizes) -> f64 {
        50.0 * sizes.new * sizes.draws + 40.0 * sizes.set + 12_000.0
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        run(setup, twin)
    }
}

#[cfg(test)]
#[path = "market_tests.rs"]
mod tests;
