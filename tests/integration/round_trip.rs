//! `import`, `render` and `diff` together, by the built tool: what comes back allows what went in.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::tool::{Tool, shared};

/// Brings the profiles of `old` through a policy and back, and says what is allowed differently.
fn differences(tool: &Tool) -> Vec<String> {
    tool.run(["import", "old", "-o", "policy.yaml", "--force", "-q"]);
    tool.run([
        "render",
        "policy.yaml",
        "--target",
        "generic",
        "--out-dir",
        "new",
        "-q",
    ])
    .expect_code(0);
    let (old, new) = (allowed(tool, "old"), allowed(tool, "new"));
    if old == new {
        return Vec::new();
    }
    vec![format!("{old}\nis now\n{new}")]
}

/// What the profiles of a folder allow together, without places. `diff` would compare them one by one, and a rendered
/// profile holds what several were imported from.
fn allowed(tool: &Tool, folder: &str) -> Value {
    let run = tool.run(["effective", folder, "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", run.shown()));
    let side = |side: &Value| {
        let teams = side["teams"].as_array().into_iter().flatten();
        json!({
            // Without any profile people decide for themselves.
            "overrides": side["allow_user_overrides"].as_bool().unwrap_or(true),
            "approvals": side["allow_non_admin_user_approvals"].as_bool().unwrap_or(false),
            "teams": teams.filter_map(team).collect::<Vec<_>>(),
        })
    };
    json!([
        side(&report["kernel_extensions"]),
        side(&report["system_extensions"])
    ])
}

/// One team; `None` for one that is only narrowed to types. Where all of it is allowed, names allow nothing more.
fn team(team: &Value) -> Option<Value> {
    let listed = |key: &str| team[key].as_array().cloned().unwrap_or_default();
    let is_whole = !listed("whole_team").is_empty();
    let mut bundles = listed("bundle_ids");
    if is_whole {
        bundles.clear();
    }
    let is_allowed = is_whole || !bundles.is_empty();
    let names = bundles.iter().map(|bundle| bundle["bundle_id"].clone());
    let removal = listed("removal");
    let removal = removal
        .iter()
        .map(|entry| json!([entry["list"], entry["bundle_id"]]));
    let says_something = is_allowed || removal.len() > 0;
    says_something.then(|| {
        json!({
            "team": team["team_id"],
            "whole": is_whole,
            "bundles": names.collect::<Vec<_>>(),
            "types": if is_allowed { team["types"].clone() } else { Value::Null },
            "removal": removal.collect::<Vec<_>>(),
        })
    })
}

/// Numbers that look random and are the same everywhere.
struct Numbers(u64);

impl Numbers {
    /// The next one below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// A dictionary from a team to extensions.
fn per_team(key: &str, team: &str, listed: &[String]) -> String {
    let mut text = format!("<key>{key}</key><dict><key>{team}</key><array>");
    for name in listed {
        let _ = write!(text, "<string>{name}</string>");
    }
    text + "</array></dict>"
}

/// A profile with one payload about one team, which no other number has.
fn profile(number: u64, numbers: &mut Numbers) -> String {
    let team = format!("T{number:09}");
    let system = numbers.below(2) == 1;
    let bundles: Vec<String> = (0..=numbers.below(4))
        .map(|part| format!("com.contoso.n{number}.part{part}"))
        .collect();
    let whole = numbers.below(4) == 0;
    let mut inner = String::from("<key>AllowUserOverrides</key><false/>");
    if whole {
        let _ = write!(
            inner,
            "<key>AllowedTeamIdentifiers</key><array><string>{team}</string></array>"
        );
    } else if system {
        inner += &per_team("AllowedSystemExtensions", &team, &bundles);
        if numbers.below(2) == 1 {
            inner += &per_team("RemovableSystemExtensions", &team, &bundles[..1]);
        }
    } else {
        inner += &per_team("AllowedKernelExtensions", &team, &bundles);
    }
    if system && numbers.below(3) == 0 {
        inner += &per_team(
            "AllowedSystemExtensionTypes",
            &team,
            &["NetworkExtension".to_owned()],
        );
    }
    let kind = if system {
        "com.apple.system-extension-policy"
    } else {
        "com.apple.syspolicy.kernel-extension-policy"
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict><key>PayloadContent</key><array><dict>{inner}\
         <key>PayloadIdentifier</key><string>com.contoso.p{number}.one</string><key>PayloadType</key><string>{kind}</string>\
         <key>PayloadUUID</key><string>00000000-0000-4000-8000-{number:012}</string><key>PayloadVersion</key><integer>1</integer>\
         </dict></array><key>PayloadIdentifier</key><string>com.contoso.p{number}</string><key>PayloadType</key>\
         <string>Configuration</string><key>PayloadUUID</key><string>00000000-0000-4000-9000-{number:012}</string>\
         <key>PayloadVersion</key><integer>1</integer></dict></plist>\n"
    )
}

#[test]
fn a_thousand_generated_profiles_allow_the_same_after_import_and_render() {
    let mut numbers = Numbers(1);
    for batch in 0..20 {
        let tool = Tool::new();
        for number in batch * 50..(batch + 1) * 50 {
            tool.file(
                &format!("old/{number}.mobileconfig"),
                profile(number, &mut numbers),
            );
        }
        let found = differences(&tool);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
#[ignore = "needs KEXTPOLICY_SHARED"]
fn real_profiles_allow_the_same_after_import_and_render() {
    let shared = shared();
    let mut compared = 0;
    for path in profiles(&shared.join("corpus")) {
        let bytes = std::fs::read(&path).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        if !text.contains("com.apple.system-extension-policy")
            && !text.contains("com.apple.syspolicy.kernel-extension-policy")
        {
            continue;
        }
        let tool = Tool::new();
        tool.file("old/a.mobileconfig", &bytes);
        let run = tool.run(["import", "old", "-o", "policy.yaml", "-q"]);
        // What could not be carried over was said; only the rest can be compared.
        if run.code != 0 {
            continue;
        }
        let found = differences(&tool);
        assert!(found.is_empty(), "{}: {}", path.display(), found.join("\n"));
        compared += 1;
    }
    assert!(compared >= 25, "only {compared} profiles were compared");
}

/// Every profile below a folder, sorted.
fn profiles(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|ending| ending == "mobileconfig")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
