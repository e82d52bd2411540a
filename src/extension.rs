//! The vocabulary of extensions, shared by policies, profiles and rendering. Apple's names throughout
//! (`com.apple.syspolicy.kernel-extension-policy`, `com.apple.system-extension-policy`).

use crate::suggest::nearest;

/// The two kinds of extension a Mac wants approved. Each has a payload type of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ExtensionKind {
    /// A kernel extension (kext).
    Kernel,
    System,
}

impl ExtensionKind {
    /// Apple's `PayloadType`.
    pub(crate) const fn payload_type(self) -> &'static str {
        match self {
            Self::Kernel => "com.apple.syspolicy.kernel-extension-policy",
            Self::System => "com.apple.system-extension-policy",
        }
    }

    /// The kind whose `PayloadType` this is.
    pub(crate) fn of_payload_type(payload_type: &str) -> Option<Self> {
        [Self::Kernel, Self::System]
            .into_iter()
            .find(|kind| kind.payload_type() == payload_type)
    }

    /// How people call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Kernel => "kernel extension",
            Self::System => "system extension",
        }
    }
}

/// The values `AllowedSystemExtensionTypes` knows; a team that is not listed there may use every type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum SystemExtensionType {
    /// `DriverExtension` (`DriverKit`).
    Driver,
    /// `NetworkExtension`.
    Network,
    /// `EndpointSecurityExtension`.
    EndpointSecurity,
}

impl SystemExtensionType {
    /// Every type, in the order they are written.
    pub(crate) const ALL: [Self; 3] = [Self::Driver, Self::Network, Self::EndpointSecurity];

    /// Apple's word for it in a profile.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Driver => "DriverExtension",
            Self::Network => "NetworkExtension",
            Self::EndpointSecurity => "EndpointSecurityExtension",
        }
    }

    /// The type with exactly this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The type somebody meant, as people, Intune and Apple's frameworks call it.
    pub(crate) fn meant(word: &str) -> Option<Self> {
        if let Some(name) = nearest(word, Self::ALL.map(Self::name)) {
            return Self::from_name(name);
        }
        let bare = bare(word);
        let mut found = Self::ALL
            .into_iter()
            .filter(|kind| bare.contains(&kind.stem()));
        found.next().filter(|_| found.next().is_none())
    }

    /// Whether the word can mean nothing but this type: it is its name, or a typing mistake in it.
    pub(crate) fn is_surely(self, word: &str) -> bool {
        let is_one_word = word.chars().all(|letter| {
            letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_') || letter.is_whitespace()
        });
        is_one_word && (nearest(word, [self.name()]).is_some() || bare(word) == self.stem())
    }

    /// Its name without `Extension`, in lower case.
    fn stem(self) -> String {
        bare(self.name().trim_end_matches("Extension"))
    }
}

/// The letters and digits of a word, in lower case.
fn bare(word: &str) -> String {
    let plain = word.chars().filter(char::is_ascii_alphanumeric);
    plain.map(|letter| letter.to_ascii_lowercase()).collect()
}
