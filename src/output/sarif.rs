//! SARIF 2.1.0, which code scanning services read (OASIS standard; only what we emit is modelled).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use serde::Serialize;

use super::json::{Descriptions, Undescribed};
use super::sarif_rule::{self, Message};
use super::stream::Each;
use super::{Out, Run};
use crate::escape::visible;
use crate::lint::finding::{Finding, Fix, Place, Range, Related};
use crate::lint::fingerprint;
use crate::lint::report::{Report, Summary};
use crate::lint::rules::RULES;

#[derive(Serialize)]
struct Log<'r, R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<'r, R>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<'r, R> {
    /// The tool and its rules.
    tool: Tool,
    invocations: [Invocation; 1],
    /// What relative names are relative to.
    original_uri_base_ids: BTreeMap<&'static str, BaseId>,
    /// What a column counts.
    column_kind: &'static str,
    results: R,
    /// The counts that are the same in every format.
    properties: Properties<'r>,
}

#[derive(Serialize)]
struct Properties<'r> {
    /// What the profiles were held against.
    descriptions: Descriptions,
    /// Payloads of whose settings nothing was checked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    undescribed: Vec<Undescribed<'r>>,
    /// How many of each.
    summary: Summary,
}

/// The folder of the run.
#[derive(Serialize)]
struct BaseId {
    /// What it is, as it differs from machine to machine.
    description: Message,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

/// The tool's one part.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    /// The rules that found something.
    rules: Vec<sarif_rule::Descriptor>,
}

/// How the run ended.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    /// Whether the tool could do its work.
    execution_successful: bool,
    exit_code: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: &'static str,
    /// The rule's place in the list.
    rule_index: usize,
    /// How bad it is.
    level: &'static str,
    /// What is wrong and what to do.
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    /// What stays the same from run to run.
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the standard's names")]
struct Location {
    /// Its number among related places.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    /// The lines; none in a binary file.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    /// Its name as a URI.
    uri: String,
    /// What it is relative to.
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

/// Lines and columns; the end column is one past the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    /// One past the last column.
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix {
    description: Message,
    /// The edits, all in one file.
    artifact_changes: [ArtifactChange; 1],
}

/// Edits of one file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

/// What relative names are relative to.
const BASE: &str = "SRCROOT";

pub(super) fn write(run: &Run<'_>, out: &mut Out) -> io::Result<()> {
    let report = run.report;
    let fired: Vec<_> = RULES
        .iter()
        .copied()
        .filter(|rule| {
            let name = |finding: &Finding| finding.rule == rule.id;
            report.findings.iter().any(name)
        })
        .collect();
    let numbers: BTreeMap<&str, usize> = fired.iter().map(|rule| rule.id.name).zip(0..).collect();
    let fingerprints = fingerprint::all(&report.findings, &|file| report.path(file));
    let findings = report.findings.iter().zip(&fingerprints);
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [SarifRun {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: fired
                        .iter()
                        .map(|rule| sarif_rule::descriptor(rule))
                        .collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: true,
                exit_code: run.exit as u8,
            }],
            original_uri_base_ids: BTreeMap::from([(
                BASE,
                BaseId {
                    description: message("the folder in which kextpolicy ran"),
                },
            )]),
            column_kind: "unicodeCodePoints",
            results: Each(findings.map(|(finding, fingerprint)| {
                result(finding, numbers[finding.rule.name], *fingerprint, report)
            })),
            properties: Properties {
                descriptions: Descriptions::of(report),
                undescribed: Undescribed::all(report),
                summary: report.summary,
            },
        }],
    };
    out.json(&log)
}

fn result(finding: &Finding, number: usize, fingerprint: u128, report: &Report) -> SarifResult {
    let mut text = finding.message.clone().into_owned();
    if let Some(help) = &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    SarifResult {
        rule_id: finding.rule.name,
        rule_index: number,
        level: finding.severity.name(),
        message: message(&text),
        locations: [location(&finding.place, &finding.label, report)],
        related_locations: finding
            .related
            .iter()
            .zip(1..)
            .map(|(related, id)| related_location(related, id, report))
            .collect(),
        partial_fingerprints: BTreeMap::from([(
            "kextpolicy/v1",
            fingerprint::hexadecimal(fingerprint),
        )]),
        fixes: finding
            .fix
            .iter()
            .filter_map(|remedy| fix(remedy, finding, report))
            .collect(),
    }
}

/// A text. SARIF makes links of `[text](target)` even in plain text, so what looks like one is taken apart; `{0}` is a
/// placeholder, and a brace that is none is written twice (SARIF 2.1.0, 3.11.5).
fn message(text: &str) -> Message {
    let lines: Vec<_> = text.split('\n').map(visible).collect();
    let text = lines.join("\n").replace("](", "] (");
    Message {
        text: text.replace('{', "{{").replace('}', "}}"),
    }
}

fn related_location(related: &Related, id: usize, report: &Report) -> Location {
    Location {
        id: Some(id),
        ..location(&related.place, &related.message, report)
    }
}

fn location(place: &Place, label: &str, report: &Report) -> Location {
    Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: artifact(report.path(place.file)),
            region: place.range.map(region),
        },
        logical_locations: (!place.key_path.is_empty())
            .then(|| LogicalLocation {
                fully_qualified_name: visible(&place.key_path).into_owned(),
            })
            .into_iter()
            .collect(),
        message: (!label.is_empty()).then(|| message(label)),
    }
}

fn region(range: Range) -> Region {
    Region {
        start_line: range.start.line,
        start_column: range.start.column,
        end_line: range.end.line,
        end_column: range.end.column,
    }
}

/// A remedy; `None` when its places cannot be given as lines.
fn fix(fix: &Fix, finding: &Finding, report: &Report) -> Option<SarifFix> {
    let replacements = fix
        .edits
        .iter()
        .map(|edit| {
            Some(Replacement {
                deleted_region: region(edit.range?),
                inserted_content: Message {
                    text: edit.replacement.clone(),
                },
            })
        })
        .collect::<Option<Vec<_>>>()
        .filter(|replacements| !replacements.is_empty())?;
    Some(SarifFix {
        description: message(&format!("{} ({})", fix.title, fix.applicability.name())),
        artifact_changes: [ArtifactChange {
            artifact_location: artifact(report.path(finding.place.file)),
            replacements,
        }],
    })
}

/// A file as a URI: relative to the folder of the run, unless its name is absolute.
fn artifact(path: &str) -> ArtifactLocation {
    let is_drive = matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let (prefix, uri_base_id) = if path.starts_with('/') {
        ("file://", None)
    } else if cfg!(windows) && is_drive {
        ("file:///", None)
    } else {
        ("", Some(BASE))
    };
    let mut uri = prefix.to_owned();
    for byte in path.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if is_plain || (byte == b':' && uri_base_id.is_none()) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    ArtifactLocation { uri, uri_base_id }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_uri() {
        let uri = |path| artifact(path).uri;
        assert_eq!(
            uri("a b/ü:%.mobileconfig"),
            "a%20b/%C3%BC%3A%25.mobileconfig"
        );
        assert_eq!(uri("/tmp/a"), "file:///tmp/a");
        assert!(artifact("/tmp/a").uri_base_id.is_none());
        assert_eq!(artifact("a").uri_base_id, Some(BASE));
    }

    #[test]
    fn no_message_holds_a_link_or_a_placeholder() {
        assert_eq!(
            message("see [x](https://e.example)").text,
            "see [x] (https://e.example)"
        );
        assert_eq!(message("{0} and }").text, "{{0}} and }}");
    }
}
