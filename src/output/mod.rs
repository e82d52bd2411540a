//! What the user sees of findings and faults. Nothing here decides anything; it only shows.

pub(crate) mod comment;
pub(crate) mod comparison;
pub(crate) mod diagnosis;
pub(crate) mod effective;
pub(crate) mod error_pages;
pub(crate) mod overview;
pub(crate) mod payload_pages;
pub(crate) mod plist_xml;
pub(crate) mod policy_errors;
mod requirement_page;
pub(crate) mod rule_pages;
pub(crate) mod signatures;
pub(crate) mod snippet;

mod closing;
mod concise;
mod cut;
mod excerpt;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod markdown;
mod out;
mod sarif;
mod sarif_rule;
mod sentence;
mod statistics;
mod stream;
mod text;

pub(crate) use closing::{count, last_line};
pub(crate) use html::{ProfilePage, SignatureLine, hexadecimal};
pub(crate) use out::{Markup, Out, Paint, Rendered, Screen};

use std::io;
use std::sync::Arc;

use crate::audit::holdings::Holdings;
use crate::exit::ExitStatus;
use crate::lint::report::Report;
use crate::profile::repository::LeftOut;
use crate::severity::Severity;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people, with the lines around each finding
    Text,
    /// One line per finding, as compilers print them
    Concise,
    /// For programs of your own
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations in a GitHub workflow
    Github,
    /// A GitLab code quality report
    Gitlab,
    /// JUnit XML: a test for each profile
    Junit,
    /// For a comment on a pull request, or a job summary
    Markdown,
    /// One page for an audit, without scripts or network
    Html,
}

impl Format {
    /// Whether it shows the key path of a place that has a line.
    pub(crate) const fn shows_key_paths(self) -> bool {
        matches!(self, Self::Json | Self::Sarif)
    }

    /// The lowest severity of which it shows lines, if it shows them one finding at a time. Notes fail no run and are many:
    /// people look at them when they want to, errors and warnings at once.
    pub(crate) fn shows_lines_from(
        self,
        verbose: bool,
        fails_from: Option<Severity>,
    ) -> Option<Severity> {
        match self {
            Self::Text if verbose || fails_from == Some(Severity::Note) => Some(Severity::Note),
            Self::Text => Some(Severity::Warning),
            _ => None,
        }
    }
}

/// A profile that was found and not looked at, in JSON.
#[derive(Debug, serde::Serialize)]
struct NotRead<'a> {
    file: &'a str,
    reason: &'static str,
}

impl<'a> NotRead<'a> {
    fn all(left_out: &'a [(Arc<str>, LeftOut)]) -> Vec<Self> {
        let one = |(file, why): &'a (Arc<str>, LeftOut)| Self {
            file,
            reason: why.reason(),
        };
        left_out.iter().map(one).collect()
    }
}

/// A run with its verdict: the same for every format.
#[derive(Clone, Copy)]
pub(crate) struct Run<'r> {
    /// What was found.
    pub(crate) report: &'r Report,
    /// The lowest severity that fails the run; `None` when none does.
    pub(crate) fails_from: Option<Severity>,
    /// How the run ends.
    pub(crate) exit: ExitStatus,
    /// What the page for an audit says of a profile, by its number; `None` when it is not what was judged any more.
    pub(crate) pages: &'r dyn Fn(u32, &mut Holdings) -> Option<ProfilePage>,
    /// What else that page says.
    pub(crate) audit: AuditOf<'r>,
}

/// What heads the page for an audit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AuditOf<'r> {
    pub(crate) title: Option<&'r str>,
    /// The git commits that were checked out.
    pub(crate) commits: &'r [String],
}

/// How text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// Without the last line that counts.
    pub(crate) quiet: bool,
    /// With the lines of notes too.
    pub(crate) verbose: bool,
    /// How often each rule found something, instead of the findings.
    pub(crate) statistics: bool,
}

/// Writes a report.
pub(crate) fn write(format: Format, run: &Run<'_>, style: Style, out: &mut Out) -> io::Result<()> {
    match format {
        Format::Text => text::write(run, style, out),
        Format::Concise => concise::write(run, style, out),
        Format::Json => json::write(run, out),
        Format::Sarif => sarif::write(run, out),
        Format::Github => github::write(run, style, out),
        Format::Gitlab => gitlab::write(run, out),
        Format::Junit => junit::write(run, out),
        Format::Markdown => markdown::write(run, out),
        Format::Html => html::write(run, out),
    }
}
