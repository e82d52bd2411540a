//! What the page for an audit says of a profile, from the bytes that were judged.

use crate::cms::Status;
use crate::escape::visible;
use crate::output::{ProfilePage, SignatureLine, hexadecimal};
use crate::profile::allowed::statements;
use crate::profile::{Document, Envelope, Profile, with_document};

/// Reads a profile for the page.
pub(super) fn page(bytes: &[u8]) -> ProfilePage {
    with_document("", bytes, |document| {
        // What a Mac refuses allows nothing.
        let profile = Profile::of(document).filter(|_| !document.is_refused());
        ProfilePage {
            text: document.text.to_owned(),
            sha256: hexadecimal(bytes),
            signature: signature(document),
            statements: profile.map_or_else(Vec::new, statements),
        }
    })
}

/// The signature; `None` when the file is not signed.
fn signature(document: &Document<'_>) -> Option<SignatureLine> {
    let (holds, text) = match document.envelope {
        Envelope::Plain => return None,
        Envelope::Broken(error) => (false, error.to_string()),
        Envelope::Signed(signed) => {
            let answer = signed.integrity_answer();
            let name = signed.signer_name();
            let name = name.unwrap_or_else(|| "a signer who is not named".to_owned());
            match answer.status {
                Status::Good => (true, name),
                _ => (false, format!("{name}: {}", answer.text)),
            }
        }
    };
    Some(SignatureLine {
        holds,
        text: visible(&text).into_owned(),
    })
}
