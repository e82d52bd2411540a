//! What a rule is: a static row of facts and one function. No traits, no registry at run time.
//!
//! The doc comment inside [`declare_rule!`] is the rule's page: `explain`, SARIF help and `docs/rules.md` print it.

use super::model::finding::Reporter;
pub(crate) use super::model::level::{FixAvailability, Level};
use super::model::rule_id::RuleId;
use super::views::against::Against;
use super::views::conditions::Broken;
use super::views::deviation::Deviation;
use super::views::repository::Repository;
use super::views::requirements::Stated;
use super::views::values::{OwnIdentifier, OwnUuid, Placeholder, Repetition};
use crate::cms::Signed;
use crate::links;
use crate::profile::{
    Approvals, Document, ExtensionPolicy, KernelExtensionPolicy, ListedName, Part, Payload,
    Profile, SystemExtensionPolicy, TeamName,
};
use crate::target::Target;

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: RuleId,
    /// The version of kextpolicy that it came with.
    pub(crate) since: &'static str,
    /// Names that it had before: ignores, settings and baselines with them keep working.
    pub(crate) formerly: &'static [&'static str],
    /// How bad it is, and for whom.
    pub(crate) level: Level,
    /// Whether its findings carry fixes.
    pub(crate) fix: FixAvailability,
    /// What it looks at, and how; nearly always one thing.
    pub(crate) checks: &'static [Check],
    /// Its page in Markdown, from the doc comment; every line begins with the blank after `///`.
    pub(crate) docs: &'static str,
    /// The source file it is in.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a test holds the table to the files")
    )]
    pub(crate) file: &'static str,
}

/// What a rule looks at. The engine does all walking: a rule loops over files only if its scope is the repository, and over
/// lists only if it is about a list as a whole.
///
/// Only `Document`, `Signature` and `Engine` rules see a file that a Mac refuses; judging the rest of it would be guessing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Check {
    /// The file as it was read, refused ones included.
    Document(fn(&Document<'_>, &mut Reporter<'_>)),
    /// The signed message around the profile, whatever is inside.
    Signature(fn(&Signed, &mut Reporter<'_>)),
    Profile(fn(Profile<'_>, &mut Reporter<'_>)),
    /// The profile itself and every payload: whatever has the keys that all share.
    Part(fn(Profile<'_>, Part<'_>, &mut Reporter<'_>)),
    /// Every `PayloadUUID`.
    Uuid(fn(&OwnUuid<'_>, &mut Reporter<'_>)),
    /// Every `PayloadIdentifier` of a payload.
    Identifier(fn(&OwnIdentifier<'_>, &mut Reporter<'_>)),
    /// Every string that an MDM server fills in.
    Placeholder(fn(&Placeholder<'_>, &mut Reporter<'_>)),
    Payload(fn(Payload<'_>, &mut Reporter<'_>)),
    /// Every code requirement of a payload.
    Requirement(fn(&Stated<'_>, &mut Reporter<'_>)),
    /// Everything in which the keys of a dictionary break one of Apple's conditional rules.
    Condition(fn(&Broken<'_>, &mut Reporter<'_>)),
    /// Everything in which a profile differs from Apple's description of it.
    Schema(fn(&Deviation<'_>, &mut Reporter<'_>)),
    /// Every kernel-extension and system-extension policy.
    Extensions(fn(ExtensionPolicy<'_>, &mut Reporter<'_>)),
    KernelExtensions(fn(KernelExtensionPolicy<'_>, &mut Reporter<'_>)),
    SystemExtensions(fn(SystemExtensionPolicy<'_>, &mut Reporter<'_>)),
    /// Every policy with its lists looked through: which teams are allowed, and what of them.
    Approvals(fn(&Approvals<'_>, &mut Reporter<'_>)),
    /// Every text that should be a Team ID, wherever a policy names one.
    Team(fn(&TeamName<'_, '_>, &mut Reporter<'_>)),
    /// Every text that should be a bundle ID, wherever a policy lists one.
    Bundle(fn(&ListedName<'_, '_>, &mut Reporter<'_>)),
    /// Every text that should be a type of system extension.
    ExtensionType(fn(&ListedName<'_, '_>, &mut Reporter<'_>)),
    /// Every name that repeats an earlier one of its list, be it in another case.
    Repetition(fn(&Repetition<'_>, &mut Reporter<'_>)),
    /// All files of the run against the policy of `--policy`; without one the rule does not run.
    Policy(fn(&Against<'_>, &mut Reporter<'_>)),
    /// All files of the run together.
    Repository(fn(&Repository<'_>, &mut Reporter<'_>)),
    /// Raised by the engine itself: what it could not read, and ignores that do nothing.
    Engine,
}

impl Check {
    /// The word in `explain --format json`: which part of a profile the rule is about.
    pub(crate) const fn scope(self) -> &'static str {
        match self {
            Self::Document(_) => "document",
            Self::Signature(_) => "signature",
            Self::Profile(_)
            | Self::Part(_)
            | Self::Uuid(_)
            | Self::Identifier(_)
            | Self::Placeholder(_) => "profile",
            Self::Payload(_) | Self::Requirement(_) | Self::Condition(_) => "payload",
            Self::Schema(_) => "schema",
            Self::Extensions(_)
            | Self::Approvals(_)
            | Self::Team(_)
            | Self::Bundle(_)
            | Self::Repetition(_) => "extensions",
            Self::KernelExtensions(_) => "kernel-extensions",
            Self::SystemExtensions(_) | Self::ExtensionType(_) => "system-extensions",
            Self::Policy(_) => "policy",
            Self::Repository(_) => "repository",
            Self::Engine => "engine",
        }
    }
}

impl Rule {
    /// Whether it runs only with a policy.
    pub(crate) fn needs_policy(&self) -> bool {
        matches!(self.checks, [Check::Policy(_), ..])
    }

    /// Which part of a profile it is about.
    pub(crate) fn scope(&self) -> &'static str {
        self.checks.first().map_or("engine", |check| check.scope())
    }

    /// The page without the blank that `///` leaves at the start of every line. Other pages are named by their address,
    /// because an installed tool has no `docs/` folder.
    pub(crate) fn page(&self) -> String {
        let lines = self.docs.lines();
        let mut page = lines
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n");
        page.push('\n');
        page.replace("`docs/", &links::page(""))
            .replace(".md`", ".md")
    }

    /// The first paragraph of the page on one line: what the rule finds.
    pub(crate) fn summary(&self) -> String {
        self.page()
            .lines()
            .skip_while(|line| line.is_empty())
            .take_while(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The targets it applies to, when it does not apply to every profile.
    pub(crate) fn targets(&self) -> Vec<Target> {
        if self.level.severity(None).is_some() {
            return Vec::new();
        }
        Target::ALL
            .into_iter()
            .filter(|target| self.level.severity(Some(*target)).is_some())
            .collect()
    }
}

/// Declares the `static RULE` of a rule file. The doc comment is the rule's page and takes these headings, in this
/// order: a first paragraph that says what it finds, `## Why it matters`, `## Example`, `## Use instead`,
/// `## Fix safety` (if fixable), `## References`.
/// `check:` is one check, or several in brackets. `since:` is the version that the rule came with, if that is not the first;
/// `formerly:` lists names that it had before.
macro_rules! declare_rule {
    (
        $(#[doc = $docs:literal])*
        name: $name:literal,
        $(since: $since:literal,)?
        $(formerly: [$($former:literal),+ $(,)?],)?
        level: $level:expr,
        fix: $fix:ident,
        check: [$($check:expr),+ $(,)?] $(,)?
    ) => {
        $(#[doc = $docs])*
        pub(crate) static RULE: $crate::lint::rule::Rule = $crate::lint::rule::Rule {
            id: $crate::lint::model::rule_id::RuleId { name: $name },
            since: $crate::lint::rule::declare_rule!(@since $($since)?),
            formerly: &[$($($former),+)?],
            level: $level,
            fix: $crate::lint::rule::FixAvailability::$fix,
            checks: &[$($check),+],
            docs: concat!($($docs, "\n"),*),
            file: file!(),
        };
    };
    (
        $(#[doc = $docs:literal])*
        name: $name:literal,
        $(since: $since:literal,)?
        $(formerly: [$($former:literal),+ $(,)?],)?
        level: $level:expr,
        fix: $fix:ident,
        check: $check:expr $(,)?
    ) => {
        $crate::lint::rule::declare_rule! {
            $(#[doc = $docs])*
            name: $name,
            $(since: $since,)?
            $(formerly: [$($former),+],)?
            level: $level,
            fix: $fix,
            check: [$check],
        }
    };
    (@since) => { "0.1.0" };
    (@since $since:literal) => { $since };
}

/// The rule with a name, be it one that the rule had before.
pub(crate) fn find(rules: &[&'static Rule], name: &str) -> Option<RuleId> {
    let by_name = rules.iter().find(|rule| rule.id.name == name);
    let rule = by_name.or_else(|| rules.iter().find(|rule| rule.formerly.contains(&name)));
    rule.map(|rule| rule.id)
}

pub(crate) fn row(rules: &[&'static Rule], rule: RuleId) -> Option<&'static Rule> {
    rules.iter().copied().find(|row| row.id == rule)
}

pub(crate) use declare_rule;
