//! The open questions of one simulation: who asks what of which arm, at which error probability, and what was replied.
//!
//! A question is asked at every look of its arm until its reply is final, and the reply is frozen there. Nothing here
//! draws: the board says which arms are still read.

use super::drawn::{common, first_of, stopped, unread};
use super::questions::{Asked, Open, Role, elsewhere, is_blind_to_horizon, not_asked, open, questions_of, unfound};
use super::rules::{Rules, method_word};
use super::{Held, Scope, Settled};
use crate::plan::{Arm, ArmRuns, Runs, SimulationPlan, is_cut_short, is_disputed};
use crate::registry::{CellChoice, Claim, Criteria};
use crate::sim::{Ending, Source};
use crate::taxonomy::{Condition, Meaning, Word};
use crate::verdict::looks::{self, Spender};
use crate::verdict::{self, Answer, ArmRecord, ClaimDecision, Finding, Profile, Question, Reason, Reply};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// All questions of one simulation.
pub struct Board<'a> {
    plan: &'a SimulationPlan,
    criteria: &'a Criteria,
    /// Worlds of the registry, run here or not: they share a claim's error probability.
    worlds: usize,
    questions: Vec<Open<'a>>,
    /// Exploratory profiles by arm, each finding frozen at its first decisive look.
    profiles: BTreeMap<Arm, Profile>,
    /// Replicates up to which profiles are kept; 0 where none are asked for.
    profile_limit: u32,
    /// Arms whose profile keeps them going until it is settled.
    profiled: Vec<Arm>,
    /// Arms whose twin is drawn for a profile.
    paired: BTreeSet<Arm>,
}

impl<'a> Board<'a> {
    /// Every question of the claims that the scope asks for, but those that wait for its answers.
    pub fn new(plan: &'a SimulationPlan, claims: &[&'a Claim], rules: Rules<'a>, scope: &Scope) -> Self {
        let Rules { criteria, worlds } = rules;
        let mut questions: Vec<Open<'a>> = claims.iter().flat_map(|claim| questions_of(plan, claim)).collect();
        questions.retain_mut(|open| narrow(open, plan, criteria, scope));
        let is_profiled = |arm: &&Arm| match arm {
            Arm::AsPublished | Arm::World(_) | Arm::Point(_) => true,
            Arm::Single(_)
            | Arm::Pair(_)
            | Arm::Without(_)
            | Arm::Control(_)
            | Arm::Holds(_)
            | Arm::Fails(_)
            | Arm::Side(..)
            | Arm::HoldsOn(_)
            | Arm::HoldsIn(..)
            | Arm::RealOnly(_) => false,
        };
        let paired = paired(plan, criteria, scope);
        let profiled = paired.iter().filter(is_profiled).cloned().collect();
        let profile_limit = profile_limit(criteria, scope);
        Self { plan, criteria, worlds, questions, profiles: BTreeMap::new(), profile_limit, profiled, paired }
    }

    /// What is asked once all else is answered: of claims that flip only jointly, the leading world without each condition; of disputed ones that no condition
    /// alone turns, two conditions at a time.
    pub fn of_what_is_left(
        plan: &'a SimulationPlan,
        claims: &[&'a Claim],
        rules: Rules<'a>,
        scope: &Scope,
        decisions: &BTreeMap<String, ClaimDecision>,
    ) -> Self {
        let Rules { criteria, worlds } = rules;
        let mut questions = Vec::new();
        for claim in claims {
            let Some(decision) = decisions.get(&claim.id.name) else { continue };
            let (is_joint, is_searched) = (decision.is_joint_flip(), is_disputed(claim) && decision.is_open_to_pairs());
            let there = elsewhere(claim);
            for arm in plan.arms.keys() {
                let role = match arm {
                    Arm::Without(condition) if is_joint => Role::Without(*condition),
                    Arm::Pair(pair) if is_searched && !(pair.has(Condition::Horizon) && is_blind_to_horizon(claim, there)) => {
                        Role::Pair(*pair)
                    }
                    _ => continue,
                };
                questions.extend(open(plan, claim, role, arm.clone(), there));
            }
        }
        questions.retain_mut(|open| narrow(open, plan, criteria, scope));
        let (profile_limit, paired) = (profile_limit(criteria, scope), paired(plan, criteria, scope));
        Self { plan, criteria, worlds, questions, profiles: BTreeMap::new(), profile_limit, profiled: Vec::new(), paired }
    }

    /// The questions, claim by claim.
    pub fn questions(&self) -> &[Open<'a>] {
        &self.questions
    }

    /// The arms to be extended to `replicates`: those with an open question, published and world arms whose profile is
    /// open, and the twins these read.
    pub fn wanted(&self, replicates: u32) -> BTreeSet<Arm> {
        let mut wanted = BTreeSet::new();
        for open in self.questions.iter().filter(|open| open.is_open(replicates)) {
            wanted.insert(open.arm.clone());
            wanted.extend(self.twin(&open.arm).filter(|_| open.reads_twin()));
            wanted.extend(open.sides());
        }
        if replicates <= self.profile_limit {
            wanted.extend(self.profiled.iter().filter(|arm| self.is_profile_open(arm, replicates)).cloned());
            let twins: Vec<_> = wanted.intersection(&self.paired).filter_map(|arm| self.twin(arm)).collect();
            wanted.extend(twins);
        }
        wanted
    }

    fn twin(&self, arm: &Arm) -> Option<Arm> {
        self.plan.arms.get(arm)?.twin.clone()
    }

    fn is_profile_open(&self, arm: &Arm, replicates: u32) -> bool {
        let is_unsettled = |profile: &Profile| !profile.findings.values().all(Finding::is_final);
        replicates <= self.plan.arms[arm].budget && self.profiles.get(arm).is_none_or(is_unsettled)
    }

    /// Puts every open question whose arm has just reached `replicates`, and keeps the profiles.
    pub fn ask(&mut self, runs: &Runs, look: u32, replicates: u32) {
        let is_ready = |arm: &Arm| common(runs, arm) == replicates;
        let (criteria, worlds) = (self.criteria, self.worlds);
        let spent = |spender| looks::alpha_at(spender, look, criteria, worlds);
        let explored: Vec<Arm> = runs
            .arms
            .keys()
            .filter(|arm| !matches!(arm, Arm::RealOnly(_) | Arm::Side(..)) && is_ready(arm) && replicates <= self.profile_limit)
            .cloned()
            .collect();
        let plan = self.plan;
        let twin = |arm: &Arm| plan.arms.get(arm).and_then(|planned| planned.twin.as_ref());
        let profile = |arm: &Arm| {
            let profile = verdict::profile(runs, arm, criteria, spent(Spender::Exploration));
            match stopped(runs, [arm].into_iter().chain(twin(arm))) {
                Some(reason) => unread(profile, reason),
                None => profile,
            }
        };
        let profiles: BTreeMap<Arm, Profile> = explored.into_par_iter().map(|arm| (arm.clone(), profile(&arm))).collect();
        for (arm, profile) in &profiles {
            freeze(self.profiles.entry(arm.clone()).or_default(), profile);
        }
        self.questions.par_iter_mut().filter(|open| open.is_open(replicates)).for_each(|open| {
            let sides: Vec<Arm> = open.sides().collect();
            let read = [&open.arm].into_iter().chain(twin(&open.arm).filter(|_| open.reads_twin())).chain(&sides);
            if let Some(reason) = stopped(runs, read) {
                open.said = Some((look, open.unread(reason)));
                return;
            }
            let reply = match open.asked {
                Asked::Test(test) => Reply::Answer(verdict::test(runs, &open.arm, test, criteria, spent(open.role.spender()))),
                Asked::Definition(meaning, cells) => match profiles.get(&open.arm) {
                    Some(profile) if *cells == CellChoice::Every && open.role.spender() == Spender::Exploration => {
                        finding_of(profile, meaning)
                    }
                    Some(_) | None => {
                        let alpha = spent(open.role.spender());
                        Reply::Finding(verdict::finding_of_cells(runs, &open.arm, cells, meaning, criteria, alpha))
                    }
                },
            };
            open.said = Some((look, reply.finite()));
        });
    }

    /// A question with its reply frozen, and the same from all replicates that its arm (and twin) have.
    pub fn question(&self, open: &Open<'_>, runs: &Runs) -> Question {
        let Some((look, frozen)) = &open.said else { return not_asked(open.claim) };
        let own = if open.reads_twin() { common(runs, &open.arm) } else { runs.replicates(&open.arm) };
        let count = open.sides().map(|side| runs.replicates(&side)).fold(own, u32::min);
        let mut last = *look;
        while looks::replicates(self.criteria.first_look as u32, last + 1) <= count {
            last += 1;
        }
        let latest = if last == *look { frozen.clone() } else { self.again(open, runs, last, count) };
        let (frozen, latest) = (self.priced(&open.arm, frozen.clone()), self.priced(&open.arm, latest));
        let alpha = looks::alpha_for(open.role.spender(), self.criteria, self.worlds);
        Question { arm: open.arm.to_string(), alpha, look: *look, frozen, latest }
    }

    /// Asks once more, from the first `count` replicates.
    fn again(&self, open: &Open<'_>, runs: &Runs, look: u32, count: u32) -> Reply {
        let alpha = looks::alpha_at(open.role.spender(), look, self.criteria, self.worlds);
        let names = [Some(open.arm.clone()), self.twin(&open.arm)].into_iter().flatten().chain(open.sides());
        let arms = names.filter_map(|arm| Some((arm.clone(), first_of(runs.arms.get(&arm)?, count)?)));
        let view = Runs { arms: arms.collect() };
        let reply = match open.asked {
            Asked::Test(test) => Reply::Answer(verdict::test(&view, &open.arm, test, self.criteria, alpha)),
            Asked::Definition(meaning, cells) => {
                Reply::Finding(verdict::finding_of_cells(&view, &open.arm, cells, meaning, self.criteria, alpha))
            }
        };
        reply.finite()
    }

    /// An arm's profile; what its cost left undecided says so.
    fn profile(&self, arm: &Arm) -> Profile {
        let mut profile = self.profiles.get(arm).cloned().unwrap_or_default();
        for finding in profile.findings.values_mut() {
            if self.is_dear(arm, finding.replicates) {
                finding.reason = priced(finding.reason.take());
            }
        }
        profile
    }

    /// A reply that says so where the cost of its arm has ended the asking.
    fn priced(&self, arm: &Arm, reply: Reply) -> Reply {
        if !self.is_dear(arm, reply.replicates()) {
            return reply;
        }
        match reply {
            Reply::Answer(answer) => Reply::Answer(Answer { reason: priced(answer.reason), ..answer }),
            Reply::Finding(finding) => Reply::Finding(Finding { reason: priced(finding.reason), ..finding }),
        }
    }

    /// Whether an arm has spent a budget that its cost has lowered.
    fn is_dear(&self, arm: &Arm, replicates: u32) -> bool {
        self.plan.arms.get(arm).is_some_and(|planned| replicates >= planned.budget && is_cut_short(arm, planned, self.criteria))
    }

    /// What was run, arm by arm.
    pub fn records(&self, plan: &SimulationPlan, runs: &Runs) -> BTreeMap<String, ArmRecord> {
        let record = |(arm, arm_runs): (&Arm, &ArmRuns)| {
            let planned = &plan.arms[arm];
            let mut methods: Vec<String> = Vec::new();
            for cell in &planned.cells {
                let method = match (cell.setup.is_trained(), &plan.external, runs.stopped(arm)) {
                    (true, _, _) => "trained, recorded: a network cannot be computed otherwise".to_owned(),
                    (false, None, _) => format!("{}: {}", method_word(cell.method.method), cell.method.reason),
                    (false, Some(external), None) => format!("external: run by `{}`", external.words()),
                    (false, Some(external), Some(stopped)) => format!("external: run by `{}`, {}", external.words(), stopped.ending),
                };
                if !methods.contains(&method) {
                    methods.push(method);
                }
            }
            let is_early = |ending: &&Ending| **ending != Ending::Completed;
            let record = ArmRecord {
                conditions: planned.conditions.clone(),
                source: planned.cells.iter().map(|cell| cell.setup.source()).max().unwrap_or(Source::Model),
                twin: planned.twin.as_ref().map(ToString::to_string),
                horizon: planned.cells.iter().map(|cell| cell.horizon).max().unwrap_or(0),
                generations: planned.cells.iter().map(|cell| cell.setup.generations).max().unwrap_or(0),
                composition: Vec::new(),
                shown: arm_runs.cells.first().map(|cell| cell.shown.clone()).unwrap_or_default(),
                budget: planned.budget,
                replicates: runs.replicates(arm),
                ended: arm_runs.cells.iter().map(|cell| cell.table.endings().iter().filter(is_early).count() as u32).sum(),
                methods,
                cost: planned.cells.iter().map(|cell| cell.cost).sum(),
                profile: self.profile(arm),
                series: Vec::new(),
            };
            (arm.to_string(), record)
        };
        runs.arms.iter().map(record).collect()
    }
}

/// Replicates up to which profiles are kept, within each arm's budget: a finding is left undecided only where that is spent. A claim's
/// own test may ask for more of its arm; the profile has what worlds have, since the two are compared.
const fn profile_limit(criteria: &Criteria, scope: &Scope) -> u32 {
    match scope {
        Scope::Full => criteria.budget_world as u32,
        Scope::Quick => criteria.quick_replicates as u32,
        Scope::Accepted(_) => 0,
    }
}

/// Arms whose twin is drawn for a profile: in a quick run the cheap ones.
fn paired(plan: &SimulationPlan, criteria: &Criteria, scope: &Scope) -> BTreeSet<Arm> {
    let is_paired = |arm: &&Arm| !matches!(scope, Scope::Quick) || is_aside(plan, arm, criteria);
    plan.arms.keys().filter(is_paired).cloned().collect()
}

/// Core-seconds of the replicates of a quick run of an arm, by the fixed cost formula.
fn quick_cost(plan: &SimulationPlan, arm: &Arm, criteria: &Criteria) -> f64 {
    let cost = plan.arms.get(arm).map_or(0.0, |arm| arm.cells.iter().map(|cell| cell.cost).sum());
    cost * 1e-9 * criteria.quick_replicates
}

/// Whether a quick run can afford an arm and its twin aside from what the claims' own tests read.
fn is_aside(plan: &SimulationPlan, arm: &Arm, criteria: &Criteria) -> bool {
    let twin = plan.arms.get(arm).and_then(|arm| arm.twin.as_ref());
    let both = quick_cost(plan, arm, criteria) + twin.map_or(0.0, |twin| quick_cost(plan, twin, criteria));
    both <= criteria.quick_aside
}

/// Whether the scope asks this question; lowers its limit where the scope has one.
fn narrow(open: &mut Open<'_>, plan: &SimulationPlan, criteria: &Criteria, scope: &Scope) -> bool {
    if open.role.spender() == Spender::Exploration {
        open.limit = open.limit.min(profile_limit(criteria, &Scope::Full));
    }
    match scope {
        Scope::Full => true,
        Scope::Quick => {
            open.limit = open.limit.min(criteria.quick_replicates as u32);
            let is_own = matches!(open.role, Role::Test | Role::Control);
            is_aside(plan, &open.arm, criteria) || is_own && quick_cost(plan, &open.arm, criteria) <= criteria.quick_ceiling
        }
        Scope::Accepted(claims) => {
            let held = match &open.role {
                Role::Test => Held::Test,
                Role::Control => Held::Control,
                Role::World(world) => Held::World(world.clone()),
                Role::Published | Role::Single(_) | Role::Without(_) | Role::Pair(_) | Role::Held(_) => return false,
            };
            match claims.get(&open.claim.id).and_then(|questions| questions.get(&held)) {
                None => false,
                Some(Settled::Decided) => true,
                Some(Settled::Undecided { replicates }) => {
                    open.limit = open.limit.min((*replicates).max(criteria.first_look as u32));
                    true
                }
            }
        }
    }
}

fn finding_of(profile: &Profile, meaning: Meaning) -> Reply {
    Reply::Finding(profile.finding(meaning).cloned().unwrap_or_else(|| unfound("not-profiled", meaning)))
}

/// `cost` in place of a reason that more replicates take away.
fn priced(reason: Option<String>) -> Option<String> {
    let is_of_number = |word: &String| [Reason::TooWide, Reason::TooFewReplicates].iter().any(|reason| reason.id() == word);
    if reason.as_ref().is_some_and(is_of_number) { Some(Reason::Cost.id().to_owned()) } else { reason }
}

/// Takes over every finding that is not frozen yet.
fn freeze(kept: &mut Profile, next: &Profile) {
    for (key, finding) in &next.findings {
        let is_frozen = kept.findings.get(key).is_some_and(Finding::is_final);
        if !is_frozen {
            kept.findings.insert(*key, finding.clone().finite());
        }
    }
}
