//! A profile file made readable: text with places, the tree, and everything that was wrong on the way there.

use std::cell::OnceCell;

use super::key_path::KeyPaths;
use super::known::KnownKeys;
use crate::cms::{self, CmsError, Integrity, Signed};
use crate::plist::{
    self, Decoded, Dictionary, Parsed, PlistFormat, Problem, ProblemLevel, Tree, Value,
};
use crate::source::{LineIndex, Position};

/// What is around the profile.
#[derive(Clone, Debug)]
pub(crate) enum Envelope {
    Plain,
    /// A signed message, opened. Whether its signature holds is computed only when somebody asks.
    Signed(Box<Signed>),
    /// What was once a signed message, or is one that no Mac takes for a profile: nothing inside can be read.
    Broken(CmsError),
}

/// One file, read. Borrows the file's bytes; made by [`with_document`].
#[derive(Debug)]
pub(crate) struct Document<'src> {
    /// The file as the user named it, with forward slashes.
    pub(crate) path: &'src str,
    /// The size of the file in bytes, with its signature.
    pub(crate) size: usize,
    /// What is around the profile.
    pub(crate) envelope: &'src Envelope,
    /// How the profile is written; for a signed one, how the profile inside is written.
    pub(crate) format: PlistFormat,
    /// The text all places refer to; empty unless the file is XML. For a signed profile it is the XML inside.
    pub(crate) text: &'src str,
    /// The values; empty when nothing could be read.
    pub(crate) tree: Tree<'src>,
    /// What was wrong with the property list, in the order of the file.
    pub(crate) problems: Vec<Problem>,
    /// Payloads and known keys, once somebody asked.
    known_keys: OnceCell<KnownKeys>,
}

/// Reads a file's bytes and hands the document to `read`.
///
/// A function and not a constructor, because a document borrows text that may have to be decoded or unwrapped first:
/// this way plain UTF-8, which nearly every profile is, is never copied.
pub(crate) fn with_document<R>(
    path: &str,
    bytes: &[u8],
    read: impl FnOnce(&Document<'_>) -> R,
) -> R {
    let envelope = Envelope::of(bytes);
    let decoded = envelope.content(bytes).map(plist::decode);
    read(&Document::new(path, bytes, &envelope, decoded.as_ref()))
}

impl Envelope {
    /// Looks at the bytes, not at the name; costs a few comparisons for files that are not signed.
    fn of(bytes: &[u8]) -> Self {
        if !cms::looks_signed(bytes) && !cms::looks_armoured(bytes) {
            return Self::Plain;
        }
        match cms::open(bytes) {
            Ok(signed) => Self::Signed(Box::new(signed)),
            // A certificate or arbitrary bytes: the reader of property lists says what a profile looks like.
            Err(CmsError::NotSigned) => Self::Plain,
            Err(error) => Self::Broken(error),
        }
    }

    /// The profile in a file; `None` when nothing inside can be read.
    fn content<'c>(&'c self, bytes: &'c [u8]) -> Option<&'c [u8]> {
        match self {
            Self::Plain => Some(bytes),
            Self::Signed(signed) => Some(signed.content()),
            Self::Broken(_) => None,
        }
    }
}

impl<'src> Document<'src> {
    /// Reads the values of a file whose text is known; without text there are none.
    fn new(
        path: &'src str,
        bytes: &'src [u8],
        envelope: &'src Envelope,
        decoded: Option<&'src Decoded<'src>>,
    ) -> Self {
        let (format, text, parsed) = match decoded {
            Some(decoded) => (decoded.format, &*decoded.text, decoded.parse()),
            None => (PlistFormat::Other, "", Parsed::nothing(Vec::new())),
        };
        Self {
            path,
            size: bytes.len(),
            envelope,
            format,
            text,
            tree: parsed.tree,
            problems: parsed.problems,
            known_keys: OnceCell::new(),
        }
    }
}

impl Document<'_> {
    /// Whether a Mac refuses the file as it stands. What could be read of it is then no basis for a judgement.
    pub(crate) fn is_refused(&self) -> bool {
        let refused = |problem: &Problem| problem.level == ProblemLevel::Refused;
        matches!(self.envelope, Envelope::Broken(_)) || self.problems.iter().any(refused)
    }

    /// The signed message around the profile, if there is one.
    pub(crate) fn signed(&self) -> Option<&Signed> {
        match self.envelope {
            Envelope::Signed(signed) => Some(signed),
            Envelope::Plain | Envelope::Broken(_) => None,
        }
    }

    /// Why the signature around it does not hold, if it does not: a Mac refuses such a profile.
    pub(super) fn broken_signature(&self) -> Option<String> {
        match self.signed()?.integrity() {
            Integrity::Broken(fault) => Some(fault.to_string()),
            Integrity::Holds | Integrity::Unknown(_) => None,
        }
    }

    pub(crate) fn root(&self) -> Option<Value<'_>> {
        self.tree.root()
    }

    /// The payloads and known keys; `root` is the dictionary that [`Document::root`] hands out.
    pub(super) fn known_keys(&self, root: Dictionary<'_>) -> &KnownKeys {
        self.known_keys.get_or_init(|| KnownKeys::of(root))
    }

    /// The line starts, for [`Document::position`]; counted only when something is to be shown.
    pub(crate) fn lines(&self) -> LineIndex {
        LineIndex::new(self.text.as_bytes())
    }

    /// Line and column of a byte offset; `None` in a binary file.
    pub(crate) fn position(&self, lines: &LineIndex, offset: u32) -> Option<Position> {
        (self.format == PlistFormat::Xml).then(|| lines.position(self.text.as_bytes(), offset))
    }

    /// Finds the key paths of places, best in the order of the file.
    pub(crate) fn key_paths(&self) -> KeyPaths<'_> {
        KeyPaths::new(&self.tree)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of `tests/signing`.
    fn signing(name: &str) -> Vec<u8> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/signing");
        std::fs::read(folder.join(name)).unwrap()
    }

    #[test]
    fn the_places_in_a_signed_profile_are_those_of_the_profile_inside() {
        let plain = signing("profile.mobileconfig");
        with_document("a", &signing("rsa2048-split.cms"), |document| {
            assert_eq!(document.text.as_bytes(), plain);
            assert_eq!(document.format, PlistFormat::Xml);
            let name = document.signed().and_then(Signed::signer_name);
            assert_eq!(name.as_deref(), Some("Test Signer RSA 2048 (Example)"));
            assert!(!document.is_refused());
        });
    }

    #[test]
    fn nothing_is_read_of_a_signed_profile_that_was_saved_as_text() {
        with_document("a", &signing("recoded.cms"), |document| {
            assert!(matches!(document.envelope, Envelope::Broken(_)));
            assert!(document.is_refused() && document.root().is_none());
        });
    }

    #[test]
    #[ignore = "needs KEXTPOLICY_SHARED"]
    fn every_signed_profile_of_the_wild_is_read_and_its_signer_known() {
        let shared = std::env::var_os("KEXTPOLICY_SHARED").expect("KEXTPOLICY_SHARED");
        let mut folders = vec![std::path::Path::new(&shared).join("corpus")];
        let mut count = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = std::fs::read(&path).unwrap();
                if !cms::looks_signed(&bytes) {
                    continue;
                }
                count += 1;
                with_document("a", &bytes, |document| {
                    let signer = document.signed().and_then(Signed::signer_name);
                    assert!(signer.is_some(), "{}", path.display());
                    // One of them is malformed inside, and says so.
                    let read = document.root().is_some() || !document.problems.is_empty();
                    assert!(read, "{}", path.display());
                });
            }
        }
        assert!(count >= 160, "only {count} signed profiles");
    }
}
