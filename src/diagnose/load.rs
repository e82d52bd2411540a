//! What `kextutil`, `kextload` and `kmutil load` answer, and the same sentences in the log: one reader, because from
//! macOS 11 the first two are shims over the third.

use super::facts::{Claim, Fact, Refusal};
use super::subject::Subject;
use super::text::{Line, Text};

/// Sentences and what they mean; the first that a line contains counts.
const SENTENCES: &[(&str, Refusal)] = &[
    ("insufficient permissions for action", Refusal::Unprivileged),
    ("rejected due to system policy", Refusal::Policy),
    ("system policy prevents loading", Refusal::Policy),
    ("status: -603946981", Refusal::Policy),
    ("0xdc00801b", Refusal::Policy),
    ("not approved to load", Refusal::NotApproved),
    ("improper filesystem permissions", Refusal::Ownership),
    ("file ownership/permissions", Refusal::Ownership),
    ("invalid ownership", Refusal::Ownership),
    ("file owner/permissions are incorrect", Refusal::Ownership),
    ("incompatible architecture", Refusal::Architecture),
    ("unable to stage kext", Refusal::Staging),
    ("bad code signature", Refusal::Signature),
    ("kext with invalid signature (", Refusal::Signature),
    ("invalid signature for", Refusal::Signature),
    ("no kexts found for these libraries", Refusal::Dependencies),
    ("only incompatible kexts found", Refusal::Dependencies),
    ("dependency resolution failures", Refusal::Dependencies),
    ("not loadable (reason unspecified)", Refusal::Unspecified),
];

/// Reads the answers about the subject; those about other extensions only are told as such.
pub(crate) fn read(text: &Text, subject: &Subject) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut others = Vec::new();
    let mut about = About::Unknown;
    for line in text.lines() {
        let lower = line.text.to_ascii_lowercase();
        // An error of kmutil runs over several lines; the extension is named in the first.
        about = About::of(line, subject).unwrap_or(match about {
            About::Other if lower.starts_with("kext") => About::Unknown,
            before => before,
        });
        let Some(claim) = claim(&lower) else { continue };
        let fact = Fact::on(line, claim.clone());
        match about {
            About::Other => others.push(Fact {
                claim: Claim::OtherExtension,
                ..fact
            }),
            _ => facts.push(fact),
        }
    }
    // The same sentence comes two or three times; one line of evidence is enough.
    let mut seen: Vec<Claim> = Vec::new();
    facts.retain(|fact| {
        let new = !seen.contains(&fact.claim);
        seen.push(fact.claim.clone());
        new
    });
    if facts.is_empty() {
        others.truncate(1);
        facts.append(&mut others);
    }
    facts
}

/// What a line, in lower case, says.
fn claim(lower: &str) -> Option<Claim> {
    if lower.contains("appears to be loadable") {
        return Some(Claim::Loadable);
    }
    if lower.contains("build requires reboot") {
        return Some(Claim::RestartNeeded);
    }
    // Allowed all the same: Apple's own spelling is "signatured" in 10.13 and 10.14.
    if lower.contains("with invalid signature") && lower.contains(") allowed") {
        return None;
    }
    let (_, refusal) = SENTENCES
        .iter()
        .find(|(sentence, _)| lower.contains(sentence))?;
    Some(Claim::Refused(*refusal))
}

/// Which extension a line speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// The one that is asked about.
    Subject,
    /// Another.
    Other,
    /// None is named so far.
    Unknown,
}

impl About {
    /// What the line names; `None` when it names no extension.
    fn of(line: Line<'_>, subject: &Subject) -> Option<Self> {
        if subject.is_named_in(line.text) {
            return Some(Self::Subject);
        }
        let names = [
            ".kext",
            "ID = ",
            "identifiers ",
            "Unable to load '",
            "invalid signature for ",
        ];
        names
            .iter()
            .any(|name| line.text.contains(name))
            .then_some(Self::Other)
    }
}
