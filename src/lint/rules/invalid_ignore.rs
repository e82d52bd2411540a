//! Comments that are meant to ignore a rule and do not.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::model::suppression::Fault;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::rules::RULES;
use crate::severity::Severity;
use crate::source::Span;
use crate::suggest::nearest;

declare_rule! {
    /// A comment that begins with `kextpolicy:` and is not a valid ignore.
    ///
    /// ## Why it matters
    ///
    /// The comment looks as if somebody had reviewed and accepted the finding, but it has no effect. Either the rule
    /// has another name, or the reason is missing, which the next reader of the file will need.
    ///
    /// ## Example
    ///
    /// ```text
    /// <!-- kextpolicy: ignore[user-scope] -->
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```text
    /// <!-- kextpolicy: ignore[user-scope] this MDM wants it so, ticket SEC-12 -->
    /// ```
    ///
    /// ## References
    ///
    /// - `docs/configuration.md`, ignoring findings
    name: "invalid-ignore",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Engine,
}

pub(in crate::lint) fn report(span: Span, fault: &Fault, report: &mut Reporter<'_>) {
    let (message, help) = match fault {
        Fault::Form => (
            "this comment is not a valid ignore".to_owned(),
            "write `<!-- kextpolicy: ignore[rule-name] reason -->`".to_owned(),
        ),
        Fault::NoReason => (
            "an ignore without a reason".to_owned(),
            "write behind the bracket why it is right to ignore this".to_owned(),
        ),
        Fault::UnknownRule(name) => (
            format!("there is no rule {}", quoted(name)),
            match nearest(name, RULES.iter().map(|rule| rule.id.name)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`kextpolicy explain` lists all rules".to_owned(),
            },
        ),
    };
    report
        .at(span, message)
        .label("it ignores nothing")
        .help(help);
}
