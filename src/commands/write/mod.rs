//! Writes the files of a run: all of them or none. Shared by every command that writes.
//!
//! Each file is first written whole beside its destination; only when all are there do they take their places, one
//! rename each. If a rename fails, or somebody presses Ctrl-C, those before it are taken back. Nobody ever reads half a
//! file.

mod attributes;
mod reads;

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub(crate) use reads::Reads;
use tempfile::TempPath;

use crate::commands::interrupt::{self, PutOff};
use crate::error::Error;
use crate::escape::quoted;
use crate::profile::repository;

/// What is said when no file was changed.
const AS_THEY_WERE: &str = "nothing was written; the files are as they were";

/// A file to write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output<'a> {
    /// Where; missing folders are created.
    pub(crate) path: &'a Path,
    /// What becomes of a link there.
    pub(crate) links: Links,
    pub(crate) content: &'a [u8],
}

impl AsRef<Path> for Output<'_> {
    fn as_ref(&self) -> &Path {
        self.path
    }
}

/// What to do with a symbolic link where a file is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    /// What it points to is written: the user named it.
    Follow,
    /// Refuse: the user named only its folder, and it may lead out of it.
    Refuse,
}

/// What to do with a file that has the content already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfSame {
    /// Leave it alone, with its time.
    Leave,
    Write,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It did not exist before.
    New,
    Replaced,
    /// It was the same and was left alone.
    Unchanged,
}

/// Writes all files, or none of them and says why. The answers are in the order of the files.
pub(crate) fn all_or_none(
    outputs: &[Output<'_>],
    reads: &Reads,
    if_same: IfSame,
) -> Result<Vec<Written>, Error> {
    unless_interrupted(outputs, reads, if_same, &|_| Ok(()))
}

/// Replaces all files, or none of them and says why. Each is asked about by its number right before it is replaced, so
/// that what somebody else wrote meanwhile is not lost.
pub(crate) fn all_or_none_while(
    outputs: &[Output<'_>],
    reads: &Reads,
    may_replace: &dyn Fn(usize) -> io::Result<()>,
) -> Result<(), Error> {
    unless_interrupted(outputs, reads, IfSame::Leave, may_replace).map(drop)
}

/// Writes all files or none; Ctrl-C stops it at the next step and takes back what was done.
fn unless_interrupted(
    outputs: &[Output<'_>],
    reads: &Reads,
    if_same: IfSame,
    may_replace: &dyn Fn(usize) -> io::Result<()>,
) -> Result<Vec<Written>, Error> {
    reads.refuse(outputs)?;
    let later = PutOff::new();
    let written = run(outputs, if_same, &mut |step| match step {
        // What was begun is taken back whole.
        Step::PutBack | Step::Remove => Ok(()),
        _ if interrupt::is_asked() => Err(io::ErrorKind::Interrupted.into()),
        Step::Rename(number) => may_replace(number),
        _ => Ok(()),
    });
    drop(later);
    if !interrupt::is_asked() {
        return written;
    }
    Err(Error::new("interrupted").help(match &written {
        Ok(_) => "all files were written before",
        Err(error) => error.next_step().unwrap_or(AS_THEY_WERE),
    }))
}

/// What changes something on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Folder,
    /// Creates a file beside its destination.
    Create,
    /// Writes the content into it.
    Write,
    /// Gives it the permissions of the old file.
    Permissions,
    /// Gives the old file a second name.
    Keep,
    /// Gives the new file its name; the number is the output's.
    Rename(usize),
    /// Gives the old file its name again.
    PutBack,
    /// Removes the new file again.
    Remove,
}

/// Asked before every step; an error is what the step ends with. The tests let each fail.
type Gate<'g> = dyn FnMut(Step) -> io::Result<()> + 'g;

/// [`all_or_none`] with a gate before every step.
fn run(
    outputs: &[Output<'_>],
    if_same: IfSame,
    gate: &mut Gate<'_>,
) -> Result<Vec<Written>, Error> {
    let mut folders = Folders::default();
    let mut staged: Vec<Staged<'_>> = Vec::with_capacity(outputs.len());
    let mut places = BTreeSet::new();
    for output in outputs {
        let next = Staged::new(*output, if_same, &mut folders, gate)?;
        if !places.insert(next.to.clone()) {
            return Err(Error::new(format!(
                "two files of this run would be written to {}",
                shown(&next.to)
            ))
            .help("give each a place of its own"));
        }
        staged.push(next);
    }
    let written = staged.iter().map(|file| file.outcome).collect();
    commit(staged, gate)?;
    folders.keep();
    Ok(written)
}

/// Lets every file take its place; takes back those that did if one cannot.
fn commit(staged: Vec<Staged<'_>>, gate: &mut Gate<'_>) -> Result<(), Error> {
    let mut done: Vec<Done<'_>> = Vec::with_capacity(staged.len());
    for (number, file) in staged.into_iter().enumerate() {
        let Some(fresh) = file.fresh else { continue };
        let replaced = match file.outcome {
            Written::Replaced => gate(Step::Keep).and_then(|()| backup(&file.to).map(Some)),
            Written::New | Written::Unchanged => Ok(None),
        };
        let renamed = replaced.and_then(|old| {
            gate(Step::Rename(number))?;
            match file.outcome {
                Written::New => take_new_place(fresh, &file.to)?,
                Written::Replaced | Written::Unchanged => {
                    fresh.persist(&file.to).map_err(|error| error.error)?;
                }
            }
            Ok(old)
        });
        match renamed {
            Ok(old) => done.push(Done {
                path: file.path,
                to: file.to,
                old,
            }),
            Err(error) => return Err(roll_back(done, Error::io("write", file.path, error), gate)),
        }
    }
    Ok(())
}

/// Gives a file a name that nothing had when the run looked. What has it now was written meanwhile, or by this run under
/// a name that differs in case only, where the file system makes no difference.
fn take_new_place(fresh: TempPath, to: &Path) -> io::Result<()> {
    let Err(refused) = fresh.persist_noclobber(to) else {
        return Ok(());
    };
    if refused.error.kind() == io::ErrorKind::AlreadyExists || to.symlink_metadata().is_ok() {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "a file of that name came while this ran, or differs from it in case only",
        ));
    }
    // A file system without hard links can only rename.
    refused.path.persist(to).map_err(|error| error.error)
}

/// Puts the old files back, the last first, and says so if that fails too.
fn roll_back(done: Vec<Done<'_>>, error: Error, gate: &mut Gate<'_>) -> Error {
    let mut lost = Vec::new();
    for file in done.into_iter().rev() {
        lost.extend(file.undo(gate).err());
    }
    if lost.is_empty() {
        error.help(AS_THEY_WERE)
    } else {
        lost.reverse();
        error.help(lost.join("; "))
    }
}

/// A file that waits to take its place.
struct Staged<'a> {
    /// The destination as the user knows it.
    path: &'a Path,
    /// The destination itself, behind any link.
    to: PathBuf,
    /// The new content under a passing name, closed, because there may be more files than a process may have open (256 on
    /// a Mac); `None` if the file stays as it is.
    fresh: Option<TempPath>,
    /// What becomes of the file.
    outcome: Written,
}

/// A file that took its place.
struct Done<'a> {
    /// The destination as the user knows it.
    path: &'a Path,
    to: PathBuf,
    /// What was there before, under a passing name.
    old: Option<TempPath>,
}

impl Done<'_> {
    /// Puts back what was there before, or says what is there now. The old content is kept in any case.
    fn undo(self, gate: &mut Gate<'_>) -> Result<(), String> {
        let path = shown(self.path);
        let Some(old) = self.old else {
            return gate(Step::Remove)
                .and_then(|()| std::fs::remove_file(&self.to))
                .map_err(|_| format!("{path} is new and could not be removed again"));
        };
        let mut kept = match gate(Step::PutBack) {
            Ok(()) => match old.persist(&self.to) {
                Ok(()) => return Ok(()),
                Err(error) => error.path,
            },
            Err(_) => old,
        };
        let name = kept.file_name().unwrap_or_default().to_string_lossy();
        let why = format!(
            "{path} holds the new content and could not be put back; the old content is beside it in {}",
            quoted(&name)
        );
        kept.disable_cleanup(true);
        Err(why)
    }
}

impl<'a> Staged<'a> {
    /// Writes the content beside the file it will replace.
    fn new(
        output: Output<'a>,
        if_same: IfSame,
        folders: &mut Folders,
        gate: &mut Gate<'_>,
    ) -> Result<Self, Error> {
        let path = output.path;
        let failed = |error| {
            let error = Error::io("write", path, plain(error));
            let help = match error.next_step() {
                Some(step) => format!("{step}; {AS_THEY_WERE}"),
                None => AS_THEY_WERE.to_owned(),
            };
            error.help(help)
        };
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if output.links == Links::Refuse && path.is_symlink() {
            return Err(Error::new(format!(
                "cannot write {}: it is a symbolic link, which may lead out of its folder",
                shown(path)
            ))
            .help(format!("remove the link; {AS_THEY_WERE}")));
        }
        folders.create(folder, gate).map_err(failed)?;
        let to = real(path).map_err(failed)?;
        let old = match std::fs::metadata(&to) {
            Ok(old) if old.is_dir() => {
                return Err(
                    Error::new(format!("cannot write {}: it is a folder", shown(path)))
                        .help("name a file in it"),
                );
            }
            Ok(old) if !old.is_file() => {
                return Err(Error::new(format!(
                    "cannot write {}: it is not a regular file",
                    shown(path)
                ))
                .help("`-` in its place prints to standard output"));
            }
            Ok(old) => Some(old),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let several_names = old.as_ref().and_then(attributes::several_names);
        let outcome = if old.is_none() {
            Written::New
        } else if if_same == IfSame::Leave && is_same(&to, output.content) {
            Written::Unchanged
        } else {
            Written::Replaced
        };
        if let (Written::Replaced, Some(why)) = (outcome, several_names) {
            return Err(
                Error::new(format!("cannot write {}: {why}", shown(path))).help(
                    "make a copy, give the copy the name, and run this again; nothing was written",
                ),
            );
        }
        let fresh = match outcome {
            Written::Unchanged => None,
            Written::New | Written::Replaced => {
                Some(stage(&to, old.as_ref(), output.content, gate).map_err(failed)?)
            }
        };
        Ok(Self {
            path,
            to,
            fresh,
            outcome,
        })
    }
}

/// Whether a file has exactly this content.
fn is_same(path: &Path, content: &[u8]) -> bool {
    repository::read(path).is_ok_and(|old| old == content)
}

/// An error without the passing name of the file, which says nothing to anybody.
fn plain(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((why, _)) => io::Error::new(error.kind(), why),
        None => error,
    }
}

/// The file behind a link, or the path in a folder without links.
fn real(path: &Path) -> io::Result<PathBuf> {
    match std::fs::symlink_metadata(path) {
        Ok(_) => std::fs::canonicalize(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(error);
            };
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            Ok(std::fs::canonicalize(folder)?.join(name))
        }
        Err(error) => Err(error),
    }
}

/// The folder of a file whose whole path is known.
fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}

/// Writes a file beside the one it will replace, with all that this one has beside its content.
fn stage(
    to: &Path,
    old: Option<&std::fs::Metadata>,
    content: &[u8],
    gate: &mut Gate<'_>,
) -> io::Result<TempPath> {
    let mut builder = tempfile::Builder::new();
    if old.is_none() {
        as_a_new_file(&mut builder);
    }
    gate(Step::Create)?;
    let mut file = builder.tempfile_in(folder_of(to))?;
    gate(Step::Write)?;
    file.write_all(content)?;
    if let Some(old) = old {
        gate(Step::Permissions)?;
        attributes::keep(to, old, file.path())?;
    }
    Ok(file.into_temp_path())
}

/// Gives a file the permissions of any new one, where `tempfile` would keep it private; the system takes the umask away.
#[cfg(unix)]
fn as_a_new_file(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

/// Leaves the permissions to the folder, on systems without modes.
#[cfg(not(unix))]
fn as_a_new_file(_: &mut tempfile::Builder<'_, '_>) {}

/// A second name for a file, with which it survives being replaced; a copy where the file system has no second names.
fn backup(path: &Path) -> io::Result<TempPath> {
    let named =
        tempfile::Builder::new().make_in(folder_of(path), |name| {
            match std::fs::hard_link(path, name) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    std::fs::copy(path, name).map(drop)
                }
                other => other,
            }
        })?;
    Ok(named.into_temp_path())
}

/// The folders a run created, which go again if the run fails.
#[derive(Default)]
struct Folders {
    created: Vec<PathBuf>,
}

impl Folders {
    /// Creates a folder and those around it.
    fn create(&mut self, folder: &Path, gate: &mut Gate<'_>) -> io::Result<()> {
        let missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .collect();
        for folder in missing.into_iter().rev() {
            gate(Step::Folder)?;
            match std::fs::create_dir(folder) {
                Ok(()) => self.created.push(folder.to_owned()),
                // Somebody else was faster, or the path has a `..` in it.
                Err(_) if folder.is_dir() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn keep(mut self) {
        self.created.clear();
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in self.created.iter().rev() {
            // A folder that is not empty any more belongs to somebody else.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// A path for a message.
fn shown(path: &Path) -> String {
    quoted(&path.display().to_string())
}

#[cfg(test)]
mod tests;
