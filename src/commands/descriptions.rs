//! A folder of Apple's descriptions: a checkout of `device-management`, its folder `mdm/profiles`, or files of one's own
//! in the same form.

use std::path::{Path, PathBuf};

use crate::commands::Context;
use crate::error::Error;
use crate::escape::{quoted, visible};
use crate::profile::repository;
use crate::schema::read::Descriptions;
use crate::schema::{BUILT_IN, Table};

/// Where the descriptions are in a checkout of Apple's repository.
const IN_CHECKOUT: &str = "mdm/profiles";

/// The descriptions of a folder beside the built-in ones. What this version does not understand of them is told.
pub(crate) fn table(folder: &Path, context: &mut Context<'_>) -> Result<&'static Table, Error> {
    let read = read(folder)?;
    for what in &read.passed_over {
        writeln!(context.err, "warning: {}", visible(what))?;
    }
    let shown = quoted(&folder.display().to_string());
    let commit = match commit(folder) {
        Some(commit) => format!("commit {commit}"),
        None => "not in a git checkout, so without a commit".to_owned(),
    };
    let source = format!(
        "{shown} ({commit}), and where it says nothing {}",
        BUILT_IN.source
    );
    Ok(Table::read(&read.payloads, source))
}

/// The commit that a folder is checked out from, read without git: a checkout from elsewhere must not run anything.
fn commit(folder: &Path) -> Option<String> {
    let folder = std::path::absolute(folder).ok()?;
    let git = folder
        .ancestors()
        .map(|folder| folder.join(".git"))
        .find(|git| git.exists())?;
    let read = |path: &Path| repository::read_text(path).ok();
    // In a worktree `.git` is a file that names the folder.
    let git = match read(&git) {
        Some(text) => git.parent()?.join(text.strip_prefix("gitdir: ")?.trim()),
        None => git,
    };
    let head = read(&git.join("HEAD"))?;
    let Some(name) = head.strip_prefix("ref: ").map(str::trim) else {
        return is_commit(head.trim());
    };
    let common = read(&git.join("commondir")).map_or(git.clone(), |path| git.join(path.trim()));
    if let Some(text) = read(&git.join(name)).or_else(|| read(&common.join(name))) {
        return is_commit(text.trim());
    }
    let packed = read(&common.join("packed-refs"))?;
    let line = packed
        .lines()
        .find(|line| line.ends_with(&format!(" {name}")))?;
    is_commit(line.split(' ').next()?)
}

/// The first letters of a commit, if it is one.
fn is_commit(text: &str) -> Option<String> {
    let is_hex = text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| text[..7].to_owned())
}

pub(crate) fn read(folder: &Path) -> Result<Descriptions, Error> {
    let mut descriptions = Descriptions::default();
    for path in files(folder)? {
        let text = repository::read_text(&path).map_err(|error| Error::io("read", &path, error))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        descriptions.add(&name, &text).map_err(|fault| {
            Error::new(format!("cannot understand `{}`", path.display())).because(fault)
        })?;
    }
    if descriptions.payloads.is_empty() {
        return Err(Error::new(format!(
            "no description of a payload in `{}`",
            folder.display()
        ))
        .help("name the folder mdm/profiles of a checkout of github.com/apple/device-management"));
    }
    Ok(descriptions)
}

/// The YAML files of a folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let inside = folder.join(IN_CHECKOUT);
    let folder = if inside.is_dir() { &inside } else { folder };
    let failed = |error| Error::io("read", folder, error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
