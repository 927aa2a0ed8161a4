//! Text in other encodings than UTF-8, turned into UTF-8 while it is read.
//!
//! In which encoding a file is written is told from its beginning, by the detector that pages are read with, or is said.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a file is looked at that begins with plain ASCII.
pub(crate) const LOOKED_AT: usize = 512 << 10;

/// An encoding other than UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coding(&'static Encoding);

impl Coding {
    /// The encoding of a label, such as `windows-1251` or `latin1`; the inner `None` is UTF-8, and the outer one no encoding.
    pub(crate) fn named(label: &str) -> Option<Option<Coding>> {
        let found = Encoding::for_label(label.trim().as_bytes());
        let found = found.filter(|found| *found != REPLACEMENT)?;
        Some((found != UTF_8).then_some(Coding(found)))
    }

    /// The encoding that the beginning of a file is in; `None` where it is UTF-8, or no text.
    pub(crate) fn of(bytes: &[u8]) -> Option<Coding> {
        match Encoding::for_bom(bytes) {
            Some((found, _)) if found == UTF_8 => return None,
            Some((found, _)) => return Some(Coding(found)),
            None => {}
        }
        if let Some(wide) = wide(bytes) {
            return Some(wide);
        }
        if fits_utf8(bytes) || is_noise(bytes) || are_rare(bytes) {
            return None;
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(bytes, true);
        let found = Coding(detector.guess(None, Utf8Detection::Deny));
        let (text, _) = found.0.decode_without_bom_handling(bytes);
        let lost = text.matches('\u{fffd}').count();
        let control = |mark: &char| mark.is_control() && !mark.is_whitespace();
        let strange = lost + text.chars().filter(control).count();
        (strange * 100 <= text.len()).then_some(found)
    }

    /// The name of the encoding.
    pub(crate) fn name(self) -> &'static str {
        self.0.name()
    }

    /// Some bytes as UTF-8. A character that is cut off at their end is left out, like one that means nothing.
    pub(crate) fn decode(self, bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        // Reading from memory cannot fail.
        let _ = self.reader(bytes).read_to_end(&mut text);
        text
    }

    /// Turns what a reader gives into UTF-8.
    pub(crate) fn reader<R: Read>(self, reader: R) -> Decoding<R> {
        Decoding {
            reader,
            decoder: self.0.new_decoder_with_bom_removal(),
            bytes: vec![0; 64 << 10],
            unread: 0..0,
            text: vec![0; 192 << 10],
            told: 0..0,
            has_ended: false,
            is_done: false,
        }
    }
}

/// UTF-16 without a mark, told by its zeros.
fn wide(bytes: &[u8]) -> Option<Coding> {
    // Parquet begins with letters, and its dictionaries may have a zero in every other byte.
    if bytes.starts_with(b"PAR1") || bytes.starts_with(b"PARE") {
        return None;
    }
    let units = bytes[..bytes.len().min(8 << 10)].chunks_exact(2);
    let count = units.len();
    let (mut first, mut second) = (0, 0);
    for unit in units {
        first += usize::from(unit[0] == 0);
        second += usize::from(unit[1] == 0);
    }
    let is_mostly =
        |zeros: usize, others: usize| count > 8 && zeros * 3 > count && others * 20 < zeros;
    if is_mostly(second, first) {
        Some(Coding(UTF_16LE))
    } else if is_mostly(first, second) {
        Some(Coding(UTF_16BE))
    } else {
        None
    }
}

/// Whether bytes are UTF-8 but for some that stray among as many that mean something: of text in another encoding, no more
/// than a quarter of what is beyond ASCII looks like UTF-8 by chance.
fn fits_utf8(bytes: &[u8]) -> bool {
    let (mut lost, mut beyond) = (0, 0);
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        beyond += chunk
            .valid()
            .chars()
            .filter(|mark| !mark.is_ascii())
            .count();
        // The last character may be cut off.
        lost += usize::from(!chunk.invalid().is_empty() && chunks.peek().is_some());
    }
    lost <= beyond
}

/// Whether what is no UTF-8 is so rare that it says nothing of the rest: it is mended where it stands.
fn are_rare(bytes: &[u8]) -> bool {
    let lost: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    lost * 200 < bytes.len()
}

/// Whether bytes are no text in any encoding whose letters are those of ASCII.
fn is_noise(bytes: &[u8]) -> bool {
    let control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, 8..=13 | 27 | 0x1e);
    bytes.iter().filter(control).count() * 100 > bytes.len()
}

/// Whether bytes are all ASCII, so that they say nothing of their encoding.
pub(crate) fn is_silent(bytes: &[u8]) -> bool {
    bytes.is_ascii()
}

/// The encoding that an XML document says it is in.
pub(crate) fn declared(bytes: &[u8]) -> Option<Coding> {
    let head = &bytes[..bytes.len().min(256)];
    let head = head.strip_prefix(b"<?xml")?;
    let end = memchr::memmem::find(head, b"?>")?;
    let declaration = std::str::from_utf8(&head[..end]).ok()?;
    let value = declaration
        .split_once("encoding")?
        .1
        .trim_start()
        .strip_prefix('=')?;
    let value = value.trim_start().trim_start_matches(['"', '\'']);
    let label = value.split(['"', '\'', ' ']).next()?;
    Coding::named(label)?
}

/// A reader of UTF-8.
pub(crate) struct Decoding<R> {
    reader: R,
    decoder: Decoder,
    bytes: Vec<u8>,
    unread: std::ops::Range<usize>,
    text: Vec<u8>,
    /// What of the text is yet to be given.
    told: std::ops::Range<usize>,
    has_ended: bool,
    is_done: bool,
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.told.is_empty() && !self.is_done {
            self.decode_more()?;
        }
        let length = self.told.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.text[self.told.start..self.told.start + length]);
        self.told.start += length;
        Ok(length)
    }
}

impl<R: Read> Decoding<R> {
    fn decode_more(&mut self) -> io::Result<()> {
        if self.unread.is_empty() && !self.has_ended {
            let read = self.reader.read(&mut self.bytes)?;
            self.unread = 0..read;
            self.has_ended = read == 0;
        }
        let unread = &self.bytes[self.unread.clone()];
        let (result, read, written) =
            self.decoder
                .decode_to_utf8_without_replacement(unread, &mut self.text, self.has_ended);
        self.unread.start += read;
        self.told = 0..written;
        // What means nothing is left out.
        self.is_done = self.has_ended && result == DecoderResult::InputEmpty;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, EUC_KR, GB18030, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

    use super::*;

    #[test]
    fn the_encoding_of_a_text_is_told_from_its_bytes() {
        for (encoding, text) in [
            (
                WINDOWS_1251,
                "Паром на северные острова не выйдет в море до понедельника, сказал начальник порта",
            ),
            (
                WINDOWS_1250,
                "Prom na północne wyspy nie wypłynie przed poniedziałkiem, gdyż śmiałków nie było, powiedział kapitan",
            ),
            (
                WINDOWS_1252,
                "Die Fähre zu den nördlichen Inseln fährt nicht vor Montag, sagte der Hafenmeister am späten Abend",
            ),
            (
                GB18030,
                "港务局长星期五表示，开往北部岛屿的渡轮在星期一之前不会起航，因为风暴撕断了两条缆绳。",
            ),
            (
                BIG5,
                "港務局長星期五表示，開往北部島嶼的渡輪在星期一之前不會起航，因為風暴撕斷了兩條纜繩。",
            ),
            (
                SHIFT_JIS,
                "北の島々へ向かうフェリーは月曜日まで出航しないと、港長が金曜日の夜に述べた。",
            ),
            (
                EUC_KR,
                "북쪽 섬으로 가는 여객선은 월요일까지 출항하지 않는다고 항만장이 금요일 밤에 밝혔다.",
            ),
        ] {
            let line = format!("{{\"id\":\"a\",\"text\":\"{text}\"}}\n").repeat(3);
            let (bytes, ..) = encoding.encode(&line);
            let coding =
                Coding::of(&bytes).map(|coding| String::from_utf8(coding.decode(&bytes)).unwrap());
            assert_eq!(coding.as_deref(), Some(&*line), "{}", encoding.name());
            assert_eq!(Coding::of(line.as_bytes()), None);
        }
    }

    #[test]
    fn wide_text_is_read_with_and_without_a_mark() {
        let text = "id,text\n1,The ferry, the fähre\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [little.clone(), big, [b"\xff\xfe".to_vec(), little].concat()] {
            let coding = Coding::of(&bytes).expect("it is UTF-16");
            assert_eq!(String::from_utf8(coding.decode(&bytes)).unwrap(), text);
        }
    }

    #[test]
    fn a_dictionary_of_short_ids_is_no_wide_text() {
        let ids: Vec<u8> = (0..4000u32)
            .flat_map(|id| [b'0' + (id % 10) as u8, 0])
            .collect();
        assert_eq!(Coding::of(&[b"PAR1", &ids[..]].concat()), None);
    }

    #[test]
    fn pictures_and_texts_with_a_stray_byte_are_in_no_other_encoding() {
        assert_eq!(
            Coding::of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\xff\xfe\xfd"),
            None
        );
        let text = ["Die Fähre fährt spät. ".repeat(20).as_bytes(), b"\xff."].concat();
        assert_eq!(Coding::of(&text), None);
    }

    #[test]
    fn a_document_says_its_encoding() {
        let coding = declared(b"<?xml version=\"1.0\" encoding='ISO-8859-1'?><rss>");
        assert_eq!(coding.map(Coding::name), Some("windows-1252"));
        assert_eq!(
            declared(b"<?xml version=\"1.0\" encoding=\"utf-8\"?><rss>"),
            None
        );
        assert_eq!(declared(b"<rss>"), None);
    }
}
