//! Laws of the table of conclusions, and parsers under mutated input.
#![cfg(test)]

use proptest::prelude::*;

use super::conclusions::{self, Effect};
use super::*;
use crate::policy;

/// A piece of each format.
const SEEDS: &[(Input, &str)] = &[
    (
        Input::MdatpHealth,
        "healthy : true\nreal_time_protection_enabled : true\nreal_time_protection_available: \"false\"\n",
    ),
    (
        Input::Kextutil,
        "Kext rejected due to system policy: <OSKext 0x7f> { URL = \"file:///x/wdavkext.kext/\", ID = \"com.microsoft.wdavkext\" }\nDiagnostics for /x/wdavkext.kext:\n",
    ),
    (
        Input::Kmutil,
        "Error Domain=KMErrorDomain Code=27 \"Extension with identifiers com.microsoft.wdavkext not approved to load.\"\n",
    ),
    (
        Input::Kextstat,
        "Index Refs Address Size Wired Name (Version) UUID <Linked Against>\n  130 0 0xff 0x20 0x20 com.microsoft.wdavkext (1.1) 4329B052 <4 1>\n",
    ),
    (
        Input::SystemExtensionsCtl,
        "1 extension(s)\n*\t*\tUBF8T346G9\tcom.microsoft.wdav.epsext (1/1)\tx\t[activated enabled]\n",
    ),
    (
        Input::Profiles,
        "<plist><dict><key>_computerlevel</key><array><dict><key>ProfileItems</key><array/></dict></array></dict></plist>",
    ),
    (
        Input::SystemProfiler,
        "{\n\"SPConfigurationProfileDataType\" : [\n]\n}\n",
    ),
    (
        Input::Enrollment,
        "Enrolled via DEP: No\nMDM enrollment: Yes (User Approved)\n",
    ),
    (
        Input::KextPolicy,
        "UBF8T346G9|com.microsoft.wdavkext|0|Microsoft Corporation|1\n",
    ),
    (Input::Spctl, "Kernel Extension User Consent: ENABLED\n"),
    (
        Input::Csrutil,
        "System Integrity Protection status: enabled.\n",
    ),
    (
        Input::Mac,
        "ProductName:\t\tmacOS\nProductVersion:\t\t15.1\nBuildVersion:\t\t24B83\narm64\n",
    ),
    (
        Input::Log,
        "2026-11-01 08:56:35.549 Default sysextd: [com.apple.sx:StateChanges] extension UBF8T346G9 com.microsoft.wdav.epsext (1/1) advancing state from realizing to staging\n",
    ),
    (
        Input::Bputil,
        "Security Mode:               Reduced    (smb0): 1\n",
    ),
];

#[test]
fn names_of_conclusions_are_unique() {
    let mut names: Vec<&str> = conclusions::all().map(|row| row.name).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn nothing_known_gives_no_verdict() {
    let subject = Subject::defender().unwrap();
    let answer = answer(&[], &[], &[], &subject);
    assert_eq!(answer.verdict, Verdict::NotKnown);
    assert!(answer.conclusions.is_empty() && !answer.unknown.is_empty());
}

#[test]
fn the_policy_that_approves_it_is_read_without_errors() {
    let subject = Subject::defender().unwrap();
    let health = "real_time_protection_enabled : true\nreal_time_protection_available : false\n";
    for (input, text, kernel, system) in [
        (SEEDS[1].0, SEEDS[1].1, true, false),
        (Input::MdatpHealth, health, true, true),
    ] {
        let facts = read(Some(input), "k", text.as_bytes(), &subject)
            .unwrap()
            .facts;
        let written = answer(&facts, &[input], &[], &subject)
            .steps
            .policy
            .unwrap();
        let policy =
            policy::read("policy.yaml", written.as_bytes()).expect("a policy without errors");
        assert_eq!(policy.kernel_extensions.is_some(), kernel, "{written}");
        assert_eq!(policy.system_extensions.is_some(), system, "{written}");
    }
}

#[test]
fn a_conclusion_that_wants_an_approval_is_told_as_blocked() {
    for row in conclusions::all() {
        assert!(
            row.remedy.is_none() || row.effect == Effect::Blocked,
            "{}",
            row.name
        );
    }
}

#[test]
fn every_other_tool_is_told_apart() {
    let subject = Subject::defender().unwrap();
    for (own, text) in SEEDS {
        for input in Input::ALL {
            let result = read(Some(input), "f", text.as_bytes(), &subject);
            assert_eq!(
                result.is_ok(),
                input.takes(*own),
                "{own:?} as {input:?}: {result:?}"
            );
        }
    }
}

#[test]
fn every_form_is_refused_by_the_options_of_other_tools() {
    let subject = Subject::defender().unwrap();
    let forms = include_str!("../../tests/diagnose/formats.txt").replace("\r\n", "\n");
    let mut count = 0;
    for form in forms.split("=== ").skip(1) {
        let (head, text) = form.split_once("\n---\n").unwrap();
        let option = head.lines().find_map(|line| line.strip_prefix("option: "));
        let own: Vec<Input> = Input::ALL
            .into_iter()
            .filter(|input| Some(input.about().option) == option)
            .collect();
        assert!(!own.is_empty(), "{head}");
        for input in Input::ALL {
            // A log names the daemon of either tool, and some pieces of text belong to several.
            let is_log = text.contains("syspolicyd:") || text.contains("sysextd:");
            let is_records = text.contains("\"linked_against\"");
            let may =
                is_log || is_records || own.iter().any(|own| input.takes(*own) || own.takes(input));
            let result = read(Some(input), "f", text.as_bytes(), &subject);
            assert!(may || result.is_err(), "{head} as {input:?}: {result:?}");
            if let Err(misread) = result {
                assert!(misread.what.starts_with("this is "), "{misread:?}");
                assert!(!misread.help.is_empty(), "{misread:?}");
            }
            count += 1;
        }
    }
    assert!(count > 1000, "{count}");
}

#[test]
fn the_page_lists_every_conclusion() {
    const HEAD: &str = "| name | exit | means |\n|---|---|---|\n";
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diagnose.md");
    let text = std::fs::read_to_string(page).unwrap().replace("\r\n", "\n");
    let (before, after) = text.split_once(HEAD).expect("the table");
    let rows: String = conclusions::all()
        .map(|row| {
            let exit = match row.effect {
                Effect::Blocked | Effect::SwitchedOff | Effect::Impaired | Effect::Contradicts => {
                    "1"
                }
                Effect::Fine => "0",
                Effect::Open => "2",
                Effect::Explains | Effect::Hints => "none",
            };
            ["| `", row.name, "` | ", exit, " | ", row.means, " |\n"].concat()
        })
        .collect();
    let end: String = after
        .lines()
        .skip_while(|line| line.starts_with('|'))
        .map(|line| [line, "\n"].concat())
        .collect();
    let expected = [before, HEAD, &rows, &end].concat();
    if text != expected && std::env::var_os("KEXTPOLICY_BLESS").is_some() {
        std::fs::write(page, &expected).unwrap();
    }
    assert_eq!(
        text, expected,
        "out of date; KEXTPOLICY_BLESS=1 cargo test writes it again"
    );
}

proptest! {
    #[test]
    fn no_input_makes_a_parser_panic(
        seed in 0..SEEDS.len(),
        input in 0..Input::ALL.len(),
        at in any::<prop::sample::Index>(),
        noise in prop::collection::vec(any::<u8>(), 0..12),
        cut in any::<bool>(),
    ) {
        let subject = Subject::defender().unwrap();
        let mut bytes = SEEDS[seed].1.as_bytes().to_vec();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at); } else { bytes.splice(at..at, noise); }
        for input in [Input::ALL[input], SEEDS[seed].0] {
            if let Ok(reading) = read(Some(input), "f", &bytes, &subject) {
                answer(&reading.facts, &[input], &[], &subject);
            }
        }
    }
}
