//! The files for content filters, one each.

use super::template::{self, ContentFilterProfile, FilterProvider};
use super::{Part, Piece};
use crate::policy::{Policy, Provider};

/// One file for each filter, by app.
pub(super) fn pieces(policy: &Policy) -> Vec<Piece<'_>> {
    let mut filters: Vec<_> = policy.content_filters.iter().collect();
    filters.sort_by_key(|filter| &filter.app.value);
    let pieces = filters.into_iter().map(|filter| {
        let part = Part::ContentFilter(filter.app.value.to_string());
        Piece::new(part, move |profile| {
            template::text(&ContentFilterProfile {
                profile,
                data: filter.sockets.as_ref().map(provider),
                grade: &filter.grade,
                packet: filter.packets.as_ref().map(provider),
                packets: filter.packets.is_some(),
                sockets: filter.sockets.is_some(),
                organization: filter.organization.as_ref().map(|text| text.value.as_str()),
                app: filter.app.value.as_str(),
                name: &filter.name.value,
            })
        })
    });
    pieces.collect()
}

fn provider(provider: &Provider) -> FilterProvider<'_> {
    FilterProvider {
        bundle: &provider.bundle.value,
        requirement: &provider.requirement.value,
    }
}
