//! Entries of the baseline that nothing needs any more.

use crate::escape::quoted;
use crate::lint::config::baseline::BaselineEntry;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;

declare_rule! {
    /// The baseline accepts a finding that no longer exists.
    ///
    /// ## Why it matters
    ///
    /// The fault was corrected, or its file is gone. As long as the entry stays, the same fault can come back without
    /// anybody noticing.
    ///
    /// ## Example
    ///
    /// A profile was mended, and the baseline is from before.
    ///
    /// ## Use instead
    ///
    /// Write the baseline again with `kextpolicy lint --write-baseline FILE`.
    ///
    /// ## References
    ///
    /// - `docs/configuration.md`, the baseline
    name: "stale-baseline-entry",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Engine,
}

pub(in crate::lint) fn report(entry: &BaselineEntry, report: &mut Reporter<'_>) {
    report
        .at(
            entry.span,
            format!(
                "{} has no such finding of `{}` any more: {}",
                quoted(&entry.path),
                crate::escape::visible(&entry.rule),
                crate::escape::visible(&entry.message)
            ),
        )
        .help("write the baseline again with `--write-baseline`");
}
