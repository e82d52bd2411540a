//! The `KextPolicy` database: rows as the database gives them, or as `sqlite3` lists them (`|`, tabs or CSV).

use super::facts::{Claim, Fact, Table};
use super::subject::Subject;
use super::systemextensionsctl::is_team;
use super::text::{Seen, Text};
use crate::extension::ExtensionKind;

/// One row: its table and its columns by name.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) table: String,
    /// Column names and values.
    pub(crate) columns: Vec<(String, String)>,
}

/// The facts of a whole database.
pub(crate) fn rows(rows: &[Row], subject: &Subject) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut is_open = false;
    for row in rows {
        let column = |name: &str| {
            let found = row.columns.iter().find(|(own, _)| own == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let (team, bundle) = (column("team_id"), column("bundle_id"));
        if subject.has(bundle) && is_team(team) && team != subject.team.as_str() {
            let text = format!("{}: {team}|{bundle}", row.table);
            let claim = Claim::UnderOtherTeam(ExtensionKind::Kernel);
            facts.push(Fact::at(None, &text, claim).of(bundle));
            continue;
        }
        if team != subject.team.as_str() || !subject.has(bundle) {
            // What a row without an extension allows is not documented: it is neither a yes nor a no.
            is_open |= team == subject.team.as_str() && bundle.is_empty();
            continue;
        }
        let allowed = column("allowed") == "1";
        let claim = match row.table.as_str() {
            "kext_policy" => Claim::DatabaseRow(Table::User, allowed),
            "kext_policy_mdm" if allowed => Claim::DatabaseRow(Table::Mdm, true),
            "kext_policy_mdm" => {
                // What a profile's row without an approval means is not documented either.
                is_open = true;
                continue;
            }
            _ => Claim::InLoadHistory,
        };
        let values: Vec<&str> = row
            .columns
            .iter()
            .map(|(_, value)| value.as_str())
            .collect();
        let text = format!("{}: {}", row.table, values.join("|"));
        facts.push(Fact::at(None, &text, claim).of(bundle));
    }
    if facts.is_empty() && !is_open {
        let text = format!("no row names {} of {}", subject.bundles[0], subject.team);
        facts.push(Fact::at(None, &text, Claim::NotInDatabase));
    }
    facts
}

/// The facts of a listing. A piece of a table says nothing about what it leaves out.
pub(crate) fn listing(text: &Text, subject: &Subject, seen: &mut Seen) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut head: Vec<&str> = Vec::new();
    for line in text.lines() {
        let Some(values) = values(line.text) else {
            continue;
        };
        let other = values
            .iter()
            .find(|value| is_team(value) && **value != subject.team.as_str());
        if values.contains(&"bundle_id") {
            head = values;
        } else if let Some(bundle) = values.iter().find(|value| subject.has(value))
            && other.is_some()
            && !values.contains(&subject.team.as_str())
        {
            facts.push(Fact::on(line, Claim::UnderOtherTeam(ExtensionKind::Kernel)).of(bundle));
        } else if row(&values, &head, subject) == Some(Claim::DatabaseRow(Table::Mdm, false)) {
            // What a profile's row without an approval means is not documented.
            seen.insert(line.number);
        } else if let Some(claim) = row(&values, &head, subject) {
            let fact = Fact::on(line, claim);
            let bundle = values.iter().find(|value| subject.has(value));
            facts.push(match bundle {
                Some(bundle) => fact.of(bundle),
                None => fact,
            });
        }
    }
    facts
}

/// What a row says. A head names its columns; without one their order tells the table.
fn row(values: &[&str], head: &[&str], subject: &Subject) -> Option<Claim> {
    let at = |place: usize| values.get(place).copied().unwrap_or_default();
    let is_team = |place: usize| at(place) == subject.team.as_str();
    if head.len() == values.len() {
        let named = |name: &str| Some(at(head.iter().position(|own| *own == name)?));
        let team = named("team_id");
        if !subject.has(named("bundle_id")?)
            || team.is_some_and(|team| team != subject.team.as_str())
        {
            return None;
        }
        let Some(decision) = named("allowed") else {
            return named("last_seen").map(|_| Claim::InLoadHistory);
        };
        let table = if named("payload_uuid").is_some() {
            Table::Mdm
        } else {
            Table::User
        };
        return Some(Claim::DatabaseRow(table, allowed(decision)?));
    }
    if is_team(0) && subject.has(at(1)) {
        // Five columns with a number at the end are the user's table; a UUID as the fourth the one of profiles.
        let table = if values.len() == 4 && is_uuid(at(3)) {
            Table::Mdm
        } else {
            Table::User
        };
        return Some(Claim::DatabaseRow(table, allowed(at(2))?));
    }
    if is_team(1) && subject.has(at(2)) {
        return Some(Claim::InLoadHistory);
    }
    // bundle_id|flags|developer_name|allowed, a query that is often published.
    let is_published =
        values.len() == 4 && at(1).parse::<u32>().is_ok() && at(2).parse::<u32>().is_err();
    if is_published && subject.has(at(0)) {
        return Some(Claim::DatabaseRow(Table::User, allowed(at(3))?));
    }
    None
}

fn allowed(value: &str) -> Option<bool> {
    match value {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

/// The columns of a line; `None` when it is no row.
pub(crate) fn values(line: &str) -> Option<Vec<&str>> {
    let separator = ['|', '\t', ',', ';']
        .into_iter()
        .find(|separator| line.matches(*separator).count() >= 3);

    if let Some(separator) = separator {
        let values = line.split(separator);
        return Some(values.map(|value| value.trim().trim_matches('"')).collect());
    }
    // `.mode column` puts blanks between them.
    let columns: Vec<&str> = line
        .split("  ")
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .collect();
    (columns.len() >= 4 && !line.contains(['[', '(', ':'])).then_some(columns)
}

/// Whether a value looks like a UUID.
fn is_uuid(value: &str) -> bool {
    value.len() == 36 && value.matches('-').count() == 4
}
