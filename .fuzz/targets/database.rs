//! Fuzzes the law `database`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kextpolicy::laws::hold("database", bytes));
