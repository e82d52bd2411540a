//! The payload that allows login and background items, `com.apple.servicemanagement`
//! (Apple's schema: `mdm/profiles/com.apple.servicemanagement.yaml`).

use super::field::Text;
use super::{Common, Payload};
use crate::plist::{Dictionary, Value};

/// Rules about login and background items.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BackgroundItems<'d> {
    payload: Payload<'d>,
}

/// One rule: which items it is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BackgroundItem<'d> {
    dictionary: Dictionary<'d>,
}

impl<'d> BackgroundItems<'d> {
    pub(crate) const TYPE: &'static str = "com.apple.servicemanagement";

    /// The rules in a payload, if it has some.
    pub(crate) fn of(payload: Payload<'d>) -> Option<Self> {
        payload.is(Self::TYPE).then_some(Self { payload })
    }

    /// `Rules`, whatever it is.
    pub(crate) fn rules_value(self) -> Option<Value<'d>> {
        self.payload.dictionary().get("Rules")
    }

    /// The rules, in the order of the file.
    pub(crate) fn rules(self) -> impl Iterator<Item = BackgroundItem<'d>> {
        let rules = self.rules_value().and_then(Value::as_array);
        let rules = rules.into_iter().flatten();
        rules
            .filter_map(Value::as_dictionary)
            .map(|dictionary| BackgroundItem { dictionary })
    }
}

/// The rules of a payload, which has none if it is of another type.
pub(crate) fn rules(payload: Payload<'_>) -> impl Iterator<Item = BackgroundItem<'_>> {
    BackgroundItems::of(payload)
        .into_iter()
        .flat_map(BackgroundItems::rules)
}

impl<'d> BackgroundItem<'d> {
    pub(crate) fn dictionary(self) -> Dictionary<'d> {
        self.dictionary
    }

    /// `RuleType`: `BundleIdentifier`, `BundleIdentifierPrefix`, `Label`, `LabelPrefix` or `TeamIdentifier`.
    pub(crate) fn rule_type(self) -> Option<Text<'d>> {
        self.text("RuleType")
    }

    pub(crate) fn rule_value(self) -> Option<Text<'d>> {
        self.text("RuleValue")
    }

    /// `TeamIdentifier`: narrows the rule to items of one team.
    pub(crate) fn team_identifier(self) -> Option<Text<'d>> {
        self.text("TeamIdentifier")
    }

    fn text(self, key: &str) -> Option<Text<'d>> {
        Text::of(self.dictionary.get(key)?)
    }
}
