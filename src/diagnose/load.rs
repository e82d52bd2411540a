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
        if let Some(named) = About::of(line, subject, &folders) {
            about = named;
        } else if about == About::Other && lower.starts_with("kext") {
            about = About::Unknown;
        }
        let Some(claim) = claim(&lower) else {
            if block.holds(line) && about != About::Other {
                facts.extend(about.each(Fact::on(line, Claim::UnknownDiagnostic), subject));
            }
            continue;
        };
        let fact = Fact::on(line, claim);
        match about {
            About::Other => others.push(Fact {
                claim: Claim::OtherExtension,
                ..fact
            }),
            About::Unclear => others.push(Fact {
                claim: Claim::UnclearExtension,
                ..fact
            }),
            About::Subject(_) | About::Unknown => facts.extend(about.each(fact, subject)),
        }
    }
    // The same sentence comes two or three times; one line of evidence is enough.
    let mut seen: Vec<(Claim, Option<Box<str>>)> = Vec::new();
    facts.retain(|fact| {
        let own = (fact.claim.clone(), fact.bundle.clone());
        let new = fact.claim == Claim::UnknownDiagnostic || !seen.contains(&own);
        seen.push(own);
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
struct Folders<'s> {
    /// Folders of the subject, with the extension in them.
    own: Vec<(String, &'s str)>,
    /// Folders of other extensions.
    other: Vec<String>,
}

impl<'s> Folders<'s> {
    /// Looks through all lines.
    fn of(text: &Text, subject: &'s Subject) -> Self {
        let mut folders = Self {
            own: Vec::new(),
            other: Vec::new(),
        };
        for line in text.lines() {
            let Some(folder) = folder(line.text) else {
                continue;
            };
            if let [bundle, ..] = subject.identified_in(line.text)[..] {
                if !folders.own.iter().any(|(known, _)| known == folder) {
                    folders.own.push((folder.to_owned(), bundle));
                }
            } else if names_an_id(line.text) && !folders.other.iter().any(|known| known == folder) {
                folders.other.push(folder.to_owned());
            }
        }
        folders
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
#[derive(Clone, Debug, PartialEq, Eq)]
enum About<'s> {
    /// Those that are asked about, by bundle ID.
    Subject(Vec<&'s str>),
    /// Another.
    Other,
    /// A folder whose bundle ID is not told.
    Unclear,
    /// None is named so far.
    Unknown,
}

impl<'s> About<'s> {
    /// What the line names; `None` when it names no extension.
    fn of(line: Line<'_>, subject: &'s Subject, folders: &Folders<'s>) -> Option<Self> {
        let identified = subject.identified_in(line.text);
        if !identified.is_empty() {
            return Some(Self::Subject(identified));
        }
        if names_an_id(line.text) {
            return Some(Self::Other);
        }
        if let Some(folder) = folder(line.text) {
            if let Some((_, bundle)) = folders.own.iter().find(|(known, _)| known == folder) {
                return Some(Self::Subject(vec![bundle]));
            }
            let is_other = folders.other.iter().any(|known| known == folder);
            if is_other || line.text.contains("/System/Library/Extensions/") {
                return Some(Self::Other);
            }
            let named = subject.named_in(line.text);
            return Some(if named.is_empty() {
                Self::Unclear
            } else {
                Self::Subject(named)
            });
        }
        let others = line.text.contains("invalid signature for ");
        others.then_some(Self::Other)
    }

    /// One fact for each extension. Where none is named, it is the only kernel extension that is asked about.
    fn each(&self, fact: Fact, subject: &Subject) -> Vec<Fact> {
        if let Self::Subject(bundles) = self {
            return bundles.iter().map(|own| fact.clone().of(own)).collect();
        }
        let mut kernel = subject.kernel();
        match (kernel.next(), kernel.next()) {
            (Some(only), None) => vec![fact.of(only.as_str())],
            _ => vec![fact],
        }
    }
}
