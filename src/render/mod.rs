//! Policies become profiles: one file per target, payload type and minimum macOS. Every decision is made here, in
//! Rust; the templates only print. A pure function: the same policy gives the same bytes on any machine.

mod background_items;
mod content_filters;
mod extensions;
mod intune;
mod jamf;
mod lists;
mod part;
mod privacy;
pub(crate) mod template;
mod uuid;

pub(crate) use self::part::Part;

use self::lists::Lists;
use self::template::Profile;
use self::uuid::Uuids;
use crate::approval::ApprovalKind;
use crate::policy::{Policy, PolicyError};
use crate::target::Target;

/// A file made from a policy.
#[derive(Clone, Debug)]
pub(crate) struct Rendered {
    pub(crate) part: Part,
    /// The MDM server it is for.
    pub(crate) target: Target,
    pub(crate) name: String,
    pub(crate) content: String,
    /// The bodies of the requests that create it on the server.
    pub(crate) requests: Vec<Request>,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The name of its file.
    pub(crate) name: String,
    pub(crate) content: String,
}

/// Why there is no profile.
#[derive(Debug)]
pub(crate) enum RenderError {
    /// The policy says something that the target cannot take.
    Policy(Vec<PolicyError>),
    /// A template failed, which is a fault of this tool.
    Template(askama::Error),
}

impl From<askama::Error> for RenderError {
    fn from(error: askama::Error) -> Self {
        Self::Template(error)
    }
}

/// Prints a payload with the names around it.
type Print<'a> = dyn Fn(Profile<'_>) -> Result<String, askama::Error> + 'a;

/// What one file says, ready to be put into a profile.
struct Piece<'a> {
    part: Part,
    /// The profile around these names.
    profile: Box<Print<'a>>,
    /// `AllowUserOverrides` and the lists, as far as Intune's settings catalog can say the same.
    catalog: Option<(bool, Lists<'a>)>,
    /// Whether the server takes it only signed, so that a request, which carries it unsigned, would lose it.
    needs_signature: bool,
}

impl<'a> Piece<'a> {
    /// A file that needs nothing special.
    fn new(
        part: Part,
        profile: impl Fn(Profile<'_>) -> Result<String, askama::Error> + 'a,
    ) -> Self {
        Self {
            part,
            profile: Box::new(profile),
            catalog: None,
            needs_signature: false,
        }
    }
}

/// The files of one kind of approval.
fn pieces(kind: ApprovalKind, policy: &Policy, target: Target) -> Vec<Piece<'_>> {
    match kind {
        ApprovalKind::KernelExtensions => extensions::kernel(policy),
        ApprovalKind::SystemExtensions => extensions::system(policy),
        ApprovalKind::Privacy => privacy::pieces(policy, target),
        ApprovalKind::ContentFilters => content_filters::pieces(policy),
        ApprovalKind::BackgroundItems => background_items::pieces(policy),
    }
}

/// The names of one file.
struct Names {
    /// The file's name without its ending, and the base of its identifiers.
    stem: String,
    /// `PayloadDisplayName`.
    display: String,
    /// `PayloadDescription`.
    description: String,
}

/// Makes the files of a policy for one target, in the order of the kinds.
pub(crate) fn render(policy: &Policy, target: Target) -> Result<Vec<Rendered>, RenderError> {
    if target == Target::Jamf {
        jamf::check_texts(policy).map_err(RenderError::Policy)?;
    }
    let mut files = Vec::new();
    for kind in ApprovalKind::ALL {
        for piece in pieces(kind, policy, target) {
            files.push(file(policy, target, piece)?);
        }
    }
    if target == Target::Intune {
        intune::check_size(policy, &files).map_err(RenderError::Policy)?;
    }
    Ok(files)
}

fn file(policy: &Policy, target: Target, piece: Piece<'_>) -> Result<Rendered, RenderError> {
    let names = names(policy, target, &piece.part);
    let content = profile(policy, target, &piece, &names)?;
    let content = match target {
        Target::Jamf => jamf::compact(&content),
        Target::Generic | Target::Intune => content,
    };
    let requests = match target {
        _ if piece.needs_signature => Vec::new(),
        Target::Generic => Vec::new(),
        Target::Jamf => vec![jamf::request(policy, &piece.part, &names, &content)?],
        Target::Intune => intune::requests(policy, &piece, &names, &content),
    };
    Ok(Rendered {
        part: piece.part,
        target,
        name: format!("{}.mobileconfig", names.stem),
        content,
        requests,
    })
}

/// The names of a file.
fn names(policy: &Policy, target: Target, part: &Part) -> Names {
    let identifier = policy.identifier.value.as_str();
    let name = policy
        .name
        .as_ref()
        .map_or(identifier, |name| name.value.as_str());
    let words = part.words();
    Names {
        stem: format!("{identifier}.{}.{target}", part.name()),
        display: format!("{name} ({})", words.title),
        description: policy.description.as_ref().map_or_else(
            || words.description.to_owned(),
            |description| description.value.clone(),
        ),
    }
}

/// The profile, one element per line.
fn profile(
    policy: &Policy,
    target: Target,
    piece: &Piece<'_>,
    names: &Names,
) -> Result<String, askama::Error> {
    let uuids = Uuids::new(policy.identifier.value.as_str(), &piece.part, target);
    let nested = format!("{}.policy", names.stem);
    // Jamf Pro makes identifier and UUID the same; a Mac that gets the file another way sees what the file says.
    let (identifier, payload_identifier) = match target {
        Target::Jamf => (uuids.profile.as_str(), uuids.payload.as_str()),
        Target::Generic | Target::Intune => (names.stem.as_str(), nested.as_str()),
    };
    let words = piece.part.words();
    (piece.profile)(Profile {
        display_name: &names.display,
        description: &names.description,
        organization: &policy.organization.value,
        identifier,
        uuid: &uuids.profile,
        removal_disallowed: policy.removal_disallowed,
        has_enabled: target == Target::Jamf,
        payload_type: piece.part.kind().payload_type(),
        payload_display_name: words.payload_title,
        payload_description: words.description,
        payload_identifier,
        payload_uuid: &uuids.payload,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Renders a policy of the tests.
    fn rendered(target: Target) -> String {
        let bytes = include_bytes!("../../tests/policies/good/whole-on-one-line.yaml");
        let policy = crate::policy::read("whole.yaml", bytes).unwrap();
        let files = render(&policy, target).unwrap();
        let shown = files.iter().flat_map(|file| {
            let requests = file.requests.iter();
            [(&file.name, &file.content)]
                .into_iter()
                .chain(requests.map(|request| (&request.name, &request.content)))
        });
        shown
            .map(|(name, content)| format!("=== {name}\n{content}"))
            .collect::<Vec<_>>()
            .concat()
    }

    #[test]
    fn a_whole_policy_for_any_server() {
        insta::assert_snapshot!(rendered(Target::Generic));
    }

    #[test]
    fn a_whole_policy_for_jamf_pro() {
        insta::assert_snapshot!(rendered(Target::Jamf));
    }

    #[test]
    fn a_whole_policy_for_intune() {
        insta::assert_snapshot!(rendered(Target::Intune));
    }

    #[test]
    fn the_order_in_the_policy_changes_no_profile() {
        let content = |allowed: &str| {
            let text = format!(
                "identifier: com.example.a\norganization: Example\nkernel_extensions:\n  allowed:\n{allowed}"
            );
            let policy = crate::policy::read("a.yaml", text.as_bytes()).unwrap();
            render(&policy, Target::Generic).unwrap()[0].content.clone()
        };
        let (a, b) = (
            "    - {team_id: AAAAAAAAAA, bundle_ids: [com.a.x, com.a.y]}\n",
            "    - {team_id: BBBBBBBBBB, bundle_ids: all}\n    - {team_id: CCCCCCCCCC, bundle_ids: all}\n",
        );
        let swapped = "    - {team_id: CCCCCCCCCC, bundle_ids: all}\n    - {team_id: BBBBBBBBBB, bundle_ids: all}\n    \
                       - {team_id: AAAAAAAAAA, bundle_ids: [com.a.y, com.a.x]}\n";
        assert_eq!(content(&format!("{a}{b}")), content(swapped));
    }

    #[test]
    fn templates_escape_every_hole_and_only_ask_and_repeat() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "xml") {
                continue;
            }
            seen += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            for (at, _) in text.match_indices("{{") {
                let hole = text[at + 2..].split("}}").next().unwrap().trim();
                assert!(
                    hole.chars()
                        .all(|c| c.is_ascii_lowercase() || c == '_' || c == '.'),
                    "{} prints `{hole}`: a hole is a name, without filters such as `|safe`",
                    path.display()
                );
            }
            for (at, _) in text.match_indices("{%") {
                let tag = text[at + 2..].trim_start_matches('-').trim_start();
                let word = tag.split(|c: char| !c.is_ascii_lowercase()).next().unwrap();
                assert!(
                    [
                        "if", "endif", "for", "endfor", "extends", "block", "endblock"
                    ]
                    .contains(&word),
                    "{} uses `{word}`",
                    path.display()
                );
            }
        }
        assert_eq!(seen, 7);
    }
}
