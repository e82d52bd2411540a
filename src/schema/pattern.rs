//! The few regular expressions of Apple's table, without a regular-expression engine: a hundred lines against a crate
//! of a megabyte that would be asked about a certificate's UUID once in a while.
//!
//! Understood: `^`, `$`, classes such as `[0-9A-Fa-f]`, literals, `.*` and counts `{n}`; groups with a count, and
//! alternatives of groups. The test over the table fails when Apple writes something else.

/// A regular expression, ready to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// Any of these has to fit the whole text.
    alternatives: Vec<Vec<Piece>>,
}

/// A set of characters, so often.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    set: Vec<(char, char)>,
    /// How often; `None` for as often as there are characters.
    count: Option<usize>,
}

impl Pattern {
    /// Reads an expression; `None` when it is more than is understood here.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let inner = text.strip_prefix('^')?.strip_suffix('$')?;
        let alternatives = inner
            .split('|')
            .map(|part| sequence(part.as_bytes()))
            .collect::<Option<_>>()?;
        Some(Self { alternatives })
    }

    pub(crate) fn fits(&self, text: &str) -> bool {
        self.alternatives.iter().any(|pieces| fits(pieces, text))
    }
}

/// Whether the pieces are the whole text. A piece without count is the last one, or nothing fits behind it.
fn fits(pieces: &[Piece], text: &str) -> bool {
    let mut letters = text.chars().peekable();
    for piece in pieces {
        let holds = |letter: &char| {
            piece
                .set
                .iter()
                .any(|(from, to)| (from..=to).contains(&letter))
        };
        match piece.count {
            Some(count) => {
                for _ in 0..count {
                    if letters.next_if(holds).is_none() {
                        return false;
                    }
                }
            }
            None => while letters.next_if(holds).is_some() {},
        }
    }
    letters.peek().is_none()
}

/// Reads pieces one after the other.
fn sequence(text: &[u8]) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        let mut read = match byte {
            b'(' => {
                let end = at + text[at..].iter().position(|byte| *byte == b')')?;
                let group = sequence(&text[at..end])?;
                at = end + 1;
                group
            }
            b'[' => {
                let end = at + text[at..].iter().position(|byte| *byte == b']')?;
                let set = class(&text[at..end])?;
                at = end + 1;
                vec![Piece {
                    set,
                    count: Some(1),
                }]
            }
            b'.' => vec![Piece {
                set: vec![('\0', char::MAX)],
                count: Some(1),
            }],
            b')' | b']' | b'{' | b'}' | b'*' | b'+' | b'?' | b'\\' | b'^' | b'$' => return None,
            plain if plain.is_ascii() => {
                let letter = char::from(*plain);
                vec![Piece {
                    set: vec![(letter, letter)],
                    count: Some(1),
                }]
            }
            _ => return None,
        };
        match text.get(at) {
            Some(b'*') => {
                at += 1;
                let [piece] = read.as_mut_slice() else {
                    return None;
                };
                piece.count = None;
            }
            Some(b'{') => {
                let end = at + text[at..].iter().position(|byte| *byte == b'}')?;
                let count: usize = std::str::from_utf8(&text[at + 1..end]).ok()?.parse().ok()?;
                at = end + 1;
                read = std::iter::repeat_n(read, count.min(64)).flatten().collect();
            }
            _ => {}
        }
        pieces.append(&mut read);
    }
    Some(pieces)
}

/// Reads the inside of `[…]`.
fn class(text: &[u8]) -> Option<Vec<(char, char)>> {
    let mut set = Vec::new();
    let mut rest = text;
    loop {
        rest = match rest {
            [] => return Some(set),
            [b'^' | b'\\', ..] => return None,
            [from, b'-', to, rest @ ..] => {
                set.push((char::from(*from), char::from(*to)));
                rest
            }
            [one, rest @ ..] => {
                set.push((char::from(*one), char::from(*one)));
                rest
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn groups_counts_and_alternatives_are_understood() {
        let address = Pattern::new("^([0-9A-Fa-f]{2}:){5}([0-9A-Fa-f]{2})$").unwrap();
        assert!(address.fits("00:1b:63:84:45:E6"));
        assert!(!address.fits("00:1b:63:84:45"));
        let either = Pattern::new("^([0-9]{3})|([0-9]{5})$").unwrap();
        assert!(either.fits("123") && either.fits("12345") && !either.fits("1234"));
        let url = Pattern::new("^https://.*$").unwrap();
        assert!(url.fits("https://mdm.example") && !url.fits("http://mdm.example"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert_eq!(Pattern::new("^a+$"), None);
        assert_eq!(Pattern::new("a"), None);
    }
}
