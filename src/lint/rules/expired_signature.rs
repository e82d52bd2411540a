//! Signatures by a certificate that has expired.

use crate::cms::{Signed, day};
use crate::escape::quoted;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::plist::scalar::REFERENCE_DATE;
use crate::severity::Severity;

declare_rule! {
    /// A signed profile whose signer's certificate has expired.
    ///
    /// ## Why it matters
    ///
    /// The signature itself is still valid, and most signed profiles in use are older than their certificate, so this
    /// is only a note. A new version of the profile will need a new certificate.
    ///
    /// ## Example
    ///
    /// A profile signed in 2020 with a certificate that was valid until 2021.
    ///
    /// ## Use instead
    ///
    /// Sign the profile again: `kextpolicy sign` with a certificate that is valid today.
    ///
    /// ## References
    ///
    /// - RFC 5280, section 4.1.2.5: validity
    name: "expired-signature",
    level: Level::always(Severity::Note),
    fix: Never,
    check: Check::Signature(check),
}

/// Reports every signer whose certificate has expired.
fn check(signed: &Signed, report: &mut Reporter<'_>) {
    let certificates = signed
        .signers
        .iter()
        .filter_map(|signer| signed.certificate_of(signer));
    for certificate in certificates {
        let until = certificate.not_after();
        #[expect(
            clippy::cast_precision_loss,
            reason = "seconds of the years 0 to 9999 have 39 bits"
        )]
        let expired = (until.unix_timestamp() as f64) - REFERENCE_DATE < report.now();
        if expired {
            report
                .whole_file(format!(
                    "the certificate of the signer {} expired on {}",
                    quoted(&certificate.subject()),
                    day(until.date())
                ))
                .help(
                    "sign the profile again when it changes; whether the signature is valid is a check of its own",
                );
        }
    }
}
