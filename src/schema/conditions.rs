//! Apple's conditional rules: what the keys of one dictionary ask of each other. Apple says them in prose, which the table
//! leaves out; each row names the description that says so.

#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) payload_type: &'static str,
    /// The way from the payload to the dictionaries that it is about: names of keys, [`ANY_KEY`], [`ITEM`].
    pub(crate) path: &'static [&'static str],
    pub(crate) when: When,
    pub(crate) asks: Asks,
    pub(crate) help: &'static str,
}

/// Any key, in a path.
pub(crate) const ANY_KEY: &str = "*";

/// Every item of an array, in a path.
pub(crate) const ITEM: &str = "[]";

#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    Always,
    /// A key has this text.
    Is(&'static str, &'static str),
    /// A key is true.
    IsTrue(&'static str),
    /// One of these keys is there.
    HasAny(&'static [&'static str]),
    /// The key that [`ANY_KEY`] of the path stands for is one of these.
    Below(&'static [&'static str]),
    /// It is none of these.
    NotBelow(&'static [&'static str]),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Key(&'static str),
    /// A key that Apple asks for and that products in use do without.
    ExpectedKey(&'static str),
    OneOf(&'static [&'static str]),
    OneTrue(&'static [&'static str]),
    NotBoth(&'static str, &'static str),
    Without(&'static str),
    /// A key may not have this text.
    NotText(&'static str, &'static str),
    /// Two keys may not have the same text.
    Differ(&'static str, &'static str),
}

const PRIVACY: &str = "com.apple.TCC.configuration-profile-policy";
const ENTRIES: &[&str] = &["Services", ANY_KEY, ITEM];
const EVENTS: When = When::Below(&["AppleEvents"]);
const OTHERS: When = When::NotBelow(&["AppleEvents"]);
const FILTER: &str = "com.apple.webcontent-filter";
const PLUGIN: When = When::Is("FilterType", "Plugin");

/// Keys of a content filter that Apple's built-in filter, which only iOS has, does not take.
pub(crate) const PLUGIN_KEYS: &[&str] = &[
    "FilterDataProviderBundleIdentifier",
    "FilterDataProviderDesignatedRequirement",
    "FilterGrade",
    "FilterPacketProviderBundleIdentifier",
    "FilterPacketProviderDesignatedRequirement",
    "FilterPackets",
    "FilterSockets",
    "PluginBundleID",
];

const RECEIVER: &str = "the program that gets the events is named by `AEReceiverIdentifier`, `AEReceiverIdentifierType` and `AEReceiverCodeRequirement`, all three";
const NO_RECEIVER: &str = "remove it; only an entry of `AppleEvents` has a receiver";
const NOT_THE_APP: &str = "write the bundle ID of the extension inside the app; `systemextensionsctl list` shows it on a Mac that has it";
const PROVIDER: &str = "name the extension that filters, by its bundle ID and its code requirement";

/// Every conditional rule, by payload.
///
/// Source: the descriptions of the keys in `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml` and
/// `mdm/profiles/com.apple.webcontent-filter.yaml` of Apple's `device-management` repository, commit b6202ca.
pub(crate) static CONDITIONS: &[Condition] = &[
    privacy(
        When::Always,
        Asks::OneOf(&["Authorization", "Allowed"]),
        "add `Authorization` with `Allow` or `Deny`; macOS before 11 takes `Allowed` instead",
    ),
    privacy(
        When::Always,
        Asks::NotBoth("Allowed", "Authorization"),
        "remove `Allowed` for macOS 11 and later, or `Authorization` for older ones",
    ),
    privacy(
        When::NotBelow(&["ListenEvent", "ScreenCapture"]),
        Asks::NotText("Authorization", "AllowStandardUserToSetSystemService"),
        "write `Allow` or `Deny`; only `ListenEvent` and `ScreenCapture` can be left to people without administrator rights",
    ),
    privacy(EVENTS, Asks::Key("AEReceiverIdentifier"), RECEIVER),
    privacy(EVENTS, Asks::Key("AEReceiverIdentifierType"), RECEIVER),
    privacy(EVENTS, Asks::Key("AEReceiverCodeRequirement"), RECEIVER),
    privacy(OTHERS, Asks::Without("AEReceiverIdentifier"), NO_RECEIVER),
    privacy(
        OTHERS,
        Asks::Without("AEReceiverIdentifierType"),
        NO_RECEIVER,
    ),
    privacy(
        OTHERS,
        Asks::Without("AEReceiverCodeRequirement"),
        NO_RECEIVER,
    ),
    filter(
        When::HasAny(PLUGIN_KEYS),
        Asks::Key("FilterType"),
        "add `FilterType` with `Plugin`: without it Apple's built-in filter is meant, which Macs do not have",
    ),
    filter(
        When::HasAny(PLUGIN_KEYS),
        Asks::NotText("FilterType", "BuiltIn"),
        "write `Plugin`: Macs do not have Apple's built-in filter, and the keys beside it are for plug-ins",
    ),
    filter(
        PLUGIN,
        Asks::Key("UserDefinedName"),
        "add the name that people see in System Settings",
    ),
    filter(
        PLUGIN,
        Asks::Key("PluginBundleID"),
        "add the bundle ID of the app that contains the filter",
    ),
    filter(
        PLUGIN,
        Asks::OneTrue(&["FilterSockets", "FilterPackets", "FilterBrowsers"]),
        "set `FilterSockets` or `FilterPackets` to true, whichever the product uses",
    ),
    filter(
        When::Always,
        Asks::Differ("FilterDataProviderBundleIdentifier", "PluginBundleID"),
        NOT_THE_APP,
    ),
    filter(
        When::Always,
        Asks::Differ("FilterPacketProviderBundleIdentifier", "PluginBundleID"),
        NOT_THE_APP,
    ),
    filter(
        When::IsTrue("FilterSockets"),
        Asks::ExpectedKey("FilterDataProviderBundleIdentifier"),
        PROVIDER,
    ),
    filter(
        When::IsTrue("FilterSockets"),
        Asks::ExpectedKey("FilterDataProviderDesignatedRequirement"),
        PROVIDER,
    ),
    filter(
        When::IsTrue("FilterPackets"),
        Asks::ExpectedKey("FilterPacketProviderBundleIdentifier"),
        PROVIDER,
    ),
    filter(
        When::IsTrue("FilterPackets"),
        Asks::ExpectedKey("FilterPacketProviderDesignatedRequirement"),
        PROVIDER,
    ),
];

const fn privacy(when: When, asks: Asks, help: &'static str) -> Condition {
    Condition {
        payload_type: PRIVACY,
        path: ENTRIES,
        when,
        asks,
        help,
    }
}

const fn filter(when: When, asks: Asks, help: &'static str) -> Condition {
    Condition {
        payload_type: FILTER,
        path: &[],
        when,
        asks,
        help,
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::KEYS;
    use super::*;

    #[test]
    fn every_key_of_a_condition_is_in_the_table() {
        // Of old plug-ins; no longer in Apple's description.
        let is_known =
            |name: &&str| *name == "FilterBrowsers" || KEYS.iter().any(|key| key.name == *name);
        for condition in CONDITIONS {
            assert!(
                !super::super::BUILT_IN
                    .of_type(condition.payload_type)
                    .is_empty()
            );
            let asked: Vec<&str> = match condition.asks {
                Asks::Key(key)
                | Asks::ExpectedKey(key)
                | Asks::Without(key)
                | Asks::NotText(key, _) => vec![key],
                Asks::OneOf(keys) | Asks::OneTrue(keys) => keys.to_vec(),
                Asks::NotBoth(one, other) | Asks::Differ(one, other) => vec![one, other],
            };
            let when: Vec<&str> = match condition.when {
                When::Always => Vec::new(),
                When::Is(key, _) | When::IsTrue(key) => vec![key],
                When::HasAny(keys) | When::Below(keys) | When::NotBelow(keys) => keys.to_vec(),
            };
            let path = condition
                .path
                .iter()
                .filter(|step| ![ANY_KEY, ITEM].contains(step));
            for name in asked.iter().chain(&when).chain(path) {
                assert!(is_known(name), "{name}");
            }
        }
    }
}
