//! What is read, what is not, and what was pasted.
#![cfg(test)]

use super::*;

const TEAM: &str = "certificate leaf[subject.OU] = K7Q2XD94WL";

fn requirement(text: &str) -> Requirement {
    read(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
}

/// The characters at a fault, and its message.
fn fault(text: &str) -> (String, String, &'static str) {
    let fault = read(text).expect_err(text);
    (
        text[fault.span.range()].to_owned(),
        fault.message,
        fault.help,
    )
}

/// A requirement after the edits that it is offered.
fn mended(text: &str) -> Option<String> {
    let mend = read(text).expect_err(text).mend?;
    let mut mended = text.to_owned();
    for change in mend.changes.iter().rev() {
        mended.replace_range(change.span.range(), change.replacement);
    }
    requirement(&mended);
    Some(mended)
}

#[test]
fn every_form_of_apples_guide_is_read() {
    for text in [
        "always",
        "never",
        "true or false",
        "identifier com.contoso.agent",
        "identifier = com.contoso.agent",
        "identifier == \"com.contoso.agent\"",
        "anchor apple",
        "anchor apple generic",
        "anchor generic apple",
        "anchor trusted",
        "anchor = H\"0123456789abcdefABCD0123456789abcdefABCD\"",
        "anchor = /Library/Contoso/root.cer",
        "anchor[subject.CN] = \"Apple Root CA\"",
        "certificate leaf = H\"0123456789abcdefABCD0123456789abcdefABCD\"",
        "certificate leaf trusted and certificate -1 trusted",
        "cert 1[field.1.2.840.113635.100.6.2.6] exists",
        "certificate leaf[subject.OU] = \"4AYE5J54KN\"",
        "certificate leaf[subject.CN] = *Contoso* or certificate root[subject.O] = Apple*",
        "certificate leaf[field.1.2.840.113635.100.6.1.13] absent",
        "certificate leaf[timestamp.1.2] > timestamp \"20200101000000Z\"",
        "info[CFBundleVersion] >= \"17.4\" and info [CFBundleVersion] < 0x31",
        "entitlement[\"com.apple.security.app-sandbox\"] exists",
        "cdhash H\"0123456789abcdefABCD0123456789abcdefABCD\"",
        "notarized and legacy",
        "!(identifier a or not identifier b) and (guest1)",
        "identifier a # the rest of the line\n and anchor apple // more",
        "identifier a;",
        "  \tidentifier \"a \\\" b\"\r\n",
    ] {
        requirement(text);
    }
}

#[test]
fn a_fault_is_at_its_character_with_what_was_pasted() {
    let (at, message, help) = fault("identifier \"a\" and team identifier \"7P53Z62ZD4\"");
    assert_eq!(at, "team");
    assert!(message.starts_with("a condition is expected"), "{message}");
    assert!(help.contains("subject.OU"), "{help}");
    let (at, _, help) = fault("identifier \"identifier \"com.contoso.agent\" and anchor apple");
    assert_eq!(at, "com.contoso.agent");
    assert!(help.contains("twice"), "{help}");
    let (at, _, help) = fault("\"com.contoso.agent\" and anchor apple generic");
    assert_eq!(at, "\"com.contoso.agent\"");
    assert!(help.contains("`identifier` is missing"), "{help}");
    let (at, _, help) = fault("anchor apple and certificateleaf[subject.OU] = A");
    assert_eq!(at, "certificateleaf");
    assert!(help.contains("blank"), "{help}");
    let (at, _, help) = fault("identifier a AND anchor apple");
    assert_eq!(at, "AND");
    assert!(help.contains("lower case"), "{help}");
    let (at, message, _) = fault("(identifier a and anchor apple generic");
    assert_eq!(
        (&*at, &*message),
        ("c", "it ends where something has to follow")
    );
    let (at, _, _) = fault("certificate leaf[OU] = A");
    assert_eq!(at, "OU");
    let (at, _, _) = fault("cdhash H\"01\"");
    assert_eq!(at, "01");
    let (at, message, _) = fault("identifier \"com.contoso");
    assert_eq!(at, "\"");
    assert!(message.contains("closing quote"));
    let (at, message, help) = fault(" \n");
    assert_eq!((&*at, &*message), ("", "there is no condition in it"));
    assert!(help.contains("codesign"));
}

#[test]
fn what_codesign_prints_around_a_requirement_is_removed() {
    let bare = format!("identifier \"com.contoso.agent\" and {TEAM}");
    for pasted in [
        format!("designated => {bare}"),
        format!("# designated => {bare}"),
        format!("designated=>{bare}"),
        format!(
            "Executable=/Applications/Contoso.app/Contents/MacOS/Contoso\ndesignated => {bare}"
        ),
        format!("Executable=/Applications/Contoso.app/Contents/MacOS/Contoso\n{bare}"),
        format!(
            "designated => {}",
            bare.replace("agent\"", "agent”").replace("\"com", "“com")
        ),
    ] {
        assert_eq!(mended(&pasted).unwrap(), bare, "{pasted}");
    }
    let two = format!("designated => {bare}\nlibrary => anchor apple");
    assert_eq!(mended(&two).unwrap(), format!("{bare}\n"));
    let (at, _, help) = fault(&two);
    assert_eq!(at, "designated =>");
    assert!(help.contains("codesign"));
}

#[test]
fn typographic_quotes_and_missing_ones_are_mended() {
    assert_eq!(
        mended("identifier “com.contoso.agent” and anchor apple generic").unwrap(),
        "identifier \"com.contoso.agent\" and anchor apple generic"
    );
    assert_eq!(
        mended("certificate leaf[subject.OU] = 4AYE5J54KN and anchor apple").unwrap(),
        "certificate leaf[subject.OU] = \"4AYE5J54KN\" and anchor apple"
    );
    // Nobody knows what was meant.
    assert_eq!(mended("identifier “com.contoso.agent” or"), None);
}

#[test]
fn a_comment_around_a_condition_is_remarked() {
    let text = format!(
        "certificate 1[field.1.2] /* exists / and certificate leaf[field.1.3] / exists */ and {TEAM}"
    );
    let found = requirement(&text);
    let [Remark { span, kind }] = &*found.remarks else {
        panic!("{found:?}")
    };
    assert_eq!(*kind, RemarkKind::SwallowedCondition);
    assert!(text[span.range()].starts_with("/* exists / and"));
    assert!(requirement("anchor apple /* exists */").remarks.is_empty());
    let found = requirement("identifier com.contoso-agent");
    assert_eq!(found.remarks[0].kind, RemarkKind::UnquotedWord);
}

#[test]
fn a_requirement_says_whom_it_names() {
    let texts = |words: Vec<&Word>| -> Vec<String> {
        words.into_iter().map(|word| word.text.clone()).collect()
    };
    let text = developer_id("com.contoso.agent", "4AYE5J54KN");
    assert!(text.ends_with("= \"4AYE5J54KN\""), "{text}");
    assert!(developer_id("a", "K7Q2XD94WL").ends_with("= K7Q2XD94WL"));
    let found = requirement(&text);
    assert_eq!(texts(found.identifiers()), ["com.contoso.agent"]);
    assert_eq!(texts(found.teams()), ["4AYE5J54KN"]);
    let word = found.identifiers()[0];
    assert_eq!(&text[word.span.range()], "com.contoso.agent");
    assert!(found.is_about_identifiers() && !found.is_open_to_any_developer());

    let several = requirement("(identifier a or identifier b) and !identifier c and anchor apple");
    assert_eq!(texts(several.identifiers()), ["a", "b"]);
    assert!(several.is_about_identifiers());
    assert!(!requirement("identifier a or anchor apple").is_about_identifiers());
}

#[test]
fn without_a_signer_any_developer_fits() {
    let open = |text: &str| requirement(text).is_open_to_any_developer();
    assert!(open("identifier a and anchor apple generic"));
    assert!(open("identifier a"));
    assert!(open(&format!(
        "identifier a and (anchor apple generic or {TEAM})"
    )));
    assert!(!open(&format!(
        "identifier a and anchor apple generic and {TEAM}"
    )));
    assert!(!open("identifier a and anchor apple"));
    assert!(!open(
        "identifier a and certificate leaf = H\"0123456789abcdefABCD0123456789abcdefABCD\""
    ));
    // The other form that `codesign` prints: the App Store, or Developer ID of one team.
    assert!(!open(&format!(
        "anchor apple generic and identifier a and (certificate leaf[field.1.2.840.113635.100.6.1.9] /* exists */ or \
         certificate 1[field.1.2.840.113635.100.6.2.6] /* exists */ and {TEAM})"
    )));
}

#[test]
fn what_lets_in_more_is_looser() {
    let order = |old: &str, new: &str| compare(&requirement(old), &requirement(new));
    let strict = format!("identifier a and anchor apple generic and {TEAM}");
    let reordered = format!("{TEAM} and (anchor apple generic) and identifier = \"a\"");
    assert_eq!(order(&strict, &reordered), Comparison::Same);
    assert_eq!(
        order(&strict, "identifier a and anchor apple generic"),
        Comparison::Looser
    );
    assert_eq!(order("identifier a", &strict), Comparison::Stricter);
    assert_eq!(
        order(&strict, &format!("{strict} or identifier b")),
        Comparison::Looser
    );
    assert_eq!(order("identifier a", "identifier b"), Comparison::Undecided);
    assert_eq!(
        order("anchor apple", "anchor apple generic"),
        Comparison::Looser
    );
    assert_eq!(
        order("!anchor apple generic", "!anchor apple"),
        Comparison::Looser
    );
    let field = |end: &str| format!("certificate leaf[subject.CN] {end}");
    assert_eq!(order(&field("= abc"), &field("= ab*")), Comparison::Looser);
    assert_eq!(order(&field("= *bc"), &field("= *b*")), Comparison::Looser);
    assert_eq!(order(&field("= abc"), &field("exists")), Comparison::Looser);
    assert_eq!(
        order("identifier a and never", "identifier a"),
        Comparison::Looser
    );
    let many = vec!["(identifier a or identifier b)"; 20].join(" and ");
    assert_eq!(order(&many, &many), Comparison::Undecided);
}

#[test]
fn no_depth_and_no_length_uses_up_the_stack() {
    assert!(read(&"(".repeat(100_000)).is_err());
    assert!(read(&"!".repeat(100_000)).is_err());
    let long = vec!["identifier a"; 20_000].join(" and ");
    assert_eq!(requirement(&long).identifiers().len(), 1);
    let nested = format!("{}anchor apple{}", "(".repeat(60), ")".repeat(60));
    requirement(&nested);
}
