//! Texts that should be a bundle ID and match nothing.

use crate::escape::quoted;
use crate::identifier::{BundleIdentifier, BundleIdentifierError};
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::placeholder::is_filled_in;
use crate::profile::ListedName;
use crate::severity::Severity;

declare_rule! {
    /// A bundle ID that no extension can have: it is empty, or contains a space, a wildcard, a typographic dash, or
    /// letters beyond ASCII.
    ///
    /// ## Why it matters
    ///
    /// macOS compares the bundle ID letter by letter with the extension's own. `com.contoso.*` matches nothing, and
    /// neither does a dash that a word processor made longer. The profile installs without an error, and the extension
    /// stays blocked.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.driver.*</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// List each extension, or allow the whole team under `AllowedTeamIdentifiers`:
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.driver.usb</string>
    ///         <string>com.contoso.driver.disk</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe if only surrounding spaces, invisible characters or dashes are wrong: no other bundle ID can have been
    /// meant. Everything else has no fix, for example two bundle IDs in one text.
    ///
    /// ## References
    ///
    /// - Microsoft Intune: the pattern of `bundleId` in the macOS extension settings
    /// - Microsoft Defender documentation: download profiles, "to avoid typos" such as elongated hyphens
    name: "invalid-bundle-id",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Bundle(check),
}

fn check(bundle: &ListedName<'_, '_>, report: &mut Reporter<'_>) {
    let Some(why) = fault(bundle) else {
        return;
    };
    let text = &bundle.text;
    let place = if text.span.len() == 0 {
        text.element
    } else {
        text.span
    };
    let message = match why {
        BundleIdentifierError::Empty => "empty bundle ID; it matches no extension".to_owned(),
        _ => format!("{} is not a bundle ID: it {why}", quoted(text.as_str())),
    };
    let finding = report.at(place, message);
    if let Some(meant) = BundleIdentifier::repaired(text.as_str()) {
        let order = format!("write `{meant}`");
        finding
            .help(order.clone())
            .fix(Fix::safe(order, [Edit::text(text.span, meant.as_str())]));
    } else if matches!(why, BundleIdentifierError::Wildcard(_)) {
        finding.help(
            "list each extension by its bundle ID, or the whole team under `AllowedTeamIdentifiers`",
        );
    } else {
        finding.help("`codesign -dv` on the extension shows its bundle ID as `Identifier`");
    }
}

/// Why a text matches no extension; what only looks odd is for `unusual-bundle-id`.
pub(super) fn fault<'n>(bundle: &'n ListedName<'_, '_>) -> Option<&'n BundleIdentifierError> {
    let why = bundle.fault.as_ref()?;
    let hopeless = match why {
        BundleIdentifierError::Character(letter) => !letter.is_ascii(),
        BundleIdentifierError::Label | BundleIdentifierError::Length(_) => false,
        _ => true,
    };
    (hopeless && !is_filled_in(bundle.text.as_str())).then_some(why)
}
