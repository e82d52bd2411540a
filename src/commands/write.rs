//! Writes the files of a run: all of them or none. Shared by every command that writes.
//!
//! Each file is first written whole beside its destination; only when all are there do they take their places, one
//! rename each. If a rename fails, those before it are taken back. Nobody ever reads half a file.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::Error;
use crate::escape::quoted;

/// A file to write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output<'a> {
    /// Where; missing folders are created. A link is followed: what it points to is written.
    pub(crate) path: &'a Path,
    /// What.
    pub(crate) content: &'a [u8],
}

/// What to do with a file that has the content already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfSame {
    /// Leave it alone, with its time.
    Leave,
    /// Write it again.
    Write,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It did not exist before.
    New,
    /// It was another.
    Replaced,
    /// It was the same and was left alone.
    Unchanged,
}

/// Writes all files, or none of them and says why. The answers are in the order of the files.
pub(crate) fn all_or_none(outputs: &[Output<'_>], if_same: IfSame) -> Result<Vec<Written>, Error> {
    run(outputs, if_same, &mut |_, file, to| persist(file, to))
}

/// Replaces all files, or none of them and says why. Each is asked about by its number right before it is replaced, so
/// that what somebody else wrote meanwhile is not lost.
pub(crate) fn all_or_none_while(
    outputs: &[Output<'_>],
    may_replace: &dyn Fn(usize) -> io::Result<()>,
) -> Result<(), Error> {
    run(outputs, IfSame::Leave, &mut |number, file, to| {
        may_replace(number)?;
        persist(file, to)
    })
    .map(drop)
}

/// Gives a finished file its name.
fn persist(file: NamedTempFile, to: &Path) -> io::Result<()> {
    file.persist(to).map(drop).map_err(|error| error.error)
}

/// Gives a finished file its name; the number is the output's.
type Rename<'a> = dyn FnMut(usize, NamedTempFile, &Path) -> io::Result<()> + 'a;

/// [`all_or_none`] with the last step for the tests to let fail.
fn run(
    outputs: &[Output<'_>],
    if_same: IfSame,
    rename: &mut Rename<'_>,
) -> Result<Vec<Written>, Error> {
    let mut folders = Folders::default();
    let mut staged: Vec<Staged<'_>> = Vec::with_capacity(outputs.len());
    let mut places = BTreeSet::new();
    for output in outputs {
        let next = Staged::new(*output, if_same, &mut folders)?;
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
    commit(staged, rename)?;
    folders.keep();
    Ok(written)
}

/// Lets every file take its place; takes back those that did if one cannot.
fn commit(staged: Vec<Staged<'_>>, rename: &mut Rename<'_>) -> Result<(), Error> {
    let mut done: Vec<Done<'_>> = Vec::with_capacity(staged.len());
    for (number, file) in staged.into_iter().enumerate() {
        let Some(fresh) = file.fresh else { continue };
        let replaced = match file.outcome {
            Written::Replaced => backup(&file.to).map(Some),
            Written::New | Written::Unchanged => Ok(None),
        };
        let renamed = replaced.and_then(|old| rename(number, fresh, &file.to).map(|()| old));
        match renamed {
            Ok(old) => done.push(Done {
                path: file.path,
                to: file.to,
                old,
            }),
            Err(error) => return Err(roll_back(done, Error::io("write", file.path, error))),
        }
    }
    Ok(())
}

/// Puts the old files back, the last first, and says so if that fails too.
fn roll_back(done: Vec<Done<'_>>, error: Error) -> Error {
    let mut lost = Vec::new();
    for file in done.into_iter().rev() {
        let undone = match file.old {
            Some(old) => old.persist(&file.to).map_err(|error| error.error),
            None => std::fs::remove_file(&file.to),
        };
        if undone.is_err() {
            lost.push(shown(file.path));
        }
    }
    if lost.is_empty() {
        error.help("nothing was written; the files are as they were")
    } else {
        lost.reverse();
        error.help(format!(
            "{} could not be put back and holds the new content",
            lost.join(", ")
        ))
    }
}

/// A file that waits to take its place.
struct Staged<'a> {
    /// The destination as the user knows it.
    path: &'a Path,
    /// The destination itself, behind any link.
    to: PathBuf,
    /// The new content under a passing name; `None` if the file stays as it is.
    fresh: Option<NamedTempFile>,
    /// What becomes of the file.
    outcome: Written,
}

/// A file that took its place.
struct Done<'a> {
    /// The destination as the user knows it.
    path: &'a Path,
    /// The destination itself.
    to: PathBuf,
    /// What was there before, under a passing name.
    old: Option<tempfile::TempPath>,
}

impl<'a> Staged<'a> {
    /// Writes the content beside the file it will replace.
    fn new(output: Output<'a>, if_same: IfSame, folders: &mut Folders) -> Result<Self, Error> {
        let path = output.path;
        let failed = |error| Error::io("write", path, error);
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        folders.create(folder).map_err(failed)?;
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
        let outcome = if old.is_none() {
            Written::New
        } else if if_same == IfSame::Leave && is_same(&to, output.content) {
            Written::Unchanged
        } else {
            Written::Replaced
        };
        let fresh = match outcome {
            Written::Unchanged => None,
            Written::New | Written::Replaced => {
                Some(stage(&to, old.as_ref(), output.content).map_err(failed)?)
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
    std::fs::read(path).is_ok_and(|old| old == content)
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

/// Writes a file beside the one it will replace, with that one's permissions or those of a new file.
fn stage(to: &Path, old: Option<&std::fs::Metadata>, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    match old {
        Some(old) => {
            builder.permissions(old.permissions());
        }
        None => as_a_new_file(&mut builder),
    }
    let mut file = builder.tempfile_in(folder_of(to))?;
    file.write_all(content)?;
    if let Some(old) = old {
        // Creating a file takes the umask away, which the old one need not obey.
        std::fs::set_permissions(file.path(), old.permissions())?;
    }
    Ok(file)
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
fn backup(path: &Path) -> io::Result<tempfile::TempPath> {
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
    /// Outer ones first.
    created: Vec<PathBuf>,
}

impl Folders {
    /// Creates a folder and those around it.
    fn create(&mut self, folder: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .collect();
        for folder in missing.into_iter().rev() {
            match std::fs::create_dir(folder) {
                Ok(()) => self.created.push(folder.to_owned()),
                // Somebody else was faster, or the path has a `..` in it.
                Err(_) if folder.is_dir() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The run succeeded.
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
mod tests {
    use super::*;

    /// Every file below a folder with its content, sorted.
    fn files(folder: &Path) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                found.push((format!("{name}/"), String::new()));
                found.extend(
                    files(&path)
                        .into_iter()
                        .map(|(below, content)| (format!("{name}/{below}"), content)),
                );
            } else {
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
        found.sort();
        found
    }

    /// Writes text files into a folder, letting the rename of one number fail.
    fn write(
        folder: &Path,
        outputs: &[(&str, &str)],
        if_same: IfSame,
        fails_at: usize,
    ) -> Result<Vec<Written>, Error> {
        let paths: Vec<PathBuf> = outputs.iter().map(|(name, _)| folder.join(name)).collect();
        let outputs: Vec<Output<'_>> = outputs
            .iter()
            .zip(&paths)
            .map(|((_, content), path)| Output {
                path,
                content: content.as_bytes(),
            })
            .collect();
        let mut number = 0;
        run(&outputs, if_same, &mut |_, file, to| {
            number += 1;
            if number - 1 == fails_at {
                return Err(io::Error::other("the disk is on fire"));
            }
            persist(file, to)
        })
    }

    /// Owned pairs, as [`files`] gives them.
    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter()
            .map(|(name, content)| ((*name).to_owned(), (*content).to_owned()))
            .collect()
    }

    /// No rename fails.
    const NEVER: usize = usize::MAX;

    #[test]
    fn new_files_get_their_folders() {
        let dir = tempfile::tempdir().unwrap();
        let written = write(
            dir.path(),
            &[("a/b/c", "1"), ("d", "2")],
            IfSame::Leave,
            NEVER,
        );
        assert_eq!(written.unwrap(), [Written::New, Written::New]);
        assert_eq!(
            files(dir.path()),
            pairs(&[("a/", ""), ("a/b/", ""), ("a/b/c", "1"), ("d", "2")])
        );
    }

    #[test]
    fn a_failed_rename_takes_back_what_was_written_before_it() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("old"), "old").unwrap();
        std::fs::write(dir.path().join("last"), "last").unwrap();
        let before = files(dir.path());
        let outputs = [("old", "new"), ("folder/fresh", "new"), ("last", "new")];
        for fails_at in 0..outputs.len() {
            let error = write(dir.path(), &outputs, IfSame::Leave, fails_at).unwrap_err();
            assert!(
                error.to_string().ends_with("the disk is on fire"),
                "{error}"
            );
            assert_eq!(
                error.next_step(),
                Some("nothing was written; the files are as they were")
            );
            assert_eq!(files(dir.path()), before, "after a failure at {fails_at}");
        }
        write(dir.path(), &outputs, IfSame::Leave, NEVER).unwrap();
        assert_eq!(
            files(dir.path()),
            pairs(&[
                ("folder/", ""),
                ("folder/fresh", "new"),
                ("last", "new"),
                ("old", "new")
            ])
        );
    }

    #[test]
    fn a_file_put_back_keeps_its_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        std::fs::write(&path, "old").unwrap();
        let before = std::fs::metadata(&path).unwrap().modified().unwrap();
        write(dir.path(), &[("a", "new"), ("b", "new")], IfSame::Leave, 1).unwrap_err();
        assert_eq!(
            std::fs::metadata(&path).unwrap().modified().unwrap(),
            before
        );
    }

    #[test]
    fn a_file_that_cannot_be_staged_leaves_no_trace_of_the_others() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("file"), "in the way").unwrap();
        let before = files(dir.path());
        for bad in ["file/below", ""] {
            let outputs = [("fresh/one", "1"), (bad, "2")];
            write(dir.path(), &outputs, IfSame::Leave, NEVER).unwrap_err();
            assert_eq!(files(dir.path()), before);
        }
    }

    #[test]
    fn the_same_content_is_left_alone_when_asked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        std::fs::write(&path, "same").unwrap();
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_hours(1);
        let set_time = || {
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(long_ago).unwrap();
        };
        let time = || std::fs::metadata(&path).unwrap().modified().unwrap();
        set_time();
        let written = write(dir.path(), &[("a", "same")], IfSame::Leave, NEVER);
        assert_eq!(written.unwrap(), [Written::Unchanged]);
        assert_eq!(time(), long_ago);
        let written = write(dir.path(), &[("a", "same")], IfSame::Write, NEVER);
        assert_eq!(written.unwrap(), [Written::Replaced]);
        assert_ne!(time(), long_ago);
    }

    #[test]
    fn two_outputs_at_one_place_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let outputs = [("a", "1"), ("./a", "2")];
        let error = write(dir.path(), &outputs, IfSame::Leave, NEVER).unwrap_err();
        assert!(
            error.to_string().starts_with("two files of this run"),
            "{error}"
        );
        assert_eq!(files(dir.path()), []);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_links_are_followed() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("real");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o662)).unwrap();
        std::os::unix::fs::symlink("real", dir.path().join("link")).unwrap();
        write(dir.path(), &[("link", "new")], IfSame::Leave, NEVER).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o662);
        assert!(dir.path().join("link").is_symlink());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_never_replaced() {
        let device = Output {
            path: Path::new("/dev/null"),
            content: b"text",
        };
        let error = all_or_none(&[device], IfSame::Leave).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot write `/dev/null`: it is not a regular file"
        );
    }
}
