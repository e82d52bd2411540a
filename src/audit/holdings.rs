//! The facts of many profiles put together: equal ones once, with all their places.

use std::collections::BTreeMap;

use super::fact::{Fact, Grade};
use super::kind::{BACKGROUND_ITEM, CONTENT_FILTER, DNS_PROXY, Kind, PRIVACY, TRUST_ANCHOR};
use super::origin::Origin;

/// What belongs together in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Area {
    Privacy,
    Filters,
    Background,
    Trust,
    Protections,
}

impl Area {
    pub(crate) const ALL: [Self; 5] = [
        Self::Privacy,
        Self::Filters,
        Self::Background,
        Self::Trust,
        Self::Protections,
    ];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Privacy => "Privacy permissions",
            Self::Filters => "Content filters and DNS proxies",
            Self::Background => "Login and background items",
            Self::Trust => "Certificates and trust anchors",
            Self::Protections => "Firewall, Gatekeeper, FileVault",
        }
    }

    fn of(kind: &Kind) -> Self {
        if *kind == PRIVACY {
            Self::Privacy
        } else if *kind == CONTENT_FILTER || *kind == DNS_PROXY {
            Self::Filters
        } else if *kind == BACKGROUND_ITEM {
            Self::Background
        } else if *kind == TRUST_ANCHOR {
            Self::Trust
        } else {
            Self::Protections
        }
    }
}

/// A fact and all its places.
#[derive(Clone, Debug)]
pub(crate) struct Holding {
    pub(crate) kind: &'static Kind,
    pub(crate) text: String,
    pub(crate) holder: String,
    pub(crate) bound_to: String,
    pub(crate) places: Vec<Origin>,
}

/// Everything beside extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holdings {
    /// By area, text, and what the text does not say: the code requirement.
    all: BTreeMap<(Area, String, String), Holding>,
}

impl Holdings {
    pub(crate) fn add(&mut self, fact: Fact, place: Origin) {
        let Fact {
            kind,
            subject,
            grade,
            text,
            holder,
            bound_to,
            ..
        } = fact;
        let own = match grade {
            Grade::Granted(grant) => format!("{subject}{grant:?}"),
            _ => subject,
        };
        let entry = self.all.entry((Area::of(kind), text.clone(), own));
        let new = || Holding {
            kind,
            text,
            holder,
            bound_to,
            places: Vec::new(),
        };
        entry.or_insert_with(new).places.push(place);
    }

    pub(crate) fn of(&self, area: Area) -> impl Iterator<Item = &Holding> {
        self.all
            .iter()
            .filter(move |((own, ..), _)| *own == area)
            .map(|(_, holding)| holding)
    }
}
