//! `diagnose` and the diagnostics of `kextutil`: what belongs to them, and what only stands after them.

use crate::diagnose::{REJECTED, answer_to};

/// What people copy along, or what the next command printed. None of it is a diagnosis.
const NOISE: &[&str] = &[
    "adele@mac-7 ~ % ",
    "adele@mac-7 ~ % echo $?\n27\n",
    "mac-7:~ adele$ kextstat\n",
    "bash-3.2# \n",
    "sh-3.2# exit\nexit\n",
    "\u{279c}  ~ \n",
    "root@mac-7:/# \n",
    "27\n",
    "exit status: 27\n",
    "logout\nSaving session...\n...copying shared history...\n[Process completed]\n",
    "Cache file /System/Library/Caches/com.apple.kext.caches/Startup/IOKitPersonalities_x86_64.ioplist.gz is out of date; not using.\n",
    "2021-03-17 12:00:00.123 kextutil[812:9034] done\n",
    "Mar 17 12:00:00 mac-7 com.apple.kextd[48]: checked\n",
    "Hello Megan, this is what the Mac prints. Can you help?\n  Adele\n",
    "Note: I restarted twice.\n",
    "  130    0 0xffffff7f80ea9000 0x2000     0x2000     com.contoso.other (1.1.0) 00000000-6C8A-3900-8E83-744487AEDEF1 <4 1>\n",
    "real_time_protection_enabled                : true\n",
    "System Integrity Protection status: enabled (Custom Configuration).\n\nConfiguration:\n\tApple Internal: disabled\n",
];

/// What stands in the diagnostics of an extension.
const DIAGNOSES: &[&str] = &[
    "Authentication Failures: \n    Some later reason: \n        wdavkext.kext\n",
    "Code Signing Failure: not code signed\n",
    "Warnings: \n    Personality has no kernel version\n",
    "    an indented line without a head\n",
    "Validation Failures: \n    Info dictionary property value is of illegal type: \n        OSBundleRequired\n\nCode Signing Failure: code signature is invalid\n",
];

#[test]
fn noise_after_empty_diagnostics_is_no_diagnosis() {
    for noise in NOISE {
        for between in ["", "\n", "\n\n"] {
            let shown = answer_to("--kextutil", &format!("{REJECTED}{between}{noise}"), &[]);
            assert!(
                shown.contains("\nkext-approval-missing (") && !shown.contains("diagnostics ("),
                "{noise}: {shown}"
            );
        }
    }
}

#[test]
fn a_diagnosis_is_shown_whole_and_without_the_noise_after_it() {
    for diagnosis in DIAGNOSES {
        for noise in NOISE {
            let shown = answer_to("--kextutil", &format!("{REJECTED}{diagnosis}{noise}"), &[]);
            assert!(
                shown.contains("\nkext-rejected-with-diagnostics ("),
                "{diagnosis}{noise}: {shown}"
            );
            for line in diagnosis
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
            {
                assert!(shown.contains(&format!(": {line}\n")), "{line}: {shown}");
            }
            let last = noise.lines().last().unwrap_or_default().trim();
            assert!(!shown.contains(&format!(": {last}\n")), "{noise}: {shown}");
        }
    }
}

#[test]
fn a_paste_that_is_indented_or_quoted_as_a_whole_reads_the_same() {
    let diagnosis = DIAGNOSES[0];
    for (mark, last) in [
        ("    ", "27"),
        ("> ", "27"),
        (">> ", "Regards"),
        ("\t", "logout"),
    ] {
        let marked = |text: &str| -> String {
            let lines: Vec<String> = text.lines().map(|line| format!("{mark}{line}")).collect();
            lines.join("\n")
        };
        let empty = marked(&format!("{REJECTED}{last}\n"));
        let shown = answer_to("--kextutil", &empty, &[]);
        assert!(
            shown.contains("\nkext-approval-missing ("),
            "{empty}: {shown}"
        );
        let full = marked(&format!("{REJECTED}{diagnosis}{last}\n"));
        let shown = answer_to("--kextutil", &full, &[]);
        assert!(
            shown.contains("\nkext-rejected-with-diagnostics (")
                && !shown.contains(&format!(": {last}\n")),
            "{full}: {shown}"
        );
    }
}
