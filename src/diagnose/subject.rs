//! The extension a diagnosis is about, and whether a text speaks of it.

use crate::catalogue::known::known;
use crate::extension::ExtensionKind;
use crate::identifier::{BundleIdentifier, TeamIdentifier};

const MICROSOFT: &str = "UBF8T346G9";

/// The extensions of Microsoft Defender for Endpoint; the catalogue knows of which kind each is.
pub(super) const DEFENDER: [&str; 3] = ["com.microsoft.wdavkext", ENDPOINT_SECURITY, NETWORK];

/// The extension that real-time protection needs from macOS 11.
pub(super) const ENDPOINT_SECURITY: &str = "com.microsoft.wdav.epsext";

/// The extension that the network filter needs.
pub(super) const NETWORK: &str = "com.microsoft.wdav.netext";

/// Whose extensions, and which.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
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
                .filter_map(|bundle| BundleIdentifier::new(bundle).ok())
                .collect(),
        })
    }

    /// Whether `mdatp health` says something about it.
    pub(crate) fn is_defender(&self) -> bool {
        self.team.as_str() == MICROSOFT && DEFENDER.iter().any(|own| self.has(own))
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.bundles.iter().map(BundleIdentifier::as_str)
    }

    /// Which of the two kinds an extension is, where the catalogue knows one by its name.
    pub(crate) fn kind(bundle: &str) -> Option<ExtensionKind> {
        // A product that gave its kernel extension up has it among what was replaced, not among what it installs.
        for kind in [ExtensionKind::Kernel, ExtensionKind::System] {
            if known().replacement(kind, bundle).is_some() {
                return Some(kind);
            }
        }
        let known = known().bundle(bundle);
        let kind = known.first()?.kind;
        known.iter().all(|own| own.kind == kind).then_some(kind)
    }

    /// The system extensions among those asked about that replaced a kernel extension, when the catalogue says that it
    /// was replaced.
    pub(crate) fn replacements(&self, kext: &str) -> Option<Vec<&str>> {
        let replaced = known().replacement(ExtensionKind::Kernel, kext)?;
        let product = replaced.product();
        let is_its = |own: &&str| {
            let of_product = known()
                .bundle(own)
                .iter()
                .any(|own| own.product() == product);
            Self::kind(own) == Some(ExtensionKind::System) && of_product
        };
        let mut found: Vec<&str> = self.ids().filter(is_its).collect();
        if found.is_empty() {
            found.extend(replaced.by);
        }
        Some(found)
    }

    /// How people call the extensions together, where these are all of a product.
    pub(crate) fn product(&self) -> Option<&'static str> {
        self.product_of_health()
            .filter(|_| self.bundles.len() == DEFENDER.len())
    }

    /// Of which product the conclusions about the product are.
    pub(crate) fn product_of_health(&self) -> Option<&'static str> {
        self.is_defender().then_some("Microsoft Defender")
    }

    pub(crate) fn may_be(bundle: &str, kind: ExtensionKind) -> bool {
        Self::kind(bundle).is_none_or(|own| own == kind)
    }

    /// Whether one of its bundle IDs is this one.
    pub(crate) fn has(&self, bundle: &str) -> bool {
        self.bundles.iter().any(|own| own.as_str() == bundle)
    }

    /// Its bundle IDs that a text holds.
    pub(crate) fn identified_in<'s>(&'s self, text: &str) -> Vec<&'s str> {
        self.ids().filter(|own| self.is_in(text, own)).collect()
    }

    /// Its bundle IDs that a text names, by themselves or by the folder `NAME.kext`.
    pub(crate) fn named_in<'s>(&'s self, text: &str) -> Vec<&'s str> {
        self.ids()
            .filter(|own| self.is_in(text, own) || names_folder(text, own))
            .collect()
    }

    /// Whether a text holds a bundle ID, alone or after its team, as `launchd` names the process.
    fn is_in(&self, text: &str, bundle: &str) -> bool {
        text.contains(bundle)
            && (is_word_of(text, bundle)
                || is_word_of(text, &format!("{}.{bundle}", self.team.as_str())))
    }

    /// Whether a text names the application of one of its system extensions, whose bundle ID begins with the application's.
    pub(super) fn names_app(&self, text: &str) -> bool {
        self.ids().any(|bundle| {
            let app = bundle.rsplit_once('.').map_or("", |(app, _)| app);
            app.matches('.').count() >= 2 && text.contains(app) && is_word_of(text, app)
        })
    }

    /// The kernel extensions among the bundle IDs, or those that may be some.
    pub(crate) fn kernel(&self) -> impl Iterator<Item = &str> {
        self.ids()
            .filter(|bundle| Self::kind(bundle) != Some(ExtensionKind::System))
    }

    /// Where the kernel extension lies, as far as a published page says so.
    pub(crate) fn known_path(&self) -> Option<&'static str> {
        self.is_defender()
            .then_some("/Library/Extensions/wdavkext.kext")
    }
}

/// The part of a bundle ID by which the folder of a kernel extension is usually called: the last one that is no number.
fn folder_name(bundle: &str) -> &str {
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    bundle
        .rsplit('.')
        .find(|part| !is_number(part))
        .unwrap_or(bundle)
}

/// Whether a text names the folder of an extension: `NAME.kext` with the last parts of its bundle ID, or
/// `NAME.MORE.kext` as vendors call it for one processor.
fn names_folder(text: &str, bundle: &str) -> bool {
    /// No file has a longer name.
    const LONGEST: usize = 255;
    let name = folder_name(bundle);
    // What was looked through for one is not looked through again for the next: a line may hold thousands.
    let (mut folder, mut word, mut from) = (None, 0, 0);
    text.match_indices(".kext").any(|(end, _)| {
        let since = &text[from..end];
        folder = since
            .rfind(['/', '"', '(', '\''])
            .map(|at| from + at + 1)
            .or(folder);
        word = since.rfind(' ').map_or(word, |at| from + at + 1);
        from = end;
        // Without a path before it, what else is in the line does not belong to it.
        let stem = &text[folder.unwrap_or(word)..end];
        let more = stem.strip_prefix(name);
        let is_end = bundle.strip_suffix(stem);
        stem.len() <= LONGEST
            && (is_vendor_and_name(stem, bundle)
                || more.is_some_and(|more| more.is_empty() || more.starts_with('.'))
                || is_end
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.') && !stem.is_empty()))
    })
}

/// Whether a folder is called by the last two parts of a bundle ID without the dot, as `ContosoUSB` of `com.contoso.usb`.
fn is_vendor_and_name(stem: &str, bundle: &str) -> bool {
    let mut parts = bundle.rsplit('.');
    let (Some(name), Some(vendor)) = (parts.next(), parts.next()) else {
        return false;
    };
    let rest = stem
        .get(..vendor.len())
        .filter(|begin| begin.eq_ignore_ascii_case(vendor));
    rest.is_some()
        && stem[vendor.len()..]
            .trim_matches([' ', '-', '_'])
            .eq_ignore_ascii_case(name)
}

/// Whether a text names some bundle ID: a word with two dots that is no daemon of macOS.
pub(crate) fn names_an_extension(text: &str) -> bool {
    const DAEMONS: [&str; 4] = [
        "com.apple.k",
        "com.apple.sx",
        "com.apple.syspolicy",
        "com.apple.xpc",
    ];
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
    text.split(|letter: char| !is_part(letter)).any(|word| {
        let mut parts = word.split('.');
        let first = parts.next().unwrap_or_default();
        let is_domain =
            (2..=6).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_lowercase());
        let rest: Vec<&str> = parts.collect();
        let is_name = rest.len() >= 2 && rest.iter().all(|part| !part.is_empty());
        is_domain && is_name && !DAEMONS.iter().any(|daemon| word.starts_with(daemon))
    })
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
            Some('.') => {
                let endings = [".kext", ".systemextension", ".dext"];
                endings.iter().any(|end| after.starts_with(end)) || !rest.next().is_some_and(inner)
            }
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
        let kinds: Vec<_> = subject.ids().map(Subject::kind).collect();
        let (kernel, system) = (Some(ExtensionKind::Kernel), Some(ExtensionKind::System));
        assert_eq!(kinds, [kernel, system, system]);
        assert_eq!(
            subject.replacements("com.microsoft.wdavkext"),
            Some(vec![ENDPOINT_SECURITY, NETWORK])
        );
    }

    #[test]
    fn a_longer_bundle_id_is_another_extension() {
        assert!(is_word_of("ID = \"com.contoso.usb\"", "com.contoso.usb"));
        assert!(is_word_of("load com.contoso.usb.", "com.contoso.usb"));
        assert!(is_word_of("at /x/com.contoso.usb.kext", "com.contoso.usb"));
        assert!(!is_word_of("com.contoso.usb2", "com.contoso.usb"));
        assert!(!is_word_of("com.contoso.usb.filter", "com.contoso.usb"));
        assert!(!is_word_of("org.com.contoso.usb", "com.contoso.usb"));
        assert!(names_an_extension("load \"com.contoso.usb\" failed"));
        assert!(!names_an_extension(
            "May 12 com.apple.kextd[54]: /Library/x.kext 10.13.6"
        ));
    }

    #[test]
    fn a_line_of_very_many_folders_is_looked_through_once() {
        let named = |text: &str| names_folder(text, "com.contoso.usb");
        assert!(named("usb.kext"));
        assert!(named("a.kext \"/x/usb.kext\""));
        assert!(named("/x/other.kext (ContosoUSB.kext)"));
        assert!(named("/x/usb.arm64.kext"));
        // What is in front of the last separator belongs to another folder, and a blank only ends a word outside of a path.
        assert!(!named("/usb/a b.kext"));
        assert!(!named("/x/my usb.kext"));
        assert!(named("my usb.kext"));
        let long = format!("/x/usb.{}.kext", "a".repeat(255));
        assert!(!named(&long));
        // Half a minute and more, when each looked back to the beginning of the line.
        let start = std::time::Instant::now();
        for piece in [".kext", "com.contoso.kext ", "(usb     .kext"] {
            assert!(!named(&(piece.repeat(100_000) + "\"")), "{piece}");
        }
        assert!(start.elapsed().as_secs() < 60);
    }
}
