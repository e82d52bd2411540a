//! One change between two states of profiles, as every format shows it.

use std::sync::Arc;

use super::kind::{Kind, Tier};
use super::origin::{Origin, shared};

#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Change {
    /// What it does on a Mac.
    pub(crate) tier: Tier,
    /// The row of the table of kinds.
    pub(crate) kind: &'static Kind,
    pub(crate) message: String,
    /// The profile, by its display name or identifier; empty for what holds for all of them together.
    #[serde(serialize_with = "shared")]
    pub(crate) profile: Arc<str>,
    /// Vendor and product, where the catalogue knows them.
    pub(crate) product: Option<String>,
    /// The values that changed; none for a profile or payload as a whole.
    pub(crate) values: Vec<Changed>,
    pub(crate) old: Vec<Origin>,
    pub(crate) new: Vec<Origin>,
    /// What it is about, in full: the same in the sum of all profiles is told once, the same in another profile moved there.
    #[serde(skip)]
    pub(crate) subject: String,
    #[serde(skip)]
    pub(crate) moves: Moves,
}

/// Whether something whole came to a profile or went from it.
#[derive(Clone, Debug)]
pub(crate) enum Moves {
    No,
    Came,
    /// With what it is, as a sentence without its end.
    Went(String),
}

impl Moves {
    pub(crate) fn of(came: bool, text: impl FnOnce() -> String) -> Self {
        if came { Self::Came } else { Self::Went(text()) }
    }
}

/// A value that changed, shown and bounded in length.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Changed {
    pub(crate) key_path: String,
    /// Before; `None` when the key was missing.
    pub(crate) old: Option<String>,
    /// After; `None` when the key is gone.
    pub(crate) new: Option<String>,
}

impl Change {
    pub(crate) fn new(kind: &'static Kind, tier: Tier, message: String) -> Self {
        Self {
            tier,
            kind,
            message,
            profile: Arc::default(),
            product: None,
            values: Vec::new(),
            old: Vec::new(),
            new: Vec::new(),
            subject: String::new(),
            moves: Moves::No,
        }
    }
}
