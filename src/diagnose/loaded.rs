//! `kextstat` and `kmutil showloaded`: what is loaded.

use super::facts::{Claim, Fact};
use super::mac;
use super::subject::Subject;
use super::text::{Line, Text};

/// Looks for the subject among the rows.
pub(crate) fn read(text: &Text, subject: &Subject) -> Vec<Fact> {
    let mut found: Vec<Fact> = text
        .lines()
        .filter_map(|line| {
            let bundle = bundle(line).filter(|bundle| subject.has(bundle))?;
            Some(Fact::on(line, Claim::Loaded).of(bundle))
        })
        .collect();
    // The version of Apple's own interfaces is that of the kernel.
    let kernel = text.lines().find_map(|line| {
        let rest = line.text.split("com.apple.kpi.bsd (").nth(1)?;
        Some((line, mac::of_kernel(rest)?))
    });
    found.extend(kernel.map(|(line, release)| Fact::on(line, Claim::MacOs(release))));
    if found.iter().any(|fact| fact.claim == Claim::Loaded) {
        return found;
    }
    // Only a list that begins at its head and holds Apple's own extensions is a whole one; `grep` leaves pieces.
    let head = text.lines().find(|line| is_head(*line));
    let whole = text
        .lines()
        .filter_map(bundle)
        .any(|bundle| bundle.starts_with("com.apple."));
    match head {
        Some(head) if whole => found.push(Fact::on(head, Claim::NotInLoadedList)),
        _ => {}
    }
    found
}

/// Whether a line is the head of the table.
pub(crate) fn is_head(line: Line<'_>) -> bool {
    line.text.starts_with("Index Refs Address")
}

/// The bundle ID of a row: index, references, address, size, wired, name (version).
pub(crate) fn bundle(line: Line<'_>) -> Option<&str> {
    let mut words = line.text.split_whitespace();
    for _ in 0..2 {
        words.next()?.parse::<u32>().ok()?;
    }
    for _ in 0..3 {
        let number = words.next()?;
        (number == "0" || number.starts_with("0x")).then_some(())?;
    }
    let bundle = words.next()?;
    words.next()?.starts_with('(').then_some(bundle)
}
