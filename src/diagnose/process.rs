//! The process of a system extension: what `amfid`, `launchd`, `launchctl`, `ps` and a crash report say of it. A list with
//! `[activated enabled]` says nothing about it, and a process that cannot start looks healthy there.

use super::facts::{Claim, Process};

/// What a line, in lower case, says about the process; `is_named` for a line that names the extension itself.
pub(super) fn claim(lower: &str, is_named: bool) -> Option<Claim> {
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let process = if has(&["amfid", "amfi:"])
        && has(&[
            "not valid",
            "no matching profile",
            "mobilefileintegrityerror",
            "failed to validate",
        ])
        || has(&[
            "code signature validation failed",
            "(code signature invalid)",
            "namespace codesigning",
        ])
        // ESClient.h: the caller lacks the entitlement.
        || has(&["es_new_client_result_err_not_entitled"])
    {
        Process::NotLetRun
    // ESClient.h: the caller lacks the user's approval in the privacy settings, which is Full Disk Access.
    } else if has(&["es_new_client_result_err_not_permitted"]) {
        Process::NotPermitted
    } else if has(&[
        "posix_spawn(",
        "job spawn failed",
        "service could not initialize",
        "state = spawn scheduled",
    ]) || lower.starts_with("last exit reason = os_reason")
        || lower.starts_with("exception type:")
        || is_named && row(lower).is_some_and(|runs| !runs)
    {
        Process::Fails
    } else if lower == "state = running"
        || is_named && row(lower) == Some(true)
        || is_named && is_in_ps(lower)
    {
        Process::Runs
    } else {
        return None;
    };
    Some(Claim::Process(process))
}

/// Whether a row of `launchctl list` (process, last status, label) has a process.
fn row(lower: &str) -> Option<bool> {
    let mut words = lower.split_whitespace();
    let (process, status, label) = (words.next()?, words.next()?, words.next()?);
    let is_number = |word: &str| word.trim_start_matches('-').parse::<u32>().is_ok();
    if words.next().is_some() || !is_number(status) || !label.contains('.') {
        return None;
    }
    match process {
        "-" => Some(false),
        number if number.parse::<u32>().is_ok() => Some(true),
        _ => None,
    }
}

/// Whether a row of `ps` shows the program of an extension: a user, a number, and the program at the end.
fn is_in_ps(lower: &str) -> bool {
    let mut words = lower.split_whitespace();
    let (_, number) = (words.next(), words.next());
    number.is_some_and(|number| number.parse::<u32>().is_ok())
        && lower.contains(" /library/systemextensions/")
        && lower.contains(".systemextension/contents/macos/")
}
