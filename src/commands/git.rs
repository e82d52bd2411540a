//! Profiles of a git revision and of its work tree, found with the installed `git` and without touching either.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::audit::file::{self, File};
use crate::commands::inputs::{self, Input};
use crate::commands::progress::Progress;
use crate::error::Error;
use crate::escape::quoted;
use crate::profile::repository::display_path;

/// Larger files are no profiles.
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;

/// A folder, or one file, of a repository.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The folder git is asked in.
    folder: PathBuf,
    /// What is meant in it; `None` for all of it.
    only: Option<String>,
}

/// A file of the revision.
struct Blob {
    /// Its object.
    object: String,
    /// Its name, from the folder the revision is compared with.
    name: String,
}

impl Place {
    /// The place of a path, which need not exist any more.
    pub(crate) fn new(path: &Path) -> Self {
        if path.is_dir() {
            return Self {
                folder: path.to_owned(),
                only: None,
            };
        }
        let folder = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        Self {
            folder: folder.unwrap_or_else(|| Path::new(".")).to_owned(),
            only: path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned()),
        }
    }

    /// Whether a file is looked at. In folders only profiles are, and nothing hidden, as everywhere.
    fn holds(&self, name: &str) -> bool {
        let in_folder = is_profile(name) && !name.split('/').any(|part| part.starts_with('.'));
        match &self.only {
            None => in_folder,
            // A folder that is gone now was one in the revision.
            Some(only) => name
                .strip_prefix(only.as_str())
                .is_some_and(|rest| rest.is_empty() || (rest.starts_with('/') && in_folder)),
        }
    }

    /// The profiles as they were in a revision.
    pub(crate) fn profiles_in(&self, revision: &str, watched: bool) -> Result<Vec<File>, Error> {
        if revision.is_empty() || revision.starts_with('-') {
            return Err(
                Error::new(format!("{} is no git revision", quoted(revision)))
                    .help("name a branch, a tag or a commit"),
            );
        }
        let commit = capture(
            &self.folder,
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &format!("{revision}^{{commit}}"),
            ],
        )?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        let mut blobs = Vec::new();
        for entry in names(&capture(&self.folder, &["ls-tree", "-r", "-z", &commit])?) {
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
            if let (true, true, Some(object)) = (is_file, self.holds(&name), facts.nth(1)) {
                blobs.push(Blob {
                    object: object.to_owned(),
                    name: display_path(&self.folder.join(name.as_ref())),
                });
            }
        }
        blobs.sort_by(|a, b| a.name.cmp(&b.name));
        read(&self.folder, &blobs, watched)
    }

    /// The profiles as they are now: what git tracks, ignored or not, as in a revision, and what it would track.
    pub(crate) fn profiles_now(&self, watched: bool) -> Result<Vec<File>, Error> {
        let list = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ];
        // A file in conflict is listed several times.
        let mut found = BTreeMap::new();
        for entry in names(&capture(&self.folder, &list)?) {
            let name = String::from_utf8_lossy(entry);
            let path = self.folder.join(path_of(entry));
            let is_file = || std::fs::symlink_metadata(&path).is_ok_and(|own| own.is_file());
            if self.holds(&name) && is_file() {
                let name = display_path(&self.folder.join(name.as_ref()));
                found.insert(name.clone(), Input::of_file(name, path));
            }
        }
        if let Some(only) = &self.only {
            // A file that is named is looked at, even if git ignores it.
            let path = self.folder.join(only);
            if path.is_file() {
                let name = display_path(&path);
                found.insert(name.clone(), Input::of_file(name, path));
            }
        }
        Ok(inputs::profiles(found.into_values().collect(), watched))
    }
}

/// The names of a listing. They come relative to the folder, each ended by NUL, so that none needs quoting.
fn names(listing: &[u8]) -> impl Iterator<Item = &[u8]> {
    listing
        .split(|byte| *byte == 0)
        .filter(|entry| !entry.is_empty())
}

/// A name of git as a path of this system.
#[cfg(unix)]
fn path_of(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    std::ffi::OsStr::from_bytes(name).into()
}

/// A name of git as a path of this system; git writes UTF-8 there.
#[cfg(not(unix))]
fn path_of(name: &[u8]) -> PathBuf {
    String::from_utf8_lossy(name).into_owned().into()
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

/// A revision that git does not hand out.
fn unreadable(why: &str) -> Error {
    Error::new(format!("git cannot read the revision: {why}"))
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
    let (said, help) = match said.trim() {
        "" => (
            "there is no such revision",
            "name a branch, a tag or a commit that this repository has; CI may need to fetch it first",
        ),
        said => (
            said.trim_start_matches("fatal: "),
            "run this in a folder of the repository, or compare two folders: `kextpolicy diff OLD NEW`",
        ),
    };
    Err(unreadable(said).help(help))
}

/// The contents, all through one process.
fn read(folder: &Path, blobs: &[Blob], watched: bool) -> Result<Vec<File>, Error> {
    if blobs.is_empty() {
        return Ok(Vec::new());
    }
    let mut child = git(folder, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(missing)?;
    let broken =
        |what: &str| unreadable(what).help("`git fsck` tells whether the repository is whole");
    let (Some(mut ask), Some(answer)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(broken("it has no streams"));
    };
    let mut answer = BufReader::new(answer);
    let mut files = Vec::with_capacity(blobs.len());
    let progress = Progress::new(blobs.len(), watched);
    for blob in blobs {
        progress.step();
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
            let why = format!("{} is larger than 256 MiB", quoted(&blob.name));
            return Err(unreadable(&why).help("no profile is: give the file another ending"));
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
