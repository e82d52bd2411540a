//! How bad a rule's findings are, and whether they come with fixes.

use crate::severity::Severity;
use crate::target::Target;

/// The default severity: one for all, or one per target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    /// Without a target, or for one that has no severity of its own. `None`: the rule does not apply.
    otherwise: Option<Severity>,
    jamf: Option<Severity>,
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
    Never,
    /// Where the remedy is certain.
    Sometimes,
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
