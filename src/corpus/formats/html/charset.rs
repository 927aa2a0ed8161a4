//! In which charset a page is written: as its sender says, as it says itself, else as its bytes look.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

use super::without_strays;
use crate::corpus::RejectReason;

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
/// the page's own, UTF-8; then the first in which nearly every byte does; then whatever the bytes look like. What is named
/// is not believed of bytes that are UTF-8.
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
    let bytes = match by_mark {
        Some(_) => bytes,
        None => without_strays(bytes),
    };
    let by_sender = label.and_then(named);
    // A page that was read as far as this word is not in UTF-16.
    let by_itself = declared(bytes).and_then(named).map(|found| {
        if [UTF_16BE, UTF_16LE].contains(&found) {
            UTF_8
        } else {
            found
        }
    });
    // "ISO-8859-1" is what many servers say of everything, and old templates of pages that were converted long ago.
    let in_utf8 = Reading::of(bytes, UTF_8);
    let [by_sender, by_itself] =
        [by_sender, by_itself].map(|named| named.filter(|named| !in_utf8.refutes(named)));
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

    /// How many of its characters are beyond ASCII, lost ones included.
    fn beyond(&self) -> usize {
        self.text.chars().filter(|mark| !mark.is_ascii()).count()
    }

    /// Whether at most one in ten of its characters beyond ASCII is lost.
    fn fits(&self) -> bool {
        self.lost * 10 <= self.beyond() && !self.is_noise()
    }

    /// Whether a reading as UTF-8 says that the page is in no other charset, whatever is named.
    ///
    /// Bytes of a charset of one byte a character are UTF-8 by no accident; a few characters of two bytes each may be.
    fn refutes(&self, named: &'static Encoding) -> bool {
        const BY_ACCIDENT: usize = 8;
        let least = if named.is_single_byte() {
            1
        } else {
            BY_ACCIDENT
        };
        let is_wide = [UTF_8, UTF_16BE, UTF_16LE].contains(&named);
        !is_wide && self.beyond() >= self.lost + least && self.fits()
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
    fn utf8_is_read_as_such_whatever_its_sender_or_the_page_itself_says() {
        let labels = [
            "iso-8859-1",
            "windows-1252",
            "iso-8859-9",
            "windows-1251",
            "koi8-r",
            "windows-1256",
            "windows-874",
            "gb2312",
            "big5",
            "shift_jis",
            "euc-kr",
        ];
        let texts = [
            "Die F\u{e4}hre f\u{e4}hrt nicht vor Montag, sagte der Hafenmeister am sp\u{e4}ten Abend: St\u{fc}rme, B\u{f6}en, Gew\u{e4}sser, gr\u{fc}n",
            "Паром на северные острова не выйдет в море",
            "لن تغادر العبّارة إلى الجزر قبل الاثنين",
            "渡轮周一之前不会开往北方岛屿",
        ];
        for label in labels {
            for text in texts {
                let own = format!(
                    "<html><head><meta charset={label}></head><body><p>{text}</p><p>{text}</p></body></html>"
                );
                // One byte that means nothing does not change what all others say.
                let torn = [own.as_bytes(), b"\xe3"].concat();
                for bytes in [own.as_bytes(), &torn] {
                    for sender in [None, Some(label)] {
                        let read = decode(bytes, sender)
                            .ok()
                            .map(|read| read.text.into_owned());
                        assert!(
                            read.is_some_and(|read| read.contains(text)),
                            "{label}: {text}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_charset_that_is_named_rightly_is_believed() {
        for (label, text) in [
            (
                "windows-1251",
                "Паром на северные острова не выйдет в море до понедельника",
            ),
            (
                "gb2312",
                "渡轮周一之前不会开往北方岛屿因为风暴毁坏了两个码头",
            ),
            ("shift_jis", "フェリーは月曜日まで北の島々へ出航しない"),
            ("windows-1252", "F\u{e4}hre"),
            ("windows-874", "เรือข้ามฟากจะไม่ออกก่อนวันจันทร์"),
        ] {
            let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect("it is known");
            let page = format!(
                "<html><head><meta charset={label}></head><body><p>{text}</p></body></html>"
            );
            let (bytes, ..) = encoding.encode(&page);
            for sender in [None, Some(label)] {
                let read = decode(&bytes, sender)
                    .ok()
                    .map(|read| read.text.into_owned());
                assert_eq!(read.as_deref(), Some(&*page), "{label}");
            }
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
