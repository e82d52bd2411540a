//! `kextpolicy completions SHELL`: the completion script of a shell, made from the same table as `--help`.

use clap::CommandFactory;
use clap::builder::PossibleValuesParser;

use crate::catalogue::POLICIES;
use crate::commands::Context;
use crate::error::Error;
use crate::exit::ExitStatus;
use crate::lint::rules::RULES;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  kextpolicy completions zsh > ~/.zfunc/_kextpolicy")]
pub(crate) struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

/// The command line with the words that can be written where it takes any: rules and products. Without completion the
/// commands check these words themselves, and say which word was probably meant.
fn with_words(command: clap::Command) -> clap::Command {
    let rules = || PossibleValuesParser::new(RULES.iter().map(|rule| rule.id.name));
    let products = || PossibleValuesParser::new(POLICIES.iter().map(|ready| ready.name));
    command
        .mut_subcommand("explain", |own| {
            own.mut_arg("rule", |arg| arg.value_parser(rules()))
        })
        .mut_subcommand("lint", |own| {
            own.mut_arg("select", |arg| arg.value_parser(rules()))
                .mut_arg("ignore", |arg| arg.value_parser(rules()))
        })
        .mut_subcommand("init", |own| {
            own.mut_arg("from", |arg| arg.value_parser(products()))
        })
}

/// Prints the script.
pub(crate) fn run<C: CommandFactory>(
    args: &Args,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let mut script = Vec::new();
    let mut command = with_words(C::command());
    clap_complete::generate(args.shell, &mut command, "kextpolicy", &mut script);
    context.out.document(&script)?;
    Ok(ExitStatus::Clean)
}
