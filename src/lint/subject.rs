//! One file as the rules about it see it: each scope of rules gets the part it is about.

use std::cell::{OnceCell, RefCell};

use super::deviation::{self, Deviation, Open};
use super::finding::Reporter;
use super::rule::Check;
use super::signs::{Signs, Survey};
use crate::profile::{Document, ExtensionPolicy, Profile};

/// What rules about one file look at.
pub(super) struct Subject<'d> {
    /// The file.
    pub(super) document: &'d Document<'d>,
    /// The profile in it, unless a Mac refuses the file.
    profile: Option<Profile<'d>>,
    /// The oldest macOS it is for.
    minimum_os: Option<(u16, u16)>,
    /// Where it differs from Apple's descriptions, once a rule asks.
    deviations: OnceCell<Vec<Deviation<'d>>>,
    /// Memory for finding that out.
    open: &'d RefCell<Open>,
}

impl<'d> Subject<'d> {
    /// A file to look at; `open` is memory that an earlier one left.
    pub(super) fn new(
        document: &'d Document<'d>,
        minimum_os: Option<(u16, u16)>,
        open: &'d RefCell<Open>,
    ) -> Self {
        Self {
            document,
            profile: Profile::of(document).filter(|_| !document.is_refused()),
            minimum_os,
            deviations: OnceCell::new(),
            open,
        }
    }

    /// What one look over it tells: the signs, and into `numbers` what stands for its names.
    pub(super) fn survey(&self, numbers: &mut Vec<u32>) -> Signs {
        numbers.clear();
        self.profile
            .map_or(Signs::default(), |profile| Survey::of(profile, numbers))
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
                if let Some(profile) = self.profile {
                    profile
                        .payloads()
                        .for_each(|payload| check(payload, report));
                }
            }
            Check::Schema(check) => {
                for deviation in self.deviations() {
                    check(deviation, report);
                }
            }
            Check::Extensions(check) => {
                self.each_policy(|policy| check(policy, report));
            }
            Check::KernelExtensions(check) => {
                self.each_policy(|policy| {
                    if let ExtensionPolicy::Kernel(policy) = policy {
                        check(policy, report);
                    }
                });
            }
            Check::SystemExtensions(check) => {
                self.each_policy(|policy| {
                    if let ExtensionPolicy::System(policy) = policy {
                        check(policy, report);
                    }
                });
            }
            Check::Policy(_) | Check::Repository(_) | Check::Engine => {}
        }
    }

    /// Looks at every extension policy.
    fn each_policy(&self, look: impl FnMut(ExtensionPolicy<'d>)) {
        if let Some(profile) = self.profile {
            profile.extension_policies().for_each(look);
        }
    }

    /// Where it differs from Apple's descriptions.
    fn deviations(&self) -> &[Deviation<'d>] {
        self.deviations.get_or_init(|| {
            self.profile.map_or_else(Vec::new, |profile| {
                deviation::of_profile(profile, self.minimum_os, self.open)
            })
        })
    }
}
