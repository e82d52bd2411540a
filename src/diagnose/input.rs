//! The inputs: what each is called, which command gives it, which option takes it.

use super::text::{Line, Text};
use super::{kext_policy, loaded, systemextensionsctl};

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
}

/// What is said about an input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    /// Its name in messages.
    pub(crate) name: &'static str,
    /// The option that takes it.
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
}

impl Input {
    /// Every input, in the order in which evidence is read.
    pub(crate) const ALL: [Self; 13] = [
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
        !matches!(self, Self::Kextutil | Self::Kmutil | Self::SystemProfiler)
    }

    /// Whether this option also reads the output of another: shims, logs and lists come from several programs.
    pub(crate) fn takes(self, other: Self) -> bool {
        self == other
            || matches!(
                (self, other),
                (Self::Kextutil, Self::Kmutil)
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
        ],
        Looks::Like(Input::Spctl),
    ),
    (
        &[
            "System Integrity Protection status",
            "Authenticated Root status",
        ],
        Looks::Like(Input::Csrutil),
    ),
    (
        &["(smb0", "(smb2", "Can't get local policy"],
        Looks::Like(Input::Bputil),
    ),
    (
        &[
            " extension(s)",
            "com.apple.system_extension.",
            "OSSystemExtensionErrorDomain",
            "this tool cannot be used if System Integrity",
        ],
        Looks::Like(Input::SystemExtensionsCtl),
    ),
    (
        &[
            "KMErrorDomain",
            "not approved to load",
            "kmutil done",
            "kernelmanager",
            "Authenticating extension failed",
            "Incompatible architecture",
        ],
        Looks::Like(Input::Kmutil),
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
            "Cache file /System/Library/Caches/com.apple.kext",
        ],
        Looks::Like(Input::Kextutil),
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
        &["command not found", "No such file or directory"],
        Looks::Other(
            "the error of a shell",
            "run the command on the Mac the question is about",
        ),
    ),
];

/// What a text looks like, to the option it was given to. People paste several answers into one file: what the option
/// wants counts before what else is there.
pub(crate) fn recognise(text: &Text, wanted: Input) -> Looks {
    let whole = text.joined();
    let is_kextstat = text.lines().any(|line| {
        loaded::is_head(line) || is_row_of(line, |line| loaded::bundle(line).is_some())
    });
    let kextstat = is_kextstat.then_some(Looks::Like(Input::Kextstat));
    let marked = MARKS
        .iter()
        .filter(|(words, _)| words.iter().any(|word| whole.contains(word)))
        .map(|(_, looks)| *looks);
    let found: Vec<Looks> = kextstat.into_iter().chain(marked).collect();
    let is_wanted = |looks: &&Looks| matches!(looks, Looks::Like(input) if wanted.takes(*input));
    match found.first() {
        Some(Looks::Like(_)) => return *found.iter().find(is_wanted).unwrap_or(&found[0]),
        Some(other) => return *other,
        None => {}
    }
    if text.beginning().trim_matches('"') == "endpoint_security_extension" {
        return Looks::Like(Input::MdatpHealth);
    }
    if matches!(text.beginning(), "true" | "false") {
        return Looks::Other(
            "the answer of `mdatp health --field`, which does not say which field",
            "give the whole `mdatp health`",
        );
    }
    if text
        .lines()
        .any(|line| systemextensionsctl::row(line).is_some())
    {
        return Looks::Like(Input::SystemExtensionsCtl);
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

/// Whether a line that is not too long is a row.
fn is_row_of(line: Line<'_>, test: impl Fn(Line<'_>) -> bool) -> bool {
    line.text.len() < 2000 && test(line)
}
