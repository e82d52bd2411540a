//! The content filter payload, `com.apple.webcontent-filter`
//! (Apple's schema: `mdm/profiles/com.apple.webcontent-filter.yaml`).

use super::code_requirement::CodeRequirement;
use super::field::{Text, switch};
use super::{Common, Payload};
use crate::plist::Entry;

#[derive(Clone, Copy, Debug)]
pub(crate) struct ContentFilter<'d> {
    payload: Payload<'d>,
}

/// An extension that filters for the plug-in.
#[derive(Clone, Debug)]
pub(crate) struct FilterProvider<'d> {
    /// The key of its bundle ID.
    pub(crate) key: &'static str,
    pub(crate) bundle: Option<Text<'d>>,
    pub(crate) requirement: Option<CodeRequirement<'d>>,
}

impl<'d> ContentFilter<'d> {
    pub(crate) const TYPE: &'static str = "com.apple.webcontent-filter";

    /// The filter in a payload, if it is one.
    pub(crate) fn of(payload: Payload<'d>) -> Option<Self> {
        payload.is(Self::TYPE).then_some(Self { payload })
    }

    pub(crate) fn payload(self) -> Payload<'d> {
        self.payload
    }

    /// `FilterType`: `Plugin` on a Mac; `BuiltIn` is Apple's default.
    pub(crate) fn filter_type(self) -> Option<Text<'d>> {
        self.text("FilterType")
    }

    /// `PluginBundleID`: the app, not the extension.
    pub(crate) fn plugin_bundle_id(self) -> Option<Text<'d>> {
        self.text("PluginBundleID")
    }

    /// `FilterGrade`: `firewall` or `inspector`.
    pub(crate) fn filter_grade(self) -> Option<Text<'d>> {
        self.text("FilterGrade")
    }

    /// Whether one of `FilterSockets`, `FilterPackets` and `FilterBrowsers` is on; `None` when it is missing.
    pub(crate) fn filters(self, key: &str) -> Option<bool> {
        switch(self.entry(key)?.value)
    }

    /// The extension for sockets and the one for packets, as far as the payload names them.
    pub(crate) fn providers(self) -> impl Iterator<Item = FilterProvider<'d>> {
        let keys = [
            (
                "FilterDataProviderBundleIdentifier",
                "FilterDataProviderDesignatedRequirement",
            ),
            (
                "FilterPacketProviderBundleIdentifier",
                "FilterPacketProviderDesignatedRequirement",
            ),
        ];
        keys.into_iter().filter_map(move |(key, requirement)| {
            let provider = FilterProvider {
                key,
                bundle: self.text(key),
                requirement: CodeRequirement::of_key(self.payload.dictionary(), requirement),
            };
            (provider.bundle.is_some() || provider.requirement.is_some()).then_some(provider)
        })
    }

    fn entry(self, key: &str) -> Option<Entry<'d>> {
        self.payload.dictionary().entry(key)
    }

    fn text(self, key: &str) -> Option<Text<'d>> {
        Text::of(self.entry(key)?.value)
    }
}
