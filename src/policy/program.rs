//! Programs that an entry names by bundle ID or by path, each with the code requirement it has to meet.

use super::error::PolicyError;
use super::fields::Fields;
use super::node::{Node, Value};
use super::scalar::optional_text;
use super::{requirement, scalar, validate};
use crate::escape::quoted;
use crate::identifier::{TeamIdentifier, is_dash};
use crate::source::{Span, Spanned};

#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// Bundle ID or path.
    pub(crate) name: Spanned<String>,
    /// Whether it is named by its path, which programs without a bundle are.
    pub(crate) is_path: bool,
    /// The code requirement, and where it or what it follows from stands.
    pub(crate) requirement: Spanned<String>,
}

impl Program {
    /// Apple's `IdentifierType`.
    pub(crate) const fn identifier_type(&self) -> &'static str {
        if self.is_path { "path" } else { "bundleID" }
    }
}

/// Who signed the programs of an entry.
pub(super) enum Signer {
    /// The requirement is written out.
    Written(Spanned<String>),
    /// A team; and whether a copy from the Mac App Store counts.
    Team(Spanned<TeamIdentifier>, bool),
    /// Nobody is named: a program of Apple, or a fault.
    Unnamed,
}

impl Signer {
    /// `team_id`, `app_store` and `requirement` of an entry; `None` if one of them has a fault.
    pub(super) fn read(fields: &Fields<'_>, errors: &mut Vec<PolicyError>) -> Option<Self> {
        let team = fields
            .get("team_id", errors)
            .map(|node| scalar::team_id(node, errors));
        let written = optional_text(fields, "requirement", errors);
        let app_store = fields
            .get("app_store", errors)
            .and_then(|node| scalar::boolean(node, "app_store", errors));
        if let Some(app_store) = &app_store
            && app_store.value
            && (written.is_some() || !fields.has("team_id"))
        {
            errors.push(PolicyError::new(
                app_store.span,
                "`app_store` says how the requirement follows from a team, and here it does not",
                "it changes nothing here",
                "remove `app_store`, or write a `team_id` and no `requirement`",
            ));
        }
        if fields.has("requirement") {
            if let Some(written) = &written {
                requirement::check(written, errors);
            }
            return written.map(Self::Written);
        }
        match team {
            Some(team) => Some(Self::Team(
                team?,
                app_store.is_some_and(|wanted| wanted.value),
            )),
            None if fields.has("team_id") => None,
            None => Some(Self::Unnamed),
        }
    }

    /// The requirement of the program with this identifier; `None` after reporting that nothing says who signed it.
    pub(super) fn requirement(
        &self,
        identifier: &Spanned<String>,
        head: Span,
        errors: &mut Vec<PolicyError>,
    ) -> Option<Spanned<String>> {
        let name = identifier.value.as_str();
        let derived = match self {
            Self::Written(written) => {
                requirement::check_name(written, identifier, errors);
                return Some(written.clone());
            }
            Self::Team(team, app_store) => requirement::of_team(name, &team.value, *app_store),
            Self::Unnamed if name.starts_with("com.apple.") => requirement::of_apple(name),
            Self::Unnamed => {
                errors.push(PolicyError::new(
                    head,
                    "the entry has no `team_id`",
                    "nothing says who signed the program",
                    "add the vendor's Team ID, 10 characters; only programs of Apple (`com.apple.…`) go without",
                ));
                return None;
            }
        };
        Some(Spanned::new(derived, identifier.span))
    }
}

/// The programs of an entry: those of `bundle_ids`, or the one at `path`.
pub(super) fn programs(fields: &Fields<'_>, errors: &mut Vec<PolicyError>) -> Vec<Program> {
    let signer = Signer::read(fields, errors);
    if fields.has("path") {
        if let Some(other) = fields.key_span("bundle_ids") {
            errors.push(PolicyError::new(
                other,
                "the entry has a `path` and `bundle_ids`",
                "an entry is about one or the other",
                "move the bundle IDs to an entry of their own",
            ));
        }
        return at_path(fields, signer.as_ref(), errors)
            .into_iter()
            .collect();
    }
    if let Some(identifier) = fields.key_span("identifier") {
        errors.push(PolicyError::new(
            identifier,
            "`identifier` belongs to a `path`, and the entry has none",
            "a bundle ID is the identifier itself",
            "remove it",
        ));
    }
    let Some(node) = fields.require(
        "bundle_ids",
        "list the bundle IDs, or name a program without a bundle by its `path`",
        errors,
    ) else {
        return Vec::new();
    };
    let names = names(node, "bundle_ids", errors);
    if let (Some(Signer::Written(written)), true) = (&signer, names.len() > 1) {
        errors.push(PolicyError::new(
            written.span,
            "one `requirement` cannot fit several programs",
            "a requirement names one program",
            "give each program with a requirement of its own an entry",
        ));
        return Vec::new();
    }
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let Some(signer) = &signer else { break };
        let Some(requirement) = signer.requirement(&name, fields.head(), errors) else {
            break;
        };
        found.push(Program {
            name,
            is_path: false,
            requirement,
        });
    }
    found
}

/// The program at `path`.
fn at_path(
    fields: &Fields<'_>,
    signer: Option<&Signer>,
    errors: &mut Vec<PolicyError>,
) -> Option<Program> {
    let path = optional_text(fields, "path", errors);
    if let Some(path) = &path
        && !path.value.starts_with('/')
    {
        errors.push(PolicyError::new(
            path.span,
            format!("`path` is {}, not an absolute path", quoted(&path.value)),
            "a path begins with `/`",
            "write the whole path of the program",
        ));
    }
    let requirement = if let Some(Signer::Written(written)) = signer {
        written.clone()
    } else {
        let identifier = fields
            .require(
                "identifier",
                "add what `codesign -dv` prints as Identifier, or write the whole `requirement`",
                errors,
            )
            .and_then(|node| name(node, "identifier", errors));
        signer?.requirement(&identifier?, fields.head(), errors)?
    };
    Some(Program {
        name: path?,
        is_path: true,
        requirement,
    })
}

/// A list of different identifiers of programs; wrong ones are reported and left out.
pub(super) fn names(node: &Node, key: &str, errors: &mut Vec<PolicyError>) -> Vec<Spanned<String>> {
    let Value::List(items) = &node.value else {
        let example = node.text().unwrap_or("com.example.agent");
        errors.push(PolicyError::new(
            node.span,
            format!("`{key}` is {}, not a list", node.kind()),
            "a list belongs here",
            format!("write `{key}: [{}]`", crate::escape::visible(example)),
        ));
        return Vec::new();
    };
    if items.is_empty() {
        errors.push(PolicyError::new(
            node.span,
            format!("`{key}` is empty"),
            "nothing is named here",
            "list at least one, or remove the key",
        ));
    }
    let found = items
        .iter()
        .filter_map(|item| name(item, key, errors))
        .collect();
    validate::different(
        found,
        |name| format!("{} is listed twice", quoted(name)),
        errors,
    )
}

/// The identifier of a program. Code signing takes nearly any character; real ones have `_` and blanks.
fn name(node: &Node, key: &str, errors: &mut Vec<PolicyError>) -> Option<Spanned<String>> {
    let found = scalar::text(node, key, errors)?;
    let wrong = found
        .value
        .chars()
        .find(|letter| {
            matches!(letter, '"' | '\\' | '*') || letter.is_control() || is_dash(*letter)
        })
        .or_else(|| {
            found
                .value
                .chars()
                .find(|_| found.value.trim() != found.value)
        });
    let Some(wrong) = wrong else {
        return Some(found);
    };
    errors.push(PolicyError::new(
        found.span,
        format!(
            "{} in `{key}` {}",
            quoted(&found.value),
            match wrong {
                '*' => "contains `*`; macOS compares identifiers letter by letter".to_owned(),
                _ if found.value.trim() != found.value => "begins or ends with a blank".to_owned(),
                dash if is_dash(dash) => format!(
                    "contains the dash look-alike U+{:04X}; identifiers use the plain hyphen `-`",
                    u32::from(dash)
                ),
                other => format!("contains {}", quoted(&other.to_string())),
            }
        ),
        "not an identifier",
        "copy what `codesign -dv` prints as Identifier",
    ));
    None
}
