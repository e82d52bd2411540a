//! Rules as SARIF describes them: once per run, with their whole page as help.

use serde::Serialize;

use crate::lint::rule::Rule;
use crate::target::Target;

/// SARIF's `message` and `multiformatMessageString`, of which only the plain text is written.
#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    id: &'static str,
    short_description: Message,
    /// What it finds and why it matters.
    full_description: Message,
    /// How it behaves unless settings say otherwise.
    default_configuration: Configuration,
    /// Its page on the web.
    help_uri: String,
    help: Help,
}

/// How a rule behaves.
#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Help {
    /// As plain text, which Markdown is as well.
    text: String,
    markdown: String,
}

pub(super) fn descriptor(rule: &'static Rule) -> Descriptor {
    let page = rule.page().trim().to_owned();
    let level = rule.level.severity(None).or_else(|| {
        let targets = Target::ALL.into_iter();
        targets
            .filter_map(|target| rule.level.severity(Some(target)))
            .max()
    });
    Descriptor {
        id: rule.id.name,
        short_description: Message {
            text: rule.summary(),
        },
        full_description: Message {
            text: full_description(rule, &page),
        },
        default_configuration: Configuration {
            level: level.map_or("none", crate::severity::Severity::name),
        },
        help_uri: rule.id.url(),
        help: Help {
            text: page.clone(),
            markdown: page,
        },
    }
}

/// The summary, and the section that says why it matters, as one paragraph.
fn full_description(rule: &Rule, page: &str) -> String {
    let why = page
        .lines()
        .skip_while(|line| *line != "## Why it matters")
        .skip(1)
        .take_while(|line| !line.starts_with("## "));
    let mut text = rule.summary();
    for line in why.map(str::trim).filter(|line| !line.is_empty()) {
        text.push(' ');
        text.push_str(line);
    }
    text
}
