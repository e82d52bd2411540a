//! `lint --fix` and `lint --diff`: remedies written into the files, or shown.

use similar::TextDiff;

use super::inputs::Input;
use super::{Args, bytes, lint, shown, sources, verdict, write_report};
use crate::commands::{Context, write};
use crate::error::Error;
use crate::escape::visible;
use crate::exit::ExitStatus;
use crate::lint::finding::{Applicability, Fix};
use crate::lint::fix::{ROUNDS, Refusal, apply};
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
    inputs: &mut [Input],
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let stream = inputs.iter().any(Input::is_stream);
    if stream && inputs.len() > 1 && !args.diff {
        return Err(Error::new("cannot fix standard input together with files")
            .help("fix the files in one run, and `kextpolicy lint --fix - <IN >OUT` in another"));
    }
    let mut outcomes = vec![Outcome::default(); inputs.len()];
    let report = settle(args, settings, inputs, &mut outcomes)?;
    let exit = if args.diff {
        differences(args, inputs, context)?
    } else if stream {
        let fixed = inputs[0].read().map_err(Error::new)?;
        context.out.write_all(&fixed)?;
        let exit = verdict(&report, args);
        let style = Style {
            color: context.color_err,
            quiet: context.quiet,
        };
        let (texts, read) = (sources(inputs), bytes(inputs));
        let sources = |file| {
            report
                .extra(file)
                .map(str::to_owned)
                .or_else(|| texts(file))
        };
        let run = shown(&report, exit, args, &sources, &read);
        output::write(Format::Text, &run, style, context.err)?;
        exit
    } else {
        write_files(inputs)?;
        let exit = verdict(&report, args);
        let (texts, read) = (sources(inputs), bytes(inputs));
        let sources = |file| {
            report
                .extra(file)
                .map(str::to_owned)
                .or_else(|| texts(file))
        };
        write_report(&shown(&report, exit, args, &sources, &read), args, context)?;
        exit
    };
    tell(args, inputs, &outcomes, context)?;
    Ok(exit)
}

/// Lints and fixes in turn, in memory, until nothing changes any more. Gives the report of what remains.
fn settle(
    args: &Args,
    settings: &Settings,
    inputs: &mut [Input],
    outcomes: &mut [Outcome],
) -> Result<Report, Error> {
    for round in 0..=ROUNDS {
        let report = lint(args, settings, inputs)?;
        let mut changed = false;
        for (file, fixes) in fixes_by_file(&report, args) {
            // A finding about the configuration or the baseline is about no profile.
            let (Some(input), Some(outcome)) = (inputs.get_mut(file), outcomes.get_mut(file))
            else {
                continue;
            };
            if outcome.refusal.is_some() {
                continue;
            }
            let Ok(bytes) = input.read() else { continue };
            let refusal = match apply(&input.name, &bytes, &fixes) {
                _ if round == ROUNDS => Refusal::Unsettled,
                Err(refusal) => refusal,
                Ok(fixed) if fixed.count == 0 || fixed.bytes == *bytes => continue,
                Ok(fixed) => {
                    input.fixed = Some(fixed.bytes);
                    outcome.count += fixed.count;
                    changed = true;
                    continue;
                }
            };
            changed |= input.fixed.take().is_some();
            *outcome = Outcome {
                count: 0,
                refusal: Some(refusal),
            };
        }
        if !changed {
            return Ok(report);
        }
    }
    lint(args, settings, inputs)
}

/// The fixes that were asked for, by the file they are for.
fn fixes_by_file<'r>(report: &'r Report, args: &Args) -> Vec<(usize, Vec<&'r Fix>)> {
    report
        .findings
        .chunk_by(|one, other| one.place.file == other.place.file)
        .map(|findings| {
            let fixes = findings
                .iter()
                .filter_map(|finding| finding.fix.as_ref())
                .filter(|fix| args.unsafe_fixes || fix.applicability == Applicability::Safe)
                .collect();
            (findings[0].place.file as usize, fixes)
        })
        .filter(|(_, fixes): &(usize, Vec<&Fix>)| !fixes.is_empty())
        .collect()
}

/// Shows what would change.
fn differences(
    args: &Args,
    inputs: &[Input],
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let mut exit = ExitStatus::Clean;
    for input in inputs {
        let Some(fixed) = &input.fixed else { continue };
        let original = input.original().map_err(Error::new)?;
        let (old, new) = (
            String::from_utf8_lossy(&original),
            String::from_utf8_lossy(fixed),
        );
        let name = visible(&input.name);
        let diff = TextDiff::from_lines(old.as_ref(), new.as_ref());
        let text = diff.unified_diff().header(&name, &name).to_string();
        context.out.write_all(text.as_bytes())?;
        if !args.exit_zero {
            exit = ExitStatus::Findings;
        }
    }
    Ok(exit)
}

/// Writes every file that was fixed: all of them or none.
fn write_files(inputs: &[Input]) -> Result<(), Error> {
    let outputs: Vec<write::Output<'_>> = inputs
        .iter()
        .filter_map(|input| {
            Some(write::Output {
                path: input.file()?,
                content: input.fixed.as_deref()?,
            })
        })
        .collect();
    write::all_or_none(&outputs, write::IfSame::Leave)?;
    Ok(())
}

/// Says on standard error how many were fixed, and which files could not be.
fn tell(
    args: &Args,
    inputs: &[Input],
    outcomes: &[Outcome],
    context: &mut Context<'_>,
) -> Result<(), Error> {
    for (input, outcome) in inputs.iter().zip(outcomes) {
        if let Some(refusal) = outcome.refusal {
            let name = visible(&input.name);
            writeln!(
                context.err,
                "warning: `{name}` was not fixed: {}\n  help: {}",
                refusal.reason(),
                refusal.help()
            )?;
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
