//! HTML: pages as files and in archives, and fields that hold HTML.
//!
//! Of a page the main text is taken by an extractor ([`Html`] says which). Where that holds next to nothing of the page's
//! prose, the other extractor's is taken, and all visible text where that is no better. What an extractor leaves in by
//! mistake, cleaning still finds; so it may be careful rather than bold.

mod charset;
mod extract;
#[cfg(feature = "html")]
pub(in crate::corpus) mod extracted;
mod field;
mod head;
mod prose;
mod reader;
mod tags;
mod visible;

use crate::corpus::record::fields::Role;
use crate::corpus::record::{Instead, Parsed, Picked};
use crate::corpus::record::{date, host};
use crate::corpus::{Place, RejectReason};
use extract::Main;
use prose::Prose;
use visible::Seen;

#[cfg(feature = "warc")]
pub(crate) use charset::of_type as charset_of_type;
pub(crate) use charset::{Decoded, decode};
pub(crate) use field::read_fields;
pub(super) use reader::{Pages, sniff};

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
    /// What the text was taken by, if not by the extractor that was to take it.
    pub(crate) instead: Option<Instead>,
}

impl Page {
    /// Reads a page.
    pub(crate) fn read(html: &str, mode: Html) -> Page {
        let strays = html.len() - without_strays(html.as_bytes()).len();
        let html = html.get(strays..).unwrap_or(html);
        let seen = Seen::of(html);
        let (main, instead) = main_text(html, &seen, mode);
        let instead = instead.filter(|_| !seen.text.is_empty());
        let head = seen.head;
        let (text, title) = main.map_or((seen.text, None), |main| (main.text, main.title));
        Page {
            text,
            title: head.title(title),
            date: head.date,
            canonical: head.canonical,
            lang: head.lang,
            instead,
        }
    }
}

/// The main text of a page, nothing where that is all that is visible; and what it was taken by, if not by the extractor
/// that was to take it.
///
/// An extractor that holds less than a third of the page's prose has seen nothing, and the other one is asked. Where both
/// miss it, but the first took as much prose from elsewhere as could be the article, two are believed against a measure.
fn main_text(html: &str, seen: &Seen, mode: Html) -> (Option<Main>, Option<Instead>) {
    type Extractor = fn(&str) -> Option<Main>;
    let (extractor, other): (Extractor, Extractor) = match mode {
        Html::Off => return (None, None),
        _ if seen.is_unruly(html.len()) => return (None, Some(Instead::Visible)),
        Html::Auto | Html::Fast => (extract::fast, extract::best),
        Html::Best => (extract::best, extract::fast),
    };
    let (found, prose) = (extractor(html), Prose::of(seen));
    let is_held = |main: &Main| prose.is_held_by(&main.text);
    if !prose.is_enough() || found.as_ref().is_some_and(is_held) {
        let instead = found.is_none().then_some(Instead::Visible);
        return (found, instead);
    }
    if let Some(main) = other(html).filter(is_held) {
        return (Some(main), Some(Instead::Other));
    }
    match found.filter(|main| prose.is_matched_by(main.prose)) {
        Some(main) => (Some(main), None),
        None => (None, Some(Instead::Visible)),
    }
}

/// How many bytes that are no text may stand before a page.
const STRAYS: usize = 16;

/// A page without what is no part of it at its beginning: blanks, controls, zeros, what is left of a byte order mark; and
/// any one byte more before a `<!doctype html>`, which stands nowhere but at the beginning of a page.
pub(crate) fn without_strays(content: &[u8]) -> &[u8] {
    // Bytes of the marks of UTF-8 and UTF-16, as they are and as they look when UTF-8 was made of them once more.
    const OF_MARKS: &[u8] = b"\xef\xbb\xbf\xfe\xff\xbd\xc3\xaf\xc2\xbe";
    const DECLARATION: &[u8] = b"<!doctype html";
    let is_stray = |byte: &&u8| **byte <= b' ' || **byte == 0x7f || OF_MARKS.contains(byte);
    let head = &content[..content.len().min(STRAYS)];
    let rest = content[head.iter().take_while(is_stray).count()..].trim_ascii_start();
    let declares = |rest: &[u8]| {
        let begin = rest.get(..DECLARATION.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(DECLARATION))
    };
    match rest.split_first() {
        Some((b'<', _)) => rest,
        Some((_, after)) if declares(after) => after,
        _ => content,
    }
}

/// Whether the bytes of a file that is named as a page are one: markup, or what soon begins a page.
fn is_named_rightly(content: &[u8]) -> bool {
    const SOON: usize = 1 << 10;
    let rest = without_strays(content);
    let soon = &rest[..rest.len().min(SOON)];
    let begins_soon = || memchr::memchr_iter(b'<', soon).any(|at| begins(&rest[at..]));
    rest.starts_with(b"<") || (!rest.starts_with(b"{") && begins_soon())
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
    let mut rest = without_strays(content).trim_ascii_start();
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
fn parse<'b>(file: &'b [u8], input: u32, mode: Html, parsed: &mut Parsed<'b>) {
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
    let instead = page.instead;
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
    parsed.note_instead(place, instead);
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

    use super::{Html, Page, begins, is_named_rightly, own_address};
    use crate::corpus::record::Instead;

    #[test]
    fn a_page_is_known_by_how_it_begins() {
        for page in [
            "<!DOCTYPE html><p>x",
            "  \n<html lang=en>",
            "<?xml version=\"1.0\"?>\n<!-- made by hand -->\n<!doctype HTML public>",
            "<head><title>x",
            // What stands before is what an editor or a crawler left there.
            "\u{feff}\u{feff}<html>",
            "\u{ef}\u{bb}\u{bf}<!DOCTYPE html>",
            "\u{fffd}\u{fffd} <html>",
            "\0<!DOCTYPE html>",
            "x<!DOCTYPE html>",
            "\u{c}\r\n <html>",
        ] {
            assert!(begins(page.as_bytes()), "{page:?}");
        }
        for stray in [&b"\xef\xbb"[..], b"\xbb\xbf", b"\xff\xfe", b"\0", b" ", b""] {
            let page = [stray, b"<!doctype html><p>x"].concat();
            assert!(begins(&page) && is_named_rightly(&page), "{stray:?}");
            let page = [stray, b"<p>x"].concat();
            assert!(!begins(&page) && is_named_rightly(&page), "{stray:?}");
        }
        let warned = b"Notice: no such index in line 7 <br>\n<!DOCTYPE html><p>x";
        assert!(!begins(warned) && is_named_rightly(warned));
        assert!(!is_named_rightly(b"A text of a < b"));
        for text in [
            "<htmlish>",
            "<p>x</p>",
            "A <html> tag",
            "<!-- only a comment -->",
            "<?xml version=\"1.0\"?><rss>",
            "\u{648}\u{633}\u{645} <html>",
            "xy<!doctype html>",
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

    /// A menu, a banner of an app as the main thing, and a story of so many sentences, in markup that hides it from some
    /// extractors: words in four scripts.
    fn banner_pages(paragraphs: usize) -> Vec<(String, String)> {
        let scripts: [(&str, &str, &str); 4] = [
            (
                "Read this story in our app without adverts and hear of all that happens in the north before your neighbours do",
                "the harbour master said that no ferry would sail for islands because storm broke two piers",
                " ",
            ),
            (
                "\u{427}\u{438}\u{442}\u{430}\u{439}\u{442}\u{435} эту новость в нашем приложении без рекламы и узнавайте обо всём на севере раньше ваших соседей каждый день",
                "начальник порта сказал что паром не выйдет на острова потому что буря сломала два причала вчера вечером",
                " ",
            ),
            (
                "اقرأ هذا الخبر في تطبيقنا بلا إعلانات واعرف كل ما يحدث في الشمال قبل جيرانك كل يوم",
                "قال مدير الميناء إن العبارة لن تغادر إلى الجزر لأن العاصفة حطمت رصيفين مساء أمس",
                " ",
            ),
            (
                "在我们的应用程序中阅读这篇报道没有广告并且比邻居更早知道北方发生的一切",
                "港 口 主 管 说 渡 轮 周 一 之 前 不 会 开 往 岛 屿 因 为 风 暴 毁 坏 了 两 个 码 头",
                "",
            ),
        ];
        let page = |(banner, words, space): (&str, &str, &str)| {
            let words: Vec<&str> = words.split(' ').collect();
            let sentence = |number: usize| {
                // Other words in each, so that none repeats another.
                let turned =
                    (0..45).map(|at| words[(number * 7 + at * (number + 3)) % words.len()]);
                turned.collect::<Vec<_>>().join(space)
            };
            let story: String = (0..paragraphs)
                .map(|number| format!("<li><span>{}</span></li>", sentence(number)))
                .collect();
            let menu: String = (0..30)
                .map(|at| format!("<li><a href=/{at}>{}</a></li>", sentence(at + 100)))
                .collect();
            let page = format!(
                "<!DOCTYPE html><html><head><meta charset=utf-8><title>T</title></head><body><nav><ul>{menu}</ul></nav>\
                <article><p>{banner}</p></article><ul class=\"nav related-menu\">{story}</ul></body></html>"
            );
            (page, sentence(paragraphs - 1))
        };
        scripts.map(page).into()
    }

    #[test]
    fn a_page_read_as_its_banner_is_read_as_its_article_in_any_script() {
        for (page, last) in banner_pages(18) {
            for mode in [Html::Auto, Html::Fast, Html::Best] {
                let read = Page::read(&page, mode);
                assert!(read.text.contains(&last), "{mode:?}: {}", read.text);
            }
            let read = Page::read(&page, Html::Fast);
            assert!(read.instead.is_some());
            assert_eq!(Page::read(&page, Html::Off).instead, None);
        }
    }

    #[test]
    fn what_neither_extractor_sees_is_read_as_all_that_is_visible() {
        for (page, last) in banner_pages(18) {
            // Prose on buttons: no extractor takes that for a text, whatever the script.
            let page = page
                .replace("<span>", "<button>")
                .replace("</span>", "</button>");
            let read = Page::read(&page, Html::Auto);
            assert!(read.text.contains(&last), "{}", read.text);
            assert!(read.instead.is_some());
        }
        let (page, last) = banner_pages(18).swap_remove(0);
        let page = page
            .replace("<span>", "<button>")
            .replace("</span>", "</button>");
        let read = Page::read(&page, Html::Auto);
        assert_eq!(read.instead, Some(Instead::Visible));
        assert!(read.text.contains(&last));
    }

    #[test]
    fn menus_comments_and_short_notes_do_not_speak_against_an_extractor() {
        let paragraph = |number: usize| {
            format!(
                "<p>Report {number}: the harbour master said that no ferry sails for the islands before Monday, since a storm broke two piers and bent a third one badly.</p>"
            )
        };
        let article: String = (0..7).map(paragraph).collect();
        let menu = "<li><a href=/x>All that is new this week in politics and the economy of the northern islands and beyond</a></li>".repeat(80);
        let comment = |number: usize| {
            format!(
                "<div class=comment><b>Reader {number}</b><br>Friday<br><p>I was there number {number} and saw it all with my own eyes, as did many.</p><br>Answer<br>Report</div>"
            )
        };
        let comments: String = (0..90).map(comment).collect();
        let page = format!(
            "<!DOCTYPE html><html><body><ul>{menu}</ul><article>{article}</article>{comments}<ul>{menu}</ul></body></html>"
        );
        for mode in [Html::Fast, Html::Best] {
            let read = Page::read(&page, mode);
            assert_eq!(read.instead, None, "{mode:?}: {}", read.text);
            assert!(read.text.contains("Report 6"));
        }
        // Too little prose to judge by.
        for (page, _) in banner_pages(1) {
            assert_eq!(Page::read(&page, Html::Fast).instead, None);
        }
    }

    #[test]
    fn strays_before_a_page_are_no_text() {
        for stray in [
            "\u{feff}\u{feff}",
            "\0",
            "x",
            "\u{ef}\u{bb}\u{bf}",
            " \u{fffd}",
        ] {
            let page = format!("{stray}<!DOCTYPE html><html><body><p>Text</p></body></html>");
            assert_eq!(Page::read(&page, Html::Off).text, "Text", "{stray:?}");
        }
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
