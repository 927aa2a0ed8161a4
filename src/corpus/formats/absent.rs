//! What this build leaves out: files of formats that would be read with another cargo feature.

use super::{Head, Options, Sniffed, Unreadable};

/// A text in UTF-16, which stays one where nothing decodes it.
pub(super) fn wide(head: &Head<'_>, _: Options<'_>) -> Option<Result<Sniffed, Unreadable>> {
    let is_wide = head.bytes.starts_with(b"\xff\xfe") || head.bytes.starts_with(b"\xfe\xff");
    let why = "text in UTF-16, which this build does not read (feature `encodings`)";
    is_wide.then(|| Err(Unreadable::convertible(why)))
}

#[cfg(not(feature = "warc"))]
pub(super) fn warc(head: &Head<'_>, _: Options<'_>) -> Option<Result<Sniffed, Unreadable>> {
    let why = "a WARC file, which this build does not read (feature `warc`)";
    let begins_so = head.bytes.starts_with(b"WARC/1.");
    begins_so.then(|| Err(Unreadable::convertible(why)))
}

#[cfg(not(feature = "html"))]
pub(super) fn html(head: &Head<'_>, _: Options<'_>) -> Option<Result<Sniffed, Unreadable>> {
    let start = head.bytes.strip_prefix(super::BOM).unwrap_or(head.bytes);
    let start = start.trim_ascii_start();
    let begins =
        |with: &[u8]| start.len() >= with.len() && start[..with.len()].eq_ignore_ascii_case(with);
    let why = "an HTML page, which this build does not read (feature `html`)";
    let is_page = begins(b"<!doctype html") || begins(b"<html");
    is_page.then(|| Err(Unreadable::other(why)))
}

#[cfg(not(feature = "parquet"))]
pub(super) fn parquet(head: &Head<'_>, _: Options<'_>) -> Option<Result<Sniffed, Unreadable>> {
    let begins_so = head.bytes.starts_with(b"PAR1") || head.bytes.starts_with(b"PARE");
    let why = if begins_so {
        "a Parquet file, which is not read without the cargo feature `parquet`"
    } else if super::is_parquet_ending(&head.ending()) {
        super::NO_PARQUET
    } else {
        return None;
    };
    Some(Err(Unreadable::other(why)))
}
