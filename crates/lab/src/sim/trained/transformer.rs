//! Transformers that write passages of a text, character by character, from a token that begins a passage.

use super::book::{LENGTH, Passage, Passages};
use super::fits::{Trainer, Weights};
use super::sheet::{TextGauge, Writes};
use crate::random::Rng;
use crate::sim::chain::{Start, Unfit};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::Twin;
use crate::sim::{Architecture, Model, Sampling, Setup, Synthesis};
use net::transformer::{Choice, Config, Head, Text, Transformer};

/// Transformers of one shape.
#[derive(Debug, Clone)]
pub struct Writer {
    trainer: Trainer<Transformer>,
    choice: Choice,
    /// The token that begins a passage.
    begin: u16,
}

/// The twin of a setup; `None` for another truth, model, synthesis or sampling.
#[must_use]
pub fn twin(setup: &Setup) -> Option<Twin<Passages, Writer, TextGauge>> {
    let world = Passages::of(setup)?;
    Some(Twin::new(world, Writer::of(setup, world.text.letters.len())?, TextGauge::default()))
}

impl Writer {
    /// Of a setup, over so many different characters.
    fn of(setup: &Setup, vocabulary: usize) -> Option<Self> {
        let Model::Network(network) = &setup.model else { return None };
        let Architecture::Transformer { width, blocks, heads } = &network.architecture else { return None };
        if setup.synthesis != Synthesis::Examples || width % heads != 0 {
            return None;
        }
        let drawn = |temperature, top_k, top_p| Choice::Drawn { temperature, top_k, top_p };
        let choice = match setup.sampling {
            Sampling::Unbiased => Choice::plain(),
            Sampling::Temperature { temperature } => drawn(temperature, None, None),
            Sampling::TopP { mass } => drawn(1.0, None, Some(mass)),
            Sampling::TopK { count } => drawn(1.0, Some(count), None),
            _ => return None,
        };
        let config = Config {
            vocabulary: vocabulary + 1,
            context: LENGTH,
            width: *width,
            blocks: *blocks,
            heads: *heads,
            hidden: 4 * width,
            head: Head::Own,
        };
        Some(Self { trainer: Trainer::new(config, network.recipe.clone()), choice, begin: vocabulary as u16 })
    }

    fn written(&mut self, from: &Weights<Transformer>, n: usize, choice: Choice, rng: &mut Rng, out: &mut Vec<Passage>) {
        let begin = self.begin;
        let texts = self.trainer.network(from).sample(&vec![vec![begin]; n], LENGTH, choice, rng);
        // A passage that is begun again in its middle goes on with a space.
        let letter = |token: u16| if token == begin { 0 } else { token as u8 };
        out.extend(texts.iter().map(|text| -> Passage { std::array::from_fn(|place| letter(text[place])) }));
    }
}

/// Passages behind the token that begins them.
fn tokens(begin: u16, passages: &[Passage]) -> Vec<Vec<u16>> {
    passages.iter().map(|passage| std::iter::once(begin).chain(passage.iter().map(|rank| u16::from(*rank))).collect()).collect()
}

impl Learner<Passages> for Writer {
    type Fitted = Weights<Transformer>;
    const FIT_DRAWS: bool = true;
    const WARM: bool = true;

    fn blank(&self) -> Weights<Transformer> {
        Weights::default()
    }

    fn fit(
        &mut self,
        _: &Passages,
        training: Weighted<'_, Passage>,
        _: f64,
        start: Start<'_, Weights<Transformer>>,
        rng: &mut Rng,
        out: &mut Weights<Transformer>,
    ) -> Result<(), Unfit> {
        let texts = tokens(self.begin, training.examples);
        self.trainer.train(texts.len(), start, rng, out, |network, recipe, rng| network.fit(Text::Passages(&texts), recipe, rng))
    }

    fn synthetic(&mut self, _: &mut Passages, from: &Weights<Transformer>, n: u64, rng: &mut Rng, out: &mut Vec<Passage>) {
        self.written(from, n as usize, self.choice, rng, out);
    }
}

impl Writes for Writer {
    fn mark(from: &Weights<Transformer>) -> u64 {
        from.mark
    }

    fn write(&mut self, from: &Weights<Transformer>, n: usize, rng: &mut Rng, out: &mut Vec<Passage>) {
        self.written(from, n, Choice::plain(), rng, out);
    }

    fn losses(&mut self, from: &Weights<Transformer>, passages: &[Passage]) -> Vec<f64> {
        let texts = tokens(self.begin, passages);
        self.trainer.network(from).losses(&texts)
    }
}
