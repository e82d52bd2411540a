//! Finds and reads what a run goes by: the configuration file, the policy, the baseline.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Args, FailOn};
use crate::commands::{Context, policy_file};
use crate::error::Error;
use crate::escape::quoted;
use crate::links;
use crate::lint::baseline::Baseline;
use crate::lint::config::{self, Config, FailsFrom};
use crate::lint::rules::RULES;
use crate::output::policy_errors;
use crate::policy::{self, Policy};
use crate::profile::repository;
use crate::severity::Severity;

/// The places of the file in a folder, the first that exists wins.
const NAMES: [&str; 2] = ["kextpolicy.toml", ".config/kextpolicy.toml"];

/// The configuration: the file named, or the nearest one from the profiles' folder upwards, so that
/// `kextpolicy lint fleet` and `cd fleet; kextpolicy lint` agree; `None` when there is none.
pub(super) fn load(args: &Args, context: &mut Context<'_>) -> Result<Option<Config>, Error> {
    let here = current_folder()?;
    let Some((path, root)) = located(args, context, &here) else {
        return Ok(None);
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
    if context.verbose {
        writeln!(context.err, "configuration: {}", quoted(&shown))?;
    }
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

/// The file that counts, and the folder its paths count from.
fn located(args: &Args, context: &Context<'_>, here: &Path) -> Option<(PathBuf, PathBuf)> {
    match &context.config {
        Some(path) => Some((path.clone(), folder(&here.join(path)))),
        None => nearest(&common_folder(&args.paths, here)),
    }
}

/// The arguments with what the configuration adds, for a watch: the run after it says what is wrong with the file.
pub(super) fn watched(args: &Args, context: &Context<'_>) -> Result<Args, Error> {
    let here = current_folder()?;
    let config = located(args, context, &here).and_then(|(path, root)| {
        let text = repository::read_text(&path).ok()?;
        config::read(&display(&path, &here), &text, root, here, RULES).ok()
    });
    filled(args, config.as_ref())
}

/// The files that the configuration is read from, or would be if they existed.
pub(super) fn places(args: &Args, context: &Context<'_>) -> Result<Vec<PathBuf>, Error> {
    if let Some(path) = &context.config {
        return Ok(vec![path.clone()]);
    }
    let here = common_folder(&args.paths, &current_folder()?);
    let mut places: Vec<_> = NAMES.iter().map(|name| here.join(name)).collect();
    places.extend(nearest(&here).map(|(path, _)| path));
    Ok(places)
}

/// The folder the tool was started in.
fn current_folder() -> Result<PathBuf, Error> {
    std::env::current_dir()
        .map_err(|error| Error::new("cannot find the current folder").because(error))
}

/// The deepest folder that holds everything named; the current one when nothing is named, or standard input.
fn common_folder(paths: &[PathBuf], here: &Path) -> PathBuf {
    let folders = paths
        .iter()
        .filter(|path| *path != Path::new("-"))
        .map(|path| {
            let full = here.join(path);
            // What does not exist has its own failure later.
            let full = full.canonicalize().unwrap_or(full);
            if full.is_dir() {
                full
            } else {
                full.parent().unwrap_or(here).to_owned()
            }
        });
    folders
        .reduce(|one, other| {
            let common = one.ancestors().find(|folder| other.starts_with(folder));
            common.unwrap_or(here).to_owned()
        })
        .unwrap_or_else(|| here.to_owned())
}

/// What the command line leaves open, the configuration decides: paths, policy, baseline, the severity that fails.
pub(super) fn filled(args: &Args, config: Option<&Config>) -> Result<Args, Error> {
    let mut args = args.clone();
    if let Some(config) = config {
        let here = current_folder()?;
        let near = |path: &PathBuf| PathBuf::from(display(path, &here));
        let run = &config.run;
        if args.paths.is_empty() {
            args.paths = run.paths.iter().map(near).collect();
        }
        args.policy = args.policy.or_else(|| run.policy.as_ref().map(near));
        if args.write_baseline.is_none() {
            args.baseline = args.baseline.or_else(|| run.baseline.as_ref().map(near));
        }
        args.fail_on = args.fail_on.or_else(|| match run.fail_on? {
            FailsFrom::Severity(Severity::Error) => Some(FailOn::Error),
            FailsFrom::Severity(Severity::Warning) => Some(FailOn::Warning),
            FailsFrom::Severity(Severity::Note) => Some(FailOn::Note),
            FailsFrom::Never => Some(FailOn::Never),
        });
    }
    if args.paths.is_empty() {
        args.paths.push(PathBuf::from("."));
    }
    Ok(args)
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
    let near = path.strip_prefix(here).unwrap_or(path);
    if near.as_os_str().is_empty() {
        return ".".to_owned();
    }
    near.to_string_lossy().replace('\\', "/")
}

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
        .map_err(|why| {
            Error::new(format!("{} is not a baseline: {why}", quoted(&shown))).help(help)
        })
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
