//! Where the evidence comes from: files the user named, the folder of the collect script, the commands of this Mac. What
//! the user named must be usable; of what was collected, the rest is noted and the run goes on.

use std::path::Path;

use super::live;
use crate::commands::kext_policy_db;
use crate::diagnose::{self, Fact, Input, Row, Subject};
use crate::error::Error;
use crate::escape::quoted;
use crate::output::diagnosis::{InputState, Note};
use crate::profile::repository;

/// What was read so far.
#[derive(Default)]
pub(super) struct Evidence {
    /// The facts.
    pub(super) facts: Vec<Fact>,
    /// The inputs they come from.
    pub(super) given: Vec<Input>,
    /// What became of each file.
    pub(super) notes: Vec<Note>,
}

/// Reads a file the user named: what cannot be used is an error.
pub(super) fn named_file(
    input: Input,
    path: &Path,
    subject: &Subject,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let name = repository::display_path(path);
    let bytes = if path == Path::new("-") {
        repository::read_stream(&mut std::io::stdin().lock())
            .map_err(|error| Error::new("cannot read standard input").because(error))?
    } else {
        read(path)?
    };
    let is_database = input == Input::KextPolicy && diagnose::is_database(&bytes);
    if is_database && path == Path::new("-") {
        return Err(Error::new("a database cannot be read from standard input")
            .help("name the file itself: --kext-policy-db FILE, with KextPolicy-wal beside it"));
    }
    let facts = if is_database {
        diagnose::read_rows(&name, &rows(path)?, subject)
    } else {
        diagnose::read(input, &name, &bytes, subject).map_err(|misread| {
            Error::new(format!(
                "{} {}: {}",
                input.about().option,
                quoted(&name),
                misread.what
            ))
            .help(misread.help)
        })?
    };
    take(input, &name, facts, subject, evidence);
    Ok(())
}

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    repository::read(path).map_err(|error| {
        Error::io("read", path, error).help("name a file that exists and that you may read")
    })
}

/// The rows of a database.
fn rows(path: &Path) -> Result<Vec<Row>, Error> {
    let rows = kext_policy_db::read(path)?;
    Ok(rows
        .into_iter()
        .map(|row| Row {
            table: row.table.to_owned(),
            columns: row.columns,
        })
        .collect())
}

/// Keeps what an input says.
fn take(input: Input, name: &str, facts: Vec<Fact>, subject: &Subject, evidence: &mut Evidence) {
    // What is said about Defender says nothing about the extensions of others.
    let foreign =
        matches!(input, Input::MdatpHealth | Input::MdatpExtensions) && !subject.is_defender();
    let facts = if foreign { Vec::new() } else { facts };
    let state = if facts.is_empty() {
        InputState::Silent
    } else {
        InputState::Read
    };
    evidence.notes.push(Note::new(name, input, state, ""));
    // An input that says nothing leaves its question open.
    if facts.iter().any(|fact| fact.claim.answers()) {
        evidence.given.push(input);
    }
    evidence.facts.extend(facts);
}

/// Reads the folder of the collect script: what is missing there is not known, and no error.
pub(super) fn collected(
    folder: &Path,
    subject: &Subject,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    std::fs::read_dir(folder).map_err(|error| {
        Error::io("read the folder", folder, error).help(
            "make it on the Mac: kextpolicy diagnose --collect-script > collect.sh; sh collect.sh",
        )
    })?;
    for input in Input::ALL {
        let name = input.about().file;
        let path = folder.join(name);
        if !path.is_file() {
            if !input.is_collected() {
                continue;
            }
            evidence
                .notes
                .push(Note::new(name, input, InputState::Missing, ""));
            continue;
        }
        match read(&path) {
            Err(error) => evidence.notes.push(Note::new(
                name,
                input,
                InputState::NotUnderstood,
                &error.to_string(),
            )),
            Ok(bytes) if input == Input::KextPolicy && diagnose::is_database(&bytes) => {
                database(&path, name, subject, evidence);
            }
            Ok(bytes) => lenient(input, name, &bytes, subject, evidence),
        }
    }
    Ok(())
}

/// Runs the commands of this Mac.
pub(super) fn live(subject: &Subject, evidence: &mut Evidence) -> Result<(), Error> {
    for printed in live::collect()? {
        let (input, name) = (printed.input, printed.command.as_str());
        match printed.output {
            Ok(bytes) => lenient(input, name, &bytes, subject, evidence),
            Err(error) => {
                let why = if error.kind() == std::io::ErrorKind::NotFound {
                    "this Mac has no such program".to_owned()
                } else {
                    error.to_string()
                };
                evidence
                    .notes
                    .push(Note::new(name, input, InputState::Missing, &why));
            }
        }
    }
    database(Path::new(live::DATABASE), live::DATABASE, subject, evidence);
    Ok(())
}

/// Reads one database of many inputs, with the names of its tables; one that cannot be read is noted.
fn database(path: &Path, name: &str, subject: &Subject, evidence: &mut Evidence) {
    let input = Input::KextPolicy;
    match rows(path) {
        Ok(rows) => {
            let facts = diagnose::read_rows(name, &rows, subject);
            take(input, name, facts, subject, evidence);
        }
        Err(error) => evidence.notes.push(Note::new(
            name,
            input,
            InputState::NotUnderstood,
            &error.to_string(),
        )),
    }
}

/// Reads one of many inputs: what cannot be used is noted.
fn lenient(input: Input, name: &str, bytes: &[u8], subject: &Subject, evidence: &mut Evidence) {
    match diagnose::read(input, name, bytes, subject) {
        Ok(facts) => take(input, name, facts, subject, evidence),
        Err(misread) if misread.is_empty => {
            evidence
                .notes
                .push(Note::new(name, input, InputState::Empty, ""));
        }
        Err(misread) => evidence.notes.push(Note::new(
            name,
            input,
            InputState::NotUnderstood,
            &misread.what,
        )),
    }
}
