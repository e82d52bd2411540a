//! Words out of a template that ask the reader for a value: `YOUR TEAM ID`, `CHANGEME`. Every name of every profile comes
//! by here and next to none asks, so a few letters are looked at first.

/// Words that the author of a template wrote for the reader to replace.
const REQUESTS: [&str; 17] = [
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
];

/// The same in one word.
const JOINED: [&str; 3] = ["CHANGEME", "REPLACEME", "GOESHERE"];

/// Letters side by side, as bits: the row is the first letter, both without case.
pub(super) type Pairs = [u32; 32];

/// Adds two letters.
pub(super) const fn pair(pairs: &mut Pairs, first: u8, second: u8) {
    pairs[(first & 31) as usize] |= 1 << (second & 31);
}

/// Whether two letters may be among these.
pub(super) const fn may_be(pairs: &Pairs, first: u8, second: u8) -> bool {
    pairs[(first & 31) as usize] & 1 << (second & 31) != 0
}

/// The letters around the blanks of the requests.
const AROUND: Pairs = {
    let (mut pairs, mut request) = ([0; 32], 0);
    while request < REQUESTS.len() {
        let (text, mut at) = (REQUESTS[request].as_bytes(), 1);
        while at + 1 < text.len() {
            if text[at] == b' ' {
                pair(&mut pairs, text[at - 1], text[at + 1]);
            }
            at += 1;
        }
        request += 1;
    }
    pairs
};

/// Places of a text from one look to the next.
const STEP: usize = 5;

/// The pairs with which the requests in one word begin, as many as there are places to a step: one of them is looked at.
const INSIDE: Pairs = inside(0);

/// The pairs behind those.
const FURTHER: Pairs = inside(2);

/// The pairs of the requests in one word, from one on.
const fn inside(first: usize) -> Pairs {
    let (mut pairs, mut word) = ([0; 32], 0);
    while word < JOINED.len() {
        let (text, mut at) = (JOINED[word].as_bytes(), first);
        while at < first + STEP && at + 1 < text.len() {
            pair(&mut pairs, text[at], text[at + 1]);
            at += 1;
        }
        word += 1;
    }
    pairs
}

/// The bytes that stand for a blank.
const BLANKS: [bool; 256] = {
    let mut blanks = [false; 256];
    blanks[b' ' as usize] = true;
    blanks[b'-' as usize] = true;
    blanks[b'_' as usize] = true;
    blanks
};

/// Whether a text asks its reader for a value. Case, and `-` or `_` for blanks, do not matter.
pub(super) fn asks_for_a_value(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Every text of every profile comes by here, and next to none goes on.
    let mut threes = bytes.array_windows().enumerate();
    let asks = threes.any(|(front, [before, own, after])| {
        BLANKS[usize::from(*own)]
            && may_be(&AROUND, *before, *after)
            && REQUESTS.iter().any(|request| {
                let request = request.as_bytes();
                let word = request.iter().take_while(|byte| **byte != b' ').count();
                (front + 1)
                    .checked_sub(word)
                    .is_some_and(|start| begins(&bytes[start..], request))
            })
    });
    asks || asks_in_one_word(text)
}

/// The same for a text without blanks, `-` and `_`.
pub(super) fn asks_in_one_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut places = bytes.array_windows().enumerate().step_by(STEP);
    places.any(|(at, [a, b, c, d])| {
        may_be(&INSIDE, *a, *b)
            && may_be(&FURTHER, *c, *d)
            && JOINED.iter().any(|word| {
                let word = word.as_bytes();
                (0..STEP).any(|front| at >= front && begins(&bytes[at - front..], word))
            })
    })
}

/// Whether a text begins with these words.
fn begins(text: &[u8], words: &[u8]) -> bool {
    text.len() >= words.len()
        && text.iter().zip(words).all(|(own, word)| match word {
            b' ' => BLANKS[usize::from(*own)],
            _ => own.to_ascii_uppercase() == *word,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_is_seen_wherever_it_stands() {
        for request in REQUESTS.iter().chain(&JOINED) {
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
        for word in JOINED {
            assert!(asks_in_one_word(word), "{word}");
        }
    }
}
