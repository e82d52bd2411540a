//! The privacy preferences payload, `com.apple.TCC.configuration-profile-policy`
//! (Apple's schema: `mdm/profiles/com.apple.TCC.configuration-profile-policy.yaml`).

use super::code_requirement::CodeRequirement;
use super::field::{Text, switch};
use super::{Common, Payload};
use crate::plist::{Dictionary, Entry, Value};

/// A privacy preferences policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PrivacyPolicy<'d> {
    payload: Payload<'d>,
}

/// One entry of one service: a program, and what it may.
#[derive(Clone, Debug)]
pub(crate) struct PrivacyEntry<'d> {
    /// The service, such as `SystemPolicyAllFiles`.
    pub(crate) service: Text<'d>,
    dictionary: Dictionary<'d>,
}

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Authorization {
    Allow,
    Deny,
    /// People who are not administrators may allow it themselves.
    AllowStandardUser,
}

impl<'d> PrivacyPolicy<'d> {
    pub(crate) const TYPE: &'static str = "com.apple.TCC.configuration-profile-policy";

    /// The policy in a payload, if it is one.
    pub(crate) fn of(payload: Payload<'d>) -> Option<Self> {
        payload.is(Self::TYPE).then_some(Self { payload })
    }

    pub(crate) fn services(self) -> Option<Dictionary<'d>> {
        self.payload.dictionary().get("Services")?.as_dictionary()
    }

    /// Every entry of every service, in the order of the file.
    pub(crate) fn entries(self) -> impl Iterator<Item = PrivacyEntry<'d>> {
        let services = self.services().into_iter().flat_map(Dictionary::entries);
        services.flat_map(|service| {
            let entries = service.value.as_array().into_iter().flatten();
            entries
                .filter_map(Value::as_dictionary)
                .map(move |dictionary| PrivacyEntry {
                    service: Text::of_key(service),
                    dictionary,
                })
        })
    }
}

impl<'d> PrivacyEntry<'d> {
    pub(crate) const REQUIREMENT: &'static str = "CodeRequirement";
    pub(crate) const RECEIVER_REQUIREMENT: &'static str = "AEReceiverCodeRequirement";

    pub(crate) fn dictionary(&self) -> Dictionary<'d> {
        self.dictionary
    }

    /// `Identifier`: a bundle ID or a path.
    pub(crate) fn identifier(&self) -> Option<Text<'d>> {
        self.text("Identifier")
    }

    /// `IdentifierType`: `bundleID` or `path`.
    pub(crate) fn identifier_type(&self) -> Option<Text<'d>> {
        self.text("IdentifierType")
    }

    pub(crate) fn code_requirement(&self) -> Option<CodeRequirement<'d>> {
        CodeRequirement::of_key(self.dictionary, Self::REQUIREMENT)
    }

    /// `AEReceiverIdentifier`: the program that gets the Apple events.
    pub(crate) fn receiver_identifier(&self) -> Option<Text<'d>> {
        self.text("AEReceiverIdentifier")
    }

    pub(crate) fn receiver_identifier_type(&self) -> Option<Text<'d>> {
        self.text("AEReceiverIdentifierType")
    }

    pub(crate) fn receiver_code_requirement(&self) -> Option<CodeRequirement<'d>> {
        CodeRequirement::of_key(self.dictionary, Self::RECEIVER_REQUIREMENT)
    }

    pub(crate) fn static_code(&self) -> Option<bool> {
        switch(self.dictionary.get("StaticCode")?)
    }

    /// What it says, and the entry that says it: `Authorization`, or `Allowed` as up to macOS 10.15.
    pub(crate) fn authorization(&self) -> Option<(Authorization, Entry<'d>)> {
        if let Some(entry) = self.dictionary.entry("Authorization") {
            let authorization = match &*entry.value.as_str()? {
                "Allow" => Authorization::Allow,
                "Deny" => Authorization::Deny,
                "AllowStandardUserToSetSystemService" => Authorization::AllowStandardUser,
                _ => return None,
            };
            return Some((authorization, entry));
        }
        let entry = self.dictionary.entry("Allowed")?;
        let authorization = if switch(entry.value)? {
            Authorization::Allow
        } else {
            Authorization::Deny
        };
        Some((authorization, entry))
    }

    /// Where an entry has both keys, the one that allows more.
    pub(crate) fn most_allowed(&self) -> Option<Authorization> {
        let authorization = self.authorization().map(|(own, _)| own);
        match self.dictionary.get("Allowed").and_then(switch) {
            Some(true) => Some(Authorization::Allow),
            Some(false) => authorization.or(Some(Authorization::Deny)),
            None => authorization,
        }
    }

    fn text(&self, key: &str) -> Option<Text<'d>> {
        Text::of(self.dictionary.get(key)?)
    }
}
