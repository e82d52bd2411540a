//! Fuzzes the law `diagnose`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kextpolicy::laws::hold("diagnose", bytes));
