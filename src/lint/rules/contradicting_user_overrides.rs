//! `AllowUserOverrides` true in one profile and false in another.

use crate::extension::ExtensionKind;
use crate::lint::model::file_id::FileId;
use crate::lint::model::finding::Reporter;
use crate::lint::rule::{Check, Level, declare_rule};
use crate::lint::views::repository::Repository;
use crate::severity::Severity;
use crate::source::Span;
use crate::target::Target;
use std::collections::BTreeMap;

declare_rule! {
    /// One profile lets users approve extensions themselves, and another profile of the same kind does not.
    ///
    /// ## Why it matters
    ///
    /// For system extensions, Apple documents what happens on a Mac that has both: if any profile sets `false`, the
    /// effective value is `false`. The profile with `true` then has no effect. Apple documents no such rule for kernel
    /// extensions, so the result on a Mac is not known.
    ///
    /// It is reported once for each kind of extension, in the profiles with the less common value. Profiles for
    /// different MDM servers are never on the same Mac and are not compared.
    ///
    /// ## Example
    ///
    /// One file:
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>AllowUserOverrides</key>
    ///             <false/>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.system-extension-policy</string>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.a</string>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// and another:
    ///
    /// ```xml
    /// <?xml version="1.0" encoding="UTF-8"?>
    /// <plist version="1.0">
    /// <dict>
    ///     <key>PayloadContent</key>
    ///     <array>
    ///         <dict>
    ///             <key>AllowUserOverrides</key>
    ///             <true/>
    ///             <key>PayloadType</key>
    ///             <string>com.apple.system-extension-policy</string>
    ///         </dict>
    ///     </array>
    ///     <key>PayloadIdentifier</key>
    ///     <string>com.contoso.b</string>
    /// </dict>
    /// </plist>
    /// ```
    ///
    /// ## Use instead
    ///
    /// Write `AllowUserOverrides` with the same value in both profiles, or make sure that no Mac gets both.
    ///
    /// ## References
    ///
    /// - Apple: System Extensions payload, behaviour with several profiles
    /// - Apple: `mdm/profiles/com.apple.syspolicy.kernel-extension-policy.yaml` and `mdm/profiles/com.apple.system-extension-policy.yaml`, `AllowUserOverrides`
    name: "contradicting-user-overrides",
    level: Level::always(Severity::Warning),
    fix: Never,
    check: Check::Repository(check),
}

/// So many places of the reported side are shown.
const SHOWN: usize = 3;

/// What the profiles for one MDM server say about one kind of extension: every place by its file.
#[derive(Default)]
struct Sides {
    /// Where it is true.
    allowed: Vec<(FileId, Span)>,
    /// Where it is false.
    denied: Vec<(FileId, Span)>,
}

impl Sides {
    /// Whether two files contradict each other; one alone is the business of another rule.
    fn contradict(&self) -> bool {
        let mut files = self.allowed.iter().chain(&self.denied).map(|own| own.0);
        let first = files.next();
        !self.allowed.is_empty() && !self.denied.is_empty() && files.any(|file| Some(file) != first)
    }
}

/// Reports every contradiction once.
fn check(repository: &Repository<'_>, report: &mut Reporter<'_>) {
    let mut sides: BTreeMap<(Option<Target>, ExtensionKind), Sides> = BTreeMap::new();
    for member in repository.profiles() {
        for overrides in &member.facts.user_overrides {
            let both = sides.entry((member.target, overrides.kind)).or_default();
            let side = if overrides.allowed {
                &mut both.allowed
            } else {
                &mut both.denied
            };
            side.push((member.file, overrides.span));
        }
    }
    for ((_, kind), both) in &sides {
        if both.contradict() {
            report_pair(*kind, both, report);
        }
    }
}

/// Reports the side that fewer take, `true` if they are equal.
fn report_pair(kind: ExtensionKind, both: &Sides, report: &mut Reporter<'_>) {
    let (few, word, many, other) = if both.denied.len() < both.allowed.len() {
        (&both.denied, "false", &both.allowed, "true")
    } else {
        (&both.allowed, "true", &both.denied, "false")
    };
    let [(file, span), further @ ..] = few.as_slice() else {
        return;
    };
    let consequence = match kind {
        ExtensionKind::System => "on a Mac with both it is false",
        ExtensionKind::Kernel => "Apple does not say which wins",
    };
    let mut saying = report
        .in_file(*file)
        .at(
            *span,
            format!(
                "`AllowUserOverrides` for {}s is {word} in {} and {other} in {}; {consequence}",
                kind.name(),
                policies(few.len()),
                policies(many.len())
            ),
        )
        .help("write the same in all, or make sure that no Mac gets both values");
    if let Some((file, span)) = many.iter().find(|own| own.0 != *file).or(many.first()) {
        saying = saying.elsewhere(*file, *span, format!("{other} here"));
    }
    for (file, span) in further.iter().take(SHOWN - 1) {
        saying = saying.elsewhere(*file, *span, format!("{word} here too"));
    }
}

/// "1 policy", "3 policies".
fn policies(count: usize) -> String {
    match count {
        1 => "1 policy".to_owned(),
        _ => format!("{count} policies"),
    }
}
