//! Keys that older versions of macOS do not know.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Approvals, Common as _, KnownKey};
use crate::severity::Severity;

declare_rule! {
    /// A key that needs a newer macOS than the profile is for.
    ///
    /// ## Why it matters
    ///
    /// `AllowNonAdminUserApprovals` came with macOS 11, `RemovableSystemExtensions` with macOS 12, and both
    /// `NonRemovable…` keys with macOS 15. On an older Mac the key has no effect. If the settings name the oldest macOS
    /// of your Macs, the rule compares the key with it. Otherwise it reports only a key of macOS 15 in a policy that
    /// approves extensions, because the approvals are for every Mac: administrators keep such keys in a separate
    /// profile for macOS 15.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>NonRemovableSystemExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.agent.network</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// The approvals in a profile for every Mac, and the key in a second profile for Macs with macOS 15:
    ///
    /// ```xml
    /// <key>AllowedSystemExtensions</key>
    /// <dict>
    ///     <key>K7Q2XD94WL</key>
    ///     <array>
    ///         <string>com.contoso.agent.network</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `supportedOS` of each key
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `AllowNonAdminUserApprovals`
    name: "newer-key",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Approvals(check),
}

/// Keys that were added after their payload type, and the macOS that added them.
const KEYS: [(KnownKey, u16); 4] = [
    (KnownKey::NonAdminApprovals, 11),
    (KnownKey::Removable, 12),
    (KnownKey::NonRemovable, 15),
    (KnownKey::NonRemovableFromUi, 15),
];

/// Without `minimum_os` in the settings, only keys of this macOS are reported.
const REPORTED_WITHOUT_MINIMUM_OS: u16 = 15;

fn check(approvals: &Approvals<'_>, report: &mut Reporter<'_>) {
    let keyed = approvals.policy.payload().keyed();
    for (key, needs) in KEYS {
        let Some(entry) = keyed.entry(key) else {
            continue;
        };
        if let Some((major, minor)) = report.minimum_os() {
            if major < needs {
                report
                    .at(
                        entry.key_inner_span(),
                        format!("`{key}` needs macOS {needs}, and the profile is for macOS {major}.{minor}"),
                    )
                    .help(format!("move it to a profile for Macs with macOS {needs}"));
            }
            continue;
        }
        if needs == REPORTED_WITHOUT_MINIMUM_OS && is_beside_approvals(key, approvals) {
            report
                .at(
                    entry.key_inner_span(),
                    format!("`{key}` needs macOS {needs}, and the approvals beside it do not"),
                )
                .help(format!(
                    "move it to a profile for Macs with macOS {needs}, or set `minimum_os` if there are no others"
                ));
        }
    }
}

/// Whether a policy with this key also has approvals. `NonRemovable` does not count if one of its entries
/// is also in `Removable`: another rule reports the key then.
fn is_beside_approvals(key: KnownKey, approvals: &Approvals<'_>) -> bool {
    let contradicts_removable = || {
        let names = approvals.names();
        names
            .listed
            .iter()
            .filter(|name| name.key == key)
            .any(|name| {
                let (team, text) = (name.team.as_str(), name.text.as_str());
                approvals.find(KnownKey::Removable, team, text).is_some()
            })
    };
    !approvals.is_empty() && (key != KnownKey::NonRemovable || !contradicts_removable())
}
