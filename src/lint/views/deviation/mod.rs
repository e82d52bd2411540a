//! Where a payload differs from Apple's description of it. One walk per payload finds everything; rules say what it
//! means. Nothing is allocated for a payload that is as Apple describes it.

mod value;
mod walk;

use std::fmt;

use crate::plist::{Dictionary, Entry, Value};
use crate::profile::{Common as _, Payload, Profile};
use crate::schema::successors::Successor;
use crate::schema::{Fleet, Group, Key, Mark, Table, exceptions};
use crate::source::Span;

#[derive(Clone, Debug)]
pub(crate) enum Deviation<'d> {
    /// A payload type that Apple does not describe.
    UnknownType(Payload<'d>),
    /// Keys that are not described there, of one dictionary.
    UnknownKeys {
        /// The keys with their values.
        entries: Vec<Entry<'d>>,
        /// The dictionary they are in.
        within: Dictionary<'d>,
        /// What is described there.
        among: Among<'d>,
    },
    /// A value of another type.
    WrongType {
        value: Value<'d>,
        /// What should be there.
        expected: Expected,
    },
    /// A required key that is not there.
    MissingKey {
        /// The dictionary without it.
        dictionary: Dictionary<'d>,
        key: &'static Key,
        payload: Payload<'d>,
    },
    /// A value outside of the list, the range or the pattern.
    WrongValue {
        value: Value<'d>,
        /// What should be there.
        expected: Expected,
    },
    /// What a version of macOS is to do without.
    Version {
        /// The key or the payload type.
        place: Span,
        subject: MarkedItem,
        /// The version, and what is the matter with it.
        mark: Mark,
        /// What Apple names instead, if it does.
        successor: Option<&'static Successor>,
    },
}

/// What should be at a place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    pub(crate) key: &'static Key,
    /// For what an array holds, the array: a description of that has a name which is nowhere in the profile.
    pub(crate) array: Option<&'static Key>,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.array {
            Some(array) if array.is_any() => f.write_str("an item of this array"),
            Some(array) => write!(f, "an item of `{}`", array.name),
            None if self.key.is_any() => f.write_str("this key"),
            None => write!(f, "`{}`", self.key.name),
        }
    }
}

/// What a version of macOS is to do without.
#[derive(Clone, Copy, Debug)]
pub(crate) enum MarkedItem {
    /// A payload, by its type.
    Payload(&'static str),
    Key(&'static Key),
}

impl fmt::Display for MarkedItem {
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
    Group {
        /// What is described there.
        keys: Group,
        payload: Payload<'d>,
    },
}

impl Among<'_> {
    /// Whether a program reads the place that may know more keys than Apple describes.
    pub(crate) fn is_open(self) -> bool {
        let (Self::Payload(payload) | Self::Group { payload, .. }) = self else {
            return false;
        };
        let own = payload.payload_type();
        own.is_some_and(|own| exceptions::is_preference_domain(own.as_str()))
    }

    /// The names of the keys.
    pub(crate) fn names(self, table: &Table) -> Vec<&'static str> {
        let name = |key: &'static Key| key.name;
        match self {
            Self::TopLevel => table
                .top_level()
                .into_iter()
                .flat_map(|payload| payload.keys.keys())
                .map(name)
                .collect(),
            Self::Payload(payload) => {
                let own = payload.payload_type();
                let own = own.as_ref().map_or("", |text| text.as_str());
                table
                    .of_type(own)
                    .iter()
                    .chain(table.with_keys_of(own))
                    .flat_map(|payload| payload.keys.keys())
                    .chain(table.common().keys())
                    .map(name)
                    .collect()
            }
            Self::Group { keys, .. } => keys.keys().iter().map(name).collect(),
        }
    }
}

/// Everything in which a profile differs from Apple's descriptions, in the order of a walk.
pub(crate) fn of_profile(profile: Profile<'_>, fleet: Fleet) -> Vec<Deviation<'_>> {
    let mut walk = walk::DeviationWalk::new(fleet);
    walk.profile(profile);
    walk.found
}
