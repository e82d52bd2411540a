//! What adds up, what contradicts itself, and what a change does.

#![cfg(test)]

use super::diff::compare;
use super::file::{self, File};
use super::kind::Tier;
use super::{conflict, total::Total};
use crate::extension::ExtensionKind;

/// A profile with one payload, whose keys are given.
fn profile(path: &str, identifier: &str, kind: ExtensionKind, keys: &str) -> File {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict>\n\
         <key>PayloadIdentifier</key><string>{identifier}</string>\n<key>PayloadUUID</key><string>{}</string>\n\
         <key>PayloadType</key><string>Configuration</string><key>PayloadVersion</key><integer>1</integer>\n\
         <key>PayloadContent</key><array><dict>\n<key>PayloadType</key><string>{}</string>\n\
         <key>PayloadIdentifier</key><string>com.contoso.extensions</string><key>PayloadVersion</key><integer>1</integer>\n\
         <key>PayloadUUID</key><string>5E1D1C0A-4A9B-4B8E-9C53-000000000001</string>\n{keys}\n</dict></array>\n\
         </dict></plist>\n",
        // Jamf Pro makes both up.
        if identifier.len() == 36 {
            identifier
        } else {
            "11111111-AAAA"
        },
        kind.payload_type()
    );
    file::read(path, text.as_bytes())
}

fn kernel(keys: &str) -> File {
    profile(
        "a.mobileconfig",
        "com.contoso.a",
        ExtensionKind::Kernel,
        keys,
    )
}

fn system(keys: &str) -> File {
    profile(
        "a.mobileconfig",
        "com.contoso.a",
        ExtensionKind::System,
        keys,
    )
}

const NAMED: &str = "<key>AllowedKernelExtensions</key><dict><key>UBF8T346G9</key><array>\
                     <string>com.microsoft.wdavkext</string></array></dict>";

const WHOLE: &str = "<key>AllowedTeamIdentifiers</key><array><string>UBF8T346G9</string></array>";

/// The tiers of the changes from one profile to another.
fn tiers(old: File, new: File) -> Vec<Tier> {
    compare(&[old], &[new])
        .changes
        .iter()
        .map(|change| change.tier)
        .collect()
}

#[test]
fn one_false_wins_for_system_extensions_and_nothing_is_claimed_for_kernel_extensions() {
    let said = |kind| {
        let on = "<key>AllowUserOverrides</key><true/>";
        let off = "<key>AllowUserOverrides</key><false/>";
        let files = [
            profile("a", "a.a", kind, on),
            profile("b", "b.b", kind, off),
        ];
        let total = Total::of(&files);
        let named = conflict::conflicts(&files, &total).len();
        (total.kinds[&kind].user_overrides(kind), named)
    };
    assert_eq!(said(ExtensionKind::System), (Some(false), 1));
    assert_eq!(said(ExtensionKind::Kernel), (None, 1));
}

#[test]
fn a_missing_key_means_apples_default() {
    let of = |file: File, kind| Total::of(&[file]).kinds[&kind].user_overrides(kind);
    assert_eq!(of(kernel(""), ExtensionKind::Kernel), Some(false));
    assert_eq!(of(system(""), ExtensionKind::System), Some(true));
}

#[test]
fn a_list_turned_into_a_whole_team_is_wider() {
    assert_eq!(tiers(kernel(NAMED), kernel(WHOLE)), [Tier::Widened]);
    assert_eq!(tiers(kernel(WHOLE), kernel(NAMED)), [Tier::Narrowed]);
}

#[test]
fn overrides_turned_on_are_wider() {
    let on = format!("{NAMED}<key>AllowUserOverrides</key><true/>");
    assert_eq!(tiers(kernel(NAMED), kernel(&on)), [Tier::Widened]);
    let off = "<key>AllowUserOverrides</key><false/>";
    assert_eq!(tiers(system(off), system("")), [Tier::Widened]);
}

#[test]
fn the_default_spelled_out_is_no_change() {
    let off = format!("<key>AllowUserOverrides</key><false/>{NAMED}");
    assert_eq!(tiers(kernel(NAMED), kernel(&off)), []);
    assert_eq!(
        tiers(system(""), system("<key>AllowUserOverrides</key><true/>")),
        []
    );
}

#[test]
fn types_no_longer_narrowed_are_wider() {
    let typed = "<key>AllowedSystemExtensionTypes</key><dict><key>UBF8T346G9</key><array>\
                 <string>NetworkExtension</string></array></dict>";
    let narrow = format!("{WHOLE}{typed}");
    assert_eq!(tiers(system(&narrow), system(WHOLE)), [Tier::Widened]);
    assert_eq!(tiers(system(WHOLE), system(&narrow)), [Tier::Narrowed]);
}

#[test]
fn another_identifier_is_another_profile() {
    let other = profile(
        "a.mobileconfig",
        "com.contoso.b",
        ExtensionKind::Kernel,
        NAMED,
    );
    assert_eq!(tiers(kernel(NAMED), other), [Tier::Replaced]);
}

#[test]
fn the_identity_that_jamf_makes_up_is_no_change() {
    let uuid = "4aa2e9b8-4f6b-4a7d-8a51-5f3b9a0f5d11";
    let jamf = profile("a.mobileconfig", uuid, ExtensionKind::Kernel, NAMED);
    let comparison = compare(&[kernel(NAMED)], &[jamf]);
    assert!(comparison.is_nothing(), "{:?}", comparison.changes);
    let keys: Vec<&str> = comparison.masked[0]
        .keys
        .iter()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, ["PayloadIdentifier", "PayloadUUID"], "and it is said");
}

#[test]
fn an_approval_moved_to_another_profile_is_one_change_that_widens() {
    let one = || {
        profile(
            "one.mobileconfig",
            "com.contoso.one",
            ExtensionKind::Kernel,
            NAMED,
        )
    };
    let other = |keys| {
        profile(
            "other.mobileconfig",
            "com.contoso.other",
            ExtensionKind::Kernel,
            keys,
        )
    };
    let empty = profile(
        "one.mobileconfig",
        "com.contoso.one",
        ExtensionKind::Kernel,
        "",
    );
    let comparison = compare(&[one(), other("")], &[empty, other(NAMED)]);
    let tiers: Vec<Tier> = comparison
        .changes
        .iter()
        .map(|change| change.tier)
        .collect();
    assert_eq!(tiers, [Tier::Widened]);
    let change = &comparison.changes[0];
    let places = (&*change.old[0].file, &*change.new[0].file);
    assert_eq!(places, ("one.mobileconfig", "other.mobileconfig"));
}

#[test]
fn profiles_that_begin_to_share_an_identifier_replace_each_other() {
    let one = || {
        profile(
            "one.mobileconfig",
            "com.contoso.one",
            ExtensionKind::Kernel,
            NAMED,
        )
    };
    let copy = profile(
        "two.mobileconfig",
        "com.contoso.one",
        ExtensionKind::Kernel,
        "",
    );
    let comparison = compare(&[one()], &[one(), copy]);
    assert!(comparison.has(Tier::Replaced), "{:?}", comparison.changes);
}

#[test]
fn a_file_that_a_mac_refuses_is_named() {
    let broken = file::read("b.mobileconfig", b"<plist><dict><key>a</key></dict>");
    let comparison = compare(&[kernel(NAMED)], &[kernel(NAMED), broken]);
    assert_eq!(comparison.unreadable_new.len(), 1);
}

#[test]
fn nothing_is_said_of_what_a_file_allows_after_it_became_unreadable() {
    let broken = file::read("new.mobileconfig", b"<plist><dict><key>a</key></dict>");
    let comparison = compare(&[kernel(NAMED)], &[broken]);
    let said: Vec<_> = comparison.changes.iter().map(|own| &own.message).collect();
    assert_eq!(
        said,
        [
            "all profiles that can be read together: kernel extensions: people may approve others now"
        ]
    );
    assert!(comparison.hides_something());
}

#[test]
fn types_left_open_are_a_conflict_only_where_a_profile_allows_the_team() {
    let types = "<key>AllowedSystemExtensionTypes</key><dict><key>UBF8T346G9</key><array>\
                 <string>NetworkExtension</string></array></dict>";
    let other = "<key>AllowedTeamIdentifiers</key><array><string>EG7KH642X6</string></array>";
    let conflicts = |second: &str| {
        let make = |path, keys: &str| {
            let identifier = format!("com.contoso.{path}");
            profile(path, &identifier, ExtensionKind::System, keys)
        };
        let files = [make("a", &format!("{WHOLE}{types}")), make("b", second)];
        conflict::conflicts(&files, &Total::of(&files)).len()
    };
    assert_eq!(conflicts(other), 0);
    assert_eq!(conflicts(WHOLE), 1);
}

#[test]
fn the_manual_has_the_table_of_kinds() {
    let manual = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/audit.md");
    let text = std::fs::read_to_string(&manual).unwrap();
    let (head, rest) = text.split_once("| kind | tier |").unwrap();
    let (_, tail) = rest.split_once("\n\n").unwrap();
    let expected = format!("{head}{}\n{tail}", super::kind::manual());
    if std::env::var_os("KEXTPOLICY_BLESS").is_some() {
        std::fs::write(&manual, &expected).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&manual).unwrap(),
        expected,
        "KEXTPOLICY_BLESS=1 writes it"
    );
}
