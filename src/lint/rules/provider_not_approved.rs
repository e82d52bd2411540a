//! Network extensions that no policy of the run approves.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::repository::Repository;
use crate::severity::Severity;

declare_rule! {
    /// A content filter, DNS proxy or VPN names an extension that no system-extension policy of the run approves,
    /// although the run has a policy for that team.
    ///
    /// ## Why it matters
    ///
    /// The extension waits until somebody allows it, and until then nothing is filtered. In most cases the name differs
    /// from the approved one by a letter, or the product has a second extension. The rule does not check
    /// teams for which the run has no policy.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.webcontent-filter</string>
    ///             <key>PayloadIdentifier</key>
    ///             <string>com.contoso.filter</string>
    ///             <key>PayloadUUID</key>
    ///             <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///             <key>PayloadVersion</key>
    ///             <integer>1</integer>
    ///             <key>FilterType</key>
    ///             <string>Plugin</string>
    ///             <key>UserDefinedName</key>
    ///             <string>Contoso Filter</string>
    ///             <key>PluginBundleID</key>
    ///             <string>com.contoso.agent</string>
    ///             <key>FilterSockets</key>
    ///             <true/>
    ///             <key>FilterDataProviderBundleIdentifier</key>
    ///             <string>com.contoso.agent.filter</string>
    ///             <key>FilterDataProviderDesignatedRequirement</key>
    ///             <string>identifier "com.contoso.agent.filter" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///         </dict>
    ///         <dict>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.system-extension-policy</string>
    ///             <key>PayloadIdentifier</key>
    ///             <string>com.contoso.extensions.system</string>
    ///             <key>PayloadUUID</key>
    ///             <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B07</string>
    ///             <key>PayloadVersion</key>
    ///             <integer>1</integer>
    ///             <key>AllowUserOverrides</key>
    ///             <false/>
    ///             <key>AllowedSystemExtensions</key>
    ///             <dict>
    ///                 <key>K7Q2XD94WL</key>
    ///                 <array>
    ///                     <string>com.contoso.agent.network</string>
    ///                 </array>
    ///             </dict>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadDisplayName</key>
    ///     <string>Contoso Agent</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.agent.profile</string>
    ///     <key>PayloadOrganization</key>
    ///     <string>Contoso</string>
    ///     <key>PayloadScope</key>
    ///     <string>System</string>
    ///     <key>PayloadType</key>
    ///     <string>Configuration</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1A01</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.webcontent-filter</string>
    ///             <key>PayloadIdentifier</key>
    ///             <string>com.contoso.filter</string>
    ///             <key>PayloadUUID</key>
    ///             <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///             <key>PayloadVersion</key>
    ///             <integer>1</integer>
    ///             <key>FilterType</key>
    ///             <string>Plugin</string>
    ///             <key>UserDefinedName</key>
    ///             <string>Contoso Filter</string>
    ///             <key>PluginBundleID</key>
    ///             <string>com.contoso.agent</string>
    ///             <key>FilterSockets</key>
    ///             <true/>
    ///             <key>FilterDataProviderBundleIdentifier</key>
    ///             <string>com.contoso.agent.filter</string>
    ///             <key>FilterDataProviderDesignatedRequirement</key>
    ///             <string>identifier "com.contoso.agent.filter" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///         </dict>
    ///         <dict>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.system-extension-policy</string>
    ///             <key>PayloadIdentifier</key>
    ///             <string>com.contoso.extensions.system</string>
    ///             <key>PayloadUUID</key>
    ///             <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B07</string>
    ///             <key>PayloadVersion</key>
    ///             <integer>1</integer>
    ///             <key>AllowUserOverrides</key>
    ///             <false/>
    ///             <key>AllowedSystemExtensions</key>
    ///             <dict>
    ///                 <key>K7Q2XD94WL</key>
    ///                 <array>
    ///                     <string>com.contoso.agent.filter</string>
    ///                 </array>
    ///             </dict>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadDisplayName</key>
    ///     <string>Contoso Agent</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.agent.profile</string>
    ///     <key>PayloadOrganization</key>
    ///     <string>Contoso</string>
    ///     <key>PayloadScope</key>
    ///     <string>System</string>
    ///     <key>PayloadType</key>
    ///     <string>Configuration</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1A01</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`
    /// - MicrosoftDocs/microsoft-365-docs: issue 7428
    name: "provider-not-approved",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Repository(check),
}

/// Reports each extension that is left out, by its name or by its type.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    let name_at = |file, place| {
        let texts = repository.texts(file, std::iter::once(place))?;
        Some(quoted(&texts.concat()))
    };
    for (file, place) in repository.providers_of_other_type() {
        let Some(name) = name_at(file, place) else {
            continue;
        };
        report
            .in_file(file)
            .at(
                place,
                format!("{name} is a network extension, and `AllowedSystemExtensionTypes` of its team leaves that type out"),
            )
            .label("the policies of this run let other types of its team in")
            .help("add `NetworkExtension` to the types of the team, or remove the team from `AllowedSystemExtensionTypes`");
    }
    for (file, place) in repository.unapproved_providers() {
        let Some(name) = name_at(file, place) else {
            continue;
        };
        report
            .in_file(file)
            .at(place, format!("no policy of this run approves {name}"))
            .label("a policy approves other extensions of its team")
            .help("add it to `AllowedSystemExtensions` of the team, or write the name of the extension that is approved");
    }
}
