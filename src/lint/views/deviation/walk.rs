//! The walk: every key and value of a profile beside Apple's description of it.

use super::value::{is_allowed, is_of_type, is_right, stands_for};
use super::{Among, Deviation, Expected, MarkedItem};
use crate::extension::ExtensionKind;
use crate::plist::{Dictionary, Entry, Kind, Value};
use crate::profile::{Common as _, Payload, Profile, Text};
use crate::schema::successors::successor;
use crate::schema::{
    self, Elsewhere, Fleet, Key, Mark, NOWHERE, Presence, Since, Type, exceptions,
};

/// A walk through one profile.
pub(super) struct DeviationWalk<'d> {
    pub(super) found: Vec<Deviation<'d>>,
    /// Values to check, with what should be there. A list and no recursion: a file decides how deep it is.
    open: Vec<(Value<'d>, Expected)>,
    /// The Macs that the profile is for, and Apple's descriptions.
    fleet: Fleet,
    /// The type of the payload at hand.
    payload_type: &'static str,
    /// What Apple says of it on other systems.
    elsewhere: Elsewhere,
    /// Whether keys of the payload at hand that are too new are worth a word.
    newer_keys: bool,
}

impl<'d> DeviationWalk<'d> {
    pub(super) const fn new(fleet: Fleet) -> Self {
        Self {
            found: Vec::new(),
            open: Vec::new(),
            fleet,
            payload_type: schema::TOP_LEVEL,
            elsewhere: NOWHERE,
            newer_keys: true,
        }
    }

    /// Looks at a profile and every payload in it.
    pub(super) fn profile(&mut self, profile: Profile<'d>) {
        // A payload or a file of preferences that only passes for a profile has none of its keys: other rules say that.
        let dictionary = profile.dictionary();
        let is_profile = match profile.payload_type() {
            Some(own) => own.as_str() == "Configuration",
            None => dictionary.get("PayloadContent").is_some(),
        };
        if is_profile && let Some(described) = self.fleet.table.top_level() {
            self.elsewhere = described.elsewhere;
            self.payload_type = schema::TOP_LEVEL;
            let mut unknown = Vec::new();
            for entry in dictionary.entries() {
                let name = entry.key();
                match described.keys.get(&name) {
                    Some(key) => self.version(entry, key),
                    None if exceptions::at_top_level(&name) => {}
                    None => unknown.push(entry),
                }
            }
            self.unknown(unknown, dictionary, Among::TopLevel);
        }
        for payload in profile.payloads() {
            self.payload(payload);
            for settings in payload.wrapped() {
                self.payload(settings);
            }
        }
    }

    /// Looks at one payload.
    fn payload(&mut self, payload: Payload<'d>) {
        let Some(own) = payload.payload_type() else {
            return;
        };
        let table = self.fleet.table;
        let described = table.of_type(own.as_str());
        if described.is_empty() || matches!(own.as_str(), schema::TOP_LEVEL | "CommonPayloadKeys") {
            // A preference domain may be any program's.
            if !payload.is_wrapped() {
                self.found.push(Deviation::UnknownType(payload));
            }
            return;
        }
        let dictionary = payload.dictionary();
        let applies = |described: &schema::Payload| {
            described.keys.keys().iter().all(|key| {
                let [only] = key.list else { return true };
                key.presence != Presence::Required
                    || dictionary
                        .get(key.name)
                        .and_then(Value::as_str)
                        .is_none_or(|text| text == *only)
            })
        };
        // A type with several descriptions: those that can be meant, the more specific first.
        let several = described.len() > 1;
        let meant = || {
            described
                .iter()
                .filter(move |described| !several || applies(described))
        };
        let more = table.with_keys_of(own.as_str());
        self.payload_version(&own, meant(), dictionary);
        let (common, mut unknown) = (table.common(), Vec::new());
        for entry in dictionary.entries() {
            let name = entry.key();
            if common.get(&name).is_some() {
                continue;
            }
            let known = meant()
                .chain(more)
                .find_map(|described| described.keys.get(&name))
                .or_else(|| meant().find_map(|described| described.keys.any()));
            match known {
                Some(key) => self.entry(entry, key),
                None if exceptions::in_payload(own.as_str(), &name) => {}
                None => unknown.push(entry),
            }
        }
        self.unknown(unknown, dictionary, Among::Payload(payload));
        // No program refuses a preference domain for what it does not say.
        if let Some(first) = meant().next()
            && !exceptions::is_preference_domain(own.as_str())
        {
            let required = |key: &Key| key.presence == Presence::Required;
            for (_, key) in first.keys.needed() {
                let of = |described: &schema::Payload| described.keys.get(key.name);
                if !several || meant().all(|described| of(described).is_some_and(required)) {
                    self.required(dictionary, key, payload, own.as_str());
                }
            }
            for (_, key) in more.iter().flat_map(|other| other.keys.needed()) {
                self.required(dictionary, key, payload, own.as_str());
            }
        }
        while let Some((value, expected)) = self.open.pop() {
            self.value(value, expected, payload, own.as_str());
        }
    }

    /// Reports a payload type that a version of macOS is to do without. Of several descriptions all have to say so.
    fn payload_version(
        &mut self,
        own: &Text<'d>,
        mut meant: impl Iterator<Item = &'static schema::Payload>,
        dictionary: Dictionary<'d>,
    ) {
        // Of the keys of extension policies `newer-key` knows more.
        self.newer_keys = ExtensionKind::of_payload_type(own.as_str()).is_none();
        let Some(first) = meant.next() else { return };
        let others: Vec<_> = meant.collect();
        self.elsewhere = first.elsewhere;
        self.payload_type = first.payload_type;
        let fleet = self.fleet;
        let marks = |described: &'static schema::Payload| {
            let elsewhere = described.elsewhere;
            Mark::all(&described.mac, elsewhere, elsewhere, fleet)
        };
        for mark in marks(first) {
            let kind = std::mem::discriminant(&mark);
            let says_so = |other: &&'static schema::Payload| {
                marks(other).any(|other| std::mem::discriminant(&other) == kind)
            };
            if !others.iter().all(says_so) {
                continue;
            }
            match mark {
                // Apple still adds keys to it.
                Mark::Deprecated(version) if has_key_since(dictionary, first, version) => continue,
                // Said once, and not again for every key.
                Mark::Newer(_) => self.newer_keys = false,
                Mark::Deprecated(_) | Mark::Removed(_) | Mark::RemovedInNewest(_) => {}
            }
            self.found.push(Deviation::Version {
                place: own.span,
                subject: MarkedItem::Payload(first.payload_type),
                mark,
                successor: successor(first.payload_type, None),
            });
        }
    }

    /// Reports keys that are not described, together: what was meant by one depends on which others are there.
    fn unknown(&mut self, entries: Vec<Entry<'d>>, within: Dictionary<'d>, among: Among<'d>) {
        if !entries.is_empty() {
            self.found.push(Deviation::UnknownKeys {
                entries,
                within,
                among,
            });
        }
    }

    /// Looks at a key that is described.
    fn entry(&mut self, entry: Entry<'d>, key: &'static Key) {
        self.version(entry, key);
        if !is_right(entry.value, key) {
            let array = None;
            self.open.push((entry.value, Expected { key, array }));
        }
    }

    /// Reports a key that a version of macOS is to do without.
    fn version(&mut self, entry: Entry<'d>, key: &'static Key) {
        for mark in Mark::all(&key.mac, key.elsewhere, self.elsewhere, self.fleet) {
            if matches!(mark, Mark::Newer(_)) && !self.newer_keys {
                continue;
            }
            self.found.push(Deviation::Version {
                place: entry.key_inner_span(),
                subject: MarkedItem::Key(key),
                mark,
                successor: successor(self.payload_type, Some(key.name)),
            });
        }
    }

    /// Reports a key that has to be there and is missing. `place` is the payload type or the name of the dictionary.
    fn required(
        &mut self,
        dictionary: Dictionary<'d>,
        key: &'static Key,
        payload: Payload<'d>,
        place: &str,
    ) {
        if dictionary.entry(key.name).is_some() {
            return;
        }
        let says = |other: &str, text: Option<&str>| {
            dictionary.get(other).is_some_and(|value| {
                text.is_none_or(|text| value.as_str().is_some_and(|own| own == text))
            })
        };
        if !exceptions::may_be_missing(place, key.name, says) {
            self.found.push(Deviation::MissingKey {
                dictionary,
                key,
                payload,
            });
        }
    }

    /// Looks at a value and remembers what is inside. `own` is the payload type.
    fn value(&mut self, value: Value<'d>, expected: Expected, payload: Payload<'d>, own: &str) {
        let Expected { key, array } = expected;
        let is_number =
            |value: Value<'_>| matches!(value.kind(), Kind::Integer | Kind::Real | Kind::Boolean);
        // Whoever reads preferences takes a number for a Boolean and for text.
        let is_read = payload.is_wrapped()
            && is_number(value)
            && !matches!(key.kind, Type::Array | Type::Dictionary);
        if !is_of_type(value, key.kind) && !is_read && !stands_for(value, key, own) {
            match exceptions::without_array(key) {
                Some(item) if is_of_type(value, item.kind) => {
                    let array = Some(key);
                    self.open.push((value, Expected { key: item, array }));
                }
                _ => self.found.push(Deviation::WrongType { value, expected }),
            }
        } else if let Some(dictionary) = value.as_dictionary() {
            self.dictionary(dictionary, key, payload);
        } else if let Some(items) = value.as_array() {
            if key.kind == Type::Array
                && let Some(item) = key.inner.item()
            {
                // What an array in an array holds is reported by the outer one, which has a name.
                let array = array.or(Some(key));
                let expected = Expected { key: item, array };
                let open = items.filter(|value| !is_right(*value, item));
                self.open.extend(open.map(|value| (value, expected)));
            }
        } else if !is_allowed(value, key) {
            self.found.push(Deviation::WrongValue { value, expected });
        }
    }

    /// Looks at the keys of a dictionary.
    fn dictionary(&mut self, dictionary: Dictionary<'d>, key: &'static Key, payload: Payload<'d>) {
        let group = key.inner;
        if group.is_empty() || exceptions::is_free(key.name) {
            return;
        }
        let (mut unknown, mut seen) = (Vec::new(), Places::default());
        for entry in dictionary.entries() {
            let name = entry.key();
            match group.find_or_any(&name) {
                Some((place, key)) => {
                    seen.add(place);
                    self.entry(entry, key);
                }
                None if exceptions::inside(key.name, &name) => {}
                None => unknown.push(entry),
            }
        }
        let keys = group;
        self.unknown(unknown, dictionary, Among::Group { keys, payload });
        for (_, inner) in group.needed().filter(|(place, _)| !seen.has(*place)) {
            self.required(dictionary, inner, payload, key.name);
        }
    }
}

/// Which keys of a group were seen, by their places: looking for each that has to be there took twice as long as all that
/// is said of those that are. Of places beyond the first 64 it does not know.
#[derive(Clone, Copy, Default)]
struct Places(u64);

impl Places {
    fn add(&mut self, place: usize) {
        self.0 |= Self::bit(place);
    }

    /// Whether it is known to be there.
    fn has(self, place: usize) -> bool {
        self.0 & Self::bit(place) != 0
    }

    fn bit(place: usize) -> u64 {
        u32::try_from(place).map_or(0, |place| 1_u64.checked_shl(place).unwrap_or(0))
    }
}

/// Whether a payload has a key that came with a version or later.
fn has_key_since(
    dictionary: Dictionary<'_>,
    described: &schema::Payload,
    version: schema::Version,
) -> bool {
    dictionary.entries().any(|entry| {
        described.keys.get(&entry.key()).is_some_and(
            |key| matches!(key.mac.introduced, Since::From(introduced) if introduced >= version),
        )
    })
}
