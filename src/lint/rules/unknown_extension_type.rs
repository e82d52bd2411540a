//! Types of system extensions that Apple does not know.

use crate::escape::quoted;
use crate::extension::SystemExtensionType;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::ListedName;
use crate::severity::Severity;

declare_rule! {
    /// A type in `AllowedSystemExtensionTypes` that Apple does not know.
    ///
    /// ## Why it matters
    ///
    /// There are three types: `DriverExtension`, `NetworkExtension` and `EndpointSecurityExtension`. Any other word
    /// allows no type, and the list still forbids the team every type that is missing from it.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedSystemExtensionTypes</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>NetworkExtensions</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedSystemExtensionTypes</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>DriverExtension</string>
    ///         <string>EndpointSecurityExtension</string>
    ///         <string>NetworkExtension</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe for a typing mistake in one of the three names, or for a name without `Extension`: no other name can have
    /// been meant. Everything else has no fix.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowedSystemExtensionTypes`
    name: "unknown-extension-type",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::ExtensionType(check),
}

fn check(entry: &ListedName<'_, '_>, report: &mut Reporter<'_>) {
    let word = entry.text.as_str();
    if SystemExtensionType::from_name(word).is_some() {
        return;
    }
    let place = if entry.text.span.len() == 0 {
        entry.text.element
    } else {
        entry.text.span
    };
    let message = match word {
        "" => "empty extension type".to_owned(),
        _ => format!("unknown extension type {}", quoted(word)),
    };
    let finding = report.at(place, message);
    if let Some(meant) = SystemExtensionType::meant(word) {
        let order = format!("write `{}`", meant.name());
        let edit = Edit::text(entry.text.span, meant.name());
        let finding = finding.help(order.clone());
        if meant.is_surely(word) {
            finding.fix(Fix::safe(order, [edit]));
        }
    } else {
        finding.help("write `DriverExtension`, `NetworkExtension` or `EndpointSecurityExtension`");
    }
}
