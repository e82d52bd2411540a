//! `diagnose` as a user meets it: every conclusion with its whole answer, other tools' output, folders, the script.

use crate::tool::{Tool, repository};

/// The two lines that matter of `mdatp health`.
pub(crate) fn health(enabled: &str, available: &str) -> String {
    let healthy = enabled == "true" && available == "true";
    format!(
        "healthy                                     : {healthy}\nreal_time_protection_enabled                : {enabled}\nreal_time_protection_available              : {available}\n"
    )
}

/// A rejection by `kextutil`.
pub(crate) const REJECTED: &str = "Kext rejected due to system policy: <OSKext 0x7fa000000010 [0x7fff00000010]> { URL = \"file:///Library/StagedExtensions/Library/Extensions/wdavkext.kext/\", ID = \"com.microsoft.wdavkext\" }\nDiagnostics for /Library/Extensions/wdavkext.kext:\n";

/// A refusal by `kmutil`.
const NOT_APPROVED: &str = "Error Domain=KMErrorDomain Code=27 \"Extension with identifiers com.microsoft.wdavkext not approved to load. Please approve using System Settings.\"\n";

/// One row of `systemextensionsctl list`.
fn system_extension(state: &str) -> String {
    format!(
        "1 extension(s)\n--- com.apple.system_extension.endpoint_security\nenabled\tactive\tteamID\tbundleID (version)\tname\t[state]\n\t*\tUBF8T346G9\tcom.microsoft.wdav.epsext (101.1/1)\tDefender\t[{state}]\n"
    )
}

/// Rows of both of Defender's system extensions.
fn both_extensions(state: &str) -> String {
    let one = system_extension(state).replace("1 ext", "2 ext");
    format!("{one}*\t*\tUBF8T346G9\tcom.microsoft.wdav.netext (101.1/1)\tDefender\t[{state}]\n")
}

/// `profiles show` with kernel-extension payloads of these contents.
pub(crate) fn profiles(scope: &str, contents: &[&str]) -> String {
    profiles_of(
        scope,
        "com.apple.syspolicy.kernel-extension-policy",
        contents,
    )
}

/// The same with payloads of another type.
fn profiles_of(scope: &str, payload_type: &str, contents: &[&str]) -> String {
    let items: String = contents
        .iter()
        .map(|content| {
            [
                "<dict>\n<key>PayloadContent</key>\n<dict>\n",
                content,
                "\n</dict>\n<key>PayloadType</key>\n<string>",
                payload_type,
                "</string>\n</dict>\n",
            ]
            .concat()
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n<key>{scope}</key>\n<array>\n<dict>\n<key>ProfileDisplayName</key>\n<string>Contoso</string>\n<key>ProfileItems</key>\n<array>\n{items}</array>\n</dict>\n</array>\n</dict>\n</plist>\n"
    )
}

/// What an application says when the activation of its extension failed.
fn activation_error(code: u8) -> String {
    format!(
        "request of com.microsoft.wdav.epsext is failed with error: (OSSystemExtensionErrorDomain error {code}.)\n"
    )
}

/// A load answer about Defender's kernel extension.
fn load(sentence: &str) -> String {
    format!("/Library/Extensions/wdavkext.kext: {sentence}\n")
}

/// A conclusion, the options with the content of their files, and the exit code.
type Case = (&'static str, Vec<(&'static str, String)>, i32);

/// The files that make each conclusion hold, and the exit code.
#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<Case> {
    let team = "<key>AllowedTeamIdentifiers</key>\n<array>\n<string>UBF8T346G9</string>\n</array>";
    let kernel = |contents: &[&str]| profiles("_computerlevel", contents);
    let system = |contents: &[&str]| {
        profiles_of(
            "_computerlevel",
            "com.apple.system-extension-policy",
            contents,
        )
    };
    let per_team = |key: &str, items: &[&str]| {
        let items: Vec<String> = items
            .iter()
            .map(|item| format!("<string>{item}</string>\n"))
            .collect();
        format!(
            "<key>{key}</key>\n<dict>\n<key>UBF8T346G9</key>\n<array>\n{}</array>\n</dict>",
            items.concat()
        )
    };
    let types = per_team("AllowedSystemExtensionTypes", &["NetworkExtension"]);
    let extension = per_team("AllowedSystemExtensions", &["com.microsoft.wdav.epsext"]);
    let other = per_team("AllowedKernelExtensions", &["com.microsoft.other"]);
    let on = "<key>AllowUserOverrides</key>\n<true/>";
    let off = "<key>AllowUserOverrides</key>\n<false/>";
    let loaded = "Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>\n    1  100 0xffffff7f80a18000 0x9d30     0x9d30     com.apple.kpi.bsd (16.0.0) 00000000-4DC3-49BB-81CF-446F004202F8\n";
    let row = "  130    0 0xffffff7f80ea9000 0x2000     0x2000     com.microsoft.wdavkext (1.1.0) 00000000-6C8A-3900-8E83-744487AEDEF1 <4 1>\n";
    let policy = |bundle: &str| {
        format!(
            "identifier: com.contoso.kexts\norganization: Contoso\nkernel_extensions:\n  allowed:\n    - team_id: UBF8T346G9\n      bundle_ids: [{bundle}]\n"
        )
    };
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
            vec![("--kextutil", String::new())],
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
            "wrong-payload",
            vec![
                (
                    "--profiles",
                    kernel(&[&per_team(
                        "AllowedKernelExtensions",
                        &["com.microsoft.wdav.epsext"],
                    )]),
                ),
                (
                    "--systemextensionsctl",
                    system_extension("activated waiting for user"),
                ),
            ],
            1,
        ),
        (
            "near-bundle-id",
            vec![(
                "--profiles",
                system(&[&per_team(
                    "AllowedSystemExtensions",
                    &["com.microsoft.wdav.epsextension"],
                )]),
            )],
            2,
        ),
        (
            "near-team-id",
            vec![(
                "--profiles",
                kernel(&[
                    "<key>AllowedTeamIdentifiers</key>\n<array>\n<string>UBF8T346C9</string>\n</array>",
                ]),
            )],
            2,
        ),
        (
            "under-other-team",
            vec![(
                "--profiles",
                system(&[&extension.replace("UBF8T346G9", "K7Q2XD94WL")]),
            )],
            2,
        ),
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
            "profile-contents-hidden",
            vec![(
                "--profiles",
                s(
                    "_computerlevel[1] attribute: name: Contoso\n_computerlevel[1] payload[1] type = com.apple.syspolicy.kernel-extension-policy\nThere are 1 configuration profiles installed\n",
                ),
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
            "protection-unavailable",
            vec![("--mdatp-health", health("unavailable", "unavailable"))],
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
            "user-decision-missing",
            vec![(
                "--kext-policy-db",
                s("UBF8T346G9|com.microsoft.wdavkext|0|Microsoft Corporation|1\n"),
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
            "approved-by-profile",
            vec![("--profiles", profiles("_computerlevel", &[team]))],
            2,
        ),
        (
            "approved-by-user",
            vec![(
                "--kext-policy-db",
                s("UBF8T346G9|com.microsoft.wdavkext|1|Microsoft Corporation|1\n"),
            )],
            2,
        ),
        (
            "kext-overrides-contradict",
            vec![("--profiles", profiles("_computerlevel", &[on, off]))],
            2,
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
            "team-whole-and-listed",
            vec![("--profiles", kernel(&[team, &other]))],
            2,
        ),
        (
            "non-admin-approvals-contradict",
            vec![(
                "--profiles",
                kernel(&[
                    "<key>AllowNonAdminUserApprovals</key>\n<true/>",
                    "<key>AllowNonAdminUserApprovals</key>\n<false/>",
                ]),
            )],
            2,
        ),
        (
            "system-extension-overrides-contradict",
            vec![("--profiles", system(&[on, off]))],
            2,
        ),
        (
            "approval-by-hand-forbidden",
            vec![
                ("--profiles", kernel(&[&other])),
                ("--kextutil", s(REJECTED)),
            ],
            1,
        ),
        (
            "kext-rejected-despite-approval",
            vec![("--kextutil", s(REJECTED)), ("--profiles", kernel(&[team]))],
            1,
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
            "profile-does-not-cover",
            vec![("--profiles", profiles("_computerlevel", &[off]))],
            2,
        ),
        (
            "no-profile",
            vec![("--profiles", profiles("_computerlevel", &[]))],
            2,
        ),
        (
            "profile-for-a-user",
            vec![("--profiles", profiles("adele", &[team]))],
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
            "integrity-protection-off",
            vec![(
                "--csrutil",
                s("System Integrity Protection status: disabled.\n"),
            )],
            2,
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
            "in-policy",
            vec![
                ("--policy", policy("com.microsoft.wdavkext")),
                ("--kextutil", s(REJECTED)),
            ],
            1,
        ),
        (
            "not-in-policy",
            vec![
                ("--policy", policy("com.contoso.other")),
                ("--kextutil", s(REJECTED)),
            ],
            1,
        ),
    ]
}

#[test]
fn every_conclusion_is_told_with_its_evidence_and_next_step() {
    // `a_database_is_read_with_the_rows_of_its_log` and `a_kernel_extension_that_is_not_there_is_told` show these.
    let mut told = vec![
        "not-in-database".to_owned(),
        "kext-not-installed".to_owned(),
    ];
    for (name, files, code) in cases() {
        let tool = Tool::new();
        let mut args = vec!["diagnose".to_owned()];
        for (option, content) in files {
            let file = format!("{}.txt", option.trim_start_matches('-'));
            tool.file(&file, content);
            args.extend([option.to_owned(), file]);
        }
        let run = tool.run(&args);
        assert!(
            run.stdout.contains(&format!("\n{name} (")),
            "{name}: {}",
            run.shown()
        );
        assert_eq!(run.code, code, "{name}: {}", run.shown());
        insta::assert_snapshot!(format!("diagnose-{name}"), run.shown());
        told.push(name.to_owned());
    }
    let tables = repository().join("src/diagnose/conclusions");
    let tables = std::fs::read_dir(tables).expect("the tables").flatten();
    let table: String = tables
        .map(|file| std::fs::read_to_string(file.path()).expect("a table"))
        .collect();
    let docs = std::fs::read_to_string(repository().join("docs/diagnose.md")).expect("the page");
    for line in table.lines().filter(|line| line.starts_with("    \"")) {
        let Some(name) = line.split('"').nth(1) else {
            continue;
        };
        assert!(told.iter().any(|own| own == name), "no case for {name}");
        assert!(
            docs.contains(&format!("`{name}`")),
            "docs/diagnose.md does not name {name}"
        );
    }
}

#[test]
fn contradicting_evidence_is_shown_as_such() {
    let tool = Tool::new();
    tool.file("health.txt", health("true", "true"));
    tool.file("kextutil.txt", REJECTED);
    let run = tool
        .run([
            "diagnose",
            "--mdatp-health",
            "health.txt",
            "--kextutil",
            "kextutil.txt",
        ])
        .expect_code(1);
    assert!(run.stdout.starts_with("contradictory: "), "{}", run.shown());
    insta::assert_snapshot!("diagnose-contradiction", run.shown());
}

#[test]
fn pasted_text_reads_like_the_original() {
    let pasted = "\u{feff}user@mac ~ % mdatp health\r\nhealthy\t\t: false\r\nreal_time_protection_enabled\u{a0}: \u{201c}true\u{201d}\r\nreal_time_protection_available:\tfalse\r\n";
    let utf16: Vec<u8> = pasted.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [pasted.as_bytes().to_vec(), utf16] {
        let run = Tool::new()
            .run_with_input(["diagnose", "--mdatp-health", "-"], bytes)
            .expect_code(1);
        assert!(run.stdout.starts_with("blocked: "), "{}", run.shown());
    }
}

#[test]
fn a_collected_folder_gives_json_that_sorts() {
    let tool = Tool::new();
    tool.file("mac-1/mdatp-health.txt", health("true", "true"));
    tool.file("mac-1/kextstat.txt", "");
    let run = tool
        .run(["diagnose", "--dir", "mac-1", "--format", "json"])
        .expect_code(0);
    insta::assert_snapshot!(
        "diagnose-json",
        run.stdout.replace(env!("CARGO_PKG_VERSION"), "VERSION")
    );
    tool.run(["diagnose", "--dir", "missing"]).expect_code(2);
}

#[cfg(feature = "sqlite")]
#[test]
fn a_database_is_read_with_the_rows_of_its_log() {
    let tool = Tool::new();
    let path = tool.path().join("KextPolicy");
    let database = rusqlite::Connection::open(&path).expect("a database");
    database
        .execute_batch(
            "PRAGMA journal_mode=wal; PRAGMA wal_autocheckpoint=0;
             CREATE TABLE kext_policy (team_id TEXT, bundle_id TEXT, allowed BOOLEAN, developer_name TEXT, flags INTEGER, PRIMARY KEY (team_id, bundle_id));
             INSERT INTO kext_policy VALUES ('UBF8T346G9', 'com.microsoft.wdavkext', 0, 'Microsoft Corporation', 1);",
        )
        .expect("rows");
    let run = tool
        .run(["diagnose", "--kext-policy-db", "KextPolicy"])
        .expect_code(1);
    assert!(
        run.stdout.contains("user-decision-missing"),
        "{}",
        run.shown()
    );
    let run = tool
        .run([
            "diagnose",
            "--kext-policy-db",
            "KextPolicy",
            "--team-id",
            "K7Q2XD94WL",
            "--bundle-id",
            "com.contoso.usb",
        ])
        .expect_code(2);
    assert!(run.stdout.contains("not-in-database"), "{}", run.shown());
    insta::assert_snapshot!("diagnose-not-in-database", run.shown());
}

/// What `system_profiler` says of one payload.
fn system_profiler(data: &str) -> String {
    let json = serde_json::json!({"SPConfigurationProfileDataType": [{
        "_name": "spconfigprofile_section_deviceconfigprofiles",
        "_items": [{"_name": "Contoso", "_items": [{
            "_name": "com.apple.syspolicy.kernel-extension-policy",
            "spconfigprofile_payload_data": data,
            "spconfigprofile_payload_uuid": "0E9D7A1C-0000-4000-8000-000000000001",
        }]}],
    }]});
    serde_json::to_string_pretty(&json).expect("JSON")
}

#[test]
fn profiles_are_read_from_system_profiler_too() {
    let team = "{\n    AllowUserOverrides = 0;\n    AllowedTeamIdentifiers =     (\n        UBF8T346G9\n    );\n}";
    let bundle = "{\n    AllowedKernelExtensions =     {\n        UBF8T346G9 =         (\n            \"com.microsoft.wdavkext\"\n        );\n    };\n}";
    for (data, name) in [
        (team, "approved-by-profile"),
        (bundle, "approved-by-profile"),
        ("{\n}", "profile-does-not-cover"),
        ("{ AllowedTeamIdentifiers = (", "profile-contents-hidden"),
    ] {
        let shown = answer_to("--system-profiler", &system_profiler(data), &[]);
        assert!(shown.contains(&format!("\n{name} (")), "{shown}");
        assert!(shown.contains("\n  f:"), "{shown}");
    }
    let pasted = format!(
        "adele@mac-7 ~ % \n{}adele@mac-7 ~ % \n",
        system_profiler(team)
    );
    let shown = answer_to("--system-profiler", &pasted, &[]);
    assert!(shown.contains("\napproved-by-profile ("), "{shown}");
    let cut = system_profiler(team).replace("]\n}", "");
    let tool = Tool::new();
    tool.file("f", cut);
    let run = tool
        .run(["diagnose", "--system-profiler", "f"])
        .expect_code(2);
    assert!(run.stderr.contains("only a part of one"), "{}", run.shown());
}

/// The answer to one file.
pub(crate) fn answer_to(option: &str, content: &str, more: &[&str]) -> String {
    let tool = Tool::new();
    tool.file("f", content);
    let mut args = vec!["diagnose", option, "f"];
    args.extend(more);
    tool.run(&args).stdout
}

#[test]
fn a_folder_with_another_name_is_known_by_the_bundle_id_beside_it() {
    let output = REJECTED.replace("wdavkext.kext", "Defender_r11.kext");
    let shown = answer_to("--kextutil", &output, &[]);
    assert!(shown.contains("\nkext-approval-missing ("), "{shown}");
    let more = format!("{output}/Library/Extensions/Defender_r11.kext: Unable to stage kext\n");
    let shown = answer_to("--kextutil", &more, &[]);
    assert!(shown.contains("\nkext-rejected-and-damaged ("), "{shown}");
}

#[test]
fn a_listing_with_columns_of_its_own_is_read_by_its_head_or_as_the_published_query() {
    for rows in [
        "com.microsoft.wdavkext|1|Microsoft Corporation|0\n",
        "bundle_id|allowed|flags|team_id\ncom.microsoft.wdavkext|0|1|UBF8T346G9\n",
    ] {
        let shown = answer_to("--kext-policy-db", rows, &[]);
        assert!(shown.contains("\nuser-decision-missing ("), "{shown}");
    }
    let other = "bundle_id|allowed|flags|team_id\ncom.microsoft.wdavkext|0|1|K7Q2XD94WL\n";
    let shown = answer_to("--kext-policy-db", other, &[]);
    assert!(shown.starts_with("not known"), "{shown}");
    let approved =
        "team_id|bundle_id|allowed|payload_uuid\nUBF8T346G9|com.microsoft.wdavkext|1|x\n";
    let shown = answer_to("--kext-policy-db", approved, &[]);
    assert!(shown.contains("\napproved-by-profile ("), "{shown}");
}

#[test]
fn one_way_of_deployment_shows_its_own_steps_only() {
    for (way, own) in [
        ("jamf", "with Jamf Pro:"),
        ("intune", "with Intune:"),
        ("manual", "by hand:"),
    ] {
        let shown = answer_to("--kextutil", REJECTED, &["--deployment", way]);
        for head in ["with Jamf Pro:", "with Intune:", "by hand:"] {
            assert_eq!(shown.contains(head), head == own, "{way}: {shown}");
        }
    }
}

#[test]
fn an_input_that_says_nothing_leaves_its_question_open() {
    let other = REJECTED.replace("wdavkext", "other");
    let shown = answer_to("--kextutil", &other, &[]);
    assert!(
        shown.contains("why the kernel extension does not load: run"),
        "{shown}"
    );
}

#[test]
fn a_kernel_extension_that_is_not_there_is_told() {
    let asked = ["--team-id", "K7Q2XD94WL", "--bundle-id", "com.contoso.usb"];
    let text = "/Library/Extensions/usb.kext - No such file or directory\n";
    let shown = answer_to("--kextutil", text, &asked);
    assert!(shown.contains("\nkext-not-installed (blocked)"), "{shown}");
}

#[test]
fn a_list_of_the_users_profiles_says_nothing_about_those_of_the_mac() {
    let shown = answer_to("--profiles", &profiles("adele", &[]), &[]);
    assert!(
        shown.starts_with("not known") && !shown.contains("no-profile"),
        "{shown}"
    );
    assert!(shown.contains("whether a profile approves it"), "{shown}");
}

#[test]
fn of_several_extensions_each_has_to_work() {
    let row = "  130    0 0xffffff7f80ea9000 0x2000     0x2000     com.contoso.usb (1.1.0) 00000000-6C8A-3900-8E83-744487AEDEF1 <4 1>\n";
    let asked = ["--team-id", "K7Q2XD94WL", "--bundle-id", "com.contoso.usb"];
    let shown = answer_to("--kextstat", row, &asked);
    assert!(
        shown.starts_with("healthy: com.contoso.usb (team"),
        "{shown}"
    );
    let two = [&asked[..], &["--bundle-id", "com.contoso.net"]].concat();
    let shown = answer_to("--kextstat", row, &two);
    assert!(shown.starts_with("not known: "), "{shown}");
    assert!(
        shown.contains("\n  - whether com.contoso.net works: run"),
        "{shown}"
    );
}

#[test]
fn an_approval_of_one_extension_is_none_of_another() {
    let rows = "K7Q2XD94WL|com.contoso.usb|1|Contoso|1\nK7Q2XD94WL|com.contoso.net|0|Contoso|1\n";
    let shown = answer_to(
        "--kext-policy-db",
        rows,
        &[
            "--team-id",
            "K7Q2XD94WL",
            "--bundle-id",
            "com.contoso.usb",
            "--bundle-id",
            "com.contoso.net",
        ],
    );
    assert!(
        shown.starts_with("blocked: com.contoso.net (team"),
        "{shown}"
    );
    assert!(shown.contains("\nuser-decision-missing ("), "{shown}");
}

#[test]
fn on_a_mac_that_works_nothing_is_told_of_what_it_does_not_need() {
    let tool = Tool::new();
    tool.file("mac/mdatp-health.txt", "healthy : true\nreal_time_protection_enabled : true\nreal_time_protection_available : true\n");
    tool.file("mac/kextstat.txt", "Index Refs Address Size Wired Name (Version) UUID <Linked Against>\n    1  100 0xffffff7f80a18000 0x9d30     0x9d30     com.apple.kpi.bsd (16.0.0) 00000000-4DC3-49BB-81CF-446F004202F8\n");
    tool.file(
        "mac/systemextensionsctl.txt",
        system_extension("activated enabled"),
    );
    tool.file("mac/profiles.xml", profiles("_computerlevel", &[]));
    tool.file(
        "mac/enrollment.txt",
        "Enrolled via DEP: No\nMDM enrollment: No\n",
    );
    tool.file("mac/bputil.txt", "Security Mode:               Full       (smb0): absent\n3rd Party Kexts Status:      Disabled   (smb2): absent\n");
    let run = tool.run(["diagnose", "--dir", "mac"]).expect_code(0);
    insta::assert_snapshot!("diagnose-works", run.shown());
}

#[test]
fn what_a_profile_allows_already_is_not_rendered_again() {
    let tool = Tool::new();
    tool.file("health.txt", health("true", "false"));
    let team = "<key>AllowedTeamIdentifiers</key>\n<array>\n<string>UBF8T346G9</string>\n</array>";
    for (payload_type, kind) in [
        ("com.apple.syspolicy.kernel-extension-policy", "kernel"),
        ("com.apple.system-extension-policy", "system"),
    ] {
        tool.file(
            "profiles.xml",
            profiles_of("_computerlevel", payload_type, &[team]),
        );
        let run = tool
            .run([
                "diagnose",
                "--mdatp-health",
                "health.txt",
                "--profiles",
                "profiles.xml",
            ])
            .expect_code(1);
        let step = format!("An installed profile allows the {kind} extension already");
        assert!(run.stdout.contains(&step), "{}", run.shown());
        assert!(!run.stdout.contains("kextpolicy render"), "{}", run.shown());
    }
}

#[test]
fn what_stands_around_a_list_of_profiles_does_not_matter() {
    let team = "<key>AllowedTeamIdentifiers</key>\n<array>\n<string>UBF8T346G9</string>\n</array>";
    let list = profiles("_computerlevel", &[team]);
    let quoted: Vec<String> = list.lines().map(|line| format!("> {line}")).collect();
    let utf16: Vec<u8> = list.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content, line) in [
        (list.clone().into_bytes(), 16),
        (
            format!("adele@mac-7 ~ % sudo profiles show -output stdout-xml\nPassword:\n{list}adele@mac-7 ~ % \n")
                .into_bytes(),
            18,
        ),
        (format!("{list}\nThere are 1 configuration profiles installed\n").into_bytes(), 16),
        (quoted.join("\n").into_bytes(), 16),
        ([&b"\xFF\xFE"[..], &utf16].concat(), 16),
    ] {
        let tool = Tool::new();
        tool.file("f", content);
        let run = tool.run(["diagnose", "--profiles", "f"]);
        assert!(
            run.stdout.contains(&format!("\n  f:{line}: com.apple.syspolicy")),
            "{}",
            run.shown()
        );
        assert!(run.stdout.contains("\napproved-by-profile ("), "{}", run.shown());
    }
}

#[test]
fn a_list_of_profiles_that_is_cut_short_tells_what_it_shows_and_not_what_it_lacks() {
    let other = "<key>AllowedTeamIdentifiers</key>\n<array>\n<string>K7Q2XD94WL</string>\n</array>";
    let list = profiles("_computerlevel", &[other, other]);
    let lines: Vec<&str> = list.lines().collect();
    for end in 0..lines.len() - 3 {
        let tool = Tool::new();
        tool.file("f", lines[..end].join("\n"));
        let run = tool.run(["diagnose", "--profiles", "f"]).expect_code(2);
        assert!(
            !run.stdout.contains("profile-does-not-cover") && !run.stdout.contains("no-profile"),
            "{end}: {}",
            run.shown()
        );
    }
}

#[test]
fn the_render_command_of_a_given_policy_can_be_pasted() {
    let tool = Tool::new();
    tool.file("kextutil.txt", REJECTED);
    tool.file("it's mine/the policy.yaml", "identifier: com.contoso.kexts\norganization: Contoso\nkernel_extensions:\n  allowed:\n    - team_id: UBF8T346G9\n      bundle_ids: [com.microsoft.wdavkext]\n");
    let run = tool
        .run([
            "diagnose",
            "--kextutil",
            "kextutil.txt",
            "--policy",
            "it's mine/the policy.yaml",
        ])
        .expect_code(1);
    let command = "kextpolicy render 'it'\\''s mine/the policy.yaml' --target jamf --out-dir out";
    assert!(run.stdout.contains(command), "{}", run.shown());
}
