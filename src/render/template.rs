//! The templates of `templates/`, one struct each, every field ready to print; and the escaper between them.

use std::fmt;

use askama::Template;

use super::lists::PerTeam;
use crate::escape::is_xml_char;

/// What every profile has around its payload.
#[derive(Clone, Debug)]
pub(super) struct Profile<'a> {
    /// `PayloadDisplayName` of the profile.
    pub(super) display_name: &'a str,
    /// `PayloadDescription` of the profile.
    pub(super) description: &'a str,
    /// `PayloadOrganization` of both.
    pub(super) organization: &'a str,
    /// `PayloadIdentifier` of the profile.
    pub(super) identifier: &'a str,
    /// `PayloadUUID` of the profile.
    pub(super) uuid: &'a str,
    /// `PayloadRemovalDisallowed`.
    pub(super) removal_disallowed: bool,
    /// Whether `PayloadEnabled` is written.
    pub(super) has_enabled: bool,
    pub(super) payload_type: &'static str,
    pub(super) payload_display_name: &'static str,
    pub(super) payload_description: &'static str,
    pub(super) payload_identifier: &'a str,
    pub(super) payload_uuid: &'a str,
}

/// A profile with a kernel-extension payload.
#[derive(Template)]
#[template(path = "kernel_extensions.xml", config = "templates/askama.toml")]
pub(super) struct KernelExtensionsProfile<'a> {
    /// What is around it.
    pub(super) profile: Profile<'a>,
    /// `AllowNonAdminUserApprovals`, if it is written.
    pub(super) non_admin_user_approvals: Option<bool>,
    /// `AllowUserOverrides`.
    pub(super) user_overrides: bool,
    pub(super) allowed: &'a [PerTeam<'a>],
    pub(super) has_whole_teams: bool,
    /// `AllowedTeamIdentifiers`.
    pub(super) whole_teams: &'a [&'a str],
}

/// A profile with a system-extension payload.
#[derive(Template)]
#[template(path = "system_extensions.xml", config = "templates/askama.toml")]
pub(super) struct SystemExtensionsProfile<'a> {
    /// What is around it.
    pub(super) profile: Profile<'a>,
    /// `AllowUserOverrides`.
    pub(super) user_overrides: bool,
    pub(super) allowed: &'a [PerTeam<'a>],
    pub(super) has_whole_teams: bool,
    /// `AllowedTeamIdentifiers`.
    pub(super) whole_teams: &'a [&'a str],
    /// Who may remove what.
    pub(super) removability: &'a [PerTeam<'a>],
}

/// A profile with privacy permissions.
#[derive(Template)]
#[template(path = "privacy.xml", config = "templates/askama.toml")]
pub(super) struct PrivacyProfile<'a> {
    pub(super) profile: Profile<'a>,
    /// What is granted, by service.
    pub(super) services: &'a [PrivacyService<'a>],
}

/// What one service grants, by Apple's key.
pub(super) struct PrivacyService<'a> {
    pub(super) key: &'static str,
    /// To whom, by name.
    pub(super) grants: Vec<PrivacyGrant<'a>>,
}

/// A program with a permission.
pub(super) struct PrivacyGrant<'a> {
    pub(super) program: PrivacyProgram<'a>,
    /// Whether `StaticCode` is written.
    pub(super) static_code: bool,
    /// Who gets the Apple events.
    pub(super) receiver: Option<PrivacyProgram<'a>>,
}

/// A program as a payload names it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PrivacyProgram<'a> {
    pub(super) identifier: &'a str,
    pub(super) identifier_type: &'static str,
    /// `CodeRequirement`.
    pub(super) requirement: &'a str,
}

#[derive(Template)]
#[template(path = "content_filter.xml", config = "templates/askama.toml")]
pub(super) struct ContentFilterProfile<'a> {
    pub(super) profile: Profile<'a>,
    pub(super) data: Option<FilterProvider<'a>>,
    pub(super) grade: &'a str,
    pub(super) packet: Option<FilterProvider<'a>>,
    pub(super) packets: bool,
    pub(super) sockets: bool,
    pub(super) organization: Option<&'a str>,
    /// `PluginBundleID`.
    pub(super) app: &'a str,
    /// `UserDefinedName`.
    pub(super) name: &'a str,
}

/// A provider as the payload names it.
pub(super) struct FilterProvider<'a> {
    pub(super) bundle: &'a str,
    pub(super) requirement: &'a str,
}

/// A profile with login and background items.
#[derive(Template)]
#[template(path = "background_items.xml", config = "templates/askama.toml")]
pub(super) struct BackgroundItemsProfile<'a> {
    pub(super) profile: Profile<'a>,
    pub(super) rules: &'a [BackgroundRule<'a>],
}

/// A rule as the payload has it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BackgroundRule<'a> {
    /// `RuleType`.
    pub(super) kind: &'static str,
    /// `RuleValue`.
    pub(super) value: &'a str,
    /// `TeamIdentifier` beside it.
    pub(super) team: Option<&'a str>,
}

/// The body of a request to the Classic API of Jamf Pro, with an empty `payloads`.
#[derive(Template)]
#[template(path = "jamf_request.xml", config = "templates/askama.toml")]
pub(super) struct JamfRequest<'a> {
    /// `name`: the same as the profile's display name.
    pub(super) name: &'a str,
    pub(super) description: &'a str,
    /// `site`, if one is named.
    pub(super) site: Option<&'a str>,
    /// `category`, if one is named.
    pub(super) category: Option<&'a str>,
    pub(super) distribution_method: &'a str,
    pub(super) user_removable: bool,
    pub(super) level: &'a str,
    pub(super) redeploy_on_update: &'a str,
}

/// Escapes text for a property list and refuses what XML 1.0 cannot hold: the last fence, as the reader of policies
/// refuses such text at its line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlistXml;

impl askama::filters::Escaper for PlistXml {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        for letter in string.chars() {
            match letter {
                '&' => dest.write_str("&amp;")?,
                '<' => dest.write_str("&lt;")?,
                '>' => dest.write_str("&gt;")?,
                // A bare one would be read as a line feed.
                '\r' => dest.write_str("&#13;")?,
                plain if is_xml_char(plain) => dest.write_char(plain)?,
                _ => return Err(fmt::Error),
            }
        }
        Ok(())
    }
}

/// The text of a template, with the line end that askama takes away.
pub(super) fn text(template: &impl Template) -> Result<String, askama::Error> {
    let mut text = template.render()?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use askama::filters::Escaper as _;

    use super::*;

    fn escaped(text: &str) -> Result<String, fmt::Error> {
        let mut out = String::new();
        PlistXml.write_escaped_str(&mut out, text).map(|()| out)
    }

    #[test]
    fn markup_becomes_named_entities_and_quotes_stay() {
        assert_eq!(
            escaped("a & <b> 'c' \"d\"\r\n").as_deref(),
            Ok("a &amp; &lt;b&gt; 'c' \"d\"&#13;\n")
        );
    }

    #[test]
    fn characters_that_xml_lacks_are_refused() {
        for text in ["\u{0}", "a\u{1b}b", "\u{FFFE}"] {
            assert!(escaped(text).is_err(), "{text:?}");
        }
    }
}
