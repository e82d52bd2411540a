//! Key paths such as `PayloadContent[0].AllowedTeamIdentifiers[1]`: where a value is, told without lines.
//!
//! They are computed for findings only, by walking down from the root, so that values need not know their parents.

use std::fmt::Write as _;

use crate::plist::{Tree, Value};
use crate::source::Span;

/// The path of the innermost value that a place belongs to.
///
/// In XML elements lie inside each other, so a walk follows the offset. In a binary property list they do not: there
/// the object with exactly this range is searched for.
pub(crate) fn of(tree: &Tree<'_>, binary: bool, span: Span) -> String {
    let mut path = String::new();
    let Some(root) = tree.root() else {
        return path;
    };
    if binary {
        search(root, span, &mut path);
    } else {
        descend(root, span.start, &mut path);
    }
    path
}

/// One step down: its text is appended to the path.
enum Step<'a> {
    /// Into a dictionary.
    Key(&'a str),
    /// Into an array.
    Index(usize),
}

/// Appends a step. A key that would be misread in a path is quoted.
fn push(path: &mut String, step: &Step<'_>) {
    // Writing to a string cannot fail.
    let _ = match step {
        Step::Index(index) => write!(path, "[{index}]"),
        Step::Key(key) if key.is_empty() || key.contains(['.', '[', ']', '"']) => {
            write!(path, "[{key:?}]")
        }
        Step::Key(key) => write!(path, "{}{key}", if path.is_empty() { "" } else { "." }),
    };
}

/// Follows an offset inwards. Iterative, because a file decides how deep it is.
fn descend(root: Value<'_>, offset: u32, path: &mut String) {
    let holds = |span: Span| span.start <= offset && offset < span.end;
    let mut value = root;
    loop {
        let inner = if let Some(dictionary) = value.as_dictionary() {
            dictionary
                .entries()
                .find(|entry| holds(entry.span()))
                .map(|entry| {
                    push(path, &Step::Key(&entry.key()));
                    entry.value
                })
        } else {
            value
                .as_array()
                .into_iter()
                .flatten()
                .enumerate()
                .find(|(_, item)| holds(item.span()))
                .map(|(index, item)| {
                    push(path, &Step::Index(index));
                    item
                })
        };
        match inner {
            Some(inner) if holds(inner.span()) => value = inner,
            _ => return,
        }
    }
}

/// Searches the first object (or key) with this range; the reader of binary property lists bounds depth and size.
fn search(root: Value<'_>, span: Span, path: &mut String) {
    let mut open = vec![(root, String::new())];
    while let Some((value, here)) = open.pop() {
        if value.span() == span {
            *path = here;
            return;
        }
        let mut inner = Vec::new();
        if let Some(dictionary) = value.as_dictionary() {
            for entry in dictionary.entries() {
                let mut below = here.clone();
                push(&mut below, &Step::Key(&entry.key()));
                if entry.key_span() == span {
                    *path = below;
                    return;
                }
                inner.push((entry.value, below));
            }
        }
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            let mut below = here.clone();
            push(&mut below, &Step::Index(index));
            inner.push((item, below));
        }
        open.extend(inner.into_iter().rev());
    }
}

#[cfg(test)]
mod tests {
    use crate::profile::with_document;
    use crate::source::Span;

    /// The path of the first place where `needle` stands.
    fn path_of(needle: &str) -> String {
        let text = "<plist version=\"1.0\"><dict><key>PayloadContent</key><array><dict><key>Allowed</key>\
            <dict><key>a.b</key><array><string>x</string><string>y</string></array></dict></dict></array></dict></plist>";
        let at = text.find(needle).expect("the needle");
        with_document("a", text.as_bytes(), |document| {
            document.key_path(Span::new(at, at + 1))
        })
    }

    #[test]
    fn a_path_leads_to_the_innermost_value() {
        assert_eq!(path_of("y</"), "PayloadContent[0].Allowed[\"a.b\"][1]");
        assert_eq!(
            path_of("<string>x"),
            "PayloadContent[0].Allowed[\"a.b\"][0]"
        );
    }

    #[test]
    fn a_key_counts_as_its_entry() {
        assert_eq!(path_of("Allowed"), "PayloadContent[0].Allowed");
        assert_eq!(path_of("<plist"), "");
    }
}
