//! What holds for any bytes at all. The tests beside it try damaged fixtures, and the fuzzers in `.fuzz` whatever leads
//! somewhere new; neither is part of the tool.

#[cfg(test)]
mod growth;
mod property_lists;
#[cfg(test)]
mod tests;

use property_lists::{children, plist};

use crate::audit::conflict::conflicts;
use crate::audit::file;
use crate::audit::import::companions::Companions;
use crate::audit::import::draft::draft;
use crate::audit::import::{listing, mach_o, source};
use crate::audit::total::Total;
use crate::cms;
#[cfg(feature = "sqlite")]
use crate::commands::kext_policy_db;
use crate::commands::render::proof;
use crate::diagnose::{self, Input, Subject};
use crate::escape::{Defused, defused, is_hidden};
use crate::exit::ExitStatus;
use crate::lint::baseline::Baseline;
use crate::lint::config;
use crate::lint::finding::{Applicability, Fix};
use crate::lint::fix::apply;
use crate::lint::model::refusal::Refusal;
use crate::lint::report::Report;
use crate::lint::settings::{Selection, Settings};
use crate::lint::{check_file, conclude};
use crate::output::{self, AuditOf, Format, Out, ProfilePage, Run, Style, policy_errors};
use crate::plist::{self, Kind, Value};
use crate::policy;
use crate::profile::with_document;
use crate::render;
use crate::requirement::{self, Comparison};
use crate::severity::Severity;
use crate::target::Target;

/// A reader with what holds for it.
#[derive(Clone, Copy, Debug)]
struct Law {
    /// Its name, and that of its fuzzer.
    name: &'static str,
    /// Panics when it is broken.
    holds: fn(&[u8]),
}

/// Holds bytes against the law of this name.
///
/// # Panics
///
/// When the law is broken, or there is none of this name.
pub fn hold(name: &str, bytes: &[u8]) {
    let law = LAWS.iter().find(|law| law.name == name);
    (law.expect("a law of this name").holds)(bytes);
}

/// All laws.
const LAWS: &[Law] = &[
    Law {
        name: "plist",
        holds: plist,
    },
    Law {
        name: "cms",
        holds: cms,
    },
    Law {
        name: "policy",
        holds: policy,
    },
    Law {
        name: "config",
        holds: config,
    },
    Law {
        name: "diagnose",
        holds: diagnose,
    },
    Law {
        name: "import",
        holds: import,
    },
    Law {
        name: "requirement",
        holds: requirement,
    },
    #[cfg(feature = "sqlite")]
    Law {
        name: "database",
        holds: database,
    },
    Law {
        name: "lint",
        holds: lint,
    },
    Law {
        name: "fix",
        holds: fix,
    },
];

/// Signed messages: opened or refused with a next step.
fn cms(bytes: &[u8]) {
    match cms::open(bytes) {
        Ok(signed) => {
            let _ = (signed.integrity(), signed.signer_name());
            for certificate in &signed.certificates {
                let _ = (
                    certificate.serial(),
                    certificate.not_after(),
                    certificate.purposes(),
                );
            }
            let _ = signed.content().len();
        }
        Err(error) => assert!(!error.help().is_empty() && !error.to_string().is_empty()),
    }
    let _ = cms::certificates(bytes);
    // With a passphrase, so that the key names the work.
    let _ = cms::PrivateKey::read(bytes, Some("test"));
    // Lints the profile inside, and the signature.
    lint(bytes);
}

/// Policies: every fault has its place in the text, and what has none renders into profiles that read back.
fn policy(bytes: &[u8]) {
    match policy::read("a", bytes) {
        Err(faults) => {
            assert!(!faults.is_empty());
            for fault in &faults {
                assert!(fault.span.end as usize <= bytes.len(), "{fault:?}");
                assert!(!fault.message.is_empty() && !fault.help.is_empty());
            }
            is_plain(&Out::collected(|out| {
                policy_errors::errors("a", bytes, &faults, out)
            }));
        }
        Ok(policy) => {
            for target in Target::ALL {
                let Ok(files) = render::render(&policy, target) else {
                    continue;
                };
                // Whatever cannot be written is a fault of the policy, and has a line in it.
                if let Err(fault) = proof::prove(&policy, target, &files) {
                    panic!("{fault:?}");
                }
                for file in files {
                    let decoded = plist::decode(file.content.as_bytes());
                    assert_eq!(decoded.parse().problems, [], "{}", file.content);
                    plist(file.content.as_bytes());
                }
            }
        }
    }
}

/// Code requirements: read, or refused at a place inside with a next step; what is offered instead can be read.
fn requirement(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match requirement::read(text) {
        Ok(read) => {
            let words = read.identifiers().into_iter().chain(read.teams());
            let places = words.map(|word| word.span);
            for span in places.chain(read.remarks.iter().map(|remark| remark.span)) {
                assert!(text.get(span.range()).is_some(), "{text:?}: {span:?}");
            }
            let _ = (read.is_about_identifiers(), read.is_open_to_any_developer());
            let same = requirement::compare(&read, &read);
            assert!(matches!(same, Comparison::Same | Comparison::Undecided));
        }
        Err(fault) => {
            assert!(
                text.get(fault.span.range()).is_some(),
                "{text:?}: {fault:?}"
            );
            assert!(!fault.message.is_empty() && !fault.help.is_empty());
            let mut mended = text.to_owned();
            if let Some(mend) = &fault.mend {
                for change in mend.changes.iter().rev() {
                    mended.replace_range(change.span.range(), change.replacement);
                }
                assert!(requirement::read(&mended).is_ok(), "{text:?}: {mended:?}");
            }
        }
    }
}

/// Configuration files and baselines.
fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match config::read(
        "a",
        text,
        "/root".into(),
        "/root/here".into(),
        crate::lint::rules::RULES,
    ) {
        Ok(config) => {
            let _ = config.excludes("b.mobileconfig");
            let selection = Selection::default();
            let settings = Settings::new(crate::lint::rules::RULES, None, &selection, 0.0);
            let settings = settings.with_config(config, &selection, ["b"]);
            conclude(vec![check_file(0, "b", b"", &settings)], &settings, &|_| {
                Ok(Vec::new())
            });
        }
        Err(faults) => {
            assert!(!faults.is_empty());
            is_plain(&Out::collected(|out| {
                policy_errors::faults("a", bytes, &faults, out)
            }));
        }
    }
    if let Ok(baseline) = Baseline::read("a", text.to_owned(), &|_| true) {
        let settings = Settings::new(crate::lint::rules::RULES, None, &Selection::default(), 0.0)
            .with_baseline(baseline);
        let report = conclude(Vec::new(), &settings, &|_| Ok(Vec::new()));
        formats(&report, text);
    }
}

/// Every output of a Mac that `diagnose` reads.
fn diagnose(bytes: &[u8]) {
    let Some(subject) = Subject::defender() else {
        return;
    };
    let options = Input::ALL.into_iter().map(Some);
    for input in options.chain([None]) {
        match diagnose::read(input, "f", bytes, &subject) {
            Ok(reading) => {
                let _ = diagnose::answer(
                    &reading.facts,
                    &reading.answered,
                    &reading.not_understood,
                    &subject,
                );
            }
            Err(misread) => assert!(!misread.what.is_empty() && !misread.help.is_empty()),
        }
    }
}

/// What `import` and the audit read.
fn import(bytes: &[u8]) {
    let _ = mach_o::team(bytes);
    let _ = mach_o::code_directory(bytes);
    let _ = source::bundle_info("a", bytes);
    let mut companions = Companions::default();
    let mut files = vec![source::property_list("a", bytes, &mut companions)];
    if let Ok(text) = std::str::from_utf8(bytes) {
        let listed = listing::read("a", text, &mut Vec::new());
        files.extend(listed.map(|statements| source::of_statements("a", statements)));
    }
    let draft = draft(&files, &companions, Vec::new());
    if draft.entries > 0 {
        let read = policy::read("a", draft.text.as_bytes());
        assert!(read.is_ok(), "{read:?} of {}", draft.text);
    }
    let files = [file::read("a", bytes)];
    let total = Total::of(&files);
    let _ = conflicts(&files, &total);
    let other = [file::read("a", b"")];
    let _ = crate::audit::diff::compare(&files, &other);
    let _ = crate::audit::diff::compare(&other, &files);
}

/// Databases: rows of the known tables, and no more than a Mac may have.
#[cfg(feature = "sqlite")]
fn database(bytes: &[u8]) {
    let Some(rows) = kext_policy_db::read_bytes(bytes) else {
        return;
    };
    let values = rows.iter().flat_map(|row| &row.columns);
    let text: usize = values.map(|(_, value)| value.len()).sum();
    assert!(text <= 17 * 1024 * 1024, "{text} bytes");
    for row in &rows {
        assert!(row.columns.iter().any(|(name, _)| name == "bundle_id"));
    }
}

/// Every rule, every comment that silences one, and every format; the report is the same for the same bytes.
fn lint(bytes: &[u8]) {
    let text = with_document("a", bytes, |document| document.text.to_owned());
    let most =
        with_document("a", bytes, |document| document.tree.len()).max(text.len().max(bytes.len()));
    for target in [None, Some(Target::Jamf), Some(Target::Intune)] {
        let report = report(bytes, target);
        for finding in &report.findings {
            assert!(!finding.message.is_empty());
            if let Some(span) = finding.place.span {
                assert!(span.start <= span.end, "{finding:?}");
                assert!(span.end as usize <= most, "{finding:?}");
            }
        }
        if target.is_none() {
            formats(&report, &text);
        }
    }
}

/// The report about one file.
fn report(bytes: &[u8], target: Option<Target>) -> Report {
    let settings = Settings::new(
        crate::lint::rules::RULES,
        target,
        &Selection::default(),
        0.0,
    );
    let file = check_file(0, "a", bytes, &settings);
    conclude(vec![file], &settings, &|_| Ok(bytes.to_vec()))
}

/// A report can be written in every format: JSON is JSON, and text holds nothing that moves a terminal.
fn formats(report: &Report, text: &str) {
    let run = Run {
        report,
        fails_from: Some(Severity::Error),
        exit: ExitStatus::Findings,
        pages: &|_, _| {
            Some(ProfilePage {
                text: text.to_owned(),
                sha256: String::new(),
                signature: None,
                ignores: Vec::new(),
                audit: file::read("a", text.as_bytes()),
            })
        },
        audit: AuditOf::default(),
    };
    let style = Style {
        quiet: false,
        verbose: true,
        statistics: false,
    };
    for format in <Format as clap::ValueEnum>::value_variants() {
        let out = Out::collected(|out| output::write(*format, &run, style, out));
        match format {
            Format::Json | Format::Sarif | Format::Gitlab => {
                serde_json::from_str::<serde_json::Value>(&out).expect("JSON");
            }
            Format::Html | Format::Junit => {
                assert!(out.ends_with(">\n"), "{format:?} is cut off");
            }
            Format::Github => {
                let commands = out.lines().filter(|line| line.starts_with("::")).count();
                assert_eq!(
                    commands,
                    report.findings.len(),
                    "a command of the file's: {out}"
                );
                is_plain(&out.replace("\n::", "\n").replacen("::", "", 1));
                continue;
            }
            Format::Text | Format::Concise | Format::Markdown => {}
        }
        is_plain(&out);
    }
}

/// A text in which a terminal finds no control character, a reader no change of direction, and a runner no command.
fn is_plain(text: &str) {
    let moves = |letter: &char| is_hidden(*letter) && !matches!(letter, '\n' | '\t');
    assert_eq!(text.chars().find(moves), None, "{text:?}");
    for line in text.lines() {
        assert_eq!(defused(line, Defused::Text), line);
    }
}

/// Fixes: none makes the file worse to read, each leaves every value that it does not touch as and where it was, and all
/// of them settle.
fn fix(bytes: &[u8]) {
    for target in [None, Some(Target::Jamf)] {
        let mut text = bytes.to_vec();
        for round in 0.. {
            let report = report(&text, target);
            let fixes: Vec<&Fix> = report
                .findings
                .iter()
                .filter_map(|finding| finding.fix.as_deref())
                .collect();
            if round == 0 {
                for fix in &fixes {
                    match apply("a", &text, &[fix]) {
                        Ok(one) => keeps_the_rest(&text, &one.bytes, fix),
                        Err(Refusal::Worse) => panic!("`{}` makes it worse", fix.title),
                        Err(_) => {}
                    }
                }
            }
            match apply("a", &text, &fixes) {
                Ok(all) if all.count > 0 && all.bytes != text => text = all.bytes,
                _ => break,
            }
            assert!(round < 20, "the fixes undo each other");
        }
    }
}

/// Compares the values that no edit of a fix touches, before and after it; a safe one makes no word of two. In a file that a Mac refuses it is a guess
/// where values begin and end, which any edit may change.
fn keeps_the_rest(before: &[u8], after: &[u8], fix: &Fix) {
    let is_read = with_document("a", before, |document| !document.is_refused());
    if before == after || !is_read {
        return;
    }
    let place = |at: u32| {
        let earlier = fix.edits.iter().filter(|edit| edit.span.end <= at);
        let grown = earlier.map(|edit| {
            let (start, end) = (i64::from(edit.span.start), i64::from(edit.span.end));
            i64::try_from(edit.replacement.len()).expect("a length") - (end - start)
        });
        i64::from(at) + grown.sum::<i64>()
    };
    let (old, new) = (leaves(before), leaves(after));
    for (start, end, value) in &old {
        let touches =
            |edit: &&crate::lint::finding::Edit| edit.span.start < *end && edit.span.end > *start;
        let there = place(*start);
        if fix.edits.iter().any(|edit| touches(&edit)) {
            let now = new.iter().find(|(at, _, _)| i64::from(*at) == there);
            let is_joined = now.is_some_and(|(_, _, now)| joined(value).as_ref() == Some(now));
            assert!(
                !is_joined || fix.applicability != Applicability::Safe,
                "`{}` joins {value}",
                fix.title
            );
            continue;
        }
        let is_kept = new
            .iter()
            .any(|(at, _, other)| i64::from(*at) == there && other == value);
        assert!(is_kept, "`{}` loses or moves {value}", fix.title);
    }
}

/// A kind and a value without what is between its words; `None` unless two of them could be identifiers.
fn joined(text: &str) -> Option<String> {
    let (kind, value) = text.split_once(' ')?;
    let parts = value.split(|letter: char| {
        letter.is_whitespace() || is_hidden(letter) || ",;|".contains(letter)
    });
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let identifiers = parts.iter().filter(|part| part.contains('.')).count();
    (identifiers > 1).then(|| format!("{kind} {}", parts.concat()))
}

/// Every value that holds no others, with its place.
fn leaves(bytes: &[u8]) -> Vec<(u32, u32, String)> {
    with_document("a", bytes, |document| {
        let mut found = Vec::new();
        let mut todo: Vec<Value<'_>> = document.root().into_iter().collect();
        while let Some(value) = todo.pop() {
            children(value, &mut todo);
            if !matches!(value.kind(), Kind::Dictionary | Kind::Array) {
                let (span, text) = (value.span(), value.text());
                found.push((span.start, span.end, format!("{:?} {text}", value.kind())));
            }
        }
        found
    })
}
