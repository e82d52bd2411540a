//! The files that make each conclusion about what profiles, the user and the policy file allow hold.

use super::{Case, OFF, ON, TEAM, extension, kernel, other, per_team, policy, system};
use crate::diagnose::{REJECTED, profiles, system_extension};

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    let team = TEAM;
    let extension = extension();
    let other = other();
    let on = ON;
    let off = OFF;
    let s = str::to_owned;
    vec![
        (
            "wrong-payload",
            vec![
                (
                    "--profiles",
                    kernel(&[&per_team(
                        "AllowedKernelExtensions",
                        &["com.microsoft.wdav.epsext"],
                    )]),
                ),
                (
                    "--systemextensionsctl",
                    system_extension("activated waiting for user"),
                ),
            ],
            1,
        ),
        (
            "near-bundle-id",
            vec![(
                "--profiles",
                system(&[&per_team(
                    "AllowedSystemExtensions",
                    &["com.microsoft.wdav.epsextension"],
                )]),
            )],
            2,
        ),
        (
            "near-team-id",
            vec![(
                "--profiles",
                kernel(&[
                    "<key>AllowedTeamIdentifiers</key>\n<array>\n<string>UBF8T346C9</string>\n</array>",
                ]),
            )],
            2,
        ),
        (
            "under-other-team",
            vec![(
                "--profiles",
                system(&[&extension.replace("UBF8T346G9", "K7Q2XD94WL")]),
            )],
            2,
        ),
        (
            "profile-contents-hidden",
            vec![(
                "--profiles",
                s(
                    "_computerlevel[1] attribute: name: Contoso\n_computerlevel[1] payload[1] type = com.apple.syspolicy.kernel-extension-policy\nThere are 1 configuration profiles installed\n",
                ),
            )],
            2,
        ),
        (
            "approved-by-profile",
            vec![("--profiles", profiles("_computerlevel", &[team]))],
            2,
        ),
        (
            "approved-by-user",
            vec![(
                "--kext-policy-db",
                s("UBF8T346G9|com.microsoft.wdavkext|1|Microsoft Corporation|1\n"),
            )],
            2,
        ),
        (
            "kext-overrides-contradict",
            vec![("--profiles", profiles("_computerlevel", &[on, off]))],
            2,
        ),
        (
            "team-whole-and-listed",
            vec![("--profiles", kernel(&[team, &other]))],
            2,
        ),
        (
            "non-admin-approvals-contradict",
            vec![(
                "--profiles",
                kernel(&[
                    "<key>AllowNonAdminUserApprovals</key>\n<true/>",
                    "<key>AllowNonAdminUserApprovals</key>\n<false/>",
                ]),
            )],
            2,
        ),
        (
            "system-extension-overrides-contradict",
            vec![("--profiles", system(&[on, off]))],
            2,
        ),
        (
            "approval-by-hand-forbidden",
            vec![
                ("--profiles", kernel(&[&other])),
                ("--kextutil", s(REJECTED)),
            ],
            1,
        ),
        (
            "profile-does-not-cover",
            vec![("--profiles", profiles("_computerlevel", &[off]))],
            2,
        ),
        (
            "no-profile",
            vec![("--profiles", profiles("_computerlevel", &[]))],
            2,
        ),
        (
            "profile-for-a-user",
            vec![("--profiles", profiles("adele", &[team]))],
            2,
        ),
        (
            "in-policy",
            vec![
                ("--policy", policy("com.microsoft.wdavkext")),
                ("--kextutil", s(REJECTED)),
            ],
            1,
        ),
        (
            "not-in-policy",
            vec![
                ("--policy", policy("com.contoso.other")),
                ("--kextutil", s(REJECTED)),
            ],
            1,
        ),
        (
            "profiles-only-named",
            vec![(
                "--profiles",
                s(
                    "_computerlevel[1] attribute: name: Contoso extensions\n_computerlevel[1] attribute: profileIdentifier: com.contoso.extensions\nThere are 1 configuration profiles installed\n",
                ),
            )],
            2,
        ),
    ]
}
