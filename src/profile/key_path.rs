//! Key paths such as `PayloadContent[0].AllowedTeamIdentifiers[1]`: where a value is, without lines.
//!
//! They are computed for findings only, by walking down from the root, so that values need not know their parents.

use std::fmt::Write as _;

use super::walk::{Step, Walk};
use crate::plist::Tree;
use crate::source::Span;

/// Finds the paths of places in one document, best in the order of the file.
#[derive(Debug)]
pub(crate) struct KeyPaths<'t> {
    tree: &'t Tree<'t>,
    /// The way to the last place.
    walk: Walk<'t>,
}

impl<'t> KeyPaths<'t> {
    /// The paths of a document.
    pub(super) fn new(tree: &'t Tree<'t>) -> Self {
        Self {
            tree,
            walk: Walk::default(),
        }
    }

    /// The path of the innermost value that a place belongs to, such as
    /// `PayloadContent[0].AllowedTeamIdentifiers[1]`; empty for the root and for places outside of it.
    pub(crate) fn path_to(&mut self, span: Span) -> String {
        let Some(root) = self.tree.root() else {
            return String::new();
        };
        let mut path = String::new();
        self.walk.go(root, span.start, |step| match step {
            // Writing to a string cannot fail.
            Step::Item(index, _) => drop(write!(path, "[{index}]")),
            Step::Entry(entry) => push_key(&mut path, &entry.key()),
        });
        path
    }
}

/// Appends a key, in quotes if it would be misread in a path.
fn push_key(path: &mut String, key: &str) {
    if key.is_empty() || key.contains(['.', '[', ']', '"']) {
        let _ = write!(path, "[{key:?}]");
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

#[cfg(test)]
mod tests {
    use crate::plist::Dictionary;
    use crate::profile::with_document;
    use crate::source::Span;

    /// The path of the first place where `needle` stands.
    fn path_of(needle: &str) -> String {
        let text = "<plist version=\"1.0\"><dict><key>PayloadContent</key><array><dict><key>Allowed</key>\
            <dict><key>a.b</key><array><string>x</string><string>y</string></array></dict></dict></array></dict></plist>";
        let at = text.find(needle).expect("the needle");
        with_document("a", text.as_bytes(), |document| {
            document.key_paths().path_to(Span::new(at, at + 1))
        })
    }

    #[test]
    fn places_in_any_order_have_the_paths_they_have_alone() {
        let text = "<plist version=\"1.0\"><dict><key>a</key><array><string>b</string><dict><key>c</key><true/>\
            <key>d</key><array><false/></array></dict></array><key>e</key><string>f</string></dict></plist>";
        with_document("a", text.as_bytes(), |document| {
            let at = |offset| Span::new(offset, offset + 1);
            let alone: Vec<String> = (0..text.len())
                .map(|offset| document.key_paths().path_to(at(offset)))
                .collect();
            for stride in [1, 7, text.len() - 1] {
                let mut paths = document.key_paths();
                for step in 0..text.len() * 2 {
                    let offset = step * stride % text.len();
                    assert_eq!(paths.path_to(at(offset)), alone[offset], "{offset}");
                }
            }
        });
    }

    #[test]
    fn many_places_from_the_last_to_the_first_are_one_walk_too() {
        let numbers: Vec<String> = (0..40_000).map(|number| number.to_string()).collect();
        let keys = numbers.join("</key><true/><key>k");
        let text = format!("<plist version=\"1.0\"><dict><key>k{keys}</key><true/></dict></plist>");
        with_document("a", text.as_bytes(), |document| {
            let start = std::time::Instant::now();
            let mut paths = document.key_paths();
            let places: Vec<_> = text.match_indices("<true/>").collect();
            for (number, (at, _)) in places.iter().enumerate().rev() {
                assert_eq!(paths.path_to(Span::new(*at, at + 1)), format!("k{number}"));
            }
            // Without an index it takes minutes.
            assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
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
    fn values_of_a_binary_profile_that_share_an_object_have_a_path_each() {
        let text = b"<plist version=\"1.0\"><dict><key>a</key><array><dict><key>b</key><true/><key>c</key><string>d</string>\
            </dict><dict><key>c</key><string>d</string><key>b</key><true/></dict></array><key>b</key><true/></dict></plist>";
        let mut bytes = Vec::new();
        let value = plist::Value::from_reader_xml(&text[..]).unwrap();
        value.to_writer_binary(&mut bytes).unwrap();
        with_document("a", &bytes, |document| {
            let mut paths = document.key_paths();
            let mut shown = Vec::new();
            let mut open = vec![document.root().unwrap()];
            while let Some(value) = open.pop() {
                shown.push(paths.path_to(value.span()));
                open.extend(value.as_array().into_iter().flatten());
                for entry in value
                    .as_dictionary()
                    .into_iter()
                    .flat_map(Dictionary::entries)
                {
                    let path = paths.path_to(entry.span());
                    assert_eq!(paths.path_to(entry.key_span()), path);
                    assert_eq!(paths.path_to(entry.value.span()), path);
                    open.push(entry.value);
                }
            }
            shown.sort();
            let all = [
                "", "a", "a[0]", "a[0].b", "a[0].c", "a[1]", "a[1].b", "a[1].c", "b",
            ];
            assert_eq!(shown, all);
        });
    }

    #[test]
    fn a_key_counts_as_its_entry() {
        assert_eq!(path_of("Allowed"), "PayloadContent[0].Allowed");
        assert_eq!(path_of("<plist"), "");
    }
}
