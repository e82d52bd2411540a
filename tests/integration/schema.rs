//! Apple's table: generated anew it is the same, and every payload and key of it is reachable.

use crate::tool::{Tool, repository, shared};

#[test]
fn the_table_is_what_the_generator_makes_of_apples_descriptions() {
    let Some(shared) = shared("Apple's descriptions of payloads") else {
        return;
    };
    let table = std::fs::read_to_string(repository().join("src/schema/table.rs")).expect("table");
    let source = table
        .split("SOURCE: &str = \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a source");
    let folder = shared.join("apple-schema");
    let run = Tool::new()
        .run([
            "generate-schema",
            folder.to_str().expect("UTF-8"),
            "--source",
            source,
        ])
        .expect_code(0);
    assert!(
        run.stdout == table,
        "src/schema/table.rs is not what `kextpolicy generate-schema` makes of these descriptions"
    );
}

#[test]
fn a_folder_without_descriptions_is_refused() {
    let tool = Tool::new();
    tool.file("notes.yaml", "title: nothing\n");
    let run = tool
        .run(["generate-schema", ".", "--source", "nowhere"])
        .expect_code(2);
    assert!(run.stderr.contains("no description of a payload"));
    assert!(run.stderr.contains("mdm/profiles"));
}
