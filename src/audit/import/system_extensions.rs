//! `systemextensionsctl list`: what runs today becomes the policy to start from.

use super::source::placed;
use crate::audit::file::Placed;
use crate::escape::{quoted, visible};
use crate::extension::ExtensionKind;
use crate::profile::allowed::What;

/// One row of the list.
pub(crate) struct Row<'r> {
    pub(crate) line: u32,
    /// `None` for an extension without a team, such as one that is signed for this Mac only.
    pub(crate) team: Option<&'r str>,
    pub(crate) bundle: &'r str,
    /// Whether it is activated and enabled, so that somebody approved it.
    pub(crate) is_enabled: bool,
}

/// What the rows allow; what is not enabled becomes a remark. One extension may be listed in two versions.
pub(crate) fn statements(path: &str, rows: &[Row<'_>], remarks: &mut Vec<String>) -> Vec<Placed> {
    let mut found: Vec<Placed> = Vec::new();
    for row in rows {
        let place = format!("{}:{}: {}", visible(path), row.line, quoted(row.bundle));
        let Some(team) = row.team.filter(|team| *team != "-") else {
            remarks.push(format!(
                "{place} has no Team ID, and no profile can allow it"
            ));
            continue;
        };
        if !row.is_enabled {
            let is_enabled = |other: &Row<'_>| other.bundle == row.bundle && other.is_enabled;
            if !rows.iter().any(is_enabled) {
                remarks.push(format!("{place} is listed and not enabled; it is left out"));
            }
            continue;
        }
        let what = What::Bundle(team.into(), row.bundle.into());
        if !found.iter().any(|own| own.statement.what == what) {
            let at = format!("line {}", row.line);
            found.push(placed(path, &at, ExtensionKind::System, what));
        }
    }
    found
}
