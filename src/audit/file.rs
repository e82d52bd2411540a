//! One file as an audit sees it: what it allows, with lines, and who it is on a Mac.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::facts::{facts, is_for_device, is_for_user};
use super::holdings::Holdings;
use super::origin::{Origin, Places};
use super::values::{canonical, sha256};
use crate::plist::scalar::REFERENCE_DATE;
use crate::plist::{ProblemKind, ProblemLevel, Value};
use crate::profile::allowed::{Statement, statements};
use crate::profile::refusal::lacking;
use crate::profile::{Common, Document, Envelope, Payload, Profile, with_document};

/// A file that was looked at.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) path: Arc<str>,
    /// What was read, for those who look at more than extensions; empty when nothing was.
    pub(crate) bytes: Box<[u8]>,
    /// What is in it, or why a Mac or this tool could not read it.
    pub(crate) content: Result<Content, String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) identity: Identity,
    /// What it says about extensions.
    pub(crate) statements: Vec<Placed>,
    /// The SHA-256 of all it says, however it is written.
    pub(crate) digest: String,
    /// The types of payloads that do nothing, because the profile is for a user and only the device channel takes them.
    pub(crate) withheld: BTreeSet<String>,
    /// Whether its `RemovalDate` is in the past, so that a Mac removes it at once.
    pub(crate) is_over: bool,
    /// What it lacks, so that a Mac can refuse it.
    pub(crate) lacking: Vec<String>,
}

/// The top-level keys by which a Mac knows a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    /// `PayloadIdentifier`.
    pub(crate) identifier: Option<String>,
    /// `PayloadUUID`.
    pub(crate) uuid: Option<String>,
    /// `PayloadDisplayName`.
    pub(crate) name: Option<String>,
    /// `PayloadOrganization`.
    pub(crate) organization: Option<String>,
    /// `PayloadScope`.
    pub(crate) scope: Option<String>,
    /// Whether it has keys that only Jamf Pro's export has.
    pub(crate) from_jamf: bool,
}

/// A statement and where people find it.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) statement: Statement,
    pub(crate) origin: Origin,
}

pub(crate) fn read(path: &str, bytes: &[u8]) -> File {
    with_document(path, bytes, |document| File {
        path: path.into(),
        bytes: bytes.into(),
        content: content(document),
    })
}

/// Reads a file for a list of everything: keeps what it says and not its bytes, and adds its facts to those of others.
pub(crate) fn read_whole(path: &str, bytes: &[u8], holdings: &mut Holdings) -> File {
    with_document(path, bytes, |document| of_document(document, holdings))
}

/// The same of a document.
pub(crate) fn of_document(document: &Document<'_>, holdings: &mut Holdings) -> File {
    let content = content(document);
    if content.is_ok()
        && let Some(profile) = Profile::of(document)
    {
        let mut places = Places::new(document);
        for fact in facts(profile) {
            let origin = places.origin(fact.span);
            holdings.add(fact, origin);
        }
        let counted = |payload: &Payload<'_>| !(is_for_user(profile) && is_for_device(*payload));
        for payload in profile.payloads().filter(counted) {
            let all = std::iter::once(payload).chain(payload.wrapped());
            all.for_each(|own| holdings.said.add(own, &mut places));
        }
    }
    File {
        path: document.path.into(),
        bytes: Box::default(),
        content,
    }
}

impl File {
    /// A file that could not be opened.
    pub(crate) fn unread(path: &str, why: &str) -> Self {
        Self {
            path: path.into(),
            bytes: Box::default(),
            content: Err(format!("cannot be read: {why}")),
        }
    }
}

/// What is in a document, or why it counts for nothing.
pub(crate) fn content(document: &Document<'_>) -> Result<Content, String> {
    if let Envelope::Broken(error) = document.envelope {
        return Err(error.to_string());
    }
    let refused = document
        .problems
        .iter()
        .find(|problem| problem.level == ProblemLevel::Refused);
    if let Some(problem) = refused {
        let lines = document.lines();
        let line = document
            .position(&lines, problem.span.start)
            .map_or_else(String::new, |at| format!("line {}: ", at.line));
        let who = match problem.kind {
            ProblemKind::Limit => "this tool does not read it",
            _ => "a Mac refuses it",
        };
        return Err(format!("{who}: {line}{}", problem.message));
    }
    if let Some(why) = document.refusal() {
        return Err(format!("a Mac refuses it: {why}"));
    }
    let profile = Profile::of(document).ok_or("it is not a dictionary")?;
    if profile
        .dictionary()
        .entry("EncryptedPayloadContent")
        .is_some()
    {
        return Err(
            "its payloads are encrypted (`EncryptedPayloadContent`): only the Mac that it is for can read them".to_owned(),
        );
    }
    let mut places = Places::new(document);
    let withheld = if is_for_user(profile) {
        let only_device = profile.payloads().filter(|payload| is_for_device(*payload));
        only_device
            .filter_map(|payload| own(payload.payload_type()))
            .collect()
    } else {
        BTreeSet::new()
    };
    Ok(Content {
        identity: identity(profile),
        digest: sha256(&canonical(profile.dictionary().value())),
        withheld,
        is_over: is_over(profile),
        lacking: lacking(profile),
        statements: statements(profile)
            .into_iter()
            .map(|statement| Placed {
                origin: places.origin(statement.span),
                statement,
            })
            .collect(),
    })
}

fn is_over(profile: Profile<'_>) -> bool {
    let date = profile.dictionary().get("RemovalDate");
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed();
    let now = now.map_or(0.0, |since| since.as_secs_f64()) - REFERENCE_DATE;
    date.and_then(Value::as_date).is_some_and(|date| date < now)
}

fn identity(profile: Profile<'_>) -> Identity {
    let root = profile.dictionary();
    Identity {
        identifier: own(profile.identifier()),
        uuid: own(profile.uuid()),
        name: own(profile.display_name()),
        organization: own(profile.organization()),
        scope: own(profile.scope()),
        from_jamf: root.get("TargetDeviceType").is_some(),
    }
}

fn own(text: Option<crate::profile::Text<'_>>) -> Option<String> {
    text.map(|text| text.value.into_owned())
}

impl Content {
    /// Whether a Mac takes what it says about extensions: only the device channel takes both payloads.
    pub(crate) fn counts(&self) -> bool {
        self.identity.scope.as_deref() != Some("User")
    }
}

/// A file whose content could be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadFile<'f> {
    pub(crate) file: &'f File,
    pub(crate) content: &'f Content,
    /// Its path from the folder that all files of its state have in common.
    pub(super) below: &'f str,
}

impl<'f> ReadFile<'f> {
    pub(super) fn identifier(&self) -> Option<&'f str> {
        self.content.identity.identifier.as_deref()
    }

    /// The name of the file without its folders.
    pub(super) fn tail(&self) -> &'f str {
        self.below.rsplit('/').next().unwrap_or(self.below)
    }
}
