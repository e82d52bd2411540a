//! The faults of a policy file, one picture each and a last line that counts them.

use std::borrow::Cow;
use std::io;

use super::closing::count;
use super::snippet::{self, Place, Report, Source};
use super::{Out, Paint, Rendered};
use crate::escape::quoted;
use crate::policy::PolicyError;
use crate::severity::Severity;
use crate::source::{LineIndex, Span};

/// Faults shown of one file; a file with more is not a policy with faults but another file.
const SHOWN: usize = 200;

/// All faults of a policy, with a last line that counts them. `bytes` is what was read, which need not be text.
pub(crate) fn errors(
    path: &str,
    bytes: &[u8],
    errors: &[PolicyError],
    out: &mut Out,
) -> io::Result<()> {
    faults(path, bytes, errors, out)?;
    out.paint(Paint::Error, "error")?;
    let count = count(errors.len(), "problem");
    write!(out, ": {count} in {}", quoted(path))?;
    if errors.len() > SHOWN {
        write!(out, " (the first {SHOWN} are shown)")?;
    }
    writeln!(out, "; nothing was written")
}

/// All faults of another file that people write, without a last line.
pub(crate) fn faults(
    path: &str,
    bytes: &[u8],
    errors: &[PolicyError],
    out: &mut Out,
) -> io::Result<()> {
    pictures(path, bytes, errors, Severity::Error, out)
}

/// Faults that stop nothing.
pub(crate) fn warnings(
    path: &str,
    bytes: &[u8],
    faults: &[PolicyError],
    out: &mut Out,
) -> io::Result<()> {
    pictures(path, bytes, faults, Severity::Warning, out)
}

/// One picture per fault, the first [`SHOWN`] of them.
fn pictures(
    path: &str,
    bytes: &[u8],
    errors: &[PolicyError],
    severity: Severity,
    out: &mut Out,
) -> io::Result<()> {
    let text = readable(bytes);
    let lines = LineIndex::new(text.as_bytes());
    let source = Source {
        text: &text,
        lines: &lines,
    };
    for error in errors.iter().take(SHOWN) {
        let place = |span: Span, label| Place {
            path,
            at: Some(source.position(span.start)),
            source: Some(source),
            span,
            label,
        };
        let report = Report {
            severity,
            rule: None,
            message: &error.message,
            place: place(error.span, &error.label),
            related: error
                .related
                .iter()
                .map(|(span, label)| place(*span, label))
                .collect(),
            help: vec![&error.help],
            notes: Vec::new(),
        };
        out.rendered(&Rendered::new(snippet::render(&report, out.screen())))?;
        writeln!(out)?;
    }
    Ok(())
}

/// The bytes as text of the same length, so that every place stays right: what is not UTF-8 becomes `?`.
fn readable(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy;

    fn render(path: &str, bytes: &[u8], faults: &[PolicyError], out: Out) -> String {
        let mut out = out;
        errors(path, bytes, faults, &mut out).unwrap();
        String::from_utf8(out.into_bytes().unwrap()).unwrap()
    }

    /// The name and bytes of every policy in a folder of `tests/policies`.
    fn policies(folder: &str) -> Vec<(String, Vec<u8>)> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/policies")
            .join(folder);
        let mut found: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "yaml")
            })
            .map(|path| {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                (name, std::fs::read(&path).unwrap())
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn every_bad_policy_is_explained() {
        let policies = policies("bad");
        assert!(policies.len() >= 45);
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path("../../tests/policies/bad");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| {
            for (name, bytes) in policies {
                let path = format!("{name}.yaml");
                let errors = policy::read(&path, &bytes).err();
                let errors = errors.unwrap_or_else(|| panic!("{name} is read without errors"));
                insta::assert_snapshot!(name, render(&path, &bytes, &errors, Out::memory()));
            }
        });
    }

    #[test]
    fn every_good_policy_is_read() {
        let policies = policies("good");
        assert!(!policies.is_empty());
        for (name, bytes) in policies {
            if let Err(errors) = policy::read(&name, &bytes) {
                panic!("{}", render(&name, &bytes, &errors, Out::memory()));
            }
        }
    }

    #[test]
    fn an_expired_approval_shows_its_day_and_its_team() {
        let bytes = include_bytes!("../../tests/policies/good/whole.yaml");
        let policy = policy::read("whole.yaml", bytes).unwrap();
        let today = time::macros::date!(2027 - 07 - 31);
        let errors = policy::expired(&policy, today);
        insta::assert_snapshot!(render("whole.yaml", bytes, &errors, Out::memory()));
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        let bytes = include_bytes!("../../tests/policies/bad/many-at-once.yaml");
        let errors = policy::read("a.yaml", bytes).unwrap_err();
        let plain = render("a.yaml", bytes, &errors, Out::memory());
        let colored = render("a.yaml", bytes, &errors, Out::coloured_memory());
        assert!(!plain.contains('\u{1b}'));
        assert_ne!(plain, colored);
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
    }
}
