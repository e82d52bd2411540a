//! What Apple names instead of payloads and keys that it deprecated or removed.
//!
//! From the words of Apple's descriptions at commits 97a11a8 and 61449b0 of github.com/apple/device-management, which the
//! table leaves out: "use the declarative management … configuration". Where Apple only added a declaration that does the
//! same (content filters, DNS proxies), its list of changes at commit 255d4a2 names it, and nothing is deprecated.

use super::support::Version;

/// A declaration that takes the place of a payload or of keys.
#[derive(Debug)]
pub(crate) struct Successor {
    payload_type: &'static str,
    /// The keys, wherever they are in the payload; none for the payload as a whole.
    keys: &'static [&'static str],
    pub(crate) declaration: &'static str,
    /// The macOS that has it for this.
    pub(crate) since: Version,
}

const SUCCESSORS: &[Successor] = &[
    Successor {
        payload_type: "com.apple.SoftwareUpdate",
        keys: &[],
        declaration: "com.apple.configuration.softwareupdate.settings",
        since: Version(15, 0, 0),
    },
    Successor {
        payload_type: "com.apple.applicationaccess",
        keys: &[
            "allowRapidSecurityResponseInstallation",
            "allowRapidSecurityResponseRemoval",
            "enforcedSoftwareUpdateDelay",
            "enforcedSoftwareUpdateMajorOSDeferredInstallDelay",
            "enforcedSoftwareUpdateMinorOSDeferredInstallDelay",
            "enforcedSoftwareUpdateNonOSDeferredInstallDelay",
            "forceDelayedAppSoftwareUpdates",
            "forceDelayedMajorSoftwareUpdates",
            "forceDelayedSoftwareUpdates",
        ],
        declaration: "com.apple.configuration.softwareupdate.settings",
        since: Version(15, 0, 0),
    },
    Successor {
        payload_type: "com.apple.applicationaccess",
        keys: &[
            "allowAppleIntelligenceReport",
            "allowGenmoji",
            "allowImagePlayground",
            "allowMailSmartReplies",
            "allowMailSummary",
            "allowNotesTranscription",
            "allowNotesTranscriptionSummary",
            "allowSafariSummary",
            "allowWritingTools",
            "forceOnDeviceOnlyDictation",
        ],
        declaration: "com.apple.configuration.intelligence.settings",
        since: Version(26, 4, 0),
    },
    Successor {
        payload_type: "com.apple.applicationaccess",
        keys: &[
            "allowExternalIntelligenceIntegrations",
            "allowExternalIntelligenceIntegrationsSignIn",
            "allowedExternalIntelligenceWorkspaceIDs",
        ],
        declaration: "com.apple.configuration.external-intelligence.settings",
        since: Version(26, 4, 0),
    },
    Successor {
        payload_type: "com.apple.applicationaccess",
        keys: &["allowAssistant", "forceAssistantProfanityFilter"],
        declaration: "com.apple.configuration.siri.settings",
        since: Version(26, 4, 0),
    },
    Successor {
        payload_type: "com.apple.applicationaccess",
        keys: &["allowDictation"],
        declaration: "com.apple.configuration.keyboard.settings",
        since: Version(26, 4, 0),
    },
    Successor {
        payload_type: "com.apple.TCC.configuration-profile-policy",
        keys: &[
            "Accessibility",
            "BluetoothAlways",
            "Camera",
            "Microphone",
            "SpeechRecognition",
        ],
        declaration: "com.apple.configuration.app.settings",
        since: Version(27, 0, 0),
    },
    Successor {
        payload_type: "com.apple.AssetCache.managed",
        keys: &[],
        declaration: "com.apple.configuration.content-cache.settings",
        since: Version(27, 0, 0),
    },
    Successor {
        payload_type: "com.apple.dnsProxy.managed",
        keys: &[],
        declaration: "com.apple.configuration.network.dns-proxy",
        since: Version(27, 0, 0),
    },
    Successor {
        payload_type: "com.apple.webcontent-filter",
        keys: &[],
        declaration: "com.apple.configuration.webcontent-filter.plugin",
        since: Version(27, 0, 0),
    },
];

/// What takes the place of a payload (`None`) or of a key in it.
pub(crate) fn successor(payload_type: &str, key: Option<&str>) -> Option<&'static Successor> {
    SUCCESSORS.iter().find(|one| {
        one.payload_type == payload_type
            && match key {
                None => one.keys.is_empty(),
                Some(key) => one.keys.contains(&key),
            }
    })
}

#[cfg(test)]
mod tests {
    use super::super::{BUILT_IN, Group};
    use super::*;

    /// Whether a key is somewhere in a group, and given up by Apple.
    fn is_given_up(group: Group, name: &str) -> bool {
        group.keys().iter().any(|key| {
            (key.name == name && key.mac.deprecated.is_some())
                || (key.name == "Services" && is_given_up(key.inner, name))
        })
    }

    #[test]
    fn every_key_with_a_successor_is_given_up() {
        for row in SUCCESSORS {
            let described = BUILT_IN.of_type(row.payload_type);
            assert!(!described.is_empty(), "{}", row.payload_type);
            for key in row.keys {
                let found = described.iter().any(|one| is_given_up(one.keys, key));
                assert!(found, "{} {key}", row.payload_type);
            }
        }
    }

    #[test]
    fn what_is_given_up_for_a_declaration_of_macos_26_or_27_has_a_successor() {
        let mut without = Vec::new();
        for payload in BUILT_IN.payloads {
            for key in payload.keys.keys() {
                let recent = key.mac.deprecated.is_some_and(|version| version.0 >= 26);
                if recent && successor(payload.payload_type, Some(key.name)).is_none() {
                    without.push(format!("{}.{}", payload.payload_type, key.name));
                }
            }
        }
        // Apple's words about this one were not read.
        assert_eq!(
            without,
            ["com.apple.applicationaccess.allowDefinitionLookup"]
        );
    }
}
