//! A property list as XML, from our own bounded tree: shared objects of a binary one cannot make it explode, and what
//! XML cannot hold is counted instead of written.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::escape::{is_xml_char, xml};
use crate::plist::{Kind, Value, scalar};

/// What comes before the root.
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
    <plist version=\"1.0\">\n";

/// Writes a property list; returns how many characters and dates XML cannot hold, which became U+FFFD and the first day of
/// 2001.
pub(crate) fn write(root: Value<'_>, out: &mut dyn Write) -> io::Result<usize> {
    out.write_all(HEAD.as_bytes())?;
    let mut lost = 0;
    value(root, 0, &mut lost, out)?;
    writeln!(out, "</plist>")?;
    Ok(lost)
}

/// Writes one value on lines of its own. The reader bounds how deep values are nested.
fn value(value: Value<'_>, depth: usize, lost: &mut usize, out: &mut dyn Write) -> io::Result<()> {
    let indent = "\t".repeat(depth);
    if let Some(dictionary) = value.as_dictionary() {
        if dictionary.entries().next().is_none() {
            return writeln!(out, "{indent}<dict/>");
        }
        writeln!(out, "{indent}<dict>")?;
        for entry in dictionary.entries() {
            writeln!(out, "{indent}\t<key>{}</key>", text(&entry.key(), lost))?;
            self::value(entry.value, depth + 1, lost, out)?;
        }
        return writeln!(out, "{indent}</dict>");
    }
    if let Some(items) = value.as_array() {
        if items.clone().next().is_none() {
            return writeln!(out, "{indent}<array/>");
        }
        writeln!(out, "{indent}<array>")?;
        for item in items {
            self::value(item, depth + 1, lost, out)?;
        }
        return writeln!(out, "{indent}</array>");
    }
    writeln!(out, "{indent}{}", leaf(value, lost))
}

/// A value without others in it.
fn leaf(value: Value<'_>, lost: &mut usize) -> String {
    let name = value.kind().name();
    match value.kind() {
        Kind::Boolean if value.as_bool() == Some(true) => "<true/>".to_owned(),
        Kind::Boolean => "<false/>".to_owned(),
        Kind::Data => {
            let bytes = value.as_data().unwrap_or_default();
            format!("<data>{}</data>", STANDARD.encode(bytes))
        }
        Kind::Date => {
            let text = value.as_date().and_then(scalar::date_text);
            *lost += usize::from(text.is_none());
            format!(
                "<date>{}</date>",
                text.as_deref().unwrap_or("2001-01-01T00:00:00Z")
            )
        }
        Kind::Real => format!("<real>{}</real>", real(value.as_real().unwrap_or(0.0))),
        Kind::Uid => format!(
            "<dict><key>CF$UID</key><integer>{}</integer></dict>",
            value.text()
        ),
        _ => format!("<{name}>{}</{name}>", text(&value.text(), lost)),
    }
}

/// Text, in which only markup is escaped.
fn text(text: &str, lost: &mut usize) -> String {
    *lost += text.chars().filter(|letter| !is_xml_char(*letter)).count();
    // Quotes mean nothing between tags, and Apple's writer leaves them alone too.
    xml(text).replace("&quot;", "\"").replace("&apos;", "'")
}

/// A number in Apple's words.
fn real(number: f64) -> String {
    if number.is_nan() {
        "nan".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 {
            "+infinity"
        } else {
            "-infinity"
        }
        .to_owned()
    } else {
        format!("{number:?}")
    }
}
