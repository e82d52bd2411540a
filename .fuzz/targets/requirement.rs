//! Fuzzes the law `requirement`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kextpolicy::laws::hold("requirement", bytes));
