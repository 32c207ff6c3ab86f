//! What the fixed words mean, set by set: the data of the glossary.

/// Words with their meanings.
type Words = &'static [(&'static str, &'static str)];

/// Sets by the name that `taxonomy::Word::KIND` gives them, or by one of their own where no type holds them.
pub(super) static WORDS: &[(&str, Words)] = &[
    ("term", TERMS),
    ("verdict", VERDICTS),
    ("outcome", OUTCOMES),
    ("test outcome", TEST_OUTCOMES),
    ("reason", REASONS),
    ("reason of a claim", CLAIM_REASONS),
    ("ending of a program", PROGRAM_ENDINGS),
    ("fidelity", FIDELITIES),
    ("size", SIZES),
    ("realism level", LEVELS),
    ("functional", FUNCTIONALS),
    ("reading", READINGS),
    ("assertion", ASSERTIONS),
    ("quantifier", QUANTIFIERS),
    ("claim author", AUTHORS),
    ("knowledge", KNOWLEDGE),
    ("kind of control", CONTROLS),
    ("flip", FLIPS),
    ("study outcome", STUDY_OUTCOMES),
    ("prevalence", PREVALENCES),
    ("certainty", CERTAINTIES),
    ("basis", BASES),
    ("definition family", FAMILIES),
    ("model family", MODEL_FAMILIES),
    ("role", ROLES),
    ("voice", VOICES),
    ("arm", ARMS),
    ("method", METHODS),
    ("inference", INFERENCES),
    ("verdict of the position paper", PAPER),
    ("verdict of another reproduction", THEIRS),
    ("drift", DRIFTS),
    ("rule", RULES),
];

/// What an arm is whose id is two conditions.
pub(super) const PAIR: &str =
    "Two conditions of the leading world at once: run where a claim conflicts with another study's and no condition alone flips it.";

/// Beginnings of the ids of arms that name something else behind it.
pub(super) static BARE: Words = &[
    ("without-", "The leading world without this one condition: run where a claim flips only jointly, to say which conditions it takes."),
    ("control:", "The control of the claim of this name: one knob changed, so that its test must positively fail (or hold) there."),
    ("holds:", "The branch `holds_when` of the conditional claim of this name: there its test must hold."),
    ("holds-on:", "The branch `holds_when` of the conditional claim of this name, run on so that its asymptotic definition can be judged."),
    (
        "holds-in-",
        "The branch `holds_when` of the conditional claim named behind the colon, with every condition of this world on top of it.",
    ),
    ("fails:", "The branch `fails_when` of the conditional claim of this name: there its test must fail."),
    ("lesser:", "The lesser side of the order that the claim of this name asserts, where that side is another setup."),
    ("greater:", "The greater side of the order that the claim of this name asserts, where that side is another setup."),
    ("control-lesser:", "The lesser side of that order in its control."),
    ("control-greater:", "The greater side of that order in its control."),
    ("real-only:", "The real-only twin of the arm named behind the colon."),
];

const TERMS: Words = &[
    ("study", "A publication in the registry, with the definitions it uses, the realism of its assumptions and its reduced simulations."),
    ("claim", "One statement of a study, or a check of ours, with one test that was written down before the run."),
    ("simulation", "A reduced run of a study's setting, in one or more cells."),
    ("cell", "One combination of the values of a simulation's grid, named by them."),
    ("arm", "One way of running a simulation: as published, in a world, with one condition changed, as a control, as a twin."),
    ("twin", "The run on the real data that an arm's training set holds, without synthetic data: what synthetic data are compared with."),
    ("world", "A set of conditions in numbers, with reasons, under which every claim is asked again; `list overlays` shows them."),
    ("profile", "What the eight detectors say of one arm."),
    ("finding", "What a detector says of a definition in one arm; never a word on a claim."),
    ("replicate", "One run with a stream of random numbers of its own."),
    ("look", "A number of replicates at which open questions are asked; each look spends a part of the error probability."),
    ("budget", "The replicates that an arm may take, from what reads it and from a fixed cost formula."),
    (
        "generation",
        "Generation 1 is the first model, fitted to real data alone; generation t + 1 is fitted to what its regime makes of real and synthetic data.",
    ),
    (
        "half-life",
        "Generations after which a spread that falls like an exponential is half of what it was; noted beside variance-collapse.",
    ),
    (
        "where it holds",
        "What becomes of the definition of a conditional claim with the change under which it is said to hold, as published and with each world on top; beside it stands the study's own setting.",
    ),
    (
        "comparison",
        "What a claim that compares two runs of one setup is asked in the worlds, with its own margin: it holds, fails or is undecided, and is no outcome of a definition. A claim that compares two setups is asked its definition there: a world makes such a change itself.",
    ),
    ("onset", "The first recorded generation from which on a finding holds."),
    ("truth", "The law that real data come from; it is known, so that every error is measured against it."),
    ("model", "What is fitted at every generation and then sampled."),
    ("regime", "Which real and synthetic data make the next training set; `list regimes` shows them."),
    ("curation", "What happens to synthetic examples before they join a training set."),
    ("realism", "How near a study's assumptions are to real training, between 0 and 1 over eight conditions; never blended with fidelity."),
    ("fidelity", "How near our simulation is to what the claim speaks of; never blended with realism."),
    ("coder", "Who judged a study's definitions or its realism, and how blind; they stand in studies/coders.toml."),
    ("locator", "Where in a publication something stands: a theorem, a section, a figure."),
    ("statistic", "The number that a test asks about, with its interval at the error probability that the claim may spend."),
    ("expected", "The closed form, limit or lower end that a claim's statistic is held against."),
    ("accepted", "The region in which a claim's statistic counts as agreement."),
    ("fragile", "A decided verdict that leaves the decided state under more than one fresh root seed of six."),
    ("lock", "What was accepted of every claim, in claims/verdicts.lock; `check` compares with it."),
    ("ground", "What decided beside a claim's own text: thresholds, worlds, laboratory, rules."),
    ("stub", "A claim that stays untested because only the abstract of its study was read."),
    (
        "exploratory",
        "Asked at the level of a profile and not of a claim: findings of single conditions and of definitions no claim is tied to.",
    ),
    (
        "certainty",
        "How sure the count of studies beside it is, from mechanisms, fidelity, agreement and what stays open; its reasons stand with it.",
    ),
    ("thin", "Fewer than three mechanisms stand on that side."),
    ("one setup", "Whatever was decided was decided of one setup, sizes aside: one piece of evidence, however many studies tell it."),
    (
        "mechanism",
        "What makes a simulation's result: truth, model, which real and synthetic data are kept, what judges them. Studies can share one.",
    ),
    (
        "setup",
        "A mechanism with its schedule of samples and its capacity: simulations of one setup are no independent evidence, whatever their sizes.",
    ),
    (
        "counted apart",
        "In no total, and printed beside it: simulations whose synthetic data come from another source than the model, and comparisons of two runs.",
    ),
    ("departures", "What a reduced simulation does otherwise than its study."),
    ("flips", "Conditions that alone turn what a claim's definition says as published."),
    ("error rate", "How often tests of the registry were decided against those of most other root seeds (`reseed`), with an upper limit."),
    ("both true", "A claim can be reproduced while its definition is not found: the statement and the definition ask different things."),
    ("not-simulated", "A condition that cannot be changed in this simulation, or an arm that was left out, with the reason."),
];

const VERDICTS: Words = &[
    ("reproduced", "The claim's declared test holds, at the claim's share of the error probability."),
    (
        "contradicted",
        "The claim's declared test positively fails, in a simulation that is exact or scaled, and a control shows that it could have held.",
    ),
    (
        "undecided",
        "The claim's test neither holds nor positively fails within the budget, or its simulation may not decide against the study; the reason stands beside it.",
    ),
    ("untested", "No faithful simulation is possible here; the claim keeps its row, with the reason."),
];

const OUTCOMES: Words = &[
    ("occurs", "The definition is positively found in this arm."),
    ("absent", "The definition is positively excluded in this arm, by a test of its own: not merely not found."),
    ("undecided", "The definition is neither found nor excluded in this arm; the reason stands beside it."),
    ("not-applicable", "The definition makes no sense in this arm, for the reason beside it; such an arm leaves every denominator."),
];

const TEST_OUTCOMES: Words = &[
    ("holds", "The declared test is positively met."),
    ("fails", "The declared test is positively not met."),
    ("undecided", "The declared test is neither met nor failed at this number of replicates."),
];

const REASONS: Words = &[
    ("too-wide", "The interval reaches over the limit; more replicates may decide."),
    ("cost", "More replicates would decide, and cost more than the arm may take."),
    ("too-few-replicates", "There are fewer replicates than any decision needs."),
    (
        "heavy-tail",
        "A few replicates carry the sample mean, so that no interval of the mean can be trusted; the typical run may still be decided.",
    ),
    ("no-spread-seen", "All replicates were equal, of a quantity whose range is not known: what they hide is not known either."),
    ("ended", "Too many replicates ended before the generation that is asked about."),
    ("infinite", "Infinite values, or numbers too large to compute with, are among the replicates."),
    ("transient", "The run covers too few time-scales to tell what happens in the long run."),
    ("horizon", "The run has too few generations for this definition."),
    ("partial", "The quantity lies positively between the two limits: neither outcome is right."),
    ("reduced-not-collapsed", "The spread settled at a lower level and does not go to zero."),
    ("cells-differ", "The cells of the grid come out differently, so that there is no one answer for the simulation."),
    (
        "not-recorded",
        "A generation or metric that is asked for was not recorded, or the run ends before that generation, as a world does that changes the horizon.",
    ),
    ("missing-twin", "The real-only twin that the question compares with was not run."),
    ("on-the-limit", "An exact value lies on the limit itself: no number of replicates decides."),
    ("censored", "Some runs never reached the event within the horizon; their values are not missing but larger."),
    ("not-positive", "A logarithm of a value that is not positive is asked for."),
    ("no-expectation", "The expression that the statistic is held against has no value here."),
    ("not-monotone", "Between the generations that decide, the quantity leaves the course that the rule assumes."),
    ("in-some-runs", "True of some runs and not of most: neither word speaks for the arm."),
    ("curved", "The slope changes along the grid, so that one slope says nothing."),
    ("no-risk", "The simulation declares no risk on real data (`risk` in its table)."),
    ("no-null-risk", "The risk of ignoring the data is not known, so that nothing says what useless is."),
    (
        "no-better-than-ignoring-at-first",
        "The first model, or the real-only twin, is no better than ignoring the data: nothing is there to lose.",
    ),
    ("bounded-by-construction", "The risk has a finite ceiling, so that it cannot grow without limit."),
    ("no-spread", "No measure of spread or diversity is recorded."),
    ("spread-not-learned", "The model does not estimate its spread, so that none can be lost."),
    ("no-sample-grid", "There is no grid of sample sizes wide enough to see a scaling law."),
    ("no-modes", "The truth has no separated modes."),
    ("no-exact-mass", "The mass in question has no exact form under this model."),
];

const CLAIM_REASONS: Words = &[
    (
        "the analogue disagrees",
        "The test fails, in another model than the study's: an analogue can never contradict a study, so the claim is undecided.",
    ),
    ("the control is undecided", "The verdict stands, and its control could not be decided, for the reason behind the colon."),
    (
        "the control does not fail: the test cannot tell",
        "The test holds, and it holds in its negative control too, where it must fail: it cannot tell.",
    ),
    (
        "the positive control does not hold either: the test cannot tell",
        "The test fails, and it fails in its positive control too, where it must hold: it cannot tell.",
    ),
    (
        "the test fails, and no positive control shows that it can hold",
        "A test that fails contradicts a study only where another run shows that it can hold.",
    ),
    (
        "the test holds, and no negative control shows that it can fail",
        "A test that holds reproduces a claim only where another run shows that it can fail.",
    ),
    (
        "recalled and not yet confirmed; our simulation disagrees",
        "The test fails, of a claim that we have not read ourselves: it is undecided until somebody has.",
    ),
    ("its simulation was not run", "This run was not asked for the simulation that the claim is tested in."),
    ("where it must fail", "The branch of a conditional claim in which its test must fail is undecided, for the reason behind the colon."),
    ("where it must hold", "The branch of a conditional claim in which its test must hold is undecided, for the reason behind the colon."),
    ("not-asked", "This run was not asked to answer the question: a filter or a quick run left it out."),
    ("not-profiled", "This run kept no profile of the arm."),
];

const PROGRAM_ENDINGS: Words = &[
    ("program-not-started", "The program that runs this simulation could not be started: it is not there, or may not be."),
    ("program-crashed", "The program that runs this simulation ended with an error or by a signal; too little memory looks so too."),
    ("program-timed-out", "The program that runs this simulation was still running when its time was over."),
    ("program-garbled", "The program that runs this simulation wrote something else than what it was asked for."),
    ("program-not-a-number", "The program that runs this simulation wrote a value that is no number."),
    ("program-refused", "The program that runs this simulation says that it cannot run this arm."),
];

const FIDELITIES: Words = &[
    ("exact", "The study's own setting, at its own size or at one that the statement allows."),
    ("scaled", "The same model and training as the study's, smaller than what the statement speaks of."),
    ("analogue", "Another model with the mechanism that the study argues from; it can never contradict the study."),
    ("none", "No faithful simulation is possible here, so that the claim is untested."),
];

const SIZES: Words = &[
    ("own", "The size that the study ran: its numbers of examples, dimensions and generations."),
    ("within the statement", "Other numbers than the study ran, and the statement (a theorem, a formula) is made for all of them."),
    ("reduced", "Smaller than what the statement speaks of."),
];

const LEVELS: Words = &[
    ("met", "The study's assumption is as real training has it; it counts 1."),
    ("partly", "The study's assumption is in part as real training has it; it counts a half."),
    ("unmet", "The study's assumption is not as real training has it; it counts 0."),
    ("unclear", "The study does not say; it counts as unmet in the lower end of the score and as met in the upper one."),
    ("not-applicable", "The condition makes no sense for this study; it drops from the score with its weight."),
];

const FUNCTIONALS: Words = &[
    ("mean", "Expected over training sets: the average over replicates."),
    ("typical", "What one run does: the median over replicates, or their mean log."),
];

const READINGS: Words = &[
    ("real-only", "Against the risk that the same real data alone give (the twin's)."),
    ("first", "Against the risk of the first model."),
];

const QUANTIFIERS: Words = &[
    (
        "almost-surely",
        "The claim speaks of every run, or of the limit of almost every run; a simulation shows a finite number of finite runs.",
    ),
    (
        "every-n",
        "The claim speaks of every sample size, generation or other value of a range that it names; a simulation shows some of them.",
    ),
    ("in-expectation", "The claim speaks of an expected value over training sets, in a setting that it names."),
    ("these-sizes", "The claim speaks of the sizes, models and data at which it was observed."),
    ("one-run", "The claim speaks of one run, or of one for each setting."),
];

const ASSERTIONS: Words = &[
    ("occurs", "The claim says that its definition happens."),
    ("absent", "The claim says that its definition does not happen."),
    ("conditional", "The claim says that its definition happens under one condition and not under another; it has two branches."),
];

const AUTHORS: Words = &[
    ("study", "The study itself says it."),
    ("registry", "A check that we added; it has a row of its own and is in no count of the study's claims."),
];

const KNOWLEDGE: Words = &[
    ("read", "Seen in the study's own text, its code or a faithful copy."),
    ("abstract", "Only the abstract of the study was read."),
    ("second-hand", "Seen in somebody else's summary of the study."),
    ("memory", "Recalled and not seen; it is never called contradicted."),
    ("derived", "Worked out for this registry; only checks of ours are."),
];

const CONTROLS: Words = &[
    ("negative", "A changed run in which the test must positively fail: it shows that the test can fail."),
    ("positive", "A changed run in which the test must positively hold: it shows that a test that fails as published can hold."),
];

const FLIPS: Words = &[
    ("single", "One condition alone turns the outcome of the claim's definition; the conditions that do are listed."),
    ("only-jointly", "No single condition turns the outcome, but all together do; listed are those whose removal undoes it."),
    ("none", "The outcome is the same in the leading world and under every single condition that could be run."),
    ("undecided", "The outcome is not decided as published or in the leading world, so that nothing can be said to flip."),
    ("not-applicable", "The definition makes no sense as published, so that there is no outcome to flip."),
];

const STUDY_OUTCOMES: Words = &[
    ("occurs", "The definition occurs in every decided main simulation of the study, and at least one is decided."),
    ("both", "The definition occurs in some main simulations of the study and is absent from others."),
    ("absent", "The definition is absent from all main simulations of the study, and none is undecided."),
    ("undecided", "No main simulation of the study shows the definition, and some are undecided."),
    ("not-applicable", "The definition makes no sense in any main simulation of the study."),
];

const PREVALENCES: Words = &[
    ("in all", "The definition occurs in every decided study."),
    ("in most", "The definition occurs in more than half of the decided studies."),
    ("in some", "The definition occurs in half of the decided studies at most, or both ways in one."),
    ("in none", "The definition occurs in no decided study."),
    ("not decided", "No study is decided, or more are undecided than decided."),
];

const CERTAINTIES: Words = &[
    ("high", "Nothing lowers the certainty of this summary."),
    ("moderate", "One thing lowers the certainty of this summary; it is named beside it."),
    ("low", "Two things lower the certainty of this summary; they are named beside it."),
    ("very low", "Three things or more lower the certainty of this summary; they are named beside it."),
    ("not rated", "Nothing was decided, or more left open than decided, so that there is nothing to be certain of."),
];

const BASES: Words = &[
    ("explicit", "The study states its definition, by a formula or a precise description."),
    ("implicit", "The study uses the definition without stating it."),
];

const MODEL_FAMILIES: Words = &[
    ("theory", "A statement about models at large, or about a class that has no word of its own here."),
    ("gaussian", "Gaussians that are fitted again to their own draws."),
    ("mixture", "Mixtures of Gaussians or of other densities."),
    ("kernel", "Kernel density estimates."),
    ("categorical", "Laws over a finite number of categories."),
    ("language-model", "Models of text, from counted n-grams to transformers."),
    ("vae", "Variational autoencoders, the small ones of this registry among them."),
    ("gan", "Generative adversarial networks."),
    ("diffusion", "Diffusion models, image generators of that kind among them."),
    ("flow", "Normalising flows and flow matching."),
    ("regression", "Regressions, linear or with random features, on labels of a predecessor."),
    ("classifier", "Classifiers that learn labels of a predecessor."),
];

const FAMILIES: Words = &[
    ("risk", "Definitions about the error on real data: 1 to 3."),
    ("shape", "Definitions about the shape of the learned distribution: 4, 6, 7 and 8."),
    ("scaling", "The definition about what more data are worth: 5."),
];

const ROLES: Words = &[
    ("main", "What the study puts forward: only main simulations say what a study finds."),
    ("contrast", "What the study runs only to argue against it, or as a baseline."),
];

const VOICES: Words = &[
    ("main", "The study's own run: it speaks for the study in every count."),
    ("contrast", "A run that the study makes only to argue against it or to compare with: in no count."),
    ("check", "A run that only checks of ours read: what it shows is no finding of the study."),
];

const ARMS: Words = &[
    ("as-published", "The simulation as the study ran it."),
    ("real-only", "The twin of the arm as published: the real data of its last training set, without synthetic data."),
    ("custom", "A setup from flags, or a listed one with keys changed: what `simulate` names its arm then."),
];

const METHODS: Words = &[
    ("statistics", "Computed by an exact shortcut: the law of what a fit needs is known and drawn from directly."),
    ("samples", "Computed sample by sample."),
    ("trained", "A network, trained beforehand and recorded: its replicates are few and decided by ranks."),
    ("external", "Run by a program in another language: its replicates are few and decided by ranks."),
];

const INFERENCES: Words = &[
    ("hall-t", "A t interval with Hall's correction for skewness."),
    ("delta", "The same on the linearised replicates of a ratio or logarithm of means."),
    ("empirical-bernstein", "Bounds for the mean of a quantity with a known range, valid for every law."),
    ("equal-draws", "What draws that were all equal can still hide, over the range of the quantity."),
    ("clopper-pearson", "The exact binomial interval of a share of replicates."),
    ("order-statistics", "The interval of a median by exact binomial ranks, valid for every law."),
    ("order-statistics-atom", "The same where the law has an atom at the median, so that the interval may have width 0."),
    ("exact-moments", "An exact moment recursion: no sampling error, so that the interval has width 0."),
];

const PAPER: Words = &[
    ("will-occur", "The position paper says that it will happen under realistic conditions."),
    ("may-occur", "The position paper says that it may happen, and leaves open how."),
    ("avoidable", "The position paper says that it will not happen while data accumulate, grow and get better."),
    ("no-present-threat", "The position paper says that it is practically no present threat."),
    ("not-discussed", "The position paper gives no verdict on it."),
];

const THEIRS: Words = &[
    ("verified", "Another reproduction found that the claim holds."),
    ("falsified", "Another reproduction found that the claim does not hold as printed."),
    ("toy", "Another reproduction ran a smaller or simpler model in its place: what is called an analogue here."),
    ("inconclusive", "Another reproduction could not decide the claim."),
    ("blocked", "Another reproduction could not run the claim."),
    ("not-known", "Another reproduction judged the claim, and its verdict was not seen."),
];

const DRIFTS: Words = &[
    ("changed", "A claim's verdict, fidelity or outcome in a world is another than was accepted."),
    ("lost", "A claim that was accepted as decided came out undecided within the budget."),
    ("new", "A claim of the registry that nobody has accepted yet."),
    ("gone", "A claim that was accepted and is no longer in the registry."),
    ("moved", "Only the numbers of a claim moved: a note, not drift."),
];

const RULES: Words = &[
    ("drift-changed", "A claim's verdict, fidelity or outcome in a world is no longer the accepted one."),
    ("drift-lost", "A claim that was accepted as decided came out undecided within the budget: exit code 4 where nothing worse is found."),
    ("drift-new", "A claim has no accepted verdict: run it, look at it, and `accept` it with a reason."),
    ("drift-gone", "A claim with an accepted verdict is gone from the registry: `accept --all` forgets it."),
];
