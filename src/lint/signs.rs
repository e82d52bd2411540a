//! What one look over a profile tells: which rules can have something to say at all.
//!
//! Most profiles are right. Rules that would each look at every Team ID, bundle ID and UUID, to find nothing, name the
//! sign without which there is nothing to find ([`Rule::when`](super::rule::Rule)), and the engine skips them. A sign too
//! many costs time and nothing else; a test holds every rule to the signs it names.

use super::mark::{number, number_without_case};
use super::name::Name;
use super::placeholder::{is_sample_team_id, may_hold_variable, nobody_generates};
use super::request::{asks_for_a_value, asks_in_one_word};
use crate::catalogue::known::known;
use crate::identifier::{BundleIdentifier, TeamIdentifier, is_uuid};
use crate::profile::{Common as _, ExtensionPolicy, Part, PerTeam, Profile, Strings, TeamEntry};
use crate::source::seen::Seen;

/// A set of signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signs(u16);

impl Signs {
    /// A text that should be a Team ID and is none.
    pub(crate) const ODD_TEAM: Self = Self(1);
    /// A text that should be a bundle ID and is none, or an unusual one.
    pub(crate) const ODD_BUNDLE: Self = Self(1 << 1);
    /// Two names of one list that are the same, or the same but for case.
    pub(crate) const ALIKE: Self = Self(1 << 2);
    /// Words out of a template.
    pub(crate) const REQUEST: Self = Self(1 << 3);
    /// A `PayloadUUID` that is no UUID, or one that nobody generates.
    pub(crate) const ODD_UUID: Self = Self(1 << 4);
    /// One `PayloadUUID` for two parts of the profile.
    pub(crate) const SAME_UUID: Self = Self(1 << 5);
    /// One `PayloadIdentifier` for two parts of the profile.
    pub(crate) const SAME_IDENTIFIER: Self = Self(1 << 6);
    /// A team that is allowed whole and by list, in one policy.
    pub(crate) const WHOLE_AND_LISTED: Self = Self(1 << 7);
    /// A team or an extension that the ready policies know.
    pub(crate) const KNOWN: Self = Self(1 << 8);
    /// A character with which what an MDM server fills in begins.
    pub(crate) const VARIABLE: Self = Self(1 << 9);

    /// Adds signs.
    fn add(&mut self, signs: Self) {
        self.0 |= signs.0;
    }

    /// Adds signs on a condition; nothing is asked once they are there.
    fn add_if(&mut self, signs: Self, seen: impl FnOnce() -> bool) {
        if self.0 & signs.0 != signs.0 && seen() {
            self.add(signs);
        }
    }

    /// Whether one of these is among them.
    pub(crate) const fn has(self, signs: Self) -> bool {
        self.0 & signs.0 != 0
    }

    /// What a profile shows.
    pub(super) fn of<'d>(profile: Profile<'d>, policies: &[ExtensionPolicy<'d>]) -> Self {
        let mut signs = Self::default();
        let (mut uuids, mut identifiers) = (Seen::<8>::default(), Seen::<8>::default());
        for part in profile.parts() {
            signs.part(part, &mut uuids, &mut identifiers);
        }
        for policy in policies {
            signs.policy(*policy);
        }
        signs.add_if(Self::VARIABLE, || may_hold_variable(profile));
        signs
    }

    /// Looks at the names of a profile or payload.
    fn part(&mut self, part: Part<'_>, uuids: &mut Seen<8>, identifiers: &mut Seen<8>) {
        if let Some(uuid) = part.uuid() {
            let own = uuid.as_str();
            self.add_if(Self::ODD_UUID, || !is_uuid(own) || nobody_generates(own));
            let again = uuids.again(number_without_case(own));
            self.add_if(Self::SAME_UUID, || again);
        }
        if let Some(identifier) = part.identifier() {
            let again = identifiers.again(number(identifier.as_str()));
            self.add_if(Self::SAME_IDENTIFIER, || again);
            self.add_if(Self::REQUEST, || asks_for_a_value(identifier.as_str()));
        }
        // A sentence may well speak of "your organization".
        let description = part
            .description()
            .filter(|text| text.as_str().split_whitespace().nth(4).is_none());
        for text in [part.display_name(), part.organization(), description] {
            self.add_if(Self::REQUEST, || {
                text.is_some_and(|text| asks_for_a_value(text.as_str()))
            });
        }
    }

    /// Looks at the lists of an extension policy.
    fn policy(&mut self, policy: ExtensionPolicy<'_>) {
        let mut whole = Seen::<32>::default();
        self.list(policy.allowed_team_identifiers(), |signs, name| {
            whole.again(name.number);
            signs.team(name);
        });
        for entry in policy.allowed().teams() {
            self.per_team(&entry, |number| whole.has(number));
        }
        for entry in policy.bundle_lists().skip(1).flat_map(PerTeam::teams) {
            self.per_team(&entry, |_| false);
        }
        if let ExtensionPolicy::System(system) = policy {
            for entry in system.allowed_system_extension_types().teams() {
                self.team(Name::of(entry.team.as_str()));
                self.list(entry.listed, |_, _| ());
            }
        }
    }

    /// Looks at a team with its bundle IDs; it may be among the teams that are allowed whole.
    fn per_team(&mut self, entry: &TeamEntry<'_>, is_whole: impl FnOnce(u64) -> bool) {
        let team = Name::of(entry.team.as_str());
        self.add_if(Self::WHOLE_AND_LISTED, || is_whole(team.number));
        self.team(team);
        self.list(entry.listed, Self::bundle);
    }

    /// Looks at what should be a Team ID.
    fn team(&mut self, team: Name<'_>) {
        if TeamIdentifier::is_right(team.text) {
            self.add_if(Self::REQUEST, || is_sample_team_id(team.text));
            self.add_if(Self::KNOWN, || {
                team.may_be_known() && !known().team(team.text).is_empty()
            });
        } else {
            self.add(Self::ODD_TEAM);
        }
    }

    /// Looks at what should be a bundle ID.
    fn bundle(&mut self, bundle: Name<'_>) {
        let asks = match BundleIdentifier::look(bundle.text) {
            // A Team ID has the form of a bundle ID, but no dot.
            Some(look) if look.dots && !look.hyphens => asks_in_one_word,
            Some(look) if look.dots => asks_for_a_value,
            _ => {
                self.add(Self::ODD_BUNDLE);
                asks_for_a_value
            }
        };
        self.add_if(Self::REQUEST, || asks(bundle.text));
        self.add_if(Self::KNOWN, || {
            let known = known();
            bundle.may_be_known()
                && (!known.bundle(bundle.text).is_empty()
                    || known.replacement(bundle.text).is_some())
        });
    }

    /// Looks at every name of a list, and compares them.
    fn list(&mut self, list: Strings<'_>, look: impl FnMut(&mut Self, Name<'_>)) {
        // Few names need few bits; hundreds are told apart by the rules.
        if list.items().more_than(8) {
            self.names(list, &mut Seen::<128>::default(), look);
        } else {
            self.names(list, &mut Seen::<8>::default(), look);
        }
    }

    /// The same with so many bits.
    fn names<const WORDS: usize>(
        &mut self,
        list: Strings<'_>,
        seen: &mut Seen<WORDS>,
        mut look: impl FnMut(&mut Self, Name<'_>),
    ) {
        for (place, text) in list.texts().enumerate() {
            let name = Name::of(&text);
            if seen.again(name.number) {
                self.add_if(Self::ALIKE, || may_stand_before(list, place, &text));
            }
            look(self, name);
        }
    }
}

/// Whether a name stands in a list before this place already, be it in another case. In a long list it may.
fn may_stand_before(list: Strings<'_>, place: usize, name: &str) -> bool {
    /// Names that are compared sooner than rules are asked.
    const FEW: usize = 50;
    let mut before = list.texts().take(place);
    place > FEW || before.any(|own| own.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::super::finding::Reporter;
    use super::super::rules::RULES;
    use super::super::settings::{Plan, Plans};
    use super::super::subject::Subject;
    use crate::profile::with_document;
    use crate::target::Target;

    /// Every file below a folder.
    fn files(folder: PathBuf) -> Vec<PathBuf> {
        let (mut open, mut found) = (vec![folder], Vec::new());
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found
    }

    /// The rules that find something although the file does not show the sign they wait for.
    fn missed(bytes: &[u8], target: Target) -> Vec<&'static str> {
        let mut plan = Plan::new(Some(target), None);
        for number in 0..RULES.len() {
            plan.set(number, Some(crate::severity::Severity::Error));
        }
        with_document("a", bytes, |document| {
            let subject = Subject::new(document, None);
            let signs = subject.signs();
            let mut findings = Vec::new();
            for (number, rule) in RULES.iter().enumerate() {
                if rule.when.is_none_or(|needed| signs.has(needed)) {
                    continue;
                }
                let mut report = Reporter {
                    rule,
                    number,
                    plans: Plans::One(&plan),
                    file: 0,
                    now: 0.0,
                    findings: &mut findings,
                };
                subject.check(rule.check, &mut report);
            }
            findings.iter().map(|finding| finding.rule.name).collect()
        })
    }

    /// Holds every file below a folder to it.
    fn nothing_is_missed(folder: PathBuf) {
        let files = files(folder);
        assert!(files.len() > 100);
        for path in files {
            let bytes = std::fs::read(&path).unwrap();
            for target in Target::ALL {
                let missed = missed(&bytes, target);
                assert!(missed.is_empty(), "{}: {missed:?}", path.display());
            }
        }
    }

    #[test]
    fn no_rule_finds_anything_without_its_sign() {
        nothing_is_missed(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules"));
    }

    #[test]
    fn no_rule_finds_anything_without_its_sign_in_profiles_of_the_wild() {
        let Some(shared) = std::env::var_os("KEXTPOLICY_SHARED") else {
            eprintln!("SKIPPED: profiles of the wild: KEXTPOLICY_SHARED is not set");
            return;
        };
        nothing_is_missed(Path::new(&shared).join("corpus"));
    }
}
