//! What Apple says of a payload or a key: for the terminal, for programs, for a web page.

use std::io;

use serde::Serialize;

use super::requirement_page;
use super::{Out, Paint, rule_pages};
use crate::schema::successors::{Successor, successor};
use crate::schema::{Group, Key, Payload, Presence, Since, Support, Table, Type, exceptions};

/// One description of a payload type, or of one key in it.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) payload: &'static Payload,
    /// The key in it; `None` for the payload as a whole.
    pub(crate) key: Option<Found>,
}

/// A key and where it is in the payload.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The names down to it.
    pub(crate) path: String,
    pub(crate) key: &'static Key,
    /// Whether it is what an array holds: then its name is nowhere in a profile.
    pub(crate) item: bool,
    /// How far below the first one it stands.
    pub(crate) depth: usize,
}

impl Found {
    /// A key of the payload itself.
    pub(crate) fn at_top(key: &'static Key) -> Self {
        Self {
            path: key.name.to_owned(),
            key,
            item: false,
            depth: 0,
        }
    }

    /// What is directly inside.
    pub(crate) fn inner(&self) -> impl Iterator<Item = Self> {
        self.key.inner.keys().iter().map(|key| Self {
            path: format!("{}.{}", self.path, key.name),
            key,
            item: self.key.kind == Type::Array,
            depth: self.depth + 1,
        })
    }

    /// How it is called in a list of keys.
    fn name(&self) -> &'static str {
        if self.item {
            "each item"
        } else {
            self.key.name
        }
    }
}

/// A subject as JSON.
#[derive(Serialize)]
struct PayloadPage<'s> {
    payload_type: &'s str,
    /// The name of Apple's file.
    apple_file: String,
    /// What holds on a Mac.
    macos: Vec<String>,
    /// What holds on other systems.
    elsewhere: String,
    /// The keys, or the one asked for.
    keys: Vec<KeyPage<'s>>,
    /// Where the facts come from.
    source: &'s str,
}

/// A key as JSON.
#[derive(Serialize)]
struct KeyPage<'s> {
    /// Its path in the payload.
    path: String,
    /// The type of its value.
    r#type: &'s str,
    required: bool,
    /// The value that holds without it.
    default: Option<&'s str>,
    values: &'s [&'s str],
    min: Option<f64>,
    max: Option<f64>,
    pattern: Option<&'s str>,
    /// What holds on a Mac, where it differs from the payload.
    macos: Vec<String>,
    /// What holds elsewhere, where it differs from the payload.
    elsewhere: String,
}

/// How deep keys are listed: some structures hold themselves.
const DEPTH: usize = 8;

/// Collects a key and everything below it.
fn collect(found: Found, out: &mut Vec<Found>) {
    let inner: Vec<Found> = if found.depth < DEPTH {
        found.inner().collect()
    } else {
        Vec::new()
    };
    out.push(found);
    for inner in inner {
        let again = out
            .iter()
            .any(|known| std::ptr::eq(known.key, inner.key) && inner.path.starts_with(&known.path));
        if !again {
            collect(inner, out);
        }
    }
}

/// Everything a subject has to list.
fn keys(subject: &Subject) -> Vec<Found> {
    let mut out = Vec::new();
    match &subject.key {
        Some(found) => collect(found.clone(), &mut out),
        None => {
            for found in at_top(subject.payload.keys) {
                collect(found, &mut out);
            }
        }
    }
    out
}

/// Every key of a payload, with those inside of others.
pub(crate) fn at_any_depth(payload: &'static Payload) -> Vec<Found> {
    keys(&Subject { payload, key: None })
}

/// The keys of a payload.
pub(crate) fn at_top(keys: Group) -> impl Iterator<Item = Found> {
    keys.keys().iter().map(Found::at_top)
}

/// What is said of macOS, a few words each.
fn macos(support: &Support) -> Vec<String> {
    let mut words = Vec::new();
    match support.introduced {
        Since::Unsaid => {}
        Since::Never => words.push("not on macOS".to_owned()),
        Since::From(version) if support.removed.is_some() => {
            words.push(format!("since macOS {version}"));
        }
        Since::From(version) => words.push(format!("macOS {version} and later")),
    }
    if let Some(version) = support.deprecated {
        words.push(format!("deprecated since macOS {version}"));
    }
    if let Some(version) = support.removed {
        words.push(format!("removed in macOS {version}"));
    }
    let mut say = |fact: Option<bool>, yes: &str, no: &str| {
        let word = match fact {
            Some(true) => yes,
            Some(false) => no,
            None => "",
        };
        if !word.is_empty() {
            words.push(word.to_owned());
        }
    };
    say(support.multiple, "several allowed", "one only");
    say(support.device, "", "user channel only");
    say(support.user, "", "device channel only");
    say(support.supervised, "supervised Macs only", "");
    say(support.dep, "only with Automated Device Enrollment", "");
    say(support.approved, "needs user-approved MDM", "");
    say(support.manual, "", "cannot be installed by hand");
    match support.enrollment {
        None | Some("allowed") => {}
        Some("forbidden") => words.push("not with User Enrollment".to_owned()),
        Some(mode) => words.push(format!("with User Enrollment: {mode}")),
    }
    words
}

/// What Apple names instead.
fn instead(successor: &Successor) -> String {
    format!(
        "From macOS {} on Apple names the declaration `{}` instead",
        successor.since, successor.declaration
    )
}

/// A key's type, values and the rest on one line.
fn facts(found: &Found, payload_type: &str) -> String {
    let key = found.key;
    let mut words = vec![key.kind.name().to_owned()];
    // An array may be empty, whatever is said of what it holds.
    if key.presence == Presence::Required && !found.item {
        words.push("required".to_owned());
    }
    let range = match (exceptions::lowest(key), exceptions::highest(key)) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => String::new(),
    };
    match (key.list, range.as_str()) {
        ([], "") => {}
        ([], range) => words.push(range.to_owned()),
        ([only], "") => words.push(format!("only {only}")),
        ([only], range) => words.push(format!("{only}, or {range}")),
        (list, "") => words.push(format!("one of {}", list.join(", "))),
        (list, range) => words.push(format!("one of {}, or {range}", list.join(", "))),
    }
    if let Some(pattern) = key.pattern {
        words.push(format!("like {pattern}"));
    }
    if let Some(default) = key.default {
        words.push(format!("default {default}"));
    }
    words.extend(macos(&key.mac));
    words.extend(successor(payload_type, Some(key.name)).map(instead));
    if !key.elsewhere.is_unsaid() {
        words.push(format!("elsewhere: {}", key.elsewhere));
    }
    words.join("; ")
}

/// For reading in a terminal.
pub(crate) fn text(subjects: &[Subject], table: &Table, out: &mut Out) -> io::Result<()> {
    for (number, subject) in subjects.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        let payload = subject.payload;
        out.paint(Paint::Bold, payload.payload_type)?;
        writeln!(out)?;
        for line in head(payload, table) {
            writeln!(out, "{line}")?;
        }
        writeln!(out)?;
        let found = keys(subject);
        let first = found.first().map_or(0, |found| found.depth);
        for found in found {
            let indent = "  ".repeat(found.depth - first);
            writeln!(
                out,
                "{indent}{}: {}",
                found.name(),
                facts(&found, payload.payload_type)
            )?;
        }
    }
    if let Some(page) = language(subjects) {
        writeln!(out)?;
        rule_pages::page(page, out)?;
    }
    writeln!(out, "\nSource: {}", table.source)
}

/// The page about code requirements, for a key that holds one.
fn language(subjects: &[Subject]) -> Option<&'static str> {
    let mut keys = subjects.iter().filter_map(|subject| subject.key.as_ref());
    keys.any(|found| requirement_page::is_about(found.key.name))
        .then_some(requirement_page::LANGUAGE)
}

/// What is said of a payload before its keys, a line each.
fn head(payload: &Payload, table: &Table) -> Vec<String> {
    let mut lines = Vec::new();
    if payload.name != payload.payload_type {
        lines.push(format!("Apple's file: {}.yaml", payload.name));
    }
    let mut words = macos(&payload.mac);
    if !payload.elsewhere.is_unsaid() {
        words.push(format!("elsewhere: {}", payload.elsewhere));
    }
    lines.push(words.join("; "));
    if let Some(successor) = successor(payload.payload_type, None) {
        lines.push(format!("{}.", instead(successor)));
    }
    for other in table.with_keys_of(payload.payload_type) {
        lines.push(format!("Takes the keys of `{}` too.", other.payload_type));
    }
    lines
}

/// For a web page.
pub(crate) fn markdown(subjects: &[Subject], table: &Table, out: &mut Out) -> io::Result<()> {
    let out = &mut out.markup();
    for (number, subject) in subjects.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        writeln!(out, "# {}\n", subject.payload.payload_type)?;
        for line in head(subject.payload, table) {
            writeln!(out, "{line}\n")?;
        }
        writeln!(out, "| Key | What it takes |\n|---|---|")?;
        for found in keys(subject) {
            let facts = facts(&found, subject.payload.payload_type).replace('|', "\\|");
            writeln!(out, "| `{}` | {facts} |", found.path)?;
        }
    }
    if let Some(page) = language(subjects) {
        write!(out, "\n{page}")?;
    }
    writeln!(out, "\nSource: {}", table.source)
}

pub(crate) fn json(subjects: &[Subject], table: &Table, out: &mut Out) -> io::Result<()> {
    let pages: Vec<_> = subjects
        .iter()
        .map(|subject| PayloadPage {
            payload_type: subject.payload.payload_type,
            apple_file: format!("{}.yaml", subject.payload.name),
            macos: macos(&subject.payload.mac),
            elsewhere: subject.payload.elsewhere.to_string(),
            keys: keys(subject)
                .into_iter()
                .map(
                    |Found {
                         path, key, item, ..
                     }| KeyPage {
                        path,
                        r#type: key.kind.name(),
                        required: key.presence == Presence::Required && !item,
                        default: key.default,
                        values: key.list,
                        min: exceptions::lowest(key),
                        max: exceptions::highest(key),
                        pattern: key.pattern,
                        macos: macos(&key.mac),
                        elsewhere: key.elsewhere.to_string(),
                    },
                )
                .collect(),
            source: table.source,
        })
        .collect();
    out.json(&pages)
}

/// One line per payload type.
pub(crate) fn list(table: &Table, out: &mut Out) -> io::Result<()> {
    for payload_type in table.payload_types() {
        writeln!(out, "{payload_type}")?;
    }
    writeln!(out, "\n`kextpolicy explain TYPE` shows the keys of one.")
}

/// The page about all payload types.
pub(crate) fn index(table: &Table, out: &mut Out) -> io::Result<()> {
    let mut out = out.markup();
    writeln!(
        out,
        "# Payloads\n\nWritten by `kextpolicy explain --payloads --format markdown`.\n\n\
         `kextpolicy lint` knows every key of these payloads, and `kextpolicy explain TYPE` or `TYPE.Key.SubKey` shows\n\
         them. Source: {}.\n\n| Type | Apple's file | Keys | On a Mac |\n|---|---|---|---|",
        table.source
    )?;
    for payload in table.payloads {
        let subject = Subject { payload, key: None };
        writeln!(
            out,
            "| `{}` | {}.yaml | {} | {} |",
            payload.payload_type,
            payload.name,
            keys(&subject).len(),
            macos(&payload.mac).join("; ")
        )?;
    }
    writeln!(out, "\n## Where Macs differ from Apple's descriptions\n")?;
    for exception in exceptions::all() {
        writeln!(out, "- {}: {}.", exception.what, exception.names.join(", "))?;
    }
    writeln!(
        out,
        "- Where Apple's type is an integer 0 or 1, a Boolean is accepted too.\n\n\
         ## A newer checkout of Apple's repository\n\n\
         In a folder with the checkout (not run by the tests of this project on this page):\n\n\
         ```sh untested\nkextpolicy generate-schema device-management/mdm/profiles --source 'REPOSITORY, commit C, DAY' > table.rs\n```\n\n\
         The result takes the place of `src/schema/table.rs`; build the tool again."
    )
}
