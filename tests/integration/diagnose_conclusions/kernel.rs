//! The files that make each conclusion about a kernel extension hold.

use super::{Case, LOADED, ROW, TEAM, kernel};
use crate::diagnose::{NOT_APPROVED, REJECTED, both_extensions, health, load, profiles};

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    let team = TEAM;
    let loaded = LOADED;
    let row = ROW;
    let s = str::to_owned;
    vec![
        (
            "kext-load-silent",
            vec![(
                "--kextutil",
                s("$ sudo kextutil /Library/Extensions/wdavkext.kext\n$ \n"),
            )],
            2,
        ),
        (
            "kext-of-another-macos",
            vec![(
                "--kextstat",
                format!("{}{row}", loaded.replace("16.0.0", "24.0.0")),
            )],
            1,
        ),
        (
            "built-for-another-macos",
            vec![(
                "--kextutil",
                load("failed to load - (libkern/kext) link error"),
            )],
            1,
        ),
        (
            "dependency-refused",
            vec![(
                "--kextutil",
                load("failed to load - (libkern/kext) dependency load failed"),
            )],
            1,
        ),
        (
            "kext-start-failed",
            vec![(
                "--kextutil",
                load("failed to load - (libkern/kext) kext (kmod) start/stop routine failed"),
            )],
            1,
        ),
        (
            "kext-invalid",
            vec![("--kextutil", load("failed to load (0xdc00800c)"))],
            1,
        ),
        (
            "kext-unsupported",
            vec![(
                "--kmutil",
                s(
                    "Error Domain=KMErrorDomain Code=71 \"Unsupported Error: one or more extensions are unsupported to load Kext com.microsoft.wdavkext v1\"\n",
                ),
            )],
            1,
        ),
        (
            "other-extension-breaks-collection",
            vec![(
                "--kmutil",
                s(
                    "Executing: /usr/bin/kmutil load --bundle-path /Library/Extensions/wdavkext.kext\nError Domain=KMErrorDomain Code=31 \"Error occurred while building a collection: in '/Library/StagedExtensions/Library/Extensions/other.kext/Contents/MacOS/other' missing __TEXT segment\"\n",
                ),
            )],
            1,
        ),
        (
            "boot-collection-unreadable",
            vec![(
                "--kmutil",
                s(
                    "Error Domain=KMErrorDomain Code=71 \"Could not find: Unable to get contents of boot kernel collection collection at /x\"\n",
                ),
            )],
            1,
        ),
        (
            "other-version-loaded",
            vec![(
                "--kextutil",
                load("failed to load - (libkern/kext) a different version is already loaded"),
            )],
            1,
        ),
        (
            "safe-boot",
            vec![(
                "--kextutil",
                load("failed to load - not loadable during safe boot"),
            )],
            1,
        ),
        (
            "load-failed",
            vec![(
                "--kextutil",
                load("failed to load - (libkern/kext) an error of a later day"),
            )],
            1,
        ),
        (
            "kext-load-succeeded",
            vec![(
                "--kextutil",
                s("/Library/Extensions/wdavkext.kext successfully loaded (or already loaded).\n"),
            )],
            0,
        ),
        (
            "kext-let-pass",
            vec![(
                "--kmutil",
                s(
                    "syspolicyd: Kernel Extension ALLOWED: Kext (UBF8T346G9, com.microsoft.wdavkext)\n",
                ),
            )],
            2,
        ),
        (
            "kext-in-collection",
            vec![(
                "--kmutil",
                s(
                    "auxiliary collection at /System/Library/KernelCollections/AuxiliaryKernelExtensions.kc\ncom.microsoft.wdavkext\t1.1.5\t/Library/Extensions/wdavkext.kext\n",
                ),
            )],
            2,
        ),
        (
            "kext-only-looked-at",
            vec![(
                "--kmutil",
                s("kernelmanagerd: validating extension at /Library/Extensions/wdavkext.kext\n"),
            )],
            2,
        ),
        (
            "kext-not-notarized",
            vec![(
                "--spctl",
                s("/Library/Extensions/wdavkext.kext: rejected\nsource=Unnotarized Developer ID\n"),
            )],
            2,
        ),
        (
            "kext-approval-missing",
            vec![
                ("--kextutil", s(REJECTED)),
                ("--mdatp-health", health("true", "false")),
            ],
            1,
        ),
        (
            "kext-rejected-and-damaged",
            vec![(
                "--kextutil",
                format!(
                    "{REJECTED}{}",
                    load("Kext with invalid signature (-67062) denied")
                ),
            )],
            1,
        ),
        (
            "kext-rejected-with-diagnostics",
            vec![(
                "--kextutil",
                format!("{REJECTED}Some Later Failure:\n    a part is too old\n"),
            )],
            1,
        ),
        (
            "unknown-diagnostics",
            vec![(
                "--kextutil",
                s("Diagnostics for /Library/Extensions/wdavkext.kext:\nSome Later Failure:\n"),
            )],
            2,
        ),
        (
            "unclear-extension",
            vec![(
                "--kextutil",
                s("/Library/Extensions/Defender_r11.kext: Kext rejected due to system policy\n"),
            )],
            2,
        ),
        (
            "in-load-history",
            vec![(
                "--kext-policy-db",
                s(
                    "/Library/Extensions/wdavkext.kext|UBF8T346G9|com.microsoft.wdavkext|BC429FD9-060C-4347-AF15-000000000001|2021-01-27 14:02:16|2021-06-27 21:09:19|53|00\n",
                ),
            )],
            2,
        ),
        (
            "restart-pending",
            vec![
                ("--kmutil", s(NOT_APPROVED)),
                ("--profiles", profiles("_computerlevel", &[team])),
            ],
            1,
        ),
        ("kext-not-approved", vec![("--kmutil", s(NOT_APPROVED))], 1),
        (
            "protection-not-available",
            vec![("--mdatp-health", health("true", "false"))],
            1,
        ),
        (
            "user-decision-missing",
            vec![(
                "--kext-policy-db",
                s("UBF8T346G9|com.microsoft.wdavkext|0|Microsoft Corporation|1\n"),
            )],
            1,
        ),
        (
            "bad-signature",
            vec![(
                "--kmutil",
                s(
                    "Error Domain=KMErrorDomain Code=29 \"Authenticating extension failed: Kext com.microsoft.wdavkext v1 in executable kext bundle:\n\nAuthenticating extension failed: Bad code signature\"\n",
                ),
            )],
            1,
        ),
        (
            "wrong-owner",
            vec![(
                "--kextutil",
                load("Kext rejected due to improper filesystem permissions"),
            )],
            1,
        ),
        (
            "not-staged",
            vec![(
                "--kextutil",
                s("Unable to stage kext (/Library/Extensions/wdavkext.kext) to secure location.\n"),
            )],
            1,
        ),
        (
            "wrong-architecture",
            vec![(
                "--kmutil",
                s(
                    "Error Domain=KMErrorDomain Code=71 \"Incompatible architecture: Binary is for x86_64, but needed arch arm64e\"\n",
                ),
            )],
            1,
        ),
        (
            "missing-libraries",
            vec![(
                "--kextutil",
                s(
                    "Diagnostics for /Library/Extensions/wdavkext.kext:\nDependency Resolution Failures:\n    No kexts found for these libraries:\n        com.apple.kpi.unsupported\n",
                ),
            )],
            1,
        ),
        (
            "refused-without-reason",
            vec![(
                "--kextutil",
                load("failed to load - (libkern/kext) not loadable (reason unspecified)"),
            )],
            1,
        ),
        (
            "full-security",
            vec![(
                "--bputil",
                s(
                    "Security Mode:               Full       (smb0): absent\n3rd Party Kexts Status:      Disabled   (smb2): absent\n",
                ),
            )],
            2,
        ),
        ("kext-loaded", vec![("--kextstat", s(row))], 0),
        (
            "system-extension-enabled",
            vec![(
                "--systemextensionsctl",
                both_extensions("activated enabled"),
            )],
            0,
        ),
        (
            "kext-rejected-despite-approval",
            vec![("--kextutil", s(REJECTED)), ("--profiles", kernel(&[team]))],
            1,
        ),
        (
            "not-run-as-root",
            vec![(
                "--kmutil",
                s(
                    "Error Domain=KMErrorDomain Code=71 \"Insufficient permissions for action: Unable to load 'com.microsoft.wdavkext' in unprivileged request.\"\n",
                ),
            )],
            2,
        ),
        (
            "other-extension",
            vec![("--kextutil", REJECTED.replace("wdavkext", "other"))],
            2,
        ),
        (
            "kext-loadable",
            vec![(
                "--kextutil",
                s(
                    "Code Signing Failure: code signature is invalid\n/Library/Extensions/wdavkext.kext appears to be loadable (including linkage for on-disk libraries).\n",
                ),
            )],
            2,
        ),
        ("kext-not-loaded", vec![("--kextstat", s(loaded))], 2),
        (
            "system-extension-not-listed",
            vec![("--systemextensionsctl", s("0 extension(s)\n"))],
            2,
        ),
        (
            "approval-not-asked",
            vec![("--spctl", s("Kernel Extension User Consent: DISABLED\n"))],
            2,
        ),
        (
            "kext-forbidden-by-security-mode",
            vec![
                ("--kmutil", s(NOT_APPROVED)),
                ("--profiles", kernel(&[TEAM])),
                (
                    "--bputil",
                    s("Security Mode:               Full       (smb0): absent\n"),
                ),
            ],
            1,
        ),
    ]
}
