//! Every conclusion with its whole answer: files that make it hold, what is printed, and that the documentation names it.

mod kernel;
mod mac;
mod product;
mod profiles;
mod system;

use crate::diagnose::{profiles as profiles_for, profiles_of};
use crate::tool::{Tool, repository};

/// A conclusion, the options with the content of their files, and the exit code.
type Case = (&'static str, Vec<(&'static str, String)>, i32);

const TEAM: &str =
    "<key>AllowedTeamIdentifiers</key>\n<array>\n<string>UBF8T346G9</string>\n</array>";

const ON: &str = "<key>AllowUserOverrides</key>\n<true/>";

const OFF: &str = "<key>AllowUserOverrides</key>\n<false/>";

const LOADED: &str = "Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>\n    1  100 0xffffff7f80a18000 0x9d30     0x9d30     com.apple.kpi.bsd (16.0.0) 00000000-4DC3-49BB-81CF-446F004202F8\n";

const ROW: &str = "  130    0 0xffffff7f80ea9000 0x2000     0x2000     com.microsoft.wdavkext (1.1.0) 00000000-6C8A-3900-8E83-744487AEDEF1 <4 1>\n";

fn kernel(contents: &[&str]) -> String {
    profiles_for("_computerlevel", contents)
}

fn system(contents: &[&str]) -> String {
    profiles_of(
        "_computerlevel",
        "com.apple.system-extension-policy",
        contents,
    )
}

/// A list of a policy with the items of Defender's team.
fn per_team(key: &str, items: &[&str]) -> String {
    let items: Vec<String> = items
        .iter()
        .map(|item| format!("<string>{item}</string>\n"))
        .collect();
    format!(
        "<key>{key}</key>\n<dict>\n<key>UBF8T346G9</key>\n<array>\n{}</array>\n</dict>",
        items.concat()
    )
}

fn types() -> String {
    per_team("AllowedSystemExtensionTypes", &["NetworkExtension"])
}

fn extension() -> String {
    per_team("AllowedSystemExtensions", &["com.microsoft.wdav.epsext"])
}

fn other() -> String {
    per_team("AllowedKernelExtensions", &["com.microsoft.other"])
}

fn policy(bundle: &str) -> String {
    format!(
        "identifier: com.contoso.kexts\norganization: Contoso\nkernel_extensions:\n  allowed:\n    - team_id: UBF8T346G9\n      bundle_ids: [{bundle}]\n"
    )
}

fn cases() -> Vec<Case> {
    [
        kernel::cases(),
        product::cases(),
        system::cases(),
        profiles::cases(),
        mac::cases(),
    ]
    .concat()
}

#[test]
fn every_conclusion_is_told_with_its_evidence_and_next_step() {
    // `a_database_is_read_with_the_rows_of_its_log` and `a_kernel_extension_that_is_not_there_is_told` show these.
    let mut told = vec![
        "not-in-database".to_owned(),
        "kext-not-installed".to_owned(),
    ];
    for (name, files, code) in cases() {
        let tool = Tool::new();
        let mut args = vec!["diagnose".to_owned()];
        for (option, content) in files {
            let file = format!("{}.txt", option.trim_start_matches('-'));
            tool.file(&file, content);
            args.extend([option.to_owned(), file]);
        }
        let run = tool.run(&args);
        assert!(
            run.stdout.contains(&format!("\n{name} (")),
            "{name}: {}",
            run.shown()
        );
        assert_eq!(run.code, code, "{name}: {}", run.shown());
        insta::assert_snapshot!(format!("diagnose-{name}"), run.shown());
        told.push(name.to_owned());
    }
    let tables = repository().join("src/diagnose/conclusions");
    let tables = std::fs::read_dir(tables).expect("the tables").flatten();
    let table: String = tables
        .map(|file| std::fs::read_to_string(file.path()).expect("a table"))
        .collect();
    let docs = std::fs::read_to_string(repository().join("docs/diagnose.md")).expect("the page");
    for line in table.lines().filter(|line| line.starts_with("    \"")) {
        let Some(name) = line.split('"').nth(1) else {
            continue;
        };
        assert!(told.iter().any(|own| own == name), "no case for {name}");
        assert!(
            docs.contains(&format!("`{name}`")),
            "docs/diagnose.md does not name {name}"
        );
    }
}
