//! What the ready policies know of extensions, for rules: whose a bundle ID is, which kind it is, what replaced it.
//!
//! The policies are scanned line by line when a rule asks for the first time, so that a run without extension payloads
//! pays nothing; afterwards a question is one look into a table. A test compares the scan with the reader of policies.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::{POLICIES, Ready};
use crate::extension::ExtensionKind;

/// An extension of a ready policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extension {
    /// Its Team ID; empty for a kernel extension without one.
    pub(crate) team: &'static str,
    pub(crate) bundle: &'static str,
    /// Kernel or system extension.
    pub(crate) kind: ExtensionKind,
    /// The policy that allows it.
    ready: &'static Ready,
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
    pub(crate) fn ready(&self) -> &'static Ready {
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
    pub(crate) said: &'static str,
    /// The policy that says so.
    ready: &'static Ready,
}

impl Replaced {
    /// Whether the product has something of this team.
    pub(crate) fn is_of(&self, team: &str) -> bool {
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

/// Everything known, sorted for look-ups.
#[derive(Debug)]
pub(crate) struct Known {
    by_bundle: Vec<Extension>,
    by_team: Vec<Extension>,
    /// Where each bundle ID stands in `by_bundle`.
    bundles: Places,
    /// Where each Team ID stands in `by_team`.
    teams: Places,
    /// By the old extension.
    replaced: HashMap<&'static str, Vec<Replaced>, FixedState>,
}

/// Runs of equal names in a sorted list. Nearly every name that is asked for is in none.
type Places = HashMap<&'static str, Range<usize>, FixedState>;

/// What is known, scanned once.
pub(crate) fn known() -> &'static Known {
    static KNOWN: LazyLock<Known> = LazyLock::new(|| Known::of(POLICIES));
    &KNOWN
}

impl Known {
    #[cfg(test)]
    pub(crate) fn extensions(&self) -> &[Extension] {
        &self.by_bundle
    }

    fn of(policies: &'static [Ready]) -> Self {
        let mut by_bundle = Vec::new();
        let mut replaced = Vec::new();
        for ready in policies {
            scan(ready, &mut by_bundle);
            scan_replaced(ready, &mut replaced);
        }
        by_bundle.sort_by_key(|own| (own.bundle, own.team, own.kind));
        by_bundle.dedup_by_key(|own| (own.bundle, own.team, own.kind));
        let mut by_team = by_bundle.clone();
        by_team.sort_by_key(|own| (own.team, own.bundle, own.kind));
        // Of several that name one extension, the first that says by what it was replaced.
        replaced.sort_by_key(|own: &Replaced| own.by.is_none());
        let mut by_old: HashMap<_, Vec<Replaced>, _> = HashMap::default();
        for own in replaced {
            by_old.entry(own.old).or_default().push(own);
        }
        Self {
            bundles: places(&by_bundle, |own| own.bundle),
            teams: places(&by_team, |own| own.team),
            replaced: by_old,
            by_bundle,
            by_team,
        }
    }

    /// What is known of a bundle ID: usually nothing or one, more when two teams or both kinds use it.
    pub(crate) fn bundle(&self, bundle: &str) -> &[Extension] {
        let place = self.bundles.get(bundle).cloned();
        &self.by_bundle[place.unwrap_or_default()]
    }

    /// The extensions whose bundle IDs begin so.
    pub(crate) fn beginning(&self, prefix: &str) -> &[Extension] {
        run(&self.by_bundle, |own| {
            let length = prefix.len().min(own.bundle.len());
            own.bundle.as_bytes()[..length].cmp(prefix.as_bytes())
        })
    }

    pub(crate) fn team(&self, team: &str) -> &[Extension] {
        let place = self.teams.get(team).cloned();
        &self.by_team[place.unwrap_or_default()]
    }

    pub(crate) fn teams(&self) -> impl Iterator<Item = &'static str> {
        let teams = self.by_team.chunk_by(|a, b| a.team == b.team);
        teams.map(|own| own[0].team).filter(|team| !team.is_empty())
    }

    pub(crate) fn replacement(&self, kind: ExtensionKind, old: &str) -> Option<&Replaced> {
        let mut found = self.replaced.get(old)?.iter();
        found.find(|own| own.kind == kind)
    }
}

/// Where each name stands in a list that is sorted by it.
fn places(sorted: &[Extension], name: impl Fn(&Extension) -> &'static str) -> Places {
    let mut places = Places::default();
    for (at, own) in sorted.iter().enumerate() {
        let place = places.entry(name(own)).or_insert(at..at);
        place.end = at + 1;
    }
    places
}

/// The run of items that compare as equal.
fn run<T>(sorted: &[T], compare: impl Fn(&T) -> std::cmp::Ordering) -> &[T] {
    let start = sorted.partition_point(|item| compare(item).is_lt());
    let length = sorted[start..].partition_point(|item| compare(item).is_eq());
    &sorted[start..start + length]
}

/// Where a scan of a policy is.
struct Scan {
    ready: &'static Ready,
    /// The block it is in.
    kind: Option<ExtensionKind>,
    /// The team of the entry; empty until it is named.
    team: &'static str,
    /// The bundle IDs of the entry so far.
    bundles: Vec<&'static str>,
    /// Whether a list of bundle IDs is open: the bracket it ends with, or lines that begin with a dash.
    list: Option<List>,
}

/// How a list of bundle IDs is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    /// `[a, b]`, perhaps over several lines.
    Brackets,
    /// One item a line.
    Lines,
}

/// Collects the extensions of a policy.
fn scan(ready: &'static Ready, found: &mut Vec<Extension>) {
    let mut scan = Scan {
        ready,
        kind: None,
        team: "",
        bundles: Vec::new(),
        list: None,
    };
    for line in ready.text.lines() {
        let code = line.split(" #").next().unwrap_or_default();
        if !code.trim().is_empty() && !code.starts_with('#') {
            scan.line(code, found);
        }
    }
    scan.finish(found);
}

impl Scan {
    fn line(&mut self, line: &'static str, found: &mut Vec<Extension>) {
        let trimmed = line.trim();
        if self.list == Some(List::Brackets) {
            self.items(trimmed);
            return;
        }
        if !line.starts_with([' ', '-']) {
            self.finish(found);
            self.kind = match trimmed.split(':').next() {
                Some("kernel_extensions") => Some(ExtensionKind::Kernel),
                Some("system_extensions") => Some(ExtensionKind::System),
                _ => None,
            };
            return;
        }
        let item = trimmed.strip_prefix("- ").map(str::trim);
        let field = item.unwrap_or(trimmed);
        let Some((key, value)) = field.split_once(':') else {
            if self.list == Some(List::Lines) {
                self.bundles.push(bare(field));
            }
            return;
        };
        self.list = None;
        if item.is_some() {
            self.finish(found);
        }
        let value = value.trim();
        match key.trim() {
            "team_id" => self.team = bare(value),
            "bundle_ids" if value.is_empty() => self.list = Some(List::Lines),
            "bundle_ids" => {
                if let Some(items) = value.strip_prefix('[') {
                    self.list = Some(List::Brackets);
                    self.items(items);
                }
            }
            _ => {}
        }
    }

    /// Reads items up to the closing bracket.
    fn items(&mut self, text: &'static str) {
        let items = text.split(']').next().unwrap_or_default();
        let items = items.split(',').map(bare).filter(|item| !item.is_empty());
        self.bundles.extend(items);
        if text.contains(']') {
            self.list = None;
        }
    }

    /// Hands out the entry.
    fn finish(&mut self, found: &mut Vec<Extension>) {
        if let Some(kind) = self.kind {
            found.extend(self.bundles.iter().map(|bundle| Extension {
                team: self.team,
                bundle,
                kind,
                ready: self.ready,
            }));
        }
        self.bundles.clear();
        self.team = "";
        self.list = None;
    }
}

/// A YAML scalar without quotes.
fn bare(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// Collects the comments of a policy about old extensions: their names, and in brackets what replaced them.
fn scan_replaced(ready: &'static Ready, found: &mut Vec<Replaced>) {
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
            let (said, after) = after.split_once(')').unwrap_or((after, ""));
            rest = after;
            let by = said
                .trim()
                .strip_prefix("by ")
                .and_then(|text| text.split([',', ' ', ';']).find(|word| is_name(word)));
            let names = names.split([',', ' ', ';']).filter(|name| is_name(name));
            found.extend(names.map(|old| Replaced {
                old,
                kind,
                by,
                said: said.trim(),
                ready,
            }));
        }
    }
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

    /// A policy in every style of YAML that people write.
    static STYLES: &[Ready] = &[Ready {
        name: "contoso",
        text: "# product: Contoso Guard\n\
               # replaced-kexts: com.contoso.kext.old, com.contoso.kext.older (by com.contoso.guard, see page), com.contoso.gone\n\
               # replaced: com.contoso.tunnel-df (by com.contoso.net, since 2.0)\n\
               identifier: com.contoso.a\n\
               kernel_extensions:\n  allowed:\n    - team_id: \"K7Q2XD94WL\"\n      bundle_ids: [com.contoso.usb, 'com.contoso.disk'] # two\n\
               \x20   - unsigned: true\n      bundle_ids:\n        - com.contoso.legacy\n      reason: old\n\
               system_extensions:\n  allowed:\n    - bundle_ids: [\n        com.contoso.guard,\n        com.contoso.net,\n      ]\n      team_id: K7Q2XD94WL\n\
               \x20   - team_id: P2W6TR83NC\n      bundle_ids: all\n",
    }];

    #[test]
    fn every_style_of_list_is_scanned() {
        let known = Known::of(STYLES);
        let found: Vec<_> = known
            .extensions()
            .iter()
            .map(|own| (own.bundle, own.team, own.kind))
            .collect();
        let (kernel, system) = (ExtensionKind::Kernel, ExtensionKind::System);
        assert_eq!(
            found,
            [
                ("com.contoso.disk", "K7Q2XD94WL", kernel),
                ("com.contoso.guard", "K7Q2XD94WL", system),
                ("com.contoso.legacy", "", kernel),
                ("com.contoso.net", "K7Q2XD94WL", system),
                ("com.contoso.usb", "K7Q2XD94WL", kernel),
            ]
        );
        assert_eq!(known.team("K7Q2XD94WL").len(), 4);
        assert_eq!(known.bundle("com.contoso.net").len(), 1);
        assert_eq!(known.beginning("com.contoso.").len(), 5);
        assert!(known.beginning("com.cont.").is_empty());
    }

    #[test]
    fn replaced_extensions_are_scanned() {
        let known = Known::of(STYLES);
        let system = known.replacement(ExtensionKind::System, "com.contoso.tunnel-df");
        assert_eq!(
            system.map(|replaced| (replaced.by, replaced.said)),
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
