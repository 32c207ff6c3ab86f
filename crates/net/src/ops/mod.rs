//! The coarse operations of which every network here is made. Each file holds one of them as two functions over slices: `forward`
//! writes the value, `backward` adds to the gradient of what went in. They know nothing of graphs, models or training.

pub(crate) mod activation;
pub(crate) mod attention;
pub(crate) mod coupling;
pub(crate) mod dense;
pub(crate) mod embedding;
pub(crate) mod latent;
pub(crate) mod losses;
pub(crate) mod norm;
pub(crate) mod product;
