//! `kextstat` and `kmutil showloaded`: what is loaded.

use super::facts::{Claim, Fact, differing};
use super::mac;
use super::subject::Subject;
use super::text::{Line, Text};

/// Looks for the subject among the rows; of several lists the last one counts.
pub(crate) fn read(text: &Text, subject: &Subject) -> Vec<Fact> {
    let lines: Vec<Line<'_>> = text.lines().collect();
    let starts = lines.iter().rposition(|line| is_head(*line));
    let (earlier, last) = lines.split_at(starts.unwrap_or(0));
    let mut found = list(last, subject);
    let earlier: Vec<Fact> = earlier
        .chunk_by(|_, next| !is_head(*next))
        .filter(|lines| lines.iter().any(|line| bundle(*line).is_some()))
        .flat_map(|lines| list(lines, subject))
        .collect();
    found.extend(differing(&earlier, &found));
    found
}

/// What one list says.
fn list(lines: &[Line<'_>], subject: &Subject) -> Vec<Fact> {
    let own = |line: &Line<'_>| {
        let bundle = bundle(*line).filter(|bundle| subject.has(bundle))?;
        Some(Fact::on(*line, Claim::Loaded).of(bundle))
    };
    let mut found: Vec<Fact> = lines.iter().filter_map(own).collect();
    // The version of Apple's own interfaces is that of the kernel.
    let kernel = lines.iter().find_map(|line| {
        let rest = line.text.split("com.apple.kpi.bsd (").nth(1)?;
        Some((*line, mac::of_kernel(rest)?))
    });
    found.extend(kernel.map(|(line, release)| Fact::on(line, Claim::MacOs(release))));
    if found.iter().any(|fact| fact.claim == Claim::Loaded) {
        return found;
    }
    // Only a list that begins at its head and holds Apple's own extensions is a whole one; `grep` leaves pieces.
    let head = lines.iter().find(|line| is_head(**line));
    let mut bundles = lines.iter().filter_map(|line| bundle(*line));
    let is_whole = bundles.any(|bundle| bundle.starts_with("com.apple."));
    if let Some(head) = head.filter(|_| is_whole) {
        found.push(Fact::on(*head, Claim::NotInLoadedList));
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
