//! The list as tables: Markdown for a page or a comment, CSV for a spreadsheet.

use std::fmt::Write as _;
use std::io;

use super::{Audit, Row, sections};
use crate::audit::origin::Origin;
use crate::escape::visible;
use crate::output::comparison::some_places;
use crate::output::{Out, count, markdown};

/// GitHub's limit for a comment is 65,536 characters; this leaves room for what a workflow writes around it.
const LIMIT: usize = 60_000;

/// So many places of one entry are shown.
const PLACES: usize = 3;

/// Tables for a comment or a page. What has no room is counted.
pub(crate) fn markdown(audit: &Audit<'_>, out: &mut Out) -> io::Result<()> {
    let missing = audit.unreadable().count();
    let mut text = format!(
        "### What {} allow\n",
        count(audit.files.len() - missing, "profile")
    );
    let mut left = 0;
    let mut add = |text: &mut String, more: String| {
        if left > 0 || text.len() + more.len() > LIMIT {
            left += 1;
        } else {
            text.push_str(&more);
        }
    };
    for (path, why) in audit.unreadable() {
        add(
            &mut text,
            format!(
                "\nNot counted: {}: {}\n",
                markdown::code(path),
                markdown::text(why)
            ),
        );
    }
    for conflict in audit.conflicts {
        let places = markdown::code(&some_places(&conflict.places, PLACES));
        add(
            &mut text,
            format!(
                "\nConflict: {} ({places})\n",
                markdown::text(&conflict.message)
            ),
        );
    }
    for section in sections(audit.total, audit.holdings) {
        let mut head = format!("\n#### {}\n\n", section.title);
        for (what, answer, places) in &section.answers {
            let _ = writeln!(
                head,
                "{what}: **{answer}** ({})\n",
                markdown::code(&some_places(places, PLACES))
            );
        }
        head.push_str("| Allowed | Product | Where |\n|---|---|---|\n");
        add(&mut text, head);
        for row in section.rows() {
            add(&mut text, markdown_row(&row));
        }
    }
    if !audit.left_out.is_empty() {
        let _ = writeln!(
            text,
            "\nNot counted: {} that the search leaves out; `--format json` names them.",
            count(audit.left_out.len(), "profile")
        );
    }
    if left > 0 {
        let _ = writeln!(
            text,
            "\nNot shown here: {left} more; `--format csv` and `--format json` show all."
        );
    }
    write!(out.markup(), "{text}")
}

fn markdown_row(row: &Row<'_>) -> String {
    let product = row
        .product
        .as_deref()
        .map(markdown::text)
        .unwrap_or_default();
    let places = markdown::code(&some_places(&row.places, PLACES));
    format!("| {} | {product} | {places} |\n", markdown::text(&row.text))
}

/// One line for each place of each entry.
pub(crate) fn csv(audit: &Audit<'_>, out: &mut Out) -> io::Result<()> {
    writeln!(out, "section,entry,product,file,line,key_path")?;
    let mut line = |section: &str, entry: &str, product: &str, place: &Origin| {
        let number = place.line.map_or_else(String::new, |line| line.to_string());
        let cells = [
            section,
            entry,
            product,
            &place.file,
            &number,
            &place.key_path,
        ]
        .map(cell);
        writeln!(out, "{}", cells.join(","))
    };
    for section in sections(audit.total, audit.holdings) {
        for (what, answer, places) in &section.answers {
            for place in places {
                line(section.title, &format!("{what}: {answer}"), "", place)?;
            }
        }
        for row in section.rows() {
            for place in &row.places {
                line(
                    section.title,
                    &row.text,
                    row.product.as_deref().unwrap_or_default(),
                    place,
                )?;
            }
        }
    }
    for conflict in audit.conflicts {
        for place in &conflict.places {
            line("Conflicts", &conflict.message, "", place)?;
        }
    }
    for (path, why) in audit.unreadable() {
        line("Not counted", why, "", &Origin::whole(&path.into()))?;
    }
    for (path, why) in audit.left_out {
        line("Not counted", why.reason(), "", &Origin::whole(path))?;
    }
    Ok(())
}

/// A cell. A spreadsheet takes one that begins with `=`, `+`, `-` or `@` for a formula, and obeys it.
fn cell(value: &str) -> String {
    let value = visible(value).replace('`', "");
    let guard = if value.starts_with(['=', '+', '-', '@']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", value.replace('"', "\"\""))
}
