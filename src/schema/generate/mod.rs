//! Makes `table.rs` from Apple's descriptions: facts only, prose left out, the same bytes for the same input.
//!
//! The input is a checkout of Apple's `device-management` repository (its folder `mdm/profiles`), or the same files
//! without prose.

mod write;
mod yaml;

pub(crate) use yaml::Fault;

use yaml::{Id, Yaml};

/// One of Apple's files.
#[derive(Debug)]
pub(crate) struct Description {
    /// Its name, without `.yaml`.
    name: String,
    /// What it says.
    yaml: Yaml,
    /// `payloadtype`.
    payload_type: String,
}

impl Description {
    /// Reads a file. `None` for YAML that describes no payload.
    pub(crate) fn read(name: &str, text: &str) -> Result<Option<Self>, Fault> {
        let yaml = Yaml::read(text)?;
        let payload_type = yaml
            .root()
            .and_then(|root| yaml.get(root, "payload"))
            .and_then(|payload| yaml.get(payload, "payloadtype"))
            .and_then(|id| yaml.text(id))
            .map(str::to_owned);
        Ok(payload_type.map(|payload_type| Self {
            name: name.to_owned(),
            yaml,
            // Apple's file for the top level has no type that could be mistaken for a payload's.
            payload_type: match name {
                "TopLevel" | "CommonPayloadKeys" => name.to_owned(),
                _ => payload_type,
            },
        }))
    }

    /// The keys of the payload.
    fn keys(&self) -> Option<Id> {
        self.yaml.get(self.yaml.root()?, "payloadkeys")
    }

    /// `supportedOS` of the payload.
    fn support(&self) -> Option<Id> {
        let payload = self.yaml.get(self.yaml.root()?, "payload")?;
        self.yaml.get(payload, "supportedOS")
    }
}

/// The table as Rust. `source` names where the descriptions come from.
pub(crate) fn table(mut descriptions: Vec<Description>, source: &str) -> Result<String, Fault> {
    // By the file's whole name, so that `…(kerberos).yaml` comes before the general `….yaml`: the first that fits is
    // the one that is meant.
    descriptions.sort_by_cached_key(|description| {
        (
            description.payload_type.clone(),
            format!("{}.yaml", description.name),
        )
    });
    write::table(&descriptions, source)
}
