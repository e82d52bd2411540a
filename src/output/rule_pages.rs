//! What is written about rules: for the terminal, for programs, and as `docs/rules.md`.

use std::io;

use serde::Serialize;

use super::{Out, Paint};
use crate::lint::rule::Rule;
use crate::target::Target;

/// A rule as JSON.
#[derive(Serialize)]
struct Page<'r> {
    name: &'r str,
    summary: String,
    /// Default severity; `null` when it applies to some targets only.
    severity: Option<&'static str>,
    /// Default severity for Jamf Pro.
    severity_jamf: Option<&'static str>,
    /// Default severity for Microsoft Intune.
    severity_intune: Option<&'static str>,
    /// The targets it applies to; empty for all.
    targets: Vec<&'static str>,
    /// What it looks at.
    scope: &'static str,
    /// The version of kextpolicy that it came with.
    since: &'static str,
    /// Whether its findings carry fixes.
    fix: &'static str,
    /// The page in Markdown.
    docs: String,
    /// Where the page is on the web.
    url: String,
}

impl<'r> Page<'r> {
    /// The page of a rule.
    fn new(rule: &'r Rule) -> Self {
        let severity = |target| Some(rule.level.severity(target)?.name());
        Self {
            name: rule.id.name,
            summary: rule.summary(),
            severity: severity(None),
            severity_jamf: severity(Some(Target::Jamf)),
            severity_intune: severity(Some(Target::Intune)),
            targets: rule.targets().into_iter().map(Target::name).collect(),
            scope: rule.scope(),
            since: rule.since,
            fix: rule.fix.name(),
            docs: rule.page(),
            url: rule.id.url(),
        }
    }
}

/// The rules as a JSON array.
pub(crate) fn json(rules: &[&Rule], out: &mut Out) -> io::Result<()> {
    let pages: Vec<_> = rules.iter().map(|rule| Page::new(rule)).collect();
    out.json(&pages)
}

/// One line per rule.
pub(crate) fn list(rules: &[&Rule], out: &mut Out) -> io::Result<()> {
    let names = rules.iter().map(|rule| rule.id.name.len());
    let width = names.max().unwrap_or(0);
    for rule in rules {
        writeln!(out, "{:width$}  {}", rule.id.name, rule.summary())?;
    }
    writeln!(out, "\n`kextpolicy explain RULE` says more about one.")
}

/// The pages for a terminal.
pub(crate) fn text(rules: &[&Rule], out: &mut Out) -> io::Result<()> {
    for (number, rule) in rules.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        out.paint(Paint::Bold, rule.id.name)?;
        writeln!(out)?;
        writeln!(out, "\n{}\n", facts(rule))?;
        page(rule.page().trim(), out)?;
    }
    Ok(())
}

/// Longer lines are hard to read.
const WIDEST: usize = 100;

/// Markdown as lines of a terminal: headings are bold, examples indented, paragraphs as wide as it is.
pub(super) fn page(markdown: &str, out: &mut Out) -> io::Result<()> {
    let width = out.screen().width.min(WIDEST);
    let mut paragraph = String::new();
    let mut is_example = false;
    for line in markdown.lines() {
        let is_fence = line.starts_with("```");
        let is_item = line.starts_with("- ");
        let heading = line.strip_prefix("## ");
        if is_example || is_fence || is_item || line.is_empty() || heading.is_some() {
            wrapped(&std::mem::take(&mut paragraph), width, out)?;
        }
        if is_fence {
            is_example = !is_example;
        } else if is_example {
            writeln!(out, "    {line}")?;
        } else if let Some(heading) = heading {
            out.paint(Paint::Bold, heading)?;
            writeln!(out)?;
        } else if line.is_empty() {
            writeln!(out)?;
        } else {
            let gap = if paragraph.is_empty() { "" } else { " " };
            paragraph.push_str(gap);
            paragraph.push_str(line.trim());
        }
    }
    wrapped(&paragraph, width, out)
}

/// A paragraph or an item of a list, whose later lines begin below its first word.
fn wrapped(paragraph: &str, width: usize, out: &mut Out) -> io::Result<()> {
    let indent = if paragraph.starts_with("- ") {
        "  "
    } else {
        ""
    };
    let mut line = String::new();
    for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
        if !line.trim().is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            writeln!(out, "{line}")?;
            line.clear();
            line.push_str(indent);
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// The pages as one document: a table, then a section per rule.
pub(crate) fn markdown(rules: &[&Rule], out: &mut Out) -> io::Result<()> {
    let mut out = out.markup();
    writeln!(out, "# Rules\n")?;
    writeln!(
        out,
        "Written by `kextpolicy explain --all --format markdown` from the rules themselves.\n"
    )?;
    writeln!(out, "| Rule | Severity | Fix | What it finds |")?;
    writeln!(out, "|---|---|---|---|")?;
    for rule in rules {
        writeln!(
            out,
            "| [{name}](#{name}) | {severity} | {fix} | {summary} |",
            name = rule.id.name,
            severity = severities(rule),
            fix = rule.fix.name(),
            summary = rule.summary().replace('|', "\\|"),
        )?;
    }
    for rule in rules {
        // Sections of a page lie below the heading of its rule.
        let page = rule.page().replace("\n## ", "\n### ");
        writeln!(
            out,
            "\n## {}\n\n{}\n\n{}",
            rule.id.name,
            facts(rule),
            page.trim()
        )?;
    }
    Ok(())
}

/// Severity and fix on one line.
fn facts(rule: &Rule) -> String {
    let fix = match rule.fix.name() {
        "never" => "no fix",
        "sometimes" => "some findings can be fixed",
        _ => "can be fixed",
    };
    format!("Severity: {}; {fix}.", severities(rule))
}

/// The default severity, and where a target has another.
fn severities(rule: &Rule) -> String {
    let general = rule.level.severity(None);
    let mut words: Vec<String> = general.iter().map(ToString::to_string).collect();
    for target in [Target::Jamf, Target::Intune] {
        let own = rule.level.severity(Some(target));
        if own != general {
            words.push(match own {
                Some(severity) => format!("{severity} for {target}"),
                None => format!("off for {target}"),
            });
        }
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_without_markdown() {
        let long = "one two three ".repeat(20);
        let markdown =
            format!("A sentence\nof two lines.\n\n## Example\n\n```xml\n<a>\n```\n\n- {long}\n- x");
        let shown = Out::collected(|out| page(&markdown, out));
        assert!(
            shown.starts_with("A sentence of two lines.\n\nExample\n\n    <a>\n\n- one"),
            "{shown}"
        );
        assert!(shown.lines().all(|line| line.len() <= WIDEST));
        assert!(
            shown.ends_with("\n- x\n") && shown.contains("\n  one"),
            "{shown}"
        );
    }
}
