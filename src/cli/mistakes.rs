//! What a mistyped command line is told, in the words and form of every other failure: what is wrong, and the command
//! that was probably meant. clap's own texts name its internals (`<PATH|--print>`) and end without a next step.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::Error;
use crate::escape::quoted;
use crate::suggest::nearest;

/// Words for a command that people know from other tools, and the command that does it here.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("build", "render"),
    ("check", "lint"),
    ("compare", "diff"),
    ("create", "init"),
    ("doctor", "diagnose"),
    ("fmt", "lint --fix"),
    ("generate", "render"),
    ("new", "init"),
    ("rules", "explain"),
    ("test", "lint"),
    ("validate", "lint"),
];

/// The failure that a parser's error stands for.
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
        ErrorKind::UnknownArgument => unknown_option(error, called, help_of),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => wrong_value(error, help_of),
        ErrorKind::MissingRequiredArgument => missing(error, &words, called, help_of),
        ErrorKind::ArgumentConflict => {
            let other = strings(error, ContextKind::PriorArg).join(" and ");
            let own = text(error, ContextKind::InvalidArg);
            if other == own {
                Error::new(format!("{own} is given twice")).help("give it once")
            } else {
                Error::new(format!("{own} and {other} do not go together"))
                    .help("leave one of them out")
            }
        }
        ErrorKind::NoEquals
        | ErrorKind::TooManyValues
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues => Error::new(format!(
            "{} has a wrong number of values",
            text(error, ContextKind::InvalidArg)
        ))
        .help(help_of),
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

fn unknown_option(error: &clap::Error, called: Option<&clap::Command>, help_of: String) -> Error {
    let wrong = text(error, ContextKind::InvalidArg);
    let failure = Error::new(match called {
        Some(own) => format!(
            "`kextpolicy {}` does not take {}",
            own.get_name(),
            quoted(&wrong)
        ),
        None => format!("{} is not an option", quoted(&wrong)),
    });
    let longs: Vec<String> = called
        .into_iter()
        .flat_map(clap::Command::get_arguments)
        .filter(|own| !own.is_hide_set())
        .filter_map(|own| own.get_long().map(|long| format!("--{long}")))
        .collect();
    let bare = wrong.split('=').next().unwrap_or(&wrong);
    match nearest(bare, longs.iter().map(String::as_str)) {
        Some(meant) => failure.help(format!("did you mean `{meant}`?")),
        None => failure.help(help_of),
    }
}

fn wrong_value(error: &clap::Error, help_of: String) -> Error {
    let wrong = text(error, ContextKind::InvalidValue);
    // `--target <TARGET>` without the placeholder.
    let option = text(error, ContextKind::InvalidArg);
    let option = option.split(" <").next().unwrap_or(&option).to_owned();
    if wrong.is_empty() {
        return Error::new(format!("{option} needs a value")).help(help_of);
    }
    let valid = strings(error, ContextKind::ValidValue);
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
        return match nearest(&wrong, valid.iter().map(String::as_str)) {
            Some(meant) => failure.help(format!("did you mean `{meant}`?")),
            None => failure.help(format!("choose one of {}", valid.join(", "))),
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
    help_of: String,
) -> Error {
    let wanted = strings(error, ContextKind::InvalidArg);
    let line = words.join(" ");
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
    let wanted: Vec<String> = wanted
        .iter()
        .map(|one| {
            one.trim_matches(|c| matches!(c, '<' | '>'))
                .replace(">...", "")
                .replace('|', " or ")
        })
        .collect();
    Error::new(format!(
        "`kextpolicy {name}` needs {}",
        wanted.join(" and ")
    ))
    .help(help_of)
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
