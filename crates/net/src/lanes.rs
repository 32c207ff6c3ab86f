//! How wide the vectors are in which loops run. Width changes time, never a bit: no sum is reordered and no product is fused.

use pulp::{Arch, NullaryFnOnce, Scalar128b, WithSimd};

/// Which vectors a model's loops use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lanes {
    /// The widest of this processor.
    Widest,
    /// Of 256 bits where the processor has them; only tests of equal bits ask for them.
    #[cfg(test)]
    Middle,
    /// Those that every processor of the kind has; only tests of equal bits ask for them.
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
            #[cfg(all(test, target_arch = "x86_64"))]
            Lanes::Middle => Self(pulp::x86::V3::try_new().map_or(Arch::Scalar, Arch::V3)),
            #[cfg(all(test, not(target_arch = "x86_64")))]
            Lanes::Middle => Self(Arch::new()),
            #[cfg(test)]
            Lanes::Plain => Self(Arch::Scalar),
        }
    }

    /// What an operation that knows its vectors gives back.
    #[inline(always)]
    pub(crate) fn dispatch<O: WithSimd>(self, operation: O) -> O::Output {
        match self.0 {
            // One number is no vector: those that every processor of the kind has are left to the compiler.
            Arch::Scalar => operation.with_simd(Scalar128b),
            arch => arch.dispatch(operation),
        }
    }

    /// What `loops` gives back, compiled once per vector width. The closure must be `#[inline(always)]`.
    #[inline(always)]
    pub(crate) fn run<R>(self, loops: impl FnOnce() -> R) -> R {
        self.0.dispatch(Call(loops))
    }
}
