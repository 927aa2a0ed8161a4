//! HTML: pages as files and in archives, and fields that hold HTML.
//!
//! Of a page the main text is taken by an extractor ([`Html`] says which), and all visible text where that finds none.
//! What an extractor leaves in by mistake, cleaning still finds; so it may be careful rather than bold.

mod charset;
mod extract;
mod field;
mod head;
mod tags;
mod visible;

use super::record::{Parsed, Picked};
use super::{Place, RejectReason, date, host};
use crate::article::fields::Role;

#[cfg(feature = "warc")]
pub(crate) use charset::of_type as charset_of_type;
pub(crate) use charset::{Decoded, decode};
pub(crate) use field::read_fields;

/// What is taken of HTML.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Html {
    /// The main text by the extractor that serves most dumps best; at present the fast one.
    #[default]
    Auto,
    /// The main text, by an extractor that does hundreds of pages a second.
    Fast,
    /// The main text, by an extractor that takes about five times as long and is right a little more often.
    Best,
    /// All that is visible on the page, a line a block: finding the article is left to cleaning.
    Off,
}

/// How long a file may be that is one page.
const LONGEST_FILE: usize = 16 << 20;

/// What a page says of itself, and what it says.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// A line a block.
    pub(crate) text: String,
    pub(crate) title: String,
    /// When it was published, as written.
    pub(crate) date: Option<String>,
    /// The address it wants to be known by, as written.
    pub(crate) canonical: Option<String>,
    pub(crate) lang: Option<String>,
}

impl Page {
    /// Reads a page.
    pub(crate) fn read(html: &str, mode: Html) -> Page {
        let seen = visible::Seen::of(html);
        let main = match mode {
            Html::Off => None,
            _ if seen.is_unruly(html.len()) => None,
            Html::Auto | Html::Fast => extract::fast(html),
            Html::Best => extract::best(html),
        };
        let head = seen.head;
        let (text, title) = main.map_or((seen.text, None), |main| (main.text, main.title));
        Page {
            text,
            title: head.title(title),
            date: head.date,
            canonical: head.canonical,
            lang: head.lang,
        }
    }
}

/// A page is read the same each time, with all extractors and without any.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn probe(html: &str) {
    for mode in [Html::Off, Html::Fast, Html::Best] {
        let (first, second) = (Page::read(html, mode), Page::read(html, mode));
        assert_eq!(first.text, second.text);
        assert_eq!((first.title, first.date), (second.title, second.date));
    }
}

/// Whether bytes begin like an HTML page, in any charset that has the letters of ASCII.
pub(crate) fn begins(content: &[u8]) -> bool {
    const NAMES: [&[u8]; 5] = [
        b"!doctype html",
        b"html",
        b"head",
        b"body",
        b"!doctype\thtml",
    ];
    let mut rest = content.trim_ascii_start();
    // What may stand before: an XML declaration, and comments.
    loop {
        let end = match rest {
            [b'<', b'?', ..] => memchr::memmem::find(rest, b"?>").map(|at| at + 2),
            [b'<', b'!', b'-', b'-', ..] => memchr::memmem::find(rest, b"-->").map(|at| at + 3),
            _ => break,
        };
        match end {
            Some(end) => rest = rest[end..].trim_ascii_start(),
            None => return false,
        }
    }
    rest.strip_prefix(b"<").is_some_and(|rest| {
        NAMES.iter().any(|name| {
            rest.len() > name.len()
                && rest[..name.len()].eq_ignore_ascii_case(name)
                && matches!(rest[name.len()], b'>' | b' ' | b'\t' | b'\r' | b'\n')
        })
    })
}

/// Adds the article that an HTML file is; a blank file is no record.
pub(crate) fn parse<'b>(file: &'b [u8], input: u32, mode: Html, parsed: &mut Parsed<'b>) {
    if file.iter().all(u8::is_ascii_whitespace) {
        return;
    }
    let place = Place { input, record: 1 };
    if file.len() > LONGEST_FILE {
        parsed.reject(place, file, RejectReason::TooLong);
        return;
    }
    let Decoded { text, repaired } = match decode(file, None) {
        Ok(decoded) => decoded,
        Err(reason) => return parsed.reject(place, file, reason),
    };
    let page = Page::read(&text, mode);
    parsed.tally.pages += 1;
    parsed.tally.repaired += u64::from(repaired);
    let mut picked = Picked::default();
    let canonical = page.canonical.filter(|link| link.contains("://"));
    let readable = |written: &String| date::parse(written).is_some();
    let fields = [
        (Role::Text, Some(page.text)),
        (Role::Title, Some(page.title)),
        (Role::Date, page.date.filter(readable)),
        (Role::Url, canonical),
        (Role::Lang, page.lang),
    ];
    for (role, value) in fields {
        if let Some(value) = value {
            picked.offer(role, 0, (0, 0), value.into());
        }
    }
    parsed.add(place, file, picked);
}

/// The address a page wants to be known by, if it is one of its own host; `None` for anybody else's.
pub(crate) fn own_address(link: &str, target: &str) -> Option<String> {
    let link = link.trim();
    let whole = if link.contains("://") {
        link.to_owned()
    } else if link.starts_with('/') && !link.starts_with("//") {
        let scheme = target.find("://")? + 3;
        let host = target[scheme..]
            .find(['/', '?', '#'])
            .map_or(target.len(), |at| scheme + at);
        format!("{}{link}", &target[..host])
    } else {
        return None;
    };
    (host::of_url(&whole) == host::of_url(target)).then_some(whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Html, Page, begins, own_address};

    #[test]
    fn a_page_is_known_by_how_it_begins() {
        for page in [
            "<!DOCTYPE html><p>x",
            "  \n<html lang=en>",
            "<?xml version=\"1.0\"?>\n<!-- made by hand -->\n<!doctype HTML public>",
            "<head><title>x",
        ] {
            assert!(begins(page.as_bytes()), "{page}");
        }
        for text in [
            "<htmlish>",
            "<p>x</p>",
            "A <html> tag",
            "<!-- only a comment -->",
            "<?xml version=\"1.0\"?><rss>",
            "",
        ] {
            assert!(!begins(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_a_page_says_of_itself_is_read_from_wherever_it_stands() {
        let page = Page::read(
            "<html lang='de-AT'><head><title>F&auml;hre &amp; Sturm - Kurier</title>\
            <script type=application/ld+json>{\"@type\":\"NewsArticle\", \"datePublished\" : \"2024-01-02\"}</script>\
            <meta name=date content=2023-01-01><link href=/a/7?x=1 rel=canonical></head>\
            <body>Text  <b>mit</b>\nZeilen<br>und <i>mehr</i></body>",
            Html::Off,
        );
        assert_eq!(page.title, "F\u{e4}hre & Sturm - Kurier");
        assert_eq!(page.date.as_deref(), Some("2024-01-02"));
        assert_eq!(page.lang.as_deref(), Some("de-AT"));
        assert_eq!(page.text, "Text mit Zeilen\nund mehr");
        let own = page
            .canonical
            .and_then(|link| own_address(&link, "https://kurier.example/b?y"));
        assert_eq!(own.as_deref(), Some("https://kurier.example/a/7?x=1"));
        assert_eq!(
            own_address("https://other.example/a", "https://kurier.example/b"),
            None
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// No page, however broken, ends a run; and it reads the same each time.
        #[test]
        fn any_page_is_read(soup in "(<|</|>|<p|<div|<svg|<script|</script|<!--|-->|<!|=|\"|'|&amp;|&#x|é|日本| |\n|<table><tr>|<b>|</b>|<meta property=|<title>|text ){0,80}") {
            for mode in [Html::Off, Html::Fast, Html::Best] {
                let page = format!("<html><body>{soup}");
                let (first, second) = (Page::read(&page, mode), Page::read(&page, mode));
                prop_assert_eq!(first.text, second.text);
            }
        }
    }
}
