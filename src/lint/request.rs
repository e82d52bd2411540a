//! Words out of a template that ask the reader for a value: `YOUR TEAM ID`, `CHANGEME`. Every name of every profile comes
//! by here and next to none asks, so every fifth place is looked at first.

/// Words that the author of a template wrote for the reader to replace; none is shorter than eight letters.
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

/// Places of a text from one look to the next. Wherever a request stands, one of its first five letters is looked at,
/// with the three behind it.
const STEP: usize = 5;

/// The requests, as bits, in which a pair of letters stands at one of the places of a step.
type Pairs = [u32; 1024];

/// The pairs at the places themselves.
static HEADS: Pairs = pairs(0);

/// The pairs behind those.
static TAILS: Pairs = pairs(2);

/// The bytes that stand for a blank.
const BLANKS: [u8; 3] = *b" -_";

/// The number of the pair of letters with which a word of four begins, the first lowest; without case.
const fn pair(four: u32) -> usize {
    (four & 31 | four >> 3 & 31 << 5) as usize
}

/// Where in each request every pair stands, at the places of a step and so many letters behind them.
const fn pairs(behind: usize) -> Pairs {
    let (mut pairs, mut request) = ([0; 1024], 0);
    while request < REQUESTS.len() {
        let (text, mut at) = (REQUESTS[request].as_bytes(), behind);
        assert!(text.len() >= STEP + 3);
        while at < behind + STEP {
            let mut blank = 0;
            while blank < BLANKS.len() {
                let first = if text[at] == b' ' {
                    BLANKS[blank]
                } else {
                    text[at]
                };
                let mut other = 0;
                while other < BLANKS.len() {
                    let next = text[at + 1];
                    let second = if next == b' ' { BLANKS[other] } else { next };
                    pairs[pair((second as u32) << 8 | first as u32)] |= 1 << request;
                    other += 1;
                }
                blank += 1;
            }
            at += 1;
        }
        request += 1;
    }
    pairs
}

/// Whether a text asks its reader for a value. Case, and `-` or `_` for blanks, do not matter.
pub(super) fn asks_for_a_value(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(four) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let four = u32::from_le_bytes(*four);
        let may_be = HEADS[pair(four)] & TAILS[pair(four >> 16)];
        if may_be != 0 && asks_at(bytes, at, may_be) {
            return true;
        }
        at += STEP;
    }
    false
}

/// Whether one of these requests begins at a place or a few letters before it.
#[cold]
fn asks_at(bytes: &[u8], at: usize, requests: u32) -> bool {
    let mut numbered = REQUESTS.iter().enumerate();
    numbered.any(|(number, request)| {
        requests & 1 << number != 0
            && (0..STEP.min(at + 1)).any(|front| begins(&bytes[at - front..], request.as_bytes()))
    })
}

/// Whether a text begins with these words.
fn begins(text: &[u8], words: &[u8]) -> bool {
    text.len() >= words.len()
        && text.iter().zip(words).all(|(own, word)| match word {
            b' ' => BLANKS.contains(own),
            _ => own.to_ascii_uppercase() == *word,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_is_seen_wherever_it_stands() {
        for request in REQUESTS {
            for blank in [" ", "-", "_"] {
                for front in 0..2 * STEP {
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
