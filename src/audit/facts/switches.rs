//! Keys that say something by themselves: a payload type, a key and a value are one row.

use crate::audit::fact::Fact;
use crate::audit::kind::{
    CONTENT_FILTER, FILEVAULT, FIREWALL, GATEKEEPER, GATEKEEPER_RULE, Kind, LOGIN, PASSCODE,
    SOFTWARE_UPDATE,
};
use crate::escape::quoted;
use crate::plist::Value;
use crate::profile::grade::Grade;
use crate::profile::{Common as _, Payload};

/// The value that says so.
enum On {
    True,
    False,
    Text(&'static str),
}

use On::{False, Text, True};

/// What the kind of a row does, or its opposite.
enum Way {
    Does,
    Undoes,
}

use Way::{Does, Undoes};

const FIREWALL_TYPE: &str = "com.apple.security.firewall";
const GATEKEEPER_TYPE: &str = "com.apple.systempolicy.control";
const FILEVAULT_TYPE: &str = "com.apple.MCX.FileVault2";
const MCX: &str = "com.apple.MCX";
const LOGIN_WINDOW: &str = "com.apple.loginwindow";
const UPDATES: &str = "com.apple.SoftwareUpdate";

#[rustfmt::skip]
static SWITCHES: &[(&str, &str, On, &Kind, Way, &str)] = &[
    (FIREWALL_TYPE, "EnableFirewall", True, &FIREWALL, Does, "the firewall is on"),
    (FIREWALL_TYPE, "EnableFirewall", False, &FIREWALL, Undoes, "the firewall is switched off"),
    (FIREWALL_TYPE, "BlockAllIncoming", True, &FIREWALL, Does, "the firewall blocks all incoming connections"),
    (FIREWALL_TYPE, "EnableStealthMode", True, &FIREWALL, Does, "the firewall does not answer probes (stealth mode)"),
    (FIREWALL_TYPE, "AllowSigned", False, &FIREWALL, Does, "the firewall does not let software of the system accept connections by itself"),
    (FIREWALL_TYPE, "AllowSignedApp", False, &FIREWALL, Does, "the firewall does not let signed software accept connections by itself"),
    (GATEKEEPER_TYPE, "EnableAssessment", True, &GATEKEEPER, Does, "Gatekeeper is on"),
    (GATEKEEPER_TYPE, "EnableAssessment", False, &GATEKEEPER, Undoes, "Gatekeeper is switched off"),
    (GATEKEEPER_TYPE, "AllowIdentifiedDevelopers", True, &GATEKEEPER_RULE, Does, "Gatekeeper lets programs of every identified developer run"),
    (GATEKEEPER_TYPE, "AllowIdentifiedDevelopers", False, &GATEKEEPER_RULE, Undoes, "Gatekeeper lets only programs of the App Store run"),
    ("com.apple.systempolicy.managed", "DisableOverride", True, &GATEKEEPER, Does, "people cannot override Gatekeeper"),
    (FILEVAULT_TYPE, "Enable", Text("On"), &FILEVAULT, Does, "FileVault is switched on"),
    (FILEVAULT_TYPE, "Enable", Text("Off"), &FILEVAULT, Undoes, "FileVault is switched off"),
    (FILEVAULT_TYPE, "ForceEnableInSetupAssistant", True, &FILEVAULT, Does, "FileVault is switched on in Setup Assistant"),
    (MCX, "dontAllowFDEDisable", True, &FILEVAULT, Does, "people cannot switch FileVault off"),
    (MCX, "dontAllowFDEEnable", True, &FILEVAULT, Undoes, "people cannot switch FileVault on"),
    (MCX, "DestroyFVKeyOnStandby", True, &FILEVAULT, Does, "a Mac in standby forgets the key of FileVault"),
    (MCX, "DisableGuestAccount", True, &LOGIN, Does, "there is no guest account"),
    (MCX, "EnableGuestAccount", True, &LOGIN, Undoes, "there is a guest account"),
    ("com.apple.screensaver", "askForPassword", True, &LOGIN, Does, "the screen saver asks for a password"),
    ("com.apple.screensaver", "askForPassword", False, &LOGIN, Undoes, "the screen saver asks for no password"),
    (LOGIN_WINDOW, "DisableScreenLockImmediate", True, &LOGIN, Undoes, "people cannot lock the screen at once"),
    (LOGIN_WINDOW, "DisableFDEAutoLogin", True, &LOGIN, Does, "unlocking FileVault logs nobody in"),
    (LOGIN_WINDOW, "DisableConsoleAccess", True, &LOGIN, Does, "the login window gives no console"),
    ("com.apple.familycontrols.contentfilter", "useContentFilter", True, &CONTENT_FILTER, Does, "the content filter of parental controls is on"),
    (UPDATES, "AutomaticCheckEnabled", True, &SOFTWARE_UPDATE, Does, "the Mac looks for updates by itself"),
    (UPDATES, "AutomaticCheckEnabled", False, &SOFTWARE_UPDATE, Undoes, "the Mac does not look for updates by itself"),
    (UPDATES, "AutomaticallyInstallMacOSUpdates", True, &SOFTWARE_UPDATE, Does, "updates of macOS are installed by themselves"),
    (UPDATES, "AutomaticallyInstallMacOSUpdates", False, &SOFTWARE_UPDATE, Undoes, "updates of macOS are not installed by themselves"),
    (UPDATES, "ConfigDataInstall", True, &SOFTWARE_UPDATE, Does, "security data such as that of XProtect is installed by itself"),
    (UPDATES, "ConfigDataInstall", False, &SOFTWARE_UPDATE, Undoes, "security data such as that of XProtect is not installed by itself"),
    (UPDATES, "CriticalUpdateInstall", True, &SOFTWARE_UPDATE, Does, "critical updates are installed by themselves"),
    (UPDATES, "CriticalUpdateInstall", False, &SOFTWARE_UPDATE, Undoes, "critical updates are not installed by themselves"),
];

/// Whether a larger number is stricter.
enum Stricter {
    Larger,
    /// Where 0 is no limit.
    Smaller,
    /// Where 0 is the strictest: a delay.
    SmallerToNone,
}

use Stricter::{Larger, Smaller, SmallerToNone};

const PASSCODES: &str = "com.apple.mobiledevice.passwordpolicy";
const SCREEN_SAVER: &str = "com.apple.screensaver";

#[rustfmt::skip]
static NUMBERS: &[(&str, &str, Stricter, &Kind, &str)] = &[
    (PASSCODES, "minLength", Larger, &PASSCODE, "a password has at least so many characters"),
    (PASSCODES, "minComplexChars", Larger, &PASSCODE, "a password has at least so many special characters"),
    (PASSCODES, "pinHistory", Larger, &PASSCODE, "so many old passwords cannot be used again"),
    (PASSCODES, "maxFailedAttempts", Smaller, &PASSCODE, "so many wrong passwords lock a Mac"),
    (PASSCODES, "maxInactivity", Smaller, &PASSCODE, "a Mac locks after so many minutes"),
    (PASSCODES, "maxGracePeriod", SmallerToNone, &PASSCODE, "a Mac asks for the password after so many minutes"),
    (PASSCODES, "maxPINAgeInDays", Smaller, &PASSCODE, "a password is valid for so many days"),
    (SCREEN_SAVER, "idleTime", Smaller, &LOGIN, "the screen saver comes after so many seconds"),
    (SCREEN_SAVER, "loginWindowIdleTime", Smaller, &LOGIN, "the screen saver of the login window comes after so many seconds"),
    (SCREEN_SAVER, "askForPasswordDelay", SmallerToNone, &LOGIN, "the screen saver asks for the password after so many seconds"),
];

pub(super) fn read(payload_type: &str, payload: Payload<'_>, found: &mut Vec<Fact>) {
    let of_type = |(own, ..): &&(&str, &str, On, &'static Kind, Way, &str)| *own == payload_type;
    for (_, key, on, kind, way, text) in SWITCHES.iter().filter(of_type) {
        let Some(entry) = payload.dictionary().entry(key) else {
            continue;
        };
        let is_so = match on {
            True => truth(payload, entry.value) == Some(true),
            False => truth(payload, entry.value) == Some(false),
            Text(text) => entry.value.as_str().is_some_and(|own| own == *text),
        };
        if is_so {
            let fact = Fact::plain(kind, (*key).to_owned(), (*text).to_owned(), entry.span());
            found.push(match way {
                Does => fact,
                Undoes => fact.turned(),
            });
        }
    }
    for (_, key, stricter, kind, text) in NUMBERS.iter().filter(|(own, ..)| *own == payload_type) {
        let Some(entry) = payload.dictionary().entry(key) else {
            continue;
        };
        let number = entry
            .value
            .as_integer()
            .and_then(|own| i64::try_from(own).ok());
        let Some(number) = number else { continue };
        let strict = match stricter {
            Larger => number,
            Smaller if number == 0 => i64::MIN,
            Smaller | SmallerToNone => number.saturating_neg(),
        };
        let sentence = match (stricter, number) {
            (Smaller, 0) => format!("{} is `0`", quoted(key)),
            _ => text.replace("so many", &number.to_string()),
        };
        let fact = Fact::plain(kind, (*key).to_owned(), sentence, entry.span());
        found.push(fact.graded(Grade::Strict(strict)));
    }
}

/// A yes or no. Whoever reads preferences takes a number for it; what a Mac makes of a number elsewhere is not known.
pub(super) fn truth(payload: Payload<'_>, value: Value<'_>) -> Option<bool> {
    let number = value.as_integer().filter(|_| payload.is_wrapped());
    value.as_bool().or_else(|| number.map(|number| number != 0))
}
