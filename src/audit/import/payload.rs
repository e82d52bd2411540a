//! What the kinds of payload have in common when they become blocks of a policy.

use std::collections::BTreeSet;

use super::yaml;
use crate::audit::origin::Origin;
use crate::escape::quoted;
use crate::plist::Dictionary;
use crate::policy;
use crate::profile::switch;
use crate::source::Span;

/// One payload, and what is needed to say where in it something is.
pub(super) struct Payload<'p, 'd> {
    pub(super) dictionary: Dictionary<'d>,
    pub(super) place: &'p mut dyn FnMut(Span) -> Origin,
    pub(super) remarks: &'p mut Vec<String>,
}

impl<'d> Payload<'_, 'd> {
    /// Notes something that is not carried over.
    pub(super) fn remark(&mut self, span: Span, what: &str) {
        let origin = (self.place)(span);
        self.remarks.push(format!("{origin}: {what}"));
    }

    pub(super) fn text(dictionary: Dictionary<'d>, key: &str) -> Option<String> {
        Some(dictionary.get(key)?.as_str()?.into_owned())
    }

    pub(super) fn boolean(dictionary: Dictionary<'d>, key: &str) -> Option<bool> {
        switch(dictionary.get(key)?)
    }
}

/// Whether the reader of policies takes a block with this one entry; an error is its reason.
pub(super) fn check(block: &str) -> Result<(), String> {
    let text = format!("identifier: com.example.check\norganization: Example\n{block}");
    let read = policy::read("import", text.as_bytes());
    read.map(drop).map_err(|errors| {
        let first = errors.first();
        first.map_or_else(String::new, |error| error.message.clone())
    })
}

/// A name as a remark begins with it.
pub(super) fn named(what: &str, name: &str) -> String {
    format!("{what} {}", quoted(name))
}

/// Where an entry comes from, one line each, each once.
pub(super) fn origins<'o>(indent: usize, origins: impl Iterator<Item = &'o Origin>) -> String {
    let lines: BTreeSet<&Origin> = origins.collect();
    let mut seen = BTreeSet::new();
    lines
        .into_iter()
        .map(|origin| yaml::comment(indent, &format!("from {origin}")))
        .filter(|line| seen.insert(line.clone()))
        .collect()
}
