//! Code requirements about another program than the entry beside them.

use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::requirements::Stated;
use crate::severity::Severity;

declare_rule! {
    /// An identifier and the code requirement beside it name different programs, or differ only in capitals. The
    /// finding shows both places.
    ///
    /// ## Why it matters
    ///
    /// A program must have the identifier and also satisfy the requirement. If the two name different programs, no
    /// program can do both, so the entry has no effect. Entries that name a path are not compared: the requirement of a
    /// program does not concern its path.
    ///
    /// The rule does not report a provider of a content filter whose requirement is that of its own app.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.TCC.configuration-profile-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.privacy.policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Services</key>
    ///     <dict>
    ///         <key>SystemPolicyAllFiles</key>
    ///         <array>
    ///             <dict>
    ///                 <key>Identifier</key>
    ///                 <string>com.contoso.Agent</string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                 <key>Authorization</key>
    ///                 <string>Allow</string>
    ///             </dict>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <dict>
    ///     <key>PayloadType</key>
    ///     <string>com.apple.TCC.configuration-profile-policy</string>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.privacy.policy</string>
    ///     <key>PayloadUUID</key>
    ///     <string>6F0B7D56-6D0B-5B5E-9B36-0C5C4F6E1B03</string>
    ///     <key>PayloadVersion</key>
    ///     <integer>1</integer>
    ///     <key>Services</key>
    ///     <dict>
    ///         <key>SystemPolicyAllFiles</key>
    ///         <array>
    ///             <dict>
    ///                 <key>Identifier</key>
    ///                 <string>com.contoso.agent</string>
    ///                 <key>IdentifierType</key>
    ///                 <string>bundleID</string>
    ///                 <key>CodeRequirement</key>
    ///                 <string>identifier "com.contoso.agent" and anchor apple generic and certificate leaf[subject.OU] = K7Q2XD94WL</string>
    ///                 <key>Authorization</key>
    ///                 <string>Allow</string>
    ///             </dict>
    ///         </array>
    ///     </dict>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`, `Identifier` and `CodeRequirement`
    /// - Apple: `mdm/profiles/com.apple.webcontent-filter.yaml`
    /// - `codesign -dv` shows the identifier of a program, `codesign -d -r-` its requirement
    name: "requirement-names-other-code",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Requirement(check),
}

/// Compares every bundle ID with the requirement beside it.
fn check(stated: &Stated<'_>, report: &mut Reporter<'_>) {
    let (Some(bundle), Ok(requirement)) = (&stated.bundle, stated.requirement.read()) else {
        return;
    };
    let own = bundle.as_str();
    let named = requirement.identifiers();
    // Blanks around it have a rule of their own.
    let is_own = |text: &str| {
        let text = text.trim();
        text == own.trim() || Some(text) == stated.app.as_deref()
    };
    if own.is_empty() || requirement.is_unfulfillable() || requirement.fits(is_own) {
        return;
    }
    let mut others = named.iter().filter(|word| !is_own(&word.text));
    let Some(first) = others.next() else {
        report
            .at(
                bundle.span,
                format!(
                    "{} is what the code requirement beside it excludes",
                    quoted(own)
                ),
            )
            .help("write `identifier` without `!`");
        return;
    };
    let other_case = named
        .iter()
        .find(|word| word.text.eq_ignore_ascii_case(own) && !is_own(&word.text));
    let help = match other_case {
        Some(_) => {
            "write both as the program does; capitals count. `codesign -dv` shows its identifier"
        }
        None => {
            "write the identifier and the requirement of one program; `codesign -dv -r-` shows both"
        }
    };
    let shown = other_case.unwrap_or(first);
    report
        .at(
            bundle.span,
            format!(
                "{} is not {}, which the code requirement names",
                quoted(own),
                quoted(&shown.text)
            ),
        )
        .help(help)
        .related(
            stated.requirement.place(shown.span),
            "the requirement is about this program",
        );
}
