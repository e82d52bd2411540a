//! System extensions that current versions of their products no longer have.

use crate::catalogue::known::known;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::ListedName;
use crate::severity::Severity;

declare_rule! {
    /// A system extension that its vendor has renamed or removed.
    ///
    /// ## Why it matters
    ///
    /// The approval is useful only for Macs with an old version of the product. If the new name is not approved as
    /// well, the current version asks every user for approval, or does not work.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedSystemExtensions</key>
    /// <dict>
    ///     <key>UBF8T346G9</key>
    ///     <array>
    ///         <string>com.microsoft.naas.globalsecure.tunnel-df</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedSystemExtensions</key>
    /// <dict>
    ///     <key>UBF8T346G9</key>
    ///     <array>
    ///         <string>com.microsoft.globalsecureaccess.tunnel</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - The ready policies in `profiles/policies`: their `replaced` comments say since when, and name the vendors' pages
    name: "replaced-system-extension",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Bundle(check),
}

fn check(bundle: &ListedName<'_, '_>, report: &mut Reporter<'_>) {
    let known = known();
    let Some(replaced) = known.replacement(ExtensionKind::System, bundle.text.as_str()) else {
        return;
    };
    let policy = bundle.approvals.policy;
    if policy.kind() != ExtensionKind::System || !bundle.is_allowed() {
        return;
    }
    let allows = |wanted: &str| {
        let lists = policy.allowed();
        let mut listed = lists.teams().flat_map(|team| team.listed.iter());
        listed.any(|own| own.as_str() == wanted)
    };
    let help = match replaced.by {
        Some(by) if !allows(by) => {
            format!("approve `{by}` too, and remove this one once no Mac has the old version")
        }
        _ => "remove it once no Mac has the old version".to_owned(),
    };
    let message = format!(
        "current versions of {} have no system extension {}",
        replaced.product(),
        quoted(bundle.text.as_str())
    );
    report
        .at(bundle.text.span, message)
        .label(replaced.remark)
        .help(help);
}
