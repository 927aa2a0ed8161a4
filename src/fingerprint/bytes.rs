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

impl Marks {
    /// Marks the block of `bytes` that starts at `at`; beyond the end there is nothing.
    #[inline]
    pub(crate) fn at(bytes: &[u8], at: usize) -> Marks {
        match bytes[at..].first_chunk() {
            Some(block) => Marks::of(block),
            None => {
                let mut last = [0; BLOCK];
                last[..bytes.len() - at].copy_from_slice(&bytes[at..]);
                Marks::of(&last)
            }
        }
    }

    #[inline]
    fn of(block: &[u8; BLOCK]) -> Marks {
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

/// Which bytes are marks, a bit each: of the first [`BLOCK`], or of all if there are fewer.
#[inline]
pub(crate) fn which(bytes: &[u8], is_mark: impl Fn(u8) -> bool) -> u64 {
    let marks = |block: &[u8; BLOCK]| gather(&block.map(|byte| u8::from(is_mark(byte))));
    match bytes.first_chunk() {
        Some(block) => marks(block),
        None => {
            let mut last = [0; BLOCK];
            last[..bytes.len()].copy_from_slice(bytes);
            marks(&last) & !(u64::MAX << bytes.len())
        }
    }
}

/// The lowest bits of the bytes.
#[inline]
fn gather(flags: &[u8; BLOCK]) -> u64 {
    let mut bits = 0;
    for (at, eight) in flags.as_chunks().0.iter().enumerate() {
        bits |= (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    }
    bits
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
                let found = Marks::at(&block, 0);
                let bit = |is| u64::from(is) << at;
                assert_eq!(found.plain, bit(byte.is_ascii_alphanumeric()), "{byte}");
                assert_eq!(found.foreign, bit(!byte.is_ascii()), "{byte}");
            }
        }
    }

    #[test]
    fn marks_are_found_in_what_there_is() {
        assert_eq!(which(b"a:b:", |byte| byte == b':'), 0b1010);
        assert_eq!(which(b"ab", |byte| byte == 0), 0);
        assert_eq!(which(&[b'|'; 70], |byte| byte == b'|'), u64::MAX);
    }

    #[test]
    fn beyond_the_end_there_is_nothing() {
        let found = Marks::at("abc é".as_bytes(), 1);
        assert_eq!((found.plain, found.foreign), (0b11, 0b11000));
    }
}
