//! Worlds whose images have classes, what a classifier is asked of them, and what is read of its answers.
//!
//! The questions are the held-out images, each with the weight that the truth gives it, and the right answer is what the image shows, whatever label
//! some real copy of it may carry.

use crate::random::Rng;
use crate::sim::models::labels::largest;
use crate::sim::world::World;
use crate::taxonomy::Metric;

/// Bins of confidence of the calibration error.
const BINS: usize = 15;

/// A held-out image.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its pixels.
    pub input: Vec<f32>,
    /// What it shows.
    pub class: usize,
    /// Its group.
    pub group: usize,
    /// Its probability in the truth.
    pub weight: f64,
}

/// A world of images with classes.
pub trait Told: World {
    /// Number of classes.
    fn classes(&self) -> usize;

    /// Numbers of an input.
    fn dimension(&self) -> usize;

    /// Appends the input of an example.
    fn write(&self, example: &Self::Example, out: &mut Vec<f32>);

    /// The class that it is given.
    fn class(&self, example: &Self::Example) -> usize;

    /// The class that it came with.
    fn own(&self, example: &Self::Example) -> usize;

    /// The input of a synthetic label at `place` of its batch.
    fn unlabelled(&mut self, place: usize, rng: &mut Rng) -> Self::Example;

    /// The same input with another class.
    fn relabelled(&self, example: Self::Example, class: usize) -> Self::Example;

    /// Probability of each class.
    fn shares(&self) -> Vec<f64>;

    /// All held-out images.
    fn questions(&self) -> Vec<Question>;
}

/// What a classifier says of one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The right class.
    pub class: usize,
    /// The group of the input.
    pub group: usize,
    /// The weight of the question.
    pub weight: f64,
    /// Fitted probability of each class.
    pub law: Vec<f64>,
    /// How likely the setup's synthesis is to label the input with each class.
    pub labels: Vec<f64>,
}

impl Answer {
    fn best(&self) -> usize {
        largest(self.law.iter().copied())
    }

    fn is_right(&self) -> bool {
        self.best() == self.class
    }
}

/// The metrics of a classifier of so many classes, where some have less than an even share, and of so many groups.
#[must_use]
pub fn defined(classes: usize, has_rare: bool, groups: usize) -> Vec<Metric> {
    let mut metrics = vec![
        Metric::Accuracy,
        Metric::NegativeLogLikelihood,
        Metric::CalibrationError,
        Metric::FirstShare,
        Metric::TopShare,
        Metric::AbsoluteError,
        Metric::Entropy,
    ];
    if has_rare {
        metrics.extend([Metric::RareAccuracy, Metric::MinorityShare]);
    }
    if groups > 1 {
        metrics.push(Metric::GroupAccuracy);
    }
    if classes == 2 {
        metrics.push(Metric::PositiveShare);
        if groups > 1 {
            metrics.extend([Metric::EqualisedOdds, Metric::ParityGap]);
        }
    }
    metrics
}

/// Whether a class has less than an even share.
#[must_use]
pub fn is_rare(shares: &[f64], class: usize) -> bool {
    shares[class] < (1.0 - 1e-9) / shares.len() as f64
}

/// A metric of answers to questions of a truth with these shares of classes.
#[must_use]
pub fn measure(answers: &[Answer], shares: &[f64], metric: Metric) -> Option<f64> {
    let right = |answer: &Answer| f64::from(u8::from(answer.is_right()));
    let labels = || -> Vec<f64> { (0..shares.len()).filter_map(|class| mean(answers, |_| true, |answer| answer.labels[class])).collect() };
    let positive = |answer: &Answer| f64::from(u8::from(answer.best() == 1));
    match metric {
        Metric::Accuracy => mean(answers, |_| true, right),
        Metric::RareAccuracy => mean(answers, |answer| is_rare(shares, answer.class), right),
        Metric::NegativeLogLikelihood => mean(answers, |_| true, |answer| -answer.law[answer.class].ln()),
        Metric::CalibrationError => calibration_error(answers),
        Metric::FirstShare => labels().get(largest(shares.iter().copied())).copied(),
        Metric::TopShare => labels().into_iter().reduce(f64::max),
        Metric::MinorityShare => Some(labels().iter().enumerate().filter(|(class, _)| is_rare(shares, *class)).map(|(_, p)| p).sum()),
        Metric::AbsoluteError => Some(labels().iter().zip(shares).map(|(p, share)| (p - share).abs()).sum()),
        Metric::Entropy => Some(labels().iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum()),
        Metric::PositiveShare => labels().get(1).copied(),
        Metric::GroupAccuracy => by_group(answers, |_| true, right).into_iter().reduce(f64::min),
        Metric::ParityGap => gap(&by_group(answers, |_| true, positive)),
        Metric::EqualisedOdds => {
            let of = |class: usize| gap(&by_group(answers, |answer| answer.class == class, positive));
            of(0).into_iter().chain(of(1)).reduce(f64::max)
        }
        _ => None,
    }
}

/// Weighted mean over the answers that count; `None` where none does.
fn mean(answers: &[Answer], counts: impl Fn(&Answer) -> bool, of: impl Fn(&Answer) -> f64) -> Option<f64> {
    let add = |(weight, sum): (f64, f64), answer: &Answer| (weight + answer.weight, sum + answer.weight * of(answer));
    let (weight, sum) = answers.iter().filter(|answer| counts(answer)).fold((0.0, 0.0), add);
    (weight > 0.0).then(|| sum / weight)
}

/// The mean in every group that has a weight.
fn by_group(answers: &[Answer], counts: impl Fn(&Answer) -> bool, of: impl Fn(&Answer) -> f64) -> Vec<f64> {
    let groups = answers.iter().map(|answer| answer.group).max().map_or(0, |last| last + 1);
    (0..groups).filter_map(|group| mean(answers, |answer| answer.group == group && counts(answer), &of)).collect()
}

/// Largest minus smallest rate; `None` of fewer than two.
fn gap(rates: &[f64]) -> Option<f64> {
    let largest = rates.iter().copied().reduce(f64::max)?;
    let smallest = rates.iter().copied().reduce(f64::min)?;
    (rates.len() > 1).then_some(largest - smallest)
}

/// Expected calibration error: over equal bins of the confidence in the answer, the weight of a bin times what its confidence is off its accuracy.
///
/// # Source
/// Guo, Pleiss, Sun and Weinberger (2017), equation 3; fifteen bins as there.
fn calibration_error(answers: &[Answer]) -> Option<f64> {
    let mut bins = [(0.0, 0.0); BINS];
    let mut whole = 0.0;
    for answer in answers {
        let confidence = answer.law[answer.best()];
        let (hits, hopes) = &mut bins[((confidence * BINS as f64) as usize).min(BINS - 1)];
        *hits += answer.weight * f64::from(u8::from(answer.is_right()));
        *hopes += answer.weight * confidence;
        whole += answer.weight;
    }
    (whole > 0.0).then(|| bins.iter().map(|(hits, hopes)| (hits - hopes).abs()).sum::<f64>() / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(class: usize, group: usize, weight: f64, second: f64) -> Answer {
        let law = vec![1.0 - second, second];
        Answer { class, group, weight, labels: law.clone(), law }
    }

    /// Four inputs, worked out by hand.
    fn four() -> Vec<Answer> {
        vec![answer(0, 0, 0.4, 0.1), answer(0, 1, 0.2, 0.7), answer(1, 0, 0.1, 0.8), answer(1, 1, 0.3, 0.4)]
    }

    #[test]
    fn measures_are_those_by_hand() {
        let shares = [0.6, 0.4];
        let near = |metric: Metric, expected: f64| {
            let found = measure(&four(), &shares, metric).expect("defined");
            assert!((found - expected).abs() < 1e-12, "{metric:?}: {found}, not {expected}");
        };
        near(Metric::Accuracy, 0.5);
        near(Metric::RareAccuracy, 0.25);
        near(Metric::NegativeLogLikelihood, -(0.4 * 0.9_f64.ln() + 0.2 * 0.3_f64.ln() + 0.1 * 0.8_f64.ln() + 0.3 * 0.4_f64.ln()));
        // Labels of class 1: .04 + .14 + .08 + .12.
        near(Metric::PositiveShare, 0.38);
        near(Metric::FirstShare, 0.62);
        near(Metric::MinorityShare, 0.38);
        near(Metric::AbsoluteError, 0.04);
        // Group 0 is right everywhere, group 1 nowhere.
        near(Metric::GroupAccuracy, 0.0);
        near(Metric::EqualisedOdds, 1.0);
        // Called 1: a fifth of group 0 (.1 of .5) and two fifths of group 1 (.2 of .5).
        near(Metric::ParityGap, 0.2);
        // Confidences .9, .7, .8 and .6, each in a bin of its own, right, wrong, right, wrong.
        near(Metric::CalibrationError, 0.4 * 0.1 + 0.2 * 0.7 + 0.1 * 0.2 + 0.3 * 0.6);
    }

    #[test]
    fn a_bin_evens_out_what_is_within_it() {
        // Eight answers of confidence 3/4, of which six are right: calibrated, although each alone is off.
        let answers: Vec<Answer> = (0..8).map(|place| answer(usize::from(place < 6), 0, 1.0, 0.75)).collect();
        assert!(measure(&answers, &[0.5, 0.5], Metric::CalibrationError).is_some_and(|error| error.abs() < 1e-12));
    }

    #[test]
    fn what_cannot_be_compared_is_undefined() {
        let alone = [answer(0, 0, 1.0, 0.2)];
        assert_eq!(measure(&alone, &[0.5, 0.5], Metric::ParityGap), None);
        assert_eq!(measure(&alone, &[0.5, 0.5], Metric::RareAccuracy), None);
        assert_eq!(measure(&[], &[0.5, 0.5], Metric::CalibrationError), None);
    }
}
