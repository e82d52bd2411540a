//! What profiles approve beside extensions: privacy permissions, content filters and background items. The module of each
//! kind reads its payloads. Each entry is checked with the policy reader before it is written: an entry that the reader
//! refuses becomes a remark, so that the draft stays usable.

use std::collections::BTreeMap;

use super::payload::Payload;
use super::{background_items, content_filters, privacy};
use crate::approval::ApprovalKind;
use crate::audit::origin::Places;
use crate::audit::values::bounded;
use crate::escape::quoted;
use crate::extension::ExtensionKind;
use crate::plist::{Dictionary, Value};
use crate::profile::Document;
use crate::source::Span;

/// Everything found so far.
#[derive(Debug, Default)]
pub(crate) struct Companions {
    pub(super) privacy: privacy::Found,
    pub(super) filters: Vec<content_filters::Filter>,
    pub(super) items: background_items::Found,
    /// The types of payloads that no policy can hold, and how many payloads have each.
    others: BTreeMap<String, usize>,
    /// How many profiles with approvals people may remove, and how many they may not.
    removable: usize,
    not_removable: usize,
    /// What could not be carried over.
    pub(super) remarks: Vec<String>,
}

impl Companions {
    /// Adds the approvals of a profile or of the output of `profiles show`.
    pub(crate) fn add(&mut self, document: &Document<'_>) {
        let root = document.root().and_then(Value::as_dictionary);
        if let Some(root) = root.filter(|_| !document.is_refused() && document.refusal().is_none())
        {
            self.add_root(document, root);
        }
    }

    fn add_root(&mut self, document: &Document<'_>, root: Dictionary<'_>) {
        let mut places = Places::new(document);
        let mut place = |span: Span| places.origin(span);
        for key in ["RemovalDate", "DurationUntilRemoval"] {
            if let Some(entry) = root.entry(key) {
                let (origin, key) = (place(entry.span()), quoted(key));
                self.remarks.push(format!(
                    "{origin}: {key}, after which the profile goes away by itself"
                ));
            }
        }
        let mut approves = false;
        let is_for_user = Payload::text(root, "PayloadScope").is_some_and(|scope| scope == "User");
        for (payload_type, dictionary) in payloads(root) {
            let kind = ApprovalKind::ALL
                .into_iter()
                .find(|kind| kind.payload_type() == payload_type);
            approves |= kind.is_some();
            let mut payload = Payload {
                dictionary,
                place: &mut place,
                remarks: &mut self.remarks,
            };
            match kind {
                // `import` reads what extension policies allow elsewhere, as statements.
                Some(ApprovalKind::KernelExtensions | ApprovalKind::SystemExtensions) => {
                    unclear_switches(&mut payload);
                    if is_for_user {
                        let what = "the profile is for users (`PayloadScope`), and there a Mac takes no extension policy; \
                                    what the policy renders is for the whole Mac, where it counts";
                        payload.remark(dictionary.span(), what);
                    }
                }
                None => *self.others.entry(payload_type).or_default() += 1,
                Some(ApprovalKind::Privacy) => self.privacy.add(&mut payload),
                Some(ApprovalKind::ContentFilters) => {
                    self.filters.extend(content_filters::read(&mut payload));
                }
                Some(ApprovalKind::BackgroundItems) => self.items.add(&mut payload),
            }
        }
        if approves && root.get("PayloadContent").is_some() {
            let fixed = root.get("PayloadRemovalDisallowed");
            match fixed.and_then(Value::as_bool) {
                Some(true) => self.not_removable += 1,
                // Apple's default.
                _ => self.removable += 1,
            }
        }
    }

    /// Whether people may remove the profiles, as a line of the policy where that is not its default.
    pub(super) fn removal(&self, remarks: &mut Vec<String>) -> &'static str {
        match (self.removable, self.not_removable) {
            (0, _) => "",
            (_, 0) => {
                "# As in the profiles: people may remove them (`PayloadRemovalDisallowed`).\n\
                 removal_disallowed: false\n"
            }
            (removable, _) => {
                remarks.push(format!(
                    "{removable} of the profiles may be removed by people (`PayloadRemovalDisallowed`), the others may not; \
                     what the policy renders may not"
                ));
                ""
            }
        }
    }

    /// The blocks of the policy and the number of their entries.
    pub(super) fn blocks(&self, remarks: &mut Vec<String>) -> (String, usize) {
        remarks.extend(self.remarks.iter().cloned());
        if !self.others.is_empty() {
            let types = self.others.iter();
            let types: Vec<String> = types
                .map(|(payload_type, count)| format!("{} ({count})", quoted(payload_type)))
                .collect();
            remarks.push(format!(
                "payloads of types that a policy does not hold: {}",
                bounded(&types)
            ));
        }
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

/// Notes switches of an extension policy that are not Booleans: what a Mac makes of them is not known.
fn unclear_switches(payload: &mut Payload<'_, '_>) {
    for key in ["AllowUserOverrides", "AllowNonAdminUserApprovals"] {
        let entry = payload.dictionary.entry(key);
        if let Some(entry) = entry.filter(|entry| entry.value.as_bool().is_none()) {
            let what = format!(
                "{} is not a Boolean, and what a Mac makes of it is not known; Apple's default is written",
                quoted(key)
            );
            payload.remark(entry.span(), &what);
        }
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
