//! `lint --fix` and `lint --diff`: remedies written into the files, or shown.

use similar::TextDiff;

use super::sources::Source;
use super::{Args, lint, reads, rules_of_the_run, show, write_report};
use crate::commands::left_out::LeftOutFiles;
use crate::commands::{Context, write};
use crate::error::Error;
use crate::escape::{quoted, visible};
use crate::exit::ExitStatus;
use crate::lint::finding::{Applicability, Fix};
use crate::lint::fix::{ROUNDS, apply};
use crate::lint::model::refusal::Refusal;
use crate::lint::report::Report;
use crate::lint::settings::Settings;
use crate::output::{self, Format, Style};

/// What became of one input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// How many fixes were applied.
    count: usize,
    /// Why none are.
    refusal: Option<Refusal>,
}

/// Fixes in memory until nothing changes; then shows the difference, or writes all files and reports what remains.
pub(super) fn run(
    args: &Args,
    settings: &Settings,
    sources: &mut [Source],
    left_out: LeftOutFiles,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let stream = sources.iter().any(Source::is_stream);
    if stream && sources.len() > 1 && !args.diff {
        return Err(Error::new("cannot fix standard input together with files")
            .help("fix the files in one run, and `kextpolicy lint --fix - <IN >OUT` in another"));
    }
    let mut outcomes = vec![Outcome::default(); sources.len()];
    let mut report = settle(args, settings, sources, &mut outcomes, context.watched)?;
    report.left_out = left_out.0;
    let exit = if args.diff {
        differences(args, sources, context)?
    } else if stream {
        let fixed = sources[0].read().map_err(Error::new)?;
        context.out.document(&fixed)?;
        let style = Style {
            quiet: context.quiet,
            verbose: context.verbose,
            statistics: args.statistics,
        };
        show(&report, args, sources, |run| {
            Ok(output::write(Format::Text, run, style, context.err)?)
        })?
    } else {
        let reads = reads(args, sources, context)?;
        if let Some(report) = &args.output {
            // Before a file is fixed.
            reads.refuse(&[report])?;
        }
        write_files(sources, &rules_of_the_run(args, context)?)?;
        show(&report, args, sources, |run| {
            write_report(run, args, &reads, context)
        })?
    };
    report_outcomes(args, sources, &outcomes, context)?;
    Ok(exit)
}

/// Lints and fixes in turn, in memory, until nothing changes any more. Gives the report of what remains.
fn settle(
    args: &Args,
    settings: &Settings,
    sources: &mut [Source],
    outcomes: &mut [Outcome],
    watched: bool,
) -> Result<Report, Error> {
    for round in 0..=ROUNDS {
        let report = lint(args, settings, sources, watched)?;
        let mut changed = false;
        note_withheld(&report, args, outcomes);
        for (file, fixes) in fixes_by_file(&report, args) {
            let (Some(source), Some(outcome)) = (sources.get_mut(file), outcomes.get_mut(file))
            else {
                continue;
            };
            if outcome.refusal.is_some() {
                continue;
            }
            let bytes = source.read().map_err(|why| {
                Error::new(format!("cannot fix {}", quoted(source.name())))
                    .because(why)
                    .help("nothing was written; run it again when nobody else writes the file")
            })?;
            let refusal = match apply(source.name(), &bytes, &fixes) {
                _ if round == ROUNDS => Refusal::Unsettled,
                Err(refusal) => refusal,
                Ok(fixed) if fixed.count == 0 || fixed.bytes == *bytes => continue,
                Ok(fixed) => {
                    source.fixed = Some(fixed.bytes);
                    outcome.count += fixed.count;
                    changed = true;
                    continue;
                }
            };
            changed |= source.fixed.take().is_some();
            *outcome = Outcome {
                count: 0,
                refusal: Some(refusal),
            };
        }
        if !changed {
            return Ok(report);
        }
    }
    lint(args, settings, sources, watched)
}

/// Whether such fixes were asked for.
fn is_wanted(applicability: Applicability, args: &Args) -> bool {
    args.unsafe_fixes || applicability == Applicability::Safe
}

/// Notes the files that would be fixed, were they not signed or binary.
fn note_withheld(report: &Report, args: &Args, outcomes: &mut [Outcome]) {
    for finding in &report.findings {
        if let Some(withheld) = finding.withheld
            && is_wanted(withheld.applicability, args)
            && let Some(outcome) = finding
                .place
                .file
                .number()
                .and_then(|number| outcomes.get_mut(number))
        {
            outcome.refusal = Some(withheld.refusal);
        }
    }
}

/// The fixes that were asked for, by the file they are for.
fn fixes_by_file<'r>(report: &'r Report, args: &Args) -> Vec<(usize, Vec<&'r Fix>)> {
    report
        .findings
        .chunk_by(|one, other| one.place.file == other.place.file)
        .filter_map(|findings| {
            let fixes = findings
                .iter()
                .filter_map(|finding| finding.fix.as_deref())
                .filter(|fix| is_wanted(fix.applicability, args))
                .collect();
            Some((findings[0].place.file.number()?, fixes))
        })
        .filter(|(_, fixes): &(usize, Vec<&Fix>)| !fixes.is_empty())
        .collect()
}

/// Shows what would change.
fn differences(
    args: &Args,
    sources: &[Source],
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let mut exit = ExitStatus::Clean;
    for source in sources {
        let Some(fixed) = &source.fixed else { continue };
        let original = source.original().map_err(Error::new)?;
        let (old, new) = (
            String::from_utf8_lossy(&original),
            String::from_utf8_lossy(fixed),
        );
        let name = source.name();
        let diff = TextDiff::from_lines(old.as_ref(), new.as_ref());
        let text = diff
            .unified_diff()
            .header(&visible(name), &visible(name))
            .to_string();
        for line in text.split_terminator('\n') {
            writeln!(context.out, "{}", line.trim_end_matches('\r'))?;
        }
        if !args.exit_zero {
            exit = ExitStatus::Findings;
        }
    }
    Ok(exit)
}

/// Writes every file that was fixed: all of them or none, and none that somebody else changed meanwhile.
pub(super) fn write_files(sources: &[Source], reads: &write::Reads) -> Result<(), Error> {
    let (fixed, outputs): (Vec<&Source>, Vec<write::Output<'_>>) = sources
        .iter()
        .filter_map(|source| {
            let output = write::Output {
                path: source.file()?,
                links: write::Links::Follow,
                content: source.fixed.as_deref()?,
            };
            Some((source, output))
        })
        .unzip();
    write::all_or_none_while(&outputs, reads, &|number| fixed[number].check_unchanged())
}

/// Says on standard error how many were fixed, and which files could not be.
fn report_outcomes(
    args: &Args,
    sources: &[Source],
    outcomes: &[Outcome],
    context: &mut Context<'_>,
) -> Result<(), Error> {
    for (source, outcome) in sources.iter().zip(outcomes) {
        if let Some(refusal) = outcome.refusal {
            let name = source.name();
            writeln!(
                context.err,
                "warning: `{name}` was not fixed: {}",
                refusal.reason()
            )?;
            writeln!(context.err, "  help: {}", refusal.help())?;
        }
    }
    let fixed: usize = outcomes.iter().map(|outcome| outcome.count).sum();
    let files = outcomes.iter().filter(|outcome| outcome.count > 0).count();
    if !context.quiet && fixed > 0 {
        let done = if args.diff { "would fix" } else { "fixed" };
        writeln!(
            context.err,
            "{done} {} in {}",
            output::count(fixed, "problem"),
            output::count(files, "profile")
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use clap::Parser as _;

    use super::*;
    use crate::lint::settings::Selection;

    /// The command line of a test.
    #[derive(clap::Parser)]
    struct Line {
        // Of all commands, and named by those of this one.
        #[arg(long)]
        quiet: bool,
        #[command(flatten)]
        args: Args,
    }

    /// A profile with a remedy.
    const PROFILE: &str = "<plist version=\"1.0\"><dict><key>PayloadScope</key><string>User</string><key>PayloadContent</key><array><dict><key>PayloadType</key><string>com.apple.system-extension-policy</string></dict></array></dict></plist>";

    /// Fixes two files in memory, lets `meanwhile` change the second, and writes. Gives the failure and both files.
    fn written(meanwhile: impl Fn(&PathBuf)) -> (Result<(), Error>, [Option<String>; 2]) {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a", "b"].map(|name| folder.path().join(format!("{name}.mobileconfig")));
        for path in &paths {
            std::fs::write(path, PROFILE).unwrap();
        }
        let line = ["lint", "--fix", "--select", "user-scope"].map(PathBuf::from);
        let args = Line::parse_from(line.iter().chain(&paths)).args;
        let selection = Selection {
            select: super::super::rules_named(&args.select).unwrap(),
            ignore: Vec::new(),
        };
        let settings = Settings::new(crate::lint::rules::RULES, None, &selection, 0.0);
        let mut sources = super::super::sources::find(&args, None).unwrap().0;
        let mut outcomes = vec![Outcome::default(); sources.len()];
        settle(&args, &settings, &mut sources, &mut outcomes, false).unwrap();
        assert_eq!(outcomes.iter().map(|own| own.count).sum::<usize>(), 2);
        meanwhile(&paths[1]);
        let result = write_files(&sources, &write::Reads::nothing());
        let left = paths.map(|path| std::fs::read_to_string(path).ok());
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            left.iter().flatten().count(),
            "passing files are left"
        );
        (result, left)
    }

    #[test]
    fn files_that_nobody_touched_are_fixed() {
        let (result, left) = written(|_| {});
        result.unwrap();
        let fixed = Some(PROFILE.replace(">User<", ">System<"));
        assert_eq!(left, [fixed.clone(), fixed]);
    }

    #[test]
    fn a_file_that_was_changed_after_it_was_linted_keeps_its_change_and_no_other_is_fixed() {
        let other = PROFILE.replace("User", "User ");
        let (result, left) = written(|path| std::fs::write(path, &other).unwrap());
        let error = result.unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("b.mobileconfig`: it was changed after it was linted"),
            "{error}"
        );
        assert_eq!(
            error.next_step(),
            Some("nothing was written; the files are as they were")
        );
        assert_eq!(left, [Some(PROFILE.to_owned()), Some(other.clone())]);
    }

    #[test]
    fn a_file_that_was_removed_after_it_was_linted_stays_away() {
        let (result, left) = written(|path| std::fs::remove_file(path).unwrap());
        result.unwrap_err();
        assert_eq!(left, [Some(PROFILE.to_owned()), None]);
    }
}
