//! Conclusions about the product as a whole: what `mdatp health` says of Defender.

use super::{About, ConclusionRow, Effect, conclusions};
use crate::diagnose::case::{Case, View, given, together};
use crate::diagnose::facts::{ActivationState, Claim, Issue, Refusal, Setting, Subsystem};

conclusions! { Product;
    // MicrosoftDocs/windows-itpro-docs 8576 and 9309: the page of 2021 says to load a kernel extension that macOS 11 and
    // later do not have.
    "kext-replaced" Explains:
        "The kernel extension does not matter here. From macOS 11 on the product uses its system extensions instead, and no kernel extension has to be approved or loaded."
        => "See the system extensions: systemextensionsctl list (only macOS 10.15 and older may need the kernel extension: there, install the product again)",
        |view| view.each(|fact| matches!(fact.claim, Claim::Refused(Refusal::Absent) | Claim::LoadSilent | Claim::DatabaseRow(..))
            && fact.bundle.as_deref().is_some_and(|kext| view.case.is_gone(kext)));
    "protection-not-available" Blocked (ApproveWhatProtects):
        "Real-time protection is switched on but not available: the extension that it needs is not approved, or does not run. Up to macOS 10.15 that can be the kernel extension; from macOS 11 on it is the system extension."
        => "", |view| given(is_open(view.case), view.both(
            &Claim::ProtectionEnabled(Setting::Yes), &Claim::ProtectionAvailable(Setting::No)));
    "protection-unavailable" Blocked (ApproveWhatProtects):
        "Real-time protection is unavailable: the system extension is not approved or does not run."
        => "", |view| given(is_open(view.case)
                && (view.has(&Claim::ProtectionAvailable(Setting::Unavailable))
                    || view.has(&Claim::ProtectionEnabled(Setting::Unavailable)) && !view.has(&Claim::ProtectionAvailable(Setting::Yes))),
            view.all(|claim| matches!(claim, Claim::ProtectionEnabled(_) | Claim::ProtectionAvailable(_))));
    // microsoft-365-docs 9727.
    "looks-like-swapped-page" Explains:
        "These two lines alone look as if they were copied from published instructions that show the values swapped. If the approval is missing, a Mac really prints enabled true and available false."
        => "Run `mdatp health` on the Mac itself.", |view| view.is(&Claim::LooksLikeSwappedPage);
    "not-licensed" Impaired:
        "Defender reports that it has no licence. This has nothing to do with the approval of the extension."
        => "Check the licence and the onboarding package of the tenant (payload com.microsoft.wdav.atp), then collect again.",
        |view| view.all(|claim| matches!(claim, Claim::Licensed(false) | Claim::HealthIssue(Issue::Licence)));
    // Microsoft, `mac-install-with-intune.md` and `mac-jamfpro-policies.md`: the onboarding package of the tenant.
    "not-onboarded" Impaired:
        "Defender is not onboarded: it does not belong to an organisation yet. The extension is not the cause."
        => "Deliver the onboarding package of the tenant: in Jamf Pro and Intune the profile WindowsDefenderATPOnboarding; by hand its script.",
        |view| given(!view.case.is_linux(), view.is(&Claim::NotOnboarded));
    "protection-off-by-mdm" SwitchedOff:
        "A profile of the MDM server switches real-time protection off. That has nothing to do with the approval of the extension."
        => "Change the setting in the MDM server: antivirusEngine > enforcementLevel `real_time` in the profile for com.microsoft.wdav, then let the Mac check in.",
        |view| given(!is_before_onboarding(view.case), together(off(view), view.is(&Claim::ProtectionManaged)));
    "protection-off-by-mdm-and-not-available" Explains:
        "A profile of the MDM server switches real-time protection off, and protection is not available. That does not show whether the extension is approved."
        => "Change the setting in the MDM server: antivirusEngine > enforcementLevel `real_time` in the profile for com.microsoft.wdav; let the Mac check in, then collect again.",
        |view| given(view.case.is_not_protecting(), view.both(&Claim::ProtectionEnabled(Setting::No), &Claim::ProtectionManaged));
    "protection-switched-off" SwitchedOff:
        "Real-time protection was switched off. That has nothing to do with the approval of the extension."
        => "Switch it on in Defender's preferences; if a managed setting keeps it off, change the setting in the MDM server.",
        |view| given(!view.case.has(&Claim::ProtectionManaged) && !is_before_onboarding(view.case), off(view));
    "protection-waits-for-onboarding" SwitchedOff:
        "Real-time protection is off, as always before the onboarding. That has nothing to do with the approval of the extension."
        => "", |view| given(is_before_onboarding(view.case), off(view));
    "protection-off-and-not-available" Explains:
        "Real-time protection is switched off and not available. That does not show whether the extension is approved."
        => "Switch protection on, then collect again.", |view| given(!view.has(&Claim::ProtectionManaged), view.both(
            &Claim::ProtectionEnabled(Setting::No), &Claim::ProtectionAvailable(Setting::No)));
    "protection-works" Fine:
        "Real-time protection is switched on and available: the extension is approved and works."
        => "", |view| given(!view.case.is_linux(), view.both(
            &Claim::ProtectionEnabled(Setting::Yes), &Claim::ProtectionAvailable(Setting::Yes)));
    // Microsoft, `mac-health-status.md`: it is unavailable where real-time protection does not work as expected.
    "protection-subsystem-unavailable" Impaired:
        "Defender reports that no subsystem provides its real-time protection (`real_time_protection_subsystem` is unavailable), so protection does not work as expected."
        => "Restart the Mac and open Defender, then collect again; `systemextensionsctl list` shows the state of its extensions.",
        |view| given(!view.case.is_linux() && !view.case.is_not_protecting() && !view.has(&Claim::ProtectionEnabled(Setting::No)),
            view.is(&Claim::Subsystem(Subsystem::Unavailable)));
    "value-not-read" Open:
        "A decisive value of Defender's health output is cut off, or this tool cannot read it."
        => "Give the whole output of: mdatp health", |view| view.is(&Claim::ValueNotRead);
    "service-not-reachable" Impaired:
        "`mdatp` does not reach Defender's service: the service does not run or does not answer."
        => "Restart the Mac and collect again. If the message appears again, install Defender again.", |view| view.is(&Claim::ServiceSilent);
    "passive-mode" Explains:
        "Defender is in passive mode: it watches, and blocks nothing by itself."
        => "If that is not meant: antivirusEngine > enforcementLevel `real_time` (older: passiveMode false) in the profile for com.microsoft.wdav.", |view| view.is(&Claim::Passive);
    "conflicting-application" Explains:
        "Defender names another security product on this Mac that conflicts with it."
        => "Remove the other product, or set one of the two to passive mode.", |view| view.is(&Claim::Conflict);
    "full-disk-access-missing" Impaired:
        "Defender has no Full Disk Access. This permission is separate from the approval of the extension."
        => "Give Defender Full Disk Access with a privacy profile (payload com.apple.TCC.configuration-profile-policy, SystemPolicyAllFiles for com.microsoft.wdav and com.microsoft.wdav.epsext) or in the privacy settings; the extension policy does not do that.",
        |view| view.all(|claim| matches!(claim, Claim::FullDiskAccess(false) | Claim::HealthIssue(Issue::FullDiskAccess)));
    "health-issues" Explains:
        "Defender names health issues. They may have other causes than the extension."
        => "", |view| view.all(|claim| matches!(claim, Claim::HealthIssue(own) if *own != Issue::Other));
    // Microsoft, `mac-health-status.md`: the values of `mdatp health`.
    "other-health-issue" Explains:
        "Defender names a health issue that this tool does not know. It may have another cause than the extension."
        => "Read the line: it names the issue. Microsoft explains the values: https://learn.microsoft.com/defender-endpoint/mac-health-status",
        |view| given(!view.case.is_linux(), view.is(&Claim::HealthIssue(Issue::Other)));
    "defender-healthy" Explains:
        "Defender reports that it is healthy as a whole."
        => "", |view| view.is(&Claim::Healthy(true));
    "defender-not-healthy" Impaired:
        "Defender reports that it is not healthy as a whole."
        => "Read `health_issues` in the whole output of: mdatp health", |view| given(
            !view.case.is_linux() && !view.case.is_not_protecting() && !view.has(&Claim::ProtectionEnabled(Setting::No)) && !view.any(|claim| matches!(claim, Claim::HealthIssue(_))),
            view.is(&Claim::Healthy(false)));
    "linux-agent" Explains:
        "This is the health of the agent for Linux: no extension is needed there."
        => "Collect `mdatp health` on a Mac.", |view| view.is(&Claim::Subsystem(Subsystem::Linux));
}

/// Whether nothing says that the extension which protection needs is approved.
fn is_open(case: Case<'_>) -> bool {
    let is_shown = |view: View<'_>| {
        !view.in_state(ActivationState::Enabled).is_empty() || view.has(&Claim::Loaded)
    };
    let mut protecting = case.protecting().into_iter();
    !case.is_linux() && !protecting.any(|extension| is_shown(case.view(extension)))
}

/// Switched off, and nothing says that it could not work.
fn off(view: &View<'_>) -> Vec<usize> {
    let values = view.all(|claim| {
        matches!(
            claim,
            Claim::ProtectionEnabled(Setting::No) | Claim::ProtectionAvailable(Setting::Yes)
        )
    });
    let is_off = view.has(&Claim::ProtectionEnabled(Setting::No));
    given(
        is_off && !view.case.is_linux() && !view.case.is_not_protecting(),
        values,
    )
}

/// Before the onboarding Defender protects nothing, whatever its settings say.
fn is_before_onboarding(case: Case<'_>) -> bool {
    case.any(|claim| {
        matches!(
            claim,
            Claim::NotOnboarded | Claim::Licensed(false) | Claim::HealthIssue(Issue::Licence)
        )
    })
}
