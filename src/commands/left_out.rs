//! What a search leaves out, said in every run: nobody may take it for checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Context;
use crate::error::Error;
use crate::output;
use crate::profile::repository::LeftOut;

/// Profiles that were found and are not looked at, with the reasons.
#[derive(Debug, Default)]
pub(crate) struct LeftOutFiles(pub(crate) Vec<(Arc<str>, LeftOut)>);

impl LeftOutFiles {
    /// Says how many there are and why, with `-v` which.
    pub(crate) fn report(&self, context: &mut Context<'_>) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut counts: BTreeMap<LeftOut, usize> = BTreeMap::new();
        for (_, why) in &self.0 {
            *counts.entry(*why).or_default() += 1;
        }
        let counts = counts
            .iter()
            .map(|(why, count)| format!("{count} {}", why.reason()));
        let counts: Vec<String> = counts.collect();
        let hint = if context.verbose {
            ""
        } else {
            "; -v lists them"
        };
        writeln!(
            context.err,
            "note: {} left out: {}{hint}",
            output::count(self.0.len(), "profile"),
            counts.join(", ")
        )?;
        if context.verbose {
            for (name, why) in &self.0 {
                writeln!(context.err, "  {}: {}", name, why.reason())?;
            }
        }
        Ok(())
    }
}
