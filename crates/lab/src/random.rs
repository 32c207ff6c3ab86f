//! Randomness from identity, never from order.
//!
//! A run's 64-bit key is a BLAKE3 digest of what the run *is* (root seed, study, simulation, cell values,
//! replicate). Every (generation, purpose) of that run owns a xoshiro256++ stream seeded by SplitMix64 from
//! the key. Arms of one cell share streams, so their comparisons are paired; cells and replicates do not.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// The generator behind every draw.
pub type Rng = Xoshiro256PlusPlus;

/// The root seed of a whole audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Seed(pub u64);

/// What a stream is drawn for. Each purpose of a generation has a stream of its own, so that changing how many
/// numbers one purpose uses never moves another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The truth itself, where it is random (centres of blobs, the true coefficients): generation 0.
    Truth = 1,
    /// The first real training set.
    Real = 2,
    /// Real data arriving later.
    FreshReal = 3,
    /// Samples of a fitted model.
    Synthetic = 4,
    /// Acceptance of synthetic examples by a curation.
    Curate = 5,
    /// Cutting a pool to a budget.
    Select = 6,
    /// Randomness inside a fit (initial values of EM).
    Fit = 7,
    /// The downstream learner's fit.
    Downstream = 8,
    /// Held-out points of a metric that has no exact form.
    Measure = 9,
}

/// The streams of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams {
    key: u64,
}

impl Streams {
    /// The streams of replicate `replicate` of one cell. `cell` is the cell's canonical name
    /// (`samples=100;truth.dimension=10`), empty without a grid.
    #[must_use]
    pub fn of_run(seed: Seed, study: &str, simulation: &str, cell: &str, replicate: u32) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.0.to_le_bytes());
        for part in [study, simulation, cell] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.update(&replicate.to_le_bytes());
        let digest = hasher.finalize();
        let mut key = [0; 8];
        key.copy_from_slice(&digest.as_bytes()[..8]);
        Self { key: u64::from_le_bytes(key) }
    }

    /// The generator of one generation and purpose.
    #[must_use]
    pub fn at(&self, generation: u32, purpose: Purpose) -> Rng {
        let place = (u64::from(generation) << 8) | purpose as u64;
        let start = self.key ^ mix(place);
        let mut seed = [0; 32];
        for (step, word) in (0..).zip(seed.chunks_exact_mut(8)) {
            word.copy_from_slice(&mix(start.wrapping_add(GOLDEN.wrapping_mul(step))).to_le_bytes());
        }
        Rng::from_seed(seed)
    }
}

/// By what the state of SplitMix64 advances: 2^64 over the golden ratio, odd.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// One step of SplitMix64: its output from a state. A bijection of 64-bit words with good avalanche.
///
/// # Source
/// Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators", OOPSLA.
const fn mix(word: u64) -> u64 {
    let mut z = word.wrapping_add(GOLDEN);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    #[test]
    fn streams_depend_on_every_part_of_the_identity() {
        let base = Streams::of_run(Seed(1), "a", "b", "c", 0);
        for other in [
            Streams::of_run(Seed(2), "a", "b", "c", 0),
            Streams::of_run(Seed(1), "ab", "", "c", 0),
            Streams::of_run(Seed(1), "a", "b", "", 0),
            Streams::of_run(Seed(1), "a", "b", "c", 1),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn a_stream_is_seeded_as_the_library_seeds_from_one_word() {
        let place = (7_u64 << 8) | Purpose::Fit as u64;
        let expected = Rng::seed_from_u64(11 ^ mix(place));
        assert_eq!(Streams { key: 11 }.at(7, Purpose::Fit), expected);
    }

    #[test]
    fn purposes_and_generations_have_streams_of_their_own() {
        let streams = Streams::of_run(Seed(1), "a", "b", "c", 0);
        let draw = |generation, purpose| streams.at(generation, purpose).random::<u64>();
        assert_eq!(draw(1, Purpose::Real), draw(1, Purpose::Real));
        assert_ne!(draw(1, Purpose::Real), draw(2, Purpose::Real));
        assert_ne!(draw(1, Purpose::Real), draw(1, Purpose::Synthetic));
    }
}
