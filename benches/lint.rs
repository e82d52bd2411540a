//! Where the time of linting goes: decoding, the tree, the rules with it, and the report, each for the same profiles.
//!
//! `cargo bench --bench lint`. The library keeps its insides to itself, so it is compiled in here by path.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "modules of the library, of which a benchmark uses a part"
)]

use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::BytesCount;

#[path = "../src/approval.rs"]
mod approval;
#[path = "../src/audit/mod.rs"]
mod audit;
#[path = "../src/catalogue/mod.rs"]
mod catalogue;
#[path = "../src/cms/mod.rs"]
mod cms;
#[path = "../src/diagnose/mod.rs"]
mod diagnose;
#[path = "../src/error.rs"]
mod error;
#[path = "../src/escape.rs"]
mod escape;
#[path = "../src/exit.rs"]
mod exit;
#[path = "../src/extension.rs"]
mod extension;
#[path = "../src/identifier/mod.rs"]
mod identifier;
#[path = "../src/links.rs"]
mod links;
#[path = "../src/lint/mod.rs"]
mod lint;
#[path = "../src/output/mod.rs"]
mod output;
#[path = "../src/plist/mod.rs"]
mod plist;
#[path = "../src/policy/mod.rs"]
mod policy;
#[path = "../src/profile/mod.rs"]
mod profile;
#[path = "../src/requirement/mod.rs"]
mod requirement;
#[path = "../src/schema/mod.rs"]
mod schema;
#[path = "../src/severity.rs"]
mod severity;
#[path = "../src/source/mod.rs"]
mod source;
#[path = "../src/suggest.rs"]
mod suggest;
#[path = "../src/target.rs"]
mod target;

use lint::settings::{Selection, Settings};
use output::{Format, Run, Style};

fn main() {
    divan::main();
}

/// How many profiles one measurement is about.
const PROFILES: usize = 200;

/// Profiles with so many teams each, of which the first is written in lower case.
fn profiles(teams: usize) -> Vec<String> {
    (0..PROFILES).map(|number| one(number, teams)).collect()
}

/// One of them.
fn one(number: usize, teams: usize) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n<dict>\n\t<key>PayloadContent</key>\n\
         \t<array>\n\t\t<dict>\n\t\t\t<key>AllowUserOverrides</key>\n\t\t\t<false/>\n\t\t\t<key>AllowedSystemExtensions</key>\n\
         \t\t\t<dict>\n",
    );
    for team in 0..teams {
        let first = if team == 0 { "team" } else { "TEAM" };
        let _ = write!(
            text,
            "\t\t\t\t<key>{first}{team:06}</key>\n\t\t\t\t<array>\n\t\t\t\t\t<string>com.contoso{number}.driver{team}.filter</string>\n\
             \t\t\t\t</array>\n"
        );
    }
    text.push_str("\t\t\t</dict>\n");
    identity(
        &mut text,
        number * 2,
        "com.apple.system-extension-policy",
        "\t\t\t",
    );
    text.push_str("\t\t</dict>\n\t</array>\n");
    identity(&mut text, number * 2 + 1, "Configuration", "\t");
    text.push_str("\t<key>PayloadScope</key>\n\t<string>System</string>\n</dict>\n</plist>\n");
    text
}

/// The keys that every payload has.
fn identity(text: &mut String, number: usize, kind: &str, indent: &str) {
    for (key, value) in [
        ("PayloadDisplayName", "<string>Extensions</string>"),
        (
            "PayloadIdentifier",
            &format!("<string>com.contoso.p{number}</string>"),
        ),
        ("PayloadType", &format!("<string>{kind}</string>")),
        (
            "PayloadUUID",
            &format!("<string>6F1B2C3D-0A1B-4C2D-8E3F-{number:012X}</string>"),
        ),
        ("PayloadVersion", "<integer>1</integer>"),
    ] {
        let _ = writeln!(text, "{indent}<key>{key}</key>\n{indent}{value}");
    }
}

/// Every rule at its default.
fn settings() -> Settings {
    Settings::new(lint::rules::RULES, None, &Selection::default(), 0.0)
}

/// What the rules about one file say, and what they need to know for those about all.
fn check(profiles: &[String], settings: &Settings) -> Vec<lint::FileReport> {
    let numbered = profiles.iter().zip(0..);
    numbered
        .map(|(text, file)| lint::check_file(file, file.to_string(), text.as_bytes(), settings))
        .collect()
}

/// Text out of bytes: what is binary, signed or in another encoding is found out.
#[divan::bench(args = [1, 10, 100])]
fn read(bencher: Bencher, teams: usize) {
    let profiles = profiles(teams);
    let bytes: usize = profiles.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let decoded = profiles
            .iter()
            .map(|text| plist::decode(text.as_bytes()).text.len());
        decoded.sum::<usize>()
    });
}

/// The same, and the tree.
#[divan::bench(args = [1, 10, 100])]
fn tree(bencher: Bencher, teams: usize) {
    let profiles = profiles(teams);
    let bytes: usize = profiles.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let read = |text: &String| {
            profile::with_document("a", text.as_bytes(), |document| document.problems.len())
        };
        profiles.iter().map(read).sum::<usize>()
    });
}

/// The same, and all rules about one file.
#[divan::bench(args = [1, 10, 100])]
fn rules(bencher: Bencher, teams: usize) {
    let (profiles, settings) = (profiles(teams), settings());
    let bytes: usize = profiles.iter().map(String::len).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| check(&profiles, &settings).len());
}

/// Only what comes after: the rules about all files, and the order of what was found.
#[divan::bench(args = [1, 10, 100])]
fn conclude(bencher: Bencher, teams: usize) {
    let (profiles, settings) = (profiles(teams), settings());
    let read = |file: u32| Ok(profiles[file as usize].clone().into_bytes());
    bencher
        .with_inputs(|| check(&profiles, &settings))
        .bench_values(|files| lint::conclude(files, &settings, &read).findings.len());
}

/// Only the report, in these formats.
#[divan::bench(args = ["text", "json", "sarif", "html"])]
fn report(bencher: Bencher, name: &str) {
    let format = <Format as clap::ValueEnum>::from_str(name, false).expect("a format");
    let (profiles, settings) = (profiles(10), settings());
    let read = |file: u32| Ok(profiles[file as usize].clone().into_bytes());
    let report = lint::conclude(check(&profiles, &settings), &settings, &read);
    assert!(report.findings.len() >= PROFILES);
    let run = Run {
        report: &report,
        fails_from: None,
        exit: exit::ExitStatus::Clean,
        pages: &|number, holdings| {
            let text = profiles.get(number as usize)?;
            Some(output::ProfilePage {
                text: text.clone(),
                sha256: String::new(),
                signature: None,
                ignores: Vec::new(),
                audit: audit::file::read_whole("a", text.as_bytes(), holdings),
            })
        },
        audit: output::AuditOf::default(),
    };
    let style = Style {
        quiet: false,
        verbose: false,
        statistics: false,
    };
    bencher.bench_local(|| {
        let mut out = output::Out::memory();
        output::write(format, &run, style, &mut out).expect("memory takes all");
        out.into_bytes().expect("memory takes all").len()
    });
}
