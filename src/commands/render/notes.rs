//! What people have to know about the files that were just written. `docs/jamf.md` and `docs/intune.md` say more.

use std::io;

use crate::extension::ExtensionKind;
use crate::links;
use crate::output::Out;
use crate::render::{Part, Rendered};
use crate::target::Target;

/// Says what applies to these files, each thing once.
pub(super) fn write(files: &[Rendered], with_requests: bool, err: &mut Out) -> io::Result<()> {
    let has = |wanted: &dyn Fn(&Rendered) -> bool| files.iter().any(wanted);
    if has(&|file| file.part.kind() == ExtensionKind::Kernel) {
        writeln!(
            err,
            "note: kernel extensions: assign the kext profile to Intel Macs, and to Apple silicon only with reduced security; \
             others refuse it"
        )?;
    }
    if has(&|file| file.part == Part::SysextMacos15) {
        writeln!(
            err,
            "note: macOS 15: assign the sysext-macos15 profile to Macs with macOS 15 or newer, beside the sysext profile"
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
