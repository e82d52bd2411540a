//! `kextpolicy lint`: profiles in, findings out.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::commands::{Context, write};
use crate::error::Error;
use crate::exit::ExitStatus;
use crate::lint::report::Report;
use crate::lint::rules::RULES;
use crate::lint::settings::{Selection, Settings, rule_number};
use crate::lint::{FileReport, check_file, conclude, unreadable};
use crate::output::{self, Format, Run, Style};
use crate::profile::repository::{self, Found};
use crate::profile::with_document;
use crate::severity::Severity;
use crate::suggest::nearest;
use crate::target::Target;

/// Fewer files than this are read faster by one thread than by a pool that has to start first.
const PARALLEL_FROM: usize = 16;

/// Arguments of `lint`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  kextpolicy lint profiles --target jamf")]
pub(crate) struct Args {
    /// Profiles, folders searched for *.mobileconfig, or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// The MDM server the profiles are for, whose own rules then apply too
    #[arg(long, value_enum, value_name = "TARGET")]
    target: Option<Target>,
    /// How the report is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
    /// File for the report, written whole or not at all; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Lowest severity that fails the run
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Error)]
    fail_on: FailOn,
    /// Run only these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Leave out these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Exit with 0 whatever is found
    #[arg(long)]
    exit_zero: bool,
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

/// Lints and reports.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    let selection = Selection {
        select: rule_numbers(&args.select)?,
        ignore: rule_numbers(&args.ignore)?,
    };
    let settings = Settings::new(args.target, &selection, now());
    let inputs = inputs(args)?;
    let files = on_threads(args.threads, || check(&inputs, &settings))?;
    let read = |file: u32| Some(inputs[file as usize].read().ok()?.into_owned());
    let report = conclude(files, &settings, &read);
    let sources = |file: u32| {
        let input = &inputs[file as usize];
        let bytes = input.read().ok()?;
        Some(with_document(&input.name, &bytes, |document| {
            document.text.to_owned()
        }))
    };
    let exit = verdict(&report, args);
    let run = Run {
        report: &report,
        fails_from: args.fail_on.threshold(),
        exit,
        sources: &sources,
        read: &read,
    };
    write_report(&run, args, context)?;
    Ok(exit)
}

/// Writes the report to standard output, or to the file that was asked for.
fn write_report(run: &Run<'_>, args: &Args, context: &mut Context<'_>) -> Result<(), Error> {
    let quiet = context.quiet;
    let Some(path) = args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"))
    else {
        let color = context.color_out;
        output::write(args.format, run, Style { color, quiet }, context.out)?;
        return Ok(());
    };
    let mut bytes = Vec::new();
    let color = false;
    output::write(args.format, run, Style { color, quiet }, &mut bytes)?;
    let output = write::Output {
        path,
        content: &bytes,
    };
    write::all_or_none(&[output], write::IfSame::Write)?;
    if !quiet {
        writeln!(context.err, "{}", output::last_line(&run.report.summary))?;
    }
    Ok(())
}

/// Clean or not.
fn verdict(report: &Report, args: &Args) -> ExitStatus {
    let threshold = args.fail_on.threshold();
    let fails = |worst| threshold.is_some_and(|threshold| worst >= threshold);
    if !args.exit_zero && report.worst().is_some_and(fails) {
        ExitStatus::Findings
    } else {
        ExitStatus::Clean
    }
}

/// Seconds since 2001-01-01T00:00:00Z, as property lists count.
pub(super) fn now() -> f64 {
    /// Seconds from 1970 to 2001.
    const REFERENCE: f64 = 978_307_200.0;
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64() - REFERENCE)
}

/// The numbers of rules named on the command line.
fn rule_numbers(names: &[String]) -> Result<Vec<usize>, Error> {
    names.iter().map(|name| known_rule(name)).collect()
}

/// The number of a rule; a name that no rule has is a mistake to be told.
pub(super) fn known_rule(name: &str) -> Result<usize, Error> {
    rule_number(name).ok_or_else(|| {
        let error = Error::new(format!("there is no rule `{name}`"));
        match nearest(name, RULES.iter().map(|rule| rule.name)) {
            Some(meant) => error.help(format!("did you mean `{meant}`?")),
            None => error.help("`kextpolicy explain` lists all rules"),
        }
    })
}

/// Something to lint.
#[derive(Debug)]
struct Input {
    /// Its name in reports.
    name: String,
    /// Where its bytes come from.
    origin: Origin,
}

/// Where bytes come from.
#[derive(Debug)]
enum Origin {
    /// A file.
    File(PathBuf),
    /// Standard input, read at once.
    Stream(Vec<u8>),
    /// Nowhere: the search could not enter it.
    Trouble(String),
}

impl Input {
    /// The bytes, or why there are none.
    fn read(&self) -> Result<std::borrow::Cow<'_, [u8]>, String> {
        match &self.origin {
            Origin::File(path) => repository::read(path)
                .map(Into::into)
                .map_err(|error| error.to_string()),
            Origin::Stream(bytes) => Ok(bytes.into()),
            Origin::Trouble(why) => Err(why.clone()),
        }
    }
}

impl From<Found> for Input {
    fn from(found: Found) -> Self {
        Self {
            name: found.name,
            origin: match found.trouble {
                Some(why) => Origin::Trouble(why),
                None => Origin::File(found.path),
            },
        }
    }
}

/// Everything to lint, in the order of the names.
fn inputs(args: &Args) -> Result<Vec<Input>, Error> {
    let (streams, roots): (Vec<_>, Vec<_>) = args
        .paths
        .iter()
        .cloned()
        .partition(|path| path == Path::new("-"));
    let mut inputs: Vec<Input> = repository::find(&roots, |_| true)?
        .into_iter()
        .map(Input::from)
        .collect();
    if !streams.is_empty() {
        let bytes = repository::read_stream(&mut std::io::stdin().lock())
            .map_err(|error| Error::new("cannot read standard input").because(error))?;
        inputs.insert(
            0,
            Input {
                name: "-".to_owned(),
                origin: Origin::Stream(bytes),
            },
        );
    }
    if inputs.is_empty() {
        let places = args
            .paths
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect::<Vec<_>>()
            .join(", ");
        return Err(Error::new(format!("no profile found in {places}")).help(
            "folders are searched for *.mobileconfig, except what .gitignore or `exclude` leaves out; name a file outright to lint it all the same",
        ));
    }
    Ok(inputs)
}

/// Lints every file by itself: a few on this thread, many on all cores. The order stays.
fn check(inputs: &[Input], settings: &Settings) -> Vec<FileReport> {
    let one = |(number, input): (usize, &Input)| {
        let file = u32::try_from(number).unwrap_or(u32::MAX);
        match input.read() {
            Ok(bytes) => check_file(file, &input.name, &bytes, settings),
            Err(why) => unreadable(file, &input.name, &why, settings),
        }
    };
    if inputs.len() < PARALLEL_FROM {
        inputs.iter().enumerate().map(one).collect()
    } else {
        inputs.par_iter().enumerate().map(one).collect()
    }
}

/// Runs on so many threads, or on as many as there are cores.
fn on_threads<R: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> R + Send,
) -> Result<R, Error> {
    let Some(threads) = threads else {
        return Ok(work());
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Error::new("cannot start threads").because(error))?;
    Ok(pool.install(work))
}
