//! The sentences of `kextutil`, `kextload`, `kmutil` and the daemons behind them, and what each means.
//!
//! Sources: `kext_tools` (`kextutil_main.c`, `kextload_main.c`) for 10.x; `libkern/OSKextLib.h` of xnu for the numbers; public
//! bug reports for `kmutil`, whose sentences Apple documents nowhere.

use std::sync::LazyLock;

use super::facts::{Claim, Refusal};
use super::table;
use crate::extension::ExtensionKind::Kernel;

/// A sentence, what it says, and whether it counts only where no number says more.
type Sentence = (&'static str, Claim, bool);

/// The rows of `sentences.tsv`.
static SENTENCES: LazyLock<Vec<Sentence>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("sentences.tsv"));
    rows.filter_map(|[sentence, word, last]| Some((sentence, claim_of(word)?, last == "last")))
        .collect()
});

/// What the second column stands for: a refusal by its name, or another answer.
fn claim_of(word: &'static str) -> Option<Claim> {
    Some(match word {
        "loadable" => Claim::Loadable,
        "load-succeeded" => Claim::LoadSucceeded,
        "let-pass" => Claim::LetPass,
        "restart-needed" => Claim::RestartNeeded,
        "only-looked-at" => Claim::OnlyLookedAt(Kernel),
        "in-collection" => Claim::InCollection,
        refusal => Claim::Refused(table::named(refusal)?),
    })
}

/// What a line, in lower case, says.
pub(super) fn claim(lower: &str) -> Option<Claim> {
    // What is said of unloading says nothing about loading.
    if lower.contains("unload") {
        return None;
    }
    // Allowed all the same: Apple's own spelling is "signatured" in 10.13 and 10.14.
    if lower.contains("with invalid signature") && lower.contains(") allowed") {
        return None;
    }
    let said = |is_last: bool| {
        let is_success = |claim: &Claim| *claim == Claim::LoadSucceeded;
        let found = SENTENCES.iter().find(|(sentence, claim, last)| {
            *last == is_last
                && lower.contains(sentence)
                && !(is_success(claim) && lower.contains("fail"))
        });
        found.map(|(_, claim, _)| claim.clone())
    };
    said(false)
        .or_else(|| number(lower))
        .or_else(|| code(lower))
        .or_else(|| said(true))
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
        let rows = table::rows::<3>(include_str!("sentences.tsv"));
        assert_eq!(SENTENCES.len(), rows.count(), "a row that cannot be read");
    }
}
