#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| collapse_audit_fuzz::targets::expression(data));
