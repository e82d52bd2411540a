//! The audit as one page that needs nothing else: the verdict, who may load what, the findings, what was set aside, and the
//! digests of what was read. Nothing in it depends on when or where it was written.

mod findings;
mod verdict;

use std::collections::HashMap;
use std::io;

use askama::Template;
use ring::digest::{SHA256, digest};

use self::findings::{Findings, Group, full_place, plain};
use self::verdict::{in_short, verdict};
use super::closing::not_checked;
use super::effective::{SectionPart, section_part, sections};
use super::sentence::{Part, parts};
use super::{Out, Run};
use crate::audit::file::File;
use crate::audit::holdings::Holdings;
use crate::audit::total::Total;
use crate::escape::visible;
use crate::lint::file_id::FileId;
use crate::lint::model::rule_id::RuleId;
use crate::lint::report::{Extra, Report, Summary};
use crate::lint::rule::Rule;
use crate::lint::rules;
use crate::lint::set_aside::{Ignored, SetAside};

#[derive(Template)]
#[template(path = "lint.html")]
struct Page<'a> {
    version: &'static str,
    title: String,
    passes: bool,
    /// The verdict in one sentence.
    verdict: String,
    /// The git commits that were checked out.
    commits: Vec<String>,
    /// The descriptions of payloads that the rules go by.
    descriptions: &'static str,
    /// Of which payloads nothing was checked.
    not_checked: Option<String>,
    summary: Summary,
    /// Who may load what, in short.
    in_short: Vec<(&'static str, String)>,
    /// The same with every entry.
    sections: Vec<SectionPart<'a>>,
    /// The policy the profiles were held against, if they were.
    policy: Option<String>,
    /// In what the profiles differ from it.
    deviations: Vec<Deviation>,
    /// The findings by rule.
    groups: Vec<Group>,
    ignores: Vec<IgnoreRow>,
    off: Vec<&'static str>,
    off_for_some: Vec<&'static str>,
    /// How many rules ran.
    ran: usize,
    files: Vec<FileRow>,
    /// Profiles that were found and not looked at.
    left_out: Vec<(String, &'static str)>,
    /// Other files that the run went by.
    others: Vec<OtherFile>,
}

/// A finding about the policy, shown again where an auditor looks for it.
struct Deviation {
    /// The number of the message, which links lead to.
    number: usize,
    /// How bad it is.
    severity: &'static str,
    message: Vec<Part>,
    /// The file, and the place in it.
    place: String,
    /// How many equal ones there are elsewhere.
    more: usize,
}

struct IgnoreRow {
    rules: String,
    reason: String,
    /// Which files it is about, if it says so.
    about: String,
    place: String,
}

struct FileRow {
    path: String,
    /// How many findings it has.
    findings: usize,
    /// Its signature, if it is signed.
    signature: Option<SignatureLine>,
    sha256: String,
}

/// A file that is not a profile.
struct OtherFile {
    /// What the run took from it.
    role: &'static str,
    path: String,
    sha256: String,
}

pub(crate) struct SignatureLine {
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
    /// The comments in it that silence rules.
    pub(crate) ignores: Vec<Ignored>,
    /// What it says about extensions.
    pub(crate) audit: File,
}

pub(super) fn write(run: &Run<'_>, out: &mut Out) -> io::Result<()> {
    let report = run.report;
    let mut findings = Findings::of(report);
    let mut holdings = Holdings::default();
    let (mut audited, mut files, mut ignores) = (Vec::new(), Vec::new(), Vec::new());
    let mut counts = vec![0; report.files.len()];
    for number in report
        .findings
        .iter()
        .filter_map(|own| own.place.file.number())
    {
        counts[number] += 1;
    }
    for (number, (path, found)) in report.files.iter().zip(counts).enumerate() {
        let file = FileId::profile(number);
        let page = match file {
            FileId::Profile(number) => (run.pages)(number, &mut holdings),
            _ => None,
        };
        let shown = visible(path).into_owned();
        let Some(page) = page else {
            files.push(FileRow {
                path: shown,
                findings: found,
                signature: None,
                sha256: "could not be read".to_owned(),
            });
            continue;
        };
        findings.add_lines(file, &page.text, report);
        ignores.extend(page.ignores.iter().map(|own| ignore_row(own, &shown)));
        files.push(FileRow {
            path: shown,
            findings: found,
            signature: page.signature,
            sha256: page.sha256,
        });
        audited.push(page.audit);
    }
    for extra in &report.extras {
        findings.add_lines(extra.file, &extra.text, report);
    }
    let SetAside {
        ignores: configured,
        off,
        off_for_some,
        ran,
    } = &report.set_aside;
    let config = report.extra(FileId::Config).map_or("", |own| &own.path);
    ignores.extend(
        configured
            .iter()
            .map(|own| ignore_row(own, &visible(config))),
    );
    let total = Total::on_macs(&audited);
    let (passes, verdict) = verdict(run);
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        title: run.audit.title.map_or_else(
            || "Audit of configuration profiles".to_owned(),
            |own| visible(own).into_owned(),
        ),
        passes,
        verdict,
        commits: run.audit.commits.to_vec(),
        descriptions: run.report.descriptions.source,
        not_checked: not_checked(run.report).map(|own| visible(&own).into_owned()),
        summary: report.summary,
        in_short: in_short(&total, &holdings),
        sections: sections(&total, &holdings)
            .into_iter()
            .map(section_part)
            .collect(),
        policy: report
            .extra(FileId::Policy)
            .map(|extra| visible(&extra.path).into_owned()),
        deviations: deviations(report, &findings),
        groups: findings.groups,
        ignores,
        off: names(off),
        off_for_some: names(off_for_some),
        ran: *ran,
        files,
        left_out: report
            .left_out
            .iter()
            .map(|(path, why)| (visible(path).into_owned(), why.reason()))
            .collect(),
        others: report.extras.iter().map(other_file).collect(),
    };
    writeln!(out.markup(), "{page}")
}

fn names(rules: &[RuleId]) -> Vec<&'static str> {
    rules.iter().map(|rule| rule.name).collect()
}

fn ignore_row(own: &Ignored, path: &str) -> IgnoreRow {
    IgnoreRow {
        rules: names(&own.rules).join(", "),
        reason: plain(&own.reason),
        about: plain(&own.paths.join(", ")),
        place: own
            .line
            .map_or_else(|| path.to_owned(), |line| format!("{path}, line {line}")),
    }
}

/// The findings about the policy, equal ones once.
fn deviations(report: &Report, findings: &Findings) -> Vec<Deviation> {
    let mut found: Vec<Deviation> = Vec::new();
    let mut known: HashMap<usize, usize> = HashMap::new();
    for (at, finding) in report.findings.iter().enumerate() {
        if !rules::row(finding.rule).is_some_and(Rule::needs_policy) {
            continue;
        }
        let number = findings.number(at);
        if let Some(same) = known.get(&number) {
            found[*same].more += 1;
            continue;
        }
        known.insert(number, found.len());
        found.push(Deviation {
            number,
            severity: finding.severity.name(),
            message: parts(&finding.message),
            place: full_place(finding, report),
            more: 0,
        });
    }
    found
}

/// The configuration, the baseline or the policy.
fn other_file(extra: &Extra) -> OtherFile {
    OtherFile {
        role: extra.file.role(),
        path: visible(&extra.path).into_owned(),
        sha256: hexadecimal(extra.text.as_bytes()),
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
