//! `kextpolicy effective`: what a Mac with all these profiles would allow.

use std::path::PathBuf;

use crate::audit::conflict::conflicts;
use crate::audit::total::Total;
use crate::commands::{Context, inputs};
use crate::error::Error;
use crate::exit::ExitStatus;
use crate::output::effective::{self, Audit};
use crate::output::effective_page;

/// Arguments of `effective`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example:\n  kextpolicy effective profiles --format html > allowed.html",
    after_help = "Exit codes:\n  \
    0  every profile is counted\n  \
    1  a file is not, because it cannot be read or a Mac refuses it\n  \
    2  the tool could not do its work"
)]
pub(crate) struct Args {
    /// Profiles, folders searched for *.mobileconfig, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
}

/// How it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// A page to print or to keep: team, extension, file
    Html,
}

/// Adds up and prints. A file that could not be read fails the run: what it allows is missing here.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    let search = inputs::find(&args.paths, |_| true)?;
    search.left_out.tell(context)?;
    let found = search.inputs;
    if found.is_empty() {
        return Err(inputs::nothing_found(&args.paths, ".gitignore"));
    }
    let files = inputs::profiles(found, context.watched);
    let total = Total::of(&files);
    let conflicts = conflicts(&files, &total);
    let audit = Audit {
        files: &files,
        total: &total,
        conflicts: &conflicts,
    };
    match args.format {
        Format::Text => effective::text(&audit, context.out)?,
        Format::Json => effective::json(&audit, context.out)?,
        Format::Html => effective_page::html(&audit, context.out)?,
    }
    Ok(if audit.unreadable().next().is_some() {
        ExitStatus::Findings
    } else {
        ExitStatus::Clean
    })
}
