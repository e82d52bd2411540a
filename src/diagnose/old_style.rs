//! Property lists in the old style, `{ Key = value; List = ( a, b ); }`, as Apple's tools describe a payload.

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Old {
    /// A word, with or without quotes.
    Word(String),
    List(Vec<Self>),
    Dictionary(Vec<(String, Self)>),
}

impl Old {
    /// The value of a key; `None` when this is no dictionary or has no such key.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Dictionary(entries) = self else {
            return None;
        };
        entries
            .iter()
            .find(|(own, _)| own == key)
            .map(|(_, value)| value)
    }

    /// The members of a list.
    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The keys and values of a dictionary.
    pub(crate) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Dictionary(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// Deeper than any payload.
const DEPTH: usize = 32;

/// Reads one value and nothing after it.
pub(crate) fn read(text: &str) -> Option<Old> {
    let mut rest = text;
    let value = value(&mut rest, DEPTH)?;
    rest.trim().is_empty().then_some(value)
}

fn value(rest: &mut &str, depth: usize) -> Option<Old> {
    let depth = depth.checked_sub(1)?;
    if take(rest, '{') {
        let mut entries = Vec::new();
        while !take(rest, '}') {
            let key = word(rest)?;
            take(rest, '=').then_some(())?;
            entries.push((key, value(rest, depth)?));
            take(rest, ';').then_some(())?;
        }
        return Some(Old::Dictionary(entries));
    }
    if take(rest, '(') {
        let mut items = Vec::new();
        while !take(rest, ')') {
            items.push(value(rest, depth)?);
            if !take(rest, ',') {
                take(rest, ')').then_some(())?;
                break;
            }
        }
        return Some(Old::List(items));
    }
    word(rest).map(Old::Word)
}

/// Takes a mark after blanks.
fn take(rest: &mut &str, mark: char) -> bool {
    let found = rest.trim_start().strip_prefix(mark);
    if let Some(after) = found {
        *rest = after;
    }
    found.is_some()
}

/// Takes a word, or what stands between quotes; data between angle brackets is a word too.
fn word(rest: &mut &str) -> Option<String> {
    if take(rest, '"') {
        let mut out = String::new();
        let mut letters = rest.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    *rest = &rest[at + 1..];
                    return Some(out);
                }
                '\\' => out.push(letters.next()?.1),
                other => out.push(other),
            }
        }
        return None;
    }
    let start = rest.trim_start();
    if start.starts_with('<') {
        let end = start.find('>')? + 1;
        *rest = &start[end..];
        return Some(start[..end].to_owned());
    }
    let end = start
        .find(|letter: char| letter.is_whitespace() || "{}()=;,\"".contains(letter))
        .unwrap_or(start.len());
    *rest = &start[end..];
    (end > 0).then(|| start[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lists_and_dictionaries_are_read() {
        let read =
            read("{\n A = 0;\n \"B c\" = (\n x,\n \"y\\\"z\"\n );\n D = {};\n E = <0a 0b>;\n}")
                .unwrap();
        assert!(read.get("A").unwrap().word() == Some("0"));
        assert!(read.get("B c").unwrap().items()[1].word() == Some("y\"z"));
        assert_eq!(read.get("D"), Some(&Old::Dictionary(Vec::new())));
        assert!(read.get("E").unwrap().word() == Some("<0a 0b>"));
    }

    #[test]
    fn what_is_cut_short_or_too_deep_is_no_value() {
        for text in [
            "",
            "{",
            "{ A = 1 }",
            "( a b )",
            "\"a",
            "a b",
            &"(".repeat(100_000),
        ] {
            assert_eq!(read(text), None, "{text:.20}");
        }
    }
}
