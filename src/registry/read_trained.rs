//! The networks of a descriptor.

use super::node::{Node, Value};
use super::problem::Log;
use super::read_values::{number, size};
use crate::sim::{Architecture, Begin, Length, Model, Network, Play, Recipe};

/// The network called `kind`; `None` where it is none, or where the shape check or this has complained.
pub(super) fn network(kind: &str, node: &Node, log: &Log) -> Option<Model> {
    let architecture = architecture(kind, node, log)?;
    Some(Model::Network(Network { architecture, recipe: recipe(node, log)? }))
}

fn architecture(kind: &str, node: &Node, log: &Log) -> Option<Architecture> {
    Some(match kind {
        "vae" => Architecture::Vae { hidden: size(node, "hidden")?, latent: size(node, "latent")? },
        "labelled-vae" => Architecture::LabelledVae {
            hidden: size(node, "hidden")?,
            latent: size(node, "latent")?,
            classifier_hidden: size(node, "classifier_hidden")?,
            classifier_steps: u32::try_from(node.child("classifier_steps")?.count()?).ok()?,
        },
        "transformer" => {
            let (width, heads) = (size(node, "width")?, size(node, "heads")?);
            if width % heads != 0 {
                let message = format!("a width of {width} cannot be shared by {heads} heads");
                log.problem(node.place_of("heads"), "out-of-range", message, "write a number of heads that divides the width");
                return None;
            }
            Architecture::Transformer { width, blocks: size(node, "blocks")?, heads }
        }
        "diffusion" => Architecture::Diffusion {
            hidden: size(node, "hidden")?,
            noise_steps: size(node, "noise_steps")?,
            sampling_steps: size(node, "sampling_steps")?,
            classes: matches!(node.child("classes").map(|node| &node.value), Some(Value::Boolean(true))),
        },
        "flow-matching" => Architecture::FlowMatching { hidden: size(node, "hidden")?, sampling_steps: size(node, "sampling_steps")? },
        "gan" => Architecture::Gan {
            hidden: size(node, "hidden")?,
            latent: size(node, "latent")?,
            game: match node.child("game").map(Node::text) {
                None | Some(Some("non-saturating")) => Play::NonSaturating,
                Some(Some("wasserstein")) => Play::Wasserstein,
                Some(_) => return None,
            },
        },
        "mlp" => Architecture::Mlp { hidden: size(node, "hidden")? },
        "flow" => Architecture::Flow { couplings: size(node, "couplings")?, hidden: size(node, "hidden")? },
        _ => return None,
    })
}

fn recipe(node: &Node, log: &Log) -> Option<Recipe> {
    let length = match (node.child("steps"), node.child("epochs")) {
        (Some(steps), None) => Length::Steps(u32::try_from(steps.count()?).ok()?),
        (None, Some(epochs)) => Length::Epochs(epochs.number()?),
        (Some(_), Some(_)) => {
            log.problem(
                node.place_of("epochs"),
                "two-lengths",
                "`steps` and `epochs` are given together",
                "keep one: each says how long training is",
            );
            return None;
        }
        (None, None) => {
            let remedy = "write `steps = …` for equal compute at every generation, or `epochs = …` for passes over the set";
            log.unfilled(node.place, "missing-key", "the network lacks `steps` or `epochs`", remedy);
            return None;
        }
    };
    let start = match node.child("start").map(Node::text) {
        None | Some(Some("anew")) => Begin::Anew,
        Some(Some("predecessor")) => Begin::Predecessor,
        Some(_) => return None,
    };
    Some(Recipe { length, batch: size(node, "batch")?, rate: number(node, "rate")?, start })
}
