//! Values of another type than Apple describes.

use crate::lint::model::finding::{Edit, Fix, Reporter};
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::deviation::Deviation;
use crate::plist::{Kind, Value};
use crate::schema::{Key, Type};
use crate::severity::Severity;

declare_rule! {
    /// A value of another type than Apple describes: an integer instead of a Boolean, a string instead of an array.
    ///
    /// ## Why it matters
    ///
    /// macOS refuses the payload or ignores the value. Even where a Mac accepts `1` for true, Apple Business Manager
    /// refuses the profile.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>AllowUserOverrides</key>
    /// <integer>1</integer>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <key>AllowUserOverrides</key>
    /// <true/>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// Safe for an integer 0 or 1, or a string `true` or `false`, where a Boolean is meant, and for a string of digits
    /// where an integer is meant: nothing else can have been meant. Everything else has no fix.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles`, `type` of every key; `kextpolicy explain TYPE.Key` shows it
    name: "wrong-type",
    level: Level::always(Severity::Error),
    fix: Sometimes,
    check: Check::Schema(check),
}

/// Reports the value and what it should be.
fn check(deviation: &Deviation<'_>, report: &mut Reporter<'_>) {
    let Deviation::WrongType { value, expected } = deviation else {
        return;
    };
    let key = expected.key;
    let place = if value.as_dictionary().is_some() || value.as_array().is_some() {
        // The whole element may be many lines long: its tag says enough.
        opening(*value)
    } else {
        value.span()
    };
    let saying = report.at(
        place,
        format!(
            "{expected} is {}, and has to be {}",
            with_article(value.kind().name()),
            with_article(key.kind.name())
        ),
    );
    if let Some(meant) = meant(*value, key) {
        saying.help(format!("write `{meant}`")).fix(Fix::safe(
            format!("write `{meant}`"),
            [Edit::markup(value.span(), meant)],
        ));
    } else {
        saying.help(format!("write {}", with_article(key.kind.name())));
    }
}

/// The opening tag of a container.
fn opening(value: Value<'_>) -> crate::source::Span {
    let (whole, inside) = (value.span(), value.inner_span());
    crate::source::Span {
        start: whole.start,
        end: if inside.start > whole.start {
            inside.start
        } else {
            whole.end
        },
    }
}

/// The element that was meant, if that is certain.
fn meant(value: Value<'_>, key: &Key) -> Option<String> {
    let text = value.text();
    let text = text.trim();
    match (key.kind, value.kind()) {
        (Type::Boolean, Kind::Integer | Kind::String) => match text {
            "1" => Some("<true/>".to_owned()),
            "0" => Some("<false/>".to_owned()),
            "true" | "false" if value.kind() == Kind::String => Some(format!("<{text}/>")),
            _ => None,
        },
        (Type::Integer, Kind::String) => {
            let digits = !text.is_empty()
                && text.len() < 19
                && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| format!("<integer>{text}</integer>"))
        }
        _ => None,
    }
}

/// A type with its article.
fn with_article(kind: &str) -> String {
    match kind {
        "any" => "anything".to_owned(),
        "data" => "data".to_owned(),
        "array" | "integer" => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}
