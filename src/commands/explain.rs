//! `kextpolicy explain`: the page of a rule, or of all of them. The one source of everything written about rules.

use crate::commands::Context;
use crate::error::Error;
use crate::exit::ExitStatus;
use crate::lint::rule::Rule;
use crate::lint::rules::RULES;
use crate::output::rule_pages;

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  kextpolicy explain user-scope")]
pub(crate) struct Args {
    /// The rule; without it all rules are listed
    #[arg(value_name = "RULE")]
    rule: Option<String>,
    /// Print the pages of all rules
    #[arg(long, conflicts_with = "rule")]
    all: bool,
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
    let rules: Vec<&Rule> = match &args.rule {
        Some(name) => vec![RULES[super::lint::known_rule(name)?]],
        None => RULES.to_vec(),
    };
    let out = &mut *context.out;
    match args.format {
        Format::Json => rule_pages::json(&rules, out)?,
        Format::Markdown => rule_pages::markdown(&rules, out)?,
        Format::Text if args.rule.is_some() || args.all => rule_pages::text(&rules, out)?,
        Format::Text => rule_pages::list(&rules, out)?,
    }
    Ok(ExitStatus::Clean)
}
