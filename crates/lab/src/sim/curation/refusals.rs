//! What stands against a curation: the part of `check` that reads the list of curations.

use super::quota_refusals;
use super::{Curation, MOST_CANDIDATES, Mask, Origin, Reference, Reward, TailView};
use crate::sim::kind::Kind;
use crate::sim::refusal::refuse;
use crate::sim::{Budget, Inputs, Refusal, Setup, Synthesis, Synthetic, Truth};

/// Every reason why the curations of a setup do not fit it.
pub(in crate::sim) fn refusals(setup: &Setup, out: &mut Vec<Refusal>) {
    let kind = setup.truth.kind();
    let says_what_is_correct = !matches!(kind, Kind::Counts | Kind::Times | Kind::Bits | Kind::Responses | Kind::Replies);
    for (place, rule) in setup.curation.iter().enumerate() {
        let field = format!("curation.{place}");
        if rule.judges() && !says_what_is_correct {
            let found = format!("the truth does not say which {} are correct", kind.name());
            out.push(refuse("nothing-to-verify", &field, found, "leave `curation` out"));
        }
        match rule {
            Curation::Verifier { true_accept, false_accept, reference, tail } => {
                if *tail == TailView::Blind && matches!(setup.truth, Truth::Tabular { .. }) {
                    let place = format!("{field}.tail");
                    out.push(refuse("no-tail", place, "a tail of the rows of a table, which has none", "use judged"));
                }
                let place = format!("{field}.reference");
                if *reference == Reference::Own && kind != Kind::Labels {
                    let found = format!("own labels, but the truth makes {}", kind.name());
                    out.push(refuse("reference-mismatch", place, found, "use most-likely"));
                } else if *reference != setup.reference() {
                    out.push(refuse("reference-mismatch", place, "verifiers that disagree on what is correct", "use one reference"));
                }
                probabilities([("true_accept", *true_accept), ("false_accept", *false_accept)], &field, out);
            }
            Curation::Correct { strength } => correction(setup, *strength, &field, out),
            Curation::BestOf { candidates, reward } => preference(setup, *candidates, reward, &field, out),
            Curation::Displace { distance, from } => displacement(setup, *distance, *from, &field, out),
            Curation::Edit { share, mask } => edit(setup, *share, *mask, &field, out),
            Curation::DetectorWeighted { hits, false_alarms, weight } => {
                probabilities([("hits", *hits), ("false_alarms", *false_alarms), ("weight", *weight)], &field, out);
                detector(setup, &field, out);
            }
            Curation::Snap { centroids } => snap(setup, *centroids, &field, out),
            Curation::Screen { keep } => screen(setup, *keep, &field, out),
            Curation::Extrapolate { weight } => extrapolation(setup, *weight, &field, out),
            Curation::Quota { groups, extra } => quota_refusals::refusals(setup, groups, *extra, &field, out),
        }
    }
}

fn correction(setup: &Setup, strength: f64, field: &str, out: &mut Vec<Refusal>) {
    if !(strength.is_finite() && strength >= 0.0) {
        out.push(refuse("bad-strength", format!("{field}.strength"), strength.to_string(), "use a number of at least 0"));
    }
    if matches!(&setup.synthesis, Synthesis::Labels { inputs: Inputs::Reused, .. }) {
        let found = "a correction, whose inputs are new, of labels on reused inputs";
        out.push(refuse("correction-mismatch", field, found, "use inputs = \"fresh\""));
    }
}

/// Fewer than the pool has images of any digit.
const MOST_CENTROIDS: u32 = 64;

fn snap(setup: &Setup, centroids: u32, field: &str, out: &mut Vec<Refusal>) {
    if setup.truth.kind() != Kind::Images {
        let found = format!("centroids of real images, where the truth makes {}", setup.truth.kind().name());
        out.push(refuse("centroids-mismatch", field, found, "use `correct`, or a network of digits"));
    }
    if !(1..=MOST_CENTROIDS).contains(&centroids) {
        let place = format!("{field}.centroids");
        out.push(refuse("centroids-mismatch", place, centroids.to_string(), format!("use 1 to {MOST_CENTROIDS}")));
    }
}

fn screen(setup: &Setup, keep: f64, field: &str, out: &mut Vec<Refusal>) {
    if setup.truth.kind() != Kind::Images {
        let found = format!("a discriminator of images, where the truth makes {}", setup.truth.kind().name());
        out.push(refuse("screen-mismatch", field, found, "use a verifier, or a network of digits"));
    }
    if !(0.01..=1.0).contains(&keep) {
        out.push(refuse("screen-mismatch", format!("{field}.keep"), keep.to_string(), "use a share from 0.01 to 1"));
    }
    if setup.curation.iter().filter(|rule| rule.judges()).count() > 1 {
        out.push(refuse("screen-mismatch", field, "a discriminator beside another rule that judges", "keep one of them"));
    }
}

/// Beyond it a Gaussian's variance would be negative in more than a few fits.
const MOST_EXTRAPOLATION: f64 = 10.0;

fn extrapolation(setup: &Setup, weight: f64, field: &str, out: &mut Vec<Refusal>) {
    if !(0.0..=MOST_EXTRAPOLATION).contains(&weight) {
        let remedy = format!("use a number from 0 to {MOST_EXTRAPOLATION}");
        out.push(refuse("bad-weight", format!("{field}.weight"), weight.to_string(), remedy));
    }
    if !setup.model.family().extrapolates() || matches!(setup.truth, Truth::Tabular { .. }) {
        let remedy = "use a gaussian, categorical, ols, ridge, random-features, or logistic of labelled points";
        out.push(refuse("extrapolation-mismatch", field, "an extrapolation of a fit whose parameters cannot be added", remedy));
    }
    let sources = |rule: &&Curation| matches!(rule, Curation::Displace { .. } | Curation::Extrapolate { .. });
    if setup.curation.iter().filter(sources).count() > 1 {
        out.push(refuse("extrapolation-not-alone", field, "two rules that say where synthetic examples come from", "keep one of them"));
    }
}

fn displacement(setup: &Setup, distance: f64, from: Origin, field: &str, out: &mut Vec<Refusal>) {
    if !(distance.is_finite() && distance >= 0.0) {
        out.push(refuse("bad-distance", format!("{field}.distance"), distance.to_string(), "use a number of at least 0"));
    }
    if from == Origin::Truth && setup.truth.kind() != Kind::Responses {
        let found = "a source beside a truth that is no regression";
        out.push(refuse("displacement-mismatch", format!("{field}.from"), found, "use from = \"fit\""));
    }
    if !setup.model.family().moves() {
        let remedy = "use ols, ridge, random-features, or a gaussian whose mean is estimated";
        out.push(refuse("displacement-mismatch", field, "a displacement of a law without a free location", remedy));
    }
}

fn preference(setup: &Setup, candidates: u32, reward: &Reward, field: &str, out: &mut Vec<Refusal>) {
    if !(2..=MOST_CANDIDATES).contains(&candidates) {
        let remedy = format!("use 2 to {MOST_CANDIDATES}");
        out.push(refuse("bad-candidates", format!("{field}.candidates"), candidates.to_string(), remedy));
    }
    if setup.curation.iter().filter(|rule| rule.judges()).count() > 1 {
        let found = "a preference beside another rule that judges";
        out.push(refuse("preference-not-alone", field, found, "keep one of them; a correction may stay"));
    }
    let place = format!("{field}.reward");
    match (reward, setup.truth.kind()) {
        (Reward::Levels { values }, Kind::Categories | Kind::Labels | Kind::Images) => {
            if !values.iter().all(|value| value.is_finite()) {
                out.push(refuse("bad-reward", place, "a reward that is not finite", "use finite numbers"));
            }
        }
        (Reward::Linear { slope }, Kind::Points) if slope.is_finite() => {}
        (Reward::Quadratic { centre, width }, Kind::Points) if centre.is_finite() && *width > 0.0 => {}
        (Reward::Linear { .. } | Reward::Quadratic { .. }, Kind::Points) => {
            out.push(refuse("bad-reward", place, "a reward that is not finite", "use finite numbers and a positive width"));
        }
        (_, kind) => {
            let remedy = match kind {
                Kind::Points => "use linear or quadratic",
                Kind::Tokens => "leave it out; a verifier reads tokens",
                _ => "use levels, over categories, labels or what images show",
            };
            out.push(refuse("reward-mismatch", place, format!("a reward that cannot be told from {}", kind.name()), remedy));
        }
    }
}

fn probabilities<const N: usize>(values: [(&str, f64); N], field: &str, out: &mut Vec<Refusal>) {
    for (name, p) in values {
        if !(0.0..=1.0).contains(&p) {
            out.push(refuse("bad-probability", format!("{field}.{name}"), p.to_string(), "use a probability"));
        }
    }
}

fn edit(setup: &Setup, share: f64, mask: Mask, field: &str, out: &mut Vec<Refusal>) {
    if !(0.0..=1.0).contains(&share) {
        out.push(refuse("bad-share", format!("{field}.share"), share.to_string(), "use a share in [0, 1]"));
    }
    if setup.curation.iter().filter(|rule| matches!(rule, Curation::Edit { .. })).count() > 1 {
        out.push(refuse("edit-not-alone", field, "two edits of one text", "keep one of them"));
    }
    if matches!(setup.regime.synthetic, Synthetic::Overwrite { .. }) {
        let found = "an edit of a data set that the regime overwrites";
        out.push(refuse("edit-mismatch", field, found, "use regime = \"replace\", or leave the edit out"));
    }
    // A rule that judges makes a batch whose inputs are not the first ones in their order; tokens are not taken from the batch
    // at all. Corrected examples stand at its end: places of such a batch are not alike.
    let corrects = setup.curation.iter().any(|rule| matches!(rule, Curation::Correct { .. }));
    let is_reused = matches!(&setup.synthesis, Synthesis::Labels { inputs: Inputs::Reused, .. });
    let follows = is_reused || mask.follows_places() || setup.truth.kind() == Kind::Tokens;
    if corrects || follows && setup.curation.iter().any(Curation::judges) {
        let found = "an edit of given places beside a rule that picks or replaces examples";
        out.push(refuse(
            "edit-not-alone",
            field,
            found,
            "keep one of them; beside a verifier categories, and labels of fresh inputs, take a fresh or original mask",
        ));
    }
}

fn detector(setup: &Setup, field: &str, out: &mut Vec<Refusal>) {
    if setup.curation.iter().filter(|rule| matches!(rule, Curation::DetectorWeighted { .. })).count() > 1 {
        out.push(refuse("detector-not-alone", field, "two detectors", "keep one of them"));
    }
    let overwrites = matches!(setup.regime.synthetic, Synthetic::Overwrite { .. });
    if overwrites || setup.regime.budget != Budget::Whole {
        let found = "a detector that draws from a training set which is cut already";
        out.push(refuse("detector-mismatch", field, found, "use a regime without a cut, such as augment or accumulate"));
    }
}
