//! Fuzzes the law `plist`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kextpolicy::laws::hold("plist", bytes));
