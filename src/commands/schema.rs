//! `kextpolicy schema`: the JSON Schema of the policy file, for editors and other checks.

use crate::commands::Context;
use crate::error::Error;
use crate::exit::ExitStatus;
use crate::policy::json_schema;

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  kextpolicy schema > policy.schema.json")]
pub(crate) struct Args {}

/// Prints the schema.
pub(crate) fn run(_: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    let text = serde_json::to_string_pretty(&json_schema())
        .map_err(|error| Error::new("cannot write the schema as JSON").because(error))?;
    context.out.document(format!("{text}\n").as_bytes())?;
    Ok(ExitStatus::Clean)
}
