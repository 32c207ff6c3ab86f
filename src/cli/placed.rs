//! Where on a command line a problem lies: flags are read as the text of a file that is nowhere, and a place in it helps nobody.

use super::args::SimulateArgs;
use crate::registry::Problem;

/// So many characters of a flag are shown.
const LONGEST: usize = 80;

/// Flags with the keys that they give.
pub struct Flags {
    /// Dotted path and the flag as it was written, in the order in which they take effect.
    given: Vec<(String, String)>,
    /// What they describe.
    whole: String,
    /// What gives a key that no flag gives.
    otherwise: String,
}

impl Flags {
    /// The flags of a command line. Keys that none gives are those of a listed simulation, or what is taken where no flag says it.
    #[must_use]
    pub fn of(args: &SimulateArgs) -> Self {
        let text = |value: &Option<String>| value.clone();
        let number = |value: Option<u32>| value.map(|number| number.to_string());
        let metrics = (!args.metrics.is_empty()).then(|| args.metrics.join(","));
        let named = [
            ("truth", "truth", text(&args.truth)),
            ("model", "model", text(&args.model)),
            ("regime", "regime", text(&args.regime)),
            ("synthesis", "synthesis", text(&args.synthesis)),
            ("sampling", "sampling", text(&args.sampling)),
            ("samples", "samples", text(&args.samples)),
            ("method", "method", text(&args.method)),
            ("generations", "generations", number(args.generations)),
            ("truth.dimension", "dimension", number(args.dimension)),
            ("metrics", "metrics", metrics),
        ];
        let named = named.into_iter().filter_map(|(path, flag, value)| Some((path.to_owned(), format!("--{flag} {}", value?))));
        let set = args.set.iter().map(|text| (text.split('=').next().unwrap_or(text).trim().to_owned(), format!("--set {text}")));
        let (whole, otherwise) = match &args.target {
            None => ("what the flags describe".to_owned(), "what is taken where no flag says it".to_owned()),
            Some(name) => (format!("{name} as --set changes it"), format!("{name}, where --set leaves it as it is")),
        };
        Self { given: named.chain(set).collect(), whole, otherwise }
    }

    /// The problem with the flag in which it lies instead of a place in `text`, and without the name that the simulation has there.
    #[must_use]
    pub fn placed(&self, problem: Problem, text: &str, simulation: &str) -> Problem {
        let path = path(text, problem.span.start, simulation);
        let message = problem.message.replace(&format!("{simulation}."), "").replace(&format!("`{simulation}`"), "the simulation");
        Problem { file: self.giving(&path), span: 0..0, line: 1, column: 1, message, ..problem }
    }

    /// The flag that gives a key: itself, else the nearest table above it, else something in it; of several the last.
    fn giving(&self, path: &str) -> String {
        let is_below = |below: &str, above: &str| below.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let above = self.given.iter().filter(|(given, _)| is_below(path, given)).max_by_key(|(given, _)| given.len());
        let inside = || self.given.iter().rfind(|(given, _)| !path.is_empty() && is_below(given, path));
        let Some((_, flag)) = above.or_else(inside) else {
            return if path.is_empty() { self.whole.clone() } else { format!("`{path}`: {}", self.otherwise) };
        };
        let shown: String = flag.chars().take(LONGEST).collect();
        if shown.len() < flag.len() { format!("`{shown} …`") } else { format!("`{shown}`") }
    }
}

/// The key at a byte of a text that the `toml` crate wrote, told from the table `simulation` on.
fn path(text: &str, at: usize, simulation: &str) -> String {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let mut heads = text[..start].lines().chain([line]).filter(|line| line.starts_with('['));
    let head = heads.next_back().unwrap_or_default().trim_matches(['[', ']']);
    let table = head.strip_prefix(simulation).unwrap_or_default().trim_start_matches('.');
    let key = if line.starts_with('[') { "" } else { line.split(" = ").next().unwrap_or_default() };
    [table, key].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "schema = 1\n\n[simulation.flags]\nsamples = -5\nmetrics = [\"a\"]\n\n[simulation.flags.truth]\nkind = \"x\"\nvariance = 1\n";

    fn flags() -> Flags {
        let given = [("truth", "--truth x"), ("truth.variance", "--set truth.variance=1"), ("model.deep", "--set model.deep=2")];
        Flags {
            given: given.map(|(path, flag)| (path.to_owned(), flag.to_owned())).into(),
            whole: "all".to_owned(),
            otherwise: "defaults".to_owned(),
        }
    }

    #[test]
    fn a_key_is_told_with_the_tables_above_it() {
        let at = |words: &str| path(TEXT, TEXT.find(words).unwrap(), "simulation.flags");
        assert_eq!(
            (at("-5"), at("\"a\""), at("[simulation.flags.truth"), at("= 1\n\n")),
            ("samples".into(), "metrics".into(), "truth".into(), "schema".into())
        );
        assert_eq!((at("\"x\""), at("variance"), at("[simulation.flags]")), ("truth.kind".into(), "truth.variance".into(), String::new()));
    }

    #[test]
    fn a_problem_is_of_the_flag_that_gives_its_key() {
        let giving = |path: &str| flags().giving(path);
        assert_eq!(giving("truth.variance"), "`--set truth.variance=1`");
        assert_eq!((giving("truth"), giving("truth.kind")), ("`--truth x`".into(), "`--truth x`".into()));
        assert_eq!(
            (giving("model"), giving("modelling"), giving("")),
            ("`--set model.deep=2`".into(), "`modelling`: defaults".into(), "all".into())
        );
    }
}
