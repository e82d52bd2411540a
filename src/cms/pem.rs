//! PEM text (RFC 7468): base64 blocks between dashes, with anything around them, as `openssl` writes bundles.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::cms::certificate::Certificate;
use crate::cms::identity_error::IdentityError;

#[derive(Debug)]
pub(super) struct Block<'pem> {
    /// What the dashes say it is.
    pub(super) label: &'pem str,
    /// Whether it is encrypted the old way, with `Proc-Type` and `DEK-Info` headers.
    pub(super) is_old_encryption: bool,
    /// The bytes; wiped when dropped, because they can be a key.
    pub(super) der: Zeroizing<Vec<u8>>,
}

/// Every block of a file. Empty for a file that is not PEM text.
pub(super) fn blocks(file: &[u8]) -> Result<Vec<Block<'_>>, IdentityError> {
    let mut found = Vec::new();
    let Ok(mut rest) = std::str::from_utf8(file) else {
        return Ok(found);
    };
    while let Some((_, begun)) = rest.split_once("-----BEGIN ") {
        let broken = |label: &str| IdentityError::BrokenPem {
            label: label.to_owned(),
        };
        let (label, body) = begun.split_once("-----").ok_or_else(|| broken(""))?;
        let end = format!("-----END {label}-----");
        let (body, after) = body.split_once(&end).ok_or_else(|| broken(label))?;
        let is_old_encryption = body.contains("Proc-Type:");
        let der = if is_old_encryption {
            Zeroizing::default()
        } else {
            // Bag attributes are outside of the dashes; inside is base64 alone.
            let digits: Zeroizing<Vec<u8>> = Zeroizing::new(
                body.bytes()
                    .filter(|byte| !byte.is_ascii_whitespace())
                    .collect(),
            );
            Zeroizing::new(STANDARD.decode(&*digits).map_err(|_| broken(label))?)
        };
        found.push(Block {
            label,
            is_old_encryption,
            der,
        });
        rest = after;
    }
    Ok(found)
}

/// The certificates of a file: PEM with one or more, or one in DER.
pub(crate) fn certificates(file: &[u8]) -> Result<Vec<Certificate>, IdentityError> {
    let unreadable = || IdentityError::BrokenCertificate;
    let found: Vec<Certificate> = blocks(file)?
        .iter()
        .filter(|block| matches!(block.label, "CERTIFICATE" | "X509 CERTIFICATE"))
        .map(|block| Certificate::from_der(&block.der).ok_or_else(unreadable))
        .collect::<Result<_, _>>()?;
    if !found.is_empty() {
        return Ok(found);
    }
    match Certificate::from_der(file) {
        Some(certificate) => Ok(vec![certificate]),
        None => Err(IdentityError::NoCertificate),
    }
}
