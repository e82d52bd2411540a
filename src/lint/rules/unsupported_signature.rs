//! Signatures that nothing here can check.

use crate::cms::{Integrity, Signed};
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;

declare_rule! {
    /// A signature that could not be checked, because it uses an algorithm that this tool does not support.
    ///
    /// ## Why it matters
    ///
    /// The signature may be valid or not: it was not checked. The content of the profile was checked nevertheless.
    ///
    /// ## Example
    ///
    /// A profile signed with an MD5 digest, or with a key on the curve P-521.
    ///
    /// ## Use instead
    ///
    /// Check it with `openssl cms -verify`, or sign it again with an RSA, P-256 or P-384 key and SHA-256.
    ///
    /// ## References
    ///
    /// - RFC 5754: algorithms of signed messages
    name: "unsupported-signature",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Signature(check),
}

/// Reports what could not be computed.
fn check(signed: &Signed, report: &mut Reporter<'_>) {
    if let Integrity::Unknown(fault) = signed.integrity() {
        report
            .whole_file(format!("the signature was not checked: {fault}"))
            .help("check it with `openssl cms -verify`, or sign the profile again with SHA-256");
    }
}
