//! Planted truths for every kind of test: inside, at the edge of and outside the region that counts as agreement.

use super::*;
use crate::numeric::{clopper_pearson, moments};
use crate::plan::planted::{self, PlantedCell};
use crate::random::Rng;
use crate::registry::{CellChoice, Comparison, Form};
use crate::taxonomy::Metric;
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

const N: usize = 1024;
const ALPHA: f64 = 0.05;
const RISK: Metric = Metric::ExcessRisk;

fn normal(rng: &mut Rng) -> f64 {
    StandardNormal.sample(rng)
}

/// Chi-square(10) over 10.
fn smooth(rng: &mut Rng) -> f64 {
    (0..10).map(|_| normal(rng).powi(2)).sum::<f64>() / 10.0
}

/// Columns of one metric at several generations.
type Columns = Vec<(Metric, u32, Vec<f64>)>;

fn columns(metric: Metric, times: &[u32], rng: &mut Rng, row: impl Fn(&mut Rng) -> Vec<f64>) -> Columns {
    let mut columns: Columns = times.iter().map(|t| (metric, *t, Vec::new())).collect();
    for _ in 0..N {
        columns.iter_mut().zip(row(rng)).for_each(|(column, value)| column.2.push(value));
    }
    columns
}

fn cell(name: &str, horizon: u32, columns: Columns) -> PlantedCell {
    PlantedCell::new(name, horizon, Some(RISK), columns)
}

fn one_arm(cells: Vec<PlantedCell>) -> Runs {
    planted::runs(vec![(Arm::AsPublished, cells)])
}

fn said(runs: &Runs, test: &Test, alpha: f64) -> Answer {
    ask(runs, &Arm::AsPublished, test, &planted::criteria(), alpha)
}

fn plain(kind: TestKind) -> Test {
    Test { kind, metric: Some(RISK), statistic: Statistic::Mean, at: At::Last, cells: CellChoice::Every, relative_to: None }
}

fn number(text: &str) -> Expression {
    Expression::parse(text).expect("a number")
}

fn equals(expect: &str, margin: f64, scale: MarginScale) -> Test {
    plain(TestKind::Equals { expect: number(expect), margin, scale, form: Form::Exact })
}

fn order(lesser: Operand, greater: Operand, margin: f64) -> Test {
    plain(TestKind::Order { lesser, greater, margin })
}

fn at(generation: u32) -> Operand {
    Operand { generation: Some(generation), ..Operand::default() }
}

/// A law with one number to turn: well inside, on the edge, well outside.
struct Case {
    words: &'static str,
    test: Test,
    turns: [f64; 3],
    draw: fn(f64, &mut Rng) -> Runs,
}

fn equalities() -> Vec<Case> {
    vec![
        Case {
            words: "a mean within 5 % of 2",
            test: equals("2", 0.05, MarginScale::Relative),
            turns: [2.0, 2.1, 2.4],
            draw: |mean, rng| one_arm(vec![cell("", 1, columns(RISK, &[1], rng, |rng| vec![mean + 0.3 * normal(rng)]))]),
        },
        Case {
            words: "a skewed mean within 0.3 of 1 at every generation of two cells",
            test: Test { at: At::Every, ..equals("1", 0.3, MarginScale::Absolute) },
            turns: [1.0, 1.3, 2.0],
            draw: |mean, rng| {
                let of = |mean: f64, rng: &mut Rng| {
                    columns(RISK, &[1, 2, 3], rng, |rng| vec![smooth(rng), mean * smooth(rng), 1.0 + 0.01 * normal(rng)])
                };
                one_arm(vec![cell("samples=10", 3, of(1.0, rng)), cell("samples=20", 3, of(mean, rng))])
            },
        },
        Case {
            words: "a ratio of means to generation 1 within 10 % of the generation",
            test: Test { at: At::Listed(vec![2]), relative_to: Some(1), ..equals("t", 0.1, MarginScale::Relative) },
            turns: [2.0, 2.2, 3.0],
            draw: |ratio, rng| {
                one_arm(vec![cell(
                    "",
                    2,
                    columns(RISK, &[1, 2], rng, |rng| {
                        let shared = normal(rng);
                        vec![3.0 + 0.5 * shared, ratio * (3.0 + 0.5 * shared + 0.3 * normal(rng))]
                    }),
                )])
            },
        },
        Case {
            words: "a share within 0.2 of a half",
            test: Test {
                statistic: Statistic::Share(Comparison { side: Side::Below, level: 0.0 }),
                ..equals("0.5", 0.2, MarginScale::Absolute)
            },
            turns: [0.5, 0.7, 0.9],
            draw: |share, rng| {
                let cut = crate::numeric::normal_quantile(share);
                one_arm(vec![cell("", 1, columns(RISK, &[1], rng, |rng| vec![normal(rng) - cut]))])
            },
        },
    ]
}

fn limits() -> Vec<Case> {
    vec![
        Case {
            words: "a mean below 1",
            test: plain(TestKind::Bound { side: Side::Below, limit: number("1") }),
            turns: [0.8, 1.0, 1.2],
            draw: |mean, rng| one_arm(vec![cell("", 1, columns(RISK, &[1], rng, |rng| vec![mean * (normal(rng) * 0.5 - 0.125).exp()]))]),
        },
        Case {
            words: "a median time above 10, three tenths of the runs censored",
            test: Test {
                metric: Some(Metric::HittingTime),
                statistic: Statistic::Median,
                ..plain(TestKind::Bound { side: Side::Above, limit: number("10") })
            },
            turns: [14.0, 10.0, 7.0],
            draw: |median, rng| {
                let censored_from = crate::numeric::normal_quantile(0.7);
                one_arm(vec![cell(
                    "",
                    1,
                    columns(Metric::HittingTime, &[1], rng, |rng| {
                        let z = normal(rng);
                        vec![if z > censored_from { f64::NAN } else { median * (0.5 * z).exp() }]
                    }),
                )])
            },
        },
        Case {
            words: "generation 1 below nine tenths of generation 2, paired",
            test: order(at(1), at(2), 0.1),
            turns: [0.5, 0.9, 1.0],
            draw: |lesser, rng| {
                one_arm(vec![cell(
                    "",
                    2,
                    columns(RISK, &[1, 2], rng, |rng| {
                        let shared = normal(rng);
                        vec![lesser * (5.0 + shared + 0.2 * normal(rng)), 5.0 + shared + 0.2 * normal(rng)]
                    }),
                )])
            },
        },
        Case {
            words: "the typical twin below half of the arm",
            test: Test {
                statistic: Statistic::MeanLog,
                ..order(Operand { arm: OperandArm::RealOnly, ..Operand::default() }, Operand::default(), 0.5)
            },
            turns: [6.0, 2.0, 0.7],
            draw: |ratio, rng| {
                let arm = columns(RISK, &[2], rng, |rng| vec![ratio * normal(rng).exp()]);
                let twin = columns(RISK, &[2], rng, |rng| vec![normal(rng).exp()]);
                let real = Arm::RealOnly(Box::new(Arm::AsPublished));
                planted::runs(vec![(Arm::AsPublished, vec![cell("", 2, arm)]), (real, vec![cell("", 2, twin)])])
            },
        },
    ]
}

fn trends() -> Vec<Case> {
    let trend = |over: Axis, logs: Logs, low: f64, high: f64| plain(TestKind::Trend { over, logs, low, high });
    vec![
        Case {
            words: "a slope over generations between 0.5 and 1.5, along random walks",
            test: Test { at: At::Every, ..trend(Axis::Generation, Logs::None, 0.5, 1.5) },
            turns: [1.0, 1.5, 2.5],
            draw: |slope, rng| {
                one_arm(vec![cell(
                    "",
                    4,
                    columns(RISK, &[1, 2, 3, 4], rng, |rng| {
                        let mut place = 0.0;
                        (0..4)
                            .map(|_| {
                                place += slope + normal(rng);
                                place
                            })
                            .collect()
                    }),
                )])
            },
        },
        Case {
            words: "an exponent over sample sizes between -1.2 and -0.8",
            test: trend(Axis::Grid("samples".to_owned()), Logs::Both, -1.2, -0.8),
            turns: [-1.0, -0.8, -0.5],
            draw: |exponent, rng| {
                let of = |n: f64, rng: &mut Rng| {
                    let mean = n.powf(exponent);
                    let draws = columns(RISK, &[1], rng, |rng| vec![mean * smooth(rng)]);
                    cell(&format!("samples={n}"), 1, draws)
                };
                one_arm([50.0, 100.0, 200.0, 400.0, 800.0].map(|n| of(n, rng)).into())
            },
        },
    ]
}

fn cases() -> Vec<Case> {
    equalities().into_iter().chain(limits()).chain(trends()).collect()
}

#[test]
fn every_kind_of_test_holds_inside_its_region_and_fails_outside() {
    for case in cases() {
        let [inside, _, outside] = case.turns;
        for trial in 0..5 {
            let mut rng = Rng::seed_from_u64(trial);
            let found = said(&(case.draw)(inside, &mut rng), &case.test, 0.01);
            assert_eq!(found.outcome, TestOutcome::Holds, "{}: {found:?}", case.words);
            let found = said(&(case.draw)(outside, &mut rng), &case.test, 0.01);
            assert_eq!(found.outcome, TestOutcome::Fails, "{}: {found:?}", case.words);
            assert!(found.reason.is_none() && found.replicates > 0 && !found.inference.is_empty());
        }
    }
}

/// On the edge either word is wrong: each may be said with probability at most alpha (binomial, 99.9 %).
#[test]
fn every_kind_of_test_keeps_its_level_at_the_edge() {
    const TRIALS: u64 = 400;
    const MOST: usize = 35;
    for case in cases() {
        let outcomes: Vec<TestOutcome> = (0..TRIALS)
            .map(|trial| said(&(case.draw)(case.turns[1], &mut Rng::seed_from_u64(1000 + trial)), &case.test, ALPHA).outcome)
            .collect();
        for wrong in [TestOutcome::Holds, TestOutcome::Fails] {
            let count = outcomes.iter().filter(|outcome| **outcome == wrong).count();
            assert!(count <= MOST, "{}: {wrong} {count} times of {TRIALS}", case.words);
        }
    }
}

#[test]
fn only_an_interval_wholly_outside_contradicts() {
    // Mean 2.11 against 2 +- 5 %: the truth is outside, the interval is not.
    let mut rng = Rng::seed_from_u64(3);
    let runs = one_arm(vec![cell("", 1, columns(RISK, &[1], &mut rng, |rng| vec![2.11 + 0.3 * normal(rng)]))]);
    let found = said(&runs, &equals("2", 0.05, MarginScale::Relative), 0.01);
    assert_eq!((found.outcome, found.reason.as_deref()), (TestOutcome::Undecided, Some("too-wide")));
    assert!(!found.is_final() && found.needs.is_some_and(|needs| needs > N as u64));
    assert_eq!(found.accepted, Some((1.9, 2.1)));
}

#[test]
fn one_bad_cell_or_generation_fails_a_test_of_all_and_is_the_one_shown() {
    let mut rng = Rng::seed_from_u64(4);
    let good = columns(RISK, &[1, 2], &mut rng, |rng| vec![1.0 + 0.1 * normal(rng), 1.0 + 0.1 * normal(rng)]);
    let bad = columns(RISK, &[1, 2], &mut rng, |rng| vec![1.0 + 0.1 * normal(rng), 2.0 + 0.1 * normal(rng)]);
    let runs = one_arm(vec![cell("samples=1", 2, good), cell("samples=2", 2, bad)]);
    let every = Test { at: At::Every, ..equals("1", 0.2, MarginScale::Relative) };
    let found = said(&runs, &every, 0.01);
    assert_eq!((found.outcome, found.generation, found.cell.as_deref()), (TestOutcome::Fails, Some(2), Some("samples=2")));
    let first = Test { at: At::Listed(vec![1]), ..every.clone() };
    assert_eq!(said(&runs, &first, 0.01).outcome, TestOutcome::Holds);
    let named = Test { cells: CellChoice::Named(vec!["samples=1".to_owned()]), ..every };
    assert_eq!(said(&runs, &named, 0.01).outcome, TestOutcome::Holds);
}

#[test]
fn estimates_agree_with_naive_second_implementations() {
    let mut rng = Rng::seed_from_u64(5);
    let drawn = columns(RISK, &[1, 2, 3], &mut rng, |rng| {
        let first = (0.4 * normal(rng)).exp();
        vec![first, first * (0.3 * normal(rng)).exp() + 1.0, 4.0 + normal(rng)]
    });
    let means: Vec<f64> = drawn.iter().map(|(_, _, values)| values.iter().sum::<f64>() / N as f64).collect();
    let values = |t: usize| drawn[t - 1].2.clone();
    let runs = one_arm(vec![cell("", 3, drawn.clone())]);
    let of = |test: Test| said(&runs, &test, ALPHA);
    let near = |found: &Answer, naive: f64| assert!((found.estimate.unwrap() - naive).abs() < 1e-10, "{found:?} against {naive}");
    let slope = plain(TestKind::Trend { over: Axis::Generation, logs: Logs::None, low: 0.0, high: 1.0 });
    near(&of(Test { at: At::Every, ..slope }), (means[2] - means[0]) / 2.0);
    near(&of(Test { at: At::Listed(vec![2]), relative_to: Some(1), ..equals("1", 0.1, MarginScale::Absolute) }), means[1] / means[0]);
    near(&of(order(at(1), at(2), 0.1)), 0.9 * means[1] - means[0]);
    // A paired contrast is a one-sample problem of its differences; a ratio has the delta method's variance.
    let paired: Vec<f64> = values(2).iter().zip(values(1)).map(|(b, a)| 0.9 * b - a).collect();
    let hall = crate::numeric::hall_t(&moments(&paired), ALPHA);
    assert!((of(order(at(1), at(2), 0.1)).low.unwrap() - hall.low).abs() < 1e-10);
    let share = Statistic::Share(Comparison { side: Side::Above, level: 4.5 });
    let count = values(3).iter().filter(|value| **value > 4.5).count();
    let found = of(Test { statistic: share, ..equals("0.3", 0.1, MarginScale::Absolute) });
    near(&found, count as f64 / N as f64);
    assert!((found.low.unwrap() - clopper_pearson(count, N, ALPHA).low).abs() < 1e-12);
    let mut sorted = values(3);
    sorted.sort_by(f64::total_cmp);
    near(
        &of(Test { statistic: Statistic::Median, ..equals("4", 0.1, MarginScale::Absolute) }),
        f64::midpoint(sorted[N / 2 - 1], sorted[N / 2]),
    );
    let log = values(1).iter().map(|value| value.ln()).sum::<f64>() / N as f64;
    near(&of(Test { statistic: Statistic::MeanLog, at: At::Listed(vec![1]), ..equals("0", 0.1, MarginScale::Absolute) }), log);
}

#[test]
fn what_replicates_cannot_mend_is_final_and_says_why() {
    let mut rng = Rng::seed_from_u64(6);
    let times = columns(Metric::HittingTime, &[1], &mut rng, |rng| vec![if normal(rng) > 1.0 { f64::NAN } else { 3.0 }]);
    let below = |metric: Metric, statistic: Statistic, limit: &str| Test {
        metric: Some(metric),
        statistic,
        ..plain(TestKind::Bound { side: Side::Below, limit: number(limit) })
    };
    let runs = one_arm(vec![cell("", 1, times)]);
    let found = said(&runs, &below(Metric::HittingTime, Statistic::Mean, "5"), ALPHA);
    assert_eq!((found.reason.as_deref(), found.is_final()), (Some("censored"), true));
    assert_eq!(said(&runs, &below(Metric::HittingTime, Statistic::Median, "5"), ALPHA).outcome, TestOutcome::Holds);
    let zeros = one_arm(vec![cell("", 1, columns(RISK, &[1], &mut rng, |rng| vec![normal(rng).max(0.0)]))]);
    let found = said(&zeros, &below(RISK, Statistic::MeanLog, "5"), ALPHA);
    assert_eq!((found.reason.as_deref(), found.is_final()), (Some("not-positive"), true));
    let found = said(&zeros, &below(Metric::TailCoverage, Statistic::Mean, "5"), ALPHA);
    assert_eq!((found.reason.as_deref(), found.is_final()), (Some("not-recorded"), true));
    let heavy = one_arm(vec![cell("", 1, columns(RISK, &[1], &mut rng, |rng| vec![(3.0 * normal(rng)).exp()]))]);
    let found = said(&heavy, &below(RISK, Statistic::Mean, "5"), ALPHA);
    assert_eq!((found.reason.as_deref(), found.is_final()), (Some("heavy-tail"), false));
}

#[test]
fn an_exact_expectation_answers_where_a_heavy_tail_cannot() {
    let mut rng = Rng::seed_from_u64(7);
    let mut heavy = cell("", 1, columns(RISK, &[1], &mut rng, |rng| vec![(3.0 * normal(rng)).exp()]));
    heavy.expectations.insert((RISK, 1), 4.0);
    let found = said(&one_arm(vec![heavy]), &equals("4.1", 0.05, MarginScale::Relative), ALPHA);
    assert_eq!((found.outcome, found.inference.as_str(), found.replicates), (TestOutcome::Holds, "exact-moments", 0));
}
