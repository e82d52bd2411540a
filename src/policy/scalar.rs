//! Single values: text, true or false, identifiers, dates; each refused with what to write instead.

use time::{Date, Month};

use super::error::PolicyError;
use super::fields::{Fields, list};
use super::node::{Node, Value};
use crate::escape::{is_xml_char, quoted, visible};
use crate::identifier::{
    BundleIdentifier, PayloadIdentifier, PayloadIdentifierError, TeamIdentifier,
    TeamIdentifierError,
};
use crate::source::Spanned;
use crate::suggest::nearest;

/// A text that XML can carry and that says something.
pub(crate) fn text(
    node: &Node,
    key: &str,
    errors: &mut Vec<PolicyError>,
) -> Option<Spanned<String>> {
    let text = any_text(node, key, "some text", errors)?;
    if text.trim().is_empty() {
        errors.push(PolicyError::new(
            node.span,
            format!("{} is blank", quoted(key)),
            "there is no text here",
            format!("write a text, or remove {}", quoted(key)),
        ));
        return None;
    }
    if let Some(letter) = text.chars().find(|letter| !is_xml_char(*letter)) {
        errors.push(PolicyError::new(
            node.span,
            format!(
                "{} contains the control character U+{:04X}",
                quoted(key),
                u32::from(letter)
            ),
            "a profile is XML, which cannot carry it",
            "remove the character, or its escape",
        ));
        return None;
    }
    Some(Spanned::new(text.to_owned(), node.span))
}

/// A scalar, whatever it says.
fn any_text<'a>(
    node: &'a Node,
    key: &str,
    example: &str,
    errors: &mut Vec<PolicyError>,
) -> Option<&'a str> {
    let found = node.text().filter(|_| !node.is_null());
    if found.is_none() {
        let only = match &node.value {
            Value::List(items) if items.len() == 1 => items[0].text(),
            _ => None,
        };
        errors.push(PolicyError::new(
            node.span,
            format!("{} is {}, not a text", quoted(key), node.kind()),
            "one text belongs here",
            format!("write `{key}: {}`", visible(only.unwrap_or(example))),
        ));
    }
    found
}

/// One of the texts of a closed list.
pub(crate) fn choice(
    node: &Node,
    key: &str,
    choices: &[&str],
    whose: &str,
    errors: &mut Vec<PolicyError>,
) -> Option<Spanned<String>> {
    let text = any_text(node, key, choices.first()?, errors)?;
    if choices.contains(&text) {
        return Some(Spanned::new(text.to_owned(), node.span));
    }
    let help = match nearest(text, choices.iter().copied()) {
        Some(meant) => format!("write `{key}: {meant}`"),
        None => format!("write one of {}", list(choices)),
    };
    errors.push(PolicyError::new(
        node.span,
        format!("{} cannot be {}", quoted(key), quoted(text)),
        format!("not a value {whose} knows"),
        help,
    ));
    None
}

/// `true` or `false`, as YAML 1.2 writes them.
pub(crate) fn boolean(
    node: &Node,
    key: &str,
    errors: &mut Vec<PolicyError>,
) -> Option<Spanned<bool>> {
    if let Value::Text { text, plain: true } = &node.value {
        match &**text {
            "true" | "True" | "TRUE" => return Some(Spanned::new(true, node.span)),
            "false" | "False" | "FALSE" => return Some(Spanned::new(false, node.span)),
            _ => {}
        }
    }
    let shown = match &node.value {
        Value::Text { text, plain: true } => quoted(text),
        Value::Text { text, plain: false } => format!("the text {}", quoted(text)),
        Value::List(_) | Value::Map(_) => node.kind().to_owned(),
    };
    let meant = match node.text().map(str::to_ascii_lowercase).as_deref() {
        Some("yes" | "y" | "on" | "1" | "true" | "enabled") => Some("true"),
        Some("no" | "n" | "off" | "0" | "false" | "disabled") => Some("false"),
        _ => None,
    };
    let help = match meant {
        Some(word) => format!("write `{key}: {word}`, without quotes"),
        None => format!("write `{key}: true` or `{key}: false`"),
    };
    errors.push(PolicyError::new(
        node.span,
        format!("{} is {shown}, not true or false", quoted(key)),
        "`true` or `false` belongs here",
        help,
    ));
    None
}

/// The root of every `PayloadIdentifier`.
pub(crate) fn payload_identifier(
    node: &Node,
    errors: &mut Vec<PolicyError>,
) -> Option<Spanned<PayloadIdentifier>> {
    let text = any_text(node, "identifier", "com.contoso.extensions", errors)?;
    let error = match PayloadIdentifier::new(text) {
        Ok(identifier) => {
            let Some(device) = windows_device(text) else {
                return Some(Spanned::new(identifier, node.span));
            };
            errors.push(PolicyError::new(
                node.span,
                format!(
                    "identifier {} begins with {}, which Windows keeps for a device",
                    quoted(text),
                    quoted(device)
                ),
                "files are called by it",
                "write your domain reversed and a name, such as `com.contoso.extensions`",
            ));
            return None;
        }
        Err(error) => error,
    };
    let mended: String = text
        .trim()
        .chars()
        .map(|letter| {
            if crate::identifier::is_blank(letter) || crate::identifier::is_dash(letter) {
                '-'
            } else {
                letter
            }
        })
        .collect();
    let help = match error {
        PayloadIdentifierError::OnePart if !mended.is_empty() => {
            format!("put your domain, reversed, in front: `com.example.{mended}`")
        }
        _ => match PayloadIdentifier::new(&mended) {
            Ok(identifier) => format!("write `identifier: {identifier}`"),
            Err(_) => {
                "write your domain reversed and a name, such as `com.contoso.extensions`".to_owned()
            }
        },
    };
    errors.push(PolicyError::new(
        node.span,
        format!("{} {error}", subject("identifier", text)),
        "not a reverse-DNS identifier",
        help,
    ));
    None
}

/// The first part of a file name that Windows takes for a device, whatever is behind it: what is written to it is lost.
/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file>
fn windows_device(name: &str) -> Option<&str> {
    let first = name.split('.').next()?;
    let lower = first.to_ascii_lowercase();
    let is_port = ["com", "lpt"].iter().any(|port| {
        let number = lower.strip_prefix(port);
        number.is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']))
    });
    (is_port || ["con", "prn", "aux", "nul"].contains(&&*lower)).then_some(first)
}

pub(crate) fn team_id(
    node: &Node,
    errors: &mut Vec<PolicyError>,
) -> Option<Spanned<TeamIdentifier>> {
    let text = any_text(node, "team_id", "UBF8T346G9", errors)?;
    let error = match TeamIdentifier::new(text) {
        Ok(team) => return Some(Spanned::new(team, node.span)),
        Err(error) => error,
    };
    let help = match (TeamIdentifier::repaired(text), error.clone()) {
        (Some(team), _) => format!("write `team_id: {team}`"),
        (None, TeamIdentifierError::Empty) => {
            "write the vendor's Team ID; for kexts without one write `unsigned: true` instead of `team_id`".to_owned()
        }
        (None, TeamIdentifierError::BundleIdentifier) => {
            "list it in `bundle_ids` and write the vendor's Team ID here".to_owned()
        }
        _ => "ask the Mac: `codesign -dv <extension>` prints it as TeamIdentifier".to_owned(),
    };
    errors.push(PolicyError::new(
        node.span,
        format!("{} {error}", subject("Team ID", text)),
        "not a Team ID",
        help,
    ));
    None
}

pub(crate) fn bundle_id(
    node: &Node,
    key: &str,
    errors: &mut Vec<PolicyError>,
) -> Option<Spanned<BundleIdentifier>> {
    let Some(text) = node.text().filter(|_| !node.is_null()) else {
        errors.push(PolicyError::new(
            node.span,
            format!(
                "an item of {} is {}, not a bundle ID",
                quoted(key),
                node.kind()
            ),
            "one bundle ID belongs here",
            "write each bundle ID as a list item, such as `- com.example.driver`",
        ));
        return None;
    };
    if TeamIdentifier::is_shaped_like_one(text) {
        errors.push(PolicyError::new(
            node.span,
            format!("{} is in {}, and is a Team ID", quoted(text), quoted(key)),
            "not a bundle ID",
            "list the bundle IDs of the extensions; `bundle_ids: all` allows the whole team",
        ));
        return None;
    }
    let error = match BundleIdentifier::new(text) {
        Ok(bundle) => return Some(Spanned::new(bundle, node.span)),
        Err(error) => error,
    };
    let help = match BundleIdentifier::repaired(text) {
        Some(bundle) => format!("write `{bundle}`"),
        None if text.contains(['*', '?', '%']) => {
            "list every bundle ID, or write `bundle_ids: all` to allow the whole team".to_owned()
        }
        None if text.trim().is_empty() => "remove the item".to_owned(),
        None => "copy `CFBundleIdentifier` from the extension's Info.plist".to_owned(),
    };
    errors.push(PolicyError::new(
        node.span,
        format!("{} {error}", subject("bundle ID", text)),
        "not a bundle ID",
        help,
    ));
    None
}

/// The subject of a sentence about a value; an empty one has nothing to quote.
fn subject(what: &str, text: &str) -> String {
    if text.is_empty() {
        format!("the {what}")
    } else {
        format!("{what} {}", quoted(text))
    }
}

/// A day, as ISO 8601 writes it.
pub(crate) fn date(node: &Node, key: &str, errors: &mut Vec<PolicyError>) -> Option<Spanned<Date>> {
    let text = any_text(node, key, "2027-06-30", errors)?;
    let Some((year, month, day)) = parts(text) else {
        errors.push(PolicyError::new(
            node.span,
            format!("{} is {}, not a date", quoted(key), quoted(text)),
            "a date belongs here",
            format!("write year, month and day as in `{key}: 2027-06-30`"),
        ));
        return None;
    };
    let found = u8::try_from(month)
        .ok()
        .and_then(|month| Month::try_from(month).ok());
    let date = found.and_then(|month| {
        Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
    });
    if let Some(date) = date {
        return Some(Spanned::new(date, node.span));
    }
    let help = match found {
        Some(month) => {
            let last = month.length(i32::from(year));
            format!(
                "{month} {year} ends on `{year:04}-{:02}-{last:02}`",
                u8::from(month)
            )
        }
        None => "the month is the middle number, 01 to 12".to_owned(),
    };
    errors.push(PolicyError::new(
        node.span,
        format!("there is no day {}", quoted(text)),
        "no calendar has this day",
        help,
    ));
    None
}

/// The three numbers of `YYYY-MM-DD`.
fn parts(text: &str) -> Option<(u16, u16, u16)> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shape {
        return None;
    }
    Some((
        text[..4].parse().ok()?,
        text[5..7].parse().ok()?,
        text[8..].parse().ok()?,
    ))
}

/// A text that may be missing.
pub(crate) fn optional_text(
    fields: &Fields<'_>,
    key: &str,
    errors: &mut Vec<PolicyError>,
) -> Option<Spanned<String>> {
    let node = fields.get(key, errors)?;
    text(node, key, errors)
}
