//! "Did you mean": the nearest known word to a misspelt one.

/// The candidate nearest to `word`, if it is near enough to be what was meant.
///
/// Near enough: letters differ only in case or in `-`, `_` and blanks, or at most a third of them have to change
/// (and never more than three).
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let folded = fold(word);
    let limit = (folded.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other = fold(candidate);
            // Counting letters costs a tenth of finding out how few changes lead from one word to the other.
            let is_near = changes(&folded, &other) <= limit;
            is_near.then(|| (strsim::damerau_levenshtein(&folded, &other), candidate))
        })
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// At least so many letters have to change: those that one word has more often than the other.
fn changes(one: &str, other: &str) -> usize {
    // Letters that share a place hide a change and never make one.
    let mut more = [0_i32; 64];
    for letter in one.chars() {
        more[letter as usize % 64] += 1;
    }
    for letter in other.chars() {
        more[letter as usize % 64] -= 1;
    }
    let sum = |sign: i32| more.iter().map(|count| (count * sign).max(0)).sum::<i32>();
    usize::try_from(sum(1).max(sum(-1))).unwrap_or_default()
}

/// Lower case without separators, so that `teamID`, `team_id` and `Team-Id` are one word.
fn fold(word: &str) -> String {
    word.chars()
        .filter(|letter| !matches!(letter, '-' | '_' | ' '))
        .flat_map(char::to_lowercase)
        .take(256)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_letters_really_have_to_change() {
        let words = [
            "",
            "a",
            "ab",
            "ba",
            "team_id",
            "teamid",
            "mteaid",
            "bundle",
            "bundleids",
            "é",
            "ée\u{129}",
        ];
        for one in words {
            for other in words {
                let distance = strsim::damerau_levenshtein(one, other);
                assert!(changes(one, other) <= distance, "{one} {other}");
            }
        }
        assert_eq!(changes("aab", "abbb"), 2);
    }

    #[test]
    fn case_and_separators_do_not_count() {
        assert_eq!(
            nearest("teamID", ["bundle_ids", "team_id"]),
            Some("team_id")
        );
    }

    #[test]
    fn a_far_word_suggests_nothing() {
        assert_eq!(nearest("colour", ["bundle_ids", "team_id"]), None);
    }
}
