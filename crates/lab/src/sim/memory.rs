//! The fits of the last generations, where synthetic data are drawn anew from each of them.

use super::{Setup, Synthetic};
use std::collections::VecDeque;

/// The fits before the newest one, the youngest first.
#[derive(Debug, Clone)]
pub struct Memory<F> {
    most: usize,
    fits: VecDeque<F>,
    /// Places of fits that nobody needs any more.
    spare: Vec<F>,
}

impl<F> Memory<F> {
    /// An empty memory, as large as the setup's regime asks for.
    #[must_use]
    pub fn of(setup: &Setup) -> Self {
        let most = match setup.regime.synthetic {
            Synthetic::Models { size } => size.min(setup.generations).saturating_sub(1) as usize,
            Synthetic::None | Synthetic::Newest | Synthetic::Window { .. } | Synthetic::All | Synthetic::Overwrite { .. } => 0,
        };
        Self { most, fits: VecDeque::new(), spare: Vec::new() }
    }

    /// Forgets the fits of the run before.
    pub fn begin(&mut self) {
        self.spare.extend(self.fits.drain(..));
    }

    /// Whether it keeps anything.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.most > 0
    }

    /// Keeps a fit and leaves a place for the next one: that of a fit that leaves, where there is one.
    pub fn keep(&mut self, fitted: &mut F, blank: impl FnOnce() -> F) {
        let leaves = if self.fits.len() < self.most { self.spare.pop() } else { self.fits.pop_back() };
        self.fits.push_front(std::mem::replace(fitted, leaves.unwrap_or_else(blank)));
    }

    /// The fits that n examples are drawn from, the newest first, with the number of each: equal parts, of which the youngest take what does
    /// not divide.
    pub fn parts<'a>(&'a self, newest: &'a F, n: u64) -> impl Iterator<Item = (&'a F, u64)> {
        let models = 1 + self.fits.len() as u64;
        let part = move |place: u64| n / models + u64::from(place < n % models);
        std::iter::once(newest).chain(&self.fits).zip(0..).map(move |(fit, place)| (fit, part(place))).filter(|(_, part)| *part > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::law_tests::gaussian;
    use crate::sim::models::trial;
    use crate::sim::{Estimate, Model, Regime};

    #[test]
    fn the_last_fits_share_what_is_drawn_and_the_oldest_leaves() {
        let setup = Setup {
            regime: Regime::memory(3),
            ..trial::setup(gaussian(1), Model::Gaussian { estimate: Estimate::Both }, Regime::memory(3), 10, 20)
        };
        let mut memory = Memory::of(&setup);
        let parts = |memory: &Memory<u32>, newest, n| memory.parts(&newest, n).map(|(fit, part)| (*fit, part)).collect::<Vec<_>>();
        assert_eq!(parts(&memory, 1, 8), [(1, 8)]);
        let mut keep = |mut fit| {
            memory.keep(&mut fit, || 0);
            (fit, memory.clone())
        };
        let (place, one) = keep(1);
        assert_eq!((place, parts(&one, 2, 9)), (0, vec![(2, 5), (1, 4)]));
        let (place, two) = keep(2);
        assert_eq!((place, parts(&two, 3, 11)), (0, vec![(3, 4), (2, 4), (1, 3)]));
        assert_eq!(keep(3).0, 1, "the oldest gives its place");
        assert_eq!(parts(&memory, 4, 2), [(4, 1), (3, 1)]);
        memory.begin();
        assert_eq!(parts(&memory, 9, 5), [(9, 5)]);
        assert!(!Memory::<u32>::of(&Setup { regime: Regime::memory(1), ..setup }).is_kept());
    }
}
