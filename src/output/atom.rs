//! Stories as an Atom feed (RFC 4287): an entry a story, for feed readers and what else follows feeds.
//!
//! Ids follow from the name of the feed and the ids of the stories alone, and times from the articles, so that a feed is
//! the same bytes whenever it is made, and a story that goes on is the entry it was.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use xxhash_rust::xxh3::xxh3_128;

use super::file::{Closed, OutputFile};
use super::stories::StoryRow;
use crate::corpus::Timestamp;
use crate::error::{Error, Result};
use crate::stages::copies::Kind;

/// When a story without a date is said to have been updated: a feed must say something.
const NO_DATE: Timestamp = Timestamp(0);

/// The first and the last second that RFC 3339 has a form for.
const TIMES: (i64, i64) = (-62_167_219_200, 253_402_300_799);

/// A feed that is being written.
pub(super) struct AtomFeed {
    xml: Writer<OutputFile>,
    is_begun: bool,
}

impl AtomFeed {
    pub(super) fn new(file: OutputFile) -> AtomFeed {
        AtomFeed {
            xml: Writer::new_with_indent(file, b' ', 1),
            is_begun: false,
        }
    }

    /// Writes an entry. The first is the newest: the feed was updated when it was.
    pub(super) fn write(&mut self, story: &StoryRow<'_>) -> Result<()> {
        let updated = updated(story);
        self.begin(updated)?;
        let entry = entry(&mut self.xml, story, updated);
        entry.map_err(|error| self.failed(error))
    }

    pub(super) fn close(mut self) -> Result<Closed> {
        self.begin(NO_DATE)?;
        let ended = self
            .xml
            .write_event(Event::End(BytesEnd::new("feed")))
            .and_then(|()| self.xml.write_event(Event::Text(BytesText::new("\n"))));
        ended.map_err(|error| self.failed(error))?;
        self.xml.into_inner().close()
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::io(self.xml.get_ref().name(), error)
    }

    fn begin(&mut self, updated: Timestamp) -> Result<()> {
        if std::mem::replace(&mut self.is_begun, true) {
            return Ok(());
        }
        let name = self.xml.get_ref().name().file_name();
        let id = urn("feed", &name.unwrap_or_default().to_string_lossy());
        let head = head(&mut self.xml, &id, updated);
        head.map_err(|error| self.failed(error))
    }
}

type Xml = Writer<OutputFile>;

fn head(xml: &mut Xml, id: &str, updated: Timestamp) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let feed = BytesStart::new("feed").with_attributes([("xmlns", "http://www.w3.org/2005/Atom")]);
    xml.write_event(Event::Start(feed))?;
    element(xml, "id", id)?;
    element(xml, "title", "Stories")?;
    element(xml, "updated", &updated.to_string())?;
    person(xml, "author", "samestory")?;
    let generator = xml.create_element("generator");
    let generator = generator.with_attribute(("version", env!("CARGO_PKG_VERSION")));
    generator.write_text_content(BytesText::new("samestory"))?;
    Ok(())
}

fn entry(xml: &mut Xml, story: &StoryRow<'_>, updated: Timestamp) -> io::Result<()> {
    xml.write_event(Event::Start(BytesStart::new("entry")))?;
    element(xml, "id", &urn("story", story.lead.story_id))?;
    let title = match story.lead.title.trim() {
        "" => story.lead.story_label.unwrap_or(story.lead.article_id),
        title => title,
    };
    element(xml, "title", title)?;
    if let Some((first, _)) = story.seen() {
        element(xml, "published", &within(first).to_string())?;
    }
    element(xml, "updated", &updated.to_string())?;
    for source in story.sources() {
        person(xml, "author", source)?;
    }
    if let Some(url) = story.url.filter(|url| is_web(url)) {
        let link = xml.create_element("link");
        link.with_attributes([("rel", "alternate"), ("href", url)])
            .write_empty()?;
    }
    for word in story.lead.story_label.iter().flat_map(|it| it.split(", ")) {
        let category = xml.create_element("category");
        let word = legal(word);
        category.with_attribute(("term", &*word)).write_empty()?;
    }
    element(xml, "summary", &summary(story))?;
    let content = xml.create_element("content");
    let html = content_html(story);
    content
        .with_attribute(("type", "html"))
        .write_text_content(BytesText::new(&html))?;
    xml.write_event(Event::End(BytesEnd::new("entry")))
}

fn element(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    let text = legal(text);
    xml.create_element(name)
        .write_text_content(BytesText::new(&text))?;
    Ok(())
}

fn person(xml: &mut Xml, role: &str, name: &str) -> io::Result<()> {
    xml.create_element(role)
        .write_inner_content(|xml| element(xml, "name", name))?;
    Ok(())
}

/// When the last of its articles was published.
fn updated(story: &StoryRow<'_>) -> Timestamp {
    story.seen().map_or(NO_DATE, |(_, last)| within(last))
}

/// A time that RFC 3339 has a form for.
fn within(time: Timestamp) -> Timestamp {
    Timestamp(time.0.clamp(TIMES.0, TIMES.1))
}

/// A name for ever of what has this id: a UUID made of its hash, as version 8 of RFC 9562 has it.
fn urn(kind: &str, id: &str) -> String {
    let hash = xxh3_128(format!("samestory {kind} {id}").as_bytes());
    let uuid = hash & !(0xf << 76) & !(0x3 << 62) | (0x8 << 76) | (0x2 << 62);
    let digits = format!("{uuid:032x}");
    let (a, b, c) = (&digits[..8], &digits[8..12], &digits[12..16]);
    format!("urn:uuid:{a}-{b}-{c}-{}-{}", &digits[16..20], &digits[20..])
}

/// Whether a URL may be a link's: whole, of the web, and without what no URL has.
fn is_web(url: &str) -> bool {
    let of_web = url.starts_with("https://") || url.starts_with("http://");
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c);
    of_web && !url.contains(odd)
}

fn summary(story: &StoryRow<'_>) -> String {
    let plural = |number: usize, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    };
    let mut summary = plural(story.others.len() + 1, "article", "articles");
    // Writing to a string cannot fail.
    if let Some(sources) = story.lead.story_sources.filter(|&sources| sources > 0) {
        let _ = write!(
            summary,
            " of {}",
            plural(sources as usize, "source", "sources")
        );
    }
    let independent = story.lead.story_independent;
    if let Some(independent) = independent.filter(|_| !story.others.is_empty()) {
        let independent = plural(
            independent as usize,
            "independent report",
            "independent reports",
        );
        let _ = write!(summary, ", {independent}");
    }
    if let Some(label) = story.lead.story_label {
        let _ = write!(summary, ": {label}");
    }
    summary
}

/// A list of the articles, with how each is related.
fn content_html(story: &StoryRow<'_>) -> String {
    let mut html = "<ul>".to_owned();
    for article in story.articles() {
        let title = match article.title.trim() {
            "" => article.article_id,
            title => title,
        };
        let odd = article.kind.filter(|&kind| kind != Kind::Article);
        let facts = [
            odd.map(|kind| kind.name().into()),
            article.source.map(Cow::Borrowed),
            article.published.map(|time| time.to_string().into()),
            article.similarity.map_or_else(
                || Some(article.relation.name().into()),
                |similarity| Some(format!("{} {similarity}", article.relation).into()),
            ),
        ];
        let facts: Vec<Cow<'_, str>> = facts.into_iter().flatten().collect();
        let _ = write!(
            html,
            "<li>{} ({})</li>",
            quick_xml::escape::escape(legal(title)),
            quick_xml::escape::escape(legal(&facts.join(", ")))
        );
    }
    html.push_str("</ul>");
    html
}

/// A text without the characters that no XML may have.
fn legal(text: &str) -> Cow<'_, str> {
    let is_illegal = |c: char| matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    if text.contains(is_illegal) {
        text.replace(is_illegal, "\u{fffd}").into()
    } else {
        text.into()
    }
}
