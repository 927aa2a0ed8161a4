//! The host of an address, which stands for the outlet where no source is given.

use std::borrow::Cow;

use crate::corpus::bare_host;

/// What stands behind the scheme of a URL; `None` where it has none. An address further on, as of a page that leads to another,
/// is no scheme.
pub(crate) fn after_scheme(url: &str) -> Option<&str> {
    let is_scheme = |before: &str| {
        !before.contains(|mark: char| mark.is_whitespace() || "/?#\\".contains(mark))
    };
    url.split_once("://")
        .filter(|(before, _)| is_scheme(before))
        .map(|(_, rest)| rest)
        .or_else(|| url.strip_prefix("//"))
}

/// The host of a URL in lower case, without `www.`, port and user.
pub(crate) fn of_url(url: &str) -> Option<String> {
    let url = url.trim();
    let after_scheme = after_scheme(url);
    let authority = after_scheme
        .unwrap_or(url)
        .split(['/', '?', '#', '\\'])
        .next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next()?,
    };
    let host = host.trim_end_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").map(str::to_owned).unwrap_or(host);
    // Without a scheme, only what has a dot and nothing a host cannot have is taken for one.
    let plausible = after_scheme.is_some() || host.contains('.');
    let clean =
        !host.is_empty() && !host.contains(|mark: char| mark.is_whitespace() || mark.is_control());
    (plausible && clean).then_some(host)
}

/// The name of an outlet, which may be written as one of its hosts.
pub(crate) fn outlet(name: Cow<'_, str>) -> Cow<'_, str> {
    let bare = name.trim();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let is_host = bare.contains('.') && !bare.ends_with('.') && bare.bytes().all(is_part);
    if !is_host {
        return name;
    }
    if bare.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(bare_host(&bare.to_lowercase()).to_owned());
    }
    match bare_host(bare) {
        same if same.len() == name.len() => name,
        other => Cow::Owned(other.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::of_url;

    #[test]
    fn the_host_of_a_url_is_bare() {
        for (url, host) in [
            ("https://www.Example.com/a?b", Some("example.com")),
            (
                "http://user:pw@news.example.co.jp:8080/x",
                Some("news.example.co.jp"),
            ),
            ("//cdn.example.org/x", Some("cdn.example.org")),
            ("example.com/path", Some("example.com")),
            (
                "example.com/to?url=https://other.example/x",
                Some("example.com"),
            ),
            ("/to?url=https://other.example/x", None),
            ("http://[2001:db8::1]:80/", Some("2001:db8::1")),
            ("/relative/path", None),
            ("not a url.", None),
            ("", None),
        ] {
            assert_eq!(of_url(url).as_deref(), host, "{url}");
        }
    }
}
