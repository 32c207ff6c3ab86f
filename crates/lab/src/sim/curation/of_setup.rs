//! What the curations of a setup come to together.

use super::{Curation, Detector, Mask, Origin, Reference, Source};
use crate::sim::quota::Quotas;
use crate::sim::regime::{Budget, Synthetic};
use crate::sim::setup::Setup;

impl Setup {
    /// Whose law synthetic examples follow.
    #[must_use]
    pub fn source(&self) -> Source {
        match (self.displacement(), self.edit()) {
            (Some(_), _) => Source::Foreign,
            (None, Some((share, _))) if share < 1.0 => Source::Edited,
            (None, Some(_) | None) => Source::Model,
        }
    }

    /// Which label a verifier calls correct; `check` allows one answer only.
    #[must_use]
    pub fn reference(&self) -> Reference {
        let own = |rule: &Curation| matches!(rule, Curation::Verifier { reference: Reference::Own, .. });
        if self.curation.iter().any(own) { Reference::Own } else { Reference::MostLikely }
    }

    /// The displaced source, if there is one: how far it lies, and from where.
    #[must_use]
    pub fn displacement(&self) -> Option<(f64, Origin)> {
        let one = |rule: &Curation| if let Curation::Displace { distance, from } = rule { Some((*distance, *from)) } else { None };
        let far = self.curation.iter().filter_map(one).reduce(|(sum, from), (distance, _)| (sum + distance, from));
        far.filter(|(distance, from)| *distance > 0.0 || *from == Origin::Truth)
    }

    /// By how much the source of synthetic examples is moved away from its fit to its own samples, where it is.
    #[must_use]
    pub fn extrapolation(&self) -> Option<f64> {
        self.curation.iter().find_map(|rule| if let Curation::Extrapolate { weight } = rule { Some(*weight) } else { None })
    }

    /// The edit among the curations, if there is one: its share and mask.
    #[must_use]
    pub fn edit(&self) -> Option<(f64, Mask)> {
        self.curation.iter().find_map(|rule| if let Curation::Edit { share, mask } = rule { Some((*share, *mask)) } else { None })
    }

    /// The detector among the curations, if there is one.
    #[must_use]
    pub fn detector(&self) -> Option<Detector> {
        self.curation.iter().find_map(|rule| match rule {
            Curation::DetectorWeighted { hits, false_alarms, weight } => {
                Some(Detector { hits: *hits, false_alarms: *false_alarms, weight: *weight })
            }
            _ => None,
        })
    }

    /// Whether examples are picked out of batches, so that sums of statistics do not suffice.
    #[must_use]
    pub fn cuts(&self) -> bool {
        let overwrites = matches!(self.regime.synthetic, Synthetic::Overwrite { .. });
        self.regime.budget != Budget::Whole || overwrites || self.edit().is_some() || self.detector().is_some()
    }

    /// Centroids of each class that generated images are replaced by, where they are.
    #[must_use]
    pub fn centroids(&self) -> Option<u32> {
        self.curation.iter().find_map(|rule| if let Curation::Snap { centroids } = rule { Some(*centroids) } else { None })
    }

    /// The share of generated images that a discriminator keeps, where there is one.
    #[must_use]
    pub fn screen(&self) -> Option<f64> {
        self.curation.iter().find_map(|rule| if let Curation::Screen { keep } = rule { Some(*keep) } else { None })
    }

    /// The quotas among the curations, if there are some.
    #[must_use]
    pub fn quotas(&self) -> Option<Quotas<'_>> {
        self.curation.iter().find_map(|rule| match rule {
            Curation::Quota { groups, extra } => Some(Quotas { groups, extra: *extra }),
            _ => None,
        })
    }
}
