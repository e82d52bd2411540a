//! The commands of the documentation: what it shows is what the tool prints, and its scripts run.
//!
//! A `console` block holds commands (`$ kextpolicy ...`), each followed by what it prints: standard output, then standard
//! error. An `sh` block is a script. The blocks of a page run one after the other in one scratch folder that holds
//! `profiles/`, a policy, and the files of `tests/docs/PAGE/`; it is a git repository where there is git. What nobody can
//! run here is an `sh untested` block, and the page says so.
//! `KEXTPOLICY_BLESS=1 cargo test docs` writes the outputs anew: read the difference before you commit it.

use std::path::Path;

use crate::docs::{fence, pages, read};
use crate::tool::{Tool, repository};

/// Copies what is below a folder into the scratch folder.
fn copy(tool: &Tool, from: &Path, to: &str) {
    let Ok(entries) = std::fs::read_dir(from) else {
        return;
    };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        let to = own_names(&format!("{to}{name}"));
        if path.is_dir() {
            copy(tool, &path, &format!("{to}/"));
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            match String::from_utf8(bytes) {
                Ok(text) => tool.file(&to, own_names(&text)),
                Err(error) => tool.file(&to, error.into_bytes()),
            };
        }
    }
}

/// What the readers of the pages have done first: their own names instead of the placeholders of `kextpolicy init`.
fn own_names(text: &str) -> String {
    text.replace("com.your-organization.", "com.contoso.")
        .replace("YOUR ORGANIZATION", "Contoso")
}

/// Policies of the scratch folder, and the ready ones they are.
const POLICIES: &[(&str, &str)] = &[
    ("microsoft-defender", "policy.yaml"),
    ("crowdstrike-falcon", "policies/falcon.yaml"),
];

/// What the page about signing signs, and with what.
const SIGNING: &[(&str, &str)] = &[
    ("profile.mobileconfig", "profile.mobileconfig"),
    ("profile.mobileconfig", "out/extensions.mobileconfig"),
    ("rsa2048.pem", "signer.pem"),
    ("rsa2048-key.pem", "signer-key.pem"),
    ("rsa2048.p12", "signer.p12"),
    ("intermediate.pem", "intermediate.pem"),
    ("root.pem", "root.pem"),
];

/// Sets what scripts and commands of the pages find in their environment.
const ENVIRONMENT: [(&str, &str); 2] = [
    ("SIGNING_PASSPHRASE", "test"),
    ("SOURCE_DATE_EPOCH", "1767225600"),
];

/// The scratch folder of a page.
fn scratch(page: &Path) -> Tool {
    let tool = ENVIRONMENT
        .iter()
        .fold(Tool::new(), |tool, (name, value)| tool.env(name, value));
    copy(&tool, &repository().join("profiles"), "profiles/");
    let text = read(page);
    let take = |from: &str, to: &str| {
        tool.file(to, std::fs::read(repository().join(from)).expect("a file"));
    };
    for (name, to) in POLICIES {
        // Some pages have the tool write it.
        let made = text.lines().any(|line| {
            line.trim_start_matches("$ ").starts_with("kextpolicy i") && line.ends_with(to)
        });
        if !made {
            let ready = repository().join(format!("profiles/policies/{name}.yaml"));
            tool.file(to, own_names(&read(&ready)));
        }
    }
    if page.ends_with("signing.md") {
        for (name, to) in SIGNING {
            take(&format!("tests/signing/{name}"), to);
        }
    }
    let stem = page.file_stem().expect("a name").to_string_lossy();
    let own = repository().join("tests/docs").join(stem.as_ref());
    copy(&tool, &own, "");
    commit(&tool);
    tool
}

/// Makes the scratch folder a git repository with a branch `main`, here and at its origin. Without git, what needs it fails.
fn commit(tool: &Tool) {
    let author = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
    for args in [
        &["init", "-q", "-b", "main"][..],
        &["add", "-A"],
        &["commit", "-qm", "all"],
        &["update-ref", "refs/remotes/origin/main", "HEAD"],
    ] {
        let mut git = std::process::Command::new("git");
        let git = git.args(author).args(args).current_dir(tool.path());
        let git = git.env("HOME", tool.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        if git.output().is_err() {
            return;
        }
    }
}

/// A page with what the tool prints below each command of its console blocks, and how many commands there are. Scripts in
/// between run too, because what follows can need them.
fn with_outputs(page: &Path) -> (String, usize) {
    let tool = scratch(page);
    let (mut written, mut commands, mut inside) = (String::new(), 0, None);
    let mut script = String::new();
    for line in read(page).lines() {
        let ends = inside.is_some() && line == "```";
        if inside == Some("sh") && !ends {
            script.push_str(line);
            script.push('\n');
        } else if inside == Some("console") && !ends {
            let Some(command) = line.strip_prefix("$ ") else {
                continue;
            };
            let args = command
                .strip_prefix("kextpolicy ")
                .unwrap_or_else(|| panic!("{}: not a command of ours: {line}", page.display()));
            assert!(
                !args.contains(['"', '\'', '|', '>', '*']),
                "{}: nothing here needs a shell: {line}",
                page.display()
            );
            let run = tool.run(args.split(' '));
            commands += 1;
            for text in [line, "\n", &run.stdout, &run.stderr] {
                written.push_str(text);
            }
            continue;
        }
        if ends {
            commands += run_script(page, &tool, &std::mem::take(&mut script));
            inside = None;
        } else if inside.is_none() {
            inside = fence(line).map(|info| match info {
                "console" => "console",
                "sh" => "sh",
                _ => "other",
            });
        }
        written.push_str(line);
        written.push('\n');
    }
    (written, commands)
}

/// Runs a script of a page, and counts its commands. Findings (exit code 1) are an answer; anything else is a script that
/// does not work.
#[cfg(unix)]
fn run_script(page: &Path, tool: &Tool, script: &str) -> usize {
    /// Stands for the tool, and makes its failures those of the script.
    const WRAPPED: &str =
        "set -u\nkextpolicy() { \"$KEXTPOLICY\" \"$@\"; code=$?; [ $code -le 1 ] || exit 2; }\n";
    if script.is_empty() {
        return 0;
    }
    let output = std::process::Command::new("sh")
        .arg("-c")
        .arg(format!("{WRAPPED}{script}"))
        .current_dir(tool.path())
        .env("KEXTPOLICY", env!("CARGO_BIN_EXE_kextpolicy"))
        .env("HOME", tool.path())
        .envs(ENVIRONMENT)
        .output()
        .expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}: this script does not work:\n{script}\n{said}",
        page.display()
    );
    script
        .lines()
        .filter(|line| line.starts_with("kextpolicy "))
        .count()
}

/// Elsewhere there is no shell to run them.
#[cfg(not(unix))]
fn run_script(_page: &Path, _tool: &Tool, _script: &str) -> usize {
    0
}

#[test]
fn docs_show_what_the_tool_prints() {
    let bless = std::env::var_os("KEXTPOLICY_BLESS").is_some_and(|value| value != "0");
    let mut commands = 0;
    let mut stale = Vec::new();
    for page in pages() {
        let (expected, run) = with_outputs(&page);
        commands += run;
        if read(&page) != expected {
            if bless {
                std::fs::write(&page, expected).expect("a page");
            } else {
                stale.push(format!("{}:\n{expected}", page.display()));
            }
        }
    }
    assert!(
        stale.is_empty(),
        "out of date; KEXTPOLICY_BLESS=1 cargo test docs writes it again:\n{}",
        stale.join("\n")
    );
    assert!(commands > 15, "only {commands} commands were found");
}
