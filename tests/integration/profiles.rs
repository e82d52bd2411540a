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
            let identifier = format!("com.fabrikam.{name}");
            let args = [
                "init",
                &name,
                &file,
                "--identifier",
                &identifier,
                "--organization",
                "Fabrikam",
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
        let run = tool.run(["lint", "out", "--target", target]).expect_code(0);
        assert!(!run.stdout.contains('['), "{target}: {}", run.stdout);
        assert!(run.stdout.contains("nothing found"), "{}", run.stdout);
    }
}

#[test]
fn a_folder_of_profiles_for_several_servers_is_quiet() {
    let tool = Tool::new();
    for policy in started(&tool) {
        tool.run(["render", "--quiet", &policy, "--out-dir", "out"])
            .expect_code(0);
    }
    let run = tool.run(["lint", "out"]).expect_code(0);
    assert!(run.stdout.contains("nothing found"), "{}", run.stdout);
    // A profile that may meet any of them on a Mac is compared with all.
    let copy = tool.read("out/com.fabrikam.santa.sysext.jamf.mobileconfig");
    tool.file(
        "out/by-hand.mobileconfig",
        copy.replace(
            "PayloadVersion</key><integer>1",
            "PayloadVersion</key><integer>1 ",
        ),
    );
    let run = tool.run(["lint", "out", "--select", "duplicate-approval"]);
    assert!(
        run.stdout.contains("note[duplicate-approval]"),
        "{}",
        run.shown()
    );
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

#[test]
fn names_of_the_examples_are_warned_of() {
    let tool = Tool::new();
    let own = |identifier: &str, organization: &str| {
        tool.file(
            "policy.yaml",
            format!(
                "identifier: {identifier}\norganization: {organization}\nbackground_items:\n  - team_id: UBF8T346G9\n"
            ),
        );
        let args = ["render", "policy.yaml", "--target", "intune", "--out-dir"];
        let run = tool
            .run(args.into_iter().chain([identifier]))
            .expect_code(0);
        let lint = tool.run(["lint", identifier]).expect_code(0);
        (run.stderr, lint.stdout)
    };
    let (render, lint) = own("com.contoso.items", "Contoso");
    assert!(
        render.starts_with("warning: policy.yaml: `identifier` and `organization` are names of an example (Contoso)"),
        "{render}"
    );
    assert!(
        lint.contains("warning[placeholder-text]: `com.contoso.items.background.intune`"),
        "{lint}"
    );
    let (render, lint) = own("com.contosoft.items", "Contoso");
    assert!(
        render.starts_with("warning: policy.yaml: `organization` is the name"),
        "{render}"
    );
    assert!(!lint.contains("placeholder-text"), "{lint}");
    let (render, lint) = own("com.fabrikam.items", "Fabrikam");
    assert!(
        !render.contains("warning") && !lint.contains("placeholder-text"),
        "{render}{lint}"
    );
}
