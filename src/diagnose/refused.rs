//! What is no output of a tool, or one of another tool, and how it is refused.

use super::Misread;
use super::input::{Input, Looks};
use super::load;
use super::text::{self, NoText, Text};
use crate::escape::quoted;

/// The line with which a command says that it could not do its work.
pub(super) fn failure(text: &Text) -> Option<text::Line<'_>> {
    const WORDS: &[&str] = &[
        "command not found",
        "no such file or directory",
        "requires root",
        "requires admin",
        "must be run as root",
        "must be root",
        "running as root",
        "permission denied",
        "operation not permitted",
        "command failed",
        "exit status",
        "exited with",
        "connection refused",
        "not connect",
        "timed out",
        "error contacting",
        "sorry, try again",
        "incorrect password",
        "not in the sudoers",
        "a password is required",
        "no longer support",
    ];
    let says = |line: &text::Line<'_>| {
        let lower = line.text.to_ascii_lowercase();
        WORDS.iter().any(|words| lower.contains(words))
    };
    text.lines().find(says)
}

/// Whether a text is a page of documentation: its front matter, or both outcomes of the health among prose.
pub(super) fn is_page(text: &Text) -> bool {
    let mut lines = text.lines().filter(|line| !line.text.is_empty());
    let has_matter = lines.next().is_some_and(|line| line.text == "---")
        && lines
            .clone()
            .take(3)
            .any(|line| line.text.starts_with("title:"))
        && lines.any(|line| line.text == "---");
    let is_prose = |line: &text::Line<'_>| {
        let words = line.text.split_whitespace().count();
        words >= 8 && line.text.ends_with(['.', ':', '?'])
    };
    let value = |wanted: &str| {
        let is_it = |line: text::Line<'_>| {
            let value = line.text.strip_prefix("real_time_protection_available");
            value.is_some_and(|value| value.trim_start_matches([' ', ':']) == wanted)
        };
        text.lines().any(is_it)
    };
    let names_both = || {
        let enabled = |line: &text::Line<'_>| line.text.starts_with("real_time_protection_enabled");
        text.lines().filter(enabled).count() > 1 && value("true")
    };
    has_matter || text.lines().filter(is_prose).count() >= 5 && names_both()
}

/// The refusal of a text that the option does not take, by what it is.
pub(super) fn refusal(wanted: Option<Input>, text: &Text, looks: &[Looks]) -> Misread {
    match looks.first() {
        Some(Looks::Like(found)) => {
            let about = found.about();
            misread(wanted, &about.wanted(), &format!("give it {}", about.how()))
        }
        Some(Looks::Other(what, help)) => misread(wanted, what, help),
        _ => {
            if let Some(line) = failure(text) {
                let what = format!("a command that failed: {}", quoted(line.text));
                let help = "run the command on the Mac the question is about, with sudo where it asks for root";
                return misread(wanted, &what, help);
            }
            let is_prompt = |line: &text::Line<'_>| matches!(line.text, "$" | "%" | "#");
            let mut said = text
                .lines()
                .filter(|line| !line.text.is_empty() && !is_prompt(line));
            if said.all(|line| load::is_command(line.text)) {
                let help = "copy what it printed along with it; if it printed nothing, that alone says little";
                return misread(wanted, "a command without its output", help);
            }
            let beginning = quoted(text.first_line());
            if wanted.is_none() {
                let what = format!(
                    "nothing that `diagnose` reads: no line of it is what one of its commands prints, and it begins with {beginning}"
                );
                return misread(wanted, &what, "");
            }
            misread(
                wanted,
                &format!("something that begins with {beginning}"),
                "",
            )
        }
    }
}

/// The refusal of another tool's output.
pub(super) fn misread(wanted: Option<Input>, what: &str, help: &str) -> Misread {
    let Some(input) = wanted else {
        let run = "`kextpolicy diagnose --help` lists what it reads, and --collect-script prints a script that collects it";
        return Misread {
            what: format!("this is {what}"),
            help: if help.is_empty() { run } else { help }.to_owned(),
            is_empty: false,
        };
    };
    let about = input.about();
    let command = about
        .command
        .replace("{kext}", "/Library/Extensions/NAME.kext");
    let run = match about.option {
        "" => format!("the command is: {command}"),
        option => format!("{option} reads the output of: {command}"),
    };
    Misread {
        what: format!("this is {what}, not {}", about.wanted()),
        help: if help.is_empty() {
            run
        } else {
            help.to_owned()
        },
        is_empty: false,
    }
}

/// The refusal of what is no text.
pub(super) fn no_text(wanted: Option<Input>, why: NoText) -> Misread {
    match why {
        NoText::Empty => Misread {
            what: "this is empty".to_owned(),
            is_empty: true,
            ..misread(wanted, "", "")
        },
        NoText::Database => misread(
            wanted,
            "a SQLite database",
            "if it is KextPolicy, give it as --kext-policy-db",
        ),
        NoText::BinaryPropertyList => misread(
            wanted,
            "a binary property list",
            "if it lists profiles, give it as --profiles",
        ),
        NoText::Binary => misread(wanted, "a binary file", ""),
    }
}
