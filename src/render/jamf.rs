//! What Jamf Pro needs: texts it can store, a property list on one line, and the body of its Classic API
//! (`docs/jamf.md`).

use super::template::{self, JamfRequest};
use super::{Names, Part, Request};
use crate::escape::quoted;
use crate::policy::{JamfSettings, Policy, PolicyError};
use crate::source::Spanned;

/// Refuses texts that Jamf Pro cannot store. It decodes entities once too often: a profile with `&` or `<` is refused
/// with status 409 or stored mangled, line feeds and tabs are deleted, characters beyond the Basic Multilingual Plane are
/// replaced, outer blanks are cut off. Identifiers and labels have none of these.
pub(super) fn check_texts(policy: &Policy) -> Result<(), Vec<PolicyError>> {
    let mut texts = vec![
        ("name", policy.name.as_ref()),
        ("organization", Some(&policy.organization)),
        ("description", policy.description.as_ref()),
    ];
    for entry in &policy.privacy {
        for program in entry.programs.iter().chain(&entry.receiver) {
            texts.push(("path", Some(&program.name)));
            texts.push(("requirement", Some(&program.requirement)));
        }
    }
    for filter in &policy.content_filters {
        texts.push(("name", Some(&filter.name)));
        texts.push(("organization", filter.organization.as_ref()));
        for provider in [&filter.sockets, &filter.packets].into_iter().flatten() {
            texts.push(("requirement", Some(&provider.requirement)));
        }
    }
    let mut errors: Vec<PolicyError> = texts
        .into_iter()
        .filter_map(|(key, text)| refusal(key, text?))
        .collect();
    // A requirement for two providers is one text.
    errors.dedup();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// Why Jamf Pro cannot store a text.
fn refusal(key: &str, text: &Spanned<String>) -> Option<PolicyError> {
    let value = text.value.as_str();
    let bad = value
        .chars()
        .find(|letter| matches!(letter, '&' | '<' | '\n' | '\t') || u32::from(*letter) > 0xFFFF);
    let (what, label, help) = match bad {
        Some('&') => (
            "contains `&`".to_owned(),
            "Jamf Pro refuses the profile or stores another text",
            "write `and`".to_owned(),
        ),
        Some('<') => (
            "contains `<`".to_owned(),
            "Jamf Pro refuses the profile or stores another text",
            "write it without `<`".to_owned(),
        ),
        Some('\n') => (
            "contains a line feed".to_owned(),
            "Jamf Pro deletes line feeds",
            format!(
                "write the text on one line, such as `{key}: one line of text`; `|` and `>` end it with a line feed"
            ),
        ),
        Some('\t') => (
            "contains a tab".to_owned(),
            "Jamf Pro deletes tabs",
            "write a blank instead".to_owned(),
        ),
        Some(other) => (
            format!(
                "contains {} (U+{:04X})",
                quoted(&other.to_string()),
                u32::from(other)
            ),
            "Jamf Pro replaces emoji and other characters above U+FFFF",
            "write it without the character".to_owned(),
        ),
        None if value.trim() != value => (
            "begins or ends with a blank".to_owned(),
            "Jamf Pro cuts outer blanks off",
            format!("write `{key}: {}`", crate::escape::visible(value.trim())),
        ),
        None => return None,
    };
    Some(PolicyError::new(
        text.span,
        format!("`{key}` {what}, which Jamf Pro cannot store"),
        label,
        format!("{help}; or write for other servers only (`--target`, `targets`)"),
    ))
}

/// Takes the white space between elements away: Jamf Pro makes empty arrays from what stands between two arrays. The
/// declaration and the document type keep their lines. No text has a line feed in it (see [`check_texts`]), so every
/// line of the template is a whole element or a tag.
pub(super) fn compact(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    for line in content.lines() {
        out.push_str(line.trim_start_matches('\t'));
        if line.starts_with("<?") || line.starts_with("<!") {
            out.push('\n');
        }
    }
    out.push('\n');
    out
}

/// The body of `POST /JSSResource/osxconfigurationprofiles/id/0`.
///
/// The server decodes entities in `payloads` once more than XML does, so every `&` of the profile is escaped once more
/// inside a CDATA section. The profile escapes every `>`, so it cannot end the section.
pub(super) fn request(
    policy: &Policy,
    part: &Part,
    names: &Names,
    content: &str,
) -> Result<Request, askama::Error> {
    /// Where the template leaves room. A template has no hole without escaping, and a CDATA section must not be escaped.
    const ROOM: &str = "<payloads></payloads>";
    let defaults = JamfSettings::default();
    let settings = policy.targets.jamf.as_ref().unwrap_or(&defaults);
    let envelope = template::text(&JamfRequest {
        name: &names.display,
        description: &names.description,
        site: text(settings.site.as_ref()),
        category: text(settings.category.as_ref()),
        distribution_method: text(settings.distribution_method.as_ref())
            .unwrap_or("Install Automatically"),
        user_removable: !policy.removal_disallowed,
        level: text(settings.level.as_ref()).unwrap_or("System"),
        redeploy_on_update: text(settings.redeploy_on_update.as_ref()).unwrap_or("Newly Assigned"),
    })?;
    let payloads = content.trim_end().replace('&', "&amp;");
    Ok(Request {
        name: format!("{}.{}.jamf.xml", policy.identifier.value, part.name()),
        content: envelope.replacen(
            ROOM,
            &format!("<payloads><![CDATA[{payloads}]]></payloads>"),
            1,
        ),
    })
}

fn text(setting: Option<&Spanned<String>>) -> Option<&str> {
    setting.map(|setting| setting.value.as_str())
}
