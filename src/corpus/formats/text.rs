//! Plain text: a file is an article, its first line that is not blank the title, what follows the text.

use std::borrow::Cow;

use super::csv::{Columns, Dialect};
use super::reader::{Found, Rewritten, spliced};
use super::{Fields, Format, FormatReader, Sniffed, Unit, Unreadable, ending};
use crate::corpus::open::FileCorpus;
use crate::corpus::open::opened::Opened;
use crate::corpus::open::sniff::{Outcome, Recognized};
use crate::corpus::record::fields::Role;
use crate::corpus::record::names::VALUE;
use crate::corpus::record::pick::Picker;
use crate::corpus::record::repair;
use crate::corpus::record::{Parsed, Picked};
use crate::corpus::sweep::Sweep;
use crate::corpus::{Place, RejectReason};
use crate::error::Result;

/// Plain texts, a file each.
pub(crate) struct Texts;

impl FormatReader for Texts {
    fn unit(&self) -> Unit {
        Unit::File
    }

    fn fields(&self) -> Fields {
        Fields::OfPage
    }

    fn recognize(
        &self,
        corpus: &mut FileCorpus,
        found: &Found<'_>,
        opened: &mut Opened,
    ) -> Result<Outcome> {
        let path = opened.named(found.file);
        if found.is_in_folder && !is_text_ending(&ending(path)) {
            let why =
                "a text, but none of articles by its ending; rename it to .txt if it is an article";
            return Ok(Err(Unreadable::other(why)));
        }
        if corpus.options.lines {
            return Ok(Ok(Recognized::plain(Sniffed {
                format: Format::Delimited(Dialect::lines()),
                ..found.sniffed
            })));
        }
        Ok(match holds_many(&opened.head, opened.is_whole()) {
            Some(why) => Err(Unreadable::convertible(why)),
            None => Ok(Recognized::plain(found.sniffed)),
        })
    }

    fn parse_file<'b>(&self, _: &Sweep<'_>, input: u32, bytes: &'b [u8], parsed: &mut Parsed<'b>) {
        parse(bytes, input, parsed);
    }

    fn with_text(
        &self,
        record: Rewritten<'_>,
        _: Option<&Columns>,
        _: &mut Picker<'_>,
    ) -> Option<Vec<u8>> {
        let Rewritten { raw, article, text } = record;
        // The title stands above the text.
        Some(match memchr::memmem::rfind(raw, article.text.as_bytes()) {
            Some(start) => spliced(raw, start..start + article.text.len(), text.as_bytes()),
            None => format!("{}\n{text}\n", article.title).into_bytes(),
        })
    }
}

/// Whether a text with this ending, found in a folder, is an article and not a readme or a program.
fn is_text_ending(ending: &str) -> bool {
    matches!(ending, "" | "txt" | "text" | "story" | "body")
        || ending.bytes().all(|byte| byte.is_ascii_digit())
}

/// Why a text is not read as one article; `None` where it may be one.
fn holds_many(head: &[u8], is_whole: bool) -> Option<&'static str> {
    let start = head.trim_ascii_start();
    if let Some(tag) = start.strip_prefix(b"<") {
        let end = tag
            .iter()
            .position(|byte| matches!(byte, b'>' | b' ' | b'\t' | b'\r' | b'\n'));
        let name = &tag[..end.unwrap_or(0)];
        let closing = [b"</", name].concat();
        let is_tag = !name.is_empty() && name.iter().all(u8::is_ascii_alphanumeric);
        if is_tag && memchr::memmem::find(start, &closing).is_some() {
            return Some(
                "marked-up text (SGML) that may hold many articles; convert it to JSON lines, an article a line",
            );
        }
    }
    let lines: Vec<&[u8]> = start
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .collect();
    let mean = start.len() / lines.len().max(1);
    let has_blank = lines.iter().rev().skip(1).any(|line| line.is_empty());
    let is_word = |line: &&&[u8]| line.len() < 60 && !line.contains(&b' ');
    if lines.len() >= 200 && lines.iter().filter(is_word).count() * 10 >= lines.len() * 9 {
        return Some(
            "a word a line (vertical text) that may hold many articles; convert it to JSON lines, an article a line",
        );
    }
    (!is_whole && lines.len() >= 20 && mean >= 300 && !has_blank).then_some(
        "a text of long lines, more than an article has; --lines reads an article a line",
    )
}

/// Adds the article that a file is; a blank file is no record.
fn parse<'b>(file: &'b [u8], input: u32, parsed: &mut Parsed<'b>) {
    if file.iter().all(u8::is_ascii_whitespace) {
        return;
    }
    let place = Place { input, record: 1 };
    if repair::is_binary(file) {
        parsed.reject(place, file, RejectReason::NotText);
        return;
    }
    let bytes = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let (text, repaired) = repair::text(bytes);
    let mut picked = Picked::default();
    offer(text, &mut picked);
    parsed.tally.repaired += u64::from(repaired);
    parsed.add(place, file, picked);
}

/// A text that was written as a list of paragraphs, in JSON or as Python prints it, with a line for each.
pub(crate) fn unlisted(text: Cow<'_, str>) -> Cow<'_, str> {
    let start = text.trim_start();
    let is_listed = start
        .strip_prefix(['[', '{'])
        .is_some_and(|inside| inside.trim_start().starts_with(['"', '\'', '{']));
    match is_listed
        .then(|| in_json(start).or_else(|| in_python(start)))
        .flatten()
    {
        Some(lines) if !lines.is_empty() => Cow::Owned(lines.join("\n")),
        _ => text,
    }
}

/// The texts in JSON: strings of a list, and what objects have under the names of texts.
fn in_json(text: &str) -> Option<Vec<String>> {
    fn collect(value: serde_json::Value, lines: &mut Vec<String>) {
        match value {
            serde_json::Value::String(line) => lines.push(line),
            serde_json::Value::Array(items) => {
                items.into_iter().for_each(|item| collect(item, lines))
            }
            serde_json::Value::Object(mut object) => {
                let name = VALUE.iter().find(|name| object.contains_key(**name));
                if let Some(value) = name.and_then(|name| object.remove(*name)) {
                    collect(value, lines);
                }
            }
            _ => {}
        }
    }
    let mut lines = Vec::new();
    collect(serde_json::from_str(text).ok()?, &mut lines);
    Some(lines)
}

/// The strings of a list as Python prints it.
fn in_python(text: &str) -> Option<Vec<String>> {
    let mut rest = text.strip_prefix('[')?.trim_start();
    let mut lines = Vec::new();
    loop {
        let quote = rest
            .chars()
            .next()
            .filter(|mark| matches!(mark, '\'' | '"'))?;
        rest = &rest[1..];
        let mut line = String::new();
        loop {
            let at = rest.find([quote, '\\'])?;
            line.push_str(&rest[..at]);
            let is_end = rest[at..].starts_with(quote);
            rest = &rest[at + 1..];
            if is_end {
                break;
            }
            let escaped = rest.chars().next()?;
            rest = &rest[escaped.len_utf8()..];
            match escaped {
                'n' => line.push('\n'),
                't' => line.push('\t'),
                'r' => line.push('\r'),
                '\'' | '"' | '\\' => line.push(escaped),
                _ => line.extend(['\\', escaped]),
            }
        }
        lines.push(line);
        rest = rest.trim_start();
        match rest.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return (rest.trim_end() == "]").then_some(lines),
        }
    }
}

/// Offers the first line of a text as the title, and what follows it as the text.
pub(crate) fn offer<'b>(text: Cow<'b, str>, picked: &mut Picked<'b>) {
    let (title, body) = match text {
        Cow::Borrowed(text) => {
            let (title, body) = split(text);
            (Cow::Borrowed(title), Cow::Borrowed(body))
        }
        Cow::Owned(text) => {
            let (title, body) = split(&text);
            (Cow::Owned(title.to_owned()), Cow::Owned(body.to_owned()))
        }
    };
    picked.offer(Role::Title, 0, (0, 0), title);
    picked.offer(Role::Text, 0, (0, 0), body);
}

/// The first line that is not blank, and what follows it.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let (title, body) = text.split_once('\n').unwrap_or((text, ""));
    (title.trim_end(), body.trim_start_matches(['\r', '\n']))
}

#[cfg(test)]
mod tests {
    use super::{holds_many, unlisted};

    #[test]
    fn texts_that_hold_many_articles_are_told_from_articles() {
        let line = "The ferry to the northern islands will not sail before Monday, the harbour master said. ".repeat(4);
        let many = format!("{line}\n").repeat(200);
        assert!(holds_many(&many.as_bytes()[..64 << 10], false).is_some());
        assert!(holds_many(b"<DOC>\n<DOCNO> 1 </DOCNO>\nA text.\n</DOC>\n<DOC>\n", true).is_some());
        assert!(holds_many("The\tDT\nferry\tNN\n".repeat(200).as_bytes(), true).is_some());
        let article = format!("A title\n\n{line}\n\n{line}\n");
        assert_eq!(holds_many(article.as_bytes(), true), None);
        assert_eq!(holds_many(&many.as_bytes()[..4000], true), None);
    }

    #[test]
    fn a_list_of_paragraphs_is_a_text() {
        for (written, text) in [
            (r#"["One \"a\"", "Two"]"#, "One \"a\"\nTwo"),
            (
                r#"[{"type": "p", "text": "One"}, {"text": "Two"}]"#,
                "One\nTwo",
            ),
            (r#"['It\'s one', "Two's"]"#, "It's one\nTwo's"),
            (r#"{"content": "One"}"#, "One"),
            ("[Photo: a ferry] One", "[Photo: a ferry] One"),
            ("['open", "['open"),
            ("{\"a\": 1}", "{\"a\": 1}"),
        ] {
            assert_eq!(unlisted(written.into()), text, "{written}");
        }
    }
}
