//! Words out of a template that ask the reader for a value: `YOUR TEAM ID`, `CHANGEME`.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Words that the author of a template wrote for the reader to replace.
const REQUESTS: [&str; 20] = [
    "YOUR COMPANY",
    "YOUR ORGANIZATION",
    "YOUR ORGANISATION",
    "YOUR ORG",
    "YOUR NAME",
    "YOUR TEAM",
    "YOUR UUID",
    "YOUR IDENTIFIER",
    "COMPANY HERE",
    "ORGANIZATION HERE",
    "NAME HERE",
    "GOES HERE",
    "CODE HERE",
    "UUID HERE",
    "REPLACE ME",
    "CHANGE ME",
    "GENERATED UUID",
    "CHANGEME",
    "REPLACEME",
    "GOESHERE",
];

/// Whether a text asks its reader for a value. Case, and `-` or `_` for blanks, do not matter.
pub(crate) fn asks_for_a_value(text: &str) -> bool {
    static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let blanks = [" ", "-", "_"];
        let written = blanks.map(|blank| REQUESTS.map(|request| request.replace(' ', blank)));
        let mut search = AhoCorasick::builder();
        let search = search.ascii_case_insensitive(true);
        search.build(written.as_flattened()).ok()
    });
    SEARCH.as_ref().is_some_and(|search| search.is_match(text))
}

/// Whether a reverse-DNS name begins with that of the documentation's examples.
pub(crate) fn is_example_identifier(text: &str) -> bool {
    let rest = text.strip_prefix("com.contoso");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_is_seen_wherever_it_stands() {
        for request in REQUESTS {
            for blank in [" ", "-", "_"] {
                for front in 0..10 {
                    let request = request.replace(' ', blank);
                    let text = format!("{}{request}x", &"0123456789"[..front]);
                    assert!(asks_for_a_value(&text), "{text}");
                    assert!(asks_for_a_value(&text.to_lowercase()), "{text}");
                    assert!(asks_for_a_value(text.strip_suffix('x').unwrap()), "{text}");
                }
            }
        }
    }
}
