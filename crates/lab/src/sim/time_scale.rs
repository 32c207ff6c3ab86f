//! How many generations a loop needs to show where it goes: its time-scale, from model, regime, schedule and sampling.
//!
//! A closed form, never a run, and exact in order of magnitude only: asymptotic definitions ask for four time-scales, and at least 16
//! generations. A loop moves by three things, whose rates per generation add up; the time-scale is one over their sum, at least 1.
//!
//! - *Drift*. n synthetic examples of a law lose spread at about 1/n per generation (Wright 1931; for a Gaussian E V_t =
//!   (1 - 1/n)^t). Replacing a share s of a set of n each time loses s (2 - s) / n: Moran's model has s = 1/n and 2/n^2.
//! - *Pull*. With a real share p of the training set's weight an error shrinks by 1 - p per generation: rate -ln(1 - p), and its square
//!   at twice that, so that no run is judged too soon.
//! - *Bias*. A variance times lambda has rate |ln lambda|, a temperature T (log odds times 1/T) |ln T|, and so on.
//!
//! Of a network's loop no rate is known: its time-scale is infinite, so that no run of it is said to have come to its end.
//!
//! Where all data stay, a new batch has 1/t of the weight: every approach is a power of t, which has no scale, so it is 1; but a small
//! batch beside a large first set counts only after n_1 / n generations, and a set that grows by a factor g forgets at ln g. A bias of
//! rate b then moves the law as t^-b: below b = 1/2 that is slower than the doubling rule can tell from growth for ever, so the time-scale is
//! infinite; where the set grows, the bias acts through the share 1 - 1/g of it that is new.

use super::curation::{Mask, Reward};
use super::{Amount, Budget, Curation, Earlier, Real, Sampling, Schedule, Setup, Synthetic, Truth};

/// The time-scale of a loop in generations, at least 1.
#[must_use]
pub fn time_scale(setup: &Setup) -> f64 {
    if setup.displacement().is_some() || matches!(setup.samples, Schedule::Final { .. }) {
        // One fixed source, or a last generation that is another experiment: nothing goes on.
        return 1.0;
    }
    if setup.is_trained() && setup.regime.synthetic != Synthetic::None {
        // Nobody knows the rate of a network's loop: no number of generations is known to be enough.
        return f64::INFINITY;
    }
    let rate = match setup.regime.synthetic {
        Synthetic::None => return 1.0,
        Synthetic::All => return accumulated(setup),
        Synthetic::Newest => 1.0,
        // A mean over the last k batches moves as fast as its middle one, and so does one over draws of the last k models.
        Synthetic::Window { size } | Synthetic::Models { size } => 2.0 / (f64::from(size) + 1.0),
        Synthetic::Overwrite { share } => {
            let rate = share * (2.0 - share) * drift(setup, Late::of(setup).size) + share * (pull(setup) + bias(setup));
            return in_generations(rate);
        }
    };
    let late = Late::of(setup);
    let own = if late.is_settled { drift(setup, late.size) } else { 0.0 };
    let sum = rate * (own * edited(setup) + pull(setup) + bias(setup));
    match (&setup.samples, sum > 0.0) {
        (Schedule::Geometric { factor, limit: None, .. }, false) if *factor > 1.0 => in_generations(factor.ln()),
        (Schedule::Linear { start, step }, _) if pull(setup) + bias(setup) <= 0.0 && *step > 0 => {
            (*start as f64 / *step as f64 * drift(setup, 1.0).min(1.0)).max(1.0)
        }
        (Schedule::Power { start, exponent }, _) if pull(setup) + bias(setup) <= 0.0 => power(drift(setup, *start as f64), *exponent),
        _ => in_generations(sum),
    }
}

/// One over a rate; 1 where nothing moves, since then nothing is waited for.
fn in_generations(rate: f64) -> f64 {
    if rate > 0.0 { rate.recip().max(1.0) } else { 1.0 }
}

/// Where the drift summed over sets of n t^e reaches 1: a power of t beyond e = 1, which has no scale.
fn power(drift: f64, exponent: f64) -> f64 {
    if exponent >= 1.0 || drift <= 0.0 { 1.0 } else { ((1.0 - exponent) / drift).powf((1.0 - exponent).recip()).max(1.0) }
}

/// Slowest power of t that the doubling rule tells from growth for ever: its cut is 2^-(1/2).
const SLOWEST: f64 = 0.5;

/// Of a set to which everything is added.
fn accumulated(setup: &Setup) -> f64 {
    let first = setup.samples.at(1, setup.generations) as f64;
    if let Schedule::Geometric { factor, limit, .. } = &setup.samples
        && *factor > 1.0
    {
        // The newest batch keeps the share 1 - 1/g of the set, until the limit is reached.
        let newest = 1.0 - factor.recip();
        let moved = newest * (pull_of_new(setup) + bias(setup));
        if bias(setup) > 0.0 {
            return in_generations(factor.ln().min(moved));
        }
        return in_generations(if limit.is_none() { factor.ln().max(moved) } else { factor.ln() });
    }
    if bias(setup) > 0.0 && bias(setup) + pull_of_new(setup) < SLOWEST {
        return f64::INFINITY;
    }
    match setup.regime.budget {
        Budget::EqualParts => 1.0,
        Budget::Whole | Budget::WithoutReplacement | Budget::WithReplacement | Budget::Spaced(_) => {
            (first / Late::of(setup).new.max(1.0)).max(1.0)
        }
    }
}

/// A training set long after the start, or as large as sets may grow.
struct Late {
    size: f64,
    /// New examples per generation.
    new: f64,
    /// Whether sizes stay as they are from here on.
    is_settled: bool,
}

impl Late {
    fn of(setup: &Setup) -> Self {
        let (new, is_settled) = match &setup.samples {
            Schedule::Constant { start } => (*start, true),
            Schedule::Geometric { start, factor, limit } => {
                (if *factor > 1.0 { limit.unwrap_or(*start) } else { *start }, limit.is_some() || *factor <= 1.0)
            }
            Schedule::Linear { start, step } => (*start, *step == 0),
            Schedule::Power { start, .. } => (*start, false),
            Schedule::Listed { sizes } => (sizes.last().copied().unwrap_or(0), true),
            Schedule::Final { start, .. } => (*start, true),
        };
        let first = setup.samples.at(1, setup.generations);
        let size = match setup.regime.synthetic {
            Synthetic::Overwrite { .. } => first,
            Synthetic::Window { size } => new.saturating_mul(u64::from(size)),
            Synthetic::None | Synthetic::Newest | Synthetic::Models { .. } | Synthetic::All => new,
        };
        Self { size: size.max(1) as f64, new: new as f64, is_settled }
    }
}

/// Rate at which n examples of a fit to themselves lose what the truth had; 0 where an error adds up for ever, without a scale.
fn drift(setup: &Setup, n: f64) -> f64 {
    setup.model.family().drift(setup, n)
}

/// Part of a text that is the model's: the rest stands as it was.
fn edited(setup: &Setup) -> f64 {
    match setup.edit() {
        Some((share, Mask::Fresh | Mask::Disjoint)) => share * (2.0 - share),
        Some((_, Mask::Same | Mask::Original)) | None => 1.0,
    }
}

/// Rate at which the data's share of real examples, or of what stands for them, draws the loop back.
fn pull(setup: &Setup) -> f64 {
    let late = Late::of(setup);
    let first = setup.samples.at(1, setup.generations) as f64;
    let fresh = |amount: &Amount| match amount {
        // A share that falls draws less and less, and in the end nothing.
        Amount::Share { share, exponent } if exponent.abs() <= 0.0 => share * late.new,
        Amount::Share { .. } | Amount::Decline | Amount::DeclineBeside { .. } => 0.0,
        Amount::Count { count } => *count as f64,
        Amount::Listed { counts } => counts.last().copied().unwrap_or(0) as f64,
    };
    let (real, inside) = match &setup.regime.real {
        Real::First => (0.0, 0.0),
        Real::Kept => (first, 0.0),
        Real::Fresh { amount, earlier } => {
            let new = fresh(amount);
            let inside = if amount.is_beside() { 0.0 } else { new };
            (if *earlier == Earlier::Dropped { new } else { first + new }, inside)
        }
    };
    let batches = if let Synthetic::Window { size } = setup.regime.synthetic { f64::from(size) } else { 1.0 };
    let (real, synthetic) = match setup.detector() {
        Some(d) => (real * (1.0 - d.false_alarms * (1.0 - d.weight)), (late.new - inside) * (1.0 - d.hits * (1.0 - d.weight))),
        None => (real * setup.regime.real_weight, batches * (late.new - inside)),
    };
    let share = if real > 0.0 { real / (real + synthetic) } else { 0.0 };
    forgetting(share) + corrected(setup)
}

/// Pull of the real examples among the new ones of a set that keeps everything.
fn pull_of_new(setup: &Setup) -> f64 {
    match &setup.regime.real {
        Real::Fresh { amount: Amount::Share { share, exponent }, .. } if exponent.abs() <= 0.0 => share + corrected(setup),
        Real::First | Real::Kept | Real::Fresh { .. } => corrected(setup),
    }
}

/// Rate at which an error of the loop shrinks with such a share of something else; 10 for a share of one: at once.
fn forgetting(share: f64) -> f64 {
    if share < 1.0 { -(-share).ln_1p() } else { 10.0 }
}

/// Pull of corrections, and of the parts of a text that are never edited.
fn corrected(setup: &Setup) -> f64 {
    let correction = |rule: &Curation| match rule {
        Curation::Correct { strength } => forgetting(strength / (1.0 + strength)),
        Curation::Edit { share, mask: Mask::Same | Mask::Original } => forgetting(1.0 - share),
        Curation::Edit { .. }
        | Curation::Verifier { .. }
        | Curation::BestOf { .. }
        | Curation::Displace { .. }
        | Curation::Extrapolate { .. }
        | Curation::DetectorWeighted { .. }
        | Curation::Snap { .. }
        | Curation::Screen { .. }
        | Curation::Quota { .. } => 0.0,
    };
    setup.curation.iter().map(correction).sum()
}

/// Rate of what sampling and preferences do to the law.
fn bias(setup: &Setup) -> f64 {
    let mut sampling = match setup.sampling {
        Sampling::Unbiased => 0.0,
        Sampling::VarianceScale { scale } if matches!(setup.truth, Truth::LinearRegression { .. }) && scale > 0.0 => 0.0,
        Sampling::VarianceScale { scale } => scale.ln().abs(),
        Sampling::Temperature { temperature } => temperature.ln().abs(),
        Sampling::TopP { mass } => forgetting(1.0 - mass),
        Sampling::Guidance { weight } => weight.ln_1p().max(0.0),
        Sampling::TopK { .. } | Sampling::Argmax | Sampling::DecoderMean => 10.0,
        Sampling::Flip { share, .. } => forgetting((2.0 * share).min(1.0)),
    };
    if let Some(weight) = setup.extrapolation() {
        sampling = extrapolated(sampling, weight);
    }
    let preference = setup.preference().map_or(0.0, |(candidates, reward)| {
        let in_part = 1.0 - f64::from(candidates).recip();
        match reward {
            Reward::Linear { slope } => slope.abs() * in_part,
            Reward::Quadratic { width, .. } => width.recip() * in_part,
            Reward::Levels { values } => {
                let ends = values.iter().fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(*value), high.max(*value)));
                of_levels(ends.1 - ends.0, f64::from(candidates))
            }
        }
    });
    sampling + preference
}

/// Rate that is left of a bias where the source is moved away from its fit to its own samples: a factor a of the variance becomes a (1 + w (1 - a)).
/// Of a bias of another kind the same is left to first order, and of second order what is never less.
fn extrapolated(rate: f64, weight: f64) -> f64 {
    let factor = (-rate).exp();
    (factor * (1.0 + weight * (1.0 - factor))).ln().abs()
}

/// Rate of a choice of one in k by levels so far apart, at its slower end: a rare better level has k / (1 + (k - 1) e^-span) times its share
/// after it, a rare worse one k / (1 + (k - 1) e^span) times.
fn of_levels(span: f64, k: f64) -> f64 {
    let times = |span: f64| k / (1.0 + (k - 1.0) * (-span).exp());
    (times(span) - 1.0).min(1.0 - times(-span))
}
