//! What is asked of the claims of a simulation: each question with its arm, how far it may go, and its latest reply.

use crate::plan::{Arm, Pair, SimulationPlan};
use crate::registry::{CellChoice, Claim, Proof, Test, TestKind, WorldId};
use crate::taxonomy::{Condition, Meaning, Word};
use crate::verdict::looks::Spender;
use crate::verdict::{Answer, Finding, Outcome, Question, Reply};

/// Which question of a claim.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Its own test.
    Test,
    /// The test of its control.
    Control,
    /// Its definition as published.
    Published,
    /// The same in a world.
    World(WorldId),
    /// The same with one condition changed.
    Single(Condition),
    /// The same in the leading world without one.
    Without(Condition),
    /// The same with two changed.
    Pair(Pair),
    /// The same under the `holds_when` change of a conditional claim, as published or in a world. Its arm's profile is what is read of it.
    Held(Arm),
}

impl Role {
    /// Whose error probability the question spends.
    pub const fn spender(&self) -> Spender {
        match self {
            Self::Test => Spender::Test,
            Self::Control => Spender::Control,
            Self::World(_) => Spender::World,
            Self::Published | Self::Single(_) | Self::Without(_) | Self::Pair(_) | Self::Held(_) => Spender::Exploration,
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    /// A claim's declared test.
    Test(&'a Test),
    /// A definition, of the chosen cells.
    Definition(Meaning, &'a CellChoice),
}

/// A question with its latest reply.
pub struct Open<'a> {
    /// Whose it is.
    pub claim: &'a Claim,
    /// Which of the claim's questions.
    pub role: Role,
    /// Of which arm it is asked.
    pub arm: Arm,
    /// What is asked.
    pub asked: Asked<'a>,
    /// Replicates at most.
    pub limit: u32,
    /// The look and what was said there.
    pub said: Option<(u32, Reply)>,
}

impl Open<'_> {
    /// Whether it is put again at so many replicates.
    pub fn is_open(&self, replicates: u32) -> bool {
        replicates <= self.limit && !self.said.as_ref().is_some_and(|(_, reply)| reply.is_final())
    }

    /// Whether it reads its arm's twin.
    pub fn reads_twin(&self) -> bool {
        match self.asked {
            Asked::Definition(..) => true,
            Asked::Test(test) => test.reads_twin(),
        }
    }

    /// The reply where there is nothing to read, for this reason.
    pub fn unread(&self, reason: &str) -> Reply {
        match self.asked {
            Asked::Definition(meaning, _) => Reply::Finding(unfound(reason, meaning)),
            Asked::Test(_) => Reply::Answer(Answer::undecided(reason, 0.0)),
        }
    }

    /// The arms of an order's changed sides.
    pub fn sides(&self) -> impl Iterator<Item = Arm> {
        let test = match self.asked {
            Asked::Test(test) => Some(test),
            Asked::Definition(..) => None,
        };
        test.into_iter().flat_map(Test::changed_sides).map(Arm::from)
    }
}

/// Every question of a claim but those that wait for the answers to these.
pub fn questions_of<'a>(plan: &SimulationPlan, claim: &'a Claim) -> Vec<Open<'a>> {
    let Some(places) = plan.claims.get(&claim.id.name) else { return Vec::new() };
    let (test, control) = match &claim.proof {
        Proof::Untested { .. } => return Vec::new(),
        Proof::Single { test, control } => (test, &control.branch.test),
        Proof::Conditional { holds_when, fails_when } => (&holds_when.test, &fails_when.test),
    };
    let there = elsewhere(claim);
    let mut asked = vec![(Role::Test, places.test.clone(), own(claim, test)), (Role::Control, places.control.clone(), own(claim, control))];
    for arm in plan.arms.keys() {
        if let Arm::World(world) = arm {
            asked.push((Role::World(world.clone()), arm.clone(), there));
        }
    }
    if !is_own_counterfactual(claim) {
        asked.push((Role::Published, Arm::AsPublished, there));
    }
    let is_moot = |c: &Condition| *c == Condition::Horizon && is_blind_to_horizon(claim, there);
    asked.extend(Condition::all().iter().filter(|c| !is_moot(c)).map(|c| (Role::Single(*c), Arm::Single(*c), there)));
    // Where the change is run on, the definition is asked there and not in the arm of the test.
    let is_run_on = |arm: &Arm| matches!(arm, Arm::Holds(name) if plan.arms.contains_key(&Arm::HoldsOn(name.clone())));
    asked.extend(places.held.iter().filter(|arm| !is_run_on(arm)).map(|arm| (Role::Held(arm.clone()), arm.clone(), there)));
    asked.into_iter().filter_map(|(role, arm, asked)| open(plan, claim, role, arm, asked)).collect()
}

/// An asymptotic definition speaks of the loop and not of how far it was watched: a shorter run of the same loop changes nothing of it.
pub const fn is_blind_to_horizon(claim: &Claim, asked: Asked<'_>) -> bool {
    claim.definition.is_asymptotic() && matches!(asked, Asked::Definition(..))
}

/// A question; `None` where its arm is not in the plan.
pub fn open<'a>(plan: &SimulationPlan, claim: &'a Claim, role: Role, arm: Arm, asked: Asked<'a>) -> Option<Open<'a>> {
    let limit = plan.arms.get(&arm)?.budget;
    let mut open = Open { claim, role, arm, asked, limit, said: None };
    open.limit = open.sides().filter_map(|side| Some(plan.arms.get(&side)?.budget)).fold(limit, u32::min);
    Some(open)
}

/// What a claim's own test asks: of kind `outcome` the definition, else the test.
const fn own<'a>(claim: &Claim, test: &'a Test) -> Asked<'a> {
    match test.kind {
        TestKind::Outcome => Asked::Definition(claim.meaning(), &test.cells),
        TestKind::Equals { .. } | TestKind::Bound { .. } | TestKind::Order { .. } | TestKind::Trend { .. } => Asked::Test(test),
    }
}

/// What is asked outside a claim's own arms: for `order` the same contrast where another world has it, of an `outcome` the definition
/// in the same cells, else the definition.
pub fn elsewhere(claim: &Claim) -> Asked<'_> {
    const EVERYWHERE: &CellChoice = &CellChoice::Every;
    let cells = match &claim.proof {
        Proof::Single { test, .. } if test.is_portable_order() => return Asked::Test(test),
        Proof::Single { test, .. } if test.kind == TestKind::Outcome => &test.cells,
        Proof::Single { .. } | Proof::Conditional { .. } | Proof::Untested { .. } => EVERYWHERE,
    };
    Asked::Definition(claim.meaning(), cells)
}

/// Whether the claim's own test, as published, is what is asked in other worlds too.
pub fn is_own_counterfactual(claim: &Claim) -> bool {
    match &claim.proof {
        Proof::Single { test, .. } => test.is_portable_order() || test.kind == TestKind::Outcome,
        Proof::Conditional { .. } | Proof::Untested { .. } => false,
    }
}

/// The reply of a question that this scope does not put.
pub fn not_asked(claim: &Claim) -> Question {
    let reply = match elsewhere(claim) {
        Asked::Definition(meaning, _) => Reply::Finding(unfound("not-asked", meaning)),
        Asked::Test(_) => Reply::Answer(Answer::undecided("not-asked", 0.0)),
    };
    Question { arm: Arm::AsPublished.to_string(), alpha: 0.0, look: 0, frozen: reply.clone(), latest: reply }
}

pub fn unfound(reason: &str, meaning: Meaning) -> Finding {
    let (_, _, against) = meaning.key();
    Finding {
        outcome: Outcome::Undecided,
        reason: Some(reason.to_owned()),
        functional: Some(meaning.functional),
        against,
        statistic: String::new(),
        effect: None,
        low: None,
        high: None,
        error: None,
        alpha: 0.0,
        replicates: 0,
        onset: None,
        needs: None,
        notes: Vec::new(),
    }
}
