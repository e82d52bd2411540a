//! Exceptions that nothing needs.

use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::model::rule_id::RuleId;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;
use crate::source::Span;

declare_rule! {
    /// A comment or an entry of the configuration ignores a rule, but the rule finds nothing there.
    ///
    /// ## Why it matters
    ///
    /// The fault that the ignore was written for is gone. If the ignore stays, it hides the next fault.
    ///
    /// ## Example
    ///
    /// ```text
    /// <!-- kextpolicy: ignore[user-scope] this MDM wants it so -->
    /// <key>PayloadScope</key>
    /// <string>System</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```text
    /// <key>PayloadScope</key>
    /// <string>System</string>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Unsafe: the comment may hold words that are worth keeping.
    ///
    /// ## References
    ///
    /// - `docs/configuration.md`, ignoring findings
    name: "unused-ignore",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Engine,
}

pub(in crate::lint) fn comment(span: Span, rules: &[RuleId], report: &mut Reporter<'_>) {
    let names: Vec<String> = rules
        .iter()
        .map(|rule| format!("`{}`", rule.name))
        .collect();
    report
        .at(
            span,
            format!(
                "this comment ignores {} where nothing is found",
                names.join(" and ")
            ),
        )
        .help("remove it, or put it directly before the element it is meant for")
        .fix(Fix::risky("remove the comment", [Edit::remove(span)]));
}

/// Reports an entry of the configuration.
pub(in crate::lint) fn entry(span: Span, report: &mut Reporter<'_>) {
    report
        .at(span, "this entry ignores nothing that is found")
        .help("remove it");
}
