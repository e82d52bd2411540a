//! The files for kernel and system extensions.

use super::lists::{self, Lists};
use super::template::{self, KernelExtensionsProfile, SystemExtensionsProfile};
use super::{Part, Piece};
use crate::policy::Policy;

/// The file for kernel extensions.
pub(super) fn kernel(policy: &Policy) -> Vec<Piece<'_>> {
    let Some(block) = &policy.kernel_extensions else {
        return Vec::new();
    };
    let Lists {
        whole_teams,
        allowed,
        ..
    } = lists::kernel(block);
    vec![Piece::new(Part::Kext, move |profile| {
        template::text(&KernelExtensionsProfile {
            profile,
            non_admin_user_approvals: block
                .allow_non_admin_user_approvals
                .as_ref()
                .map(|allowed| allowed.value),
            user_overrides: block.allow_user_overrides.value,
            has_whole_teams: !whole_teams.is_empty(),
            allowed: &allowed,
            whole_teams: &whole_teams,
        })
    })]
}

/// The files for system extensions.
pub(super) fn system(policy: &Policy) -> Vec<Piece<'_>> {
    let Some(block) = &policy.system_extensions else {
        return Vec::new();
    };
    let parts = [
        (Part::Sysext, Some(lists::system(block))),
        (Part::SysextMacos15, lists::system_macos15(block)),
    ];
    let pieces = parts.into_iter().filter_map(|(part, lists)| {
        let lists = lists?;
        // Always written: Apple's defaults differ between the two payloads.
        let user_overrides = block.allow_user_overrides.value;
        let mut piece = Piece::new(part, {
            let lists = lists.clone();
            move |profile| {
                template::text(&SystemExtensionsProfile {
                    profile,
                    user_overrides,
                    has_whole_teams: !lists.whole_teams.is_empty(),
                    allowed: &lists.allowed,
                    whole_teams: &lists.whole_teams,
                    removability: &lists.removability,
                })
            }
        });
        piece.catalog = Some((user_overrides, lists));
        Some(piece)
    });
    pieces.collect()
}
