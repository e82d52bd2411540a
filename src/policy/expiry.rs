//! Approvals that were meant to end. The day is an argument: only commands know what day it is.

use time::Date;

use super::{Notes, Policy, PolicyError};
use crate::source::Span;

/// The entries whose last day is before `today`, sorted by place. Never dropped silently: a Mac that loses an
/// approval without a word is worse than one that keeps it a day too long.
pub(crate) fn expired(policy: &Policy, today: Date) -> Vec<PolicyError> {
    let errors = policy
        .notes()
        .filter_map(|(place, notes)| entry_expired(place, notes, today))
        .collect();
    super::error::sorted(errors)
}

fn entry_expired(place: Span, notes: &Notes, today: Date) -> Option<PolicyError> {
    let expires = notes.expires.as_ref()?;
    if expires.value >= today {
        return None;
    }
    let days = (today - expires.value).whole_days();
    let ask = notes
        .owner
        .as_ref()
        .map(|owner| format!(" with {}", crate::escape::quoted(&owner.value)))
        .unwrap_or_default();
    let unit = if days == 1 { "day" } else { "days" };
    Some(
        PolicyError::new(
            expires.span,
            format!(
                "the approval expired on {}, {days} {unit} ago",
                expires.value
            ),
            "its last day",
            format!("agree{ask} on a new date, or remove the entry"),
        )
        .with(place, "of this entry"),
    )
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn an_approval_holds_on_its_last_day_and_not_after_it() {
        let text = "identifier: com.example.policy\norganization: Example\nkernel_extensions:\n  allowed:\n    \
                    - team_id: UBF8T346G9\n      bundle_ids: all\n      owner: Ada\n      expires: 2027-06-30\n";
        let policy = crate::policy::read("a.yaml", text.as_bytes()).unwrap();
        assert_eq!(expired(&policy, date!(2027 - 06 - 30)), []);
        let errors = expired(&policy, date!(2027 - 07 - 01));
        assert_eq!(errors.len(), 1);
        assert_eq!(
            errors[0].message,
            "the approval expired on 2027-06-30, 1 day ago"
        );
        assert_eq!(&text[errors[0].span.range()], "2027-06-30");
        assert!(errors[0].help.contains("with `Ada`"));
    }
}
