//! Conclusions about the Mac and its enrolment, and about the inputs themselves.

use super::{About, ConclusionRow, Effect, conclusions};
use crate::diagnose::case::given;
use crate::diagnose::facts::{Claim, Enrollment, Refusal, Subsystem};

conclusions! { Mac;
    // Microsoft, `mac-jamfpro-policies.md`: what Defender needs beside the extension policy.
    "payloads-of-the-product" Hints:
        "What the product needs in addition to the approval of its extensions, and how much of that the installed profiles deliver."
        => "", |view| given(!view.has(&Claim::Subsystem(Subsystem::KernelExtension)) && !view.case.macos_is_before(11)
            && !view.any(|claim| matches!(claim, Claim::Refused(refusal) if *refusal != Refusal::Absent)),
            view.all(|claim| matches!(claim, Claim::Companion(..))));
    // Apple, `com.apple.TCC.configuration-profile-policy.yaml`: of several profiles the most restrictive counts.
    "full-disk-access-denied" Impaired:
        "An installed privacy profile denies the product Full Disk Access. A denial wins, whatever other profiles allow."
        => "Allow it in the profile that this line names (SystemPolicyAllFiles, `Authorization` Allow), or remove the entry from that profile.", |view| view.is(&Claim::AccessDenied);
    "kernel-collection-needs-restart" Hints:
        "macOS says that its rebuilt kernel collection needs a restart. It does not say whether this extension is the reason."
        => "Restart the Mac, then collect again.", |view| view.is(&Claim::RestartNeeded);
    // Schema: user-approved MDM is required.
    "mdm-not-user-approved" Hints:
        "The Mac is enrolled with MDM, but its user has not approved the enrolment: it accepts no profile that approves extensions. Approving by hand still works."
        => "Let the user of the Mac approve the enrolment, then check: profiles status -type enrollment",
        |view| view.is(&Claim::Enrollment(Enrollment::NotUserApproved));
    "not-enrolled" Hints:
        "The Mac is not enrolled with MDM: no profile can approve extensions on it. Approving by hand still works."
        => "Approve by hand, or enrol the Mac first.", |view| view.is(&Claim::Enrollment(Enrollment::None));
    "enrollment-contradicts-itself" Contradicts:
        "The answers about the enrolment contradict each other: they are from different Macs or times."
        => "Ask once more on the Mac itself: profiles status -type enrollment", |view| view.is(&Claim::EnrollmentContradicts);
    // google/santa 1125, micromdm/micromdm 956.
    "profile-refused" Explains:
        "A profile was refused because it has to come from a user-approved MDM server. Macs that report a user-approved enrolment have shown this error too."
        => "Check the enrolment (profiles status -type enrollment), and send the profile from the MDM server instead of installing it by hand.",
        |view| view.is(&Claim::InstallNeedsUserApprovedMdm);
    // Secure: without System Integrity Protection signatures of kernel extensions are not enforced.
    "integrity-protection-off" Explains:
        "System Integrity Protection is off, completely or for kernel extensions: this Mac does not check their signatures and approvals as other Macs do."
        => "This Mac does not show what happens on others. Collect on a Mac with System Integrity Protection on.",
        |view| view.all(|claim| matches!(claim, Claim::KextSigning(false) | Claim::SystemIntegrity(false)));
    "several-macs" Open:
        "The prompts of the commands name more than one Mac: what is true for one may not be true for another."
        => "Give the outputs of each Mac separately.", |view| view.is(&Claim::SeveralMacs);
    "two-runs" Explains:
        "An input contains different answers from several times: the latest one counts here."
        => "", |view| view.is(&Claim::TwoRuns);
    "command-failed" Explains:
        "A command failed; what it would have printed is not known."
        => "Run it again on the Mac, with sudo if it needs root.", |view| view.is(&Claim::CommandFailed);
}
