//! What people have to know about the files that were just written. `docs/jamf.md` and `docs/intune.md` say more.

use std::io;

use crate::approval::ApprovalKind;
use crate::escape::{quoted, visible};
use crate::links;
use crate::lint::request::is_example_identifier;
use crate::output::{Out, Paint};
use crate::policy::Policy;
use crate::render::{Part, Rendered};
use crate::target::Target;

/// Warns of a policy with the names of the documentation's examples, which are copied along with a command. One line,
/// because the documentation shows it too.
pub(super) fn example_names(policy: &Policy, err: &mut Out) -> io::Result<()> {
    let identifier = &policy.identifier.value;
    let organization = &policy.organization.value;
    let examples = [
        ("identifier", is_example_identifier(identifier.as_str())),
        ("organization", organization.eq_ignore_ascii_case("Contoso")),
    ];
    let left = examples.iter().filter(|(_, is_example)| *is_example);
    let left: Vec<String> = left.map(|(key, _)| format!("`{key}`")).collect();
    if left.is_empty() {
        return Ok(());
    }
    err.paint(Paint::Warning, "warning")?;
    let (are, names) = match left.len() {
        1 => ("is", "the name"),
        _ => ("are", "names"),
    };
    writeln!(
        err,
        ": {}: {} {are} {names} of an example (Contoso): write your own before a Mac gets the profiles",
        visible(&policy.path),
        left.join(" and ")
    )
}

/// Says what applies to these files, each thing once.
pub(super) fn write(
    policies: &[Policy],
    files: &[Rendered],
    with_requests: bool,
    err: &mut Out,
) -> io::Result<()> {
    let has = |wanted: &dyn Fn(&Rendered) -> bool| files.iter().any(wanted);
    if has(&|file| file.part.kind() == ApprovalKind::KernelExtensions) {
        writeln!(
            err,
            "note: kernel extensions: assign the kext profile to Intel Macs, and to Apple silicon only with reduced security; \
             others refuse it"
        )?;
    }
    if let Some(policy) = policies.iter().find(|policy| {
        let block = policy.system_extensions.as_ref();
        block.is_some_and(|block| !block.allow_user_overrides.value)
    }) {
        writeln!(
            err,
            "note: system extensions: {} says `allow_user_overrides: false`, which wins over every other profile of a Mac: \
             people can approve only what a profile lists",
            quoted(&policy.path)
        )?;
    }
    if has(&|file| file.part == Part::SysextMacos15) {
        writeln!(
            err,
            "note: macOS 15: assign the sysext-macos15 profile to Macs with macOS 15 or newer, beside the sysext profile"
        )?;
    }
    if has(&|file| file.part == Part::PrivacyBluetooth) {
        writeln!(
            err,
            "note: Jamf Pro: sign the privacy-bluetooth profile (`kextpolicy sign`) and upload it in the web interface; \
             from an unsigned one, and through the API, Jamf Pro takes Bluetooth out"
        )?;
    }
    if has(&|file| file.target == Target::Jamf) {
        writeln!(
            err,
            "note: Jamf Pro: it replaces the profile's name, identifier, UUID, organization and description by its own \
             ({})",
            links::page("jamf.md")
        )?;
    }
    if has(&|file| file.target == Target::Intune) {
        let body = if with_requests {
            "; the request bodies say `deviceChannel`, a property of Graph's beta"
        } else {
            ""
        };
        writeln!(
            err,
            "note: Intune: choose the device channel; it cannot be changed later{body} ({})",
            links::page("intune.md")
        )?;
    }
    Ok(())
}

/// Names the next step.
pub(super) fn next(files: &[Rendered], folder: &str, err: &mut Out) -> io::Result<()> {
    let mut steps = Vec::new();
    for (target, page) in [(Target::Jamf, "jamf.md"), (Target::Intune, "intune.md")] {
        if files.iter().any(|file| file.target == target) {
            steps.push(links::page(page));
        }
    }
    let upload = match steps.as_slice() {
        [] => "deliver them with your MDM server".to_owned(),
        pages => format!("upload them ({})", pages.join(", ")),
    };
    let first = files.first().map(|file| file.target);
    let target = match first.filter(|first| files.iter().all(|file| file.target == *first)) {
        Some(target) if target != Target::Generic => format!(" --target {target}"),
        _ => String::new(),
    };
    writeln!(err, "next: kextpolicy lint {folder}{target}")?;
    writeln!(err, "then {upload}")
}
