//! Which rule something is about.

use crate::links;

/// A rule, by its name: kebab-case, named for the wrong thing, so that `ignore[invalid-team-id]` reads well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RuleId {
    pub(crate) name: &'static str,
}

impl RuleId {
    /// Where the rule's page is on the web.
    pub(crate) fn url(self) -> String {
        links::page(&format!("rules.md#{}", self.name))
    }
}
