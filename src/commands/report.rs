//! Where a report goes: to standard output, or into a file, whole or not at all.

use std::io;
use std::path::{Path, PathBuf};

use super::Context;
use super::write::{self, IfSame, Links, Reads};
use crate::error::Error;
use crate::output::Out;

/// Writes a report to the file that was asked for, which is none of those it is about; without one, or with `-`, to
/// standard output.
pub(super) fn report(
    file: Option<&PathBuf>,
    reads: &Reads,
    context: &mut Context<'_>,
    print: impl FnOnce(&mut Out) -> io::Result<()>,
) -> Result<(), Error> {
    let Some(path) = file.filter(|path| *path != Path::new("-")) else {
        print(context.out)?;
        return Ok(());
    };
    let mut report = Out::memory();
    print(&mut report)?;
    let bytes = report.into_bytes()?;
    let output = write::Output {
        path,
        content: &bytes,
        links: Links::Follow,
    };
    write::all_or_none(&[output], reads, IfSame::Write)?;
    Ok(())
}
