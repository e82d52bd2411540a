//! `effective` and `diff` from outside: what they print, and which pull requests they stop.

use std::path::Path;
use std::process::Command;

use crate::tool::Tool;

/// A profile with one kernel-extension payload.
pub(crate) fn kernel(identifier: &str, keys: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n\
         <key>PayloadDisplayName</key>\n<string>Contoso kexts</string>\n\
         <key>PayloadIdentifier</key>\n<string>{identifier}</string>\n\
         <key>PayloadUUID</key>\n<string>5E1D1C0A-4A9B-4B8E-9C53-0A3F6D2B7C11</string>\n\
         <key>PayloadType</key><string>Configuration</string><key>PayloadVersion</key><integer>1</integer>\
         <key>PayloadContent</key>\n<array>\n<dict>\n\
         <key>PayloadIdentifier</key><string>com.contoso.kexts</string>\
         <key>PayloadUUID</key><string>5E1D1C0A-4A9B-4B8E-9C53-000000000001</string>\
         <key>PayloadVersion</key><integer>1</integer>\
         <key>PayloadType</key>\n<string>com.apple.syspolicy.kernel-extension-policy</string>\n\
         {keys}</dict>\n</array>\n</dict>\n</plist>\n"
    )
}

/// A list of one extension.
pub(crate) fn named(team: &str, bundle: &str) -> String {
    format!(
        "<key>AllowedKernelExtensions</key>\n<dict>\n<key>{team}</key>\n<array>\n<string>{bundle}</string>\n</array>\n</dict>\n"
    )
}

/// A whole team.
const WHOLE: &str =
    "<key>AllowedTeamIdentifiers</key>\n<array>\n<string>UBF8T346G9</string>\n</array>\n";

/// Two profiles that contradict each other, and one that is broken.
fn repository() -> Tool {
    let tool = Tool::new();
    let list = named("UBF8T346G9", "com.microsoft.wdavkext");
    let on = format!("<key>AllowUserOverrides</key>\n<true/>\n{WHOLE}");
    tool.file("p/a.mobileconfig", kernel("com.contoso.a", &list));
    tool.file("p/b.mobileconfig", kernel("com.contoso.b", &on));
    tool.file("p/c.mobileconfig", "<plist><dict>");
    tool
}

#[test]
fn the_total_names_the_line_of_every_entry_and_what_it_could_not_count() {
    let run = repository().run(["effective", "p"]).expect_code(1);
    insta::assert_snapshot!(run.shown());
}

#[test]
fn the_total_for_programs_leaves_a_contradiction_undecided() {
    let run = repository()
        .run(["effective", "p", "--format", "json"])
        .expect_code(1);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert!(json["kernel_extensions"]["allow_user_overrides"].is_null());
    assert_eq!(
        json["kernel_extensions"]["teams"][0]["whole_team"][0]["line"],
        19
    );
    assert_eq!(json["unreadable"][0]["file"], "p/c.mobileconfig");
}

#[test]
fn a_hostile_name_stays_text_on_the_page() {
    let tool = Tool::new();
    let list = named(
        "UBF8T346G9",
        "&lt;script&gt;document.title='x'&lt;/script&gt;",
    );
    tool.file(
        "<img src=x onerror=1>.mobileconfig",
        kernel("com.contoso.a", &list),
    );
    let page = tool
        .run(["effective", ".", "--format", "html"])
        .expect_code(0)
        .stdout;
    assert!(
        !page.contains("<script") && !page.contains("<img"),
        "{page}"
    );
    assert!(
        page.contains("&#60;script&#62;") && page.contains("&#60;img"),
        "{page}"
    );
    assert!(page.contains("default-src 'none'"));
}

/// Says how wide the page became and where its widest part ends; the page itself allows no script.
const MEASURE: &str = "<script>\
    const told = parent.document.body.dataset;\
    const ends = [...document.body.querySelectorAll('main *')].filter(one => !one.closest('thead'));\
    told.ends = Math.ceil(Math.max(...ends.map(one => one.getBoundingClientRect().right)));\
    told.width = document.documentElement.scrollWidth;\
    told.page = getComputedStyle(document.body).backgroundColor;\
    </script></body>";

/// Opens the page in a browser without a window and gives back its document, or `None` where there is no browser.
#[expect(clippy::print_stderr, reason = "a skipped test says so loudly")]
fn in_chromium(page: &Path, width: u32) -> Option<(String, Vec<u8>)> {
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "chrome",
        "chrome-headless-shell",
    ];
    let configured = std::env::var("KEXTPOLICY_CHROMIUM").ok();
    let picture = page.with_extension(format!("{width}.png"));
    for name in configured.iter().map(String::as_str).chain(names) {
        let base = |extra: &str| {
            Command::new(name)
                .args([
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--hide-scrollbars",
                    "--force-dark-mode",
                ])
                .arg(format!("--window-size={width},900"))
                .arg(extra)
                .arg(format!("file://{}", page.display()))
                .output()
        };
        let Ok(shown) = base("--dump-dom") else {
            continue;
        };
        if !shown.status.success() {
            continue;
        }
        base(&format!("--screenshot={}", picture.display())).expect("a picture");
        let picture = std::fs::read(&picture).expect("a picture");
        return Some((String::from_utf8_lossy(&shown.stdout).into_owned(), picture));
    }
    eprintln!(
        "SKIPPED: no Chromium found (KEXTPOLICY_CHROMIUM names one); the page was not opened"
    );
    None
}

#[test]
fn nothing_of_a_page_with_long_names_is_cut_off_on_a_narrow_screen() {
    let tool = Tool::new();
    for name in [
        "sensor",
        "filter_with_a_rather_long_name_that_says_everything",
    ] {
        let bundle = format!("com.contoso.endpoint.protection.{name}.network.extension");
        tool.file(
            &format!("macos/production/endpoint-security/{name}-2025.mobileconfig"),
            kernel(
                &format!("com.contoso.{}", name.len()),
                &named("UBF8T346G9", &bundle),
            ),
        );
    }
    let page = tool
        .run(["effective", ".", "--format", "html"])
        .expect_code(0)
        .stdout;
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">";
    assert!(page.contains(policy));
    let measured = page.replace(policy, "").replace("</body>", MEASURE);
    // A window cannot be so narrow everywhere, but a frame can.
    let frame = format!(
        "<!DOCTYPE html><body><iframe width=\"400\" srcdoc=\"{}\"></iframe></body>",
        measured.replace('&', "&amp;").replace('"', "&quot;")
    );
    let path = tool.file("page.html", &frame);
    let Some((document, _)) = in_chromium(&path, 600) else {
        return;
    };
    let number = |name: &str| {
        let (_, rest) = document.split_once(&format!("data-{name}=\"")).expect(name);
        let (number, _) = rest.split_once('"').expect(name);
        number.to_owned()
    };
    assert!(
        number("width").parse::<u32>().expect("a number") <= 400,
        "{document}"
    );
    assert!(
        number("ends").parse::<u32>().expect("a number") <= 400,
        "{document}"
    );
    assert_eq!(
        number("page"),
        "rgb(22, 24, 28)",
        "dark where the reader wants it"
    );
}

#[test]
fn the_page_opens_in_a_browser_wide_and_narrow() {
    let tool = repository();
    let page = tool
        .run(["effective", "p", "--format", "html"])
        .expect_code(1)
        .stdout;
    let path = tool.file("page.html", &page);
    for width in [1280, 400] {
        let Some((document, picture)) = in_chromium(&path, width) else {
            return;
        };
        let text = document.replace("<wbr>", "");
        assert!(text.contains("com.microsoft.wdavkext"), "{document}");
        assert!(picture.starts_with(b"\x89PNG") && picture.len() > 4000);
    }
}

/// A git repository with one profile in its first commit; `None`, said loudly, without git.
fn committed(text: &str) -> Option<Tool> {
    let tool = Tool::new();
    tool.file("profiles/kext \"a\".mobileconfig", text);
    commit(tool)
}

/// A repository with all files of a folder.
#[expect(clippy::print_stderr, reason = "a skipped test says so loudly")]
fn commit(tool: Tool) -> Option<Tool> {
    let git = |args: &[&str]| {
        Command::new("git")
            .current_dir(tool.path())
            .args([
                "-c",
                "user.name=Ada",
                "-c",
                "user.email=ada@contoso.example",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(args)
            .output()
    };
    if git(&["init", "-q", "-b", "main"]).is_err() {
        eprintln!("SKIPPED: git is not installed; nothing was compared with a revision");
        return None;
    }
    for args in [&["add", "."][..], &["commit", "-q", "-m", "profiles"]] {
        let output = git(args).expect("git");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Some(tool)
}

/// How a pull request that turns the profile into `new` ends.
fn pull_request(old: &str, new: &str) -> Option<crate::tool::Run> {
    let tool = committed(old)?;
    tool.file("profiles/kext \"a\".mobileconfig", new);
    Some(tool.run(["diff", "--git", "main", "--fail-on", "widened"]))
}

#[test]
fn a_pull_request_that_widens_is_stopped() {
    let list = named("UBF8T346G9", "com.microsoft.wdavkext");
    let old = kernel("com.contoso.a", &list);
    let on = format!("{list}<key>AllowUserOverrides</key>\n<true/>\n");
    let more = list.replace(
        "</dict>",
        "<key>EG7KH642X6</key>\n<array>\n<string>com.vmware.kext.vmci</string>\n</array>\n</dict>",
    );
    for new in [WHOLE, &on, &more] {
        let Some(run) = pull_request(&old, &kernel("com.contoso.a", new)) else {
            return;
        };
        let run = run.expect_code(1);
        assert!(run.stdout.starts_with("widened: "), "{}", run.shown());
    }
}

#[test]
fn a_pull_request_that_changes_nothing_in_meaning_passes() {
    let list = named("UBF8T346G9", "com.microsoft.wdavkext");
    let off = "<key>AllowUserOverrides</key>\n<false/>\n";
    let old = kernel("com.contoso.a", &format!("{list}{off}"));
    let new = kernel("com.contoso.a", &format!("<!-- why -->{off}{list}"));
    let Some(run) = pull_request(&old, &new) else {
        return;
    };
    let run = run.expect_code(0);
    let verdict = run.stdout.lines().last();
    assert_eq!(
        verdict,
        Some("nothing changed in what the profiles mean"),
        "{}",
        run.shown()
    );
}

/// A profile as Jamf Pro gives it back.
fn from_jamf(payload: &str) -> String {
    let uuid = "4aa2e9b8-4f6b-4a7d-8a51-5f3b9a0f5d11";
    kernel(uuid, payload)
        .replace("5E1D1C0A-4A9B-4B8E-9C53-0A3F6D2B7C11", uuid)
        .replace("version=\"1.0\">", "version=\"1\">")
        .replace("Contoso kexts", "Kexts (Jamf)")
        .replace('\n', "")
        .replace("?><plist", "?>\n<plist")
}

#[test]
fn what_jamf_pro_writes_is_not_compared_and_that_is_said() {
    let list = named("UBF8T346G9", "com.microsoft.wdavkext");
    let tool = Tool::new();
    tool.file("old.mobileconfig", kernel("com.contoso.a", &list));
    tool.file("new.mobileconfig", from_jamf(&list));
    let args = ["diff", "old.mobileconfig", "new.mobileconfig", "--fail-on"];
    let run = tool.run(args.iter().chain(&["changed"])).expect_code(0);
    let told = "nothing changed in what was compared; what Jamf Pro writes itself was not";
    assert_eq!(run.stdout.lines().last(), Some(told), "{}", run.shown());
    assert!(
        run.stdout.contains("because Jamf Pro writes it"),
        "{}",
        run.shown()
    );
}

#[test]
fn an_identity_like_jamf_pros_is_a_change_within_a_repository() {
    let list = named("UBF8T346G9", "com.microsoft.wdavkext");
    let vendor = "<key>VendorConfig</key><dict><key>mode</key><string>off</string></dict>";
    let new = from_jamf(&format!("{list}{vendor}"));
    let Some(run) = pull_request(&kernel("com.contoso.a", &list), &new) else {
        return;
    };
    let shown = run.shown();
    for told in ["PayloadIdentifier", "VendorConfig", "replaced"] {
        assert!(run.stdout.contains(told), "{shown}");
    }
    assert!(!run.stdout.contains("Jamf Pro"), "{shown}");
}

#[test]
fn a_profile_with_another_name_is_left_out_of_a_revision_too() {
    let tool = Tool::new();
    tool.file("profiles/a.mobileconfig", kernel("com.contoso.a", WHOLE));
    tool.file("profiles/b.plist", kernel("com.contoso.b", WHOLE));
    let Some(tool) = commit(tool) else { return };
    std::fs::remove_file(tool.path().join("profiles/b.plist")).expect("a file");
    let run = tool.run(["diff", "--git", "HEAD", "-v"]).expect_code(0);
    assert!(
        run.stderr.contains("profiles/b.plist: not named"),
        "{}",
        run.shown()
    );
    let run = tool.run(["diff", "--git", "HEAD", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(json["left_out"]["old"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["left_out"]["new"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_renamed_file_is_no_change() {
    let old = kernel("com.contoso.a", WHOLE);
    let Some(tool) = committed(&old) else { return };
    let from = tool.path().join("profiles/kext \"a\".mobileconfig");
    std::fs::rename(from, tool.path().join("b.mobileconfig")).expect("a new name");
    let run = tool
        .run(["diff", "--git", "main", "--fail-on", "changed"])
        .expect_code(0);
    assert_eq!(run.stdout, "nothing changed in what the profiles mean\n");
}

#[test]
fn what_git_tracks_is_compared_on_both_sides_even_if_it_is_ignored() {
    let Some(tool) = committed(&kernel("com.contoso.a", WHOLE)) else {
        return;
    };
    let git = |args: &[&str]| {
        let run = Command::new("git")
            .arg("-C")
            .arg(tool.path())
            .args(args)
            .output();
        assert!(run.expect("git").status.success());
    };
    let unchanged = || {
        let run = tool
            .run(["diff", "--git", "main", "--fail-on", "changed"])
            .expect_code(0);
        assert_eq!(run.stdout, "nothing changed in what the profiles mean\n");
    };
    for name in [".gitignore", ".ignore"] {
        tool.file(name, "profiles/\n");
        unchanged();
    }
    // What is neither tracked nor to be tracked counts on neither side, other repositories among it.
    tool.file("profiles/more.mobileconfig", kernel("com.contoso.b", WHOLE));
    tool.file("module/c.mobileconfig", kernel("com.contoso.c", WHOLE));
    git(&["init", "-q", "module"]);
    unchanged();
    tool.file(
        "new.mobileconfig",
        kernel(
            "com.contoso.d",
            &named("EG7KH642X6", "com.vmware.kext.vmci"),
        ),
    );
    let args = ["diff", "--git", "main", "--fail-on", "widened"];
    tool.run(args).expect_code(1);
    tool.run(args.into_iter().chain(["new.mobileconfig"]))
        .expect_code(1);
    let run = tool
        .run(args.into_iter().chain(["profiles"]))
        .expect_code(0);
    assert!(!run.stdout.contains("com.contoso.b"), "{}", run.shown());
}

#[test]
fn a_folder_that_is_gone_is_compared_with_nothing() {
    let Some(tool) = committed(&kernel("com.contoso.a", WHOLE)) else {
        return;
    };
    std::fs::remove_dir_all(tool.path().join("profiles")).expect("no folder");
    let run = tool
        .run(["diff", "--git", "main", "profiles"])
        .expect_code(0);
    assert!(run.stdout.contains("narrowed: "), "{}", run.shown());
}

#[test]
fn a_mistyped_folder_does_not_pass_as_unchanged() {
    let Some(tool) = committed(&kernel("com.contoso.a", WHOLE)) else {
        return;
    };
    let run = tool
        .run(["diff", "--git", "main", "profles", "--fail-on", "widened"])
        .expect_code(2);
    insta::assert_snapshot!(run.stderr, @r"
    error: there is no `profles`, neither in `main` nor now
      help: check the spelling; paths count from the folder you are in
    ");
}

#[test]
fn a_file_that_became_unreadable_cannot_hide_a_wider_one() {
    let Some(run) = pull_request(&kernel("com.contoso.a", WHOLE), "<plist><dict>") else {
        return;
    };
    assert!(run.expect_code(1).stdout.contains("not compared, after"));
}

#[test]
fn a_revision_that_looks_like_an_option_or_does_not_exist_is_refused() {
    let Some(tool) = committed(&kernel("com.contoso.a", WHOLE)) else {
        return;
    };
    let run = tool.run(["diff", "--git=--output=x"]).expect_code(2);
    assert!(
        run.stderr.contains("is not a git revision"),
        "{}",
        run.shown()
    );
    let run = tool.run(["diff", "--git", "nowhere"]).expect_code(2);
    assert!(
        run.stderr.contains("there is no such revision"),
        "{}",
        run.shown()
    );
    assert!(!tool.path().join("x").exists());
}

#[test]
fn two_files_are_compared_for_people_and_for_a_comment() {
    let tool = Tool::new();
    tool.file(
        "old.mobileconfig",
        kernel(
            "com.contoso.a",
            &named("UBF8T346G9", "com.microsoft.wdavkext"),
        ),
    );
    tool.file("new.mobileconfig", kernel("com.contoso.b", WHOLE));
    let args = ["diff", "old.mobileconfig", "new.mobileconfig"];
    insta::assert_snapshot!("diff_text", tool.run(args).expect_code(0).shown());
    let markdown = tool
        .run(args.iter().chain(&["--format", "markdown"]))
        .expect_code(0);
    insta::assert_snapshot!("diff_markdown", markdown.shown());
    let json = tool
        .run(args.iter().chain(&["--format", "json"]))
        .expect_code(0)
        .stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["changes"][0]["tier"], "widened");
}

/// A fixture of the kinds of change.
fn fixture(kind: &str, side: &str) -> String {
    let path = format!("tests/diff/{kind}/{side}.mobileconfig");
    std::fs::read_to_string(crate::tool::repository().join(path)).expect("a fixture")
}

#[test]
fn permissions_filters_background_items_and_certificates_are_listed_in_every_format() {
    let tool = Tool::new();
    for kind in [
        "privacy",
        "content-filter",
        "background-item",
        "trust-anchor",
    ] {
        let own =
            fixture(kind, "old").replace("com.contoso.profile", &format!("com.contoso.{kind}"));
        tool.file(&format!("{kind}.mobileconfig"), own);
    }
    // The current folder is the default, and a file takes the report.
    for format in ["text", "json", "html", "markdown", "csv"] {
        let run = tool.run(["effective", "--format", format]).expect_code(0);
        let (shown, name) = (run.stdout.replace("&#46;", "."), format!("report.{format}"));
        for holder in [
            "com.contoso.helper",
            "com.contoso.filter",
            "com.contoso.agent",
            "Test Intermediate",
            "privacy.mobileconfig",
        ] {
            assert!(shown.contains(holder), "{format} without {holder}: {shown}");
        }
        tool.run(["effective", "--format", format, "-o", &name])
            .expect_code(0);
        assert_eq!(tool.read(&name), run.stdout, "{format}");
    }
    let run = tool.run(["effective", "-o", "privacy.mobileconfig"]);
    run.expect_code(2);
    assert!(tool.read("privacy.mobileconfig").starts_with("<?xml"));
}

#[test]
fn a_comment_begins_with_what_is_allowed_and_folds_the_values() {
    let tool = Tool::new();
    for side in ["old", "new"] {
        tool.file(&format!("{side}.mobileconfig"), fixture("privacy", side));
    }
    let args = ["diff", "old.mobileconfig", "new.mobileconfig"];
    let run = tool
        .run(args.iter().chain(&["--format", "markdown"]))
        .expect_code(0);
    insta::assert_snapshot!("diff_comment", run.shown());
    let (sight, folded) = run.stdout.split_once("<details>").expect("a fold");
    assert!(sight.lines().count() < 40 && sight.contains("4 changes allow more"));
    assert!(folded.contains("CodeRequirement"));
}

#[test]
fn a_profile_whose_signature_does_not_hold_allows_nothing() {
    let tool = Tool::new();
    let broken = crate::tool::repository().join("tests/rules/broken-signature/bad.mobileconfig");
    tool.file(
        "bad.mobileconfig",
        std::fs::read(broken).expect("a fixture"),
    );
    let run = tool.run(["effective", "bad.mobileconfig"]).expect_code(1);
    assert!(
        run.stdout.contains("its signature does not hold") && !run.stdout.contains("team `"),
        "{}",
        run.shown()
    );
    let run = tool.run(["import", "bad.mobileconfig"]).expect_code(2);
    assert!(
        run.stderr.contains("its signature does not hold"),
        "{}",
        run.shown()
    );
}

/// A profile of which two parts have one UUID.
fn with_one_uuid_twice(identifier: &str, keys: &str) -> String {
    let other = "5E1D1C0A-4A9B-4B8E-9C53-000000000001";
    kernel(identifier, keys).replace(other, "5e1d1c0a-4a9b-4b8e-9c53-0a3f6d2b7c11")
}

#[test]
fn a_profile_with_one_uuid_twice_allows_nothing() {
    let tool = Tool::new();
    tool.file(
        "a.mobileconfig",
        with_one_uuid_twice("com.contoso.a", WHOLE),
    );
    tool.file("b.mobileconfig", kernel("com.contoso.a", WHOLE));
    let run = tool.run(["effective", "a.mobileconfig"]).expect_code(1);
    assert!(
        run.stdout.contains("the `PayloadUUID` of two parts") && !run.stdout.contains("team `"),
        "{}",
        run.shown()
    );
    let args = [
        "diff",
        "b.mobileconfig",
        "a.mobileconfig",
        "--fail-on",
        "widened",
    ];
    let run = tool.run(args).expect_code(1);
    assert!(
        run.stdout
            .contains("not compared, after: a.mobileconfig: a Mac refuses it"),
        "{}",
        run.shown()
    );
    let policy = "identifier: com.contoso.kexts\norganization: Contoso\nkernel_extensions:\n  allowed:\n    - team_id: UBF8T346G9\n      bundle_ids: all\n";
    tool.file("policy.yaml", policy);
    for (file, is_delivered) in [("b.mobileconfig", true), ("a.mobileconfig", false)] {
        let run = tool.run(["lint", file, "--policy", "policy.yaml"]);
        assert_eq!(
            !run.stdout.contains("undelivered-approval"),
            is_delivered,
            "{}",
            run.shown()
        );
    }
}

#[test]
fn what_profiles_contradict_each_other_in_is_a_conflict() {
    let tool = Tool::new();
    let profile = |name: &str, payload: &str| {
        let keys = format!("</dict>\n<dict>\n{payload}");
        tool.file(
            &format!("{name}.mobileconfig"),
            kernel(&format!("com.contoso.{name}"), &keys),
        );
    };
    let privacy = |authorization: &str| {
        format!(
            "<key>PayloadType</key><string>com.apple.TCC.configuration-profile-policy</string>\
             <key>Services</key><dict><key>SystemPolicyAllFiles</key><array><dict>\
             <key>Identifier</key><string>com.contoso.agent</string>\
             <key>IdentifierType</key><string>bundleID</string>\
             <key>CodeRequirement</key><string>identifier com.contoso.agent</string>\
             <key>Authorization</key><string>{authorization}</string></dict></array></dict>"
        )
    };
    profile("a", &privacy("Allow"));
    profile("b", &privacy("Deny"));
    let firewall = |on: &str| {
        format!(
            "<key>PayloadType</key><string>com.apple.security.firewall</string>\
             <key>EnableFirewall</key><{on}/>"
        )
    };
    profile("c", &firewall("true"));
    profile("d", &firewall("false"));
    let forced = |value: &str| {
        format!(
            "<key>PayloadType</key><string>com.apple.ManagedClient.preferences</string>\
             <key>PayloadContent</key><dict><key>com.contoso.app</key><dict><key>Forced</key><array><dict>\
             <key>mcx_preference_settings</key><dict><key>Mode</key><string>{value}</string></dict>\
             </dict></array></dict></dict>"
        )
    };
    profile("e", &forced("active"));
    profile("f", &forced("passive"));
    let run = tool.run(["effective"]).expect_code(0);
    for told in [
        "`com.contoso.agent` has Full Disk Access (`SystemPolicyAllFiles`): Deny wins",
        "`EnableFirewall` is `false` in 1 place and `true` in 1 place: which one a Mac takes is not established",
        "`Mode` is `active` in 1 place and `passive` in 1 place",
    ] {
        assert!(run.stdout.contains(told), "{told}: {}", run.shown());
    }
}
