//! What the tests of the families share to hold that bytes depend on nothing but the seed.

use crate::lanes::Lanes;
use rayon::prelude::*;

/// FNV-1a over words (Fowler, Noll and Vo 1991).
fn digest(words: &[u32]) -> u64 {
    words.iter().fold(0xcbf2_9ce4_8422_2325, |hash, word| (hash ^ u64::from(*word)).wrapping_mul(0x0100_0000_01b3))
}

/// Holds the bytes of a seed against a recorded digest (made on x86-64 with vectors of 512 bits; a difference elsewhere is a fault of
/// ours, a difference everywhere is a change of values), against narrower vectors, and against runs beside each other.
pub(crate) fn hold_bytes(recorded: u64, bytes: impl Fn(u64, Lanes) -> Vec<u32> + Sync) {
    let alone: Vec<Vec<u32>> = (0..4).map(|seed| bytes(seed, Lanes::Widest)).collect();
    for lanes in [Lanes::Middle, Lanes::Plain] {
        assert_eq!(bytes(0, lanes), alone[0], "{lanes:?}");
    }
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let together: Vec<Vec<u32>> = pool.install(|| (0..4).into_par_iter().map(|seed| bytes(seed, Lanes::Widest)).collect());
        assert_eq!(together, alone, "{threads} threads");
    }
    assert_eq!(digest(&alone[0]), recorded, "found {:#018x}", digest(&alone[0]));
}
