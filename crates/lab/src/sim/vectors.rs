//! Loops in the widest vectors of this processor. Width changes time, never a bit: no sum is reordered and no product is fused.

use pulp::{Arch, NullaryFnOnce};

struct Call<F>(F);

impl<R, F: FnOnce() -> R> NullaryFnOnce for Call<F> {
    type Output = R;

    #[inline(always)]
    fn call(self) -> R {
        (self.0)()
    }
}

/// What `loops` gives back, compiled once per width of vectors. The closure, and whatever it calls, must be `#[inline(always)]`; asking the
/// processor takes some nanoseconds, so that loops of a few steps gain nothing.
#[inline(always)]
pub fn widest<R>(loops: impl FnOnce() -> R) -> R {
    Arch::new().dispatch(Call(loops))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::kernel_exp::{exp, half_power};

    #[inline(always)]
    fn sums(x: &[f64]) -> [f64; 2] {
        let mut lanes = [[0.0; 8]; 2];
        for block in x.chunks_exact(8) {
            for (lane, x) in block.iter().enumerate() {
                lanes[0][lane] += exp(-x) * x + 0.1;
                lanes[1][lane] += half_power(x * x + 0.3 * x);
            }
        }
        lanes.map(|lanes| lanes.iter().sum())
    }

    #[test]
    fn wide_loops_give_the_bits_of_narrow_ones() {
        let x: Vec<f64> = (0..4_096).map(|i| f64::from(i) * 0.007 + 1e-9).collect();
        let wide = widest(
            #[inline(always)]
            || sums(&x),
        );
        let narrow = Arch::Scalar.dispatch(Call(
            #[inline(always)]
            || sums(&x),
        ));
        assert_eq!(wide.map(f64::to_bits), narrow.map(f64::to_bits));
    }
}
