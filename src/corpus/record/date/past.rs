//! Times past: "3 hours ago", in every language that is told apart.

use std::sync::OnceLock;

use ahash::AHashMap;

use super::{leading_digits, names, plain};

/// How many seconds ago something was that is told so.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let plain = plain(text);
    let plain = plain.replace('.', " ");
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    // "an hour ago", "about 3 hours ago".
    if words.first() == Some(&"about") {
        words.remove(0);
    }
    if matches!(words.first(), Some(&("a" | "an"))) {
        words[0] = "1";
    }
    let text = words.join(" ");
    let at = text.bytes().position(|byte| byte.is_ascii_digit());
    let Some(at) = at else {
        let (seconds, times) = pattern(&text)?;
        return (times > 0).then_some(seconds * times);
    };
    let digits = leading_digits(&text[at..]);
    if digits > 4 {
        return None;
    }
    let count: i64 = text[at..at + digits].parse().ok()?;
    let (before, after) = (&text[..at], &text[at + digits..]);
    let (seconds, _) = pattern(&format!("{before}#{after}")).or_else(|| short(before, after))?;
    Some(seconds * count)
}

fn pattern(text: &str) -> Option<(i64, i64)> {
    static TABLE: OnceLock<AHashMap<String, (i64, i64)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table = AHashMap::new();
        for (seconds, times, patterns) in names::PAST {
            for pattern in patterns.split('|') {
                table.insert(closed(pattern), (*seconds, *times));
            }
        }
        table
    });
    table.get(&closed(text)).copied()
}

/// A pattern without spaces: some put one behind the number and some do not.
fn closed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// What English tables leave out: "5 mins ago", "3h ago".
fn short(before: &str, after: &str) -> Option<(i64, i64)> {
    let unit = after.trim().strip_suffix("ago")?.trim();
    let seconds = match unit {
        "s" | "secs" => 1,
        "m" | "mins" => 60,
        "h" | "hrs" => 3_600,
        "d" => 86_400,
        "w" | "wks" => 604_800,
        "mos" => 2_592_000,
        "y" | "yrs" => 31_536_000,
        _ => return None,
    };
    before.trim().is_empty().then_some((seconds, 0))
}
