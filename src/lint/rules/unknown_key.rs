//! Keys that Apple does not describe where they stand.

use super::approval_in_other_payload;
use crate::escape::quoted;
use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::deviation::{Among, Deviation};
use crate::plist::Entry;
use crate::profile::ExtensionPolicy;
use crate::schema::Table;
use crate::severity::Severity;
use crate::suggest::nearest;

declare_rule! {
    /// A key that is not in Apple's description of the payload at this place.
    ///
    /// ## Why it matters
    ///
    /// macOS ignores keys that it does not know, without a message. What a misspelt key was meant to allow or forbid is
    /// not applied. Keys are case-sensitive.
    ///
    /// A key from a newer macOS is also reported, until this tool knows it. The help says up to which macOS Apple's
    /// descriptions are known, and `--descriptions` takes newer ones. Payloads that are preference domains have more
    /// keys than Apple describes; there the rule reports only a key that is nearly one of Apple's.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowUserOverride</key>
    /// <true/>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowUserOverrides</key>
    /// <true/>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Unsafe: with its right name the key begins to work.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles`, `payloadkeys` of every file; `kextpolicy explain TYPE` shows them
    name: "unknown-key",
    level: Level::always(Severity::Warning),
    fix: Sometimes,
    check: Check::Schema(check),
}

/// Reports the keys of a dictionary; what is nearly a key of an extension policy has a rule of its own, and so has such a
/// key where it approves nothing.
fn check(deviation: &Deviation<'_>, report: &mut Reporter<'_>) {
    for (entry, among, meant) in unknown(deviation, report.fleet().table) {
        let is_misplaced = !matches!(among, Among::Group { .. })
            && approval_in_other_payload::is_approval(&entry.key());
        if !is_approval(among, meant) && !is_misplaced {
            report_key(entry, among, meant, report);
        }
    }
}

/// The unknown keys of a dictionary that are worth a word, with where they are and what was probably meant.
pub(super) fn unknown<'a, 'd>(
    deviation: &'a Deviation<'d>,
    table: &'static Table,
) -> Vec<(Entry<'d>, &'a Among<'d>, Option<&'static str>)> {
    let Deviation::UnknownKeys {
        entries,
        within,
        among,
    } = deviation
    else {
        return Vec::new();
    };
    // A key that is there already cannot have been meant: the rename would make it stand twice.
    let mut free = among.names(table);
    for key in within.entries().map(Entry::key) {
        free.retain(|name| *name != key);
    }
    let is_open = among.is_open();
    let with_meant = entries.iter().map(|entry| {
        let meant = nearest(&entry.key(), free.iter().copied());
        (*entry, among, meant)
    });
    with_meant
        .filter(|(_, _, meant)| meant.is_some() || !is_open)
        .collect()
}

/// Whether an unknown key was meant to approve something.
pub(super) fn is_approval(among: &Among<'_>, meant: Option<&str>) -> bool {
    let in_policy =
        matches!(among, Among::Payload(payload) if ExtensionPolicy::of(*payload).is_some());
    in_policy && meant.is_some_and(|meant| !meant.starts_with("Payload"))
}

/// Reports a key, and the one that was meant.
pub(super) fn report_key(
    entry: Entry<'_>,
    among: &Among<'_>,
    meant: Option<&'static str>,
    report: &mut Reporter<'_>,
) {
    let key = entry.key();
    let newest = report.fleet().table.newest;
    let place = match among {
        Among::TopLevel => "a profile",
        Among::Payload(_) => "this payload type",
        Among::Group { .. } => "this dictionary",
    };
    let saying = report.at(
        entry.key_inner_span(),
        format!("Apple documents no key {} for {place}", quoted(&key)),
    );
    match meant {
        Some(meant) => {
            saying
                .help(format!("did you mean `{meant}`?"))
                .fix(Fix::risky(
                    format!("write `{meant}`"),
                    [Edit::text(entry.key_inner_span(), meant)],
                ));
        }
        None => {
            saying.help(format!(
                "macOS ignores keys it does not know; `kextpolicy explain TYPE` lists the keys that Apple describes, up to macOS \
                 {newest}; for a newer key use `--descriptions`"
            ));
        }
    }
}
