//! One change between two states of profiles, as every format shows it.

use super::kind::{Kind, Tier};
use super::origin::Origin;

#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Change {
    /// What it does on a Mac.
    pub(crate) tier: Tier,
    /// The row of the table of kinds.
    pub(crate) kind: &'static Kind,
    pub(crate) message: String,
    /// The profile, by its display name or identifier; empty for what holds for all of them together.
    pub(crate) profile: String,
    /// Vendor and product, where the catalogue knows them.
    pub(crate) product: Option<String>,
    /// The values that changed; none for a profile or payload as a whole.
    pub(crate) values: Vec<Changed>,
    pub(crate) old: Vec<Origin>,
    pub(crate) new: Vec<Origin>,
    /// What it is about, to tell the same change of one profile and of the sum.
    #[serde(skip)]
    pub(crate) subject: String,
    /// What came whole, or went whole: the same in another profile moved there.
    #[serde(skip)]
    pub(crate) moves: Option<Moves>,
}

/// What can move from one profile to another.
#[derive(Clone, Debug)]
pub(crate) struct Moves {
    pub(crate) came: bool,
    /// What it is, in full.
    pub(crate) what: String,
    /// The same as a sentence without its end.
    pub(crate) text: String,
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
            profile: String::new(),
            product: None,
            values: Vec::new(),
            old: Vec::new(),
            new: Vec::new(),
            subject: String::new(),
            moves: None,
        }
    }
}
