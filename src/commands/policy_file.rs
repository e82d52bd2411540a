//! Reads a policy for every command that takes one, so that a profile given by mistake is called what it is.

use std::io::ErrorKind;
use std::path::Path;

use crate::cms;
use crate::error::Error;
use crate::escape::quoted;
use crate::profile::repository;
use crate::target::Target;

/// The bytes of a policy; `-` is standard input.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    if path == Path::new("-") {
        return repository::read_stream(&mut std::io::stdin().lock())
            .map_err(|error| Error::new("cannot read standard input").because(error));
    }
    let bytes = repository::read(path).map_err(|error| {
        let kind = error.kind();
        let missing = kind == ErrorKind::NotFound && !path.to_string_lossy().contains('*');
        let error = Error::io("read", path, error);
        if missing && Target::ALL.iter().any(|target| path == Path::new(target.name())) {
            error.help("several targets are one word: `--target jamf,intune`")
        } else if missing {
            error.help("name a policy that exists; `kextpolicy init` writes one")
        } else if kind == ErrorKind::IsADirectory {
            let folder = path.display();
            error.help(format!(
                "name the policies in it, as in `{folder}/*.yaml`; `kextpolicy lint {folder}` checks a folder of profiles"
            ))
        } else {
            error
        }
    })?;
    if is_profile(&bytes) {
        let shown = path.display();
        return Err(Error::new(format!(
            "{} is a profile, not a policy",
            quoted(&shown.to_string())
        ))
        .help(format!(
            "`kextpolicy import {shown} -o policy.yaml` makes a policy of it; `kextpolicy lint {shown}` checks it"
        )));
    }
    Ok(bytes)
}

/// Whether a file is a property list or a signed message, which no YAML begins like.
fn is_profile(bytes: &[u8]) -> bool {
    let text = bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(bytes)
        .trim_ascii_start();
    text.starts_with(b"<?xml")
        || text.starts_with(b"<!DOCTYPE plist")
        || text.starts_with(b"<plist")
        || bytes.starts_with(b"bplist0")
        || cms::looks_signed(bytes)
}
