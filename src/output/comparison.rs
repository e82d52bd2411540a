//! What changed, for people and for programs.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::closing::count;
use super::{NotRead, Out};
use crate::audit::change::Change;
use crate::audit::diff::{Comparison, Unread};
use crate::audit::kind::{Effect, Kind, Tier};
use crate::audit::origin::Origin;
use crate::escape::quoted;

/// So many changes of a tier are shown one by one, unless a reader asks for all.
const SHOWN: usize = 25;

/// So many values of one change are shown.
pub(super) const VALUES: usize = 10;

/// For people; `all` shows every change.
pub(crate) fn text(comparison: &Comparison, all: bool, out: &mut Out) -> io::Result<()> {
    let most = if all { usize::MAX } else { SHOWN };
    for tier in Tier::ALL {
        let changes = || {
            comparison
                .changes
                .iter()
                .filter(|change| change.tier == tier)
        };
        let Some(left) = changes().count().checked_sub(1) else {
            continue;
        };
        writeln!(out, "{}: {}", tier.name(), tier.meaning())?;
        for change in changes().take(most) {
            one(change, out)?;
        }
        if let Some(left) = (left + 1).checked_sub(most).filter(|left| *left > 0) {
            writeln!(
                out,
                "  {left} more, shown with --verbose and by --format json"
            )?;
        }
        writeln!(out)?;
    }
    for masked in &comparison.masked {
        let keys: Vec<&str> = masked.keys.iter().map(String::as_str).collect();
        writeln!(
            out,
            "not compared, because Jamf Pro writes it: {} of {} and {}",
            keys.join(", "),
            masked.old,
            masked.new
        )?;
    }
    for (when, files) in sides(comparison) {
        for file in files.iter().filter(|file| file.changed) {
            writeln!(out, "not compared, {when}: {}: {}", file.file, file.reason)?;
        }
    }
    let unchanged = comparison
        .unreadable_new
        .iter()
        .filter(|file| !file.changed)
        .count();
    if unchanged > 0 {
        writeln!(
            out,
            "{} cannot be read and did not change",
            count(unchanged, "file")
        )?;
    }
    summary(comparison, most, out)
}

fn one(change: &Change, out: &mut Out) -> io::Result<()> {
    let profile = match &*change.profile {
        "" => String::new(),
        profile => format!("{profile}: "),
    };
    let product = change
        .product
        .as_ref()
        .map_or_else(String::new, |product| format!(" ({product})"));
    writeln!(out, "  {profile}{}{product}", change.message)?;
    for (sign, origins) in [('-', &change.old), ('+', &change.new)] {
        if !origins.is_empty() {
            writeln!(out, "    {sign} {}", some_places(origins, PLACES))?;
        }
    }
    if matches!(change.kind.effect, Effect::Is(_)) {
        // The message says it.
        return Ok(());
    }
    for value in change.values.iter().take(VALUES) {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "missing".to_owned());
        let (old, new) = (shown(&value.old), shown(&value.new));
        writeln!(
            out,
            "      {} was {old} and is {new}",
            quoted(&value.key_path)
        )?;
    }
    if let Some(left) = change
        .values
        .len()
        .checked_sub(VALUES)
        .filter(|left| *left > 0)
    {
        writeln!(out, "      {left} more values")?;
    }
    Ok(())
}

/// More places of one change do not help a reader.
pub(super) const PLACES: usize = 5;

/// Places in one line, of many the first.
pub(super) fn some_places<O: Borrow<Origin>>(origins: &[O], most: usize) -> String {
    let first = origins.iter().take(most);
    let mut shown: Vec<String> = first.map(|own| own.borrow().to_string()).collect();
    if let Some(left) = origins.len().checked_sub(most).filter(|left| *left > 0) {
        shown.push(format!("and {left} more"));
    }
    shown.join(", ")
}

/// The unreadable files and in which state they are.
pub(super) fn sides(comparison: &Comparison) -> [(&'static str, &[Unread]); 2] {
    [
        ("before", &comparison.unreadable_old),
        ("after", &comparison.unreadable_new),
    ]
}

/// The lines that count: the tiers, and for many changes their kinds.
fn summary(comparison: &Comparison, most: usize, out: &mut Out) -> io::Result<()> {
    if comparison.changes.len() > most {
        let (old, new) = comparison.profiles;
        writeln!(
            out,
            "{} before, {} after",
            count(old, "profile"),
            count(new, "profile")
        )?;
        for (tier, kinds) in counted(comparison) {
            let kinds: Vec<String> = kinds
                .iter()
                .map(|(kind, count)| format!("{count} {kind}"))
                .collect();
            writeln!(out, "  {:<9} {}", tier.name(), kinds.join(", "))?;
        }
    }
    writeln!(out, "{}", last_line(comparison))?;
    match comparison.unjudged() {
        0 => Ok(()),
        one => writeln!(
            out,
            "not judged: {}, over which `--fail-on widened` passes and `--fail-on changed` does not",
            count(one, "change")
        ),
    }
}

/// How many changes there are of each kind, the worst tier first.
fn counted(comparison: &Comparison) -> Vec<(Tier, BTreeMap<&'static str, usize>)> {
    let mut tiers: Vec<_> = Tier::ALL
        .into_iter()
        .map(|tier| (tier, BTreeMap::new()))
        .collect();
    for change in &comparison.changes {
        if let Some((_, kinds)) = tiers.iter_mut().find(|(tier, _)| *tier == change.tier) {
            *kinds.entry(change.kind.name).or_default() += 1;
        }
    }
    tiers.retain(|(_, kinds)| !kinds.is_empty());
    tiers
}

/// The line that counts.
pub(super) fn last_line(comparison: &Comparison) -> String {
    if comparison.changes.is_empty() {
        return if comparison.is_nothing() && !comparison.masked.is_empty() {
            "nothing changed in what was compared; what Jamf Pro writes itself was not".to_owned()
        } else if comparison.is_nothing() {
            "nothing changed in what the profiles mean".to_owned()
        } else {
            "nothing changed in what could be compared; files that cannot be read did".to_owned()
        };
    }
    let parts: Vec<_> = counted(comparison)
        .iter()
        .map(|(tier, kinds)| format!("{} {}", kinds.values().sum::<usize>(), tier.name()))
        .collect();
    format!(
        "{}: {}",
        count(comparison.changes.len(), "change"),
        parts.join(", ")
    )
}

#[derive(Serialize)]
struct Document<'a> {
    /// The version of this form.
    version: u8,
    /// The changes, worst first.
    changes: &'a [Change],
    /// Files that could not be read.
    unreadable: Sides<&'a [Unread]>,
    /// What was not compared, because Jamf Pro writes it itself.
    masked: &'a [crate::audit::diff::Masked],
    /// Profiles that were found and not compared.
    left_out: Sides<Vec<NotRead<'a>>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Sides<T> {
    old: T,
    new: T,
}

#[derive(Serialize)]
struct Summary {
    profiles_old: usize,
    profiles_new: usize,
    /// Changes by tier and kind.
    changes: BTreeMap<&'static str, BTreeMap<&'static str, usize>>,
    /// What the kinds mean.
    kinds: BTreeMap<&'static str, Why>,
}

#[derive(Serialize)]
struct Why {
    reason: &'static str,
    source: &'static str,
}

fn why(kind: &'static Kind) -> (&'static str, Why) {
    let Kind {
        name,
        reason,
        source,
        ..
    } = kind;
    (name, Why { reason, source })
}

pub(crate) fn json(comparison: &Comparison, out: &mut Out) -> io::Result<()> {
    let counted = counted(comparison)
        .into_iter()
        .map(|(tier, kinds)| (tier.name(), kinds));
    out.json(&Document {
        version: 1,
        changes: &comparison.changes,
        unreadable: Sides {
            old: &comparison.unreadable_old,
            new: &comparison.unreadable_new,
        },
        masked: &comparison.masked,
        left_out: Sides {
            old: NotRead::all(&comparison.left_out[0]),
            new: NotRead::all(&comparison.left_out[1]),
        },
        summary: Summary {
            profiles_old: comparison.profiles.0,
            profiles_new: comparison.profiles.1,
            changes: counted.collect(),
            kinds: comparison
                .changes
                .iter()
                .map(|change| why(change.kind))
                .collect(),
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::audit::diff::compare;
    use crate::audit::file::{self, File};
    use crate::audit::kind::KINDS;

    /// The profiles of one side of a fixture: a file, or a folder of them.
    fn side(folder: &Path, side: &str) -> Vec<File> {
        let one = folder.join(format!("{side}.mobileconfig"));
        let mut paths = vec![one];
        if let Ok(entries) = std::fs::read_dir(folder.join(side)) {
            paths = entries.map(|entry| entry.unwrap().path()).collect();
        }
        paths.sort();
        let named = |path: &PathBuf| {
            let name = path
                .strip_prefix(folder)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            file::read(&name, &std::fs::read(path).unwrap())
        };
        paths.iter().map(named).collect()
    }

    /// A fixture is named after its kind, or after its kind and what is special about it: `privacy`, `privacy.or`.
    #[test]
    fn every_kind_of_change_is_found_in_its_fixtures_and_told_as_expected() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff");
        let mut kinds = BTreeSet::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let own = entry.unwrap().path();
            let name = own.file_name().unwrap().to_string_lossy().into_owned();
            let kind = name.split('.').next().unwrap().to_owned();
            let comparison = compare(&side(&own, "old"), &side(&own, "new"));
            let is_found = comparison
                .changes
                .iter()
                .any(|change| change.kind.name == kind);
            assert!(is_found, "{name}: {:#?}", comparison.changes);
            let told = Out::collected(|out| text(&comparison, true, out));
            let expected = own.join("expected.txt");
            if std::env::var_os("KEXTPOLICY_BLESS").is_some() {
                std::fs::write(&expected, &told).unwrap();
            }
            let known = std::fs::read_to_string(&expected).unwrap_or_default();
            assert_eq!(known, told, "{name}");
            kinds.insert(kind);
        }
        let all: BTreeSet<String> = KINDS.iter().map(|kind| kind.name.to_owned()).collect();
        assert_eq!(kinds, all);
    }
}
