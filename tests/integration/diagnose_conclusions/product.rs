//! The files that make each conclusion about the product as a whole hold.

use super::Case;
use crate::diagnose::{both_extensions, health};

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    let s = str::to_owned;
    vec![
        (
            "kext-replaced",
            vec![(
                "--kextutil",
                s(
                    "Error Domain=KMErrorDomain Code=71 \"Could not find: No bundle was found at /Library/Extensions/wdavkext.kext.\"\n",
                ),
            )],
            2,
        ),
        (
            "protection-off-by-mdm-and-not-available",
            vec![("--mdatp-health", health("false [managed]", "false"))],
            2,
        ),
        (
            "protection-subsystem-unavailable",
            vec![(
                "--mdatp-health",
                format!(
                    "real_time_protection_subsystem : \"unavailable\"\n{}",
                    health("true", "true")
                ),
            )],
            1,
        ),
        (
            "value-not-read",
            vec![
                ("--mdatp-health", health("true", "fals")),
                (
                    "--systemextensionsctl",
                    both_extensions("activated enabled"),
                ),
            ],
            2,
        ),
        (
            "service-not-reachable",
            vec![
                (
                    "--mdatp-health",
                    s("Could not connect to the daemon. Retrying 1/10 ...\n"),
                ),
                (
                    "--systemextensionsctl",
                    both_extensions("activated enabled"),
                ),
            ],
            1,
        ),
        (
            "not-onboarded",
            vec![(
                "--mdatp-health",
                format!("org_id : unavailable\n{}", health("true", "true")),
            )],
            1,
        ),
        (
            "protection-off-by-mdm",
            vec![(
                "--mdatp-health",
                s(
                    "healthy : true\nreal_time_protection_enabled : false [managed]\nreal_time_protection_available : true\n",
                ),
            )],
            1,
        ),
        (
            "protection-waits-for-onboarding",
            vec![(
                "--mdatp-health",
                format!("licensed : false\n{}", health("false", "true")),
            )],
            1,
        ),
        (
            "passive-mode",
            vec![(
                "--mdatp-health",
                format!("passive_mode_enabled : true\n{}", health("true", "true")),
            )],
            0,
        ),
        (
            "conflicting-application",
            vec![(
                "--mdatp-health",
                format!(
                    "conflicting_applications : [\"com.fabrikam.av\"]\n{}",
                    health("true", "true")
                ),
            )],
            0,
        ),
        (
            "health-issues",
            vec![(
                "--mdatp-health",
                format!(
                    "health_issues : [\"no active event provider\"]\n{}",
                    health("true", "false")
                ),
            )],
            1,
        ),
        (
            "defender-healthy",
            vec![("--mdatp-health", health("true", "true"))],
            0,
        ),
        (
            "defender-not-healthy",
            vec![("--mdatp-health", s("healthy : false\nlicensed  : true\n"))],
            2,
        ),
        (
            "protection-unavailable",
            vec![("--mdatp-health", health("unavailable", "unavailable"))],
            1,
        ),
        (
            "protection-switched-off",
            vec![("--mdatp-health", health("false", "true"))],
            1,
        ),
        (
            "looks-like-swapped-page",
            vec![(
                "--mdatp-health",
                s(
                    "...\nreal_time_protection_enabled                : false\nreal_time_protection_available              : true\n...\n",
                ),
            )],
            1,
        ),
        (
            "protection-off-and-not-available",
            vec![("--mdatp-health", health("false", "false"))],
            2,
        ),
        (
            "protection-works",
            vec![("--mdatp-health", health("true", "true"))],
            0,
        ),
        (
            "full-disk-access-missing",
            vec![(
                "--mdatp-health",
                s("full_disk_access_enabled        : false\n"),
            )],
            2,
        ),
        (
            "not-licensed",
            vec![(
                "--mdatp-health",
                format!("licensed : false\n{}", health("true", "true")),
            )],
            1,
        ),
        (
            "linux-agent",
            vec![(
                "--mdatp-health",
                format!(
                    "{}real_time_protection_subsystem              : \"fanotify\"\n",
                    health("true", "true")
                ),
            )],
            2,
        ),
        (
            "other-health-issue",
            vec![(
                "--mdatp-health",
                format!(
                    "health_issues                               : [\"engine not loaded\"]\n{}",
                    health("true", "true").replace(
                        "healthy                                     : true",
                        "healthy                                     : false"
                    )
                ),
            )],
            1,
        ),
    ]
}
