//! Numbers that an administrator meets in a console, a log or a dialogue, and what they mean.
//!
//! Sources: the error texts that Intune's portal ships (`SettingStatusErrors`); Apple's `OSSystemExtensionError`; `OSKextLib.h`
//! of xnu; for `KMErrorDomain` and `ConfigProfilePluginDomain`, which Apple documents nowhere, public bug reports.

use super::facts::Refusal;
use super::sentences::reason;

/// One number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorNumber {
    /// Whose number it is.
    pub(crate) domain: &'static str,
    pub(crate) number: i64,
    pub(crate) means: &'static str,
    pub(crate) next: &'static str,
}

const APPLE: &str = "Apple, profile installation";
const INTUNE: &str = "Intune";
const KMUTIL: &str = "KMErrorDomain";
const ACTIVATION: &str = "OSSystemExtensionErrorDomain";
const PLUGIN: &str = "ConfigProfilePluginDomain";
const LOADER: &str = "kernel loader (libkern/kext)";

const LINT: &str = "kextpolicy lint FILE names the place.";
const ONE: &str = "Give every payload and the profile an identifier and a UUID of its own; `kextpolicy lint FILE` names the doubles.";

/// Domain, number, meaning, next step.
const ROWS: &[(&str, i64, &str, &str)] = &[
    (APPLE, 1000, "The profile is malformed.", LINT),
    (
        APPLE,
        1001,
        "The version of the profile is not supported: PayloadVersion has to be 1.",
        LINT,
    ),
    (
        APPLE,
        1002,
        "A required key of the profile is missing.",
        LINT,
    ),
    (
        APPLE,
        1003,
        "A key of the profile has a value of the wrong type.",
        LINT,
    ),
    (
        APPLE,
        1004,
        "The signature of the profile does not hold.",
        "kextpolicy verify FILE says why; sign it again.",
    ),
    (APPLE, 1005, "The profile is empty.", LINT),
    (
        APPLE,
        1007,
        "Two payloads, or a payload and the profile, have one UUID.",
        ONE,
    ),
    (
        APPLE,
        1008,
        "Two payloads, or a payload and the profile, have one identifier.",
        ONE,
    ),
    (APPLE, 2000, "A payload is malformed.", LINT),
    (
        APPLE,
        2001,
        "The version of a payload is not supported: PayloadVersion has to be 1.",
        LINT,
    ),
    (APPLE, 2002, "A required key of a payload is missing.", LINT),
    (
        APPLE,
        2003,
        "A key of a payload has a value of the wrong type.",
        LINT,
    ),
    (
        APPLE,
        2004,
        "A key of a payload has a value that is not supported.",
        LINT,
    ),
    (APPLE, 4000, "The profile cannot be parsed.", LINT),
    (
        APPLE,
        4001,
        "The installation failed.",
        "Look into the log of mdmclient on the Mac: it names the payload that refused.",
    ),
    (
        APPLE,
        4002,
        "A profile with this UUID is installed already.",
        "Give the new profile a UUID of its own, or replace the old one: `kextpolicy render` keeps UUIDs stable.",
    ),
    (
        APPLE,
        4010,
        "The new version of the profile has another identifier than the installed one.",
        "Keep the PayloadIdentifier of the profile when it is updated.",
    ),
    (
        APPLE,
        4022,
        "The profile has to come from an MDM server.",
        "Send it from the MDM server instead of installing it by hand.",
    ),
    (
        APPLE,
        4023,
        "The profile holds a payload that is not accepted this way.",
        "Send it from a user-approved MDM server to the device channel; check: profiles status -type enrollment",
    ),
    (
        INTUNE,
        -2_016_341_109,
        "The device answered with an error (0x87d1138b). The number alone does not say which.",
        "Look into the log of mdmclient on the Mac.",
    ),
    (
        INTUNE,
        -2_016_341_110,
        "The device rejected the command because of its format.",
        LINT,
    ),
    (
        INTUNE,
        -2_016_341_108,
        "A precondition is not met.",
        "Check the enrolment: profiles status -type enrollment",
    ),
    (
        INTUNE,
        -2_016_341_104,
        "The user of the Mac has to approve the enrolment.",
        "Let the user approve it, then check: profiles status -type enrollment",
    ),
    (
        INTUNE,
        -2_016_341_103,
        "Intune could not read the file.",
        LINT,
    ),
    (
        INTUNE,
        -2_016_336_102,
        "0x87d1271a: seen where a Mac with Apple silicon got a profile with a kernel-extension payload, which fails as a whole with everything else in it. Microsoft lists the number nowhere.",
        "Put the kernel-extension payload into a profile of its own (`kextpolicy render` does) and assign it to Intel Macs only.",
    ),
    (
        KMUTIL,
        27,
        "The kernel extension is not approved. macOS also says this after the approval, until the Mac was restarted.",
        "Approve it by a profile or by hand, then restart.",
    ),
    (
        KMUTIL,
        28,
        "The kernel extension is approved and staged; it is loaded at the next start.",
        "Restart the Mac.",
    ),
    (
        KMUTIL,
        29,
        "The code signature of the kernel extension does not hold.",
        "Install the product again; if it stays, ask its vendor.",
    ),
    (
        KMUTIL,
        30,
        "Files of the kernel extension have the wrong owner or permissions.",
        "sudo chown -R root:wheel KEXT && sudo chmod -R 755 KEXT",
    ),
    (
        KMUTIL,
        31,
        "The collection of kernel extensions cannot be built: an extension that the message names keeps it from being built.",
        "Update or remove the extension that the message names.",
    ),
    (
        KMUTIL,
        34,
        "Rebuilding Apple's own collections needs a Kernel Debug Kit of this build. Loading an extension does not.",
        "Load the extension with kmutil load instead of rebuilding.",
    ),
    (
        KMUTIL,
        71,
        "Something was not found, or does not fit: no bundle at the path, another processor, a boot collection that cannot be read, or a call without root. The text beside the number says which.",
        "`kextpolicy diagnose FILE` with the whole output distinguishes them.",
    ),
    (
        ACTIVATION,
        1,
        "An unknown error.",
        "Restart the Mac and open the application again; collect the log of sysextd if it stays.",
    ),
    (
        ACTIVATION,
        2,
        "The application lacks the entitlement to install system extensions.",
        "Install the product again from its vendor.",
    ),
    (
        ACTIVATION,
        3,
        "The application does not lie in /Applications.",
        "Move it there and open it.",
    ),
    (
        ACTIVATION,
        4,
        "The application has no such extension in it.",
        "Install the product again in /Applications.",
    ),
    (
        ACTIVATION,
        5,
        "The extension has no identifier.",
        "Install the product again from its vendor.",
    ),
    (
        ACTIVATION,
        6,
        "Two extensions of the application have one identifier.",
        "Install the product again from its vendor.",
    ),
    (
        ACTIVATION,
        7,
        "The extension is of a category that this macOS does not know.",
        "Install a version of the product for this macOS.",
    ),
    (
        ACTIVATION,
        8,
        "The code signature of the extension does not hold.",
        "Install the product again; no approval mends that.",
    ),
    (
        ACTIVATION,
        9,
        "The extension did not pass its validation.",
        "Install the product again; no approval mends that.",
    ),
    (
        ACTIVATION,
        10,
        "System policy forbids the extension: no profile allows it, and people may not approve it by hand.",
        "Allow it in a system-extension policy: `kextpolicy diagnose` prints one.",
    ),
    (
        ACTIVATION,
        11,
        "The request was cancelled.",
        "Open the application again.",
    ),
    (
        ACTIVATION,
        12,
        "A newer request took the place of this one.",
        "Look at the newer request: systemextensionsctl list",
    ),
    (
        ACTIVATION,
        13,
        "An administrator has to authorise the request.",
        "Try it as an administrator, or allow the extension by a profile.",
    ),
    (
        PLUGIN,
        -50,
        "A payload holds a value of the wrong type.",
        LINT,
    ),
    (
        PLUGIN,
        -107,
        "An identifier or a UUID is used more than once in the profile: macOS refuses it as a whole.",
        ONE,
    ),
    (
        PLUGIN,
        -307,
        "Some required information is missing in the profile.",
        LINT,
    ),
];

/// The numbers that a text names: with a domain, those of this domain, otherwise all that it may be.
pub(crate) fn find(text: &str) -> Vec<ErrorNumber> {
    let Some(number) = number_in(text) else {
        return Vec::new();
    };
    let lower = text.to_ascii_lowercase();
    let names = |domain: &str| {
        let word = domain
            .split([',', ' '])
            .next()
            .unwrap_or(domain)
            .to_ascii_lowercase();
        lower.contains(&word)
    };
    let has_domain = lower.contains("domain");
    let row = |row: &(&'static str, i64, &'static str, &'static str)| ErrorNumber {
        domain: row.0,
        number: row.1,
        means: row.2,
        next: row.3,
    };
    let mut found: Vec<ErrorNumber> = ROWS
        .iter()
        .filter(|own| {
            own.1 == number && (!has_domain || names(own.0) || own.0 == APPLE && is_profile(&lower))
        })
        .map(row)
        .collect();
    // For Apple's errors of profiles Intune reports -2016336112 and the number.
    let apple = number + 2_016_336_112;
    found.extend(
        ROWS.iter()
            .filter(|own| own.0 == APPLE && own.1 == apple)
            .map(|own| ErrorNumber {
                domain: "Intune, for Apple's number",
                number,
                ..row(own)
            }),
    );
    found.extend(of_loader(number));
    found
}

/// Apple's own domains for the numbers of profiles.
fn is_profile(lower: &str) -> bool {
    [
        "mcprofileerrordomain",
        "mcpayloaderrordomain",
        "mcinstallationerrordomain",
        "cpprofileinstallation",
    ]
    .iter()
    .any(|domain| lower.contains(domain))
}

/// A number of the kernel's loader, 0xdc008000 and more.
fn of_loader(number: i64) -> Option<ErrorNumber> {
    let code = u32::try_from((number & 0xFFFF_FFFF) - 0xDC00_8000).ok()?;
    let (means, next) = match reason(code)? {
        Refusal::Policy => (
            "System policy rejected the kernel extension: its approval is missing.",
            "Approve it by a profile or by hand.",
        ),
        Refusal::Absent => (
            "The kernel extension was not found.",
            "Install the product again.",
        ),
        Refusal::Validation => (
            "The kernel extension is not valid.",
            "Install the product again.",
        ),
        Refusal::Ownership => (
            "Files of the kernel extension have the wrong owner or permissions.",
            "sudo chown -R root:wheel KEXT && sudo chmod -R 755 KEXT",
        ),
        Refusal::Dependencies | Refusal::Dependency => (
            "Something that the kernel extension needs is missing or was refused.",
            "sudo kextutil KEXT names it.",
        ),
        Refusal::Architecture => (
            "The kernel extension is not built for this processor.",
            "Install a version for this processor.",
        ),
        Refusal::Link => (
            "The kernel extension could not be linked: it is built for another macOS.",
            "Install a version for this macOS.",
        ),
        Refusal::Start => (
            "The start routine of the kernel extension failed.",
            "Ask the vendor.",
        ),
        Refusal::SafeBoot => (
            "The kernel extension is not loaded at this level of the start, as in safe mode.",
            "Restart the Mac as usual.",
        ),
        Refusal::OtherVersion => (
            "Another version of the kernel extension is loaded.",
            "Restart the Mac.",
        ),
        Refusal::Unprivileged => ("The caller was not root.", "Try it with sudo."),
        Refusal::BootCollection => (
            "A kernel collection could not be loaded.",
            "Restart the Mac.",
        ),
        _ => (
            "The kernel extension was not loaded, and the number gives no reason.",
            "sudo kextutil KEXT may say more.",
        ),
    };
    Some(ErrorNumber {
        domain: LOADER,
        number,
        means,
        next,
    })
}

/// The number in a text, in decimal or hexadecimal; a hexadecimal one is read as Intune and macOS print it in decimal.
fn number_in(text: &str) -> Option<i64> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let mut words = text.split(|letter: char| !is_part(letter));
    words.find_map(|word| {
        let lower = word.to_ascii_lowercase();
        if let Some(digits) = lower.strip_prefix("0x") {
            let bits = u32::from_str_radix(digits, 16).ok()?;
            return Some(i64::from(bits.cast_signed()));
        }
        lower.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_in_every_spelling() {
        for (text, domain, means) in [
            (
                "-2016334110",
                "Intune, for Apple's number",
                "A required key of a payload is missing.",
            ),
            ("2002", APPLE, "A required key of a payload is missing."),
            ("0x87d1271a", INTUNE, "0x87d1271a"),
            ("0x87D1271A", INTUNE, "0x87d1271a"),
            ("-2016336102", INTUNE, "0x87d1271a"),
            (
                "ConfigProfilePluginDomain -107",
                PLUGIN,
                "An identifier or a UUID",
            ),
            (
                "ConfigProfilePluginDomain:-107",
                PLUGIN,
                "An identifier or a UUID",
            ),
            (
                "KMErrorDomain 28",
                KMUTIL,
                "The kernel extension is approved",
            ),
            (
                "KMErrorDomain Code=28",
                KMUTIL,
                "The kernel extension is approved",
            ),
            (
                "OSSystemExtensionErrorDomain 10",
                ACTIVATION,
                "System policy forbids",
            ),
            (
                "(OSSystemExtensionErrorDomain error 8.)",
                ACTIVATION,
                "The code signature",
            ),
            ("-603946981", LOADER, "System policy rejected"),
            ("0xdc00801b", LOADER, "System policy rejected"),
            (
                "MCInstallationErrorDomain 4001",
                APPLE,
                "The installation failed.",
            ),
        ] {
            let found = find(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(found[0].domain, domain, "{text}");
            assert!(found[0].means.starts_with(means), "{text}: {found:?}");
        }
        assert!(find("user-scope").is_empty() && find("12345678").is_empty());
        assert!(find("KMErrorDomain 10").is_empty());
    }
}
