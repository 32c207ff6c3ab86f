//! The tables of networks: their shapes and recipes.

use super::format_shapes::{POSITIVE, case};
use super::shape::{Case, Key, Shape, optional, required};

const WIDTH: Shape = Shape::Count(1, 1_024);

const HIDDEN: Key = required("hidden", WIDTH, "units of each of two hidden layers");
const STEPS: Key = optional("steps", Shape::Count(1, 1_000_000), "training steps per generation: equal compute");
const EPOCHS: Key = optional("epochs", POSITIVE, "instead of `steps`: passes over the training set");
const BATCH: Key = required("batch", Shape::Count(1, 65_536), "examples of a step");
const RATE: Key = required("rate", POSITIVE, "rate of Adam");
const BEGIN: Key =
    optional("start", Shape::Words(begins), "weights at later generations: drawn anew, or those of the model before (default anew)");

const SOLVER: Key = required("sampling_steps", Shape::Count(1, 10_000), "steps of the sampler");

fn begins() -> Vec<&'static str> {
    vec!["anew", "predecessor"]
}

pub(super) const VAE: Case = case(
    "vae",
    &[HIDDEN, required("latent", Shape::Count(1, 64), "coordinates of the latent"), STEPS, EPOCHS, BATCH, RATE, BEGIN],
    "variational autoencoder of images",
);

pub(super) const LABELLED_VAE: Case = case(
    "labelled-vae",
    &[
        HIDDEN,
        required("latent", Shape::Count(1, 64), "coordinates of the latent"),
        required("classifier_hidden", WIDTH, "units of the classifier that labels what is made"),
        required("classifier_steps", Shape::Count(1, 1_000_000), "its training steps per generation"),
        STEPS,
        EPOCHS,
        BATCH,
        RATE,
        BEGIN,
    ],
    "variational autoencoder of labelled images, with the classifier that labels what it makes",
);

pub(super) const TRANSFORMER: Case = case(
    "transformer",
    &[
        required("width", WIDTH, "width of the residual stream"),
        required("blocks", Shape::Count(1, 8), "blocks of attention and perceptron"),
        required("heads", Shape::Count(1, 16), "heads of attention; they divide the width"),
        STEPS,
        EPOCHS,
        BATCH,
        RATE,
        BEGIN,
    ],
    "language model of characters",
);

pub(super) const DIFFUSION: Case = case(
    "diffusion",
    &[
        HIDDEN,
        required("noise_steps", Shape::Count(2, 10_000), "steps of the noising chain"),
        SOLVER,
        optional(
            "classes",
            Shape::Flag,
            "whether it is told what an image shows, one time in ten not, and asked for a class (default false)",
        ),
        STEPS,
        EPOCHS,
        BATCH,
        RATE,
        BEGIN,
    ],
    "denoising diffusion of images or points, deterministic sampler",
);

pub(super) const FLOW_MATCHING: Case =
    case("flow-matching", &[HIDDEN, SOLVER, STEPS, EPOCHS, BATCH, RATE, BEGIN], "flow matching of points");

fn games() -> Vec<&'static str> {
    vec!["non-saturating", "wasserstein"]
}

pub(super) const GAN: Case = case(
    "gan",
    &[
        HIDDEN,
        required("latent", Shape::Count(1, 64), "coordinates of the noise"),
        optional("game", Shape::Words(games), "what generator and critic play for (default non-saturating)"),
        STEPS,
        EPOCHS,
        BATCH,
        RATE,
        BEGIN,
    ],
    "generator of images or points with its critic",
);

pub(super) const MLP: Case = case(
    "mlp",
    &[required("hidden", WIDTH, "units of the hidden layer"), STEPS, EPOCHS, BATCH, RATE, BEGIN],
    "perceptron that classifies images",
);

pub(super) const FLOW: Case = case(
    "flow",
    &[required("couplings", Shape::Count(1, 64), "affine couplings"), HIDDEN, STEPS, EPOCHS, BATCH, RATE, BEGIN],
    "normalising flow of points with affine couplings",
);
