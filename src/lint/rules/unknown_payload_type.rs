//! Payload types that are nearly one of Apple's.

use crate::escape::quoted;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::deviation::Deviation;
use crate::profile::Common as _;
use crate::schema;
use crate::severity::Severity;
use crate::suggest::nearest;

declare_rule! {
    /// A payload type that is nearly, but not exactly, one of Apple's.
    ///
    /// ## Why it matters
    ///
    /// macOS treats an unknown type as the name of a preference domain: the profile installs without an error, and the
    /// payload has no effect. Types that are far from Apple's, such as `com.google.Chrome`, are intended as preference
    /// domains and are not reported.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadType</key>
    /// <string>com.apple.syspolicy.kernel-extension-policyn</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadType</key>
    /// <string>com.apple.syspolicy.kernel-extension-policy</string>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Unsafe: a preference domain may be meant after all, and the payload begins to work.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles`, `payloadtype` of every file; `kextpolicy explain TYPE` shows one
    name: "unknown-payload-type",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Schema(check),
}

/// How Apple's types begin.
const APPLE: &str = "com.apple.";

/// Reports a type that has a neighbour.
fn check(deviation: &Deviation<'_>, report: &mut Reporter<'_>) {
    let Deviation::UnknownType(payload) = deviation else {
        return;
    };
    let Some(own) = payload.payload_type() else {
        return;
    };
    if own.as_str() == "Configuration" {
        report
            .at(
                own.span,
                "`Configuration` is the type of a profile, and no payload has it: this one does nothing",
            )
            .help("send the profile inside by itself, or move its payloads into this one");
        return;
    }
    let Some(last) = own.as_str().strip_prefix(APPLE) else {
        return;
    };
    if schema::exceptions::is_domain(own.as_str()) {
        return;
    }
    // Without what all have in common, so that a short name has to be nearer than a long one.
    let known = report
        .fleet()
        .table
        .payload_types()
        .filter_map(|known| known.strip_prefix(APPLE));
    let Some(meant) = nearest(last, known).map(|last| format!("{APPLE}{last}")) else {
        return;
    };
    report
        .at(
            own.span,
            format!(
                "{} is not a payload type of Apple's, and so does nothing",
                quoted(own.as_str())
            ),
        )
        .help(format!("did you mean `{meant}`?"))
        .fix(Fix::risky(
            format!("write `{meant}`"),
            [Edit::text(own.span, &meant)],
        ));
}
