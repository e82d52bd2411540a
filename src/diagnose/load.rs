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
    let mut block = Block::default();
    for line in text.lines() {
        let lower = line.text.to_ascii_lowercase();
        // An error of kmutil runs over several lines; the extension is named in the first.
        about = About::of(line, subject, &folders).unwrap_or(match about {
            About::Other if lower.starts_with("kext") => About::Unknown,
            before => before,
        });
        let Some(claim) = claim(&lower) else {
            if block.holds(line) && about != About::Other {
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

/// The diagnostics of one extension: a head `Diagnostics for PATH:`, and below it sections. A section begins with a line
/// such as `Authentication Failures:` or `Code Signing Failure: not code signed`; what belongs to it is indented, and
/// blank lines may stand between sections (`kextutil`, as published in bug reports of 10.12 to 10.14). Whatever looks
/// otherwise is no diagnosis: a prompt, an exit code, the next command.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    /// How far the head is indented; `None` outside.
    head: Option<usize>,
}

impl Block {
    /// Whether a line is a diagnosis. Lines have to be shown in their order.
    fn holds(&mut self, line: Line<'_>) -> bool {
        if line.text.starts_with("Diagnostics for ") && line.text.ends_with(':') {
            self.head = Some(line.indent);
            return false;
        }
        let Some(head) = self.head else { return false };
        if line.text.is_empty() {
            return false;
        }
        let is_row = super::loaded::bundle(line).is_some();
        if line.indent > head && !is_row || is_section(line.text) {
            return true;
        }
        self.head = None;
        false
    }
}

/// Whether a line begins a section of diagnostics: a few words, the last of which says that something went wrong.
fn is_section(text: &str) -> bool {
    let Some((name, _)) = text.split_once(':') else {
        return false;
    };
    let is_plain = |letter: char| letter.is_ascii_alphabetic() || letter == ' ';
    let last = name.rsplit(' ').next().unwrap_or_default();
    name.starts_with(|letter: char| letter.is_ascii_uppercase())
        && name.chars().all(is_plain)
        && matches!(last, "Failure" | "Failures" | "Warnings" | "Errors")
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
