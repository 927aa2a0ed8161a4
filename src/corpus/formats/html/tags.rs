//! The tags of a page, one after another, without building a tree.

use memchr::{memchr, memchr2, memchr3, memmem};

/// What comes next on a page.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'h> {
    Text(&'h str),
    Open(Tag<'h>),
    Close(&'h str),
}

/// A tag that opens an element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'h> {
    pub(super) name: &'h str,
    attributes: &'h str,
    /// What an element holds that holds no tags: a script, a style, a title.
    pub(super) raw: Option<&'h str>,
}

/// Elements whose content is not markup.
const RAW: [&str; 9] = [
    "script", "style", "title", "textarea", "iframe", "xmp", "noembed", "noframes", "noscript",
];

/// Elements whose content is not shown, though it is markup.
const UNSEEN: [&str; 3] = ["template", "svg", "math"];

/// Goes through a page from tag to tag.
pub(super) struct Tokens<'h> {
    html: &'h str,
    at: usize,
    /// The elements of which no closing tag follows, so that it is not looked for again and again.
    unclosed: Vec<&'static str>,
    /// Whether a comment that is opened is known not to end.
    open_comment: bool,
    /// How many bytes may still be looked at in vain for the end of a tag.
    patience: usize,
}

impl<'h> Tokens<'h> {
    pub(super) fn of(html: &'h str) -> Tokens<'h> {
        Tokens {
            html,
            at: 0,
            unclosed: Vec::new(),
            open_comment: false,
            patience: 8 * html.len(),
        }
    }

    /// Where the tag whose inside begins at `at` ends: its `>`, but not one between quotes.
    fn tag_end(&mut self, at: usize) -> Option<usize> {
        let bytes = self.html.as_bytes();
        if self.patience > 0 {
            let mut end = at;
            while let Some(hit) = memchr3(b'>', b'"', b'\'', &bytes[end..]) {
                end += hit;
                if bytes[end] == b'>' {
                    return Some(end);
                }
                // Only after an equals sign does a quote open a value.
                let opens = bytes[at..end].trim_ascii_end().ends_with(b"=");
                end = match memchr(bytes[end], &bytes[end + 1..]) {
                    Some(close) if opens => end + close + 2,
                    _ => end + 1,
                };
            }
            self.patience = self.patience.saturating_sub(bytes.len() - at);
        }
        memchr(b'>', &bytes[at..]).map(|hit| at + hit)
    }

    /// Passes over what begins with `<!` or `<?`.
    fn skip_declaration(&mut self) {
        let bytes = self.html.as_bytes();
        let rest = &bytes[self.at..];
        let is_comment = rest.starts_with(b"<!--");
        if is_comment && !self.open_comment {
            // `<!-->` is whole.
            if let Some(end) = memmem::find(&rest[2..], b"-->") {
                self.at += 2 + end + 3;
                return;
            }
            self.open_comment = true;
        }
        // A comment that never ends hides nothing but its own tag.
        self.at += if is_comment {
            4
        } else {
            memchr(b'>', rest).map_or(rest.len(), |end| end + 1)
        };
    }

    /// What stands between a tag and the one that closes it, and the position after that; `None` where none does.
    fn content(&mut self, name: &'static str, from: usize) -> Option<(&'h str, usize)> {
        if self.unclosed.contains(&name) {
            return None;
        }
        let bytes = self.html.as_bytes();
        let mut at = from;
        while let Some(hit) = memmem::find(&bytes[at..], b"</") {
            at += hit + 2;
            let end = at + name.len();
            if bytes.len() > end
                && bytes[at..end].eq_ignore_ascii_case(name.as_bytes())
                && !bytes[end].is_ascii_alphanumeric()
            {
                let after = memchr(b'>', &bytes[end..]).map_or(bytes.len(), |hit| end + hit + 1);
                return Some((&self.html[from..at - 2], after));
            }
        }
        self.unclosed.push(name);
        None
    }

    fn open(&mut self, name_end: usize) -> Option<Token<'h>> {
        let name = &self.html[self.at + 1..name_end];
        let end = self.tag_end(name_end)?;
        let mut tag = Tag {
            name,
            attributes: &self.html[name_end..end],
            raw: None,
        };
        self.at = end + 1;
        let known = RAW.iter().chain(&UNSEEN);
        let special = known
            .copied()
            .find(|special| name.eq_ignore_ascii_case(special));
        if let Some(special) = special.filter(|_| !tag.attributes.ends_with('/'))
            && let Some((content, after)) = self.content(special, end + 1)
        {
            tag.raw = Some(content);
            self.at = after;
        }
        Some(Token::Open(tag))
    }
}

impl<'h> Iterator for Tokens<'h> {
    type Item = Token<'h>;

    fn next(&mut self) -> Option<Token<'h>> {
        let bytes = self.html.as_bytes();
        let start = self.at;
        // Where the text before the next tag is looked for a `<` from.
        let mut from = start;
        loop {
            let Some(hit) = memchr(b'<', &bytes[from..]) else {
                self.at = bytes.len();
                return (start < bytes.len()).then(|| Token::Text(&self.html[start..]));
            };
            let tag = from + hit;
            let next = bytes.get(tag + 1).copied().unwrap_or(b' ');
            let is_tag = next.is_ascii_alphabetic()
                || matches!(next, b'!' | b'?')
                || (next == b'/' && bytes.get(tag + 2).is_some_and(u8::is_ascii_alphabetic));
            if !is_tag {
                from = tag + 1;
                continue;
            }
            if tag > start {
                self.at = tag;
                return Some(Token::Text(&self.html[start..tag]));
            }
            self.at = tag;
            let inside = if next == b'/' { tag + 2 } else { tag + 1 };
            let name = bytes[inside..].iter();
            let name_end = inside
                + name
                    .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':'))
                    .count();
            let token = match next {
                b'!' | b'?' => {
                    self.skip_declaration();
                    return self.next_after_declaration();
                }
                b'/' => memchr(b'>', &bytes[name_end..]).map(|end| {
                    self.at = name_end + end + 1;
                    Token::Close(&self.html[inside..name_end])
                }),
                _ => self.open(name_end),
            };
            if token.is_some() {
                return token;
            }
            // A tag that never ends is text.
            self.at = bytes.len();
            return Some(Token::Text(&self.html[start..]));
        }
    }
}

impl<'h> Tokens<'h> {
    /// A page of nothing but declarations must not go deeper with each: an empty text stands for one.
    fn next_after_declaration(&mut self) -> Option<Token<'h>> {
        Some(Token::Text(""))
    }
}

impl<'h> Tag<'h> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// How many attributes it has, repeated ones too.
    pub(super) fn attribute_count(&self) -> u64 {
        let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/';
        let past = |bytes: &[u8], is_in: &dyn Fn(&u8) -> bool| {
            bytes.iter().take_while(|byte| is_in(byte)).count()
        };
        let (mut rest, mut count) = (self.attributes.as_bytes(), 0);
        loop {
            rest = &rest[past(rest, &is_between)..];
            if rest.is_empty() {
                return count;
            }
            count += 1;
            // A name may begin with an equals sign.
            let name = past(&rest[1..], &|byte| !is_between(byte) && *byte != b'=');
            rest = rest[1 + name..].trim_ascii_start();
            let Some(value) = rest.strip_prefix(b"=") else {
                continue;
            };
            let value = value.trim_ascii_start();
            let length = match value.first() {
                Some(quote @ (b'"' | b'\'')) => {
                    memchr(*quote, &value[1..]).map_or(value.len(), |close| close + 2)
                }
                _ => past(value, &|byte| !byte.is_ascii_whitespace()),
            };
            rest = &value[length..];
        }
    }

    /// The value of an attribute, as written between its quotes.
    pub(super) fn attribute(&self, name: &str) -> Option<&'h str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|mark: char| mark.is_ascii_whitespace() || mark == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .find(|mark: char| mark.is_ascii_whitespace() || mark == '=')
                .unwrap_or(rest.len());
            let is_it = rest[..end].eq_ignore_ascii_case(name);
            let after = rest[end..].trim_start();
            let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
                rest = if end == 0 { &rest[1..] } else { after };
                continue;
            };
            let bytes = value.as_bytes();
            let (value, length) = match bytes.first() {
                Some(&quote @ (b'"' | b'\'')) => {
                    let close = memchr(quote, &bytes[1..]).map_or(bytes.len(), |at| at + 1);
                    (&value[1..close], (close + 1).min(bytes.len()))
                }
                _ => {
                    let end = memchr2(b' ', b'\n', bytes).unwrap_or(bytes.len());
                    (&value[..end], end)
                }
            };
            if is_it {
                return Some(value);
            }
            rest = &after[after.len() - (bytes.len() - length)..];
        }
    }
}
