//! `kextpolicy man`: manual pages, made from the same table as `--help`.

use std::path::PathBuf;

use clap::CommandFactory;

use crate::commands::Context;
use crate::error::Error;
use crate::exit::ExitStatus;

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  kextpolicy man --out-dir /usr/local/share/man/man1")]
pub(crate) struct Args {
    /// Write one page per command into this folder instead of printing the main page
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
}

/// Prints the main page, or writes all of them.
pub(crate) fn run<C: CommandFactory>(
    args: &Args,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let mut command = C::command();
    let Some(folder) = &args.out_dir else {
        clap_mangen::Man::new(command).render(&mut context.out)?;
        return Ok(ExitStatus::Clean);
    };
    std::fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, error))?;
    // Gives every subcommand its full name, as `kextpolicy-render(1)`.
    command.build();
    clap_mangen::generate_to(command, folder)
        .map_err(|error| Error::io("write the pages into", folder, error))?;
    Ok(ExitStatus::Clean)
}
