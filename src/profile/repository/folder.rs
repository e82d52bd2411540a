//! Opens files that stand side by side, without looking for their folder anew each time: of a repository in which profiles
//! lie a few folders deep that took a tenth of what opening and reading them does.

use std::fs::File;
use std::io;
use std::path::Path;

/// The folder of the last file that was opened.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    /// Its path up to the last separator.
    #[cfg(unix)]
    path: Vec<u8>,
    /// The folder, once a second file of it was asked for.
    #[cfg(unix)]
    handle: Option<File>,
}

#[cfg(unix)]
impl Folder {
    /// Opens a file for reading. A named pipe does not keep it waiting, whenever the file became one.
    pub(super) fn open(&mut self, path: &Path) -> io::Result<File> {
        use std::os::unix::ffi::OsStrExt as _;
        let bytes = path.as_os_str().as_bytes();
        let Some(at) = memchr::memrchr(b'/', bytes) else {
            return super::open(path);
        };
        let (folder, name) = bytes.split_at(at + 1);
        if self.path != folder {
            self.path.clear();
            self.path.extend_from_slice(folder);
            self.handle = None;
            return super::open(path);
        }
        if self.handle.is_none() {
            // One that may be searched and not listed cannot be opened.
            self.handle = File::open(std::ffi::OsStr::from_bytes(folder)).ok();
        }
        match &self.handle {
            Some(handle) => inside(handle, name),
            None => super::open(path),
        }
    }
}

/// Opens a file of a folder.
#[cfg(unix)]
fn inside(folder: &File, name: &[u8]) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, openat};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    Ok(openat(folder, name, flags, Mode::empty())?.into())
}

#[cfg(not(unix))]
impl Folder {
    /// Opens a file for reading.
    #[expect(
        clippy::unused_self,
        reason = "what opens a file inside a folder is different on each system"
    )]
    pub(super) fn open(&mut self, path: &Path) -> io::Result<File> {
        super::open(path)
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read as _;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// What stands in a file, or what kind of error there is.
    fn read(folder: &mut Folder, path: &Path) -> Result<String, io::ErrorKind> {
        let mut text = String::new();
        let mut file = folder.open(path).map_err(|error| error.kind())?;
        file.read_to_string(&mut text)
            .map_err(|error| error.kind())?;
        Ok(text)
    }

    #[test]
    fn files_of_several_folders_are_opened_in_any_order() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["a", "a/b", "c"] {
            fs::create_dir(root.path().join(folder)).unwrap();
            for name in ["x", "y", "z"] {
                let path = root.path().join(folder).join(name);
                fs::write(path, format!("{folder}/{name}")).unwrap();
            }
        }
        let mut opener = Folder::default();
        for name in [
            "a/x", "a/y", "a/z", "a/b/x", "a/b/y", "a/x", "c/x", "c/x", "a/b/z",
        ] {
            let text = read(&mut opener, &root.path().join(name));
            assert_eq!(text.as_deref(), Ok(name));
        }
        let gone = read(&mut opener, &root.path().join("a/b/none"));
        assert_eq!(gone, Err(io::ErrorKind::NotFound));
    }

    #[test]
    fn files_of_a_folder_that_cannot_be_listed_are_opened() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a");
        fs::create_dir(&folder).unwrap();
        for name in ["x", "y"] {
            fs::write(folder.join(name), name).unwrap();
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o100)).unwrap();
        let mut opener = Folder::default();
        for name in ["x", "y", "x"] {
            let text = read(&mut opener, &folder.join(name));
            assert_eq!(text.as_deref(), Ok(name));
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    }

    #[test]
    fn a_folder_that_was_replaced_is_looked_for_anew_when_another_was_between() {
        let root = tempfile::tempdir().unwrap();
        let (one, other) = (root.path().join("one"), root.path().join("other"));
        for folder in [&one, &other] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("x"), "before").unwrap();
        }
        let mut opener = Folder::default();
        for _ in 0..2 {
            assert_eq!(read(&mut opener, &one.join("x")).as_deref(), Ok("before"));
        }
        fs::remove_dir_all(&one).unwrap();
        fs::create_dir(&one).unwrap();
        fs::write(one.join("x"), "after").unwrap();
        read(&mut opener, &other.join("x")).unwrap();
        assert_eq!(read(&mut opener, &one.join("x")).as_deref(), Ok("after"));
    }
}
