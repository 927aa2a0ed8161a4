//! What each of 64 bytes is, as bits of one register: text is looked at 64 bytes at a time.

/// So many bytes are looked at together.
pub(crate) const BLOCK: usize = 64;

/// What the bytes of a block are, a bit each, the first byte lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marks {
    /// ASCII letters and digits.
    pub(crate) plain: u64,
    /// Bytes of characters that are not ASCII.
    pub(crate) foreign: u64,
}

/// How the lowest bits of 64 bytes are gathered in one register, in a function that `multiversion` makes for several
/// processors: each has its own instruction for that, which the compiler does not find.
macro_rules! gather {
    () => {{
        #[allow(
            unused_imports,
            reason = "most versions of the function have a better way"
        )]
        use crate::kernel::bytes::by_product;
        #[cfg(target_arch = "x86_64")]
        #[allow(
            unused_imports,
            reason = "each version of the function needs one of them"
        )]
        use crate::kernel::bytes::{by_lanes, by_mask};
        |flags: &[u8; crate::kernel::BLOCK]| {
            multiversion::target::match_target! {
                "x86_64+avx512f+avx512bw" => by_mask(flags),
                "x86_64+avx2" => by_lanes(flags),
                _ => by_product(flags),
            }
        }
    }};
}
pub(crate) use gather;

impl Marks {
    /// Marks the block of `bytes` that starts at `at`; beyond the end there is nothing.
    #[inline(always)]
    pub(crate) fn at(bytes: &[u8], at: usize, gather: impl Fn(&[u8; BLOCK]) -> u64) -> Marks {
        let block = block_at(bytes, at);
        // The comparisons are written so that the compiler makes them on whole vector registers.
        let plain = block.map(|byte| {
            let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
            let digit = byte.wrapping_sub(b'0') < 10;
            u8::from(letter | digit)
        });
        Marks {
            plain: gather(&plain),
            foreign: gather(&block.map(|byte| byte >> 7)),
        }
    }
}

/// The block of `bytes` that starts at `at`, zeros beyond the end.
#[inline(always)]
pub(crate) fn block_at(bytes: &[u8], at: usize) -> [u8; BLOCK] {
    match bytes[at..].first_chunk() {
        Some(block) => *block,
        None => {
            let mut last = [0; BLOCK];
            last[..bytes.len() - at].copy_from_slice(&bytes[at..]);
            last
        }
    }
}

/// Which bytes of a block are the last of a character that is not [`is_settled`]: all others are ASCII, or belong to
/// letters that are their own normal form.
#[inline(always)]
pub(crate) fn unsettled(bytes: &[u8], at: usize, gather: impl Fn(&[u8; BLOCK]) -> u64) -> u64 {
    let block = block_at(bytes, at);
    let before = match at.checked_sub(1) {
        Some(before) => block_at(bytes, before),
        None => {
            let mut before = [0; BLOCK];
            before[1..].copy_from_slice(&block[..BLOCK - 1]);
            before
        }
    };
    let mut flags = [0; BLOCK];
    for (flag, (&before, &byte)) in flags.iter_mut().zip(before.iter().zip(&block)) {
        *flag = u8::from((byte & 0xc0 == 0x80) & !is_settled(before, byte));
    }
    gather(&flags)
}

/// Whether two bytes are a letter that is its own normal form, in lower case where its script has cases: of the scripts of
/// news that have letters of two bytes.
#[inline(always)]
pub(super) fn is_settled(lead: u8, byte: u8) -> bool {
    let within = |from: u8, to: u8| byte.wrapping_sub(from) <= to - from;
    let (even, odd) = (byte & 1 == 0, byte & 1 == 1);
    (lead == 0xc3) & within(0xa0, 0xbf) & (byte != 0xb7)
        | (lead == 0xc4) & (odd & within(0x80, 0xb1) | even & within(0xba, 0xbe))
        | (lead == 0xc5)
            & (even & within(0x82, 0x88) | odd & within(0x8b, 0xb7) | even & within(0xba, 0xbe))
        | (lead == 0xce) & within(0xac, 0xbf)
        | (lead == 0xcf) & within(0x80, 0x8e) & (byte != 0x82)
        | (lead == 0xd0) & within(0xb0, 0xbf)
        | (lead == 0xd1) & within(0x80, 0x9f)
        | (lead == 0xd7) & within(0x90, 0xaa)
        | (lead == 0xd8) & within(0xa1, 0xba)
        | (lead == 0xd9) & within(0x81, 0x8a)
}

/// The lowest bits of the bytes, on any processor.
#[inline]
pub(crate) fn by_product(flags: &[u8; BLOCK]) -> u64 {
    let mut bits = 0;
    for (at, eight) in flags.as_chunks().0.iter().enumerate() {
        bits |= (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    }
    bits
}

/// The same with AVX2.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn by_lanes(flags: &[u8; BLOCK]) -> u64 {
    use std::arch::x86_64::{_mm256_movemask_epi8, _mm256_set_epi64x, _mm256_slli_epi16};
    let [a, b, c, d, e, f, g, h] = words(flags);
    let [low, high] = [_mm256_set_epi64x(d, c, b, a), _mm256_set_epi64x(h, g, f, e)]
        .map(|half| _mm256_movemask_epi8(_mm256_slli_epi16::<7>(half)) as u32);
    u64::from(high) << 32 | u64::from(low)
}

/// The same with AVX-512.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn by_mask(flags: &[u8; BLOCK]) -> u64 {
    use std::arch::x86_64::{_mm512_set_epi64, _mm512_test_epi8_mask};
    let [a, b, c, d, e, f, g, h] = words(flags);
    let all = _mm512_set_epi64(h, g, f, e, d, c, b, a);
    _mm512_test_epi8_mask(all, all)
}

/// The bytes as eight words.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn words(flags: &[u8; BLOCK]) -> [i64; 8] {
    let eights = flags.as_chunks().0;
    std::array::from_fn(|at| i64::from_le_bytes(eights[at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_marked_for_what_it_is_in_every_place() {
        for byte in 0..=255u8 {
            for at in [0, 1, 7, 8, 31, 62, 63] {
                let mut block = [b' '; BLOCK];
                block[at] = byte;
                let found = Marks::at(&block, 0, by_product);
                let bit = |is| u64::from(is) << at;
                assert_eq!(found.plain, bit(byte.is_ascii_alphanumeric()), "{byte}");
                assert_eq!(found.foreign, bit(!byte.is_ascii()), "{byte}");
            }
        }
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    #[expect(
        unsafe_code,
        reason = "the instructions are there, as was asked before"
    )]
    fn every_way_gathers_the_same_bits() {
        for seed in 0..200 {
            let flags: [u8; BLOCK] =
                std::array::from_fn(|at| (crate::kernel::mix(seed << 8 | at as u64) & 1) as u8);
            let bits = (0..BLOCK).fold(0, |bits, at| bits | u64::from(flags[at]) << at);
            assert_eq!(by_product(&flags), bits);
            if is_x86_feature_detected!("avx2") {
                // SAFETY: the processor has AVX2.
                assert_eq!(unsafe { by_lanes(&flags) }, bits);
            }
            if is_x86_feature_detected!("avx512bw") {
                // SAFETY: the processor has AVX-512 BW, and so F.
                assert_eq!(unsafe { by_mask(&flags) }, bits);
            }
        }
    }

    #[test]
    fn beyond_the_end_there_is_nothing() {
        let found = Marks::at("abc é".as_bytes(), 1, by_product);
        assert_eq!((found.plain, found.foreign), (0b11, 0b11000));
    }
}
