//! What opening an encrypted key may cost. The key itself names the work, so a hostile one could take all memory (scrypt
//! with N = 2^24 asks for 16 GiB and aborts the process) or hours (PBKDF2 with 2^31 rounds).

use pkcs8::pkcs5::pbes2::Kdf;
use pkcs8::pkcs5::{EncryptionScheme, pbes2};

use crate::cms::identity_error::IdentityError;

/// Ten million rounds take some seconds; OpenSSL 3 writes 2,048, Apple's keychain some hundred thousand.
const ITERATION_LIMIT: u32 = 10_000_000;

/// Memory for scrypt (RFC 7914: 128 bytes times N times r). OpenSSL writes N = 16,384 and r = 8, which is 16 MiB.
const MEMORY_LIMIT: u64 = 256 << 20;

/// Gives an encryption back if it costs no more than the limits.
pub(super) fn checked(scheme: EncryptionScheme<'_>) -> Result<EncryptionScheme<'_>, IdentityError> {
    match &scheme {
        EncryptionScheme::Pbes1(pbes1) => {
            check_iterations(u32::from(pbes1.parameters.iteration_count))?;
        }
        EncryptionScheme::Pbes2(pbes2::Parameters { kdf, .. }) => match kdf {
            Kdf::Pbkdf2(pbkdf2) => check_iterations(pbkdf2.iteration_count)?,
            Kdf::Scrypt(scrypt) => check_scrypt(
                scrypt.cost_parameter,
                u64::from(scrypt.block_size),
                u64::from(scrypt.parallelization),
            )?,
            // Another function is refused by the decryption itself.
            _ => {}
        },
        _ => {}
    }
    Ok(scheme)
}

/// Refuses more rounds of a digest than the limit.
pub(super) fn check_iterations(count: u32) -> Result<(), IdentityError> {
    if count <= ITERATION_LIMIT {
        return Ok(());
    }
    Err(IdentityError::CostlyEncryption {
        asked: format!("{count} rounds"),
        limit: ITERATION_LIMIT.to_string(),
    })
}

/// Refuses more memory than the limit, and more passes over it than four times the limit.
fn check_scrypt(n: u64, r: u64, p: u64) -> Result<(), IdentityError> {
    let memory = n.saturating_mul(r).saturating_mul(128);
    let work = memory.saturating_mul(p);
    if memory <= MEMORY_LIMIT && work <= 4 * MEMORY_LIMIT {
        return Ok(());
    }
    Err(IdentityError::CostlyEncryption {
        asked: format!("scrypt with N = {n}, r = {r}, p = {p}"),
        limit: format!("{} MiB", MEMORY_LIMIT >> 20),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cms::PrivateKey;
    use crate::cms::tests::fixture;

    /// The DER of an encrypted key of `tests/signing` with some bytes in place of others of the same length.
    fn with(name: &str, old: &[u8], new: &[u8]) -> Vec<u8> {
        assert_eq!(old.len(), new.len());
        let mut der = crate::cms::pem::blocks(&fixture(name)).unwrap()[0]
            .der
            .to_vec();
        let at = memchr::memmem::find(&der, old).expect("the parameter");
        der[at..at + new.len()].copy_from_slice(new);
        der
    }

    #[test]
    fn a_key_that_asks_for_too_much_memory_is_refused_before_the_work() {
        assert_eq!(check_scrypt(1 << 14, 8, 1), Ok(()));
        assert!(check_scrypt(1 << 24, 8, 1).is_err());
        assert!(check_scrypt(u64::MAX, 65535, 65535).is_err());
        assert!(check_scrypt(1 << 14, 8, 65535).is_err());
        let der = with(
            "p256-key-encrypted-scrypt.pem",
            &[0x02, 0x02, 0x04, 0x00, 0x02, 0x01, 0x08, 0x02, 0x01, 0x01],
            &[0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x7F, 0x02, 0x01, 0x7F],
        );
        let error = PrivateKey::read(&der, Some("test")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("scrypt with N = 16384, r = 127, p = 127"),
            "{error}"
        );
    }

    #[test]
    fn a_key_that_asks_for_too_many_rounds_is_refused_before_the_work() {
        assert_eq!(check_iterations(2048), Ok(()));
        assert_eq!(check_iterations(ITERATION_LIMIT), Ok(()));
        let error = check_iterations(1 << 31).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the encryption of the private key asks for 2147483648 rounds; the limit is 10000000"
        );
    }
}
