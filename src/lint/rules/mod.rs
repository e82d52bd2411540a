//! The rules: one file each, named for the wrong thing it finds. To add one, see "Adding a rule" in CONTRIBUTING.md.

mod broken_signature;
mod duplicate_key;
mod duplicate_root_identifier;
mod expired_signature;
mod invalid_team_id;
mod invalid_uuid;
mod malformed_profile;
mod malformed_signed_profile;
mod missing_payload_key;
mod not_portable_plist;
mod placeholder_uuid;
pub(super) mod unreadable_profile;
mod unsupported_signature;
mod user_scope;
mod weak_signature_digest;
mod wrong_payload_key_type;
mod wrong_payload_version;
mod wrong_profile_type;

use super::rule::Rule;

/// Every rule, by name. What `lint` runs, `explain` lists and the documentation shows.
pub(crate) static RULES: &[&Rule] = &[
    &broken_signature::RULE,
    &duplicate_key::RULE,
    &duplicate_root_identifier::RULE,
    &expired_signature::RULE,
    &invalid_team_id::RULE,
    &invalid_uuid::RULE,
    &malformed_profile::RULE,
    &malformed_signed_profile::RULE,
    &missing_payload_key::RULE,
    &not_portable_plist::RULE,
    &placeholder_uuid::RULE,
    &unreadable_profile::RULE,
    &unsupported_signature::RULE,
    &user_scope::RULE,
    &weak_signature_digest::RULE,
    &wrong_payload_key_type::RULE,
    &wrong_payload_version::RULE,
    &wrong_profile_type::RULE,
];

#[cfg(test)]
mod tests {
    use super::RULES;

    /// The names of the files in this folder.
    fn files() -> Vec<String> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/rules");
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "mod.rs")
            .map(|name| name.trim_end_matches(".rs").to_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn every_file_is_in_the_table_under_its_own_name() {
        let rules: Vec<_> = RULES
            .iter()
            .map(|rule| rule.name.replace('-', "_"))
            .collect();
        assert_eq!(rules, files(), "RULES is sorted and lists every file");
        for rule in RULES {
            let file = format!("src/lint/rules/{}.rs", rule.name.replace('-', "_"));
            assert_eq!(rule.file.replace('\\', "/"), file);
        }
    }

    #[test]
    fn a_name_is_kebab_case_and_names_the_wrong_thing() {
        for rule in RULES {
            let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
            assert!(
                rule.name
                    .split('-')
                    .all(|word| !word.is_empty() && word.chars().all(plain)),
                "{}",
                rule.name
            );
            for remedy in ["avoid-", "use-", "require-", "prefer-", "no-", "check-"] {
                assert!(
                    !rule.name.starts_with(remedy),
                    "{} names the remedy",
                    rule.name
                );
            }
        }
    }
}
