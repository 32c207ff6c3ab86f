//! Measured over estimated cost of the shipped registry's arms, family by family: how well the fixed formula of `plan` fits this machine.

use std::collections::BTreeMap;
use std::path::Path;

use collapse_audit::plan::{Selection, expand};
use collapse_audit::registry::{Sources, load};
use collapse_audit::sim::{Method, Simulator};

use crate::clock;

/// Dearer arms than this are left out: nanoseconds of a replicate.
const DEAREST: f64 = 3e8;
/// Wall seconds of one measurement.
const AIM: f64 = 0.02;

/// One line per arm and cell with words in its name, then quantiles of the ratio per model, truth and method.
pub fn table(words: &[&str], line: impl Fn(&str)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = Sources::folder(root).expect("a checkout has its registry");
    let registry = load(&sources).registry.expect("the shipped registry has no problems");
    let (pool, mut ratios) = (clock::pool(2), BTreeMap::<String, Vec<f64>>::new());
    for plan in expand(&registry, &Selection::Published) {
        for (arm, planned) in &plan.arms {
            for cell in &planned.cells {
                let name = format!("{}/{} {arm} {}", plan.study, plan.simulation, cell.name);
                let is_asked = words.iter().all(|word| name.contains(word));
                if !is_asked || cell.setup.is_trained() || cell.cost > DEAREST {
                    continue;
                }
                let Ok(simulator) = Simulator::prepare(&cell.setup) else { continue };
                let measured = 1e9 * clock::roughly(&pool, &simulator, AIM);
                let method = if simulator.method().method == Method::Statistics { "statistics" } else { "samples" };
                let ratio = measured / cell.cost;
                let group = format!("{} on {}, {method}", word(&cell.setup.model), word(&cell.setup.truth));
                line(&format!("{name},{group},{measured:.0},{:.0},{ratio:.2}", cell.cost));
                ratios.entry(group).or_default().push(ratio);
            }
        }
    }
    line("\n| model and truth | arms | measured over estimated: least | 10 % | median | 90 % | most |\n|---|---|---|---|---|---|---|");
    for (group, mut all) in ratios {
        all.sort_by(f64::total_cmp);
        let at = |share: f64| all[(share * (all.len() - 1) as f64).round() as usize];
        let quantiles = [0.0, 0.1, 0.5, 0.9, 1.0].map(|share| format!("{:.2}", at(share)));
        line(&format!("| {group} | {} | {} |", all.len(), quantiles.join(" | ")));
    }
}

/// The name of a variant.
fn word(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").chars().take_while(|letter| letter.is_alphanumeric()).collect()
}
