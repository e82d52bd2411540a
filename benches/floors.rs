//! What linting cannot go below: the same files walked and read, or walked, read and cut into XML tokens, with the walker
//! and the thread pool that the tool has. `benches/compare.py` runs this as a whole process beside the tool.
//!
//! - `floors read FOLDER`: walk and read.
//! - `floors tokens FOLDER`: walk, read, and tokenise with quick-xml: no tree, no values, no rules.
//! - `floors list FOLDER`: the names of the files, each ended by a zero byte.
//! - `floors generate FOLDER COUNT`: write that many profiles, the same ones every time.

use std::error::Error;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` adds a flag of its own.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let sum = match arguments[..] {
        ["read", folder] => over(folder, <[u8]>::len)?,
        ["tokens", folder] => over(folder, tokens)?,
        ["list", folder] => return list(folder),
        ["generate", folder, count] => generate(Path::new(folder), count.parse()?)?,
        _ => return Ok(()),
    };
    writeln!(std::io::stdout(), "{sum}")?;
    Ok(())
}

/// The profiles below a folder.
fn profiles(folder: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in ignore::WalkBuilder::new(folder).require_git(false).build() {
        let path = entry?.into_path();
        let extension = path.extension().and_then(OsStr::to_str);
        if extension.is_some_and(|extension| extension.eq_ignore_ascii_case("mobileconfig")) {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// Prints the names of the profiles below a folder, as `xargs -0` takes them.
fn list(folder: &str) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for path in profiles(folder)? {
        out.write_all(path.as_os_str().as_encoded_bytes())?;
        out.write_all(b"\0")?;
    }
    Ok(())
}

/// The sum of `measure` over all profiles below a folder.
fn over(folder: &str, measure: fn(&[u8]) -> usize) -> Result<usize, Box<dyn Error>> {
    let one = |path: &PathBuf| fs::read(path).map(|bytes| measure(&bytes));
    let paths = profiles(folder)?;
    Ok(paths.par_iter().map(one).sum::<Result<usize, _>>()?)
}

/// The number of XML tokens.
fn tokens(bytes: &[u8]) -> usize {
    let mut reader = quick_xml::Reader::from_reader(bytes);
    let mut count = 0;
    while !matches!(
        reader.read_event(),
        Ok(quick_xml::events::Event::Eof) | Err(_)
    ) {
        count += 1;
    }
    count
}

/// Writes profiles into folders of a hundred: of ten, four approve kernel extensions, two system extensions, two are about
/// privacy, two about the dock. Every twentieth has a fault.
fn generate(folder: &Path, count: usize) -> Result<usize, Box<dyn Error>> {
    for number in 0..count {
        let folder = folder.join(format!("area{:04}", number / 100));
        fs::create_dir_all(&folder)?;
        let text = match number % 20 {
            7 => with_fault(&profile(number), number / 20),
            _ => profile(number),
        };
        fs::write(folder.join(format!("policy{number:06}.mobileconfig")), text)?;
    }
    Ok(count)
}

/// One of six faults that people make.
fn with_fault(text: &str, which: usize) -> String {
    match which % 6 {
        0 => text.replacen("<string>System</string>", "<string>User</string>", 1),
        1 => text.replacen("-4", "-", 1),
        2 => text.replacen("PayloadIdentifier", "PayloadIdentifer", 1),
        3 => text.replacen("<integer>1</integer>", "<string>1</string>", 1),
        4 => text.replacen("</array>", "", 1),
        _ => text.replacen("<string>com.", "<string>com ", 1),
    }
}

/// One profile.
fn profile(number: usize) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n<dict>\n\t<key>PayloadContent</key>\n\
         \t<array>\n\t\t<dict>\n",
    );
    let kind = match number % 10 {
        0..4 => "com.apple.syspolicy.kernel-extension-policy",
        4..6 => "com.apple.system-extension-policy",
        6..8 => "com.apple.TCC.configuration-profile-policy",
        _ => "com.apple.dock",
    };
    match number % 10 {
        0..4 => extensions(&mut text, "AllowedKernelExtensions", number),
        4..6 => extensions(&mut text, "AllowedSystemExtensions", number),
        6..8 => privacy(&mut text, number),
        _ => dock(&mut text, number),
    }
    identity(&mut text, "\t\t\t", kind, number * 2, "payload");
    text.push_str("\t\t</dict>\n\t</array>\n");
    identity(&mut text, "\t", "Configuration", number * 2 + 1, "profile");
    text.push_str("\t<key>PayloadOrganization</key>\n\t<string>Contoso</string>\n\t<key>PayloadScope</key>\n\t<string>System</string>\n");
    text.push_str("</dict>\n</plist>\n");
    text
}

/// Extensions of three to twenty-two teams, two of each; one team in eight is allowed whole.
fn extensions(text: &mut String, list: &str, number: usize) {
    let overrides = if number.is_multiple_of(3) {
        "true"
    } else {
        "false"
    };
    let _ = write!(
        text,
        "\t\t\t<key>AllowUserOverrides</key>\n\t\t\t<{overrides}/>\n\t\t\t<key>{list}</key>\n\t\t\t<dict>\n"
    );
    let count = 3 + number * 7 % 20;
    for at in 0..count {
        let team = team(number * 31 + at);
        let _ = write!(
            text,
            "\t\t\t\t<key>{team}</key>\n\t\t\t\t<array>\n\t\t\t\t\t<string>com.contoso{number}.driver{at}.filter</string>\n\
             \t\t\t\t\t<string>com.contoso{number}.driver{at}.network</string>\n\t\t\t\t</array>\n"
        );
    }
    text.push_str("\t\t\t</dict>\n\t\t\t<key>AllowedTeamIdentifiers</key>\n\t\t\t<array>\n");
    for at in 0..count / 8 {
        let team = team(number * 31 + 30 - at);
        let _ = writeln!(text, "\t\t\t\t<string>{team}</string>");
    }
    text.push_str("\t\t\t</array>\n");
}

/// Access to all files for two to nine programs.
fn privacy(text: &mut String, number: usize) {
    text.push_str("\t\t\t<key>Services</key>\n\t\t\t<dict>\n\t\t\t\t<key>SystemPolicyAllFiles</key>\n\t\t\t\t<array>\n");
    for at in 0..2 + number % 8 {
        let team = team(number * 31 + at);
        let _ = write!(
            text,
            "\t\t\t\t\t<dict>\n\t\t\t\t\t\t<key>Allowed</key>\n\t\t\t\t\t\t<true/>\n\t\t\t\t\t\t<key>CodeRequirement</key>\n\
             \t\t\t\t\t\t<string>identifier \"com.contoso{number}.app{at}\" and anchor apple generic and certificate \
             1[field.1.2.840.113635.100.6.2.6] /* exists */ and certificate leaf[subject.OU] = {team}</string>\n\
             \t\t\t\t\t\t<key>Identifier</key>\n\t\t\t\t\t\t<string>com.contoso{number}.app{at}</string>\n\
             \t\t\t\t\t\t<key>IdentifierType</key>\n\t\t\t\t\t\t<string>bundleID</string>\n\t\t\t\t\t</dict>\n"
        );
    }
    text.push_str("\t\t\t\t</array>\n\t\t\t</dict>\n");
}

/// Settings of the dock.
fn dock(text: &mut String, number: usize) {
    for key in ["autohide", "magnification", "show-recents", "static-only"] {
        let value = if number.is_multiple_of(4) {
            "true"
        } else {
            "false"
        };
        let _ = writeln!(text, "\t\t\t<key>{key}</key>\n\t\t\t<{value}/>");
    }
    let size = 16 + number % 112;
    let _ = writeln!(
        text,
        "\t\t\t<key>tilesize</key>\n\t\t\t<integer>{size}</integer>"
    );
}

/// The keys that every payload has.
fn identity(text: &mut String, indent: &str, kind: &str, number: usize, what: &str) {
    let random = mixed(number);
    let uuid = format!(
        "{:08X}-{:04X}-4{:03X}-8{:03X}-{number:012X}",
        random >> 32,
        random >> 16 & 0xFFFF,
        random & 0xFFF,
        random >> 20 & 0xFFF,
    );
    for (key, value) in [
        ("PayloadDisplayName", format!("Extensions {number}")),
        (
            "PayloadIdentifier",
            format!("com.contoso.{what}.number{number}"),
        ),
        ("PayloadType", kind.to_owned()),
        ("PayloadUUID", uuid),
    ] {
        let _ = writeln!(
            text,
            "{indent}<key>{key}</key>\n{indent}<string>{value}</string>"
        );
    }
    let _ = writeln!(
        text,
        "{indent}<key>PayloadVersion</key>\n{indent}<integer>1</integer>"
    );
}

/// A Team ID that nobody has to have.
fn team(number: usize) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut rest = mixed(number);
    let mut text = String::new();
    for _ in 0..10 {
        let digit = usize::try_from(rest % 36).unwrap_or_default();
        text.push(char::from(alphabet[digit]));
        rest /= 36;
    }
    text
}

/// A number that looks random and is the same every time (the finaliser of `SplitMix64`).
fn mixed(number: usize) -> u64 {
    let mut value = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ value >> 31
}
