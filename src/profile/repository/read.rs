//! Reads files and streams, whole and under one limit. Everything that the tool reads goes through here.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

/// Larger files are not profiles; byte offsets have 32 bits.
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;

/// Whether a path is an open stream of the shell, such as the `/dev/fd/63` of `<(command)`, which can be read once.
pub(crate) fn is_stream(path: &Path) -> bool {
    path.is_absolute() && (path.starts_with("/dev") || path.starts_with("/proc"))
}

/// Why something that was named is nothing to read: opening it could wait for ever, or reading it never end.
#[cfg(unix)]
pub(super) fn no_file(path: &Path, metadata: &fs::Metadata) -> Option<&'static str> {
    use std::os::unix::fs::FileTypeExt as _;
    let kind = metadata.file_type();
    if kind.is_fifo() && !is_stream(path) {
        Some("it is a named pipe, which could keep the run waiting; give the text as a file")
    } else if kind.is_char_device() || kind.is_block_device() {
        Some("it is a device and no file")
    } else if kind.is_socket() {
        Some("it is a socket and no file")
    } else {
        None
    }
}

/// Elsewhere, what is not a folder is a file.
#[cfg(not(unix))]
pub(super) fn no_file(_path: &Path, _metadata: &fs::Metadata) -> Option<&'static str> {
    None
}

/// The bytes of a file; refuses what is too large to be a profile, and what is not a file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let metadata = file.metadata()?;
    if let Some(why) = no_file(path, &metadata) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    if metadata.len() > SIZE_LIMIT {
        return Err(too_large());
    }
    // What the kernel makes up as it is read, below `/proc` for example, says that it is empty, so the size is a hint.
    let size = usize::try_from(metadata.len()).map_err(|_| too_large())?;
    let mut bytes = Vec::with_capacity(size);
    file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    limited(&bytes)?;
    Ok(bytes)
}

/// The same as text; refuses what is not UTF-8.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// Opens a file. Opening a named pipe would wait for somebody who writes to it; this does not, whenever it became one.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    if is_stream(path) {
        return File::open(path);
    }
    File::options()
        .read(true)
        .custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The bytes of a stream, under the same limit.
pub(crate) fn read_stream(stream: &mut dyn io::Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    limited(&bytes)?;
    Ok(bytes)
}

/// Fails if there are too many bytes.
fn limited(bytes: &[u8]) -> io::Result<()> {
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(too_large());
    }
    Ok(())
}

fn too_large() -> io::Error {
    io::Error::new(
        io::ErrorKind::FileTooLarge,
        "larger than 256 MiB, which no profile is",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_became_a_pipe_or_a_folder_since_it_was_found_is_told_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, inner) = (folder.path().join("a"), folder.path().join("b"));
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        fs::create_dir(&inner).unwrap();
        let error = read(&pipe).unwrap_err();
        assert!(error.to_string().contains("named pipe"), "{error}");
        assert_eq!(
            read(&inner).unwrap_err().kind(),
            io::ErrorKind::IsADirectory
        );
    }
}
