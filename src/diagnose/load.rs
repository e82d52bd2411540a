//! What `kextutil`, `kextload` and `kmutil load` answer, and the same sentences in the log: one reader, because from
//! macOS 11 the first two are shims over the third.

use std::collections::{BTreeMap, BTreeSet};

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

/// More lines of diagnostics than anybody reads.
const DIAGNOSTICS: usize = 20;

/// Reads the answers about the subject; those about other extensions only are told as such.
pub(crate) fn read(text: &Text, subject: &Subject) -> Vec<Fact> {
    let mut answers = Answers {
        subject,
        facts: Vec::new(),
        others: Vec::new(),
        unnamed: Vec::new(),
    };
    let folders = Folders::of(text, subject);
    let mut about = About::Unknown;
    let mut block = Block::default();
    for line in text.lines() {
        let lower = line.text.to_ascii_lowercase();
        // An error of kmutil runs over several lines; the extension is named in one of them.
        if let Some(named) = About::of(line, subject, &folders) {
            let unnamed = std::mem::take(&mut answers.unnamed);
            answers.take(&named, unnamed);
            about = named;
        } else if about == About::Other && lower.starts_with("kext") {
            about = About::Unknown;
        }
        let is_diagnosis = block.holds(line);
        if let Some(claim) = claim(&lower) {
            answers.take(&about, vec![Fact::on(line, claim)]);
        } else if is_diagnosis && !matches!(about, About::Other | About::Unclear) {
            answers.take(&about, vec![Fact::on(line, Claim::UnknownDiagnostic)]);
        }
    }
    answers.all()
}

/// The answers so far.
struct Answers<'s> {
    /// The extensions asked about.
    subject: &'s Subject,
    /// Those about the subject.
    facts: Vec<Fact>,
    /// Those about others, one of each kind.
    others: Vec<Fact>,
    /// Those before any extension was named: they belong to the next that is.
    unnamed: Vec<Fact>,
}

impl Answers<'_> {
    /// Keeps what is said of an extension. The same sentence comes two or three times; one line of evidence is enough.
    fn take(&mut self, about: &About<'_>, facts: Vec<Fact>) {
        for fact in facts {
            match about {
                About::Unknown => self.unnamed.push(fact),
                About::Other => self.other(fact, Claim::OtherExtension),
                About::Unclear => self.other(fact, Claim::UnclearExtension),
                About::Subject(bundles) => {
                    for own in bundles {
                        self.own(fact.clone().of(own));
                    }
                }
            }
        }
    }

    /// Keeps one fact about the subject.
    fn own(&mut self, fact: Fact) {
        let is_same = |own: &&Fact| own.claim == fact.claim && own.bundle == fact.bundle;
        let limit = if fact.claim == Claim::UnknownDiagnostic {
            DIAGNOSTICS
        } else {
            1
        };
        if self.facts.iter().filter(is_same).count() < limit {
            self.facts.push(fact);
        }
    }

    /// Keeps that another extension was spoken of.
    fn other(&mut self, fact: Fact, claim: Claim) {
        if !self.others.iter().any(|own| own.claim == claim) {
            self.others.push(Fact { claim, ..fact });
        }
    }

    /// All of them. What names no extension at all is about the kernel extension that was asked about.
    fn all(mut self) -> Vec<Fact> {
        let mut kernel = self.subject.kernel();
        let only = match (kernel.next(), kernel.next()) {
            (Some(only), None) => Some(only.as_str()),
            _ => None,
        };
        for fact in std::mem::take(&mut self.unnamed) {
            self.own(match only {
                Some(bundle) => fact.of(bundle),
                None => fact,
            });
        }
        if self.facts.is_empty() {
            self.others
                .sort_by_key(|fact| fact.claim != Claim::UnclearExtension);
            self.others.truncate(1);
            return self.others;
        }
        self.facts
    }
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
    own: BTreeMap<String, &'s str>,
    /// Folders of other extensions.
    other: BTreeSet<String>,
}

impl<'s> Folders<'s> {
    /// Looks through all lines.
    fn of(text: &Text, subject: &'s Subject) -> Self {
        let mut folders = Self {
            own: BTreeMap::new(),
            other: BTreeSet::new(),
        };
        for line in text.lines() {
            let Some(folder) = folder(line.text) else {
                continue;
            };
            // The copy that is staged has a name of its own, which only this sentence ties to the extension.
            let staged = line.text.split_once("failed to validate, deleting:");
            let bundles = match staged {
                Some((named, _)) => subject.named_in(named),
                None => subject.identified_in(line.text),
            };
            if let [bundle, ..] = bundles[..] {
                folders.own.entry(folder.to_owned()).or_insert(bundle);
            } else if staged.is_some() || names_an_id(line.text) {
                folders.other.insert(folder.to_owned());
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
    [
        "ID = ",
        "identifiers ",
        "Unable to load '",
        " -b ",
        "--bundle-identifier ",
        "executable kext bundle ",
    ]
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
            if let Some(bundle) = folders.own.get(folder) {
                return Some(Self::Subject(vec![bundle]));
            }
            if folders.other.contains(folder) || line.text.contains("/System/Library/Extensions/") {
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
}
