use super::*;
use crate::graph::tests::{TestRng, hold_gradients, seeded};
use crate::noise::fill_normal;
use crate::traces;
use crate::training::{Optimiser, Schedule};

pub(crate) fn shape(condition: Option<Condition>) -> Shape {
    Shape { inputs: 2, hidden: vec![48, 48], activation: Activation::Silu, waves: 4, condition }
}

/// Points about (1, 1) of class 0 and about (-1, -1) of class 1, with deviation 0.2 in each coordinate, in turn.
pub(crate) fn two_clouds(n: usize) -> (Vec<f32>, Vec<u16>) {
    let mut points = vec![0.0; 2 * n];
    fill_normal(&mut points, 0.2, &mut seeded(77));
    let classes: Vec<u16> = (0..n).map(|at| (at % 2) as u16).collect();
    let centre = |class: u16| if class == 0 { 1.0 } else { -1.0 };
    points.chunks_exact_mut(2).zip(&classes).for_each(|(point, class)| point.iter_mut().for_each(|x| *x += centre(*class)));
    (points, classes)
}

/// Share of points nearer to the first cloud, the mean distance from the nearer centre, and the largest.
pub(crate) fn describe(points: &[f32]) -> (f64, f64, f64) {
    let n = points.len() as f64 / 2.0;
    let first = points.chunks_exact(2).filter(|p| p[0] + p[1] > 0.0).count() as f64 / n;
    let distance = |p: &[f32]| f64::from(((p[0].abs() - 1.0).powi(2) + (p[1].abs() - 1.0).powi(2)).sqrt());
    let distances = points.chunks_exact(2).map(distance);
    (first, distances.clone().sum::<f64>() / n, distances.fold(0.0, f64::max))
}

#[test]
fn gradients_of_the_whole_network() {
    let mut rng: TestRng = seeded(1);
    let mut field = Field::<f64>::new(&shape(Some(Condition { classes: 3, dropout: 0.1 })), &mut rng);
    field.graph.resize(5);
    fill_normal(field.graph.value_mut(field.input), 1.0, &mut rng);
    fill_normal(field.graph.value_mut(field.answer), 1.0, &mut rng);
    hold_gradients(&mut field.graph, "field");
}

#[test]
fn guidance_pushes_from_the_blind_answer_through_that_with_the_class() {
    let mut rng = seeded(2);
    let mut field = Field::<f32>::new(&shape(Some(Condition { classes: 2, dropout: 0.1 })), &mut rng);
    let points = [0.3, -0.2, 0.7, 0.1];
    let mut say = |guidance| {
        let mut out = [0.0; 4];
        field.say(&points, 0.4, guidance, &mut out);
        out
    };
    let guided = |strength| Some(Guidance { class: 1, strength });
    let (blind, with, strong) = (say(None), say(guided(0.0)), say(guided(2.0)));
    assert!((0..4).all(|j| (strong[j] - (3.0 * with[j] - 2.0 * blind[j])).abs() < 1e-5));
    assert!((0..4).any(|j| (with[j] - blind[j]).abs() > 1e-3));
}

/// The losses of a training trace; `teach` makes the row's lesson from its clean point and its noise, and gives the time.
pub(crate) fn trace<T: Real>(teach: impl Fn(usize, usize, (&[T], &[T]), (&mut [T], &mut [T])) -> f64) -> Vec<f64> {
    let shape = Shape { hidden: vec![16, 16], ..shape(Some(Condition { classes: 3, dropout: 0.1 })) };
    let mut field = Field::<T>::new(&shape, &mut seeded(1));
    let Field { graph, input, answer, speeds, .. } = &mut field;
    graph.resize(16);
    traces::run(graph, Optimiser::adam(1e-2), Schedule::default(), |graph, step| {
        let (clean, noise) = (traces::scaled(0.0, 1.0, 32, step), traces::scaled(0.0, 1.5, 32, step + 100));
        let classes = traces::tokens(16, 4, step);
        let (rows, answers) = graph.two_mut(*input, *answer);
        for (at, (row, answer)) in rows.chunks_exact_mut(13).zip(answers.chunks_exact_mut(2)).enumerate() {
            let (seen, context) = row.split_at_mut(2);
            let time = teach(step, at, (&clean[2 * at..][..2], &noise[2 * at..][..2]), (seen, answer));
            Field::write_context(speeds, context, time, Some(classes[at]).filter(|class| *class < 3));
        }
    })
}
