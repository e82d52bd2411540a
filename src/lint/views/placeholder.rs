//! Text that stands for something else: what an MDM server fills in, and what the author of a template wanted filled in.

use super::request::asks_for_a_value;

/// A placeholder that an MDM server replaces when it delivers the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MdmPlaceholder {
    /// `$SERIALNUMBER`, one of Jamf Pro's names.
    Jamf,
    /// `$FLEET_VAR_…` and other names after a `$` that Jamf Pro does not know.
    Dollar,
    /// `${name}`, which a tool fills in before the profile is uploaded.
    Template,
    /// `{{serialnumber}}`, as in Intune.
    Braces,
    /// `%HardwareUUID%`.
    Percent,
}

/// Jamf Pro's payload variables; case matters (learn.jamf.com, "Payload Variables for Computer Configuration Profiles").
/// `$EXTENSIONATTRIBUTE_` is followed by a number.
const JAMF: [&str; 21] = [
    "MANAGEMENTID",
    "COMPUTERNAME",
    "SITENAME",
    "SITEID",
    "UDID",
    "SERIALNUMBER",
    "USERNAME",
    "FULLNAME",
    "REALNAME",
    "EMAIL",
    "PHONE",
    "POSITION",
    "DEPARTMENTNAME",
    "DEPARTMENTID",
    "BUILDINGNAME",
    "BUILDINGID",
    "ROOM",
    "MACADDRESS",
    "JSSID",
    "PROFILEJSSID",
    "EXTENSIONATTRIBUTE",
];

/// Whether a server or a template fills in part of a text, so that what it says is not known yet.
pub(crate) fn is_filled_in(text: &str) -> bool {
    of_mdm(text).is_some() || text.contains("{{")
}

/// The first placeholder of an MDM server in a text, with its range.
pub(crate) fn of_mdm(text: &str) -> Option<(MdmPlaceholder, std::ops::Range<usize>)> {
    let bytes = text.as_bytes();
    memchr::memchr3_iter(b'$', b'{', b'%', bytes).find_map(|at| {
        let rest = &text[at + 1..];
        let (kind, length) = match bytes[at] {
            b'$' => template(rest).or_else(|| dollar(rest))?,
            b'{' => {
                let inside = rest.strip_prefix('{')?;
                // Up to the next brace and no further: a text may hold as many as it has letters.
                let end = inside.find(['{', '}'])?;
                // `{{0, 0}, {10, 20}}` is a rectangle, as macOS writes it.
                let is_name = inside[end..].starts_with("}}")
                    && inside[..end]
                        .trim_start()
                        .starts_with(|c: char| c.is_ascii_alphabetic());
                is_name.then_some((MdmPlaceholder::Braces, end + 3))?
            }
            _ => {
                let length = word(rest);
                // `%20` in an address is not a name, and `%file_sha%` belongs to an application.
                let closed = length > 2
                    && rest.starts_with(|c: char| c.is_ascii_uppercase())
                    && rest[length..].starts_with('%');
                closed.then_some((MdmPlaceholder::Percent, length + 1))?
            }
        };
        Some((kind, at..at + 1 + length))
    })
}

/// What is in braces after a dollar sign: of Terraform, shells, `envsubst`.
fn template(rest: &str) -> Option<(MdmPlaceholder, usize)> {
    let inside = rest.strip_prefix('{')?;
    let end = inside.find(['{', '}'])?;
    let is_name = inside[end..].starts_with('}') && !inside[..end].trim().is_empty();
    is_name.then_some((MdmPlaceholder::Template, end + 2))
}

/// A name after a dollar sign, in capitals as all such servers write them.
fn dollar(rest: &str) -> Option<(MdmPlaceholder, usize)> {
    let length = word(rest);
    let name = &rest[..length];
    let is_name = length > 2
        && name.starts_with(|letter: char| letter.is_ascii_uppercase())
        && !name.contains(|letter: char| letter.is_ascii_lowercase());
    if !is_name {
        return None;
    }
    let stem = name.split('_').next().unwrap_or(name);
    let jamf = JAMF.contains(&name) || stem == "EXTENSIONATTRIBUTE";
    let kind = if jamf {
        MdmPlaceholder::Jamf
    } else {
        MdmPlaceholder::Dollar
    };
    Some((kind, length))
}

/// The length of the word at the start: letters, digits, underscores.
fn word(text: &str) -> usize {
    text.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count()
}

/// Whether a `PayloadUUID` comes out of a template: a UUID nobody generates, or words that ask for one.
pub(crate) fn is_sample_uuid(text: &str) -> bool {
    if crate::identifier::is_uuid(text) {
        nobody_generates(text)
    } else {
        asks_for_a_value(text) || is_sample_shape(text)
    }
}

/// Whether the digits of a UUID are all the same, or count.
fn nobody_generates(text: &str) -> bool {
    let digits = text.bytes().filter(|byte| *byte != b'-');
    let groups = text.split('-');
    digits
        .clone()
        .skip(1)
        .all(|byte| byte == text.as_bytes()[0])
        || counts(digits.clone())
        || groups
            .clone()
            .all(|group| group.bytes().all(|byte| byte == group.as_bytes()[0]))
        || groups.clone().all(|group| counts(group.bytes()))
}

/// Whether a text is shaped like a UUID but made of letters in a row: `12345678-ABCD-EFGH-IJKL-1234567890AB`.
fn is_sample_shape(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| {
            if matches!(at, 8 | 13 | 18 | 23) {
                byte == b'-'
            } else {
                byte.is_ascii_alphanumeric()
            }
        })
        && text.split('-').all(|group| {
            group.bytes().all(|byte| byte == group.as_bytes()[0]) || counts(group.bytes())
        })
}

/// Whether digits (or letters) go up one by one, 9 being followed by 0, A or stopping at nothing else.
fn counts(mut bytes: impl Iterator<Item = u8>) -> bool {
    let Some(mut last) = bytes.next() else {
        return false;
    };
    for byte in bytes {
        let up = match last.to_ascii_uppercase() {
            b'9' => matches!(byte, b'0' | b'A' | b'a'),
            b'0' => matches!(byte, b'1' | b'A' | b'a'),
            b'F' => matches!(byte, b'0' | b'1' | b'G' | b'g'),
            other => byte.to_ascii_uppercase() == other + 1,
        };
        if !up {
            return false;
        }
        last = byte;
    }
    true
}

/// Whether a text has the form of a Team ID and is a sample: `ABCDE12345`, `XXXXXXXXXX`, `TEAMID1234`. Real Team IDs are
/// random; of the rest `invalid-team-id` speaks.
pub(crate) fn is_sample_team_id(text: &str) -> bool {
    crate::identifier::TeamIdentifier::check(text).is_ok()
        && (text.bytes().all(|byte| byte == text.as_bytes()[0])
            || counts(text.bytes())
            || ["ABCDE12345", "A1B2C3D4E5", "ABCD123456", "ABC123DEF4"].contains(&text)
            || text.as_bytes().windows(6).any(|word| word == b"TEAMID")
            || text.starts_with("YOURTEAM"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_servers_are_told_apart() {
        let kind = |text| of_mdm(text).map(|(kind, range)| (kind, &text[range]));
        assert_eq!(
            kind("mac-$SERIALNUMBER"),
            Some((MdmPlaceholder::Jamf, "$SERIALNUMBER"))
        );
        assert_eq!(
            kind("$EXTENSIONATTRIBUTE_12"),
            Some((MdmPlaceholder::Jamf, "$EXTENSIONATTRIBUTE_12"))
        );
        assert_eq!(
            kind("$FLEET_VAR_HOST"),
            Some((MdmPlaceholder::Dollar, "$FLEET_VAR_HOST"))
        );
        assert_eq!(
            kind("{{serialnumber}}x"),
            Some((MdmPlaceholder::Braces, "{{serialnumber}}"))
        );
        assert_eq!(
            kind("x-${uuid_0}"),
            Some((MdmPlaceholder::Template, "${uuid_0}"))
        );
        assert_eq!(
            kind("$FLEET_SECRET_WIFI"),
            Some((MdmPlaceholder::Dollar, "$FLEET_SECRET_WIFI"))
        );
        assert_eq!(kind("${}"), None);
        assert_eq!(
            kind("%HardwareUUID%"),
            Some((MdmPlaceholder::Percent, "%HardwareUUID%"))
        );
    }

    #[test]
    fn sample_team_ids_are_told_from_real_ones() {
        for text in [
            "ABCDE12345",
            "A1B2C3D4E5",
            "ABCD123456",
            "ABC123DEF4",
            "XXXXXXXXXX",
            "1234567890",
            "TEAMID1234",
            "9TEAMID123",
            "98TEAMID12",
            "987TEAMID1",
            "9876TEAMID",
            "YOURTEAM12",
        ] {
            assert!(is_sample_team_id(text), "{text}");
        }
        for text in ["UBF8T346G9", "TEAMID", "K7Q2XD94WL"] {
            assert!(!is_sample_team_id(text), "{text}");
        }
    }

    #[test]
    fn prices_paths_and_percent_signs_are_no_placeholders() {
        for text in [
            "$5",
            "$HOME is $home",
            "100%",
            "50% of 20%",
            "{a}",
            "%20%",
            "a $ b",
            "$",
        ] {
            let found = of_mdm(text).map(|(kind, _)| kind);
            assert!(
                matches!(found, None | Some(MdmPlaceholder::Dollar)),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn sample_uuids_are_told_from_real_ones() {
        for text in [
            "00000000-0000-0000-0000-000000000000",
            "12345678-1234-1234-1234-123456789012",
            "12345678-1234-1234-1234-1234567890AB",
            "AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE",
            "12345678-ABCD-EFGH-IJKL-1234567890AB",
            "YOUR-UUID-HERE",
            "UUIDGOESHERE",
        ] {
            assert!(is_sample_uuid(text), "{text}");
        }
        for text in ["2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1", "", "donut.local.1"] {
            assert!(!is_sample_uuid(text), "{text}");
        }
    }
}
