//! What stands against quotas in a setup.

use crate::sim::models::categorical::probabilities;
use crate::sim::{Refusal, Setup, Truth};

/// Number of categories, or of classes by groups.
fn cells(truth: &Truth) -> Option<usize> {
    match truth {
        Truth::LabelledDigits { classes, colour, .. } => {
            let colours = if colour.is_empty() { 1 } else { 2 };
            classes.iter().max().map(|last| (last + 1) * colours)
        }
        _ => probabilities(truth).map(|law| law.len()),
    }
}

/// Every reason why these quotas do not fit the setup.
pub(super) fn refusals(setup: &Setup, groups: &[Vec<usize>], extra: Option<f64>, field: &str, out: &mut Vec<Refusal>) {
    let mut refuse =
        |code, key: &str, found: String, remedy: String| out.push(Refusal { code, field: format!("{field}{key}"), found, remedy });
    if setup.curation.iter().filter(|rule| rule.judges()).count() > 1 {
        refuse("quota-not-alone", "", "quotas beside another rule that judges".into(), "keep one of them; a correction may stay".into());
    }
    if extra.is_some_and(|extra| !(0.0..=100.0).contains(&extra)) {
        let found = extra.map_or_else(String::new, |extra| extra.to_string());
        refuse("bad-extra", ".extra", found, "use a number from 0 to 100, or leave it out".into());
    }
    let Some(categories) = cells(&setup.truth) else {
        return refuse(
            "quota-mismatch",
            "",
            "quotas over what are no categories".into(),
            "use a categorical truth or labelled digits, or another curation".into(),
        );
    };
    let times = |category: usize| groups.iter().flatten().filter(|member| **member == category).count();
    if let Some(beyond) = groups.iter().flatten().find(|member| **member >= categories) {
        refuse("bad-groups", ".groups", format!("category {beyond} of {categories}"), format!("use places from 0 to {}", categories - 1));
    } else if let Some(odd) = (0..categories).find(|category| times(*category) != 1) {
        let found = if times(odd) == 0 { format!("category {odd} in no group") } else { format!("category {odd} more than once") };
        refuse("bad-groups", ".groups", found, "put every category into one group".into());
    }
    if groups.iter().any(Vec::is_empty) {
        refuse("bad-groups", ".groups", "an empty group".into(), "leave it out".into());
    }
}
