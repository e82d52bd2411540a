//! Policies become profiles: one file per target, payload type and minimum macOS. Every decision is made here, in
//! Rust; the templates only print. A pure function: the same policy gives the same bytes on any machine.

mod intune;
mod jamf;
mod lists;
pub(crate) mod template;
mod uuid;

use self::lists::Lists;
use self::template::{KernelExtensionsProfile, Profile, SystemExtensionsProfile};
use self::uuid::Uuids;
use crate::extension::ExtensionKind;
use crate::policy::{Policy, PolicyError};
use crate::target::Target;

/// What goes into a file of its own. One payload with kernel extensions sinks the whole profile on Apple silicon, and
/// keys that need macOS 15 are kept away from Macs that do not know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Kernel extensions.
    Kext,
    /// System extensions.
    Sysext,
    /// What needs macOS 15 about system extensions.
    SysextMacos15,
}

/// A file made from a policy.
#[derive(Clone, Debug)]
pub(crate) struct Rendered {
    /// What is in it.
    pub(crate) part: Part,
    /// The MDM server it is for.
    pub(crate) target: Target,
    /// Its name.
    pub(crate) name: String,
    /// The profile.
    pub(crate) content: String,
    /// The bodies of the requests that create it on the server.
    pub(crate) requests: Vec<Request>,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The name of its file.
    pub(crate) name: String,
    /// The body.
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

impl Part {
    /// The word in file names.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Kext => "kext",
            Self::Sysext => "sysext",
            Self::SysextMacos15 => "sysext-macos15",
        }
    }

    /// Whose extensions it is about.
    pub(crate) const fn kind(self) -> ExtensionKind {
        match self {
            Self::Kext => ExtensionKind::Kernel,
            Self::Sysext | Self::SysextMacos15 => ExtensionKind::System,
        }
    }

    /// What people read behind the policy's name. Jamf Pro knows a profile by its name, so each part has its own.
    const fn title(self) -> &'static str {
        match self {
            Self::Kext => "kernel extensions",
            Self::Sysext => "system extensions",
            Self::SysextMacos15 => "system extensions, macOS 15",
        }
    }

    /// `PayloadDisplayName` of the payload.
    const fn payload_title(self) -> &'static str {
        match self {
            Self::Kext => "Approved kernel extensions",
            Self::Sysext => "Approved system extensions",
            Self::SysextMacos15 => "System extensions that stay",
        }
    }

    /// `PayloadDescription` of the payload, and of the profile if the policy has none. Never empty, since servers drop
    /// empty texts.
    const fn description(self) -> &'static str {
        match self {
            Self::Kext => "Approves kernel extensions",
            Self::Sysext => "Approves system extensions",
            Self::SysextMacos15 => "Keeps system extensions from being removed (macOS 15 or newer)",
        }
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

/// Makes the files of a policy for one target, in the order kernel extensions, system extensions, macOS 15.
pub(crate) fn render(policy: &Policy, target: Target) -> Result<Vec<Rendered>, RenderError> {
    if target == Target::Jamf {
        jamf::check_texts(policy).map_err(RenderError::Policy)?;
    }
    let mut files = Vec::new();
    if let Some(block) = &policy.kernel_extensions {
        let lists = lists::kernel(block);
        files.push(file(policy, target, Part::Kext, &lists)?);
    }
    if let Some(block) = &policy.system_extensions {
        let lists = lists::system(block);
        files.push(file(policy, target, Part::Sysext, &lists)?);
        if let Some(lists) = lists::system_macos15(block) {
            files.push(file(policy, target, Part::SysextMacos15, &lists)?);
        }
    }
    if target == Target::Intune {
        intune::check_size(policy, &files).map_err(RenderError::Policy)?;
    }
    Ok(files)
}

/// Makes one file.
fn file(
    policy: &Policy,
    target: Target,
    part: Part,
    lists: &Lists<'_>,
) -> Result<Rendered, RenderError> {
    let names = names(policy, target, part);
    let content = profile(policy, target, part, &names, lists)?;
    let content = match target {
        Target::Jamf => jamf::compact(&content),
        Target::Generic | Target::Intune => content,
    };
    let requests = match target {
        Target::Generic => Vec::new(),
        Target::Jamf => vec![jamf::request(policy, part, &names, &content)?],
        Target::Intune => intune::requests(policy, part, &names, lists, &content),
    };
    Ok(Rendered {
        part,
        target,
        name: format!("{}.mobileconfig", names.stem),
        content,
        requests,
    })
}

/// The names of a file.
fn names(policy: &Policy, target: Target, part: Part) -> Names {
    let identifier = policy.identifier.value.as_str();
    let name = policy
        .name
        .as_ref()
        .map_or(identifier, |name| name.value.as_str());
    Names {
        stem: format!("{identifier}.{}.{target}", part.name()),
        display: format!("{name} ({})", part.title()),
        description: policy.description.as_ref().map_or_else(
            || part.description().to_owned(),
            |description| description.value.clone(),
        ),
    }
}

/// The profile, one element per line.
fn profile(
    policy: &Policy,
    target: Target,
    part: Part,
    names: &Names,
    lists: &Lists<'_>,
) -> Result<String, askama::Error> {
    let uuids = Uuids::new(policy.identifier.value.as_str(), part, target);
    let nested = format!("{}.policy", names.stem);
    // Jamf Pro makes identifier and UUID the same; a Mac that gets the file another way sees what the file says.
    let (identifier, payload_identifier) = match target {
        Target::Jamf => (uuids.profile.as_str(), uuids.payload.as_str()),
        Target::Generic | Target::Intune => (names.stem.as_str(), nested.as_str()),
    };
    let around = Profile {
        display_name: &names.display,
        description: &names.description,
        organization: &policy.organization.value,
        identifier,
        uuid: &uuids.profile,
        removal_disallowed: policy.removal_disallowed,
        has_enabled: target == Target::Jamf,
        payload_type: part.kind().payload_type(),
        payload_display_name: part.payload_title(),
        payload_description: part.description(),
        payload_identifier,
        payload_uuid: &uuids.payload,
    };
    let allowed = lists.allowed.clone();
    let whole_teams = lists.whole_teams.clone();
    let has_whole_teams = !whole_teams.is_empty();
    match part.kind() {
        ExtensionKind::Kernel => template::text(&KernelExtensionsProfile {
            profile: around,
            non_admin_user_approvals: policy
                .kernel_extensions
                .as_ref()
                .and_then(|block| block.allow_non_admin_user_approvals.as_ref())
                .map(|allowed| allowed.value),
            user_overrides: user_overrides(policy, part),
            allowed,
            has_whole_teams,
            whole_teams,
        }),
        ExtensionKind::System => template::text(&SystemExtensionsProfile {
            profile: around,
            user_overrides: user_overrides(policy, part),
            allowed,
            has_whole_teams,
            whole_teams,
            removability: lists.removability.clone(),
        }),
    }
}

/// `AllowUserOverrides`, which is always written: Apple's defaults differ between the two payloads.
fn user_overrides(policy: &Policy, part: Part) -> bool {
    let written = match part.kind() {
        ExtensionKind::Kernel => policy
            .kernel_extensions
            .as_ref()
            .map(|block| block.allow_user_overrides.value),
        ExtensionKind::System => policy
            .system_extensions
            .as_ref()
            .map(|block| block.allow_user_overrides.value),
    };
    written.unwrap_or(false)
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
        assert_eq!(seen, 4);
    }
}
