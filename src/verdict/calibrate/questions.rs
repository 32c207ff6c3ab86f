//! Planted truths for declared tests: every kind and statistic, through `verdict::test` and looks as in use, at the levels that claims and worlds
//! in fact spend.
//!
//! The mean of each law lies on the edge of the region, where `holds` and `fails` are both wrong. Errors at the spent level are so rare that laws
//! near the guard are drawn twenty times as often as a detector's: with ten thousand of those, two hundred thousand.

use super::cases::Drawn;
use super::draws::{EDGE, Law, RARE, normal};
use super::{Plant, judge};
use crate::plan::Arm;
use crate::plan::planted::PlantedCell;
use crate::random::{Purpose, Rng, Seed, Streams};
use crate::registry::{
    At, Axis, CellChoice, Comparison, Criteria, Expression, Form, Logs, MarginScale, Operand, Side, Statistic, Test, TestKind,
};
use crate::taxonomy::Metric;
use crate::verdict::finding::TestOutcome;
use crate::verdict::looks::{self, Spender};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One row: a kind of test on a planted law at one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TestRow {
    /// Kind of test and statistic, in words.
    pub kind: String,
    /// What was planted, in words.
    pub law: String,
    /// Where it lies.
    pub plant: Plant,
    /// The outcome counted: an error for a boundary, the right one for an alternative.
    pub counted: TestOutcome,
    /// Nominal two-sided error probability over all looks.
    pub nominal: f64,
    /// Replicates at the last look.
    pub replicates: u32,
    /// Ensembles planted.
    pub trials: u32,
    /// Ensembles with the counted outcome at any look.
    pub count: u32,
    /// Ensembles undecided at the last look.
    pub undecided: u32,
    /// The largest count that passes (boundary) or the smallest (alternative).
    pub limit: u32,
    /// Whether it passes.
    pub passes: bool,
}

type Draw = Box<dyn Fn(usize, &mut Rng) -> Drawn + Send + Sync>;

/// A planted question.
struct Question {
    kind: &'static str,
    law: String,
    plant: Plant,
    counted: Vec<TestOutcome>,
    test: Test,
    /// Ensembles at a spent level for each one that a detector's row has.
    weight: u32,
    looks: u32,
    draw: Draw,
}

/// Ensembles for each of a detector's: of laws that no guard troubles, and of laws at the edge of what the guard lets pass.
const PLAIN: u32 = 2;
const DECISIVE: u32 = 20;

/// Plants every question; `trials` is what a detector's row has.
pub fn calibrate(criteria: &Criteria, worlds: usize, trials: u32, seed: Seed) -> Vec<TestRow> {
    questions().iter().flat_map(|question| rows(question, criteria, worlds, (trials, seed))).collect()
}

fn rows(question: &Question, criteria: &Criteria, worlds: usize, (trials, seed): (u32, Seed)) -> Vec<TestRow> {
    let spent = [Spender::Test, Spender::World].map(|spender| looks::alpha_for(spender, criteria, worlds));
    match question.plant {
        Plant::Boundary | Plant::Heavy => {
            let mut found = counted(question, &[0.05, 0.01], criteria, trials, seed);
            found.extend(counted(question, &spent, criteria, trials * question.weight, seed));
            found
        }
        Plant::Alternative => counted(question, &spent[..1], criteria, trials, seed),
    }
}

fn counted(question: &Question, levels: &[f64], criteria: &Criteria, trials: u32, seed: Seed) -> Vec<TestRow> {
    let name = format!("{}/{}", question.kind, question.law);
    let outcomes: Vec<Vec<TestOutcome>> = (0..trials)
        .into_par_iter()
        .map(|trial| {
            let streams = Streams::of_run(seed, "calibration of tests", &name, "", trial);
            through_looks(question, levels, criteria, &mut streams.at(0, Purpose::Real))
        })
        .collect();
    let pairs = levels.iter().enumerate().flat_map(|level| question.counted.iter().map(move |counted| (level, *counted)));
    let row = |((place, nominal), word): ((usize, &f64), TestOutcome)| {
        let of = |outcome: TestOutcome| outcomes.iter().filter(|found| found[place] == outcome).count() as u32;
        let (count, undecided) = (of(word), of(TestOutcome::Undecided));
        let (limit, passes) = judge(question.plant, *nominal, trials, count);
        TestRow {
            kind: question.kind.to_owned(),
            law: question.law.clone(),
            plant: question.plant,
            counted: word,
            nominal: *nominal,
            replicates: looks::replicates(criteria.first_look as u32, question.looks),
            trials,
            count,
            undecided,
            limit,
            passes,
        }
    };
    pairs.map(row).collect()
}

/// Draws the ensemble of the last look and asks at each look of its first replicates, at each level until decided there.
fn through_looks(question: &Question, levels: &[f64], criteria: &Criteria, rng: &mut Rng) -> Vec<TestOutcome> {
    let first = criteria.first_look as u32;
    let drawn = (question.draw)(looks::replicates(first, question.looks) as usize, rng);
    let mut outcomes = vec![TestOutcome::Undecided; levels.len()];
    for look in 1..=question.looks {
        let runs = drawn.first(looks::replicates(first, look) as usize);
        let open = outcomes.iter_mut().zip(levels).filter(|(outcome, _)| **outcome == TestOutcome::Undecided);
        for (outcome, nominal) in open {
            let alpha = looks::alpha_of(*nominal, look);
            *outcome = crate::verdict::test(&runs, &Arm::AsPublished, &question.test, criteria, alpha).outcome;
        }
        if !outcomes.contains(&TestOutcome::Undecided) {
            break;
        }
    }
    outcomes
}

const RISK: Metric = Metric::ExcessRisk;

/// One cell with the metric at generations 1, 2, …: each row drawn by `row`.
fn cell(metric: Metric, width: usize, n: usize, rng: &mut Rng, row: impl Fn(&mut Rng) -> Vec<f64>) -> PlantedCell {
    let mut columns = vec![Vec::with_capacity(n); width];
    for _ in 0..n {
        columns.iter_mut().zip(row(rng)).for_each(|(column, value)| column.push(value));
    }
    let columns = (1..).zip(columns).map(|(t, values)| (metric, t, values)).collect();
    PlantedCell::new("", u32::try_from(width).unwrap_or(u32::MAX), Some(RISK), columns)
}

fn plain(kind: TestKind) -> Test {
    Test { kind, metric: Some(RISK), statistic: Statistic::Mean, at: At::Last, cells: CellChoice::Every, relative_to: None }
}

fn number(value: f64) -> Expression {
    Expression::parse(&format!("{value:e}")).expect("a number")
}

fn below(limit: f64) -> Test {
    plain(TestKind::Bound { side: Side::Below, limit: number(limit) })
}

fn equals(expect: f64, margin: f64) -> Test {
    plain(TestKind::Equals { expect: number(expect), margin, scale: MarginScale::Absolute, form: Form::Exact })
}

/// A boundary: both words are wrong.
fn boundary(
    kind: &'static str,
    law: impl Into<String>,
    weight: u32,
    test: Test,
    (metric, width): (Metric, usize),
    row: impl Fn(&mut Rng) -> Vec<f64> + Send + Sync + 'static,
) -> Question {
    let draw: Draw = Box::new(move |n, rng| Drawn::new(vec![cell(metric, width, n, rng, &row)], Vec::new()));
    let counted = vec![TestOutcome::Holds, TestOutcome::Fails];
    Question { kind, law: law.into(), plant: Plant::Boundary, counted, test, weight, looks: 4, draw }
}

fn questions() -> Vec<Question> {
    let mut all = means();
    all.extend(pairs());
    all.extend(others());
    all.extend(powers());
    all
}

/// A mean of exactly 1, or in units of 1e-180 and 1e180, held against that number.
fn means() -> Vec<Question> {
    const KIND: &str = "bound, mean";
    let at_one = |law: Law, weight: u32| boundary(KIND, law.words(), weight, below(1.0), (RISK, 1), move |rng| vec![law.draw(rng)]);
    let mut all: Vec<Question> =
        [Law::Normal, Law::ChiSquare(10), Law::LogNormal(2.0), Law::Student, Law::Pareto(3.0), Law::Pareto(5.0), Law::Constant]
            .map(|law| at_one(law, PLAIN))
            .into();
    let near = [Law::ChiSquare(1), Law::LogNormal(1.0), Law::LogNormal(1.5), Law::SquaredT(3), Law::SquaredT(5), Law::Pareto(2.5)];
    all.extend(near.map(|law| at_one(law, DECISIVE)));
    all.push({
        let law = Law::Rare(1.0);
        boundary(KIND, law.words(), PLAIN, below(1.0 + RARE), (RISK, 1), move |rng| vec![law.draw(rng)])
    });
    for unit in [1e-180, 1e180] {
        let law = Law::ChiSquare(1);
        let words = format!("{} times {unit:e}", law.words());
        all.push(boundary(KIND, words, PLAIN, below(unit), (RISK, 1), move |rng| vec![unit * law.draw(rng)]));
    }
    const BOUNDED: &str = "bound, mean of a share";
    const SHARE: Metric = Metric::TailCoverage;
    all.push(boundary(BOUNDED, Law::Edge.words(), PLAIN, below(EDGE), (SHARE, 1), |rng| vec![Law::Edge.draw(rng)]));
    all.push(boundary(BOUNDED, Law::Rare(1.0).words(), PLAIN, below(RARE), (SHARE, 1), |rng| vec![Law::Rare(1.0).draw(rng) - 1.0]));
    all.push(boundary(BOUNDED, Law::Constant.words(), PLAIN, below(0.5), (SHARE, 1), |_| vec![0.5]));
    for law in [Law::Normal, Law::ChiSquare(1), Law::LogNormal(1.5), Law::SquaredT(3)] {
        all.push(boundary("equals, mean", law.words(), PLAIN, equals(1.0, 0.1), (RISK, 1), move |rng| vec![1.1 * law.draw(rng)]));
        let logs = Test { statistic: Statistic::MeanLog, ..below(1.0) };
        all.push(boundary("bound, mean-log", law.words(), PLAIN, logs, (RISK, 1), move |rng| vec![law.draw(rng).exp()]));
    }
    all
}

/// Light and heavy, heavy and light, and both alike.
fn unlike() -> Vec<(Law, Law)> {
    let heavy = [Law::ChiSquare(1), Law::LogNormal(1.5), Law::SquaredT(3), Law::SquaredT(5)];
    heavy.into_iter().flat_map(|law| [(Law::Normal, law), (law, Law::Normal), (law, law)]).collect()
}

/// Two means: of an order and of a ratio.
fn pairs() -> Vec<Question> {
    let mut all = Vec::new();
    for (first, second) in unlike() {
        let words = format!("{} and {}", first.words(), second.words());
        let at = |generation: u32| Operand { generation: Some(generation), ..Operand::default() };
        let order = plain(TestKind::Order { lesser: at(1), greater: at(2), margin: 0.1 });
        all.push(boundary("order, mean", words.clone(), PLAIN, order, (RISK, 2), move |rng| vec![0.9 * first.draw(rng), second.draw(rng)]));
        let ratio = Test { at: At::Listed(vec![2]), relative_to: Some(1), ..equals(2.0, 0.1) };
        all.push(boundary("equals, mean relative to generation 1", words, PLAIN, ratio, (RISK, 2), move |rng| {
            vec![first.draw(rng), 2.1 * second.draw(rng)]
        }));
    }
    all
}

/// Trends, medians and shares.
fn others() -> Vec<Question> {
    let mut all = Vec::new();
    for law in [Law::Normal, Law::ChiSquare(1), Law::LogNormal(1.5), Law::SquaredT(5)] {
        let trend = |logs: Logs, low: f64, high: f64| Test {
            at: At::Listed(vec![1, 2, 4]),
            ..plain(TestKind::Trend { over: Axis::Generation, logs, low, high })
        };
        all.push(boundary("trend, mean", law.words(), PLAIN, trend(Logs::None, 0.5, 1.0), (RISK, 4), move |rng| {
            (1..=4).map(|t| f64::from(t) + law.draw(rng)).collect()
        }));
        all.push(boundary("trend, log mean on log generation", law.words(), PLAIN, trend(Logs::Both, 0.5, 1.0), (RISK, 4), move |rng| {
            (1..=4).map(|t| f64::from(t) * law.draw(rng)).collect()
        }));
    }
    for deviation in [0.5, 3.0] {
        let median = Test { statistic: Statistic::Median, ..below(1.0) };
        let words = format!("lognormal({deviation})");
        all.push(boundary("bound, median", words, PLAIN, median, (RISK, 1), move |rng| vec![(deviation * normal(rng)).exp()]));
    }
    for share in [RARE, 0.5] {
        let over = Comparison { side: Side::Above, level: 1.0 - share };
        let test = Test { statistic: Statistic::Share(over), ..below(share) };
        let words = format!("share of {share}");
        all.push(boundary("bound, share", words, PLAIN, test, (RISK, 1), |rng| vec![rand::RngExt::random::<f64>(rng)]));
    }
    all
}

/// What light laws must still decide within the budget of a claim, at the level that it spends.
fn powers() -> Vec<Question> {
    let power = |law: Law, looks: u32, test: Test, mean: f64, kind: &'static str| {
        let words = format!("{}, mean {mean}", law.words());
        let question = boundary(kind, words, PLAIN, test, (RISK, 1), move |rng| vec![mean * law.draw(rng)]);
        Question { plant: Plant::Alternative, counted: vec![TestOutcome::Holds], looks, ..question }
    };
    vec![
        power(Law::Normal, 1, below(1.0), 0.9, "bound, mean"),
        power(Law::ChiSquare(10), 3, below(1.0), 0.7, "bound, mean"),
        power(Law::ChiSquare(1), 5, below(1.0), 0.5, "bound, mean"),
        power(Law::LogNormal(1.0), 7, below(1.0), 0.5, "bound, mean"),
        power(Law::ChiSquare(10), 7, equals(1.0, 0.05), 1.0, "equals, mean"),
    ]
}
