//! What profiles approve beside extensions: privacy permissions, content filters and background items. The module of each
//! kind reads its payloads. Each entry is checked with the policy reader before it is written: an entry that the reader
//! refuses becomes a remark, so that the draft stays usable.

use super::payload::Payload;
use super::{background_items, content_filters, privacy};
use crate::approval::ApprovalKind;
use crate::audit::origin::Places;
use crate::extension::ExtensionKind;
use crate::plist::{Dictionary, Value};
use crate::profile::{Document, with_document};
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

impl Companions {
    /// Adds the approvals of a profile or of the output of `profiles show`.
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
                // `import` reads extension policies elsewhere, as statements.
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

/// The payloads of a profile, or of all profiles that `profiles show` prints, each with its type. `profiles show` puts the
/// settings of a payload in a dictionary `PayloadContent` inside it.
fn payloads(root: Dictionary<'_>) -> Vec<(String, Dictionary<'_>)> {
    let in_profile = dictionaries(root.get("PayloadContent"));
    if !in_profile.is_empty() {
        let typed = in_profile
            .into_iter()
            .filter_map(|payload| Some((Payload::text(payload, "PayloadType")?, payload)));
        return typed.collect();
    }
    let mut installed = Vec::new();
    for scope in root.entries() {
        for profile in dictionaries(Some(scope.value)) {
            for item in dictionaries(profile.get("ProfileItems")) {
                let content = item.get("PayloadContent").and_then(Value::as_dictionary);
                if let (Some(kind), Some(content)) = (Payload::text(item, "PayloadType"), content) {
                    installed.push((kind, content));
                }
            }
        }
    }
    installed
}

/// The dictionaries of an array; other items are skipped.
fn dictionaries(value: Option<Value<'_>>) -> Vec<Dictionary<'_>> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_dictionary).collect()
}

/// The key of the policy block for a kind of extension.
pub(super) const fn key_of(kind: ExtensionKind) -> &'static str {
    match kind {
        ExtensionKind::Kernel => ApprovalKind::KernelExtensions.key(),
        ExtensionKind::System => ApprovalKind::SystemExtensions.key(),
    }
}
