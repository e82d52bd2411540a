//! Teams of which every extension is allowed.

use std::cell::LazyCell;

use crate::catalogue::known::known;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::identifier::TeamIdentifier;
use crate::lint::alike::Names;
use crate::lint::finding::Reporter;
use crate::lint::name::Name;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{ExtensionPolicy, Text};
use crate::severity::Severity;
use crate::source::seen::Seen;

declare_rule! {
    /// A team in `AllowedTeamIdentifiers`: every extension it signs is allowed, those of its future products too.
    ///
    /// ## Why it matters
    ///
    /// `UBF8T346G9` alone allows everything Microsoft will ever sign as an extension. That may be wanted; a list of
    /// bundle IDs says what was reviewed. For vendors with a ready policy the help tells how many extensions are known
    /// today, and of which products.
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
    check: Check::Extensions(check),
}

/// So many products are named; more would hide the message.
const NAMED: usize = 3;

/// Reports the list, but does not count what is no Team ID, and not a team that is listed by bundle ID as well: other
/// rules report those.
fn check(policy: ExtensionPolicy<'_>, report: &mut Reporter<'_>) {
    let teams = policy.allowed_team_identifiers();
    if teams.items().next().is_none() {
        return;
    }
    let names = || policy.allowed().teams().map(|entry| entry.team);
    let mut seen = Seen::<32>::default();
    for name in names() {
        seen.again(Name::of(name.as_str()).number);
    }
    // Nearly no team is in both, so the names are sorted for those that may be.
    let listed = LazyCell::new(|| Names::new(names()));
    let kind = policy.kind();
    let (mut first, mut count) = (None, 0);
    let mut known = Extensions::default();
    for item in teams.items() {
        let Some(text) = item.as_str() else { continue };
        let team = Name::of(&text);
        let is_listed = seen.has(team.number) && listed.find(&text).is_some();
        if is_listed || !TeamIdentifier::is_right(&text) {
            continue;
        }
        first = first.or_else(|| Text::of(item));
        count += 1;
        known.add(team, kind);
    }
    let Some(first) = first else {
        return;
    };
    let kind = kind.name();
    let message = if count == 1 {
        let team = quoted(first.as_str());
        format!("every {kind} of team {team} is allowed")
    } else {
        format!("every {kind} of {count} teams is allowed")
    };
    report.at(first.span, message).help(format!(
        "{}list the ones you need under `{}`",
        known.sentence(),
        policy.allowed_key()
    ));
}

/// What the ready policies know of the teams.
#[derive(Default)]
struct Extensions {
    /// How many extensions.
    count: usize,
    /// Their products, each once, in the order of the list.
    products: Vec<&'static str>,
}

impl Extensions {
    /// Adds the extensions of a team.
    fn add(&mut self, team: Name<'_>, kind: ExtensionKind) {
        if !team.may_be_known() {
            return;
        }
        for own in known()
            .team(team.text)
            .iter()
            .filter(|own| own.kind == kind)
        {
            self.count += 1;
            if !self.products.contains(&own.product()) {
                self.products.push(own.product());
            }
        }
    }

    /// The beginning of the help; empty when nothing is known.
    fn sentence(&self) -> String {
        if self.count == 0 {
            return String::new();
        }
        let named = self.products.len().min(NAMED);
        let more = match self.products.len() - named {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "the ready policies know {} of them ({}{more}); ",
            self.count,
            self.products[..named].join(", ")
        )
    }
}
