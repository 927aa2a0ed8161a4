//! Files that are none of ours, told by how they begin, with what is to be done about them.

use super::{Head, Options, Sniffed, Unreadable, feed};
use crate::corpus::record::repair;

/// Says what a file is that is none of ours.
pub(super) fn sniff(head: &Head<'_>, _: Options<'_>) -> Option<Result<Sniffed, Unreadable>> {
    what(head.content(), &head.ending()).map(Err)
}

fn what(content: &[u8], ending: &str) -> Option<Unreadable> {
    /// What files begin with that may hold articles, and what to do about them.
    const KNOWN: &[(&[u8], &str)] = &[
        (b"%PDF-", "a PDF document; take the text out of it"),
        (b"{\\rtf", "a text document (RTF); save it as plain text"),
        (
            b"\xd0\xcf\x11\xe0",
            "an Office document; save what is in it as CSV",
        ),
        (b"\x89HDF", "HDF5; write it as Parquet or CSV"),
        (b"Obj\x01", "Avro; write it as JSON lines or Parquet"),
        (b"ORC", "ORC; write it as Parquet"),
        (
            b"FEA1",
            "the first version of Feather; write it as Parquet, or as Feather 2",
        ),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it"),
        (b"Rar!\x1a\x07", "a RAR archive; unpack it"),
        (b"RDX", "R's own format; write it as CSV"),
        (b"RDA", "R's own format; write it as CSV"),
    ];
    let start = content.trim_ascii_start();
    let begins =
        |with: &[u8]| start.len() >= with.len() && start[..with.len()].eq_ignore_ascii_case(with);
    let is_pickle = matches!(content, [0x80, 2..=5, ..]) || matches!(ending, "pkl" | "pickle");
    if is_pickle {
        let why =
            "a Python pickle, which only Python may open; write it there as JSON lines or Parquet";
        return Some(Unreadable::convertible(why));
    }
    if let Some((_, why)) = KNOWN.iter().find(|(magic, _)| content.starts_with(magic)) {
        return Some(Unreadable::convertible(*why));
    }
    let name = feed::root(start);
    let name = name.map(|name| String::from_utf8_lossy(name).into_owned());
    if begins(b"<?xml") || name.as_deref().is_some_and(|name| XML.contains(&name)) {
        let name = name.unwrap_or_default();
        let why = match name.as_str() {
            "opml" => "a list of feeds (OPML), not their articles".to_owned(),
            "urlset" | "sitemapindex" => {
                "a list of addresses (sitemap), not their articles".to_owned()
            }
            "doc" => {
                "XML as trafilatura writes it (or another); write JSON instead (--json)".to_owned()
            }
            _ => format!(
                "XML (<{name}>) that is no feed; convert it to JSON lines or CSV, an article a record"
            ),
        };
        return Some(Unreadable::convertible(why));
    }
    repair::is_binary(content).then(|| Unreadable::other("a binary file, not text"))
}

/// Elements that documents begin with which need not say that they are XML.
const XML: [&str; 8] = [
    "doc",
    "TEI",
    "nitf",
    "newsitem",
    "newsItem",
    "newsMessage",
    "mediawiki",
    "opml",
];
