//! What causes collapse: main effects and interactions of a full design, metric by metric, at the last generation.

use super::model_design::{DesignReport, LoopReport};
use crate::taxonomy::{Definition, Metric, Word};
use crate::verdict::Outcome;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The effect of one cause, or what two do together beyond the sum of both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Effect {
    /// The loop.
    pub baseline: String,
    /// What is measured, at the last generation.
    pub metric: Metric,
    /// One cause, or two.
    pub causes: Vec<String>,
    /// Mean change of the metric over all combinations of the other causes.
    pub effect: f64,
    /// Its standard error.
    pub error: f64,
}

/// In how many pairs that differ in one cause alone a definition comes and goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Turn {
    /// The loop.
    pub baseline: String,
    /// The definition.
    pub definition: Definition,
    /// The cause.
    pub cause: String,
    /// Pairs of which both are decided.
    pub pairs: usize,
    /// Those in which it is absent without it: only there can the cause bring it.
    pub open: usize,
    /// Absent without it, occurs with it.
    pub brings: usize,
    /// Occurs without it, absent with it.
    pub removes: usize,
    /// Occurs both times.
    pub either_way: usize,
}

/// Causes that a loop has: those in one of its points.
fn causes(one: &LoopReport, design: &DesignReport) -> Vec<String> {
    let is_there = |id: &&str| one.points.iter().any(|point| point.crossed.iter().any(|cause| cause == id));
    design.crossed().map(|factor| factor.id.as_str()).filter(is_there).map(str::to_owned).collect()
}

/// The causes chosen by the bits of `set`, in order.
fn chosen(causes: &[String], set: usize) -> Vec<&str> {
    causes.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1).map(|(_, cause)| cause.as_str()).collect()
}

/// Main effects and interactions of two, of every loop that has its full design.
#[must_use]
pub fn effects(design: &DesignReport) -> Vec<Effect> {
    design.loops.iter().flat_map(|one| of_loop(one, &causes(one, design))).collect()
}

fn of_loop(one: &LoopReport, causes: &[String]) -> Vec<Effect> {
    let metrics: Vec<Metric> =
        one.points.first().map(|point| point.series.iter().map(|series| series.metric).collect()).unwrap_or_default();
    let mut effects = Vec::new();
    for metric in metrics {
        let means: Option<Vec<(f64, f64)>> =
            (0..1 << causes.len()).map(|set| one.point(None, &chosen(causes, set))?.mean(metric, one.generations)).collect();
        let Some(means) = means else { continue };
        let mut add = |mask: usize| {
            let (effect, error) = contrast(&means, mask);
            effects.push(Effect {
                baseline: one.id.clone(),
                metric,
                causes: chosen(causes, mask).into_iter().map(str::to_owned).collect(),
                effect,
                error,
            });
        };
        (0..causes.len()).for_each(|j| add(1 << j));
        (0..causes.len()).for_each(|j| (0..j).for_each(|k| add(1 << j | 1 << k)));
    }
    effects
}

/// The factorial contrast of the factors in `mask`, averaged over the others; points are drawn independently of each other or with common
/// random numbers, and the error is that of independent ones.
fn contrast(means: &[(f64, f64)], mask: usize) -> (f64, f64) {
    let runs = means.len() as f64 / f64::from(1_u32 << mask.count_ones());
    let sign = |set: usize| if (mask.count_ones() - (set & mask).count_ones()).is_multiple_of(2) { 1.0 } else { -1.0 };
    let sum: f64 = means.iter().enumerate().map(|(set, (mean, _))| sign(set) * mean).sum();
    let variance: f64 = means.iter().map(|(_, error)| error * error).sum();
    (sum / runs, variance.sqrt() / runs)
}

/// How often each definition comes and goes with each cause.
#[must_use]
pub fn turns(design: &DesignReport) -> Vec<Turn> {
    turns_of(design, &design.loops)
}

/// The same in these loops of the design: those of a world.
#[must_use]
pub fn turns_of(design: &DesignReport, loops: &[LoopReport]) -> Vec<Turn> {
    let mut turns = Vec::new();
    for one in loops {
        let causes = causes(one, design);
        for definition in Definition::all() {
            for (place, cause) in causes.iter().enumerate() {
                turns.push(turn(one, &causes, *definition, place, cause));
            }
        }
    }
    turns
}

fn turn(one: &LoopReport, causes: &[String], definition: Definition, place: usize, cause: &str) -> Turn {
    let says = |set: usize| one.point(None, &chosen(causes, set))?.outcomes.get(&definition).copied();
    let mut turn =
        Turn { baseline: one.id.clone(), definition, cause: cause.to_owned(), pairs: 0, open: 0, brings: 0, removes: 0, either_way: 0 };
    for set in (0..1_usize << causes.len()).filter(|set| set >> place & 1 == 0) {
        let (Some(without), Some(with)) = (says(set), says(set | 1 << place)) else { continue };
        let is_decided = |outcome| matches!(outcome, Outcome::Occurs | Outcome::Absent);
        turn.pairs += usize::from(is_decided(without) && is_decided(with));
        turn.open += usize::from(without == Outcome::Absent && is_decided(with));
        match (without, with) {
            (Outcome::Absent, Outcome::Occurs) => turn.brings += 1,
            (Outcome::Occurs, Outcome::Absent) => turn.removes += 1,
            (Outcome::Occurs, Outcome::Occurs) => turn.either_way += 1,
            _ => {}
        }
    }
    turn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_design_gives_back_the_effects_that_made_it() {
        // y = 1 + 2 a - 3 b + 5 a b, of a, b and a third factor without effect: main effects are averages over the others.
        let y = |set: usize| {
            let (a, b) = ((set & 1) as f64, (set >> 1 & 1) as f64);
            (1.0 + 2.0 * a - 3.0 * b + 5.0 * a * b, 0.2)
        };
        let means: Vec<_> = (0..8).map(y).collect();
        let near = |found: (f64, f64), effect: f64, error: f64| {
            assert!((found.0 - effect).abs() < 1e-12 && (found.1 - error).abs() < 1e-12, "{found:?}");
        };
        near(contrast(&means, 0b001), 2.0 + 5.0 / 2.0, 0.2 * 8.0_f64.sqrt() / 4.0);
        near(contrast(&means, 0b010), -3.0 + 5.0 / 2.0, 0.2 * 8.0_f64.sqrt() / 4.0);
        near(contrast(&means, 0b100), 0.0, 0.2 * 8.0_f64.sqrt() / 4.0);
        near(contrast(&means, 0b011), 5.0, 0.2 * 8.0_f64.sqrt() / 2.0);
    }
}
