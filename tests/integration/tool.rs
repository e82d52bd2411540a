//! Runs the built `kextpolicy` in a folder of its own with a clean environment, and shows what the user would see.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// What one run printed and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    /// Exit code; -1 after a signal.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Run {
    /// The whole run as one text for a snapshot.
    pub(crate) fn shown(&self) -> String {
        format!(
            "exit: {}\n--- stdout\n{}--- stderr\n{}",
            self.code, self.stdout, self.stderr
        )
    }

    /// Fails with everything printed unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.shown());
        self
    }
}

/// A scratch folder with the tool in it.
pub(crate) struct Tool {
    /// Removed when the test ends.
    dir: TempDir,
    /// Extra environment.
    env: Vec<(String, String)>,
}

impl Tool {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().expect("a temporary folder"),
            env: Vec::new(),
        }
    }

    /// Sets an environment variable for every run.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file, creating its folders.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(&path, content).expect("a file");
        path
    }

    /// Reads a file of the folder as text.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.path().join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Every file below the folder, sorted, with forward slashes.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.dir.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path
                        .strip_prefix(self.dir.path())
                        .expect("below")
                        .to_string_lossy()
                        .replace('\\', "/");
                    found.push(name);
                }
            }
        }
        found.sort();
        found
    }

    /// Runs `kextpolicy` with these arguments in the folder.
    pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        self.run_with_input(args, "")
    }

    /// The same in a folder below, or in another one by its absolute path.
    pub(crate) fn run_in<S: AsRef<std::ffi::OsStr>>(
        &self,
        folder: impl AsRef<Path>,
        args: impl IntoIterator<Item = S>,
    ) -> Run {
        self.start(&self.dir.path().join(folder), args, "")
    }

    /// The same with text on standard input.
    pub(crate) fn run_with_input<S: AsRef<std::ffi::OsStr>>(
        &self,
        args: impl IntoIterator<Item = S>,
        input: impl Into<Vec<u8>>,
    ) -> Run {
        self.start(self.dir.path(), args, input)
    }

    /// The tool with these arguments, for tests that hold its streams themselves.
    pub(crate) fn command<S: AsRef<std::ffi::OsStr>>(
        &self,
        args: impl IntoIterator<Item = S>,
    ) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kextpolicy"));
        command
            .current_dir(self.dir.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .args(args)
            .stdin(std::process::Stdio::null());
        command
    }

    /// Runs the tool in a folder.
    fn start<S: AsRef<std::ffi::OsStr>>(
        &self,
        folder: &Path,
        args: impl IntoIterator<Item = S>,
        input: impl Into<Vec<u8>>,
    ) -> Run {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_kextpolicy"));
        command
            .current_dir(folder)
            .env_clear()
            .args(args)
            .write_stdin(input);
        // Windows needs these to start a process at all.
        for name in ["SystemRoot", "PATH", "TEMP", "TMP"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("HOME", self.dir.path());
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        let output = command.output().expect("the tool starts");
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The repository this test was built from.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of shared evidence (`KEXTPOLICY_SHARED`). A test that asks for it is ignored unless somebody asks for such
/// tests, and fails without the folder: nothing may pass because nothing was looked at.
pub(crate) fn shared() -> PathBuf {
    std::env::var_os("KEXTPOLICY_SHARED")
        .map(PathBuf::from)
        .filter(|path| path.is_dir())
        .expect("KEXTPOLICY_SHARED names a folder")
}
