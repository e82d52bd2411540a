//! Profiles whose end is in the past.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common, KnownKey, Profile};
use crate::severity::Severity;

declare_rule! {
    /// `RemovalDate` or `PayloadExpirationDate` is in the past.
    ///
    /// ## Why it matters
    ///
    /// A Mac removes the profile on its removal date, and extensions that only this profile approved are blocked again.
    /// After its expiration date, a profile counts as expired.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>RemovalDate</key>
    /// <date>2020-01-31T00:00:00Z</date>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>RemovalDate</key>
    /// <date>2999-01-31T00:00:00Z</date>
    /// ```
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/TopLevel.yaml`, `RemovalDate` and `PayloadExpirationDate`
    name: "expired-profile",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Profile(check),
}
/// Compares both dates with now.
fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    for key in [KnownKey::RemovalDate, KnownKey::ExpirationDate] {
        let Some(value) = profile.keyed().get(key) else {
            continue;
        };
        if value.as_date().is_some_and(|date| date < report.now()) {
            report
                .at(value.span(), format!("`{key}` is in the past"))
                .help("write a later date, remove the key, or delete the profile");
        }
    }
}
