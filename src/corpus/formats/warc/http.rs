//! HTTP responses as archives hold them: with their chunks, and compressed as they were sent.

use std::borrow::Cow;
use std::io::Read;

use memchr::memchr;

use super::header::Header;
use crate::corpus::RejectReason;

/// How long a page may be after decompression.
pub(crate) const LONGEST_PAGE: usize = 16 << 20;

/// A response whose body has not been touched yet.
pub(crate) struct Response<'a> {
    pub(crate) header: Header<'a>,
    body: &'a [u8],
}

impl<'a> Response<'a> {
    /// Takes a response apart; `None` where it has no header.
    pub(crate) fn of(content: &'a [u8]) -> Option<Response<'a>> {
        let header = Header::of(content).filter(|_| content.starts_with(b"HTTP/"))?;
        Some(Response {
            body: &content[header.length..],
            header,
        })
    }

    /// The status: the second word of the first line.
    pub(crate) fn status(&self) -> Option<u16> {
        let line = std::str::from_utf8(self.header.first_line()).ok()?;
        line.split_ascii_whitespace().nth(1)?.parse().ok()
    }

    /// The body as the page was before it was sent.
    ///
    /// Crawlers keep the header and often undo what it says: what is not chunked or compressed is taken as it is.
    pub(crate) fn page(&self) -> Result<Cow<'a, [u8]>, RejectReason> {
        let mut body = match self.header.text("transfer-encoding") {
            Some(coding) if names(coding, "chunked") => unchunked(self.body),
            _ => Cow::Borrowed(self.body),
        };
        let codings = self.header.text("content-encoding").unwrap_or_default();
        for coding in codings.rsplit(',') {
            if let Some(decoded) = decoded(&body, coding.trim())? {
                body = Cow::Owned(decoded);
            }
        }
        if body.len() > LONGEST_PAGE {
            return Err(RejectReason::TooLong);
        }
        Ok(body)
    }
}

fn names(list: &str, coding: &str) -> bool {
    list.split(',')
        .any(|one| one.trim().eq_ignore_ascii_case(coding))
}

/// A body without the lines that say how long its chunks are. A cut-off one ends where it is cut off.
fn unchunked(body: &[u8]) -> Cow<'_, [u8]> {
    let mut whole = Vec::new();
    let mut rest = body;
    while let Some((size, start)) = chunk_size(rest) {
        let chunk = &rest[start..];
        let length = size.min(chunk.len());
        whole.extend_from_slice(&chunk[..length]);
        let after = &chunk[length..];
        if size == 0 {
            return Cow::Owned(whole);
        }
        rest = after
            .strip_prefix(b"\r\n")
            .or(after.strip_prefix(b"\n"))
            .unwrap_or(after);
    }
    if rest.len() == body.len() {
        Cow::Borrowed(body)
    } else {
        Cow::Owned(whole)
    }
}

/// The size that stands at the head of a chunk, and where the chunk itself begins.
fn chunk_size(bytes: &[u8]) -> Option<(usize, usize)> {
    let end = memchr(b'\n', &bytes[..bytes.len().min(1 << 10)])?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let digits = line.split(';').next()?.trim();
    Some((usize::from_str_radix(digits, 16).ok()?, end + 1))
}

/// What was compressed; `None` where nothing was.
fn decoded(body: &[u8], coding: &str) -> Result<Option<Vec<u8>>, RejectReason> {
    let is = |name: &str| coding.eq_ignore_ascii_case(name);
    let reader: Box<dyn Read + '_> = if is("gzip") || is("x-gzip") {
        if !body.starts_with(&[0x1f, 0x8b]) {
            return Ok(None);
        }
        Box::new(flate2::read::MultiGzDecoder::new(body))
    } else if is("deflate") {
        // Half the world sends it without the header it should have.
        match body {
            [
                0x08 | 0x18 | 0x28 | 0x38 | 0x48 | 0x58 | 0x68 | 0x78,
                flags,
                ..,
            ] if (u16::from(body[0]) << 8 | u16::from(*flags)).is_multiple_of(31) => {
                Box::new(flate2::read::ZlibDecoder::new(body))
            }
            _ => Box::new(flate2::read::DeflateDecoder::new(body)),
        }
    } else if is("br") {
        Box::new(brotli_decompressor::Decompressor::new(body, 4 << 10))
    } else if is("zstd") {
        let decoder = zstd::stream::read::Decoder::with_buffer(body);
        Box::new(decoder.map_err(|_| RejectReason::BrokenHttp)?)
    } else {
        return Ok(None);
    };
    let mut page = Vec::new();
    let ended = reader.take(LONGEST_PAGE as u64 + 1).read_to_end(&mut page);
    match ended {
        Ok(_) if page.len() > LONGEST_PAGE => Err(RejectReason::TooLong),
        // What came before a break is a page cut off, as crawlers cut pages that are long.
        Ok(_) => Ok(Some(page)),
        Err(_) if !page.is_empty() => Ok(Some(page)),
        Err(_) if body.trim_ascii_start().starts_with(b"<") => Ok(None),
        Err(_) => Err(RejectReason::BrokenHttp),
    }
}
