//! `kextpolicy generate-schema`: Apple's descriptions in, the table of this tool out. For those who build it.
//!
//! A new table replaces checks that people rely on, so everything that would be lost is an error here and not a surprise
//! later.

use std::path::{Path, PathBuf};

use crate::commands::{Context, descriptions};
use crate::error::Error;
use crate::exit::ExitStatus;
use crate::schema::losses::losses;
use crate::schema::merge::merge;
use crate::schema::read::Descriptions;
use crate::schema::{BUILT_IN, write};

/// Arguments of `generate-schema`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example:\n  kextpolicy generate-schema older newer --source 'macOS 15.1 to 27.0, github.com/apple/device-management, commits b6202ca and 97a11a8' > src/schema/table.rs"
)]
pub(crate) struct Args {
    /// Folders of Apple's descriptions, oldest first: what only an older one describes stays known
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// Versions of macOS, repository and commits of the descriptions, as `--version --verbose` shows them
    #[arg(long, value_name = "TEXT")]
    source: String,
    /// Go on although so many checks of the built-in table are lost
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    accept_losses: usize,
}

/// Descriptions without which a folder is not Apple's, or only a part of it.
const CORE: [&str; 8] = [
    "CommonPayloadKeys",
    "TopLevel",
    "com.apple.TCC.configuration-profile-policy",
    "com.apple.applicationaccess",
    "com.apple.servicemanagement",
    "com.apple.syspolicy.kernel-extension-policy",
    "com.apple.system-extension-policy",
    "com.apple.webcontent-filter",
];

/// Reads every description and prints the table.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    let mut payloads = Vec::new();
    for (number, folder) in args.folders.iter().enumerate() {
        let read = descriptions::read(folder)?;
        understood(&read, folder)?;
        if number + 1 == args.folders.len() {
            complete(&read, folder)?;
        }
        payloads = merge(&payloads, &read.payloads);
    }
    let (had, has) = (BUILT_IN.payloads.len(), payloads.len());
    if has < had {
        return Err(Error::new(format!(
            "the table has {had} descriptions, and these folders have {has}"
        ))
        .help("name the older checkouts too, oldest first"));
    }
    let lost = losses(BUILT_IN.payloads, &payloads);
    if lost.len() != args.accept_losses {
        for line in &lost {
            writeln!(context.err, "lost: {line}")?;
        }
        return Err(Error::new(format!(
            "{} checks of the built-in table are lost, and {} are accepted",
            lost.len(),
            args.accept_losses
        ))
        .help("name the older checkouts too, oldest first; what Macs still ask for needs a row in src/schema/exceptions.rs; then pass the number as --accept-losses"));
    }
    let text = write::table(&payloads, &args.source)
        .map_err(|fault| Error::new("cannot make the table").because(fault))?;
    context.out.document(text.as_bytes())?;
    Ok(ExitStatus::Clean)
}

/// Refuses descriptions that say more than is understood.
fn understood(read: &Descriptions, folder: &Path) -> Result<(), Error> {
    if read.passed_over.is_empty() {
        return Ok(());
    }
    Err(Error::new(format!(
        "`{}` says more than this version understands",
        folder.display()
    ))
    .because(read.passed_over.join("; "))
    .help("teach src/schema/read what it means, and the rules if it changes what is right"))
}

/// Refuses a folder that is not the whole of Apple's.
fn complete(read: &Descriptions, folder: &Path) -> Result<(), Error> {
    let missing: Vec<_> = CORE
        .into_iter()
        .filter(|name| !read.payloads.iter().any(|payload| payload.name == *name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::new(format!(
        "no {}.yaml in `{}`",
        missing.join(".yaml, "),
        folder.display()
    ))
    .help("name the folder mdm/profiles of a checkout of github.com/apple/device-management"))
}
