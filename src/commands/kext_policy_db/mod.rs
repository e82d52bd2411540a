//! The `KextPolicy` database of a Mac. `SQLite` is a third of what has to be built, so the feature `sqlite` can be left out.

#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "sqlite")]
pub(crate) use sqlite::read;
#[cfg(all(feature = "sqlite", any(test, fuzzing)))]
pub(crate) use sqlite::read_bytes;

/// One row: its table, and its columns by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) table: &'static str,
    /// Column names and values as text, in the order of the table.
    pub(crate) columns: Vec<(String, String)>,
}

/// Says that this build cannot read the database.
#[cfg(not(feature = "sqlite"))]
pub(crate) fn read(path: &std::path::Path) -> Result<Vec<Row>, crate::error::Error> {
    Err(crate::error::Error::new(format!(
        "cannot read the database `{}`: this kextpolicy was built without SQLite",
        path.display()
    ))
    .help("take a released binary or build it with `--features sqlite`, or give what `sqlite3 -header KextPolicy 'SELECT * FROM kext_policy'` prints"))
}
