//! The block `Diagnostics for PATH:` that `kextutil` prints.

use super::text::Line;

/// The diagnostics of one extension: a head `Diagnostics for PATH:`, and below it sections. A section begins with a line
/// such as `Authentication Failures:` or `Code Signing Failure: not code signed`; what belongs to it is indented, and
/// blank lines may stand between sections (`kextutil`, as published in bug reports of 10.12 to 10.14). Whatever looks
/// otherwise is no diagnosis: a prompt, an exit code, the next command.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Block {
    /// How far the head is indented; `None` outside.
    head: Option<usize>,
}

impl Block {
    /// Whether a line is a diagnosis. Lines have to be shown in their order.
    pub(super) fn holds(&mut self, line: Line<'_>) -> bool {
        if line.text.starts_with("Diagnostics for ") && line.text.ends_with(':') {
            self.head = Some(line.indent);
            return false;
        }
        let Some(head) = self.head else { return false };
        if line.text.is_empty() {
            return false;
        }
        let is_row = super::loaded::bundle(line).is_some();
        if line.indent > head && !is_row || is_section(line.text) {
            return true;
        }
        self.head = None;
        false
    }
}

/// Whether a line begins a section of diagnostics: a few words, the last of which says that something went wrong.
fn is_section(text: &str) -> bool {
    let Some((name, _)) = text.split_once(':') else {
        return false;
    };
    let is_plain = |letter: char| letter.is_ascii_alphabetic() || letter == ' ';
    let last = name.rsplit(' ').next().unwrap_or_default();
    name.starts_with(|letter: char| letter.is_ascii_uppercase())
        && name.chars().all(is_plain)
        && matches!(last, "Failure" | "Failures" | "Warnings" | "Errors")
}
