//! What the page for an audit says of a profile, from the bytes that were judged.

use crate::audit::file::of_document;
use crate::audit::holdings::Holdings;
use crate::cms::Status;
use crate::escape::visible;
use crate::lint;
use crate::lint::rules::RULES;
use crate::output::{ProfilePage, SignatureLine, hexadecimal};
use crate::profile::{Document, Envelope, with_document};

/// Reads a profile for the page, and adds what it allows and protects beside extensions to that of others.
pub(super) fn page(path: &str, bytes: &[u8], holdings: &mut Holdings) -> ProfilePage {
    with_document(path, bytes, |document| ProfilePage {
        text: document.text.to_owned(),
        sha256: hexadecimal(bytes),
        signature: signature(document),
        ignores: lint::ignored(document, RULES),
        audit: of_document(document, holdings),
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
