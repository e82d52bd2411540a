//! Numbers that an administrator meets in a console, a log or a dialogue, and what they mean: `error_numbers.tsv`.
//!
//! Sources: the error texts that Intune's portal ships (`SettingStatusErrors`); Apple's `OSSystemExtensionError`; `OSKextLib.h`
//! of xnu; for `KMErrorDomain` and `ConfigProfilePluginDomain`, which Apple documents nowhere, public bug reports.

use super::table;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorNumber {
    /// Whose number it is.
    pub(crate) domain: &'static str,
    pub(crate) number: i64,
    pub(crate) means: &'static str,
    pub(crate) next: &'static str,
}

/// Apple's numbers for the installation of profiles, which Intune reports in its own way.
const APPLE: &str = "Apple, profile installation";

/// Every number of the table.
fn rows() -> impl Iterator<Item = ErrorNumber> {
    table::rows(include_str!("error_numbers.tsv")).filter_map(|[domain, number, means, next]| {
        Some(ErrorNumber {
            domain,
            number: number.parse().ok()?,
            means,
            next,
        })
    })
}

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
    let is_meant = |own: &ErrorNumber| {
        let is_its = names(own.domain) || own.domain == APPLE && is_profile(&lower);
        own.number == number && (!has_domain || is_its)
    };
    let mut found: Vec<ErrorNumber> = rows().filter(is_meant).collect();
    // For Apple's errors of profiles Intune reports -2016336112 and the number.
    let apple = number + 2_016_336_112;
    let of_apple = rows().filter(|own| own.domain == APPLE && own.number == apple);
    found.extend(of_apple.map(|own| ErrorNumber {
        domain: "Intune, for Apple's number",
        number,
        ..own
    }));
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
            ("0x87d1271a", "Intune", "0x87d1271a"),
            ("0x87D1271A", "Intune", "0x87d1271a"),
            ("-2016336102", "Intune", "0x87d1271a"),
            (
                "ConfigProfilePluginDomain -107",
                "ConfigProfilePluginDomain",
                "An identifier or a UUID",
            ),
            (
                "ConfigProfilePluginDomain:-107",
                "ConfigProfilePluginDomain",
                "An identifier or a UUID",
            ),
            (
                "KMErrorDomain 28",
                "KMErrorDomain",
                "The kernel extension is approved",
            ),
            (
                "KMErrorDomain Code=28",
                "KMErrorDomain",
                "The kernel extension is approved",
            ),
            (
                "OSSystemExtensionErrorDomain 10",
                "OSSystemExtensionErrorDomain",
                "System policy forbids",
            ),
            (
                "(OSSystemExtensionErrorDomain error 8.)",
                "OSSystemExtensionErrorDomain",
                "The code signature",
            ),
            (
                "-603946981",
                "kernel loader (libkern/kext)",
                "System policy rejected",
            ),
            (
                "0xdc00801b",
                "kernel loader (libkern/kext)",
                "System policy rejected",
            ),
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
        let whole = table::rows::<4>(include_str!("error_numbers.tsv"));
        assert_eq!(rows().count(), whole.count(), "a row that cannot be read");
        assert!(find("user-scope").is_empty() && find("12345678").is_empty());
        assert!(find("KMErrorDomain 10").is_empty());
    }
}
