//! Team IDs, bundle IDs and payload identifiers: newtypes that cannot hold a wrong value, and why one was refused.
//!
//! The patterns are the Intune portal's, which are the strictest published ones: Team ID `^[A-Z0-9]{10}$`, bundle ID
//! dot-separated labels of letters, digits and inner hyphens, at most 1000 characters
//! (Microsoft Intune, `macOSKernelExtension` setting definitions; Apple: "Team ID", 10 characters).

use std::fmt;

/// Characters of a Team ID.
pub(crate) const TEAM_ID_LENGTH: usize = 10;

/// Most characters of a bundle ID that the Intune portal takes.
pub(crate) const BUNDLE_ID_LIMIT: usize = 1000;

/// An Apple Developer Team ID: ten characters `A-Z0-9`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TeamIdentifier(String);

/// Why a text is not a Team ID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TeamIdentifierError {
    #[error("is empty; a Team ID has 10 characters")]
    Empty,
    /// Blanks around or inside.
    #[error("contains a blank; a Team ID is 10 characters `A-Z0-9`")]
    Blank,
    /// Right but for letters in lower case.
    #[error("has lower-case letters; a Mac compares Team IDs letter by letter")]
    LowerCase,
    /// A character that no Team ID has.
    #[error("contains `{0}`; a Team ID is made of `A-Z` and `0-9` only")]
    Character(char),
    /// Too short or too long.
    #[error("has {0} characters; a Team ID has exactly 10")]
    Length(usize),
    /// It is a bundle ID in the wrong place.
    #[error("looks like a bundle ID, not a Team ID")]
    BundleIdentifier,
}

impl TeamIdentifier {
    /// Whether a text is shaped like a Team ID and not like a word: ten capitals and digits, some of both.
    pub(crate) fn is_shaped_like_one(text: &str) -> bool {
        text.len() == TEAM_ID_LENGTH
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && text.bytes().any(|byte| byte.is_ascii_uppercase())
            && Self::check(text).is_ok()
    }

    /// Checks a text and keeps it.
    pub(crate) fn new(text: &str) -> Result<Self, TeamIdentifierError> {
        Self::check(text).map(|()| Self(text.to_owned()))
    }

    pub(crate) fn check(text: &str) -> Result<(), TeamIdentifierError> {
        let is_right = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if text.len() == TEAM_ID_LENGTH && text.bytes().all(is_right) {
            return Ok(());
        }
        let length = text.chars().count();
        if text.is_empty() {
            return Err(TeamIdentifierError::Empty);
        }
        if text.chars().any(is_blank) {
            return Err(TeamIdentifierError::Blank);
        }
        if text.contains('.') && BundleIdentifier::new(text).is_ok() {
            return Err(TeamIdentifierError::BundleIdentifier);
        }
        if let Some(wrong) = text.chars().find(|letter| !letter.is_ascii_alphanumeric()) {
            return Err(TeamIdentifierError::Character(wrong));
        }
        if length != TEAM_ID_LENGTH {
            return Err(TeamIdentifierError::Length(length));
        }
        if text.chars().any(|letter| letter.is_ascii_lowercase()) {
            return Err(TeamIdentifierError::LowerCase);
        }
        Ok(())
    }

    /// The Team ID that a reader takes a refused text for: blanks around it, invisible characters or lower-case letters
    /// are wrong. A word without a digit may be a name, and the parts of a text with a blank in it may be anything.
    pub(crate) fn repaired(text: &str) -> Option<Self> {
        let bare: String = text.trim_matches(is_blank).replace(is_invisible, "");
        let is_name = bare.contains(|letter: char| letter.is_ascii_lowercase())
            && !bare.contains(|letter: char| letter.is_ascii_digit());
        if is_name {
            return None;
        }
        Self::new(&bare.to_ascii_uppercase()).ok()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A bundle ID such as `com.microsoft.wdavkext`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BundleIdentifier(String);

/// Why a text is not a bundle ID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BundleIdentifierError {
    #[error("is empty")]
    Empty,
    /// Blanks around or inside.
    #[error("contains a blank; identifiers have none")]
    Blank,
    /// Somebody hoped for a pattern.
    #[error("contains the wildcard `{0}`; macOS compares bundle IDs letter by letter")]
    Wildcard(char),
    /// A typographic dash, as word processors write it.
    #[error("contains the dash look-alike U+{:04X}; bundle IDs use the plain hyphen `-`", u32::from(*.0))]
    Dash(char),
    /// A character that no bundle ID has.
    #[error("contains `{0}`; a bundle ID is made of letters, digits, `.` and `-`")]
    Character(char),
    /// A label is empty or starts or ends with a hyphen.
    #[error("has an empty part or one that begins or ends with `-`")]
    Label,
    /// Longer than the Intune portal takes.
    #[error("has {0} characters; the limit is 1000")]
    Length(usize),
}

impl BundleIdentifier {
    /// Checks a text and keeps it.
    pub(crate) fn new(text: &str) -> Result<Self, BundleIdentifierError> {
        Self::check(text).map(|()| Self(text.to_owned()))
    }

    pub(crate) fn check(text: &str) -> Result<(), BundleIdentifierError> {
        let mut labels = text.as_bytes().split(|byte| *byte == b'.');
        if text.len() <= BUNDLE_ID_LIMIT && labels.all(is_label) {
            return Ok(());
        }
        if text.is_empty() {
            return Err(BundleIdentifierError::Empty);
        }
        for letter in text.chars() {
            match letter {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' => {}
                blank if is_blank(blank) => return Err(BundleIdentifierError::Blank),
                '*' | '?' | '%' => return Err(BundleIdentifierError::Wildcard(letter)),
                dash if is_dash(dash) => return Err(BundleIdentifierError::Dash(dash)),
                other => return Err(BundleIdentifierError::Character(other)),
            }
        }
        if text
            .split('.')
            .any(|label| label.is_empty() || label.starts_with('-') || label.ends_with('-'))
        {
            return Err(BundleIdentifierError::Label);
        }
        if text.len() > BUNDLE_ID_LIMIT {
            return Err(BundleIdentifierError::Length(text.len()));
        }
        Ok(())
    }

    /// The bundle ID that a reader takes a refused text for: blanks around it, invisible characters or dashes are wrong.
    /// Two bundle IDs with any of these between them are not one.
    pub(crate) fn repaired(text: &str) -> Option<Self> {
        let text = text.trim_matches(is_blank);
        let separates = |letter: char| is_invisible(letter) || is_dash(letter);
        let could_be_own = |part: &str| part.contains('.') && Self::check(part).is_ok();
        let mut parts = text.split(separates).map(could_be_own);
        let mut was_own = parts.next().unwrap_or_default();
        for is_own in parts {
            if was_own && is_own {
                return None;
            }
            was_own = is_own;
        }
        let mended: String = text
            .chars()
            .filter(|letter| !is_invisible(*letter))
            .map(|letter| if is_dash(letter) { '-' } else { letter })
            .collect();
        Self::new(&mended).ok()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A reverse-DNS identifier such as `com.contoso.kext-policy`: a bundle ID with at least two parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PayloadIdentifier(String);

/// Why a text is not a reverse-DNS identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PayloadIdentifierError {
    #[error("is not reverse-DNS: it has no `.`")]
    OnePart,
    /// Same faults as a bundle ID.
    #[error(transparent)]
    Characters(#[from] BundleIdentifierError),
}

impl PayloadIdentifier {
    /// Checks a text and keeps it.
    pub(crate) fn new(text: &str) -> Result<Self, PayloadIdentifierError> {
        Self::check(text).map(|()| Self(text.to_owned()))
    }

    /// Checks a text. Underscores are allowed: macOS treats the identifier as opaque text.
    pub(crate) fn check(text: &str) -> Result<(), PayloadIdentifierError> {
        if text.contains('_') {
            BundleIdentifier::check(&text.replace('_', "-x"))?;
        } else {
            BundleIdentifier::check(text)?;
        }
        if text.contains('.') {
            Ok(())
        } else {
            Err(PayloadIdentifierError::OnePart)
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a part of a bundle ID is right.
fn is_label(label: &[u8]) -> bool {
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    !label.is_empty()
        && label.iter().all(is_inner)
        && !label.starts_with(b"-")
        && !label.ends_with(b"-")
}

/// Whether a text is a UUID: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12, in either case. Versions and variants
/// do not matter to anybody on the way to a Mac.
pub(crate) fn is_uuid(text: &str) -> bool {
    let Ok(bytes) = <&[u8; 36]>::try_from(text.as_bytes()) else {
        return false;
    };
    // With four hyphens in their places the other 32 have to be digits; counting them needs no branch.
    [8, 13, 18, 23].into_iter().all(|at| bytes[at] == b'-')
        && bytes.iter().filter(|byte| byte.is_ascii_hexdigit()).count() == 32
}

/// Any white space, including the no-break kinds that web pages and chat programs paste.
pub(crate) fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// The blanks without a width, which nobody sees in the middle of a word.
fn is_invisible(letter: char) -> bool {
    is_blank(letter) && !letter.is_whitespace()
}

/// The dashes that word processors put where a hyphen was typed. The soft hyphen is one: it is there to be seen where a
/// line ends.
pub(crate) fn is_dash(letter: char) -> bool {
    matches!(
        letter,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' | '\u{AD}'
    )
}

impl fmt::Display for TeamIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for BundleIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for PayloadIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_id_says_what_is_wrong_with_it() {
        assert!(TeamIdentifier::new("UBF8T346G9").is_ok());
        assert_eq!(
            TeamIdentifier::new("UBF8T346G"),
            Err(TeamIdentifierError::Length(9))
        );
        assert_eq!(
            TeamIdentifier::new("ubf8t346g9"),
            Err(TeamIdentifierError::LowerCase)
        );
        assert_eq!(
            TeamIdentifier::new("UBF8T346G9 "),
            Err(TeamIdentifierError::Blank)
        );
        assert_eq!(
            TeamIdentifier::new("UBF8T-46G9"),
            Err(TeamIdentifierError::Character('-'))
        );
        assert_eq!(
            TeamIdentifier::new("com.microsoft.wdavkext"),
            Err(TeamIdentifierError::BundleIdentifier)
        );
    }

    #[test]
    fn case_and_blanks_of_a_team_id_can_be_repaired() {
        assert_eq!(
            TeamIdentifier::repaired(" ubf8t346g9")
                .map(|id| id.to_string())
                .as_deref(),
            Some("UBF8T346G9")
        );
        for other in ["UBF8", "UBF8T 346G9", "contosoltd", "a team 123"] {
            assert_eq!(TeamIdentifier::repaired(other), None, "{other}");
        }
    }

    #[test]
    fn two_bundle_ids_are_never_repaired_into_one() {
        let repaired = |text: &str| BundleIdentifier::repaired(text).map(|id| id.to_string());
        for text in [
            "com.contoso.a com.contoso.b",
            "com.contoso.a\tcom.contoso.b",
            "com.contoso.a\u{200b}com.contoso.b",
            "com.contoso.a\u{2013}com.contoso.b",
            "com.contoso.usb driver",
            "com.contoso. usb",
        ] {
            assert_eq!(repaired(text), None, "{text:?}");
        }
        for (text, meant) in [
            (" com.contoso.usb\u{a0}\n", "com.contoso.usb"),
            ("com.contoso.us\u{200b}b", "com.contoso.usb"),
            ("com.contoso.usb\u{2013}x", "com.contoso.usb-x"),
        ] {
            assert_eq!(repaired(text).as_deref(), Some(meant), "{text:?}");
        }
    }

    #[test]
    fn a_bundle_id_says_what_is_wrong_with_it() {
        assert!(BundleIdentifier::new("com.microsoft.wdavkext").is_ok());
        assert_eq!(
            BundleIdentifier::new("com.example.*"),
            Err(BundleIdentifierError::Wildcard('*'))
        );
        assert_eq!(
            BundleIdentifier::new("com.ex\u{2013}a"),
            Err(BundleIdentifierError::Dash('\u{2013}'))
        );
        assert_eq!(
            BundleIdentifier::new("com..a"),
            Err(BundleIdentifierError::Label)
        );
        assert_eq!(
            BundleIdentifier::new("com.a b"),
            Err(BundleIdentifierError::Blank)
        );
    }

    #[test]
    fn a_uuid_is_five_groups_of_hexadecimal_digits() {
        assert!(is_uuid("2d6c1d0e-52b1-4f5b-8f7a-9b0e2c6a7fa1"));
        assert!(!is_uuid("2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FAG"));
        assert!(!is_uuid("2D6C1D0E52B14F5B8F7A9B0E2C6A7FA1"));
        assert!(!is_uuid(""));
    }

    #[test]
    fn a_payload_identifier_needs_two_parts() {
        assert!(PayloadIdentifier::new("com.contoso.kext_policy").is_ok());
        assert_eq!(
            PayloadIdentifier::new("contoso"),
            Err(PayloadIdentifierError::OnePart)
        );
    }
}
