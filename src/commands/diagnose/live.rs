//! Runs macOS's own commands for `diagnose --live`, each with a time limit, none of which changes the Mac.

use std::ffi::OsStr;
use std::io::{Error as IoError, ErrorKind, Read as _, Result as IoResult, Seek as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::diagnose::Input;
use crate::error::Error;

/// The commands. A load attempt is not among them: it would change what the user sees.
const COMMANDS: &[(Input, &[&str])] = &[
    (Input::MdatpHealth, &["mdatp", "health"]),
    (
        Input::MdatpExtensions,
        &["mdatp", "health", "--details", "system_extensions"],
    ),
    (Input::Mac, &["sw_vers"]),
    (Input::Mac, &["uname", "-m"]),
    (Input::Kextstat, &["kextstat"]),
    (Input::SystemExtensionsCtl, &["systemextensionsctl", "list"]),
    (
        Input::Profiles,
        &["profiles", "show", "-output", "stdout-xml"],
    ),
    (
        Input::Enrollment,
        &["profiles", "status", "-type", "enrollment"],
    ),
    (Input::Spctl, &["spctl", "kext-consent", "status"]),
    (Input::Spctl, &["spctl", "kext-consent", "list"]),
    (Input::Csrutil, &["csrutil", "status"]),
    (Input::Bputil, &["bputil", "-d"]),
];

/// The database of approvals, which the caller reads as a file.
pub(crate) const DATABASE: &str = "/var/db/SystemPolicyConfiguration/KextPolicy";

/// Where the commands are.
const FOLDERS: &str = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin";

/// Longest time for one command.
const PATIENCE: Duration = Duration::from_secs(30);

/// What one command printed.
pub(crate) struct Printed {
    pub(crate) input: Input,
    /// The command, by which its lines are cited.
    pub(crate) command: String,
    /// Standard output and standard error, or why there is none.
    pub(crate) output: IoResult<Vec<u8>>,
}

/// What every command prints. Only a Mac has them.
pub(crate) fn collect() -> Result<Vec<Printed>, Error> {
    if cfg!(target_os = "macos") {
        return Ok(run_all(OsStr::new(FOLDERS), PATIENCE));
    }
    Err(Error::new("`--live` works on a Mac only").help(
        "on the Mac in question: sh collect.sh, made by `kextpolicy diagnose --collect-script > collect.sh`; then here: kextpolicy diagnose --dir FOLDER",
    ))
}

/// Runs the commands that these folders hold, one after the other.
fn run_all(folders: &OsStr, patience: Duration) -> Vec<Printed> {
    COMMANDS
        .iter()
        .map(|(input, words)| Printed {
            input: *input,
            command: words.join(" "),
            output: run(words, folders, patience),
        })
        .collect()
}

/// The output of one command, standard error included. It goes through a file, which never fills up as a pipe does.
fn run(words: &[&str], folders: &OsStr, patience: Duration) -> IoResult<Vec<u8>> {
    let [program, arguments @ ..] = words else {
        return Err(ErrorKind::NotFound.into());
    };
    let mut file = tempfile::tempfile()?;
    let mut child = Command::new(program)
        .args(arguments)
        .env("PATH", folders)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file.try_clone()?)
        .spawn()?;
    let start = Instant::now();
    while child.try_wait()?.is_none() {
        if start.elapsed() > patience {
            child.kill()?;
            child.wait()?;
            return Err(IoError::new(
                ErrorKind::TimedOut,
                format!("did not answer within {} seconds", patience.as_secs()),
            ));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_live_command_changes_the_mac() {
        for (_, command) in COMMANDS {
            let words = command.join(" ");
            assert!(
                !words.contains("load") && !words.contains("install"),
                "{words}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_the_programs_print_is_kept_with_its_command() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        for (name, script) in [
            ("mdatp", "#!/bin/sh\necho \"health of $*\"\n"),
            ("csrutil", "#!/bin/sh\necho refused >&2\nexit 1\n"),
            ("kextstat", "#!/bin/sh\nwhile :; do :; done\n"),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, script).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let printed = run_all(folder.path().as_os_str(), Duration::from_secs(1));
        let output = |command: &str| {
            let found = printed.iter().find(|own| own.command == command).unwrap();
            match &found.output {
                Ok(bytes) => Ok(String::from_utf8(bytes.clone()).unwrap()),
                Err(error) => Err(error.kind()),
            }
        };
        assert_eq!(output("mdatp health").unwrap(), "health of health\n");
        assert_eq!(
            output("mdatp health --details system_extensions").unwrap(),
            "health of health --details system_extensions\n"
        );
        assert_eq!(output("csrutil status").unwrap(), "refused\n");
        assert_eq!(output("kextstat").unwrap_err(), ErrorKind::TimedOut);
        assert_eq!(output("bputil -d").unwrap_err(), ErrorKind::NotFound);
    }
}
