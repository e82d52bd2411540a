//! Whole Macs whose files disagree: what counts, and what must not pass for healthy.

use crate::diagnose::{health, profiles_of};
use crate::tool::Tool;

const EPSEXT: &str = "com.microsoft.wdav.epsext";
const NETEXT: &str = "com.microsoft.wdav.netext";
const FALCON: &[&str] = &["X9E956P446", "com.crowdstrike.falcon.Agent"];
const MACFUSE: &[&str] = &["3T5GSNBU6W", "io.macfuse.filesystems.macfuse.25"];
const KERNEL: &str = "com.apple.syspolicy.kernel-extension-policy";
const SYSTEM: &str = "com.apple.system-extension-policy";

/// A list as macOS 15 prints it, with the hint in the line of each category.
fn list(team: &str, rows: &[(&str, &str)]) -> String {
    let rows = rows.iter().map(|(bundle, state)| {
        format!(
            "--- com.apple.system_extension.endpoint_security (Go to 'System Settings > General > Login Items & Extensions > Endpoint Security Extensions' to modify these system extension(s))\nenabled\tactive\tteamID\tbundleID (version)\tname\t[state]\n*\t*\t{team}\t{bundle} (1.0/1.0)\tName\t[{state}]\n"
        )
    });
    let rows: Vec<String> = rows.collect();
    format!("{} extension(s)\n{}", rows.len(), rows.concat())
}

/// A step of `sysextd`.
fn step(from: &str, to: &str) -> String {
    format!(
        "2026-03-04 08:00:00.1 0x1 Default 0x0 1 0 sysextd: [com.apple.sx:StateChanges] extension UBF8T346G9 {EPSEXT} advancing state from {from} to {to}\n"
    )
}

/// A policy that allows a whole team.
fn team(payload: &str, team: &str) -> String {
    let content =
        format!("<key>AllowedTeamIdentifiers</key>\n<array>\n<string>{team}</string>\n</array>");
    profiles_of("_computerlevel", payload, &[&content])
}

/// What is asked about, the files, the verdict, conclusions that are told, and one that is not.
type Mac = (
    &'static str,
    &'static [&'static str],
    Vec<String>,
    &'static str,
    &'static [&'static str],
    &'static str,
);

#[expect(clippy::too_many_lines, reason = "a table")]
fn macs() -> Vec<Mac> {
    let enabled = "activated enabled";
    let waiting = "activated waiting for user";
    let both = list("UBF8T346G9", &[(EPSEXT, enabled), (NETEXT, enabled)]);
    let falcon = list(FALCON[0], &[(FALCON[1], enabled)]);
    let denial = profiles_of(
        "_computerlevel",
        "com.apple.TCC.configuration-profile-policy",
        &[
            "<key>Services</key>\n<dict>\n<key>SystemPolicyAllFiles</key>\n<array>\n<dict>\n<key>Identifier</key>\n<string>com.crowdstrike.falcon.Agent</string>\n<key>Allowed</key>\n<false/>\n</dict>\n</array>\n</dict>",
        ],
    );
    let refused = format!(
        "Error Domain=KMErrorDomain Code=27 \"Extension with identifiers {} not approved to load. Please approve using System Settings.\"\n",
        MACFUSE[1]
    );
    vec![
        (
            "the log shows that it waited, the list that it is enabled",
            &[],
            vec![
                step("validating", "activated_waiting_for_user"),
                both.clone(),
            ],
            "healthy",
            &["system-extension-enabled"],
            "system-extension-update-waiting",
        ),
        (
            "the log shows that it was enabled, the list that it waits",
            &[],
            vec![
                step("activated_waiting_for_user", "activated_enabled"),
                list("UBF8T346G9", &[(EPSEXT, waiting), (NETEXT, enabled)]),
            ],
            "blocked",
            &["system-extension-waiting-for-user"],
            "system-extension-update-waiting",
        ),
        (
            "a whole list of macOS 15 without the network extension",
            &[],
            vec![
                health("true", "true"),
                list("UBF8T346G9", &[(EPSEXT, enabled)]),
            ],
            "impaired",
            &["system-extension-not-listed"],
            "",
        ),
        (
            "protection works, and no extension is listed",
            &[],
            vec![health("true", "true"), "0 extension(s)\n".to_owned()],
            "contradictory",
            &["protection-works", "system-extension-not-listed"],
            "",
        ),
        (
            "the same on macOS 10.15, where the kernel extension protects",
            &[],
            vec![
                health("true", "true"),
                "0 extension(s)\n".to_owned(),
                "ProductVersion:\t10.15.7\n".to_owned(),
            ],
            "healthy",
            &["protection-works"],
            "system-extension-not-listed",
        ),
        (
            "enabled, and amfid does not let it run",
            FALCON,
            vec![
                falcon.clone(),
                format!(
                    "x amfid: /Library/SystemExtensions/0A/{0}.systemextension/Contents/MacOS/{0} not valid: Error Domain=AppleMobileFileIntegrityError Code=-413\n",
                    FALCON[1]
                ),
            ],
            "blocked",
            &["extension-not-let-run"],
            "system-extension-enabled",
        ),
        (
            "enabled, and without Full Disk Access",
            FALCON,
            vec![
                falcon.clone(),
                format!(
                    "{}: es_new_client failed: ES_NEW_CLIENT_RESULT_ERR_NOT_PERMITTED\n",
                    FALCON[1]
                ),
            ],
            "impaired",
            &[
                "endpoint-security-not-permitted",
                "system-extension-enabled",
            ],
            "",
        ),
        (
            "enabled, and a line that nobody understands sounds like a fault",
            FALCON,
            vec![
                falcon.clone(),
                format!(
                    "contosod: the channel to {} failed in a way of its own\n",
                    FALCON[1]
                ),
            ],
            "not-known",
            &["system-extension-enabled"],
            "",
        ),
        (
            "enabled, and a line that nobody understands says nothing bad",
            FALCON,
            vec![
                falcon.clone(),
                format!("updater: {} is of today\n", FALCON[1]),
            ],
            "healthy",
            &["system-extension-enabled"],
            "",
        ),
        (
            "enabled, and a privacy profile denies Full Disk Access, with a text for the switch",
            FALCON,
            vec![
                falcon.clone(),
                denial.replace("<false/>", "<string>0</string>"),
            ],
            "impaired",
            &["full-disk-access-denied"],
            "",
        ),
        (
            "protection works, and a privacy profile denies Full Disk Access",
            &[],
            vec![
                health("true", "true"),
                denial.replace("com.crowdstrike.falcon.Agent", "com.microsoft.wdav"),
            ],
            "impaired",
            &["full-disk-access-denied"],
            "",
        ),
        (
            "a profile that denies another program says nothing about this one",
            FALCON,
            vec![falcon.clone(), denial.replace("falcon.Agent", "other")],
            "healthy",
            &[],
            "full-disk-access-denied",
        ),
        (
            "approvals by hand are forbidden by a text",
            &[],
            vec![
                list("UBF8T346G9", &[(EPSEXT, waiting)]),
                profiles_of(
                    "_computerlevel",
                    SYSTEM,
                    &["<key>AllowUserOverrides</key>\n<string>NO</string>"],
                ),
            ],
            "blocked",
            &["approval-by-hand-forbidden"],
            "",
        ),
        (
            "approvals by hand are allowed by a text",
            MACFUSE,
            vec![
                refused.clone(),
                profiles_of(
                    "_computerlevel",
                    KERNEL,
                    &["<key>AllowUserOverrides</key>\n<string>1</string>"],
                ),
            ],
            "blocked",
            &["kext-not-approved"],
            "approval-by-hand-forbidden",
        ),
        (
            "line ends of old Macs",
            &[],
            vec![list("UBF8T346G9", &[(EPSEXT, waiting)]).replace('\n', "\r")],
            "blocked",
            &["system-extension-waiting-for-user"],
            "",
        ),
        (
            "a silent load on macOS 15 says nothing of a kernel extension that is no part of the product any more",
            &[],
            vec![
                "$ sudo kextutil /Library/Extensions/wdavkext.kext\n$ \n".to_owned(),
                "ProductVersion:\t15.1\n".to_owned(),
            ],
            "not-known",
            &["kext-replaced"],
            "kext-load-succeeded",
        ),
        (
            "a silent load on macOS 10.15",
            &[],
            vec![
                "$ sudo kextutil /Library/Extensions/wdavkext.kext\n$ \n".to_owned(),
                "ProductVersion:\t10.15.7\n".to_owned(),
            ],
            "healthy",
            &["kext-load-succeeded"],
            "",
        ),
        (
            "enabled, and its other payloads are not delivered",
            FALCON,
            vec![falcon, team(SYSTEM, FALCON[0])],
            "healthy",
            &["approved-by-profile", "payloads-of-the-product"],
            "",
        ),
        (
            "a kernel extension under Full Security: a restart would not help",
            MACFUSE,
            vec![
                refused.clone(),
                team(KERNEL, MACFUSE[0]),
                "Security Mode:               Full       (smb0): absent\n".to_owned(),
            ],
            "blocked",
            &["kext-forbidden-by-security-mode", "full-security"],
            "restart-pending",
        ),
        (
            "a kernel extension whose team is allowed in the payload for system extensions",
            MACFUSE,
            vec![refused, team(SYSTEM, MACFUSE[0])],
            "blocked",
            &["kext-not-approved", "wrong-payload", "no-profile"],
            "",
        ),
        (
            "the activation ends with the next restart, and the old version goes",
            &[],
            vec![
                format!("SystemExtension \"{EPSEXT}\" did finish: willCompleteAfterReboot\n"),
                list(
                    "UBF8T346G9",
                    &[
                        (EPSEXT, "terminated waiting to uninstall on reboot"),
                        (NETEXT, enabled),
                    ],
                ),
            ],
            "blocked",
            &["system-extension-restart-pending"],
            "system-extension-terminated",
        ),
        (
            "osquery says that one waits, and the product that it does not protect",
            &[],
            vec![
                format!(
                    "[{{\"identifier\":\"{EPSEXT}\",\"state\":\"activated_waiting_for_user\",\"team\":\"UBF8T346G9\",\"mdm_managed\":\"0\"}}]\n"
                ),
                health("true", "false"),
            ],
            "blocked",
            &[
                "system-extension-waiting-for-user",
                "protection-not-available",
            ],
            "",
        ),
        (
            "the kernel extension could not be unloaded: that says nothing about its loading",
            MACFUSE,
            vec![format!(
                "(kernel) Kext {} unload failed - in use\n",
                MACFUSE[1]
            )],
            "not-known",
            &[],
            "load-failed",
        ),
    ]
}

#[test]
fn files_that_disagree_are_weighed_as_an_administrator_would() {
    for (name, asked, files, verdict, told, not_told) in macs() {
        let tool = Tool::new();
        let mut args = vec![
            "diagnose".to_owned(),
            "--format".to_owned(),
            "json".to_owned(),
        ];
        for (at, content) in files.iter().enumerate() {
            let file = format!("{at}.txt");
            tool.file(&file, content);
            args.push(file);
        }
        if let [team, bundle] = asked {
            let options = ["--team-id", team, "--bundle-id", bundle];
            args.extend(options.map(str::to_owned));
        }
        let run = tool.run(&args);
        let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        let conclusions = json["conclusions"].as_array().expect("conclusions");
        let holds = |name: &str| conclusions.iter().any(|own| own["name"] == name);
        assert_eq!(json["verdict"], verdict, "{name}: {}", run.shown());
        for conclusion in told {
            assert!(
                holds(conclusion),
                "{name}: no {conclusion}: {}",
                run.shown()
            );
        }
        assert!(!holds(not_told), "{name}: {not_told}: {}", run.shown());
    }
}
