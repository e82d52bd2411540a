//! What a file keeps when its content is replaced: permissions, owner, group and extended attributes. The content takes its
//! place by a new file, which would otherwise belong to whoever runs the tool (`sudo kextpolicy lint --fix`) and have none
//! of the rest. What cannot be kept is a reason not to write.

use std::fs::Metadata;
use std::io;
use std::path::Path;

/// Gives a new file everything that the old one has beside its content.
#[cfg(unix)]
pub(super) fn keep(old: &Path, metadata: &Metadata, new: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let fresh = std::fs::metadata(new)?;
    let change = |old: u32, new: u32| (old != new).then_some(old);
    let (user, group) = (
        change(metadata.uid(), fresh.uid()),
        change(metadata.gid(), fresh.gid()),
    );
    if user.is_some() || group.is_some() {
        chown(new, user, group).map_err(|error| lost("its owner and group", &error))?;
    }
    extended(old, new)?;
    // Last, because changing the owner takes some away, and without them a file may refuse attributes.
    std::fs::set_permissions(new, metadata.permissions())
}

/// Gives a new file the permissions of the old one.
#[cfg(not(unix))]
pub(super) fn keep(_: &Path, metadata: &Metadata, new: &Path) -> io::Result<()> {
    std::fs::set_permissions(new, metadata.permissions())
}

/// Why a file that has several names is not written: only one of them would have the new content.
#[cfg(unix)]
pub(super) fn several_names(metadata: &Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let names = metadata.nlink();
    (names > 1).then(|| {
        format!(
            "it has {names} names (hard links), and would keep the old content under the others"
        )
    })
}

/// Elsewhere the standard library does not say how many names a file has.
#[cfg(not(unix))]
pub(super) fn several_names(_: &Metadata) -> Option<String> {
    None
}

/// Attributes that the system makes itself, and that no program may set. Apple does not document its two.
#[cfg(any(target_os = "linux", target_os = "macos"))]
const BY_THE_SYSTEM: [&[u8]; 4] = [
    b"security.ima",
    b"security.evm",
    b"com.apple.provenance",
    b"com.apple.macl",
];

/// Copies the extended attributes, access control lists of Linux among them.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn extended(old: &Path, new: &Path) -> io::Result<()> {
    use rustix::buffer::spare_capacity;
    use rustix::fs::{XattrFlags, getxattr, getxattr_query, listxattr, listxattr_query, setxattr};
    use rustix::io::Errno;

    let mut names = match listxattr_query(old) {
        // A file system without them.
        Err(Errno::NOTSUP) => return Ok(()),
        length => Vec::with_capacity(length?),
    };
    if names.capacity() > 0 {
        listxattr(old, spare_capacity(&mut names))?;
    }
    let value = |path: &Path, name: &[u8]| {
        let mut value = Vec::with_capacity(getxattr_query(path, name)?);
        if value.capacity() > 0 {
            getxattr(path, name, spare_capacity(&mut value))?;
        }
        Ok::<_, Errno>(value)
    };
    let names = names
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty());
    for name in names.filter(|name| !BY_THE_SYSTEM.contains(name)) {
        let kept = value(old, name).and_then(|own| match value(new, name) {
            Ok(other) if other == own => Ok(()),
            _ => setxattr(new, name, &own, XattrFlags::empty()),
        });
        kept.map_err(|error| {
            let name = crate::escape::quoted(&String::from_utf8_lossy(name));
            lost(&format!("its extended attribute {name}"), &error.into())
        })?;
    }
    Ok(())
}

/// Elsewhere they are not known.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "macos"))))]
fn extended(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

/// What cannot be kept, and why.
#[cfg(unix)]
fn lost(what: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what} cannot be kept ({error})"))
}
