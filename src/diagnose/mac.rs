//! `sw_vers` and `uname`: which macOS and which processor.

use super::facts::{Claim, Fact};
use super::text::{Line, Text};

pub(crate) fn read(text: &Text) -> Vec<Fact> {
    text.lines()
        .filter_map(|line| Some(Fact::on(line, claim(line)?)))
        .collect()
}

/// What a line says.
pub(super) fn claim(line: Line<'_>) -> Option<Claim> {
    if let Some(version) = line.text.strip_prefix("ProductVersion:") {
        return release(version.trim()).map(Claim::MacOs);
    }
    // `system_profiler SPSoftwareDataType SPHardwareDataType`.
    if let Some(version) = line.text.strip_prefix("System Version: macOS ") {
        return release(version.split(' ').next()?).map(Claim::MacOs);
    }
    if let Some(chip) = line.text.strip_prefix("Chip: ") {
        return Some(Claim::AppleSilicon(chip.starts_with("Apple")));
    }
    match line.text {
        "arm64" | "arm64e" => return Some(Claim::AppleSilicon(true)),
        "x86_64" => return Some(Claim::AppleSilicon(false)),
        _ => {}
    }
    let kernel = line.text.strip_prefix("Darwin ")?;
    let processor = kernel.rsplit(' ').next()?;
    match processor {
        "arm64" => Some(Claim::AppleSilicon(true)),
        "x86_64" => Some(Claim::AppleSilicon(false)),
        _ => None,
    }
}

/// The release that decides: 15 of `15.1`, 11 of `10.16`, as old programs see it, 10 of `10.15.7`.
fn release(version: &str) -> Option<u16> {
    let mut parts = version.split('.');
    let major: u16 = parts.next()?.parse().ok()?;
    let minor: Option<u16> = parts.next().and_then(|part| part.parse().ok());
    Some(if major == 10 && minor >= Some(16) {
        11
    } else {
        major
    })
}

/// The release of macOS with this kernel: 20 came with 11, and each year one more; 25 came with 26.
pub(super) fn of_kernel(darwin: &str) -> Option<u16> {
    let major: u16 = darwin.split('.').next()?.parse().ok()?;
    Some(match major {
        ..20 => 10,
        20..25 => major - 9,
        25.. => major + 1,
    })
}
