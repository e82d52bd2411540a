//! Texts that should be a bundle ID and match nothing.

use crate::escape::quoted;
use crate::identifier::{BundleIdentifier, BundleIdentifierError};
use crate::lint::finding::{Edit, Fix, Reporter};
use crate::lint::placeholder;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::signs::Signs;
use crate::profile::{ExtensionPolicy, PerTeam, Text};
use crate::severity::Severity;

declare_rule! {
    /// A bundle ID that no extension can have: empty, with a blank, a wildcard, a typographic dash, or letters beyond
    /// ASCII.
    ///
    /// ## Why it matters
    ///
    /// The bundle ID is compared letter by letter with the extension's own. `com.contoso.*` matches nothing, and
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
    /// Safe where only blanks or dashes are wrong: no other bundle ID can have been meant. Everything else has no fix.
    ///
    /// ## References
    ///
    /// - Microsoft Intune: the pattern of `bundleId` in the macOS extension settings
    /// - Microsoft Defender documentation: download profiles, "to avoid typos" such as elongated hyphens
    name: "invalid-bundle-id",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Extensions(check),
    when: Signs::ODD_BUNDLE,
}

/// Looks at every place where a bundle ID stands.
fn check(policy: ExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    for team in policy.bundle_lists().flat_map(PerTeam::teams) {
        for bundle in team.listed.iter() {
            if let Some(why) = fault(bundle.as_str()) {
                say(&bundle, &why, report);
            }
        }
    }
}

/// Why a text can be nobody's bundle ID. What an MDM server fills in is not judged here.
pub(super) fn fault(text: &str) -> Option<BundleIdentifierError> {
    let why = BundleIdentifier::check(text).err()?;
    let hopeless = match why {
        BundleIdentifierError::Character(letter) => !letter.is_ascii(),
        BundleIdentifierError::Label | BundleIdentifierError::Length(_) => false,
        _ => true,
    };
    (hopeless && !is_filled_in(text)).then_some(why)
}

/// Whether an MDM server or a template engine replaces (a part of) the text.
pub(super) fn is_filled_in(text: &str) -> bool {
    placeholder::of_mdm(text).is_some() || text.contains("{{")
}

/// Reports a bundle ID, and the one that was meant if that is certain.
fn say(bundle: &Text<'_>, why: &BundleIdentifierError, report: &mut Reporter<'_>) {
    let place = if bundle.span.len() == 0 {
        bundle.element
    } else {
        bundle.span
    };
    let message = match why {
        BundleIdentifierError::Empty => "empty bundle ID; it matches no extension".to_owned(),
        _ => format!("{} is no bundle ID: it {why}", quoted(bundle.as_str())),
    };
    let saying = report.at(place, message);
    if let Some(meant) = BundleIdentifier::repaired(bundle.as_str()) {
        let order = format!("write `{meant}`");
        saying
            .help(order.clone())
            .fix(Fix::safe(order, [Edit::text(bundle.span, meant.as_str())]));
    } else if matches!(why, BundleIdentifierError::Wildcard(_)) {
        saying.help(
            "list each extension by its bundle ID, or the whole team under `AllowedTeamIdentifiers`",
        );
    } else {
        saying.help("`codesign -dv` on the extension shows its bundle ID as `Identifier`");
    }
}
