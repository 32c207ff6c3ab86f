//! How noise grows over the steps of a diffusion, and the arithmetic of one step.

use std::f64::consts::PI;

/// How fast noise is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noise {
    /// Variances that rise in a straight line, 0.0001 to 0.02 over a thousand steps (Ho et al. 2020, section 4); with fewer steps each is
    /// larger by as much, at most 0.999.
    Linear,
    /// The share of the signal falls along a squared cosine, variances at most 0.999: Nichol and Dhariwal (2021), equation 17.
    Cosine,
}

/// The numbers of every step: with bar the share of the signal's variance that is left after it.
#[derive(Debug, Clone)]
pub(super) struct Levels {
    /// The variance that a step adds.
    added: Vec<f64>,
    /// The share that is left after it.
    left: Vec<f64>,
}

/// The law of the point before a step, given the clean point and the one after: Ho et al. (2020), equation 7.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posterior {
    pub(super) of_clean: f64,
    pub(super) of_seen: f64,
    pub(super) deviation: f64,
}

impl Levels {
    /// # Panics
    /// If there is no step.
    pub(super) fn new(noise: Noise, steps: usize) -> Self {
        assert!(steps > 0, "a diffusion has at least one step");
        let count = steps as f64;
        let added: Vec<f64> = match noise {
            Noise::Linear => {
                let slope = |step: usize| step as f64 / (count - 1.0).max(1.0);
                (0..steps).map(|step| (1000.0 / count * (1e-4 + (0.02 - 1e-4) * slope(step))).min(0.999)).collect()
            }
            Noise::Cosine => {
                let signal = |step: usize| libm::pow(libm::cos((step as f64 / count + 0.008) / 1.008 * PI / 2.0), 2.0);
                (0..steps).map(|step| (1.0 - signal(step + 1) / signal(step)).min(0.999)).collect()
            }
        };
        let mut share = 1.0;
        let left = added.iter().map(|added| {
            share *= 1.0 - added;
            share
        });
        Self { left: left.collect(), added }
    }

    pub(super) fn count(&self) -> usize {
        self.added.len()
    }

    /// A step as a time in (0, 1].
    pub(super) fn time(&self, step: usize) -> f64 {
        (step + 1) as f64 / self.count() as f64
    }

    /// What a noised point has of the clean point and of standard noise: Ho et al. (2020), equation 4.
    pub(super) fn mixture(&self, step: usize) -> (f64, f64) {
        (self.left[step].sqrt(), (1.0 - self.left[step]).sqrt())
    }

    pub(super) fn single_mixture(&self, step: usize) -> (f32, f32) {
        let (signal, noise) = self.mixture(step);
        (signal as f32, noise as f32)
    }

    /// The clean coordinate of which this is the noised one, if the noise was this; at most `bound` in size.
    pub(super) fn clean(&self, step: usize, seen: f32, noise: f32, bound: f32) -> f32 {
        let (signal, deviation) = self.single_mixture(step);
        ((seen - deviation * noise) / signal).clamp(-bound, bound)
    }

    pub(super) fn posterior(&self, step: usize) -> Posterior {
        let (added, left) = (self.added[step], self.left[step]);
        let before = step.checked_sub(1).map_or(1.0, |step| self.left[step]);
        Posterior {
            of_clean: before.sqrt() * added / (1.0 - left),
            of_seen: (1.0 - added).sqrt() * (1.0 - before) / (1.0 - left),
            deviation: (added * (1.0 - before) / (1.0 - left)).sqrt(),
        }
    }

    /// The coordinate at an earlier step (the clean one for none) that has the same clean point and the same noise; where the clean
    /// point is held within the bound, the noise is what then remains.
    pub(super) fn jump(&self, step: usize, to: Option<usize>, seen: f32, noise: f32, bound: f32) -> f32 {
        let clean = self.clean(step, seen, noise, bound);
        let Some(to) = to else { return clean };
        let (signal, deviation) = self.single_mixture(step);
        let remains = (seen - signal * clean) / deviation;
        let (signal, deviation) = self.single_mixture(to);
        signal * clean + deviation * remains
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_agree_with_their_papers() {
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        let linear = Levels::new(Noise::Linear, 1000);
        near(linear.added[0], 1e-4);
        near(linear.added[999], 0.02);
        near(linear.left[1], (1.0 - linear.added[0]) * (1.0 - linear.added[1]));
        assert!(linear.left[999] < 5e-5);
        let cosine = Levels::new(Noise::Cosine, 50);
        let signal = |t: f64| ((t / 50.0 + 0.008) / 1.008 * PI / 2.0).cos().powi(2);
        near(cosine.left[24], signal(25.0) / signal(0.0));
        near(cosine.added[49], 0.999);
    }

    #[test]
    fn the_posterior_has_the_moments_of_the_joint_law() {
        // Clean x is N(0, 1): then every noised point is, and the posterior mixed over x has variance one too.
        let levels = Levels::new(Noise::Linear, 20);
        for step in 1..20 {
            let Posterior { of_clean, of_seen, deviation } = levels.posterior(step);
            let together = 2.0 * of_clean * of_seen * levels.left[step].sqrt();
            let variance = of_clean * of_clean + of_seen * of_seen + together + deviation * deviation;
            assert!((variance - 1.0).abs() < 1e-12, "{variance}");
        }
    }
}
