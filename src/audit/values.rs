//! Compares two property lists value by value: what differs, on which way down, and where it stands on both sides.
//!
//! Equal is what a Mac reads as equal: numbers, dates and data by value, dictionaries in any order, of two equal keys the
//! last, and lists in any order where Apple's payload gives their order no meaning.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt::Write as _;

use crate::escape::quoted;
use crate::plist::{Dictionary, Entry, Kind, Value};
use crate::source::Span;

/// A value that differs, or that only one side has.
#[derive(Clone, Debug)]
pub(crate) struct Difference<'t> {
    /// The keys on the way down; items of lists have none.
    pub(crate) keys: Vec<String>,
    /// Before; `None` when it is new.
    pub(crate) old: Option<Side<'t>>,
    /// After; `None` when it is gone.
    pub(crate) new: Option<Side<'t>>,
    /// The dictionaries it is in, on both sides.
    pub(crate) around: Option<(Value<'t>, Value<'t>)>,
}

/// A value and its place: from its key, if it has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'t> {
    pub(crate) value: Value<'t>,
    pub(crate) span: Span,
}

impl<'t> Side<'t> {
    fn item(value: Value<'t>) -> Self {
        Self {
            value,
            span: value.span(),
        }
    }

    fn entry(entry: Entry<'t>) -> Self {
        Self {
            value: entry.value,
            span: entry.span(),
        }
    }
}

impl Difference<'_> {
    /// The key it belongs to; empty for the whole.
    pub(crate) fn key(&self) -> &str {
        self.keys.last().map_or("", String::as_str)
    }
}

/// Lists whose order means nothing: the payload type, the keys down to the list (`*` is any), and the keys by which an
/// item is known on both sides.
static UNORDERED: &[(&str, &[&str], &[&str])] = &[
    (KERNEL, &["AllowedTeamIdentifiers"], &[]),
    (KERNEL, &["AllowedKernelExtensions", "*"], &[]),
    (SYSTEM, &["AllowedTeamIdentifiers"], &[]),
    (SYSTEM, &["AllowedSystemExtensions", "*"], &[]),
    (SYSTEM, &["AllowedSystemExtensionTypes", "*"], &[]),
    (SYSTEM, &["RemovableSystemExtensions", "*"], &[]),
    (SYSTEM, &["NonRemovableSystemExtensions", "*"], &[]),
    (SYSTEM, &["NonRemovableFromUISystemExtensions", "*"], &[]),
    (
        "com.apple.TCC.configuration-profile-policy",
        &["Services", "*"],
        &["Identifier", "IdentifierType", "AEReceiverIdentifier"],
    ),
    (
        "com.apple.servicemanagement",
        &["Rules"],
        &["RuleType", "RuleValue"],
    ),
    (
        "com.apple.notificationsettings",
        &["NotificationSettings"],
        &["BundleIdentifier"],
    ),
    (
        "com.apple.security.firewall",
        &["Applications"],
        &["BundleID"],
    ),
];

const KERNEL: &str = "com.apple.syspolicy.kernel-extension-policy";
const SYSTEM: &str = "com.apple.system-extension-policy";

/// The differences of two values.
pub(crate) struct Walk<'t> {
    /// The type of the payload that is compared; empty outside of one.
    payload_type: String,
    /// The keys down to here.
    keys: Vec<String>,
    /// The dictionaries around this place.
    around: Option<(Value<'t>, Value<'t>)>,
    pub(crate) found: Vec<Difference<'t>>,
    /// Whether the items of a list of a payload count one by one, by its keys.
    is_set: fn(&str, &[String]) -> bool,
}

impl<'t> Walk<'t> {
    pub(crate) fn new(is_set: fn(&str, &[String]) -> bool) -> Self {
        Self {
            is_set,
            payload_type: String::new(),
            keys: Vec::new(),
            around: None,
            found: Vec::new(),
        }
    }

    fn say(&mut self, old: Option<Side<'t>>, new: Option<Side<'t>>) {
        self.found.push(Difference {
            keys: self.keys.clone(),
            old,
            new,
            around: self.around,
        });
    }

    /// Compares two values. Recursive: a property list is at most 512 deep.
    fn values(&mut self, old: Side<'t>, new: Side<'t>) {
        if let (Some(one), Some(other)) = (old.value.as_dictionary(), new.value.as_dictionary()) {
            self.dictionaries(one, other, &[]);
        } else if old.value.kind() == Kind::Array && new.value.kind() == Kind::Array {
            self.lists(old.value, new.value);
        } else if canonical(old.value) != canonical(new.value) {
            self.say(Some(old), Some(new));
        }
    }

    /// Compares two payloads of one type.
    pub(crate) fn payload(&mut self, payload_type: &str, old: Value<'t>, new: Value<'t>) {
        payload_type.clone_into(&mut self.payload_type);
        self.values(Side::item(old), Side::item(new));
        self.payload_type.clear();
    }

    /// Compares two dictionaries, without the keys in `skip`.
    pub(crate) fn dictionaries(&mut self, old: Dictionary<'t>, new: Dictionary<'t>, skip: &[&str]) {
        let outer = self.around.replace((old.value(), new.value()));
        let before = entries(old);
        let mut after = entries(new);
        for (key, entry) in before {
            if skip.contains(&&*key) {
                continue;
            }
            let now = after.remove(&*key);
            self.keys.push(key.into_owned());
            match now {
                Some(now) => self.values(Side::entry(entry), Side::entry(now)),
                None => self.say(Some(Side::entry(entry)), None),
            }
            self.keys.pop();
        }
        for (key, entry) in after {
            if !skip.contains(&&*key) {
                self.keys.push(key.into_owned());
                self.say(None, Some(Side::entry(entry)));
                self.keys.pop();
            }
        }
        self.around = outer;
    }

    fn lists(&mut self, old: Value<'t>, new: Value<'t>) {
        let old: Vec<Value<'t>> = old.as_array().into_iter().flatten().collect();
        let new: Vec<Value<'t>> = new.as_array().into_iter().flatten().collect();
        match self.known_by() {
            Some(known_by) => self.unordered(old, new, known_by),
            None => self.ordered(&old, &new),
        }
    }

    /// The keys by which items of the list here are known, if its order means nothing.
    fn known_by(&self) -> Option<&'static [&'static str]> {
        let fits = |pattern: &[&str]| {
            pattern.len() == self.keys.len()
                && pattern
                    .iter()
                    .zip(&self.keys)
                    .all(|(own, key)| *own == "*" || own == key)
        };
        let known = UNORDERED
            .iter()
            .find(|(payload_type, pattern, _)| *payload_type == self.payload_type && fits(pattern));
        let is_set = || (self.is_set)(&self.payload_type, &self.keys);
        known
            .map(|(_, _, known_by)| *known_by)
            .or_else(|| is_set().then_some(&[][..]))
    }

    /// Items in their order, without the equal ones at both ends.
    fn ordered(&mut self, old: &[Value<'t>], new: &[Value<'t>]) {
        let same = |pair: &(&Value<'t>, &Value<'t>)| canonical(*pair.0) == canonical(*pair.1);
        let head = old.iter().zip(new).take_while(same).count();
        let (old, new) = (&old[head..], &new[head..]);
        let tail = old
            .iter()
            .rev()
            .zip(new.iter().rev())
            .take_while(same)
            .count();
        let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
        for at in 0..old.len().max(new.len()) {
            match (old.get(at), new.get(at)) {
                (Some(one), Some(other)) => self.values(Side::item(*one), Side::item(*other)),
                (one, other) => {
                    self.say(one.copied().map(Side::item), other.copied().map(Side::item));
                }
            }
        }
    }

    /// Items in any order: equal ones belong together, then those that are known by the same keys.
    fn unordered(&mut self, old: Vec<Value<'t>>, new: Vec<Value<'t>>, known_by: &[&str]) {
        let (old, new, _) = matched(old, new, |value| Some(canonical(*value)));
        let name = |value: &Value<'t>| {
            let dictionary = value.as_dictionary()?;
            let known = known_by
                .iter()
                .map(|key| dictionary.get(key).map(canonical));
            (!known_by.is_empty()).then(|| known.collect::<Vec<_>>())
        };
        let (old, new, pairs) = matched(old, new, name);
        for (one, other) in pairs {
            self.values(Side::item(one), Side::item(other));
        }
        // What is left is taken as changed, in order, where items have keys that say what changed.
        let has_keys = |value: &Value<'t>| (value.kind() == Kind::Dictionary).then_some(());
        let (old, new, pairs) = matched(old, new, has_keys);
        for (one, other) in pairs {
            self.values(Side::item(one), Side::item(other));
        }
        for one in old {
            self.say(Some(Side::item(one)), None);
        }
        for other in new {
            self.say(None, Some(Side::item(other)));
        }
    }
}

/// What only the old side has, what only the new one has, and the pairs.
pub(crate) type Matched<T> = (Vec<T>, Vec<T>, Vec<(T, T)>);

/// Pairs what has the same name on both sides, in order; what has none stays alone. Linear, however often a name repeats.
pub(crate) fn matched<T: Copy, N: Eq + std::hash::Hash>(
    old: Vec<T>,
    mut new: Vec<T>,
    name: impl Fn(&T) -> Option<N>,
) -> Matched<T> {
    let mut waiting: HashMap<N, VecDeque<usize>> = HashMap::new();
    for (at, one) in new.iter().enumerate() {
        if let Some(name) = name(one) {
            waiting.entry(name).or_default().push_back(at);
        }
    }
    let (mut alone, mut pairs) = (Vec::new(), Vec::new());
    let mut taken = vec![false; new.len()];
    for one in old {
        let partner = name(&one).and_then(|name| waiting.get_mut(&name)?.pop_front());
        match partner {
            Some(at) => {
                taken[at] = true;
                pairs.push((one, new[at]));
            }
            None => alone.push(one),
        }
    }
    let mut taken = taken.into_iter();
    new.retain(|_| !taken.next().unwrap_or_default());
    (alone, new, pairs)
}

/// The entries of a dictionary by key; of two equal keys the last, as every known parser keeps it.
fn entries(dictionary: Dictionary<'_>) -> BTreeMap<Cow<'_, str>, Entry<'_>> {
    dictionary
        .entries()
        .map(|entry| (entry.key(), entry))
        .collect()
}

/// The value in a form that is the same for all ways to write it.
pub(crate) fn canonical(value: Value<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    encode(value, &mut out);
    out
}

fn encode(value: Value<'_>, out: &mut Vec<u8>) {
    let mut sized = |tag: u8, bytes: &[u8]| {
        out.push(tag);
        out.extend(bytes.len().to_le_bytes());
        out.extend(bytes);
    };
    match value.kind() {
        Kind::Dictionary => {
            let own = value.as_dictionary().map(entries).unwrap_or_default();
            sized(b'{', &[]);
            for (key, entry) in own {
                out.push(b'k');
                out.extend(key.len().to_le_bytes());
                out.extend(key.as_bytes());
                encode(entry.value, out);
            }
            out.push(b'}');
        }
        Kind::Array => {
            sized(b'[', &[]);
            value
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|item| encode(item, out));
            out.push(b']');
        }
        Kind::Boolean => sized(b'b', &[u8::from(value.as_bool() == Some(true))]),
        Kind::Data => sized(b'd', &value.as_data().unwrap_or_default()),
        Kind::Integer => match value.as_integer() {
            Some(number) => sized(b'i', &number.to_le_bytes()),
            // Digits nobody can read are compared as they are written.
            None => sized(b'I', value.text().as_bytes()),
        },
        Kind::Real => match value.as_real() {
            Some(number) => sized(b'r', &number.to_bits().to_le_bytes()),
            None => sized(b'R', value.text().as_bytes()),
        },
        Kind::Date => match value.as_date() {
            Some(seconds) => sized(b't', &seconds.to_bits().to_le_bytes()),
            None => sized(b'T', value.text().as_bytes()),
        },
        Kind::String | Kind::Key => sized(b's', value.text().as_bytes()),
        Kind::Uid => sized(b'u', value.text().as_bytes()),
    }
}

/// The SHA-256 of bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    let mut text = String::with_capacity(64);
    for byte in digest.as_ref() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Longer values are cut in messages.
const SHOWN: usize = 120;

/// Two values in words, of long texts the part where they differ.
pub(crate) fn shown_both(old: Value<'_>, new: Value<'_>) -> (String, String) {
    if let (Some(one), Some(other)) = (old.as_str(), new.as_str()) {
        let same = one
            .chars()
            .zip(other.chars())
            .take_while(|(a, b)| a == b)
            .count();
        let skip = if one
            .chars()
            .nth(SHOWN)
            .or_else(|| other.chars().nth(SHOWN))
            .is_some()
        {
            same.saturating_sub(SHOWN / 4)
        } else {
            0
        };
        let part = |text: &str| {
            let rest: String = text.chars().skip(skip).collect();
            if skip > 0 {
                quoted(&format!("…{rest}"))
            } else {
                quoted(&rest)
            }
        };
        return (part(&one), part(&other));
    }
    (shown(old), shown(new))
}

/// A value in words, quoted and bounded.
pub(crate) fn shown(value: Value<'_>) -> String {
    let number = |count: usize, what: &str, whats: &str| match count {
        1 => format!("1 {what}"),
        count => format!("{count} {whats}"),
    };
    match value.kind() {
        Kind::Dictionary => {
            let own = value.as_dictionary().map(entries).unwrap_or_default();
            format!("a dictionary with {}", number(own.len(), "key", "keys"))
        }
        Kind::Array => {
            let count = value.as_array().into_iter().flatten().count();
            format!("a list with {}", number(count, "item", "items"))
        }
        Kind::Boolean => format!("`{}`", value.as_bool() == Some(true)),
        Kind::Data => {
            let bytes = value.as_data().unwrap_or_default();
            let digest: String = sha256(&bytes).chars().take(16).collect();
            format!(
                "{} of data (SHA-256 {digest}…)",
                number(bytes.len(), "byte", "bytes")
            )
        }
        Kind::String | Kind::Key | Kind::Integer | Kind::Real | Kind::Date | Kind::Uid => {
            quoted(&value.text())
        }
    }
}

/// A value in words with what it holds, bounded: items of lists, and of dictionaries what is neither.
pub(crate) fn listed(value: Value<'_>) -> String {
    if let Some(items) = value.as_array() {
        let items: Vec<String> = items.map(listed).collect();
        return match items.as_slice() {
            [] => "nothing".to_owned(),
            items => bounded(items),
        };
    }
    let Some(own) = value.as_dictionary() else {
        return shown(value);
    };
    let scalars = entries(own)
        .into_iter()
        .map(|(key, entry)| format!("{key} {}", shown(entry.value)));
    bounded(&scalars.collect::<Vec<_>>())
}

/// A few of many.
pub(crate) fn bounded(all: &[String]) -> String {
    /// More do not help a reader.
    const MOST: usize = 8;
    match all.len().checked_sub(MOST) {
        None | Some(0) => all.join(", "),
        Some(left) => format!("{}, and {left} more", all[..MOST].join(", ")),
    }
}
