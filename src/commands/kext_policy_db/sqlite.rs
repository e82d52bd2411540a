//! Reads the database with `SQLite`, from a copy: the original may be in use, lie in a folder nobody may write to,
//! or hold its newest rows in the `-wal` file beside it, which a read of the original would skip or fail on.
//!
//! The file is untrusted. Only the known columns of plain tables are asked for, nothing that its schema computes, and rows,
//! length, steps and memory are limited: a generated column makes gigabytes of 8 KB otherwise.
//! <https://sqlite.org/security.html> says what to switch off.

use std::path::{Path, PathBuf};

use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::Row;
use crate::commands::interrupt::{self, PutOff};
use crate::error::Error;
use crate::profile::repository;

/// The tables that name extensions.
const TABLES: [&str; 3] = ["kext_policy", "kext_policy_mdm", "kext_load_history_v3"];

/// Their columns, of all versions of macOS.
const COLUMNS: [&str; 11] = [
    "path",
    "team_id",
    "bundle_id",
    "allowed",
    "developer_name",
    "payload_uuid",
    "boot_uuid",
    "created_at",
    "last_seen",
    "flags",
    "cdhash",
];

/// Rows of a table. A Mac has some hundred.
const ROWS: usize = 100_000;

/// Bytes of a value and of a row. The longest is the path of an extension.
const LENGTH: i32 = 64 * 1024;

/// Bytes of all values together.
const TEXT: usize = 16 * 1024 * 1024;

/// Memory of SQLite, of which the cache of pages takes 2 MiB.
const MEMORY: usize = 64 * 1024 * 1024;

/// Instructions of SQLite's machine, in thousands: three full tables take some ten thousand. A limit in seconds would refuse on a
/// busy machine what it reads on another.
const THOUSANDS: u32 = 50_000;

/// Why a database is not read.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// It takes too many steps.
    #[error("reading it takes more steps than the database of any Mac")]
    Steps,
    /// It has more than any Mac.
    #[error("it holds more {0} than the database of any Mac")]
    Size(&'static str),
    /// A table that is something else.
    #[error("`{0}` is not a plain table as macOS makes it")]
    Table(&'static str),
}

/// All rows of the tables that are there, in the order of the tables and of their keys.
pub(crate) fn read(path: &Path) -> Result<Vec<Row>, Error> {
    let load = |path: &Path| repository::read(path).map_err(|error| Error::io("read", path, error));
    let wal = beside(path);
    let wal = wal.exists().then(|| load(&wal)).transpose()?;
    // The copy goes again whatever happens.
    let later = PutOff::new();
    let rows = copied(&load(path)?, wal.as_deref())?;
    drop(later);
    if interrupt::is_asked() {
        return Err(Error::new("interrupted").help("nothing was written"));
    }
    rows.map_err(|refusal| {
        let refused = Error::new(format!("cannot read the database `{}`", path.display()));
        refused
            .because(refusal.to_string())
            .help("copy it again, together with the file KextPolicy-wal beside it")
    })
}

/// Any bytes as a database, for the law about them.
#[cfg(any(test, fuzzing))]
pub(crate) fn read_bytes(bytes: &[u8]) -> Option<Vec<Row>> {
    copied(bytes, None).ok()?.ok()
}

/// The rows of a copy of these bytes.
fn copied(bytes: &[u8], wal: Option<&[u8]>) -> Result<Result<Vec<Row>, Refusal>, Error> {
    let failed = |error| Error::new("cannot make a temporary copy of the database").because(error);
    let folder = tempfile::tempdir().map_err(failed)?;
    let copy = folder.path().join("KextPolicy");
    std::fs::write(&copy, bytes).map_err(failed)?;
    if let Some(wal) = wal {
        std::fs::write(beside(&copy), wal).map_err(failed)?;
    }
    Ok(rows(&copy))
}

/// The write-ahead log of a database.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Opens a copy with everything switched off that it does not need.
fn open(copy: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_PRIVATE_CACHE;
    let mut database = Connection::open_with_flags(copy, flags)?;
    let mut left = THOUSANDS;
    database.progress_handler(
        1000,
        Some(move || {
            left = left.saturating_sub(1);
            left == 0
        }),
    )?;
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_LENGTH, LENGTH),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, LENGTH),
        (Limit::SQLITE_LIMIT_COLUMN, 100),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 10),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 1),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        database.set_limit(limit, value)?;
    }
    database.execute_batch(&format!(
        "PRAGMA hard_heap_limit={MEMORY}; PRAGMA trusted_schema=off; PRAGMA query_only=on;
         PRAGMA cell_size_check=on; PRAGMA mmap_size=0; PRAGMA temp_store=memory;"
    ))?;
    Ok(database)
}

fn rows(copy: &Path) -> Result<Vec<Row>, Refusal> {
    all(&open(copy)?).map_err(|refusal| match refusal {
        Refusal::Sqlite(error)
            if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) =>
        {
            Refusal::Steps
        }
        Refusal::Sqlite(error)
            if matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::OutOfMemory | ErrorCode::TooBig)
            ) =>
        {
            Refusal::Size("bytes in one value")
        }
        other => other,
    })
}

/// The rows of all tables.
fn all(database: &Connection) -> Result<Vec<Row>, Refusal> {
    let mut found = Vec::new();
    let mut bytes = 0;
    for table in TABLES {
        let columns = columns(database, table)?;
        if columns.is_empty() {
            continue;
        }
        // Of an index, which may say something else than the table, nothing is taken.
        let list = columns.join(", ");
        let mut query =
            database.prepare(&format!("SELECT {list} FROM main.{table} NOT INDEXED"))?;
        let mut rows = query.query([])?;
        let before = found.len();
        while let Some(row) = rows.next()? {
            let mut values = Vec::with_capacity(columns.len());
            for (at, name) in columns.iter().enumerate() {
                let value = match row.get_ref(at)? {
                    ValueRef::Integer(number) => number.to_string(),
                    ValueRef::Real(number) => number.to_string(),
                    ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                    ValueRef::Null | ValueRef::Blob(_) => String::new(),
                };
                bytes += value.len();
                values.push(((*name).to_owned(), value));
            }
            found.push(Row {
                table,
                columns: values,
            });
            if found.len() - before > ROWS {
                return Err(Refusal::Size("rows"));
            }
            if bytes > TEXT {
                return Err(Refusal::Size("text"));
            }
        }
        found[before..].sort_by(|one, other| one.columns.cmp(&other.columns));
    }
    Ok(found)
}

/// The known columns of a table, in its order; none if there is no such table. What is called like it and is a view, a virtual
/// table, or computes a column is refused.
fn columns(database: &Connection, table: &'static str) -> Result<Vec<&'static str>, Refusal> {
    let mut query =
        database.prepare("SELECT type FROM pragma_table_list(?1) WHERE schema = 'main'")?;
    let mut rows = query.query([table])?;
    let Some(row) = rows.next()? else {
        return Ok(Vec::new());
    };
    if row.get_ref(0)? != ValueRef::Text(b"table") {
        return Err(Refusal::Table(table));
    }
    // Names are compared as bytes: those of a damaged file need not be UTF-8.
    let mut query = database.prepare("SELECT name, hidden FROM pragma_table_xinfo(?1, 'main')")?;
    let mut rows = query.query([table])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if row.get_ref(1)? != ValueRef::Integer(0) {
            return Err(Refusal::Table(table));
        }
        let ValueRef::Text(name) = row.get_ref(0)? else {
            continue;
        };
        found.extend(COLUMNS.into_iter().find(|known| known.as_bytes() == name));
    }
    let is_whole = ["team_id", "bundle_id"]
        .iter()
        .all(|name| found.contains(name));
    if is_whole {
        Ok(found)
    } else {
        Err(Refusal::Table(table))
    }
}
