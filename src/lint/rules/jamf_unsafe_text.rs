//! Text that Jamf Pro cannot store as it stands.

use crate::escape::quoted;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Dictionary;
use crate::profile::{Common, Profile, Text};
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// Text in a profile for Jamf Pro that its API refuses or changes: `&`, `<`, line breaks, tabs, emoji, or spaces at
    /// the ends.
    ///
    /// ## Why it matters
    ///
    /// Jamf Pro decodes the profile once more than it should. If the text contains `&` or `<`, Jamf Pro answers with
    /// "409 Unable to update the database" or returns `&amp;amp;`. It deletes line breaks and tabs, replaces emoji, and
    /// cuts off spaces at the ends. For extension policies and for the profile's own keys, no way of sending avoids
    /// this (PI-827).
    ///
    /// The rule checks the profile's own texts and those of extension policies. Jamf Pro does not change a signed
    /// profile that is uploaded in the web console.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>PayloadOrganization</key>
    /// <string>Smith &amp; Sons</string>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadOrganization</key>
    /// <string>Smith and Sons</string>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Unsafe: the text changes. `&` becomes `and`, a line break or tab becomes a space, and spaces at the ends are
    /// removed. `<` and emoji have no fix.
    ///
    /// ## References
    ///
    /// - Jamf: `Jamf-Concepts/terraform-provider-jamfplatform`, style guide, storage categories
    /// - Jamf: `Jamf-Concepts/jamf-cli`, "classic profile payload ampersand escaping"
    name: "jamf-unsafe-text",
    level: Level::only(Target::Jamf, Severity::Error),
    fix: Sometimes,
    check: Check::Profile(check),
}
/// Looks at the profile's own texts and at the extension policies.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    for entry in profile.dictionary().entries() {
        check_text(&Text::of_key(entry), report);
        if let Some(text) = Text::of(entry.value) {
            check_text(&text, report);
        }
    }
    for policy in profile.extension_policies() {
        check_dictionary(policy.payload().dictionary(), report);
    }
}

/// Looks at every key and string of a payload.
fn check_dictionary(payload: Dictionary<'_>, report: &mut Reporter<'_>) {
    for value in payload.value().all() {
        if let Some(text) = Text::of(value) {
            check_text(&text, report);
        }
    }
}

/// Reports what Jamf Pro does to one text.
fn check_text(text: &Text<'_>, report: &mut Reporter<'_>) {
    let value = text.as_str();
    let Some(what) = fault(value) else {
        return;
    };
    let saying = report
        .at(text.span, format!("{} {what}", quoted(value)))
        .help("write it without");
    let mended = value
        .replace(" & ", " and ")
        .replace(['\n', '\r', '\t'], " ");
    let mended = mended.trim();
    if fault(mended).is_none() && !mended.is_empty() {
        saying.fix(Fix::risky(
            format!("write {}", quoted(mended)),
            [Edit::text(text.span, mended)],
        ));
    }
}

/// What Jamf Pro does to a text; `None` if nothing.
fn fault(text: &str) -> Option<&'static str> {
    if text.contains('&') {
        Some("has an `&`, which Jamf Pro refuses or stores as `&amp;`")
    } else if text.contains('<') {
        Some("has a `<`, which Jamf Pro refuses or stores as `&lt;`")
    } else if text.contains('\n') {
        Some("has a line break, which Jamf Pro deletes")
    } else if text.contains('\t') {
        Some("has a tab, which Jamf Pro deletes")
    } else if text.trim_matches(' ').len() != text.len() {
        Some("has blanks at an end, which Jamf Pro cuts off")
    } else if text.chars().any(|letter| u32::from(letter) > 0xFFFF) {
        Some("has an emoji or another rare character, which Jamf Pro replaces")
    } else {
        None
    }
}
