//! The payload about notifications, `com.apple.notificationsettings`
//! (Apple's schema: `mdm/profiles/com.apple.notificationsettings.yaml`).

use super::field::Text;
use super::{Common, Payload};
use crate::plist::{Dictionary, Value};

/// The notifications of some apps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notifications<'d> {
    payload: Payload<'d>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct AppNotifications<'d> {
    dictionary: Dictionary<'d>,
}

impl<'d> Notifications<'d> {
    pub(crate) const TYPE: &'static str = "com.apple.notificationsettings";

    /// The settings in a payload, if it has some.
    pub(crate) fn of(payload: Payload<'d>) -> Option<Self> {
        payload.is(Self::TYPE).then_some(Self { payload })
    }

    /// The apps, in the order of the file.
    pub(crate) fn apps(self) -> impl Iterator<Item = AppNotifications<'d>> {
        let apps = self.payload.dictionary().get("NotificationSettings");
        let apps = apps.and_then(Value::as_array).into_iter().flatten();
        apps.filter_map(Value::as_dictionary)
            .map(|dictionary| AppNotifications { dictionary })
    }
}

impl<'d> AppNotifications<'d> {
    pub(crate) fn bundle_identifier(self) -> Option<Text<'d>> {
        Text::of(self.dictionary.get("BundleIdentifier")?)
    }
}
