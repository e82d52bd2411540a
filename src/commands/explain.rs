//! `kextpolicy explain`: the page of a rule, or of all of them; what Apple says of a payload or a key; what an error number
//! means. The one source of everything written about rules.

use std::path::PathBuf;

use crate::commands::{Context, descriptions};
use crate::diagnose;
use crate::error::Error;
use crate::escape::quoted;
use crate::exit::ExitStatus;
use crate::lint::rule::Rule;
use crate::lint::rules::{RULES, row};
use crate::output::payload_pages::{self, Found, Subject};
use crate::output::{error_pages, rule_pages};
use crate::schema::{BUILT_IN, Table};
use crate::suggest::nearest;

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  kextpolicy explain user-scope\n  kextpolicy explain com.apple.wifi.managed.EncryptionType\n  kextpolicy explain -- -2016334110\n  kextpolicy explain \"KMErrorDomain 28\""
)]
pub(crate) struct Args {
    /// The rule, a payload type or key (TYPE, TYPE.Key.SubKey), or an error number with or without its domain; without it
    /// all rules are listed
    #[arg(value_name = "RULE|TYPE[.KEY]|NUMBER", allow_negative_numbers = true, num_args = 0..=3)]
    rule: Vec<String>,
    /// Print the pages of all rules
    #[arg(long, conflicts_with = "rule")]
    all: bool,
    /// List the payload types that Apple describes
    #[arg(long, conflicts_with_all = ["rule", "all"])]
    payloads: bool,
    /// Apple's descriptions beside the built-in ones, as `lint --descriptions` takes them
    #[arg(long, value_name = "DIR")]
    descriptions: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
}

/// How pages are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For reading in a terminal
    Text,
    /// For programs
    Json,
    /// For a web page
    Markdown,
}

/// Prints the pages.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    let table = match &args.descriptions {
        Some(folder) => descriptions::table(folder, context)?,
        None => &BUILT_IN,
    };
    if args.payloads {
        return all_payloads(args.format, table, context);
    }
    let named = args.rule.join(" ");
    let numbers = diagnose::error_numbers(&named);
    if !numbers.is_empty() {
        match args.format {
            Format::Text => error_pages::text(&numbers, "", context.out)?,
            Format::Markdown => error_pages::text(&numbers, "**", context.out)?,
            Format::Json => error_pages::json(&numbers, context.out)?,
        }
        return Ok(ExitStatus::Clean);
    }
    let is_number = named.starts_with(|letter: char| letter == '-' || letter.is_ascii_digit());
    if is_number || named.contains("ErrorDomain") {
        return Err(Error::new(format!("no error {} is known", quoted(&named)))
            .help("name it as it is shown: `-2016334110`, `0x87d1271a`, `KMErrorDomain 28`"));
    }
    let word = (!named.is_empty()).then(|| bare(&named));
    if let Some(name) = word {
        let subjects = if name.contains('.') {
            subjects(name, table)?
        } else {
            keys_named(name, table)?
        };
        if !subjects.is_empty() {
            return payload(&subjects, args.format, table, context);
        }
    }
    let rules: Vec<&Rule> = match word {
        Some(name) => row(super::lint::known_rule(name)?).into_iter().collect(),
        None => RULES.to_vec(),
    };
    let out = &mut *context.out;
    match args.format {
        Format::Json => rule_pages::json(&rules, out)?,
        Format::Markdown => rule_pages::markdown(&rules, out)?,
        Format::Text if !named.is_empty() || args.all => rule_pages::text(&rules, out)?,
        Format::Text => rule_pages::list(&rules, out)?,
    }
    Ok(ExitStatus::Clean)
}

/// The name in a word as reports print it: `error[user-scope]`, `` `user-scope` ``.
fn bare(word: &str) -> &str {
    let word = word.trim_matches(['`', ' ', ':']);
    ["error[", "warning[", "note["]
        .iter()
        .find_map(|head| word.strip_prefix(head))
        .map_or(word, |rest| rest.trim_end_matches([']', ':']))
}

/// So many payload types with a key of one name are shown together.
const SHOWN_TOGETHER: usize = 4;

/// The keys of this name at the top of any payload type, if the word is not a rule.
fn keys_named(name: &str, table: &'static Table) -> Result<Vec<Subject>, Error> {
    let found: Vec<Subject> = table
        .payloads
        .iter()
        .filter_map(|payload| {
            let mut keys = payload_pages::at_top(payload.keys);
            let key = keys.find(|found| found.key.name == name)?;
            Some(Subject {
                payload,
                key: Some(key),
            })
        })
        .collect();
    // Rules have no capitals.
    if found.is_empty() && name.contains(|letter: char| letter.is_ascii_uppercase()) {
        let payloads = table.payloads.iter();
        let names = payloads.flat_map(|payload| payload_pages::at_top(payload.keys));
        if let Some(meant) = nearest(name, names.map(|found| found.key.name)) {
            return Err(
                Error::new(format!("Apple describes no key {}", quoted(name)))
                    .help(format!("did you mean `{meant}`?")),
            );
        }
    }
    if found.len() <= SHOWN_TOGETHER {
        return Ok(found);
    }
    let types: Vec<String> = found
        .iter()
        .take(SHOWN_TOGETHER)
        .map(|subject| {
            format!(
                "`kextpolicy explain {}.{name}`",
                subject.payload.payload_type
            )
        })
        .collect();
    Err(Error::new(format!(
        "{} payload types have a key {}",
        found.len(),
        quoted(name)
    ))
    .help(format!("name one, for example {}", types.join(", "))))
}

/// Lists the payload types.
fn all_payloads(
    format: Format,
    table: &'static Table,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let out = &mut *context.out;
    match format {
        Format::Text => payload_pages::list(table, out)?,
        Format::Markdown => payload_pages::index(table, out)?,
        Format::Json => {
            let subjects: Vec<_> = table
                .payloads
                .iter()
                .map(|payload| Subject { payload, key: None })
                .collect();
            payload_pages::json(&subjects, table, out)?;
        }
    }
    Ok(ExitStatus::Clean)
}

/// Prints what Apple says of a payload type or a key in it.
fn payload(
    subjects: &[Subject],
    format: Format,
    table: &Table,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let out = &mut *context.out;
    match format {
        Format::Text => payload_pages::text(subjects, table, out)?,
        Format::Json => payload_pages::json(subjects, table, out)?,
        Format::Markdown => payload_pages::markdown(subjects, table, out)?,
    }
    Ok(ExitStatus::Clean)
}

/// Nearly every payload type begins so, and what all have in common is not near anything.
const APPLE: &str = "com.apple.";

/// The descriptions that a name such as
/// `com.apple.wifi.managed.EAPClientConfiguration.UserName` means.
fn subjects(name: &str, table: &'static Table) -> Result<Vec<Subject>, Error> {
    // Types and keys both may have dots: the longest type that fits is meant.
    let meant = table
        .payload_types()
        .filter(|known| {
            name.strip_prefix(known)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
        .max_by_key(|known| known.len());
    let Some(payload_type) = meant else {
        let error = Error::new(format!("Apple describes no payload type {}", quoted(name)));
        let rest = |name: &'static str| name.strip_prefix(APPLE).unwrap_or(name);
        let known = table.payload_types().map(rest);
        return Err(match nearest(name.strip_prefix(APPLE).unwrap_or(name), known)
            .and_then(|meant| table.payload_types().find(|own| rest(own) == meant))
        {
            Some(meant) => error.help(format!("did you mean `{meant}`?")),
            None => error.help(format!(
                "`kextpolicy explain --payloads` lists the payload types that Apple's descriptions have up to macOS {}; \
                 `--descriptions` takes newer ones",
                table.newest
            )),
        });
    };
    let path = name[payload_type.len()..].trim_start_matches('.');
    let described = table.of_type(payload_type).iter();
    if path.is_empty() {
        return Ok(described
            .map(|payload| Subject { payload, key: None })
            .collect());
    }
    let found: Vec<_> = described
        .chain(table.with_keys_of(payload_type))
        .filter_map(|payload| {
            Some(Subject {
                payload,
                key: Some(find(payload_pages::at_top(payload.keys), path)?),
            })
        })
        .collect();
    if found.is_empty() {
        let anywhere = anywhere(payload_type, path, table);
        return anywhere.map_or_else(
            || Err(unknown_key(payload_type, path, table)),
            |key| Ok(vec![key]),
        );
    }
    Ok(found)
}

/// The first key of this name at any depth: `TYPE.…CodeRequirement`, `TYPE.CodeRequirement`.
fn anywhere(payload_type: &str, path: &str, table: &'static Table) -> Option<Subject> {
    let name = path
        .rsplit(['.', '…'])
        .next()
        .filter(|name| !name.is_empty())?;
    table.of_type(payload_type).iter().find_map(|payload| {
        let all = payload_pages::at_any_depth(payload);
        let key = all
            .into_iter()
            .find(|found| !found.item && found.key.name == name)?;
        let key = Some(key);
        Some(Subject { payload, key })
    })
}

/// How deep a key can stand.
const DEEPEST: usize = 32;

/// The key at a path among these and below them. What an array holds need not be named.
fn find(among: impl Iterator<Item = Found>, path: &str) -> Option<Found> {
    for found in among {
        let name = found.key.name;
        if path == name {
            return Some(found);
        }
        let below = path
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('.'));
        let found = match below {
            Some(rest) => find_inside(&found, rest),
            // Only keys of dictionaries are named, so a path ends before arrays of arrays do.
            None if found.item && found.depth < DEEPEST => find_inside(&found, path),
            None => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The key at a path below another one.
fn find_inside(found: &Found, path: &str) -> Option<Found> {
    // Boxed, because the type of an iterator inside of an iterator would never end.
    let inner: Box<dyn Iterator<Item = Found>> = Box::new(found.inner());
    find(inner, path)
}

/// Says which key may be meant.
fn unknown_key(payload_type: &str, path: &str, table: &Table) -> Error {
    let error = Error::new(format!(
        "Apple describes no key {} in `{payload_type}`",
        quoted(path)
    ));
    let names = table
        .of_type(payload_type)
        .iter()
        .flat_map(|payload| payload.keys.keys())
        .map(|key| key.name);
    // Half a name is not near the whole one by letters, but it is its beginning.
    let begun = names.clone().find(|name| name.starts_with(path));
    match nearest(path, names).or(begun) {
        Some(meant) => error.help(format!("did you mean `{payload_type}.{meant}`?")),
        None => error.help(format!(
            "`kextpolicy explain {payload_type}` lists its keys up to macOS {}; `--descriptions` takes newer descriptions",
            table.newest
        )),
    }
}
