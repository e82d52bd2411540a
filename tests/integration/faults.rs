//! What goes wrong around the tool: full disks, folders nobody may write to, pipes, odd names, closed streams, Ctrl-C.
//! The exit code is right, a message says why, and files are as they were or as they should be, never in between.
//! `SECURITY.md` promises what these tests hold.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::tool::{Tool, repository};

/// A profile for users, which has a fix.
const PROFILE: &str = include_str!("../rules/user-scope/bad.mobileconfig");

/// The fix that it has, and no other.
const FIX: [&str; 4] = ["lint", "--fix", "--select", "user-scope"];

/// What the fix makes of the profile.
fn fixed() -> String {
    let tool = Tool::new();
    tool.file("a.mobileconfig", PROFILE);
    tool.run(FIX.iter().chain(&["a.mobileconfig"]));
    let fixed = tool.read("a.mobileconfig");
    assert_ne!(fixed, PROFILE);
    fixed
}

/// A policy with an identifier of its own.
fn policy(number: usize) -> String {
    let ready = repository().join("profiles/policies/microsoft-defender.yaml");
    let text = std::fs::read_to_string(ready).expect("a policy");
    let line = text
        .lines()
        .find(|line| line.starts_with("identifier:"))
        .expect("an identifier");
    text.replace(line, &format!("identifier: com.contoso.number{number}"))
}

/// How a process ended and what it said on standard error. One that does not end within a minute hangs.
fn ended(mut child: Child) -> (ExitStatus, String) {
    let mut stderr = child.stderr.take().expect("standard error");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).expect("text");
        text
    });
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a process") {
            let told = reader.join().expect("a thread");
            assert!(!told.contains("panicked"), "{told}");
            return (status, told);
        }
        if start.elapsed() > Duration::from_mins(1) {
            child.kill().expect("a process");
            panic!("it hangs");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Runs a command to its end without anybody who reads its output.
fn finish(command: &mut Command) -> (ExitStatus, String) {
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    ended(child)
}

/// Says loudly that a test could not be run here.
#[expect(clippy::print_stderr, reason = "a skipped test says so loudly")]
fn skipped(what: &str) {
    eprintln!("SKIPPED: {what}");
}

/// Whether the tests run as the user who may do everything.
fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("id");
    output.stdout.trim_ascii() == b"0"
}

/// The tool as somebody who may not do everything: the superuser becomes `nobody`, with a copy of the tool that `nobody`
/// can reach. `None` after saying so where that cannot be.
fn unprivileged(tool: &Tool, args: &[&str]) -> Option<Command> {
    if !is_root() {
        return Some(tool.command(args));
    }
    let copy = tool.path().join("bin/kextpolicy");
    if !copy.exists() {
        std::fs::create_dir_all(tool.path().join("bin")).expect("a folder");
        std::fs::copy(env!("CARGO_BIN_EXE_kextpolicy"), &copy).expect("a copy");
        mode(tool.path(), 0o755);
        mode(&copy, 0o755);
    }
    let mut command = Command::new(&copy);
    command
        .current_dir(tool.path())
        .env_clear()
        .args(args)
        .stdin(Stdio::null())
        .uid(65534)
        .gid(65534);
    let can = Command::new(&copy)
        .uid(65534)
        .gid(65534)
        .arg("--version")
        .output();
    if can.is_ok_and(|output| output.status.success()) {
        return Some(command);
    }
    skipped("as somebody who may not do everything: this user cannot become nobody");
    None
}

/// Sets the permissions of a file or folder.
fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
}

/// The tool under a limit of 512 or 1024 bytes for each file it writes: what a full disk does to it, on every system and
/// without privileges.
fn on_a_full_disk(tool: &Tool, args: &[&str]) -> Command {
    limited("trap '' XFSZ; ulimit -f 1", tool, args)
}

/// The tool under a limit that the shell sets first.
fn limited(limit: &str, tool: &Tool, args: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{limit}; exec \"$0\" \"$@\"")])
        .arg(env!("CARGO_BIN_EXE_kextpolicy"))
        .args(args)
        .current_dir(tool.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null());
    command
}

/// What every command that writes is asked in the tests below, and the files it would write.
const WRITERS: &[&[&str]] = &[
    &["lint", "--fix", "--select", "user-scope", "in"],
    &["lint", "in", "--format", "json", "-o", "in/report.json"],
    &["lint", "in", "--write-baseline", "in/baseline.json"],
    &["render", "policy.yaml", "--out-dir", "in"],
    &["render", "policy.yaml", "--out-dir", "in/new/folder"],
    &["import", "ready", "-o", "in/policy.yaml"],
    &["init", "in/policy.yaml"],
    &["man", "--out-dir", "in"],
    &[
        "sign",
        "in/b.mobileconfig",
        "--in-place",
        "--cert",
        "rsa2048.pem",
        "--key",
        "rsa2048-key.pem",
    ],
];

/// A folder in which all of these have something to do.
fn before_writers() -> Tool {
    let tool = Tool::new();
    tool.file("in/a.mobileconfig", PROFILE);
    tool.file(
        "in/b.mobileconfig",
        std::fs::read(repository().join("tests/rules/user-scope/good.mobileconfig")).expect("one"),
    );
    tool.file("in/c.mobileconfig", PROFILE);
    tool.file("policy.yaml", policy(1));
    for ready in std::fs::read_dir(repository().join("profiles/jamf")).expect("a folder") {
        let path = ready.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        let bytes = std::fs::read(&path).expect("a profile");
        tool.file(&format!("ready/{name}"), bytes);
    }
    for name in ["rsa2048.pem", "rsa2048-key.pem"] {
        let pem = std::fs::read(repository().join("tests/signing").join(name)).expect("a key");
        tool.file(name, pem);
    }
    tool
}

/// Every file below `in` with its content.
fn contents(tool: &Tool) -> Vec<(String, Vec<u8>)> {
    let names = tool.files().into_iter();
    names
        .filter(|name| name.starts_with("in/"))
        .map(|name| {
            let bytes = std::fs::read(tool.path().join(&name)).expect("a file");
            (name, bytes)
        })
        .collect()
}

/// A writer that had to fail: it says what could not be written, without the passing names of its files.
#[track_caller]
fn assert_told(args: &[&str], (status, told): (ExitStatus, String)) {
    assert_eq!(status.code(), Some(2), "{args:?}: {told}");
    assert!(told.contains("error: cannot write `"), "{args:?}: {told}");
    assert!(told.contains("help: "), "{args:?}: {told}");
    assert!(!told.contains(".tmp"), "{args:?}: {told}");
}

#[test]
fn in_a_folder_nobody_may_write_to_everything_stays_as_it_was() {
    for args in WRITERS {
        let tool = before_writers();
        let Some(mut command) = unprivileged(&tool, args) else {
            return;
        };
        let before = contents(&tool);
        mode(&tool.path().join("in"), 0o555);
        let outcome = finish(&mut command);
        mode(&tool.path().join("in"), 0o755);
        assert_told(args, outcome);
        assert_eq!(contents(&tool), before, "{args:?}");
    }
}

#[test]
fn on_a_full_disk_everything_stays_as_it_was() {
    for args in WRITERS {
        let tool = before_writers();
        let before = contents(&tool);
        assert_told(args, finish(&mut on_a_full_disk(&tool, args)));
        assert_eq!(contents(&tool), before, "{args:?}");
        assert!(!tool.path().join("in/new").exists());
    }
}

#[test]
fn on_a_disk_that_is_really_full_everything_stays_as_it_was() {
    let script = "mount -t tmpfs -o size=64k none in && cp saved/* in && (cat /dev/zero > in/filler 2>/dev/null; true) && exec \"$0\" \"$@\" && exit 0";
    let check = "mount -t tmpfs -o size=64k none in";
    let inside = |script: &str, args: &[&str], tool: &Tool| {
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "--map-root-user", "sh", "-c", script])
            .arg(env!("CARGO_BIN_EXE_kextpolicy"))
            .args(args)
            .current_dir(tool.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    };
    let tool = before_writers();
    let can = inside(check, &[], &tool).status();
    if !can.is_ok_and(|status| status.success()) {
        skipped("a disk that is really full: this user cannot mount one");
        return;
    }
    for args in WRITERS {
        let tool = before_writers();
        for (name, bytes) in contents(&tool) {
            tool.file(&name.replace("in/", "saved/"), bytes);
        }
        // The disk is gone when the process is, so it compares by itself.
        let compare = format!(
            "{} || {{ code=$?; rm in/filler; diff -r saved in >&2 && exit $code; }}; exit 99",
            script.replace("exec ", "").replace(" && exit 0", "")
        );
        let outcome = finish(&mut inside(&compare, args, &tool));
        assert_told(args, outcome);
    }
}

#[test]
fn output_that_finds_no_place_is_a_failure() {
    if !Path::new("/dev/full").exists() {
        skipped("a full device: there is no /dev/full");
        return;
    }
    let tool = before_writers();
    for args in [
        &["lint", "in"][..],
        &["render", "policy.yaml", "--print"],
        &["explain", "--all"],
        &["show", "in/a.mobileconfig"],
    ] {
        let full = std::fs::File::create("/dev/full").expect("a device");
        let child = tool
            .command(args)
            .stdout(full)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the tool starts");
        let (status, told) = ended(child);
        assert_eq!(status.code(), Some(2), "{args:?}: {told}");
        assert!(
            told.contains("error: cannot write the output"),
            "{args:?}: {told}"
        );
    }
}

#[test]
fn what_may_not_be_read_is_a_finding_and_the_others_are_linted() {
    let tool = Tool::new();
    mode(&tool.file("in/a.mobileconfig", PROFILE), 0o000);
    tool.file("in/b.mobileconfig", PROFILE);
    tool.file("in/closed/c.mobileconfig", PROFILE);
    mode(&tool.path().join("in/closed"), 0o000);
    let args = ["lint", "in", "--select", "unreadable-profile,user-scope"];
    let Some(mut command) = unprivileged(&tool, &args) else {
        return;
    };
    let output = command.output().expect("the tool starts");
    mode(&tool.path().join("in/closed"), 0o755);
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{shown}");
    assert_eq!(shown.matches("[unreadable-profile]").count(), 2, "{shown}");
    assert!(shown.contains("in/b.mobileconfig"), "{shown}");
    assert!(!shown.contains("c.mobileconfig"), "{shown}");
}

/// Every way to name a file that is read; `FILE` stands for it.
const READERS: &[&[&str]] = &[
    &["lint", "FILE"],
    &["lint", "in", "--policy", "FILE"],
    &["lint", "in", "--baseline", "FILE"],
    &["lint", "in", "--config", "FILE"],
    &["lint", "--fix", "FILE"],
    &["show", "FILE"],
    &["verify", "FILE"],
    &["verify", "in/a.mobileconfig", "--ca", "FILE"],
    &["effective", "FILE"],
    &["diff", "FILE", "in"],
    &["diff", "in", "FILE"],
    &["import", "FILE"],
    &["render", "FILE", "--print"],
    &[
        "render",
        "policy.yaml",
        "--target",
        "jamf",
        "--check",
        "--output",
        "FILE",
    ],
    &[
        "sign",
        "FILE",
        "-o",
        "-",
        "--cert",
        "rsa2048.pem",
        "--key",
        "rsa2048-key.pem",
    ],
    &[
        "sign",
        "in/b.mobileconfig",
        "-o",
        "-",
        "--cert",
        "FILE",
        "--key",
        "rsa2048-key.pem",
    ],
    &[
        "sign",
        "in/b.mobileconfig",
        "-o",
        "-",
        "--cert",
        "rsa2048.pem",
        "--key",
        "FILE",
    ],
    &["sign", "in/b.mobileconfig", "-o", "-", "--p12", "FILE"],
    &["diagnose", "--kextstat", "FILE"],
    &["diagnose", "--kext-policy-db", "FILE"],
    &["diagnose", "--policy", "FILE", "--team-id", "UBF8T346G9"],
];

#[test]
fn pipes_and_devices_are_not_waited_for() {
    let tool = before_writers();
    let pipe = tool.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    for file in ["pipe", "/dev/zero", "/dev/null"] {
        for args in READERS {
            let args: Vec<&str> = args
                .iter()
                .map(|arg| if *arg == "FILE" { file } else { arg })
                .collect();
            let (status, told) = finish(&mut tool.command(&args));
            // What may differ is no failure of `diff`, which says that it could not be read.
            let least = i32::from(args[0] != "diff");
            let code = status.code().unwrap_or(-1);
            assert!((least..=2).contains(&code), "{args:?}: {status}: {told}");
        }
    }
}

#[test]
fn pipes_in_a_folder_are_not_waited_for() {
    let tool = before_writers();
    let files = [
        "in/pipe.mobileconfig",
        "in/driver.kext/Contents/Info.plist",
        "collected/kextstat.txt",
    ];
    for file in files {
        let path = tool.path().join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo");
        assert!(made.success());
    }
    for args in [
        &["lint", "in"][..],
        &["effective", "in"],
        &["import", "in"],
        &["diff", "in", "in"],
        &["diagnose", "--dir", "collected"],
    ] {
        let (status, told) = finish(&mut tool.command(args));
        assert!(matches!(status.code(), Some(0..=2)), "{args:?}: {told}");
    }
}

#[test]
fn a_path_that_is_not_utf_8_is_linted_fixed_and_written() {
    let tool = Tool::new();
    let name = OsStr::from_bytes(b"in/caf\xe9.mobileconfig");
    std::fs::create_dir(tool.path().join("in")).expect("a folder");
    if std::fs::write(tool.path().join(name), PROFILE).is_err() {
        skipped("a path that is not UTF-8: this file system has none");
        return;
    }
    let run = tool.run(["lint", "in", "--format", "json"]).expect_code(1);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["findings"][0]["file"], r"in/caf\xE9.mobileconfig");
    tool.run([OsStr::new("lint"), name]).expect_code(1);
    tool.run(["effective", "in"]).expect_code(0);
    let report = OsStr::from_bytes(b"report\xff.txt");
    tool.run([OsStr::new("lint"), name, OsStr::new("-o"), report])
        .expect_code(1);
    assert!(tool.path().join(report).exists());
    tool.run(FIX.iter().chain(&["in"])).expect_code(0);
    let after = std::fs::read_to_string(tool.path().join(name)).expect("the file");
    assert_eq!(after, fixed());
}

#[test]
fn links_in_a_circle_end() {
    use std::os::unix::fs::symlink;
    let tool = before_writers();
    symlink("..", tool.path().join("in/up")).expect("a link");
    symlink("in", tool.path().join("again")).expect("a link");
    symlink("two.mobileconfig", tool.path().join("one.mobileconfig")).expect("a link");
    symlink("one.mobileconfig", tool.path().join("two.mobileconfig")).expect("a link");
    let run = tool.run(["lint", "in"]).expect_code(1);
    assert!(run.stdout.contains("3 profiles checked"), "{}", run.shown());
    let run = tool.run(["lint", "one.mobileconfig"]).expect_code(2);
    assert!(
        run.stderr.contains("error: cannot read `one.mobileconfig`"),
        "{}",
        run.shown()
    );
    let run = tool
        .run([
            "render",
            "policy.yaml",
            "--target",
            "jamf",
            "--out-dir",
            "one.mobileconfig",
        ])
        .expect_code(2);
    assert!(run.stderr.contains("cannot write"), "{}", run.shown());
    assert!(tool.path().join("one.mobileconfig").is_symlink());
}

/// A folder with so many findings that their report does not fit into a pipe.
fn many_findings() -> Tool {
    let tool = Tool::new();
    for number in 0..400 {
        tool.file(&format!("in/{number}.mobileconfig"), PROFILE);
    }
    tool
}

#[test]
fn somebody_who_stops_listening_changes_no_verdict() {
    let tool = many_findings();
    for (args, code) in [
        (&["lint", "in"][..], 1),
        (&["lint", "in", "--format", "json"], 1),
        (&["lint", "in", "--exit-zero"], 0),
        (&["explain", "--all"], 0),
        (&["--help"], 0),
    ] {
        for lines in [0, 1] {
            let mut child = tool
                .command(args)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the tool starts");
            let mut stdout = BufReader::with_capacity(64, child.stdout.take().expect("stdout"));
            for _ in 0..lines {
                stdout.read_line(&mut String::new()).expect("a line");
            }
            drop(stdout);
            let (status, told) = ended(child);
            assert_eq!(status.code(), Some(code), "{args:?}: {told}");
            // What is left to do may be said; a complaint about the pipe may not.
            let is_advice = |line: &str| {
                line.ends_with("fixable with `--fix`") || line.starts_with("more about a rule: ")
            };
            assert!(told.lines().all(is_advice), "{args:?}: {told}");
        }
    }
}

#[test]
fn files_are_fixed_and_reports_written_though_nobody_listens() {
    for args in [
        &["lint", "in", "--fix", "--select", "user-scope"][..],
        &["lint", "in", "-o", "report.txt"],
    ] {
        let tool = many_findings();
        let child = tool
            .command(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map(|mut child| {
                // Nobody listens to either.
                drop(child.stdout.take());
                drop(child.stderr.take());
                child
            });
        let status = child.expect("the tool starts").wait().expect("an end");
        if args.contains(&"--fix") {
            assert_eq!(status.code(), Some(0));
            assert_eq!(tool.read("in/0.mobileconfig"), fixed());
        } else {
            assert_eq!(status.code(), Some(1));
            assert!(tool.read("report.txt").contains("400 profiles checked"));
        }
    }
}

#[test]
fn a_slow_reader_misses_nothing() {
    let tool = many_findings();
    let whole = tool.run(["lint", "in"]).expect_code(1).stdout;
    assert!(whole.len() > 128 * 1024, "{} bytes fit", whole.len());
    let mut child = tool
        .command(["lint", "in"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let mut stdout = child.stdout.take().expect("stdout");
    // By now the pipe is full, or will be: nobody has read.
    std::thread::sleep(Duration::from_millis(300));
    let (mut all, mut piece) = (Vec::new(), [0; 1000]);
    loop {
        match stdout.read(&mut piece).expect("a piece") {
            0 => break,
            length => all.extend_from_slice(&piece[..length]),
        }
    }
    assert_eq!(ended(child).0.code(), Some(1));
    assert!(all == whole.as_bytes());
}

#[test]
fn a_profile_of_50_mib_is_linted() {
    let tool = Tool::new();
    let mut text = PROFILE.replace("</dict>\n</plist>", "");
    let data = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2\n".repeat(1000);
    let mut number = 0;
    while text.len() < 50 << 20 {
        number += 1;
        write!(text, "<key>Key{number}</key>\n<data>\n{data}</data>\n").expect("text");
    }
    text += "</dict>\n</plist>\n";
    tool.file("in/a.mobileconfig", text);
    let run = tool
        .run(["lint", "in", "--select", "user-scope,malformed-profile"])
        .expect_code(1);
    assert!(run.stdout.contains("1 profile checked"), "{}", run.shown());
    assert!(!run.stdout.contains("malformed"), "{}", run.shown());
}

#[test]
fn more_files_are_written_than_a_process_may_have_open() {
    /// Less than the 256 that a Mac allows.
    const OPEN: usize = 40;
    let tool = Tool::new();
    for number in 0..4 * OPEN {
        tool.file(&format!("in/{number}.mobileconfig"), PROFILE);
    }
    let limit = format!("ulimit -n {OPEN}");
    let args: Vec<&str> = FIX.iter().copied().chain(["in"]).collect();
    let child = limited(&limit, &tool, &args)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    let (status, told) = ended(child);
    assert_eq!(status.code(), Some(0), "{told}");
    let fixed = fixed();
    for number in 0..4 * OPEN {
        assert_eq!(tool.read(&format!("in/{number}.mobileconfig")), fixed);
    }
    assert_eq!(tool.files().len(), 4 * OPEN);
}

#[test]
#[ignore = "writes 100,000 files: cargo test --release -- --ignored a_hundred_thousand"]
fn a_hundred_thousand_profiles_are_linted_and_fixed() {
    let tool = Tool::new();
    for number in 0..100_000 {
        let text = PROFILE.replace("com.contoso", &format!("com.contoso.n{number}"));
        tool.file(&format!("in/{}/{number}.mobileconfig", number % 100), text);
    }
    let run = tool
        .run([
            "lint",
            "in",
            "-q",
            "--select",
            "user-scope",
            "--format",
            "json",
        ])
        .expect_code(1);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["summary"]["files"], 100_000);
    let run = tool.run(FIX.iter().chain(&["in"])).expect_code(0);
    assert!(run.stderr.contains("in 100000 profiles"), "{}", run.stderr);
    assert_eq!(tool.files().len(), 100_000);
}

/// What Ctrl-C did to a run.
#[derive(Debug, PartialEq, Eq)]
enum Interrupted {
    /// It came before or after the files were written, and ended the run or did not.
    Outside,
    /// It came while they were written.
    Within,
}

/// Starts the tool, presses Ctrl-C when it has begun to write into `in`, and says when that was.
fn interrupt(tool: &Tool, args: &[&str], signal: (&str, i32)) -> Interrupted {
    let before = std::fs::read_dir(tool.path().join("in")).map_or(0, Iterator::count);
    let mut child = tool
        .command(args)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    loop {
        let now = std::fs::read_dir(tool.path().join("in")).map_or(0, Iterator::count);
        if now > before || child.try_wait().expect("a process").is_some() {
            break;
        }
    }
    let process = child.id().to_string();
    // It may have ended by itself.
    let _ = Command::new("kill")
        .args([signal.0, &process])
        .stderr(Stdio::null())
        .status()
        .expect("kill");
    let (status, told) = ended(child);
    if !told.contains("error: interrupted") {
        return Interrupted::Outside;
    }
    assert_eq!(status.signal(), Some(signal.1), "{status}: {told}");
    Interrupted::Within
}

/// Sends each signal in so many runs that it comes while files are written in one of them; after each, all files are old or
/// all are new, and nothing lies between them.
fn interrupt_until_within(
    make: impl Fn() -> Tool,
    args: &[&str],
    outcomes: [&[(String, Vec<u8>)]; 2],
) {
    for signal in [("-INT", 2), ("-TERM", 15), ("-HUP", 1)] {
        let came_within = (0..20).any(|_| {
            let tool = make();
            let when = interrupt(&tool, args, signal);
            let after = contents(&tool);
            assert!(
                outcomes.contains(&after.as_slice()),
                "{args:?}, {signal:?}: files are neither all old nor all new"
            );
            when == Interrupted::Within
        });
        if !came_within {
            skipped(&format!(
                "{signal:?} while files are written: it came before or after, twenty times"
            ));
        }
    }
}

#[test]
fn ctrl_c_leaves_all_profiles_fixed_or_none() {
    let make = || {
        let tool = Tool::new();
        for number in 0..300 {
            tool.file(&format!("in/{number}.mobileconfig"), PROFILE);
        }
        tool
    };
    let before = contents(&make());
    let (new, fixed) = (fixed().into_bytes(), before.iter());
    let after: Vec<_> = fixed.map(|(name, _)| (name.clone(), new.clone())).collect();
    let args = ["lint", "--fix", "--select", "user-scope", "in"];
    interrupt_until_within(make, &args, [&before, &after]);
}

#[test]
fn ctrl_c_leaves_all_files_rendered_or_none() {
    let mut args = vec!["render", "--out-dir", "in", "-q"];
    let names: Vec<String> = (0..12).map(|number| format!("{number}.yaml")).collect();
    args.extend(names.iter().map(String::as_str));
    let make = || {
        let tool = Tool::new();
        for (number, name) in names.iter().enumerate() {
            tool.file(name, policy(number));
        }
        std::fs::create_dir(tool.path().join("in")).expect("a folder");
        tool
    };
    let tool = make();
    tool.run(&args).expect_code(0);
    let after = contents(&tool);
    assert!(after.len() > 50, "{} files", after.len());
    interrupt_until_within(make, &args, [&[], &after]);
}

#[test]
fn a_file_over_the_limit_is_refused_by_its_size() {
    let tool = Tool::new();
    let path = tool.file("a.mobileconfig", "");
    let file = std::fs::File::options().write(true).open(path);
    // Nothing of it is on the disk.
    let set = file.expect("the file").set_len(256 * 1024 * 1024 + 1);
    set.expect("a size");
    for args in [
        &["lint", "."][..],
        &["effective", "."],
        &["import", "."],
        &["show", "a.mobileconfig"],
        &["verify", "a.mobileconfig"],
    ] {
        let run = tool.run(args);
        assert_ne!(run.code, 0, "{args:?}: {}", run.shown());
        assert!(
            run.shown().contains("larger than 256 MiB"),
            "{args:?}: {}",
            run.shown()
        );
    }
}

#[test]
fn no_entity_of_a_file_is_expanded() {
    let tool = Tool::new();
    let secret = tool.file("secret", "com.contoso.secret");
    let mut text = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE plist [<!ENTITY a0 \"com.contoso.entity\"><!ENTITY file SYSTEM \"file://{}\">",
        secret.display()
    );
    for number in 1..30 {
        let inner = format!("&a{};", number - 1).repeat(10);
        text.extend(["<!ENTITY a", &number.to_string(), " \"", &inner, "\">"]);
    }
    text += "]><plist version=\"1.0\"><dict><key>PayloadIdentifier</key><string>&a29;&file;</string></dict></plist>";
    tool.file("a.mobileconfig", text);
    for args in [
        &["lint", "--format", "json", "."][..],
        &["effective", "."],
        &["import", "."],
        &["show", "a.mobileconfig"],
        &["show", "--format", "json", "a.mobileconfig"],
    ] {
        let run = tool.run(args);
        for expanded in ["com.contoso.secret", "com.contoso.entitycom"] {
            assert!(!run.shown().contains(expanded), "{args:?}: {}", run.shown());
        }
    }
}
