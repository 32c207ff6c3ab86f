use super::*;
use crate::graph::Start;
use crate::graph::tests::seeded;
use crate::ops::losses::Square;

#[test]
fn an_epoch_shows_every_example_once_and_the_next_in_another_order() {
    let mut rng = seeded(1);
    let mut order = Order::new(12, 4);
    let mut epoch = || (0..3).flat_map(|_| order.next_batch(&mut rng).to_vec()).collect::<Vec<u32>>();
    let (first, second) = (epoch(), epoch());
    for seen in [&first, &second] {
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..12).collect::<Vec<u32>>());
    }
    assert_ne!(first, second);
}

#[test]
fn steps_are_counted_from_epochs() {
    assert_eq!(Steps::Epochs(2.0).count(100, 32), 7);
    assert_eq!(Steps::Epochs(0.0).count(100, 32), 0);
    assert_eq!(Steps::Fixed(5).count(100, 32), 5);
}

#[test]
fn schedules_rise_and_fall_as_stated() {
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    let linear = Schedule { warm_up: 4, shape: Shape::Linear, floor: 0.0 };
    near(linear.factor(0, 14), 0.2);
    near(linear.factor(4, 14), 1.0);
    near(linear.factor(9, 14), 0.5);
    let cosine = Schedule { warm_up: 0, shape: Shape::Cosine, floor: 0.2 };
    near(cosine.factor(0, 10), 1.0);
    near(cosine.factor(5, 10), 0.6);
    near(cosine.factor(10, 10), 0.2);
    near(Schedule::default().factor(7, 10), 1.0);
    near(Schedule { warm_up: 9, ..cosine }.factor(3, 5), 0.4);
}

/// One weight w of a line y = w x through (1, 3), from w = 0.
fn line(recipe: &Recipe) -> (Result<(), Diverged>, f64) {
    let mut graph = Graph::<f64>::new();
    let (x, y) = (graph.input(1), graph.input(1));
    let z = graph.dense(x, 1, Start::Zero, &mut seeded(1));
    graph.square(z, Some(y), Square { factor: 0.5, constant: 0.0 });
    graph.resize(1);
    let outcome = train(&mut graph, recipe, 1, &mut seeded(2), |graph, _, _| {
        graph.value_mut(x)[0] = 1.0;
        graph.value_mut(y)[0] = 3.0;
    });
    (outcome, graph.weights()[0])
}

#[test]
fn the_first_steps_are_those_by_hand() {
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-7, "{found} {expected}");
    let with = |optimiser, steps| Recipe { steps: Steps::Fixed(steps), batch: 1, optimiser, schedule: Schedule::default() };
    // The gradient is (w + b - 3) for both: -3 first, then -2.4.
    let sgd = Optimiser::Sgd { rate: 0.1, momentum: 0.5 };
    near(line(&with(sgd, 1)).1, 0.3);
    near(line(&with(sgd, 2)).1, 0.3 + 0.1 * (0.5 * 3.0 + 2.4));
    // Adam's first step is the rate, whatever the gradient.
    near(line(&with(Optimiser::adam(0.01), 1)).1, 0.01);
    let decayed = Optimiser::Adam { rate: 0.01, first: 0.9, second: 0.999, epsilon: 1e-8, decay: 0.1 };
    let second = line(&with(Optimiser::adam(0.01), 2)).1 - line(&with(decayed, 2)).1;
    near(second, 0.01 * 0.01 * 0.1);
}

#[test]
fn divergence_is_an_error_and_ends() {
    let wild =
        Recipe { steps: Steps::Fixed(100_000), batch: 1, optimiser: Optimiser::Sgd { rate: 1e9, momentum: 0.0 }, ..Recipe::default() };
    assert!(line(&wild).0.is_err());
}
