//! What differs from Apple's table on purpose.

use super::*;

/// What the rules say of one payload with these entries.
fn of_payload(payload_type: &str, entries: &str) -> Vec<(&'static str, String)> {
    let text = format!(
        "<plist version=\"1.0\">\n<dict>\n<key>PayloadContent</key>\n<array>\n<dict>\n<key>PayloadType</key>\n\
         <string>{payload_type}</string>\n{entries}</dict>\n</array>\n</dict>\n</plist>\n"
    );
    found(&text, &settings())
}

/// A finding in the payload.
fn at(rule: &'static str, path: &str) -> (&'static str, String) {
    (rule, format!("PayloadContent[0]{path}"))
}

#[test]
fn a_vpn_per_app_has_the_keys_of_a_vpn_and_needs_those_that_a_vpn_needs() {
    let vpn =
        "<key>VPNUUID</key>\n<string>text</string>\n<key>VPNType</key>\n<string>IKEv2</string>\n";
    let name = "<key>UserDefinedName</key>\n<string>Contoso</string>\n";
    let own = "com.apple.vpn.managed.applayer";
    assert_eq!(of_payload(own, &format!("{vpn}{name}")), []);
    assert_eq!(of_payload(own, vpn), [at("missing-key", "")]);
    let misspelt = format!("{vpn}{name}<key>IPv5</key>\n<dict/>\n");
    assert_eq!(of_payload(own, &misspelt), [at("unknown-key", ".IPv5")]);
}

#[test]
fn one_media_action_may_stand_without_an_array_and_has_to_be_an_action() {
    let own = "com.apple.systemuiserver";
    let cd = |action: &str| {
        format!(
            "<key>mount-controls</key>\n<dict>\n<key>cd</key>\n<string>{action}</string>\n</dict>\n"
        )
    };
    assert_eq!(of_payload(own, &cd("eject")), []);
    assert_eq!(
        of_payload(own, &cd("burn")),
        [at("value-not-allowed", ".mount-controls.cd")]
    );
}

#[test]
fn alternative_names_of_a_scep_certificate_may_be_several_and_nothing_else_may() {
    let names = |key: &str| {
        format!(
            "<key>PayloadContent</key>\n<dict>\n<key>URL</key>\n<string>https://scep.contoso.example</string>\n\
             <key>{key}</key>\n<array>\n<string>mac.contoso.example</string>\n</array>\n</dict>\n"
        )
    };
    let inner = |key: &str| {
        names("SubjectAltName")
            .replace("<array>", &format!("<dict>\n<key>{key}</key>\n<array>"))
            .replace("</array>", "</array>\n</dict>")
    };
    let own = "com.apple.security.scep";
    assert_eq!(of_payload(own, &inner("dNSName")), []);
    assert_eq!(
        of_payload(own, &names("Challenge")),
        [at("wrong-type", ".PayloadContent.Challenge")]
    );
}

#[test]
fn a_mac_may_be_idle_for_an_hour() {
    let own = "com.apple.mobiledevice.passwordpolicy";
    let idle = |minutes: u8| format!("<key>maxInactivity</key>\n<integer>{minutes}</integer>\n");
    assert_eq!(of_payload(own, &idle(60)), []);
    assert_eq!(
        of_payload(own, &idle(61)),
        [at("value-not-allowed", ".maxInactivity")]
    );
}

#[test]
fn a_password_is_needed_only_where_it_is_not_asked_for() {
    let own = "com.apple.configurationprofile.identification";
    let keys = schema::BUILT_IN.of_type(own)[0]
        .keys
        .get("PayloadIdentification");
    let rest = |method: &str| {
        let mut text = String::new();
        for key in keys.unwrap().inner.keys() {
            let value = match key.name {
                "AuthMethod" => method,
                "Password" => continue,
                _ => "text",
            };
            if key.presence == Presence::Required {
                let _ = writeln!(text, "<key>{}</key>\n<string>{value}</string>", key.name);
            }
        }
        format!("<key>PayloadIdentification</key>\n<dict>\n{text}</dict>\n")
    };
    assert_eq!(of_payload(own, &rest("UserEnteredPassword")), []);
    assert_eq!(
        of_payload(own, &rest("Password")),
        [at("missing-key", ".PayloadIdentification")]
    );
}

#[test]
fn a_program_that_reads_preferences_takes_a_real_for_an_integer() {
    let real = |key: &str| format!("<key>{key}</key>\n<real>1.5</real>\n");
    let screensaver = of_payload("com.apple.screensaver", &real("askForPasswordDelay"));
    assert_eq!(screensaver, []);
    let passcode = of_payload("com.apple.mobiledevice.passwordpolicy", &real("pinHistory"));
    assert_eq!(passcode, [at("wrong-type", ".pinHistory")]);
}

#[test]
fn what_servers_write_for_every_certificate_is_no_news() {
    let entries = "<key>PayloadContent</key>\n<data>AA==</data>\n<key>AllowAllAppsAccess</key>\n<true/>\n\
                   <key>KeyIsExtractable</key>\n<false/>\n<key>Password</key>\n<string></string>\n";
    assert_eq!(of_payload("com.apple.security.root", entries), []);
}

#[test]
fn a_file_that_is_no_profile_has_no_keys_that_a_profile_lacks() {
    let text =
        "<plist version=\"1.0\">\n<dict>\n<key>PortalList</key>\n<array/>\n</dict>\n</plist>\n";
    assert_eq!(found(text, &settings()), []);
}

#[test]
fn a_shared_secret_is_needed_only_by_those_who_authenticate_with_it() {
    let own = "com.apple.xsan";
    let mut text = String::new();
    for key in schema::BUILT_IN.of_type(own)[0].keys.keys() {
        if key.presence == Presence::Required && key.name != "sharedSecret" {
            let _ = writeln!(
                text,
                "<key>{}</key>\n{}",
                key.name,
                value(key, &[], Harm::None)
            );
        }
    }
    assert_eq!(of_payload(own, &text), []);
    text.push_str("<key>sanAuthMethod</key>\n<string>auth_secret</string>\n");
    assert_eq!(of_payload(own, &text), [at("missing-key", "")]);
}

#[test]
fn programs_that_read_preferences_know_more_keys_at_any_depth() {
    let entries = |key: &str| {
        format!(
            "<key>Applications</key>\n<array>\n<dict>\n<key>BundleID</key>\n<string>com.contoso.agent</string>\n\
             <key>Allowed</key>\n<true/>\n<key>{key}</key>\n<string>Contoso</string>\n</dict>\n</array>\n"
        )
    };
    let own = "com.apple.security.firewall";
    assert!(exceptions::is_preference_domain(own));
    assert_eq!(of_payload(own, &entries("Remark")), []);
    let misspelt = entries("Remark").replace("Allowed", "Alowed");
    let found = of_payload(own, &misspelt);
    let place = at("unknown-key", ".Applications[0].Alowed");
    assert!(found.contains(&place), "{found:?}");
}

#[test]
fn the_energy_saver_is_spelt_as_macos_spells_it() {
    let entries = "<key>com.apple.EnergySaver.desktop.ACPower</key>\n<dict>\n<key>Wake On LAN</key>\n<integer>1</integer>\n\
                   <key>Display Sleep Timer</key>\n<integer>0</integer>\n</dict>\n";
    assert_eq!(of_payload("com.apple.MCX", entries), []);
    let below = entries.replace("<integer>0<", "<integer>-1<");
    let found = of_payload("com.apple.MCX", &below);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "value-not-allowed");
}

#[test]
fn a_media_action_of_another_list_is_known() {
    let entries = "<key>mount-controls</key>\n<dict>\n<key>harddisk-external</key>\n<array>\n<string>alert</string>\n</array>\n</dict>\n";
    assert_eq!(of_payload("com.apple.systemuiserver", entries), []);
}
