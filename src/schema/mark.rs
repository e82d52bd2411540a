//! What Apple's versions of macOS mean for a payload or key, given the oldest macOS of the Macs it is for.

use super::fleet::Fleet;
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
    /// Unknown since this version, and nobody said whether there are Macs with it.
    RemovedInNewest(Version),
    /// Unknown before this version, and there are Macs with an older one.
    Newer(Version),
}

impl Mark {
    /// What has to be said of a payload or key, given what Apple says of it and of its payload on other systems.
    ///
    /// Where the user named Macs, the profile is for these: what is deprecated or removed on the newest of them, and what
    /// the oldest does not know. Where not, it may be for an iPhone as well, or for the Macs of yesterday: then only what is
    /// deprecated or removed everywhere, and not just in a macOS that is still updated. What the newest macOS of the table
    /// does not know any more is said in any case, since there are such Macs soon or already.
    pub(crate) fn all(
        mac: &Support,
        elsewhere: Elsewhere,
        payload: Elsewhere,
        fleet: Fleet,
    ) -> impl Iterator<Item = Self> {
        let gone = Self::gone(mac, elsewhere, payload, fleet);
        let newer = match mac.introduced {
            Since::From(version) if fleet.has_older_than(version) => Some(Self::Newer(version)),
            _ => None,
        };
        gone.into_iter().chain(newer)
    }

    /// What is deprecated or removed.
    fn gone(mac: &Support, elsewhere: Elsewhere, payload: Elsewhere, fleet: Fleet) -> Option<Self> {
        // Nearly everything ends here.
        if mac.deprecated.is_none() && mac.removed.is_none() {
            return None;
        }
        let holds = |version: Version, gone: fn(&System) -> bool| {
            if fleet.is_named() {
                fleet.reaches(version)
            } else {
                version.0 < STILL_UPDATED && elsewhere.is_gone(payload, gone)
            }
        };
        let is_removed = |system: &System| system.removed.is_some();
        let is_deprecated = |system: &System| system.deprecated.or(system.removed).is_some();
        if let Some(version) = mac.removed {
            if holds(version, is_removed) {
                return Some(Self::Removed(version));
            }
            let for_macs = fleet.is_named() || elsewhere.is_gone(payload, is_removed);
            if fleet.newest.is_none() && for_macs {
                return Some(Self::RemovedInNewest(version));
            }
        }
        mac.deprecated
            .filter(|version| holds(*version, is_deprecated))
            .map(Self::Deprecated)
    }
}

#[cfg(test)]
mod tests {
    use super::super::support::{NEVER, NOWHERE, SAME, UNSAID};
    use super::*;

    /// A payload that only Macs ever had.
    const MAC_ONLY: Elsewhere = Elsewhere(&[NEVER; 4]);

    /// What has to be said of a key of which nothing is said elsewhere, for Macs from the oldest to the newest.
    fn of_key(mac: Support, oldest: Option<(u16, u16)>, newest: Option<(u16, u16)>) -> Vec<Mark> {
        let fleet = Fleet {
            oldest,
            newest,
            ..Fleet::default()
        };
        Mark::all(&mac, NOWHERE, MAC_ONLY, fleet).collect()
    }

    #[test]
    fn where_no_macs_are_named_only_what_is_gone_is_said() {
        let marks = |mac| of_key(mac, None, None);
        assert_eq!(marks(SAME.since(10, 7, 0)), []);
        assert_eq!(
            marks(SAME.deprecated(11, 0, 0)),
            [Mark::Deprecated(Version(11, 0, 0))]
        );
        assert_eq!(
            marks(SAME.deprecated(11, 0, 0).removed(13, 0, 0)),
            [Mark::Removed(Version(13, 0, 0))]
        );
    }

    #[test]
    fn what_is_gone_in_a_macos_that_is_still_updated_is_said_to_those_who_named_their_macs() {
        let mac = SAME
            .deprecated(STILL_UPDATED, 0, 0)
            .removed(STILL_UPDATED, 0, 0);
        let version = Version(STILL_UPDATED, 0, 0);
        let later = [Mark::RemovedInNewest(version)];
        assert_eq!(of_key(mac, None, None), later);
        assert_eq!(of_key(mac, Some((13, 0)), None), later);
        assert_eq!(of_key(mac, Some((13, 0)), Some((14, 0))), []);
        let gone = [Mark::Removed(version)];
        assert_eq!(of_key(mac, Some((13, 0)), Some(version.release())), gone);
        assert_eq!(of_key(mac, None, Some(version.release())), gone);
        assert_eq!(of_key(mac, Some(version.release()), None), gone);
        let deprecated = SAME.deprecated(STILL_UPDATED, 0, 0);
        assert_eq!(of_key(deprecated, None, None), []);
        assert_eq!(
            of_key(deprecated, None, Some((STILL_UPDATED, 1))),
            [Mark::Deprecated(version)]
        );
    }

    #[test]
    fn the_oldest_mac_decides_what_is_gone_and_what_is_too_new() {
        let mac = SAME.since(10, 15, 4).deprecated(11, 0, 0).removed(13, 3, 0);
        let marks = |oldest| of_key(mac, Some(oldest), Some(oldest));
        assert_eq!(marks((10, 14)), [Mark::Newer(Version(10, 15, 4))]);
        assert_eq!(marks((10, 15)), []);
        assert_eq!(marks((11, 0)), [Mark::Deprecated(Version(11, 0, 0))]);
        assert_eq!(marks((13, 2)), [Mark::Deprecated(Version(11, 0, 0))]);
        assert_eq!(marks((13, 3)), [Mark::Removed(Version(13, 3, 0))]);
    }

    #[test]
    fn a_fleet_of_several_versions_hears_of_both_ends() {
        let mac = SAME.since(13, 0, 0).deprecated(26, 0, 0).removed(27, 0, 0);
        assert_eq!(
            of_key(mac, Some((12, 0)), Some((27, 0))),
            [
                Mark::Removed(Version(27, 0, 0)),
                Mark::Newer(Version(13, 0, 0))
            ]
        );
        assert_eq!(
            of_key(mac, None, Some((12, 0))),
            [Mark::Newer(Version(13, 0, 0))],
            "not even the newest knows it"
        );
    }

    #[test]
    fn what_an_iphone_still_takes_is_not_gone_unless_the_profile_is_for_macs() {
        let mac = SAME.deprecated(11, 0, 0).removed(13, 0, 0);
        let on = |systems: [System; 4]| Elsewhere(Box::leak(Box::new(systems)));
        let payload = on([UNSAID.since(4, 0, 0), NEVER, UNSAID.since(1, 1, 0), NEVER]);
        let marks = |own| Mark::all(&mac, on(own), payload, Fleet::default()).collect::<Vec<_>>();
        assert_eq!(marks([UNSAID; 4]), []);
        assert_eq!(marks([UNSAID.supervised(), UNSAID, NEVER, UNSAID]), []);
        assert_eq!(
            marks([NEVER, UNSAID, UNSAID, UNSAID]),
            [],
            "visionOS takes it"
        );
        assert_eq!(
            marks([NEVER, UNSAID, NEVER, UNSAID]),
            [Mark::Removed(Version(13, 0, 0))]
        );
        let old = UNSAID.deprecated(14, 5, 0).supervised();
        assert_eq!(
            marks([old, UNSAID, NEVER, UNSAID]),
            [Mark::Deprecated(Version(11, 0, 0))]
        );
        let fleet = Fleet {
            oldest: Some((14, 0)),
            ..Fleet::default()
        };
        let marks: Vec<_> = Mark::all(&mac, NOWHERE, payload, fleet).collect();
        assert_eq!(marks, [Mark::Removed(Version(13, 0, 0))]);
    }
}
