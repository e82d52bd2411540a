//! Kernel extensions listed as system extensions, and the reverse.

use crate::catalogue::known::known;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::programs;
use crate::profile::ListedName;
use crate::severity::Severity;

declare_rule! {
    /// A kernel extension in a system-extension policy, a system extension in a kernel-extension policy, or an app in
    /// either of the two.
    ///
    /// ## Why it matters
    ///
    /// Each kind of extension has its own payload. In the wrong payload, the entry approves nothing. Only extensions
    /// whose kind the ready policies list are reported: a name alone proves nothing.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedSystemExtensions</key>
    /// <dict>
    ///     <key>UBF8T346G9</key>
    ///     <array>
    ///         <string>com.microsoft.wdavkext</string>
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
    ///         <string>com.microsoft.wdav.epsext</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - The ready policies in `profiles/policies`, each with its vendor's page
    /// - `systemextensionsctl list` and `kmutil showloaded` show which kind an extension is
    name: "extension-of-other-kind",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Bundle(check),
}

fn check(bundle: &ListedName<'_, '_>, report: &mut Reporter<'_>) {
    if !bundle.is_allowed() {
        return;
    }
    let kind = bundle.approvals.policy.kind();
    let (text, team) = (bundle.text.as_str(), bundle.team.as_str());
    if known().bundle(text).is_empty()
        && let Some(product) = programs::product_of_app(text, team)
    {
        report
            .at(
                bundle.text.span,
                format!("{} is an app, listed as a {}", quoted(text), kind.name()),
            )
            .label(format!("the app of {product}"))
            .help("list the extensions that are in the app; `systemextensionsctl list` names them");
        return;
    }
    let Some(why) = other_kind(bundle.text.as_str(), bundle.team.as_str(), kind) else {
        return;
    };
    let other = match kind {
        ExtensionKind::Kernel => ExtensionKind::System,
        ExtensionKind::System => ExtensionKind::Kernel,
    };
    report
        .at(
            bundle.text.span,
            format!(
                "{} is a {}, listed as a {}",
                quoted(bundle.text.as_str()),
                other.name(),
                kind.name()
            ),
        )
        .label(why)
        .help(format!(
            "list it in a payload of type `{}`",
            other.payload_type()
        ));
}

/// Why an extension is of the other kind; `None` when it is not, or when nobody knows.
fn other_kind(bundle: &str, team: &str, kind: ExtensionKind) -> Option<String> {
    let exact = known().bundle(bundle);
    if let Some(first) = exact.first() {
        let theirs = exact.iter().any(|own| own.team == team);
        return (theirs && exact.iter().all(|own| own.kind != kind))
            .then(|| format!("a {} of {}", first.kind.name(), first.product()));
    }
    let replaced = known()
        .replacement(ExtensionKind::Kernel, bundle)
        .filter(|own| kind == ExtensionKind::System && own.belongs_to(team))?;
    Some(format!("a kernel extension of {}", replaced.product()))
}
