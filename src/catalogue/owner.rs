//! Vendor and product of a bundle ID, for reports, where the ready policies know both the bundle ID and the team.
//!
//! Anybody can use any bundle ID, so a product is named only if the approval is bound to the team of that product.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::known::known;
use super::{POLICIES, ReadyPolicy};

/// The ready policies that name each bundle ID or other dotted name, once each.
static NAMED_BY: LazyLock<HashMap<&'static str, Vec<&'static ReadyPolicy>>> = LazyLock::new(|| {
    let mut named_by: HashMap<_, Vec<&ReadyPolicy>> = HashMap::new();
    for ready in POLICIES {
        let lines = ready
            .text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'));
        let in_name =
            |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
        let names = lines.flat_map(|line| line.split(move |letter| !in_name(letter)));
        for name in names.filter(|name| name.contains('.')) {
            let policies = named_by.entry(name).or_default();
            if policies.last().is_none_or(|last| last.name != ready.name) {
                policies.push(ready);
            }
        }
    }
    named_by
});

/// The product and its vendor, or the vendor alone where several products have the name or only the team is known.
/// `bound_to` holds the Team ID that the approval is bound to: the ID itself, or a code requirement with it.
pub(crate) fn owner(name: &str, bound_to: &str) -> Option<String> {
    let ids = bound_to.split(|letter: char| !letter.is_ascii_alphanumeric());
    let is_known = |id: &&str| id.len() == 10 && !known().team(id).is_empty();
    let teams: Vec<&str> = ids.filter(is_known).collect();
    if teams.is_empty() {
        return None;
    }
    let of_team = |ready: &&'static ReadyPolicy| teams.iter().any(|team| ready.has_team(team));
    let mut found: Vec<&ReadyPolicy> = NAMED_BY
        .get(name)
        .into_iter()
        .flatten()
        .copied()
        .filter(of_team)
        .collect();
    if found.is_empty() && !name.is_empty() {
        let prefix = format!("{name}.");
        found = known()
            .with_prefix(&prefix)
            .map(super::known::Extension::ready)
            .filter(of_team)
            .collect();
        found.sort_by_key(|ready| ready.name);
        found.dedup_by_key(|ready| ready.name);
    }
    if let [ready] = found.as_slice() {
        let (vendor, product) = (ready.header("vendor")?, ready.header("product")?);
        let names_vendor = product.starts_with(vendor);
        return Some(if names_vendor {
            product.to_owned()
        } else {
            format!("{vendor} {product}")
        });
    }
    let mut vendors: Vec<&str> = POLICIES
        .iter()
        .filter(of_team)
        .filter_map(|ready| ready.header("vendor"))
        .collect();
    vendors.dedup();
    match vendors.as_slice() {
        [vendor] => Some((*vendor).to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_named_only_where_the_team_is_its_own() {
        let owned = |name, team| owner(name, team).unwrap_or_default();
        let defender = "Microsoft Defender for Endpoint";
        assert_eq!(owned("com.microsoft.wdav.epsext", "UBF8T346G9"), defender);
        assert_eq!(
            owned(
                "com.microsoft.wdav",
                "identifier x and leaf[subject.OU] = UBF8T346G9"
            ),
            defender
        );
        assert_eq!(
            owned("com.microsoft.wdav", "X9E956P446"),
            "CrowdStrike",
            "the team is another's"
        );
        assert_eq!(
            owned(
                "com.microsoft.wdav",
                "identifier x and anchor apple generic"
            ),
            ""
        );
        assert_eq!(owned("", "UBF8T346G9"), "Microsoft");
    }
}
