//! `kextpolicy schema`: the JSON Schema of the policy file, for editors and other checks.

use crate::commands::Context;
use crate::error::Error;
use crate::exit::ExitStatus;
use crate::policy::JSON_SCHEMA;

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  kextpolicy schema > policy.schema.json")]
pub(crate) struct Args {}

/// Prints the schema.
pub(crate) fn run(_: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    context.out.document(JSON_SCHEMA.as_bytes())?;
    Ok(ExitStatus::Clean)
}
