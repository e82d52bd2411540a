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

/// Every ready policy as somebody has it who gave their own names, in the tool's folder.
fn started(tool: &Tool) -> Vec<String> {
    let names = policies().into_iter().map(|path| {
        let stem = std::path::Path::new(&path).file_stem().expect("a name");
        stem.to_string_lossy().into_owned()
    });
    names
        .map(|name| {
            let file = format!("{name}.yaml");
            let identifier = format!("com.contoso.{name}");
            let args = [
                "init",
                &name,
                &file,
                "--identifier",
                &identifier,
                "--organization",
                "Contoso",
            ];
            tool.run(args).expect_code(0);
            file
        })
        .collect()
}

#[test]
fn every_ready_policy_goes_from_init_to_a_clean_and_quiet_lint() {
    for target in ["generic", "jamf", "intune"] {
        let tool = Tool::new();
        for policy in started(&tool) {
            let args = ["render", &policy, "--target", target, "--out-dir", "out"];
            let run = tool.run(args).expect_code(0);
            assert!(!run.stderr.contains("warning"), "{policy}: {}", run.stderr);
        }
        let run = tool
            .run(["lint", "out", "--target", target, "--fail-on", "warning"])
            .expect_code(0);
        // What remains are words about kernel extensions, and the types that vendors narrow their teams to.
        for line in run.stdout.lines().filter(|line| line.starts_with("note[")) {
            let is_known = [
                "note[kernel-extension-on-apple-silicon]",
                "note[narrowed-types]",
                "note[whole-team-allowed]",
            ]
            .iter()
            .any(|known| line.starts_with(known));
            assert!(is_known, "{target}: {}", run.shown());
        }
        tool.run(["lint", "out", "--fail-on", "warning"])
            .expect_code(0);
    }
}

#[test]
fn what_was_left_of_a_placeholder_is_told() {
    let tool = Tool::new();
    tool.run(["init", "defender", "policy.yaml"]).expect_code(0);
    let args = [
        "render",
        "policy.yaml",
        "--target",
        "jamf",
        "--out-dir",
        "out",
    ];
    let run = tool.run(args).expect_code(0);
    for key in ["identifier", "organization"] {
        let words = format!("`{key}` is still the placeholder");
        assert!(run.stderr.contains(&words), "{}", run.stderr);
    }
    let run = tool.run(["lint", "out"]).expect_code(0);
    assert!(
        run.stdout.contains("warning[placeholder-text]"),
        "{}",
        run.stdout
    );
}
