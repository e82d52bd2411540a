//! Key paths such as `PayloadContent[0].AllowedTeamIdentifiers[1]`: where a value is, told without lines.
//!
//! They are computed for findings only, by walking down from the root, so that values need not know their parents.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use super::walk::{Step as At, Walk};
use crate::plist::{Tree, Value};
use crate::source::Span;

/// Finds the paths of places in one document, best in the order of the file.
#[derive(Debug)]
pub(crate) struct KeyPaths<'t> {
    /// The document's values.
    tree: &'t Tree<'t>,
    /// Whether it is binary. In XML elements lie inside each other, so a walk follows the offset. In a binary property
    /// list they do not: there the object with exactly this range is looked up.
    binary: bool,
    /// Every object (or key) of a binary property list, filled when somebody asks.
    objects: Option<HashMap<Span, String>>,
    /// The way to the last place.
    walk: Walk<'t>,
}

impl<'t> KeyPaths<'t> {
    /// The paths of a document.
    pub(super) fn new(tree: &'t Tree<'t>, binary: bool) -> Self {
        Self {
            tree,
            binary,
            objects: None,
            walk: Walk::default(),
        }
    }

    /// The path of the innermost value that a place belongs to, such as
    /// `PayloadContent[0].AllowedTeamIdentifiers[1]`; empty for the root and for places outside of it.
    pub(crate) fn of(&mut self, span: Span) -> String {
        let Some(root) = self.tree.root() else {
            return String::new();
        };
        if self.binary {
            let objects = self.objects.get_or_insert_with(|| objects(root));
            return objects.get(&span).cloned().unwrap_or_default();
        }
        // Most paths fit, and their text is kept until the report is written.
        let mut path = String::with_capacity(48);
        self.walk.go(root, span.start, |step| match step {
            At::Item(index, _) => push(&mut path, &Step::Index(index)),
            At::Entry(entry) => push(&mut path, &Step::Key(entry.key())),
        });
        path
    }
}

/// One step down: its text is appended to the path.
enum Step<'a> {
    /// Into a dictionary.
    Key(Cow<'a, str>),
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
        Step::Key(key) => {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(key);
            Ok(())
        }
    };
}

/// Every object and key with its path; of several with one range the first. The reader of binary property lists bounds
/// depth and size.
fn objects(root: Value<'_>) -> HashMap<Span, String> {
    let mut found = HashMap::new();
    let mut open = vec![(root, String::new())];
    while let Some((value, here)) = open.pop() {
        let mut inner = Vec::new();
        if let Some(dictionary) = value.as_dictionary() {
            for entry in dictionary.entries() {
                let mut below = here.clone();
                push(&mut below, &Step::Key(entry.key()));
                found
                    .entry(entry.key_span())
                    .or_insert_with(|| below.clone());
                inner.push((entry.value, below));
            }
        }
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            let mut below = here.clone();
            push(&mut below, &Step::Index(index));
            inner.push((item, below));
        }
        open.extend(inner.into_iter().rev());
        found.entry(value.span()).or_insert(here);
    }
    found
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
            document.key_paths().of(Span::new(at, at + 1))
        })
    }

    #[test]
    fn places_in_any_order_have_the_paths_they_have_alone() {
        let text = "<plist version=\"1.0\"><dict><key>a</key><array><string>b</string><dict><key>c</key><true/>\
            <key>d</key><array><false/></array></dict></array><key>e</key><string>f</string></dict></plist>";
        with_document("a", text.as_bytes(), |document| {
            let at = |offset| Span::new(offset, offset + 1);
            let alone: Vec<String> = (0..text.len())
                .map(|offset| document.key_paths().of(at(offset)))
                .collect();
            for stride in [1, 7, text.len() - 1] {
                let mut paths = document.key_paths();
                for step in 0..text.len() * 2 {
                    let offset = step * stride % text.len();
                    assert_eq!(paths.of(at(offset)), alone[offset], "{offset}");
                }
            }
        });
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
