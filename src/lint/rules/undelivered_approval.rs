//! Decisions that no profile carries out.

use crate::escape::quoted;
use crate::lint::model::file_id::FileId;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::against::Against;
use crate::lint::views::against::approval::other;
use crate::lint::views::against::entry::PolicyEntry;
use crate::lint::views::against::permission::Delivery;
use crate::profile::allowed::Removal;
use crate::severity::Severity;

declare_rule! {
    /// The policy allows something that no profile of the run allows: an extension or a whole team, or that an app
    /// deactivates its extension (`removable`). Or the policy grants a privacy permission, turns on a content filter or
    /// approves background items, and no profile does, or not for every program that the policy means.
    ///
    /// ## Why it matters
    ///
    /// Somebody decided to allow it, but it is allowed on no Mac: the profile was never made, or it was removed.
    ///
    /// ## Example
    ///
    /// The policy:
    ///
    /// ```yaml
    /// identifier: com.contoso.extensions
    /// organization: Contoso
    /// kernel_extensions:
    ///   allowed:
    ///     - team_id: K7Q2XD94WL
    ///       bundle_ids: [com.contoso.driver.usb]
    /// ```
    ///
    /// The profile:
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict><key>K7Q2XD94WL</key><array><string>com.contoso.driver.serial</string></array></dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict><key>K7Q2XD94WL</key><array><string>com.contoso.driver.usb</string></array></dict>
    /// ```
    ///
    /// ## References
    ///
    /// - `docs/audit.md`, profiles against a policy
    name: "undelivered-approval",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Policy(check),
}

const HELP: &str = "make the profile with `kextpolicy render`, or remove the entry from the policy";

/// Looks for every entry of the policy in the profiles.
fn check(against: &Against<'_>, report: &mut Reporter<'_>) {
    permissions(against, report);
    let help = HELP;
    for entry in against.entries() {
        removable(against, entry, report);
        let (kind, team) = (entry.kind, entry.team);
        let whole = against.team(kind, team);
        if let Some(all) = entry.whole() {
            if whole.is_none() {
                report
                    .in_file(FileId::Policy)
                    .at(
                        all,
                        format!(
                            "no profile allows every {} of team {}",
                            kind.name(),
                            quoted(team)
                        ),
                    )
                    .help(help)
                    .related(entry.span, "of this team");
            }
            continue;
        }
        for listed in entry.listed() {
            let bundle = listed.value.as_str();
            let is_delivered = whole.is_some()
                || against.bundle(kind, team, bundle).is_some()
                // These have rules of their own.
                || against.bundle(other(kind), team, bundle).is_some()
                || against.in_other_case(kind, team, bundle);
            if is_delivered {
                continue;
            }
            report
                .in_file(FileId::Policy)
                .at(
                    listed.span,
                    format!("no profile allows the {} {}", kind.name(), quoted(bundle)),
                )
                .help(help)
                .related(entry.span, "of this team");
        }
    }
}

/// Looks for what the policy permits beside extensions.
fn permissions(against: &Against<'_>, report: &mut Reporter<'_>) {
    for decided in &against.permissions.decided {
        let permission = &decided.permission;
        let (what, place) = match decided.delivery {
            // Other capitals have a rule of their own.
            Delivery::Delivered | Delivery::OtherCase => continue,
            Delivery::Missing => ("no profile says so", None),
            Delivery::Different(file, span) => (
                "the profile that does so does not for every program that the policy means",
                Some((file, span, "here")),
            ),
            Delivery::OtherGrade(file, span) => (
                "the profile that does so has another `FilterGrade`",
                Some((file, span, "here")),
            ),
        };
        let saying = report
            .in_file(FileId::Policy)
            .at(permission.span, format!("{}, and {what}", permission.text))
            .help(HELP);
        if let Some((file, span, label)) = place {
            saying.elsewhere(file, span, label);
        }
    }
}

/// Looks for what an app may deactivate, of those extensions that are delivered at all.
fn removable(against: &Against<'_>, entry: &PolicyEntry<'_>, report: &mut Reporter<'_>) {
    for listed in entry.removal(Removal::Removable) {
        let bundle = listed.value.as_str();
        let is_delivered = against.place(entry.kind, entry.team, bundle).is_some();
        if is_delivered && !against.removal(Removal::Removable, entry.team, bundle) {
            report
                .in_file(FileId::Policy)
                .at(
                    listed.span,
                    format!(
                        "no profile lets the app of {} deactivate it",
                        quoted(bundle)
                    ),
                )
                .help("make the profile with `kextpolicy render`, or remove it from `removable`")
                .related(entry.span, "of this team");
        }
    }
}
