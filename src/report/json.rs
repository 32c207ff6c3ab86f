//! `audit.json`: the audit itself, a line for each claim, study, definition and other entry of a list; keys in a fixed order, null where
//! something is undefined. What stands in the long tables is left out, and so is what is said elsewhere in the same file.

use super::block::{self, Block};
use super::{csv_runs, number};
use crate::audit::{AS_PUBLISHED, ArmReport, Audit, ClaimReport, FindingReport};
use serde::Serialize;
use serde_json::ser::Formatter;
use std::collections::BTreeMap;
use std::io::{Result, Write};

/// Entries of lists and maps so deep have a line of their own.
const LINES: u32 = 2;

/// The audit as JSON text with a final line break. A number that is not finite becomes null.
///
/// # Panics
/// Never: an audit has text keys only.
#[must_use]
pub fn audit(audit: &Audit) -> String {
    written(&held(audit), LINES)
}

/// The tables that blocks show, by name, a line for each.
///
/// # Panics
/// Never: a table is words.
#[must_use]
pub fn shown(blocks: &[Block]) -> String {
    let tables: BTreeMap<_, _> = block::shown(blocks).map(|(name, table)| (name, table.json())).collect();
    written(&tables, 1)
}

/// Compact JSON with a final line break, in which entries of lists and maps down to so many levels have a line of their own.
///
/// # Panics
/// Where a map has keys that are no text.
#[must_use]
pub fn written(value: &impl Serialize, lines: u32) -> String {
    let mut bytes = Vec::new();
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, Lines { depth: 0, lines });
    value.serialize(&mut writer).expect("it has text keys only and serialises");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("JSON is text")
}

/// What `audit.json` holds of an audit, but for what its types skip: of profiles the arms that are counted, what applies neither in a world nor
/// as published once; of simulations the conditions that are coded otherwise than their study's, and of arms those that are counted and the twins that
/// were not drawn as their arm was.
#[must_use]
pub fn held(audit: &Audit) -> Audit {
    let mut held = audit.clone();
    let (sensitivity, shortened) = (&mut held.sensitivity, |value: &mut f64| *value = to_digits(*value));
    for (low, middle, high) in sensitivity.dirichlet.values_mut().chain(sensitivity.ranks.values_mut()).flatten() {
        [low, middle, high].into_iter().for_each(shortened);
    }
    sensitivity.presets.values_mut().flat_map(BTreeMap::values_mut).flatten().for_each(shortened);
    let is_counted = |arm: &str| arm == AS_PUBLISHED || audit.worlds.iter().any(|world| world.id == arm);
    held.claims.iter_mut().for_each(to_six_digits);
    for control in held.controls.values_mut() {
        std::iter::once(&mut control.estimate)
            .chain(&mut control.low)
            .chain(&mut control.high)
            .for_each(|value| *value = to_digits(*value));
    }
    for study in &mut held.studies {
        study.not_simulated.retain(|_, arms| !arms.is_empty());
        for arms in study.profiles.values_mut() {
            arms.retain(|arm, _| is_counted(arm));
            said_once(arms);
        }
        let whole = &study.realism.conditions;
        study
            .realism_by_simulation
            .values_mut()
            .for_each(|own| own.conditions.retain(|condition, coded| whole.get(condition) != Some(coded)));
        for simulation in study.simulations.values_mut() {
            let drawn = simulation.arms.clone();
            simulation.arms.retain(|arm, own| match base(arm) {
                None => is_counted(arm),
                Some(base) => is_counted(base) && drawn.get(base).is_none_or(|base| !is_drawn_alike(base, own)),
            });
        }
    }
    held
}

fn to_digits(value: f64) -> f64 {
    number::shortened(Some(value), csv_runs::ESTIMATED).unwrap_or(value)
}

/// Further digits of a claim's numbers tell of no law; `tables/claims.csv.gz` has them.
fn to_six_digits(claim: &mut ClaimReport) {
    let own = [&mut claim.estimate, &mut claim.low, &mut claim.high, &mut claim.error, &mut claim.expected, &mut claim.estimate_all];
    let region = claim.accepted.iter_mut().flat_map(|(low, high)| [low, high]);
    let held = claim.held.iter_mut().flat_map(|held| held.published.iter_mut().chain(held.worlds.values_mut().flatten()));
    let places = claim.published.iter_mut().chain(claim.worlds.values_mut().flatten()).chain(held);
    let there = places.flat_map(|place| [&mut place.effect, &mut place.low, &mut place.high]).flatten();
    own.into_iter().flatten().chain(region).chain(there).for_each(|value| *value = to_digits(*value));
}

/// Drops of the worlds what does not apply there nor as published; what is found against the first model just as against real data alone, unless it
/// does not apply as published; and further digits than the interval supports.
fn said_once(arms: &mut BTreeMap<String, BTreeMap<String, FindingReport>>) {
    let idle = csv_runs::idle(arms);
    for (arm, profile) in arms {
        profile.retain(|key, finding| arm == AS_PUBLISHED || !csv_runs::applies_not(finding) || !idle.contains(key));
        let against_real = profile.clone();
        profile.retain(|key, finding| {
            let same = key.strip_suffix(AGAINST_FIRST).and_then(|base| against_real.get(base)).is_some_and(|base| is_alike(base, finding));
            !same || (arm != AS_PUBLISHED && idle.contains(key))
        });
        for finding in profile.values_mut() {
            let (low, high) = (finding.low, finding.high);
            for value in [&mut finding.effect, &mut finding.low, &mut finding.high] {
                *value = number::supported(*value, low, high);
            }
        }
    }
}

/// How the key of a finding against the first model ends.
const AGAINST_FIRST: &str = ":first";

/// Whether two findings are written alike.
fn is_alike(one: &FindingReport, other: &FindingReport) -> bool {
    let written = |finding: &FindingReport| {
        let numbers = [finding.effect, finding.low, finding.high];
        (finding.outcome, finding.reason.clone(), finding.settled, finding.needs, finding.unreachable, numbers, finding.onset)
    };
    written(one) == written(other)
}

/// The arm of which an arm is the twin.
fn base(arm: &str) -> Option<&str> {
    let rest = arm.strip_prefix("real-only")?;
    Some(rest.strip_prefix(':').unwrap_or(AS_PUBLISHED))
}

fn is_drawn_alike(arm: &ArmReport, twin: &ArmReport) -> bool {
    let drawn = |arm: &ArmReport| (arm.replicates, arm.budget, arm.horizon, arm.ended, arm.is_trained);
    drawn(arm) == drawn(twin)
}

/// Compact JSON that breaks the line before entries down to so many levels.
struct Lines {
    depth: u32,
    lines: u32,
}

impl Lines {
    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> Result<()> {
        self.depth += 1;
        writer.write_all(bracket)
    }

    fn entry<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.depth <= self.lines { writer.write_all(b"\n") } else { Ok(()) }
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> Result<()> {
        if self.depth <= self.lines {
            writer.write_all(b"\n")?;
        }
        self.depth -= 1;
        writer.write_all(bracket)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.entry(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.entry(writer, first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn what_is_said_elsewhere_in_the_file_is_left_out() {
        let mut audit = fixture::awkward();
        let study = audit.studies.iter_mut().find(|study| study.profiles.values().any(|arms| arms.len() > 1)).expect("a profile");
        let (name, arms) = study.profiles.iter_mut().find(|(_, arms)| arms.len() > 1).expect("worlds");
        let idle =
            FindingReport { outcome: crate::verdict::Outcome::NotApplicable, ..arms[AS_PUBLISHED].values().next().expect("one").clone() };
        arms.values_mut().for_each(|profile| drop(profile.insert("idle".to_owned(), idle.clone())));
        let simulation = study.simulations.get_mut(name).expect("it was run");
        let arm = simulation.arms.values().next().expect("an arm").clone();
        simulation.arms.insert("real-only:growth".to_owned(), arm.clone());
        simulation.arms.insert("growth".to_owned(), arm.clone());
        simulation.arms.insert("real-only".to_owned(), ArmReport { replicates: arm.replicates + 1, ..arm.clone() });
        simulation.arms.insert(AS_PUBLISHED.to_owned(), arm);
        let (id, name) = (study.id.clone(), name.clone());
        let held = held(&audit);
        let study = held.studies.iter().find(|study| study.id == id).expect("it is held");
        let told: Vec<bool> = study.profiles[&name].values().map(|profile| profile.contains_key("idle")).collect();
        assert_eq!(told.iter().filter(|told| **told).count(), 1, "once, as published");
        let arms: Vec<&str> = study.simulations[&name].arms.keys().map(String::as_str).filter(|arm| base(arm).is_some()).collect();
        assert_eq!(arms, ["real-only"], "the twin that was drawn otherwise");
    }

    #[test]
    fn a_finding_against_the_first_model_stands_once_where_it_is_the_one_against_real_data() {
        let decided = FindingReport { outcome: crate::verdict::Outcome::Occurs, ..fixture_finding() };
        let idle = FindingReport { outcome: crate::verdict::Outcome::NotApplicable, effect: None, ..fixture_finding() };
        let profile = |real: &FindingReport, first: &FindingReport| {
            BTreeMap::from([
                ("any-risk-increase:mean".to_owned(), real.clone()),
                ("any-risk-increase:mean:first".to_owned(), first.clone()),
            ])
        };
        let keys = |published: BTreeMap<String, FindingReport>, there: BTreeMap<String, FindingReport>| {
            let mut arms = BTreeMap::from([(AS_PUBLISHED.to_owned(), published), ("realistic".to_owned(), there)]);
            said_once(&mut arms);
            [arms[AS_PUBLISHED].len(), arms["realistic"].len()]
        };
        assert_eq!(keys(profile(&decided, &decided), profile(&decided, &decided)), [1, 1], "the same both times");
        let other = FindingReport { onset: Some(7), ..decided.clone() };
        assert_eq!(keys(profile(&decided, &other), profile(&decided, &other)), [2, 2]);
        // What does not apply as published is missing elsewhere where it does not apply there either, so what does must be told.
        assert_eq!(keys(profile(&idle, &idle), profile(&decided, &decided)), [1, 2]);
        assert_eq!(keys(profile(&idle, &idle), profile(&idle, &idle)), [1, 0]);
    }

    fn fixture_finding() -> FindingReport {
        let audit = fixture::awkward();
        let mut all = audit.studies.iter().flat_map(|study| study.profiles.values()).flat_map(BTreeMap::values).flat_map(BTreeMap::values);
        all.next().expect("a finding").clone()
    }

    #[test]
    fn every_claim_and_study_has_a_line() {
        let text = audit(&fixture::awkward());
        let audit = fixture::awkward();
        let starts = |id: &str| text.lines().filter(|line| line.starts_with(&format!("{{\"id\":\"{id}\","))).count();
        assert!(audit.claims.iter().all(|claim| starts(&claim.id) == 1));
        assert!(audit.studies.iter().all(|study| starts(&study.id) >= 1), "a study has a line, and another among the sources");
    }
}
