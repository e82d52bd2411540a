//! The rows of the table, and the short words in which `table.rs` is written.

use super::group::Group;
use super::support::{Elsewhere, NOWHERE, SAME, Support, System};

/// The name that stands for any name.
pub(super) const ANY: &str = "ANY";

/// One description of a payload type.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "`PayloadType` is Apple's name")]
pub(crate) struct Payload {
    pub(crate) payload_type: &'static str,
    /// The name of Apple's file, without its ending.
    pub(crate) name: &'static str,
    /// What holds on a Mac.
    pub(crate) mac: Support,
    /// What holds on other systems.
    pub(crate) elsewhere: Elsewhere,
    pub(crate) keys: Group,
}

/// One key, or what an array holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    /// Its name; of what an array holds only a word for it.
    pub(crate) name: &'static str,
    /// The type of its value.
    pub(crate) kind: Type,
    pub(crate) presence: Presence,
    /// The value that holds without it.
    pub(crate) default: Option<&'static str>,
    /// The only values allowed, apart from those in the range.
    pub(crate) list: &'static [&'static str],
    /// The lowest number allowed.
    pub(crate) min: Option<f64>,
    /// The highest number allowed.
    pub(crate) max: Option<f64>,
    /// The fewest and most items of this kind in the array.
    pub(crate) repetition: Option<(u32, u32)>,
    /// A regular expression for the value.
    pub(crate) pattern: Option<&'static str>,
    /// What the text is, such as `url`.
    pub(crate) subtype: Option<&'static str>,
    /// How the values of several profiles become one.
    pub(crate) combine: Option<&'static str>,
    /// What holds on a Mac, where it differs from the payload.
    pub(crate) mac: Support,
    /// What holds elsewhere, where it differs from the payload.
    pub(crate) elsewhere: Elsewhere,
    /// The keys of the dictionary, or what the array holds.
    pub(crate) inner: Group,
}

/// The types of Apple's descriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Any,
    Array,
    /// `<true/>` or `<false/>`
    Boolean,
    Data,
    Date,
    /// `<dict>`
    Dictionary,
    Integer,
    Real,
    String,
}

impl Type {
    pub(crate) const ALL: [Self; 9] = [
        Self::Any,
        Self::Array,
        Self::Boolean,
        Self::Data,
        Self::Date,
        Self::Dictionary,
        Self::Integer,
        Self::Real,
        Self::String,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Array => "array",
            Self::Boolean => "boolean",
            Self::Data => "data",
            Self::Date => "date",
            Self::Dictionary => "dictionary",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::String => "string",
        }
    }
}

/// Whether a key has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Apple does not say: what an array holds.
    Unsaid,
    /// It may be missing.
    Optional,
    Required,
}

/// A key with a type, optional, without more to say; the methods below say more.
pub(super) const fn k(name: &'static str, kind: Type) -> Key {
    Key {
        name,
        kind,
        presence: Presence::Optional,
        default: None,
        list: &[],
        min: None,
        max: None,
        repetition: None,
        pattern: None,
        subtype: None,
        combine: None,
        mac: SAME,
        elsewhere: NOWHERE,
        inner: Group::EMPTY,
    }
}

impl Key {
    /// Whether it stands for keys of any name.
    pub(crate) fn is_any(&self) -> bool {
        self.name == ANY
    }

    pub(super) const fn required(self) -> Self {
        Self {
            presence: Presence::Required,
            ..self
        }
    }

    /// Apple does not say whether it has to be there.
    pub(super) const fn item(self) -> Self {
        Self {
            presence: Presence::Unsaid,
            ..self
        }
    }

    /// The value that holds without it.
    pub(super) const fn default(self, value: &'static str) -> Self {
        Self {
            default: Some(value),
            ..self
        }
    }

    pub(super) const fn list(self, list: &'static [&'static str]) -> Self {
        Self { list, ..self }
    }

    /// The lowest and highest number.
    pub(super) const fn range(self, min: Option<f64>, max: Option<f64>) -> Self {
        Self { min, max, ..self }
    }

    /// The fewest and most items.
    pub(super) const fn repetition(self, min: u32, max: u32) -> Self {
        Self {
            repetition: Some((min, max)),
            ..self
        }
    }

    pub(super) const fn pattern(self, pattern: &'static str) -> Self {
        Self {
            pattern: Some(pattern),
            ..self
        }
    }

    /// What the text is.
    pub(super) const fn subtype(self, subtype: &'static str) -> Self {
        Self {
            subtype: Some(subtype),
            ..self
        }
    }

    /// How values become one.
    #[expect(
        dead_code,
        reason = "no key of the table at hand says so; the generator knows it"
    )]
    pub(super) const fn combine(self, combine: &'static str) -> Self {
        Self {
            combine: Some(combine),
            ..self
        }
    }

    /// What holds on a Mac.
    pub(super) const fn mac(self, mac: Support) -> Self {
        Self { mac, ..self }
    }

    pub(super) const fn elsewhere(self, systems: &'static [System; 4]) -> Self {
        Self {
            elsewhere: Elsewhere(systems),
            ..self
        }
    }

    pub(super) const fn inner(self, start: u16, len: u16) -> Self {
        Self {
            inner: Group::BuiltIn { start, len },
            ..self
        }
    }
}
