//! Signed files as others write them, read and judged; and what a flipped byte does to them.

#![cfg(test)]

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rayon::prelude::*;

use super::integrity::Fault;
use super::signature::KeyKind;
use super::*;

/// The profile inside every signed file of `tests/signing`.
pub(super) const PROFILE: &[u8] = include_bytes!("../../tests/signing/profile.mobileconfig");

/// A file of `tests/signing`.
pub(super) fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/signing")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Opens a signed file of `tests/signing`.
pub(super) fn opened(name: &str) -> Signed {
    open(&fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn what_openssl_signs_gives_back_the_exact_profile_and_holds() {
    for name in [
        "expired.cms",
        "p256-ber.cms",
        "p256-keyid.cms",
        "p384-der.cms",
        "rsa2048-chain.cms",
        "rsa2048-der.cms",
        "rsa2048-noattr.cms",
        "rsa2048-pss.cms",
        "rsa2048-sha1.cms",
        "rsa2048-split.cms",
        "self.cms",
        "two-signers.cms",
    ] {
        let signed = opened(name);
        assert_eq!(signed.content(), PROFILE, "{name}");
        assert_eq!(signed.integrity(), &Integrity::Holds, "{name}");
        assert!(signed.signer_name().is_some(), "{name}");
    }
}

#[test]
fn a_signer_is_shown_by_name_issuer_serial_time_and_purpose() {
    let message = opened("rsa2048-split.cms");
    let signer = &message.signers[0];
    let certificate = message.certificate_of(signer).unwrap();
    assert_eq!(certificate.subject(), "Test Signer RSA 2048 (Example)");
    assert_eq!(certificate.issuer(), "Test Intermediate (Example)");
    assert_eq!(certificate.serial(), "1003");
    assert_eq!(certificate.not_before().year(), 2020);
    assert_eq!(certificate.not_after().year(), 2120);
    assert_eq!(certificate.key().kind, KeyKind::Rsa(2048));
    assert_eq!(certificate.key_usage(), ["digital signature"]);
    assert_eq!(certificate.purposes(), ["code signing"]);
    assert_eq!(certificate.fingerprint().len(), 64);
    assert!(certificate.may_sign() && !certificate.is_authority());
    assert_eq!(signer.digest, Some(Digest::Sha256));
    assert!(signer.signing_time.is_some());
    assert_eq!(message.certificates.len(), 3);
}

#[test]
fn an_old_digest_is_weak() {
    let digest = opened("rsa2048-sha1.cms").signers[0].digest.unwrap();
    assert!(digest.is_weak());
    assert_eq!(digest.name(), "SHA-1");
}

#[test]
fn an_unsupported_curve_is_named_and_neither_holds_nor_breaks() {
    match opened("p521-der.cms").integrity() {
        Integrity::Unknown(fault) => assert_eq!(
            fault.to_string(),
            "the signature of `Test Signer P-521 (Example)` cannot be checked: a key ECDSA P-521 with SHA-256 is not supported"
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_the_signers_certificate_the_profile_is_read_and_the_signature_is_not_confirmed() {
    let signed = opened("rsa2048-nocerts.cms");
    assert_eq!(signed.content(), PROFILE);
    assert_eq!(signed.signer_name(), None);
    assert_eq!(signed.integrity(), &Integrity::Broken(Fault::NoCertificate));
}

#[test]
fn files_that_hold_no_signed_profile_say_what_they_are() {
    for (name, expected) in [
        ("armoured.cms", CmsError::Armoured),
        ("detached.cms", CmsError::Detached),
        (
            "encrypted.cms",
            CmsError::OtherContent {
                what: "encrypted data".to_owned(),
            },
        ),
        ("line-ends-crlf.cms", CmsError::LineEnds),
        ("line-ends-lf.cms", CmsError::LineEnds),
        ("recoded.cms", CmsError::Recoded),
        ("profile.mobileconfig", CmsError::NotSigned),
        ("rsa2048.p12", CmsError::NotSigned),
        ("rsa2048.pem", CmsError::NotSigned),
    ] {
        match open(&fixture(name)) {
            Err(error) => {
                assert_eq!(error, expected, "{name}");
                assert!(!error.help().is_empty());
            }
            Ok(_) => panic!("{name} was opened"),
        }
    }
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    for name in ["p256-ber.cms", "rsa2048-der.cms"] {
        let whole = fixture(name);
        for length in 0..whole.len() {
            assert!(open(&whole[..length]).is_err(), "{name} cut at {length}");
        }
    }
}

/// Whether a changed file is refused or judged broken.
fn is_detected(bytes: &[u8]) -> bool {
    match open(bytes) {
        Err(_) => true,
        Ok(signed) => signed.integrity() != &Integrity::Holds,
    }
}

/// Where `needle` lies in a file.
fn find(bytes: &[u8], needle: &[u8]) -> std::ops::Range<usize> {
    let at = memchr::memmem::find(bytes, needle).expect("a part of the file");
    at..at + needle.len()
}

/// Different certificates of one name: the test root with another number each, so that its own signature fits none.
fn of_one_name(count: usize) -> Vec<Certificate> {
    let root = certificates(&fixture("root.pem")).unwrap().remove(0);
    // INTEGER, two bytes, 0x1000.
    let at = find(root.der(), &[tlv::INTEGER, 2, 0x10, 0x00]).end - 2;
    (0..count)
        .map(|number| {
            let mut der = root.der().to_vec();
            let number = 0x1000 + u16::try_from(number).unwrap();
            der[at..at + 2].copy_from_slice(&number.to_be_bytes());
            Certificate::from_der(&der).expect("a certificate")
        })
        .collect()
}

#[test]
fn many_certificates_of_one_name_are_checked_up_to_a_limit_that_is_said() {
    let mut message = opened("rsa2048-chain.cms");
    message.certificates.extend(of_one_name(200));
    match message.integrity() {
        Integrity::Unknown(fault @ Fault::TooManyChecks { .. }) => assert_eq!(
            fault.to_string(),
            "the message needs more than 100 signature checks, so not all of its certificates were checked"
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_of_more_certificates_than_any_tool_writes_is_refused() {
    for (count, fits) in [(256, true), (257, false)] {
        let der: Vec<u8> = of_one_name(count)
            .iter()
            .flat_map(|one| one.der().to_vec())
            .collect();
        let mut set = Vec::new();
        tlv::push(&mut set, tlv::SET, &der);
        let set = tlv::Walk::new(&set).expect(tlv::SET, "a set").unwrap();
        match read::certificates(set) {
            Ok((found, _)) => assert!(fits && found.len() == count),
            Err(error) => {
                assert!(!fits);
                assert_eq!(
                    error.to_string(),
                    "the message holds more than 256 certificates, which are not all checked"
                );
            }
        }
    }
}

/// Changes every byte, its lowest bit and then all of its bits, and answers where that went unnoticed.
fn undetected(whole: &[u8]) -> Vec<usize> {
    let goes_unnoticed = |at: &usize| {
        [0x01, 0xFF].into_iter().any(|mask| {
            let mut changed = whole.to_vec();
            changed[*at] ^= mask;
            !is_detected(&changed)
        })
    };
    (0..whole.len())
        .into_par_iter()
        .filter(goes_unnoticed)
        .collect()
}

#[test]
fn a_flipped_byte_is_detected_wherever_it_is() {
    for name in ["p256-ber.cms", "rsa2048-chain.cms"] {
        let whole = fixture(name);
        let message = opened(name);
        // Nothing in the message vouches for the names that lead to a root: the chain to a given root does.
        let authorities: Vec<_> = message
            .certificates
            .iter()
            .filter(|one| one.is_authority())
            .map(|one| find(&whole, one.der()))
            .collect();
        assert_eq!(authorities.len(), 2);
        // The start of an authority key identifier with its object identifier, and its 24 bytes: a certificate that
        // names another key of its issuer was issued with that key, which the message does not hold.
        let names_key: Vec<usize> =
            memchr::memmem::find_iter(&whole, &[0x55, 0x1D, 0x23, 0x04, 0x18]).collect();
        assert!(!names_key.is_empty());
        let names_key = |at: usize| {
            names_key
                .iter()
                .any(|start| (*start..start + 29).contains(&at))
        };
        for at in undetected(&whole) {
            assert!(
                names_key(at) || authorities.iter().any(|one| one.contains(&at)),
                "{name}: byte {at} can be changed"
            );
        }
    }
}

#[test]
fn of_a_certificate_without_its_issuer_only_what_the_signature_needs_is_certain() {
    let whole = fixture("rsa2048-der.cms");
    let message = opened("rsa2048-der.cms");
    let certificate = find(&whole, message.certificates[0].der());
    let missed = undetected(&whole);
    assert!(!missed.is_empty());
    for at in missed {
        assert!(certificate.contains(&at), "byte {at} can be changed");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(
        seed in 0_usize..4,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
        whether_cut in any::<bool>(),
    ) {
        let name = ["self.cms", "p256-ber.cms", "rsa2048-split.cms", "two-signers.cms"][seed];
        let mut bytes = fixture(name);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if whether_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(signed) = open(&bytes) {
            let _ = signed.integrity();
            let _ = signed.signer_name();
            for certificate in &signed.certificates {
                let _ = (certificate.serial(), certificate.not_after(), certificate.purposes());
            }
        }
    }

    #[test]
    fn arbitrary_bytes_after_the_head_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut file = vec![0x30, 0x80];
        file.extend(bytes);
        let _ = open(&file);
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn every_signed_profile_of_the_wild_opens_and_holds() {
    let shared = std::env::var_os("KEXTPOLICY_SHARED").expect("KEXTPOLICY_SHARED");
    let mut count = 0;
    for path in files(&Path::new(&shared).join("corpus")) {
        let bytes = std::fs::read(&path).unwrap();
        if !looks_signed(&bytes) {
            continue;
        }
        count += 1;
        let name = path.display();
        let signed = open(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(signed.integrity(), &Integrity::Holds, "{name}");
        assert!(signed.signer_name().is_some(), "{name}");
        let content = signed.content();
        assert!(
            memchr::memmem::find(content, b"<plist").is_some(),
            "{name}: no property list inside"
        );
    }
    assert!(count >= 115, "only {count} signed profiles");
}
