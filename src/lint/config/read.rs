//! From text to [`Config`]: every key known, every value of its type, every fault with its place.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::paths::{Lists, Paths};
use super::{Choices, Config, FailsFrom, Ignore, RunChoices};
use crate::escape::{quoted, visible};
use crate::lint::model::rule_id::RuleId;
use crate::lint::rule::{Rule, find};
use crate::policy::PolicyError as Fault;
use crate::schema::Release;
use crate::severity::Severity;
use crate::source::Span;
use crate::suggest::nearest;
use crate::target::Target;

/// The oldest macOS of the Macs that profiles are for.
const MINIMUM_OS: &str = "minimum_os";

const NEWEST_OS: &str = "newest_os";

/// The folder of Apple's descriptions.
const DESCRIPTIONS: &str = "descriptions";

/// Keys at the top.
const TOP: &[&str] = &[
    "target",
    MINIMUM_OS,
    NEWEST_OS,
    DESCRIPTIONS,
    "paths",
    "policy",
    "baseline",
    "fail_on",
    "exclude",
    "rules",
    "overrides",
    "ignore",
];

/// Keys of `[[overrides]]`.
const OVERRIDE: &[&str] = &["paths", "target", MINIMUM_OS, NEWEST_OS, "rules"];

/// Keys of `[[ignore]]`.
const IGNORE: &[&str] = &["rules", "paths", "reason"];

/// Reads a configuration file. `path` is how it is shown, `root` the folder it is in, `here` the folder that names
/// of files count from, `rules` those that it may name.
pub(crate) fn read(
    path: &str,
    text: &str,
    root: PathBuf,
    here: PathBuf,
    rules: &'static [&'static Rule],
) -> Result<Config, Vec<Fault>> {
    let mut reader = ConfigReader {
        rules,
        faults: Vec::new(),
        releases: Vec::new(),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        reader.fault(
            Span::new(span.start.min(text.len()), span.end.min(text.len())),
            format!("this is not TOML: {}", visible(error.message())),
            "TOML cannot be read here",
            "write `key = value`; write texts in double quotes, lists in `[...]`",
        );
    }
    let table = table.get_ref();
    reader.known(table, TOP, "the configuration");
    let exclude = reader.paths(table, "exclude");
    let (mut overrides, mut override_paths) = (Vec::new(), Vec::new());
    for entry in reader.tables(table, "overrides") {
        if let Some((paths, choices)) = reader.an_override(&entry) {
            override_paths.push(paths);
            overrides.push(choices);
        }
    }
    let (mut ignores, mut ignore_paths) = (Vec::new(), Vec::new());
    for entry in reader.tables(table, "ignore") {
        let (paths, ignore) = reader.an_ignore(&entry);
        ignore_paths.extend(paths.map(|paths| (ignores.len(), paths)));
        ignores.push(ignore);
    }
    let run = reader.run(table, &root);
    let base = reader.choices(table);
    let descriptions = table.get(DESCRIPTIONS).and_then(|value| {
        let example = "descriptions = \"../device-management\"";
        reader.text(value, DESCRIPTIONS, example)
    });
    let config = Config {
        run,
        path: path.to_owned(),
        text: text.to_owned(),
        descriptions: descriptions.map(|folder| root.join(folder)),
        releases: reader.releases,
        root,
        here,
        base,
        exclude: Lists::new(exclude.iter().map(|paths| (0, paths))),
        override_paths: Lists::new(override_paths.iter().enumerate()),
        overrides,
        ignore_paths: Lists::new(ignore_paths.iter().map(|(number, paths)| (*number, paths))),
        ignores,
    };
    let mut faults = reader.faults;
    if faults.is_empty() {
        return Ok(config);
    }
    faults.sort_by_key(|fault| fault.span);
    Err(faults)
}

/// A table of a list, with its place.
struct ListedTable<'t> {
    table: &'t DeTable<'t>,
    span: Span,
}

/// A severity that was chosen; `None` is `off`.
struct Choice(Option<Severity>);

/// Collects faults on the way.
struct ConfigReader {
    rules: &'static [&'static Rule],
    /// What is wrong so far.
    faults: Vec<Fault>,
    /// Versions of macOS so far.
    releases: Vec<(&'static str, Release, Span)>,
}

impl ConfigReader {
    fn fault(
        &mut self,
        span: Span,
        message: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) {
        self.faults.push(Fault::new(span, message, label, help));
    }

    /// Reports keys that mean nothing here.
    fn known(&mut self, table: &DeTable<'_>, keys: &'static [&'static str], place: &str) {
        for (key, _) in table {
            let name: &str = key.get_ref();
            if keys.contains(&name) {
                continue;
            }
            let help = match nearest(name, keys.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("{place} knows {}", keys.join(", ")),
            };
            self.fault(
                place_of(key),
                format!("unknown key {}", quoted(name)),
                "not a key of kextpolicy",
                help,
            );
        }
    }

    fn text<'t>(
        &mut self,
        value: &'t Spanned<DeValue<'_>>,
        key: &str,
        example: &str,
    ) -> Option<&'t str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.fault(
                place_of(value),
                format!(
                    "`{key}` is of type {}, not a text",
                    value.get_ref().type_str()
                ),
                "a text in quotes belongs here",
                format!("write `{example}`"),
            );
        }
        text
    }

    /// A list of texts.
    fn texts<'t>(
        &mut self,
        value: &'t Spanned<DeValue<'_>>,
        key: &str,
        example: &str,
    ) -> Vec<(&'t str, Span)> {
        let Some(items) = value.get_ref().as_array() else {
            self.fault(
                place_of(value),
                format!(
                    "`{key}` is of type {}, not a list",
                    value.get_ref().type_str()
                ),
                "a list of texts belongs here",
                format!("write `{example}`"),
            );
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| Some((self.text(item, key, example)?, place_of(item))))
            .collect()
    }

    /// `paths`, `policy`, `baseline` and `fail_on`.
    fn run(&mut self, table: &DeTable<'_>, root: &Path) -> RunChoices {
        let paths = table
            .get("paths")
            .map(|value| self.texts(value, "paths", "paths = [\"profiles\"]"));
        let mut file = |key: &str, example: &str| {
            let text = self.text(table.get(key)?, key, example)?;
            Some(root.join(text))
        };
        RunChoices {
            paths: paths
                .unwrap_or_default()
                .into_iter()
                .map(|(text, _)| root.join(text))
                .collect(),
            policy: file("policy", "policy = \"policy.yaml\""),
            baseline: file("baseline", "baseline = \"kextpolicy-baseline.json\""),
            fail_on: table.get("fail_on").and_then(|value| self.fail_on(value)),
        }
    }

    /// The severity from which a run fails.
    fn fail_on(&mut self, value: &Spanned<DeValue<'_>>) -> Option<FailsFrom> {
        let text = self.text(value, "fail_on", "fail_on = \"warning\"")?;
        let found = match text {
            "error" => FailsFrom::Severity(Severity::Error),
            "warning" => FailsFrom::Severity(Severity::Warning),
            "note" => FailsFrom::Severity(Severity::Note),
            "never" => FailsFrom::Never,
            _ => {
                self.fault(
                    place_of(value),
                    format!("{} is not a severity", quoted(text)),
                    "unknown severity",
                    "write `error`, `warning`, `note` or `never`",
                );
                return None;
            }
        };
        Some(found)
    }

    /// `target`, `minimum_os`, `newest_os` and `rules`.
    fn choices(&mut self, table: &DeTable<'_>) -> Choices {
        let minimum_os = self.release(table, MINIMUM_OS);
        let newest_os = self.release(table, NEWEST_OS);
        if newest_os.is_some_and(|newest| minimum_os.is_some_and(|oldest| newest < oldest))
            && let Some(value) = table.get(NEWEST_OS)
        {
            self.fault(
                place_of(value),
                "`newest_os` is older than `minimum_os`",
                "older than the oldest",
                "write the newest version the profiles are for, or leave it out",
            );
        }
        Choices {
            target: table.get("target").and_then(|value| self.target(value)),
            minimum_os,
            newest_os,
            rules: table
                .get("rules")
                .map(|value| self.rules(value))
                .unwrap_or_default(),
        }
    }

    fn target(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Target> {
        let text = self.text(value, "target", "target = \"jamf\"")?;
        let found = Target::ALL.into_iter().find(|target| target.name() == text);
        if found.is_none() {
            self.fault(
                place_of(value),
                format!("there is no target {}", quoted(text)),
                "unknown target",
                "write `jamf`, `intune` or `generic`",
            );
        }
        found
    }

    /// A version such as `13` or `10.15`.
    fn release(&mut self, table: &DeTable<'_>, key: &'static str) -> Option<Release> {
        let value = table.get(key)?;
        let text = self.text(value, key, &format!("{key} = \"13.0\""))?;
        let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
        let version = major.parse().ok().zip(minor.parse().ok());
        if version.is_none() {
            self.fault(
                place_of(value),
                format!("{} is not a version of macOS", quoted(text)),
                "not a version",
                format!(
                    "write the {} version the profiles are for, such as `\"13.0\"` or `\"10.15\"`",
                    if key == NEWEST_OS { "newest" } else { "oldest" }
                ),
            );
        }
        let found = version.map(|version| (key, version, place_of(value)));
        self.releases.extend(found);
        version
    }

    fn rules(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<(RuleId, Option<Severity>)> {
        let Some(table) = value.get_ref().as_table() else {
            self.fault(
                place_of(value),
                "`rules` is not a table",
                "a table belongs here",
                "write `[rules]` and below it lines such as `user-scope = \"warning\"`",
            );
            return Vec::new();
        };
        let mut found = Vec::new();
        for (key, value) in table {
            let rule = self.rule(key.get_ref(), place_of(key));
            let severity = self.severity(value);
            found.extend(rule.zip(severity.map(|choice| choice.0)));
        }
        found
    }

    fn rule(&mut self, name: &str, span: Span) -> Option<RuleId> {
        let rule = find(self.rules, name);
        if rule.is_none() {
            let help = match nearest(name, self.rules.iter().map(|rule| rule.id.name)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`kextpolicy explain` lists all rules".to_owned(),
            };
            self.fault(
                span,
                format!("there is no rule {}", quoted(name)),
                "unknown rule",
                help,
            );
        }
        rule
    }

    /// A severity or `off`.
    fn severity(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Choice> {
        let text = self.text(value, "severity", "user-scope = \"warning\"")?;
        let severities = [Severity::Error, Severity::Warning, Severity::Note];
        if text == "off" {
            return Some(Choice(None));
        }
        let found = severities
            .into_iter()
            .find(|severity| severity.name() == text);
        if found.is_none() {
            self.fault(
                place_of(value),
                format!("there is no severity {}", quoted(text)),
                "unknown severity",
                "write `error`, `warning`, `note` or `off`",
            );
        }
        found.map(|severity| Choice(Some(severity)))
    }

    /// A list of patterns; `None` when the key is missing or wrong.
    fn paths(&mut self, table: &DeTable<'_>, key: &str) -> Option<Paths> {
        let value = table.get(key)?;
        let patterns = self.texts(value, key, &format!("{key} = [\"vendor/**\"]"));
        match Paths::new(patterns.iter().map(|(text, _)| *text)) {
            Ok(paths) => Some(paths),
            Err((number, why)) => {
                let span = patterns
                    .get(number)
                    .map_or(place_of(value), |(_, span)| *span);
                self.fault(
                    span,
                    format!("this pattern cannot be read: {}", visible(&why)),
                    "not a pattern",
                    "write a path with `*` for any name and `**` for any folders",
                );
                None
            }
        }
    }

    /// The tables of a list such as `[[ignore]]`.
    fn tables<'t>(&mut self, table: &'t DeTable<'t>, key: &str) -> Vec<ListedTable<'t>> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in value.get_ref().as_array().into_iter().flatten() {
            if let Some(table) = item.get_ref().as_table() {
                found.push(ListedTable {
                    table,
                    span: place_of(item),
                });
            }
        }
        let count = value.get_ref().as_array().map(|items| items.len());
        if count != Some(found.len()) {
            self.fault(
                place_of(value),
                format!("`{key}` is not a list of tables"),
                "tables belong here",
                format!("write `[[{key}]]` above each entry"),
            );
        }
        found
    }

    /// An entry of `[[overrides]]`, and the files it is about.
    fn an_override(&mut self, entry: &ListedTable<'_>) -> Option<(Paths, Choices)> {
        self.known(entry.table, OVERRIDE, "an override");
        let choices = self.choices(entry.table);
        if entry.table.get("paths").is_none_or(is_empty_list) {
            self.fault(
                entry.span,
                "an override without `paths`",
                "for which files?",
                "add `paths = [\"intune/**\"]`",
            );
        }
        let paths = self.paths(entry.table, "paths")?;
        Some((paths, choices))
    }

    /// An entry of `[[ignore]]`, and the files it is about, if it says so.
    fn an_ignore(&mut self, entry: &ListedTable<'_>) -> (Option<Paths>, Ignore) {
        self.known(entry.table, IGNORE, "an ignore");
        let reason = entry.table.get("reason").and_then(|value| {
            self.text(
                value,
                "reason",
                "reason = \"the vendor ships it so, ticket SEC-12\"",
            )
        });
        if reason
            .as_ref()
            .is_none_or(|reason| reason.trim().is_empty())
        {
            self.fault(
                entry.span,
                "an ignore without `reason`",
                "why is it right to ignore this?",
                "add `reason = \"...\"`; whoever reads it next year will ask",
            );
        }
        let value = entry
            .table
            .get("rules")
            .filter(|value| !is_empty_list(value));
        let names = if let Some(value) = value {
            self.texts(value, "rules", "rules = [\"reused-uuid\"]")
        } else {
            self.fault(
                entry.span,
                "an ignore without `rules`",
                "which rules?",
                "add `rules = [\"reused-uuid\"]`",
            );
            Vec::new()
        };
        let rules = names
            .into_iter()
            .filter_map(|(name, span)| self.rule(name, span))
            .collect();
        let paths = self.paths(entry.table, "paths");
        let written = entry
            .table
            .get("paths")
            .and_then(|value| value.get_ref().as_array());
        let ignore = Ignore {
            span: entry.span,
            rules,
            reason: reason.unwrap_or_default().trim().to_owned(),
            paths: written
                .into_iter()
                .flatten()
                .filter_map(|path| Some(path.get_ref().as_str()?.to_owned()))
                .collect(),
            everywhere: paths.is_none(),
        };
        (paths, ignore)
    }
}

/// Whether a list has nothing in it, which says as little as none.
fn is_empty_list(value: &Spanned<DeValue<'_>>) -> bool {
    value
        .get_ref()
        .as_array()
        .is_some_and(|list| list.is_empty())
}

/// The place of a value or key.
fn place_of<T>(value: &Spanned<T>) -> Span {
    let span = value.span();
    Span::new(span.start, span.end)
}
