//! Profiles of a git revision and of its work tree, found with the installed `git` and without touching either.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::audit::file::{self, File};
use crate::commands::inputs::{self, Input};
use crate::commands::left_out::LeftOutFiles;
use crate::commands::progress::Progress;
use crate::commands::write::Reads;
use crate::error::Error;
use crate::escape::quoted;
use crate::profile::repository::{self, LeftOut, display_path};

/// The mode of a submodule in a tree and in the index.
const SUBMODULE: &str = "160000";

/// Larger files are not profiles.
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;

/// A folder, or one file, of a repository.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The folder that holds `.git`. The tool finds it, because git would also take a folder of a clone for a repository
    /// that looks like one, and obey the settings in it.
    root: PathBuf,
    /// The folder as the user names it.
    folder: PathBuf,
    /// The folder as git names it: empty, or ending in `/`.
    prefix: Vec<u8>,
    /// What is meant in the folder; `None` for all of it.
    only: Option<Vec<u8>>,
}

/// The profiles of a revision.
pub(crate) struct Revision {
    pub(crate) files: Vec<File>,
    /// The names of symbolic links.
    pub(crate) links: HashSet<String>,
    pub(crate) left_out: LeftOutFiles,
}

/// The profiles of the work tree.
pub(crate) struct Now {
    pub(crate) files: Vec<File>,
    pub(crate) left_out: LeftOutFiles,
    pub(crate) reads: Reads,
}

/// A file of the revision.
struct Blob {
    object: String,
    /// Its name in reports.
    name: String,
}

impl Place {
    /// The place of a path, which need not exist any more.
    pub(crate) fn new(path: &Path) -> Result<Self, Error> {
        let mut folder = path;
        while !folder.is_dir() {
            // `a/..` names nothing when there is no `a`.
            folder = match (folder.file_name(), folder.parent()) {
                (Some(_), Some(outer)) if !outer.as_os_str().is_empty() => outer,
                (Some(_), _) => Path::new("."),
                (None, _) => return Err(no_repository(path)),
            };
        }
        let gone = path.strip_prefix(folder).unwrap_or(path);
        let gone = name_of(gone);
        let whole = canonical(folder).map_err(|error| Error::io("read", folder, error))?;
        let root = whole.ancestors().find(|folder| is_repository(folder));
        let root = root.ok_or_else(|| no_repository(path))?;
        let mut prefix = name_of(whole.strip_prefix(root).unwrap_or(Path::new("")));
        if !prefix.is_empty() {
            prefix.push(b'/');
        }
        Ok(Self {
            root: root.to_owned(),
            folder: folder.to_owned(),
            prefix,
            only: (!gone.is_empty()).then_some(gone),
        })
    }

    /// The name in reports of a file that git knows by `name`; `None` if it is not looked at. In folders only profiles are.
    fn shown(&self, name: &[u8]) -> Option<String> {
        self.shown_if(name, repository::is_profile_name)
    }

    /// The same with another rule for the names of files in folders.
    fn shown_if(&self, name: &[u8], is_named_so: impl Fn(&Path) -> bool) -> Option<String> {
        let inner = name.strip_prefix(self.prefix.as_slice())?;
        let in_folder = is_named_so(&path_of(inner));
        let is_meant = match &self.only {
            None => in_folder,
            // A folder that is gone now was one in the revision.
            Some(only) => inner
                .strip_prefix(only.as_slice())
                .is_some_and(|rest| rest.is_empty() || (rest.starts_with(b"/") && in_folder)),
        };
        is_meant.then(|| display_path(&self.folder.join(path_of(inner))))
    }

    /// The commit that is checked out; `None` before the first one, and where git cannot say.
    pub(crate) fn head(&self) -> Option<String> {
        let args = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
        let commit = capture(&self.root, &args).ok()?;
        Some(String::from_utf8_lossy(&commit).trim().to_owned())
    }

    /// A submodule that holds what is meant, or lies in it, as a file that cannot be read: its files are in a repository of
    /// their own, which may not be here. One that comes or moves to another commit is a change that nobody looked at.
    fn submodule(&self, name: &[u8], commit: &str) -> Option<File> {
        let mut meant = self.prefix.clone();
        match &self.only {
            Some(only) => meant.extend_from_slice(only),
            None => drop(meant.pop()),
        }
        let is_in = |inner: &[u8], outer: &[u8]| {
            let rest = inner.strip_prefix(outer);
            rest.is_some_and(|rest| rest.is_empty() || outer.is_empty() || rest.starts_with(b"/"))
        };
        if !is_in(name, &meant) && !is_in(&meant, name) {
            return None;
        }
        let within = name.strip_prefix(self.prefix.as_slice());
        let shown = within.map_or_else(
            || display_path(&self.folder),
            |inner| display_path(&self.folder.join(path_of(inner))),
        );
        Some(File {
            path: shown.into(),
            // One of another name is another one.
            bytes: [name, b"\0", commit.as_bytes()].concat().into(),
            content: Err(format!(
                "it is a submodule, at commit {}, whose files are not compared here: run this in it",
                commit.get(..12).unwrap_or(commit)
            )),
        })
    }

    /// The profiles as they were in a revision.
    pub(crate) fn profiles_in(&self, revision: &str, watched: bool) -> Result<Revision, Error> {
        if revision.is_empty() || revision.starts_with('-') {
            return Err(
                Error::new(format!("{} is not a git revision", quoted(revision)))
                    .help("name a branch, a tag or a commit"),
            );
        }
        let commit = capture(
            &self.root,
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
        let mut links = HashSet::new();
        let mut submodules = Vec::new();
        let (mut others, mut profiles) = (Vec::new(), HashSet::new());
        for entry in names(&capture(&self.root, &["ls-tree", "-r", "-z", &commit])?) {
            let Some(at) = entry.iter().position(|byte| *byte == b'\t') else {
                continue;
            };
            let (facts, name) = (String::from_utf8_lossy(&entry[..at]), &entry[at + 1..]);
            let mut facts = facts.split(' ');
            match (facts.next(), self.shown(name), facts.nth(1)) {
                (Some(SUBMODULE), _, Some(commit)) => {
                    submodules.extend(self.submodule(name, commit));
                }
                (Some("120000"), Some(name), _) => drop(links.insert(name)),
                (Some(mode), Some(shown), Some(object)) if mode.starts_with("100") => {
                    let object = object.to_owned();
                    profiles.insert(path_of(name));
                    blobs.push(Blob {
                        object,
                        name: shown,
                    });
                }
                (Some(mode), None, Some(object)) if mode.starts_with("100") => {
                    others.push((path_of(name), name.to_owned(), object.to_owned()));
                }
                _ => {}
            }
        }
        blobs.sort_by(|a, b| a.name.cmp(&b.name));
        tell_apart(blobs.iter().map(|blob| blob.name.as_str()))?;
        let mut files = Vec::with_capacity(blobs.len());
        read(&self.root, &blobs, watched, |name, bytes| {
            files.push(file::read(name, bytes));
        })?;
        files.extend(submodules);
        // Profiles with other names are left out by the rule for the files as they are now.
        let exists = |path: &Path| profiles.contains(path);
        others.retain(|(path, ..)| repository::may_hold_profile(path, exists));
        let others: Vec<Blob> = others
            .into_iter()
            .filter_map(|(_, name, object)| {
                let name = self.shown_if(&name, |_| true)?;
                Some(Blob { object, name })
            })
            .collect();
        let mut left_out = LeftOutFiles::default();
        read(&self.root, &others, watched, |name, bytes| {
            if repository::holds_profile(bytes) {
                left_out.0.push((name.into(), LeftOut::OtherName));
            }
        })?;
        left_out.0.sort();
        Ok(Revision {
            files,
            links,
            left_out,
        })
    }

    /// The profiles as they are now: what git tracks, ignored or not, as in a revision, and what it would track. The tool
    /// walks through the work tree itself; git only says which names it tracks, without looking at the files.
    ///
    /// A link is not followed: one that was a link before (`links`) is left out, a new one is a file that cannot be read.
    pub(crate) fn profiles_now(
        &self,
        links: &HashSet<String>,
        watched: bool,
    ) -> Result<Now, Error> {
        let listing = capture(&self.root, &["ls-files", "-z", "--cached", "--stage"])?;
        let mut tracked: HashSet<&[u8]> = HashSet::new();
        let mut submodules = Vec::new();
        for entry in names(&listing) {
            let Some(at) = entry.iter().position(|byte| *byte == b'\t') else {
                continue;
            };
            let (facts, name) = (String::from_utf8_lossy(&entry[..at]), &entry[at + 1..]);
            let mut facts = facts.split(' ');
            if let (Some(SUBMODULE), Some(commit)) = (facts.next(), facts.next()) {
                submodules.extend(self.submodule(name, commit));
            }
            tracked.insert(name);
        }
        let mut found = Vec::new();
        let within = self.root.join(path_of(&self.prefix));
        let is_on_the_way =
            move |path: &Path| path.starts_with(&within) || within.starts_with(path);
        let mut left_out = LeftOutFiles::default();
        for profile in repository::search(&self.root, is_on_the_way) {
            let path = &profile.path;
            let git_name = name_of(path.strip_prefix(&self.root).unwrap_or(path));
            if let Some(why) = &profile.trouble {
                found.push(Input::unreadable(display_path(path), why.clone()));
                continue;
            }
            let name = self.shown(&git_name);
            let is_profile = name.is_some();
            let name = name.unwrap_or_else(|| display_path(path));
            let why = match profile.left_out {
                _ if self.is_in_other_repository(path) => Some(LeftOut::OtherRepository),
                Some(LeftOut::Link) if is_profile && !links.contains(&name) => {
                    let why = "it is a symbolic link, which is not followed";
                    found.push(Input::unreadable(name, why.to_owned()));
                    continue;
                }
                Some(LeftOut::Ignored | LeftOut::Hidden)
                    if tracked.contains(git_name.as_slice()) =>
                {
                    None
                }
                other => other,
            };
            match why {
                Some(why) => left_out.0.push((name.into(), why)),
                None if is_profile => found.push(Input::of_file(name, path.to_owned())),
                None => {}
            }
        }
        if let Some(only) = &self.only {
            // A file that is named is looked at, even if git ignores it.
            let path = self.folder.join(path_of(only));
            let name = display_path(&path);
            if path.is_file() && found.iter().all(|input| *input.name != *name) {
                found.push(Input::of_file(name, path));
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        tell_apart(found.iter().map(|input| &*input.name))?;
        left_out.0.sort();
        let reads = inputs::files(&found);
        let mut files = inputs::profiles(found, watched);
        files.extend(submodules);
        Ok(Now {
            files,
            left_out,
            reads,
        })
    }

    /// Whether a file belongs to a repository inside of this one, a submodule for example.
    fn is_in_other_repository(&self, path: &Path) -> bool {
        let folders = path.ancestors().skip(1);
        folders
            .take_while(|folder| **folder != self.root)
            .any(is_repository)
    }
}

/// Refuses two files that a report could not tell apart: names that are not UTF-8 are written with escapes, and another
/// file may have that name.
fn tell_apart<'a>(sorted: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    let mut last = None;
    for name in sorted {
        if last == Some(name) {
            return Err(Error::new(format!(
                "two files have the name {} in reports",
                quoted(name)
            ))
            .help("rename the one whose name is not UTF-8"));
        }
        last = Some(name);
    }
    Ok(())
}

/// Whether a folder holds a repository, as `.git` or named in a file `.git`. No clone brings `.git` along.
fn is_repository(folder: &Path) -> bool {
    let git = folder.join(".git");
    git.is_file() || git.join("HEAD").symlink_metadata().is_ok()
}

fn no_repository(path: &Path) -> Error {
    let path = path.display().to_string();
    Error::new(format!(
        "there is no git repository around {}",
        quoted(&path)
    ))
    .help(
        "run this in a folder of the repository, or compare two folders: `kextpolicy diff OLD NEW`",
    )
}

/// The names of a listing. They are relative to the root, each ended by NUL, so that none needs quoting.
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

/// A relative path as git names it.
fn name_of(path: &Path) -> Vec<u8> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let separator = |byte: &u8| match byte {
        b'\\' if cfg!(windows) => b'/',
        other => *other,
    };
    bytes.iter().map(separator).collect()
}

/// The whole path without links; on Windows without `\\?\`, which git does not take.
fn canonical(path: &Path) -> std::io::Result<PathBuf> {
    let whole = std::fs::canonicalize(path)?;
    let plain = whole.to_str().and_then(|text| text.strip_prefix(r"\\?\"));
    Ok(match plain {
        Some(plain) if plain.as_bytes().get(1) == Some(&b':') => plain.into(),
        _ => whole,
    })
}

/// What every call of git says, before what the repository says. A clone brings no settings along; an unpacked archive
/// brings a whole `.git`, in which these start programs. The commands used here (`rev-parse`, `ls-tree`, `cat-file`,
/// `ls-files --cached`) need neither filters nor hooks, pagers, editors or the network; this keeps it so in other versions
/// of git. What the user's own and the system's settings say counts as far as it is not said here: `safe.directory`
/// stands there. <https://git-scm.com/docs/git-config>
const SETTINGS: [&str; 13] = [
    "safe.bareRepository=explicit",
    // A program that is asked which files changed. Before git 2.36 `false` would be the name of one.
    "core.fsmonitor=",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.alternateRefsCommand=",
    "core.askPass=",
    "core.sshCommand=false",
    "core.gitProxy=",
    "credential.helper=",
    "protocol.allow=never",
    "submodule.recurse=false",
    // What the objects themselves say, and no file about them.
    "core.commitGraph=false",
    "core.useReplaceRefs=false",
];

/// Variables for which git would read something else than the repository that was found. A hook of git has some of them.
const ELSEWHERE: [&str; 13] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_EXTERNAL_DIFF",
    "GIT_LITERAL_PATHSPECS",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
];

/// A `git` command in a repository, which neither writes, nor starts programs, nor opens connections.
fn git(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("--no-pager").arg("-C").arg(root);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    command
        .args(args)
        .env("GIT_WORK_TREE", root)
        // Not even an index.
        .env("GIT_OPTIONAL_LOCKS", "0")
        // A partial clone lacks objects and fetches them when they are asked for; the second holds before git 2.44 too.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_GRAFT_FILE", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C");
    if let Some(outer) = root.parent() {
        command.env("GIT_CEILING_DIRECTORIES", outer);
    }
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
fn capture(root: &Path, args: &[&str]) -> Result<Vec<u8>, Error> {
    let output = git(root, args)
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
            "mend the repository, or compare two folders: `kextpolicy diff OLD NEW`",
        ),
    };
    Err(unreadable(said).help(help))
}

/// The contents with their names, all through one process.
fn read(
    root: &Path,
    blobs: &[Blob],
    watched: bool,
    mut take: impl FnMut(&str, &[u8]),
) -> Result<(), Error> {
    if blobs.is_empty() {
        return Ok(());
    }
    let mut child = git(root, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(missing)?;
    let broken = |what: &str| {
        unreadable(what).help("the clone may lack objects (a partial or shallow one): `git fetch --refetch --no-filter` gets them, and `git fsck` says whether the repository is whole")
    };
    let (Some(mut ask), Some(answer)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(broken("it has no streams"));
    };
    let mut answer = BufReader::new(answer);
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
        take(&blob.name, &bytes);
    }
    drop(ask);
    child
        .wait()
        .map_err(|error| broken("it did not end").because(error))?;
    Ok(())
}
