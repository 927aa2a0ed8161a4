#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    samestory::probe::file("page.html", data);
});
