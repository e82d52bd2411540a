//! A folder of Apple's descriptions: a checkout of `device-management`, its folder `mdm/profiles`, or files of one's own
//! in the same form.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::profile::repository;
use crate::schema::read::Descriptions;

/// Where the descriptions are in a checkout of Apple's repository.
const IN_CHECKOUT: &str = "mdm/profiles";

/// Reads every description of a folder.
pub(crate) fn read(folder: &Path) -> Result<Descriptions, Error> {
    let mut descriptions = Descriptions::default();
    for path in files(folder)? {
        let text = repository::read_text(&path).map_err(|error| Error::io("read", &path, error))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        descriptions.add(&name, &text).map_err(|fault| {
            Error::new(format!("cannot understand `{}`", path.display())).because(fault)
        })?;
    }
    if descriptions.payloads.is_empty() {
        return Err(Error::new(format!(
            "no description of a payload in `{}`",
            folder.display()
        ))
        .help("name the folder mdm/profiles of a checkout of github.com/apple/device-management"));
    }
    Ok(descriptions)
}

/// The YAML files of a folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let inside = folder.join(IN_CHECKOUT);
    let folder = if inside.is_dir() { &inside } else { folder };
    let failed = |error| Error::io("read", folder, error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
