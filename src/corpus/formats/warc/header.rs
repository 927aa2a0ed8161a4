//! Headers of archive records and of HTTP responses: a first line, then `Name: value` lines, then a blank one.

use memchr::{memchr, memchr_iter};

/// A header, which ends with its blank line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header<'a> {
    bytes: &'a [u8],
    /// How long it is, the blank line included.
    pub(crate) length: usize,
}

impl<'a> Header<'a> {
    /// The header at the head of some bytes; `None` where no blank line ends it.
    pub(crate) fn of(bytes: &'a [u8]) -> Option<Header<'a>> {
        let mut line = 0;
        for end in memchr_iter(b'\n', bytes) {
            if bytes[line..end].iter().all(is_blank) {
                return Some(Header {
                    bytes: &bytes[..line],
                    length: end + 1,
                });
            }
            line = end + 1;
        }
        None
    }

    /// The first line.
    pub(crate) fn first_line(&self) -> &'a [u8] {
        let end = memchr(b'\n', self.bytes).unwrap_or(self.bytes.len());
        self.bytes[..end].trim_ascii()
    }

    /// The value of the first field of a name, in any case of letters. Lines that are no fields are passed over.
    pub(crate) fn field(&self, name: &str) -> Option<&'a [u8]> {
        let lines = self.bytes.split(|byte| *byte == b'\n').skip(1);
        lines
            .filter_map(|line| {
                let colon = memchr(b':', line)?;
                let is_it = line[..colon]
                    .trim_ascii()
                    .eq_ignore_ascii_case(name.as_bytes());
                is_it.then(|| line[colon + 1..].trim_ascii())
            })
            .next()
    }

    /// The value of a field, where it is text.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        std::str::from_utf8(self.field(name)?).ok()
    }

    /// How many bytes are said to follow.
    pub(crate) fn content_length(&self) -> Option<usize> {
        self.text("content-length")?.parse().ok()
    }

    /// Whether its lines end in a bare line feed, as those of a record that went through a text tool do.
    pub(crate) fn has_bare_line_ends(&self) -> bool {
        memchr(b'\n', self.bytes).is_some_and(|at| at == 0 || self.bytes[at - 1] != b'\r')
    }
}

/// Whether a byte ends a line.
pub(crate) fn is_blank(byte: &u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
