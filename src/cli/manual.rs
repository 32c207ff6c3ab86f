//! `completions` and `man`: what shells complete from and what `man` shows, both made from the command line's own types.

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::{output, say};
use crate::{Error, Result};
use clap::CommandFactory;
use clap_complete::Shell;

/// Name of the binary.
const NAME: &str = "collapse-audit";

/// Prints a completion script.
///
/// # Errors
/// When standard output cannot be written.
pub fn completions(args: &CompletionsArgs) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), NAME, &mut script);
    let script = String::from_utf8_lossy(&script);
    say::out(&if args.shell == Shell::Bash { agreeing(&script) } else { script.into_owned() })
}

/// The generator names a subcommand in one way where it is found and in another where it is completed, when the binary's name has a
/// hyphen; then nothing is completed behind any subcommand.
fn agreeing(script: &str) -> String {
    let (head, rest) = NAME.split_once('-').unwrap_or((NAME, ""));
    script.replace(&format!("{head}__subcmd__{rest}__subcmd__"), &format!("{head}__{rest}__subcmd__"))
}

/// Writes a page for the program and one for every command.
///
/// # Errors
/// A folder that cannot be written.
pub fn pages(args: &ManArgs) -> Result<()> {
    let mut command = Cli::command();
    // Gives every command its whole name.
    command.build();
    std::fs::create_dir_all(&args.out).map_err(|source| Error::io("create", &args.out, source))?;
    let shown: Vec<_> = command.get_subcommands().filter(|one| !one.is_hide_set() && one.get_name() != "help").cloned().collect();
    for one in shown.iter().chain([&command]) {
        let path = args.out.join(format!("{}.1", one.get_display_name().unwrap_or(NAME)));
        let mut page = Vec::new();
        let made = clap_mangen::Man::new(one.clone()).render(&mut page);
        made.map_err(|source| Error::io("write", &path, source))?;
        output::write_file(&path, &page)?;
    }
    say::out(&format!("written: {} pages in {}\n", shown.len() + 1, args.out.display()))
}
