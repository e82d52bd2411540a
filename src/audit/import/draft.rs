//! Approvals as the text of a policy, with the origin of each as a comment, and what could not be carried over.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::companions::{Companions, key_of};
use super::payload::origins;
use super::yaml;
use crate::audit::file::File;
use crate::audit::origin::Origin;
use crate::audit::total::{Side, Team, Total};
use crate::escape::{quoted, visible};
use crate::extension::{ExtensionKind, SystemExtensionType};
use crate::identifier::{BundleIdentifier, PayloadIdentifier, TeamIdentifier};
use crate::profile::allowed::Removal;

/// A policy and what it leaves out.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) text: String,
    /// What could not be carried over.
    pub(crate) remarks: Vec<String>,
    pub(crate) entries: usize,
}

/// Makes a policy of everything the sources allow together.
pub(crate) fn draft(files: &[File], companions: &Companions, mut remarks: Vec<String>) -> Draft {
    let total = Total::of(files);
    let mut blocks = String::new();
    let mut entries = 0;
    for file in files {
        if let Err(why) = &file.content {
            remarks.push(format!("{}: {why}", visible(&file.path)));
        }
    }
    for (kind, side) in &total.kinds {
        let mut block = Block {
            kind: *kind,
            entries: Vec::new(),
            remarks: &mut remarks,
        };
        for (name, team) in &side.teams {
            block.team(name, team);
        }
        let written = std::mem::take(&mut block.entries);
        if written.is_empty() {
            continue;
        }
        entries += written.len();
        let head = head(*kind, side, &mut remarks);
        let _ = write!(blocks, "\n{head}  allowed:\n{}", written.concat());
    }
    let (others, count) = companions.blocks(&mut remarks);
    blocks.push_str(&others);
    entries += count;
    let removal = companions.removal(&mut remarks);
    let mut text = String::from("# Made by `kextpolicy import` from:\n");
    for file in files {
        text.push_str(&yaml::comment(0, &format!("- {}", file.path)));
    }
    if !remarks.is_empty() {
        text.push_str("# Not carried over:\n");
        for remark in &remarks {
            text.push_str(&yaml::comment(0, &format!("- {remark}")));
        }
    }
    text.push_str(&top(files));
    text.push_str(removal);
    text.push_str(&blocks);
    Draft {
        text,
        remarks,
        entries,
    }
}

/// `identifier` and `organization`: from the first profile that has usable ones, else an example to replace.
fn top(files: &[File]) -> String {
    let identities = || {
        files
            .iter()
            .filter_map(|file| Some(&file.content.as_ref().ok()?.identity))
    };
    let identifier = identities()
        .filter_map(|identity| identity.identifier.as_deref())
        .find(|identifier| PayloadIdentifier::new(identifier).is_ok());
    let organization = identities()
        .filter_map(|identity| identity.organization.as_deref())
        .find(|text| {
            !text.trim().is_empty()
                && text.trim() == *text
                && !text.chars().any(crate::escape::is_hidden)
        });
    let mut top = String::from(
        "\n# A Mac knows the profile by this name: choose it once, never change it.\n",
    );
    let _ = write!(
        top,
        "identifier: {}\norganization: {}\n",
        yaml::line(identifier.unwrap_or("com.example.extensions")),
        yaml::line(organization.unwrap_or("Example"))
    );
    top
}

/// The head of a block: its switches.
fn head(kind: ExtensionKind, side: &Side<'_>, remarks: &mut Vec<String>) -> String {
    let mut head = format!("{}:\n", key_of(kind));
    let mut switch = |key: &str, value: Option<bool>, said: &[(bool, &Origin)]| {
        if value.is_none() {
            remarks.push(format!(
                "{}s: `{key}` is true and false in the sources; false is written",
                kind.name()
            ));
        }
        head.push_str(&origins(2, said.iter().map(|(_, origin)| *origin)));
        let _ = writeln!(head, "  {key}: {}", value.unwrap_or(false));
    };
    let overrides = if side.user_overrides.is_empty() {
        // What Apple does where nothing says so.
        Some(kind == ExtensionKind::System)
    } else {
        side.user_overrides(kind)
    };
    switch("allow_user_overrides", overrides, &side.user_overrides);
    if kind == ExtensionKind::Kernel && !side.non_admin_approvals.is_empty() {
        switch(
            "allow_non_admin_user_approvals",
            side.non_admin_approvals(),
            &side.non_admin_approvals,
        );
    }
    head
}

/// One block as it is written.
struct Block<'r> {
    /// Kernel or system extensions.
    kind: ExtensionKind,
    entries: Vec<String>,
    /// What could not be carried over.
    remarks: &'r mut Vec<String>,
}

impl Block<'_> {
    /// Notes something that could not be carried over.
    fn remark(&mut self, place: Option<&Origin>, what: &str) {
        let place = place
            .map(|origin| format!("{origin}: "))
            .unwrap_or_default();
        self.remarks.push(format!("{place}{what}"));
    }

    fn team(&mut self, name: &str, team: &Team<'_>) {
        let first = team
            .whole
            .iter()
            .chain(team.bundles.values().flatten())
            .copied()
            .next();
        let Some(first) = first else {
            let any = team
                .types
                .iter()
                .map(|(_, origin)| *origin)
                .chain(team.removal.values().flatten().copied())
                .next();
            self.remark(
                any,
                &format!(
                    "team {} is in lists about types or removal, but nothing of it is allowed",
                    quoted(name)
                ),
            );
            return;
        };
        let unsigned = name.is_empty() && self.kind == ExtensionKind::Kernel;
        if !unsigned && let Err(why) = TeamIdentifier::new(name) {
            self.remark(
                Some(first),
                &format!("{} is not a Team ID: it {why}", quoted(name)),
            );
            return;
        }
        if unsigned && !team.whole.is_empty() {
            self.remark(
                team.whole.first().copied(),
                "an empty Team ID means no team",
            );
        }
        let whole = self.is_whole(name, team) && !unsigned;
        let bundles = self.bundles(&team.bundles);
        if !whole && bundles.is_empty() {
            return;
        }
        let types = match team.types() {
            None => None,
            Some(types) => {
                let known = self.types(name, team, &types);
                if known.is_empty() {
                    self.remark(Some(first), &format!("team {} is narrowed to no type that a Mac knows, so nothing of it can load", quoted(name)));
                    return;
                }
                Some(known)
            }
        };
        let listed = bundles.values().copied().flatten().filter(|_| !whole);
        let mut entry = origins(
            4,
            team.whole.iter().filter(|_| whole).chain(listed).copied(),
        );
        let _ = if unsigned {
            writeln!(entry, "    - unsigned: true")
        } else {
            writeln!(entry, "    - team_id: {}", yaml::word(name))
        };
        let _ = if whole {
            writeln!(entry, "      bundle_ids: all")
        } else {
            writeln!(
                entry,
                "      bundle_ids: {}",
                yaml::list(bundles.keys().copied())
            )
        };
        if let Some(types) = types {
            let _ = writeln!(entry, "      types: {}", yaml::list(types));
        }
        self.removal(team, (!whole).then_some(&bundles), &mut entry);
        self.entries.push(entry);
    }

    /// Whether the whole team is written. A system-extension profile that has a team in both lists is refused by a
    /// Mac, so it allows no whole team.
    fn is_whole(&mut self, name: &str, team: &Team<'_>) -> bool {
        if self.kind == ExtensionKind::Kernel || team.bundles.is_empty() {
            return !team.whole.is_empty();
        }
        let listing: BTreeSet<&str> = team
            .bundles
            .values()
            .flatten()
            .map(|origin| &*origin.file)
            .collect();
        let whole = team
            .whole
            .iter()
            .any(|origin| !listing.contains(&*origin.file));
        if !whole && let Some(place) = team.whole.first().copied() {
            self.remark(Some(place), &format!("team {} is allowed as a whole and by bundle ID, which a Mac refuses; the bundle IDs are written", quoted(name)));
        }
        whole
    }

    /// The bundle IDs that a policy can hold.
    fn bundles<'t>(
        &mut self,
        bundles: &'t BTreeMap<&str, Vec<&'t Origin>>,
    ) -> BTreeMap<&'t str, &'t Vec<&'t Origin>> {
        let mut kept = BTreeMap::new();
        for (bundle, places) in bundles {
            let bundle = *bundle;
            let why = match BundleIdentifier::new(bundle) {
                Ok(_) if TeamIdentifier::is_shaped_like_one(bundle) => "is a Team ID".to_owned(),
                Ok(_) if bundle == "all" => "is a policy's word for the whole team".to_owned(),
                Ok(_) => {
                    kept.insert(bundle, places);
                    continue;
                }
                Err(why) => why.to_string(),
            };
            self.remark(
                places.first().copied(),
                &format!("{} is not a bundle ID: it {why}", quoted(bundle)),
            );
        }
        kept
    }

    /// The types that a Mac knows.
    fn types<'t>(
        &mut self,
        name: &str,
        team: &Team<'_>,
        types: &BTreeSet<&'t str>,
    ) -> Vec<&'t str> {
        let mut known = Vec::new();
        for own in types {
            if SystemExtensionType::from_name(own).is_some() {
                known.push(*own);
            } else {
                let place = team.types.first().map(|(_, origin)| *origin);
                self.remark(
                    place,
                    &format!(
                        "team {}: {} is not a type of system extension",
                        quoted(name),
                        quoted(own)
                    ),
                );
            }
        }
        known
    }

    /// The lists about removal, as far as the entry allows what they name.
    fn removal(
        &mut self,
        team: &Team<'_>,
        listed: Option<&BTreeMap<&str, &Vec<&Origin>>>,
        entry: &mut String,
    ) {
        for (removal, key) in [
            (Removal::Removable, "removable"),
            (Removal::NonRemovable, "non_removable"),
            (Removal::NonRemovableFromUi, "non_removable_from_ui"),
        ] {
            let mut kept = Vec::new();
            for ((own, bundle), places) in &team.removal {
                if *own != removal {
                    continue;
                }
                let twice = removal == Removal::Removable
                    && team.removal.contains_key(&(Removal::NonRemovable, *bundle));
                let why = if BundleIdentifier::new(bundle).is_err()
                    || TeamIdentifier::is_shaped_like_one(bundle)
                {
                    "it is not a bundle ID"
                } else if listed.is_some_and(|listed| !listed.contains_key(bundle)) {
                    "it is not allowed"
                } else if twice {
                    "it is also non-removable"
                } else {
                    kept.push(*bundle);
                    continue;
                };
                self.remark(
                    places.first().copied(),
                    &format!("{} in `{}`: {why}", quoted(bundle), removal.key()),
                );
            }
            if !kept.is_empty() {
                let _ = writeln!(entry, "      {key}: {}", yaml::list(kept));
            }
        }
    }
}
