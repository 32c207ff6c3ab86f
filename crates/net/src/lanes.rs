//! How wide the vectors are in which loops run. Width changes time, never a bit: no sum is reordered and no product is fused.

use pulp::{Arch, NullaryFnOnce};

/// Which vectors a model's loops use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lanes {
    /// The widest of this processor.
    Widest,
    /// Those that every processor of the kind has; only the test of equal bits asks for them.
    #[cfg(test)]
    Plain,
}

/// Runs loops with chosen vectors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Runner(Arch);

struct Call<F>(F);

impl<R, F: FnOnce() -> R> NullaryFnOnce for Call<F> {
    type Output = R;

    #[inline(always)]
    fn call(self) -> R {
        (self.0)()
    }
}

impl Runner {
    /// A runner with these vectors.
    pub(crate) fn new(lanes: Lanes) -> Self {
        match lanes {
            Lanes::Widest => Self(Arch::new()),
            #[cfg(test)]
            Lanes::Plain => Self(Arch::Scalar),
        }
    }

    /// What `loops` gives back, compiled once per vector width. The closure must be `#[inline(always)]`.
    #[inline(always)]
    pub(crate) fn run<R>(self, loops: impl FnOnce() -> R) -> R {
        self.0.dispatch(Call(loops))
    }
}
