//! What networks answer to the laboratory.

use super::book::{LENGTH, characters_of};
use super::drawings::{BOTH, Drawings};
use super::pixels::{CLASSES, PIXELS};
use super::recipe::{Architecture, Begin, Length, Network, Play, Recipe};
use super::{classifier, clouds, guided, illustrator, images, painter, scatter, sheet, told, transformer, vae};
use crate::sim::cost::Sizes;
use crate::sim::curation::Curation;
use crate::sim::downstream::Reader;
use crate::sim::family::{Biases, Family, Ready, Why, run};
use crate::sim::kind::Kind;
use crate::sim::refusal::refuse;
use crate::sim::{Model, Refusal, Sampling, Setup, Truth};
use crate::taxonomy::Metric;

/// Multiplications and additions of a core in a nanosecond, as measured of training on one machine.
const PER_NANOSECOND: f64 = 40.0;
/// Multiplications and additions of a forward and a backward pass, for each weight.
const PASS: f64 = 6.0;

/// One small example of every network.
#[must_use]
pub fn examples() -> Vec<(&'static str, Model)> {
    let recipe = Recipe { length: Length::Steps(5), batch: 8, rate: 1e-3, start: Begin::Anew };
    [
        Architecture::Vae { hidden: 8, latent: 2 },
        Architecture::Transformer { width: 8, blocks: 1, heads: 2 },
        Architecture::Diffusion { hidden: 8, noise_steps: 10, sampling_steps: 2, classes: false },
        Architecture::FlowMatching { hidden: 8, sampling_steps: 2 },
        Architecture::Flow { couplings: 2, hidden: 8 },
        Architecture::Gan { hidden: 8, latent: 2, game: Play::NonSaturating },
        Architecture::Mlp { hidden: 8 },
        Architecture::LabelledVae { hidden: 8, latent: 2, classifier_hidden: 8, classifier_steps: 5 },
    ]
    .into_iter()
    .map(|architecture| (architecture.name(), Model::Network(Network { architecture, recipe: recipe.clone() })))
    .collect()
}

/// The worlds that only networks learn.
#[must_use]
pub fn truths() -> [(&'static str, Truth); 4] {
    let labelled = Truth::LabelledDigits {
        weights: Vec::new(),
        classes: (0..CLASSES).map(|digit| usize::from(digit < 5)).collect(),
        flipped: 0.05,
        colour: vec![0.7, 0.3],
    };
    [("digits", Truth::Digits { weights: Vec::new() }), ("labelled-digits", labelled), ("book", Truth::Book), ("program", Truth::Program)]
}

impl Setup {
    /// Whether a fit trains a network: its replicates are dear, few, and recorded once.
    #[must_use]
    pub const fn is_trained(&self) -> bool {
        matches!(self.model, Model::Network(_))
    }

    /// Whether a network that is trained from drawn weights at every generation: then the fits to a set that never changes have one law, and one of
    /// them stands for all.
    #[must_use]
    pub fn is_trained_anew(&self) -> bool {
        matches!(&self.model, Model::Network(network) if network.recipe.start == Begin::Anew)
    }
}

impl Family for Network {
    fn eats(&self) -> &'static [Kind] {
        match self.architecture {
            Architecture::Vae { .. } => &[Kind::Images],
            Architecture::Transformer { .. } => &[Kind::Passages],
            Architecture::Diffusion { classes: true, .. } => &[Kind::Images],
            Architecture::Diffusion { .. } | Architecture::Gan { .. } => &[Kind::Images, Kind::Points],
            Architecture::FlowMatching { .. } | Architecture::Flow { .. } => &[Kind::Points],
            Architecture::Mlp { .. } | Architecture::LabelledVae { .. } => &[Kind::Labels],
        }
    }

    fn labels(&self) -> bool {
        self.is_classifier()
    }

    fn reads_beside(&self, kind: Kind) -> bool {
        self.is_classifier() && matches!(kind, Kind::Labels | Kind::Images)
    }

    fn metrics(&self, truth: &Truth) -> Vec<Metric> {
        let has_loss = matches!(self.architecture, Architecture::Vae { .. } | Architecture::Flow { .. });
        match truth {
            Truth::Digits { weights } => {
                let has_rare = weights.iter().any(|weight| *weight < (1.0 - 1e-9) / CLASSES as f64);
                images::defined(has_loss, has_rare)
            }
            Truth::LabelledDigits { classes, colour, .. } => {
                let count = classes.iter().max().map_or(0, |last| last + 1);
                let groups = if colour.is_empty() { 1 } else { 2 };
                let has_rare = |shares: Option<Vec<f64>>| shares.is_some_and(|all| (0..all.len()).any(|place| told::is_rare(&all, place)));
                match self.architecture {
                    Architecture::LabelledVae { .. } => {
                        illustrator::defined(count, groups, has_rare(Drawings::of_truth(truth).map(|world| world.cells())))
                    }
                    _ => told::defined(count, has_rare(Drawings::shares_of(truth)), groups),
                }
            }
            Truth::Book | Truth::Program => sheet::defined(),
            Truth::LabelledMixture { .. } | Truth::Tabular { .. } => Vec::new(),
            _ => clouds::defined(truth, has_loss),
        }
    }

    fn biases(&self) -> Biases {
        if self.is_classifier() { Biases::Labels } else { Biases::Own }
    }

    fn refusals(&self, setup: &Setup, out: &mut Vec<Refusal>) {
        if !self.is_classifier() {
            self.against_sampling(setup, out);
        }
        if (setup.regime.real_weight - 1.0).abs() > 0.0 || setup.detector().is_some() {
            let found = "weights of examples, in the training of a network";
            out.push(refuse("weighted-network", "regime.real_weight", found, "use weight 1 and no detector"));
        }
        let is_free =
            |rule: &Curation| matches!(rule, Curation::Screen { .. }) || self.has_labels() && matches!(rule, Curation::Quota { .. });
        let picks = |rule: &Curation| rule.judges() && !is_free(rule);
        if self.is_autoencoder() && setup.curation.iter().any(picks) {
            // Nine in ten of its drawn images would be called wrong for their noise alone, and a rule that turns away everything alike selects nothing.
            let found = "a verifier of an autoencoder's images, whose drawn pixels lie far from every real image";
            out.push(refuse("no-judge-of-noise", "curation", found, "leave the verifier out, or use a diffusion"));
        }
        let is_open = |rule: &Curation| matches!(rule, Curation::Quota { extra, .. } if !self.has_labels() || extra.is_none());
        if setup.curation.iter().any(is_open) {
            let found = "quotas of a network's examples, or quotas of a classifier's labels that may never be filled";
            out.push(refuse("no-quotas", "curation", found, "use a categorical truth, or an mlp or a labelled-vae with `extra`"));
        }
        if setup.truth.kind() == Kind::Points && setup.truth.dimension() != clouds::PLANE {
            let found = format!("a network of points in {} dimensions", setup.truth.dimension());
            out.push(refuse("not-in-the-plane", "truth.dimension", found, "use a truth of two dimensions"));
        }
        if !self.is_sound() {
            let found = "a size, a batch, a rate or a length that is not positive, or heads that do not divide the width";
            out.push(refuse("bad-network", "model", found, "use positive numbers that fit"));
        }
    }

    fn fewest(&self, _: &Truth) -> u64 {
        2
    }

    /// The answer that knows nothing: every pixel as often black as white, all characters alike.
    fn null_risk(&self, truth: &Truth, metric: Metric) -> Option<f64> {
        match (truth, metric) {
            (Truth::Digits { .. }, Metric::NegativeLogLikelihood) => Some(PIXELS as f64 * 2.0_f64.ln()),
            (Truth::Book | Truth::Program, Metric::NegativeLogLikelihood) => characters_of(truth).map(|count| (count as f64).ln()),
            (Truth::LabelledDigits { classes, .. }, Metric::NegativeLogLikelihood) => {
                classes.iter().max().map(|last| (*last as f64 + 1.0).ln())
            }
            _ => None,
        }
    }

    fn drift(&self, _: &Setup, n: f64) -> f64 {
        n.recip()
    }

    fn fits_again(&self) -> bool {
        self.recipe.start == Begin::Predecessor
    }

    fn by_samples(&self, setup: &Setup, sizes: &Sizes) -> f64 {
        let (weights, places, passes) = self.weights(&setup.truth);
        let seen = self.recipe.steps(sizes.set) * (self.recipe.batch as f64).min(sizes.set);
        (seen * PASS + 2.0 * passes * sizes.new * sizes.draws) * weights * places / PER_NANOSECOND
    }

    fn reading(&self, setup: &Setup, _: crate::sim::Method, _: &Sizes) -> f64 {
        match setup.truth.kind() {
            Kind::Images => 3e7,
            Kind::Passages => 2e8,
            Kind::Labels => 1e6,
            _ => 5e6,
        }
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        match (&self.architecture, setup.truth.kind()) {
            (Architecture::Vae { .. }, _) => run(setup, vae::twin),
            (Architecture::Transformer { .. }, _) => run(setup, transformer::twin),
            (Architecture::Diffusion { classes: true, .. }, _) => run(setup, guided::twin),
            (Architecture::Diffusion { .. }, Kind::Images) => run(setup, painter::of_diffusion),
            (Architecture::Gan { .. }, Kind::Images) => run(setup, painter::of_gan),
            (Architecture::Gan { .. }, _) => run(setup, scatter::of_gan),
            (Architecture::Diffusion { .. }, _) => run(setup, scatter::of_diffusion),
            (Architecture::FlowMatching { .. }, _) => run(setup, scatter::of_flow_matching),
            (Architecture::Flow { .. }, _) => run(setup, scatter::of_flow),
            (Architecture::Mlp { .. }, _) => run(setup, classifier::twin),
            (Architecture::LabelledVae { .. }, _) => run(setup, illustrator::twin),
        }
    }

    fn aside(&self, setup: &Setup) -> Option<Reader> {
        classifier::aside(self, setup)
    }
}

impl Network {
    const fn is_classifier(&self) -> bool {
        matches!(self.architecture, Architecture::Mlp { .. })
    }

    const fn is_autoencoder(&self) -> bool {
        matches!(self.architecture, Architecture::Vae { .. } | Architecture::LabelledVae { .. })
    }

    /// Whether what it hands on has labels.
    const fn has_labels(&self) -> bool {
        matches!(self.architecture, Architecture::Mlp { .. } | Architecture::LabelledVae { .. })
    }

    fn against_sampling(&self, setup: &Setup, out: &mut Vec<Refusal>) {
        let is_of_points = setup.truth.kind() == Kind::Points;
        let (fits, remedy) = match (&self.architecture, &setup.sampling) {
            (_, Sampling::Unbiased) => (true, ""),
            (Architecture::Vae { .. } | Architecture::LabelledVae { .. }, sampling) => {
                let fits = matches!(sampling, Sampling::DecoderMean | Sampling::VarianceScale { .. });
                (fits, "use unbiased, decoder-mean, or variance-scale for the latent")
            }
            (Architecture::Transformer { .. }, sampling) => {
                let fits = matches!(sampling, Sampling::Temperature { .. } | Sampling::TopP { .. } | Sampling::TopK { .. });
                (fits, "use unbiased, temperature, top-p or top-k")
            }
            (Architecture::Diffusion { classes: true, .. }, sampling) => {
                let fits = matches!(sampling, Sampling::Guidance { weight } if *weight >= 0.0 && weight.is_finite());
                (fits, "use unbiased, or guidance with a weight that is not negative")
            }
            (_, sampling) => {
                (is_of_points && matches!(sampling, Sampling::VarianceScale { .. }), "use unbiased, or variance-scale for points")
            }
        };
        if !fits {
            let found = format!("a rule that a {} does not have here", self.architecture.name());
            out.push(refuse("sampling-mismatch", "sampling.kind", found, remedy));
        }
    }

    fn is_sound(&self) -> bool {
        let Recipe { length, batch, rate, .. } = &self.recipe;
        let lasts = match length {
            Length::Steps(_) => true,
            Length::Epochs(epochs) => *epochs > 0.0 && epochs.is_finite(),
        };
        let shape = match self.architecture {
            Architecture::Vae { hidden, latent } => hidden > 0 && latent > 0,
            Architecture::LabelledVae { hidden, latent, classifier_hidden, .. } => hidden > 0 && latent > 0 && classifier_hidden > 0,
            Architecture::Transformer { width, blocks, heads } => blocks > 0 && heads > 0 && width > 0 && width % heads == 0,
            Architecture::Diffusion { hidden, noise_steps, sampling_steps, .. } => {
                hidden > 0 && noise_steps > 1 && sampling_steps > 0 && sampling_steps <= noise_steps
            }
            Architecture::FlowMatching { hidden, sampling_steps } => hidden > 0 && sampling_steps > 0,
            Architecture::Flow { couplings, hidden } => couplings > 0 && hidden > 0,
            Architecture::Gan { hidden, latent, .. } => hidden > 0 && latent > 0,
            Architecture::Mlp { hidden } => hidden > 0,
        };
        lasts && shape && *batch > 0 && *rate > 0.0 && rate.is_finite()
    }

    /// About how many weights there are, over how many places of an example, and how many passes an example takes to be made.
    fn weights(&self, truth: &Truth) -> (f64, f64, f64) {
        let two_layers = |inputs: f64, hidden: f64| 2.0 * inputs * hidden + hidden * hidden;
        match self.architecture {
            Architecture::Vae { hidden, latent } => {
                let (h, l) = (hidden as f64, latent as f64);
                (2.0 * PIXELS as f64 * h + 2.0 * h * h + 3.0 * h * l, 1.0, 1.0)
            }
            Architecture::LabelledVae { hidden, latent, classifier_hidden, .. } => {
                let (h, l, both) = (hidden as f64, latent as f64, BOTH as f64);
                (2.0 * both * h + 2.0 * h * h + 3.0 * h * l + both * classifier_hidden as f64, 1.0, 1.0)
            }
            Architecture::Transformer { width, blocks, .. } => {
                let w = width as f64;
                let each = 12.0 * w * w + 2.0 * LENGTH as f64 * w;
                let characters = characters_of(truth).unwrap_or(0);
                (blocks as f64 * each + 2.0 * characters as f64 * w, LENGTH as f64, 1.0)
            }
            Architecture::Diffusion { hidden, sampling_steps, classes, .. } => {
                // With classes it is asked twice at every step, with the class and without.
                let (told, times) = if classes { (CLASSES as f64, 2.0) } else { (0.0, 1.0) };
                let inputs = if truth.kind() == Kind::Points { clouds::PLANE } else { PIXELS } as f64;
                (two_layers(inputs + 16.0 + told, hidden as f64), 1.0, times * sampling_steps as f64)
            }
            Architecture::FlowMatching { hidden, sampling_steps } => (two_layers(18.0, hidden as f64), 1.0, 2.0 * sampling_steps as f64),
            Architecture::Flow { couplings, hidden } => (couplings as f64 * two_layers(4.0, hidden as f64), 1.0, 1.0),
            Architecture::Gan { hidden, game, .. } => {
                // A step of the generator runs through both; so does each of the critic's.
                let turns = if game == Play::Wasserstein { 9.0 } else { 3.0 };
                (turns * two_layers(PIXELS as f64, hidden as f64), 1.0, 1.0 / turns)
            }
            Architecture::Mlp { hidden } => ((BOTH + CLASSES) as f64 * hidden as f64, 1.0, 1.0),
        }
    }
}
