//! The configuration file `kextpolicy.toml`: what a repository decided about its rules, once and for everybody.
//!
//! [`read`] reports every fault of the file in one run, each with its place. Paths in it count from the folder it
//! is in, so that it means the same wherever the tool is started.

pub(crate) mod baseline;
mod paths;
mod read;
pub(crate) mod settings;

use std::path::PathBuf;

use paths::Lists;
pub(crate) use read::read;

use crate::lint::model::rule_id::RuleId;
use crate::lint::model::set_aside::Ignored;
use crate::schema::Release;
use crate::severity::Severity;
use crate::source::{LineIndex, Span};
use crate::target::Target;

/// A configuration file that was read without errors.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// The file as it is shown.
    pub(crate) path: String,
    /// Its text; every span points into it.
    pub(crate) text: String,
    /// The folder its paths count from.
    pub(crate) root: PathBuf,
    /// The folder the names of files count from.
    pub(crate) here: PathBuf,
    /// How a run goes.
    pub(crate) run: RunChoices,
    /// What holds for every file.
    pub(crate) base: Choices,
    /// `descriptions`: a folder of Apple's descriptions, from the folder of the file.
    pub(crate) descriptions: Option<PathBuf>,
    /// Every `minimum_os` and `newest_os` with its place.
    pub(super) releases: Vec<(&'static str, Release, Span)>,
    /// `exclude`: what folders are searched without.
    exclude: Lists,
    /// `[[overrides]]`, in the order of the file; later ones win.
    pub(crate) overrides: Vec<Choices>,
    /// The files that each is about.
    override_paths: Lists,
    pub(crate) ignores: Vec<Ignore>,
    /// The files that each is about, if it says so.
    ignore_paths: Lists,
}

/// What a run goes by where the command line does not say, with paths that count from the folder of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunChoices {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) policy: Option<PathBuf>,
    pub(crate) baseline: Option<PathBuf>,
    pub(crate) fail_on: Option<FailsFrom>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailsFrom {
    Severity(Severity),
    Never,
}

/// What can be decided for all files or for some.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choices {
    pub(crate) target: Option<Target>,
    pub(crate) minimum_os: Option<Release>,
    pub(crate) newest_os: Option<Release>,
    /// `rules`; `None` is `"off"`.
    pub(crate) rules: Vec<(RuleId, Option<Severity>)>,
}

/// An entry of `[[ignore]]`.
#[derive(Clone, Debug)]
pub(crate) struct Ignore {
    /// The entry's head, for the finding when it silences nothing.
    pub(crate) span: Span,
    pub(crate) rules: Vec<RuleId>,
    reason: String,
    /// `paths` as they are written.
    paths: Vec<String>,
    /// Whether it is about every file.
    everywhere: bool,
}

impl Config {
    /// A file's path from the folder of the configuration file; `None` when it lies elsewhere.
    pub(crate) fn relative(&self, name: &str) -> Option<String> {
        paths::relative(&self.root, &self.here, name)
    }

    /// Whether a file found in a folder is to be left out.
    pub(crate) fn excludes(&self, name: &str) -> bool {
        self.relative(name)
            .is_some_and(|path| self.exclude.any(&path))
    }

    /// The ignores for whoever audits a run.
    pub(super) fn ignored(&self) -> impl Iterator<Item = Ignored> {
        let lines = LineIndex::new(self.text.as_bytes());
        self.ignores.iter().map(move |own| Ignored {
            rules: own.rules.clone(),
            reason: own.reason.clone(),
            paths: own.paths.clone(),
            line: Some(lines.position(self.text.as_bytes(), own.span.start).line),
        })
    }

    /// The overrides that are about a file, by number.
    pub(crate) fn overrides_about(&self, name: &str) -> Vec<usize> {
        self.relative(name)
            .map_or_else(Vec::new, |path| self.override_paths.about(&path))
    }

    /// The ignores that are about a file, by number; `None` is the path of one that lies elsewhere.
    pub(crate) fn ignores_about(&self, path: Option<&str>) -> Vec<usize> {
        let mut about = path.map_or_else(Vec::new, |path| self.ignore_paths.about(path));
        let everywhere = self.ignores.iter().enumerate();
        about.extend(everywhere.filter_map(|(number, own)| own.everywhere.then_some(number)));
        about.sort_unstable();
        about
    }
}
