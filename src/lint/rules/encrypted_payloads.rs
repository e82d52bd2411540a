//! Profiles whose payloads nobody but their Mac can read.

use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::profile::{Common as _, Profile};
use crate::severity::Severity;

declare_rule! {
    /// The payloads are encrypted (`EncryptedPayloadContent`), so they are not checked.
    ///
    /// ## Why it matters
    ///
    /// Only the Mac for whose certificate the payloads were encrypted can read them. This report says nothing about
    /// what they approve, grant or misspell: the absence of findings means nothing here.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <key>EncryptedPayloadContent</key>
    /// <data>MIAGCSqGSIb3DQEHA6CAMIACAQA=</data>
    /// ```
    ///
    /// ## Use instead
    ///
    /// Check the profile before it is encrypted, and keep that one in the repository.
    ///
    /// ## References
    ///
    /// - Apple: `mdm/profiles/TopLevel.yaml`, `EncryptedPayloadContent`
    name: "encrypted-payloads",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Profile(check),
}

fn check(profile: Profile<'_>, report: &mut Reporter<'_>) {
    let Some(encrypted) = profile.dictionary().entry("EncryptedPayloadContent") else {
        return;
    };
    report
        .at(
            encrypted.value.opening_span(),
            "the payloads are encrypted: nothing of them is checked",
        )
        .help("check the profile before it is encrypted");
}
