//! A code requirement in a profile: its text, what it means, and where parts of it are in the file.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::plist::{Dictionary, Entry};
use crate::requirement::{self, Requirement, Unreadable};
use crate::source::Span;

/// An entry such as `CodeRequirement` that holds a string.
#[derive(Clone, Debug)]
pub(crate) struct CodeRequirement<'d> {
    entry: Entry<'d>,
    text: Cow<'d, str>,
    /// Parsed once on first use: several rules need it, and parsing costs more than all of these rules.
    meaning: OnceCell<Result<Requirement, Unreadable>>,
}

impl<'d> CodeRequirement<'d> {
    /// The requirement under a key; `None` when the key is missing or holds no string.
    pub(crate) fn of_key(dictionary: Dictionary<'d>, key: &str) -> Option<Self> {
        let entry = dictionary.entry(key)?;
        let text = entry.value.as_str()?;
        Some(Self {
            entry,
            text,
            meaning: OnceCell::new(),
        })
    }

    pub(crate) fn entry(&self) -> Entry<'d> {
        self.entry
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What it means, or why it cannot be read.
    pub(crate) fn read(&self) -> Result<&Requirement, &Unreadable> {
        self.meaning
            .get_or_init(|| requirement::read(&self.text))
            .as_ref()
    }

    /// The place in the file of a range of the decoded text; an empty range becomes the whole text when that is empty.
    pub(crate) fn place(&self, range: Span) -> Span {
        self.entry.value.part(range)
    }
}
