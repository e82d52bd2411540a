//! UUIDs that stay the same: a Mac and an MDM server take a profile with another UUID for another profile.

use uuid::Uuid;

use super::Part;
use crate::target::Target;

/// The two UUIDs of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Uuids {
    pub(super) profile: String,
    pub(super) payload: String,
}

impl Uuids {
    /// Version 5 (RFC 9562), from the policy's identifier, the payload and the target: the same on any machine.
    pub(super) fn new(identifier: &str, part: &Part, target: Target) -> Self {
        let of = |level: &str| {
            // A colon is in none of the parts, so no two names are the same by accident.
            let name = format!("kextpolicy:{identifier}:{}:{target}:{level}", part.name());
            let uuid = Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes());
            uuid.hyphenated().to_string().to_uppercase()
        };
        Self {
            profile: of("profile"),
            payload: of("payload"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_never_change() {
        let uuids = Uuids::new("com.contoso.extensions", &Part::Kext, Target::Jamf);
        // These are on people's Macs: another value here is another profile there.
        assert_eq!(uuids.profile, "FBECF3B3-6DB4-5E86-8B22-EB765B45817E");
        assert_eq!(uuids.payload, "4CCC7D20-5B51-55BB-8F76-B08E9F14CAFD");
    }

    #[test]
    fn every_file_has_its_own() {
        let mut found = std::collections::BTreeSet::new();
        for identifier in ["com.contoso.a", "com.contoso.b"] {
            for part in [
                Part::Kext,
                Part::Sysext,
                Part::SysextMacos15,
                Part::Privacy,
                Part::PrivacyBluetooth,
                Part::ContentFilter("com.contoso.a".to_owned()),
                Part::ContentFilter("com.contoso.b".to_owned()),
                Part::BackgroundItems,
            ] {
                for target in Target::ALL {
                    let uuids = Uuids::new(identifier, &part, target);
                    assert!(found.insert(uuids.profile) && found.insert(uuids.payload));
                }
            }
        }
        assert_eq!(found.len(), 96);
    }
}
