//! Where Apple's table and Macs differ. Every row has its source; without one it does not belong here.

use super::row::Key;

/// Keys of the top level that are known besides Apple's, so that they are no news.
///
/// `PayloadEnabled`: written by Profile Manager and by every tool that copied it, ignored by macOS; in a quarter of
/// 2,301 public profiles.
const AT_TOP_LEVEL: &[&str] = &["PayloadEnabled"];

/// Keys of every payload that are known besides Apple's. The same source.
const IN_EVERY_PAYLOAD: &[&str] = &["PayloadEnabled"];

/// Whether a key of the top level is known besides Apple's.
pub(crate) fn at_top_level(key: &str) -> bool {
    AT_TOP_LEVEL.contains(&key)
}

/// Payload types that are preference domains: Apple describes some of their keys, and the program that reads the
/// domain knows more. There only a key that is nearly one of Apple's is worth a word.
///
/// Source: the type is the name of a preference domain on a Mac, and Apple's own files say so by their names.
const PREFERENCE_DOMAINS: &[&str] = &[
    ".GlobalPreferences",
    "com.apple.DiscRecording",
    "com.apple.MCX",
    "com.apple.NSExtension",
    "com.apple.SetupAssistant.managed",
    "com.apple.SoftwareUpdate",
    "com.apple.SystemConfiguration",
    "com.apple.applicationaccess",
    "com.apple.applicationaccess.new",
    "com.apple.appstore",
    "com.apple.dashboard",
    "com.apple.desktop",
    "com.apple.dock",
    "com.apple.fileproviderd",
    "com.apple.finder",
    "com.apple.gamed",
    "com.apple.loginwindow",
    "com.apple.mcxMenuExtras",
    "com.apple.mcxprinting",
    "com.apple.preference.security",
    "com.apple.preference.users",
    "com.apple.screensaver",
    "com.apple.screensaver.user",
    "com.apple.security.firewall",
    "com.apple.security.smartcard",
    "com.apple.systempreferences",
    "com.apple.systemuiserver",
    "com.apple.universalaccess",
    "loginwindow",
];

/// Whether a payload type is a preference domain.
pub(crate) fn is_preference_domain(payload_type: &str) -> bool {
    PREFERENCE_DOMAINS.binary_search(&payload_type).is_ok()
}

/// Whether a key of a payload is known besides Apple's.
pub(crate) fn in_payload(_payload_type: &str, key: &str) -> bool {
    IN_EVERY_PAYLOAD.contains(&key)
}

/// Keys of inner dictionaries that are known besides Apple's: the dictionary, the key.
///
/// `Settings`: written by Workgroup Manager beside the settings, ignored by macOS.
/// `VPN`: in Apple's older Configuration Profile Reference ("VPN Dictionary Keys"), still written by VPN vendors.
/// `PlatformSSO`: newer than the table, in public profiles.
const INSIDE: &[(&str, &str)] = &[
    ("Settings", "mcx_data_timestamp"),
    ("VPN", "AuthName"),
    ("VPN", "AuthPassword"),
    ("VPN", "RemoteAddress"),
    ("PlatformSSO", "AllowDeviceIdentifiersInAttestation"),
    ("PlatformSSO", "EnableCreateFirstUserDuringSetup"),
    ("PlatformSSO", "EnableRegistrationDuringSetup"),
    ("PlatformSSO", "NewUserAuthenticationMethods"),
];

/// Whether a key of an inner dictionary is known besides Apple's.
pub(crate) fn inside(dictionary: &str, key: &str) -> bool {
    INSIDE.contains(&(dictionary, key))
}

/// Whether a value is known besides those that Apple lists.
///
/// `Application` as the `Type` of an icon of the Home Screen: the list says `App`, and the description of `BundleID` in
/// the same file of Apple's says `Application`, as do all public profiles with such a layout.
pub(crate) fn is_value(key: &Key, value: &str) -> bool {
    key.name == "Type" && value == "Application" && key.list.contains(&"WebClip")
}

/// Dictionaries whose keys are the administrator's own, although Apple's table names one as an example.
///
/// `domainRealmMapping`: the keys are the names of Kerberos realms (Apple: "Extensible Single Sign-On Kerberos").
/// `VendorConfig`: the keys are the VPN vendor's; Apple's table has two of them.
const FREE: &[&str] = &["VendorConfig", "domainRealmMapping"];

/// Whether the keys of a dictionary are the administrator's own.
pub(crate) fn is_free(dictionary: &str) -> bool {
    FREE.contains(&dictionary)
}

/// Required keys that may be missing when another one is there: the key, the other.
///
/// `Allowed`: since macOS 11 `Authorization` says the same, and only one of the two may be there (Apple: "Privacy
/// Preferences Policy Control").
const INSTEAD: &[(&str, &str)] = &[("Allowed", "Authorization")];

/// Whether a required key may be missing, given what else is there.
pub(crate) fn may_be_missing(key: &str, has: impl Fn(&str) -> bool) -> bool {
    INSTEAD
        .iter()
        .any(|(required, other)| *required == key && has(other))
}

/// Preference domains of macOS whose names are near a payload type without being meant for it.
///
/// Source: domains in public profiles, each the name of a program's own preferences.
/// `com.apple.familycontrols.timelimits` is the older form of Apple's `.v2`; `com.apple.preferences.users` is the name
/// of Apple's own file for `com.apple.preference.users`.
const DOMAINS: &[&str] = &[
    "com.apple.familycontrols.timelimits",
    "com.apple.preferences.users",
    "com.apple.timed",
];

/// Whether a payload type is the name of a preference domain of macOS.
pub(crate) fn is_domain(payload_type: &str) -> bool {
    DOMAINS.contains(&payload_type)
}

/// Keys that may hold an array of what Apple's table says.
///
/// Apple's Configuration Profile Reference, "`SubjectAltName` Dictionary Keys": a single string or an array of strings.
const ONE_OR_MORE: &[&str] = &[
    "dNSName",
    "ntPrincipalName",
    "rfc822Name",
    "uniformResourceIdentifier",
];

/// Whether an array may stand for the one value.
pub(crate) fn may_be_several(key: &str) -> bool {
    ONE_OR_MORE.contains(&key)
}

/// Exceptions of one kind, for the documentation.
#[derive(Debug)]
pub(crate) struct Exceptions {
    /// What is different.
    pub(crate) what: &'static str,
    /// For what.
    pub(crate) names: Vec<String>,
}

/// Every exception.
pub(crate) fn all() -> Vec<Exceptions> {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect();
    let pairs = |pairs: &[(&str, &str)], between: &str| {
        pairs
            .iter()
            .map(|(one, other)| format!("`{one}`{between}`{other}`"))
            .collect()
    };
    vec![
        Exceptions {
            what: "Known keys of the top level",
            names: quoted(AT_TOP_LEVEL),
        },
        Exceptions {
            what: "Known keys of every payload",
            names: quoted(IN_EVERY_PAYLOAD),
        },
        Exceptions {
            what: "Known keys of dictionaries",
            names: pairs(INSIDE, "."),
        },
        Exceptions {
            what: "Dictionaries with keys of the administrator's own",
            names: quoted(FREE),
        },
        Exceptions {
            what: "Required keys that another one may stand for",
            names: pairs(INSTEAD, " by "),
        },
        Exceptions {
            what: "One value or an array of them",
            names: quoted(ONE_OR_MORE),
        },
        Exceptions {
            what: "Names of preference domains that are near a payload type",
            names: quoted(DOMAINS),
        },
        Exceptions {
            what: "Preference domains, where only misspelt keys are reported and no key is required",
            names: quoted(PREFERENCE_DOMAINS),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preference_domains_are_sorted_and_described() {
        assert!(PREFERENCE_DOMAINS.is_sorted());
        for domain in PREFERENCE_DOMAINS {
            assert!(!crate::schema::of_type(domain).is_empty(), "{domain}");
        }
    }
}
