//! Runs macOS's own commands for `diagnose --live`, each with a time limit, none of which changes the Mac.

use crate::diagnose::{Input, Subject};
use crate::error::Error;

#[cfg(target_os = "macos")]
use std::io::{Read as _, Seek as _};
#[cfg(target_os = "macos")]
use std::process::{Command, Stdio};
#[cfg(target_os = "macos")]
use std::time::{Duration, Instant};

/// The commands. A load attempt is not among them: it would change what the user sees.
#[cfg(any(target_os = "macos", test))]
const COMMANDS: &[(Input, &[&str])] = &[
    (Input::MdatpHealth, &["mdatp", "health"]),
    (
        Input::MdatpExtensions,
        &["mdatp", "health", "--details", "system_extensions"],
    ),
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
    (Input::Csrutil, &["csrutil", "status"]),
    (Input::Bputil, &["bputil", "-d"]),
];

/// Longest time for one command.
#[cfg(target_os = "macos")]
const PATIENCE: Duration = Duration::from_secs(30);

/// What each command prints; a command that is missing, fails or takes too long gives nothing.
#[cfg(target_os = "macos")]
pub(crate) fn collect(_: &Subject) -> Result<Vec<(Input, Vec<u8>)>, Error> {
    let mut found = Vec::new();
    for (input, command) in COMMANDS {
        found.push((*input, output(command).unwrap_or_default()));
    }
    let database = std::path::Path::new("/var/db/SystemPolicyConfiguration/KextPolicy");
    if let Ok(rows) = super::kext_policy_db::read(database) {
        let mut text = String::new();
        for row in rows {
            let values: Vec<String> = row.columns.into_iter().map(|(_, value)| value).collect();
            text.push_str(&values.join("|"));
            text.push('\n');
        }
        found.push((Input::KextPolicy, text.into_bytes()));
    }
    Ok(found)
}

/// The output of one command, standard error included. It goes through a file, which never fills up as a pipe does.
#[cfg(target_os = "macos")]
fn output(command: &[&str]) -> std::io::Result<Vec<u8>> {
    let mut file = tempfile::tempfile()?;
    let mut child = Command::new(command[0])
        .args(&command[1..])
        .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file.try_clone()?)
        .spawn()?;
    let start = Instant::now();
    while child.try_wait()?.is_none() {
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(Vec::new());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Other systems have no such commands.
#[cfg(not(target_os = "macos"))]
pub(crate) fn collect(_: &Subject) -> Result<Vec<(Input, Vec<u8>)>, Error> {
    Err(Error::new("`--live` works on a Mac only").help(
        "on the Mac in question: sh collect.sh, made by `kextpolicy diagnose --collect-script > collect.sh`; then here: kextpolicy diagnose --dir FOLDER",
    ))
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
}
