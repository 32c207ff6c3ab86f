//! Beam search: the likeliest continuation among those that a beam keeps.

use super::Transformer;
use super::cache::Cache;
use crate::real::{Real, sum};

/// A token that could follow a kept continuation.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
    token: u16,
    log_probability: f64,
}

impl Transformer {
    /// The likeliest of the `width` continuations that are left at the end.
    pub(super) fn beam(&self, prompt: &[u16], length: usize, width: usize) -> Vec<u16> {
        let mut texts = vec![prompt.to_vec(); width];
        let mut cache = Cache::new(&self.config, width);
        // All begin alike, so at first only one counts.
        let mut scores = vec![f64::NEG_INFINITY; width];
        scores[0] = 0.0;
        for at in 0..(prompt.len() + length).saturating_sub(1) {
            let logits = self.read(&mut cache, &texts, at);
            if at + 1 < prompt.len() {
                continue;
            }
            let best = best_steps(logits, &scores, self.config.vocabulary);
            cache.reorder(&best.iter().map(|step| step.from).collect::<Vec<_>>());
            texts = best.iter().map(|step| [&texts[step.from][..], &[step.token]].concat()).collect();
            scores = best.iter().map(|step| step.log_probability).collect();
        }
        texts.swap_remove(0).split_off(prompt.len())
    }
}

/// The likeliest continuations by one token, best first, as many as there are now; the earlier of equals first.
fn best_steps(logits: &[f32], scores: &[f64], vocabulary: usize) -> Vec<Step> {
    let mut steps = Vec::with_capacity(logits.len());
    for (from, (row, score)) in logits.chunks_exact(vocabulary).zip(scores).enumerate() {
        let top = row.iter().fold(row[0], |top, logit| logit.larger(top));
        let total = Real::ln(sum(row, |logit| Real::exp(logit - top)));
        let score = |logit: &f32| score + f64::from(*logit - top) - f64::from(total);
        steps.extend(row.iter().enumerate().map(|(token, logit)| Step { from, token: token as u16, log_probability: score(logit) }));
    }
    steps.sort_by(|a, b| b.log_probability.total_cmp(&a.log_probability));
    steps.truncate(scores.len());
    steps
}
