//! Dates as programs print them: in lists, in calls, in objects.

use std::borrow::Cow;

/// A date without what a program put around it.
pub(super) fn unwrapped(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    // What is wrapped may be wrapped again, but nobody does so often.
    for _ in 0..4 {
        let Some(inside) = inside(&text) else { break };
        text = Cow::Owned(inside);
    }
    text
}

fn inside(text: &str) -> Option<String> {
    let text = text.trim().trim_matches('/');
    let quoted = |mark: char| {
        let inside = text.strip_prefix(mark)?.strip_suffix(mark)?;
        (!inside.contains(mark)).then(|| inside.trim().to_owned())
    };
    if let Some(inside) = quoted('"').or_else(|| quoted('\'')) {
        return Some(inside);
    }
    if let Some(list) = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return first(list);
    }
    if let Some(object) = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    {
        let (key, value) = object.split_once(':')?;
        return key.contains('$').then(|| value.trim().to_owned());
    }
    let (call, arguments) = text.split_once('(')?;
    let name = call
        .trim_start_matches("new ")
        .rsplit('.')
        .next()?
        .to_ascii_lowercase();
    let is_date = matches!(
        &*name,
        "date" | "datetime" | "datetime64" | "timestamp" | "isodate" | "to_datetime"
    );
    let arguments = arguments.strip_suffix(')').filter(|_| is_date)?;
    let numbers: Vec<&str> = arguments.split(',').map(str::trim).collect();
    let is_number =
        |part: &&&str| part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty();
    let plain: Vec<i64> = numbers
        .iter()
        .take_while(|part| is_number(part))
        .filter_map(|part| part.parse().ok())
        .collect();
    match plain[..] {
        [year, month, day, ref time @ ..] => {
            let part = |at: usize| time.get(at).copied().unwrap_or(0);
            let (hour, minute, second) = (part(0), part(1), part(2));
            Some(format!(
                "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
            ))
        }
        // The offset of a count since 1970 only says where it was counted.
        [count] => Some(count.to_string()),
        _ => {
            let digits = arguments.bytes().take_while(u8::is_ascii_digit).count();
            match digits {
                0 => first(arguments),
                _ => Some(arguments[..digits].to_owned()),
            }
        }
    }
}

/// The first of some texts in quotes, or of things between commas.
fn first(list: &str) -> Option<String> {
    let list = list.trim();
    let quote = list.chars().next()?;
    if matches!(quote, '"' | '\'') {
        let end = list[1..].find(quote)?;
        return Some(list[1..=end].trim().to_owned());
    }
    let item = list.split(',').next().unwrap_or(list).trim();
    (!item.is_empty()).then(|| item.to_owned())
}
