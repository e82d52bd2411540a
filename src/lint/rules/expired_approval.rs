//! Approvals that were meant to end.

use crate::lint::model::file_id::FileId;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::against::Against;
use crate::policy;
use crate::severity::Severity;

declare_rule! {
    /// The `expires` date of a policy entry is in the past.
    ///
    /// ## Why it matters
    ///
    /// The approval was given until a certain day, and nobody has reviewed it since. It is still valid: an approval
    /// that ends by itself would leave Macs without a driver overnight.
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
    ///       expires: 2020-06-30
    /// ```
    ///
    /// The profile:
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict><key>K7Q2XD94WL</key><array><string>com.contoso.driver.usb</string></array></dict>
    /// ```
    ///
    /// ## Use instead
    ///
    /// A new day; or remove the entry from the policy and the approval from the profile.
    ///
    /// ```yaml
    /// identifier: com.contoso.extensions
    /// organization: Contoso
    /// kernel_extensions:
    ///   allowed:
    ///     - team_id: K7Q2XD94WL
    ///       bundle_ids: [com.contoso.driver.usb]
    ///       expires: 2099-06-30
    /// ```
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict><key>K7Q2XD94WL</key><array><string>com.contoso.driver.usb</string></array></dict>
    /// ```
    ///
    /// ## References
    ///
    /// - `docs/audit.md`, profiles against a policy
    name: "expired-approval",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Policy(check),
}

/// Looks at the last days of all entries.
fn check(against: &Against<'_>, report: &mut Reporter<'_>) {
    let Some(today) = today(report.now()) else {
        return;
    };
    for fault in policy::expired(against.policy, today) {
        let entry = against.entries().find(|entry| {
            entry
                .notes
                .expires
                .as_ref()
                .is_some_and(|day| day.span == fault.span)
        });
        let delivered = entry.and_then(|entry| {
            let whole = against.team(entry.kind, entry.team);
            whole.or_else(|| {
                entry.listed().iter().find_map(|listed| {
                    against.bundle(entry.kind, entry.team, listed.value.as_str())
                })
            })
        });
        let mut saying = report
            .in_file(FileId::Policy)
            .at(fault.span, fault.message)
            .label(fault.label)
            .help(fault.help);
        for (span, label) in fault.related {
            saying = saying.related(span, label);
        }
        if let Some((file, span)) = delivered {
            saying.elsewhere(file, span, "still allowed here");
        }
    }
}

/// The day of a time in seconds since 2001.
fn today(now: f64) -> Option<time::Date> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "days of any year that matters fit"
    )]
    let days = (now / 86_400.0).floor() as i32;
    time::Date::from_ordinal_date(2001, 1)
        .ok()?
        .checked_add(time::Duration::days(i64::from(days)))
}
