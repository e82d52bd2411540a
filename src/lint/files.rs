//! Runs the rules about one file, for a handful of files at a time.
//!
//! All rules together are more code than the nearest cache of a processor holds, and most files are small: one file after
//! the other, the code was fetched anew for each, four times as much of it as now, and a run took a fifteenth longer. So
//! every step, and every rule, does all files of a handful before the next one begins. What is found in a file does not
//! depend on those beside it.

use std::cell::RefCell;
use std::sync::Arc;

use super::deviation::Open;
use super::facts::{Facts, Keep};
use super::finding::{Finding, Place, Reporter};
use super::rule::Rule;
use super::rules::{self, RULES};
use super::settings::{Plan, Plans, Settings};
use super::signs::Signs;
use super::subject::Subject;
use super::suppression::{self, Fault, Suppression};
use super::{FileReport, report, reporter, resolve};
use crate::plist::Spare;
use crate::profile::allowed::statements;
use crate::profile::{Profile, with_documents};
use crate::severity::Severity;
use crate::source::excerpt::Excerpt;

/// So many files are looked at together where there are enough. With four or sixteen a run took as long.
pub(crate) const HANDFUL: usize = 8;

/// Memory for more findings than this is one odd file's, and goes with it.
const SPARE_FINDINGS: usize = 256;

/// Lines of more bytes than this are read again when they are shown: next to no file has as many.
const SHOWN_LINES: usize = 4 * 1024;

/// A file to look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct File<'a> {
    /// Its name.
    pub(crate) path: &'a Arc<str>,
    /// What is in it.
    pub(crate) bytes: &'a [u8],
}

/// Memory that the look at some files leaves to the next: what is kept of ten thousand would else lie between what is not,
/// and so spread over more.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// For the values.
    trees: Spare,
    /// For what the rules find.
    findings: Vec<Vec<Finding>>,
    /// For the numbers of the names.
    numbers: Vec<u32>,
    /// For values that wait to be looked at.
    open: RefCell<Open>,
}

/// Runs the rules about one file. `number` is its number in the report.
pub(crate) fn check_file(
    number: u32,
    path: impl Into<Arc<str>>,
    bytes: &[u8],
    settings: &Settings,
) -> FileReport {
    let path = &path.into();
    let file = File { path, bytes };
    let mut reports = Vec::with_capacity(1);
    check_files(
        &mut Memory::default(),
        number,
        &[file],
        settings,
        Keep::Marks,
        &mut reports,
    );
    reports.swap_remove(0)
}

/// Runs the rules about each of some files, in memory that earlier ones left, and adds their reports in that order.
/// `first` is the number of the first one in the report; the others follow it.
pub(crate) fn check_files(
    memory: &mut Memory,
    first: u32,
    files: &[File<'_>],
    settings: &Settings,
    keep: Keep,
    reports: &mut Vec<FileReport>,
) {
    let Memory {
        trees,
        findings,
        numbers,
        open,
    } = memory;
    let open = &*open;
    let unread = files.iter().map(|file| (&**file.path, file.bytes));
    with_documents(trees, unread, |documents| {
        let files = files.iter().zip(documents).zip(first..);
        let mut looks: Vec<_> = files
            .map(|((file, document), number)| {
                let findings = findings.pop().unwrap_or_default();
                let plan = settings.plan_number(file.path);
                let minimum_os = settings.plan(plan).minimum_os;
                let subject = Subject::new(document, minimum_os, open);
                let signs = subject.survey(numbers);
                Look {
                    file: number,
                    path: file.path,
                    plan_number: plan,
                    plan: settings.plan(plan),
                    subject,
                    signs,
                    short: (keep == Keep::Numbers).then(|| numbers.as_slice().into()),
                    findings,
                    suppressions: Vec::new(),
                }
            })
            .collect();
        for (number, rule) in RULES.iter().enumerate() {
            for look in &mut looks {
                look.check(number, rule, settings.now);
            }
        }
        for look in &mut looks {
            look.suppressions(settings);
        }
        for look in &mut looks {
            look.resolve(settings);
        }
        for look in looks {
            let (report, spare) = look.report(settings);
            reports.push(report);
            if spare.capacity() <= SPARE_FINDINGS {
                findings.push(spare);
            }
        }
    });
}

/// One of the files, while the rules look at it.
struct Look<'d> {
    /// Its number in the report.
    file: u32,
    /// Its name.
    path: &'d Arc<str>,
    /// The number of the plan that holds for it.
    plan_number: u32,
    /// That plan.
    plan: &'d Plan,
    /// What the rules look at.
    subject: Subject<'d>,
    /// What it shows at first sight.
    signs: Signs,
    /// The short numbers of its names, if those are all that is to be kept.
    short: Option<Box<[u32]>>,
    /// What was found in it so far.
    findings: Vec<Finding>,
    /// The comments that silence rules.
    suppressions: Vec<Suppression>,
}

impl Look<'_> {
    /// Runs one rule, if it is on and can have something to say.
    fn check(&mut self, number: usize, rule: &'static Rule, now: f64) {
        if self.plan.severity(number).is_none()
            || rule.when.is_some_and(|sign| !self.signs.has(sign))
        {
            return;
        }
        let mut report = Reporter {
            rule,
            number,
            plans: Plans::One(self.plan),
            file: self.file,
            now,
            findings: &mut self.findings,
        };
        self.subject.check(rule.check, &mut report);
    }

    /// Reads the comments that silence rules; those that are wrong are findings.
    fn suppressions(&mut self, settings: &Settings) {
        let (file, plans) = (self.file, Plans::One(self.plan));
        let findings = &mut self.findings;
        self.suppressions = suppression::read(self.subject.document, |span, fault: &Fault| {
            let rule = &rules::invalid_ignore::RULE;
            if let Some(mut report) = reporter(rule, file, plans, settings, findings) {
                rules::invalid_ignore::report(span, fault, &mut report);
            }
        });
    }

    /// Finds the lines and key paths of what was found: best in the order of the file.
    fn resolve(&mut self, settings: &Settings) {
        report::order(&mut self.findings);
        resolve::resolve(
            self.subject.document,
            self.file,
            settings.key_paths,
            &mut self.findings,
        );
    }

    /// The lines that show findings of this severity and above.
    fn lines(&self, lowest: Severity) -> Option<Box<Excerpt>> {
        let shown = self.findings.iter().filter(|one| one.severity >= lowest);
        let places = shown.flat_map(Finding::places);
        let spots: Vec<_> = places
            .filter(|place| place.file == self.file)
            .filter_map(Place::spot)
            .collect();
        if spots.is_empty() {
            return None;
        }
        Excerpt::of(self.subject.document.text, spots, SHOWN_LINES).map(Box::new)
    }

    /// What is known of the file now, and the memory that was lent.
    fn report(mut self, settings: &Settings) -> (FileReport, Vec<Finding>) {
        let document = self.subject.document;
        let excerpt = settings.lines_from.and_then(|lowest| self.lines(lowest));
        // Room for as many as there are: most files have one or two, and ten thousand wait for the report.
        let mut findings = Vec::with_capacity(self.findings.len());
        findings.append(&mut self.findings);
        let report = FileReport {
            path: Arc::clone(self.path),
            plan: self.plan_number,
            findings,
            facts: Facts::after(document, self.signs, self.short),
            statements: if settings.policy.is_some() && !document.is_refused() {
                Profile::of(document).map_or_else(Vec::new, statements)
            } else {
                Vec::new()
            }
            .into(),
            suppressions: self.suppressions.into(),
            excerpt,
            unreadable: false,
        };
        (report, self.findings)
    }
}

/// The report of a file that could not be read from disk: that is a finding, and the run goes on.
pub(crate) fn unreadable(
    file: u32,
    path: impl Into<Arc<str>>,
    why: &str,
    settings: &Settings,
) -> FileReport {
    let path = path.into();
    let mut findings = Vec::new();
    let number = settings.plan_number(&path);
    let plan = settings.plan(number);
    if let Some(mut report) = reporter(
        &rules::unreadable_profile::RULE,
        file,
        Plans::One(plan),
        settings,
        &mut findings,
    ) {
        rules::unreadable_profile::report(why, &mut report);
    }
    FileReport {
        path,
        plan: number,
        findings,
        facts: None,
        statements: Box::default(),
        suppressions: Box::default(),
        excerpt: None,
        unreadable: true,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::lint::settings::Selection;
    use crate::target::Target;

    /// The bytes of every file below a folder, in the order of their names.
    fn below(folder: &Path, files: &mut Vec<(Arc<str>, Vec<u8>)>) {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                below(&path, files);
            } else {
                files.push((path.to_str().unwrap().into(), std::fs::read(&path).unwrap()));
            }
        }
    }

    #[test]
    fn what_is_found_in_a_file_does_not_depend_on_those_beside_it() {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let mut files = Vec::new();
        below(&tests.join("rules"), &mut files);
        below(&tests.join("signing"), &mut files);
        assert!(files.len() > 400);
        for target in [None, Some(Target::Jamf), Some(Target::Intune)] {
            let settings = Settings::new(target, &Selection::default(), 0.0);
            let memory = &mut Memory::default();
            for (handful, first) in files.chunks(7).zip((0..).step_by(7)) {
                let together = handful.iter().map(|(path, bytes)| File { path, bytes });
                let together: Vec<_> = together.collect();
                let mut reports = Vec::new();
                check_files(
                    memory,
                    first,
                    &together,
                    &settings,
                    Keep::Marks,
                    &mut reports,
                );
                let alone = together.iter().zip(first..).map(|(file, number)| {
                    check_file(number, Arc::clone(file.path), file.bytes, &settings)
                });
                assert_eq!(
                    format!("{reports:?}"),
                    format!("{:?}", alone.collect::<Vec<_>>())
                );
            }
        }
    }
}
