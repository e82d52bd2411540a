//! Compares one profile before and after: every value, and what the changes do.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::change::{Change, Changed};
use super::extensions;
use super::fact::{Fact, Grade, uncovered};
use super::facts::{facts, is_for_device, is_for_user};
use super::file::{File, Origin, Places};
use super::identity::is_masked;
use super::kind::{
    EXPIRY, Effect, IDENTITY, Kind, NON_ADMIN_APPROVALS, PAYLOAD_ADDED, PAYLOAD_REMOVED,
    PROFILE_REMOVAL, SCOPE, USER_OVERRIDES, VALUE,
};
use super::pairs::Known;
use super::total::Total;
use super::values::{Difference, Side, Walk, bounded, canonical, matched, shown, shown_both};
use crate::catalogue::owner::owner;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::plist::{Kind as Type, Value};
use crate::profile::{Common as _, Document, Profile, with_document};
use crate::source::Span;

/// What of a profile was not compared, because Jamf Pro writes it itself.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Masked {
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) keys: BTreeSet<String>,
}

/// What Jamf Pro writes into profiles (`PayloadRemovalDisallowed` only where it was missing).
const JAMF: [&str; 8] = [
    "PayloadIdentifier",
    "PayloadUUID",
    "PayloadDisplayName",
    "PayloadOrganization",
    "PayloadDescription",
    "PayloadEnabled",
    "TargetDeviceType",
    "PayloadRemovalDisallowed",
];

/// What it may write into payloads.
const JAMF_PAYLOAD: [&str; 7] = [
    "PayloadIdentifier",
    "PayloadUUID",
    "PayloadDisplayName",
    "PayloadOrganization",
    "PayloadDescription",
    "PayloadEnabled",
    "VendorConfig",
];

/// A side that was read.
struct Read<'d> {
    document: &'d Document<'d>,
    profile: Profile<'d>,
    facts: Vec<Fact>,
}

/// The types of the payloads of a profile, each once.
pub(super) fn payload_types(file: &File) -> BTreeSet<String> {
    with_document(&file.path, &file.bytes, |document| {
        let payloads = Profile::of(document)
            .into_iter()
            .flat_map(Profile::payloads);
        payloads
            .filter_map(|payload| Some(payload.payload_type()?.value.into_owned()))
            .collect()
    })
}

/// Compares the two, of which one may be missing.
pub(super) fn compare(
    old: Option<Known<'_>>,
    new: Option<Known<'_>>,
    changes: &mut Vec<Change>,
    masked: &mut Vec<Masked>,
) {
    let is_masked = old
        .zip(new)
        .is_some_and(|(old, new)| is_masked(&old.content.identity, &new.content.identity));
    let total = |known: Option<Known<'_>>| Total::on_macs(known.map(|known| known.file));
    let allowed = extensions::changes(&total(old), &total(new));
    reading(old, |before| {
        reading(new, |after| {
            let mut both = Both {
                old: before.as_ref().map(|read| Places::new(read.document)),
                new: after.as_ref().map(|read| Places::new(read.document)),
                changes,
                hidden: is_masked.then(BTreeSet::new),
            };
            both.compare(before.as_ref(), after.as_ref(), allowed);
            if let (Some(keys), Some(old), Some(new)) = (both.hidden, old, new)
                && !keys.is_empty()
            {
                masked.push(Masked {
                    old: old.file.path.clone(),
                    new: new.file.path.clone(),
                    keys,
                });
            }
        });
    });
}

/// Reads a side.
fn reading<R>(known: Option<Known<'_>>, then: impl FnOnce(Option<Read<'_>>) -> R) -> R {
    let Some(Known { file, .. }) = known else {
        return then(None);
    };
    with_document(&file.path, &file.bytes, |document| {
        then(Profile::of(document).map(|profile| Read {
            document,
            profile,
            facts: facts(profile),
        }))
    })
}

/// Both sides of a profile.
struct Both<'d, 'c> {
    old: Option<Places<'d>>,
    new: Option<Places<'d>>,
    changes: &'c mut Vec<Change>,
    /// The keys that were not compared; `None` when all are.
    hidden: Option<BTreeSet<String>>,
}

/// A value that differs, and the type of its payload; empty for the profile itself.
struct Raw<'t> {
    payload_type: String,
    difference: Difference<'t>,
}

/// A change of what is allowed, and the keys it is read from.
struct Meant {
    change: Change,
    keys: &'static [&'static str],
}

impl<'d> Both<'d, '_> {
    fn compare<'t>(
        &mut self,
        old: Option<&'t Read<'d>>,
        new: Option<&'t Read<'d>>,
        allowed: Vec<Change>,
    ) where
        'd: 't,
    {
        let mut meant: Vec<Meant> = allowed.into_iter().map(Meant::extension).collect();
        let facts = |read: Option<&'t Read<'d>>| read.map_or(&[][..], |read| read.facts.as_slice());
        self.facts(facts(old), facts(new), &mut meant);
        if let (Some(old), Some(new)) = (old, new) {
            let raw = differences(old.profile, new.profile);
            let raw: Vec<_> = raw.into_iter().filter(|raw| !self.is_hidden(raw)).collect();
            let scope = scope(old.profile, new.profile);
            self.told(raw, scope.as_deref(), &mut meant);
        }
        self.changes
            .extend(meant.into_iter().map(|meant| meant.change));
    }

    fn before(&mut self, span: Span) -> Vec<Origin> {
        self.old
            .as_mut()
            .map(|places| places.origin(span))
            .into_iter()
            .collect()
    }

    fn after(&mut self, span: Span) -> Vec<Origin> {
        self.new
            .as_mut()
            .map(|places| places.origin(span))
            .into_iter()
            .collect()
    }

    /// What is allowed and protected beside extensions.
    fn facts(&mut self, old: &[Fact], new: &[Fact], meant: &mut Vec<Meant>) {
        fn name(fact: &Fact) -> (&'static str, &str) {
            (fact.kind.name, &*fact.subject)
        }
        fn by_name(facts: &[Fact]) -> HashMap<(&'static str, &str), &Fact> {
            facts.iter().map(|fact| (name(fact), fact)).collect()
        }
        let (was, is) = (by_name(old), by_name(new));
        let came = uncovered(new, old).into_iter().map(|at| (&new[at], true));
        let went = uncovered(old, new).into_iter().map(|at| (&old[at], false));
        // Of a fact that is another one now, the side that counts as wider is told.
        let worse = |fact: &Fact, came| (fact.kind.effect == Effect::Protects) != came;
        let (first, second): (Vec<_>, Vec<_>) = came
            .chain(went)
            .partition(|(fact, came)| worse(fact, *came));
        let mut told = HashSet::new();
        for (fact, came) in first.into_iter().chain(second) {
            if !told.insert(name(fact)) {
                continue;
            }
            let (before, after) = (was.get(&name(fact)), is.get(&name(fact)));
            let how = match (before.map(|own| &own.grade), after.map(|own| &own.grade)) {
                (Some(Grade::Denied), Some(Grade::Granted(_))) => ", and was denied it before",
                (Some(_), Some(_)) => ", with another code requirement or to another degree",
                _ => "",
            };
            let when = if came || after.is_some() {
                "now"
            } else {
                "no longer"
            };
            let text = after
                .filter(|_| !came)
                .map_or(&fact.text, |after| &after.text);
            let more = came != (fact.grade == Grade::Denied);
            let mut change = fact_change(fact, more, format!("{when}: {text}{how}"));
            change.old = before.map(|own| self.before(own.span)).unwrap_or_default();
            change.new = after.map(|own| self.after(own.span)).unwrap_or_default();
            meant.push(Meant {
                change,
                keys: fact.keys,
            });
        }
    }

    /// Whether a difference comes from Jamf Pro; it is noted then.
    fn is_hidden(&mut self, raw: &Raw<'_>) -> bool {
        let Some(hidden) = &mut self.hidden else {
            return false;
        };
        let Difference { keys, old, new, .. } = &raw.difference;
        let key = raw.difference.key();
        let names: &[&str] = if raw.payload_type.is_empty() {
            &JAMF
        } else {
            &JAMF_PAYLOAD
        };
        let is_written = keys.len() == 1
            && names.contains(&key)
            && (key != "PayloadRemovalDisallowed" || old.is_none() || new.is_none());
        // Jamf Pro leaves empty containers and texts out.
        let is_empty = |side: &Side<'_>| match side.value.kind() {
            Type::Dictionary => side
                .value
                .as_dictionary()
                .is_some_and(|own| own.entries().next().is_none()),
            Type::Array => side
                .value
                .as_array()
                .is_some_and(|own| own.clone().next().is_none()),
            Type::String => side.value.text().is_empty(),
            _ => false,
        };
        let is_omitted = match (old, new) {
            (Some(side), None) | (None, Some(side)) => !keys.is_empty() && is_empty(side),
            _ => false,
        };
        if is_written || is_omitted {
            hidden.insert(key.to_owned());
        }
        is_written || is_omitted
    }

    /// Every value that differs: as part of a change of what is allowed, or as a change of its own.
    fn told(&mut self, raw: Vec<Raw<'_>>, scope: Option<&str>, meant: &mut [Meant]) {
        let index = [
            Index::of(meant, |change| &change.new),
            Index::of(meant, |change| &change.old),
        ];
        for raw in raw {
            let Difference {
                keys,
                old,
                new,
                around,
            } = &raw.difference;
            let was = old.map(|side| self.before(side.span)).unwrap_or_default();
            let is = new.map(|side| self.after(side.span)).unwrap_or_default();
            if keys.is_empty() {
                self.changes.push(told_change(
                    &raw,
                    &changed(&raw.difference, &was, &is),
                    scope,
                    was,
                    is,
                ));
                continue;
            }
            let around = around.map(|(old, new)| (self.before(old.span()), self.after(new.span())));
            let (around_old, around_new) = around.unwrap_or_default();
            let key = raw.difference.key();
            let sides = [(&is, &around_new), (&was, &around_old)];
            let part_of = sides
                .into_iter()
                .zip(&index)
                .find_map(
                    |((here, around), index)| match (here.first(), around.first()) {
                        (Some(here), _) => index.find(&here.key_path, key, meant),
                        (None, Some(around)) => index.around(&around.key_path, key, meant),
                        (None, None) => None,
                    },
                );
            let changed = changed(&raw.difference, &was, &is);
            if let Some(number) = part_of {
                let change = &mut meant[number].change;
                change.values.push(changed);
                for (places, more) in [(&mut change.old, was), (&mut change.new, is)] {
                    if places.is_empty() {
                        *places = more;
                    }
                }
            } else {
                let mut change = told_change(&raw, &changed, scope, was, is);
                change.values.push(changed);
                self.changes.push(change);
            }
        }
    }
}

/// What the scope means now, if it changed.
fn scope(old: Profile<'_>, new: Profile<'_>) -> Option<String> {
    let (was, is) = (is_for_user(old), is_for_user(new));
    let profile = if is { new } else { old };
    let only_device: BTreeSet<String> = profile
        .payloads()
        .filter(|payload| is_for_device(*payload))
        .filter_map(|payload| Some(quoted(payload.payload_type()?.as_str())))
        .collect();
    let types = bounded(&only_device.into_iter().collect::<Vec<_>>());
    match (was, is) {
        (true, true) | (false, false) => None,
        _ if types.is_empty() => Some("; its settings are for others than before".to_owned()),
        (false, true) => Some(format!(
            ": only the device channel takes {types}, so a Mac does nothing of it any more"
        )),
        (true, false) => Some(format!(
            ": only the device channel takes {types}, so it counts from now on"
        )),
    }
}

impl Meant {
    fn extension(change: Change) -> Self {
        let keys: &[&str] = if *change.kind == USER_OVERRIDES {
            &["AllowUserOverrides"]
        } else if *change.kind == NON_ADMIN_APPROVALS {
            &["AllowNonAdminUserApprovals"]
        } else {
            &[]
        };
        Self { change, keys }
    }
}

fn fact_change(fact: &Fact, more: bool, message: String) -> Change {
    let mut change = Change::new(fact.kind, fact.kind.tier(more), message);
    change.subject.clone_from(&fact.subject);
    change.product = owner(&fact.holder, &fact.bound_to);
    change
}

/// A difference in words.
fn changed(difference: &Difference<'_>, was: &[Origin], is: &[Origin]) -> Changed {
    let (old, new) = match (&difference.old, &difference.new) {
        (Some(old), Some(new)) => {
            let (old, new) = shown_both(old.value, new.value);
            (Some(old), Some(new))
        }
        (old, new) => {
            let one = |side: &Option<Side<'_>>| side.map(|side| shown(side.value));
            (one(old), one(new))
        }
    };
    let key_path = is
        .first()
        .or(was.first())
        .map(|origin| origin.key_path.clone());
    Changed {
        key_path: key_path.unwrap_or_default(),
        old,
        new,
    }
}

/// A difference as a change of its own.
fn told_change(
    raw: &Raw<'_>,
    changed: &Changed,
    scope: Option<&str>,
    was: Vec<Origin>,
    is: Vec<Origin>,
) -> Change {
    let (row, message) = told(raw, changed, scope);
    let is_more = raw
        .difference
        .new
        .is_some_and(|side| side.value.as_bool() == Some(true));
    let mut change = Change::new(row, row.tier(is_more), message);
    (change.old, change.new) = (was, is);
    change
}

/// The row of a difference and its message.
fn told(raw: &Raw<'_>, changed: &Changed, scope: Option<&str>) -> (&'static Kind, String) {
    let Some(row) = row(&raw.difference, &raw.payload_type) else {
        let (row, verb) = match raw.difference.old {
            None => (&PAYLOAD_ADDED, "is new"),
            Some(_) => (&PAYLOAD_REMOVED, "is gone"),
        };
        let what = match raw.payload_type.as_str() {
            "" => "an item of `PayloadContent` without a type".to_owned(),
            own => format!("the payload {}", quoted(own)),
        };
        return (row, format!("{what} {verb}"));
    };
    let (payload_type, path) = (quoted(&raw.payload_type), &changed.key_path);
    let subject = match path.split_once("].") {
        Some((_, below)) if !raw.payload_type.is_empty() => {
            format!("{payload_type}: {}", quoted(below))
        }
        _ => quoted(path),
    };
    let word = |side: &Option<String>| side.clone().unwrap_or_else(|| "missing".to_owned());
    let message = format!(
        "{subject} was {} and is {}",
        word(&changed.old),
        word(&changed.new)
    );
    let is_locked = raw
        .difference
        .new
        .is_some_and(|side| side.value.as_bool() == Some(true));
    match scope {
        Some(meaning) if *row == SCOPE => (row, format!("{message}{meaning}")),
        None if *row == SCOPE => (&VALUE, message),
        _ if *row == PROFILE_REMOVAL && is_locked => {
            (row, "people may no longer remove the profile".to_owned())
        }
        _ if *row == PROFILE_REMOVAL => (row, "people may remove the profile now".to_owned()),
        _ if is_same_uuid(&raw.difference) => {
            (row, format!("{message}, which differs in capitals only"))
        }
        _ => (row, message),
    }
}

/// The row of a difference; `None` for a payload as a whole.
fn row(difference: &Difference<'_>, payload_type: &str) -> Option<&'static Kind> {
    let (key, is_locked) = (
        difference.keys.first()?.as_str(),
        |side: &Option<Side<'_>>| side.and_then(|side| side.value.as_bool()) == Some(true),
    );
    if !payload_type.is_empty() || difference.keys.len() > 1 {
        return Some(&VALUE);
    }
    Some(match key {
        "PayloadIdentifier" | "PayloadUUID" if !is_same_uuid(difference) => &IDENTITY,
        "RemovalDate" | "DurationUntilRemoval" | "PayloadExpirationDate" => &EXPIRY,
        "PayloadScope" => &SCOPE,
        "PayloadRemovalDisallowed" if is_locked(&difference.old) != is_locked(&difference.new) => {
            &PROFILE_REMOVAL
        }
        _ => &VALUE,
    })
}

/// Whether only the capitals of a UUID changed, which is the same UUID.
fn is_same_uuid(difference: &Difference<'_>) -> bool {
    let text = |side: &Option<Side<'_>>| {
        side.and_then(|side| Some(side.value.as_str()?.to_ascii_lowercase()))
    };
    let (old, new) = (text(&difference.old), text(&difference.new));
    difference.key() == "PayloadUUID" && old.is_some() && old == new
}

/// Where changes of what is allowed are, by key path of one side.
struct Index {
    at: HashMap<String, Vec<usize>>,
    /// What contains one.
    above: HashMap<String, usize>,
}

impl Index {
    fn of(meant: &[Meant], origins: impl Fn(&Change) -> &Vec<Origin>) -> Self {
        let (mut at, mut above) = (HashMap::<String, Vec<usize>>::new(), HashMap::new());
        for (number, meant) in meant.iter().enumerate() {
            for origin in origins(&meant.change) {
                at.entry(origin.key_path.clone()).or_default().push(number);
                for path in ancestors(&origin.key_path) {
                    above.entry(path.to_owned()).or_insert(number);
                }
            }
        }
        Self { at, above }
    }

    /// The change that a difference at this path belongs to: one of the same value, of a value in it, or of a dictionary
    /// around it, if it is read from this key.
    fn find(&self, path: &str, key: &str, meant: &[Meant]) -> Option<usize> {
        let here = self.at.get(path).and_then(|numbers| numbers.first());
        here.or_else(|| self.above.get(path))
            .copied()
            .or_else(|| ancestors(path).find_map(|above| self.read_from(above, key, meant)))
    }

    /// The same for a key that one side does not have, by the path of the dictionary it would be in.
    fn around(&self, path: &str, key: &str, meant: &[Meant]) -> Option<usize> {
        self.read_from(path, key, meant)
            .or_else(|| ancestors(path).find_map(|above| self.read_from(above, key, meant)))
    }

    /// The change at exactly this path that is read from a key.
    fn read_from(&self, path: &str, key: &str, meant: &[Meant]) -> Option<usize> {
        let numbers = self.at.get(path).into_iter().flatten().copied();
        numbers
            .into_iter()
            .find(|number| meant[*number].keys.contains(&key))
    }
}

/// The paths above a path. One that is cut within a quoted key is the path of nothing.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.char_indices()
        .rev()
        .filter(|(_, letter)| matches!(letter, '.' | '['))
        .map(|(at, _)| &path[..at])
}

/// An item of `PayloadContent`.
#[derive(Clone, Copy)]
struct Item<'t> {
    value: Value<'t>,
}

impl<'t> Item<'t> {
    fn text(self, key: &str) -> String {
        let text = self
            .value
            .as_dictionary()
            .and_then(|own| own.get(key)?.as_str());
        text.map(std::borrow::Cow::into_owned).unwrap_or_default()
    }

    fn side(self) -> Side<'t> {
        Side {
            value: self.value,
            span: self.value.span(),
        }
    }
}

/// By what payloads are known on both sides.
type Naming<'t> = fn(&Item<'t>) -> Option<(String, Vec<u8>)>;

/// Everything in which two profiles differ.
fn differences<'t>(old: Profile<'t>, new: Profile<'t>) -> Vec<Raw<'t>> {
    let mut found = Vec::new();
    let mut walk = Walk::new();
    let list = |profile: Profile<'t>| match profile.content() {
        None => Some(Vec::new()),
        Some(content) => content
            .as_array()
            .map(|items| items.map(|value| Item { value }).collect()),
    };
    let items = list(old).zip(list(new));
    let skip: &[&str] = if items.is_some() {
        &["PayloadContent"]
    } else {
        &[]
    };
    walk.dictionaries(old.dictionary(), new.dictionary(), skip);
    found.extend(walk.found.drain(..).map(|difference| Raw {
        payload_type: String::new(),
        difference,
    }));
    if old.content().is_none() != new.content().is_none()
        && items
            .as_ref()
            .is_some_and(|(a, b)| a.is_empty() && b.is_empty())
    {
        // An empty list came or went.
        let entry = |profile: Profile<'t>| {
            let entry = profile.dictionary().entry("PayloadContent")?;
            Some(Side {
                value: entry.value,
                span: entry.span(),
            })
        };
        let keys = vec!["PayloadContent".to_owned()];
        let difference = Difference {
            keys,
            old: entry(old),
            new: entry(new),
            around: None,
        };
        found.push(Raw {
            payload_type: String::new(),
            difference,
        });
    }
    let (mut before, mut after) = items.unwrap_or_default();
    let by: [Naming<'t>; 3] = [
        |item| Some((String::new(), canonical(item.value))),
        |item| {
            Some((
                item.text("PayloadType"),
                item.text("PayloadIdentifier").into_bytes(),
            ))
        },
        |item| Some((item.text("PayloadType"), Vec::new())),
    ];
    for name in by {
        let (old, new, pairs) = matched(before, after, name);
        (before, after) = (old, new);
        for (one, other) in pairs {
            let payload_type = one.text("PayloadType");
            walk.payload(&payload_type, one.value, other.value);
            let differs = |difference: &Difference<'_>| !is_default(&payload_type, difference);
            let differences = walk.found.drain(..).filter(differs);
            found.extend(differences.map(|difference| Raw {
                payload_type: payload_type.clone(),
                difference,
            }));
        }
    }
    let alone = |item: Item<'t>, old, new| Raw {
        payload_type: item.text("PayloadType"),
        difference: Difference {
            keys: Vec::new(),
            old,
            new,
            around: None,
        },
    };
    found.extend(
        before
            .into_iter()
            .map(|item| alone(item, Some(item.side()), None)),
    );
    found.extend(
        after
            .into_iter()
            .map(|item| alone(item, None, Some(item.side()))),
    );
    found
}

/// Whether Apple's default of `AllowUserOverrides` was spelled out or left out, which changes nothing.
fn is_default(payload_type: &str, difference: &Difference<'_>) -> bool {
    let ((Some(side), None) | (None, Some(side))) = (difference.old, difference.new) else {
        return false;
    };
    let default = match ExtensionKind::of_payload_type(payload_type) {
        Some(ExtensionKind::Kernel) => Some(false),
        Some(ExtensionKind::System) => Some(true),
        None => None,
    };
    difference.keys == ["AllowUserOverrides"]
        && default.is_some()
        && side.value.as_bool() == default
}
