//! Where a payload differs from Apple's description of it. One walk per payload finds everything; rules say what it
//! means. Nothing is allocated for a payload that is as Apple describes it.

use std::fmt;

use crate::extension::ExtensionKind;
use crate::plist::{Dictionary, Entry, Kind, Value};
use crate::profile::{Common, Payload, Profile, Text};
use crate::schema::{
    self, Elsewhere, Group, Key, Mark, Pattern, Presence, Since, Type, exceptions,
};
use crate::source::Span;

/// One difference.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deviation<'d> {
    /// A payload type that Apple does not describe.
    UnknownType(Payload<'d>),
    /// A key that is not described there.
    UnknownKey {
        /// The key and its value.
        entry: Entry<'d>,
        /// The dictionary it stands in.
        within: Dictionary<'d>,
        /// What is described there.
        among: Among<'d>,
    },
    /// A value of another type.
    WrongType {
        /// The value.
        value: Value<'d>,
        /// What should stand there.
        key: &'static Key,
    },
    /// A required key that is not there.
    MissingKey {
        /// The dictionary without it.
        dictionary: Dictionary<'d>,
        /// The key.
        key: &'static Key,
        /// The payload it is in.
        payload: Payload<'d>,
    },
    /// A value outside of the list, the range or the pattern.
    WrongValue {
        /// The value.
        value: Value<'d>,
        /// What should stand there.
        key: &'static Key,
    },
    /// What a version of macOS is to do without.
    Version {
        /// The key or the payload type.
        place: Span,
        /// Which it is.
        subject: Subject,
        /// The version, and what is the matter with it.
        mark: Mark,
    },
}

/// What a version of macOS is to do without.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    /// A payload, by its type.
    Payload(&'static str),
    /// A key.
    Key(&'static Key),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Payload(payload_type) => write!(f, "the payload type `{payload_type}`"),
            Self::Key(key) if key.is_any() => f.write_str("this key"),
            Self::Key(key) => write!(f, "`{}`", key.name),
        }
    }
}

/// The keys described for a place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Among<'d> {
    /// The top-level dictionary of a profile.
    TopLevel,
    /// A payload, by its type.
    Payload(Payload<'d>),
    /// A dictionary further down.
    Group(Group),
}

impl Among<'_> {
    /// The names of the keys.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let name = |key: &'static Key| key.name;
        match self {
            Self::TopLevel => schema::top_level()
                .into_iter()
                .flat_map(|payload| payload.keys.keys())
                .map(name)
                .collect(),
            Self::Payload(payload) => {
                let own = payload.payload_type();
                let own = own.as_ref().map_or("", |text| text.as_str());
                schema::of_type(own)
                    .iter()
                    .flat_map(|payload| payload.keys.keys())
                    .chain(schema::common())
                    .map(name)
                    .collect()
            }
            Self::Group(group) => group.keys().iter().map(name).collect(),
        }
    }
}

/// Everything in which a profile differs from Apple's descriptions, in the order of a walk. `minimum_os` is the oldest
/// macOS of the Macs it is for, as (major, minor).
pub(crate) fn of_profile(
    profile: Profile<'_>,
    minimum_os: Option<(u16, u16)>,
) -> Vec<Deviation<'_>> {
    let mut walk = Walk {
        found: Vec::new(),
        open: Vec::new(),
        minimum_os,
        elsewhere: "",
        newer_keys: true,
    };
    // A payload or a file of preferences that only passes for a profile has none of its keys: other rules say that.
    let is_profile = profile
        .payload_type()
        .is_none_or(|own| own.as_str() == "Configuration");
    if is_profile && let Some(described) = schema::top_level() {
        walk.elsewhere = described.elsewhere;
        for entry in profile.dictionary().entries() {
            let name = entry.key();
            match described.keys.get(&name) {
                Some(key) => walk.version(entry, key),
                None if exceptions::at_top_level(&name) => {}
                None => walk.found.push(Deviation::UnknownKey {
                    entry,
                    within: profile.dictionary(),
                    among: Among::TopLevel,
                }),
            }
        }
    }
    for payload in profile.payloads() {
        walk.payload(payload);
    }
    walk.found
}

/// A walk through one profile.
struct Walk<'d> {
    /// What was found.
    found: Vec<Deviation<'d>>,
    /// Values to look at, with what should stand there. A list and no recursion: a file decides how deep it is.
    open: Vec<(Value<'d>, &'static Key)>,
    /// The oldest macOS that the profile is for, if the user said so.
    minimum_os: Option<(u16, u16)>,
    /// What Apple says of the payload at hand on other systems.
    elsewhere: &'static str,
    /// Whether keys of the payload at hand that are too new are worth a word.
    newer_keys: bool,
}

impl<'d> Walk<'d> {
    /// Looks at one payload.
    fn payload(&mut self, payload: Payload<'d>) {
        let Some(own) = payload.payload_type() else {
            return;
        };
        let described = schema::of_type(own.as_str());
        if described.is_empty() || matches!(own.as_str(), schema::TOP_LEVEL | "CommonPayloadKeys") {
            self.found.push(Deviation::UnknownType(payload));
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
        self.payload_version(&own, meant(), dictionary);
        for entry in dictionary.entries() {
            let name = entry.key();
            if schema::common().iter().any(|key| key.name == name) {
                continue;
            }
            let known = meant()
                .find_map(|described| described.keys.get(&name))
                .or_else(|| meant().find_map(|described| described.keys.any()));
            match known {
                Some(key) => self.entry(entry, key),
                None if exceptions::in_payload(own.as_str(), &name) => {}
                None => self.found.push(Deviation::UnknownKey {
                    entry,
                    within: dictionary,
                    among: Among::Payload(payload),
                }),
            }
        }
        // No program refuses a preference domain for what it does not say.
        if let Some(first) = meant().next()
            && !exceptions::is_preference_domain(own.as_str())
        {
            for key in first.keys.keys() {
                let always = meant().all(|described| {
                    described
                        .keys
                        .get(key.name)
                        .is_some_and(|key| key.presence == Presence::Required)
                });
                if always {
                    self.required(dictionary, key, payload);
                }
            }
        }
        while let Some((value, key)) = self.open.pop() {
            self.value(value, key, payload);
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
        self.newer_keys = [ExtensionKind::Kernel, ExtensionKind::System]
            .iter()
            .all(|kind| own.as_str() != kind.payload_type());
        let Some(first) = meant.next() else { return };
        self.elsewhere = first.elsewhere;
        let mark = |described: &schema::Payload| {
            let elsewhere = Elsewhere {
                payload: described.elsewhere,
                own: "",
            };
            Mark::of(&described.mac, elsewhere, self.minimum_os)
        };
        let Some(found) = mark(first) else { return };
        if meant.any(|other| mark(other).is_none()) {
            return;
        }
        match found {
            // Apple still adds keys to it.
            Mark::Deprecated(version) if has_key_since(dictionary, first, version) => return,
            // Said once, and not again for every key.
            Mark::Newer(_) => self.newer_keys = false,
            Mark::Deprecated(_) | Mark::Removed(_) => {}
        }
        self.found.push(Deviation::Version {
            place: own.span,
            subject: Subject::Payload(first.payload_type),
            mark: found,
        });
    }

    /// Looks at a key that is described.
    fn entry(&mut self, entry: Entry<'d>, key: &'static Key) {
        self.version(entry, key);
        self.open.push((entry.value, key));
    }

    /// Reports a key that a version of macOS is to do without.
    fn version(&mut self, entry: Entry<'d>, key: &'static Key) {
        let elsewhere = Elsewhere {
            payload: self.elsewhere,
            own: key.elsewhere,
        };
        match Mark::of(&key.mac, elsewhere, self.minimum_os) {
            None => {}
            Some(Mark::Newer(_)) if !self.newer_keys => {}
            Some(mark) => self.found.push(Deviation::Version {
                place: entry.key_inner_span(),
                subject: Subject::Key(key),
                mark,
            }),
        }
    }

    /// Reports a required key that is missing.
    fn required(&mut self, dictionary: Dictionary<'d>, key: &'static Key, payload: Payload<'d>) {
        let on_mac = key.mac.introduced != Since::Never;
        let needed = key.presence == Presence::Required && !key.is_any() && on_mac;
        if needed
            && dictionary.entry(key.name).is_none()
            && !exceptions::may_be_missing(key.name, |other| dictionary.entry(other).is_some())
        {
            self.found.push(Deviation::MissingKey {
                dictionary,
                key,
                payload,
            });
        }
    }

    /// Looks at a value and remembers what is inside.
    fn value(&mut self, value: Value<'d>, key: &'static Key, payload: Payload<'d>) {
        if !is_of_type(value, key.kind) && !stands_for(value, key) {
            self.found.push(Deviation::WrongType { value, key });
            return;
        }
        if let Some(dictionary) = value.as_dictionary() {
            self.dictionary(dictionary, key, payload);
        } else if let Some(items) = value.as_array() {
            if key.kind == Type::Array
                && let Some(item) = key.inner.item()
            {
                self.open.extend(items.map(|value| (value, item)));
            }
        } else if !is_allowed(value, key) {
            self.found.push(Deviation::WrongValue { value, key });
        }
    }

    /// Looks at the keys of a dictionary.
    fn dictionary(&mut self, dictionary: Dictionary<'d>, key: &'static Key, payload: Payload<'d>) {
        let group = key.inner;
        if group.is_empty() || exceptions::is_free(key.name) {
            return;
        }
        for entry in dictionary.entries() {
            let name = entry.key();
            match group.get(&name).or_else(|| group.any()) {
                Some(key) => self.entry(entry, key),
                None if exceptions::inside(key.name, &name) => {}
                None => self.found.push(Deviation::UnknownKey {
                    entry,
                    within: dictionary,
                    among: Among::Group(group),
                }),
            }
        }
        for key in group.keys() {
            self.required(dictionary, key, payload);
        }
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

/// Whether a value has the type. An integer is a real number too.
fn is_of_type(value: Value<'_>, kind: Type) -> bool {
    match kind {
        Type::Any => true,
        Type::Array => value.kind() == Kind::Array,
        Type::Boolean => value.kind() == Kind::Boolean,
        Type::Data => value.kind() == Kind::Data,
        Type::Date => value.kind() == Kind::Date,
        Type::Dictionary => value.kind() == Kind::Dictionary,
        Type::Integer => value.kind() == Kind::Integer,
        Type::Real => matches!(value.kind(), Kind::Real | Kind::Integer),
        Type::String => value.kind() == Kind::String,
    }
}

/// Whether a value of another type is as good: Apple's table writes some Booleans as integers 0 and 1, and profiles
/// write them as either.
fn stands_for(value: Value<'_>, key: &Key) -> bool {
    match value.kind() {
        Kind::Boolean => {
            key.kind == Type::Integer
                && !key.list.is_empty()
                && key.list.iter().all(|known| matches!(*known, "0" | "1"))
        }
        Kind::Array => exceptions::may_be_several(key.name),
        _ => false,
    }
}

/// Whether a leaf is in the list, the range and the pattern. Without any of them it is.
fn is_allowed(value: Value<'_>, key: &Key) -> bool {
    let number = match value.kind() {
        // Numbers of profiles are far below 2^53.
        Kind::Integer => value.text().trim().parse::<f64>().ok(),
        Kind::Real => value.as_real(),
        _ => None,
    };
    let ranged = key.min.is_some() || key.max.is_some();
    if let Some(number) = number {
        let listed = key.list.iter().any(|known| {
            known
                .parse::<f64>()
                .is_ok_and(|known| known.total_cmp(&number).is_eq())
        });
        let inside =
            key.min.is_none_or(|min| number >= min) && key.max.is_none_or(|max| number <= max);
        return match (key.list.is_empty(), ranged) {
            (true, false) => true,
            (true, true) => inside,
            (false, false) => listed,
            (false, true) => listed || inside,
        };
    }
    let Some(text) = value.as_str() else {
        return true;
    };
    if super::placeholder::of_mdm(&text).is_some() {
        return true;
    }
    let listed = key.list.is_empty()
        || key.list.iter().any(|known| *known == text)
        || exceptions::is_value(key, &text);
    listed
        && key
            .pattern
            .and_then(Pattern::new)
            .is_none_or(|pattern| pattern.fits(&text))
}
