//! Whole profiles through all rules: each fault is reported once, at its own line, and a broken file stops nothing.

use crate::tool::Tool;

/// A profile without a fault; the faults are put in by replacing one line each.
const PERFECT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>PayloadContent</key>
	<array>
		<dict>
			<key>AllowUserOverrides</key>
			<false/>
			<key>AllowedSystemExtensionTypes</key>
			<dict>
				<key>K7Q2XD94WL</key>
				<array>
					<string>DriverExtension</string>
					<string>EndpointSecurityExtension</string>
					<string>NetworkExtension</string>
				</array>
			</dict>
			<key>AllowedSystemExtensions</key>
			<dict>
				<key>K7Q2XD94WL</key>
				<array>
					<string>com.contoso.agent.network</string>
				</array>
				<key>P2W6TR83NC</key>
				<array>
					<string>com.fabrikam.agent</string>
				</array>
			</dict>
			<key>PayloadDescription</key>
			<string>Approves the extensions of Contoso</string>
			<key>PayloadDisplayName</key>
			<string>System extensions</string>
			<key>PayloadIdentifier</key>
			<string>com.contoso.extensions.IDENTIFIER.system</string>
			<key>PayloadOrganization</key>
			<string>Contoso</string>
			<key>PayloadType</key>
			<string>com.apple.system-extension-policy</string>
			<key>PayloadUUID</key>
			<string>9B1F36C2-53D8-5E0A-8C47-2E6B0D9A71F4</string>
			<key>PayloadVersion</key>
			<integer>1</integer>
			<key>RemovableSystemExtensions</key>
			<dict>
				<key>K7Q2XD94WL</key>
				<array>
					<string>com.contoso.agent.network</string>
				</array>
			</dict>
		</dict>
	</array>
	<key>PayloadDescription</key>
	<string>Approved by Contoso</string>
	<key>PayloadDisplayName</key>
	<string>Approved extensions</string>
	<key>PayloadIdentifier</key>
	<string>com.contoso.extensions.IDENTIFIER</string>
	<key>PayloadOrganization</key>
	<string>Contoso</string>
	<key>PayloadRemovalDisallowed</key>
	<true/>
	<key>PayloadScope</key>
	<string>System</string>
	<key>PayloadType</key>
	<string>Configuration</string>
	<key>PayloadUUID</key>
	<string>4D7A90E3-1C65-5B2F-9E08-7F3A6C1D52B8</string>
	<key>PayloadVersion</key>
	<integer>1</integer>
</dict>
</plist>
"#;

/// The profile with an identifier, UUIDs and extensions of its own.
fn perfect(number: char) -> String {
    PERFECT
        .replace("IDENTIFIER", &format!("part{number}"))
        .replace(".agent", &format!(".agent{number}"))
        .replace("-53D8-", &format!("-53D{number}-"))
        .replace("-1C65-", &format!("-1C6{number}-"))
}

/// Replaces what stands in the text exactly once.
fn seed(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "{old}");
    text.replace(old, new)
}

/// The line a text stands on, which is there exactly once.
fn line(text: &str, fault: &str) -> usize {
    let at = text.find(fault).expect("the fault");
    assert_eq!(text.rfind(fault), Some(at), "{fault}");
    text[..at].lines().count() + usize::from(text[..at].ends_with('\n'))
}

/// Rule and line of every finding of a text report.
fn found(report: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = report.lines().collect();
    lines
        .windows(2)
        .filter_map(|two| {
            let (_, rest) = two[0].split_once('[')?;
            let (rule, _) = rest.split_once("]: ")?;
            let place = two[1].trim_start().strip_prefix("--> ")?;
            let line = place.split(':').nth(1)?.parse().ok()?;
            Some((rule.to_owned(), line))
        })
        .collect()
}

#[test]
fn a_perfect_profile_raises_nothing() {
    let tool = Tool::new();
    tool.file("a.mobileconfig", perfect('1'));
    tool.run(["lint", ".", "--fail-on", "note"]).expect_code(0);
}

#[test]
fn six_seeded_faults_give_six_findings_each_at_its_line() {
    let mut text = perfect('1');
    // The key of the profile stands after that of the payload, with less indent.
    text = seed(
        &text,
        "\n\t<key>PayloadRemovalDisallowed</key>",
        "\n\t<key>PayloadOrganization</key><!-- again -->\n\t<string>Contoso</string>\n\t<key>PayloadRemovalDisallowed</key>",
    );
    text = seed(
        &text,
        "\t\t\t<key>AllowedSystemExtensions</key>\n",
        "\t\t\t<key>AllowedTeamIdentifiers</key>\n\t\t\t<array>\n\t\t\t\t<string>P2W6TR83NC</string>\n\
         \t\t\t\t<string>H4V9ZL27M</string>\n\t\t\t</array>\n\t\t\t<key>AllowedSystemExtensions</key>\n",
    );
    text = seed(
        &text,
        "<string>DriverExtension<",
        "<string>DriverExtensions<",
    );
    text = seed(
        &text,
        "\t\t\t<key>RemovableSystemExtensions</key>\n",
        "\t\t\t<key>NonRemovableSystemExtensions</key>\n\t\t\t<dict>\n\t\t\t\t<key>K7Q2XD94WL</key>\n\t\t\t\t<array>\n\
         \t\t\t\t\t<string>com.contoso.agent1.network</string>\n\t\t\t\t</array>\n\t\t\t</dict>\n\
         \t\t\t<key>RemovableSystemExtensions</key>\n",
    );
    text = seed(&text, "<string>System</string>", "<string>User</string>");
    // The later of the two places: dictionary, team and array come before it.
    let overlap = line(&text, "<key>RemovableSystemExtensions</key>") + 4;
    let mut expected = vec![
        ("duplicate-key".to_owned(), line(&text, "<!-- again -->")),
        ("invalid-team-id".to_owned(), line(&text, "H4V9ZL27M<")),
        ("removable-and-not".to_owned(), overlap),
        (
            "team-in-both-lists".to_owned(),
            line(&text, "<string>P2W6TR83NC</string>"),
        ),
        (
            "unknown-extension-type".to_owned(),
            line(&text, "DriverExtensions"),
        ),
        ("user-scope".to_owned(), line(&text, "<string>User<")),
    ];
    let tool = Tool::new();
    tool.file("six.mobileconfig", &text);
    let run = tool.run(["lint", "six.mobileconfig"]).expect_code(1);
    let mut report = found(&run.stdout);
    report.sort();
    expected.sort();
    assert_eq!(report, expected, "{}", run.stdout);
    assert!(
        run.stdout
            .contains("1 profile checked: 6 errors, 0 warnings, 0 notes")
    );
}

#[test]
fn a_malformed_file_between_two_good_ones_is_one_finding() {
    let broken = perfect('2').replace(
        "</array>\n\t<key>PayloadDescription",
        "\n\t<key>PayloadDescription",
    );
    let tool = Tool::new();
    tool.file("a.mobileconfig", perfect('1'));
    tool.file("b.mobileconfig", &broken);
    tool.file("c.mobileconfig", perfect('3'));
    let run = tool.run(["lint", "."]).expect_code(1);
    let report = found(&run.stdout);
    assert_eq!(report.len(), 1, "{}", run.stdout);
    assert_eq!(report[0].0, "malformed-profile");
    assert!(
        run.stdout.contains("--> b.mobileconfig:"),
        "the file, line and column: {}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("3 profiles checked: 1 error, 0 warnings, 0 notes"),
        "{}",
        run.stdout
    );
}
