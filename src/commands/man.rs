//! `kextpolicy man`: manual pages, made from the same table as `--help`.

use std::path::{Path, PathBuf};

use clap::CommandFactory;

use crate::commands::Context;
use crate::commands::write::{self, IfSame, Links, Output, Reads};
use crate::error::Error;
use crate::exit::{EXIT_CODES, ExitStatus};

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Example:\n  kextpolicy man --out-dir /usr/local/share/man/man1")]
pub(crate) struct Args {
    /// Write one page per command into this folder instead of printing the main page
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
}

/// Prints the main page, or writes all of them.
pub(crate) fn run<C: CommandFactory>(
    args: &Args,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let mut command = C::command();
    let Some(folder) = &args.out_dir else {
        context.out.document(&page(&command)?)?;
        return Ok(ExitStatus::Clean);
    };
    command = command.disable_help_subcommand(true);
    // Gives every subcommand its full name, as `kextpolicy-render(1)`.
    command.build();
    let mut pages = Vec::new();
    add_pages(&command, folder, &mut pages)?;
    let outputs: Vec<Output<'_>> = pages
        .iter()
        .map(|(path, content)| Output {
            path,
            links: Links::Refuse,
            content,
        })
        .collect();
    write::all_or_none(&outputs, &Reads::nothing(), IfSame::Leave)?;
    Ok(ExitStatus::Clean)
}

/// The page of a command and those of the commands below it.
fn add_pages(
    command: &clap::Command,
    folder: &Path,
    pages: &mut Vec<(PathBuf, Vec<u8>)>,
) -> Result<(), Error> {
    for below in command.get_subcommands() {
        add_pages(below, folder, pages)?;
    }
    let name = clap_mangen::Man::new(command.clone()).get_filename();
    pages.push((folder.join(name), page(command)?));
    Ok(())
}

/// One page. The examples and exit codes of `--help` become sections of their own, where readers of manual pages look
/// for them.
fn page(command: &clap::Command) -> Result<Vec<u8>, Error> {
    let man = clap_mangen::Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let examples = command.get_before_help().map(ToString::to_string);
    section("EXAMPLES", &examples.unwrap_or_default(), &mut page);
    let codes = command.get_after_help().map(ToString::to_string);
    section(
        "EXIT STATUS",
        codes.as_deref().unwrap_or(EXIT_CODES),
        &mut page,
    );
    if command.get_version().is_some() {
        man.render_version_section(&mut page)?;
    }
    Ok(page)
}

/// A section of lines that stay as they are. The first line of the text is its heading in `--help`.
fn section(title: &str, text: &str, page: &mut Vec<u8>) {
    page.extend(format!(".SH \"{title}\"\n.nf\n").into_bytes());
    for line in text.lines().skip(1) {
        // `\&` keeps a line that begins with a dot from being a request; `\-` is a hyphen that can be copied.
        let line = line.replace('\\', "\\e").replace('-', "\\-");
        page.extend(format!("\\&{line}\n").into_bytes());
    }
    page.extend(b".fi\n");
}
