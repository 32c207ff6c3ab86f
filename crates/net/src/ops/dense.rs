//! A dense layer: y = x W + b for every row, with W of `inputs x outputs` row-major, or y = x E^T with E of `outputs x inputs` (an
//! embedding used again as the last layer). Without a bias where none is given.

use super::product::{Extents, Output, Product, View, Write};
use crate::lanes::Runner;
use crate::real::Real;

/// How a layer's matrix is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    /// `inputs x outputs`.
    ByInput,
    /// `outputs x inputs`.
    ByOutput,
}

/// The extents of a layer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layer {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) storage: Storage,
}

impl Layer {
    fn matrix<T>(self, weight: &[T]) -> View<'_, T> {
        match self.storage {
            Storage::ByInput => View::rows(weight, self.outputs),
            Storage::ByOutput => View::transposed(weight, self.inputs),
        }
    }

    fn matrix_transposed<T>(self, weight: &[T]) -> View<'_, T> {
        match self.storage {
            Storage::ByInput => View::transposed(weight, self.outputs),
            Storage::ByOutput => View::rows(weight, self.inputs),
        }
    }
}

/// Writes y.
pub(crate) fn forward<T: Real>(
    runner: Runner,
    product: &mut Product<T>,
    layer: Layer,
    x: &[T],
    (weight, bias): (&[T], Option<&[T]>),
    y: &mut [T],
) {
    let extents = Extents { m: x.len() / layer.inputs, k: layer.inputs, n: layer.outputs };
    let output = Output { values: y, stride: layer.outputs, write: bias.map_or(Write::Set, Write::Onto) };
    product.run(runner, extents, View::rows(x, layer.inputs), layer.matrix(weight), output);
}

/// Adds x^T g to the matrix's gradient.
pub(crate) fn backward_weight<T: Real>(
    runner: Runner,
    product: &mut Product<T>,
    layer: Layer,
    (x, gradient): (&[T], &[T]),
    of_weight: &mut [T],
) {
    let Layer { inputs, outputs, storage } = layer;
    let rows = x.len() / inputs;
    let (by_row, by_unit) = (View::rows(gradient, outputs), View::transposed(x, inputs));
    match storage {
        Storage::ByInput => {
            let output = Output { values: of_weight, stride: outputs, write: Write::Add };
            product.run(runner, Extents { m: inputs, k: rows, n: outputs }, by_unit, by_row, output);
        }
        Storage::ByOutput => {
            let output = Output { values: of_weight, stride: inputs, write: Write::Add };
            let extents = Extents { m: outputs, k: rows, n: inputs };
            product.run(runner, extents, View::transposed(gradient, outputs), View::rows(x, inputs), output);
        }
    }
}

/// Adds the column sums of g to the bias's gradient.
pub(crate) fn backward_bias<T: Real>(runner: Runner, gradient: &[T], of_bias: &mut [T]) {
    runner.run(
        #[inline(always)]
        || {
            for row in gradient.chunks_exact(of_bias.len()) {
                of_bias.iter_mut().zip(row).for_each(|(sum, value)| *sum += *value);
            }
        },
    );
}

/// Adds g W^T to the gradient of x.
pub(crate) fn backward_input<T: Real>(
    runner: Runner,
    product: &mut Product<T>,
    layer: Layer,
    (weight, gradient): (&[T], &[T]),
    of_x: &mut [T],
) {
    let Layer { inputs, outputs, .. } = layer;
    let extents = Extents { m: gradient.len() / outputs, k: outputs, n: inputs };
    let output = Output { values: of_x, stride: inputs, write: Write::Add };
    product.run(runner, extents, View::rows(gradient, outputs), layer.matrix_transposed(weight), output);
}
