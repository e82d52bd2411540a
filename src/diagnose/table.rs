//! Tables that lie beside the code as `.tsv`: a row a line, its columns between tabs; the line with the names of the columns
//! begins with `# `.

use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error, StrDeserializer};

/// The rows; columns at the end that a row leaves out are empty.
pub(super) fn rows<const COLUMNS: usize>(
    table: &'static str,
) -> impl Iterator<Item = [&'static str; COLUMNS]> {
    let rows = table.lines().filter(|row| !row.starts_with("# "));
    rows.map(|row| {
        let mut columns = [""; COLUMNS];
        for (own, column) in columns.iter_mut().zip(row.split('\t')) {
            *own = column;
        }
        columns
    })
}

/// The variant that a word names (`boot-policy` for `BootPolicy`).
pub(super) fn named<T: Deserialize<'static>>(word: &'static str) -> Option<T> {
    let words: StrDeserializer<'static, Error> = word.into_deserializer();
    T::deserialize(words).ok()
}
