//! The command line: arguments in, one command called, its verdict out. No logic of its own.

mod mistakes;

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;

use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::commands::{self, Context, interrupt};
use crate::error::Error;
use crate::exit::{EXIT_CODES, ExitStatus};
use crate::output::Out;

/// Approve kernel and system extensions on managed Macs: render, lint and diagnose configuration profiles
#[derive(Debug, Parser)]
#[command(name = "kextpolicy", version, before_help = EXAMPLE, after_help = EXIT_CODES, arg_required_else_help = true, max_term_width = 100, disable_help_flag = true, disable_version_flag = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    globals: Globals,
    /// What to do
    #[command(subcommand)]
    command: Command,
}

/// The options of every command. `--verbose` and `--config` are options of the commands that use them, and are taken before
/// the command too.
#[derive(Debug, Default, clap::Args)]
struct Globals {
    /// Colours in the output
    #[arg(long, global = true, help_heading = "Global options", value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    /// Print only findings, results and errors
    #[arg(short, long, global = true, help_heading = "Global options")]
    quiet: bool,
    // The short help, one line for each option, is the only one.
    /// Print help
    #[arg(short, long, global = true, help_heading = "Global options", action = clap::ArgAction::HelpShort)]
    help: Option<bool>,
    /// Print the version; with -v also which of Apple's descriptions are built in
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
    #[arg(short, long, hide = true, conflicts_with = "quiet")]
    verbose: bool,
    #[arg(long, hide = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The first thing `--help` shows.
const EXAMPLE: &str = "\
Examples:
  kextpolicy init defender policy.yaml                        a policy for Microsoft Defender
  kextpolicy render policy.yaml --target jamf --out-dir out   its profiles for Jamf Pro
  kextpolicy lint out --target jamf                           what is wrong with profiles";

/// When to print colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
enum Command {
    /// Write a policy to start from
    Init(commands::init::Args),
    /// Write the profiles of a policy, or compare them with it
    Render(commands::render::Args),
    /// Check profiles: what is wrong, where, why, and what to do
    Lint(commands::lint::Args),
    /// Find out why an extension is blocked, and what to do next
    Diagnose(commands::diagnose::Args),
    /// Show what a Mac with all these profiles would allow
    Effective(commands::effective::Args),
    /// Show what changed in meaning between two states of profiles
    Diff(commands::diff::Args),
    /// Show what is in a profile, at a glance
    Show(commands::show::Args),
    /// Make a policy of what is approved already: profiles, a KextPolicy database, bundles
    Import(commands::import::Args),
    /// Sign profiles, on any system
    Sign(commands::sign::Args),
    /// Check who signed a profile and whether the signature holds
    Verify(commands::verify::Args),
    /// Explain a rule: what it finds, why it matters, what to write instead
    Explain(commands::explain::Args),
    /// Print the JSON Schema of the policy file
    Schema(commands::schema::Args),
    /// Print the completions for a shell
    Completions(commands::completions::Args),
    /// Print or write the manual pages
    Man(commands::man::Args),
}

/// What only the makers of the tool call: not in the help, the completions and the manual pages.
#[derive(Debug, Parser)]
#[command(name = "kextpolicy generate-schema")]
struct GenerateSchema {
    #[command(flatten)]
    args: commands::generate_schema::Args,
}

/// A command line that was read.
enum Called {
    Command(Box<Cli>),
    GenerateSchema(GenerateSchema),
}

impl Called {
    fn parse(args: &[OsString]) -> Result<Self, clap::Error> {
        match args {
            [_, rest @ ..] if rest.first().is_some_and(|word| word == "generate-schema") => {
                GenerateSchema::try_parse_from(rest).map(Self::GenerateSchema)
            }
            // Other tools take the word, and a hurried person types it.
            [tool, word] if word == "version" => {
                Cli::try_parse_from([tool.clone(), "--version".into()])
                    .map(Box::new)
                    .map(Self::Command)
            }
            [tool, word, rest @ ..] if word == "help" => {
                let asks = "--help".into();
                let line = std::iter::once(tool).chain(rest).chain([&asks]);
                Cli::try_parse_from(line).map(Box::new).map(Self::Command)
            }
            _ => Cli::try_parse_from(args).map(Box::new).map(Self::Command),
        }
    }
}

/// Parses, runs, and reports a failure of the tool.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let args: Vec<OsString> = args.into_iter().collect();
    let called = match Called::parse(&args) {
        Ok(called) => called,
        Err(error) => {
            if is_mistake(&error) {
                let failure = mistakes::explained(&error, &args, &Cli::command());
                let color = Color::Auto.enabled(&io::stderr());
                let stderr = Listened::new(io::stderr());
                let mut err = Out::stream(stderr, color, io::stderr().is_terminal());
                let _ = commands::print_failure(&failure, &mut err);
                return ExitStatus::Failure;
            }
            let status = if error.use_stderr() {
                ExitStatus::Failure
            } else {
                ExitStatus::Clean
            };
            // A closed stream while printing help is not a failure of the tool.
            let _ = error.print();
            if error.kind() == clap::error::ErrorKind::DisplayVersion && asks_for_detail(&args) {
                let _ = writeln!(
                    io::stdout(),
                    "payload descriptions: {}",
                    crate::schema::BUILT_IN.source
                );
            }
            return status;
        }
    };
    let (globals, command) = match called {
        Called::Command(cli) => (cli.globals, Ok(cli.command)),
        Called::GenerateSchema(own) => (Globals::default(), Err(own.args)),
    };
    let (color_out, color_err) = (
        globals.color.enabled(&io::stdout()),
        globals.color.enabled(&io::stderr()),
    );
    let stdout = Listened::new(io::stdout().lock());
    let stdout = io::BufWriter::with_capacity(64 * 1024, stdout);
    let mut out = Out::stream(stdout, color_out, io::stdout().is_terminal())
        .with_width(terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0));
    // Not locked: a bar is drawn by whichever thread is there.
    let stderr = Listened::new(io::stderr());
    let mut err = Out::stream(stderr, color_err, io::stderr().is_terminal())
        .with_width(terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| width.0));
    let mut context = Context {
        out: &mut out,
        err: &mut err,
        watched: !globals.quiet && io::stderr().is_terminal(),
        quiet: globals.quiet,
        verbose: globals.verbose,
        config: globals.config,
    };
    let result = match command {
        Ok(command) => dispatch(&command, &mut context),
        Err(args) => commands::generate_schema::run(&args, &mut context),
    };
    let flushed = out.flush().map_err(Error::from);
    match result.and_then(|status| flushed.map(|()| status)) {
        Ok(status) => status,
        Err(error) => {
            let _ = commands::print_failure(&error, &mut err);
            interrupt::end_if_asked();
            ExitStatus::Failure
        }
    }
}

/// Whether an error of the parser is a mistake on the command line: not a request for help or for the version.
fn is_mistake(error: &clap::Error) -> bool {
    error.use_stderr()
        && error.kind() != clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

/// A stream to which somebody may have stopped listening, as `head` does: what comes after goes nowhere. That is no
/// failure, and what was found stays the verdict.
struct Listened<W> {
    /// The stream; `None` when nobody listens any more.
    stream: Option<W>,
}

impl<W: Write> Listened<W> {
    /// A stream somebody may listen to.
    fn new(stream: W) -> Self {
        Self {
            stream: Some(stream),
        }
    }

    /// Does something with the stream, unless nobody listens.
    fn heard<R>(
        &mut self,
        unheard: R,
        does: impl FnOnce(&mut W) -> io::Result<R>,
    ) -> io::Result<R> {
        let Some(stream) = &mut self.stream else {
            return Ok(unheard);
        };
        match does(stream) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.stream = None;
                Ok(unheard)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for Listened<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.heard(bytes.len(), |stream| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.heard((), Write::flush)
    }
}

/// Whether `--verbose` is on the command line. `--version` ends the reading of arguments before it is seen.
fn asks_for_detail(args: &[OsString]) -> bool {
    args.iter().any(|arg| {
        let arg = arg.to_string_lossy();
        let short = arg.starts_with('-') && !arg.starts_with("--") && arg.contains('v');
        arg == "--verbose" || short
    })
}

impl Color {
    /// Decides for one stream; `auto` follows `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE` and `TERM`.
    fn enabled(self, stream: &impl anstream::stream::RawStream) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
        }
    }
}

/// Calls the command.
fn dispatch(command: &Command, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    match command {
        Command::Init(args) => commands::init::run(args, context),
        Command::Schema(args) => commands::schema::run(args, context),
        Command::Explain(args) => commands::explain::run(args, context),
        Command::Render(args) => commands::render::run(args, context),
        Command::Lint(args) => commands::lint::run(args, context),
        Command::Effective(args) => commands::effective::run(args, context),
        Command::Diff(args) => commands::diff::run(args, context),
        Command::Show(args) => commands::show::run(args, context),
        Command::Diagnose(args) => commands::diagnose::run(args, context),
        Command::Import(args) => commands::import::run(args, context),
        Command::Sign(args) => commands::sign::run(args, context),
        Command::Verify(args) => commands::verify::run(args, context),
        Command::Man(args) => commands::man::run::<Cli>(args, context),
        Command::Completions(args) => commands::completions::run::<Cli>(args, context),
    }
}
