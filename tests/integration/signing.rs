//! `sign` and `verify` as a user meets them, and against the `openssl` program where there is one.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tool::{Run, Tool, repository};

/// The time of every signature made here.
const TIME: &str = "1767225600";

/// The folder of test keys, certificates and signed files.
fn fixtures() -> PathBuf {
    repository().join("tests/signing")
}

/// A tool in a folder with every fixture, its clock for signatures stopped.
pub(crate) fn tool() -> Tool {
    let tool = Tool::new().env("SOURCE_DATE_EPOCH", TIME);
    for entry in std::fs::read_dir(fixtures()).expect("fixtures") {
        let path = entry.expect("a fixture").path();
        if path.is_file() {
            let name = path.file_name().expect("a name").to_string_lossy();
            tool.file(&name, std::fs::read(&path).expect("a fixture"));
        }
    }
    tool
}

/// The bytes of a file in the tool's folder.
pub(crate) fn bytes(tool: &Tool, name: &str) -> Vec<u8> {
    std::fs::read(tool.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Signs `profile.mobileconfig` into `signed.mobileconfig`.
fn sign(tool: &Tool, args: &[&str]) -> Run {
    let mut all = vec!["sign", "profile.mobileconfig", "-o", "signed.mobileconfig"];
    all.extend(args);
    tool.run(all)
}

/// Whether there is an `openssl` program of version 3; says loudly that a test is skipped if not.
#[expect(clippy::print_stderr, reason = "a skipped test says so loudly")]
pub(crate) fn has_openssl(what: &str) -> bool {
    let version = Command::new("openssl").arg("version").output();
    let has = version.is_ok_and(|output| output.stdout.starts_with(b"OpenSSL 3"));
    if !has {
        eprintln!("SKIPPED: {what}: no openssl 3 program");
    }
    has
}

/// Runs `openssl` in a folder and answers whether it succeeded, and what it said.
pub(crate) fn openssl(folder: &Path, args: &[&str]) -> (bool, String) {
    let output = Command::new("openssl")
        .current_dir(folder)
        .args(args)
        .output()
        .expect("openssl starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), said)
}

/// Every way to name a signer, and the passphrase it needs.
const SIGNERS: &[&[&str]] = &[
    &["--cert", "rsa2048.pem", "--key", "rsa2048-key.pem"],
    &["--cert", "rsa3072.pem", "--key", "rsa3072-key.pem"],
    &["--cert", "rsa4096.pem", "--key", "rsa4096-key.pem"],
    &["--cert", "p256.pem", "--key", "p256-key.pem"],
    &["--cert", "p384.pem", "--key", "p384-key.pem"],
    &[
        "--cert",
        "rsa2048.pem",
        "--key",
        "rsa2048-key-encrypted.pem",
    ],
    &["--cert", "rsa2048.pem", "--key", "rsa2048-key-pkcs1.pem"],
    &["--cert", "p256.pem", "--key", "p256-key-encrypted-3des.pem"],
    &[
        "--cert",
        "p256.pem",
        "--key",
        "p256-key-encrypted-scrypt.pem",
    ],
    &["--cert", "p256.pem", "--key", "p256-key-sec1.pem"],
    &[
        "--cert",
        "p384.pem",
        "--key",
        "p384-key-sec1-private-only.pem",
    ],
    &["--p12", "rsa2048.p12"],
    &["--p12", "rsa2048-legacy.p12"],
    &["--p12", "p256.p12"],
    &["--p12", "p256-no-mac.p12"],
    &["--p12", "p384.p12"],
];

#[test]
fn every_kind_of_signer_signs_and_verify_confirms_it() {
    let tool = tool().env("SECRET", "test");
    for signer in SIGNERS {
        let with_chain: &[&str] = if signer[0] == "--p12" {
            &[]
        } else {
            &["--chain", "chain.pem"]
        };
        let args = [signer, with_chain, &["--passphrase-env", "SECRET"]].concat();
        sign(&tool, &args).expect_code(0);
        let run = tool
            .run(["verify", "signed.mobileconfig", "--ca", "root.pem"])
            .expect_code(0);
        assert!(
            run.stdout
                .contains("ok    chain       leads to `Test Root (Example)`"),
            "{signer:?}: {}",
            run.stdout
        );
    }
}

#[test]
fn openssl_accepts_what_is_signed_here() {
    if !has_openssl("signatures against openssl") {
        return;
    }
    let tool = tool().env("SECRET", "test");
    for signer in SIGNERS {
        for chain in [true, false] {
            let mut args = [signer, &["--passphrase-env", "SECRET"][..]].concat();
            if chain && signer[0] != "--p12" {
                args.extend(["--chain", "chain.pem"]);
            }
            sign(&tool, &args).expect_code(0);
            for command in ["cms", "smime"] {
                let (accepted, said) = openssl(
                    tool.path(),
                    &[
                        command,
                        "-verify",
                        "-binary",
                        "-inform",
                        "DER",
                        "-purpose",
                        "any",
                        "-CAfile",
                        if chain { "root.pem" } else { "chain.pem" },
                        "-in",
                        "signed.mobileconfig",
                        "-out",
                        "content",
                    ],
                );
                assert!(accepted, "{command} {args:?}: {said}");
                assert_eq!(
                    bytes(&tool, "content"),
                    bytes(&tool, "profile.mobileconfig")
                );
            }
        }
    }
}

#[test]
fn what_openssl_signs_is_accepted_here() {
    if !has_openssl("openssl's signatures") {
        return;
    }
    let tool = tool();
    for signer in ["rsa2048", "rsa3072", "rsa4096", "p256", "p384"] {
        for form in [
            &["-md", "sha256"][..],
            &["-md", "sha384"],
            &["-md", "sha256", "-stream", "-indef"],
            &["-md", "sha256", "-noattr"],
            &["-md", "sha256", "-keyid"],
            &["-md", "sha256", "-nosmimecap", "-stream", "-keyid"],
        ] {
            let (cert, key) = (format!("{signer}.pem"), format!("{signer}-key.pem"));
            let mut args = vec![
                "cms",
                "-sign",
                "-binary",
                "-nodetach",
                "-outform",
                "DER",
                "-in",
                "profile.mobileconfig",
                "-signer",
                &cert,
                "-inkey",
                &key,
                "-certfile",
                "chain.pem",
                "-out",
                "theirs.mobileconfig",
            ];
            args.extend(form);
            let (signed, said) = openssl(tool.path(), &args);
            assert!(signed, "{args:?}: {said}");
            let run = tool.run(["verify", "theirs.mobileconfig", "--ca", "root.pem"]);
            assert_eq!(run.code, 0, "{args:?}: {}", run.shown());
        }
    }
}

#[test]
fn rsa_signatures_repeat_byte_for_byte_when_the_time_is_fixed() {
    let tool = tool();
    let args = ["--cert", "rsa2048.pem", "--key", "rsa2048-key.pem"];
    sign(&tool, &args).expect_code(0);
    let first = bytes(&tool, "signed.mobileconfig");
    sign(&tool, &args).expect_code(0);
    assert_eq!(bytes(&tool, "signed.mobileconfig"), first);
    let run = tool.run(["verify", "signed.mobileconfig"]).expect_code(0);
    assert!(
        run.stdout.contains("2026-01-01T00:00:00Z"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_answers_stand_each_on_a_line_of_their_own() {
    let tool = tool();
    let run = tool.run([
        "verify",
        "rsa2048-chain.cms",
        "rsa2048-sha1.cms",
        "two-signers.cms",
        "hostile.cms",
        "--at",
        "2026-01-01",
    ]);
    insta::with_settings!({filters => vec![
        (r"[0-9A-F]{64}", "[fingerprint]"),
        (r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[time]"),
    ]}, {
        insta::assert_snapshot!(run.shown());
    });
}

#[test]
fn json_gives_the_same_answers() {
    let tool = tool();
    let run = tool.run([
        "verify",
        "expired.cms",
        "profile.mobileconfig",
        "--ca",
        "intermediate.pem",
        "--at",
        "2026-01-01",
        "--format",
        "json",
    ]);
    insta::with_settings!({filters => vec![
        (r"[0-9A-F]{64}", "[fingerprint]"),
        (r#""signing_time": "[^"]*""#, r#""signing_time": "[time]""#),
        (r#""version": "[^"]*""#, r#""version": "[version]""#),
    ]}, {
        insta::assert_snapshot!(run.shown());
    });
}

#[test]
fn the_exit_code_tells_good_from_bad_from_unreadable() {
    let tool = tool();
    let mut changed = bytes(&tool, "self.cms");
    let at = changed.len() / 4;
    changed[at] ^= 1;
    tool.file("changed.cms", changed);
    for (args, code) in [
        (&["self.cms"][..], 0),
        (&["rsa2048-sha1.cms"], 0),
        (&["expired.cms"], 0),
        // Expiry alone is a note, also with a root.
        (&["expired.cms", "--ca", "intermediate.pem"], 0),
        (&["self.cms", "--ca", "self.pem"], 0),
        (&["self.cms", "--ca", "root.pem"], 1),
        (&["changed.cms"], 1),
        (&["profile.mobileconfig"], 1),
        (&["detached.cms"], 1),
        (&["line-ends-lf.cms"], 1),
        (&["p521-der.cms"], 1),
        (&["self.cms", "changed.cms"], 1),
        (&["self.cms", "absent.cms"], 2),
        (&["self.cms", "--ca", "absent.pem"], 2),
        (&["self.cms", "--ca", "profile.mobileconfig"], 2),
        (&["self.cms", "--at", "yesterday"], 2),
        (&[], 2),
    ] {
        let run = tool.run([&["verify"], args].concat());
        assert_eq!(run.code, code, "{args:?}: {}", run.shown());
    }
}

#[test]
fn a_signed_file_is_read_from_standard_input_and_written_to_standard_output() {
    let tool = tool();
    let signed = bytes(&tool, "self.cms");
    let run = tool.run_with_input(["verify", "-"], signed).expect_code(0);
    assert!(run.stdout.starts_with("-\n"), "{}", run.stdout);
    let run = tool
        .run([
            "sign",
            "profile.mobileconfig",
            "-o",
            "-",
            "--p12",
            "rsa2048-no-password.p12",
        ])
        .expect_code(0);
    assert!(run.stdout.contains("com.example.signing"));
    assert_eq!(run.stderr, "");
}

#[test]
fn what_cannot_sign_is_refused_with_the_way_out_and_nothing_is_written() {
    let tool = tool().env("SECRET", "test").env("WRONG", "wrong");
    let mut report = String::new();
    for args in [
        &["--cert", "rsa3072.pem", "--key", "rsa2048-key.pem"][..],
        &["--cert", "expired.pem", "--key", "expired-key.pem"],
        &["--cert", "p521.pem", "--key", "p521-key.pem"],
        &[
            "--cert",
            "rsa2048.pem",
            "--key",
            "rsa2048-key-proc-type.pem",
        ],
        &[
            "--cert",
            "rsa2048.pem",
            "--key",
            "rsa2048-key-encrypted.pem",
        ],
        &[
            "--cert",
            "rsa2048.pem",
            "--key",
            "rsa2048-key-encrypted.pem",
            "--passphrase-env",
            "WRONG",
        ],
        &[
            "--cert",
            "rsa2048.pem",
            "--key",
            "rsa2048-key-encrypted.pem",
            "--passphrase-env",
            "ABSENT",
        ],
        &["--cert", "rsa2048.pem", "--key", "rsa2048.pem"],
        &["--cert", "rsa2048-key.pem", "--key", "rsa2048-key.pem"],
        &[
            "--cert",
            "intermediate.pem",
            "--key",
            "intermediate-key.pem",
        ],
        &["--p12", "rsa2048.p12"],
        &["--p12", "rsa2048.p12", "--passphrase-env", "WRONG"],
        &["--p12", "rsa2048.pem"],
        &[
            "--p12",
            "rsa2048.p12",
            "--passphrase-env",
            "SECRET",
            "--fingerprint",
            "test",
        ],
    ] {
        let run = sign(&tool, args).expect_code(2);
        let _ = writeln!(report, "$ {}\n{}", args.join(" "), run.stderr);
        assert!(
            !tool.path().join("signed.mobileconfig").exists(),
            "{args:?}"
        );
    }
    insta::assert_snapshot!(report);
}

#[test]
fn a_passphrase_comes_from_a_file_too_and_an_expired_certificate_signs_when_told() {
    let tool = tool();
    tool.file("secret", "test\n");
    sign(
        &tool,
        &["--p12", "rsa2048.p12", "--passphrase-file", "secret"],
    )
    .expect_code(0);
    let expired = [
        "--cert",
        "expired.pem",
        "--key",
        "expired-key.pem",
        "--allow-expired",
    ];
    sign(&tool, &expired).expect_code(0);
}

#[test]
fn a_signed_file_is_signed_anew_only_by_force_and_only_if_it_holds() {
    let tool = tool();
    let signer = ["--p12", "rsa2048-no-password.p12"];
    let again = |file: &str, more: &[&str]| {
        tool.run(
            [
                &["sign", file, "-o", "again.mobileconfig"],
                &signer[..],
                more,
            ]
            .concat(),
        )
    };
    let run = again("p256-ber.cms", &[]).expect_code(2);
    assert!(
        run.stderr
            .contains("already signed by `Test Signer P-256 (Example)`"),
        "{}",
        run.stderr
    );
    again("p256-ber.cms", &["--force"]).expect_code(0);
    let run = tool.run(["verify", "again.mobileconfig"]).expect_code(0);
    assert!(
        run.stdout.contains("Test Signer RSA 2048"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("P-256"), "{}", run.stdout);
    let mut changed = bytes(&tool, "self.cms");
    changed[200] ^= 1;
    tool.file("changed.cms", changed);
    let run = again("changed.cms", &["--force"]).expect_code(2);
    assert!(run.stderr.contains("does not hold"), "{}", run.stderr);
}

#[test]
fn what_is_no_profile_is_not_signed_unless_told() {
    let tool = tool();
    tool.file("page.mobileconfig", "<html>sign in</html>\n");
    let args = [
        "sign",
        "page.mobileconfig",
        "-o",
        "x",
        "--p12",
        "rsa2048-no-password.p12",
    ];
    let run = tool.run(args).expect_code(2);
    assert!(
        run.stderr.contains("not a profile that a Mac can read"),
        "{}",
        run.stderr
    );
    tool.run([&args[..], &["--force"]].concat()).expect_code(0);
}

#[test]
fn several_files_are_signed_all_or_none() {
    let tool = tool();
    let signer = ["--p12", "rsa2048-no-password.p12"];
    for name in [
        "in/a.mobileconfig",
        "in/b.mobileconfig",
        "other/a.mobileconfig",
    ] {
        tool.file(name, bytes(&tool, "profile.mobileconfig"));
    }
    tool.file("in/c.mobileconfig", "broken");
    let run =
        |files: &[&str]| tool.run([&["sign"], files, &["--out-dir", "out"], &signer[..]].concat());
    run(&["in/a.mobileconfig", "in/c.mobileconfig"]).expect_code(2);
    let twice = run(&["in/a.mobileconfig", "other/a.mobileconfig"]).expect_code(2);
    assert!(
        twice.stderr.contains("two profiles would be written"),
        "{}",
        twice.stderr
    );
    assert!(!tool.path().join("out").exists());
    run(&["in/a.mobileconfig", "in/b.mobileconfig"]).expect_code(0);
    let left: Vec<String> = tool
        .files()
        .into_iter()
        .filter(|name| name.starts_with("out/"))
        .collect();
    assert_eq!(left, ["out/a.mobileconfig", "out/b.mobileconfig"]);
}

#[test]
fn a_folder_is_signed_and_verified_as_a_whole() {
    let tool = tool();
    let signer = ["--p12", "rsa2048-no-password.p12"];
    for name in ["in/a.mobileconfig", "in/below/b.mobileconfig"] {
        tool.file(name, bytes(&tool, "profile.mobileconfig"));
    }
    tool.file("in/notes.txt", "not a profile");
    tool.file("in/.hidden.mobileconfig", "not looked at");
    let run = |args: &[&str]| tool.run([&["sign"], args, &signer[..]].concat());
    let whole = run(&["in", "in/a.mobileconfig", "--out-dir", "out"]).expect_code(0);
    assert!(
        whole.stderr.contains("1 profile left out: 1 hidden"),
        "{}",
        whole.stderr
    );
    assert!(tool.path().join("out/a.mobileconfig").exists());
    assert!(tool.path().join("out/b.mobileconfig").exists());
    let verdict = |code: i32, text: &str| {
        let run = tool
            .run(["verify", "out", "--ca", "root.pem"])
            .expect_code(code);
        assert!(run.stdout.ends_with(text), "{}", run.shown());
    };
    verdict(0, "\n2 files: 2 without an error, 0 with one\n");
    tool.file("out/c.mobileconfig", bytes(&tool, "profile.mobileconfig"));
    verdict(1, "\n3 files: 2 without an error, 1 with one\n");
    let twice = tool.run(["verify", "out", "out/a.mobileconfig", "absent"]);
    assert!(
        twice
            .expect_code(2)
            .stdout
            .ends_with("\n4 files: 2 without an error, 1 with one, 1 not read\n")
    );
}

#[test]
fn a_folder_that_cannot_be_signed_as_a_whole_is_refused_with_the_way_out() {
    let tool = tool();
    let signer = ["--p12", "rsa2048-no-password.p12"];
    for name in [
        "in/a.mobileconfig",
        "in/x/a.mobileconfig",
        "one/a.mobileconfig",
    ] {
        tool.file(name, bytes(&tool, "profile.mobileconfig"));
    }
    tool.file("empty/notes.txt", "not a profile");
    tool.file("mixed/a.mobileconfig", bytes(&tool, "profile.mobileconfig"));
    tool.file("mixed/b.mobileconfig", bytes(&tool, "self.cms"));
    let before = tool.files();
    for (args, why) in [
        (
            ["in", "--out-dir", "out"],
            "two profiles would be written to",
        ),
        (
            ["in", "--out-dir", "in/signed"],
            "whose profiles are to be signed",
        ),
        (
            ["in", "-o", "out"],
            "`--output` takes one profile, and there are 2",
        ),
        (["mixed", "--out-dir", "out"], "is already signed"),
        (["empty", "--out-dir", "out"], "no profile found in `empty`"),
    ] {
        let run = tool
            .run([&["sign"], &args[..], &signer[..]].concat())
            .expect_code(2);
        assert!(run.stderr.contains(why), "{why}: {}", run.shown());
        assert!(run.stderr.contains("help: "), "{}", run.shown());
        assert_eq!(tool.files(), before, "{args:?}");
    }
    tool.run(["verify", "empty"]).expect_code(2);
    tool.run([&["sign", "one", "--in-place"], &signer[..]].concat())
        .expect_code(0);
    tool.run(["verify", "one"]).expect_code(0);
}

#[cfg(unix)]
#[test]
fn in_place_keeps_the_permissions_and_leaves_no_other_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let tool = Tool::new();
    for name in ["profile.mobileconfig", "rsa2048-no-password.p12"] {
        tool.file(
            name,
            std::fs::read(fixtures().join(name)).expect("a fixture"),
        );
    }
    let path = tool.path().join("profile.mobileconfig");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("permissions");
    tool.run([
        "sign",
        "--in-place",
        "profile.mobileconfig",
        "--p12",
        "rsa2048-no-password.p12",
    ])
    .expect_code(0);
    let mode = std::fs::metadata(&path)
        .expect("the file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(
        tool.files(),
        ["profile.mobileconfig", "rsa2048-no-password.p12"]
    );
    tool.run(["verify", "profile.mobileconfig"]).expect_code(0);
}

#[test]
fn a_time_that_is_none_is_refused() {
    let tool = tool().env("SOURCE_DATE_EPOCH", "today");
    let run = sign(&tool, &["--p12", "rsa2048-no-password.p12"]).expect_code(2);
    assert!(
        run.stderr.contains("SOURCE_DATE_EPOCH is `today`"),
        "{}",
        run.stderr
    );
}
