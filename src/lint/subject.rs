//! One file as the rules about it see it: each scope of rules gets the part it is about.

use std::cell::OnceCell;

use super::deviation::{self, Deviation};
use super::finding::Reporter;
use super::rule::Check;
use super::signs::{Signs, Survey};
use crate::profile::{Document, ExtensionPolicy, Profile};

/// What there can be of a file to look at: most files have no signature, many no extension policy, and eighty rules ask.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aspects(u8);

impl Aspects {
    /// The file, which is always there.
    const FILE: Self = Self(1);
    /// A signature.
    const SIGNATURE: Self = Self(1 << 1);
    /// A profile that no Mac refuses.
    const PROFILE: Self = Self(1 << 2);
    /// A policy for kernel extensions.
    const KERNEL: Self = Self(1 << 3);
    /// A policy for system extensions.
    const SYSTEM: Self = Self(1 << 4);

    /// Those of which a rule looks at one or the other; none for rules about more than one file.
    pub(super) const fn of(check: Check) -> Self {
        match check {
            Check::Document(_) => Self::FILE,
            Check::Signature(_) => Self::SIGNATURE,
            Check::Profile(_) | Check::Payload(_) | Check::Schema(_) => Self::PROFILE,
            Check::Extensions(_) => Self(Self::KERNEL.0 | Self::SYSTEM.0),
            Check::KernelExtensions(_) => Self::KERNEL,
            Check::SystemExtensions(_) => Self::SYSTEM,
            Check::Policy(_) | Check::Repository(_) | Check::Engine => Self(0),
        }
    }
}

/// What rules about one file look at.
pub(super) struct Subject<'d> {
    /// The file.
    pub(super) document: &'d Document<'d>,
    /// The profile in it, unless a Mac refuses the file.
    profile: Option<Profile<'d>>,
    /// Its extension policies.
    policies: Vec<ExtensionPolicy<'d>>,
    /// What of it there is to look at.
    has: Aspects,
    /// The oldest macOS it is for.
    minimum_os: Option<(u16, u16)>,
    /// Where it differs from Apple's descriptions, once a rule asks.
    deviations: OnceCell<Vec<Deviation<'d>>>,
}

impl<'d> Subject<'d> {
    /// A file to look at.
    pub(super) fn new(document: &'d Document<'d>, minimum_os: Option<(u16, u16)>) -> Self {
        let profile = Profile::of(document).filter(|_| !document.is_refused());
        let mut has = Aspects::FILE;
        if document.signed().is_some() {
            has.0 |= Aspects::SIGNATURE.0;
        }
        if profile.is_some() {
            has.0 |= Aspects::PROFILE.0;
        }
        let mut policies = Vec::new();
        for policy in profile.into_iter().flat_map(Profile::extension_policies) {
            has.0 |= match policy {
                ExtensionPolicy::Kernel(_) => Aspects::KERNEL.0,
                ExtensionPolicy::System(_) => Aspects::SYSTEM.0,
            };
            policies.push(policy);
        }
        Self {
            document,
            profile,
            policies,
            has,
            minimum_os,
            deviations: OnceCell::new(),
        }
    }

    /// What one look over it tells: the signs, and into `numbers` what stands for its names.
    pub(super) fn survey(&self, numbers: &mut Vec<u32>) -> Signs {
        numbers.clear();
        self.profile.map_or(Signs::default(), |profile| {
            Survey::of(profile, &self.policies, numbers)
        })
    }

    /// Whether there is any of this to look at.
    #[inline]
    pub(super) const fn has(&self, aspects: Aspects) -> bool {
        self.has.0 & aspects.0 != 0
    }

    /// Runs the check of one rule.
    pub(super) fn check(&self, check: Check, report: &mut Reporter<'_>) {
        match check {
            Check::Document(check) => check(self.document, report),
            Check::Signature(check) => {
                if let Some(signed) = self.document.signed() {
                    check(signed, report);
                }
            }
            Check::Profile(check) => {
                if let Some(profile) = self.profile {
                    check(profile, report);
                }
            }
            Check::Payload(check) => {
                for payload in self.profile.into_iter().flat_map(Profile::payloads) {
                    check(payload, report);
                }
            }
            Check::Schema(check) => {
                for deviation in self.deviations() {
                    check(deviation, report);
                }
            }
            Check::Extensions(check) => {
                for policy in &self.policies {
                    check(*policy, report);
                }
            }
            Check::KernelExtensions(check) => {
                for policy in &self.policies {
                    if let ExtensionPolicy::Kernel(policy) = policy {
                        check(*policy, report);
                    }
                }
            }
            Check::SystemExtensions(check) => {
                for policy in &self.policies {
                    if let ExtensionPolicy::System(policy) = policy {
                        check(*policy, report);
                    }
                }
            }
            Check::Policy(_) | Check::Repository(_) | Check::Engine => {}
        }
    }

    /// Where it differs from Apple's descriptions.
    fn deviations(&self) -> &[Deviation<'d>] {
        self.deviations.get_or_init(|| {
            self.profile.map_or_else(Vec::new, |profile| {
                deviation::of_profile(profile, self.minimum_os)
            })
        })
    }
}
