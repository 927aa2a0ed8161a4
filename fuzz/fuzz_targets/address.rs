#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    samestory::probe::address(&String::from_utf8_lossy(data));
});
