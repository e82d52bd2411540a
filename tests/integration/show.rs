//! `show`: what is in a profile, whatever is around it, and what is inside exactly.

use crate::tool::{Tool, repository};

/// A profile with both kinds of approval.
const PROFILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>PayloadContent</key>
	<array>
		<dict>
			<key>AllowUserOverrides</key>
			<false/>
			<key>AllowNonAdminUserApprovals</key>
			<false/>
			<key>AllowedTeamIdentifiers</key>
			<array>
				<string>K7Q2XD94WL</string>
			</array>
			<key>AllowedKernelExtensions</key>
			<dict>
				<key></key>
				<array>
					<string>com.contoso.driver.legacy</string>
				</array>
			</dict>
			<key>PayloadIdentifier</key>
			<string>com.contoso.extensions.kernel</string>
			<key>PayloadType</key>
			<string>com.apple.syspolicy.kernel-extension-policy</string>
			<key>PayloadUUID</key>
			<string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA1</string>
			<key>PayloadVersion</key>
			<integer>1</integer>
		</dict>
		<dict>
			<key>AllowedSystemExtensions</key>
			<dict>
				<key>K7Q2XD94WL</key>
				<array>
					<string>com.contoso.net&#27;[31m &amp; more</string>
				</array>
			</dict>
			<key>AllowedSystemExtensionTypes</key>
			<dict>
				<key>K7Q2XD94WL</key>
				<array>
					<string>NetworkExtension</string>
				</array>
			</dict>
			<key>NonRemovableSystemExtensions</key>
			<dict>
				<key>K7Q2XD94WL</key>
				<array>
					<string>com.contoso.net</string>
				</array>
			</dict>
			<key>PayloadDisplayName</key>
			<string>Network</string>
			<key>PayloadIdentifier</key>
			<string>com.contoso.extensions.system</string>
			<key>PayloadType</key>
			<string>com.apple.system-extension-policy</string>
			<key>PayloadUUID</key>
			<string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7FA2</string>
			<key>PayloadVersion</key>
			<integer>1</integer>
		</dict>
	</array>
	<key>PayloadDisplayName</key>
	<string>Approved extensions</string>
	<key>PayloadIdentifier</key>
	<string>com.contoso.extensions</string>
	<key>PayloadOrganization</key>
	<string>Contoso</string>
	<key>PayloadRemovalDisallowed</key>
	<true/>
	<key>PayloadScope</key>
	<string>System</string>
	<key>PayloadType</key>
	<string>Configuration</string>
	<key>PayloadUUID</key>
	<string>2D6C1D0E-52B1-4F5B-8F7A-9B0E2C6A7F01</string>
	<key>PayloadVersion</key>
	<integer>1</integer>
</dict>
</plist>
"#;

/// The profile without what XML cannot hold.
fn clean() -> String {
    PROFILE.replace("&#27;[31m &amp; more", "")
}

/// A file of `tests/signing`.
fn signing(name: &str) -> Vec<u8> {
    std::fs::read(repository().join("tests/signing").join(name)).expect("a fixture")
}

/// Text without the line about lint, which changes with every new rule.
fn without_lint(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("  lint "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_profile_is_shown_at_a_glance() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", clean());
    let run = tool.run(["show", "a.mobileconfig"]).expect_code(0);
    insta::assert_snapshot!(without_lint(&run.stdout));
    let run = tool
        .run(["show", "a.mobileconfig", "--format", "json"])
        .expect_code(0);
    let mut json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    json["wrong"] = "WRONG".into();
    json["tool"]["version"] = "VERSION".into();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).expect("JSON"));
}

#[test]
fn a_signed_profile_shows_its_signer_and_gives_back_its_exact_bytes() {
    let tool = Tool::new();
    for name in ["rsa2048-der.cms", "p256-ber.cms", "rsa2048-split.cms"] {
        tool.file("s.mobileconfig", signing(name));
        let run = tool.run(["show", "s.mobileconfig"]).expect_code(0);
        assert!(
            run.stdout.contains("holds; signed by Test Signer"),
            "{}",
            run.shown()
        );
        let run = tool.run(["show", "s.mobileconfig", "--raw"]).expect_code(0);
        assert_eq!(
            run.stdout.as_bytes(),
            signing("profile.mobileconfig"),
            "{name}"
        );
    }
}

#[test]
fn a_changed_signed_profile_is_shown_as_one_whose_signature_does_not_hold() {
    let tool = Tool::new();
    let mut bytes = signing("rsa2048-der.cms");
    let at = bytes
        .windows(7)
        .position(|window| window == b"Payload")
        .expect("the profile");
    bytes[at] = b'p';
    tool.file("s.mobileconfig", bytes);
    let run = tool.run(["show", "s.mobileconfig"]).expect_code(0);
    assert!(run.stdout.contains("does not hold: "), "{}", run.shown());
}

#[test]
fn a_binary_profile_is_printed_as_the_same_profile_in_xml() {
    let tool = Tool::new();
    let mut value = plist::Value::from_reader_xml(clean().as_bytes()).expect("a property list");
    let root = value.as_dictionary_mut().expect("a dictionary");
    root.insert("Data".to_owned(), plist::Value::Data(vec![0, 1, 255]));
    root.insert("Real".to_owned(), plist::Value::Real(1.0));
    root.insert("Negative".to_owned(), plist::Value::Integer((-7).into()));
    root.insert("Empty".to_owned(), plist::Value::Array(Vec::new()));
    let date = plist::Date::from_xml_format("1999-12-31T23:59:59Z").expect("a date");
    root.insert("Date".to_owned(), plist::Value::Date(date));
    let mut bytes = Vec::new();
    value.to_writer_binary(&mut bytes).expect("bytes");
    tool.file("b.mobileconfig", bytes);
    let run = tool.run(["show", "b.mobileconfig", "--raw"]).expect_code(0);
    let back = plist::Value::from_reader_xml(run.stdout.as_bytes()).expect("a property list");
    assert_eq!(back, value);
    assert!(run.stdout.contains("<real>1.0</real>") && run.stderr.is_empty());
    let run = tool.run(["show", "b.mobileconfig"]).expect_code(0);
    assert!(
        run.stdout.contains("binary property list"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_plain_profile_is_printed_as_it_stands() {
    let tool = Tool::new();
    let run = tool
        .run_with_input(["show", "-", "--raw"], PROFILE)
        .expect_code(0);
    assert_eq!(run.stdout, PROFILE);
}

#[test]
fn control_characters_of_a_profile_do_not_reach_the_terminal() {
    let tool = Tool::new();
    let mut value = plist::Value::from_reader_xml(clean().as_bytes()).expect("a property list");
    let root = value.as_dictionary_mut().expect("a dictionary");
    root.insert(
        "PayloadDisplayName".to_owned(),
        plist::Value::String("red\u{1b}[31m\u{202e}".to_owned()),
    );
    let mut bytes = Vec::new();
    value.to_writer_binary(&mut bytes).expect("bytes");
    tool.file("b.mobileconfig", bytes);
    let run = tool.run(["show", "b.mobileconfig"]).expect_code(0);
    assert!(!run.stdout.contains('\u{1b}') && !run.stdout.contains('\u{202e}'));
    let run = tool.run(["show", "b.mobileconfig", "--raw"]).expect_code(0);
    assert!(!run.stdout.contains('\u{1b}'));
    assert!(run.stderr.contains("1 control character"), "{}", run.stderr);
}

#[test]
fn what_is_no_profile_is_refused_with_the_reason() {
    let tool = Tool::new();
    tool.file("page.mobileconfig", "<html><body>Sign in</body></html>");
    tool.file("recoded.mobileconfig", signing("recoded.cms"));
    tool.file("bad.mobileconfig", &b"bplist00\xff\xff"[..]);
    for args in [
        &["show", "page.mobileconfig"][..],
        &["show", "recoded.mobileconfig"],
        &["show", "recoded.mobileconfig", "--raw"],
        &["show", "bad.mobileconfig", "--raw"],
        &["show", "missing.mobileconfig"],
    ] {
        let run = tool.run(args).expect_code(2);
        assert_eq!(run.stdout, "", "{args:?}");
        assert!(run.stderr.starts_with("error: "), "{}", run.shown());
    }
}
