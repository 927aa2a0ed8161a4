//! Names of what lies elsewhere: `s3://…`, `https://…`, `hf://datasets/…`.

use std::path::Path;

/// What kind of place an address is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A bucket: of S3 and what speaks like it, of Google, of Azure.
    Bucket,
    /// A file on the web.
    Web,
    /// A data set on Hugging Face.
    Hub,
    /// What is written like an address and is none of these.
    Unknown,
}

/// The kind of an address; `None` for the name of a file.
pub(crate) fn kind_of(name: &Path) -> Option<Kind> {
    let name = name.as_os_str().as_encoded_bytes();
    let end = name.windows(3).position(|it| it == b"://")?;
    let scheme = &name[..end];
    if scheme.is_empty() || !scheme.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    Some(match scheme.to_ascii_lowercase().as_slice() {
        b"s3" | b"s3a" | b"gs" | b"az" | b"adl" | b"azure" | b"abfs" | b"abfss" => Kind::Bucket,
        b"http" | b"https" => Kind::Web,
        b"hf" => Kind::Hub,
        _ => Kind::Unknown,
    })
}

/// An address as it may stand in outputs and messages: without a user's name and password, and with a hash for each long
/// value behind the question mark, which may be a key or a signature.
#[cfg(feature = "remote")]
pub(super) fn shown(url: &reqwest::Url) -> String {
    /// Longer values are secrets more often than names.
    const LONGEST: usize = 16;
    let mut shown = url.clone();
    // An address of the web can go without these.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    let value = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if value.len() > LONGEST => {
            let hash = xxhash_rust::xxh3::xxh3_64(value.as_bytes()) as u32;
            format!("{name}=~{hash:08x}")
        }
        _ => pair.to_owned(),
    };
    let query = url.query().map(|query| {
        let pairs: Vec<String> = query.split('&').map(value).collect();
        pairs.join("&")
    });
    shown.set_query(query.as_deref());
    shown.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_files() {
        for (name, kind) in [
            ("s3://bucket/a.jsonl", Some(Kind::Bucket)),
            ("gs://bucket/a", Some(Kind::Bucket)),
            ("HTTPS://host/a?b=c", Some(Kind::Web)),
            ("hf://datasets/a/b", Some(Kind::Hub)),
            ("ftp://host/a", Some(Kind::Unknown)),
            ("a://", Some(Kind::Unknown)),
            ("dump.jsonl", None),
            ("://x", None),
            ("in/s3://x", None),
        ] {
            assert_eq!(kind_of(Path::new(name)), kind, "{name}");
        }
    }

    #[cfg(feature = "remote")]
    #[test]
    fn no_secret_of_an_address_is_shown() {
        let url = "https://me:word@host/a%20b.jsonl?page=2&Signature=abcdefghijklmnopqrstuvwxyz#x";
        let shown = shown(&reqwest::Url::parse(url).unwrap());
        let hash = xxhash_rust::xxh3::xxh3_64(b"abcdefghijklmnopqrstuvwxyz") as u32;
        let expected = format!("https://host/a%20b.jsonl?page=2&Signature=~{hash:08x}");
        assert_eq!(shown, expected);
    }
}
