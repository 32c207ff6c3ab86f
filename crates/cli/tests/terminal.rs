//! What reaches a terminal: no character that steers it, whatever the registry holds; colours only where they are wanted; completions that
//! complete in the shells that are here; a manual page per command.

#![allow(clippy::print_stdout, reason = "a test that skips says so")]

mod place;

use place::{Place, files};
use std::fs;
use std::process::{Command, Stdio};

/// A study with every awkward character.
fn nasty() -> Place {
    Place::of("tests/registry/cases/nasty")
}

fn steers(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[test]
fn nothing_that_a_registry_holds_steers_a_terminal() {
    let place = nasty();
    let (study, claim) = ("aux-2024-amp", "aux-2024-amp/one");
    let commands = [
        "lint",
        "lint --format json",
        "lint --format github",
        "list studies",
        "list claims",
        "list claims --format csv",
        "list claims --format json",
        "list studies --coverage",
        &format!("show {study}"),
        &format!("show {claim}"),
        &format!("explain {study}:accumulate"),
        &format!("explain {study}:variance-collapse"),
        &format!("explain {claim}"),
        "explain realistic",
        "cite",
        "cite --format bibtex",
        "plan",
        "plan --emit json",
        "run --quick --out report",
        &format!("run --only study:{study} --quick"),
        "check",
        "check --format human",
        "check --format github",
        "check --format junit",
        "check --format sarif",
        "check --format json",
    ];
    for command in commands {
        let ended = place.run(&command.split(' ').collect::<Vec<_>>());
        assert!(matches!(ended.code, Some(0 | 1)), "{command}: {}{}", ended.out, ended.err);
        for text in [&ended.out, &ended.err] {
            assert!(!text.contains(steers), "{command}: {text:?}");
        }
        if command.ends_with("json") || command.ends_with("sarif") {
            assert!(serde_json::from_str::<serde_json::Value>(&ended.out).is_ok(), "{command}: {}", ended.out);
        }
    }
    for (path, bytes) in files(&place.path("report")) {
        let name = path.to_string_lossy().into_owned();
        if name.ends_with(".gz") || name.starts_with('.') {
            continue;
        }
        let text = String::from_utf8(bytes).unwrap_or_else(|_| panic!("{name} is no text"));
        let has_control = text.contains(|c: char| c.is_control() && c != '\n' && c != '\t' && c != '\r');
        assert!(!has_control, "{name} holds a control character");
        assert!(!name.ends_with(".html") && !name.ends_with(".svg") || !text.contains("<script>alert"), "{name}");
        assert!(!name.ends_with(".json") || serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{name}");
    }
}

#[test]
fn a_damaged_file_is_shown_without_what_it_does_to_a_terminal() {
    let place = Place::tiny();
    fs::write(place.path("studies/bad-2024-x.toml"), b"schema = 1 # \x1b]0;pwn\x07 \x1b[31m\nx = [\n").unwrap();
    let ended = place.run(&["lint"]);
    assert!(ended.code == Some(3) && ended.out.contains("bad-2024-x.toml") && !ended.out.contains(steers), "{:?}", ended.out);
}

/// What a command prints on a terminal of this kind, by `script` of util-linux; `None` where there is none.
fn on_a_terminal(place: &Place, words: &str, variables: &[(&str, &str)]) -> Option<String> {
    let binary = env!("CARGO_BIN_EXE_collapse-audit");
    let mut command = Command::new("script");
    command.args(["-qec", &format!("{binary} {words}"), "/dev/null"]).current_dir(place.path(".")).stdin(Stdio::null());
    command.env_remove("NO_COLOR").env("TERM", "xterm-256color").envs(variables.iter().copied());
    let output = command.output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let place = Place::tiny();
    place.edit("studies/tiny-2024-gaussian.toml", |text| text.replacen("level = \"unmet\"", "level = \"unmett\"", 1));
    assert!(!place.run(&["lint"]).out.contains('\u{1b}'), "a pipe has none");
    let Some(coloured) = on_a_terminal(&place, "lint", &[]) else {
        return println!("no `script` here: skipped");
    };
    assert!(coloured.contains("\u{1b}["), "{coloured:?}");
    for variable in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let plain = on_a_terminal(&place, "lint", &[variable]).unwrap();
        assert!(plain.contains("unmett") && !plain.contains('\u{1b}'), "{variable:?}: {plain:?}");
    }
    let place = Place::tiny();
    let check = on_a_terminal(&place, "check", &[]).unwrap();
    assert!(check.contains("\u{1b}[1;31mnew\u{1b}[0m: tiny-2024-gaussian/"), "{check:?}");
    assert!(
        !place.run(&["check"]).out.contains('\u{1b}') && !on_a_terminal(&place, "check", &[("NO_COLOR", "1")]).unwrap().contains('\u{1b}')
    );
}

/// What a shell offers behind `collapse-audit <words>` by the script made for it; `None` where the shell is not here.
fn offered(place: &Place, shell: &str, words: &str) -> Option<String> {
    place.write("completions", &place.ok(&["completions", shell]));
    let ask = match shell {
        "bash" => format!(
            "source ./completions; words=(collapse-audit {words}); [[ '{words}' == *' ' ]] && words+=(''); COMP_WORDS=(\"${{words[@]}}\"); \
             COMP_CWORD=$((${{#words[@]}} - 1)); f=$(complete -p collapse-audit | sed 's/.*-F \\([^ ]*\\).*/\\1/'); \
             \"$f\" collapse-audit \"${{COMP_WORDS[$COMP_CWORD]}}\" \"${{COMP_WORDS[$((COMP_CWORD - 1))]}}\"; echo \"${{COMPREPLY[@]}}\""
        ),
        "fish" => format!("source ./completions; complete -C 'collapse-audit {words}'"),
        // The completion system of zsh asks for a terminal; its script is read and gives its function.
        _ => "compdef() { :; }; source ./completions; whence -w _collapse-audit && grep -- --replicates ./completions && grep -- ':studies' ./completions || cat ./completions | grep studies".to_owned(),
    };
    let output = Command::new(shell).args(["-c", &ask]).current_dir(place.path(".")).env("HOME", place.path(".")).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn completions_complete_behind_subcommands_in_every_shell_that_is_here() {
    let place = Place::tiny();
    for shell in ["bash", "fish"] {
        for (words, wanted) in
            [("li", "lint"), ("list ", "studies"), ("list st", "studies"), ("simulate --repl", "--replicates"), ("new ", "study")]
        {
            match offered(&place, shell, words) {
                Some(offer) => assert!(offer.contains(wanted), "{shell}: `{words}` gives {offer}"),
                None => println!("no {shell} here: skipped"),
            }
        }
    }
    match offered(&place, "zsh", "") {
        Some(offer) => assert!(offer.contains("_collapse-audit: function") && offer.contains("studies"), "zsh: {offer}"),
        None => println!("no zsh here: skipped"),
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let place = Place::tiny();
    let help = place.ok(&["--help"]);
    let listed = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    let commands =
        listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    place.ok(&["man", "pages"]);
    for command in commands.filter(|command| *command != "help") {
        let page = fs::read_to_string(place.path(&format!("pages/collapse-audit-{command}.1"))).unwrap();
        assert!(page.contains(".SH OPTIONS") && page.contains(&format!("collapse\\-audit\\-{command}")), "{page}");
    }
    let page = fs::read_to_string(place.path("pages/collapse-audit.1")).unwrap();
    assert!(page.contains(".SH SUBCOMMANDS") && page.contains("Exit codes"), "{page}");
}

#[test]
fn tables_fit_eighty_columns_and_have_no_rule_between_rows() {
    let place = Place::tiny();
    let lists = ["studies", "claims", "definitions", "conditions", "overlays", "models", "truths", "regimes", "metrics"];
    for list in lists {
        let output = place.command(&["list", list]).env_remove("COLUMNS").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{list}: {text}");
        assert!(text.lines().filter(|line| line.contains("──")).count() <= 1, "{list}: {text}");
    }
}
