//! The rows of the table, and the short words in which `table.rs` is written.

use std::fmt;

/// The name that stands for any name.
pub(super) const ANY: &str = "ANY";

/// One description of a payload type.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "`PayloadType` is Apple's name")]
pub(crate) struct Payload {
    /// `PayloadType`.
    pub(crate) payload_type: &'static str,
    /// The name of Apple's file, without its ending.
    pub(crate) name: &'static str,
    /// What holds on a Mac.
    pub(crate) mac: Support,
    /// What holds elsewhere, to be read by people.
    pub(crate) elsewhere: &'static str,
    /// Its keys.
    pub(crate) keys: Group,
}

/// One key, or what an array holds.
#[expect(
    dead_code,
    reason = "the table holds what Apple says; no rule asks for all of it yet"
)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    /// Its name; of what an array holds only a word for it.
    pub(crate) name: &'static str,
    /// The type of its value.
    pub(crate) kind: Type,
    /// Whether it has to be there.
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
    /// What holds elsewhere, where it differs from the payload; to be read by people.
    pub(crate) elsewhere: &'static str,
    /// The keys of the dictionary, or what the array holds.
    pub(crate) inner: Group,
}

/// A run of keys. A number and not a reference, because some of Apple's structures hold themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Group {
    /// The first key.
    pub(super) start: u16,
    /// How many.
    pub(super) len: u16,
}

/// The types of Apple's descriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// Anything.
    Any,
    /// `<array>`
    Array,
    /// `<true/>` or `<false/>`
    Boolean,
    /// `<data>`
    Data,
    /// `<date>`
    Date,
    /// `<dict>`
    Dictionary,
    /// `<integer>`
    Integer,
    /// `<real>`
    Real,
    /// `<string>`
    String,
}

impl Type {
    /// Every type.
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

    /// Apple's word.
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
    /// It has to be there.
    Required,
}

/// A version of macOS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u16, pub(crate) u16, pub(crate) u16);

impl Version {
    /// The version in a text such as `10.13.4`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        let version = Self(
            parts.next()??,
            parts.next().unwrap_or(Some(0))?,
            parts.next().unwrap_or(Some(0))?,
        );
        parts.next().is_none().then_some(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)?;
        if self.2 > 0 {
            write!(f, ".{}", self.2)?;
        }
        Ok(())
    }
}

/// Since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// Nothing of its own is said: as the payload, or always.
    Unsaid,
    /// Never: not on a Mac.
    Never,
    /// Since this version.
    From(Version),
}

/// What Apple says of a payload or key on a Mac. `None` everywhere: nothing of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Support {
    /// The first version that knows it.
    pub(crate) introduced: Since,
    /// The version from which it should not be used any more.
    pub(crate) deprecated: Option<Version>,
    /// The first version that does not know it any more.
    pub(crate) removed: Option<Version>,
    /// Whether several may be installed.
    pub(crate) multiple: Option<bool>,
    /// Whether the device channel takes it.
    pub(crate) device: Option<bool>,
    /// Whether the user channel takes it.
    pub(crate) user: Option<bool>,
    /// Whether the Mac has to be supervised.
    pub(crate) supervised: Option<bool>,
    /// Whether the Mac has to be enrolled through Apple's program for organisations.
    pub(crate) dep: Option<bool>,
    /// Whether a user has to have approved the MDM server.
    pub(crate) approved: Option<bool>,
    /// Whether a user may install it by hand.
    pub(crate) manual: Option<bool>,
    /// What holds when a user enrolled a Mac of their own: `allowed`, `forbidden`, `required`, `ignored`.
    pub(crate) enrollment: Option<&'static str>,
}

/// Nothing of its own, in the table's short word.
pub(super) const SAME: Support = Support {
    introduced: Since::Unsaid,
    deprecated: None,
    removed: None,
    multiple: None,
    device: None,
    user: None,
    supervised: None,
    dep: None,
    approved: None,
    manual: None,
    enrollment: None,
};

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
        elsewhere: "",
        inner: Group { start: 0, len: 0 },
    }
}

impl Key {
    /// Whether it stands for keys of any name.
    pub(crate) fn is_any(&self) -> bool {
        self.name == ANY
    }

    /// It has to be there.
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

    /// The only values.
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

    /// A regular expression.
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

    /// What holds elsewhere.
    pub(super) const fn elsewhere(self, elsewhere: &'static str) -> Self {
        Self { elsewhere, ..self }
    }

    /// The keys inside.
    pub(super) const fn inner(self, start: u16, len: u16) -> Self {
        Self {
            inner: Group { start, len },
            ..self
        }
    }
}

impl Support {
    /// Since a version.
    pub(super) const fn since(self, major: u16, minor: u16, patch: u16) -> Self {
        Self {
            introduced: Since::From(Version(major, minor, patch)),
            ..self
        }
    }

    /// Not on a Mac.
    pub(super) const fn never(self) -> Self {
        Self {
            introduced: Since::Never,
            ..self
        }
    }

    /// Not to be used from a version on.
    pub(super) const fn deprecated(self, major: u16, minor: u16, patch: u16) -> Self {
        Self {
            deprecated: Some(Version(major, minor, patch)),
            ..self
        }
    }

    /// Unknown from a version on.
    pub(super) const fn removed(self, major: u16, minor: u16, patch: u16) -> Self {
        Self {
            removed: Some(Version(major, minor, patch)),
            ..self
        }
    }

    /// Whether several may be installed.
    pub(super) const fn multiple(self, yes: bool) -> Self {
        Self {
            multiple: Some(yes),
            ..self
        }
    }

    /// Whether the device channel takes it.
    pub(super) const fn device(self, yes: bool) -> Self {
        Self {
            device: Some(yes),
            ..self
        }
    }

    /// Whether the user channel takes it.
    pub(super) const fn user(self, yes: bool) -> Self {
        Self {
            user: Some(yes),
            ..self
        }
    }

    /// Whether the Mac has to be supervised.
    pub(super) const fn supervised(self, yes: bool) -> Self {
        Self {
            supervised: Some(yes),
            ..self
        }
    }

    /// Whether the Mac has to be enrolled through Apple's program.
    pub(super) const fn dep(self, yes: bool) -> Self {
        Self {
            dep: Some(yes),
            ..self
        }
    }

    /// Whether a user has to have approved the MDM server.
    pub(super) const fn approved(self, yes: bool) -> Self {
        Self {
            approved: Some(yes),
            ..self
        }
    }

    /// Whether a user may install it by hand.
    pub(super) const fn manual(self, yes: bool) -> Self {
        Self {
            manual: Some(yes),
            ..self
        }
    }

    /// What holds when a user enrolled a Mac of their own.
    pub(super) const fn enrollment(self, mode: &'static str) -> Self {
        Self {
            enrollment: Some(mode),
            ..self
        }
    }
}
