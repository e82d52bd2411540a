//! What profiles permit beside extensions, and how the policy relates to it: privacy permissions, content filters and
//! background items, by the same laws as extensions.

use std::collections::{BTreeSet, HashMap};

use crate::approval::ApprovalKind;
use crate::lint::model::file_id::FileId;
use crate::policy::Policy;
use crate::policy::services::not_grantable;
use crate::profile::grade::{BackgroundRule, Covering, Grade, Grant};
use crate::profile::permission::{Holder, Permission};
use crate::requirement;
use crate::source::Span;

#[derive(Debug)]
pub(crate) struct Permissions<'a> {
    /// What the policy says, in its order.
    pub(crate) decided: Vec<Decided>,
    /// What profiles permit beyond that, in the order of the files.
    pub(crate) uncovered: Vec<Uncovered<'a>>,
}

/// A permission that the policy gives.
#[derive(Debug)]
pub(crate) struct Decided {
    pub(crate) permission: Permission,
    pub(crate) delivery: Delivery,
}

/// Whether profiles give what the policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Delivered,
    /// Written with other capitals.
    OtherCase,
    /// The one at this place is about the same and permits less, or something else.
    Different(FileId, Span),
    /// The filter at this place has another `FilterGrade`.
    OtherGrade(FileId, Span),
    Missing,
}

/// What a profile permits and the policy does not say so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Uncovered<'a> {
    pub(crate) file: FileId,
    pub(crate) permission: &'a Permission,
    pub(crate) standing: PermissionStanding,
}

/// How the policy relates to it; the number is that of a [`Decided`].
#[derive(Clone, Copy, Debug)]
pub(crate) enum PermissionStanding {
    /// The policy permits a part of it.
    Wider(usize),
    /// The policy writes it with other capitals.
    OtherCase(usize),
    Beyond,
}

/// By what permissions of both sides are known.
type Key = (ApprovalKind, String);

fn key(permission: &Permission) -> Key {
    (permission.kind, permission.subject.clone())
}

/// The same in lower case.
fn folded(permission: &Permission) -> Key {
    (permission.kind, permission.subject.to_ascii_lowercase())
}

/// How much a permission is, for both directions: a filter that is bound to fewer programs is less of a permission, where
/// `diff` takes it for more of a protection.
fn grade(permission: &Permission) -> Grade {
    match &permission.grade {
        Grade::Bound(requirement) => Grade::Granted(Grant {
            at_once: true,
            static_code: false,
            requirements: [requirement.clone(), String::new()],
        }),
        own => own.clone(),
    }
}

/// Whether a policy can say such a thing at all, and a Mac takes it. What users decide themselves (an `Authorization` of
/// `AllowStandardUserToSetSystemService`), what is denied, and what no profile can grant is not a permission.
fn is_compared(permission: &Permission) -> bool {
    let service = permission.subject.split('\0').next().unwrap_or_default();
    let is_grantable = permission.kind != ApprovalKind::Privacy || not_grantable(service).is_none();
    let can_be_read = |texts: &[String]| {
        let mut texts = texts.iter().filter(|text| !text.is_empty());
        texts.all(|text| requirement::read(text).is_ok())
    };
    is_grantable
        && match &permission.grade {
            Grade::Plain | Grade::Denied | Grade::Strict(_) | Grade::Exact(_) | Grade::Only(_) => {
                false
            }
            // A Mac skips an entry whose requirement it cannot read.
            Grade::Granted(grant) => grant.at_once && can_be_read(&grant.requirements),
            Grade::Bound(requirement) => can_be_read(std::slice::from_ref(requirement)),
            Grade::Rule(_) => true,
        }
}

impl<'a> Permissions<'a> {
    /// Compares the policy with what profiles permit.
    pub(super) fn new(
        policy: &Policy,
        given: impl Iterator<Item = (FileId, &'a Permission)>,
    ) -> Self {
        let given: Vec<_> = given.filter(|(_, own)| is_compared(own)).collect();
        let decided: Vec<Permission> = decided(policy).collect();
        let grades: Vec<Grade> = decided.iter().map(grade).collect();
        let given_grades: Vec<Grade> = given.iter().map(|(_, own)| grade(own)).collect();
        let wanted = Covering::of(decided.iter().map(key).zip(&grades));
        let names = DecidedIndex::of(&decided);
        let mut uncovered = Vec::new();
        for ((file, permission), grade) in given.iter().zip(&given_grades) {
            if !wanted.covers(&key(permission), grade) {
                uncovered.push(Uncovered {
                    file: *file,
                    permission,
                    standing: names.standing(permission),
                });
            }
        }
        let delivered = Covering::of(given.iter().map(|(_, own)| key(own)).zip(&given_grades));
        let places = GivenIndex::of(&given);
        let delivery = |own: &Permission, grade: &Grade| {
            if delivered.covers(&key(own), grade) {
                places.of_other_grade(own).unwrap_or(Delivery::Delivered)
            } else if let Some([(file, other), ..]) = places.same.get(&key(own)).map(Vec::as_slice)
            {
                Delivery::Different(*file, other.span)
            } else if places.other_case.contains(&folded(own)) {
                Delivery::OtherCase
            } else {
                Delivery::Missing
            }
        };
        let deliveries: Vec<Delivery> = decided
            .iter()
            .zip(&grades)
            .map(|(own, grade)| delivery(own, grade))
            .collect();
        let decided = decided.into_iter().zip(deliveries);
        Self {
            decided: decided
                .map(|(permission, delivery)| Decided {
                    permission,
                    delivery,
                })
                .collect(),
            uncovered,
        }
    }

    /// Where the policy speaks about a kind.
    pub(crate) fn block(&self, kind: ApprovalKind) -> Option<Span> {
        let mut decided = self.decided.iter();
        decided
            .find(|own| own.permission.kind == kind)
            .map(|own| own.permission.span)
    }
}

/// What profiles permit, by name.
struct GivenIndex<'a> {
    same: HashMap<Key, Vec<(FileId, &'a Permission)>>,
    other_case: BTreeSet<Key>,
}

impl<'a> GivenIndex<'a> {
    fn of(given: &[(FileId, &'a Permission)]) -> Self {
        let mut same = HashMap::<Key, Vec<_>>::new();
        for (file, own) in given {
            same.entry(key(own)).or_default().push((*file, *own));
        }
        let other_case = given.iter().map(|(_, own)| folded(own)).collect();
        Self { same, other_case }
    }

    /// The first filter of a profile that is the policy's and has another `FilterGrade`.
    fn of_other_grade(&self, decided: &Permission) -> Option<Delivery> {
        let mut same = self.same.get(&key(decided))?.iter();
        let (file, other) = same.find(|(_, own)| own.filter_grade != decided.filter_grade)?;
        Some(Delivery::OtherGrade(*file, other.span))
    }
}

/// What the policy says, by name; each with its number.
struct DecidedIndex<'d> {
    same: HashMap<Key, usize>,
    other_case: HashMap<Key, usize>,
    /// Rules about background items by type, value and team: a prefix finds what begins with it.
    rules: BTreeSet<(&'d str, &'d str, &'d str, usize)>,
    teams: HashMap<&'d str, usize>,
}

impl<'d> DecidedIndex<'d> {
    fn of(decided: &'d [Permission]) -> Self {
        let (mut same, mut other_case) = (HashMap::new(), HashMap::new());
        let (mut rules, mut teams) = (BTreeSet::new(), HashMap::new());
        for (number, own) in decided.iter().enumerate() {
            same.entry(key(own)).or_insert(number);
            other_case.entry(folded(own)).or_insert(number);
            if let Grade::Rule(rule) = &own.grade {
                rules.insert((&*rule.names, &*rule.value, &*rule.team, number));
                teams.entry(&*rule.team).or_insert(number);
            }
        }
        Self {
            same,
            other_case,
            rules,
            teams,
        }
    }

    /// How the policy relates to what it does not cover.
    fn standing(&self, permission: &Permission) -> PermissionStanding {
        let same = self.same.get(&key(permission)).copied();
        let part = || match &permission.grade {
            Grade::Rule(rule) => self.part_of(rule),
            _ => None,
        };
        if let Some(number) = same.or_else(part) {
            PermissionStanding::Wider(number)
        } else if let Some(number) = self.other_case.get(&folded(permission)) {
            PermissionStanding::OtherCase(*number)
        } else {
            PermissionStanding::Beyond
        }
    }

    /// A rule of the policy about items that this rule is about too.
    fn part_of(&self, rule: &BackgroundRule) -> Option<usize> {
        if rule.names == "TeamIdentifier" {
            return self.teams.get(&*rule.value).copied();
        }
        let (names, value) = (&*rule.names, &*rule.value);
        let from = self.rules.range((names, value, "", 0)..);
        let below = from.take_while(|(own, text, ..)| {
            *own == names
                && if rule.is_prefix {
                    text.starts_with(value)
                } else {
                    *text == value
                }
        });
        let mut of_team =
            below.filter(|(_, _, team, _)| rule.team.is_empty() || *team == rule.team);
        of_team.next().map(|(.., number)| *number)
    }
}

/// What the policy permits, as profiles would say it.
fn decided(policy: &Policy) -> impl Iterator<Item = Permission> {
    let privacy = policy.privacy.iter().flat_map(|entry| {
        entry.programs.iter().map(|program| {
            let receiver = entry.receiver.as_ref();
            let holder = Holder {
                service: entry.service.apple,
                program: [program.identifier_type(), &program.name.value],
                receiver: receiver.map_or(["", ""], |own| [own.identifier_type(), &own.name.value]),
            };
            let of_receiver = receiver.map(|own| own.requirement.value.clone());
            let grant = Grant {
                at_once: true,
                static_code: entry.static_code,
                requirements: [
                    program.requirement.value.clone(),
                    of_receiver.unwrap_or_default(),
                ],
            };
            Permission::privacy(holder, Grade::Granted(grant), program.name.span)
        })
    });
    let filters = policy.content_filters.iter().flat_map(|filter| {
        let providers = [("sockets", &filter.sockets), ("packets", &filter.packets)];
        providers.into_iter().filter_map(|(what, provider)| {
            let provider = provider.as_ref()?;
            let requirement = provider.requirement.value.clone();
            let (app, bundle) = (filter.app.value.as_str(), &provider.bundle);
            let bound = (requirement, filter.grade.clone());
            Some(Permission::content_filter(
                app,
                what,
                &bundle.value,
                bound,
                bundle.span,
            ))
        })
    });
    let items = policy.background_items.iter().flat_map(|entry| {
        let team = entry.team.as_ref();
        let id = team.map_or("", |team| team.value.as_str());
        let whole = team.filter(|_| entry.rules.is_empty());
        let whole =
            whole.map(|team| Permission::background_item("TeamIdentifier", id, "", team.span));
        let rules = entry.rules.iter().map(move |(rule_type, value)| {
            Permission::background_item(rule_type, &value.value, id, value.span)
        });
        whole.into_iter().chain(rules)
    });
    privacy.chain(filters).chain(items)
}
