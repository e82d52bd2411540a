//! The sentences of `kextutil`, `kextload`, `kmutil` and the daemons behind them, and what each means.
//!
//! Sources: `kext_tools` (`kextutil_main.c`, `kextload_main.c`) for 10.x; `libkern/OSKextLib.h` of xnu for the numbers; public
//! bug reports for `kmutil`, whose sentences Apple documents nowhere.

use super::facts::{Claim, Refusal};
use crate::extension::ExtensionKind::Kernel;

/// The first sentence that a line contains counts.
const SENTENCES: &[(&str, Claim)] = &[
    ("different version", Claim::Refused(Refusal::OtherVersion)),
    ("appears to be loadable", Claim::Loadable),
    ("successfully loaded", Claim::LoadSucceeded),
    ("loaded successfully", Claim::LoadSucceeded),
    ("is already loaded", Claim::LoadSucceeded),
    ("are now loaded, and started", Claim::LoadSucceeded),
    ("kernel extension allowed", Claim::LetPass),
    ("requires a reboot", Claim::Refused(Refusal::Restart)),
    ("build requires reboot", Claim::RestartNeeded),
    ("system reboot is required", Claim::RestartNeeded),
    (
        "insufficient permissions for action",
        Claim::Refused(Refusal::Unprivileged),
    ),
    (
        "you must be running as root",
        Claim::Refused(Refusal::Unprivileged),
    ),
    (
        "(libkern/kext) not privileged",
        Claim::Refused(Refusal::Unprivileged),
    ),
    (
        "rejected due to system policy",
        Claim::Refused(Refusal::Policy),
    ),
    (
        "system policy prevents loading",
        Claim::Refused(Refusal::Policy),
    ),
    ("not approved to load", Claim::Refused(Refusal::NotApproved)),
    ("no bundle was found", Claim::Refused(Refusal::Absent)),
    ("could not find: kext", Claim::Refused(Refusal::Absent)),
    ("could not find kext", Claim::Refused(Refusal::Absent)),
    ("no such file or directory", Claim::Refused(Refusal::Absent)),
    ("no such file: ", Claim::Refused(Refusal::Absent)),
    ("can't find kext", Claim::Refused(Refusal::Absent)),
    ("cannot find kext", Claim::Refused(Refusal::Absent)),
    (
        "no kext with bundle identifier",
        Claim::Refused(Refusal::Absent),
    ),
    ("no bundle with identifier", Claim::Refused(Refusal::Absent)),
    ("unable to find bundle", Claim::Refused(Refusal::Absent)),
    ("(libkern/kext) not found", Claim::Refused(Refusal::Absent)),
    (
        "boot kernel collection collection",
        Claim::Refused(Refusal::BootCollection),
    ),
    (
        "unable to get contents of boot kernel collection",
        Claim::Refused(Refusal::BootCollection),
    ),
    ("boot policy error", Claim::Refused(Refusal::BootPolicy)),
    ("unsupported to load", Claim::Refused(Refusal::Excluded)),
    ("unsupported error", Claim::Refused(Refusal::Excluded)),
    ("not in the exclude list", Claim::OnlyLookedAt(Kernel)),
    ("in exclude list", Claim::Refused(Refusal::Excluded)),
    ("in the exclude list", Claim::Refused(Refusal::Excluded)),
    (
        "unsigned kext not present in the legacy",
        Claim::Refused(Refusal::Signature),
    ),
    ("kext ((null), ", Claim::Refused(Refusal::Signature)),
    ("kernel extension blocked", Claim::Refused(Refusal::Policy)),
    (
        "improper filesystem permissions",
        Claim::Refused(Refusal::Ownership),
    ),
    (
        "file ownership/permissions",
        Claim::Refused(Refusal::Ownership),
    ),
    ("invalid ownership", Claim::Refused(Refusal::Ownership)),
    ("invalid permissions", Claim::Refused(Refusal::Ownership)),
    (
        "file owner/permissions are incorrect",
        Claim::Refused(Refusal::Ownership),
    ),
    (
        "incompatible architecture",
        Claim::Refused(Refusal::Architecture),
    ),
    (
        "requested architecture",
        Claim::Refused(Refusal::Architecture),
    ),
    (
        "does not contain code for this architecture",
        Claim::Refused(Refusal::Architecture),
    ),
    ("unable to stage kext", Claim::Refused(Refusal::Staging)),
    ("bad code signature", Claim::Refused(Refusal::Signature)),
    (
        "kext with invalid signature (",
        Claim::Refused(Refusal::Signature),
    ),
    ("invalid signature for", Claim::Refused(Refusal::Signature)),
    (
        "no kexts found for these libraries",
        Claim::Refused(Refusal::Dependencies),
    ),
    (
        "only incompatible kexts found",
        Claim::Refused(Refusal::Dependencies),
    ),
    (
        "dependency resolution failure",
        Claim::Refused(Refusal::Dependencies),
    ),
    (
        "unable to resolve dependencies",
        Claim::Refused(Refusal::Dependencies),
    ),
    (
        "dependency load failed",
        Claim::Refused(Refusal::Dependency),
    ),
    (
        "dependencies failed security checks",
        Claim::Refused(Refusal::Dependency),
    ),
    // Of a collection: the lines that follow name the extension.
    (
        "an error which prevented linking",
        Claim::Refused(Refusal::Collection),
    ),
    ("could not use '", Claim::Refused(Refusal::Link)),
    ("cannot find symbol", Claim::Refused(Refusal::Link)),
    ("link error", Claim::Refused(Refusal::Link)),
    ("link failed", Claim::Refused(Refusal::Link)),
    ("kxld[", Claim::Refused(Refusal::Link)),
    ("building a collection", Claim::Refused(Refusal::Collection)),
    ("building cache", Claim::Refused(Refusal::Collection)),
    ("start/stop routine failed", Claim::Refused(Refusal::Start)),
    ("start failed", Claim::Refused(Refusal::Start)),
    (
        "validation failure (plist",
        Claim::Refused(Refusal::Validation),
    ),
    ("validation problem", Claim::Refused(Refusal::Validation)),
    (
        "not a kernel extension",
        Claim::Refused(Refusal::Validation),
    ),
    ("boot level", Claim::Refused(Refusal::SafeBoot)),
    ("safe boot", Claim::Refused(Refusal::SafeBoot)),
    (
        "not loadable (reason unspecified)",
        Claim::Refused(Refusal::Unspecified),
    ),
    ("not loadable", Claim::Refused(Refusal::Other)),
];

/// What follows only where no number says more.
const LAST: &[(&str, Claim)] = &[
    ("failed to load", Claim::Refused(Refusal::Other)),
    ("can't load kext", Claim::Refused(Refusal::Other)),
    ("load failed", Claim::Refused(Refusal::Other)),
    (
        "authenticating extension failed",
        Claim::Refused(Refusal::Other),
    ),
    ("gathering approvals", Claim::OnlyLookedAt(Kernel)),
    ("checking bundle path", Claim::OnlyLookedAt(Kernel)),
    ("checking unstaged bundle path", Claim::OnlyLookedAt(Kernel)),
    ("validating extension at", Claim::OnlyLookedAt(Kernel)),
    ("requesting load of", Claim::OnlyLookedAt(Kernel)),
    ("loading /", Claim::OnlyLookedAt(Kernel)),
    ("newauxiliarycontents", Claim::OnlyLookedAt(Kernel)),
    ("approvedunbuiltextensions", Claim::OnlyLookedAt(Kernel)),
    ("[+] ", Claim::InCollection),
    ("[-] ", Claim::OnlyLookedAt(Kernel)),
];

/// What a line, in lower case, says.
pub(super) fn claim(lower: &str) -> Option<Claim> {
    // Allowed all the same: Apple's own spelling is "signatured" in 10.13 and 10.14.
    if lower.contains("with invalid signature") && lower.contains(") allowed") {
        return None;
    }
    let said = |table: &'static [(&str, Claim)]| {
        let is_success = |claim: &Claim| *claim == Claim::LoadSucceeded;
        let found = table.iter().find(|(sentence, claim)| {
            lower.contains(sentence) && !(is_success(claim) && lower.contains("fail"))
        });
        found.map(|(_, claim)| claim.clone())
    };
    said(SENTENCES)
        .or_else(|| number(lower))
        .or_else(|| code(lower))
        .or_else(|| said(LAST))
}

/// What the number of an error of `kmutil` means, whose text is in the language of the Mac.
fn code(lower: &str) -> Option<Claim> {
    let rest = lower.split("kmerrordomain code=").nth(1)?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit());
    Some(Claim::Refused(match &rest[..end.unwrap_or(rest.len())] {
        "27" => Refusal::NotApproved,
        "28" => Refusal::Restart,
        "29" => Refusal::Signature,
        "30" => Refusal::Ownership,
        "31" => Refusal::Collection,
        _ => Refusal::Other,
    }))
}

/// What a number of the kernel's loader means (`libkern_kext_err`, 0xdc008000 and more), in either spelling.
fn number(lower: &str) -> Option<Claim> {
    let hexadecimal = lower
        .split("0xdc0080")
        .nth(1)
        .and_then(|rest| rest.get(..2));
    let code = hexadecimal.and_then(|code| u32::from_str_radix(code, 16).ok());
    let decimal = || {
        let rest = lower.split("-60394").nth(1)?.get(..4)?;
        // -603946981 is 0xdc00801b.
        let value: i64 = format!("60394{rest}").parse().ok()?;
        u32::try_from(0xDC00_801B_i64 - 0xDC00_8000 + 603_946_981 - value).ok()
    };
    reason(code.or_else(decimal)?).map(Claim::Refused)
}

/// The reasons of `OSKextLib.h`.
pub(crate) fn reason(code: u32) -> Option<Refusal> {
    Some(match code {
        0x04 => Refusal::Unprivileged,
        0x06 => Refusal::Absent,
        0x0b | 0x0c => Refusal::Validation,
        0x0d => Refusal::Ownership,
        0x0e => Refusal::Dependencies,
        0x0f => Refusal::Architecture,
        0x12 => Refusal::SafeBoot,
        0x13 => Refusal::Unspecified,
        0x14 => Refusal::OtherVersion,
        0x15 => Refusal::Dependency,
        0x16 => Refusal::Link,
        0x17 => Refusal::Start,
        0x1b => Refusal::Policy,
        0x1c..=0x1f => Refusal::BootCollection,
        0x01..=0x1a => Refusal::Other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_the_loader_is_read_in_either_spelling() {
        for (text, refusal) in [
            ("kext load failed: -603946981", Refusal::Policy),
            ("failed to load (0xdc00801b)", Refusal::Policy),
            ("kext load failed: -603946996", Refusal::Validation),
            ("failed to load (error 0xdc008016).", Refusal::Link),
            ("kext load failed: -603947007", Refusal::Other),
        ] {
            assert_eq!(claim(text), Some(Claim::Refused(refusal)), "{text}");
        }
        assert_eq!(claim("status: -603940000"), None);
    }
}
