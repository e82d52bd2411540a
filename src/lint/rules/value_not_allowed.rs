//! Values outside of what Apple lists.

use crate::escape::quoted;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::deviation::Deviation;
use crate::schema::{Key, exceptions};
use crate::severity::Severity;
use crate::suggest::nearest;

declare_rule! {
    /// A value that is not in Apple's list, range or pattern for the key.
    ///
    /// ## Why it matters
    ///
    /// Apple does not describe what macOS does with such a value: it may refuse the payload or use another value. A
    /// newer macOS may know the value; the help says up to which macOS Apple's descriptions are known. If one public
    /// list other than Apple's has the value, the finding is a note.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.dock</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.dock.settings</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B02</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>orientation</key>
    ///     <string>Left</string>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.dock</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.dock.settings</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B02</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>orientation</key>
    ///     <string>left</string>
    /// </dict>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Unsafe: the value next to it in Apple's list may not be the one that was meant.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles`, `rangelist`, `range` and `format`; `kextpolicy explain TYPE.Key` shows them
    name: "value-not-allowed",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Schema(check),
}

/// Reports the value and what is allowed.
fn check(deviation: &Deviation<'_>, report: &mut Reporter<'_>) {
    let Deviation::WrongValue { value, expected } = deviation else {
        return;
    };
    let key = expected.key;
    let newest = report.fleet().table.newest;
    let text = value.text();
    let place = if value.inner_span().len() == 0 {
        value.span()
    } else {
        value.inner_span()
    };
    let saying = report
        .at(
            place,
            format!(
                "{} is not a value that Apple allows for {expected}",
                quoted(&text)
            ),
        )
        .help(format!(
            "{}; Apple's descriptions are known here up to macOS {newest}",
            allowed(key)
        ));
    if exceptions::is_listed(key, &text) {
        saying
            .at_most(Severity::Note)
            .help("the public list ProfileManifests has it, and Apple does not: try it on a Mac");
    } else if let Some(meant) = nearest(&text, key.list.iter().copied())
        && value.as_str().is_some()
        && value.inner_span().len() > 0
    {
        saying.fix(Fix::risky(
            format!("write `{meant}`"),
            [Edit::text(value.inner_span(), meant)],
        ));
    }
}

/// What is allowed, in words.
fn allowed(key: &Key) -> String {
    let mut ways: Vec<String> = Vec::new();
    if !key.list.is_empty() {
        let values: Vec<_> = key.list.iter().map(|value| format!("`{value}`")).collect();
        ways.push(format!("one of {}", values.join(", ")));
    }
    match (exceptions::lowest(key), exceptions::highest(key)) {
        (Some(min), Some(max)) => ways.push(format!("a number from {min} to {max}")),
        (Some(min), None) => ways.push(format!("a number of at least {min}")),
        (None, Some(max)) => ways.push(format!("a number of at most {max}")),
        (None, None) => {}
    }
    if let Some(pattern) = key.pattern {
        ways.push(format!("a text like `{pattern}`"));
    }
    format!("write {}", ways.join(", or "))
}
