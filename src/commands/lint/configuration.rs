//! Finds and reads what a run goes by: the configuration file, the policy, the baseline.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Args;
use crate::commands::{Context, policy_file};
use crate::error::Error;
use crate::escape::quoted;
use crate::links;
use crate::lint::baseline::Baseline;
use crate::lint::config::{self, Config};
use crate::lint::rules::RULES;
use crate::output::policy_errors;
use crate::policy::{self, Policy};
use crate::profile::repository;

/// The places of the file in a folder, the first that exists wins.
const NAMES: [&str; 2] = ["kextpolicy.toml", ".config/kextpolicy.toml"];

/// The configuration: the file named, or the nearest one from the current folder upwards; `None` when there is none.
pub(super) fn load(context: &mut Context<'_>) -> Result<Option<Config>, Error> {
    let here = current_folder()?;
    let (path, root) = match &context.config {
        Some(path) => {
            let full = here.join(path);
            let root = folder(&full);
            (path.clone(), root)
        }
        None => match nearest(&here) {
            Some(found) => found,
            None => return Ok(None),
        },
    };
    let text = repository::read_text(&path).map_err(|error| {
        let missing = error.kind() == ErrorKind::NotFound;
        let error = Error::io("read", &path, error);
        if missing {
            error.help(format!(
                "name a configuration file that exists; {} shows one",
                links::page("configuration.md")
            ))
        } else {
            error
        }
    })?;
    let shown = display(&path, &here);
    match config::read(&shown, &text, root, here, RULES) {
        Ok(config) => Ok(Some(config)),
        Err(faults) => {
            policy_errors::faults(&shown, text.as_bytes(), &faults, context.err)?;
            Err(
                Error::new(format!("the configuration {} has faults", quoted(&shown)))
                    .help("correct them as shown above; nothing was checked"),
            )
        }
    }
}

/// The files that the configuration is read from, or would be if they existed.
pub(super) fn places(context: &Context<'_>) -> Result<Vec<PathBuf>, Error> {
    if let Some(path) = &context.config {
        return Ok(vec![path.clone()]);
    }
    let here = current_folder()?;
    let mut places: Vec<_> = NAMES.iter().map(|name| here.join(name)).collect();
    places.extend(nearest(&here).map(|(path, _)| path));
    Ok(places)
}

/// The folder the tool was started in.
fn current_folder() -> Result<PathBuf, Error> {
    std::env::current_dir()
        .map_err(|error| Error::new("cannot tell the current folder").because(error))
}

/// The nearest file from a folder upwards, and the folder its paths count from.
fn nearest(here: &Path) -> Option<(PathBuf, PathBuf)> {
    here.ancestors().find_map(|folder| {
        let path = NAMES
            .iter()
            .map(|name| folder.join(name))
            .find(|path| path.is_file())?;
        Some((path, folder.to_owned()))
    })
}

/// The folder that paths of a file count from: its own, or the one above `.config`.
fn folder(path: &Path) -> PathBuf {
    let own = path.parent().unwrap_or(Path::new("")).to_owned();
    if own.file_name().is_some_and(|name| name == ".config") {
        return own.parent().unwrap_or(Path::new("")).to_owned();
    }
    own
}

/// A path as reports show it: from the current folder where that is shorter, with forward slashes.
fn display(path: &Path, here: &Path) -> String {
    path.strip_prefix(here)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}

/// The baseline of `--baseline`.
pub(super) fn baseline(args: &Args) -> Result<Option<Baseline>, Error> {
    let Some(path) = &args.baseline else {
        return Ok(None);
    };
    let help = "write one with `kextpolicy lint --write-baseline FILE`";
    let text =
        repository::read_text(path).map_err(|error| Error::io("read", path, error).help(help))?;
    let shown = path.to_string_lossy().replace('\\', "/");
    Baseline::read(&shown, text, &|name| Path::new(name).exists())
        .map(Some)
        .map_err(|why| Error::new(format!("{} is no baseline: {why}", quoted(&shown))).help(help))
}

/// The policy of `--policy`; its faults are shown as `render` shows them.
pub(super) fn policy(args: &Args, context: &mut Context<'_>) -> Result<Option<Policy>, Error> {
    let Some(path) = &args.policy else {
        return Ok(None);
    };
    let bytes = policy_file::read(path)?;
    let shown = path.to_string_lossy().replace('\\', "/");
    match policy::read(&shown, &bytes) {
        Ok(policy) => Ok(Some(policy)),
        Err(faults) => {
            policy_errors::faults(&shown, &bytes, &faults, context.err)?;
            Err(
                Error::new(format!("the policy {} has faults", quoted(&shown)))
                    .help("correct them as shown above; nothing was checked"),
            )
        }
    }
}
