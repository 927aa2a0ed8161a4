//! The canonical form of an address: what is left when all is taken away that leads to the same article anyway.
//!
//! It is a key for comparing, not an address to go to.

use std::borrow::Cow;

use super::host;
use crate::corpus::Timestamp;

/// Hosts for telephones and for AMP begin so.
const MOBILE: [&str; 7] = ["m.", "mobile.", "amp.", "touch.", "wap.", "mobil.", "www."];

/// Parameters that say where a reader came from, or how the page is to be shown.
const TRACKING: [&str; 40] = [
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "s_cid",
    "icid",
    "ncid",
    "ocid",
    "cmpid",
    "cmp",
    "ito",
    "smid",
    "taid",
    "xtor",
    "wt_mc",
    "wt.mc_id",
    "spm",
    "ref",
    "ref_src",
    "ref_url",
    "referrer",
    "rss",
    "amp",
    "outputtype",
    "__twitter_impression",
];

/// Parameters of campaigns have names that begin so.
const CAMPAIGNS: [&str; 6] = ["utm_", "pk_", "mtm_", "at_", "hsa_", "sc_"];

/// Pages that a folder's address stands for.
const INDEX: [&str; 5] = [
    "index.html",
    "index.htm",
    "index.php",
    "index.asp",
    "default.aspx",
];

/// The canonical form of a URL; `None` where it is none, or that of a site as a whole.
pub(crate) fn canonical(url: &str) -> Option<String> {
    let url = url.trim();
    let host = host::of_url(url)?;
    let after_scheme = host::after_scheme(url).unwrap_or(url);
    let path_at = after_scheme
        .find(['/', '?', '#'])
        .unwrap_or(after_scheme.len());
    let rest = &after_scheme[path_at..];
    if let Some(inner) = cached(&host, rest) {
        return canonical(inner);
    }
    // A fragment is a place on a page, but for `#!`, by which some sites named their pages.
    let rest = match rest.split_once('#') {
        Some((before, after)) if !after.starts_with('!') => before,
        _ => rest,
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = bare_path(path);
    let mut parameters: Vec<&str> = query
        .split('&')
        .filter(|parameter| !parameter.is_empty() && !is_tracking(parameter))
        .collect();
    parameters.sort_unstable();
    if path.is_empty() && parameters.is_empty() {
        return None;
    }
    let mut address = match host.contains(':') {
        true => format!("[{host}]"),
        false => bare_host(&host).to_owned(),
    };
    address.push_str(&path);
    for (number, parameter) in parameters.iter().enumerate() {
        address.push(if number == 0 { '?' } else { '&' });
        address.push_str(parameter);
    }
    Some(address)
}

/// The address that stands behind one of an AMP cache.
fn cached<'a>(host: &str, rest: &'a str) -> Option<&'a str> {
    let inner = if host.ends_with("ampproject.org") {
        rest.strip_prefix("/c/")
            .or_else(|| rest.strip_prefix("/v/"))
    } else if host.starts_with("google.") {
        rest.strip_prefix("/amp/")
    } else {
        None
    }?;
    Some(inner.strip_prefix("s/").unwrap_or(inner))
}

/// The outlet whose page an address leads to: its host, without what says that it is for telephones, for AMP, or one of
/// several servers; of a copy in a cache, the host that it is a copy of.
pub(crate) fn outlet(url: &str) -> Option<String> {
    let host = host::of_url(url)?;
    let url = url.trim();
    let after_scheme = host::after_scheme(url).unwrap_or(url);
    let path_at = after_scheme.find('/').unwrap_or(after_scheme.len());
    if let Some(inner) = cached(&host, &after_scheme[path_at..]) {
        return host::of_url(inner).map(|host| bare_host(&host).to_owned());
    }
    Some(match host.strip_suffix(".cdn.ampproject.org") {
        // Of two hyphens, one stood in the name.
        Some(name) => {
            let name = name
                .replace("--", "\0")
                .replace('-', ".")
                .replace('\0', "-");
            bare_host(&name).to_owned()
        }
        None => bare_host(&host).to_owned(),
    })
}

/// The day that stands in an address: `/2021/03/12/`, `/2021-03-12-`.
pub(crate) fn day(url: &str) -> Option<Timestamp> {
    let path = host::after_scheme(url).unwrap_or(url);
    let bytes = path.as_bytes();
    let number = |at: usize, digits: usize| {
        let part = path.get(at..at + digits)?;
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| part.to_owned())
    };
    (0..bytes.len()).find_map(|at| {
        let mark = *bytes.get(at + 5)?;
        let is_mark =
            bytes[at] == b'/' && matches!(mark, b'/' | b'-') && bytes.get(at + 8) == Some(&mark);
        let ends = !bytes.get(at + 11).is_some_and(u8::is_ascii_digit);
        let date = (is_mark && ends)
            .then(|| Some((number(at + 1, 4)?, number(at + 6, 2)?, number(at + 9, 2)?)));
        let (year, month, day) = date??;
        super::date::parse(&format!("{year}-{month}-{day}"))
    })
}

/// What of a host is registered as one name, as far as that can be told without a list of them all.
pub(crate) fn site(host: &str) -> &str {
    const SHARED: [&str; 10] = [
        "co", "com", "ac", "or", "ne", "net", "org", "gov", "edu", "gob",
    ];
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    let (Some(last), Some(second)) = (dots.next(), dots.next()) else {
        return host;
    };
    let is_shared = host.len() - last == 3 && SHARED.contains(&&host[second + 1..last]);
    match (is_shared, dots.next()) {
        (true, Some(third)) => &host[third + 1..],
        (true, None) => host,
        (false, _) => &host[second + 1..],
    }
}

/// A host without what says that it is for telephones or for AMP, or which of several servers it is.
pub(crate) fn bare_host(host: &str) -> &str {
    let mut bare = host;
    let numbered = |host: &'_ str| -> Option<usize> {
        let rest = host.strip_prefix("www")?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0 && rest[digits..].starts_with('.')).then_some(4 + digits)
    };
    let shorter = |host: &'_ str| -> Option<usize> {
        let prefix = MOBILE.iter().find(|prefix| host.starts_with(**prefix));
        prefix.map(|prefix| prefix.len()).or_else(|| numbered(host))
    };
    while let Some(shorter) = shorter(bare).map(|length| &bare[length..]) {
        if !shorter.contains('.') {
            break;
        }
        bare = shorter;
    }
    bare
}

/// A path without what says AMP, without a folder's own page and without slashes at its end.
fn bare_path(path: &str) -> Cow<'_, str> {
    let mut path = path.trim_end_matches('/');
    if let Some((folder, page)) = path.rsplit_once('/')
        && INDEX.iter().any(|index| page.eq_ignore_ascii_case(index))
    {
        path = folder.trim_end_matches('/');
    }
    let shorter = ["/amp", ".amp"]
        .iter()
        .find_map(|ending| path.strip_suffix(ending));
    path = shorter.unwrap_or(path).trim_end_matches('/');
    if let Some(inner) = path.strip_prefix("/amp/") {
        return Cow::Owned(format!("/{inner}"));
    }
    match path.strip_suffix(".amp.html") {
        Some(name) => Cow::Owned(format!("{name}.html")),
        None => Cow::Borrowed(path),
    }
}

fn is_tracking(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or(parameter);
    let lower = name.to_ascii_lowercase();
    TRACKING.contains(&&*lower) || CAMPAIGNS.iter().any(|prefix| lower.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::{canonical, outlet, site};

    #[test]
    fn addresses_that_lead_to_one_article_are_one() {
        for url in [
            "https://www.courier.example/2024/ferry",
            "http://courier.example/2024/ferry/",
            "https://m.courier.example/2024/ferry#comments",
            "https://amp.courier.example/2024/ferry?utm_source=x&fbclid=y",
            "https://www.courier.example:443/2024/ferry/amp/",
            "https://www.courier.example/amp/2024/ferry",
            "https://www.courier.example/2024/ferry/index.html?ref=home",
            "https://www-courier-example.cdn.ampproject.org/c/s/www.courier.example/2024/ferry.amp",
            "https://www.google.com/amp/s/m.courier.example/2024/ferry",
            "courier.example/2024/ferry?",
        ] {
            let address = canonical(url);
            assert_eq!(
                address.as_deref(),
                Some("courier.example/2024/ferry"),
                "{url}"
            );
        }
    }

    #[test]
    fn a_day_in_an_address_is_found() {
        for url in [
            "https://a.example/news/2021/03/12/ferry",
            "a.example/2021-03-12-ferry",
            "a.example/2021/03/12",
        ] {
            let day = super::day(url).map(|day| day.to_string());
            assert_eq!(day.as_deref(), Some("2021-03-12T00:00:00Z"), "{url}");
        }
        for url in [
            "https://a.example/2021/03/ferry",
            "https://a.example/2021/13/40/",
            "x",
            "/1234/56/789",
        ] {
            assert_eq!(super::day(url), None, "{url}");
        }
    }

    #[test]
    fn the_hosts_of_one_outlet_are_one() {
        for url in [
            "https://www.courier.example/x",
            "http://m.courier.example",
            "https://amp.courier.example/x",
            "https://www3.courier.example/x",
            "https://www-courier-example.cdn.ampproject.org/c/s/www.courier.example/x",
            "https://www-courier-example.cdn.ampproject.org/",
            "https://www.google.com/amp/s/m.courier.example/x",
        ] {
            assert_eq!(outlet(url).as_deref(), Some("courier.example"), "{url}");
        }
        assert_eq!(
            outlet("https://wwwest.example/x").as_deref(),
            Some("wwwest.example")
        );
        assert_eq!(
            outlet("https://news.a.example/x").as_deref(),
            Some("news.a.example")
        );
        for (host, of) in [
            ("news.courier.example", "courier.example"),
            ("news.courier.co.uk", "courier.co.uk"),
            ("courier.co.uk", "courier.co.uk"),
            ("example", "example"),
        ] {
            assert_eq!(site(host), of);
        }
    }

    #[test]
    fn what_tells_articles_apart_stays() {
        for (url, address) in [
            ("http://a.example/x?id=7&page=2", "a.example/x?id=7&page=2"),
            (
                "http://a.example/x?page=2&id=7&utm_medium=m",
                "a.example/x?id=7&page=2",
            ),
            ("http://a.example/?p=12", "a.example?p=12"),
            ("http://a.example/Ferry", "a.example/Ferry"),
            ("http://a.example/#!/ferry", "a.example/#!/ferry"),
            ("http://news.a.example/x", "news.a.example/x"),
            ("http://m.example/x", "m.example/x"),
            ("http://a.example/camp", "a.example/camp"),
            ("http://a.example/f.amp.html", "a.example/f.html"),
        ] {
            assert_eq!(canonical(url).as_deref(), Some(address), "{url}");
        }
    }

    #[test]
    fn the_address_of_a_whole_site_says_nothing() {
        for url in [
            "http://a.example",
            "https://www.a.example/index.html",
            "not a url",
            "",
            "/ferry",
        ] {
            assert_eq!(canonical(url), None, "{url}");
        }
    }
}
