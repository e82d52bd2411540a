//! What Apple's versions of macOS mean for a payload or key, given the oldest macOS of the Macs it is for.

use super::row::{Since, Support, Version};

/// The newest macOS of the table. What is gone only there is still needed by most Macs, so it is said only to those who
/// named their oldest Mac.
const NEWEST: u16 = 15;

/// Why a version of macOS matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Not to be used any more since this version.
    Deprecated(Version),
    /// Unknown since this version.
    Removed(Version),
    /// Unknown before this version, and there are Macs with an older one.
    Newer(Version),
}

/// What Apple says of other systems, in the words of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elsewhere {
    /// Of the payload.
    pub(crate) payload: &'static str,
    /// Of the key, where it differs.
    pub(crate) own: &'static str,
}

impl Mark {
    /// What has to be said. `minimum_os` is the oldest macOS that the profile is for, as (major, minor).
    ///
    /// With it the profile is for Macs, and what is deprecated or removed is what the oldest of them has to do without.
    /// Without it the profile may be for an iPhone as well, or for the Macs of yesterday: then only what is deprecated or
    /// removed everywhere, and not just in the newest macOS.
    pub(crate) fn of(
        mac: &Support,
        elsewhere: Elsewhere,
        minimum_os: Option<(u16, u16)>,
    ) -> Option<Self> {
        // Nearly everything ends here.
        if mac.deprecated.is_none() && mac.removed.is_none() && minimum_os.is_none() {
            return None;
        }
        let holds = |version: &Version, words: &[&str]| match minimum_os {
            Some(oldest) => oldest >= version.release(),
            None => version.0 < NEWEST && elsewhere.says_the_same(words),
        };
        let removed = mac
            .removed
            .filter(|version| holds(version, &["(removed "]))
            .map(Self::Removed);
        let deprecated = || {
            mac.deprecated
                .filter(|version| holds(version, &["(deprecated ", "(removed "]))
                .map(Self::Deprecated)
        };
        let newer = || match (mac.introduced, minimum_os) {
            (Since::From(version), Some(oldest)) if oldest < version.release() => {
                Some(Self::Newer(version))
            }
            _ => None,
        };
        removed.or_else(deprecated).or_else(newer)
    }
}

impl Elsewhere {
    /// Whether every system besides macOS does without it too: it never had it, or says one of these words of it.
    fn says_the_same(self, words: &[&str]) -> bool {
        ["iOS", "tvOS", "visionOS", "watchOS"]
            .into_iter()
            .all(|system| {
                let of = |text: &'static str| {
                    text.split(", ")
                        .filter_map(|fact| fact.strip_prefix(system))
                        .find(|rest| rest.starts_with(' '))
                };
                // Without words of its own a key is like its payload.
                of(self.own).or(of(self.payload)).is_none_or(|fact| {
                    fact == " never" || words.iter().any(|word| fact.contains(word))
                })
            })
    }
}

impl Version {
    /// Without its third number: a Mac is expected to have the last update of its version.
    fn release(self) -> (u16, u16) {
        (self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::SAME;
    use super::super::table::KEYS;
    use super::*;

    /// A key that only Macs ever had.
    const MAC_ONLY: Elsewhere = Elsewhere {
        payload: "iOS never, tvOS never, visionOS never, watchOS never",
        own: "",
    };

    #[test]
    fn without_a_minimum_only_what_is_gone_is_said() {
        let mark = |mac| Mark::of(&mac, MAC_ONLY, None);
        assert_eq!(mark(SAME.since(10, 7, 0)), None);
        assert_eq!(
            mark(SAME.deprecated(11, 0, 0)),
            Some(Mark::Deprecated(Version(11, 0, 0)))
        );
        assert_eq!(
            mark(SAME.deprecated(11, 0, 0).removed(13, 0, 0)),
            Some(Mark::Removed(Version(13, 0, 0)))
        );
    }

    #[test]
    fn what_is_gone_in_the_newest_macos_is_said_to_those_who_named_their_oldest() {
        let mac = SAME.deprecated(NEWEST, 0, 0).removed(NEWEST, 0, 0);
        let mark = |oldest| Mark::of(&mac, MAC_ONLY, oldest);
        assert_eq!(mark(None), None);
        assert_eq!(
            mark(Some((NEWEST, 0))),
            Some(Mark::Removed(Version(NEWEST, 0, 0)))
        );
        let versions = |mac: &Support| match mac.introduced {
            Since::From(version) => version.0,
            Since::Unsaid | Since::Never => 0,
        };
        let newest = KEYS.iter().map(|key| versions(&key.mac));
        assert_eq!(
            newest.max(),
            Some(NEWEST),
            "a newer table needs a newer number"
        );
    }

    #[test]
    fn the_oldest_mac_decides_what_is_gone_and_what_is_too_new() {
        let mac = SAME.since(10, 15, 4).deprecated(11, 0, 0).removed(13, 3, 0);
        let mark = |oldest| Mark::of(&mac, MAC_ONLY, Some(oldest));
        assert_eq!(mark((10, 14)), Some(Mark::Newer(Version(10, 15, 4))));
        assert_eq!(mark((10, 15)), None);
        assert_eq!(mark((11, 0)), Some(Mark::Deprecated(Version(11, 0, 0))));
        assert_eq!(mark((13, 2)), Some(Mark::Deprecated(Version(11, 0, 0))));
        assert_eq!(mark((13, 3)), Some(Mark::Removed(Version(13, 3, 0))));
    }

    #[test]
    fn what_an_iphone_still_takes_is_not_gone_unless_the_profile_is_for_macs() {
        let mac = SAME.deprecated(11, 0, 0).removed(13, 0, 0);
        let mark = |own| {
            let payload = "iOS 4.0, tvOS never, visionOS 1.0, watchOS never";
            Mark::of(&mac, Elsewhere { payload, own }, None)
        };
        assert_eq!(mark(""), None);
        assert_eq!(mark("iOS (supervised), visionOS never"), None);
        assert_eq!(mark("iOS never"), None, "visionOS takes it");
        assert_eq!(
            mark("iOS never, visionOS never"),
            Some(Mark::Removed(Version(13, 0, 0)))
        );
        assert_eq!(
            mark("iOS (deprecated 14.5) (supervised), visionOS never"),
            Some(Mark::Deprecated(Version(11, 0, 0)))
        );
        let payload = "iOS 4.0";
        let own = "";
        assert_eq!(
            Mark::of(&mac, Elsewhere { payload, own }, Some((14, 0))),
            Some(Mark::Removed(Version(13, 0, 0)))
        );
    }
}
