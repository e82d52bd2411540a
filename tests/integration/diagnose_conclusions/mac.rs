//! The files that make each conclusion about the Mac and the inputs hold.

use super::Case;
use crate::diagnose::{both_extensions, health, profiles_of};

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    let s = str::to_owned;
    vec![
        (
            "payloads-of-the-product",
            vec![(
                "--profiles",
                profiles_of(
                    "_computerlevel",
                    "com.apple.webcontent-filter",
                    &["<key>PluginBundleID</key>\n<string>com.microsoft.wdav</string>"],
                ),
            )],
            2,
        ),
        (
            "full-disk-access-denied",
            vec![
                (
                    "--profiles",
                    profiles_of(
                        "_computerlevel",
                        "com.apple.TCC.configuration-profile-policy",
                        &[
                            "<key>Services</key>\n<dict>\n<key>SystemPolicyAllFiles</key>\n<array>\n<dict>\n<key>Identifier</key>\n<string>com.microsoft.wdav.epsext</string>\n<key>Authorization</key>\n<string>Deny</string>\n</dict>\n</array>\n</dict>",
                        ],
                    ),
                ),
                (
                    "--systemextensionsctl",
                    both_extensions("activated enabled"),
                ),
            ],
            1,
        ),
        (
            "several-macs",
            vec![(
                "--systemextensionsctl",
                format!(
                    "anna@mac-a ~ % systemextensionsctl list\n{}ben@mac-b ~ % systemextensionsctl list\n{}",
                    both_extensions("activated waiting for user"),
                    both_extensions("activated enabled")
                ),
            )],
            2,
        ),
        (
            "enrollment-contradicts-itself",
            vec![(
                "--enrollment",
                s("MDM enrollment: No\nMDM enrollment: Yes\n"),
            )],
            1,
        ),
        (
            "two-runs",
            vec![(
                "--mdatp-health",
                format!("{}{}", health("true", "false"), health("true", "true")),
            )],
            0,
        ),
        (
            "command-failed",
            vec![(
                "--csrutil",
                s("csrutil: System Integrity Protection status: command failed\n"),
            )],
            2,
        ),
        (
            "not-enrolled",
            vec![(
                "--enrollment",
                s("Enrolled via DEP: No\nMDM enrollment: No\n"),
            )],
            2,
        ),
        (
            "profile-refused",
            vec![(
                "--profiles",
                s("The profile must originate from a user approved MDM server.\n"),
            )],
            2,
        ),
        (
            "kernel-collection-needs-restart",
            vec![(
                "--kmutil",
                s(
                    "2025-11-10 10:50:35.420933+0100 0x28d18c   Default     0x0                  78495  0    kernelmanager_helper: auxkc build requires reboot, calling out to syspolicyd\n",
                ),
            )],
            2,
        ),
        (
            "mdm-not-user-approved",
            vec![(
                "--enrollment",
                s("Enrolled via DEP: No\nMDM enrollment: Yes\n"),
            )],
            2,
        ),
        (
            "integrity-protection-off",
            vec![(
                "--csrutil",
                s("System Integrity Protection status: disabled.\n"),
            )],
            2,
        ),
    ]
}
