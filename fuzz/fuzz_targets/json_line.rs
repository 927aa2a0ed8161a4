#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    samestory::probe::json_line(&String::from_utf8_lossy(data));
});
