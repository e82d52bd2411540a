//! The verdict of an audit in one sentence, and who may load what in a few.

use std::collections::BTreeSet;

use crate::audit::holdings::{Area, Holdings};
use crate::audit::total::{Side, Total};
use crate::extension::ExtensionKind;
use crate::output::{Run, count};

/// Whether the profiles pass, and what is missing for it. By what was found: `--exit-zero` changes how the run ends and not
/// what an auditor reads.
pub(super) fn verdict(run: &Run<'_>) -> (bool, String) {
    let summary = run.report.summary;
    let profiles = count(summary.files, "profile");
    let found = [
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.notes, "note"),
    ];
    let shown = |from: usize| {
        let some = found.iter().skip(from).filter(|(number, _)| *number > 0);
        let some: Vec<String> = some.map(|(number, what)| count(*number, what)).collect();
        if some.is_empty() {
            "nothing".to_owned()
        } else {
            some.join(" and ")
        }
    };
    let aside = match summary.suppressed + summary.baselined {
        0 => String::new(),
        1 => ", beside 1 finding that is accepted".to_owned(),
        more => format!(", beside {more} findings that are accepted"),
    };
    let Some(from) = run.fails_from else {
        return (
            summary.errors == 0,
            format!(
                "{profiles}, and no check was asked to fail: {} found{aside}.",
                shown(0)
            ),
        );
    };
    let failing: Vec<_> = run
        .report
        .findings
        .iter()
        .filter(|finding| finding.severity >= from)
        .collect();
    let files: BTreeSet<_> = failing.iter().map(|finding| finding.place.file).collect();
    if failing.is_empty() {
        let rest = match shown(0) {
            found if found == "nothing" => "nothing was found".to_owned(),
            found => format!("{found} found, of which none fails a check"),
        };
        return (true, format!("Passed: {profiles}, {rest}{aside}."));
    }
    let (fault, has) = match failing.len() {
        1 => ("1 fault".to_owned(), "has"),
        more => (format!("{more} faults"), "have"),
    };
    let others = run.report.findings.len() - failing.len();
    let others = match others {
        0 => String::new(),
        others => format!(
            "; {others} more {} worth a look",
            if others == 1 { "is" } else { "are" }
        ),
    };
    (
        false,
        format!(
            "Not passed: {fault} in {} of {profiles} {has} to be mended{others}{aside}.",
            files.len()
        ),
    )
}

/// Who may load what, for whoever reads nothing else.
pub(super) fn in_short(total: &Total<'_>, holdings: &Holdings) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("Kernel extensions", of_kind(ExtensionKind::Kernel, total)),
        ("System extensions", of_kind(ExtensionKind::System, total)),
    ];
    let privacy: Vec<_> = holdings.of(Area::Privacy).collect();
    if !privacy.is_empty() {
        let granted = privacy.iter().filter(|(_, own)| own.opens).count();
        lines.push((
            "Privacy permissions",
            format!("{granted} granted, {} denied", privacy.len() - granted),
        ));
    }
    for (area, what) in [
        (Area::Filters, "entry"),
        (Area::Background, "entry"),
        (Area::Trust, "entry"),
        (Area::Protections, "entry"),
        (Area::Unclear, "entry"),
    ] {
        match holdings.of(area).count() {
            0 => {}
            1 => lines.push((area.title(), format!("1 {what}"))),
            more => lines.push((area.title(), format!("{more} entries"))),
        }
    }
    lines
}

fn of_kind(kind: ExtensionKind, total: &Total<'_>) -> String {
    let Some(side) = total.kinds.get(&kind) else {
        return "no profile manages them, so people decide for themselves".to_owned();
    };
    let Side { teams, .. } = side;
    let whole = teams.values().filter(|team| !team.whole.is_empty()).count();
    let named: usize = teams.values().map(|team| team.bundles.len()).sum();
    let may = match side.user_overrides(kind) {
        Some(true) => "people may approve others themselves",
        Some(false) => "people may not approve others",
        None => "the profiles contradict each other on whether people may approve others",
    };
    let whole = match whole {
        0 => "no whole team".to_owned(),
        1 => "1 whole team".to_owned(),
        more => format!("{more} whole teams"),
    };
    format!("{named} allowed by name, {whole}; {may}")
}
