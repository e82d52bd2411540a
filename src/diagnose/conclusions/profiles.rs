//! Conclusions about what installed profiles, the user and the policy file allow, each for an extension of its own kind.

use super::{About, ConclusionRow, Effect, conclusions};
use crate::diagnose::case::{given, together};
use crate::diagnose::facts::{Claim, Table, Width};
use crate::extension::ExtensionKind::{Kernel, System};

conclusions! { Extension;
    "approved-by-profile" Explains:
        "An installed profile allows it."
        => "", |view| view.covered();
    // TN2459: `spctl kext-consent` in recovery approves a team.
    "approved-by-user" Explains:
        "It is approved on the Mac itself."
        => "", |view| view.all(|claim| matches!(claim, Claim::DatabaseRow(Table::User, true) | Claim::ConsentForTeam));
    // Schema: each payload type is about one kind of extension.
    "wrong-payload" Explains:
        "An installed profile names it in the payload for the other kind of extension. That payload approves no extensions of this kind."
        => "Kernel extensions belong in com.apple.syspolicy.kernel-extension-policy, system extensions in com.apple.system-extension-policy. `kextpolicy render` writes each into its own payload.",
        |view| view.approved_as_other_kind();
    "near-bundle-id" Explains:
        "An installed profile lists a bundle ID of this team that differs from the real one, so it approves nothing."
        => "Correct the bundle ID in the profile to the one that this conclusion is about.",
        |view| view.all(|claim| matches!(claim, Claim::NearBundle(_)));
    "near-team-id" Explains:
        "An installed profile lists a Team ID that differs slightly from the real one, so it approves nothing of this team."
        => "Correct the Team ID in the profile.",
        |view| given(view.covered().is_empty(), view.all(|claim| matches!(claim, Claim::NearTeam(_))));
    "under-other-team" Explains:
        "The bundle ID is listed under another Team ID. An approval for another team does not approve this extension."
        => "Correct the Team ID, or find out whose extension that is: codesign -dv on the extension.",
        |view| given(view.covered().is_empty(), view.all(|claim| matches!(claim, Claim::UnderOtherTeam(_))));
    // Schema: AllowUserOverrides, false by default for kernel extensions. Extensions: one false wins.
    "approval-by-hand-forbidden" Hints:
        "An installed profile does not let users approve other extensions of this kind by hand (AllowUserOverrides is false)."
        => "", |view| given(
            view.covered().is_empty() && !view.has(&Claim::UserOverrides(Kernel, true)),
            view.all(|claim| matches!(claim, Claim::UserOverrides(_, false))));
    "kext-overrides-contradict" Explains:
        "Installed profiles contradict each other on whether users may approve other kernel extensions (AllowUserOverrides). Apple documents no rule for that."
        => "Set the same value in every kernel-extension policy, or keep only one of them; `kextpolicy effective FOLDER` shows the value in each file.",
        |view| view.both(&Claim::UserOverrides(Kernel, true), &Claim::UserOverrides(Kernel, false));
    "system-extension-overrides-contradict" Explains:
        "Installed profiles contradict each other on whether users may approve other system extensions (AllowUserOverrides). By Apple's rule, false wins."
        => "If people should be able to approve, set AllowUserOverrides to true in every system-extension policy; `kextpolicy effective FOLDER` shows the value in each file.",
        |view| view.both(&Claim::UserOverrides(System, true), &Claim::UserOverrides(System, false));
    "non-admin-approvals-contradict" Explains:
        "Installed profiles contradict each other on whether standard users may approve kernel extensions (AllowNonAdminUserApprovals). Apple documents no rule for that."
        => "Set the same value in every kernel-extension policy, or keep only one of them; `kextpolicy effective FOLDER` shows the value in each file.",
        |view| view.both(&Claim::NonAdminApprovals(true), &Claim::NonAdminApprovals(false));
    // Schema: both lists add up. For system extensions within one profile it is an error.
    "team-whole-and-listed" Explains:
        "Installed profiles allow the whole team and also list some of its extensions by name. The lists restrict nothing: every extension of the team is allowed. For system extensions, Apple calls it an error to have both in one profile."
        => "Keep one of the two in the policy the profiles are made from.", |view| together(
            view.all(|claim| matches!(claim, Claim::Covered(_, Width::Team))),
            view.all(|claim| matches!(claim, Claim::TeamListed(_))));
    "profile-does-not-cover" Hints:
        "Profiles with an extension policy are installed, but none of them allows the extension named here."
        => "", |view| given(view.covered().is_empty() && !view.is_covered_as_other_kind(), together(
            view.all(|claim| matches!(claim, Claim::Payload(_))), view.all(|claim| matches!(claim, Claim::NotCovered(_)))));
    "no-profile" Hints:
        "No profile with an extension policy of this kind is installed."
        => "", |view| given(!view.is_covered_as_other_kind(), view.all(|claim| matches!(claim, Claim::NoPayload(_))));
    "profile-contents-hidden" Hints:
        "A profile with an extension policy is installed. This list does not show what the policy allows."
        => "Get the list with contents: sudo profiles show -output stdout-xml > profiles.xml", |view| given(
            !view.any(|claim| matches!(claim, Claim::Payload(_))),
            view.all(|claim| matches!(claim, Claim::PayloadContentsHidden(_))));
    "profiles-only-named" Hints:
        "This list names profiles but does not show all of their contents, so it is not known whether one of them allows the extension."
        => "Get the list with contents: sudo profiles show -output stdout-xml > profiles.xml", |view| given(
            !view.any(|claim| matches!(claim, Claim::Payload(_) | Claim::PayloadContentsHidden(_) | Claim::NoPayload(_))),
            view.is(&Claim::ProfilesNamed));
    // Schema: device channel only.
    "profile-for-a-user" Explains:
        "The profile is installed for a user. Extension policies work only for the Mac as a whole."
        => "Send it to the Mac: in Jamf Pro level `Computer Level`, in Intune deployment channel `Device channel`.",
        |view| view.all(|claim| matches!(claim, Claim::UserScope(_) | Claim::InstallOnUserChannel));
    "in-policy" Explains:
        "The policy file allows it."
        => "", |view| view.is(&Claim::InPolicy(true));
    "not-in-policy" Explains:
        "The policy file does not allow it."
        => "", |view| view.is(&Claim::InPolicy(false));
}
