//! Versions of macOS in the configuration that are newer than all descriptions.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::schema::{Release, Version};
use crate::severity::Severity;
use crate::source::Span;

declare_rule! {
    /// `minimum_os` or `newest_os` in the configuration is newer than the newest macOS in Apple's descriptions that
    /// this tool uses.
    ///
    /// ## Why it matters
    ///
    /// The tool does not know what that macOS added, deprecated or removed, so it reports nothing about it. No findings
    /// does not mean that the profiles are suitable.
    ///
    /// ## Example
    ///
    /// ```toml
    /// minimum_os = "99.0"
    /// ```
    ///
    /// ## Use instead
    ///
    /// A newer version of this tool, or a newer checkout of Apple's descriptions with `descriptions` or `--descriptions`. A
    /// version that is known:
    ///
    /// ```toml
    /// minimum_os = "27.0"
    /// ```
    ///
    /// ## References
    ///
    /// - `docs/configuration.md`; `kextpolicy --version --verbose` says which descriptions are built in
    name: "macos-not-described",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Engine,
}

pub(in crate::lint) fn report(
    key: &str,
    (major, minor): Release,
    span: Span,
    newest: Version,
    report: &mut Reporter<'_>,
) {
    report
        .at(
            span,
            format!("`{key}` is macOS {major}.{minor}, and Apple's descriptions are known here up to macOS {newest}"),
        )
        .help("use a newer kextpolicy, or a newer checkout of Apple's descriptions with `descriptions`; what macOS changed since then is not reported");
}
