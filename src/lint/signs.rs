//! What one look over a profile tells: which rules can have something to say at all, and which other profiles it may share
//! a name with.
//!
//! Most profiles are right. Rules that would each look at every Team ID, bundle ID and UUID, to find nothing, name the
//! sign without which there is nothing to find ([`Rule::when`](super::rule::Rule)), and the engine skips them. A sign too
//! many costs time and nothing else; a test holds every rule to the signs it names. So does a number too many.

use super::mark::number;
use super::name::Name;
use super::placeholder::{is_sample_team_id, may_hold_variable, nobody_generates};
use super::request::asks_for_a_value;
use crate::catalogue::known::known;
use crate::identifier::{BundleIdentifier, TeamIdentifier, is_uuid};
use crate::plist::Value;
use crate::profile::{Common as _, ExtensionPolicy, Known, Part, PerTeam, Profile, Strings, Text};
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
}

/// The look over a profile.
pub(super) struct Survey<'n> {
    /// The signs so far.
    signs: Signs,
    /// Halves of numbers that stand for names ([`Facts::short`](super::facts::Facts)): equal for profiles that share one
    /// of [`Marks`](super::facts::Marks), and for few others.
    numbers: &'n mut Vec<u32>,
}

impl<'n> Survey<'n> {
    /// What a profile shows; the numbers of its names are added to `numbers`.
    pub(super) fn of(profile: Profile<'_>, numbers: &'n mut Vec<u32>) -> Signs {
        let signs = Signs::default();
        let mut survey = Self { signs, numbers };
        // Twins have the same identifier, or none and the same UUID.
        if profile.identifier().is_none() {
            let uuid = profile.uuid();
            survey.note(number(uuid.as_ref().map(Text::as_str)));
        }
        let (mut uuids, mut identifiers) = (Seen::<8>::default(), Seen::<8>::default());
        for (place, part) in profile.parts().enumerate() {
            survey.part(place, part, &mut uuids, &mut identifiers);
        }
        for policy in profile.extension_policies() {
            survey.policy(policy);
        }
        let mut signs = survey.signs;
        signs.add_if(Signs::VARIABLE, || may_hold_variable(profile));
        signs
    }

    /// Keeps half of a number.
    fn note(&mut self, number: u64) {
        self.numbers.push((number >> 32) as u32);
    }

    /// Looks at the names of a profile or payload. The profile has the place 0.
    fn part(
        &mut self,
        place: usize,
        part: Part<'_>,
        uuids: &mut Seen<8>,
        identifiers: &mut Seen<8>,
    ) {
        if let Some(uuid) = part.uuid() {
            let uuid = Name::of(uuid.as_str());
            if !is_uuid(uuid.text) || nobody_generates(uuid.text) {
                self.signs.add(Signs::ODD_UUID);
            } else {
                self.note(uuid.number);
            }
            let again = uuids.again(uuid.number);
            self.signs.add_if(Signs::SAME_UUID, || again);
        }
        if let Some(identifier) = part.identifier() {
            let identifier = Name::of(identifier.as_str());
            if place == 0 {
                self.note(identifier.number);
            }
            let again = identifiers.again(identifier.number);
            self.signs.add_if(Signs::SAME_IDENTIFIER, || again);
            self.signs
                .add_if(Signs::REQUEST, || asks_for_a_value(identifier.text));
        }
        let words = |known| part.keyed().get(known).and_then(Value::words);
        for known in [Known::DisplayName, Known::Organization] {
            self.signs.add_if(Signs::REQUEST, || {
                words(known).is_some_and(|text| asks_for_a_value(&text))
            });
        }
        self.signs.add_if(Signs::REQUEST, || {
            // A sentence may well speak of "your organization".
            let is_short = |text: &str| text.split_whitespace().nth(4).is_none();
            let asks = |text: &str| asks_for_a_value(text) && is_short(text);
            words(Known::Description).is_some_and(|text| asks(&text))
        });
    }

    /// Looks at the lists of an extension policy.
    fn policy(&mut self, policy: ExtensionPolicy<'_>) {
        // Kernel extensions and system extensions have nothing in common.
        let kind = policy.kind() as u64;
        let mut whole = Seen::<32>::default();
        self.list(policy.allowed_team_identifiers(), |survey, name| {
            whole.again(name.number);
            survey.note(number((kind, name.number)));
            survey.team(name);
        });
        for entry in policy.allowed().teams() {
            let team = Name::of(entry.team.as_str());
            self.signs
                .add_if(Signs::WHOLE_AND_LISTED, || whole.has(team.number));
            self.team(team);
            let own = number((kind, team.number));
            if !team.text.is_empty() {
                self.note(own);
            }
            self.list(entry.listed, |survey, name| {
                survey.note(number((own, name.number)));
                survey.bundle(name);
            });
        }
        for entry in policy.bundle_lists().skip(1).flat_map(PerTeam::teams) {
            self.team(Name::of(entry.team.as_str()));
            self.list(entry.listed, Self::bundle);
        }
        if let ExtensionPolicy::System(system) = policy {
            for entry in system.allowed_system_extension_types().teams() {
                self.team(Name::of(entry.team.as_str()));
                self.list(entry.listed, |_, _| ());
            }
        }
    }

    /// Looks at what should be a Team ID.
    fn team(&mut self, team: Name<'_>) {
        if TeamIdentifier::is_right(team.text) {
            self.signs
                .add_if(Signs::REQUEST, || is_sample_team_id(team.text));
            self.signs.add_if(Signs::KNOWN, || {
                team.may_be_known() && !known().team(team.text).is_empty()
            });
        } else {
            self.signs.add(Signs::ODD_TEAM);
        }
    }

    /// Looks at what should be a bundle ID.
    fn bundle(&mut self, bundle: Name<'_>) {
        // A Team ID has the form of a bundle ID, but no dot.
        if BundleIdentifier::has_dots(bundle.text) != Some(true) {
            self.signs.add(Signs::ODD_BUNDLE);
        }
        self.signs
            .add_if(Signs::REQUEST, || asks_for_a_value(bundle.text));
        self.signs.add_if(Signs::KNOWN, || {
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
        /// Names that are compared at most before the rules are asked.
        const FEW: usize = 2_000;
        let mut left = FEW;
        for (place, text) in list.texts().enumerate() {
            let name = Name::of(&text);
            // Of a hundred names two often fall on one bit and are not the same.
            if seen.again(name.number) {
                self.signs.add_if(Signs::ALIKE, || {
                    let enough = left < place;
                    left = left.saturating_sub(place);
                    enough || stands_before(list, place, &text)
                });
            }
            look(self, name);
        }
    }
}

/// Whether a name stands in a list before this place already, be it in another case.
fn stands_before(list: Strings<'_>, place: usize, name: &str) -> bool {
    let mut before = list.texts().take(place);
    before.any(|own| own.eq_ignore_ascii_case(name))
}

/// The rules that find something although the file does not show the sign they wait for.
#[cfg(any(test, fuzzing))]
pub(crate) fn missed(bytes: &[u8], target: crate::target::Target) -> Vec<&'static str> {
    use super::finding::Reporter;
    use super::rules::RULES;
    use super::settings::{Plan, Plans};
    use super::subject::Subject;
    let mut plan = Plan::new(Some(target), None);
    for number in 0..RULES.len() {
        plan.set(number, Some(crate::severity::Severity::Error));
    }
    crate::profile::with_document("a", bytes, |document| {
        let open = std::cell::RefCell::default();
        let subject = Subject::new(document, None, &open);
        let signs = subject.survey(&mut Vec::new());
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

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
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
