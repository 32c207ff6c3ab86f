//! Loops of a design in a world.
//!
//! A remedy is tried in the world: the world changes the loop, and the remedy is put on top. Where both touch the same key the remedy wins, so a remedy that
//! says what a training set is made of takes the place of what the world says of it. A remedy that the world makes itself is already so there, and nothing is run.
//! A cause is a property of the loop, and the world comes on top of it, as it does over a study's simulation. A cause that the world undoes, or brings to every loop,
//! cannot be told there and makes no points.

use super::overlay::apply;
use super::refused::in_words;
use crate::registry::{Baseline, DesignArm, DesignId, Overlay};
use crate::sim::{self, Setup};
use crate::taxonomy::{Condition, Word};

/// How the reason begins for which a remedy is not run in a world that makes the same change itself.
pub const ALREADY_SO: &str = "already so";

/// The points of a loop in a world, as a loop called `<loop>@<world>`.
#[must_use]
pub fn in_world(id: DesignId, baseline: &Baseline, world: &Overlay) -> Baseline {
    let own = baseline.arms.first().and_then(|arm| arm.cell.as_ref().ok()).map(|cell| &cell.setup);
    let arms = own.map(|own| match id {
        DesignId::Remedies => remedied(baseline, own, world),
        DesignId::Causes | DesignId::Signs => caused(baseline, own, world),
    });
    Baseline { id: format!("{}@{}", baseline.id, world.id), arms: arms.unwrap_or_default(), ..baseline.clone() }
}

/// The loop in the world, and every remedy on top of it; settings are left to the worlds.
fn remedied(baseline: &Baseline, own: &Setup, world: &Overlay) -> Vec<DesignArm> {
    let there = changed(own, world, |_| true);
    let setup = |arm: &DesignArm, remedied: &Setup| {
        if arm.option.is_none() {
            return Ok(there.clone());
        }
        let same = Condition::all().iter().find(|condition| changed(own, world, |c| c == **condition) == *remedied);
        match (same, on_top(own, remedied, &there)) {
            (Some(condition), _) => Err(format!("{ALREADY_SO}: the condition {} of the {} world", condition.id(), world.id)),
            (None, setup) if setup == there => Err(format!("{ALREADY_SO}: the {} world", world.id)),
            (None, setup) => Ok(setup),
        }
    };
    baseline.arms.iter().filter(|arm| arm.crossed.is_empty()).map(|arm| moved(arm, |old| setup(arm, old))).collect()
}

/// The world on top of the loop with every combination of the causes that tell two setups apart there.
fn caused(baseline: &Baseline, own: &Setup, world: &Overlay) -> Vec<DesignArm> {
    let there = changed(own, world, |_| true);
    let is_alone = |arm: &&DesignArm| arm.option.is_none() && arm.crossed.len() == 1;
    let is_void = |arm: &&DesignArm| arm.cell.as_ref().is_ok_and(|cell| changed(&cell.setup, world, |_| true) == there);
    let void: Vec<&String> = baseline.arms.iter().filter(is_alone).filter(is_void).flat_map(|arm| &arm.crossed).collect();
    let tells = |arm: &&DesignArm| !arm.crossed.iter().any(|cause| void.contains(&cause));
    baseline.arms.iter().filter(tells).map(|arm| moved(arm, |old| Ok(changed(old, world, |_| true)))).collect()
}

fn changed(setup: &Setup, world: &Overlay, chosen: impl Fn(Condition) -> bool) -> Setup {
    apply(std::slice::from_ref(setup), world, chosen).setups.remove(0)
}

/// The point with another setup, where the laboratory accepts it.
fn moved(arm: &DesignArm, setup: impl Fn(&Setup) -> Result<Setup, String>) -> DesignArm {
    let cell = arm.cell.clone().and_then(|mut cell| {
        cell.setup = setup(&cell.setup)?;
        sim::check(&cell.setup).map_err(|refusals| in_words(&refusals))?;
        if let Some(generations) = cell.bindings.values.get_mut("generations") {
            *generations = f64::from(cell.setup.generations);
        }
        Ok(cell)
    });
    DesignArm { cell, ..arm.clone() }
}

/// The world's loop with what the remedy changes of the loop: key by key the remedy's value where it differs from the loop's own.
fn on_top(own: &Setup, remedied: &Setup, there: &Setup) -> Setup {
    fn key<T: PartialEq + Clone>(own: &T, remedied: &T, there: &T) -> T {
        if remedied == own { there.clone() } else { remedied.clone() }
    }
    let Setup {
        truth,
        model,
        synthesis,
        regime,
        curation,
        sampling,
        samples,
        generations,
        capacity,
        record,
        metrics,
        hitting,
        downstream,
        method,
    } = remedied;
    Setup {
        truth: key(&own.truth, truth, &there.truth),
        model: key(&own.model, model, &there.model),
        synthesis: key(&own.synthesis, synthesis, &there.synthesis),
        regime: key(&own.regime, regime, &there.regime),
        curation: key(&own.curation, curation, &there.curation),
        sampling: key(&own.sampling, sampling, &there.sampling),
        samples: key(&own.samples, samples, &there.samples),
        generations: key(&own.generations, generations, &there.generations),
        capacity: key(&own.capacity, capacity, &there.capacity),
        record: key(&own.record, record, &there.record),
        metrics: key(&own.metrics, metrics, &there.metrics),
        hitting: key(&own.hitting, hitting, &there.hitting),
        downstream: key(&own.downstream, downstream, &there.downstream),
        method: key(&own.method, method, &there.method),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::trial::{cell, contested, gaussian, realistic};
    use crate::sim::{Curation, Real, Regime, Sampling, Synthetic};
    use crate::taxonomy::Metric;

    fn point(option: Option<&str>, crossed: &[&str], setup: Setup) -> DesignArm {
        let crossed = crossed.iter().map(|one| (*one).to_owned()).collect();
        DesignArm { option: option.map(str::to_owned), crossed, cell: Ok(cell(setup, Metric::MeanSquaredError)) }
    }

    fn baseline(arms: Vec<DesignArm>) -> Baseline {
        Baseline { id: "chain".to_owned(), title: String::new(), reason: String::new(), arms }
    }

    fn setup(baseline: &Baseline, label: &str) -> Result<Setup, String> {
        let arm = baseline.arms.iter().find(|arm| arm.label() == label).expect("the point is there");
        arm.cell.as_ref().map(|cell| cell.setup.clone()).map_err(Clone::clone)
    }

    #[test]
    fn a_remedy_has_the_last_word_on_its_keys_and_what_the_world_does_itself_is_already_so() {
        let own = gaussian(20, 10);
        let keep = Setup { regime: Regime::accumulate(), ..own.clone() };
        let augment = Setup { regime: Regime::augment(), ..own.clone() };
        let warm = Setup { sampling: Sampling::VarianceScale { scale: 1.1 }, ..own.clone() };
        let cold = Setup { sampling: Sampling::VarianceScale { scale: 0.9 }, ..own.clone() };
        let arms = vec![
            point(None, &[], own.clone()),
            point(None, &["biased"], cold.clone()),
            point(Some("keep"), &[], keep),
            point(Some("augment"), &[], augment.clone()),
            point(Some("warm"), &[], warm.clone()),
            point(Some("cold"), &[], cold),
        ];
        let there = in_world(DesignId::Remedies, &baseline(arms.clone()), &realistic());
        assert_eq!((there.id.as_str(), there.arms.len()), ("chain@realistic", 5), "settings are left to the worlds");
        let world = setup(&there, "none").expect("the world runs");
        assert_eq!(world.regime.synthetic, Synthetic::All);
        assert!(matches!(world.curation[..], [Curation::Verifier { .. }]));
        assert!(setup(&there, "keep").is_err_and(|reason| reason.starts_with(ALREADY_SO)));
        let augmented = setup(&there, "augment").expect("it runs");
        assert_eq!((&augmented.regime, &augmented.curation, &augmented.samples), (&augment.regime, &world.curation, &world.samples));
        assert!(matches!(augmented.regime.real, Real::Kept), "the world's arriving real data give way with its regime");
        assert_eq!(setup(&there, "warm").expect("it runs"), Setup { sampling: warm.sampling, ..world });
        let disputed = in_world(DesignId::Remedies, &baseline(arms), &contested());
        assert!(setup(&disputed, "cold").is_err_and(|reason| reason.starts_with(ALREADY_SO)), "as biased as the contested world");
    }

    #[test]
    fn a_world_comes_on_top_of_causes_and_a_cause_that_it_undoes_makes_no_point() {
        let own = gaussian(1000, 10);
        let few = Setup { samples: crate::sim::Schedule::Constant { start: 20 }, ..own.clone() };
        let cold = |setup: &Setup| Setup { sampling: Sampling::VarianceScale { scale: 0.9 }, ..setup.clone() };
        let arms = vec![
            point(None, &[], own.clone()),
            point(None, &["few"], few.clone()),
            point(None, &["cold"], cold(&own)),
            point(None, &["few", "cold"], cold(&few)),
        ];
        for world in [realistic(), contested()] {
            let there = in_world(DesignId::Causes, &baseline(arms.clone()), &world);
            let labels: Vec<String> = there.arms.iter().map(DesignArm::label).collect();
            assert_eq!(labels, ["none", "few"], "{}: sampling is one for every loop of a world", world.id);
            let few = setup(&there, "few").expect("it runs");
            assert_eq!((few.samples.at(1, 10), few.samples.at(10, 10) > 400), (20, true), "the world grows what is small");
        }
    }
}
