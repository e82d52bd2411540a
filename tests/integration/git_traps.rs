//! `diff --git` reads repositories of strangers: whatever program their settings name, none is started, none is fetched from,
//! and the comparison says the same. One trap for each mechanism of <https://git-scm.com/docs/git-config> and
//! <https://git-scm.com/docs/githooks> that starts a program or opens a connection.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::tool::{Run, Tool};

/// Settings of a repository; `TRAP` is a program that leaves a file behind.
const TRAPS: &[(&str, &str)] = &[
    ("core.fsmonitor", "[core]\nfsmonitor = TRAP\n"),
    (
        "core.fsmonitor with the untracked cache",
        "[core]\nfsmonitor = TRAP\nuntrackedCache = true\nfsmonitorHookVersion = 2\n",
    ),
    (
        "core.pager",
        "[core]\npager = TRAP\n[pager]\nls-tree = TRAP\nls-files = TRAP\ncat-file = TRAP\nrev-parse = TRAP\n",
    ),
    (
        "core.editor",
        "[core]\neditor = TRAP\n[sequence]\neditor = TRAP\n",
    ),
    ("core.askPass", "[core]\naskPass = TRAP\n"),
    (
        "core.sshCommand",
        "[core]\nsshCommand = TRAP\n[remote \"origin\"]\nurl = ssh://contoso.example/a\npromisor = true\npartialclonefilter = blob:none\n[extensions]\npartialClone = origin\n",
    ),
    (
        "core.gitProxy",
        "[core]\ngitProxy = TRAP\n[remote \"origin\"]\nurl = git://contoso.example/a\npromisor = true\npartialclonefilter = blob:none\n[extensions]\npartialClone = origin\n[protocol]\nallow = always\n",
    ),
    (
        "core.alternateRefsCommand",
        "[core]\nalternateRefsCommand = TRAP\n",
    ),
    ("core.worktree", "[core]\nworktree = ..\nfsmonitor = TRAP\n"),
    (
        "filter.*.clean, smudge, process",
        "[filter \"trap\"]\nclean = TRAP\nsmudge = TRAP\nprocess = TRAP\nrequired = true\n",
    ),
    (
        "diff.*.command, textconv",
        "[diff \"trap\"]\ncommand = TRAP\ntextconv = TRAP\ncachetextconv = true\n",
    ),
    (
        "diff.external",
        "[diff]\nexternal = TRAP\ntrustExitCode = true\n[interactive]\ndiffFilter = TRAP\n",
    ),
    (
        "merge.*.driver",
        "[merge \"trap\"]\ndriver = TRAP\n[mergetool \"trap\"]\ncmd = TRAP\n[difftool \"trap\"]\ncmd = TRAP\n",
    ),
    ("credential.helper", "[credential]\nhelper = !TRAP\n"),
    (
        "uploadpack.packObjectsHook",
        "[uploadpack]\npackObjectsHook = TRAP\n",
    ),
    (
        "gpg.program",
        "[gpg]\nprogram = TRAP\n[gpg \"ssh\"]\nprogram = TRAP\ndefaultKeyCommand = TRAP\n[gpg \"x509\"]\nprogram = TRAP\n[log]\nshowSignature = true\n",
    ),
    ("include.path", "[include]\npath = included\n"),
    ("includeIf", "[includeIf \"gitdir:**\"]\npath = included\n"),
    (
        "config.worktree",
        "[core]\nrepositoryformatversion = 1\n[extensions]\nworktreeConfig = true\n",
    ),
    (
        "alias",
        "[alias]\nls-tree = !TRAP\nls-files = !TRAP\ncat-file = !TRAP\nrev-parse = !TRAP\n",
    ),
    (
        "trailer, tar and mail",
        "[trailer \"a\"]\ncommand = TRAP\ncmd = TRAP\n[tar \"a\"]\ncommand = TRAP\n[sendemail]\nsmtpServer = TRAP\n[imap]\ntunnel = TRAP\n[browser \"a\"]\ncmd = TRAP\n[man \"a\"]\ncmd = TRAP\n",
    ),
    (
        "submodule.*.update",
        "[submodule]\nrecurse = true\n[submodule \"a\"]\nurl = ext::TRAP\nupdate = !TRAP\nactive = true\n",
    ),
    (
        "trace2",
        "[trace2]\nnormalTarget = MARK\neventTarget = MARK\nperfTarget = MARK\n",
    ),
    (
        "receive and maintenance",
        "[receive]\nprocReceiveRefs = refs\n[gc]\nauto = 1\n[maintenance]\nauto = true\nstrategy = incremental\n[fetch]\nwriteCommitGraph = true\n",
    ),
];

/// Settings of a partial clone that lacks an object, with a server that is a program.
const SERVERS: &[(&str, &str)] = &[
    (
        "ext::",
        "[remote \"origin\"]\nurl = \"ext::TRAP %S\"\npromisor = true\npartialclonefilter = blob:none\n[protocol]\nallow = always\n[protocol \"ext\"]\nallow = always\n[extensions]\npartialClone = origin\n",
    ),
    (
        "ssh",
        "[remote \"origin\"]\nurl = contoso.example:a\npromisor = true\npartialclonefilter = blob:none\n[core]\nsshCommand = TRAP\n[protocol \"ssh\"]\nallow = always\n[extensions]\npartialClone = origin\n",
    ),
    (
        "remote.*.uploadpack",
        "[remote \"origin\"]\nurl = .\nuploadpack = TRAP\npromisor = true\npartialclonefilter = blob:none\n[protocol \"file\"]\nallow = always\n[extensions]\npartialClone = origin\n",
    ),
    (
        "url.*.insteadOf",
        "[url \"ext::TRAP \"]\ninsteadOf = https://\n[remote \"origin\"]\nurl = https://contoso.example/a\npromisor = true\npartialclonefilter = blob:none\n[protocol \"ext\"]\nallow = always\n[extensions]\npartialClone = origin\n",
    ),
    (
        "remote.*.vcs",
        "[remote \"origin\"]\nurl = https://contoso.example/a\nvcs = ext\npromisor = true\npartialclonefilter = blob:none\n[protocol \"ext\"]\nallow = always\n[extensions]\npartialClone = origin\n",
    ),
    (
        "git proxy",
        "[core]\ngitProxy = TRAP\n[remote \"origin\"]\nurl = git://contoso.example/a\npromisor = true\npartialclonefilter = blob:none\n[protocol \"git\"]\nallow = always\n[extensions]\npartialClone = origin\n",
    ),
];

/// All hooks of git 2.47.
const HOOKS: &[&str] = &[
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "p4-changelist",
    "p4-post-changelist",
    "p4-pre-submit",
    "p4-prepare-changelist",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "proc-receive",
    "push-to-checkout",
    "reference-transaction",
    "sendemail-validate",
    "update",
];

/// A profile that allows one kernel extension of a team.
fn profile(bundle: &str) -> String {
    crate::audit::kernel("com.contoso.a", &crate::audit::named("UBF8T346G9", bundle))
}

/// Runs git where the test prepares something.
fn git(folder: &Path, args: &[&str]) {
    let run = Command::new("git")
        .current_dir(folder)
        .args([
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@contoso.example",
        ])
        .args([
            "-c",
            "commit.gpgsign=false",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git is installed");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "git {args:?}: {said}");
}

/// A repository `work` with one profile on its branch `main` and a wider one beside it now.
fn repository() -> Tool {
    let tool = Tool::new();
    tool.file(
        "work/profiles/a.mobileconfig",
        profile("com.microsoft.wdavkext"),
    );
    let attributes = "* filter=trap diff=trap merge=trap\n";
    tool.file("work/.gitattributes", attributes);
    let work = tool.path().join("work");
    git(&work, &["init", "-q", "-b", "main"]);
    git(&work, &["add", "."]);
    git(&work, &["commit", "-q", "-m", "profiles"]);
    tool.file(
        "work/profiles/b.mobileconfig",
        profile("com.microsoft.wdavnke"),
    );
    tool
}

/// Writes the program and gives the settings with its path in them.
fn trap(tool: &Tool, settings: &str) -> String {
    let mark = tool.path().join("MARK").display().to_string();
    let path = tool.file("trap", format!("#!/bin/sh\necho \"$0 $*\" >> '{mark}'\n"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("permissions");
    settings
        .replace("TRAP", &path.display().to_string())
        .replace("MARK", &mark)
}

/// Adds settings to a folder that git takes for a repository.
fn set(tool: &Tool, folder: &str, settings: &str) {
    let text = trap(tool, settings);
    let config = tool.path().join(folder).join("config");
    let old = fs::read_to_string(&config).expect("settings");
    fs::write(&config, format!("{old}{text}")).expect("settings");
    let monitor = trap(tool, "[core]\nfsmonitor = TRAP\n");
    for name in ["included", "config.worktree"] {
        fs::write(tool.path().join(folder).join(name), &monitor).expect("settings");
    }
}

/// Compares in the folder `work` and makes sure that nothing was started.
fn compare(tool: &Tool, what: &str, path: &str) -> Run {
    let run = tool.run_in(
        "work",
        ["diff", "--git", "main", path, "--fail-on", "widened"],
    );
    let mark = tool.path().join("MARK");
    assert!(
        !mark.exists(),
        "{what} ran: {}\n{}",
        fs::read_to_string(&mark).unwrap_or_default(),
        run.shown()
    );
    run
}

#[test]
fn no_setting_of_a_repository_starts_a_program() {
    for (what, settings) in TRAPS {
        let tool = repository();
        set(&tool, "work/.git", settings);
        for path in [".", "profiles"] {
            let run = compare(&tool, what, path).expect_code(1);
            assert!(
                run.stdout.contains("com.microsoft.wdavnke"),
                "{what}: {}",
                run.shown()
            );
        }
    }
}

#[test]
fn a_folder_of_a_clone_that_looks_like_a_repository_is_not_one() {
    for (what, settings) in TRAPS {
        let tool = repository();
        let (work, inner) = (tool.path().join("work"), tool.path().join("inner"));
        fs::create_dir(&inner).expect("a folder");
        fs::write(inner.join("a.mobileconfig"), profile("com.contoso.other")).expect("a profile");
        git(&inner, &["init", "-q", "-b", "main"]);
        git(&inner, &["add", "."]);
        git(&inner, &["commit", "-q", "-m", "one"]);
        for name in ["HEAD", "index", "config", "objects", "refs"] {
            let to = work.join("profiles").join(name);
            fs::rename(inner.join(".git").join(name), to).expect("a move");
        }
        let bare = "[core]\nbare = false\nworktree = .\n";
        set(&tool, "work/profiles", &format!("{bare}{settings}"));
        git(&work, &["add", "-f", "profiles"]);
        git(&work, &["commit", "-q", "-m", "two"]);
        git(tool.path(), &["clone", "-q", "work", "clone"]);
        fs::remove_dir_all(&work).expect("no folder");
        fs::rename(tool.path().join("clone"), &work).expect("a move");
        let run = compare(&tool, what, "profiles").expect_code(0);
        assert_eq!(
            run.stdout, "nothing changed in what the profiles mean\n",
            "{what}"
        );
    }
}

#[test]
fn no_hook_of_a_repository_runs() {
    for elsewhere in [false, true] {
        let tool = repository();
        trap(&tool, "");
        let folder = if elsewhere {
            "hooks"
        } else {
            "work/.git/hooks"
        };
        for hook in HOOKS {
            let text = fs::read(tool.path().join("trap")).expect("the program");
            let path = tool.file(&format!("{folder}/{hook}"), text);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("permissions");
        }
        if elsewhere {
            let hooks = tool.path().join("hooks").display().to_string();
            set(
                &tool,
                "work/.git",
                &format!("[core]\nhooksPath = {hooks}\n"),
            );
        }
        // An index that is older than its files is one that git likes to write again.
        let index = fs::File::options()
            .append(true)
            .open(tool.path().join("work/.git/index"));
        let index = index.expect("the index");
        index.set_modified(std::time::UNIX_EPOCH).expect("a time");
        compare(&tool, "a hook", "profiles").expect_code(1);
    }
}

#[test]
fn what_a_partial_clone_lacks_is_not_fetched() {
    for (what, settings) in SERVERS {
        let tool = repository();
        set(&tool, "work/.git", settings);
        let listed = Command::new("git")
            .current_dir(tool.path().join("work"))
            .args(["rev-parse", "main:profiles/a.mobileconfig"])
            .output()
            .expect("git");
        let object = String::from_utf8(listed.stdout).expect("text");
        let (folder, rest) = object.trim().split_at(2);
        let file = format!("work/.git/objects/{folder}/{rest}");
        fs::remove_file(tool.path().join(file)).expect("an object");
        let run = compare(&tool, what, ".").expect_code(2);
        assert!(
            run.stderr.contains("an object is missing"),
            "{what}: {}",
            run.shown()
        );
    }
}

#[test]
fn a_revision_is_what_its_objects_say_and_not_what_replaces_them() {
    let tool = repository();
    let work = tool.path().join("work");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-q", "-m", "wider"]);
    git(&work, &["replace", "HEAD~1", "HEAD"]);
    let run = tool.run_in("work", ["diff", "--git", "HEAD~1", "--fail-on", "widened"]);
    let run = run.expect_code(1);
    assert!(
        run.stdout.contains("com.microsoft.wdavnke"),
        "{}",
        run.shown()
    );
}

#[test]
fn variables_of_a_hook_do_not_lead_to_another_repository() {
    let tool = repository();
    let other = tool.path().join("other");
    fs::create_dir(&other).expect("a folder");
    git(&other, &["init", "-q", "-b", "main"]);
    git(&other, &["commit", "-q", "--allow-empty", "-m", "empty"]);
    let other = other.join(".git").display().to_string();
    let tool = tool
        .env("GIT_DIR", &other)
        .env("GIT_OBJECT_DIRECTORY", &format!("{other}/objects"))
        .env("GIT_INDEX_FILE", &format!("{other}/index"));
    let run = tool.run_in("work", ["diff", "--git", "main", "--fail-on", "widened"]);
    let run = run.expect_code(1);
    assert!(
        run.stdout.contains("com.microsoft.wdavnke"),
        "{}",
        run.shown()
    );
    assert!(
        !run.stdout.contains("com.microsoft.wdavkext"),
        "{}",
        run.shown()
    );
}

#[test]
fn a_file_outside_of_the_work_tree_is_not_read_through_a_link_of_it() {
    let tool = repository();
    let work = tool.path().join("work");
    tool.file("outside/b.mobileconfig", profile("com.contoso.outside"));
    git(&work, &["add", "."]);
    fs::remove_dir_all(work.join("profiles")).expect("no folder");
    std::os::unix::fs::symlink(tool.path().join("outside"), work.join("profiles")).expect("a link");
    let run = tool
        .run_in("work", ["diff", "--git", "main"])
        .expect_code(0);
    assert!(
        !run.stdout.contains("com.contoso.outside"),
        "{}",
        run.shown()
    );
}

#[test]
fn two_files_whose_names_are_not_utf8_are_both_compared() {
    use std::os::unix::ffi::OsStrExt as _;
    let tool = repository();
    let work = tool.path().join("work");
    for (name, bundle) in [(b"\xFE", "com.contoso.one"), (b"\xFF", "com.contoso.two")] {
        let name = [b"a", &name[..], b".mobileconfig"].concat();
        let path = work.join(std::ffi::OsStr::from_bytes(&name));
        fs::write(path, profile(bundle)).expect("a profile");
    }
    let run = tool
        .run_in("work", ["diff", "--git", "main"])
        .expect_code(0);
    for bundle in ["com.contoso.one", "com.contoso.two"] {
        assert!(run.stdout.contains(bundle), "{}", run.shown());
    }
    // A name that looks like the escape of another is told apart or refused, never passed over.
    fs::write(
        work.join(r"a\xFF.mobileconfig"),
        profile("com.contoso.three"),
    )
    .expect("a profile");
    let run = tool
        .run_in("work", ["diff", "--git", "main"])
        .expect_code(2);
    assert!(
        run.stderr.contains("two files have the name"),
        "{}",
        run.shown()
    );
}

#[test]
fn a_new_link_in_place_of_a_profile_does_not_pass_the_gate() {
    let tool = repository();
    let work = tool.path().join("work");
    fs::remove_file(work.join("profiles/b.mobileconfig")).expect("no profile");
    tool.file("outside.mobileconfig", profile("com.contoso.outside"));
    let link = work.join("profiles/link.mobileconfig");
    std::os::unix::fs::symlink("../../outside.mobileconfig", link).expect("a link");
    let args = ["diff", "--git", "HEAD", "--fail-on", "widened"];
    let run = tool.run_in("work", args).expect_code(1);
    assert!(run.stdout.contains("symbolic link"), "{}", run.shown());
    // One that was there before is said.
    git(&work, &["add", "."]);
    git(&work, &["commit", "-q", "-m", "link"]);
    let run = tool.run_in("work", args).expect_code(0);
    assert!(
        run.stderr.contains("1 profile left out: 1 a symbolic link"),
        "{}",
        run.shown()
    );
}

#[test]
fn what_git_tracks_is_compared_wherever_it_is() {
    let tool = repository();
    let work = tool.path().join("work");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-q", "-m", "both"]);
    tool.file("work/.hidden/c.mobileconfig", profile("com.contoso.hidden"));
    tool.file("work/out/d.mobileconfig", profile("com.contoso.ignored"));
    tool.file("work/.gitignore", "out/\n");
    let args = ["diff", "--git", "HEAD", "--fail-on", "widened"];
    // Nobody can bring these along: a run says that there are some.
    let run = tool.run_in("work", args).expect_code(0);
    assert!(
        run.stderr
            .contains("2 profiles left out: 1 ignored (.gitignore), 1 hidden; -v lists them"),
        "{}",
        run.shown()
    );
    git(&work, &["add", "-f", "."]);
    let run = tool.run_in("work", args).expect_code(1);
    for bundle in ["com.contoso.hidden", "com.contoso.ignored"] {
        assert!(run.stdout.contains(bundle), "{}", run.shown());
    }
}

#[test]
fn what_lint_leaves_out_is_counted_and_named() {
    let tool = repository();
    tool.file("work/.hidden/c.mobileconfig", profile("com.contoso.hidden"));
    tool.file("work/out/d.mobileconfig", profile("com.contoso.ignored"));
    tool.file("work/.gitignore", "out/\n");
    tool.file("work/.ignore", "profiles/\n");
    let run = tool.run_in("work", ["lint", "-v", "--format", "json"]);
    assert!(
        run.stderr
            .contains("  out/d.mobileconfig: ignored (.gitignore)"),
        "{}",
        run.shown()
    );
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["summary"]["files"], 2);
    assert_eq!(
        report["left_out"],
        serde_json::json!([
            {"file": ".hidden/c.mobileconfig", "reason": "hidden"},
            {"file": "out/d.mobileconfig", "reason": "ignored (.gitignore)"},
        ])
    );
}

#[test]
fn what_a_fix_leaves_out_is_named_too() {
    let tool = repository();
    tool.file("work/.hidden/c.mobileconfig", profile("com.contoso.hidden"));
    let run = tool.run_in("work", ["lint", "--fix", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(
        report["left_out"],
        serde_json::json!([{"file": ".hidden/c.mobileconfig", "reason": "hidden"}])
    );
}

#[test]
fn a_named_pipe_with_the_name_of_a_profile_is_not_passed_over() {
    let tool = repository();
    let pipe = tool.path().join("work/profiles/pipe.mobileconfig");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let run = tool.run_in("work", ["lint"]).expect_code(1);
    assert!(run.stdout.contains("named pipe"), "{}", run.shown());
    let run = tool.run_in("work", ["effective"]).expect_code(1);
    assert!(run.stdout.contains("named pipe"), "{}", run.shown());
}

#[test]
fn a_submodule_that_comes_or_moves_does_not_pass_the_gate() {
    let tool = repository();
    let work = tool.path().join("work");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-q", "-m", "both"]);
    let module = |commit: &str| {
        let entry = format!("160000,{},profiles/vendor", commit.repeat(40));
        git(&work, &["update-index", "--add", "--cacheinfo", &entry]);
    };
    let gate = |code: i32, path: &str| {
        let args = ["diff", "--git", "HEAD", path, "--fail-on", "widened"];
        tool.run_in("work", args).expect_code(code)
    };
    module("a");
    let run = gate(1, ".");
    for said in [
        "profiles/vendor",
        "it is a submodule, at commit aaaaaaaaaaaa",
    ] {
        assert!(run.stdout.contains(said), "{}", run.shown());
    }
    git(&work, &["commit", "-q", "-m", "module"]);
    // As it was: said, and no change.
    for path in [".", "profiles", "profiles/vendor"] {
        let run = gate(0, path);
        let said = "1 file cannot be read and did not change";
        assert!(run.stdout.contains(said), "{}", run.shown());
    }
    module("b");
    gate(1, ".");
    gate(1, "profiles/vendor");
    // One of another name with a commit that was there already is another one.
    git(&work, &["commit", "-q", "-m", "moved"]);
    let entry = format!("160000,{},profiles/other", "b".repeat(40));
    git(&work, &["update-index", "--add", "--cacheinfo", &entry]);
    gate(1, ".");
    gate(0, "profiles/a.mobileconfig");
}

#[test]
fn text_in_an_encoding_that_hides_letters_counts_as_unread() {
    let tool = repository();
    let text = profile("com.contoso.hidden")
        .replace("encoding=\"UTF-8\"", "encoding=\"UTF-7\"")
        .replace("com.contoso.hidden", "+AGMAbwBtAC4-contoso.hidden");
    assert!(text.contains("UTF-7"), "{text}");
    tool.file("work/profiles/b.mobileconfig", text);
    let run = tool.run_in("work", ["diff", "--git", "main", "--fail-on", "widened"]);
    let run = run.expect_code(1);
    assert!(
        run.stdout.contains("this tool does not read it"),
        "{}",
        run.shown()
    );
}
