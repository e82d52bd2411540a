//! Where the evidence comes from: files the user named, the folder of the collect script, the commands of this Mac. What
//! the user named must be usable; of what was collected, the rest is noted and the run goes on.

use std::path::Path;

use super::live;
use crate::commands::kext_policy_db;
use crate::diagnose::{self, Fact, Input, Reading, Row, Subject};
use crate::error::Error;
use crate::escape::quoted;
use crate::output::diagnosis::{InputState, Note};
use crate::profile::repository;

/// What was read so far.
#[derive(Default)]
pub(super) struct Evidence {
    pub(super) facts: Vec<Fact>,
    /// The inputs whose question is answered.
    pub(super) given: Vec<Input>,
    /// Lines that name the extension and that are not understood.
    pub(super) not_understood: Vec<Fact>,
    /// What became of each file.
    pub(super) notes: Vec<Note>,
}

/// Reads a file the user named: what cannot be used is an error. Without an option its content shows what it is.
pub(super) fn named_file(
    wanted: Option<Input>,
    path: &Path,
    subject: &Subject,
    evidence: &mut Evidence,
) -> Result<(), Error> {
    let name = repository::display_path(path);
    let is_stream = path == Path::new("-");
    let bytes = if is_stream {
        repository::read_stream(&mut std::io::stdin().lock())
            .map_err(|error| Error::new("cannot read standard input").because(error))?
    } else {
        read(path)?
    };
    let is_database =
        wanted.is_none_or(|input| input == Input::KextPolicy) && diagnose::is_database(&bytes);
    if is_database && is_stream {
        return Err(Error::new("a database cannot be read from standard input")
            .help("name the file itself: --kext-policy-db FILE, with KextPolicy-wal beside it"));
    }
    let reading = if is_database {
        diagnose::read_rows(&name, &rows(path)?, subject)
    } else {
        diagnose::read(wanted, &name, &bytes, subject).map_err(|misread| {
            let option =
                wanted.map_or_else(String::new, |input| format!("{} ", input.about().option));
            Error::new(format!("{option}{}: {}", quoted(&name), misread.what)).help(misread.help)
        })?
    };
    take(wanted, &name, reading, evidence);
    Ok(())
}

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    repository::read(path).map_err(|error| {
        let help = if error.kind() == std::io::ErrorKind::IsADirectory {
            format!(
                "for a folder of the collect script write `--dir {}`",
                path.display()
            )
        } else {
            "name a file that exists and that you may read".to_owned()
        };
        Error::io("read", path, error).help(help)
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

/// Keeps what a file says.
fn take(wanted: Option<Input>, name: &str, reading: Reading, evidence: &mut Evidence) {
    let names = "it names the extension, in lines that are not understood";
    let (state, why) = match (reading.facts.is_empty(), reading.not_understood.is_empty()) {
        (false, _) => (InputState::Read, String::new()),
        (true, true) => (InputState::Silent, String::new()),
        (true, false) => (
            InputState::NotUnderstood,
            match reading.other {
                Some(what) => format!("this is {what}; {names}"),
                None => names.to_owned(),
            },
        ),
    };
    let input = wanted.or(reading.inputs.first().copied());
    evidence.notes.push(Note::new(name, input, state, &why));
    evidence.given.extend(reading.answered);
    evidence.facts.extend(reading.facts);
    evidence.not_understood.extend(reading.not_understood);
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
                .push(Note::new(name, Some(input), InputState::Missing, ""));
            continue;
        }
        match read(&path) {
            Err(error) => evidence.notes.push(Note::new(
                name,
                Some(input),
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
                    .push(Note::new(name, Some(input), InputState::Missing, &why));
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
            let reading = diagnose::read_rows(name, &rows, subject);
            take(Some(input), name, reading, evidence);
        }
        Err(error) => evidence.notes.push(Note::new(
            name,
            Some(input),
            InputState::NotUnderstood,
            &error.to_string(),
        )),
    }
}

/// Reads one of many inputs: what cannot be used is noted.
fn lenient(input: Input, name: &str, bytes: &[u8], subject: &Subject, evidence: &mut Evidence) {
    // An empty output says that a load succeeded only of the command that the guides name.
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if input != Input::Kextutil && text.iter().all(u8::is_ascii_whitespace) {
        evidence
            .notes
            .push(Note::new(name, Some(input), InputState::Empty, ""));
        return;
    }
    match diagnose::read(Some(input), name, bytes, subject) {
        Ok(reading) => take(Some(input), name, reading, evidence),
        Err(misread) if misread.is_empty => {
            evidence
                .notes
                .push(Note::new(name, Some(input), InputState::Empty, ""));
        }
        Err(misread) => evidence.notes.push(Note::new(
            name,
            Some(input),
            InputState::NotUnderstood,
            &misread.what,
        )),
    }
}
