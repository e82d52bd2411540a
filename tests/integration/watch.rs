//! `lint --watch`: a saved file is checked again, and only Ctrl-C ends it, or that nobody reads any more.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::tool::Tool;

/// A profile with this Team ID.
fn profile(team: &str) -> String {
    include_str!("../docs/hand-made/mine/kexts.mobileconfig").replace("ubf8t346g9", team)
}

/// How long a test waits before it calls a report missing; a busy machine needs a small part of it.
const PATIENCE: Duration = Duration::from_mins(2);

/// The tool at work, ended when the test ends.
struct Watch {
    /// The process.
    child: Child,
    /// Lines of both streams, as they come.
    lines: Receiver<String>,
    /// The lines seen so far, for a failure.
    seen: Vec<String>,
}

impl Watch {
    /// Starts `kextpolicy lint --watch` in the folder.
    fn start(folder: &Path, args: &[&str]) -> Self {
        // One pipe for both streams keeps the order of their lines.
        let (reader, both) = std::io::pipe().expect("a pipe");
        let child = Command::new(env!("CARGO_BIN_EXE_kextpolicy"))
            .current_dir(folder)
            .args(["lint", "--watch"])
            .args(args)
            .stdin(Stdio::null())
            .stdout(both.try_clone().expect("a pipe"))
            .stderr(both)
            .spawn()
            .expect("the tool starts");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(reader).lines().map_while(Result::ok) {
                // The test may have ended.
                let _ = sender.send(line);
            }
        });
        Self {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// Waits for a line that contains the text.
    #[track_caller]
    fn expect(&mut self, text: &str) {
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else {
                panic!("no line with `{text}`; seen:\n{}", self.seen.join("\n"));
            };
            let found = line.contains(text);
            self.seen.push(line);
            if found {
                return;
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // Already ended is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Puts a file in place as editors do: a new one beside it, then a rename.
fn save(tool: &Tool, name: &str, content: &str) {
    let new = tool.file(&format!("{name}~"), content);
    std::fs::rename(new, tool.path().join(name)).expect("a rename");
}

#[test]
fn watch_checks_a_saved_profile_again() {
    let tool = Tool::new();
    tool.file("mine/kexts.mobileconfig", profile("ubf8t346g9"));
    let mut watch = Watch::start(tool.path(), &[]);
    watch.expect("1 profile checked: 1 error");
    watch.expect("watching for changes");
    tool.file("mine/kexts.mobileconfig", profile("UBF8T346G9"));
    watch.expect("1 profile checked: 0 errors");
    save(&tool, "mine/kexts.mobileconfig", &profile("ubf8"));
    watch.expect("error[invalid-team-id]: `ubf8`");
    tool.file("new/folder/more.mobileconfig", profile("UBF8T346G9"));
    watch.expect("2 profiles checked");
    assert!(
        !watch.seen.concat().contains('\u{1b}'),
        "a screen was cleared that is none"
    );
}

#[test]
fn watch_goes_on_while_a_profile_is_saved_a_thousand_times() {
    // The Team ID is shown by the rules about one file, the UUID that both share by those over several.
    let saved = |identifier: &str, lines: usize| {
        format!(
            "{}<plist version=\"1.0\"><dict>\n<key>PayloadType</key><string>Configuration</string>\n\
             <key>PayloadVersion</key><integer>1</integer>\n<key>PayloadIdentifier</key><string>{identifier}</string>\n\
             <key>PayloadUUID</key><string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>\n<key>PayloadContent</key><array>\
             <dict>\n<key>AllowedTeamIdentifiers</key><array><string>wrongteam1</string></array>\n\
             <key>PayloadType</key><string>com.apple.syspolicy.kernel-extension-policy</string></dict></array></dict></plist>\n",
            "\n".repeat(lines)
        )
    };
    for format in ["text", "json", "github", "html"] {
        let tool = Tool::new();
        tool.file("a.mobileconfig", saved("com.contoso.a", 0));
        let path = tool.file("b.mobileconfig", saved("com.contoso.b", 0));
        // Many others, so that most saves come between the rules of a run and not between two runs.
        for number in 0..1200 {
            tool.file(&format!("z/{number}.mobileconfig"), profile("UBF8T346G9"));
        }
        let args = [
            "--format",
            format,
            "--select",
            "invalid-team-id,reused-uuid",
        ];
        let mut watch = Watch::start(tool.path(), &args);
        watch.expect("watching for changes");
        for pause in 0..250 {
            std::fs::write(&path, saved("com.contoso.b", pause * 37 % 97)).expect("a profile");
            // A run begins after a tenth of a second without a save.
            let wait = if pause % 10 == 0 { 105 + pause / 10 } else { 2 };
            std::thread::sleep(Duration::from_millis(wait as u64));
        }
        save(
            &tool,
            "b.mobileconfig",
            &saved("com.contoso.last", 0).replace("wrongteam1", "LASTONE"),
        );
        watch.expect("LASTONE");
        assert!(!watch.seen.concat().contains("panicked"), "{format}");
    }
}

#[test]
fn watch_begins_a_run_however_much_happens_beside_the_profiles() {
    let tool = Tool::new();
    tool.file("mine/kexts.mobileconfig", profile("ubf8t346g9"));
    let mut watch = Watch::start(tool.path(), &["mine"]);
    watch.expect("watching for changes");
    let noise = tool.file("noise.txt", "");
    let (ended, end) = channel::<()>();
    let writer = std::thread::spawn(move || {
        while end.recv_timeout(Duration::from_millis(10)) == Err(RecvTimeoutError::Timeout) {
            std::fs::write(&noise, "noise").expect("noise");
        }
    });
    tool.file("mine/kexts.mobileconfig", profile("UBF8T346G9"));
    watch.expect("1 profile checked: 0 errors");
    drop(ended);
    writer.join().expect("the noise ends");
}

#[test]
fn watch_sees_files_named_outright_and_what_a_run_goes_by() {
    let tool = Tool::new();
    tool.file("kexts.mobileconfig", profile("UBF8T346G9"));
    tool.file("policy.yaml", "identifier: 1\n");
    let mut watch = Watch::start(
        tool.path(),
        &["kexts.mobileconfig", "--policy", "policy.yaml"],
    );
    watch.expect("the policy `policy.yaml` has faults");
    watch.expect("watching for changes");
    let policy = "identifier: com.contoso.kexts\norganization: Contoso\nkernel_extensions:\n  allowed:\n    \
                  - {team_id: EG7KH642X6, bundle_ids: all}\n";
    save(&tool, "policy.yaml", policy);
    watch.expect("error[beyond-policy]");
    watch.expect("watching for changes");
    tool.file("kextpolicy.toml", "[severity]\nbeyond-policy = \"odd\"\n");
    watch.expect("the configuration `kextpolicy.toml` has faults");
    watch.expect("watching for changes");
    save(&tool, "kextpolicy.toml", "");
    watch.expect("1 profile checked");
    save(&tool, "kexts.mobileconfig", "nonsense");
    watch.expect("error[malformed-profile]");
}

#[test]
fn watch_checks_what_the_configuration_names() {
    let tool = Tool::new();
    tool.file("fleet/kextpolicy.toml", "paths = [\"mine\"]\n");
    tool.file("fleet/mine/kexts.mobileconfig", profile("UBF8T346G9"));
    tool.file("fleet/theirs/kexts.mobileconfig", profile("ubf8t346g9"));
    let mut watch = Watch::start(&tool.path().join("fleet"), &[]);
    watch.expect("1 profile checked: 0 errors");
    watch.expect("watching for changes");
    tool.file("fleet/mine/kexts.mobileconfig", profile("ubf8t346g9"));
    watch.expect("1 profile checked: 1 error");
    watch.expect("watching for changes");
    // Other paths are watched from then on.
    save(&tool, "fleet/kextpolicy.toml", "paths = [\"theirs\"]\n");
    watch.expect("--> theirs/kexts.mobileconfig");
    watch.expect("watching for changes");
    tool.file("fleet/theirs/kexts.mobileconfig", profile("UBF8T346G9"));
    watch.expect("1 profile checked: 0 errors");
}

#[test]
fn watch_waits_for_a_first_profile_and_for_a_folder_that_comes_back() {
    let tool = Tool::new();
    let folder = tool.path().join("mine");
    std::fs::create_dir(&folder).expect("a folder");
    let mut watch = Watch::start(tool.path(), &["mine"]);
    watch.expect("no profile found in `mine`");
    watch.expect("watching for changes");
    tool.file("mine/kexts.mobileconfig", profile("ubf8t346g9"));
    watch.expect("1 profile checked: 1 error");
    watch.expect("watching for changes");
    std::fs::remove_dir_all(&folder).expect("removed");
    watch.expect("cannot read `mine`");
    watch.expect("watching for changes");
    tool.file("mine/kexts.mobileconfig", profile("UBF8T346G9"));
    watch.expect("1 profile checked: 0 errors");
}

/// How the tool ends when its reader closes the pipe, after a first line or before it.
#[cfg(target_os = "linux")]
fn end_without_reader(folder: &Path, first_line: bool) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kextpolicy"))
        .current_dir(folder)
        .args(["--quiet", "lint", "--watch"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let stdout = child.stdout.take().expect("a pipe");
    // Ends with the process at the latest, so nothing here waits for ever.
    let reader = std::thread::spawn(move || {
        if first_line {
            BufReader::new(stdout).lines().next();
        }
    });
    let begin = std::time::Instant::now();
    while child.try_wait().expect("the tool's state").is_none() {
        if begin.elapsed() > PATIENCE {
            child.kill().expect("the tool can be ended");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    reader.join().expect("the reader ends");
    let output = child.wait_with_output().expect("the tool's end");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), stderr)
}

#[test]
#[cfg(target_os = "linux")]
fn watch_ends_with_its_verdict_when_nobody_reads_any_more() {
    let tool = Tool::new();
    tool.file("mine/kexts.mobileconfig", profile("ubf8t346g9"));
    let found = (Some(1), String::new());
    assert_eq!(end_without_reader(tool.path(), true), found);
    assert_eq!(end_without_reader(tool.path(), false), found);
    tool.file("mine/kexts.mobileconfig", profile("UBF8T346G9"));
    let clean = (Some(0), String::new());
    assert_eq!(end_without_reader(tool.path(), true), clean);
}

#[test]
fn watch_ends_at_once_where_waiting_cannot_help() {
    let tool = Tool::new();
    let ends = |args: &[&str]| {
        let args = ["lint", "--watch"].iter().chain(args);
        tool.run(args).expect_code(2).stderr
    };
    insta::assert_snapshot!(ends(&["-"]), @r"
    error: cannot watch standard input or another stream
      help: name files or folders, or leave out --watch
    ");
    insta::assert_snapshot!(ends(&["absent"]), @r"
    error: cannot watch `absent`: No such file or directory (os error 2)
      help: check the spelling; paths count from the folder you are in
    ");
    insta::assert_snapshot!(ends(&["--select", "invalid-team"]), @r"
    error: there is no rule `invalid-team`
      help: did you mean `invalid-team-id`?
    ");
    let fix = ends(&["--fix"]);
    assert!(
        fix.contains("--watch and --fix do not go together"),
        "{fix}"
    );
}
