//! `diagnose` from the first question to the end: the walk of the documentation, whole Macs as an administrator would answer
//! them, and the way from the answer to a policy, a profile and the next question, which must not go in circles.

use std::fmt::Write as _;

use crate::tool::{Run, Tool, repository, shared};

/// A list of system extensions: bundle ID, category, state.
fn list(team: &str, rows: &[(&str, &str)]) -> String {
    let mut text = format!("{} extension(s)\n", rows.len());
    for (bundle, state) in rows {
        let category = if bundle.contains("net") {
            "network_extension"
        } else {
            "endpoint_security"
        };
        let marks = if state.starts_with("activated enabled") {
            "*\t*"
        } else {
            "\t*"
        };
        let _ = write!(
            text,
            "--- com.apple.system_extension.{category} (Go to 'System Settings > General > Login Items & Extensions' to modify these system extension(s))\nenabled\tactive\tteamID\tbundleID (version)\tname\t[state]\n{marks}\t{team}\t{bundle} (1.0/1.0)\tName\t[{state}]\n"
        );
    }
    text
}

/// `profiles show` with a payload of a type and these contents.
fn installed(scope: &str, payloads: &[(&str, String)]) -> String {
    let items: Vec<String> = payloads
        .iter()
        .map(|(kind, content)| {
            format!("<dict>\n<key>PayloadContent</key>\n{content}\n<key>PayloadType</key>\n<string>{kind}</string>\n</dict>\n")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n<key>{scope}</key>\n<array>\n<dict>\n<key>ProfileDisplayName</key>\n<string>Contoso</string>\n<key>ProfileItems</key>\n<array>\n{}</array>\n</dict>\n</array>\n</dict>\n</plist>\n",
        items.concat()
    )
}

const KERNEL: &str = "com.apple.syspolicy.kernel-extension-policy";
const SYSTEM: &str = "com.apple.system-extension-policy";
const EPSEXT: &str = "com.microsoft.wdav.epsext";
const NETEXT: &str = "com.microsoft.wdav.netext";
const DEFENDER: &str = "UBF8T346G9";

/// The contents of a policy that lists extensions of a team.
fn allows(key: &str, team: &str, bundles: &[&str], more: &str) -> String {
    let listed = bundles.join("</string>\n<string>");
    format!(
        "<dict>\n{more}<key>{key}</key>\n<dict>\n<key>{team}</key>\n<array>\n<string>{listed}</string>\n</array>\n</dict>\n</dict>"
    )
}

/// The payload of a rendered profile, as `profiles show` has it.
fn payload_of(profile: &str) -> String {
    let start = profile.find("<key>PayloadContent</key>").expect("contents");
    let start = start + profile[start..].find("<dict>").expect("a payload");
    let mut depth = 0_i32;
    let mut at = start;
    loop {
        let open = profile[at..].find("<dict>").map(|found| at + found);
        let close = at + profile[at..].find("</dict>").expect("an end");
        if open.is_some_and(|open| open < close) {
            depth += 1;
            at = open.expect("a start") + "<dict>".len();
        } else {
            depth -= 1;
            at = close + "</dict>".len();
        }
        if depth == 0 {
            return profile[start..at].to_owned();
        }
    }
}

/// One product on the way: its team and extensions, the state before and after, and what the last answer begins with.
struct Product {
    asked: &'static [&'static str],
    before: Vec<(&'static str, String)>,
    after: Vec<(&'static str, String)>,
    ends: &'static str,
}

fn products() -> Vec<Product> {
    let health = |available: &str| {
        format!(
            "healthy : {available}\nreal_time_protection_enabled : true\nreal_time_protection_available : {available}\n"
        )
    };
    let both = |team: &'static str, bundles: &'static [&'static str], state: &'static str| {
        let rows: Vec<_> = bundles.iter().map(|own| (*own, state)).collect();
        list(team, &rows)
    };
    let waiting = "activated waiting for user";
    let enabled = "activated enabled";
    let macfuse = "Error Domain=KMErrorDomain Code=27 \"Extension with identifiers io.macfuse.filesystems.macfuse.25 not approved to load. Please approve using System Settings.\"\n";
    vec![
        Product {
            asked: &[],
            before: vec![
                ("health.txt", health("false")),
                ("list.txt", both(DEFENDER, &[NETEXT, EPSEXT], waiting)),
            ],
            after: vec![
                ("health.txt", health("true")),
                ("list.txt", both(DEFENDER, &[NETEXT, EPSEXT], enabled)),
            ],
            ends: "healthy: ",
        },
        Product {
            asked: &["X9E956P446", "com.crowdstrike.falcon.Agent"],
            before: vec![(
                "list.txt",
                both("X9E956P446", &["com.crowdstrike.falcon.Agent"], waiting),
            )],
            after: vec![(
                "list.txt",
                both("X9E956P446", &["com.crowdstrike.falcon.Agent"], enabled),
            )],
            ends: "healthy: ",
        },
        Product {
            asked: &[
                "2H5GFH3774",
                "com.sophos.endpoint.networkextension",
                "com.sophos.endpoint.scanextension",
            ],
            before: vec![(
                "list.txt",
                both(
                    "2H5GFH3774",
                    &[
                        "com.sophos.endpoint.networkextension",
                        "com.sophos.endpoint.scanextension",
                    ],
                    waiting,
                ),
            )],
            after: vec![(
                "list.txt",
                both(
                    "2H5GFH3774",
                    &[
                        "com.sophos.endpoint.networkextension",
                        "com.sophos.endpoint.scanextension",
                    ],
                    enabled,
                ),
            )],
            ends: "healthy: ",
        },
        Product {
            asked: &["3T5GSNBU6W", "io.macfuse.filesystems.macfuse.25"],
            before: vec![("kmutil.txt", macfuse.to_owned())],
            after: vec![("kmutil.txt", macfuse.to_owned())],
            ends: "blocked: ",
        },
    ]
}

/// Asks about a product with these files.
fn ask(tool: &Tool, product: &Product, files: &[(&str, String)], more: &[&str]) -> Run {
    let mut args = vec!["diagnose"];
    for (name, content) in files {
        tool.file(name, content);
        args.push(name);
    }
    if let [team, bundles @ ..] = product.asked {
        args.extend(["--team-id", team]);
        args.extend(bundles.iter().flat_map(|own| ["--bundle-id", own]));
    }
    args.extend(more);
    tool.run(args)
}

#[test]
fn the_way_from_the_answer_to_the_profile_ends_and_is_no_circle() {
    for product in products() {
        let tool = Tool::new();
        let first = ask(
            &tool,
            &product,
            &product.before,
            &["--write-policy", "own.yaml"],
        )
        .expect_code(1);
        assert!(
            first
                .stdout
                .contains("kextpolicy render own.yaml --target jamf"),
            "{}",
            first.shown()
        );
        tool.run(["render", "own.yaml", "--target", "jamf", "--out-dir", "out"])
            .expect_code(0);
        let rendered: Vec<String> = tool
            .files()
            .into_iter()
            .filter(|file| file.starts_with("out/"))
            .collect();
        assert_eq!(rendered.len(), 1, "{rendered:?}");
        let profile = tool.read(&rendered[0]);
        let kind = if profile.contains(KERNEL) {
            KERNEL
        } else {
            SYSTEM
        };
        let profiles = installed("_computerlevel", &[(kind, payload_of(&profile))]);
        let with = |files: &[(&'static str, String)]| {
            let mut files = files.to_vec();
            files.push(("profiles.xml", profiles.clone()));
            files
        };
        // The profile is there and nothing has happened yet: it is not rendered again.
        let still = ask(&tool, &product, &with(&product.before), &[]).expect_code(1);
        assert!(
            !still.stdout.contains("kextpolicy render"),
            "{}",
            still.shown()
        );
        let last = ask(&tool, &product, &with(&product.after), &[]);
        assert!(last.stdout.starts_with(product.ends), "{}", last.shown());
        assert!(
            !last.stdout.contains("kextpolicy render"),
            "{}",
            last.shown()
        );
        let is_end = last.code == 0 || last.stdout.contains("\n  1. Restart the Mac");
        assert!(is_end, "{}", last.shown());
    }
}

#[test]
fn a_policy_is_written_to_a_new_file_only() {
    let tool = Tool::new();
    let product = &products()[1];
    tool.file("own.yaml", "mine");
    let run = ask(
        &tool,
        product,
        &product.before,
        &["--write-policy", "own.yaml"],
    )
    .expect_code(2);
    assert!(run.stderr.contains("exists already"), "{}", run.shown());
    assert_eq!(tool.read("own.yaml"), "mine");
    let run = ask(
        &tool,
        product,
        &product.after,
        &["--write-policy", "new.yaml"],
    )
    .expect_code(0);
    assert!(
        run.stderr.contains("no policy is needed"),
        "{}",
        run.shown()
    );
    assert!(!tool.files().contains(&"new.yaml".to_owned()));
}

/// The commands of the page in their order, each with what it prints.
fn walk() -> Vec<(String, String)> {
    let page = std::fs::read_to_string(repository().join("docs/diagnose.md")).expect("the page");
    let page = page.replace("\r\n", "\n");
    let mut found: Vec<(String, String)> = Vec::new();
    let mut is_inside = false;
    for line in page.lines() {
        if line.starts_with("```") {
            is_inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ kextpolicy ").filter(|_| is_inside) {
            found.push((command.to_owned(), String::new()));
        } else if let Some((_, output)) = found.last_mut().filter(|_| is_inside) {
            output.push_str(line);
            output.push('\n');
        }
    }
    found
}

/// A part of the command, what its output begins with, what it says, what it must not say.
const STEPS: &[(&str, &str, &[&str], &[&str])] = &[
    (
        "macos-15/health.txt macos-15/mac.txt",
        "blocked: com.microsoft.wdav.epsext",
        &["protection-not-available", "systemextensionsctl list"],
        &["kernel_extensions:", "kextutil"],
    ),
    (
        "swapped.txt",
        "switched off: ",
        &["looks-like-swapped-page"],
        &["kextpolicy render"],
    ),
    (
        "macos-15/off.txt",
        "switched off: ",
        &["protection-off-by-mdm", "enforcementLevel"],
        &["kextpolicy render"],
    ),
    (
        "macos-15/kextutil.txt",
        "not known: ",
        &["kext-replaced", "systemextensionsctl list"],
        &["Recovery", "recovery", "bputil"],
    ),
    (
        "macos-15/extensions.txt",
        "blocked: ",
        &[
            "system-extension-waiting-for-user",
            "kext-replaced",
            "with Jamf Pro:",
            "with Intune:",
            "by hand:",
            "the (i) beside the category",
            "close it first if it is open",
            "sudo jamf policy",
            "Sync in Intune",
            "system_extensions:",
        ],
        &["kernel_extensions:", "recovery"],
    ),
    (
        "--write-policy defender.yaml",
        "blocked: ",
        &[
            "kextpolicy render defender.yaml --target jamf",
            "wrote `defender.yaml`",
        ],
        &[],
    ),
    (
        "render defender.yaml --target jamf",
        "warning: defender.yaml: `identifier` and `organization` are names of an example",
        &["wrote ", ".sysext.jamf.mobileconfig"],
        &[".kext."],
    ),
    (
        "render defender.yaml --target intune",
        "warning: defender.yaml: `identifier` and `organization` are names of an example",
        &["wrote ", ".sysext.intune.mobileconfig"],
        &[".kext."],
    ),
    (
        "macos-15/after/health.txt",
        "healthy: ",
        &["protection-works", "system-extension-enabled"],
        &[],
    ),
    (
        "macos-10.15/health.txt macos-10.15/mac.txt",
        "blocked: ",
        &["protection-not-available"],
        &[],
    ),
    (
        "macos-10.15/kextutil.txt",
        "blocked: com.microsoft.wdavkext",
        &[
            "kext-approval-missing",
            "The Allow button stays for 30 minutes",
            "System Preferences > Security & Privacy (close it first if it is open)",
            "Microsoft Corporation",
            "now it succeeds, and prints nothing",
            "both true",
            "with Jamf Pro:",
            "with Intune:",
            "kernel_extensions:",
        ],
        &["system_extensions:", "restart"],
    ),
    (
        "--kextutil macos-10.15/after/kextutil.txt macos-10.15/mac.txt",
        "healthy: com.microsoft.wdavkext",
        &["kext-load-succeeded"],
        &[],
    ),
    (
        "macos-10.15/after/health.txt",
        "healthy: ",
        &["protection-works"],
        &[],
    ),
    (
        "after/kmutil.txt after/profiles.xml",
        "blocked: com.contoso.usb",
        &["restart-pending", "1. Restart the Mac"],
        &["kextpolicy render"],
    ),
];

// `docs_show_what_the_tool_prints` proves that the page shows what the tool prints; this one that the page is the whole way.
#[test]
fn the_page_walks_the_published_page_sentence_by_sentence() {
    let walk = walk();
    let mut rest = walk.iter();
    for (command, begins, says, hides) in STEPS {
        let (shown, output) = rest
            .find(|(shown, _)| shown.contains(command))
            .unwrap_or_else(|| panic!("the page does not ask {command} at its place"));
        assert!(output.starts_with(begins), "{shown}: {output}");
        for said in *says {
            assert!(
                output.contains(said),
                "{shown} does not say {said}: {output}"
            );
        }
        for hidden in *hides {
            assert!(!output.contains(hidden), "{shown} says {hidden}: {output}");
        }
    }
}

/// A whole Mac, what the answer begins with, what it says and what it must not say.
type Mac = (
    &'static str,
    Vec<(&'static str, String)>,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// `mdatp health` as a whole.
fn health(enabled: &str, available: &str, more: &str) -> String {
    let healthy = enabled == "true" && available == "true" || enabled.contains("managed");
    format!(
        "healthy                                     : {healthy}\n{more}passive_mode_enabled                        : false\nreal_time_protection_enabled                : {enabled}\nreal_time_protection_available              : {available}\nconflicting_applications                    : []\n"
    )
}

fn details(network: &str, endpoint: &str, installed: &str) -> String {
    format!(
        "network_extension_enabled                   : {network}\nnetwork_extension_installed                 : {installed}\nendpoint_security_extension_ready           : {endpoint}\nendpoint_security_extension_installed       : {installed}\n"
    )
}

fn macs() -> Vec<Mac> {
    let approved = "Enrolled via DEP: Yes\nMDM enrollment: Yes (User Approved)\n".to_owned();
    let rejected = "Kext rejected due to system policy: <OSKext 0x7fa0> { URL = \"file:///Library/StagedExtensions/Library/Extensions/wdavkext.kext/\", ID = \"com.microsoft.wdavkext\" }\nDiagnostics for /Library/Extensions/wdavkext.kext:\n".to_owned();
    let of_kext = "real_time_protection_subsystem              : \"kernel_extension\"\n";
    let both =
        |network: &str, endpoint: &str| list(DEFENDER, &[(NETEXT, network), (EPSEXT, endpoint)]);
    let (waiting, enabled) = ("activated waiting for user", "activated enabled");
    let none = installed("_computerlevel", &[]);
    let own = allows(
        "AllowedSystemExtensions",
        DEFENDER,
        &[EPSEXT, NETEXT],
        "<key>AllowUserOverrides</key>\n<true/>\n",
    );
    let delivered = installed("_computerlevel", &[(SYSTEM, own.clone())]);
    let blocked = || {
        vec![
            ("mdatp-health.txt", health("true", "false", "")),
            (
                "mdatp-system-extensions.txt",
                details("false", "false", "true"),
            ),
            ("systemextensionsctl.txt", both(waiting, waiting)),
            ("enrollment.txt", approved.clone()),
        ]
    };
    let with = |mut files: Vec<(&'static str, String)>, more: Vec<(&'static str, String)>| {
        files.retain(|(name, _)| !more.iter().any(|(own, _)| own == name));
        files.extend(more);
        files
    };
    vec![
        ("01", vec![("mdatp-health.txt", health("true", "false", of_kext)), ("kextutil.txt", rejected.clone()), ("profiles.xml", none.clone()), ("enrollment.txt", approved.clone())],
            "blocked: com.microsoft.wdavkext (", &["kext-approval-missing", "kernel_extensions:", "30 minutes"], &["system_extensions:"]),
        ("03", vec![("mdatp-health.txt", health("true", "false", of_kext)),
            ("kextutil.txt", "Executing: /usr/bin/kmutil load --bundle-path /Library/Extensions/wdavkext.kext\nError Domain=KMErrorDomain Code=27 \"Extension with identifiers com.microsoft.wdavkext not approved to load. Please approve using System Settings.\"\n".to_owned()),
            ("profiles.xml", installed("_computerlevel", &[(KERNEL, "<dict>\n<key>AllowedTeamIdentifiers</key>\n<array>\n<string>UBF8T346G9</string>\n</array>\n</dict>".to_owned())]))],
            "blocked: com.microsoft.wdavkext (", &["restart-pending", "1. Restart the Mac"], &["2. ", "kextpolicy render"]),
        ("05", vec![("mdatp-health.txt", health("true", "false", of_kext)), ("kextutil.txt", rejected), ("enrollment.txt", "Enrolled via DEP: No\nMDM enrollment: Yes\n".to_owned())],
            "blocked: ", &["mdm-not-user-approved", "1. Let the user of the Mac approve the enrolment"], &[]),
        ("07", with(blocked(), vec![("profiles.xml", installed("_computerlevel", &[(SYSTEM, allows("AllowedSystemExtensions", DEFENDER, &["com.microsoft.wdav.epsextension", "com.microsoft.wdav.networkext"], ""))]))]),
            "blocked: ", &["near-bundle-id", "epsextension", "networkext"], &["approved-by-profile"]),
        ("09", with(blocked(), vec![("profiles.xml", none.clone()), ("kextutil.txt", "Error Domain=KMErrorDomain Code=71 \"Could not find: No bundle was found at /Library/Extensions/wdavkext.kext.\"\n".to_owned())]),
            "blocked: com.microsoft.wdav.epsext, com.microsoft.wdav.netext (", &["kext-replaced", "system-extension-waiting-for-user", "system_extensions:"], &["kernel_extensions:", "ecovery", "says nothing", "KextPolicy: is missing"]),
        ("11", vec![("mdatp-health.txt", health("true", "true", "")), ("systemextensionsctl.txt", both(enabled, enabled)),
            ("profiles.xml", installed("_computerlevel", &[(SYSTEM, own), (SYSTEM, "<dict>\n<key>AllowUserOverrides</key>\n<false/>\n</dict>".to_owned())]))],
            "healthy: ", &["system-extension-overrides-contradict", "By Apple's rule, false wins"], &[]),
        ("13", with(blocked(), vec![("profiles.xml", delivered.clone())]),
            "blocked: ", &["approved-by-profile", "allows the system extension already"], &["kextpolicy render", "none of them allows"]),
        ("15", with(blocked(), vec![("mdatp-health.txt", health("true", "true", "").replace("healthy                                     : true", "healthy                                     : false")), ("mdatp-system-extensions.txt", details("false", "true", "true")), ("systemextensionsctl.txt", both(waiting, enabled)), ("profiles.xml", installed("_computerlevel", &[(SYSTEM, allows("AllowedSystemExtensions", DEFENDER, &[EPSEXT], ""))]))]),
            "blocked: com.microsoft.wdav.netext (", &["system-extension-waiting-for-user", NETEXT], &["contradict"]),
        ("17", vec![("mdatp-health.txt", health("false", "true", "licensed : false\norg_id : unavailable\n")), ("systemextensionsctl.txt", both(enabled, enabled)), ("profiles.xml", delivered.clone())],
            "impaired: ", &["not-onboarded", "onboarding package"], &["Defender's preferences", "kextpolicy render"]),
        ("19", vec![("mdatp-health.txt", health("false [managed]", "true", "")), ("systemextensionsctl.txt", both(enabled, enabled)), ("profiles.xml", delivered.clone())],
            "switched off: ", &["protection-off-by-mdm", "in the MDM server"], &["Defender's preferences", "kextpolicy render"]),
        ("21", with(blocked(), vec![("mdatp-system-extensions.txt", details("true", "false", "true")), ("systemextensionsctl.txt", both(enabled, "activated disabled")), ("profiles.xml", delivered.clone())]),
            "blocked: com.microsoft.wdav.epsext (", &["system-extension-disabled", "1. Switch it on in System Settings", "non_removable_from_ui"], &["kextpolicy render", "does-not-cover"]),
        ("23", with(blocked(), vec![("mdatp-system-extensions.txt", details("false", "false", "false")), ("systemextensionsctl.txt", both("terminated waiting to uninstall on reboot", "terminated waiting to uninstall on reboot")), ("profiles.xml", none.clone())]),
            "blocked: ", &["system-extension-terminated", "restart the Mac", "no-profile", "system_extensions:"], &["kernel_extensions:"]),
        ("25", with(blocked(), vec![("mdatp-system-extensions.txt", details("false", "false", "false")), ("systemextensionsctl.txt", list(DEFENDER, &[])), ("profiles.xml", delivered.clone())]),
            "blocked: ", &["approved-and-not-installed", "signature"], &["kextpolicy render", "none of them allows"]),
        ("28", with(blocked(), vec![("profiles.xml", delivered.replace("_computerlevel", "adele"))]),
            "blocked: ", &["profile-for-a-user", "Computer Level", "Device channel"], &[]),
        ("30", with(blocked(), vec![("profiles.xml", "There are no configuration profiles installed in the system domain\n".to_owned()), ("enrollment.txt", "Enrolled via DEP: No\nMDM enrollment: No\n".to_owned())]),
            "blocked: ", &["not-enrolled", "by hand:"], &["with Jamf Pro:", "kextpolicy render"]),
    ]
}

#[track_caller]
fn assert_answered(run: &Run, mac: &Mac, from: &str) {
    let (name, _, begins, says, hides) = mac;
    assert!(
        run.stdout.starts_with(begins),
        "{name} of {from}: {}",
        run.shown()
    );
    for said in *says {
        assert!(
            run.stdout.contains(said),
            "{name} of {from} does not say {said}: {}",
            run.shown()
        );
    }
    for hidden in *hides {
        assert!(
            !run.stdout.contains(hidden),
            "{name} of {from} says {hidden}: {}",
            run.shown()
        );
    }
    assert!(
        !run.stdout.contains("\nnot understood: "),
        "{name} of {from}: {}",
        run.shown()
    );
}

#[test]
fn whole_macs_are_answered_as_an_administrator_would() {
    for mac in macs() {
        let tool = Tool::new();
        for (name, content) in &mac.1 {
            tool.file(&format!("mac/{name}"), content);
        }
        assert_answered(&tool.run(["diagnose", "--dir", "mac"]), &mac, "own");
    }
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn collected_macs_are_answered_as_an_administrator_would() {
    let folder = shared();
    let folder = folder.join("samples/2026-11/diagnose/cases");
    let macs = macs();
    let mut count = 0;
    for case in std::fs::read_dir(folder).expect("cases").flatten() {
        let name = case.file_name().into_string().expect("a name");
        let mac = macs.iter().find(|mac| name.starts_with(mac.0));
        let mac = mac.unwrap_or_else(|| panic!("no expectation for {name}"));
        let path = case.path();
        let run = Tool::new().run(["diagnose".as_ref(), "--dir".as_ref(), path.as_os_str()]);
        assert_answered(&run, mac, &name);
        count += 1;
    }
    assert!(count >= 15, "{count}");
}

#[test]
fn what_a_product_needs_is_known_from_its_ready_policy() {
    let tool = Tool::new();
    let privacy = |apps: &[(&str, &str)]| {
        let entries: String = apps
            .iter()
            .map(|(app, allowed)| format!("<dict>\n<key>Identifier</key>\n<string>{app}</string>\n<key>Allowed</key>\n{allowed}\n</dict>\n"))
            .collect::<Vec<_>>()
            .concat();
        format!(
            "<dict>\n<key>Services</key>\n<dict>\n<key>SystemPolicyAllFiles</key>\n<array>\n{entries}</array>\n</dict>\n</dict>"
        )
    };
    let (agent, app) = ("com.crowdstrike.falcon.Agent", "com.crowdstrike.falcon.App");
    let filter = format!("<dict>\n<key>PluginBundleID</key>\n<string>{app}</string>\n</dict>");
    let rules = "<dict>\n<key>Rules</key>\n<array>\n<dict>\n<key>RuleType</key>\n<string>TeamIdentifier</string>\n<key>RuleValue</key>\n<string>X9E956P446</string>\n</dict>\n</array>\n</dict>";
    tool.file(
        "list.txt",
        list("X9E956P446", &[(agent, "activated waiting for user")]),
    );
    let ask = |payloads: &[(&str, String)]| {
        tool.file("profiles.xml", installed("_computerlevel", payloads));
        let asked = ["--team-id", "X9E956P446", "--bundle-id", agent];
        tool.run([&["diagnose", "list.txt", "profiles.xml"], &asked[..]].concat())
            .expect_code(1)
            .stdout
    };
    let said = ask(&[
        ("com.apple.webcontent-filter", filter),
        ("com.apple.servicemanagement", rules.to_owned()),
        (
            "com.apple.TCC.configuration-profile-policy",
            privacy(&[(agent, "<true/>"), (app, "<false/>")]),
        ),
    ]);
    for line in [
        "content filter: delivered by \"Contoso\"\n",
        "background items: delivered by \"Contoso\"\n",
        "(Full Disk Access): delivered by \"Contoso\", and not for com.crowdstrike.falcon.App\n",
        "extension policy: not delivered for com.crowdstrike.falcon.Agent\n",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    // Permission for something else is no Full Disk Access.
    let other = privacy(&[(agent, "<true/>")]).replace("SystemPolicyAllFiles", "BluetoothAlways");
    let said = ask(&[("com.apple.TCC.configuration-profile-policy", other)]);
    assert!(
        said.contains("(Full Disk Access): not delivered (no"),
        "{said}"
    );
    assert!(said.contains("content filter: not delivered (no"), "{said}");
}

#[test]
fn a_step_names_the_folder_of_the_evidence_or_the_bundle_id() {
    let tool = Tool::new();
    let asked = ["--team-id", "K7Q2XD94WL", "--bundle-id", "com.contoso.usb"];
    let ask = |text: &str| {
        tool.file("f", text);
        tool.run([&["diagnose", "f"], &asked[..]].concat())
            .expect_code(1)
            .stdout
    };
    let said = ask(
        "Kext rejected due to system policy: <OSKext 0x7f> { URL = \"file:///Library/Contoso/Driver.kext/\", ID = \"com.contoso.usb\" }\n",
    );
    assert!(
        said.contains("sudo kextutil /Library/Contoso/Driver.kext"),
        "{said}"
    );
    let said = ask(
        "Error Domain=KMErrorDomain Code=27 \"Extension with identifiers com.contoso.usb not approved to load.\"\n",
    );
    assert!(said.contains("sudo kextutil -b com.contoso.usb"), "{said}");
}

#[test]
fn a_ticket_with_several_outputs_gives_all_of_them() {
    let ticket = format!(
        "Hello, Defender does not work here.\n\n$ mdatp health\n{}$ systemextensionsctl list\n{}$ profiles status -type enrollment\nMDM enrollment: No\n$ sw_vers\nProductVersion:\t\t15.1\n",
        health("true", "false", ""),
        list(DEFENDER, &[(EPSEXT, "activated waiting for user")])
    );
    let run = Tool::new()
        .run_with_input(["diagnose", "-"], ticket.into_bytes())
        .expect_code(1);
    for told in [
        "protection-not-available",
        "system-extension-waiting-for-user",
        "not-enrolled",
        "Login Items & Extensions",
    ] {
        assert!(run.stdout.contains(told), "{told}: {}", run.shown());
    }
}

#[test]
fn a_line_that_names_the_extension_and_is_not_understood_is_shown() {
    for (option, line) in [
        (
            "--kmutil",
            "kernelmanagerd: com.microsoft.wdavkext: a sentence of a later macOS",
        ),
        (
            "--systemextensionsctl",
            "1 extension(s) and com.microsoft.wdav.epsext in some other words",
        ),
    ] {
        let tool = Tool::new();
        tool.file("f", format!("{line}\n"));
        let run = tool.run(["diagnose", option, "f"]).expect_code(2);
        assert!(
            run.stdout
                .contains(&format!("\nnot understood: f:1: {line}\n")),
            "{}",
            run.shown()
        );
        assert!(!run.stdout.contains("says nothing"), "{}", run.shown());
    }
}

#[test]
fn what_runs_today_becomes_the_policy_to_start_from() {
    let tool = Tool::new();
    tool.file(
        "list.txt",
        list(
            "X9E956P446",
            &[
                ("com.crowdstrike.falcon.Agent", "activated enabled"),
                ("com.contoso.net", "activated disabled"),
            ],
        ),
    );
    let run = tool.run(["import", "list.txt"]).expect_code(0);
    assert!(
        run.stdout.contains("com.crowdstrike.falcon.Agent")
            && run.stdout.contains("system_extensions:"),
        "{}",
        run.shown()
    );
    assert!(!run.stdout.contains("com.contoso.net\""), "{}", run.shown());
    assert!(run.stderr.contains("com.contoso.net"), "{}", run.shown());
}
