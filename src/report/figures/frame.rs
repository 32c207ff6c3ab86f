//! The frame of a small plot: where it stands, and its vertical scale, logarithmic where its values are wide apart.

use super::canvas::{Canvas, Hold, INK, RULE, SMALL};
use crate::report::number;

/// Where a plot stands, with its vertical scale.
pub struct Frame {
    /// Its left edge.
    pub x0: f64,
    /// Its right edge.
    pub x1: f64,
    /// Its foot.
    pub y0: f64,
    /// Its head.
    pub y1: f64,
    /// What stands upwards.
    pub scale: Scale,
}

impl Frame {
    /// How high a value stands.
    pub fn y(&self, value: f64) -> f64 {
        self.y0 + (self.y1 - self.y0) * self.scale.share(value)
    }

    /// A share of the way across.
    pub fn across(&self, share: f64) -> f64 {
        self.x0 + (self.x1 - self.x0) * share
    }

    /// Its axes with the ends of the scale.
    pub fn draw(&self, sheet: &mut Canvas) {
        sheet.rules(&[((self.x0, self.y0), (self.x1, self.y0)), ((self.x0, self.y0), (self.x0, self.y1))], RULE, 1.0);
        for (value, words) in self.scale.ends() {
            sheet.words(self.x0 - 5.0, self.y(value) + 4.0, &words, SMALL, Hold::End, INK);
        }
    }

    /// The number of a generation under the foot.
    pub fn generation(&self, sheet: &mut Canvas, x: f64, generation: u32, hold: Hold) {
        sheet.words(x, self.y0 + 16.0, &generation.to_string(), SMALL, hold, INK);
    }
}

/// A vertical scale, logarithmic where its values are wide apart.
pub struct Scale {
    low: f64,
    high: f64,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Linear,
    Logarithmic,
}

/// Whether a linear scale must hold zero, as bars need.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// It must.
    Zero,
    /// It need not.
    Free,
}

impl Scale {
    /// Over some values.
    pub fn over(values: &[f64], base: Base) -> Self {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if base == Base::Free && number::is_wide(low, high) {
            return Self { low: low.ln(), high: high.ln(), kind: Kind::Logarithmic };
        }
        let low = if low > 0.0 && (low < 0.5 * high || base == Base::Zero) { 0.0 } else { low };
        let high = if base == Base::Zero { high.max(0.0) } else { high };
        let room = if high > low { 0.0 } else { high.abs().max(1.0) * 0.1 };
        Self { low: low - room, high: high + room, kind: Kind::Linear }
    }

    /// Whether equal steps are equal factors.
    pub fn is_logarithmic(&self) -> bool {
        self.kind == Kind::Logarithmic
    }

    /// How far up a value stands, from 0 at the foot to 1.
    pub fn share(&self, value: f64) -> f64 {
        let value = if self.is_logarithmic() { value.max(f64::MIN_POSITIVE).ln() } else { value };
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// Its ends in words; a logarithmic one has no zero.
    fn ends(&self) -> [(f64, String); 2] {
        [self.low, self.high].map(|end| match self.kind {
            Kind::Linear => (end, number::alone(end)),
            Kind::Logarithmic => (end.exp(), number::positive(end.exp())),
        })
    }
}

/// Whether values stand well as bars: on a linear scale from zero on which they still differ. Bars on a logarithmic scale have no foot,
/// and those that all reach the upper half of theirs say little but that they are long.
pub fn fits_bars(values: &[f64]) -> bool {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let is_all_long = (low > 0.0 && low > 0.5 * high) || (high < 0.0 && high < 0.5 * low);
    !is_all_long && !number::is_wide(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_on_zero_and_lines_need_not() {
        assert!(Scale::over(&[0.3, 1.0], Base::Zero).low.abs() < 1e-12);
        assert!((Scale::over(&[0.9, 1.0], Base::Free).low - 0.9).abs() < 1e-12);
        assert!(Scale::over(&[0.01, 1.0], Base::Free).is_logarithmic());
    }

    #[test]
    fn no_bar_stands_on_a_logarithmic_scale_or_where_all_would_be_alike() {
        assert!(fits_bars(&[0.3, 1.0]) && fits_bars(&[-0.2, 1.0]) && fits_bars(&[0.0, 5.0]) && fits_bars(&[-1.0, -0.1]));
        for values in [[0.01, 1.0], [0.8, 0.85], [24.0, 26.0], [-26.0, -24.0]] {
            assert!(!fits_bars(&values), "{values:?}");
        }
        assert!(!Scale::over(&[0.01, 1.0], Base::Zero).is_logarithmic());
    }

    #[test]
    fn a_logarithmic_scale_has_no_zero_at_its_foot() {
        let ends = Scale::over(&[1e-31, 1.0], Base::Free).ends();
        assert_eq!(ends.map(|(_, words)| words), ["1.00e-31", "1"].map(str::to_owned));
    }
}
