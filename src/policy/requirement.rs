//! Code requirements as they follow from an identifier and a team. Nine of ten published requirements are of these
//! forms (measured over 1,548 entries of public profiles), so a policy names the team and nobody copies such a text.

use super::error::PolicyError;
use crate::identifier::TeamIdentifier;
use crate::requirement::{self, developer_id};
use crate::source::Spanned;

/// The requirement of a program that the team signed with its Developer ID; with `app_store` also of the same program
/// from the Mac App Store. Vendors publish both forms.
pub(crate) fn of_team(identifier: &str, team: &TeamIdentifier, app_store: bool) -> String {
    let developer_id = developer_id(identifier, team.as_str());
    let begin = format!("identifier \"{identifier}\"");
    let generic = " and anchor apple generic and ";
    match developer_id.strip_prefix(&format!("{begin}{generic}")) {
        Some(signed) if app_store => format!(
            "anchor apple generic and {begin} and (certificate leaf[field.1.2.840.113635.100.6.1.9] /* exists */ or {signed})"
        ),
        _ => developer_id,
    }
}

/// The requirement of a program that belongs to macOS.
pub(crate) fn of_apple(identifier: &str) -> String {
    format!("identifier \"{identifier}\" and anchor apple")
}

/// Checks a requirement that is written out: a Mac skips an entry whose requirement it cannot read, and no program has a
/// Team ID that is none.
pub(super) fn check(written: &Spanned<String>, errors: &mut Vec<PolicyError>) {
    let read = match requirement::read(&written.value) {
        Ok(read) => read,
        Err(why) => {
            errors.push(PolicyError::new(
                written.span,
                format!("`requirement` cannot be read: {}", why.message),
                "a Mac skips an entry whose requirement it cannot read",
                why.help,
            ));
            return;
        }
    };
    for team in read.teams() {
        if let Err(why) = TeamIdentifier::check(&team.text) {
            errors.push(PolicyError::new(
                written.span,
                format!(
                    "the requirement asks for {}, which is not a Team ID: it {why}",
                    crate::escape::quoted(&team.text)
                ),
                "no program meets it",
                "write the vendor's Team ID, 10 characters, in its place",
            ));
        }
    }
}

/// Checks that a requirement is about the program that it stands beside, as far as it names one.
pub(super) fn check_name(
    written: &Spanned<String>,
    name: &Spanned<String>,
    errors: &mut Vec<PolicyError>,
) {
    let Ok(read) = requirement::read(&written.value) else {
        return;
    };
    let named = read.identifiers();
    if let Some(first) = named.first()
        && read.is_about_identifiers()
        && !named.iter().any(|word| word.text == name.value)
    {
        errors.push(
            PolicyError::new(
                written.span,
                format!(
                    "the requirement is about {}, not {}",
                    crate::escape::quoted(&first.text),
                    crate::escape::quoted(&name.value)
                ),
                "no program can be both",
                "write the requirement of the program that is named; `codesign -d -r-` prints it",
            )
            .with(name.span, "the program"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_can_be_read_and_name_the_program_and_its_team() {
        for team in ["UBF8T346G9", "2H5GFH3774"] {
            let team = TeamIdentifier::new(team).unwrap();
            for app_store in [false, true] {
                let text = of_team("com.example.app", &team, app_store);
                let read = requirement::read(&text).unwrap();
                assert_eq!(read.identifiers()[0].text, "com.example.app");
                assert_eq!(read.teams()[0].text, team.as_str(), "{text}");
                assert_eq!(text.contains("6.1.9"), app_store);
            }
        }
        let apple = requirement::read(&of_apple("com.apple.finder")).unwrap();
        assert_eq!(apple.identifiers()[0].text, "com.apple.finder");
        assert!(!apple.is_open_to_any_developer());
    }
}
