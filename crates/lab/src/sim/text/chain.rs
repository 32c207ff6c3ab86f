//! A chain written out: the weights of the next token after each token.

use super::{Gram, Language, MOST_ROWS};

/// The order-2 law of a square table of weights; `None` where it is not one, or splits.
pub(super) fn language(rows: &[Vec<f64>]) -> Option<Language> {
    let tokens = rows.len();
    let is_square = (1..=MOST_ROWS).contains(&tokens) && rows.iter().all(|row| row.len() == tokens);
    if !is_square || !rows.iter().flatten().all(|weight| weight.is_finite() && *weight >= 0.0) || splits(rows) {
        return None;
    }
    let next: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|weight| weight / row.iter().sum::<f64>()).collect()).collect();
    let visits = stationary(&next);
    let grams = next.iter().enumerate().flat_map(|(from, row)| {
        let mass = visits[from];
        row.iter().enumerate().map(move |(to, p)| (Gram { window: from as u64, token: to as u16 }, mass * p))
    });
    Some(Language::collected(2, tokens, grams.collect()))
}

/// Whether some token is never reached from token 0 or never leads back to it.
#[must_use]
pub fn splits(rows: &[Vec<f64>]) -> bool {
    let leads = |from: usize, to: usize| rows[from][to] > 0.0;
    let reached = |leads: &dyn Fn(usize, usize) -> bool| {
        let (mut seen, mut open) = (vec![false; rows.len()], vec![0]);
        while let Some(from) = open.pop() {
            if !std::mem::replace(&mut seen[from], true) {
                open.extend((0..rows.len()).filter(|to| leads(from, *to)));
            }
        }
        seen.iter().all(|seen| *seen)
    };
    !(reached(&leads) && reached(&|from, to| leads(to, from)))
}

/// The stationary law of an irreducible chain, by elimination without subtraction.
///
/// # Source
/// Grassmann, Taksar and Heyman (1985), "Regenerative analysis and steady state distributions for Markov chains".
fn stationary(next: &[Vec<f64>]) -> Vec<f64> {
    let mut p = next.to_vec();
    for last in (1..p.len()).rev() {
        let out: f64 = p[last][..last].iter().sum();
        for from in 0..last {
            p[from][last] /= out;
            for to in 0..last {
                p[from][to] += p[from][last] * p[last][to];
            }
        }
    }
    let mut law = vec![1.0; p.len()];
    for state in 1..p.len() {
        law[state] = (0..state).map(|from| law[from] * p[from][state]).sum();
    }
    let total: f64 = law.iter().sum();
    law.iter().map(|mass| mass / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_states_stay_as_long_as_their_formula_says() {
        let (a, b) = (0.3, 0.1);
        let law = stationary(&[vec![1.0 - a, a], vec![b, 1.0 - b]]);
        assert!((law[0] - b / (a + b)).abs() < 1e-15 && (law[1] - a / (a + b)).abs() < 1e-15, "{law:?}");
    }

    #[test]
    fn a_chain_that_splits_is_none() {
        assert!(splits(&[vec![1.0, 0.0], vec![0.5, 0.5]]), "1 is never reached");
        assert!(splits(&[vec![0.5, 0.5], vec![0.0, 1.0]]), "1 leads nowhere");
        assert!(!splits(&[vec![0.0, 1.0], vec![1.0, 0.0]]));
        assert!(language(&[vec![1.0, 2.0]]).is_none());
    }
}
