//! The rules: one file each, named for the wrong thing it finds. To add one, see "Adding a rule" in CONTRIBUTING.md.

mod access_not_grantable;
mod app_as_filter_provider;
mod approval_in_other_payload;
mod beyond_policy;
mod blank_in_identifier;
mod broken_signature;
mod built_in_filter;
mod condition_in_comment;
mod contradicting_privacy_entries;
mod contradicting_user_overrides;
mod deprecated_setting;
mod differs_in_case_from_policy;
mod display_name_of_other_profile;
mod duplicate_approval;
mod duplicate_key;
mod duplicate_list_entry;
mod duplicate_payload_identifier;
mod duplicate_root_identifier;
mod duplicate_uuid;
mod empty_background_rules;
mod empty_list;
mod empty_profile;
mod encrypted_payloads;
mod entry_differs_in_case;
mod exclusive_keys;
mod expired_approval;
mod expired_profile;
mod expired_signature;
mod extension_of_other_kind;
mod file_too_large_for_intune;
mod foreign_bundle_id;
mod foreign_requirement_team;
mod identifier_differs_from_uuid;
mod identifier_not_reverse_dns;
mod identifier_of_other_type;
mod identifier_shared_with_profile;
mod implicit_user_overrides;
mod incomplete_for_jamf;
mod invalid_bundle_id;
pub(super) mod invalid_ignore;
mod invalid_requirement_team;
mod invalid_team_id;
mod invalid_team_in_background_rule;
mod invalid_uuid;
mod jamf_unsafe_text;
mod jamf_variable;
mod kernel_extension_on_apple_silicon;
mod kernel_extension_with_other_payloads;
mod key_of_other_service;
pub(super) mod macos_not_described;
mod malformed_profile;
mod malformed_signed_profile;
mod mdm_placeholder;
mod missing_certificate_payload;
mod missing_conditional_key;
mod missing_display_name;
mod missing_filter_provider;
mod missing_key;
mod missing_organization;
mod missing_payload_key;
mod missing_scope;
mod misspelt_approval_key;
mod narrowed_types;
mod newer_key;
mod newer_than_minimum_os;
mod non_admin_approvals;
mod not_portable_plist;
mod nothing_allowed;
mod payload_dropped_by_jamf;
mod placeholder_text;
mod placeholder_uuid;
mod profile_in_preferences;
mod provider_not_approved;
mod redundant_kernel_extension;
mod removable_and_not;
mod removable_not_allowed;
mod removed_setting;
mod repeated_notification_app;
mod repeated_payload;
mod repeated_privacy_entry;
mod replaced_kernel_extension;
mod replaced_system_extension;
mod required_choice_missing;
mod requirement_names_other_code;
mod requirement_without_team;
mod reused_uuid;
mod second_content_filter;
mod secret_in_clear_text;
mod several_policies;
mod signed_for_jamf;
pub(super) mod stale_baseline_entry;
mod system_scope;
mod team_id_as_background_item;
mod team_id_as_bundle_id;
mod team_in_both_lists;
mod team_not_allowed;
mod team_whole_and_listed;
mod undelivered_approval;
mod unfulfillable_requirement;
mod unknown_extension_type;
mod unknown_key;
mod unknown_payload_type;
mod unknown_scope;
mod unquoted_requirement_string;
mod unreadable_certificate;
pub(super) mod unreadable_profile;
mod unreadable_requirement;
mod unsigned_kernel_extensions;
mod unsupported_signature;
mod unusable_background_rule;
pub(super) mod unused_ignore;
mod unusual_bundle_id;
mod user_overrides_allowed;
mod user_scope;
mod value_not_allowed;
mod value_of_other_kind;
mod weak_signature_digest;
mod whole_team_allowed;
mod wider_than_policy;
mod wrong_extension_for_intune;
mod wrong_payload_for_approval;
mod wrong_payload_key_type;
mod wrong_payload_version;
mod wrong_profile_type;
mod wrong_type;

use super::model::rule_id::RuleId;
use super::rule::Rule;

/// Every rule, by name. What `lint` runs, `explain` lists and the documentation shows.
pub(crate) static RULES: &[&Rule] = &[
    &access_not_grantable::RULE,
    &app_as_filter_provider::RULE,
    &approval_in_other_payload::RULE,
    &beyond_policy::RULE,
    &blank_in_identifier::RULE,
    &broken_signature::RULE,
    &built_in_filter::RULE,
    &condition_in_comment::RULE,
    &contradicting_privacy_entries::RULE,
    &contradicting_user_overrides::RULE,
    &deprecated_setting::RULE,
    &differs_in_case_from_policy::RULE,
    &display_name_of_other_profile::RULE,
    &duplicate_approval::RULE,
    &duplicate_key::RULE,
    &duplicate_list_entry::RULE,
    &duplicate_payload_identifier::RULE,
    &duplicate_root_identifier::RULE,
    &duplicate_uuid::RULE,
    &empty_background_rules::RULE,
    &empty_list::RULE,
    &empty_profile::RULE,
    &encrypted_payloads::RULE,
    &entry_differs_in_case::RULE,
    &exclusive_keys::RULE,
    &expired_approval::RULE,
    &expired_profile::RULE,
    &expired_signature::RULE,
    &extension_of_other_kind::RULE,
    &file_too_large_for_intune::RULE,
    &foreign_bundle_id::RULE,
    &foreign_requirement_team::RULE,
    &identifier_differs_from_uuid::RULE,
    &identifier_not_reverse_dns::RULE,
    &identifier_of_other_type::RULE,
    &identifier_shared_with_profile::RULE,
    &implicit_user_overrides::RULE,
    &incomplete_for_jamf::RULE,
    &invalid_bundle_id::RULE,
    &invalid_ignore::RULE,
    &invalid_requirement_team::RULE,
    &invalid_team_id::RULE,
    &invalid_team_in_background_rule::RULE,
    &invalid_uuid::RULE,
    &jamf_unsafe_text::RULE,
    &jamf_variable::RULE,
    &kernel_extension_on_apple_silicon::RULE,
    &kernel_extension_with_other_payloads::RULE,
    &key_of_other_service::RULE,
    &macos_not_described::RULE,
    &malformed_profile::RULE,
    &malformed_signed_profile::RULE,
    &mdm_placeholder::RULE,
    &missing_certificate_payload::RULE,
    &missing_conditional_key::RULE,
    &missing_display_name::RULE,
    &missing_filter_provider::RULE,
    &missing_key::RULE,
    &missing_organization::RULE,
    &missing_payload_key::RULE,
    &missing_scope::RULE,
    &misspelt_approval_key::RULE,
    &narrowed_types::RULE,
    &newer_key::RULE,
    &newer_than_minimum_os::RULE,
    &non_admin_approvals::RULE,
    &not_portable_plist::RULE,
    &nothing_allowed::RULE,
    &payload_dropped_by_jamf::RULE,
    &placeholder_text::RULE,
    &placeholder_uuid::RULE,
    &profile_in_preferences::RULE,
    &provider_not_approved::RULE,
    &redundant_kernel_extension::RULE,
    &removable_and_not::RULE,
    &removable_not_allowed::RULE,
    &removed_setting::RULE,
    &repeated_notification_app::RULE,
    &repeated_payload::RULE,
    &repeated_privacy_entry::RULE,
    &replaced_kernel_extension::RULE,
    &replaced_system_extension::RULE,
    &required_choice_missing::RULE,
    &requirement_names_other_code::RULE,
    &requirement_without_team::RULE,
    &reused_uuid::RULE,
    &second_content_filter::RULE,
    &secret_in_clear_text::RULE,
    &several_policies::RULE,
    &signed_for_jamf::RULE,
    &stale_baseline_entry::RULE,
    &system_scope::RULE,
    &team_id_as_background_item::RULE,
    &team_id_as_bundle_id::RULE,
    &team_in_both_lists::RULE,
    &team_not_allowed::RULE,
    &team_whole_and_listed::RULE,
    &undelivered_approval::RULE,
    &unfulfillable_requirement::RULE,
    &unknown_extension_type::RULE,
    &unknown_key::RULE,
    &unknown_payload_type::RULE,
    &unknown_scope::RULE,
    &unquoted_requirement_string::RULE,
    &unreadable_certificate::RULE,
    &unreadable_profile::RULE,
    &unreadable_requirement::RULE,
    &unsigned_kernel_extensions::RULE,
    &unsupported_signature::RULE,
    &unusable_background_rule::RULE,
    &unused_ignore::RULE,
    &unusual_bundle_id::RULE,
    &user_overrides_allowed::RULE,
    &user_scope::RULE,
    &value_not_allowed::RULE,
    &value_of_other_kind::RULE,
    &weak_signature_digest::RULE,
    &whole_team_allowed::RULE,
    &wider_than_policy::RULE,
    &wrong_extension_for_intune::RULE,
    &wrong_payload_for_approval::RULE,
    &wrong_payload_key_type::RULE,
    &wrong_payload_version::RULE,
    &wrong_profile_type::RULE,
    &wrong_type::RULE,
];

pub(crate) fn row(rule: RuleId) -> Option<&'static Rule> {
    super::rule::row(RULES, rule)
}

#[cfg(test)]
mod tests {
    use super::RULES;

    /// The names of the rule files, without `.rs`.
    fn file_names() -> Vec<String> {
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
            .map(|rule| rule.id.name.replace('-', "_"))
            .collect();
        assert_eq!(rules, file_names(), "RULES is sorted and lists every file");
        for rule in RULES {
            let file = format!("src/lint/rules/{}.rs", rule.id.name.replace('-', "_"));
            assert_eq!(rule.file.replace('\\', "/"), file);
        }
    }

    #[test]
    fn a_name_is_kebab_case_and_names_the_wrong_thing() {
        for rule in RULES {
            let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
            assert!(
                rule.id
                    .name
                    .split('-')
                    .all(|word| !word.is_empty() && word.chars().all(plain)),
                "{}",
                rule.id.name
            );
            for remedy in ["avoid-", "use-", "require-", "prefer-", "no-", "check-"] {
                assert!(
                    !rule.id.name.starts_with(remedy),
                    "{} names the remedy",
                    rule.id.name
                );
            }
        }
    }

    #[test]
    fn current_and_former_names_are_unique() {
        let mut names: Vec<_> = RULES.iter().map(|rule| rule.id.name).collect();
        names.extend(RULES.iter().flat_map(|rule| rule.formerly));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
