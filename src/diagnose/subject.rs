//! The extension a diagnosis is about, and whether a text speaks of it.

use crate::extension::ExtensionKind;
use crate::identifier::{BundleIdentifier, TeamIdentifier};

/// Microsoft's Team ID.
const MICROSOFT: &str = "UBF8T346G9";

/// The extensions of Microsoft Defender for Endpoint.
const DEFENDER: [(&str, ExtensionKind); 3] = [
    ("com.microsoft.wdavkext", ExtensionKind::Kernel),
    ("com.microsoft.wdav.epsext", ExtensionKind::System),
    ("com.microsoft.wdav.netext", ExtensionKind::System),
];

/// Whose extensions, and which.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// The team.
    pub(crate) team: TeamIdentifier,
    /// The extensions, at least one.
    pub(crate) bundles: Vec<BundleIdentifier>,
}

impl Subject {
    /// Microsoft Defender for Endpoint, the example of every page; `None` never happens (a test says so).
    pub(crate) fn defender() -> Option<Self> {
        Some(Self {
            team: TeamIdentifier::new(MICROSOFT).ok()?,
            bundles: DEFENDER
                .iter()
                .filter_map(|(bundle, _)| BundleIdentifier::new(bundle).ok())
                .collect(),
        })
    }

    /// Whether `mdatp health` says something about it.
    pub(crate) fn is_defender(&self) -> bool {
        self.team.as_str() == MICROSOFT
            && self
                .bundles
                .iter()
                .any(|bundle| DEFENDER.iter().any(|(own, _)| *own == bundle.as_str()))
    }

    /// Which of the two kinds an extension is, where that is known from its name.
    pub(crate) fn kind(bundle: &str) -> Option<ExtensionKind> {
        DEFENDER
            .iter()
            .find(|(own, _)| *own == bundle)
            .map(|(_, kind)| *kind)
    }

    /// How people call the extensions together, where these are all of a product.
    pub(crate) fn product(&self) -> Option<&'static str> {
        (self.is_defender() && self.bundles.len() == DEFENDER.len()).then_some("Microsoft Defender")
    }

    /// Whether an extension may be of a kind.
    pub(crate) fn may_be(bundle: &str, kind: ExtensionKind) -> bool {
        Self::kind(bundle).is_none_or(|own| own == kind)
    }

    /// Whether one of its bundle IDs is this one.
    pub(crate) fn has(&self, bundle: &str) -> bool {
        self.bundles.iter().any(|own| own.as_str() == bundle)
    }

    /// Its bundle IDs that a text holds.
    pub(crate) fn identified_in<'s>(&'s self, text: &str) -> Vec<&'s str> {
        let bundles = self.bundles.iter().map(BundleIdentifier::as_str);
        bundles.filter(|bundle| is_word_of(text, bundle)).collect()
    }

    /// Its bundle IDs that a text names, by themselves or by the folder `NAME.kext`.
    pub(crate) fn named_in<'s>(&'s self, text: &str) -> Vec<&'s str> {
        let bundles = self.bundles.iter().map(BundleIdentifier::as_str);
        bundles
            .filter(|bundle| {
                let folder = format!("{}.kext", folder_name(bundle));
                is_word_of(text, bundle)
                    || text
                        .match_indices(&folder)
                        .any(|(at, _)| at == 0 || text[..at].ends_with(['/', ' ', '"', '(']))
            })
            .collect()
    }

    /// The kernel extensions among the bundle IDs, or those that may be some.
    pub(crate) fn kernel(&self) -> impl Iterator<Item = &BundleIdentifier> {
        self.bundles
            .iter()
            .filter(|bundle| Self::kind(bundle.as_str()) != Some(ExtensionKind::System))
    }

    /// Where the kernel extension usually lies.
    pub(crate) fn kext_path(&self) -> String {
        let bundle = self
            .kernel()
            .next()
            .or(self.bundles.first())
            .map_or("NAME", |bundle| folder_name(bundle.as_str()));
        format!("/Library/Extensions/{bundle}.kext")
    }
}

/// The last part of a bundle ID, by which the folder of a kernel extension is usually called.
fn folder_name(bundle: &str) -> &str {
    bundle.rsplit('.').next().unwrap_or(bundle)
}

/// Whether a text holds an identifier as a whole word: not as a part of a longer one.
pub(crate) fn is_word_of(text: &str, identifier: &str) -> bool {
    let inner = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    text.match_indices(identifier).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = &text[at + identifier.len()..];
        let open = before.is_none_or(|letter| !inner(letter) && letter != '.');
        let mut rest = after.chars();
        let closed = match rest.next() {
            None => true,
            Some('.') => after.starts_with(".kext") || !rest.next().is_some_and(inner),
            Some(letter) => !inner(letter),
        };
        // `kmutil` adds a random ending to the staging folder, beside which the bundle ID stands alone.
        open && closed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_microsoft_defender() {
        let subject = Subject::defender().unwrap();
        assert_eq!(subject.bundles.len(), DEFENDER.len());
        assert!(subject.is_defender());
        assert_eq!(subject.kext_path(), "/Library/Extensions/wdavkext.kext");
    }

    #[test]
    fn a_longer_bundle_id_is_another_extension() {
        assert!(is_word_of("ID = \"com.contoso.usb\"", "com.contoso.usb"));
        assert!(is_word_of("load com.contoso.usb.", "com.contoso.usb"));
        assert!(is_word_of("at /x/com.contoso.usb.kext", "com.contoso.usb"));
        assert!(!is_word_of("com.contoso.usb2", "com.contoso.usb"));
        assert!(!is_word_of("com.contoso.usb.filter", "com.contoso.usb"));
        assert!(!is_word_of("org.com.contoso.usb", "com.contoso.usb"));
    }
}
