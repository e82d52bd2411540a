//! Signatures over a weak digest.

use crate::cms::{Digest, Signed};
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::severity::Severity;

declare_rule! {
    /// A profile signed with an SHA-1 or MD5 digest.
    ///
    /// ## Why it matters
    ///
    /// The author of the profile can make a second profile with the same digest, for which the same signature is valid.
    /// For a profile of your own that is not a danger. Older tools and MDM servers sign this way, so it is only a note.
    ///
    /// ## Example
    ///
    /// A profile signed with `openssl cms -sign -md sha1`.
    ///
    /// ## Use instead
    ///
    /// Sign it with `kextpolicy sign`, which uses SHA-256.
    ///
    /// ## References
    ///
    /// - NIST: "NIST Retires SHA-1 Cryptographic Algorithm", 2022
    /// - RFC 6151: security considerations for MD5
    name: "weak-signature-digest",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Signature(check),
}

/// Reports every weak digest.
fn check(signed: &Signed, report: &mut Reporter<'_>) {
    for digest in signed.signers.iter().filter_map(|signer| signer.digest) {
        if Digest::is_weak(digest) {
            report
                .whole_file(format!(
                    "the signature rests on {}, which is weak",
                    digest.name()
                ))
                .help("sign the profile again with SHA-256, as `kextpolicy sign` does");
        }
    }
}
