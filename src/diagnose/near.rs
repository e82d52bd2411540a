//! Near misses: what somebody wrote instead of the identifier that was meant.

use super::subject::Subject;
use crate::catalogue::known::known;
use crate::suggest::nearest;

/// Which extension of the subject a listed bundle ID stands for that is no known extension itself.
pub(super) fn bundle<'s>(listed: &str, subject: &'s Subject) -> Option<&'s str> {
    if subject.has(listed) || !known().bundle(listed).is_empty() {
        return None;
    }
    nearest(listed, subject.ids()).or_else(|| subject.ids().find(|own| are_alike(listed, own)))
}

/// Whether two bundle IDs differ in their last part only, and those parts begin alike (`epsext`, `epsextension`).
fn are_alike(one: &str, other: &str) -> bool {
    /// So many letters are no accident.
    const BEGINNING: usize = 3;
    let (Some((one, last)), Some((other, own))) = (one.rsplit_once('.'), other.rsplit_once('.'))
    else {
        return false;
    };
    one == other
        && last.len() >= BEGINNING
        && last
            .get(..BEGINNING)
            .is_some_and(|beginning| own.starts_with(beginning))
}

/// Whether a Team ID differs by little from the one that is meant.
pub(super) fn is_team(team: &str, subject: &Subject) -> bool {
    let own = subject.team.as_str();
    team != own && known().team(team).is_empty() && nearest(team, [own]).is_some()
}
