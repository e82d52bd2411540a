//! Rows of a `KextPolicy` database, from the database itself or as `sqlite3` lists them: with `|`, tabs, or as CSV.

use super::source::placed;
use crate::audit::file::Placed;
use crate::escape::{quoted, visible};
use crate::extension::ExtensionKind;
use crate::profile::allowed::What;

/// One row of a table, its values by column name.
pub(crate) struct Row<'r> {
    /// The table, where it is known.
    pub(crate) table: &'r str,
    /// The Team ID; empty for kernel extensions without one.
    pub(crate) team: &'r str,
    /// The bundle ID; empty in `kext_policy_mdm` for a whole team.
    pub(crate) bundle: &'r str,
    /// Whether it is allowed; `None` in the load history, which only says what was loaded.
    pub(crate) allowed: Option<bool>,
    /// The name of the developer, where the table has it.
    pub(crate) developer: &'r str,
}

/// Adds the approval of a row, or a remark if the row approves nothing.
pub(crate) fn add(path: &str, row: &Row<'_>, found: &mut Vec<Placed>, remarks: &mut Vec<String>) {
    let described = || {
        format!(
            "{}: {} of team {}",
            visible(path),
            quoted(row.bundle),
            quoted(row.team)
        )
    };
    match row.allowed {
        Some(true) => {
            let what = match row.bundle {
                "" => What::Team(row.team.into()),
                bundle => What::Bundle(row.team.into(), bundle.into()),
            };
            let at = match row.developer {
                "" => row.table.to_owned(),
                developer => format!("{}, {developer}", row.table),
            };
            found.push(placed(path, &at, ExtensionKind::Kernel, what));
        }
        Some(false) => remarks.push(format!("{} was seen and not approved", described())),
        None => remarks.push(format!(
            "{} was loaded once; that alone is not an approval",
            described()
        )),
    }
}

/// What a listing approves; `None` if no line of the text is a row or a header of the database.
pub(crate) fn read(path: &str, text: &str, remarks: &mut Vec<String>) -> Option<Vec<Placed>> {
    let mut found = Vec::new();
    let mut recognized = 0_usize;
    for (number, line) in text.lines().enumerate() {
        let values = split(line);
        let column = |index: usize| values.get(index).map_or("", |value| value.trim());
        if line.trim().is_empty() {
            continue;
        }
        if values.iter().any(|value| value.trim() == "bundle_id") {
            recognized += 1;
            continue;
        }
        let allowed = match column(2) {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        };
        let row = if values.len() >= 3 && column(0).starts_with('/') {
            Row {
                table: "kext_load_history_v3",
                team: column(1),
                bundle: column(2),
                allowed: None,
                developer: "",
            }
        } else if values.len() >= 3 && allowed.is_some() {
            Row {
                table: "kext_policy",
                team: column(0),
                bundle: column(1),
                allowed,
                developer: column(3),
            }
        } else {
            remarks.push(format!(
                "{}:{}: {} is not a row of the database",
                visible(path),
                number + 1,
                quoted(line)
            ));
            continue;
        };
        recognized += 1;
        add(path, &row, &mut found, remarks);
    }
    (recognized > 0).then_some(found)
}

/// The values of a line: separated by `|` or tabs, else as CSV, whose quotes may hold commas.
fn split(line: &str) -> Vec<String> {
    for separator in ['|', '\t'] {
        if line.contains(separator) {
            return line.split(separator).map(str::to_owned).collect();
        }
    }
    let (mut values, mut value) = (Vec::new(), String::new());
    let mut in_quotes = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if in_quotes && letters.peek() == Some(&'"') => {
                letters.next();
                value.push('"');
            }
            '"' => in_quotes = !in_quotes,
            ',' if !in_quotes => values.push(std::mem::take(&mut value)),
            other => value.push(other),
        }
    }
    values.push(value);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_in_a_developers_name_splits_nothing() {
        let mut remarks = Vec::new();
        let text = "team_id,bundle_id,allowed,developer_name,flags\n\
                    VBG97UB4TA,com.objective-see.lulu,1,\"Objective-See, LLC\",1\n";
        let found = read("a.csv", text, &mut remarks).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            &*found[0].origin.key_path,
            "kext_policy, Objective-See, LLC"
        );
        assert!(remarks.is_empty());
    }

    #[test]
    fn what_was_seen_or_loaded_only_is_a_remark() {
        let mut remarks = Vec::new();
        let text = "6HB5Y2QTA3|com.hp.kext.io|0|HP Inc.|0\n\
                    /Library/Extensions/V.kext|EG7KH642X6|com.vmware.kext|BC429FD9|x|y|53\n";
        assert!(read("a.txt", text, &mut remarks).unwrap().is_empty());
        assert_eq!(remarks.len(), 2);
        assert!(read("a.txt", "hello\n", &mut remarks).is_none());
    }
}
