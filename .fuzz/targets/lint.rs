//! Fuzzes the law `lint`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kextpolicy::laws::hold("lint", bytes));
