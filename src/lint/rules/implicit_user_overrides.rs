//! Policies that leave it to Apple's defaults whether users may approve extensions.

use crate::extension::ExtensionKind;
use crate::lint::model::edit::add_entry;
use crate::lint::model::finding::{Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, ExtensionPolicy};
use crate::severity::Severity;
use crate::suggest::nearest;

declare_rule! {
    /// `AllowUserOverrides` is missing.
    ///
    /// ## Why it matters
    ///
    /// Apple's defaults are opposite: without the key, users may not approve kernel extensions but may approve system
    /// extensions. Jamf Pro may add the key by itself. Administrators also report that a policy with
    /// `NonRemovableSystemExtensions` or `NonRemovableFromUISystemExtensions` had no effect until the key was present.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>AllowedSystemExtensions</key>
    ///     <dict>
    ///         <key>K7Q2XD94WL</key>
    ///         <array>
    ///             <string>com.contoso.agent.network</string>
    ///         </array>
    ///     </dict>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.extensions.system</string>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.system-extension-policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1A03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowUserOverrides</key>
    /// <false/>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe: the fix writes Apple's default, `false` for kernel extensions and `true` for system extensions, so the
    /// policy keeps its meaning. There is no fix if the policy has a key such as `AllowUserOverride` that may be a
    /// misspelling.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `AllowUserOverrides`, default false
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowUserOverrides`, default true
    /// - `NonRemovable…` without the key: <https://github.com/kandji-inc/support/issues/36>
    name: "implicit-user-overrides",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Extensions(check),
}

/// Reports a policy without the key.
fn check(policy: ExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    if policy.allow_user_overrides().is_some() {
        return;
    }
    let payload = policy.payload();
    let place = payload
        .payload_type()
        .map_or(payload.dictionary().span(), |text| text.span);
    let (default, means) = match policy.kind() {
        ExtensionKind::Kernel => ("<false/>", "may not"),
        ExtensionKind::System => ("<true/>", "may"),
    };
    let mut saying = report
        .at(
            place,
            format!(
                "`AllowUserOverrides` is missing, so users {means} approve other {}s",
                policy.kind().name()
            ),
        )
        .help(match policy.kind() {
            ExtensionKind::Kernel => "write `AllowUserOverrides` with the value you want",
            ExtensionKind::System => "write `AllowUserOverrides` with the value you want; one `<false/>` wins over every other profile of the Mac",
        });
    let protected = [
        "NonRemovableSystemExtensions",
        "NonRemovableFromUISystemExtensions",
    ];
    if let Some(entry) = protected
        .iter()
        .find_map(|key| payload.dictionary().entry(key))
    {
        saying = saying.related(
            entry.key_span(),
            "administrators report that this has no effect without `AllowUserOverrides`",
        );
    }
    let misspelt = payload
        .dictionary()
        .entries()
        .find(|entry| nearest(&entry.key(), ["AllowUserOverrides"]).is_some());
    if let Some(entry) = misspelt {
        saying.related(entry.key_span(), "did this mean `AllowUserOverrides`?");
    } else if let Some(edit) = add_entry(payload.dictionary(), "AllowUserOverrides", default) {
        saying.fix(Fix::safe(
            format!("write `AllowUserOverrides` with Apple's default `{default}`"),
            [edit],
        ));
    }
}
