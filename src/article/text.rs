//! Plain text: a file is an article, its first line that is not blank the title, what follows the text.

use std::borrow::Cow;

use super::fields::Role;
use super::record::{Parsed, Picked};
use super::{Place, RejectReason, repair};

/// Adds the article that a file is; a blank file is no record.
pub(crate) fn parse<'b>(file: &'b [u8], input: u32, parsed: &mut Parsed<'b>) {
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
