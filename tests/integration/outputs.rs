//! What commands write never takes the place of what they read, and what they replace keeps everything beside its content.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::tool::{Tool, repository};

/// A profile for users, which has a fix.
const PROFILE: &str = include_str!("../rules/user-scope/bad.mobileconfig");

/// A folder with a profile, a policy, a configuration, a baseline, and a key with its certificate.
fn inputs() -> Tool {
    let tool = Tool::new();
    tool.file("in/a.mobileconfig", PROFILE);
    tool.file("kextpolicy.toml", "minimum_os = \"13.0\"\n");
    tool.file(
        "k.yaml",
        "identifier: com.contoso.x\norganization: Contoso\nkernel_extensions:\n  allowed:\n    - team_id: UBF8T346G9\n      bundle_ids: [com.microsoft.wdavkext]\n",
    );
    for name in ["rsa2048.pem", "rsa2048-key.pem", "rsa2048.p12"] {
        let from = repository().join("tests/signing").join(name);
        fs::copy(from, tool.path().join(name)).expect("a key");
    }
    tool.file("passphrase", "test\n");
    tool.run(["lint", "in", "--write-baseline", "b.json"])
        .expect_code(0);
    tool
}

/// Every file with its content.
fn contents(tool: &Tool) -> Vec<(String, Vec<u8>)> {
    let files = tool.files().into_iter();
    let read = |name: String| {
        let bytes = fs::read(tool.path().join(&name)).expect("a file");
        (name, bytes)
    };
    files.map(read).collect()
}

/// Runs whose last argument is a file that they read.
const OVERWRITING: &[&[&str]] = &[
    &["lint", "in", "--output", "in/a.mobileconfig"],
    &["lint", "in/a.mobileconfig", "--output", "in/a.mobileconfig"],
    &["lint", "in", "--policy", "k.yaml", "--output", "k.yaml"],
    &["lint", "in", "--output", "kextpolicy.toml"],
    &["lint", "in", "--baseline", "b.json", "--output", "b.json"],
    &["lint", "in", "--fix", "--output", "in/a.mobileconfig"],
    &["lint", "in", "--write-baseline", "in/a.mobileconfig"],
    &[
        "lint",
        "in",
        "--policy",
        "k.yaml",
        "--write-baseline",
        "k.yaml",
    ],
    &["lint", "in", "--write-baseline", "kextpolicy.toml"],
    &["render", "k.yaml", "--target", "jamf", "--output", "k.yaml"],
    &[
        "render",
        "k.yaml",
        "--target",
        "jamf",
        "--sign-cert",
        "rsa2048.pem",
        "--sign-key",
        "rsa2048-key.pem",
        "--allow-expired",
        "--output",
        "rsa2048-key.pem",
    ],
    &[
        "sign",
        "in/a.mobileconfig",
        "--cert",
        "rsa2048.pem",
        "--key",
        "rsa2048-key.pem",
        "--allow-expired",
        "--output",
        "rsa2048-key.pem",
    ],
    &[
        "sign",
        "in/a.mobileconfig",
        "--cert",
        "rsa2048.pem",
        "--key",
        "rsa2048-key.pem",
        "--allow-expired",
        "--output",
        "rsa2048.pem",
    ],
    &[
        "sign",
        "in/a.mobileconfig",
        "--p12",
        "rsa2048.p12",
        "--passphrase-file",
        "passphrase",
        "--allow-expired",
        "--output",
        "rsa2048.p12",
    ],
    &[
        "sign",
        "in/a.mobileconfig",
        "--p12",
        "rsa2048.p12",
        "--passphrase-file",
        "passphrase",
        "--allow-expired",
        "--output",
        "passphrase",
    ],
    &[
        "sign",
        "in/a.mobileconfig",
        "--cert",
        "rsa2048.pem",
        "--key",
        "rsa2048-key.pem",
        "--allow-expired",
        "--output",
        "in/a.mobileconfig",
    ],
    &[
        "import",
        "k.mobileconfig",
        "--force",
        "--output",
        "k.mobileconfig",
    ],
    &["import", "in", "--force", "--output", "in/k.mobileconfig"],
    &["effective", "in", "--output", "in/a.mobileconfig"],
    &["diff", "in", "k.mobileconfig", "--output", "k.mobileconfig"],
    &[
        "diff",
        "k.mobileconfig",
        "in",
        "--output",
        "in/a.mobileconfig",
    ],
];

#[test]
fn no_output_takes_the_place_of_an_input() {
    let tool = inputs();
    let rendered = [
        "render",
        "k.yaml",
        "--target",
        "generic",
        "--out-dir",
        "rendered",
    ];
    tool.run(rendered).expect_code(0);
    let profile = tool
        .files()
        .into_iter()
        .find(|name| name.contains(".kext."));
    let profile = tool.path().join(profile.expect("a profile"));
    for name in ["k.mobileconfig", "in/k.mobileconfig"] {
        fs::copy(&profile, tool.path().join(name)).expect("a copy");
    }
    let before = contents(&tool);
    for args in OVERWRITING {
        let (output, rest) = args.split_last().expect("a file");
        let real = tool.path().join(output);
        let link = tool.path().join("link");
        symlink(&real, &link).expect("a link");
        let second = tool.path().join("second");
        fs::hard_link(&real, &second).expect("a second name");
        for name in [
            (*output).to_owned(),
            format!("./{output}"),
            real.display().to_string(),
            "link".to_owned(),
            "second".to_owned(),
        ] {
            let run = tool
                .run(rest.iter().copied().chain([name.as_str()]))
                .expect_code(2);
            let is_told = run.stderr.contains("this run reads that file");
            assert!(is_told, "{args:?} as {name}: {}", run.shown());
        }
        fs::remove_file(link).expect("no link");
        fs::remove_file(second).expect("no second name");
        assert!(contents(&tool) == before, "{args:?} changed a file");
    }
}

/// A report names such a file by another name than its own.
#[test]
#[cfg(target_os = "linux")]
fn an_input_whose_name_is_not_utf8_is_not_overwritten_either() {
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::OsStrExt as _;
    let tool = inputs();
    let name = Path::new("in").join(OsStr::from_bytes(b"\xFF.mobileconfig"));
    let path = tool.path().join(&name);
    fs::write(&path, PROFILE).expect("a profile");
    for args in [
        &["lint", "in"][..],
        &["effective", "in"],
        &["diff", "in", "k.yaml"],
        &["diff", "k.yaml", "in"],
    ] {
        let args = args.iter().map(OsString::from);
        let output = [OsString::from("--output"), name.clone().into()];
        let run = tool.run(args.chain(output)).expect_code(2);
        assert!(
            run.stderr.contains("this run reads that file"),
            "{}",
            run.shown()
        );
        assert_eq!(fs::read_to_string(&path).expect("the profile"), PROFILE);
    }
}

#[test]
fn standard_input_is_an_input_too() {
    let tool = inputs();
    let path = tool.path().join("in/a.mobileconfig");
    let args = ["lint", "-", "--output", "in/a.mobileconfig"];
    let run = tool
        .command(args)
        .stdin(fs::File::open(&path).expect("a profile"))
        .stderr(Stdio::piped())
        .output()
        .expect("the tool starts");
    assert_eq!(run.status.code(), Some(2));
    assert_eq!(tool.read("in/a.mobileconfig"), PROFILE);
}

#[test]
fn signing_in_place_does_not_sign_the_key() {
    let tool = inputs();
    let before = contents(&tool);
    let signing = [
        "--cert",
        "rsa2048.pem",
        "--key",
        "rsa2048-key.pem",
        "--allow-expired",
    ];
    let args = [
        "sign",
        "--force",
        "--in-place",
        "in/a.mobileconfig",
        "rsa2048-key.pem",
    ];
    let run = tool.run(args.iter().chain(&signing)).expect_code(2);
    assert!(
        run.stderr.contains("this run reads that file"),
        "{}",
        run.shown()
    );
    assert!(contents(&tool) == before);
    // What is meant by it still works.
    tool.run(args[..4].iter().chain(&signing)).expect_code(0);
}

#[test]
fn a_link_in_the_folder_for_files_is_not_followed_out_of_it() {
    let tool = inputs();
    let args = ["render", "k.yaml", "--target", "jamf", "--out-dir", "out"];
    tool.run(args).expect_code(0);
    let name = tool
        .files()
        .into_iter()
        .find(|name| name.starts_with("out/"));
    let path = tool.path().join(name.expect("a profile"));
    let outside = tool.file("outside", "mine");
    fs::remove_file(&path).expect("no profile");
    symlink(&outside, &path).expect("a link");
    let run = tool.run(args).expect_code(2);
    assert!(run.stderr.contains("symbolic link"), "{}", run.shown());
    assert_eq!(tool.read("outside"), "mine");
}

/// Fixes the profile.
fn fix(tool: &Tool) -> crate::tool::Run {
    tool.run([
        "lint",
        "--fix",
        "--select",
        "user-scope",
        "in/a.mobileconfig",
    ])
}

#[test]
fn a_file_of_several_names_is_not_torn_from_them() {
    let tool = inputs();
    let path = tool.path().join("in/a.mobileconfig");
    fs::hard_link(&path, tool.path().join("second")).expect("a second name");
    let run = fix(&tool).expect_code(2);
    assert!(
        run.stderr.contains("it has 2 names (hard links)"),
        "{}",
        run.shown()
    );
    assert_eq!(tool.read("second"), PROFILE);
    assert_eq!(tool.read("in/a.mobileconfig"), PROFILE);
}

/// Whether the tests run as the superuser.
fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("id");
    output.stdout.trim_ascii() == b"0"
}

#[test]
fn the_owner_of_a_fixed_file_stays_or_it_is_not_fixed() {
    if !is_root() {
        eprintln!("SKIPPED: only the superuser can give files to others");
        return;
    }
    let tool = inputs();
    let path = tool.path().join("in/a.mobileconfig");
    std::os::unix::fs::chown(&path, Some(65534), Some(65533)).expect("an owner");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("permissions");
    fix(&tool).expect_code(0);
    let after = fs::metadata(&path).expect("the profile");
    assert_eq!(
        (after.uid(), after.gid(), after.mode() & 0o7777),
        (65534, 65533, 0o640)
    );
    assert_ne!(tool.read("in/a.mobileconfig"), PROFILE);

    // Somebody who may write into the folder and not give files away.
    fs::write(&path, PROFILE).expect("the profile");
    for (folder, mode) in [("", 0o755), ("in", 0o777)] {
        let folder = tool.path().join(folder);
        fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("permissions");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("permissions");
    let copy = tool.path().join("kextpolicy");
    fs::copy(env!("CARGO_BIN_EXE_kextpolicy"), &copy).expect("a copy");
    let run = {
        use std::os::unix::process::CommandExt as _;
        Command::new(&copy)
            .current_dir(tool.path())
            .args(["lint", "--fix", "--select", "user-scope", "in"])
            .uid(65532)
            .gid(65532)
            .output()
            .expect("the tool starts")
    };
    let told = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(2), "{told}");
    assert!(
        told.contains("its owner and group cannot be kept"),
        "{told}"
    );
    assert_eq!(tool.read("in/a.mobileconfig"), PROFILE);
    assert_eq!(fs::metadata(&path).expect("the profile").uid(), 65534);
    assert_eq!(
        fs::read_dir(tool.path().join("in"))
            .expect("a folder")
            .count(),
        1
    );
}

#[test]
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn extended_attributes_of_a_fixed_file_stay() {
    use rustix::buffer::spare_capacity;
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    let tool = inputs();
    let path = tool.path().join("in/a.mobileconfig");
    let name = "user.contoso";
    let set = setxattr(&path, name, b"ticket 7", XattrFlags::empty());
    if set.is_err() {
        eprintln!("SKIPPED: this file system has no extended attributes");
        return;
    }
    // A read-only file refuses attributes.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("permissions");
    fix(&tool).expect_code(0);
    assert_ne!(tool.read("in/a.mobileconfig"), PROFILE);
    let mut value = Vec::with_capacity(64);
    getxattr(&path, name, spare_capacity(&mut value)).expect("the attribute");
    assert_eq!(value, b"ticket 7");
    assert_eq!(mode(&path), 0o444);
}

/// The permissions of a file.
fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}
