//! Edits that need to know the text around them: entries added to a dictionary, entries taken out of it.
//!
//! They look like their neighbours: same indent, same line ends, key and value on one line or on two.

use super::finding::Edit;
use crate::plist::{Dictionary, Entry};
use crate::source::{Span, to_u32};

/// Adds an entry at the end of a dictionary. `value` is XML, already escaped. `None` for a binary property list.
pub(crate) fn add_entry(dictionary: Dictionary<'_>, key: &str, value: &str) -> Option<Edit> {
    let whole = dictionary.value();
    let text = whole.source();
    if text.is_empty() {
        return None;
    }
    let key = format!("<key>{}</key>", crate::escape::xml(key));
    let Some(last) = dictionary.entries().last() else {
        return Some(first_entry(dictionary, text, &key, value));
    };
    let before = gap(text, last.key_span().start);
    let between = &text[last.key_span().end as usize..last.value.span().start as usize];
    let between = if between.bytes().all(|byte| byte.is_ascii_whitespace()) {
        between
    } else {
        before
    };
    Some(Edit::insert(
        last.span().end,
        format!("{before}{key}{between}{value}"),
    ))
}

/// Takes an entry out of its dictionary, with the line it is on.
pub(crate) fn remove_entry(dictionary: Dictionary<'_>, entry: Entry<'_>) -> Option<Edit> {
    let text = dictionary.value().source();
    if text.is_empty() {
        return None;
    }
    let Span { start, end } = entry.span();
    let before = to_u32(gap(text, start).len());
    Some(Edit::remove(Span {
        start: start - before,
        end,
    }))
}

/// Takes an element out, an item of a list for one, with the line it is on. `source` is the text of the file.
pub(crate) fn remove_element(source: &str, span: Span) -> Option<Edit> {
    if source.is_empty() {
        return None;
    }
    let before = to_u32(gap(source, span.start).len());
    Some(Edit::remove(Span {
        start: span.start - before,
        end: span.end,
    }))
}

/// The line break and the blanks right before an offset; no more than one line break, so that empty lines stay.
fn gap(text: &str, offset: u32) -> &str {
    let before = &text[..offset as usize];
    let blanks = before.trim_end_matches([' ', '\t']);
    let start = if let Some(line) = blanks.strip_suffix("\r\n") {
        line.len()
    } else if let Some(line) = blanks.strip_suffix(['\n', '\r']) {
        line.len()
    } else {
        blanks.len()
    };
    &before[start..]
}

/// The edit that gives an empty dictionary its first entry.
fn first_entry(dictionary: Dictionary<'_>, text: &str, key: &str, value: &str) -> Edit {
    let inside = dictionary.value().inner_span();
    let outer = gap(text, dictionary.span().start);
    // `gap` is empty where the dictionary is behind something else on its line.
    let inner = if outer.is_empty() {
        String::new()
    } else {
        format!("{outer}\t")
    };
    if !text[inside.range()].trim().is_empty() {
        // Only a comment can be there.
        return Edit::insert(inside.start, format!("{inner}{key}{inner}{value}"));
    }
    Edit::markup(
        dictionary.span(),
        format!("<dict>{inner}{key}{inner}{value}{outer}</dict>"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Document, with_document};

    /// The root dictionary's text after one edit.
    fn edited(text: &str, edit: impl Fn(Dictionary<'_>) -> Option<Edit>) -> String {
        let file = format!("<plist version=\"1.0\">{text}</plist>");
        with_document(
            "a.mobileconfig",
            file.as_bytes(),
            |document: &Document<'_>| {
                let root = document.root().unwrap().as_dictionary().unwrap();
                let edit = edit(root).unwrap();
                let mut text = document.text.to_owned();
                text.replace_range(edit.span.range(), &edit.replacement);
                text.replace("<plist version=\"1.0\">", "")
                    .replace("</plist>", "")
            },
        )
    }

    /// The text after an entry is added.
    fn added(text: &str) -> String {
        edited(text, |root| add_entry(root, "B", "<true/>"))
    }

    #[test]
    fn an_added_entry_looks_like_its_neighbours() {
        assert_eq!(
            added("\r\n<dict>\r\n  <key>A</key>\r\n  <false/>\r\n</dict>"),
            "\r\n<dict>\r\n  <key>A</key>\r\n  <false/>\r\n  <key>B</key>\r\n  <true/>\r\n</dict>"
        );
        assert_eq!(
            added("<dict>\n\n\t<key>A</key> <false/>\n</dict>"),
            "<dict>\n\n\t<key>A</key> <false/>\n\t<key>B</key> <true/>\n</dict>"
        );
        assert_eq!(
            added("<dict><key>A</key><false/></dict>"),
            "<dict><key>A</key><false/><key>B</key><true/></dict>"
        );
    }

    #[test]
    fn a_comment_between_key_and_value_is_not_repeated() {
        assert_eq!(
            added("<dict>\n\t<key>A</key> <!-- why -->\n\t<false/>\n</dict>"),
            "<dict>\n\t<key>A</key> <!-- why -->\n\t<false/>\n\t<key>B</key>\n\t<true/>\n</dict>"
        );
    }

    #[test]
    fn an_empty_dictionary_gets_its_first_entry() {
        assert_eq!(
            added("\n<dict/>"),
            "\n<dict>\n\t<key>B</key>\n\t<true/>\n</dict>"
        );
        assert_eq!(added("<dict></dict>"), "<dict><key>B</key><true/></dict>");
        assert_eq!(
            added("\n<dict>\n\t<!-- none -->\n</dict>"),
            "\n<dict>\n\t<key>B</key>\n\t<true/>\n\t<!-- none -->\n</dict>"
        );
    }

    #[test]
    fn a_removed_entry_takes_its_line_along() {
        let removed = edited(
            "<dict>\n\t<key>A</key>\n\t<false/>\n\t<key>B</key>\n\t<true/>\n</dict>",
            |root| remove_entry(root, root.entry("B").unwrap()),
        );
        assert_eq!(removed, "<dict>\n\t<key>A</key>\n\t<false/>\n</dict>");
    }
}
