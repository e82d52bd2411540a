//! What Apple says of versions and systems, and the short words in which `table.rs` says it.

use std::fmt;

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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// Nothing of its own is said: as the payload, or always.
    Unsaid,
    /// Never: not on a Mac.
    Never,
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

/// What Apple says of a payload or key on one of the other systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct System {
    /// The first version that knows it.
    pub(crate) introduced: Since,
    /// The version from which it should not be used any more.
    pub(crate) deprecated: Option<Version>,
    /// The first version that does not know it any more.
    pub(crate) removed: Option<Version>,
    /// Whether only supervised devices take it.
    pub(crate) supervised: bool,
}

/// What Apple says of a payload or key on the systems of [`SYSTEMS`], in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Elsewhere(pub(super) &'static [System; SYSTEMS.len()]);

/// The systems besides macOS, in Apple's order.
pub(super) const SYSTEMS: [&str; 4] = ["iOS", "tvOS", "visionOS", "watchOS"];

/// Nothing of its own on a system, in the table's short word.
pub(super) const UNSAID: System = System {
    introduced: Since::Unsaid,
    deprecated: None,
    removed: None,
    supervised: false,
};

/// A system that never knew it, in the table's short word.
pub(super) const NEVER: System = System {
    introduced: Since::Never,
    ..UNSAID
};

pub(crate) const NOWHERE: Elsewhere = Elsewhere(&[UNSAID; SYSTEMS.len()]);

impl Support {
    /// The newest version that is named; the lowest of all where none is.
    pub(super) fn newest(&self) -> Version {
        let since = match self.introduced {
            Since::From(version) => Some(version),
            Since::Unsaid | Since::Never => None,
        };
        let newest = since.max(self.deprecated).max(self.removed);
        newest.unwrap_or(Version(0, 0, 0))
    }
}

impl Elsewhere {
    /// Whether Apple says nothing of other systems.
    pub(crate) fn is_unsaid(self) -> bool {
        self == NOWHERE
    }

    /// Whether Apple names other systems, and none of them ever knew it.
    pub(crate) fn is_never(self) -> bool {
        let mut said = self.0.iter().filter(|system| **system != UNSAID).peekable();
        said.peek().is_some() && said.all(|system| system.introduced == Since::Never)
    }

    /// Whether every other system never had it or did what `gone` asks for. A key of which nothing is said is like its
    /// payload.
    pub(super) fn is_gone(self, payload: Self, gone: impl Fn(&System) -> bool) -> bool {
        self.0.iter().zip(payload.0).all(|(own, payload)| {
            let said = if *own == UNSAID { payload } else { own };
            *said == UNSAID || said.introduced == Since::Never || gone(said)
        })
    }
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = SYSTEMS.iter().zip(self.0);
        for (at, (name, system)) in said.filter(|(_, system)| **system != UNSAID).enumerate() {
            write!(f, "{}{name}", if at > 0 { ", " } else { "" })?;
            match system.introduced {
                Since::Unsaid => {}
                Since::Never => f.write_str(" never")?,
                Since::From(version) => write!(f, " {version}")?,
            }
            if let Some(version) = system.deprecated {
                write!(f, " (deprecated {version})")?;
            }
            if let Some(version) = system.removed {
                write!(f, " (removed {version})")?;
            }
            if system.supervised {
                f.write_str(" (supervised)")?;
            }
        }
        Ok(())
    }
}

impl System {
    pub(super) const fn since(self, major: u16, minor: u16, patch: u16) -> Self {
        Self {
            introduced: Since::From(Version(major, minor, patch)),
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

    /// Only on supervised devices.
    pub(super) const fn supervised(self) -> Self {
        Self {
            supervised: true,
            ..self
        }
    }
}

impl Support {
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
