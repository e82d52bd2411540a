//! The audit as one page that needs nothing else: summary, findings with their source, who may load what, signatures
//! and the digests of what was read. Nothing in it depends on when or where it was written.

use std::collections::BTreeMap;
use std::io;

use askama::Template;
use ring::digest::{SHA256, digest};

use super::sentence::{Part, parts};
use super::{Out, Run, excerpt};
use crate::escape::visible;
use crate::extension::ExtensionKind;
use crate::lint::file_id::FileId;
use crate::lint::finding::{Finding, Place};
use crate::lint::report::{Extra, Report, Summary};
use crate::lint::rule::Rule;
use crate::lint::rules;
use crate::profile::allowed::{Statement, What};
use crate::schema;

/// The page.
#[derive(Template)]
#[template(path = "lint.html")]
struct Page {
    /// Of the tool.
    version: &'static str,
    /// The verdict in words.
    verdict: &'static str,
    /// The descriptions of payloads that the rules go by.
    descriptions: &'static str,
    /// The counts.
    summary: Summary,
    /// The policy the profiles were held against, if they were.
    policy: Option<String>,
    /// In what the profiles differ from it.
    deviations: Vec<Deviation>,
    /// The findings by file.
    groups: Vec<Group>,
    /// What the profiles allow.
    approvals: Vec<Approval>,
    /// Every file.
    files: Vec<FileRow>,
    /// Other files that the run went by.
    others: Vec<OtherFile>,
}

/// A finding about the policy, told once more where an auditor looks for it.
struct Deviation {
    /// The number of the finding, which links lead to.
    number: usize,
    /// How bad it is.
    severity: &'static str,
    /// What differs.
    message: Vec<Part>,
    /// The file, and the place in it.
    place: String,
}

/// The findings of one file.
struct Group {
    /// The file's number, which links lead to.
    number: usize,
    /// Its name.
    path: String,
    /// The findings.
    findings: Vec<Shown>,
}

/// A finding.
struct Shown {
    /// Its number, which links lead to.
    number: usize,
    /// How bad it is.
    severity: &'static str,
    /// What is wrong.
    message: Vec<Part>,
    /// Line and column, or the key path; `None` for the file as a whole.
    place: Option<String>,
    /// The rule.
    rule: &'static str,
    /// Its page.
    url: String,
    /// The lines around it.
    lines: Vec<excerpt::Line>,
    /// Other places.
    related: Vec<String>,
    /// What to do; empty if nothing is known.
    help: Vec<Part>,
}

/// An extension or team that is allowed.
struct Approval {
    /// Kernel or system extension.
    kind: &'static str,
    /// The Team ID.
    team: String,
    /// The bundle ID; `None` for the whole team.
    bundle: Option<String>,
    /// The files that allow it.
    files: String,
}

/// A file.
struct FileRow {
    /// Its number.
    number: usize,
    /// Its name.
    path: String,
    /// How many findings it has.
    findings: usize,
    /// Its signature, if it is signed.
    signature: Option<SignatureLine>,
    /// Its digest.
    sha256: String,
}

/// A file that is no profile.
struct OtherFile {
    /// What the run took from it.
    role: &'static str,
    /// Its name.
    path: String,
    /// Its digest.
    sha256: String,
}

/// A signature.
pub(crate) struct SignatureLine {
    /// Whether it holds.
    pub(crate) holds: bool,
    /// By whom, or why it does not.
    pub(crate) text: String,
}

/// What the page says of a profile beside its findings; whoever read the file makes it.
pub(crate) struct ProfilePage {
    /// The text that places refer to.
    pub(crate) text: String,
    /// The digest of the file in hexadecimal.
    pub(crate) sha256: String,
    /// Its signature, if it is signed.
    pub(crate) signature: Option<SignatureLine>,
    /// What it says about extensions.
    pub(crate) statements: Vec<Statement>,
}

/// Approvals by team, kind and bundle ID, each with the files that allow it.
type Approvals = BTreeMap<Key, Vec<String>>;

/// Team, kind and bundle ID; the last is `None` for the whole team.
type Key = (Box<str>, ExtensionKind, Option<Box<str>>);

/// Writes the page.
pub(super) fn write(run: &Run<'_>, out: &mut Out) -> io::Result<()> {
    let report = run.report;
    let mut groups: Vec<Group> = Vec::new();
    let by_file = |one: &Finding, other: &Finding| one.place.file == other.place.file;
    let mut told = 0;
    for findings in report.findings.chunk_by(by_file) {
        groups.push(group(told, findings, run));
        told += findings.len();
    }
    let mut approvals = Approvals::new();
    let mut files = Vec::with_capacity(report.files.len());
    for (number, path) in report.files.iter().enumerate() {
        let findings = groups
            .binary_search_by_key(&number, |group| group.number)
            .map_or(0, |at| groups[at].findings.len());
        files.push(file_row(number, path, findings, run, &mut approvals));
    }
    let fails = run
        .fails_from
        .zip(report.worst())
        .is_some_and(|(from, worst)| worst >= from);
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        // By what was found: `--exit-zero` changes how the run ends and not what an auditor reads.
        verdict: if fails {
            "Verdict: fails. The findings below say why."
        } else {
            "Verdict: passes. Nothing found fails the run."
        },
        descriptions: schema::SOURCE,
        summary: report.summary,
        policy: report
            .extras
            .iter()
            .find(|extra| extra.file == FileId::Policy)
            .map(|extra| visible(&extra.path).into_owned()),
        deviations: deviations(report),
        groups,
        approvals: approvals.into_iter().map(approval).collect(),
        files,
        others: report.extras.iter().map(other_file).collect(),
    };
    writeln!(out.markup(), "{page}")
}

/// The findings about the policy.
fn deviations(report: &Report) -> Vec<Deviation> {
    let of_policy =
        |(_, finding): &(usize, &Finding)| rules::row(finding.rule).is_some_and(Rule::needs_policy);
    report
        .findings
        .iter()
        .enumerate()
        .filter(of_policy)
        .map(|(number, finding)| {
            let path = visible(report.path(finding.place.file));
            Deviation {
                number,
                severity: finding.severity.name(),
                message: parts(&finding.message),
                place: match place(&finding.place) {
                    Some(place) => format!("{path}, {place}"),
                    None => path.into_owned(),
                },
            }
        })
        .collect()
}

/// The configuration, the baseline or the policy.
fn other_file(extra: &Extra) -> OtherFile {
    OtherFile {
        role: extra.file.role(),
        path: visible(&extra.path).into_owned(),
        sha256: hexadecimal(extra.text.as_bytes()),
    }
}

/// The findings of one file, of which the first has the number `first`.
fn group(first: usize, findings: &[Finding], run: &Run<'_>) -> Group {
    let file = findings[0].place.file;
    let page = page(file, run);
    let extra = run.report.extra(file).map(|extra| extra.text.as_str());
    let text = page.as_ref().map(|page| page.text.as_str()).or(extra);
    let lines = text.map(excerpt::Text::new);
    Group {
        number: anchor(file, run.report),
        path: visible(run.report.path(file)).into_owned(),
        findings: (first..)
            .zip(findings)
            .map(|(number, finding)| shown(number, finding, run.report, lines.as_ref()))
            .collect(),
    }
}

/// One finding.
fn shown(
    number: usize,
    finding: &Finding,
    report: &Report,
    text: Option<&excerpt::Text<'_>>,
) -> Shown {
    Shown {
        number,
        severity: finding.severity.name(),
        message: parts(&finding.message),
        place: place(&finding.place),
        rule: finding.rule.name,
        url: finding.rule.url(),
        lines: match (text, finding.place.range) {
            (Some(text), Some(_)) => text.around(finding.place.span.unwrap_or_default()),
            _ => Vec::new(),
        },
        related: finding
            .related
            .iter()
            .map(|related| {
                let path = visible(report.path(related.place.file));
                let at = place(&related.place).unwrap_or_default();
                format!("{path}, {at}: {}", visible(&related.message))
            })
            .collect(),
        help: finding.help.as_deref().map(parts).unwrap_or_default(),
    }
}

/// A place in words.
fn place(place: &Place) -> Option<String> {
    match place.range {
        Some(range) => Some(format!(
            "line {}, column {}",
            range.start.line, range.start.column
        )),
        None if place.key_path.is_empty() => None,
        None => Some(format!("at {}", visible(&place.key_path))),
    }
}

/// What there is to say of a profile beside its findings.
fn page(file: FileId, run: &Run<'_>) -> Option<ProfilePage> {
    match file {
        FileId::Profile(number) => (run.pages)(number),
        FileId::Config | FileId::Baseline | FileId::Policy => None,
    }
}

/// The number of a file in links: profiles first.
fn anchor(file: FileId, report: &Report) -> usize {
    let others = report.extras.iter().position(|extra| extra.file == file);
    let number = file.number();
    number.unwrap_or_else(|| report.files.len() + others.unwrap_or_default())
}

/// One profile: its digest and signature, and what it allows.
fn file_row(
    number: usize,
    path: &str,
    findings: usize,
    run: &Run<'_>,
    approvals: &mut Approvals,
) -> FileRow {
    let path = visible(path).into_owned();
    let Some(page) = page(FileId::profile(number), run) else {
        return FileRow {
            number,
            path,
            findings,
            signature: None,
            sha256: "could not be read".to_owned(),
        };
    };
    for statement in page.statements {
        let (team, bundle) = match statement.what {
            What::Team(team) => (team, None),
            What::Bundle(team, bundle) => (team, Some(bundle)),
            _ => continue,
        };
        let key = (team, statement.kind, bundle);
        let files = approvals.entry(key).or_default();
        if files.last() != Some(&path) {
            files.push(path.clone());
        }
    }
    FileRow {
        number,
        path,
        findings,
        signature: page.signature,
        sha256: page.sha256,
    }
}

/// The digest of a file in hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in digest(&SHA256, bytes).as_ref() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// One row of what is allowed.
fn approval(((team, kind, bundle), files): (Key, Vec<String>)) -> Approval {
    Approval {
        kind: kind.name(),
        team: visible(&team).into_owned(),
        bundle: bundle.map(|bundle| visible(&bundle).into_owned()),
        files: files.join(", "),
    }
}
