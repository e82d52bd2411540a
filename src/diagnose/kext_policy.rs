//! The `KextPolicy` database: rows as the database gives them, or as `sqlite3` lists them (`|`, tabs or CSV).

use super::facts::{Claim, Fact, Table};
use super::subject::Subject;
use super::text::Text;

/// One row: its table and its columns by name.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The table.
    pub(crate) table: String,
    /// Column names and values.
    pub(crate) columns: Vec<(String, String)>,
}

/// The facts of a whole database.
pub(crate) fn rows(rows: &[Row], subject: &Subject) -> Vec<Fact> {
    let mut facts = Vec::new();
    for row in rows {
        let column = |name: &str| {
            let found = row.columns.iter().find(|(own, _)| own == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let (team, bundle) = (column("team_id"), column("bundle_id"));
        // A profile may allow a whole team: its row names no extension.
        let whole_team = row.table == "kext_policy_mdm" && bundle.is_empty();
        if team != subject.team.as_str() || !(subject.has(bundle) || whole_team) {
            continue;
        }
        let allowed = column("allowed") == "1";
        let claim = match row.table.as_str() {
            "kext_policy" => Claim::DatabaseRow(Table::User, allowed),
            "kext_policy_mdm" => Claim::DatabaseRow(Table::Mdm, allowed),
            _ => Claim::InLoadHistory,
        };
        let values: Vec<&str> = row
            .columns
            .iter()
            .map(|(_, value)| value.as_str())
            .collect();
        let text = format!("{}: {}", row.table, values.join("|"));
        facts.push(Fact::at(None, &text, claim));
    }
    if facts.is_empty() {
        let text = format!("no row names {} of {}", subject.bundles[0], subject.team);
        facts.push(Fact::at(None, &text, Claim::NotInDatabase));
    }
    facts
}

/// The facts of a listing. A piece of a table says nothing about what it leaves out.
pub(crate) fn listing(text: &Text, subject: &Subject) -> Vec<Fact> {
    let mut facts = Vec::new();
    for line in text.lines() {
        let Some(values) = values(line.text) else {
            continue;
        };
        let has = |at: usize| values.get(at).is_some_and(|value| subject.has(value));
        let team = |at: usize| values.get(at) == Some(&subject.team.as_str());
        let allowed = |at: usize| match values.get(at) {
            Some(&"1") => Some(true),
            Some(&"0") => Some(false),
            _ => None,
        };
        let claim = if team(0) && has(1) {
            // Five columns with a number at the end are the user's table; a UUID as the fourth the one of profiles.
            let table = match values.get(3) {
                Some(value) if values.len() == 4 && is_uuid(value) => Table::Mdm,
                _ => Table::User,
            };
            allowed(2).map(|allowed| Claim::DatabaseRow(table, allowed))
        } else if team(1) && has(2) {
            Some(Claim::InLoadHistory)
        } else {
            None
        };
        if let Some(claim) = claim {
            facts.push(Fact::on(line, claim));
        }
    }
    facts
}

/// The columns of a line; `None` when it is no row.
pub(crate) fn values(line: &str) -> Option<Vec<&str>> {
    let separator = ['|', '\t', ',', ';']
        .into_iter()
        .find(|separator| line.matches(*separator).count() >= 3)?;
    Some(
        line.split(separator)
            .map(|value| value.trim().trim_matches('"'))
            .collect(),
    )
}

/// Whether a value looks like a UUID.
fn is_uuid(value: &str) -> bool {
    value.len() == 36 && value.matches('-').count() == 4
}
