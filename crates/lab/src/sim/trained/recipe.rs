//! How a network is trained: what a setup says of it, and the same in the words of the networks' own package.

use serde::Serialize;

/// A network and how it is trained.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Network {
    /// What it is.
    #[serde(flatten)]
    pub architecture: Architecture,
    /// How it is trained at every generation.
    #[serde(flatten)]
    pub recipe: Recipe,
}

/// What a network is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "architecture", rename_all = "kebab-case")]
pub enum Architecture {
    /// A variational autoencoder of images: two hidden layers on either side.
    Vae {
        /// Units of a hidden layer.
        hidden: usize,
        /// Coordinates of the latent.
        latent: usize,
    },
    /// A variational autoencoder of labelled images and a perceptron of one hidden layer that labels what it makes.
    LabelledVae {
        /// Units of a hidden layer of the autoencoder.
        hidden: usize,
        /// Coordinates of its latent.
        latent: usize,
        /// Units of the perceptron.
        classifier_hidden: usize,
        /// Steps of the perceptron's training; batch and rate are the autoencoder's.
        classifier_steps: u32,
    },
    /// A transformer of characters.
    Transformer {
        /// Width of the residual stream.
        width: usize,
        /// Blocks.
        blocks: usize,
        /// Heads of attention, which divide the width.
        heads: usize,
    },
    /// A denoising diffusion of images or of points of the plane, with the deterministic sampler; noise is added along a squared cosine to images, in a
    /// straight line to points.
    Diffusion {
        /// Units of each of two hidden layers.
        hidden: usize,
        /// Steps of the noising chain.
        noise_steps: usize,
        /// Steps of the sampler.
        sampling_steps: usize,
        /// Whether it is told what an image shows, and makes images of a class that it is asked for.
        #[serde(skip_serializing_if = "is_false")]
        classes: bool,
    },
    /// A velocity field of points of the plane, matched to straight lines and followed by the midpoint rule.
    FlowMatching {
        /// Units of each of two hidden layers.
        hidden: usize,
        /// Steps of the sampler.
        sampling_steps: usize,
    },
    /// A generator of images or of points of the plane and its critic: two hidden layers each.
    Gan {
        /// Units of a hidden layer of either.
        hidden: usize,
        /// Coordinates of the noise.
        latent: usize,
        /// What they play for.
        game: Play,
    },
    /// A perceptron that classifies images: one hidden layer of rectifiers.
    Mlp {
        /// Units of the hidden layer.
        hidden: usize,
    },
    /// A normalising flow of points of the plane with affine couplings.
    Flow {
        /// Couplings.
        couplings: usize,
        /// Units of each of two hidden layers of a coupling.
        hidden: usize,
    },
}

/// A diffusion that knows no classes is written as it was before any did.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serialisation asks for")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Architecture {
    /// Its name in a descriptor.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Vae { .. } => "vae",
            Self::LabelledVae { .. } => "labelled-vae",
            Self::Transformer { .. } => "transformer",
            Self::Diffusion { .. } => "diffusion",
            Self::FlowMatching { .. } => "flow-matching",
            Self::Gan { .. } => "gan",
            Self::Mlp { .. } => "mlp",
            Self::Flow { .. } => "flow",
        }
    }
}

/// What a generator and its critic play for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Play {
    /// Whether an example is real, with the generator's loss that does not saturate.
    NonSaturating,
    /// The Wasserstein distance, by a critic whose gradient is penalised: 10 for a step from slope one, five steps of it to one of the generator.
    Wasserstein,
}

/// How a network is trained at every generation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recipe {
    /// How long.
    #[serde(flatten)]
    pub length: Length,
    /// Examples of a step.
    pub batch: usize,
    /// Rate of Adam.
    pub rate: f64,
    /// Where it starts.
    pub start: Begin,
}

/// How long a network is trained.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Length {
    /// So many steps, whatever the size of the set: equal compute.
    Steps(u32),
    /// So many passes over the set: compute grows with the set.
    Epochs(f64),
}

/// Where training starts at generations after the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Begin {
    /// From drawn weights.
    Anew,
    /// From the weights of the model before.
    Predecessor,
}

impl Recipe {
    /// The same for the networks' own package.
    #[must_use]
    pub fn of_net(&self) -> net::Recipe {
        let steps = match self.length {
            Length::Steps(steps) => net::Steps::Fixed(steps),
            Length::Epochs(epochs) => net::Steps::Epochs(epochs),
        };
        net::Recipe { steps, batch: self.batch, optimiser: net::Optimiser::adam(self.rate), ..net::Recipe::default() }
    }

    /// Steps on a set of so many examples.
    #[must_use]
    pub fn steps(&self, examples: f64) -> f64 {
        match self.length {
            Length::Steps(steps) => f64::from(steps),
            Length::Epochs(epochs) => (epochs * examples / (self.batch as f64).min(examples)).ceil(),
        }
    }
}
