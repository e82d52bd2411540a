//! Signatures that do not hold.

use crate::cms::{Integrity, Signed};
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;

declare_rule! {
    /// A signed profile whose signature is not valid: the profile or the signature was changed after signing.
    ///
    /// ## Why it matters
    ///
    /// A signature proves that the profile is what its signer released. If it is not valid, the file was changed on its
    /// way, or the signing went wrong. The file does not show which of the two happened. Nobody should install the
    /// profile before that is known.
    ///
    /// ## Example
    ///
    /// A profile was signed, and one Team ID was corrected in the signed file with an editor.
    ///
    /// ## Use instead
    ///
    /// Take the profile out with `kextpolicy show --raw`, change that, and sign it again with `kextpolicy sign`.
    /// `kextpolicy verify` gives all answers about a signature.
    ///
    /// ## References
    ///
    /// - RFC 5652, section 5.4 (message digest) and 5.6 (signature verification)
    name: "broken-signature",
    level: Level::always(Severity::Error),
    fix: Never,
    check: Check::Signature(check),
}

/// Reports the first thing that is wrong with the signature.
fn check(signed: &Signed, report: &mut Reporter<'_>) {
    if let Integrity::Broken(fault) = signed.integrity() {
        report
            .whole_file(format!("the signature does not hold: {fault}"))
            .help("get the profile again from its source, or check its content and sign it again");
    }
}
