//! `kextpolicy diff`: what changed in meaning between two states of profiles.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::audit::diff::{Comparison, compare, compare_in_repository};
use crate::audit::file::File;
use crate::audit::kind::Tier;
use crate::commands::left_out::LeftOutFiles;
use crate::commands::report::report;
use crate::commands::write::Reads;
use crate::commands::{Context, git, inputs};
use crate::error::Error;
use crate::escape::quoted;
use crate::exit::ExitStatus;
use crate::output::{comment, comparison};
use crate::profile::repository::LeftOut;

/// Arguments of `diff`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example:\n  kextpolicy diff --git main --fail-on widened",
    after_help = "Exit codes:\n  \
    0  nothing that --fail-on asks for; without it, always\n  \
    1  a change that it asks for, or a new file that cannot be read\n  \
    2  the tool could not do its work"
)]
pub(crate) struct Args {
    /// OLD and NEW, profiles or folders; with --git the folder or profile to compare, the current folder by default
    #[arg(value_name = "PATH", num_args = 0..=2)]
    paths: Vec<PathBuf>,
    /// Compare this git revision with the files as they are now
    #[arg(long, value_name = "BASE")]
    git: Option<String>,
    /// Exit with 1 when more is allowed (widened), or when anything changed in meaning (changed)
    #[arg(long, value_enum, value_name = "WHAT")]
    fail_on: Option<FailOn>,
    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
    /// File for the report, written whole or not at all; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Show every change, and name the files that are left out
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
}

/// What fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// More is allowed than before
    Widened,
    /// Anything changed in meaning
    Changed,
}

/// How it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a comment on a pull request
    Markdown,
}

/// Compares and prints.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    context.verbose |= args.verbose;
    let mut left_out = [Vec::new(), Vec::new()];
    let (old, new, reads) = match (&args.git, args.paths.as_slice()) {
        (Some(base), paths) if paths.len() < 2 => {
            let path = paths.first().cloned().unwrap_or_else(|| PathBuf::from("."));
            let place = git::Place::new(&path)?;
            let before = place.profiles_in(base, context.watched)?;
            let now = place.profiles_now(&before.links, context.watched)?;
            left_out = [before.left_out.0, now.left_out.0];
            let mut either = left_out.concat();
            either.sort();
            either.dedup();
            LeftOutFiles(either).report(context)?;
            let before = before.files;
            if before.is_empty() && now.files.is_empty() && !path.exists() {
                return Err(nowhere(&path, base));
            }
            (before, now.files, now.reads)
        }
        (None, [old, new]) => {
            let [before, after] = &mut left_out;
            let (old, reads) = read(old, before, context)?;
            let (new, more) = read(new, after, context)?;
            (old, new, reads.and_those(more))
        }
        _ => {
            return Err(Error::new("`diff` compares two states")
                .help("write `kextpolicy diff OLD NEW`, or `kextpolicy diff --git BASE [PATH]`"));
        }
    };
    if old.is_empty() && new.is_empty() {
        return Err(inputs::nothing_found(&args.paths, ".gitignore"));
    }
    let mut comparison = match args.git {
        Some(_) => compare_in_repository(&old, &new),
        None => compare(&old, &new),
    };
    comparison.left_out = left_out;
    let verbose = context.verbose;
    report(args.output.as_ref(), &reads, context, |out| {
        match args.format {
            Format::Text => comparison::text(&comparison, verbose, out),
            Format::Json => comparison::json(&comparison, out),
            Format::Markdown => comment::write(&comparison, out),
        }
    })?;
    Ok(verdict(&comparison, args.fail_on))
}

/// A path that never was: mistyped, and no reason to let a pull request pass.
fn nowhere(path: &Path, base: &str) -> Error {
    let (path, base) = (path.to_string_lossy(), quoted(base));
    Error::new(format!(
        "there is no {}, neither in {base} nor now",
        quoted(&path)
    ))
    .help("check the spelling; paths count from the folder you are in")
}

/// The profiles at one path, and which files that reads.
fn read(
    path: &PathBuf,
    left_out: &mut Vec<(Arc<str>, LeftOut)>,
    context: &mut Context<'_>,
) -> Result<(Vec<File>, Reads), Error> {
    let search = inputs::find(std::slice::from_ref(path), |_| true)?;
    search.left_out.report(context)?;
    *left_out = search.left_out.0;
    let reads = inputs::files(&search.inputs);
    Ok((inputs::profiles(search.inputs, context.watched), reads))
}

/// Fails only for what it was asked to; then a new file that cannot be read fails too, because it could hide it.
fn verdict(comparison: &Comparison, fail_on: Option<FailOn>) -> ExitStatus {
    let fails = match fail_on {
        None => false,
        Some(FailOn::Widened) => comparison.has(Tier::Widened) || comparison.hides_something(),
        Some(FailOn::Changed) => !comparison.is_nothing(),
    };
    if fails {
        ExitStatus::Findings
    } else {
        ExitStatus::Clean
    }
}
