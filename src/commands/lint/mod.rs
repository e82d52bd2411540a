//! `kextpolicy lint`: profiles in, findings out.

mod check;
mod configuration;
mod fix;
mod page;
mod sources;
#[cfg(test)]
mod tests;
mod watch;

use std::path::{Path, PathBuf};

use sources::Source;

use crate::commands::git::Place;
use crate::commands::progress::Progress;
use crate::commands::{Context, descriptions, inputs, write};
use crate::error::Error;
use crate::escape::{quoted, visible};
use crate::exit::ExitStatus;
use crate::lint::baseline;
use crate::lint::conclude;
use crate::lint::finding::Applicability;
use crate::lint::model::rule_id::RuleId;
use crate::lint::report::Report;
use crate::lint::rule::{Rule, find};
use crate::lint::rules::{RULES, row};
use crate::lint::settings::{Selection, Settings};
use crate::output::{self, AuditOf, Format, Out, Run, Style};
use crate::plist::scalar::REFERENCE_DATE;
use crate::severity::Severity;
use crate::suggest::nearest;
use crate::target::Target;

/// Arguments of `lint`.
#[derive(Clone, Debug, clap::Args)]
#[command(
    before_help = "Example:\n  kextpolicy lint profiles --target jamf",
    after_help = "Exit codes:\n  \
    0  nothing at or above --fail-on, which is `error` by default\n  \
    1  findings at or above it, or with --diff something to fix\n  \
    2  the tool could not do its work: nothing to check, a wrong option, a file it cannot write",
    group = clap::ArgGroup::new("fixing").args(["fix", "diff"]).multiple(true)
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct Args {
    /// Profiles, folders searched for *.mobileconfig, or - for standard input
    /// [default: `paths` of the configuration, else .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Also hold the profiles against this policy: no more allowed than it says, and no less
    #[arg(long, value_name = "POLICY")]
    policy: Option<PathBuf>,
    /// The MDM server the profiles are for, whose own rules then apply too
    #[arg(long, value_enum, value_name = "TARGET")]
    target: Option<Target>,
    /// Apple's descriptions to hold the profiles against, instead of the built-in ones where they say more: a checkout of
    /// github.com/apple/device-management, or a folder of files in the same form
    #[arg(long, value_name = "DIR")]
    descriptions: Option<PathBuf>,
    /// How the report is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
    /// File for the report, written whole or not at all; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print how often each rule found something instead of the findings
    #[arg(long, conflicts_with_all = ["format", "diff"])]
    statistics: bool,
    /// Title of the page that --format html writes
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Lowest severity that fails the run [default: `fail_on` of the configuration, else error]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    /// Run only these rules (separated by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Leave out these rules (separated by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Accept the findings in this file; new ones still fail
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write everything found into this file; `--baseline` with it then accepts all that
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "fix", "diff"])]
    write_baseline: Option<PathBuf>,
    /// Correct the files where the remedy is certain
    #[arg(long)]
    fix: bool,
    /// With --fix or --diff, also remedies that a person should look at
    #[arg(long, requires = "fixing")]
    unsafe_fixes: bool,
    /// Show what --fix would change, and change nothing; exit with 1 if there is something
    #[arg(long, conflicts_with_all = ["output", "format"])]
    diff: bool,
    /// Check again whenever a profile, the policy or the configuration is saved, until Ctrl-C
    #[arg(long, conflicts_with_all = ["fix", "write_baseline"])]
    watch: bool,
    /// Exit with 0 whatever is found
    #[arg(long)]
    exit_zero: bool,
    /// Show the lines of notes too, the configuration, and the files that are left out
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// Configuration file to use instead of the nearest kextpolicy.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Number of threads; the report is the same for any
    #[arg(long, value_name = "N", hide = true)]
    threads: Option<usize>,
}

/// The severity from which a run fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Errors
    Error,
    /// Warnings and errors
    Warning,
    /// Any finding
    Note,
    /// Nothing
    Never,
}

impl FailOn {
    /// The lowest severity that fails the run; `None` when none does.
    fn threshold(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}

impl Args {
    /// The lowest severity that fails the run; `None` when none does.
    fn fails_from(&self) -> Option<Severity> {
        self.fail_on.unwrap_or(FailOn::Error).threshold()
    }
}

/// Lints and reports, once or after each change.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    context.verbose |= args.verbose;
    context.config = context.config.take().or_else(|| args.config.clone());
    if args.watch {
        watch::run(args, context)
    } else {
        once(args, context)
    }
}

/// The rules chosen on the command line.
fn selection(args: &Args) -> Result<Selection, Error> {
    Ok(Selection {
        select: rules_named(&args.select)?,
        ignore: rules_named(&args.ignore)?,
    })
}

/// Lints and reports.
fn once(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    if args.title.is_some() && args.format != Format::Html {
        return Err(Error::new("`--title` is for the page of an audit").help("add `--format html`"));
    }
    let selection = selection(args)?;
    let config = configuration::load(args, context)?;
    let args = &configuration::filled(args, config.as_ref())?;
    let (mut sources, left_out) = sources::find(args, config.as_ref())?;
    left_out.report(context)?;
    if sources.is_empty() {
        let hides = ".gitignore or `exclude`";
        return Err(inputs::nothing_found(&args.paths, hides));
    }
    let mut settings = Settings::new(RULES, args.target, &selection, now());
    let configured = config.as_ref().and_then(|own| own.descriptions.clone());
    if let Some(folder) = args.descriptions.clone().or(configured) {
        settings = settings.with_descriptions(descriptions::table(&folder, context)?);
    }
    if let Some(config) = config {
        let names = sources.iter().map(|source| &**source.name());
        settings = settings.with_config(config, &selection, names);
    }
    if let Some(policy) = configuration::policy(args, context)? {
        settings = settings.with_policy(policy);
    }
    if let Some(baseline) = configuration::baseline(args)? {
        settings = settings.with_baseline(baseline);
    }
    settings.key_paths = args.format.shows_key_paths();
    let fails_from = args.fails_from();
    settings.lines_from = args.format.shows_lines_from(context.verbose, fails_from);
    if args.fix || args.diff {
        return fix::run(args, &settings, &mut sources, left_out, context);
    }
    let mut report = lint(args, &settings, &sources, context.watched)?;
    report.left_out = left_out.0;
    let reads = reads(args, &sources, context)?;
    if let Some(path) = &args.write_baseline {
        return write_baseline(path, &report, &reads, context);
    }
    let exit = show(&report, args, &sources, |run| {
        write_report(run, args, &reads, context)
    })?;
    let is_shown = args
        .output
        .as_deref()
        .is_none_or(|path| path == Path::new("-"));
    if is_shown && args.format == Format::Text && !args.statistics && !context.quiet {
        context.out.flush()?;
        hints(&report, context.err)?;
    }
    Ok(exit)
}

/// What to do after reading a report.
fn hints(report: &Report, err: &mut Out) -> std::io::Result<()> {
    // The first of the worst.
    let worst = report.findings.iter().rev();
    let Some(worst) = worst.max_by_key(|finding| finding.severity) else {
        return Ok(());
    };
    let count = |applicability| {
        let fixes = report
            .findings
            .iter()
            .filter_map(|finding| finding.fix.as_ref());
        fixes
            .filter(|fix| fix.applicability == applicability)
            .count()
    };
    match (count(Applicability::Safe), count(Applicability::Unsafe)) {
        (0, 0) => {}
        (safe, 0) => writeln!(err, "{safe} fixable with `--fix`")?,
        (0, risky) => writeln!(err, "{risky} fixable with `--fix --unsafe-fixes`")?,
        (safe, risky) => writeln!(
            err,
            "{safe} fixable with `--fix`, {risky} more with `--fix --unsafe-fixes`"
        )?,
    }
    let rule = worst.rule.name;
    writeln!(err, "more about a rule: kextpolicy explain {rule}")
}

/// The files that a run goes by, beside the profiles.
fn rules_of_the_run(args: &Args, context: &Context<'_>) -> Result<write::Reads, Error> {
    let named = [&args.policy, &args.baseline];
    Ok(write::Reads::files(named.into_iter().flatten()).and(configuration::places(args, context)?))
}

/// All files that a run reads.
fn reads(args: &Args, sources: &[Source], context: &Context<'_>) -> Result<write::Reads, Error> {
    let profiles = sources.iter().filter_map(|source| {
        source
            .file()
            .or(source.is_stream().then_some(Path::new("-")))
    });
    Ok(rules_of_the_run(args, context)?.and(profiles))
}

/// Writes the baseline instead of a report.
fn write_baseline(
    path: &Path,
    report: &Report,
    reads: &write::Reads,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let (text, count) = baseline::write(report, &|rule| row(rule).is_some_and(Rule::needs_policy))
        .map_err(|error| Error::new("cannot write the baseline").because(error))?;
    let output = write::Output {
        path,
        links: write::Links::Follow,
        content: text.as_bytes(),
    };
    write::all_or_none(&[output], reads, write::IfSame::Leave)?;
    if !context.quiet {
        writeln!(
            context.err,
            "wrote {} with {}; from now on: kextpolicy lint --baseline {}",
            quoted(&path.display().to_string()),
            output::count(count, "finding"),
            visible(&path.display().to_string()),
        )?;
    }
    Ok(ExitStatus::Clean)
}

/// One run over everything.
fn lint(
    args: &Args,
    settings: &Settings,
    sources: &[Source],
    watched: bool,
) -> Result<Report, Error> {
    if args.threads.is_some() || sources.len() >= check::PARALLEL_FROM {
        check::start_threads(args.threads)?;
    }
    let progress = Progress::new(sources.len(), watched);
    let files = check::check(sources, settings, &progress);
    drop(progress);
    Ok(conclude(files, settings, &sources::reader(sources)))
}

/// Writes a report with its verdict.
fn show(
    report: &Report,
    args: &Args,
    sources: &[Source],
    show: impl FnOnce(&Run<'_>) -> Result<(), Error>,
) -> Result<ExitStatus, Error> {
    let exit = verdict(report, args);
    let read = sources::reader(sources);
    let commits = if args.format == Format::Html {
        commits(args)
    } else {
        Vec::new()
    };
    let audit = AuditOf {
        title: args.title.as_deref(),
        commits: &commits,
    };
    show(&Run {
        report,
        fails_from: args.fails_from(),
        exit,
        pages: &|number, holdings| {
            let path = report.files.get(number as usize)?;
            Some(page::page(path, &read(number).ok()?, holdings))
        },
        audit,
    })?;
    Ok(exit)
}

/// The git commits that are checked out where the profiles are. Where git does not say, there is nothing to say.
fn commits(args: &Args) -> Vec<String> {
    let mut found: Vec<String> = args
        .paths
        .iter()
        .filter_map(|path| Place::new(path).ok()?.head())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Writes the report to standard output, or to the file that was asked for.
fn write_report(
    run: &Run<'_>,
    args: &Args,
    reads: &write::Reads,
    context: &mut Context<'_>,
) -> Result<(), Error> {
    let (quiet, verbose) = (context.quiet, context.verbose);
    let style = Style {
        quiet,
        verbose,
        statistics: args.statistics,
    };
    let Some(path) = args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"))
    else {
        output::write(args.format, run, style, context.out)?;
        return Ok(());
    };
    let mut report = Out::memory();
    output::write(args.format, run, style, &mut report)?;
    let bytes = report.into_bytes()?;
    let output = write::Output {
        path,
        links: write::Links::Follow,
        content: &bytes,
    };
    write::all_or_none(&[output], reads, write::IfSame::Write)?;
    if !quiet {
        writeln!(context.err, "{}", output::last_line(&run.report.summary))?;
    }
    Ok(())
}

/// Clean or not.
fn verdict(report: &Report, args: &Args) -> ExitStatus {
    let threshold = args.fails_from();
    let fails = |worst| threshold.is_some_and(|threshold| worst >= threshold);
    if !args.exit_zero && report.worst().is_some_and(fails) {
        ExitStatus::Findings
    } else {
        ExitStatus::Clean
    }
}

/// Seconds since 2001-01-01T00:00:00Z, as property lists count.
pub(super) fn now() -> f64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64() - REFERENCE_DATE)
}

/// The rules named on the command line.
fn rules_named(names: &[String]) -> Result<Vec<RuleId>, Error> {
    let unknown: Vec<&String> = names
        .iter()
        .filter(|name| find(RULES, name).is_none())
        .collect();
    match unknown.as_slice() {
        [] | [_] => names.iter().map(|name| known_rule(name)).collect(),
        several => {
            let known = || RULES.iter().map(|rule| rule.id.name);
            let said = |name: &&String| match nearest(name, known()) {
                Some(meant) => format!("{} (did you mean `{meant}`?)", quoted(name)),
                None => quoted(name),
            };
            let names: Vec<String> = several.iter().map(said).collect();
            Err(
                Error::new(format!("there are no rules {}", names.join(", ")))
                    .help("`kextpolicy explain` lists all rules"),
            )
        }
    }
}

/// A rule by its name; a name that no rule has is a mistake to be reported.
pub(super) fn known_rule(name: &str) -> Result<RuleId, Error> {
    find(RULES, name).ok_or_else(|| {
        let error = Error::new(format!("there is no rule `{name}`"));
        match nearest(name, RULES.iter().map(|rule| rule.id.name)) {
            Some(meant) => error.help(format!("did you mean `{meant}`?")),
            None => error.help("`kextpolicy explain` lists all rules"),
        }
    })
}
