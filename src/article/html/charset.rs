//! In which charset a page is written: as its sender says, as it says itself, else as its bytes look.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::super::RejectReason;

/// How far into a page its own word on its charset is looked for.
const PRESCANNED: usize = 4 << 10;

/// A page as text.
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Whether some of its bytes mean nothing in its charset.
    pub(crate) repaired: bool,
}

/// Reads a page as text; `label` is what its sender says.
///
/// The first charset that is named and in which every byte means something is taken: the byte order mark's, the sender's,
/// the page's own, UTF-8; then the first in which nearly every byte does; then whatever the bytes look like.
///
/// # Errors
///
/// When more than a hundredth of the page would mean nothing in the charset that fits best.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    label: Option<&str>,
) -> Result<Decoded<'a>, RejectReason> {
    let named =
        |label: &str| Encoding::for_label(label.as_bytes()).filter(|found| *found != REPLACEMENT);
    let by_mark = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let by_sender = label.and_then(named);
    // A page that was read as far as this word is not in UTF-16.
    let by_itself = declared(bytes).and_then(named).map(|found| {
        if [UTF_16BE, UTF_16LE].contains(&found) {
            UTF_8
        } else {
            found
        }
    });
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    // "ISO-8859-1" is what many servers say of everything. What is UTF-8 by its bytes is so by no accident.
    let by_sender = by_sender.filter(|found| *found != WINDOWS_1252 || !is_utf8);
    let named = [by_mark, by_sender, by_itself, Some(UTF_8)];
    let mut readings: Vec<Reading<'a>> = Vec::new();
    for encoding in named.into_iter().flatten() {
        let reading = Reading::of(bytes, encoding);
        if reading.lost == 0 && !reading.is_noise() {
            return Ok(reading.decoded());
        }
        readings.push(reading);
    }
    // A few stray bytes among many that mean something do not speak against it.
    if let Some(fitting) = readings.iter().position(Reading::fits) {
        return Ok(readings.swap_remove(fitting).decoded());
    }
    readings.push(Reading::of(bytes, detect(bytes)));
    let best = readings.into_iter().min_by_key(|reading| reading.lost);
    best.filter(|best| best.lost * 100 <= best.text.len() && !best.is_noise())
        .map(Reading::decoded)
        .ok_or(RejectReason::UnknownCharset)
}

/// A page read in some charset.
struct Reading<'a> {
    text: Cow<'a, str>,
    /// How many characters stand for bytes that mean nothing in it.
    lost: usize,
}

impl<'a> Reading<'a> {
    fn of(bytes: &'a [u8], encoding: &'static Encoding) -> Reading<'a> {
        let (text, wrong) = encoding.decode_with_bom_removal(bytes);
        let lost = if wrong {
            text.matches('\u{fffd}').count()
        } else {
            0
        };
        Reading { text, lost }
    }

    /// Whether at most one in ten of its characters beyond ASCII is lost.
    fn fits(&self) -> bool {
        let beyond = self.text.chars().filter(|mark| !mark.is_ascii()).count();
        self.lost * 10 <= beyond && !self.is_noise()
    }

    /// Whether it is no text: control characters are more than a hundredth.
    fn is_noise(&self) -> bool {
        let control = |mark: &char| mark.is_control() && !mark.is_whitespace();
        self.text.chars().filter(control).count() * 100 > self.text.len()
    }

    fn decoded(self) -> Decoded<'a> {
        Decoded {
            repaired: self.lost > 0,
            text: without_nul(self.text),
        }
    }
}

/// The charset in a `Content-Type`.
#[cfg(feature = "warc")]
pub(crate) fn of_type(kind: &str) -> Option<&str> {
    let parameters = kind.split(';').skip(1);
    parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches(['"', '\'']))
}

/// What the page itself says, in a `meta` tag or an XML declaration.
fn declared(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(PRESCANNED)];
    let lower = head.to_ascii_lowercase();
    let after = |from: usize, key: &[u8]| {
        let at = memchr::memmem::find(&lower[from..], key)? + from;
        Some(at + key.len())
    };
    let xml = lower
        .starts_with(b"<?xml")
        .then(|| after(0, b"encoding"))
        .flatten();
    let mut at = xml;
    let mut from = 0;
    while at.is_none() {
        let found = after(from, b"charset")?;
        let tag = memchr::memrchr(b'<', &lower[..found])?;
        at = lower[tag..].starts_with(b"<meta").then_some(found);
        from = found;
    }
    let value = std::str::from_utf8(&head[at?..]).unwrap_or_else(|error| {
        std::str::from_utf8(&head[at.unwrap_or(0)..][..error.valid_up_to()]).unwrap_or_default()
    });
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(|mark: char| mark.is_whitespace() || "\"';>/".contains(mark));
    Some(&value[..end?])
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // The beginning of a page is markup; its text tells more, but not all of it is needed.
    detector.feed(&bytes[..bytes.len().min(256 << 10)], true);
    detector.guess(None, Utf8Detection::Allow)
}

fn without_nul(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

    use super::decode;
    #[cfg(feature = "warc")]
    use super::of_type;

    #[test]
    fn the_charset_of_a_page_that_says_none_is_told_from_its_bytes() {
        for (encoding, text) in [
            (
                WINDOWS_1251,
                "Паром на северные острова не выйдет в море до понедельника, сказал начальник порта",
            ),
            (
                WINDOWS_1250,
                "Prom na północne wyspy nie wypłynie przed poniedziałkiem, powiedział w piątek kapitan portu, gdyż śmiałków nie było",
            ),
            (
                WINDOWS_1252,
                "Die Fähre zu den nördlichen Inseln fährt nicht vor Montag, sagte der Hafenmeister am späten Abend",
            ),
        ] {
            let page = format!("<html><body><p>{text}</p></body></html>");
            let (bytes, ..) = encoding.encode(&page);
            let decoded = decode(&bytes, None)
                .ok()
                .map(|decoded| decoded.text.into_owned());
            assert_eq!(decoded, Some(page));
        }
    }

    #[test]
    fn a_few_stray_bytes_are_repaired() {
        let page = [
            b"<p>".as_slice(),
            "Fähre ".repeat(400).as_bytes(),
            b"\xff</p>",
        ]
        .concat();
        let decoded = decode(&page, Some("utf-8")).ok();
        assert!(decoded.is_some_and(|decoded| decoded.repaired && decoded.text.contains("Fähre")));
    }

    #[cfg(feature = "warc")]
    #[test]
    fn the_sender_says_it_in_the_type() {
        assert_eq!(of_type("text/html; Charset = \"EUC-JP\""), Some("EUC-JP"));
        assert_eq!(of_type("text/html"), None);
    }
}
