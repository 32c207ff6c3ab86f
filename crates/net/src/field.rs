//! A dense network of a point, a time and perhaps a class, which gives as many numbers as the point has: the noise of a diffusion or the
//! velocity of a flow. Here are its shape, its training on examples that the family makes, and its evaluation with guidance.

use crate::graph::{BLOCK, Graph, Id, Start};
use crate::ops::activation::Activation;
use crate::ops::losses::Square;
use crate::real::Real;
use crate::training::{Diverged, Recipe, train};
use rand::{Rng, RngExt};

/// The shape of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Coordinates of a point.
    pub inputs: usize,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// The bend after every hidden layer.
    pub activation: Activation,
    /// Waves that carry the time: each gives a sine and a cosine. Their speeds rise evenly in the logarithm from 1 to 100 radians over
    /// the whole of time.
    ///
    /// Departs from source: Ho et al. (2020) use those of Vaswani et al. (2017), section 3.5, up to 1000 radians, for wider networks.
    pub waves: usize,
    /// Whether points have classes.
    pub condition: Option<Condition>,
}

/// Classes that a network may be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condition {
    /// How many there are: 0 to `classes - 1`.
    pub classes: usize,
    /// The probability with which training hides the class: Ho and Salimans (2022), algorithm 1. Without it there is no guidance.
    pub dropout: f64,
}

/// A class to sample from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guidance {
    /// The class.
    pub class: u16,
    /// w of Ho and Salimans (2022), equation 6: (1 + w) times the network with the class, less w times that without. Zero asks for the
    /// class alone.
    pub strength: f64,
}

/// Examples to learn from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Examples<'a> {
    /// `n x inputs`, row-major.
    pub(crate) points: &'a [f32],
    pub(crate) classes: Option<&'a [u16]>,
}

/// The room of one example that a family fills from a clean point: what the network sees and what it should say.
pub(crate) struct Lesson<'a> {
    pub(crate) clean: &'a [f32],
    pub(crate) seen: &'a mut [f32],
    pub(crate) answer: &'a mut [f32],
}

#[derive(Debug, Clone)]
pub(crate) struct Field<T> {
    shape: Shape,
    graph: Graph<T>,
    input: Id,
    answer: Id,
    output: Id,
    speeds: Vec<f64>,
}

impl<T: Real> Field<T> {
    /// # Panics
    /// If a layer has no width, or a probability is outside [0, 1].
    pub(crate) fn new(shape: &Shape, rng: &mut dyn Rng) -> Self {
        assert!(shape.inputs > 0 && !shape.hidden.contains(&0), "every layer of a network is at least one wide");
        let in_range = |condition: &Condition| condition.classes > 0 && (0.0..=1.0).contains(&condition.dropout);
        assert!(shape.condition.as_ref().is_none_or(in_range), "at least one class, hidden with a probability");
        let mut graph = Graph::new();
        let classes = shape.condition.map_or(0, |condition| condition.classes);
        let input = graph.input(shape.inputs + 2 * shape.waves + classes);
        let top = graph.tower(input, &shape.hidden, shape.activation, rng);
        let output = graph.dense(top, shape.inputs, Start::Scaled(1.0), rng);
        let answer = graph.input(shape.inputs);
        graph.square(output, Some(answer), Square::mean(shape.inputs));
        let last = shape.waves.saturating_sub(1).max(1) as f64;
        let speeds = (0..shape.waves).map(|wave| libm::pow(100.0, wave as f64 / last)).collect();
        Self { shape: shape.clone(), graph, input, answer, output, speeds }
    }

    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    pub(crate) fn graph(&self) -> &Graph<T> {
        &self.graph
    }

    pub(crate) fn graph_mut(&mut self) -> &mut Graph<T> {
        &mut self.graph
    }

    /// Writes time and class behind the coordinates of a row.
    fn write_context(speeds: &[f64], row: &mut [T], time: f64, class: Option<u16>) {
        let (waves, classes) = row.split_at_mut(2 * speeds.len());
        for (pair, speed) in waves.as_chunks_mut::<2>().0.iter_mut().zip(speeds) {
            let (sine, cosine) = libm::sincos(speed * time);
            *pair = [T::of(sine), T::of(cosine)];
        }
        classes.fill(T::ZERO);
        if let Some(class) = class {
            classes[usize::from(class)] = T::ONE;
        }
    }
}

impl Field<f32> {
    /// How many examples there are, after a look at lengths and classes.
    fn count(&self, examples: Examples) -> usize {
        let count = examples.points.len() / self.shape.inputs;
        assert_eq!(examples.points.len(), count * self.shape.inputs, "points are whole rows");
        match (examples.classes, self.shape.condition) {
            (None, None) => {}
            (Some(classes), Some(condition)) => {
                assert_eq!(classes.len(), count, "one class per point");
                classes.iter().for_each(|class| assert!(usize::from(*class) < condition.classes, "every class is one of the network's"));
            }
            (None, Some(_)) => panic!("a network with classes learns from points with classes"),
            (Some(_), None) => panic!("a network without classes learns from points without"),
        }
        count
    }

    /// Trains on lessons that `teach` makes of clean points; it gives back the time.
    pub(crate) fn fit(
        &mut self,
        examples: Examples,
        recipe: &Recipe,
        rng: &mut dyn Rng,
        teach: impl Fn(&mut Lesson, &mut dyn Rng) -> f64,
    ) -> Result<(), Diverged> {
        let count = self.count(examples);
        self.graph.resize(recipe.batch.min(count));
        let Self { shape, graph, input, answer, speeds, .. } = self;
        train(graph, recipe, count, rng, |graph, batch, rng| {
            Self::write_lessons((shape, speeds, *input, *answer), graph, examples, batch, rng, &teach);
        })
    }

    fn write_lessons(
        (shape, speeds, input, answer): (&Shape, &[f64], Id, Id),
        graph: &mut Graph<f32>,
        examples: Examples,
        batch: &[u32],
        rng: &mut dyn Rng,
        teach: impl Fn(&mut Lesson, &mut dyn Rng) -> f64,
    ) {
        let (d, width) = (shape.inputs, graph.columns(input));
        for (at, example) in batch.iter().enumerate() {
            let example = *example as usize;
            let (rows, answers) = graph.two_mut(input, answer);
            let (seen, context) = rows[at * width..][..width].split_at_mut(d);
            let mut lesson = Lesson { clean: &examples.points[example * d..][..d], seen, answer: &mut answers[at * d..][..d] };
            let time = teach(&mut lesson, rng);
            let shown = shape.condition.is_some_and(|condition| rng.random::<f64>() >= condition.dropout);
            let class = examples.classes.filter(|_| shown).map(|classes| classes[example]);
            Self::write_context(speeds, context, time, class);
        }
    }

    /// The mean loss over `draws` lessons of each example, its class hidden as in training.
    pub(crate) fn loss(
        &mut self,
        examples: Examples,
        draws: u32,
        rng: &mut dyn Rng,
        teach: impl Fn(&mut Lesson, &mut dyn Rng) -> f64,
    ) -> f64 {
        let count = self.count(examples);
        assert!(count > 0 && draws > 0, "a mean needs at least one example and one draw");
        let mut total = 0.0;
        let Self { shape, graph, input, answer, speeds, .. } = self;
        let all: Vec<u32> = (0..u32::try_from(count).expect("fewer than 2^32 examples")).collect();
        for batch in all.chunks(BLOCK) {
            graph.resize(batch.len());
            for _ in 0..draws {
                Self::write_lessons((shape, speeds, *input, *answer), graph, examples, batch, rng, &teach);
                graph.forward();
                total += graph.losses().iter().sum::<f64>();
            }
        }
        total / (count as f64 * f64::from(draws))
    }

    /// # Panics
    /// If a class is asked for that the network has not, or one without classes is asked for one.
    pub(crate) fn check(&self, guidance: Option<Guidance>) {
        if let Some(Guidance { class, strength }) = guidance {
            let classes = self.shape.condition.map_or(0, |condition| condition.classes);
            assert!(usize::from(class) < classes, "the class is one of the network's");
            assert!(strength.is_finite(), "the strength of guidance is a finite number");
        }
    }

    /// Writes to `out` what the network says at `n x inputs` points and one time, with guidance where a class is asked for.
    pub(crate) fn say(&mut self, points: &[f32], time: f64, guidance: Option<Guidance>, out: &mut [f32]) {
        let block = BLOCK * self.shape.inputs;
        for (points, out) in points.chunks(block).zip(out.chunks_mut(block)) {
            self.graph.resize(points.len() / self.shape.inputs);
            out.copy_from_slice(self.say_once(points, time, guidance.map(|guidance| guidance.class)));
            let strength = guidance.map_or(0.0, |guidance| guidance.strength) as f32;
            if strength.abs() > 0.0 {
                let without = self.say_once(points, time, None);
                out.iter_mut().zip(without).for_each(|(with, without)| *with += strength * (*with - without));
            }
        }
    }

    fn say_once(&mut self, points: &[f32], time: f64, class: Option<u16>) -> &[f32] {
        let (d, width) = (self.shape.inputs, self.graph.columns(self.input));
        let rows = self.graph.value_mut(self.input);
        Self::write_context(&self.speeds, &mut rows[d..width], time, class);
        let (first, others) = rows.split_at_mut(width);
        others.chunks_exact_mut(width).for_each(|row| row[d..].copy_from_slice(&first[d..]));
        rows.chunks_exact_mut(width).zip(points.chunks_exact(d)).for_each(|(row, point)| row[..d].copy_from_slice(point));
        self.graph.forward_to(self.output);
        self.graph.value(self.output)
    }
}

#[cfg(test)]
pub(crate) mod tests;
