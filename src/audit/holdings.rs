//! The facts of many profiles put together: equal ones once, with all their places.

use std::collections::BTreeMap;

use super::fact::Fact;
use super::kind::{
    BACKGROUND_ITEM, CERTIFICATE_CHECK, CONTENT_FILTER, DNS_PROXY, ENCRYPTED_DNS, Kind, NETWORK,
    PRIVACY, PRIVATE_KEY, PROXY, TRUST_ANCHOR, UNCLEAR_VALUE, VPN,
};
use super::origin::Origin;
use super::said::Said;
use crate::catalogue::owner::owner;
use crate::profile::grade::Grade;

/// What belongs together in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Area {
    Privacy,
    Filters,
    Background,
    Trust,
    Protections,
    Unclear,
}

impl Area {
    pub(crate) const ALL: [Self; 6] = [
        Self::Privacy,
        Self::Filters,
        Self::Background,
        Self::Trust,
        Self::Protections,
        Self::Unclear,
    ];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Privacy => "Privacy permissions",
            Self::Filters => "Content filters, DNS, VPN and networks",
            Self::Background => "Login and background items",
            Self::Trust => "Certificates and trust anchors",
            Self::Protections => "Protections and restrictions",
            Self::Unclear => "Values whose meaning is not known",
        }
    }

    fn of(kind: &Kind) -> Self {
        if *kind == PRIVACY {
            Self::Privacy
        } else if [
            &CONTENT_FILTER,
            &DNS_PROXY,
            &ENCRYPTED_DNS,
            &VPN,
            &NETWORK,
            &PROXY,
        ]
        .contains(&kind)
        {
            Self::Filters
        } else if *kind == BACKGROUND_ITEM {
            Self::Background
        } else if [&TRUST_ANCHOR, &CERTIFICATE_CHECK, &PRIVATE_KEY].contains(&kind) {
            Self::Trust
        } else if *kind == UNCLEAR_VALUE {
            Self::Unclear
        } else {
            Self::Protections
        }
    }
}

/// A fact and all its places.
#[derive(Clone, Debug)]
pub(crate) struct Holding {
    pub(crate) kind: &'static Kind,
    pub(crate) holder: Box<str>,
    /// Vendor and product, where the catalogue knows them.
    pub(crate) product: Option<String>,
    /// Whether it leaves a Mac more open.
    pub(crate) opens: bool,
    pub(crate) places: Vec<Origin>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Holdings {
    /// By area, text, and what the text does not say: the code requirement.
    all: BTreeMap<(Area, Box<str>, Box<str>), Holding>,
    /// What profiles may contradict each other in.
    pub(crate) said: Said,
}

impl Holdings {
    pub(crate) fn add(&mut self, fact: Fact, place: Origin) {
        self.said.add_fact(&fact, &place);
        let Fact {
            kind,
            subject,
            grade,
            text,
            holder,
            bound_to,
            opens,
            ..
        } = fact;
        let own = match grade {
            Grade::Granted(grant) => format!("{subject}{grant:?}"),
            _ => subject,
        };
        let entry = self.all.entry((Area::of(kind), text.into(), own.into()));
        let new = || Holding {
            kind,
            product: owner(&holder, &bound_to),
            holder: holder.into(),
            opens,
            places: Vec::with_capacity(1),
        };
        entry.or_insert_with(new).places.push(place);
    }

    /// The facts of an area, each with its text.
    pub(crate) fn of(&self, area: Area) -> impl Iterator<Item = (&str, &Holding)> {
        self.all
            .iter()
            .filter(move |((own, ..), _)| *own == area)
            .map(|((_, text, _), holding)| (&**text, holding))
    }
}
