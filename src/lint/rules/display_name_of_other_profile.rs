//! Profiles of one name for Jamf Pro.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::repository::Repository;
use crate::severity::Severity;
use crate::target::Target;

declare_rule! {
    /// Two profiles for Jamf Pro with the same display name.
    ///
    /// ## Why it matters
    ///
    /// Jamf Pro replaces the identifier and the UUID of a profile, and takes its name from the file or from what you
    /// type. Tools that upload profiles find the profile to replace by its name, so the second profile overwrites the
    /// first.
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
    /// Another profile:
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
    ///             <string>com.apple.system-extension-policy</string>
    ///             <key>PayloadIdentifier</key>
    ///             <string>com.contoso.extensions.system</string>
    ///             <key>PayloadUUID</key>
    ///             <string>6F0B7D57-6D0B-5B5E-9B36-0C5C4F6E1B07</string>
    ///             <key>PayloadVersion</key>
    ///             <integer>1</integer>
    ///             <key>AllowUserOverrides</key>
    ///             <false/>
    ///             <key>AllowedSystemExtensions</key>
    ///             <dict>
    ///                 <key>K7Q2XD94WL</key>
    ///                 <array>
    ///                     <string>com.contoso.agent.network</string>
    ///                     <string>com.contoso.agent.filter</string>
    ///                 </array>
    ///             </dict>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadDisplayName</key>
    ///     <string>Contoso Agent</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.other.profile</string>
    ///     <key>PayloadOrganization</key>
    ///     <string>Contoso</string>
    ///     <key>PayloadScope</key>
    ///     <string>System</string>
    ///     <key>PayloadType</key>
    ///     <string>Configuration</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D57-6D0B-5B5E-9B36-0C5C4F6E1A01</string>
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
    /// - `docs/jamf.md`, what Jamf Pro replaces
    name: "display-name-of-other-profile",
    level: Level::only(Target::Jamf, Severity::Warning),
    fix: Never,
    check: Check::Repository(check),
}

/// Reports each profile whose name an earlier one has.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    let names = repository.repeated_display_names();
    for member in repository.profiles() {
        let again = member.again(&names, member.facts.display_name.as_slice());
        for (place, (file, first)) in again {
            let Some(name) = repository.texts(member.file, std::iter::once(place)) else {
                continue;
            };
            report
                .in_file(member.file)
                .at(
                    place,
                    format!("another profile is named {} too", quoted(&name.concat())),
                )
                .help("give each profile a name of its own")
                .elsewhere(file, first, "the first one");
        }
    }
}
