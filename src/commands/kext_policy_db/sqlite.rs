//! Reads the database with `SQLite`, from a copy: the original may be in use, lie in a folder nobody may write to,
//! or hold its newest rows in the `-wal` file beside it, which a read of the original would skip or fail on.

use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::Row;
use crate::error::Error;
use crate::profile::repository;

/// The tables that name extensions.
const TABLES: [&str; 3] = ["kext_policy", "kext_policy_mdm", "kext_load_history_v3"];

/// More rows than any Mac has.
const LIMIT: usize = 100_000;

/// All rows of the tables that are there, in the order of the tables and of their keys.
pub(crate) fn read(path: &Path) -> Result<Vec<Row>, Error> {
    let folder = tempfile::tempdir()
        .map_err(|error| Error::new("cannot make a temporary folder").because(error))?;
    let copy = folder.path().join("KextPolicy");
    duplicate(path, &copy)?;
    let wal = beside(path);
    if wal.exists() {
        duplicate(&wal, &beside(&copy))?;
    }
    rows(&copy).map_err(|error| {
        Error::new(format!("cannot read the database `{}`", path.display()))
            .because(error.to_string())
            .help("copy it again, together with the file KextPolicy-wal beside it")
    })
}

/// Copies a file under the limits of everything that is read.
fn duplicate(from: &Path, to: &Path) -> Result<(), Error> {
    let bytes = repository::read(from).map_err(|error| Error::io("read", from, error))?;
    std::fs::write(to, bytes)
        .map_err(|error| Error::new("cannot write a temporary file").because(error))
}

/// The write-ahead log of a database.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// The rows of a copy. The file is untrusted: nothing in its schema may run.
fn rows(copy: &Path) -> rusqlite::Result<Vec<Row>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(copy, flags)?;
    database.execute_batch(
        "PRAGMA trusted_schema=off; PRAGMA query_only=on; PRAGMA cell_size_check=on;",
    )?;
    let mut found = Vec::new();
    for table in TABLES {
        let is_there: bool = database.query_row(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1",
            [table],
            |row| row.get(0),
        )?;
        if !is_there {
            continue;
        }
        let mut query = database.prepare(&format!("SELECT * FROM {table} LIMIT {LIMIT}"))?;
        let names: Vec<String> = query.column_names().map(str::to_owned).collect();
        let mut rows = query.query([])?;
        let before = found.len();
        while let Some(row) = rows.next()? {
            let mut columns = Vec::with_capacity(names.len());
            for (at, name) in names.iter().enumerate() {
                let value = match row.get_ref(at)? {
                    ValueRef::Integer(number) => number.to_string(),
                    ValueRef::Real(number) => number.to_string(),
                    ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                    ValueRef::Null | ValueRef::Blob(_) => String::new(),
                };
                columns.push((name.clone(), value));
            }
            found.push(Row { table, columns });
        }
        found[before..].sort_by(|one, other| one.columns.cmp(&other.columns));
    }
    Ok(found)
}
