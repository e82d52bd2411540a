//! `kextpolicy generate-schema`: Apple's descriptions in, the table of this tool out. For those who build it.

use std::path::PathBuf;

use crate::commands::Context;
use crate::error::Error;
use crate::exit::ExitStatus;
use crate::profile::repository;
use crate::schema::generate::{Description, table};

/// Arguments of `generate-schema`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example:\n  kextpolicy generate-schema device-management/mdm/profiles --source 'apple/device-management b6202ca, 2024-10-21' > src/schema/table.rs"
)]
pub(crate) struct Args {
    /// The folder of Apple's descriptions
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Repository, commit and day of the descriptions, as `--version --verbose` shows them
    #[arg(long, value_name = "TEXT")]
    source: String,
}

/// Reads every description and prints the table.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    let listing =
        std::fs::read_dir(&args.folder).map_err(|error| Error::io("read", &args.folder, error))?;
    let mut paths = Vec::new();
    for entry in listing {
        let path = entry
            .map_err(|error| Error::io("read", &args.folder, error))?
            .path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            paths.push(path);
        }
    }
    let mut descriptions = Vec::new();
    for path in paths {
        let text = repository::read_text(&path).map_err(|error| Error::io("read", &path, error))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let read = Description::read(&name, &text).map_err(|fault| {
            Error::new(format!("cannot understand `{}`", path.display())).because(fault)
        })?;
        descriptions.extend(read);
    }
    if descriptions.is_empty() {
        return Err(Error::new(format!(
            "no description of a payload in `{}`",
            args.folder.display()
        ))
        .help("name the folder mdm/profiles of a checkout of github.com/apple/device-management"));
    }
    let text = table(descriptions, &args.source)
        .map_err(|fault| Error::new("cannot make the table").because(fault))?;
    context.out.write_all(text.as_bytes())?;
    Ok(ExitStatus::Clean)
}
