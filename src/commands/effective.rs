//! `kextpolicy effective`: what a Mac with all these profiles would allow.

use std::path::PathBuf;

use crate::audit::conflict::{conflicts, contradictions};
use crate::audit::file::{self, File};
use crate::audit::holdings::Holdings;
use crate::audit::total::Total;
use crate::commands::progress::Progress;
use crate::commands::report::report;
use crate::commands::{Context, inputs};
use crate::error::Error;
use crate::exit::ExitStatus;
use crate::output::effective::{self, Audit};

/// Arguments of `effective`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example:\n  kextpolicy effective profiles --format html -o allowed.html",
    after_help = "Exit codes:\n  \
    0  every profile is counted\n  \
    1  a file is not, because it cannot be read or a Mac refuses it\n  \
    2  the tool could not do its work"
)]
pub(crate) struct Args {
    /// Profiles, folders searched for *.mobileconfig, or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
    /// File for the report, written whole or not at all; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Name the files that are left out
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
}

/// How it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// A page to print or to keep
    Html,
    /// Tables for a comment or a page
    Markdown,
    /// For a spreadsheet: a line for each place
    Csv,
}

/// Adds up and prints. A file that could not be read fails the run: what it allows is missing here.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    context.verbose |= args.verbose;
    let search = inputs::find(&args.paths, |_| true)?;
    search.left_out.report(context)?;
    let found = search.inputs;
    if found.is_empty() {
        return Err(inputs::nothing_found(&args.paths, ".gitignore"));
    }
    let reads = inputs::files(&found);
    let progress = Progress::new(found.len(), context.watched);
    let mut holdings = Holdings::default();
    let mut files = Vec::with_capacity(found.len());
    for input in found {
        progress.step();
        files.push(match input.read() {
            Ok(bytes) => file::read_whole(&input.name, &bytes, &mut holdings),
            Err(why) => File::unread(&input.name, &why),
        });
    }
    drop(progress);
    let total = Total::on_macs(&files);
    let mut conflicts = conflicts(&files, &total);
    conflicts.extend(contradictions(std::mem::take(&mut holdings.said)));
    let audit = Audit {
        files: &files,
        total: &total,
        holdings: &holdings,
        conflicts: &conflicts,
        left_out: &search.left_out.0,
    };
    report(args.output.as_ref(), &reads, context, |out| {
        match args.format {
            Format::Text => effective::text(&audit, out),
            Format::Json => effective::json(&audit, out),
            Format::Html => effective::html(&audit, out),
            Format::Markdown => effective::markdown(&audit, out),
            Format::Csv => effective::csv(&audit, out),
        }
    })?;
    Ok(if audit.unreadable().next().is_some() {
        ExitStatus::Findings
    } else {
        ExitStatus::Clean
    })
}
