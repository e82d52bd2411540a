//! Error messages for a mistyped command line, in the form of every other failure: what is wrong, and the command that was
//! probably meant. clap's own messages name its internals (`<PATH|--print>`) and end without a next step.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::Error;
use crate::escape::quoted;
use crate::suggest::nearest;

/// Commands of other tools, and the command that does the same here.
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

/// Options of other tools, and the option that does the same here. The first that the command takes is suggested.
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

/// Options of other linters that `lint` does not need, and what to do instead.
const NEEDLESS: &[(&str, &str)] = &[
    (
        "--exclude",
        "name the folders to leave out in kextpolicy.toml: `exclude = [\"archive\"]`",
    ),
    (
        "--minimum-os",
        "set it in kextpolicy.toml: `minimum_os = \"14\"`",
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

/// Turns an error of clap into a failure with this tool's wording.
pub(super) fn explained(error: &clap::Error, args: &[OsString], command: &clap::Command) -> Error {
    let words: Vec<String> = args
        .iter()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let called = called(&words, command);
    let help_of = match called {
        Some(subcommand) => format!(
            "`kextpolicy {} --help` shows its options",
            subcommand.get_name()
        ),
        None => "`kextpolicy --help` lists the commands".to_owned(),
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => unknown_command(error, &words, command),
        ErrorKind::UnknownArgument => unknown_option(error, &words, called, command, &help_of),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => wrong_value(error, help_of),
        ErrorKind::MissingRequiredArgument => missing(error, &words, called, &help_of),
        ErrorKind::ArgumentConflict => conflict(error),
        ErrorKind::TooManyValues => {
            let option = text(error, ContextKind::InvalidArg);
            if option.starts_with('-') && !option.contains('<') {
                return Error::new(format!("{option} takes no value"))
                    .help(format!("write `{option}` alone"));
            }
            let word = quoted(&text(error, ContextKind::InvalidValue));
            Error::new(format!("{word} is one word too many")).help(help_of)
        }
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            Error::new(format!(
                "{} has a wrong number of values",
                readable(&text(error, ContextKind::InvalidArg))
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

fn conflict(error: &clap::Error) -> Error {
    let earlier = strings(error, ContextKind::PriorArg);
    let earlier: Vec<String> = earlier.iter().map(|argument| readable(argument)).collect();
    let earlier = earlier.join(" and ");
    let refused = readable(&text(error, ContextKind::InvalidArg));
    if earlier == refused {
        Error::new(format!("{refused} is given twice")).help("give it once")
    } else {
        Error::new(format!("{refused} and {earlier} do not go together"))
            .help("leave one of them out")
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
        None => failure.help(match for_file(&wrong) {
            Some(line) => format!("write `kextpolicy {line}`"),
            None => "`kextpolicy --help` lists the commands".to_owned(),
        }),
    }
}

/// The command for a file that was named without one.
fn for_file(word: &str) -> Option<String> {
    let (name, extension) = word.rsplit_once('.')?;
    match extension {
        _ if name.is_empty() => None,
        "yaml" | "yml" => Some(format!("render {word} --out-dir out")),
        "mobileconfig" | "plist" => Some(format!("lint {word}")),
        _ => None,
    }
}

/// An argument as people write it: `--target TARGET` for `--target <TARGET>`, `PATH` for `[PATH]...`.
fn readable(argument: &str) -> String {
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
        Some(subcommand) => format!(
            "`kextpolicy {}` does not take {}",
            subcommand.get_name(),
            quoted(&wrong)
        ),
        None => format!("{} is not an option", quoted(&wrong)),
    });
    let bare = wrong.split('=').next().unwrap_or(&wrong);
    if let Some(subcommand) = called
        && !wrong.starts_with('-')
        && subcommand.get_positionals().next().is_none()
    {
        let name = subcommand.get_name();
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
        .filter(|argument| !argument.is_hide_set())
        .filter_map(|argument| argument.get_long().map(|long| format!("--{long}")))
        .collect();
    let takes = |meant: &str| {
        let long = meant.split(' ').next().unwrap_or(meant);
        longs.iter().any(|known| known == long)
    };
    let other = OTHER_OPTIONS.iter().filter(|(word, _)| *word == bare);
    if let Some((_, meant)) = other.into_iter().find(|(_, meant)| takes(meant)) {
        return failure.help(format!("write `{meant}`"));
    }
    if called.is_some_and(|subcommand| subcommand.get_name() == "lint")
        && let Some((_, why)) = NEEDLESS.iter().find(|(word, _)| *word == bare)
    {
        return failure.help(*why);
    }
    let others: Vec<String> = command
        .get_subcommands()
        .filter(|other| !other.is_hide_set())
        .filter(|other| {
            let mut own = other.get_arguments().filter(|own| !own.is_hide_set());
            own.any(|own| own.get_long() == bare.strip_prefix("--"))
        })
        .map(|other| format!("`kextpolicy {}`", other.get_name()))
        .collect();
    if bare.starts_with("--") && !others.is_empty() {
        return failure.help(format!(
            "it is an option of {}; {help_of}",
            others.join(", ")
        ));
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
    let option = readable(whole.split(" <").next().unwrap_or(&whole));
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
            format!("write `{}`", readable(&whole))
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
                .all(|part| valid.iter().any(|value| value == part))
        {
            return Error::new(format!(
                "{option} takes one value here, and {} are several",
                quoted(&wrong)
            ))
            .help("run the command once for each, or set `target` per folder in kextpolicy.toml");
        }
        let abbreviated = valid
            .iter()
            .map(String::as_str)
            .find(|value| wrong.len() > 2 && value.starts_with(&wrong));
        return match abbreviated.or_else(|| nearest(&wrong, valid.iter().map(String::as_str))) {
            Some(meant) => failure.help(format!("did you mean `{meant}`?")),
            None => failure.help(choices()),
        };
    }
    // The source is an error of this tool's own value parser, which says what to write.
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
        .filter(|argument| argument.starts_with('<') && !argument.contains("--"))
    {
        line = format!("{line} {}", readable(place));
    }
    if wanted.iter().any(|argument| argument.contains("--out-dir")) {
        let prints = called.is_some_and(|subcommand| {
            subcommand
                .get_arguments()
                .any(|arg| arg.get_id() == "print")
        });
        let or_print = if prints && !words.iter().any(|word| word == "--check") {
            ", or add `--print` to see them"
        } else {
            ""
        };
        // `render policy.yaml out`: the last word is the place.
        if let [.., before, last] = words
            && !before.starts_with('-')
            && !last.starts_with('-')
            && for_file(before).is_some()
            && for_file(last).is_none()
        {
            line.truncate(line.len() - last.len());
            return Error::new("there is no place for the profiles")
                .help(format!("write `kextpolicy {line}--out-dir {last}`"));
        }
        return Error::new("there is no place for the profiles")
            .help(format!("write `kextpolicy {line} --out-dir out`{or_print}"));
    }
    let name = called.map_or("kextpolicy", clap::Command::get_name);
    let wanted: Vec<String> = wanted.iter().map(|argument| readable(argument)).collect();
    for option in wanted.iter().filter(|argument| argument.starts_with("--")) {
        let first = option.split(" or ").next().unwrap_or(option);
        line = format!("{line} {first}");
    }
    Error::new(format!(
        "`kextpolicy {name}` needs {}",
        wanted.join(" and ")
    ))
    .help(format!("write `kextpolicy {line}`; {help_of}"))
}

/// The strings of an error's context, joined by spaces.
fn text(error: &clap::Error, kind: ContextKind) -> String {
    strings(error, kind).join(" ")
}

/// The strings that clap stored for this kind of context.
fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(all)) => all.clone(),
        _ => Vec::new(),
    }
}
