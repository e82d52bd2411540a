//! `kextpolicy init`: a policy to start from, commented, or filled from the catalogue of ready policies.

use std::fs;
use std::path::{Path, PathBuf};

use crate::catalogue::{self, Ready};
use crate::commands::write::{self, IfSame, Links, Output, Reads};
use crate::commands::{Context, suggest_render};
use crate::error::Error;
use crate::escape::quoted;
use crate::exit::ExitStatus;

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  kextpolicy init --from defender policy.yaml")]
pub(crate) struct Args {
    /// File to write, which must not exist yet; `-` prints the policy
    #[arg(default_value = "kextpolicy-policy.yaml", value_name = "FILE")]
    file: PathBuf,
    /// Start from a ready policy: its name, an alias such as `defender`, or a Team ID
    #[arg(long, value_name = "PRODUCT")]
    from: Option<String>,
}

/// The commented policy.
const STARTER: &str = include_str!("../../templates/starter-policy.yaml");

/// Writes the policy, never over another file.
pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<ExitStatus, Error> {
    let text = match &args.from {
        None => STARTER.to_owned(),
        Some(word) => filled(ready(word)?),
    };
    if args.file == Path::new("-") {
        context.out.document(text.as_bytes())?;
        return Ok(ExitStatus::Clean);
    }
    write_new(&args.file, &text)?;
    if !context.quiet {
        let file = args.file.display().to_string();
        writeln!(
            context.err,
            "wrote {}; next: put your own `identifier` and `organization` in it, then",
            quoted(&file)
        )?;
        suggest_render(&file, context.err)?;
    }
    Ok(ExitStatus::Clean)
}

/// The ready policy a word stands for.
fn ready(word: &str) -> Result<&'static Ready, Error> {
    let found = catalogue::find(word);
    if let [one] = found.as_slice() {
        return Ok(one);
    }
    let names = |list: &mut dyn Iterator<Item = &'static str>| list.collect::<Vec<_>>().join(", ");
    if found.is_empty() {
        let error = Error::new(format!("no ready policy is called {}", quoted(word)));
        return Err(match catalogue::suggestion(word) {
            Some(meant) => error.help(format!("write `--from {meant}`")),
            None => error.help(format!(
                "choose one of {}; `kextpolicy init` without `--from` writes a commented policy",
                names(&mut catalogue::POLICIES.iter().map(|ready| ready.name))
            )),
        });
    }
    Err(Error::new(format!(
        "{} stands for several ready policies",
        quoted(word)
    ))
    .help(format!(
        "choose one of {}",
        names(&mut found.iter().map(|ready| ready.name))
    )))
}

/// A ready policy with what to change first.
fn filled(ready: &Ready) -> String {
    format!(
        "# From kextpolicy's ready policy `{}`. Put your own `identifier` and `organization` in it, check that the\n\
         # entries are what you want to allow, then: kextpolicy render FILE --out-dir out\n\n{}",
        ready.name, ready.text
    )
}

/// Writes a file that does not exist yet.
fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    if fs::symlink_metadata(path).is_ok() {
        let name = quoted(&path.display().to_string());
        return Err(Error::new(format!("{name} exists already"))
            .help("name another file; `init` never overwrites one"));
    }
    let output = Output {
        path,
        links: Links::Follow,
        content: text.as_bytes(),
    };
    write::all_or_none(&[output], &Reads::nothing(), IfSame::Write).map(drop)
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
