//! Teams of which every extension is allowed.

use crate::catalogue::known::known;
use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Approvals, Text};
use crate::severity::Severity;

declare_rule! {
    /// A team in `AllowedTeamIdentifiers`: every extension that the team signs is allowed, including those of its
    /// future products.
    ///
    /// ## Why it matters
    ///
    /// `UBF8T346G9` alone allows everything that Microsoft will ever sign as an extension. That may be intended; a list
    /// of bundle IDs shows what was reviewed. For vendors with a ready policy, the help says how many extensions are
    /// known today, and of which products. A team is not reported if a ready policy itself allows all its kernel or
    /// system extensions: its bundle IDs change with each version, as those of macFUSE do, so a list of them would soon
    /// be out of date.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowedTeamIdentifiers</key>
    /// <array>
    ///     <string>UBF8T346G9</string>
    /// </array>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowedKernelExtensions</key>
    /// <dict>
    ///     <key>UBF8T346G9</key>
    ///     <array>
    ///         <string>com.microsoft.wdavkext</string>
    ///     </array>
    /// </dict>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml`, `AllowedTeamIdentifiers`
    /// - Apple: `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowedTeamIdentifiers`
    name: "whole-team-allowed",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Approvals(check),
}

/// So many products are named; more would hide the message.
const NAMED: usize = 3;

fn check(approvals: &Approvals<'_>, report: &mut Reporter<'_>) {
    let kind = approvals.policy.kind();
    let mut whole = approvals.teams_not_also_listed();
    whole.retain(|team| !known().is_reviewed_whole(kind, team.as_str()));
    let Some(first) = whole.first() else {
        return;
    };
    let kind = kind.name();
    let message = if whole.len() == 1 {
        let team = quoted(first.as_str());
        format!("every {kind} of team {team} is allowed")
    } else {
        format!("every {kind} of {} teams is allowed", whole.len())
    };
    report.at(first.span, message).help(format!(
        "{}list the ones you need under `{}`",
        known_extensions(approvals, &whole),
        approvals.policy.allowed_key()
    ));
}

/// What the ready policies know of these teams, as the beginning of a sentence.
fn known_extensions(approvals: &Approvals<'_>, teams: &[Text<'_>]) -> String {
    let kind = approvals.policy.kind();
    let of_team = teams.iter().flat_map(|team| known().team(team.as_str()));
    let extensions: Vec<_> = of_team.filter(|own| own.kind == kind).collect();
    if extensions.is_empty() {
        return String::new();
    }
    let mut products = Vec::new();
    for product in extensions.iter().map(|own| own.product()) {
        if !products.contains(&product) {
            products.push(product);
        }
    }
    let named = products.len().min(NAMED);
    let more = match products.len() - named {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "the ready policies know {} of them ({}{more}); ",
        extensions.len(),
        products[..named].join(", ")
    )
}
