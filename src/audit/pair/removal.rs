//! Who may remove a profile.

use super::index::Meant;
use crate::audit::change::Change;
use crate::audit::kind::{PROFILE_REMOVAL, Tier};
use crate::plist::Entry;
use crate::profile::{Common as _, Profile};

/// Who may remove the profile, the strictest first: the order decides whether a change widens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Nobody,
    WithPassword,
    Anybody,
}

/// The key that forbids removal.
pub(super) fn entry(profile: Profile<'_>) -> Option<Entry<'_>> {
    profile.dictionary().entry("PayloadRemovalDisallowed")
}

/// The change in who may remove the profile. How a Mac reads a value that is not a Boolean is not known, so the worse case
/// is assumed: removal was forbidden in the old profile, and is allowed in the new one.
pub(super) fn change(old: Profile<'_>, new: Profile<'_>) -> Option<Meant> {
    let (was, is) = (who(old, true), who(new, false));
    if was == is {
        return None;
    }
    let message = match is {
        Who::Nobody => "people may no longer remove the profile",
        Who::WithPassword => "only people who know a password may remove the profile now",
        Who::Anybody => "people may remove the profile now",
    };
    let tier = if is > was {
        Tier::Widened
    } else {
        Tier::Narrowed
    };
    Some(Meant {
        change: Change::new(&PROFILE_REMOVAL, tier, message.to_owned()),
        keys: &["PayloadRemovalDisallowed"],
    })
}

fn who(profile: Profile<'_>, if_not_boolean: bool) -> Who {
    let is_locked =
        entry(profile).is_some_and(|entry| entry.value.as_bool().unwrap_or(if_not_boolean));
    let has_password = profile
        .payloads()
        .any(|payload| payload.is("com.apple.profileRemovalPassword"));
    match (has_password, is_locked) {
        (true, _) => Who::WithPassword,
        (false, true) => Who::Nobody,
        (false, false) => Who::Anybody,
    }
}
