//! What the readable twin can do with examples that lie somewhere: choose those far from each other, put centroids in their place, keep those that a
//! discriminator likes.

use super::chain::{Apart, Chain, Screened, Steps};
use super::learner::Learner;
use super::samples::{Examples, Gauge, Twin};
use super::world::{Centred, Placed, Screens, World};
use super::{liked, spacing};
use crate::random::Rng;

impl<W: World, L: Learner<W>, G: Gauge<W, L>> Steps<Twin<W, L, G>> {
    /// And chosen for their distance from each other.
    #[must_use]
    pub const fn placed(self) -> Self
    where
        W: Placed,
    {
        Self { space: Some(Twin::<W, L, G>::space), ..self }
    }

    /// And replaced by centroids.
    #[must_use]
    pub const fn centred(self) -> Self
    where
        W: Centred,
    {
        Self { mend: Some(Twin::<W, L, G>::mend), ..self }
    }

    /// And liked by a discriminator or not.
    #[must_use]
    pub const fn screened(self) -> Self
    where
        W: Screens,
    {
        Self { screen: Some(Twin::<W, L, G>::screen), ..self }
    }
}

impl<W: Placed, L: Learner<W>, G: Gauge<W, L>> Twin<W, L, G> {
    fn space(&mut self, pool: &Examples<W::Example>, apart: Apart, rng: &mut Rng, out: &mut Examples<W::Example>) -> u64 {
        let distance = |a: &W::Example, b: &W::Example| self.world.apart(a, b);
        let places = spacing::chosen(&pool.examples, apart.wanted as usize, apart.spacing, distance, rng);
        places.iter().for_each(|place| out.push(pool.examples[*place].clone(), pool.weight(*place)));
        places.iter().filter(|place| (**place as u64) < apart.early).count() as u64
    }
}

impl<W: Centred, L: Learner<W>, G: Gauge<W, L>> Twin<W, L, G> {
    fn mend(&self, centroids: u32, batch: &mut Examples<W::Example>) {
        batch.examples.iter_mut().for_each(|example| *example = self.world.mended(example, centroids));
    }
}

impl<W: Screens, L: Learner<W>, G: Gauge<W, L>> Twin<W, L, G> {
    fn screen(
        &mut self,
        from: &L::Fitted,
        screened: Screened<'_>,
        drawn: &mut Examples<W::Example>,
        out: &mut Examples<W::Example>,
    ) -> bool {
        let Screened { wanted, keep, rng, judge } = screened;
        self.clear(drawn);
        self.synthetic(from, (wanted as f64 / keep).ceil() as u64, rng, drawn);
        let Some((groups, likings)) = self.world.likings(&drawn.examples, judge) else { return false };
        let places = liked::best(&groups, &likings, wanted as usize);
        places.iter().for_each(|place| out.push(drawn.examples[*place].clone(), 1.0));
        true
    }
}
