//! WARC archives: what a crawler fetched, page by page, each with the headers it came with; and WET, their text.
//!
//! A response that holds an HTML page is a record with an article, and so is a conversion that holds a text. All other
//! records (requests, metadata, images, redirects, errors) are no articles and not bad either: they stand beside.

mod cut;
mod header;
mod http;
mod members;
mod reader;

use std::borrow::Cow;

use super::html::{self, Html, Page};
use super::text;
use crate::corpus::record::fields::Role;
use crate::corpus::record::{Instead, Parsed, Picked};
use crate::corpus::record::{date, host, repair};
use crate::corpus::sweep::block::Block;
use crate::corpus::{Place, RejectReason};

pub(super) use reader::{Archives, sniff};

use header::{Header, is_blank};
use http::Response;

/// Parses a block of records.
fn parse(block: &Block, input: u32, mode: Html) -> Parsed<'_> {
    let mut parsed = Parsed::default();
    for (record, raw, flaw) in block.records() {
        let place = Place { input, record };
        let held = match flaw {
            Some(reason) => Err(reason),
            None => {
                Record::of(raw).map_or(Err(RejectReason::BrokenWarc), |record| record.read(mode))
            }
        };
        match held {
            Ok(Some(held)) => {
                parsed.tally.repaired += u64::from(held.repaired);
                parsed.tally.pages += u64::from(held.is_page);
                parsed.add(place, raw, held.picked);
                parsed.note_instead(place, held.instead);
            }
            Ok(None) => parsed.beside.push((place, raw)),
            Err(reason) => parsed.reject(place, raw, reason),
        }
    }
    parsed
}

/// One record of an archive.
struct Record<'a> {
    header: Header<'a>,
    content: &'a [u8],
    /// Whether the record is not as long as it says.
    misjudged: bool,
}

/// The article that a record holds.
struct Held<'a> {
    picked: Picked<'a>,
    repaired: bool,
    is_page: bool,
    /// What took its text, if it is a page that the extractor saw nothing of.
    instead: Option<Instead>,
}

impl<'a> Record<'a> {
    fn of(raw: &'a [u8]) -> Option<Record<'a>> {
        let header = Header::of(raw)?;
        let rest = &raw[header.length..];
        let ends_at = |length: &usize| {
            rest.get(*length..)
                .is_some_and(|after| after.iter().all(is_blank))
        };
        let declared = header.content_length().filter(ends_at);
        let content = declared.map_or_else(|| rest.trim_ascii_end(), |length| &rest[..length]);
        Some(Record {
            header,
            content,
            misjudged: declared.is_none(),
        })
    }

    /// The article, if the record holds one.
    fn read(&self, mode: Html) -> Result<Option<Held<'a>>, RejectReason> {
        let is = |kind: &str| {
            self.header
                .text("warc-type")
                .is_some_and(|have| have.eq_ignore_ascii_case(kind))
        };
        if is("response") {
            self.read_response(mode)
        } else if is("resource") && self.target().starts_with("http") {
            let kind = self.header.text("content-type");
            if !kind.is_some_and(is_html) {
                return Ok(None);
            }
            self.read_page(self.content, kind, mode).map(Some)
        } else if is("conversion") && self.header.text("content-type").is_none_or(is_plain) {
            Ok(Some(self.read_text()))
        } else {
            Ok(None)
        }
    }

    fn read_response(&self, mode: Html) -> Result<Option<Held<'a>>, RejectReason> {
        let is_http = self.target().starts_with("http");
        let Some(response) = Response::of(self.content) else {
            return if is_http {
                Err(RejectReason::BrokenHttp)
            } else {
                Ok(None)
            };
        };
        if !matches!(response.status(), Some(200 | 203)) {
            return Ok(None);
        }
        let kind = response
            .header
            .text("content-type")
            .filter(|kind| !kind.is_empty());
        let identified = self.header.text("warc-identified-payload-type");
        if !kind.or(identified).is_none_or(is_html) {
            return Ok(None);
        }
        let body = response.page()?;
        if kind.or(identified).is_none() && !html::begins(&body) {
            return Ok(None);
        }
        self.read_page(&body, kind, mode).map(Some)
    }

    fn read_page(
        &self,
        body: &[u8],
        kind: Option<&str>,
        mode: Html,
    ) -> Result<Held<'a>, RejectReason> {
        let charset = kind.and_then(html::charset_of_type);
        let decoded = html::decode(body, charset)?;
        let page = Page::read(&decoded.text, mode);
        let mut picked = self.described();
        picked.offer(Role::Text, 0, (0, 0), Cow::Owned(page.text));
        picked.offer(Role::Title, 0, (0, 0), Cow::Owned(page.title));
        // When it was published, where the page says so in a way that can be read; else when it was fetched.
        if let Some(written) = page.date.filter(|written| date::parse(written).is_some()) {
            picked.offer(Role::Date, 0, (0, 0), Cow::Owned(written));
        }
        if let Some(lang) = page.lang {
            picked.offer(Role::Lang, 0, (0, 0), Cow::Owned(lang));
        }
        let own = page
            .canonical
            .and_then(|link| html::own_address(&link, self.target()));
        if let Some(url) = own {
            picked.offer(Role::Url, 0, (0, 0), Cow::Owned(url));
        }
        Ok(Held {
            picked,
            repaired: self.misjudged || decoded.repaired,
            is_page: true,
            instead: page.instead,
        })
    }

    /// The text a conversion holds: its first line is the title of the page.
    fn read_text(&self) -> Held<'a> {
        let (text, repaired) = repair::text(self.content);
        let mut picked = self.described();
        text::offer(text, &mut picked);
        Held {
            picked,
            repaired: self.misjudged || repaired,
            is_page: false,
            instead: None,
        }
    }

    /// What the record's own header says of the page.
    fn described(&self) -> Picked<'a> {
        let mut picked = Picked::default();
        let target = self.target();
        let mut offer = |role: Role, value: &'a str| {
            picked.offer(role, 1, (0, 0), Cow::Borrowed(value));
        };
        offer(Role::Id, target);
        offer(Role::Url, target);
        offer(
            Role::Date,
            self.header.text("warc-date").unwrap_or_default(),
        );
        let lang = self.header.text("warc-identified-content-language");
        // Several languages may be named, the main one first.
        let lang = lang.and_then(|lang| lang.split(',').next());
        offer(Role::Lang, lang.unwrap_or_default());
        if let Some(source) = host::of_url(target) {
            picked.offer(Role::Source, 1, (0, 0), Cow::Owned(source));
        }
        picked
    }

    /// The address of the page; some writers put it between angle brackets.
    fn target(&self) -> &'a str {
        let uri = self.header.text("warc-target-uri").unwrap_or_default();
        uri.strip_prefix('<')
            .and_then(|uri| uri.strip_suffix('>'))
            .unwrap_or(uri)
    }
}

fn is_html(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    ["text/html", "application/xhtml+xml"]
        .iter()
        .any(|html| kind.eq_ignore_ascii_case(html))
}

fn is_plain(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("text/plain")
}
