//! Profiles of a git revision, read with the installed `git` and without touching the work tree.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::audit::file::{self, File};
use crate::error::Error;
use crate::escape::quoted;
use crate::profile::repository::display_path;

/// Larger files are no profiles.
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;

/// A file of the revision.
struct Blob {
    /// Its object.
    object: String,
    /// Its name, from the folder the revision is compared with.
    name: String,
}

/// The profiles below a path as they were in a revision.
pub(crate) fn profiles(revision: &str, path: &Path) -> Result<Vec<File>, Error> {
    if revision.is_empty() || revision.starts_with('-') {
        return Err(
            Error::new(format!("{} is no git revision", quoted(revision)))
                .help("name a branch, a tag or a commit"),
        );
    }
    let (folder, only) = if path.is_dir() {
        (path, None)
    } else {
        let folder = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        (folder.unwrap_or_else(|| Path::new(".")), path.file_name())
    };
    let commit = capture(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")])
        .map_err(|error| error.help("name a branch, a tag or a commit that this repository has; CI may need to fetch it first"))?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    // Names come relative to the folder, each ended by NUL, so that none needs quoting.
    let listing = capture(folder, &["ls-tree", "-r", "-z", &commit])?;
    let mut blobs = Vec::new();
    for entry in listing
        .split(|byte| *byte == 0)
        .filter(|entry| !entry.is_empty())
    {
        let Some(at) = entry.iter().position(|byte| *byte == b'\t') else {
            continue;
        };
        let (facts, name) = (
            String::from_utf8_lossy(&entry[..at]),
            String::from_utf8_lossy(&entry[at + 1..]),
        );
        let mut facts = facts.split(' ');
        // Links (mode 120000) and submodules are not followed.
        let is_file = facts.next().is_some_and(|mode| mode.starts_with("100"));
        let wanted = match only {
            Some(only) => only.to_string_lossy() == name,
            None => is_profile(&name) && !name.split('/').any(|part| part.starts_with('.')),
        };
        if let (true, true, Some(object)) = (is_file, wanted, facts.nth(1)) {
            blobs.push(Blob {
                object: object.to_owned(),
                name: display_path(&folder.join(name.as_ref())),
            });
        }
    }
    blobs.sort_by(|a, b| a.name.cmp(&b.name));
    read(folder, &blobs)
}

/// Whether the name ends in `.mobileconfig`, in any case.
fn is_profile(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("mobileconfig"))
}

/// A `git` command in a folder. `GIT_OPTIONAL_LOCKS` keeps it from writing even an index.
fn git(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(args)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C");
    command
}

/// That `git` is missing.
fn missing(error: std::io::Error) -> Error {
    Error::new("cannot run `git`")
        .because(error)
        .help("install git, or compare two folders: `kextpolicy diff OLD NEW`")
}

/// What a command prints.
fn capture(folder: &Path, args: &[&str]) -> Result<Vec<u8>, Error> {
    let output = git(folder, args)
        .stdin(Stdio::null())
        .output()
        .map_err(missing)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = match said.trim() {
        "" => "there is no such revision".to_owned(),
        said => said.trim_start_matches("fatal: ").to_owned(),
    };
    Err(Error::new(format!("git cannot read the revision: {said}")))
}

/// The contents, all through one process.
fn read(folder: &Path, blobs: &[Blob]) -> Result<Vec<File>, Error> {
    if blobs.is_empty() {
        return Ok(Vec::new());
    }
    let mut child = git(folder, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(missing)?;
    let broken = |what: &str| Error::new(format!("git cannot read the revision: {what}"));
    let (Some(mut ask), Some(answer)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(broken("it has no streams"));
    };
    let mut answer = BufReader::new(answer);
    let mut files = Vec::with_capacity(blobs.len());
    for blob in blobs {
        // One question, one answer: neither side waits for a full pipe.
        let stopped = |error| broken("it stopped answering").because(error);
        writeln!(ask, "{}", blob.object)
            .and_then(|()| ask.flush())
            .map_err(stopped)?;
        let mut head = String::new();
        answer.read_line(&mut head).map_err(stopped)?;
        let size: u64 = head
            .trim_end()
            .rsplit(' ')
            .next()
            .and_then(|size| size.parse().ok())
            .ok_or_else(|| broken("an object is missing"))?;
        if size > SIZE_LIMIT {
            return Err(broken(&format!(
                "{} is larger than 256 MiB",
                quoted(&blob.name)
            )));
        }
        let mut bytes = Vec::new();
        answer
            .by_ref()
            .take(size + 1)
            .read_to_end(&mut bytes)
            .map_err(stopped)?;
        if bytes.pop() != Some(b'\n') {
            return Err(broken("an answer was cut short"));
        }
        files.push(file::read(&blob.name, &bytes));
    }
    drop(ask);
    child
        .wait()
        .map_err(|error| broken("it did not end").because(error))?;
    Ok(files)
}
