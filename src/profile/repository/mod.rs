//! Finds and reads profiles on disk; below `commands`, the only module that does.

mod read;

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;
use memchr::memmem;
use read::no_file;
pub(crate) use read::{is_stream, read, read_stream, read_text};

use crate::error::Error;

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
pub(crate) struct FoundFile {
    /// How it is named in reports.
    pub(crate) name: Arc<str>,
    pub(crate) path: PathBuf,
    /// Why it cannot be read, when the search knows that already: a folder that may not be entered.
    pub(crate) trouble: Option<String>,
    /// Why it is left out; `None` if it is not.
    pub(crate) left_out: Option<LeftOut>,
}

impl FoundFile {
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
) -> Result<Vec<FoundFile>, Error> {
    let mut found = Vec::new();
    for root in roots {
        let metadata = fs::metadata(root).map_err(|error| Error::io("read", root, error))?;
        if !metadata.is_dir() {
            let trouble = no_file(root, &metadata).map(str::to_owned);
            found.push(FoundFile::at(root, trouble));
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
    /// It is a `.plist` or `.xml`, and looks like a profile inside.
    OtherName,
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
            Self::OtherName => "not named *.mobileconfig",
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
) -> Vec<FoundFile> {
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
                    found.push(FoundFile::left_out(entry.path(), LeftOut::Link));
                    looked_at.insert(entry.into_path());
                }
            }
            Ok(entry) if is_profile_file(&entry) => {
                found.push(FoundFile::at(entry.path(), None));
                looked_at.insert(entry.into_path());
            }
            Ok(entry) if looks_like_profile(&entry) => {
                found.push(FoundFile::left_out(entry.path(), LeftOut::OtherName));
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
            found.push(FoundFile::left_out(path, why));
        }
    }
    found
}

/// Whether a walk found something named like a profile that is not a folder. A named pipe or a device is one too: reading it
/// says what it is.
fn is_profile_file(entry: &ignore::DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| !kind.is_dir()) && is_profile_name(entry.path())
}

/// So much of a file with another name is searched for the key that makes it a profile.
const HEAD: u64 = 1024 * 1024;

/// Whether a file with another name holds a profile, as it is or, as in Jamf Pro's answers, inside of XML. The request body
/// that `render --request` writes beside a profile holds only that profile.
fn looks_like_profile(entry: &ignore::DirEntry) -> bool {
    let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
    // A folder may hold large property lists that are not profiles, and this only counts.
    let head = || {
        let mut head = Vec::new();
        let file = fs::File::open(entry.path())?;
        file.take(HEAD).read_to_end(&mut head).map(|_| head)
    };
    is_file
        && may_hold_profile(entry.path(), Path::exists)
        && head().is_ok_and(|head| holds_profile(&head))
}

/// Whether a file with this name may hold a profile, though its name is not one of a profile.
pub(crate) fn may_hold_profile(path: &Path, exists: impl Fn(&Path) -> bool) -> bool {
    let ending = path.extension().and_then(OsStr::to_str);
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("plist") => true,
        Some("xml") => !exists(&path.with_extension("mobileconfig")),
        _ => false,
    }
}

/// Whether these bytes hold a profile.
pub(crate) fn holds_profile(bytes: &[u8]) -> bool {
    let has = |text: &str| memmem::find(bytes, text.as_bytes()).is_some();
    bytes.starts_with(b"bplist") && has("PayloadContent")
        || has("<key>PayloadContent<")
        || has("&lt;key&gt;PayloadContent&lt;")
}

/// Whether a part of a path has a name that begins with a dot.
fn is_hidden(path: &Path) -> bool {
    path.components()
        .any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}

/// A folder that could not be searched.
fn unreadable(root: &Path, error: &ignore::Error) -> FoundFile {
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
    FoundFile::at(path, Some(inner.to_string()))
}

/// Whether the name ends in `.mobileconfig`, in any case, and is more than that.
pub(crate) fn is_profile_name(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("mobileconfig"))
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

    #[test]
    fn a_profile_with_another_name_is_left_out_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let inside = "<plist><dict><key>PayloadContent</key><array/></dict></plist>";
        for (name, text) in [
            ("a.plist", inside),
            ("b.XML", inside),
            ("c.txt", inside),
            ("d.plist", "<plist><dict/></plist>"),
            ("e.mobileconfig", inside),
            ("e.xml", inside),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let found = find(&[folder.path().to_owned()], |_| true).unwrap();
        let other = Some(LeftOut::OtherName);
        let left_out = found.iter().filter(|own| own.left_out == other);
        assert_eq!(left_out.count(), 2, "{found:?}");
        assert_eq!(found.len(), 3);
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
