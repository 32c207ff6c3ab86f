//! What a caller says about training.

/// How a model is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recipe {
    /// How long.
    pub steps: Steps,
    /// Examples (or windows of text) in a batch; all of them where there are fewer.
    pub batch: usize,
    /// The rule that moves the weights.
    pub optimiser: Optimiser,
    /// The rate over time.
    pub schedule: Schedule,
}

impl Default for Recipe {
    /// A thousand steps of Adam at 0.001 with batches of 64 at a constant rate.
    fn default() -> Self {
        Self { steps: Steps::Fixed(1000), batch: 64, optimiser: Optimiser::adam(1e-3), schedule: Schedule::default() }
    }
}

impl Recipe {
    /// The size of a batch and the number of steps for so many examples.
    ///
    /// # Panics
    /// If there are no examples, a batch holds none, the epochs are negative or undefined, or the rate is not a finite number.
    pub(crate) fn checked(&self, examples: usize) -> (usize, u32) {
        assert!(examples > 0, "training needs at least one example");
        assert!(self.batch > 0, "a batch holds at least one example");
        assert!(self.optimiser.rate().is_finite(), "the rate is a finite number");
        let batch = self.batch.min(examples);
        (batch, self.steps.count(examples, batch))
    }
}

/// How long a model is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Steps {
    /// So many steps, however many examples there are.
    Fixed(u32),
    /// Every example so many times: `epochs * examples / batch` steps, rounded up.
    Epochs(f64),
}

impl Steps {
    /// Steps for so many examples in batches of this size.
    ///
    /// # Panics
    /// If the epochs are negative or undefined.
    #[must_use]
    pub fn count(self, examples: usize, batch: usize) -> u32 {
        match self {
            Self::Fixed(steps) => steps,
            Self::Epochs(epochs) => {
                assert!(epochs >= 0.0 && epochs.is_finite(), "epochs are a number from zero upwards");
                (epochs * examples as f64 / batch as f64).ceil() as u32
            }
        }
    }
}

/// The rule that moves the weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Optimiser {
    /// Stochastic gradient descent: m <- momentum m + g, w <- w - rate m.
    Sgd {
        /// The rate before the schedule.
        rate: f64,
        /// What is kept of the last move, in [0, 1).
        momentum: f64,
    },
    /// Adam with decoupled weight decay.
    ///
    /// # Source
    /// Kingma and Ba (2015), algorithm 1; Loshchilov and Hutter (2019), algorithm 2.
    Adam {
        /// The rate before the schedule.
        rate: f64,
        /// Decay of the mean of gradients, usually 0.9.
        first: f64,
        /// Decay of the mean of their squares, usually 0.999.
        second: f64,
        /// What stands beside the root, usually 1e-8.
        epsilon: f64,
        /// Weight decay: every step takes `rate * decay` of a weight.
        decay: f64,
    },
}

impl Optimiser {
    /// Adam as its authors set it, without weight decay.
    #[must_use]
    pub fn adam(rate: f64) -> Self {
        Self::Adam { rate, first: 0.9, second: 0.999, epsilon: 1e-8, decay: 0.0 }
    }

    /// The rate before the schedule.
    #[must_use]
    pub fn rate(self) -> f64 {
        match self {
            Self::Sgd { rate, .. } | Self::Adam { rate, .. } => rate,
        }
    }
}

/// The rate over time, as a factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// Steps over which the factor rises in a straight line from near zero to one.
    pub warm_up: u32,
    /// What it does after.
    pub shape: Shape,
    /// Where a falling factor ends, in [0, 1].
    pub floor: f64,
}

impl Default for Schedule {
    /// A constant rate from the first step.
    fn default() -> Self {
        Self { warm_up: 0, shape: Shape::Constant, floor: 0.0 }
    }
}

/// How the rate falls after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// It does not.
    Constant,
    /// In a straight line to the floor.
    Linear,
    /// Along half a cosine to the floor: Loshchilov and Hutter (2017), equation 5, without restarts.
    Cosine,
}

impl Schedule {
    /// The factor at `step` of `steps`, counted from zero. The first step after the warm-up has factor one; the floor would be reached
    /// one step after the last.
    #[must_use]
    pub fn factor(&self, step: u32, steps: u32) -> f64 {
        if step < self.warm_up {
            return f64::from(step + 1) / f64::from(self.warm_up + 1);
        }
        let done = f64::from(step - self.warm_up) / f64::from(steps.saturating_sub(self.warm_up).max(1));
        let fallen = match self.shape {
            Shape::Constant => 0.0,
            Shape::Linear => done,
            Shape::Cosine => 0.5 * (1.0 - libm::cos(std::f64::consts::PI * done)),
        };
        1.0 - (1.0 - self.floor) * fallen
    }
}
