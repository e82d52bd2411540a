//! Finds and reads profiles on disk; below `commands`, the only module that does.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;

use crate::error::Error;

/// Larger files are no profiles; byte offsets have 32 bits.
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;

/// How a file is named in reports: as the user would write it, with forward slashes on every system. Bytes that are not
/// UTF-8 become `\xFF`, so that two such names stay two.
pub(crate) fn display_path(path: &Path) -> String {
    let mut text = path.to_str().map_or_else(|| escaped(path), str::to_owned);
    if cfg!(windows) {
        text = text.replace('\\', "/");
    }
    match text.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => text,
    }
}

/// A name that is not UTF-8.
fn escaped(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

/// A profile that was found, not yet read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    /// How it is named in reports.
    pub(crate) name: Arc<str>,
    pub(crate) path: PathBuf,
    /// Why it cannot be read, when the search knows that already: a folder that may not be entered.
    pub(crate) trouble: Option<String>,
    /// Why it is left out; `None` if it is not.
    pub(crate) left_out: Option<LeftOut>,
}

impl Found {
    /// Something at a path.
    fn at(path: &Path, trouble: Option<String>) -> Self {
        Self {
            name: display_path(path).into(),
            path: path.to_owned(),
            trouble,
            left_out: None,
        }
    }

    /// A profile that is left out.
    fn left_out(path: &Path, why: LeftOut) -> Self {
        Self {
            left_out: Some(why),
            ..Self::at(path, None)
        }
    }
}

/// The profiles below `roots`, in the order of their names, each once; then those that are left out.
///
/// A file named outright is always taken. A folder is searched for `*.mobileconfig` in any case; `.gitignore` and
/// hidden folders are respected, symbolic links are not followed, so that nothing leads out of the tree or in circles.
/// `keep` decides about files found in folders.
pub(crate) fn find(
    roots: &[PathBuf],
    mut keep: impl FnMut(&str) -> bool,
) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    for root in roots {
        let metadata = fs::metadata(root).map_err(|error| Error::io("read", root, error))?;
        if !metadata.is_dir() {
            let trouble = no_file(root, &metadata).map(str::to_owned);
            found.push(Found::at(root, trouble));
            continue;
        }
        found.extend(search(root, |_| true).into_iter().map(|mut one| {
            if one.left_out.is_none() && one.trouble.is_none() && !keep(&one.name) {
                one.left_out = Some(LeftOut::Excluded);
            }
            one
        }));
    }
    // What is equal is one, so the order among them does not matter.
    found.sort_unstable();
    found.dedup();
    // What is left out of one root may be named outright.
    found.sort_by_key(|one| one.left_out.is_some());
    if roots.len() > 1 {
        // One file under two names (`a`, `./a`, its absolute path) is one profile.
        let mut seen = HashSet::new();
        found.retain(|one| {
            let place = std::path::absolute(&one.path);
            place.map_or(true, |place| seen.insert(place))
        });
    }
    Ok(found)
}

/// Why a search leaves a profile out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LeftOut {
    /// A `.gitignore` of the folder says so.
    Ignored,
    /// It or its folder has a name that begins with a dot.
    Hidden,
    /// It is a symbolic link, or a link to a folder.
    Link,
    /// The configuration excludes it.
    Excluded,
    /// It belongs to a repository inside of the one that is compared.
    OtherRepository,
}

impl LeftOut {
    /// The reason in words.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Ignored => "ignored (.gitignore)",
            Self::Hidden => "hidden",
            Self::Link => "a symbolic link",
            Self::Excluded => "excluded (kextpolicy.toml)",
            Self::OtherRepository => "in another repository",
        }
    }
}

/// Every `*.mobileconfig` below a folder, and what cannot be entered. `enter` decides about folders and files on the way.
///
/// The `.gitignore` files of the folder and those below count, because they are part of what is looked at; `.ignore`, and
/// what git or the user ignores elsewhere, hide nothing.
pub(crate) fn search(
    root: &Path,
    enter: impl Fn(&Path) -> bool + Clone + Send + Sync + 'static,
) -> Vec<Found> {
    let walk = |all: bool| {
        let enter = enter.clone();
        WalkBuilder::new(root)
            .standard_filters(false)
            .hidden(!all)
            .git_ignore(!all)
            .require_git(false)
            .filter_entry(move |entry| entry.file_name() != ".git" && enter(entry.path()))
            .build()
    };
    let mut found = Vec::new();
    let mut looked_at = HashSet::new();
    for entry in walk(false) {
        match entry {
            Ok(entry) if entry.depth() > 0 && entry.path_is_symlink() => {
                if is_profile_name(entry.path()) || entry.path().is_dir() {
                    found.push(Found::left_out(entry.path(), LeftOut::Link));
                    looked_at.insert(entry.into_path());
                }
            }
            Ok(entry) if is_profile_file(&entry) => {
                found.push(Found::at(entry.path(), None));
                looked_at.insert(entry.into_path());
            }
            Ok(_) => {}
            Err(error) => found.push(unreadable(root, &error)),
        }
    }
    // What cannot be entered here is in what is left out anyway, or was met before.
    for entry in walk(true).flatten() {
        let path = entry.path();
        let is_link = entry.path_is_symlink();
        let is_profile = is_profile_file(&entry) || is_link && is_profile_name(path);
        if is_profile && !looked_at.contains(path) {
            let why = if is_link {
                LeftOut::Link
            } else if is_hidden(path.strip_prefix(root).unwrap_or(path)) {
                LeftOut::Hidden
            } else {
                LeftOut::Ignored
            };
            found.push(Found::left_out(path, why));
        }
    }
    found
}

/// Whether a walk found something named like a profile that is not a folder. A named pipe or a device is one too: reading it
/// says what it is.
fn is_profile_file(entry: &ignore::DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| !kind.is_dir()) && is_profile_name(entry.path())
}

/// Whether a part of a path has a name that begins with a dot.
fn is_hidden(path: &Path) -> bool {
    path.components()
        .any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}

/// Whether a path is an open stream of the shell, such as the `/dev/fd/63` of `<(command)`, which can be read once.
pub(crate) fn is_stream(path: &Path) -> bool {
    path.is_absolute() && (path.starts_with("/dev") || path.starts_with("/proc"))
}

/// Why something that was named is nothing to read: opening it could wait for ever, or reading it never end.
#[cfg(unix)]
fn no_file(path: &Path, metadata: &fs::Metadata) -> Option<&'static str> {
    use std::os::unix::fs::FileTypeExt as _;
    let kind = metadata.file_type();
    if kind.is_fifo() && !is_stream(path) {
        Some("it is a named pipe, which could keep the run waiting; give the text as a file")
    } else if kind.is_char_device() || kind.is_block_device() {
        Some("it is a device and no file")
    } else if kind.is_socket() {
        Some("it is a socket and no file")
    } else {
        None
    }
}

/// Elsewhere, what is no folder is a file.
#[cfg(not(unix))]
fn no_file(_path: &Path, _metadata: &fs::Metadata) -> Option<&'static str> {
    None
}

/// A folder that could not be searched.
fn unreadable(root: &Path, error: &ignore::Error) -> Found {
    let mut inner = error;
    let mut path = root;
    loop {
        match inner {
            ignore::Error::WithPath { path: at, err } => {
                path = at;
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } => inner = err,
            _ => break,
        }
    }
    Found::at(path, Some(inner.to_string()))
}

/// Whether the name ends in `.mobileconfig`, in any case, and is more than that.
pub(crate) fn is_profile_name(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("mobileconfig"))
}

/// The bytes of a file; refuses what is too large to be a profile, and what is not a file. Everything that the tool reads
/// goes through here.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let metadata = file.metadata()?;
    if let Some(why) = no_file(path, &metadata) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    if metadata.len() > SIZE_LIMIT {
        return Err(too_large());
    }
    // What the kernel makes up as it is read, below `/proc` for example, says that it is empty, so the size is a hint.
    let size = usize::try_from(metadata.len()).map_err(|_| too_large())?;
    let mut bytes = Vec::with_capacity(size);
    file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    limited(&bytes)?;
    Ok(bytes)
}

/// The same as text; refuses what is not UTF-8.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// Opens a file. Opening a named pipe would wait for somebody who writes to it; this does not, whenever it became one.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    if is_stream(path) {
        return File::open(path);
    }
    File::options()
        .read(true)
        .custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The bytes of a stream, under the same limit.
pub(crate) fn read_stream(stream: &mut dyn io::Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    limited(&bytes)?;
    Ok(bytes)
}

/// Fails if there are too many bytes.
fn limited(bytes: &[u8]) -> io::Result<()> {
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(too_large());
    }
    Ok(())
}

fn too_large() -> io::Error {
    io::Error::new(
        io::ErrorKind::FileTooLarge,
        "larger than 256 MiB, which no profile is",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names found below a fresh folder with these files.
    fn names(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        find(&[folder.path().to_owned()], |_| true)
            .unwrap()
            .into_iter()
            .filter(|found| found.left_out.is_none())
            .map(|found| {
                let below = found.path.strip_prefix(folder.path()).unwrap();
                display_path(below)
            })
            .collect()
    }

    #[test]
    fn profiles_are_found_in_any_case_and_in_order() {
        assert_eq!(
            names(&[
                ("b.mobileconfig", ""),
                ("a/c.MobileConfig", ""),
                ("d.plist", "")
            ]),
            ["a/c.MobileConfig", "b.mobileconfig"]
        );
    }

    #[test]
    fn a_name_that_is_only_the_ending_is_no_profile_name() {
        for name in ["a.mobileconfig", "a/b.MOBILECONFIG", "é.mobileconfig"] {
            assert!(is_profile_name(Path::new(name)), "{name}");
        }
        for name in [
            ".mobileconfig",
            "a/.mobileconfig",
            "mobileconfig",
            "amobileconfig",
            "a.mobileconfigs",
            "",
        ] {
            assert!(!is_profile_name(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn ignored_and_hidden_files_are_left_out() {
        assert_eq!(
            names(&[
                (".gitignore", "out/\n"),
                ("out/a.mobileconfig", ""),
                (".hidden/b.mobileconfig", ""),
                ("c.mobileconfig", "")
            ]),
            ["c.mobileconfig"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_is_left_out_is_named_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "out/b", ".hidden/c", "d", "e"] {
            let path = folder.path().join(format!("{name}.mobileconfig"));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        fs::write(folder.path().join(".gitignore"), "out/\n").unwrap();
        // These hide nothing: the documentation names `.gitignore` only.
        fs::write(folder.path().join(".ignore"), "a.mobileconfig\n").unwrap();
        fs::create_dir_all(folder.path().join(".git/info")).unwrap();
        fs::write(folder.path().join(".git/info/exclude"), "a.mobileconfig\n").unwrap();
        std::os::unix::fs::symlink("a.mobileconfig", folder.path().join("f.mobileconfig")).unwrap();
        let found = find(&[folder.path().to_owned()], |name| {
            !name.ends_with("e.mobileconfig")
        });
        let found = found.unwrap().into_iter().map(|found| {
            let below = found.path.strip_prefix(folder.path()).unwrap();
            (display_path(below), found.left_out)
        });
        let expected = [
            ("a", None),
            ("d", None),
            (".hidden/c", Some(LeftOut::Hidden)),
            ("e", Some(LeftOut::Excluded)),
            ("f", Some(LeftOut::Link)),
            ("out/b", Some(LeftOut::Ignored)),
        ];
        let expected = expected.map(|(name, why)| (format!("{name}.mobileconfig"), why));
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_file_named_in_several_ways_is_one_profile() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mobileconfig");
        fs::write(&path, "").unwrap();
        let roots = [
            folder.path().to_owned(),
            path,
            folder.path().join("./a.mobileconfig"),
        ];
        assert_eq!(find(&roots, |_| true).unwrap().len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn what_became_a_pipe_or_a_folder_since_it_was_found_is_told_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, inner) = (folder.path().join("a"), folder.path().join("b"));
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        fs::create_dir(&inner).unwrap();
        let error = read(&pipe).unwrap_err();
        assert!(error.to_string().contains("named pipe"), "{error}");
        assert_eq!(
            read(&inner).unwrap_err().kind(),
            io::ErrorKind::IsADirectory
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_no_profile_and_is_not_opened() {
        let found = find(&[PathBuf::from("/dev/null")], |_| true).unwrap();
        assert_eq!(
            found[0].trouble.as_deref(),
            Some("it is a device and no file")
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out_or_loop() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("a.mobileconfig"), "").unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("out")).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        let found = find(&[folder.path().to_owned()], |_| true).unwrap();
        assert_eq!(found.len(), 2);
        assert!(
            found
                .iter()
                .all(|found| found.left_out == Some(LeftOut::Link))
        );
    }
}
