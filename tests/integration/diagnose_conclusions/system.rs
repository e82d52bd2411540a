//! The files that make each conclusion about a system extension hold.

use super::{Case, extension, per_team, system, types};
use crate::diagnose::{activation_error, both_extensions, health, system_extension};

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    let types = types();
    let extension = extension();
    let s = str::to_owned;
    vec![
        (
            "system-extension-not-active",
            vec![(
                "--systemextensionsctl",
                both_extensions("activated enabled").replace("*\t*", "*\t"),
            )],
            2,
        ),
        (
            "list-cut-short",
            vec![(
                "--systemextensionsctl",
                both_extensions("activated enabled").replace(
                    "wdav.netext (101.1/1)\tDefender\t[activated enabled]",
                    "wdav.netext (101.1/1)\tDef",
                ),
            )],
            2,
        ),
        (
            "system-extension-terminating",
            vec![(
                "--systemextensionsctl",
                system_extension("terminating for disable"),
            )],
            1,
        ),
        (
            "system-extension-bad-signature",
            vec![("--systemextensionsctl", activation_error(8))],
            1,
        ),
        (
            "system-extension-not-found",
            vec![("--systemextensionsctl", activation_error(4))],
            1,
        ),
        (
            "system-extension-activation-failed",
            vec![("--systemextensionsctl", activation_error(1))],
            1,
        ),
        (
            "system-extension-deactivation-failed",
            vec![(
                "--systemextensionsctl",
                format!("Requesting deactivation\n{}", activation_error(1)),
            )],
            2,
        ),
        (
            "network-filter-off",
            vec![(
                "--mdatp-health",
                s(
                    "network_extension_enabled : false\nnetwork_extension_installed : true\nendpoint_security_extension_ready : true\nendpoint_security_extension_installed : true\n",
                ),
            )],
            1,
        ),
        (
            "extension-enabled-and-not-running",
            vec![
                (
                    "--systemextensionsctl",
                    both_extensions("activated enabled"),
                ),
                ("--mdatp-health", health("true", "false")),
            ],
            1,
        ),
        (
            "approved-and-not-installed",
            vec![
                ("--systemextensionsctl", s("0 extension(s)\n")),
                ("--profiles", system(&[&extension])),
            ],
            1,
        ),
        (
            "listed-for-other-team",
            vec![(
                "--systemextensionsctl",
                both_extensions("activated enabled").replace("UBF8T346G9", "K7Q2XD94WL"),
            )],
            2,
        ),
        (
            "defender-extension-ready",
            vec![(
                "--mdatp-health",
                s(
                    "endpoint_security_extension_ready : true\nendpoint_security_extension_installed : true\n",
                ),
            )],
            0,
        ),
        (
            "system-extension-upgrade-waiting",
            vec![(
                "--systemextensionsctl",
                format!(
                    "{}*\t*\tUBF8T346G9\tcom.microsoft.wdav.epsext (100.9/9)\tDefender\t[activated waiting to upgrade]\n",
                    both_extensions("activated enabled").replace("2 ext", "3 ext")
                ),
            )],
            0,
        ),
        (
            "system-extension-other-state",
            vec![(
                "--systemextensionsctl",
                system_extension("validating by category"),
            )],
            2,
        ),
        (
            "system-extension-only-looked-at",
            vec![(
                "--systemextensionsctl",
                s(
                    "2026-11-01 sysextd: [com.apple.sx:StateChanges] extension UBF8T346G9 com.microsoft.wdav.epsext (1/1) advancing state from realizing to staging\n",
                ),
            )],
            2,
        ),
        (
            "type-not-allowed",
            vec![
                (
                    "--systemextensionsctl",
                    system_extension("activated waiting for user"),
                ),
                ("--profiles", system(&[&format!("{types}\n{extension}")])),
            ],
            1,
        ),
        (
            "defender-extension-not-ready",
            vec![(
                "--mdatp-health",
                s(
                    "endpoint_security_extension_ready : false\nendpoint_security_extension_installed : true\n",
                ),
            )],
            1,
        ),
        (
            "system-extension-waiting-for-user",
            vec![(
                "--systemextensionsctl",
                system_extension("activated waiting for user"),
            )],
            1,
        ),
        (
            "system-extension-disabled",
            vec![(
                "--systemextensionsctl",
                system_extension("activated disabled"),
            )],
            1,
        ),
        (
            "system-extension-terminated",
            vec![(
                "--systemextensionsctl",
                system_extension("terminated waiting to uninstall on reboot"),
            )],
            1,
        ),
        (
            "system-extension-forbidden",
            vec![(
                "--systemextensionsctl",
                s(
                    "SystemExtension \"com.microsoft.wdav.epsext\" request did fail: Error Domain=OSSystemExtensionErrorDomain Code=10 \"(null)\"\n",
                ),
            )],
            1,
        ),
        (
            "types-narrowed",
            vec![("--profiles", system(&[&format!("{types}\n{extension}")]))],
            2,
        ),
        (
            "types-narrowed-in-some",
            vec![("--profiles", system(&[&types, &extension]))],
            2,
        ),
        (
            "removable-and-not",
            vec![(
                "--profiles",
                system(&[
                    &per_team("RemovableSystemExtensions", &["com.microsoft.wdav.netext"]),
                    &per_team(
                        "NonRemovableSystemExtensions",
                        &["com.microsoft.wdav.epsext", "com.microsoft.wdav.netext"],
                    ),
                ]),
            )],
            2,
        ),
        (
            "system-extension-update-waiting",
            vec![(
                "--systemextensionsctl",
                format!(
                    "{}*\t*\tUBF8T346G9\tcom.microsoft.wdav.epsext (100.9/9)\tDefender\t[activated enabled]\n",
                    system_extension("activated waiting for user").replace("1 ext", "2 ext")
                ),
            )],
            1,
        ),
        (
            "network-events-missing",
            vec![(
                "--mdatp-health",
                format!(
                    "health_issues                               : [\"network event provider not running\"]\n{}",
                    health("true", "true")
                ),
            )],
            1,
        ),
        (
            "system-extension-activation-failed-and-enabled",
            vec![(
                "--systemextensionsctl",
                format!(
                    "com.microsoft.wdav.epsext: (OSSystemExtensionErrorDomain error 10.)\n{}",
                    both_extensions("activated enabled")
                ),
            )],
            0,
        ),
        (
            "defender-extension-not-installed",
            vec![(
                "--mdatp-health",
                s(
                    "endpoint_security_extension_ready           : false\nendpoint_security_extension_installed       : false\n",
                ),
            )],
            1,
        ),
        (
            "system-extension-restart-pending",
            vec![(
                "--systemextensionsctl",
                s(
                    "SystemExtension \"com.microsoft.wdav.epsext\" request did finish: willCompleteAfterReboot\n",
                ),
            )],
            1,
        ),
        (
            "extension-not-let-run",
            vec![(
                "--systemextensionsctl",
                s(
                    "2026-03-04 08:00:00.1+0100 0x1 Default 0x0 321 0 amfid: /Library/SystemExtensions/0A1B/com.microsoft.wdav.epsext.systemextension/Contents/MacOS/com.microsoft.wdav.epsext not valid: Error Domain=AppleMobileFileIntegrityError Code=-413 \"No matching profile found\"\n",
                ) + &system_extension("activated enabled"),
            )],
            1,
        ),
        (
            "extension-process-fails",
            vec![(
                "--systemextensionsctl",
                s(
                    "2026-03-04 08:00:00.1+0100 0x1 Error 0x0 1 0 launchd: [system/UBF8T346G9.com.microsoft.wdav.epsext [321]:] Service could not initialize: posix_spawn(/Library/SystemExtensions/0A1B), error 0xa3 - Launchd job spawn failed\n",
                ),
            )],
            1,
        ),
        (
            "endpoint-security-not-permitted",
            vec![(
                "--systemextensionsctl",
                s(
                    "com.microsoft.wdav.epsext: es_new_client: ES_NEW_CLIENT_RESULT_ERR_NOT_PERMITTED\n",
                ) + &system_extension("activated enabled"),
            )],
            1,
        ),
        (
            "extension-process-runs",
            vec![(
                "--systemextensionsctl",
                s("UBF8T346G9.com.microsoft.wdav.epsext = {\n\tstate = running\n}\n"),
            )],
            2,
        ),
    ]
}
