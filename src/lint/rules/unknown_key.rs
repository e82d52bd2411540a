//! Keys that Apple does not describe where they stand.

use crate::escape::quoted;
use crate::lint::deviation::{Among, Deviation};
use crate::lint::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::Entry;
use crate::severity::Severity;
use crate::suggest::nearest;

declare_rule! {
    /// A key that Apple's description of the payload does not have at this place.
    ///
    /// ## Why it matters
    ///
    /// macOS passes over keys it does not know without a word: what a misspelt key was to allow or forbid is not. Keys
    /// are told apart by case. A key that a newer macOS brought is reported too until this tool knows of it: the help says
    /// up to which macOS Apple's descriptions are known, and `--descriptions` takes newer ones. Payloads that are preference domains have more keys than Apple describes; there only a
    /// key that is nearly one of Apple's is reported.
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

/// Reports the keys of a dictionary.
fn check(deviation: &Deviation<'_>, report: &mut Reporter<'_>) {
    let Deviation::UnknownKeys {
        entries,
        within,
        among,
    } = deviation
    else {
        return;
    };
    // A key that is there already cannot have been meant: the rename would make it stand twice.
    let mut free = among.names(report.fleet().table);
    for key in within.entries().map(Entry::key) {
        free.retain(|name| *name != key);
    }
    let place = match among {
        Among::TopLevel => "a profile",
        Among::Payload(_) => "this payload type",
        Among::Group { .. } => "this dictionary",
    };
    let is_open = among.is_open();
    for entry in entries {
        let key = entry.key();
        let meant = nearest(&key, free.iter().copied());
        if meant.is_some() || !is_open {
            say(*entry, place, meant, report);
        }
    }
}

/// Reports a key, and the one that was meant.
fn say(entry: Entry<'_>, place: &str, meant: Option<&'static str>, report: &mut Reporter<'_>) {
    let key = entry.key();
    let newest = report.fleet().table.newest;
    let saying = report.at(
        entry.key_inner_span(),
        format!(
            "{} is no key that Apple describes for {place}",
            quoted(&key)
        ),
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
                "macOS passes over keys it does not know; Apple's descriptions are known here up to macOS {newest}: look for its right \
                 name with `kextpolicy explain TYPE`, and if it is newer use `--descriptions`"
            ));
        }
    }
}
