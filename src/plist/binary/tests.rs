//! What the reader of binary property lists promises, on files made object by object.
#![cfg(test)]

use super::SHARED_NODES;
use crate::plist::scalar::Integer;
use crate::plist::{Kind, ProblemKind, ProblemLevel, decode};

/// A binary property list from its objects; the first is the root.
fn binary(objects: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"bplist00".to_vec();
    let mut offsets = Vec::new();
    for object in objects {
        offsets.extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(object);
    }
    let table = bytes.len() as u64;
    bytes.extend_from_slice(&offsets);
    bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 2, 1]);
    for number in [objects.len() as u64, 0, table] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes
}

#[test]
fn a_small_binary_file_cannot_grow_without_bound() {
    // Sixteen references to the next object, nine times: 16^9 values.
    let mut objects: Vec<Vec<u8>> = (1..10)
        .map(|next| [&[0xAF, 0x10, 16][..], &[next; 16]].concat())
        .collect();
    objects.push(vec![0x09]);
    let objects: Vec<&[u8]> = objects.iter().map(Vec::as_slice).collect();
    let bytes = binary(&objects);
    let decoded = decode(&bytes);
    let parsed = decoded.parse();
    assert_eq!(parsed.problems.len(), 1);
    assert_eq!(parsed.problems[0].kind, ProblemKind::Limit);
    assert!(parsed.tree.len() <= bytes.len() + SHARED_NODES);
}

#[test]
fn text_that_is_shared_often_counts_as_often() {
    let text = |length: u16| {
        [
            &[0x5F, 0x11][..],
            &length.to_be_bytes(),
            &vec![b'a'; length.into()],
        ]
        .concat()
    };
    let array = |count: u16, item: u8| {
        [
            &[0xAF, 0x11][..],
            &count.to_be_bytes(),
            &vec![item; count.into()],
        ]
        .concat()
    };
    let limits = |objects: &[&[u8]]| {
        let bytes = binary(objects);
        let decoded = decode(&bytes);
        let parsed = decoded.parse();
        parsed
            .problems
            .iter()
            .filter(|problem| problem.kind == ProblemKind::Limit)
            .count()
    };
    // 700 payloads with one text of 20 KB are read, 30,000 are not; nor is such a key.
    assert_eq!(limits(&[&array(700, 1), &text(20_000)]), 0);
    assert_eq!(limits(&[&array(30_000, 1), &text(20_000)]), 1);
    let pairs = [&[0xDF, 0x11, 0x10, 0][..], &[1; 0x1000], &[2; 0x1000]].concat();
    assert_eq!(limits(&[&pairs, &text(20_000), &[0x09]]), 1);
    // Objects that lie over each other in the file are no way around it.
    let mut bytes = binary(&[&array(30_000, 1), &text(20_000)]);
    let table = bytes.len() - 32 - 4;
    let offset: [u8; 2] = bytes[table + 2..table + 4].try_into().unwrap();
    let trailer = bytes.split_off(bytes.len() - 32);
    let at = 12;
    for object in 0..250_u8 {
        bytes.extend(offset);
        for reference in bytes[at..30_000]
            .iter_mut()
            .skip(object.into())
            .step_by(250)
        {
            *reference = object + 1;
        }
    }
    bytes.extend(&trailer[..8]);
    for number in [252, 0, table as u64] {
        bytes.extend(number.to_be_bytes());
    }
    let decoded = decode(&bytes);
    let problems = decoded.parse().problems;
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(problems[0].kind, ProblemKind::Limit);
}

#[test]
fn faults_of_binary_files_are_told() {
    let cases: [(&[&[u8]], &str); 12] = [
        (&[&[0xA1, 0]], "contains itself"),
        (&[&[0xA1, 9]], "a reference to object 9 of 1"),
        (
            &[&[0x5F, 0x13, 255, 255, 255, 255, 255, 255, 255, 255]],
            "longer than the file",
        ),
        (
            &[&[0xAF, 0x13, 1, 255, 255, 255, 255, 255, 255, 255]],
            "longer than the file",
        ),
        (&[&[0x0F]], "unknown type 0x0f"),
        (&[&[0x84, 1, 0, 0, 0, 0]], "a UID of more than 32 bits"),
        (
            &[&[0x88, 0, 1, 0, 0, 0, 0, 0, 0, 0]],
            "a UID of more than 32 bits",
        ),
        (&[&[0xC1, 1], &[0x09]], "a set"),
        (
            &[&[0x14, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
            "an integer of more than 64 bits",
        ),
        (
            &[&[0x33, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0]],
            "a date that no XML property list can hold",
        ),
        (&[&[0xD1, 1, 1], &[0x09]], "key that is not text"),
        (&[&[0xD2, 1, 1, 2, 2], b"\x51a", &[0x09]], "is twice"),
    ];
    for (objects, part) in cases {
        let bytes = binary(objects);
        let decoded = decode(&bytes);
        let problems = decoded.parse().problems;
        assert!(
            problems.len() == 1 && problems[0].message.contains(part),
            "{part}: {problems:#?}"
        );
    }
}

#[test]
fn the_table_of_a_binary_file_is_held_to_what_apple_checks() {
    let refused = |bytes: &[u8]| {
        let problems = decode(bytes).parse().problems;
        problems
            .iter()
            .any(|problem| problem.level == ProblemLevel::Refused)
    };
    let sound = binary(&[&[0xA1, 1], &[0x09]]);
    assert!(!refused(&sound));
    // A byte between the table and the trailer.
    let mut longer = sound.clone();
    longer.insert(sound.len() - 32, 0);
    assert!(refused(&longer));
    // An object that nothing refers to, outside of the objects.
    let mut outside = binary(&[&[0xA1, 1], &[0x09], &[0x08]]);
    let last_offset = outside.len() - 33;
    outside[last_offset] = 200;
    assert!(refused(&outside));
    // References of one byte to 256 objects.
    let mut many: Vec<&[u8]> = vec![&[0xA1, 1]];
    many.resize(255, &[0x09]);
    assert!(!refused(&binary(&many)));
    many.push(&[0x09]);
    assert!(refused(&binary(&many)));
    // A length may be written in sixteen bytes.
    let mut long = vec![0x5F, 0x14];
    long.extend([0; 15]);
    long.extend([1, b'a']);
    assert_eq!(
        decode(&binary(&[&long]))
            .parse()
            .tree
            .root()
            .unwrap()
            .text(),
        "a"
    );
}

#[test]
fn another_version_of_the_binary_format_is_read_as_apple_reads_it() {
    let mut bytes = binary(&[&[0x09]]);
    bytes[7] = b'1';
    let decoded = decode(&bytes);
    let parsed = decoded.parse();
    assert_eq!(parsed.tree.root().unwrap().as_bool(), Some(true));
    assert_eq!(parsed.problems[0].level, ProblemLevel::NotPortable);
    bytes[6] = b'1';
    assert_eq!(
        decode(&bytes).parse().problems[0].level,
        ProblemLevel::Refused
    );
}

#[test]
fn binary_values_come_back() {
    let bytes = binary(&[
        &[0xA8, 1, 2, 3, 4, 5, 6, 7, 8],
        &[0x13, 255, 255, 255, 255, 255, 255, 255, 254],
        &[
            0x14, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255,
        ],
        &[0x22, 0x3F, 0xC0, 0, 0],
        &[0x33, 0, 0, 0, 0, 0, 0, 0, 0],
        &[0x62, 0, b'a', 0x20, 0xAC],
        &[0x81, 1, 0],
        &[0x11, 255, 255],
        &[0x88, 1, 0, 0, 0, 0, 0, 0, 0, 7],
    ]);
    let decoded = decode(&bytes);
    let parsed = decoded.parse();
    assert_eq!(parsed.problems, []);
    let items: Vec<_> = parsed.tree.root().unwrap().as_array().unwrap().collect();
    assert_eq!(items[0].as_integer(), Some(-2));
    assert_eq!(items[1].as_integer(), Some(Integer::from(u64::MAX)));
    assert_eq!(items[2].as_real(), Some(1.5));
    assert_eq!(items[3].as_date(), Some(0.0));
    assert_eq!(items[4].as_str().unwrap(), "a€");
    assert_eq!(items[5].kind(), Kind::Uid);
    assert_eq!(items[6].as_integer(), Some(65535));
    // Of a UID only the last 64 bits count.
    assert_eq!(items[7].text(), "7");
    // Places are numbers of values.
    assert_eq!(items[4].span().range(), 5..6);
}
