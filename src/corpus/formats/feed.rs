//! Feeds: RSS, Atom and RDF, whose items are turned into an object a line when the file is opened.
//!
//! What an item says is kept under the names that the feed gives it; addresses and content that stand in attributes or as
//! markup are brought to where other records have them.

use std::io::{self, BufRead, BufReader, Read, Write};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Map, Value};

/// An item longer than this is no item.
const LONGEST: usize = 64 << 20;

/// Whether a text begins as a feed.
pub(crate) fn begins(text: &[u8]) -> bool {
    let Some(root) = root(text) else { return false };
    let local = root.rsplit(|byte| *byte == b':').next().unwrap_or(root);
    match local {
        b"rss" | b"RDF" => true,
        b"feed" => {
            memchr::memmem::find(text, b"http://www.w3.org/2005/Atom").is_some()
                || memchr::memmem::find(text, b"<entry").is_some()
        }
        _ => false,
    }
}

/// The name of the first element of a text in XML.
pub(crate) fn root(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    loop {
        rest = rest.trim_ascii_start();
        let end: &[u8] = match rest {
            [b'<', b'?', ..] => b"?>",
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            [b'<', b'!', ..] => b">",
            [b'<', name, ..] if name.is_ascii_alphabetic() => break,
            _ => return None,
        };
        rest = &rest[memchr::memmem::find(rest, end)? + end.len()..];
    }
    let name = &rest[1..];
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    Some(&name[..name.iter().position(is_end)?])
}

/// Writes a line for each item of a feed. An item that is broken becomes a line that is none, so that it is counted.
///
/// # Errors
///
/// When the feed cannot be read, or the lines cannot be written.
pub(crate) fn to_lines(feed: Box<dyn Read + Send>, to: &mut dyn Write) -> io::Result<()> {
    let mut items = Items {
        reader: BufReader::with_capacity(64 << 10, feed),
        bytes: Vec::new(),
    };
    while let Some(item) = items.next()? {
        match object(item) {
            Some(object) => serde_json::to_writer(&mut *to, &Value::Object(object))?,
            None => to.write_all(&line(item))?,
        }
        to.write_all(b"\n")?;
    }
    Ok(())
}

/// Some bytes without the ends of their lines.
fn line(bytes: &[u8]) -> Vec<u8> {
    let is_end = |byte: u8| matches!(byte, b'\r' | b'\n');
    bytes
        .iter()
        .map(|&byte| if is_end(byte) { b' ' } else { byte })
        .collect()
}

/// Cuts a feed into its items.
struct Items<R> {
    reader: BufReader<R>,
    bytes: Vec<u8>,
}

impl<R: Read> Items<R> {
    /// The next item, with its own tags; one that is cut off as far as it goes.
    fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.bytes.clear();
        // Up to a tag that opens an item.
        let name = loop {
            self.bytes.clear();
            if !self.read_tag()? {
                return Ok(None);
            }
            let tag = memchr::memrchr(b'<', &self.bytes).map_or(&[][..], |at| &self.bytes[at..]);
            if let Some(name) = opens_item(tag) {
                let (name, tag) = (name.to_vec(), tag.to_vec());
                self.bytes = tag;
                break name;
            }
        };
        let end = [b"</", &name[..]].concat();
        while self.bytes.len() < LONGEST && self.read_tag()? {
            let is_end = memchr::memrchr(b'<', &self.bytes)
                .is_some_and(|at| closes(&self.bytes[at..], &end));
            // In CDATA a tag is none.
            if is_end && !is_in_cdata(&self.bytes) {
                break;
            }
        }
        Ok(Some(&self.bytes))
    }

    /// Reads on behind the next `>`; whether there was one.
    fn read_tag(&mut self) -> io::Result<bool> {
        self.reader.read_until(b'>', &mut self.bytes)?;
        Ok(self.bytes.last() == Some(&b'>'))
    }
}

/// The name of the tag, where it opens an item.
fn opens_item(tag: &[u8]) -> Option<&[u8]> {
    let name = tag.strip_prefix(b"<")?;
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
    let name = &name[..name.iter().position(is_end)?];
    let local = name.rsplit(|byte| *byte == b':').next()?;
    matches!(local, b"item" | b"entry").then_some(name)
}

fn closes(tag: &[u8], end: &[u8]) -> bool {
    tag.strip_prefix(end)
        .is_some_and(|rest| rest.trim_ascii() == b">")
}

fn is_in_cdata(bytes: &[u8]) -> bool {
    let opened = memchr::memmem::rfind(bytes, b"<![CDATA[");
    opened.is_some_and(|at| memchr::memmem::find(&bytes[at..], b"]]>").is_none())
}

/// An item as an object; `None` where it is broken.
fn object(item: &[u8]) -> Option<Map<String, Value>> {
    let text = std::str::from_utf8(item).ok()?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut object = Map::new();
    let mut depth = 0usize;
    let mut field = Field::default();
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                depth += 1;
                match depth {
                    1 => {}
                    2 => field = Field::of(&tag, &mut object),
                    _ => field.open(&tag),
                }
            }
            Event::Empty(tag) => match depth {
                0 => {}
                1 => Field::of(&tag, &mut object).end(&mut object),
                _ => field.open(&tag),
            },
            Event::End(tag) => {
                match depth {
                    0 => return None,
                    1 => return Some(object),
                    2 => std::mem::take(&mut field).end(&mut object),
                    _ => field.close(tag.name().as_ref()),
                }
                depth -= 1;
            }
            Event::Text(text) => field.text(&text),
            Event::CData(text) => field.text(&text),
            Event::GeneralRef(name) => field.text(&reference(&name)),
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// What a reference stands for; one that nobody knows stands for itself.
fn reference(name: &str) -> String {
    let code = name.strip_prefix('#').and_then(|code| {
        let hex = code.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| code.parse(), |hex| u32::from_str_radix(hex, 16));
        char::from_u32(code.ok()?)
    });
    match (code, name) {
        (Some(c), _) => c.to_string(),
        (None, "amp") => "&".to_owned(),
        (None, "lt") => "<".to_owned(),
        (None, "gt") => ">".to_owned(),
        (None, "quot") => "\"".to_owned(),
        (None, "apos") => "'".to_owned(),
        (None, "nbsp") => "\u{a0}".to_owned(),
        _ => format!("&{name};"),
    }
}

/// A field of an item on the way to its end.
#[derive(Default)]
struct Field {
    name: String,
    value: String,
    /// Whether its value stands in it as markup (XHTML in Atom), rather than as text.
    is_markup: bool,
}

impl Field {
    /// The field that a tag opens. An address that stands in an attribute is taken at once.
    fn of(tag: &BytesStart<'_>, object: &mut Map<String, Value>) -> Field {
        let name = tag.name().as_ref().to_owned();
        let attribute = |wanted: &str| {
            let found = tag.try_get_attribute(wanted).ok().flatten()?;
            Some(
                found
                    .normalized_value(XmlVersion::Implicit1_0)
                    .ok()?
                    .into_owned(),
            )
        };
        let mut field = Field {
            is_markup: attribute("type").is_some_and(|kind| kind == "xhtml"),
            name,
            value: String::new(),
        };
        match (field.name.as_str(), attribute("href"), attribute("term")) {
            ("link" | "atom:link", Some(address), _) => {
                let relation = attribute("rel").unwrap_or_else(|| "alternate".to_owned());
                if relation == "alternate" {
                    object.entry("link").or_insert(address.into());
                }
                field.name.clear();
            }
            ("category", _, Some(term)) => field.value = term,
            _ => {}
        }
        field
    }

    fn text(&mut self, text: &str) {
        self.value.push_str(text);
    }

    fn open(&mut self, tag: &BytesStart<'_>) {
        if self.is_markup {
            self.value.push_str(&format!("<{}>", tag.name().as_ref()));
        } else if !self.value.is_empty() && !self.value.ends_with([' ', '\n']) {
            self.value.push('\n');
        }
    }

    fn close(&mut self, name: &str) {
        if self.is_markup {
            self.value.push_str(&format!("</{name}>"));
        }
    }

    /// Gives the item its field; one that it has already becomes a list.
    fn end(self, object: &mut Map<String, Value>) {
        let value = self.value.trim();
        if self.name.is_empty() || value.is_empty() {
            return;
        }
        let value = Value::from(value);
        match object.get_mut(&self.name) {
            None => drop(object.insert(self.name, value)),
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn lines(feed: &'static str) -> Vec<String> {
        assert!(begins(feed.as_bytes()), "{feed}");
        let mut to = Vec::new();
        to_lines(Box::new(Cursor::new(feed)), &mut to).unwrap();
        let lines = String::from_utf8(to).unwrap();
        lines.lines().map(str::to_owned).collect()
    }

    #[test]
    fn items_of_rss_become_lines() {
        let feed = "<?xml version=\"1.0\"?>\n<!-- x --><rss version=\"2.0\" xmlns:content=\"c\"><channel><title>Feed</title>\
            <item><title>A &amp; B &#233;</title><link>https://a.example/1</link><guid isPermaLink=\"false\">7</guid>\
            <category>x</category><category>y</category><content:encoded><![CDATA[<p>One</p></item>]]></content:encoded></item>\
            <item><title>Cut";
        assert_eq!(
            lines(feed),
            [
                r#"{"category":["x","y"],"content:encoded":"<p>One</p></item>","guid":"7","link":"https://a.example/1","title":"A & B é"}"#,
                "<item><title>Cut",
            ]
        );
    }

    #[test]
    fn entries_of_atom_become_lines() {
        let feed = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Feed</title><entry><id>u:1</id><title>T</title>\
            <link rel=\"self\" href=\"https://a.example/x.atom\"/><link href=\"https://a.example/1?a=1&amp;b=2\"/>\
            <author><name>N</name><email>e</email></author>\
            <content type=\"xhtml\"><div><p>One</p>two</div></content></entry></feed>";
        assert_eq!(
            lines(feed),
            [
                r#"{"author":"N\ne","content":"<div><p>One</p>two</div>","id":"u:1","link":"https://a.example/1?a=1&b=2","title":"T"}"#
            ]
        );
    }

    #[test]
    fn other_xml_is_no_feed() {
        for text in [
            "<html><p>x",
            "<doc><item>1</item></doc>",
            "<feed>1</feed>",
            "text",
            "",
        ] {
            assert!(!begins(text.as_bytes()), "{text}");
        }
        assert_eq!(
            root(b"<?xml?><!DOCTYPE x>\n<a:b c=\"d\">"),
            Some(&b"a:b"[..])
        );
    }
}
