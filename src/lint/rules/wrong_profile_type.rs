//! Profiles whose outer `PayloadType` is not `Configuration`.

use crate::escape::quoted;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, Profile};
use crate::severity::Severity;

declare_rule! {
    /// The outer `PayloadType` is not `Configuration`.
    ///
    /// ## Why it matters
    ///
    /// The outer dictionary is the profile, and Apple defines only the type `Configuration` for it. Either an old tool
    /// wrote the type of the payload there, or a payload was saved without the profile around it.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadType</key>
    /// <string>com.apple.syspolicy.kernel-extension-policy</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadType</key>
    /// <string>Configuration</string>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe, and offered only if `PayloadContent` contains payloads: then the outer dictionary can only be the profile.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/TopLevel.yaml`, `PayloadType`
    name: "wrong-profile-type",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Profile(check),
}

/// Reports the outer type.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let Some(own) = profile.payload_type() else {
        return;
    };
    if own.as_str() == "Configuration" {
        return;
    }
    let saying = report.at(
        own.span,
        format!(
            "the profile has the type {} instead of `Configuration`",
            quoted(own.as_str())
        ),
    );
    if profile.payloads().next().is_some() {
        saying.help("write `Configuration`").fix(Fix::safe(
            "write `Configuration`",
            [Edit::text(own.span, "Configuration")],
        ));
    } else {
        saying.help("put this payload into the array `PayloadContent` of a profile");
    }
}
