//! What Apple's versions of macOS mean for a payload or key, given the oldest macOS of the Macs it is for.

use super::support::{Elsewhere, Since, Support, System, Version};

/// The oldest macOS that Apple still updates. What was given up there or later is still needed by many Macs, so it is
/// said only to those who named their oldest Mac.
const STILL_UPDATED: u16 = 15;

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

impl Mark {
    /// What has to be said of a payload or key, given what Apple says of it and of its payload on other systems.
    /// `minimum_os` is the oldest macOS that the profile is for, as (major, minor).
    ///
    /// With it the profile is for Macs, and what is deprecated or removed is what the oldest of them has to do without.
    /// Without it the profile may be for an iPhone as well, or for the Macs of yesterday: then only what is deprecated or
    /// removed everywhere, and not just in the newest macOS.
    pub(crate) fn of(
        mac: &Support,
        elsewhere: Elsewhere,
        payload: Elsewhere,
        minimum_os: Option<(u16, u16)>,
    ) -> Option<Self> {
        // Nearly everything ends here.
        if mac.deprecated.is_none() && mac.removed.is_none() && minimum_os.is_none() {
            return None;
        }
        let holds = |version: &Version, gone: fn(&System) -> bool| match minimum_os {
            Some(oldest) => oldest >= version.release(),
            None => version.0 < STILL_UPDATED && elsewhere.is_gone(payload, gone),
        };
        let removed = mac
            .removed
            .filter(|version| holds(version, |system| system.removed.is_some()))
            .map(Self::Removed);
        let deprecated = || {
            mac.deprecated
                .filter(|version| {
                    holds(version, |system| {
                        system.deprecated.or(system.removed).is_some()
                    })
                })
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

impl Version {
    /// Without its third number: a Mac is expected to have the last update of its version.
    fn release(self) -> (u16, u16) {
        (self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::support::{NEVER, NOWHERE, SAME, UNSAID};
    use super::*;

    /// A payload that only Macs ever had.
    const MAC_ONLY: Elsewhere = Elsewhere(&[NEVER; 4]);

    /// What has to be said of a key of which nothing is said elsewhere.
    fn of_key(mac: Support, oldest: Option<(u16, u16)>) -> Option<Mark> {
        Mark::of(&mac, NOWHERE, MAC_ONLY, oldest)
    }

    #[test]
    fn without_a_minimum_only_what_is_gone_is_said() {
        let mark = |mac| of_key(mac, None);
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
    fn what_is_gone_in_a_macos_that_is_still_updated_is_said_to_those_who_named_their_oldest() {
        let mac = SAME
            .deprecated(STILL_UPDATED, 0, 0)
            .removed(STILL_UPDATED, 0, 0);
        assert_eq!(of_key(mac, None), None);
        assert_eq!(
            of_key(mac, Some((STILL_UPDATED, 0))),
            Some(Mark::Removed(Version(STILL_UPDATED, 0, 0)))
        );
    }

    #[test]
    fn the_oldest_mac_decides_what_is_gone_and_what_is_too_new() {
        let mac = SAME.since(10, 15, 4).deprecated(11, 0, 0).removed(13, 3, 0);
        let mark = |oldest| of_key(mac, Some(oldest));
        assert_eq!(mark((10, 14)), Some(Mark::Newer(Version(10, 15, 4))));
        assert_eq!(mark((10, 15)), None);
        assert_eq!(mark((11, 0)), Some(Mark::Deprecated(Version(11, 0, 0))));
        assert_eq!(mark((13, 2)), Some(Mark::Deprecated(Version(11, 0, 0))));
        assert_eq!(mark((13, 3)), Some(Mark::Removed(Version(13, 3, 0))));
    }

    #[test]
    fn what_an_iphone_still_takes_is_not_gone_unless_the_profile_is_for_macs() {
        let mac = SAME.deprecated(11, 0, 0).removed(13, 0, 0);
        let on = |systems: [System; 4]| Elsewhere(Box::leak(Box::new(systems)));
        let payload = on([UNSAID.since(4, 0, 0), NEVER, UNSAID.since(1, 1, 0), NEVER]);
        let mark = |own| Mark::of(&mac, on(own), payload, None);
        assert_eq!(mark([UNSAID; 4]), None);
        assert_eq!(mark([UNSAID.supervised(), UNSAID, NEVER, UNSAID]), None);
        assert_eq!(
            mark([NEVER, UNSAID, UNSAID, UNSAID]),
            None,
            "visionOS takes it"
        );
        assert_eq!(
            mark([NEVER, UNSAID, NEVER, UNSAID]),
            Some(Mark::Removed(Version(13, 0, 0)))
        );
        let old = UNSAID.deprecated(14, 5, 0).supervised();
        assert_eq!(
            mark([old, UNSAID, NEVER, UNSAID]),
            Some(Mark::Deprecated(Version(11, 0, 0)))
        );
        assert_eq!(
            Mark::of(&mac, NOWHERE, payload, Some((14, 0))),
            Some(Mark::Removed(Version(13, 0, 0)))
        );
    }
}
