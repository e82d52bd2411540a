//! What profiles approve beside extensions: privacy permissions, content filters and background items. Each is read by
//! the module of its kind, and what is written is first given to the reader of policies by itself: what that refuses
//! becomes a remark and not a policy nobody can use.

use super::{background_items, content_filters, privacy};
use crate::approval::ApprovalKind;
use crate::audit::file::{Origin, Places};
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::plist::{Dictionary, Value};
use crate::policy;
use crate::profile::{Document, switch, with_document};
use crate::source::Span;

/// Everything found so far.
#[derive(Debug, Default)]
pub(crate) struct Companions {
    pub(super) privacy: privacy::Found,
    pub(super) filters: Vec<content_filters::Filter>,
    pub(super) items: background_items::Found,
    /// What could not be carried over.
    pub(super) remarks: Vec<String>,
}

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

impl Companions {
    /// Adds what a profile, or the output of `profiles show`, has.
    pub(crate) fn add(&mut self, path: &str, bytes: &[u8]) {
        with_document(path, bytes, |document| {
            let root = document.root().and_then(Value::as_dictionary);
            if let Some(root) = root.filter(|_| !document.is_refused()) {
                self.add_root(document, root);
            }
        });
    }

    fn add_root(&mut self, document: &Document<'_>, root: Dictionary<'_>) {
        let mut places = Places::new(document);
        let mut place = |span: Span| places.origin(span);
        for (payload_type, dictionary) in payloads(root) {
            let kind = ApprovalKind::ALL
                .into_iter()
                .find(|kind| kind.payload_type() == payload_type);
            let mut payload = Payload {
                dictionary,
                place: &mut place,
                remarks: &mut self.remarks,
            };
            match kind {
                // Those are read as statements.
                Some(ApprovalKind::KernelExtensions | ApprovalKind::SystemExtensions) | None => {}
                Some(ApprovalKind::Privacy) => self.privacy.add(&mut payload),
                Some(ApprovalKind::ContentFilters) => {
                    self.filters.extend(content_filters::read(&mut payload));
                }
                Some(ApprovalKind::BackgroundItems) => self.items.add(&mut payload),
            }
        }
    }

    /// The blocks of the policy and the number of their entries.
    pub(super) fn blocks(&self, remarks: &mut Vec<String>) -> (String, usize) {
        remarks.extend(self.remarks.iter().cloned());
        let blocks = [
            self.privacy.block(remarks),
            content_filters::block(&self.filters, remarks),
            self.items.block(remarks),
        ];
        let mut text = String::new();
        let mut entries = 0;
        for (block, count) in blocks {
            if count > 0 {
                text.push('\n');
                text.push_str(&block);
                entries += count;
            }
        }
        (text, entries)
    }
}

/// The payloads of a profile, or of all profiles that `profiles show` prints, each with its type. What is installed keeps
/// its settings in a dictionary of their own.
fn payloads(root: Dictionary<'_>) -> Vec<(String, Dictionary<'_>)> {
    let own = items(root.get("PayloadContent"));
    if !own.is_empty() {
        let typed = own
            .into_iter()
            .filter_map(|payload| Some((Payload::text(payload, "PayloadType")?, payload)));
        return typed.collect();
    }
    let mut found = Vec::new();
    for scope in root.entries() {
        for profile in items(Some(scope.value)) {
            for item in items(profile.get("ProfileItems")) {
                let content = item.get("PayloadContent").and_then(Value::as_dictionary);
                if let (Some(kind), Some(content)) = (Payload::text(item, "PayloadType"), content) {
                    found.push((kind, content));
                }
            }
        }
    }
    found
}

/// The dictionaries of an array.
fn items(value: Option<Value<'_>>) -> Vec<Dictionary<'_>> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_dictionary).collect()
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

/// Kinds that `import` reads as statements, for the head of a draft.
pub(super) const fn key_of(kind: ExtensionKind) -> &'static str {
    match kind {
        ExtensionKind::Kernel => ApprovalKind::KernelExtensions.key(),
        ExtensionKind::System => ApprovalKind::SystemExtensions.key(),
    }
}

/// A name as a remark begins with it.
pub(super) fn named(what: &str, name: &str) -> String {
    format!("{what} {}", quoted(name))
}
