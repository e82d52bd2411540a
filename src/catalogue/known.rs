//! Facts about extensions from the ready policies, for rules: the team and the kind of a bundle ID, and what replaced it.
//!
//! The policies are scanned when a rule first needs them, and not with the policy reader: that takes as long for all of
//! them (24 million instructions by callgrind) as linting a file. They are written in one style, so a scan for a few words
//! is enough; a test compares the result with that of the policy reader.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::LazyLock;

use super::{POLICIES, ReadyPolicy};
use crate::extension::ExtensionKind;

/// An extension of a ready policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extension {
    /// Its Team ID; empty for a kernel extension without one.
    pub(crate) team: &'static str,
    pub(crate) bundle: &'static str,
    pub(crate) kind: ExtensionKind,
    /// The policy that allows it.
    ready: &'static ReadyPolicy,
}

impl Extension {
    /// The product it belongs to.
    pub(crate) fn product(&self) -> &'static str {
        self.ready.header("product").unwrap_or(self.ready.name)
    }

    /// The types that the policy narrows its team to, as they are written; `None` if to none.
    pub(crate) fn types(&self) -> Option<&'static str> {
        let mut lines = self.ready.text.lines();
        lines.find_map(|line| line.trim_start().strip_prefix("types: "))
    }

    /// The policy that allows it.
    pub(crate) fn ready(&self) -> &'static ReadyPolicy {
        self.ready
    }
}

/// An extension that current versions of its product no longer use: a kernel extension that became a system extension
/// (`# replaced-kexts: OLD (by NEW, source)`), or a system extension with another name or without a successor
/// (`# replaced: OLD (by NEW, since when)`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Replaced {
    pub(crate) old: &'static str,
    pub(crate) kind: ExtensionKind,
    /// The system extension; `None` when the policy does not say.
    pub(crate) by: Option<&'static str>,
    /// What the policy says about it, in brackets there.
    pub(crate) remark: &'static str,
    /// The policy that says so.
    ready: &'static ReadyPolicy,
}

impl Replaced {
    /// Whether the product has something of this team.
    pub(crate) fn belongs_to(&self, team: &str) -> bool {
        self.ready.has_team(team)
    }

    /// The product both belong to.
    pub(crate) fn product(&self) -> &'static str {
        self.ready.header("product").unwrap_or(self.ready.name)
    }

    /// The name of the policy, for `init --from`.
    pub(crate) fn policy(&self) -> &'static str {
        self.ready.name
    }
}

/// The extensions of all ready policies. Those of one team are sorted by bundle ID, those of one bundle ID by team.
#[derive(Debug, Default)]
pub(crate) struct KnownExtensions {
    by_bundle: BTreeMap<&'static str, Vec<Extension>>,
    by_team: BTreeMap<&'static str, Vec<Extension>>,
    /// Teams of which a policy allows every extension of a kind.
    whole: Vec<Extension>,
    /// By the bundle ID of the old extension.
    replaced: BTreeMap<&'static str, Vec<Replaced>>,
}

/// The facts of all ready policies, collected once.
pub(crate) fn known() -> &'static KnownExtensions {
    static KNOWN: LazyLock<KnownExtensions> = LazyLock::new(|| KnownExtensions::of(POLICIES));
    &KNOWN
}

impl KnownExtensions {
    #[cfg(test)]
    pub(crate) fn extensions(&self) -> impl Iterator<Item = &Extension> {
        self.by_bundle.values().flatten()
    }

    fn of(policies: &'static [ReadyPolicy]) -> Self {
        let (whole, mut extensions): (Vec<_>, Vec<_>) = policies
            .iter()
            .flat_map(extensions_of)
            .partition(|extension| extension.bundle == WHOLE);
        extensions.sort_by_key(|extension| (extension.bundle, extension.team, extension.kind));
        extensions.dedup_by_key(|extension| (extension.bundle, extension.team, extension.kind));
        let mut replaced: Vec<Replaced> = policies.iter().flat_map(replaced_of).collect();
        // If several policies name one old extension, those that name its successor come first.
        replaced.sort_by_key(|entry| entry.by.is_none());
        let mut known = Self {
            whole,
            ..Self::default()
        };
        for extension in extensions {
            known
                .by_bundle
                .entry(extension.bundle)
                .or_default()
                .push(extension);
            known
                .by_team
                .entry(extension.team)
                .or_default()
                .push(extension);
        }
        for entry in replaced {
            known.replaced.entry(entry.old).or_default().push(entry);
        }
        known
    }

    /// The extensions with a bundle ID: several if two teams or both kinds use it.
    pub(crate) fn bundle(&self, bundle: &str) -> &[Extension] {
        self.by_bundle.get(bundle).map_or(&[], Vec::as_slice)
    }

    /// The extensions whose bundle IDs begin with `prefix`.
    pub(crate) fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = &Extension> {
        let after = (Bound::Included(prefix), Bound::Unbounded);
        let names = self.by_bundle.range::<str, _>(after);
        names
            .take_while(move |(name, _)| name.starts_with(prefix))
            .flat_map(|(_, extensions)| extensions)
    }

    pub(crate) fn team(&self, team: &str) -> &[Extension] {
        self.by_team.get(team).map_or(&[], Vec::as_slice)
    }

    /// Whether a ready policy allows every extension of the team, because no list of names would last.
    pub(crate) fn is_reviewed_whole(&self, kind: ExtensionKind, team: &str) -> bool {
        let mut whole = self.whole.iter();
        whole.any(|own| own.kind == kind && own.team == team)
    }

    pub(crate) fn teams(&self) -> impl Iterator<Item = &'static str> {
        let teams = self.by_team.keys().copied();
        teams.filter(|team| !team.is_empty())
    }

    pub(crate) fn replacement(&self, kind: ExtensionKind, old: &str) -> Option<&Replaced> {
        let mut found = self.replaced.get(old)?.iter();
        found.find(|entry| entry.kind == kind)
    }
}

/// What `bundle_ids` says for every extension of the team.
const WHOLE: &str = "all";

/// The extensions that a policy lists by name, and [`WHOLE`]: each entry of a block names its team first.
fn extensions_of(ready: &'static ReadyPolicy) -> Vec<Extension> {
    let mut found = Vec::new();
    let (mut block, mut key, mut team) = (None, "", "");
    for line in ready.text.lines() {
        let code = line.split('#').next().unwrap_or_default();
        if code.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            block = match code.trim_end() {
                "kernel_extensions:" => Some(ExtensionKind::Kernel),
                "system_extensions:" => Some(ExtensionKind::System),
                _ => None,
            };
        }
        // An item of a list has a line of its own, or all follow the key.
        let item = code.trim_start_matches([' ', '-']);
        let value = item.split_once(':').map_or(item, |(name, value)| {
            key = name;
            value.trim()
        });
        if key == "team_id" {
            team = value;
        }
        if let (Some(kind), "bundle_ids") = (block, key) {
            let names = value
                .split(['[', ',', ' ', ']'])
                .filter(|name| is_name(name) || *name == WHOLE);
            found.extend(names.map(|bundle| Extension {
                team,
                bundle,
                kind,
                ready,
            }));
        }
    }
    found
}

/// The comments of a policy about old extensions: their names, and in brackets what replaced them.
fn replaced_of(ready: &'static ReadyPolicy) -> Vec<Replaced> {
    let mut found = Vec::new();
    let comments = ready.text.lines().map_while(|line| line.strip_prefix('#'));
    for comment in comments.map(str::trim) {
        let kexts = comment.strip_prefix("replaced-kexts:");
        let (kind, mut rest) = match (kexts, comment.strip_prefix("replaced:")) {
            (Some(value), _) => (ExtensionKind::Kernel, value),
            (None, Some(value)) => (ExtensionKind::System, value),
            (None, None) => continue,
        };
        while !rest.trim().is_empty() {
            let (names, after) = rest.split_once('(').unwrap_or((rest, ""));
            let (remark, after) = after.split_once(')').unwrap_or((after, ""));
            rest = after;
            let by = remark
                .trim()
                .strip_prefix("by ")
                .and_then(|text| text.split([',', ' ', ';']).find(|word| is_name(word)));
            let names = names.split([',', ' ', ';']).filter(|name| is_name(name));
            found.extend(names.map(|old| Replaced {
                old,
                kind,
                by,
                remark: remark.trim(),
                ready,
            }));
        }
    }
    found
}

/// Whether a word is a bundle ID and not prose.
fn is_name(word: &str) -> bool {
    word.contains('.')
        && !word.ends_with('.')
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    static READY: &[ReadyPolicy] = &[ReadyPolicy {
        name: "contoso",
        text: "# product: Contoso Guard\n\
               # replaced-kexts: com.contoso.kext.old, com.contoso.kext.older (by com.contoso.guard, see page), com.contoso.gone\n\
               # replaced: com.contoso.tunnel-df (by com.contoso.net, since 2.0)\n\
               identifier: com.contoso.a\n\
               kernel_extensions:\n  allowed:\n    - team_id: K7Q2XD94WL\n      bundle_ids: [com.contoso.usb, com.contoso.disk] # two\n\
               system_extensions:\n  allowed:\n    - team_id: K7Q2XD94WL\n      bundle_ids:\n        - com.contoso.guard\n        - com.contoso.net\n\
               \x20   - team_id: P2W6TR83NC\n      bundle_ids: all\n",
    }];

    #[test]
    fn extensions_are_found_by_name_team_and_beginning() {
        let known = KnownExtensions::of(READY);
        let found: Vec<_> = known
            .extensions()
            .map(|extension| (extension.bundle, extension.team, extension.kind))
            .collect();
        let (kernel, system) = (ExtensionKind::Kernel, ExtensionKind::System);
        assert_eq!(
            found,
            [
                ("com.contoso.disk", "K7Q2XD94WL", kernel),
                ("com.contoso.guard", "K7Q2XD94WL", system),
                ("com.contoso.net", "K7Q2XD94WL", system),
                ("com.contoso.usb", "K7Q2XD94WL", kernel),
            ]
        );
        assert_eq!(known.team("K7Q2XD94WL").len(), 4);
        assert_eq!(known.bundle("com.contoso.net").len(), 1);
        assert_eq!(known.with_prefix("com.contoso.").count(), 4);
        assert_eq!(known.with_prefix("com.cont.").count(), 0);
        assert!(known.is_reviewed_whole(system, "P2W6TR83NC"));
        assert!(!known.is_reviewed_whole(system, "K7Q2XD94WL"));
        assert!(!known.is_reviewed_whole(kernel, "P2W6TR83NC"));
    }

    #[test]
    fn replaced_extensions_are_found_by_their_old_name() {
        let known = KnownExtensions::of(READY);
        let system = known.replacement(ExtensionKind::System, "com.contoso.tunnel-df");
        assert_eq!(
            system.map(|replaced| (replaced.by, replaced.remark)),
            Some((Some("com.contoso.net"), "by com.contoso.net, since 2.0"))
        );
        let by = |kext| {
            let replaced = known.replacement(ExtensionKind::Kernel, kext);
            replaced.map(|replaced| replaced.by)
        };
        assert_eq!(by("com.contoso.kext.old"), Some(Some("com.contoso.guard")));
        assert_eq!(
            by("com.contoso.kext.older"),
            Some(Some("com.contoso.guard"))
        );
        assert_eq!(by("com.contoso.gone"), Some(None));
        assert_eq!(by("com.contoso.usb"), None);
    }
}
