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
    let folders = Folders::of(text, subject);
    let mut facts = Vec::new();
    let mut others = Vec::new();
    let mut about = About::Unknown;
    let mut in_diagnostics = false;
    for line in text.lines() {
        let lower = line.text.to_ascii_lowercase();
        // An error of kmutil runs over several lines; the extension is named in the first.
        about = About::of(line, subject, &folders).unwrap_or(match about {
            About::Other if lower.starts_with("kext") => About::Unknown,
            before => before,
        });
        let Some(claim) = claim(&lower) else {
            let head = lower.contains("diagnostics for ");
            in_diagnostics = head || in_diagnostics && !ends_diagnostics(line);
            if in_diagnostics && !head && !line.text.is_empty() && about != About::Other {
                facts.push(Fact::on(line, Claim::UnknownDiagnostic));
            }
            continue;
        };
        let fact = Fact::on(line, claim.clone());
        match about {
            About::Other => others.push(Fact {
                claim: Claim::OtherExtension,
                ..fact
            }),
            About::Unclear => others.push(Fact {
                claim: Claim::UnclearExtension,
                ..fact
            }),
            About::Subject | About::Unknown => facts.push(fact),
        }
    }
    // The same sentence comes two or three times; one line of evidence is enough.
    let mut seen: Vec<Claim> = Vec::new();
    facts.retain(|fact| {
        let new = fact.claim == Claim::UnknownDiagnostic || !seen.contains(&fact.claim);
        seen.push(fact.claim.clone());
        new
    });
    if facts.is_empty() {
        others.sort_by_key(|fact| fact.claim != Claim::UnclearExtension);
        others.truncate(1);
        facts.append(&mut others);
    }
    facts
}

/// Whether a line no longer belongs to the diagnostics before it: the prompt of a shell, or the next message.
fn ends_diagnostics(line: Line<'_>) -> bool {
    let prompt = [" % ", " $ ", " # ", "$ ", "% "];
    line.text.contains(".kext")
        || line.text.contains("Domain=")
        || prompt.iter().any(|mark| line.text.contains(mark))
        || line.text.ends_with(['%', '$', '#'])
}

/// The folders that a line names together with a bundle ID. A folder may be called otherwise than its extension.
struct Folders {
    /// Folders of the subject.
    own: Vec<String>,
    /// Folders of other extensions.
    other: Vec<String>,
}

impl Folders {
    /// Looks through all lines.
    fn of(text: &Text, subject: &Subject) -> Self {
        let (mut own, mut other) = (Vec::new(), Vec::new());
        for line in text.lines() {
            let Some(folder) = folder(line.text) else {
                continue;
            };
            let list = if subject.is_identified_in(line.text) {
                &mut own
            } else if names_an_id(line.text) {
                &mut other
            } else {
                continue;
            };
            if !list.iter().any(|known| known == folder) {
                list.push(folder.to_owned());
            }
        }
        Self { own, other }
    }
}

/// The last folder `NAME.kext` of a line.
fn folder(text: &str) -> Option<&str> {
    let end = text.rfind(".kext")?;
    let start = text[..end].rfind(['/', '"', '(']).map_or(0, |at| at + 1);
    Some(&text[start..end])
}

/// Whether a line names an extension by its bundle ID.
fn names_an_id(text: &str) -> bool {
    ["ID = ", "identifiers ", "Unable to load '"]
        .iter()
        .any(|name| text.contains(name))
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
    /// A folder whose bundle ID is not told.
    Unclear,
    /// None is named so far.
    Unknown,
}

impl About {
    /// What the line names; `None` when it names no extension.
    fn of(line: Line<'_>, subject: &Subject, folders: &Folders) -> Option<Self> {
        if subject.is_identified_in(line.text) {
            return Some(Self::Subject);
        }
        if names_an_id(line.text) {
            return Some(Self::Other);
        }
        if let Some(folder) = folder(line.text) {
            let is_in = |list: &[String]| list.iter().any(|known| known == folder);
            return Some(if is_in(&folders.own) {
                Self::Subject
            } else if is_in(&folders.other) || line.text.contains("/System/Library/Extensions/") {
                Self::Other
            } else if subject.is_named_in(line.text) {
                Self::Subject
            } else {
                Self::Unclear
            });
        }
        let others = line.text.contains("invalid signature for ");
        others.then_some(Self::Other)
    }
}
