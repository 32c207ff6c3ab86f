use super::*;
use crate::determinism::hold_bytes;
use crate::graph::tests::{hold_gradients, seeded};
use crate::lanes::Lanes;
use crate::real::Real;
use crate::traces;
use crate::training::{Optimiser, Schedule, Shape, Steps};
use rand::RngExt;

fn config(head: Head) -> Config {
    Config { vocabulary: 6, context: 8, width: 12, blocks: 2, heads: 3, hidden: 24, head }
}

fn recipe(steps: u32) -> Recipe {
    Recipe { steps: Steps::Fixed(steps), batch: 8, optimiser: Optimiser::adam(1e-2), ..Recipe::default() }
}

/// Three tokens in turn, of which one in ten is replaced by chance.
fn stream(n: usize) -> Vec<u16> {
    let mut rng = seeded(3);
    (0..n).map(|at| if rng.random_range(0..10) == 0 { rng.random_range(3..6) } else { (at % 3) as u16 }).collect()
}

fn trained(seed: u64, lanes: Lanes) -> Transformer {
    let mut rng = seeded(seed);
    let mut model = Transformer::new(&config(Head::Own), &mut rng);
    model.graph.use_lanes(lanes);
    model.fit(Text::Stream(&stream(500)), &recipe(60), &mut rng).expect("it converges");
    model
}

#[test]
fn gradients_of_the_whole_model() {
    for head in [Head::Tied, Head::Own] {
        let (mut graph, _) = assemble::<f64>(&config(head), &mut seeded(1));
        let mut rng = seeded(2);
        graph.batch.span = 7;
        graph.resize(14);
        // Larger weights than at the start, so that attention is far from even.
        graph.weights_mut().for_each(|(values, _)| values.iter_mut().for_each(|value| *value += rng.random::<f64>() - 0.5));
        graph.batch.tokens.iter_mut().for_each(|token| *token = rng.random_range(0..6));
        graph.batch.targets.iter_mut().for_each(|token| *token = rng.random_range(0..6));
        hold_gradients(&mut graph, "transformer");
    }
}

#[test]
fn training_lowers_the_loss_of_held_out_text_and_a_warm_start_goes_on() {
    let (train, test) = (stream(2000), stream(2300)[2000..].to_vec());
    for head in [Head::Tied, Head::Own] {
        let mut rng = seeded(4);
        let mut model = Transformer::new(&config(head), &mut rng);
        let before = model.loss(Text::Stream(&test));
        assert!((before - 6_f64.ln()).abs() < 1.0, "{before}");
        model.fit(Text::Stream(&train), &recipe(30), &mut rng).expect("it converges");
        let middle = model.loss(Text::Stream(&test));
        let mut other = Transformer::new(&config(head), &mut rng);
        other.set_weights(&model.weights());
        other.fit(Text::Stream(&train), &recipe(400), &mut rng).expect("it converges");
        let after = other.loss(Text::Stream(&test));
        // The entropy of a token is 0.435 nats where the phase is known.
        assert!(after < middle - 0.05 && middle < before - 0.2 && after < 0.65, "{before} {middle} {after}");
    }
}

#[test]
fn passages_of_unequal_lengths_are_scored_as_if_alone() {
    let passages = vec![vec![0, 1, 2, 0, 1], vec![2, 0], vec![1, 2, 0, 1, 2, 0, 1, 2, 0]];
    let mut model = trained(5, Lanes::Widest);
    let together = model.losses(&passages);
    for (passage, found) in passages.iter().zip(&together) {
        let alone = model.loss(Text::Passages(std::slice::from_ref(passage)));
        let logits = model.logits(&passage[..passage.len() - 1]);
        let rows = logits.chunks_exact(6).zip(&passage[1..]);
        let nats = |(row, token): (&[f32], &u16)| {
            let total: f64 = row.iter().map(|logit| f64::from(*logit).exp()).sum();
            total.ln() - f64::from(row[usize::from(*token)])
        };
        let expected = rows.map(nats).sum::<f64>() / (passage.len() - 1) as f64;
        assert!((found - alone).abs() < 1e-12 && (found - expected).abs() < 1e-5, "{found} {alone} {expected}");
    }
    model.fit(Text::Passages(&passages), &recipe(100), &mut seeded(6)).expect("it converges");
    assert!(model.losses(&passages).iter().zip(together).all(|(after, before)| *after < before));
}

#[test]
fn the_cache_gives_the_logits_of_the_whole_window() {
    let mut model = trained(7, Lanes::Widest);
    let text = stream(8);
    let whole = model.logits(&text);
    let mut cache = cache::Cache::new(&model.config, 2);
    for (at, token) in text.iter().enumerate() {
        let logits = cache.read(&model, &[5, *token]);
        let apart = logits[6..].iter().zip(&whole[at * 6..]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-5, "{apart}");
    }
}

#[test]
fn samples_continue_the_pattern_beyond_the_context() {
    let mut model = trained(8, Lanes::Widest);
    model.fit(Text::Stream(&stream(2000)), &recipe(500), &mut seeded(9)).expect("it converges");
    let prompts = vec![vec![0, 1, 2, 0, 1], vec![2, 0, 1]];
    let greedy = model.sample(&prompts, 30, Choice::Greedy, &mut seeded(10));
    let pattern = |from: u16| (0..30).map(|at| (from + at) % 3).collect::<Vec<u16>>();
    assert_eq!(greedy, [pattern(2), pattern(2)]);
    assert_eq!(model.sample(&prompts, 30, Choice::Beam { width: 1 }, &mut seeded(10)), greedy);
    assert_eq!(model.sample(&prompts, 30, Choice::Beam { width: 3 }, &mut seeded(10)), greedy);
    let drawn = model.sample(&vec![vec![0, 1, 2]; 100], 20, Choice::plain(), &mut seeded(10));
    let rare = drawn.iter().flatten().filter(|token| **token > 2).count();
    // A tenth of 2,000, with a deviation near 15.
    assert!((120..280).contains(&rare), "{rare}");
}

/// The log probability of the text after its first `known` tokens.
fn log_probability(model: &mut Transformer, text: &[u16], known: usize) -> f64 {
    let logits = model.logits(&text[..text.len() - 1]);
    let row = |at: usize| &logits[(at - 1) * 6..at * 6];
    let nats =
        |at: usize| row(at).iter().map(|logit| f64::from(*logit).exp()).sum::<f64>().ln() - f64::from(row(at)[usize::from(text[at])]);
    -(known..text.len()).map(nats).sum::<f64>()
}

#[test]
fn a_beam_as_wide_as_all_continuations_finds_the_likeliest() {
    let mut model = Transformer::new(&config(Head::Own), &mut seeded(11));
    let prompt = vec![3, 1];
    let found = model.sample(std::slice::from_ref(&prompt), 3, Choice::Beam { width: 36 }, &mut seeded(12)).remove(0);
    let all = (0..216_u16).map(|k| vec![3, 1, k / 36, k / 6 % 6, k % 6]);
    let best = all.map(|text| (log_probability(&mut model, &text, 2), text)).max_by(|a, b| a.0.total_cmp(&b.0)).expect("some");
    assert_eq!(found, best.1[2..]);
}

fn bytes(seed: u64, lanes: Lanes) -> Vec<u32> {
    let mut model = trained(seed, lanes);
    let text = model.sample(&[vec![1], vec![2, 0]], 20, Choice::plain(), &mut seeded(seed));
    let numbers = model.weights().into_iter().chain(model.logits(&[0, 1, 2])).map(f32::to_bits);
    numbers.chain(text.into_iter().flatten().map(u32::from)).collect()
}

#[test]
fn bytes_depend_neither_on_machine_nor_on_threads_nor_on_vectors() {
    hold_bytes(0x0f42_1ef0_2bce_c9be, bytes);
}

#[test]
fn divergence_is_an_error() {
    let mut model = Transformer::new(&config(Head::Own), &mut seeded(13));
    let wild = Recipe { optimiser: Optimiser::Sgd { rate: 1e30, momentum: 0.9 }, ..recipe(100) };
    assert!(model.fit(Text::Stream(&stream(100)), &wild, &mut seeded(14)).is_err());
}

fn trace<T: Real>(head: Head) -> Vec<f64> {
    let config = Config { vocabulary: 11, context: 10, ..config(head) };
    let (mut graph, _) = assemble::<T>(&config, &mut seeded(1));
    graph.batch.span = 10;
    graph.resize(40);
    let optimiser = Optimiser::Adam { rate: 1e-2, first: 0.9, second: 0.99, epsilon: 1e-8, decay: 0.1 };
    let schedule = Schedule { warm_up: 5, shape: Shape::Cosine, floor: 0.1 };
    traces::run(&mut graph, optimiser, schedule, |graph, step| {
        graph.batch.tokens = traces::tokens(40, 11, step);
        graph.batch.targets = traces::tokens(40, 11, step + 100);
    })
}

#[test]
fn training_agrees_with_pytorch() {
    for (name, head) in [("transformer_own", Head::Own), ("transformer_tied", Head::Tied)] {
        traces::hold(name, &trace::<f64>(head), &trace::<f32>(head));
    }
}
