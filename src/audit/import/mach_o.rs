//! The Team ID in the code signature of a Mach-O program. It is what the signature claims; nothing is verified here.
//!
//! Layout: `mach-o/loader.h`, `mach-o/fat.h` and `kern/cs_blobs.h` of Apple's open sources.

use thiserror::Error;

/// Why there is no Team ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum MachOError {
    #[error("it is not a Mach-O program")]
    NotMachO,
    /// The file ends too early.
    #[error("the program is cut short; copy it again")]
    Truncated,
    #[error("it is not signed")]
    Unsigned,
    /// A signature without a Team ID.
    #[error("its signature names no Team ID (signed ad hoc, by Apple, or by an old tool)")]
    NoTeam,
    /// The parts for different processors.
    #[error("its parts for different processors name different Team IDs")]
    Differ,
}

/// More parts than any universal program has.
const MOST_PARTS: u32 = 64;

/// The Team ID of a program, universal or not.
pub(crate) fn team(bytes: &[u8]) -> Result<String, MachOError> {
    let wide = match big(bytes, 0) {
        Ok(0xCAFE_BABE) => false,
        Ok(0xCAFE_BABF) => true,
        _ => return thin(bytes),
    };
    let parts = big(bytes, 4)?;
    // Java classes begin with the same four bytes; their version looks like a large number of parts.
    if parts == 0 || parts > MOST_PARTS {
        return Err(MachOError::NotMachO);
    }
    let mut found: Option<String> = None;
    for part in 0..parts as usize {
        let (start, size) = if wide {
            let at = 8 + part * 32;
            (big_64(bytes, at + 8)?, big_64(bytes, at + 16)?)
        } else {
            let at = 8 + part * 20;
            (big(bytes, at + 8)? as usize, big(bytes, at + 12)? as usize)
        };
        let end = start.checked_add(size).ok_or(MachOError::Truncated)?;
        let team = thin(bytes.get(start..end).ok_or(MachOError::Truncated)?)?;
        match &found {
            Some(other) if *other != team => return Err(MachOError::Differ),
            _ => found = Some(team),
        }
    }
    found.ok_or(MachOError::NotMachO)
}

/// The Team ID of a program for one processor.
fn thin(bytes: &[u8]) -> Result<String, MachOError> {
    let magic = bytes.first_chunk::<4>().ok_or(MachOError::NotMachO)?;
    let (little, header) = match magic {
        [0xCE, 0xFA, 0xED, 0xFE] => (true, 28),
        [0xCF, 0xFA, 0xED, 0xFE] => (true, 32),
        [0xFE, 0xED, 0xFA, 0xCE] => (false, 28),
        [0xFE, 0xED, 0xFA, 0xCF] => (false, 32),
        _ => return Err(MachOError::NotMachO),
    };
    let number = |at: usize| {
        let value = big(bytes, at)?;
        Ok::<_, MachOError>(if little { value.swap_bytes() } else { value } as usize)
    };
    let mut at: usize = header;
    for _ in 0..number(16)? {
        let (command, size) = (number(at)?, number(at + 4)?);
        if size < 8 {
            return Err(MachOError::Truncated);
        }
        // `LC_CODE_SIGNATURE`
        if command == 0x1D {
            let (start, size) = (number(at + 8)?, number(at + 12)?);
            let end = start.checked_add(size).ok_or(MachOError::Truncated)?;
            return signature(bytes.get(start..end).ok_or(MachOError::Truncated)?);
        }
        at = at.checked_add(size).ok_or(MachOError::Truncated)?;
    }
    Err(MachOError::Unsigned)
}

/// The Team ID in a signature: a table of blobs, of which the code directory has the number 0.
fn signature(blob: &[u8]) -> Result<String, MachOError> {
    if big(blob, 0)? != 0xFADE_0CC0 {
        return Err(MachOError::Unsigned);
    }
    for entry in 0..big(blob, 8)?.min(MOST_PARTS) as usize {
        let at = 12 + entry * 8;
        if big(blob, at)? == 0 {
            let start = big(blob, at + 4)? as usize;
            return code_directory(blob.get(start..).ok_or(MachOError::Truncated)?);
        }
    }
    Err(MachOError::Unsigned)
}

/// The Team ID in a code directory, which bundles without a program keep in a file of its own.
pub(crate) fn code_directory(blob: &[u8]) -> Result<String, MachOError> {
    if big(blob, 0)? != 0xFADE_0C02 {
        return Err(MachOError::Unsigned);
    }
    let length = big(blob, 4)? as usize;
    let blob = blob.get(..length).ok_or(MachOError::Truncated)?;
    // Older directories have no place for it.
    if big(blob, 8)? < 0x2_0200 {
        return Err(MachOError::NoTeam);
    }
    let start = big(blob, 48)? as usize;
    if start == 0 {
        return Err(MachOError::NoTeam);
    }
    let rest = blob.get(start..).ok_or(MachOError::Truncated)?;
    let end = rest
        .iter()
        .position(|byte| *byte == 0)
        .ok_or(MachOError::Truncated)?;
    match std::str::from_utf8(&rest[..end]) {
        Ok("") | Err(_) => Err(MachOError::NoTeam),
        Ok(team) => Ok(team.to_owned()),
    }
}

/// Four bytes, the most significant first.
fn big(bytes: &[u8], at: usize) -> Result<u32, MachOError> {
    let rest = bytes.get(at..).ok_or(MachOError::Truncated)?;
    let four = rest.first_chunk::<4>().ok_or(MachOError::Truncated)?;
    Ok(u32::from_be_bytes(*four))
}

/// Eight bytes, the most significant first.
fn big_64(bytes: &[u8], at: usize) -> Result<usize, MachOError> {
    let (high, low) = (big(bytes, at)?, big(bytes, at + 4)?);
    usize::try_from((u64::from(high) << 32) | u64::from(low)).map_err(|_| MachOError::Truncated)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers, the most significant byte first.
    fn numbers(numbers: &[u32]) -> Vec<u8> {
        numbers
            .iter()
            .flat_map(|number| number.to_be_bytes())
            .collect()
    }

    /// A code directory with a team.
    fn directory(team: &str) -> Vec<u8> {
        let size = u32::try_from(52 + team.len() + 1).unwrap();
        let mut blob = numbers(&[0xFADE_0C02, size, 0x2_0200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 52]);
        blob.extend(team.as_bytes());
        blob.push(0);
        blob
    }

    /// A 64-bit program with this code directory.
    fn program(directory: &[u8]) -> Vec<u8> {
        let size = u32::try_from(20 + directory.len()).unwrap();
        let mut bytes: Vec<u8> = [0xFEED_FACF_u32, 0, 0, 0, 1, 16, 0, 0, 0x1D, 16, 48, size]
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect();
        bytes.extend(numbers(&[0xFADE_0CC0, size, 1, 0, 20]));
        bytes.extend(directory);
        bytes
    }

    /// A universal program of two parts.
    fn universal(one: &[u8], other: &[u8]) -> Vec<u8> {
        let size = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap();
        let mut bytes = numbers(&[
            0xCAFE_BABE,
            2,
            7,
            3,
            48,
            size(one),
            0,
            12,
            0,
            48 + size(one),
            size(other),
            0,
        ]);
        bytes.extend(one);
        bytes.extend(other);
        bytes
    }

    #[test]
    fn the_team_is_read_from_one_part_or_several() {
        let one = program(&directory("UBF8T346G9"));
        assert_eq!(team(&one).unwrap(), "UBF8T346G9");
        assert_eq!(team(&universal(&one, &one)).unwrap(), "UBF8T346G9");
        let other = program(&directory("EG7KH642X6"));
        assert_eq!(team(&universal(&one, &other)), Err(MachOError::Differ));
    }

    #[test]
    fn a_program_cut_anywhere_is_an_error_and_no_panic() {
        let one = program(&directory("UBF8T346G9"));
        for whole in [universal(&one, &one), one] {
            for end in 0..whole.len() {
                assert!(team(&whole[..end]).is_err(), "cut at {end}");
            }
        }
    }

    #[test]
    fn what_has_no_team_says_why() {
        assert_eq!(team(b"#!/bin/sh\n"), Err(MachOError::NotMachO));
        assert_eq!(team(&program(&directory(""))), Err(MachOError::NoTeam));
        let mut bare = program(&directory("UBF8T346G9"));
        bare[16] = 0;
        assert_eq!(team(&bare), Err(MachOError::Unsigned));
        let class = numbers(&[0xCAFE_BABE, 0x34_0000, 0, 0]);
        assert_eq!(team(&class), Err(MachOError::NotMachO));
    }
}
