//! `kextpolicy show`: what is in a profile, at a glance, or the property list inside of it.

use std::path::{Path, PathBuf};

use crate::cms::Signed;
use crate::commands::Context;
use crate::error::Error;
use crate::escape::{quoted, visible};
use crate::exit::ExitStatus;
use crate::lint::settings::{Selection, Settings};
use crate::lint::{check_file, conclude};
use crate::output::overview::{self, Overview, Wrong};
use crate::output::plist_xml;
use crate::plist::PlistFormat;
use crate::profile::repository::{self, display_path};
use crate::profile::{Document, Envelope, with_document};

/// Arguments of `show`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  kextpolicy show signed.mobileconfig")]
pub(crate) struct Args {
    /// A profile: XML, binary or signed; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print what is inside: the exact content of a signed profile, or a binary one as XML
    #[arg(long, conflicts_with = "format")]
    raw: bool,
    /// How the overview is printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
}

/// How the overview is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Shows one profile.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    let bytes = read(&args.file)?;
    let name = display_path(&args.file);
    with_document(&name, &bytes, |document| {
        if args.raw {
            raw(document, &bytes, context)
        } else {
            overview(document, &bytes, args.format, context)
        }
    })?;
    Ok(ExitStatus::Clean)
}

/// Reads a file or standard input.
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    if path == Path::new("-") {
        return repository::read_stream(&mut std::io::stdin().lock())
            .map_err(|error| Error::new("cannot read standard input").because(error));
    }
    repository::read(path).map_err(|error| Error::io("read", path, error))
}

/// Prints what is in the profile.
fn overview(
    document: &Document<'_>,
    bytes: &[u8],
    format: Format,
    context: &mut Context<'_>,
) -> Result<(), Error> {
    let wrong = wrong(document.path, bytes);
    let reason = wrong.worst.clone();
    let Some(overview) = Overview::of(document, bytes.len(), wrong) else {
        return Err(no_profile(document, reason));
    };
    match format {
        Format::Text => overview::text(&overview, context.out)?,
        Format::Json => overview::json(&overview, context.out)?,
    }
    Ok(())
}

/// What lint says of the file.
fn wrong(path: &str, bytes: &[u8]) -> Wrong {
    let settings = Settings::new(
        crate::lint::rules::RULES,
        None,
        &Selection::default(),
        super::lint::now(),
    );
    let file = check_file(0, path, bytes, &settings);
    let report = conclude(vec![file], &settings, &|_| Ok(bytes.to_vec()));
    let worst = report
        .findings
        .iter()
        .rev()
        .max_by_key(|finding| finding.severity);
    Wrong {
        errors: report.summary.errors,
        warnings: report.summary.warnings,
        notes: report.summary.notes,
        worst: worst.map(|finding| finding.message.clone().into_owned()),
    }
}

/// The failure for a file without a profile.
fn no_profile(document: &Document<'_>, reason: Option<String>) -> Error {
    let name = quoted(document.path);
    let signer = document.signed().and_then(Signed::signer_name);
    let by = signer.map_or_else(String::new, |signer| {
        format!(", which {} signed", quoted(&signer))
    });
    let error = match reason {
        Some(reason) => Error::new(format!("there is no profile in {name}{by}: {reason}")),
        None => Error::new(format!("there is no profile in {name}{by}")),
    };
    error.help(format!(
        "`kextpolicy lint {}` shows the place and the way out",
        document.path
    ))
}

/// Prints what is inside: exactly, unless it is binary and has to become XML.
fn raw(document: &Document<'_>, bytes: &[u8], context: &mut Context<'_>) -> Result<(), Error> {
    if let Envelope::Broken(error) = document.envelope {
        return Err(Error::new(format!(
            "cannot open the signed message in {}: {error}",
            quoted(document.path)
        ))
        .help(error.help()));
    }
    if let Some(signed) = document.signed() {
        context.out.document(signed.content())?;
        return Ok(());
    }
    if document.format != PlistFormat::Binary {
        context.out.document(bytes)?;
        return Ok(());
    }
    let Some(root) = document.root().filter(|_| !document.is_refused()) else {
        return Err(no_profile(document, wrong(document.path, bytes).worst));
    };
    let lost = plist_xml::write(root, &mut context.out.document_stream())?;
    if lost > 0 {
        writeln!(
            context.err,
            "note: {lost} control characters or dates in {}, which XML cannot hold, were written as U+FFFD or 2001-01-01",
            visible(document.path)
        )?;
    }
    Ok(())
}
