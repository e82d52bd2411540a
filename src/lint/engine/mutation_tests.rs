//! No file brings the linter down: fixtures cut at every byte and fixtures with wrong bytes go through every rule.

use super::check_file;
use crate::lint::config::settings::{Selection, Settings};
use crate::lint::rules::RULES;
use crate::target::Target;

/// A profile, and the same signed in two ways.
const FIXTURES: [&[u8]; 3] = [
    include_bytes!("../../../tests/signing/profile.mobileconfig"),
    include_bytes!("../../../tests/signing/rsa2048-split.cms"),
    include_bytes!("../../../tests/signing/p256-ber.cms"),
];

/// How often each fixture is damaged.
const ROUNDS: usize = 400;

/// Bytes that mean something in XML, in DER and in text.
const TELLING: &[u8] = b"<>/&;\"!-]\0\x30\x80\xFF\xC3 kd";

/// Lints bytes; every file has a report.
fn lint(bytes: &[u8]) {
    let settings = Settings::new(RULES, Some(Target::Jamf), &Selection::default(), 0.0);
    assert_eq!(&*check_file(0, "a", bytes, &settings).path, "a");
}

#[test]
fn a_profile_cut_at_any_byte_is_linted() {
    for bytes in FIXTURES {
        for end in 0..bytes.len() {
            lint(&bytes[..end]);
        }
    }
}

#[test]
fn a_profile_with_wrong_bytes_is_linted() {
    let mut state = 1_usize;
    let mut next = |below: usize| {
        // A linear congruence: the same damage every time.
        state = state.wrapping_mul(0x5851_F42D).wrapping_add(0x1405_7B7E) & 0x7FFF_FFFF;
        (state >> 8) % below
    };
    for whole in FIXTURES {
        for _ in 0..ROUNDS {
            let mut bytes = whole.to_vec();
            for _ in 0..=next(3) {
                let at = next(bytes.len());
                let telling = TELLING[next(TELLING.len())];
                match next(3) {
                    0 => bytes[at] = telling,
                    1 => bytes.insert(at, telling),
                    _ => {
                        bytes.drain(at..(at + 1 + next(40)).min(bytes.len()));
                    }
                }
            }
            lint(&bytes);
        }
    }
}
