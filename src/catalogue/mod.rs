//! The ready policies of `profiles/policies`, built into the tool, so that `init --from` works without the repository.
//!
//! Each file opens with `# key: value` comments: `product` and `aliases` are what people search by, `status` and
//! `confidence` what they should know before they rely on it. Each entry names its sources. Tests hold the files to that, and
//! the list below to the folder.

pub(crate) mod known;
pub(crate) mod owner;

use crate::approval::ApprovalKind;
use crate::suggest::nearest;

/// Embeds the files named.
macro_rules! embed {
    ($($name:literal),* $(,)?) => {
        &[$(ReadyPolicy {
            name: $name,
            text: include_str!(concat!("../../profiles/policies/", $name, ".yaml")),
        }),*]
    };
}

/// Every ready policy, by name.
pub(crate) static POLICIES: &[ReadyPolicy] = embed![
    "adguard",
    "avast-security",
    "beyondtrust-privilege-management",
    "bitdefender",
    "box-drive",
    "carbon-black-cloud",
    "cato-client",
    "cisco-secure-client",
    "cisco-secure-endpoint",
    "crowdstrike-falcon",
    "displaylink",
    "dropbox",
    "elastic-defend",
    "eset-endpoint-security",
    "fortinet-forticlient",
    "google-drive",
    "google-santa",
    "highpoint-raid",
    "huntress",
    "intel-haxm",
    "jamf-protect",
    "kandji-edr",
    "karabiner-elements",
    "little-snitch",
    "lulu",
    "macfuse",
    "malwarebytes",
    "malwarebytes-consumer",
    "manageengine-endpoint-central",
    "microsoft-defender",
    "microsoft-global-secure-access",
    "mitmproxy",
    "netskope-client",
    "obs-studio",
    "palo-alto-cortex-xdr",
    "palo-alto-globalprotect",
    "parallels-desktop",
    "promise-pegasus",
    "proton-vpn",
    "santa",
    "sentinelone",
    "sophos-endpoint",
    "symantec-endpoint-protection",
    "tailscale",
    "trellix-endpoint-security",
    "trend-micro",
    "twingate",
    "universal-audio",
    "virtualbox",
    "vmware-fusion",
    "wacom-tablet",
    "zoom-rooms",
    "zscaler-client-connector",
];

#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadyPolicy {
    /// Its file name without `.yaml`.
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

impl ReadyPolicy {
    /// A value of the comments at the top.
    pub(crate) fn header(&self, key: &str) -> Option<&'static str> {
        self.text
            .lines()
            .map_while(|line| line.strip_prefix('#'))
            .find_map(|line| line.trim().strip_prefix(key)?.strip_prefix(':'))
            .map(str::trim)
    }

    pub(crate) fn kinds(&self) -> impl Iterator<Item = ApprovalKind> {
        ApprovalKind::ALL.into_iter().filter(|kind| {
            let mut lines = self.text.lines();
            lines.any(|line| line.strip_suffix(':') == Some(kind.key()))
        })
    }

    /// What to know before relying on it: a status other than current, and facts from one source only.
    pub(crate) fn caveats(&self) -> Vec<String> {
        let status = self.header("status").filter(|status| *status != "current");
        let one = self.header("confidence") == Some("one source");
        let one = one.then(|| {
            "some of its facts are in one public source only: compare them with a Mac that has the product".to_owned()
        });
        status.map(str::to_owned).into_iter().chain(one).collect()
    }

    /// What people call it: file name, product, aliases.
    fn words(&self) -> impl Iterator<Item = &'static str> {
        let aliases = self.header("aliases").unwrap_or_default();
        [self.name]
            .into_iter()
            .chain(self.header("product"))
            .chain(aliases.split(','))
            .map(str::trim)
            .filter(|word| !word.is_empty())
    }

    /// Whether the policy approves something of the team.
    fn has_team(&self, team: &str) -> bool {
        self.text.lines().any(|line| {
            line.trim_start_matches([' ', '-'])
                .strip_prefix("team_id:")
                .is_some_and(|value| value.trim().trim_matches(['"', '\'']) == team)
        })
    }
}

/// The ready policies a word stands for: one by its name or alias, or all that approve a Team ID.
pub(crate) fn find(word: &str) -> Vec<&'static ReadyPolicy> {
    let word = word.trim();
    let same = |other: &str| other.eq_ignore_ascii_case(word);
    if let Some(named) = POLICIES.iter().find(|ready| same(ready.name)) {
        return vec![named];
    }
    let called: Vec<_> = POLICIES
        .iter()
        .filter(|ready| ready.words().any(same))
        .collect();
    if !called.is_empty() {
        return called;
    }
    let team = word.to_ascii_uppercase();
    POLICIES
        .iter()
        .filter(|ready| ready.has_team(&team))
        .collect()
}

/// The nearest name or alias to a word that stands for nothing.
pub(crate) fn suggestion(word: &str) -> Option<&'static str> {
    nearest(word, POLICIES.iter().flat_map(ReadyPolicy::words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ready_policy_of_the_repository_is_built_in() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles/policies");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "yaml")
            })
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        files.sort();
        let built_in: Vec<&str> = POLICIES.iter().map(|ready| ready.name).collect();
        assert_eq!(
            built_in, files,
            "list every file of profiles/policies in src/catalogue/mod.rs, sorted"
        );
    }

    #[test]
    fn a_policy_is_found_by_name_alias_and_team() {
        for word in ["microsoft-defender", "Defender", "ubf8t346g9"] {
            let names: Vec<_> = find(word).iter().map(|ready| ready.name).collect();
            assert!(names.contains(&"microsoft-defender"), "{word}: {names:?}");
        }
        assert!(find("no such product").is_empty());
        assert_eq!(suggestion("defendr"), Some("defender"));
    }

    #[test]
    fn every_ready_policy_says_what_it_is_for_and_how_sure_it_is() {
        for ready in POLICIES {
            let name = ready.name;
            for key in ["product", "vendor", "checked", "status"] {
                assert!(ready.header(key).is_some(), "{name}: {key}");
            }
            let confidence = ready.header("confidence").expect(name);
            assert!(
                ["vendor", "two sources", "one source"].contains(&confidence),
                "{name}: {confidence}"
            );
            assert!(ready.kinds().next().is_some(), "{name}");
        }
    }

    #[test]
    fn every_entry_of_a_ready_policy_names_its_source_and_the_day() {
        for ready in POLICIES {
            let lines: Vec<&str> = ready.text.lines().collect();
            for (at, line) in lines.iter().enumerate() {
                let item = line.trim_start();
                let indent = line.len() - item.len();
                if !item.starts_with("- ") || !item.contains(": ") || indent > 4 {
                    continue;
                }
                let above = lines[at - 1].trim_start();
                assert!(
                    above.starts_with("# source: ") && above.contains("; checked 20"),
                    "{}:{}: {line}",
                    ready.name,
                    at + 1
                );
            }
            // What a product used before is a fact too.
            let replaces = ["replaced", "replaced-kexts"].map(|key| ready.header(key));
            if replaces.iter().any(Option::is_some) {
                let source = ready.header("replaced-source");
                let is_dated = source.is_some_and(|source| source.contains("; checked 20"));
                assert!(is_dated, "{}: replaced-source", ready.name);
            }
        }
    }
}
