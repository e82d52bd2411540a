//! The number of findings of each rule, instead of the findings: shows where to begin in a repository with many.

use std::collections::BTreeMap;
use std::io;

use super::closing::last_line;
use super::{Out, Style};
use crate::lint::report::Report;

/// One line per rule, the most frequent first.
pub(super) fn write(report: &Report, style: Style, out: &mut Out) -> io::Result<()> {
    let mut rules: BTreeMap<&str, (usize, usize, &'static str)> = BTreeMap::new();
    for finding in &report.findings {
        let severity = finding.severity.name();
        let (count, fixable, _) = rules.entry(finding.rule.name).or_insert((0, 0, severity));
        *count += 1;
        *fixable += usize::from(finding.fix.is_some());
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(_, (count, ..))| std::cmp::Reverse(*count));
    let width = rules
        .first()
        .map_or(1, |(_, (most, ..))| most.to_string().len());
    for (rule, (count, fixable, severity)) in rules {
        write!(out, "{count:>width$}  {severity:<7}  {rule}")?;
        match fixable {
            0 => writeln!(out)?,
            fixable => writeln!(out, "  ({fixable} fixable)")?,
        }
    }
    if !style.quiet {
        writeln!(out, "{}", last_line(&report.summary))?;
    }
    Ok(())
}
