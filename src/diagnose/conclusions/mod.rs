//! The conclusions, in the order in which they are told: one row each, by what it is about. A row holds when its predicate
//! finds facts, and those facts are its evidence; what no input states is not known and never "no".
//!
//! Sources that the comments name:
//! - TN2459: Apple, technical note "User-Approved Kernel Extension Loading".
//! - Kexts: Apple, "Kernel extensions in macOS", <https://support.apple.com/guide/deployment-reference-macos/apd37565d329>.
//! - Legacy: Apple, "Enterprise management of legacy system extensions in macOS Big Sur", <https://support.apple.com/HT211860>.
//! - Secure: Apple, "Securely extending the kernel in macOS", <https://support.apple.com/guide/security/sec8e454101b>.
//! - SIP: Apple, System Integrity Protection Guide, "Kernel Extensions".
//! - Schema: Apple, `com.apple.syspolicy.kernel-extension-policy.yaml` and `com.apple.system-extension-policy.yaml`.
//! - Extensions: Apple, `developer.apple.com/documentation/devicemanagement/systemextensions`.
//! - Errors: Apple, `OSSystemExtensionError` of the framework `SystemExtensions`.
//! - Defender: Microsoft, `mac-support-kext.md` and `mac-support-sys-ext.md` of the Defender for Endpoint documentation.

mod kernel;
mod mac;
mod product;
mod profiles;
mod system;

use super::case::View;

/// What a conclusion does to the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The extension is blocked: exit code 1.
    Blocked,
    /// The extension works: exit code 0.
    Fine,
    /// The extension works and protection is switched off: exit code 1.
    SwitchedOff,
    /// Another cause than the approval keeps the product from working: exit code 1 where the extensions are fine.
    Impaired,
    /// The evidence says two things that cannot both be: exit code 1.
    Contradicts,
    /// What was read is not all: exit code 2 where all else says that it works.
    Open,
    /// Explains others; no verdict of its own.
    Explains,
    /// The same, of what is no fault where the extension works: told only where it is not fine.
    Hints,
}

impl Effect {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Fine => "fine",
            Self::SwitchedOff => "switched-off",
            Self::Impaired => "impaired",
            Self::Contradicts => "contradictory",
            Self::Open => "open",
            Self::Explains | Self::Hints => "explains",
        }
    }
}

/// What a conclusion is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Kernel,
    System,
    /// An extension of either kind.
    Extension,
    /// The product as a whole.
    Product,
    Mac,
}

/// Which approval is the remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// The approval of the extension it is about.
    Approve,
    /// The approval of an extension that protection needs; this conclusion does not say which.
    ApproveWhatProtects,
}

pub(crate) struct ConclusionRow {
    pub(crate) name: &'static str,
    pub(crate) effect: Effect,
    pub(crate) about: About,
    pub(crate) means: &'static str,
    /// The next step; `{kext}` is filled in. Empty when there is none, or when approving is the next step.
    pub(crate) next: &'static str,
    /// The ways to approve follow.
    pub(crate) remedy: Option<Remedy>,
    /// The facts that make it hold; none when it does not.
    pub(crate) holds: fn(&View<'_>) -> Vec<usize>,
}

impl ConclusionRow {
    /// Whether it says what policies lack, which matters only of an extension whose approval is missing.
    pub(crate) fn is_about_policies(&self) -> bool {
        matches!(
            self.name,
            "in-policy"
                | "not-in-policy"
                | "no-profile"
                | "profile-does-not-cover"
                | "approval-by-hand-forbidden"
                | "wrong-payload"
        )
    }
}

/// Rows in few words: name, effect, what it is about, the remedy, what it means, the next step, when it holds.
macro_rules! conclusions {
    ($about:ident; $($name:literal $effect:ident $(($remedy:ident))? : $means:literal => $next:literal, $holds:expr;)*) => {
        /// The rows, in the order in which they are told.
        pub(super) static ROWS: &[ConclusionRow] = &[$(ConclusionRow {
            name: $name,
            effect: Effect::$effect,
            about: About::$about,
            means: $means,
            next: $next,
            remedy: conclusions!(@ $($remedy)?),
            holds: $holds,
        }),*];
    };
    (@ $remedy:ident) => { Some(crate::diagnose::conclusions::Remedy::$remedy) };
    (@) => { None };
}
use conclusions;

/// Every conclusion, in the order in which they are told.
pub(crate) fn all() -> impl Iterator<Item = &'static ConclusionRow> {
    [
        kernel::ROWS,
        product::ROWS,
        system::ROWS,
        profiles::ROWS,
        mac::ROWS,
    ]
    .into_iter()
    .flatten()
}
