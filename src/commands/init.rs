//! `kextpolicy init`: a policy to start from, commented, or filled from the catalogue of ready policies.

use std::fs;
use std::path::{Path, PathBuf};

use crate::approval::ApprovalKind;
use crate::catalogue::{self, ReadyPolicy};
use crate::commands::write::{self, IfSame, Links, Output, Reads};
use crate::commands::{Context, suggest_render};
use crate::error::Error;
use crate::escape::{is_hidden, quoted};
use crate::exit::ExitStatus;
use crate::identifier::PayloadIdentifier;
use crate::policy::JSON_SCHEMA;

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example:\n  kextpolicy init defender policy.yaml --identifier com.contoso.defender --organization Contoso"
)]
pub(crate) struct Args {
    /// Product to start from, as in `--list`, and the file to write, which must not exist yet; `-` prints the policy
    /// [default file: policy.yaml]
    #[arg(value_names = ["NAME", "FILE"], num_args = 0..=2)]
    words: Vec<String>,
    /// Start from a ready policy: its name, an alias such as `defender`, or a Team ID
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// List the ready policies and write nothing
    #[arg(long, conflicts_with_all = ["words", "from", "identifier", "organization"])]
    list: bool,
    /// Your own identifier, reverse-DNS: a Mac knows the profiles by it, so it never changes
    #[arg(long, value_name = "ID")]
    identifier: Option<String>,
    /// Your organization, as people see it in System Settings
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,
}

/// The commented policy.
const STARTER: &str = include_str!("../../templates/starter-policy.yaml");

/// The file when none is named.
const FILE: &str = "policy.yaml";

/// The schema that editors check the policy by, as the policy names it: beside it, so that it needs no network.
const SCHEMA: &str = "policy.schema.json";

/// Writes the policy, never over another file.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    if args.list {
        list(context)?;
        return Ok(ExitStatus::Clean);
    }
    let (name, file) = words(args)?;
    let ready = name.map(ready).transpose()?;
    let text = own_names(args, ready.map_or_else(|| STARTER.to_owned(), filled))?;
    if file == Path::new("-") {
        context.out.document(text.as_bytes())?;
        return Ok(ExitStatus::Clean);
    }
    let with_schema = write_new(&file, &text)?;
    if context.quiet {
        return Ok(ExitStatus::Clean);
    }
    for caveat in ready.iter().flat_map(|ready| ready.caveats()) {
        writeln!(context.err, "note: {caveat}")?;
    }
    let shown = file.display().to_string();
    let next = match (&args.identifier, &args.organization) {
        (Some(_), Some(_)) => "read the policy",
        _ => "put your own `identifier` and `organization` in the policy",
    };
    writeln!(context.err, "wrote {}", quoted(&shown))?;
    if with_schema {
        writeln!(
            context.err,
            "wrote `{SCHEMA}`: an editor with YAML support checks the policy by it; nothing else needs it"
        )?;
    }
    writeln!(context.err, "next: {next}, then")?;
    suggest_render(&shown, context.err)?;
    Ok(ExitStatus::Clean)
}

/// The product and the file. A lone word is a product if it is one, and otherwise a file if it looks like one.
fn words(args: &Args) -> Result<(Option<&str>, PathBuf), Error> {
    let from = args.from.as_deref();
    match (from, args.words.as_slice()) {
        (_, []) => Ok((from, FILE.into())),
        (None, [word]) if !is_path(word) => Ok((Some(word), FILE.into())),
        (_, [file]) => Ok((from, file.into())),
        (None, [name, file, ..]) => Ok((Some(name), file.into())),
        (Some(_), [_, _, ..]) => Err(Error::new("two products are named")
            .help("write the product once, as the first word or with `--from`")),
    }
}

/// Whether a lone word names a file. No product has a dot or a slash in its name.
fn is_path(word: &str) -> bool {
    word == "-" || (word.contains(['.', '/', '\\']) && catalogue::find(word).is_empty())
}

/// Prints every ready policy with what it holds.
fn list(context: &mut Context<'_>) -> Result<(), Error> {
    let longest = catalogue::POLICIES.iter().map(|ready| ready.name.len());
    let width = longest.max().unwrap_or_default();
    for ready in catalogue::POLICIES {
        let kinds: Vec<&str> = ready.kinds().map(ApprovalKind::noun).collect();
        writeln!(
            context.out,
            "{:width$}  {}: {}",
            ready.name,
            ready.header("product").unwrap_or_default(),
            kinds.join(", ")
        )?;
        for caveat in ready.caveats() {
            writeln!(context.out, "{:width$}    {caveat}", "")?;
        }
    }
    Ok(())
}

/// The ready policy that a word means.
fn ready(word: &str) -> Result<&'static ReadyPolicy, Error> {
    let found = catalogue::find(word);
    if let [one] = found.as_slice() {
        return Ok(one);
    }
    if found.is_empty() {
        let error = Error::new(format!("no ready policy is called {}", quoted(word)));
        return Err(match catalogue::suggestion(word) {
            Some(meant) => error.help(format!("write `{meant}`; `kextpolicy init --list` shows all")),
            None => error.help(
                "`kextpolicy init --list` shows all; `kextpolicy init policy.yaml` writes a commented policy",
            ),
        });
    }
    let names: Vec<&str> = found.iter().map(|ready| ready.name).collect();
    Err(Error::new(format!(
        "{} is the name of several ready policies",
        quoted(word)
    ))
    .help(format!("choose one of {}", names.join(", "))))
}

/// A ready policy with what to change first.
fn filled(ready: &ReadyPolicy) -> String {
    format!(
        "# From kextpolicy's ready policy `{}`. Put your own `identifier` and `organization` in it, check that the\n\
         # entries are what you want to allow, then: kextpolicy render FILE --out-dir out\n\
         # Editors with YAML support check this file by the schema beside it, which the next line names.\n\
         # yaml-language-server: $schema={SCHEMA}\n\n{}",
        ready.name, ready.text
    )
}

/// The policy with the names that were given.
fn own_names(args: &Args, mut text: String) -> Result<String, Error> {
    if let Some(identifier) = &args.identifier {
        PayloadIdentifier::new(identifier).map_err(|why| {
            Error::new(format!("`--identifier` {} {why}", quoted(identifier)))
                .help("write your domain reversed and a name, such as `com.contoso.extensions`")
        })?;
        replace_line(&mut text, "identifier", identifier);
    }
    if let Some(organization) = &args.organization {
        if organization.trim().is_empty() || organization.chars().any(is_hidden) {
            return Err(Error::new(format!(
                "`--organization` {} is blank or has characters that cannot be seen",
                quoted(organization)
            ))
            .help("write the name people see in System Settings"));
        }
        // A JSON string is a YAML string, whatever is in it.
        let written = serde_json::Value::from(organization.as_str()).to_string();
        replace_line(&mut text, "organization", &written);
    }
    Ok(text)
}

/// Replaces the value of a key at the top of the policy.
fn replace_line(text: &mut String, key: &str, value: &str) {
    let begin = format!("\n{key}: ");
    if let Some(at) = text.find(&begin) {
        let start = at + begin.len();
        let end = text[start..]
            .find('\n')
            .map_or(text.len(), |end| start + end);
        text.replace_range(start..end, value);
    }
}

/// Writes a policy that does not exist yet, and the schema beside it unless there is one. Says whether it wrote the schema.
fn write_new(path: &Path, text: &str) -> Result<bool, Error> {
    if fs::symlink_metadata(path).is_ok() {
        let name = quoted(&path.display().to_string());
        return Err(Error::new(format!("{name} exists already"))
            .help("name another file; `init` never overwrites one"));
    }
    let beside = path.with_file_name(SCHEMA);
    let mut outputs = vec![Output {
        path,
        links: Links::Follow,
        content: text.as_bytes(),
    }];
    let with_schema = fs::symlink_metadata(&beside).is_err();
    if with_schema {
        outputs.push(Output {
            path: &beside,
            links: Links::Follow,
            content: JSON_SCHEMA.as_bytes(),
        });
    }
    write::all_or_none(&outputs, &Reads::nothing(), IfSame::Write)?;
    Ok(with_schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{Out, policy_errors};
    use crate::policy;

    #[test]
    fn every_policy_to_start_from_is_read_without_errors() {
        let mut texts = vec![("starter".to_owned(), STARTER.to_owned())];
        for ready in catalogue::POLICIES {
            texts.push((ready.name.to_owned(), filled(ready)));
        }
        for (name, text) in texts {
            if let Err(errors) = policy::read(&name, text.as_bytes()) {
                panic!(
                    "{}",
                    Out::collected(|out| policy_errors::errors(
                        &name,
                        text.as_bytes(),
                        &errors,
                        out
                    ))
                );
            }
        }
    }

    #[test]
    fn what_the_starter_leaves_out_is_read_too_when_it_is_put_in() {
        let text = STARTER
            .lines()
            .map(|line| match line.split_once("# ") {
                Some((indent, rest))
                    if indent.trim().is_empty()
                        && (rest.contains(": ")
                            || rest.ends_with(':')
                            || rest.starts_with("  "))
                        && !rest.contains('$')
                        && rest
                            .trim_start_matches([' ', '-'])
                            .starts_with(|c: char| c.is_ascii_lowercase()) =>
                {
                    format!("{indent}{rest}")
                }
                _ => line.to_owned(),
            })
            .collect::<Vec<_>>()
            .join("\n");
        let text = text.replace("  kextpolicy render", "#");
        assert!(text.contains("\ntargets:\n") && text.contains("\n    - unsigned: true\n"));
        if let Err(errors) = policy::read("starter", text.as_bytes()) {
            panic!(
                "{text}\n{}",
                Out::collected(|out| policy_errors::errors(
                    "starter",
                    text.as_bytes(),
                    &errors,
                    out
                ))
            );
        }
    }
}
