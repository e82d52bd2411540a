//! `diagnose` and files that are not what their option wants: empty, cut short, huge, binary, of another tool.

use crate::diagnose::{REJECTED, health, profiles};
use crate::tool::{Run, Tool};

/// Every option that takes the output of a tool.
const OPTIONS: [&str; 12] = [
    "--mdatp-health",
    "--kextutil",
    "--kmutil",
    "--kextstat",
    "--systemextensionsctl",
    "--profiles",
    "--system-profiler",
    "--enrollment",
    "--kext-policy-db",
    "--spctl",
    "--csrutil",
    "--bputil",
];

/// What no option wants, by name.
fn garbage() -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let noise: Vec<u8> = (0..5000_u32)
        .map(|at| u8::try_from((at.wrapping_mul(2_654_435_761) >> 24) & 0xFF).expect("a byte"))
        .collect();
    vec![
        ("nothing", Vec::new()),
        ("blanks", b" \t\r\n \n".to_vec()),
        ("a byte order mark", b"\xEF\xBB\xBF".to_vec()),
        ("a word", b"hello\x1b[31m there\n".to_vec()),
        ("a zero byte", b"healthy : tr\0ue\n".to_vec()),
        ("zero bytes", vec![0; 4096]),
        ("noise", noise),
        ("UTF-16", utf16("hello there\r\n")),
        ("half of UTF-16", utf16("hello there")[..9].to_vec()),
        ("the head of a database", b"SQLite format 3\0".to_vec()),
        ("the head of a binary list", b"bplist00".to_vec()),
        (
            "a binary list cut short",
            b"bplist00\xd1\x01\x02\x5f".to_vec(),
        ),
        ("a zip archive", b"PK\x03\x04\x14\0\0\0\x08\0".to_vec()),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec()),
        (
            "a signed profile cut short",
            b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02".to_vec(),
        ),
        (
            "a web page",
            b"<!DOCTYPE html><html><body>mdatp</body></html>".to_vec(),
        ),
        ("JSON", b"{\"a\": [1, 2, {\"b\": null}]}".to_vec()),
        (
            "half of JSON",
            b"{\"SPConfigurationProfileDataType\": [{\"_items\": [".to_vec(),
        ),
        (
            "XML",
            b"<?xml version=\"1.0\"?><note><to>Adele</to></note>".to_vec(),
        ),
        (
            "a shell's error",
            b"zsh: command not found: mdatp\n".to_vec(),
        ),
        (
            "a configuration profile",
            b"<plist version=\"1.0\"><dict><key>PayloadContent</key><array/></dict></plist>"
                .to_vec(),
        ),
        ("a megabyte of one letter", vec![b'x'; 1_050_000]),
        (
            "a megabyte of short lines",
            b"a.b:c|d,e (1)\n".repeat(75_000),
        ),
        ("a megabyte of braces", b"{[(<\"".repeat(210_000)),
        (
            "a megabyte of separators",
            b"|||||,,,,;;;;\t\t\t\t".repeat(62_000),
        ),
    ]
}

/// Fails unless a run ended with one clear message.
#[track_caller]
fn assert_clear(run: &Run, what: &str) {
    let mut lines = run.stderr.lines();
    let is_clear = run.code == 2
        && run.stdout.is_empty()
        && lines.next().is_some_and(|line| line.starts_with("error: "))
        && lines
            .next()
            .is_some_and(|line| line.starts_with("  help: "))
        && run.stderr.len() < 2000;
    assert!(is_clear, "{what}: {}", run.shown());
}

#[test]
fn what_no_option_wants_is_refused_by_every_option() {
    let tool = Tool::new();
    for (name, content) in garbage() {
        tool.file("f", &content);
        // One that is huge is given to every option, the others to those with the most to look for.
        let is_huge = content.len() > 1_000_000 && name != "a megabyte of short lines";
        let options = OPTIONS.iter().step_by(if is_huge { 4 } else { 1 });
        // A load that prints nothing is one that succeeded.
        let is_silent = content.len() < 10 && !content.iter().any(u8::is_ascii_graphic);
        let options = options
            .filter(|option| !is_silent || **option != "--kextutil" && **option != "--kmutil");
        for option in options {
            let run = tool.run(["diagnose", option, "f"]);
            assert_clear(&run, &format!("{name} as {option}"));
        }
        let run = tool.run_with_input(["diagnose", "--mdatp-health", "-"], content.clone());
        assert_clear(&run, &format!("{name} on standard input"));
        if name != "nothing" {
            let run = tool.run(["diagnose", "--kextstat", "f", "--policy", "f"]);
            assert_eq!(run.code, 2, "{name} as --policy: {}", run.shown());
        }
    }
}

#[test]
fn a_database_on_standard_input_is_refused_with_the_way_out() {
    let run = Tool::new().run_with_input(
        ["diagnose", "--kext-policy-db", "-"],
        b"SQLite format 3\0".to_vec(),
    );
    assert_clear(&run, "a database");
    assert!(
        run.stderr.contains("--kext-policy-db FILE"),
        "{}",
        run.shown()
    );
}

#[test]
fn a_refusal_says_what_it_is_and_what_to_give_instead() {
    let tool = Tool::new();
    let mut shown = String::new();
    for (name, content) in garbage() {
        tool.file("f", &content);
        let run = tool.run(["diagnose", "--kextutil", "f"]);
        shown.extend([name, ":\n", &run.stderr]);
    }
    for option in OPTIONS {
        let other = if option == "--kextutil" || option == "--kmutil" {
            health("true", "false")
        } else {
            REJECTED.to_owned()
        };
        tool.file("f", other);
        shown.push_str(&tool.run(["diagnose", option, "f"]).stderr);
    }
    insta::assert_snapshot!("diagnose-misread", shown);
}

#[test]
fn a_file_that_cannot_be_read_is_told_with_its_name() {
    let tool = Tool::new();
    tool.file("folder/f", "");
    for option in OPTIONS {
        for file in ["missing", "folder"] {
            let run = tool.run(["diagnose", option, file]);
            assert_clear(&run, option);
            assert!(run.stderr.contains(file), "{}", run.shown());
        }
    }
    for wrong in [
        &["diagnose"][..],
        &["diagnose", "--dir", "missing"],
        &["diagnose", "--dir", "folder/f"],
        &["diagnose", "--mdatp-health", "-", "--kextutil", "-"],
        &[
            "diagnose",
            "--spctl",
            "folder/f",
            "--team-id",
            "short",
            "--bundle-id",
            "a.b",
        ],
        &[
            "diagnose",
            "--spctl",
            "folder/f",
            "--team-id",
            "K7Q2XD94WL",
            "--bundle-id",
            "a b",
        ],
    ] {
        assert_clear(&tool.run(wrong), &wrong.join(" "));
    }
}

#[test]
fn garbage_in_a_collected_folder_is_noted_and_the_rest_is_read() {
    for (name, content) in garbage() {
        // One that is huge is enough.
        if content.len() > 1_000_000 && name != "a megabyte of short lines" {
            continue;
        }
        let tool = Tool::new();
        tool.file("mac/kextutil.txt", REJECTED);
        let files = [
            "mdatp-health.txt",
            "mdatp-system-extensions.txt",
            "kmutil.txt",
            "kextstat.txt",
            "systemextensionsctl.txt",
            "profiles.xml",
            "system-profiler.json",
            "enrollment.txt",
            "KextPolicy",
            "spctl.txt",
            "csrutil.txt",
            "bputil.txt",
        ];
        for file in files {
            tool.file(&format!("mac/{file}"), &content);
        }
        let run = tool.run(["diagnose", "--dir", "mac"]).expect_code(1);
        assert!(run.stderr.is_empty(), "{name}: {}", run.shown());
        assert!(
            run.stdout.contains("\nkext-approval-missing ("),
            "{name}: {}",
            run.shown()
        );
        for file in files {
            assert!(
                run.stdout.contains(&format!("\n  - {file}: ")),
                "{name}, {file}: {}",
                run.shown()
            );
        }
    }
}

/// What a tool prints, so often that it fills a megabyte.
fn megabyte(text: &str) -> String {
    text.repeat(1_200_000 / text.len())
}

#[test]
fn a_megabyte_of_what_a_tool_prints_is_read_and_told_in_few_lines() {
    let row = "  130    0 0xffffff7f80ea9000 0x2000     0x2000     com.microsoft.wdavkext (1.1.0) 00000000-6C8A-3900-8E83-744487AEDEF1 <4 1>\n";
    let rejected = "Kext rejected due to system policy: <OSKext 0x7fa0> { URL = \"file:///x/NAME.kext/\", ID = \"com.contoso.NAME\" }\n";
    let mut others = String::new();
    for number in 0..9000 {
        others.push_str(&rejected.replace("NAME", &format!("n{number}")));
    }
    let items = "<key>AllowedKernelExtensions</key>\n<dict>\n<key>UBF8T346G9</key>\n<array>\n";
    let listed = format!(
        "{items}{}</array>\n</dict>",
        megabyte("<string>com.microsoft.wdavkext</string>\n")
    );
    for (option, content, told) in [
        (
            "--mdatp-health",
            megabyte(&health("true", "false")),
            "protection-not-available",
        ),
        ("--kextutil", megabyte(REJECTED), "kext-approval-missing"),
        ("--kextutil", others, "other-extension"),
        (
            "--kextutil",
            format!("{REJECTED}{}", megabyte("    a line of a diagnosis\n")),
            "kext-rejected-with-diagnostics",
        ),
        ("--kextstat", megabyte(row), "kext-loaded"),
        (
            "--kext-policy-db",
            megabyte("UBF8T346G9|com.microsoft.wdavkext|0|Microsoft Corporation|1\n"),
            "user-decision-missing",
        ),
        (
            "--systemextensionsctl",
            megabyte(
                "*\t*\tUBF8T346G9\tcom.microsoft.wdav.epsext (1/1)\tx\t[activated disabled]\n",
            ),
            "system-extension-disabled",
        ),
        (
            "--profiles",
            profiles("_computerlevel", &[&listed]),
            "approved-by-profile",
        ),
        (
            "--enrollment",
            megabyte("MDM enrollment: No\n"),
            "not-enrolled",
        ),
        (
            "--spctl",
            megabyte("Kernel Extension User Consent: DISABLED\n"),
            "approval-not-asked",
        ),
        (
            "--csrutil",
            megabyte("System Integrity Protection status: disabled.\n"),
            "integrity-protection-off",
        ),
        (
            "--bputil",
            megabyte("Security Mode:               Full       (smb0): absent\n"),
            "full-security",
        ),
    ] {
        let tool = Tool::new();
        tool.file("f", content);
        let run = tool.run(["diagnose", option, "f"]);
        assert!(
            run.stdout.contains(&format!("\n{told} (")),
            "{option}: {}",
            run.stdout
        );
        assert!(run.stdout.lines().count() < 120, "{option}: {}", run.stdout);
    }
}
