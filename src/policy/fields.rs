//! Maps by hand: which keys are there, which are unknown, twice or missing, all reported and none of them fatal.

use std::collections::BTreeMap;

use super::error::PolicyError;
use super::node::{Node, Value};
use super::{keys, services};
use crate::escape::{quoted, visible};
use crate::identifier::TeamIdentifier;
use crate::source::Span;
use crate::suggest::nearest;

/// The entries of one map, by key.
pub(crate) struct Fields<'a> {
    /// What the map is, for messages: ``the entry`` or `` `targets.jamf` ``.
    what: &'a str,
    /// The map's first key, where a missing key is reported.
    head: Span,
    /// Key and value of every known key, the first one if it is there twice.
    pairs: BTreeMap<&'a str, (&'a Node, &'a Node)>,
    /// The same for misspelt keys, by the key that was meant: reported once, then read on.
    guessed: BTreeMap<&'static str, (&'a Node, &'a Node)>,
    /// Whether a merge key hides what else is there.
    merged: bool,
}

impl<'a> Fields<'a> {
    /// Takes a node that should be a map with some of the `known` keys.
    pub(crate) fn new(
        node: &'a Node,
        what: &'a str,
        known: &[&'static str],
        errors: &mut Vec<PolicyError>,
    ) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            errors.push(not_a_map(node, what, known));
            return None;
        };
        let head = entries.first().map_or(node.span, |(key, _)| key.span);
        let mut fields = Self {
            what,
            head,
            pairs: BTreeMap::new(),
            guessed: BTreeMap::new(),
            merged: false,
        };
        for (key, value) in entries.iter() {
            fields.add(key, value, known, errors);
        }
        Some(fields)
    }

    /// Sorts one entry in.
    fn add(
        &mut self,
        key: &'a Node,
        value: &'a Node,
        known: &[&'static str],
        errors: &mut Vec<PolicyError>,
    ) {
        let Some(name) = key.text() else {
            errors.push(PolicyError::new(
                key.span,
                format!("a key of {} is {}", self.what, key.kind()),
                "a key is a word",
                format!("use one of {}", list(known)),
            ));
            return;
        };
        if name == "<<" {
            self.merged = true;
            errors.push(PolicyError::new(
                key.span,
                "merge keys (`<<`) are not supported",
                "YAML 1.2 has no merge keys",
                "write the keys out, or use an alias (`*name`) for a single value",
            ));
        } else if known.contains(&keys::PRIVACY[0])
            && let Some(error) = services::refused(name, key.span)
        {
            errors.push(error);
        } else if !known.contains(&name) {
            let meant = meant(name, known);
            if let Some(meant) = meant {
                self.guessed.entry(meant).or_insert((key, value));
            }
            errors.push(unknown(key.span, name, self.what, known, meant));
        } else if let Some((first, _)) = self.pairs.get(name) {
            errors.push(
                PolicyError::new(
                    key.span,
                    format!("{} is written twice in {}", quoted(name), self.what),
                    "again here",
                    "keep one of the two; only one can count",
                )
                .with(first.span, "first written here"),
            );
        } else {
            self.pairs.insert(name, (key, value));
        }
    }

    /// A key and its value, the right spelling first.
    fn pair(&self, name: &str) -> Option<(&'a Node, &'a Node)> {
        self.pairs
            .get(name)
            .or_else(|| self.guessed.get(name))
            .copied()
    }

    /// The value of a key; a key without a value is reported and counts as absent.
    pub(crate) fn get(&self, name: &str, errors: &mut Vec<PolicyError>) -> Option<&'a Node> {
        let help = match name {
            "jamf" | "intune" | "generic" => {
                format!("write `{name}: {{}}` for its default settings")
            }
            _ => "write a value, or remove the key".to_owned(),
        };
        self.get_or(name, &help, errors)
    }

    /// The same with what to do about a missing value.
    fn get_or(&self, name: &str, help: &str, errors: &mut Vec<PolicyError>) -> Option<&'a Node> {
        let (key, value) = self.pair(name)?;
        if value.is_null() {
            errors.push(PolicyError::new(
                key.span,
                format!("{} has no value", quoted(name)),
                "nothing follows the colon",
                help,
            ));
            return None;
        }
        Some(value)
    }

    /// Whether the key is there, whatever its value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.pair(name).is_some()
    }

    /// The place of a key.
    pub(crate) fn key_span(&self, name: &str) -> Option<Span> {
        self.pair(name).map(|(key, _)| key.span)
    }

    /// Where to point when something is missing.
    pub(crate) fn head(&self) -> Span {
        self.head
    }

    /// The value of a key that has to be there.
    pub(crate) fn require(
        &self,
        name: &str,
        help: &str,
        errors: &mut Vec<PolicyError>,
    ) -> Option<&'a Node> {
        if !self.has(name) && !self.merged {
            errors.push(PolicyError::new(
                self.head,
                format!("{} has no {}", self.what, quoted(name)),
                format!("{} is missing here", quoted(name)),
                help,
            ));
        }
        self.get_or(name, help, errors)
    }
}

/// The error for something else where a map belongs.
fn not_a_map(node: &Node, what: &str, known: &[&str]) -> PolicyError {
    let example = known.first().map_or_else(
        || "write `{}`".to_owned(),
        |key| format!("write its keys below it, indented, for example `{key}: …`"),
    );
    let help = match (&node.value, what) {
        (Value::List(items), "`targets`") => {
            let names: Vec<String> = items
                .iter()
                .filter_map(Node::text)
                .filter_map(|name| nearest(name, known.iter().copied()))
                .map(|name| format!("{name}: {{}}"))
                .collect();
            if names.is_empty() {
                example
            } else {
                format!("write `targets: {{{}}}`", names.join(", "))
            }
        }
        (Value::Text { text, .. }, "the entry") if TeamIdentifier::new(text).is_ok() => {
            format!("write `- team_id: {text}` and `bundle_ids` below it")
        }
        _ if known.contains(&"allowed") => {
            "write `allowed:` below it, indented, with one `- ` entry per team".to_owned()
        }
        (Value::List(_), "the policy") => {
            "remove the `- ` at the start: a policy begins with `identifier: …`".to_owned()
        }
        _ => example,
    };
    PolicyError::new(
        node.span,
        format!("{what} is {}, not a map", node.kind()),
        "a map (`key: value`) belongs here",
        help,
    )
}

/// The key a misspelt one stands for.
fn meant(name: &str, known: &[&'static str]) -> Option<&'static str> {
    keys::SYNONYMS
        .iter()
        .find(|(word, key)| known.contains(key) && fold(word) == fold(name))
        .map(|(_, key)| *key)
        .or_else(|| services::Service::of_apple(name).map(|service| service.key))
        .filter(|key| known.contains(key))
        .or_else(|| nearest(name, known.iter().copied()))
}

/// The error for a key nobody reads, with the one that was probably meant.
fn unknown(
    span: Span,
    name: &str,
    what: &str,
    known: &[&'static str],
    meant: Option<&'static str>,
) -> PolicyError {
    let help = match (meant, name) {
        (Some(key), _) => format!("write `{key}`"),
        (None, "unsigned") => {
            "remove it: macOS loads no system extension without a Team ID".to_owned()
        }
        (None, "allow_non_admin_user_approvals") => {
            "move it to `kernel_extensions`: the system-extension payload has no such key".to_owned()
        }
        (None, "types" | "removable" | "non_removable" | "non_removable_from_ui")
            if what == "`system_extensions`" =>
        {
            "write it in an entry of `allowed`, beside its `team_id`".to_owned()
        }
        (None, "types" | "removable" | "non_removable" | "non_removable_from_ui") => {
            "move the entry to `system_extensions`, or remove the key: the kernel-extension payload has no such key"
                .to_owned()
        }
        (None, "AllowedTeamIdentifiers" | "allowed_team_identifiers" | "team_ids") => {
            "write an entry of `allowed` per team, with `bundle_ids: all`".to_owned()
        }
        (None, _) if known.is_empty() => "remove it: there is nothing to set here".to_owned(),
        (None, _) => format!("remove it, or use one of {}", list(known)),
    };
    let home = keys::POLICY
        .iter()
        .find(|key| meant.is_none() && **key == name && what != "the policy");
    let help = match home {
        Some(key) => format!("`{key}` belongs to the top of the file, not indented"),
        None => help,
    };
    PolicyError::new(
        span,
        format!("unknown key {} in {what}", quoted(name)),
        match meant {
            Some(key) => format!("did you mean `{key}`?"),
            None => "nobody reads this key".to_owned(),
        },
        help,
    )
}

/// A word without case and separators.
fn fold(word: &str) -> String {
    word.chars()
        .filter(|letter| !matches!(letter, '_' | '-' | ' '))
        .take(64)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// The items of a list of entries, which has at least one.
pub(super) fn items<'a>(
    node: &'a Node,
    key: &str,
    errors: &mut Vec<PolicyError>,
) -> Option<&'a [Node]> {
    match &node.value {
        Value::List(items) if !items.is_empty() => Some(items),
        Value::List(_) => {
            errors.push(PolicyError::new(
                node.span,
                format!("`{key}` is empty"),
                "nothing is allowed here",
                format!("add an entry such as `- team_id: UBF8T346G9`, or remove `{key}`"),
            ));
            None
        }
        Value::Map(_) | Value::Text { .. } => {
            errors.push(PolicyError::new(
                node.span,
                format!("`{key}` is {}, not a list", node.kind()),
                "a list of entries belongs here",
                "begin each entry with `- `, as in `- team_id: UBF8T346G9`",
            ));
            None
        }
    }
}

/// Words in backticks with commas between them.
pub(crate) fn list(words: &[&str]) -> String {
    let words: Vec<String> = words
        .iter()
        .map(|word| format!("`{}`", visible(word)))
        .collect();
    words.join(", ")
}
