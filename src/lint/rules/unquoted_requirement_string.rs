//! Strings of code requirements that want quotes.

use crate::escape::quoted;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::requirements::Stated;
use crate::requirement::RemarkKind;
use crate::severity::Severity;
use crate::source::Span;

declare_rule! {
    /// A string with `-` or `_` in a code requirement without quotes around it.
    ///
    /// ## Why it matters
    ///
    /// Without quotes, Apple's grammar accepts only letters, digits and dots. After a hyphen or an underscore the rest
    /// is another word, and the requirement cannot be read. `codesign` prints such strings in quotes.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.TCC.configuration-profile-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.privacy.policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Services</key>
    ///     <dict>
    ///         <key>SystemPolicyAllFiles</key>
    ///         <array>
    ///             <dict>
    ///                 <key>Identifier</key>
    ///                 <string>com.contoso.usb-agent</string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier com.contoso.usb-agent and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                 <key>Authorization</key>
    ///                 <string>Allow</string>
    ///             </dict>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.TCC.configuration-profile-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.privacy.policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Services</key>
    ///     <dict>
    ///         <key>SystemPolicyAllFiles</key>
    ///         <array>
    ///             <dict>
    ///                 <key>Identifier</key>
    ///                 <string>com.contoso.usb-agent</string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier "com.contoso.usb-agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                 <key>Authorization</key>
    ///                 <string>Allow</string>
    ///             </dict>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe: a string means the same with quotes.
    ///
    /// ## References
    ///
    /// - Apple: the grammar of the Security framework, `requirements.grammar`, `IDENT` and `DOTKEY`
    name: "unquoted-requirement-string",
    level: Level::always(Severity::Warning),
    fix: Always,
    check: Check::Requirement(check),
}

/// Looks at the strings of every requirement.
fn check(stated: &Stated<'_>, report: &mut Reporter<'_>) {
    let Ok(requirement) = stated.requirement.read() else {
        return;
    };
    for remark in &requirement.remarks {
        if remark.kind != RemarkKind::UnquotedWord {
            continue;
        }
        let word = &stated.requirement.text()[remark.span.range()];
        let Span { start, end } = remark.span;
        let quote = |at| {
            let place = stated.requirement.place(Span { start: at, end: at });
            Edit::markup(place, "\"")
        };
        report
            .at(
                stated.requirement.place(remark.span),
                format!(
                    "{} needs quotes: it is more than letters, digits and dots",
                    quoted(word)
                ),
            )
            .help("put it into quotes")
            .fix(Fix::safe("add quotes", [quote(start), quote(end)]));
    }
}
