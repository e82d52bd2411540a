//! "Did you mean": the nearest known word to a misspelt one.

use std::collections::{BTreeMap, HashMap};

/// The candidate nearest to `word`, if it is near enough to be what was meant.
///
/// Near enough: letters differ only in case or in `-`, `_` and blanks, or at most a third of them have to change
/// (and never more than three).
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word = Word::new(word);
    candidates
        .into_iter()
        .filter_map(|candidate| Some((word.distance(&fold(candidate))?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The words of a list that comes from a file, and may be as long as whoever wrote it likes.
#[derive(Debug)]
pub(crate) struct Words {
    /// The words by their length, in the order of the list.
    by_length: BTreeMap<usize, Vec<(String, Box<str>)>>,
    /// The first of those that are the same but for case, by their lower case.
    by_letters: HashMap<String, Box<str>>,
}

impl Words {
    /// So many words of about its length are looked at. Among more than that, the nearest says little.
    const MOST: usize = 100;

    /// So many of them, which have about its letters, are compared with a misspelt one, which takes a microsecond each.
    const COMPARED: usize = 10;

    /// The words of a list.
    pub(crate) fn new(words: impl IntoIterator<Item: AsRef<str>>) -> Self {
        let mut by_length = BTreeMap::<_, Vec<_>>::new();
        let mut by_letters = HashMap::new();
        for word in words {
            let word = word.as_ref();
            let letters = word.to_ascii_lowercase();
            by_letters.entry(letters).or_insert_with(|| word.into());
            let folded = fold(word);
            let length = folded.chars().count();
            by_length
                .entry(length)
                .or_default()
                .push((folded, word.into()));
        }
        Self {
            by_length,
            by_letters,
        }
    }

    /// The word that is this one but for case.
    pub(crate) fn in_other_case(&self, word: &str) -> Option<&str> {
        let letters = word.to_ascii_lowercase();
        self.by_letters.get(&letters).map(|own| &**own)
    }

    pub(crate) fn nearest(&self, word: &str) -> Option<&str> {
        let word = Word::new(word);
        let length = word.folded.chars().count();
        self.by_length
            .range(length.saturating_sub(word.limit)..=length + word.limit)
            .flat_map(|(_, words)| words)
            .take(Self::MOST)
            .filter(|(folded, _)| word.is_near(folded))
            .take(Self::COMPARED)
            .filter_map(|(folded, own)| Some((word.distance(folded)?, &**own)))
            .min()
            .map(|(_, own)| own)
    }
}

/// A word that may be misspelt.
struct Word {
    folded: String,
    /// How many of them may be wrong.
    limit: usize,
}

impl Word {
    fn new(word: &str) -> Self {
        let folded = fold(word);
        let limit = (folded.chars().count() / 3).clamp(1, 3);
        Self { folded, limit }
    }

    /// Whether its letters are about those of another word, which costs a tenth of finding out how few changes lead from one
    /// to the other.
    fn is_near(&self, other: &str) -> bool {
        changes(&self.folded, other) <= self.limit
    }

    /// How many letters have to change to make another word of it; `None` if too many.
    fn distance(&self, other: &str) -> Option<usize> {
        if !self.is_near(other) {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&self.folded, other);
        (distance <= self.limit).then_some(distance)
    }
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
    fn a_long_list_is_searched_among_words_of_the_same_length() {
        let list: Vec<String> = (0..20_000)
            .map(|number| format!("com.contoso.{number:05}"))
            .collect();
        let words = Words::new(
            list.iter()
                .map(String::as_str)
                .chain(["com.contoso.agent.network"]),
        );
        assert_eq!(
            words.nearest("com.contoso.agent.Netwrk"),
            Some("com.contoso.agent.network")
        );
        assert_eq!(
            words.nearest("com.contoso.00007x"),
            Some("com.contoso.00007")
        );
        assert_eq!(words.nearest("com.fabrikam.agent"), None);
        let start = std::time::Instant::now();
        for word in list.iter().step_by(10) {
            let _ = words.nearest(word);
        }
        // Without a limit it takes minutes.
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
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
