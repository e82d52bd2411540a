//! `kextpolicy man`: manual pages, made from the same table as `--help`.

use std::path::{Path, PathBuf};

use clap::CommandFactory;

use crate::commands::Context;
use crate::commands::write::{self, IfSame, Links, Output, Reads};
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
        clap_mangen::Man::new(command).render(&mut context.out.document_stream())?;
        return Ok(ExitStatus::Clean);
    };
    command = command.disable_help_subcommand(true);
    // Gives every subcommand its full name, as `kextpolicy-render(1)`.
    command.build();
    let mut pages = Vec::new();
    add_pages(&command, folder, &mut pages)?;
    let outputs: Vec<Output<'_>> = pages
        .iter()
        .map(|(path, content)| Output {
            path,
            links: Links::Refuse,
            content,
        })
        .collect();
    write::all_or_none(&outputs, &Reads::nothing(), IfSame::Leave)?;
    Ok(ExitStatus::Clean)
}

/// The page of a command and those of the commands below it.
fn add_pages(
    command: &clap::Command,
    folder: &Path,
    pages: &mut Vec<(PathBuf, Vec<u8>)>,
) -> Result<(), Error> {
    let shown = command.get_subcommands().filter(|one| !one.is_hide_set());
    for below in shown {
        add_pages(below, folder, pages)?;
    }
    let man = clap_mangen::Man::new(command.clone());
    let mut page = Vec::new();
    man.render(&mut page)?;
    pages.push((folder.join(man.get_filename()), page));
    Ok(())
}
