//! One look over the bytes of a bundle ID. A repository has hundreds of thousands, nearly all of them right, so sixteen
//! bytes are looked at together, without a branch for any.

/// Bytes of a window: sixteen, and the one behind them.
const WINDOW: usize = 17;

/// Whether there are dots in a bundle ID of any length; `None` when something is wrong with it. It begins and ends with a
/// letter or digit.
pub(super) fn has_dots(bytes: &[u8]) -> Option<bool> {
    let (first, last) = (bytes.first()?, bytes.last()?);
    let mut wrong = !first.is_ascii_alphanumeric() | !last.is_ascii_alphanumeric();
    let mut dots = false;
    let mut add = |window: &[u8; WINDOW]| {
        let (wrong_there, dots_there) = look(window);
        wrong |= wrong_there;
        dots |= dots_there;
    };
    if let Some(end) = bytes.last_chunk() {
        add(end);
        let mut at = 0;
        while let Some(window) = bytes[at..].first_chunk() {
            add(window);
            at += WINDOW - 1;
        }
    } else {
        // With letters behind it, of which nothing is to be said.
        let mut window = [b'a'; WINDOW];
        window[..bytes.len()].copy_from_slice(bytes);
        add(&window);
    }
    (!wrong).then_some(dots)
}

/// Whether anything is wrong with sixteen bytes or may not stand before the byte behind, and whether there are dots among
/// them. The compiler makes some forty instructions of it, on sixteen bytes at once.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "with branches it would go byte by byte"
)]
fn look(window: &[u8; WINDOW]) -> (bool, bool) {
    let (mut wrong, mut dots) = ([false; WINDOW - 1], [false; WINDOW - 1]);
    for at in 0..WINDOW - 1 {
        let (own, next) = (window[at], window[at + 1]);
        let letter = (own | 0x20).wrapping_sub(b'a') < 26;
        let digit = own.wrapping_sub(b'0') < 10;
        let (dot, hyphen) = (own == b'.', own == b'-');
        let (next_dot, next_hyphen) = (next == b'.', next == b'-');
        let apart = (dot & (next_dot | next_hyphen)) | (hyphen & next_dot);
        wrong[at] = !(letter | digit | dot | hyphen) | apart;
        dots[at] = dot;
    }
    let any = |flags: &[bool]| flags.iter().fold(false, |any, flag| any | flag);
    (any(&wrong), any(&dots))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text of some letters up to a length.
    fn texts(length: usize) -> Vec<String> {
        let letters = ['a', 'Z', '.', '-', '_'];
        let mut texts = vec![String::new()];
        for _ in 0..length {
            for text in texts.clone() {
                texts.extend(letters.map(|letter| format!("{text}{letter}")));
            }
            texts.sort();
            texts.dedup();
        }
        texts
    }

    /// What a plain reading tells.
    fn plain(text: &str) -> Option<bool> {
        let right = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
            && text
                .split('.')
                .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
        right.then(|| text.contains('.'))
    }

    #[test]
    fn one_look_tells_what_a_plain_reading_tells() {
        for text in texts(6) {
            assert_eq!(has_dots(text.as_bytes()), plain(&text), "{text}");
        }
        let mut around: Vec<usize> = (0..20).collect();
        around.extend([31, 32, 33, 34, 48, 49]);
        for text in texts(3) {
            for front in &around {
                for back in &around {
                    let text = format!("{}{text}{}", "b".repeat(*front), "9".repeat(*back));
                    assert_eq!(has_dots(text.as_bytes()), plain(&text), "{text}");
                }
            }
        }
    }

    #[test]
    fn every_byte_is_right_or_wrong_wherever_it_stands() {
        for byte in 0..=255_u8 {
            let right = byte.is_ascii_alphanumeric() || b".-".contains(&byte);
            for place in 0..40 {
                let mut bytes = [b'a'; 40];
                bytes[place] = byte;
                let inside = !matches!(place, 0 | 39) || byte.is_ascii_alphanumeric();
                let dots = (right && inside).then_some(byte == b'.');
                assert_eq!(has_dots(&bytes), dots, "{byte} at {place}");
            }
        }
    }
}
