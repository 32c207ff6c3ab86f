//! Numbers as people read them: rounded to the width of their interval, small and large ones in scientific notation,
//! what is undefined as an en dash. Takes plain numbers and gives text; nothing here knows what a number means.

use std::ops::RangeInclusive;

/// What stands where there is no number.
pub const NONE: &str = "–";

/// Significant digits of a number at most: an interval from an exact recursion can be as narrow as rounding.
const DIGITS: i32 = 5;

/// Decimals that keep two significant digits of `width`, but at most [`DIGITS`] of `value`.
fn decimals(width: f64, value: f64) -> i32 {
    let needed = 1 - width.abs().log10().floor() as i32;
    if value.abs() > 0.0 { needed.min(DIGITS - 1 - value.abs().log10().floor() as i32) } else { needed }
}

/// A number with a fixed count of decimals, in scientific notation where that would be unreadable.
fn fixed(value: f64, decimals: i32) -> String {
    let magnitude = value.abs();
    if magnitude > 0.0 && !(1e-4..1e6).contains(&magnitude) {
        let digits = decimals + magnitude.log10().floor() as i32;
        // What is nothing at the decimals of its interval is printed with these.
        if digits >= 0 || magnitude >= 1.0 {
            return scientific(value, digits.clamp(0, 5) as usize);
        }
    }
    let text = format!("{value:.*}", decimals.clamp(0, 10) as usize);
    let is_nothing = text.trim_start_matches('-').chars().all(|c| matches!(c, '0' | '.'));
    // What rounds up to its last decimal is written as its neighbours are.
    if let Ok(rounded) = text.parse::<f64>()
        && !is_nothing
        && magnitude < 1e-4
    {
        return scientific(rounded, 0);
    }
    match (is_nothing, decimals) {
        (false, _) => text,
        // Beside an interval of scientific numbers a row of noughts says nothing.
        (true, 5..) => "0".to_owned(),
        (true, _) => text.trim_start_matches('-').to_owned(),
    }
}

fn scientific(value: f64, digits: usize) -> String {
    format!("{value:.digits$e}")
}

/// A number alone, to three significant digits; whole numbers below a million stay whole.
#[must_use]
pub fn plain(value: Option<f64>) -> String {
    match value.filter(|v| v.is_finite()) {
        None => NONE.to_owned(),
        Some(v) if v.abs() < 1e6 && v.fract().abs() < f64::EPSILON => format!("{:.0}", v + 0.0),
        Some(v) => trim(fixed(v, 2 - v.abs().log10().floor() as i32)),
    }
}

/// A positive number alone, as the end of a logarithmic scale: to three significant digits however small it is.
#[must_use]
pub fn positive(value: f64) -> String {
    let whole = value >= 0.5;
    if whole { plain(Some(value)) } else { trim(fixed(value, 2 - value.log10().floor() as i32)) }
}

/// A number alone, as [`plain`] has it.
#[must_use]
pub fn alone(value: f64) -> String {
    plain(Some(value))
}

fn trim(text: String) -> String {
    if !text.contains('.') || text.contains('e') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number rounded to the width of the interval that belongs to it.
#[must_use]
pub fn rounded(value: Option<f64>, low: Option<f64>, high: Option<f64>) -> String {
    let Some(v) = value.filter(|v| v.is_finite()) else { return NONE.to_owned() };
    match width(low, high) {
        Some(width) => fixed(v, decimals(width, v)),
        None => plain(Some(v)),
    }
}

/// An interval, `[low, high]`, both ends rounded to its width; one end unknown prints as an en dash.
#[must_use]
pub fn interval(low: Option<f64>, high: Option<f64>) -> String {
    match (low.filter(|v| v.is_finite()), high.filter(|v| v.is_finite())) {
        (None, None) => NONE.to_owned(),
        (low, high) => format!("[{}, {}]", rounded(low, low, high), rounded(high, low, high)),
    }
}

/// An estimate with its interval behind it; alone where it is exact, so that both ends print as it does.
#[must_use]
pub fn with_interval(value: Option<f64>, low: Option<f64>, high: Option<f64>) -> String {
    match (rounded(value, low, high), interval(low, high)) {
        (value, interval) if interval == NONE || interval == format!("[{value}, {value}]") => trim(value),
        (value, interval) => format!("{value} {interval}"),
    }
}

/// A share as whole per cent.
#[must_use]
pub fn percent(value: Option<f64>) -> String {
    value.filter(|v| v.is_finite()).map_or_else(|| NONE.to_owned(), |v| format!("{:.0} %", 100.0 * v))
}

/// A score in [0, 1] to two decimals.
#[must_use]
pub fn score(value: Option<f64>) -> String {
    value.filter(|v| v.is_finite()).map_or_else(|| NONE.to_owned(), |v| format!("{v:.2}"))
}

/// A number for machines: the shortest text that reads back as the same number; empty where undefined.
#[must_use]
pub fn exact(value: Option<f64>) -> String {
    // A zero has no sign.
    value.filter(|v| v.is_finite()).and_then(|v| serde_json::to_string(&(v + 0.0)).ok()).unwrap_or_default()
}

/// Whether values from `lowest` to `highest` are drawn on a log scale: they are positive and lie further apart than a factor of 50.
#[must_use]
pub fn is_wide(lowest: f64, highest: f64) -> bool {
    lowest > 0.0 && highest / lowest > 50.0
}

/// As [`exact`], of the number rounded to so many significant digits.
#[must_use]
pub fn to_digits(value: Option<f64>, digits: usize) -> String {
    exact(shortened(value, digits))
}

/// A number with at most so many significant digits.
#[must_use]
pub fn shortened(value: Option<f64>, digits: usize) -> Option<f64> {
    let after_point = digits - 1;
    value.and_then(|value| format!("{value:.after_point$e}").parse().ok())
}

/// A number with the digits that its interval supports, a hundredth of the half width being the last, and three at least; six where it has no width.
#[must_use]
pub fn supported(value: Option<f64>, low: Option<f64>, high: Option<f64>) -> Option<f64> {
    to_error(value, width(low, high).map(|width| width / 2.0), 3, 3..=UNSUPPORTED)
}

/// A number down to the last of so many digits of its error, and with a number of digits in a range; the most of it where there is no error.
#[must_use]
pub fn to_error(value: Option<f64>, error: Option<f64>, digits_of_error: i32, digits: RangeInclusive<usize>) -> Option<f64> {
    let finite = value.filter(|value| value.is_finite())?;
    let Some(error) = error.filter(|error| *error > 0.0 && finite != 0.0) else { return shortened(value, *digits.end()) };
    let place = |magnitude: f64| magnitude.abs().log10().floor() as i32;
    let told = digits_of_error + place(finite) - place(error);
    shortened(value, told.clamp(*digits.start() as i32, *digits.end() as i32) as usize)
}

/// Significant digits of a number without a width.
const UNSUPPORTED: usize = 6;

/// A count with commas between thousands.
#[must_use]
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn width(low: Option<f64>, high: Option<f64>) -> Option<f64> {
    let width = high? - low?;
    (width.is_finite() && width > 0.0).then_some(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_the_width_of_their_interval() {
        assert_eq!(with_interval(Some(0.123_456), Some(0.120_1), Some(0.126_8)), "0.1235 [0.1201, 0.1268]");
        assert_eq!(with_interval(Some(123.456), Some(100.0), Some(150.0)), "123 [100, 150]");
        assert_eq!(with_interval(Some(1.0), None, None), "1");
        assert_eq!(with_interval(Some(-0.048_056_892), Some(-0.048_056_893), Some(-0.048_056_891)), "-0.048057");
    }

    #[test]
    fn a_width_of_zero_or_none_falls_back_to_three_significant_digits() {
        assert_eq!(rounded(Some(2.0 / 3.0), Some(1.0), Some(1.0)), "0.667");
        assert_eq!(plain(Some(1234.56)), "1235");
        assert_eq!(plain(Some(0.000_012_345)), "1.23e-5");
        assert_eq!(plain(Some(0.0)), "0");
        assert_eq!(plain(Some(-0.0)), "0");
        assert_eq!(plain(Some(0.5)), "0.5");
    }

    #[test]
    fn very_small_numbers_are_scientific_and_keep_the_digits_their_interval_allows() {
        assert_eq!(with_interval(Some(1.234_5e-7), Some(1.2e-7), Some(1.3e-7)), "1.23e-7 [1.20e-7, 1.30e-7]");
    }

    #[test]
    fn a_number_that_rounds_up_to_its_last_decimal_is_written_as_its_interval_is() {
        assert_eq!(with_interval(Some(0.000_009_6), Some(-6e-5), Some(9e-5)), "1e-5 [-6e-5, 9e-5]");
        assert_eq!([positive(1e-31), positive(0.25), positive(3.0)].map(|text| text), ["1.00e-31", "0.25", "3"]);
    }

    #[test]
    fn what_is_undefined_or_not_finite_is_a_dash_and_never_nan() {
        for value in [None, Some(f64::NAN), Some(f64::INFINITY)] {
            assert_eq!(plain(value), NONE);
            assert_eq!(rounded(value, Some(0.0), Some(1.0)), NONE);
            assert_eq!(percent(value), NONE);
            assert_eq!(score(value), NONE);
            assert_eq!(exact(value), "");
        }
        assert_eq!(interval(Some(1.0), None), "[1, –]");
        assert_eq!(with_interval(Some(1.5), Some(f64::NAN), None), "1.5");
    }

    #[test]
    fn a_negative_number_that_rounds_to_nothing_loses_its_sign() {
        assert_eq!(rounded(Some(-0.001), Some(-1.0), Some(1.0)), "0.0");
        assert_eq!(with_interval(Some(0.0), Some(-1e-9), Some(1e-9)), "0 [-1.0e-9, 1.0e-9]");
        assert_eq!(with_interval(Some(4e-6), Some(0.0), Some(0.05)), "0.000 [0.000, 0.050]");
    }

    #[test]
    fn digits_are_those_that_the_interval_supports_and_three_at_least() {
        let of = |value, low, high| supported(Some(value), Some(low), Some(high)).expect("a number");
        assert_eq!([of(7.156_72, 5.989_34, 8.525_75), of(1.234_567_8, 1.233_9, 1.235_2)].map(|x| x.to_string()), ["7.16", "1.23457"]);
        assert_eq!([of(0.000_412_34, -1.0, 1.0), of(0.0, -1.0, 1.0)].map(|x| x.to_string()), ["0.000412", "0"]);
        assert_eq!(supported(Some(0.123_456_78), Some(0.5), Some(0.5)), Some(0.123_457), "no width");
        assert_eq!(supported(Some(f64::NAN), None, None), None);
    }

    #[test]
    fn a_mean_ends_where_its_error_does() {
        let of = |value, error| to_error(Some(value), error, 2, 3..=5).map(|told| told.to_string());
        assert_eq!([of(0.015_193, Some(0.000_47)), of(0.059_814, Some(0.02))], [Some("0.01519".into()), Some("0.0598".into())]);
        assert_eq!([of(1.234_567, Some(1e-9)), of(1.234_567, Some(0.0)), of(1.234_567, None)], [(); 3].map(|()| Some("1.2346".to_owned())));
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            (count(0), count(999), count(32_768), count(1_000_000)),
            ("0".into(), "999".into(), "32,768".into(), "1,000,000".into())
        );
    }
}
