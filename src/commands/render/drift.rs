//! `--check`: whether the files on the disk are what the policy says, and how they differ.

use std::io;
use std::path::{Path, PathBuf};

use super::File;
use crate::cms::{self, Integrity};
use crate::commands::Context;
use crate::error::Error;
use crate::escape::visible;
use crate::exit::ExitStatus;
use crate::profile::repository;

/// What is on the disk in a file's place.
enum Found {
    Missing,
    /// This, and whether it is signed.
    Content(Vec<u8>, bool),
    /// A signed message that cannot be trusted, and why.
    Broken(String),
}

/// Compares all files. Signatures differ each time they are made, so of a signed profile what was signed is compared;
/// with `--sign-…` it has to be signed, by anybody, and the signature has to hold.
pub(super) fn check(
    files: &[File],
    destinations: &[PathBuf],
    is_signing: bool,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let mut drifted = 0;
    for (file, path) in files.iter().zip(destinations) {
        let said = match read_written(path)? {
            Found::Missing => {
                let name = format!("b/{}", display(path));
                Some(diff("/dev/null", &name, "", &file.text))
            }
            Found::Broken(why) => Some(format!("{}: {why}\n", display(path))),
            Found::Content(_, false) if is_signing && file.is_profile => {
                Some(format!("{}: not signed\n", display(path)))
            }
            Found::Content(_, true) if !is_signing => Some(format!(
                "{}: signed, and would be written unsigned\n",
                display(path)
            )),
            Found::Content(old, _) => difference(path, &old, &file.text),
        };
        if let Some(said) = said {
            drifted += 1;
            for line in said.lines() {
                writeln!(context.out, "{line}")?;
            }
        }
    }
    if drifted == 0 {
        if !context.quiet {
            let count = files.len();
            let are = if count == 1 { "file is" } else { "files are" };
            writeln!(context.err, "{count} {are} as the policy says")?;
        }
        return Ok(ExitStatus::Clean);
    }
    writeln!(
        context.err,
        "{drifted} of {} files differ from what the policy says; the same command without `--check` writes them",
        files.len()
    )?;
    Ok(ExitStatus::Findings)
}

fn read_written(path: &Path) -> Result<Found, Error> {
    let bytes = match repository::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Missing),
        Err(error) => return Err(Error::io("read", path, error)),
    };
    if !cms::looks_signed(&bytes) {
        return Ok(Found::Content(bytes, false));
    }
    Ok(match cms::open(&bytes) {
        Ok(signed) => match signed.integrity() {
            Integrity::Broken(fault) => {
                Found::Broken(format!("the signature does not hold: {fault}"))
            }
            _ => Found::Content(signed.content().to_vec(), true),
        },
        Err(error) => Found::Broken(format!("the signature cannot be read: {error}")),
    })
}

/// How a file differs from what it should be; `None` if it does not.
fn difference(path: &Path, old: &[u8], new: &str) -> Option<String> {
    if old == new.as_bytes() {
        return None;
    }
    let name = display(path);
    let Ok(old) = std::str::from_utf8(old) else {
        return Some(format!("{name}: not text\n"));
    };
    // A profile for Jamf Pro is one line, of which a difference by lines says nothing.
    let (before, after) = (by_element(old), by_element(new));
    Some(if before == after {
        diff(&format!("a/{name}"), &format!("b/{name}"), old, new)
    } else {
        diff(&format!("a/{name}"), &format!("b/{name}"), &before, &after)
    })
}

/// The text with each element on a line of its own.
fn by_element(text: &str) -> String {
    text.replace("><", ">\n<")
}

fn diff(old_name: &str, new_name: &str, old: &str, new: &str) -> String {
    similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .header(old_name, new_name)
        .to_string()
}

/// The name of a file in a difference, with forward slashes.
fn display(path: &Path) -> String {
    visible(&path.to_string_lossy()).replace('\\', "/")
}
