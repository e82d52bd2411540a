//! What a mistyped command line is answered, in the words and form of every other failure: what is wrong, and the command
//! that was probably meant. clap's own texts name its internals (`<PATH|--print>`) and end without a next step.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::Error;
use crate::escape::quoted;
use crate::suggest::nearest;

/// Words for a command that people know from other tools, and the command that does it here.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("audit", "effective"),
    ("build", "render"),
    ("check", "lint"),
    ("compare", "diff"),
    ("convert", "import"),
    ("create", "init"),
    ("doctor", "diagnose"),
    ("fix", "lint --fix"),
    ("fmt", "lint --fix"),
    ("generate", "render"),
    ("info", "show"),
    ("inspect", "show"),
    ("list", "init --list"),
    ("new", "init"),
    ("rules", "explain"),
    ("scan", "lint"),
    ("test", "lint"),
    ("unsign", "show --raw"),
    ("validate", "lint"),
    ("view", "show"),
    ("watch", "lint --watch"),
];

/// Options that people know from other tools, and the option that does it here, where the command takes that.
const OTHER_OPTIONS: &[(&str, &str)] = &[
    ("--csv", "--format csv"),
    ("--dry-run", "--diff"),
    ("--dry-run", "--check"),
    ("--html", "--format html"),
    ("--json", "--format json"),
    ("--mdm", "--target"),
    ("--output-dir", "--out-dir"),
    ("--rule", "--select"),
    ("--rules", "--select"),
    ("--sarif", "--format sarif"),
    ("--severity", "--fail-on"),
    ("--sign", "--sign-p12"),
    ("--skip", "--ignore"),
    ("-d", "--out-dir"),
    ("-f", "--format"),
    ("-n", "--diff"),
    ("-n", "--check"),
    ("-t", "--target"),
];

/// Options that nobody needs here, and why.
const NEEDLESS: &[(&str, &str)] = &[
    (
        "--exclude",
        "name the folders to leave out in kextpolicy.toml: `exclude = [\"archive\"]`",
    ),
    (
        "--recursive",
        "leave it out: folders are searched with all folders below them",
    ),
    (
        "-r",
        "leave it out: folders are searched with all folders below them",
    ),
];

/// The failure that a parser's error means.
pub(super) fn explained(error: &clap::Error, args: &[OsString], command: &clap::Command) -> Error {
    let words: Vec<String> = args
        .iter()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let called = called(&words, command);
    let help_of = match called {
        Some(own) => format!("`kextpolicy {} --help` shows its options", own.get_name()),
        None => "`kextpolicy --help` lists the commands".to_owned(),
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => unknown_command(error, &words, command),
        ErrorKind::UnknownArgument => unknown_option(error, &words, called, command, &help_of),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => wrong_value(error, help_of),
        ErrorKind::MissingRequiredArgument => missing(error, &words, called, &help_of),
        ErrorKind::ArgumentConflict => {
            let prior = strings(error, ContextKind::PriorArg);
            let prior: Vec<String> = prior.iter().map(|one| named(one)).collect();
            let other = prior.join(" and ");
            let own = named(&text(error, ContextKind::InvalidArg));
            if other == own {
                Error::new(format!("{own} is given twice")).help("give it once")
            } else {
                Error::new(format!("{own} and {other} do not go together"))
                    .help("leave one of them out")
            }
        }
        ErrorKind::TooManyValues => Error::new(format!(
            "{} is one word too many",
            quoted(&text(error, ContextKind::InvalidValue))
        ))
        .help(help_of),
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            Error::new(format!(
                "{} has a wrong number of values",
                named(&text(error, ContextKind::InvalidArg))
            ))
            .help(help_of)
        }
        _ => {
            let first = error.to_string();
            let first = first.lines().next().unwrap_or_default();
            Error::new(first.strip_prefix("error: ").unwrap_or(first)).help(help_of)
        }
    }
}

/// The subcommand that was called, if there is one of this name.
fn called<'a>(words: &[String], command: &'a clap::Command) -> Option<&'a clap::Command> {
    words.iter().find_map(|word| command.find_subcommand(word))
}

fn unknown_command(error: &clap::Error, words: &[String], command: &clap::Command) -> Error {
    let wrong = text(error, ContextKind::InvalidSubcommand);
    let failure = Error::new(format!("{} is not a command", quoted(&wrong)));
    let names = command.get_subcommands().map(clap::Command::get_name);
    let meant = OTHER_WORDS
        .iter()
        .find(|(word, _)| *word == wrong)
        .map(|(_, meant)| *meant)
        .or_else(|| nearest(&wrong, names));
    match meant {
        Some(meant) => {
            let mut line = words.to_vec();
            if let Some(word) = line.iter_mut().find(|word| **word == wrong) {
                meant.clone_into(word);
            }
            failure.help(format!("write `kextpolicy {}`", line.join(" ")))
        }
        None => failure.help("`kextpolicy --help` lists the commands"),
    }
}

/// An argument as people write it: `--target TARGET` for `--target <TARGET>`, `PATH` for `[PATH]...`.
fn named(argument: &str) -> String {
    argument
        .replace(">...", "")
        .replace("]...", "")
        .replace(['<', '>', '[', ']'], "")
        .replace('|', " or ")
}

fn unknown_option(
    error: &clap::Error,
    words: &[String],
    called: Option<&clap::Command>,
    command: &clap::Command,
    help_of: &str,
) -> Error {
    let wrong = text(error, ContextKind::InvalidArg);
    let failure = Error::new(match called {
        Some(own) => format!(
            "`kextpolicy {}` does not take {}",
            own.get_name(),
            quoted(&wrong)
        ),
        None => format!("{} is not an option", quoted(&wrong)),
    });
    let bare = wrong.split('=').next().unwrap_or(&wrong);
    if let Some(own) = called
        && !wrong.starts_with('-')
        && own.get_positionals().next().is_none()
    {
        let name = own.get_name();
        return failure.help(format!(
            "leave it out: `kextpolicy {name}` takes options only"
        ));
    }
    if called.is_none()
        && let Some(meant) = command.find_subcommand(bare.trim_start_matches('-'))
    {
        let mut line = words.to_vec();
        if let Some(word) = line.iter_mut().find(|word| **word == wrong) {
            meant.get_name().clone_into(word);
        }
        return failure.help(format!("write `kextpolicy {}`", line.join(" ")));
    }
    let longs: Vec<String> = called
        .into_iter()
        .chain([command])
        .flat_map(clap::Command::get_arguments)
        .filter(|own| !own.is_hide_set())
        .filter_map(|own| own.get_long().map(|long| format!("--{long}")))
        .collect();
    let takes = |meant: &str| {
        let long = meant.split(' ').next().unwrap_or(meant);
        longs.iter().any(|own| own == long)
    };
    let other = OTHER_OPTIONS.iter().filter(|(word, _)| *word == bare);
    if let Some((_, meant)) = other.into_iter().find(|(_, meant)| takes(meant)) {
        return failure.help(format!("write `{meant}`"));
    }
    if called.is_some_and(|own| own.get_name() == "lint")
        && let Some((_, why)) = NEEDLESS.iter().find(|(word, _)| *word == bare)
    {
        return failure.help(*why);
    }
    match nearest(bare, longs.iter().map(String::as_str)) {
        Some(meant) => failure.help(format!("did you mean `{meant}`?")),
        None => failure.help(help_of),
    }
}

fn wrong_value(error: &clap::Error, help_of: String) -> Error {
    let wrong = text(error, ContextKind::InvalidValue);
    let whole = text(error, ContextKind::InvalidArg);
    // `--target <TARGET>` without the placeholder.
    let option = named(whole.split(" <").next().unwrap_or(&whole));
    let valid = strings(error, ContextKind::ValidValue);
    let choices = || {
        let others: Vec<&str> = valid.iter().map(String::as_str).collect();
        if option == "--target" {
            return "choose jamf, intune, or generic for any other MDM server".to_owned();
        }
        format!("choose one of {}", others.join(", "))
    };
    if wrong.is_empty() {
        let help = if valid.is_empty() {
            format!("write `{}`", named(&whole))
        } else {
            choices()
        };
        return Error::new(format!("{option} needs a value")).help(help);
    }
    let failure = Error::new(format!("{} is not a value of {option}", quoted(&wrong)));
    if !valid.is_empty() {
        if wrong.contains(',')
            && wrong
                .split(',')
                .all(|one| valid.iter().any(|own| own == one))
        {
            return Error::new(format!(
                "{option} takes one value here, and {} are several",
                quoted(&wrong)
            ))
            .help("run the command once for each, or set `target` per folder in kextpolicy.toml");
        }
        let begun = valid
            .iter()
            .map(String::as_str)
            .find(|own| wrong.len() > 2 && own.starts_with(&wrong));
        return match begun.or_else(|| nearest(&wrong, valid.iter().map(String::as_str))) {
            Some(meant) => failure.help(format!("did you mean `{meant}`?")),
            None => failure.help(choices()),
        };
    }
    // A parser of the tool's own says what to write.
    let source = std::error::Error::source(error).map(ToString::to_string);
    failure.help(source.unwrap_or(help_of))
}

fn missing(
    error: &clap::Error,
    words: &[String],
    called: Option<&clap::Command>,
    help_of: &str,
) -> Error {
    let wanted = strings(error, ContextKind::InvalidArg);
    let mut line = words.join(" ");
    for place in wanted
        .iter()
        .filter(|one| one.starts_with('<') && !one.contains("--"))
    {
        line = format!("{line} {}", named(place));
    }
    if wanted.iter().any(|one| one.contains("--out-dir")) {
        let prints =
            called.is_some_and(|own| own.get_arguments().any(|arg| arg.get_id() == "print"));
        let or_print = if prints {
            ", or add `--print` to see them"
        } else {
            ""
        };
        return Error::new("there is no place for the profiles")
            .help(format!("write `kextpolicy {line} --out-dir out`{or_print}"));
    }
    let name = called.map_or("kextpolicy", clap::Command::get_name);
    let wanted: Vec<String> = wanted.iter().map(|one| named(one)).collect();
    for option in wanted.iter().filter(|one| one.starts_with("--")) {
        let first = option.split(" or ").next().unwrap_or(option);
        line = format!("{line} {first}");
    }
    Error::new(format!(
        "`kextpolicy {name}` needs {}",
        wanted.join(" and ")
    ))
    .help(format!("write `kextpolicy {line}`; {help_of}"))
}

/// One text of an error's context.
fn text(error: &clap::Error, kind: ContextKind) -> String {
    strings(error, kind).join(" ")
}

/// The texts of an error's context.
fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(all)) => all.clone(),
        _ => Vec::new(),
    }
}
