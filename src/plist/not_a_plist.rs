//! Files that only carry a profile's name, recognised by what they really are: one clear message instead of fifty.

use memchr::memmem;

use super::problem::{Problem, ProblemKind};
use super::tag::Tag;
use crate::escape::quoted;
use crate::source::Span;

/// Says what a text is if it is not an XML property list at all.
pub(crate) fn recognise(text: &str) -> Option<Problem> {
    let body = text.trim_start_matches('\u{FEFF}');
    let start = body.trim_start();
    let offset = text.len() - start.len();
    let mark = |length: usize| Span::new(offset, (offset + length).min(text.len()));
    // What opens a `<plist>` in its first bytes is one, whatever is around it.
    let opening = &start.as_bytes()[..start.len().min(512)];
    if opening.starts_with(b"<")
        && !opening.starts_with(b"<xml")
        && memmem::find(opening, b"<plist").is_some()
    {
        return None;
    }
    let first_line = start.lines().next().unwrap_or_default().trim_end();
    let line = mark(first_line.len().min(200));
    let refused = |message: &'static str, help: &'static str| {
        Some(Problem::refused(
            ProblemKind::NotAPropertyList,
            line,
            message,
            help,
        ))
    };
    if text.is_empty() {
        return refused("the file is empty", "export or download it again");
    }
    if start.is_empty() {
        return Some(Problem::not_portable(
            ProblemKind::NotAPropertyList,
            Span::new(0, 1),
            "the file holds only white space: a Mac reads an empty dictionary, every other parser refuses it",
            "export or download it again",
        ));
    }
    let head: String = start
        .chars()
        .take(1024)
        .collect::<String>()
        .to_ascii_lowercase();
    if head.starts_with("<!doctype html") && !head.contains("<plist")
        || head.starts_with("<html")
        || head.starts_with("<head")
    {
        return refused(
            "this is a web page and not a property list",
            "the download probably met a login or error page: download the profile again, signed in",
        );
    }
    if let Some((at, name)) = foreign_root(start) {
        return Some(foreign(
            name,
            Span::new(offset + at, offset + at + name.len()),
        ));
    }
    if head.starts_with("&lt;?xml")
        || head.starts_with("&lt;!doctype")
        || head.starts_with("&lt;plist")
    {
        return refused(
            "the whole document is escaped as HTML: it begins with `&lt;`",
            "this is the payload as an API returns it inside another document: unescape it first (`&lt;` to `<`, `&amp;` to `&`)",
        );
    }
    if head.starts_with("<xml version") || head.starts_with("<xml encoding") {
        return refused(
            "the XML declaration begins with `<xml` and not with `<?xml`",
            "write `<?xml version=\"1.0\" encoding=\"UTF-8\"?>` in the first line",
        );
    }
    if head.starts_with("<key>") {
        return refused(
            "this is a fragment: keys without a dictionary around them",
            "put it inside `<plist version=\"1.0\"><dict>` and `</dict></plist>`",
        );
    }
    if start.starts_with('<') {
        return None;
    }
    Some(recognise_other(start, &head, first_line, line))
}

/// Whether a text is a policy of this tool: a line near its start names one of the blocks of approvals.
fn is_policy(start: &str) -> bool {
    start.lines().take(200).any(|line| {
        let key = line.split_once(':').map(|(key, _)| key);
        matches!(
            key,
            Some(
                "kernel_extensions"
                    | "system_extensions"
                    | "privacy"
                    | "content_filters"
                    | "background_items"
            )
        )
    })
}

/// Says what a text is that does not even begin with `<`.
fn recognise_other(start: &str, head: &str, first_line: &str, line: Span) -> Problem {
    let refused = |message: &'static str, help: &'static str| {
        Problem::refused(ProblemKind::NotAPropertyList, line, message, help)
    };
    if head.starts_with("-----begin ") {
        return refused(
            "this is PEM text (a certificate, key or signed message) and not a property list",
            "for a signed profile decode the text between the dashes from base64 into binary first",
        );
    }
    if is_policy(start) {
        return refused(
            "this is a policy (YAML) and not a profile",
            "`kextpolicy render POLICY --out-dir out` makes profiles of it, and `--policy POLICY` compares profiles with it",
        );
    }
    if let Some(problem) = template(first_line, line) {
        return problem;
    }
    if head.starts_with("{\\rtf") {
        return refused(
            "this is a rich text document and not a property list",
            "save it as plain text",
        );
    }
    if start.starts_with("version https://git-lfs.") {
        return refused(
            "this is a pointer of Git LFS: the profile itself is not in this checkout",
            "`git lfs pull` fetches it; in CI, check out with LFS",
        );
    }
    if is_json(start) {
        return refused(
            "this is JSON and not a property list",
            "convert it, for example with `plutil -convert xml1`",
        );
    }
    if start.starts_with(['{', '(', '/', '"']) && !start.contains("<plist")
        || is_assignment(first_line)
    {
        return Problem::not_portable(
            ProblemKind::NotAPropertyList,
            line,
            "this is a property list in the old text format (OpenStep): a Mac reads it, MDM servers, Python plistlib and Swift do not",
            "convert it with `plutil -convert xml1`",
        );
    }
    if head.starts_with("---") || head.starts_with("%yaml") || is_yaml(first_line) {
        return refused(
            "this is YAML and not a property list",
            "convert it into an XML property list",
        );
    }
    if head.starts_with("pd94bw") || head.starts_with("ynbsaxn0") {
        return refused(
            "the property list is encoded in base64",
            "decode it first, for example with `base64 --decode`",
        );
    }
    if head.starts_with("diff --git") {
        return refused(
            "this is output of a version control system and not a property list",
            "restore the file",
        );
    }
    Problem::refused(
        ProblemKind::NotAPropertyList,
        line,
        format!(
            "this is not a property list: it begins with {}",
            quoted(first_line.get(..40).unwrap_or(first_line))
        ),
        "an XML property list begins with `<?xml`",
    )
}

/// The name of the first element and its place, if property lists have nothing like it.
fn foreign_root(start: &str) -> Option<(usize, &str)> {
    let mut rest = start.trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            break;
        };
        rest = rest.split_once(end)?.1.trim_start();
    }
    let inside = rest.strip_prefix('<')?;
    let length =
        inside.find(|letter: char| !(letter.is_ascii_alphanumeric() || "_-.:".contains(letter)))?;
    let name = &inside[..length];
    let is_tag = name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && inside[length..].starts_with([' ', '\t', '\r', '\n', '/', '>'])
        && !name.eq_ignore_ascii_case("xml")
        && Tag::meant(name).is_none();
    is_tag.then(|| (start.len() - inside.len(), name))
}

/// Says what an XML document is that begins with another element than a property list.
fn foreign(name: &str, span: Span) -> Problem {
    let help = if name.ends_with("configuration_profile") {
        "this is a record of Jamf Pro's API; the profile is the text inside its `<payloads>`, escaped: save that as a file"
    } else {
        "the first element of a property list is `<plist>`"
    };
    Problem::refused(
        ProblemKind::NotAPropertyList,
        span,
        format!(
            "this is XML and not a property list: its first element is {}",
            quoted(&format!("<{name}>"))
        ),
        help,
    )
}

/// Says what bytes are that hold no text at all, by how they begin.
pub(super) fn recognise_bytes(bytes: &[u8]) -> Option<Problem> {
    /// The content type of a signed message, 1.2.840.113549.1.7.2 in DER, up to the byte that line-end conversion spoils.
    const SIGNED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7];
    let (message, help) = match bytes {
        [0x30, 0x80..=0x84, ..] => {
            let head = &bytes[..bytes.len().min(64)];
            let after = memmem::find(head, SIGNED).map(|at| &head[at + SIGNED.len()..]);
            if after.is_some_and(|after| !after.starts_with(&[0x0D, 0x01])) {
                (
                    "this was a signed profile: its line ends were converted, which destroys it",
                    "get it again from its source and store it as binary (in git: `*.mobileconfig -text` in .gitattributes)",
                )
            } else {
                (
                    "this is a signed message (CMS) and not a property list",
                    "take the profile out of it: `openssl cms -verify -noverify -inform DER -in FILE`",
                )
            }
        }
        [b'P', b'K', 3, 4, ..] => (
            "this is a ZIP archive and not a property list",
            "unpack it first",
        ),
        [0x1F, 0x8B, ..] => (
            "this is compressed with gzip and not a property list",
            "unpack it first",
        ),
        [b'x', b'a', b'r', b'!', ..] => (
            "this is an installer package and not a property list",
            "take the profile out of it",
        ),
        [b'%', b'P', b'D', b'F', b'-', ..] => (
            "this is a PDF document and not a property list",
            "get the profile itself",
        ),
        _ if bytes.starts_with(b"SQLite format 3\0") => (
            "this is an SQLite database and not a property list",
            "`kextpolicy import` and `diagnose --kext-policy-db` read KextPolicy databases",
        ),
        _ => return None,
    };
    Some(Problem::refused(
        ProblemKind::NotAPropertyList,
        Span::default(),
        message,
        help,
    ))
}

/// Says so if text between elements is a statement of a template language.
pub(super) fn template(text: &str, span: Span) -> Option<Problem> {
    let language = match text.as_bytes() {
        [b'{', b'%' | b'#', ..] => "Jinja or Ansible",
        [b'{', b'{', ..] => "Jinja, Go or Mustache",
        [b'%' | b'$', b'{', ..] => "Terraform",
        [b'<', b'%', ..] => "ERB",
        _ => return None,
    };
    let shown = text.lines().next().unwrap_or_default();
    Some(Problem::refused(
        ProblemKind::NotAPropertyList,
        span,
        format!(
            "this is a template ({language}) and not yet a profile: {}",
            quoted(shown)
        ),
        "check what the template makes, or exclude templates from the run",
    ))
}

/// Says so if a number, date or data element holds a placeholder.
pub(super) fn placeholder(text: &str, tag: &str, span: Span) -> Option<Problem> {
    let text = text.trim();
    let enclosed = |open: &str, close: &str| {
        text.starts_with(open) && text.ends_with(close) && text.len() > open.len()
    };
    let found = enclosed("{{", "}}")
        || enclosed("${", "}")
        || enclosed("%", "%")
        || enclosed("<%", "%>")
        || text.starts_with('$')
            && text[1..]
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    found.then(|| {
        Problem::refused(
            ProblemKind::Scalar,
            span,
            format!("the placeholder {} is in `<{tag}>`, where only a value can be read", quoted(text)),
            "a Mac refuses the file unless the server fills it in before: put the value there, or check the finished profile",
        )
    })
}

/// Whether a text that begins with a bracket is JSON: a quoted name and a colon, or a value and a comma.
fn is_json(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['{', '[']) else {
        return false;
    };
    let rest = rest.trim_start();
    let Some(name) = rest.strip_prefix('"') else {
        return text.starts_with('[') || rest.starts_with('}') && text.trim_end().ends_with('}');
    };
    name.split_once('"')
        .is_some_and(|(_, after)| after.trim_start().starts_with([':', ',', ']']))
}

/// Whether a line is `key = value;`.
fn is_assignment(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, value)| {
        let name = name.trim().trim_matches('"');
        !name.is_empty()
            && !name.contains(['<', '>', '&'])
            && value.trim_end().ends_with([';', '{', '('])
    })
}

/// Whether a line is `key: value`.
fn is_yaml(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, value)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
            && (value.is_empty() || value.starts_with(' '))
    })
}
