//! How fast property lists are read, against the floor of merely cutting the same bytes into XML tokens.
//!
//! `cargo bench --bench parse`. The library keeps its insides to itself, so the reader is compiled in here by path.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "modules of the library, of which a benchmark uses a part"
)]

use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::BytesCount;

#[path = "../src/escape.rs"]
mod escape;
#[path = "../src/plist/mod.rs"]
mod plist;
#[path = "../src/source/mod.rs"]
mod source;

fn main() {
    divan::main();
}

/// A profile that approves this many teams with two kernel extensions each.
fn profile(teams: usize) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n<dict>\n\t<key>PayloadContent</key>\n\
         \t<array>\n\t\t<dict>\n\t\t\t<key>AllowUserOverrides</key>\n\t\t\t<false/>\n\t\t\t<key>AllowedKernelExtensions</key>\n\
         \t\t\t<dict>\n",
    );
    for team in 0..teams {
        let _ = write!(
            text,
            "\t\t\t\t<key>TEAM{team:06}</key>\n\t\t\t\t<array>\n\t\t\t\t\t<string>com.example.driver{team}.filter</string>\n\
             \t\t\t\t\t<string>com.example.driver{team}.network</string>\n\t\t\t\t</array>\n"
        );
    }
    text.push_str("\t\t\t</dict>\n");
    for (key, value) in [
        ("PayloadDisplayName", "<string>Kernel extensions</string>"),
        (
            "PayloadIdentifier",
            "<string>com.example.profile.kext</string>",
        ),
        (
            "PayloadType",
            "<string>com.apple.syspolicy.kernel-extension-policy</string>",
        ),
        (
            "PayloadUUID",
            "<string>00000000-0000-4000-8000-000000000000</string>",
        ),
        ("PayloadVersion", "<integer>1</integer>"),
    ] {
        let _ = writeln!(text, "\t\t\t<key>{key}</key>\n\t\t\t{value}");
    }
    text.push_str("\t\t</dict>\n\t</array>\n\t<key>PayloadType</key>\n\t<string>Configuration</string>\n</dict>\n</plist>\n");
    text
}

/// Tree with places, all checks.
#[divan::bench(args = [10, 100, 10_000])]
fn tree(bencher: Bencher, teams: usize) {
    let text = profile(teams);
    assert!(plist::decode(text.as_bytes()).parse().problems.is_empty());
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        plist::decode(divan::black_box(text.as_bytes()))
            .parse()
            .tree
            .len()
    });
}

/// XML tokens only: no tree, no values, no checks.
#[divan::bench(args = [10, 100, 10_000])]
fn tokens(bencher: Bencher, teams: usize) {
    let text = profile(teams);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let mut reader = quick_xml::Reader::from_str(divan::black_box(&text));
        let mut count = 0_usize;
        while !matches!(
            reader.read_event(),
            Ok(quick_xml::events::Event::Eof) | Err(_)
        ) {
            count += 1;
        }
        count
    });
}

/// Real files: those of the folder `KEXTPOLICY_BENCH_DIR`, or the profiles of this repository.
fn files() -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles");
    let named = std::env::var_os("KEXTPOLICY_BENCH_DIR");
    let mut folders = vec![std::path::PathBuf::from(
        named.unwrap_or_else(|| own.into()),
    )];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "mobileconfig")
            {
                found.extend(std::fs::read(path));
            }
        }
    }
    found
}

/// The tree of every file of the folder.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn folder_tree(bencher: Bencher) {
    let files = files();
    let bytes: usize = files.iter().map(Vec::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        files
            .iter()
            .map(|bytes| plist::decode(bytes).parse().tree.len())
            .sum::<usize>()
    });
}

/// The tokens of every file of the folder.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn folder_tokens(bencher: Bencher) {
    let files = files();
    let bytes: usize = files.iter().map(Vec::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let mut count = 0_usize;
        for bytes in &files {
            let mut reader = quick_xml::Reader::from_reader(bytes.as_slice());
            while !matches!(
                reader.read_event(),
                Ok(quick_xml::events::Event::Eof) | Err(_)
            ) {
                count += 1;
            }
        }
        count
    });
}
