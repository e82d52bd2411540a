//! `AllowUserOverrides` true in one profile and false in another.

use crate::extension::ExtensionKind;
use crate::lint::finding::Reporter;
use crate::lint::repository::Repository;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;
use std::collections::HashMap;

declare_rule! {
    /// One profile lets users approve extensions themselves, another of the same kind does not.
    ///
    /// ## Why it matters
    ///
    /// For system extensions Apple says what happens on a Mac that has both: if any profile says `false`, it is
    /// false. The profile with `true` then has no effect. For kernel extensions Apple states no rule, so what such
    /// a Mac does is open.
    ///
    /// Profiles for different MDM servers never meet and are not compared.
    ///
    /// ## Example
    ///
    /// One file:
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>AllowUserOverrides</key>
    ///             <false/>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.system-extension-policy</string>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.a</string>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// and another:
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>AllowUserOverrides</key>
    ///             <true/>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.system-extension-policy</string>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.b</string>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>PayloadDisplayName</key>
    /// <string>One of them</string>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: System Extensions payload, behaviour with several profiles
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml` and `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowUserOverrides`
    name: "contradicting-user-overrides",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Repository(check),
}
/// Reports every `true` beside a `false` of another file.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    let mut denied = HashMap::new();
    for member in repository.profiles() {
        for overrides in member
            .facts
            .user_overrides
            .iter()
            .filter(|own| !own.allowed)
        {
            denied
                .entry((member.target, overrides.kind))
                .or_insert((member.file, overrides.span));
        }
    }
    for member in repository.profiles() {
        for overrides in member.facts.user_overrides.iter().filter(|own| own.allowed) {
            let Some((file, span)) = denied.get(&(member.target, overrides.kind)) else {
                continue;
            };
            if *file == member.file {
                continue;
            }
            let (message, help) = match overrides.kind {
                ExtensionKind::System => (
                    "`AllowUserOverrides` is true here and false in another profile, which wins",
                    "write `<false/>`, or make sure that no Mac gets both profiles",
                ),
                ExtensionKind::Kernel => (
                    "`AllowUserOverrides` is true here and false in another profile; Apple does not say which wins",
                    "write the same in both, or make sure that no Mac gets both profiles",
                ),
            };
            report
                .in_file(member.file)
                .at(overrides.span, message)
                .help(help)
                .elsewhere(*file, *span, "false here");
        }
    }
}
