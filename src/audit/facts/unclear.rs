//! Values whose type is not the one Apple describes, such as the number 1 for a Boolean. How a Mac reads them is not
//! known, so every change of such a value counts as widening.

use crate::audit::fact::Fact;
use crate::audit::kind::UNCLEAR_VALUE;
use crate::audit::values::{canonical, sha256, shown};
use crate::escape::quoted;
use crate::plist::{Dictionary, Kind, Value};
use crate::profile::{Common as _, Payload, Profile};
use crate::schema::{self, Key, Type, exceptions};

pub(super) fn read(payload_type: &str, payload: Payload<'_>, found: &mut Vec<Fact>) {
    let takes_numbers = payload.is_wrapped() || exceptions::is_preference_domain(payload_type);
    find(payload_type, payload.dictionary(), takes_numbers, found);
}

/// The keys of the profile itself.
pub(super) fn top_level(profile: Profile<'_>, found: &mut Vec<Fact>) {
    find(schema::TOP_LEVEL, profile.dictionary(), false, found);
}

fn find(
    payload_type: &str,
    dictionary: Dictionary<'_>,
    takes_numbers: bool,
    found: &mut Vec<Fact>,
) {
    let described = schema::BUILT_IN.of_type(payload_type);
    let mut finder = Finder {
        payload_type,
        takes_numbers,
        path: Vec::new(),
        found,
    };
    finder.keys(dictionary, &|name| {
        described.iter().find_map(|schema| schema.keys.get(name))
    });
}

struct Finder<'a> {
    payload_type: &'a str,
    /// In preferences, a number is accepted as a Boolean.
    takes_numbers: bool,
    path: Vec<String>,
    found: &'a mut Vec<Fact>,
}

impl Finder<'_> {
    /// Recursive: the table is a few levels deep, and only what it describes is looked at.
    fn keys(
        &mut self,
        dictionary: Dictionary<'_>,
        described: &dyn Fn(&str) -> Option<&'static Key>,
    ) {
        for entry in dictionary.entries() {
            let name = entry.key();
            if let Some(key) = described(&name) {
                self.path.push(name.into_owned());
                self.value(entry.value, key);
                self.path.pop();
            }
        }
    }

    fn value(&mut self, value: Value<'_>, key: &'static Key) {
        match (key.kind, value.kind()) {
            (Type::Dictionary, Kind::Dictionary) => {
                if let Some(dictionary) = value.as_dictionary() {
                    self.keys(dictionary, &|name| {
                        key.inner.find_or_any(name).map(|(_, key)| key)
                    });
                }
            }
            (Type::Array, Kind::Array) => {
                if let Some(item) = key.inner.item() {
                    let items = value.as_array().into_iter().flatten();
                    items.for_each(|value| self.value(value, item));
                }
            }
            (Type::Boolean, Kind::Boolean) | (Type::Data, Kind::Data) => {}
            (Type::Boolean, Kind::Integer) if self.takes_numbers => {}
            (Type::Dictionary, Kind::Array)
                if exceptions::may_be_several(self.payload_type, key) => {}
            (Type::Array, _) if exceptions::without_array(key).is_some() => {}
            (Type::Boolean | Type::Array | Type::Dictionary | Type::Data, _) => {
                self.report(value, key);
            }
            _ => {}
        }
    }

    fn report(&mut self, value: Value<'_>, key: &Key) {
        let path = self.path.join(".");
        let sentence = format!(
            "{} is {}, where Apple describes {} {}: what a Mac makes of it is not known",
            quoted(&path),
            shown(value),
            if key.kind == Type::Array { "an" } else { "a" },
            key.kind.name()
        );
        let subject = format!(
            "{}\0{path}\0{}",
            self.payload_type,
            sha256(&canonical(value))
        );
        self.found
            .push(Fact::plain(&UNCLEAR_VALUE, subject, sentence, value.span()));
    }
}
