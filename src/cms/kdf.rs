//! Keys from passphrases as PKCS#12 derives them (RFC 7292, appendix B.2). Only this format uses it.

use ring::digest;
use zeroize::Zeroizing;

/// What derived bytes are for (RFC 7292, appendix B.3).
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// A key that encrypts.
    Key = 1,
    /// The block that encryption begins with.
    Iv = 2,
    /// A key that authenticates.
    Mac = 3,
}

/// A passphrase as PKCS#12 counts it: UTF-16, most significant byte first, with a NUL behind.
pub(super) fn utf16(passphrase: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(
        passphrase
            .encode_utf16()
            .chain([0])
            .flat_map(u16::to_be_bytes)
            .collect(),
    )
}

/// Derives `length` bytes.
pub(super) fn derive(
    hash: &'static digest::Algorithm,
    passphrase: &[u8],
    salt: &[u8],
    purpose: Purpose,
    iterations: u32,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let block = hash.block_len();
    let marker = vec![purpose as u8; block];
    let mut input = Zeroizing::new(filled(salt, block));
    input.extend_from_slice(&Zeroizing::new(filled(passphrase, block)));
    let mut derived = Zeroizing::new(Vec::with_capacity(length + hash.output_len()));
    while derived.len() < length {
        let mut context = digest::Context::new(hash);
        context.update(&marker);
        context.update(&input);
        let mut round = context.finish();
        for _ in 1..iterations {
            round = digest::digest(hash, round.as_ref());
        }
        derived.extend_from_slice(round.as_ref());
        let addend: Vec<u8> = round.as_ref().iter().copied().cycle().take(block).collect();
        for chunk in input.chunks_mut(block) {
            add_with_one(chunk, &addend);
        }
    }
    derived.truncate(length);
    derived
}

/// Repeats bytes until they fill whole blocks; nothing stays nothing.
fn filled(bytes: &[u8], block: usize) -> Vec<u8> {
    let length = bytes.len().div_ceil(block) * block;
    bytes.iter().copied().cycle().take(length).collect()
}

/// Adds a number and one to a number of the same length, most significant byte first, and drops what overflows.
fn add_with_one(number: &mut [u8], addend: &[u8]) {
    let mut carry = 1_u16;
    for (digit, other) in number.iter_mut().zip(addend).rev() {
        let sum = u16::from(*digit) + u16::from(*other) + carry;
        *digit = sum.to_be_bytes()[1];
        carry = sum >> 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cms::certificate::hex;

    #[test]
    fn a_number_overflows_into_nothing() {
        let mut number = [0xFF, 0xFF];
        add_with_one(&mut number, &[0x00, 0x01]);
        assert_eq!(number, [0x00, 0x01]);
    }

    #[test]
    fn a_passphrase_is_utf16_with_a_nul() {
        assert_eq!(*utf16("aé"), [0, b'a', 0, 0xE9, 0, 0]);
        assert_eq!(*utf16(""), [0, 0]);
    }

    #[test]
    fn derived_bytes_are_those_openssl_derives() {
        let sha1 = &digest::SHA1_FOR_LEGACY_USE_ONLY;
        let (sha256, sha512) = (&digest::SHA256, &digest::SHA512);
        // `openssl kdf -keylen 24 -kdfopt digest:SHA1 -kdfopt hexpass:00740065007300740000
        // -kdfopt hexsalt:0102030405060708 -kdfopt id:1 -kdfopt iter:1 PKCS12KDF` and so on, OpenSSL 3.0.19.
        for (hash, purpose, iterations, length, expected) in [
            (
                sha1,
                Purpose::Key,
                1,
                24,
                "5249DEA79B12BD480241646C0B33379A47F34B027943B8B6",
            ),
            (sha1, Purpose::Iv, 2048, 8, "A397BD4CB53D270D"),
            (
                sha1,
                Purpose::Key,
                7,
                50,
                "5B0B218386D3518292D1251800E5D4DA6D94D4E0AAA5AE46F8C1DBB31A82FF158B05ECD47B0487C2C9819EA27B31D204E83F",
            ),
            (
                sha256,
                Purpose::Mac,
                2048,
                32,
                "B3F5946F07E9A71591FF6627CC5645CAED2866B00D965F7E92E282A6D6B93E38",
            ),
            (
                sha512,
                Purpose::Mac,
                3,
                64,
                "A83FDDC34EDF3F75E4702BEC20411909D7299DDBCCD26D6799F8301AE0B763874F63753FEBFF1395EE498479C126136190E08E28041BDDE024EE6BFD41E1559A",
            ),
        ] {
            let salt = [1, 2, 3, 4, 5, 6, 7, 8];
            let derived = derive(hash, &utf16("test"), &salt, purpose, iterations, length);
            assert_eq!(hex(&derived), expected);
        }
    }
}
