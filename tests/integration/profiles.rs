//! The committed profiles are what the tool makes of the ready policies, byte for byte.

use crate::tool::{Tool, repository};

/// The ready policies, sorted.
fn policies() -> Vec<String> {
    let mut found: Vec<String> = std::fs::read_dir(repository().join("profiles/policies"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

#[test]
fn the_committed_profiles_are_rendered_from_the_ready_policies() {
    for target in ["jamf", "intune"] {
        let tool = Tool::new();
        let mut args = vec!["render".to_owned(), "--quiet".to_owned()];
        args.extend(policies());
        args.extend(["--target", target, "--out-dir", "."].map(str::to_owned));
        tool.run(args).expect_code(0);
        let folder = repository().join("profiles").join(target);
        let mut committed: Vec<String> = std::fs::read_dir(&folder)
            .expect("the folder")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        committed.sort();
        let advice = "run the command of CONTRIBUTING.md that renders profiles/";
        assert_eq!(committed, tool.files(), "{target}: {advice}");
        for name in committed {
            let old = std::fs::read_to_string(folder.join(&name)).expect("a profile");
            assert!(
                old == tool.read(&name),
                "{target}/{name} is stale: {advice}"
            );
        }
    }
}

#[test]
fn what_every_ready_policy_renders_to_lints_without_error_or_warning() {
    for target in ["generic", "jamf", "intune"] {
        let tool = Tool::new();
        let mut args = vec!["render".to_owned(), "--quiet".to_owned()];
        args.extend(policies());
        args.extend(["--target", target, "--out-dir", "."].map(str::to_owned));
        tool.run(args).expect_code(0);
        tool.run(["lint", ".", "--target", target, "--fail-on", "warning"])
            .expect_code(0);
    }
}
