//! Where Apple's table and Macs differ. Every row has its source; without one it does not belong here.
//!
//! "Apple's description" means the words in the same file of Apple's `device-management` repository, which the table
//! leaves out because it holds facts only. What servers and tools write without effect is no news to anybody.

use super::row::{Key, Type};

/// Names and what belongs to each of them.
type Pairs = &'static [(&'static [&'static str], &'static [&'static str])];

/// Keys of the top level that are known besides Apple's, so that they are no news.
///
/// `PayloadEnabled`: written by Profile Manager and by every tool that copied it, ignored by macOS; in a quarter of
/// 2,301 public profiles.
const AT_TOP_LEVEL: &[&str] = &["PayloadEnabled"];

/// Keys of every payload that are known besides Apple's. The same source.
const IN_EVERY_PAYLOAD: &[&str] = &["PayloadEnabled"];

/// Keys of payloads that are known besides Apple's: the types, the keys.
///
/// Certificates: Apple describes these keys for `com.apple.security.pkcs12`, where there is a private key; Jamf Pro and
/// Profile Manager write them for any certificate.
/// `IdentificationUUID`: Profile Manager writes it to fill in an account from an Identification payload; shown by
/// github.com/gregneagle/profiles, `Identity_payload_demo.mobileconfig`, and in the public list `ProfileManifests`
/// (github.com/ProfileManifests/ProfileManifests, e4b340f9).
/// `UserName`, `Password` of a certificate from Active Directory and `Assistant Allowed`: in `ProfileManifests`, and in
/// profiles of github.com/mosen/profiledocs.
const IN_PAYLOADS: Pairs = &[
    (
        &[
            "com.apple.security.pem",
            "com.apple.security.pkcs1",
            "com.apple.security.root",
        ],
        &["AllowAllAppsAccess", "KeyIsExtractable", "Password"],
    ),
    (
        &["com.apple.ADCertificate.managed"],
        &["Password", "UserName"],
    ),
    (
        &["com.apple.ews.account", "com.apple.mail.managed"],
        &["IdentificationUUID"],
    ),
    (&["com.apple.ironwood.support"], &["Assistant Allowed"]),
];

/// Values that only one source besides Apple has: the keys, the values. Not known, and not surely wrong.
///
/// `ProfileManifests`, as above.
const LISTED_ONCE: Pairs = &[
    (&["JabberAuthentication"], &["JabberAuthKerberos"]),
    (&["SecurityType"], &["NONE"]),
];

/// Keys of inner dictionaries that are known besides Apple's: the dictionaries, the keys.
///
/// `Settings`: Workgroup Manager and github.com/timsutton/mcxToProfile write the day beside settings that are set once.
/// Energy saver: `IOKit`'s names of the settings (`kIOPMWakeOnLANKey` is `Wake On LAN`, Apple's description has another
/// spelling), and what Profile Manager writes beside them.
/// `OnDemandMatchAppEnabled` of `VPN`: by Apple's older Configuration Profile Reference, and in the profiles that Jamf
/// publishes for Jamf Trust.
/// `LoginItem`: in `ProfileManifests` and in profiles of github.com/mosen/profiledocs.
/// `PayloadContent` is that of SCEP: Jamf Pro writes there what Apple describes for `com.apple.ADCertificate.managed`.
const INSIDE: Pairs = &[
    (&["Settings"], &["mcx_data_timestamp"]),
    (
        &[
            "com.apple.EnergySaver.desktop.ACPower",
            "com.apple.EnergySaver.portable.ACPower",
            "com.apple.EnergySaver.portable.BatteryPower",
        ],
        &[
            "Disk Sleep Timer-boolean",
            "Sleep On Power Button",
            "Wake On LAN",
        ],
    ),
    (&["LoginItem"], &["AuthenticateAsLoginUserShortName", "URL"]),
    (&["VPN"], &["OnDemandMatchAppEnabled"]),
    (&["PayloadContent"], &["CertificateRenewalTimeInterval"]),
];

/// Payload types that also accept every key of another type: the type, the other.
///
/// Apple's description of `com.apple.vpn.managed.applayer`: its fields are those of the VPN payload and the ones below.
const WITH_KEYS_OF: &[(&str, &str)] =
    &[("com.apple.vpn.managed.applayer", "com.apple.vpn.managed")];

/// Payload types that are preference domains: Apple describes some of their keys, and the program that reads the
/// domain knows more. There only a key that is nearly one of Apple's is worth a word.
///
/// Source: the type is the name of a preference domain on a Mac, and Apple's own files say so by their names.
/// `com.apple.AssetCache.managed`: Apple's guide to deployment (advanced content caching settings) and `ProfileManifests` have
/// more keys than Apple's description.
const PREFERENCE_DOMAINS: &[&str] = &[
    ".GlobalPreferences",
    "com.apple.AssetCache.managed",
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

/// Dictionaries whose keys are the administrator's own, or that the table does not describe whole.
///
/// `domainRealmMapping`: by Apple's description the keys are the names of Kerberos realms; the table has an example.
/// `VendorConfig`: the keys are the VPN vendor's; the table has those of three vendors.
/// `TunnelConfigurationElement`: the table has two keys and no server. In Apple's later description of the same, a
/// declaration, there is a whole `IKEv2` configuration.
const FREE: &[&str] = &[
    "TunnelConfigurationElement",
    "VendorConfig",
    "domainRealmMapping",
];

/// Required keys that Macs do without: the dictionary, the keys.
///
/// Entries of the Dock: Jamf Pro writes them without `label` and `file-type`, and `ProfileManifests` asks for neither.
const NOT_NEEDED_INSIDE: Pairs = &[(&["tile-data"], &["file-type", "label"])];

/// Required keys that are needed only beside another one: where, the key, the other and its value.
///
/// By Apple's descriptions of the keys.
const BESIDE: &[(&str, &str, &str, Option<&str>)] = &[
    (
        "PayloadIdentification",
        "Password",
        "AuthMethod",
        Some("Password"),
    ),
    ("com.apple.xsan", "sharedSecret", "sanAuthMethod", None),
];

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

/// The payload types and the keys that may hold an array of what the table says.
///
/// Apple's description of `SubjectAltName` of SCEP: a single string or an array of strings. ACME has a dictionary of the
/// same name and keys, of which nothing is said: not judged.
const ONE_OR_MORE: (&[&str], &[&str]) = (
    &["com.apple.security.acme", "com.apple.security.scep"],
    &[
        "dNSName",
        "ntPrincipalName",
        "rfc822Name",
        "uniformResourceIdentifier",
    ],
);

/// What arrays hold of which one may stand without an array.
///
/// Apple's description of the kinds of media in `com.apple.systemuiserver`: an action or an array of them.
const WITHOUT_ARRAY: &[&str] = &["ActionStringItem"];

/// Keys that go further on a Mac than the table's range: the key, the highest number.
///
/// `maxInactivity`: by Apple's description the maximum for macOS is 60.
const HIGHER: &[(&str, f64)] = &[("maxInactivity", 60.0)];

/// Values that are known besides those that the table lists: what is described, the values.
///
/// Media actions: `alert` is in `ProfileManifests` for every kind of media, and in a profile of github.com/rtrouton/profiles
/// (`BlockExternalDrives.mobileconfig`, 256872f4).
const MORE_VALUES: Pairs = &[(&["ActionStringItem"], &["alert"])];

/// Keys that go lower on a Mac than the table's range: the key, the lowest number.
///
/// Energy saver: 0 is never, by `man pmset` and `ProfileManifests`.
const LOWER: &[(&str, f64)] = &[
    ("Disk Sleep Timer", 0.0),
    ("Display Sleep Timer", 0.0),
    ("System Sleep Timer", 0.0),
];

/// Keys that take any value, although the table lists some.
///
/// `AdminHostInfo`: by Apple's description any value since macOS 10.10.
const ANY_VALUE: &[&str] = &["AdminHostInfo"];

/// Whether a key of the top level is known besides Apple's.
pub(crate) fn at_top_level(key: &str) -> bool {
    AT_TOP_LEVEL.contains(&key)
}

pub(crate) fn is_preference_domain(payload_type: &str) -> bool {
    PREFERENCE_DOMAINS.binary_search(&payload_type).is_ok()
}

/// Whether a key of a payload is known besides Apple's.
pub(crate) fn in_payload(payload_type: &str, key: &str) -> bool {
    IN_EVERY_PAYLOAD.contains(&key) || in_pairs(IN_PAYLOADS, payload_type, key)
}

/// Whether a value is in one list besides Apple's.
pub(crate) fn is_listed(key: &Key, value: &str) -> bool {
    in_pairs(LISTED_ONCE, key.name, value)
}

/// Whether a key of an inner dictionary is known besides Apple's.
pub(crate) fn inside(dictionary: &str, key: &str) -> bool {
    in_pairs(INSIDE, dictionary, key)
}

/// Whether a key belongs to a name.
fn in_pairs(pairs: Pairs, name: &str, key: &str) -> bool {
    pairs
        .iter()
        .any(|(names, keys)| names.contains(&name) && keys.contains(&key))
}

/// The payload type whose keys this one takes too.
pub(super) fn with_keys_of(payload_type: &str) -> Option<&'static str> {
    WITH_KEYS_OF
        .iter()
        .find(|(own, _)| *own == payload_type)
        .map(|(_, other)| *other)
}

/// Whether a text is known besides those that Apple lists.
///
/// `Application` as the `Type` of an icon of the Home Screen: the list says `App`, and the description of `BundleID` in
/// the same file of Apple's says `Application`, as do all public profiles with such a layout.
pub(crate) fn is_value(key: &Key, value: &str) -> bool {
    ANY_VALUE.contains(&key.name)
        || in_pairs(MORE_VALUES, key.name, value)
        || (key.name == "Type" && value == "Application" && key.list.contains(&"WebClip"))
}

/// The lowest number that a key takes on a Mac.
pub(crate) fn lowest(key: &Key) -> Option<f64> {
    LOWER
        .iter()
        .find(|(name, _)| *name == key.name)
        .map_or(key.min, |(_, lowest)| Some(*lowest))
}

/// The highest number that a key takes on a Mac.
pub(crate) fn highest(key: &Key) -> Option<f64> {
    HIGHER
        .iter()
        .find(|(name, _)| *name == key.name)
        .map_or(key.max, |(_, highest)| Some(*highest))
}

/// Whether the keys of a dictionary are not only those of the table.
pub(crate) fn is_free(dictionary: &str) -> bool {
    FREE.contains(&dictionary)
}

/// Whether a required key may be missing. `place` is the payload type or the name of the dictionary; `says` tells
/// whether another key is there, with this value if one is asked for.
pub(crate) fn may_be_missing(
    place: &str,
    key: &str,
    says: impl Fn(&str, Option<&str>) -> bool,
) -> bool {
    in_pairs(NOT_NEEDED_INSIDE, place, key)
        || BESIDE.iter().any(|(at, required, other, value)| {
            *at == place && *required == key && !says(other, *value)
        })
}

/// Whether a payload type is the name of a preference domain of macOS.
pub(crate) fn is_domain(payload_type: &str) -> bool {
    DOMAINS.contains(&payload_type)
}

/// Whether an array may stand for the one value.
pub(crate) fn may_be_several(payload_type: &str, key: &Key) -> bool {
    ONE_OR_MORE.0.contains(&payload_type) && ONE_OR_MORE.1.contains(&key.name)
}

/// What an array holds, if one of them may stand without the array.
pub(crate) fn without_array(array: &Key) -> Option<&'static Key> {
    let item = array.inner.item().filter(|_| array.kind == Type::Array)?;
    WITHOUT_ARRAY.contains(&item.name).then_some(item)
}

/// Exceptions of one kind, for the documentation.
#[derive(Debug)]
pub(crate) struct Exceptions {
    pub(crate) what: &'static str,
    pub(crate) names: Vec<String>,
}

pub(crate) fn all() -> Vec<Exceptions> {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect();
    let paths = |pairs: Pairs| {
        let of = |(names, keys): &(&'static [&'static str], &'static [&'static str])| {
            names
                .iter()
                .flat_map(|name| keys.iter().map(move |key| format!("`{name}.{key}`")))
                .collect::<Vec<_>>()
        };
        pairs.iter().flat_map(of).collect()
    };
    let entry = |what, names| Exceptions { what, names };
    vec![
        entry("Known keys of the top level", quoted(AT_TOP_LEVEL)),
        entry("Known keys of every payload", quoted(IN_EVERY_PAYLOAD)),
        entry("Known keys of payloads", paths(IN_PAYLOADS)),
        entry(
            "Values that one list besides Apple's has (a note)",
            paths(LISTED_ONCE),
        ),
        entry("Known keys of dictionaries", paths(INSIDE)),
        entry(
            "Payload types that also accept every key of another type",
            WITH_KEYS_OF
                .iter()
                .map(|(own, other)| format!("`{own}` of `{other}`"))
                .collect(),
        ),
        entry(
            "Dictionaries with keys of the administrator's own, or not described whole",
            quoted(FREE),
        ),
        entry(
            "Required keys that Macs do without",
            paths(NOT_NEEDED_INSIDE),
        ),
        entry(
            "Keys required only beside another one",
            BESIDE
                .iter()
                .map(|(place, key, other, _)| format!("`{place}.{key}` beside `{other}`"))
                .collect(),
        ),
        entry("One value or an array of them", quoted(ONE_OR_MORE.1)),
        entry(
            "An array of them or one without an array",
            quoted(WITHOUT_ARRAY),
        ),
        entry("Values besides those listed", paths(MORE_VALUES)),
        entry(
            "Numbers that may be lower on a Mac",
            LOWER
                .iter()
                .map(|(key, lowest)| format!("`{key}` down to {lowest}"))
                .collect(),
        ),
        entry(
            "Numbers that may be higher on a Mac",
            HIGHER
                .iter()
                .map(|(key, highest)| format!("`{key}` up to {highest}"))
                .collect(),
        ),
        entry("Any value besides those listed", quoted(ANY_VALUE)),
        entry(
            "Names of preference domains that are near a payload type",
            quoted(DOMAINS),
        ),
        entry(
            "Preference domains, where only misspelt keys are reported, no key is required, and a real counts as an integer",
            quoted(PREFERENCE_DOMAINS),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::row::Presence;
    use super::super::table::KEYS;
    use super::super::{BUILT_IN, Group};
    use super::*;

    /// The keys of this name, wherever they are.
    fn keys(name: &str) -> impl Iterator<Item = &Key> {
        KEYS.iter().filter(move |key| key.name == name)
    }

    /// What payloads of this type and dictionaries of this name hold.
    fn groups(name: &str) -> impl Iterator<Item = Group> {
        let payloads = BUILT_IN.of_type(name).iter().map(|payload| payload.keys);
        payloads.chain(keys(name).map(|key| key.inner))
    }

    #[test]
    fn the_preference_domains_are_sorted_and_described() {
        assert!(PREFERENCE_DOMAINS.is_sorted());
        for domain in PREFERENCE_DOMAINS {
            assert!(!BUILT_IN.of_type(domain).is_empty(), "{domain}");
        }
    }

    #[test]
    fn what_the_table_knows_is_no_exception() {
        let top = BUILT_IN.top_level().unwrap().keys;
        assert!(AT_TOP_LEVEL.iter().all(|key| top.get(key).is_none()));
        let common = BUILT_IN.common();
        assert!(IN_EVERY_PAYLOAD.iter().all(|key| common.get(key).is_none()));
        for (names, known) in IN_PAYLOADS.iter().chain(INSIDE) {
            for name in *names {
                let mut places = groups(name).peekable();
                assert!(places.peek().is_some(), "nothing is called {name}");
                // At least in one of several dictionaries of the same name.
                assert!(
                    places.any(|group| known.iter().all(|key| group.get(key).is_none())),
                    "{name}"
                );
            }
        }
        for (own, other) in WITH_KEYS_OF {
            let more = BUILT_IN
                .of_type(other)
                .iter()
                .flat_map(|payload| payload.keys.keys());
            let own = BUILT_IN.of_type(own)[0].keys;
            assert!(more.into_iter().any(|key| own.get(key.name).is_none()));
        }
        for name in DOMAINS {
            assert!(BUILT_IN.of_type(name).is_empty(), "{name}");
        }
    }

    #[test]
    fn what_the_table_asks_for_needs_no_exception_and_what_it_does_not_ask_for_neither() {
        let needed = |place: &str, key: &str| {
            let required = |key: &Key| key.presence == Presence::Required;
            groups(place).any(|group| group.get(key).is_some_and(required))
        };
        for (places, keys) in NOT_NEEDED_INSIDE {
            for (place, key) in places
                .iter()
                .flat_map(|place| keys.iter().map(move |key| (place, key)))
            {
                assert!(needed(place, key), "{place}.{key}");
            }
        }
        for (place, key, other, _) in BESIDE {
            assert!(needed(place, key), "{place}.{key}");
            assert!(groups(place).all(|group| group.get(other).is_some()));
        }
    }

    #[test]
    fn what_the_table_allows_needs_no_exception() {
        for name in FREE {
            let described = |key: &Key| !key.inner.is_empty() && key.inner.any().is_none();
            assert!(keys(name).any(described), "{name}");
        }
        for name in ONE_OR_MORE.0 {
            assert!(!BUILT_IN.of_type(name).is_empty(), "{name}");
        }
        for name in ONE_OR_MORE.1 {
            assert!(keys(name).any(|key| key.kind != Type::Array), "{name}");
        }
        for name in WITHOUT_ARRAY {
            let holds = |key: &&Key| key.inner.item().is_some_and(|item| item.name == *name);
            assert!(
                KEYS.iter()
                    .any(|key| key.kind == Type::Array && holds(&key)),
                "{name}"
            );
        }
        for (name, highest) in HIGHER {
            let lower = |key: &Key| key.max.is_some_and(|max| max < *highest);
            assert!(keys(name).all(lower), "{name}");
        }
        for (name, lowest) in LOWER {
            let higher = |key: &Key| key.min.is_some_and(|min| min > *lowest);
            assert!(keys(name).all(higher), "{name}");
        }
        for (names, values) in MORE_VALUES.iter().chain(LISTED_ONCE) {
            for key in names.iter().flat_map(|name| keys(name)) {
                assert!(
                    values.iter().all(|value| !key.list.contains(value)),
                    "{}",
                    key.name
                );
            }
        }
        for name in ANY_VALUE {
            assert!(keys(name).any(|key| !key.list.is_empty()), "{name}");
        }
        let icon = keys("Type")
            .find(|key| key.list.contains(&"WebClip"))
            .unwrap();
        assert!(!icon.list.contains(&"Application") && is_value(icon, "Application"));
    }
}
