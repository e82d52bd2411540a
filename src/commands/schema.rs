//! `kextpolicy schema`: the JSON Schema of the policy file, for editors and other checks.

use crate::commands::Context;
use crate::error::Error;
use crate::exit::ExitStatus;
use crate::policy::json_schema;

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  kextpolicy schema > policy.schema.json")]
pub(crate) struct Args {}

/// The schema as a file.
pub(super) fn text() -> Result<String, Error> {
    serde_json::to_string_pretty(&json_schema())
        .map(|text| format!("{text}\n"))
        .map_err(|error| Error::new("cannot write the schema as JSON").because(error))
}

/// Prints the schema.
pub(crate) fn run(_: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    context.out.document(text()?.as_bytes())?;
    Ok(ExitStatus::Clean)
}
