//! `KextPolicy` databases of strangers: damaged ones and ones made to cost end in a message, in bounded time and memory.

use rusqlite::Connection;

use crate::tool::{Run, Tool};

/// What macOS makes.
const TABLE: &str = "CREATE TABLE kext_policy (team_id TEXT, bundle_id TEXT, allowed BOOLEAN, developer_name TEXT, flags INTEGER, PRIMARY KEY (team_id, bundle_id));";

/// A row of it.
const ROW: &str =
    "INSERT INTO kext_policy VALUES ('UBF8T346G9', 'com.microsoft.wdavkext', 1, 'Microsoft', 1);";

/// A folder with a database that these statements make.
fn database(statements: &str) -> Tool {
    let tool = Tool::new();
    let database = Connection::open(tool.path().join("KextPolicy")).expect("a database");
    database.execute_batch(statements).expect("statements");
    tool
}

/// What both commands that read databases say of one.
fn read(tool: &Tool) -> [Run; 2] {
    [
        tool.run(["import", "KextPolicy"]),
        tool.run(["diagnose", "--kext-policy-db", "KextPolicy"]),
    ]
}

/// Fails unless both refuse it with these words.
fn refused(statements: &str, why: &str) {
    for run in read(&database(statements)) {
        let run = run.expect_code(2);
        assert!(run.stderr.contains(why), "{why}: {}", run.shown());
        assert!(run.stderr.contains("help: "), "{}", run.shown());
    }
}

#[test]
fn columns_of_other_versions_of_macos_do_not_matter() {
    let more = "ALTER TABLE kext_policy ADD COLUMN cdhash TEXT; ALTER TABLE kext_policy ADD COLUMN later TEXT DEFAULT 'x';";
    let tool = database(&format!("{TABLE}{ROW}{more}"));
    let run = tool.run(["import", "KextPolicy"]).expect_code(0);
    assert!(
        run.stdout.contains("com.microsoft.wdavkext"),
        "{}",
        run.shown()
    );
}

#[test]
fn only_plain_tables_are_read() {
    let rest = "bundle_id TEXT, allowed BOOLEAN, flags INTEGER";
    for made in [
        // 8 KB that say gigabytes.
        format!(
            "CREATE TABLE kext_policy (team_id TEXT, {rest}, developer_name TEXT AS (hex(zeroblob(30000000))));"
        ),
        format!(
            "CREATE TABLE kext_policy (team_id TEXT AS (replace(hex(zeroblob(1000)), '0', flags)), {rest});"
        ),
        format!(
            "CREATE TABLE others (team_id TEXT, {rest}); CREATE VIEW kext_policy AS SELECT a.* FROM others a, others b, others c;"
        ),
        "CREATE VIRTUAL TABLE kext_policy USING fts5(team_id, bundle_id, allowed);".to_owned(),
        "CREATE TABLE kext_policy (cats TEXT);".to_owned(),
    ] {
        refused(
            &made,
            "`kext_policy` is not a plain table as macOS makes it",
        );
    }
}

#[test]
fn a_table_that_only_says_it_is_one_is_not_read() {
    let lie = format!(
        "{TABLE}{ROW} PRAGMA writable_schema=on;
         UPDATE sqlite_schema SET sql = 'CREATE TABLE kext_policy (team_id TEXT, bundle_id TEXT, allowed AS (hex(zeroblob(900000000))))' WHERE name = 'kext_policy';"
    );
    refused(&lie, "cannot read the database");
}

#[test]
fn rows_lengths_and_text_are_limited() {
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001)
                INSERT INTO kext_policy SELECT i, i, 1, '', 1 FROM n;";
    refused(
        &format!("{TABLE}{many}"),
        "it holds more rows than the database of any Mac",
    );
    let long = "INSERT INTO kext_policy VALUES ('a', 'b', 1, hex(zeroblob(100000)), 1);";
    refused(
        &format!("{TABLE}{long}"),
        "it holds more bytes in one value",
    );
    let wide = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
                INSERT INTO kext_policy SELECT i, i, 1, hex(zeroblob(20000)), 1 FROM n;";
    refused(
        &format!("{TABLE}{wide}"),
        "it holds more text than the database of any Mac",
    );
    // A default value is in the file once and in the rows as often as there are rows.
    let default = format!(
        "{TABLE} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
         INSERT INTO kext_policy SELECT i, i, 1, '', 1 FROM n;
         ALTER TABLE kext_policy ADD COLUMN cdhash TEXT DEFAULT '{}';",
        "x".repeat(30_000)
    );
    refused(&default, "it holds more text than the database of any Mac");
}

#[test]
fn names_that_are_not_utf8_are_no_reason_to_stop() {
    let tool = database(&format!("{TABLE}{ROW}"));
    let path = tool.path().join("KextPolicy");
    let bytes = std::fs::read(&path).expect("a database");
    let names = ["developer_name", "kext_policy", "flags INTEGER", "BOOLEAN"];
    for name in names {
        let at = bytes
            .windows(name.len())
            .position(|part| part == name.as_bytes());
        let mut damaged = bytes.clone();
        damaged[at.expect("the name") + 2] = 0xFF;
        std::fs::write(&path, damaged).expect("a database");
        for run in read(&tool) {
            assert!((0..=2).contains(&run.code), "{name}: {}", run.shown());
            assert!(!run.stderr.contains("panicked"), "{name}: {}", run.shown());
        }
    }
}
