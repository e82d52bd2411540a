//! The inputs: what each is called, which command gives it, which option takes it.

use super::text::{Line, Text};
use super::{kext_policy, loaded, mac, sentences, systemextensionsctl};

/// One kind of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Input {
    /// `mdatp health`
    MdatpHealth,
    /// `mdatp health --details system_extensions`
    MdatpExtensions,
    /// `kextutil`, `kextload`
    Kextutil,
    /// `kmutil load`, `kmutil showloaded`, its log
    Kmutil,
    /// `kextstat`
    Kextstat,
    /// `systemextensionsctl list`
    SystemExtensionsCtl,
    /// `profiles show`
    Profiles,
    /// `system_profiler -json SPConfigurationProfileDataType`
    SystemProfiler,
    /// `profiles status -type enrollment`
    Enrollment,
    /// The `KextPolicy` database
    KextPolicy,
    /// `spctl kext-consent`
    Spctl,
    /// `csrutil status`
    Csrutil,
    /// `bputil -d`
    Bputil,
    /// `sw_vers`, `uname`
    Mac,
    /// `log show`
    Log,
}

/// What is said about an input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    /// Its name in messages.
    pub(crate) name: &'static str,
    /// The option that takes it; empty for one that only its content tells.
    pub(crate) option: &'static str,
    /// The command that gives it.
    pub(crate) command: &'static str,
    /// Its file in a collected folder.
    pub(crate) file: &'static str,
}

impl About {
    /// What the input is, in a sentence.
    pub(crate) fn wanted(self) -> String {
        if self.name.starts_with("the ") {
            self.name.to_owned()
        } else {
            format!("the output of {}", self.name)
        }
    }

    /// How it is given.
    pub(crate) fn how(self) -> String {
        if self.option.is_empty() {
            "as a file without an option".to_owned()
        } else {
            format!("as {}", self.option)
        }
    }
}

impl Input {
    /// Every input, in the order in which evidence is read.
    pub(crate) const ALL: [Self; 15] = [
        Self::MdatpHealth,
        Self::MdatpExtensions,
        Self::Kextutil,
        Self::Kmutil,
        Self::Kextstat,
        Self::SystemExtensionsCtl,
        Self::Profiles,
        Self::SystemProfiler,
        Self::Enrollment,
        Self::KextPolicy,
        Self::Spctl,
        Self::Csrutil,
        Self::Bputil,
        Self::Mac,
        Self::Log,
    ];

    /// What is said about it.
    pub(crate) const fn about(self) -> About {
        let (name, option, command, file) = match self {
            Self::MdatpHealth => (
                "mdatp health",
                "--mdatp-health",
                "mdatp health",
                "mdatp-health.txt",
            ),
            Self::MdatpExtensions => (
                "mdatp health --details system_extensions",
                "--mdatp-health",
                "mdatp health --details system_extensions",
                "mdatp-system-extensions.txt",
            ),
            Self::Kextutil => (
                "kextutil",
                "--kextutil",
                "sudo kextutil {kext} 2>&1",
                "kextutil.txt",
            ),
            Self::Kmutil => (
                "kmutil",
                "--kmutil",
                "sudo kmutil load --bundle-path {kext} 2>&1",
                "kmutil.txt",
            ),
            Self::Kextstat => ("kextstat", "--kextstat", "kextstat", "kextstat.txt"),
            Self::SystemExtensionsCtl => (
                "systemextensionsctl list",
                "--systemextensionsctl",
                "systemextensionsctl list",
                "systemextensionsctl.txt",
            ),
            Self::Profiles => (
                "profiles show",
                "--profiles",
                "sudo profiles show -output stdout-xml",
                "profiles.xml",
            ),
            Self::SystemProfiler => (
                "system_profiler -json SPConfigurationProfileDataType",
                "--system-profiler",
                "sudo system_profiler -json SPConfigurationProfileDataType",
                "system-profiler.json",
            ),
            Self::Enrollment => (
                "profiles status",
                "--enrollment",
                "profiles status -type enrollment",
                "enrollment.txt",
            ),
            Self::KextPolicy => (
                "the KextPolicy database",
                "--kext-policy-db",
                "sudo cp /var/db/SystemPolicyConfiguration/KextPolicy* .",
                "KextPolicy",
            ),
            Self::Spctl => (
                "spctl kext-consent",
                "--spctl",
                "spctl kext-consent status",
                "spctl.txt",
            ),
            Self::Csrutil => (
                "csrutil status",
                "--csrutil",
                "csrutil status",
                "csrutil.txt",
            ),
            Self::Bputil => ("bputil", "--bputil", "sudo bputil -d", "bputil.txt"),
            Self::Mac => ("sw_vers", "", "sw_vers; uname -m", "mac.txt"),
            Self::Log => (
                "log show",
                "",
                "log show --last 1h --predicate 'process IN {\"sysextd\", \"syspolicyd\", \"kernelmanagerd\"}'",
                "log.txt",
            ),
        };
        About {
            name,
            option,
            command,
            file,
        }
    }

    /// Whether the collect script always asks for it, so that a folder without it lacks something.
    pub(crate) fn is_collected(self) -> bool {
        !matches!(
            self,
            Self::Kextutil | Self::Kmutil | Self::SystemProfiler | Self::Mac | Self::Log
        )
    }

    /// Whether it says something about kernel extensions only.
    pub(crate) fn is_of_kexts(self) -> bool {
        matches!(
            self,
            Self::Kextutil
                | Self::Kmutil
                | Self::Kextstat
                | Self::KextPolicy
                | Self::Spctl
                | Self::Bputil
        )
    }

    /// Whether it is the output of a load attempt.
    pub(crate) fn is_load(self) -> bool {
        matches!(self, Self::Kextutil | Self::Kmutil)
    }

    /// Whether this option also reads the output of another: shims, logs and lists come from several programs.
    pub(crate) fn takes(self, other: Self) -> bool {
        self == other
            || matches!(
                (self, other),
                (Self::Kextutil | Self::Log, Self::Kmutil)
                    | (
                        Self::Kextutil | Self::Kmutil | Self::SystemExtensionsCtl,
                        Self::Log
                    )
                    | (Self::Log, Self::Kextutil)
                    | (Self::Kmutil, Self::Kextutil | Self::Kextstat)
                    | (Self::MdatpHealth, Self::MdatpExtensions)
                    | (Self::MdatpExtensions, Self::MdatpHealth)
            )
    }
}

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// One of the inputs.
    Like(Input),
    /// Something with a name that no option takes: what it is, and what to give instead.
    Other(&'static str, &'static str),
    /// Nothing known.
    Unknown,
}

impl Looks {
    pub(crate) const fn input(self) -> Option<Input> {
        match self {
            Self::Like(input) => Some(input),
            _ => None,
        }
    }
}

/// Words by which the output of a tool is known; the first row with a word in the text counts.
const MARKS: &[(&[&str], Looks)] = &[
    (
        &["CREATE TABLE kext_policy"],
        Looks::Other(
            "the schema of the KextPolicy database, without rows",
            "give the database itself as --kext-policy-db",
        ),
    ),
    (
        &["\"SPConfigurationProfileDataType\""],
        Looks::Like(Input::SystemProfiler),
    ),
    (
        &["\"extensionPolicies\"", "<key>extensionPolicies</key>"],
        Looks::Other(
            "the database of system extensions (db.plist)",
            "give `systemextensionsctl list` as --systemextensionsctl",
        ),
    ),
    (
        &["\"linked_against\""],
        Looks::Other("a row of osquery", "give `kextstat` as --kextstat"),
    ),
    (
        &["Daemon response: {"],
        Looks::Other(
            "the output of mdmclient",
            "give `sudo profiles show -output stdout-xml` as --profiles",
        ),
    ),
    (
        &["Signature Validation Errors:", "Load Address:", "Loadable:"],
        Looks::Other(
            "the output of system_profiler",
            "give `kextstat` as --kextstat",
        ),
    ),
    (
        &[
            "endpoint_security_extension_ready",
            "endpoint_security_extension_installed",
            "network_extension_installed",
        ],
        Looks::Like(Input::MdatpExtensions),
    ),
    (
        &[
            "real_time_protection_",
            "realTimeProtection",
            "definitions_version",
            "definitionsVersion",
            "full_disk_access_enabled",
            "health_issues",
            "healthIssues",
            "passive_mode_enabled",
            "network_events_subsystem",
            "network_protection_status",
            "tamper_protection",
            "licensed  ",
        ],
        Looks::Like(Input::MdatpHealth),
    ),
    (
        &[
            "MDM enrollment:",
            "Enrolled via DEP:",
            "enrollment profile installed",
            "enrollment profile is currently installed",
        ],
        Looks::Like(Input::Enrollment),
    ),
    (
        &[
            "_computerlevel",
            "ProfileItems",
            "configuration profiles installed",
            "profile must originate from",
            "The profile must be a system profile",
        ],
        Looks::Like(Input::Profiles),
    ),
    (
        &[
            "Kernel Extension User Consent",
            "Allowed Team Identifiers:",
            "spctl: no kext consent",
            "spctl: kext-consent",
            "source=Unnotarized Developer ID",
            "source=Notarized Developer ID",
        ],
        Looks::Like(Input::Spctl),
    ),
    (
        &[
            "System Integrity Protection status",
            "Authenticated Root status",
            "Kext Signing: ",
        ],
        Looks::Like(Input::Csrutil),
    ),
    (
        &["(smb0", "(smb2", "Can't get local policy"],
        Looks::Like(Input::Bputil),
    ),
    (
        &[
            "com.apple.system_extension.",
            "OSSystemExtensionErrorDomain",
            "SystemExtension activation",
            "list of allowed extensions",
            "this tool cannot be used if System Integrity",
        ],
        Looks::Like(Input::SystemExtensionsCtl),
    ),
    (
        &[
            "KMErrorDomain",
            "not approved to load",
            "kmutil done",
            "kmutil encountered",
            "auxiliary kernel collection",
            "auxiliary collection at",
            "Kernel Collection at ",
            "Kernel Extension BLOCKED",
            "Kernel Extension ALLOWED",
            "kernelmanager",
            "Authenticating extension failed",
            "Incompatible architecture",
        ],
        Looks::Like(Input::Kmutil),
    ),
    (
        &["sysextd:", "sysextd[", "syspolicyd:", "syspolicyd["],
        Looks::Like(Input::Log),
    ),
    (
        &[
            "Kext rejected due to",
            "failed to load - (libkern/kext)",
            "Diagnostics for ",
            "Code Signing Failure",
            "Kext with invalid signature",
            "Unable to stage kext",
            "Untrusted kexts are not allowed",
            "KextManager failed to load",
            "invalid signature for",
            "com.apple.kextd",
            "appears to be loadable",
            "successfully loaded",
            "Failed to load /",
            "kxld[",
            "exit status: ",
            "kextutil ",
            "kextload ",
            "kmutil load",
            "Cache file /System/Library/Caches/com.apple.kext",
        ],
        Looks::Like(Input::Kextutil),
    ),
    (
        &["profiles tool no longer supports installs"],
        Looks::Other(
            "the refusal to install a profile by a command, which macOS 11 and later print",
            "send the profile from the MDM server; here give `sudo profiles show -output stdout-xml`",
        ),
    ),
    (
        &["TeamIdentifier=", "designated => "],
        Looks::Other(
            "the output of codesign",
            "it shows Team ID and bundle ID, for --team-id and --bundle-id; give `kextutil` or `systemextensionsctl list`",
        ),
    ),
    (
        &["(0x87D", "(0x87d"],
        Looks::Other(
            "an error number of Intune",
            "`kextpolicy explain NUMBER` says what it means",
        ),
    ),
    (
        &["<!DOCTYPE html", "<html", "<HTML"],
        Looks::Other(
            "a web page",
            "run the command on the Mac and save what it prints",
        ),
    ),
    (
        &["<key>PayloadContent</key>"],
        Looks::Other(
            "a configuration profile",
            "`kextpolicy lint` and `show` read profiles; here give `profiles show -output stdout-xml` of the Mac",
        ),
    ),
    (
        &["<result>"],
        Looks::Other(
            "the answer of a Jamf Pro extension attribute",
            "give the whole output of the command it ran",
        ),
    ),
    (
        &[
            "=== agent_info ===",
            "agent_info ===",
            "Sensor operational:",
        ],
        Looks::Other(
            "the output of CrowdStrike's falconctl",
            "give `systemextensionsctl list` as --systemextensionsctl",
        ),
    ),
    (
        &["Product version:"],
        Looks::Other(
            "the output of mdatp version",
            "give `mdatp health` as --mdatp-health",
        ),
    ),
    (
        &["'teamID':", "\"teamID\":", "'bundleID':"],
        Looks::Other(
            "what another program made of the list of system extensions",
            "give `systemextensionsctl list` as --systemextensionsctl",
        ),
    ),
];

/// What a text looks like: every input that it holds, because people paste several answers into one file, or the name
/// of something else.
pub(crate) fn recognise(text: &Text) -> Vec<Looks> {
    let whole = text.joined();
    let has_line = |test: &dyn Fn(Line<'_>) -> bool| {
        text.lines()
            .any(|line| line.text.len() < 2000 && test(line))
    };
    let mut found: Vec<Looks> = Vec::new();
    if has_line(&|line| loaded::is_head(line) || loaded::bundle(line).is_some()) {
        found.push(Looks::Like(Input::Kextstat));
    }
    let marked = MARKS
        .iter()
        .filter(|(words, _)| words.iter().any(|word| whole.contains(word)));
    found.extend(marked.map(|(_, looks)| *looks));
    if !found.contains(&Looks::Like(Input::SystemExtensionsCtl))
        && has_line(&|line| {
            line.text.ends_with(" extension(s)") || systemextensionsctl::row(line.text).is_some()
        })
    {
        found.push(Looks::Like(Input::SystemExtensionsCtl));
    }
    if has_line(&|line| mac::claim(line).is_some()) {
        found.push(Looks::Like(Input::Mac));
    }
    let is_load = |line: Line<'_>| sentences::claim(&line.text.to_ascii_lowercase()).is_some();
    if !found.iter().any(|own| matches!(own, Looks::Like(_))) && has_line(&is_load) {
        found.push(Looks::Like(Input::Kextutil));
    }
    found.dedup();
    if found.is_empty() {
        found.push(alone(text));
    }
    found
}

/// What a text without any mark looks like.
fn alone(text: &Text) -> Looks {
    if text.beginning().trim_matches('"') == "endpoint_security_extension" {
        return Looks::Like(Input::MdatpHealth);
    }
    if matches!(text.beginning(), "true" | "false") {
        return Looks::Other(
            "the answer of `mdatp health --field`, which does not say which field",
            "give the whole `mdatp health`",
        );
    }
    let is_row = |line: Line<'_>| {
        kext_policy::values(line.text).is_some_and(|values| {
            values.len() <= 9
                && (values.contains(&"1")
                    || values.contains(&"0")
                    || values.contains(&"bundle_id")
                    || values[0].starts_with('/'))
        })
    };
    if text.lines().take(20).any(is_row) {
        return Looks::Like(Input::KextPolicy);
    }
    Looks::Unknown
}
