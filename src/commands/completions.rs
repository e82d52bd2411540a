//! `kextpolicy completions SHELL`: the completion script of a shell, made from the same table as `--help`.

use clap::CommandFactory;

use crate::commands::Context;
use crate::error::Error;
use crate::exit::ExitStatus;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  kextpolicy completions zsh > ~/.zfunc/_kextpolicy")]
pub(crate) struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

/// Prints the script.
pub(crate) fn run<C: CommandFactory>(
    args: &Args,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut C::command(), "kextpolicy", &mut script);
    context.out.document(&script)?;
    Ok(ExitStatus::Clean)
}
