//! Reads Apple's descriptions: the files of `mdm/profiles` in a checkout of `device-management`, prose and all, or the
//! same files without prose.
//!
//! What is read lives as long as the process, as the built-in table does, so that everything that looks at keys takes
//! both: a run reads one folder once.

#[cfg(test)]
mod tests;
mod yaml;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub(crate) use yaml::Fault;
use yaml::{Id, Yaml};

use super::group::Group;
use super::pattern::Pattern;
use super::row::{Key, Payload, Presence, Type, k};
use super::support::{Elsewhere, NOWHERE, SAME, SYSTEMS, Since, Support, System, UNSAID, Version};
use super::{COMMON, TOP_LEVEL};

/// How deep a description may be nested: Apple's end at 12, and a file from elsewhere shall not decide about the stack.
const DEEPEST: usize = 64;

/// The fields below a system of `supportedOS` that are understood, or known to matter to no profile: `sharedipad` is
/// about iPads, and what else `userenrollment` says is about servers.
const FIELDS: [&str; 13] = [
    "accessrights",
    "allowmanualinstall",
    "deprecated",
    "devicechannel",
    "introduced",
    "multiple",
    "removed",
    "requiresdep",
    "sharedipad",
    "supervised",
    "userapprovedmdm",
    "userchannel",
    "userenrollment",
];

/// What a folder of descriptions says.
#[derive(Debug, Default)]
pub(crate) struct Descriptions {
    /// The payloads, in no order.
    pub(crate) payloads: Vec<Payload>,
    /// What was passed over because this version does not know what it means, a sentence each.
    pub(crate) passed_over: Vec<String>,
}

impl Descriptions {
    /// Reads one more file. YAML that describes no payload adds nothing; `name` is the file's, without `.yaml`.
    pub(crate) fn add(&mut self, name: &str, text: &str) -> Result<(), Fault> {
        let yaml = Yaml::read(text)?;
        let Some(payload) = yaml.root().and_then(|root| yaml.get(root, "payload")) else {
            return Ok(());
        };
        let Some(payload_type) = yaml.text_of(payload, "payloadtype") else {
            return Ok(());
        };
        let mut reader = Reader {
            file: name,
            yaml: &yaml,
            groups: BTreeMap::new(),
            passed_over: &mut self.passed_over,
        };
        let keys = yaml.root().and_then(|root| yaml.get(root, "payloadkeys"));
        let support = yaml.get(payload, "supportedOS");
        let payload = Payload {
            // Apple's files for the top level and for all payloads have no type that could be mistaken for a payload's.
            payload_type: match name {
                TOP_LEVEL | COMMON => kept(name),
                _ => kept(payload_type),
            },
            name: kept(name),
            mac: reader.mac(support)?,
            elsewhere: reader.elsewhere(support)?,
            keys: match keys {
                Some(keys) => reader.group(keys, 0)?,
                None => Group::EMPTY,
            },
        };
        self.payloads.push(payload);
        Ok(())
    }
}

/// A text that stays until the process ends.
fn kept(text: &str) -> &'static str {
    text.to_owned().leak()
}

/// One file on its way into rows.
struct Reader<'y> {
    file: &'y str,
    yaml: &'y Yaml,
    /// The lists of keys that were met: an alias is the same list, and may stand inside of it.
    groups: BTreeMap<Id, Group>,
    /// See [`Descriptions`].
    passed_over: &'y mut Vec<String>,
}

impl Reader<'_> {
    /// A list of keys.
    fn group(&mut self, list: Id, depth: usize) -> Result<Group, Fault> {
        if let Some(known) = self.groups.get(&list) {
            return Ok(*known);
        }
        if depth > DEEPEST {
            return Err(Fault(format!("keys are nested deeper than {DEEPEST}")));
        }
        let yaml = self.yaml;
        let mut named = Vec::new();
        for id in yaml.items(list) {
            let name = yaml
                .text_of(*id, "key")
                .ok_or_else(|| Fault("a key has no name".to_owned()))?;
            named.push((name, *id));
        }
        named.sort_by_key(|(name, _)| *name);
        named.dedup_by_key(|(name, _)| *name);
        let rows: &'static OnceLock<Vec<Key>> = Box::leak(Box::default());
        let group = Group::Read(rows);
        self.groups.insert(list, group);
        let mut keys = Vec::with_capacity(named.len());
        for (name, id) in named {
            keys.push(self.key(name, id, depth)?);
        }
        // Each list is read once, so the cell is empty.
        let _ = rows.set(keys);
        Ok(group)
    }

    fn key(&mut self, name: &str, id: Id, depth: usize) -> Result<Key, Fault> {
        let yaml = self.yaml;
        let kind = kind(yaml.text_of(id, "type").unwrap_or_default())
            .ok_or_else(|| Fault(format!("`{name}` has no type that is known")))?;
        let mut key = k(kept(name), kind);
        key.presence = match yaml.text_of(id, "presence") {
            Some("required") => Presence::Required,
            Some("optional") => Presence::Optional,
            None => Presence::Unsaid,
            Some(other) => return Err(Fault(format!("`{name}`: presence `{other}`"))),
        };
        let text = |field| yaml.text_of(id, field);
        key.default = text("default").map(kept);
        if let Some(list) = yaml.get(id, "rangelist") {
            let values = yaml.items(list).iter();
            let values: Vec<_> = values.filter_map(|id| yaml.text(*id).map(kept)).collect();
            key.list = values.leak();
        }
        if let Some(range) = yaml.get(id, "range") {
            let bound = |field| number(name, yaml.text_of(range, field));
            (key.min, key.max) = (bound("min")?, bound("max")?);
        }
        if let Some(repetition) = yaml.get(id, "repetition") {
            let bound = |field| yaml.text_of(repetition, field)?.parse().ok();
            key.repetition = Some((bound("min").unwrap_or(0), bound("max").unwrap_or(u32::MAX)));
        }
        let word = |field| text(field).map(|text: &str| kept(text.trim_matches(['<', '>'])));
        key.pattern = word("format");
        // Apple's newer files say `valuetype`.
        key.subtype = word("valuetype").or_else(|| word("subtype"));
        key.combine = word("combinetype");
        if let Some(pattern) = key.pattern
            && Pattern::new(pattern).is_none()
        {
            let file = self.file;
            self.passed_over.push(format!(
                "{file}.yaml: values of `{name}` are not held against the pattern `{pattern}`"
            ));
        }
        let support = yaml.get(id, "supportedOS");
        key.mac = self.mac(support)?;
        key.elsewhere = self.elsewhere(support)?;
        if let Some(inner) = yaml.get(id, "subkeys") {
            // Apple's `docs/schema.md` says so; what an array with two of them would mean is not described.
            if kind == Type::Array && yaml.items(inner).len() > 1 {
                return Err(Fault(format!(
                    "`{name}` is an array with more than one description of what it holds"
                )));
            }
            key.inner = self.group(inner, depth + 1)?;
        }
        Ok(key)
    }

    /// What holds on a Mac.
    fn mac(&mut self, support: Option<Id>) -> Result<Support, Fault> {
        let mut mac = SAME;
        let Some(own) = self.system(support, "macOS") else {
            return Ok(mac);
        };
        let yaml = self.yaml;
        let yes = |field| yaml.text_of(own, field).map(|text| text == "true");
        (mac.introduced, mac.deprecated, mac.removed) = self.versions(own)?;
        mac.multiple = yes("multiple");
        mac.device = yes("devicechannel");
        mac.user = yes("userchannel");
        mac.supervised = yes("supervised");
        mac.dep = yes("requiresdep");
        mac.approved = yes("userapprovedmdm");
        mac.manual = yes("allowmanualinstall");
        mac.enrollment = yaml
            .get(own, "userenrollment")
            .and_then(|mode| yaml.text_of(mode, "mode"))
            .map(kept);
        Ok(mac)
    }

    fn elsewhere(&mut self, support: Option<Id>) -> Result<Elsewhere, Fault> {
        let mut systems = [UNSAID; SYSTEMS.len()];
        for (name, system) in SYSTEMS.iter().zip(&mut systems) {
            let Some(own) = self.system(support, name) else {
                continue;
            };
            let (introduced, deprecated, removed) = self.versions(own)?;
            *system = System {
                introduced,
                deprecated,
                removed,
                supervised: self.yaml.text_of(own, "supervised") == Some("true"),
            };
        }
        if systems == *NOWHERE.0 {
            return Ok(NOWHERE);
        }
        Ok(Elsewhere(Box::leak(Box::new(systems))))
    }

    /// What is said of a system; a field that is not known is passed over and told.
    fn system(&mut self, support: Option<Id>, name: &str) -> Option<Id> {
        let own = self.yaml.get(support?, name)?;
        for field in self.yaml.names(own) {
            if !FIELDS.contains(&field) {
                self.passed_over.push(format!(
                    "{}.yaml: what `{field}` below `{name}` means is not known",
                    self.file
                ));
            }
        }
        Some(own)
    }

    fn versions(&self, own: Id) -> Result<(Since, Option<Version>, Option<Version>), Fault> {
        let version = |field| match self.yaml.text_of(own, field) {
            None => Ok(None),
            Some(text) => Version::parse(text)
                .map(Some)
                .ok_or_else(|| Fault(format!("`{text}` is not a version"))),
        };
        let introduced = match self.yaml.text_of(own, "introduced") {
            None | Some("all") => Since::Unsaid,
            Some("n/a") => Since::Never,
            Some(_) => version("introduced")?.map_or(Since::Unsaid, Since::From),
        };
        Ok((introduced, version("deprecated")?, version("removed")?))
    }
}

/// The type in Apple's spelling, such as `<string>`.
fn kind(text: &str) -> Option<Type> {
    let word = text.trim_matches(['<', '>']);
    Type::ALL.into_iter().find(|kind| kind.name() == word)
}

/// A bound of a range.
fn number(name: &str, text: Option<&str>) -> Result<Option<f64>, Fault> {
    text.map(|text| {
        text.parse()
            .map_err(|_| Fault(format!("`{name}`: `{text}` is not a number")))
    })
    .transpose()
}
