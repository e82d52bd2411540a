//! What a rule is: a static row of facts and one function. No traits, no registry at run time.
//!
//! The doc comment inside [`declare_rule!`] is the rule's page: `explain`, SARIF help and `docs/rules.md` print it.

use super::against::Against;
use super::deviation::Deviation;
use super::finding::Reporter;
use super::repository::Repository;
use super::values::{OwnIdentifier, OwnUuid, Placeholder, Repetition};
use crate::cms::Signed;
use crate::links;
use crate::profile::{
    Approvals, Document, ExtensionPolicy, KernelExtensionPolicy, ListedName, Part, Payload,
    Profile, SystemExtensionPolicy, TeamName,
};
use crate::severity::Severity;
use crate::target::Target;

/// One rule.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its only identifier, kebab-case, named for the wrong thing: `ignore[invalid-team-id]` reads well.
    pub(crate) name: &'static str,
    /// How bad it is, and for whom.
    pub(crate) level: Level,
    /// Whether its findings carry fixes.
    pub(crate) fix: FixAvailability,
    /// What it looks at, and how; nearly always one thing.
    pub(crate) checks: &'static [Check],
    /// Its page in Markdown, from the doc comment; every line begins with the blank after `///`.
    pub(crate) docs: &'static str,
    /// The source file it stands in.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a test holds the table to the files")
    )]
    pub(crate) file: &'static str,
}

/// The default severity: one for all, or one per target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    /// Without a target, or for one that has no severity of its own. `None`: the rule does not apply.
    otherwise: Option<Severity>,
    /// For Jamf Pro.
    jamf: Option<Severity>,
    /// For Microsoft Intune.
    intune: Option<Severity>,
}

impl Level {
    /// The same for everybody.
    pub(crate) const fn always(severity: Severity) -> Self {
        Self {
            otherwise: Some(severity),
            jamf: Some(severity),
            intune: Some(severity),
        }
    }

    /// Applies to one target only; [`Level::and`] adds another.
    pub(crate) const fn only(target: Target, severity: Severity) -> Self {
        Self {
            otherwise: None,
            jamf: None,
            intune: None,
        }
        .and(target, severity)
    }

    /// With this severity for one target.
    pub(crate) const fn and(mut self, target: Target, severity: Severity) -> Self {
        match target {
            Target::Generic => self.otherwise = Some(severity),
            Target::Jamf => self.jamf = Some(severity),
            Target::Intune => self.intune = Some(severity),
        }
        self
    }

    /// The severity for a target; `None` when the rule does not apply.
    pub(crate) const fn severity(self, target: Option<Target>) -> Option<Severity> {
        match target {
            None | Some(Target::Generic) => self.otherwise,
            Some(Target::Jamf) => self.jamf,
            Some(Target::Intune) => self.intune,
        }
    }
}

/// Whether a rule's findings carry fixes; a test compares the claim with the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FixAvailability {
    /// Never.
    Never,
    /// Where the remedy is certain.
    Sometimes,
    /// Always.
    Always,
}

impl FixAvailability {
    /// The word in `explain --format json`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Sometimes => "sometimes",
            Self::Always => "always",
        }
    }
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
    /// The top-level dictionary.
    Profile(fn(Profile<'_>, &mut Reporter<'_>)),
    /// The profile itself and every payload: whatever has the keys that all share.
    Part(fn(Profile<'_>, Part<'_>, &mut Reporter<'_>)),
    /// Every `PayloadUUID`.
    Uuid(fn(&OwnUuid<'_>, &mut Reporter<'_>)),
    /// Every `PayloadIdentifier` of a payload.
    Identifier(fn(&OwnIdentifier<'_>, &mut Reporter<'_>)),
    /// Every string that an MDM server fills in.
    Placeholder(fn(&Placeholder<'_>, &mut Reporter<'_>)),
    /// Every payload.
    Payload(fn(Payload<'_>, &mut Reporter<'_>)),
    /// Everything in which a profile differs from Apple's description of it.
    Schema(fn(&Deviation<'_>, &mut Reporter<'_>)),
    /// Every kernel-extension and system-extension policy.
    Extensions(fn(ExtensionPolicy<'_>, &mut Reporter<'_>)),
    /// Every kernel-extension policy.
    KernelExtensions(fn(KernelExtensionPolicy<'_>, &mut Reporter<'_>)),
    /// Every system-extension policy.
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
            Self::Payload(_) => "payload",
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

    /// The page without the blank that `///` leaves at the start of every line.
    pub(crate) fn page(&self) -> String {
        let lines = self.docs.lines();
        let mut page = lines
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n");
        page.push('\n');
        page
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

    /// Where the page is on the web.
    pub(crate) fn url(&self) -> String {
        links::page(&format!("rules.md#{}", self.name))
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
/// `check:` is one check, or several in brackets.
macro_rules! declare_rule {
    (
        $(#[doc = $docs:literal])*
        name: $name:literal,
        level: $level:expr,
        fix: $fix:ident,
        check: [$($check:expr),+ $(,)?] $(,)?
    ) => {
        $(#[doc = $docs])*
        pub(crate) static RULE: $crate::lint::rule::Rule = $crate::lint::rule::Rule {
            name: $name,
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
        level: $level:expr,
        fix: $fix:ident,
        check: $check:expr $(,)?
    ) => {
        $crate::lint::rule::declare_rule! {
            $(#[doc = $docs])*
            name: $name,
            level: $level,
            fix: $fix,
            check: [$check],
        }
    };
}

pub(crate) use declare_rule;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_for_one_target_is_skipped_for_the_others() {
        let level = Level::only(Target::Intune, Severity::Error);
        assert_eq!(level.severity(None), None);
        assert_eq!(level.severity(Some(Target::Jamf)), None);
        assert_eq!(level.severity(Some(Target::Intune)), Some(Severity::Error));
    }

    #[test]
    fn a_target_can_have_a_severity_of_its_own() {
        let level = Level::always(Severity::Note).and(Target::Jamf, Severity::Warning);
        assert_eq!(level.severity(None), Some(Severity::Note));
        assert_eq!(level.severity(Some(Target::Jamf)), Some(Severity::Warning));
    }
}
