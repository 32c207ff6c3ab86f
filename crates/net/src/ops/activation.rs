//! Activations, element by element. What `backward` needs beside the value is kept by `forward`.

use crate::lanes::Runner;
use crate::real::Real;

/// The bend between two dense layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// tanh x.
    Tanh,
    /// max(x, 0).
    Relu,
    /// x where positive, x/5 elsewhere (the slope of critics in the literature on adversarial networks).
    LeakyRelu,
    /// x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2: Hendrycks and Gimpel (2016), the approximation of their section 2.
    Gelu,
    /// x / (1 + e^(-x)): Hendrycks and Gimpel (2016), section 4; Elfwing et al. (2018).
    Silu,
}

/// sqrt(2 / pi).
const GELU: f64 = 0.797_884_560_802_865_4;
const CUBIC: f64 = 0.044_715;
/// The slope of the leaky rectifier below zero.
const LEAK: f64 = 0.2;

impl Activation {
    /// By what the variance of a layer before this is enlarged at the start: 2 for the rectifiers (He et al. 2015), else 1.
    pub(crate) fn gain(self) -> f64 {
        match self {
            Self::Tanh => 1.0,
            Self::Relu | Self::LeakyRelu | Self::Gelu | Self::Silu => 2.0,
        }
    }
}

/// Writes the values, and in `kept` what `backward` wants (as long as `y`).
pub(crate) fn forward<T: Real>(runner: Runner, kind: Activation, x: &[T], y: &mut [T], kept: &mut [T]) {
    runner.run(
        #[inline(always)]
        || {
            let places = y.iter_mut().zip(x).zip(kept.iter_mut());
            match kind {
                Activation::Tanh => places.for_each(|((y, x), _)| *y = x.tanh()),
                Activation::Relu => places.for_each(|((y, x), _)| *y = if *x > T::ZERO { *x } else { T::ZERO }),
                Activation::LeakyRelu => places.for_each(|((y, x), _)| *y = *x * slope(*x)),
                Activation::Gelu => places.for_each(|((y, x), t)| {
                    *t = (T::of(GELU) * (*x + T::of(CUBIC) * *x * *x * *x)).tanh();
                    *y = T::of(0.5) * *x * (T::ONE + *t);
                }),
                Activation::Silu => places.for_each(|((y, x), t)| {
                    *t = x.logistic();
                    *y = *x * *t;
                }),
            }
        },
    );
}

/// What the forward pass left behind: its argument, its value and what it kept.
pub(crate) struct Passed<'a, T> {
    pub(crate) x: &'a [T],
    pub(crate) y: &'a [T],
    pub(crate) kept: &'a [T],
}

/// Adds to the gradient of x.
pub(crate) fn backward<T: Real>(runner: Runner, kind: Activation, passed: Passed<T>, gradient: &[T], of_x: &mut [T]) {
    let Passed { x, y, kept } = passed;
    runner.run(
        #[inline(always)]
        || {
            let places = of_x.iter_mut().zip(gradient).zip(x.iter().zip(y).zip(kept));
            match kind {
                Activation::Tanh => places.for_each(|((d, g), ((_, y), _))| *d += *g * (T::ONE - *y * *y)),
                Activation::Relu => places.for_each(|((d, g), ((x, _), _))| *d += if *x > T::ZERO { *g } else { T::ZERO }),
                Activation::LeakyRelu => places.for_each(|((d, g), ((x, _), _))| *d += *g * slope(*x)),
                Activation::Gelu => places.for_each(|((d, g), ((x, _), t))| {
                    let inner = T::of(GELU) * (T::ONE + T::of(3.0 * CUBIC) * *x * *x);
                    *d += *g * T::of(0.5) * (T::ONE + *t + *x * (T::ONE - *t * *t) * inner);
                }),
                Activation::Silu => places.for_each(|((d, g), ((x, _), t))| *d += *g * *t * (T::ONE + *x * (T::ONE - *t))),
            }
        },
    );
}

/// The slope of the leaky rectifier at x.
#[inline(always)]
pub(crate) fn slope<T: Real>(x: T) -> T {
    if x > T::ZERO { T::ONE } else { T::of(LEAK) }
}
