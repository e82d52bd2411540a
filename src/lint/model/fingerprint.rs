//! Names for findings that stay the same while the file around them changes: services that compare two reports, and the
//! baseline, tell new findings from known ones by them.

use std::collections::BTreeMap;

use ring::digest::{Context, SHA256};

use super::file_id::FileId;
use super::finding::Finding;

/// A fingerprint for every finding, in order and each once: of its rule, its file and its message, which
/// quotes the offending value, and then of how many before it are the same. Lines do not count, so that an edit
/// elsewhere in the file changes nothing.
pub(crate) fn all<'p>(findings: &[Finding], path: &dyn Fn(FileId) -> &'p str) -> Vec<u128> {
    let all = with_former_names(findings, path, &|_| &[]);
    all.into_iter().map(|names| names[0]).collect()
}

/// The same, followed by those under the names that its rule had before.
pub(crate) fn with_former_names<'p>(
    findings: &[Finding],
    path: &dyn Fn(FileId) -> &'p str,
    former: &dyn Fn(&Finding) -> &'static [&'static str],
) -> Vec<Vec<u128>> {
    let mut seen: BTreeMap<u128, u32> = BTreeMap::new();
    let mut found = Vec::with_capacity(findings.len());
    for finding in findings {
        let name = finding.rule.name;
        let before = seen.entry(fingerprint(finding, name, path, 0)).or_default();
        let number = *before;
        *before += 1;
        let names = std::iter::once(&name).chain(former(finding));
        found.push(
            names
                .map(|name| fingerprint(finding, name, path, number))
                .collect(),
        );
    }
    found
}

/// The fingerprint of a finding that comes after so many that are the same.
fn fingerprint<'p>(
    finding: &Finding,
    rule: &str,
    path: &dyn Fn(FileId) -> &'p str,
    number: u32,
) -> u128 {
    let mut context = Context::new(&SHA256);
    for part in [rule, path(finding.place.file), &finding.message] {
        context.update(part.as_bytes());
        context.update(&[0]);
    }
    context.update(&number.to_be_bytes());
    let digest = context.finish();
    let head = digest.as_ref().first_chunk().copied().unwrap_or_default();
    u128::from_be_bytes(head)
}

/// The fingerprint as it is written.
pub(crate) fn hexadecimal(fingerprint: u128) -> String {
    format!("{fingerprint:032x}")
}
