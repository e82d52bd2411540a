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
    let length = folded.chars().count();
    let limit = (length / 3).clamp(1, 3);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other = fold(candidate);
            // Every letter that one has more than the other is a change; comparing the rest costs far more than counting.
            let is_near = other.chars().count().abs_diff(length) <= limit;
            is_near.then(|| (strsim::damerau_levenshtein(&folded, &other), candidate))
        })
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
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
    use super::nearest;

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
