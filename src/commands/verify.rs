//! `kextpolicy verify`: who signed a profile, and whether the signature holds, on any system.

use std::path::{Path, PathBuf};

use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::cms::{self, Answer, Certificate, Signed, Status};
use crate::commands::progress::Progress;
use crate::commands::{Context, inputs, print_failure, signing};
use crate::error::Error;
use crate::exit::ExitStatus;
use crate::output::signatures::{self, Judged, Outcome, Verified};
use crate::plist::Value;
use crate::profile::{repository, with_document};

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example:\n  kextpolicy verify signed --ca root.pem",
    after_help = "Exit codes:\n  \
    0  every signature holds\n  \
    1  a file is not signed, or its signature does not hold\n  \
    2  a file cannot be read, or the tool could not do its work"
)]
pub(crate) struct Args {
    /// Signed profiles, folders searched for *.mobileconfig, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    files: Vec<PathBuf>,
    /// Certificates you trust: the signer's must lead to one of them (PEM or DER)
    #[arg(long, value_name = "PEM")]
    ca: Vec<PathBuf>,
    /// Judge validity at this day or time (2026-01-31, or 2026-01-31T12:00:00Z) instead of now
    #[arg(long, value_name = "DATE", value_parser = date)]
    at: Option<OffsetDateTime>,
    /// How to print the answers
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
}

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each answer
    Text,
    /// One document for all files
    Json,
}

/// Verifies every file; one that cannot be read does not stop the others.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    let mut roots = Vec::new();
    for path in &args.ca {
        roots.extend(signing::certificates(path)?);
    }
    let roots = (!args.ca.is_empty()).then_some(roots);
    let at = args.at.unwrap_or_else(signing::now);
    let mut status = ExitStatus::Clean;
    let mut files = Vec::new();
    let paths = inputs::expanded(&args.files, context)?;
    let count = paths.len();
    let progress = Progress::new(count, context.watched);
    for path in paths {
        progress.step();
        let verified = path.and_then(|path| {
            let bytes = read(&path)?;
            Ok(verify(&path, &bytes, roots.as_deref(), at))
        });
        match verified {
            Ok(verified) => files.push(verified),
            Err(error) => {
                progress.aside(|| print_failure(&error, context.err))?;
                status = ExitStatus::Failure;
            }
        }
    }
    drop(progress);
    match args.format {
        Format::Json => signatures::json(&files, context.out)?,
        Format::Text => {
            for (number, file) in files.iter().enumerate() {
                if context.quiet && file.is_good() {
                    continue;
                }
                if number > 0 {
                    writeln!(context.out)?;
                }
                signatures::text(file, context.out)?;
            }
            if count > 1 && !context.quiet {
                signatures::verdict(&files, count, context.out)?;
            }
        }
    }
    if matches!(status, ExitStatus::Clean) && !files.iter().all(Verified::is_good) {
        status = ExitStatus::Findings;
    }
    Ok(status)
}

/// Reads a file or standard input.
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    if path == Path::new("-") {
        return repository::read_stream(&mut std::io::stdin().lock())
            .map_err(|error| Error::new("cannot read standard input").because(error));
    }
    repository::read(path).map_err(|error| Error::io("read", path, error))
}

/// Judges one file.
fn verify(
    path: &Path,
    bytes: &[u8],
    roots: Option<&[Certificate]>,
    at: OffsetDateTime,
) -> Verified {
    let outcome = match cms::open(bytes) {
        Err(cms::CmsError::NotSigned) => Outcome::Unsigned(
            "the file is not signed".to_owned(),
            "sign it with `kextpolicy sign`",
        ),
        Err(error) => Outcome::Unsigned(error.to_string(), error.help()),
        Ok(signed) => Outcome::Signed(Box::new(Judged {
            integrity: integrity(path, &signed),
            signers: signed
                .signers
                .iter()
                .map(|signer| signed.signer_answers(signer, roots, at))
                .collect(),
            signed,
        })),
    };
    Verified {
        file: path.display().to_string(),
        outcome,
    }
}

/// Whether what is signed is unchanged, and a profile: a signature over something else vouches for nothing on a Mac.
fn integrity(path: &Path, signed: &Signed) -> Answer {
    let mut answer = signed.integrity_answer();
    let name = path.display().to_string();
    let is_profile = with_document(&name, signed.content(), |document| {
        let root = document.root().and_then(Value::as_dictionary);
        root.is_some_and(|root| root.entries().any(|own| own.key().starts_with("Payload")))
    });
    if answer.status == Status::Good && !is_profile {
        answer.status = Status::Bad;
        answer.text = String::from("what was signed is unchanged, and is not a profile");
    }
    answer
}

/// A day, from its first second, or a moment.
fn date(text: &str) -> Result<OffsetDateTime, String> {
    let day = Date::parse(text, format_description!("[year]-[month]-[day]"));
    let time = day
        .map(|day| day.midnight().assume_utc())
        .or_else(|_| OffsetDateTime::parse(text, &Rfc3339))
        .map_err(|_| "write a day as 2026-01-31, or a time as 2026-01-31T12:00:00Z".to_owned())?;
    // Certificates count seconds since 1970.
    if time < OffsetDateTime::UNIX_EPOCH {
        return Err("name a day since 1970-01-01".to_owned());
    }
    Ok(time)
}
